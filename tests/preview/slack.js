// Lays out Slack messages and dialogs (Block Kit) from their JSON, about as a member's client does.
"use strict";
const make = (tag, name, ...inside) => {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...inside.filter((each) => each !== null));
  return node;
};
const STAR = '<svg class="emoji" viewBox="0 0 24 24"><path fill="#f2b01e" d="m12 1.800 3.100 6.700 7.300.8-5.500 4.900 1.600 7.200L12 17.700l-6.500 3.700 1.600-7.200L1.600 9.300l7.300-.8z"/></svg>';
const APERTURE = '<svg class="face" viewBox="0 0 38 38"><rect width="38" height="38" rx="8" fill="#1c1917"/><g fill="none" stroke="#ff7a59" stroke-width="2"><circle cx="19" cy="19" r="11"/><path d="M19 8l6 10M29 15l-9 8M27 27l-12-3M19 30l-6-10M9 23l9-8M11 11l12 3"/></g></svg>';
const moment = (ahead, form) => (ahead > 1800 ? "Tomorrow|1:00 AM" : ahead > 0 ? "Today|2:12 PM" : "Today|1:54 PM")
  .split("|").slice(form.includes("date") ? 0 : 1).join(" ");
let names = {}, files = {};

function inline(text) {
  const kept = [];
  const keep = (html) => `\u0001${kept.push(html) - 1}\u0002`;
  text = text.replace(/`([^`]+)`/g, (_, code) => keep(`<code>${code}</code>`))
    .replace(/<!date\^(\d+)\^([^|]*)\|[^>]*>/g, (_, at, form) => keep(moment(Number(at) - Date.now() / 1000, form)))
    .replace(/<@(\w+)>/g, (_, id) => keep(`<span class="mention">@${names[id] || id}</span>`))
    .replace(/<#(\w+)>/g, (_, id) => keep(`<span class="mention">#${names[id] || id}</span>`))
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, (_, url, said) => keep(`<a>${said}</a>`))
    .replace(/:star:|★|⭐/g, () => keep(STAR))
    .replace(/:(\w+):/g, (_, name) => keep(`<code>:${name}:</code>`))
    .replace(/(^|[\s(])\*(\S(?:[^*\n]*\S)?)\*/g, "$1<b>$2</b>")
    .replace(/(^|[\s(])_(\S(?:[^_\n]*\S)?)_/g, "$1<i>$2</i>");
  return text.replace(/\u0001(\d+)\u0002/g, (_, n) => kept[n]);
}

function mrkdwn(text) {
  const node = make("div", "mrkdwn");
  node.innerHTML = text.replace(/(?:^>.*\n?)+/gm, (lines) => `\u0003${lines.replace(/^>/gm, "").trimEnd()}\u0004`)
    .split(/(\u0003[^\u0004]*\u0004)/).map((piece) => piece.startsWith("\u0003")
      ? `<blockquote>${inline(piece.slice(1, -1))}</blockquote>` : inline(piece)).join("").replace(/\n<blockquote/g, "<blockquote");
  return node;
}

const image = (block) => {
  const node = make("img");
  node.src = files[block.slack_file.id];
  node.alt = block.alt_text;
  return node;
};
const button = (part) => make("span", `button ${part.style || ""}`, part.text.text);
const select = (part) => {
  const chosen = part.initial_option;
  return make("span", chosen ? "select chosen" : "select", chosen ? chosen.text.text : (part.placeholder || { text: "Select" }).text);
};
const chips = (ids, mark) => ids.map((id) => make("span", "chip", `${mark}${names[id] || id}`));

const fields = {
  file_input: (part) => part.chosen ? make("div", "file", Object.assign(make("img"), { src: part.chosen.url }),
    make("div", "", make("b", "", part.chosen.name), make("div", "hint", "PNG"))) : make("span", "button", "Add file"),
  plain_text_input: (part) => field(part, part.multiline),
  number_input: (part) => field(part, false),
  static_select: select,
  checkboxes: (part) => make("div", part.initial_options ? "box on" : "box", make("i"), part.options[0].text.text),
  conversations_select: (part) => field({ initial_value: "# design" }),
  multi_conversations_select: (part) => several(part, part.initial_conversations, "#", "Select channels"),
  multi_users_select: (part) => several(part, part.initial_users, "@", "Select people"),
};
const field = (part, tall) => make("div", `field ${tall ? "tall" : ""} ${part.initial_value ? "" : "empty"}`,
  part.initial_value || (part.placeholder || { text: "" }).text);
const several = (part, ids, mark, empty) => make("div", `field ${ids ? "" : "empty"}`, ...(ids ? chips(ids, mark) : [empty]));

const kinds = {
  section: (block) => make("div", "section", mrkdwn(block.text.text), block.accessory ? image(block.accessory) : null),
  context: (block) => make("div", "context", ...block.elements.map((each) => mrkdwn(each.text))),
  header: (block) => make("div", "head", block.text.text),
  divider: () => make("hr"),
  image: (block) => make("figure", "", block.title ? make("div", "title", block.title.text) : null, image(block)),
  actions: (block) => make("div", "row", ...block.elements.map((each) => (each.type === "button" ? button : select)(each))),
  input: (block) => make("div", "input",
    make("div", "label", block.label.text, block.optional ? make("span", "", " (optional)") : null),
    fields[block.element.type](block.element),
    block.hint ? make("div", "hint", block.hint.text) : null),
};
const MARKS = { complete: "✓", in_progress: "…", pending: "○", error: "✕" };
Object.assign(kinds, {
  plan: (block) => make("div", "plan", block.title ? make("div", "title", block.title.text || block.title) : null, ...(block.tasks || []).map(kinds.task_card)),
  task_card: (task) => make("div", `task ${task.status}`, make("span", "", MARKS[task.status] || ""), task.title),
  card: (block) => make("div", "card", block.hero_image ? image(block.hero_image) : null, mrkdwn(block.title.text),
    block.subtitle ? make("div", "hint", block.subtitle.text) : null, make("div", "row", ...(block.actions || []).map(button))),
  carousel: (block) => make("div", "row", ...block.elements.map(kinds.card)),
  data_visualization: (block) => chart({ ...block.chart, title: block.title }),
});
const SVG = "http://www.w3.org/2000/svg";
function chart(part) {
  const points = part.series[0].data.map((each) => each.value);
  const at = (value, n) => [20 + (n * 320) / Math.max(1, points.length - 1), 110 - value];
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 360 130");
  node.setAttribute("class", "chart");
  node.innerHTML = `<path d="M20 110H340" stroke="#ddd"/><polyline fill="none" stroke="#4a154b" stroke-width="2" points="${points.map((value, n) => at(value, n).join()).join(" ")}"/>`
    + points.map((value, n) => `<circle r="3" fill="#4a154b" cx="${at(value, n)[0]}" cy="${at(value, n)[1]}"/><text font-size="10" text-anchor="middle" x="${at(value, n)[0]}" y="${at(value, n)[1] - 7}">${value}</text><text font-size="10" fill="#777" text-anchor="middle" x="${at(value, n)[0]}" y="124">${n + 1}</text>`).join("");
  return make("figure", "", part.title ? make("div", "title", part.title.text || part.title) : null, node);
}
const blocks = (list) => make("div", "blocks", ...list.map((block) => kinds[block.type](block)));
const face = () => make("template").content.appendChild(new DOMParser().parseFromString(APERTURE, "text/html").body.firstChild);

function message(row) {
  const who = make("div", "", make("span", "who", "Darkroom"), make("span", "badge", "APP"), make("span", "when", row.when));
  const said = make("div", "said", who, blocks(row.blocks));
  if (row.stars) {
    const pill = make("span", "reaction");
    pill.innerHTML = `${STAR} ${row.stars}`;
    said.append(make("div", "reactions", pill));
  }
  if (row.replies) said.append(make("div", "replies", `${row.replies} replies`, make("span", "", "View thread")));
  return make("div", row.private ? "message private" : "message", face(), said);
}

function modal(view) {
  const head = make("header", "", face(), view.title.text);
  const foot = make("footer", "", make("span", "button", view.close.text), view.submit ? make("span", "button primary", view.submit.text) : null);
  return make("div", "modal", head, blocks(view.blocks), foot);
}

function pane(part) {
  if (part.modal) return modal(part.modal);
  const head = make("header", "", part.title, part.note ? make("small", "", part.note) : null);
  if (part.home) return make("div", "pane", head, Object.assign(blocks(part.home.blocks), { className: "blocks home" }));
  return make("div", "pane", head, ...part.rows.map(message));
}

async function render(scene) {
  names = scene.names;
  files = scene.files;
  const root = document.getElementById("scene");
  root.replaceChildren(...scene.columns.map((column) => make("div", "column", ...column.map(pane))));
  await Promise.all([...document.images].map((each) => each.decode()));
}
