"""A comic page: two to six panels, captions and balloons lettered here, never by a painter."""

import re
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from core.imaging.montage import font as font_of
from core.imaging.montage import opened
from core.imaging.montage import png as png_of
from core.imaging.results import Panel

PAGE_W, GUTTER, MARGIN, BORDER = 1400, 22, 36, 4
INK, WHITE, CAPTION = (20, 18, 18), (255, 255, 255), (255, 244, 204)
LETTERS, LEAST_LETTERS = 23, 15
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
SPEECH = re.compile(r"[\"“„»«]([^\"“”„»«]{2,140})[\"”“«»]")
MOST_SAID = 2
STAGGER = 26  # pixels by which the second balloon hangs lower
CAPTION_SHARE = 0.42  # of a panel's height


def split(text: str) -> tuple[str, tuple[str, ...]]:
    """A scene's text as a caption and what is said in it: the first two speeches."""
    said = tuple(" ".join(each.split()).strip(" ,;") for each in SPEECH.findall(text))[:MOST_SAID]
    caption = ""
    for sentence in re.split(r"(?<=[.!?…])\s+", SPEECH.sub("", text).strip()):
        clean = " ".join(sentence.split()).strip(" ,")
        if not clean[:1].isupper() and said:
            continue  # who said what is left out: the balloon shows it
        if caption and len(caption) + len(clean) > 190:
            break
        caption = f"{caption} {clean}".strip()
    return caption[:260], said


def comic_page(title: str, panels: Sequence[Panel]) -> bytes:
    """PNG bytes of a page with two to six panels, in reading order."""
    rows = _grid(len(panels))
    head = 84 if title else MARGIN
    width = PAGE_W - 2 * MARGIN
    heights = [round((width - GUTTER * (n - 1)) / n * _shape(n)) for n in rows]
    size = (PAGE_W, head + sum(heights) + GUTTER * (len(rows) - 1) + MARGIN)
    sheet = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(sheet)
    if title:
        font, lines = _fitted(draw, title, width, 50, 36, 20)
        draw.text((MARGIN, 24), lines[0], fill=INK, font=font)
    left, y = list(panels), head
    for count, height in zip(rows, heights, strict=True):
        part = (width - GUTTER * (count - 1)) // count
        for column in range(count):
            x = MARGIN + column * (part + GUTTER)
            _panel(sheet, draw, (x, y, x + part, y + height), left.pop(0))
        y += height + GUTTER
    return png_of(sheet)


def _grid(count: int) -> list[int]:
    return {1: [1], 2: [1, 1], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [2, 2, 2]}[min(6, max(1, count))]


def _shape(columns: int) -> float:
    return {1: 0.5, 2: 0.72, 3: 0.95}[columns]


Box = tuple[int, int, int, int]


def _panel(sheet: Image.Image, draw: ImageDraw.ImageDraw, box: Box, panel: Panel) -> None:
    left, top, right, bottom = box
    sheet.paste(_filled(opened(panel.image), (right - left, bottom - top)), (left, top))
    words, speeches = split(panel.text)
    caption = _caption(draw, box, words)
    below = top + caption + 14
    for n, speech in enumerate(speeches):
        room = (left, below + n * STAGGER, right, bottom)
        _balloon(draw, room, speech, to_right=n % 2 == 1)
    draw.rectangle((left, top, right - 1, bottom - 1), outline=INK, width=BORDER)


def _filled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture cut to a shape, its middle kept."""
    scale = max(size[0] / image.width, size[1] / image.height)
    wide, high = size[0] / scale, size[1] / scale
    x, y = (image.width - wide) / 2, (image.height - high) / 2
    return image.resize(size, Image.Resampling.LANCZOS, box=(x, y, x + wide, y + high))


def _caption(draw: ImageDraw.ImageDraw, box: Box, text: str) -> int:
    """The narrator's box along the top; its height in pixels."""
    if not text:
        return 0
    left, top, right, bottom = box
    room = right - left - 32
    font, lines = _fitted(
        draw, text, room, int((bottom - top) * CAPTION_SHARE), LETTERS, LEAST_LETTERS
    )
    step = _step(font)
    height = step * len(lines) + 16
    draw.rectangle((left, top, right - 1, top + height), fill=CAPTION, outline=INK, width=2)
    for n, line in enumerate(lines):
        draw.text((left + 16, top + 8 + n * step), line, fill=INK, font=font)
    return height


def _balloon(draw: ImageDraw.ImageDraw, box: Box, text: str, *, to_right: bool) -> None:
    """A balloon with its tail, at the left or the right; none where there is no room."""
    left, top, right, bottom = box
    room = int((right - left) * 0.46)
    most = bottom - top - 40
    if most < 50:
        return
    font, lines = _fitted(draw, text, room, most, LETTERS - 2, LEAST_LETTERS)
    step = _step(font)
    wide = max(int(draw.textlength(line, font=font)) for line in lines) + 40
    high = step * len(lines) + 24
    x = right - wide - 16 if to_right else left + 16
    body = (x, top, x + wide, top + high)
    foot = x + wide // 3 if to_right else x + 2 * wide // 3
    tip = (foot + (-26 if to_right else 26), min(bottom - 8, top + high + 30))
    tail = [(foot - 12, top + high - 3), (foot + 14, top + high - 3), tip]
    draw.rounded_rectangle(body, radius=min(26, high // 2), fill=WHITE, outline=INK, width=3)
    draw.polygon(tail, fill=WHITE)
    draw.line([tail[0], tip, tail[1]], fill=INK, width=3)
    draw.line([(foot - 9, top + high - 2), (foot + 11, top + high - 2)], fill=WHITE, width=4)
    for n, line in enumerate(lines):
        at = (x + (wide - draw.textlength(line, font=font)) / 2, top + 11 + n * step)
        draw.text(at, line, fill=INK, font=font)


def _step(font: Font) -> int:
    return round(getattr(font, "size", 16) * 1.28)


def _fitted(
    draw: ImageDraw.ImageDraw, text: str, width: int, height: int, most: int, least: int
) -> tuple[Font, list[str]]:
    """The largest letters in which the text fits, and its lines; cut where even the least don't."""
    for size in range(most, least - 1, -1):
        font = font_of(size)
        lines = _lines(draw, text, width, font)
        if len(lines) * _step(font) <= height:
            return font, lines
    font = font_of(least)
    lines = _lines(draw, text, width, font)
    fit = max(1, height // _step(font))
    kept = lines[:fit]
    if len(lines) > fit:
        kept[-1] = f"{kept[-1][:-1].rstrip(' ,.')}…"
    return font, kept


def _lines(draw: ImageDraw.ImageDraw, text: str, width: int, font: Font) -> list[str]:
    """Broken at words; a word wider than the room is broken as well."""
    lines, line = [""], ""
    for word in text.split():
        while draw.textlength(word, font=font) > width and len(word) > 1:
            wide = draw.textlength(word, font=font) / len(word)
            cut = max(1, int(width / wide * 0.9))
            lines += [line, word[:cut]]
            line, word = "", word[cut:]
        tried = f"{line} {word}".strip()
        if line and draw.textlength(tried, font=font) > width:
            lines.append(line)
            line = word
        else:
            line = tried
    return [each for each in (*lines, line) if each] or [""]
