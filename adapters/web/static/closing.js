// The closing card: before and after, the files, the way on; how it went is one disclosure away.
import { starButton } from "./choosing.js";
import { compare } from "./compare.js";
import { h, replace } from "./dom.js";
import { downloadButton } from "./download.js";
import { money, plural, quote, score, seconds } from "./format.js";
import { plot } from "./plot.js";
import { shareButton } from "./share.js";
import { showImage } from "./viewer.js";

export class ClosingCard {
  constructor(room) {
    this.room = room;
    this.update = null;
    this.element = h("article", { class: "post closing", "aria-label": "The run is over" });
  }

  apply(update) {
    this.update = update;
    if (update.kind === "failed") this.fail(update);
    else this.finish(update);
  }

  // what the stage asks of a frame; a job's bare bill is none

  get ready() { return this.update !== null && !this.bare; }

  get bare() { return this.update.kind === "finished" && this.room.isPicture(this.update.mode); }

  get title() { return this.update.kind === "failed" ? "The run broke" : "The result"; }

  get short() { return this.update.kind === "failed" ? "broke" : "result"; }

  get sign() { return "✓"; }

  get run() { return this.update?.run ?? ""; }

  thumb() { return this.update.best ? this.room.thumb(this.update.best.image) : ""; }

  fail(update) {
    replace(this.element, h("header", {}, h("h3", {}, "The run broke")), h("p", {}, update.sentence),
      h("p", { class: "hint" }, "What was painted is kept; what was reserved is given back."),
      h("div", { class: "actions" }, this.more()));
  }

  finish(update) {
    if (this.bare) {
      this.element.classList.add("bare");
      return replace(this.element, ...[this.sheet(update), this.bill(update, false)].filter(Boolean));
    }
    replace(this.element, this.picture(update),
      h("header", {}, h("h3", {}, update.mode === "refine" ? "Developed" : "Evolved"), update.mode === "refine" && update.best?.score ? h("span", { class: "badge best" }, `best ${score(update.best.score.value)}`) : null,
        update.label ? h("span", { class: "badge" }, update.label) : null),
      h("p", { class: "reason" }, update.reason),
      h("div", { class: "actions" }, ...this.buttons(update)), this.film(update), this.bill(update), this.course(update));
    return undefined;
  }

  buttons(update) {
    const { best } = update;
    return [this.more(), best ? starButton(this.room, best, "the result") : null,
      best ? downloadButton(this.room.image(best.image), best, "best") : null, shareButton(this.room)].filter(Boolean);
  }

  picture(update) {
    const { best } = update;
    if (!best) return null;
    const src = this.room.image(best.image);
    const sized = { width: best.width, height: best.height };
    if (this.room.reference) return compare({ before: this.room.image(this.room.reference), after: src, afterName: update.mode === "refine" ? "Best" : "Last", alt: best.alt, ...sized });
    return h("div", { class: "picture" }, h("button", { type: "button", class: "image", "aria-label": "The best image: full size", onclick: () => showImage(src, best.alt, "The best image") },
      h("img", { src, alt: best.alt || "The best image", ...sized })));
  }

  /** The animation plays; where people asked for less motion, once they ask. */
  film(update) {
    if (!update.animation) return null;
    const image = () => h("img", { class: "animation", src: this.room.image(update.animation), alt: "All rounds one after another, as an animation", loading: "lazy" });
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return image();
    const button = h("button", { type: "button", onclick: () => button.replaceWith(image()) }, "Play the animation");
    return button;
  }

  bill(update, rounds = true) {
    const back = update.released !== null && Number(update.released) > 0 ? `, ${money(update.released)} given back` : "";
    const unknown = update.unknown_calls ? ` ${plural(update.unknown_calls, "call")} without an answer booked as spent.` : "";
    return h("p", { class: "bill" }, `${rounds ? `${plural(update.rounds, "round")}, ` : ""}${plural(update.spent_images, "image")} in ${seconds(update.seconds)}: `,
      h("strong", {}, money(update.spent)), `${back}.`, h("span", { class: "hint" }, ` Quoted: ${quote(update.quote)}.${unknown}`));
  }

  /** All of them beside each other; null where there is no sheet. */
  sheet(update, what = "pictures") {
    if (!update.contact_sheet) return null;
    const src = this.room.image(update.contact_sheet), about = `All ${what} beside each other`;
    return h("button", { type: "button", class: "image sheet", "aria-label": "Contact sheet: full size", onclick: () => showImage(src, about, "Contact sheet") },
      h("img", { src, alt: `Contact sheet: ${about.toLowerCase()}`, loading: "lazy" }));
  }

  course(update) {
    const link = (hash, name, label) => hash && h("a", { class: "button", href: this.room.image(hash), download: name }, label);
    return h("details", { class: "more-words" }, h("summary", {}, "Course, contact sheet and files"), plot(this.room.course(update.run)),
      h("div", { class: "downloads" }, this.sheet(update, "rounds"), h("div", { class: "actions" },
        update.best ? link(update.best.image, "best.png", "Best image") : null,
        link(update.contact_sheet, "contact-sheet.png", "Contact sheet") || null,
        link(update.animation, "evolution.webp", "Animation") || null,
        link(update.animation_gif, "evolution.gif", "Animation (GIF)") || null)));
  }

  more() {
    return h("button", { type: "button", class: "primary",
      onclick: (event) => this.room.act(event.currentTarget, { kind: "continue", session: this.room.session }) }, "More rounds");
  }
}
