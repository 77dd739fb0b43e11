"""What a stranger says that came back otherwise: by when, how many, how it stands, all of them or none.

Beside :mod:`sim.claims`, which looks for what nothing showed: here a thing is known, and something else told of it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from agents.speech import YES_OR_NO
from tools_mock.foreign import leaf_of
from tools_mock.values import WEEKDAYS, WORDS, as_number, as_rounded, contains, kind_of, numbers_in

from .attribution import SENTENCE, Seen, Shown
from .facts import DATE, DIGIT, date_known, dates_in
from .spoken import numbers

#: In how many of the latest results is looked for what may still be spoken of.
LATEST = 6


def contradicted(text: str, lately: list[Shown], asked: list[str], seen: Seen) -> Iterator[str]:
    """What came back lately says otherwise.

    Args:
        text: what the assistant says.
        lately: the results since its last words that are no refusals.
        asked: what the user has said since the last report.
        seen: all that was visible so far.
    """
    if not lately:
        return
    top = {path: value for shown in lately for path, value in shown.top}
    for check in _checks_for(text):
        yield from check(text, top, lately)
    if any(one.dates for one in lately):
        yield from _another_day(text, asked, seen)
        yield from _so_soon(text, lately, seen.now)
    if asked and top:
        yield from _yes_or_no(text, top, asked[-1])


def _another_day(text: str, asked: list[str], seen: Seen) -> Iterator[str]:
    """A day of the week, or tomorrow: none of the days that were shown or spoken of."""
    named = _near_days(text)
    heard = "\n".join([*asked, *(one.text for one in seen.shown[-LATEST:])]).casefold() if named else ""
    for name in named:
        days = _days_called(name.casefold(), seen.now)
        if not contains(heard, name.casefold()) and not any(date_known(one.day, one.month, 0, seen) for one in days):
            yield f"says {name!r}, which nothing showed"


def _so_soon(text: str, lately: list[Shown], now: datetime) -> Iterator[str]:
    """An answer is promised by today or tomorrow, and comes later."""
    due = any(path.endswith("_by") for one in lately for path, _ in one.top)
    for by in _BY_NEAR.finditer(text) if due else ():
        day = now + timedelta(days=by[1].casefold() == "tomorrow")
        if not any((day.month, day.day) in one.dates for one in lately):
            yield f"says {by[0]!r}, which is not what came back"


_BY_NEAR = re.compile(r"\bby (today|tonight|tomorrow)\b", re.IGNORECASE)


@lru_cache(maxsize=5_000)
def _near_days(text: str) -> tuple[str, ...]:
    """The days near by that a text states something of, not beside a date."""
    stated = (one for one in SENTENCE.split(text) if not one.endswith("?") and not _PERHAPS.search(one))
    return tuple(match[0] for one in stated for match in _NEAR_DAY.finditer(_WITH_DATE.sub(" ", one)))


def _days_called(word: str, now: datetime) -> list[datetime]:
    """The days that a word may mean: a day of the week one of the last two or of the next two weeks."""
    ahead = {"yesterday": -1, "tomorrow": 1, "day after tomorrow": 2}.get(word)
    if ahead is not None:
        return [now + timedelta(days=ahead)]
    around = (now + timedelta(days=day) for day in range(-14, 15))
    return [one for one in around if WEEKDAYS[one.weekday()].casefold() == word]


_DAY = rf"(?:{'|'.join(WEEKDAYS)})"
_NEAR_DAY = re.compile(rf"\b(?<!closed on )(?<!closed )(?:{_DAY}|day after tomorrow|(?<!after )tomorrow|yesterday)\b")
#: A day of the week beside its date is looked at where dates are; every Monday is another matter.
_WITH_DATE = re.compile(rf"\b{_DAY}(?:s\b|,? (?:the )?\d|,? {DATE.pattern})")
_PERHAPS = re.compile(
    r"\b(?:would|could|try|(?:how|what) about|perhaps|maybe|instead|whether|if|hope)\b", re.IGNORECASE
)


def _yes_or_no(text: str, top: dict[str, Any], question: str) -> Iterator[str]:
    """Yes to who asks whether it is flexible, and it is not."""
    sentence = SENTENCE.split(question)[-1]
    answer = _ANSWER.match(text)
    if answer is None or YES_OR_NO.match(_GREETING.sub("", sentence)) is None:
        return
    yes = answer[1].casefold() in _YES
    for path, asks in _ASKS.items():
        if path in top and asks.search(sentence) and bool(top[path]) != yes:
            yield f"says {text[:40]!r}, which is not so"


_ANSWER = re.compile(r"\W*(yes|yep|yeah|no|nope)\b", re.IGNORECASE)
_YES = frozenset(("yes", "yep", "yeah"))
_GREETING = re.compile(
    r"^(?:(?:hi|hey|hello|good morning|thanks|great|perfect|good|alright|ok|also|next)\b[^a-z]*)+", re.IGNORECASE
)
#: Fields that are asked for with a yes or a no, and how.
_ASKS = {
    "flexible": re.compile(r"\bflexible\b"),
    "bags": re.compile(r"\bbags?\b"),
    "breakfast": re.compile(r"\bbreakfast\b"),
    "delay_minutes": re.compile(r"\b(?:delayed|late)\b"),
    "returnable": re.compile(r"\b(?:return|send back|give back)\b"),
}


def _lasting(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """Another duration: "half an hour" where it takes fifteen minutes, "thirteen hours" from six to nine."""
    minutes = {value for path, value in top.items() if "minutes" in path and type(value) is int}
    for match in _SO_LONG.finditer(text) if minutes else ():
        if _MINUTES[match[1].removeprefix("a ")] not in minutes:
            yield f"says {match[0]!r}, which is not so"
    times = [int(value[:2]) * 60 + int(value[3:]) for value in top.values() if kind_of(value) == "clock"]
    for match in _SO_MANY_HOURS.finditer(text.casefold()) if len(times) == 2 else ():
        long = Decimal((times[1] - times[0]) % 1440) / 60
        said = numbers(match[1]) | numbers_in(match[1])
        if (
            said
            and not any(abs(one - long) <= 1 for one in said)
            and not said & {as_number(one) for one in top.values()}
        ):
            yield f"says {match[0]!r}, which it is not"


_SO_LONG = re.compile(r"\b(half an hour|(?:a )?quarter of an hour|three[- ]quarters of an hour)\b")
_MINUTES = {
    "half an hour": 30,
    "quarter of an hour": 15,
    "three quarters of an hour": 45,
    "three-quarters of an hour": 45,
}
_SO_MANY_HOURS = re.compile(r"\b(\w+(?:-\w+)?) hours\b")


@lru_cache(maxsize=5_000)
def _sentences(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of a text that affirm something, and those that deny something."""
    every = SENTENCE.split(text)
    denying = tuple(one for one in every if DENYING.search(one))
    return tuple(one for one in every if one not in denying and not one.endswith("?")), denying


def _all_or_none(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """All bills are said to be paid where one is not, or no card to be frozen where one is."""
    low = text.casefold()
    if not _EACH.search(low):
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


def _due(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    answers, others = set[str](), set[str]()  # of what else is told there are days too
    for shown in lately:
        days = {path: value[5:10] for path, value in shown.top if kind_of(value) == "day"}
        due = {day for path, day in days.items() if path.endswith("_by")}
        answers |= due
        others |= set() if due else set(days.values())
    for by in _BY.finditer(text) if answers else ():
        if not any(f"{month:02d}-{day:02d}" in answers | others for _, day, month, _ in dates_in(by[1])):
            yield f"says {by[0]!r}, which is not what came back"


def _standing(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    late, status = top.get("delay_minutes"), top.get("status")
    fine = (
        not isinstance(status, str)
        or status in text.casefold()
        or (status in _SAYS and _SAYS[status].search(text) is not None)
    )
    for sentence in _sentences(text)[0] if late or not fine else ():
        says = () if fine else (says for name, says in _SAYS.items() if name != status)
        if (late and "on time" in sentence.casefold()) or any(one.search(sentence) for one in says):
            yield f"says {sentence[:40]!r}, which is not so"


def _denied(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    is_so = [says for name, says in _SAYS_NOT.items() if top.get(name) is True]
    for sentence in _sentences(text)[1] if is_so else ():
        if any(says.search(sentence) for says in is_so):
            yield f"says {sentence[:40]!r}, which is not so"


def _closed(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """Closed on another day of the week, or on one at all."""
    contents = [one.content for one in lately if isinstance(one.content, dict)]
    days = [content["closed_on"] for content in contents if isinstance(content.get("closed_on"), str)]
    said = _CLOSED.findall(text) if days else ()
    if said and not set(days) & set(said):
        yield f"says it is closed on {said[0]}, which it is not"


def _for_some(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """A table for another number of people."""
    people = {value for one in lately for path, value in one.values if leaf_of(path) == "people" and type(value) is int}
    words = _FOR.findall(text) if any(path == "people" for one in lately for path, _ in one.top) else ()
    said = [number for one in words for number in numbers(one) | numbers_in(one)]
    if said and people.isdisjoint(said):
        yield f"says for {said[0]}, it is for {max(people)}"


_CLOSED = re.compile(rf"\b(?:closed|(?:doesn't|does not|won't) open) (?:on )?({'|'.join(WEEKDAYS)})s?\b")
#: "Your table is for four now."
_FOR = re.compile(r"\b(?:for|party of|all) (\w+)(?= people| guests| persons| of you| now|[.!]|$)")


def _counted(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """A number that stands beside the name of a field, and is another one: "turning 55" where it ``turns`` 56."""
    fields = [(path, value) for path, value in top.items() if type(value) in (int, float)]
    if not fields or DIGIT.search(text) is None:
        return
    known = set[Decimal]().union(*(one.amounts for one in lately))
    for path, value in fields:
        name = leaf_of(path).rpartition("_")[2]
        if name.removesuffix("s") not in text and name != "turns":
            continue
        for sentence in _sentences(text)[0]:
            said = [one[1] or one[2] for one in _beside(name).finditer(sentence)]
            said += _AGED.findall(sentence) if name == "turns" else []
            if said and not any(as_rounded(Decimal(one), abs(number)) for one in said for number in known):
                yield f"says {said[0]} {name}, it is {value}"


def _totalled(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """Another total, or the total told as what one night costs."""
    values = [one for shown in lately for one in shown.values]
    totals = {as_number(value) for path, value in values if path == "total"} - {None}
    if not totals:
        return
    each = {as_number(value) for path, value in values if leaf_of(path) in ("price", "rate")}
    for match in _A_NIGHT.finditer(text):
        if numbers_in(match[0]) <= totals - each:
            yield f"says {match[0]!r}, which is for all of it"
    for part, amounts, _, _ in parts_of(text):
        if len(amounts) == 1 and amounts[0] not in totals and _TOTAL.search(part):
            yield f"says {part.strip()[:40]!r}, it is {max(filter(None, totals), default=0)}"


def _in_all(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """Another number of things than the list has."""
    contents = [one.content for one in lately if isinstance(one.content, dict)]
    for words, number, noun in _how_many(text) if not text.endswith("?") else ():
        lists = [one[noun] for one in contents if isinstance(one.get(noun), list) and "in_all" not in one]
        if lists and len(lists[-1]) != number:
            yield f"says {words!r}, it is {len(lists[-1])}"


def _from_whom(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """What one person wrote is told of another who wrote something else."""
    for item, rest, _ in lately[-1].called:
        writers = {one["sender"] for one in rest if isinstance(one.get("sender"), str)}
        for field, words in item.items() if len(writers) > 1 else ():
            place = text.find(words) if field != "sender" and isinstance(words, str) and len(words) > 4 else -1
            around = (_AFTER.match(text, place + len(words)), _BEFORE.search(text[:place])) if place >= 0 else ()
            for name in (match[1] for match in around if match):
                theirs = any(one.get("sender") == name and one.get(field) == words for one in rest)
                if name in writers and not theirs:
                    yield f"says {words[:40]!r} is from {name}, it is from {item.get('sender')}"


_AFTER = re.compile(r"[\"”*'’.,]* (?:from|by) \**([A-Z][\w'’]+ [A-Z][\w'’]+)")
_BEFORE = re.compile(
    r"([A-Z][\w'’]+ [A-Z][\w'’]+)\**(?: \([^()]*\))?\**(?::| [–—-]| (?:writes|wrote|says|asks):?) ?[\"“*]*$"
)


def _of_them(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """ "Three of them: …", where the only list that came back has two."""
    contents = [one.content for one in lately if isinstance(one.content, dict)]
    lists = [its for one in contents if "next_page" not in one for its in one.values() if isinstance(its, list)]
    for match in _OF_THEM.finditer(text) if len(lists) == len(contents) == 1 else ():
        word = match[1].casefold()
        if (WORDS.index(word) if word in WORDS else int(word)) != len(lists[0]):
            yield f"says {match[0]!r}, it is {len(lists[0])}"


def _chance(text: str, top: dict[str, Any], lately: list[Shown]) -> Iterator[str]:
    """Another chance: "three in four" where it is 24 percent."""
    shown = [value for one in lately for path, value in one.values if "percent" in path and type(value) in (int, float)]
    for match in _ONE_IN.finditer(text.casefold()) if shown else ():
        some, of = (WORDS.index(word) for word in match.groups())
        if min(abs(100 * some / of - one) for one in shown) > 10:
            yield f"says {match[0]!r}, it is {shown[0]} %"


@lru_cache(maxsize=5_000)
def _how_many(text: str) -> tuple[tuple[str, int, str], ...]:
    """How many things a text says there are in all: its words, the number, the things."""
    return tuple(
        (match[0], WORDS.index(word) if (word := match[1].casefold()) in WORDS else int(word), match[2].casefold())
        for match in _HOW_MANY.finditer(text)
    )


#: "You have two open tickets:"
_HOW_MANY = re.compile(
    rf"\b(?:you have|you've got|there are|i found|group has) ({'|'.join(WORDS[2:])}|\d{{1,6}}) "
    r"(?:(?:open|upcoming|saved) )?(\w+s)"
    r"(?=[:.!]| in total| in all| on file| coming up|$)",
    re.IGNORECASE,
)
_OF_THEM = re.compile(rf"\b({'|'.join(WORDS[1:])}|\d{{1,3}}) of (?:them|these|those):", re.IGNORECASE)
_ONE_IN = re.compile(rf"\b({'|'.join(WORDS[1:])}) in ({'|'.join(WORDS[1:])}) chance\b")
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
_A_NIGHT = re.compile(r"€? ?\d[\d,]*(?:\.\d+)?(?: ?(?:€|euros?))? (?:a|per|each) (?:night|month|person|piece)\b")
_TOTAL = re.compile(r"^\W*(?:new |grand )?total\b|\btotal (?:is|of|comes)\b", re.IGNORECASE)


class Part(NamedTuple):
    """A part of a text, the amounts and days of the month in it, and whether it denies something."""

    text: str
    amounts: tuple[Decimal, ...]
    days: frozenset[int]
    denying: bool


@lru_cache(maxsize=5_000)
def parts_of(text: str) -> tuple[Part, ...]:
    """What may be said of one item each."""
    return tuple(
        Part(
            part,
            tuple(Decimal(one.replace(",", "")) for one in _SUM.findall(part)),
            frozenset((*(day for _, day, _, _ in dates_in(part)), *(int(one[1]) for one in NTH.finditer(part)))),
            DENYING.search(part) is not None,
        )
        for line in _ASIDE.sub(lambda aside: aside[0].replace(", ", " "), text).split("\n")
        for part in ([line] if _POINT.match(line) and len(_SUM.findall(line)) < 2 else BETWEEN.split(line))
    )


#: A line of a list or a table is of one item.
_POINT = re.compile(r" *(?:[-*•|]|\d+[.)])")


#: "The 22nd".
NTH = re.compile(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|floor|time|place|street|avenue|anniversary|birthday))")
#: What may be said of one item; a colon stands between its name and its amount.
BETWEEN = re.compile(r"[;.!?](?= |$|\n)|, | and | or |\n")
#: A price, a round sum of euros, or a rating; "Large (60 GB, €24)" is of one item.
_SUM = re.compile(
    r"(?<![\d.,])\d[\d,]*\.\d\d\b(?!\.\d)|(?<=€)\d[\d,]*(?![\d.,]*\d)"
    r"|(?<=\()\d\.\d(?=\))|\b(?<=rated )\d\.\d\b|\b(?<=at )\d\.\d\b(?! ?(?:[ap]m|€|euros))|\b\d\.\d(?= stars?\b)"
)
_ASIDE = re.compile(r"\([^()]{1,60}\)")
DENYING = re.compile(
    r"n't\b|\b(?:not|no|never|un(?!til|der)\w+|isn|to be|if|once|still"
    r"|open(?! (?:until|till|from|at|between|every|daily|on)\b))\b",
    re.IGNORECASE,
)
_Check = Callable[[str, dict[str, Any], list[Shown]], Iterator[str]]
#: What is looked at where one of some words stands in a text: most texts claim little.
_CHECKS: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (("",), _standing),
    (("",), _counted),
    (("n't", "not", "no ", "non", "never", "without"), _denied),
    (("by ",), _due),
    (("for ", "party of", "all "), _for_some),
    (("total", "night", "month", "person", "piece"), _totalled),
    (("hour",), _lasting),
    (("closed", " open"), _closed),
    (("all", "none", "neither"), _all_or_none),
    (("of them:", "of these:", "of those:"), _of_them),
    (("chance",), _chance),
    ((" from ", " by ", ":", "–", "—", " - ", "writes", "wrote", "says", "asks"), _from_whom),
    (("you have", "you've got", "there are", "i found", "group has"), _in_all),
)


@lru_cache(maxsize=5_000)
def _checks_for(text: str) -> tuple[_Check, ...]:
    low = text.casefold()
    return tuple(check for words, check in _CHECKS if any(word in low for word in words))
