// Moves the code from the address, which browsers remember and show, into the form.
(() => {
  const take = () => {
    const code = location.hash.slice(1);
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    document.getElementById("code").value = code;
    document.getElementById("by-hand").hidden = true;
  };
  // A second link opened in the same tab only changes the fragment.
  addEventListener("hashchange", take);
  take();
})();
