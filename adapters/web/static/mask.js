// The mask painter: a picture, what shall change of it, and a sentence that says how.
import { at } from "./address.js";
import { $, h, replace } from "./dom.js";
import { Guide } from "./mask-guide.js";
import { Hands } from "./mask-hands.js";
import { Layer } from "./mask-layer.js";
import { Panel } from "./mask-panel.js";
import { send } from "./mask-send.js";
import { tint } from "./mask-tint.js";
import { View } from "./mask-view.js";
import { t } from "./texts.js";

class Painter {
  constructor(info, picture) {
    const [width, height] = [picture.naturalWidth, picture.naturalHeight];
    Object.assign(this, { info, picture, sent: false, colours: null });
    this.layers = {
      mask: new Layer($("mask"), width, height, { colour: tint(picture), plain: true }),
      marks: new Layer($("marks"), width, height, { colour: "#ff3b30" }),
    };
    this.view = new View($("stage"), $("sheet"), width, height);
    this.guide = new Guide($("guide"), width, height);
    this.hands = new Hands({ stage: $("stage"), view: this.view, guide: this.guide, room: () => this.room(), done: (changed) => this.done(changed) });
    this.panel = new Panel(this);
    this.view.changed = () => { $("zoom").textContent = `${Math.round(this.view.scale * 100)} %`; };
    this.form();
    this.view.fit();
    this.panel.choose(info.mode);
  }

  get layer() { return this.layers[this.panel.mode]; }

  room() {
    const { size, tolerance, text } = this.panel;
    return { layer: this.layer, guide: this.guide, size, tolerance, text, pixels: () => this.pixels(), missing: () => this.panel.askForWords() };
  }

  /** The picture's own pixels, read once: a fill follows its colours. */
  pixels() {
    if (!this.colours) {
      const { width, height } = this.layer;
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.drawImage(this.picture, 0, 0, width, height);
      this.colours = context.getImageData(0, 0, width, height).data;
    }
    return this.colours;
  }

  done(changed) {
    if (changed) this.panel.told();
    this.panel.state();
  }

  form() {
    $("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    $("cancel").addEventListener("click", () => this.close(t("Nothing was sent and nothing changes. You can close this page."), true));
    window.addEventListener("beforeunload", (event) => {
      if (!this.sent && Object.values(this.layers).some((layer) => layer.past.length)) event.preventDefault();
    });
  }

  async submit() {
    const trouble = this.panel.trouble();
    $("trouble").textContent = trouble;
    if (trouble) return;
    $("submit").setAttribute("aria-disabled", "true");
    try {
      const answer = await send(this.layer, this.panel.mode, $("instruction").value.trim());
      this.sent = true;
      this.close(answer.sentence, false);
    } catch (error) {
      $("trouble").textContent = error.message;
    } finally {
      $("submit").removeAttribute("aria-disabled");
    }
  }

  close(words, again) {
    $("main").hidden = true;
    ended(words, again ? h("button", { type: "button", onclick: () => this.open() }, t("Back to the picture")) : null,
      this.info.back ? h("a", { class: "button primary", href: at(this.info.back) }, t("To the thread")) : null);
  }

  open() {
    $("closed").hidden = true;
    $("main").hidden = false;
    $("stage").focus();
  }
}

function ended(words, ...more) {
  $("closed").hidden = false;
  const sentence = h("p", { id: "closed-words", tabindex: "-1" }, words);
  replace($("closed"), sentence, h("div", { class: "row" }, ...more));
  sentence.focus();
}

async function start() {
  const response = await fetch(at(`/api/masks/${location.pathname.split("/").pop()}${location.search}`));
  const info = await response.json();
  if (!response.ok) throw new Error(info.error);
  const picture = $("picture");
  picture.src = at(info.picture);
  try {
    await picture.decode();
  } catch {
    throw new Error(t("The picture could not be loaded: open the link again."));
  }
  $("main").hidden = false;
  $("closed").hidden = true;
  const painter = new Painter(info, picture);
  document.documentElement.dataset.ready = painter.panel.mode;
}

start().catch((error) => ended(error.message));
