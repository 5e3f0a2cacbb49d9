// Says once that a person sees the page: not on a reload, and not before it is seen.
(() => {
  const { ticket, scan } = document.currentScript.dataset;
  const computer = matchMedia("(hover: hover) and (pointer: fine) and (min-width: 40rem)");
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival && arrival.type !== "navigate") return;
  const tell = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", tell);
    const on = computer.matches ? "computer" : "phone";
    const body = new URLSearchParams({ t: ticket, on, scan });
    fetch("/link/opened", { method: "POST", body, keepalive: true }).catch(() => {});
  };
  document.addEventListener("visibilitychange", tell);
  tell();
})();
