// What a tool does between down and up, wherever the points come from: mouse, touch, pen or keys.
import { flood } from "./flood.js";
import { t } from "./texts.js";

const CORNERS = (a, b) => [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];

export const NAMES = { brush: t("Brush"), eraser: t("Eraser"), rectangle: t("Rectangle"), lasso: t("Lasso"), fill: t("Fill"),
  arrow: t("Arrow"), circle: t("Circle"), pen: t("Pen"), words: t("Words"), hand: t("Hand") };

/**
 * Begins a stroke of a tool: {move(point, pressure), end(), cancel()}; of a tool that is
 * done at one touch, whether it changed anything.
 * `room` has layer, guide, size, tolerance, text, pixels() and missing().
 */
export function begin(tool, room, point, pressure) {
  return STROKES[tool](room, point, pressure);
}

const STROKES = {
  brush: (room, point, pressure) => freehand(room, point, pressure, false),
  pen: (room, point, pressure) => freehand(room, point, pressure, false),
  eraser: (room, point, pressure) => freehand(room, point, pressure, true),
  rectangle: (room, start) => between(room, start, CORNERS, (layer, points) => layer.shape(points)),
  circle: (room, start) => between(room, start, oval, (layer, points) => layer.shape(points, { size: room.size })),
  arrow: (room, start) => between(room, start, (a, b) => [a, b], (layer, [a, b]) => {
    layer.line([a, b], room.size);
    layer.shape(head(a, b, room.size));
  }),
  lasso: (room, start) => lasso(room, start),
  fill: (room, point) => fill(room, point),
  words: (room, point) => words(room, point),
};

function freehand({ layer, size }, start, pressure, erase) {
  let last = start;
  layer.line([start], size * pressure, erase);
  return {
    move(point, now) {
      layer.line([last, point], size * now, erase);
      last = point;
    },
    end: () => layer.commit(),
    cancel: () => layer.abandon(),
  };
}

/** A figure between the point where it began and where it is now; drawn when it ends. */
function between({ layer, guide }, start, figure, draw) {
  let now = start;
  return {
    move(point) {
      now = point;
      guide.outline(figure(start, now));
    },
    end() {
      guide.outline([]);
      if (Math.hypot(now.x - start.x, now.y - start.y) < 2) return false;
      draw(layer, figure(start, now));
      return layer.commit();
    },
    cancel: () => guide.outline([]),
  };
}

function lasso({ layer, guide }, start) {
  const points = [start];
  return {
    move(point) {
      points.push(point);
      guide.outline(points);
    },
    end() {
      guide.outline([]);
      if (points.length < 3) return false;
      layer.shape(points);
      return layer.commit();
    },
    cancel: () => guide.outline([]),
  };
}

function fill({ layer, pixels, tolerance }, point) {
  const x = Math.floor(point.x), y = Math.floor(point.y);
  if (x < 0 || y < 0 || x >= layer.width || y >= layer.height) return false;
  const { filled, box } = flood(pixels(), layer.width, layer.height, x, y, tolerance);
  layer.pixels(filled, box);
  return layer.commit();
}

function words({ layer, size, text, missing }, point) {
  if (!text) {
    missing();
    return false;
  }
  layer.words(text, point, Math.max(12, size * 3));
  return layer.commit();
}

function oval(a, b) {
  const x = (a.x + b.x) / 2, y = (a.y + b.y) / 2, wide = Math.abs(b.x - a.x) / 2, high = Math.abs(b.y - a.y) / 2;
  return Array.from({ length: 72 }, (_, step) => {
    const angle = (step * Math.PI) / 36;
    return { x: x + wide * Math.cos(angle), y: y + high * Math.sin(angle) };
  });
}

function head(a, b, size) {
  const angle = Math.atan2(b.y - a.y, b.x - a.x), long = Math.max(12, size * 4);
  const side = (turn) => ({ x: b.x - long * Math.cos(angle + turn), y: b.y - long * Math.sin(angle + turn) });
  const tip = { x: b.x + size * Math.cos(angle), y: b.y + size * Math.sin(angle) };
  return [tip, side(0.45), side(-0.45)];
}
