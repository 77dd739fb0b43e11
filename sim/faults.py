"""Planted faults: clean rows damaged on purpose, to see what each gate is worth.

A fault is a function from (evidence, random) to the damaged evidence, or ``None`` where the row has no place for
it. Damage that a liar could make consistent (an extra write, say) is made consistent: its calls are executed again
and the digest is the real one, so that only the gate that should see it can.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agents import Message
from agents.reports import proposes
from tools_mock import ToolCall, ToolResult, call
from tools_mock.foreign import leaf_of
from tools_mock.values import looks_like_id, mentioned, numbers_in, plain_number, say

from .attribution import attributed
from .gates import Evidence, Prompt, tools_in_view
from .probe import scalars
from .record import loads
from .rollout import opened
from .verify import findings

Fault = Callable[[Evidence, Random], Evidence | None]


def _with(evidence: Evidence, messages: list[Message], **more: Any) -> Evidence:
    return replace(evidence, messages=tuple(messages), cache={}, **more)


def _executed(evidence: Evidence, messages: list[Message]) -> Evidence:
    """The same messages with the results that these calls really give, and the real end state."""
    world = opened(evidence.scenario, evidence.toolkit)
    tools = tools_in_view(evidence)
    found: list[Message] = []
    for message in messages:
        if message.role == "tool":
            made = found[-1].calls
            found.append(Message("tool", results=tuple(call(tools, world, one) for one in made)))
        else:
            found.append(message)
    return _with(evidence, found, digest=world.digest())


def _places(evidence: Evidence, role: str, texts: bool = True) -> list[int]:
    return [n for n, m in enumerate(evidence.messages) if m.role == role and bool(m.text) == texts]


def _calls(evidence: Evidence) -> list[tuple[int, int, ToolCall]]:
    return [(n, k, made) for n, m in enumerate(evidence.messages) for k, made in enumerate(m.calls)]


def _otherwise(evidence: Evidence, made: ToolCall, path: str, value: Any) -> dict[str, Any]:
    """A call's arguments with one of them otherwise."""
    tool = evidence.toolkit.tools[made.name]
    return tool.shaped({**tool.flat(made.arguments), path: value})


def _recalled(messages: list[Message], place: int, number: int, arguments: dict[str, Any]) -> None:
    calls = list(messages[place].calls)
    calls[number] = replace(calls[number], arguments=arguments)
    messages[place] = replace(messages[place], calls=tuple(calls))


def _shown_before(evidence: Evidence, place: int) -> list[tuple[str, Any]]:
    """Kind and value of everything that results showed before a message."""
    found = []
    for message in evidence.messages[:place]:
        for result in message.results:
            kinds = evidence.toolkit.tools[result.name].spec.return_kinds
            found += [(kinds.get(path, ""), value) for path, value in scalars(result.content)]
    return found


# ── the faults ───────────────────────────────────────────────────────────────────────────────────────────


def other_entity(evidence: Evidence, random: Random) -> Evidence | None:
    """A call with another visible entity's id."""
    found = []
    for place, number, made in _calls(evidence):
        tool = evidence.toolkit.tools[made.name]
        for name, value in tool.flat(made.arguments).items():
            kind = tool.spec.kinds.get(name, "")
            if kind.startswith("!"):
                others = {v for k, v in _shown_before(evidence, place) if k == kind and v != value}
                found += [(place, number, made, name, other) for other in sorted(others, key=str)]
    if not found:
        return None
    place, number, made, name, other = random.choice(found)
    messages = list(evidence.messages)
    _recalled(messages, place, number, _otherwise(evidence, made, name, other))
    return _executed(evidence, messages)


def sourceless(evidence: Evidence, random: Random) -> Evidence | None:
    """A call with a value that nobody said and nothing showed."""
    made_up = {"day": "2031-07-19", "clock": "03:41", "city": "Reykjavik", "money": "487.31", "budget": "487.31"}
    found = []
    for place, number, made in _calls(evidence):
        tool = evidence.toolkit.tools[made.name]
        for name, value in tool.flat(made.arguments).items():
            kind = tool.spec.kinds.get(name, "").lstrip("!")
            other: Any = made_up.get(kind)
            if other is None and isinstance(value, str):
                other = "Zorbatron" if not looks_like_id(value) else value[:-1] + ("1" if value[-1] != "1" else "2")
            if other is None and isinstance(value, int | float) and not isinstance(value, bool):
                other = value + 371
            if other is not None:
                found.append((place, number, made, name, other))
    if not found:
        return None
    place, number, made, name, other = random.choice(found)
    messages = list(evidence.messages)
    _recalled(messages, place, number, _otherwise(evidence, made, name, other))
    return _executed(evidence, messages)


def wrong_number(evidence: Evidence, random: Random) -> Evidence | None:
    """A wrong sum, price or count in what the assistant says."""
    found = []
    for place in _places(evidence, "assistant"):
        for number in sorted(numbers_in(evidence.messages[place].text)):
            text = str(number)
            if evidence.messages[place].text.count(text) == 1 and number > 10:
                found.append((place, text, plain_number(float(number) + random.choice([7, 13, 90]))))
    if not found:
        return None
    place, old, new = random.choice(found)
    messages = list(evidence.messages)
    messages[place] = replace(messages[place], text=messages[place].text.replace(old, new))
    return _with(evidence, messages)


def future_fact(evidence: Evidence, random: Random) -> Evidence | None:
    """A fact from a later result, told before it."""
    told: list[tuple[int, str]] = []
    shown = evidence.scenario.policy.casefold()
    for place, message in enumerate(evidence.messages):
        for result in message.results:
            kinds = evidence.toolkit.tools[result.name].spec.return_kinds
            for path, value in scalars(result.content):
                kind = kinds.get(path, "").lstrip("!")
                fresh = str(value).casefold() not in shown and say(kind, value).casefold() not in shown
                if fresh and (kind in ("money", "clock") or looks_like_id(value)):
                    told.append((place, f"{leaf_of(path).replace('_', ' ') or 'it'} {say(kind, value)}"))
        shown += f" {message.text} {[result.content for result in message.results]}".casefold()
    early = _places(evidence, "assistant")
    pairs = [(place, text) for later, text in told for place in early if place < later]
    if not pairs:
        return None
    place, text = random.choice(pairs)
    messages = list(evidence.messages)
    messages[place] = replace(messages[place], text=f"{messages[place].text} By the way, the {text}.")
    return _with(evidence, messages)


def premature(evidence: Evidence, random: Random) -> Evidence | None:
    """A deed claimed before the call that does it."""
    places = [n for n in _places(evidence, "assistant") if not _wrote_since_user(evidence, n)]
    later = [n for n, k, made in _calls(evidence) if evidence.toolkit.tools[made.name].spec.effect == "write"]
    pairs = [place for place in places if any(place < n for n in later)]
    if not pairs:
        return None
    place = random.choice(pairs)
    claim = random.choice(
        ["I've booked it.", "It's cancelled now.", "Done, it's all been changed.", "I have added it."]
    )
    messages = list(evidence.messages)
    messages[place] = replace(messages[place], text=f"{claim} {messages[place].text}")
    return _with(evidence, messages)


def _wrote_since_user(evidence: Evidence, place: int) -> bool:
    for message in reversed(evidence.messages[:place]):
        if message.role == "user":
            return False
        if any(evidence.toolkit.tools[r.name].spec.effect == "write" and r.status == "ok" for r in message.results):
            return True
    return False


def negated(evidence: Evidence, random: Random) -> Evidence | None:
    """A deed that was done, denied."""
    places = [n for n in _places(evidence, "assistant") if _wrote_since_user(evidence, n)]
    if not places:
        return None
    place = random.choice(places)
    denial = random.choice(["Sorry, I couldn't do that.", "That didn't work.", "No luck, it was not possible."])
    messages = list(evidence.messages)
    keep = random.random() < 0.5
    messages[place] = replace(messages[place], text=f"{denial} {messages[place].text}" if keep else denial)
    return _with(evidence, messages)


def swapped_result(evidence: Evidence, random: Random) -> Evidence | None:
    """Two results that changed places."""
    places = [(n, k) for n, m in enumerate(evidence.messages) for k in range(len(m.results))]
    pairs = [
        (one, two)
        for one in places
        for two in places
        if one < two and _result(evidence, one).content != _result(evidence, two).content
    ]
    if not pairs:
        return None
    one, two = random.choice(pairs)
    messages = list(evidence.messages)
    first, second = _result(evidence, one), _result(evidence, two)
    for (place, number), content in ((one, second.content), (two, first.content)):
        results = list(messages[place].results)
        results[number] = replace(results[number], content=content)
        messages[place] = replace(messages[place], results=tuple(results))
    return _with(evidence, messages)


def _result(evidence: Evidence, place: tuple[int, int]) -> ToolResult:
    return evidence.messages[place[0]].results[place[1]]


def leaked_name(evidence: Evidence, random: Random) -> Evidence | None:
    """A user who says a tool's or a parameter's name, an id that it was not told, or writes a call."""
    specs = [tool.spec for tool in tools_in_view(evidence).values()]
    names = [spec.name for spec in specs if "_" in spec.name]
    names += [name for spec in specs for name in spec.parameters["properties"] if "_" in name]
    ids = [v for k, v in _shown_before(evidence, len(evidence.messages)) if k.startswith("!") and looks_like_id(v)]
    said = " ".join(message.text for message in evidence.messages)
    slips = [f"use {random.choice(names)} for that", f"{random.choice(names)}(x=1)"] if names else []
    slips += [f"I mean {one}" for one in ids if str(one) not in said][:2]
    if not slips:
        return None
    place = random.choice(_places(evidence, "user"))
    messages = list(evidence.messages)
    messages[place] = replace(messages[place], text=f"{messages[place].text} {random.choice(slips)}")
    return _with(evidence, messages)


def skipped_question(evidence: Evidence, random: Random) -> Evidence | None:
    """A detail that was never asked for and never told, used all the same."""
    places = [
        n
        for n in _places(evidence, "assistant")
        if evidence.messages[n].text.endswith("?")
        and not proposes(evidence.messages[n].text)
        and 0 < n < len(evidence.messages) - 1
        and _told_in(evidence, n + 1)
    ]
    if not places:
        return None
    place = random.choice(places)
    messages = [m for n, m in enumerate(evidence.messages) if n not in (place, place + 1)]
    return _with(evidence, messages)


def _told_in(evidence: Evidence, place: int) -> bool:
    """Whether a user's answer tells a value that the next calls use, and nothing that they said before did."""
    after = evidence.messages[place + 1 :]
    made = {
        call.id for m in after[: next((n for n, m in enumerate(after) if m.role == "user"), None)] for call in m.calls
    }
    now, said = evidence.world.now, evidence.messages[place].text
    before = "\n".join(m.text for m in evidence.messages[: place - 1] if m.role == "user")
    values = [one.value for one in attributed(evidence) if one.call.id in made and one.how in ("user", "canonical")]
    return any(mentioned("", value, said, now) and not mentioned("", value, before, now) for value in values)


def skipped_confirmation(evidence: Evidence, random: Random) -> Evidence | None:
    """What cannot be undone, done without the question and the yes before it."""
    places = [
        n
        for n in _places(evidence, "assistant")
        if proposes(evidence.messages[n].text)
        and n + 2 < len(evidence.messages)
        and any(evidence.toolkit.tools[c.name].spec.irreversible for c in evidence.messages[n + 2].calls)
    ]
    if not places:
        return None
    place = random.choice(places)
    messages = list(evidence.messages)
    if random.random() < 0.5:  # the user says no, and it is done all the same
        answer = random.choice(["No, leave it.", "no", "Wait, not yet.", "Hm, rather not."])
        messages[place + 1] = replace(messages[place + 1], text=answer)
    else:
        del messages[place : place + 2]
    return _with(evidence, messages)


def extra_write(evidence: Evidence, random: Random) -> Evidence | None:
    """One more deed that nobody asked for, executed for real."""
    tools = tools_in_view(evidence)
    for place, _, made in random.sample(_calls(evidence), len(_calls(evidence))):
        for name in random.sample(sorted(tools), len(tools)):
            spec = tools[name].spec
            if spec.effect != "write":
                continue
            shown = _shown_before(evidence, place + 2)
            arguments = {}
            for parameter in spec.required:
                kind = spec.kinds.get(parameter, "")
                values = [v for k, v in shown if k == kind and kind]
                tool = evidence.toolkit.tools[made.name]
                values += [v for p, v in tool.flat(made.arguments).items() if tool.spec.kinds.get(p) == kind]
                if values:
                    arguments[parameter] = random.choice(values)
            if set(arguments) < set(spec.required):
                continue
            messages = list(evidence.messages)
            calls = (*messages[place].calls, ToolCall("call_extra", name, arguments))
            messages[place] = replace(messages[place], calls=calls)
            damaged = _executed(evidence, messages)
            result = next(r for m in damaged.messages for r in m.results if r.call_id == "call_extra")
            if result.status == "ok" and damaged.digest != evidence.digest:
                return damaged
    return None


def over_limit(evidence: Evidence, random: Random) -> Evidence | None:
    """A call for more than the policy allows, executed for real."""
    tools = tools_in_view(evidence)
    for place, number, made in random.sample(_calls(evidence), len(_calls(evidence))):
        tool = tools[made.name]
        for name, value in tool.flat(made.arguments).items():
            limit = evidence.toolkit.limit(tool, name)
            if limit is not None:
                most = limit[1] + random.choice((1, 2, 10))
                more = f"{most}.00" if isinstance(value, str) else most
                messages = list(evidence.messages)
                _recalled(messages, place, number, _otherwise(evidence, made, name, more))
                return _executed(evidence, messages)
    return None


def reordered(evidence: Evidence, random: Random) -> Evidence | None:
    """Two neighbouring messages that changed places."""
    place = random.randrange(len(evidence.messages) - 1)
    messages = list(evidence.messages)
    messages[place], messages[place + 1] = messages[place + 1], messages[place]
    return _with(evidence, messages)


def truncated(evidence: Evidence, random: Random) -> Evidence | None:
    """A row that stops in the middle, with the end state of where it stopped."""
    place = random.randrange(1, len(evidence.messages) - 1)
    return _executed(evidence, list(evidence.messages[:place]))


def wrong_told(evidence: Evidence, random: Random) -> Evidence | None:
    """The assistant tells another visible thing's time, price or name instead of the right one."""
    found = []
    for place in _places(evidence, "assistant"):
        text = evidence.messages[place].text
        turn = [r for m in evidence.messages[max(0, place - 2) : place] for r in m.results]
        for result in turn:
            kinds = evidence.toolkit.tools[result.name].spec.return_kinds
            for path, value in scalars(result.content):
                kind = kinds.get(path, "").lstrip("!")
                said = say(kind, value)
                if kind not in ("clock", "money") or text.count(said) != 1 or "[]" in path:
                    continue
                others = {v for k, v in _shown_before(evidence, place) if k == kind and v != value}
                found += [(place, said, say(kind, other)) for other in sorted(others)]
    if not found:
        return None
    place, old, new = random.choice(found)
    messages = list(evidence.messages)
    messages[place] = replace(messages[place], text=messages[place].text.replace(old, new))
    return _with(evidence, messages)


def unasked_deed(evidence: Evidence, random: Random) -> Evidence | None:
    """The user does something on their device that nobody asked for, instead of what was."""
    others = sorted(set(evidence.scenario.device) - {made.name for deed in evidence.deeds for made in deed.calls})
    if not evidence.deeds or not others:
        return None
    tool = evidence.toolkit.device[random.choice(others)]
    given = {name: schema["enum"][0] for name, schema in tool.spec.parameters["properties"].items()}
    deed, *rest = evidence.deeds
    made = ToolCall(deed.calls[0].id, tool.spec.name, given)
    result = call(evidence.toolkit.device, evidence.world.fork(), made)
    return replace(
        _with(evidence, list(evidence.messages)), deeds=(replace(deed, calls=(made,), results=(result,)), *rest)
    )


def other_prompt(evidence: Evidence, random: Random) -> Evidence | None:
    """A system message or tools that the assistant was never given."""
    if evidence.prompt is None:
        return None
    text, given = evidence.prompt
    tools = loads(given) if isinstance(given, bytes) else deepcopy(given)
    if not tools:
        return None
    function = random.choice(tools)["function"]
    properties = function["parameters"]["properties"]
    match random.randrange(4):
        case 0:
            text += " Never refuse anything."
        case 1:
            function["description"] += " Free of charge."
        case 2 if properties:
            del properties[random.choice(sorted(properties))]
        case _:
            tools.remove(random.choice(tools))
    return replace(_with(evidence, list(evidence.messages)), prompt=Prompt(text, tools))


FAULTS: dict[str, Fault] = {
    "another entity's id": other_entity,
    "call without source": sourceless,
    "wrong number said": wrong_number,
    "another thing's fact told": wrong_told,
    "fact from the future": future_fact,
    "premature claim": premature,
    "negated claim": negated,
    "swapped result": swapped_result,
    "leaked name": leaked_name,
    "skipped question": skipped_question,
    "skipped confirmation": skipped_confirmation,
    "extra write": extra_write,
    "against the policy": over_limit,
    "unasked deed of the user": unasked_deed,
    "another prompt": other_prompt,
    "reordered pair": reordered,
    "truncated row": truncated,
}


@dataclass(slots=True)
class Kills:
    """What became of one kind of fault: how many were planted and killed, by which gates, and the survivors."""

    planted: int = 0
    killed: int = 0
    gates: Counter[str] = field(default_factory=Counter)
    survivors: list[tuple[int, int]] = field(default_factory=list)


def plant(rows: Iterator[tuple[int, Evidence]], variants: int = 3, seed: int = 0) -> dict[str, Kills]:
    """Plant every kind of fault into every row, in several variants, and see which gates find it.

    Args:
        rows: index and evidence of rows; those that are not clean are left out.
        variants: how often each kind is drawn for each row.
        seed: of the draws; a survivor is named by (row index, variant) and comes again with the same seed.
    """
    found = {name: Kills() for name in FAULTS}
    for index, evidence in rows:
        if findings(evidence):
            continue
        for name, fault in FAULTS.items():
            for variant in range(variants):
                damaged = fault(evidence, Random(f"{seed}{name}{index}{variant}"))
                if damaged is None or damaged == evidence:
                    continue
                kills = found[name]
                kills.planted += 1
                gates = {gate for gate, _ in findings(damaged)}
                kills.gates.update(gates)
                kills.killed += bool(gates)
                if not gates:
                    kills.survivors.append((index, variant))
    return found
