"""A painter's picture, taken in without encoding it again where nothing would change."""

import io
import struct
from dataclasses import replace

from PIL import Image

from core.imaging.codec import PNG, admit
from core.imaging.colours import to_srgb
from core.imaging.formats import MAX_BYTES, MAX_EDGE_STORED
from core.imaging.provenance import has_credentials
from core.imaging.results import Admitted

PIXEL_CHUNKS = frozenset((b"IHDR", b"IDAT", b"IEND", b"pHYs", b"gAMA", b"sRGB", b"cHRM"))
UPRIGHT = (None, 0, 1)
LOCATION = 0x8825  # EXIF: where somebody was is not kept
LOST = "Its content credentials are not kept: the file had to be made anew."
EIGHT_BIT_RGB = (8, 2)


def admit_painting(data: bytes) -> Admitted:
    """Like `core.imaging.admit`, but a plain PNG stays as it is: encoding one takes a fifth of a
    second and changes no pixel. Raises BadImage."""
    if not is_bare(data):
        return _sealed(data) or admit(data)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            opened.load()
            return Admitted(data, opened.width, opened.height)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, MemoryError):
        return admit(data)  # which says what is wrong with it


def _sealed(data: bytes) -> Admitted | None:
    """A picture with content credentials of its provider's, to the byte, where every reader shows it
    as it is; None where it has to be made anew, which breaks them."""
    if len(data) > MAX_BYTES or not has_credentials(data):
        return None
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as opened:
            opened.load()
            about = opened.getexif()
            turned = about.get(0x0112) not in UPRIGHT or LOCATION in about
            turned |= to_srgb("RGB", opened.info.get("icc_profile"))[0] is not None
            stored = min(opened.size) >= 16 and max(opened.size) <= MAX_EDGE_STORED
            if opened.mode != "RGB" or turned or not stored:
                return None
            return Admitted(data, opened.width, opened.height)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, MemoryError):
        return None


def admit_upload(data: bytes) -> Admitted:
    """Like `core.imaging.admit`, but a file with content credentials stays to the byte where nothing
    has to be changed; else it is said that they are gone. Raises BadImage."""
    kept = _sealed(data)
    if kept is not None:
        return kept
    made = admit(data)
    return replace(made, notes=(*made.notes, LOST)) if has_credentials(data) else made


def is_bare(data: bytes) -> bool:
    """A PNG of 8-bit RGB within the stored sizes that holds pixels and nothing else."""
    if not data.startswith(PNG) or len(data) > MAX_BYTES:
        return False
    at = len(PNG)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name not in PIXEL_CHUNKS or (name == b"IHDR" and not _rgb(data, at + 8)):
            return False
        at += 12 + length
        if name == b"IEND":
            return at == len(data)
    return False


def _rgb(data: bytes, at: int) -> bool:
    if at + 10 > len(data):
        return False
    width, height, *kind = struct.unpack_from(">IIBB", data, at)
    stored = min(width, height) >= 16 and max(width, height) <= MAX_EDGE_STORED
    return stored and tuple(kind) == EIGHT_BIT_RGB
