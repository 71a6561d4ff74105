"""A month's report reaches the channel that is set for it, once, whatever is restarted."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from adapters.texts.catalogue import speak
from adapters.texts.sentences import said
from core.domain.commands import Place
from core.domain.updates import Noticed
from core.service.monthly import Monthly
from tests.harness import World
from tests.unit.core.test_rules import ANN, imagine, rule

ELSEWHERE = Place("slack", "T2", "C7")


async def reports(world: World) -> list[tuple[str, Noticed]]:
    async with world.store.read() as uow:
        due = await uow.outbox.due("slack", world.now())
    rows = [(row.place.channel, row.update) for row in due if not row.session]
    return [(where, update) for where, update in rows if isinstance(update, Noticed)]


async def test_a_month_is_told_once_with_its_plot(tmp_path: Path) -> None:
    painter = ScriptedPainter(usd=Decimal("0.02"))
    world = await World(tmp_path, painter=painter, critic=ScriptedCritic()).open()
    for day in (3, 9):
        at = datetime(2026, 10, day, 12, tzinfo=UTC)
        world.now = lambda at=at: at  # type: ignore[misc]
        await world.send(imagine(f"k{day}"))
    other = replace(imagine("far", place=ELSEWHERE), actor=replace(ANN, tenant="T2"))
    await world.send(other)
    await rule(world, "reports", "<#C9|mods>")
    await world.service.sweep()
    assert await reports(world) == []  # the month goes on
    november = datetime(2026, 11, 1, 0, 1, tzinfo=UTC)
    world.now = lambda: november
    await world.service.sweep()
    ((where, notice),) = await reports(world)
    assert where == "C9"
    assert "The month 2026-10 here: $0.04, 2 images, runs: 2." in notice.sentence
    speak("de")
    assert said(notice.sentence).startswith("Der Monat 2026-10 hier: 0,04")
    speak("en")
    assert (await world.images.get(notice.picture)).startswith(b"\x89PNG")
    await world.service.sweep()
    world = await world.restart()
    world.now = lambda: november
    await Monthly(world.ctx).once()
    assert len(await reports(world)) == 1
    await world.close()
