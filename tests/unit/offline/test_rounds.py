"""Rounds of the product's loop with the embedded engine: no picture twice, no branch like another."""

from pathlib import Path

import pytest

from adapters.models.offline import engine, language
from adapters.models.offline.provider import OfflineCritic, OfflinePainter
from core.domain.records import Iteration
from core.imaging import codec
from core.jobs.pick import Pick
from core.runtime.models import ModelSet
from tests.harness import ANN, PAGE, Inline, World, refine
from tests.unit.offline.pictures import grained, hill_scene


def dabs_of(text: str) -> bytes:
    return language.read(text).dabs.tobytes()


@pytest.fixture
async def world(tmp_path: Path):
    critic = OfflineCritic(Inline())
    models = ModelSet(
        painter=OfflinePainter(Inline()), editor=None, critic=critic, judge=critic, styles=()
    )
    world = await World(tmp_path, model_set=models).open()
    world.files.files["ref"] = codec.encode_array(hill_scene(24, 16))
    yield world
    await world.close()


async def painted(world: World, run: str = "") -> list[Iteration]:
    nodes = await world.nodes(await world.only_session())
    return [node for node in nodes if not run or node.run == run]


@pytest.mark.slow
async def test_no_challenger_is_painted_twice(world: World) -> None:
    """On a picture so small that after two rounds nothing is left to gain."""
    await world.send(refine(iterations=6, stop="never", size="96x64"))
    nodes = await painted(world)
    assert len(nodes) == 6
    assert not all(node.won for node in nodes), "the last rounds were to gain nothing"
    assert len({dabs_of(node.prompt) for node in nodes}) == 6


@pytest.mark.slow
async def test_branches_from_one_image_are_other_pictures(world: World) -> None:
    await world.send(refine(iterations=2, stop="never", size="96x64"))
    node = (await painted(world))[-1]
    for number in range(3):
        await world.send(Pick(dedup_key=f"p{number}", actor=ANN, place=PAGE, iteration=node.id))
    first = [one for one in await painted(world) if one.run != node.run and one.round == 1]
    assert len(first) == 3
    assert len({dabs_of(one.prompt) for one in first}) == 3
    assert len({one.image for one in first}) == 3


def test_a_challenger_that_lost_is_gone_on_from_where_it_describes_better() -> None:
    picture = grained(96, 64)
    champion = engine.describe(picture, limit=2400)
    better = engine.compare(picture, champion, limit=2400)
    assert better.improved
    count = len(language.read(better.prompt).dabs)
    for one, other in ((champion, better.prompt), (better.prompt, champion)):
        chained = engine.compare(picture, one, rival=other, limit=2400)
        assert len(language.read(chained.prompt).dabs) > count
    alone = engine.compare(picture, champion, rival=champion, limit=2400)
    assert len(language.read(alone.prompt).dabs) <= count


def test_what_was_tried_is_not_written_again() -> None:
    picture = hill_scene(48, 32)
    text = engine.describe(picture, limit=1400)
    tried: list[str] = []
    for _ in range(4):
        tried.append(engine.compare(picture, text, limit=1400, tried=tuple(tried)).prompt)
    assert len({dabs_of(one) for one in [text, *tried]}) == 5


def test_a_branch_of_its_own_seed_differs_and_the_same_seed_does_not() -> None:
    picture = grained(96, 64)
    text = engine.describe(picture, limit=1400)
    one, same, other = (
        dabs_of(engine.compare(picture, text, limit=1400, seed=seed).prompt) for seed in (5, 5, 6)
    )
    assert one == same
    assert one != other
