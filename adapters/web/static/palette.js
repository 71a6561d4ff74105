// Ctrl-K: sessions, commands and styles in one list, found by typing.
import { at } from "./address.js";
import { find as remembered } from "./api.js";
import { dialog, h, replace, uid } from "./dom.js";
import { short } from "./format.js";
import { t } from "./texts.js";

const MOST = 40;
const KINDS = { session: t("session"), command: t("command"), style: t("style"), prompt: t("prompt") };

/** `desk`: {sessions(): entries, commands, styles, thumbs: {style: file}, open(session), form(name), style(name)} */
export function listenForPalette(desk) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) openPalette(desk);
    }
  });
}

function items(desk) {
  return [
    ...desk.sessions().map((entry) => ({ kind: "session", text: `${entry.name || entry.goal || `/${entry.mode}`} · ${entry.owner_name}`, image: entry.links?.[entry.image || entry.reference], take: () => desk.open(entry.session) })),
    ...desk.commands.map((command) => ({ kind: "command", text: `/${command.name} · ${command.summary}`, take: () => desk.form(command.name) })),
    ...desk.styles.map((style) => ({ kind: "style", text: style, still: desk.thumbs[style], take: () => desk.style(style) })),
  ];
}

const thumb = (item) => (item.image ? at(`${item.image}&thumb=1`) : item.still ? at(`/static/${item.still}`) : "");

export function openPalette(desk) {
  const all = items(desk);
  const id = uid("found");
  const list = h("ul", { role: "listbox", id, "aria-label": t("Found") });
  const field = h("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list", "aria-label": t("Find a session, a command or a style"), autocomplete: "off", placeholder: t("Find a session, a command or a style") });
  const box = dialog(t("Find"), "palette", field, list);
  let found = [];
  let chosen = 0;
  const take = (item) => { box.close(); item.take(); };
  const draw = () => {
    replace(list, found.map((item, index) => h("li", { role: "option", id: `${id}-${index}`, "aria-selected": String(index === chosen), onclick: () => take(item) },
      thumb(item) ? h("img", { src: thumb(item), alt: "", width: 52, height: 38, loading: "lazy" }) : h("span", { class: "no-thumb", "aria-hidden": "true" }, { session: "…", command: "/", style: "✦" }[item.kind]),
      h("span", {}, short(item.text, 90)), h("span", { class: "hint" }, KINDS[item.kind] ?? item.kind))), found.length ? null : h("li", { class: "hint", role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("Nothing is called that.")));
    if (found.length) field.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  let asked = 0;
  /** What one painted once, by the words of its prompt: the server knows. */
  const remember = async (words) => {
    const turn = (asked += 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (turn !== asked || (words && words.length < 3)) return;
    const known = (await remembered(words).catch(() => ({ found: [] }))).found;
    const rows = words ? known : known.filter((row) => !row.here); // what began at another door
    if (turn !== asked) return;
    found = [...found, ...rows.map((row) => ({ kind: row.here ? "prompt" : row.door, text: `${row.name || `/${row.mode}`}: ${row.words}`, image: row.image, take: () => (row.here ? desk.open(row.session) : window.open(at(row.page), "_blank", "noopener")) }))].slice(0, MOST);
    draw();
  };
  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = all.filter((item) => words.every((word) => item.text.toLowerCase().includes(word))).slice(0, MOST);
    chosen = 0;
    draw();
    remember(field.value.trim());
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      draw();
    } else if (event.key === "Enter" && found.length) {
      event.preventDefault();
      take(found[chosen]);
    }
  });
  search();
  field.focus();
}
