"""Finding out by running what tools accept and return.

Each tool is called with values that a person could name and values that other tools returned, until it
answers. What worked is kept as examples: the graph verifies its edges with them. Knows no edges itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tools_mock import Tool, ToolCall, Toolkit, ToolSpec, call, canonical
from tools_mock.foreign import leaf_of, refusal_code
from tools_mock.phrases import words_of
from tools_mock.values import is_moment, kind_of, looks_like_id, tells

#: How many working calls are kept of each tool, and how often one is tried in a round.
EXAMPLES, TRIES, ROUNDS = 4, 12, 4


@dataclass(slots=True)
class Example:
    """A call that worked: its arguments, its result, the worlds before and after it.

    ``needs`` are the writing tools without which it did not work, in the order they were run.
    """

    arguments: dict[str, Any]
    result: Any
    before: Any
    after: Any
    needs: tuple[str, ...] = ()


@dataclass(slots=True)
class Probe:
    """What running every tool has shown.

    Args:
        examples: tool -> calls that worked.
        refusals: tool -> reasons of those that did not.
        seen: (tool, path) -> values that were returned there.
        writes: tools that changed the world.
    """

    examples: dict[str, list[Example]] = field(default_factory=dict)
    refusals: dict[str, Counter[str]] = field(default_factory=dict)
    seen: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    writes: set[str] = field(default_factory=set)


def probe(toolkit: Toolkit, seed: int = 0, world_seed: int = 0) -> Probe:
    """Call every tool until it works or was tried often enough. A function of toolkit and seeds."""
    found = Probe()
    opened = toolkit.world(world_seed)
    for round_ in range(ROUNDS):
        for name, tool in sorted(toolkit.tools.items()):
            kept = found.examples.setdefault(name, [])
            if len(kept) >= EXAMPLES and not _idle(tool, found):
                continue
            random = Random(f"probe{seed}{name}{round_}")
            ids = sum(
                kind.startswith("!") and parameter not in tool.phrases.visible
                for parameter, kind in tool.spec.kinds.items()
            )
            tries = TRIES * (10 if ids > 1 else 1)
            for attempt in range(round_ * tries, (round_ + 1) * tries):
                arguments = _arguments(toolkit, tool.spec, opened, found, random, attempt)
                if arguments is None:
                    break
                # What others left behind is tried too, but not with every draw: it costs a world each time.
                untold = not kept or _idle(tool, found)
                _try(toolkit, name, arguments, opened, found, elsewhere=untold and attempt % tries < 3)
                if len(kept) >= EXAMPLES and not _idle(tool, found):
                    break
            if not tool.checked:  # a stranger's "cancel" of what is not there answers False, and is no cancel
                kept.sort(key=lambda example: example.after.digest() == example.before.digest())
                del kept[EXAMPLES:]
    _beside(toolkit, found)
    _in_prepared_worlds(toolkit, found)
    _look_again(toolkit, found)
    return found


def _idle(tool: Tool, found: Probe) -> bool:
    """Whether a stranger's tool that by its name does something has done nothing yet: ``False`` may have meant no."""
    return not tool.checked and tool.spec.effect == "write" and tool.spec.name not in found.writes


def _look_again(toolkit: Toolkit, found: Probe) -> None:
    """Run reading tools once more where something was written: an empty cart shows no fields."""
    for name in sorted(found.examples.keys() - found.writes):
        for example in found.examples[name][:1]:
            its = toolkit.tools[name].spec.domain
            for writer in sorted(w for w in found.writes if toolkit.tools[w].spec.domain == its):
                for written in found.examples[writer][:1]:
                    world = written.after.fork()
                    result = call(toolkit.tools, world, ToolCall("again", name, example.arguments))
                    new = {path for path, _ in scalars(result.content)} - {p for n, p in found.seen if n == name}
                    if result.status == "ok" and new:
                        found.examples[name].append(Example(example.arguments, result.content, written.after, world))
                        _note(found, name, result.content)


def _note(found: Probe, name: str, result: Any) -> None:
    for path, value in scalars(result):
        values = found.seen.setdefault((name, path), [])
        if value not in values and len(values) < 12:
            values.append(value)


def code_of(content: Any) -> str:
    """A short name for why a call did not work."""
    error = content.get("error") if isinstance(content, dict) else None
    if isinstance(error, dict):
        return str(error.get("code", "refused"))
    return refusal_code(content)


def _try(toolkit: Toolkit, name: str, arguments: dict[str, Any], opened: Any, found: Probe, elsewhere: bool) -> None:
    kept = found.examples[name]
    if any(canonical(example.arguments) == canonical(arguments) for example in kept):
        return
    # On what earlier tools left behind, too: some states (something in the cart) only calls produce.
    trials: list[tuple[tuple[str, ...], Any, dict[str, Any]]] = [((), opened, arguments)]
    domain = toolkit.tools[name].spec.domain
    for writer in sorted(found.writes - {name}) if elsewhere else ():
        if toolkit.tools[writer].spec.domain != domain:
            continue
        for example in found.examples[writer][:1]:
            same = _same_things(toolkit, name, arguments, writer, example.arguments)
            trials += [((writer,), example.after, tried) for tried in (arguments, same) if tried is not None]
    for needs, world, tried in trials:
        if _works(toolkit, name, tried, world, needs, found) and not (elsewhere and _idle(toolkit.tools[name], found)):
            return


def _works(
    toolkit: Toolkit, name: str, arguments: dict[str, Any], world: Any, needs: tuple[str, ...], found: Probe
) -> bool:
    """Run a call; keep it as an example if it worked, else count why not."""
    mine = world.fork()
    result = call(toolkit.tools, mine, ToolCall("probe", name, arguments))
    if result.status != "ok":
        found.refusals.setdefault(name, Counter())[code_of(result.content)] += 1
        return False
    did, kept = mine.digest() != world.digest(), found.examples[name]
    if not did and any(one.arguments == arguments and one.result == result.content for one in kept):
        return True  # a look that shows the same, whatever was done before
    kept.append(Example(arguments, result.content, world, mine, needs))
    if did:
        found.writes.add(name)
    _note(found, name, result.content)
    return True


def _beside(toolkit: Toolkit, found: Probe) -> None:
    """For strangers' tools that never worked: try what was shown of the same thing, a free slot of the doctor's."""
    opened = toolkit.world(0)
    for name in sorted(name for name, kept in found.examples.items() if not kept and not toolkit.tools[name].checked):
        spec = toolkit.tools[name].spec
        for number, (parameter, same, value) in enumerate(_shown_with(spec, found)):
            arguments = _arguments(toolkit, spec, opened, found, Random(f"beside{name}{number}"), number)
            if arguments is None or len(found.examples[name]) >= EXAMPLES:
                break
            _works(toolkit, name, {**arguments, **same, parameter: value}, opened, (), found)


def _shown_with(spec: ToolSpec, found: Probe) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """What calls about something showed that a tool may take beside it: the parameter, what it was about, the value."""
    properties = spec.parameters["properties"]
    for examples in list(found.examples.values()):
        for example in examples:
            same = {parameter: value for parameter, value in example.arguments.items() if parameter in properties}
            for parameter in spec.required if same else ():
                for _, value in scalars(example.result):
                    if parameter not in same and fits(value, properties[parameter]):
                        yield parameter, same, value


def _in_prepared_worlds(toolkit: Toolkit, found: Probe) -> None:
    """For what never worked: try it where two writing tools of its domain were run before, one after the other."""
    opened = toolkit.world(0)
    for name in sorted(name for name, examples in found.examples.items() if not examples):
        spec = toolkit.tools[name].spec
        writers = sorted(w for w in found.writes if toolkit.tools[w].spec.domain == spec.domain)
        pairs = [(one, two) for one in writers for two in writers if one != two][:120]
        for number, (one, two) in enumerate(pairs):
            arguments = _arguments(toolkit, spec, opened, found, Random(f"prepared{name}{number}"), number)
            if arguments is None:
                break
            for first in found.examples[one]:
                world, second = first.after.fork(), found.examples[two][number % len(found.examples[two])]
                if call(toolkit.tools, world, ToolCall("prepare", two, second.arguments)).status != "ok":
                    continue
                if _works(toolkit, name, arguments, world, (one, two), found):
                    break
            if found.examples[name]:
                break


def _same_things(
    toolkit: Toolkit, name: str, arguments: dict[str, Any], writer: str, written: dict[str, Any]
) -> dict[str, Any] | None:
    """The arguments, but about the things that the writer was called with; ``None`` where it is about others."""
    kinds, its = toolkit.tools[name].spec.kinds, toolkit.tools[writer].spec.kinds
    same = {
        parameter: value
        for parameter in arguments
        for other, value in written.items()
        if parameter in kinds and kinds[parameter] == its.get(other)
    }
    return {**arguments, **same} if same else None


def _arguments(
    toolkit: Toolkit, spec: ToolSpec, world: Any, found: Probe, random: Random, attempt: int
) -> dict[str, Any] | None:
    arguments, stride = {}, 1
    shown = dict(toolkit.visible(world).values())
    for parameter, schema in spec.parameters["properties"].items():
        needed = parameter in spec.required
        if not needed and random.random() < 0.7:
            continue
        value = toolkit.pool(spec, parameter, world, random)
        if parameter in toolkit.tools[spec.name].phrases.visible:
            value = shown.get(spec.kinds.get(parameter, ""), value)
            if value is not None:
                arguments[parameter] = value
                continue
        returned = _returned(toolkit, spec, parameter, schema, found, anything=value is None)
        if returned and (value is None or random.random() < 0.5):
            # One after the other, over all pairs: with many ids of which few fit together, drawing misses them.
            order = Random(f"{spec.name}{parameter}").sample(returned, len(returned))
            value = order[attempt // stride % len(order)]
            stride *= len(order)
        if value is None and needed:
            return None
        if value is not None:
            arguments[parameter] = value
    return arguments


def _returned(
    toolkit: Toolkit, spec: ToolSpec, parameter: str, schema: dict[str, Any], found: Probe, anything: bool
) -> list[Any]:
    """Values that tools returned and this parameter might take: of its kind, else under a like name, else any."""
    kind, words = spec.kinds.get(parameter, ""), words_of(parameter)
    exact = any(words == words_of(leaf_of(path)) for _, path in found.seen)
    offered: list[Any] = []
    for (name, path), values in sorted(found.seen.items(), key=lambda item: item[0]):
        producer = toolkit.tools[name].spec
        if kind:
            its_kind = producer.return_kinds.get(path) or toolkit.kinds.get(
                f"{name}.{leaf_of(path)}", toolkit.kinds.get(leaf_of(path), "")
            )
            like = its_kind == kind
        else:
            its = words_of(leaf_of(path) or name)
            like = its == words if exact else bool(words & its)
        if like:
            offered += [value for value in values if fits(value, schema) and value not in offered]
    if not offered and anything and not kind and not toolkit.kinds:
        # Nothing is named alike: whatever was returned and could name a thing may be meant.
        offered = [v for values in found.seen.values() for v in values if identifying(v) and fits(v, schema)][:60]
    return offered


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value has the JSON type that a schema asks for, and is a day, a time or a moment if it asks for one."""
    kind = schema.get("type")
    if kind == "string":
        form = _FORMS.get(schema.get("format", ""))
        return isinstance(value, str) and (
            form is None or (is_moment(value) if form == "moment" else kind_of(value) == form)
        )
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "array":
        return isinstance(value, list)
    return kind is None


#: What a text of a format is.
_FORMS = {"date": "day", "time": "clock", "date-time": "moment"}


def scalars(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every scalar of a result with its general path: ``flights[].price``; empty texts and nulls are left out."""
    found: list[tuple[str, Any]] = []
    _collect(value, path, found)
    return found


def _collect(value: Any, path: str, found: list[tuple[str, Any]]) -> None:
    if type(value) is dict:
        for name, item in value.items():
            _collect(item, f"{path}.{name}" if path else str(name), found)
    elif type(value) is list:
        for item in value:
            _collect(item, path + "[]", found)
    elif value is not None and value != "":
        found.append((path, value))


def values_in(value: Any) -> set[Any]:
    """Every scalar of a result; empty texts and nulls are left out."""
    found: set[Any] = set()
    _gather(value, found)
    return found


def _gather(value: Any, found: set[Any]) -> None:
    for item in value.values() if type(value) is dict else value if type(value) is list else (value,):
        if type(item) is dict or type(item) is list:
            _gather(item, found)
        elif item is not None and item != "":
            found.add(item)


def says_nothing(value: Any) -> bool:
    """Whether a value is too common to show where it came from."""
    return isinstance(value, bool) or value in ("", 0, 1, None) or (isinstance(value, str) and len(value) < 2)


def identifying(value: Any) -> bool:
    """Whether a value may name one thing: long enough, and neither a sentence nor a list."""
    return looks_like_id(value) or (isinstance(value, str) and 2 <= len(value) <= 60 and not tells(value))
