"""Where the value of a parameter comes from, and what the user says for it.

One function a place: what this user has in mind, what they were shown, a look-up on the way, what they said
before, what the prompt or the policy says, a sum. ``bind`` draws among the places that can answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from agents.asked import dated
from agents.objects import COUNTS
from scenarios import Derived, Fact, Found, Picked, Ruled, Said, Source, Visible
from tools_mock import Tool, ToolCall, call
from tools_mock.guessed import anew, bound_of, ending, flag_of, written_as
from tools_mock.phrases import id_of, label_of, look
from tools_mock.values import is_moment, kind_of, looks_like_id, ways
from tools_mock.world import Itself

from .chance import shuffled, weighted
from .draft import Bound, Draft
from .graph import Edge, handed, value_at
from .probe import fits, scalars
from .reference import Fits, Name, derive, names, pick

#: How many things a user may think of until one can be had.
THOUGHTS = 3


def bind(draft: Draft, tool: Tool, parameter: str, turn: int, so_far: dict[str, Bound], heedless: bool) -> Bound | None:
    """A value for a parameter, from one of the places that can give it; which one is drawn by weight.

    Unless the user is ``heedless``, it is one that makes sense beside what is bound already: see :func:`_sensible`.
    """
    kind = tool.spec.kinds.get(parameter, "")
    edges = draft.edges_into(tool.spec.name, parameter)
    along = _along(draft, tool, parameter, so_far)
    if along is not None:
        return along
    fitting = None if heedless else _sensible(draft, tool, parameter, so_far)
    named = any(one.fact is not None and one.fact.kind == "noun" for one in so_far.values())
    ways_: list[tuple[float, Callable[[], Bound | None]]] = [
        *([(40.0, lambda: _from_results(draft, tool, parameter, turn, edges, named, fitting))] if draft.linked else []),
        (2.5, lambda: _from_lookup(draft, parameter, turn, edges, so_far, fitting)),
        *([(2.5, lambda: _looked_up_before(draft, parameter, turn, edges))] if draft.linked else []),
    ]
    if not kind.startswith("!"):
        mine = 2.0 if draft.graph.toolkit.foreign else 4.0
        ways_ += [
            (mine, lambda: _in_mind(draft, tool, parameter, turn, so_far, fitting)),
            *([(1.5, lambda: _said_before(draft, kind, parameter, turn))] if draft.linked else []),
            *([(30.0, lambda: _sum_of(draft, tool, parameter, turn))] if draft.linked else []),
        ]
    rule = draft.graph.toolkit.rules.get(f"{tool.spec.name}.{parameter}")
    if rule is not None:
        ways_.append((20.0, lambda: Bound(rule[1], Ruled(rule=rule[0]))))
    if parameter in tool.phrases.visible:
        ways_.append((8.0, lambda: _visible(draft, kind, so_far)))
    while ways_:
        place = weighted(draft.random, [weight for weight, _ in ways_])
        found = ways_.pop(place)[1]()
        if (
            found is not None
            and fits(found.value, _schema(tool, parameter))
            and not (
                draft.graph.toolkit.foreign
                and (
                    otherwise_written(_schema(tool, parameter), found.value)
                    or ends_as_it_begins(parameter, found.value, so_far)
                )
            )
            and not any(alike(found, one) or muddled(found, one) or muddled(one, found) for one in so_far.values())
        ):
            return found
    return None


def ends_as_it_begins(parameter: str, value: Any, so_far: Mapping[str, Bound]) -> bool:
    """Whether a span would end on the day on which it begins: "from that day to that day"."""
    ends = not {"to", "end", "until", "out"}.isdisjoint(label_of(parameter).split()) and kind_of(value) == "day"
    return ends and any(one.value == value for one in so_far.values())


def otherwise_written(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a description says that a day or a time is wanted, and a value is none: "14:00-16:00" for an "HH:MM"."""
    wanted = written_as(schema)
    return bool(wanted) and kind_of(value) != wanted and not is_moment(value)


def alike(one: Bound, other: Bound) -> bool:
    """Whether two values are said in the same words: nobody flies "from that city to that city"."""
    return (
        one.fact is not None
        and other.fact is not None
        and one.fact.text == other.fact.text
        and one.value != other.value
    )


def muddled(one: Bound, other: Bound) -> bool:
    """Whether "that day" or "them" would mean what is said in the same breath: "dinner on the 20th to the same day"."""
    if one.fact is None or other.fact is None or one.value == other.value:
        return False
    if one.fact.text == "them":
        return other.fact.kind == "noun" and _OF_SOMEBODY.search(other.fact.text) is not None
    if one.fact.text in THAT["city"]:
        return other.fact.text in THAT["city"]
    if one.fact.text not in THAT["day"]:
        return False
    low = other.fact.text.casefold()
    return other.fact.kind == "day" or (
        other.fact.kind == "noun" and (dated(low) or _WHICH_DAY.search(low) is not None)
    )


#: What only what was said before explains.
THAT = {"day": ("that day", "the same day"), "city": ("that city", "the same city")}
_WHICH_DAY = re.compile(r"\d(?:st|nd|rd|th)\b|\bin \w+ days\b|\ba week from\b")
_OF_SOMEBODY = re.compile(r"\w's |\b(?:from|with|to) (?:Dr )?[A-Z]")


def _sensible(draft: Draft, tool: Tool, parameter: str, so_far: dict[str, Bound]) -> Fits | None:
    """What makes sense beside what is bound already; nothing where nothing speaks against any value.

    What goes with something that only a look shows (a seat) is the thing that was looked at. And where it is the last
    that is to be bound, the call must work: it is tried.
    """
    kinds, tools = tool.spec.kinds, draft.graph.toolkit.tools
    looked: dict[str, Any] = {}
    for name, one in so_far.items():
        if handed(kinds.get(name, "")) and not kinds[name].startswith("!"):
            looked |= _looked_at(draft, tool, name, one.value)
    last = all(name in so_far or name == parameter for name in tool.spec.required)
    values = {name: one.value for name, one in so_far.items()}
    if not looked and not last:
        return None

    def fitting(value: Any, about: Mapping[str, Any]) -> bool:
        if any(about.get(name, meant) != meant for name, meant in looked.items()):
            return False
        if tool.spec.effect == "read" and about.get("status") == "cancelled":
            return False  # nobody asks for the seats or the gate of what is off
        if not last:
            return True
        request = ToolCall("try", tool.spec.name, {**values, parameter: value})
        tried = call(tools, draft.world.fork(), request)
        # A stranger's search that finds nothing is no refusal, and is as little of what one has in mind.
        finds = tool.checked or tool.spec.effect == "write" or any(True for _ in scalars(tried.content))
        return tried.status == "ok" and finds

    return fitting


def _looked_at(draft: Draft, tool: Tool, parameter: str, value: Any) -> Mapping[str, Any]:
    """The ids that the latest look was asked with that shows a value."""
    sources = {edge.source for edge in draft.graph.into(tool.spec.name, parameter)}
    for number in range(len(draft.steps) - 1, -1, -1):
        step = draft.steps[number]
        if step.tool in sources and draft.shows(number, value):
            kinds = draft.tool(step.tool).spec.kinds
            return {name: its for name, its in step.arguments.items() if kinds.get(name, "").startswith("!")}
    return {}


def _in_mind(
    draft: Draft, tool: Tool, parameter: str, turn: int, so_far: Mapping[str, Bound], fitting: Fits | None
) -> Bound | None:
    """What this user has in mind, said now; rather something that will do."""
    before = {name: one.value for name, one in so_far.items()} if draft.graph.toolkit.foreign else {}
    for _ in range(THOUGHTS):
        end = ending(parameter, before, draft.random)
        one = from_user(draft, tool, parameter, turn) if end is None else spoken(draft, "", parameter, end, turn)
        if one is None or ((fitting is None or fitting(one.value, {})) and not _the_same(one, before)):
            return one
    return None if one is not None and _the_same(one, before) else one


def _the_same(one: Bound, before: Mapping[str, Any]) -> bool:
    """Whether something is said in two places: nobody goes from Mill Lane 4 to Mill Lane 4."""
    return isinstance(one.value, str) and one.value in before.values()


def _along(draft: Draft, tool: Tool, parameter: str, so_far: dict[str, Bound]) -> Bound | None:
    """What the thing named already brings along: who books a hotel that was looked for has said from when."""
    kinds = tool.spec.kinds
    if parameter not in tool.phrases.along:
        return None
    for name, one in so_far.items():
        if not isinstance(one.source, Found | Picked) or not kinds.get(name, "").startswith("!"):
            continue
        step = draft.steps[one.source.step]
        source = step.sources.get(parameter)
        if (
            draft.tool(step.tool).spec.effect == "read"
            and isinstance(source, Said)
            and draft.tool(step.tool).spec.kinds.get(parameter) == kinds.get(parameter)
        ):
            return Bound(step.arguments[parameter], source)
    return None


def from_user(draft: Draft, tool: Tool, parameter: str, turn: int) -> Bound | None:
    """What this user has in mind, said now."""
    toolkit, kind = draft.graph.toolkit, tool.spec.kinds.get(parameter, "")
    value = toolkit.pool(tool.spec, parameter, draft.world, draft.random)
    if value is None and toolkit.foreign and not toolkit.kinds and not kind and parameter in tool.spec.required:
        # Nothing says what it may be but that it was seen to work.
        took = [one.arguments.get(parameter) for one in draft.graph.probe.examples[tool.spec.name]]
        sayable = [one for one in took if isinstance(one, str) and not looks_like_id(one)]
        if not id_of(parameter):
            sayable = [one for one in sayable if " " in one or not any(map(str.isdigit, one))]  # no "room v1"
        value = draft.random.choice(sayable or [None])
    if not kind and isinstance(value, str) and "_" in value and value in _schema(tool, parameter).get("enum", ()):
        kind = "choice"
    if isinstance(value, bool) and not kind:
        kind = flag_of(tool.spec, parameter)
    return None if value is None else spoken(draft, kind, parameter, value, turn)


def _schema(tool: Tool, parameter: str) -> dict[str, Any]:
    found: dict[str, Any] = tool.spec.parameters["properties"][parameter]
    return found


def spoken(draft: Draft, kind: str, parameter: str, value: Any, turn: int) -> Bound | None:
    """A value as the user says it now; ``None`` where it has no words."""
    said = ways(kind, value, draft.now)
    if not said:
        return None
    rule, text = draft.random.choice(said)
    if not kind and draft.graph.toolkit.foreign:  # nothing else tells that a stranger's is a day
        kind = "moment" if is_moment(value) else kind_of(value)
    kind = kind if kind not in ("flag", "list", "choice") else ""
    fact = Fact(slot=parameter, kind=kind or "text", text=text, label=label_of(parameter))
    return Bound(value, Said(turn=turn, slot=parameter, rule=rule, text=text), fact)


#: Kinds whose values are worth carrying over from a result without naming the thing they belong to.
_CARRIED = frozenset(("day", "clock", "city", "seat"))


def _from_results(
    draft: Draft, tool: Tool, parameter: str, turn: int, edges: list[Edge], named: bool, fitting: Fits | None
) -> Bound | None:
    """Something the user was shown, named in a way that picks it out; "it" only where nothing else is named."""
    kind = tool.spec.kinds.get(parameter, "")
    if kind and not kind.startswith("!") and kind not in _CARRIED and tool.checked:
        return None
    if draft.graph.toolkit.foreign and _not_pointed_at(tool, parameter):
        return None
    last = draft.last_told()
    steps = [n for n, step in enumerate(draft.steps) if step.told and step.status == "ok"]
    # What the longest chain led to first, or the latest; but not always: conversations come back to things.
    deep = draft.random.random() < 0.6
    steps.sort(key=lambda n: (draft.random.random() < 0.25, -draft.depths[n] if deep else 0, -n))
    for number in steps:
        step = draft.steps[number]
        if draft.turn_of[number] == turn and number != last:
            continue
        mine = [edge for edge in edges if edge.source == step.tool]
        for edge in shuffled(draft.random, mine):
            for name in names_in(draft, number, edge.path, turn, seen=True, last=number == last, fitting=fitting):
                if draft.turn_of[number] == turn and not isinstance(name.source, Found):
                    continue  # the list of this very turn was not shown yet
                if named and name.text == "it":
                    continue
                if not _still(draft, name):
                    continue
                return bound_to(draft, kind, parameter, name, turn)
    return None


def _still(draft: Draft, name: Name) -> bool:
    """Whether looking again would show that a name still means the same thing, and nothing made or moved since.

    The cheapest of what was listed stays what it was.
    """
    source = name.source
    if isinstance(source, Found):
        return draft.tool(draft.steps[source.step].tool).spec.effect == "write" or (
            look(_again(draft, source.step), source.path) == name.value
        )
    if isinstance(source, Picked) and source.how == "match":
        return pick(source, _again(draft, source.step)) == [name.value]
    return True


def _again(draft: Draft, number: int) -> Any:
    """What looking again would show: what a step showed, where nothing was done since."""
    step = draft.steps[number]
    if not draft.acts and all(draft.tool(one.tool).spec.effect == "read" for one in draft.steps[number:]):
        return draft.results[number]
    return call(draft.graph.toolkit.tools, draft.world.fork(), ToolCall("again", step.tool, step.arguments)).content


def _not_pointed_at(tool: Tool, parameter: str) -> bool:
    """What nobody points at: a ticket "with that title", "at most that price", an order "of that quantity"."""
    counts = tool.spec.effect == "write" and not COUNTS.isdisjoint(label_of(parameter).split())
    return counts or anew(tool.spec, parameter) or bool(bound_of(parameter)) or "enum" in _schema(tool, parameter)


def names_in(
    draft: Draft, number: int, path: str, turn: int, seen: bool, last: bool, fitting: Fits | None = None
) -> Iterator[Name]:
    """Ways to name a value at a path of a step's result: see :func:`sim.reference.names`."""
    step = draft.steps[number]
    found = names(
        draft.tool(step.tool),
        step.arguments,
        draft.results[number],
        path,
        step=number,
        turn=turn,
        now=draft.now,
        random=draft.random,
        seen=seen,
        last=last,
        only=_only(draft, number, path),
        fits=fitting,
    )
    return (
        name
        for name in found
        if not seen or not (_passed(draft, number, path, name) or _meant_too(draft, number, path, name))
    )


def _passed(draft: Draft, number: int, path: str, name: Name) -> bool:
    """Whether "that day" would mean another day, told in the same message, or asked for, and maybe refused, since."""
    kind = draft.tool(draft.steps[number].tool).spec.return_kinds.get(path, "")
    if kind not in _CARRIED or name.fields:
        return False
    if _in_vain(draft, number, kind):
        return True
    for place, other in enumerate(draft.steps):
        spec, beside = draft.tool(other.tool).spec, _beside(draft, place, number)
        asked = [value for parameter, value in other.arguments.items() if spec.kinds.get(parameter) == kind]
        paths = [where for where, its in spec.return_kinds.items() if its == kind] if beside else []
        shown = [value for where in paths for _, value in value_at(draft.results[place], where)]
        if (place > number or beside) and any(value != name.value for value in (*asked, *shown)):
            return True
    return False


def _beside(draft: Draft, place: int, number: int) -> bool:
    """Whether another step was told of in the same message as a step."""
    return place != number and draft.steps[place].told and draft.turn_of[place] == draft.turn_of[number]


def _in_vain(draft: Draft, number: int, kind: str) -> bool:
    """Whether something of a kind, or of a domain, was asked for in vain since a step."""
    return any(turn > draft.turn_of[number] and kind in spoken_of for turn, spoken_of in draft.vain.items())


def _meant_too(draft: Draft, number: int, path: str, name: Name) -> bool:
    """Whether a name fits another thing of the same kind too, on another page or in any other result."""
    source, its = name.source, draft.steps[number].tool
    said = {slot: value for slot, (_, _, value) in name.fields.items()}
    if not said or (isinstance(source, Picked) and source.how != "match"):
        return False
    kind = draft.tool(its).spec.return_kinds.get(path, "")
    for n, step in enumerate(draft.steps):
        if n == number or step.status != "ok":
            continue
        if step.tool == its and isinstance(source, Picked):
            meant = pick(source, draft.results[n])
        else:
            meant = [value for value, thing in _things(draft, n, kind) if _bears(thing, said)]
        if any(value != name.value for value in meant):
            return True
    return False


def _things(draft: Draft, number: int, kind: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The things of a kind in a step's result, each with its id."""
    if not kind.startswith("!"):
        return
    for where, its in draft.tool(draft.steps[number].tool).spec.return_kinds.items():
        if its == kind:
            above, _, leaf = where.rpartition(".")
            for _, thing in value_at(draft.results[number], above):
                if isinstance(thing, dict) and leaf in thing:
                    yield thing[leaf], thing


def _bears(thing: dict[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a thing has what is said of another, as far as it shows it, and shows any of it."""
    shown = said.keys() & thing.keys()
    return bool(shown) and all(thing[name] == said[name] for name in shown)


def _only(draft: Draft, number: int, path: str) -> bool:
    """Whether no later step was about another thing of the kind that a step returned at a path, or came upon one.

    Nor may the same message have told of another, nor one have been asked for in vain, or kept when it came to it.
    """
    step = draft.steps[number]
    kind = draft.tool(step.tool).spec.return_kinds.get(path, "")
    if _in_vain(draft, number, kind) or _in_vain(draft, number, draft.tool(step.tool).spec.domain):
        return False
    mine = [value for _, value in value_at(draft.results[number], path)]  # a stranger's may be lists: no set of them
    for place, later in enumerate(draft.steps):
        if place <= number and not _beside(draft, place, number):
            continue
        spec = draft.tool(later.tool).spec
        if any(spec.kinds.get(name) == kind and value not in mine for name, value in later.arguments.items()):
            return False
        shows = [where for where, its in spec.return_kinds.items() if its == kind]
        if any(value not in mine for where in shows for _, value in value_at(draft.results[place], where)):
            return False
        if (
            later.told
            and len(mine) == 1
            and isinstance(mine[0], str)
            and not _others(Itself(draft.world.base), mine[0]).isdisjoint(draft.shown[place])
        ):
            return False  # a ride to the Old Park, when it was about another park
    return True


@lru_cache(maxsize=2_000)
def _others(base: Itself, key: Any) -> frozenset[Any]:
    """What other things of a thing's kind are called."""
    for rows in getattr(base.value, "tables", {}).values():
        if key in rows:
            return frozenset(row.get("name") for other, row in rows.items() if other != key) - {
                None,
                rows[key].get("name"),
            }
    return frozenset()


def bound_to(draft: Draft, kind: str, parameter: str, name: Name, turn: int) -> Bound:
    """A parameter bound to a named thing, with what the user says for it."""
    carried = kind in _CARRIED
    if carried and name.fields:
        return spoken(draft, kind, parameter, name.value, turn) or Bound(name.value, name.source)
    fact_kind = kind if carried else "noun" if kind.startswith("!") else "text"
    fact = Fact(slot=parameter, kind=fact_kind, text=name.text, label=label_of(parameter))
    return Bound(name.value, name.source, fact)


def _from_lookup(
    draft: Draft, parameter: str, turn: int, edges: list[Edge], so_far: dict[str, Bound], fitting: Fits | None
) -> Bound | None:
    """Something only a look-up reveals, made on the way: the user names the thing, the assistant finds it."""
    for edge in shuffled(draft.random, edges):
        if not draft.graph.looks_up(edge):
            continue
        found = _look_up(draft, draft.tool(edge.source), edge, parameter, turn, so_far, fitting)
        if found is not None:
            return found
    return None


def _look_up(
    draft: Draft,
    producer: Tool,
    edge: Edge,
    parameter: str,
    turn: int,
    so_far: dict[str, Bound],
    fitting: Fits | None,
) -> Bound | None:
    pool, like = draft.graph.toolkit.pool, {} if fitting is None else _in_place_of(draft, parameter, so_far)
    wide = {
        name: like[name]
        if name in like and producer.spec.kinds.get(name) == "city"
        else pool(producer.spec, name, draft.world, draft.random)
        for name in producer.spec.required
    }
    if any(value is None for value in wide.values()):
        return None
    seen = call(draft.graph.toolkit.tools, draft.world.fork(), ToolCall("look", producer.spec.name, wide))
    if seen.status != "ok":
        return None
    for name in names(
        producer,
        wide,
        seen.content,
        edge.path,
        step=len(draft.steps),
        turn=turn,
        now=draft.now,
        random=draft.random,
        seen=False,
        last=False,
        only=False,
        fits=fitting,
    ):
        covers = {p: producer.phrases.covers.get(p, p) for p in producer.spec.parameters["properties"]}
        if any(covers[p] not in name.fields for p in producer.spec.required):
            continue
        if draft.linked and _already_visible(draft, name.value):
            continue
        bound = {
            p: Bound(value, Said(turn=turn, slot=parameter, rule=rule, text=text))
            for p, its in covers.items()
            if its in name.fields
            for rule, text, value in (name.fields[its],)
        }
        number, status, content = draft.run(producer.spec.name, bound, turn, told=False)
        source = name.source
        if status == "ok" and isinstance(source, Picked):
            meant = pick(source, content)
            if meant == [name.value] and len(value_at(content, edge.path)) == 1 and source.how == "match":
                source = Found(step=number, path=value_at(content, edge.path)[0][0])
        elif status == "ok" and isinstance(source, Found):
            meant = [value for where, value in value_at(content, edge.path) if where == source.path]
        else:
            meant = []
        if meant != [name.value]:
            draft.undo()
            return None
        return Bound(name.value, source, _noun(parameter, name.text))
    return None


def _in_place_of(draft: Draft, parameter: str, so_far: dict[str, Bound]) -> dict[str, Any]:
    """What is known of what a parameter takes the place of: another flight for a booking is between its cities."""
    known = (_known_of(draft, one.value) for one in so_far.values())
    return next((about for about in known if parameter in about), {})


def _known_of(draft: Draft, value: Any, deep: bool = True) -> dict[str, Any]:
    """What has come up of a thing, the latest first, and of the things that it has to do with."""
    known: dict[str, Any] = {}
    for number, (step, result) in enumerate(zip(draft.steps, draft.results, strict=True)):
        if not draft.shows(number, value) or not isinstance(result, Mapping):
            continue
        rows = [result, *(row for its in result.values() if isinstance(its, list) for row in its)]
        row = next((row for row in rows if isinstance(row, Mapping) and value in row.values()), {})
        known |= {**step.arguments, **row}
    others = [its for its in known.values() if deep and its != value and looks_like_id(its)]
    return {name: its for other in others for name, its in _known_of(draft, other, deep=False).items()} | known


def _looked_up_before(draft: Draft, parameter: str, turn: int, edges: list[Edge]) -> Bound | None:
    """What a look-up has shown and the user was not told: they name the thing, and the assistant need not look again.

    Only where the name says all that was looked for, and looking again shows the same.
    """
    for number, step in reversed(list(enumerate(draft.steps))):
        mine = [edge for edge in edges if edge.source == step.tool]
        if step.told or step.status != "ok" or not mine:
            continue
        if _again(draft, number) != draft.results[number]:
            continue
        producer = draft.tool(step.tool)
        covers = {p: producer.phrases.covers.get(p, p) for p in step.arguments}
        for edge in shuffled(draft.random, mine):
            for name in names_in(draft, number, edge.path, turn, seen=False, last=False):
                said = {p: name.fields[its][2] for p, its in covers.items() if its in name.fields}
                if said == step.arguments:
                    return Bound(name.value, name.source, _noun(parameter, name.text))
    return None


def _noun(parameter: str, text: str) -> Fact:
    """What the user calls a thing."""
    return Fact(slot=parameter, kind="noun", text=text, label=label_of(parameter))


def _already_visible(draft: Draft, value: Any) -> bool:
    """Whether a result so far shows the value: then looking it up once more is needless."""
    return any(draft.shows(number, value) for number in range(len(draft.shown)))


def _said_before(draft: Draft, kind: str, parameter: str, turn: int) -> Bound | None:
    """A day or a city from an earlier turn, carried over: "the same day"."""
    if kind not in ("day", "city") or not draft.turns:
        return None
    said = [
        (source, draft.steps[number].arguments[name])
        for number, step in enumerate(draft.steps)
        for name, source in step.sources.items()
        if isinstance(source, Said)
        and source.turn == turn - 1
        and draft.tool(step.tool).spec.kinds.get(name, "") == kind
    ]
    values = {value for _, value in said}
    shown = {value for its in draft.shown[-1:] for value in its}
    others = {value for value in shown - values if isinstance(value, str) and value[:2] == "20" and kind == "day"}
    if len(values) != 1 or others:
        return None
    source, value = said[-1]
    text = "the same day" if kind == "day" else "the same city"
    return Bound(value, source, Fact(slot=parameter, kind=kind, text=text, label=label_of(parameter)))


def _visible(draft: Draft, kind: str, so_far: dict[str, Bound]) -> Bound | None:
    """What the system prompt shows; nobody says it."""
    for name, (its, value) in draft.graph.toolkit.visible(draft.world).items():
        if its == kind and value not in (one.value for one in so_far.values()):
            return Bound(value, Visible(name=name))
    return None


def _sum_of(draft: Draft, tool: Tool, parameter: str, turn: int) -> Bound | None:
    """The sum of two amounts that the user was told, where there are exactly two of the kind that is meant."""
    meant = tool.phrases.sums.get(parameter)
    if meant is None:
        return None
    told = [
        (number, draft.results[number][meant.field])
        for number, step in enumerate(draft.steps)
        if step.told and step.status == "ok" and draft.turn_of[number] < turn and meant.field in draft.results[number]
    ]
    if len(told) != 2:
        return None
    parts: tuple[Source, ...] = tuple(Found(step=number, path=meant.field) for number, _ in told)
    total = derive("sum", [value for _, value in told])
    return Bound(total, Derived(op="sum", of=parts, turn=turn, text=meant.text), _noun(parameter, meant.text))
