"""The oracle assistant: its own view is the plan.

It asks for what it was not told, makes the planned calls, reads refusals, and reports from the results that
really came, not from the plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal

from scenarios import Derived, Picked, PlanTurn, Said, Scenario, Source, Step
from tools_mock import Tool, ToolCall, Toolkit, ToolResult, canonical, is_failure, number_of
from tools_mock.phrases import look
from tools_mock.values import contains

from .seats import Assistant, Message, Observation
from .speech import (
    against_text,
    choice_text,
    closed,
    consents,
    label_of,
    lacking_text,
    left_text,
    offer_text,
    opening_text,
    proposal_text,
    question_text,
    refusal_text,
    report_text,
    small_talk,
    thing_text,
)

#: How often a report ends with an offer of more.
OFFERS = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the plan stands.

    Args:
        turn: the open turn.
        results: of its steps so far.
        said: all that the user said before the open turn, and in it.
        calls: how many were made.
        answer: to the open turn's proposal: ``asked`` until there is one, then ``yes`` or ``no``.
    """

    turn: int
    results: dict[int, ToolResult]
    said: tuple[str, str]
    calls: int
    answer: Literal["", "asked", "yes", "no"] = ""


def oracle(scenario: Scenario, toolkit: Toolkit) -> Assistant:
    """The oracle for a scenario.

    Args:
        scenario: with the plan that it follows.
        toolkit: its tools' phrases word the reports.

    Returns:
        A seat: a function of observation and seed.
    """
    plan, now = scenario.plan, toolkit.world(scenario.world_seed).now
    tools = toolkit.dressed(scenario.toolkit.surface).tools

    def act(observation: Observation, seed: int) -> Message:
        progress = fold(scenario, observation.messages)
        random = Random(number_of(seed, "oracle", len(observation.messages)))
        if progress.turn >= len(plan.turns):
            return Message("assistant", opening_text(random))
        turn = plan.turns[progress.turn]
        if turn.questions and not turn.steps and not turn.proposals:  # the user will leave it open
            return Message("assistant", question_text(list(turn.questions.values()), random))
        missing = _missing(scenario, progress.turn, progress.said, progress.answer == "yes")
        if missing and turn.choice is not None:
            if turn.choice.step not in progress.results:  # first what there is to choose from
                return Message("assistant", calls=_calls([plan.steps[turn.choice.step]], progress.calls))
            listed = look(progress.results[turn.choice.step].content, turn.choice.path) or []
            tool = tools[plan.steps[turn.choice.step].tool]
            return Message("assistant", choice_text(tool.plain or tool, listed, random))
        if missing:
            one_by_one = number_of(seed, "questions") % 2 == 0
            return Message("assistant", question_text(missing[:1] if one_by_one else missing, random))
        free, guarded = _waiting(turn, progress.results)
        if turn.proposals and not free and not progress.answer:
            return Message("assistant", _proposal(scenario, tools, progress, random))
        waiting = free or (guarded if progress.answer == "yes" else [])
        if waiting:
            wave = min(plan.steps[number].wave for number in waiting)
            chosen = [plan.steps[number] for number in waiting if plan.steps[number].wave == wave]
            return Message("assistant", calls=_calls(chosen, progress.calls))
        return Message("assistant", _report(scenario, tools, progress, random, now))

    return act


def _waiting(turn: PlanTurn, results: Mapping[int, ToolResult]) -> tuple[list[int], list[int]]:
    """Steps of a turn that are still to be taken: those that may be, and those that wait for a yes."""
    guarded = {proposal.step for proposal in turn.proposals}
    waiting = [number for number in turn.steps if number not in results]
    return [n for n in waiting if n not in guarded], [n for n in waiting if n in guarded]


def _calls(steps: list[Step], before: int) -> tuple[ToolCall, ...]:
    return tuple(
        ToolCall(f"call_{before + number}", step.tool, dict(step.arguments))
        for number, step in enumerate(steps, start=1)
    )


def fold(scenario: Scenario, messages: tuple[Message, ...]) -> Progress:
    """How far the plan is after these messages."""
    plan, turn, calls, before, here = scenario.plan, 0, 0, "", ""
    results: dict[int, ToolResult] = {}
    asked: dict[str, int] = {}
    answer: Literal["", "asked", "yes", "no"] = ""
    for message in messages:
        if message.role == "user":
            here += "\n" + message.text.casefold()
            if answer == "asked":
                answer = "yes" if consents(message.text) else "no"
        calls += len(message.calls)
        if turn >= len(plan.turns):
            continue
        waiting = [number for number in plan.turns[turn].steps if number not in results]
        for made in message.calls:
            step = next((n for n in waiting if n not in asked.values() and _same(plan.steps[n], made)), None)
            if step is not None:
                asked[made.id] = step
        for result in message.results:
            if result.call_id in asked:
                step = asked.pop(result.call_id)
                if not is_failure(result):  # what failed for a moment is tried again
                    results[step] = result
        if message.role == "assistant" and message.text.strip() and not message.calls:
            free, guarded = _waiting(plan.turns[turn], results)
            if free or _missing(scenario, turn, (before, here), answer == "yes"):
                continue
            if plan.turns[turn].proposals and not answer:
                answer = "asked"
            elif not guarded or answer == "no":
                turn, answer, before, here = turn + 1, "", before + here, ""
    return Progress(turn, results, (before, here), calls, answer)


def _same(step: Step, made: ToolCall) -> bool:
    if step.tool != made.name:
        return False
    return bool(step.arguments == made.arguments) or canonical(step.arguments) == canonical(made.arguments)


def _missing(scenario: Scenario, place: int, said: tuple[str, str], agreed: bool) -> list[str]:
    """Questions for what a turn needs and the user has not said yet; some say it only when they agree."""
    turn = scenario.plan.turns[place]
    found: dict[str, str] = {}
    for number in turn.steps:
        for parameter, source in scenario.plan.steps[number].sources.items():
            now = isinstance(source, Said | Picked | Derived) and source.turn == place
            for slot, text in texts_of(source, parameter):
                if text in turn.later and not agreed:
                    continue
                # What is said now must be said now: a "2" of an earlier turn was about something else.
                if not contains(said[1] if now else said[0] + said[1], text.casefold()):
                    found.setdefault(slot, turn.questions.get(slot) or f"Which {label_of(slot)} do you mean?")
    return list(dict.fromkeys(found.values()))


def texts_of(source: Source, parameter: str) -> list[tuple[str, str]]:
    """What the user must have said for a source: pairs of slot and text."""
    if isinstance(source, Said):
        return [(source.slot, source.text)]
    if isinstance(source, Picked | Derived):
        return [(parameter, source.text)] if source.text else []
    return []


def _proposal(scenario: Scenario, tools: Mapping[str, Tool], progress: Progress, random: Random) -> str:
    """What is about to be done, with what was found of the thing, as a question."""
    texts = []
    for proposal in scenario.plan.turns[progress.turn].proposals:
        about, thing = proposal.about, ""
        if about is not None and about.step in progress.results:
            thing = thing_text(
                tools[scenario.plan.steps[about.step].tool], progress.results[about.step].content, about.path
            )
        texts.append(proposal_text(tools[proposal.tool], thing, random))
    return " ".join(texts)


def _report(scenario: Scenario, tools: Mapping[str, Tool], progress: Progress, random: Random, now: datetime) -> str:
    texts: list[str] = []
    turn = scenario.plan.turns[progress.turn]
    if turn.talk:
        texts.append(small_talk(turn.talk, random)[1])
    if turn.lacking:
        texts.append(lacking_text(random))
    if turn.against:
        texts.append(against_text(turn.against, random))
    for number in scenario.plan.turns[progress.turn].steps:
        if number not in progress.results:
            continue  # the user said no
        step, result = scenario.plan.steps[number], progress.results[number]
        if result.status != "ok":
            texts.append(refusal_text(result.content, random))
        elif step.told:
            tool = tools[step.tool]
            arguments = {tool.names.get(name, name): value for name, value in step.arguments.items()}
            texts.append(report_text(tool.plain or tool, arguments, result.content, random, now))
    if progress.answer == "no":
        texts.append(left_text(random))
    if texts and random.random() < OFFERS:
        texts.append(offer_text(random))
    said = list(dict.fromkeys(texts))
    return " ".join([*(closed(text) for text in said[:-1]), *said[-1:]]) or "Done."
