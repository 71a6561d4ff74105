// The panel beside the picture: which tool, how large, what was done, what is missing before it is sent.
import { $, h, replace } from "./dom.js";
import { NAMES } from "./mask-tools.js";
import { t } from "./texts.js";

const TOOLS = { mask: { brush: "B", eraser: "E", rectangle: "R", lasso: "L", fill: "F", hand: "H" },
  marks: { pen: "P", arrow: "A", circle: "C", words: "W", eraser: "E", hand: "H" } };
const COLOURS = [["#ff3b30", t("Red")], ["#ffd60a", t("Yellow")], ["#30b94d", t("Green")], ["#0a84ff", t("Blue")], ["#ffffff", t("White")], ["#111111", t("Black")]];
const EXPLAINED = { mask: t("Paint over what shall change; everything else stays."),
  marks: t("Draw on the picture what you mean. The marks are read, and are gone from the result.") };
const KEYS = { "+": "in", "=": "in", "-": "out", "−": "out", 0: "fit", i: "invert", Delete: "clear" };

export class Panel {
  constructor(painter) {
    Object.assign(this, { painter, mode: "mask", tools: { mask: "brush", marks: "pen" } });
    for (const button of document.querySelectorAll("[data-mode]")) button.addEventListener("click", () => this.choose(button.dataset.mode));
    for (const [name, act] of Object.entries(this.acts())) $(name).addEventListener("click", act);
    for (const name of ["size", "tolerance"]) $(name).addEventListener("input", () => this.state());
    const { width, height } = painter.layers.mask;
    $("size").max = Math.round(Math.max(width, height) / 4);
    $("size").value = Math.max(4, Math.round(Math.max(width, height) / 25));
    $("instruction").maxLength = painter.info.longest;
    this.swatches();
    $("main").addEventListener("keydown", (event) => this.key(event));
  }

  get size() { return Number($("size").value); }
  get tolerance() { return Number($("tolerance").value); }
  get text() { return $("text").value.trim(); }
  get tool() { return this.tools[this.mode]; }
  get covers() {
    const { layer } = this.painter;
    if (this.mode === "marks") return layer.covered ? t("There are marks on it") : t("No marks yet");
    return layer.covered ? t("Covers {share}", { share: percent(layer.share) }) : t("Nothing is covered yet");
  }

  acts() {
    const { painter } = this;
    const step = (name, nothing, words) => () => this.say(painter.layer[name]() ? words : nothing);
    const whole = (name, words) => () => {
      painter.layer[name]();
      painter.layer.commit();
      this.say(words);
    };
    return { undo: step("undo", t("There is nothing to undo."), t("Undone.")), redo: step("redo", t("There is nothing to redo."), t("Done again.")),
      invert: whole("invert", t("Inverted.")), clear: whole("clear", t("Cleared.")),
      in: () => painter.view.zoom(1.5), out: () => painter.view.zoom(1 / 1.5), fit: () => painter.view.fit() };
  }

  choose(mode) {
    this.mode = mode;
    $("stage").dataset.mode = mode;
    for (const button of document.querySelectorAll(".tabs [data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    $("explained").textContent = EXPLAINED[mode];
    $("instruction").placeholder = mode === "mask" ? t("a red balloon in the sky") : t("do what the marks say");
    $("invert").hidden = mode === "marks";
    $("colours").hidden = mode === "mask";
    replace($("tools"), Object.entries(TOOLS[mode]).map(([tool, key]) => h("button", { type: "button", "data-tool": tool,
      "aria-keyshortcuts": key, onclick: () => this.take(tool) }, NAMES[tool], " ", h("kbd", { "aria-hidden": "true" }, key))));
    this.take(this.tool);
  }

  take(tool) {
    $("trouble").textContent = "";
    this.painter.hands.cancel();
    this.tools[this.mode] = this.painter.hands.tool = $("stage").dataset.tool = tool;
    for (const button of $("tools").children) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    $("size-field").hidden = ["rectangle", "lasso", "fill", "hand"].includes(tool);
    $("tolerance-field").hidden = tool !== "fill";
    $("text-field").hidden = tool !== "words";
    this.state();
  }

  swatches() {
    const { layers } = this.painter;
    const buttons = COLOURS.map(([colour, name]) => {
      const button = h("button", { type: "button", "aria-label": name, title: name, onclick: () => pick(button, colour) });
      button.style.color = colour;
      return button;
    });
    const pick = (chosen, colour) => {
      layers.marks.colour = colour;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === chosen));
    };
    pick(buttons[0], COLOURS[0][0]);
    replace($("colours").querySelector(".swatches"), buttons);
  }

  askForWords() {
    $("trouble").textContent = t("Type the words first, then press where they go.");
    $("text").focus();
  }

  /** Letters choose a tool, but not while somebody writes; Ctrl+Z means the picture everywhere else. */
  key(event) {
    if (event.target.matches("textarea, input[type=text]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") this.press(event, event.shiftKey ? "redo" : "undo");
      else if (key === "y") this.press(event, "redo");
      return;
    }
    if (event.altKey) return;
    const tool = Object.keys(TOOLS[this.mode]).find((each) => TOOLS[this.mode][each].toLowerCase() === key);
    if (tool) {
      this.take(tool);
      this.say(NAMES[tool]);
    } else if (key === "[" || key === "]") this.grow(key === "]" ? 1.25 : 0.8);
    else if (KEYS[key] && !$(KEYS[key]).hidden) this.press(event, KEYS[key]);
  }

  press(event, name) {
    event.preventDefault();
    $(name).click();
  }

  grow(factor) {
    $("size").value = Math.round(factor > 1 ? Math.max(this.size + 1, this.size * factor) : this.size * factor);
    this.say(t("Size {n}", { n: this.size }));
  }

  told() {
    $("trouble").textContent = "";
    this.say(`${NAMES[this.tool]}.`);
  }

  /** Said to whoever can't see it, with how much is covered now. */
  say(words) {
    this.state();
    $("announcer").textContent = `${words} ${this.covers}.`;
  }

  state() {
    const { layer, guide } = this.painter;
    $("covers").textContent = this.covers;
    $("size-shown").textContent = `${this.size} px`;
    $("tolerance-shown").textContent = String(this.tolerance);
    guide.radius = ["brush", "eraser", "pen", "arrow", "circle"].includes(this.tool) ? this.size / 2 : 0;
    for (const [name, acts] of [["undo", layer.past], ["redo", layer.future]]) $(name).classList.toggle("idle", !acts.length);
  }

  /** Why it can't be sent, "" if it can. */
  trouble() {
    const { layer, info } = this.painter, { share } = layer;
    if (this.mode === "marks" && !layer.covered) return t("There are no marks yet: draw or write on the picture first.");
    if (this.mode === "mask" && !layer.covered) return t("Nothing is covered yet: paint over what shall change.");
    if (this.mode === "mask" && share >= info.most) return t("The whole picture is covered: leave out what shall stay.");
    if (this.mode === "mask" && share < info.least) return t("That is too small to work on: paint over a little more.");
    if ($("instruction").value.trim()) return "";
    $("instruction").focus();
    return t("Say what shall change.");
  }
}

/** Never 0 % or 100 % of what is neither. */
function percent(share) {
  if (share < 0.01) return t("less than 1 %");
  return share > 0.99 && share < 1 ? t("more than 99 %") : `${Math.round(share * 100)} %`;
}
