// Everything that may come of a picture: each job's form, and the way back to the picture before.
import { closer, dialog, h } from "./dom.js";
import { openJob } from "./form.js";
import { t } from "./texts.js";

/** `room`: the thread; `parent`: the iteration before, "" for none; `first`: buttons of the post itself. */
export function showMore(room, view, parent, first = []) {
  const act = (fields, tell) => room.act(h("button"), { ...fields, iteration: view.iteration }, tell);
  const close = (then) => (event) => { event.currentTarget.closest("dialog").close(); then(); };
  const row = (command) => h("li", {}, h("button", { type: "button", disabled: Boolean(command.missing),
    onclick: close(() => openJob(command, { src: room.image(view.image), alt: view.alt, accept: room.accept, send: act })) },
  h("strong", {}, command.title), h("span", { class: "hint" }, command.missing ? `${command.summary}: ${command.needs}` : command.summary)));
  const ways = room.commands.filter((each) => each.grows && !each.missing && each.ways?.length).map((command) =>
    h("div", { class: "actions", role: "group", "aria-label": command.title }, ...command.ways.map((way) =>
      h("button", { type: "button", onclick: close(() => act({ kind: command.name, ...way.values })) }, way.label))));
  const back = parent
    ? h("button", { type: "button", onclick: close(() => room.act(h("button"), { kind: "undo", iteration: view.iteration })) }, t("Back to the picture before"))
    : h("p", { class: "hint" }, t("No picture of this session comes before it."));
  dialog(t("More with this picture"), "wide more", closer(), h("h2", {}, t("What shall be made of this picture?")),
    ...ways, h("ul", { class: "jobs" }, room.commands.filter((each) => each.grows).map(row)),
    h("div", { class: "actions" }, back, ...first.map(([label, then]) => h("button", { type: "button", onclick: close(then) }, label))));
}
