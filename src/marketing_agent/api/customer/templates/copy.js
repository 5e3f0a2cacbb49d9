// Copies the address; without this script it can still be selected by hand.
(() => {
  const [address, button, told] = ["address", "copy", "copied"].map((id) =>
    document.getElementById(id),
  );
  address.addEventListener("focus", () => address.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
    } catch {
      // In-app browsers have no clipboard of their own.
      if (!document.execCommand("copy")) return;
    }
    told.textContent = told.dataset.said;
  });
})();
