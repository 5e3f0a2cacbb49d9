// Klaviyo's on-site script in a small: shows an account's live forms, dispatches
// `klaviyoForms` events, sends what was typed to the sandbox.
//
// What Klaviyo's documents and pages in the field leave open is a switch in this
// script's address:
//   keys=dollar|plain        $email, $phone_number or email, phone_number in the events
//   conversion=last|first    the step that also dispatches `submit`
//   button=handler|link|role how a button that goes to a URL is rendered
//   forms=XyZ123,AbC456      the forms that the page is for: of these, or else of all,
//                            the first popup opens
//   delay=300                milliseconds until it opens
(() => {
  if (window.klaviyo) return;
  const script = new URL(document.currentScript.src);
  const option = (name, usual) => script.searchParams.get(name) ?? usual;
  const company = option("company_id", "");
  const open = new Map();
  let versions = new Map();

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "style") made.style.cssText = value;
      else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  const dispatch = (form, type, metaData = {}) => {
    const detail = { type, formId: form, companyId: company, metaData };
    window.dispatchEvent(new CustomEvent("klaviyoForms", { detail }));
  };

  // -- what a visitor fills in

  const e164 = (text) => {
    const digits = text.replace(/[^\d+]/g, "");
    return digits.startsWith("0") ? `+81${digits.slice(1)}` : digits;
  };

  const valuesOf = (fields) => {
    const filled = fields.filter((field) => field.value.trim());
    return Object.fromEntries(
      filled.map((field) => {
        const text = field.value.trim();
        return [field.name, field.type === "tel" ? e164(text) : text];
      }),
    );
  };

  const spelled = (values) =>
    option("keys", "dollar") === "dollar"
      ? values
      : Object.fromEntries(
          Object.entries(values).map(([key, value]) => [key.replace("$", ""), value]),
        );

  const send = (form, values, step) =>
    fetch(`${script.origin}/onsite/forms/${form}/submissions?company_id=${company}`, {
      method: "POST",
      body: JSON.stringify({ values, step }),
    }).catch(() => {});

  // -- one form on the page

  const forDevice = (part, { display_device: devices = ["both"] }) => {
    const device = matchMedia("(max-width: 767px)").matches ? "mobile" : "desktop";
    if (!devices.includes("both") && !devices.includes(device)) {
      part.style.display = "none";
    }
    return part;
  };

  class Shown {
    constructor(id, version) {
      this.id = id;
      this.version = version;
      this.values = {};
      this.at = 0;
      this.form = element("form", {
        class: `needsclick klaviyo-form klaviyo-form-version-cid_${version.id ?? 1}`,
        "data-testid": `klaviyo-form-${id}`,
        novalidate: "",
        style: "display:flex;flex-direction:column;gap:12px;padding:28px 24px",
        onsubmit: (event) => {
          event.preventDefault();
          this.form.querySelector("button[data-main]")?.click();
        },
      });
      this.render();
    }

    get step() {
      return this.version.steps[this.at];
    }

    get stepName() {
      return this.step.name ?? `Step ${this.at + 1}`;
    }

    render() {
      const blocks = this.step.columns.flatMap((column) =>
        (column.rows ?? []).flatMap((row) => row.blocks ?? []),
      );
      const parts = blocks.map((block) => this.block(block)).filter(Boolean);
      const rows = parts.map((part) =>
        element(
          "div",
          { "data-testid": "form-row", class: "needsclick" },
          element("div", { "data-testid": "form-component", class: "needsclick" }, part),
        ),
      );
      this.form.replaceChildren(...rows);
    }

    block(block) {
      const { properties = {} } = block;
      if (block.type === "email") return this.field("email", "$email", properties);
      if (block.type === "phone_number") {
        return this.field("tel", "$phone_number", properties);
      }
      if (block.type === "text") return this.field("text", "text", properties);
      if (block.type === "html_text") {
        const words = new DOMParser().parseFromString(properties.content ?? "", "text/html");
        return element("p", { style: "margin:0" }, words.body.textContent);
      }
      return block.type === "button" ? forDevice(this.button(block), properties) : null;
    }

    field(type, name, properties) {
      const label = properties.label || properties.placeholder || name.replace("$", "");
      return element("input", {
        type,
        name: properties.property_name ?? name,
        "aria-label": label,
        placeholder: properties.placeholder ?? label,
        ...(properties.required && { required: "" }),
        style:
          "width:100%;box-sizing:border-box;height:48px;padding:0 14px;font:16px system-ui;border:1px solid #9c8f83;border-radius:4px",
      });
    }

    button({ action, properties }) {
      const look = {
        class: "needsclick go2719180232 kl-private-reset-css-Xuajs1",
        style:
          "display:block;width:100%;box-sizing:border-box;padding:14px;font:600 16px system-ui;text-align:center;text-decoration:none;color:#fff;background:#5a3a22;border:0;border-radius:4px;cursor:pointer",
      };
      const click = (event) => this.act(action, event);
      const goes = action.type === "redirect" && !action.submit;
      const how = goes ? option("button", "handler") : "handler";
      if (how === "link") {
        const link = { ...look, href: action.properties.url, onclick: click };
        return element("a", link, properties.label);
      }
      if (how === "role") {
        const url = action.properties.url;
        const acting = { ...look, role: "button", tabindex: "0", "data-url": url };
        return element("div", { ...acting, onclick: click }, properties.label);
      }
      const main = action.submit ? { "data-main": "" } : {};
      return element(
        "button",
        { ...look, ...main, type: "button", onclick: click },
        properties.label,
      );
    }

    act(action, event) {
      if (action.submit && !this.submit()) return;
      if (action.type === "next_step") this.go(this.at + 1);
      if (action.type === "skip_to_success") this.go(this.version.steps.length - 1);
      if (action.type === "close") this.close();
      if (action.type === "redirect") this.redirect(action.properties, event);
    }

    submit() {
      const fields = [...this.form.querySelectorAll("input")];
      const wrong = fields.find((field) => !field.checkValidity());
      if (wrong) {
        wrong.setAttribute("aria-invalid", "true");
        wrong.focus();
        return false;
      }
      const typed = valuesOf(fields);
      Object.assign(this.values, typed);
      const metaData = { $step_name: this.stepName, ...spelled(typed) };
      dispatch(this.id, "stepSubmit", metaData);
      const whole = option("conversion", "last") === "last";
      const converts = this.at === (whole ? this.version.steps.length - 2 : 0);
      if (converts) dispatch(this.id, "submit", metaData);
      this.converted ||= converts;
      if (this.converted) send(this.id, this.values, whole ? null : this.stepName);
      return true;
    }

    go(to) {
      this.at = Math.min(to, this.version.steps.length - 1);
      // The next step comes a moment later, as an animation would let it.
      setTimeout(() => this.render(), 30);
    }

    redirect({ url, new_window: apart }, event) {
      dispatch(this.id, "redirectedToUrl", { $step_name: this.stepName });
      if (event.currentTarget.tagName === "A" || !url) return;
      if (apart) window.open(url, "_blank", "noopener");
      else location.assign(url);
    }

    close() {
      dispatch(this.id, "close");
      this.frame?.remove();
      open.delete(this.id);
    }
  }

  // -- where forms appear

  const popUp = (id) => {
    const version = versions.get(id);
    if (!version || open.has(id)) return;
    const shown = new Shown(id, version);
    const cross = element("button", {
      type: "button",
      class: "needsclick klaviyo-close-form",
      "aria-label": "Close dialog",
      style:
        "position:absolute;top:6px;right:6px;width:32px;height:32px;border:0;background:none;font:22px/1 system-ui;cursor:pointer",
      onclick: () => shown.close(),
    }, "×");
    const card = element("div", {
      style:
        "position:relative;width:100%;max-width:400px;background:#fffdfa;color:#2a2320;border-radius:10px;font:16px/1.5 system-ui",
    }, shown.form, cross);
    shown.frame = element("div", {
      role: "dialog",
      "aria-modal": "true",
      "aria-label": "POPUP Form",
      class: "needsclick kl-private-reset-css-Xuajs1",
      style:
        "position:fixed;inset:0;z-index:90000;display:flex;align-items:center;justify-content:center;padding:16px;box-sizing:border-box;background:rgba(20,15,10,.6)",
    }, card);
    open.set(id, shown);
    document.body.append(shown.frame);
    dispatch(id, "open");
  };

  const embed = () => {
    for (const [id, version] of versions) {
      if (version.type !== "embed") continue;
      for (const place of document.querySelectorAll(`div.klaviyo-form-${id}:empty`)) {
        place.append(new Shown(id, version).form);
        dispatch(id, "embedOpen");
      }
    }
  };

  const obey = ([order, id]) => {
    if (order === "openForm") popUp(id);
  };

  const begin = async () => {
    const asked = `${script.origin}/onsite/forms?company_id=${company}`;
    const { forms } = await (await fetch(asked)).json();
    versions = new Map(forms.map(({ id, version }) => [id, version]));
    embed();
    new MutationObserver(embed).observe(document.body, { childList: true, subtree: true });
    const orders = window._klOnsite ?? [];
    window._klOnsite = { push: obey };
    orders.forEach(obey);
    const wanted = option("forms", "").split(",");
    const popup = [...wanted, ...versions.keys()].find(
      (id) => versions.has(id) && versions.get(id).type !== "embed",
    );
    if (popup) setTimeout(() => popUp(popup), option("delay", 300));
  };

  window.klaviyo = { openForm: popUp, identify: () => Promise.resolve() };
  const ready = document.readyState !== "loading";
  if (ready) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
