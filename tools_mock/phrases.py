"""How people speak of a tool: asking for it, telling what came of it, naming what it returned and takes.

Phrases are data and stand beside the tools. A pattern is a clause with slots: ``{day}`` is what was said for
it, ``{@day}`` the same after a verb ("on Friday"), ``{open?open|closed}`` chooses by a yes or no,
``{entry?|free}`` and ``{delay?* minutes late|on time}`` say something else for 0 or for nothing, and a part in brackets
is left out when one of its slots is not to be said. Who speaks, and in which manner, is not known here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .values import looks_like_id

_SLOT = re.compile(r"\{(@?)([\w.]+)(?:\?([^|{}]*)\|([^{}]*))?\}")
_OPTION = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Noun:
    """A way to name one of the things that a look-up found.

    Args:
        text: a noun phrase over the thing's fields: ``my flight to {destination} {@day}``.
        least: the field whose smallest value picks it ("the cheapest").
        most: the field whose largest value picks it.
        seen: only for things the user was shown before.
    """

    text: str
    least: str = ""
    most: str = ""
    seen: bool = False


@dataclass(frozen=True)
class Sum:
    """A parameter that may be the sum of two amounts the user was told: the field they stand in, and what is said."""

    field: str
    text: str


@dataclass(frozen=True)
class Phrases:
    """How people speak of one tool. Everything is optional: what is missing is made from the schema.

    Args:
        ask: clauses that ask for it: an imperative ("cancel {booking_id}"), or a whole question or sentence
            ("what's on {@day}?", "I need to get to {destination}").
        tell: sentences that report its result; slots are fields of the result, else arguments.
        list: the field that holds the items, where the result is a list; ``{items}`` in ``tell`` stands for
            them and ``{count}`` for their number.
        item: how one item is written.
        none: sentences for an empty list.
        nouns: returned field -> ways to name the thing it identifies.
        covers: parameter -> the item's field that names the same ("query" -> "name").
        question: parameter -> how the assistant asks for it.
        never: parameters that are never said or filled.
        visible: parameters that the system prompt may answer.
        not_from: parameter -> tools whose results make no sense for it, though they fit.
        sums: parameter -> the amounts that a person would want added up for it.
        about: a word of a clause -> the field that such a clause asks for: who was told it asks in other words.
        along: parameters that the thing named brings along from the look-up that found it (a hotel its nights).
        deed: what an assistant asks leave for, where it must ("cancel it", "send {amount}").
        goal: whether a person would ask for it by itself (a pure helper is not a goal).
    """

    ask: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    list: str = ""
    item: str = ""
    none: tuple[str, ...] = ()
    nouns: Mapping[str, tuple[Noun, ...]] = field(default_factory=dict)
    covers: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    visible: tuple[str, ...] = ()
    not_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sums: Mapping[str, Sum] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    along: tuple[str, ...] = ()
    deed: tuple[str, ...] = ()
    goal: bool = True


@lru_cache(maxsize=20000)
def slots_of(pattern: str) -> tuple[str, ...]:
    """Every slot of a pattern, in order."""
    return tuple(found[1] for found in _SLOT.findall(pattern))


@lru_cache(maxsize=20000)
def holds(pattern: str) -> frozenset[str]:
    """The slots of a pattern, those in brackets too: it can say no others."""
    return frozenset(slots_of(pattern))


@lru_cache(maxsize=20000)
def needs(pattern: str) -> frozenset[str]:
    """The slots outside brackets that say nothing else instead: a pattern cannot be used without them."""
    slots = (part for part in _parts(_OPTION.sub("", pattern)) if isinstance(part, _Slot))
    return frozenset(slot.name for slot in slots if "*" not in (slot.yes or ""))


@lru_cache(maxsize=20000)
def sayable(patterns: tuple[str, ...], slots: frozenset[str]) -> tuple[str, ...]:
    """Those of some patterns that say just these slots: they have room for all, and insist on no other."""
    return tuple(pattern for pattern in patterns if needs(pattern) <= slots <= holds(pattern))


def fill(pattern: str, value: Callable[[str, bool], str | None]) -> str:
    """Write a pattern out.

    Args:
        pattern: see the module.
        value: given a slot's name and whether it stands after a verb, its text; ``None`` drops the bracket
            around it.

    Raises:
        KeyError: a slot outside brackets has no text.

    >>> fill("it leaves at nine, {delay?* minutes late|on time}", lambda slot, after_verb: "0")
    'it leaves at nine, on time'
    """
    text = _filled(_parts(pattern), value)
    # Where a part in brackets was left out, the spaces around it are still there; most texts have none too many.
    if (
        "  " in text
        or " ," in text
        or " ." in text
        or " ?" in text
        or "\n" in text  # a value may have lines of its own
        or "\t" in text
        or text != text.strip()
    ):
        text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")
    return text


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot of a pattern; one that chooses has two texts, with ``*`` in the first for what there is, if anything."""

    name: str
    after_verb: bool
    yes: str | None
    no: str


#: A pattern that has been read: text, slots, and parts in brackets.
_Parts = tuple["str | _Slot | _Parts", ...]


@lru_cache(maxsize=20000)
def _parts(pattern: str) -> _Parts:
    found: list[str | _Slot | _Parts] = []
    for number, piece in enumerate(_OPTION.split(pattern)):
        if number % 2:
            found.append(_parts(piece))
            continue
        start = 0
        for match in _SLOT.finditer(piece):
            yes = "*" if match[3] == "" else match[3]  # what there is, said as it is
            found += [piece[start : match.start()], _Slot(match[2], bool(match[1]), yes, match[4])]
            start = match.end()
        found.append(piece[start:])
    return tuple(found)


def _filled(parts: _Parts, value: Callable[[str, bool], str | None]) -> str:
    texts = []
    for part in parts:
        if type(part) is str:
            texts.append(part)
        elif type(part) is _Slot:
            text = value(part.name, part.after_verb)
            if text is None:
                if "*" not in (part.yes or ""):
                    raise KeyError(part.name)
                text = "0"
            texts.append(text if part.yes is None else _chosen(part.yes, part.no, text))
        elif isinstance(part, tuple) and all(value(one.name, False) is not None for one in part if type(one) is _Slot):
            texts.append(_filled(part, value))
    return "".join(texts)


def _chosen(yes: str, no: str, text: str) -> str:
    if "*" in yes:
        return no if text in ("0", "€0") else yes.replace("*", text)
    return yes if text == "yes" else no


@lru_cache(maxsize=20000)
def _steps(path: str) -> tuple[tuple[str, int], ...]:
    """The parts of a path, each as a key and as a place in a list (-1 where it is none)."""
    return tuple((part, int(part) if part.isdigit() else -1) for part in re.findall(r"[^.\[\]]+", path))


def look(found: Any, path: str) -> Any:
    """The value at a path such as ``flights[2].flight_id``; ``None`` where there is none."""
    for key, place in _steps(path):
        if type(found) is dict:
            found = found.get(key)
        elif isinstance(found, list | tuple):
            if not 0 <= place < len(found):
                return None
            found = found[place]
        elif isinstance(found, Mapping):
            found = found.get(key)
        else:
            return None
    return found


@lru_cache(maxsize=5_000)
def label_of(name: str) -> str:
    """A field's name in plain words: ``fuelLevel`` and ``fuel_level`` -> fuel level."""
    if looks_like_id(name):
        return name
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


#: What the name of an id has beside the thing: ``stay_ref``, ``idOfOrder``.
_HANDLES = frozenset(("id", "ids", "ref", "reference", "key", "no", "of"))


#: Things that have a number for an id; a phone number names no phone.
_NUMBERED = frozenset(
    (
        *(
            "account",
            "order",
            "booking",
            "invoice",
            "ticket",
            "tracking",
            "card",
            "case",
            "reservation",
            "confirmation",
        ),
        *("po", "rma", "claim", "contract", "policy", "loan", "shipment", "job"),
    )
)
#: What is short for a thing.
_SHORT = {"po": "purchase order", "rma": "return"}
#: Codes that things go by.
#: Things that have a code for one; a postal code is said as it is.
_CODED = frozenset(
    (
        "course",
        "class",
        "module",
        "subject",
        "product",
        "item",
        "article",
        "part",
        "department",
        "event",
        "project",
        "plan",
    )
)
#: Things that have a tag.
_TAGGED = frozenset(("asset", "device", "equipment"))
_CODES = {"sku": "product", "isbn": "book", "vin": "car", "barcode": "product", "iban": "account", "plate": "vehicle"}
_CODES |= dict.fromkeys(("last four", "last 4", "last4", "last digits", "last four digits"), "card")


@lru_cache(maxsize=50_000)
def id_of(name: str) -> str:
    """What a name says it is the id of, in plain words; empty if it is that of no id, or of nothing in particular.

    Example:
        >>> [id_of(name) for name in ("order_id", "issueKey", "accountNumber", "member_no", "zip_code", "title")]
        ['order', 'issue', 'account', 'member', '', '']
    """
    label = label_of(name.rpartition(".")[2])
    words = label.split()
    if its := _CODES.get(label) or (_CODES.get(words[-1]) if words else None):
        return its
    named = {"number": _NUMBERED, "code": _CODED, "tag": _TAGGED}.get(words[-1], ()) if words else ()
    if words[-2:-1] and words[-2] in named:
        return " ".join(_SHORT.get(word, word) for word in words[:-1])
    if words[-1:] == ["no"] and words[-2:-1] not in ([], ["phone"]):
        return thing_called(name)  # "member_no"
    return thing_called(name) if {"id", "ids", "key", "ref", "reference"}.intersection(words) else ""


@lru_cache(maxsize=50_000)
def words_of(name: str) -> frozenset[str]:
    """The words of an identifier, singular and lower: ``orderIds`` -> {order, id}.

    Example:
        >>> sorted(words_of("orderIds"))
        ['id', 'order']
    """
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
    return frozenset(singular(part.casefold()) for part in parts)


def singular(word: str) -> str:
    """One of them.

    Example:
        >>> [singular(word) for word in ("orders", "classes", "companies", "boxes", "houses", "bus", "glass", "ties")]
        ['order', 'class', 'company', 'box', 'house', 'bus', 'glass', 'tie']
    """
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word.removesuffix("s") if not word.endswith(("ss", "us", "is")) else word


def thing_called(name: str) -> str:
    """The thing that a field is an id of, in plain words: ``order_id``, ``data.orderKey``, ``idOfOrder`` -> order."""
    words = label_of(name.rpartition(".")[2]).split()
    return " ".join(word for word in words if word not in _HANDLES)
