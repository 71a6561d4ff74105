"""`darkroom mcp`: a server of the Model Context Protocol on standard input and output."""

import asyncio
import contextlib
import getpass
import importlib.util

import structlog

from bot.bootstrap import Program, carrying
from bot.config import Settings
from bot.preflight import Carrier
from bot.stopping import bounded, until_stopped
from core.domain.commands import Actor
from core.domain.errors import Misconfigured, StoreUnavailable
from core.domain.records import RunStatus

log = structlog.get_logger()
PLATFORM = "mcp"
MISSING = "darkroom mcp needs the package mcp: pip install 'mcp>=2.3,<3'"
TIDY_S = 60.0


def needed() -> None:
    """Raises Misconfigured where the extra is not installed."""
    if importlib.util.find_spec("mcp") is None:
        raise Misconfigured(MISSING)


class Keeper(Carrier):
    """This process carries the runs it began, and nobody else's."""

    async def tidy(self, actor: Actor) -> None:
        """Ends what waits for a yes longer than a quote holds, for ever and again."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                for each in await self.program.service.sessions(actor):
                    if each.run is not None and each.run.status is RunStatus.CONFIRMING:
                        await self.look_after(each.run.command_key, each.run.id)
            await asyncio.sleep(TIDY_S)


async def serve(settings: Settings) -> int:
    """Until its client closes standard input, or a signal."""
    needed()
    await until_stopped(_serve(settings), settings.bot.stop_within_s)
    return 0


async def _serve(settings: Settings) -> None:
    name = getpass.getuser()
    actor = Actor(PLATFORM, "", name, name)
    async with carrying(settings, PLATFORM) as program:
        await _talk(program, actor, settings.bot.stop_within_s)


async def _talk(program: Program, actor: Actor, stop_within_s: float) -> None:
    from mcp.server.stdio import stdio_server

    from adapters.mcp.server import Door

    keeper = Keeper(program)
    door = Door(program.service, keeper, actor)
    async with program.posting(door.updates, door.pictures) as supervisor:
        supervisor.carry("tidy mcp", lambda: keeper.tidy(actor))
        try:
            async with stdio_server() as (incoming, outgoing):
                log.info("ready", platforms=[PLATFORM])
                server = door.server
                await server.run(incoming, outgoing, server.create_initialization_options())
        finally:
            await bounded("calls", door.close(), stop_within_s / 2)
            await program.service.settle_down()
