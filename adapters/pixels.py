"""A pool of processes for work on pixels: threads would hold the interpreter lock."""

import asyncio
import contextlib
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from adapters.models.rates import Limiter
from core.domain.errors import PixelsFailed
from core.domain.turns import WHOSE

T = TypeVar("T")
log = logging.getLogger(__name__)
MEMORY_LIMIT = 2 * 1024**3  # bytes of address space a worker may take
PR_SET_PDEATHSIG = 1
DEFAULT_TIMEOUT_S = 120.0
YIELDS = 10  # niceness: an acknowledgement does not wait for somebody else's picture
ENDED = "The process that worked on the picture ended twice before it was done."
TOO_MUCH = "Working on the picture took more memory than there is for it."
GRACE_S = 1.0  # after its time-out, a worker that is still busy ends


def _begin_worker(parent: int) -> None:
    """One thread for OpenCV, low priority, a memory limit, and an end together with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(YIELDS)
    with contextlib.suppress(OSError, AttributeError):  # not Linux: the pool's pipe ends it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    import cv2

    cv2.setNumThreads(1)


def _bounded(function: Callable[..., T], args: tuple[object, ...], timeout: float) -> T:
    """Ends its worker if the work outlives its time-out: nothing else can stop it in C code, and
    a worker that is never free again would starve the rest."""
    signal.setitimer(signal.ITIMER_REAL, timeout + GRACE_S)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class PixelPool:
    """Implements `core.ports.Pixels`. Each worker is an executor of its own, started when there is
    work for it: one that dies takes nobody else's work with it. Servers take turns, and their people:
    somebody's twenty pictures don't make others wait for more than one.

    An executor of several adds processes to a dict while its own thread walks over it (Python
    3.11); seen once, that thread ends without reaping any, and the program waits for them at exit.
    """

    def __init__(self, workers: int = 0) -> None:
        slots = workers or max(1, min(4, os.cpu_count() or 1))
        self._turns = Limiter(rpm=0, concurrency=slots)
        self._idle: list[ProcessPoolExecutor] = []

    async def run(
        self, function: Callable[..., T], *args: object, timeout: float = DEFAULT_TIMEOUT_S
    ) -> T:
        """Raises what the function raises; PixelsFailed if it took too much memory or time, or if
        its worker ended twice: once may have been from outside."""
        turn = WHOSE.get()
        async with self._turns.turn(turn.person, server=turn.server):
            try:
                try:
                    return await self._once(function, args, timeout)
                except BrokenProcessPool:
                    log.warning("a worker ended over %s: trying once more", _name(function))
                return await self._once(function, args, timeout)
            except BrokenProcessPool as exc:
                log.error("a worker ended twice over %s", _name(function))
                raise PixelsFailed(ENDED) from exc
            except MemoryError as exc:
                raise PixelsFailed(TOO_MUCH) from exc
            except TimeoutError as exc:
                raise PixelsFailed(f"Working on the picture took more than {timeout:g} s.") from exc

    async def _once(
        self, function: Callable[..., T], args: tuple[object, ...], timeout: float
    ) -> T:
        worker = self._idle.pop() if self._idle else _worker()
        try:
            future = asyncio.wrap_future(worker.submit(_bounded, function, args, timeout))
            result = await asyncio.wait_for(future, timeout)
        except (BrokenProcessPool, TimeoutError, asyncio.CancelledError):
            worker.shutdown(wait=False, cancel_futures=True)  # it ends by itself, in time
            raise
        except BaseException:
            self._idle.append(worker)
            raise
        self._idle.append(worker)
        return result

    async def close(self) -> None:
        """Ends the workers."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(asyncio.to_thread(worker.shutdown) for worker in idle))


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _worker() -> ProcessPoolExecutor:
    # inherited: a worker imports the program, and numpy with it, before its initializer runs
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
        initargs=(os.getpid(),),
    )
