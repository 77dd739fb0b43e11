"""Twins: two rows that differ in one fact, of which one must be refused and the other done."""

import importlib
import inspect
import json
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agents.persona import scheduled, speaker
from scenarios import Scenario
from sim.cli import main
from sim.generate import Settings, generate, graph_for
from sim.goals import ABSURD
from sim.happenings import against_policy
from sim.planning import Dropped
from sim.probe import code_of
from sim.record import read_rows
from sim.replay import evidence_of
from sim.sampling import sample
from sim.twins import make_twins
from sim.verify import findings


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    out = tmp_path_factory.mktemp("twins")
    generate(Settings(twins=True), out, 160, workers=2)
    by_index = {row["index"]: row for _, row in read_rows(out / "transcripts.jsonl")}
    assert main(["verify", str(out), "--quiet"]) == 0
    assert all(index ^ 1 in by_index for index in by_index)
    return [(row, by_index[index + 1]) for index, row in by_index.items() if index % 2 == 0]


def test_they_differ_in_one_fact_alone(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    about = set()
    for refused, done in pairs:
        one, other = Scenario.model_validate(refused["scenario"]), Scenario.model_validate(done["scenario"])
        assert (one.world_seed, one.tools, one.policy, one.persona) == (
            other.world_seed,
            other.tools,
            other.policy,
            other.persona,
        )
        assert one.user.turns[:-1] == other.user.turns[:-1]
        (first,), (second,) = one.user.turns[-1].wishes, other.user.turns[-1].wishes
        assert first.ask == second.ask
        said = sum(a != b for a, b in zip(first.facts, second.facts, strict=True))
        assert {} in (one.world_changes, other.world_changes)
        true = [row for its in (one, other) for rows in its.world_changes.values() for row in rows.values()]
        assert (said, len(true)) in ((1, 0), (0, 1))
        about.add("deed" if other.world_changes else "world" if true else "words")
    assert about == {"deed", "world", "words"}  # "deed": what was done before is what the second needs


def test_one_is_refused_and_the_other_done(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    kinds, reasons, forbidden = set(), set(), 0
    for refused, done in pairs:
        assert not findings(evidence_of(refused, "row")) and not findings(evidence_of(done, "row"))
        assert done["statuses"][-1] == "ok"
        if len(refused["statuses"]) < len(done["statuses"]):  # declined by a rule of the policy, without a call
            assert len(list(against_policy(evidence_of(refused, "row")))) == 1
            assert not list(against_policy(evidence_of(done, "row")))
            forbidden += 1
            continue
        assert refused["statuses"][-1] == "refused"
        last = refused["scenario"]["plan"]["steps"][-1]
        assert last["tool"] == done["scenario"]["plan"]["steps"][-1]["tool"]
        said = [message for message in refused["messages"] if message["role"] == "tool"][-1]["content"]
        reasons.add(json.loads(said)["error"]["code"])
        kinds.add(refused["scenario"]["lineage"]["calls"][-1])
    assert forbidden
    assert len(kinds) >= 12 and len(reasons) >= 12  # and not one and the same tool, nor one and the same reason


@cache
def codes_in(module: str) -> set[str]:
    """The refusals that stand in a module of tools."""
    source = inspect.getsource(importlib.import_module(module))
    found = re.findall(r'Refused\(\s*"(\w+)"(?: if \w+ else "(\w+)")?', source)
    return {code for codes in found for code in codes if code}


def is_guard(code: str) -> bool:
    """Whether no wish of a user runs into a refusal: it meets an assistant's mistakes, or what nobody asks for."""
    return code in ABSURD or code == "not_yours" or (code.startswith("unknown_") and code != "unknown_birthday")


@pytest.mark.slow
def test_each_kind_of_refusal_has_its_pairs() -> None:
    settings = Settings(twins=True)
    graph = graph_for(settings)
    modules = {name: graph.toolkit.tools[name].run.__module__ for name in graph.usable}
    missing = {code for module in set(modules.values()) for code in codes_in(module) if not is_guard(code)}
    assert len(missing) > 40
    for number in range(200):
        for name in [name for name, module in modules.items() if missing & codes_in(module)]:
            chosen = sample(graph, settings.sampling, name, settings.size, number)
            with suppress(Dropped):
                refused, _ = make_twins(graph, chosen.tools, name, number % 50, number, speaker(scheduled(1, number)))
                missing -= set() if refused.against else {code_of(refused.results[-1])}
    assert not missing


def test_they_have_plans_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "-n", "2", "--out", str(tmp_path / "run"), "--twins", "--single-turn"]) == 2
    assert "--twins" in capsys.readouterr().err
