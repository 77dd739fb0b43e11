"""The state that tools act on: a base that is built once and shared, and an overlay per episode.

Opening, forking, comparing and naming a state cost what the episode changed, whatever the base's size.
The world knows nothing of tools: whoever runs a tool calls :meth:`World.enter` first, so that randomness is
a function of the call and not of what happened before it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring
from math import isfinite
from types import MappingProxyType
from typing import Any, Protocol, Self, TypeVar

import orjson

from .errors import BadInput, unknown

T = TypeVar("T")
Row = Mapping[str, Any]
#: What an episode changed: table -> key -> the row afterwards, ``None`` where it was deleted.
Changes = dict[str, dict[str, Any]]


def canonical(value: Any) -> str:
    """One text for one JSON value: key order and 25 against 25.0 make no difference."""
    # Most values are short texts and numbers, and there are very many of them.
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    if value is True or value is False or value is None:
        return "true" if value else "false" if value is False else "null"
    if type(value) is float:
        return str(int(value)) if value.is_integer() else _ENCODER.encode(value)
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):  # views, keys that are no text, huge integers, lone surrogates
        return _ENCODER.encode(_plain(value))
    # Where a float may stand that is written in another way, or NaN or infinity became null, the slow way decides.
    if b".0," in text or b".0}" in text or b".0]" in text or b"0.0000" in text or b"0e" in text.translate(_DIGITS):
        return _ENCODER.encode(_plain(value))
    return _ENCODER.encode(_plain(value)) if b"null" in text and _endless(value) else text.decode()


def _endless(value: Any) -> bool:
    """Whether a NaN or an infinity is in it."""
    if isinstance(value, Mapping):
        return any(map(_endless, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_endless, value))
    return isinstance(value, float) and not isfinite(value)


_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def digest_of(value: Any) -> str:
    """A short name for a JSON value: 16 hexadecimal digits of BLAKE2b over its canonical text."""
    return digest_of_text(canonical(value))


def digest_of_text(text: str) -> str:
    """:func:`digest_of` for a canonical text that is there already."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Itself:
    """Something as a key of a cache: two are equal if they are the same object."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.value is self.value


def number_of(*parts: Any) -> int:
    """A number in [0, 2**64) that is a function of the parts alone."""
    return int(digest_of(list(parts)), 16)


class Draws:
    """Draws that are a function of a text alone, at a tenth of what seeding a generator costs.

    A conversation's words hang on a handful of draws each, and a generator's state is of two thousand words.
    """

    __slots__ = ("_left", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = int.from_bytes(hashlib.blake2b(text.encode()).digest(), "big")  # 512 bits, used up from below

    def below(self, number: int) -> int:
        """A whole number in [0, number)."""
        if self._left < _FEW:
            Draws.__init__(self, f"{self._text} ")
        self._left, drawn = divmod(self._left, number)
        return drawn

    def random(self) -> float:
        """A number in [0, 1)."""
        if self._left < _FEW:
            Draws.__init__(self, f"{self._text} ")
        self._left, drawn = divmod(self._left, 0x1000000)
        return drawn / 0x1000000

    def choice(self, options: Sequence[T]) -> T:
        """One of some."""
        if self._left < _FEW:
            Draws.__init__(self, f"{self._text} ")
        self._left, drawn = divmod(self._left, len(options))
        return options[drawn]

    def in_100(self, many: int) -> bool:
        """Whether what happens so many times in a hundred happens."""
        return self.below(100) < many


#: With less than this left, draws would no longer be even.
_FEW = 1 << 64


class AnyWorld(Protocol):
    """What an episode needs of a state; ours and a stranger's both have it."""

    @property
    def now(self) -> datetime:
        """The episode's fixed present."""

    def fork(self) -> Self:
        """An independent copy."""

    def changes(self) -> Changes:
        """What this episode changed."""

    def digest(self) -> str:
        """A name for the state, equal exactly where the changes are equal."""


@dataclass(frozen=True)
class Base:
    """The shared part of a world: read-only tables, one clock, one seed.

    Args:
        seed: names the base; the tools' randomness hangs on it.
        now: the present of every episode played on this base.
        tables: table -> key -> row. Rows are wrapped so that no tool can change them.
        me: the user whose digital life this is: name, home city and the like, visible to both seats.
        volatile: table -> fields that a comparison of end states ignores (timestamps).
    """

    seed: int
    now: datetime
    tables: Mapping[str, Mapping[str, Row]]
    me: Row
    volatile: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _indexes: dict[tuple[str, str], dict[Any, list[str]]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, seed: int, now: datetime, tables: Mapping[str, Mapping[str, Row]], me: Row) -> "Base":
        """Build a base from plain dictionaries."""
        closed = {
            name: MappingProxyType({key: MappingProxyType(dict(row)) for key, row in rows.items()})
            for name, rows in tables.items()
        }
        return cls(seed, now, MappingProxyType(closed), MappingProxyType(dict(me)))

    def patched(self, changes: Mapping[str, Mapping[str, Any]]) -> "Base":
        """Another base: table -> key -> fields that are otherwise, a whole row that is new, or ``None`` for one that is
        gone.

        Raises:
            BadInput: there is no such table or field, or a new row lacks one.
        """
        tables = dict(self.tables)
        for table, rows in changes.items():
            if table not in tables:
                raise BadInput(unknown("table", table, tables))
            its = dict(tables[table])
            fields = set(next(iter(its.values()), {}))
            for key, row in rows.items():
                if row is None:
                    its.pop(key, None)
                    continue
                for name in row.keys() - fields if fields else ():
                    raise BadInput(f"{unknown('field', name, fields)} (world_changes, {table}, {key})")
                whole = {**its.get(key, {}), **row}
                if lacks := sorted(fields - whole.keys()):
                    raise BadInput(f"the new row {key} of {table} lacks {', '.join(lacks)}; give every field")
                its[key] = MappingProxyType(whole)
            tables[table] = MappingProxyType(its)
        return Base(self.seed, self.now, MappingProxyType(tables), self.me, self.volatile)

    def index(self, table: str, name: str) -> dict[Any, list[str]]:
        """Keys by the value of one field; built at the first question, once per base."""
        found = self._indexes.get((table, name))
        if found is None:
            found = {}
            for key, row in self.tables[table].items():
                found.setdefault(row.get(name), []).append(key)
            self._indexes[table, name] = found
        return found


class World:
    """One episode's state: the base and what was changed over it."""

    __slots__ = ("_call", "_calls", "_changed", "_failed", "base", "failures")

    def __init__(self, base: Base, failures: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.failures = failures or {}
        self._failed: frozenset[str] = frozenset()
        self._changed: dict[str, dict[str, dict[str, Any] | None]] = {}
        self._calls: list[tuple[str, Mapping[str, Any]]] = []
        self._call = ""

    @property
    def now(self) -> datetime:
        """The episode's fixed present."""
        return self.base.now

    @property
    def me(self) -> Row:
        """The user whose world this is."""
        return self.base.me

    def enter(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """Begin a call: from here on :meth:`draw` is a function of (seed, tool, arguments, repeat)."""
        self._calls.append((tool, arguments))
        self._call = ""  # few calls draw, so it is named when one does

    def failure(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The code with which a call fails that is about to be made, if it does; only a first try fails."""
        if not self.failures:
            return ""
        name = digest_of([tool, arguments])
        if name not in self.failures or name in self._failed:
            return ""
        self._failed |= {name}
        return self.failures[name]

    def draw(self, purpose: str, below: int) -> int:
        """A number in [0, below) for this call and purpose."""
        if not self._call and self._calls:
            tool, arguments = self._calls[-1]
            call = canonical(arguments)
            repeat = sum(one == tool and canonical(its) == call for one, its in self._calls)
            self._call = f"{tool}{call}#{repeat}"
        return number_of(self.base.seed, self._call, purpose) % below

    def new_key(self, table: str, prefix: str) -> str:
        """A key that is free in the table, such as ``B-48213``."""
        for attempt in range(1000):
            key = f"{prefix}-{10000 + self.draw(f'{table}{attempt}', 90000)}"
            if self.get(table, key) is None:
                return key
        raise RuntimeError(f"no free key left in {table}")

    def get(self, table: str, key: str) -> Row | None:
        """The row, or ``None``. It must not be changed in place: see :meth:`update`."""
        changed = self._changed.get(table)
        if changed is not None and key in changed:
            return changed[key]
        return self.base.tables[table].get(key)

    def rows(self, table: str, **equal: Any) -> Iterator[tuple[str, Row]]:
        """Key and row of every row whose fields equal the given values, in key order of the base, new ones last.

        With a field given, an index answers: the cost follows the rows found, not the table.
        """
        its, changed = self.base.tables[table], self._changed.get(table)
        if not equal:
            return self._every(its, changed) if changed else iter(its.items())
        name, value = next(iter(equal.items()))
        keys = self.base.index(table, name).get(value, ())
        if not changed and len(equal) == 1:
            return iter([(key, its[key]) for key in keys])
        changed = changed or {}
        fresh = [key for key in changed if key not in keys]
        found = ((key, changed[key] if key in changed else its[key]) for key in (*keys, *fresh))
        return ((key, row) for key, row in found if row is not None and all(row.get(n) == v for n, v in equal.items()))

    @staticmethod
    def _every(its: Mapping[str, Row], changed: Mapping[str, Row | None]) -> Iterator[tuple[str, Row]]:
        """Key and row of a whole table that an episode has changed."""
        fresh = [key for key in changed if key not in its]
        for key, before in its.items():
            if (row := changed.get(key, before)) is not None:
                yield key, row
        for key in fresh:
            if (row := changed[key]) is not None:
                yield key, row

    def put(self, table: str, key: str, row: Mapping[str, Any]) -> None:
        """Write a whole row."""
        if table not in self.base.tables:
            raise KeyError(table)
        self._changed.setdefault(table, {})[key] = dict(row)

    def update(self, table: str, key: str, **fields: Any) -> None:
        """Write some fields of an existing row."""
        self.put(table, key, {**(self.get(table, key) or {}), **fields})

    def delete(self, table: str, key: str) -> None:
        """Remove a row."""
        self._changed.setdefault(table, {})[key] = None

    def fork(self) -> "World":
        """An independent copy, at the cost of what was changed."""
        other = World(self.base, self.failures)
        other._failed = self._failed
        # Rows are replaced, never changed in place, so the copy may share them.
        other._changed = {table: dict(rows) for table, rows in self._changed.items()}
        other._calls = list(self._calls)
        return other

    def changes(self) -> Changes:
        """What this episode changed; a row put back as it was is no change."""
        found: Changes = {}
        for table, rows in self._changed.items():
            base = self.base.tables[table]
            real = {key: row for key, row in rows.items() if row != base.get(key)}
            if real:
                found[table] = dict(sorted(real.items()))
        return dict(sorted(found.items()))

    def diff(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The changes with both sides: table -> key -> ``before`` and ``after``."""
        return {
            table: {
                key: {
                    "before": None if (old := self.base.tables[table].get(key)) is None else dict(old),
                    "after": row,
                }
                for key, row in rows.items()
            }
            for table, rows in self.changes().items()
        }

    def digest(self) -> str:
        """A name for the state: equal exactly where the changes over the same base are equal."""
        return digest_of(self.changes())
