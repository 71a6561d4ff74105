"""Pictures in the terminal: by kitty's, iTerm's or sixel graphics, else in coloured half blocks."""

import base64
import io
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping

from PIL import Image

from core.domain.errors import Misconfigured, PictureLost, PixelsFailed
from core.ports.images import Images

WAYS = ("auto", "off", "kitty", "iterm", "sixel", "blocks")
COLUMNS = 48  # of a picture in half blocks; the others are shown at the thumbnail's own size
CHUNK = 4096  # kitty's limit for one escape
ESC = "\x1b"


def painter(way: str, images: Images) -> Callable[[str], Awaitable[str]] | None:
    """What makes a picture's hash into what the terminal shows; None where it shows none. Raises
    Misconfigured for an unknown way."""
    if way not in WAYS:
        raise Misconfigured(f"--pictures is one of {', '.join(WAYS)}.")
    chosen = known(os.environ, tty=sys.stderr.isatty()) if way == "auto" else way
    if chosen == "off":
        return None

    async def paint(hash: str) -> str:
        try:
            return drawn(await images.thumbnail(hash), chosen)
        except (KeyError, PictureLost, PixelsFailed, OSError):
            return ""  # the round is told in words all the same

    return paint


def known(environ: Mapping[str, str], *, tty: bool) -> str:
    """The way this terminal shows pictures, by what it says of itself; "off" where it is none."""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if not tty or term in ("", "dumb") or "NO_COLOR" in environ:
        return "off"
    if "kitty" in term or "KITTY_WINDOW_ID" in environ or program in ("ghostty", "WezTerm"):
        return "kitty"
    if program in ("iTerm.app", "mintty") or environ.get("LC_TERMINAL") == "iTerm2":
        return "iterm"
    if "sixel" in term or term.startswith(("mlterm", "foot", "yaft")):
        return "sixel"
    return "blocks" if "UTF" in _charset(environ) else "off"


def _charset(environ: Mapping[str, str]) -> str:
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    return next((found for name in names if (found := environ.get(name))), "").upper()


def drawn(data: bytes, way: str) -> str:
    """An encoded picture as text for a terminal, without a line's end."""
    with Image.open(io.BytesIO(data)) as picture:
        rgb = picture.convert("RGB")
    match way:
        case "kitty":
            return _kitty(_png(rgb))
        case "iterm":
            return _iterm(_png(rgb))
        case "sixel":
            return _sixel(rgb)
        case _:
            return _blocks(rgb)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _kitty(png: bytes) -> str:
    text = base64.b64encode(png).decode()
    parts = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    shown: list[str] = []
    for number, part in enumerate(parts):
        head = "a=T,f=100," if number == 0 else ""
        more = int(number < len(parts) - 1)
        shown.append(f"{ESC}_G{head}m={more};{part}{ESC}\\")
    return "".join(shown)


def _iterm(png: bytes) -> str:
    text = base64.b64encode(png).decode()
    return f"{ESC}]1337;File=inline=1;size={len(png)};preserveAspectRatio=1:{text}\a"


def _sixel(picture: Image.Image) -> str:
    """Six rows at a time, each colour of the palette a pass over them."""
    few = picture.quantize(64)
    palette, pixels = few.getpalette() or [], few.tobytes()
    width, height = few.size
    shown = [f'{ESC}Pq"1;1;{width};{height}']
    for number in range(len(palette) // 3):
        red, green, blue = (
            round(part * 100 / 255) for part in palette[3 * number : 3 * number + 3]
        )
        shown.append(f"#{number};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        rows = range(top, min(top + 6, height))
        band = [[pixels[y * width + x] for y in rows] for x in range(width)]
        for colour in sorted({each for column in band for each in column}):
            bits = (sum((each == colour) << row for row, each in enumerate(c)) for c in band)
            shown.append(f"#{colour}{_runs(bits)}$")
        shown.append("-")
    return "".join(shown) + f"{ESC}\\"


def _runs(bits: Iterable[int]) -> str:
    """Equal sixels in a row are counted, not repeated."""
    text, last, count = "", "", 0
    for each in [*(chr(63 + bit) for bit in bits), ""]:
        if each == last:
            count += 1
            continue
        text += f"!{count}{last}" if count > 3 else last * count
        last, count = each, 1
    return text


def _blocks(picture: Image.Image) -> str:
    """Two pixels a character: the upper one its colour, the lower one the ground."""
    rows = max(1, round(COLUMNS * picture.height / picture.width / 2))
    small = picture.resize((COLUMNS, 2 * rows), Image.Resampling.LANCZOS)
    data = small.tobytes()

    def pixel(x: int, y: int) -> str:
        at = 3 * (y * COLUMNS + x)
        return f"{data[at]};{data[at + 1]};{data[at + 2]}"

    lines = [
        "".join(f"{ESC}[38;2;{pixel(x, y)};48;2;{pixel(x, y + 1)}m▀" for x in range(COLUMNS))
        for y in range(0, 2 * rows, 2)
    ]
    return "\n".join(f"{line}{ESC}[0m" for line in lines)
