"""What an assistant says of a result of which nobody wrote how it is told.

Tools that have phrases are reported in :mod:`agents.reports`.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from tools_mock import Tool
from tools_mock.phrases import id_of, label_of, look, singular
from tools_mock.values import is_moment, joined, kind_of, looks_like_id, say

from .speech import capital, closed
from .wishes import HEADS, SPAN, UNITS, WRITTEN, many, the_one

#: How many items of a list an assistant reads out.
SHOWN = 5


def worth_telling(tool: Tool, arguments: Mapping[str, Any], result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that a person wants to hear.

    No ids, no "ok", and nothing that was asked with, where there is more.
    """
    writes, result = tool.spec.effect == "write", _in_full(result)
    if writes and not isinstance(result, Mapping | list) and result in arguments.values():
        return []  # "Set the volume to 3", and 3 comes back
    listed = _listed(result)
    parts = [("", head) for head in _heads(tool, arguments, *listed)] if listed else _plain(result)
    if listed and isinstance(result, Mapping):
        beside = {name: value for name, value in result.items() if not isinstance(value, list)}
        parts = [*_plain(beside), *parts]
    if isinstance(result, Mapping):
        parts = [part for part in parts if part[0] not in _WELL or part[1] is not True]
        parts = [part for part in parts if str(part[1]).casefold() not in _WENT_WELL] or parts
        parts = [part for part in parts if part[0] not in _WELL or part[1] is not False] or parts
        sizes = [len(value) for value in result.values() if isinstance(value, list)]
        empty = [part for part in parts if part[1] == []]
        if len(empty) == len(sizes) == 1 and not writes and not _named(result):
            return empty  # that there are none is all that is to be told
        parts = [part for part in parts if not (part[1] == [] and (writes or len(sizes) > 1))]
        parts = [part for part in parts if not _counts(*part, sizes) and not (sizes and _paged(*part))]
    parts = [part for part in parts if not tool.spec.return_kinds.get(part[0], "").startswith("!")] or parts
    parts = [part for part in parts if not part[0].endswith(" id")] or parts  # of something within
    kinds = tool.spec.kinds
    meant = [value for name, value in arguments.items() if kinds.get(name, "").startswith("!")]
    parts = [part for part in parts if part[1] not in meant] or parts
    if writes and listed:
        parts = [*(part for part in parts if not part[0]), *(part for part in parts if part[0])]  # what, then how much
    if writes:  # "cancelled: 1" is the one that was meant
        return [(name, value) for name, value in parts if not (value == 1 and name.endswith(("ed", "rows")))]
    return [(name, value) for name, value in parts if name in HEADS or value not in arguments.values()] or parts


def _in_full(result: Any) -> Any:
    """A result in which people have their whole name where it has first and last names."""
    if isinstance(result, list):
        return [_in_full(one) for one in result]
    if not isinstance(result, Mapping):
        return result
    first, last = result.get("first_name"), result.get("last_name")
    if isinstance(first, str) and isinstance(last, str) and "name" not in result:
        rest = {name: value for name, value in result.items() if name not in ("first_name", "last_name")}
        return {"name": f"{first} {last}", **rest}
    return {name: _in_full(value) if isinstance(value, list) else value for name, value in result.items()}


def _plain(result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that are worth telling: names and scalar values, a few of them."""
    if isinstance(result, Mapping):
        found: list[tuple[str, Any]] = []
        for name, value in result.items():
            if isinstance(value, Mapping) and value and all(isinstance(item, Mapping) for item in value.values()):
                found.append((name, list(value)[:SHOWN]))  # records by id: their ids name them
            elif isinstance(value, Mapping):
                # A name's "first_name" says whose it is, and what alone came back what it is; a day says when.
                alone = len(result.keys() - _WELL) == 1 and not _KEY.fullmatch(name) and kind_of(name) == "text"
                inside = [(one if alone or name in one else f"{name} {one}", item) for one, item in _plain(value)]
                found += [(name, value)] if _amounts(value) and not alone else inside
            elif value == []:
                found.append((name, value))
            elif isinstance(value, list):
                short = [item for item in value[:SHOWN] if not isinstance(item, dict | list)]
                if len(short) == len(value[:SHOWN]) and value:
                    found.append((name, short))
                elif value:
                    found += [(name, _headline(item)) for item in value[:SHOWN]]
            elif value is not None and value != "":
                found.append((name, value))
        return found[:8]
    if isinstance(result, list):
        if all(not isinstance(item, dict | list) for item in result):
            return [("", result[:SHOWN])] if result else []
        return [("", _headline(item)) for item in result[:SHOWN]]
    return [] if result is None else [("", _OK.sub("", result) if isinstance(result, str) else result)]


def _amounts(record: Mapping[str, Any]) -> bool:
    """Whether a record says how much there is of each of some things: "feta 150, tomatoes 3"."""
    return len(record) > 1 and all(type(value) in (int, float) for value in record.values())


def _headline(item: Any) -> Any:
    """The part of a nested item that a person would name it by."""
    if not isinstance(item, Mapping):
        return item
    for name in ("title", "name", "full_name", "display_name", "subject", "summary", "content", "message", "symbol"):
        if isinstance(item.get(name), str) and item[name]:
            return item[name]
    for value in item.values():
        if isinstance(value, str) and value and not looks_like_id(value):
            return value
    return next((value for value in item.values() if isinstance(value, int | float)), "")


def plain_report(tool: Tool, arguments: Mapping[str, Any], result: Any) -> str:
    """A report made from nothing but the result."""
    writes, result = tool.spec.effect == "write", _in_full(result)
    parts = worth_telling(tool, arguments, result)
    if isinstance(result, Mapping) and not writes and all(_speaks(value) for _, value in parts):
        # "Ada: Yoga and Pilates, twelve years."
        asked = [value for value in arguments.values() if isinstance(value, str) and value in result.values()]
        parts = [*(("name", value) for value in asked[:1]), *parts]
    if not parts or (writes and result is True):
        return "There's nothing there." if isinstance(result, list | Mapping) and not writes else "Done."
    if len(parts) == 1 and not writes and isinstance(parts[0][1], bool):
        return "Yes." if parts[0][1] else "No."
    listed = _listed(result)
    if listed and not writes:
        beside = ", ".join(_detail(name, value, result) for name, value in parts if name)
        return " ".join(
            [*([closed(capital(beside))] if beside else []), f"I found {_found(tool, arguments, *listed)}."]
        )
    if isinstance(result, str) and not writes and not _speaks(result):
        if _LISTS.match(tool.spec.description):
            return f"I found {result}."
        if _READS_OUT.match(tool.spec.description):
            return f'It says "{result}".'
    told = [closed(capital(_said(name, value, result))) for name, value in parts if _speaks(value)]
    short = _together([(name, value) for name, value in parts if not _speaks(value)])
    if writes and not told and (now := _is_now(short, arguments, result)):
        return f"Done. {capital(now)}."
    head = next((part for part in short if part[0] in HEADS and not looks_like_id(part[1])), None)
    rest = [part for part in short if part != head]
    if head is None and len(rest) == 1:
        fact = closed(capital(_fact(*rest[0], result, writes)))
        return " ".join([*(["Done."] if writes else []), fact, *told])
    if head and not rest and not told and not writes and head[1] in arguments.values():
        return f"I found {_said(*head, result)}."  # who it is was known; that there is one is the answer
    front = ", ".join([*(["Done"] if writes else []), *([_said(*head, result)] if head else [])])
    details = _FROM_TO.sub(_TO, ", ".join(_detail(name, value, result) for name, value in rest))
    if head and not details and told:
        return " ".join([f"{front}: {told[0]}", *told[1:]])
    facts = ": ".join(filter(None, [front, details]))  # with told alone it is "Done. The lamp is on."
    return " ".join([*([closed(capital(facts))] if facts else []), *told])


def _is_now(short: list[tuple[str, Any]], arguments: Mapping[str, Any], result: Any) -> str:
    """How what was meant is now, where nothing else came back: "the back door is locked"."""
    flags = result.items() if isinstance(result, Mapping) else ()
    so = [name for name, value in flags if value is True and _FLAG.fullmatch(name) and name not in _WELL]
    meant = [part for part in short if part[1] in arguments.values() and part[1] is not True]
    if not len(so) == len(meant) == len(short) == 1:
        return ""
    return f"{_thing(meant[0][0], _said(*meant[0], result))} is {_so(so[0], True)}"


def _so(name: str, value: bool) -> str:
    """How a flag says that something is: "locked", "not active"."""
    return f"{'' if value else 'not '}{label_of(name).removeprefix('is ')}"


#: "From Friday, to Sunday".
_FROM_TO = re.compile(r"(\bfrom [^,]+), to\b")
_TO = r"\1 to"
#: Descriptions of tools that list.
_LISTS = re.compile(r"(?:list|find|search|look)", re.IGNORECASE)
_READS_OUT = re.compile(r"(?:reads?|opens?)\b", re.IGNORECASE)
#: How a result begins that says that all went well.
_OK = re.compile(r"(?:ok(?:ay)?|success(?:fully)?|done)\b[,.:!]?\s+", re.IGNORECASE)


def _together(parts: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The parts with those of one name as one list: "classes Yoga and Spinning"."""
    groups = ((name, [value for _, value in its]) for name, its in groupby(parts, key=itemgetter(0)))
    return [(name, values if len(values) > 1 else values[0]) for name, values in groups]


def _listed(result: Any) -> tuple[str, list[Any]] | None:
    """The list that a result is, or the only one in it beside numbers and texts, with its path."""
    if isinstance(result, Mapping):
        lists = {name: its for name, its in result.items() if isinstance(its, dict | list)}
        name, its = next(iter(lists.items())) if len(lists) == 1 and not _named(result) else ("", None)
        return (f"{name}[]", its) if isinstance(its, list) and any(isinstance(one, Mapping) for one in its) else None
    return ("[]", result) if isinstance(result, list) else None


def _named(result: Mapping[str, Any]) -> bool:
    """Whether a result is of one thing that has a name, whatever else it lists."""
    return any(isinstance(result.get(name), str) and not looks_like_id(result[name]) for name in HEADS)


#: Fields beside a list that only say how long it is, or that there is one.
_COUNTS = frozenset(("count", "total"))


def _counts(name: str, value: Any, sizes: list[int]) -> bool:
    """Whether a field only says how long a list beside it is."""
    return name in _COUNTS and isinstance(value, int) and value in sizes


def _paged(name: str, value: Any) -> bool:
    """Whether a field only says where in a list one is."""
    return name in ("page", "per_page", "page_size", "limit", "offset") or (
        name in ("pages", "total_pages") and value == 1
    )


def _found(tool: Tool, arguments: Mapping[str, Any], path: str, items: list[Any]) -> str:
    """What a list holds: what each thing is called, and one thing more of it, or two where it has no name."""
    things, telling = [], _telling(tool, arguments, path, items)
    for item, head in zip(items, _heads(tool, arguments, path, items), strict=False):
        written = kind_of(head) == "text" and not is_moment(head) and _LONG.search(str(head))
        text = f'"{head}"' if written else say("", head)
        fields = {name: value for name, value in _fields(tool, path, item).items() if name in telling}
        numbered = any(value == head and (id_of(name) or name in ("id", "key")) for name, value in _pairs(item))
        if numbered and str(head).isdigit() and (sort := _sort(tool, path)):
            text = f"{sort} {head}"  # "order 5001"
        elif any(fields.get(name) == head for name in ("type", "kind", "month")) and (sort := _sort(tool, path)):
            text = f"the {text} {sort}"  # "the household policy"
        more = [_detail(name, value, item) for name, value in fields.items() if value != head]
        more = more[: 1 if not set(HEADS).isdisjoint(fields) else 2]
        things.append(f"{text} ({_FROM_TO.sub(_TO, ', '.join(more))})" if more else text)
    return joined([*things, f"{len(items) - SHOWN} more"] if len(items) > SHOWN else things)


def _pairs(item: Any) -> Iterable[tuple[str, Any]]:
    return item.items() if isinstance(item, Mapping) else ()


def _sort(tool: Tool, path: str) -> str:
    """What one thing of a list is, by what the list or the tool is called: "policy"."""
    word = label_of(path.removesuffix("[]").rpartition(".")[2] or tool.spec.name).rpartition(" ")[2]
    return singular(word) if word.endswith("s") and word not in _ANYTHING else ""


#: Lists of whatever there is.
_ANYTHING = frozenset(("results", "items", "records", "matches", "entries", "rows", "details"))
#: What is quoted lest it run into the rest: a name of many words, or one that joins or denies something.
_LONG = re.compile(
    r"(?:\S+ ){3}\S|[,;:]|[.!?]$|\b(?:and|or|not?|never|without|with|is|are|my|the|an?|for|to|from|of|in|on|at)\b",
    re.IGNORECASE,
)


def _heads(tool: Tool, arguments: Mapping[str, Any], path: str, items: list[Any]) -> list[Any]:
    """What each of the first things of a list is called: by its name, or by what tells it from the others."""
    telling = _telling(tool, arguments, path, items)
    fields = [{name: value for name, value in _fields(tool, path, item).items() if name in telling} for item in items]
    known = ("id", "key", _sort(tool, path))  # a train is its own name
    ids = [next((its[name] for name in its if id_of(name) or name in known), None) for its in fields]
    named = any(name in its for its in fields for name in HEADS)
    # What has no name goes by its id, which the user may have to say.
    heads = [
        _headline(its if any(isinstance(one, str) for one in its.values()) else item) if named or code is None else code
        for its, item, code in zip(fields[:SHOWN], items, ids, strict=False)
    ]
    if named or len({str(head) for head in heads}) == len(heads):
        return heads
    every = ([value for name, value in _pairs(item) if id_of(name) or name in known] for item in items[:SHOWN])
    return [codes[0] if codes else head for codes, head in zip(every, heads, strict=True)]  # two for one address


def _telling(tool: Tool, arguments: Mapping[str, Any], path: str, items: list[Any]) -> set[str]:
    """The fields that do not say the same of all things of a list, nor what was asked with."""
    names = {name for item in items for name in _fields(tool, path, item)}
    asked = [str(value).casefold() for value in arguments.values() if isinstance(value, str) and value]
    said = {name: {str(look(item, name)).casefold() for item in items} for name in names}
    # What has no name needs its day: "09:00" alone would be anybody's.
    heads = names.intersection(HEADS) or {
        name for name, its in said.items() if {kind_of(one) for one in its} == {"day"}
    }
    fresh = {name for name, its in said.items() if not its <= set(asked) and (len(items) == 1 or len(its) > 1)}
    return (fresh | heads) or names


def _fields(tool: Tool, path: str, item: Any) -> dict[str, Any]:
    """What there is to tell of a listed thing in a word or two: no ids, nothing long."""
    return {
        name: value
        for name, value in (item.items() if isinstance(item, Mapping) else ())
        if not tool.spec.return_kinds.get(f"{path}.{name}", "").startswith("!")
        and kind_of(value) in ("text", "number", "day", "clock")
        and isinstance(value, str | int | float)
        and value != ""
        and not _speaks(value)
    }


def _fact(name: str, value: Any, result: Any, writes: bool) -> str:
    """The one thing that there is to tell."""
    if _ON_DAY.match(name):
        return _detail(name, value, result)
    text = _said(name, value, result)
    if _KEY.fullmatch(name):
        return f"{name}: {text}"
    if kind_of(value) == "flag":
        return f"it's {_so(name, value)}" if _FLAG.fullmatch(name) else f"{label_of(name)}: {text}"
    if not writes and kind_of(value) == "number" and (not name or _several(name, value, result)):
        return f"That's {text} {label_of(name)}".rstrip()
    if name in ("status", "state"):
        return f"it's {text}"
    if not name or name in _UNNAMED:
        return text
    if value == []:
        return f"there are {text}"
    if writes and kind_of(value) == "number" and _several(name, value, result):
        return f"{label_of(name)}: {text}"
    if name in _EACH:
        return f"{text} {label_of(name)}"
    if name in _STATES or name.endswith("ed"):
        return f"{label_of(name)} {text}" if name not in _STATES or any(map(str.isdigit, text)) else f"it's {text}"
    what, _, unit = label_of(name).rpartition(" ")
    if what and not what.endswith(" per") and unit in UNITS | _MEASURES and kind_of(value) == "number":
        return f"the {what} is {text} {unit}"  # "the weight is 4.2 kg"
    if label_of(name).endswith((" until", " at", " on", " by", " from", " since", " for", " to")):
        return f"{label_of(name)} {text}"  # "frozen until Monday 23 March"
    return f"the {label_of(name)} {'are' if _several(name, value, result) else 'is'} {text}"


def _detail(name: str, value: Any, result: Any) -> str:
    """One of several things that there are to tell: "due Monday 25 May", "cancelled"."""
    if when := _ON_DAY.match(name):
        return f"{_detail(when[2], value, result)} on {say('', when[1])}"  # meals by their days
    text, label = _said(name, value, result), label_of(name)
    if _KEY.fullmatch(name):
        return f"{name}: {text}"  # grades by course: "CS101: 2.3"
    if any(map(str.isdigit, label)):
        return text  # "last 4 4242"
    if label.removesuffix("s") in WRITTEN and isinstance(value, list) and value:
        text = joined([f'"{item}"' for item in value])
    elif text.endswith((".", "?", "!")) or label in WRITTEN:
        text = f'"{text}"'  # what somebody wrote: nobody asks it now
    if kind_of(value) == "flag":
        return _so(name, value) if _FLAG.fullmatch(name) else f"{label}: {text}"
    if value == []:
        return text
    if label in SPAN:
        return f"{SPAN[label]} {text}"
    if label in ("weekday", "day of week"):
        return f"on {text}"
    if label == "time" and kind_of(value) == "clock":
        return f"at {text}"
    what, _, unit = label.rpartition(" ")
    if what.endswith(" per"):
        return f"{what.removesuffix(' per')} {text} per {unit}"  # "price 0.31 per kwh"
    if what and unit in UNITS | _MEASURES and kind_of(value) == "number":
        return f"{what} {text} {many(text, unit)}"  # "delay 5 minutes"
    if kind_of(value) == "number" and _MANY.fullmatch(label):
        return f"{text} {many(text, label)}"  # "35 minutes, 1 serving"
    if kind_of(name) == "day" and isinstance(value, str):  # holidays by their days
        return f"{text} on {say('', name)}"
    if label.startswith("number of "):
        return f"{text} {many(text, label.removeprefix('number of '))}"
    return text if not name or name in _UNNAMED else _thing(name, text)


def _thing(name: str, text: str) -> str:
    """A thing by its name and what it is: "the back door", "the kitchen", "door 4"."""
    label = label_of(name)
    if name in HEADS or (label in _THEY and text[:1].isupper()):
        return text
    if thing := id_of(name):
        return f"{thing} {text}"
    return f"the {text}" if text.endswith(f" {label}") else the_one(label, text, text) or f"{label} {text}"


def _said(name: str, value: Any, result: Any) -> str:
    """A part of a result in words; of a long list what is left out is counted."""
    if value == []:
        return f"no {label_of(name)}"
    text = say("", value)
    if isinstance(value, float) and value % 1 and _PRICES.search(name):
        return f"{value:.2f}"  # 89.90
    if isinstance(value, str) and " " not in value and _CODED.fullmatch(value):
        return value.replace("_", " ").lower()  # "on_the_way"
    if isinstance(value, list) and len(value) == SHOWN:
        more = _length(result, name) - SHOWN
        text = joined([*(say("", item) for item in value), f"{more} more"]) if more > 0 else text
    return text.rstrip(".") if isinstance(value, str) else text


_CODED = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)+")
#: Fields that are sums of money.
_PRICES = re.compile(
    r"(?:cash|cash_left|value|proceeds|price|total|amount|balance|cost|fee|refund|deposit|paid|premium|rent|due|owed)s?$"
)
_MEASURES = frozenset(("kw", "kwh", "cm", "mm", "ml", "gb", "mb"))
#: Who goes by a name alone; of a requester and an assignee it is told which is which.
_THEY = frozenset(("child", "kid", "son", "daughter", "student", "pupil", "patient", "doctor", "vet", "teacher"))
_ON_DAY = re.compile(r"(\d{4}-\d\d-\d\d) (.+)")
#: What there may be several of.
_MANY = re.compile(r"[a-z]+[^sui]s")
#: How something is said to be, where it is.
_FLAG = re.compile(
    r"(?:is_)?(?:\w+ed|\w+en|paid|sold|sent|lost|active|available|open|online|free|ready|on|full|complete)"
)
#: What something is kept under, which is no name of a field: "CS101", "EUR".
_KEY = re.compile(r"[A-Z][A-Z\d-]*\d[A-Z\d-]*|[A-Z]{2,}")


def _speaks(value: Any) -> bool:
    """Whether a text is a sentence of its own."""
    return isinstance(value, str) and (value.endswith((".", "!")) or len(value) > 60)


#: Fields that say that all went well.
_WELL = frozenset(("ok", "success", "succeeded", "done"))
#: And what they say where they are no flags: "status: success".
_WENT_WELL = frozenset(("success", "ok", "successful", "succeeded"))
#: Fields that say how something is.
_STATES = frozenset(
    ("open", "closed", "due", "free", "left", "until", "available", "paid", "owed", "booked", "returned")
)
#: Fields that stand behind their value.
_EACH = frozenset(("each", "per_person", "apiece"))
#: Fields whose value says it all.
_UNNAMED = frozenset(("result", "status", "state", "message", "notification", "what"))


def _several(name: str, value: Any, result: Any) -> bool:
    """Whether a field is of several things: "the items are", "the address is"."""
    return name.endswith("s") and name not in _UNNAMED and (not isinstance(value, str) or _length(result, name) > 0)


def _length(result: Any, name: str) -> int:
    found = result if isinstance(result, list) else look(result, name)
    return len(found) if isinstance(found, list) else 0
