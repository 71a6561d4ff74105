"""What plans have in common: sizes, qualities, rounds; a sentence for each mistake."""

import re
from dataclasses import replace

from core.domain.commands import QUALITIES, Hold
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import SHAPES
from core.domain.records import Plan
from core.domain.text import clean
from core.jobs.job import Basis
from core.runtime.models import ModelSet

SIZE = re.compile(r"(\d{2,4})\s*[x×]\s*(\d{2,4})")
EMBEDDED_EDGE = 768
MOST_CLEANED = 40_000  # characters of private syntax that may be left out of a text
AREA = 1024 * 1024


def goal_of(text: str) -> str:
    """Raises BadRequest where the sentence is too long."""
    return bounded("goal", text, MAX_GOAL)


def prompt_of(text: str, limit: int) -> str:
    """Raises BadRequest where there is none, or more than its painter takes."""
    prompt = bounded("prompt", text, limit)
    if not prompt:
        raise BadRequest("The prompt is empty.")
    return prompt


def bounded(what: str, text: str, limit: int) -> str:
    """A person's words, cleaned. Raises BadRequest where there are too many: length first, since
    what is far too long is not even cleaned."""
    cleaned = clean(text) if len(text) <= limit + MOST_CLEANED else text
    if len(cleaned) > limit:
        raise BadRequest(f"The {what} has {len(cleaned)} characters; {limit} are the limit.")
    return cleaned


def next_plan(basis: Basis) -> Plan:
    """A branch in the way its tree was made, for as many rounds as a favourite gets."""
    if basis.old is None or basis.node is None:
        raise BadRequest("There is no image to continue from.")
    loop, old = basis.loop, _looped(basis.old, basis)
    return replace(
        old,
        base=basis.node.id,
        wish="",
        first_prompt="",
        usd_limit=None,
        review=False,
        rounds=loop.continue_iterations,
        stop="auto" if old.mode == "refine" else "never",
    )


def goes_on(basis: Basis, asked: int | None, instruction: str) -> Plan:
    """A branch for so many rounds, in which this is to change. Raises BadRequest."""
    old, loop = next_plan(basis), basis.loop
    most = loop.max_refine if old.mode == "refine" else loop.max_evolve
    rounds = rounds_within(asked, old.rounds, most)
    return replace(old, rounds=rounds, wish=goal_of(instruction))


def _looped(old: Plan, basis: Basis) -> Plan:
    """Rounds that follow a picture job refine what came of it."""
    if basis.by_rounds:
        return old
    patience = basis.loop.patience
    return replace(old, mode="refine", work=None, telling=None, candidates=1, patience=patience)


def rounds_within(asked: int | None, default: int, most: int) -> int:
    """How many rounds. Raises BadRequest."""
    return within("iterations", asked, default, most)


def hold_of(asked: Hold | None, model_set: ModelSet, *, changed: bool) -> Hold:
    """Whether the painter gets pictures beside the words: as asked, else where a goal changes a
    picture (`changed`) and the painter follows several. Raises BadRequest."""
    painter = model_set.painter.profile
    if asked == "picture" and not painter.takes_pictures:
        raise BadRequest(f"{painter.name} paints from words alone: hold can only be words.")
    return asked or ("picture" if changed and painter.follows_pictures else "words")


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
    """Width and height in pixels: as asked, by name or in pixels, else in the reference's shape."""
    said = (asked or "").strip().lower()
    if said and said != "auto":
        shape = SHAPES.get(said)
        return _shaped(shape[0] / shape[1], model_set) if shape else _measured(said, model_set)
    if reference is None:
        return _shaped(1.5 if model_set.embedded else 1.0, model_set)
    return _shaped(min(3.0, max(1 / 3, reference[0] / reference[1])), model_set)


def _measured(said: str, model_set: ModelSet) -> tuple[int, int]:
    match = SIZE.fullmatch(said)
    if match is None:
        names = ", ".join(SHAPES)
        raise BadRequest(f"size is {names}, WIDTHxHEIGHT in pixels, such as 1024x1024, or auto.")
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


def _shaped(ratio: float, model_set: ModelSet) -> tuple[int, int]:
    """A size of this shape that the painter is good at."""
    if model_set.embedded:
        long, short = EMBEDDED_EDGE, EMBEDDED_EDGE / max(ratio, 1 / ratio)
        return (long, round(short)) if ratio >= 1 else (round(short), long)
    width = (AREA * ratio) ** 0.5
    return max(16, round(width / 16) * 16), max(16, round(width / ratio / 16) * 16)


def within(name: str, asked: int | None, default: int, most: int) -> int:
    if asked is None:
        return default
    if not 1 <= asked <= most:
        raise BadRequest(f"{name} is a number from 1 to {most}.")
    return asked


def has_words(plan: Plan) -> bool:
    """Whether it says itself what is painted, without the image that it grows from."""
    if plan.work is None:
        return bool(plan.first_prompt)
    return any(plan.work.prompts) or plan.work.operation not in ("generate", "edit")
