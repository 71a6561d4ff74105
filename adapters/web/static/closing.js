// The closing card: best image, comparison, course, downloads, what it cost.
import { h, replace } from "./dom.js";
import { compare } from "./compare.js";
import { money, plural, quote, score, seconds } from "./format.js";
import { plot } from "./plot.js";
import { showImage } from "./viewer.js";

export class ClosingCard {
  constructor(room) {
    this.room = room;
    this.element = h("article", { class: "post closing", "aria-label": "The run is over" });
  }

  apply(update) {
    if (update.kind === "failed") this.fail(update);
    else this.finish(update);
  }

  fail(update) {
    replace(this.element, h("header", {}, h("h3", {}, "The run broke")), h("p", {}, update.sentence),
      h("p", { class: "hint" }, "What was painted is kept; what was reserved is given back."),
      h("div", { class: "actions" }, this.more()));
  }

  finish(update) {
    if (this.room.isPicture(update.mode)) return this.bare(update);
    replace(this.element, h("header", {}, h("h3", {}, update.mode === "refine" ? "Developed" : "Evolved"), update.mode === "refine" && update.best?.score ? h("span", { class: "badge best" }, `best ${score(update.best.score.value)}`) : null),
      h("p", {}, update.reason), this.picture(update), this.bill(update),
      plot(this.room.course(update.run)), this.downloads(update),
      h("div", { class: "actions" }, this.more()));
    return undefined;
  }

  /** The post that shows the pictures says the rest. */
  bare(update) {
    this.element.classList.add("bare");
    replace(this.element, this.bill(update, false));
  }

  picture(update) {
    const { best } = update;
    if (!best) return null;
    const src = this.room.image(best.image);
    if (this.room.reference) return compare({ before: this.room.image(this.room.reference), after: src, afterName: update.mode === "refine" ? "Best" : "Last", alt: best.alt });
    return h("button", { type: "button", class: "image", "aria-label": "The best image: full size", onclick: () => showImage(src, best.alt, "The best image") },
      h("img", { src, alt: best.alt || "The best image" }));
  }

  bill(update, rounds = true) {
    const back = update.released !== null && Number(update.released) > 0 ? `, ${money(update.released)} given back` : "";
    const unknown = update.unknown_calls ? ` ${plural(update.unknown_calls, "call")} without an answer booked as spent.` : "";
    return h("p", { class: "bill" }, `${rounds ? `${plural(update.rounds, "round")}, ` : ""}${plural(update.spent_images, "image")} in ${seconds(update.seconds)}: `,
      h("strong", {}, money(update.spent)), `${back}.`, h("span", { class: "hint" }, ` Quoted: ${quote(update.quote)}.${unknown}`));
  }

  downloads(update) {
    const link = (hash, name, label) => hash && h("a", { class: "button", href: this.room.image(hash), download: name }, label);
    const sheet = update.contact_sheet && h("button", { type: "button", class: "image sheet", "aria-label": "Contact sheet: full size",
      onclick: () => showImage(this.room.image(update.contact_sheet), "All rounds beside each other", "Contact sheet") },
    h("img", { src: this.room.image(update.contact_sheet), alt: "Contact sheet: all rounds beside each other", loading: "lazy" }));
    return h("div", { class: "downloads" }, sheet || null, h("div", { class: "actions" },
      update.best ? link(update.best.image, "best.png", "Best image") : null,
      link(update.contact_sheet, "contact-sheet.png", "Contact sheet") || null,
      link(update.animation, "evolution.webp", "Animation") || null,
      link(update.animation_gif, "evolution.gif", "Animation (GIF)") || null));
  }

  more() {
    return h("button", { type: "button", class: "primary",
      onclick: (event) => this.room.act(event.currentTarget, { kind: "continue", session: this.room.session }) }, "More rounds");
  }
}
