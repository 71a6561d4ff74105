// The pictures that go with the next command: dropped, pasted or chosen; uploaded at once.
import { $, h, replace } from "./dom.js";
import { upload } from "./api.js";
import { t } from "./texts.js";

const BATCH = 10; // pictures that are taken at once; more than a command takes are a run each

export class Pictures {
  /** `meta` says what is taken: `accept`, media types and endings, `limits.max_upload_mb`. */
  constructor(meta, say) {
    this.limitMb = meta.limits.max_upload_mb;
    this.limit = this.limitMb * 1_000_000;
    this.say = say;
    this.input = h("input", { type: "file", accept: meta.accept.join(","), multiple: true, hidden: true, "aria-label": t("Choose a picture") });
    this.place = h("div", { class: "attachments", hidden: true });
    this.items = [];
    this.adding = false;
    this.listeners = new Set();
    this.input.addEventListener("change", () => { this.taken([...this.input.files], this.adding); this.input.value = ""; });
    this.listen();
  }

  /** `adding`: beside those that are there, not instead of them. */
  choose(adding = false) {
    this.adding = adding;
    this.input.click();
  }

  get count() { return this.items.length; }

  get urls() { return this.items.map((item) => item.url); }

  get names() { return this.items.map((item) => item.file.name || t("pasted picture")); }

  /** The uploads as a command wants them, in order; waits for those under way. */
  async get() { return Promise.all(this.items.map((item) => item.ready)); }

  /** What can't be taken is named; the rest is taken all the same. */
  taken(files, adding = false) {
    const good = files.filter((file) => this.fits(file));
    if (good.length && !adding) this.clear();
    const chosen = good.slice(0, BATCH - this.count);
    for (const file of chosen) this.add(file);
    const rest = good.slice(chosen.length).map((file) => `“${file.name}”`);
    if (rest.length) this.say(t("{n} pictures are taken at a time. Not used: {names}.", { n: BATCH, names: rest.join(", ") }));
  }

  fits(file) {
    if (!file.type.startsWith("image/") && file.type !== "") this.say(t("“{name}” is no picture.", { name: file.name }));
    else if (file.size > this.limit) this.say(t("“{name}” is larger than {n} MB.", { name: file.name, n: this.limitMb }));
    else return true;
    return false;
  }

  add(file) {
    const item = { file, url: URL.createObjectURL(file), line: h("span", { class: "hint" }, t("uploading…")) };
    const progress = (percent) => { item.line.textContent = percent < 100 ? `${percent} %` : t("checking…"); };
    item.ready = upload(file, progress);
    this.items.push(item);
    item.ready.then(() => { item.line.textContent = t("ready"); }, (error) => { if (this.items.includes(item)) { this.remove(item); this.say(error.message); } });
    this.changed();
  }

  remove(item) {
    URL.revokeObjectURL(item.url);
    this.items = this.items.filter((each) => each !== item);
    this.changed();
  }

  clear() {
    for (const item of [...this.items]) this.remove(item);
  }

  draw() {
    this.place.hidden = !this.count;
    const more = this.count && this.count < BATCH ? h("button", { type: "button", class: "quiet", onclick: () => this.choose(true) }, t("Add a picture")) : null;
    replace(this.place, this.items.map((item) => this.row(item)), more);
  }

  row(item) {
    const image = h("img", { src: item.url, alt: "" });
    image.addEventListener("error", () => image.remove());
    const name = item.file.name || t("pasted picture");
    return h("div", { class: "attachment" }, image, h("span", { class: "name" }, name), item.line,
      h("button", { type: "button", class: "quiet", "aria-label": this.count > 1 ? t("Remove {name}", { name }) : t("Remove the picture"), onclick: () => { this.remove(item); $("line").focus(); } }, "✕"));
  }

  changed() {
    this.draw();
    for (const listener of this.listeners) listener();
  }

  listen() {
    const veil = $("drop-veil");
    const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    let depth = 0;
    document.addEventListener("dragenter", (event) => { if (files(event)) { depth += 1; veil.hidden = false; } });
    document.addEventListener("dragleave", (event) => { if (files(event)) { depth = Math.max(0, depth - 1); veil.hidden = depth === 0; } });
    document.addEventListener("dragover", (event) => { if (files(event)) event.preventDefault(); });
    document.addEventListener("drop", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      depth = 0;
      veil.hidden = true;
      this.taken([...event.dataTransfer.files]);
    });
    document.addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])].filter((each) => each.type.startsWith("image/"));
      if (!pasted.length) return;
      event.preventDefault();
      this.taken(pasted, this.count > 0);
    });
  }
}

/** The options of a command that take a picture, in order; the first is the one worked on. */
export const pictureOptions = (command) => command.options.filter((option) => option.type === "image");
