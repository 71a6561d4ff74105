// Contiguous colour: which pixels hang together with one, by a tolerance.

/**
 * Scanlines, so that a picture of 2048 pixels a side takes a fraction of a second. `data` is RGBA,
 * `tolerance` how far a channel may be off, 0-255. Returns a Uint8Array with 1 where it fills, and
 * the box {x, y, width, height} around that.
 */
export function flood(data, width, height, x, y, tolerance) {
  const filled = new Uint8Array(width * height);
  const seed = (y * width + x) * 4;
  const [red, green, blue] = [data[seed], data[seed + 1], data[seed + 2]];
  const alike = (at) => {
    const i = at * 4;
    return !filled[at] && Math.abs(data[i] - red) <= tolerance
      && Math.abs(data[i + 1] - green) <= tolerance && Math.abs(data[i + 2] - blue) <= tolerance;
  };
  const box = { left: x, top: y, right: x, bottom: y };
  const open = [y * width + x];
  while (open.length) {
    const from = open.pop();
    if (!alike(from)) continue;
    const row = Math.floor(from / width), first = row * width, last = first + width - 1;
    let left = from, right = from;
    while (left > first && alike(left - 1)) left -= 1;
    while (right < last && alike(right + 1)) right += 1;
    filled.fill(1, left, right + 1);
    grow(box, left - first, right - first, row);
    if (row > 0) seeds(open, left - width, right - width, alike);
    if (row < height - 1) seeds(open, left + width, right + width, alike);
  }
  return { filled, box: { x: box.left, y: box.top, width: box.right - box.left + 1, height: box.bottom - box.top + 1 } };
}

/** One seed for each stretch between `from` and `to` that may be filled. */
function seeds(open, from, to, alike) {
  let inside = false;
  for (let at = from; at <= to; at += 1) {
    const now = alike(at);
    if (now && !inside) open.push(at);
    inside = now;
  }
}

function grow(box, left, right, row) {
  box.left = Math.min(box.left, left);
  box.right = Math.max(box.right, right);
  box.top = Math.min(box.top, row);
  box.bottom = Math.max(box.bottom, row);
}
