"""Figures and exports: computed from text and execution; what comes out is what trainers read."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.export import FORMATS, openai, trl
from sim.generate import Settings, generate
from sim.gold import bfcl_gold
from sim.happenings import happenings
from sim.measure import dialogue_figures, edges_of, interval, run_figures
from sim.record import read_rows
from sim.replay import evidence_of
from sim.wording import coherence, corpus_figures, embedder, masked_text, said_by_user, text_figures
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
    assert sum(found[f"{act}: share"] for act in ("opening", "answer", "other", "closing")) == pytest.approx(1)
    assert found["masked: distinct-3"] < found["raw: distinct-3"]


def test_figures_of_a_dialogue_count_what_is_there(home_rows: Rows) -> None:
    for row in home_rows:
        figures, origins = dialogue_figures(evidence_of(row, "row"))
        calls = [call for message in row["messages"] for call in message.get("tool_calls", ())]
        assert figures["calls"] == len(calls)
        assert figures["user messages"] == sum(message["role"] == "user" for message in row["messages"])
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
    texts = [
        ("assistant", "Hi?"),
        ("user", "a b"),
        ("assistant", "When?"),
        ("user", "noon"),
        ("assistant", "Ok."),
        ("user", "and Oslo"),
        ("assistant", "Ok."),
        ("user", "bye"),
    ]
    said = list(said_by_user(texts, {"oslo"}))
    assert [(one.act, one.turn) for one in said] == [("opening", 1), ("answer", 2), ("other", 3), ("closing", 4)]
    assert said[2].masked == "and _"
    assert masked_text("Fly to Oslo on Friday the 13th at 9:40", ["oslo"]) == "fly to _ on _ the _ at _"
    found = text_figures(said)
    assert found["opening: median words"] == 2 and found["turn 4 and later: at most 5 words"] == 1


def test_coherence_is_higher_where_turns_belong_together() -> None:
    pytest.importorskip("wordllama")
    close = [
        ("user", "find a flight to Paris"),
        ("assistant", "There is a flight to Paris at 9:40."),
        ("user", "book that flight to Paris"),
    ]
    far = [*close[:2], ("user", "how long does rice have to boil")]
    (one,), (other,) = coherence(close, embedder()), coherence(far, embedder())
    assert -1 <= other < one <= 1
    assert coherence(close[:1], embedder()) == []


def test_an_edge_is_necessary_only_if_nothing_else_gives_the_value(home_rows: Rows) -> None:
    seen = set()
    for row in home_rows:
        evidence = evidence_of(row, "row")
        place = {made.id: n for n, m in enumerate(evidence.messages) for made in m.calls}
        for edge in edges_of(evidence):
            seen.add(edge.necessary)
            assert place[edge.made[0]] < place[edge.made[1]] and edge.turns[0] <= edge.turns[1]
    assert seen == {True, False}


def test_what_happens_is_read_from_the_transcript(home_rows: Rows) -> None:
    found = [happenings(evidence_of(row, "row")) for row in home_rows]
    names = {name for one in found for name in one}
    assert {"chained calls", "detail asked for", "parallel calls", "reference"} <= names
    for row, one in zip(home_rows, found, strict=True):
        assert ("parallel calls" in one) == any(len(m.get("tool_calls", ())) > 1 for m in row["messages"])
        refused = row["statuses"].count("refused")
        assert ("tool says no" in one or "momentary failure" in one) == (refused > 0)


def test_the_same_code_reads_the_benchmarks_own_gold() -> None:
    rows = list(bfcl_gold())
    assert len(rows) == 200
    found = run_figures(iter(rows))
    assert found["calls"]["value"] == pytest.approx(5.71, abs=0.01)  # as its files say: RESEARCH counted the same
    assert 0.6 < 1 - found["arguments: nowhere"] < 0.8
    statuses = [result.status for _, one in rows for m in one.messages for result in m.results]
    assert statuses.count("ok") > 0.97 * len(statuses)


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
    assert main(["measure", run, run, "--coherence"]) == 0
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
