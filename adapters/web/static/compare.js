// Two pictures under one slider: the reference left of it, the round right of it.
import { h } from "./dom.js";
import { t } from "./texts.js";

export function compare({ before, after, beforeName = t("Reference"), afterName, alt = "", width = null, height = null }) {
  const top = h("img", { class: "compare-top", src: before, alt: `${beforeName}` });
  const line = h("span", { class: "compare-line", "aria-hidden": "true" });
  const range = h("input", { type: "range", min: 0, max: 100, step: 1, class: "compare-range",
    "aria-label": t("Compare: how much of “{name}” is shown", { name: beforeName }) });
  const frame = h("div", { class: "compare-frame" },
    h("img", { src: after, alt: alt || afterName, width, height }), top, line,
    h("span", { class: "compare-tag left", "aria-hidden": "true" }, beforeName),
    h("span", { class: "compare-tag right", "aria-hidden": "true" }, afterName),
    range);
  const move = () => {
    frame.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} % ${beforeName}, ${100 - range.value} % ${afterName}`);
  };
  range.value = 50;
  range.addEventListener("input", move);
  move();
  return frame;
}
