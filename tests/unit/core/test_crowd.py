"""Crowd evolve: a timed vote on a round's pictures picks the parent of the next round."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.rounds import pictures_page
from adapters.engine.inline import InlineRun
from adapters.models.scripted import ScriptedPainter, flat
from core.domain.commands import Actor, ImageHandle, Reveal, Vote
from core.domain.defaults import LoopDefaults
from core.domain.records import Iteration, RunStatus
from core.domain.updates import IterationFinished, Noticed, Refused
from core.jobs.evolve import Evolve
from tests.harness import ANN, BOB, PAGE, World

CY = Actor("web", "", "cy", "Cy")


def evolve(**options: Any) -> Evolve:
    image = ImageHandle("web", "ref")
    return Evolve(dedup_key="web::1", actor=ANN, place=PAGE, image=image, iterations=2, **options)


async def world(folder: Path, vote_s: float) -> World:
    painter = ScriptedPainter(moves=[flat(9 * n) for n in range(1, 20)])
    return await World(folder, painter=painter, loop=LoopDefaults(vote_s=vote_s)).open()


async def begun(one: World) -> list[Iteration]:
    """The pictures of the first round, once its run waits for votes."""
    await one.service.receive(evolve(crowd=True))
    for _ in range(800):
        await asyncio.sleep(0.005)
        for each in await one.service.sessions(ANN):
            for row in await one.updates(each.session.id):
                if isinstance(row.update, Noticed) and row.update.about == "crowd":
                    nodes = await one.nodes(each.session.id)
                    return sorted(nodes, key=lambda node: node.candidate)
    raise AssertionError("no run waits")


async def rounds(one: World, session: str) -> list[IterationFinished]:
    rows = [row.update for row in await one.updates(session)]
    return [each for each in rows if isinstance(each, IterationFinished)]


async def _in_two_minutes(run: InlineRun) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=2)


async def test_the_picture_most_want_is_the_parent_of_the_next_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await world(tmp_path, 60)
    nodes = await begun(one)
    assert len(nodes) == 3
    (post,) = await rounds(one, nodes[0].session)
    assert (post.voting, post.labels, post.votes) == (True, ("A", "B", "C"), (0, 0, 0))
    choices = ((ANN, 0), (BOB, 2), (CY, 2), (ANN, 1))  # Ann thinks again
    for n, (actor, index) in enumerate(choices):
        vote = Vote(dedup_key=f"web::v{n}", actor=actor, place=PAGE, iteration=nodes[index].id)
        await one.service.receive(vote)
        await one.service.settle_down()
    (post,) = await rounds(one, nodes[0].session)
    assert post.votes == (0, 1, 2)
    reveal = Reveal(dedup_key="web::r", actor=ANN, place=PAGE, iteration=nodes[0].id)
    await one.service.receive(reveal)
    await one.service.settle_down()
    assert isinstance(await one.service.refusal("web::r", ANN), Refused)
    monkeypatch.setattr(InlineRun, "now", _in_two_minutes)
    await one.engine.wake(nodes[0].run)
    await one.settle()
    grown = await one.nodes(nodes[0].session)
    assert len(grown) == 6
    assert {node.parent for node in grown if node.round == 2} == {nodes[2].id}
    first, second = await rounds(one, nodes[0].session)
    assert (first.voting, first.blind, first.champion) == (False, False, nodes[2].id)
    assert not second.voting  # nothing follows it
    rows = [row.update for row in await one.updates(nodes[0].session)]
    said = [row.sentence for row in rows if isinstance(row, Noticed) and row.about == "crowd"]
    assert said == ["The vote is over (C 2, B 1): C goes on."]
    late = Vote(dedup_key="web::l", actor=BOB, place=PAGE, iteration=nodes[0].id)
    await one.service.receive(late)
    await one.service.settle_down()
    refused = await one.service.refusal("web::l", BOB)
    assert isinstance(refused, Refused)
    assert "over" in refused.sentence
    await one.close()


async def test_without_votes_the_judged_best_goes_on(tmp_path: Path) -> None:
    one = await world(tmp_path, 0.05)
    await one.send(evolve(crowd=True))
    session = await one.only_session()
    nodes, (first, _) = await one.nodes(session), await rounds(one, session)
    best = first.candidates[first.best].iteration
    assert {node.parent for node in nodes if node.round == 2} == {best}
    (run,) = await one.runs(session)
    assert run.status is RunStatus.DONE
    assert run.quote.images == 6
    await one.close()


async def test_who_does_not_ask_for_a_crowd_gets_none(tmp_path: Path) -> None:
    one = await world(tmp_path, 60)
    await one.send(evolve())
    session = await one.only_session()
    assert len(await one.nodes(session)) == 2
    assert not any(each.voting for each in await rounds(one, session))
    await one.close()


async def test_a_vote_has_no_reveal(tmp_path: Path) -> None:
    one = await world(tmp_path, 60)
    nodes = await begun(one)
    (post,) = await rounds(one, nodes[0].session)
    for update, buttons in ((post, 3), (replace(post, voting=False), 4)):
        page = pictures_page(update, "⭐")
        assert sum(len(row) for row in page.rows) == buttons
    await one.engine.wake(nodes[0].run)
    await one.close()
