// A layer over the picture: what is painted on it, how much it covers, and what was before.

import { rgb } from "./mask-tint.js";

const MOST_KEPT = 160e6; // bytes of history
const ALL = (layer) => ({ x: 0, y: 0, width: layer.width, height: layer.height });

/** A canvas of the working size. `shadow` is its state after the last act: undo is
 * made of both. A `plain` layer has one colour. */
export class Layer {
  constructor(canvas, width, height, { colour, plain = false }) {
    Object.assign(canvas, { width, height });
    Object.assign(this, { canvas, width, height, colour, plain, covered: 0, past: [], future: [] });
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.shadow = Object.assign(document.createElement("canvas"), { width, height })
      .getContext("2d", { willReadFrequently: true });
    this.dirty = null;
  }

  get share() { return this.covered / (this.width * this.height); }

  /** A line of round ends, `size` pixels wide; of one point it is a dab. */
  line(points, size, erase = false) {
    this.draw(erase, (context) => {
      context.lineWidth = size;
      context.lineCap = context.lineJoin = "round";
      context.beginPath();
      context.moveTo(points[0].x, points[0].y);
      for (const point of points) context.lineTo(point.x, point.y);
      context.stroke();
    });
    this.touch(points, size / 2 + 2);
  }

  shape(points, { erase = false, size = 0 } = {}) {
    this.draw(erase, (context) => {
      context.beginPath();
      points.forEach((point, index) => context[index ? "lineTo" : "moveTo"](point.x, point.y));
      context.closePath();
      if (!size) return context.fill();
      Object.assign(context, { lineWidth: size, lineJoin: "round" });
      return context.stroke();
    });
    this.touch(points, size / 2 + 2);
  }

  words(text, point, size) {
    this.draw(false, (context) => {
      context.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
      Object.assign(context, { textBaseline: "middle", lineJoin: "round", lineWidth: size / 6 });
      const wide = context.measureText(text).width;
      const x = Math.max(4, Math.min(point.x, this.width - wide - 4));
      context.strokeStyle = light(this.colour) ? "#000" : "#fff"; // to be read on any ground
      context.strokeText(text, x, point.y);
      context.fillText(text, x, point.y);
      this.touch([{ x, y: point.y - size }, { x: x + wide, y: point.y + size }], size / 6);
    });
  }

  /** The pixels of a Uint8Array with 1 where they are filled, within `box`. */
  pixels(filled, box) {
    const image = this.context.getImageData(box.x, box.y, box.width, box.height);
    const [red, green, blue] = rgb(this.colour);
    for (let y = 0; y < box.height; y += 1) {
      const from = (box.y + y) * this.width + box.x;
      for (let x = 0; x < box.width; x += 1) {
        if (filled[from + x]) image.data.set([red, green, blue, 255], (y * box.width + x) * 4);
      }
    }
    this.context.putImageData(image, box.x, box.y);
    this.touch([box, { x: box.x + box.width, y: box.y + box.height }], 0);
  }

  invert() {
    this.context.save();
    this.context.globalCompositeOperation = "source-out"; // the source where nothing was
    this.context.fillStyle = this.colour;
    this.context.fillRect(0, 0, this.width, this.height);
    this.context.restore();
    this.dirty = ALL(this);
  }

  clear() {
    this.context.clearRect(0, 0, this.width, this.height);
    this.dirty = ALL(this);
  }

  draw(erase, how) {
    const { context } = this;
    context.save();
    context.globalCompositeOperation = erase ? "destination-out" : "source-over";
    context.fillStyle = context.strokeStyle = this.colour;
    how(context);
    context.restore();
  }

  touch(points, margin) {
    const xs = points.map((point) => point.x), ys = points.map((point) => point.y);
    if (this.dirty) {
      xs.push(this.dirty.x, this.dirty.x + this.dirty.width);
      ys.push(this.dirty.y, this.dirty.y + this.dirty.height);
      margin = this.dirty.margin = Math.max(margin, this.dirty.margin ?? 0);
    }
    const x = Math.min(...xs), y = Math.min(...ys);
    this.dirty = { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y, margin };
  }

  /** What was painted since the last act becomes one; false where that was nothing. */
  commit() {
    const box = this.box();
    this.dirty = null;
    if (!box) return false;
    const before = read(this.shadow, box), after = read(this.context, box);
    const gain = count(after) - count(before);
    this.past.push({ box, gain, before: this.packed(before), after: this.packed(after) });
    this.future = [];
    while (this.past.length > 1 && bytes(this.past) > MOST_KEPT) this.past.shift();
    this.shadow.putImageData(after, box.x, box.y);
    this.covered += gain;
    return true;
  }

  /** What was painted since the last act is undone, as if it had not begun. */
  abandon() {
    const box = this.box();
    this.dirty = null;
    if (box) this.context.putImageData(read(this.shadow, box), box.x, box.y);
  }

  undo() { return this.step(this.past, this.future, "before", -1); }
  redo() { return this.step(this.future, this.past, "after", 1); }

  step(from, to, which, sign) {
    const act = from.pop();
    if (!act) return false;
    const image = this.unpacked(act[which], act.box);
    this.context.putImageData(image, act.box.x, act.box.y);
    this.shadow.putImageData(image, act.box.x, act.box.y);
    this.covered += sign * act.gain;
    to.push(act);
    return true;
  }

  /** Of a mask only the alpha differs from pixel to pixel: a quarter of the room. */
  packed({ data }) {
    if (!this.plain) return data;
    const alpha = new Uint8Array(data.length / 4);
    for (let at = 0; at < alpha.length; at += 1) alpha[at] = data[at * 4 + 3];
    return alpha;
  }

  unpacked(kept, box) {
    const image = new ImageData(box.width, box.height);
    if (!this.plain) {
      image.data.set(kept);
      return image;
    }
    const colour = new Uint32Array(image.data.buffer), [red, green, blue] = rgb(this.colour);
    const ink = (blue << 16) | (green << 8) | red; // bytes lie the other way round
    for (let at = 0; at < kept.length; at += 1) colour[at] = ((kept[at] << 24) | ink) >>> 0;
    return image;
  }

  box() {
    if (!this.dirty) return null;
    const { margin = 0 } = this.dirty;
    const x = Math.max(0, Math.floor(this.dirty.x - margin)), y = Math.max(0, Math.floor(this.dirty.y - margin));
    const right = Math.min(this.width, Math.ceil(this.dirty.x + this.dirty.width + margin));
    const bottom = Math.min(this.height, Math.ceil(this.dirty.y + this.dirty.height + margin));
    return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
  }
}

const read = (context, box) => context.getImageData(box.x, box.y, box.width, box.height);
const bytes = (acts) => acts.reduce((sum, act) => sum + 2 * act.before.length, 0);

export function light(colour) {
  const [red, green, blue] = rgb(colour);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}

function count({ data }) {
  let covered = 0;
  for (let at = 3; at < data.length; at += 4) covered += data[at] >= 128 ? 1 : 0;
  return covered;
}
