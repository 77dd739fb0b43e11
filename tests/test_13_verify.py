"""The verifier: it finds what was planted, lets through what is true in other words, and reads no plan."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents import Message
from scenarios import Checks, Scenario
from sim.attribution import attributed
from sim.faults import FAULTS, plant
from sim.gates import Evidence
from sim.replay import evidence_of
from sim.verify import GATES, findings, masked, verify
from tools_mock import ToolCall, call, digest_of, load_toolkit
from tools_mock.phrases import look
from tools_mock.values import say

Rows = tuple[dict[str, Any], ...]
HERE = Path(__file__).parent


def evidences(rows: Rows) -> list[tuple[int, Evidence]]:
    return [(row["index"], evidence_of(row, "row")) for row in rows]


def test_accepted_rows_are_clean(home_rows: Rows, bfcl_rows: Rows) -> None:
    for rows in (home_rows, bfcl_rows):
        verdict = verify(evidences(rows))
        assert verdict.rows == len(rows) and verdict.findings == []


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
    assert kills.planted >= 10
    assert kills.killed >= 0.95 * kills.planted, kills.survivors


def test_each_gate_is_needed_by_some_fault(home_rows: Rows) -> None:
    found = plant(iter(evidences(home_rows)[:20]), variants=1)
    seen = {gate for kills in found.values() for gate in kills.gates}
    assert seen >= set(GATES) - {"valid"}


def test_arguments_are_traced(home_rows: Rows) -> None:
    origins = {one.how for _, evidence in evidences(home_rows) for one in attributed(evidence)}
    assert "" not in origins
    assert {"user", "canonical", "result", "result earlier", "prompt"} <= origins


def test_near_duplicates_are_found(home_rows: Rows) -> None:
    one = evidence_of(home_rows[0], "row")
    verdict = verify([(0, one), (1, one)])
    assert verdict.faulted["duplicate"] == {1}
    assert masked(one.messages) != masked(evidence_of(home_rows[1], "row").messages)


# ── true in other words ──────────────────────────────────────────────────────────────────────────────────


def reworded() -> list[tuple[str, Evidence]]:
    """Conversations written by hand over world 0: the words are a person's, the values come from the calls.

    In a script ``{1.path:kind}`` is a value of call 1's result as an assistant writes it, ``<1.path>`` the value
    itself in an argument. Their end state and what they read are their goal.
    """
    toolkit = load_toolkit()
    found = []
    for script in json.loads((HERE / "reworded.json").read_text()):
        world, results, messages = toolkit.world(0), [], []
        for line in script["lines"]:
            if "user" in line:
                messages.append(
                    Message("user", _filled(line["user"], results), end="done" if line is script["lines"][-1] else "")
                )
            elif "say" in line:
                messages.append(Message("assistant", _filled(line["say"], results)))
            else:
                made = []
                for name, arguments in line["calls"]:
                    given = {key: _value(value, results) for key, value in arguments.items()}
                    made.append(ToolCall(f"c{len(results) + len(made)}", name, given))
                answers = tuple(call(toolkit.tools, world, one) for one in made)
                results += [one.content for one in answers]
                messages += [Message("assistant", calls=tuple(made)), Message("tool", results=answers)]
        base = Scenario.model_validate(TEMPLATE | {"policy": toolkit.prompt(world), "tools": sorted(toolkit.tools)})
        messages[-1] = replace(messages[-1], end="done")
        read = tuple(digest_of(r.content) for m in messages for r in m.results if r.status == "ok")
        scenario = base.model_copy(update={"checks": Checks(changes=world.changes(), read=read)})
        found.append((script["name"], Evidence(scenario, toolkit, tuple(messages), world, "done", world.digest())))
    return found


TEMPLATE: dict[str, Any] = {
    "name": "reworded",
    "toolkit": {"factory": "home", "version": "0", "source": "0"},
    "world_seed": 0,
    "plan": {"steps": [], "turns": []},
    "user": {"name": "Clara", "turns": []},
    "checks": {"changes": {}},
}


def _value(value: Any, results: list[Any]) -> Any:
    if isinstance(value, str) and value.startswith("<"):
        number, _, path = value.strip("<>").partition(".")
        return look(results[int(number)], path)
    return value


def _filled(text: str, results: list[Any]) -> str:
    while "{" in text:
        start, end = text.index("{"), text.index("}")
        where, _, kind = text[start + 1 : end].partition(":")
        text = text[:start] + say(kind, _value(f"<{where}>", results)) + text[end + 1 :]
    return text


def test_true_conversations_in_other_words_pass() -> None:
    scripts = reworded()
    said = sum(message.role == "assistant" and bool(message.text) for _, one in scripts for message in one.messages)
    rejected = {name: found for name, one in scripts if (found := findings(one))}
    assert said >= 30
    assert len(rejected) <= 0.02 * len(scripts), rejected
