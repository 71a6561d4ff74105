// The list over the message line: a text box of several lines with a list of what could come next.
import { h, replace, uid } from "./dom.js";
import { completions } from "./parse.js";
import { t } from "./texts.js";

export class Completion {
  constructor(line, commands, chooseImage) {
    this.line = line;
    this.commands = commands;
    this.chooseImage = chooseImage;
    this.items = [];
    this.at = -1;
    this.id = uid("completion");
    this.list = h("ul", { class: "completion", role: "listbox", id: this.id, "aria-label": t("Completions"), hidden: true });
    for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": this.id })) {
      line.setAttribute(name, value);
    }
    line.addEventListener("input", () => this.refresh());
    line.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
  }

  refresh() {
    const { value, selectionStart } = this.line;
    this.items = selectionStart === value.length ? completions(value, this.commands).slice(0, 12) : [];
    this.at = this.items.length && /^\/\S*$/.test(value) ? 0 : -1;
    this.draw();
  }

  hide() {
    this.items = [];
    this.at = -1;
    this.draw();
  }

  /** True if the key was for the list. */
  key(event) {
    if (!this.items.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.items.length + (this.at < 0 && step < 0 ? 1 : 0)) % this.items.length;
      this.draw();
      return true;
    }
    if (event.key === "Escape") {
      this.hide();
      return true;
    }
    if (event.key === "Tab" && !event.shiftKey) {
      this.take(this.items[Math.max(0, this.at)]);
      return true;
    }
    if (event.key === "Enter" && this.at >= 0 && !this.exact()) {
      this.take(this.items[this.at]);
      return true;
    }
    return false;
  }

  exact() {
    return this.items[this.at].insert.trim() === this.line.value.trim();
  }

  take(item) {
    this.line.value = item.image ? item.base : item.insert;
    this.line.focus();
    this.refresh();
    this.line.dispatchEvent(new CustomEvent("grown"));
    if (item.image) this.chooseImage();
  }

  draw() {
    this.list.hidden = !this.items.length;
    replace(this.list, this.items.map((item, index) => h("li", { role: "option", id: `${this.id}-${index}`, "aria-selected": String(index === this.at),
      onmousedown: (event) => { event.preventDefault(); this.take(item); } },
    h("span", { class: "label" }, item.label), h("span", { class: "hint" }, item.hint))));
    if (this.at >= 0) {
      this.line.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
    } else this.line.removeAttribute("aria-activedescendant");
  }
}
