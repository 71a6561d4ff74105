// The course of a run: score and its three parts over the rounds, cost as bars; and as a table.
import { h, svg } from "./dom.js";
import { money, score } from "./format.js";
import { t } from "./texts.js";

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 46;
const BOTTOM = 26;
const PARTS = [["detail", t("Detail")], ["layout", t("Layout")], ["colour", t("Colour")]];

/** points: [{round, value, detail, layout, colour, cost}], scores 0-100, parts 0-1. */
export function plot(points) {
  const known = points.filter((point) => point.value !== null && point.value !== undefined);
  if (!known.length) return null;
  const chart = draw(known);
  return h("figure", { class: "plot" }, chart, legend(known),
    h("details", {}, h("summary", {}, t("The figures as a table")), table(points)));
}

function draw(points) {
  const x = (index) => LEFT + 14 + (points.length === 1 ? 0 : index * (WIDTH - LEFT - 34) / (points.length - 1));
  const y = (value) => 10 + (100 - value) * (HEIGHT - BOTTOM - 10) / 100;
  const label = t("Score by round: {points}", { points: points.map((point) => t("round {n} {score}", { n: point.round, score: score(point.value) })).join(", ") });
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  for (const value of [0, 25, 50, 75, 100]) {
    picture.append(svg("line", { class: "grid", x1: LEFT, x2: WIDTH - 6, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, String(value)));
  }
  points.forEach((point, index) => picture.append(
    svg("text", { class: "tick", x: x(index), y: HEIGHT - 8, "text-anchor": "middle" }, String(point.round))));
  for (const [key] of PARTS) {
    const line = points.map((point, index) => [point[key], index]).filter(([part]) => part !== null && part !== undefined);
    if (line.length) picture.append(svg("polyline", { class: `part ${key}`, points: line.map(([part, index]) => `${x(index)},${y(part * 100)}`).join(" ") }));
  }
  picture.append(svg("polyline", { class: "score", points: points.map((point, index) => `${x(index)},${y(point.value)}`).join(" ") }));
  points.forEach((point, index) => picture.append(svg("circle", { class: "dot", cx: x(index), cy: y(point.value), r: 4.5 },
    svg("title", {}, t("Round {n}: {score}", { n: point.round, score: score(point.value) })))));
  return picture;
}

function legend(points) {
  const shown = PARTS.filter(([key]) => points.some((point) => point[key] !== null && point[key] !== undefined));
  return h("figcaption", { class: "legend" }, h("span", { class: "key score" }, t("Score")),
    shown.map(([key, name]) => h("span", { class: `key ${key}` }, name)));
}

function table(points) {
  const part = (value) => (value === null || value === undefined ? "–" : (value * 100).toFixed(0));
  return h("div", { class: "scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, [t("Round"), t("Score"), t("Detail"), t("Layout"), t("Colour"), t("Cost")].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, points.map((point) => h("tr", {}, h("th", { scope: "row" }, String(point.round)),
      h("td", {}, score(point.value) || "–"), PARTS.map(([key]) => h("td", {}, part(point[key]))),
      h("td", {}, money(point.cost)))))));
}
