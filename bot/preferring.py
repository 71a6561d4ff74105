"""`darkroom preferences`: what holds at this terminal where nothing is said."""

from collections.abc import Mapping

from adapters.storage.sql import open_store
from bot.config import Settings
from bot.folder import data_folder, database_url
from bot.person import me
from core.domain.preferences import DEFAULT, checked, read, shown

HERE = ("quality", "size", "style")
"""A terminal names its model, has no form to edit a critique in and no thread, and speaks its locale."""


async def kept(settings: Settings, values: Mapping[str, str]) -> str:
    """Keeps what was typed; what holds now, in a line. Raises BadRequest."""
    data_folder(settings)
    store = await open_store(database_url(settings))
    try:
        async with store.write() as uow:
            now = await uow.people.preferences(me())
            if values:
                now = checked(read({**shown(now), **values}), ())
                await uow.people.save_preferences(me(), now)
    finally:
        await store.close()
    held = shown(now)
    return "   ".join(f"{name}: {held[name] or DEFAULT}" for name in HERE)
