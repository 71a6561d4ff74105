"""What a thread cost so far is said where it had runs before."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedPainter
from adapters.texts.quote import bill
from core.domain.commands import pick_key
from core.domain.updates import Finished
from core.jobs.pick import Pick
from tests.harness import ANN, PAGE, World, refine


async def test_a_closing_line_tells_what_the_thread_cost_so_far(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter(usd=Decimal("0.02"))).open()
    await world.send(refine(key="a", iterations=2, stop="never"))
    session = await world.only_session()
    node = (await world.nodes(session))[0]
    key = pick_key("web", "", node.id, ANN.id)
    await world.send(Pick(dedup_key=key, actor=ANN, place=PAGE, iteration=node.id, iterations=1))
    ends = [d.update for d in await world.updates(session) if isinstance(d.update, Finished)]
    paid = [end.spent or Decimal(0) for end in ends]
    assert [end.so_far for end in ends] == [None, sum(paid)]
    assert min(paid) > 0
    assert "so far" not in bill(ends[0])
    assert "$0.06 in this thread so far" in bill(ends[1])  # in whole cents
    free = replace(ends[1], so_far=None)
    assert "so far" not in bill(free)
    await world.close()
