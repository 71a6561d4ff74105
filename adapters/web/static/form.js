// The form, for those who don't type commands: made from the same list the command line uses.
import { closer, dialog, h, replace } from "./dom.js";

/** Opens the form; `send` gets the fields of a command. */
export function openForm(kind, { commands, picture, send }) {
  const fields = h("div", { class: "fields" });
  const attachment = h("div", { class: "drop" });
  const tabs = h("div", { class: "tabs", role: "radiogroup", "aria-label": "What to do" });
  const form = h("form", {}, h("h2", {}, "Develop a picture"), tabs, attachment, fields,
    h("div", { class: "row" }, h("button", { class: "primary" }, "Start")));
  const box = dialog("Develop a picture", "wide", closer(), form);
  let command;
  const show = (name) => {
    command = commands.find((each) => each.name === name);
    replace(fields, h("p", { class: "hint" }, `${command.summary[0].toUpperCase()}${command.summary.slice(1)}.`), command.options.filter((option) => option.type !== "image" && option.choices?.length !== 1).map(field));
  };
  replace(tabs, commands.filter((each) => each.begins && !each.missing).map(({ name, title }) => h("label", {}, h("input", { type: "radio", name: "kind", value: name,
    checked: name === kind, onchange: () => show(name) }), h("span", {}, title))));
  const drawPicture = () => replace(attachment, picture.url ? h("img", { src: picture.url, alt: "The chosen picture" }) : h("span", { class: "hint" }, "Drop or paste a picture here, or"),
    h("button", { type: "button", onclick: () => picture.choose() }, picture.url ? "Another picture" : "Choose a picture"));
  picture.listeners.add(drawPicture);
  box.addEventListener("close", () => picture.listeners.delete(drawPicture));
  drawPicture();
  show(kind);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ kind: command.name, ...read(form, command) });
    box.close();
  });
}

function field(option) {
  const label = option.label ?? option.name;
  const common = { name: option.name };
  if (option.type === "flag") return h("label", { class: "check" }, h("input", { ...common, type: "checkbox" }), label);
  if (option.type === "text") return h("label", {}, label, h("textarea", { ...common, rows: 2, maxlength: 2000, placeholder: "a red fox in the snow at sunset, watercolor" }));
  if (option.type === "number") return h("label", {}, label, h("input", { ...common, type: "number", min: option.least, max: option.most, placeholder: String(option.default) }));
  if (option.type === "list") {
    return h("fieldset", {}, h("legend", {}, `${label} (none chosen: all, shuffled)`), h("div", { class: "chips" },
      option.choices.map((choice) => h("label", { class: "chip" }, h("input", { ...common, type: "checkbox", value: choice }), h("span", {}, choice)))));
  }
  return h("label", {}, label, h("select", common, h("option", { value: "" }, option.default ? `${option.default} (usual)` : "as set up"),
    option.choices.filter((choice) => choice !== option.default).map((choice) => h("option", { value: choice }, choice))));
}

function read(form, command) {
  const data = new FormData(form);
  const found = {};
  for (const option of command.options) {
    const value = data.get(option.name);
    if (option.type === "flag") found[option.name] = value !== null;
    else if (option.type === "list") found[option.name] = data.getAll(option.name);
    else if (option.type === "number" && value) found[option.name] = Number(value);
    else if (option.type !== "image" && value) found[option.name] = value.trim();
  }
  return found;
}
