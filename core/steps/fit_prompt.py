"""A prompt as its painter takes it: in English where it knows nothing else, within its length."""

import re
from dataclasses import replace
from typing import Literal

from core.domain.answers import Rewritten
from core.domain.call_key import StepName
from core.domain.faults import AWAITED
from core.domain.records import CallRow
from core.models.critic import Rewrite
from core.models.foremost import foremost
from core.models.language import reads_english
from core.models.painter import PainterProfile
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import NextPrompt, StepFailure
from core.runtime.snapshot import Snapshot

Task = Literal["soften", "shorten", "translate"]
SENTENCE_END = re.compile(r"[.!?…。！？](?=\s|$)|\n|[。！？]")
CLAUSE_END = re.compile(r"[,;:](?=\s)")


async def fitted(
    ctx: RunContext, snapshot: Snapshot, step: str, next_prompt: NextPrompt
) -> NextPrompt | StepFailure:
    """The lead with a prompt that its painter takes, and of one that reads little what is new first;
    people go on seeing their own words.

    Held while the critic can't be asked. Where its answer is no use the prompt is painted as it
    is, or ends at its last sentence within the limit.
    """
    profile = _profile(ctx, next_prompt)
    if profile.embedded:
        return next_prompt
    taken = await _taken(ctx, snapshot, step, next_prompt, profile)
    parent = snapshot.node(next_prompt.parent)
    if isinstance(taken, StepFailure) or parent is None:
        return taken
    variants = tuple(foremost(text, parent.prompt, profile) for text in taken.variants)
    return replace(taken, prompt=foremost(taken.prompt, parent.prompt, profile), variants=variants)


async def _taken(
    ctx: RunContext, snapshot: Snapshot, step: str, next_prompt: NextPrompt, profile: PainterProfile
) -> NextPrompt | StepFailure:
    next_prompt = replace(next_prompt, variants=_variants(next_prompt, profile))
    if ctx.model_set.critic.profile.embedded and next_prompt.words:
        next_prompt = replace(
            next_prompt, prompt=next_prompt.words
        )  # the rest of it only the embedded painter reads
    if profile.english and not reads_english(next_prompt.prompt):
        row = await rewrite(
            ctx, snapshot, f"{step}/translate", "translate", next_prompt.prompt, profile
        )
        if row.fault in AWAITED:
            return failure_of(row)
        if isinstance(row.value, Rewritten):
            next_prompt = replace(
                next_prompt, prompt=row.value.prompt, words=next_prompt.words or next_prompt.prompt
            )
    if len(next_prompt.prompt) <= profile.prompt_limit:
        return next_prompt
    row = await rewrite(ctx, snapshot, f"{step}/shorten", "shorten", next_prompt.prompt, profile)
    if row.fault in AWAITED:
        return failure_of(row)
    short = row.value.prompt if isinstance(row.value, Rewritten) else next_prompt.prompt
    return replace(next_prompt, prompt=whole_sentences(short, profile.prompt_limit))


def _variants(next_prompt: NextPrompt, profile: PainterProfile) -> tuple[str, ...]:
    """Further prompts are not paid for twice: one that the painter does not take is left out."""
    return tuple(
        whole_sentences(text, profile.prompt_limit)
        for text in next_prompt.variants
        if not profile.english or reads_english(text)
    )


def whole_sentences(text: str, limit: int) -> str:
    """The text up to the last sentence that ends within `limit` characters; where there is none,
    up to the last clause, else the last word."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    for end in (SENTENCE_END, CLAUSE_END):
        ends = [match.end() for match in end.finditer(head) if match.end() <= limit]
        if ends and ends[-1] > limit // 4:
            return text[: ends[-1]].rstrip(" ,;:\n")
    return head[:limit].rsplit(None, 1)[0] if " " in head.strip() else text[:limit]


async def rewrite(
    ctx: RunContext, snapshot: Snapshot, key: str, task: Task, prompt: str, profile: PainterProfile
) -> CallRow:
    """One paid question to the critic: this prompt as another, for this painter."""
    request = Rewrite(
        task=task,
        prompt=prompt,
        limit=profile.written_limit if task == "soften" else profile.prompt_limit,
        painter=profile,
        user=ctx.user_hash(snapshot.run.actor),
    )
    critic = ctx.model_set.critic
    return await ask(
        ctx, snapshot.run, StepName(key), "rewrite", critic, lambda: critic.rewrite(request)
    )


def _profile(ctx: RunContext, next_prompt: NextPrompt) -> PainterProfile:
    """Of the model that will paint this: a round with a box is the editor's."""
    model_set = ctx.model_set
    editor = model_set.editor if next_prompt.box is not None else None
    return (editor or model_set.painter).profile
