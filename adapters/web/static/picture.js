// The pictures that go with the next command: dropped, pasted or chosen; uploaded at once.
import { $, h, replace } from "./dom.js";
import { upload } from "./api.js";

export class Pictures {
  /** `meta` says what is taken: `accept`, media types and endings, `limits.max_upload_mb`, and by its commands how many at once. */
  constructor(meta, say) {
    this.limitMb = meta.limits.max_upload_mb;
    this.limit = this.limitMb * 1_000_000;
    this.most = Math.max(1, ...meta.commands.filter((each) => !each.missing && each.begins).map((each) => pictureOptions(each).length));
    this.say = say;
    this.input = h("input", { type: "file", accept: meta.accept.join(","), multiple: this.most > 1, hidden: true, "aria-label": "Choose a picture" });
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

  /** The uploads as a command wants them, in order; waits for those under way. */
  async get() { return Promise.all(this.items.map((item) => item.ready)); }

  /** Of more files than any command takes the first ones are taken, and what is not is said. */
  taken(files, adding = false) {
    const room = this.most - (adding ? this.count : 0);
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    const chosen = (pictures.length ? pictures : files).slice(0, Math.max(0, room));
    if (chosen.some((file) => !this.fits(file))) return;
    if (chosen.length && !adding) this.clear();
    for (const file of chosen) this.add(file);
    const rest = files.length - chosen.length;
    if (rest) this.say(`${this.most === 1 ? "One picture is" : `${this.most} pictures are`} taken at a time: ${chosen.map((file) => `“${file.name}”`).join(", ") || "there is no room"}. Not used: ${rest} more.`);
  }

  fits(file) {
    if (!file.type.startsWith("image/") && file.type !== "") this.say(`“${file.name}” is no picture.`);
    else if (file.size > this.limit) this.say(`The picture is larger than ${this.limitMb} MB.`);
    else return true;
    return false;
  }

  add(file) {
    const item = { file, url: URL.createObjectURL(file), ready: upload(file), state: "uploading…" };
    this.items.push(item);
    item.ready.then(() => { item.state = "ready"; this.draw(); }, (error) => { if (this.items.includes(item)) { this.remove(item); this.say(error.message); } });
    this.changed();
  }

  remove(item) {
    URL.revokeObjectURL(item.url);
    this.items = this.items.filter((each) => each !== item);
    this.changed();
  }

  clear() {
    for (const item of [...this.items]) this.remove(item);
    this.changed();
  }

  draw() {
    this.place.hidden = !this.count;
    const more = this.count && this.count < this.most
      ? h("button", { type: "button", class: "quiet", onclick: () => this.choose(true) }, "Add a picture") : null;
    replace(this.place, this.items.map((item) => this.row(item)), more);
  }

  row(item) {
    const image = h("img", { src: item.url, alt: "" });
    image.addEventListener("error", () => image.remove());
    return h("div", { class: "attachment" }, image, h("span", { class: "name" }, item.file.name || "pasted picture"), h("span", { class: "hint" }, item.state),
      h("button", { type: "button", class: "quiet", "aria-label": "Remove the picture", onclick: () => this.remove(item) }, "✕"));
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
      this.taken(pasted, this.count > 0 && this.count < this.most);
    });
  }
}

/** The options of a command that take a picture, in order; the first is the one worked on. */
export const pictureOptions = (command) => command.options.filter((option) => option.type === "image");
