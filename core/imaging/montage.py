"""The closing pictures: contact sheet, animation, score-and-cost plot. Drawn with Pillow."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from core.imaging.results import Point

PAPER, INK, FAINT, LIGHT = (24, 22, 22), (236, 230, 224), (120, 112, 108), (226, 72, 58)
PARTS = {"detail": (120, 170, 220), "layout": (150, 200, 130), "colour": (220, 180, 90)}
CELL, GAP, LABEL = 320, 12, 30
PLOT = (960, 540)
FRAME_MS = 900


def blank(size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size, PAPER)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def opened(data: bytes) -> Image.Image:
    """Encoded bytes as RGB pixels."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def contact_sheet(
    frames: Sequence[bytes], captions: Sequence[str], best: int, reference: bytes | None
) -> bytes:
    """All images side by side, the reference first, the best one framed; PNG bytes."""
    items = [("reference", reference, False)] if reference else []
    items += [
        (text, data, i == best) for i, (data, text) in enumerate(zip(frames, captions, strict=True))
    ]
    columns = min(4, len(items)) if len(items) != 5 else 3
    rows = -(-len(items) // columns)
    first = opened(items[-1][1])
    height = max(80, round(CELL * min(2.0, first.height / first.width)))
    size = (columns * (CELL + GAP) + GAP, rows * (height + LABEL + GAP) + GAP)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    for i, (text, data, chosen) in enumerate(items):
        x, y = GAP + i % columns * (CELL + GAP), GAP + i // columns * (height + LABEL + GAP)
        image = opened(data)
        image.thumbnail((CELL, height), Image.Resampling.LANCZOS)
        left, top = x + (CELL - image.width) // 2, y + (height - image.height) // 2
        sheet.paste(image, (left, top))
        if chosen:
            frame = (left - 4, top - 4, left + image.width + 3, top + image.height + 3)
            draw.rectangle(frame, outline=LIGHT, width=4)
        mark = f"{text}   best" if chosen else text
        colour = LIGHT if chosen else INK
        draw.text((x + 2, y + height + 5), mark[:40], fill=colour, font=font(18))
    return png(sheet)


def animation(frames: Sequence[bytes], captions: Sequence[str], format: str) -> bytes:
    """The rounds one after the other, captioned; "webp" or "gif" bytes, at most 512 px a side."""
    pictures = [_captioned(data, text) for data, text in zip(frames, captions, strict=True)]
    width, height = pictures[0].size
    pictures = [picture.resize((width, height)) for picture in pictures]
    out = io.BytesIO()
    durations = [FRAME_MS] * (len(pictures) - 1) + [FRAME_MS * 3]
    pictures[0].save(
        out, format.upper(), save_all=True, append_images=pictures[1:], duration=durations, loop=0
    )
    return out.getvalue()


def _captioned(data: bytes, text: str) -> Image.Image:
    image = opened(data)
    image.thumbnail((512, 512), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(image)
    draw.text(
        (10, image.height - 30),
        text[:40],
        fill=INK,
        font=font(20),
        stroke_width=2,
        stroke_fill=PAPER,
    )
    return image


def plot(points: Sequence[Point]) -> bytes:
    """Score (thick), its three parts (thin) and cost (bars) over the rounds; PNG bytes."""
    image = Image.new("RGB", PLOT, PAPER)
    draw = ImageDraw.Draw(image)
    box = (70, 40, PLOT[0] - 90, PLOT[1] - 70)
    _axes(draw, box, points)
    _bars(draw, box, points)
    for name, colour in PARTS.items():
        values = [getattr(point, name) for point in points]
        _line(draw, box, [None if v is None else v * 100 for v in values], colour, 2)
    _line(draw, box, [point.score for point in points], LIGHT, 5)
    for i, point in enumerate(points):
        if point.score is not None:
            x, y = _at(box, i, len(points), point.score)
            r = 9 if point.champion else 5
            draw.ellipse((x - r, y - r, x + r, y + r), fill=LIGHT, outline=INK, width=2)
            draw.text((x - 14, y - 30), f"{point.score:.1f}", fill=INK, font=font(16))
    _legend(draw, points)
    return png(image)


Box = tuple[int, int, int, int]


def _at(box: Box, i: int, count: int, value: float) -> tuple[float, float]:
    left, top, right, bottom = box
    return left + (i + 0.5) * (right - left) / max(1, count), bottom - value / 100 * (bottom - top)


def _axes(draw: ImageDraw.ImageDraw, box: Box, points: Sequence[Point]) -> None:
    left, _, right, bottom = box
    for value in range(0, 101, 20):
        _, y = _at(box, 0, 1, value)
        draw.line((left, y, right, y), fill=(58, 54, 52))
        draw.text((left - 44, y - 9), str(value), fill=FAINT, font=font(16))
    for i, point in enumerate(points):
        x, _ = _at(box, i, len(points), 0)
        draw.text((x - 6, bottom + 8), point.label, fill=FAINT, font=font(16))
    draw.text(((left + right) / 2 - 30, bottom + 34), "round", fill=FAINT, font=font(16))


def _bars(draw: ImageDraw.ImageDraw, box: Box, points: Sequence[Point]) -> None:
    top_cost = max((point.cost or 0.0 for point in points), default=0.0)
    if top_cost <= 0:
        return
    for i, point in enumerate(points):
        x, _ = _at(box, i, len(points), 0)
        height = (point.cost or 0.0) / top_cost * 90
        draw.rectangle((x - 14, box[3] - height, x + 14, box[3]), fill=(70, 62, 60))
    draw.text((box[2] + 8, box[3] - 100), f"${top_cost:.4f}", fill=FAINT, font=font(15))


def _line(
    draw: ImageDraw.ImageDraw,
    box: Box,
    values: Sequence[float | None],
    colour: tuple[int, int, int],
    width: int,
) -> None:
    where = [_at(box, i, len(values), v) for i, v in enumerate(values) if v is not None]
    if len(where) > 1:
        draw.line(where, fill=colour, width=width, joint="curve")


def _legend(draw: ImageDraw.ImageDraw, points: Sequence[Point]) -> None:
    names = [("score", LIGHT)]
    if any(point.detail is not None for point in points):
        names += list(PARTS.items())
    for i, (name, colour) in enumerate(names):
        x = 90 + i * 130
        draw.line((x, 20, x + 26, 20), fill=colour, width=4)
        draw.text((x + 34, 10), name, fill=INK, font=font(16))
