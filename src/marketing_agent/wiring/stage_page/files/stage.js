// Ticks off what has happened, and lets one person at a time be in hand.
(() => {
  const [inbox, phone, home, told, copy] = ["inbox", "phone", "home", "told", "copy"].map(
    (id) => document.getElementById(id),
  );
  const steps = [...document.querySelectorAll("[data-step]")];
  const people = [...document.querySelectorAll("[data-person]")];
  const views = [...document.querySelectorAll(".views button")];
  const chosen = () => people.find((each) => each.ariaPressed === "true").dataset.person;
  let last = null;

  const press = (buttons, pressed) => {
    for (const each of buttons) each.ariaPressed = String(each === pressed);
  };

  const view = (name) => {
    document.body.dataset.view = name;
    press(views, views.find((each) => each.dataset.view === name));
  };

  /** The path of a frame that shows a page of the stage's own; null for any other. */
  const pathOf = (frame) => {
    try {
      return frame.contentWindow.location.pathname;
    } catch {
      return null;
    }
  };

  const choose = (button) => {
    press(people, button);
    const key = button.dataset.person;
    home.href = `/phone/${key}`;
    phone.contentWindow.location.replace(`/phone/${key}`);
    inbox.contentWindow.location.replace(`/inbox/${key}`);
    if (document.body.dataset.view === "dashboard") view("inbox");
  };

  const showSteps = (happened) => {
    const next = steps.find((each) => !happened[each.dataset.step]);
    for (const each of steps) {
      const done = happened[each.dataset.step];
      if (done && !each.classList.contains("done") && last) {
        told.textContent = `${each.querySelector("h2").firstChild.data.trim()}: ${told.dataset.done}`;
      }
      each.classList.toggle("done", done);
      if (each === (next ?? steps.at(-1))) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
    document.getElementById("finished").hidden = !happened.linked;
    document.getElementById("story").classList.toggle("over", !next);
  };

  const showPeople = (standings) => {
    for (const each of people) {
      const now = standings[each.dataset.person];
      each.querySelector(".unread").textContent = now.unread;
      each.querySelector(".badge").hidden = now.unread === 0;
      each.querySelector(".linked").hidden = !now.linked;
    }
    const key = chosen();
    const [now, before] = [standings[key], last?.people[key]];
    if (!before) return;
    const inList = pathOf(inbox) === `/inbox/${key}`;
    if (now.mails !== before.mails && inList) inbox.contentWindow.location.reload();
    const isHome = pathOf(phone) === `/phone/${key}`;
    if (now.linked !== before.linked && isHome) phone.contentWindow.location.reload();
  };

  const look = async () => {
    let lost = true;
    try {
      const answer = await fetch("/status", { cache: "no-store" });
      if (answer.ok) {
        const now = await answer.json();
        showSteps(now.steps);
        showPeople(now.people);
        last = now;
        lost = false;
      }
    } catch {
      // The demo was stopped: it is asked again, and the page says so meanwhile.
    }
    document.getElementById("lost").hidden = !lost;
    setTimeout(look, document.hidden ? 5000 : 1000);
  };

  for (const each of people) each.addEventListener("click", () => choose(each));
  for (const each of views) each.addEventListener("click", () => view(each.dataset.view));
  phone.addEventListener("load", () => {
    const path = pathOf(phone);
    if (path === null || !path.startsWith("/phone/")) view("phone");
  });
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("sentence").textContent);
    copy.textContent = copy.dataset.copied;
  });
  look();
})();
