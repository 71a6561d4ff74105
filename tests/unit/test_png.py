"""A painter's plain PNG is kept byte for byte; everything else is cleaned like an upload."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from core.domain.errors import BadImage
from core.imaging.codec import admit
from core.imaging.png import PNG, admit_painting, is_bare


def png(mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, "PNG", **options)
    return out.getvalue()


def titled() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("parameters", "a fox, Steps: 20")
    return png(pnginfo=told)


def test_a_plain_picture_stays_as_it_is() -> None:
    data = png(dpi=(72, 72))
    kept = admit_painting(data)
    assert (kept.data, kept.width, kept.height) == (data, 40, 30)


@pytest.mark.parametrize(
    "data",
    [
        titled(),
        png("RGBA"),
        png("L"),
        png("P"),
        png(size=(4200, 20)),
        png() + b"more",
        png(icc_profile=b"profile"),
    ],
    ids=["text", "alpha", "grey", "palette", "large", "trailing", "profile"],
)
def test_what_is_not_plain_is_cleaned_like_an_upload(data: bytes) -> None:
    assert not is_bare(data)
    assert admit_painting(data) == admit(data)
    assert is_bare(admit_painting(data).data)


def test_a_damaged_picture_is_refused() -> None:
    whole = png(size=(200, 200))
    for broken in (whole[:-40], whole[:20], PNG, b"", _with_lost_rows(whole)):
        with pytest.raises(BadImage):
            admit_painting(broken)


def _with_lost_rows(data: bytes) -> bytes:
    """Every chunk is there and true, the pixels are not."""
    body = zlib.compress(b"\0" * 100)
    idat = struct.pack(">I", len(body)) + b"IDAT" + body
    idat += struct.pack(">I", zlib.crc32(b"IDAT" + body))
    start = data.index(b"IDAT") - 4
    return data[:start] + idat + data[data.index(b"IEND") - 4 :]
