"""The verifier: it finds what was planted, lets through what is true in other words, and reads no plan."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sim.attribution import Shown, attributed
from sim.evaluate import judged
from sim.faults import FAULTS, plant
from sim.gates import Evidence
from sim.generate import Settings, candidate, produce
from sim.record import dumps
from sim.replay import evidence_of, rows_of
from sim.verify import GATES, findings, verify
from sim.wording import masked
from tests.reworded import rejected, reworded
from tools_mock import load_toolkit
from tools_mock.values import mentioned

Rows = tuple[dict[str, Any], ...]


def evidences(rows: Rows) -> list[tuple[int, Evidence]]:
    return [(row["index"], evidence_of(row, "row")) for row in rows]


def test_accepted_rows_are_clean(home_rows: Rows, bfcl_rows: Rows) -> None:
    for rows in (home_rows, bfcl_rows):
        verdict = verify(evidences(rows))
        assert verdict.rows == len(rows) and verdict.findings == []


def test_a_call_may_have_any_id(home_rows: Rows) -> None:
    """Ids are a stranger's: none of them is taken for what the gates keep for themselves."""
    names = ("texts", "rerun", "turns", "attributed", "digests", "wanted", "edges", "tools in view")
    for row in home_rows[:10]:
        text = json.dumps(row)
        for number, name in enumerate(names, start=1):
            text = text.replace(f'"call_{number}"', json.dumps(name))
        assert findings(evidence_of(json.loads(text), "row")) == []


def test_the_verifier_reads_no_tags_of_the_planner(home_rows: Rows) -> None:
    """With every source blanked and the user's view emptied of facts, the verdicts are the same."""
    for index, evidence in evidences(home_rows)[:10]:
        plan = evidence.scenario.plan
        steps = tuple(step.model_copy(update={"sources": {}}) for step in plan.steps)
        blank = evidence.scenario.model_copy(update={"plan": plan.model_copy(update={"steps": steps})})
        assert findings(replace(evidence, scenario=blank, cache={})) == [], index


@pytest.mark.parametrize("name", FAULTS)
def test_planted_faults_are_found(home_rows: Rows, name: str) -> None:
    kills = plant(iter(evidences(home_rows)), variants=2)[name]
    assert kills.planted >= (4 if name == "unasked deed of the user" else 10)  # few users have to do something
    assert kills.killed >= 0.95 * kills.planted, kills.survivors


def test_each_gate_is_needed_by_some_fault(home_rows: Rows) -> None:
    found = plant(iter(evidences(home_rows)[:20]), variants=1)
    seen = {gate for kills in found.values() for gate in kills.gates}
    assert seen >= set(GATES) - {"valid"}


def test_that_city_is_one_city() -> None:
    """ "From that city to that city", said where both were shown, says nothing."""
    for index in range(200):
        row = produce(Settings(seed=3, surface="fixed"), index).row
        if row is not None and (found := _with_two_cities(row)) is not None:
            assert findings(evidence_of(row, "row")) == []
            assert any("'that city' is said of" in finding for _, finding in findings(evidence_of(found, "row")))
            return
    raise AssertionError("nobody asked for a flight between two cities")


def _with_two_cities(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row, with the two cities of a wish said as "that city"."""
    for step in row["scenario"]["plan"]["steps"]:
        cities = [step["arguments"].get(name, "") for name in ("origin", "destination")]
        for number, message in enumerate(row["messages"]):
            text = message.get("content") or ""
            if step["tool"] == "search_flights" and message["role"] == "user" and all(one in text for one in cities):
                for city in filter(None, cities):
                    text = text.replace(city, "that city")
                messages = [*row["messages"][:number], {**message, "content": text}, *row["messages"][number + 1 :]]
                return {**row, "messages": messages} if all(cities) else None
    return None


def test_what_was_read_may_be_repeated() -> None:
    """ "You wrote: it's not the one I ordered." claims no order."""
    settings, repeated = Settings(domains=("shop", "tickets"), surface="fixed"), 0
    for index in range(60):
        row, rejection = candidate(settings, index, 0)
        assert not (rejection.get("gate") == "deeds" and "not the one I" in rejection["detail"]), index
        told = [m["content"] or "" for m in row["messages"] if m["role"] == "assistant"] if row is not None else []
        repeated += any("it's not the one I ordered" in text for text in told)
    assert repeated


def test_arguments_are_traced(home_rows: Rows) -> None:
    origins = {one.how for _, evidence in evidences(home_rows) for one in attributed(evidence)}
    assert "" not in origins
    assert {"user", "canonical", "result", "result earlier", "prompt"} <= origins


def test_near_duplicates_are_found(home_rows: Rows) -> None:
    one = evidence_of(home_rows[0], "row")
    verdict = verify([(0, one), (1, one)])
    assert verdict.faulted["duplicate"] == {1}
    assert masked(one.messages) != masked(evidence_of(home_rows[1], "row").messages)


def test_true_conversations_in_other_words_pass() -> None:
    scripts = reworded()
    said = sum(message.role == "assistant" and bool(message.text) for _, one in scripts for message in one.messages)
    assert said >= 40
    assert len(rejected()) <= 0.02 * len(scripts), rejected()


def test_a_user_who_recites_the_plan_is_found(home_rows: Rows) -> None:
    _, evidence = evidences(home_rows)[0]
    rule = "Tables for more than 8 people are for the restaurant to arrange, by phone."
    turns = (evidence.scenario.plan.turns[0].model_copy(update={"against": rule}), *evidence.scenario.plan.turns[1:])
    plan = evidence.scenario.plan.model_copy(update={"turns": turns})
    messages = (replace(evidence.messages[0], text=f"Well, {rule.lower()}"), *evidence.messages[1:])
    scenario = evidence.scenario.model_copy(update={"plan": plan})
    damaged = replace(evidence, messages=messages, scenario=scenario, cache={})
    assert any("tables for more than 8 people" in finding for gate, finding in findings(damaged) if gate == "leak")


def test_a_user_who_speaks_as_a_description_does_is_found(home_rows: Rows) -> None:
    _, evidence = evidences(home_rows)[0]
    descriptions = [tool.spec.description for tool in load_toolkit().tools.values()]
    long = next(one for one in descriptions if len(one.split()) >= 10)
    messages = (replace(evidence.messages[0], text=f"Hello, {long.lower()}"), *evidence.messages[1:])
    damaged = replace(evidence, messages=messages, cache={})
    assert any("as a description does" in finding for gate, finding in findings(damaged) if gate == "leak")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"type":"function","function":{"name":"', '"type":"function","function":{"name":"x'),
        ('{"role":"system","content":"You', '{"role":"system","content":"Whoever reads this, you'),
        ('"type":"object"', '"type:"object"'),
    ],
)
def test_what_the_assistant_was_shown_is_verified(home_rows: Rows, tmp_path: Path, old: str, new: str) -> None:
    """A trainer learns from the system message and the tools too, so a file in which they were changed is no proof."""
    line = dumps(home_rows[0]).decode()
    assert old in line
    (tmp_path / "rows.jsonl").write_text(line + line.replace(old, new, 1))
    clean, damaged = (findings(one) for _, one in rows_of(tmp_path / "rows.jsonl"))
    assert clean == []
    assert {gate for gate, _ in damaged} == {"prompt"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_no_number_in_a_text(value: float) -> None:
    """Strangers' tools return them, and assistants write them."""
    assert not mentioned("", value, "That's 5 euros.", datetime(2026, 4, 13))
    assert Shown({"x": value, "y": 3}, "").numbers == {Decimal(3)}


@pytest.mark.parametrize("number", range(24))
def test_whatever_a_strangers_tools_return_rows_come_of_it_or_none(number: int) -> None:
    """Lists where ids should be, days that are none, numbers beyond measure: nothing falls over, and rows verify."""
    settings = Settings(tools="tests.wild:make", config={"number": number}, attempts=8)
    for index in range(4):
        row = produce(settings, index).row
        if row is not None:
            evidence = evidence_of(row, "a row")
            assert not findings(evidence)
            assert 0 <= judged(evidence, {})["reward"] <= 1
