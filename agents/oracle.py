"""The oracle assistant: its own view is the plan.

It asks for what it was not told, makes the planned calls, reads refusals, and reports from the results that
really came, not from the plan.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Literal, NamedTuple

from scenarios import Derived, Picked, Plan, PlanTurn, Said, Scenario, Source, Step
from tools_mock import Tool, ToolCall, Toolkit, ToolResult, canonical, is_failure, number_of
from tools_mock.phrases import look, thing_called
from tools_mock.values import contains
from tools_mock.world import Draws, Itself

from .reports import (
    against_text,
    choice_text,
    lacking_text,
    left_text,
    offer_text,
    opening_text,
    proposal_text,
    question_text,
    refusal_text,
    report_text,
    thing_text,
)
from .seats import Assistant, Continued, Message, Observation
from .speech import closed, consents, small_talk

#: How often a report ends with an offer of more.
OFFERS = 0.1


class Progress(NamedTuple):
    """Where the plan stands.

    Args:
        turn: the open turn.
        results: of its steps so far.
        said: all that the user said before the open turn, and in it.
        calls: how many were made.
        answer: to the open turn's proposal: ``asked`` until there is one, then ``yes`` or ``no``.
        waiting: the steps that were taken and have no result yet, by the call.
        missing: questions for what the open turn still needs to be told.
    """

    turn: int = 0
    results: Mapping[int, ToolResult] = MappingProxyType({})
    said: tuple[str, str] = ("", "")
    calls: int = 0
    answer: Literal["", "asked", "yes", "no"] = ""
    waiting: Mapping[str, int] = MappingProxyType({})
    missing: tuple[str, ...] = ()


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

        def drawn() -> Draws:
            """What the words depend on; a call needs none."""
            return Draws(f"oracle {seed} {len(observation.messages)}")

        if progress.turn >= len(plan.turns):
            return Message("assistant", opening_text(drawn()))
        turn = plan.turns[progress.turn]

        def spoken(say: Callable[[Draws], str]) -> Message:
            """A message; the first of a turn meets small talk in kind."""
            random = drawn()
            begins = progress.said[1].count("\n") == 1  # one message of the user's so far
            met = [closed(small_talk(turn.talk, random)[1])] if turn.talk and begins else []
            return Message("assistant", " ".join(filter(None, (*met, say(random)))))

        if turn.questions and not turn.steps and not turn.proposals:  # the user will leave it open
            return spoken(partial(question_text, list(turn.questions.values())))
        missing = progress.missing
        if missing and turn.choice is not None:
            if turn.choice.step not in progress.results:  # first what there is to choose from
                return Message("assistant", calls=_calls([plan.steps[turn.choice.step]], progress.calls))
            listed = look(progress.results[turn.choice.step].content, turn.choice.path) or []
            tool = tools[plan.steps[turn.choice.step].tool]
            return spoken(partial(choice_text, tool.plain or tool, listed))
        if missing:
            one_by_one = number_of(seed, "questions") % 2 == 0
            return spoken(partial(question_text, list(missing[:1] if one_by_one else missing)))
        free, guarded = _waiting(turn, progress.results)
        if turn.proposals and not free and not progress.answer:
            return spoken(partial(_proposal, scenario, tools, progress))
        waiting = free or (guarded if progress.answer == "yes" else [])
        if waiting:
            wave = min(plan.steps[number].wave for number in waiting)
            chosen = [plan.steps[number] for number in waiting if plan.steps[number].wave == wave]
            return Message("assistant", calls=_calls(chosen, progress.calls))
        return spoken(partial(_report, scenario, tools, progress, now))

    return act


def _waiting(turn: PlanTurn, results: Mapping[int, ToolResult]) -> tuple[list[int], list[int]]:
    """Steps of a turn that are still to be taken: those that may be, and those that wait for a yes."""
    waiting = [number for number in turn.steps if number not in results]
    if not turn.proposals:
        return waiting, []
    guarded = {proposal.step for proposal in turn.proposals}
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
    turn, results, said, made_before, answer, waits, missing = progress
    steps, turns = scenario.plan.steps, scenario.plan.turns
    if message.role == "user":
        if answer == "asked":
            answer = "yes" if consents(message.text) else "no"
        said = (said[0], f"{said[1]}\n{message.text.casefold()}")
        missing = _missing(scenario, turn, said, answer == "yes") if turn < len(turns) else ()
        return Progress(turn, results, said, made_before, answer, waits, missing)
    calls = made_before + len(message.calls)
    if turn >= len(turns):
        return Progress(turn, results, said, calls, answer, waits)
    if message.calls:
        waiting = dict(waits)
        for made in message.calls:
            for number in turns[turn].steps:
                taken = number in results or number in waiting.values()
                if not taken and _same(steps[number], made):
                    waiting[made.id] = number
                    break
        return Progress(turn, results, said, calls, answer, waiting, missing)
    if message.results:
        waiting, found = dict(waits), dict(results)
        for result in message.results:
            if result.call_id in waiting:
                step = waiting.pop(result.call_id)
                if not is_failure(result):  # what failed for a moment is tried again
                    found[step] = result
        return Progress(turn, found, said, calls, answer, waiting, missing)
    if message.role == "assistant" and message.text.strip():
        free, guarded = _waiting(turns[turn], results)
        if free or missing:
            return progress
        if turns[turn].proposals and not answer:
            return Progress(turn, results, said, calls, "asked", waits, missing)
        if not guarded or answer == "no":
            said = (said[0] + said[1], "")
            missing = _missing(scenario, turn + 1, said, False) if turn + 1 < len(turns) else ()
            return Progress(turn + 1, results, said, calls, "", waits, missing)
    return progress


def _same(step: Step, made: ToolCall) -> bool:
    if step.tool != made.name:
        return False
    return bool(step.arguments == made.arguments) or canonical(step.arguments) == canonical(made.arguments)


def _missing(scenario: Scenario, place: int, said: tuple[str, str], agreed: bool) -> tuple[str, ...]:
    """Questions for what a turn needs and the user has not said yet; some say it only when they agree."""
    needed = _needed(Itself(scenario.plan))[place]
    if not needed:
        return ()
    found: dict[str, str] = {}
    before = said[0] + said[1]
    for slot, text, now, later, question in needed:
        # What is said now must be said now: a "2" of an earlier turn was about something else.
        if (agreed or not later) and not contains(said[1] if now else before, text):
            found.setdefault(slot, question)
    return tuple(dict.fromkeys(found.values()))


#: What must be said for a turn: the slot, the text, whether it is said in this turn, whether only with a yes, how it
#: is asked for.
_Needed = tuple[str, str, bool, bool, str]


@lru_cache(maxsize=256)
def _needed(key: Itself) -> tuple[tuple[_Needed, ...], ...]:
    """Turn by turn what the user must say."""
    plan: Plan = key.value
    return tuple(
        tuple(
            (
                slot,
                text.casefold(),
                isinstance(source, Said | Picked | Derived) and source.turn == place,
                text in turn.later,
                turn.questions.get(slot) or f"Which {thing_called(slot) or 'one'} do you mean?",
            )
            for number in turn.steps
            for parameter, source in plan.steps[number].sources.items()
            for slot, text in texts_of(source, parameter)
        )
        for place, turn in enumerate(plan.turns)
    )


def texts_of(source: Source, parameter: str) -> list[tuple[str, str]]:
    """What the user must have said for a source: pairs of slot and text."""
    if isinstance(source, Said):
        return [(source.slot, source.text)]
    if isinstance(source, Picked | Derived):
        return [(parameter, source.text)] if source.text else []
    return []


def _proposal(scenario: Scenario, tools: Mapping[str, Tool], progress: Progress, random: Draws) -> str:
    """What is about to be done, with what was found of the thing, as a question."""
    texts = []
    for proposal in scenario.plan.turns[progress.turn].proposals:
        about, thing = proposal.about, ""
        if about is not None and about.step in progress.results:
            thing = thing_text(
                tools[scenario.plan.steps[about.step].tool], progress.results[about.step].content, about.path
            )
        texts.append(proposal_text(tools[proposal.tool], proposal, thing, random))
    return " ".join(texts)


def _report(scenario: Scenario, tools: Mapping[str, Tool], progress: Progress, now: datetime, random: Draws) -> str:
    texts: list[str] = []
    turn = scenario.plan.turns[progress.turn]
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
    return " ".join([*(closed(text) for text in said[:-1]), *said[-1:]]) or (
        "" if turn.talk and not turn.steps else "Done."
    )
