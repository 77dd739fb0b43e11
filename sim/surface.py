"""A scenario under another surface: the same plan over tools that are called otherwise.

Everything that names a tool or a parameter is translated; what the user knows and says is not touched.
"""

from collections.abc import Sequence
from typing import Any

from scenarios import Plan, PlanTurn, Proposal, Scenario, Step
from tools_mock import Toolkit, digest_of
from tools_mock.surface import Dressed
from tools_mock.toolkit import FLAT

#: How often another surface is tried where one lacks a parameter that the plan uses.
TRIES = 12


def dressed(
    scenario: Scenario, toolkit: Toolkit, seed: int | None, results: Sequence[Any], others: Sequence[Step] = ()
) -> Scenario:
    """The scenario over the toolkit's tools under a surface that can express its plan.

    Args:
        scenario: over the tools as plans are made with them.
        toolkit: with them.
        seed: decides the surface; without one, they are shown as they were written.
        results: of the plan's steps.
        others: what the surface must be able to express too: the steps of its twin.

    Returns:
        The scenario over the tools as they were written where no surface fits.
    """
    surfaces = [] if seed is None else [1 + seed % 1_000_000 + number for number in range(TRIES)]
    for surface in [*surfaces, *([0] if toolkit.surface == FLAT else [])]:
        tools = toolkit.dressed(surface).tools
        assert isinstance(tools, Dressed)
        shown = {name: tools.shown(name) for name in scenario.tools}
        steps = (*scenario.plan.steps, *others)
        used = {step.tool for step in steps}
        names = {name: {old: new for new, old in tools[shown[name]].names.items()} for name in used}
        if all(
            set(step.arguments) <= names[step.tool].keys() or tools[shown[step.tool]].plain is None for step in steps
        ):
            return _translated(scenario, surface, tools, shown, names, results)
    return scenario


def _translated(
    scenario: Scenario,
    surface: int,
    tools: Dressed,
    shown: dict[str, str],
    names: dict[str, dict[str, str]],
    results: Sequence[Any],
) -> Scenario:
    def step(one: Step) -> Step:
        its = names[one.tool]
        return one.model_copy(
            update={
                "tool": shown[one.tool],
                "arguments": tools[shown[one.tool]].shaped(
                    {its.get(name, name): value for name, value in one.arguments.items()}
                ),
                "sources": {its.get(name, name): source for name, source in one.sources.items()},
            }
        )

    def proposal(one: Proposal) -> Proposal:
        return one.model_copy(update={"tool": shown[one.tool]})

    def turn(one: PlanTurn) -> PlanTurn:
        return one.model_copy(update={"proposals": tuple(proposal(each) for each in one.proposals)})

    plan = Plan(
        steps=tuple(step(one) for one in scenario.plan.steps), turns=tuple(turn(one) for one in scenario.plan.turns)
    )
    seen = {}
    for one, content in zip(scenario.plan.steps, results, strict=True):
        returned = tools[shown[one.tool]].returned
        seen[digest_of(content)] = digest_of(returned(content) if returned else content)
    read = tuple(dict.fromkeys(seen[digest] for digest in scenario.checks.read))
    return scenario.model_copy(
        update={
            "checks": scenario.checks.model_copy(update={"read": read}),
            "toolkit": scenario.toolkit.model_copy(update={"surface": surface}),
            "tools": tuple(shown[name] for name in scenario.tools),
            "arrival": arrival.model_copy(update={"tools": tuple(shown[name] for name in arrival.tools)})
            if (arrival := scenario.arrival) is not None
            else None,
            "plan": plan,
        }
    )
