// The form, for those who don't type commands: made from the same list the command line uses.
import { upload } from "./api.js";
import { closer, dialog, h, replace } from "./dom.js";
import { pictureOptions } from "./picture.js";
import { t } from "./texts.js";

/** Opens the form over the pictures chosen so far; `send` gets the fields of a command; `words` are the first ones of its long text. */
export function openForm(kind, { commands, pictures, send, words = "" }) {
  const offered = commands.filter((each) => each.begins && !each.missing);
  const fields = h("div", { class: "fields" });
  const attachment = h("div", { class: "drop" });
  const tabs = h("div", { class: "tabs", role: "radiogroup", "aria-label": t("What to do") });
  const trouble = h("p", { class: "error", role: "alert" });
  const button = h("button", { class: "primary" }, t("Start"));
  const form = h("form", {}, h("h2", {}, t("Develop a picture")), tabs, attachment, fields, trouble, h("div", { class: "row" }, button));
  const box = dialog(t("Develop a picture"), "wide", closer(), form);
  let command;
  const show = (name) => {
    command = offered.find((each) => each.name === name) ?? offered[0];
    replace(fields, h("p", { class: "hint" }, summary(command)), asked(command).map((option) => field(option, words)));
    drawPictures();
  };
  replace(tabs, offered.map(({ name, title }) => h("label", {}, h("input", { type: "radio", name: "kind", value: name,
    checked: name === kind, onchange: () => show(name) }), h("span", {}, title))));
  const drawPictures = () => {
    const several = pictures.count > 1;
    const most = pictureOptions(command).length;
    attachment.hidden = !most;
    replace(attachment, pictures.urls.map((src, index) => h("img", { src, alt: several ? t("The chosen picture {n}", { n: index + 1 }) : t("The chosen picture") })),
      pictures.count ? null : h("span", { class: "hint" }, most > 1 ? t("Drop or paste up to {n} pictures here, or", { n: most }) : t("Drop or paste a picture here, or")),
      h("button", { type: "button", onclick: () => pictures.choose() }, pictures.count ? t("Another picture") : t("Choose a picture")),
      several && most === 1 ? h("span", { class: "hint" }, t("{n} pictures: a run each", { n: pictures.count })) : null,
      pictures.count && pictures.count < most ? h("button", { type: "button", onclick: () => pictures.choose(true) }, t("Add a picture")) : null);
  };
  pictures.listeners.add(drawPictures);
  box.addEventListener("close", () => pictures.listeners.delete(drawPictures));
  show(kind);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sending(box, button, trouble, (tell) => send({ kind: command.name, ...read(form, command) }, tell).then((sent) => sent.ok));
  });
}

/** A form stays, with what was typed, until it is known that it was taken. `work(tell)` resolves to whether. */
async function sending(box, button, trouble, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  trouble.textContent = "";
  try {
    if (await work((sentence) => { trouble.textContent = sentence; })) box.close();
  } catch (error) {
    trouble.textContent = error.message;
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** The form of one job on a picture that is there; `send` gets its fields, further pictures uploaded. A job that asks nothing is sent at once. */
export function openJob(command, { src, alt, accept, send }) {
  const asks = [...asked(command), ...pictureOptions(command).filter((option) => option.name !== "image")];
  if (!asks.length) return send({ kind: command.name });
  const trouble = h("p", { class: "error", role: "alert" });
  const button = h("button", { class: "primary" }, t("Start"));
  const form = h("form", {}, h("h2", {}, command.title), h("p", { class: "hint" }, summary(command)),
    h("div", { class: "drop" }, h("img", { src, alt: alt || t("The chosen picture") })),
    h("div", { class: "fields" }, asks.map((option) => field(option, "", accept))),
    trouble, h("div", { class: "row" }, button));
  const box = dialog(command.title, "wide", closer(), form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sending(box, button, trouble, async (tell) => send({ kind: command.name, ...read(form, command), ...await uploads(form, command) }, tell));
  });
  return undefined;
}

async function uploads(form, command) {
  const data = new FormData(form);
  const found = {};
  for (const option of pictureOptions(command)) {
    const file = data.get(option.name);
    if (file instanceof File && file.size) found[option.name] = await upload(file);
  }
  return found;
}

const summary = (command) => `${command.summary[0].toUpperCase()}${command.summary.slice(1)}.`;

const asked = (command) => command.options.filter((option) => option.type !== "image" && option.choices?.length !== 1);

function field(option, words = "", accept = []) {
  const label = option.label ?? option.name;
  const common = { name: option.name, title: option.summary };
  if (option.type === "image") return h("label", {}, label, h("input", { ...common, type: "file", accept: accept.join(","), required: option.required ?? false }));
  if (option.type === "flag") return h("label", { class: "check" }, h("input", { ...common, type: "checkbox" }), label);
  if (option.type === "text") return h("label", {}, label, h("textarea", { ...common, rows: 2, maxlength: option.most || 2000, value: words, placeholder: option.name === "goal" ? t("a red fox in the snow at sunset, watercolor") : option.summary }));
  if (option.type === "number") return h("label", {}, label, h("input", { ...common, type: "number", min: option.least, max: option.most || null, placeholder: String(option.default ?? t("as set up")) }));
  if (option.type === "list") {
    return h("fieldset", {}, h("legend", {}, t("{label} (none chosen: all, shuffled)", { label })), h("div", { class: "chips" },
      option.choices.map((choice) => h("label", { class: "chip" }, h("input", { ...common, type: "checkbox", value: choice }), h("span", {}, choice)))));
  }
  return h("label", {}, label, h("select", common, h("option", { value: "" }, option.default ? t("{value} (usual)", { value: option.default }) : t("as set up")),
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
