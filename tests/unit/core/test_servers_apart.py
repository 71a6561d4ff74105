"""What belongs to another server, or to another person's direct messages, is not there: no command
reaches it, no question shows it, whatever ids are known. A person's limits follow the person."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.access import PROGRAM, own_tenant
from core.domain.commands import (
    Actor,
    Ask,
    Command,
    Confirm,
    Discard,
    Place,
    Repost,
    Review,
    Revise,
    Stop,
    pick_key,
)
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits
from core.domain.records import DeliveryState, Iteration, RunStatus
from core.domain.settings import ServerSettings
from core.domain.updates import Asked, Refused
from core.jobs.continue_ import Continue
from core.jobs.edit_prompt import EditPrompt
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from tests.harness import World, refine

HOME = Place("discord", "server-a", "chan-a")
LETTERS = Place("discord", own_tenant("ann"), "dm-of-ann", is_dm=True, can_thread=False)
OLD_LETTERS = replace(LETTERS, tenant="dm")  # as 0.1.0 wrote them
ANN = Actor("discord", "server-a", "ann", "Ann")
ANN_ALONE = replace(ANN, tenant=own_tenant("ann"))
BEN = Actor("discord", "server-a", "ben", "Ben")
EVE = Actor("discord", "server-b", "eve", "Eve", moderator=True, admin=True)
PAGE_NAME = Actor("web", "", "ann", "Ann", moderator=True, admin=True)
OTHER_LETTERS = Actor("discord", own_tenant("eve"), "eve", "Eve", moderator=True, admin=True)
NEIGHBOUR = Actor("discord", "server-a", "mo", "Mo", moderator=True, admin=True)
CASES = [
    pytest.param(HOME, ANN, EVE, id="another server"),
    pytest.param(HOME, ANN, PAGE_NAME, id="a name on the page"),
    pytest.param(HOME, ANN, OTHER_LETTERS, id="a server from direct messages"),
    pytest.param(LETTERS, ANN_ALONE, OTHER_LETTERS, id="another person's direct messages"),
    pytest.param(
        OLD_LETTERS, ANN_ALONE, replace(OTHER_LETTERS, tenant="dm"), id="old direct messages"
    ),
    pytest.param(LETTERS, ANN_ALONE, NEIGHBOUR, id="direct messages from a server"),
    pytest.param(
        Place("slack", "T1", "D1", is_dm=True),
        Actor("slack", "T1", "U1", "Ann"),
        Actor("slack", "T1", "U2", "Mo", moderator=True, admin=True),
        id="direct messages in one workspace",
    ),
    pytest.param(
        Place("slack", "T1", "D1", is_dm=True),
        Actor("slack", "T1", "U1", "Ann"),
        Actor("slack", "T2", "U1", "Mo", moderator=True, admin=True),
        id="the same id in another workspace",
    ),
    pytest.param(LETTERS, ANN_ALONE, PAGE_NAME, id="a name on the page that is a person's id"),
]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    loop = LoopDefaults(review_timeout_s=0)  # a review pauses the run
    opened = await World(tmp_path, painter=ScriptedPainter([flat(20)] * 20), loop=loop).open()
    for platform in ("discord", "slack"):
        opened.uploads[platform] = opened.files
    yield opened
    await opened.close()


async def made(world: World, home: Place, owner: Actor, **options: Any) -> tuple[str, Iteration]:
    await world.send(replace(refine(actor=owner, **options), place=home))
    id = await world.only_session(owner)
    nodes = await world.nodes(id)
    return id, nodes[0]


def everything(id: str, node: Iteration, delivery: str, who: Actor, at: Place) -> list[Command]:
    base: dict[str, Any] = {"actor": who, "place": at}
    pick = pick_key(who.platform, who.tenant, node.id, who.id)
    return [
        Pick(dedup_key=pick, iteration=node.id, **base),
        PaintAgain(dedup_key="1", iteration=node.id, **base),
        EditPrompt(dedup_key="2", iteration=node.id, prompt="mine", **base),
        Continue(dedup_key="3", session=id, **base),
        Stop(dedup_key="4", session=id, **base),
        Revise(dedup_key="5", run=node.run, round=1, **base),
        Review(dedup_key="6", run=node.run, on=True, **base),
        Confirm(dedup_key="7", run=node.run, yes=True, **base),
        Discard(dedup_key="8", iteration=node.id, **base),
        Repost(dedup_key="9", delivery=delivery, **base),
        Ask(dedup_key="10", what="image", about=node.id, **base),
    ]


@pytest.mark.parametrize(("home", "owner", "stranger"), CASES)
async def test_no_command_reaches_it(
    world: World, home: Place, owner: Actor, stranger: Actor
) -> None:
    id, node = await made(world, home, owner, iterations=2, review=True)
    tree = await world.service.tree(id, PROGRAM)
    (row, *_) = await world.updates(id)
    async with world.store.write() as uow:
        await uow.outbox.save(row.id, DeliveryState.UNKNOWN)
    elsewhere = Place(
        stranger.platform, stranger.tenant, "chan-b", is_dm=stranger.tenant[:2] == "dm"
    )
    for command in everything(id, node, row.key, stranger, elsewhere):
        await world.send(command)
    assert await world.service.tree(id, PROGRAM) == tree
    assert (await world.updates(id))[0].state is DeliveryState.UNKNOWN
    told = await world.service.deliveries("", PROGRAM)
    said = [row.update.sentence for row in told if isinstance(row.update, Refused)]
    assert len(said) == 11
    assert all("not there any more" in sentence for sentence in said)
    assert not any(isinstance(row.update, Asked) for row in told)


@pytest.mark.parametrize(("home", "owner", "stranger"), CASES)
async def test_no_question_shows_it(
    world: World, home: Place, owner: Actor, stranger: Actor
) -> None:
    id, node = await made(world, home, owner, iterations=1)
    async with world.store.write() as uow:
        session = await uow.sessions.get(id)
        assert session is not None
        await uow.sessions.save(replace(session, thread="thread-1"))
    ask, platform, channel = world.service, home.platform, home.channel

    async def seen_by(who: Actor) -> list[bool]:
        return [
            await ask.tree(id, who) is not None,
            await ask.iteration(node.id, who) is not None,
            bool(await ask.deliveries(id, who)),
            await ask.session_in(who, platform, channel, "thread-1") is not None,
            bool(await ask.sessions_in(who, platform, channel)),
        ]

    assert await seen_by(owner) == [True] * 5
    assert await seen_by(stranger) == [False] * 5
    assert not await ask.sessions(stranger)


async def test_a_person_meets_their_direct_messages_from_anywhere(world: World) -> None:
    id, node = await made(world, LETTERS, ANN_ALONE, iterations=1)
    assert await world.service.iteration(node.id, ANN) == node
    command = Continue(dedup_key="c", actor=ANN, place=HOME, session=id, iterations=1)
    await world.send(command)
    assert len(await world.runs(id)) == 2
    assert {row.place.channel for row in await world.updates(id)} == {LETTERS.channel}


async def test_others_of_the_server_still_join_in(world: World) -> None:
    id, node = await made(world, HOME, ANN, iterations=1)
    await world.send(PaintAgain(dedup_key="p", actor=BEN, place=HOME, iteration=node.id))
    assert [run.actor.id for run in await world.runs(id)] == ["ann", "ben"]


async def test_the_sessions_server_is_asked_for_its_rules(world: World) -> None:
    """A person of the server comes by a door that names another place."""
    id, node = await made(world, HOME, ANN, iterations=1)
    admin = replace(BEN, id="root", admin=True)
    await world.service.configure(admin, ServerSettings(channels=("art",)))
    letters = replace(HOME, channel="home-tab", is_dm=True)
    await world.send(PaintAgain(dedup_key="p", actor=BEN, place=letters, iteration=node.id))
    await world.send(Continue(dedup_key="c", actor=BEN, place=letters, session=id))
    assert len(await world.runs(id)) == 1


async def test_an_answer_to_a_person_is_read_by_that_person_alone(world: World) -> None:
    await world.send(replace(refine(actor=ANN, goal="", image=None), place=HOME))
    assert len(await world.service.deliveries("", ANN)) == 1
    for stranger in (BEN, EVE, PAGE_NAME):
        assert not await world.service.deliveries("", stranger)


async def test_a_persons_day_counts_over_all_servers(tmp_path: Path) -> None:
    limits = Limits(images_per_user_per_day=2, concurrent_runs_per_user=9)
    world = await World(tmp_path, limits=limits).open()
    world.uploads["discord"] = world.files
    places = [HOME, replace(HOME, tenant="server-b"), LETTERS, replace(HOME, tenant="own-install")]
    for number, place in enumerate(places):
        who = replace(ANN, tenant=place.tenant)
        await world.send(replace(refine(key=f"k{number}", actor=who, iterations=2), place=place))
    day = world.now().date()
    async with world.store.read() as uow:
        assert (await uow.ledger.usage(day, ANN)).images == 2
        assert (await uow.ledger.usage(day)).images == 2
    assert (await world.service.quota(replace(ANN, tenant="server-c"))).images == 2
    await world.close()


async def test_settings_limits_and_leaving_of_direct_messages_are_their_own(
    world: World,
) -> None:
    """Where they belong to no server; a workspace's rules hold in the messages of its people."""
    work = Actor("slack", "T1", "U1", "Ann")
    talk = Place("slack", "T1", "D1", is_dm=True)
    only_ben = ServerSettings(people=("ben",), images_per_day=1)
    for admin in (replace(OTHER_LETTERS, admin=True), replace(EVE, tenant="server-a")):
        await world.service.configure(admin, only_ben)
    id, node = await made(world, LETTERS, ANN_ALONE, iterations=2, stop="never")
    await made(world, talk, work, key="slack:T1:1", iterations=2)
    async with world.store.read() as uow:
        day = world.now().date()
        assert (await uow.ledger.usage(day, home=LETTERS)).images == 2
        assert (await uow.ledger.usage(day, home=HOME)).images == 0
        assert (await uow.ledger.usage(day, home=talk)).images > 0
    await world.service.configure(replace(work, admin=True), only_ben)
    assert "only some people" in await world.service.may(work, "refine", talk)
    assert await world.service.may(ANN_ALONE, "refine", LETTERS) == ""
    assert await world.service.purge("discord", "server-a")
    assert await world.service.purge("slack", "T1")
    assert await world.service.iteration(node.id, ANN_ALONE) == node
    assert await world.service.sessions(work) == []
    assert await world.service.tree(id, ANN_ALONE) is not None


async def test_a_persons_open_runs_count_over_all_servers(tmp_path: Path) -> None:
    limits = Limits(concurrent_runs_per_user=1)
    world = await World(tmp_path, limits=limits, paid_before=False).open()  # asks before it starts
    world.uploads["discord"] = world.files
    await world.send(replace(refine(actor=ANN), place=HOME))
    there = replace(ANN, tenant="server-b")
    await world.send(replace(refine(key="2", actor=there), place=replace(HOME, tenant="server-b")))
    async with world.store.read() as uow:
        assert len(await uow.runs.with_status(list(RunStatus))) == 1
        assert await uow.runs.open_count(there) == 1
    await world.close()
