"""A pool of processes for work on pixels: threads would hold the interpreter lock."""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

T = TypeVar("T")
MEMORY_LIMIT = 2 * 1024**3  # bytes of address space a worker may take
PR_SET_PDEATHSIG = 1
DEFAULT_TIMEOUT_S = 120.0
GRACE_S = 1.0  # after its time-out, a worker that is still busy ends


def _begin_worker(parent: int) -> None:
    """One thread for OpenCV, a memory limit, and an end together with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):  # not Linux: the pool's pipe ends it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
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
    """Implements `core.ports.Pixels`. Started by the first call, rebuilt after a worker died."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers or max(1, min(4, os.cpu_count() or 1))
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def run(
        self, function: Callable[..., T], *args: object, timeout: float = DEFAULT_TIMEOUT_S
    ) -> T:
        """Raises what the function raises, TimeoutError, or MemoryError if its worker died twice."""
        if self._pool is None:
            self._pool = _pool(self._workers)
        pool = self._pool
        try:
            return await _once(pool, function, args, timeout)
        except BrokenProcessPool:
            pool.shutdown(wait=False, cancel_futures=True)
            if self._pool is pool:  # else another call has dropped it already
                self._pool = None
        return await self._again(function, args, timeout)

    async def _again(
        self, function: Callable[..., T], args: tuple[object, ...], timeout: float
    ) -> T:
        """In a worker of its own: all that was in flight comes here, and only one of them is to
        blame for the pool that broke."""
        async with self._alone:
            pool = _pool(1)
            try:
                return await _once(pool, function, args, timeout)
            except BrokenProcessPool as exc:
                raise MemoryError("the work took more memory than a worker may have") from exc
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """Ends the workers; work in flight is waited for."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
        initargs=(os.getpid(),),
    )


async def _once(
    pool: ProcessPoolExecutor, function: Callable[..., T], args: tuple[object, ...], timeout: float
) -> T:
    future = asyncio.wrap_future(pool.submit(_bounded, function, args, timeout))
    return await asyncio.wait_for(future, timeout)
