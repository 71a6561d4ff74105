"""Lettering of a finished picture, read back: which of the words asked for are there, each once."""

from collections.abc import Mapping

from core.domain.answers import Inspection
from core.domain.call_key import StepName
from core.domain.lettering import found
from core.domain.records import CallState
from core.models.critic import Inspect
from core.runtime.asking import ask
from core.runtime.context import RunContext
from core.runtime.progress import telling
from core.runtime.snapshot import load

UNREAD = "Its labels could not be read back: look at them yourself."


async def read_back(
    ctx: RunContext, run_id: str, step: str, iteration: str, words: tuple[str, ...]
) -> str:
    """What is to be said of the lettering: the words that are missing, misspelled or there twice.
    "" where all are right; the embedded engine letters them itself. Measured for nothing where
    lettering can be, else the judge is asked."""
    judge = ctx.model_set.judge
    if ctx.model_set.embedded:
        return ""
    snapshot = await load(ctx, run_id)
    node = snapshot.node(iteration)
    if node is None:
        return UNREAD
    if ctx.reader is not None:
        read = await ctx.reader.read(node.image, await ctx.images.get(node.image))
        if read is not None:
            return _said(words, {word: found(word, read).times == 1 for word in words})
    if judge.profile.embedded:
        return UNREAD
    request = Inspect(
        image=await ctx.images.get(node.image),
        goal=snapshot.plan.wish,
        checklist=tuple(f"Is “{word}” written exactly once, spelled so?" for word in words),
        user=ctx.user_hash(snapshot.run.actor),
    )
    async with telling(ctx, snapshot, "reading the labels", n=1):
        row = await ask(
            ctx, snapshot.run, StepName(step), "check", judge, lambda: judge.inspect(request)
        )
    said = row.value
    if row.state is not CallState.DONE or not isinstance(said, Inspection):
        return UNREAD
    return _said(words, dict(zip(words, said.answers, strict=False)))


def _said(words: tuple[str, ...], answers: Mapping[str, bool | None]) -> str:
    wrong = [f"“{word}”" for word in words if answers.get(word) is False]
    unsure = [f"“{word}”" for word in words if answers.get(word) is None]
    parts = [f"Not lettered as asked: {', '.join(wrong)}." if wrong else ""]
    parts.append(f"Could not be read: {', '.join(unsure)}." if unsure else "")
    if wrong:
        parts.append("“Paint again” tries once more.")
    return " ".join(filter(None, parts))
