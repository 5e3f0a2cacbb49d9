// Opens the popup on demand; plays a single-page app with two routes.
(() => {
  const { kind, forms } = document.body.dataset;
  const orders = (window._klOnsite = window._klOnsite || []);
  document.getElementById("open-form")?.addEventListener("click", () => {
    (window._klOnsite ?? orders).push(["openForm", forms.split(" ")[0]]);
  });
  if (kind !== "app") return;

  const view = document.getElementById("view");
  const show = () => {
    const news = new URLSearchParams(location.search).get("view") === "news";
    const title = document.createElement("h1");
    title.textContent = news ? "News by email" : "Fresh beans, every month";
    const form = document.createElement("div");
    form.className = `klaviyo-form-${forms.split(" ")[0]}`;
    const place = document.createElement("div");
    place.className = "embedded";
    place.append(form);
    view.replaceChildren(title, ...(news ? [place] : []));
  };
  document.querySelector("nav").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    show();
  });
  window.addEventListener("popstate", show);
  show();
})();
