// The LINE link button. LINE's guidelines fix its colours and the bold white text.

import { guarded } from "./guarded";
import { styled } from "./style";

const LOOK = `
  display: flex; align-items: center; justify-content: center; box-sizing: border-box;
  width: 100%; max-width: 100%; min-height: 56px; margin: 0; padding: 8px 16px;
  border: 0; border-radius: 8px; background: #06c755; color: #fff; opacity: 1;
  font: bold 20px/1.25 system-ui,-apple-system,sans-serif; letter-spacing: normal;
  text-align: center; text-decoration: none; text-transform: none; cursor: pointer;
`;

const GREEN: Readonly<Record<string, string>> = {
  pointerenter: "#05b34d", // with a tenth of black
  pointerdown: "#048b3c", // with three tenths
  pointerup: "#06c755",
  pointerleave: "#06c755",
  pointercancel: "#06c755",
};

/** A real link: iOS opens LINE only after a real tap. */
export function linkButton(label: string, url: string): HTMLAnchorElement {
  const link = styled(document.createElement("a"), LOOK);
  for (const [event, green] of Object.entries(GREEN)) {
    link.addEventListener(event, () => styled(link, `background: ${green}`));
  }
  link.href = url;
  link.referrerPolicy = "no-referrer";
  link.textContent = label;
  return withFocusRing(link);
}

/** Shows where the keyboard is, also where the page's styles hide it. */
export function withFocusRing(link: HTMLAnchorElement): HTMLAnchorElement {
  const outline = (width: number) =>
    styled(link, `outline: ${width}px solid #1e1e1e; outline-offset: 3px`);
  link.addEventListener("focus", guarded(() => {
    if (link.matches(":focus-visible")) outline(3);
  }));
  link.addEventListener("blur", () => outline(0));
  return link;
}
