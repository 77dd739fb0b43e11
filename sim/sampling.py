"""Which tools are sampled together: one function per sampler, each a function of (graph, focus, size, random).

``flow`` grows a motif of dataflow around the focus tool and closes it, so that every id has a tool that
reveals it. ``toolflow`` is the walk of ToolFlow (arXiv 2410.18447, section 3.2). ``shares`` walks along
parameters that mean the same, ``same-domain`` takes any tools of the focus tool's domain, ``random`` any tools.
Which tool is in focus is a schedule, not a draw: see :func:`focus_of`.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from tools_mock import BadInput, unknown
from tools_mock.foreign import leaves
from tools_mock.phrases import words_of

from .chance import shuffled
from .graph import Edge, ToolGraph, handed, value_at


@dataclass(frozen=True, slots=True)
class Sample:
    """Tools that were sampled together, in the order they were found, and by which motif."""

    tools: tuple[str, ...]
    motif: str


def focus_of(graph: ToolGraph, seed: int, index: int, attempt: int) -> str:
    """The tool that dialogue ``index`` is about: position ``index`` of a seeded permutation.

    After three failed attempts the next position is taken, so that one stubborn tool blocks nothing.
    """
    order = _order(graph, seed)
    return order[(index + attempt // 3) % len(order)]


@lru_cache(maxsize=8)
def _order(graph: ToolGraph, seed: int) -> list[str]:
    names = goals(graph)
    return Random(f"focus{seed}").sample(names, len(names))


def goals(graph: ToolGraph) -> list[str]:
    """Tools that work and that a person would ask for."""
    return [name for name in graph.usable if graph.toolkit.tools[name].phrases.goal]


def sample(graph: ToolGraph, sampler: str, focus: str, size: int, seed: int) -> Sample:
    """Sample tools.

    Args:
        graph: of the toolkit.
        sampler: a name in :data:`SAMPLERS`.
        focus: the tool that must be among them (the paper's own walk starts anywhere, as it says).
        size: how many; closing over ids may add a few.
        seed: of every choice.

    Raises:
        BadInput: there is no such sampler.
    """
    if sampler not in SAMPLERS:
        raise BadInput(unknown("sampler", sampler, SAMPLERS))
    return SAMPLERS[sampler](graph, focus, size, Random(f"sample{sampler}{seed}"))


def distractors(
    graph: ToolGraph, chosen: tuple[str, ...], count: int, seed: int, avoid: Collection[str] = ()
) -> tuple[str, ...]:
    """The tools in view: the chosen ones and some others, in an order that gives nothing away.

    ``avoid`` are domains that no other tool may come from.
    """
    random = Random(f"view{seed}")
    others = [name for name, domain in _domains(graph) if name not in chosen and domain not in avoid]
    view = [*chosen, *random.sample(others, min(count, len(others)))]
    random.shuffle(view)
    return tuple(view)


@lru_cache(maxsize=8)
def _domains(graph: ToolGraph) -> list[tuple[str, str]]:
    """Every tool with its domain, by name."""
    return sorted((name, tool.spec.domain) for name, tool in graph.toolkit.tools.items())


# ── flow ─────────────────────────────────────────────────────────────────────────────────────────────────


def _flow(graph: ToolGraph, focus: str, size: int, random: Random) -> Sample:
    motifs = list(_MOTIFS)
    for motif in shuffled(random, motifs):
        found = _MOTIFS[motif](graph, focus, random)
        if found is not None:
            break
    else:
        motif, found = "single", [focus]
    found = _deepened(graph, list(dict.fromkeys(found)), random)
    tries = 0
    while len(found) < size and tries < 30:
        tries += 1
        near = _after(graph, random.choice(found)) + _before(graph, random.choice(found))
        if tries > 20:  # nothing flows any more: whatever speaks of the same things, or belongs to the domain
            near = sorted(graph.shares[found[0]]) or _domain(graph, found[0])
        fresh = [name for name in near if name not in found]
        if fresh:
            found.append(random.choice(fresh))
    return Sample(tuple(_closed(graph, found, random)), motif)


def _deepened(graph: ToolGraph, found: list[str], random: Random) -> list[str]:
    """The tools with a chain of three or four added, in which every call brings an id to light that the next one uses.

    Rather one through a tool that is there already: looking up, making something of it, doing something with that.
    """
    chains = _deep(graph)
    here = frozenset(found)
    near = [chain for chain in chains if not here.isdisjoint(chain)]
    if not chains:
        return found
    first, made, then = random.choice(near or chains)
    ways = [chain[2] for chain in chains if chain[:2] == (first, made)]  # more than one, in case that one is barred
    further = sorted(graph.leading[then] - {first, made, then})
    picks = [*random.choices(ways, k=2), *(random.choices(further) if further else ())]
    return list(dict.fromkeys([*found, first, made, then, *picks]))


@lru_cache(maxsize=8)
def _deep(graph: ToolGraph) -> list[tuple[str, str, str]]:
    """Chains of three tools by ids that are new each time: what a call was given and only echoes leads no further."""
    found = []
    for name in sorted(graph.makers):
        before = {edge.source for edge in graph.into(name) if graph.strong(edge) and edge.source != name}
        after = graph.leading[name]
        found += [(one, name, two) for one in before for two in after if len({one, name, two}) == 3]
    return sorted(found)


def _domain(graph: ToolGraph, name: str) -> list[str]:
    its = graph.toolkit.tools[name].spec.domain
    return [other for other in graph.usable if graph.toolkit.tools[other].spec.domain == its]


def _after(graph: ToolGraph, name: str) -> list[str]:
    return _weighted(graph, name, ahead=True)


def _before(graph: ToolGraph, name: str) -> list[str]:
    return _weighted(graph, name, ahead=False)


@lru_cache(maxsize=2000)
def _weighted(graph: ToolGraph, name: str, ahead: bool) -> list[str]:
    """The tools that a tool feeds, or that feed it; a draw takes one that hands an id through three times of four."""
    edges = graph.out_of(name) if ahead else graph.into(name)
    others = tuple((edge.target if ahead else edge.source, graph.strong(edge)) for edge in edges)
    others = tuple(one for one in others if one[0] != name)
    strong = sorted({other for other, its in others if its})
    weak = sorted({other for other, _ in others} - set(strong))
    times = max(1, -(-3 * len(weak) // len(strong))) if strong else 0
    return strong * times + weak


def _chain(graph: ToolGraph, focus: str, random: Random) -> list[str] | None:
    path = [focus]
    for _ in range(random.choice([2, 3])):
        forward = [name for name in _after(graph, path[-1]) if name not in path]
        back = [name for name in _before(graph, path[0]) if name not in path]
        if forward and (not back or random.random() < 0.5):
            path.append(random.choice(forward))
        elif back:
            path.insert(0, random.choice(back))
    return path if len(path) >= 3 else None


def _fan_out(graph: ToolGraph, focus: str, random: Random) -> list[str] | None:
    for hub in shuffled(random, [focus, *_before(graph, focus)]):
        others = [name for name in _after(graph, hub) if name != focus]
        if len(others) >= 2:
            return [hub, focus, *random.sample(others, 2)]
    return None


def _fan_in(graph: ToolGraph, focus: str, random: Random) -> list[str] | None:
    for sink in shuffled(random, [focus, *_after(graph, focus)]):
        by_parameter: dict[str, list[str]] = {}
        for edge in graph.into(sink):
            by_parameter.setdefault(edge.parameter, []).append(edge.source)
        if len(by_parameter) >= 2:
            sources = [random.choice(sorted(by_parameter[name])) for name in random.sample(sorted(by_parameter), 2)]
            if len(set(sources)) == 2:
                return [*sources, focus, sink]
    return None


def _diamond(graph: ToolGraph, focus: str, random: Random) -> list[str] | None:
    for top in shuffled(random, _before(graph, focus)):
        for bottom in shuffled(random, _after(graph, focus)):
            sides = [
                name
                for name in _after(graph, top)
                if name in _before(graph, bottom) and name not in (focus, top, bottom)
            ]
            if sides and top != bottom:
                return [top, focus, random.choice(sides), bottom]
    return None


def _return(graph: ToolGraph, focus: str, random: Random) -> list[str] | None:
    """Something found early is used again after a detour."""
    sources = _before(graph, focus)
    if not sources:
        return None
    source = random.choice(sources)
    detour = [name for name in _after(graph, source) if name != focus]
    far = [name for name in graph.usable if name not in (focus, source, *detour) and _after(graph, name)]
    if not detour or not far:
        return None
    away = random.choice(far)
    return [source, random.choice(detour), away, random.choice(_after(graph, away)), focus]


_MOTIFS: dict[str, Callable[[ToolGraph, str, Random], list[str] | None]] = {
    "chain": _chain,
    "fan-out": _fan_out,
    "fan-in": _fan_in,
    "diamond": _diamond,
    "return": _return,
}


def _closed(graph: ToolGraph, found: list[str], random: Random) -> list[str]:
    """Add what reveals every id that a tool needs, and what brings about the state it needs."""
    queue, closed = list(found), list(found)
    while queue:
        name = queue.pop(0)
        wanted = [random.choice(sources) for sources in _revealing(graph, name) if not set(closed) & set(sources)]
        wanted += [random.choice(graph.enablers[name])] if graph.enablers[name] else []
        for meant in graph.toolkit.tools[name].phrases.sums.values():
            telling = _telling(graph, meant.field)
            wanted += random.sample(telling, min(2, len(telling)))
        for more in wanted:
            if more not in closed:
                closed.append(more)
                queue.append(more)
    return closed


@lru_cache(maxsize=2_000)
def _revealing(graph: ToolGraph, name: str) -> list[list[str]]:
    """For every id that a tool needs the tools that reveal it."""
    spec, found = graph.toolkit.tools[name].spec, []
    for parameter in spec.required:
        edges = [e for e in graph.into(name, parameter) if e.score == 1.0]
        if edges and (handed(spec.kinds.get(parameter, "")) or graph.toolkit.foreign):
            named = {e.source for e in edges if graph.looks_up(e)}  # what a person may ask for by name is best
            revealing = {e.source for e in edges if _reveals(graph, e.source)}
            sources = named or revealing or {e.source for e in edges}
            at_first = {e.source for e in edges if _shows_at_first(graph, e)}  # a cart shows what was put into it
            found.append(sorted(sources & at_first or sources))
    return found


def _shows_at_first(graph: ToolGraph, edge: Edge) -> bool:
    """Whether an edge's source showed a value where nothing had been done before."""
    examples = graph.probe.examples.get(edge.source, ())
    return any(not one.before.changes() and value_at(one.result, edge.path) for one in examples)


@lru_cache(maxsize=64)
def _telling(graph: ToolGraph, field: str) -> list[str]:
    """The tools whose results have a field."""
    return [name for name in graph.usable if field in leaves(graph.toolkit.tools[name].spec.returns)]


def _reveals(graph: ToolGraph, name: str) -> bool:
    """Whether a tool reveals ids without needing one."""
    spec = graph.toolkit.tools[name].spec
    return spec.effect == "read" and not any(spec.kinds.get(p, "").startswith("!") for p in spec.required)


# ── the others ───────────────────────────────────────────────────────────────────────────────────────────


def _random(graph: ToolGraph, focus: str, size: int, random: Random) -> Sample:
    others = [name for name in graph.usable if name != focus]
    return Sample((focus, *random.sample(others, min(size - 1, len(others)))), "none")


def _same_domain(graph: ToolGraph, focus: str, size: int, random: Random) -> Sample:
    others = [name for name in _domain(graph, focus) if name != focus]
    return Sample((focus, *random.sample(others, min(size - 1, len(others)))), "none")


def _shares(graph: ToolGraph, focus: str, size: int, random: Random) -> Sample:
    return Sample(_walk({name: sorted(graph.shares[name]) for name in graph.shares}, focus, size, random), "walk")


#: ToolFlow's threshold belongs to its Sentence-BERT; for the bag of words used here this one gives a graph
#: of the same kind, dense within a topic and thin between topics.
TAU = 0.55


def _toolflow(graph: ToolGraph, focus: str, size: int, random: Random) -> Sample:
    near = _similar(graph)
    start = random.choice(graph.usable)  # the paper's walk starts at a uniformly random tool, not at ours
    return Sample(_walk(near, start, size, random), "walk")


def _walk(near: dict[str, list[str]], start: str, size: int, random: Random) -> tuple[str, ...]:
    """A random walk until ``size`` tools were visited; a dead end or a small component ends it early."""
    path, at = [start], start
    for _ in range(size * 20):
        if len(path) >= size or not near.get(at):
            break
        at = random.choice(near[at])
        if at not in path:
            path.append(at)
    return tuple(path)


_SIMILAR: dict[tuple[str, str, float], dict[str, list[str]]] = {}


def _similar(graph: ToolGraph, tau: float = TAU) -> dict[str, list[str]]:
    """ToolFlow's graph: an undirected edge where two parameters, or a return and a parameter, are similar.

    Texts are "name: description"; similarity is the cosine of TF-IDF weighted words, for want of a model.
    """
    key = (graph.toolkit.factory, graph.toolkit.source, tau)
    if key in _SIMILAR:
        return _SIMILAR[key]
    parameters: dict[str, list[Counter[str]]] = {}
    returns: dict[str, list[Counter[str]]] = {}
    for name in graph.usable:
        spec = graph.toolkit.tools[name].spec
        parameters[name] = [
            _words(f"{parameter}: {schema.get('description', '')}")
            for parameter, schema in spec.parameters["properties"].items()
        ]
        returns[name] = [_words(path) for path in leaves(spec.returns)]
    texts = [text for group in (*parameters.values(), *returns.values()) for text in group]
    weight = {
        word: math.log((1 + len(texts)) / (1 + sum(word in text for text in texts))) + 1
        for word in {word for text in texts for word in text}
    }
    near: dict[str, list[str]] = {}
    for first in graph.usable:
        for second in graph.usable:
            pairs = [(p, q) for p in parameters[first] for q in parameters[second]]
            pairs += [(r, p) for r in returns[first] for p in parameters[second]]
            pairs += [(r, p) for r in returns[second] for p in parameters[first]]
            if first != second and any(_cosine(one, two, weight) > tau for one, two in pairs):
                near.setdefault(first, []).append(second)
    _SIMILAR[key] = near
    return near


def _words(text: str) -> Counter[str]:
    return Counter(word for part in text.replace(".", " ").replace("[]", " ").split() for word in words_of(part))


def _cosine(one: Counter[str], two: Counter[str], weight: dict[str, float]) -> float:
    dot = sum(one[word] * two[word] * weight[word] ** 2 for word in one if word in two)
    size = math.sqrt(
        sum((n * weight[w]) ** 2 for w, n in one.items()) * sum((n * weight[w]) ** 2 for w, n in two.items())
    )
    return dot / size if size else 0.0


SAMPLERS: dict[str, Callable[[ToolGraph, str, int, Random], Sample]] = {
    "flow": _flow,
    "toolflow": _toolflow,
    "shares": _shares,
    "same-domain": _same_domain,
    "random": _random,
}
