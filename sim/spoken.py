"""Figures that are said in words: "half past eight", "twenty-seven fifty", "nine to five".

People and models write so where a tool has "20:30"; who compares what was said with what was shown needs both.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from tools_mock.values import MONTHS, WEEKDAYS

_ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUE = {word: number for number, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_TO_99 = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[1:10])}))?"
_SMALL = rf"(?:{_TO_99}|{'|'.join(_ONES)})"
_BIG = rf"(?:(?:an?|{_SMALL}) (?:hundred|thousand)(?: and)?(?: {_SMALL})?|{_SMALL})"
_NUMBER = re.compile(rf"\b({_BIG})(?:( and a half)| ({_TO_99})\b)?(?!\w)")
_HALF = re.compile(r"\ban? (?:\w+ )?and a half\b")

_HOUR = rf"(?:{'|'.join(reversed(_ONES[1:13]))}|1[0-2]|0?[1-9]|noon|midnight)"
_PAST = (
    rf"((?:{_SMALL}|[1-5]?\d) minutes?|half|(?:a )?quarter|five|ten|twenty-five|twenty|(?:5|10|20|25)(?= past))"
    rf" (past|to) ({_HOUR})\b(?![:.]\d)"
)
_UNITS = "days?|minutes?|hours?|weeks?|months?|nights?|euros?|people|of|more|guests?|persons?"
_THING = rf"(?! ?[%°€]| (?:(?:business|working|full|whole) )?(?:{_UNITS})\b)"
_CLOCK = re.compile(rf"\b{_PAST}{_THING}")
#: An hour in words, where it can be nothing else.
_END = r"(?= (?:o'clock|sharp|in the (?:morning|afternoon|evening)|at night|tonight|and (?:clos|shut)\w+)| ?[.,;!?)]|$)"
_WORD = "|".join(reversed(_ONES[1:13]))
_AT = re.compile(
    rf"\b(?<!rated )(?<!stands )(?<!priced )(?<!capped )(?<!now )(?:at|until|till|by|from|before|after) ({_WORD}){_END}"
    rf"|\b({_WORD}) (?:to|till|until) ({_WORD}){_END}|\b({_WORD}) o'clock\b"
    rf"|\b(?<!the )({_WORD}) in the (?:morning|afternoon|evening)\b"
)
_HOURS = re.compile(rf"\b(?:{_WORD})\b")
#: An hour wherever one may stand.
_ANY = re.compile(
    rf"\b(?:at|from|until|till|to|between|and|or|by|before|after|,|is|for|-|–)(?:,? )({_HOUR})\b(?![:.]\d)"
    rf"|(?:^|[-–:(] ?)({_HOUR})\b(?![:.]\d)|\b({_HOUR}) (?:o'clock|in the|am|pm|thirty)\b"
)


_MONTHS = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
_DAYS = {name[:3]: name for name in WEEKDAYS} | {"Tues": "Tuesday", "Thur": "Thursday", "Thurs": "Thursday"}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, reverse=True))})"
_SHORT = re.compile(
    rf"\*\*|__|`|\b(?:(Dr|Mr|Mrs|Ms|St)\. |({_MONTH})\b\.?(?= \d{{1,2}}(?:st|nd|rd|th)?\b)|(?<=\d )({_MONTH})\b\.?"
    rf"|({'|'.join(sorted(_DAYS, reverse=True))})\b\.?(?=,? (?:the )?(?:\d|{_MONTH})))"
)


@lru_cache(maxsize=5_000)
def spelt(text: str) -> str:
    """A text without marks for bold type, and with what is short in it written out: "Dr. Haas", "Wed, Sep 16".

    Dates and sums that are written in another way are written as in English: "2026-09-16", "16.09.2026", "12,50 €".
    """
    text = _DOTTED.sub(lambda time: f"{time[1] or time[3]}:{time[2] or time[4]}", text)
    text = _NUMERIC.sub(_in_words, text)
    text = _COMMA.sub(lambda one: f"{(one[1] or one[3]).replace('.', '')}.{one[2] or one[4]}", text)
    if "th" in text or "first" in text or "second" in text or "third" in text:
        text = _DAY_OF.sub(lambda day: f"{_NTH[day[1]]} {day[2]}", text)
        text = _NTH_ALONE.sub(lambda day: f"the {_NTH[day[1]]}th", text)
    return _SPAN.sub(r"\1 \2 – \1 \3", _SHORT.sub(_whole, text))


#: "April 16–19".
_SPAN = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}) ?[–-] ?(\d{{1,2}})\b(?![:.,]?\d)")
AM_PM = re.compile(r"\b(\d{1,2})(?::(\d{2}))? ?([ap])(?:\.m\.|\.?m\b)", re.IGNORECASE)


def to_24(text: str) -> str:
    """A text with its times as tools have them: "6:30 PM" is "18:30", "1:45–8:00 PM" from 13:45 to 20:00."""
    return AM_PM.sub(of_24, _FROM_TO.sub(_each_with, text)) if "m" in text or "M" in text else text


_FROM_TO = re.compile(r"\b(\d{1,2})(:\d{2})? ?[–-] ?(\d{1,2})(:\d{2})? ?([ap])\.?m\b", re.IGNORECASE)


def _each_with(span: re.Match[str]) -> str:
    begin, end, half = int(span[1]) % 12, int(span[3]) % 12, span[5].lower()
    first = half if begin < end else "a" if half == "p" else "p"  # "11–1 pm" begins in the morning
    return f"{span[1]}{span[2] or ''} {first}m – {span[3]}{span[4] or ''} {half}m"


def of_24(time: re.Match[str]) -> str:
    """A time with am or pm as tools have it."""
    return f"{(int(time[1]) % 12) + 12 * (time[3] in 'pP'):02d}:{time[2] or '00'}"


#: Days of the month in words.
_NTH = {
    **{f"{word}th": number for number, word in enumerate(_ONES) if number not in (0, 1, 2, 3, 5, 8, 9, 12)},
    **{"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12},
    **{"twentieth": 20, "thirtieth": 30, "thirty-first": 31},
}
_NTH |= {f"twenty-{word}": 20 + number for word, number in _NTH.items() if number < 10}
_EACH = "|".join(sorted(_NTH, key=len, reverse=True))
_DAY_OF = re.compile(rf"\b({_EACH}) (?:day )?of ({'|'.join(MONTHS)})\b")
#: "The twenty-third"; "the first five" and "the second one" are of no month.
_NTH_ALONE = re.compile(
    rf"\bthe ((?!(?:first|second|third)\b)(?:{_EACH}))\b(?! (?:floor|time|place|street|avenue|one))"
)
#: "3.15 p.m."
_DOTTED = re.compile(r"\b(?:(\d{1,2})\.(\d{2})(?= ?[ap]\.?m\b)|(\d{1,2})h(\d{2})\b)", re.IGNORECASE)
#: "2026-09-16", "16/09/2026", "9/16/2026"; where day and month may be the one or the other, nothing is made of it.
_NUMERIC = re.compile(r"\b(?:(20\d\d)-(\d\d)-(\d\d)(?:\b|T(?=\d))|(\d{1,2})([/.-])(\d{1,2})\5(20\d\d)\b)")
#: "12,50 €", "€1.250,50".
_COMMA = re.compile(
    r"(?<=€)((?:\d{1,3}(?:\.\d{3})+|\d+)),(\d\d)\b(?![.,]?\d)"
    r"|\b((?:\d{1,3}(?:\.\d{3})+|\d+)),(\d\d)(?= ?(?:€|EUR\b|euros?\b))"
)


def _in_words(date: re.Match[str]) -> str:
    if date[1]:
        year, month, day = date[1], int(date[2]), int(date[3])
    else:
        year, month, day = date[7], int(date[6]), int(date[4])
        if (month > 12) == (day > 12) and day != month:
            return date[0]
        month, day = (day, month) if month > 12 else (month, day)
    return f"{day} {MONTHS[month - 1]} {year}{' ' * date[0].endswith('T')}" if 0 < month < 13 else date[0]


def _whole(short: re.Match[str]) -> str:
    title, month, after, day = short.groups()
    if title:
        return f"{title} "
    if month or after:
        return _MONTHS[month or after]
    return _DAYS[day] if day else ""


def times(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Times of day in words that can be nothing else, with what they may mean: in the morning, in the evening."""
    low = text.casefold()
    if " past " in low or " to " in low:
        for match in _CLOCK.finditer(low):
            yield match[0], _meant(match)
        low = _CLOCK.sub(" ", low)
    for match in _AT.finditer(low) if _HOURS.search(low) else ():
        yield from ((match[0], _both(_hour(one), 0)) for one in match.groups() if one)


def may_say(clock: str, text: str) -> bool:
    """Whether a text may say a time of day ("20:30"), in words or in passing: "half past eight", "seven or eight"."""
    low = text.casefold()
    if any(clock in _meant(match) for match in _CLOCK.finditer(low)):
        return True
    return any(clock in _both(_hour(one), 0) for match in _ANY.finditer(low) for one in match.groups() if one)


def numbers(text: str) -> frozenset[Decimal]:
    """The numbers that a text has in words: "twenty-seven fifty" is 27.50, "four and a half" 4.5."""
    low, found = text.casefold(), set[Decimal]()
    for match in _NUMBER.finditer(low):
        number = _number(match[1])
        found.add(number)
        if match[2]:
            found.add(number + Decimal("0.5"))
        if match[3]:
            found |= {_number(match[3]), number + _number(match[3]) / 100}
    if _HALF.search(low):
        found.add(Decimal("1.5"))
    return frozenset(found)


def _number(words: str) -> Decimal:
    total = Decimal(0)
    for word in re.split(r"[- ]", words):
        if word in ("hundred", "thousand"):
            total = (total or Decimal(1)) * (100 if word == "hundred" else 1000)
        elif word not in ("a", "an", "and"):
            total += _VALUE[word]
    return total


def _hour(word: str) -> int:
    return {"noon": 12, "midnight": 0}[word] if word in ("noon", "midnight") else int(_VALUE.get(word, word)) % 24


def _both(hour: int, minute: int) -> tuple[str, ...]:
    return tuple(f"{one % 24:02d}:{minute:02d}" for one in (hour, hour + 12))


def _meant(match: re.Match[str]) -> tuple[str, ...]:
    part = match[1].removeprefix("a ").removesuffix("s").removesuffix(" minute")
    minutes = {"half": 30, "quarter": 15}.get(part) or int(part if part.isdigit() else _number(part))
    hour = _hour(match[3])
    return _both(hour, minutes) if match[2] == "past" else _both((hour - 1) % 24, 60 - minutes)
