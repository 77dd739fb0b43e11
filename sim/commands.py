"""What a person types while they step through a conversation: a line in, plain lines out, whatever shows them.

A command is a generator over a session; its docstring is its line in the help.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents import Message, oracle, scripted_user
from agents.oracle import fold as progress_of
from agents.user import states
from tools_mock import BadInput, ToolResult, unknown

from .attribution import attributed
from .conversation import heard_by_user
from .evaluate import judged
from .free import mistakes
from .gates import evidence_of_episode
from .generate import Settings, graph_for, held
from .play import SEATS, WIDE, Seat, Session, clean, go_on, lines, move, proven, step, walked
from .record import REJECTED, ROWS, beside, chat_rows, dumps, read_rows, ref_of, row_of
from .rollout import start
from .verify import findings

#: So many tools are shown with their schemas.
FEW = 3


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
    """:state [TABLE [WORD]] - what has changed in the world, before and after; or a table's rows, those with a word"""
    world = session.episode.world
    if argument:
        tables = getattr(world.base, "tables", {})
        table, _, word = argument.partition(" ")
        if table not in tables:
            raise BadInput(unknown("table", table, tables))
        rows = [f"{key}: {json.dumps(dict(row), ensure_ascii=False)}" for key, row in world.rows(table)]
        found = [row for row in rows if word.strip().casefold() in row.casefold()]
        yield f"{table}: {len(found)} of {len(rows)} rows" if word.strip() else f"{table}: {len(rows)} rows"
        yield from (f"  {clean(row, WIDE)}" for row in found[:20])
        return
    changed = world.diff()
    if not changed:
        yield "nothing has changed"
    for table, its in changed.items():
        for key, both in its.items():
            yield from _row_changed(table, key, both["before"], both["after"])


def _changed(session: Session, argument: str) -> Iterator[str]:
    """:changed - what the last step changed in the world, before and after"""
    now = session.episode.world.diff()
    before = session.past[-2].world.diff() if len(session.past) > 1 else {}
    nothing = True
    for table, rows in now.items():
        for key, both in rows.items():
            earlier = before.get(table, {}).get(key)
            if earlier is None or earlier["after"] != both["after"]:
                nothing = False
                yield from _row_changed(table, key, (earlier or {"after": both["before"]})["after"], both["after"])
    for table, rows in before.items():  # what stands again as it was
        for key in rows.keys() - now.get(table, {}).keys():
            nothing = False
            yield from _row_changed(table, key, rows[key]["after"], rows[key]["before"])
    if nothing:
        yield "nothing"


def _row_changed(table: str, key: str, before: Any, after: Any) -> Iterator[str]:
    yield f"{table} {key}"
    for side, row in (("before", before), ("after", after)):
        yield f"  {side:>6}: {clean(json.dumps(row, ensure_ascii=False, default=str), WIDE)}"


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
    """:tools [WORD] - the tools in view, or those with a word, with their schemas where they are few"""
    view = session.episode.conversation.in_view
    found = [spec for spec in view if argument.casefold() in f"{spec.name} {spec.description}".casefold()]
    if argument and not found:
        yield f"none of {len(view)} tools has {argument!r} in its name or description"
    for spec in found:
        yield f"{spec.name}({', '.join(spec.parameters['properties'])}): {spec.description}"
        if argument and len(found) <= FEW:
            yield from (f"  {line}" for line in json.dumps(spec.parameters, indent=1).splitlines())


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


def _show_message(session: Session, argument: str) -> Iterator[str]:
    """:message [N] - message N (the last one) in full, as it would stand in a row"""
    place, message = _placed(session, argument)
    yield f"message {place}, {message.role}"
    yield from json.dumps(chat_rows(message), ensure_ascii=False, indent=1, default=str).splitlines()


def _placed(session: Session, argument: str) -> tuple[int, Message]:
    """A message by its number, from 1; the last one where there is none."""
    messages = session.episode.conversation.messages
    if not messages:
        raise BadInput("nothing was said yet")
    number = _number(argument) if argument else len(messages)
    if not 1 <= number <= len(messages):
        raise BadInput(f"no message {number}; there are {len(messages)}")
    return number, messages[number - 1]


def _edit(session: Session, argument: str) -> Iterator[str]:
    """:edit [N] TEXT or JSON - other words, arguments or a result for message N (the last one), and on from there"""
    first, _, rest = argument.partition(" ")
    place, message = _placed(session, first if first.isdigit() else "")
    text = rest.strip() if first.isdigit() else argument
    if not text:
        raise BadInput("write what it shall be: words, a call, or for a result its JSON; :message shows what it is")
    edited = _edited(session, place, message, text)
    before = session.episode.conversation.messages[: place - 1]
    steps = [start(session.scenario, session.toolkit)]
    steps += walked(steps[0], before, believed=True)
    session.branches["before the edit"] = (list(session.past), list(session.future))
    session.future.clear()
    session.past = [*steps, *walked(steps[-1], [edited], believed=True)]
    session.keep()
    yield f"message {place} is another one now; as it was, it is kept: :switch before the edit"
    yield from lines(session.episode.conversation.messages[-1])
    if message.results:
        yield "an edited result makes what follows unproven: it can be kept, never accepted"
    if session.episode.conversation.notice:
        yield f"no move: {session.episode.conversation.notice}"


def _edited(session: Session, place: int, message: Message, text: str) -> Message:
    """A message as a person wants it."""
    if message.results:
        try:
            contents = json.loads(text)
        except ValueError as error:
            raise BadInput(f"a result is JSON ({error}); :message {place} shows what it is") from None
        each = contents if len(message.results) > 1 else [contents]
        if not isinstance(each, list) or len(each) != len(message.results):
            raise BadInput(f"there are {len(message.results)} results; write a JSON list of as many")
        return replace(message, results=tuple(map(_result, message.results, each)))
    if text.startswith("{") and message.calls and len(message.calls) == 1 and "tool_calls" not in text:
        try:
            arguments = json.loads(text)
        except ValueError as error:
            raise BadInput(f"arguments are a JSON object ({error})") from None
        return replace(message, calls=(replace(message.calls[0], arguments=arguments),))
    there = Session(session.scenario, session.toolkit, SEATS["both"], [start(session.scenario, session.toolkit)])
    there.past += walked(there.past[0], session.episode.conversation.messages[: place - 1], believed=True)
    return move(there, text)


def _result(result: ToolResult, content: Any) -> ToolResult:
    refused = isinstance(content, dict) and set(content) == {"error"}
    return replace(result, status="refused" if refused else "ok", content=content)


def _graph(session: Session, argument: str) -> Iterator[str]:
    """:graph [TOOL] - what feeds the tool of this step, and what it feeds"""
    plan, tools = session.scenario.plan, session.episode.toolkit.tools
    name = argument or _tool_here(session)
    if name not in tools:
        raise BadInput(unknown("tool", name, tools))
    names = {tool.own_name: shown for shown, tool in tools.items() if shown in session.scenario.tools}
    graph = graph_for(Settings(tools=session.scenario.toolkit.factory, config=session.scenario.toolkit.config))
    own = tools[name].own_name
    into = {names[e.source]: e for e in graph.into(own) if e.source in names}
    out_of = {names[e.target]: e for e in graph.out_of(own) if e.target in names}
    used = {step.tool for step in plan.steps}
    for source, edge in sorted(into.items()):
        yield f"{'*' if source in used else ' '} {source} ──{edge.path}→ {edge.parameter}"
    yield f"    └─▶ [{name}]"
    for target, edge in sorted(out_of.items()):
        yield f"        ├─ {edge.path} ──▶ {'*' if target in used else ' '}{target}.{edge.parameter}"
    yield "* has a part in the plan; others are in view"


def _tool_here(session: Session) -> str:
    """The tool of the last call, or of the plan's next step."""
    for message in reversed(session.episode.conversation.messages):
        if message.calls and message.calls[-1].name in session.scenario.tools:
            return message.calls[-1].name
    steps = session.scenario.plan.steps
    return steps[0].tool if steps else session.scenario.tools[0]


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


def _row(session: Session, argument: str) -> Iterator[str]:
    """:row FOLDER - add this conversation to a run folder: among the rows if it is proven, else among the rejected"""
    if not argument:
        raise BadInput("name the run folder: :row runs/mine")
    yield from kept_as_row(session, Path(argument))


def kept_as_row(session: Session, folder: Path) -> Iterator[str]:
    """Add a session's conversation to a run folder; see :func:`_row`.

    Raises:
        BadInput: it has not ended, or the folder cannot be written to.
    """
    conversation = session.episode.conversation
    if not conversation.ended:
        raise BadInput("it has not ended; :run goes on to the end")
    own = {**session.scenario.lineage, "assistant": "played", "user": "played"}
    scenario = session.scenario.model_copy(update={"lineage": own, "toolkit": ref_of(session.episode.toolkit)})
    scenario = scenario.model_copy(
        update={"toolkit": scenario.toolkit.model_copy(update={"surface": session.scenario.toolkit.surface})}
    )
    evidence = replace(evidence_of_episode(session.episode), scenario=scenario)
    evidence = replace(evidence, masked=frozenset(mistakes(evidence)), cache={})
    verdict = judged(evidence, dict(conversation.faults))
    wrong = [("unproven", "a result was edited")] if not proven(session) else []
    wrong += [("episode", verdict["wrong"]["kind"])] if verdict["wrong"] else []
    wrong += findings(evidence) if not wrong else []
    with held(folder):
        index = sum(1 for name in (ROWS, REJECTED) if (folder / name).exists() for _ in read_rows(folder / name))
        row = row_of(
            index,
            scenario,
            session.episode.toolkit,
            evidence.messages,
            evidence.ended,
            evidence.digest,
            verdict["reward"],
            evidence.deeds,
        )
        its = {"gate": wrong[0][0], "detail": wrong[0][1]} if wrong else {}
        row = beside(row, {"masked": sorted(evidence.masked), **its})
        try:
            with (folder / (REJECTED if wrong else ROWS)).open("ab") as file:
                file.write(dumps(row))
        except OSError as error:
            raise BadInput(f"cannot write to {folder}: {error.strerror}; choose another folder") from None
    if wrong:
        yield f"kept in {folder / REJECTED} as {index}, not accepted: {wrong[0][0]}: {wrong[0][1]}"
    else:
        yield f"row {index} of {folder}; verify it with: toolwalk verify {folder}"


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
    "changed": _changed,
    "plan": _plan,
    "tools": _tools,
    "tool": _tool,
    "user": _user,
    "hint": _hint,
    "why": _why,
    "as": _as,
    "seat": _seat,
    "edit": _edit,
    "message": _show_message,
    "graph": _graph,
    "branch": _branch,
    "switch": _switch,
    "markdown": _markdown,
    "save": _save,
    "row": _row,
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
