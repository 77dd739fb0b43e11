"""The two seats: what one of them sees, and what it may say.

A seat is a plain function ``(observation, seed) -> Message``. What it seems to remember is folded from the
messages it sees, so that fork, undo and swapping seats cost nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

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


class Observation(NamedTuple):
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


S = TypeVar("S")


class Continued(Generic[S]):
    """A fold over messages that goes on where it stood, if what it is given begins as what it had.

    A seat keeps no state, but at each move it is shown the whole conversation: this saves it to read that again.

    Args:
        first: what holds before any message; never changed.
        step: what holds after one more.
    """

    def __init__(self, first: S, step: Callable[[S, Message], S]) -> None:
        self._first, self._step = first, step
        self._kept: tuple[tuple[Message, ...], S] = ((), first)

    def __call__(self, messages: tuple[Message, ...]) -> S:
        """What holds after these messages."""
        seen, state = self._kept
        if messages[: len(seen)] != seen:  # another branch, or another conversation
            seen, state = (), self._first
        for message in messages[len(seen) :]:
            state = self._step(state, message)
        self._kept = messages, state  # at once, for threads may share it
        return state


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
