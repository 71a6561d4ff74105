"""The bot on Discord: connects, hands every event to its mapper, owns the tasks."""

import asyncio
import logging
import sys
from collections.abc import Coroutine
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.commands import account, admin, growing, jobs, menus, preferences, settings
from adapters.discord.components import ITEMS, is_form, submitted
from adapters.discord.config import DiscordConfig
from adapters.discord.ids import PLATFORM
from adapters.discord.inbound import Interaction
from adapters.discord.languages import Languages
from adapters.discord.outbound import DiscordSender
from adapters.discord.reactions import Reactions
from adapters.discord.responder import Responder, responder_of
from adapters.discord.rest import Rest
from adapters.discord.talk import heard
from adapters.discord.texts import Catalogue
from adapters.discord.uploads import DiscordUploads
from core.domain.errors import PlatformError, StoreUnavailable, Transient
from core.ports.api import CoreApi
from core.runtime.patience import patiently

log = logging.getLogger(__name__)
COMMANDS: tuple[Any, ...] = (  # pyright: ignore[reportUnknownVariableType]
    account.sessions,  # pyright: ignore[reportUnknownMemberType]
    account.quota,  # pyright: ignore[reportUnknownMemberType]
    account.help_,  # pyright: ignore[reportUnknownMemberType]
    account.cancel,  # pyright: ignore[reportUnknownMemberType]
    preferences.preferences,  # pyright: ignore[reportUnknownMemberType]
    *menus.MENUS,
    growing.more_with_this,
    settings.darkroom,
)
START_TIMEOUT_S = 60.0
FOR_GOOD = frozenset((4004, 4010, 4011, 4012, 4013, 4014))  # the gateway's codes that stay
REFUSED_TOKEN = "discord.token: Discord does not take this token; copy it again from the portal."


def intents() -> discord.Intents:
    """13825: guilds, messages and reactions; nothing privileged."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.messages = True
    wanted.reactions = True
    return wanted


class SpeakingTree(app_commands.CommandTree[Any]):
    """The commands; each is answered in the language of whoever asks."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        responder = responder_of(interaction)
        responder.at_work()
        await responder.languages.speak_to(interaction)
        return True


class DarkroomBot(commands.AutoShardedBot):
    """The discord.py client. `responder` takes commands in; `connected` is set while a gateway is up."""

    def __init__(self, core: CoreApi, config: DiscordConfig) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=None,
            max_messages=None,
            guild_ready_timeout=config.guild_ready_timeout_s,
            tree_cls=SpeakingTree,
        )
        languages = Languages(core, self)
        self.responder = Responder(core, config, languages)
        self.connected = asyncio.Event()
        self.sender = DiscordSender(core, config, Rest(self), languages)
        self._reactions = Reactions(self, self.responder)
        self._config = config
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending = False
        self.stars_read = asyncio.Event()

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*ITEMS)
        offered = [offer for offer in self.responder.core.offers if offer.slash]
        for act in admin.subcommands():
            settings.darkroom.add_command(act, override=True)
        for command in (*map(jobs.slash, offered), *admin.personal(), *COMMANDS):
            self.tree.add_command(command)
        await self.tree.set_translator(Catalogue())
        self.tree.on_error = self._command_failed  # pyright: ignore[reportAttributeAccessIssue]
        guilds = [discord.Object(id) for id in self._config.guild_ids]
        for guild in guilds:
            self.tree.copy_global_to(guild=guild)
            await self.tree.sync(guild=guild)
        if not guilds:
            await self.tree.sync()

    async def on_shard_connect(self, shard_id: int) -> None:
        self.connected.set()

    async def on_shard_resumed(self, shard_id: int) -> None:
        self.connected.set()

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self.connected.clear()

    async def on_ready(self) -> None:
        self._own(self._read_stars(), "discord-missed-stars")

    async def on_interaction(self, interaction: Interaction) -> None:
        if is_form(interaction):
            await submitted(interaction)

    async def on_message(self, message: discord.Message, /) -> None:
        self.responder.at_work()
        await heard(self, self.responder, message)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.responder.at_work()
        await self._reactions.added(payload)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        self.responder.at_work()
        await self._reactions.removed(payload)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed for good (an outage does not come here): what its people made is deleted."""
        self.responder.at_work()
        leave = self.responder.core.leave  # Discord says it once: a busy database is waited for
        await patiently("a server that is left", lambda: leave(PLATFORM, str(guild.id)))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        if isinstance(error := sys.exc_info()[1], StoreUnavailable):
            log.warning("%s: %s", event_method, error.sentence)
        else:
            log.exception("%s failed", event_method)

    async def _command_failed(
        self, interaction: Interaction, error: app_commands.AppCommandError
    ) -> None:
        async def fail() -> None:
            raise error.__cause__ or error

        await self.responder.guarded(interaction, fail())

    async def _read_stars(self) -> None:
        taken = await patiently("what was missed", self._reactions.missed)
        if taken:
            log.info("%s reactions of the down time taken in", taken)
        self.stars_read.set()

    def _own(self, work: Coroutine[Any, Any, None], name: str) -> None:
        if self._ending:  # an event that was on its way when the end began
            work.close()
            return
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self._ending = True
        self.connected.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.responder.drain()
        await self.sender.close()
        await super().close()


class DiscordAdapter:
    """Discord's face for the program's wiring: start, connected, sender, uploads, close."""

    def __init__(self, core: CoreApi, config: DiscordConfig) -> None:
        self._config = config
        if config.api_base:
            Route.BASE = config.api_base.rstrip("/")
        self.bot = DarkroomBot(core, config)
        self._uploads = DiscordUploads(self.bot, config.cdn_hosts)
        self._running: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self.bot.connected.is_set()

    @property
    def ready(self) -> asyncio.Event:
        return self.bot.connected

    @property
    def sender(self) -> DiscordSender:
        return self.bot.sender

    @property
    def uploads(self) -> DiscordUploads:
        return self._uploads

    async def start(self) -> None:
        """Connects; PlatformError if Discord refuses, Transient if it is not there."""
        if self._config.gateway_url:
            self._point_gateway(self._config.gateway_url)
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await self.bot.login(self._config.token)
                self._running = asyncio.create_task(self.bot.connect(), name="discord-gateway")
                await self._first_connection(self._running)
        except (discord.LoginFailure, discord.PrivilegedIntentsRequired) as error:
            await self.close()
            raise PlatformError(REFUSED_TOKEN) from error
        except discord.ConnectionClosed as error:
            await self.close()
            if error.code in FOR_GOOD:
                raise PlatformError(f"discord: the gateway closed with {error.code}.") from error
            raise Transient(f"Discord's gateway closed with {error.code}.") from error
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            await self.close()
            raise Transient("Discord is not answering.") from error

    async def _first_connection(self, running: asyncio.Task[None]) -> None:
        waiting = asyncio.create_task(self.bot.connected.wait(), name="discord-first-connection")
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if running.done():
            running.result()
        running.add_done_callback(self._gone)

    async def ended(self) -> None:
        """Waits until the connection has ended for good; raises what ended it."""
        if self._running is not None:
            await asyncio.wait([self._running])
            self._running.result()

    def _gone(self, running: asyncio.Task[None]) -> None:
        """discord.py reconnects by itself; what ends here needs the operator."""
        self.bot.connected.clear()
        if not running.cancelled() and (error := running.exception()) is not None:
            log.error("the connection to Discord ended for good", exc_info=error)

    def _point_gateway(self, url: str) -> None:
        """Sends the gateway's connections elsewhere, keeping the shard count Discord gives; after
        an invalid session discord.py begins anew at its default."""
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        ask = self.bot.http.get_bot_gateway

        async def get_bot_gateway() -> Any:
            shards, _, limits = await ask()
            return shards, str(yarl.URL(url)), limits

        self.bot.http.get_bot_gateway = get_bot_gateway

    async def close(self) -> None:
        """Ends the connection and every task; what is under way in the outbox is its owner's."""
        try:
            await self.bot.close()
            await self._uploads.close()
        finally:
            if self._running is not None:  # it may be waiting to try the gateway again
                self._running.cancel()
                await asyncio.wait([self._running])
