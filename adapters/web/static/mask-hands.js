// Hands on the stage: pointers draw, two fingers move the view, keys move a cursor and draw with it.
import { begin } from "./mask-tools.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELD = new Set(["brush", "eraser", "pen"]); // drawn while the space bar is down

export class Hands {
  /** `room()` is what a tool draws with now; `done(changed)` is told at the end of each stroke. */
  constructor({ stage, view, guide, room, done }) {
    Object.assign(this, { stage, view, guide, room, done, tool: "brush", stroke: null, pinch: null });
    this.touches = new Map();
    this.cursor = { x: view.width / 2, y: view.height / 2 };
    const on = (name, how) => stage.addEventListener(name, how.bind(this));
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.lost);
    on("pointerleave", () => this.guide.ring(null));
    on("keydown", this.key);
    on("keyup", this.keyUp);
    on("blur", () => this.finish());
    on("contextmenu", (event) => event.preventDefault());
  }

  down(event) {
    this.stage.focus({ preventScroll: true });
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    this.guide.cross(null);
    if (event.pointerType === "touch") this.touches.set(event.pointerId, spot(event));
    if (this.touches.size === 2) return this.twoFingers();
    if (this.touches.size > 2 || this.stroke) return undefined;
    if (this.tool === "hand" || event.button === 1) this.stroke = this.dragging(event);
    else if (event.button === 0) this.start(this.view.at(event), pressure(event));
    return undefined;
  }

  start(point, pressed) {
    const begun = begin(this.tool, this.room(), point, pressed);
    if (typeof begun === "boolean") this.done(begun);
    else this.stroke = begun;
  }

  move(event) {
    if (this.touches.has(event.pointerId)) this.touches.set(event.pointerId, spot(event));
    if (this.pinch) return this.pinched();
    if (event.pointerType !== "touch") this.guide.ring(this.view.at(event));
    if (!this.stroke) return undefined;
    if (this.stroke.drag) return this.stroke.drag(event);
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) this.stroke.move(this.view.at(each), pressure(each));
    return undefined;
  }

  up(event) {
    this.touches.delete(event.pointerId);
    if (this.pinch) {
      if (!this.touches.size) this.pinch = null;
      return;
    }
    this.finish();
  }

  lost(event) {
    this.touches.delete(event.pointerId);
    if (!this.touches.size) this.pinch = null;
    this.cancel();
  }

  finish() {
    const { stroke } = this;
    this.stroke = null;
    if (stroke) this.done(stroke.end());
  }

  cancel() {
    this.stroke?.cancel();
    this.stroke = null;
  }

  dragging(event) {
    let last = spot(event);
    return {
      drag: (now) => {
        this.view.pan(now.clientX - last.x, now.clientY - last.y);
        last = spot(now);
      },
      end: () => null, cancel() {},
    };
  }

  /** What one finger began is taken back: both move the view. */
  twoFingers() {
    this.cancel();
    this.pinch = between(this.touches);
  }

  pinched() {
    if (this.touches.size < 2) return;
    const now = between(this.touches), box = this.stage.getBoundingClientRect();
    this.view.pan(now.x - this.pinch.x, now.y - this.pinch.y);
    this.view.zoom(now.apart / this.pinch.apart, { x: now.x - box.left, y: now.y - box.top });
    this.pinch = now;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) this.step(event);
    else if (event.key === " " || event.key === "Enter") this.press(event);
    else if (event.key === "Escape" && this.stroke) this.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(event) {
    const [x, y] = STEPS[event.key], { width, height } = this.view;
    const far = event.shiftKey ? 1 : Math.max(4, Math.round(Math.max(width, height) / 64));
    if (this.tool === "hand") return this.view.pan(-x * 40, -y * 40);
    this.cursor = { x: Math.max(0, Math.min(width, this.cursor.x + x * far)), y: Math.max(0, Math.min(height, this.cursor.y + y * far)) };
    this.stroke?.move?.(this.cursor, 1);
    return this.look();
  }

  look() {
    this.guide.cross(this.cursor);
    this.guide.ring(this.cursor);
    this.view.show(this.cursor);
  }

  /** The space bar draws while it is down; Enter, and of figures both, begin and end. */
  press(event) {
    if (event.repeat || this.tool === "hand") return;
    this.look();
    if (this.stroke) this.finish();
    else this.start(this.cursor, 1);
  }

  keyUp(event) {
    if (event.key === " " && HELD.has(this.tool)) this.finish();
  }
}

const spot = (event) => ({ x: event.clientX, y: event.clientY });
const pressure = (event) => (event.pointerType === "pen" ? Math.max(0.15, event.pressure * 1.5) : 1);

function between(touches) {
  const [a, b] = [...touches.values()];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
}
