// Many images of a session at once: chosen one by one, then starred or taken down together.
import { command, settled, star } from "./api.js";
import { closer, dialog, h } from "./dom.js";
import { t, tn } from "./texts.js";

export class Many {
  /** `nodes`: elements by iteration of a session; `changed` is told what was done to which. */
  constructor(nodes, session, changed) {
    this.session = session;
    this.nodes = nodes;
    this.changed = changed;
    this.chosen = new Set();
    this.on = false;
    this.told = h("span", { class: "hint", role: "status" });
    this.toggle = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.turn(!this.on) }, t("Choose several"));
    this.acts = h("span", { class: "actions", hidden: true },
      h("button", { type: "button", onclick: () => this.all() }, t("All")),
      h("button", { type: "button", onclick: () => this.star(true) }, `★ ${t("Star")}`),
      h("button", { type: "button", class: "quiet", onclick: () => this.star(false) }, t("Take stars back")),
      h("button", { type: "button", class: "danger", onclick: () => this.ask() }, t("Delete")));
    this.element = h("div", { class: "actions many" }, this.toggle, this.acts, this.told);
  }

  turn(on) {
    this.on = on;
    this.toggle.setAttribute("aria-pressed", String(on));
    this.acts.hidden = !on;
    if (!on) for (const id of [...this.chosen]) this.choose(id, false);
    this.changed("choosing", [], on);
    this.count();
  }

  /** A click on an image while several are chosen; false where it means the image itself. */
  take(id) {
    if (!this.on) return false;
    this.choose(id, !this.chosen.has(id));
    this.count();
    return true;
  }

  choose(id, chosen) {
    if (chosen) this.chosen.add(id);
    else this.chosen.delete(id);
    const element = this.nodes.get(id);
    element?.classList.toggle("chosen", chosen);
    element?.setAttribute("aria-pressed", String(chosen));
  }

  all() {
    for (const id of this.nodes.keys()) this.choose(id, true);
    this.count();
  }

  count() { this.told.textContent = this.on ? tn(this.chosen.size, "{n} image chosen", "{n} images chosen") : ""; }

  async star(on) {
    const ids = [...this.chosen];
    if (!ids.length) return;
    try {
      await star(ids, on);
      this.changed("star", ids, on);
      this.turn(false);
      this.told.textContent = on ? tn(ids.length, "{n} image starred", "{n} images starred") : t("Taken back");
    } catch (error) {
      this.told.textContent = error.message;
    }
  }

  ask() {
    const ids = [...this.chosen];
    if (!ids.length) return;
    const yes = h("button", { type: "button", class: "danger", onclick: () => { box.close(); this.remove(ids); } }, tn(ids.length, "Delete {n} image", "Delete {n} images"));
    const box = dialog(t("Delete"), "small", closer(), h("h2", {}, tn(ids.length, "Delete {n} image?", "Delete {n} images?")),
      h("p", {}, t("Their posts and pictures are taken down for everybody. What they cost stays booked.")), h("div", { class: "row" }, yes));
  }

  /** One after the other: what is refused stays, and why is said. */
  async remove(ids) {
    const gone = [];
    let trouble = "";
    for (const id of ids) {
      this.told.textContent = t("Deleting {n} of {m}…", { n: gone.length + 1, m: ids.length });
      try {
        const answer = await settled(await command({ kind: "discard", iteration: id }), this.session);
        if (answer?.state === "refused") throw new Error(answer.sentence);
        gone.push(id);
      } catch (error) {
        trouble = error.message;
        break;
      }
    }
    this.changed("delete", gone, true);
    this.turn(false);
    this.told.textContent = trouble || tn(gone.length, "{n} image deleted", "{n} images deleted");
  }
}
