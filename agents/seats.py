"""The two seats: what one of them sees, and what it may say.

A seat is a plain function ``(observation, seed) -> Message``. What it seems to remember is folded from the
messages it sees, so that fork, undo and swapping seats cost nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from scenarios import Persona, UserView
from tools_mock import ToolCall, ToolResult, ToolSpec

Role = Literal["user", "assistant", "tool", "system"]
#: How a user ends a conversation: content, or having given up.
End = Literal["", "done", "gave_up"]


@dataclass(frozen=True, slots=True)
class Message:
    """Text and/or tool calls, or results. ``end`` is the user's alone. ``system`` says which tools have come into view.

    A user's calls go to their own device; they stand in a message without text.
    """

    role: Role
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    results: tuple[ToolResult, ...] = ()
    end: End = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one seat may see.

    The assistant sees the policy, the tools in view and what was said and called; the user sees texts, its own view
    and persona, and what it did on a device of its own, whose tools are its ``tools`` (the information barrier).
    Neither sees the other's calls. ``notice`` answers nonsense: it says what was wrong with the last message.
    """

    seat: Literal["user", "assistant"]
    messages: tuple[Message, ...]
    policy: str = ""
    tools: tuple[ToolSpec, ...] = ()
    view: UserView | None = None
    persona: Persona = Persona()
    notice: str = ""


class AgentFault(Exception):
    """A seat did something that is no message.

    ``kind`` is ``malformed`` (it is told, and asked again), or ends the episode: ``raised``, ``hung``, ``died``,
    ``refused``, ``overflowed``.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


User = Callable[[Observation, int], Message]
Assistant = Callable[[Observation, int], Message]
#: A seat that is awaited: a model, a person, an endpoint.
AsyncSeat = Callable[[Observation, int], Awaitable[Message]]
