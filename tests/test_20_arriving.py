"""Tools that appear later: the user connects what they belong to in the middle of a conversation."""

from dataclasses import replace
from functools import cache

import pytest

from agents import Assistant, Message, Observation, oracle, scripted_user
from scenarios import Scenario
from sim.env import AssistantEnv, UserEnv
from sim.export import FORMATS
from sim.gates import Evidence, evidence_of_episode, replayed
from sim.generate import Settings, candidate
from sim.happenings import happenings
from sim.planning import MIX
from sim.record import toolkit_for
from sim.replay import evidence_of
from sim.rollout import play
from sim.verify import findings
from tools_mock import ToolCall

SETTINGS = Settings(mix=dict.fromkeys(MIX, 0.0) | {"tool appears later": 1.0})


@cache
def rows() -> tuple[dict[str, object], ...]:
    found = (candidate(SETTINGS, index, 0)[0] for index in range(30))
    return tuple(row for row in found if row is not None and Scenario.model_validate(row["scenario"]).arrival)


def evidences() -> list[Evidence]:
    return [evidence_of(row, "row") for row in rows()]


def test_they_are_announced_used_and_proven() -> None:
    assert len(rows()) >= 10
    for evidence in evidences():
        assert not findings(evidence)
        assert "tool appears later" in happenings(evidence)


def test_before_that_the_wish_is_declined() -> None:
    for evidence in evidences():
        place = next(n for n, message in enumerate(evidence.messages) if message.role == "system")
        assert "no suitable tool" in happenings(evidence)
        assert evidence.messages[place - 2].role == "assistant" and not evidence.messages[place - 2].calls


def test_of_a_thing_the_same_is_asked_again() -> None:
    asked = 0
    for evidence in evidences():
        turns = evidence.scenario.user.turns
        first = next(number for number, turn in enumerate(evidence.scenario.plan.turns) if turn.lacking)
        (before,), (after,) = turns[first].wishes, turns[first + 1].wishes
        if after.wants == "answer" and after.facts:
            asked += 1
            assert before.ask == after.ask and len(after.ask) == 1  # not its gate now, where its delay was asked for
    assert asked > 1


def test_a_row_shows_each_schema_once_and_says_when_it_came() -> None:
    for row, evidence in zip(rows(), evidences(), strict=True):
        arrival = evidence.scenario.arrival
        assert arrival is not None
        for form in FORMATS.values():
            sample = form(row)
            names = {tool["function"]["name"] for tool in sample["tools"]}
            assert not names & set(arrival.tools)
            (said,) = [m["content"] for m in sample["messages"][1:] if m["role"] == "system"]
            assert all(f'"{name}"' in said for name in arrival.tools)


@pytest.mark.parametrize("what", ["never", "early", "twice", "otherwise"])
def test_a_false_announcement_is_found(what: str) -> None:
    for evidence in evidences():
        messages = list(evidence.messages)
        place = next(n for n, message in enumerate(messages) if message.role == "system")
        said = messages[place]
        if what == "never":
            del messages[place]
        elif what == "early":
            messages.insert(1, messages.pop(place))
        elif what == "twice":
            messages.insert(place, said)
        else:
            messages[place] = Message("system", said.text.replace('"description": "', '"description": "Free. '))
        damaged = replace(evidence, messages=tuple(messages), cache={})
        assert {gate for gate, _ in findings(damaged)} & {"prompt", "structure"}


def test_what_is_called_too_early_is_unknown_when_it_is_executed_again_too() -> None:
    for row in rows()[:5]:
        scenario = Scenario.model_validate(row["scenario"])
        assert scenario.arrival is not None
        toolkit, early = toolkit_for(scenario.toolkit), ToolCall("early", scenario.arrival.tools[0], {})
        own = oracle(scenario, toolkit)

        def eager(observation: Observation, seed: int, own: Assistant = own, early: ToolCall = early) -> Message:
            first = not any(message.calls for message in observation.messages)
            return Message("assistant", calls=(early,)) if first else own(observation, seed)

        evidence = evidence_of_episode(play(scenario, toolkit, scripted_user, eager))
        (result,) = (r for m in evidence.messages for r in m.results if r.call_id == "early")
        assert result.status == "invalid" and list(replayed(evidence)) == []


def test_in_the_environment_the_tools_grow() -> None:
    """What is called too early is unknown, and the observation has it from the moment on that the user brings it."""
    scenario = Scenario.model_validate(rows()[0]["scenario"])
    arrival = scenario.arrival
    assert arrival is not None
    env = AssistantEnv([scenario])
    seen, _ = env.reset(options={"index": 0})
    assert not {tool["function"]["name"] for tool in seen["tools"]} & set(arrival.tools)
    seen, *_ = env.step({"content": "", "tool_calls": [{"name": arrival.tools[0], "arguments": {}}]})
    assert "unknown_tool" in seen["messages"][-1]["content"]
    for message in rows()[0]["messages"][2:]:  # type: ignore[index]
        if message["role"] == "assistant":
            action = {"content": message["content"], "tool_calls": message.get("tool_calls", [])}
            seen, reward, terminated, _, _ = env.step(action)
    assert terminated and reward == 1.0
    assert set(arrival.tools) <= {tool["function"]["name"] for tool in seen["tools"]}


def test_whoever_sits_in_the_users_seat_brings_them_by_saying_so() -> None:
    scenario = Scenario.model_validate(rows()[0]["scenario"])
    assert scenario.arrival is not None
    env = UserEnv([scenario])
    env.reset(options={"index": 0})
    env.step({"content": "what can you do for me?"})
    env.step({"content": f"I have just {scenario.arrival.words[0]}, try again"})
    assert env.episode is not None
    assert any(message.role == "system" for message in env.episode.conversation.messages)
