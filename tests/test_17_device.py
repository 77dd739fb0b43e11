"""What only the user can do, on a device of their own: asked for in words, done out of the assistant's sight."""

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from agents import Assistant, Message, Observation, oracle, scripted_user
from scenarios import Limits, Scenario
from sim.env import UserEnv
from sim.export import FORMATS
from sim.faults import unasked_deed
from sim.generate import Settings, candidate
from sim.happenings import happenings
from sim.planning import MIX
from sim.replay import evidence_of
from sim.rollout import play, start
from sim.verify import findings
from tools_mock import ToolCall, load_toolkit

SETTINGS = Settings(domains=("phone", "messages"), mix=dict.fromkeys(MIX, 0.0) | {"user-side action": 1.0})


@cache
def rows() -> tuple[dict[str, object], ...]:
    found = (candidate(SETTINGS, index, 0)[0] for index in range(60))
    return tuple(row for row in found if row is not None and row["device"])


def test_it_is_done_recorded_and_proven() -> None:
    assert len(rows()) >= 5
    done = set()
    for row in rows():
        evidence = evidence_of(row, "row")
        assert not findings(evidence)
        assert "user-side action" in happenings(evidence)
        done |= {made.name for deed in evidence.deeds for made in deed.calls}
    assert len(done) >= 3


def test_the_assistant_sees_nothing_of_it() -> None:
    toolkit = load_toolkit()
    for row in rows()[:5]:
        scenario = Scenario.model_validate(row["scenario"])
        episode = play(scenario, toolkit, scripted_user, watching(oracle(scenario, toolkit), set(scenario.device)))
        assert any(m.role == "user" and m.calls for m in episode.conversation.messages)
        for shape in FORMATS.values():
            assert not any(m["role"] == "user" and "tool_calls" in m for m in shape(row)["messages"])


def watching(assistant: Assistant, device: set[str]) -> Assistant:
    """The assistant, under watch: what it sees has nothing of the user's device."""

    def act(observation: Observation, seed: int) -> Message:
        own = {made.id for m in observation.messages if m.role == "assistant" for made in m.calls}
        assert not any(m.calls for m in observation.messages if m.role == "user")
        assert {one.call_id for m in observation.messages for one in m.results} <= own
        assert not device & {spec.name for spec in observation.tools}
        return assistant(observation, seed)

    return act


def test_nobody_acts_unasked() -> None:
    """Told what is the matter but not what to do, the user asks; and gives up where nothing comes."""
    scenario = Scenario.model_validate(rows()[0]["scenario"])
    toolkit = load_toolkit()
    words = [word for turn in scenario.user.turns for one in turn.acts for word in one.words]
    assistant = oracle(scenario, toolkit)

    def silent(observation: Observation, seed: int) -> Message:
        message = assistant(observation, seed)
        low = message.text.casefold()
        return replace(message, text="The line is not working.") if any(word in low for word in words) else message

    conversation = play(scenario, toolkit, scripted_user, silent).conversation
    assert not any(m.role == "user" and m.calls for m in conversation.messages)
    assert conversation.ended == "gave_up"
    # A question asks for it as well as a request.
    act = next(one for turn in scenario.user.turns for one in turn.acts)

    def asking(observation: Observation, seed: int) -> Message:
        message = assistant(observation, seed)
        low = message.text.casefold()
        asks = any(word in low for word in words)
        return replace(message, text=f"Could you check the {act.words[0]}, please?") if asks else message

    conversation = play(scenario, toolkit, scripted_user, asking).conversation
    assert any(m.role == "user" and m.calls for m in conversation.messages)


def test_what_was_done_otherwise_is_found() -> None:
    for number, row in enumerate(rows()):
        evidence = evidence_of(row, "row")
        damaged = unasked_deed(evidence, Random(number))
        assert damaged is not None
        assert {gate for gate, _ in findings(damaged)} & {"device", "replay", "goal"}
        deed = evidence.deeds[0]
        other = replace(deed.results[0], content={"now": "elsewhere"})
        damaged = replace(evidence, deeds=(replace(deed, results=(other,)),), cache={})
        assert "replay" in {gate for gate, _ in findings(damaged)}
        many = replace(deed, calls=deed.calls * 4, results=deed.results * 4)
        assert "device" in {gate for gate, _ in findings(replace(evidence, deeds=(many,), cache={}))}


def test_a_user_under_training_acts_too() -> None:
    scenario = Scenario.model_validate(rows()[0]["scenario"])
    env = UserEnv([scenario], settings=SETTINGS)
    seen, _ = env.reset(seed=0)
    assert {tool["function"]["name"] for tool in seen["tools"]} == set(scenario.device)
    info: dict[str, object] = {}
    reward: object = 0.0
    for _ in range(60):
        assert env.episode is not None
        message = scripted_user(env.episode.conversation.observe("user"), scenario.seed)
        calls = [{"name": made.name, "arguments": made.arguments} for made in message.calls]
        action = {"content": message.text, "end": message.end, "tool_calls": calls}
        assert env.action_space.contains(action)
        _, reward, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            break
    assert reward == 1.0, info


@pytest.mark.parametrize("most", [1, 3])
def test_calls_of_a_turn_are_capped(most: int) -> None:
    scenario = Scenario.model_validate(rows()[0]["scenario"]).model_copy(update={"limits": Limits(device=most)})
    episode = start(scenario, load_toolkit())
    conversation, made = episode.conversation, ToolCall("", "restart_phone", {})
    for _ in range(most):
        conversation.say("user", Message("user", calls=(made,)))
        assert conversation.waits == "results"
        conversation.results(episode.run_calls())
        assert conversation.waits == "user"
    conversation.say("user", Message("user", calls=(made,)))
    assert conversation.faults["device"] == 1 and conversation.waits == "user"
    assert f"at most {most}" in conversation.observe("user").notice
    conversation.say("user", Message("user", "it's running again"))
    assert conversation.waits == "assistant"
