// One large stage: each frame cross-fades out of the last; a filmstrip and a scrubber lead to all of them.
import { h, replace } from "./dom.js";
import { t } from "./texts.js";

const SWIPE = 40;

export class Stage {
  /** A frame is a card: {element, thumb(): src, short, title, source(): src of its picture, wake()}. */
  constructor(room) {
    this.room = room;
    this.frames = [];
    this.at = -1;
    this.following = true;
    this.place = h("div", { class: "frames" });
    this.film = h("ol", { class: "film", "aria-label": t("Frames") });
    this.scrubber = h("input", { type: "range", class: "scrubber", min: 0, max: 0, step: 1, value: 0, "aria-label": t("Frame") });
    this.element = h("section", { class: "stage", "aria-label": t("Stage"), hidden: true }, this.place,
      h("div", { class: "reel" }, this.film, this.scrubber));
    this.scrubber.addEventListener("input", () => this.show(Number(this.scrubber.value), true));
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.listenToSwipes();
  }

  /** Takes a card in; it is shown when the newest is what is looked at, once `live`. */
  add(card, live) {
    card.element.hidden = true;
    this.frames.push(card);
    this.place.append(card.element);
    this.film.append(this.cell(card, this.frames.length - 1));
    this.element.hidden = false;
    this.measure();
    if (live && this.following) this.show(this.frames.length - 1);
  }

  /** After what was there before: the newest frame. */
  settle() {
    if (this.frames.length && this.at < 0) this.show(this.frames.length - 1);
  }

  get current() { return this.frames[this.at]; }

  cell(card, index) {
    const button = h("button", { type: "button", tabindex: -1, onclick: () => this.show(index, true) });
    const item = h("li", { class: card.starts ? "starts" : "" }, button);
    card.cell = button;
    this.drawCell(card);
    return item;
  }

  drawCell(card) {
    if (!card.cell) return;
    const src = card.thumb?.();
    card.cell.setAttribute("aria-label", card.title);
    replace(card.cell, src ? h("img", { src, alt: "", loading: "lazy", width: 84, height: 60 }) : h("span", { class: "no-thumb", "aria-hidden": "true" }, card.sign ?? "…"),
      h("span", { class: "cell-name", "aria-hidden": "true" }, card.short));
  }

  measure() {
    this.scrubber.max = this.frames.length - 1;
    this.scrubber.hidden = this.frames.length < 3;
    this.film.hidden = this.frames.length < 2;
  }

  /** `byHand`: a person went there, so new frames don't take them away unless it is the newest. */
  show(index, byHand = false) {
    const before = this.current;
    const card = this.frames[index];
    if (!card) return;
    if (byHand) this.following = index === this.frames.length - 1;
    if (before !== card) this.change(before, card);
    this.at = index;
    this.scrubber.value = index;
    this.scrubber.setAttribute("aria-valuetext", t("{title}, {n} of {m}", { title: card.title, n: index + 1, m: this.frames.length }));
    this.mark(before, card);
  }

  change(before, card) {
    const ghost = before && !before.element.hidden ? before.element.querySelector(".picture img, .compare-frame > img") : null;
    const copy = ghost?.complete && ghost.naturalWidth ? ghost.cloneNode() : null;
    const held = before?.element.contains(document.activeElement);
    if (before) before.element.hidden = true;
    card.element.hidden = false;
    card.wake?.();
    if (copy) fade(copy, card.element.querySelector(".picture, .compare-frame"));
    if (held) card.cell.focus({ preventScroll: true });
  }

  mark(before, card) {
    if (before) {
      before.cell.removeAttribute("aria-current");
      before.cell.tabIndex = -1;
    }
    card.cell.setAttribute("aria-current", "true");
    card.cell.tabIndex = 0;
    const { left, width } = card.cell.getBoundingClientRect();
    const strip = this.film.getBoundingClientRect();
    this.film.scrollLeft += left - strip.left - (strip.width - width) / 2;
  }

  step(by) {
    this.show(Math.max(0, Math.min(this.frames.length - 1, this.at + by)), true);
  }

  key(event) {
    if (event.target.closest("input, textarea, select, dialog") || event.altKey || event.ctrlKey || event.metaKey) return;
    const inFilm = this.film.contains(event.target);
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -this.frames.length, End: this.frames.length };
    if (event.key in steps && (inFilm || event.target.closest(".picture"))) {
      this.step(steps[event.key]);
      this.current.cell.focus({ preventScroll: true });
    } else if (event.key === " " && inFilm) this.compare();
    else return;
    event.preventDefault();
  }

  /** The reference over the frame, and away again. */
  compare() {
    const picture = this.current?.element.querySelector(".picture:not(.grid)");
    const reference = this.room.reference && this.room.image(this.room.reference);
    if (!picture || !reference) return;
    const there = picture.querySelector(".over");
    if (there) there.remove();
    else picture.append(h("div", { class: "over" }, h("img", { src: reference, alt: t("The reference") }), h("span", { class: "compare-tag left" }, t("Reference"))));
    this.room.say(there ? this.current.title : t("The reference"));
  }

  listenToSwipes() {
    let from = null;
    this.place.addEventListener("touchstart", (event) => {
      from = event.touches.length === 1 && event.target.closest(".picture") && !event.target.closest(".compare-frame, .grid") ? event.touches[0] : null;
    }, { passive: true });
    this.place.addEventListener("touchend", (event) => {
      if (!from) return;
      const to = event.changedTouches[0];
      const across = to.clientX - from.clientX;
      if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(to.clientY - from.clientY)) this.step(across < 0 ? 1 : -1);
      from = null;
    }, { passive: true });
  }
}

/** The picture before lies over the new one until that is there, then goes. */
function fade(copy, place) {
  if (!place || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  copy.className = "ghost";
  copy.alt = "";
  copy.removeAttribute("loading");
  place.append(copy);
  const go = () => {
    copy.classList.add("going");
    setTimeout(() => copy.remove(), 700);
  };
  const next = place.querySelector("img:not(.ghost)");
  if (!next || next.complete) requestAnimationFrame(go);
  else next.addEventListener("load", go, { once: true });
  setTimeout(() => copy.remove(), 5_000);
}

/** The picture that was brought along: where the strip begins. */
export function referenceFrame(room) {
  const src = () => room.image(room.reference);
  const image = h("img", { src: src(), alt: t("The reference") });
  return { element: h("article", { class: "post reference-frame", "aria-label": t("The reference") }, h("div", { class: "picture" }, image), h("header", {}, h("h3", {}, t("Reference")))),
    thumb: () => room.thumb(room.reference), short: t("ref"), title: t("The reference") };
}
