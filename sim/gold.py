"""BFCL's own multi-turn gold: as evidence for the verifier's blind code, and as scenarios in our own loop.

The questions are BFCL's user turns, the calls its ground truth, executed from its own starting states; there is no
assistant text. Needs ``bfcl-eval`` (see ``tools_mock.bfcl``).
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from agents import Message, Observation
from scenarios import Checks, Limits, Plan, Scenario, UserView
from tools_mock import Tool, ToolCall, Toolkit, call, digest_of, load_toolkit
from tools_mock.bfcl import GoldCase, gold_cases
from tools_mock.foreign import ForeignBase, ForeignWorld

from .gates import Evidence
from .record import ref_of
from .rollout import play
from .score import Score, score


def bfcl_gold() -> Iterator[tuple[dict[str, Any], Evidence]]:
    """Every dialogue of BFCL's multi-turn base set, executed: a row with its tools, and the evidence.

    Raises:
        ToolkitError: ``bfcl-eval`` is not installed.
    """
    toolkit = load_toolkit("bfcl")
    for case in gold_cases():
        tools = _tools(case)
        world = ForeignWorld(ForeignBase(0, case.bundle))
        messages = tuple(_messages(case, tools, world))
        scenario = _scenario(case, tools, Checks(changes={}))
        row = {"tools": [tool.spec.as_function() for tool in tools.values()]}
        yield row, Evidence(scenario, toolkit, messages, world, "done", world.digest())


def _tools(case: GoldCase) -> dict[str, Tool]:
    """The tools of a task."""
    every = load_toolkit("bfcl").tools
    return {name: tool for name, tool in every.items() if tool.spec.domain in case.bundle.parts}


def _scenario(case: GoldCase, tools: dict[str, Tool], checks: Checks) -> Scenario:
    """A task as a scenario without a plan."""
    return Scenario(
        name=case.name,
        toolkit=ref_of(load_toolkit("bfcl")),
        world_seed=0,
        tools=tuple(tools),
        policy="",
        plan=Plan(steps=(), turns=()),
        user=UserView(name="", turns=()),
        checks=checks,
        limits=Limits(messages=1000, calls=1000),
    )


# ── in our own loop ──────────────────────────────────────────────────────────────────────────────────────

#: What BFCL says in a turn in which it only hands over a tool that was missing.
_EMPTY = "I have updated some more functions you can choose from. What about now?"


def scenario_of_gold(case: GoldCase) -> tuple[Scenario, Toolkit]:
    """A task as a scenario over its own objects: its checks are the end state of the gold calls, and what they read."""
    tools, base = _tools(case), ForeignBase(0, case.bundle)
    own = replace(load_toolkit("bfcl"), tools=tools, base=lambda seed: base)
    world, read = ForeignWorld(base), []
    for made in (made for turn in gold_calls(case) for made in turn):
        result = call(tools, world, made)
        read += [digest_of(result.content)] if result.status == "ok" else []
    return _scenario(case, tools, Checks(changes=world.changes(), read=tuple(dict.fromkeys(read)))), own


def gold_calls(case: GoldCase) -> list[list[ToolCall]]:
    """The gold calls by turn."""
    tools = load_toolkit("bfcl").tools
    return [
        [_parsed(one, f"c{turn}_{number}", dict(tools)) for number, one in enumerate(its)]
        for turn, its in enumerate(case.calls)
    ]


def play_calls(case: GoldCase, turns: list[list[ToolCall]]) -> Score:
    """Play calls through our own loop, one a message, to a user who says the task's questions; and score it."""
    scenario, toolkit = scenario_of_gold(case)

    def user(observation: Observation, seed: int) -> Message:
        place = sum(message.role == "user" for message in observation.messages)
        if place >= len(case.questions):
            return Message("user", "Thanks.", end="done")
        return Message("user", case.questions[place] or _EMPTY)

    def assistant(observation: Observation, seed: int) -> Message:
        turn = sum(message.role == "user" for message in observation.messages) - 1
        made = {one.id for message in observation.messages for one in message.calls}
        left = [one for one in (turns[turn] if turn < len(turns) else []) if one.id not in made]
        return Message("assistant", calls=(left[0],)) if left else Message("assistant", "Done.")

    episode = play(scenario, toolkit, user, assistant)
    return score(scenario, episode.conversation.messages, episode.world, episode.conversation.ended)


def written(made: ToolCall) -> str:
    """A call as BFCL writes it."""
    return f"{made.name}({', '.join(f'{name}={value!r}' for name, value in made.arguments.items())})"


def _messages(case: GoldCase, tools: dict[str, Tool], world: ForeignWorld) -> Iterator[Message]:
    number = 0
    for text, written in zip(case.questions, case.calls, strict=True):
        yield Message("user", text)
        for one in written:
            number += 1
            made = _parsed(one, f"call_{number}", tools)
            yield Message("assistant", calls=(made,))
            yield Message("tool", results=(call(tools, world, made),))


def _parsed(written: str, name: str, tools: dict[str, Tool]) -> ToolCall:
    """``cd(folder='temp')`` as a call; positional arguments get their parameters' names."""
    tree = ast.parse(written.strip(), mode="eval").body
    if not isinstance(tree, ast.Call):
        raise ValueError(f"{written!r} is no call")
    tool = ast.unparse(tree.func)
    known = list(tools[tool].spec.parameters["properties"]) if tool in tools else []
    arguments = {known[place]: ast.literal_eval(value) for place, value in enumerate(tree.args)}
    arguments |= {keyword.arg or "": ast.literal_eval(keyword.value) for keyword in tree.keywords}
    return ToolCall(name, tool, arguments)
