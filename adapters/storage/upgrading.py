"""Brings a database's tables up to date. Alembic is loaded only where something is to be done."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import Misconfigured

MIGRATIONS = Path(__file__).parent / "migrations"
WRITE_LOCK = 0x6461726B  # PostgreSQL advisory lock that serialises write transactions
NEWER = "bot.database_url: this database was made by a newer version of the program."


async def upgrade(connection: AsyncConnection) -> None:
    """Raises Misconfigured where the database is newer than the program."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text(f"select pg_advisory_xact_lock({WRITE_LOCK})"))
    if await connection.run_sync(version_of) != newest():
        await connection.run_sync(at_version)


def version_of(connection: Connection) -> str:
    """The number of the migration that made the tables, "" where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("select version_num from alembic_version")).scalars().all()
    return str(found[0]) if len(found) == 1 else ""


def newest() -> str:
    """The last migration's number: its file's name begins with it."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))[:4]


def at_version(connection: Connection, version: str = "head") -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, version)
    except CommandError as exc:
        raise Misconfigured(NEWER) from exc
