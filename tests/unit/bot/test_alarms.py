"""What the operator hears when it begins and when it is over; and what Prometheus reads."""

from collections import namedtuple
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.models.scripted import ScriptedPainter, flat
from bot import alarms
from bot.alarms import Alarms
from bot.metrics import Metrics
from core.domain.ledger import Limits
from core.domain.records import CallRow, CallState
from tests.harness import World, refine

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
Disk = namedtuple("Disk", "free")


async def test_each_is_told_once_with_an_all_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await World(tmp_path, painter=ScriptedPainter([flat(20)] * 9)).open()
    world.now = lambda: NOW
    told: list[str] = []

    async def tell(about: str, sentence: str) -> None:
        told.append(sentence)

    limits = Limits(usd_total_per_day=Decimal("0.05"))
    free = {"bytes": 2**40}
    monkeypatch.setattr(alarms.shutil, "disk_usage", lambda _: Disk(free["bytes"]))

    async def heard() -> str:
        told.clear()
        for _ in range(2):  # a program that was started anew says nothing twice
            await Alarms(world.store, lambda: world.now(), tmp_path, limits, tell).look()
        return " / ".join(told)

    assert await heard() == ""
    await world.send(refine(iterations=4, stop="never"))
    run = (await world.runs(await world.only_session()))[0].id
    assert (await heard()).startswith("$0.0") and "All clear" not in " ".join(told)
    free["bytes"] = 2**20
    assert await heard() == "Only 1 MB are free where bot.data_dir is; below a few MB runs wait."
    free["bytes"] = 2**40
    assert "All clear" in await heard()

    async def called(number: int, state: CallState) -> None:
        async with world.store.write() as uow:
            row = CallRow(
                key=f"{run}/x#{number}",
                run=run,
                kind="paint",
                model="openai:x",
                state=state,
                by="a",
                begun=NOW,
            )
            await uow.calls.begin(row)
            await uow.calls.save(row)

    for number in range(3):
        await called(number, CallState.FAILED)
    assert "openai:x: 3 calls came to nothing" in await heard()
    await called(9, CallState.DONE)
    assert await heard() == "All clear: openai:x answers again."
    world.now = lambda: NOW + timedelta(days=1)
    assert "All clear: $0.00 of $0.05" in await heard()

    text = (await Metrics(world.store, world.now).text()).decode()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["darkroom_runs_total", "done"] == 1
    assert found["darkroom_rounds_total",] == 4
    assert found["darkroom_calls_total", "done", "paint", "scripted:painter"] == 4
    assert found["darkroom_provider_errors_total", "failed", "openai:x"] == 3
    assert found["darkroom_spend_usd_total", "scripted:painter"] == pytest.approx(0.04)
    assert found["darkroom_queue_commands",] == 0
    assert found["darkroom_queue_posts", "pending", "web"] > 0
    await world.close()
