"""Playing: one step at a time, in any seat, back and forth, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import Scenario
from scenarios.files import load, names
from sim.cli import main
from sim.commands import COMMANDS, command
from sim.conversation import deeds_of, seen_by_assistant, with_deeds
from sim.play import Session, arguments_of, begin, clean, go_on
from sim.replay import rows_of
from tools_mock import BadInput

NAMES = list(names())[::19]
PROGRAM = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())"]


def scenario(name: str = NAMES[0]) -> Scenario:
    return load(names()[name])


def play(lines: list[str], *arguments: str, cwd: Path) -> str:
    """The real program, through a pipe."""
    run = [*PROGRAM, "play", *arguments]
    done = subprocess.run(run, input="\n".join([*lines, ""]), cwd=cwd, capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
    return done.stdout


def said(session: Session, line: str) -> str:
    return "\n".join(command(session, line))


def test_watching_through_a_pipe(tmp_path: Path) -> None:
    out = play([":next 3", ":state", ":plan", ":run", ":quit"], NAMES[0], "--plain", cwd=tmp_path)
    assert "user  " in out and "→ " in out and "> turn" in out
    assert "── ended: done; reward 1" in out and "kept in" in out


def test_without_a_name_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in names())


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(NAMES), st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_back_and_forth_is_the_same_place(name: str, moves: list[int]) -> None:
    """Whatever is undone and redone, always the same messages and the same world stand at the same step."""
    session = begin(scenario(name))
    list(go_on(session))
    seen = {len(session.past) - n: episode.world.digest() for n, episode in enumerate(reversed(session.past))}
    whole, end = session.episode.conversation.messages, session.episode.world.digest()
    for number, steps in enumerate(moves):
        list(command(session, f":{'redo' if number % 2 else 'undo'} {steps}"))
        assert session.episode.world.digest() == seen[len(session.past)]
        assert whole[: len(session.episode.conversation.messages)] == session.episode.conversation.messages
    list(command(session, ":undo 999"))
    assert session.episode.conversation.messages == ()
    list(go_on(session))
    assert session.episode.conversation.messages == whole and session.episode.world.digest() == end


def test_a_person_in_the_assistants_seat_calls_tools_and_is_told_what_is_wrong() -> None:
    one = scenario("money/set-card-limit-reference" if "money/set-card-limit-reference" in names() else NAMES[0])
    session = begin(one, "assistant")
    list(go_on(session))
    free = next(spec.name for spec in session.episode.conversation.in_view if not spec.required)
    assert "←" in said(session, f"{free}()")
    before = len(session.past)
    with pytest.raises(BadInput, match="did you mean"):
        said(session, f"{free}x()")
    with pytest.raises(BadInput, match="not JSON"):
        said(session, "{not json}")
    with pytest.raises(BadInput, match="give every argument its name"):
        said(session, f"{free}(1)")
    assert len(session.past) == before
    needs = next(spec for spec in session.episode.conversation.in_view if spec.required)
    assert "bad_arguments" in said(session, f"{needs.name}(nothing=1)")
    given_ = json.dumps({"content": "", "tool_calls": [{"name": free, "arguments": {}}]})
    assert "←" in said(session, given_)
    assert "user  " in said(session, "I can't do that, sorry.")


def test_a_person_in_the_users_seat_and_changing_seats() -> None:
    session = begin(scenario(), "user")
    assert session.mine_now
    said(session, "hello, what can you do?")
    assert session.episode.conversation.messages[0].text == "hello, what can you do?"
    assert "you watch" in said(session, ":as watch")
    with pytest.raises(BadInput, match="not your turn"):
        said(session, "and now?")
    said(session, ":run")
    assert session.episode.conversation.ended


def test_hints_reasons_tools_tables_branches() -> None:
    session = begin(scenario())
    said(session, ":next 2")
    assert said(session, ":hint") and said(session, ":why") and said(session, ":user") and said(session, ":tools")
    name = session.episode.conversation.in_view[0].name
    assert '"parameters"' in said(session, f":tool {name}")
    assert "rows" in said(session, ":state orders")
    said(session, ":branch here")
    said(session, ":run")
    end = session.episode.world.digest()
    assert "2 ahead" not in said(session, ":switch here") and len(session.past) == 3
    said(session, ":switch before")
    assert session.episode.world.digest() == end
    assert all(f":{name}" in said(session, ":help") for name in COMMANDS)
    for line in (":nothing", ":tool nothing", ":state nothing", ":switch nothing", ":as nobody", ":next x"):
        with pytest.raises(BadInput):
            said(session, line)


def test_what_was_played_is_kept_and_continued(tmp_path: Path) -> None:
    play([":next 4"], NAMES[0], "--plain", cwd=tmp_path)  # the input ends in the middle
    kept = json.loads((tmp_path / "runs" / "play.json").read_text())
    assert len(kept["messages"]) >= 3
    out = play([":run", ":quit"], "--continue", cwd=tmp_path)
    assert "── ended: done; reward 1" in out
    (tmp_path / "runs" / "play.json").write_text("{")
    run = [*PROGRAM, "play", "--continue"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_a_row_of_a_run_is_walked_through_and_taken_over(tmp_path: Path) -> None:
    assert main(["generate", "-n", "4", "--quiet", "--out", str(tmp_path / "run")]) == 0
    row = next(
        row
        for row in map(json.loads, (tmp_path / "run" / "transcripts.jsonl").read_text().splitlines())
        if not row["device"]
    )
    out = play([":run", ":quit"], f"run#{row['index']}", cwd=tmp_path)
    assert row["messages"][1]["content"][:40] in out and "reward 1" in out
    taken = play([":next 1", ":as assistant", "I can't.", ":quit"], f"run#{row['index']}", cwd=tmp_path)
    assert "assistant  I can't." in taken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("day=2026-04-14", {"day": "2026-04-14"}),
        ('day="2026-04-14", seats=2', {"day": "2026-04-14", "seats": 2}),
        ("city=Lisbon, after=08:30", {"city": "Lisbon", "after": "08:30"}),
        ("text=I'm late, sorry, to=Ana", {"text": "I'm late, sorry", "to": "Ana"}),
        ("on=true, many=[1, 2]", {"on": True, "many": [1, 2]}),
    ],
)
def test_arguments_as_people_write_them(text: str, found: dict[str, object]) -> None:
    assert arguments_of(text) == found


@given(st.text(max_size=300))
def test_whatever_is_shown_moves_no_cursor(text: str) -> None:
    shown = clean(text, 80)
    assert len(shown) <= 80 and all(sign.isprintable() for sign in shown)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(text: str) -> None:
    """A line is always a move, a command, or one clear line of what is wrong."""
    session = begin(scenario(), "both")
    try:
        list(command(session, text))
    except BadInput as error:
        assert str(error)


def test_a_place_that_cannot_be_written_to_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["play", NAMES[0], "--plain", "--out", str(tmp_path / "file" / "x.json")]) == 2
    assert "cannot make" in capsys.readouterr().err


def test_a_recorded_dialogue_with_deeds_is_walked_through(tmp_path: Path) -> None:
    """What the user did on their device comes back at its place; the world ends as it was recorded."""
    name = next(name for name in names() if "user-side-action" in name)
    out = str(tmp_path / "e")
    assert main(["evaluate", "--assistant", "oracle", "--scenarios", name, "--quiet", "--out", out]) == 0
    (row, evidence) = next(iter(rows_of(tmp_path / "e")))
    assert evidence.deeds
    messages = with_deeds(evidence.messages, evidence.deeds)
    assert seen_by_assistant(messages) == evidence.messages and deeds_of(messages) == evidence.deeds
    session = begin(evidence.scenario, "watch", messages)
    list(go_on(session))
    assert session.episode.world.digest() == row["digest"] and session.episode.conversation.messages == messages
    walked = play([":next 40", ":quit"], f"{out}#0", cwd=tmp_path)
    assert "(on their phone)" in walked and "reward 1" in walked
