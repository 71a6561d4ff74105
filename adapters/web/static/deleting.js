// A session is gone for good once its owner says so twice.
import { del } from "./api.js";
import { say } from "./asides.js";
import { closer, dialog, h } from "./dom.js";

/** Whether it was deleted. */
export function askDelete(session) {
  return new Promise((resolve) => {
    let asked = false;
    const yes = h("button", { type: "button", class: "danger", onclick: () => { asked = true; box.close(); } }, "Delete for good");
    const box = dialog("Delete", "small", closer(), h("h2", {}, "Delete this session?"),
      h("p", {}, "All its pictures and words are deleted for everybody. What it cost stays booked."), h("div", { class: "row" }, yes));
    box.addEventListener("close", async () => {
      if (!asked) return resolve(false);
      try {
        await del(`/api/sessions/${encodeURIComponent(session)}`);
        return resolve(true);
      } catch (error) {
        say(error.message, "Not deleted");
        return resolve(false);
      }
    });
  });
}
