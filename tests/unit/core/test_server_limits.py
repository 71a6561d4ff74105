"""What all people of one server may have a day together: set by its admins, bounded by the operator."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.commands import Actor, Place
from core.domain.ledger import Limits
from core.domain.settings import ServerSettings
from core.domain.updates import Refused
from core.jobs.paint_again import PaintAgain
from tests.harness import World, refine

HOME, OTHER = Place("slack", "T1", "C1"), Place("slack", "T2", "C2")
LETTERS = Place("slack", "T1", "D1", is_dm=True)
LIMITS = Limits(
    confirm_usd_above=Decimal(9), usd_per_run=Decimal(5), usd_per_user_per_day=Decimal(9)
)


async def opened(folder: Path, limits: Limits = LIMITS, **own: object) -> World:
    painter = ScriptedPainter([flat(20)] * 20)
    world = await World(folder, painter=painter, limits=limits).open()
    world.uploads["slack"] = world.files
    if own:
        admin = Actor("slack", "T1", "root", admin=True)
        await world.service.configure(admin, ServerSettings(**own))  # type: ignore[arg-type]
    return world


async def ask(world: World, who: str, place: Place, rounds: int, key: str = "") -> str:
    """The refusal, "" if there was none."""
    key = key or f"{who}{place.channel}{rounds}"
    actor = Actor("slack", place.tenant, who)
    await world.send(
        replace(refine(key=key, actor=actor, iterations=rounds, stop="never"), place=place)
    )
    found = await world.service.refusal(key, actor)
    assert found is None or isinstance(found, Refused)
    return found.sentence if found else ""


async def test_a_servers_images_are_everybodys_there_and_nobodys_elsewhere(tmp_path: Path) -> None:
    world = await opened(tmp_path, images_per_day=3)
    assert await ask(world, "ann", HOME, 2) == ""
    said = await ask(world, "ben", HOME, 2)
    assert "1 of the 3 a day are left" in said
    assert "1 of the 3" in await ask(world, "ben", LETTERS, 2)  # its direct messages too
    assert await ask(world, "ben", OTHER, 4) == ""
    view = await world.service.quota(Actor("slack", "T1", "ben"))
    assert (view.images, view.server_images, view.server_images_limit) == (4, 2, 3)
    # a gesture gets what the server's day leaves, and is told whose day that is
    ben = Actor("slack", "T1", "ben", "Ben")
    (mine,) = await world.service.sessions(Actor("slack", "T1", "ann"))
    assert mine.best is not None
    assert await world.service.may(ben, "pick", HOME, iteration=mine.best.id) == ""
    node = mine.best.id
    await world.send(PaintAgain(dedup_key="p", actor=ben, place=HOME, iteration=node))
    assert "0 of the 3" in await world.service.may(ben, "pick", HOME, iteration=node)
    await world.close()


async def test_the_stricter_of_operator_and_admins_holds_in_dollars_and_images(
    tmp_path: Path,
) -> None:
    limits = replace(LIMITS, images_per_server_per_day=2)
    world = await opened(tmp_path, limits, images_per_day=9, usd_per_day=Decimal("0.01"))
    assert "the 2 a day" in await ask(world, "ann", HOME, 3)
    assert "$0.01 of the $0.01 a day are left" in await ask(world, "ann", HOME, 1)
    assert "the 2 a day" in await ask(world, "ann", OTHER, 3)
    assert await ask(world, "ann", OTHER, 1) == ""
    await world.close()


async def test_at_once_they_never_pass_it(tmp_path: Path) -> None:
    world = await opened(tmp_path, images_per_day=3)
    commands = [
        replace(refine(key=f"k{n}", actor=Actor("slack", "T1", f"u{n}"), iterations=2), place=HOME)
        for n in range(8)
    ]
    await asyncio.gather(*(world.service.receive(each) for each in commands))
    await world.settle()
    async with world.store.read() as uow:
        used = await uow.ledger.usage(world.now().date(), home=HOME)
        assert used == await uow.ledger.usage(world.now().date())
    assert 0 < used.images <= 2
    await world.close()
