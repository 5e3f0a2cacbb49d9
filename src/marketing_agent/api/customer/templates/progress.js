// Asks whether the account has been added, ever less often, and only while it is seen.
(() => {
  const query = new URLSearchParams({ v: document.currentScript.dataset.visitor });
  const [soonest, latest] = [2000, 30000];
  let pause = soonest;
  let timer = 0;
  const later = () => {
    timer = setTimeout(ask, pause);
    pause = Math.min(pause * 1.5, latest);
  };
  const ask = async () => {
    try {
      const answer = await fetch(`/link/progress?${query}`);
      // An expired page says so once it is loaded again.
      if (answer.status === 410) return location.reload();
      if (answer.ok && (await answer.json()).step !== "add_friend") {
        return location.reload();
      }
    } catch {
      // No network for a moment.
    }
    if (document.visibilityState === "visible") later();
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    pause = soonest;
    if (document.visibilityState === "visible") ask();
  });
  document.getElementById("waiting").hidden = false;
  later();
})();
