// The card of a round.
import { h, replace } from "./dom.js";
import { change, money, score, seconds } from "./format.js";
import { showMore } from "./more.js";
import { askChange, disclosure, edit } from "./prompt.js";
import { checklist, showCompare, showDetails, showImage } from "./viewer.js";

export class RoundCard {
  constructor(room) {
    this.room = room;
    this.picture = h("div", { class: "picture" });
    this.strip = h("div", { class: "strip", role: "group", "aria-label": "Candidates of this round" });
    this.head = h("header", {});
    this.facts = h("p", { class: "facts-line" });
    this.because = h("p", { class: "because" });
    this.prompt = h("div", {});
    this.critique = h("div", { class: "critique" });
    this.actions = h("div", { class: "actions" });
    this.element = h("article", { class: "post round", hidden: true }, this.head, this.picture, this.strip,
      this.facts, this.because, this.prompt, this.critique, this.actions);
    this.round = null;
    this.chosen = 0;
  }

  apply(update) {
    if (update.kind === "iteration_finished") this.show(update);
    else if (update.kind === "critiqued") this.showCritique(update);
    else if (update.kind === "discarded") this.takeDown();
  }

  get view() { return this.round.candidates[this.chosen]; }

  show(update) {
    this.round = update;
    this.chosen = update.best;
    this.element.hidden = false;
    this.element.dataset.run = update.run;
    this.element.classList.toggle("won", update.won);
    replace(this.prompt, disclosure(update.prompt, update.words, update.embedded));
    this.because.textContent = update.critique || shortWords(update.words);
    this.because.classList.toggle("from-words", !update.critique);
    this.draw();
  }

  get isPicture() { return this.round.shown === "picture"; }

  get name() { return this.isPicture ? this.room.title(this.round.mode) : `Round ${this.round.round}`; }

  draw() {
    const { round, view, name } = this;
    this.element.setAttribute("aria-label", view?.score ? `${name}, score ${score(view.score.value)}` : name);
    replace(this.head, h("h3", {}, name, this.isPicture ? null : h("span", { class: "of" }, ` of ${round.rounds}`)),
      round.won && round.mode === "refine" ? h("span", { class: "badge best" }, "new best") : null,
      round.label ? h("span", { class: "badge" }, round.label) : null,
      round.style ? h("span", { class: "badge" }, round.style) : null,
      round.note ? h("span", { class: "note" }, round.note) : null);
    if (!view) {
      replace(this.picture);
      return replace(this.actions);
    }
    this.drawFacts();
    if (this.isPicture && round.candidates.length > 1) return this.drawGrid();
    const src = this.room.image(view.image);
    replace(this.picture, h("button", { type: "button", class: "image", "aria-label": `${name}: full size`,
      onclick: () => showImage(src, view.alt, name) },
    h("img", { src, alt: view.alt || name, width: view.width, height: view.height, loading: "lazy" })));
    this.drawStrip();
    return replace(this.actions, ...this.buttons());
  }

  /** Pictures side by side, each with its caption and its own way on. */
  drawGrid() {
    this.picture.classList.add("grid");
    replace(this.picture, this.round.candidates.map((view, index) => {
      const caption = this.caption(index);
      const src = this.room.image(view.image);
      const image = h("button", { type: "button", class: "image", "aria-label": `${caption}: full size`, onclick: () => showImage(src, view.alt, caption) },
        h("img", { src, alt: view.alt || caption, width: view.width, height: view.height, loading: "lazy" }));
      return h("figure", {}, image, h("figcaption", {}, caption),
        h("div", { class: "actions" }, this.pickButton(view), this.moreButton(view, caption)));
    }));
    replace(this.actions);
  }

  caption(index) { return `${index + 1} ${this.round.labels?.[index] ?? ""}`.trim(); }

  pickButton(view) {
    return h("button", { type: "button", class: "primary", onclick: (event) => this.room.act(event.currentTarget, { kind: "pick", iteration: view.iteration }) }, "Continue from this");
  }

  moreButton(view, caption = "") {
    const others = caption ? [["Paint again", () => this.room.act(h("button"), { kind: "paint_again", iteration: view.iteration })],
      ["Change…", () => this.change(h("button"), view)],
      ["Edit prompt", () => this.editPrompt(h("button"), view)], ["Details", () => showDetails(this.round, view, this.room)],
      ...(this.room.masks ? [["Edit a part…", () => this.room.paintOn(view.iteration)]] : [])] : [];
    return h("button", { type: "button", "aria-label": caption ? `More… with ${caption}` : null, onclick: () => showMore(this.room, view, this.round.parent, others) }, "More…");
  }

  drawStrip() {
    const { candidates } = this.round;
    if (candidates.length < 2) return replace(this.strip);
    return replace(this.strip, candidates.map((view, index) => h("button", { type: "button",
      "aria-pressed": String(index === this.chosen), "aria-label": `Candidate ${index + 1}, score ${score(view.score?.value) || "unknown"}`,
      onclick: () => { this.chosen = index; this.draw(); this.strip.children[index].focus(); } },
    h("img", { src: this.room.thumb(view.image), alt: "" }), h("span", {}, score(view.score?.value)))));
  }

  drawFacts() {
    const { round, view } = this;
    const gain = this.chosen === round.best ? change(round.change) : null;
    const passed = view.checks.filter((check) => check.passed).length;
    replace(this.facts,
      view.score ? h("span", { class: "score" }, h("span", { class: "sr" }, "Score "), score(view.score.value), view.score.measure ? h("small", {}, ` ${view.score.measure}`) : null) : null,
      gain ? h("span", { class: `change ${gain.way}` }, h("span", { "aria-hidden": "true" }, `${gain.mark} ${gain.text}`), h("span", { class: "sr" }, gain.spoken)) : null,
      view.checks.length ? h("span", {}, `${passed} of ${view.checks.length} checks`) : null,
      round.drift !== null ? h("span", {}, `${score(round.drift)} to the original`) : null,
      h("span", {}, money(round.cost)), h("span", {}, seconds(round.seconds)),
      round.embedded ? h("span", { class: "badge", title: this.room.embeddedNote }, "embedded engine") : h("span", { class: "model" }, round.model));
  }

  buttons() {
    const { room, round, view } = this;
    const ask = (label, data) => h("button", { type: "button",
      onclick: (event) => room.act(event.currentTarget, { ...data, iteration: view.iteration }) }, label);
    return [
      this.star(),
      this.pickButton(view),
      ask("Paint again", { kind: "paint_again" }),
      h("button", { type: "button", onclick: (event) => this.change(event.currentTarget) }, "Change…"),
      round.rest ? ask("Put the rest back", { kind: "put_back" }) : null,
      h("button", { type: "button", onclick: (event) => this.editPrompt(event.currentTarget) }, "Edit prompt"),
      room.masks ? h("button", { type: "button", onclick: () => room.paintOn(view.iteration) }, "Edit a part…") : null,
      room.reference ? h("button", { type: "button", onclick: () => showCompare({ before: room.image(room.reference),
        after: room.image(view.image), afterName: this.name, alt: view.alt }) }, "Compare") : null,
      h("button", { type: "button", onclick: () => showDetails(round, view, room) }, "Details"),
      this.moreButton(view),
    ].filter(Boolean);
  }

  star() {
    const { room, view } = this;
    const on = room.starred(view.iteration);
    return h("button", { type: "button", class: "star", "aria-pressed": String(on), "aria-label": `Favourite: ${this.isPicture ? this.name : `round ${this.round.round}`}`,
      title: on ? "Take the star back" : "Star: continue from this",
      onclick: (event) => room.toggleStar(event.currentTarget, view.iteration, () => replace(this.actions, ...this.buttons())) }, on ? "★" : "☆");
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
    const idea = update.idea ? h("p", { class: "idea" }, "An idea: ", update.idea, " ",
      h("button", { type: "button", onclick: (event) => this.room.act(event.currentTarget,
        { kind: "continue", session: this.room.session, instruction: update.idea }) }, "Try it")) : null;
    const checks = this.view ? checklist(this.view.checks) : null;
    replace(this.critique, h("p", {}, h("strong", {}, "Next: "), update.summary),
      update.differences.length || update.keep.length ? h("details", {}, h("summary", {}, "What differs, what stays"),
        h("ul", {}, update.differences.map((text) => h("li", {}, text)), update.keep.map((text) => h("li", { class: "keep" }, "keep: ", text)))) : null,
      checks, idea);
  }

  takeDown() {
    this.element.hidden = false;
    replace(this.element, h("p", { class: "hint" }, "This image was taken down. It stays in the tree."));
  }
}

const shortWords = (words) => (words.length > 220 ? `${words.slice(0, 219).trimEnd()}…` : words);
