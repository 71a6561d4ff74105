// All branches of a session in one plot: score over place in the tree, within the range that is there.
import { h, svg } from "./dom.js";
import { score } from "./format.js";
import { tn } from "./texts.js";

/** `rows`: [{y, letter}], `nodes`: [{node, x, y}] as tree.js lays them out. */
export function course(rows, nodes) {
  const known = nodes.filter((each) => each.node.score);
  if (known.length < 2) return null;
  const values = known.map((each) => each.node.score.value);
  const [low, high] = [Math.floor(Math.min(...values) / 5) * 5, Math.ceil(Math.max(...values) / 5) * 5 || 5];
  const last = Math.max(...known.map((each) => each.x)) || 1;
  const x = (value) => 40 + (value * 560) / last;
  const y = (value) => 10 + ((high - value) * 120) / Math.max(1, high - low);
  const picture = svg("svg", { viewBox: "0 0 640 150", role: "img", "aria-label": tn(rows.length, "Scores of {n} branch, {low} to {high}", "Scores of {n} branches, {low} to {high}", { low, high }) });
  for (const value of [low, high]) picture.append(svg("line", { class: "grid", x1: 38, x2: 610, y1: y(value), y2: y(value) }), svg("text", { class: "tick", x: 34, y: y(value) + 4, "text-anchor": "end" }, String(value)));
  for (const row of rows) branch(row, known.filter((each) => each.y === row.y));
  return h("figure", { class: "plot" }, picture);

  function branch(row, own) {
    const end = own.at(-1);
    if (!end) return;
    picture.append(svg("polyline", { class: "score", points: own.map((each) => `${x(each.x)},${y(each.node.score.value)}`).join(" ") }),
      svg("circle", { class: "dot", cx: x(end.x), cy: y(end.node.score.value), r: 4 }, svg("title", {}, `${row.letter}: ${score(end.node.score.value)}`)),
      svg("text", { class: "tick", x: x(end.x) + 8, y: y(end.node.score.value) + 4 }, row.letter));
  }
}
