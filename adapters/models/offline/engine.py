"""The embedded engine's public face: pure functions on uint8 RGB pictures (h, w, 3) and texts.

No neural network: a painter by formula, so that everything works before there is a key. The
painter sees nothing but the text.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline import (
    checklist,
    comparing,
    editing,
    evolving,
    language,
    mixture,
    seeing,
    styles,
)
from adapters.models.offline.comparing import Target, where_wrong
from adapters.models.offline.describing import FIRST_LENGTH, first_text, glance, worked_size
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    fit,
    resize,
    to_float,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.scene import imagine
from adapters.models.offline.wishes import edited, shift_of, shifted, wish_of
from adapters.models.offline.words import place

STYLES: Final = styles.STYLES
SMALLEST_SIDE: Final = 16
LARGEST_SIDE: Final = 4_096
_PAINTED_AT: Final = 1_280
_LONGEST_WISH: Final = 200


@dataclass(frozen=True, slots=True)
class Revision:
    """A round's critique: the next prompt, the three largest differences, what to keep."""

    prompt: str
    differences: tuple[str, ...]
    keep: tuple[str, ...]
    improved: bool


def describe(
    image: Pixels,
    *,
    limit: int = 4000,
    style: str = styles.DEFAULT,
    goal: str = "",
    length: int = FIRST_LENGTH,
) -> str:
    """A first prompt of at most `length` and `limit` characters: words, then coarse dabs.

    A goal says what shall differ: its light, palette and style words are followed and carried on.
    """
    height, width = image.shape[:2]
    style = styles.named(goal) or styles.named(style) or styles.DEFAULT
    return first_text(
        _target_lab(image, goal), width, height,
        limit=limit, style=style, notes=(_wish_line(goal),), length=length,
    )  # fmt: skip


def paint(text: str, width: int, height: int, *, seed: int = 0, plain: bool = False) -> Pixels:
    """The picture of a text, the same for the same (text, size, seed); never raises on bad text.

    Without dabs the scene painter reads the words. `plain` leaves the style out.
    """
    width, height = (min(LARGEST_SIDE, max(SMALLEST_SIDE, int(side))) for side in (width, height))
    factor = min(1.0, _PAINTED_AT / max(width, height))
    small = (max(SMALLEST_SIDE, round(width * factor)), max(SMALLEST_SIDE, round(height * factor)))
    prompt = language.read(text)
    if len(prompt.dabs):
        picture = _from_dabs(prompt, *small)
        style = styles.style_of(prompt.words) or styles.DEFAULT
    else:
        picture, style = _from_words(prompt.words, *small, seed)
    if not plain:
        picture = styles.apply(style, picture, seed)
    if small != (width, height):
        picture = resize(picture, width, height)
    return to_pixels(picture)


def _from_dabs(prompt: language.Prompt, width: int, height: int) -> Plane:
    """Paint dabs; another aspect ratio is covered and cropped in the middle."""
    factor = max(width / prompt.width, height / prompt.height)
    full_width = min(4 * width, max(width, round(prompt.width * factor)))
    full_height = min(4 * height, max(height, round(prompt.height * factor)))
    lab = mixture.render(prompt.dabs, full_height, full_width)
    left, top = (full_width - width) // 2, (full_height - height) // 2
    lab = lab[top : top + height, left : left + width]
    return to_rgb(edited(prompt.words, lab, glance(prompt.dabs, prompt.width, prompt.height)))


def _from_words(words: str, width: int, height: int, seed: int) -> tuple[Plane, str]:
    wish = wish_of(words)
    sentence = re.sub(r"^(?:Wish|Revision \d+):.*$", "", words, flags=re.M).strip()
    picture, scene = imagine(sentence, width, height, seed)
    style = styles.named(wish) or scene.style or styles.DEFAULT
    shift = shift_of(wish)
    return (to_rgb(shifted(to_lab(picture), shift)) if shift.changes else picture), style


def compare(
    reference: Pixels,
    text: str,
    *,
    limit: int = 4000,
    round_number: int = 1,
    style: str | None = None,
    wish: str = "",
    seen: Pixels | None = None,
) -> Revision:
    """A better prompt for the reference, and why. A wish ("darker, warmer") is carried from now on.

    `seen` is what was painted from a text without dabs, by whomever: then that is measured.
    """
    prompt = language.read(text)
    wish = _joined(wish_of(prompt.words), wish)
    style = styles.named(wish) or (style and styles.named(style)) or styles.style_of(prompt.words)
    style = style or styles.DEFAULT
    lab = _target_lab(reference, wish)
    height, width = reference.shape[:2]
    if not len(prompt.dabs):
        wrong, kept = ("nothing was painted from this reference yet",), ()
        notes: tuple[str, ...] = (_wish_line(wish),)
        if seen is not None:
            painted = _lab_of(seen, lab)
            wrong, kept = where_wrong(lab, painted), _worth_keeping(lab, painted, wish)
            notes = (*notes, _revision_line(round_number, wrong))
        fresh = first_text(lab, width, height, limit=limit, style=style, notes=notes)
        return Revision(fresh, wrong, kept, True)
    painted = mixture.render(prompt.dabs, lab.shape[0], lab.shape[1], 16)
    wrong = where_wrong(lab, painted)
    notes = (_wish_line(wish), _revision_line(round_number, wrong))
    target = Target(lab, width, height, style, limit)
    found, improved = comparing.better(prompt.dabs, target, notes)
    return Revision(found, wrong, _worth_keeping(lab, painted, wish), improved)


def _joined(old: str, new: str) -> str:
    """Wishes add up; one that is repeated is not said twice."""
    parts = [p.strip(" .") for p in re.split(r"[,;\n]", f"{old},{new}")]
    return ", ".join(dict.fromkeys(part for part in parts if part))[:_LONGEST_WISH]


def _wish_line(wish: str) -> str:
    said = " ".join(wish.split())[:_LONGEST_WISH]
    return f"Wish: {said}." if said else ""


def _revision_line(round_number: int, wrong: tuple[str, ...]) -> str:
    return f"Revision {round_number}: {'; '.join(wrong)}."


def _lab_of(image: Pixels, lab: Plane) -> Plane:
    """A picture in Lab/100, at the size of another."""
    return resize(to_lab(to_float(fit(image, worked_size(image)))), lab.shape[1], lab.shape[0])


def _target_lab(image: Pixels, wish: str) -> Plane:
    lab = to_lab(to_float(fit(image, worked_size(image))))
    return shifted(lab, shift_of(wish))


def _worth_keeping(lab: Plane, painted: Plane, wish: str) -> tuple[str, ...]:
    """What is right already: the best ninths, light and palette where they agree, asked-for things."""
    kept = [m.strip() for m in re.findall(r"\bkeep (?:the |its |his |her )?([\w -]{2,40})", wish)]
    errors = resize(((lab - painted) ** 2).sum(-1), 3, 3).ravel()
    best = int(errors.argmin())
    kept.append(f"{place((best % 3 + 0.5) / 3, (best // 3 + 0.5) / 3)} as it is")
    apart = np.abs(lab.mean((0, 1)) - painted.mean((0, 1)))
    if float(apart[0]) < 0.015:
        kept.append("the light")
    if float(apart[1:].max()) < 0.012:
        kept.append("the palette")
    return tuple(kept[:3])


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


def answer(image: Pixels, question: str) -> bool | None:
    """A checklist question answered by measurement; None where formulas can't see it."""
    return seeing.answer(image, question)


def questions(goal_or_text: str, reference: Pixels | None = None) -> tuple[str, ...]:
    """One to twelve yes/no questions that `answer` can measure."""
    return checklist.questions(words_of(goal_or_text), reference)


def mend(goal: str, text: str, failed: tuple[str, ...]) -> str:
    """The next scene prompt towards a goal: what failed becomes a wish."""
    return checklist.mend(goal, text, failed)


def vary(text: str, strength: float, seed: int) -> str:
    """A text whose picture is a variation; strength 0-1."""
    return editing.vary(text, strength, seed)


def blend(first: str, second: str, share: float = 0.5, seed: int = 0) -> str:
    """A text that mixes two pictures' dabs; `share` of the second."""
    return editing.blend(first, second, share, seed)


def edit(image: Pixels, mask: Pixels, instruction: str, seed: int = 0) -> Pixels:
    """The picture with the instruction painted where the mask (uint8, white = edit) is white."""
    return editing.edit(image, mask, instruction, seed)


def outpaint(image: Pixels, left: int, right: int, up: int, down: int, seed: int = 0) -> Pixels:
    """The picture widened by that many pixels on each side."""
    return editing.outpaint(image, left, right, up, down, seed)
