"""Where an eye can measure, its answer stands beside the judge's: measured beats claimed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from core.domain.answers import Box
from core.domain.lettering import found, wanted
from core.domain.records import Iteration
from core.domain.views import Check, CloserLook
from core.ports.reader import Reader
from core.runtime.context import RunContext
from core.steps.coloured import colour_asked, coloured


async def measured(
    ctx: RunContext, node: Iteration, checks: tuple[Check, ...]
) -> tuple[Check, ...]:
    """The checks with those about lettering as it reads, and those about a region's colour as it is.
    Nothing is paid; without the eyes they stay as they were answered."""
    if ctx.reader is None or ctx.model_set.by_formula:
        return checks
    checks = await _lettered(ctx, ctx.reader, node, checks)
    return tuple([await coloured(ctx, node, check) for check in checks])


async def _lettered(
    ctx: RunContext, reader: Reader, node: Iteration, checks: tuple[Check, ...]
) -> tuple[Check, ...]:
    asked = {check.question: word for check in checks if (word := wanted(check.question))}
    words = await reader.read(node.image, await ctx.images.get(node.image)) if asked else None
    if words is None:
        return checks
    made: list[Check] = []
    for check in checks:
        word = asked.get(check.question, "")
        if not word or check.passed is None:
            made.append(check)
            continue
        there = found(word, words)
        read = "" if there.held else there.read or NOTHING
        claimed = check.passed if check.passed is not there.held else None
        made.append(replace(check, passed=there.held, read=read, claimed=claimed, box=there.box))
    return tuple(made)


NOTHING = "–"


AGAIN: Mapping[CloserLook, str] = MappingProxyType(
    {
        "agrees": "Asked once more about that part, enlarged, the judge says so too.",
        "insists": "Asked once more about that part, enlarged, the judge says the same; what was measured holds.",
        "unsure": "Asked once more about that part, enlarged, the judge can't tell.",
    }
)


def contradictions(checks: Sequence[Check]) -> str:
    """What was claimed and reads otherwise, where, and what the judge says at a closer look, as
    sentences for the round's post; "" for nothing."""
    said: list[str] = []
    for check in checks:
        if check.claimed is None:
            continue
        if asked := colour_asked(check.question):
            verdict = "right, and is not" if check.claimed else "wrong, and is"
            said.append(f"Measured: {asked.region} as {asked.colour} was taken for {verdict}.")
            said.append(AGAIN.get(check.closer, ""))
            continue
        told = f"“{wanted(check.question)}” was taken for"
        place = f" at the {place_of(check.box)}" if check.box else ""
        if not check.claimed:
            read = f"{told} wrong, and reads right."
        elif check.read == NOTHING:
            read = f"{told} right, and no such lettering is there."
        else:
            read = f"{told} right, and “{check.read}” stands there."
        said.append(f"Read by measurement{place}: {read}")
        said.append(AGAIN.get(check.closer, ""))
    return " ".join(filter(None, said))


def place_of(box: Box) -> str:
    """The ninth of the picture that the box's middle is in, in words."""
    across, down = box.x + box.width / 2, box.y + box.height / 2
    row = "top" if down < 1 / 3 else "bottom" if down > 2 / 3 else ""
    column = "left" if across < 1 / 3 else "right" if across > 2 / 3 else ""
    return " ".join(filter(None, (row, column))) or "middle"
