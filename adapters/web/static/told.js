// What this window says when nobody looks at it: its title, and a notification when a run is over.
import { at } from "./address.js";
import { aside } from "./asides.js";
import { h } from "./dom.js";
import { score } from "./format.js";
import { t } from "./texts.js";

const ASKED = "darkroom-told";
const NAME = "Darkroom";

/** The title of the tab: the round and its score, then what became of it. */
export class Title {
  constructor() { this.course = {}; }

  clear() {
    this.course = {};
    document.title = NAME;
  }

  take(update) {
    if (update.kind === "accepted") this.course = { round: 0, rounds: update.quote.rounds };
    if (update.kind === "iteration_finished" && update.shown !== "picture") this.course = { ...this.course, round: update.round, rounds: update.rounds, value: update.candidates[update.best]?.score?.value };
    const { round, rounds, value } = this.course;
    const points = value === undefined || value === null ? "" : ` · ${score(value)}`;
    if (update.kind === "finished") document.title = `${t("Done")}${update.best?.score ? ` · ${score(update.best.score.value)}` : ""} · ${NAME}`;
    else if (update.kind === "failed") document.title = `${t("Broke")} · ${NAME}`;
    else if (rounds) document.title = `${t("{n} of {m}", { n: round, m: rounds })}${points} · ${NAME}`;
  }
}

const possible = () => "Notification" in window && Notification.permission === "default" && !localStorage.getItem(ASKED);

/** Asked once: whether to be told when a run is over and this window is not looked at. */
export function offerNotice() {
  if (!possible()) return;
  localStorage.setItem(ASKED, "1");
  const close = aside(t("A notification when it is done?"), { role: "status", hint: "" },
    h("div", { class: "actions tight" }, h("button", { type: "button", onclick: () => { close(); Notification.requestPermission(); } }, t("Yes, tell me")),
      h("button", { type: "button", class: "quiet", onclick: () => close() }, t("No"))));
}

export function notify(update) {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  if (update.kind !== "finished" && update.kind !== "failed") return;
  const title = update.kind === "finished" ? t("Your picture is developed") : t("The run broke");
  const note = new Notification(title, { body: update.reason ?? update.sentence, icon: at("/static/icon.svg"), tag: update.run });
  note.onclick = () => { window.focus(); note.close(); };
}
