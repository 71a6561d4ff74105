"""describe and compare as people meet them: wishes, goals, and what to say about a round."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline import comparing, language, mixture, styles
from adapters.models.offline.comparing import Target
from adapters.models.offline.describing import FIRST_LENGTH, first_text, worked_size
from adapters.models.offline.differences import where_wrong
from adapters.models.offline.raster import Pixels, Plane, fit, resize, to_float, to_lab
from adapters.models.offline.wishes import shift_of, shifted, wish_of
from adapters.models.offline.words import place

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


def compare(
    reference: Pixels,
    text: str,
    *,
    limit: int = 4000,
    round_number: int = 1,
    style: str | None = None,
    wish: str = "",
    seen: Pixels | None = None,
    rival: str = "",
    tried: tuple[str, ...] = (),
    seed: int = 0,
) -> Revision:
    """A better prompt for the reference, and why. A wish ("darker, warmer") is carried from now on.

    `rival` is the text of the round that lost: where it describes the reference better all the
    same, it is what is gone on from. No dabs of `text`, `rival` or `tried` are written again. With
    a seed other than 0 new dabs go elsewhere: two branches from one text differ.
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
    known = tuple(dabs for t in (text, rival, *tried) if len(dabs := language.read(t).dabs))
    found, improved = comparing.better(known, target, notes, seed)
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
