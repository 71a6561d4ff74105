"""Before a picture is kept and posted its provider's moderation looks at it, where there is one."""

import logging

from core.domain.errors import ProviderError
from core.runtime.context import RunContext
from core.runtime.snapshot import Snapshot

log = logging.getLogger(__name__)
FOR_ADULTS = frozenset({"sexual", "violence", "violence/graphic"})
"""Let through where a channel is for adults; never anything else."""


async def seen(ctx: RunContext, snapshot: Snapshot, provider: str, picture: bytes) -> str:
    """Why this picture is not shown, "" where nothing is wrong with it. Where nobody answers it is
    shown: the provider's own safety system has seen it, and the operator is told."""
    guard = ctx.guards.get(provider)
    if guard is None:
        return ""
    try:
        found = await guard.look(picture)
    except ProviderError as exc:
        log.warning("no second look at a picture: %s", exc.sentence)
        said = f"Pictures are posted without a second look for now: {exc.sentence}"
        await ctx.tell("second look", said)
        return ""
    wrong = [name for name in found if not (snapshot.plan.relaxed and name in FOR_ADULTS)]
    return f"The picture was held back after a second look ({', '.join(wrong)})." if wrong else ""
