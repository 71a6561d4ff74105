"""Uploads: every kind that is taken, and one sentence for everything else."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.domain.errors import BadImage
from core.imaging import codec, decoding, formats

RED, BLUE = (200, 30, 30), (30, 30, 200)
ROOT = Path(codec.__file__).parents[2]
MEMORY = """
import sys
from pathlib import Path
from core.imaging import codec
from core.domain.errors import BadImage

def peak():
    (line,) = [l for l in open("/proc/self/status") if l.startswith("VmHWM")]
    return int(line.split()[1]) * 1024

data = Path(sys.argv[1]).read_bytes()
idle = peak()
try:
    made = codec.admit(data)
    print(peak() - idle, made.width, made.height)
except BadImage as exc:
    print(peak() - idle, "refused", exc.sentence)
"""


def halves(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "taken at home"
    return exif


@pytest.mark.parametrize("format", [kind.name for kind in formats.ALWAYS])
def test_every_format_becomes_a_png_of_the_same_picture(format: str) -> None:
    made = codec.admit(encoded(halves(), format))
    assert made.data.startswith(b"\x89PNG")
    pixels = codec.rgb(made.data)
    assert pixels.shape == (48, 64, 3) == (made.height, made.width, 3)
    assert np.abs(pixels[24, 8].astype(int) - RED).max() < 30
    assert np.abs(pixels[24, 56].astype(int) - BLUE).max() < 30


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_set_upright_once_and_its_metadata_is_gone(
    format: str, orientation: int
) -> None:
    image = halves()
    image.paste((30, 200, 30), (0, 0, 32, 24))
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    stored = image if back == 1 else image.transpose(codec.TURNS[back])
    made = codec.admit(encoded(stored, format, exif=turned(orientation)))
    shown = codec.rgb(made.data).astype(int)
    assert shown.shape == (48, 64, 3)
    assert np.abs(shown - np.asarray(image, int)).mean() < 12
    with Image.open(io.BytesIO(made.data)) as kept:
        assert not kept.getexif()
        assert kept.info == {}


def test_sixteen_bits_keep_their_brightness() -> None:
    grey = np.full((200, 32), 32768, np.uint16)
    grey[150:] = 100  # a dark band must not be stretched by itself
    pixels = codec.rgb(codec.admit(encoded(Image.fromarray(grey), "PNG")).data)
    assert abs(int(pixels[10, 10, 0]) - 128) <= 1
    assert pixels[190, 10, 0] <= 1


def test_an_animation_is_its_first_frame() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE)]
    for format in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=50)
        pixels = codec.rgb(codec.admit(data).data).astype(int)
        assert np.abs(pixels[16, 16] - RED).max() < 30


def test_a_large_picture_is_brought_down_evenly() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (700, 4500, 3), np.uint8)
    image = Image.fromarray(noise)
    made = codec.admit(encoded(image, "BMP"))
    assert (made.width, made.height) == (4096, 637)
    whole = np.asarray(image.resize((4096, 637), Image.Resampling.BOX), int)
    assert np.abs(codec.rgb(made.data).astype(int) - whole).max() <= 1


REFUSED = {
    "empty": (b"", "empty"),
    "a letter": (b"Dear reader, this is no picture.", "no picture I know"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture I know"),
    "only the first bytes": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "another kind inside": (b"BM" + b"\x00" * 60, "damaged"),
    "too many bytes": (b"\xff\xd8\xff" + bytes(20 * 2**20), "20 MB"),
    "tiny": (encoded(halves((8, 8)), "PNG"), "smaller than 16"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_one_sentence(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(BadImage, match=words) as caught:
        codec.admit(data)
    assert caught.value.sentence.endswith(".")
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
def test_a_truncated_file_is_one_sentence(format: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    data = encoded(Image.fromarray(noise), format)
    for share in (0.1, 0.5, 0.8):
        with pytest.raises(BadImage, match="damaged"):
            codec.admit(data[: int(len(data) * share)])


def test_bytes_changed_at_random_are_a_picture_or_a_sentence() -> None:
    random = np.random.default_rng(7)
    for format in ("PNG", "JPEG", "WEBP", "GIF", "BMP"):
        whole = encoded(halves(), format)
        for _ in range(60):
            data = bytearray(whole)
            for place in random.integers(0, len(data), 3):
                data[place] = int(random.integers(0, 256))
            try:
                codec.admit(bytes(data))
            except BadImage as exc:
                assert exc.sentence.endswith(".")


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def admitted_apart(data: bytes, folder: Path) -> tuple[int, str]:
    """Bytes over idle that admitting took in a process of its own, and what came of it."""
    program, file = folder / "admit.py", folder / "upload"
    program.write_text(MEMORY)
    file.write_bytes(data)
    words = [sys.executable, str(program), str(file)]
    done = subprocess.run(
        words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    grown, _, outcome = done.stdout.strip().partition(" ")
    return int(grown), outcome


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("bomb", "refused The picture has more than 50"),
        ("png", "4096 3174"),
        ("png with alpha", "4096 3174"),
        ("jpeg", "4096 3174"),
        ("progressive jpeg", "4000 3100"),
        ("jpeg 2000", "3000 2000"),
        ("webp", "refused Opening this picture"),
    ],
)
@pytest.mark.slow
def test_no_upload_takes_more_than_300_mb(name: str, outcome: str, tmp_path: Path) -> None:
    size = (8000, 6200)
    data = {
        "bomb": lambda: bomb(60_000, 60_000),
        "png": lambda: encoded(halves(size), "PNG", compress_level=1),
        "png with alpha": lambda: encoded(halves(size, "RGBA"), "PNG", compress_level=1),
        "jpeg": lambda: encoded(halves(size), "JPEG"),
        "progressive jpeg": lambda: encoded(halves(size), "JPEG", progressive=True),
        "jpeg 2000": lambda: encoded(halves((6000, 4000)), "JPEG2000"),
        "webp": lambda: encoded(halves(size), "WEBP", quality=5, method=0),
    }[name]()
    grown, said = admitted_apart(data, tmp_path)
    assert said.startswith(outcome)
    assert grown < 300_000_000


def test_a_progressive_jpeg_is_judged_by_what_its_decoder_keeps() -> None:
    data = encoded(halves((64, 48)), "JPEG", progressive=True, subsampling=0)
    with Image.open(io.BytesIO(data)) as image:
        pixels = 50_000_000
        assert decoding.decoding_bytes(image, "JPEG", pixels) > pixels * 6
    assert codec.admit(data).width == 64


def test_the_size_asked_for_is_the_size_that_comes() -> None:
    small = codec.fit(encoded(halves((400, 200)), "PNG"), 100, "JPEG")
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("JPEG", (100, 50))
    pixels = np.zeros((5, 7, 3), np.uint8)
    assert (codec.rgb(codec.encode_array(pixels)) == pixels).all()
