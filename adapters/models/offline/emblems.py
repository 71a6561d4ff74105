"""Lettering, flags and chess boards: what is drawn by rule and not as a silhouette."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from adapters.models.offline import colours
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    fill_circle,
    fit,
    hex_rgb,
    resize,
    to_float,
    to_lab,
)

_BOARD: Final = re.compile(
    r"\b(?:an? |the )?(?:chess|checker|chequer|draughts)[ -]?boards?\b", re.I
)
_QUOTED: Final = re.compile(r"[\"“„«”](?P<said>[^\"“”„»]{1,24})[\"”“»]")
_SPELLED: Final = re.compile(
    r"\b(?:the )?(?:words?|texts?|letters?|lettering|inscription)\s+"
    r"(?P<said>(?!in\b|of\b|on\b|and\b)[^\W_]+(?: [A-Z0-9][^\W_]*)*)"
    r"|\b(?:saying|that says|which says|reading|that reads)\s+"
    r"(?P<says>[A-Z0-9][^\W_]*(?: [A-Z0-9][^\W_]*)*)"
)
_INK: Final = re.compile(r"\b(?P<ink>[a-z]+)\s+(?:letters?|lettering|words?|text)\b", re.I)
_INK_AFTER: Final = re.compile(r"^[\"“”»]?,?\s+(?:written |painted )?in (?P<ink>[a-z]+)\b", re.I)
_FLAG: Final = re.compile(
    r"\b(?:the |an? )?(?:flags? of (?:the )?(?P<land>[a-z]+(?: [a-z]+)?)|(?P<whose>[a-z]+) flags?)\b",
    re.I,
)
_WIDE: Final = 0.84  # of the picture, where nothing else is in it
_SMALL: Final = 0.36
_DARK, _LIGHT = "#2a2622", "#f2ead8"


@dataclass(frozen=True, slots=True)
class Emblem:
    """`kind` is letters, flag or board; `what` the words or the land; `ink` a colour name or ""."""

    kind: str
    what: str
    ink: str = ""


def emblem_in(text: str) -> tuple[Emblem | None, str]:
    """The first emblem that a sentence asks for, and the sentence without it."""
    if board := _BOARD.search(text):
        return Emblem("board", "chess board"), _BOARD.sub(" ", text[: board.end()]) + text[
            board.end() :
        ]
    for match in _FLAG.finditer(text):
        land = _known((match["land"] or match["whose"]).lower())
        if land:
            rest = (match["land"] or "").lower().removeprefix(land).strip()
            return Emblem("flag", land), f"{text[: match.start()]} {rest} {text[match.end() :]}"
    found = _QUOTED.search(text) or _SPELLED.search(text)
    if found is None:
        return None, text
    groups = found.groupdict()
    said = (groups.get("said") or groups.get("says") or "").strip()
    if not drawable(said):
        return None, text
    after = _INK_AFTER.finditer(text[found.end() :])
    inks = [match["ink"].lower() for match in (*_INK.finditer(text), *after)]
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    rest = re.sub(
        r"\b(?:[a-z]+ )?(?:letters?|lettering|the words?|the text|saying|that says)\b", " ", rest
    )
    name = next((ink for ink in inks if colours.number_of(ink) is not None), "")
    return Emblem("letters", said, name), rest


def drawable(said: str) -> bool:
    """Whether the font has these letters."""
    return bool(said) and all(ord(letter) < 0x180 for letter in said)


def paint_emblem(canvas: Pixels, emblem: Emblem, *, alone: bool) -> None:
    """Draw it into a uint8 picture, in place: large where there is nothing else."""
    height, width = canvas.shape[:2]
    share = _WIDE if alone else _SMALL
    middle = (0.5, 0.5) if alone else (0.74, 0.24)
    form = {"board": 1.0, "flag": 1.5}.get(emblem.kind, 0.0)
    if emblem.kind == "letters":
        _letter(canvas, emblem, share if alone else 0.6, 0.5 if alone else 0.2)
        return
    high = int(min(height * share, width * share / form))
    wide = int(high * form)
    left, top = int(middle[0] * width - wide / 2), int(middle[1] * height - high / 2)
    left, top = max(0, min(left, width - wide)), max(0, min(top, height - high))
    picture = _board(high) if emblem.kind == "board" else _flag(emblem.what, wide, high)
    canvas[top : top + high, left : left + wide] = picture[:high, :wide]


def _letter(canvas: Pixels, emblem: Emblem, share: float, level: float) -> None:
    height, width = canvas.shape[:2]
    size = 24.0
    box = ImageFont.load_default(size).getbbox(emblem.what)
    size *= min(share * width / max(1.0, box[2] - box[0]), 0.5 * height / max(1.0, box[3] - box[1]))
    font = ImageFont.load_default(max(6.0, size))
    drawn = Image.fromarray(canvas)
    dark = float(canvas.mean()) > 110
    named = colours.rgb_of(emblem.ink) if emblem.ink else None
    tone = named if named is not None else hex_rgb(_DARK if dark else _LIGHT)
    ink = tuple(int(255 * float(v)) for v in tone)
    ImageDraw.Draw(drawn).text(
        (width / 2, height * level), emblem.what, fill=ink, font=font, anchor="mm"
    )
    canvas[:] = np.asarray(drawn)


def _board(side: int) -> Pixels:
    y, x = np.mgrid[:side, :side] * 8 // max(1, side)
    dark = ((x + y) % 2 == 1)[..., None]
    tones = hex_rgb("#4a3426") * 255, hex_rgb("#efe2c6") * 255
    return np.where(dark, *tones).astype(np.uint8)


def _flag(land: str, width: int, height: int) -> Pixels:
    layout, codes = _flags()[land]
    tones = [(hex_rgb(code) * 255).astype(np.uint8) for code in codes]
    picture = np.empty((height, width, 3), np.uint8)
    if layout == "disc":
        picture[:] = tones[0]
        fill_circle(picture, width / 2, height / 2, height * 0.3, hex_rgb(codes[1]))
        return picture
    for number, tone in enumerate(tones):
        part = slice(number * width // len(tones), (number + 1) * width // len(tones))
        if layout == "across":
            part = slice(number * height // len(tones), (number + 1) * height // len(tones))
            picture[part] = tone
        else:
            picture[:, part] = tone
    return picture


def shown(picture: Pixels, emblem: Emblem) -> bool | None:
    """Whether a picture shows the emblem, large; letters can't be read by formula."""
    if emblem.kind == "letters":
        return None
    small = to_float(fit(picture, 120))
    drawn = _board(64) if emblem.kind == "board" else _flag(emblem.what, 96, 64)
    best = 0.0
    for share in (0.95, 0.84, 0.7, 0.5, 0.36):
        high = int(
            min(small.shape[0] * share, small.shape[1] * share * drawn.shape[0] / drawn.shape[1])
        )
        if high >= 12:
            wide = high * drawn.shape[1] // drawn.shape[0]
            best = max(best, _likeness(small, resize(to_float(drawn), wide, high)))
    return True if best > 0.8 else False if best < 0.6 else None


def _likeness(picture: Plane, part: Plane) -> float:
    """How well a part is found in a picture: the best correlation over Lab."""
    found = cv2.matchTemplate(to_lab(picture), to_lab(part), cv2.TM_CCOEFF_NORMED)
    return float(np.nan_to_num(found, posinf=0.0, neginf=0.0).max())


def _known(name: str) -> str:
    """The land of a name, with or without a word behind it."""
    lands = _aliases()
    return lands.get(name) or lands.get(name.split(" ")[0], "")


@cache
def _aliases() -> dict[str, str]:
    return {alias: names[0] for names, _, _ in _rows() for alias in names}


@cache
def _flags() -> dict[str, tuple[str, tuple[str, ...]]]:
    return {names[0]: (layout, codes) for names, layout, codes in _rows()}


@cache
def _rows() -> tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]:
    text = files("adapters.models.offline").joinpath("flags.txt").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        (tuple(names.strip().split(",")), layout.strip(), tuple(codes.split()))
        for names, layout, codes in rows
    )
