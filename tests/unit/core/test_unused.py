"""What came along and is not used is said before it costs: a run that costs waits for a yes."""

from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.commands import Confirm
from core.domain.records import RunStatus
from core.domain.updates import Accepted, Noticed
from tests.harness import ANN, PAGE, World, refine

SAID = "Not used: 1 more picture. One picture is taken at a time, the first."


async def test_a_run_that_costs_asks_first(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    await world.send(refine(iterations=1, unused=("a picture",)))
    session = await world.only_session()
    (update,) = [d.update for d in await world.updates(session) if isinstance(d.update, Accepted)]
    assert (update.confirm, update.reason) == (True, SAID)
    assert not world.painter.requests
    (run,) = await world.runs(session)
    await world.send(Confirm(dedup_key="web::2", actor=ANN, place=PAGE, run=run.id, yes=True))
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    await world.close()


async def test_a_free_run_begins_and_says_it(tmp_path: Path) -> None:
    painter = ScriptedPainter(usd=Decimal(0), worst=Decimal(0))
    world = await World(tmp_path, painter, ScriptedCritic(usd=Decimal(0))).open()
    await world.send(refine(iterations=1, unused=("a picture",)))
    session = await world.only_session()
    said = [
        d.update.sentence for d in await world.updates(session) if isinstance(d.update, Noticed)
    ]
    assert SAID in said
    assert painter.requests
    await world.close()
