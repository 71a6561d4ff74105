// What is shown of a tool and never sent: the brush's ring, the keys' cursor, a figure's outline.
import { svg } from "./dom.js";

export class Guide {
  constructor(element, width, height) {
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.figure = [svg("polygon", { class: "under" }), svg("polygon", { class: "over" })];
    this.circle = [svg("circle", { class: "under" }), svg("circle", { class: "over" })];
    this.crossing = [svg("path", { class: "under" }), svg("path", { class: "over" })];
    element.append(...this.figure, ...this.circle, ...this.crossing);
    this.radius = 0;
    this.arm = Math.max(width, height) / 60;
    this.ring(null);
    this.cross(null);
  }

  outline(points) {
    const text = points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(" ");
    for (const each of this.figure) each.setAttribute("points", text);
  }

  ring(point) {
    for (const each of this.circle) {
      each.toggleAttribute("hidden", !point || !this.radius);
      if (point) for (const [name, value] of [["cx", point.x], ["cy", point.y], ["r", this.radius]]) each.setAttribute(name, value);
    }
  }

  cross(point) {
    const { arm } = this;
    for (const each of this.crossing) {
      each.toggleAttribute("hidden", !point);
      if (point) each.setAttribute("d", `M${point.x - arm} ${point.y}h${2 * arm}M${point.x} ${point.y - arm}v${2 * arm}`);
    }
  }
}
