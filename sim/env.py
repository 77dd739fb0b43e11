"""The conversation as Gymnasium environments: one for each seat. Thin shells, no threads, no rules of their own.

``toolwalk/Assistant-v0``: you are the assistant, the scripted user talks to you. The reward comes at the end: the
product of end state, facts told, evidence read and a content user (``sim.score``).

``toolwalk/User-v0``: you are the user, the oracle serves you. The reward comes at the end: 1 if what your view
asks for was reached, you ended content, and you said nothing that a user cannot know; else 0.

Both are truncated by the scenario's limits only. ``info["parts"]`` and ``info["notes"]`` explain a reward.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, NotRequired, SupportsFloat, TypeVar

import gymnasium
from gymnasium.spaces import Space
from numpy.random import Generator
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from agents import Assistant, Message, User, oracle, scripted_user
from agents.seats import End
from scenarios import Scenario
from tools_mock import BadInput, ToolCall

from .gates import evidence_of_episode, leak
from .generate import Settings, candidate, graph_for
from .outcome import outcome
from .record import chat, chat_rows
from .rollout import Episode, start
from .score import Score


class CallAction(TypedDict):
    """A tool call in an action."""

    name: str
    arguments: dict[str, Any]
    id: NotRequired[str]


class AssistantAction(TypedDict):
    """What an assistant does: text, calls, or both."""

    content: str
    tool_calls: list[CallAction]


class UserAction(TypedDict):
    """What a user does: text, and how it ends the conversation, if it does; or calls on a device of its own."""

    content: str
    end: End
    tool_calls: NotRequired[list[CallAction]]


class View(TypedDict):
    """What a seat sees. ``view`` is the user's own; ``tools`` are the seat's: a user's are those of their device."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    view: dict[str, Any]
    notice: str


T = TypeVar("T")


class JsonSpace(Space[T], Generic[T]):
    """All values that a type accepts, with a way to draw one. Two spaces are equal if their JSON Schemas are.

    Args:
        kind: a type that pydantic understands.
        draw: a module-level function from a random generator to a value (it must be picklable).
        seed: of the generator.
    """

    def __init__(self, kind: Any, draw: Callable[[Generator], T], seed: int | None = None) -> None:
        super().__init__(None, None, seed)
        self.kind, self.draw = kind, draw
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    @property
    def is_np_flattenable(self) -> bool:
        """It is not."""
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> T:
        """A random member."""
        return self.draw(self.np_random)

    def contains(self, x: Any) -> bool:
        """Whether the type accepts it as it is."""
        try:
            self._adapter.validate_python(x, strict=True)
        except ValidationError:
            return False
        return True

    def to_jsonable(self, sample_n: Iterable[T]) -> list[Any]:
        """Members as JSON data."""
        return [self._adapter.dump_python(one, mode="json") for one in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[T]:
        """Members back from JSON data."""
        return [self._adapter.validate_python(one) for one in sample_n]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsonSpace) and other._adapter.json_schema() == self._adapter.json_schema()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"JsonSpace({getattr(self.kind, '__name__', self.kind)})"

    def __reduce__(self) -> Any:
        return JsonSpace, (self.kind, self.draw)


_WORDS = ("yes", "no", "thanks", "which day?", "done", "the first one", "I can't", "please")


def _draw_assistant(random: Generator) -> AssistantAction:
    if random.random() < 0.5:
        return {"content": "", "tool_calls": [{"name": "list_bookings", "arguments": {}}]}
    return {"content": str(random.choice(_WORDS)), "tool_calls": []}


def _draw_user(random: Generator) -> UserAction:
    return {"content": str(random.choice(_WORDS)), "end": "done" if random.random() < 0.1 else ""}


def _draw_view(random: Generator) -> View:
    message = {"role": "user", "content": str(random.choice(_WORDS))}
    return {"messages": [message], "tools": [], "view": {}, "notice": ""}


def _draw_text(random: Generator) -> str:
    return str(random.choice(_WORDS))


class _SeatEnv(gymnasium.Env[View, Any]):
    """What both environments share: choosing a scenario, stepping to the seat's next turn, the ends."""

    metadata = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 - Gymnasium's own way to declare it
    seat: Literal["user", "assistant"]

    def __init__(
        self,
        scenarios: Sequence[Scenario] | None = None,
        *,
        settings: Settings | None = None,
        render_mode: str | None = None,
    ) -> None:
        self.render_mode = render_mode
        self.settings = settings or Settings()
        self.scenarios = tuple(scenarios or ())
        self.observation_space = JsonSpace(View, _draw_view)
        self.episode: Episode | None = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[View, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: decides which scenario is played, and everything drawn in it.
            options: ``scenario`` plays that one; ``index`` chooses among the given ones, or the candidate of
                that number where none were given.

        Raises:
            BadInput: an option is unknown, or the index is out of range.
        """
        super().reset(seed=seed)
        scenario = self._choose(options or {})
        self.episode = start(scenario, graph_for(self.settings).toolkit)
        self.opposite = self._opposite(scenario)
        self._on()
        return self._view(), {"scenario": scenario.name}

    def step(self, action: Any) -> tuple[View, SupportsFloat, bool, bool, dict[str, Any]]:
        """Take the seat's message, and play on to its next turn or the end."""
        assert self.episode is not None, "call reset first"
        conversation = self.episode.conversation
        message = self._message(action)
        if isinstance(message, str):
            conversation.fault("malformed", message)
        else:
            conversation.say(self.seat, message)
        self._on()
        reward = 0.0
        info: dict[str, Any] = {"faults": dict(conversation.faults)}
        if conversation.ended:
            scored = self._score()
            reward = scored.reward
            info |= {"ended": conversation.ended, "parts": scored.parts, "notes": list(scored.notes)}
        return self._view(), reward, conversation.terminated, conversation.truncated, info

    def render(self) -> Any:
        """The conversation so far, as text."""
        assert self.episode is not None, "call reset first"
        return _as_text(chat("", self.episode.conversation.messages)[1:])

    # ── for the two seats ────────────────────────────────────────────────────────────────────────────────

    def _opposite(self, scenario: Scenario) -> User | Assistant:
        raise NotImplementedError

    def _message(self, action: Any) -> Message | str:
        raise NotImplementedError

    def _score(self) -> Score:
        raise NotImplementedError

    def _view(self) -> View:
        raise NotImplementedError

    # ── shared ───────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, options: dict[str, Any]) -> Scenario:
        unknown = set(options) - {"scenario", "index"}
        if unknown:
            raise BadInput(f"no option {sorted(unknown)[0]!r} for reset; there is index, scenario")
        if "scenario" in options:
            scenario: Scenario = options["scenario"]
            return scenario
        if self.scenarios:
            index = int(options.get("index", self.np_random.integers(len(self.scenarios))))
            if not 0 <= index < len(self.scenarios):
                raise BadInput(f"no scenario {index}; there are {len(self.scenarios)}")
            return self.scenarios[index]
        return sampled(self.settings, options.get("index", int(self.np_random.integers(1_000_000))))

    def _on(self) -> None:
        """Play until it is this seat's turn or the end."""
        assert self.episode is not None
        conversation = self.episode.conversation
        while conversation.waits and conversation.waits != self.seat:
            if conversation.waits == "results":
                conversation.results(self.episode.run_calls())
            else:
                other = conversation.waits
                message = self.opposite(conversation.observe(other), conversation.scenario.seed)
                conversation.say(other, message)


def sampled(settings: Settings, index: int) -> Scenario:
    """The scenario of a run's row ``index``, as ``toolwalk generate`` would make it.

    Raises:
        BadInput: every attempt at this index fails.
    """
    for attempt in range(settings.attempts):
        row, _ = candidate(settings, index, attempt)
        if row is not None:
            return Scenario.model_validate(row["scenario"])
    raise BadInput(f"no scenario comes of index {index} with these settings; take another one")


@dataclass(slots=True)
class _Shown:
    """What the assistant was shown of an episode: it stays as it was, so only what is new is written out."""

    episode: Episode
    tools: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    upto: int = 0


class AssistantEnv(_SeatEnv):
    """You are the assistant.

    Args:
        scenarios: what to play; by default new ones are sampled with ``settings``.
        settings: of the sampling, and of the tools.
        user: who talks to you; the scripted user by default.
        render_mode: ``ansi`` or nothing.
    """

    seat = "assistant"

    def __init__(
        self,
        scenarios: Sequence[Scenario] | None = None,
        *,
        settings: Settings | None = None,
        user: User = scripted_user,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(scenarios, settings=settings, render_mode=render_mode)
        self.user = user
        self._shown: _Shown | None = None
        self.action_space = JsonSpace(AssistantAction, _draw_assistant)

    def _opposite(self, scenario: Scenario) -> User:
        return self.user

    def _message(self, action: Any) -> Message | str:
        return assistant_message(action)

    def _score(self) -> Score:
        assert self.episode is not None
        return outcome(evidence_of_episode(self.episode))

    def _view(self) -> View:
        assert self.episode is not None
        seen = self.episode.conversation.observe("assistant")
        if self._shown is None or self._shown.episode is not self.episode:
            self._shown = _Shown(self.episode, [spec.as_function() for spec in seen.tools], chat(seen.policy, ()))
        shown = self._shown
        if len(shown.tools) != len(seen.tools):
            shown.tools = [spec.as_function() for spec in seen.tools]
        for message in seen.messages[shown.upto :]:
            shown.rows += chat_rows(message)
        shown.upto = len(seen.messages)
        return {"messages": list(shown.rows), "tools": list(shown.tools), "view": {}, "notice": seen.notice}


class UserEnv(_SeatEnv):
    """You are the user.

    Args:
        scenarios: what to play; by default new ones are sampled with ``settings``.
        settings: of the sampling, and of the tools.
        assistant: makes the assistant of a scenario; the oracle by default.
        render_mode: ``ansi`` or nothing.
    """

    seat = "user"

    def __init__(
        self,
        scenarios: Sequence[Scenario] | None = None,
        *,
        settings: Settings | None = None,
        assistant: Callable[[Scenario], Assistant] | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(scenarios, settings=settings, render_mode=render_mode)
        self.assistant = assistant
        self.action_space = JsonSpace(UserAction, _draw_user)

    def _opposite(self, scenario: Scenario) -> Assistant:
        if self.assistant is not None:
            return self.assistant(scenario)
        assert self.episode is not None
        return oracle(scenario, self.episode.toolkit)

    def _message(self, action: Any) -> Message | str:
        if isinstance(action, str):
            return Message("user", action)
        if not isinstance(action, dict) or not isinstance(action.get("content", ""), str):
            return "the last message was malformed; give {'content': text, 'end': '' or 'done' or 'gave_up'}"
        calls = _called(action)
        if calls is None:
            return f"tool_calls of the last message were malformed; {_SHAPE}"
        end = action.get("end", "")
        if end not in ("", "done", "gave_up"):
            return f"no end {end!r}; give '', 'done' or 'gave_up'"
        return Message("user", action.get("content", ""), calls, end=end)

    def _score(self) -> Score:
        assert self.episode is not None
        evidence = evidence_of_episode(self.episode)
        scored = outcome(evidence)
        leaks = tuple(leak(evidence))
        reward = scored.reward * (not leaks)
        return Score(reward, {**scored.parts, "no leak": float(not leaks)}, (*scored.notes, *leaks))

    def _view(self) -> View:
        assert self.episode is not None
        seen = self.episode.conversation.observe("user")
        view = {} if seen.view is None else seen.view.model_dump(mode="json")
        return {
            "messages": chat("", seen.messages)[1:],
            "tools": [spec.as_function() for spec in seen.tools],
            "view": {**view, "persona": seen.persona.model_dump(mode="json")},
            "notice": seen.notice,
        }


def assistant_message(action: Any) -> Message | str:
    """An assistant's message from an action; text that says what is wrong where it is none.

    Args:
        action: ``{"content": …, "tool_calls": […]}``, or plain text.
    """
    if isinstance(action, str):
        return Message("assistant", action)
    if not isinstance(action, dict) or not isinstance(action.get("content") or "", str):
        return f"the last message was malformed; {_SHAPE}"
    calls = _called(action)
    if calls is None:
        return f"tool_calls of the last message were malformed; {_SHAPE}"
    return Message("assistant", action.get("content") or "", calls)


_SHAPE = "give {'content': text, 'tool_calls': [{'name': …, 'arguments': {…}}]}"


def _called(action: dict[str, Any]) -> tuple[ToolCall, ...] | None:
    """The calls in an action; nothing where they have no such shape."""
    calls = action.get("tool_calls") or []
    if not isinstance(calls, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in calls
    ):
        return None
    return tuple(ToolCall(str(one.get("id", "")), one["name"], one.get("arguments", {})) for one in calls)


_TAGGED = re.compile(r"<tool_call>\s*(.*?)\s*</tool_call>", re.DOTALL)


class TextActions(gymnasium.Wrapper[Any, Any, Any, Any]):
    """For models that only write text: observations are text, actions are text.

    An action calls tools if it is a JSON object ``{"name": …, "arguments": …}`` or a list of them, or holds such
    objects in ``<tool_call>`` tags; everything else is said to the user. Broken JSON is answered, not lost.
    """

    def __init__(self, env: gymnasium.Env[View, Any]) -> None:
        super().__init__(env)
        self.observation_space = JsonSpace(str, _draw_text)
        self.action_space = JsonSpace(str, _draw_text)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """As the environment's, with the observation as text."""
        view, info = self.env.reset(seed=seed, options=options)
        return _prompt(view), info

    def step(self, action: str) -> tuple[str, SupportsFloat, bool, bool, dict[str, Any]]:
        """As the environment's, with observation and action as text."""
        view, reward, terminated, truncated, info = self.env.step(parsed(action))
        return _prompt(view), reward, terminated, truncated, info


def parsed(text: str) -> Any:
    """A model's text as an action of :class:`AssistantEnv`."""
    tagged = _TAGGED.findall(text)
    bare = text.strip()
    if not tagged and not bare.startswith(("{", "[")):
        return {"content": text, "tool_calls": []}
    calls: list[Any] = []
    for part in tagged or [bare]:
        try:
            value = json.loads(part)
        except ValueError:
            calls.append(None)  # no call: the environment answers that it was malformed
            continue
        calls += value if isinstance(value, list) else [value]
    return {"content": _TAGGED.sub("", text).strip() if tagged else "", "tool_calls": calls}


def _prompt(view: View) -> str:
    parts = []
    if view["tools"]:
        parts.append("Tools:\n" + "\n".join(json.dumps(one["function"]) for one in view["tools"]))
    if view["view"]:
        parts.append("Your view:\n" + json.dumps(view["view"]))
    parts.append(_as_text(view["messages"]))
    if view["notice"]:
        parts.append(f"Notice: {view['notice']}")
    return "\n\n".join(parts)


def _as_text(messages: list[dict[str, Any]]) -> str:
    lines = []
    for message in messages:
        lines += [f"{message['role']}: {message['content']}"] if message["content"] else []
        lines += [f"{message['role']} calls {json.dumps(one)}" for one in message.get("tool_calls", ())]
    return "\n".join(lines)
