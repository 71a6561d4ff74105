// Who sits at this window: a name in sessionStorage, asked once, changeable.
import { $, dialog, h } from "./dom.js";

const KEY = "darkroom-name";
let name = "";
let id = "";

const clean = (text) => text.replace(/\s+/g, " ").trim().slice(0, 40);

export const me = () => name;

/** The id the server makes of the name: tells whether something is mine. */
export const myId = () => id;
export const setId = (value) => { id = value; };

export const header = () => encodeURIComponent(name);

export async function askName(again = false) {
  name = clean(sessionStorage.getItem(KEY) ?? "");
  if (!name || again) name = await ask(name);
  sessionStorage.setItem(KEY, name);
  $("person").hidden = false;
  $("person").textContent = name;
  $("person").setAttribute("aria-label", `You are ${name}. Change your name`);
  return name;
}

function ask(before) {
  return new Promise((resolve) => {
    const field = h("input", { name: "name", required: true, maxlength: 40, autocomplete: "nickname",
      value: before, autofocus: true });
    const form = h("form", { method: "dialog" },
      h("h2", {}, "Who are you?"),
      h("p", { class: "hint" }, "A name is enough. It belongs to this window; what you start is shown under it."),
      h("label", {}, "Name ", field),
      h("div", { class: "row" }, h("button", { class: "primary" }, "Come in")));
    const box = dialog("Who are you?", "small", form);
    const done = () => {
      if (!clean(field.value)) return false;
      resolve(clean(field.value));
      return true;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (done()) box.close();
    });
    box.addEventListener("cancel", (event) => { if (!before) event.preventDefault(); });
    box.addEventListener("close", () => resolve(clean(field.value) || before || "Somebody"));
  });
}
