"""The real pool of processes."""

import asyncio
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import cv2
import pytest

from adapters.pixels import MEMORY_LIMIT, YIELDS, PixelPool
from core.domain.errors import BadImage, PixelsFailed
from core.imaging import codec
from tests.quick import CLOSE

PARENT = """
import asyncio, os
from adapters.pixels import PixelPool

async def main():
    print(await PixelPool(1).run(os.getpid), flush=True)
    await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
async def pool() -> AsyncGenerator[PixelPool]:
    pool = PixelPool(2)
    yield pool
    await pool.close()


async def test_work_runs_in_another_process_that_is_held_in_bounds(pool: PixelPool) -> None:
    assert await pool.run(os.getpid) != os.getpid()
    assert await pool.run(cv2.getNumThreads) == 1
    assert await pool.run(os.nice, 0) == min(19, os.nice(0) + YIELDS)
    assert await pool.run(resource.getrlimit, resource.RLIMIT_AS) == (MEMORY_LIMIT, MEMORY_LIMIT)


async def test_a_sentence_crosses_the_border(pool: PixelPool) -> None:
    with pytest.raises(BadImage, match="no picture I know"):
        await pool.run(codec.admit, b"just a letter")


async def test_more_memory_than_a_worker_may_have_is_an_error_and_no_end(pool: PixelPool) -> None:
    with pytest.raises(PixelsFailed, match="more memory than there is"):
        await pool.run(bytearray, MEMORY_LIMIT)
    assert await pool.run(abs, -3) == 3


async def test_work_that_outlives_its_time_gives_its_worker_back() -> None:
    pool = PixelPool(1)
    await pool.run(os.getpid)
    with pytest.raises(PixelsFailed, match=r"more than 0\.2 s"):
        await pool.run(time.sleep, 60, timeout=0.2)
    assert await pool.run(abs, -3, timeout=20) == 3
    await pool.close()


async def test_a_call_that_kills_its_worker_fails_alone(pool: PixelPool) -> None:
    await pool.run(os.getpid)
    killer = pool.run(os._exit, 1)
    results = await asyncio.gather(
        killer, *(pool.run(abs, -number) for number in range(6)), return_exceptions=True
    )
    assert isinstance(results[0], PixelsFailed)
    assert "ended twice" in results[0].sentence
    assert results[1:] == list(range(6))
    assert await pool.run(abs, -3) == 3


@pytest.mark.slow
async def test_a_worker_killed_from_outside_is_replaced_and_the_work_done(tmp_path: Path) -> None:
    pool = PixelPool(1)
    assert await pool.run(once_fatal, str(tmp_path / "ended before")) == "done"
    await pool.close()


def once_fatal(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


async def test_a_closed_pool_leaves_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PixelPool, "close", CLOSE)
    pool = PixelPool(1)
    worker = await pool.run(os.getpid)
    await pool.close()
    assert not Path(f"/proc/{worker}").exists()


def test_workers_end_with_their_parent_even_if_it_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    root = str(Path(codec.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": root},
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert _alive(worker)
        handle = os.pidfd_open(worker)
        parent.kill()
        try:
            assert select.select([handle], [], [], 20)[0], "the worker outlived its parent"
        finally:
            os.close(handle)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
