// On a computer: shows how far the phone is, every 2 seconds, for 15 minutes.
(() => {
  const { ticket } = document.currentScript.dataset;
  const computer = matchMedia("(hover: hover) and (pointer: fine) and (min-width: 40rem)");
  if (!computer.matches) return;
  const [pause, longest, mostFailures] = [2000, 15 * 60 * 1000, 3];
  const query = new URLSearchParams({ t: ticket });
  const scan = document.getElementById("scan");
  const started = Date.now();
  let failures = 0;
  const show = (state) => {
    if (scan.dataset.state === state && document.getElementById("state").textContent) return;
    scan.dataset.state = state;
    // A live region: only a change of its text is read out.
    document.getElementById("state").textContent = document.getElementById(state).textContent;
  };
  const ask = async () => {
    if (document.visibilityState !== "visible") return later();
    if (Date.now() - started > longest) return show("paused");
    try {
      const answer = await fetch(`/link/state?${query}`);
      if (!answer.ok) throw new Error(answer.status);
      const { state } = await answer.json();
      failures = 0;
      show(state);
      if (state === "done" || state === "expired") return;
    } catch {
      failures += 1;
      if (failures >= mostFailures) show("failed");
    }
    later();
  };
  const later = () => setTimeout(ask, pause);
  show("waiting");
  later();
})();
