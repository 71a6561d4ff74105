// The tree of a session, laid out sideways: rounds to the right, a branch a row below, one plot for all.
import { at } from "./address.js";
import { closer, dialog, h, svg } from "./dom.js";
import { score, short } from "./format.js";
import { t } from "./texts.js";

const WIDE = 132;
const HIGH = 128;

/** {nodes: [{node, x, y, folded}], branches: [{run, y, x}]}: a run's best of each round goes right, each run has a row. */
export function laidOut(tree) {
  const rows = tree.runs.map((run, index) => ({ run, y: index, letter: String.fromCharCode(65 + (index % 26)) }));
  const place = new Map();
  const nodes = [];
  for (const row of rows) {
    const rounds = bestOfRounds(tree.iterations.filter((node) => node.run === row.run.run));
    const from = place.get(row.run.base)?.x ?? -1;
    rounds.forEach(({ best, losers }, index) => {
      const placed = { node: best, losers, x: from + 1 + index, y: row.y };
      for (const each of [best, ...losers]) place.set(each.id, placed);
      nodes.push(placed);
    });
    row.x = from + 1;
    row.count = rounds.length;
  }
  return { nodes, rows: rows.filter((row) => row.count), place };
}

function bestOfRounds(nodes) {
  const rounds = new Map();
  for (const node of nodes) rounds.set(node.round, [...(rounds.get(node.round) ?? []), node]);
  return [...rounds.values()].map((each) => {
    const best = each.reduce((a, b) => ((b.score?.value ?? -1) > (a.score?.value ?? -1) ? b : a));
    return { best, losers: each.filter((node) => node !== best) };
  });
}

/** Opens the tree over the thread; `room` is the thread. */
export async function showMap(room) {
  const tree = await room.tree();
  const { nodes, rows, place } = laidOut(tree);
  const field = h("div", { class: "map-field" });
  const width = (Math.max(0, ...nodes.map((each) => each.x)) + 1) * WIDE + 40;
  field.style.setProperty("--map-width", `${width}px`);
  field.style.setProperty("--map-height", `${rows.length * HIGH + 30}px`);
  rows.forEach((row, index) => { row.top = index; });
  const top = new Map(rows.map((row) => [row.y, row.top]));
  field.append(lines(nodes, rows, place, top, width), ...rows.map((row) => branchName(row)), ...nodes.map((each) => cell(each, top, room, tree)));
  let zoom = 1;
  const scale = (by) => { zoom = Math.max(0.4, Math.min(2, zoom * by)); field.style.setProperty("--zoom", String(zoom)); };
  dialog(t("Branches"), "map", closer(), h("h2", {}, t("Branches")), h("div", { class: "actions" },
    h("button", { type: "button", onclick: () => scale(1.25) }, t("Larger")), h("button", { type: "button", onclick: () => scale(0.8) }, t("Smaller"))),
  h("div", { class: "map-scroll", tabindex: "0", role: "region", "aria-label": t("Branches and rounds") }, field), course(rows, nodes));
}

function branchName(row) {
  const words = short([row.run.by, row.run.reason].filter(Boolean).join(": "), 60);
  const name = h("p", { class: "branch-name" }, h("strong", {}, row.letter), ` ${words}`);
  name.style.setProperty("left", `${row.x * WIDE}px`);
  name.style.setProperty("top", `${row.top * HIGH}px`);
  return name;
}

function cell({ node, losers, x, y }, top, room, tree) {
  const label = node.score ? t("Round {n}, score {score}", { n: node.round, score: score(node.score.value) }) : t("Round {n}", { n: node.round });
  const act = (kind) => (event) => { room.act(event.currentTarget, { kind, iteration: node.id }); event.currentTarget.closest("dialog").close(); };
  const box = h("div", { class: "map-node" }, h("img", { src: at(`${tree.links[node.image]}&thumb=1`), alt: label, width: 84, height: 60 }),
    h("span", {}, `${node.round} `, h("b", {}, score(node.score?.value)), losers.length ? h("span", { class: "hint" }, ` +${losers.length}`) : null),
    h("button", { type: "button", class: "quiet", "aria-label": t("Continue from {name}", { name: label }), title: t("Continue: a new branch is painted from it"), onclick: act("pick") }, "⤷"));
  box.style.setProperty("left", `${x * WIDE}px`);
  box.style.setProperty("top", `${top.get(y) * HIGH + 22}px`);
  return box;
}

function lines(nodes, rows, place, top, width) {
  const picture = svg("svg", { class: "map-lines", width, height: rows.length * HIGH + 30, "aria-hidden": "true" });
  const point = (each, right) => [each.x * WIDE + (right ? 96 : 0), top.get(each.y) * HIGH + 56];
  for (const each of nodes) {
    const from = place.get(each.node.parent);
    if (!from || from === each) continue;
    const [x1, y1] = point(from, true);
    const [x2, y2] = point(each, false);
    picture.append(svg("path", { d: `M${x1} ${y1} C${x1 + 24} ${y1} ${x2 - 24} ${y2} ${x2} ${y2}` }));
  }
  return picture;
}

/** All branches in one plot: score over place in the tree, within the range that is there. */
function course(rows, nodes) {
  const known = nodes.filter((each) => each.node.score);
  if (known.length < 2) return null;
  const values = known.map((each) => each.node.score.value);
  const [low, high] = [Math.floor(Math.min(...values) / 5) * 5, Math.ceil(Math.max(...values) / 5) * 5 || 5];
  const last = Math.max(...known.map((each) => each.x)) || 1;
  const x = (value) => 40 + (value * 560) / last;
  const y = (value) => 10 + ((high - value) * 120) / Math.max(1, high - low);
  const picture = svg("svg", { viewBox: "0 0 640 150", role: "img", "aria-label": t("Scores of {n} branches, {low} to {high}", { n: rows.length, low, high }) });
  for (const value of [low, high]) picture.append(svg("text", { class: "tick", x: 34, y: y(value) + 4, "text-anchor": "end" }, String(value)));
  for (const row of rows) {
    const own = known.filter((each) => each.y === row.y);
    picture.append(svg("polyline", { class: "score", points: own.map((each) => `${x(each.x)},${y(each.node.score.value)}`).join(" ") }));
    const end = own.at(-1);
    if (end) picture.append(svg("text", { class: "tick", x: x(end.x) + 8, y: y(end.node.score.value) + 4 }, row.letter));
  }
  return h("figure", { class: "plot" }, picture);
}
