"""What the critic is given: whole prompts, scores, answers, all rounds, who paints."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.answers import Critique
from core.domain.commands import pick_key
from core.domain.judging import asked_for
from core.domain.updates import IterationFinished
from core.jobs.pick import Pick
from core.models.critic import Compare, Describe
from core.models.foremost import foremost
from core.models.painter import PainterProfile
from tests.harness import ANN, PAGE, World, refine

QUESTIONS = ("a boat?", "a red boat?", "a sea?")


async def play(
    folder: Path, critic: ScriptedCritic, painter: ScriptedPainter | None = None, **options: object
) -> World:
    painter = painter or ScriptedPainter([flat(20), flat(90), flat(60)])
    world = await World(folder, painter=painter, critic=critic).open()
    await world.send(refine(**options))
    return world


def compares(critic: ScriptedCritic) -> Sequence[Compare]:
    return [ask for ask in critic.asked if isinstance(ask, Compare)]


async def test_every_candidate_paints_a_prompt_of_its_own(tmp_path: Path) -> None:
    world = await play(tmp_path, ScriptedCritic(), iterations=2, candidates=3)
    prompts = {request.prompt for request in world.painter.requests}
    assert len(prompts) == 6
    nodes = await world.nodes(await world.only_session())
    assert {node.prompt for node in nodes} == prompts
    assert len({request.seed for request in world.painter.requests[3:]}) == 1
    await world.close()


async def test_the_history_holds_every_round_with_its_candidates(tmp_path: Path) -> None:
    critic = ScriptedCritic(eyes=True, checklist=QUESTIONS, checks=[(True, False, None)])
    world = await play(tmp_path, critic, iterations=5, candidates=4, stop="never")
    last = compares(critic)[-1]
    assert sorted({past.round for past in last.history}) == [1, 2, 3, 4]
    assert [past.candidate for past in last.history] == [0, 1, 2, 3] * 4
    assert all(past.answers == (True, False, None) for past in last.history)
    assert last.answers == (True, False, None)
    assert last.failed == ("a red boat?",)
    nodes = list(await world.nodes(await world.only_session()))
    nodes.sort(key=lambda node: (node.round, node.candidate))
    assert [past.prompt for past in last.history] == [node.prompt for node in nodes[:16]]
    await world.close()


async def test_a_branch_is_told_what_it_grew_from(tmp_path: Path) -> None:
    critic = ScriptedCritic()
    world = await play(tmp_path, critic, iterations=2)
    nodes = await world.nodes(await world.only_session())
    key = pick_key("web", "", nodes[0].id, "ann")
    await world.send(Pick(dedup_key=key, actor=ANN, place=PAGE, iteration=nodes[0].id))
    begun = compares(critic)[1]
    assert [past.prompt for past in begun.history] == [nodes[0].prompt]
    await world.close()


@dataclass
class Old(ScriptedPainter):
    """An older Stable Diffusion."""

    @property
    def profile(self) -> PainterProfile:
        base = ScriptedPainter.profile.fget(self)  # type: ignore[attr-defined]
        return replace(base, reads_tokens=77, manner="keywords", prompt_limit=2000)


async def test_the_critic_knows_who_paints_and_how_much_that_one_reads(tmp_path: Path) -> None:
    painter, critic = Old([flat(20)]), ScriptedCritic()
    world = await play(tmp_path, critic, painter, iterations=2)
    asked = [ask for ask in critic.asked if isinstance(ask, (Describe, Compare))]
    assert [ask.painter for ask in asked] == [painter.profile] * 2
    assert [ask.limit for ask in asked] == [308, 308]
    await world.close()


async def test_what_is_new_stands_where_a_painter_that_reads_little_reads_it(
    tmp_path: Path,
) -> None:
    """Seventy-seven tokens are about sixty words: what the critic adds at the end is not among them."""
    old = ", ".join(f"thing number {n} in the picture" for n in range(20))
    said = (f"a red boat, {old}", f"a red boat, {old}, a white sail, a low sun")
    critic = ScriptedCritic(critiques=[Critique(summary="s", prompt=text) for text in said])
    painter = Old([flat(20), flat(90), flat(160)])
    world = await play(tmp_path, critic, painter, iterations=3, stop="never")
    second, third = (request.prompt for request in painter.requests[1:])
    assert second == said[0]
    assert third == f"a red boat, a white sail, a low sun, {old}"
    assert foremost(said[1], said[0], replace(painter.profile, reads_tokens=0)) == said[1]
    sentences = replace(painter.profile, manner="sentences", reads_tokens=10)
    told = "A boat lies here. The sea is calm and grey. The sail is white."
    moved = "A boat lies here. The sail is white. The sea is calm and grey."
    assert foremost(told, "A boat lies here. The sea is calm and grey.", sentences) == moved
    await world.close()


async def test_a_child_of_a_question_that_failed_neither_fails_nor_holds(tmp_path: Path) -> None:
    critic = ScriptedCritic(
        eyes=True, checklist=QUESTIONS, depends=(0, 1, 0), checks=[(False, True, True)]
    )
    world = await play(tmp_path, critic, iterations=2)
    said = [d.update for d in await world.updates(await world.only_session())]
    (first, *_) = [update for update in said if isinstance(update, IterationFinished)]
    assert [check.passed for check in first.candidates[0].checks] == [False, None, True]
    assert compares(critic)[0].failed == ("a boat?",)
    await world.close()


def test_grandchildren_are_not_asked_either_and_nothing_hangs_from_what_follows() -> None:
    assert asked_for((False, True, True), (0, 1, 2)) == (False, None, None)
    assert asked_for((None, True), (0, 1)) == (None, None)
    assert asked_for((False, True), (2, 0)) == (False, True)
    assert asked_for((True, False), ()) == (True, False)
