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


class PixelPool:
    """Implements `core.ports.Pixels`. Started by the first call; rebuilt once if a worker dies."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers or max(1, min(4, os.cpu_count() or 1))
        self._pool: ProcessPoolExecutor | None = None

    async def run(
        self, function: Callable[..., T], *args: object, timeout: float = DEFAULT_TIMEOUT_S
    ) -> T:
        """Raises what the function raises, TimeoutError, or MemoryError if its worker died twice."""
        try:
            return await self._once(function, args, timeout)
        except BrokenProcessPool:
            self._drop()
        try:
            return await self._once(function, args, timeout)
        except BrokenProcessPool as exc:
            self._drop()
            raise MemoryError("the work took more memory than a worker may have") from exc

    async def _once(
        self, function: Callable[..., T], args: tuple[object, ...], timeout: float
    ) -> T:
        future = asyncio.wrap_future(self._started().submit(function, *args))
        return await asyncio.wait_for(future, timeout)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin_worker,
                initargs=(os.getpid(),),
            )
        return self._pool

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def close(self) -> None:
        """Ends the workers; work in flight is waited for."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
