"""The program that serves: start, readiness, stop."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from adapters.engine.durable import DurableEngine
from adapters.storage.claim import claimed
from adapters.web.config import CLOSED
from adapters.web.masks import Editing, commands_of
from adapters.web.names import StoredNames
from adapters.web.server import CONNECTIONS, WebAdapter
from adapters.web.uploads import WebUploads
from bot.alarms import Alarms
from bot.bootstrap import Program, build, limits, now
from bot.config import Settings
from bot.connections import Connection, not_connected
from bot.doors import discord_config, slack_config, web_config
from bot.folder import data_folder, database_url
from bot.listening import listen
from bot.logs import kept
from bot.metrics import Metrics
from bot.models import ROUND, bill_sentence, chosen_by_key, dollars, idle_keys, unpriced
from bot.readiness import Readiness
from bot.stopping import bounded, until_stopped
from core.jobs.registry import JOBS, calls_of
from core.ports.pixels import Pixels
from core.runtime.asking import account_topic
from core.runtime.pricing import worst_round
from core.service.supervisor import RestartPauses, Supervisor

log = structlog.get_logger()
PACE = RestartPauses()  # of tasks that broke
CLOSE_S, RESERVE_S = 10.0, 5.0  # for one part of the end; for what comes after the calls in flight


async def archive_of(program: Program, session: str, path: Path) -> bool:
    """Writes a session's zip; False where there is none."""
    from adapters.bundles.archive import read_all, write_archive  # draws: a start needs none of it

    found = await read_all(program.store, session)
    if found is None:
        return False
    await write_archive(*found, program.service.images, program.pixels, path)
    return True


class App:
    """One process: platforms, outboxes, the service, one HTTP server."""

    def __init__(self, program: Program, settings: Settings) -> None:
        self.program, self.settings = program, settings
        self.platforms: dict[str, Connection[Any]] = {}
        self.supervisor = Supervisor(program.ctx.tell, PACE)
        self._readiness = Readiness(
            program.store,
            data_folder(settings),
            now,
            self.platforms,
            lambda: self.supervisor.broken,
        )
        self._metrics_of = Metrics(program.store, now)
        self.runner: web.AppRunner | None = None
        self.address = ""
        self._announcing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects what is configured; raises a DarkroomError with a sentence if that fails."""
        web_adapter = self._web()
        for platform in self._chat():
            outbox = self.program.add_platform(platform, platform)
            self.supervisor.carry(f"outbox {platform.platform}", outbox.run)
            self.platforms[platform.platform] = platform
        if self.settings.web.enabled:
            await self._serve(web_adapter)
        self.supervisor.carry("service", self.program.service.run)
        self.supervisor.carry("storage watch", lambda: self._readiness.watch(self.program.ctx.tell))
        self.supervisor.carry("metrics", self._metrics_of.watch)
        self.supervisor.carry("alarms", self._alarms().watch)
        await self._say_models()
        await self._connect()

    async def _connect(self) -> None:
        """All platforms at once; one that is not there now is tried again, while the rest works."""
        await asyncio.gather(*(platform.first() for platform in self.platforms.values()))
        for name, platform in self.platforms.items():
            self.supervisor.carry(f"connection {name}", platform.hold)
        self._announcing = asyncio.create_task(self._announce(), name="ready")

    async def _announce(self) -> None:
        """The word `ready` means that every configured platform is connected."""
        for platform in self.platforms.values():
            await platform.up.wait()
        self._say_ready()

    def _alarms(self) -> Alarms:
        program, settings = self.program, self.settings
        tell = program.ctx.tell
        return Alarms(program.store, now, data_folder(settings), limits(settings), tell)

    def _web(self) -> WebAdapter:
        settings = self.settings
        folder = data_folder(settings)
        uploads = WebUploads(folder / "uploads")
        adapter = WebAdapter(
            self.program.service,
            web_config(settings),
            uploads,
            names=StoredNames(self.program.store),
            editing=editing(self.program.pixels),
            archive=partial(archive_of, self.program),
        )
        outbox = self.program.add_platform(adapter.sender, uploads)
        self.supervisor.carry("outbox web", outbox.run)
        return adapter

    def _chat(self) -> list["Connection[Any]"]:
        settings, core = self.settings, self.program.service
        found: list[Connection[Any]] = []
        if settings.discord.token.get_secret_value():
            from adapters.discord.client import DiscordAdapter

            discord = discord_config(settings)
            found.append(Connection("discord", lambda: DiscordAdapter(core, discord)))
        if settings.slack.bot_token.get_secret_value():
            from adapters.slack.client import SlackAdapter

            slack = slack_config(settings)
            found.append(Connection("slack", lambda: SlackAdapter(core, slack)))
        return found

    async def _serve(self, adapter: WebAdapter) -> None:
        app = adapter.app(self._mounts(adapter))
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0, **CONNECTIONS)
        await self.runner.setup()
        self.address = await listen(self.runner, self.settings.web.host, self.settings.web.port)

    def _mounts(self, adapter: WebAdapter) -> list[web.RouteDef]:
        """What is no page: health for whoever starts and stops the program, figures for who was let
        in, Slack's deliveries."""
        mounts = [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", adapter.guarded(self._metrics)),
        ]
        if self.settings.slack.mode == "http" and "slack" in self.platforms:
            mounts.append(web.post("/slack/events", self._slack_events))
        return mounts

    async def _slack_events(self, request: web.Request) -> web.StreamResponse:
        handler = getattr(self.platforms["slack"].client, "http_handler", None)
        return await (handler or not_connected)(request)

    async def _healthz(self, _: web.Request) -> web.Response:
        """The process lives: what breaks is begun again, and shows in `/readyz`."""
        return web.json_response({"ok": True})

    async def _readyz(self, _: web.Request) -> web.Response:
        ready, parts = await self._readiness.look()
        return web.json_response(parts, status=200 if ready else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        text = await self._metrics_of.text()
        return web.Response(body=text, content_type="text/plain")

    async def _say_models(self) -> None:
        """What bills, and what is wrong with a model: in the log, and to the operator."""
        program, settings = self.program, self.settings
        for sentence in idle_keys(settings, program.models):
            log.warning("unused_key", sentence=sentence)
        for sentence in (
            chosen_by_key(settings, program.models),
            bill_sentence(settings, program.models, program.ctx.model_set),
        ):
            if sentence:
                log.warning("models", sentence=sentence)
        for report in program.reports:
            if report.state in ("leaves", "silent", "trouble"):
                log.warning("model", keys=report.keys, model=report.name, sentence=report.sentence)
            if report.state == "trouble":
                await program.ctx.tell(account_topic(report.sentence), report.sentence)
            if report.state == "leaves":
                await program.ctx.tell(f"leaves/{report.name}", report.sentence)

    def _say_ready(self) -> None:
        web_part = self.settings.web
        if web_part.enabled and web_part.playground and web_config(self.settings).closed:
            log.warning("playground", sentence=CLOSED)
        model_set, quotas = self.program.ctx.model_set, self.settings.quotas
        unknown = self.settings.prices.unknown_usd
        log.info(
            "ready",
            address=self.address,
            platforms=sorted(self.platforms),
            painter=model_set.painter.profile.name,
            editor=model_set.editor.profile.name if model_set.editor else "",
            critic=model_set.critic.profile.name,
            judge=model_set.judge.profile.name,
            embedded=model_set.embedded,
            usd_a_round=dollars(worst_round(calls_of(ROUND, model_set), 2, unknown)).removeprefix(
                "$"
            ),
            price_unknown=unpriced(self.program.models),
            usd_per_run=str(quotas.usd_per_run),
            usd_per_user_per_day=str(quotas.usd_per_user_per_day),
            usd_total_per_day=str(quotas.usd_total_per_day),
        )

    async def stop(self) -> None:
        """Intake first, then the calls in flight, then everything else; in bounded time."""
        end = asyncio.get_running_loop().time() + self.settings.bot.stop_within_s - RESERVE_S
        if self._announcing is not None:
            self._announcing.cancel()
        await bounded("intake", self._close_doors(), CLOSE_S)
        await bounded("service", self.supervisor.end("service"), CLOSE_S)
        left = end - asyncio.get_running_loop().time()
        await bounded("runs", self.program.engine.drain(left), left + 1)
        await bounded("outboxes", self.supervisor.end_all(), CLOSE_S)
        await bounded("program", self.program.close(), CLOSE_S)

    async def _close_doors(self) -> None:
        ends = [self.supervisor.end(f"connection {name}") for name in self.platforms]
        ends += [platform.close() for platform in self.platforms.values()]
        if self.runner is not None:
            ends.append(self.runner.cleanup())
        await asyncio.gather(*ends)


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncGenerator[App]:
    """A started program; stopped when the block is left."""
    folder = data_folder(settings)
    async with claimed(database_url(settings)):
        program = await build(settings, DurableEngine(folder))
        app = App(program, settings)
        try:
            await app.start()
            yield app
        finally:
            await app.stop()


def settle_memory() -> None:
    """What was made at the start lives to the end: looking through it again and again would stop
    everything for a tenth of a second each time (measured), acknowledgements as well."""
    gc.collect()
    gc.freeze()


async def run(settings: Settings, listening: Callable[[str], None] = lambda _: None) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP; `listening` is told the page's address."""
    with kept(data_folder(settings), settings.secrets()):
        await until_stopped(_serve(settings, listening), settings.bot.stop_within_s)


async def _serve(settings: Settings, listening: Callable[[str], None]) -> None:
    async with serving(settings) as app:
        settle_memory()
        if app.address:
            print(f"\n  Darkroom is at {app.address}\n", flush=True)  # noqa: T201
            listening(app.address)
        await asyncio.Event().wait()


def editing(pixels: Pixels) -> Editing | None:
    """What the mask painter needs; None while there is no job that takes masks."""
    job = JOBS.get("edit")
    return Editing(pixels, commands_of(job.command)) if job else None
