"""BFCL's own multi-turn gold as evidence, so that the verifier's blind code can be run on what others wrote.

The questions are BFCL's user turns, the calls its ground truth, executed from its own starting states; there is no
assistant text. Needs ``bfcl-eval`` (see ``tools_mock.bfcl``).
"""

import ast
from collections.abc import Iterator
from typing import Any

from agents import Message
from scenarios import Checks, Plan, Scenario, UserView
from tools_mock import Tool, ToolCall, call, load_toolkit
from tools_mock.bfcl import GoldCase, gold_cases
from tools_mock.foreign import ForeignBase, ForeignWorld

from .gates import Evidence
from .record import ref_of


def bfcl_gold() -> Iterator[tuple[dict[str, Any], Evidence]]:
    """Every dialogue of BFCL's multi-turn base set, executed: a row with its tools, and the evidence.

    Raises:
        ToolkitError: ``bfcl-eval`` is not installed.
    """
    toolkit = load_toolkit("bfcl")
    for case in gold_cases():
        domains = set(case.bundle.parts)
        tools = {name: tool for name, tool in toolkit.tools.items() if tool.spec.domain in domains}
        world = ForeignWorld(ForeignBase(0, case.bundle))
        messages = tuple(_messages(case, tools, world))
        scenario = Scenario(
            name=case.name,
            toolkit=ref_of(toolkit),
            world_seed=0,
            tools=tuple(tools),
            policy="",
            plan=Plan(steps=(), turns=()),
            user=UserView(name="", turns=()),
            checks=Checks(changes={}),
        )
        row = {"tools": [tool.spec.as_function() for tool in tools.values()]}
        yield row, Evidence(scenario, toolkit, messages, world, "done", world.digest())


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
