"""The only wiring: settings in, a program out. Nothing connects before `build`."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.credentials.signing import Signer, signer
from adapters.engine.inline import InlineEngine
from adapters.eyes.ocr import OcrReader, installed
from adapters.models.checks import ModelReport, check_models
from adapters.models.config import ProviderConfig
from adapters.models.registry import DEFAULT_EMBEDDED, ModelNames, Models, build_models
from adapters.pixels import PixelPool
from adapters.storage.claim import claimed, nobody_else
from adapters.storage.images import FolderImages
from adapters.storage.sql import BACKUPS, open_store
from adapters.web.config import WebConfig
from adapters.web.mask_links import MaskLinks, ticket_of
from adapters.web.security import Links
from bot.config import Settings
from bot.folder import data_folder, database_url, secret
from bot.models import fallbacks, model_set
from core.domain.budgets import Limit
from core.domain.defaults import LoopDefaults, Rule
from core.domain.errors import Misconfigured
from core.domain.ledger import Limits
from core.jobs.develop import workflow
from core.jobs.registry import calls_of
from core.ports.api import MaskLink
from core.ports.engine import Engine
from core.ports.images import Images, Uploads
from core.ports.sender import Sender
from core.ports.store import Store
from core.runtime.context import RunContext
from core.runtime.models import ModelSet
from core.runtime.payments import Payer
from core.service.alerts import Operator
from core.service.outbox import OutboxDrain
from core.service.service import Service
from core.service.supervisor import Supervisor
from core.service.sweeper import Apart

CARRIED_APART = frozenset({"cli", "mcp"})  # by the process at the terminal, by `darkroom mcp`
PATIENCE_S = 2.0  # a sweep holds these claims for a moment


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Program:
    """Everything that was built, to be closed in reverse order by `close`."""

    settings: Settings
    store: Store
    images: Images
    pixels: PixelPool
    models: Models
    reports: tuple[ModelReport, ...]
    ctx: RunContext
    engine: Engine
    service: Service
    uploads: dict[str, Uploads]
    outboxes: list[OutboxDrain]

    def add_platform(self, sender: Sender, uploads: Uploads) -> OutboxDrain:
        """Registers a platform's two sides; returns its outbox, to be run by the caller."""
        outbox = OutboxDrain(self.store, sender, now, self.ctx.tell)
        self.outboxes.append(outbox)
        self.uploads[sender.platform] = uploads
        return outbox

    @contextlib.asynccontextmanager
    async def posting(self, sender: Sender, uploads: Uploads) -> AsyncGenerator[Supervisor]:
        """A platform of this process alone, whose outbox goes on while the block runs, whatever
        breaks; so does what the block has the supervisor carry."""
        outbox, supervisor = self.add_platform(sender, uploads), Supervisor(self.ctx.tell)
        supervisor.carry(f"outbox {sender.platform}", outbox.run)
        try:
            yield supervisor
        finally:
            await supervisor.end_all()

    async def close(self) -> None:
        await self.engine.close()
        await self.models.close()
        await self.pixels.close()
        await self.store.close()


async def build(
    settings: Settings,
    engine: Engine,
    *,
    patient: bool = True,
    instead: ModelSet | None = None,
    loop: LoopDefaults | None = None,
) -> Program:
    """Makes the models, opens the database, launches the engine. `patient`: runs may wait for
    people; `instead` of the configured models and loop others may be used, whose pictures nobody reads
    by measurement. Raises Misconfigured."""
    folder = data_folder(settings)
    pixels = PixelPool()
    models, reports = await _present_models(settings, pixels)
    store = await open_store(database_url(settings), folder / BACKUPS)
    images = FolderImages(folder / "images", pixels)
    outboxes: list[OutboxDrain] = []
    uploads: dict[str, Uploads] = {}
    ctx = RunContext(
        store=store,
        images=images,
        pixels=pixels,
        clock=now,
        model_set=instead or model_set(models),
        payer=Payer(store, images, now, settings.prices.unknown_usd),
        nudge=lambda: _nudge(outboxes),
        tell=Operator(store, now, settings.bot.admin).tell,
        salt=secret(folder),
        unknown_usd=settings.prices.unknown_usd,
        calls=calls_of,
        fallbacks=() if instead else fallbacks(models),
        asks=settings.models.fallback == "offer",
        guards=models.guards,
        spare=_spare(models, pixels),
        drains=lambda platform: platform in uploads,
        limits=limits(settings),
        patient=patient,
        reader=OcrReader(pixels) if installed() and instead is None else None,
        seal=sealer(settings),
    )
    service = Service(
        ctx,
        engine,
        loop or loop_defaults(settings),
        limits(settings),
        uploads,
        session_link(settings, folder),
        mask_link(settings, folder),
        Apart(CARRIED_APART, lambda platform: nobody_else(database_url(settings), platform)),
    )
    await engine.launch(workflow(ctx))
    return Program(
        settings=settings,
        store=store,
        images=images,
        pixels=pixels,
        models=models,
        reports=reports,
        ctx=ctx,
        engine=engine,
        service=service,
        uploads=uploads,
        outboxes=outboxes,
    )


@contextlib.asynccontextmanager
async def carrying(
    settings: Settings,
    platform: str,
    instead: ModelSet | None = None,
    loop: LoopDefaults | None = None,
) -> AsyncGenerator[Program]:
    """A program that carries the runs of one platform in this process alone; what the one before it
    left is ended. Raises Misconfigured where another is at work."""
    data_folder(settings)
    async with claimed(database_url(settings), platform, PATIENCE_S):
        program = await build(settings, InlineEngine(), patient=False, instead=instead, loop=loop)
        try:
            await program.service.end_orphans(platform)
            yield program
        finally:
            await program.close()


async def _present_models(
    settings: Settings, pixels: PixelPool
) -> tuple[Models, tuple[ModelReport, ...]]:
    """The configured models; one that is gone stops the start. Raises Misconfigured."""
    models = make_models(settings, pixels)
    reports = await check_models(models)
    gone = [report for report in reports if report.state == "gone"]
    if gone:
        await models.close()
        await pixels.close()
        raise Misconfigured(" ".join(f"{report.keys}: {report.sentence}" for report in gone))
    return models, reports


def make_models(settings: Settings, pixels: PixelPool) -> Models:
    """Raises Misconfigured."""
    return build_models(
        model_names(settings), provider_configs(settings), settings.prices.models, pixels
    )


def sealer(settings: Settings) -> Signer | None:
    """What signs the pictures that leave. Raises Misconfigured."""
    return signer(settings.provenance.certificate, settings.provenance.private_key)


def session_link(settings: Settings, folder: Path) -> Callable[[str], str]:
    """The signed address of a session's page; "" for all where no public_url is set."""
    links = Links(WebConfig(public_url=settings.web.public_url, secret=secret(folder)))
    return lambda session: links.public(links.session(session))


def mask_link(settings: Settings, folder: Path) -> Callable[[MaskLink], str] | None:
    """The signed address of the mask painter; None where there is no page that others can open."""
    if not settings.web.enabled or not settings.web.public_url:
        return None
    links = MaskLinks(WebConfig(public_url=settings.web.public_url, secret=secret(folder)))
    return lambda link: links.public(ticket_of(link))


def model_names(settings: Settings) -> ModelNames:
    part = settings.models
    painter, *fallbacks = part.painters or ("",)
    return ModelNames(
        painter=painter,
        fallbacks=tuple(fallbacks),
        editor=part.editor,
        critic=part.critic,
        judge=part.judge,
    )


def provider_configs(settings: Settings) -> dict[str, ProviderConfig]:
    found: dict[str, ProviderConfig] = {}
    for name, part in settings.providers.items():
        values = part.model_dump()
        values["api_key"] = part.api_key.get_secret_value()
        headers = {k: v.get_secret_value() for k, v in part.extra_headers.items()}
        values["extra_headers"] = headers
        found[name] = ProviderConfig(**values, previews=settings.loop.previews)
    return found


def limits(settings: Settings) -> Limits:
    quotas = settings.quotas
    layers = tuple(Limit(**row.model_dump()) for row in quotas.limits)
    return Limits(**quotas.model_dump(exclude={"limits"}), layers=layers)


def loop_defaults(settings: Settings, off: tuple[Rule, ...] = ()) -> LoopDefaults:
    return LoopDefaults(**settings.loop.model_dump(exclude={"previews"}), off=off)


def _spare(models: Models, pixels: PixelPool) -> ModelSet | None:
    """The embedded engine beside a configured painter: a server's admins may choose it."""
    if models.painter.profile.embedded:
        return None
    name = DEFAULT_EMBEDDED
    names = ModelNames(painter=name, editor=name, critic=name, judge=name)
    return model_set(build_models(names, {}, {}, pixels))


def _nudge(outboxes: list[OutboxDrain]) -> None:
    for outbox in outboxes:
        outbox.nudge()
