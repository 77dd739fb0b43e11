"""Dialogues that models play: the scenario is planned and proven as ever, what is said and called is theirs.

An episode counts as a success if the checks of its scenario are met and every gate is clean that needs no plan.
Mistakes inside a success (a call that was no call, a value from nowhere, the same call again) are named in
``masked``, so that nobody trains on them. What fails is kept with its cause.
"""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from agents import AsyncSeat, Message, oracle, scripted_user
from agents.modelled import ModelAssistant, ModelUser
from agents.paid import Tab
from scenarios import FORMAT, Scenario
from tools_mock import Toolkit, canonical, is_failure, number_of

from .casting import Cast, awaited
from .conversation import seen_by_assistant
from .evaluate import Played, Player, judged, play_seats
from .gates import Evidence, evidence_of_episode
from .generate import Maker, Outcome, Settings, graph_for, produce
from .guests import Agent
from .record import beside, chat, row_of
from .verify import findings, ungrounded


def free_player(cast: Cast) -> Maker:
    """What makes the rows of a run that models play."""

    def make(settings: Settings, index: int) -> Coroutine[Any, Any, Outcome]:
        return _outcome(cast, settings, index)

    return Maker(make, 2 * cast.paid.throttle.most, cast.close)


async def _outcome(cast: Cast, settings: Settings, index: int) -> Outcome:
    """Let models play the scenario of an index until they succeed, or have tried often enough."""
    outcome, its = produce(settings, index), cast.casting
    if outcome.row is None:
        return outcome
    planned = Scenario.model_validate(outcome.row["scenario"])
    toolkit = graph_for(settings).toolkit.dressed(planned.toolkit.surface)
    rejected = list(outcome.rejected)
    for number in range(its.tries):
        lineage = {**planned.lineage, **_parts(cast), "tries": number + 1}
        seed = number_of("try", planned.seed, number) % 2**31
        scenario = planned.model_copy(update={"seed": seed, "lineage": lineage})
        tab = Tab()
        found = await cast.patiently(lambda: play_cast(cast, scenario, toolkit, (index, number), tab))  # noqa: B023
        attempt, cost = planned.lineage["attempt"], tab.as_json()
        rejection = {"format": FORMAT, "index": index, "attempt": attempt, "try": number, "cost": cost}
        if isinstance(found, str):
            rejected.append({**rejection, "gate": "outage", "detail": found})
            continue
        evidence = evidence_of_episode(found.episode, found.fault[0])
        faults = dict(found.episode.conversation.faults)
        masked = mistakes(evidence)
        evidence = replace(evidence, masked=frozenset(masked), cache={})
        verdict = judged(evidence, faults)
        wrong = verdict["wrong"]
        gate, detail = ("episode", f"{wrong['kind']} ({wrong['whose']}): {wrong['detail']}") if wrong else ("", "")
        if not gate:
            gate, detail = next(iter(findings(evidence)), ("", ""))
        if gate:
            messages = chat(scenario.policy, evidence.messages)
            rejected.append(
                {**rejection, "gate": gate, "detail": detail, **verdict, **found.aside, "messages": messages}
            )
            continue
        row = row_of(index, scenario, toolkit, evidence.messages, evidence.ended, evidence.digest, 1.0, evidence.deeds)
        return Outcome(index, beside(row, {"masked": masked, **found.aside, "cost": tab.as_json()}), rejected)
    rejected[-1]["last"] = True
    return Outcome(index, None, rejected)


def _parts(cast: Cast) -> dict[str, str]:
    """Who played, for the lineage."""
    its = cast.casting
    return {"user": its.user or "script", "assistant": its.assistant or "oracle", "prompts": its.prompts}


def cast_player(cast: Cast, agent: Agent | None = None) -> Player:
    """A player for :func:`sim.evaluate.evaluate`: the casting's models in their seats.

    Args:
        cast: who plays.
        agent: makes the assistant where the casting has no model for it.
    """

    async def player(index: int, scenario: Scenario, toolkit: Toolkit) -> Played | str:
        tab = Tab()
        found = await cast.patiently(lambda: play_cast(cast, scenario, toolkit, (index, 0), tab, agent))
        return found if isinstance(found, str) else replace(found, aside={**found.aside, "cost": tab.as_json()})

    return player


async def play_cast(
    cast: Cast, scenario: Scenario, toolkit: Toolkit, where: tuple[Any, ...], tab: Tab, agent: Agent | None = None
) -> Played:
    """Play a scenario with the models of a casting in their seats, and the script in the others.

    Args:
        cast: who plays.
        scenario: what.
        toolkit: its tools.
        where: what tells this episode from others of the run.
        tab: what it comes to is put there.
        agent: makes the assistant where the casting has no model for it; the oracle where nothing is given.

    Raises:
        Spent, Rejected, Outage, BadInput: as :meth:`agents.paid.Paid.ask` says.
    """
    tab.calls = tab.input = tab.output = 0  # where it is tried anew, the replies that are kept are counted again
    tab.usd = 0.0
    user: AsyncSeat = cast.user(where, tab) if cast.casting.user else awaited(scripted_user)
    assistant: AsyncSeat
    assistant = cast.assistant(where, tab) if cast.casting.assistant else awaited((agent or oracle)(scenario, toolkit))
    played = await play_seats(scenario, toolkit, user, assistant)
    aside: dict[str, Any] = {} if "tries" in scenario.lineage else {"cast": _parts(cast)}
    if isinstance(user, ModelUser):
        cast.faults.update(user.faults)
        cast.turns += sum(message.role == "user" for message in played.episode.conversation.messages)
        aside["user faults"] = dict(user.faults)
    if isinstance(assistant, ModelAssistant) and assistant.thoughts:
        aside["thinking"] = _placed(seen_by_assistant(played.episode.conversation.messages), assistant.thoughts)
    return replace(played, aside=aside)


def _placed(seen: tuple[Message, ...], thoughts: dict[int, str]) -> dict[str, str]:
    """Thoughts by the place of their message in a row: the system message stands first, and each result by itself."""
    found, at = {}, 1
    for number, message in enumerate(seen):
        if message.role == "assistant" and number in thoughts:
            found[str(at)] = thoughts[number]
        at += len(message.results) or 1
    return found


def mistakes(evidence: Evidence) -> list[str]:
    """The calls nobody should learn from, by id: refused as no call, with a value from nowhere, or made again."""
    found: dict[str, None] = {}
    tools = evidence.toolkit.tools
    answers = {result.call_id: result for message in evidence.messages for result in message.results}
    made: dict[str, bool] = {}
    for message in evidence.messages:
        for one in message.calls:
            key, result = canonical([one.name, one.arguments]), answers.get(one.id)
            if result is None or result.status == "invalid" or made.get(key):
                found[one.id] = None
            if one.name in tools and tools[one.name].spec.effect == "write" and result and result.status == "ok":
                made.clear()  # what was read before may read otherwise now
            made[key] = result is not None and not is_failure(result)
    found |= dict.fromkeys(ungrounded(evidence))
    return list(found)
