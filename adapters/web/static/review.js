// The critique, open for editing; and a run that paused for it.
import { h, redraw, uid } from "./dom.js";
import { clock } from "./format.js";
import { t } from "./texts.js";

const ENDS = {
  edited: (by, at) => t("{by} edited the critique at {at}; the next round follows this:", { by, at }),
  went_on: (by, at) => t("{by} let it go on as it is, at {at}.", { by, at }),
  time_up: (by, at) => t("Nobody answered in time: it went on by itself at {at}.", { at }),
  stopped: (by, at) => t("{by} stopped the run at {at}.", { by, at }),
  over: () => t("The run is over."),
};
const ended = (closed) => ENDS[closed.how](closed.by_name ?? t("Somebody"), clock(closed.at));

export class ReviewCard {
  constructor(room) {
    this.room = room;
    this.timer = 0;
    this.element = h("article", { class: "post review", "aria-label": t("Review of the critique") });
  }

  apply(update) {
    clearInterval(this.timer);
    if (update.kind === "review_requested" && (update.closed || !update.until)) return this.close(update);
    const again = this.element.querySelector("textarea");
    if (again && again.value !== again.defaultValue) return this.count(update);
    return this.open(update);
  }

  close(update) {
    const { closed } = update;
    redraw(this.element, h("p", { class: "hint" }, closed ? ended(closed) : t("This review is over.")),
      closed?.text ? h("p", {}, closed.text) : null);
  }

  /** The run went on or ended: what was open is over. */
  end(sentence) {
    clearInterval(this.timer);
    if (this.element.querySelector("form")) redraw(this.element, h("p", { class: "hint" }, sentence));
  }

  open(update) {
    const id = uid("critique");
    const text = h("textarea", { id, rows: 5, maxlength: 4000 }, update.critique);
    const form = h("form", {},
      h("label", { for: id }, update.kind === "paused" ? update.reason : t("The critique of round {n}: change it if you like", { n: update.round })), text,
      h("div", { class: "actions" }, h("button", { class: "primary" }, t("Go on")), h("span", { class: "countdown" })));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const changed = text.value.trim() === update.critique.trim() ? "" : text.value.trim();
      const sent = await this.room.act(form.querySelector("button"), { kind: "revise", run: update.run, round: update.round, critique: changed });
      if (sent && form.isConnected) this.end(t("Sent: the run goes on."));
    });
    redraw(this.element, h("header", {}, h("h3", {}, t("Review")), h("span", { class: "badge" }, t("round {n}", { n: update.round }))), form);
    this.count(update);
  }

  count(update) {
    const place = this.element.querySelector(".countdown");
    if (!update.until || !place) {
      if (place) place.textContent = t("The run waits for your answer.");
      return;
    }
    const tick = () => {
      const left = Math.max(0, Math.round((new Date(update.until) - Date.now()) / 1000));
      place.textContent = left ? t("goes on by itself in {n} s", { n: left }) : t("going on…");
      if (!left) clearInterval(this.timer);
    };
    tick();
    this.timer = setInterval(tick, 1000);
  }
}
