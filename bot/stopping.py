"""The end of the program: ordered by a signal, in a bounded time whatever others do."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


async def until_stopped(work: Coroutine[Any, Any, None], within_s: float) -> None:
    """Runs `work` until it ends or a signal orders the end: then it is cancelled and has `within_s`
    seconds for it, or the process ends as it stands (what a run needs is written down). A second
    signal is not waited for."""
    ordered = asyncio.Event()
    loop = asyncio.get_running_loop()

    def order() -> None:
        if ordered.is_set():
            _leave("stopped at once by a second signal")
        ordered.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, order)
    task = asyncio.create_task(work, name="program")
    waiting = asyncio.create_task(ordered.wait(), name="signals")
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not task.done():
        log.info("stopping")
        _leave_after(within_s)
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def _leave_after(seconds: float) -> None:
    """A thread of its own: a blocked event loop or pool ends as well."""
    timer = threading.Timer(seconds, _leave, ("not everything ended in time; what was left stays",))
    timer.daemon = True
    timer.start()


def _leave(word: str) -> None:
    log.warning(word)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def bounded(name: str, work: Awaitable[object], seconds: float) -> None:
    """One part of the end: what it does not manage or breaks over is logged, and the end goes on."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await work
    except TimeoutError:
        log.warning("did not end in time", part=name)
    except Exception:
        log.exception("broke at the end", part=name)
