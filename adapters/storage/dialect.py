"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def _insert(connection: AsyncConnection, table: Table) -> Any:
    module = sqlite if connection.dialect.name == "sqlite" else postgresql
    return module.insert(table)


async def insert_once(
    connection: AsyncConnection, table: Table, values: Mapping[str, object], key: Sequence[str]
) -> bool:
    """Inserts unless a row of this key is there; True if it was inserted."""
    statement = _insert(connection, table).values(values).on_conflict_do_nothing(index_elements=key)
    return (await connection.execute(statement)).rowcount == 1


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]], key: str
) -> set[str]:
    """Inserts many at once, leaving those that are there; the keys that were inserted."""
    statement = _insert(connection, table).on_conflict_do_nothing(index_elements=[key])
    answer = await connection.execute(statement.returning(table.c[key]), rows)
    return set(answer.scalars())


async def upsert(
    connection: AsyncConnection, table: Table, values: Mapping[str, object], key: Sequence[str]
) -> None:
    """Inserts or overwrites the row of this key."""
    rest = {name: value for name, value in values.items() if name not in key}
    statement = _insert(connection, table).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))


def changed(values: Mapping[str, object]) -> dict[str, object]:
    """A row's values for an update: a key that is written again, even as it was, has SQLite look for
    every row that points at it."""
    return {name: value for name, value in values.items() if name != "id"}


async def count_up(connection: AsyncConnection, table: Table, name: str) -> int:
    """The next number of a named counter, from 1."""
    statement = _insert(connection, table).values(name=name, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": table.c.value + 1}
    ).returning(table.c.value)
    return int((await connection.execute(statement)).scalar_one())


def one_of(
    platform: Column[str], person: Column[str], known: Sequence[tuple[str, str]]
) -> ColumnElement[bool]:
    """Whether a row is of one of these, each a platform and an id there."""
    return or_(*(and_(platform == each, person == id) for each, id in known))
