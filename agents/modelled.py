"""Models in the seats: an assistant that gets what any assistant gets, and a user who knows their own view alone.

A seat is asked like any other. What a model says is checked before it counts: a user's words against their own view
and what they heard, with one retry that says why; then the scripted user speaks in its stead, and it is counted.
"""

import hashlib
import json
import re
import string
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scenarios import Persona, UserView
from tools_mock import BadInput, ToolCall, ToolSpec
from tools_mock.values import MONTHS, WEEKDAYS, contains, looks_like_id, numbers_in
from tools_mock.world import Draws

from .doors import Ask, Reply
from .paid import Paid, Tab
from .seats import AgentFault, Message, Observation
from .speech import wish_text
from .user import State, fold, scripted_user

PROMPTS = Path(__file__).with_name("prompts")
#: A user's message of more characters is none that a person types.
LONGEST = 1500
#: So many words in a row that stand in the instructions were read there.
ECHO = 8
#: How often a reply that only paused is taken up again.
PAUSES = 3

# ── prompts ──────────────────────────────────────────────────────────────────────────────────────────────


def prompt(name: str, folder: Path | None = None) -> str:
    """A prompt: the file of that name in a folder of one's own, or else the one that comes with toolwalk.

    Raises:
        BadInput: it cannot be read.
    """
    path = PROMPTS / f"{name}.md"
    if folder is not None and (folder / f"{name}.md").exists():
        path = folder / f"{name}.md"
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot read the prompt {path}: {error}; prompts are text files in UTF-8") from None


def prompts_digest(folder: Path | None = None) -> str:
    """A name for the prompts as they are: it stands in the lineage of every row that models had a part in.

    Raises:
        BadInput: the folder is none, or holds no prompt.
    """
    names = sorted(path.stem for path in PROMPTS.glob("*.md"))
    if folder is not None and not any((folder / f"{name}.md").exists() for name in names):
        raise BadInput(f"{folder} holds no prompt; write {', '.join(f'{name}.md' for name in names)} into it, or some")
    return hashlib.blake2b("\0".join(prompt(name, folder) for name in names).encode(), digest_size=6).hexdigest()


# ── what all models share ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Model:
    """A model and how it is asked.

    Args:
        name: its id.
        max_tokens: of a reply.
        thinking: ``""``, ``adaptive``, or a number of tokens.
        extra: what else goes into the body.
        prompts: a folder of prompts of one's own.
    """

    name: str
    max_tokens: int = 2048
    thinking: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    prompts: Path | None = None

    def ask(self, system: str, messages: list[dict[str, Any]], tools: list[dict[str, Any]], cached: bool = True) -> Ask:
        """A request to it."""
        thinking = self.thinking
        room = self.max_tokens + (int(thinking) if thinking.isdigit() else 0)
        return Ask(self.name, system, tuple(messages), tuple(tools), room, thinking, cached, dict(self.extra))


@dataclass(slots=True)
class Line:
    """The line of one episode to its models: it numbers the requests, and what they come to is put on one tab."""

    paid: Paid
    where: tuple[Any, ...]
    tab: Tab = field(default_factory=Tab)
    count: int = 0

    async def __call__(self, ask: Ask) -> Reply:
        """A reply; see :meth:`agents.paid.Paid.ask`."""
        self.count += 1
        return await self.paid.ask((*self.where, self.count), ask, self.tab)


def tool_params(specs: tuple[ToolSpec, ...]) -> list[dict[str, Any]]:
    """Tools as the Messages API wants them."""
    return [{"name": s.name, "description": s.description, "input_schema": s.parameters} for s in specs]


# ── the assistant ────────────────────────────────────────────────────────────────────────────────────────


def as_messages(
    messages: tuple[Message, ...], own: dict[int, tuple[dict[str, Any], ...]] | None = None, role: str = "assistant"
) -> list[dict[str, Any]]:
    """What a seat saw, in the shape of the Messages API: roles alternate, all results of a turn in one message.

    Args:
        messages: as the seat saw them.
        own: by place the blocks as the model wrote them, where it thought: the API wants thoughts back.
        role: of the seat that is the model's; the other one's words are "user".
    """
    found: list[dict[str, Any]] = []
    for place, message in enumerate(messages):
        blocks: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text.strip() else []
        blocks += [{"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in message.calls]
        blocks += [
            {
                "type": "tool_result",
                "tool_use_id": result.call_id,
                "content": json.dumps(result.content, ensure_ascii=False),
                "is_error": result.status != "ok",
            }
            for result in message.results
        ]
        written = (own or {}).get(place)
        if written and [b["id"] for b in written if b["type"] == "tool_use"] == [c.id for c in message.calls]:
            blocks = list(written)
        if not blocks:
            continue
        who = "assistant" if message.role == role else "user"
        if found and found[-1]["role"] == who:
            found[-1]["content"] = [*found[-1]["content"], *blocks]
        else:
            found.append({"role": who, "content": blocks})
    return found


def with_text(messages: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The messages with a text more at the end, from outside."""
    block = {"type": "text", "text": text}
    if messages and messages[-1]["role"] == "user":
        return [*messages[:-1], {**messages[-1], "content": [*messages[-1]["content"], block]}]
    return [*messages, {"role": "user", "content": [block]}]


@dataclass(slots=True)
class ModelAssistant:
    """A model in the assistant's seat: it gets the policy, the tools in view and the messages, and nothing else.

    Args:
        model: which.
        line: to it.
        thoughts: by place in what it saw, what it thought before it spoke.
    """

    model: Model
    line: Line
    thoughts: dict[int, str] = field(default_factory=dict)
    _own: dict[int, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    async def __call__(self, observation: Observation, seed: int) -> Message:
        """The next message.

        Raises:
            AgentFault: the model refused, was cut off, or ran out of room.
            Rejected, Outage, Spent, BadInput: as :meth:`agents.paid.Paid.ask` says.
        """
        place = len(observation.messages)
        messages = as_messages(observation.messages, self._own)
        if observation.notice:
            messages = with_text(messages, f"({observation.notice})")
        reply = await self._through(self.model.ask(observation.policy, messages, tool_params(observation.tools)))
        if reply.thinking:
            self.thoughts[place] = reply.thinking
        if any(block.get("type") in ("thinking", "redacted_thinking") for block in reply.content):
            self._own[place] = reply.content
        calls = tuple(ToolCall(one["id"], one["name"], one["input"]) for one in reply.calls)
        return Message("assistant", reply.text, calls)

    async def _through(self, ask: Ask) -> Reply:
        for _ in range(PAUSES):
            reply = await self.line(ask)
            if reply.stop != "pause_turn":
                break
            ask = replace(ask, messages=(*ask.messages, {"role": "assistant", "content": list(reply.content)}))
        if reply.stop == "refusal":
            raise AgentFault("refused", "the model refused to go on")
        if reply.stop == "model_context_window_exceeded":
            raise AgentFault("overflowed", "the conversation no longer fits into the model's window")
        if reply.stop == "max_tokens":
            raise AgentFault("malformed", f"the message was cut off at {ask.max_tokens} tokens; be shorter")
        return reply


# ── the user ─────────────────────────────────────────────────────────────────────────────────────────────

_END: dict[str, Any] = {
    "name": "end_conversation",
    "description": "End the conversation: once all is settled, or when the assistant gets nowhere.",
    "input_schema": {
        "type": "object",
        "properties": {"how": {"enum": ["done", "gave_up"]}},
        "required": ["how"],
        "additionalProperties": False,
    },
}
#: Why a reply is none, by why it stopped.
_CUT = {
    "refusal": ("refused", "it is a refusal to play"),
    "max_tokens": ("cut off", "it is too long; one short message"),
    "model_context_window_exceeded": ("cut off", "it is too long; one short message"),
}
_BEGIN = "(The chat is open. Write your first message.)"


@dataclass(slots=True)
class ModelUser:
    """A model in the user's seat: it gets its view, and where it stands in it, and what was said to it.

    Args:
        model: which.
        line: to it.
        faults: what it did that no user may, by kind; and how often the scripted user spoke instead (``replaced``).
    """

    model: Model
    line: Line
    faults: Counter[str] = field(default_factory=Counter)

    async def __call__(self, observation: Observation, seed: int) -> Message:
        """The next message.

        Raises:
            Rejected, Outage, Spent, BadInput: as :meth:`agents.paid.Paid.ask` says.
        """
        view, persona = observation.view, observation.persona
        if view is None:
            raise ValueError("the user's seat needs its view; build the conversation from a scenario")
        state = fold(view, observation.messages)
        script = string.Template(prompt("user", self.model.prompts))
        system = script.safe_substitute(name=view.name, manner=manner(persona))
        notes = notes_of(view, state)
        said = [{"role": "user", "content": [{"type": "text", "text": _BEGIN}]}]
        said += as_messages(observation.messages, role="user")
        tools = [_END, *tool_params(observation.tools)]
        why = ""
        for _ in range(2):
            asked = with_text(said, f"<notes>\n{notes}\n</notes>{why}")
            reply = await self.line(self.model.ask(system, asked, tools))
            message = _as_user(reply)
            kind, reason = unfit(message, observation, state, script.template)
            if reply.stop in _CUT:
                kind, reason = _CUT[reply.stop]
            if not kind:
                return message
            self.faults[kind] += 1
            why = f"\nYour last attempt cannot be sent: {reason}. Write it again."
        self.faults["replaced"] += 1
        return scripted_user(observation, seed)


def _as_user(reply: Reply) -> Message:
    """What a model said as a user's message."""
    ends = [one for one in reply.calls if one["name"] == "end_conversation"]
    rest = tuple(ToolCall("", c["name"], c["input"]) for c in reply.calls if c["name"] != "end_conversation")
    if not ends:
        return Message("user", reply.text, rest)
    gave_up = isinstance(ends[0]["input"], dict) and ends[0]["input"].get("how") == "gave_up"
    return Message("user", reply.text, end="gave_up" if gave_up else "done")


def manner(persona: Persona) -> str:
    """How somebody writes, in words."""
    parts = [value if dial in ("mood",) else f"{dial} {value}" for dial, value in persona.levels.items()]
    parts += ["as few words as can be"] if persona.brief else []
    parts += ["all in small letters"] if persona.lower else []
    parts += ["no full stop at the end"] if not persona.dots else []
    return ", ".join(parts) or persona.name


def notes_of(view: UserView, state: State) -> str:
    """Where a user stands, for themselves: what they want now, what they know, what they were just asked."""
    if state.turn >= len(view.turns):
        return "All is settled. Close with a word, and end the conversation."
    turn, lines = view.turns[state.turn], []
    plain = Persona(withholds=0, polite=0, greets=False)
    if turn.talk:
        lines.append(f"Begin with some small talk ({turn.talk}).")
    if turn.acts and not state.acted:
        deeds = ", ".join(f"{act.tool} {json.dumps(act.arguments)}" for act in turn.acts)
        return f"Do now, on your own device, with your tools, and write nothing: {deeds}."
    if turn.acts:
        lines.append("You did on your device what the assistant asked for; tell them what you see.")
    if turn.brings:
        lines.append(f"You have just connected {turn.brings}; say so.")
    if turn.switch == "back":
        lines.append("You come back to what you had left open.")
    if turn.switch == "changed":
        lines.append("You have changed your mind about what was just done.")
    if turn.wishes:
        lines.append(f"You want now: {wish_text(turn.wishes, plain, Draws(''), '', False)}")
    for wish in turn.wishes:
        for fact in wish.facts:
            first = fact.first or fact.vague
            when = " (when asked)" if fact.when == "asked" else ""
            lines.append(
                f"- {fact.label or fact.slot}: {fact.text}{when}"
                + (f"; at first you say {first!r}, and {fact.text!r} once you are asked about it" if first else "")
            )
        if wish.wants == "deed":
            lines.append(f"If you are asked whether it shall really be done: {wish.consent}.")
    if turn.switch == "away":
        lines.append("At the first question about it you let it be and say so.")
    if state.act == "question" and state.asked:
        lines.append(f"You were just asked for: {', '.join(fact.label or fact.slot for fact in state.asked)}.")
    if state.act == "consent":
        changed = [fact.text for wish in turn.wishes for fact in wish.facts if fact.first]
        but = f" yes, but it shall be {', '.join(changed)}" if changed else ""
        lines.append(f"You were just asked for your leave: answer{but}.")
    if state.act == "unknown":
        lines.append(f"You were just asked for what you do not know; all you can say is: {state.asked[0].text}.")
    if state.act == "wrong":
        lines.append(f"The assistant has something wrong; right is: {state.asked[0].text}.")
    if state.act.startswith("lacks"):
        lines.append(f"The answer lacks what you asked for ({state.act.removeprefix('lacks ')}).")
    if state.act in _HEARD:
        lines.append(_HEARD[state.act])
    if state.strikes:
        lines.append(f"Nothing came of your last {state.strikes} messages.")
    return "\n".join(lines)


#: What a user notes who came to nothing with what was said.
_HEARD = {
    "lost": "You were asked something that you do not know.",
    "again": "You were not understood: say again what you want.",
    "patient": "You were asked to wait: that is fine.",
    "unclear": "You did not understand the last message.",
    "stuck": "You were told what is the matter, but not what to do about it.",
}
_WORD = re.compile(r"[\w’'#@.:-]+")
_CODE = re.compile(r"\w+\(.*=.*\)|[{}]|\b[a-z]+(?:_[a-z]+)+\b")
#: A name in the middle of a sentence, and a day.
_NAME = re.compile(r"(?<![.!?:\n\"“] )(?<!^)\b[A-Z][a-z][\w’'-]*")
_DAY = re.compile(rf"\b(?:tomorrow|tonight|yesterday|{'|'.join((*WEEKDAYS, *MONTHS))})\b", re.IGNORECASE)
_PLAIN = frozenset(("i", "i'm", "i’m", "i'd", "i’d", "i'll", "i’ll", "i've", "i’ve", "ok", "okay", "may"))
_SPOKEN = re.compile(r"\b(?:my notes|end_conversation|system prompt|as an ai|language model|</?notes>)", re.IGNORECASE)


def unfit(message: Message, observation: Observation, state: State, script: str) -> tuple[str, str]:
    """Why a model's message is none of a user's: kind and reason; two empty texts where it may be sent.

    Args:
        message: what it would say.
        observation: what it saw.
        state: where it stands.
        script: its instructions.
    """
    view = observation.view
    assert view is not None
    text, over = message.text, state.turn >= len(view.turns)
    if message.calls and not message.end:
        due = view.turns[state.turn].acts if not over and not state.acted else ()
        if {call.name for call in message.calls} <= {act.tool for act in due}:
            return "", ""
        return "acted unasked", "there is nothing to do on your device now; write a message"
    if not text.strip() and not message.end:
        return "empty", "it is empty"
    if message.end == "done" and not over:
        return "ended early", "you have not got all that you want"
    if message.end == "gave_up" and not state.strikes and not state.refused:
        return "ended early", "the assistant has not failed you yet"
    if over and not message.end:
        return "overstayed", "all is settled; call end_conversation"
    brings = "" if over else view.turns[state.turn].brings
    if brings and state.act in ("", "report") and not contains(text.casefold(), brings.casefold()):
        return "left out", f"say that you have connected {brings}"
    if len(text) > LONGEST:
        return "too long", f"{len(text)} characters are more than a person types"
    if _SPOKEN.search(text) or _echoes(text, script):
        return "echo", "it speaks of your instructions"
    heard = "\n".join(one.text for one in observation.messages)
    own = _own(view, state)
    known = f"{heard}\n{own}".casefold()
    if (match := _CODE.search(text)) and match[0].casefold() not in known:
        return "leak", f"no person writes {match[0]!r}"
    for word in _WORD.findall(text):
        bare = word.strip(".,:'’-")
        if not bare.isalpha() and looks_like_id(bare) and bare.casefold() not in known:
            return "leak", f"you cannot know {bare!r}"
    if numbers := numbers_in(text) - numbers_in(known):
        return "contradiction", f"{min(numbers)} stands neither in your notes nor in what you were told"
    for name in (*_NAME.findall(text), *_DAY.findall(text)):
        name = re.sub("['’]s$", "", name)
        if not contains(known, name.casefold()) and name.casefold() not in _PLAIN:
            return "contradiction", f"{name!r} stands neither in your notes nor in what you were told"
    return "", ""


def _own(view: UserView, state: State) -> str:
    """All that a user knows by themselves, up to the turn that is open."""
    turns = view.turns[: state.turn + 1]
    facts = [fact for turn in turns for wish in turn.wishes for fact in wish.facts]
    texts = [part for fact in facts for part in (fact.text, fact.slip, fact.vague, fact.first, fact.label)]
    asks = [ask for turn in turns for wish in turn.wishes for ask in wish.ask]
    return "\n".join([view.name, *texts, *asks, *(turn.brings for turn in turns)])


def _echoes(text: str, script: str) -> bool:
    words, its = text.casefold().split(), " ".join(script.casefold().split())
    return any(contains(its, " ".join(words[n : n + ECHO])) for n in range(len(words) - ECHO + 1))
