"""What a server's admins set is what intake does; what they remove is gone."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.commands import Actor, ImageHandle, Place, Revise, pick_key
from core.domain.errors import BadRequest, NotAllowed
from core.domain.ledger import Limits
from core.domain.records import RunStatus
from core.domain.settings import ServerSettings
from core.domain.updates import Accepted, Failed, Noticed, Refused
from core.jobs.continue_ import Continue
from core.jobs.evolve import Evolve
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.models.painter import Painting, PaintRequest
from core.runtime.models import ModelSet
from core.service.alerts import Operator
from tests.harness import ANN, BOB, PAGE, World, refine

ADMIN = Actor("web", "", "root", "Root", admin=True)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    opened = await World(tmp_path).open()
    yield opened
    await opened.close()


async def refusal(world: World, actor: Actor = ANN) -> str:
    async with world.store.read() as uow:
        rows = [
            row for row in await uow.outbox.due("web", world.now()) if row.update.kind == "refused"
        ]
    (row,) = rows
    assert isinstance(row.update, Refused)
    assert row.update.actor == actor.id
    return row.update.sentence


async def test_only_admins_change_settings(world: World) -> None:
    with pytest.raises(NotAllowed, match="admins"):
        await world.service.configure(ANN, ServerSettings(iterations=2))
    assert await world.service.settings("web", "") == ServerSettings()


async def test_defaults_fill_what_nobody_said(world: World) -> None:
    wanted = ServerSettings(iterations=2, candidates=3, quality="low", size="512x512")
    assert await world.service.configure(ADMIN, wanted) == wanted
    await world.send(refine(stop="never"))
    (run,) = await world.runs(await world.only_session())
    plan = run.plan
    assert (plan.rounds, plan.candidates, plan.quality, plan.width) == (2, 3, "low", 512)
    assert len(await world.nodes(run.session)) == 6


async def test_a_persons_own_options_win(world: World) -> None:
    await world.service.configure(ADMIN, ServerSettings(iterations=4, candidates=3))
    await world.send(refine(iterations=1, candidates=1))
    (run,) = await world.runs(await world.only_session())
    assert (run.plan.rounds, run.plan.candidates) == (1, 1)


async def test_other_channels_are_refused(world: World) -> None:
    await world.service.configure(ADMIN, ServerSettings(channels=("art",)))
    await world.send(refine())
    assert "other channels" in await refusal(world)
    assert not await world.service.sessions(ANN)


async def test_admins_may_everywhere(world: World) -> None:
    await world.service.configure(ADMIN, ServerSettings(channels=("art",), people=("bob",)))
    await world.send(refine(actor=ADMIN, iterations=1))
    assert await world.service.sessions(ADMIN)


@pytest.mark.parametrize(
    ("actor", "taken"),
    [
        (ANN, False),
        (BOB, True),
        (replace(ANN, roles=("painters",)), True),
        (replace(ANN, roles=("others",)), False),
    ],
)
async def test_who_may(world: World, actor: Actor, taken: bool) -> None:
    await world.service.configure(ADMIN, ServerSettings(roles=("painters",), people=("bob",)))
    await world.send(refine(actor=actor, iterations=1))
    assert bool(await world.service.sessions(actor)) is taken


async def test_a_pick_is_held_to_the_settings_too(world: World) -> None:
    await world.send(refine(iterations=1))
    session = await world.only_session()
    (node,) = await world.nodes(session)
    await world.service.configure(ADMIN, ServerSettings(people=("bob",)))
    key = pick_key("web", "", node.id, "ann")
    await world.send(Pick(dedup_key=key, actor=ANN, place=PAGE, iteration=node.id))
    assert "some people" in await refusal(world)
    assert len(await world.runs(session)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ServerSettings(iterations=99),
        ServerSettings(candidates=5),
        ServerSettings(quality="best"),
        ServerSettings(size="large"),
        ServerSettings(painter="openai:dall-e-3"),
    ],
)
async def test_values_that_can_not_be_are_refused(world: World, wrong: ServerSettings) -> None:
    with pytest.raises(BadRequest, match=r"is (a number|one of|square, )"):
        await world.service.configure(ADMIN, wrong)
    assert await world.service.settings("web", "") == ServerSettings()


async def test_servers_do_not_share_settings(world: World) -> None:
    other = replace(ADMIN, tenant="other")
    await world.service.configure(other, ServerSettings(iterations=1))
    assert await world.service.settings("web", "") == ServerSettings()
    assert (await world.service.settings("web", "other")).iterations == 1


async def test_age_restricted_channels_relax_the_moderation_and_no_others(world: World) -> None:
    await world.service.configure(ADMIN, ServerSettings(nsfw="age_restricted"))
    await world.send(replace(refine("a", iterations=1), place=replace(PAGE, nsfw=True)))
    await world.send(refine("b", iterations=1))
    assert [request.moderation for request in world.painter.requests] == ["low", "auto"]


def spare() -> ModelSet:
    painter, critic = ScriptedPainter(model="spare"), ScriptedCritic()
    return ModelSet(painter=painter, editor=None, critic=critic, judge=critic, styles=("oil",))


async def test_a_server_may_use_the_spare_painter(tmp_path: Path) -> None:
    other = spare()
    world = await World(tmp_path, spare=other).open()
    name = other.painter.profile.name
    assert world.service.models.painters == (world.painter.profile.name, name)
    await world.send(refine("before", iterations=1))
    (old,) = await world.nodes(await world.only_session())
    await world.service.configure(ADMIN, ServerSettings(painter=name))
    await world.send(refine("after", iterations=1, actor=BOB))
    (new,) = await world.nodes(await world.only_session(BOB))
    assert (old.model, new.model) == (world.painter.profile.name, name)
    key = pick_key("web", "", old.id, "ann")
    await world.send(Pick(dedup_key=key, actor=ANN, place=PAGE, iteration=old.id))
    assert "start a new one" in await refusal(world)
    await world.close()


async def two_painters(folder: Path) -> tuple[World, str, str]:
    """A world with a second painter, and the names of both."""
    world = await World(folder, spare=spare()).open()
    first, second = world.service.models.painters
    return world, first, second


async def made_with(world: World, actor: Actor = ANN) -> list[str]:
    return [node.model for node in await world.nodes(await world.only_session(actor))]


async def test_a_person_chooses_a_painter_and_the_tree_keeps_it(tmp_path: Path) -> None:
    world, first, second = await two_painters(tmp_path)
    assert tuple(await world.service.painters("web", "")) == (first, second)
    await world.send(refine("a", painter=second.upper(), iterations=1))
    await world.send(evolve("b", BOB, painter=first))
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.quote.models[0] == run.plan.painter == second
    assert (await made_with(world), await made_with(world, BOB)) == ([second], [first])
    await world.send(Continue(dedup_key="c", actor=BOB, place=PAGE, session=session, iterations=1))
    (node, *_) = await world.nodes(session)
    await world.send(PaintAgain(dedup_key="d", actor=ANN, place=PAGE, iteration=node.id))
    assert await made_with(world) == [second] * 3
    await world.close()


def evolve(key: str, actor: Actor = ANN, **options: object) -> Evolve:
    image = ImageHandle("web", "ref")
    return Evolve(dedup_key=key, actor=actor, place=PAGE, image=image, iterations=1, **options)  # type: ignore[arg-type]


async def test_an_unknown_painter_is_refused_and_nothing_is_charged(tmp_path: Path) -> None:
    world, first, second = await two_painters(tmp_path)
    before = await world.service.quota(ANN)
    await world.send(refine(painter="openai:dall-e-3"))
    assert await refusal(world) == f"model is one of {first}, {second}."
    assert not await world.service.sessions(ANN)
    assert await world.service.quota(ANN) == before
    await world.close()


async def test_the_painter_an_admin_named_is_the_only_one(tmp_path: Path) -> None:
    world, first, second = await two_painters(tmp_path)
    await world.send(refine("before", painter=first, iterations=1, actor=BOB))
    await world.service.configure(ADMIN, ServerSettings(painter=second))
    assert tuple(await world.service.painters("web", "")) == (second,)
    await world.send(evolve("no", painter=first))
    assert await refusal(world) == f"The admins here allow only the model {second}."
    await world.send(evolve("yes", painter=second))
    await world.send(evolve("by default", replace(ANN, id="cat")))
    assert await made_with(world) == await made_with(world, replace(ANN, id="cat")) == [second]
    await world.close()


async def test_the_painter_an_admin_forbids_paints_no_rest_of_a_paused_run(tmp_path: Path) -> None:
    world, first, second = await two_painters(tmp_path)
    await world.send(refine(painter=first, iterations=1))
    session = await world.only_session()
    (run,) = await world.runs(session)
    async with world.store.write() as uow:
        await uow.runs.transition(run.id, {run.status}, RunStatus.PAUSED)
    await world.service.configure(ADMIN, ServerSettings(painter=second))
    await world.send(Revise(dedup_key="r", actor=ANN, place=PAGE, run=run.id, round=1))
    assert await refusal(world) == (
        f"This session was painted by {first}, here {second} paints now: start a new one."
    )
    assert len(await world.runs(session)) == 1
    await world.close()


async def lost_before_it_began(folder: Path) -> tuple[World, str]:
    """A run with the second painter is written down, and the process ends before the engine knows."""
    world, _, second = await two_painters(folder)
    world.engine.start = _not_heard  # type: ignore[method-assign]
    await world.send(refine(painter=second, iterations=2, stop="never"))
    return world, second


async def _not_heard(run_id: str, user: str) -> bool:
    return False


async def test_after_a_crash_a_run_has_the_painter_it_was_asked_with(tmp_path: Path) -> None:
    world, second = await lost_before_it_began(tmp_path)
    await world.restart()
    assert await made_with(world) == [second] * 2
    await world.close()


async def test_no_other_painter_steps_in_for_one_that_is_gone(tmp_path: Path) -> None:
    """Another one may be dearer: the run ends with a sentence, and all is given back."""
    world, second = await lost_before_it_began(tmp_path)
    world.spare = None
    await world.restart()
    updates = [row.update for row in await world.updates(await world.only_session())]
    (failed,) = [update for update in updates if isinstance(update, Failed)]
    assert failed.sentence == f"{second} does not paint here any more: start a new session."
    assert not world.painter.requests
    quota = await world.service.quota(ANN)
    assert (quota.usd, quota.images, quota.open_runs) == (0, 0, 0)
    await world.close()


async def test_a_server_whose_painter_is_gone_is_told_so(tmp_path: Path) -> None:
    world, _, second = await two_painters(tmp_path)
    await world.service.configure(ADMIN, ServerSettings(painter=second))
    world.spare = None
    await world.restart()
    assert not await world.service.painters("web", "")
    await world.send(refine())
    assert "an admin can choose another" in await refusal(world)
    await world.close()


async def test_a_purge_leaves_bookings_without_names(world: World) -> None:
    there = Place("web", "gone", "page")
    cat = replace(ANN, id="cat", tenant="gone")
    await world.send(
        Evolve(
            dedup_key="web:gone:1",
            actor=cat,
            place=there,
            image=ImageHandle("web", "ref"),
            goal="a secret wish",
            iterations=2,
        )
    )
    await world.send(refine("web::2", iterations=1))
    (summary,) = await world.service.sessions(cat)
    theirs = [node.image for node in await world.nodes(summary.session.id)]
    mine = (await world.nodes(await world.only_session()))[0].image
    before = await world.service.quota(ANN)
    await world.service.configure(replace(cat, admin=True), ServerSettings(iterations=1))
    assert await world.service.purge("web", "gone")
    assert not await world.service.sessions(cat)
    assert await world.service.settings("web", "gone") == ServerSettings()
    assert await world.service.tree(summary.session.id, cat) is None
    for image in set(theirs) - {mine}:
        with pytest.raises(KeyError):
            await world.images.get(image)
    assert await world.images.get(mine)
    assert await world.service.quota(ANN) == before  # the day's total still counts theirs
    assert "secret wish" not in _everything(world.folder / "darkroom.sqlite")


def _everything(path: Path) -> str:
    import sqlite3

    with sqlite3.connect(path) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    return text


async def test_a_purge_cancels_what_waits_for_a_yes(tmp_path: Path) -> None:
    limits = Limits(confirm_usd_above=Decimal(0), usd_per_run=Decimal(5))
    world = await World(tmp_path, limits=limits).open()
    gone = replace(ANN, tenant="gone")
    await world.send(replace(refine("web:gone:1", actor=gone), place=Place("web", "gone", "p")))
    (summary,) = await world.service.sessions(gone)
    assert summary.run is not None
    assert await world.service.purge("web", "gone")  # it had not begun: cancelled, then purged
    assert not await world.service.sessions(gone)
    await world.close()


class Slow(ScriptedPainter):
    """Paints nothing until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = asyncio.Event(), asyncio.Event()

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        self.begun.set()
        await self.let.wait()
        return await super().paint(request)


async def test_a_purge_waits_for_the_image_that_is_being_painted(tmp_path: Path) -> None:
    painter = Slow()
    world = await World(tmp_path, painter=painter).open()
    gone = replace(ANN, tenant="gone")
    await world.service.receive(
        replace(
            refine("web:gone:1", actor=gone, goal="a secret wish", iterations=4),
            place=Place("web", "gone", "p"),
        )
    )
    await asyncio.wait_for(painter.begun.wait(), 10)
    assert not await world.service.purge("web", "gone")
    painter.let.set()
    await world.settle()
    assert len(painter.requests) == 1  # told to stop, it stopped after the image in flight
    async with world.store.read() as uow:
        (run,) = await uow.runs.with_status([RunStatus.STOPPED])
        assert [row.kind for row in await uow.ledger.of_run(run.id)].count("release") == 1
    await world.service.sweep()
    assert not await world.service.sessions(gone)
    assert "secret wish" not in _everything(world.folder / "darkroom.sqlite")
    await world.close()


async def test_the_operator_is_told_once_a_day(world: World) -> None:
    operator = Operator(world.store, world.now, "discord:42")
    await operator.tell("account", "The key is wrong.")
    await operator.tell("account", "The key is wrong.")
    await Operator(world.store, world.now, "discord:42").tell("account", "The key is wrong.")
    async with world.store.read() as uow:
        (row,) = await uow.outbox.due("discord", world.now())
    assert (row.place.channel, row.place.is_dm) == ("user:42", True)
    assert isinstance(row.update, Noticed)
    assert row.update.sentence == "The key is wrong."


async def test_without_an_admin_the_log_alone_is_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await Operator(world.store, world.now, "").tell("account", "The key is wrong.")
    assert "The key is wrong." in caplog.text
    async with world.store.read() as uow:
        assert not await uow.outbox.due("discord", world.now())


async def test_review_by_default(world: World) -> None:
    await world.service.configure(ADMIN, ServerSettings(review=True))
    await world.send(refine(iterations=1))
    updates = await world.updates(await world.only_session())
    (accepted,) = [row.update for row in updates if isinstance(row.update, Accepted)]
    assert accepted.review
