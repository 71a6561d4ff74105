"""What work on pixels gives back: plain records. No library for pixels is loaded by this module."""

from dataclasses import dataclass
from typing import Final, Literal

from core.domain.answers import Box

Meaning = Literal["transparent", "white", "black"]
LEAST_SHARE: Final = 0.0005  # of the picture: less is a speck that no painter works on
MOST_SHARE: Final = 0.995  # of the picture: what is left beside it is an accident


@dataclass(frozen=True, slots=True)
class Admitted:
    """An upload as it is kept: PNG bytes without metadata, upright, in sRGB, its size in pixels.
    `notes`: sentences about what had to be decided for it."""

    data: bytes
    width: int
    height: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColourShare:
    """Of a region, 0-1: how much `surely` has the colour, how much `perhaps` (its neighbours and the
    light counted); `most`: what half of it has, "" = no one colour; `box`: where it is."""

    surely: float
    perhaps: float
    most: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Mask:
    """`data`: an 8-bit PNG of the picture's size, 255 = edit, 0 = stays. `share` of the picture that
    it covers, 0-1. `meaning`: which parts of what came in were read as edit."""

    data: bytes
    width: int
    height: int
    share: float
    meaning: Meaning = "white"

    @property
    def note(self) -> str:
        """A sentence for whoever sent it, to be shown with the overlay."""
        return f"Read as {self.meaning} = edit: {percent(self.share)} of the picture."


@dataclass(frozen=True, slots=True)
class Stayed:
    """`note`: a sentence about what should have stayed; `rest`: so much of it changed that it may be
    put back from the original."""

    note: str
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One image on the plot: score 0-100, its parts 0-1, cost in dollars; None where there is none."""

    label: str
    score: float | None
    detail: float | None = None
    layout: float | None = None
    colour: float | None = None
    cost: float | None = None
    champion: bool = False


def percent(share: float) -> str:
    """A share of 0-1 in words that never say 0 % or 100 % of what is neither."""
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "more than 99 %"
    return f"{share * 100:.0f} %"


@dataclass(frozen=True, slots=True)
class Deed:
    """One link of a chain of content credentials: a picture made with `tool`, which `by` signed,
    `made_from` others by their titles."""

    label: str
    title: str
    by: str
    tool: str
    made_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """Content credentials (C2PA) as they read back. `intact`: nothing was changed since they were
    signed, in the picture or in any link; `wrong`: C2PA's codes of what was; `deeds`: the chain, the
    newest first. Whose certificates are to be trusted is not judged."""

    intact: bool
    wrong: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says of where it comes from. `source`: IPTC's digital source type, "" for none;
    `parents`: hashes of what it was made from; `credentials`: content credentials (C2PA) are inside,
    `chain` what they say where they were read; `intact`: whether it is to the byte what was marked,
    None where that can't be told."""

    source: str = ""
    tool: str = ""
    parents: tuple[str, ...] = ()
    credentials: bool = False
    intact: bool | None = None
    chain: Credentials | None = None


@dataclass(frozen=True, slots=True)
class Twig:
    """An image of a session's tree as it is drawn: `image` encoded bytes, b"" where it is lost;
    `branch` what is said at its end; `path`: it leads to the champion, which is `best`."""

    id: str
    parent: str
    image: bytes
    label: str
    branch: str = ""
    path: bool = False
    best: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of a comic: encoded bytes, and the scene's text, of which caption and balloons come."""

    image: bytes
    text: str
