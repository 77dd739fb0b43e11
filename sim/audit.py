"""Is a scenario sound? Proven by playing it: the oracle passes however it is worded, and who should fail does.

Each check is a function from a scenario to what is wrong with it; a scenario is sound if none of them finds anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from agents import BASELINES, oracle, scripted_user
from agents.persona import scheduled, speaker
from scenarios import Scenario
from tools_mock import ToolCall, Toolkit, ToolwalkError, call, digest_of

from .draft import steps_in
from .evaluate import judged, play_guest
from .faults import Fault, extra_write, negated, other_entity, premature, wrong_told
from .gates import Evidence, evidence_of_episode, tools_in_view, understood
from .record import toolkit_for
from .rollout import play
from .score import same
from .verify import findings

#: Under how many seeds of wording, persona and order the oracle must pass.
SEEDS = 20


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario with its tools, and the oracle's play of it."""

    scenario: Scenario
    toolkit: Toolkit
    evidence: Evidence


def case_of(scenario: Scenario) -> Case:
    """A scenario, played once by the oracle."""
    toolkit = toolkit_for(scenario.toolkit)
    return Case(scenario, toolkit, evidence_of_play(scenario, toolkit))


def evidence_of_play(scenario: Scenario, toolkit: Toolkit) -> Evidence:
    """What the oracle makes of a scenario."""
    return evidence_of_episode(play(scenario, toolkit, scripted_user, oracle(scenario, toolkit)))


# ── the checks ───────────────────────────────────────────────────────────────────────────────────────────


def oracle_passes(case: Case) -> Iterator[str]:
    """The oracle passes, whoever speaks and however it is worded."""
    for seed in range(SEEDS):
        person = speaker(scheduled(seed, seed)) if seed else case.scenario.persona
        one = case.scenario.model_copy(update={"seed": seed, "persona": person})
        evidence = evidence_of_play(one, case.toolkit)
        found = judged(evidence, {})
        if found["reward"] != 1.0:
            yield f"seed {seed}: {(found['notes'] or [found['wrong']])[0]}"
        elif lost := list(understood(evidence)):
            yield f"seed {seed}: {lost[0]}"


def gates_clean(case: Case) -> Iterator[str]:
    """Every gate of the verifier is clean, so the assistant's view alone determines every gold action."""
    yield from (f"{gate}: {finding}" for gate, finding in findings(case.evidence))


def steps_needed(case: Case) -> Iterator[str]:
    """Without any one gold step, and those that rest on it, the job is not done. What is refused changes nothing."""
    checks, steps = case.scenario.checks, case.scenario.plan.steps
    tools = tools_in_view(case.evidence)
    for left_out, step in enumerate(steps):
        if step.status != "ok":
            continue
        gone, read = {left_out}, set()
        world = case.toolkit.world(case.scenario.world_seed, changes=case.scenario.world_changes)
        for place, (deeds, made) in enumerate(_in_order(case)):
            for deed in deeds:
                call(case.toolkit.device, world, deed)
            uses = {one for source in steps[place].sources.values() for one in steps_in(source)}
            if place in gone or uses & gone:
                gone.add(place)
            elif (result := call(tools, world, made)).status == "ok":
                read.add(digest_of(result.content))
        told = not any(fact.step in gone for fact in checks.told if fact.at_least)
        if told and set(checks.read) <= read and same(checks.changes, world.changes(), world.base):
            yield f"step {left_out} ({step.tool}) could be left out"


def _in_order(case: Case) -> Iterator[tuple[tuple[ToolCall, ...], ToolCall]]:
    """The plan's calls in order, with what the user does on a device before each."""
    deeds = {deed.turn: deed.calls for deed in case.evidence.deeds}
    turn_of = {number: turn for turn, one in enumerate(case.scenario.plan.turns) for number in one.steps}
    for number, step in enumerate(case.scenario.plan.steps):
        yield deeds.pop(turn_of.get(number, -1), ()), ToolCall(f"g{number}", step.tool, dict(step.arguments))


def others_fail(case: Case) -> Iterator[str]:
    """Who does nothing, refuses, guesses, calls all, claims all, reads all or parrots, fails."""
    for name, seat in BASELINES.items():
        played = play_guest(case.scenario, case.toolkit, lambda *_, seat=seat: seat)
        if judged(evidence_of_episode(played.episode), {})["reward"] == 1.0:
            yield f"{name} passes"


#: Damage that must be seen, by name.
_DAMAGE: dict[str, Fault] = {
    "another entity": other_entity,
    "another thing's fact": wrong_told,
    "early claim": premature,
    "denied deed": negated,
    "extra write": extra_write,
}


def damage_seen(case: Case) -> Iterator[str]:
    """Wrong entity, wrong amount, early claim and extra write are each rejected."""
    for name, fault in _DAMAGE.items():
        for variant in range(3):
            damaged = fault(case.evidence, Random(variant))
            if damaged is None or damaged == case.evidence:
                continue
            if judged(damaged, {})["reward"] == 1.0 and not findings(replace(damaged, cache={})):
                yield f"{name} (variant {variant}) passes"


CHECKS: dict[str, Callable[[Case], Iterator[str]]] = {
    "oracle": oracle_passes,
    "gates": gates_clean,
    "steps": steps_needed,
    "others": others_fail,
    "damage": damage_seen,
}


def audit(scenario: Scenario) -> dict[str, str]:
    """Every check of a scenario: its name -> the first thing that is wrong, or nothing."""
    try:
        case = case_of(scenario)
        return {name: next(check(case), "") for name, check in CHECKS.items()}
    except ToolwalkError as error:
        return {"oracle": str(error), **dict.fromkeys(list(CHECKS)[1:], "not tried")}
    except KeyError as error:
        return {"oracle": f"no tool {error}", **dict.fromkeys(list(CHECKS)[1:], "not tried")}
