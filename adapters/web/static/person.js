// Who sits at this window: a name, asked once, changeable; further tabs begin with the same.
import { at } from "./address.js";
import { $, dialog, h } from "./dom.js";
import { t } from "./texts.js";

const KEY = "darkroom-name";
let name = "";
let id = "";
let bound = false;

const clean = (text) => text.replace(/\s+/g, " ").trim().slice(0, 40);

export const me = () => name;

/** On a page of its own: whoever sat at the playground's window last. */
export function recall() {
  name = clean(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "");
  return name;
}

/** The id the server makes of the name: tells whether something is mine. */
export const myId = () => id;
export const setPerson = (person) => { ({ id, bound } = person); };

export const header = () => encodeURIComponent(name);

/** Asks who sits here, once a window; `trouble` is why the name given before can't be had. */
export async function askName(again = false, trouble = "") {
  name = clean(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "");
  if (!name || again) name = await ask(name, trouble);
  sessionStorage.setItem(KEY, name);
  localStorage.setItem(KEY, name);
  $("person").hidden = false;
  $("person").textContent = name;
  $("person").setAttribute("aria-label", t("You are {name}. Change your name", { name }));
  return name;
}

function ask(before, trouble) {
  return new Promise((resolve) => {
    const field = h("input", { name: "name", required: true, maxlength: 40, autocomplete: "nickname",
      value: before, autofocus: true });
    const form = h("form", { method: "dialog" },
      h("h2", {}, t("Who are you?")),
      h("p", { class: "hint" }, t("A name is enough. What you start is shown under it.")),
      trouble ? h("p", { class: "error", role: "alert" }, trouble) : null,
      h("label", {}, t("Name"), " ", field),
      h("div", { class: "row" }, h("button", { class: "primary" }, t("Come in")), bound ? leave() : null));
    const box = dialog(t("Who are you?"), "small", form);
    const done = () => {
      if (!clean(field.value)) return false;
      resolve(clean(field.value));
      return true;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (done()) box.close();
    });
    box.addEventListener("cancel", (event) => { if (!before || trouble) event.preventDefault(); });
    box.addEventListener("close", () => resolve(clean(field.value) || before || t("Somebody")));
  });
}

/** Ends this browser's session: the token is asked for again. */
function leave() {
  return h("button", { type: "button", class: "quiet", onclick: () => {
    const form = h("form", { method: "post", action: at("/logout") });
    document.body.append(form);
    form.submit();
  } }, t("Leave"));
}
