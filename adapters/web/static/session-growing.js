// Going on from an image of a session, wherever it began: its thread gets the posts, this page looks on.
import { command, get, settled } from "./api.js";
import { h } from "./dom.js";
import { t } from "./texts.js";

const EVERY_MS = 2000;

export class Growing {
  /** `changed` is told when there is something new to draw. */
  constructor(tree, changed) {
    this.tree = tree;
    this.changed = changed;
  }

  form(node) {
    const words = h("input", { maxlength: 500, name: "instruction" });
    const told = h("p", { class: "hint", role: "status" });
    const button = h("button", {}, t("Continue from this"));
    const story = node.chapter;
    const form = h("form", { class: "growing" }, h("label", {}, story ? t("What happens next?") : t("What shall change? (may be empty)"), words), h("div", { class: "row" }, button), told);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      await this.send(story ? { kind: "journey", iteration: node.id, say: words.value.trim(), ...(words.value.trim() ? {} : { choice: 1 }) } : { kind: "pick", iteration: node.id, instruction: words.value.trim() }, told);
      button.disabled = false;
    });
    return form;
  }

  async send(data, told) {
    try {
      told.textContent = t("Asked…");
      const answer = await settled(await command(data), this.tree.session);
      if (!answer || answer.state === "refused") throw new Error(answer?.sentence ?? t("It was not begun."));
      told.textContent = t("It is being painted; the thread where this session lives shows it too.");
      await this.watch();
      this.changed();
    } catch (error) {
      told.textContent = error.message;
    }
  }

  /** Until the newest run is over. */
  async watch() {
    for (let asked = 0; asked < 900; asked += 1) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const now = await get(`/api/sessions/${encodeURIComponent(this.tree.session)}${location.search}`);
      const run = now.runs.at(-1);
      if (run && !["confirming", "queued", "running", "waiting"].includes(run.status)) return;
    }
  }
}
