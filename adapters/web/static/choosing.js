// The star: says what it does, and asks first where that costs.
import { quoted } from "./api.js";
import { closer, dialog, h } from "./dom.js";
import { quote } from "./format.js";
import { t } from "./texts.js";

export function starButton(room, view, name) {
  const button = h("button", { type: "button", class: "star", "data-key": "star", onclick: () => toggle(room, button, view, name) });
  draw(room, button, view, name);
  return button;
}

function draw(room, button, view, name) {
  const on = room.starred(view.iteration);
  button.setAttribute("aria-pressed", String(on));
  button.setAttribute("aria-label", t("Star {name}: a new branch is painted from it", { name }));
  button.title = on ? t("Take the star back: its branch ends if it has not painted yet") : t("Star: a new branch is painted from this picture");
  button.textContent = on ? "★" : "☆";
}

async function toggle(room, button, view, name) {
  const on = room.starred(view.iteration);
  if (!on && !(await agreed(room, view, name))) return;
  const done = await room.act(button, on ? { kind: "unpick", iteration: view.iteration } : { kind: "pick", iteration: view.iteration, signal: "reaction" });
  if (done) room.star(view.iteration, !on);
  draw(room, button, view, name);
}

/** Whether a run may begin: asked where it is not free. */
async function agreed(room, view, name) {
  if (room.free) return true;
  let price;
  try {
    price = await quoted({ kind: "pick", iteration: view.iteration, session: room.session });
  } catch (error) {
    room.note(error.message);
    return false;
  }
  return Number(price.at_most) === 0 && price.at_most !== null ? true : ask(name, price);
}

function ask(name, price) {
  return new Promise((resolve) => {
    let answer = false;
    const yes = h("button", { type: "button", class: "primary", onclick: () => { answer = true; box.close(); } }, t("Star and paint"));
    const box = dialog(t("Star {name}", { name }), "small", closer(), h("h2", {}, t("Star {name}?", { name })),
      h("p", {}, t("A star begins a new branch: the picture is painted on from here.")), h("p", {}, quote(price)),
      h("div", { class: "row" }, h("button", { type: "button", onclick: () => box.close() }, t("Not now")), yes));
    box.addEventListener("close", () => resolve(answer));
    yes.focus();
  });
}
