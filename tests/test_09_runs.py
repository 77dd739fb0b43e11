"""Runs: rows that replay, bytes that do not depend on how they were made, folders that can be continued."""

import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sim.cli import main
from sim.generate import Settings, generate, held
from sim.record import REJECTED, ROWS, RUN, chat, from_chat, read_rows
from sim.replay import evidence_of, replay
from tools_mock import BadInput, Infrastructure, RecordError, ToolkitError

Rows = tuple[dict[str, Any], ...]


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (ROWS, REJECTED, RUN)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "run"
    report = generate(Settings(), folder, 12)
    assert report.complete and report.counts.rows == 12
    return folder


def test_a_run_replays_exactly(whole: Path) -> None:
    found = replay(whole)
    assert (found.rows, found.findings) == (12, [])
    assert replay(whole / ROWS).rows == 12


def test_a_row_is_complete(whole: Path) -> None:
    for _, row in read_rows(whole / ROWS):
        assert row["messages"][0]["role"] == "system"
        assert {"role", "content"} <= set(row["messages"][1])
        names = {one["function"]["name"] for one in row["tools"]}
        called = [call["name"] for message in row["messages"] for call in message.get("tool_calls", ())]
        later = row["scenario"].get("arrival", {}).get("tools", ())
        assert called and set(called) < names | set(later) and not names & set(later)
        assert row["scenario"]["toolkit"]["factory"] == "home"
        assert row["scenario"]["lineage"]["index"] == row["index"]
        evidence = evidence_of(row, "row")
        assert chat(evidence.scenario.policy, evidence.messages) == row["messages"]
        assert from_chat(row["messages"], row["statuses"], row["ended"]) == evidence.messages


def test_bytes_do_not_depend_on_the_number_of_processes(whole: Path, tmp_path: Path) -> None:
    generate(Settings(), tmp_path / "two", 12, workers=2)
    assert content(tmp_path / "two") == content(whole)


def test_a_run_can_be_extended(whole: Path, tmp_path: Path) -> None:
    for wanted in (1, 5, 12):
        report = generate(Settings(), tmp_path / "grown", wanted)
        assert report.counts.rows == wanted
    assert content(tmp_path / "grown") == content(whole)
    assert generate(Settings(), tmp_path / "grown", 12).new == 0


@pytest.mark.parametrize("kept", [0, 1, 100, 20_000, 100_000, -1, -2000])
def test_a_run_that_was_cut_anywhere_is_continued(whole: Path, tmp_path: Path, kept: int) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(whole, folder)
    for name in (ROWS, REJECTED):
        size = (folder / name).stat().st_size
        os.truncate(folder / name, max(0, min(kept % (size + 1), size)))
    generate(Settings(), folder, 12)
    assert content(folder) == content(whole)


@pytest.mark.slow
def test_a_run_killed_at_hundreds_of_instants_changes_no_byte(tmp_path: Path) -> None:
    generate(Settings(), tmp_path / "whole", 300)
    context, random = multiprocessing.get_context("fork"), Random(5)
    for _ in range(250):
        process = context.Process(target=generate, args=(Settings(), tmp_path / "killed", 300))
        process.start()
        process.join(random.uniform(0.0, 0.1))
        process.kill()
        process.join()
    generate(Settings(), tmp_path / "killed", 300)
    assert content(tmp_path / "killed") == content(tmp_path / "whole")


def _killed_before_renaming(folder: Path, name: str) -> None:
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, target)

    Path.replace = replace  # type: ignore[method-assign,assignment]
    generate(Settings(), folder, 12)


@pytest.mark.parametrize("name", ["run.json", "timing.json"])
def test_a_kill_between_writing_and_renaming_loses_nothing(whole: Path, tmp_path: Path, name: str) -> None:
    process = multiprocessing.get_context("fork").Process(target=_killed_before_renaming, args=(tmp_path / "cut", name))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL and (tmp_path / "cut" / f"{name}.part").exists()
    generate(Settings(), tmp_path / "cut", 12)
    assert content(tmp_path / "cut") == content(whole)


def test_a_killed_command_is_continued(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim.cli", "generate", "-n", "40", "--quiet", "--out"]
    subprocess.run([*command, str(tmp_path / "whole")], check=True, capture_output=True)
    process = subprocess.Popen([*command, str(tmp_path / "killed"), "--workers", "2"], stdout=subprocess.DEVNULL)
    time.sleep(0.9)
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run([*command, str(tmp_path / "killed")], check=True, capture_output=True)
    assert content(tmp_path / "killed") == content(tmp_path / "whole")


def _with_a_small_disk(folder: Path, room: int, ended: Any) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        generate(Settings(), folder, 12)
        ended.put("")
    except Infrastructure as error:
        ended.put(str(error))


@pytest.mark.parametrize("room", [900, 30_000, 120_000])
def test_a_full_disk_is_told_and_nothing_is_lost(whole: Path, tmp_path: Path, room: int) -> None:
    context = multiprocessing.get_context("fork")
    ended = context.Queue()
    process = context.Process(target=_with_a_small_disk, args=(tmp_path / "full", room, ended))
    process.start()
    assert "cannot write" in ended.get(timeout=60)
    process.join()
    generate(Settings(), tmp_path / "full", 12)
    assert content(tmp_path / "full") == content(whole)


def test_attempts_are_bounded(tmp_path: Path) -> None:
    report = generate(Settings(), tmp_path / "short", 50, max_attempts=10)
    assert not report.complete and 10 <= report.counts.attempts < 60
    assert report.counts.rows + sum(report.counts.reasons.values()) == report.counts.attempts


def test_rejected_rows_are_kept_with_their_reason(tmp_path: Path) -> None:
    generate(Settings(sampling="random"), tmp_path / "random", 5)
    rejected = [row for _, row in read_rows(tmp_path / "random" / REJECTED)]
    assert rejected and all(row["gate"] and row["detail"] for row in rejected)


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


def test_another_run_in_the_folder_is_refused(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(whole, folder)
    with pytest.raises(RecordError, match=r"settings\.seed = 0, not 1"):
        generate(Settings(seed=1), folder, 3)
    (folder / RUN).write_text("{}")
    with pytest.raises(RecordError, match="cannot be read"):
        generate(Settings(), folder, 3)
    (folder / RUN).unlink()
    with pytest.raises(RecordError, match=r"holds rows but no run\.json"):
        generate(Settings(), folder, 3)


def test_a_second_process_on_the_folder_is_refused(tmp_path: Path) -> None:
    with held(tmp_path / "busy"), pytest.raises(RecordError, match="another process"):
        generate(Settings(), tmp_path / "busy", 1)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot write"):
        generate(Settings(), tmp_path / "file", 1)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda line: line[: len(line) // 2], "was cut off"),
        (lambda line: "not json\n", "is not JSON"),
        (lambda line: "[]\n", "has format list"),
        (lambda line: line.replace('"format":1', '"format":99', 1), "has format 99, this toolwalk reads 1"),
        (lambda line: line.replace('"scenario":{', '"scenario":{"x":1,', 1), "is no scenario: x"),
        (lambda line: line.replace('"digest":', '"digset":', 1), "is damaged"),
        (lambda line: line.replace('"role":"user"', '"rol":"user"', 1), "chat shape"),
    ],
)
def test_damaged_rows_say_where(whole: Path, tmp_path: Path, damage: Any, says: str) -> None:
    lines = (whole / ROWS).read_text().splitlines(keepends=True)
    (tmp_path / "x.jsonl").write_text("".join([*lines[:3], damage(lines[3])]))
    with pytest.raises(BadInput, match=says) as caught:
        replay(tmp_path / "x.jsonl")
    assert "line 4" in str(caught.value) or "row is damaged" in str(caught.value)


@pytest.mark.parametrize("name", [ROWS, REJECTED])
def test_a_run_with_a_damaged_row_is_not_gone_on_with(whole: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(whole, tmp_path / "run")
    lines = (tmp_path / "run" / name).read_text().splitlines()
    row = json.loads(lines[0])
    del row["gate" if name == REJECTED else "scenario"]
    (tmp_path / "run" / name).write_text("\n".join([json.dumps(row), *lines[1:]]) + "\n")
    before = content(tmp_path / "run")
    with pytest.raises(RecordError, match="holds a damaged row"):
        generate(Settings(), tmp_path / "run", 30)
    assert content(tmp_path / "run") == before


def test_a_changed_result_or_state_is_found(whole: Path, tmp_path: Path) -> None:
    rows = [row for _, row in read_rows(whole / ROWS)]
    result = next(message for message in rows[0]["messages"] if message["role"] == "tool")
    result["content"] = json.dumps({"changed": True})
    rows[1]["digest"] = "0" * 16
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert {index for index, _ in replay(tmp_path / "x.jsonl").findings} == {rows[0]["index"], rows[1]["index"]}


def test_other_tools_than_the_rows_were_made_with_are_refused(whole: Path, tmp_path: Path) -> None:
    line = (whole / ROWS).read_text().splitlines()[0]
    row = json.loads(line)
    row["scenario"]["toolkit"]["version"] = "0.0.1"
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(ToolkitError, match=r"home 0\.0\.1 .* is installed"):
        replay(tmp_path / "x.jsonl")


def test_nothing_to_replay(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no run at"):
        replay(tmp_path / "nowhere")
    with pytest.raises(RecordError, match="it holds no transcripts"):
        replay(tmp_path)
    (tmp_path / ROWS).write_text("")
    with pytest.raises(RecordError, match="is empty"):
        replay(tmp_path)


@pytest.mark.parametrize(
    ("place", "damage"),
    [
        ("assistant", {"tool_calls": [{"id": "call_1", "name": [], "arguments": {}}]}),
        ("assistant", {"tool_calls": "none"}),
        ("tool", {"name": {}}),
        ("tool", {"content": "{"}),
        ("user", {"content": 5}),
        ("user", {"role": "owner"}),
    ],
)
def test_a_damaged_message_ends_in_one_line(
    home_rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, damage: dict[str, Any]
) -> None:
    row = json.loads(json.dumps(home_rows[0]))
    message = next(
        one for one in row["messages"] if one["role"] == place and (place != "assistant" or "tool_calls" in one)
    )
    message.update(damage)
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n")
    for command in ("verify", "replay", "measure"):
        assert main([command, str(tmp_path / "rows.jsonl")]) == 2
        assert "line 1" in capsys.readouterr().err


@pytest.mark.parametrize("device", [None, "x", [{"turn": "x"}], [{"turn": 0, "calls": [{}], "results": []}]])
def test_a_damaged_device_ends_in_one_line(
    home_rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str], device: Any
) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({**home_rows[0], "device": device}) + "\n")
    assert main(["verify", str(tmp_path / "rows.jsonl")]) == 2
    assert "line 1" in capsys.readouterr().err
