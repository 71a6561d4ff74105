// A session is gone for good once its owner says so twice.
import { del } from "./api.js";
import { say } from "./asides.js";
import { closer, dialog, h } from "./dom.js";
import { t } from "./texts.js";

/** Whether it was deleted. */
export function askDelete(session) {
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
