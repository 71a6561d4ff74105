// The grid of a batch: one that goes on in this window, or its sessions as the address names them.
import { at } from "./address.js";
import { Batch } from "./batch.js";
import { $, h, redraw } from "./dom.js";
import { runs, score } from "./format.js";
import { t } from "./texts.js";

export const BETWEEN = ",";

export class Batches {
  /** `entry(session)`: what the channel knows of it; `open(session)` leads there. */
  constructor({ entry, open }) {
    this.entry = entry;
    this.open = open;
    this.running = null;
    this.shown = null;
  }

  /** Begins these runs; `most` at once. */
  begin(jobs, most) {
    this.running = new Batch(jobs, { most, changed: () => this.draw() });
    this.shown = this.running;
    this.running.start();
  }

  show(sessions) {
    const ours = this.running?.sessions.some((session) => sessions.includes(session));
    this.shown = ours ? this.running : { tiles: sessions.map((session) => ({ session, name: "", state: "" })), sessions };
    this.draw();
  }

  hide() { this.shown = null; }

  take(data) {
    this.running?.take(data);
    if (this.shown?.sessions.includes(data.session)) this.draw();
  }

  draw() {
    if (!this.shown) return;
    const { tiles, sessions } = this.shown;
    const done = tiles.filter((tile) => tile.session && this.entry(tile.session)?.open === false).length;
    redraw($("thread"), h("section", { class: "batch", "aria-label": t("Batch") },
      h("h2", {}, runs(tiles.length)), h("p", { class: "hint", role: "status" }, t("{n} of {m} done. Runs that wait begin while this page is open.", { n: done, m: tiles.length })),
      h("div", { class: "tiles" }, tiles.map((tile) => this.tile(tile, this.entry(tile.session))))));
    if (sessions.length > 1) history.replaceState(null, "", `#${sessions.map(encodeURIComponent).join(BETWEEN)}`);
  }

  tile(tile, entry) {
    const src = entry?.links?.[entry.image || entry.reference];
    return h("figure", {}, src ? h("img", { src: at(`${src}&thumb=1`), alt: "" }) : h("div", { class: "no-thumb", "aria-hidden": "true" }, "…"),
      h("figcaption", {}, tile.session ? h("button", { type: "button", class: "quiet", "data-key": tile.session, onclick: () => this.open(tile.session) }, entry?.name || tile.name || entry?.goal || t("Open")) : tile.name,
        h("span", { class: "hint" }, stands(tile, entry))));
  }
}

function stands(tile, entry) {
  if (tile.state || !entry) return tile.state;
  if (entry.open) return entry.line || t("developing…");
  return entry.score ? t("best {score}", { score: score(entry.score.value ?? entry.score) }) : entry.reason ?? "";
}
