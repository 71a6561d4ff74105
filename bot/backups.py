"""`darkroom backup` and `darkroom restore`: a whole installation as one file, taken while it serves."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from adapters.storage.backup import Taken, read_backup, write_backup
from adapters.storage.claim import claimed
from adapters.storage.sql import engine_of, open_store
from bot.config import Settings
from bot.folder import data_folder, database_url
from core.domain.errors import Misconfigured


def own_name() -> Path:
    return Path(f"darkroom-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar")


async def backup(settings: Settings, out: Path | None) -> tuple[Path, Taken]:
    """Raises Misconfigured with a sentence."""
    folder, url, out = data_folder(settings), _there(settings), out or own_name()
    engine = engine_of(url, 1)
    try:
        async with engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                alone = "set transaction isolation level repeatable read, read only"
                await connection.execute(text(alone))
            return out, await write_backup(connection, out, folder)
    except OSError as exc:
        raise Misconfigured(f"{out} can't be written ({exc.strerror or exc}).") from exc
    finally:
        await engine.dispose()


def _there(settings: Settings) -> str:
    url = database_url(settings)
    if not settings.bot.database_url and not Path(url).is_file():
        raise Misconfigured("bot.data_dir: there is no database to back up yet.")
    return url


async def restore(settings: Settings, path: Path) -> Taken:
    """Into the configured folder and database, both empty, while nothing serves them; the tables are
    brought up to date. Raises Misconfigured."""
    folder, url = data_folder(settings), database_url(settings)
    async with claimed(url):
        engine = engine_of(url, 1)
        try:
            taken = await read_backup(path, engine, folder)
        except OSError as exc:
            where = exc.filename or path
            raise Misconfigured(f"{where} can't be read or written ({exc.strerror}).") from exc
        finally:
            await engine.dispose()
        await (await open_store(url)).close()
    return taken
