// The landing page embed script: turns the button of a Klaviyo form's Success screen
// into a LINE link button (on a smartphone) or a QR code (on a computer).
// It stores nothing, and leaves the merchant's button alone where it cannot help.

import { SignOfLife } from "./alive";
import { firstRun, readConfig } from "./config";
import { FormLinking } from "./form_linking";
import { formsOnPage, hearFormEvents } from "./form_events";
import { guarded } from "./guarded";
import { watchPage } from "./page_watch";

function start(given: unknown): void {
  const config = readConfig(given);
  if (!config || !firstRun(config.key)) return;
  const watch = watchPage(() => linkings.forEach((each) => each.look()));
  const linkings = config.forms.map((each) => new FormLinking(config, each, watch));
  const life = new SignOfLife(config);
  hearFormEvents((event) => {
    life.seen([event.form]);
    linkings.find((each) => each.form === event.form)?.hear(event);
  });
  const begin = () => life.begin(formsOnPage(config.forms));
  if (document.readyState !== "loading") begin();
  else document.addEventListener("DOMContentLoaded", guarded(begin));
}

// The server puts the merchant's configuration here.
guarded(start)("__LINE_LINK_CONFIG__");
