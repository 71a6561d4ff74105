// A scene of a story: its words, its picture, the ways on, and words of one's own.
import { closer, dialog, h, replace } from "./dom.js";
import { money, seconds } from "./format.js";
import { t } from "./texts.js";
import { showDetails, showImage } from "./viewer.js";

/** Draws the scene of a round's card; `card` is the RoundCard, `update.scene` the scene. */
export function drawScene(card, update) {
  const { room } = card;
  const scene = update.scene;
  const view = update.candidates[0];
  const where = t("Scene {n} of {m}", { n: scene.scene, m: scene.scenes });
  card.element.classList.add("story");
  card.element.setAttribute("aria-label", scene.title ? `${scene.title}, ${where}` : where);
  replace(card.head, h("h3", {}, scene.title || where), scene.title ? h("span", { class: "of" }, where) : null);
  if (!view) return replace(card.picture);
  const src = room.image(view.image);
  replace(card.picture, update.words ? h("blockquote", {}, update.words) : null, h("p", { class: "told" }, scene.text),
    h("button", { type: "button", class: "image", "aria-label": t("{name}: full size", { name: where }), onclick: () => showImage(src, view.alt, where) },
      h("img", { src, alt: view.alt || where, width: view.width, height: view.height, loading: "lazy" })));
  replace(card.strip);
  replace(card.because);
  replace(card.facts, h("span", {}, money(update.cost)), h("span", {}, seconds(update.seconds)),
    update.embedded ? h("span", { class: "badge", title: room.embeddedNote }, t("embedded engine")) : h("span", { class: "model" }, update.model));
  return replace(card.actions, ...ways(room, view, scene), ...others(card, room, view, scene));
}

function ways(room, view, scene) {
  if (!scene.choices.length) return [h("p", { class: "the-end" }, t("The end."))];
  return [...scene.choices.map((way, at) => turn(room, `${at + 1} ${way}`, { iteration: view.iteration, choice: at + 1 }, "primary")),
    h("button", { type: "button", onclick: () => saySomething(room, view.iteration) }, t("Say or do something else…"))];
}

function others(card, room, view, scene) {
  return [scene.before ? turn(room, t("The scene before"), { iteration: scene.before }) : null,
    h("button", { type: "button", onclick: (event) => room.act(event.currentTarget, { kind: "paint_again", iteration: view.iteration }) }, t("Paint again")),
    h("button", { type: "button", onclick: () => showDetails(card.round, view, room) }, t("Details")),
    card.moreButton(view)].filter(Boolean);
}

function turn(room, label, fields, className = "") {
  return h("button", { type: "button", class: className, onclick: (event) => room.act(event.currentTarget, { kind: "journey", ...fields }) }, label);
}

function saySomething(room, iteration) {
  const text = h("input", { type: "text", maxlength: 300, required: true });
  const form = h("form", {}, h("h2", {}, t("Say or do something else")), h("label", {}, t("What do you say or do?"), text),
    h("div", { class: "row" }, h("button", { class: "primary" }, t("Go on"))));
  const box = dialog(t("Say or do something else"), "", closer(), form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    room.act(h("button"), { kind: "journey", iteration, say: text.value });
    box.close();
  });
  text.focus();
}
