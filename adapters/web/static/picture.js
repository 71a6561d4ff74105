// The picture that goes with the next command: dropped, pasted or chosen; uploaded at once.
import { $, h, replace } from "./dom.js";
import { upload } from "./api.js";

export class Picture {
  /** `meta` says what is taken: `accept`, media types and endings, and `limits.max_upload_mb`. */
  constructor(meta, say) {
    this.limitMb = meta.limits.max_upload_mb;
    this.limit = this.limitMb * 1_000_000;
    this.say = say;
    this.input = h("input", { type: "file", accept: meta.accept.join(","), hidden: true, "aria-label": "Choose a picture" });
    this.place = h("div", { class: "attachment", hidden: true });
    this.ready = null;
    this.listeners = new Set();
    this.input.addEventListener("change", () => { if (this.input.files[0]) this.take(this.input.files[0]); });
    this.listen();
  }

  choose() { this.input.click(); }

  /** The upload as a command wants it, null without a picture; waits for one under way. */
  async get() { return this.ready; }

  get present() { return this.ready !== null; }

  take(file) {
    if (!file.type.startsWith("image/") && file.type !== "") return this.say(`“${file.name}” is no picture.`);
    if (file.size > this.limit) return this.say(`The picture is larger than ${this.limitMb} MB.`);
    this.clear();
    const url = URL.createObjectURL(file);
    this.url = url;
    const state = h("span", { class: "hint" }, "uploading…");
    const image = h("img", { src: url, alt: "" });
    image.addEventListener("error", () => image.remove());
    replace(this.place, image, h("span", { class: "name" }, file.name || "pasted picture"), state,
      h("button", { type: "button", class: "quiet", "aria-label": "Remove the picture", onclick: () => this.clear() }, "✕"));
    this.place.hidden = false;
    this.ready = upload(file);
    this.ready.then(() => { state.textContent = "ready"; }, (error) => { if (this.url === url) { this.clear(); this.say(error.message); } });
    this.changed();
    return undefined;
  }

  /** Of several files the first picture is taken, and what is not is said. */
  first(files) {
    const picture = files.find((each) => each.type.startsWith("image/")) ?? files[0];
    if (!picture) return;
    this.take(picture);
    if (files.length > 1) this.say(`One picture is taken at a time: “${picture.name}”. Not used: ${files.length - 1} more.`);
  }

  clear() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
    this.ready = null;
    this.input.value = "";
    this.place.hidden = true;
    replace(this.place);
    this.changed();
  }

  changed() { for (const listener of this.listeners) listener(); }

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
      this.first([...event.dataTransfer.files]);
    });
    document.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])].filter((each) => each.type.startsWith("image/"));
      if (!files.length) return;
      event.preventDefault();
      this.first(files);
    });
  }
}
