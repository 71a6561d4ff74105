"""From an inbox row to a run: who may, the quota - one transaction, or one sentence."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.budgets import Claim, Layer
from core.domain.commands import Command, Say
from core.domain.defaults import LoopDefaults
from core.domain.errors import Gone, OverQuota
from core.domain.ledger import Limits, entry
from core.domain.options import held
from core.domain.records import InboxState, Plan, RunRecord, RunStatus
from core.domain.text import clean
from core.domain.views import Quote
from core.jobs.job import Job
from core.jobs.registry import made_by
from core.ports.images import Uploads
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.gate import let_in
from core.runtime.models import ModelSet
from core.runtime.pricing import Estimate, Paid, dearest, estimate
from core.runtime.standing import Standing, standing
from core.service import turns
from core.service.announcing import announce, why_confirm
from core.service.drafts import Draft, Drafts, run_id_of
from core.service.fallbacks import fallbacks_of
from core.service.saying import before


class Intake:
    """Takes commands in that start runs. `uploads` by platform name."""

    def __init__(
        self, ctx: RunContext, loop: LoopDefaults, limits: Limits, uploads: dict[str, Uploads]
    ) -> None:
        self._ctx, self._loop, self._limits = ctx, loop, limits
        self._drafts = Drafts(ctx, loop, uploads)

    async def start(self, row: InboxRow, command: Command, job: Job) -> RunRecord:
        """A new session, or a new run on a session's tree. Raises Refusal."""
        held(command, self._loop)
        draft = await self._drafts.draft(row, command, job)
        if draft.new and isinstance(row.command, Say):
            draft = replace(draft, before=await self._before(row.command))
        return await self._write(row, command, draft)

    async def quote(self, command: Command, job: Job) -> Quote:
        """What it would cost at most, if it began now; nothing is written. Raises Refusal."""
        held(command, self._loop)
        plan = await self._drafts.outline(command, job)
        async with self._ctx.store.read() as uow:
            return (await self._estimate(uow, self._rationed(plan))).quote

    async def _before(self, said: Say) -> str:
        """The session that words without an address may have been meant for."""
        async with self._ctx.store.read() as uow:
            found = await before(uow, said)
            made = await uow.iterations.of_session(found.id) if found else ()
        return found.id if found and made else ""

    async def resume(
        self, row: InboxRow, command: Command, paused: RunRecord, champion: str, wish: str
    ) -> RunRecord:
        """The rest of a paused run, with the person's critique. Raises Refused."""
        async with self._ctx.store.read() as uow:
            session = await uow.sessions.get(paused.session)
            done = {
                n.round
                for n in await uow.iterations.of_session(paused.session)
                if n.run == paused.id
            }
        if session is None:
            raise Gone("This session is not there any more.")
        settings = await self._drafts.admitted(command, session.place)
        self._drafts.same_painter(paused.plan, settings)
        rounds = max(1, paused.plan.rounds - len(done))
        plan = replace(paused.plan, rounds=rounds, base=champion, wish=clean(wish), first_prompt="")
        return await self._write(row, command, Draft(session, plan, False, answers=paused.id))

    async def _write(self, row: InboxRow, command: Command, draft: Draft) -> RunRecord:
        """The transaction: quota reserved, session and run written, Accepted in the outbox."""
        ctx = self._ctx
        async with ctx.store.write() as uow:
            most = self._limits.refusals_per_user_per_day
            await let_in(uow, command.actor, draft.session.place, most, ctx.clock())
            await _answered(uow, draft.answers)
            await turns.untold(uow, row, draft.session, draft.plan)
            draft = replace(draft, plan=self._rationed(draft.plan))
            now = ctx.clock()  # what is checked on a day is booked on it
            fitting = await self._affordable(uow, command, draft, now)
            draft, cost = fitting.draft, fitting.cost
            paid_first = cost.reserve > 0 and not await uow.servers.flag("paid_confirmed")
            reason = why_confirm(draft, self._limits, reserve=cost.reserve, paid_first=paid_first)
            run = RunRecord(
                id=run_id_of(row),
                session=draft.session.id,
                actor=command.actor,
                place=command.place,
                command_key=row.key,
                quote=cost.quote,
                plan=replace(draft.plan, usd_limit=cost.reserve if cost.reserve > 0 else None),
                status=RunStatus.CONFIRMING if reason else RunStatus.QUEUED,
                created=now,
                review=draft.plan.review,
                branch=await _branch(uow, draft),
            )
            if draft.new:
                await uow.sessions.add(draft.session)
            await uow.runs.add(run)
            if row.key.startswith("pick:"):  # a star that is a star, and goes on from there
                await uow.stars.star(run.actor, run.session, run.plan.base, now)
            await uow.ledger.book(
                entry(
                    run.actor,
                    run.id,
                    run.created,
                    call=run.id,
                    kind="reserve",
                    images=cost.images,
                    usd=cost.reserve,
                    at=now,
                )
            )
            if fitting.grant:
                await uow.budgets.draw(run.id, fitting.grant)
            await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
            await announce(uow, run, draft, reason, fitting.said)
        ctx.nudge()
        for topic, sentence in fitting.told:
            await ctx.tell(topic, sentence)
        return run

    def _rationed(self, plan: Plan) -> Plan:
        """With the painters that may take over: its images count where one of them counts them."""
        plan = replace(plan, instead=fallbacks_of(self._ctx, plan), asks=self._ctx.asks)
        free = all(each.painter.profile.embedded for each in self._painting(plan))
        return replace(plan, rationed=self._limits.ration_embedded or not free)

    def _painting(self, plan: Plan) -> list[ModelSet]:
        """The models of its painter, and of each that may take over."""
        own = self._ctx.using(plan.painter).model_set
        return [own, *(self._ctx.taken_over(name).model_set for name in plan.instead)]

    async def _estimate(self, uow: UnitOfWork, plan: Plan) -> Estimate:
        """Of the dearest painter that may come to paint."""
        costs: list[Estimate] = []
        for model_set in self._painting(plan):
            calls, likely = self._paid(plan, model_set), made_by(plan).likely(plan)
            unknown = self._ctx.unknown_usd
            costs.append(await estimate(uow, model_set, plan, calls, unknown, likely))
        return dearest(costs)

    def _paid(self, plan: Plan, model_set: ModelSet) -> list[Paid]:
        """Where another painter may take over what a refused prompt costs to soften is quoted as
        well: else it would be missing for the other one."""
        calls, others = self._ctx.calls(plan, model_set), bool(plan.instead)
        return [
            replace(paid, spare=paid.spare and not (others and paid.kind == "rewrite"))
            for paid in calls
        ]

    async def _affordable(
        self, uow: UnitOfWork, command: Command, draft: Draft, now: datetime
    ) -> "_Fitting":
        """A gesture that names no number of rounds (a star, a button) gets as many as the limits
        leave, and the thread is told. Raises OverQuota."""
        plan, cost = draft.plan, await self._estimate(uow, draft.plan)
        stands = await standing(uow, self._limits, command.actor, draft.session.place, now)
        try:
            return _fit(stands, draft, cost)
        except OverQuota as exc:
            if draft.new or getattr(command, "iterations", None) is not None:
                raise
            refusal = exc
        for rounds in range(plan.rounds - 1, 0, -1):
            fewer = replace(draft, plan=replace(plan, rounds=rounds))
            cost = await self._estimate(uow, fewer.plan)
            with contextlib.suppress(OverQuota):
                left = f"that is what {refusal.whose} day leaves."
                less = f"It gets {rounds} of {plan.rounds} rounds: {left}"
                return _fit(stands, replace(fewer, said=f"{draft.said} {less}".strip()), cost)
        raise refusal


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What fits: the draft with its price, the grant it is taken from ("" = none), and the sentences
    about limits of which four fifths are passed with it."""

    draft: Draft
    cost: Estimate
    grant: str
    passed: tuple[Layer, ...]
    claim: Claim
    now: datetime

    @property
    def said(self) -> str:
        """For who pays: their own limits, and what they share with others there."""
        mine = [layer for layer in self.passed if layer.limit.scope != "bot"]
        return " ".join(layer.warning(self.claim, self.now) for layer in mine)

    @property
    def told(self) -> list[tuple[str, str]]:
        """For the operator: what all share."""
        return [
            (f"limit/{layer.limit.window}/{layer.limit.unit}", layer.warning(self.claim, self.now))
            for layer in self.passed
            if layer.limit.scope == "bot"
        ]


def _fit(stands: Standing, draft: Draft, cost: Estimate) -> _Fitting:
    """Raises OverQuota."""
    claim = Claim(images=cost.images, usd=cost.reserve, priced=cost.quote.at_most is not None)
    grant = stands.check(claim)
    passed = stands.passed(claim, granted=bool(grant))
    return _Fitting(draft, cost, grant, passed, claim, stands.now)


def letter(number: int) -> str:
    """A session's runs by name, from 1: A, B, … Z, AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


async def _branch(uow: UnitOfWork, draft: Draft) -> str:
    if draft.new or draft.plan.telling is not None:
        return ""  # scenes of a story are numbered by themselves
    return letter(len(await uow.runs.of_session(draft.session.id)) + 1)


async def _answered(uow: UnitOfWork, paused: str) -> None:
    """A paused run is answered once. Raises Gone to whoever comes second."""
    if not paused:
        return
    said = "Answered: the rest is a run of its own."
    if not await uow.runs.transition(paused, {RunStatus.PAUSED}, RunStatus.DONE, reason=said):
        raise Gone("This review is over: somebody answered it a moment before.")
