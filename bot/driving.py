"""One command of the terminal, from its start to its files."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from adapters.following import Updates
from adapters.texts.catalogue import speak
from adapters.texts.help import lacking
from bot.bootstrap import Program, carrying
from bot.config import Settings
from bot.files import export, own_folder
from bot.person import PLATFORM, own_locale
from bot.preflight import Carrier
from bot.screen import Files
from bot.shell import INTERRUPTED
from bot.showing import painter
from bot.terminal import OK, REFUSED, USAGE, Ending, Manner, Shown, err
from core.domain.commands import Command
from core.domain.errors import BadRequest, DarkroomError, Gone


async def drive(
    settings: Settings, make: Callable[[], Command], *, out: Path, manner: Manner
) -> Ending:
    """Starts one command and follows its run to the end; Ctrl-C stops it cleanly, twice ends it."""
    speak(own_locale())
    async with carrying(settings, PLATFORM) as program:
        return await _followed(program, make(), out, manner)


async def _followed(program: Program, command: Command, out: Path, manner: Manner) -> Ending:
    updates, files = Updates(PLATFORM), Files()
    async with program.posting(updates, files):
        return await _shown(program, updates, command, out, manner)


async def _shown(
    program: Program, updates: Updates, command: Command, out: Path, manner: Manner
) -> Ending:
    host, service = Carrier(program), program.service
    painted = painter(manner.pictures, service.images)
    shown = Shown(service, host, command, asyncio.Queue(), manner=manner, painted=painted)
    _stop_on_interrupt(shown)
    try:
        if why := lacking(service.offers, command.kind):
            return shown.refuse(why, REFUSED)
        if why := await _mistyped(program, command):
            return shown.refuse(why, USAGE)
        if why := host.unreachable(command):
            return shown.refuse(why)
        with updates.watched(shown.queue):
            ending = await shown.ending()
        tree = await service.tree(ending.session, command.actor) if ending.session else None
        if tree is not None and tree.iterations:
            ending.folder = own_folder(out, tree.session.id)
            written = await export(tree, service.images, program.pixels, ending.folder)
            for name, image in shown.drawn.items():
                path = ending.folder / f"{name}.png"
                await asyncio.to_thread(path.write_bytes, await service.images.get(image))
                written.append(path)
            shown.files(tree, ending.folder, written)
        if shown.stopping and ending.code == OK:
            ending.code = INTERRUPTED
        return ending
    finally:
        shown.closed()
        await service.settle_down()


async def _mistyped(program: Program, command: Command) -> str:
    """What is wrong with what was typed, "" where nothing is: a number out of its bounds, a model or
    an iteration that is not there."""
    try:
        await program.service.quote(command)
    except (BadRequest, Gone) as exc:
        return exc.sentence
    except DarkroomError:
        return ""  # said when it is taken in
    return ""


def _stop_on_interrupt(shown: Shown) -> None:
    loop = asyncio.get_running_loop()
    kept: set[asyncio.Task[None]] = set()

    def interrupted() -> None:
        if shown.stopping or not shown.run:
            raise KeyboardInterrupt
        shown.stopping = True
        err.print("stopping after this step; again to end at once", highlight=False)
        task = asyncio.create_task(shown.stop(), name="stop")
        kept.add(task)
        task.add_done_callback(kept.discard)

    loop.add_signal_handler(signal.SIGINT, interrupted)
