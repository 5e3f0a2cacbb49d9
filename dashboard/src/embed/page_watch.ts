// Looks at the page again after it has changed. Success screens render late, go away
// when a popup closes or a single-page app changes its route, and come back.

import { guarded } from "./guarded";

const PAUSE_MS = 100;

export interface PageWatch {
  /** From now on, until the page is left. */
  begin(): void;
}

/** Calls `look` soon after changes of the page, at most ten times a second. */
export function watchPage(look: () => void): PageWatch {
  let waiting = false;
  let observing = false;
  const now = guarded(() => {
    waiting = false;
    look();
  });
  const soon = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(now, PAUSE_MS);
  };
  return {
    begin() {
      if (observing) return;
      observing = true;
      new MutationObserver(soon).observe(document.documentElement, {
        childList: true,
        subtree: true,
        attributeFilter: ["class", "hidden", "href", "style"],
      });
    },
  };
}
