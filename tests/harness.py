"""The real service on a real database, with scripted models and the in-memory engine."""

import asyncio
import contextlib
import pickle
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar, cast

from adapters.engine.inline import InlineEngine
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from adapters.storage.images import FolderImages
from core.domain.access import PROGRAM
from core.domain.commands import Actor, ImageHandle, Place
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.domain.records import Delivery, Iteration, RunRecord
from core.imaging import tasks
from core.imaging.codec import box_mask
from core.jobs.develop import workflow
from core.jobs.refine import Refine
from core.jobs.registry import calls_of
from core.models.painter import Painter
from core.ports.credentials import Seal
from core.ports.engine import Engine
from core.ports.images import Uploads
from core.ports.pixels import Pixels
from core.ports.reader import Reader
from core.ports.store import Store
from core.runtime.context import RunContext, nobody_drains
from core.runtime.models import ModelSet
from core.runtime.payments import Payer
from core.service.service import Service
from core.service.sweeper import EVERYBODYS, Apart
from tests.quick import quick_store

T = TypeVar("T")
ANN = Actor("web", "", "ann", "Ann")
BOB = Actor("web", "", "bob", "Bob")
PAGE = Place("web", "", "page")
REFERENCE = flat(200)
MASK = box_mask(64, 64, 0, 0, 0.5, 1)  # of the reference, its left half
UNKNOWN_USD = Decimal("0.25")


_PURE = {tasks.score, tasks.contact_sheet, tasks.animation, tasks.plot, tasks.fit}
_MADE: dict[tuple[object, bytes], object] = {}


class Inline:
    """`core.ports.Pixels` without a process: the pictures of these tests are tiny, and few: what
    the core made of the same ones in an earlier test is not made again."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        if function not in _PURE:
            return function(*args)
        asked = (function, pickle.dumps(args))
        if asked not in _MADE:
            _MADE[asked] = function(*args)
        return cast(T, _MADE[asked])


def utc_now() -> datetime:
    return datetime.now(UTC)


async def _untold(about: str, sentence: str) -> None:
    return None


def scripted_models(
    painter: ScriptedPainter, critic: ScriptedCritic, editor: ScriptedPainter | None = None
) -> ModelSet:
    """The critic judges as well."""
    return ModelSet(
        painter=painter,
        editor=editor,
        critic=critic,
        judge=critic,
        styles=("oil", "neon", "pencil"),
    )


def scripted_context(
    store: Store,
    images: FolderImages,
    pixels: Pixels,
    model_set: ModelSet,
    *,
    nudge: Callable[[], None],
    clock: Callable[[], datetime] = utc_now,
    tell: Callable[[str, str], Awaitable[None]] = _untold,
    spare: ModelSet | None = None,
    drains: Callable[[str], bool] = nobody_drains,
    fallbacks: Sequence[Painter] = (),
    asks: bool = False,
) -> RunContext:
    """What a program gives its runs; a call of unknown price is booked as 25 cents."""
    return RunContext(
        store=store,
        images=images,
        pixels=pixels,
        clock=clock,
        model_set=model_set,
        payer=Payer(store, images, clock, UNKNOWN_USD),
        nudge=nudge,
        tell=tell,
        salt="salt",
        unknown_usd=UNKNOWN_USD,
        calls=calls_of,
        spare=spare,
        drains=drains,
        fallbacks=tuple(model_set.by(painter) for painter in fallbacks),
        asks=asks,
    )


async def end_drain(store: Store, draining: asyncio.Task[None] | None) -> None:
    """Ends an outbox wherever it stands, but not inside a transaction, which a real end would undo
    and a cancelled task in a living process does not."""
    if draining is not None:
        async with store.write():
            draining.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await draining


class Files:
    """`core.ports.Uploads`: what was put here is what is fetched."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | Exception] = {"ref": REFERENCE, "mask": MASK}

    async def fetch(self, handle: ImageHandle) -> bytes:
        found = self.files[handle.ref]
        if isinstance(found, Exception):
            raise found
        return found


@dataclass
class World:
    """A program's inside. `restart` gives another process on the same data; `studio` goes before
    `painter` and `critic`."""

    folder: Path
    painter: ScriptedPainter = field(default_factory=ScriptedPainter)
    critic: ScriptedCritic = field(default_factory=ScriptedCritic)
    limits: Limits = field(
        default_factory=lambda: Limits(confirm_usd_above=Decimal(9), usd_per_run=Decimal(5))
    )
    loop: LoopDefaults = field(default_factory=LoopDefaults)
    paid_before: bool = True
    model_set: ModelSet | None = None
    spare: ModelSet | None = None
    fallbacks: tuple[ScriptedPainter, ...] = ()
    asks: bool = False
    engine_of: Callable[[], Engine] = InlineEngine
    pixels: Pixels = field(default_factory=Inline)
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    others: Apart = EVERYBODYS
    reader: Reader | None = None
    seal: Seal | None = None

    async def open(self) -> "World":
        self.store: Store = await quick_store(self.folder / "darkroom.sqlite")
        self.images = FolderImages(self.folder / "images", self.pixels)
        self.engine = self.engine_of()
        self.files = Files()
        self.uploads: dict[str, Uploads] = {"web": self.files}
        self.now = utc_now
        editor = self.painter if self.painter.profile.mask else None
        self.ctx = scripted_context(
            self.store,
            self.images,
            self.pixels,
            self.model_set or scripted_models(self.painter, self.critic, editor),
            clock=lambda: self.now(),
            nudge=lambda: None,
            tell=self._tell,
            spare=self.spare,
            fallbacks=self.fallbacks,
            asks=self.asks,
        )
        self.ctx = replace(self.ctx, limits=self.limits, reader=self.reader, seal=self.seal)
        self.service = Service(
            self.ctx, self.engine, self.loop, self.limits, self.uploads, others=self.others
        )
        await self.engine.launch(workflow(self.ctx))
        if self.paid_before:
            await self._confirmed_before()
        return self

    async def _confirmed_before(self) -> None:
        """So that no test but the one about it meets the question before the first paid run."""
        async with self.store.write() as uow:
            await uow.servers.set_flag("paid_confirmed", "yes")

    async def _tell(self, about: str, sentence: str) -> None:
        self.told.append((about, sentence))

    async def close(self) -> None:
        await self.service.settle_down()
        await self.engine.close()
        await self.store.close()

    async def restart(self) -> "World":
        """Ends this process where it stands and starts another."""
        await self.close()
        await self.open()
        await self.service.sweep()
        await self.settle()
        return self

    async def settle(self) -> None:
        """Until nothing is going on."""
        for _ in range(3):
            await self.service.settle_down()
            if isinstance(self.engine, InlineEngine):
                await self.engine.join()

    async def send(self, command: object) -> bool:
        taken = await self.service.receive(command)  # type: ignore[arg-type]
        await self.settle()
        return taken

    async def updates(self, session: str) -> list[Delivery]:
        return list(await self.service.deliveries(session, PROGRAM))

    async def only_session(self, actor: Actor = ANN) -> str:
        (one,) = await self.service.sessions(actor)
        return one.session.id

    async def nodes(self, session: str) -> list[Iteration]:
        tree = await self.service.tree(session, PROGRAM)
        assert tree is not None
        return list(tree.iterations)

    async def runs(self, session: str) -> list[RunRecord]:
        tree = await self.service.tree(session, PROGRAM)
        assert tree is not None
        return list(tree.runs)


def refine(key: str = "web::1", actor: Actor = ANN, **options: object) -> Refine:
    """`/refine` with the reference of these tests."""
    options.setdefault("image", ImageHandle("web", "ref"))
    return Refine(dedup_key=key, actor=actor, place=PAGE, **options)  # type: ignore[arg-type]
