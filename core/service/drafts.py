"""What a command comes to: its session, new or grown, and its run's plan."""

import hashlib
from dataclasses import dataclass, replace

from core.domain import access
from core.domain.commands import Command, ImageHandle, Place
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadRequest, Gone, NotAllowed
from core.domain.options import Holds, held, options
from core.domain.preferences import Preferences
from core.domain.records import Iteration, Plan, RunRecord, Session
from core.domain.settings import ServerSettings, admit, allowed_painters, of_stories, painter_for
from core.domain.storytelling import path_to
from core.domain.text import clip
from core.jobs.job import Basis, Job, Picture, own_session
from core.jobs.planning import goal_of, has_words
from core.jobs.registry import made_by
from core.ports.images import Uploads
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.service import turns
from core.service.champions import champion_of
from core.service.fallbacks import Planned, planned
from core.service.masks import take_in_marks, take_in_mask, take_in_region
from core.service.preferring import FillIn
from core.service.references import Reference, take_in, unused_sentence
from core.service.rules import said_in

MOST_NAMED = 500
NOTHING = "There is no image to continue from."
NO_WORDS = "What this picture was made from is not kept here: begin anew with it as the picture."


@dataclass(frozen=True, slots=True)
class Draft:
    """A run about to be written: its session (new or grown), plan and origin; `answers`: the paused
    run that it is the rest of."""

    session: Session
    plan: Plan
    new: bool
    said: str = ""
    answers: str = ""
    notes: tuple[str, ...] = ()  # about the picture
    unused: str = ""
    before: str = ""  # the session that the same words may have been meant for
    fallback: str = ""  # who paints what its own painter can't, in a sentence


def run_id_of(row: InboxRow) -> str:
    """Derived from the dedup key and the moment it was first received."""
    return hashlib.sha256(f"{row.key}|{row.at.isoformat()}".encode()).hexdigest()[:12]


class Drafts:
    """Makes drafts. `uploads` by platform name."""

    def __init__(self, ctx: RunContext, loop: LoopDefaults, uploads: dict[str, Uploads]) -> None:
        self._ctx, self._loop, self._uploads = ctx, loop, uploads
        self._preferring = FillIn(ctx, loop)

    async def draft(self, row: InboxRow, command: Command, job: Job) -> Draft:
        """Raises Refusal."""
        personal = await self._preferring.of(command.actor)
        if not job.begins(command):
            draft = await self._branch(command, job, personal)
        else:
            settings = await self.admitted(command, command.place)
            asked, said = self._preferring.preferred(command, job, personal, settings)
            held(asked, self._loop)
            draft = await self._new(row, asked, job, settings)
            draft = replace(draft, notes=(*draft.notes, *said))
        return replace(draft, plan=replace(draft.plan, quiet=personal.posts == "end"))

    async def outline(self, command: Command, job: Job) -> Plan:
        """The plan it would get, as far as it can be told before its pictures are fetched. Raises
        Refusal."""
        personal = await self._preferring.of(command.actor)
        if not job.begins(command):
            return (await self._branch(command, job, personal)).plan
        settings = await self.admitted(command, command.place)
        filled_in, _ = self._preferring.preferred(command, job, personal, settings)
        held(filled_in, self._loop)
        return self._outlined(filled_in, job, settings).plan

    def _outlined(self, command: Command, job: Job, settings: ServerSettings) -> Planned:
        """By the words alone. Raises Refusal."""
        painter = painter_for(getattr(command, "painter", ""), settings, self._ctx.painters)
        loop = of_stories(self._loop, settings)
        basis = Basis(loop=loop, model_set=self._ctx.using(painter).model_set)
        return planned(self._ctx, job, command, painter, basis)

    async def admitted(self, command: Command, home: Place) -> ServerSettings:
        """The settings of the server that the posts go to, `home`. Raises NotAllowed where they
        keep this person or place out."""
        async with self._ctx.store.read() as uow:
            settings = await uow.servers.settings(home.platform, home.tenant)
        admit(settings, command.actor, home)
        settings.rules.check(said_in(command))
        return settings

    async def _new(
        self, row: InboxRow, command: Command, job: Job, settings: ServerSettings
    ) -> Draft:
        goal = goal_of(job.goal(command))
        image: ImageHandle | None = getattr(command, "image", None)
        unused = unused_sentence(command.unused, has_picture=image is not None)
        if unused and image is None and not goal:
            raise BadRequest(f"{unused} Add one, or say in a sentence what to paint.")
        # what is wrong with the words is said before the picture is fetched
        outlined = self._outlined(command, job, settings)
        pictures, notes = await self._taken(command, None)
        taken = pictures.get("image")
        basis = Basis(
            loop=of_stories(self._loop, settings),
            model_set=self._ctx.using(outlined.plan.painter).model_set,
            size=(taken.width, taken.height) if taken else None,
            pictures=pictures,
        )
        plan = replace(
            job.plan(command, basis),
            painter=outlined.plan.painter,
            relaxed=settings.relaxed(command.place),
            labelled=settings.rules.label,
        )
        session = Session(
            id=hashlib.sha256(f"session|{run_id_of(row)}".encode()).hexdigest()[:12],
            mode=plan.mode,
            owner=command.actor,
            place=command.place,
            thread=command.place.thread,
            reference=taken.hash if taken else "",
            goal=goal,
            created=row.at,
        )
        return Draft(
            session, plan, new=True, notes=notes, unused=unused, fallback=outlined.fallback
        )

    async def _taken(
        self, command: Command, own: Picture | None
    ) -> tuple[dict[str, Picture], tuple[str, ...]]:
        """The pictures that came along, by the options' names, and what is to be said of them;
        masks and marks are for the picture among them, else for the tree's `own`."""
        found: dict[str, Picture] = {}
        notes: list[str] = []
        fields = [field for field in options(type(command)) if field.holds]
        for field in sorted(fields, key=lambda each: each.holds != "picture"):
            given: ImageHandle | str | None = getattr(command, field.attr)
            if given:
                worked_on = found.get("image") or own
                taken = await self._taken_as(field.holds, given, worked_on)
                found[field.name] = Picture(taken.hash, *taken.size)
                notes += taken.notes
        return found, tuple(notes)

    async def _taken_as(
        self, holds: Holds, given: ImageHandle | str, picture: Picture | None
    ) -> Reference:
        ctx, uploads = self._ctx, self._uploads
        if holds == "picture" and isinstance(given, ImageHandle):
            return await take_in(ctx, uploads, given)
        if picture is None:
            raise BadRequest("There is no picture that this belongs to: bring one along.")
        size = (picture.width, picture.height)
        if isinstance(given, str):
            return await take_in_region(ctx, given, picture.hash)
        take = take_in_mask if holds == "mask" else take_in_marks
        return await take(ctx, uploads, given, size)

    async def _branch(self, command: Command, job: Job, personal: Preferences) -> Draft:
        session, node, old = await self._origin(command, job)
        access.authorise(command, job.who, session, old.actor)
        settings = await self.admitted(command, session.place)
        painter = self._tree_painter(command, old.plan, settings)
        model_set = self._ctx.using(painter).model_set
        size = (node.width, node.height) if node else (old.plan.width, old.plan.height)
        own = Picture(node.image if node else session.reference, *size)
        pictures, notes = await self._taken(command, own)
        path = await self._path(node)
        turns.may_take(command, session, path)
        basis = Basis(
            loop=of_stories(self._loop, settings),
            model_set=model_set,
            size=size,
            pictures=pictures,
            old=old.plan,
            node=node,
            path=path,
            by_rounds=made_by(old.plan).shown == "rounds",
        )
        command, said_of = self._preferring.on_branch(command, job, personal, basis)
        notes = (*notes, *said_of)
        made = planned(self._ctx, job, command, painter, basis)
        if session.blanked and node and not node.prompt and not has_words(made.plan):
            raise Gone(NO_WORDS)
        plan = replace(
            made.plan,
            relaxed=settings.relaxed(_same_place(command.place, session.place)),
            labelled=settings.rules.label,
        )
        said = job.told(command.actor.name or "Somebody", node) if node else ""
        unused = unused_sentence(command.unused, has_picture=False)
        return Draft(session, plan, False, said, notes=notes, unused=unused, fallback=made.fallback)

    async def _path(self, node: Iteration | None) -> tuple[Iteration, ...]:
        if node is None:
            return ()
        async with self._ctx.store.read() as uow:
            return path_to(await uow.iterations.of_session(node.session), node.id)

    async def _origin(
        self, command: Command, job: Job
    ) -> tuple[Session, Iteration | None, RunRecord]:
        """The iteration that a branch grows from: the one named, else a session's champion; none
        where a job works on pictures and the session has only the one that was brought along."""
        named: str = getattr(command, "iteration", "")
        async with self._ctx.store.read() as uow:
            if named:
                node = await uow.iterations.get(named)
                session = await uow.sessions.get(node.session) if node else None
            else:
                session = await self._session(uow, command, job)
                nodes = await uow.iterations.of_session(session.id) if session else ()
                node = champion_of(job.among(nodes), session)
            if session is None or (node is not None and node.discarded):
                raise Gone(NOTHING)
            if node is None and not (job.grows and session.reference):
                raise Gone(NOTHING)
            runs = [node.run] if node else [r.id for r in await uow.runs.of_session(session.id)]
            run = await uow.runs.get(runs[-1]) if runs else None
        if run is None:
            raise Gone("There is no run to continue from.")
        return session, node, run

    async def _session(self, uow: UnitOfWork, command: Command, job: Job) -> Session | None:
        """The one named, else the one whose thread this is said in. Raises BadRequest where a
        picture is what is missing."""
        named = job.session(command)
        if named and (found := await uow.sessions.get(named)):
            return found
        place = command.place
        here = (
            await uow.sessions.in_thread(place.platform, place.channel, place.thread)
            if place.thread
            else None
        )
        there = here is not None and access.is_there(here, command.actor)
        if named is not None and not (there and not named):
            return await self._named(uow, command, job, named)
        if here is None or not there:
            raise BadRequest(
                f"/{command.kind} needs a picture: bring one along, or say it in the thread of one."
            )
        return here

    async def _named(
        self, uow: UnitOfWork, command: Command, job: Job, name: str
    ) -> Session | None:
        """The person's newest session of this job whose goal has the name in it. Raises Gone."""
        for each in await uow.sessions.of_actor(command.actor, MOST_NAMED):
            alike = each.mode == job.name and name.casefold() in each.goal.casefold()
            if alike and access.is_there(each, command.actor):
                return each
        if job.session is own_session:
            return None
        what = f"“{clip(name, 60)}” is none of your sessions" if name else "You have none yet"
        raise Gone(f"{what}: /sessions lists them.")

    def _tree_painter(self, command: Command, old: Plan, settings: ServerSettings) -> str:
        """The one that is asked for, else the tree's own."""
        if asked := str(getattr(command, "painter", "")):
            return painter_for(asked, settings, self._ctx.painters)
        self.same_painter(old, settings)
        return old.painter

    def same_painter(self, plan: Plan, settings: ServerSettings) -> None:
        """A tree keeps its painter, while there is one of that name and the server allows it."""
        was = self._ctx.using(plan.painter).model_set.painter.profile.name
        if was not in allowed_painters(settings, self._ctx.painters):
            raise NotAllowed(
                f"This session was painted by {was}, here {settings.painter} paints now: "
                "start a new one."
            )


def _same_place(place: Place, home: Place) -> Place:
    """Where the posts go, as the platform describes it now if that is where the command came from."""
    return place if place.channel == home.channel else home
