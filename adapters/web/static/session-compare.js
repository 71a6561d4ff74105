// Any two images of a session against each other: slider, difference, onion skin, blink.
import { compare } from "./compare.js";
import { h, replace } from "./dom.js";
import { t } from "./texts.js";

const MODES = [["slider", t("Slider")], ["difference", t("Difference")], ["onion", t("Onion skin")], ["blink", t("Blink")]];
const BLINK_MS = 700;

export class Comparison {
  /** `choices`: [{id, name, src}] in the order they are offered. */
  constructor(choices) {
    this.choices = choices;
    this.mode = "slider";
    this.timer = 0;
    this.left = this.select(t("Left image"), choices[0]?.id);
    this.right = this.select(t("Right image"), choices.at(-1)?.id);
    this.stage = h("div", { class: "stage" });
    this.element = h("section", { class: "card comparison", "aria-label": t("Compare two images") }, h("h3", {}, t("Compare")),
      h("div", { class: "pair" }, this.left, this.right), this.tabs(), this.stage);
    this.draw();
  }

  select(label, chosen) {
    const box = h("select", { "aria-label": label, onchange: () => this.draw() },
      this.choices.map((each) => h("option", { value: each.id }, each.name)));
    if (chosen) box.value = chosen;
    return box;
  }

  tabs() {
    return h("div", { class: "modes", role: "radiogroup", "aria-label": t("How they are compared") }, MODES.map(([value, name]) =>
      h("label", {}, h("input", { type: "radio", name: "compare-mode", value, checked: value === this.mode,
        onchange: () => { this.mode = value; this.draw(); } }), h("span", {}, name))));
  }

  /** Puts an image on the right, where something chose it. */
  show(id) {
    if (this.choices.some((each) => each.id === id)) this.right.value = id;
    this.draw();
  }

  pair() { return [this.left, this.right].map((box) => this.choices.find((each) => each.id === box.value) ?? this.choices[0]); }

  draw() {
    clearInterval(this.timer);
    const [a, b] = this.pair();
    if (!a || !b) return replace(this.stage);
    if (this.mode === "slider") return replace(this.stage, compare({ before: a.src, after: b.src, beforeName: a.name, afterName: b.name, alt: b.alt }));
    const top = h("img", { src: b.src, alt: b.alt || b.name });
    const frame = h("div", { class: `stack ${this.mode}` }, h("img", { src: a.src, alt: a.alt || a.name }), top);
    if (this.mode === "difference") return replace(this.stage, frame, h("p", { class: "hint" }, t("Black is the same in both; the brighter, the further apart.")));
    if (this.mode === "onion") return replace(this.stage, frame, this.opacity(top, b.name));
    return replace(this.stage, frame, this.blinking(top));
  }

  opacity(top, name) {
    const range = h("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": t("How much of {name} is shown", { name }) });
    const set = () => { top.style.opacity = range.value / 100; range.setAttribute("aria-valuetext", `${range.value} %`); };
    range.addEventListener("input", set);
    set();
    return range;
  }

  /** Still where somebody asked for less motion: then the button turns it over. */
  blinking(top) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const turn = () => { top.hidden = !top.hidden; };
    const button = h("button", { type: "button", "aria-pressed": String(!still) }, still ? t("Turn over") : t("Stop blinking"));
    if (!still) this.timer = setInterval(turn, BLINK_MS);
    button.addEventListener("click", () => {
      if (still) return turn();
      const going = this.timer !== 0;
      clearInterval(this.timer);
      this.timer = going ? 0 : setInterval(turn, BLINK_MS);
      button.setAttribute("aria-pressed", String(!going));
      button.textContent = going ? t("Blink") : t("Stop blinking");
      return undefined;
    });
    return button;
  }
}
