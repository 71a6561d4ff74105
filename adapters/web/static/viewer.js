// The full-size picture, and the details of an image.
import { closer, dialog, h } from "./dom.js";
import { compare } from "./compare.js";
import { money, score, seconds } from "./format.js";
import { disclosure } from "./prompt.js";
import { takeDown } from "./undo.js";

export function showImage(src, alt, caption) {
  dialog(caption, "viewer", closer(), h("figure", {},
    h("img", { src, alt }),
    h("figcaption", {}, caption, " · ", h("a", { href: src, download: "" }, "Download"))));
}

export function showCompare(options) {
  dialog(`Compare with the reference: ${options.afterName}`, "viewer", closer(), compare(options));
}

export function showDetails(update, view, room) {
  const rows = [
    ["Iteration", view.iteration], ["Model", update.model + (update.embedded ? " (embedded engine)" : "")],
    ["Size", `${view.width} × ${view.height}`], ["Seed", view.seed],
    ["Score", score(view.score?.value)], ["Detail", percent(view.score?.detail)],
    ["Layout", percent(view.score?.layout)], ["Colour", percent(view.score?.colour)],
    ["Nearness to the original", score(update.drift)], ["Style", update.style],
    ["Cost of the round", money(update.cost)], ["Time", seconds(update.seconds)], ["From", update.parent],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  const name = update.shown === "picture" ? room.title(update.mode) : `Round ${update.round}`;
  dialog(`Details: ${name}`, "wide", closer(), h("h2", {}, name),
    h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))),
    view.alt ? h("p", {}, view.alt) : null,
    checklist(view.checks),
    view.revised_prompt ? h("div", {}, h("h3", {}, "As the model rewrote it"), h("p", { class: "words" }, view.revised_prompt)) : null,
    disclosure(update.prompt, update.words, update.embedded),
    h("div", { class: "actions" }, h("button", { type: "button",
      onclick: (event) => room.act(event.currentTarget, { kind: "report", iteration: view.iteration }) }, "Report"),
    h("button", { type: "button", class: "danger", onclick: (event) => {
      event.currentTarget.closest("dialog").close();
      takeDown(room, view);
    } }, "Take this image down")));
}

const percent = (value) => (value === null || value === undefined ? "" : `${Math.round(value * 100)} %`);

export function checklist(checks) {
  if (!checks?.length) return null;
  const sign = (passed) => (passed === null ? "?" : passed ? "✓" : "✗");
  const spoken = (passed) => (passed === null ? "cannot be told: " : passed ? "yes: " : "no: ");
  return h("details", { class: "checks" },
    h("summary", {}, `Checklist: ${checks.filter((check) => check.passed).length} of ${checks.length}`),
    h("ul", {}, checks.map((check) => h("li", { class: check.passed ? "yes" : check.passed === false ? "no" : "" },
      h("span", { "aria-hidden": "true" }, sign(check.passed)), h("span", { class: "sr" }, spoken(check.passed)), " ", check.read ? `${check.question} (“${check.read}”)` : check.question))));
}
