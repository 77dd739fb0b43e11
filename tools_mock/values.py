"""How values are said, and how what was said is read back.

``ways`` lists what a person may say for a value, each with the named rule that reads it back:
``read(rule, text, now)`` gives the value again, or the way is not offered. ``say`` is how an assistant
writes a value, ``mentioned`` whether a text contains it in any of its forms. Nothing here is random.
"""

import contextlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
#: A month's name in a regular expression, whole or short.
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "May" else name for name in MONTHS)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_MINUTES = {"half an hour": 30, "an hour": 60, "an hour and a half": 90, "two hours": 120}
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_CLOCK = re.compile(r"^(?:[01]\d|2[0-3]):[0-5]\d$")
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?!\w)")


def kind_of(value: Any) -> str:
    """The kind a value shows by its shape, where no type says it."""
    if isinstance(value, str):  # by far the most
        if value[:1].isdigit():
            if len(value) == 10 and _is_day(value):
                return "day"
            if len(value) == 5 and _CLOCK.match(value):
                return "clock"
        return "text"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        return "number"
    return "list" if isinstance(value, list) else "text"


@lru_cache(maxsize=5_000)
def _is_day(value: str) -> bool:
    if not _DAY.match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:  # a stranger's tool may return "2026-13-45"
        return False
    return True


def tells(text: str) -> bool:
    """Whether a text is a sentence, or a list of things, rather than the name of one.

    Example:
        >>> [tells(text) for text in ("The lamp is on.", "desk lamp, front door", "desk lamp")]
        [True, True, False]
    """
    return text.endswith((".", "!")) or ", " in text


def looks_like_id(value: Any) -> bool:
    """Whether a person would never say this: long digit runs, mixed codes, hashes.

    Example:
        >>> [looks_like_id(v) for v in ("FL-4821", "USR002", 4821773, "Lisbon", "report.pdf", 25)]
        [True, True, True, False, False, False]
    """
    if type(value) is str:  # by far the most
        return _is_code(value)
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int):
        return abs(value) >= 10000
    return isinstance(value, str) and _is_code(value)


@lru_cache(maxsize=5_000)
def _is_code(value: str) -> bool:
    if " " in value or "." in value:
        return False
    digits = sum(letter.isdigit() for letter in value)
    known = _DAY.match(value) or _CLOCK.match(value) or _MOMENT.match(value)
    return digits >= (5 if value.isdigit() else 3) and not known


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th.

    Example:
        >>> ordinal(22), ordinal(13)
        ('22nd', '13th')
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def joined(parts: list[str], last: str = "and") -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def plain_number(value: float, decimals: int = 6) -> str:
    """A number as one writes it: no ``.0``, no exponent, no more decimals than asked for."""
    text = f"{value:.{decimals}f}" if isinstance(value, float) else str(value)
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def read(rule: str, text: str, now: datetime) -> Any:
    """What a said text means under a named rule.

    Args:
        rule: ``literal``, ``day``, ``clock``, ``amount``, ``number``, ``count``, ``minutes``, ``list``,
            ``flag``, ``capital``, ``upper`` (codes that people write small), ``choice`` (``in_progress`` is in
            progress) or ``moment`` with how it is written.
        text: as it was said.
        now: the conversation's present, for "friday" and "the 14th".

    Returns:
        The value, or ``None`` where the text means nothing under the rule.
    """
    if rule.startswith("moment"):
        return _read_moment(rule.removeprefix("moment "), text.strip(), now)
    reader = _READERS.get(rule)
    return None if reader is None else reader(text.strip(), now)


def _read_moment(form: str, text: str, now: datetime) -> str | None:
    """A day and a time in one: "the 11th at 9am" as ``T:00`` is 2026-03-11T09:00:00."""
    day, _, clock = text.partition(" at ")
    found = _read_day(day, now), _READERS["clock"](clock, now)
    return None if None in found else f"{found[0]}{form[:1]}{found[1]}{form[1:]}"


def _read_day(text: str, now: datetime) -> str | None:
    said, today = text.casefold(), now.date()
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(said)
    if near is not None:
        return (today + timedelta(days=near)).isoformat()
    for number, name in enumerate(WEEKDAYS):
        if said == name.casefold():
            return (today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)).isoformat()
    if said == "a week from today":
        return (today + timedelta(days=7)).isoformat()
    if (match := re.fullmatch(r"in (\w+) days", said)) and match[1] in WORDS:
        return (today + timedelta(days=WORDS.index(match[1]))).isoformat()
    if match := re.fullmatch(r"the (\d{1,2})(?:st|nd|rd|th)", said):
        for ahead in range(62):
            day = today + timedelta(days=ahead)
            if day.day == int(match[1]):
                return day.isoformat()
        return None
    for number, name in enumerate(MONTHS, start=1):
        match = re.fullmatch(rf"(\d{{1,2}}) {name.casefold()}|{name.casefold()} (\d{{1,2}})", said)
        if match:
            return _nearest(today, number, int(match[1] or match[2]))
    return text if _is_day(text) else None


def _nearest(today: date, month: int, day: int) -> str | None:
    """The date that a day and month mean: the one closest to today."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        with contextlib.suppress(ValueError):  # 29 February, 31 April
            found.append(date(year, month, day))
    return min(found, key=lambda one: abs((one - today).days)).isoformat() if found else None


def _read_clock(text: str, now: datetime) -> str | None:
    said = text.casefold()
    if said in ("noon", "midnight"):
        return {"noon": "12:00", "midnight": "00:00"}[said]
    if match := re.fullmatch(r"half past (\w+)( in the evening)?", said):
        if match[1] not in WORDS:
            return None
        return f"{WORDS.index(match[1]) + (12 if match[2] else 0):02d}:30"
    if match := re.fullmatch(r"(\d{1,2})(?::(\d{2}))? ?(am|pm)?", said):
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[2] is None and match[3] is None:
            return None
        if match[3]:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None
    return None


def _read_amount(text: str, now: datetime) -> str | None:
    match = re.fullmatch(r"€? ?(\d+(?:\.\d{1,2})?)(?: ?(?:euros?|eur|€))?", text.casefold().replace(",", ""))
    return f"{Decimal(match[1]):.2f}" if match else None


def _read_number(text: str, now: datetime) -> int | float | None:
    match = re.fullmatch(r"[$€]?(-?\d+(?:\.\d+)?)", text.replace(",", ""))
    if match is None:
        return WORDS.index(text.casefold()) if text.casefold() in WORDS else None
    return float(match[1]) if "." in match[1] else int(match[1])


def _read_minutes(text: str, now: datetime) -> int | None:
    if text.casefold() in _MINUTES:
        return _MINUTES[text.casefold()]
    match = re.fullmatch(r"(\d+) minutes", text.casefold())
    return int(match[1]) if match else None


def _read_list(text: str, now: datetime) -> list[Any]:
    parts = [part.strip() for part in re.split(r",| and ", text) if part.strip()]
    numbers = [_read_number(part, now) for part in parts]
    return numbers if parts and None not in numbers else parts


#: How a yes and a no are said, by what is to be done or not.
FLAGS = {
    "lock": ("unlock", "lock"),
    "activate": ("activate", "deactivate"),
    "on": ("on", "off"),
    **{
        yes: (yes, no) for yes, no in (("enable", "disable"), ("open", "close"), ("start", "stop"), ("pause", "resume"))
    },
    **{yes: (yes, no) for yes, no in (("approve", "reject"), ("accept", "decline"))},
    **{yes: (yes, f"un{yes}") for yes in ("mute", "star", "pin", "archive", "subscribe", "block", "follow", "flag")},
    "": ("yes", "no"),
}


def _read_flag(text: str, now: datetime) -> bool | None:
    said = text.casefold()
    return next((said == yes for yes, no in FLAGS.values() if said in (yes, no)), None)


_READERS: dict[str, Any] = {
    "literal": lambda text, now: text,
    "day": _read_day,
    "clock": _read_clock,
    "amount": _read_amount,
    "number": _read_number,
    "count": _read_number,
    "minutes": _read_minutes,
    "list": _read_list,
    "flag": _read_flag,
    "capital": lambda text, now: text[:1].upper() + text[1:],
    "upper": lambda text, now: text.upper(),
    "choice": lambda text, now: text.replace(" ", "_"),
}


# ── saying ───────────────────────────────────────────────────────────────────────────────────────────────


def ways(kind: str, value: Any, now: datetime) -> list[tuple[str, str]]:
    """What a person may say for a value: pairs of (rule, text), each of which reads back as the value.

    Example:
        >>> ways("day", "2026-03-13", datetime(2026, 3, 9, 10))
        [('day', 'Friday'), ('day', 'the 13th'), ('day', 'in four days'), ('day', '13 March'), ('day', 'March 13')]
    """
    if isinstance(value, _SCALARS):
        return list(_ways(kind.lstrip("!"), value, type(value).__name__, now))
    return list(_ways_of(kind.lstrip("!"), value, now))


@lru_cache(maxsize=20_000)
def _ways(kind: str, value: str | float, its: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """:func:`ways` for what can be remembered: a plan tries the same values many times."""
    return tuple(_ways_of(kind, value, now))


def _ways_of(kind: str, value: Any, now: datetime) -> Iterator[tuple[str, str]]:
    for rule, text in _offers(kind, value, now):
        if _same(read(rule, text, now), value):
            yield rule, text


def _same(first: Any, second: Any) -> bool:
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _offers(kind: str, value: Any, now: datetime) -> Iterator[tuple[str, str]]:
    shape = kind_of(value)
    if shape == "day":
        day = date.fromisoformat(value)
        ahead = (day - now.date()).days
        if -1 <= ahead <= 1:
            yield "day", ("yesterday", "today", "tomorrow")[ahead + 1]
        elif 2 <= ahead <= 7:
            yield "day", WEEKDAYS[day.weekday()]
        if 2 <= ahead <= 27:
            yield "day", f"the {ordinal(day.day)}"
        if 2 <= ahead <= 10:
            yield "day", f"in {WORDS[ahead]} days"
        if ahead == 7:
            yield "day", "a week from today"
        if not -1 <= ahead <= 1:
            yield "day", f"{day.day} {MONTHS[day.month - 1]}"
            yield "day", f"{MONTHS[day.month - 1]} {day.day}"
    elif shape == "clock":
        hour, minute = int(value[:2]), int(value[3:])
        if value == "12:00":
            yield "clock", "noon"
        if minute == 30 and 1 <= hour <= 10:
            yield "clock", f"half past {WORDS[hour]}"
        twelve, half = (hour - 1) % 12 + 1, "am" if hour < 12 else "pm"
        yield "clock", f"{twelve}{half}" if minute == 0 else f"{twelve}:{minute:02d}{half}"
        yield "clock", f"{hour}:{minute:02d}"
    elif is_moment(value):
        for _, when in _offers("day", value[:10], now):
            for _, clock in _offers("clock", value[11:16], now):
                yield f"moment {value[10]}{value[16:]}", f"{when} at {clock}"
    elif shape == "flag":
        yield "flag", FLAGS.get(kind, FLAGS[""])[0 if value else 1]
    elif kind in ("money", "budget"):
        short = value.removesuffix(".00")
        yield "amount", f"{short} euros"
        yield "amount", f"€{short}"
    elif kind == "minutes" and shape == "number":
        yield from (("minutes", text) for text, number in _MINUTES.items() if number == value)
        yield "minutes", f"{value} minutes"
    elif shape == "number":
        if kind == "count" and 0 <= value <= 10:
            yield "count", WORDS[int(value)]
        yield "number", plain_number(value)
    elif shape == "list":
        if value and all(isinstance(item, str | int | float) for item in value):
            yield "list", joined([item if isinstance(item, str) else plain_number(item) for item in value])
    elif shape == "text" and isinstance(value, str) and value.strip():
        if kind in ("capital", "upper"):
            yield kind, value.lower()
        yield ("choice", value.replace("_", " ")) if kind == "choice" else ("literal", value)


def say(kind: str, value: Any, now: datetime | None = None) -> str:
    """How an assistant writes a value: dates with weekday, amounts with the currency, lists as people do."""
    return _said(kind, value, now) if isinstance(value, _SCALARS) else _say(kind, value, now)


@lru_cache(maxsize=5_000, typed=True)
def _said(kind: str, value: Any, now: datetime | None) -> str:
    """:func:`say` for what can be remembered."""
    return _say(kind, value, now)


def _say(kind: str, value: Any, now: datetime | None) -> str:
    shape = kind_of(value)
    if value is None:
        return "none"
    if shape == "day":
        day = date.fromisoformat(value)
        far = now is not None and abs((day - now.date()).days) > _YEAR
        return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{f' {day.year}' if far else ''}"
    if kind.lstrip("!") in ("money", "budget"):
        return f"€{str(value).removesuffix('.00')}"
    if shape == "flag":
        return "yes" if value else "no"
    if shape == "number":
        # Four decimals and more are a computer's, not a person's; tiny numbers keep theirs.
        return plain_number(value, 2 if abs(value) >= 1 and len(plain_number(value).partition(".")[2]) > 3 else 6)
    if shape == "list":
        return joined([say("", item, now) for item in value]) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {say('', item, now)}" for name, item in value.items())
    if is_moment(value):
        return f"{_say('', value[:10], now)} at {value[11:16]}"
    return _ISO.sub(lambda one: _say("", one[0], now) if _is_day(one[0]) else one[0], str(value))


#: A day in the middle of a text: "planned for lunch on 2026-03-16".
_ISO = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
#: A day and a time in one, as strangers' tools write it.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$")


def is_moment(value: Any) -> bool:
    """Whether a value is a day and a time in one: ``2026-03-11T09:00:00``."""
    if not isinstance(value, str) or not value[:1].isdigit():
        return False
    return _MOMENT.match(value) is not None and _is_day(value[:10])


#: From how many days away a date needs its year.
_YEAR = 180


def adverbial(kind: str, text: str) -> str:
    """The text as it stands after a verb: ``on Friday``, ``tomorrow``, ``at 9:40``."""
    kind = kind.lstrip("!")
    if text == "that time":
        return "at that time"
    if kind == "day":
        plain = {"today", "tomorrow", "yesterday", "that day", "the same day", "a week from today"}
        said = text.casefold().partition(" at ")[0]
        return text if said in plain or said.startswith("in ") else f"on {text}"
    if kind == "clock":
        return f"at {text}"
    return text


#: What is said instead of a 0: "no delay", "entry is free".
_ZERO = re.compile(r"\b(?:no|none|nothing|without|free|on time|not (?:delayed|late))\b")
_SCALARS = (str, int, float)


def mentioned(kind: str, value: Any, text: str, now: datetime) -> bool:
    """Whether a text contains a value in any of its forms; numbers compare as numbers (25 = 25.0 = €25)."""
    return stands_in(kind, value, text.casefold(), now)


def stands_in(kind: str, value: Any, low: str, now: datetime) -> bool:
    """:func:`mentioned` for a text that is small already."""
    shape = kind_of(value)
    if value is None or shape == "flag":
        return True
    if shape == "number" or kind.lstrip("!") in ("money", "budget"):
        try:
            wanted = Decimal(plain_number(value) if shape == "number" else value)
        except InvalidOperation:
            return str(value).casefold() in low
        if not wanted.is_finite():
            return str(value).casefold() in low
        numbers = numbers_in(low)
        if wanted in numbers or any(as_rounded(number, wanted) for number in numbers):
            return True
        if wanted == 0 and _ZERO.search(low):
            return True
        return wanted == int(wanted) and 0 <= wanted <= 10 and contains(low, WORDS[int(wanted)])
    if shape == "list":
        return all(stands_in("", item, low, now) for item in value)
    if isinstance(value, dict):
        return all(stands_in("", item, low, now) for item in value.values())
    if shape in ("day", "clock"):
        if any(contains(low, form) for form in _forms(kind, value, now)):
            return True
        return shape == "clock" and value.endswith(":00") and _hours(value).search(low) is not None
    if is_moment(value):
        return stands_in("", value[:10], low, now) and stands_in("", value[11:16], low, now)
    text = str(value).casefold()
    if contains(low, text) or ("_" in text and contains(low, text.replace("_", " "))):  # "on the way"
        return True
    return "-" in text and contains(low, say("", value).casefold())  # with a day in it


@lru_cache(maxsize=100)
def _hours(value: str) -> re.Pattern[str]:
    """A full hour as it is said in passing: "9 to 17", "8 in the morning", "at 5 pm"."""
    hour = int(value[:2])
    span, half = (
        r"(?:to|until|till|–|-)",
        r"(?:am|a\.m|in the morning)" if hour < 12 else r"(?:pm|p\.m|in the (?:after|eve))",
    )
    return re.compile(
        rf"\b0?{hour} ?{span} ?\d|\b\d{{1,2}}(?::\d\d)? ?{span} ?0?{hour}\b(?!:)|\b{(hour - 1) % 12 + 1} {half}"
        rf"|\b0?{hour} o'clock"
    )


@lru_cache(maxsize=20_000)
def _forms(kind: str, value: str, now: datetime) -> tuple[str, ...]:
    """All that a day or a time may be called, small."""
    forms = [form for _, form in _offers(kind, value, now)] + [value, say(kind, value)]
    return tuple(dict.fromkeys(form.casefold() for form in forms))


def as_number(value: Any) -> Decimal | None:
    """What a value is as a number, also "12.40"; nothing where it is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if not isinstance(value, bool) and number.is_finite() else None


def as_rounded(said: Decimal, wanted: Decimal) -> bool:
    """Whether a said number is the wanted one, or the wanted one rounded to two decimals or to those said."""
    decimals = max(2, -int(said.as_tuple().exponent))
    return said == wanted or abs(said - wanted) * 2 <= Decimal(1).scaleb(-decimals)


@lru_cache(maxsize=5_000)
def numbers_in(text: str) -> frozenset[Decimal]:
    """Every number that stands in a text, thousands separators removed."""
    return frozenset(Decimal(match.replace(",", "").replace("−", "-")) for match in _NUMBER.findall(text))


def contains(text: str, part: str) -> bool:
    """Whether a part stands in a text as whole words."""
    start = text.find(part) if part else -1
    while start >= 0:
        end = start + len(part)
        before = start == 0 or not (text[start - 1].isalnum() and part[0].isalnum())
        after = end == len(text) or not (text[end].isalnum() and part[-1].isalnum())
        if before and after:
            return True
        start = text.find(part, start + 1)
    return False
