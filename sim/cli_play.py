"""``toolwalk play``: the plain face of :mod:`sim.play`, for pipes and screen readers; and the way to the other one.

No rule lives here.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools_mock.errors import BadInput, RecordError, ToolwalkError

from .cli_models import add_options

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from agents import Message, Observation

    from .play import Seat, Session, Sitter


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to a parser's."""
    one = commands.add_parser("play", parents=[common], help="step through a conversation, in any seat")
    one.add_argument("what", nargs="?", default="", help="a scenario, a file, or RUN#ROW; without one they are listed")
    one.add_argument("--as", dest="who", default="watch", metavar="SEAT", help="watch (default), user, assistant, both")
    one.add_argument("--plain", action="store_true", help="plain lines; chosen by itself where there is no terminal")
    one.add_argument("--out", type=Path, default=Path("runs/play.json"), help="kept here (default runs/play.json)")
    one.add_argument("--continue", dest="again", action="store_true", help="go on where --out was left")
    one.add_argument("--assistant", default="", metavar="MODEL", help="a model in the assistant's seat")
    add_options(one)
    one.set_defaults(run=_play)


def _play(arguments: argparse.Namespace) -> int:
    if _full_screen(arguments):
        with _models(arguments) as (recruit, leave):
            return _on_screen(arguments, recruit, leave)
    if not arguments.what and not arguments.again:
        from scenarios.files import load, names

        for name, path in names().items():
            print(f"{name}  {load(path).about}")
        print("name one: toolwalk play NAME --as user")
        return 0
    with _models(arguments) as (recruit, _):
        return _played(arguments, recruit)


def _full_screen(arguments: argparse.Namespace) -> bool:
    """Whether there is a screen to fill, and nobody said that it should not be."""
    there = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return there and not arguments.plain and not arguments.json


def _on_screen(
    arguments: argparse.Namespace, recruit: "Callable[[str, Seat], Sitter]", leave: Callable[[], None]
) -> int:
    from scenarios.files import abouts

    from .tui import Player

    def load(name: str) -> "Session":
        arguments.what = name
        return _seated(_session(arguments), arguments, recruit)

    session = load(arguments.what) if arguments.what or arguments.again else None
    app = Player(session, abouts(), load, leave)
    app.run()
    if app.session is not None:
        app.session.keep()
        print(f"kept in {arguments.out}; toolwalk play --continue --out {arguments.out} goes on")
    return 0


def _seated(session: "Session", arguments: argparse.Namespace, recruit: "Callable[[str, Seat], Sitter]") -> "Session":
    """A session with the models in it that were asked for."""
    session.recruit = recruit
    if arguments.user:
        session.others["user"] = recruit(arguments.user, "user")
    if arguments.assistant and arguments.assistant != "oracle":
        session.others["assistant"] = recruit(arguments.assistant, "assistant")
    return session


def _played(arguments: argparse.Namespace, recruit: "Callable[[str, Seat], Sitter]") -> int:
    from .commands import command
    from .play import SEATS, go_on

    session = _seated(_session(arguments), arguments, recruit)
    print(f"{session.scenario.name}  {session.scenario.about}".rstrip())
    print(f"you {'watch' if not SEATS[arguments.who] else 'are: ' + arguments.who}; :help lists the commands")
    if session.mine and not session.future:
        _show(go_on(session))
    while True:
        line = _read(session)
        if line is None or line.strip() in (":quit", ":q"):
            print(f"kept in {arguments.out}; toolwalk play --continue --out {arguments.out} goes on")
            return 0
        try:
            _show(command(session, line))
        except ToolwalkError as error:
            print(f"toolwalk: {error}")


@contextmanager
def _models(arguments: argparse.Namespace) -> "Iterator[tuple[Callable[[str, Seat], Sitter], Callable[[], None]]]":
    """What seats a model by its name, and what ends a request under way in another thread.

    One event loop serves them all; the door is opened with the first.
    """
    import asyncio

    from agents.doors import Rejected
    from agents.paid import Tab

    from .casting import Cast, Casting
    from .cli_models import casting_of, opened

    with asyncio.Runner() as runner, ExitStack() as stack:
        tab = Tab()
        casts: list[Cast] = []

        def recruit(name: str, seat: "Seat") -> "Sitter":
            if not casts:
                casting = casting_of(arguments, name if seat == "assistant" else "")
                casts.append(stack.enter_context(opened(casting, arguments, None)))
                stack.callback(lambda: runner.run(casts[0].close()))
            cast = casts[0]
            cast.casting = Casting(**{**cast.casting.model_dump(), "wording": "", seat: name})
            cast.paid.bill.check(name)
            its = cast.user(("play",), tab) if seat == "user" else cast.assistant(("play",), tab)

            def sit(observation: "Observation", seed: int) -> "Message":
                try:
                    return runner.run(its(observation, seed))
                except Rejected as error:
                    raise BadInput(str(error)) from None

            return sit

        yield recruit, lambda: _let_go(runner.get_loop())


def _let_go(loop: "AbstractEventLoop") -> None:
    """End a request that is under way in another thread: who leaves does not wait for it."""
    import asyncio
    import time

    while loop.is_running():
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        time.sleep(0.02)


def _show(lines: Any) -> None:
    for line in lines:
        print(line, flush=True)


def _read(session: "Session") -> str | None:
    """The next line that a person writes; nothing at the end of the input."""
    if sys.stdin.isatty():
        waits = session.episode.conversation.waits
        try:
            return input(f"{waits if session.mine_now else ''}> ")
        except EOFError:
            return None
    return sys.stdin.readline(1_000_000) or None


def _session(arguments: argparse.Namespace) -> "Session":
    from scenarios.files import find, load

    from .conversation import with_deeds
    from .play import begin, resumed
    from .record import read_rows, rows_in
    from .replay import evidence_of

    try:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"cannot make {arguments.out.parent}: {error.strerror}; choose another file with --out"
        ) from None
    if arguments.again:
        try:
            kept = json.loads(arguments.out.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInput(f"cannot read {arguments.out}: {error.strerror}; play something first") from None
        except ValueError as error:
            raise RecordError(f"{arguments.out} is no kept conversation ({type(error).__name__})") from None
        return resumed(kept, arguments.who, arguments.out)
    run, _, number = arguments.what.rpartition("#")
    if run and number.isdigit():
        row = next((row for _, row in read_rows(rows_in(Path(run))) if row["index"] == int(number)), None)
        if row is None:
            raise RecordError(f"{run} has no row {number}; its rows have these numbers in their index")
        evidence = evidence_of(row, f"row {number}")
        messages = with_deeds(evidence.messages, evidence.deeds)
        return begin(evidence.scenario, arguments.who, messages, arguments.out)
    found = find(arguments.what)
    if len(found) > 1:
        raise BadInput(f"{arguments.what} names {len(found)} scenarios, such as {next(iter(found))}; name one")
    return begin(load(next(iter(found.values()))), arguments.who, out=arguments.out)
