// Many images of a session at once: chosen one by one, then starred or taken down together.
import { command, settled, star } from "./api.js";
import { closer, dialog, h } from "./dom.js";
import { plural } from "./format.js";

export class Many {
  /** `nodes`: elements by iteration of a session; `changed` is told what was done to which. */
  constructor(nodes, session, changed) {
    this.session = session;
    this.nodes = nodes;
    this.changed = changed;
    this.chosen = new Set();
    this.on = false;
    this.told = h("span", { class: "hint", role: "status" });
    this.toggle = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.turn(!this.on) }, "Choose several");
    this.acts = h("span", { class: "actions", hidden: true },
      h("button", { type: "button", onclick: () => this.all() }, "All"),
      h("button", { type: "button", onclick: () => this.star(true) }, "★ Star"),
      h("button", { type: "button", class: "quiet", onclick: () => this.star(false) }, "Take stars back"),
      h("button", { type: "button", class: "danger", onclick: () => this.ask() }, "Delete"));
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

  count() { this.told.textContent = this.on ? `${plural(this.chosen.size, "image")} chosen` : ""; }

  async star(on) {
    const ids = [...this.chosen];
    if (!ids.length) return;
    try {
      await star(ids, on);
      this.changed("star", ids, on);
      this.turn(false);
      this.told.textContent = on ? `${plural(ids.length, "image")} starred` : "Taken back";
    } catch (error) {
      this.told.textContent = error.message;
    }
  }

  ask() {
    const ids = [...this.chosen];
    if (!ids.length) return;
    const yes = h("button", { type: "button", class: "danger", onclick: () => { box.close(); this.remove(ids); } }, `Delete ${plural(ids.length, "image")}`);
    const box = dialog("Delete", "small", closer(), h("h2", {}, `Delete ${plural(ids.length, "image")}?`),
      h("p", {}, "Their posts and pictures are taken down for everybody. What they cost stays booked."), h("div", { class: "row" }, yes));
  }

  /** One after the other: what is refused stays, and why is said. */
  async remove(ids) {
    const gone = [];
    let trouble = "";
    for (const id of ids) {
      this.told.textContent = `Deleting ${gone.length + 1} of ${ids.length}…`;
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
    this.told.textContent = trouble || `${plural(gone.length, "image")} deleted`;
  }
}
