"""What the painter gets beside the words: nothing, or the reference and the champion."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.updates import Accepted, Refused
from core.models.painter import PainterProfile, PaintRequest
from core.steps.paint import TWO_PICTURES
from tests.harness import World, refine


@dataclass
class Following(ScriptedPainter):
    """Takes `inputs` pictures, each for a cent."""

    inputs: int = 4

    @property
    def profile(self) -> PainterProfile:
        base = ScriptedPainter.profile.fget(self)  # type: ignore[attr-defined]
        operations = base.operations if self.inputs else frozenset({"generate"})
        return replace(base, max_sources=self.inputs, operations=operations)

    def price(self, request: PaintRequest) -> Decimal | None:
        return Decimal("0.02") + Decimal("0.01") * len(request.sources)


async def play(folder: Path, inputs: int, **options: object) -> World:
    painter = Following([flat(20), flat(90)], inputs=inputs)
    world = await World(folder, painter=painter).open()
    await world.send(refine(iterations=2, **options))
    return world


async def quoted(world: World) -> Decimal:
    said = [d.update for d in await world.updates(await world.only_session())]
    (accepted,) = [update for update in said if isinstance(update, Accepted)]
    assert accepted.quote.at_most is not None
    return accepted.quote.at_most


async def test_words_alone_are_the_default_without_a_goal(tmp_path: Path) -> None:
    world = await play(tmp_path, 4)
    assert [request.operation for request in world.painter.requests] == ["generate"] * 2
    await world.close()


async def test_reference_and_champion_go_in_and_are_in_the_quote(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    words = await play(tmp_path / "a", 4, hold="words", goal="darker")
    world = await play(tmp_path / "b", 4, goal="darker")
    first, second = world.painter.requests
    assert [request.operation for request in world.painter.requests] == ["vary"] * 2
    assert [len(request.sources) for request in (first, second)] == [1, 2]
    assert TWO_PICTURES in second.prompt
    assert TWO_PICTURES not in first.prompt
    nodes = await world.nodes(await world.only_session())
    assert all(TWO_PICTURES not in node.prompt for node in nodes)
    assert await quoted(world) == await quoted(words) + 2 * Decimal("0.02")
    for each in (words, world):
        await each.close()


async def test_one_that_takes_one_picture_goes_on_from_the_champion(tmp_path: Path) -> None:
    world = await play(tmp_path, 1, hold="picture")
    assert [len(request.sources) for request in world.painter.requests] == [1, 1]
    first, second = (request.sources[0] for request in world.painter.requests)
    assert first != second
    await world.close()


async def test_one_that_takes_none_says_so_before_it_costs(tmp_path: Path) -> None:
    world = await play(tmp_path, 0, hold="picture")
    (told,) = [d.update for d in await world.updates("")]
    assert isinstance(told, Refused)
    assert told.sentence == "scripted:painter paints from words alone: hold can only be words."
    await world.close()
