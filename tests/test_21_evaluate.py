"""Evaluating assistants: scenarios from files, strangers in the seat, what went wrong, results that can be trusted."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import BASELINES, Message, Observation, oracle
from scenarios import Found, Scenario
from scenarios.files import LARGEST, SCHEMA, find, load, names, save
from sim.audit import CHECKS, audit
from sim.cli import main
from sim.evaluate import compare, guest, pass_all, pass_any, rescore, results_in
from sim.evaluate import evaluate as evaluate_player
from sim.guests import Agent, load_agent
from sim.record import ROWS, from_chat, read_rows, toolkit_for
from sim.replay import replay
from tools_mock import BadInput, Infrastructure, RecordError, ToolCall, Toolkit, call, load_toolkit

FEW = dict(list(names().items())[::17])


def evaluate(scenarios: dict[str, Scenario], agent: Agent, out: Path, trials: int = 1) -> dict[str, Any]:
    """An evaluation of a stranger in the assistant's seat."""
    return evaluate_player(scenarios, guest(agent), out, trials)


@pytest.fixture(scope="module")
def few() -> dict[str, Scenario]:
    return {name: load(path) for name, path in FEW.items()}


# ── the library ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_library_covers_what_it_should() -> None:
    every = {name: load(path) for name, path in names().items()}
    assert len(every) >= 100
    assert all(one.about and one.tests and one.name == name for name, one in every.items())
    views = [len(one.tools) for one in every.values()]
    assert min(views) <= 8 and max(views) >= 60 and any(18 <= view <= 24 for view in views)
    assert {what for one in every.values() for what in one.tests} >= {
        *("tool appears later", "next page", "user-side action", "yes but", "momentary failure", "vague reference"),
        *("request against policy", "infeasible goal", "switch and return", "no suitable tool", "detail not known"),
    }
    refused = {name.removesuffix("-refuse") for name in every if name.endswith("-refuse")}
    assert len(refused) >= 3 and {f"{name}-permit" for name in refused} <= set(every)


def test_every_scenario_of_the_library_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) == len(names()) and all(set(its) == set(CHECKS) for its in found.values())


def test_the_schema_for_editors_is_the_present_one() -> None:
    again = "write it anew: python -c 'from scenarios.files import write_schema; write_schema()'"
    assert json.loads(SCHEMA.read_text()) == Scenario.model_json_schema(), again


@pytest.mark.parametrize("how", ["checks", "steps", "told", "told by all"])
def test_an_unsound_scenario_is_found(few: dict[str, Scenario], how: str) -> None:
    """A wrong key, a step that nobody needs, a fact that no result has, a job that everybody does."""
    seen = 0
    for one in few.values():
        checks, plan = one.checks, one.plan
        if how == "checks" and checks.changes:
            checks = checks.model_copy(update={"changes": {}})
        elif how == "told" and checks.told:
            wrong = checks.told[0].model_copy(update={"values": (("city", "Atlantis"),), "at_least": 1})
            checks = checks.model_copy(update={"told": (wrong,)})
        elif how == "told by all":
            checks = checks.model_copy(update={"told": (), "read": (), "changes": {}})
        elif how == "steps" and plan.steps and plan.steps[-1].status == "ok":
            extra = plan.steps[-1].model_copy(update={"told": False})
            last = plan.turns[-1].model_copy(update={"steps": (*plan.turns[-1].steps, len(plan.steps))})
            plan = plan.model_copy(update={"steps": (*plan.steps, extra), "turns": (*plan.turns[:-1], last)})
        else:
            continue
        seen += 1
        assert any(audit(one.model_copy(update={"checks": checks, "plan": plan})).values())
    assert seen >= 4


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_scenario_comes_back_as_it_was_written(few: dict[str, Scenario], tmp_path: Path) -> None:
    for one in few.values():
        save(one, tmp_path / "x.yaml")
        assert load(tmp_path / "x.yaml") == one


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &a [1]\nb: *a\n", "alias"),
        ("name: one\nname: two\n", "line 2 is not YAML: 'name' stands there twice"),
        ("name: [", "line 2 is not YAML"),
        ("name: x\n", "toolkit: Field required"),
        ("- 1\n", "is no scenario"),
        ("- " * 61 + "x", "is nested more than 60 deep"),
        ("[" * 100_000, "nested more than 60 deep|nesting depth"),
        ("[" * 60_000 + "]" * 60_000, "nested more than 60 deep|nesting depth"),
        ("name: " + "x" * LARGEST, "has more than 1 MB"),
        ("name: \x00", "is not YAML"),
        ("", "is no scenario"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(BadInput, match=says) as caught:
        load(tmp_path / "x.yaml")
    assert "\n" not in str(caught.value)


def test_names_patterns_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(names()))
    theme = name.partition("/")[0]
    assert find(name) == {name: names()[name]}
    assert set(find(f"{theme}/*")) == {one for one in names() if one.startswith(f"{theme}/")}
    save(load(names()[name]), tmp_path / "a" / "mine.yaml")
    assert set(find(str(tmp_path))) == {"a/mine"}
    assert set(find(f"{tmp_path}/*/m*.yaml")) == {f"{tmp_path.as_posix()}/a/mine.yaml"}
    save(load(names()[name]), tmp_path / "scenarios" / "b" / "yours.yaml")
    monkeypatch.chdir(tmp_path)
    assert set(find("b/*")) == {"b/yours"} == set(find("b/yours"))  # where `scenarios new` writes to
    with pytest.raises(BadInput, match=f"did you mean '{name}'"):
        find(name[:-1])
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no scenario in"):
        find(str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("turn", "says"),
    [
        ({"wishes": []}, "a turn needs a wish, or small talk"),
        ({"wishes": [], "talk": "thanks", "brings": "my bank"}, "small talk and nothing else"),
        ({"wishes": [], "talk": "cricket"}, "talk: Input should be"),
        ({"wishes": [{"ask": []}]}, "a wish needs a way to ask"),
        ({"wishes": [{"ask": ["pay it", ""]}]}, "none that is empty"),
        ({"wishes": [{"ask": ["pay {payee}"]}]}, "without a fact that is told at once for: payee"),
    ],
)
def test_a_user_who_has_nothing_to_say_is_one_line(
    few: dict[str, Scenario], tmp_path: Path, turn: dict[str, Any], says: str
) -> None:
    one = next(iter(few.values())).as_json()
    one["user"]["turns"][0] = turn
    (tmp_path / "x.yaml").write_text(json.dumps(one))
    with pytest.raises(BadInput, match=says):
        load(tmp_path / "x.yaml")


def test_a_dialogue_becomes_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, to = str(tmp_path / "run"), str(tmp_path / "mine")
    assert main(["generate", "-n", "3", "--quiet", "--out", run]) == 0
    assert main(["scenarios", "new", "--from", f"{run}#1", "travel/mine", "--about", "hard", "--to", to]) == 0
    assert main(["scenarios", "show", f"{to}/travel/mine.yaml"]) == 0
    assert main(["evaluate", "--assistant", "oracle", "--scenarios", to, "--quiet", "--out", str(tmp_path / "e")]) == 0
    assert main(["scenarios", "new", "--from", f"{run}#1", "travel/mine", "--to", to]) == 2
    assert main(["scenarios", "new", "--from", f"{run}#99", "travel/other", "--to", to]) == 2
    assert main(["scenarios", "new", "--from", run, "travel/other", "--to", to]) == 2
    assert "hard" in capsys.readouterr().out


# ── scoring ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_damaged_evaluation_is_one_line(
    few: dict[str, Scenario], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(few, oracle, tmp_path / "one", trials=1)
    shutil.copytree(tmp_path / "one", tmp_path / "other")
    found = json.loads((tmp_path / "other" / "results.json").read_text())
    next(iter(found["scenarios"].values()))["trials"] = "x"
    (tmp_path / "other" / "results.json").write_text(json.dumps(found))
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "other")]) == 2
    assert "is damaged" in capsys.readouterr().err
    lines = (tmp_path / "other" / "transcripts.jsonl").read_text().splitlines()
    row = json.loads(lines[1])
    del row["messages"][0]["role"]
    (tmp_path / "other" / "transcripts.jsonl").write_text("\n".join([lines[0], json.dumps(row)]) + "\n")
    for command in (["evaluate", "--rescore"], ["compare", "--users", str(tmp_path / "one")]):
        assert main([*command, str(tmp_path / "other")]) in (0, 2)
    assert "row 2 of the evaluation is damaged" in capsys.readouterr().err


def test_the_oracle_passes_and_nobody_else(few: dict[str, Scenario], tmp_path: Path) -> None:
    found = evaluate(few, oracle, tmp_path / "oracle", trials=3)
    assert found["pass^k"][3][0] == 1.0 and found["went wrong"] == {} and found["noise"] == 0.0
    for name in BASELINES:
        found = evaluate(few, load_agent(name), tmp_path / name)
        assert found["pass^k"][1][0] == 0.0, name
        assert sum(found["went wrong"].values()) == len(few)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_k_is_what_drawing_trials_gives(passed: list[bool], data: st.DataObject) -> None:
    """The closed forms always equal the share of all ways to draw k trials."""
    k = data.draw(st.integers(1, len(passed)))
    its = [{"reward": float(one)} for one in passed]
    ways = list(combinations(passed, k))
    assert pass_all(its, k) == pytest.approx(sum(map(all, ways)) / len(ways))
    assert pass_any(its, k) == pytest.approx(sum(map(any, ways)) / len(ways))


def test_it_is_scored_again_from_the_transcripts_and_replays(few: dict[str, Scenario], tmp_path: Path) -> None:
    found = evaluate(few, load_agent("random"), tmp_path, trials=2)
    again = rescore(tmp_path)
    written = results_in(tmp_path)
    for name in ("scenarios", "pass^k", "went wrong", "reward"):
        assert json.loads(json.dumps(again[name])) == json.loads(json.dumps(found[name])) == written[name]
    assert replay(tmp_path).findings == []


def test_a_kill_in_the_middle_changes_no_byte(few: dict[str, Scenario], tmp_path: Path) -> None:
    evaluate(few, oracle, tmp_path / "whole", trials=2)
    whole = (tmp_path / "whole" / ROWS).read_bytes()
    for cut in (0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut").mkdir(exist_ok=True)
        (tmp_path / "cut" / ROWS).write_bytes(whole[:cut])
        evaluate(few, oracle, tmp_path / "cut", trials=2)
        assert (tmp_path / "cut" / ROWS).read_bytes() == whole
    with pytest.raises(BadInput, match="of other scenarios or trials"):
        evaluate(few, oracle, tmp_path / "whole", trials=1)
    old = whole.replace(b'"wrong":{}', b'"wrong":null', 1)
    (tmp_path / "cut" / ROWS).write_bytes(old)
    with pytest.raises(RecordError, match="line 1 is of another version"):
        evaluate(few, oracle, tmp_path / "cut", trials=2)
    assert (tmp_path / "cut" / ROWS).read_bytes() == old


def test_two_evaluations_are_compared_pair_by_pair(few: dict[str, Scenario], tmp_path: Path) -> None:
    good, bad = evaluate(few, oracle, tmp_path / "a"), evaluate(few, load_agent("silent"), tmp_path / "b")
    found = compare(bad, good)
    assert found["difference"] == [1.0, 1.0, 1.0] and sorted(few) == found["better"] and not found["worse"]
    assert main(["compare", str(tmp_path / "b"), str(tmp_path / "a")]) == 0
    assert main(["compare", str(tmp_path / "b"), str(tmp_path)]) == 2


def spoiled(change: Callable[[Message, Observation], Message]) -> Agent:
    """The oracle, with its messages changed."""

    def agent(scenario: Scenario, toolkit: Toolkit) -> Any:
        own = oracle(scenario, toolkit)
        return lambda observation, seed: change(own(observation, seed), observation)

    return agent


def _claims(message: Message, observation: Observation) -> Message:
    first = not any(m.role == "assistant" for m in observation.messages)
    return Message("assistant", "I've booked it for you. Anything else?") if first else message


def _loops(message: Message, observation: Observation) -> Message:
    last = next((m for m in reversed(observation.messages) if m.calls), None)
    return Message("assistant", calls=last.calls) if last is not None else message


def _misnames(message: Message, observation: Observation) -> Message:
    calls = tuple(type(one)(one.id, f"{one.name}_now", one.arguments) for one in message.calls)
    return Message("assistant", message.text, calls)


def _asks(message: Message, observation: Observation) -> Message:
    told = [m.text for m in observation.messages if m.role == "user"]
    again = "On which day, at what time, where, who, how much and which one do you mean?"
    return Message("assistant", again) if len(told) < 3 and not message.calls else message


def _mistypes(message: Message, observation: Observation) -> Message:
    calls = tuple(
        type(one)(one.id, one.name, {name: [value] for name, value in one.arguments.items()}) for one in message.calls
    )
    return Message("assistant", message.text, calls)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_claims, "claimed a thing it did not do"),
        (_loops, "looped"),
        (_misnames, "unknown tool"),
        (_mistypes, "bad argument type"),
        (_asks, "asked what it knew"),
    ],
)
def test_what_went_wrong_has_a_name(few: dict[str, Scenario], tmp_path: Path, change: Any, kind: str) -> None:
    found = evaluate(few, spoiled(change), tmp_path)
    assert found["pass^k"][1][0] < 0.3
    assert found["went wrong"][kind] >= 0.5 * len(few)


LIMITED = "money/pay-yes-but"  # the policy has a limit for what is called


def calling(change: Callable[[ToolCall], ToolCall]) -> Agent:
    """The oracle, with its calls made otherwise; it does not notice."""

    def agent(scenario: Scenario, toolkit: Toolkit) -> Any:
        own, meant = oracle(scenario, toolkit), dict[str, ToolCall]()

        def act(observation: Observation, seed: int) -> Message:
            was = [replace(m, calls=tuple(meant.get(one.id, one) for one in m.calls)) for m in observation.messages]
            message = own(observation._replace(messages=tuple(was)), seed)
            meant.update((one.id, one) for one in message.calls)
            return replace(message, calls=tuple(map(change, message.calls)))

        return act

    return agent


@pytest.mark.parametrize(("arguments", "reward"), [({}, 1.0), ({"status": "shipped"}, 0.0)])
def test_who_lists_more_than_was_planned_has_read_it_too(
    arguments: dict[str, Any], reward: float, tmp_path: Path
) -> None:
    name = "shopping/list-orders-tool-appears-later"
    wider = calling(lambda made: replace(made, arguments=arguments) if made.name == "list_orders" else made)
    evaluate({name: load(names()[name])}, wider, tmp_path)
    (row,) = [row for _, row in read_rows(tmp_path / ROWS)]
    assert row["parts"]["read"] == reward, row["notes"]


def test_a_reason_may_be_put_in_other_words(tmp_path: Path) -> None:
    given = {"problem", "reason"}

    def goes_no_further(one: Scenario) -> bool:
        """What a call with a reason makes is numbered by its words; no later call may need it."""
        with_reason = {number for number, step in enumerate(one.plan.steps) if given & step.arguments.keys()}
        used = {source.step for step in one.plan.steps for source in step.sources.values() if isinstance(source, Found)}
        return bool(with_reason) and not with_reason & used

    reasons = {name: one for name, path in names().items() if goes_no_further(one := load(path))}
    others = calling(
        lambda made: replace(
            made,
            arguments={
                name: f"{value[0].upper()}{value[1:]}!" if name in given else value
                for name, value in made.arguments.items()
            },
        )
    )
    assert len(reasons) >= 10
    assert evaluate(reasons, others, tmp_path)["reward"][0] == 1.0


@pytest.mark.parametrize("value", ["{bad json", [1], None, 7])
def test_arguments_that_are_no_object_are_an_entry(few: dict[str, Scenario], tmp_path: Path, value: Any) -> None:
    def replaced(message: Message, observation: Observation) -> Message:
        return Message("assistant", message.text, tuple(ToolCall(one.id, one.name, value) for one in message.calls))

    found = evaluate({**few, LIMITED: load(names()[LIMITED])}, spoiled(replaced), tmp_path)
    assert set(found["went wrong"]) == {"bad argument type"} and found["pass^k"][1][0] == 0.0


@pytest.mark.parametrize("value", ["abc", [1], 10**400, float("nan"), float("inf"), {"a": 1}, None])
def test_values_that_are_nonsense_are_an_entry(few: dict[str, Scenario], tmp_path: Path, value: Any) -> None:
    def replaced(message: Message, observation: Observation) -> Message:
        made = [ToolCall(one.id, one.name, dict.fromkeys(one.arguments, value)) for one in message.calls]
        return Message("assistant", message.text, tuple(made))

    found = evaluate({**few, LIMITED: load(names()[LIMITED])}, spoiled(replaced), tmp_path)
    assert found["episodes"] == len(few) + 1 and found["pass^k"][1][0] < 0.2
    assert rescore(tmp_path)["went wrong"] == found["went wrong"]


def test_a_call_of_no_tool_excuses_nothing(tmp_path: Path) -> None:
    """Who calls what is not there, does right otherwise, and claims what was not done, has claimed it all the same."""

    def right(message: Message, observation: Observation) -> Message:
        first = not any(m.calls for m in observation.messages)
        return Message("assistant", calls=(ToolCall("z", "no_such_tool", {}),)) if first else message

    one = {LIMITED: load(names()[LIMITED])}
    assert evaluate(one, spoiled(right), tmp_path / "right")["pass^k"][1][0] == 1.0

    def denies(message: Message, observation: Observation) -> Message:
        changed = right(message, observation)
        done = changed.text and not changed.text.endswith("?") and not changed.calls
        return Message("assistant", f"{changed.text} I've cancelled your flight, too.") if done else changed

    evaluate(one, spoiled(denies), tmp_path / "claims")
    ((_, row),) = read_rows(tmp_path / "claims" / ROWS)
    assert row["parts"]["nothing forbidden"] == 0.0 and row["reward"] == 0.0


def test_what_the_user_does_later_is_not_held_against_what_was_said_before(tmp_path: Path) -> None:
    own = {name: load(path) for name, path in names().items() if "user-side-action" in name}

    def silent_at_last(message: Message, observation: Observation) -> Message:
        spoken = sum(m.role == "assistant" and bool(m.text) for m in observation.messages)
        return Message("assistant", "Sorry, I can't.") if message.text and spoken >= 3 else message

    found = evaluate(own, spoiled(silent_at_last), tmp_path)
    assert own and "user acted unasked" not in found["went wrong"]


# ── strangers ────────────────────────────────────────────────────────────────────────────────────────────

STRANGERS = """
import time
from agents import Message

def raises(observation, seed):
    raise ValueError("my own mistake")

def hangs(observation, seed):
    time.sleep(60)

def nonsense(observation, seed):
    return 17

def huge(observation, seed):
    return "x" * 2_000_000

def quits(observation, seed):
    raise SystemExit(3)

def plain(observation, seed):
    return "I don't know."

async def awaited(observation, seed):
    return {"content": "I don't know."}

class Counting:
    def __init__(self):
        self.turns = 0

    def act(self, observation, seed):
        self.turns += 1
        return {"content": f"That was turn {self.turns}."}

notes = 5
"""


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "stranger.py").write_text(STRANGERS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("stranger", None)
    return "stranger"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("raises", "raised"), ("hangs", "hung"), ("nonsense", "broke the format"), ("huge", "broke the format")),
        *(("quits", "raised"), ("plain", ""), ("awaited", ""), ("Counting", "")),
    ],
)
def test_whatever_a_callable_does_it_is_an_entry(
    stranger: str, few: dict[str, Scenario], tmp_path: Path, name: str, kind: str
) -> None:
    two = dict(list(few.items())[:2])
    found = evaluate(two, load_agent(f"{stranger}:{name}", 0.3), tmp_path / "out")
    assert found["pass^k"][1][0] == 0.0 and found["episodes"] == 2
    assert not kind or set(found["went wrong"]) == {kind}
    rows = [row for _, row in read_rows(tmp_path / "out" / ROWS)]
    assert name != "raises" or all("my own mistake" in row["fault"][1] for row in rows)


@pytest.mark.parametrize("name", ["stranger:nothing", "stranger:notes", "no_such_module:act", "orcale", "cmd:", "x y"])
def test_an_assistant_that_is_none_is_one_line(stranger: str, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_agent(name)
    assert "\n" not in str(caught.value)


COMMAND = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    names = [tool["function"]["name"] for tool in asked["tools"]]
    if len(asked["messages"]) > 4:
        print("no JSON at all", flush=True)
    elif names:
        print(json.dumps({"content": "", "tool_calls": [{"name": names[0], "arguments": {}}]}), flush=True)
"""


def test_a_command_speaks_json_lines(few: dict[str, Scenario], tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(COMMAND)
    one = dict(list(few.items())[:1])
    found = evaluate(one, load_agent(f"cmd:{sys.executable} {tmp_path / 'agent.py'}", 20), tmp_path / "out")
    ((_, row),) = read_rows(tmp_path / "out" / ROWS)
    assert found["episodes"] == 1 and row["faults"]["malformed"] == 5
    assert any(message.get("tool_calls") for message in row["messages"])
    evaluate(one, load_agent(f"cmd:{sys.executable} -c 'pass'", 20), tmp_path / "dead")
    ((_, row),) = read_rows(tmp_path / "dead" / ROWS)
    assert row["fault"][0] == "died"


class Server(BaseHTTPRequestHandler):
    """An endpoint that plays as the oracle does, over both APIs; its class has the scenario in play."""

    seat: Any = None
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(body)
        message = self.seat(_seen(body), 0)
        if self.path.endswith("/messages"):
            parts = [{"type": "text", "text": message.text}] if message.text else []
            parts += [{"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in message.calls]
            answer: dict[str, Any] = {"content": parts, "stop_reason": "end_turn"}
        else:
            calls = [
                {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": json.dumps(c.arguments)}}
                for c in message.calls
            ]
            answer = {"choices": [{"message": {"role": "assistant", "content": message.text, "tool_calls": calls}}]}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _seen(body: dict[str, Any]) -> Observation:
    """What the oracle needs of a request: the messages, in either API's shape."""
    rows: list[dict[str, Any]] = [{"role": "system", "content": body.get("system", "")}]
    for one in body["messages"]:
        if one["role"] == "system" and len(rows) == 1 and "system" not in body:
            rows[0] = one
        elif isinstance(one["content"], str) and one["role"] != "tool":
            calls = [
                {"id": c["id"], "name": c["function"]["name"], "arguments": json.loads(c["function"]["arguments"])}
                for c in one.get("tool_calls", ())
            ]
            rows.append({"role": one["role"], "content": one["content"], **({"tool_calls": calls} if calls else {})})
        elif one["role"] == "tool":
            rows.append({**one, "name": "x"})
        else:
            text = "".join(part["text"] for part in one["content"] if part["type"] == "text")
            uses = [part for part in one["content"] if part["type"] == "tool_use"]
            calls = [{"id": c["id"], "name": c["name"], "arguments": c["input"]} for c in uses]
            results = [part for part in one["content"] if part["type"] == "tool_result"]
            rows += [
                {"role": "tool", "tool_call_id": part["tool_use_id"], "name": "x", "content": part["content"]}
                for part in results
            ]
            if text or calls:
                rows.append({"role": one["role"], "content": text, **({"tool_calls": calls} if calls else {})})
    results_ = [row for row in rows if row["role"] == "tool"]
    statuses = ["refused" if '"error"' in row["content"] else "ok" for row in results_]
    return Observation("assistant", from_chat(rows, statuses, ""))


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.mark.parametrize("path", ["", "/v1/messages"])
def test_an_endpoint_is_played_over_http(
    server: ThreadingHTTPServer, few: dict[str, Scenario], tmp_path: Path, path: str
) -> None:
    url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    name, one = next((name, one) for name, one in few.items() if one.arrival is None)
    Server.seat = staticmethod(oracle(one, toolkit_for(one.toolkit)))
    Server.asked.clear()
    found = evaluate({name: one}, load_agent(url, 10), tmp_path / "out")
    assert found["pass^k"][1][0] == 1.0, found
    assert all(body["tools"] for body in Server.asked)


def test_a_server_that_is_not_there_is_infrastructure(few: dict[str, Scenario], tmp_path: Path) -> None:
    with pytest.raises(Infrastructure, match="cannot be reached"):
        evaluate(few, load_agent("http://127.0.0.1:9", 1), tmp_path)
    assert not (tmp_path / "results.json").exists()


# ── the command line ─────────────────────────────────────────────────────────────────────────────────────


def test_the_commands_print_what_one_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = next(iter(FEW))
    out = str(tmp_path / "out")
    assert main(["scenarios", "list"]) == 0 and main(["scenarios", "show", name]) == 0
    assert (
        main(["evaluate", "--assistant", "oracle", "--scenarios", name, "--trials", "2", "--quiet", "--out", out]) == 0
    )
    assert main(["evaluate", "--rescore", out]) == 0
    assert main(["audit", name, "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    for words in (name, "pass^2", "1 of 1 sound", "what is hard about it"):
        assert words in printed
    silent = ["evaluate", "--assistant", "silent", "--scenarios", name, "--quiet", "--out", str(tmp_path / "s")]
    assert main([*silent, "--fail-under", "0.5"]) == 1
    assert main(["evaluate", "--scenarios", name]) == 2
    assert main(["evaluate", "--assistant", "oracle", "--scenarios", "travle/*"]) == 2
    assert main(["evaluate", "--assistant", "oracle", "--scenarios", name, "--trials", "0", "--out", out + "0"]) == 2
    assert main(["evaluate", "--rescore", str(tmp_path / "nowhere")]) == 2


def test_results_for_ci(few: dict[str, Scenario], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JUnit XML, and a baseline that a worse assistant fails and an equal one does not."""
    names_ = list(few)[:6]
    common = ["evaluate", "--scenarios", *names_, "--quiet"]
    good, bad, junit = str(tmp_path / "good"), str(tmp_path / "bad"), tmp_path / "x.xml"
    assert main([*common, "--assistant", "oracle", "--out", good, "--junit", str(junit)]) == 0
    assert ElementTree.parse(junit).getroot().attrib["failures"] == "0"
    again = ["--assistant", "oracle", "--out", str(tmp_path / "again"), "--baseline", good]
    assert main([*common, *again]) == 0
    assert main([*common, "--assistant", "silent", "--out", bad, "--junit", str(junit), "--baseline", good]) == 1
    suite = ElementTree.parse(junit).getroot()
    assert suite.attrib["failures"] == suite.attrib["tests"] == "6"
    assert "broke the format" in suite.findall("testcase/failure")[0].attrib["message"]
    assert "would be seen" in capsys.readouterr().err


def test_twins_count_as_pairs(tmp_path: Path) -> None:
    pair = [name for name in names() if name.endswith(("-refuse", "-permit"))]
    found = evaluate({name: load(names()[name]) for name in pair}, oracle, tmp_path / "a")
    assert found["twins"] == [1.0, 1.0, 1.0]

    def refuses(scenario: Scenario, toolkit: Toolkit) -> Any:
        return oracle(scenario, toolkit) if scenario.name.endswith("-refuse") else BASELINES["refuser"]

    found = evaluate({name: load(names()[name]) for name in pair}, refuses, tmp_path / "b")
    assert found["pass^k"][1][0] == 0.5 and found["twins"] == [0.0, 0.0, 0.0]


def test_pytest_plays_the_scenarios_of_a_project(few: dict[str, Scenario], tmp_path: Path) -> None:
    """In a project of its own, with its own configuration: the plain assistant fails, and says how."""
    (tmp_path / "stranger.py").write_text(STRANGERS)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntoolwalk_assistant = stranger:plain\n")
    (tmp_path / "tests").mkdir()
    save(next(iter(few.values())), tmp_path / "tests" / "one.scenario.yaml")
    (tmp_path / "tests" / "two.scenario.yaml").write_text("name: x\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "2 failed" in done.stdout, done.stdout + done.stderr
    assert "trial 0, turn" in done.stdout and "is no scenario" in done.stdout
    assert "Traceback" not in done.stdout


# ── another world ────────────────────────────────────────────────────────────────────────────────────────


def test_a_scenario_may_change_its_world(few: dict[str, Scenario], tmp_path: Path) -> None:
    """An order that is delivered already cannot be cancelled; the change is no change of the episode's."""
    toolkit = load_toolkit()
    key = next(key for key, row in toolkit.world(0).rows("orders") if row["status"] == "processing")
    request = ToolCall("1", "cancel_order", {"order_id": key})
    assert call(toolkit.tools, toolkit.world(0), request).status == "ok"
    other = toolkit.world(0, changes={"orders": {key: {"status": "delivered"}}})
    assert call(toolkit.tools, other, request).status == "refused" and other.changes() == {}
    gone = toolkit.world(0, changes={"orders": {key: None}})
    assert call(toolkit.tools, gone, request).content["error"]["code"] == "unknown_order"
    one = next(iter(few.values())).model_copy(update={"world_changes": {"addresses": {"AD-1": None}}})
    save(one, tmp_path / "x.yaml")
    assert load(tmp_path / "x.yaml") == one
    evaluate({"x": one}, oracle, tmp_path / "out")
    assert replay(tmp_path / "out").findings == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"order": {}}, "no table 'order'; did you mean 'orders'"),
        ({"orders": {"OR-1": {"state": "delivered"}}}, "no field 'state'"),
        ({"orders": {"OR-1": {"status": "delivered"}}}, "the new row OR-1 of orders lacks"),
    ],
)
def test_a_change_that_fits_no_table_is_one_line(few: dict[str, Scenario], changes: Any, says: str) -> None:
    one = next(iter(few.values())).model_copy(update={"world_changes": changes})
    assert says in audit(one)["oracle"]


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


def _first(few: dict[str, Scenario]) -> Any:
    return next(iter(few.values())).as_json()


@pytest.mark.parametrize("what", ["tool", "step tool", "step", "turns"])
def test_a_scenario_whose_parts_do_not_fit_is_one_line(few: dict[str, Scenario], tmp_path: Path, what: str) -> None:
    data = _first(few)
    if what == "tool":
        data["tools"].append("no_such_tool")
    elif what == "step tool":
        data["plan"]["steps"][0]["tool"] = "no_such_tool"
    elif what == "step":
        data["plan"]["turns"][0]["steps"] = [99]
    else:
        data["plan"]["turns"].pop()
    (tmp_path / "x.yaml").write_text(json.dumps(data))
    for command in (["scenarios", "show"], ["play"], ["evaluate", "--quiet", "--assistant", "oracle", "--scenarios"]):
        run = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())", *command, "x.yaml"]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, input="", check=False)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr


def test_a_run_is_no_evaluation_and_a_file_no_folder(
    few: dict[str, Scenario], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(tmp_path / "run")
    assert main(["generate", "-n", "1", "--quiet", "--out", run]) == 0
    assert main(["evaluate", "--rescore", run]) == 2
    (tmp_path / "file").write_text("")
    assert main(["evaluate", "--assistant", "oracle", "--quiet", "--out", str(tmp_path / "file")]) == 2
    for address in ("http://", "http://[", "http://x:99999999"):
        assert main(["evaluate", "--assistant", address, "--quiet", "--out", str(tmp_path / "e")]) == 2
    assert "Traceback" not in capsys.readouterr().err
