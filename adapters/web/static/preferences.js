// What this person prefers where they say nothing: a form of its own.
import { account, get, prefer } from "./api.js";
import { aside } from "./asides.js";
import { closer, dialog, h } from "./dom.js";
import { language, t } from "./texts.js";

const seenIn = (options) => Object.fromEntries(options.map((option) => [option.name, option.held]));

export async function showPreferences() {
  const { options } = await get("/api/preferences");
  const trouble = h("p", { class: "error", role: "alert" });
  const form = h("form", {}, h("h2", {}, t("Preferences")),
    h("p", { class: "hint" }, t("What holds where you say nothing.")),
    h("div", { class: "fields" }, options.map(field)), trouble,
    h("div", { class: "row" }, h("button", { class: "primary" }, t("Save"))));
  const box = dialog(t("Preferences"), "wide", closer(), form, doors());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const kept = await prefer(Object.fromEntries(new FormData(form)), seenIn(options));
      if (kept.language !== language) return location.reload();
      box.close();
      aside(t("Preferences"), {}, h("p", {}, t("Saved: they hold from the next run on.")));
      return undefined;
    } catch (error) {
      trouble.textContent = error.message;
      return undefined;
    }
  });
}

/** One person at several doors: a code from here, or for here. */
function doors() {
  const told = h("p", { class: "hint", role: "status" });
  const code = h("input", { name: "code", maxlength: 40, autocomplete: "off", spellcheck: "false" });
  const say = (act, values = {}) => async (event) => {
    event.preventDefault();
    try {
      told.textContent = (await account({ act, ...values })).lines.join(" ");
    } catch (error) {
      told.textContent = error.message;
    }
  };
  return h("section", { class: "doors" }, h("h3", {}, t("Your other doors")),
    h("p", { class: "hint" }, t("Discord, Slack, the terminal and this page know you as one person once they are linked: your sessions are found at each, your limits count once.")),
    h("div", { class: "actions" }, h("button", { type: "button", onclick: say("link") }, t("Get a code")), h("button", { type: "button", class: "quiet", onclick: say("unlink") }, t("Unlink this page"))),
    h("form", { onsubmit: (event) => say("link", { code: code.value })(event) }, h("label", {}, t("A code from another door"), code), h("div", { class: "row" }, h("button", {}, t("Link")))), told);
}

function field(option) {
  const common = { name: option.name, title: option.summary };
  if (!option.choices.length) return h("label", {}, option.label, h("input", { ...common, value: option.held, maxlength: 60 }));
  return h("label", {}, option.label, h("select", common, h("option", { value: "" }, t("as set up")),
    option.choices.map(([value, said]) => h("option", { value, selected: value === option.held }, said))));
}
