// The closing card: before and after, the files, the way on; how it went is one disclosure away.
import { starButton } from "./choosing.js";
import { compare } from "./compare.js";
import { h, replace } from "./dom.js";
import { downloadButton } from "./download.js";
import { images, money, quote, rounds, score, seconds } from "./format.js";
import { plot } from "./plot.js";
import { shareButton } from "./share.js";
import { t, tn } from "./texts.js";
import { showImage } from "./viewer.js";

export class ClosingCard {
  constructor(room) {
    this.room = room;
    this.update = null;
    this.element = h("article", { class: "post closing", "aria-label": t("The run is over") });
  }

  apply(update) {
    this.update = update;
    if (update.kind === "failed") this.fail(update);
    else this.finish(update);
  }

  // what the stage asks of a frame; a job's bare bill is none

  get ready() { return this.update !== null && !this.bare; }

  get bare() { return this.update.kind === "finished" && this.room.isPicture(this.update.mode); }

  get title() { return this.update.kind === "failed" ? t("The run broke") : t("The result"); }

  get short() { return this.update.kind === "failed" ? t("broke") : t("result"); }

  get sign() { return "✓"; }

  get run() { return this.update?.run ?? ""; }

  thumb() { return this.update.best ? this.room.thumb(this.update.best.image) : ""; }

  fail(update) {
    replace(this.element, h("header", {}, h("h3", {}, t("The run broke"))), h("p", {}, update.sentence),
      h("p", { class: "hint" }, t("What was painted is kept; what was reserved is given back.")),
      h("div", { class: "actions" }, this.more()));
  }

  finish(update) {
    if (this.bare) {
      this.element.classList.add("bare");
      return replace(this.element, ...[this.sheet(update), this.bill(update, false)].filter(Boolean));
    }
    replace(this.element, this.picture(update),
      h("header", {}, h("h3", {}, update.mode === "refine" ? t("Developed") : t("Evolved")), update.mode === "refine" && update.best?.score ? h("span", { class: "badge best" }, t("best {score}", { score: score(update.best.score.value) })) : null,
        update.label ? h("span", { class: "badge" }, update.label) : null),
      h("p", { class: "reason" }, update.reason),
      h("div", { class: "actions" }, ...this.buttons(update)), this.film(update), this.bill(update), this.course(update));
    return undefined;
  }

  buttons(update) {
    const { best } = update;
    return [this.more(), best ? starButton(this.room, best, t("the result")) : null,
      best ? downloadButton(this.room.image(best.image), best, "best") : null, shareButton(this.room)].filter(Boolean);
  }

  picture(update) {
    const { best } = update;
    if (!best) return null;
    const src = this.room.image(best.image);
    const sized = { width: best.width, height: best.height };
    if (this.room.reference) return compare({ before: this.room.image(this.room.reference), after: src, afterName: update.mode === "refine" ? t("Best") : t("Last"), alt: best.alt, ...sized });
    return h("div", { class: "picture" }, h("button", { type: "button", class: "image", "aria-label": t("The best image: full size"), onclick: () => showImage(src, best.alt, t("The best image")) },
      h("img", { src, alt: best.alt || t("The best image"), ...sized })));
  }

  /** The animation plays; where people asked for less motion, once they ask. */
  film(update) {
    if (!update.animation) return null;
    const image = () => h("img", { class: "animation", src: this.room.image(update.animation), alt: t("All rounds one after another, as an animation"), loading: "lazy" });
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return image();
    const button = h("button", { type: "button", onclick: () => button.replaceWith(image()) }, t("Play the animation"));
    return button;
  }

  bill(update, counted = true) {
    const back = update.released !== null && Number(update.released) > 0 ? `, ${t("{usd} given back", { usd: money(update.released) })}` : "";
    const soFar = update.so_far ? ` ${t("{usd} in this session so far.", { usd: money(update.so_far) })}` : "";
    const unknown = update.unknown_calls ? ` ${tn(update.unknown_calls, "{n} call without an answer booked as spent.", "{n} calls without an answer booked as spent.")}` : "";
    return h("p", { class: "bill" }, `${counted ? `${rounds(update.rounds)}, ` : ""}${t("{images} in {time}", { images: images(update.spent_images), time: seconds(update.seconds) })}: `,
      h("strong", {}, money(update.spent)), `${back}.`, h("span", { class: "hint" }, ` ${t("Quoted: {quote}.", { quote: quote(update.quote) })}${unknown}${soFar}`));
  }

  /** All of them beside each other; null where there is no sheet. */
  sheet(update, about = t("All pictures beside each other")) {
    if (!update.contact_sheet) return null;
    const src = this.room.image(update.contact_sheet);
    return h("button", { type: "button", class: "image sheet", "aria-label": t("Contact sheet: full size"), onclick: () => showImage(src, about, t("Contact sheet")) },
      h("img", { src, alt: t("Contact sheet: {what}", { what: about }), loading: "lazy" }));
  }

  course(update) {
    const link = (hash, name, label) => hash && h("a", { class: "button", href: this.room.image(hash), download: name }, label);
    return h("details", { class: "more-words" }, h("summary", {}, t("Course, contact sheet and files")), plot(this.room.course(update.run)),
      h("div", { class: "downloads" }, this.sheet(update, t("All rounds beside each other")), h("div", { class: "actions" },
        update.best ? link(update.best.image, "best.png", t("Best image")) : null,
        link(update.contact_sheet, "contact-sheet.png", t("Contact sheet")) || null,
        link(update.animation, "evolution.webp", t("Animation")) || null,
        link(update.animation_gif, "evolution.gif", t("Animation (GIF)")) || null)));
  }

  more() {
    return h("button", { type: "button", class: "primary",
      onclick: (event) => this.room.act(event.currentTarget, { kind: "continue", session: this.room.session }) }, t("More rounds"));
  }
}
