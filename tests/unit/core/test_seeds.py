"""Seeds: held while only words change, own where the words stay or a branch begins."""

from pathlib import Path

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.answers import Box, Critique, Difference
from core.domain.commands import pick_key
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from tests.harness import ANN, BOB, PAGE, World, refine


async def test_a_seed_stays_while_only_words_change(tmp_path: Path) -> None:
    painter = ScriptedPainter([flat(20), flat(90), flat(10), flat(150)])
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=4, stop="never"))
    assert len({request.prompt for request in painter.requests}) == 4
    assert len({request.seed for request in painter.requests}) == 1
    await world.close()


async def test_candidates_of_one_prompt_have_seeds_of_their_own(tmp_path: Path) -> None:
    painter = ScriptedPainter([flat(20)])
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=1, candidates=3))
    assert len({request.seed for request in painter.requests}) == 3
    await world.close()


async def test_two_branches_from_one_image_paint_other_pictures(tmp_path: Path) -> None:
    painter = ScriptedPainter([flat(20), flat(90), flat(150)])
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=2))
    (first, *_) = await world.nodes(await world.only_session())
    for actor in (ANN, BOB):
        key = pick_key("web", "", first.id, actor.id)
        await world.send(Pick(dedup_key=key, actor=actor, place=PAGE, iteration=first.id))
    await world.send(PaintAgain(dedup_key="again", actor=ANN, place=PAGE, iteration=first.id))
    painted = [(request.prompt, request.seed) for request in painter.requests]
    assert len(set(painted)) == len(painted)
    begun = [n for n in await world.nodes(await world.only_session()) if n.parent == first.id]
    runs = {node.run: node for node in reversed(begun)}
    assert len(runs) == 3  # the first run's round 2, and two picks
    assert len({node.prompt for node in runs.values()}) == 3
    await world.close()


async def test_after_a_mended_round_the_critic_goes_on_from_its_whole_prompt(
    tmp_path: Path,
) -> None:
    local = Critique(
        summary="the eye is closed",
        prompt="a face, the eye wide open",
        differences=(Difference("open the eye", Box(0.4, 0.4, 0.2, 0.2)),),
    )
    critic = ScriptedCritic(critiques=(local, Critique(summary="dark", prompt="lighter")))
    painter = ScriptedPainter([flat(100), flat(150), flat(190)], mask=True)
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=3))
    compares = [ask for ask in critic.asked if hasattr(ask, "champion_prompt")]
    assert [ask.champion_prompt for ask in compares] == ["prompt 1", "a face, the eye wide open"]
    nodes = await world.nodes(await world.only_session())
    assert nodes[1].words == "open the eye"
    await world.close()
