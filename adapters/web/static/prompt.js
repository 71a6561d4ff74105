// A prompt on show: its words first; what only a machine reads is folded away deeper.
import { closer, dialog, h } from "./dom.js";
import { t } from "./texts.js";

/** Splits a prompt into what people read and the rest: {before, words, after}. */
export function parts(prompt, words) {
  const at = words && words !== prompt ? prompt.indexOf(words) : -1;
  if (at < 0) return words && words !== prompt ? { words, after: prompt, whole: true } : { words: prompt, after: "" };
  return { words, before: prompt.slice(0, at), after: prompt.slice(at + words.length) };
}

export function disclosure(prompt, words, embedded) {
  const split = parts(prompt, words);
  const rest = (split.before ?? "") + split.after;
  return h("details", { class: "prompt" },
    h("summary", {}, t("Prompt")),
    h("p", { class: "words" }, split.words),
    rest.trim() ? h("details", {},
      h("summary", {}, embedded ? t("The dabs, for the painter alone ({n} characters)", { n: rest.trim().length }) : t("The whole prompt")),
      h("pre", { tabindex: "0" }, rest.trim())) : null);
}

/** Asks what shall change in a picture; resolves to the words, or null when closed. */
export function askChange() {
  return new Promise((resolve) => {
    const text = h("textarea", { rows: 3, required: true, maxlength: 2000 });
    const form = h("form", {}, h("h2", {}, t("Change this picture")),
      h("p", { class: "hint" }, t("“paint the door red”, “darker”, “undo”, “make 4”: what is in one place is edited, anything else is painted on from here.")),
      h("label", {}, t("What shall change?"), text),
      h("div", { class: "row" }, h("button", { class: "primary" }, t("Change"))));
    const box = dialog(t("Change this picture"), "wide", closer(), form);
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = text.value.trim() || null;
      box.close();
    });
    box.addEventListener("close", () => resolve(answer));
    text.focus();
  });
}

/** Asks for a changed prompt; resolves to it, or null when closed. */
export function edit(prompt, words, embedded) {
  return new Promise((resolve) => {
    const split = parts(prompt, words);
    const text = h("textarea", { rows: 9, required: true, maxlength: 7800, value: split.whole ? prompt : split.words });
    const rest = h("textarea", { rows: 5, class: "mono", value: split.whole ? "" : split.after });
    const form = h("form", {}, h("h2", {}, t("Edit the prompt")),
      h("p", { class: "hint" }, t("A new branch begins here, and its first round paints this.")),
      h("label", {}, t("Prompt"), text),
      rest.value.trim() ? h("details", {}, h("summary", {}, embedded ? t("The dabs") : t("The rest")), h("label", {}, t("For the painter alone"), rest)) : null,
      h("div", { class: "row" }, h("button", { class: "primary" }, t("Paint this"))));
    const box = dialog(t("Edit the prompt"), "wide", closer(), form);
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = ((split.whole ? "" : split.before ?? "") + text.value + rest.value).trim();
      box.close();
    });
    box.addEventListener("close", () => resolve(answer));
    text.focus();
  });
}
