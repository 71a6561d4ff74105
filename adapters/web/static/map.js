// The tree of a session over its thread: looked at, starred and gone on from.
import { at } from "./address.js";
import { starButton } from "./choosing.js";
import { course } from "./course.js";
import { closer, dialog, h, svg } from "./dom.js";
import { score, short } from "./format.js";
import { laidOut } from "./laid-out.js";
import { t, tn } from "./texts.js";

const WIDE = 180;
const HIGH = 190;
const NODE = 144;

/** Opens the tree over the thread; `room` is the thread. */
export async function showMap(room) {
  const tree = await room.tree();
  const trouble = h("p", { class: "error", role: "alert" });
  const field = drawn(tree, within(room, trouble));
  let zoom = 1;
  const scale = (by) => { zoom = Math.max(0.4, Math.min(2, zoom * by)); field.style.setProperty("--zoom", String(zoom)); };
  const { rows, nodes } = laidOut(tree);
  const box = dialog(t("Branches"), "map", closer(), h("h2", {}, t("Branches")), h("div", { class: "actions" },
    h("button", { type: "button", onclick: () => scale(1.25) }, t("Larger")), h("button", { type: "button", onclick: () => scale(0.8) }, t("Smaller"))), trouble,
  h("div", { class: "map-scroll", tabindex: "0", role: "region", "aria-label": t("Branches and rounds") }, field), course(rows, nodes));
  box.addEventListener("close", () => room.drawStars());
}

/** The thread as the nodes see it: what is refused is told in the dialog, where it is seen. */
function within(room, trouble) {
  const tell = (sentence) => { trouble.textContent = sentence; };
  return { free: room.free, session: room.session, note: tell, starred: (id) => room.starred(id), star: (id, on) => room.star(id, on),
    act: (button, data) => { tell(""); return room.act(button, data, tell); } };
}

function drawn(tree, room) {
  const { nodes, rows, place } = laidOut(tree);
  const width = (Math.max(0, ...nodes.map((each) => each.x)) + 1) * WIDE + 40;
  const height = rows.length * HIGH + 30;
  const field = h("div", { class: "map-field" }, lines(nodes, place, width, height), ...rows.map(branchName), ...nodes.map((each) => cell(each, room, tree)));
  field.style.setProperty("--map-width", `${width}px`);
  field.style.setProperty("--map-height", `${height}px`);
  return field;
}

function stand(element, x, y, down) {
  element.style.setProperty("left", `${x * WIDE}px`);
  element.style.setProperty("top", `${y * HIGH + down}px`);
  return element;
}

function branchName(row) {
  const words = short([row.run.by, row.run.reason].filter(Boolean).join(": "), 60);
  return stand(h("p", { class: "branch-name" }, h("strong", {}, row.letter), ` ${words}`), row.x, row.y, 0);
}

function cell({ node, losers, x, y }, room, tree) {
  const folded = h("div", { class: "map-losers", hidden: true }, losers.map((each) => shown(each, room, tree, t("Candidate of round {n}", { n: each.round }))));
  const more = losers.length ? h("button", { type: "button", class: "quiet", "aria-expanded": "false", "aria-label": tn(losers.length, "{n} other image of round {round}", "{n} other images of round {round}", { round: node.round }),
    onclick: () => more.setAttribute("aria-expanded", String(!(folded.hidden = !folded.hidden))) }, `+${losers.length}`) : null;
  return stand(h("div", { class: "map-node" }, shown(node, room, tree, t("Round {n}", { n: node.round }), more), losers.length ? folded : null), x, y, 22);
}

/** A picture with its score, Star and Continue; one that was taken down says so and has none of them. */
function shown(node, room, tree, name, more = null) {
  if (node.gone) return h("div", { class: "map-picture gone" }, h("span", { class: "no-thumb" }, `✕ ${t("taken down")}`), h("span", {}, t("Round {n}", { n: node.round })), more);
  const label = node.score ? t("{name}, score {score}", { name, score: score(node.score.value) }) : name;
  const onwards = async (event) => {
    const box = event.currentTarget.closest("dialog");
    if (await room.act(event.currentTarget, { kind: "pick", iteration: node.id })) box.close();
  };
  return h("div", { class: "map-picture" }, h("img", { src: at(`${tree.links[node.image]}&thumb=1`), alt: label, loading: "lazy", width: 136, height: 78 }),
    h("span", {}, `${node.round} `, h("b", {}, score(node.score?.value))),
    starButton(room, { iteration: node.id }, label),
    h("button", { type: "button", class: "quiet", "aria-label": t("Continue from {name}", { name: label }), title: t("Continue: a new branch is painted from it"), onclick: onwards }, "⤷"), more);
}

function lines(nodes, place, width, height) {
  const picture = svg("svg", { class: "map-lines", width, height, "aria-hidden": "true" });
  const point = (each, right) => [each.x * WIDE + (right ? NODE : 0), each.y * HIGH + 60];
  for (const each of nodes) {
    const from = place.get(each.node.parent);
    if (!from || from === each) continue;
    const [x1, y1] = point(from, true);
    const [x2, y2] = point(each, false);
    picture.append(svg("path", { d: `M${x1} ${y1} C${x1 + 24} ${y1} ${x2 - 24} ${y2} ${x2} ${y2}` }));
  }
  return picture;
}
