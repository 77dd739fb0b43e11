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
from agents.oracle import fold as progress_of
from agents.seats import AgentFault
from agents.user import states
from scenarios import Scenario
from tools_mock import BadInput, ToolCall, Toolkit, unknown

from .attribution import attributed
from .conversation import MESSAGES, heard_by_user
from .gates import evidence_of_episode
from .guests import said
from .record import toolkit_for, write_whole
from .rollout import Episode, start
from .score import score

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
        """Write down all that was played, so that it can be continued."""
        if self.out is not None:
            messages = MESSAGES.dump_python(self.episode.conversation.messages, mode="json")
            write_whole(self.out, {"format": 1, "scenario": self.scenario.as_json(), "messages": messages})


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


def walked(episode: Episode, messages: Iterable[Message]) -> Iterator[Episode]:
    """The episode after each of these messages; results are executed, not believed.

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
                conversation.results(episode.run_calls())
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
    found = score(session.scenario, evidence.messages, session.episode.world, evidence.ended)
    parts = ", ".join(f"{name} {value:g}" for name, value in found.parts.items())
    yield f"── ended: {evidence.ended}; reward {found.reward:g} ({parts})"
    yield from (f"   {note}" for note in found.notes)


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


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────


def _next(session: Session, argument: str) -> Iterator[str]:
    """:next [N] - go N steps on"""
    for _ in range(_number(argument)):
        before = len(session.past)
        yield from step(session)
        if len(session.past) == before:
            return


def _run(session: Session, argument: str) -> Iterator[str]:
    """:run - go on to your turn, or to the end"""
    yield from go_on(session)


def _undo(session: Session, argument: str) -> Iterator[str]:
    """:undo [N] - take N steps back; nothing is lost"""
    for _ in range(_number(argument)):
        if len(session.past) == 1:
            yield "this is the beginning"
            return
        session.future.append(session.past.pop())
    session.keep()
    yield from _where(session)


def _redo(session: Session, argument: str) -> Iterator[str]:
    """:redo [N] - take N steps that were undone again"""
    for _ in range(_number(argument)):
        if not session.future:
            yield "nothing lies ahead"
            return
        yield from step(session)


def _where(session: Session) -> Iterator[str]:
    messages = session.episode.conversation.messages
    waits = session.episode.conversation.waits or "nothing, it has ended"
    yield f"after {len(messages)} messages, {len(session.future)} ahead; it waits for {waits}"
    for message in messages[-1:]:
        yield from lines(message)


def _state(session: Session, argument: str) -> Iterator[str]:
    """:state [TABLE] - what has changed in the world, before and after; or a table's first rows"""
    world = session.episode.world
    if argument:
        tables = getattr(world.base, "tables", {})
        if argument not in tables:
            raise BadInput(unknown("table", argument, tables))
        rows = list(world.rows(argument))
        yield f"{argument}: {len(rows)} rows"
        yield from (f"  {key}: {clean(json.dumps(dict(row), ensure_ascii=False), WIDE)}" for key, row in rows[:20])
        return
    found = world.diff()
    if not found:
        yield "nothing has changed"
    for table, rows_ in found.items():
        for key, both in rows_.items():
            yield f"{table} {key}"
            for side in ("before", "after"):
                yield f"  {side:>6}: {clean(json.dumps(both[side], ensure_ascii=False, default=str), WIDE)}"


def _plan(session: Session, argument: str) -> Iterator[str]:
    """:plan - the gold plan, and where it stands"""
    plan = session.scenario.plan
    progress = progress_of(session.scenario, session.episode.conversation.messages)
    for number, turn in enumerate(plan.turns):
        mark = ">" if number == progress.turn else " "
        wish = session.scenario.user.turns[number].wishes
        about = wish[0].ask[0] if wish and wish[0].ask else turn.talk or "–"
        yield f"{mark} turn {number + 1}: {clean(about, 90)}"
        for place in turn.steps:
            one = plan.steps[place]
            done = "x" if place in progress.results else " "
            yield f"    [{done}] {one.tool}({clean(json.dumps(one.arguments, ensure_ascii=False), 100)})"


def _tools(session: Session, argument: str) -> Iterator[str]:
    """:tools [WORD] - the tools in view, or those with a word; :tool NAME shows one"""
    for spec in session.episode.conversation.in_view:
        if argument.casefold() in f"{spec.name} {spec.description}".casefold():
            yield f"{spec.name}({', '.join(spec.parameters['properties'])}): {spec.description}"


def _tool(session: Session, argument: str) -> Iterator[str]:
    """:tool NAME - one tool with its schema"""
    specs = {spec.name: spec for spec in session.episode.conversation.in_view}
    if argument not in specs:
        raise BadInput(unknown("tool", argument, specs))
    yield from json.dumps(specs[argument].as_function()["function"], indent=1).splitlines()


def _user(session: Session, argument: str) -> Iterator[str]:
    """:user - what the user knows and wants"""
    for number, turn in enumerate(session.scenario.user.turns):
        for wish in turn.wishes:
            facts = ", ".join(f"{fact.label or fact.slot}: {fact.text} ({fact.when})" for fact in wish.facts)
            yield f"turn {number + 1}, {wish.wants}: {clean(wish.ask[0] if wish.ask else '–', 90)}  {facts}"


def _hint(session: Session, argument: str) -> Iterator[str]:
    """:hint - what the script would do now, and why"""
    conversation = session.episode.conversation
    if conversation.waits not in ("user", "assistant"):
        yield f"nobody speaks now; it waits for {conversation.waits or 'nothing'}"
        return
    own = conversation.waits == "user"
    seat = scripted_user if own else oracle(session.scenario, session.toolkit)
    message = seat(conversation.observe(conversation.waits), session.scenario.seed)
    yield from lines(message)
    if own:
        yield f"  because: {_reason(session)}"
    for made in message.calls:
        steps = session.scenario.plan.steps
        found = next((one for one in steps if one.tool == made.name and one.arguments == made.arguments), None)
        for name, source in (found.sources if found is not None else {}).items():
            yield f"  {name}: {clean(json.dumps(source.as_json(), ensure_ascii=False), WIDE)}"


def _why(session: Session, argument: str) -> Iterator[str]:
    """:why - where the arguments of the last calls come from, or why the user said what they said"""
    messages = session.episode.conversation.messages
    last = next((message for message in reversed(messages) if message.role != "tool"), None)
    if last is None:
        yield "nothing was said yet"
    elif last.role == "user":
        yield f"the user: {_reason(session, before=True)}"
    elif last.calls:
        known = all(made.name in session.episode.toolkit.tools for made in last.calls)
        ids = {made.id for made in last.calls}
        for one in attributed(evidence_of_episode(session.episode)) if known else ():
            if one.call.id in ids:
                yield f"  {one.call.name}.{one.name} = {one.value!r}: {one.how or 'from nowhere'}"
    else:
        yield "the assistant speaks to the user; :plan shows where the plan stands"


_ACTS = {
    "": "begins, or brings up what is next",
    "report": "heard an answer or a no, and goes on",
    "question": "answers what was asked",
    "unknown": "was asked for what they do not know",
    "consent": "was asked for a yes",
    "wrong": "heard something else than they had said",
    "lost": "was asked for what they cannot tell",
    "again": "was met with nothing, and says it again",
    "stuck": "was not told what to do",
    "lacks": "got an answer without what they asked for",
    "patient": "was asked to wait",
    "unclear": "did not understand",
}


def _reason(session: Session, before: bool = False) -> str:
    heard = heard_by_user(session.episode.conversation.messages)
    if before and heard and heard[-1].role == "user":
        heard = heard[:-1]
    state = states(session.scenario.user, heard)[-1]
    return f"turn {min(state.turn, len(session.scenario.user.turns) - 1) + 1}: {_ACTS[state.act.partition(' ')[0]]}"


def _as(session: Session, argument: str) -> Iterator[str]:
    """:as watch|user|assistant|both - change seats, in the middle too"""
    if argument not in SEATS:
        raise BadInput(unknown("seat", argument, SEATS))
    session.mine = SEATS[argument]
    yield f"you {'watch' if not session.mine else 'are the ' + ' and the '.join(session.mine)}"


def _seat(session: Session, argument: str) -> Iterator[str]:
    """:seat user|assistant script|me|MODEL - who sits there from here on"""
    name, _, who = argument.partition(" ")
    if name not in ("user", "assistant") or not who.strip():
        raise BadInput("write :seat, the seat, and who shall sit there, like :seat assistant script")
    seat: Seat = "user" if name == "user" else "assistant"
    rest, who = tuple(one for one in session.mine if one != seat), who.strip()
    if who == "me":
        session.mine = (*rest, seat)
    elif who == "script":
        session.mine = rest
        session.others.pop(seat, None)
    elif session.recruit is None:
        raise BadInput(f"{who!r} cannot sit here; there is script, me")
    else:
        session.others[seat] = session.recruit(who, seat)
        session.mine = rest
    yield f"{seat}: {who}"


def _branch(session: Session, argument: str) -> Iterator[str]:
    """:branch [NAME] - keep this way it went under a name; without one, list them"""
    if not argument:
        for name, (past, future) in session.branches.items():
            yield f"{name}: {len(past[-1].conversation.messages)} messages, {len(future)} ahead"
        if not session.branches:
            yield "no branches; :branch NAME keeps this one"
        return
    session.branches[argument] = (list(session.past), list(session.future))
    yield f"kept as {argument}"


def _switch(session: Session, argument: str) -> Iterator[str]:
    """:switch NAME - go to a branch; where you stand is kept as "before\""""
    if argument not in session.branches:
        raise BadInput(unknown("branch", argument, session.branches))
    past, future = session.branches[argument]
    session.branches["before"] = (session.past, session.future)
    session.past, session.future = list(past), list(future)
    session.keep()
    yield from _where(session)


def _markdown(session: Session, argument: str) -> Iterator[str]:
    """:markdown FILE - write the conversation for a bug report"""
    path = Path(argument or "conversation.md")
    text = "\n".join(line for one in session.episode.conversation.messages for line in lines(one))
    about = f"# {session.scenario.name}\n\n```\n{text}\n```\n"
    try:
        path.write_text(about, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}; choose another file") from None
    yield f"written to {path}"


def _save(session: Session, argument: str) -> Iterator[str]:
    """:save FILE - write the scenario, to be changed and played again"""
    from scenarios.files import save  # noqa: PLC0415 - YAML is only needed here

    path = Path(argument or "saved.yaml")
    save(session.scenario, path)
    yield f"written to {path}; play it with: toolwalk play {path}"


def _help(session: Session, argument: str) -> Iterator[str]:
    """:help - this"""
    yield 'on your turn write words, or a call: tool(name=value, other="two words"), or JSON; an empty line is :next'
    yield from ((command.__doc__ or "").strip() for command in COMMANDS.values())
    yield ":quit - leave; what was played is kept"


COMMANDS: dict[str, Callable[[Session, str], Iterator[str]]] = {
    "next": _next,
    "run": _run,
    "undo": _undo,
    "redo": _redo,
    "state": _state,
    "plan": _plan,
    "tools": _tools,
    "tool": _tool,
    "user": _user,
    "hint": _hint,
    "why": _why,
    "as": _as,
    "seat": _seat,
    "branch": _branch,
    "switch": _switch,
    "markdown": _markdown,
    "save": _save,
    "help": _help,
}


def command(session: Session, line: str) -> Iterator[str]:
    """Do what a line says: a command after a colon, else a move of the seat whose turn it is.

    Raises:
        BadInput: there is no such command, or it is not the person's turn.
    """
    line = line.strip()
    if not line:
        yield from _next(session, "")
    elif line.startswith(":"):
        name, _, argument = line[1:].partition(" ")
        found = COMMANDS.get(name) or next(
            (one for key, one in COMMANDS.items() if name and key.startswith(name)), None
        )
        if found is None:
            raise BadInput(f"{unknown('command', name, COMMANDS)}; :help lists them")
        yield from found(session, argument.strip())
    elif not session.mine_now:
        waits = session.episode.conversation.waits
        raise BadInput(
            f"it is not your turn but {waits or 'nobody'}'s; :next goes on, :as {waits or 'user'} takes the seat"
        )
    else:
        yield from step(session, move(session, line))
        yield from go_on(session)


def _number(text: str) -> int:
    if text and not text.isdigit():
        raise BadInput(f"{text!r} is no number of steps")
    return int(text or 1)
