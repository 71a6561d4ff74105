"""Limits in layers: the tightest holds and is named, grants stand in for a person's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.budgets import Claim, Grant, Layer, Limit, Usage, Window, span_of, tightest
from core.domain.commands import Actor, Place
from core.domain.ledger import Limits
from core.domain.settings import ServerSettings
from tests.harness import World, refine

NOW = datetime(
    2026, 11, 25, 22, 30, tzinfo=UTC
)  # a Wednesday; Thursday in Berlin is half an hour off
HOME = Place("slack", "T1", "C1")
ROOT = Actor("slack", "T1", "root", "Root", admin=True)
NUMBERS = count()


@pytest.mark.parametrize(
    ("window", "zone", "since", "until"),
    [
        ("day", "", "2026-11-25T00:00", "2026-11-26T00:00"),
        ("day", "Europe/Berlin", "2026-11-24T23:00", "2026-11-25T23:00"),
        ("day", "Asia/Kathmandu", "2026-11-25T18:15", "2026-11-26T18:15"),
        ("week", "Europe/Berlin", "2026-11-22T23:00", "2026-11-29T23:00"),
        ("month", "Europe/Berlin", "2026-10-31T23:00", "2026-11-30T23:00"),
        ("month", "America/New_York", "2026-11-01T04:00", "2026-12-01T05:00"),  # the clocks go back
    ],
)
def test_windows_begin_in_their_time_zone(
    window: Window, zone: str, since: str, until: str
) -> None:
    span = span_of(window, NOW, zone)
    assert span.since == datetime.fromisoformat(since + "Z")
    assert span.until == datetime.fromisoformat(until + "Z")


def layer(scope: str, unit: str, amount: str, used: Usage, window: Window = "week") -> Layer:
    limit = Limit(
        scope=scope,  # type: ignore[arg-type]
        unit=unit,  # type: ignore[arg-type]
        amount=Decimal(amount),
        window=window,
        name="Artists" if scope == "role" else "",
    )
    return Layer(limit=limit, used=used, span=span_of(window, NOW, "Europe/Berlin"))


def test_the_tightest_is_named_with_when_it_is_free_again() -> None:
    role = layer("role", "usd", "10", Usage(0, Decimal("6.90")))
    layers = [layer("server", "usd", "20", Usage(0, Decimal("16"))), role]
    claim = Claim(images=1, usd=Decimal("5"))
    assert tightest(layers, claim) is role
    refusal = role.refusal(claim, NOW)
    assert refusal.sentence == (
        "This could cost $5.00 and the role Artists has $3.10 left until "
        "Monday 00:00 Europe/Berlin."
    )
    assert refusal.free_at == datetime(2026, 11, 29, 23, tzinfo=UTC)
    assert tightest(layers, Claim(images=1, usd=Decimal("3.10"))) is None
    assert tightest(layers, Claim(images=9, usd=Decimal(0))) is None


def test_a_rolling_day_says_when_enough_has_left_it() -> None:
    spent = tuple((NOW - timedelta(hours=h), Usage(3)) for h in (20, 10, 1))
    rolling = replace(layer("person", "images", "10", Usage(9), "rolling"), spent=spent)
    for images, hours in ((2, 4), (5, 14), (10, 23)):
        refusal = rolling.refusal(Claim(images=images, usd=Decimal(0)), NOW)
        assert refusal.free_at == NOW + timedelta(hours=hours), images
        assert "of any 24 hours" in refusal.sentence
    assert rolling.refusal(Claim(images=11, usd=Decimal(0)), NOW).free_at is None


async def opened(folder: Path, *layers: Limit) -> World:
    limits = Limits(
        confirm_usd_above=Decimal(9),
        usd_per_run=Decimal(5),
        usd_per_user_per_day=Decimal(9),
        images_per_user_per_day=4,
        layers=layers,
    )
    world = await World(folder, painter=ScriptedPainter([flat(20)] * 40), limits=limits).open()
    world.uploads["slack"] = world.files
    world.now = lambda: NOW
    return world


async def ask(world: World, who: Actor, rounds: int, place: Place = HOME) -> str:
    """The refusal, "" if there was none."""
    key = f"k{next(NUMBERS)}"
    options = {"iterations": rounds, "stop": "never"}
    await world.send(replace(refine(key=key, actor=who, **options), place=place))
    found = await world.service.refusal(key, who)
    return found.sentence if found else ""


async def test_layers_count_what_is_theirs_and_warn_at_four_fifths(tmp_path: Path) -> None:
    artists = Limit(
        scope="role", id="r1", name="Artists", unit="images", amount=Decimal(5), window="week"
    )
    channel = Limit(scope="channel", id="C2", unit="images", amount=Decimal(1), window="month")
    world = await opened(tmp_path, artists, channel)
    ann = Actor("slack", "T1", "ann", roles=("r1", "r9"))
    ben, cid = replace(ann, id="ben"), replace(ann, id="cid", roles=())
    assert await ask(world, ann, 3) == ""
    assert await ask(world, ben, 1) == ""
    posts = [
        d.update for d in await world.updates((await world.service.sessions(ben))[0].session.id)
    ]
    warned = [u.sentence for u in posts if u.kind == "noticed" and u.about == "limit"]
    assert warned == ["The role Artists has 1 image left until Monday 00:00 UTC, of 5 images."]
    said = await ask(world, ben, 2)
    assert (
        said == "This needs 2 images and the role Artists has 1 image left until Monday 00:00 UTC."
    )
    assert await ask(world, cid, 2) == ""  # has no such role
    elsewhere = replace(HOME, channel="C2")
    assert "this channel has 1 image left until Tuesday 00:00 UTC" in await ask(
        world, cid, 2, elsewhere
    )
    world.now = lambda: NOW + timedelta(days=5)
    assert await ask(world, ben, 2) == ""
    await world.close()


@pytest.mark.slow
async def test_a_grant_stands_in_for_a_persons_own_limits_and_no_others(tmp_path: Path) -> None:
    server = Limit(scope="server", unit="images", amount=Decimal(12), window="month")
    world = await opened(tmp_path, server)
    ann = Actor("slack", "T1", "ann")
    grant = Grant(
        id="g1", platform="slack", tenant="T1", actor="ann", amount=Decimal(9), at=NOW,
        expires=NOW + timedelta(days=1),
    )  # fmt: skip
    assert await ask(world, ann, 3) == ""
    assert "1 of your 4 a day" in await ask(world, ann, 3)
    async with world.store.write() as uow:
        assert await uow.budgets.give(grant)
        assert not await uow.budgets.give(grant)
    assert await ask(world, ann, 3) == ""
    assert (
        await ask(world, ann, 1) == ""
    )  # the day's last, for the grant is not touched while it has room
    assert await ask(world, ann, 5) == ""
    assert "of your 4 a day" in await ask(world, ann, 2)  # the grant has one left
    assert (await world.service.quota(ann)).images == 4
    assert "of your 4 a day" in await ask(
        world, replace(ann, tenant="T2"), 1, Place("slack", "T2", "C")
    )
    assert (
        await ask(world, replace(ann, id="ben"), 1)
        == "This needs 1 image and this server has nothing left until Tuesday 00:00 UTC."
    )
    async with world.store.write() as uow:
        await uow.budgets.give(replace(grant, id="g2", amount=Decimal(50), expires=NOW))
    assert "of your 4 a day" in await ask(world, ann, 2)
    await world.close()


async def test_who_is_blocked_and_where_all_is_frozen_nothing_begins(tmp_path: Path) -> None:
    world = await opened(tmp_path)
    ann = Actor("slack", "T1", "ann")
    async with world.store.write() as uow:
        await uow.budgets.block(ann, "root", NOW)
    assert "let you start no runs" in await ask(world, ann, 1)
    assert await ask(world, replace(ann, id="ben"), 1) == ""
    async with world.store.write() as uow:
        assert await uow.budgets.unblock(ann)
        await uow.servers.save_settings("slack", "T1", ServerSettings(frozen=True))
    assert "admins here have stopped" in await ask(world, ann, 1)
    assert await ask(world, replace(ann, tenant="T2"), 1, Place("slack", "T2", "C")) == ""
    await world.close()
