"""The program as it runs on Slack: real service, store, outbox and adapter; scripted models."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.engine.inline import InlineEngine
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from adapters.slack.client import SlackAdapter
from adapters.slack.config import SlackConfig
from adapters.storage.images import FolderImages
from core.domain.commands import Actor
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.jobs.develop import workflow
from core.ports.api import MaskLink
from core.ports.images import Uploads
from core.ports.pixels import Pixels
from core.runtime.context import RunContext
from core.runtime.models import ModelSet
from core.service.outbox import OutboxDrain
from core.service.service import Service
from tests.harness import Inline, end_drain, scripted_context, scripted_models, utc_now
from tests.quick import quick_store
from tests.standins.slack_people import Person
from tests.standins.slack_server import (
    ANNA,
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    TEAM,
    Post,
    SlackServer,
)

REFERENCE = flat(200)


@dataclass
class Program:
    """`await Program(server, folder).start()`; a second one on the same folder is a restart."""

    server: SlackServer
    folder: Path
    mode: Any = "socket"
    painter: ScriptedPainter = field(
        default_factory=lambda: ScriptedPainter(moves=[flat(s) for s in (60, 110, 160, 190)])
    )
    critic: ScriptedCritic = field(default_factory=ScriptedCritic)
    limits: Limits = field(
        default_factory=lambda: Limits(confirm_usd_above=Decimal(9), usd_per_run=Decimal(5))
    )
    loop: LoopDefaults = field(default_factory=LoopDefaults)
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    drain: bool = True
    pixels: Pixels = field(default_factory=Inline)
    spare: ModelSet | None = None
    fallbacks: tuple[ScriptedPainter, ...] = ()
    mask_link: Callable[[MaskLink], str] | None = None
    url: str = ""
    stopped: bool = False
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def start(self) -> "Program":
        self.store = await quick_store(self.folder / "darkroom.sqlite")
        async with self.store.write() as uow:
            await uow.servers.set_flag("paid_confirmed", "yes")
        self.images = FolderImages(self.folder / "images", self.pixels)
        self.engine = InlineEngine()
        self.ctx = self._ctx()
        self.uploads = uploads = dict[str, Uploads]()
        self.service = Service(
            self.ctx, self.engine, self.loop, self.limits, uploads, mask_link=self.mask_link
        )
        self.adapter = SlackAdapter(self.service, self._config())
        uploads["slack"] = self.adapter.uploads
        self.outbox = OutboxDrain(self.store, self.adapter.sender, utc_now)
        await self.engine.launch(workflow(self.ctx))
        await self.adapter.start()
        await self._mount()
        await self.service.sweep()
        self.draining = (
            asyncio.create_task(self.outbox.run(), name="outbox") if self.drain else None
        )
        return self

    def _config(self) -> SlackConfig:
        known: dict[str, Any] = {
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "signing_secret": SECRET,
            "mode": self.mode,
            "api_base": f"{self.server.origin}/api/",
            "file_hosts": (self.server.origin,),
            "post_interval_s": 0.0,
        }
        return SlackConfig(**(known | self.config))

    async def _mount(self) -> None:
        self._runner: web.AppRunner | None = None
        if self.adapter.http_handler is None:
            return
        app = web.Application()
        app.router.add_post("/slack/events", self.adapter.http_handler)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    def _ctx(self) -> RunContext:
        return scripted_context(
            self.store,
            self.images,
            self.pixels,
            scripted_models(self.painter, self.critic),
            nudge=lambda: self.outbox.nudge(),
            spare=self.spare,
            drains=lambda platform: True,
            fallbacks=self.fallbacks,
            asks=True,
            tell=self._tell,
        )

    async def _tell(self, about: str, sentence: str) -> None:
        self.told.append((about, sentence))

    async def stop(self) -> None:
        """Ends this process."""
        self.stopped = True
        await end_drain(self.store, self.draining)
        await self.service.settle_down()
        await self.engine.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.adapter.close()
        await self.store.close()

    # what a test looks for

    def person(self, id: str = ANNA, name: str = "anna") -> Person:
        return Person(self.server, id, name, self.url)

    async def post(self, true: Callable[[Post], bool], seconds: float = 25.0) -> Post:
        """The first post for which `true` holds, once it is there."""
        found: list[Post] = []

        def there() -> bool:
            found[:] = [each for each in self.server.posts.values() if true(each)]
            return bool(found)

        await self.server.until(there, seconds)
        return found[0]

    async def story(self, iterations: int = 2) -> Post:
        """Anna refines a photograph in the channel; returns the closing post when it is there."""
        anna = self.person()
        await anna.slash("/refine")
        view = await anna.opened()
        photo = self.server.add_file(REFERENCE, mimetype="image/png")
        await anna.submit(view, image=photo, goal="a grey day", iterations=iterations)
        return await self.post(is_final)

    async def only_session(self) -> str:
        who = Actor("slack", TEAM, ANNA)
        return (await self.service.sessions(who))[0].session.id


class Taken:
    """Notes every command the adapter hands to the door, and lets it through."""

    def __init__(self, program: Program) -> None:
        self.commands: list[Any] = []
        self.fresh: list[Any] = []
        receive = program.service.receive

        async def noting(command: Any) -> bool:
            self.commands.append(command)
            new = await receive(command)
            if new:
                self.fresh.append(command)
            return new

        program.service.receive = noting  # type: ignore[method-assign]


def is_status(post: Post) -> bool:
    return "*Refine* for" in _words(post) or "*Evolve* for" in _words(post)


def is_final(post: Post) -> bool:
    return "*Finished.*" in _words(post)


def is_round(number: int) -> Callable[[Post], bool]:
    return lambda post: f"*Round {number} of" in _words(post)


def says(text: str) -> Callable[[Post], bool]:
    return lambda post: text in _words(post)


def _words(post: Post) -> str:
    return "\n".join(block["text"]["text"] for block in post.blocks if block["type"] == "section")
