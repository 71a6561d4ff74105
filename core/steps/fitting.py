"""A prompt as its painter takes it: in English where it knows nothing else, within its length."""

import re
from dataclasses import replace
from typing import Literal

from core.critique import Rewrite, Rewritten
from core.english import reads_english
from core.painting import PainterProfile
from core.session import CallRow
from core.steps.base import Context, Held, Lead, ask, held
from core.studio import Tools

Task = Literal["soften", "shorten", "translate"]
SENTENCE_END = re.compile(r"[.!?…。！？](?=\s|$)|\n|[。！？]")
CLAUSE_END = re.compile(r"[,;:](?=\s)")


async def fitted(tools: Tools, context: Context, step: str, lead: Lead) -> Lead | Held:
    """The lead with a prompt that its painter takes; people go on seeing their own words.

    Held while the critic can't be asked. Where its answer is no use the prompt is painted as it
    is, or ends at its last sentence within the limit.
    """
    profile = _profile(tools, lead)
    if profile.embedded:
        return lead
    if tools.studio.critic.profile.embedded and lead.words:
        lead = replace(lead, prompt=lead.words)  # the rest of it only the embedded painter reads
    if profile.english and not reads_english(lead.prompt):
        row = await rewrite(tools, context, f"{step}/translate", "translate", lead.prompt, profile)
        if row.fault in ("wait", "account"):
            return held(row)
        if isinstance(row.value, Rewritten):
            lead = replace(lead, prompt=row.value.prompt, words=lead.words or lead.prompt)
    if len(lead.prompt) <= profile.prompt_limit:
        return lead
    row = await rewrite(tools, context, f"{step}/shorten", "shorten", lead.prompt, profile)
    if row.fault in ("wait", "account"):
        return held(row)
    short = row.value.prompt if isinstance(row.value, Rewritten) else lead.prompt
    return replace(lead, prompt=whole_sentences(short, profile.prompt_limit))


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
    tools: Tools, context: Context, key: str, task: Task, prompt: str, profile: PainterProfile
) -> CallRow:
    """One paid question to the critic: this prompt as another, for this painter."""
    request = Rewrite(
        task=task,
        prompt=prompt,
        limit=profile.prompt_limit,
        user=tools.user_hash(context.run.actor),
    )
    critic = tools.studio.critic
    return await ask(
        tools, context.run, f"{key}#0", "rewrite", critic, lambda: critic.rewrite(request)
    )


def _profile(tools: Tools, lead: Lead) -> PainterProfile:
    """Of the model that will paint this: a round with a box is the editor's."""
    studio = tools.studio
    editor = studio.editor if lead.box is not None else None
    return (editor or studio.painter).profile
