"""What an episode came to, whoever played it: the score, and what was read in a wider way than was planned."""

from functools import lru_cache
from typing import Any

from agents import oracle, scripted_user
from tools_mock import digest_of
from tools_mock.values import looks_like_id
from tools_mock.world import Itself

from .attribution import material
from .gates import Evidence, evidence_of_episode
from .rollout import play
from .score import Score, as_worded, put, score


def outcome(evidence: Evidence, world: Any = None) -> Score:
    """The score of an episode.

    Args:
        evidence: of the episode.
        world: as the episode left it, where that is not in the evidence.
    """
    end = evidence.world if world is None else world
    return score(evidence.scenario, evidence.messages, end, evidence.ended, _read(evidence))


def _read(evidence: Evidence) -> set[str]:
    """Of the results that must have been seen those that were, by digest: as planned, or in a wider result.

    Who is asked for the delivered orders may list them all.
    """
    checks = evidence.scenario.checks
    if not checks.read:
        return set()
    results = [
        material(evidence, one) for message in evidence.messages for one in message.results if one.status == "ok"
    ]
    seen = {one.digest for one in results}
    if set(checks.read) <= seen:
        return seen
    contents = [one.content for one in results]
    if meant := as_worded(checks.worded, evidence.messages):
        contents = [put(one, meant) for one in contents]
        seen |= {digest_of(one) for one in contents}
    if not set(checks.read) <= seen:
        planned = _planned(Itself(evidence.scenario), Itself(evidence.toolkit))
        lacking = {digest: planned[digest] for digest in checks.read if digest not in seen and digest in planned}
        base = evidence.world.base
        seen |= {digest for digest, gold in lacking.items() if any(_holds(one, gold, base) for one in contents)}
    return seen


@lru_cache(maxsize=256)
def _planned(scenario: Itself, toolkit: Itself) -> dict[str, Any]:
    """What the calls of the plan show, by digest."""
    episode = play(scenario.value, toolkit.value, scripted_user, oracle(scenario.value, toolkit.value))
    evidence = evidence_of_episode(episode)
    shown = [material(evidence, one) for message in evidence.messages for one in message.results]
    return {one.digest: one.content for one in shown}


def _holds(content: Any, part: Any, base: Any) -> bool:
    """Whether a result has all that another one has, of its lists more; what was made on the way may be numbered
    otherwise."""
    if isinstance(part, dict):
        return isinstance(content, dict) and all(
            name in content and _holds(content[name], value, base) for name, value in part.items()
        )
    if isinstance(part, list) and isinstance(content, list):
        return bool(part) and all(any(_holds(one, item, base) for one in content) for item in part)
    return bool(content == part) or (_made(content, base) and _made(part, base) and str(content)[:3] == str(part)[:3])


def _made(value: Any, base: Any) -> bool:
    """Whether a value is the id of a thing that is not there from the start."""
    return looks_like_id(value) and not any(value in rows for rows in getattr(base, "tables", {}).values())
