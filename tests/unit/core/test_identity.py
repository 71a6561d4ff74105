"""One person at several doors: linked by a code that works once, found and continued at each, counted
once, and unlinked; nobody else gets in."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.admin import ForgetMe, Link, Unlink
from core.domain.commands import Actor, Place
from core.domain.errors import BadRequest, Refusal
from core.domain.ledger import Limits
from core.domain.settings import ServerSettings
from core.domain.updates import Accepted, Refused
from core.jobs.pick import Pick
from tests.harness import World, refine

ANN = Actor("slack", "T1", "U1", "Ann")
PAGE_ANN = Actor("web", "", "ann", "ann")
TERMINAL = Actor("cli", "", "ann", "ann")
BEN = Actor("web", "", "ben", "ben")
SLACK = Place("slack", "T1", "C1")
PAGE = Place("web", "", "playground")


async def opened(folder: Path, **limits: object) -> World:
    given = {"confirm_usd_above": Decimal(9), "usd_per_run": Decimal(5), **limits}
    painter = ScriptedPainter(moves=[flat(7 * n) for n in range(1, 30)])
    world = await World(folder, painter=painter, limits=Limits(**given)).open()  # type: ignore[arg-type]
    world.uploads["slack"] = world.files
    return world


async def say(world: World, actor: Actor, code: str = "") -> str:
    place = SLACK if actor.platform == "slack" else PAGE
    command = Link(dedup_key=f"{actor.platform}::k", actor=actor, place=place, code=code)
    return (await world.service.about_me(command)).text


async def code_of(world: World, actor: Actor) -> str:
    found = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", await say(world, actor))
    assert found is not None
    return found[0]


async def linked(folder: Path, **limits: object) -> World:
    world = await opened(folder, **limits)
    await say(world, PAGE_ANN, (await code_of(world, ANN)).lower())
    await say(world, TERMINAL, await code_of(world, PAGE_ANN))
    return world


async def begin(world: World, key: str = "slack:T1:1") -> str:
    await world.send(replace(refine(key, ANN, iterations=1), place=SLACK))
    return await world.only_session(ANN)


def pick(key: str, actor: Actor, iteration: str) -> Pick:
    place = PAGE if actor.platform == "web" else Place("cli", "", "terminal")
    return Pick(dedup_key=key, actor=actor, place=place, iteration=iteration, iterations=1)


async def test_a_session_of_one_door_is_found_and_continued_at_another(tmp_path: Path) -> None:
    world = await linked(tmp_path)
    session = await begin(world)
    (first,) = await world.nodes(session)
    assert await world.service.tree(session, BEN) is None
    assert await world.service.sessions(BEN) == []
    for n, actor in enumerate((PAGE_ANN, TERMINAL), 1):
        (found,) = await world.service.sessions(actor)
        assert found.session.id == session
        assert await world.service.tree(session, actor) is not None
        await world.send(pick(f"{actor.platform}::{n}", actor, first.id))
        assert len(await world.nodes(session)) == 1 + n
    stranger = pick("web::9", BEN, first.id)
    await world.send(stranger)
    refused = await world.service.refusal("web::9", BEN)
    assert isinstance(refused, Refused)
    assert "not there" in refused.sentence
    homes = {row.place.platform for row in await world.updates(session)}
    assert homes == {"slack"}  # the thread where it began goes on
    tree = await world.service.tree(session, PAGE_ANN)
    assert tree is not None
    assert all(run.actor.also == () for run in tree.runs)  # never written down
    await world.close()


async def test_quotas_count_once_over_all_doors(tmp_path: Path) -> None:
    world = await linked(tmp_path, images_per_user_per_day=2)
    session = await begin(world)
    (first,) = await world.nodes(session)
    await world.send(pick("web::1", PAGE_ANN, first.id))
    for actor in (ANN, PAGE_ANN, TERMINAL):
        assert (await world.service.quota(actor)).images == 2
    await world.send(pick("cli::1", TERMINAL, first.id))
    refused = await world.service.refusal("cli::1", TERMINAL)
    assert isinstance(refused, Refused)
    assert "2" in refused.sentence
    assert (await world.service.quota(BEN)).images == 0
    await world.close()


async def test_a_servers_rules_hold_for_who_comes_from_elsewhere(tmp_path: Path) -> None:
    world = await linked(tmp_path)
    session = await begin(world)
    (first,) = await world.nodes(session)
    async with world.store.write() as uow:
        await uow.budgets.block(ANN, "root", world.now())
    await world.send(pick("web::1", PAGE_ANN, first.id))
    refused = await world.service.refusal("web::1", PAGE_ANN)
    assert isinstance(refused, Refused)
    assert "start no runs" in refused.sentence
    async with world.store.write() as uow:
        await uow.budgets.unblock(ANN)
        own = ServerSettings(people=("U1",), images_per_day=2)
        await uow.servers.save_settings("slack", "T1", own)
    await world.send(pick("web::2", PAGE_ANN, first.id))
    assert len(await world.nodes(session)) == 2
    await world.send(pick("web::3", PAGE_ANN, first.id))  # the server's day counts it too
    assert isinstance(await world.service.refusal("web::3", PAGE_ANN), Refused)
    await world.close()


async def test_a_code_works_once_and_not_for_long(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    first = await code_of(world, ANN)
    second = await code_of(world, ANN)  # takes the place of the first
    with pytest.raises(BadRequest, match="not known"):
        await say(world, PAGE_ANN, first)
    with pytest.raises(BadRequest, match="made here"):
        await say(world, ANN, second)
    with pytest.raises(BadRequest, match="not known"):
        await say(world, PAGE_ANN, second)  # it was used up
    third, then = await code_of(world, ANN), world.now() + timedelta(minutes=11)
    world.now = lambda: then
    with pytest.raises(BadRequest, match="too old"):
        await say(world, PAGE_ANN, third)
    assert "Linked" in await say(world, PAGE_ANN, await code_of(world, ANN))
    async with world.store.read() as uow:
        assert await uow.people.also(ANN) == ("web:ann",)
    await world.close()


async def test_unlinked_and_forgotten_are_apart_again(tmp_path: Path) -> None:
    world = await linked(tmp_path)
    session = await begin(world)
    unlink = Unlink(dedup_key="web::u", actor=PAGE_ANN, place=PAGE)
    assert "Unlinked" in (await world.service.about_me(unlink)).text
    assert await world.service.tree(session, PAGE_ANN) is None
    assert await world.service.tree(session, TERMINAL) is not None
    with pytest.raises(Refusal, match="Nothing is linked"):
        await world.service.about_me(unlink)
    gone = ForgetMe(dedup_key="slack:T1:f", actor=ANN, place=SLACK, sure="yes")
    await world.service.about_me(gone)
    async with world.store.read() as uow:
        assert await uow.people.also(TERMINAL) == ()
        assert await uow.people.also(ANN) == ()
    await world.close()


async def test_the_quote_goes_to_the_home_of_the_session(tmp_path: Path) -> None:
    world = await linked(tmp_path)
    session = await begin(world)
    (first,) = await world.nodes(session)
    await world.send(pick("web::1", PAGE_ANN, first.id))
    posts = [row for row in await world.updates(session) if isinstance(row.update, Accepted)]
    assert [(row.place.platform, row.place.channel) for row in posts] == [("slack", "C1")] * 2
    await world.close()
