"""How the stand-in vision model sees a request: pictures by the labels before them, words by tags."""

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.standins.openai_pictures import image_tokens

Json = dict[str, Any]
DATA = re.compile(r"data:image/(jpeg|png|webp);base64,(.+)", re.S)
LABEL = re.compile(r"IMAGE: (\w+)")
TAGGED = re.compile(r"<(\w+)>\n(.*)\n</\1>", re.S)
TOLD = re.compile(r"([A-Z]+): (.*)", re.S)
MOST = 1024
GRID = 8


@dataclass(frozen=True)
class Look:
    """What was seen in one picture: its pixels as grey values (h, w), its size, its bytes."""

    grey: NDArray[np.float32]
    width: int
    height: int
    bytes: int

    @classmethod
    def of(cls, uri: str) -> "Look":
        match = DATA.fullmatch(uri)
        if match is None:
            raise ValueError(f"no data URI of a picture: {uri[:60]}")
        data = base64.b64decode(match[2], validate=True)
        with Image.open(io.BytesIO(data)) as image:
            grey = np.asarray(image.convert("L"), np.float32)
        return cls(grey, grey.shape[1], grey.shape[0], len(data))

    @property
    def mean(self) -> int:
        return round(float(self.grey.mean()))

    def within(self, box: Mapping[str, float]) -> int:
        """The mean grey inside a box of fractions."""
        left, top = round(box["x"] * self.width), round(box["y"] * self.height)
        right = left + max(1, round(box["width"] * self.width))
        below = top + max(1, round(box["height"] * self.height))
        return round(float(self.grey[top:below, left:right].mean()))

    @property
    def tokens(self) -> int:
        return image_tokens(self.width, self.height)

    @property
    def lettering(self) -> bool:
        """Whether something dark is written on something light."""
        dark = float((self.grey < 60).mean())
        return 0.002 < dark < 0.3 and float(np.median(self.grey)) > 150

    def apart(self, other: "Look") -> int:
        """The mean difference of their parts."""
        return round(float(np.abs(_cells(self.grey) - _cells(other.grey)).mean()))

    def unlike(self, other: "Look") -> tuple[float, float, float, float] | None:
        """The box (fractions) outside of which the two are alike; None if nothing differs."""
        far = np.abs(_cells(self.grey) - _cells(other.grey)) > 12
        if not far.any():
            return None
        rows, columns = np.flatnonzero(far.any(axis=1)), np.flatnonzero(far.any(axis=0))
        top, left = rows[0] / GRID, columns[0] / GRID
        return (
            float(left),
            float(top),
            float((columns[-1] + 1) / GRID - left),
            float((rows[-1] + 1) / GRID - top),
        )


def _cells(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    image = Image.fromarray(grey.astype(np.uint8))
    return np.asarray(image.resize((GRID, GRID), Image.Resampling.BOX), np.float32)


def seen_in(content: list[Json]) -> tuple[dict[str, Look], dict[str, str], list[str]]:
    """Pictures by label, words by tag (and LEAP, LOCK, TASK, LIMIT), and what is wrong."""
    looks: dict[str, Look] = {}
    words: dict[str, str] = {}
    complaints: list[str] = []
    label = ""
    for part in content:
        if part["type"] == "image_url":
            complaints += _picture_complaints(part, label, looks)
            looks[label], label = Look.of(part["image_url"]["url"]), ""
        elif match := LABEL.fullmatch(part["text"]):
            label = match[1]
        elif (match := TAGGED.fullmatch(part["text"])) or (match := TOLD.fullmatch(part["text"])):
            words[match[1]] = match[2]
        else:
            complaints.append(f"words outside of tags: {part['text'][:80]}")
    return looks, words, complaints


def _picture_complaints(part: Json, label: str, looks: dict[str, Look]) -> list[str]:
    look = Look.of(part["image_url"]["url"])
    wrong = {
        "a picture without a name": not label,
        f"two pictures called {label}": label in looks,
        "a picture of more than 1024 px": max(look.width, look.height) > MOST,
        "detail is not high": part["image_url"].get("detail") != "high",
    }
    return [why for why, is_so in wrong.items() if is_so]
