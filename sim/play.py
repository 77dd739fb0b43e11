"""Stepping through a conversation: one core of commands, whatever shows it.

A session keeps every step as a forked episode, so going back costs nothing and loses nothing. No rule of the
conversation lives here: whose turn it is, what counts as a move and when it ends is the conversation's.
"""

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from agents import Message, Observation, oracle, scripted_user
from agents.seats import AgentFault
from scenarios import Scenario, scenario_of
from tools_mock import BadInput, RecordError, ToolCall, Toolkit, unknown

from .conversation import MESSAGES
from .gates import evidence_of_episode, replayed
from .guests import said
from .outcome import outcome
from .record import toolkit_for, write_whole
from .rollout import Episode, start

Seat = Literal["user", "assistant"]
#: Who sits where, by what a person calls it: the seats that are theirs.
SEATS: dict[str, tuple[Seat, ...]] = {
    "watch": (),
    "user": ("user",),
    "assistant": ("assistant",),
    "both": ("user", "assistant"),
}
#: Whoever sits in a seat that is not the person's.
Sitter = Callable[[Observation, int], Message]
#: How much of a result is shown in a line, and how much of a message.
WIDE, LONG = 160, 2_000


@dataclass(slots=True)
class Session:
    """A conversation in the middle.

    Args:
        scenario: what is played.
        toolkit: its tools.
        mine: the seats that the person has.
        past: every step so far, the present one last.
        future: what was undone, the next one last.
        branches: other ways that it went, by name.
        out: where everything is kept as it goes; nothing for nowhere.
        others: who sits in the seats that are not the person's, where it is not the script.
        recruit: finds who else may sit in a seat, by a name; nothing where only the script may.
    """

    scenario: Scenario
    toolkit: Toolkit
    mine: tuple[Seat, ...]
    past: list[Episode]
    future: list[Episode] = field(default_factory=list)
    branches: dict[str, tuple[list[Episode], list[Episode]]] = field(default_factory=dict)
    out: Path | None = None
    others: dict[Seat, Sitter] = field(default_factory=dict)
    recruit: Callable[[str, Seat], Sitter] | None = None

    @property
    def episode(self) -> Episode:
        """Where it stands."""
        return self.past[-1]

    @property
    def mine_now(self) -> bool:
        """Whether it waits for the person."""
        return self.episode.conversation.waits in self.mine

    def speaker(self, seat: Seat) -> Sitter:
        """Who speaks for a seat that is not the person's."""
        script = scripted_user if seat == "user" else oracle(self.scenario, self.toolkit)
        return self.others.get(seat, script)

    def keep(self) -> None:
        """Write down all that was played, what lies ahead and the branches, so that it can be continued."""
        if self.out is not None:
            kept = {
                "format": 1,
                "scenario": self.scenario.as_json(),
                "messages": messages_in(self.past),
                "ahead": messages_in([*self.past[-1:], *self.future[:1]]),
                "branches": {name: messages_in([*past, *future[:1]]) for name, (past, future) in self.branches.items()},
            }
            write_whole(self.out, kept)


def begin(scenario: Scenario, who: str = "watch", messages: Iterable[Message] = (), out: Path | None = None) -> Session:
    """A session at the start of a scenario.

    Args:
        scenario: what is played.
        who: the seats that the person has: ``watch``, ``user``, ``assistant`` or ``both``.
        messages: of a conversation that was played already; they lie ahead, to be walked through.
        out: where it is kept.

    Raises:
        BadInput: there is no such seat, or the messages are not of this scenario.
    """
    if who not in SEATS:
        raise BadInput(unknown("seat", who, SEATS))
    toolkit = toolkit_for(scenario.toolkit)
    ahead = list(walked(start(scenario, toolkit), messages))
    return Session(scenario, toolkit, SEATS[who], [start(scenario, toolkit)], ahead[::-1], out=out)


def resumed(kept: Any, who: str, out: Path) -> Session:
    """A session as :meth:`Session.keep` wrote it down: where it stood, what lay ahead, the branches.

    Raises:
        BadInput: there is no such seat, or it is not what was written down.
    """
    try:
        scenario = scenario_of(kept["scenario"], str(out))
        past = MESSAGES.validate_python(kept["messages"])
        ahead = MESSAGES.validate_python(kept.get("ahead", kept["messages"]))
        branches = {str(name): MESSAGES.validate_python(its) for name, its in kept.get("branches", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{out} is no kept conversation ({type(error).__name__})") from None
    session = begin(scenario, who, out=out)

    def steps(messages: tuple[Message, ...]) -> list[Episode]:
        first = start(scenario, session.toolkit)
        return [first, *walked(first, messages, believed=True)]

    session.past = steps(past)
    if len(ahead) > len(past):
        session.future = steps(ahead)[len(session.past) :][::-1]
    session.branches = {name: (steps(its), []) for name, its in branches.items()}
    return session


def messages_in(steps: list[Episode]) -> Any:
    """The messages of the last of these steps, as JSON data."""
    return MESSAGES.dump_python(steps[-1].conversation.messages, mode="json")


def walked(episode: Episode, messages: Iterable[Message], believed: bool = False) -> Iterator[Episode]:
    """The episode after each of these messages.

    Args:
        episode: where it begins.
        messages: what was said and called.
        believed: whether results stand as they are given, because a person has edited them; else they are executed.

    Raises:
        BadInput: a message is not the next move.
    """
    for message in messages:
        if message.role == "system":
            continue  # it comes along with the user's message that brings the tools
        episode = episode.fork()
        conversation = episode.conversation
        try:
            if message.role == "tool":
                results = episode.run_calls()
                conversation.results(message.results if believed else results)
            else:
                conversation.say("user" if message.role == "user" else "assistant", message)
        except ValueError as error:
            raise BadInput(f"what was played does not go on like this: {error}; start it anew") from None
        yield episode


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────


def step(session: Session, message: Message | None = None) -> Iterator[str]:
    """One step: the given message, what was undone or recorded, what a script says, or the results of calls."""
    before = session.episode
    if message is None and session.future:
        session.past.append(session.future.pop())
    else:
        waits = before.conversation.waits
        if not waits:
            yield f"it has ended: {before.conversation.ended}; :undo goes back"
            return
        after = before.fork()
        if waits == "results":
            after.conversation.results(after.run_calls())
        elif message is not None:
            after.conversation.say(waits, message)
        elif waits in session.mine:
            yield f"it is your turn as {waits}; write something, or :hint"
            return
        else:
            try:
                said_ = session.speaker(waits)(after.conversation.observe(waits), session.scenario.seed)
                after.conversation.say(waits, said_)
            except AgentFault as fault:
                if fault.kind != "malformed":
                    raise BadInput(f"the {waits} {fault.kind}: {fault}; :seat {waits} script goes on without") from None
                after.conversation.fault("malformed", str(fault))
        if message is not None:
            session.future.clear()
        session.past.append(after)
        if after.conversation.notice:
            yield f"no move: {after.conversation.notice}"
    session.keep()
    for one in session.episode.conversation.messages[len(before.conversation.messages) :]:
        yield from lines(one)
    if session.episode.conversation.ended:
        yield from ending(session)


def go_on(session: Session) -> Iterator[str]:
    """Steps up to the person's turn, or the end."""
    while session.episode.conversation.waits and not (session.mine_now and not session.future):
        yield from step(session)


def ending(session: Session) -> Iterator[str]:
    """How it ended, and what it is worth."""
    evidence = evidence_of_episode(session.episode)
    found = outcome(evidence)
    parts = ", ".join(f"{name} {value:g}" for name, value in found.parts.items())
    if not proven(session):
        parts += "; unproven: a result was edited"
    yield f"── ended: {evidence.ended}; reward {found.reward:g} ({parts})"
    yield from (f"   {note}" for note in found.notes)


def proven(session: Session) -> bool:
    """Whether every result is what its call really gives: nobody has edited one."""
    return not any(True for _ in replayed(evidence_of_episode(session.episode)))


def lines(message: Message) -> Iterator[str]:
    """A message as plain lines: who says what, calls and results folded to a line each."""
    if message.role == "system":
        names = re.findall(r'"function": {"name": "([^"]+)"', message.text)
        yield f"           (new tools: {', '.join(names)})"
        return
    if message.text:
        yield f"{message.role:>9}  {clean(message.text, LONG)}"
    for made in message.calls:
        given = made.arguments if isinstance(made.arguments, dict) else {"": made.arguments}
        shown = ", ".join(f"{name}={json.dumps(value, default=str)}" for name, value in given.items())
        where = "(on their phone) " if message.role == "user" else ""
        yield f"           → {where}{made.name}({clean(shown, WIDE)})"
    for result in message.results:
        yield f"           ← {clean(json.dumps(result.content, ensure_ascii=False, default=str), WIDE)}"


def clean(text: str, width: int) -> str:
    """A text on one line, without what moves a cursor, and not too long."""
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text if len(text) <= width else f"{text[: width - 1]}…"


# ── what a person writes ─────────────────────────────────────────────────────────────────────────────────


def move(session: Session, text: str) -> Message:
    """A person's line as a message of the seat whose turn it is: words, ``tool(name=value)``, or JSON.

    Raises:
        BadInput: it looks like a call and is none.
    """
    seat = session.episode.conversation.waits
    own = session.toolkit.device if seat == "user" else session.episode.toolkit.tools
    names = session.scenario.device if seat == "user" else session.scenario.tools
    if text.startswith("{"):
        try:
            return said(json.loads(text))
        except AgentFault as fault:
            raise BadInput(str(fault)) from None
        except (ValueError, RecursionError) as error:
            raise BadInput(f'that is not JSON ({error}); write {{"content": "…", "tool_calls": […]}}') from None
    match = re.fullmatch(r"(\w+)\((.*)\)", text, re.DOTALL)
    if match is None or (match[1] not in own and "=" not in match[2] and match[2].strip()):
        return Message("user" if seat == "user" else "assistant", text)
    if match[1] not in names:
        raise BadInput(unknown("tool", match[1], names))
    call = ToolCall("", match[1], arguments_of(match[2]))
    return Message("user" if seat == "user" else "assistant", calls=(call,))


def arguments_of(text: str) -> dict[str, Any]:
    """``day="2026-04-14", seats=2`` as arguments; words without quotes are texts.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        tree = ast.parse(f"f({text})", mode="eval").body
        assert isinstance(tree, ast.Call)
        if tree.args:
            raise BadInput("give every argument its name, like day=2026-04-14")
        return {part.arg or "": _value(part.value) for part in tree.keywords}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    found: dict[str, Any] = {}
    for part in re.split(r",\s*(?=\w+\s*=)", text):
        name, sign, value = part.partition("=")
        if not sign:
            raise BadInput(f"{part.strip()!r} is no argument; write name=value")
        found[name.strip()] = value.strip().strip("\"'")
    return found


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        return {"true": True, "false": False, "null": None}.get(node.id, node.id)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node).replace(" ", "")
