// The QR code with a short text that follows the customer on their phone.

import type { Texts } from "./config";
import { withFocusRing } from "./link_button";
import { qrCode } from "./qr_code";
import { final, type State } from "./state";
import { styled } from "./style";
import type { Ticket } from "./tickets";

const CARD = `
  display: block; box-sizing: border-box; width: 100%; max-width: 320px;
  margin: 0 auto; padding: 8px 8px 16px; border-radius: 8px;
  background: #fff; color: #1e1e1e; font: 16px/1.5 system-ui,-apple-system,sans-serif; letter-spacing: normal;
  text-align: center; text-wrap: balance; text-transform: none;
`;
const CODE = "display: block";
const LINE = "margin: 4px 0 0; padding: 0; color: #1e1e1e; font: inherit";

export class QrPanel {
  readonly element = styled(document.createElement("div"), CARD);
  private readonly code: HTMLAnchorElement;
  private readonly hint = paragraph();
  private readonly news = paragraph();

  constructor(
    ticket: Ticket,
    private readonly texts: Texts,
  ) {
    this.code = withFocusRing(styled(document.createElement("a"), CODE));
    // For who cannot scan: the same page, on this computer.
    this.code.href = ticket.url;
    this.code.target = "_blank";
    this.code.rel = "noopener noreferrer";
    this.code.append(qrCode(ticket.qr, texts.qr));
    this.hint.textContent = texts.scan;
    this.news.setAttribute("role", "status");
    this.news.setAttribute("aria-live", "polite");
    this.element.append(this.code, this.hint, this.news);
  }

  /** Tells how far the customer is. */
  tell(state: State): void {
    if (this.element.getAttribute("data-state") === state) return;
    this.element.setAttribute("data-state", state);
    this.news.textContent = this.texts[state];
    if (state === "waiting") return;
    styled(this.code, "opacity: 0.4"); // still to be scanned, should that phone fail
    this.hint.remove();
    if (!final(state)) return;
    this.code.remove();
    styled(this.news, `margin: 8px 0 0; font-weight: ${state === "done" ? 700 : 400}`);
    styled(this.element, "margin: 0 auto 12px"); // the merchant's button may follow
  }
}

function paragraph(): HTMLParagraphElement {
  return styled(document.createElement("p"), LINE);
}
