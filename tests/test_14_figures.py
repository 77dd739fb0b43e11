"""Figures and exports: computed from text and execution; what comes out is what trainers read."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.export import FORMATS, openai, trl
from sim.generate import Settings, generate
from sim.measure import corpus_figures, dialogue_figures, interval, positions, run_figures, text_figures
from sim.record import read_rows
from sim.replay import evidence_of
from sim.verify import masked_text
from tools_mock import BadInput

Rows = tuple[dict[str, Any], ...]


def test_figures_of_a_run(home_rows: Rows, tmp_path: Path) -> None:
    found = run_figures(((row, evidence_of(row, "row")) for row in home_rows), tmp_path)
    assert found["rows"] == len(home_rows)
    assert found["calls"]["low"] <= found["calls"]["value"] <= found["calls"]["high"]
    origins = [value for name, value in found.items() if name.startswith("arguments: ")]
    assert sum(origins) == pytest.approx(1) and "arguments: nowhere" not in found
    assert 0 < found["edges, necessary"]["value"] <= found["edges"]["value"]
    assert found["edges across turns"]["value"] <= found["edges"]["value"]
    assert sum(found[f"{place}: share"] for place in ("opening", "answer", "other")) == pytest.approx(1)
    assert found["masked: distinct-3"] < found["raw: distinct-3"]


def test_figures_of_a_dialogue_count_what_is_there(home_rows: Rows) -> None:
    for row in home_rows:
        figures, origins = dialogue_figures(evidence_of(row, "row"))
        calls = [call for message in row["messages"] for call in message.get("tool_calls", ())]
        assert figures["calls"] == len(calls)
        assert figures["user turns"] == sum(message["role"] == "user" for message in row["messages"])
        assert origins.total() == sum(_size(call["arguments"]) for call in calls)
        assert figures["chain depth"] <= len(calls)


def _size(value: Any) -> int:
    if isinstance(value, dict | list):
        return sum(_size(one) for one in (value.values() if isinstance(value, dict) else value))
    return 1


def test_the_graph_is_worth_something(tmp_path: Path) -> None:
    yields = {}
    for name in ("flow", "random"):
        report = generate(Settings(sampling=name), tmp_path / name, 25, max_attempts=2000)
        yields[name] = report.counts.rows / report.counts.attempts
    assert yields["flow"] > yields["random"] + 0.2


def test_baselines_do_what_they_say(tmp_path: Path) -> None:
    generate(Settings(plan=False), tmp_path / "alone", 15)
    generate(Settings(single_turn=True), tmp_path / "single", 15)
    generate(Settings(sampling="same-domain"), tmp_path / "domain", 10, max_attempts=1000)
    rows: dict[str, list[Any]] = {}
    for name in ("alone", "single", "domain"):
        rows[name] = [row for _, row in read_rows(tmp_path / name / "transcripts.jsonl")]
    for row in rows["single"]:
        assert len(row["scenario"]["plan"]["turns"]) == 1
    for row in rows["domain"]:
        tools = row["scenario"]["lineage"]["sampled"]
        assert len({one.split("_")[-1] for one in tools}) >= 1 and len(tools) >= 2
    across = [dialogue_figures(evidence_of(row, "row"))[0]["edges across turns"] for row in rows["alone"]]
    assert sum(across) <= len(across) * 0.5


def test_intervals_and_texts() -> None:
    assert interval([2.0] * 9, 0) == {"value": 2.0, "low": 2.0, "high": 2.0}
    wide = interval([0.0, 10.0] * 20, 0)
    assert wide["low"] < 5.0 < wide["high"]
    said = [
        ("assistant", "Hi?"),
        ("user", "a b"),
        ("assistant", "When?"),
        ("user", "noon"),
        ("assistant", "Ok."),
        ("user", "bye"),
    ]
    assert [place for place, _ in positions(said)] == ["opening", "answer", "other"]
    assert masked_text("Fly to Oslo on Friday the 13th at 9:40", {"oslo"}) == "fly to _ on _ the _ at _"
    assert text_figures([("opening", "hello there you")], ["hello there you"])["opening: median words"] == 3


def test_a_corpus_of_people(tmp_path: Path) -> None:
    turns = [
        {"speaker": "user", "text": "whats on"},
        {"speaker": "assistant", "text": "Which day?"},
        {"speaker": "user", "text": "today"},
    ]
    line = json.dumps({"id": "1", "turns": turns}) + "\n"
    (tmp_path / "c.jsonl").write_text(line)
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    assert corpus_figures(tmp_path / "c.jsonl") == corpus_figures(tmp_path / "c.jsonl.gz")
    assert corpus_figures(tmp_path / "c.jsonl")["user texts"] == 2
    (tmp_path / "bad.jsonl").write_text("{}\n")
    for name in ("bad.jsonl", "missing.jsonl"):
        with pytest.raises(BadInput):
            corpus_figures(tmp_path / name)


def test_exports_hold_what_trainers_need(home_rows: Rows) -> None:
    for row in home_rows:
        one, two = trl(row), openai(row)
        assert one["messages"][-1]["role"] == "assistant"
        for message in one["messages"]:
            assert isinstance(message["content"], str)
            for call in message.get("tool_calls", ()):
                assert call["type"] == "function" and isinstance(call["function"]["arguments"], dict)
        calls = [call for message in two["messages"] for call in message.get("tool_calls", ())]
        answers = [message["tool_call_id"] for message in two["messages"] if message["role"] == "tool"]
        assert [call["id"] for call in calls] == answers
        assert all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in calls)
        assert json.loads(json.dumps(one)) == one


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(tmp_path / "run")
    assert main(["generate", "-n", "6", "--out", run, "--quiet"]) == 0
    for name in FORMATS:
        assert main(["export", run, "--format", name]) == 0
        assert len((tmp_path / "run" / f"{name}.jsonl").read_text().splitlines()) == 6
    assert main(["measure", run, run]) == 0
    assert "chain depth" in capsys.readouterr().out
    assert main(["verify", run]) == 0
    assert "replay     6 of 6 clean" in capsys.readouterr().out
    assert main(["verify", run, "--explain", "0"]) == 0
    assert "where each argument comes from" in capsys.readouterr().out
    assert main(["verify", run, "--planted", "3", "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["truncated row"]["planted"] > 0
    for wrong in (
        ["export", run, "--format", "trll"],
        ["measure"],
        ["verify", run, "--explain", "999"],
        ["verify", run, "--planted", "0"],
        ["verify", str(tmp_path)],
        ["measure", str(tmp_path / "nowhere")],
    ):
        assert main(wrong) == 2
        assert capsys.readouterr().err.count("\n") == 1
