"""The kinds of picture files that are taken: one list, read by every door."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any, Final

MAX_BYTES: Final = 20 * 1024 * 1024  # of an upload, at every door
MAX_EDGE_STORED: Final = 4096  # pixels
UNSAID: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
PICTURE: Final = "a picture"
HEIF_READERS: Final = ("pi_heif", "pillow_heif")
NO_HEIC: Final = (
    "HEIC pictures can't be read here: send it as JPEG. On an iPhone, Settings › Camera › "
    "Formats › Most Compatible makes every new picture one."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: Pillow's name, what people call it, its first bytes, its endings, its types."""

    name: str
    said: str
    magic: tuple[bytes, ...]
    endings: tuple[str, ...]
    types: tuple[str, ...]


_J2K: Final = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
_TIFF: Final = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
ALWAYS: Final = (
    Kind("PNG", "PNG", (b"\x89PNG\r\n\x1a\n",), ("png",), ("image/png",)),
    Kind("JPEG", "JPEG", (b"\xff\xd8\xff",), ("jpg", "jpeg"), ("image/jpeg",)),
    Kind("WEBP", "WebP", (), ("webp",), ("image/webp",)),
    Kind("GIF", "GIF", (b"GIF87a", b"GIF89a"), ("gif",), ("image/gif",)),
    Kind("BMP", "BMP", (b"BM",), ("bmp",), ("image/bmp",)),
    Kind("TIFF", "TIFF", _TIFF, ("tif", "tiff"), ("image/tiff",)),
    Kind("AVIF", "AVIF", (), ("avif",), ("image/avif",)),
    Kind("JPEG2000", "JPEG 2000", _J2K, ("jp2", "j2k", "jpx"), ("image/jp2", "image/jpx")),
)
_HEIC: Final = Kind("HEIF", "HEIC", (), ("heic", "heif"), ("image/heic", "image/heif"))
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1"})


@cache
def heif_reader() -> str:
    """The module of the `heic` extra that reads HEIC here, "" where none is installed."""
    return next((name for name in HEIF_READERS if find_spec(name)), "")


def teach_heif() -> None:
    """Makes Pillow read HEIC in this process; only where there is a reader."""
    module: Any = importlib.import_module(heif_reader())
    module.register_heif_opener()


def kinds() -> tuple[Kind, ...]:
    """What this installation takes."""
    return (*ALWAYS, _HEIC) if heif_reader() else ALWAYS


def taken() -> str:
    """The kinds as a part of a sentence: "PNG, JPEG, … or TIFF"."""
    *most, last = (kind.said for kind in kinds())
    return f"{', '.join(most)} or {last}"


def endings() -> tuple[str, ...]:
    """File endings without a dot, for dialogs that offer files."""
    return tuple(_each_ending())


def _each_ending() -> Iterator[str]:
    for kind in kinds():
        yield from kind.endings


def media_types() -> tuple[str, ...]:
    """For a page's file field."""
    return tuple(name for kind in kinds() for name in kind.types)


def kind_of(data: bytes) -> str:
    """Pillow's name of the kind by the first bytes: "HEIF" also where that can't be read; "" for
    everything that is no picture we know."""
    for kind in ALWAYS:
        if data.startswith(kind.magic):
            return kind.name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] != b"ftyp":
        return ""
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if brands & _HEIF_BRANDS else ""


def mime_of(data: bytes) -> str:
    """The media type by the first bytes, "" for what is no picture we know."""
    name = kind_of(data)
    return next((kind.types[0] for kind in (*ALWAYS, _HEIC) if kind.name == name), "")


def may_be_picture(media_type: str, name: str) -> bool:
    """Whether a door should hand a file to intake, which looks inside: by what the platform says
    it is, and by its name where it doesn't say. A picture of a kind that is not taken is handed on
    as well: intake says why."""
    media_type = media_type.partition(";")[0].strip().lower()
    if media_type not in UNSAID:
        return media_type.startswith("image/")
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return any(ending in kind.endings for kind in (*ALWAYS, _HEIC))


def other_than_picture(media_type: str, name: str) -> str:
    """What a file that is no picture is called in a sentence: of it only the kind is repeated."""
    if may_be_picture(media_type, name):
        return PICTURE
    major = media_type.partition("/")[0].lower()
    if "pdf" in media_type.lower() or name.lower().endswith(".pdf"):
        return "a PDF"
    return {"video": "a video", "audio": "a recording", "text": "a text file"}.get(major, "a file")
