// The colour in which a mask is shown: one that stands out from this picture.

const TINTS = ["#e0402c", "#0095ff", "#d21bf0", "#5fc400", "#ff9500"];
const GLANCE = 48;

/** Of the tints the one that is farthest from the pixels it is nearest to. */
export function tint(picture) {
  const context = new OffscreenCanvas(GLANCE, GLANCE).getContext("2d");
  context.drawImage(picture, 0, 0, GLANCE, GLANCE);
  const { data } = context.getImageData(0, 0, GLANCE, GLANCE);
  const apart = TINTS.map((colour) => least(data, rgb(colour)));
  return TINTS[apart.indexOf(Math.max(...apart))];
}

export const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** How far the nearest twentieth of the pixels is from a colour. */
function least(data, [red, green, blue]) {
  const all = [];
  for (let at = 0; at < data.length; at += 4) {
    all.push(Math.hypot(data[at] - red, data[at + 1] - green, data[at + 2] - blue));
  }
  all.sort((a, b) => a - b);
  return all[Math.floor(all.length / 20)];
}
