"""One suite over every engine: the port's promises."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from adapters.engine.durable import DurableEngine
from adapters.engine.inline import InlineEngine
from core.ports.engine import Engine, Run, RunState, Workflow

Launch = Callable[[Workflow], "asyncio.Future[Engine]"]


@pytest.fixture(params=["inline", "durable"])
async def launch(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Launch]:
    engines: list[Engine] = []

    async def start(workflow: Workflow) -> Engine:
        if request.param == "inline":
            engine: Engine = InlineEngine(per_user=1)
        else:
            engine = DurableEngine(tmp_path, per_user=1, polling_s=0.02)
        engines.append(engine)
        await engine.launch(workflow)
        return engine

    yield start  # type: ignore[misc]
    for engine in engines:
        await engine.close()


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not ready():
            await asyncio.sleep(0.01)


async def until_running(engine: Engine, run_id: str) -> None:
    async with asyncio.timeout(20):
        while await engine.state(run_id) is not RunState.RUNNING:
            await asyncio.sleep(0.01)


async def over(engine: Engine, run_id: str) -> RunState:
    async with asyncio.timeout(20):
        while True:
            state = await engine.state(run_id)
            if state in (RunState.DONE, RunState.FAILED):
                return state
            await asyncio.sleep(0.01)


async def one() -> int:
    return 1


async def test_a_run_runs_once_and_is_known_afterwards(launch: Launch) -> None:
    results: list[int] = []

    async def workflow(run: Run) -> None:
        results.append(await run.step("one", one))

    engine = await launch(workflow)
    assert await engine.state("a") is RunState.UNKNOWN
    assert await engine.start("a", "ann")
    assert not await engine.start("a", "ann")
    assert await over(engine, "a") is RunState.DONE
    assert not await engine.start("a", "ann")
    assert results == [1]


async def test_a_step_name_can_t_be_used_twice(launch: Launch) -> None:
    async def workflow(run: Run) -> None:
        await run.step("one", one)
        await run.step("one", one)

    engine = await launch(workflow)
    await engine.start("a", "ann")
    assert await over(engine, "a") is RunState.FAILED


async def test_waiting_ends_by_a_wake_or_by_time(launch: Launch) -> None:
    heard: list[bool] = []

    async def workflow(run: Run) -> None:
        heard.append(await run.signal(15))
        heard.append(await run.signal(0.05))

    engine = await launch(workflow)
    await engine.start("a", "ann")
    await engine.wake("a")
    await engine.wake("nobody")
    assert await over(engine, "a") is RunState.DONE
    assert heard == [True, False]
    await engine.wake("a")


async def test_each_wake_is_heard_once(launch: Launch) -> None:
    heard: list[bool] = []
    gate = asyncio.Event()

    async def workflow(run: Run) -> None:
        await run.step("wait", gate.wait)
        for timeout in (15, 15, 0.05):
            heard.append(await run.signal(timeout))

    engine = await launch(workflow)
    await engine.start("a", "ann")
    await until_running(engine, "a")
    await engine.wake("a")
    await engine.wake("a")
    gate.set()
    assert await over(engine, "a") is RunState.DONE
    assert heard == [True, True, False]


async def test_time_is_utc(launch: Launch) -> None:
    seen: list[str] = []

    async def workflow(run: Run) -> None:
        seen.append(str((await run.now()).tzinfo))
        seen.append(str((await run.now()).tzinfo))

    engine = await launch(workflow)
    await engine.start("a", "ann")
    assert await over(engine, "a") is RunState.DONE
    assert seen == ["UTC", "UTC"]


async def test_one_person_waits_for_their_own_runs_not_for_others(launch: Launch) -> None:
    going: list[str] = []
    gate = asyncio.Event()

    async def workflow(run: Run) -> None:
        going.append(run.run_id)
        await gate.wait()

    engine = await launch(workflow)
    for run_id, user in (("a1", "ann"), ("a2", "ann"), ("b1", "bob")):
        await engine.start(run_id, user)
    await until(lambda: {"a1", "b1"} <= set(going))
    assert "a2" not in going
    assert await engine.state("a2") is RunState.WAITING
    gate.set()
    assert await over(engine, "a2") is RunState.DONE


async def test_draining_lets_a_step_end_and_begins_no_other(launch: Launch) -> None:
    log: list[str] = []
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await gate.wait()
        log.append("slow")

    async def next_one() -> None:
        log.append("next")

    async def workflow(run: Run) -> None:
        await run.step("slow", slow)
        await run.step("next", next_one)

    engine = await launch(workflow)
    await engine.start("a", "ann")
    await asyncio.wait_for(begun.wait(), 10)
    draining = asyncio.create_task(engine.drain(10))
    await asyncio.sleep(0.05)
    assert not draining.done()
    gate.set()
    await draining
    await asyncio.sleep(0.1)
    assert log == ["slow"]
