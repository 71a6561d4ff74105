// What an owner does with a session: a name, or gone for good once it is said twice.
import { del, rename } from "./api.js";
import { say } from "./asides.js";
import { closer, dialog, h } from "./dom.js";
import { t } from "./texts.js";

/** {name} as it is kept now, {deleted: true}, or {} where nothing was done. */
export function manageSession(tree) {
  return new Promise((resolve) => {
    let done = {};
    const field = h("input", { name: "name", maxlength: 80, autocomplete: "off", value: tree.name, autofocus: true, placeholder: tree.goal || tree.mode });
    const trouble = h("p", { class: "error", role: "alert" });
    const form = h("form", {}, h("h2", {}, t("This session")), h("label", {}, t("Name (empty: none of its own)"), " ", field), trouble,
      h("div", { class: "row" }, h("button", { type: "button", class: "danger", onclick: () => leave() }, t("Delete…")), h("button", { class: "primary" }, t("Save"))));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        done = await rename(tree.session, field.value);
        box.close();
      } catch (error) {
        trouble.textContent = error.message;
      }
    });
    const box = dialog(t("This session"), "small", closer(), form);
    const leave = () => {
      done = null;
      box.close();
      askDelete(tree.session).then((deleted) => resolve({ deleted }));
    };
    box.addEventListener("close", () => { if (done) resolve(done); });
  });
}

/** Whether it was deleted. */
function askDelete(session) {
  return new Promise((resolve) => {
    let asked = false;
    const yes = h("button", { type: "button", class: "danger", onclick: () => { asked = true; box.close(); } }, t("Delete for good"));
    const box = dialog(t("Delete"), "small", closer(), h("h2", {}, t("Delete this session?")),
      h("p", {}, t("All its pictures and words are deleted for everybody. What it cost stays booked.")), h("div", { class: "row" }, yes));
    box.addEventListener("close", async () => {
      if (!asked) return resolve(false);
      try {
        await del(`/api/sessions/${encodeURIComponent(session)}`);
        return resolve(true);
      } catch (error) {
        say(error.message, t("Not deleted"));
        return resolve(false);
      }
    });
  });
}
