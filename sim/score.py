"""Did the episode reach its goal? Read from the world and the words, never from the plan's own path.

The reward is a product: the end state is as it should be and nothing else changed, the facts were told, the
evidence was read, the user ended content. Every part is kept.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents import Message
from scenarios import Scenario
from tools_mock import canonical, digest_of
from tools_mock.values import as_number, kind_of, numbers_in, stands_in

from .spoken import may_say, numbers, spelt, to_24


@dataclass(frozen=True, slots=True)
class Score:
    """The reward in [0, 1] and its parts; ``notes`` say what was missing."""

    reward: float
    parts: dict[str, float]
    notes: tuple[str, ...] = ()


def score(
    scenario: Scenario,
    messages: tuple[Message, ...],
    world: Any,
    ended: str,
    seen: set[str] | None = None,
    known: Collection[int] = (),
) -> Score:
    """Score an episode.

    Args:
        scenario: with its checks.
        messages: what was said and called.
        world: as the episode left it.
        ended: how the conversation ended.
        seen: the digests of what the calls returned, where they are known.
        known: the facts, by number, that are known to have been told.

    Returns:
        ``changes``, ``told``, ``read`` and ``ended`` as parts, and their product.
    """
    checks, notes = scenario.checks, []
    changes, base = world.changes(), world.base
    right = same(checks.changes, changes, base)
    if not right and (meant := as_worded(checks.worded, messages)):
        changes = put(changes, meant)
        right = same(checks.changes, changes, base)
    if not right:
        difference = _difference(comparable(checks.changes, base), comparable(changes, base))
        notes.append(f"the world changed otherwise: {difference}")
    told, texts = 0, _after_results(messages)
    texts = [to_24(spelt(text)) for text in texts]
    whole = "\n".join(texts).casefold()
    for number, fact in enumerate(checks.told):
        heard = fact.at_least
        if fact.at_least and number not in known:
            heard = sum(_heard(kind, value, whole, texts, world.now) for kind, value in fact.values)
        told += heard >= fact.at_least
        if heard < fact.at_least:
            notes.append(f"not told: {heard} of {fact.at_least} facts of step {fact.step}")
    if seen is None and checks.read:
        results = (one for message in messages for one in message.results if one.status == "ok")
        meant = as_worded(checks.worded, messages)
        seen = {digest_of(put(one.content, meant)) for one in results}
    read = sum(digest in (seen or ()) for digest in checks.read)
    if read < len(checks.read):
        notes.append(f"not read: {len(checks.read) - read} of {len(checks.read)} results")
    parts = {
        "changes": float(right),
        "told": float(told == len(checks.told)),
        "read": float(read == len(checks.read)),
        "ended": float(ended == "done"),
    }
    reward = 1.0
    for part in parts.values():
        reward *= part
    return Score(reward, parts, tuple(notes))


def _after_results(messages: tuple[Message, ...]) -> list[str]:
    """What the assistant said once the first result was there."""
    first = next((number for number, message in enumerate(messages) if message.results), len(messages))
    return [message.text for message in messages[first:] if message.role == "assistant" and message.text]


def _heard(kind: str, value: Any, whole: str, texts: list[str], now: Any) -> bool:
    """Whether an assistant said a value; what has several parts must stand in one text."""
    if isinstance(value, list | dict):
        parts = list(value.values() if isinstance(value, dict) else value)
        return any(all(_heard("", part, text.casefold(), [text], now) for part in parts) for text in texts)
    if stands_in(kind, value, whole, now):
        return True
    if isinstance(value, str) and "." in value and stands_in(kind, spelt(value), whole, now):
        return True  # "Dr. Osei" is written as "Dr Osei" in the text by now
    if kind_of(value) == "clock":
        return may_say(value, whole)
    if (number := as_number(value)) is not None:
        return number in numbers(whole)
    return isinstance(value, str) and any(_reworded(value, one) for one in texts)


def _reworded(value: str, text: str) -> bool:
    """Whether a text says in other words what a longer value says: "renewing your passport", "Church Square, no. 52".

    Its words that mean something all stand there, if need be in another form; of three and more, two in three. Names
    are not reworded.
    """
    if (status := _STATUS.get(value)) is not None:
        return status.search(text.casefold()) is not None
    parts = _PART.findall(value)
    if len(parts) < 2 or not any(part[0].islower() or part[0].isdigit() for part in parts):
        return False
    there = _PART.findall(text.casefold())
    found = [
        any(one == part if part.isdigit() else one.startswith(part[:5]) for one in there)
        for part in (part.casefold() for part in parts)
    ]
    prose = all(part[0].islower() for part in parts[1:])
    return sum(found) * 3 >= len(parts) * 2 if prose and len(parts) > 2 else all(found)


#: How people say what a status is called.
_STATUS = {
    "processing": re.compile(
        r"\b(?:prepared|processed|packed|being (?:made|put together)|not (?:been )?(?:sent|shipped))\b"
    ),
    "shipped": re.compile(r"\b(?:on (?:its|the|their) way|sent|left|dispatched|underway)\b"),
    "delivered": re.compile(r"\b(?:arrived|delivery|you (?:have|got) it|received|handed over)\b"),
    "confirmed": re.compile(r"\b(?:booked|stands|firm)\b"),
}
#: A word that means something, or a number.
_PART = re.compile(
    r"\d+|(?!(?:the|and|your|you|with|for|that|this|are|was|has|have|will|its|from)\b)[^\W\d_]{3,}", re.IGNORECASE
)


def as_worded(worded: Collection[str], messages: tuple[Message, ...]) -> dict[str, str]:
    """What calls say in other words than was planned, with the planned words.

    Args:
        worded: the planned texts that may be put in other words.
        messages: with the calls.
    """
    if not worded:
        return {}
    said = {text for message in messages for made in message.calls for text in _texts(made.arguments)} - set(worded)
    found = ((text, next((one for one in worded if means(text, one)), None)) for text in said)
    return {text: one for text, one in found if one is not None}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def put(value: Any, meant: Mapping[str, str]) -> Any:
    """A value with some of the texts in it put otherwise."""
    if not meant:
        return value
    if isinstance(value, str):
        return meant.get(value, value)
    if isinstance(value, Mapping):
        return {name: put(part, meant) for name, part in value.items()}
    return [put(part, meant) for part in value] if isinstance(value, list | tuple) else value


def means(text: str, planned: str) -> bool:
    """Whether a text says what a planned one says, in whatever words: "Item damaged on arrival", "it arrived damaged".

    Of the planned words that mean something two in three stand in it, if need be in another form (of fewer than three
    all), and it has the same numbers and is as much of a no. What it says beside that is its own business.
    """
    mine, its = (one.casefold().replace("’", "'").strip(" .!\n") for one in (text, planned))
    if mine == its or _SPACES.sub("", mine) == _SPACES.sub("", its):
        return True
    if _figures(mine) != _figures(its) or (_NEVER.search(mine) is None) != (_NEVER.search(its) is None):
        return False
    there, wanted = (_PART.findall(_CAME.sub("came", _NEVER.sub(" ", one))) for one in (mine, its))
    found = sum(any(one.startswith(part[:4]) for one in there) for part in wanted)
    return bool(wanted) and (found * 3 >= len(wanted) * 2 if len(wanted) > 2 else found == len(wanted))


def _figures(text: str) -> frozenset[Any]:
    return (numbers_in(text) | numbers(text)) - {1}  # "the wrong one"


#: A no, and what goes with it.
_NEVER = re.compile(r"\b(?:\w+n't|not|no one|no longer|no|never|nobody|nothing|anything|without|anymore|any more)\b")
_SPACES = re.compile(r"[\s()./-]+")
_CAME = re.compile(r"\b(?:come|got|get|received?|arrived?|arrival)\b")


def same(one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]], base: Any) -> bool:
    """Whether two episodes changed the same: see :func:`comparable`, which is only asked where it is not plain."""
    if canonical(one) == canonical(other):
        return True
    return alike(one, other, base) and comparable(one, base) == comparable(other, base)


def alike(one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]], base: Any) -> bool:
    """Whether two episodes changed as many rows of each table, and the same of those that had been there before."""
    tables = getattr(base, "tables", {})
    first, second = (
        {table: (len(rows), rows.keys() & tables.get(table, {}).keys()) for table, rows in changes.items()}
        for changes in (one, other)
    )
    return first == second


def comparable(changes: Mapping[str, Mapping[str, Any]], base: Any) -> str:
    """Changes in a form that two right episodes share: created keys by content, declared timestamps left out."""
    tables = getattr(base, "tables", {})
    volatile: Mapping[str, frozenset[str]] = getattr(base, "volatile", {})
    created: list[tuple[str, str, str]] = []
    rows: dict[str, dict[str, Any]] = {}
    for table, its in changes.items():
        hidden = volatile.get(table, frozenset())
        rows[table] = {
            key: row if not isinstance(row, Mapping) else {n: v for n, v in row.items() if n not in hidden}
            for key, row in its.items()
        }
        if table in tables:
            created += [
                (table, canonical(_without(row, key)), key)
                for key, row in rows[table].items()
                if key not in tables[table]
            ]
    text = canonical(rows)
    for number, (table, _, key) in enumerate(sorted(created)):
        text = text.replace(f'"{key}"', f'"new {table} {number}"')
    return text if not created else canonical(json.loads(text))


def _without(row: Any, key: str) -> Any:
    return {name: value for name, value in row.items() if value != key} if isinstance(row, Mapping) else row


def _difference(wanted: str, real: str) -> str:
    start = next((n for n, (a, b) in enumerate(zip(wanted, real, strict=False)) if a != b), min(len(wanted), len(real)))
    return f"wanted …{wanted[max(0, start - 20) : start + 40]}…, got …{real[max(0, start - 20) : start + 40]}…"
