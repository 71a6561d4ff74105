// Pictures of one post side by side, each with its caption and its own way on.
import { h, replace } from "./dom.js";
import { t } from "./texts.js";
import { showDetails, showImage } from "./viewer.js";

export class Grid {
  constructor(card) { this.card = card; }

  draw() {
    const { card } = this;
    card.picture.classList.add("grid");
    replace(card.picture, card.round.candidates.map((view, index) => this.figure(view, this.caption(index))));
    replace(card.actions);
  }

  caption(index) { return `${index + 1} ${this.card.round.labels?.[index] ?? ""}`.trim(); }

  figure(view, caption) {
    const { card } = this;
    const src = card.room.image(view.image);
    const image = h("button", { type: "button", class: "image", "aria-label": t("{name}: full size", { name: caption }), onclick: () => showImage(src, view.alt, caption) },
      h("img", { src, alt: view.alt || caption, width: view.width, height: view.height, loading: "lazy" }));
    if (card.round.blind) return h("figure", {}, image, h("figcaption", {}, caption), this.vote(view));
    return h("figure", {}, image, h("figcaption", {}, caption),
      h("div", { class: "actions" }, card.pickButton(view), card.moreButton(view, caption, this.further(view))));
  }

  /** Of a blind comparison: a vote a person, until somebody asks for the labels. */
  vote(view) {
    const { card } = this;
    const index = card.round.candidates.indexOf(view);
    const send = (kind) => (event) => card.room.act(event.currentTarget, { kind, iteration: view.iteration });
    return h("div", { class: "actions" },
      h("button", { type: "button", onclick: send("vote") }, t("Vote ({n})", { n: card.round.votes?.[index] ?? 0 })),
      index === 0 && !card.round.voting ? h("button", { type: "button", onclick: send("reveal") }, t("Show the labels")) : null);
  }

  further(view) {
    const { card } = this;
    return [[t("Paint again"), () => card.room.act(h("button"), { kind: "paint_again", iteration: view.iteration })],
      [t("Change…"), () => card.change(h("button"), view)],
      [t("Edit prompt"), () => card.editPrompt(h("button"), view)], [t("Details"), () => showDetails(card.round, view, card.room)],
      ...(card.room.masks ? [[t("Edit a part…"), () => card.room.paintOn(view.iteration)]] : [])];
  }
}
