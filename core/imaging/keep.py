"""What must stay of a picture that was worked on is put back from it, to the pixel.

Painters send back other sizes and touch what they were told to leave: what is compared with the
original afterwards has to be the original. Synchronous; runs in the pool of processes.
"""

import io

import numpy as np
from PIL import Image, ImageFilter

from core.imaging.codec import encode
from core.imaging.mask import layer_of
from core.imaging.png import admit_painting
from core.imaging.results import Admitted

FEATHER = 1 / 128  # of the shorter side: how softly an edit meets what was there


def inside(source: bytes, margins: tuple[int, int, int, int], painted: bytes) -> Admitted:
    """An outpainted picture with its middle as it was: `margins` pixels were added left, right, up
    and down of `source`. Raises BadImage."""
    left, right, up, down = margins
    with Image.open(io.BytesIO(source)) as opened:
        middle = opened.convert("RGB")
    size = (middle.width + left + right, middle.height + up + down)
    made = _of_size(painted, size)
    made.paste(middle, (left, up))
    return Admitted(encode(made), *size)


def outside(source: bytes, mask: bytes, painted: bytes) -> Admitted:
    """An edited picture as it was wherever `mask` (8 bits, white = edit) is black, with a soft edge
    inside of the white: not a pixel outside it changes. Raises BadImage."""
    with Image.open(io.BytesIO(source)) as opened:
        before = opened.convert("RGB")
    made = _of_size(painted, before.size)
    with Image.open(io.BytesIO(mask)) as opened:
        white = opened.convert("L").resize(before.size, Image.Resampling.NEAREST)
    share = _softened(white)
    mixed = Image.composite(made, before, share)
    return Admitted(encode(mixed), *mixed.size)


def sized(size: tuple[int, int], painted: bytes) -> Admitted:
    """A painting in `size` (width, height), whatever its painter sent. Raises BadImage."""
    return Admitted(encode(_of_size(painted, size)), *size)


def ground(painted: bytes) -> Admitted:
    """A painting on no ground: its transparency is kept, everything else is as for any. Raises
    BadImage."""
    layer = layer_of(painted, "painting")
    out = io.BytesIO()
    layer.save(out, "PNG", compress_level=3)
    return Admitted(out.getvalue(), *layer.size)


def _softened(white: Image.Image) -> Image.Image:
    radius = max(1.0, min(white.size) * FEATHER)
    hard = np.asarray(white) > 127
    blurred = np.asarray(white.filter(ImageFilter.GaussianBlur(radius)), np.float32)
    ramp = np.clip((blurred - 127.5) * 2, 0, 255).astype(np.uint8)
    return Image.fromarray(np.where(hard, ramp, 0).astype(np.uint8))


def _of_size(painted: bytes, size: tuple[int, int]) -> Image.Image:
    admitted = admit_painting(painted)
    with Image.open(io.BytesIO(admitted.data)) as opened:
        image = opened.convert("RGB")
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
