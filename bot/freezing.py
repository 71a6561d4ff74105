"""The operator's brake: all runs stop after their step, and none begins."""

from adapters.storage.sql import open_store
from bot.config import Settings
from bot.folder import data_folder, database_url


async def set_frozen(settings: Settings, value: str) -> None:
    """ "yes", or "" to let runs begin again."""
    data_folder(settings)
    store = await open_store(database_url(settings))
    try:
        async with store.write() as uow:
            await uow.servers.set_flag("frozen", value)
    finally:
        await store.close()
