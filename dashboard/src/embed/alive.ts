// Tells the service that the script runs, and on which forms: its last sign of life.

import { endpoint, type Config } from "./config";
import { post } from "./requests";

const MOST_FORMS = 10;

export class SignOfLife {
  private readonly told = new Set<string>();
  private begun = false;

  constructor(private readonly config: Config) {}

  /** Once per page load, with the forms that are there already. */
  begin(forms: readonly string[]): void {
    this.begun = true;
    this.send([...this.told, ...this.added(forms)]);
  }

  /** Once for each form that is seen later. */
  seen(forms: readonly string[]): void {
    const added = this.added(forms);
    if (this.begun && added.length) this.send(added);
  }

  private added(forms: readonly string[]): string[] {
    const added = forms.filter((form) => !this.told.has(form));
    const room = added.slice(0, MOST_FORMS - this.told.size);
    room.forEach((form) => this.told.add(form));
    return room;
  }

  private send(forms: readonly string[]): void {
    post(endpoint(this.config, "alive"), { forms }).catch(() => {});
  }
}
