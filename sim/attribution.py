"""Where arguments come from, read from the transcript alone: never from the planner's tags.

Knows what the assistant could see before each call: the prompt, the user's words, the results so far. The same
code runs on rows of ours and on what others wrote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from agents import Message
from agents.speech import label_of
from tools_mock import ToolCall, ToolResult, canonical
from tools_mock.toolkit import words_of
from tools_mock.values import contains, kind_of, looks_like_id, mentioned, numbers_in, plain_number

from .gates import Evidence, tools_in_view


@dataclass(slots=True)
class Seen:
    """What the assistant could see up to a point: words, and values that tools returned."""

    now: datetime
    text: str = ""
    values: list[tuple[str, Any]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    numbers: set[Decimal] = field(default_factory=set)
    lengths: set[int] = field(default_factory=set)
    dates: set[tuple[int, int]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    done: str = ""

    def hear(self, text: str) -> None:
        """Take in a text."""
        self.text += "\n" + text.casefold()
        self.numbers |= numbers_in(text)
        self.words |= words_in(text)

    def read(self, content: Any) -> None:
        """Take in a result."""
        names: set[str] = set()
        _walk(content, "", self.values, names, self.lengths)
        texts = []
        for _, value in self.values:
            if type(value) is not str:
                self.known.add(canonical(value))
                self.numbers |= {Decimal(plain_number(value))} if not isinstance(value, bool) else set()
                continue
            key, words, numbers, dates, text = _in_text(value)
            self.known.add(key)
            self.words |= words
            if numbers:
                self.numbers |= numbers
            if dates:
                self.dates |= dates
            if text:
                texts.append(text)
        for name in names:
            self.words |= named_in(name)
        self.text += "\n".join(["", *texts, *sorted(name.casefold() for name in names)])

    def add(self, other: "Seen") -> None:
        """Take in what was read elsewhere."""
        self.text += other.text
        self.values += other.values
        self.known |= other.known
        self.numbers |= other.numbers
        self.lengths |= other.lengths
        self.dates |= other.dates
        self.words |= other.words


@lru_cache(maxsize=50_000)
def _in_text(value: str) -> tuple[str, frozenset[str], frozenset[Decimal], frozenset[tuple[int, int]], str]:
    """What a returned text shows: its canonical form, words, numbers, dates, and itself where it is prose."""
    dates = frozenset((int(month), int(day)) for month, day in _ISO.findall(value))
    text = value.casefold() if kind_of(value) == "text" else ""
    return canonical(value), words_in(value), numbers_in(value), dates, text


_ISO = re.compile(r"\d{4}-(\d{2})-(\d{2})")


def _walk(content: Any, path: str, values: list[tuple[str, Any]], names: set[str], lengths: set[int]) -> None:
    """One pass over a result: scalars with their paths, names of fields, lengths of lists."""
    if type(content) is dict:
        for name, item in content.items():
            names.add(name)
            _walk(item, f"{path}.{name}" if path else name, values, names, lengths)
    elif type(content) is list:
        lengths.add(len(content))
        for item in content:
            _walk(item, path + "[]", values, names, lengths)
    elif content is not None and content != "":
        values.append((path, content))


def material(evidence: Evidence, result: ToolResult) -> Seen:
    """What one result shows; worked out once per row, however many gates ask."""
    found: Seen | None = evidence.cache.get(f"shown by {result.call_id}")
    if found is None:
        found = evidence.cache[f"shown by {result.call_id}"] = Seen(evidence.world.now)
        found.read(result.content)
    return found


@lru_cache(maxsize=50_000)
def named_in(name: str) -> frozenset[str]:
    """The words of a field's name, in every way it may be written."""
    return words_in(name) | words_of(name) | words_in(label_of(name))


_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
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


@dataclass(frozen=True, slots=True)
class Origin:
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
    seen, fresh = Seen(now), set[str]()
    tools = tools_in_view(evidence)
    turn, before = "", ""
    here: set[str] = set()  # what this turn's results showed
    looked: list[Looked] = []
    asking, made_of = False, dict[str, ToolCall]()
    # What each tool was asked with in the turn before: called again, it keeps what is not said anew ("and tomorrow?").
    kept: dict[str, set[str]] = {}
    made_here: dict[str, set[str]] = {}
    prompt = evidence.scenario.policy.casefold()
    for message in evidence.messages:
        if message.role == "user":
            if asking:  # the answer to a question belongs to the wish that raised it
                turn = f"{turn}\n{message.text.casefold()}"
            else:
                before, turn = f"{before}\n{turn}", message.text.casefold()
                kept, made_here, here = made_here, {}, set()
            fresh = set()
        for made in message.calls:
            spec = tools[made.name].spec if made.name in tools else None
            given = made.arguments.items() if isinstance(made.arguments, dict) else ()
            ids = [key for _, value in given for part in _parts(value) if _is_id(key := canonical(part))]
            # A thing brings along what it was looked for with: the day of the search is the day of the booking. A call
            # that was given the id says nothing more of it.
            told = [its.keys for its in looked for key in ids if key in its.shown and key not in its.keys]
            brought = set().union(*told)
            for name, value in given:
                kind = spec.kinds.get(name, "") if spec else ""
                schema = spec.parameters["properties"].get(name, {}) if spec else {}
                for part in _parts(value):
                    key = canonical(part)
                    named = any(key in its.shown and any(contains(turn, text) for text in its.words) for its in looked)
                    pointed = named or key in brought or _pointed(kind, turn)
                    pointed |= key in kept.get(made.name, ()) and _ELLIPTIC.search(turn) is not None
                    pointed |= key in here and kind not in _SAID_ONLY
                    how, otherwise, parts = _where(part, kind, turn, before, prompt, seen, fresh, pointed)
                    if not how and "default" in schema and canonical(schema["default"]) == canonical(value):
                        how = "default"
                    made_here.setdefault(made.name, set()).add(key)
                    yield Origin(made, name, part, how, otherwise, parts)
        for result in message.results:
            its = material(evidence, result)
            shown = its.known
            fresh |= shown - seen.known
            seen.known |= shown
            seen.values += its.values
            here |= shown
            asked = made_of.get(result.call_id)
            said = _parts(asked.arguments) if asked is not None and isinstance(asked.arguments, dict) else []
            looked.append(
                Looked(
                    shown,
                    [word for one in said if len(word := str(one).casefold()) > 2],
                    {canonical(one) for one in said},
                )
            )
        asking = message.role == "assistant" and message.text.endswith("?")
        made_of = {made.id: made for made in message.calls}


@dataclass(frozen=True, slots=True)
class Looked:
    """A result with what its call was asked with: what it shows, and the arguments as words and as keys.

    Short words are left out: a "2" is said of many things.
    """

    shown: set[str]
    words: list[str]
    keys: set[str]


@lru_cache(maxsize=50_000)
def _is_id(key: str) -> bool:
    """Whether the canonical text of a value is that of an id."""
    return looks_like_id(key.strip('"'))


def _pointed(kind: str, turn: str) -> bool:
    """Whether a returned value may be meant: ids always are; what a person could have said must be pointed at."""
    return not kind or kind.startswith("!") or _POINTS.get(kind, _POINTS[""]).search(turn) is not None


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _parts(item)]
    if isinstance(value, list):
        return [part for item in value for part in _parts(item)]
    return [value]


def _where(
    value: Any, kind: str, turn: str, before: str, prompt: str, seen: Seen, fresh: set[str], pointed: bool
) -> tuple[str, str, tuple[Any, ...]]:
    said = _said(value, kind, turn, before, prompt, seen.now, pointed)
    key = canonical(value)
    if said != "user" and not isinstance(value, bool) and key in seen.known and pointed:
        return "result" if key in fresh else "result earlier", said, (value,)
    if said:
        return said, said, ()
    parts = _derived(kind.lstrip("!"), value, seen)
    return "derived" if parts else "", "", parts


def _said(value: Any, kind: str, turn: str, before: str, prompt: str, now: datetime, pointed: bool) -> str:
    """Where an argument stands in words: the user's of this turn, earlier ones, the prompt's."""
    literal = plain_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    low, plain = literal.casefold(), kind.lstrip("!")
    if not isinstance(value, bool):
        if contains(turn, low) or (len(low) > 3 and contains(turn, f"{low}s")):  # "ines okafors number"
            return "user"
        if pointed and contains(before, low):
            return "user earlier"
        if contains(prompt, low):
            return "prompt"
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
    "clock": re.compile(r"\b((that|same|this) time|then|when it|the \w+st (time|one)|the first \w+ hour)\b"),
    "city": re.compile(r"\b((that|same|this) (city|place|town)|(?<!is )(?<!are )there)\b"),
    **dict.fromkeys(_SAID_ONLY, re.compile(r"(?!)")),
    "": re.compile(r"\b(it|that|this|these|those|them|same|then|there|one|both|its|current|new)\b"),
}


_FLAGS = {
    True: ("yes", "unlock", "activate", "on", "enable"),
    False: ("no", "lock", "deactivate", "off", "disable"),
}


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
    amounts = [(path, found) for path, found in seen.values if isinstance(found, str) and _AMOUNT.fullmatch(found)]
    for one, two in combinations(amounts, 2):
        if one[0] == two[0] and Decimal(one[1]) + Decimal(two[1]) == Decimal(value):
            return one[1], two[1]
    return ()


_AMOUNT = re.compile(r"\d+\.\d{2}")
