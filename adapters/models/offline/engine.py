"""The embedded engine's public face: pure functions on uint8 RGB pictures (h, w, 3) and texts.

No neural network: a painter by formula, so that everything works before there is a key. The
painter sees nothing but the text.
"""

from typing import Final

from adapters.models.offline import (
    blending,
    checklist,
    diagrams,
    editing,
    evolving,
    language,
    outpainting,
    seeing,
    styles,
    varying,
    vocabulary,
)
from adapters.models.offline import heard as hearing
from adapters.models.offline.painting import LARGEST_SIDE, SMALLEST_SIDE, paint
from adapters.models.offline.raster import Pixels
from adapters.models.offline.revising import Revision, compare, describe

__all__ = [
    "LARGEST_SIDE",
    "SMALLEST_SIDE",
    "STYLES",
    "Revision",
    "answer",
    "asks_for_style",
    "blend",
    "compare",
    "describe",
    "edit",
    "evolve",
    "has_dabs",
    "heard",
    "mend",
    "outpaint",
    "paint",
    "paints",
    "questions",
    "vary",
    "words_of",
]

STYLES: Final = styles.STYLES


def evolve(
    previous_image: Pixels,
    previous_text: str,
    style: str,
    *,
    leap: str = "medium",
    lock: bool = False,
    limit: int = 4000,
    seed: int = 0,
) -> str:
    """The next round's prompt: the previous picture in a new style, departed from by `leap`.

    `leap` is subtle, medium or drastic; `lock` keeps motif and framing.
    """
    chosen = styles.named(style) or styles.DEFAULT
    return evolving.next_text(previous_image, previous_text, chosen, leap, lock, limit, seed)


def words_of(text: str) -> str:
    """The words for people, without dabs."""
    return language.read(text).words


def has_dabs(text: str) -> bool:
    """Whether a text carries dabs (else the scene painter reads it)."""
    return len(language.read(text).dabs) > 0


def asks_for_style(text: str) -> bool:
    """Whether a sentence names a style that the engine knows."""
    return styles.named(text) is not None


def paints(sentence: str) -> bool:
    """Whether a sentence names something that the scene painter can draw."""
    return vocabulary.understand(sentence).known


def heard(sentence: str) -> str:
    """What of a sentence is painted and what is not, for people; "" where all of it is."""
    if diagrams.asked_for(sentence) and diagrams.read(sentence) is not None:
        return ""
    return hearing.heard(sentence).sentence


def answer(image: Pixels, question: str) -> bool | None:
    """A checklist question answered by measurement; None where formulas can't see it."""
    return seeing.answer(image, question)


def questions(goal_or_text: str, reference: Pixels | None = None) -> tuple[str, ...]:
    """Up to twelve yes/no questions; `answer` measures most, and says None to the rest."""
    return checklist.questions(words_of(goal_or_text), reference)


def mend(goal: str, text: str, failed: tuple[str, ...]) -> str:
    """The next scene prompt towards a goal: what failed becomes a wish."""
    return checklist.mend(goal, text, failed)


def vary(text: str, strength: float, seed: int) -> str:
    """A text whose picture is a variation; strength 0-1."""
    return varying.vary(text, strength, seed)


def blend(first: str, second: str, share: float = 0.5, seed: int = 0, *, limit: int = 4000) -> str:
    """A text whose picture joins two; `share` of the area shows the second."""
    return blending.blend(first, second, share, seed, limit)


def edit(image: Pixels, mask: Pixels | None, instruction: str, seed: int = 0) -> Pixels:
    """The picture with the instruction painted where the mask (uint8, white = edit) is white, without
    one where its words say. Raises `editing.CantEdit`."""
    return editing.edit(image, mask, instruction, seed).picture


def outpaint(image: Pixels, left: int, right: int, up: int, down: int, seed: int = 0) -> Pixels:
    """The picture widened by that many pixels on each side."""
    return outpainting.outpaint(image, left, right, up, down, seed)
