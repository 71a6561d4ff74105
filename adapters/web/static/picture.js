// The picture that goes with the next command: dropped, pasted or chosen; uploaded at once.
import { $, h, replace } from "./dom.js";
import { upload } from "./api.js";

export class Picture {
  constructor(limitMb, say) {
    this.limit = limitMb * 1_000_000;
    this.limitMb = limitMb;
    this.say = say;
    this.input = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Choose a picture" });
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
      if (event.dataTransfer.files[0]) this.take(event.dataTransfer.files[0]);
    });
    document.addEventListener("paste", (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
      if (!file) return;
      event.preventDefault();
      this.take(file);
    });
  }
}
