"""From a command's options to a run's plan: defaults filled in, limits held, sentences for mistakes."""

import re

from core.domain.commands import LEAPS, QUALITIES, Evolve, Mode, Refine
from core.domain.defaults import MAX_CANDIDATES, MAX_GOAL, LoopDefaults
from core.domain.errors import BadRequest
from core.domain.records import Plan
from core.domain.text import clean
from core.runtime.models import ModelSet

SIZE = re.compile(r"(\d{2,4})\s*[x×]\s*(\d{2,4})")
EMBEDDED_EDGE = 768
MOST_CLEANED = 40_000  # characters of private syntax that may be left out of a text
AREA = 1024 * 1024


def goal_of(text: str) -> str:
    """Raises BadRequest where the sentence is too long."""
    return _bounded("goal", text, MAX_GOAL)


def prompt_of(text: str, limit: int) -> str:
    """Raises BadRequest where there is none, or more than its painter takes."""
    prompt = _bounded("prompt", text, limit)
    if not prompt:
        raise BadRequest("The prompt is empty.")
    return prompt


def _bounded(what: str, text: str, limit: int) -> str:
    """Length first: what is far too long is not even cleaned."""
    cleaned = clean(text) if len(text) <= limit + MOST_CLEANED else text
    if len(cleaned) > limit:
        raise BadRequest(f"The {what} has {len(cleaned)} characters; {limit} are the limit.")
    return cleaned


def plan_refine(
    command: Refine, loop: LoopDefaults, model_set: ModelSet, reference: tuple[int, int] | None
) -> Plan:
    """`reference` is the picture's width and height in pixels. Raises BadRequest."""
    rounds = _within("iterations", command.iterations, loop.iterations, loop.max_refine)
    width, height = size_for(command.size, model_set, reference)
    return Plan(
        mode="refine",
        rounds=rounds,
        candidates=_within("candidates", command.candidates, loop.candidates, MAX_CANDIDATES),
        quality=quality_of(command.quality, model_set),
        width=width,
        height=height,
        review=command.review,
        stop=command.stop,
        target=loop.target_score,
        patience=loop.patience,
        checks_score=loop.checks_score,
        review_timeout_s=loop.review_timeout_s,
    )


def plan_evolve(
    command: Evolve, loop: LoopDefaults, model_set: ModelSet, reference: tuple[int, int] | None
) -> Plan:
    """`reference` is the picture's width and height in pixels. Raises BadRequest."""
    if command.leap not in LEAPS:
        raise BadRequest(f"leap is one of {', '.join(LEAPS)}.")
    width, height = size_for(command.size, model_set, reference)
    styles = tuple(style for style in (clean(s)[:60] for s in command.styles) if style)
    return Plan(
        mode="evolve",
        rounds=_within("iterations", command.iterations, loop.iterations, loop.max_evolve),
        quality=quality_of(command.quality, model_set),
        width=width,
        height=height,
        styles=styles[:40],
        leap=command.leap,
        lock=command.lock,
        target=0.0,
        patience=0,
        stop="never",
    )


def limit_of(mode: Mode, loop: LoopDefaults) -> int:
    return loop.max_refine if mode == "refine" else loop.max_evolve


def rounds_of(asked: int | None, mode: Mode, loop: LoopDefaults) -> int:
    """How many more rounds a branch gets."""
    return _within("iterations", asked, loop.continue_iterations, limit_of(mode, loop))


def quality_of(asked: str | None, model_set: ModelSet) -> str:
    """The quality asked for, where the painter knows qualities; else what it does anyway."""
    known = model_set.painter.profile.qualities
    if asked is None:
        return "medium"
    if asked not in QUALITIES or (known and asked not in known):
        raise BadRequest(f"quality is one of {', '.join(known or QUALITIES)}.")
    return asked


def size_for(
    asked: str | None, model_set: ModelSet, reference: tuple[int, int] | None
) -> tuple[int, int]:
    """Width and height in pixels: as asked, else in the reference's shape."""
    if asked and asked != "auto":
        match = SIZE.fullmatch(asked.strip().lower())
        if match is None:
            raise BadRequest("size is WIDTHxHEIGHT in pixels, such as 1024x1024, or auto.")
        width, height = int(match[1]), int(match[2])
        if not (
            64 <= width <= 3840
            and 64 <= height <= 3840
            and max(width, height) <= 3 * min(width, height)
        ):
            raise BadRequest("size: each side 64 to 3840 pixels, at most three times the other.")
        if model_set.embedded and max(width, height) > 2048:
            raise BadRequest("The embedded engine paints at most 2048 pixels a side.")
        return width, height
    ratio = min(3.0, max(1 / 3, reference[0] / reference[1])) if reference else 1.0
    if model_set.embedded:
        ratio = ratio if reference else 1.5
        long, short = EMBEDDED_EDGE, EMBEDDED_EDGE / max(ratio, 1 / ratio)
        return (long, round(short)) if ratio >= 1 else (round(short), long)
    width = (AREA * ratio) ** 0.5
    return max(16, round(width / 16) * 16), max(16, round(width / ratio / 16) * 16)


def _within(name: str, asked: int | None, default: int, most: int) -> int:
    if asked is None:
        return default
    if not 1 <= asked <= most:
        raise BadRequest(f"{name} is a number from 1 to {most}.")
    return asked
