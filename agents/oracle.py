"""The oracle assistant: its own view is the plan.

It asks for what it was not told, makes the planned calls, reads refusals, and reports from the results that
really came, not from the plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Literal

from scenarios import Derived, Picked, PlanTurn, Said, Scenario, Source, Step
from tools_mock import Tool, ToolCall, Toolkit, ToolResult, canonical, is_failure, number_of
from tools_mock.phrases import look
from tools_mock.values import contains

from .seats import Assistant, Continued, Message, Observation
from .speech import (
    against_text,
    choice_text,
    closed,
    consents,
    lacking_text,
    left_text,
    offer_text,
    opening_text,
    proposal_text,
    question_text,
    refusal_text,
    report_text,
    small_talk,
    thing_called,
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
        waiting: the steps that were taken and have no result yet, by the call.
    """

    turn: int = 0
    results: Mapping[int, ToolResult] = field(default_factory=dict)
    said: tuple[str, str] = ("", "")
    calls: int = 0
    answer: Literal["", "asked", "yes", "no"] = ""
    waiting: Mapping[str, int] = field(default_factory=dict)


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
    progress_after = Continued(Progress(), partial(_further, scenario))

    def act(observation: Observation, seed: int) -> Message:
        progress = progress_after(observation.messages)

        def drawn() -> Random:
            """What the words depend on; a call needs none."""
            return Random(number_of(seed, "oracle", len(observation.messages)))

        if progress.turn >= len(plan.turns):
            return Message("assistant", opening_text(drawn()))
        turn = plan.turns[progress.turn]
        if turn.questions and not turn.steps and not turn.proposals:  # the user will leave it open
            return Message("assistant", question_text(list(turn.questions.values()), drawn()))
        missing = _missing(scenario, progress.turn, progress.said, progress.answer == "yes")
        if missing and turn.choice is not None:
            if turn.choice.step not in progress.results:  # first what there is to choose from
                return Message("assistant", calls=_calls([plan.steps[turn.choice.step]], progress.calls))
            listed = look(progress.results[turn.choice.step].content, turn.choice.path) or []
            tool = tools[plan.steps[turn.choice.step].tool]
            return Message("assistant", choice_text(tool.plain or tool, listed, drawn()))
        if missing:
            one_by_one = number_of(seed, "questions") % 2 == 0
            return Message("assistant", question_text(missing[:1] if one_by_one else missing, drawn()))
        free, guarded = _waiting(turn, progress.results)
        if turn.proposals and not free and not progress.answer:
            return Message("assistant", _proposal(scenario, tools, progress, drawn()))
        waiting = free or (guarded if progress.answer == "yes" else [])
        if waiting:
            wave = min(plan.steps[number].wave for number in waiting)
            chosen = [plan.steps[number] for number in waiting if plan.steps[number].wave == wave]
            return Message("assistant", calls=_calls(chosen, progress.calls))
        return Message("assistant", _report(scenario, tools, progress, drawn(), now))

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
    return Continued(Progress(), partial(_further, scenario))(messages)


def _further(scenario: Scenario, progress: Progress, message: Message) -> Progress:
    """How far the plan is after one more message."""
    steps, turns, turn = scenario.plan.steps, scenario.plan.turns, progress.turn
    (before, here), answer = progress.said, progress.answer
    if message.role == "user":
        here += "\n" + message.text.casefold()
        if answer == "asked":
            answer = "yes" if consents(message.text) else "no"
        return replace(progress, said=(before, here), answer=answer)
    if turn >= len(turns):
        return replace(progress, calls=progress.calls + len(message.calls)) if message.calls else progress
    if message.calls:
        waiting = dict(progress.waiting)
        for made in message.calls:
            for number in turns[turn].steps:
                taken = number in progress.results or number in waiting.values()
                if not taken and _same(steps[number], made):
                    waiting[made.id] = number
                    break
        return replace(progress, calls=progress.calls + len(message.calls), waiting=waiting)
    if message.results:
        waiting, results = dict(progress.waiting), dict(progress.results)
        for result in message.results:
            if result.call_id in waiting:
                step = waiting.pop(result.call_id)
                if not is_failure(result):  # what failed for a moment is tried again
                    results[step] = result
        return replace(progress, results=results, waiting=waiting)
    if message.role == "assistant" and message.text.strip():
        free, guarded = _waiting(turns[turn], progress.results)
        if free or _missing(scenario, turn, progress.said, answer == "yes"):
            return progress
        if turns[turn].proposals and not answer:
            return replace(progress, answer="asked")
        if not guarded or answer == "no":
            return replace(progress, turn=turn + 1, answer="", said=(before + here, ""))
    return progress


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
                    found.setdefault(
                        slot, turn.questions.get(slot) or f"Which {thing_called(slot) or 'one'} do you mean?"
                    )
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
            arguments = {tool.names.get(name, name): value for name, value in tool.flat(step.arguments).items()}
            texts.append(report_text(tool.plain or tool, arguments, result.content, random, now))
    if progress.answer == "no":
        texts.append(left_text(random))
    if texts and random.random() < OFFERS:
        texts.append(offer_text(random))
    said = list(dict.fromkeys(texts))
    return " ".join([*(closed(text) for text in said[:-1]), *said[-1:]]) or "Done."
