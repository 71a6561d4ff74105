"""/describe and /ask: words come of a picture, and nothing is painted."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.access import PROGRAM
from core.domain.commands import ImageHandle
from core.domain.records import RunStatus
from core.domain.updates import Described
from core.jobs.ask import AskAbout
from core.jobs.describe import DescribeImage
from core.models.critic import Query
from tests.harness import ANN, PAGE, World

PICTURE = ImageHandle("web", "ref")


async def told(world: World, session: str) -> list[Described]:
    deliveries = await world.service.deliveries(session, PROGRAM)
    return [d.update for d in deliveries if isinstance(d.update, Described)]


async def test_a_description_is_four_prompts_and_no_picture(tmp_path: Path) -> None:
    world = await World(tmp_path, critic=ScriptedCritic(usd=Decimal("0.001"))).open()
    await world.send(DescribeImage(dedup_key="web::d", actor=ANN, place=PAGE, image=PICTURE))
    session = await world.only_session()
    (run,) = await world.runs(session)
    (update,) = await told(world, session)
    assert (run.status, run.reason, run.quote.images) == (RunStatus.DONE, "Done.", 0)
    assert len(set(update.prompts)) == 4
    assert update.cost == Decimal("0.001")
    assert isinstance(world.painter, ScriptedPainter)
    assert world.painter.requests == []
    assert await world.nodes(session) == []
    await world.close()


async def test_answers_say_what_is_unseen_and_know_what_was_asked_before(tmp_path: Path) -> None:
    critic = ScriptedCritic()
    world = await World(tmp_path, critic=critic).open()
    place = replace(PAGE, thread="t1")
    first = AskAbout(
        dedup_key="web::1", actor=ANN, place=place, image=PICTURE, question="How many boats?"
    )
    await world.send(first)
    session = await world.only_session()
    (update,) = await told(world, session)
    assert (update.question, update.alt) == ("How many boats?", "answer 1")
    assert update.note == "what is behind it"
    again = replace(first, dedup_key="web::2", image=None, question="And on the left?")
    await world.send(again)
    assert [each.alt for each in await told(world, session)] == ["answer 1", "answer 2"]
    asked = [each for each in critic.asked if isinstance(each, Query)]
    assert [query.earlier for query in asked] == [(), (("How many boats?", "answer 1"),)]
    assert asked[0].image == asked[1].image
    await world.close()


async def test_a_question_of_nothing_is_a_sentence(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    await world.send(
        AskAbout(dedup_key="web::1", actor=ANN, place=PAGE, image=PICTURE, question="  ")
    )
    async with world.store.read() as uow:
        row = await uow.inbox.get("web::1")
    assert row is not None
    assert row.error.startswith("Ask something about the picture")
    assert await world.service.sessions(ANN, 5) == []
    await world.close()
