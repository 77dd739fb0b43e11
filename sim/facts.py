"""What an assistant says that can be looked up: was it visible, and is it true?

Reads what a script or a model words for training: all of it must have been seen. What a stranger says is another
matter: see :mod:`sim.claims`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from tools_mock import canonical
from tools_mock.values import MONTH, MONTHS, WEEKDAYS, WORDS, contains, kind_of, mentioned, numbers_in

from .attribution import SENTENCE, Seen, Shown, material, words_in
from .gates import Evidence, own_name
from .probe import scalars

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_MONTH = rf"(?:{MONTH}|Sept)"
#: "17 July", "the 3rd of August", "July 17th", "Aug 4, 2028".
DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b"
    rf"|({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:,]?\d| ?(?:GB|%|€|euros?|people|of (?:us|you|them))))"
    r"(?:,? (\d{4})\b)?"
)
_CODE = re.compile(r"\b[A-Z]{2}-\d{3,}\b|(?<![\d.,])\b[A-Za-z]*\d{4,}[A-Za-z\d]*\b(?![.,]\d)")
DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d{4}|-\d{3}")
_COUNTED = re.compile(r"\b(" + "|".join(WORDS[1:]) + r")\b")
_CAPITAL = re.compile(r"\s(?<![.!?:\"'\n]\s)(?<!^\s)([A-Z][\w’'-]+)")
_PLAIN_CAPITALS = frozenset(
    word.casefold() for word in (*MONTHS, *WEEKDAYS, "I", "I'd", "I'll", "I'm", "I've", "OK", "GB", "MB")
)
_STATES = (
    *("cancelled", "confirmed", "delivered", "shipped", "processing", "returned", "delayed", "sold out"),
    *("out of stock", "in stock", "pending", "resolved", "locked", "unlocked"),
)

_STATE = re.compile(r"\b(" + "|".join(_STATES) + r")\b")


def visible_facts(evidence: Evidence) -> Iterator[str]:
    """Numbers, ids, names, dates, times and states in the assistant's words were visible before they were said."""
    seen, lately = Seen(evidence.world.now), Lately(Seen(evidence.world.now))
    seen.hear(evidence.scenario.policy)
    asking = False
    for message in evidence.messages:
        if message.role == "user":
            seen.hear(message.text)
            if not asking:  # the answer to a question belongs to the wish that raised it
                lately = Lately(Seen(evidence.world.now), earlier=[*lately.earlier, *lately.all.shown])
            lately.all.hear(message.text)
        elif message.role == "assistant" and message.text:
            yield from _unseen(message.text, seen)
            if lately.called:
                yield from _misplaced(message.text, lately)
        asking = message.role == "assistant" and message.text.endswith("?")
        lately.called |= bool(message.calls)
        for made in message.calls:
            for _, value in scalars(made.arguments):
                lately.all.hear(str(value))
                lately.asked.add(canonical(value))
        for result in message.results:
            seen.add(material(evidence, result))
            lately.all.add(material(evidence, result))
            if result.status == "ok":
                seen.done += f" {own_name(evidence, result.name)}"


_AMOUNT = re.compile(r"€(\d[\d,]*(?:\.\d+)?)")


@dataclass(slots=True)
class Lately:
    """What the open turn brought to light.

    Args:
        all: all of it, and the user's words.
        called: whether a call was made.
        asked: what was asked with.
        earlier: the results of the turns before it.
    """

    all: Seen
    called: bool = False
    asked: set[str] = field(default_factory=set)
    earlier: list[Shown] = field(default_factory=list)

    def knows(self, key: str) -> bool:
        """Whether a value was asked with or came back."""
        return key in self.asked or self.all.knows(key)

    def alone(self, value: str) -> bool:
        """Whether a text came back that stands by itself, not in an item of a list."""
        return any(value in one.alone for one in self.all.shown)


def _records(content: Any, around: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object in a result with its scalars, and those of what it stands in."""
    if isinstance(content, dict):
        own = around | {name: value for name, value in content.items() if not isinstance(value, dict | list)}
        yield own
        for item in content.values():
            yield from _records(item, own)
    elif isinstance(content, list):
        for item in content:
            yield from _records(item, around)


def _misplaced(text: str, lately: Lately) -> Iterator[str]:
    """Times and amounts that belong to something else.

    A report speaks of what this turn brought to light, of a list's item only where it names it or singles it out;
    an earlier thing's facts belong where it is named.
    """
    turn = lately.all
    if "€" not in text and ":" not in text:
        return
    yield from _mistaken(text, lately)
    for sentence in SENTENCE.split(text):
        for match in _AMOUNT.finditer(sentence):
            number = match[1].replace(",", "")
            value = f"{Decimal(number):.2f}"
            here = _number_known(number, turn) and _belongs(value, text, lately)
            if not here and not _recapped(value, sentence, lately):
                yield f"says {match[0]!r}, which is not of this turn"
        for match in _CLOCK.finditer(sentence):
            value = f"{int(match[1]):02d}:{match[2]}"
            said = value in turn.text or mentioned("clock", value, turn.text, turn.now)
            here = said or (lately.knows(canonical(value)) and _belongs(value, text, lately))
            if not here and not _recapped(value, sentence, lately):
                yield f"says {match[0]!r}, which is not of this turn"


#: How it is said what there is after a deed.
_LEFT = re.compile(r"\b(?:left|remain\w*|balance)\b")
_HOLDS = re.compile(r"\b(?:left|remain\w*|balance|account|holds?|have|now|credit|still)\b")
_CLAUSE = re.compile(r"[;:.!?](?= |$|\n)|, | and ")


def _mistaken(text: str, lately: Lately) -> Iterator[str]:
    """What was paid told as what is left, or the other way round."""
    kept = set[str]().union(*(one.left[0] for one in lately.all.shown))
    others = lately.asked.union(*(one.left[1] for one in lately.all.shown)) if kept else set()
    for clause in _CLAUSE.split(text.casefold()) if kept else ():
        amounts = [match[0] for match in _AMOUNT.finditer(clause)]
        for match in _AMOUNT.finditer(clause):
            value = canonical(f"{Decimal(match[1].replace(',', '')):.2f}")
            if _LEFT.search(clause) and len(amounts) == 1 and value not in kept:
                yield f"says {match[0]!r} is left, which is not so"
            elif value in kept - others and not _HOLDS.search(clause):
                yield f"says {match[0]!r}, which is what is left"


def _belongs(value: str, text: str, lately: Lately) -> bool:
    """Whether a value stands by itself, or is of a list's item that the text names, or that is the first or last."""
    if canonical(value) in lately.asked or lately.alone(value):
        return True
    holders = [(item, rest) for one in lately.all.shown for item, rest in one.items if value in item.values()]
    if not holders:
        return True
    low, now = text.casefold(), lately.all.now
    for item, rest in holders:
        others = [other for other in item.values() if other not in ("", value) and isinstance(other, str)]
        if not others or any(mentioned("", other, low, now) and not lately.alone(other) for other in others):
            return True
        name = next(name for name, other in item.items() if other == value)
        ranked = sorted(str(one.get(name, "")).rjust(12) for one in rest)
        if _RANKING.search(low) and value.rjust(12) in (ranked[0], ranked[-1]):
            return True
    return False


_RANKING = re.compile(
    r"\b(cheap|earl|late|last|first|from|between|high|low|least|most|start|begin|end|up to|dear|only)"
)


def _recapped(value: str, sentence: str, lately: Lately) -> bool:
    """Whether an earlier thing has this value, and the sentence names that thing by something this turn has not."""
    low = sentence.casefold()
    contents = [one.content for one in (*lately.earlier, *lately.all.shown)]
    for record in (one for content in contents for one in _records(content, {})):
        if value not in record.values():
            continue
        for name in record.values():
            named = isinstance(name, str) and name != value and kind_of(name) in ("text", "day")
            if named and not lately.knows(canonical(name)) and mentioned("", name, low, lately.all.now):
                return True
    return False


class Said(NamedTuple):
    """What a text states that can be looked up: read from the text alone."""

    codes: tuple[str, ...]
    dates: tuple[tuple[str, int, int, int], ...]
    clocks: tuple[str, ...]
    numbers: tuple[str, ...]
    counted: tuple[str, ...]
    capitals: tuple[str, ...]
    states: tuple[str, ...]


@lru_cache(maxsize=5_000)
def said_in(text: str) -> Said:
    """Every code, date, time, number, counted word, name and state in a text, each read but once."""
    digits, rest = DIGIT.search(text) is not None, text
    codes = tuple(_CODE.findall(text)) if digits and _DIGITS.search(text) else ()
    dates = tuple(dates_in(text)) if digits else ()
    clocks = tuple(_CLOCK.finditer(text)) if ":" in text else ()
    for whole in (*(one[0] for one in dates), *(one[0] for one in clocks)):
        rest = rest.replace(whole, " ")
    rest = _CODE.sub(" ", rest) if codes else rest
    low = rest.casefold()
    return Said(
        codes,
        dates,
        tuple(f"{int(clock[1]):02d}:{clock[2]}" for clock in clocks),
        tuple(map(str, numbers_in(rest))) if digits else (),
        tuple(word for word in _COUNTED.findall(low) if word != "one"),
        tuple(word for word in map(str.casefold, _CAPITAL.findall(rest)) if word not in _PLAIN_CAPITALS),
        tuple(dict.fromkeys(_STATE.findall(low))),
    )


def dates_in(text: str) -> Iterator[tuple[str, int, int, int]]:
    """The dates in a text: how they are put, day, month, and the year or 0."""
    for one in DATE.finditer(text):
        day, month = int(one[1] or one[4]), (one[2] or one[3])[:3]
        number = next(place for place, name in enumerate(MONTHS, start=1) if name.startswith(month))
        yield one[0], day, number, int(one[5] or 0)


def _unseen(text: str, seen: Seen) -> Iterator[str]:
    said = said_in(text)
    for code in said.codes:
        shown = contains(seen.text, code.casefold()) or seen.knows(canonical(code))
        if not shown and not _number_known(code, seen):
            yield f"says {code!r}, which nothing showed"
    for words, day, month, year in said.dates:
        if not date_known(day, month, year, seen):
            yield f"says {words!r}, which nothing showed"
    for clock in said.clocks:
        if not clock_known(clock, seen):
            yield f"says {clock!r}, which nothing showed"
    for number in said.numbers:
        if not _number_known(number, seen):
            yield f"says {number}, which nothing showed"
    for word in said.counted:
        if not contains(seen.text, word) and not _number_known(str(WORDS.index(word)), seen):
            yield f"says {word!r}, which nothing showed"
    for word in said.capitals:
        if not contains(seen.text, word) and not all(contains(seen.text, part) for part in words_in(word) - {"s"}):
            yield f"says {word!r}, which nothing showed"
    for state in said.states:
        if not _state_known(state, seen):
            yield f"says {state!r}, which nothing showed"


def _number_known(text: str, seen: Seen) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if seen.knows(text) or seen.knows(f'"{text}"') or any(number in known for known in seen.numbers()):
        return True
    if any(number in one.lengths or number + 5 in one.lengths for one in seen.shown):
        return True
    close = Decimal(1).scaleb(-max(2, -int(number.as_tuple().exponent)))
    return any(abs(number - one) * 2 <= close for known in seen.numbers() for one in known)


def clock_known(clock: str, seen: Seen) -> bool:
    """Whether a time of day was shown or said."""
    return seen.knows(canonical(clock)) or mentioned("clock", clock, seen.text, seen.now) or clock in seen.text


def date_known(day: int, month: int, year: int, seen: Seen) -> bool:
    """Whether a date was shown or said; where a year is given (0 for none), in that year."""
    if year and (years := {one for shown in seen.shown for one in shown.years(month, day)}) and year not in years:
        return False
    if seen.knows(f'"{seen.now.year}-{month:02d}-{day:02d}"') or any((month, day) in one.dates for one in seen.shown):
        return True
    if contains(seen.text, f"{day} {MONTHS[month - 1].casefold()}"):
        return True
    try:
        value = date(seen.now.year, month, day).isoformat()
    except ValueError:
        return False
    later = date(seen.now.year + 1, month, day).isoformat() if (month, day) != (2, 29) else value
    return any(mentioned("day", one, seen.text, seen.now) for one in (value, later))


#: How a state may stand in a result other than by its own name.
_STATE_SIGNS = {
    "sold out": ("seats_left",),
    "out of stock": ("in_stock", "stock"),
    "in stock": ("in_stock", "stock"),
    "delayed": ("delay_minutes",),
    "cancelled": ("refund", "cancel_status"),
    "returned": ("returnable", "refund"),
    "resolved": (),
    "unlocked": ("lockstatus",),
    "locked": ("lockstatus",),
}


def _state_known(state: str, seen: Seen) -> bool:
    signs = _STATE_SIGNS.get(state, ())
    # What a call did brought about the state: "cancelled" after cancel_taxi.
    return contains(seen.text, state) or any(sign in seen.text for sign in signs) or state[:6] in seen.done
