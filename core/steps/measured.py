"""Where an eye can measure, its answer stands beside the judge's: measured beats claimed."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.lettering import found, wanted
from core.domain.records import Iteration
from core.domain.views import Check
from core.runtime.context import RunContext


async def measured(
    ctx: RunContext, node: Iteration, checks: tuple[Check, ...]
) -> tuple[Check, ...]:
    """The checks with those about lettering as it reads. Nothing is paid; without a reader, or where
    no question quotes lettering, they stay as they were answered."""
    asked = {check.question: word for check in checks if (word := wanted(check.question))}
    if ctx.reader is None or not asked or ctx.model_set.by_formula:
        return checks
    words = await ctx.reader.read(node.image, await ctx.images.get(node.image))
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


def contradictions(checks: Sequence[Check]) -> str:
    """What was claimed and reads otherwise, as a sentence for the round's post; "" for nothing."""
    said: list[str] = []
    for check in checks:
        word = wanted(check.question)
        if check.claimed is True:
            there = "no such lettering" if check.read == NOTHING else f"“{check.read}”"
            said.append(f"“{word}” was taken for right, and reads {there}")
        elif check.claimed is False:
            said.append(f"“{word}” was taken for wrong, and reads right")
    return f"Read by measurement: {'; '.join(said)}." if said else ""
