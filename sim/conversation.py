"""The rules of a conversation: whose turn it is, what each seat sees, when it ends.

No I/O, no tools, no threads. A conversation says what it waits for and is given it; executing calls, asking
a model or asking a person is the caller's business. This module knows neither the world nor the plan.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter

from agents import Message, Observation
from agents.seats import Continued
from scenarios import Arrival, Scenario
from tools_mock import ToolCall, ToolResult, ToolSpec

#: What a conversation can wait for; ``""`` when it has ended.
Wait = Literal["user", "assistant", "results", ""]
#: ``done`` and ``gave_up`` are the user's ends (terminated); the others are limits (truncated).
Ended = Literal["", "done", "gave_up", "messages", "calls", "faults"]

MESSAGES: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])


@dataclass(slots=True)
class Conversation:
    """One conversation, over a scenario.

    Args:
        scenario: what is played.
        specs: the tools in view, in the order shown.
        device: the tools of the user's own.
        early: the tools in view at first, if some come later; found where it is not given.
        ids: of all calls so far; found too.
        messages: what was said so far.
        waits: what it waits for.
        ended: how it ended, or nothing.
        faults: how often a seat did something that is no move, by kind.
        notice: what was wrong with the last move, for the seat that made it.
        heard: what the user hears, kept while it goes on.
    """

    scenario: Scenario
    specs: tuple[ToolSpec, ...]
    messages: tuple[Message, ...] = ()
    waits: Wait = "user"
    ended: Ended = ""
    faults: Counter[str] = field(default_factory=Counter)
    notice: str = ""
    device: tuple[ToolSpec, ...] = ()
    early: tuple[ToolSpec, ...] = ()
    ids: set[str] = field(default_factory=set)
    heard: "Continued[Hearing]" = field(default_factory=lambda: Continued(Hearing(), _hears), compare=False, repr=False)

    def __post_init__(self) -> None:
        self.ids = {call.id for message in self.messages for call in message.calls}
        if self.scenario.arrival is None:
            self.early = self.specs
        elif not self.early:
            names = at_first(self.scenario)
            self.early = tuple(spec for spec in self.specs if spec.name in names)

    # ── what it shows ────────────────────────────────────────────────────────────────────────────────────

    @property
    def terminated(self) -> bool:
        """The user is done, or gave up."""
        return self.ended in ("done", "gave_up")

    @property
    def truncated(self) -> bool:
        """A limit was reached."""
        return bool(self.ended) and not self.terminated

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls whose results are waited for, in the order to run them."""
        return self.messages[-1].calls if self.waits == "results" else ()

    @property
    def in_view(self) -> tuple[ToolSpec, ...]:
        """The tools that the assistant has now."""
        return self.early if self.scenario.arrival is not None and not has_arrived(self.messages) else self.specs

    def observe(self, seat: Literal["user", "assistant"]) -> Observation:
        """What a seat sees now."""
        notice = self.notice if self.waits == seat else ""
        if seat == "assistant":
            seen = seen_by_assistant(self.messages) if self.scenario.device else self.messages
            return Observation("assistant", seen, self.scenario.policy, self.in_view, notice=notice)
        heard = self.heard(self.messages).heard
        user, persona = self.scenario.user, self.scenario.persona
        return Observation("user", heard, tools=self.device, view=user, persona=persona, notice=notice)

    # ── what it is given ─────────────────────────────────────────────────────────────────────────────────

    def say(self, seat: Literal["user", "assistant"], message: Message) -> None:
        """Take a seat's message. One that is no move is answered by a notice and counted.

        Raises:
            ValueError: it is not this seat's turn; the caller's mistake.
        """
        if self.waits != seat:
            raise ValueError(f"the conversation waits for {self.waits or 'nothing'}, not for the {seat}")
        if message.role != seat or message.results:
            message = replace(message, role=seat, results=())
        if seat == "user" and self.device and message.calls and not message.end:
            if sum(1 for _ in deeds_since(self.messages)) + len(message.calls) > self.scenario.limits.device:
                self.fault("device", f"at most {self.scenario.limits.device} calls in a turn; say something first")
                return
            message = replace(message, text="", calls=self._named(message.calls, "act"))
        elif seat == "user" and message.calls:
            message = replace(message, calls=())
        elif seat == "assistant" and (message.calls or message.end):
            message = Message("assistant", message.text, self._named(message.calls))
        if not message.text.strip() and not message.calls and not message.end:
            self.fault("empty", "the last message was empty; write text or call a tool")
            return
        self.notice = ""
        self.messages += (message,)
        if message.end:
            self._end(message.end)
        elif message.calls:
            self.waits = "results"
        else:
            self.waits = "assistant" if seat == "user" else "user"
        arrival = self.scenario.arrival
        if arrival is not None and seat == "user" and brings(arrival, message.text) and not has_arrived(self.messages):
            self.messages += (announcement([spec for spec in self.specs if spec.name in arrival.tools]),)
        self._cut()

    def results(self, results: tuple[ToolResult, ...]) -> None:
        """Take the results of the calls it waits for, in their order.

        Raises:
            ValueError: they are not the results of these calls; the caller's mistake.
        """
        if self.waits != "results" or [r.call_id for r in results] != [call.id for call in self.calls]:
            raise ValueError("these are not the results that the conversation waits for")
        for result in results:
            if result.status == "invalid":
                self.faults[str(result.content["error"]["code"])] += 1
        self.waits = "user" if self.messages[-1].role == "user" else "assistant"
        self.messages += (Message("tool", results=results),)
        self._cut()

    def fault(self, kind: str, notice: str) -> None:
        """Count something that is no move, and answer it; the same seat is asked again.

        Args:
            kind: such as ``empty`` or ``malformed``.
            notice: the fact and the way out; the seat sees it in its next observation.
        """
        self.faults[kind] += 1
        self.notice = notice
        if self.faults[kind] >= self.scenario.limits.faults:
            self._end("faults")

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────

    def fork(self) -> "Conversation":
        """An independent copy; messages are frozen and shared."""
        return replace(self, faults=Counter(self.faults), heard=Continued(Hearing(), _hears))

    def save(self) -> dict[str, Any]:
        """All but the scenario and the specs (the device's too), as JSON data."""
        return {
            "messages": MESSAGES.dump_python(self.messages, mode="json"),
            "waits": self.waits,
            "ended": self.ended,
            "faults": dict(self.faults),
            "notice": self.notice,
        }

    @classmethod
    def restore(
        cls,
        scenario: Scenario,
        specs: tuple[ToolSpec, ...],
        saved: Mapping[str, Any],
        device: tuple[ToolSpec, ...] = (),
    ) -> "Conversation":
        """A conversation as :meth:`save` wrote it."""
        return cls(
            scenario,
            specs,
            MESSAGES.validate_python(saved["messages"]),
            saved["waits"],
            saved["ended"],
            Counter(saved["faults"]),
            saved["notice"],
            device,
        )

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────

    def _named(self, calls: tuple[ToolCall, ...], what: str = "call") -> tuple[ToolCall, ...]:
        """The calls with an id each that is unique in the conversation."""
        named = []
        for call in calls:
            name = call.id or f"{what}_{len(self.ids) + 1}"
            while name in self.ids:
                name += "'"
            self.ids.add(name)
            named.append(call if name == call.id else ToolCall(name, call.name, call.arguments))
        return tuple(named)

    def _cut(self) -> None:
        limits = self.scenario.limits
        if not self.ended and len(self.messages) >= limits.messages:
            self._end("messages")
        if not self.ended and len(self.ids) > limits.calls:
            self._end("calls")

    def _end(self, how: Ended) -> None:
        self.ended, self.waits = how, ""


def at_first(scenario: Scenario) -> tuple[str, ...]:
    """The tools in view when the conversation begins."""
    if scenario.arrival is None:
        return scenario.tools
    return tuple(name for name in scenario.tools if name not in scenario.arrival.tools)


def brings(arrival: Arrival, text: str) -> bool:
    """Whether a user's words bring tools along."""
    low = text.casefold()
    return any(word in low for word in arrival.words)


def has_arrived(messages: tuple[Message, ...]) -> bool:
    """Whether the tools that come later are there."""
    return any(message.role == "system" for message in messages)


def announcement(specs: Iterable[ToolSpec]) -> Message:
    """What tells the assistant which tools it has from here on: their schemas, as no other place has them."""
    schemas = [spec.as_function() for spec in specs]
    return Message("system", f"From here on you also have these tools:\n{json.dumps(schemas, ensure_ascii=False)}")


@dataclass(frozen=True, slots=True)
class Deed:
    """What the user did on their own device before their ``turn``-th message: calls with their results."""

    turn: int
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]


def seen_by_assistant(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """All but what the user did on a device of their own."""
    own = {made.id for message in messages if message.role == "user" for made in message.calls}
    return tuple(
        message
        for message in messages
        if not (message.role == "user" and message.calls) and not any(one.call_id in own for one in message.results)
    )


def deeds_of(messages: tuple[Message, ...]) -> tuple[Deed, ...]:
    """What the user did on a device of their own, in order."""
    results = {result.call_id: result for message in messages for result in message.results}
    deeds, turn = [], 0
    for message in messages:
        if message.role == "user" and message.calls:
            deeds.append(Deed(turn, message.calls, tuple(results[m.id] for m in message.calls if m.id in results)))
        turn += message.role == "user" and not message.calls
    return tuple(deeds)


def with_deeds(messages: tuple[Message, ...], deeds: Iterable[Deed]) -> tuple[Message, ...]:
    """What the assistant saw, and what the user did on their own, in the order in which it happened.

    The other way round it is :func:`seen_by_assistant` and :func:`deeds_of`.
    """
    its = list(deeds)
    found: list[Message] = []
    turn = 0
    for message in messages:
        if message.role == "user":
            for deed in (one for one in its if one.turn == turn):
                found += [Message("user", calls=deed.calls), Message("tool", results=deed.results)]
            turn += 1
        found.append(message)
    return tuple(found)


def deeds_since(messages: tuple[Message, ...]) -> Iterator[ToolCall]:
    """The calls on the user's device since anybody spoke last."""
    for message in reversed(messages):
        if message.text or message.role == "assistant":
            return
        yield from message.calls


class Hearing(NamedTuple):
    """What the user has heard, what the assistant said beside its calls since, and whether the last calls were own."""

    heard: tuple[Message, ...] = ()
    before: str = ""
    own: bool = False


def heard_by_user(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What the user hears: texts, and what they did themselves.

    What the assistant says beside its calls comes with its next text.
    """
    state = Hearing()
    for message in messages:
        state = _hears(state, message)
    return state.heard


def _hears(state: Hearing, message: Message) -> Hearing:
    """One more message."""
    heard, before, own = state
    if message.role == "user":
        return Hearing((*heard, message), before, bool(message.calls))
    if message.role == "tool" and own:
        return Hearing((*heard, message), before, own)
    if message.role == "assistant":
        text = f"{before}\n{message.text}".strip() if before else message.text.strip()
        if message.calls:
            return Hearing(heard, text, own)
        return Hearing((*heard, message if text == message.text else Message("assistant", text)), "", own)
    return state
