"""Colour profiles for tests, built by hand (ICC.1:2001-04): a display by its primaries, a press by
the colours of its inks."""

import itertools
import struct
from collections.abc import Mapping, Sequence

import numpy as np

WHITE = (0.9642, 1.0, 0.8249)  # D50
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
D65 = (0.3127, 0.3290)


def display(name: str, primaries: Sequence[tuple[float, float]], gamma: float = 2.2) -> bytes:
    """A display of red, green and blue at these chromaticities, white at D65."""
    colourants = _adapted(primaries)
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    tags = {"desc": _description(name), "wtpt": _xyz(WHITE)}
    for letter, column in zip("rgb", colourants.T, strict=True):
        tags |= {f"{letter}XYZ": _xyz(column), f"{letter}TRC": curve}
    return _profile("mntr", "RGB ", "XYZ ", tags)


def press(name: str, inks: Mapping[str, tuple[float, float, float]]) -> bytes:
    """A CMYK press; of each ink the Lab colour it has alone, over white; mixed, each darkens."""
    entries = bytearray()
    for amounts in itertools.product((0, 1), repeat=4):
        light, a, b = 100.0, 0.0, 0.0
        for amount, ink in zip(amounts, "CMYK", strict=True):
            if amount:
                light, a, b = min(light, inks[ink][0]), a + inks[ink][1], b + inks[ink][2]
        entries += bytes((round(light * 2.55), _byte(a + 128), _byte(b + 128)))
    ramp = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + matrix + ramp * 4 + bytes(entries) + ramp * 3
    return _profile(
        "prtr", "CMYK", "Lab ", {"desc": _description(name), "wtpt": _xyz(WHITE), "A2B0": table}
    )


def _adapted(primaries: Sequence[tuple[float, float]]) -> np.ndarray:
    """XYZ of the three primaries, scaled to add up to white and adapted from D65 to D50."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    white = np.array([D65[0] / D65[1], 1.0, (1 - sum(D65)) / D65[1]])
    scaled = columns * np.linalg.solve(columns, white)
    gains = (BRADFORD @ np.array(WHITE)) / (BRADFORD @ white)
    return np.linalg.inv(BRADFORD) @ np.diag(gains) @ BRADFORD @ scaled


def _byte(value: float) -> int:
    return min(255, max(0, round(value)))


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in values))


def _description(name: str) -> bytes:
    text = name.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)


def _profile(kind: str, space: str, connection: str, tags: Mapping[str, bytes]) -> bytes:
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name.encode() + struct.pack(">II", start + len(body), len(data))
        body += data
    size = start + len(body)
    head = struct.pack(">I4sI", size, b"", 0x02400000)
    head += kind.encode() + space.encode() + connection.encode()
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", *(round(v * 65536) for v in WHITE))
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body
