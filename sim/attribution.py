"""Where arguments come from, read from the transcript alone: never from the planner's tags.

Knows what the assistant could see before each call: the prompt, the user's words, the results so far. The same
code runs on rows of ours and on what others wrote.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from itertools import combinations
from math import isfinite
from typing import Any, NamedTuple

from agents import Message
from tools_mock import ToolCall, ToolResult, canonical
from tools_mock.foreign import leaf_of
from tools_mock.phrases import label_of, words_of
from tools_mock.values import (
    FLAGS,
    as_number,
    contains,
    is_moment,
    kind_of,
    looks_like_id,
    mentioned,
    numbers_in,
    plain_number,
)
from tools_mock.world import digest_of_text

from .gates import Evidence, tools_in_view, written


class Shown:
    """What one result shows: its scalars with their paths, their canonical texts, its prose and its fields' names."""

    def __init__(self, content: Any, text: str) -> None:
        self.content, self.written = content, text
        names: dict[str, None] = {}
        self.values: list[tuple[str, Any]] = []
        self.lengths: set[int] = set()
        _walk(content, "", self.values, names, self.lengths)
        self.known = {canonical(value) for _, value in self.values}
        texts = [value for _, value in self.values if isinstance(value, str)]
        texts = [value for value in texts if not value[0].isdigit() or kind_of(value) == "text"]
        self.text = "\n".join(["", *texts, *map(_named, names)]).casefold()

    @cached_property
    def digest(self) -> str:
        """The short name of the result."""
        return digest_of_text(self.written)

    @cached_property
    def top(self) -> list[tuple[str, Any]]:
        """What stands in no list of it."""
        return [one for one in self.values if "[" not in one[0]]

    @cached_property
    def numbers(self) -> set[Decimal]:
        """Every number in it, also within texts."""
        numbers = (one for _, one in self.values if type(one) is int or (type(one) is float and isfinite(one)))
        found = {Decimal(plain_number(one)) for one in numbers}
        return found | numbers_in("\n".join(value for _, value in self.values if isinstance(value, str)))

    @cached_property
    def amounts(self) -> set[Decimal]:
        """Every value in it that is a number, also "12.40"."""
        return {number for _, value in self.values if (number := as_number(value)) is not None}

    @cached_property
    def items(self) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Every object of every list in it, with its list."""
        return list(_items(self.content))

    @cached_property
    def called(self) -> list[tuple[dict[str, Any], list[dict[str, Any]], list[str]]]:
        """Every item of a list of several, with its list and the names that no other item of it has."""
        found, counts = [], dict[int, Counter[Any]]()
        for item, rest in self.items:
            if len(rest) > 1:
                if id(rest) not in counts:
                    counts[id(rest)] = Counter(name for one in rest for name in _names_of(one))
                own = [name for name in _names_of(item) if counts[id(rest)][name] == 1]
                found.append((item, rest, own))
        return found

    @cached_property
    def left(self) -> tuple[set[str], set[str]]:
        """What tells what there is after a deed, and everything else: canonical texts."""
        kept, others = set[str](), set[str]()
        for path, value in self.values:
            (kept if leaf_of(path) in _KEPT else others).add(canonical(value))
        return kept, others

    @cached_property
    def people(self) -> list[Any]:
        """Whom the result is about: names at its top."""
        return [value for path, value in self.values if path in _PERSON]

    @cached_property
    def untrue(self) -> bool:
        """Whether a field in it says no."""
        return any(value is False for _, value in self.values)

    @cached_property
    def alone(self) -> set[str]:
        """Texts in it that stand by themselves, not in an item of a list."""
        found: set[str] = set()
        _stand_alone(self.content, False, found)
        return found

    @cached_property
    def dates(self) -> set[tuple[int, int]]:
        """Month and day of every date in it."""
        texts = (value for _, value in self.values if isinstance(value, str) and "-" in value)
        return {(int(month), int(day)) for text in texts for month, day in _ISO.findall(text)}

    def years(self, month: int, day: int) -> Iterator[int]:
        """The years in which it shows a date."""
        for _, value in self.values:
            if isinstance(value, str) and value[4:10] == f"-{month:02d}-{day:02d}":
                yield int(value[:4])


#: Fields that tell what there is after a deed.
_KEPT = frozenset(("left", "balance", "remaining", "credit"))
#: Fields at the top of a result that name the person it is about.
_PERSON = frozenset(("name", "to", "payee"))


@dataclass(slots=True)
class Seen:
    """What the assistant could see up to a point: texts as they were heard, and results piece by piece."""

    now: datetime
    shown: list[Shown] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    text: str = ""
    done: str = ""

    def hear(self, text: str) -> None:
        """Take in a text."""
        self.heard.append(text)
        self.text += "\n" + text.casefold()

    def add(self, one: Shown) -> None:
        """Take in what a result shows."""
        self.text += one.text
        self.shown.append(one)

    def knows(self, key: str) -> bool:
        """Whether a result showed the value with this canonical text."""
        return any(key in one.known for one in reversed(self.shown))

    def numbers(self) -> Iterator[Collection[Decimal]]:
        """The numbers of every result and of every text, the latest first."""
        yield from (one.numbers for one in reversed(self.shown))
        yield from (numbers_in(text) for text in reversed(self.heard))


_ISO = re.compile(r"\d{4}-(\d{2})-(\d{2})")


def _walk(content: Any, path: str, values: list[tuple[str, Any]], names: dict[str, None], lengths: set[int]) -> None:
    """One pass over a result: scalars with their paths, names of fields, lengths of lists."""
    if type(content) is dict:
        path = f"{path}." if path else ""
        for name, item in content.items():
            names[name] = None
            if type(item) is dict or type(item) is list:
                _walk(item, path + name, values, names, lengths)
            elif item is not None and item != "":
                values.append((path + name, item))
    elif type(content) is list:
        lengths.add(len(content))
        for item in content:
            _walk(item, path + "[]", values, names, lengths)
    elif content is not None and content != "":
        values.append((path, content))


def _items(content: Any) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    if type(content) is dict:
        for value in content.values():
            if type(value) is dict or type(value) is list:
                yield from _items(value)
    elif type(content) is list:
        objects = [item for item in content if type(item) is dict]
        for item in objects:
            yield item, objects
            yield from _items(item)


def _names_of(item: dict[str, Any]) -> set[str]:
    """What an item is called: its texts, also as a sentence begins with them."""
    texts = {one for one in item.values() if isinstance(one, str) and kind_of(one) == "text" and one[:1].isalpha()}
    return texts | {one[:1].upper() + one[1:] for one in texts}


def _stand_alone(content: Any, inside: bool, alone: set[str]) -> None:
    listed = isinstance(content, list)
    for value in content if listed else content.values() if isinstance(content, dict) else ():
        if isinstance(value, dict | list):
            _stand_alone(value, inside or listed, alone)
        elif isinstance(value, str) and (listed or not inside):
            alone.add(value)


def material(evidence: Evidence, result: ToolResult) -> Shown:
    """What one result shows; worked out once per row, however many gates ask."""
    every: dict[str, Shown] | None = evidence.cache.get("shown")
    if every is None:
        every = evidence.cache["shown"] = {}
    found = every.get(result.call_id)
    if found is None:
        lately, text = evidence.cache.get("lately"), written(evidence, result)
        found = lately.get(text) if lately is not None else None
        if found is None:
            found = Shown(result.content, text)
            if lately is not None:
                lately[text] = found
        every[result.call_id] = found
    return found


@lru_cache(maxsize=5_000)
def _named(name: str) -> str:
    """A field's name in every way it may be written."""
    return " ".join((name, label_of(name), *sorted(words_of(name))))


#: Where a sentence ends; "Dr." ends none.
SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[DM]r\.)(?<!\bMrs\.)(?<!\b(?:M|S)[st]\.)\s+|\s*\n\s*")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=2_000)
def words_in(text: str) -> frozenset[str]:
    """The words of a text, small."""
    return frozenset(_WORD.findall(text.casefold()))


def turn_numbers(messages: tuple[Message, ...]) -> list[int]:
    """The turn that each message belongs to: the answer to a question belongs to the turn that raised it."""
    numbers, turn, asking = [], -1, False
    for message in messages:
        turn += message.role == "user" and not asking
        asking = message.role == "assistant" and message.text.endswith("?")
        numbers.append(max(turn, 0))
    return numbers


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────


class Origin(NamedTuple):
    """A scalar argument of a call, and where it can be traced to.

    Args:
        call: whose argument it is.
        name: the parameter.
        value: the scalar.
        how: ``user`` (this turn's words), ``user earlier``, ``result`` (of this turn), ``result earlier``,
            ``prompt``, ``canonical`` (another form of what was said), ``derived`` (recomputed), ``default``;
            empty where it comes from nowhere.
        otherwise: where it could be traced to if no result had shown it.
        parts: the returned values that it rests on: itself, or what it was derived from.
    """

    call: ToolCall
    name: str
    value: Any
    how: str
    otherwise: str = ""
    parts: tuple[Any, ...] = ()


def attributed(evidence: Evidence) -> list[Origin]:
    """Every scalar argument with where it can be traced to; worked out once per row."""
    found: list[Origin] | None = evidence.cache.get("attributed")
    if found is None:
        found = evidence.cache["attributed"] = list(_attributed(evidence))
    return found


def _attributed(evidence: Evidence) -> Iterator[Origin]:
    now = evidence.world.now
    seen, fresh, here = Seen(now), 0, 0  # how many results there were before this message, and before this turn
    tools = tools_in_view(evidence)
    turn, before = "", ""
    looked: list[Looked] = []
    asking, asked_with = False, dict[str, dict[str, Any]]()  # call id -> the scalars it was made with, by their keys
    # What each tool was asked with in the turn before: called again, it keeps what is not said anew ("and tomorrow?").
    kept: dict[str, set[str]] = {}
    made_here: dict[str, set[str]] = {}
    prompt = _without(evidence.scenario.policy, tuple(sentence for sentence, _ in evidence.toolkit.limits.values()))
    for message in evidence.messages:
        if message.role == "user":
            if asking:  # the answer to a question belongs to the wish that raised it
                turn = f"{turn}\n{message.text.casefold()}"
            else:
                before, turn = f"{before}\n{turn}", message.text.casefold()
                kept, made_here, here = made_here, {}, len(seen.shown)
            fresh = len(seen.shown)
        for made in message.calls:
            tool = tools.get(made.name)
            spec = tool.spec if tool is not None else None
            whole = made.arguments if isinstance(made.arguments, dict) else {}
            arguments = tool.flat(whole) if tool is not None else whole
            given = [(name, value, _parts(value)) for name, value in arguments.items()]
            keys = {canonical(part): part for _, _, parts in given for part in parts}
            asked_with[made.id] = keys
            ids = [key for key in keys if _is_id(key)]
            # A thing brings along what it was looked for with: the day of the search is the day of the booking. A call
            # that was given the id says nothing more of it.
            told = [its.keys for its in looked for key in ids if its.read and key in its.shown and key not in its.keys]
            brought = set().union(*told)
            for name, value, its_parts in given:
                kind = spec.kinds.get(name, "") if spec else ""
                for part in its_parts:
                    key = canonical(part)
                    how, otherwise, parts = "user", "user", ()
                    if not _literally(part, turn):
                        pointed = (
                            key in brought
                            or _pointed(kind, turn)
                            or (kind not in _SAID_ONLY and any(key in one.known for one in seen.shown[here:]))
                            or (key in kept.get(made.name, ()) and _ELLIPTIC.search(turn) is not None)
                            or any(key in its.shown and any(contains(turn, w) for w in its.words) for its in looked)
                        )
                        how, otherwise, parts = _where(part, kind, turn, before, prompt, seen, fresh, pointed)
                    if not how and tool is not None:
                        schema = tool.schema(name)
                        fits = "default" in schema and canonical(schema["default"]) == canonical(value)
                        how = "default" if fits else ""
                    made_here.setdefault(made.name, set()).add(key)
                    yield Origin(made, name, part, how, otherwise, parts)
        for result in message.results:
            its = material(evidence, result)
            seen.shown.append(its)
            said = asked_with.get(result.call_id, {})
            words = [word for one in said.values() if len(word := str(one).casefold()) > 2]
            made_it = tools.get(result.name)
            reads = made_it is None or made_it.spec.effect == "read" or evidence.toolkit.foreign
            looked.append(Looked(its.known, words, said.keys(), reads))
        asking = message.role == "assistant" and message.text.endswith("?")


@lru_cache(maxsize=100)
def _without(prompt: str, limits: tuple[str, ...]) -> str:
    """A prompt without the limits in it, small: a limit is the most that is allowed, not what is meant."""
    for sentence in limits:
        prompt = prompt.replace(sentence, " ")
    return prompt.casefold()


class Looked(NamedTuple):
    """A result with what its call was asked with: what it shows, and the arguments as words and as keys.

    Short words are left out: a "2" is said of many things. ``read``: whether the call looked for something; what was
    made brings nothing along: who moves an appointment says to when.
    """

    shown: set[str]
    words: list[str]
    keys: Collection[str]
    read: bool


@lru_cache(maxsize=5_000)
def _is_id(key: str) -> bool:
    """Whether the canonical text of a value is that of an id."""
    return looks_like_id(key.strip('"'))


def _pointed(kind: str, turn: str) -> bool:
    """Whether a returned value may be meant: ids always are; what a person could have said must be pointed at."""
    return not kind or kind.startswith("!") or _POINTS.get(kind, _POINTS[""]).search(turn) is not None


def _parts(value: Any) -> list[Any]:
    if type(value) is dict or type(value) is list:
        return [part for item in (value.values() if type(value) is dict else value) for part in _parts(item)]
    return [value]


def _where(
    value: Any, kind: str, turn: str, before: str, prompt: str, seen: Seen, fresh: int, pointed: bool
) -> tuple[str, str, tuple[Any, ...]]:
    said = _said(value, kind, turn, before, prompt, seen.now, pointed)
    key = canonical(value)
    if not isinstance(value, bool) and pointed and seen.knows(key):
        earlier = any(key in one.known for one in seen.shown[:fresh])
        return "result earlier" if earlier else "result", said, (value,)
    if said:
        return said, said, ()
    parts = _derived(kind.lstrip("!"), value, seen)
    return "derived" if parts else "", "", parts


def _written(value: Any) -> str:
    """A scalar as it is written, small."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return plain_number(value) if number else str(value).casefold()


def _literally(value: Any, turn: str) -> bool:
    """Whether the user says an argument in this turn as it is."""
    if isinstance(value, bool):
        return False
    low = _written(value)
    return contains(turn, low) or (len(low) > 3 and contains(turn, f"{low}s"))  # "ines okafors number"


def _said(value: Any, kind: str, turn: str, before: str, prompt: str, now: datetime, pointed: bool) -> str:
    """Where an argument that is not literally there stands in words: earlier ones, the prompt's, another form."""
    low, plain = _written(value), kind.lstrip("!")
    if not isinstance(value, bool):
        if pointed and contains(before, low):
            return "user earlier"
        if contains(prompt, low):
            return "prompt"
    formed = plain in ("money", "budget", "minutes") or is_moment(value) or "_" in low  # "in_progress" is in progress
    if kind_of(value) == "text" and not formed:
        return ""  # it has no other form
    # The date of today stands in every prompt; who does not say "today" does not mean it.
    texts = [(turn, "canonical")]
    texts += [(before, "canonical")] if pointed else []
    texts += [(prompt, "prompt")] if plain not in ("day", "clock") else []
    return next((name for text, name in texts if _in_another_form(plain, value, text, now)), "")


#: What is said of a thing that was dealt with just before, so that all the rest stays: "and tomorrow?"
_ELLIPTIC = re.compile(
    r"^\W*(?:\S+\s*){1,5}$|\b(?:instead|what about|how about|meant|make that|actually|my mistake|then)\b"
    r"|(?:^|[.,] )and "
)
#: Kinds of amounts: they are said, or come along with what was said, but nobody points at them.
_SAID_ONLY = ("count", "minutes", "money", "budget")
_POINTS = {
    "day": re.compile(
        r"\b((that|same|this) (day|date|evening|morning)|then|(?<!is )(?<!are )there|day (after|before)"
        r"|the \w+st day|day of the \w+)\b"
    ),
    "clock": re.compile(
        r"\b((that|same|this) time|then|when it|the time it|the \w+st (time|one)|the first \w+ hour)\b"
    ),
    "city": re.compile(r"\b((that|same|this) (city|place|town)|(?<!is )(?<!are )there)\b"),
    **dict.fromkeys(_SAID_ONLY, re.compile(r"(?!)")),
    "": re.compile(r"\b(it|that|this|these|those|them|same|then|there|one|both|its|current|new)\b"),
}


#: The words that say a yes or a no.
_FLAGS = {True: tuple(yes for yes, _ in FLAGS.values()), False: tuple(no for _, no in FLAGS.values())}


def _in_another_form(kind: str, value: Any, text: str, now: datetime) -> bool:
    if isinstance(value, bool):
        return any(contains(text, word) for word in _FLAGS[value])
    if kind == "minutes" and isinstance(value, int):
        hours = {30: "half an hour", 60: "an hour", 90: "an hour and a half", 120: "two hours"}.get(value)
        return (hours is not None and contains(text, hours)) or contains(text, f"{value} minutes")
    return mentioned(kind, value, text, now)


def _derived(kind: str, value: Any, seen: Seen) -> tuple[Any, ...]:
    """The two returned amounts whose sum an amount is; nothing where there are none."""
    if kind != "money":
        return ()
    try:
        wanted = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return ()  # a stranger may write anything for an amount
    values = [pair for one in seen.shown for pair in one.values]
    amounts = [(path, found) for path, found in values if isinstance(found, str) and _AMOUNT.fullmatch(found)]
    for one, two in combinations(amounts, 2):
        if one[0] == two[0] and Decimal(one[1]) + Decimal(two[1]) == wanted:
            return one[1], two[1]
    return ()


_AMOUNT = re.compile(r"\d+\.\d{2}")
