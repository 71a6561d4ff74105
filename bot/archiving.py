"""Sessions out of an installation as one file, and into another."""

import asyncio
from pathlib import Path

from rich.console import Console

from adapters.bundles.archive import read_all, write_archive
from adapters.pixels import PixelPool
from adapters.storage.images import FolderImages
from bot.bootstrap import sealer
from bot.config import Settings
from bot.files import make_folder
from bot.folder import data_folder
from bot.importing import bring_in
from bot.looking import named, opened
from core.domain.errors import Misconfigured
from core.service.leaving import LeavingImages

console = Console()


async def pack_session(settings: Settings, session: str, out: Path) -> int:
    """Writes `darkroom-SESSION.zip` into `out`. Raises Misconfigured where there is no such session."""
    pixels = PixelPool()
    try:
        async with opened(settings) as store:
            async with store.read() as uow:
                id = (await named(uow, session)).id
            found = await read_all(store, id)
            if found is None:
                raise Misconfigured(f"There is no session {session}.")
            await asyncio.to_thread(make_folder, out)
            path = out / f"darkroom-{id}.zip"
            images = LeavingImages(
                FolderImages(data_folder(settings) / "images", pixels), sealer(settings)
            )
            await write_archive(*found, images, pixels, path)
    finally:
        await pixels.close()
    console.print(str(path), highlight=False, soft_wrap=True)
    return 0


async def import_session(settings: Settings, path: Path) -> int:
    """An exported session becomes one of this terminal's."""
    pixels = PixelPool()
    try:
        async with opened(settings) as store:
            images = FolderImages(data_folder(settings) / "images", pixels)
            session, came = await bring_in(store, images, path)
    finally:
        await pixels.close()
    said = f"session {session} is here, with {came} pictures: darkroom show {session}"
    console.print(said, highlight=False, soft_wrap=True)
    return 0
