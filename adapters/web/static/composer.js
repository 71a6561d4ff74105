// The message line: commands, plain sentences, a picture, and the door to the form.
import { $, h, replace, svg } from "./dom.js";
import { openBatch } from "./batch.js";
import { Completion } from "./complete.js";
import { openForm } from "./form.js";
import { pictures } from "./format.js";
import { parse } from "./parse.js";
import { Pictures, pictureOptions } from "./picture.js";
import { t, tn } from "./texts.js";

const pictureIcon = () => svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
  svg("rect", { x: 3, y: 4.5, width: 18, height: 15, rx: 2.5 }), svg("circle", { cx: 8.5, cy: 9.5, r: 1.6 }), svg("path", { d: "m4 17 5-4.5 3.5 3 4-4.5 4 4.5" }));

export class Composer {
  /** `desk`: {meta, say, send(fields, trouble), batch(jobs), local(name), inThread()} */
  constructor(desk) {
    this.desk = desk;
    this.pictures = new Pictures(desk.meta, desk.say);
    this.line = h("textarea", { id: "line", rows: 1, maxlength: 7900, autocomplete: "off", spellcheck: "true", "aria-label": t("Message or command") });
    this.completion = new Completion(this.line, desk.meta.commands, () => this.pictures.choose());
    this.button = h("button", { class: "primary send", "aria-label": t("Send") }, t("Send"));
    const form = h("form", { class: "line" },
      h("button", { type: "button", class: "quiet", "aria-label": t("Choose a picture"), title: t("Choose a picture"), onclick: () => this.pictures.choose() }, pictureIcon()),
      this.line, this.button,
      h("button", { type: "button", class: "form-button", onclick: () => this.form("refine") }, t("Form")));
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
      ? [t("Say what shall change, or type / for a command"), t("What shall change?")]
      : [t("Drop a picture and type /refine, or describe one"), t("Describe, or /")];
    this.line.placeholder = narrow ? short : long;
  }

  form(kind, words = "") {
    openForm(kind, { commands: this.desk.meta.commands, pictures: this.pictures, words, send: (fields, trouble) => this.send(fields, "", trouble) });
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
    if (this.sending || (!text && !this.pictures.count)) return undefined;
    if (!text.startsWith("/") && this.pictures.count > 1) return this.form(this.taker, text);
    const fields = this.read(text);
    if (fields.error) return this.desk.say(fields.error);
    if (["quota", "preferences", "cancel", "sessions", "help"].includes(fields.kind)) {
      this.empty();
      return this.desk.local(fields.kind);
    }
    return this.send(fields, text);
  }

  /** What several pictures and no command are offered to first: a job that takes them all, else a run each. */
  get taker() {
    return this.desk.meta.commands.find((each) => each.begins && !each.missing && pictureOptions(each).length >= this.pictures.count)?.name ?? "refine";
  }

  read(text) {
    if (text.startsWith("/")) return parse(text, this.desk.meta.commands);
    if (!this.pictures.count && this.desk.inThread()) return { kind: "say", words: text };
    return { kind: "refine", goal: text };
  }

  /** Sends; what was typed stays until the answer is known. {ok, sentence}. */
  async send(fields, text = "", trouble = null) {
    const no = (sentence) => {
      (trouble ?? this.desk.say)(sentence);
      return { ok: false, sentence };
    };
    const problem = this.missing(fields);
    if (problem) return no(problem);
    if (this.each(fields)) return this.together(fields);
    this.wait(true);
    try {
      const options = pictureOptions(this.command(fields.kind) ?? { options: [] });
      const uploads = await this.pictures.get();
      const images = Object.fromEntries(options.slice(0, uploads.length).map((option, index) => [option.name, uploads[index]]));
      const sent = await this.desk.send({ ...fields, ...images }, trouble);
      if (sent.ok && this.line.value.trim() === (text || fields.goal || "")) this.empty();
      if (sent.ok && options.length) this.pictures.clear();
      return sent;
    } catch (error) {
      return no(error.message);
    } finally {
      this.wait(false);
    }
  }

  wait(on) {
    this.sending = on;
    if (on) this.button.setAttribute("aria-disabled", "true");
    else this.button.removeAttribute("aria-disabled");
  }

  /** Whether more pictures are here than the command takes: a run each, then. */
  each(fields) {
    const takes = pictureOptions(this.command(fields.kind) ?? { options: [] });
    return takes.length === 1 && this.pictures.count > 1;
  }

  async together(fields) {
    const begun = await openBatch(fields, { pictures: this.pictures, title: this.command(fields.kind).title, begin: (jobs) => this.desk.batch(jobs) });
    if (begun) this.empty();
    return { ok: true };
  }

  command(kind) {
    return this.desk.meta.commands.find((each) => each.name === kind);
  }

  missing(fields) {
    if (fields.kind === "say") return "";
    const { title, grows, missing, needs, options, worded } = this.command(fields.kind);
    const takes = pictureOptions({ options });
    const { count } = this.pictures;
    const here = grows && this.desk.inThread();
    const needed = takes.filter((option) => option.required && !(here && option.name === "image")).length;
    if (missing) return `${title} ${needs}.`;
    if (takes.length > 1 && count > takes.length) return t("{title} takes {pictures}: remove {n} of them.", { title, pictures: pictures(takes.length), n: count - takes.length });
    if (count < needed || (grows && !here && !worded && takes.length && !count)) return tn(Math.max(1, needed), "{title} needs a picture: drop, paste or choose one first.", "{title} needs {n} pictures: drop, paste or choose them first.", { title });
    if (takes.length && !grows && options.some((option) => option.name === "goal") && !count && !fields.goal) {
      return t("{title} needs a picture, a goal, or both. For example: {example}", { title, example: `/${fields.kind} ${t("a red fox in the snow at sunset")}` });
    }
    if (fields.kind === "continue" && !this.desk.inThread()) return t("Open a session first: /continue goes on in its thread.");
    return "";
  }

  empty() {
    this.line.value = "";
    this.completion.hide();
    this.grow();
  }
}
