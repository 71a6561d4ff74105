// Iterations as nested lists: a straight line of rounds stays one row, a fork opens a branch.
import { h } from "./dom.js";

export function branches(iterations, draw) {
  const known = new Set(iterations.map((node) => node.id));
  const children = new Map();
  for (const node of iterations) {
    const parent = known.has(node.parent) && node.parent !== node.id ? node.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  return list(children.get("") ?? [], children, draw);
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
      const straight = next.find((each) => each.run === node.run && each.best) ?? (next.length === 1 ? next[0] : null);
      forks = [...forks, ...next.filter((each) => each !== straight)];
      node = straight;
    }
    return h("li", {}, h("div", { class: "row-of-rounds" }, row.map(draw)), list(forks, children, draw));
  }));
}
