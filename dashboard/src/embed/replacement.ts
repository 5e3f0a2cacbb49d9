// Shows an element where the merchant's button was. The button stays in the page,
// hidden: Klaviyo's own code still expects it there, and it can be shown again.

import { OURS } from "./success_button";

export class Replacement {
  private readonly display: string;
  private hidden = true;

  constructor(
    private readonly button: HTMLElement,
    private readonly element: HTMLElement,
  ) {
    this.display = button.style.display;
    const focused = document.activeElement === button;
    element.setAttribute(OURS, "");
    this.hide();
    button.insertAdjacentElement("beforebegin", element);
    if (focused) (element.matches("a") ? element : element.querySelector("a"))?.focus();
  }

  /** Whether both are still in the page; the button is kept hidden. */
  standing(): boolean {
    const there = this.button.isConnected && this.element.isConnected;
    if (there) this.hide();
    return there;
  }

  /** Leaves the merchant's button as it was. */
  undo(): void {
    this.element.remove();
    this.reveal();
  }

  /** Shows the merchant's button again, below the element. */
  reveal(): void {
    this.hidden = false;
    this.button.style.setProperty("display", this.display);
  }

  private hide(): void {
    const { style } = this.button;
    // Setting what is set already would wake the watch of the page for ever.
    if (this.hidden && style.display !== "none") {
      style.setProperty("display", "none", "important");
    }
  }
}
