"""Blank pictures, as stand-ins where a price follows from sizes alone."""

import struct
import zlib
from functools import lru_cache
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
GREY_OF_ONE_BIT: Final = bytes((1, 0, 0, 0, 0))


@lru_cache(maxsize=32)
def blank(width: int, height: int) -> bytes:
    """A black PNG of so many pixels, one bit each."""
    rows = bytes(height * (1 + (width + 7) // 8))  # a filter byte, then the row
    header = struct.pack(">II", width, height) + GREY_OF_ONE_BIT
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    whole = name + data
    return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))
