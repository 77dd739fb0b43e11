"""The tool graph: which tools feed which, and which speak of the same things.

*feeds* edges run from a returned field to a parameter; *shares* edges join parameters that mean the same.
A feeds edge starts as a candidate (``typed`` by entity kinds, ``lexical`` by names, or found because a tool
that rejects made-up values accepted a returned one) and stays only if it was **executed**: the producer was
run, its value given to the consumer in the world that the producer left, and the consumer accepted it.

The idea of joining tools by parameters and returns is ToolFlow's (arXiv 2410.18447, section 3.1); there the
two relations are merged, undirected and judged by text similarity alone.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

import networkx as nx

from tools_mock import ToolCall, Toolkit, ToolkitError, ToolSpec, call, canonical
from tools_mock.foreign import leaf_of
from tools_mock.phrases import words_of

from .probe import Example, Probe, code_of, fits, identifying, probe, says_nothing, scalars
from .seen import seen_specs

#: Field names that say nothing about what stands there.
_VAGUE = frozenset(
    {
        "id",
        "status",
        "message",
        "result",
        "type",
        "value",
        "name",
        "content",
        "success",
        "error",
        "a",
        "b",
        "title",
        "description",
        "text",
        "comment",
    }
)
#: Below this, two names are not taken to mean the same.
LEXICAL = 0.5


#: How often a stranger's tool is called again to see whether it always does the same.
REPEATS = 5
#: Seconds after which a tool that tells the time says another one.
TICK = 1.1


@dataclass(frozen=True, slots=True)
class Edge:
    """One way for a value to flow.

    Args:
        source: the producing tool.
        path: the returned field, such as ``flights[].flight_id``.
        target: the consuming tool.
        parameter: its parameter.
        score: 1 where the consumer was seen to reject a made-up value instead, else 0.5.
        evidence: how the candidate was found, then ``executed``.
    """

    source: str
    path: str
    target: str
    parameter: str
    score: float
    evidence: tuple[str, ...]


@dataclass(eq=False)  # a graph is itself alone, so that what is worked out from it can be kept
class ToolGraph:
    """Tools, verified feeds edges, shares edges, and what was refused and why.

    Args:
        toolkit: with specs as running has shown them.
        feeds: a directed multigraph; each edge holds its :class:`Edge` under ``edge``.
        shares: an undirected graph; each edge holds ``pairs`` of parameters and a ``score``.
        refused: candidates that did not work: (source, path, target, parameter) -> the commonest reason.
        counts: candidates by how they were found, tried, kept and refused by reason.
        silent: tools that are not used, with the reason: no working call was found, they answer otherwise each time, or
            what they are about decides nothing.
        probe: the examples behind it.
    """

    toolkit: Toolkit
    feeds: nx.MultiDiGraph
    shares: nx.Graph
    refused: dict[tuple[str, str, str, str], str]
    counts: Counter[str]
    silent: dict[str, str]
    probe: Probe
    _into: dict[tuple[str, str], list[Edge]] = field(default_factory=dict)

    def into(self, name: str, parameter: str = "") -> list[Edge]:
        """Feeds edges that end at a tool, or at one parameter of it."""
        if not self._into:
            for _, target, edge in self.feeds.edges(data="edge"):
                self._into.setdefault((target, ""), []).append(edge)
                self._into.setdefault((target, edge.parameter), []).append(edge)
        return self._into.get((name, parameter), [])

    def out_of(self, name: str) -> list[Edge]:
        """Feeds edges that begin at a tool."""
        return [edge for _, _, edge in self.feeds.out_edges(name, data="edge")]

    def strong(self, edge: Edge) -> bool:
        """Whether an edge ties its tools together: it hands an id through, not a day or a city that anything has."""
        kind = self.toolkit.tools[edge.target].spec.kinds.get(edge.parameter, "")
        return handed(kind) or (self.toolkit.foreign and edge.score == 1.0)

    def leads_on(self, edge: Edge) -> bool:
        """Whether a call that was given an id brings another one to light: what it only echoes leads no further."""
        spec = self.toolkit.tools[edge.source].spec
        given = [kind for kind in spec.kinds.values() if kind.startswith("!")]
        kind = self.toolkit.tools[edge.target].spec.kinds.get(edge.parameter, "")
        said = kind in _UNSAID  # the user reads it out: then it rests on no result
        return bool(given) and not said and self.strong(edge) and spec.return_kinds.get(edge.path) not in given

    @cached_property
    def fed_by(self) -> dict[str, frozenset[str]]:
        """Tool -> the tools that hand it an id."""
        return {name: frozenset(e.source for e in self.into(name) if self.strong(e)) for name in self.toolkit.tools}

    @cached_property
    def led_by(self) -> dict[str, frozenset[str]]:
        """Tool -> the tools from which a chain leads on to it."""
        return {name: frozenset(e.source for e in self.into(name) if self.leads_on(e)) for name in self.toolkit.tools}

    @cached_property
    def leading(self) -> dict[str, frozenset[str]]:
        """Tool -> the tools that a chain leads on to from it."""
        return {name: frozenset(e.target for e in self.out_of(name) if self.leads_on(e)) for name in self.toolkit.tools}

    @cached_property
    def makers(self) -> frozenset[str]:
        """Tools in the middle of a chain: an id leads to them, and they lead on."""
        return frozenset[str]().union(*self.led_by.values())

    @cached_property
    def ids_of(self) -> dict[str, dict[str, tuple[frozenset[str], frozenset[str]]]]:
        """Tool -> what it needs and nobody says -> tools that hand it over, and those of them that can look it up."""
        found: dict[str, dict[str, tuple[frozenset[str], frozenset[str]]]] = {}
        for name, tool in self.toolkit.tools.items():
            for parameter in tool.spec.required:
                shown = parameter in tool.phrases.visible or f"{name}.{parameter}" in self.toolkit.rules
                if handed(tool.spec.kinds.get(parameter, "")) and not shown:
                    edges = self.into(name, parameter)
                    looks = frozenset(edge.source for edge in edges if self.looks_up(edge))
                    found.setdefault(name, {})[parameter] = (frozenset(edge.source for edge in edges), looks)
        return found

    @cached_property
    def looks(self) -> dict[str, frozenset[str]]:
        """Tool -> the fields that it finds by what a person may say."""
        found = {}
        for name, tool in self.toolkit.tools.items():
            hidden = any(tool.spec.kinds.get(one, "").startswith("!") for one in tool.spec.required)
            nouns = tool.phrases.nouns.items() if tool.spec.effect == "read" and not hidden else ()
            found[name] = frozenset(leaf for leaf, its in nouns if any(not one.seen for one in its))
        return found

    def looks_up(self, edge: Edge) -> bool:
        """Whether the source finds by what a person may say what the parameter needs."""
        return leaf_of(edge.path) in self.looks[edge.source]

    @cached_property
    def enablers(self) -> dict[str, list[str]]:
        """Tool -> writing tools without which no call of it was seen to work."""
        seen = {name: self.probe.examples.get(name, []) for name in self.toolkit.tools}
        return {
            name: sorted({before for one in its for before in one.needs}) if all(one.needs for one in its) else []
            for name, its in seen.items()
        }

    @property
    def usable(self) -> list[str]:
        """Tools that were seen to work, by name."""
        return sorted(name for name in self.toolkit.tools if name not in self.silent)


#: Kinds that a person can say, but knows only after a look: a free seat.
_UNSAID = frozenset(("seat",))


def handed(kind: str) -> bool:
    """Whether a value of a kind comes from a result and nowhere else."""
    return kind.startswith("!") or kind in _UNSAID


def build(toolkit: Toolkit, seed: int = 0) -> ToolGraph:
    """Build the graph of a toolkit and verify every edge by running it.

    Args:
        toolkit: the tools.
        seed: decides which values are tried; the same seed gives the same graph.

    Raises:
        ToolkitError: a stranger's tools keep state outside of their object, so that no episode begins as another did.
    """
    toolkit = toolkit.plain()
    first = {} if not toolkit.foreign else {name: _looked(toolkit, name) for name in _shown_at_once(toolkit)}
    found = probe(toolkit, seed)
    telling = _contained(toolkit, first)
    toolkit = seen_specs(toolkit, found)
    graph = ToolGraph(toolkit, nx.MultiDiGraph(), nx.Graph(), {}, Counter(), {}, found)
    for name in sorted(toolkit.tools):
        graph.feeds.add_node(name, domain=toolkit.tools[name].spec.domain)
        graph.shares.add_node(name)
        if not found.examples.get(name):
            reasons = found.refusals.get(name)
            graph.silent[name] = reasons.most_common(1)[0][0] if reasons else "no value for a required parameter"
        elif name in telling or not _steady(graph, name):
            graph.silent[name] = "it answers otherwise each time"
        elif (parameter := _idle(graph, name)) is not None:
            graph.silent[name] = f"{parameter} decides nothing"
    choosy = _choosy(graph, seed)
    for candidate, evidence in _candidates(graph, choosy):
        _verify(graph, candidate, evidence, (candidate[2], candidate[3]) in choosy, seed)
    _share(graph)
    return graph


def _shown_at_once(toolkit: Toolkit) -> list[str]:
    """Tools that seem to read, and need nothing."""
    specs = {name: tool.spec for name, tool in toolkit.tools.items()}
    return sorted(name for name, spec in specs.items() if spec.effect == "read" and not spec.required)


def _looked(toolkit: Toolkit, name: str) -> str:
    """What a tool that needs nothing says in a fresh world."""
    return canonical(call(toolkit.tools, toolkit.world(0), ToolCall("first", name, {})).content)


def _contained(toolkit: Toolkit, first: dict[str, str]) -> set[str]:
    """See that what was done in some copies of a stranger's object is not seen in a fresh one.

    Returns:
        Tools that say something else by the second: they tell the time.
    """
    telling = set()
    for name, said in first.items():
        if (again := _looked(toolkit, name)) != said:
            time.sleep(TICK)
            if _looked(toolkit, name) == again:
                raise ToolkitError(
                    f"{name} answers otherwise in a fresh copy once other tools were run: state is kept outside of the "
                    "object (in a module, a class or a file); keep it in the object's attributes"
                )
            telling.add(name)
    return telling


def _steady(graph: ToolGraph, name: str) -> bool:
    """Whether a stranger's tool does the same when called again in the same state; else no row can be replayed."""
    tool, example = graph.toolkit.tools[name], graph.probe.examples[name][0]
    found = set()
    for _ in range(1 if tool.checked else REPEATS):
        world = example.before.fork()
        result = call(graph.toolkit.tools, world, ToolCall("s", name, example.arguments))
        found.add((canonical(result.content), world.digest()))
    return len(found) == 1


def _idle(graph: ToolGraph, name: str) -> str | None:
    """The id that a stranger's tool asks for, and answers the same whatever it is: a wrong one would be as right."""
    tool, examples = graph.toolkit.tools[name], graph.probe.examples[name]
    if tool.checked or graph.toolkit.kinds or tool.spec.effect == "write":
        return None
    for parameter in tool.spec.required:
        kind = tool.spec.kinds.get(parameter, "")
        values = {
            value
            for (source, path), its in graph.probe.seen.items()
            for value in its
            if kind.startswith("!") and graph.toolkit.tools[source].spec.return_kinds.get(path) == kind
        }
        for example in examples[:1]:
            others = (ToolCall("i", name, {**example.arguments, parameter: value}) for value in sorted(values, key=str))
            results = [call(graph.toolkit.tools, example.before.fork(), other) for other in others]
            told = {canonical(result.content) for result in results if result.status == "ok"}
            if len(results) > 1 and len(told) == 1 and all(result.status == "ok" for result in results):
                return parameter
    return None


# ── candidates ───────────────────────────────────────────────────────────────────────────────────────────


def _candidates(
    graph: ToolGraph, choosy: dict[tuple[str, str], list[Any]]
) -> list[tuple[tuple[str, str, str, str], str]]:
    tools, seen = graph.toolkit.tools, graph.probe.seen
    found: dict[tuple[str, str, str, str], str] = {}
    for consumer in graph.usable:
        spec = tools[consumer].spec
        for parameter, schema in spec.parameters["properties"].items():
            accepted = choosy.get((consumer, parameter), [])
            senseless = (consumer, *tools[consumer].phrases.not_from.get(parameter, ()))
            for (producer, path), values in sorted(seen.items(), key=lambda item: item[0]):
                if producer in senseless or "up" in path.split("."):
                    continue
                evidence = _evidence(tools[producer].spec, path, spec, parameter, schema, values)
                if not evidence and any(value in accepted for value in values):
                    evidence = "accepted"
                if evidence:
                    found[producer, path, consumer, parameter] = evidence
    return list(found.items())


def _evidence(
    producer: ToolSpec,
    path: str,
    consumer: ToolSpec,
    parameter: str,
    schema: dict[str, Any],
    values: list[Any],
) -> str:
    out, into = producer.return_kinds.get(path, ""), consumer.kinds.get(parameter, "")
    if out or into:
        return "typed" if out == into else ""
    if not any(fits(value, schema) for value in values):
        return ""
    return "lexical" if likeness(producer, path, parameter) >= LEXICAL else ""


def likeness(producer: ToolSpec, path: str, parameter: str) -> float:
    """How alike the names of a returned field and a parameter are, in [0, 1]: Jaccard over their words.

    A bare ``id`` is the id of what its tool is about, so the tool's name counts then.
    """
    leaf = words_of(leaf_of(path)) or words_of(producer.name) - {"list", "get", "all", "find", "show"}
    if leaf <= _VAGUE:
        if leaf != {"id"}:
            return 0.0
        leaf = leaf | words_of(producer.name)
        wanted = words_of(parameter)
        return 1.0 if wanted <= leaf and len(wanted) > 1 else 0.0
    wanted = words_of(parameter)
    if wanted <= _VAGUE:
        return 0.0
    return len(leaf & wanted) / len(leaf | wanted)


def _bogus(parameter: str, kind: str, schema: dict[str, Any]) -> Any:
    """A value that names nothing; ``None`` where a wrong value could mean anything (a huge exponent, say)."""
    if schema.get("type") == "string":
        return "zzqx-none"
    named = kind.startswith("!") or "id" in words_of(parameter)
    return 987654321 if schema.get("type") == "integer" and named else None


def _choosy(graph: ToolGraph, seed: int) -> dict[tuple[str, str], list[Any]]:
    """Parameters that reject a made-up value, with the returned values that they accept all the same.

    Only where nobody named any kind are the returned values searched for ones that are accepted.
    """
    tools, found = graph.toolkit.tools, {}
    pool = sorted({v for values in graph.probe.seen.values() for v in values if _names_one(v)}, key=repr)
    for name in graph.usable:
        spec = tools[name].spec
        for parameter, schema in spec.parameters["properties"].items():
            bogus = _bogus(parameter, spec.kinds.get(parameter, ""), schema)
            examples = [e for e in graph.probe.examples[name] if parameter in e.arguments]
            if bogus is None or not examples or _accepts(graph, name, parameter, bogus, examples):
                continue
            accepted = []
            if graph.toolkit.foreign and not graph.toolkit.kinds:
                values = Random(f"choosy{seed}{name}{parameter}").sample(pool, min(80, len(pool)))
                accepted = [v for v in values if fits(v, schema) and _accepts(graph, name, parameter, v, examples[:1])]
            found[name, parameter] = accepted
    return found


def _names_one(value: Any) -> bool:
    return identifying(value) and not says_nothing(value)


def _accepts(graph: ToolGraph, name: str, parameter: str, value: Any, examples: list[Example]) -> bool:
    opened = graph.toolkit.world(0)
    return any(
        call(graph.toolkit.tools, opened.fork(), ToolCall("c", name, {**example.arguments, parameter: value})).status
        == "ok"
        for example in examples
    )


# ── verifying by running ─────────────────────────────────────────────────────────────────────────────────


def _verify(graph: ToolGraph, key: tuple[str, str, str, str], evidence: str, choosy: bool, seed: int) -> None:
    producer, path, consumer, parameter = key
    graph.counts[f"candidate {evidence}"] += 1
    spec = graph.toolkit.tools[consumer].spec
    schema = spec.parameters["properties"][parameter]
    reasons: Counter[str] = Counter()
    random = Random(f"verify{seed}{key}")
    for produced, world, others in _runs(graph, producer, spec, parameter, random):
        values = [value for found, value in scalars(produced) if found == path and fits(value, schema)]
        # All of a short list: often only one of the things shown is in the state that the consumer needs.
        for value in random.sample(values, min(12, len(values))):
            for other in others:
                request = ToolCall("v", consumer, {**other, parameter: value})
                result = call(graph.toolkit.tools, world.fork(), request)
                graph.counts["runs"] += 1
                if result.status == "ok":
                    graph.counts["kept"] += 1
                    edge = Edge(*key, 1.0 if choosy else 0.5, (evidence, "executed"))
                    graph.feeds.add_edge(producer, consumer, key=(path, parameter), edge=edge)
                    return
                reasons[code_of(result.content)] += 1
    reason = reasons.most_common(1)[0][0] if reasons else "no fitting value was returned"
    graph.refused[key] = reason
    graph.counts[f"refused: {reason}"] += 1


def _runs(
    graph: ToolGraph, producer: str, spec: ToolSpec, parameter: str, random: Random
) -> Iterator[tuple[Any, Any, list[dict[str, Any]]]]:
    """Runs of the producer: its result, the world it left, and arguments for the consumer's other parameters.

    First as the producer was seen to work; then again where the consumer was, for what needs a prepared state.
    """
    for example in graph.probe.examples[producer]:
        yield example.result, example.after, _others(graph, spec, parameter, example, random)
    for ready in graph.probe.examples[spec.name]:
        if ready.needs:
            world = ready.before.fork()
            request = ToolCall("p", producer, graph.probe.examples[producer][0].arguments)
            again = call(graph.toolkit.tools, world, request)
            if again.status == "ok":
                yield again.content, world, [ready.arguments]
        for arguments in _about_the_same(graph, ready, graph.toolkit.tools[producer].spec):
            world = ready.before.fork()
            again = call(graph.toolkit.tools, world, ToolCall("p", producer, arguments))
            if again.status == "ok":
                yield again.content, world, [ready.arguments]


def _about_the_same(graph: ToolGraph, ready: Example, producer: ToolSpec) -> Iterator[dict[str, Any]]:
    """Arguments for a producer about the things that a consumer's call was about, where some result shows both.

    The seats of *the flight that is booked*: a list of bookings has both ids in one row.
    """
    wanted = [name for name in producer.required if producer.kinds.get(name, "").startswith("!")]
    if len(wanted) != len(producer.required) or not wanted:
        return
    for (tool, path), values in sorted(graph.probe.seen.items(), key=lambda item: item[0]):
        if not any(value in values for value in ready.arguments.values() if isinstance(value, str)):
            continue
        items = path[: path.rfind("[]") + 2] if "[]" in path else ""
        for example in graph.probe.examples[tool]:
            for _, item in value_at(example.result, items) if items else [("", example.result)]:
                if isinstance(item, dict) and any(value in ready.arguments.values() for value in item.values()):
                    found = {name: item.get(name) for name in wanted}
                    if all(value is not None for value in found.values()):
                        yield found
                        return


def _others(graph: ToolGraph, spec: ToolSpec, parameter: str, example: Example, random: Random) -> list[dict[str, Any]]:
    """Arguments for the consumer's other parameters: as they worked before, and as this result suggests."""
    found = [{**example_.arguments} for example_ in graph.probe.examples[spec.name]]
    near: dict[str, Any] = {}
    for name in spec.required:
        if name != parameter and spec.kinds.get(name):
            values = [
                value
                for path, value in scalars(example.result)
                if graph.toolkit.tools[spec.name].spec.kinds[name] and leaf_of(path) == name
            ]
            if values:
                near[name] = random.choice(values)
    if near:
        found += [{**arguments, **near} for arguments in found]
    fresh = {name: graph.toolkit.pool(spec, name, example.after, random) for name in spec.required if name != parameter}
    if all(value is not None for value in fresh.values()):
        found.append(fresh)
    return found


def _share(graph: ToolGraph) -> None:
    """Join tools whose parameters mean the same: one kind, or one name that says something."""
    by_meaning: dict[str, list[tuple[str, str]]] = {}
    for name in graph.usable:
        spec = graph.toolkit.tools[name].spec
        for parameter in spec.parameters["properties"]:
            words = words_of(parameter)
            meaning = spec.kinds.get(parameter) or (" ".join(sorted(words)) if not words <= _VAGUE else "")
            if meaning:
                by_meaning.setdefault(meaning, []).append((name, parameter))
    for meaning, places in sorted(by_meaning.items()):
        for number, (first, one) in enumerate(places):
            for second, two in places[number + 1 :]:
                if first == second:
                    continue
                pairs = graph.shares.edges.get((first, second), {}).get("pairs", [])
                graph.shares.add_edge(
                    first,
                    second,
                    pairs=[*pairs, (one, two, meaning)],
                    score=1.0,
                    evidence="typed" if meaning in graph.toolkit.tools[first].spec.kinds.values() else "lexical",
                )


def value_at(result: Any, path: str) -> list[tuple[str, Any]]:
    """The concrete paths and values behind a general path: ``flights[].price`` -> ``flights[0].price`` …"""
    found: list[tuple[str, Any]] = [("", result)]
    for part in filter(None, path.replace("[]", ".[]").split(".")):
        if part == "[]":
            found = [
                (f"{where}[{number}]", item)
                for where, value in found
                if isinstance(value, list)
                for number, item in enumerate(value)
            ]
        else:
            found = [
                (f"{where}.{part}" if where else part, value[part])
                for where, value in found
                if isinstance(value, dict) and part in value
            ]
    return found
