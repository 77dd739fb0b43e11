"""SQLite databases that a stranger's object holds: copied with it, and part of its state.

A copy lives in memory, so nothing that a tool does reaches a file.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any


def held(part: Any) -> Iterator[tuple[str, Any]]:
    """The connections and cursors that an object, or what it is made of, holds, each with its attribute's name."""
    for name, value in vars(part).items() if hasattr(part, "__dict__") else ():
        if isinstance(value, sqlite3.Connection | sqlite3.Cursor):
            yield name, value
        elif hasattr(value, "__dict__") and not isinstance(value, type):
            yield from (
                (inner, one)
                for inner, one in vars(value).items()
                if isinstance(one, sqlite3.Connection | sqlite3.Cursor)
            )


def copied_into(part: Any, memo: dict[int, Any]) -> None:
    """Put copies of an object's databases where ``copy.deepcopy`` looks first."""
    for _, one in held(part):
        connection = one.connection if isinstance(one, sqlite3.Cursor) else one
        if id(connection) not in memo:
            memo[id(connection)] = _copy(connection)
        if isinstance(one, sqlite3.Cursor):
            memo[id(one)] = memo[id(connection)].cursor()


class _Passing(sqlite3.Connection):
    """A connection that closes when nobody holds it any more: an episode has no end at which to do it."""

    def __del__(self) -> None:
        self.close()


def _copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    made = sqlite3.connect(
        ":memory:", check_same_thread=False, isolation_level=connection.isolation_level, factory=_Passing
    )
    rows, connection.row_factory = connection.row_factory, None
    try:
        if connection.in_transaction:  # a copy of the pages would lack what is not committed
            made.executescript("\n".join(connection.iterdump()))
        else:
            made.deserialize(connection.serialize())
        (strict,) = connection.execute("pragma foreign_keys").fetchone()
    finally:
        connection.row_factory = rows
    made.execute(f"pragma foreign_keys = {strict}")
    made.row_factory, made.text_factory = rows, connection.text_factory
    return made


def tables_of(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """Table -> its rows, in the order in which they were written."""
    cursor = connection.cursor()
    cursor.row_factory = None
    names = cursor.execute(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
    ).fetchall()
    found = {}
    for (name,) in sorted(names):
        rows = cursor.execute(f'select * from "{name}"').fetchall()
        columns = [column[0] for column in cursor.description]
        found[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found
