"""What is false in what a stranger says, who may say it in any way: dates, times, money, states, a no that is hidden.

Whoever is evaluated words things freely, so this keeps to what nobody says without having seen it; what a script or a
model words for training is read more strictly, in :mod:`sim.facts`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from tools_mock import canonical
from tools_mock.foreign import leaf_of
from tools_mock.values import MONTHS, WEEKDAYS, WORDS, as_number, contains, kind_of, looks_like_id, numbers_in

from .attribution import SENTENCE, Seen, Shown, material
from .facts import DATE, DIGIT, clock_known, date_known, dates_in, said_in
from .gates import Evidence, heard_in, states_of, tools_in_view
from .spoken import numbers, spelt, times


def made_up(evidence: Evidence) -> Iterator[str]:
    """Dates, times and sums of money that nothing showed, and that nothing shown comes to."""
    seen = Seen(evidence.world.now)
    seen.hear(evidence.scenario.policy)
    came: list[Shown] = []  # what came back since the last words
    lately: list[Shown] = []  # and was no refusal
    did = False  # and whether anything of it was a deed
    asked: list[str] = []  # what the user said since the last report
    for message in evidence.messages:
        if message.role == "user":
            seen.hear(message.text)
            asked.append(message.text)
        elif message.role == "assistant" and message.text:
            text = spelt(message.text)
            yield from _invented(text, seen, did)
            yield from _otherwise(text, lately)
            if came and not did:
                yield from _of_another_time(text, came, asked, seen.now)
            yield from _nobody(text, lately, seen)
            people = [name for one in lately for name in one.people]
            if len(people) == 1:
                yield from _someone_else(text, people[0], seen)
            came, lately, did, asked = [], [], False, [] if came else asked
        for result in message.results:
            shown = material(evidence, result)
            seen.add(shown)
            came.append(shown)
            lately += [shown] if result.status == "ok" else []
            did |= tools_in_view(evidence)[result.name].spec.effect == "write" if result.status == "ok" else False


def _nobody(text: str, lately: list[Shown], seen: Seen) -> Iterator[str]:
    """Among those that a list names somebody stands whom nothing showed."""
    made_up = [name for name in _claims(text).listed if not contains(seen.text, name.casefold())] if lately else []
    shown = [value for one in lately for _, value in one.values if isinstance(value, str)] if made_up else []
    if any(contains(text, name) for name in shown if _FULL_NAME.fullmatch(name)):
        for name in made_up:
            yield f"says {name!r}, which nothing showed"


#: A name that stands in a row of others.
_LISTED = re.compile(
    r"(?:(?:^|\n) *(?:[-*•]|\d+[.)])|[:,;]|\b(?:and|or)\b) *\**([A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+)\b\**"
    r"(?= *[,.;:(\n–—-]| (?:and|or)\b| *$)"
)
_FULL_NAME = re.compile(r"[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+")


def _someone_else(text: str, person: str, seen: Seen) -> Iterator[str]:
    """The deed is told of somebody whom it was not about."""
    if not _FULL_NAME.fullmatch(person) or any(contains(text, part) for part in person.split()):
        return
    shown = (value for one in seen.shown for _, value in one.values if isinstance(value, str))
    others = {value.split()[0] for value in shown if _FULL_NAME.fullmatch(value)} - set(person.split())
    for name in sorted(others):
        if re.search(rf"\b{name} (?:has|is|was|gets|got|will)\b|\b(?:to|invited|asked|told|wrote|paid) {name}\b", text):
            yield f"says {name!r}, it was {person}"


#: Money that the assistant says it has moved.
_MOVED = re.compile(r"\bI(?:'ve| have)? (?:just |now )?(?:paid|sent|transferred|moved|wired|ordered)\b")
_MONEY = re.compile(r"€ ?(\d[\d,]*(?:\.\d+)?)|(?<![:.,\d])(\d+(?:,\d{3})*(?:\.\d+)?) ?(?:€(?! ?\d)|euros?\b)")
#: "Thirty euros"; not "thirty euros ninety".
_SPOKEN_MONEY = re.compile(r"\b((?:[a-z]+[- ]){0,2}[a-z]+) euros\b(?! (?:[a-z]+t(?:y|een)|ten|and)\b)")


class Claims(NamedTuple):
    """What a free text claims that can be looked up, read from the text alone: see :func:`_invented`."""

    dates: tuple[tuple[str, int, int, int], ...]
    weekdays: tuple[tuple[str, int, int, int], ...]
    clocks: tuple[tuple[str, ...], ...]
    times: tuple[tuple[str, tuple[str, ...]], ...]
    nths: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, Decimal], ...]
    places: tuple[str, ...]
    since: tuple[tuple[str, str], ...]
    so: tuple[tuple[str, re.Pattern[str], str], ...]
    most: bool
    sums: tuple[tuple[str, frozenset[Decimal]], ...]
    money: tuple[tuple[str, Decimal, bool], ...]
    figures: tuple[tuple[str, Decimal], ...]
    listed: tuple[str, ...]


@lru_cache(maxsize=5_000)
def _claims(text: str) -> Claims:
    """All that a text claims; most texts are said more than once, and most claim little."""
    said, low = said_in(text), text.casefold()
    digits = DIGIT.search(text) is not None
    spoken = _SPOKEN_MONEY.findall(low) if "euros" in low else []
    money = []
    for sentence in SENTENCE.split(text) if digits else ():
        moved = _MOVED.search(sentence) is not None
        for match in _MONEY.finditer(sentence):
            money.append((match[0], Decimal((match[1] or match[2]).replace(",", "").rstrip(".")), moved))
    sums = ((one, frozenset((Decimal(one.replace(",", "")),)) if one[0].isdigit() else numbers(one)) for one in spoken)
    prices = ((one, frozenset((Decimal(one.replace(",", "")),))) for one in (_PRICE.findall(text) if digits else ()))
    return Claims(
        said.dates,
        tuple((one[1], *its[1:]) for one in _WEEKDAY.finditer(text) for its in dates_in(one[0])) if said.dates else (),
        # Who says "7:30" may mean the evening.
        (
            *((clock, f"{(int(clock[:2]) + 12) % 24:02d}{clock[2:]}") for clock in said.clocks),
            *((f"{(int(one[1]) % 12) + 12 * (one[3] in 'pP'):02d}:{one[2] or '00'}",) for one in _AM_PM.finditer(text)),
        ),
        tuple(times(text)),
        tuple((match[0], int(match[1])) for match in _NTH.finditer(text)) if digits else (),
        tuple((one[0], Decimal((one[1] or one[2]).replace(",", ""))) for one in _LEFT_OVER.finditer(text))
        if digits
        else (),
        tuple(dict.fromkeys((*_PLACE.findall(text), *_SEAT.findall(text)))) if digits else (),
        tuple((match[0], match[1]) for match in _SINCE.finditer(low)),
        tuple(
            (name, pattern, part)
            for part in SENTENCE.split(text)
            for name, pattern in _SAYS_SO.items()
            if (part.casefold().startswith("yes") or pattern.search(part.casefold())) and not _DENYING.search(part)
        ),
        _SUPERLATIVE.search(text) is not None,
        tuple(one for one in (*sums, *prices) if one[1]),
        tuple(money),
        tuple((one[0], Decimal(one[1] or one[2])) for one in _FIGURE.finditer(text)) if digits else (),
        tuple(_LISTED.findall(text)),
    )


def _otherwise(text: str, lately: list[Shown]) -> Iterator[str]:
    """What came back says otherwise: by when they answer, how it stands, what it comes to, how many there are."""
    contents = [one.content for one in lately if isinstance(one.content, dict)]
    top = {path: value for shown in lately for path, value in shown.top}
    for check in (_due, _standing, _denied, _for_some, _counted, _totalled) if top else ():
        yield from check(text, top)
    if "closed" in text:
        yield from _closed(text, contents)
    yield from _all_or_none(text, lately)
    for words, number, noun in _how_many(text) if lately and not text.endswith("?") else ():
        lists = [one[noun] for one in contents if isinstance(one.get(noun), list) and "in_all" not in one]
        if lists and len(lists[-1]) != number:
            yield f"says {words!r}, it is {len(lists[-1])}"


def _of_another_time(text: str, came: list[Shown], asked: list[str], now: datetime) -> Iterator[str]:
    """Who asked is told none of the days that were looked up, or another time."""
    said = _claims(text)
    if not said.dates and not said.clocks:
        return
    here = Seen(now, list(came), asked, "\n".join([*asked, *(one.text for one in came)]).casefold())
    if any(one.dates for one in came) and said.dates and not any(date_known(*one[1:], here) for one in said.dates):
        yield f"says {said.dates[0][0]!r}, which is of something else"
    if any(kind_of(value) == "clock" for one in came for _, value in one.values):
        for clocks in said.clocks:
            if not any(clock_known(one, here) or _comes_to(one, here) for one in clocks):
                yield f"says {clocks[0]!r}, which is of something else"
    yield from _of_the_last(text, came, asked, now)


def _of_the_last(text: str, came: list[Shown], asked: list[str], now: datetime) -> Iterator[str]:
    """The thing was looked for in a list and then looked at; told is the day of another that stands in the list."""
    last, before = came[-1], came[:-1]
    days = any(kind_of(value) == "day" for _, value in last.top)
    things = {canonical(value) for _, value in last.top if looks_like_id(value)}
    if not days or not any(things & one.known for one in before):
        return
    here = Seen(now, [last], asked, "\n".join([*asked, last.text]).casefold())
    then = [one for match in _THEN.finditer(text) for one in dates_in(match[1])]
    if then and not any(date_known(*one[1:], here) for one in then):
        yield f"says {then[0][0]!r}, which is of something else"


#: "Was delivered on August 6"; when it was ordered is another matter.
_THEN = re.compile(
    rf"(?<!ordered )(?<!placed )(?<!bought )(?<!opened )(?<!booked )(?<!made )\b(?:on|by|until|till) (?:\w+day,? )?"
    rf"(?:the )?({DATE.pattern})"
)


@lru_cache(maxsize=5_000)
def _sentences(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of a text that affirm something, and those that deny something."""
    every = SENTENCE.split(text)
    denying = tuple(one for one in every if _DENYING.search(one))
    return tuple(one for one in every if one not in denying and not one.endswith("?")), denying


def _all_or_none(text: str, lately: list[Shown]) -> Iterator[str]:
    """All bills are said to be paid where one is not, or no card to be frozen where one is."""
    low = text.casefold()
    if not lately or not _EACH.search(low):
        return
    fields: dict[str, set[bool]] = {}
    for item, _ in lately[-1].items:
        for name, value in item.items():
            if isinstance(value, bool):
                fields.setdefault(name, set()).add(value)
    for name, values in fields.items():
        for each in _EACH.finditer(low):
            rest = low[each.start() :].partition(".")[0]
            untrue = (False in values) if each[1] == "all" else (True in values)
            if untrue and contains(rest, name) and "not" not in rest:
                yield f"says {rest[:40]!r}, which is not so"


_EACH = re.compile(r"\b(all|none|neither)(?: (?:of )?(?:your|the|my|them|these|those)\b|(?= (?:is|are|has|have)\b))")


def _due(text: str, top: dict[str, Any]) -> Iterator[str]:
    answers = {value[5:10] for path, value in top.items() if path.endswith("_by") and isinstance(value, str)}
    for by in _BY.finditer(text) if answers else ():
        if not any(f"{month:02d}-{day:02d}" in answers for _, day, month, _ in dates_in(by[1])):
            yield f"says {by[0]!r}, which is not what came back"


def _standing(text: str, top: dict[str, Any]) -> Iterator[str]:
    late, status = top.get("delay_minutes"), top.get("status")
    fine = status is None or status in text.casefold() or (status in _SAYS and _SAYS[status].search(text) is not None)
    for sentence in _sentences(text)[0] if late or not fine else ():
        says = () if fine else (says for name, says in _SAYS.items() if name != status)
        if (late and "on time" in sentence.casefold()) or any(one.search(sentence) for one in says):
            yield f"says {sentence[:40]!r}, which is not so"


def _denied(text: str, top: dict[str, Any]) -> Iterator[str]:
    is_so = [says for name, says in _SAYS_NOT.items() if top.get(name) is True]
    for sentence in _sentences(text)[1] if is_so else ():
        if any(says.search(sentence) for says in is_so):
            yield f"says {sentence[:40]!r}, which is not so"


def _closed(text: str, contents: list[dict[str, Any]]) -> Iterator[str]:
    """Closed on another day of the week, or on one at all."""
    days = [content["closed_on"] for content in contents if "closed_on" in content]
    said = _CLOSED.findall(text) if days else ()
    if said and not set(days) & set(said):
        yield f"says it is closed on {said[0]}, which it is not"


def _for_some(text: str, top: dict[str, Any]) -> Iterator[str]:
    """A table for another number of people."""
    people = top.get("people")
    said = (
        [number for one in _FOR.findall(text) for number in numbers(one) | numbers_in(one)]
        if type(people) is int
        else []
    )
    if said and people not in said:
        yield f"says for {said[0]}, it is for {people}"


_CLOSED = re.compile(rf"\bclosed (?:on )?({'|'.join(WEEKDAYS)})s?\b")
#: "Your table is for four now."
_FOR = re.compile(r"\b(?:for|party of|all) (\w+)(?= people| guests| persons| of you| now|[.!]|$)")


def _counted(text: str, top: dict[str, Any]) -> Iterator[str]:
    """A number that stands beside the name of a field, and is another one: "turning 55" where it ``turns`` 56."""
    fields = [(path, value) for path, value in top.items() if type(value) in (int, float)]
    if not fields or DIGIT.search(text) is None:
        return
    known = {as_number(value) for value in top.values()}
    for path, value in fields:
        name = leaf_of(path).rpartition("_")[2]
        if name.removesuffix("s") not in text and name != "turns":
            continue
        for sentence in _sentences(text)[0]:
            said = [one[1] or one[2] for one in _beside(name).finditer(sentence)]
            said += _AGED.findall(sentence) if name == "turns" else []
            if said and not any(Decimal(one) in known for one in said):
                yield f"says {said[0]} {name}, it is {value}"


def _totalled(text: str, top: dict[str, Any]) -> Iterator[str]:
    total = as_number(top.get("total"))
    for part, amounts, _ in _parts_of(text) if total is not None else ():
        if len(amounts) == 1 and amounts[0] != total and _TOTAL.search(part):
            yield f"says {part.strip()[:40]!r}, it is {total}"


@lru_cache(maxsize=5_000)
def _how_many(text: str) -> tuple[tuple[str, int, str], ...]:
    """How many things a text says there are in all: its words, the number, the things."""
    return tuple(
        (match[0], WORDS.index(word) if (word := match[1].casefold()) in WORDS else int(word), match[2].casefold())
        for match in _HOW_MANY.finditer(text)
    )


#: "You have two open tickets:"
_HOW_MANY = re.compile(
    rf"\b(?:you have|you've got|there are|i found|group has) ({'|'.join(WORDS[2:])}|\d+) (?:(?:open|upcoming|saved) )?"
    r"(\w+s)"
    r"(?=[:.!]| in total| in all| on file| coming up|$)",
    re.IGNORECASE,
)
#: How it is denied what a field affirms.
_SAYS_NOT = {
    "breakfast": re.compile(
        r"\bbreakfast(?: is|'s)?(?: not|n't) included\b|\b(?:no|without) breakfast\b", re.IGNORECASE
    ),
    "flexible": re.compile(r"\b(?:not|isn't|non-?) ?flexible\b", re.IGNORECASE),
    "returnable": re.compile(r"\b(?:can't|cannot|can no longer) be (?:returned|sent back)\b", re.IGNORECASE),
}


@lru_cache(maxsize=500)
def _beside(name: str) -> re.Pattern[str]:
    stem = re.escape(name.removesuffix("s"))
    return re.compile(
        rf"(?<![\d.,:€$])\b(\d+(?:\.\d+)?)(?: \w+)?[ -]{stem}(?:s|ing)?\b"
        rf"|\b{stem}(?:s|ing)? (\d+(?:\.\d+)?)(?![\d.,:]*\d| ?[%€])\b"
    )


#: "He will be 56."
_AGED = re.compile(r"(?:\bwill|'ll) be (\d{1,3})\b(?![.:,]\d| ?[%°€]| [a-z]*(?:degrees|minutes|hours|euros|people))")
#: How it is said how an order stands.
_SAYS = {
    "shipped": re.compile(r"\bon (?:its|the) way\b|\b(?:is|was|been) (?:shipped|sent|dispatched)\b"),
    "delivered": re.compile(r"\b(?:was|been|is|got) delivered\b|\bhas arrived\b"),
    "cancelled": re.compile(r"\b(?:is|was|been) cancell?ed\b"),
}
_BY = re.compile(rf"\bby (?:\w+day,? )?({DATE.pattern})")
_TOTAL = re.compile(r"^\W*(?:new |grand )?total\b|\btotal (?:is|of|comes)\b", re.IGNORECASE)


def _invented(text: str, seen: Seen, did: bool) -> Iterator[str]:
    said = _claims(text)
    for words, day, month, year in said.dates:
        if not date_known(day, month, year, seen) and (did or not _days_after(day, month, seen)):
            yield f"says {words!r}, which nothing showed"
    for weekday, day, month, year in said.weekdays:
        if not _falls_on(weekday, day, month, (year,) if year else (seen.now.year, seen.now.year + 1)):
            yield f"says {weekday} of {day} {MONTHS[month - 1]}, which it is not"
    for clocks in said.clocks:
        if not any(clock_known(one, seen) or _comes_to(one, seen) for one in clocks):
            yield f"says {clocks[0]!r}, which nothing showed"
    for words, either in said.times:
        if any(kind_of(one) == "clock" for shown in seen.shown[-_LATEST:] for _, one in shown.values) and not any(
            clock_known(one, seen) or _comes_to(one, seen) for one in either
        ):
            yield f"says {words!r}, which nothing showed"
    for words, day in said.nths:
        if not _day_known(day, seen):
            yield f"says {words!r}, which nothing showed"
    for words, number in said.left:
        left = [one for shown in seen.shown[-_LATEST:] for path, one in shown.values if leaf_of(path) in _REMAINS]
        if left and not any(as_number(one) == number for one in left):
            yield f"says {words!r}, which nothing showed"
    for code in said.places:
        if not contains(seen.text, code.casefold()):
            yield f"says {code!r}, which nothing showed"
    for words, begin in said.since:
        begins = seen.now.date() + timedelta(days=begin == "tomorrow")
        if any(one.dates and (begins.month, begins.day) not in one.dates for one in seen.shown[-1:]):
            yield f"says {words!r}, which nothing showed"
    yield from _of_another(text, seen)
    if said.most:
        yield from _not_the_most(text, seen)
    latest = seen.shown[-1].values if seen.shown and said.so else ()
    untrue = {leaf_of(path) for path, value in latest if value is False}
    for name, pattern, part in said.so:
        yes = f"{seen.heard[-1]} {part}" if part.casefold().startswith("yes") else part
        if name in untrue and pattern.search(yes.casefold()):
            yield f"says {part.strip()[:40]!r}, which is not so"
    for words, meant in said.sums:
        if not any(_sum_known(one, seen) for one in meant):
            yield f"says {words!r}, which nothing showed"
    for words, number in said.figures:
        if not any(number in known or -number in known for known in seen.numbers()):
            yield f"says {words!r}, which nothing showed"
    for words, number, moved in said.money:
        if str(number) != "1" and not _sum_known(number, seen):
            yield f"says {words!r}, which nothing showed"
        elif moved and not any(number in one.numbers for one in seen.shown):
            yield f"says {words!r}, which is not what was done"


_AM_PM = re.compile(r"\b(\d{1,2})(?::(\d{2}))? ?([ap])\.?m\b", re.IGNORECASE)
#: "70 %", "14 degrees", "4.5 stars", "rated 4.1".
_FIGURE = re.compile(
    r"\b(\d+(?:\.\d+)?)(?: ?%| ?°(?! ?F)| degrees\b| ?(?:/ ?|out of )(?:5|five)\b|[ -]?(?:stars?\b|★|⭐))"
    r"|\b(?:rated|rating(?: is| of|:)?) (?:at )?(\d(?:\.\d+)?)(?![\d.,:]*\d| ?%)"
)
#: "The 22nd", "9 left".
_NTH = re.compile(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|floor|time|place|street|avenue|anniversary|birthday))")
_LEFT_OVER = re.compile(
    r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?) (?:GB |gigabytes |of (?:them|it) )?"
    r"(?:(?:are )?(?:still )?(?:left|remaining)|in stock)\b|\bleav(?:es|ing) you (?:with )?(\d+(?:\.\d+)?) GB\b"
)
#: Fields that tell what is left, and in how many of the latest results they are looked for.
_REMAINS, _LATEST = frozenset(("left", "remaining", "stock", "seats_left", "in_all", "count")), 6


@lru_cache(maxsize=5_000)
def _parts_of(text: str) -> tuple[tuple[str, tuple[Decimal, ...], bool], ...]:
    """What may be said of one item each, with the amounts in it, and whether it denies something."""
    return tuple(
        (part, tuple(Decimal(one.replace(",", "")) for one in _SUM.findall(part)), _DENYING.search(part) is not None)
        for part in _PART.split(_ASIDE.sub(lambda aside: aside[0].replace(", ", " "), text))
    )


def _of_another(text: str, seen: Seen) -> Iterator[str]:
    """An amount or a state that belongs to another item of the list than the one that is named."""
    if not seen.shown:
        return
    latest = seen.shown[-1]
    for part, amounts, denying in _parts_of(text):
        if len(amounts) != 1 and (denying or not latest.untrue):
            continue  # nothing in it can be of another
        since: set[Decimal] = set()
        for shown in reversed(seen.shown if len(amounts) == 1 else seen.shown[-1:]):
            named = _the_one_named(part, shown)
            if named is None:
                since |= shown.numbers
                continue
            item, rest = named
            own = {as_number(one) for one in item.values()}
            others = {as_number(one) for other in rest for one in other.values()} - own - since
            if len(amounts) == 1 and amounts[0] in others:
                yield f"says {amounts[0]} in {part.strip()[:40]!r}, which is of something else"
            for name, value in item.items() if shown is latest else ():  # what came later may have changed it
                if value is False and contains(part.casefold(), name) and not denying:
                    yield f"says {part.strip()[:40]!r}, which is not so"
            break


#: How it is said that a thing of one's own has what its field denies.
_SAYS_SO = {
    "returnable": re.compile(
        r"\b(?:can|may|could|able to|time to) (?:i )?(?:still )?(?:be )?(?:return\w*|(?:send|sent|go) \w* ?back)\b"
    ),
    "flexible": re.compile(r"\b(?:is|it's) (?:fully )?flexible\b|\b(?:can|may) (?:still )?(?:be )?changed?\b"),
    "breakfast": re.compile(r"\b(?:with|includes|including) breakfast\b|\bbreakfast(?:'s| is)? included\b"),
}
#: "Gate B3", "seats 14A and 14B".
_PLACE = re.compile(r"\b(?:[Gg]ate|[Ss]eats?|[Tt]erminal) ([A-Z]?\d+[A-Z]?)\b")
#: "4A, 12C and 19F".
_SEAT = re.compile(r"\b\d{1,2}[A-F]\b")
#: "From today".
_SINCE = re.compile(r"\b(?:from|as of|starting) (today|tomorrow)\b")
#: Fields in which one item of a list is the most, or the least.
_MOST: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "cheapest": (min, ("price",)),
    "dearest": (max, ("price",)),
    "nearest": (min, ("minutes_away", "kilometres")),
    "closest": (min, ("minutes_away", "kilometres")),
    "best rated": (max, ("rating",)),
    "best-rated": (max, ("rating",)),
}
_SUPERLATIVE = re.compile("|".join(_MOST), re.IGNORECASE)
_ONE_OF_SOME = re.compile(
    r"\b(?:second|next|after|than|other|stock|available|free|left|one of|if|whether|which|would you)\b|\?"
)


def _not_the_most(text: str, seen: Seen) -> Iterator[str]:
    """An item that is called the cheapest, nearest or best of a list, and is not."""
    for part in _PART.split(text):
        low = part.casefold()
        for word, (extreme, fields) in _MOST.items():
            if not contains(low, word) or _ONE_OF_SOME.search(low) or _DENYING.search(low):
                continue
            places = [named for shown in seen.shown if (named := _the_one_named(part, shown)) is not None]
            right = [
                as_number(item[field]) == extreme(as_number(one[field]) for one in rest)
                for item, rest in places
                for field in fields
                if all(as_number(one.get(field)) is not None for one in rest)
            ]
            if right and not any(right):
                yield f"says {part.strip()[:40]!r}, which it is not"


def _the_one_named(text: str, shown: Shown) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """The only item of a list that a text names, by something that no other item of it is called; with the list."""
    found = [(item, rest) for item, rest, own in shown.called if any(contains(text, one) for one in own)]
    return found[0] if len(found) == 1 else None


#: What may be said of one item; a colon stands between its name and its amount.
_PART = re.compile(r"[;.!?](?= |$|\n)|, | and | or |\n")
_PRICE = re.compile(r"(?<![\d.,])\d[\d,]*\.\d\d\b(?!\.\d)")
#: A price, or a round sum of euros; "Large (60 GB, €24)" is of one item.
_SUM = re.compile(r"(?<![\d.,])\d[\d,]*\.\d\d\b(?!\.\d)|(?<=€)\d[\d,]*(?![\d.,]*\d)")
_ASIDE = re.compile(r"\([^()]{1,60}\)")
_DENYING = re.compile(
    r"n't\b|\b(?:not|no|never|un(?!til|der)\w+|isn|to be|if|once|still"
    r"|open(?! (?:until|till|from|at|between|every|daily|on)\b))\b",
    re.IGNORECASE,
)


def _day_known(day: int, seen: Seen) -> bool:
    """Whether a day of the month was shown or heard, or is one of these days."""
    near = {(seen.now + timedelta(days=ahead)).day for ahead in range(-1, 8)}
    if day in near or any(day == one for shown in seen.shown for _, one in shown.dates):
        return True
    return re.search(rf"\b{day}(?:st|nd|rd|th)?\b", seen.text) is not None


#: Signs of a no, or of something else than what was wanted: more than the scripted user takes for one.
_RESERVED = re.compile(
    r"n't\b|\b(?:no|not|none|nobody|never|nothing|cannot|already|anyway|full|fully|closed|above|below|beyond|too|only|but"
    r"|sorry|afraid|unfortunately|ends?|turns out|instead|without|until|must|need|unless|refused?|fail\w*|missing)\b"
)


def _comes_to(clock: str, seen: Seen) -> bool:
    """Whether a time is a shown one and so many minutes after it, or hours and minutes."""
    minutes = {value for one in seen.shown for _, value in one.values if type(value) is int and 0 < value < 1440}
    times = [value for one in seen.shown for _, value in one.values if kind_of(value) == "clock"]
    wanted = _minutes(clock)
    return any((wanted - _minutes(one)) % 1440 in minutes for one in times)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


#: "Saturday, September 27", "Saturday the 27th of September".
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)}),? (?:the )?{DATE.pattern}")


def _falls_on(weekday: str, day: int, month: int, years: tuple[int, ...]) -> bool:
    """Whether a date falls on a day of the week in one of some years."""
    try:
        return any(WEEKDAYS[date(one, month, day).weekday()] == weekday for one in years)
    except ValueError:
        return False


def _days_after(day: int, month: int, seen: Seen) -> bool:
    """Whether a date is a shown or said one and so many days after it as the user spoke of: "for two nights"."""
    try:
        meant = seen.now.date().replace(month=month, day=day)
    except ValueError:
        return False
    before = (meant - timedelta(days=ahead) for ahead in _counts(seen))
    return any(date_known(one.day, one.month, 0, seen) for one in before)


def _counts(seen: Seen) -> set[int]:
    """Of how many nights, people or pieces the user spoke."""
    said = {number for text in seen.heard[1:] for number in numbers_in(text) | numbers(text)}
    return {int(number) for number in said if 1 < number < 15 and number == int(number)}


def _sum_known(wanted: Decimal, seen: Seen) -> bool:
    """Whether a sum of money was shown or said, if only rounded, or is that of a list."""
    if any(wanted in one.amounts for one in seen.shown):
        return True
    policy, *heard = seen.heard
    known = {number for one in seen.shown for number in one.amounts}
    known |= {number for text in heard for number in numbers_in(text)}
    known |= {number for match in _MONEY.finditer(policy) for number in numbers_in(match[0])}
    step = Decimal(1).scaleb(int(wanted.as_tuple().exponent))
    if any(abs(wanted - one) * 2 <= step for one in known) or _adds_up(wanted, seen):
        return True
    counts = _counts(seen)  # "€66.50 a night, €133.00 for two"
    return any(one * count == wanted for shown in seen.shown[-_LATEST:] for one in shown.amounts for count in counts)


def _adds_up(wanted: Decimal, seen: Seen) -> bool:
    """Whether a sum is that of what one field shows in all items of a result."""
    for one in seen.shown:
        for path in {path for path, _ in one.values if "[]" in path}:
            parts = [as_number(value) for where, value in one.values if where == path]
            if sum(part or 0 for part in parts) == wanted and None not in parts:
                return True
    return False


def told_no(evidence: Evidence) -> Iterator[str]:
    """A wish that no tool meets, that the policy forbids or that is refused, is not answered as if it had been met."""
    steps, turns = evidence.scenario.plan.steps, evidence.scenario.plan.turns
    unmet = {
        number
        for number, turn in enumerate(turns)
        if turn.lacking or turn.against or any(steps[one].told and steps[one].status != "ok" for one in turn.steps)
    }
    if not unmet:
        return
    texts = [message.text for message in heard_in(evidence) if message.role == "assistant"]
    for text, (before, after) in zip(texts, pairwise(states_of(evidence)), strict=True):
        closed = before.turn in unmet and after.turn > before.turn and after.last == "success"
        if closed and not _RESERVED.search(text.casefold()):
            yield "what could not be done was told as if it had been"
