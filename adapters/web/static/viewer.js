// The full-size picture, and the details of an image.
import { closer, dialog, h } from "./dom.js";
import { compare } from "./compare.js";
import { money, score, seconds } from "./format.js";
import { disclosure } from "./prompt.js";
import { t } from "./texts.js";
import { takeDown } from "./undo.js";

export function showImage(src, alt, caption) {
  dialog(caption, "viewer", closer(), h("figure", {},
    h("img", { src, alt }),
    h("figcaption", {}, caption, " · ", h("a", { href: src, download: "" }, t("Download")))));
}

export function showCompare(options) {
  dialog(t("Compare with the reference: {name}", { name: options.afterName }), "viewer", closer(), compare(options));
}

export function showDetails(update, view, room) {
  const rows = [
    [t("Iteration"), view.iteration], [t("Model"), update.model + (update.embedded ? ` (${t("embedded engine")})` : "")],
    [t("Size"), `${view.width} × ${view.height}`], [t("Seed"), view.seed],
    [t("Score"), score(view.score?.value)], [t("Detail"), percent(view.score?.detail)],
    [t("Layout"), percent(view.score?.layout)], [t("Colour"), percent(view.score?.colour)],
    [t("Nearness to the original"), score(update.drift)], [t("Style"), update.style],
    [t("Cost of the round"), money(update.cost)], [t("Time"), seconds(update.seconds)], [t("From"), update.parent],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  const name = update.shown === "picture" ? room.title(update.mode) : t("Round {n}", { n: update.round });
  dialog(t("Details: {name}", { name }), "wide", closer(), h("h2", {}, name),
    h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))),
    view.alt ? h("p", {}, view.alt) : null,
    checklist(view.checks),
    view.revised_prompt ? h("div", {}, h("h3", {}, t("As the model rewrote it")), h("p", { class: "words" }, view.revised_prompt)) : null,
    disclosure(update.prompt, update.words, update.embedded),
    h("div", { class: "actions" }, h("button", { type: "button",
      onclick: (event) => room.act(event.currentTarget, { kind: "report", iteration: view.iteration }) }, t("Report")),
    h("button", { type: "button", class: "danger", onclick: (event) => {
      event.currentTarget.closest("dialog").close();
      takeDown(room, view);
    } }, t("Take this image down"))));
}

const percent = (value) => (value === null || value === undefined ? "" : `${Math.round(value * 100)} %`);

export function checklist(checks) {
  if (!checks?.length) return null;
  const sign = (passed) => (passed === null ? "?" : passed ? "✓" : "✗");
  const spoken = (passed) => (passed === null ? `${t("can't be told")}: ` : passed ? `${t("yes")}: ` : `${t("no")}: `);
  return h("details", { class: "checks" },
    h("summary", {}, t("Checklist: {n} of {m}", { n: checks.filter((check) => check.passed).length, m: checks.length })),
    h("ul", {}, checks.map((check) => h("li", { class: check.passed ? "yes" : check.passed === false ? "no" : "" },
      h("span", { "aria-hidden": "true" }, sign(check.passed)), h("span", { class: "sr" }, spoken(check.passed)), " ", check.read ? `${check.question} (“${check.read}”)` : check.question))));
}
