// What is in a picture, in words; each prompt that would paint it has a button.
import { h, replace } from "./dom.js";
import { t } from "./texts.js";
import { showImage } from "./viewer.js";

export class DescribedCard {
  constructor(room) {
    this.room = room;
    this.element = h("article", { class: "post described", "aria-label": t("What is in the picture") });
  }

  // what the stage asks of a frame

  get ready() { return Boolean(this.update); }

  get title() { return this.gone ? t("Taken down") : this.update.question ? t("Answer: {question}", { question: this.update.question }) : t("What is in the picture"); }

  get short() { return this.gone ? "–" : t("words"); }

  get sign() { return this.gone ? "✕" : "“ ”"; }

  get run() { return this.update?.run ?? ""; }

  thumb() { return this.gone ? "" : this.room.thumb(this.update.image); }

  apply(update) {
    if (update.kind === "discarded") return this.takeDown();
    this.update = update;
    if (update.shows) return this.drawn(update);
    const shown = this.room.thumb(update.image);
    replace(this.element, h("header", {}, update.question ? h("blockquote", {}, update.question) : h("h3", {}, t("What is in the picture"))),
      shown ? h("img", { src: shown, alt: update.alt, class: "small" }) : null,
      h("p", {}, update.alt),
      update.prompts.length ? h("ol", { class: "prompts" }, update.prompts.map((prompt, at) => this.prompt(prompt, at + 1))) : null,
      update.note ? h("p", { class: "hint" }, update.note) : null);
  }

  takeDown() {
    this.gone = true;
    this.element.setAttribute("aria-label", t("Taken down"));
    replace(this.element, h("p", { class: "hint" }, t("This was taken down with its picture.")));
  }

  /** A picture that is a result itself: a tree, a comic page. */
  drawn(update) {
    const src = this.room.image(update.image);
    const name = this.room.title(update.shows);
    this.element.setAttribute("aria-label", name);
    replace(this.element, h("header", {}, h("h3", {}, name)),
      h("button", { type: "button", class: "image", "aria-label": t("{name}: full size", { name }), onclick: () => showImage(src, update.alt, name) },
        h("img", { src, alt: update.alt, loading: "lazy" })),
      h("div", { class: "actions" }, h("a", { class: "button", href: src, download: `${update.shows}.png` }, t("Download"))));
  }

  prompt(prompt, number) {
    const button = h("button", { type: "button", "aria-label": t("Imagine prompt {n}", { n: number }) }, t("Imagine"));
    button.addEventListener("click", () => this.room.act(button, { kind: "imagine", prompt }));
    return h("li", {}, h("p", {}, prompt), button);
  }
}
