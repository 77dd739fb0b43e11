"""A stranger's tools as running has shown them: what they return, which of them write, how their things are called.

"Renew Night Trains", says who would not know that it is L-1.
"""

from collections.abc import Iterator, Set
from dataclasses import replace
from typing import Any

from tools_mock import Noun, Tool, Toolkit, ToolSpec
from tools_mock.foreign import leaf_of, leaves, spec_seen
from tools_mock.guessed import LOOKED_FOR
from tools_mock.phrases import id_of, label_of, look, singular, words_of
from tools_mock.values import is_moment, kind_of, looks_like_id, tells

from .probe import Probe

#: Fields that things are called by, the best first.
_CALLED = ("title", "name", "full_name", "display_name", "subject", "summary", "label", "task")
#: Those of them that are sentences, and quoted.
_QUOTED = ("subject", "summary")
#: Fields that things without a name are called by, and how; by the first of them only where no two share one.
_KNOWN_BY = {
    "address": "the {thing} at {{address}}",
    "username": "{{username}}",
    "model": "the {{model}}",
    "description": 'the {thing} about "{{description}}"',
}
_KNOWN_FOR = {
    **{one: f"for {{{one}}}" for one in ("event", "item", "product", "film", "movie", "course")},
    "supplier": "from {supplier}",
}
#: Fields that tell one thing from another where it has no name: "the savings account".
_SORTS = ("type", "kind", "month")
#: Days that single out what has no name, by what they are called.
_WHEN = {
    ("date", "day", "when"): "{{@{0}}}",
    ("start", "starts", "start date", "start day", "start time", "starts at", "begins"): "that starts {{@{0}}}",
    ("scheduled for", "scheduled at", "scheduled time"): "{{@{0}}}",
    ("due", "due date", "deadline"): "that is due {{@{0}}}",
}
#: Words of a tool's name that say nothing of what it is about.
_VERBS = frozenset(
    ("list", "get", "find", "show", "search", "fetch", "all", "every", "read", "view", "look", "up", "by")
)
#: Lists that say nothing of what is in them.
_LISTS = frozenset(("results", "items", "data", "records", "matches", "entries", "list", "rows"))
#: Days that are looked up with: "the event Lunch with Bo on Friday".
_WHEN_ASKED = frozenset(("day", "date"))
#: What says which of two of a kind a parameter means: ``from_account``.
_WHICH = frozenset(("from", "to", "source", "target", "destination", "other"))


def seen_specs(toolkit: Toolkit, found: Probe) -> Toolkit:
    """The toolkit with what running has shown of strangers' tools."""
    if not toolkit.foreign:
        return toolkit
    tools = dict(toolkit.tools)
    for name, examples in found.examples.items():
        tool = tools[name]
        if examples:
            # What was seen counts more than what the name suggests.
            spec = tool.spec.model_copy(update={"effect": "write" if name in found.writes else "read"})
            spec = spec_seen(spec, [example.result for example in examples], toolkit.kinds)
            tools[name] = replace(tool, spec=spec)
    return toolkit.with_tools(tools if toolkit.kinds else _named(tools, found))


def _named(tools: dict[str, Tool], probe: Probe) -> dict[str, Tool]:
    """Tools of which nothing is known but what running showed: an id that comes beside a name is not said."""
    taken = {words_of(id_of(one)) for tool in tools.values() for one in tool.spec.parameters["properties"]}
    things = {
        name: {
            path: thing for path in leaves(tool.spec.returns) if (thing := _identified(tool.spec, path, probe, taken))
        }
        for name, tool in tools.items()
    }
    _, found = _nouns(tools, things, probe)
    ids = _ids(things, found, probe)
    for name, tool in tools.items():  # the "code" that a schedule lists is a course's, as its values show
        for path in leaves(tool.spec.returns):
            if leaf_of(path).casefold() in _BARE and words_of(things[name].get(path, "")) not in found:
                values = _seen(probe, name, path)
                plain = values and all(isinstance(value, str | int) for value in values)
                its = [kind for kind, known in ids.items() if plain and known.issuperset(values)]
                if len(its) == 1:
                    things[name][path] = its[0][1:].removesuffix("_id").replace("_", " ")
    nouns, found = _nouns(tools, things, probe)
    ids = _ids(things, found, probe)
    named = {}
    for name, tool in tools.items():
        kinds = {
            one: kind for one in tool.spec.parameters["properties"] if (kind := _kind(name, one, found, ids, probe))
        }
        returned = {path: words_of(thing) for path, thing in things[name].items()}
        return_kinds = {path: found[its] for path, its in returned.items() if its in found}
        # What no tool takes is no use to anybody.
        return_kinds |= {path: "!id" for path, its in returned.items() if its not in taken and its not in found}
        update = {"kinds": kinds | tool.spec.kinds, "return_kinds": return_kinds | tool.spec.return_kinds}
        covers = {one: its for path in things[name] for one, its in _covers(tool.spec, path).items()}
        phrases = replace(
            tool.phrases,
            nouns={**nouns.get(name, {}), **tool.phrases.nouns},
            covers={**covers, **tool.phrases.covers} if tool.spec.effect == "read" else tool.phrases.covers,
        )
        named[name] = replace(tool, spec=tool.spec.model_copy(update=update), phrases=phrases)
    return named


#: What things are looked for with, whatever they are called.
_LOOKED_FOR = LOOKED_FOR | {"text"}
#: Fields that may be ids of anything.
_BARE = ("id", "key", "ref", "number", "code")


def _nouns(
    tools: dict[str, Tool], things: dict[str, dict[str, str]], probe: Probe
) -> tuple[dict[str, dict[str, tuple[Noun, ...]]], dict[frozenset[str], str]]:
    """How things are called by what tools return; and the words of those that can be named -> the kind of their ids."""
    nouns: dict[str, dict[str, tuple[Noun, ...]]] = {}
    found: dict[frozenset[str], str] = {}
    for name, path, thing in _places(things):
        texts, finds = _texts(tools[name].spec, path, thing, things[name], probe)
        if texts:
            nouns.setdefault(name, {}).setdefault(leaf_of(path), tuple(Noun(text, seen=not finds) for text in texts))
        if texts and (finds or path == _own(tools[name].spec, path, things[name])):
            found[words_of(thing)] = f"!{thing.replace(' ', '_')}_id"
    return nouns, {its: kind for its, kind in found.items() if _brought(tools, things, its)}


def _brought(tools: dict[str, Tool], things: dict[str, dict[str, str]], its: frozenset[str]) -> bool:
    """Whether some tool shows ids of a kind that takes none: else whoever has such a thing must know its number."""
    showing = (name for name, places in things.items() if its in map(words_of, places.values()))
    return any(its not in (words_of(id_of(one)) for one in tools[name].spec.required) for name in showing)


def _ids(things: dict[str, dict[str, str]], found: dict[frozenset[str], str], probe: Probe) -> dict[str, set[Any]]:
    """The ids of each kind that were seen."""
    return {
        kind: {
            value for name, path, its in _places(things) if words_of(its) == words for value in _seen(probe, name, path)
        }
        for words, kind in found.items()
    }


def _places(things: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Every id that tools return: tool, path, thing. In lists within lists there is no one list to pick from."""
    for name, its in things.items():
        for path, thing in its.items():
            if path.count("[]") < 2:
                yield name, path, thing


def _called(spec: ToolSpec, path: str) -> str:
    """The field beside an id that its thing is called by; empty where there is none."""
    record, paths = path.rpartition(".")[0], leaves(spec.returns)
    return next((one for one in _CALLED if f"{record}.{one}".lstrip(".") in paths), "")


def _in_full(spec: ToolSpec, path: str) -> bool:
    """Whether first and last name stand beside an id."""
    record, paths = path.rpartition(".")[0], leaves(spec.returns)
    return all(f"{record}.{one}".lstrip(".") in paths for one in _IN_FULL)


_IN_FULL = ("first_name", "last_name")


def _covers(spec: ToolSpec, path: str) -> dict[str, str]:
    """What must be given to find a thing that is its name: ``query`` or ``name`` for a ``full_name``."""
    field = _called(spec, path)
    if not field and _in_full(spec, path):
        return {one: one for one in spec.required if one in _IN_FULL}
    named = (one for one in spec.required if label_of(one) in _LOOKED_FOR or words_of(one) <= words_of(field))
    return dict.fromkeys(named, field) if field else {}


def _texts(spec: ToolSpec, path: str, thing: str, things: dict[str, str], probe: Probe) -> tuple[tuple[str, ...], bool]:
    """The ways to name what a returned id is the id of, and whether the tool finds it by what a person may say."""
    record, paths = path.rpartition(".")[0], leaves(spec.returns)
    field, by_name = _called(spec, path), _covers(spec, path)
    finds = spec.effect == "read" and ("[]" in path or bool(by_name)) and not any(map(id_of, spec.required))
    called = f'"{{{field}}}"' if field in _QUOTED else f"{{{field}}}" if field else ""
    if not called and _in_full(spec, path):
        called = " ".join(f"{{{one}}}" for one in _IN_FULL)
    if path != _own(spec, path, things):
        # A deal's company_id: the title beside it is the deal's.
        return ((f"the {thing} of {called}",) if called else ()), finds
    days = {one for its in probe.examples[spec.name] for one, value in its.arguments.items() if _of_time(value)}
    apart = [one for one in spec.required if finds and label_of(one) not in _LOOKED_FOR and one not in by_name]
    asked = [f"{{{one}}}" for one in apart if one not in days]
    if len(asked) == 1 and label_of(asked[0][1:-1]).removesuffix(" name") in _WHOSE and called:
        return (f"{asked[0]}'s {thing} {called}",), finds
    when = [f"{{@{one}}}" for one in apart if one in days and label_of(one) in _WHEN_ASKED]
    if called:
        whole = " ".join(["the", *asked, thing, called, *when])
        return ((called, whole) if finds and not asked and not when else (whole,)), finds
    known = next((one for one in _KNOWN_BY if _known_by(probe, spec.name, f"{record}.{one}".lstrip("."), path)), "")
    if known:
        whole = _KNOWN_BY[known].format(thing=thing)
        alone = finds and not asked and not when and known != "description"
        return ((f"{{{known}}}", whole) if alone else (whole,)), finds
    known = next((one for one in _KNOWN_FOR if f"{record}.{one}".lstrip(".") in paths), "")
    if known:
        return (f"the {thing} {_KNOWN_FOR[known]}",), finds
    sort = next((one for one in _SORTS if f"{record}.{one}".lstrip(".") in paths), "")
    dated = _dated(probe, spec.name, record)
    whose = next(
        (
            leaf_of(one)
            for one in paths
            if one.rpartition(".")[0] == record and (label_of(one).endswith(" name") or label_of(one) in _WHOSE)
        ),
        "",
    )
    if sort:
        return (f"the {{{sort}}} {thing}",), finds
    return ((f"the {thing} {dated}",) if dated else (f"the {thing} of {{{whose}}}",) if whose else ()), finds


#: Whose something is.
_WHOSE = frozenset(("client", "customer", "employee", "guest", "member", "owner", "passenger", "patient", "tenant"))


def _known_by(probe: Probe, name: str, path: str, its: str) -> bool:
    """Whether a field tells all things apart, in words, that ids at a path are of; some descriptions may be alike."""
    values, ids = _seen(probe, name, path), _seen(probe, name, its)
    texts = [value for value in values if isinstance(value, str) and not looks_like_id(value) and not tells(value)]
    if leaf_of(path) == "description":
        return len(set(texts)) > 1 and len(texts) == len(values) and all(len(one.split()) < 7 for one in texts)
    return len(set(texts)) == len(values) == len({str(one) for one in ids}) > 1


def _own(spec: ToolSpec, path: str, things: dict[str, str]) -> str:
    """Of the ids in a record that of the record itself: of what the list or the tool is named after, else the first."""
    record = path.rpartition(".")[0]
    its = [other for other in things if other.rpartition(".")[0] == record]
    about = words_of(spec.name) | words_of(leaf_of(record))
    return next((other for other in its if words_of(things[other]) <= about), its[0])


def _dated(probe: Probe, name: str, record: str) -> str:
    """How a day singles out a record without a name: "the visit on Friday", "the leave that starts tomorrow"."""
    for (tool, path), values in probe.seen.items():
        if tool == name and path.rpartition(".")[0] == record and all(map(_of_time, values)):
            for labels, phrase in _WHEN.items():
                if label_of(leaf_of(path)) in labels:
                    return phrase.format(leaf_of(path))
    return ""


def _identified(spec: ToolSpec, path: str, probe: Probe, taken: Set[frozenset[str]]) -> str:
    """What a returned field is the id of, in plain words: ``loan_id``, or the ``id`` that find_loans returns.

    ``taken`` are things whose ids tools take: what list_payment_methods returns are payment methods, if there are any.
    """
    leaf = leaf_of(path)
    if thing := id_of(leaf):
        return thing
    if leaf.casefold() not in _BARE:
        return ""
    if leaf.casefold() != "id" and not all(map(_coded, _seen(probe, spec.name, path))):
        return ""  # the key of a song is C minor
    for parameter in spec.parameters["properties"]:  # what comes back is what was asked with
        examples = [its for its in probe.examples[spec.name] if parameter in its.arguments]
        same = all(look(its.result, path) == its.arguments[parameter] for its in examples)
        if examples and same and (thing := id_of(parameter)):
            return thing
    record = leaf_of(path.rpartition(".")[0])
    about = label_of(spec.name if record in _LISTS else record or spec.name).split()
    named = [word for word in about if word not in _VERBS]
    named = [*named[:-1], singular(named[-1])] if named else ["item"]
    whole = (" ".join(named[number:]) for number in range(len(named)))
    other = "" if leaf.casefold() == "code" else named[-1]  # the code of a voucher is what one wants to know
    return next((thing for thing in whole if words_of(thing) in taken), other)


def _of_time(value: Any) -> bool:
    return kind_of(value) == "day" or is_moment(value)


def _coded(value: Any) -> bool:
    return looks_like_id(value) or (isinstance(value, str) and " " not in value and any(map(str.isdigit, value)))


def _seen(probe: Probe, name: str, path: str) -> list[Any]:
    return probe.seen.get((name, path), [])


def _kind(name: str, parameter: str, found: dict[frozenset[str], str], ids: dict[str, set[Any]], probe: Probe) -> str:
    """The kind of id that a parameter takes: ``loan_id`` by its name, ``from_account`` by what it was seen to take."""
    if (thing := words_of(id_of(parameter))) and thing in found:
        return found[thing]
    kind = found.get(words_of(parameter) - _WHICH, "")
    took = [its.arguments[parameter] for its in probe.examples.get(name, ()) if parameter in its.arguments]
    return kind if kind and took and all(isinstance(value, str | int) and value in ids[kind] for value in took) else ""
