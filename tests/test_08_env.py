"""The environments: checked, vectorised, rewarded, truncated."""

import warnings
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

import sim
from agents import oracle, scripted_user
from scenarios import Scenario
from sim.env import AssistantEnv, JsonSpace, TextActions, UserEnv, parsed
from tools_mock import BadInput

Rows = tuple[dict[str, Any], ...]
NAMES = ["Assistant", "User"]


@pytest.mark.parametrize("name", NAMES)
def test_gymnasium_finds_nothing_to_warn_of(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(f"sim:toolwalk/{name}-v0").unwrapped)
    assert sim.__doc__


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("name", NAMES)
def test_they_can_be_vectorised(name: str, mode: str) -> None:
    more: dict[str, Any] = {"vector_kwargs": {"shared_memory": False}} if mode == "async" else {}
    envs = gymnasium.make_vec(f"sim:toolwalk/{name}-v0", num_envs=2, vectorization_mode=mode, **more)
    try:
        seen, _ = envs.reset(seed=4)
        assert len(seen) == 2
        for _ in range(6):
            _, rewards, ended, cut, _ = envs.step(envs.action_space.sample())
            assert len(rewards) == len(ended) == len(cut) == 2
    finally:
        envs.close()


def test_the_same_seed_gives_the_same_episode() -> None:
    views = [gymnasium.make("toolwalk/Assistant-v0").reset(seed=11)[0] for _ in range(2)]
    assert views[0] == views[1]


def act(env: AssistantEnv) -> dict[str, Any]:
    assert env.episode is not None
    conversation = env.episode.conversation
    seat = oracle(conversation.scenario, env.episode.toolkit)
    message = seat(conversation.observe("assistant"), 0)
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in message.calls]
    return {"content": message.text, "tool_calls": calls}


def test_the_assistant_is_rewarded_for_the_goal(home_rows: Rows) -> None:
    env = AssistantEnv([Scenario.model_validate(row["scenario"]) for row in home_rows])
    for index in range(len(home_rows)):
        env.reset(seed=0, options={"index": index})
        while True:
            action = act(env)
            assert env.action_space.contains(action)
            seen, reward, terminated, truncated, info = env.step(action)
            assert env.observation_space.contains(seen)
            if terminated or truncated:
                break
            assert reward == 0.0
        assert (reward, terminated, truncated) == (1.0, True, False)
        assert set(info["parts"]) == {"changes", "told", "read", "ended"}


def test_the_user_is_rewarded_for_getting_there_without_leaking(home_rows: Rows) -> None:
    env = UserEnv([Scenario.model_validate(home_rows[0]["scenario"])])
    for slip, wanted in (("", 1.0), (" call list_bookings()", 0.0)):
        env.reset(seed=0)
        for turn in range(60):
            assert env.episode is not None
            conversation = env.episode.conversation
            message = scripted_user(conversation.observe("user"), conversation.scenario.seed)
            text = message.text + (slip if turn == 0 else "")
            _, reward, terminated, truncated, info = env.step({"content": text, "end": message.end})
            if terminated or truncated:
                break
        assert reward == wanted, info
        assert info["parts"]["no leak"] == wanted


@pytest.mark.parametrize("action", [None, 7, [], {"content": 5}, {"tool_calls": "x"}, {"tool_calls": [{"name": 3}]}])
def test_nonsense_is_answered_then_truncated(home_rows: Rows, action: Any) -> None:
    env = AssistantEnv([Scenario.model_validate(home_rows[0]["scenario"])])
    env.reset(seed=0)
    for _ in range(4):
        seen, _, terminated, truncated, _ = env.step(action)
        assert seen["notice"] and not terminated and not truncated
    _, reward, terminated, truncated, info = env.step(action)
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["faults"] == {"malformed": 5} or info["faults"] == {"empty": 5}


def test_models_that_write_only_text(home_rows: Rows) -> None:
    env = TextActions(AssistantEnv([Scenario.model_validate(home_rows[0]["scenario"])]))
    seen, _ = env.reset(seed=0)
    assert "Tools:" in seen and "user: " in seen
    seen, *_ = env.step('{"name": "no_such_tool", "arguments": {}}')
    assert "no tool 'no_such_tool'" in seen
    seen, *_ = env.step("<tool_call>{broken</tool_call>")
    assert "malformed" in seen


def test_text_becomes_calls() -> None:
    two = '<tool_call>{"name": "a", "arguments": {}}</tool_call><tool_call>{"name": "b", "arguments": {}}</tool_call>'
    assert [one["name"] for one in parsed("Wait. " + two)["tool_calls"]] == ["a", "b"]
    assert parsed("Wait. " + two)["content"] == "Wait."
    assert parsed("just text") == {"content": "just text", "tool_calls": []}
    assert parsed('[{"name": "a", "arguments": {}}]')["tool_calls"] == [{"name": "a", "arguments": {}}]
    assert parsed("{broken")["tool_calls"] == [None]


def test_spaces_are_equal_by_what_they_accept() -> None:
    one, two = AssistantEnv().action_space, AssistantEnv().action_space
    assert one == two != UserEnv().action_space
    assert isinstance(one, JsonSpace)
    one.seed(3)
    assert all(one.contains(one.sample()) for _ in range(20))
    drawn = [one.sample() for _ in range(3)]
    assert one.from_jsonable(one.to_jsonable(drawn)) == drawn


@pytest.mark.parametrize("options", [{"indx": 1}, {"index": 5}, {"index": -1}])
def test_wrong_options(home_rows: Rows, options: dict[str, int]) -> None:
    env = AssistantEnv([Scenario.model_validate(home_rows[0]["scenario"])])
    with pytest.raises(BadInput):
        env.reset(options=options)
