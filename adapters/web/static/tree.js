// Iterations as nested lists: a straight line of rounds stays one row, a fork opens a branch, what lost
// its round is folded away.
import { h } from "./dom.js";
import { tn } from "./texts.js";

export function branches(iterations, draw) {
  const known = new Set(iterations.map((node) => node.id));
  const children = new Map();
  for (const node of iterations) {
    const parent = known.has(node.parent) && node.parent !== node.id ? node.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  return list(children.get("") ?? [], children, draw);
}

/** The child that goes on in the same row: of the same run, a winner first, then one with children. */
function onwards(node, next, children) {
  const weight = (each) => (each.won ? 2000 : 0) + (children.has(each.id) ? 1000 : 0) + (each.score?.value ?? 0);
  const same = next.filter((each) => each.run === node.run);
  return same.sort((a, b) => weight(b) - weight(a))[0] ?? (next.length === 1 ? next[0] : null);
}

function list(starts, children, draw) {
  if (!starts.length) return null;
  return h("ul", { class: "branches" }, starts.map((start) => {
    const row = [];
    let node = start;
    let forks = [];
    while (node) {
      row.push(node);
      const next = children.get(node.id) ?? [];
      const straight = onwards(node, next, children);
      forks = [...forks, ...next.filter((each) => each !== straight)];
      node = straight;
    }
    const lost = forks.filter((each) => row.some((kept) => kept.run === each.run && kept.round === each.round) && !children.has(each.id) && !each.gone);
    return h("li", {}, h("div", { class: "row-of-rounds" }, row.map(draw)), folded(lost, draw), list(forks.filter((each) => !lost.includes(each)), children, draw));
  }));
}

function folded(lost, draw) {
  if (!lost.length) return null;
  return h("details", { class: "lost" }, h("summary", {}, tn(lost.length, "{n} image that lost a round", "{n} images that lost a round")), h("div", { class: "row-of-rounds" }, lost.map(draw)));
}
