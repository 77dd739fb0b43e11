"""Gates that know the plan, and the parts that they share with the verifier, which does not.

A gate is a function from an episode to what is wrong with it.
"""

import json
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from agents import Message
from agents.oracle import texts_of
from agents.user import LOST, State, states
from scenarios import Plan, Ruled, Said, Scenario, Source, Step, Visible
from tools_mock import Tool, ToolCall, Toolkit, ToolResult, call, canonical, is_failure
from tools_mock.surface import Dressed
from tools_mock.values import contains, looks_like_id, read
from tools_mock.world import Itself

from .conversation import Deed, announcement, at_first, brings, deeds_of, heard_by_user, seen_by_assistant
from .reference import shown_by
from .rollout import Episode, opened


class Prompt(NamedTuple):
    """What a row says that its assistant was given: the system message, and the tools, read or as JSON."""

    text: Any
    tools: Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a gate may look at: what the assistant saw, and what the user did on a device of their own.

    ``prompt`` is there where it comes from a file; while a dialogue is made, it is the scenario's and the toolkit's.
    ``masked`` are calls by id that nobody shall learn from: mistakes that a free assistant made and mended.
    """

    scenario: Scenario
    toolkit: Toolkit
    messages: tuple[Message, ...]
    world: Any
    ended: str
    digest: str
    deeds: tuple[Deed, ...] = ()
    prompt: Prompt | None = None
    masked: frozenset[str] = frozenset()
    cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def evidence_of_episode(episode: Episode, ended: str = "", again: bool = True) -> Evidence:
    """What the gates look at, of an episode as it stands.

    Args:
        episode: that was just played.
        ended: how, where the conversation does not know it.
        again: whether the calls are executed again where a gate asks what they do; who does not want a proof that they
            do the same again takes what they did.
    """
    conversation, world = episode.conversation, episode.world
    evidence = Evidence(
        conversation.scenario,
        episode.toolkit,
        seen_by_assistant(conversation.messages) if conversation.device else conversation.messages,
        world,
        conversation.ended or ended,
        world.digest(),
        deeds_of(conversation.messages) if conversation.device else (),
    )
    if not conversation.device:
        evidence.cache["heard"] = conversation.heard(conversation.messages).heard
    if not again:
        evidence.cache["rerun"] = _as_it_ran(evidence)
        if len(_LATELY) > _KEPT:
            _LATELY.clear()
        evidence.cache["lately"] = _LATELY
    return evidence


#: What was worked out of what the latest episodes were shown, by its text: trials of a scenario are shown the same.
_LATELY: dict[str, Any] = {}
#: How much of that is kept.
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Rerun:
    """The row's calls executed again: every call with its result and the world before it, and the world at the end.

    ``deeds`` are the user's own calls with their results, by the number of steps that were made before them.
    """

    steps: tuple[tuple[ToolCall, ToolResult, Any], ...]
    end: Any
    deeds: dict[int, list[tuple[ToolCall, ToolResult]]]


def _as_it_ran(evidence: Evidence) -> Rerun:
    """What :func:`rerun` would find of an episode that was just played, but for the worlds in between."""
    results = {result.call_id: result for message in evidence.messages for result in message.results}
    made = (one for message in evidence.messages for one in message.calls if one.id in results)
    return Rerun(tuple((one, results[one.id], None) for one in made), evidence.world, {})


def rerun(evidence: Evidence) -> Rerun:
    """Execute the row's calls again in a fresh world; once per row, however many gates ask."""
    found: Rerun | None = evidence.cache.get("rerun")
    if found is None:
        world = opened(evidence.scenario, evidence.toolkit)
        every, device = tools_in_view(evidence), evidence.toolkit.device
        early = at_first(evidence.scenario)
        tools = every if len(early) == len(evidence.scenario.tools) else {n: t for n, t in every.items() if n in early}
        steps: list[tuple[ToolCall, ToolResult, Any]] = []
        deeds: dict[int, list[tuple[ToolCall, ToolResult]]] = {}
        turn = 0
        for message in evidence.messages:
            if message.role == "system":
                tools = every
            if message.role == "user":
                for made in (made for deed in evidence.deeds if deed.turn == turn for made in deed.calls):
                    deeds.setdefault(len(steps), []).append((made, call(device, world, made)))
                turn += 1
            # The calls of a last message were cut off before they were made.
            for made in message.calls if message is not evidence.messages[-1] else ():
                # What was called with nothing is called in no other way, and needs no world to try it in.
                before = world.fork() if made.arguments else world
                steps.append((made, call(tools, world, made), before))
        found = evidence.cache["rerun"] = Rerun(tuple(steps), world, deeds)
    return found


def texts(evidence: Evidence) -> list[str]:
    """The canonical texts of what the calls returned when they were executed again; once per row."""
    found: list[str] | None = evidence.cache.get("texts")
    if found is None:
        found = evidence.cache["texts"] = [canonical(result.content) for _, result, _ in rerun(evidence).steps]
    return found


def written(evidence: Evidence, result: ToolResult) -> str:
    """The canonical text of what a call returned when it was made; once per row."""
    every: dict[str, str] = evidence.cache.setdefault("written", {})
    found = every.get(result.call_id)
    if found is None:
        found = every[result.call_id] = canonical(result.content)
    return found


def tools_in_view(evidence: Evidence) -> dict[str, Tool]:
    """The tools that the row's assistant could call, as far as the toolkit has them; one mapping per row."""
    found: dict[str, Tool] | None = evidence.cache.get("tools in view")
    if found is None:
        tools = evidence.toolkit.tools
        found = evidence.cache["tools in view"] = {n: tools[n] for n in evidence.scenario.tools if n in tools}
    return found


def heard_in(evidence: Evidence) -> tuple[Message, ...]:
    """What the user heard; worked out once per row."""
    found: tuple[Message, ...] | None = evidence.cache.get("heard")
    if found is None:
        found = evidence.cache["heard"] = heard_by_user(evidence.messages)
    return found


def states_of(evidence: Evidence) -> tuple[State, ...]:
    """Where the user stood at first and after each of the assistant's words; worked out once per row."""
    found: tuple[State, ...] | None = evidence.cache.get("states")
    if found is None:
        found = evidence.cache["states"] = states(evidence.scenario.user, heard_in(evidence))
    return found


def own_name(evidence: Evidence, name: str) -> str:
    """What a called tool is called where it was written, whatever surface it is shown under."""
    tool = evidence.toolkit.tools.get(name)
    return tool.own_name if tool is not None else name


Gate = Callable[[Evidence], Iterator[str]]


def structure(evidence: Evidence) -> Iterator[str]:
    """Roles alternate as they must, every call has its result, ids are unique, the user ended content, not early."""
    used: set[str] = set()
    before: Message | None = None
    for message in evidence.messages:
        if message.role == "tool":
            if before is None or [r.call_id for r in message.results] != [c.id for c in before.calls]:
                yield "results do not follow their calls"
        elif before is not None and before.calls:
            yield "a call has no result"
        elif before is not None and message.role == before.role:
            yield f"two {message.role} messages in a row"
        for made in message.calls:
            if made.id in used:
                yield f"call id {made.id} is used twice"
            used.add(made.id)
        before = message
    for place, name in ((0, "first"), (-1, "last")):
        if not evidence.messages or evidence.messages[place].role != "user":
            yield f"the {name} message is not the user's"
    if evidence.ended != "done":
        yield f"it ended as {evidence.ended or 'nothing'}"
    elif _early(evidence):
        yield "it ended before the user had come to all that they wanted"


def _early(evidence: Evidence) -> bool:
    """Whether a scripted user left a turn open; one that is closed for certain is not read again."""
    turns = len(evidence.scenario.user.turns)
    said = (message.text for message in evidence.messages if message.role == "assistant")
    answers = sum(1 for text in said if text and not text.endswith("?"))
    scripted = evidence.scenario.lineage.get("user", "script") == "script"
    return scripted and answers < turns and states_of(evidence)[-1].turn < turns


def prompted(evidence: Evidence) -> Iterator[str]:
    """The row shows the scenario's system message, and its tools as the toolkit has them, those that come later too."""
    yield from _announced(evidence)
    prompt, tools = evidence.prompt, evidence.toolkit.tools
    if prompt is None:
        return
    if prompt.text != evidence.scenario.policy:
        yield "the system message is not the scenario's"
    shown, names = prompt.tools, at_first(evidence.scenario)
    if isinstance(shown, bytes):
        its = tools_in_view(evidence)
        if shown == f"[{','.join([its[name].text for name in names])}]".encode():
            return
        try:
            shown = json.loads(shown)
        except ValueError:
            shown = None
    if not isinstance(shown, list):
        yield "the tools are no list"
    elif len(shown) != len(names):
        yield f"{len(shown)} tools are shown, {len(names)} are in view"
    else:
        for name, one in zip(names, shown, strict=True):
            if canonical(one) != canonical(tools[name].spec.as_function()):
                yield f"{name} is not shown as it is"


def _announced(evidence: Evidence) -> Iterator[str]:
    """Tools that come later are announced once the user's words bring them, and not called before."""
    arrival, here = evidence.scenario.arrival, False
    before: Message | None = None
    for message in evidence.messages:
        if message.role == "system":
            specs = [
                evidence.toolkit.tools[name].spec
                for name in evidence.scenario.tools
                if arrival and name in arrival.tools
            ]
            if here or before is None or arrival is None or not brings(arrival, before.text):
                yield "tools are announced that nothing brought"
            elif message != announcement(specs):
                yield "tools are announced that the toolkit has otherwise"
            here = True
        elif arrival is not None and not here and any(made.name in arrival.tools for made in message.calls):
            yield "a tool is called before it has come into view"
        before = message
    if arrival is not None and not here:
        yield "tools that come later never came"


def executed(evidence: Evidence) -> Iterator[str]:
    """The calls are the plan's, in an order that it allows, and came back as planned."""
    wanted = [canonical([step.tool, step.arguments, step.status]) for step in evidence.scenario.plan.steps]
    made = [
        canonical([name, arguments, result.status])
        for name, arguments, result in calls(evidence.messages)
        if not is_failure(result)  # what failed for a moment is tried again
    ]
    for one in made:
        if one not in wanted:
            yield f"a call that the plan has not: {one[:80]}"
    if sorted(wanted) != sorted(made):
        yield f"{len(wanted)} calls were planned, {len(made)} made"


def grounded(evidence: Evidence) -> Iterator[str]:
    """Every argument comes from where the plan says, as far as was visible before the call."""
    results: dict[int, Any] = {}
    plan, said = evidence.scenario.plan, ""
    for message in evidence.messages:
        if message.role == "user":
            said += "\n" + message.text.casefold()
        for made in message.calls:
            number = _step(plan.steps, results, made.name, made.arguments)
            if number is None:
                yield f"{made.name}: not a planned call"
                continue
            step = plan.steps[number]
            tool = evidence.toolkit.tools[made.name]
            for name, value in tool.flat(made.arguments).items():
                source = step.sources.get(name)
                default = tool.schema(name).get("default")
                wrong = _wrong(evidence, source, value, name, said, results, default) if source else "no source"
                if wrong:
                    yield f"{made.name}.{name} = {value!r}: {wrong}"
            results[number] = None
        for result in message.results:
            number = next(
                (n for n, held in results.items() if held is None and plan.steps[n].tool == result.name), None
            )
            if number is not None and is_failure(result):
                del results[number]
            elif number is not None:
                results[number] = result.content


def _step(steps: tuple[Step, ...], results: dict[int, Any], name: str, arguments: Any) -> int | None:
    wanted = canonical(arguments)
    return next(
        (
            number
            for number, step in enumerate(steps)
            if number not in results and step.tool == name and canonical(step.arguments) == wanted
        ),
        None,
    )


def _wrong(
    evidence: Evidence, source: Source, value: Any, name: str, said: str, results: dict[int, Any], default: Any
) -> str:
    for _, text in texts_of(source, name):
        if not contains(said, text.casefold()):
            return f"the user never said {text!r}"
    meant = meaning(evidence, source, results, default)
    return "" if any(canonical(one) == canonical(value) for one in meant) and len(meant) == 1 else f"it means {meant!r}"


def meaning(evidence: Evidence, source: Source, results: dict[int, Any], default: Any = None) -> list[Any]:
    """The values that a source stands for, recomputed; exactly one where it is sound.

    ``default`` is what the parameter's schema declares.
    """
    policy = evidence.scenario.policy
    if isinstance(source, Said):
        found = read(source.rule, source.text, evidence.world.now)
        return [] if found is None else [found]
    if (shown := shown_by(source, results)) is not None:
        return shown
    if isinstance(source, Visible):
        kind_value = evidence.toolkit.visible(evidence.world).get(source.name)
        return [kind_value[1]] if kind_value and str(kind_value[1]) in policy else []
    if isinstance(source, Ruled):
        return [value for sentence, value in evidence.toolkit.rules.values() if sentence == source.rule in policy]
    return [default]


_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\w+\(.*=.*\)|[{}\[\]]")


_CODED = re.compile(r"_|[a-z\d][A-Z]")
_DIGIT = re.compile(r"\d")
_ODD = re.compile(r"[\d_({}\[\]]|[a-z][A-Z]")
_SIGNS = re.compile(r"[_({}\[\]]")
_WORD = re.compile(r"[\w\-#@./]+")


#: So many words in a row that stand in a tool's description were read there.
OVERLAP = 8
_MARKS = str.maketrans(dict.fromkeys(string.punctuation + "’“”–…", " "))


def _runs(words: list[str], length: int, step: int = 1) -> Iterator[tuple[str, ...]]:
    """Every run of so many words, or every so-manieth."""
    return (tuple(words[n : n + length]) for n in range(0, len(words) - length + 1, step))


def _words(text: str) -> list[str]:
    return text.casefold().translate(_MARKS).split()


def _copied(evidence: Evidence, text: str) -> str:
    """The first long run of words of a text that stands in a description of a tool or in the plan; else nothing."""
    words = _words(text)
    if len(words) < OVERLAP:
        return ""
    plan = _planned(Itself(evidence.scenario.plan))
    if plan and (found := next((run for run in _runs(words, OVERLAP) if run in plan), None)):
        return " ".join(found)
    tools = evidence.toolkit.tools
    long, half = _described(Itself(tools.plain if isinstance(tools, Dressed) else tools))
    # Wherever a run stands, it holds half a run that begins at a multiple of its length; most texts have none.
    if not any(run in half for run in _runs(words, OVERLAP // 2, OVERLAP // 2)):
        return ""
    return next((" ".join(run) for run in _runs(words, OVERLAP) if run in long), "")


@lru_cache(maxsize=256)
def _planned(key: Itself) -> frozenset[tuple[str, ...]]:
    """Every long run of words that a plan has for the assistant alone: its questions, the rule it declines by."""
    plan: Plan = key.value
    texts = [
        text for turn in plan.turns for text in (*turn.questions.values(), turn.against) if len(text) > 3 * OVERLAP
    ]
    return frozenset(run for text in texts for run in _runs(_words(text), OVERLAP))


@lru_cache(maxsize=8)
def _described(key: Itself) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    """Every run of words in descriptions of tools and parameters, and every half of one.

    A tool without phrases of its own is asked for in its description's words; its are left out.
    """
    texts: list[str] = []
    for tool in key.value.values():
        if tool.phrases.ask:
            texts.append(tool.spec.description)
            texts += (part.get("description", "") for part in tool.spec.parameters["properties"].values())
    long, half = (frozenset(run for text in texts for run in _runs(_words(text), n)) for n in (OVERLAP, OVERLAP // 2))
    return long, half


def leak(evidence: Evidence) -> Iterator[str]:
    """The user's text holds no tool or parameter names, call syntax, long parts of descriptions, or untold ids."""
    codes: set[str] | None = None

    def own() -> str:
        """What the user knew from the start."""
        wishes = (wish for turn in evidence.scenario.user.turns for wish in turn.wishes)
        return " ".join(fact.text for wish in wishes for fact in wish.facts).casefold()

    def told(place: int) -> str:
        """What the assistant had said before a message."""
        before = evidence.messages[:place]
        return " ".join(one.text for one in before if one.role == "assistant").casefold()

    for place, message in enumerate(evidence.messages):
        if message.role != "user":
            continue
        if copied := _copied(evidence, message.text):
            yield f"the user speaks as a description does: {copied!r}"
        if not _ODD.search(message.text):
            continue  # most messages are nothing but words
        if _CODED.search(message.text):  # others are plain words, whatever a tool calls its parameters
            words = {word.strip(".,-"): None for word in _WORD.findall(message.text)}
            if codes is None:
                codes = set(tools_in_view(evidence))
                for tool in tools_in_view(evidence).values():
                    codes.update(tool.spec.parameters["properties"], (one.partition(".")[2] for one in tool.names))
            for bare in codes.intersection(words):
                if _CODED.search(bare):
                    yield f"the user says {bare!r}"
        # Most messages have no digit, and what has none is no id.
        for word in _WORD.findall(message.text) if _DIGIT.search(message.text) else ():
            bare = word.strip(".,-")
            if not bare.isalpha() and looks_like_id(bare) and bare.casefold() not in f"{told(place)} {own()}":
                yield f"the user knows {bare!r}"
        for match in _CODE.findall(message.text) if _SIGNS.search(message.text) else ():
            if match.casefold() not in own():
                yield f"the user writes {match!r}"


def calls(messages: tuple[Message, ...]) -> Iterator[tuple[str, Any, ToolResult]]:
    """Every call with its result, in order."""
    by_id = {result.call_id: result for message in messages for result in message.results}
    for message in messages:
        for made in message.calls:
            if made.id in by_id:
                yield made.name, made.arguments, by_id[made.id]


def replayed(evidence: Evidence) -> Iterator[str]:
    """Executed again from nothing, every result and the end state are the same."""
    recorded = {result.call_id: result for message in evidence.messages for result in message.results}
    again = rerun(evidence)
    own = {result.call_id: result for deed in evidence.deeds for result in deed.results}
    for made, result in (pair for its in again.deeds.values() for pair in its):
        if made.id not in own or canonical([result.status, result.content]) != canonical(
            [own[made.id].status, own[made.id].content]
        ):
            yield f"the user's {made.name} ({made.id}) gives another result"
    for (made, result, _), text in zip(again.steps, texts(evidence), strict=True):
        before = recorded.get(made.id)
        if before is None or result.status != before.status or text != written(evidence, before):
            yield f"{made.name} ({made.id}) gives another result"
    if again.end.digest() != evidence.digest:
        yield f"the end state is {again.end.digest()}, not {evidence.digest}"


def understood(evidence: Evidence) -> Iterator[str]:
    """The user understood every word of the assistant's: nothing was met with "sorry?" and yet went on."""
    for state in states_of(evidence):
        if state.act.partition(" ")[0] in LOST:
            yield f"the user was {state.act} in turn {state.turn}"


#: What must hold between a dialogue and its plan; what must hold without one is in ``sim.verify``.
PLANNED: dict[str, Gate] = {
    "structure": structure,
    "understood": understood,
    "executed": executed,
    "grounded": grounded,
}
