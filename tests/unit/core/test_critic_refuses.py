"""A critic that refuses or breaks off ends no run with a sentence that is not so."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.commands import ImageHandle
from core.domain.errors import BadAnswer, PolicyRefusal, ProviderError
from core.domain.records import Iteration, RunRecord, RunStatus
from core.domain.updates import Failed, Finished
from core.jobs.evolve import Evolve
from tests.harness import ANN, PAGE, World, refine

NO = PolicyRefusal("OpenAI would not look at this.")


async def play(
    folder: Path, faults: dict[str, Sequence[ProviderError | None]], command: object
) -> tuple[World, RunRecord, Sequence[Iteration], Finished | Failed]:
    critic = ScriptedCritic(faults=faults)
    world = await World(folder, painter=ScriptedPainter([flat(90)]), critic=critic).open()
    await world.send(command)
    session = await world.only_session()
    (run,) = await world.runs(session)
    said = [d.update for d in await world.updates(session)]
    (end,) = [update for update in said if isinstance(update, (Finished, Failed))]
    nodes = await world.nodes(session)
    await world.close()
    return world, run, nodes, end


@pytest.mark.parametrize("fault", [NO, BadAnswer("OpenAI's answer was no use.")])
async def test_a_refusal_at_compare_paints_the_prompt_again_and_says_why(
    tmp_path: Path, fault: ProviderError
) -> None:
    command = refine(iterations=3, stop="never")
    _, run, nodes, end = await play(tmp_path, {"compare": [fault]}, command)
    assert run.status is RunStatus.DONE
    assert end.reason == "All rounds are done."  # type: ignore[union-attr]
    assert [node.prompt for node in nodes] == ["prompt 1", "prompt 1", "prompt 3"]
    assert nodes[1].because.endswith("; the same prompt is painted again.")
    assert ("would not look" in nodes[1].because) is isinstance(fault, PolicyRefusal)
    assert nodes[0].seed != nodes[1].seed


async def test_a_refusal_at_describe_paints_the_goal_in_its_own_words(tmp_path: Path) -> None:
    command = refine(image=None, goal="a dangerous bend", iterations=1)
    _, run, nodes, _ = await play(tmp_path, {"describe": [NO]}, command)
    assert run.status is RunStatus.DONE
    assert [node.prompt for node in nodes] == ["a dangerous bend"]
    assert "your own words" in nodes[0].because


async def test_a_refused_picture_ends_it_with_the_critics_own_sentence(tmp_path: Path) -> None:
    _, run, nodes, end = await play(tmp_path, {"describe": [NO]}, refine(iterations=2))
    assert run.status is RunStatus.FAILED
    assert not nodes
    assert end.sentence == "OpenAI would not look at this."  # type: ignore[union-attr]


async def test_a_refused_stage_of_an_evolution_is_painted_in_its_style(tmp_path: Path) -> None:
    command = Evolve(
        dedup_key="k", actor=ANN, place=PAGE, image=ImageHandle("web", "ref"), iterations=2
    )
    _, run, nodes, _ = await play(tmp_path, {"evolve": [NO]}, command)
    assert run.status is RunStatus.DONE
    assert len(nodes) == 2
    assert nodes[0].prompt.casefold() == f"{nodes[0].style}: prompt 1"
    assert "would not look" in nodes[0].because


async def test_a_critic_that_softens_nothing_skips_the_round_and_one_refusal_is_not_two(
    tmp_path: Path,
) -> None:
    critic = ScriptedCritic(faults={"rewrite": [NO]})
    painter = ScriptedPainter([PolicyRefusal("The painter refused.")])
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=3))
    (run,) = await world.runs(await world.only_session())
    assert len(painter.requests) == 1
    assert run.reason == "The provider refused this: The painter refused."
    await world.close()
