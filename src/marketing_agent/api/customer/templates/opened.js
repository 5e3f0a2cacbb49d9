// Counts one opening by a person: not a reload, and not before the page is seen.
(() => {
  const { ticket } = document.currentScript.dataset;
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival && arrival.type !== "navigate") return;
  const count = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", count);
    const body = new URLSearchParams({ t: ticket });
    fetch("/link/opened", { method: "POST", body, keepalive: true }).catch(() => {});
  };
  document.addEventListener("visibilitychange", count);
  count();
})();
