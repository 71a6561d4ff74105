// Elements without markup strings: what people and models wrote is only ever text.
import { t } from "./texts.js";

/** h("button", {class: "quiet", onclick: f, "aria-pressed": "true"}, "text", child, …) */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

export const $ = (id) => document.getElementById(id);

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat().filter(Boolean));
}

/** The same, but who stood on something stands on what is in its place: told by data-key, else by its words. */
export function redraw(parent, ...children) {
  const held = parent.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  replace(parent, ...children);
  if (held !== null) stand(parent, held);
}

const nameOf = (element) => element.dataset.key ?? element.textContent;

function stand(parent, name) {
  const found = [...parent.querySelectorAll("button, a[href], input, summary, select")].find((each) => nameOf(each) === name);
  (found ?? home(parent))?.focus({ preventScroll: !found });
}

/** What a card's focus falls back to when its button is gone: the card. */
export function home(element) {
  const card = element.closest("article, section");
  if (card) card.tabIndex = -1;
  return card;
}

let counter = 0;
export const uid = (prefix) => `${prefix}-${++counter}`;

/** A modal dialog that removes itself when closed; Escape and a click beside it close it. */
export function dialog(label, className, ...children) {
  const opener = document.activeElement;
  const box = h("dialog", { class: className, "aria-label": label }, ...children);
  box.addEventListener("close", () => {
    box.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  document.body.append(box);
  box.showModal();
  return box;
}

export const closer = () =>
  h("button", { type: "button", class: "quiet close", "aria-label": t("Close"),
    onclick: (event) => event.currentTarget.closest("dialog").close() }, "✕");
