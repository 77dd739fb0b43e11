"""The command line, as it is typed: what it prints, how it ends, one clear line for a mistake."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sim.cli import main


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sim.cli", *arguments], capture_output=True, text=True, cwd=cwd)


def test_generate_then_replay(tmp_path: Path) -> None:
    made = run("generate", "-n", "8", "--out", str(tmp_path / "run"))
    assert made.returncode == 0, made.stderr
    assert "8 accepted of" in made.stdout and "yield" in made.stdout
    assert "user  " in made.stdout and "→ " in made.stdout
    again = run("replay", str(tmp_path / "run"))
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("8 of 8 dialogues reproduce exactly")
    machine = run("replay", str(tmp_path / "run"), "--json")
    assert json.loads(machine.stdout)["findings"] == []


def test_it_tells_its_version() -> None:
    said = run("--version")
    assert (said.returncode, said.stderr) == (0, "") and said.stdout.startswith("toolwalk 0.")


def test_generate_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "-n", "3", "--out", str(tmp_path / "run"), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["rows"] == 3 and said.err == ""


def test_findings_end_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "-n", "2", "--out", str(tmp_path / "run"), "--quiet"]) == 0
    file = tmp_path / "run" / "transcripts.jsonl"
    file.write_text(file.read_text().replace('"digest":"', '"digest":"0', 1))
    assert main(["replay", str(tmp_path / "run")]) == 1
    assert "the end state is" in capsys.readouterr().out
    assert main(["generate", "-n", "30", "--max-attempts", "2", "--out", str(tmp_path / "short"), "--quiet"]) == 1
    assert "allow more with --max-attempts" in capsys.readouterr().err


def test_graph_and_tools(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "--refused"]) == 0
    shown = capsys.readouterr().out
    assert "search_flights" in shown and "refused: already_cancelled" in shown and "connected parts" in shown
    assert main(["graph", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert all(edge["evidence"][-1] == "executed" for edge in found["feeds"]) and found["refused"]
    assert main(["tools", "list"]) == 0
    assert "136 tools of home" in capsys.readouterr().out
    assert main(["tools", "list", "--domains", "diary", "--json"]) == 0
    assert {one["domain"] for one in json.loads(capsys.readouterr().out)} == {"diary"}
    assert main(["tools", "show", "book_flight"]) == 0
    assert "only a look-up reveals it" in capsys.readouterr().out
    assert main(["tools", "call", "list_addresses"]) == 0
    assert len(json.loads(capsys.readouterr().out)["addresses"]) == 3
    create = '{"title": "nap", "day": "2027-01-01", "start": "10:00"}'
    assert main(["tools", "call", "create_event", create]) == 0
    assert "changed events EV-" in capsys.readouterr().out
    assert main(["tools", "call", "book_flight", '{"flight_id": "FL-1"}']) == 1


MISTAKES = [
    (["generate", "-n", "0"], "asks for no rows"),
    (["generate", "-n", "x"], "invalid int value"),
    (["generate", "--workers", "0"], "use at least 1"),
    (["generate", "--max-attempts", "0"], "allow at least 1"),
    (["generate", "--size", "1"], "--size must be at least 2"),
    (["generate", "--sampling", "flwo"], "did you mean 'flow'"),
    (["generate", "--domains", "fligths"], "did you mean 'flights'"),
    (["generate", "--tools", "nowhere"], "module:factory"),
    (["generate", "--tools", "no_such_module:x"], "cannot be imported"),
    (["generate", "--tools-config", "{"], "is not JSON"),
    (["generate", "--tools-config", "[]"], "not an object"),
    (["generate", "--out", "/proc/nope/run"], "cannot write"),
    (["replay", "no/such/run"], "no run at"),
    (["tools", "show", "book_fligt"], "did you mean 'book_flight'"),
    (["tools", "call", "book_flight", "flight"], "is not JSON"),
    (["tools", "call", "nothing_like_it"], "no tool"),
    (["tools"], "required: VERB"),
    (["genrate"], "invalid choice"),
    ([], "required: COMMAND"),
]


@pytest.mark.parametrize(("arguments", "says"), MISTAKES)
def test_a_mistake_is_one_line(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(arguments)
    except SystemExit as end:
        status = int(str(end.code))
    said = capsys.readouterr().err.strip()
    assert status == 2
    assert says in said and "Traceback" not in said
    assert said.startswith("toolwalk: ") and "\n" not in said


def test_a_toolkit_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "garden.py").write_text(
        '''
class Garden:
    """A garden."""
    def __init__(self, seed):
        self.beds = {"north": "roses", "south": "beans", "east": "herbs"}
        self.watered = []
    def list_beds(self) -> list[str]:
        """List the beds."""
        return sorted(self.beds)
    def show_bed(self, bed: str) -> dict:
        """Show what grows in a bed.

        Args:
            bed (str): name of the bed
        """
        if bed not in self.beds:
            return {"error": "no such bed"}
        return {"plant": self.beds[bed]}
    def water_bed(self, bed: str, liters: int) -> dict:
        """Water a bed.

        Args:
            bed (str): name of the bed
            liters (int): how much
        """
        if bed not in self.beds:
            return {"error": "no such bed"}
        self.watered.append([bed, liters])
        return {"message": f"{bed} got {liters} liters"}
    def is_refusal(self, result):
        return isinstance(result, dict) and "error" in result

def make(seed, config):
    return Garden(seed)
'''
    )
    made = run("generate", "-n", "6", "--tools", "garden:make", "--out", "run", "--quiet", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert run("replay", "run", cwd=tmp_path).returncode == 0
    shown = run("graph", "--tools", "garden:make", "--json", cwd=tmp_path)
    edges = {(edge["from"], edge["to"]) for edge in json.loads(shown.stdout)["feeds"]}
    assert {("list_beds", "show_bed"), ("list_beds", "water_bed")} <= edges


#: What may stand in a row instead of what belongs there.
DAMAGE: list[Any] = [None, True, 0, -1, 1e30, "", "x", [], {}, "2026-13-45", [[]], {"a": 1}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a JSON value, itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inner:
        yield (*path, name)
        yield from places(item, (*path, name))


@pytest.mark.parametrize("number", range(24))
def test_whatever_is_damaged_in_a_row_no_command_falls_over(
    home_rows: tuple[dict[str, Any], ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    random = Random(number)
    row = json.loads(json.dumps(random.choice(home_rows[:20])))
    path = random.choice(list(places(row)))
    holder = row
    for name in path[:-1]:
        holder = holder[name]
    if random.random() < 0.4:
        del holder[path[-1]]
    else:
        holder[path[-1]] = random.choice(DAMAGE)
    (tmp_path / "transcripts.jsonl").write_text(json.dumps(row) + "\n")
    file = str(tmp_path / "transcripts.jsonl")
    for command in (["verify"], ["replay"], ["measure"], ["export", "--format", "trl"]):
        assert main([command[0], file, *command[1:], "--quiet"]) in (0, 1, 2, 3), path
    assert "Traceback" not in capsys.readouterr().err


def test_a_result_without_its_call_is_no_row_to_measure(
    home_rows: tuple[dict[str, Any], ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = json.loads(json.dumps(home_rows[0]))
    next(one for one in row["messages"] if one["role"] == "tool")["tool_call_id"] = "x"
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n")
    assert main(["measure", str(tmp_path / "rows.jsonl")]) == 2
    assert "do not fit together" in capsys.readouterr().err
