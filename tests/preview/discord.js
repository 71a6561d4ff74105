// Lays out Discord messages (Components V2) from their JSON, about as a member's client does.
"use strict";
const make = (tag, name, ...inside) => {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...inside.filter((each) => each !== null));
  return node;
};
const STAR = '<svg class="emoji" viewBox="0 0 24 24"><path fill="#ffac33" d="m12 1.8 3.1 6.7 7.3.8-5.5 4.9 1.6 7.2L12 17.7l-6.5 3.7 1.6-7.2L1.600 9.300l7.300-.8z"/></svg>';
const APERTURE = '<svg viewBox="0 0 38 38"><circle cx="19" cy="19" r="19" fill="#2a1216"/><g fill="none" stroke="#ff5d5d" stroke-width="2"><circle cx="19" cy="19" r="11"/><path d="M19 8l6 10M29 15l-9 8M27 27l-12-3M19 30l-6-10M9 23l9-8M11 11l12 3"/></g></svg>';
const square = (fill, path) => `<svg class="emoji" viewBox="0 0 24 24"><rect x="2" y="2" width="20" height="20" rx="4" fill="${fill}"/><path d="${path}" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;
const EMOJI = { "⭐": STAR, "✅": square("#77b255", "M7 12.500l3.500 4L17 8"), "❌": square("#dd2e44", "M8 8l8 8M16 8l-8 8"), "❔": square("#7b7f87", "M9 9a3 3 0 1 1 3 4v1M12 17.500v.1") };
const escaped = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

function inline(text) {
  const kept = [];
  const keep = (html) => `\u0001${kept.push(html) - 1}\u0002`;
  text = text.replace(/\\([\\*_~`|>#\-[\]()])/g, (_, c) => keep(escaped(c)));
  text = text.replace(/`([^`]+)`/g, (_, code) => keep(`<code>${escaped(code)}</code>`));
  text = text.replace(/<t:(\d+):\w>/g, () => keep("<code>in 5 hours</code>"));
  text = escaped(text)
    .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>")
    .replace(/https?:\/\/\S+/g, "<a>$&</a>")
    .replace(/[⭐✅❌❔]/gu, (c) => EMOJI[c]);
  return text.replace(/\u0001(\d+)\u0002/g, (_, n) => kept[n]);
}

function markdown(text) {
  const node = make("div", "text");
  node.innerHTML = text.split("\n").map((line) => {
    if (line.startsWith("### ")) return `<h3>${inline(line.slice(4))}</h3>`;
    if (line.startsWith("-# ")) return `<small>${inline(line.slice(3))}</small>`;
    if (line.startsWith("> ")) return `<blockquote>${inline(line.slice(2))}</blockquote>`;
    return `${inline(line)}\n`;
  }).join("").replace(/\n(?=<(h3|small|blockquote))|\n$/g, "");
  return node;
}

const image = (media, description) => {
  const node = make("img");
  node.src = media.url;
  node.alt = description || "";
  return node;
};

function select(part) {
  const chosen = (part.options || []).filter((o) => o.default).map((o) => document.createTextNode(o.label));
  const chips = (part.default_values || []).map((v) => make("span", "chip", names[v.id] || v.id));
  const shown = [...chosen, ...chips];
  return make("div", shown.length ? "select" : "select empty", ...(shown.length ? shown : [part.placeholder || "Choose"]));
}

const kinds = {
  1: (part) => make("div", "row", ...parts(part.components)),
  2: (part) => make("span", `button style-${part.style}`, part.label),
  3: select, 5: select, 6: select, 7: select, 8: select,
  9: (part) => make("div", "section", make("div", "", ...parts(part.components)), one(part.accessory)),
  10: (part) => markdown(part.content),
  11: (part) => image(part.media, part.description),
  12: (part) => make("div", `gallery of-${part.items.length}`, ...part.items.map((i) => image(i.media, i.description))),
  14: () => make("hr"),
  17: (part) => {
    const box = make("div", "container", ...parts(part.components));
    if (part.accent_color !== null && part.accent_color !== undefined) {
      box.style.borderLeftColor = `#${part.accent_color.toString(16).padStart(6, "0")}`;
    }
    return box;
  },
};
const one = (part) => (kinds[part.type] ? kinds[part.type](part) : make("code", "", `type ${part.type}`));
const parts = (list) => (list || []).map(one);

function face(person) {
  const node = make("div", person ? "face person" : "face", person ? person[0] : "");
  if (!person) node.innerHTML = APERTURE;
  return node;
}

function message(row) {
  const said = make("div", "said",
    make("div", "who", row.person || "Darkroom", row.person ? null : make("span", "badge", "APP"), make("span", "when", ` ${row.when}`)),
    row.words ? make("div", "text", row.words) : null,
    ...parts(row.payload ? row.payload.components : []));
  const given = (row.payload && row.payload.reactions) || [];
  if (given.length) {
    said.append(make("div", "reactions", ...given.map((r) => {
      const node = make("span", "reaction");
      node.innerHTML = `${EMOJI[r.emoji.name] || r.emoji.name} ${r.count}`;
      return node;
    })));
  }
  if (row.private) said.append(make("div", "note", "Only you can see this"));
  const node = make("div", row.private ? "message private" : "message", face(row.person), said);
  const used = row.used ? make("div", "used") : null;
  if (used) used.innerHTML = `${row.used[0]} used <b>${row.used[1]}</b>`;
  const pill = row.thread
    ? make("div", "pill", make("i", "", `${row.thread.messages} Messages ›`), make("b", "", row.thread.name), make("div", "", "Darkroom's newest message is in this thread"))
    : null;
  return make("div", "", used, node, pill);
}

function modal(form) {
  const fields = form.components.flatMap((label) => {
    const input = label.component;
    const name = make("label", "", label.label);
    if (input.required) name.append(make("i", "", " *"));
    return [name, make("div", input.style === 2 ? "field long" : "field", input.value || "")];
  });
  return make("div", "modal", make("h2", "", form.title), ...fields,
    make("footer", "", make("span", "button", "Cancel"), make("span", "button style-1", "Submit")));
}

const shown = (pane) => (pane.form ? modal(pane.form)
  : make("section", "pane", make("header", "", make("span", "", pane.sign), pane.title), ...pane.rows.map(message)));

let names = {};
window.render = async (scene) => {
  names = scene.names || {};
  const place = document.getElementById("scene");
  place.replaceChildren(...scene.columns.map((column) => make("div", "column", ...column.map(shown))));
  await Promise.all([...document.images].map((each) => each.decode()));
};
