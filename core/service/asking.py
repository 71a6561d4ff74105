"""May they? The question of every door before it shows a form: the one that intake asks again."""

from decimal import Decimal

from core.domain import access
from core.domain.budgets import Claim
from core.domain.commands import Actor, Place
from core.domain.errors import Gone, Refusal
from core.domain.ledger import Limits
from core.domain.records import OPEN, RunRecord, Session
from core.domain.settings import admit
from core.jobs.registry import JOBS
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.gate import let_in
from core.runtime.standing import standing
from core.service.identity import known

NOTHING_TO_STOP = "There is no run to stop."
RESUMES = "revise"  # of a paused run: it spends, although it is no job


async def refusal_of(
    ctx: RunContext,
    limits: Limits,
    actor: Actor,
    act: str,
    place: Place,
    *,
    iteration: str = "",
    run: str = "",
) -> str:
    """Why this person may not do `act` (a command's kind) now, in a sentence; "" where they may.
    `iteration` or `run` is what the act is about; without them it begins a session at `place`."""
    async with ctx.store.read() as uow:
        try:
            actor = await known(uow, actor)
            session, meant = await _about(uow, iteration, run)
            job = JOBS.get(act)
            who = job.who if job else access.WHO[act]
            access.allow(actor, who, session, meant.actor if meant else None)
            if act == "stop" and meant is not None and meant.status not in OPEN:
                raise Gone(NOTHING_TO_STOP)
            if job is not None or act == RESUMES:
                await _room(ctx, uow, limits, actor, session.place if session else place)
        except Refusal as exc:
            return exc.sentence
    return ""


async def _about(
    uow: UnitOfWork, iteration: str, run: str
) -> tuple[Session | None, RunRecord | None]:
    if not iteration and not run:
        return None, None
    node = await uow.iterations.get(iteration) if iteration else None
    meant = await uow.runs.get(node.run if node else run)
    session = await uow.sessions.get(meant.session) if meant else None
    if session is None:
        raise Gone(access.NOT_THERE)
    return session, meant


async def _room(
    ctx: RunContext, uow: UnitOfWork, limits: Limits, actor: Actor, home: Place
) -> None:
    """Raises Refusal where the operator, the server or the person's day lets nothing begin."""
    now = ctx.clock()
    await let_in(uow, actor, home, limits.refusals_per_user_per_day, now)
    admit(await uow.servers.settings(home.platform, home.tenant), actor, home)
    rationed = limits.ration_embedded or not ctx.model_set.painter.profile.embedded
    stands = await standing(uow, limits, actor, home, now)
    stands.check(Claim(images=1 if rationed else 0, usd=Decimal(0)))
