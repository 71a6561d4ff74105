// Several pictures, a run each: quoted together, begun as the limits allow, seen in a grid.
import { command, quoted, settled } from "./api.js";
import { closer, dialog, h } from "./dom.js";
import { images, money, quote } from "./format.js";
import { t, tn } from "./texts.js";

/** Asks once for all; resolves to whether they were begun. `begin` gets each run's fields. */
export async function openBatch(fields, { pictures, title, begin }) {
  const uploads = await pictures.get();
  const jobs = uploads.map((image, index) => ({ name: pictures.names[index], data: { ...fields, image } }));
  const price = await quoted(jobs[0].data);
  const yes = await agreed(jobs, price, { title, urls: pictures.urls });
  if (!yes) return false;
  pictures.clear();
  begin(jobs);
  return true;
}

function agreed(jobs, price, { title, urls }) {
  return new Promise((resolve) => {
    let answer = false;
    const start = h("button", { type: "button", class: "primary", onclick: () => { answer = true; box.close(); } }, tn(jobs.length, "Start {n} run", "Start {n} runs"));
    const box = dialog(title, "wide", closer(), h("h2", {}, t("{title}: {n} pictures, a run each", { title, n: jobs.length })),
      h("div", { class: "tiles" }, urls.map((src, index) => h("figure", {}, h("img", { src, alt: "" }), h("figcaption", {}, jobs[index].name)))),
      h("p", {}, together(price, jobs.length)), h("p", { class: "hint" }, t("Each: {quote}.", { quote: quote(price) })), h("div", { class: "row" }, start));
    box.addEventListener("close", () => resolve(answer));
    start.focus();
  });
}

function together(price, count) {
  const most = price.at_most === null ? t("price unknown") : Number(price.at_most) === 0 ? t("free") : t("at most {usd}", { usd: money(String(Number(price.at_most) * count)) });
  return t("Together: up to {images}, {cost}.", { images: images(price.images * count), cost: most });
}

/** Begins as many at once as the server lets a person have; the next when one ends. */
export class Batch {
  constructor(jobs, { most, changed }) {
    this.tiles = jobs.map((job) => ({ ...job, state: t("waiting for its turn"), session: "" }));
    this.most = Math.max(1, most);
    this.changed = changed;
  }

  get sessions() { return this.tiles.map((tile) => tile.session).filter(Boolean); }

  get going() { return this.tiles.filter((tile) => tile.going).length; }

  start() {
    for (const tile of this.tiles.filter((each) => !each.asked)) if (this.going < this.most) this.send(tile);
    this.changed();
  }

  async send(tile) {
    Object.assign(tile, { asked: true, going: true, state: t("asking") });
    try {
      const first = await command(tile.data);
      const answer = first.state === "waiting" ? await settled(first) : first;
      if (answer?.state === "begun") Object.assign(tile, { session: answer.session, state: "" });
      else this.refused(tile, answer);
    } catch (error) {
      Object.assign(tile, { going: false, state: error.message });
    }
    this.changed();
  }

  /** No room beside runs that go: it waits for one of ours to end. Everything else is said. */
  refused(tile, answer) {
    tile.going = false;
    if (answer && !answer.free_at && this.going && answer.room) Object.assign(tile, { asked: false, state: t("waiting for its turn") });
    else tile.state = answer?.sentence ?? t("Written down: it begins as soon as it can.");
    if (!tile.asked) return;
    this.start();
  }

  /** A digest of the channel: one of ours may be over. */
  take(data) {
    const tile = this.tiles.find((each) => each.session === data.session);
    const over = data.kind === "finished" || data.kind === "failed" || ["stopped", "refused", "paused"].includes(data.phase);
    if (tile?.going && over) {
      tile.going = false;
      this.start();
    }
  }
}
