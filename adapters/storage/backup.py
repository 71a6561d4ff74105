"""A whole installation as one file: every table as it was at one moment, then the pictures.

The tables are read in one transaction, while others write; the pictures come after them: a picture is
stored before anything names it and never changes. Rows are JSON lines, so that a backup of SQLite can
be restored into PostgreSQL and the other way round.
"""

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.storage.upgrading import MIGRATIONS, at_version, newest, version_of
from core.domain.errors import Misconfigured

FORMAT = 1
ABOUT, SECRET = "about.json", "secret"
LEFT_OUT = frozenset({"thumbs"})  # made anew
PAGE = 500
VERSIONS = "alembic_version"
USED = ("inbox", "sessions", "servers", "limits", "grants", "audit")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds: rows by table, pictures and notes."""

    revision: str
    at: str
    rows: dict[str, int]
    files: int = 0


async def write_backup(connection: AsyncConnection, out: Path, folder: Path | None) -> Taken:
    """Writes `out`, whole or not at all, readable by its owner alone. `connection` has begun a
    transaction that sees one moment; `folder` is the data folder, None for the tables alone.
    Raises OSError, Misconfigured."""
    part, handle = _begun(out)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                taken = await connection.run_sync(lambda sync: _tables(sync, tar))
                await connection.rollback()  # pictures take their time: nobody waits for them
                files = _files(tar, folder) if folder else 0
                about = {"format": FORMAT, "revision": taken.revision, "at": taken.at}
                _add(tar, ABOUT, json.dumps(about | {"rows": taken.rows, "files": files}).encode())
            file.flush()
            os.fsync(file.fileno())
        part.rename(out)
    finally:
        _gone(part)
    return Taken(taken.revision, taken.at, taken.rows, files)


def _begun(out: Path) -> tuple[Path, int]:
    if out.exists():
        raise Misconfigured(f"{out} is there already; nothing was written.")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    return part, os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _gone(part: Path) -> None:
    part.unlink(missing_ok=True)


async def keep_before(connection: AsyncConnection, backups: Path, stands: str) -> None:
    """The tables as they are, so that an upgrade can be taken back. Raises Misconfigured."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    out = backups / f"{stamp}-{stands}-before-{newest()}.tar"
    try:
        await write_backup(connection, out, None)
    except OSError as exc:
        raise Misconfigured(
            f"bot.data_dir: the backup before the upgrade can't be written to {backups} "
            f"({exc.strerror or exc})."
        ) from exc


def _known(revision: str) -> bool:
    return any(path.name.startswith(revision) for path in (MIGRATIONS / "versions").glob("0*.py"))


def _tables(connection: Connection, tar: tarfile.TarFile) -> Taken:
    metadata, rows = MetaData(), dict[str, int]()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name != VERSIONS:
            with tempfile.TemporaryFile() as lines:
                rows[table.name] = sum(_write(lines, row) for row in _rows(connection, table))
                info = tarfile.TarInfo(f"tables/{table.name}.jsonl")
                info.size, info.mtime = lines.tell(), int(datetime.now(UTC).timestamp())
                lines.seek(0)
                tar.addfile(info, lines)
    return Taken(version_of(connection), datetime.now(UTC).isoformat(), rows)


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    found = connection.execution_options(yield_per=PAGE).execute(select(table))
    for row in found.mappings():
        yield dict(row)


def _write(lines: Any, row: dict[str, Any]) -> int:
    lines.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return 1


def _files(tar: tarfile.TarFile, folder: Path) -> int:
    """The pictures, the notes of calls, the key that signs links."""
    count = 0
    for path in sorted((folder / "images").rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.parts[1] not in LEFT_OUT and not path.name.startswith("."):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue  # taken down a moment ago
            _add(tar, inside.as_posix(), data)
            count += 1
    if (folder / SECRET).is_file():
        _add(tar, SECRET, (folder / SECRET).read_bytes())
    return count


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))


def about(path: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises Misconfigured where it is none, or was cut off."""
    try:
        with tarfile.open(path) as tar:
            found = json.loads(_read(tar, ABOUT))
    except (OSError, tarfile.TarError, KeyError, ValueError) as exc:
        raise Misconfigured(f"{path} is no whole backup of Darkroom.") from exc
    if found.get("format") != FORMAT:
        raise Misconfigured(f"{path} was made by a newer version of the program.")
    return found


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


async def read_backup(path: Path, engine: AsyncEngine, folder: Path) -> Taken:
    """Into an empty database and a folder without pictures; the tables stay as the backup's version
    had them. Raises Misconfigured, and leaves the database as it was."""
    said = about(path)
    if not _known(said["revision"]):
        raise Misconfigured(f"{path} was made by a newer version of the program.")
    async with engine.connect() as connection:
        await connection.execution_options(darkroom_write=True)
        async with connection.begin():
            if await connection.run_sync(_has_rows):
                raise Misconfigured(
                    "bot.database_url: this database has something in it; restore into an empty one."
                )
            await connection.run_sync(lambda sync: _bare(sync, said["revision"]))
            with tarfile.open(path) as tar:
                rows = await connection.run_sync(lambda sync: _fill(sync, tar))
                if rows != said["rows"]:
                    raise Misconfigured(f"{path} is no whole backup of Darkroom.")
                files = _unpack(tar, folder)
    return Taken(said["revision"], said["at"], rows, files)


def _bare(connection: Connection, revision: str) -> None:
    """The tables of that version, empty, whatever empty ones there were."""
    there = MetaData()
    there.reflect(connection)
    there.drop_all(connection)
    at_version(connection, revision)
    made = MetaData()
    made.reflect(connection)
    for table in reversed(made.sorted_tables):
        if table.name != VERSIONS:
            connection.execute(table.delete())  # what migrations themselves put there


def _has_rows(connection: Connection) -> bool:
    """Whether anybody ever used it; what migrations and looks put there is nobody's."""
    there = MetaData()
    there.reflect(connection)
    tables = [there.tables[name] for name in USED if name in there.tables]
    counted = (select(func.count()).select_from(table) for table in tables)
    return any(connection.scalar(query) for query in counted)


def _fill(connection: Connection, tar: tarfile.TarFile) -> dict[str, int]:
    metadata, counts = MetaData(), dict[str, int]()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name == VERSIONS:
            continue
        lines = _read(tar, f"tables/{table.name}.jsonl").splitlines()
        for start in range(0, len(lines), PAGE):
            page = [json.loads(line) for line in lines[start : start + PAGE]]
            connection.execute(table.insert(), page)
        counts[table.name] = len(lines)
        if connection.dialect.name == "postgresql" and counts[table.name]:
            _count_on(connection, table)
    return counts


def _count_on(connection: Connection, table: Table) -> None:
    """What is inserted next gets the next number."""
    for column in table.primary_key:
        if column.server_default is not None:
            query = (
                f"select setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                f'max("{column.name}")) from "{table.name}"'
            )
            connection.execute(text(query))


def _unpack(tar: tarfile.TarFile, folder: Path) -> int:
    """Pictures, notes and the key; nothing outside of the folder."""
    count = 0
    for member in tar:
        inside = PurePosixPath(member.name)
        if not member.isfile() or ".." in inside.parts or inside.is_absolute():
            continue
        if inside.parts[0] == "images" or member.name == SECRET:
            path = folder / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_read(tar, member.name))
            count += inside.parts[0] == "images"
    return count
