// The status card of a run: what was asked, the quote, where it stands, Stop.
import { h, redraw, replace } from "./dom.js";
import { money, quote } from "./format.js";
import { t } from "./texts.js";

const OVER = new Set(["done", "stopped", "refused", "failed", "paused"]);
const NAMES = { confirming: t("asks first"), queued: t("queued"), running: t("developing"), waiting: t("waiting"), paused: t("paused"),
  done: t("done"), stopped: t("stopped"), refused: t("refused"), failed: t("failed") };

export class StatusCard {
  constructor(room) {
    this.room = room;
    this.accepted = null;
    this.progress = null;
    this.element = h("article", { class: "post status", "aria-label": t("Status of the run") });
    this.intro = h("div", {});
    this.line = h("p", { class: "progress-line" });
    this.preview = h("img", { class: "preview", alt: t("The picture so far"), hidden: true });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": t("Rounds done") });
    this.actions = h("div", { class: "actions" });
    this.element.append(this.intro, this.line, this.preview, this.bar, this.actions);
    this.phase = "";
  }

  apply(update) {
    if (update.kind === "accepted") this.accepted = update;
    else this.progress = update;
    this.draw();
  }

  /** The run ended: nothing to stop any more. */
  end(phase) {
    this.ended = phase;
    this.draw();
  }

  get stands() {
    return this.ended ?? this.progress?.phase ?? (this.accepted?.confirm ? "confirming" : "queued");
  }

  get over() { return OVER.has(this.stands); }

  draw() {
    const { accepted, progress, over } = this;
    const phase = this.stands;
    if (accepted) replace(this.intro, ...this.introduction(phase));
    this.line.textContent = over && this.ended ? "" : progress?.line ?? "";
    this.line.hidden = !this.line.textContent;
    this.preview.hidden = over || !progress?.preview;
    if (!this.preview.hidden) this.preview.src = this.room.image(progress.preview);
    this.bar.hidden = over || phase === "confirming";
    if (progress?.rounds) {
      this.bar.max = progress.rounds;
      this.bar.value = Math.max(0, Math.min(progress.rounds, progress.round));
    } else this.bar.removeAttribute("value");
    this.element.classList.toggle("live", !over);
    if (phase !== this.phase || this.progress?.review !== this.review) this.drawActions(phase, over);
  }

  introduction(phase) {
    const { accepted, room } = this;
    const name = accepted.owner_name;
    const what = { refine: t("{name} refines", { name }), evolve: t("{name} evolves", { name }) }[accepted.mode];
    const branch = what ? t("{name} branches off", { name }) : t("{job} for {name}", { job: room.title(accepted.mode), name });
    const title = accepted.branch || !what ? branch : what;
    const spent = this.progress?.spent;
    return [
      h("header", {}, h("h3", {}, title), h("span", { class: `badge phase ${phase}` }, NAMES[phase] ?? phase)),
      accepted.goal && (!accepted.branch || !what) ? h("p", { class: "goal" }, accepted.goal) : null,
      h("p", { class: "quote" }, quote(accepted.quote), spent && Number(spent) > 0 && !this.ended ? ` · ${t("spent {usd}", { usd: money(spent) })}` : ""),
      accepted.quote.embedded ? h("p", { class: "hint" }, room.embeddedNote || t("Painted by the embedded engine.")) : null,
    ].filter(Boolean);
  }

  drawActions(phase, over) {
    this.phase = phase;
    this.review = this.progress?.review;
    const { room, accepted } = this;
    const run = (accepted ?? this.progress).run;
    const button = (label, data, className = "") => h("button", { type: "button", class: className,
      onclick: (event) => room.act(event.currentTarget, { ...data, run }) }, label);
    if (over) return redraw(this.actions);
    if (phase === "confirming") {
      return redraw(this.actions, h("p", { class: "ask" }, accepted?.reason || t("This run asks before it spends.")),
        button(t("Start"), { kind: "confirm", yes: true }, "primary"), button(t("Cancel"), { kind: "confirm", yes: false }));
    }
    const on = this.review ?? accepted?.review ?? false;
    return redraw(this.actions, button(t("Stop"), { kind: "stop", session: room.session }, "danger"),
      h("button", { type: "button", "aria-pressed": String(on), onclick: (event) => room.act(event.currentTarget, { kind: "review", run, on: !on }) },
        t("Review each round")));
  }
}
