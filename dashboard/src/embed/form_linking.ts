// One configured form on the page: from what was typed to the button that is turned.

import type { Config, FormLinkage } from "./config";
import { onSmartphone } from "./device";
import type { FormEvent } from "./form_events";
import { linkButton } from "./link_button";
import type { PageWatch } from "./page_watch";
import { QrPanel } from "./qr_panel";
import { Replacement } from "./replacement";
import { final, follow, LONGEST_MS, type State } from "./state";
import { findSuccessButton, rendered } from "./success_button";
import { obtainTicket, type Ticket } from "./tickets";
import { fingerprint, joined, type Values } from "./values";

export class FormLinking {
  readonly form: string;
  private values: Values = {};
  private submitted = false;
  private reopened = false;
  private askedFor = "";
  private ticket: Ticket | null = null;
  private state: State = "waiting";
  private followUntil = 0;
  private shown: Replacement | null = null;

  constructor(
    private readonly config: Config,
    private readonly linkage: FormLinkage,
    private readonly watch: PageWatch,
  ) {
    this.form = linkage.form;
  }

  /** Takes an event of this form. */
  hear(event: FormEvent): void {
    if (event.kind === "opened") this.reopened = this.submitted;
    if (event.kind !== "step" && event.kind !== "submitted") return;
    this.collect(event);
    // Klaviyo's conversion may come before the last step: later values still count.
    if (this.submitted) this.handOver();
  }

  /** Turns the Success screen's button, if there is one to turn now. */
  look(): void {
    if (this.shown && !this.shown.standing()) this.putBack();
    if (!this.ticket || this.shown) return;
    const button = findSuccessButton(this.linkage);
    if (button) this.shown = this.turn(button, this.ticket);
  }

  private collect(event: FormEvent): void {
    if (this.reopened) [this.values, this.submitted] = [{}, false];
    this.reopened = false;
    this.values = joined(this.values, event.values);
    this.submitted = this.submitted || event.kind === "submitted";
  }

  private handOver(): void {
    const asked = fingerprint(this.values);
    if (asked === this.askedFor && !final(this.state)) return this.look();
    this.putBack();
    [this.askedFor, this.ticket, this.state] = [asked, null, "waiting"];
    if (!this.values.email && !this.values.phone) return;
    const wanted = () => this.askedFor === asked;
    obtainTicket(this.config, this.form, this.values, wanted)
      .then((ticket) => {
        if (!wanted()) return;
        if (ticket) this.take(ticket);
        else this.askedFor = ""; // another submission may ask again
      })
      .catch(() => {});
  }

  private take(ticket: Ticket): void {
    [this.ticket, this.followUntil] = [ticket, Date.now() + LONGEST_MS];
    this.watch.begin();
    this.look();
  }

  private turn(button: HTMLElement, ticket: Ticket): Replacement {
    if (!onSmartphone()) return this.turnIntoCode(button, ticket);
    return new Replacement(button, linkButton(this.linkage.label, ticket.url));
  }

  private turnIntoCode(button: HTMLElement, ticket: Ticket): Replacement {
    const panel = new QrPanel(ticket, this.config.texts);
    const replacement = new Replacement(button, panel.element);
    const tell = (state: State) => {
      this.state = state;
      panel.tell(state);
      if (state === "expired" || state === "failed") this.giveUp(replacement);
    };
    const listens = () => panel.element.isConnected && Date.now() < this.followUntil;
    const looks = () => rendered(panel.element);
    tell(this.state);
    if (!final(this.state)) {
      follow(this.config, ticket, { listens, looks, tell }).catch(() => {});
    }
    return replacement;
  }

  /** What cannot be scanned any more leaves the rest to the merchant's button. */
  private giveUp(replacement: Replacement): void {
    this.ticket = null;
    replacement.reveal();
  }

  private putBack(): void {
    this.shown?.undo();
    this.shown = null;
  }
}
