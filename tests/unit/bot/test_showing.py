"""Pictures in the terminal: which way it has, and that what is written is that picture."""

import base64
import io
import re

import pytest
from PIL import Image

from bot.showing import COLUMNS, drawn, known, painter
from core.domain.errors import Misconfigured

WEBP = io.BytesIO()
Image.new("RGB", (96, 48), (200, 40, 10)).save(WEBP, "WEBP", lossless=True)


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "xterm", "LANG": "en_GB.UTF-8"}, "blocks"),
        ({"TERM": "xterm", "LANG": "C"}, "off"),
        ({"TERM": "xterm-kitty", "NO_COLOR": ""}, "off"),
        ({"TERM": "dumb", "LANG": "en_GB.UTF-8"}, "off"),
    ],
)
def test_the_terminal_says_what_it_can_show(environ: dict[str, str], way: str) -> None:
    assert known(environ, tty=True) == way
    assert known(environ, tty=False) == "off"


def test_each_way_carries_the_picture() -> None:
    kitty = drawn(WEBP.getvalue(), "kitty")
    sent = "".join(re.findall(r";([A-Za-z0-9+/=]+)\x1b\\", kitty))
    with Image.open(io.BytesIO(base64.b64decode(sent))) as picture:
        assert (picture.format, picture.size) == ("PNG", (96, 48))
    iterm = drawn(WEBP.getvalue(), "iterm")
    assert base64.b64decode(iterm.partition(":")[2].rstrip("\a")).startswith(b"\x89PNG")
    sixel = drawn(WEBP.getvalue(), "sixel")
    assert '"1;1;96;48' in sixel
    assert sixel.count("-") == 8  # 48 rows, six a band
    assert re.search(r"#\d+;2;78;16;4", sixel)  # of a hundred
    blocks = drawn(WEBP.getvalue(), "blocks").splitlines()
    assert [line.count("▀") for line in blocks] == [COLUMNS] * 12
    assert "38;2;200;40;10;48;2;200;40;10" in blocks[0]


def test_an_unknown_way_is_a_sentence() -> None:
    with pytest.raises(Misconfigured, match="one of auto, off"):
        painter("ascii", None)  # pyright: ignore[reportArgumentType]
    assert painter("off", None) is None  # pyright: ignore[reportArgumentType]
