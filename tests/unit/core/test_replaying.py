"""A replay is a run of its own: its person's limits hold it, what it costs is in the ledger."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.errors import OverQuota, PolicyRefusal
from core.domain.ledger import Limits, booked, reserved
from core.domain.records import RunStatus
from core.models.painter import PaintRequest
from core.service.replaying import begin
from tests.harness import ANN, PAGE, World

ASKED = [PaintRequest(prompt=f"a fox {n}", width=64, height=64) for n in range(3)]


async def test_a_replay_is_paid_for_like_any_run(tmp_path: Path) -> None:
    painter = ScriptedPainter(moves=[flat(9), PolicyRefusal("No."), flat(30)])
    limits = Limits(
        images_per_user_per_day=4, usd_per_run=Decimal(5), usd_per_user_per_day=Decimal(9)
    )
    world = await World(tmp_path, painter=painter, limits=limits).open()
    again = await begin(world.ctx, limits, (ANN, PAGE), ASKED, key="web::1", goal="Replay of x")
    async with world.store.read() as uow:
        held = reserved(await uow.ledger.of_run(again.run.id))
    assert held.images == 3
    rows = [await again.paint(n, request) for n, request in enumerate(ASKED, 1)]
    assert [bool(row.value) for row in rows] == [True, False, True]
    await again.end("Painted once more.")
    async with world.store.read() as uow:
        spent = booked(await uow.ledger.of_run(again.run.id))
    assert spent.images == 2
    assert spent.usd == sum(row.usd or Decimal(0) for row in rows)
    assert (await world.service.quota(ANN)).images == 2  # the rest was given back
    nodes = await world.nodes(again.session.id)
    assert [node.prompt for node in nodes] == ["a fox 0", "a fox 2"]
    (run,) = await world.runs(again.session.id)
    assert run.status is RunStatus.DONE
    with pytest.raises(OverQuota):
        await begin(world.ctx, limits, (ANN, PAGE), ASKED, key="web::2", goal="")
    assert len(await world.service.sessions(ANN)) == 1
    await world.close()
