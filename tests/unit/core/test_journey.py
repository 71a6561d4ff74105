"""A journey: scenes told and painted, each a run and a node; who may decide; votes; what is kept."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import EVERYTHING, ScriptedCritic, ScriptedPainter, flat
from core.domain.commands import Actor
from core.domain.defaults import LoopDefaults
from core.domain.errors import PolicyRefusal
from core.domain.records import Iteration, RunStatus
from core.domain.story import Character, Scene, Site, Telling
from core.domain.storytelling import held
from core.domain.updates import IterationFinished, Noticed, Refused
from core.jobs.journey import Journey
from core.jobs.paint_again import PaintAgain
from core.models.story import Tell
from tests.harness import ANN, BOB, PAGE, World

MARA = Character("Mara", "a girl of ten with two black plaits and a mustard coat")
FOX = Character("Fenn", "a small red fox with one white ear")
QUAY = Site("Quay", "a stone quay with a green crane")


def journey(key: str, actor: Actor = ANN, **options: Any) -> Journey:
    return Journey(dedup_key=f"web::{key}", actor=actor, place=PAGE, **options)


def scenes(count: int) -> tuple[Scene, ...]:
    """Mara alone, then with the fox, on the quay."""
    return tuple(
        Scene(
            text=f"Scene {n} happens.",
            prompt=f"Mara at {n} o'clock.",
            cast=(MARA,) if n == 1 else (MARA, FOX),
            choices=(f"Go {n}a", f"Go {n}b", f"Go {n}c"),
            title=f"Title {n}",
            sites=(QUAY,),
            here=("Mara",) if n == 1 else ("Mara", "Fenn"),
            site="Quay",
        )
        for n in range(1, count + 1)
    )


async def world(
    folder: Path, critic: ScriptedCritic, *, pictures: bool = False, **loop: Any
) -> World:
    painter = ScriptedPainter(moves=[flat(n * 9) for n in range(1, 25)])
    painter.operations = EVERYTHING if pictures else frozenset({"generate"})
    return await World(folder, painter=painter, critic=critic, loop=LoopDefaults(**loop)).open()


async def posts(world: World, session: str) -> list[IterationFinished]:
    found = [each.update for each in await world.updates(session)]
    return [each for each in found if isinstance(each, IterationFinished)]


async def refused(world: World, command: Journey) -> str:
    await world.send(command)
    found = await world.service.refusal(command.dedup_key, command.actor)
    return found.sentence if isinstance(found, Refused) else ""


def told_of(world: World) -> list[Tell]:
    return [ask for ask in world.critic.asked if isinstance(ask, Tell)]


async def test_a_journey_of_eight_scenes_keeps_its_people(tmp_path: Path) -> None:
    one = await world(tmp_path, ScriptedCritic(scenes=scenes(8)))
    await one.send(journey("1", theme="a girl who finds a fox", style="gouache", scenes=8))
    session = await one.only_session()
    for n in range(2, 9):
        node = (await one.nodes(session))[-1]
        await one.send(journey(str(n), iteration=node.id, choice=2))
    nodes = await one.nodes(session)
    assert [node.parent for node in nodes] == ["", *(node.id for node in nodes[:-1])]
    assert [n.chapter.scene.title for n in nodes if n.chapter] == [
        f"Title {n}" for n in range(1, 9)
    ]
    assert all(MARA.look in node.prompt and QUAY.look in node.prompt for node in nodes)
    assert [FOX.look in node.prompt for node in nodes] == [False, *[True] * 7]
    assert len({request.seed for request in one.painter.requests}) == 1
    last = told_of(one)[-1]
    assert last.choices == 0  # the eighth is the last
    assert [each.choice for each in last.story] == [f"Go {n}b" for n in range(1, 8)]
    shown = (await posts(one, session))[-1].scene
    assert shown is not None
    assert (shown.scene, shown.choices, shown.before) == (8, (), nodes[-2].id)
    assert "ends here" in await refused(one, journey("9", iteration=nodes[-1].id, say="On."))
    await one.close()


async def test_portraits_are_painted_once_and_go_in(tmp_path: Path) -> None:
    one = await world(
        tmp_path, ScriptedCritic(scenes=scenes(3), eyes=True, checks=[(True, True)]), pictures=True
    )
    await one.send(journey("1", theme="a girl who finds a fox"))
    session = await one.only_session()
    for n in (2, 3):
        await one.send(journey(str(n), iteration=(await one.nodes(session))[-1].id, choice=1))
    nodes, requests = await one.nodes(session), one.painter.requests
    assert [len(request.sources) for request in requests] == [0, 0, 2, 0, 3, 3]
    assert requests[4].sources[::2] == requests[5].sources[::2]
    assert "The first picture shows Mara: keep it exactly so." in requests[2].prompt
    portraits = nodes[-1].chapter.portraits if nodes[-1].chapter else ()
    assert [each.name for each in portraits] == ["Mara", "Quay", "Fenn"]
    assert [each.passed for each in nodes[-1].checks][:2] == [True, True]
    assert nodes[-1].checks[2].question == "Does Mara have the colours of the portrait?"
    runs = await one.runs(session)
    assert [run.quote.images for run in runs] == [4, 3, 3]
    await one.close()


async def test_another_way_branches_and_a_way_is_told_once(tmp_path: Path) -> None:
    one = await world(tmp_path, ScriptedCritic(scenes=scenes(9)))
    await one.send(journey("1", theme="a girl"))
    session = await one.only_session()
    (first,) = await one.nodes(session)
    await one.send(journey("2", iteration=first.id, choice=1))
    assert "told already" in await refused(one, journey("3", iteration=first.id, choice=1))
    await one.send(journey("4", iteration=first.id, choice=3))
    await one.send(journey("5", iteration=first.id, say="She hides"))
    nodes = await one.nodes(session)
    assert [node.because for node in nodes] == ["", "Go 1a", "Go 1c", "She hides"]
    assert {node.parent for node in nodes[1:]} == {first.id}
    await one.send(PaintAgain(dedup_key="web::6", actor=ANN, place=PAGE, iteration=nodes[1].id))
    again = (await one.nodes(session))[-1]
    assert again.chapter is not None
    assert nodes[1].chapter is not None
    assert again.chapter.scene == nodes[1].chapter.scene
    assert (again.parent, len(told_of(one))) == (first.id, 4)
    await one.send(journey("7", iteration=nodes[2].id))  # shown once more, for nothing
    assert [post.champion for post in await posts(one, session)][-1] == nodes[2].id
    assert (await one.runs(session))[-1].quote.at_most == Decimal(0)
    await one.close()


async def test_a_story_is_found_by_its_name(tmp_path: Path) -> None:
    one = await world(tmp_path, ScriptedCritic())
    for n, theme in enumerate(("a fox at sea", "an owl who can't sleep"), 1):
        await one.send(journey(str(n), theme=theme))
    said = await refused(one, journey("3", theme="continue the fox"))
    assert said == "“the fox” is none of your sessions: /sessions lists them."
    assert await refused(one, journey("4", resume="FOX")) == ""
    summaries = await one.service.sessions(ANN)
    fox = next(each for each in summaries if "fox" in each.session.goal)
    assert len(await posts(one, fox.session.id)) == 2
    await one.send(journey("5", theme="continue"))  # the newest
    assert len(await posts(one, (await one.service.sessions(ANN))[0].session.id)) == 2
    assert "none yet" in await refused(one, journey("6", BOB, theme="weiter"))
    await one.close()


ODD = (
    (("  ", "", "\n"), ("Go on", "Look around first")),
    (tuple(f"way {n}" for n in range(40)), ("way 0", "way 1", "way 2", "way 3")),
    (("Kill the guard", "Enthaupte ihn", "Hide"), ("Hide", "Go on")),
    (("the same", "the same"), ("the same", "Go on")),
    (("far " * 60, "b"), ("far " * 17 + "f…", "b")),
)


@pytest.mark.parametrize(("offered", "ways"), ODD)
def test_ways_on_are_held(offered: Sequence[str], ways: Sequence[str]) -> None:
    telling = Telling(premise="a fox in the snow", most=60)
    scene = held(Scene(text="Word. " * 100, prompt="p", choices=tuple(offered)), telling)
    assert [way.rstrip("…") for way in scene.choices] == [
        w.rstrip("…").rstrip("f ").rstrip() if "far" in w else w for w in ways
    ]
    assert len(scene.text.split()) == 60


def test_ours_are_in_the_storys_language() -> None:
    german = Telling(premise="ein Fuchs sucht das Meer")
    assert held(Scene(text="t", prompt="p"), german).choices == ("Weitergehen", "Sich erst umsehen")


async def test_who_decides(tmp_path: Path) -> None:
    one = await world(tmp_path, ScriptedCritic())
    await one.send(journey("1", theme="a fox"))
    owned = (await one.nodes(await one.only_session()))[-1]
    assert "Ann decides" in await refused(one, journey("2", BOB, iteration=owned.id, choice=1))
    await one.send(journey("3", theme="an owl", decides="turns"))
    nodes = await one.nodes((await one.service.sessions(ANN))[0].session.id)
    await one.send(journey("4", BOB, iteration=nodes[0].id, choice=1))
    second = (await one.nodes(nodes[0].session))[-1]
    assert "somebody else's turn" in await refused(
        one, journey("5", BOB, iteration=second.id, choice=1)
    )
    await one.send(journey("6", iteration=second.id, choice=1))
    assert len(await one.nodes(nodes[0].session)) == 3
    await one.close()


async def _begun(one: World, key: str, **options: Any) -> Iteration:
    """The first scene, once its run waits for people."""
    await one.service.receive(journey(key, **options))
    for _ in range(400):
        await asyncio.sleep(0.005)
        for each in await one.service.sessions(ANN):
            for row in await one.updates(each.session.id):
                if isinstance(row.update, Noticed) and row.update.about == "turn":
                    return (await one.nodes(each.session.id))[0]
    raise AssertionError("no run waits")


async def _in_two_minutes(run: InlineRun) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=2)


async def test_a_party_votes_and_the_way_most_want_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await world(tmp_path, ScriptedCritic(scenes=scenes(9)), vote_s=60)
    first = await _begun(one, "1", theme="a fox", decides="party", scenes=2)
    for key, actor, choice in (("2", ANN, 1), ("3", BOB, 2), ("4", Actor("web", "", "cy"), 2)):
        await one.service.receive(journey(key, actor, iteration=first.id, choice=choice))
    await one.service.receive(journey("5", ANN, iteration=first.id, choice=3))
    await one.service.settle_down()
    async with one.store.read() as uow:
        assert len(await uow.runs.signals(first.run)) == 4
    monkeypatch.setattr(InlineRun, "now", _in_two_minutes)
    await one.engine.wake(first.run)
    await one.settle()
    nodes = await one.nodes(first.session)
    assert [node.because for node in nodes] == ["", "Go 1b"]
    rows = [row.update for row in await one.updates(first.session)]
    said = [row.sentence for row in rows if isinstance(row, Noticed) and row.about == "turn"]
    assert said == ["The vote is over (Go 1b 2, Go 1c 1): Go 1b"]
    assert [run.actor.id for run in await one.runs(first.session)] == ["ann", "ann"]
    await one.close()


async def test_a_turn_nobody_takes_goes_on_by_itself_or_waits(tmp_path: Path) -> None:
    one = await world(tmp_path, ScriptedCritic(scenes=scenes(9)), turn_s=0.05)
    await one.send(journey("1", theme="a fox", scenes=2))
    session = await one.only_session()
    assert [node.because for node in await one.nodes(session)] == ["", "Go 1a"]
    await one.close()
    (tmp_path / "b").mkdir()
    two = await world(tmp_path / "b", ScriptedCritic(scenes=scenes(9)), vote_s=0.05)
    await two.send(journey("1", theme="a fox", decides="party", scenes=2))
    session = await two.only_session()
    assert len(await two.nodes(session)) == 1
    (run,) = await two.runs(session)
    assert run.status is RunStatus.DONE
    await two.close()


async def test_a_refused_picture_is_softened_and_nothing_is_told_twice(tmp_path: Path) -> None:
    critic = ScriptedCritic(scenes=scenes(2))
    one = await world(tmp_path, critic)
    one.painter.moves = [PolicyRefusal("No."), flat(3)]
    await one.send(journey("1", theme="a girl"))
    (node,) = await one.nodes(await one.only_session())
    assert node.prompt.startswith("soften: ")
    assert MARA.look in node.prompt
    assert len(told_of(one)) == 1
    await one.close()
