"""A finished draft, written down: the assistant's plan, the user's view, and what must be true in the end."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from agents.reports import facts_told
from agents.speech import connected
from scenarios import Arrival, Checks, Plan, PlanTurn, Proposal, Scenario, Step, Told, UserTurn, UserView
from tools_mock import FAILURES, Tool, canonical, digest_of
from tools_mock.kinds import WORDED
from tools_mock.phrases import look
from tools_mock.values import contains, looks_like_id

from .draft import Draft
from .probe import scalars


def as_plan(draft: Draft) -> Plan:
    """The assistant's side of a finished draft."""
    return Plan(
        steps=tuple(draft.steps),
        turns=tuple(
            PlanTurn(
                steps=tuple(number for goal in goals for number in goal.steps),
                questions={slot: text for goal in goals for slot, text in goal.questions.items()},
                proposals=tuple(_doubted(draft, goal.proposal) for goal in goals if goal.proposal is not None),
                choice=next((goal.choice for goal in goals if goal.choice is not None), None),
                talk=draft.talks.get(turn, ""),
                lacking=turn in draft.lacking,
                against=draft.against.get(turn, ""),
                later=tuple(text for goal in goals for text in goal.later),
            )
            for turn, goals in enumerate(draft.turns)
        ),
    )


def _doubted(draft: Draft, proposal: Proposal) -> Proposal:
    """A proposal, with what the assistant has read that speaks against it, where the tool will say no for that."""
    if proposal.about is None or proposal.step is None or draft.steps[proposal.step].status == "ok":
        return proposal
    thing = look(draft.results[proposal.about.step], proposal.about.path)
    if not isinstance(thing, dict):
        return proposal
    states = [name if its is True else str(its) for name, its in thing.items() if its is True or name == "status"]
    error = look(draft.results[proposal.step], "error.message")
    doubt = next((state for state in states if contains(str(error).casefold(), state)), "")
    return proposal.model_copy(update={"doubt": doubt})


def as_view(draft: Draft, name: str) -> UserView:
    """The user's side of a finished draft."""
    turns = tuple(
        UserTurn(
            wishes=tuple(goal.wish for goal in goals),
            talk=draft.talks.get(turn, ""),
            switch=draft.switches.get(turn, ""),  # type: ignore[arg-type]
            acts=(draft.acts[turn][1],) if turn in draft.acts else (),
            brings=draft.graph.toolkit.services[draft.brought[turn]] if turn in draft.brought else "",
        )
        for turn, goals in enumerate(draft.turns)
    )
    return UserView(name=name, turns=turns)


def done_over(tool: Callable[[str], Tool], steps: Sequence[Step], results: Sequence[Any], number: int) -> bool:
    """Whether a later deed concerns a thing that a step made or changed: then the end does not show what that did."""
    its = {canonical(value) for _, value in scalars([dict(steps[number].arguments), results[number]])}
    return any(
        canonical(value) in its
        and (looks_like_id(value) or tool(later.tool).spec.kinds.get(parameter, "").startswith("!"))
        for later in steps[number + 1 :]
        if tool(later.tool).spec.effect == "write"
        for parameter, value in later.arguments.items()
    )


def as_checks(draft: Draft) -> Checks:
    """What must be true in the end: the world, the facts told, the results that were read."""
    told: list[Told] = []
    read: list[str] = []
    worded: list[str] = []
    asked = {goal.steps[-1]: goal.wish.ask for goals in draft.turns for goal in goals if goal.steps}
    for number, step in enumerate(draft.steps):
        tool = draft.tool(step.tool)
        if tool.spec.effect == "write":
            worded += [value for name, value in step.arguments.items() if tool.spec.kinds.get(name) in WORDED]
        if step.status != "ok" or not step.told:
            continue
        fact = facts_told(tool, number, step.arguments, draft.results[number], asked.get(number, ()))
        if fact is not None:
            told.append(fact)
        if tool.spec.effect == "read" or done_over(draft.tool, draft.steps, draft.results, number):
            read.append(digest_of(draft.results[number]))
    changes = draft.world.changes()
    return Checks(
        changes=changes, told=tuple(told), read=tuple(dict.fromkeys(read)), worded=tuple(dict.fromkeys(worded))
    )


def arrival(draft: Draft, view: tuple[str, ...]) -> Arrival | None:
    """What of the tools in view comes later: those of the domain that the user connects on the way."""
    for domain in draft.brought.values():
        tools = tuple(name for name in view if draft.tool(name).spec.domain == domain)
        return Arrival(tools=tools, words=connected(draft.graph.toolkit.services[domain]))
    return None


def failures(draft: Draft, scenario: Scenario, random: Random) -> dict[str, str]:
    """A call of the plan that fails for a moment, where one shall; strangers' tools fail by themselves."""
    can = [step for step in scenario.plan.steps if step.status == "ok"]
    if "momentary failure" not in draft.wanted or draft.graph.toolkit.foreign or not can:
        return {}
    step = random.choice(can)
    return {digest_of([step.tool, step.arguments]): random.choice(sorted(FAILURES))}
