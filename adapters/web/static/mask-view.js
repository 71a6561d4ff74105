// The view: where the sheet lies under the window, and how large. Wheel, pinch, drag, buttons.

const LARGEST = 12;

export class View {
  constructor(stage, sheet, width, height) {
    Object.assign(this, { stage, sheet, width, height, scale: 1, x: 0, y: 0, fitted: true });
    Object.assign(sheet.style, { width: `${width}px`, height: `${height}px` });
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => (this.fitted ? this.fit() : this.place())).observe(stage);
    this.changed = () => {};
  }

  /** The sheet's coordinates of a place in the window. */
  at(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: (event.clientX - box.left - this.x) / this.scale, y: (event.clientY - box.top - this.y) / this.scale };
  }

  fit() {
    const { clientWidth, clientHeight } = this.stage;
    this.scale = this.least();
    this.x = (clientWidth - this.width * this.scale) / 2;
    this.y = (clientHeight - this.height * this.scale) / 2;
    this.fitted = true;
    this.place();
  }

  least() { return Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height); }

  /** Zooms by a factor; what is at `centre` (of the stage, in its pixels) stays there. */
  zoom(factor, centre = { x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 }) {
    const least = this.least();
    const scale = Math.min(Math.max(LARGEST, least), Math.max(least, this.scale * factor));
    this.x = centre.x - ((centre.x - this.x) * scale) / this.scale;
    this.y = centre.y - ((centre.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.fitted = scale <= least * 1.001;
    if (this.fitted) this.fit();
    else this.place();
  }

  pan(x, y) {
    this.x += x;
    this.y += y;
    this.fitted = false;
    this.place();
  }

  wheel(event) {
    event.preventDefault();
    const box = this.stage.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 18 : 1;
    const factor = Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 120 : 480));
    this.zoom(factor, { x: event.clientX - box.left, y: event.clientY - box.top });
  }

  /** Moves so far that a place of the sheet is seen. */
  show(point) {
    const edge = 24;
    const x = this.x + point.x * this.scale, y = this.y + point.y * this.scale;
    const right = this.stage.clientWidth - edge, bottom = this.stage.clientHeight - edge;
    if (this.fitted || (x >= edge && x <= right && y >= edge && y <= bottom)) return;
    this.pan(Math.max(edge, Math.min(x, right)) - x, Math.max(edge, Math.min(y, bottom)) - y);
  }

  place() {
    const { clientWidth, clientHeight } = this.stage;
    this.x = within(this.x, this.width * this.scale, clientWidth);
    this.y = within(this.y, this.height * this.scale, clientHeight);
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.changed();
  }
}

/** Where a side begins: in the middle of the window, or so that no gap opens beside it. */
function within(start, length, room) {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, start));
}
