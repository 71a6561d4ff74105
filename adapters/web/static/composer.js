// The message line: commands, plain sentences, a picture, and the door to the form.
import { $, h, replace, svg } from "./dom.js";
import { Completion } from "./complete.js";
import { openForm } from "./form.js";
import { parse } from "./parse.js";
import { Picture } from "./picture.js";

const pictureIcon = () => svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
  svg("rect", { x: 3, y: 4.5, width: 18, height: 15, rx: 2.5 }), svg("circle", { cx: 8.5, cy: 9.5, r: 1.6 }), svg("path", { d: "m4 17 5-4.5 3.5 3 4-4.5 4 4.5" }));

export class Composer {
  /** `desk`: {meta, say, send(fields), local(name), inThread()} */
  constructor(desk) {
    this.desk = desk;
    this.picture = new Picture(desk.meta, desk.say);
    this.line = h("textarea", { id: "line", rows: 1, maxlength: 7900, autocomplete: "off", spellcheck: "true", "aria-label": "Message or command" });
    this.completion = new Completion(this.line, desk.meta.commands, () => this.picture.choose());
    this.button = h("button", { class: "primary send", "aria-label": "Send" }, "Send");
    const form = h("form", { class: "line" },
      h("button", { type: "button", class: "quiet", "aria-label": "Choose a picture", title: "Choose a picture", onclick: () => this.picture.choose() }, pictureIcon()),
      this.line, this.button,
      h("button", { type: "button", class: "form-button", onclick: () => this.form("refine") }, "Form"));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.line.addEventListener("keydown", (event) => this.key(event));
    this.line.addEventListener("input", () => this.grow());
    this.line.addEventListener("grown", () => this.grow());
    replace($("composer"), this.completion.list, this.picture.place, this.picture.input, form);
    this.hint();
  }

  hint() {
    const narrow = matchMedia("(max-width: 800px)").matches;
    const [long, short] = this.desk.inThread()
      ? ["Say what shall change, or type / for a command", "What shall change?"]
      : ["Drop a picture and type /refine, or describe one", "Describe, or /"];
    this.line.placeholder = narrow ? short : long;
  }

  form(kind) {
    openForm(kind, { commands: this.desk.meta.commands, picture: this.picture, send: (fields) => this.send(fields) });
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
    if (!text && !this.picture.present) return;
    const fields = this.read(text);
    if (fields.error) return this.desk.say(fields.error);
    if (["quota", "sessions", "help"].includes(fields.kind)) {
      this.empty();
      return this.desk.local(fields.kind);
    }
    return this.send(fields, text);
  }

  read(text) {
    if (text.startsWith("/")) return parse(text, this.desk.meta.commands);
    if (!this.picture.present && this.desk.inThread()) return { kind: "continue", instruction: text };
    return { kind: "refine", goal: text };
  }

  async send(fields, text = "") {
    const problem = this.missing(fields);
    if (problem) return this.desk.say(problem);
    const waiting = this.picture.get();
    this.button.disabled = true;
    try {
      const image = await waiting;
      const withImage = this.option(fields.kind, "image") !== undefined;
      const sent = await this.desk.send(withImage && image ? { ...fields, image } : fields);
      if (sent && text === this.line.value.trim()) this.empty();
      if (sent && withImage) this.picture.clear();
    } catch (error) {
      this.desk.say(error.message);
    } finally {
      this.button.disabled = false;
    }
    return undefined;
  }

  /** A declared option of a command, undefined where it has none of that name. */
  option(kind, name) {
    return this.desk.meta.commands.find((each) => each.name === kind)?.options.find((each) => each.name === name);
  }

  missing(fields) {
    const image = this.option(fields.kind, "image");
    const { title } = this.desk.meta.commands.find((each) => each.name === fields.kind) ?? {};
    if (image?.required && !this.picture.present) return `${title} needs a picture: drop, paste or choose one first.`;
    if (image && this.option(fields.kind, "goal") && !this.picture.present && !fields.goal) {
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
