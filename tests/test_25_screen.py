"""Playing on a full screen: the real application, driven by keys and mouse, and once in a real terminal."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select, Static, TabbedContent

from agents import Message
from scenarios.files import abouts, load, names
from sim.commands import command
from sim.play import begin, proven
from sim.tui import Edit, Form, Help, Pick, Player, choices, completions
from tests.screens.__main__ import HERE, NAME, PICTURES, picture, session, words_in
from tests.server import Server, being_user
from tools_mock import ToolResult

PROGRAM = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())"]
Play = Callable[[Player, Pilot[None]], Awaitable[None]]


def played(app: Player, play: Play, size: tuple[int, int] = (120, 40)) -> None:
    """The application, driven by a function."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(app, pilot)

    asyncio.run(run())


def on(who: str = "watch", out: Path | None = None) -> Player:
    return Player(session(who, out), abouts(), lambda name: begin(load(names()[name]), "watch", out=out))


def shown(app: Player) -> str:
    return "\n".join(words_in(picture(app)))


def count(app: Player) -> int:
    assert app.session is not None
    assert app.query_one("#conversation", OptionList).option_count == len(app.session.episode.conversation.messages)
    return len(app.session.episode.conversation.messages)


async def typed(pilot: Pilot[None], line: str) -> None:
    pilot.app.query_one("#line", Input).focus()
    pilot.app.query_one("#line", Input).value = line
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize("name", PICTURES)
def test_the_screen_looks_as_in_the_readme(name: str) -> None:
    """Made anew by ``python -m tests.screens``."""
    made, kept = asyncio.run(PICTURES[name]()), (HERE / name).read_text(encoding="utf-8")
    assert words_in(made) == words_in(kept)


def test_keys_step_back_and_forth_to_the_same_place() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        assert app.session is not None
        await pilot.press("f5", "f5", "f5")
        assert count(app) == 3
        await pilot.press("f6")
        await pilot.pause()
        whole, digest = count(app), app.session.episode.world.digest()
        assert app.session.episode.conversation.ended == "done" and "ended: done; reward 1" in shown(app)
        for _ in range(whole):
            await pilot.press("f7")
        assert count(app) == 0
        for _ in range(whole):
            await pilot.press("f8")
        assert count(app) == whole and app.session.episode.world.digest() == digest

    played(on(), play)


def test_a_seat_is_taken_and_a_call_is_filled_in() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        await typed(pilot, "At what time?")
        assert count(app) == 3
        await pilot.press("f4")
        await pilot.pause()
        assert isinstance(app.screen, Pick)
        await pilot.press(*"list_reserv")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Form)
        app.screen.query_one("#field-day", Input).value = "2026-07-20"
        await pilot.click("#call")
        await pilot.pause()
        assert app.session is not None
        made = app.session.episode.conversation.messages[3].calls[0]
        assert (made.name, made.arguments) == ("list_reservations", {"day": "2026-07-20"})
        assert count(app) == 5  # the result came too

    played(on("assistant"), play)


def test_a_mistake_loses_nothing() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        await typed(pilot, "list_reservatoins(day=2026-07-20)")
        assert "did you mean" in shown(app)
        assert app.query_one("#line", Input).value == "list_reservatoins(day=2026-07-20)"
        await typed(pilot, ":nonsense")
        assert "! no command 'nonsense'" in shown(app)
        await typed(pilot, "reserve_table(people=x)")
        assert '"error"' in shown(app) and count(app) == 3  # the tool's own answer says what is missing

    played(on("assistant"), play)


def test_lines_are_completed() -> None:
    one = session("assistant")
    list(command(one, ":as assistant"))
    list(command(one, ":run"))
    assert ":undo" in completions(one, ":un")
    assert "list_reservations(" in completions(one, "list_r")
    list(command(one, "At what time?"))
    list(command(one, "list_reservations(day=2026-07-20)"))
    spec = next(s for s in one.episode.conversation.in_view if s.name == "cancel_reservation")
    assert all(value.startswith("RV-") for value in choices(one, spec, "reservation_id"))
    found = list(completions(one, "cancel_reservation(reservation_id=R"))
    assert found and found[0].startswith("cancel_reservation(reservation_id=RV-")
    assert list(completions(one, "reserve_table(day=2026-07-20, pe")) == ["reserve_table(day=2026-07-20, people="]
    assert list(completions(one, "nothing(")) == [] and list(completions(one, "")) == []

    async def play(app: Player, pilot: Pilot[None]) -> None:
        await pilot.press(*":und")
        await pilot.pause(0.2)
        await pilot.press("right", "enter")
        await pilot.pause()
        assert "this is the beginning" in shown(app)

    played(on(), play)


def test_an_enum_is_a_choice() -> None:
    for path in names().values():
        one = begin(load(path), "assistant")
        list(command(one, ":run"))
        its = [s for s in one.episode.conversation.in_view if '"enum"' in json.dumps(s.parameters["properties"])]
        if its:
            break
    assert its

    async def play(app: Player, pilot: Pilot[None]) -> None:
        await app.push_screen(Form(one, its[0]))
        await pilot.pause()
        assert app.screen.query(Select)

    played(on(), play)


def test_panes_show_what_no_other_tool_shows() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        await typed(pilot, ":next 25")
        texts = {}
        for title in ("plan", "world", "tools", "user", "graph"):
            app.query_one("#panes", TabbedContent).active = f"pane-{title}"
            await pilot.pause()
            texts[title] = str(app.query_one(f"#text-{title}", Static).content)
        assert "this step changed" in texts["world"]
        assert "[x] pay(" in texts["plan"] and "after:" in texts["world"] and "tables" in texts["world"]
        assert "pay(" in texts["tools"] and "turn 1" in texts["user"] and "[pay]" in texts["graph"]

    played(on(), play, (140, 45))


def test_tools_and_tables_are_searched_in_their_panes() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        panes = app.query_one("#panes", TabbedContent)
        assert app.session is not None
        first = app.session.episode.conversation.in_view[0]
        for pane, word, wanted in (
            ("tools", first.name, f'"{next(iter(first.parameters["properties"]), "properties")}"'),
            ("tools", "zzz", "none of"),
            ("world", "accounts", "accounts: 2 rows"),
            ("world", "accounts savings", "accounts: 1 of 2 rows"),
            ("world", "acc", "accounts"),
            ("world", "zzz", "no such table"),
        ):
            panes.active = f"pane-{pane}"
            await pilot.pause()
            app.query_one(f"#search-{pane}", Input).value = word
            await pilot.pause()
            assert wanted in str(app.query_one(f"#text-{pane}", Static).render())

    played(on(), play)


def test_a_message_is_edited_and_unfolded() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        assert app.session is not None
        await typed(pilot, ":next 5")
        listed = app.query_one("#conversation", OptionList)
        listed.focus()
        listed.highlighted = 4
        await pilot.press("enter")
        await pilot.pause()
        assert "list_reservations, ok" in shown(app)
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, Edit)
        app.screen.query_one("#text").text = '{"error": {"code": "closed", "message": "closed today"}}'  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.session.episode.conversation.messages[4].results[0].status == "refused"
        assert not proven(app.session) and "unproven" in shown(app)
        assert "before the edit" in app.session.branches

    played(on(), play)


def test_an_edited_result_is_kept_but_never_accepted(tmp_path: Path) -> None:
    one = session()
    list(command(one, ":run"))
    fresh = "\n".join(command(one, f":row {tmp_path / 'run'}"))
    assert "row 0 of" in fresh and len((tmp_path / "run" / "transcripts.jsonl").read_text().splitlines()) == 1
    result = next(n for n, m in enumerate(one.episode.conversation.messages, start=1) if m.results)
    list(command(one, f':edit {result} {{"reservations": []}}'))
    list(command(one, ":run"))
    if not one.episode.conversation.ended:
        list(command(one, ":as both"))
        one.episode.conversation._end("gave_up")
    kept = "\n".join(command(one, f":row {tmp_path / 'run'}"))
    assert "not accepted: unproven" in kept
    assert len((tmp_path / "run" / "transcripts.jsonl").read_text().splitlines()) == 1
    row = json.loads((tmp_path / "run" / "rejected.jsonl").read_text())
    assert row["gate"] == "unproven" and row["messages"]


def test_other_words_and_other_arguments() -> None:
    one = session()
    list(command(one, ":next 4"))
    list(command(one, ':edit 4 {"day": "2026-07-21"}'))
    assert one.episode.conversation.messages[3].calls[0].arguments == {"day": "2026-07-21"}
    list(command(one, ":edit 1 What do I have booked?"))
    assert [m.text for m in one.episode.conversation.messages] == ["What do I have booked?"] and proven(one)
    list(command(one, ":switch before the edit"))
    assert len(one.episode.conversation.messages) == 4
    for wrong in (":edit", ":edit 99 x", ":edit 0 x", ":message 99", ":graph nothing", ":row", ":row x", ":seat x"):
        with pytest.raises(Exception, match=r"\w"):
            list(command(one, wrong))


def test_a_play_that_was_killed_goes_on_with_its_branches(tmp_path: Path) -> None:
    from sim.play import resumed  # noqa: PLC0415

    out = tmp_path / "kept.json"
    one = session(out=out)
    for line in (":next 6", ":branch first", ":next 4", ':edit 5 {"reservations": []}', ":next 2", ":undo 1"):
        list(command(one, line))
    again = resumed(json.loads(out.read_text()), "watch", out)
    assert again.episode.conversation.messages == one.episode.conversation.messages
    assert again.episode.world.digest() == one.episode.world.digest() and proven(again) == proven(one)
    assert len(again.future) == len(one.future) and set(again.branches) == {"first", "before the edit"}


def test_five_thousand_messages_are_not_drawn_again() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        assert app.session is not None
        conversation = app.session.episode.conversation
        long = ToolResult("c", "x", "ok", {"text": "\x1b[2J漢字 🙂 " + "y" * 20_000})
        more = tuple(Message("user", f"{n} \x07 wide 漢字 [bold]not bold[/]") for n in range(4_998))
        conversation.messages = (*more, Message("tool", results=(long,)))
        app.refresh_all()
        listed, cleared = app.query_one("#conversation", OptionList), 0
        real = listed.clear_options

        def clear() -> Any:
            nonlocal cleared
            cleared += 1
            return real()

        listed.clear_options = clear  # type: ignore[method-assign]
        listed.highlighted = 4_998
        listed.focus()
        await pilot.press("enter")
        await pilot.pause()
        conversation.messages += (Message("assistant", "one more"),)
        app.refresh_all()
        await pilot.pause()
        await pilot.pause()
        assert cleared == 0 and listed.option_count == 5_000
        assert "one more" in shown(app) and "\x1b[2J" not in picture(app) and "\x07" not in picture(app)

    played(on(), play)


def test_any_size_and_light_and_dark() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        await pilot.press("f5", "ctrl+l", "f5")
        for size in ((20, 5), (1, 1), (2, 2), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("f5")
            await pilot.pause()
        assert count(app) == 7 and app.has_class("narrow")
        await pilot.press("f2")
        await pilot.pause()
        assert app.has_class("other")
        await pilot.press("f2", "f2", "f2", "f2", "f2")
        await pilot.pause()
        assert not app.has_class("other")

    played(on(), play)


KEYS = ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "escape", "enter", "tab", "up", "down", "ctrl+l"]
KEYS += ["ctrl+w", "ctrl+y", "ctrl+o", "a", "right", "pageup", "end", "space", "shift+tab"]
LINES = [
    ":next 5",
    ":undo 3",
    ":as assistant",
    ":as both",
    "hello",
    ":branch a",
    ":switch a",
    ":edit 2 {}",
    ":graph",
    ":",
]
LINES += [
    ":seat user me",
    "pay(amount=5)",
    '{"content": "x"}',
    "{bad",
    ":run",
    ":changed",
    "漢字🙂",
    ":edit 1 []",
    ":help",
]


@pytest.mark.parametrize("seed", range(4))
def test_any_keys_at_any_size(seed: int) -> None:
    random = Random(seed)

    async def play(app: Player, pilot: Pilot[None]) -> None:
        for _ in range(50):
            if random.random() < 0.55:
                await pilot.press(random.choice(KEYS))
            elif len(app.screen_stack) == 1:
                await typed(pilot, random.choice(LINES))
            if random.random() < 0.1:
                await pilot.resize_terminal(random.randint(1, 150), random.randint(1, 50))
        await pilot.pause()

    played(on(random.choice(["watch", "user", "assistant", "both"])), play)


def test_without_colours_it_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    found: list[str] = []

    async def play(app: Player, pilot: Pilot[None]) -> None:
        await pilot.press("f5", "f5", "f5", "f5", "f5")
        await pilot.pause()
        found.append(shown(app))

    played(on(), play)
    assert all(sign in found[0] for sign in ("user", "assistant", "→", "←"))


def test_pasted_megabytes_are_cut_and_nothing_breaks() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        line = app.query_one("#line", Input)
        line.value = "word " * 400_000
        await pilot.press("enter")
        await pilot.pause()
        assert "too many for a line" in shown(app) and count(app) == 1 and len(line.value) == 2_000_000
        line.value = ""
        app.post_message(events.Paste("word " * 400_000))
        await pilot.pause(0.2)
        assert len(line.value) <= 100_000

    played(on("assistant"), play)


def test_a_scenario_is_searched_for() -> None:
    async def play(app: Player, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, Pick)
        await pilot.press(*"pay yes but")
        await pilot.pause()
        assert app.screen.query_one("#found", OptionList).option_count >= 1
        await pilot.press("enter")
        await pilot.pause()
        assert app.session is not None and app.session.scenario.name.startswith("money/pay-yes-but")
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, Help) and "Undo" in shown(app)
        await pilot.press("escape", "ctrl+o")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        await pilot.click("#conversation")

    played(Player(None, abouts(), lambda name: begin(load(names()[name]))), play)


def test_a_model_answers_beside_the_screen() -> None:
    from sim.cli import _parser  # noqa: PLC0415
    from sim.cli_play import _models  # noqa: PLC0415

    with Server(being_user, latency=0.1) as server:
        arguments = _parser().parse_args(["play", NAME, "--base-url", server.url])
        with _models(arguments) as (recruit, leave):
            one = session()
            one.others["user"] = recruit("local", "user")

            async def play(app: Player, pilot: Pilot[None]) -> None:
                await pilot.press("f5")
                for _ in range(100):
                    await pilot.pause(0.05)
                    if not app.busy:
                        break
                assert count(app) == 1 and server.count == 1

            played(Player(one, abouts()), play)

            async def leaving(app: Player, pilot: Pilot[None]) -> None:
                server.latency = 5.0
                list(command(one, ":undo 9"))
                one.future.clear()
                await pilot.press("f5")
                await pilot.pause(0.3)
                assert app.busy

            played(Player(one, abouts(), leave=leave), leaving)
            assert len(one.past) == 1  # nobody waited for the answer


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_in_a_real_terminal(tmp_path: Path) -> None:
    """tmux: keys are sent, the screen is read; killed in the middle and continued in plain lines."""
    program = f"{sys.executable} -c 'import sys; from sim.cli import main; sys.exit(main())' play"
    tmux = ["tmux", "-L", f"toolwalk-{tmp_path.name}-{time.time_ns()}"]

    def do(*what: str) -> str:
        return subprocess.run([*tmux, *what], capture_output=True, text=True, check=True).stdout

    def until(text: str) -> str:
        for _ in range(150):
            screen = do("capture-pane", "-p", "-t", "play")
            if text in screen:
                return screen
            time.sleep(0.1)
        raise AssertionError(f"{text!r} never came:\n{screen}")

    start = f"cd {tmp_path}; TERM=screen-256color {program} {NAME} --out {tmp_path}/kept.json"
    do("new-session", "-d", "-s", "play", "-x", "100", "-y", "30", start)
    try:
        until("waits for user")
        do("send-keys", "-t", "play", "F5", "F5", "F5")
        until("3 messages")
        do("send-keys", "-t", "play", ":plan", "Enter")
        do("send-keys", "-t", "play", "F1")
        until("Keys")
        do("resize-window", "-t", "play", "-x", "40", "-y", "10")
        do("resize-window", "-t", "play", "-x", "100", "-y", "30")
        do("send-keys", "-t", "play", "Escape")
        until("3 messages")
    finally:
        do("kill-server")
    done = subprocess.run(
        [*PROGRAM, "play", "--continue", "--out", f"{tmp_path}/kept.json"],
        input=":next\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "→ list_reservations" in done.stdout
