"""A session's tree as one picture: thumbnails, scores, the path to the champion, what each branch
cost. Drawn with Pillow, from left to right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from core.imaging.montage import FAINT, INK, LIGHT, PAPER, opened
from core.imaging.montage import font as font_of
from core.imaging.montage import png as png_of
from core.imaging.results import Twig

CELL, ROW = (168, 126), 168  # pixels of a thumbnail, from row to row
STEP, EDGE, HEAD, TAIL = 216, 24, 24, 190
MOST_SIDE = 6000


@dataclass(frozen=True, slots=True)
class _Spot:
    x: int
    y: int


def lineage(twigs: Sequence[Twig]) -> bytes:
    """PNG bytes. `twigs` in the order of their making; a parent that is not among them is the root."""
    rows, depths = _rows(twigs)
    width = EDGE + max(depths.values(), default=0) * STEP + CELL[0] + TAIL
    height = HEAD + (max(rows.values(), default=0) + 1) * ROW
    spots = {id: _Spot(EDGE + depths[id] * STEP, HEAD + row * ROW) for id, row in rows.items()}
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    by_id = {twig.id: twig for twig in twigs}
    for twig in sorted(twigs, key=lambda each: each.path):  # what leads to the champion lies on top
        if twig.parent in spots:
            _edge(draw, spots[twig.parent], spots[twig.id], LIGHT if twig.path else FAINT)
    parents = {twig.parent for twig in twigs}
    for id, spot in spots.items():
        _picture(sheet, draw, spot, by_id[id])
        if id not in parents and by_id[id].branch:
            place = (spot.x + CELL[0] + 10, spot.y + CELL[1] // 2 - 10)
            draw.text(place, by_id[id].branch[:24], fill=FAINT, font=font_of(15))
    if max(sheet.size) > MOST_SIDE:
        sheet.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)
    return png_of(sheet)


def _rows(twigs: Sequence[Twig]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Row and depth of each: the first child goes on in its parent's row, the others open new ones
    below everything that is there."""
    rows: dict[str, int] = {}
    depths: dict[str, int] = {}
    went_on: set[str] = set()
    below = -1
    for twig in _in_order(twigs):
        parent = twig.parent if twig.parent in rows else ""
        if parent and parent not in went_on:
            rows[twig.id] = rows[parent]
            went_on.add(parent)
        else:
            below += 1
            rows[twig.id] = below
        depths[twig.id] = depths[parent] + 1 if parent else 0
    return rows, depths


def _in_order(twigs: Sequence[Twig]) -> list[Twig]:
    """Parents first, each branch whole; what leads to the champion before its sisters."""
    known = {twig.id for twig in twigs}
    children: dict[str, list[Twig]] = {}
    for twig in twigs:
        children.setdefault(twig.parent if twig.parent in known else "", []).append(twig)
    waiting = sorted(children.get("", []), key=lambda each: not each.path)[::-1]
    found: list[Twig] = []
    while waiting:
        twig = waiting.pop()
        found.append(twig)
        waiting += sorted(children.get(twig.id, []), key=lambda each: not each.path)[::-1]
    return found


def _edge(draw: ImageDraw.ImageDraw, a: _Spot, b: _Spot, colour: tuple[int, int, int]) -> None:
    start = (a.x + CELL[0] // 2, a.y + CELL[1] // 2)
    end = (b.x + CELL[0] // 2, b.y + CELL[1] // 2)
    bend = (start[0] + (CELL[0] + STEP) // 2 - EDGE, start[1])
    line = [start, bend, (bend[0], end[1]), end]
    draw.line(line, fill=colour, width=6 if colour == LIGHT else 2, joint="curve")


def _picture(sheet: Image.Image, draw: ImageDraw.ImageDraw, spot: _Spot, twig: Twig) -> None:
    draw.rectangle((spot.x, spot.y, spot.x + CELL[0], spot.y + CELL[1]), fill=(40, 37, 36))
    if twig.image:
        image = opened(twig.image)
        image.thumbnail(CELL, Image.Resampling.LANCZOS)
        at = (spot.x + (CELL[0] - image.width) // 2, spot.y + (CELL[1] - image.height) // 2)
        sheet.paste(image, at)
    frame = (spot.x - 3, spot.y - 3, spot.x + CELL[0] + 2, spot.y + CELL[1] + 2)
    if twig.path:
        draw.rectangle(frame, outline=LIGHT, width=5 if twig.best else 2)
    colour = LIGHT if twig.best else INK
    draw.text((spot.x, spot.y + CELL[1] + 5), twig.label[:26], fill=colour, font=font_of(15))
