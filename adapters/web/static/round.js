// The card of a round: its picture speaks; words, scores and checks are one disclosure away.
import { starButton } from "./choosing.js";
import { h, redraw, replace } from "./dom.js";
import { downloadButton } from "./download.js";
import { change, money, score, seconds, short } from "./format.js";
import { Grid } from "./grid.js";
import { showMore } from "./more.js";
import { askChange, disclosure, edit } from "./prompt.js";
import { drawScene } from "./story.js";
import { t, tn } from "./texts.js";
import { checklist, showCompare, showDetails, showImage } from "./viewer.js";

const MEASURES = { pixels: t("by pixels"), likeness: t("by likeness"), checklist: t("by checklist") };

export class RoundCard {
  constructor(room) {
    this.room = room;
    this.picture = h("div", { class: "picture" });
    this.strip = h("div", { class: "strip", role: "group", "aria-label": t("Candidates of this round") });
    this.head = h("header", {});
    this.facts = h("p", { class: "facts-line" });
    this.because = h("p", { class: "because" });
    this.prompt = h("div", {});
    this.critique = h("div", { class: "critique" });
    this.actions = h("div", { class: "actions" });
    this.words = h("details", { class: "more-words" }, h("summary", {}, t("Words, scores and checks")), this.because, this.critique, this.prompt);
    this.element = h("article", { class: "post round" }, this.picture, this.strip, this.head, this.facts, this.actions, this.words);
    this.round = null;
    this.chosen = 0;
  }

  apply(update) {
    if (update.kind === "iteration_finished") this.show(update);
    else if (update.kind === "critiqued") this.showCritique(update);
    else if (update.kind === "discarded") this.takeDown();
  }

  // what the stage asks of a frame

  get ready() { return this.round !== null || Boolean(this.gone); }

  get title() {
    if (this.gone) return t("Taken down");
    const { view } = this;
    return view?.score ? t("{name}, score {score}", { name: this.name, score: score(view.score.value) }) : this.name;
  }

  get short() { return this.gone ? "–" : this.isPicture ? short(this.name, 9) : String(this.round.round); }

  get sign() { return this.gone ? "✕" : "…"; }

  get run() { return this.round?.run ?? ""; }

  thumb() { return this.gone || !this.view ? "" : this.room.thumb(this.view.image); }

  get view() { return this.round.candidates[this.chosen]; }

  get isPicture() { return this.round.shown === "picture"; }

  get name() { return this.isPicture ? this.room.title(this.round.mode) : t("Round {n}", { n: this.round.round }); }

  show(update) {
    this.round = update;
    this.chosen = update.best;
    this.element.dataset.run = update.run;
    this.element.classList.toggle("won", update.won);
    replace(this.prompt, disclosure(update.prompt, update.words, update.embedded));
    this.because.textContent = update.critique || short(update.words, 220);
    this.because.classList.toggle("from-words", !update.critique);
    this.draw();
  }

  draw() {
    if (this.round.scene) return drawScene(this, this.round);
    const { round, view, name } = this;
    this.element.setAttribute("aria-label", this.title);
    replace(this.head, h("h3", {}, name, this.isPicture ? null : h("span", { class: "of" }, ` ${t("of {n}", { n: round.rounds })}`)),
      round.won && round.mode === "refine" ? h("span", { class: "badge best" }, t("new best")) : null,
      round.label ? h("span", { class: "badge" }, round.label) : null,
      round.style ? h("span", { class: "badge" }, round.style) : null,
      round.note ? h("span", { class: "note" }, round.note) : null);
    if (!view) {
      replace(this.picture);
      return replace(this.actions);
    }
    this.drawFacts();
    if (this.isPicture && round.candidates.length > 1) return new Grid(this).draw();
    const src = this.room.image(view.image);
    replace(this.picture, h("button", { type: "button", class: "image", "data-key": "image", "aria-label": t("{name}: full size", { name }),
      onclick: () => showImage(src, view.alt, name) },
    h("img", { src, alt: view.alt || name, width: view.width, height: view.height, loading: "lazy" })));
    this.drawStrip();
    return redraw(this.actions, ...this.buttons());
  }

  drawStrip() {
    const { candidates } = this.round;
    if (candidates.length < 2) return replace(this.strip);
    return redraw(this.strip, candidates.map((view, index) => h("button", { type: "button", "data-key": `candidate ${index}`,
      "aria-pressed": String(index === this.chosen), "aria-label": t("Candidate {n}, score {score}", { n: index + 1, score: score(view.score?.value) || t("unknown") }),
      onclick: () => { this.chosen = index; this.draw(); } },
    h("img", { src: this.room.thumb(view.image), alt: "", height: 64 }), h("span", {}, score(view.score?.value)))));
  }

  drawFacts() {
    const { round, view } = this;
    const gain = this.chosen === round.best ? change(round.change) : null;
    const passed = view.checks.filter((check) => check.passed).length;
    replace(this.facts,
      view.score ? h("span", { class: "score" }, h("span", { class: "sr" }, t("Score"), " "), score(view.score.value), view.score.measure ? h("small", {}, ` ${MEASURES[view.score.measure] ?? view.score.measure}`) : null) : null,
      gain ? h("span", { class: `change ${gain.way}` }, h("span", { "aria-hidden": "true" }, `${gain.mark} ${gain.text}`), h("span", { class: "sr" }, gain.spoken)) : null,
      view.checks.length ? h("span", {}, tn(view.checks.length, "{passed} of {n} check", "{passed} of {n} checks", { passed })) : null,
      round.drift !== null ? h("span", {}, t("{score} to the original", { score: score(round.drift) })) : null,
      h("span", {}, money(round.cost)), h("span", {}, seconds(round.seconds)),
      round.embedded ? h("span", { class: "badge", title: this.room.embeddedNote }, t("embedded engine")) : null);
  }

  buttons() {
    const { room, round, view } = this;
    const ask = (label, data) => h("button", { type: "button",
      onclick: (event) => room.act(event.currentTarget, { ...data, iteration: view.iteration }) }, label);
    return [
      starButton(room, view, this.isPicture ? this.name : t("round {n}", { n: round.round })),
      this.pickButton(view),
      ask(t("Paint again"), { kind: "paint_again" }),
      h("button", { type: "button", onclick: (event) => this.change(event.currentTarget) }, t("Change…")),
      round.rest ? ask(t("Put the rest back"), { kind: "put_back" }) : null,
      h("button", { type: "button", onclick: (event) => this.editPrompt(event.currentTarget) }, t("Edit prompt")),
      room.masks ? h("button", { type: "button", onclick: () => room.paintOn(view.iteration) }, t("Edit a part…")) : null,
      room.reference ? h("button", { type: "button", onclick: () => showCompare({ before: room.image(room.reference),
        after: room.image(view.image), afterName: this.name, alt: view.alt }) }, t("Compare")) : null,
      downloadButton(room.image(view.image), view, this.isPicture ? this.name : `round-${round.round}`),
      h("button", { type: "button", onclick: () => showDetails(round, view, room) }, t("Details")),
      this.moreButton(view),
    ].filter(Boolean);
  }

  pickButton(view) {
    return h("button", { type: "button", class: "primary", onclick: (event) => this.room.act(event.currentTarget, { kind: "pick", iteration: view.iteration }) }, t("Continue from this"));
  }

  moreButton(view, caption = "", first = []) {
    return h("button", { type: "button", "aria-label": caption ? t("More… with {name}", { name: caption }) : null, onclick: () => showMore(this.room, view, this.round.parent, first) }, t("More…"));
  }

  async change(button, view = this.view) {
    const words = await askChange();
    if (words) this.room.act(button, { kind: "say", iteration: view.iteration, words });
  }

  async editPrompt(button, view = this.view) {
    const { round } = this;
    const prompt = await edit(round.prompt, round.words, round.embedded);
    if (prompt) this.room.act(button, { kind: "edit_prompt", iteration: view.iteration, prompt });
  }

  showCritique(update) {
    const idea = update.idea ? h("p", { class: "idea" }, t("An idea:"), " ", update.idea, " ",
      h("button", { type: "button", onclick: (event) => this.room.act(event.currentTarget,
        { kind: "continue", session: this.room.session, instruction: update.idea }) }, t("Try it"))) : null;
    const checks = this.round && this.view ? checklist(this.view.checks) : null;
    replace(this.critique, h("p", {}, h("strong", {}, t("Next:"), " "), update.summary),
      update.differences.length || update.keep.length ? h("details", {}, h("summary", {}, t("What differs, what stays")),
        h("ul", {}, update.differences.map((text) => h("li", {}, text)), update.keep.map((text) => h("li", { class: "keep" }, t("keep:"), " ", text)))) : null,
      checks, idea);
  }

  takeDown() {
    this.gone = true;
    this.element.setAttribute("aria-label", t("Taken down"));
    this.element.classList.remove("leaving");
    replace(this.element, h("p", { class: "hint" }, t("This image was taken down. It stays in the tree.")));
  }
}
