"""Tools of which only the schema is known: how a person asks for them, and what an assistant says of their results.

Tools that have phrases are asked for in :mod:`agents.speech` and reported in :mod:`agents.reports`.
"""

import re
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from tools_mock import Tool, ToolSpec
from tools_mock.guessed import LOOKED_FOR
from tools_mock.phrases import id_of, label_of, look, thing_called
from tools_mock.values import joined, kind_of, looks_like_id, say

from .speech import capital, closed

#: How many items of a list an assistant reads out.
SHOWN = 5


# ── asked for ────────────────────────────────────────────────────────────────────────────────────────────


def ask_patterns(spec: ToolSpec, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Ways to ask for a tool of which nothing but the schema is known, with what is said for each of some slots.

    The first sentence of its description becomes a request: an imperative as it stands, a question is asked, a thing
    is to be shown. What is to be said takes the place of what the description says of it, or follows.
    """
    how, clause = _request(spec)
    clause, rest = _filled(spec, clause, texts)
    clause, parts = _following(clause, {slot: texts[slot] for slot in rest})
    direct = how == "question" and _INVERTED.match(clause) is not None
    fronts = _DIRECT if direct else _FRONTS[how]
    if not parts:
        return tuple(f"{front}{clause}" + ("?" if direct and not front else "") for front in fronts)
    links = (": ", ", with ", ", ")
    return tuple(f"{fronts[n % len(fronts)]}{clause}{links[n]}{joined(parts)}" for n in range(3))


def _filled(spec: ToolSpec, clause: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """A description with slots in the places of what it says of them, and the slots that have no place in it."""
    for slot, schema in spec.parameters.get("properties", {}).items():
        usual = schema.get("default")
        if slot not in texts and isinstance(usual, str) and usual.replace(" ", "").isalpha():
            clause = re.sub(rf"\b{_ONE} {re.escape(label_of(slot))}\b", f"the {usual}", clause, count=1)
    for slot, text in texts.items():
        clause = _placed(_chosen(clause, spec, slot, text), slot, text)
    clause = _RULE.sub("", _OR_THOSE.sub(" ", _OPTIONAL.sub(_asked_for, _SUCH_AS.sub("", clause))))
    rest = [slot for slot in texts if f"{{{slot}}}" not in clause]
    ids = [slot for slot in rest if id_of(slot)]
    if len(ids) == 1 and (taken := _TAKEN.sub(f"{{{ids[0]}}}", clause, count=1)) != clause:
        clause, rest = taken, [slot for slot in rest if slot not in ids]  # "give a borrowed book back"
    return _mine(clause, spec), rest


def _following(clause: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """A description with what is said of slots that it does not speak of, and what is to be listed at its end."""
    verb, somebody = clause.partition(" ")[0], _SOMEBODY.search(clause)
    if len(texts) == 1 and verb in _SETS and " to " not in clause:
        (slot,) = texts
        unit = f" {label_of(slot)}" if label_of(slot) in _UNITS else ""
        return f"{clause} to {{{slot}}}{unit}", []
    called, after, shown, parts = [], [], [], []
    for slot, text in texts.items():
        label, one = label_of(slot), f"{{{slot}}}"
        first = label.partition(" ")[0]
        if verb in _MAKES and label in _HEADS and not text.startswith("that "):
            called = [f'called "{one}"']
        elif id_of(slot) or label in LOOKED_FOR:
            after.append(f"for {one}")  # "recipe id r3": who says that?
        elif somebody is not None and label in _PEOPLE:
            clause, somebody = f"{clause[: somebody.start()]}{one}{clause[somebody.end() :]}", None
        elif label in _BY_ITSELF:
            after.append(_where(slot, text))
        elif label in _SPAN or first in _DIRECTIONS:
            after.append(f"{_SPAN.get(label) or _DIRECTIONS[first]} {one}")
        elif text.startswith("that "):
            shown.append(one)
        elif label == "day of month":
            after.append(f"on day {one} of the month")
        else:
            parts.append(f'"{one}"' if label == verb else _part(slot))
    if shown:
        after.append(f"with {joined(shown)}")
    return " ".join([clause, *called, *after]), parts


def _request(spec: ToolSpec) -> tuple[str, str]:
    """The first sentence of a description as what it is, a question, a thing or an order, and as it is asked for."""
    what = spec.description.split(". ")[0].strip().rstrip(".")
    how = "question" if _ASKS.match(what) else "thing" if _NAMES.match(what) else "order"
    first, _, others = what.partition(" ")
    if how == "order":
        first = _PERSON.sub(lambda m: "y" if m[0] == "ies" else "", first)
    # "Return the lockers that are free" -> "the lockers that are free", to be shown
    if how == "order" and spec.effect == "read" and first.casefold() in _SHOWS and _NAMES.match(others):
        how, (first, _, others) = "thing", others.partition(" ")
    the = "the " if how == "thing" and first.casefold() in _KNOWN else ""
    return (
        how,
        f"{the}{first if first.isupper() and len(first) > 1 else first[:1].lower() + first[1:]} {others}".strip(),
    )


#: "Gets the zipcode" is "get the zipcode", "searches" is "search".
_PERSON = re.compile(r"(?<=..)(?:ies|(?<=ch|sh|ss|zz)es|(?<=x)es|(?<!s)s)$")
#: What may come before a request, by what the description of its tool is.
_FRONTS = {
    "question": ("tell me ", "I'd like to know ", "let me know "),
    "thing": ("show me ", "give me ", "let me see "),
    "order": ("", "I'd like you to "),
}
#: And before a question that can stand alone.
_DIRECT = ("", "tell me ")


def _chosen(clause: str, spec: ToolSpec, slot: str, text: str) -> str:
    """A description that tells the choices of a slot, with the slot in their place: "turn it on or off" is one."""
    options = spec.parameters.get("properties", {}).get(slot, {}).get("enum") or ()
    one = rf"(?:(an?|the) )?(?:{'|'.join(re.escape(label_of(str(option))) for option in options)})\b"
    listed = re.search(rf"\b{one}(?:, {one})*,? or {one}", clause, re.IGNORECASE) if options else None
    if listed is None:
        return clause
    article = "" if not listed[1] or text.startswith("that ") else "an " if text[:1] in "aeiou" else "a "
    return f"{clause[: listed.start()]}{article}{{{slot}}}{clause[listed.end() :]}"


def _placed(clause: str, slot: str, text: str) -> str:
    """A description with a slot in the place of what it says of it; the same where it says nothing of it."""
    if f"{{{slot}}}" in clause:
        return clause
    label, thing = re.escape(label_of(slot)), re.escape(id_of(slot))
    if thing:  # an id stands for its thing, and "a recipe's steps" are the steps of that
        one = rf"\b(?:{_ONE}|this) (?:(?!new)\w+ )?{thing}"
        owned = re.sub(rf"{one}'s (\w+)\b", rf"the \1 of {{{slot}}}", clause, count=1)
        which = r"(?: (?:that|which) (?:is|are|was|were|has|have)\b[^{},]*)?"  # "a request that is still pending"
        return owned if owned != clause else re.sub(rf"{one}\b{which}", f"{{{slot}}}", clause, count=1)
    if (
        label in _PATHS
        and (opened := re.sub(rf"\b{_ONE} (?:{_PATHS[label]})\b", f"{{{slot}}}", clause, count=1)) != clause
    ):
        return opened
    clause = re.sub(rf"\b(?:some|certain) {label}\b", f'"{{{slot}}}"', clause, count=1)
    if f"{{{slot}}}" in clause:
        return clause
    if clause.partition(" ")[0] in _SETS and re.match(rf"\w+ the {label} of\b", clause):
        return clause  # "change the priority of a ticket to high"
    if (
        label in ("amount", "sum")
        and (paid := re.sub(r"\b(?:some )?money\b", f"{{{slot}}}", clause, count=1)) != clause
    ):
        return paid
    counted = re.sub(rf"\ban? (?:number|amount) of {label}\b", f"{{{slot}}} {label}", clause, count=1)
    if counted != clause:
        return counted
    found = re.search(rf"\b{_ONE} (\w+) by (?:its |their )?{label}$", clause)  # "a contact by name"
    if found is not None:
        how = f"with {{{slot}}}" if text.startswith("that ") else f"{{{slot}}}"
        how = how if label in _HEADS or text.startswith("that ") else f"with {label} {how}"
        return f"{clause[: found.start()]}the {found[1]} {how}"
    if label in _BY_ITSELF or text.startswith("that "):
        on = "(?:on )?" if _ALONE.match(text) else ""  # "on Friday", but "tomorrow"
        return re.sub(rf"\b{on}{_ONE} {label}(?: of the \w+)?\b", f"{{{slot}}}", clause, count=1)
    if text[:1].isupper():  # "at a branch" is "at Central"
        named = re.sub(rf"\b(at|in|from|to|for|with|by) {_ONE} {label}\b", rf"\1 {{{slot}}}", clause, count=1)
        if named != clause:
            return named
    # "water a bed" with a bed to name is "water bed east", not "water a bed: bed east"; the living room is a room
    whole = f"the {{{slot}}}" if text.endswith(f" {label}") else f"{label} {{{slot}}}"
    return re.sub(rf"\b{_ONE} {label}\b", whole, clause, count=1)


def _asked_for(optional: re.Match[str]) -> str:
    """Of what a description says may be asked for that which is: "optionally of {trainer} or in one room"."""
    asked = [part for part in re.split(r",? (?:and/or|and|or) |, ", optional[1]) if "{" in part]
    return " ".join(["", *asked]) if asked else ""


def _where(slot: str, text: str) -> str:
    """A day, a time or a place that the description does not speak of: "on {date}"; "{date}" where that is tomorrow."""
    if text.startswith("that "):
        return f"for {{{slot}}}"
    return f"{{{slot}}}" if _ALONE.match(text) else f"{_BY_ITSELF[label_of(slot)]} {{{slot}}}"


def _part(slot: str) -> str:
    """What is said for a slot that the description does not speak of: "amount at least {min_amount}"."""
    label = label_of(slot)
    first, _, others = label.partition(" ")
    if others and first in _BOUNDS:
        return f"{others} at {_BOUNDS[first]} {{{slot}}}"
    return f'{label} "{{{slot}}}"' if label in _WRITTEN else f"{label} {{{slot}}}"


def _mine(clause: str, spec: ToolSpec) -> str:
    """What a description says of the user, as the user says it: "the member's loans" are "my loans"."""
    if any(_USER.fullmatch(f"the {thing_called(parameter)}") for parameter in spec.parameters.get("properties", ())):
        return clause  # the tool is told which one is meant
    clause = re.sub(rf"{_USER.pattern}'s(?: own)?\b", "my", clause)
    clause = re.sub(rf"\b(?:the )?((?:\w+ )?\w+s) of {_USER.pattern}\b", _of_mine, clause)
    clause = re.sub(rf"\b(for|to|of|by|from|with) {_USER.pattern}$", r"\1 me", clause)
    return re.sub(rf"{_USER.pattern} (\w+)s\b", lambda m: f"I {_FIRST.get(m[1], m[1])}", clause)


def _of_mine(match: re.Match[str]) -> str:
    """ "All accounts of the customer" are "all my accounts"."""
    first, _, other = match[1].rpartition(" ")
    return f"{first} my {other}".strip()


#: What a description says of one of many.
_ONE = r"(?:an?|the|another|one|any)"
#: A thing that something was done with before: "a borrowed book".
_TAKEN = re.compile(r"\ban? (?!need|speed|seed|feed|bed|shed)\w+ed \w+\b")
#: "Finds classes, optionally of one trainer or in one room."
_OPTIONAL = re.compile(r",? optionally (.+)$")
#: "The contacts, or those of one company."
_OR_THOSE = re.compile(r"(?:,? or)? (?:just |only )?those (?=(?:of|for|by|in|with|from|at|on) (?:\w+ )?\{)")
#: "Run a scene such as 'movie night'."
_SUCH_AS = re.compile(r",? (?:such as|like|e\.g\.|for example) [\"'“][^{}]*$| \((?:e\.g\.|such as|for example)[^{}]*\)")
#: How a bound is said.
_BOUNDS = {"min": "least", "minimum": "least", "max": "most", "maximum": "most"}
#: What a path or an address leads to.
_PATHS = {"path": "file|folder|directory|document", "file path": "file", "url": "page|website|site|link"}
#: Whom a description leaves open, and what a parameter is called that says who it is.
_SOMEBODY = re.compile(
    r"\b(?:somebody|someone|somebody else|someone else|a person|another person|a colleague|people)\b"
)
_PEOPLE = frozenset(
    ("assignee", "person", "user", "email", "recipient", "who", "contact", "colleague", "member", "employee", "name")
)
#: From where to where.
_DIRECTIONS = {"from": "from", "source": "from", "to": "to", "target": "to", "destination": "to"}
#: What makes something that has a name, and what gives a thing another value.
_MAKES = frozenset(("create", "add", "make", "open", "start", "new"))
_SETS = frozenset(("set", "change", "update", "adjust", "rename", "turn", "raise", "lower"))
_UNITS = frozenset(("percent", "degrees", "seconds", "minutes", "hours", "days", "weeks"))
#: What is written down as it is said.
_WRITTEN = frozenset(
    ("note", "notes", "comment", "remark", "message", "text", "body", "content", "reason", "description", "title")
)
#: What there is only one of, though a description leaves out the article.
_KNOWN = frozenset(
    ("total", "average", "current", "latest", "overall", "remaining", "number", "amount", "sum", "count", "list")
)
#: What a program does to show something.
_SHOWS = frozenset(("return", "get", "retrieve", "fetch", "output", "list", "tell", "show", "display", "print", "view"))
#: Who a description takes the user to be.
_USER = re.compile(r"\b(?:an?|the) (?:current |signed-in |logged-in )?(?:user|customer|member|client|account holder)")
#: "Has", "is", "does" without their s, as one says them of oneself.
_FIRST = {"ha": "have", "i": "am", "doe": "do", "wa": "was", "goe": "go"}
#: A rule, a unit or what may be said, at the end of a description: ", at most twice", " by title, or by author".
_RULE = re.compile(
    r"(?: in (?:degrees (?:Celsius|Fahrenheit|Kelvin)|percent|seconds|minutes|euros|dollars)"
    r"|, (?:at (?:most|least)|up to|if|unless|when|where|in|with|without|including|optionally|sorted|as|or|which"
    r"|using|returning|given)\b|(?<=\w) by \w+(?: \w+)*(?:,| or) "
    r"| by (?:an? |any |the )?(?:key)?words?\b| whose\b)[^{}]*$"
)
#: A question that can be asked as it stands: "what is on the list", not "what the list holds".
_INVERTED = re.compile(
    r"\w+(?: (?!(?:the|an?|my|your|I|it|they|we|you|this|that|\{\w+\})\b)\w+){0,2}"
    r" (?:is|are|was|were|do|does|did|has|have|can|could|will|would|should|may)\b",
    re.IGNORECASE,
)
#: What needs no word for what it is, and what comes before it: "on Monday", "in Paris".
_BY_ITSELF = {"day": "on", "date": "on", "time": "at", "city": "in", "country": "in", "month": "in", "year": "in"}
#: From when to when.
_SPAN = {
    "start date": "from",
    "start day": "from",
    "from date": "from",
    "end date": "to",
    "end day": "to",
    "to date": "to",
}
#: Days that need no "on".
_ALONE = re.compile(r"(?:today|tomorrow|yesterday|in |that |the same |a week )", re.IGNORECASE)
#: A description that is a question: "What is on the list".
_ASKS = re.compile(r"(?:what|which|who|whom|when|where|why|how|whether)\b", re.IGNORECASE)
#: A description that names a thing: "The meals by day", "Grams per person", "Meals planned", "List of parks".
_NAMES = re.compile(
    r"(?:the|an?|one|all|every|everything|each|any|some|my|your|current|latest|total|average|overall|remaining"
    r"|information|details?)\b"
    r"|\w+ (?:of|per|that|which)\b|\w+s \w+ed\b",
    re.IGNORECASE,
)


# ── told ─────────────────────────────────────────────────────────────────────────────────────────────────


def worth_telling(tool: Tool, arguments: Mapping[str, Any], result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that a person wants to hear.

    No ids, no "ok", and nothing that was asked with, where there is more.
    """
    writes = tool.spec.effect == "write"
    if writes and not isinstance(result, Mapping | list) and result in arguments.values():
        return []  # "Set the volume to 3", and 3 comes back
    listed = _listed(result)
    parts = [("", head) for head in _heads(tool, *listed)] if listed else _plain(result)
    if isinstance(result, Mapping):
        parts = [part for part in parts if part[0] not in _WELL or part[1] is not True]
        lists = [name for name, value in result.items() if isinstance(value, list)]
        parts = [part for part in parts if not (part[1] == [] and (writes or len(lists) > 1))]
        parts = [part for part in parts if not (lists and part[0] in _COUNTS)]
    parts = [part for part in parts if not tool.spec.return_kinds.get(part[0], "").startswith("!")] or parts
    if tool.spec.effect == "write":
        return parts
    return [(name, value) for name, value in parts if name in _HEADS or value not in arguments.values()] or parts


def _plain(result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that are worth telling: names and scalar values, a few of them."""
    if isinstance(result, Mapping):
        found: list[tuple[str, Any]] = []
        for name, value in result.items():
            if isinstance(value, Mapping) and value and all(isinstance(item, Mapping) for item in value.values()):
                found.append((name, list(value)[:SHOWN]))  # records by id: their ids name them
            elif isinstance(value, Mapping):
                found += [(f"{name} {inner}" if len(result) > 1 else inner, item) for inner, item in _plain(value)]
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


def _headline(item: Any) -> Any:
    """The part of a nested item that a person would name it by."""
    if not isinstance(item, Mapping):
        return item
    for name in ("title", "name", "subject", "summary", "content", "message", "symbol", "description"):
        if isinstance(item.get(name), str) and item[name]:
            return item[name]
    for value in item.values():
        if isinstance(value, str) and value and not looks_like_id(value):
            return value
    return next((value for value in item.values() if isinstance(value, int | float)), "")


def plain_report(tool: Tool, arguments: Mapping[str, Any], result: Any) -> str:
    """A report made from nothing but the result."""
    writes = tool.spec.effect == "write"
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
        return f"I found {_found(tool, *listed)}."
    if isinstance(result, str) and not writes and not _speaks(result):
        if _LISTS.match(tool.spec.description):
            return f"I found {result}."
        if _READS_OUT.match(tool.spec.description):
            return f'It says "{result}".'
    told = [closed(capital(_said(name, value, result))) for name, value in parts if _speaks(value)]
    short = _together([(name, value) for name, value in parts if not _speaks(value)])
    head = next((part for part in short if part[0] in _HEADS), None)
    rest = [part for part in short if part != head]
    if head is None and len(rest) == 1:
        fact = closed(capital(_fact(*rest[0], result, writes)))
        return " ".join([*(["Done."] if writes else []), fact, *told])
    front = ", ".join([*(["Done"] if writes else []), *([_said(*head, result)] if head else [])])
    details = ", ".join(_detail(name, value, result) for name, value in rest)
    if head and not details and told:
        return " ".join([f"{front}: {told[0]}", *told[1:]])
    facts = ": ".join(filter(None, [front, details]))  # with told alone it is "Done. The lamp is on."
    return " ".join([*([closed(capital(facts))] if facts else []), *told])


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
    """The list that a result is, or that stands alone in it, with its path."""
    if isinstance(result, Mapping):
        lists = {name: its for name, its in result.items() if name not in _COUNTS and name not in _WELL}
        name, its = next(iter(lists.items())) if len(lists) == 1 else ("", None)
        return (f"{name}[]", its) if isinstance(its, list) and any(isinstance(one, Mapping) for one in its) else None
    return ("[]", result) if isinstance(result, list) else None


#: Fields beside a list that only say how long it is, or that there is one.
_COUNTS = frozenset(("count", "total"))


def _found(tool: Tool, path: str, items: list[Any]) -> str:
    """What a list holds: what each thing is called, and one thing more of it."""
    things = []
    for item, head in zip(items, _heads(tool, path, items), strict=False):
        text = f'"{head}"' if kind_of(head) == "text" and " " in str(head) else say("", head)
        telling = _telling(tool, path, items)
        more = ((name, value) for name, value in _fields(tool, path, item).items() if name in telling and value != head)
        detail = next(more, None)
        things.append(text if detail is None else f"{text} ({_detail(*detail, item)})")
    return joined([*things, f"{len(items) - SHOWN} more"] if len(items) > SHOWN else things)


def _heads(tool: Tool, path: str, items: list[Any]) -> list[Any]:
    """What each of the first things of a list is called: by its name, or by what tells it from the others."""
    telling = _telling(tool, path, items)
    fields = [{name: value for name, value in _fields(tool, path, item).items() if name in telling} for item in items]
    return [_headline(its or item) for its, item in zip(fields[:SHOWN], items, strict=False)]


def _telling(tool: Tool, path: str, items: list[Any]) -> set[str]:
    """The fields that do not say the same of all things of a list."""
    names = {name for item in items for name in _fields(tool, path, item)}
    if len(items) == 1:
        return names
    return {name for name in names if len({str(look(item, name)) for item in items}) > 1}


def _fields(tool: Tool, path: str, item: Any) -> dict[str, Any]:
    """What there is to tell of a listed thing in a word or two: no ids, nothing long."""
    return {
        name: value
        for name, value in (item.items() if isinstance(item, Mapping) else ())
        if not tool.spec.return_kinds.get(f"{path}.{name}", "").startswith("!")
        and "id" not in label_of(name).split()
        and kind_of(value) in ("text", "number", "day", "clock")
        and isinstance(value, str | int | float)
        and value != ""
        and not _speaks(value)
    }


def _fact(name: str, value: Any, result: Any, writes: bool) -> str:
    """The one thing that there is to tell."""
    text = _said(name, value, result)
    if kind_of(value) == "flag":
        return f"{label_of(name)}: {text}"
    if not writes and kind_of(value) == "number" and (not name or _several(name, value, result)):
        return f"That's {text} {label_of(name)}".rstrip()
    if not name or name in _UNNAMED:
        return text
    if value == []:
        return f"there are {text}"
    if name in _STATES or name.endswith("ed"):
        return f"{label_of(name)} {text}" if name not in _STATES or any(map(str.isdigit, text)) else f"it's {text}"
    return f"the {label_of(name)} {'are' if _several(name, value, result) else 'is'} {text}"


def _detail(name: str, value: Any, result: Any) -> str:
    """One of several things that there are to tell: "due Monday 25 May", "cancelled"."""
    text, label = _said(name, value, result), label_of(name)
    if label.removesuffix("s") in _WRITTEN and isinstance(value, list):
        text = joined([f'"{item}"' for item in value])
    elif text.endswith((".", "?", "!")) or label in _WRITTEN:
        text = f'"{text}"'  # what somebody wrote: nobody asks it now
    if kind_of(value) == "flag":
        return label if value and label.endswith("ed") else f"{label}: {text}"
    if value == []:
        return text
    if label in _SPAN:
        return f"{_SPAN[label]} {text}"
    if kind_of(name) == "day":  # holidays by their days
        return f"{text} on {say('', name)}"
    return text if not name or name in _UNNAMED else f"{label} {text}"


def _said(name: str, value: Any, result: Any) -> str:
    """A part of a result in words; of a long list what is left out is counted."""
    if value == []:
        return f"no {label_of(name)}"
    text = say("", value)
    if isinstance(value, list) and len(value) == SHOWN:
        more = _length(result, name) - SHOWN
        text = joined([*(say("", item) for item in value), f"{more} more"]) if more > 0 else text
    return text.rstrip(".") if isinstance(value, str) else text


def _speaks(value: Any) -> bool:
    """Whether a text is a sentence of its own."""
    return isinstance(value, str) and (value.endswith((".", "!")) or len(value) > 60)


#: Fields that a thing is called by.
_HEADS = ("title", "name", "subject", "summary")
#: Fields that say that all went well.
_WELL = frozenset(("ok", "success", "succeeded", "done"))
#: Fields that say how something is.
_STATES = frozenset(
    ("open", "closed", "due", "free", "left", "until", "available", "paid", "owed", "booked", "returned")
)
#: Fields whose value says it all.
_UNNAMED = frozenset(("result", "status", "message", "notification"))


def _several(name: str, value: Any, result: Any) -> bool:
    """Whether a field is of several things: "the items are", "the address is"."""
    return name.endswith("s") and name not in _UNNAMED and (not isinstance(value, str) or _length(result, name) > 0)


def _length(result: Any, name: str) -> int:
    found = result if isinstance(result, list) else look(result, name)
    return len(found) if isinstance(found, list) else 0
