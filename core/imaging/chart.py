"""A bar chart of dollars, drawn with Pillow."""

from collections.abc import Sequence

from PIL import ImageDraw

from core.imaging.montage import FAINT, INK, LIGHT, blank, font, png

SIZE = (960, 420)
MOST = 31  # bars


def bars(title: str, rows: Sequence[tuple[str, float]]) -> bytes:
    """Names and dollars, in order, at most 31 of them; PNG bytes."""
    rows = rows[:MOST]
    image = blank(SIZE)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = 80, 60, SIZE[0] - 30, SIZE[1] - 90
    draw.text((left, 18), title, fill=INK, font=font(20))
    most = max((value for _, value in rows), default=0.0) or 1.0
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * (bottom - top)
        draw.line((left, y, right, y), fill=(58, 54, 52))
        draw.text((10, y - 9), f"${most * share:.2f}", fill=FAINT, font=font(15))
    step = (right - left) / max(1, len(rows))
    for i, (name, value) in enumerate(rows):
        x = left + i * step
        height = value / most * (bottom - top)
        draw.rectangle((x + step * 0.15, bottom - height, x + step * 0.85, bottom), fill=LIGHT)
        room = max(3, int(step / 9))
        draw.text(
            (x + step * 0.15, bottom + 10 + i % 2 * 22),
            name[-room * 2 :],
            fill=FAINT,
            font=font(14),
        )
    return png(image)
