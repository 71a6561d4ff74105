"""A server is left without anybody waiting for it, and two admins at once forget nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from adapters.storage.images import FolderImages
from core.domain.commands import Actor, Place
from core.domain.settings import ServerSettings
from tests.harness import ANN, World, refine

ADMIN = Actor("web", "", "root", "Root", admin=True)
GONE = replace(ANN, tenant="gone")


class SlowDisk(FolderImages):
    """Deletes nothing until it is let; dies first, if told so."""

    dies = False

    def prepare(self) -> None:
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    async def forget(self, images: Sequence[str], calls: Sequence[str]) -> None:
        self.asked.set()
        await self.let.wait()
        if self.dies:
            raise OSError("the process ends here")
        await super().forget(images, calls)


async def _with_a_picture(folder: Path) -> tuple[World, SlowDisk]:
    world = await World(folder).open()
    disk = SlowDisk(folder / "images", world.pixels)
    disk.prepare()
    object.__setattr__(world.ctx, "images", disk)
    place = Place("web", "gone", "p")
    await world.send(replace(refine("web:gone:1", actor=GONE, iterations=1), place=place))
    return world, disk


def _files(world: World) -> int:
    return len(list((world.folder / "images").glob("??/*")))


async def test_leaving_is_written_down_at_once_and_nobody_waits_for_the_disk(
    tmp_path: Path,
) -> None:
    world, disk = await _with_a_picture(tmp_path)
    await world.service.leave("web", "gone")  # returns although nothing is deleted yet
    await disk.asked.wait()
    assert _files(world)
    await world.service.configure(ADMIN, ServerSettings(iterations=2))  # a write is not held up
    disk.let.set()
    await world.settle()
    assert not _files(world)
    await world.close()


async def test_what_a_crash_interrupts_is_deleted_after_the_restart(tmp_path: Path) -> None:
    world, disk = await _with_a_picture(tmp_path)
    disk.dies = True
    disk.let.set()
    await world.service.leave("web", "gone")
    await world.settle()
    assert _files(world)
    await world.restart()
    assert not _files(world)
    async with world.store.read() as uow:
        assert not await uow.servers.flag("leaving")
    await world.close()


async def test_two_admins_at_once_change_what_each_of_them_touched(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    seen = await world.service.configure(ADMIN, ServerSettings(iterations=2, quality="low"))
    await asyncio.gather(
        world.service.configure(ADMIN, replace(seen, iterations=3), seen),
        world.service.configure(ADMIN, replace(seen, quality="high", size="512x512"), seen),
    )
    wanted = ServerSettings(iterations=3, quality="high", size="512x512")
    assert await world.service.settings("web", "") == wanted
    await world.service.configure(ADMIN, ServerSettings(), await world.service.settings("web", ""))
    assert await world.service.settings("web", "") == ServerSettings()
    await world.close()
