"""A plan in the making: the world as the steps so far left it, and what was said on the way.

Knows how to run a call and note it; not which call to make, nor where its values come from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from scenarios import Act, Derived, Fact, Found, Persona, Picked, Proposal, Source, Step, Talk, Wish
from tools_mock import Tool, ToolCall, call
from tools_mock.values import looks_like_id

from .graph import Edge, ToolGraph
from .probe import values_in


@dataclass(slots=True)
class Bound:
    """A parameter with its value, where it comes from, and what the user says for it (if anything)."""

    value: Any
    source: Source
    fact: Fact | None = None


@dataclass(slots=True)
class Goal:
    """One wish and the steps that fulfil it."""

    tool: str
    steps: list[int]
    wish: Wish
    questions: dict[str, str]
    status: str = "ok"
    remedy: str = ""
    proposal: Proposal | None = None
    choice: Found | None = None
    later: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """A plan in the making: the world as the steps so far left it.

    ``talks`` are turns with small talk, ``lacking`` those in which something is wanted that no tool can do, ``against``
    those with the rule of the policy that they run against, ``switches`` those that leave a wish or come back to it,
    ``acts`` those before which the user does something on a device, after so many steps, ``brought`` those that bring
    the tools of a domain into view, ``vain`` those in which something was asked for in vain, or left as it is, with the
    kinds and the domain of what was spoken of; ``wanted`` is what shall still happen, ``speaker`` whose plan it is,
    ``changes`` what is otherwise in the world that the plan begins in, ``edges`` those that were looked up.
    """

    graph: ToolGraph
    names: tuple[str, ...]
    random: Random
    world: Any
    now: datetime
    linked: bool = True
    length: int = 4
    steps: list[Step] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    shown: list[set[Any]] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    turn_of: list[int] = field(default_factory=list)
    turns: list[list[Goal]] = field(default_factory=list)
    talks: dict[int, Talk] = field(default_factory=dict)
    lacking: set[int] = field(default_factory=set)
    against: dict[int, str] = field(default_factory=dict)
    switches: dict[int, str] = field(default_factory=dict)
    acts: dict[int, tuple[int, Act]] = field(default_factory=dict)
    brought: dict[int, str] = field(default_factory=dict)
    vain: dict[int, frozenset[str]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    speaker: Persona = Persona()
    changes: dict[str, dict[str, dict[str, Any] | None]] = field(default_factory=dict)
    edges: dict[tuple[str, str], list[Edge]] = field(default_factory=dict)

    def fork(self) -> "Draft":
        """A copy to try something on; the random source is shared, so that a second try is another one."""
        return Draft(
            self.graph,
            self.names,
            self.random,
            self.world.fork(),
            self.now,
            self.linked,
            self.length,
            list(self.steps),
            list(self.results),
            list(self.shown),
            list(self.depths),
            list(self.turn_of),
            [list(goals) for goals in self.turns],
            dict(self.talks),
            set(self.lacking),
            dict(self.against),
            dict(self.switches),
            dict(self.acts),
            dict(self.brought),
            dict(self.vain),
            set(self.wanted),
            self.speaker,
            self.changes,
            self.edges,
        )

    def edges_into(self, name: str, parameter: str) -> list[Edge]:
        """The edges that end at a parameter, from the tools that may be called."""
        found = self.edges.get((name, parameter))
        if found is None:
            mine = [edge for edge in self.graph.into(name, parameter) if edge.source in self.names]
            found = self.edges[name, parameter] = mine
        return found

    def tool(self, name: str) -> Tool:
        """A tool by name."""
        return self.graph.toolkit.tools[name]

    def run(self, name: str, bound: dict[str, Bound], turn: int, told: bool) -> tuple[int, str, Any]:
        """Execute a call and note it as a step. Returns the step's number, its status and its result."""
        arguments = {parameter: one.value for parameter, one in bound.items()}
        sources = {parameter: one.source for parameter, one in bound.items()}
        result = call(self.graph.toolkit.tools, self.world, ToolCall("plan", name, arguments))
        wave = self._wave(sources, turn, self.tool(name).spec.effect == "write")
        self.depths.append(self._depth(arguments, sources))
        status = "ok" if result.status == "ok" else "refused"
        self.steps.append(
            Step(tool=name, arguments=arguments, sources=sources, wave=wave, status=status, told=told)  # type: ignore[arg-type]
        )
        self.results.append(result.content)
        self.shown.append(values_in(result.content))
        self.turn_of.append(turn)
        return len(self.steps) - 1, result.status, result.content

    def shows(self, number: int, value: Any) -> bool:
        """Whether a step's result shows a value; a list is no one value."""
        return not isinstance(value, list | dict) and value in self.shown[number]

    def undo(self) -> None:
        """Forget the last step; what it did to the world stays, so only a look can be undone."""
        for notes in (self.steps, self.results, self.shown, self.depths, self.turn_of):
            notes.pop()

    def _wave(self, sources: dict[str, Source], turn: int, writes: bool) -> int:
        """The message of the turn that a call can go into: after what it uses, never out of order around a write."""
        used = {number for source in sources.values() for number in steps_in(source)}
        here = [number for number, when in enumerate(self.turn_of) if when == turn]
        wave = max((self.steps[number].wave + 1 for number in here if number in used), default=0)
        for number in here:
            if writes or self.tool(self.steps[number].tool).spec.effect == "write":
                wave = max(wave, self.steps[number].wave)
        return wave

    def _depth(self, arguments: dict[str, Any], sources: dict[str, Source]) -> int:
        """How long the chain of results is that a call stands at the end of; what a call only echoes is no link."""
        links = [0]
        for name, source in sources.items():
            for number in steps_in(source):
                shows = [n for n in range(len(self.steps)) if self.shows(n, arguments[name])]
                brings = [n for n in shows if arguments[name] not in self.steps[n].arguments.values()]
                links.append(self.depths[brings[-1] if brings else number])
        return 1 + max(links)

    def last_told(self) -> int:
        """The number of the step whose result the user was told last; -1 if none, or if talk has moved on since."""
        if len(self.turns) - 1 in self.lacking | self.against.keys() | self.switches.keys():
            return -1
        if self.turns and any(goal.proposal is not None and goal.proposal.step is None for goal in self.turns[-1]):
            return -1
        told = [number for number, step in enumerate(self.steps) if step.told]
        last = next((number for number in reversed(told) if self.steps[number].status == "ok"), -1)
        if not told or told[-1] == last:
            return last
        # After a no "it" is what the no was about: the table that could not be moved, not what was told before.
        meant = [value for value in self.steps[told[-1]].arguments.values() if looks_like_id(value)]
        about = self.steps[last].arguments.values() if last >= 0 else ()
        return last if any(self.shows(last, value) or value in about for value in meant) else -1


def bound_again(step: Step) -> dict[str, Bound]:
    """The arguments of a step as they were bound, to call it once more."""
    return {name: Bound(value, step.sources[name]) for name, value in step.arguments.items()}


def steps_in(source: Source) -> Iterator[int]:
    """The steps that a source rests on."""
    if isinstance(source, Found | Picked):
        yield source.step
    elif isinstance(source, Derived):
        for part in source.of:
            yield from steps_in(part)
