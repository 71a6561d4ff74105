"""The program as it runs on Discord: real service, store, outbox and adapter; scripted models."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from adapters.discord.client import DiscordAdapter
from adapters.discord.config import DiscordConfig
from adapters.engine.inline import InlineEngine
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from adapters.storage.images import FolderImages
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.jobs.develop import workflow
from core.ports.api import MaskLink
from core.ports.images import Uploads
from core.runtime.context import RunContext
from core.runtime.models import ModelSet
from core.service.outbox import OutboxDrain
from core.service.service import Service
from tests.harness import Inline, end_drain, scripted_context, scripted_models, utc_now
from tests.quick import quick_store
from tests.standins.discord_server import TOKEN, DiscordServer

REFERENCE = flat(200)


@dataclass
class Program:
    """`await Program(server, folder).start()`; a second one on the same folder is a restart."""

    server: DiscordServer
    folder: Path
    painter: ScriptedPainter = field(
        default_factory=lambda: ScriptedPainter(moves=[flat(s) for s in (60, 110, 160, 190)])
    )
    critic: ScriptedCritic = field(default_factory=ScriptedCritic)
    limits: Limits = field(
        default_factory=lambda: Limits(confirm_usd_above=Decimal(9), usd_per_run=Decimal(5))
    )
    loop: LoopDefaults = field(default_factory=lambda: LoopDefaults(continue_iterations=1))
    token: str = TOKEN
    drain: bool = True
    confirmed: bool = True
    gateway_url: str = ""
    progress_every_s: float = 0.02
    spare: ModelSet | None = None
    fallbacks: tuple[ScriptedPainter, ...] = ()
    mask_link: Callable[[MaskLink], str] | None = None

    async def start(self) -> "Program":
        self.store = await quick_store(self.folder / "darkroom.sqlite")
        async with self.store.write() as uow:
            await uow.servers.set_flag("paid_confirmed", "yes" if self.confirmed else "")
        self.images = FolderImages(self.folder / "images", Inline())
        self.engine = InlineEngine()
        self.ctx = self._ctx()
        self.uploads = uploads = dict[str, Uploads]()
        self.service = Service(
            self.ctx, self.engine, self.loop, self.limits, uploads, mask_link=self.mask_link
        )
        self.adapter = DiscordAdapter(self.service, self._config())
        uploads["discord"] = self.adapter.uploads
        self.outbox = OutboxDrain(self.store, self.adapter.sender, utc_now)
        await self.engine.launch(workflow(self.ctx))
        try:
            await self.adapter.start()
        except BaseException:
            await self.engine.close()
            await self.store.close()
            raise
        await self.service.sweep()
        self.draining = (
            asyncio.create_task(self.outbox.run(), name="outbox") if self.drain else None
        )
        return self

    def _config(self) -> DiscordConfig:
        return DiscordConfig(
            token=self.token,
            api_base=self.server.api,
            gateway_url=self.gateway_url,
            cdn_hosts=(self.server.origin,),
            progress_every_s=self.progress_every_s,
            guild_ready_timeout_s=0.05,
        )

    def _ctx(self) -> RunContext:
        return scripted_context(
            self.store,
            self.images,
            Inline(),
            scripted_models(self.painter, self.critic),
            nudge=lambda: self.outbox.nudge(),
            spare=self.spare,
            drains=lambda platform: True,
            fallbacks=self.fallbacks,
            asks=True,
        )

    async def stop(self) -> None:
        """Ends this process."""
        await self.service.settle_down()
        await self.engine.join()
        await end_drain(self.store, self.draining)
        await self.adapter.close()
        await self.service.settle_down()
        await self.engine.close()
        await self.store.close()
