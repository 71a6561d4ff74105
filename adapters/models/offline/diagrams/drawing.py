"""A diagram as a picture: boxes, rhombs and arrows, lettered with the font that Pillow brings."""

from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from adapters.models.offline.diagrams.layout import laid_out
from adapters.models.offline.diagrams.placed import Arrow, Box, Layout
from adapters.models.offline.diagrams.structure import CantDraw, Diagram
from adapters.models.offline.raster import Pixels

PAPER, INK, LINE, FILL, ASKED = "#fbfaf7", "#1f2933", "#3d5a80", "#e6eef7", "#fdf1d8"
_OVER: Final = 3  # drawn that much larger, then made small: smooth lines
_LETTERS: Final = 0.8  # of the line's unit
_LABEL: Final = 0.8
_LEAST, _MOST = 7.0, 34.0  # pixels of a unit
_HEAD: Final = 0.75
_LARGEST: Final = 4096


def drawn(diagram: Diagram, width: int, height: int) -> Pixels:
    """The diagram in a picture of that size. Raises CantDraw where its letters could not be read."""
    width, height = (min(_LARGEST, max(16, n)) for n in (width, height))
    layout, unit = _fitting(diagram, width, height)
    if unit < _LEAST:
        raise CantDraw(
            f"{len(diagram.nodes)} boxes don't fit into {width}×{height} pixels in letters that can "
            "be read: ask for a larger picture, or fewer boxes."
        )
    over = _OVER if max(width, height) * _OVER <= _LARGEST * 1.5 else 1
    image = Image.new("RGB", (width * over, height * over), PAPER)
    pen = _Pen(ImageDraw.Draw(image), unit * over, _margin(layout, unit, width, height, over))
    for arrow in layout.arrows:
        pen.arrow(arrow)
    for box in layout.boxes:
        pen.box(box)
    for arrow in layout.arrows:
        pen.label(arrow)
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS), np.uint8)


def _fitting(diagram: Diagram, width: int, height: int) -> tuple[Layout, float]:
    """The layout that is drawn larger, and pixels for its unit."""
    tried = [laid_out(diagram, upright=upright) for upright in (False, True)]
    units = [min(width / each.width, height / each.height, _MOST) for each in tried]
    best = 0 if units[0] >= units[1] else 1
    return tried[best], units[best]


def _margin(layout: Layout, unit: float, width: int, height: int, over: int) -> tuple[float, float]:
    return (width - layout.width * unit) / 2 * over, (height - layout.height * unit) / 2 * over


class _Pen:
    """Draws in a layout's units."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float, origin: tuple[float, float]) -> None:
        self._draw, self._unit, self._origin = draw, unit, origin
        self._stroke = max(1, round(unit * 0.1))
        self._font = ImageFont.load_default(unit * _LETTERS)
        self._small = ImageFont.load_default(unit * _LETTERS * _LABEL)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._origin[0] + x * self._unit, self._origin[1] + y * self._unit

    def box(self, box: Box) -> None:
        left, top = self._at(box.x - box.width / 2, box.y - box.height / 2)
        right, bottom = self._at(box.x + box.width / 2, box.y + box.height / 2)
        if box.shape == "question":
            middle = self._at(box.x, box.y)
            corners = [(left, middle[1]), (middle[0], top), (right, middle[1]), (middle[0], bottom)]
            self._draw.polygon(corners, fill=ASKED)
            self._draw.line(
                [*corners, corners[0], corners[1]], fill=LINE, width=self._stroke, joint="curve"
            )
        else:
            self._draw.rounded_rectangle(
                (left, top, right, bottom), 0.35 * self._unit, FILL, LINE, self._stroke
            )
        self._text(box.lines, (box.x, box.y), self._font)

    def arrow(self, arrow: Arrow) -> None:
        points = [self._at(*point) for point in arrow.points]
        (x, y), (tail_x, tail_y) = points[-1], points[-2]
        away = max(1e-6, float(np.hypot(x - tail_x, y - tail_y)))
        along = (x - tail_x) / away, (y - tail_y) / away
        size = _HEAD * self._unit
        base = x - along[0] * size, y - along[1] * size
        self._draw.line([*points[:-1], base], fill=LINE, width=self._stroke, joint="curve")
        wing = -along[1] * size * 0.42, along[0] * size * 0.42
        self._draw.polygon(
            [
                (x, y),
                (base[0] + wing[0], base[1] + wing[1]),
                (base[0] - wing[0], base[1] - wing[1]),
            ],
            fill=LINE,
        )

    def label(self, arrow: Arrow) -> None:
        """On a piece of paper, so that no line runs through the letters."""
        if not arrow.lines:
            return
        x, y = self._at(*arrow.at)
        text = "\n".join(arrow.lines)
        box = self._draw.multiline_textbbox((x, y), text, self._small, anchor="mm", align="center")
        pad = 0.15 * self._unit
        self._draw.rectangle((box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad), fill=PAPER)
        self._text(arrow.lines, arrow.at, self._small)

    def _text(
        self,
        lines: tuple[str, ...],
        at: tuple[float, float],
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    ) -> None:
        self._draw.multiline_text(
            self._at(*at), "\n".join(lines), fill=INK, font=font, anchor="mm", align="center"
        )
