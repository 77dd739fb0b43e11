"""Checks that a stranger runs on their own seat: does it keep the contract?"""

from scenarios import Fact, UserTurn, UserView, Wish
from tools_mock import ToolResult, ToolSpec

from .seats import Assistant, Message, Observation, User

_SPEC = ToolSpec(
    name="get_weather",
    description="Weather of a city.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    effect="read",
    domain="weather",
)


def check_assistant(assistant: Assistant) -> list[str]:
    """Play a few observations to an assistant.

    Returns:
        What it does against the contract, one line each; empty where all is well.
    """
    found: list[str] = []
    asked = Observation("assistant", (Message("user", "What's the weather in Oslo?"),), "Be brief.", (_SPEC,))
    first = _message(assistant, asked, "assistant", found)
    if first is not None and first.calls:
        results = tuple(ToolResult(call.id, call.name, "ok", {"degrees": 7}) for call in first.calls)
        later = Observation(
            "assistant", (*asked.messages, first, Message("tool", results=results)), "Be brief.", (_SPEC,)
        )
        _message(assistant, later, "assistant", found)
    return found


def check_user(user: User) -> list[str]:
    """Play a few observations to a user.

    Returns:
        What it does against the contract, one line each; empty where all is well.
    """
    wish = Wish(ask=("what's the weather in {city}?",), facts=(Fact(slot="city", kind="city", text="Oslo"),))
    view = UserView(name="Anna", turns=(UserTurn(wishes=(wish,)),))
    found: list[str] = []
    start = Observation("user", (), view=view)
    first = _message(user, start, "user", found)
    if first is not None:
        if first.calls or first.results:
            found.append("a user message has calls or results; a user only speaks")
        answered = (first, Message("assistant", "It's 7 degrees in Oslo."))
        _message(user, Observation("user", answered, view=view), "user", found)
    return found


def _message(seat: Assistant | User, observation: Observation, role: str, found: list[str]) -> Message | None:
    try:
        first, second = seat(observation, 1), seat(observation, 1)
    except Exception as error:  # a stranger's seat may raise anything
        found.append(f"it raised {type(error).__name__}: {error}")
        return None
    if not isinstance(first, Message):
        found.append(f"it returned {type(first).__name__}, not a Message")
        return None
    if first.role != role:
        found.append(f"its message has role {first.role!r}, not {role!r}")
    if first != second:
        found.append("two calls with the same observation and seed differ; keep state out of it")
    if not first.text.strip() and not first.calls and not first.end:
        found.append("its message is empty: neither text nor calls")
    return first
