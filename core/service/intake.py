"""From an inbox row to a run: who may, the picture, the quota - one transaction, or one sentence."""

import hashlib
from dataclasses import dataclass, replace

from core.domain import access
from core.domain.commands import (
    Actor,
    Command,
    Continue,
    EditPrompt,
    Evolve,
    ImageHandle,
    PaintAgain,
    Pick,
    Place,
    Refine,
)
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadImage, BadRequest, Frozen, Gone, NotAllowed, PixelsFailed
from core.domain.ledger import Claim, Limits, check, entry
from core.domain.records import InboxState, Iteration, Plan, RunRecord, RunStatus, Session
from core.domain.settings import ServerSettings, admit, allowed_painters, filled, painter_for
from core.domain.text import clean
from core.domain.updates import Accepted, Noticed
from core.imaging import codec
from core.jobs.planning import goal_of, plan_evolve, plan_refine, prompt_of, rounds_of
from core.ports.images import Uploads
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.pricing import Estimate, estimate

Starting = Refine | Evolve
Branching = Pick | PaintAgain | EditPrompt | Continue


@dataclass(frozen=True, slots=True)
class Draft:
    """A run about to be written: its session (new or grown), plan and origin."""

    session: Session
    plan: Plan
    new: bool
    said: str = ""


def run_id_of(row: InboxRow) -> str:
    """Derived from the dedup key and the moment it was first received."""
    return hashlib.sha256(f"{row.key}|{row.at.isoformat()}".encode()).hexdigest()[:12]


class Intake:
    """Takes commands in that start runs. `uploads` by platform name."""

    def __init__(
        self, ctx: RunContext, loop: LoopDefaults, limits: Limits, uploads: dict[str, Uploads]
    ) -> None:
        self._ctx, self._loop, self._limits, self._uploads = ctx, loop, limits, uploads

    async def start(self, row: InboxRow, command: Starting) -> RunRecord:
        """A new session. Raises Refused."""
        settings = await self._admitted(command, command.place)
        draft = await self._draft_new(row, filled(command, settings), settings)
        return await self._write(row, command, draft)

    async def branch(self, row: InboxRow, command: Branching) -> RunRecord:
        """A new run on a session's tree. Raises Refused."""
        draft = await self._draft_branch(command)
        return await self._write(row, command, draft)

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
        settings = await self._admitted(command, session.place)
        self._same_painter(paused.plan, settings)
        rounds = max(1, paused.plan.rounds - len(done))
        plan = replace(paused.plan, rounds=rounds, base=champion, wish=clean(wish), first_prompt="")
        return await self._write(row, command, Draft(session, plan, new=False))

    async def _admitted(self, command: Command, home: Place) -> ServerSettings:
        """The settings of the server that the posts go to, `home`. Raises NotAllowed where they
        keep this person or place out."""
        async with self._ctx.store.read() as uow:
            settings = await uow.servers.settings(home.platform, home.tenant)
        admit(settings, command.actor, home)
        return settings

    async def _draft_new(self, row: InboxRow, command: Starting, settings: ServerSettings) -> Draft:
        goal = goal_of(command.goal)
        if command.image is None and not goal:
            raise BadRequest(
                "Give me a picture, a goal, or both: for example "
                "/refine goal: a red fox in the snow at sunset."
            )
        if command.image is None and isinstance(command, Evolve):
            raise BadRequest("/evolve needs a picture to depart from.")
        reference, size = await self._reference(command.image) if command.image else ("", None)
        painter = painter_for(command.painter, settings, self._ctx.painters)
        model_set = self._ctx.using(painter).model_set
        if isinstance(command, Refine):
            plan = plan_refine(command, self._loop, model_set, size)
        else:
            plan = plan_evolve(command, self._loop, model_set, size)
        plan = replace(plan, painter=painter, relaxed=settings.relaxed(command.place))
        session = Session(
            id=hashlib.sha256(f"session|{run_id_of(row)}".encode()).hexdigest()[:12],
            mode=plan.mode,
            owner=command.actor,
            place=command.place,
            thread=command.place.thread,
            reference=reference,
            goal=goal,
            created=row.at,
        )
        return Draft(session, plan, new=True)

    async def _reference(self, handle: ImageHandle) -> tuple[str, tuple[int, int]]:
        uploads = self._uploads.get(handle.platform)
        if uploads is None:
            raise BadImage("This picture can't be fetched any more: upload it again.")
        data = await uploads.fetch(handle)
        try:
            admitted = await self._ctx.pixels.run(codec.admit, data)
        except PixelsFailed as exc:
            raise BadImage(f"{exc.sentence} Send it smaller, or another one.") from exc
        return await self._ctx.images.put(admitted.data), (admitted.width, admitted.height)

    async def _draft_branch(self, command: Branching) -> Draft:
        async with self._ctx.store.read() as uow:
            if isinstance(command, Continue):
                session = await uow.sessions.get(command.session)
                nodes = list(await uow.iterations.of_session(command.session)) if session else []
                node = champion_of(nodes)
            else:
                node = await uow.iterations.get(command.iteration)
                session = await uow.sessions.get(node.session) if node else None
            if session is None or node is None:
                raise Gone("There is no image to continue from.")
            run = await uow.runs.get(node.run)
        if run is None:
            raise Gone("There is no run to continue from.")
        access.authorise(command, session, run.actor)
        settings = await self._admitted(command, session.place)
        self._same_painter(run.plan, settings)
        plan = self._branch_plan(command, run.plan, node)
        plan = replace(plan, relaxed=settings.relaxed(_same_place(command.place, session.place)))
        return Draft(session, plan, False, _said(command, node))

    def _same_painter(self, plan: Plan, settings: ServerSettings) -> None:
        """A tree keeps its painter, while there is one of that name and the server allows it."""
        was = self._ctx.using(plan.painter).model_set.painter.profile.name
        if was not in allowed_painters(settings, self._ctx.painters):
            raise NotAllowed(
                f"This session was painted by {was}, this server now uses {settings.painter}: "
                "start a new one."
            )

    def _branch_plan(self, command: Branching, old: Plan, node: Iteration) -> Plan:
        plan = replace(
            old,
            base=node.id,
            wish="",
            first_prompt="",
            usd_limit=None,
            review=False,
            rounds=rounds_of(None, old.mode, self._loop),
            stop="auto" if old.mode == "refine" else "never",
        )
        if isinstance(command, Continue):
            rounds = rounds_of(command.iterations, old.mode, self._loop)
            return replace(plan, rounds=rounds, wish=goal_of(command.instruction))
        if isinstance(command, PaintAgain):
            return replace(plan, base=node.parent, first_prompt=node.prompt, rounds=1, candidates=1)
        if isinstance(command, EditPrompt):
            limit = self._ctx.using(old.painter).model_set.painter.profile.prompt_limit
            return replace(plan, first_prompt=prompt_of(command.prompt, limit))
        return plan

    async def _write(self, row: InboxRow, command: Command, draft: Draft) -> RunRecord:
        """The transaction: quota reserved, session and run written, Accepted in the outbox."""
        ctx = self._ctx
        async with ctx.store.write() as uow:
            if await uow.servers.flag("frozen"):
                raise Frozen("The operator has stopped all runs for now; nothing was charged.")
            model_set = ctx.using(draft.plan.painter).model_set
            cost = await estimate(uow, model_set, draft.plan, ctx.unknown_usd)
            await self._check(uow, command.actor, cost)
            paid_first = cost.reserve > 0 and not await uow.servers.flag("paid_confirmed")
            confirm = cost.reserve > self._limits.confirm_usd_above or paid_first
            run = RunRecord(
                id=run_id_of(row),
                session=draft.session.id,
                actor=command.actor,
                place=command.place,
                command_key=row.key,
                quote=cost.quote,
                plan=replace(draft.plan, usd_limit=cost.reserve if cost.reserve > 0 else None),
                status=RunStatus.CONFIRMING if confirm else RunStatus.QUEUED,
                created=row.at,
                review=draft.plan.review,
            )
            if draft.new:
                await uow.sessions.add(draft.session)
            await uow.runs.add(run)
            await uow.ledger.book(
                entry(
                    run.actor,
                    run.id,
                    run.created,
                    call=run.id,
                    kind="reserve",
                    images=cost.quote.images,
                    usd=cost.reserve,
                    at=ctx.clock(),
                )
            )
            await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
            await self._announce(uow, run, draft, paid_first)
        ctx.nudge()
        return run

    async def _check(self, uow: UnitOfWork, actor: Actor, cost: Estimate) -> None:
        now = self._ctx.clock()
        check(
            Claim(images=cost.quote.images, usd=cost.reserve),
            self._limits,
            user=await uow.ledger.usage(now.date(), actor),
            total=await uow.ledger.usage(now.date()),
            open_runs=await uow.runs.open_count(actor),
            now=now,
        )

    async def _announce(
        self, uow: UnitOfWork, run: RunRecord, draft: Draft, paid_first: bool
    ) -> None:
        confirm = run.status is RunStatus.CONFIRMING
        reason = ""
        if confirm:
            reason = (
                "The first run that costs money asks before it starts."
                if paid_first
                else f"Runs above ${self._limits.confirm_usd_above:.2f} ask before they start."
            )
        await uow.outbox.post(
            Accepted(
                session=run.session,
                run=run.id,
                mode=run.plan.mode,
                owner=run.actor.id,
                owner_name=run.actor.name,
                quote=run.quote,
                goal=draft.session.goal,
                reference=draft.session.reference,
                base=run.plan.base,
                confirm=confirm,
                reason=reason,
                review=run.review,
                branch=not draft.new,
            ),
            run,
            draft.session,
        )
        if draft.said:
            await uow.outbox.post(
                Noticed(session=run.session, run=run.id, about="branch", sentence=draft.said),
                run,
                draft.session,
            )


def _same_place(place: Place, home: Place) -> Place:
    """Where the posts go, as the platform describes it now if that is where the command came from."""
    return place if place.channel == home.channel else home


def champion_of(nodes: list[Iteration]) -> Iteration | None:
    """A session's champion: the newest run's best, else its newest win, else the last image."""
    alive = [node for node in nodes if not node.discarded]
    for good in ([n for n in alive if n.best], [n for n in alive if n.won], alive):
        if good:
            return good[-1]
    return None


def _said(command: Branching, node: Iteration) -> str:
    who = command.actor.name or "Somebody"
    if isinstance(command, PaintAgain):
        return f"{who} has round {node.round} painted again."
    if isinstance(command, EditPrompt):
        return f"{who} edited the prompt of round {node.round}; a new branch grows from it."
    if isinstance(command, Continue):
        return f"{who} goes on from round {node.round}."
    return f"{who} picked round {node.round}; a new branch grows from it."
