"""What happens in a conversation: placed by a plan, recognised from the transcript, shown under many surfaces."""

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agents import oracle, scripted_user
from sim.cli import main
from sim.faults import over_limit
from sim.gates import Evidence
from sim.generate import Settings, candidate, draw, generate, graph_for
from sim.happenings import happenings
from sim.planning import MIX, Dropped
from sim.record import read_rows
from sim.replay import evidence_of
from sim.rollout import play
from sim.verify import findings
from tests.labelled import figures, labelled
from tools_mock import FAILURES, BadInput, ToolCall, call, load_toolkit
from tools_mock.surface import VARIANTS

Rows = tuple[dict[str, Any], ...]


#: What few plans have a place for, and the domains that have the most.
RARE = {
    "yes but": ("bank", "shop", "contacts"),
    "request against policy": ("bank", "restaurants", "shop"),
    "detail not known": ("shop", "flights", "hotels"),
    "user-side action": ("phone", "messages"),
    "next page": ("bank", "messages"),
}


def rows_with(count: int, domains: tuple[str, ...] = (), **mix: float) -> list[tuple[dict[str, Any], Evidence]]:
    """Accepted first attempts where only the named happenings are tried."""
    shares = dict.fromkeys(MIX, 0.0) | {name.replace("_", " "): share for name, share in mix.items()}
    found = []
    for index in range(count):
        row, _ = candidate(Settings(mix=shares, domains=domains), index, 0)
        if row is not None:
            found.append((row, evidence_of(row, "row")))
    return found


@pytest.mark.parametrize(
    "name",
    [
        *("small talk", "no suitable tool", "slip of the tongue", "second thoughts", "momentary failure"),
        "change of mind",
        *("vague reference", "detail not known", "switch and return", "many tools in view"),
        *("telegraphic message", "request against policy", "yes but", "user-side action"),
        *("tool appears later", "next page"),
    ],
)
def test_what_is_planned_happens_and_what_is_not_does_not(name: str) -> None:
    """The plan's tag and the checker over the transcript agree, both ways, nearly always."""
    domains = RARE.get(name, ())
    with_it = [name in happenings(one) for _, one in rows_with(60, domains, **{name.replace(" ", "_"): 1.0})]
    without = [name in happenings(one) for _, one in rows_with(60, domains)]
    assert sum(with_it) >= (0.05 if name in RARE else 0.2) * len(with_it)
    if name == "telegraphic message":  # who is curt writes in few words too, unplanned
        assert sum(without) * len(with_it) < 0.9 * sum(with_it) * len(without)
    else:
        assert sum(without) <= 0.04 * len(without)


def test_what_the_policy_forbids_is_found_when_it_is_called_all_the_same() -> None:
    found = 0
    for number, (_, one) in enumerate(rows_with(60)):
        damaged = over_limit(one, Random(number))
        if damaged is not None:
            found += 1
            assert {"policy", "valid"} & {gate for gate, _ in findings(damaged)}  # some are beyond the schema too
    assert found >= 3


def test_the_checkers_find_what_a_reader_found() -> None:
    assert sum(m.role == "user" for one, *_ in labelled() for m in one.messages) >= 300
    for name, (right, found, there) in figures().items():
        assert right >= 0.9 * found and right >= 0.9 * there, name


def test_a_declined_proposal_leaves_everything_as_it_is() -> None:
    seen = 0
    for row, one in rows_with(250):
        for turn in one.scenario.plan.turns:
            for proposal in turn.proposals:
                if proposal.step is None:
                    seen += 1
                    made = [made.name for m in one.messages for made in m.calls]
                    planned = [step.tool for step in one.scenario.plan.steps]
                    assert made.count(proposal.tool) == planned.count(proposal.tool), row["index"]
    assert seen >= 3


def test_a_momentary_failure_is_tried_again_and_replays() -> None:
    found = 0
    for row, one in rows_with(60, momentary_failure=1.0):
        codes = [
            json.loads(message["content"])["error"]["code"]
            for message, status in zip(
                [m for m in row["messages"] if m["role"] == "tool"], row["statuses"], strict=True
            )
            if status == "refused"
        ]
        found += any(code in FAILURES for code in codes)
        assert len(one.scenario.failures) == 1
    assert found > 20


def test_no_tool_in_view_could_do_what_is_asked_in_vain() -> None:
    toolkit = load_toolkit()
    for row, _ in rows_with(80, no_suitable_tool=1.0):
        turns = row["scenario"]["plan"]["turns"]
        for turn, user in zip(turns, row["scenario"]["user"]["turns"], strict=True):
            if turn.get("lacking"):
                dressed = toolkit.dressed(row["scenario"]["toolkit"]["surface"]).tools
                in_view = {dressed[name].spec.domain for name in row["scenario"]["tools"]}
                ask = set(user["wishes"][0]["ask"])
                could = {t.spec.domain for t in toolkit.tools.values() if ask <= set(t.phrases.ask)}
                assert could and not could & in_view


def test_a_mix_is_asked_for_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(tmp_path / "run")
    assert main(["generate", "-n", "8", "--out", run, "--quiet", "--mix", "small talk=1, slip of the tongue=0"]) == 0
    with pytest.raises(BadInput, match="did you mean 'small talk'"):
        generate(Settings(mix={"smal talk": 1.0}), tmp_path / "wrong", 1)
    for wrong in ("small talk", "small talk=much", "small talk=3"):
        assert main(["generate", "-n", "1", "--out", str(tmp_path / "no"), "--mix", wrong]) == 2
    assert "small talk" in capsys.readouterr().err


# ── surfaces ─────────────────────────────────────────────────────────────────────────────────────────────


def test_under_every_surface_the_same_function_runs() -> None:
    plain = load_toolkit()
    calls: list[tuple[str, dict[str, Any]]] = [
        ("list_events", {"day": "2026-04-20"}),
        ("search_flights", {"origin": "Lisbon", "destination": "Paris", "day": "2026-04-20"}),
        ("add_task", {"task": "bake a cake", "due": "2026-04-25"}),
        ("reserve_table", {"restaurant_id": "RS-0", "day": "2026-04-20", "start": "19:00", "people": 2}),
        ("order_cash", {"amount": "50.00", "currency": "USD"}),
    ]
    names, shapes = set(), Counter[str]()
    for surface in range(1, 2 * VARIANTS):
        dressed = plain.dressed(surface)
        shown = {tool.own_name: name for name, tool in dressed.tools.items()}
        assert len(shown) == len(plain.tools) == len(set(shown.values()))
        for name, arguments in calls:
            tool = dressed.tools[shown[name]]
            back = {own: other for other, own in tool.names.items()}
            given = tool.shaped({back.get(key, key): value for key, value in arguments.items()})
            assert tool.shaped(tool.flat(given)) == given
            one = call(plain.tools, plain.world(0), ToolCall("x", name, arguments))
            two = call(dressed.tools, dressed.world(0), ToolCall("x", shown[name], given))
            assert one.status == two.status
            if tool.returned is None or one.status != "ok":
                assert one.content == two.content
            else:
                assert two.content == tool.returned(one.content) != one.content
                assert name != "order_cash" or two.content["currency"] == "USD"
            names.add(shown[name])
            shapes.update(nested=bool(tool.groups), otherwise=tool.returned is not None)
    assert len(names) > 40 and min(shapes["nested"], shapes["otherwise"]) > 40


def test_a_nested_parameter_is_checked_where_it_stands() -> None:
    toolkit = load_toolkit()
    tools = (tool for n in range(1, 99) for tool in toolkit.dressed(n).tools.values())
    tool = next(one for one in tools if one.groups and one.own_name == "search_flights")
    group = tool.groups[0]
    back = {own: other for other, own in tool.names.items()}
    said = {"origin": "Lisbon", "destination": "Paris", "day": "2026-04-20"}
    given = tool.shaped({back[key]: value for key, value in said.items()})
    assert not tool.wrong(given)
    assert "required" in tool.wrong({**given, group: {}})
    assert "dditional" in tool.wrong({**given, group: {**given[group], "more": 1}})
    assert group in tool.wrong({**given, group: "tomorrow"})


def test_a_run_shows_many_schemas_and_none_too_often(tmp_path: Path) -> None:
    generate(Settings(), tmp_path / "varied", 60)
    generate(Settings(surface="fixed"), tmp_path / "fixed", 10)
    schemas, own = set(), set(load_toolkit().tools)
    for _, row in read_rows(tmp_path / "varied" / "transcripts.jsonl"):
        schemas |= {json.dumps(tool) for tool in row["tools"]}
    assert len(schemas) > 400
    for _, row in read_rows(tmp_path / "fixed" / "transcripts.jsonl"):
        assert set(row["scenario"]["tools"]) <= own


def test_the_same_plan_is_played_under_another_surface() -> None:
    toolkit, played = graph_for(Settings()).toolkit, 0
    for index in range(25):
        try:
            varied, fixed = draw(Settings(), index, 0), draw(Settings(surface="fixed"), index, 0)
        except Dropped:
            continue
        texts = []
        for scenario in (varied, fixed):
            episode = play(scenario, toolkit, scripted_user, oracle(scenario, toolkit))
            texts.append([message.text for message in episode.conversation.messages])
        played += texts[0] == texts[1]
    assert played >= 10
