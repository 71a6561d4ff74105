"""A small Door in memory: it keeps what it is told and plays a refine when asked for one."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from adapters.web.outbound import WebSender
from core.domain.access import Reader, is_there, may_read
from core.domain.commands import Actor, Command, Place, Stop
from core.domain.preferences import Preferences, merged
from core.domain.records import (
    Delivery,
    InboxState,
    Iteration,
    Plan,
    RunRecord,
    RunStatus,
    Session,
    Tree,
)
from core.domain.settings import ServerSettings
from core.domain.updates import (
    Accepted,
    Critiqued,
    Finished,
    IterationFinished,
    Progressed,
    Refused,
    Update,
)
from core.domain.views import CandidateView, Check, Quote, Score
from core.jobs.pick import Pick
from core.jobs.registry import job_of
from core.ports.api import ModelsView, QuotaView, SessionSummary
from core.ports.looking import FoundImage
from tests.offers import scripted_offers

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
QUOTE = Quote(4, 4, Decimal("0.0400"), Decimal("0.0213"), 2.0, ("openai:painter",), False)
FREE = Quote(4, 4, Decimal(0), Decimal(0), 0.2, ("offline:gouache",), True)
DABS = "\n\nDabs 512x341:\nred 3f9aKq 0Zx81p\nteal 77gHpQ 1mNz0a"


def png(step: int, size: tuple[int, int] = (480, 320)) -> bytes:
    """A sun over hills, the sharper the higher the step (0-4)."""
    image = Image.new("RGB", size, (238, 172, 96))
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width * 0.6, height * 0.15, width * 0.8, height * 0.45), fill=(255, 236, 190))
    draw.polygon(
        [(0, height), (width * 0.35, height * 0.4), (width * 0.8, height)], fill=(92, 60, 96)
    )
    draw.polygon(
        [(width * 0.3, height), (width * 0.8, height * 0.5), (width, height)], fill=(52, 40, 74)
    )
    image = image.filter(ImageFilter.GaussianBlur((4 - step) * 6))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class MemoryImages:
    def __init__(self) -> None:
        self.bytes: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        return self.add(data)

    def add(self, data: bytes) -> str:
        hash = hashlib.sha256(data).hexdigest()
        self.bytes[hash] = data
        return hash

    async def get(self, hash: str) -> bytes:
        return self.bytes[hash]

    async def thumbnail(self, hash: str) -> bytes:
        image = Image.open(io.BytesIO(self.bytes[hash]))
        image.thumbnail((320, 320))
        file = io.BytesIO()
        image.save(file, "WEBP")
        return file.getvalue()

    async def note_call(self, key: str, text: str) -> None: ...

    async def noted_call(self, key: str) -> str | None:
        return None


class FakeDoor:
    """Takes commands, writes updates with per-session numbers, hands them to the sender."""

    def __init__(self, *, embedded: bool = True) -> None:
        self.images = MemoryImages()
        self.models = ModelsView(
            painter="offline:gouache" if embedded else "openai:painter",
            editor="offline:gouache",
            critic="offline:eye",
            judge="offline:eye",
            embedded=embedded,
            styles=("gouache", "watercolor", "ukiyo-e", "neon"),
            painters=("offline:gouache", "mine:Flux"),
        )
        self.offers = scripted_offers()
        self.masks = True
        self.sender: WebSender | None = None
        self.received: list[Command] = []
        self.keys: set[str] = set()
        self.refused: set[str] = set()
        self.rows: list[Delivery] = []
        self.trees: dict[str, Tree] = {}
        self.refuse_next: str = ""
        self.preferred: dict[str, Preferences] = {}
        self.steps = [png(step) for step in range(5)]

    # Door

    async def preferences(self, actor: Actor) -> Preferences:
        return self.preferred.get(actor.id, Preferences())

    async def prefer(self, actor: Actor, wanted: Preferences, seen: Preferences) -> Preferences:
        self.preferred[actor.id] = merged(await self.preferences(actor), seen, wanted)
        return self.preferred[actor.id]

    async def painters(self, platform: str, tenant: str) -> Sequence[str]:
        return self.models.painters

    async def receive(self, command: Command) -> bool:
        if command.dedup_key in self.keys:
            return False
        self.keys.add(command.dedup_key)
        self.received.append(command)
        if self.refuse_next:
            self.refused.add(command.dedup_key)
            await self.refuse(command, self.refuse_next)
            self.refuse_next = ""
        elif isinstance(command, Pick):
            node = await self.iteration(command.iteration, command.actor)
            assert node is not None
            await self.branch(command, node)
        elif not command.place.thread and job_of(command):
            await self.begin(command)
        elif isinstance(command, Stop):
            await self.finish(command.session, command.run, "Stopped by a person.")
        return True

    async def quote(self, command: Command) -> Quote:
        return FREE if self.models.embedded else QUOTE

    async def delete(self, actor: Actor, session: str) -> None:
        del self.trees[session]

    async def rename(self, actor: Actor, session: str, name: str) -> str:
        tree = self.trees[session]
        self.trees[session] = replace(tree, session=replace(tree.session, name=name.strip()))
        return name.strip()

    async def picked_before(self, key: str) -> bool:
        return key in self.keys

    async def fate(self, dedup_key: str) -> InboxState | None:
        if dedup_key not in self.keys:
            return None
        return InboxState.REFUSED if dedup_key in self.refused else InboxState.TAKEN

    async def quota(self, actor: Actor) -> QuotaView:
        return QuotaView(
            images=6, images_limit=30, usd=Decimal("0.1200"), usd_limit=Decimal(1),
            usd_per_run=Decimal("0.50"), open_runs=1, open_runs_limit=2, total_usd=Decimal("2.5"),
            total_usd_limit=Decimal(10), free_at=NOW + timedelta(hours=12),
        )  # fmt: skip

    async def sessions(self, actor: Actor, limit: int = 25) -> Sequence[SessionSummary]:
        mine = [tree for tree in self.trees.values() if tree.session.owner.id == actor.id]
        return [_summary(tree) for tree in reversed(mine)][:limit]

    async def sessions_in(self, reader: Reader, platform: str, channel: str, limit: int = 25):
        places = [t for t in self.trees.values() if t.session.place.channel == channel]
        return [_summary(tree) for tree in reversed(places)][:limit]

    async def tree(self, session: str, reader: Reader) -> Tree | None:
        found = self.trees.get(session)
        return found if found is not None and is_there(found.session, reader) else None

    async def settings(self, platform: str, tenant: str) -> ServerSettings:
        return ServerSettings()

    async def stars(self, session: str, reader: Reader) -> dict[str, int]:
        return {}

    async def find(self, actor: Actor, words: str, limit: int = 40) -> Sequence[FoundImage]:
        return ()

    async def iteration(self, id: str, reader: Reader) -> Iteration | None:
        nodes = [node for tree in self.trees.values() for node in tree.iterations]
        return next((node for node in nodes if node.id == id), None)

    async def delivery_of(
        self, platform: str, channel: str, message: str, reader: Reader
    ) -> Delivery | None:
        return None

    async def session_in(
        self, reader: Reader, platform: str, channel: str, thread: str
    ) -> Session | None:
        return None

    async def deliveries(self, session: str, reader: Reader, after: int = 0) -> Sequence[Delivery]:
        home = self.trees[session].session if session in self.trees else None
        rows = [row for row in self.rows if row.session == session and row.seq > after]
        rows = [row for row in rows if may_read(row, home, reader)]
        return sorted(rows, key=lambda row: row.seq)

    async def question(self, dedup_key: str, reader: object) -> None:
        return None

    async def taken_down(self, image: str) -> bool:
        return False

    async def refusal(self, dedup_key: str, reader: object) -> Refused | None:
        found = [row.update for row in self.rows if isinstance(row.update, Refused)]
        return next((each for each in found if each.dedup_key == dedup_key), None)

    # the play

    async def post(self, update: Update) -> None:
        """Appends to the outbox; a Progressed replaces the one of its run."""
        seq = 1 + max((r.seq for r in self.rows if r.session == update.session), default=0)
        if isinstance(update, Progressed):
            self.rows = [
                r for r in self.rows
                if not (isinstance(r.update, Progressed) and r.update.run == update.run)
            ]  # fmt: skip
        key = f"{update.session}#{seq}"
        place = Place("web", "", "playground", thread=update.session)
        row = Delivery(
            id=len(self.rows) + 1, key=key, platform="web", session=update.session,
            run=update.run, seq=seq, update=update, place=place,
        )  # fmt: skip
        self.rows.append(row)
        if self.sender is not None:
            async with self.sender.prepare(row) as send:
                await send()

    async def refuse(self, command: Command, sentence: str) -> None:
        await self.post(
            Refused(command=command.kind, sentence=sentence, actor=command.actor.id,
                    dedup_key=command.dedup_key)
        )  # fmt: skip

    async def begin(self, command: Any) -> str:
        number = len(self.trees) + 1
        id, run = f"s{number}", f"s{number}-r1"
        reference = self.images.add(self.steps[4]) if getattr(command, "image", None) else ""
        session = Session(
            id=id, mode="refine", owner=command.actor, place=command.place, reference=reference,
            goal=getattr(command, "goal", ""), created=NOW,
        )  # fmt: skip
        self.trees[id] = Tree(session=session, runs=(_run(run, id, command, ""),))
        await self.post(
            Accepted(session=id, run=run, mode="refine", owner=command.actor.id,
                     owner_name=command.actor.name, quote=QUOTE, goal=getattr(command, "goal", ""),
                     reference=reference, review=getattr(command, "review", False))
        )  # fmt: skip
        return id

    async def branch(self, command: Pick, node: Iteration) -> None:
        tree = self.trees[node.session]
        run = f"{node.session}-r{len(tree.runs) + 1}"
        added = _run(run, node.session, command, node.id)
        self.trees[node.session] = replace(tree, runs=(*tree.runs, added))
        await self.post(
            Accepted(session=node.session, run=run, mode="refine", owner=command.actor.id,
                     owner_name=command.actor.name, quote=QUOTE, base=node.id, branch=True)
        )  # fmt: skip

    async def round(self, session: str, run: str, number: int) -> Iteration:
        """Paints a round: progress, the iteration, then its critique."""
        tree = self.trees[session]
        await self.post(
            Progressed(session=session, run=run, phase="running", line=f"painting round {number}",
                       round=number, rounds=4, spent=Decimal("0.0050") * number)
        )  # fmt: skip
        node = self._node(tree, run, number)
        self.trees[session] = replace(tree, iterations=(*tree.iterations, node))
        await self.post(_finished_round(node, self.models.embedded))
        await self.post(
            Critiqued(session=session, run=run, round=number, iteration=node.id,
                      summary="The hill on the right is too soft; sharpen its edge.",
                      differences=("the edge of the near hill", "the sun is too large"),
                      keep=("the warm sky",), idea="a flock of birds before the sun")
        )  # fmt: skip
        return node

    def _node(self, tree: Tree, run: str, number: int) -> Iteration:
        words = f"A low sun over two violet hills, warm sky, round {number}. <b>not bold</b>"
        values = (41.2, 55.9, 68.4, 74.0, 79.3)
        score = Score(
            values[min(number, 4)], 0.5 + number / 12, 0.6 + number / 14, 0.7 + number / 16
        )
        parent = tree.iterations[-1].id if tree.iterations else ""
        base = next((r.plan.base for r in tree.runs if r.id == run), "")
        own = [node for node in tree.iterations if node.run == run]
        return Iteration(
            id=f"{run}-{number}", session=tree.session.id, run=run,
            parent=base if base and not own else parent,
            round=number, candidate=0, prompt=words + DABS, words=words,
            image=self.images.add(self.steps[min(number, 4)]), width=480, height=320,
            model=self.models.painter, created=NOW, seconds=3.4, cost=Decimal("0.0053"), seed=7,
            alt=f"Hills and a sun, round {number}", score=score, won=True, best=True,
            because="" if not number else "The sun was too small; the sky is warmer now.",
            checks=(Check("Is there a sun?", True), Check("Are there birds?", False)),
        )  # fmt: skip

    def lose(self, session: str, number: int) -> None:
        """A second candidate of that round that lost it, and a round after it that was taken down."""
        tree = self.trees[session]
        won = next(node for node in tree.iterations if node.round == number)
        lost = replace(won, id=f"{won.id}b", candidate=1, won=False, score=Score(20, 0.2, 0.2, 0.2))
        gone = replace(won, id=f"{won.id}x", round=number + 1, parent=won.id, discarded=True)
        self.trees[session] = replace(tree, iterations=(*tree.iterations, lost, gone))

    async def finish(self, session: str, run: str, reason: str) -> None:
        tree = self.trees[session]
        run = run or tree.runs[-1].id
        runs = tuple(
            replace(r, status=RunStatus.DONE, reason=reason, ended=NOW) if r.id == run else r
            for r in tree.runs
        )
        self.trees[session] = replace(tree, runs=runs)
        nodes = [node for node in tree.iterations if node.run == run]
        best = _view(nodes[-1]) if nodes else None
        sheet = self.images.add(png(4, (900, 220)))
        await self.post(
            Finished(session=session, run=run, mode="refine", reason=reason, best=best,
                     rounds=len(nodes), spent=Decimal("0.0053") * len(nodes),
                     spent_images=len(nodes), quote=QUOTE, released=Decimal("0.0128"),
                     seconds=14.2, contact_sheet=sheet, animation=sheet)
        )  # fmt: skip


def _run(id: str, session: str, command: Command, base: str) -> RunRecord:
    return RunRecord(
        id=id, session=session, actor=command.actor, place=command.place,
        command_key=command.dedup_key, plan=Plan(mode="refine", rounds=4, base=base), quote=QUOTE,
        status=RunStatus.RUNNING, created=NOW,
    )  # fmt: skip


def _summary(tree: Tree) -> SessionSummary:
    best = tree.iterations[-1] if tree.iterations else None
    return SessionSummary(
        session=tree.session,
        run=tree.runs[-1] if tree.runs else None,
        best=best,
        iterations=len(tree.iterations),
    )


def _view(node: Iteration) -> CandidateView:
    return CandidateView(
        node.id, node.image, node.width, node.height, node.alt, node.score, node.checks, node.seed
    )


def _finished_round(node: Iteration, embedded: bool) -> IterationFinished:
    return IterationFinished(
        session=node.session, run=node.run, mode="refine", round=node.round, rounds=4,
        candidates=(_view(node),), best=0, champion=node.id, won=node.won,
        change=None if not node.round else 7.125, cost=node.cost, seconds=node.seconds,
        prompt=node.prompt, words=node.words, critique=node.because, parent=node.parent,
        model=node.model, embedded=embedded,
    )  # fmt: skip
