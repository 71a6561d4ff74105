// The message line: commands, plain sentences, a picture, and the door to the form.
import { $, h, replace, svg } from "./dom.js";
import { Completion } from "./complete.js";
import { openForm } from "./form.js";
import { parse } from "./parse.js";
import { Pictures, pictureOptions } from "./picture.js";

const pictureIcon = () => svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
  svg("rect", { x: 3, y: 4.5, width: 18, height: 15, rx: 2.5 }), svg("circle", { cx: 8.5, cy: 9.5, r: 1.6 }), svg("path", { d: "m4 17 5-4.5 3.5 3 4-4.5 4 4.5" }));

export class Composer {
  /** `desk`: {meta, say, send(fields), local(name), inThread()} */
  constructor(desk) {
    this.desk = desk;
    this.pictures = new Pictures(desk.meta, desk.say);
    this.line = h("textarea", { id: "line", rows: 1, maxlength: 7900, autocomplete: "off", spellcheck: "true", "aria-label": "Message or command" });
    this.completion = new Completion(this.line, desk.meta.commands, () => this.pictures.choose());
    this.button = h("button", { class: "primary send", "aria-label": "Send" }, "Send");
    const form = h("form", { class: "line" },
      h("button", { type: "button", class: "quiet", "aria-label": "Choose a picture", title: "Choose a picture", onclick: () => this.pictures.choose() }, pictureIcon()),
      this.line, this.button,
      h("button", { type: "button", class: "form-button", onclick: () => this.form("refine") }, "Form"));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.line.addEventListener("keydown", (event) => this.key(event));
    this.line.addEventListener("input", () => this.grow());
    this.line.addEventListener("grown", () => this.grow());
    replace($("composer"), this.completion.list, this.pictures.place, this.pictures.input, form);
    this.hint();
  }

  hint() {
    const narrow = matchMedia("(max-width: 800px)").matches;
    const [long, short] = this.desk.inThread()
      ? ["Say what shall change, or type / for a command", "What shall change?"]
      : ["Drop a picture and type /refine, or describe one", "Describe, or /"];
    this.line.placeholder = narrow ? short : long;
  }

  form(kind, words = "") {
    openForm(kind, { commands: this.desk.meta.commands, pictures: this.pictures, words, send: (fields) => this.send(fields) });
  }

  key(event) {
    if (event.isComposing) return;
    if (this.completion.key(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
    return undefined;
  }

  grow() {
    this.line.style.height = "auto";
    this.line.style.height = `${Math.min(this.line.scrollHeight, 160)}px`;
  }

  async submit() {
    const text = this.line.value.trim();
    if (!text && !this.pictures.count) return;
    if (!text.startsWith("/") && this.pictures.count > 1) return this.together(text);
    const fields = this.read(text);
    if (fields.error) return this.desk.say(fields.error);
    if (["quota", "sessions", "help"].includes(fields.kind)) {
      this.empty();
      return this.desk.local(fields.kind);
    }
    return this.send(fields, text);
  }

  /** Several pictures and no command: the form of what takes them, or what to do instead. */
  together(text) {
    const taker = this.desk.meta.commands.find((each) => each.begins && !each.missing && pictureOptions(each).length >= this.pictures.count);
    if (!taker) return this.desk.say(`Nothing here takes ${this.pictures.count} pictures at once: remove all but one.`);
    this.form(taker.name, text);
    return this.empty();
  }

  read(text) {
    if (text.startsWith("/")) return parse(text, this.desk.meta.commands);
    if (!this.pictures.count && this.desk.inThread()) return { kind: "say", words: text };
    return { kind: "refine", goal: text };
  }

  async send(fields, text = "") {
    const problem = this.missing(fields);
    if (problem) return this.desk.say(problem);
    const waiting = this.pictures.get();
    this.button.disabled = true;
    try {
      const uploads = await waiting;
      const options = pictureOptions(this.command(fields.kind) ?? { options: [] });
      const images = Object.fromEntries(options.slice(0, uploads.length).map((option, index) => [option.name, uploads[index]]));
      const sent = await this.desk.send({ ...fields, ...images });
      if (sent && text === this.line.value.trim()) this.empty();
      if (sent && options.length) this.pictures.clear();
    } catch (error) {
      this.desk.say(error.message);
    } finally {
      this.button.disabled = false;
    }
    return undefined;
  }

  command(kind) {
    return this.desk.meta.commands.find((each) => each.name === kind);
  }

  missing(fields) {
    if (fields.kind === "say") return "";
    const { title, grows, missing, needs, options } = this.command(fields.kind);
    const takes = pictureOptions({ options });
    const { count } = this.pictures;
    const here = grows && this.desk.inThread();
    const needed = takes.filter((option) => option.required && !(here && option.name === "image")).length;
    if (missing) return `${title} ${needs}.`;
    if (takes.length && count > takes.length) return `${title} takes ${takes.length === 1 ? "one picture" : `${takes.length} pictures`}: remove ${count - takes.length} of them.`;
    if (count < needed || (grows && !here && takes.length && !count)) return `${title} needs ${needed > 1 ? `${needed} pictures` : "a picture"}: drop, paste or choose ${needed > 1 ? "them" : "one"} first.`;
    if (takes.length && !grows && options.some((option) => option.name === "goal") && !count && !fields.goal) {
      return `${title} needs a picture, a goal, or both. For example: /${fields.kind} a red fox in the snow at sunset`;
    }
    if (fields.kind === "continue" && !this.desk.inThread()) return "Open a session first: /continue goes on in its thread.";
    return "";
  }

  empty() {
    this.line.value = "";
    this.completion.hide();
    this.grow();
  }
}
