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
from tools_mock.values import MONTHS, WEEKDAYS, as_number, as_rounded, contains, kind_of, looks_like_id, numbers_in

from .attribution import SENTENCE, Seen, Shown, material
from .contradicted import BETWEEN, DENYING, LATEST, NTH, contradicted, parts_of
from .facts import DATE, DIGIT, clock_known, date_known, dates_in, said_in
from .gates import Evidence, heard_in, states_of, tools_in_view
from .spoken import AM_PM, numbers, of_24, spelt, times


def made_up(evidence: Evidence) -> Iterator[str]:
    """Dates, times and sums of money that nothing showed, and that nothing shown comes to."""
    seen = Seen(evidence.world.now)
    seen.hear(evidence.scenario.policy)
    came: list[Shown] = []  # what came back since the last words
    lately: list[Shown] = []  # and was no refusal
    wrote: list[Shown] = []  # and of that, what came of deeds
    asked: list[str] = []  # what the user said since the last report
    for message in evidence.messages:
        if message.role == "user":
            seen.hear(message.text)
            asked.append(message.text)
        elif message.role == "assistant" and message.text:
            text = _MEANT.sub(" ", spelt(message.text))
            yield from _invented(text, seen, bool(wrote))
            yield from contradicted(text, lately, asked, seen)
            if came and not wrote:
                yield from _of_another_time(text, came, asked, seen.now)
            yield from _nobody(text, lately, seen)
            people = [name for one in lately for name in one.people if isinstance(name, str)]
            if len(wrote) == 1:
                yield from _something_else(text, wrote[0], lately, seen)
            yield from _elsewhere(text, lately, seen)
            if len(people) == 1:
                yield from _someone_else(text, people[0], seen, "".join(one.text for one in lately))
            came, lately, wrote, asked = [], [], [], [] if came else asked
        for result in message.results:
            shown = material(evidence, result)
            seen.add(shown)
            came.append(shown)
            lately += [shown] if result.status == "ok" else []
            if result.status == "ok" and tools_in_view(evidence)[result.name].spec.effect == "write":
                wrote.append(shown)


#: What is asked back claims nothing: "did you mean 8:00 PM?"
_MEANT = re.compile(r"\b(?:did|do) you (?:\w+ )?mean\b[^?]*\?", re.IGNORECASE)


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


def _someone_else(text: str, person: str, seen: Seen, lately: str) -> Iterator[str]:
    """The deed is told of somebody whom it was not about."""
    if not _FULL_NAME.fullmatch(person) or any(contains(text, part) for part in person.split()):
        return
    shown = (value for one in seen.shown for _, value in one.values if isinstance(value, str))
    others = {value.split()[0] for value in shown if _FULL_NAME.fullmatch(value)} - set(person.split())
    for name in sorted(one for one in others if not contains(lately, one.casefold())):
        if re.search(rf"\b{name} (?:has|is|was|gets|got|will)\b|\b(?:to|invited|asked|told|wrote|paid) {name}\b", text):
            yield f"says {name!r}, it was {person}"


def _something_else(text: str, made: Shown, lately: list[Shown], seen: Seen) -> Iterator[str]:
    """The deed is told of another thing of the list that it was picked from, of which nothing else is told."""
    low, names = text.casefold(), [value for _, value in made.top if isinstance(value, str) and value[:1].isalpha()]
    if any(name.casefold() in low for name in names):
        return
    told_too = {value for one in lately if one is not made for _, value in one.top if isinstance(value, str)}
    for shown in seen.shown[-LATEST:]:
        for item, rest, _ in shown.called:
            for field, name in item.items():
                if not isinstance(name, str) or name not in names:
                    continue
                others = {value for one in rest if isinstance(value := one.get(field), str)} - {name, *told_too}
                for other in sorted(others):
                    if contains(low, other.casefold()):
                        yield f"says {other!r}, it was {name}"


def _elsewhere(text: str, lately: list[Shown], seen: Seen) -> Iterator[str]:
    """What is in one city is told of another, which nobody has spoken of."""
    cities = {value for one in lately for path, value in one.values if leaf_of(path) == "city"}
    its = str(cities.pop()) if len(cities) == 1 else ""
    for city in _IN_CITY.findall(text) if its and not contains(text, its) else ():
        if city not in MONTHS and not contains(seen.text, city.casefold()):
            yield f"says {city!r}, it is {its}"


_IN_CITY = re.compile(r"\bin ([A-Z][a-zà-ÿ]+)\b(?! [A-Z])")
#: Money that the assistant says it has moved.
_MOVED = re.compile(r"\bI(?:'ve| have)? (?:just |now )?(?:paid|sent|transferred|moved|wired|ordered)\b")
_MONEY = re.compile(r"[€$] ?(\d[\d,]*(?:\.\d+)?)|(?<![:.,\d])(\d+(?:,\d{3})*(?:\.\d+)?) ?(?:€(?! ?\d)|euros?\b)")
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
    so: tuple[tuple[str, str], ...]
    most: bool
    sums: tuple[tuple[str, frozenset[Decimal]], ...]
    money: tuple[tuple[str, Decimal, bool], ...]
    figures: tuple[tuple[str, Decimal], ...]
    nights: tuple[tuple[str, Decimal], ...]
    phones: tuple[str, ...]
    streets: tuple[tuple[str, str], ...]
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
            *((of_24(one),) for one in AM_PM.finditer(text)),
        ),
        tuple(times(text)),
        tuple((match[0], int(match[1])) for match in NTH.finditer(text)) if digits else (),
        (
            *((one[0], Decimal((one[1] or one[2]).replace(",", ""))) for one in _LEFT_OVER.finditer(text) if digits),
            *((one[0], number) for one in _LEFT_IN_WORDS.finditer(low) for number in numbers(one[1] or one[2])),
        ),
        tuple(dict.fromkeys((*_PLACE.findall(text), *_SEAT.findall(text)))) if digits else (),
        tuple((match[0], match[1]) for match in _SINCE.finditer(low)),
        tuple(
            (name, part)
            for part in SENTENCE.split(text)
            for name, pattern in _SAYS_SO.items()
            if pattern.search(part.casefold()) and not DENYING.search(part)
        ),
        _SUPERLATIVE.search(text) is not None,
        tuple(one for one in (*sums, *prices) if one[1]),
        tuple(money),
        tuple((one[0], Decimal(one[1] or one[2] or one[3])) for one in _FIGURE.finditer(text)) if digits else (),
        tuple((one[0], Decimal((one[1] or one[2]).replace(",", ""))) for one in _A_NIGHT.finditer(text))
        if digits
        else (),
        tuple(_PHONE.findall(text)) if "+" in text else (),
        tuple(_STREET.findall(text)) if digits else (),
        tuple(_LISTED.findall(text)),
    )


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
    if not days or len(before) != 1 or not things & before[0].known:
        return  # something else was looked for too
    here = Seen(now, [last], asked, "\n".join([*asked, last.text]).casefold())
    then = [one for match in _THEN.finditer(text) for one in dates_in(match[1])]
    if then and not any(date_known(*one[1:], here) for one in then):
        yield f"says {then[0][0]!r}, which is of something else"


#: "Was delivered on August 6"; when it was ordered is another matter.
_THEN = re.compile(
    rf"(?<!ordered )(?<!placed )(?<!bought )(?<!opened )(?<!booked )(?<!made )\b(?:on|by|until|till) (?:\w+day,? )?"
    rf"(?:the )?({DATE.pattern})"
)


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
        clocks_ = any(kind_of(one) == "clock" for shown in seen.shown[-LATEST:] for _, one in shown.values)
        known = contains(seen.text, words) or any(clock_known(one, seen) or _comes_to(one, seen) for one in either)
        if clocks_ and not known:
            yield f"says {words!r}, which nothing showed"
    for words, day in said.nths:
        if not _day_known(day, seen):
            yield f"says {words!r}, which nothing showed"
    for words, number in said.left:
        left = [one for shown in seen.shown[-LATEST:] for path, one in shown.values if leaf_of(path) in _REMAINS]
        if left and not any(as_number(one) == number for one in left) and not contains(seen.text, words.casefold()):
            yield f"says {words!r}, which nothing showed"
    for code in said.places:
        if not contains(seen.text, code.casefold()):
            yield f"says {code!r}, which nothing showed"
    for words, begin in said.since:
        begins = seen.now.date() + timedelta(days=begin == "tomorrow")
        if any(one.dates and (begins.month, begins.day) not in one.dates for one in seen.shown[-1:]):
            yield f"says {words!r}, which nothing showed"
    yield from _of_another(text, seen)
    yield from _day_of_another(text, seen)
    if said.most:
        yield from _not_the_most(text, seen)
    latest = seen.shown[-1].values if seen.shown and said.so else ()
    untrue = {leaf_of(path) for path, value in latest if value is False}
    for name, part in said.so:
        if name in untrue:
            yield f"says {part.strip()[:40]!r}, which is not so"
    for words, meant in said.sums:
        if not any(_sum_known(one, seen) for one in meant):
            yield f"says {words!r}, which nothing showed"
    for words, number in said.figures:
        if (
            not any(number in known or -number in known for known in seen.numbers())
            and not any(as_rounded(number, one) for known in seen.numbers() for one in known)
            and not (words.endswith("GB") and _used_and_left(number, seen))
        ):
            yield f"says {words!r}, which nothing showed"
    for words, number in said.nights:
        if not any(as_rounded(number, abs(one)) for known in seen.numbers() for one in known):
            yield f"says {words!r}, which nothing showed"
    for phone in said.phones:
        if re.sub(r"\D", "", phone) not in re.sub(r"[^\d\n]", "", seen.text):
            yield f"says {phone!r}, which nothing showed"
    for street, house in said.streets:
        values = (value for shown in seen.shown for _, value in shown.values if isinstance(value, str))
        houses = {value for value in values if value.startswith(f"{street} ") and value[len(street) + 1 :].isdigit()}
        if houses and f"{street} {house}" not in houses:
            yield f"says {street} {house}, which nothing showed"
    for words, number, moved in said.money:
        if str(number) != "1" and not _sum_known(number, seen):
            yield f"says {words!r}, which nothing showed"
        elif moved and not any(number in one.numbers for one in seen.shown):
            yield f"says {words!r}, which is not what was done"


#: What one night costs is no sum of several.
_A_NIGHT = re.compile(
    r"€ ?(\d[\d,]*(?:\.\d+)?) ?(?:/ ?|a |per )night\b"
    r"|(?<![\d.,])(\d[\d,]*(?:\.\d+)?) ?(?:€|euros?) ?(?:/ ?|a |per )night\b"
)
_STREET = re.compile(r"\b([A-Z][\w'’]+(?: (?:[A-Z][\w'’]+|d[aeo]))+) (\d{1,3})\b(?![:.,]\d|%)")
_PHONE = re.compile(r"\+\d[\d ()-]{7,}\d")
#: "70 %", "14 degrees", "4.5 stars", "rated 4.1", "60 GB", a rate.
_FIGURE = re.compile(
    r"\b(\d+(?:\.\d+)?)(?: ?%| ?°(?! ?F)| degrees\b| ?(?:/ ?|out of )(?:5|five)\b|[ -]?(?:stars?\b|★|⭐)| ?GB\b)"
    r"|\b(?:rated|rating(?: is| of|:)?) (?:at )?(\d(?:\.\d+)?)(?![\d.,:]*\d| ?%)"
    r"|(?<![€$\d.,])\b(\d+\.\d{3,})\b(?! ?(?:€|euros?))"
)
#: "9 left".
_LEFT_OVER = re.compile(
    r"(?<![\d.,€])(\d+(?:,\d{3})*(?:\.\d+)?) (?:GB |gigabytes |of (?:them|it) )?"
    r"(?:(?:are )?(?:still )?(?:left|remaining)|in stock|to go)\b|\bleav(?:es|ing) you (?:with )?(\d+(?:\.\d+)?) GB\b"
)
_LEFT_IN_WORDS = re.compile(
    r"\b(\w+(?:-\w+)?) (?:of (?:them|it) )?(?:(?:are )?(?:still )?(?:left|remaining)|in stock|to go)\b"
    r"|\bleav(?:es|ing) (?:you )?(\w+(?:-\w+)?)(?= until\b| till\b)"
)
#: Fields that tell what is left.
_REMAINS = frozenset(("left", "remaining", "stock", "seats_left", "in_all", "count"))


def _of_another(text: str, seen: Seen) -> Iterator[str]:
    """An amount or a state that belongs to another item of the list than the one that is named."""
    if not seen.shown:
        return
    latest = seen.shown[-1]
    for part, amounts, _, denying in parts_of(text):
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
            if len(amounts) == 1 and amounts[0] in others and not _is_its(amounts[0], part, seen):
                yield f"says {amounts[0]} in {part.strip()[:40]!r}, which is of something else"
            for name, value in item.items() if shown is latest else ():  # what came later may have changed it
                if not isinstance(value, bool):
                    continue
                so, not_so = _SAID_AS.get(name, ((name,), (f"un{name}",)))
                says = any(contains(part.casefold(), one) for one in (not_so if value else so))
                if says and (value or not denying):
                    yield f"says {part.strip()[:40]!r}, which is not so"
            break


#: How it is said that a field is so, and that it is not, where that is not said in its own words.
_SAID_AS = {"paid": (("paid", "settled"), ("unpaid", "open", "outstanding"))}


def _is_its(amount: Decimal, part: str, seen: Seen) -> bool:
    """Whether an amount is of what is named, in another list that was shown."""
    places = (_the_one_named(part, shown) for shown in seen.shown[-LATEST:])
    return any(named is not None and amount in map(as_number, named[0].values()) for named in places)


def _day_of_another(text: str, seen: Seen) -> Iterator[str]:
    """A day of the month that belongs to another item of the list that was read last than the one that is named."""
    latest = seen.shown[-1] if seen.shown else None
    if latest is None or not latest.called or not latest.dates:
        return
    said = "\n".join(seen.heard[-2:])
    for part, _, days, denying in parts_of(text):
        named = _the_one_named(part, latest) if len(days) == 1 and not denying else None
        if named is None:
            continue
        item, rest = named
        own, others = _days_of([item]), [one for one in rest if one is not item and _days_of([one]) == days]
        if own and days <= _days_of(others) - own and not any(contains(said, str(day)) for day in days):
            if any(contains(part, name) for one in others for name in one.values() if isinstance(name, str)):
                continue  # it is another's that is named
            if any(
                days <= _days_of([top]) and _names(part, top) for top in (dict(one.top) for one in seen.shown[-LATEST:])
            ):
                continue  # and so it is in another result
            yield f"says {part.strip()[:40]!r}, which is of something else"


def _names(part: str, item: dict[str, Any]) -> bool:
    """Whether a text names a thing by a name that is written in full."""
    return any(isinstance(name, str) and " " in name and contains(part, name) for name in item.values())


def _days_of(items: list[dict[str, Any]]) -> set[int]:
    """The days of the month in some items."""
    return {int(value[8:10]) for item in items for value in item.values() if kind_of(value) == "day"}


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
    for part in BETWEEN.split(text):
        low = part.casefold()
        for word, (extreme, fields) in _MOST.items():
            if not contains(low, word) or _ONE_OF_SOME.search(low) or DENYING.search(low):
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


_PRICE = re.compile(r"(?<![\d.,])\d[\d,]*\.\d\d\b(?!\.\d)")


def _used_and_left(number: Decimal, seen: Seen) -> bool:
    """Whether a number is what is used and what is left of something together."""
    return any(number - one in shown.numbers - {one} for shown in seen.shown for one in shown.numbers)


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
#: "In the evening there's room at 18:00, 19:00 and 20:30": what else there would be.
_ANY_OF = re.compile(r"\d:\d\d\b.{1,40}\b(?:and|or) \d{1,2}:\d\d\b")


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
    known = {sign * number for one in seen.shown for number in one.amounts for sign in (1, -1)}
    known |= {number for text in heard for number in numbers_in(text)}
    prose = "\n".join([policy, *(one.text for one in seen.shown)])
    known |= {number for match in _MONEY.finditer(prose) for number in numbers_in(match[0])}
    step = Decimal(1).scaleb(int(wanted.as_tuple().exponent))
    if any(abs(wanted - one) * 2 <= step for one in known) or _adds_up(wanted, seen):
        return True
    counts = _counts(seen)  # "€66.50 a night, €133.00 for two"
    return any(one * count == wanted for shown in seen.shown[-LATEST:] for one in shown.amounts for count in counts)


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
        if closed and not _RESERVED.search(text.casefold()) and not _ANY_OF.search(text):
            yield "what could not be done was told as if it had been"
