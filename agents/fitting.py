"""What an assistant's words lack, or have otherwise than the user said: of an answer, of a proposal."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from scenarios import Fact
from tools_mock.values import MONTH, MONTHS, WEEKDAYS, contains, read

#: What a question wants, and what an answer to it must have something of; none at all is an answer too.
_WANTED = {
    "when": (re.compile(r"\b(?:when|what time|which day|what day)\b"), "day"),
    "how much": (
        re.compile(r"\b(?:how much|what (?:do|does|did|will|would) .{1,40}\bcost\b|what do i pay)\b"),
        "number",
    ),
    "how many": (re.compile(r"\bhow many\b"), "number"),
}
_NONE = re.compile(r"\b(?:no|not|none|nothing|never|nobody|any|free|unlimited|empty)\b|n't\b")
NUMBER = re.compile(
    r"\d|\b(?:one(?! of)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|couple|a few|hundred"
    r"|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b"
)
MOMENT = re.compile(
    r"\d|\b(?:today|tomorrow|tonight|yesterday|now|soon|noon|midnight|morning|afternoon|evening|week|month|weekend|already"
    r"|later|always|daily|every|minutes?|hours?|days?|"
    + "|".join(name.casefold() for name in (*WEEKDAYS, *MONTHS))
    + r")\b"
)


def lacking(text: str, wanted: str) -> str:
    """What was asked for and a report has nothing of: ``when``, ``how much``, ``how many``; empty where nothing lacks.

    Args:
        text: the assistant's message, which reports something.
        wanted: the user's words of this turn.
    """
    asked = _asks(wanted)
    if asked:
        low = text.casefold()
        for what, has in asked:
            if not has.search(low) and not _NONE.search(low):
                return what
    return ""


@lru_cache(maxsize=500)
def _asks(wanted: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What is asked for in a user's words, each with what an answer to it has."""
    low = wanted.casefold()
    found = ((what, kind) for what, (question, kind) in _WANTED.items() if question.search(low))
    return tuple((what, MOMENT if kind == "day" else NUMBER) for what, kind in found)


HOURS = re.compile(r"\b\d{1,2}:\d{2}(?: ?[ap]m\b)?|\b\d{1,2} ?[ap]m\b|\bnoon\b|\bmidnight\b")
_MONTH = MONTH.casefold()
_DATES = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b|\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:,]?\d)"
)
_DAYS = re.compile(rf"\b({'|'.join(WEEKDAYS).casefold()})\b")
_SUMS = re.compile(r"€ ?(\d+(?:\.\d+)?)|\b(\d+(?:\.\d+)?) ?(?:€|euros?\b)")
_NAMED = re.compile(r"\b(?:to|in|from|for|with) ([A-Z][\w'’]+)")
_CALENDAR = frozenset(name.casefold() for name in (*WEEKDAYS, *MONTHS))


def misread(text: str, facts: tuple[Fact, ...], told: str) -> Fact | None:
    """The fact that a proposal has another value for than the user gave; nothing where all of them fit.

    What can be compared is: times, dates, weekdays, sums, and names of places and people after a preposition.

    Args:
        text: the assistant's message, which wants a yes.
        facts: what the user knows for the wish that is open.
        told: the user's own words so far, small.
    """
    low = text.casefold()
    for fact in facts:
        mine = fact.text.casefold()
        if fact.first or fact.slip or fact.vague or not contains(told, mine) or contains(low, mine):
            continue
        if fact.kind in ("city", "person"):
            names = {name.casefold() for name in _NAMED.findall(text)} - _CALENDAR
            if names and not any(word in low for word in (*mine.split(), *names & set(told.split()))):
                return fact
        elif any(form(low) and form(mine) and not form(low) & form(mine) for form in _FORMS.get(fact.kind, ())):
            return fact
    return None


def _times(low: str) -> set[Any]:
    """Times on the dial: who says "7:30" may mean the evening."""
    times = [str(read("clock", one, _ANY) or "").partition(":") for one in HOURS.findall(low)]
    return {(int(hour) % 12, minute) for hour, _, minute in times if hour}


def _dates(low: str) -> set[Any]:
    found = _DATES.findall(low)
    return {(int(day or other), (month or name)[:3]) for day, month, name, other in found}


def _weekdays(low: str) -> set[Any]:
    return set() if _DATES.search(low) else set(_DAYS.findall(low))  # "Friday the 18th" is compared as a date


def _amounts(low: str) -> set[Any]:
    return {float(one or other) for one, other in _SUMS.findall(low)}


#: What of a text can be compared with a fact of a kind; nothing where there is none of it.
_FORMS: dict[str, tuple[Callable[[str], set[Any]], ...]] = {
    "clock": (_times,),
    "day": (_dates, _weekdays),
    "money": (_amounts,),
}
#: A time of the day means the same on every day.
_ANY = datetime(2000, 1, 1)
