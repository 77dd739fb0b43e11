"""Evaluating an assistant: every scenario played several times, scored by what came of it, and what went wrong.

An evaluation folder holds ``transcripts.jsonl``, one row an episode in the order of scenarios and trials, which can be
replayed and scored again, and ``results.json``, which is made from the rows alone.

pass^k is the chance that k trials of a scenario all succeed, pass@k that at least one of k does: of n trials with c
successes C(c, k) / C(n, k) and 1 - C(n - c, k) / C(n, k), the mean over scenarios (tau-bench; Chen et al. 2021).
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, count, islice, pairwise
from math import comb
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any
from xml.etree import ElementTree

import numpy

from agents import Assistant, AsyncSeat, scripted_user
from agents.seats import AgentFault
from agents.user import LOST
from scenarios import Scenario
from tools_mock import BadInput, RecordError, Toolkit, canonical, is_failure, number_of
from tools_mock.values import contains
from tools_mock.world import Itself

from .claims import made_up, told_no
from .gates import Evidence, evidence_of_episode, leak, rerun, states_of
from .generate import held
from .guests import Agent
from .happenings import turns_of
from .inflight import at_once, in_order
from .outcome import outcome
from .record import DAMAGED, ROWS, line_of, read_rows, row_of, steps_used, toolkit_for, write_whole
from .replay import evidence_of
from .rollout import Episode, play_async, play_on, start
from .score import Score
from .verify import acted, consented, traceable, within_policy, words_and_deeds

RESULTS = "results.json"
#: The fault of an episode whose models could not be had: nobody's, and never scored.
OUTAGE = "outage"


# ── one episode ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Played:
    """An episode as it ended, and the fault of the assistant that ended it, if one did: kind and text.

    ``aside`` is what else its row shall have.
    """

    episode: Episode
    fault: tuple[str, str] = ("", "")
    aside: Mapping[str, Any] = field(default_factory=dict)


def play_guest(scenario: Scenario, toolkit: Toolkit, agent: Agent) -> Played:
    """Play a scenario with a stranger in the assistant's seat.

    Raises:
        Infrastructure: what the assistant stands on cannot be reached; nothing is known of the assistant then.
    """
    seat: Assistant | None = None
    episode = start(scenario, toolkit)
    try:
        seat = agent(scenario, toolkit.dressed(scenario.toolkit.surface))
        return Played(play_on(episode, scripted_user, seat))
    except AgentFault as fault:
        return Played(episode, (fault.kind, str(fault)))
    finally:
        with suppress(Exception):
            getattr(seat, "close", lambda: None)()


async def play_seats(scenario: Scenario, toolkit: Toolkit, user: AsyncSeat, assistant: AsyncSeat) -> Played:
    """Play a scenario with any two seats; what an assistant does wrong is answered, or ends the episode."""
    episode = start(scenario, toolkit)
    try:
        return Played(await play_async(episode, user, assistant))
    except AgentFault as fault:
        return Played(episode, (fault.kind, str(fault)))


def row_played(
    index: int,
    name: str,
    trial: int,
    scenario: Scenario,
    toolkit: Toolkit,
    played: Played | str,
    as_json: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An episode as a row: like one of a run, with the trial, what it scored and what went wrong.

    One that could not be played, because a model could not be had, stands there with the reason, and is not scored.
    ``as_json``: the scenario, where it is written already.
    """
    if isinstance(played, str):
        played = Played(start(scenario, toolkit), (OUTAGE, played))
    evidence = evidence_of_episode(played.episode, played.fault[0], again=False)
    messages, ended, digest, deeds = evidence.messages, evidence.ended, evidence.digest, evidence.deeds
    row = row_of(index, scenario, toolkit, messages, ended, digest, 0.0, deeds, as_json)
    faults = dict(played.episode.conversation.faults)
    return {
        **row,
        "name": name,
        "trial": trial,
        "faults": faults,
        "fault": list(played.fault),
        **played.aside,
        **judged(evidence, faults),
    }


def judged(evidence: Evidence, faults: Mapping[str, int]) -> dict[str, Any]:
    """What an episode is worth, from what was said and called alone."""
    if evidence.ended == OUTAGE:
        return {"reward": 0.0, "parts": {}, "notes": [], "wrong": {}, "user": {}}
    found = outcome(evidence, rerun(evidence).end)
    broken = [finding for gate in _NEVER for finding in gate(evidence)]
    parts = {**found.parts, "nothing forbidden": float(not broken)}
    found = Score(found.reward * (not broken), parts, (*found.notes, *broken))
    turn, kind, detail = wrong(evidence, found, faults)
    heard = states_of(evidence)
    return {
        "reward": found.reward,
        "parts": found.parts,
        "notes": list(found.notes),
        "wrong": {"turn": turn, "kind": kind, "whose": whose(evidence, turn), "detail": detail} if kind else {},
        "user": {
            "lost": sum(state.act.partition(" ")[0] in LOST for state in heard),
            "leaks": sum(1 for _ in leak(evidence)),
        },
    }


def whose(evidence: Evidence, turn: int) -> str:
    """Whose doing it is that an episode went wrong: ``assistant``, ``user`` or ``tool``.

    The user's, if they said what they could not know. The tool's, if a call failed for a moment in that turn and was
    not made again: it was put there to be tried again, so it counts apart and is no excuse.
    """
    turns = turns_of(evidence)[: turn + 1]
    if any(True for _ in leak(evidence)):
        return "user"
    results = [result for message in turns[-1].rest for result in message.results] if turns else []
    broken = [result.name for result in results if is_failure(result)]
    return "tool" if broken and not any(r.name in broken and not is_failure(r) for r in results) else "assistant"


#: What must not happen, however well it ends: a claim or a denial that is false, what nothing showed, a deed without a
#: yes, or too much.
_NEVER = (words_and_deeds, told_no, made_up, consented, within_policy)
#: The gates that need no plan, by what it is called when an assistant does it.
_KINDS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "claimed a thing it did not do": lambda evidence: chain(words_and_deeds(evidence), told_no(evidence)),
    "told a wrong fact": made_up,
    "ungrounded value": traceable,
    "did not ask for a yes": consented,
    "against the policy": within_policy,
    "user acted unasked": acted,
}


def _misused(code: str, message: str) -> str:
    """What is wrong with a call that was not executed."""
    if code == "unknown_tool":
        return "unknown tool"
    if "dditional properties" in message or "required property" in message:
        return "bad argument name"
    return "bad argument type" if "not of type" in message or "must be an object" in message else "bad argument value"


def _asked_in_vain(evidence: Evidence) -> int:
    """The first turn in which the assistant asks for nothing but what the user has said already; -1 for none."""
    told, turn = "", -1
    heard = iter(states_of(evidence)[1:])
    for message in evidence.messages:
        if message.role == "user":
            told, turn = f"{told}\n{message.text.casefold()}", turn + 1
        elif message.role == "assistant" and message.text.strip() and not message.calls:
            state = next(heard, None)
            if (
                state is not None
                and state.act == "question"
                and all(contains(told, fact.text.casefold()) for fact in state.asked)
            ):
                return turn
    return -1


def wrong(evidence: Evidence, found: Score, faults: Mapping[str, int]) -> tuple[int, str, str]:
    """The first turn in which an episode went wrong, its kind and a line; no kind where it is a success.

    What an assistant did is looked at message by message; what it left undone shows only in the end.
    """
    if found.reward == 1.0:
        return 0, "", ""
    turn, in_vain = -1, _asked_in_vain(evidence)
    made: Counter[str] = Counter()
    for place, message in enumerate(evidence.messages):
        turn += message.role == "user"
        for result in message.results:
            if result.status == "invalid":
                error = result.content["error"]
                return turn, _misused(error["code"], error["message"]), error["message"]
        if message.role != "assistant":
            continue
        for one in message.calls:
            made[json.dumps([one.name, one.arguments], sort_keys=True, default=str)] += 1
            if max(made.values()) > 4:
                return turn, "looped", f"{one.name} was called {max(made.values())} times alike"
        if turn == in_vain and message.text.endswith("?"):
            return turn, "asked what it knew", message.text[:80]
        answers = evidence.messages[place + 1].results if message.calls and place + 1 < len(evidence.messages) else ()
        if message.calls and (not answers or any(result.status == "invalid" for result in answers)):
            continue  # what was not executed is no move to judge; the answer says what was wrong with it
        deeds = tuple(deed for deed in evidence.deeds if deed.turn <= turn)
        part = replace(evidence, messages=evidence.messages[: place + 1], deeds=deeds, cache={})
        for kind, gate in _KINDS.items():
            for finding in gate(part):
                return turn, kind, finding
    if evidence.ended in ("raised", "hung", "died"):
        return turn, evidence.ended, "the assistant gave no message"
    if broken := [kind for kind in ("malformed", "empty") if faults.get(kind)]:
        return turn, "broke the format", f"{faults[broken[0]]} times {broken[0]}"
    changed = rerun(evidence).end.changes()
    wanted = evidence.scenario.checks.changes
    missing = {(t, k) for t, rows in wanted.items() for k in rows} - {
        (t, k) for t, rows in changed.items() for k in rows
    }
    if early := _too_early(evidence):
        return turn, "wrong order", early
    if not found.parts["changes"]:
        extra = sum(map(len, changed.values())) > sum(map(len, wanted.values()))
        kind = "forbidden call" if extra else "missing call" if missing else "wrong call"
        return turn, kind, found.notes[0] if found.notes else ""
    if not found.parts["read"]:
        return turn, "missing call", next((note for note in found.notes if "read" in note), "")
    if not found.parts["told"]:
        return turn, "left out a fact", next((note for note in found.notes if "told" in note), "")
    return turn, "ended early", f"it ended as {evidence.ended or 'nothing'}"


def _too_early(evidence: Evidence) -> str:
    """What was called before its time, where all that was needed was called, and nothing but its order is wrong."""
    plan, tools = evidence.scenario.plan, evidence.toolkit.tools
    needed = [(step.tool, canonical(step.arguments)) for step in plan.steps]
    made = [(made.name, canonical(made.arguments)) for made, _, _ in rerun(evidence).steps]
    more = [one for one in made if one not in needed and one[0] in tools and tools[one[0]].spec.effect == "write"]
    if more or not set(needed) <= set(made):
        return ""
    places = [made.index(one) for one in needed]
    return next((f"{made[b][0]} came before {made[a][0]}" for a, b in pairwise(places) if b < a), "")


# ── an evaluation ────────────────────────────────────────────────────────────────────────────────────────


#: Plays the episode of a number; or says in a line why its models could not be had.
Player = Callable[[int, Scenario, Toolkit], Coroutine[Any, Any, Played | str]]


def guest(agent: Agent) -> Player:
    """A player with the scripted user and a stranger in the assistant's seat."""

    async def player(index: int, scenario: Scenario, toolkit: Toolkit) -> Played | str:
        return play_guest(scenario, toolkit, agent)

    return player


def evaluate(
    scenarios: Mapping[str, Scenario],
    player: Player,
    out: Path,
    trials: int = 1,
    seed: int = 0,
    who: str = "",
    progress: Callable[[dict[str, Any]], None] | None = None,
    width: int = 1,
    close: Callable[[], Awaitable[None]] | None = None,
) -> dict[str, Any]:
    """Play every scenario several times, and write down what came of it. Called again, it goes on where it stopped.

    Args:
        scenarios: by name.
        player: plays an episode; :func:`guest` for a stranger in the assistant's seat.
        out: the folder.
        trials: how often each is played.
        seed: of the wording and all that is drawn in play.
        who: what the assistant is called in the results.
        progress: told each row.
        width: how many episodes are in flight.
        close: called in the end, in the episodes' event loop; without it, the player waits for nothing.

    Returns:
        The results, as they stand in ``results.json``.

    Raises:
        BadInput: the folder holds something else.
        Infrastructure: what the assistant stands on cannot be reached. What was played is kept.
    """
    if trials < 1:
        raise BadInput(f"{trials} trials are none; give --trials 1 or more")
    path, every = out / ROWS, list(_episodes(scenarios, trials, seed))

    async def make(index: int) -> dict[str, Any]:
        name, scenario, trial = every[index]
        toolkit = toolkit_for(scenario.toolkit)
        its = {**_as_json(Itself(scenarios[name])), "seed": scenario.seed}
        return row_played(index, name, trial, scenario, toolkit, await player(index, scenario, toolkit), its)

    with ExitStack() as stack:
        stack.enter_context(held(out))
        done = _kept(path, list(scenarios), trials)
        left = len(every) - done
        kept = islice((row for _, row in read_rows(path)), done) if done else ()
        file = stack.enter_context(path.open("ab"))
        if close is None:  # nothing is waited for: no event loop is needed
            made: Iterator[dict[str, Any]] = (at_once(make(index)) for index in count(done))
        else:
            made = stack.enter_context(closing(in_order(make, done, lambda: min(width, left), close)))

        def played() -> Iterator[dict[str, Any]]:
            nonlocal left
            while left:
                row = next(made)
                left -= 1
                file.write(line_of(row))
                file.flush()
                if progress is not None:
                    progress(row)
                yield row

        found = results(chain(kept, played()), seed)
        found = {"format": 1, "assistant": who, "trials": trials, "seed": seed, **found}
        write_whole(out / RESULTS, found)
    return found


@lru_cache(maxsize=256)  # the trials of a scenario differ in their seed alone
def _as_json(scenario: Itself) -> dict[str, Any]:
    whole: dict[str, Any] = scenario.value.model_copy(update={"seed": 1}).as_json()
    return whole


def _episodes(scenarios: Mapping[str, Scenario], trials: int, seed: int) -> Iterator[tuple[str, Scenario, int]]:
    for name, scenario in scenarios.items():
        for trial in range(trials):
            drawn = number_of("trial", seed, name, trial) % 2**31
            yield name, scenario.model_copy(update={"seed": drawn}), trial


def _kept(path: Path, names: list[str], trials: int) -> int:
    """How many episodes a folder has already; a line that a kill has torn is cut off.

    Raises:
        BadInput: they are of another evaluation.
        RecordError: a row is not judged as rows are.
    """
    if not path.exists():
        return 0
    whole = path.read_bytes()
    if not whole.endswith(b"\n"):
        path.write_bytes(whole[: whole.rfind(b"\n") + 1])
    count = 0
    for count, (_, row) in enumerate(read_rows(path), start=1):
        place = count - 1
        if (
            place >= len(names) * trials
            or row.get("name") != names[place // trials]
            or row.get("trial") != place % trials
        ):
            raise BadInput(f"{path} is of other scenarios or trials; use the same, or another folder with --out")
        if _JUDGED - row.keys() or not isinstance(row["wrong"], dict):
            raise RecordError(f"{path}, line {count} is of another version of toolwalk; use another folder with --out")
    return count


#: What every row has beside its conversation.
_JUDGED = frozenset(("reward", "wrong", "user", "faults"))


def rescore(path: Path) -> dict[str, Any]:
    """The results of an evaluation again, from the transcripts alone: every call is executed, every row judged anew.

    Raises:
        RecordError: there is none, or a row is damaged.
    """

    def again() -> Iterator[dict[str, Any]]:
        for number, row in read_rows(path / ROWS):
            if "name" not in row:
                raise RecordError(f"{path / ROWS}, line {number} is of a run, not of an evaluation; verify is for runs")
            evidence = evidence_of(row, f"{path / ROWS}, line {number}")
            yield {**row, **judged(evidence, row.get("faults", {}))}

    return results(again())


# ── results ──────────────────────────────────────────────────────────────────────────────────────────────


def results(rows: Iterable[dict[str, Any]], seed: int = 0) -> dict[str, Any]:
    """The figures of an evaluation, from its rows.

    Raises:
        RecordError: a row is damaged.
    """
    by_name: dict[str, list[dict[str, Any]]] = {}
    outages, user_faults = 0, Counter[str]()
    cost: dict[str, Any] = {}
    for number, row in enumerate(rows, start=1):
        with _whole(number):
            for name, value in (row.get("cost") or {}).items():
                cost[name] = None if value is None or cost.get(name, 0) is None else cost.get(name, 0) + value
            if row.get("fault", [""])[0] == OUTAGE:
                outages += 1
                continue
            user_faults.update(row.get("user faults", {}))
            its = by_name.setdefault(row["name"], [])
            its.append({**(its[0] if its else _kinds(row)), **_short(row)})
    trials = min(map(len, by_name.values()), default=0)
    every = [one for its in by_name.values() for one in its]
    wrongs = Counter(one["wrong"] for one in every if one["wrong"])
    messages = sum(one["user messages"] for one in every) or 1
    return {
        "scenarios": {name: _scenario(its) for name, its in by_name.items()},
        "episodes": len(every),
        "reward": interval_over([fmean(one["reward"] for one in its) for its in by_name.values()], seed),
        "pass^k": {
            k: interval_over([pass_all(its, k) for its in by_name.values()], seed) for k in range(1, trials + 1)
        },
        "pass@k": {
            k: interval_over([pass_any(its, k) for its in by_name.values()], seed) for k in range(1, trials + 1)
        },
        "noise": _noise(list(by_name.values()), trials),
        "twins": _twins(by_name, seed),
        "went wrong": dict(wrongs.most_common()),
        "whose": dict(Counter(one["whose"] for one in every if one["whose"]).most_common()),
        "by": {what: _by(by_name, what) for what in ("theme", "tests", "tools in view", "calls", "chain depth")},
        "user": {
            "lost per 100 messages": 100 * sum(one["lost"] for one in every) / messages,
            "said what it could not know per 100 messages": 100 * sum(one["leaks"] for one in every) / messages,
            "gave up per 100 episodes": 100 * sum(one["ended"] == "gave_up" for one in every) / max(1, len(every)),
            **{f"{kind} per 100 messages": 100 * count / messages for kind, count in sorted(user_faults.items())},
        },
        "outages": outages,
        **({"cost": cost} if cost else {}),
    }


@contextmanager
def _whole(number: int) -> Iterator[None]:
    """Where a row is damaged, this says which."""
    try:
        yield
    except DAMAGED as error:
        raise RecordError(
            f"row {number} of the evaluation is damaged ({error!r}); take it out of {ROWS}, or use another folder"
        ) from None


def _twins(by_name: dict[str, list[dict[str, Any]]], seed: int) -> list[float]:
    """pass^1 over pairs of twins: the one that must be refused and the one that must be done, both in a trial."""
    both = []
    for name, its in by_name.items():
        other = by_name.get(f"{name.removesuffix('-refuse')}-permit", []) if name.endswith("-refuse") else []
        if other:
            pairs = zip(its, other, strict=False)
            both.append(fmean(float(one["reward"] == two["reward"] == 1.0) for one, two in pairs))
    return interval_over(both, seed)


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """What the figures need of a row."""
    return {
        "reward": row["reward"],
        "wrong": row["wrong"].get("kind", ""),
        "whose": row["wrong"].get("whose", ""),
        "ended": row["ended"],
        **row["user"],
        "user messages": sum(message["role"] == "user" for message in row["messages"]),
        "format errors": sum(row["faults"].values()),
    }


def _kinds(row: dict[str, Any]) -> dict[str, Any]:
    """What the figures need of the scenario of a row."""
    scenario = row["scenario"]
    steps = scenario["plan"]["steps"]
    in_view, calls, depth = len(scenario["tools"]), len(steps), _depth(steps)
    return {
        "theme": [row["name"].partition("/")[0]],
        "tests": list(scenario.get("tests", ())) or ["–"],
        "tools in view": ["up to 8" if in_view <= 8 else "9 to 20" if in_view <= 20 else "more than 20"],
        "calls": ["up to 3" if calls <= 3 else "4 to 6" if calls <= 6 else "more than 6"],
        "chain depth": [str(depth) if depth < 4 else "4 and more"],
        "tools": in_view,
        "schema tokens": _tokens(Itself(row["tools"])),
    }


@lru_cache(maxsize=256)
def _tokens(schemas: Itself) -> int:
    return tokens_about(json.dumps(schemas.value))


#: What is no letter, and what is a letter, a digit or a space, as spaces: what is left stands in runs.
_WORDS = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))
_MARKS = bytes(32 if code < 128 and (chr(code).isalnum() or chr(code).isspace()) else code for code in range(256))


def tokens_about(text: str) -> int:
    """How many tokens a text of JSON has, about: words, digits, runs of marks.

    SmolLM2's tokenizer counts 4 to 10 % more on the library's schemas.
    """
    data = text.encode("utf-8", "replace")
    digits = len(data) - len(data.translate(None, b"0123456789"))
    return digits + len(data.translate(_WORDS).split()) + len(data.translate(_MARKS).split())


def _depth(steps: list[dict[str, Any]]) -> int:
    """How many calls the longest chain of results has."""
    depths: list[int] = []
    for step in steps:
        used = [one for source in step["sources"].values() for one in steps_used(source)]
        depths.append(1 + max((depths[one] for one in used), default=0))
    return max(depths, default=0)


def _scenario(its: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = Counter(one["wrong"] for one in its if one["wrong"])
    return {
        "passed": sum(one["reward"] == 1.0 for one in its),
        "trials": len(its),
        "reward": fmean(one["reward"] for one in its),
        "went wrong": dict(kinds.most_common()),
        "tools in view": its[0]["tools"],
        "schema tokens": its[0]["schema tokens"],
        "format errors": sum(one["format errors"] for one in its),
    }


def _passed(its: list[dict[str, Any]]) -> int:
    return sum(one["reward"] == 1.0 for one in its)


def pass_all(its: list[dict[str, Any]], k: int) -> float:
    """pass^k of one scenario: the chance that k trials drawn from these all succeed."""
    return comb(_passed(its), k) / comb(len(its), k)


def pass_any(its: list[dict[str, Any]], k: int) -> float:
    """pass@k of one scenario: the chance that of k trials drawn from these at least one succeeds."""
    return 1 - comb(len(its) - _passed(its), k) / comb(len(its), k)


def interval_over(values: list[float], seed: int, times: int = 1000) -> list[float]:
    """Mean, and the 95 % bootstrap interval over scenarios."""
    if not values:
        return [0.0, 0.0, 0.0]
    drawn = numpy.asarray(values)[_resampled(len(values), seed, times)]
    return [fmean(values), *map(float, numpy.percentile(drawn.mean(axis=1), (2.5, 97.5)))]


@lru_cache(maxsize=2)
def _resampled(many: int, seed: int, times: int) -> numpy.ndarray[Any, Any]:
    """Which scenarios stand in each of so many samples of as many, drawn with replacement."""
    return numpy.random.default_rng(seed).choice(many, (times, many))


def _noise(its: list[list[dict[str, Any]]], trials: int) -> float:
    """The spread of the success rate between repeats of the whole: what a difference must exceed to mean anything."""
    rates = [fmean(float(one[trial]["reward"] == 1.0) for one in its) for trial in range(trials)]
    return pstdev(rates) if len(rates) > 1 else 0.0


def _by(by_name: dict[str, list[dict[str, Any]]], what: str) -> dict[str, dict[str, float]]:
    found: dict[str, list[float]] = {}
    for its in by_name.values():
        for value in its[0][what]:
            found.setdefault(value, []).append(pass_all(its, 1))
    return {value: {"scenarios": len(rates), "pass^1": fmean(rates)} for value, rates in sorted(found.items())}


def compare(one: Mapping[str, Any], other: Mapping[str, Any], seed: int = 0) -> dict[str, Any]:
    """Two evaluations beside each other, scenario by scenario, over those that both have.

    Returns:
        The difference of pass^1 with its paired bootstrap interval, the difference that so many scenarios would show
        four times in five (at 5 %, from the spread found), and the scenarios that differ.

    Raises:
        BadInput: they share no scenario.
    """
    names = [name for name in one["scenarios"] if name in other["scenarios"]]
    if not names:
        raise BadInput("the two share no scenario; evaluate both on the same ones")

    def rate(results_: Mapping[str, Any], name: str) -> float:
        its = results_["scenarios"][name]
        return float(its["passed"]) / float(its["trials"])

    differences = {name: rate(other, name) - rate(one, name) for name in names}
    return {
        "scenarios": len(names),
        "difference": interval_over(list(differences.values()), seed),
        "detectable": (1.96 + 0.84) * pstdev(differences.values()) / len(names) ** 0.5,
        "better": sorted(name for name, value in differences.items() if value > 0),
        "worse": sorted(name for name, value in differences.items() if value < 0),
    }


def flips(one: Path, other: Path) -> dict[str, Any]:
    """The verdicts of two evaluations of the same scenarios, episode by episode: with one user and with another.

    Returns:
        How many ``episodes`` both have and how many ``passed`` in each, and those ``flipped``, with what went wrong.

    Raises:
        BadInput: they share no episode.
    """
    first, second = map(_verdicts, (one, other))
    both = [key for key in first if key in second]
    if not both:
        raise BadInput("the two share no episode; evaluate both on the same scenarios and trials")
    turned = [key for key in both if (first[key] == "passed") != (second[key] == "passed")]
    return {
        "episodes": len(both),
        "passed": [sum(its[key] == "passed" for key in both) for its in (first, second)],
        "flipped": [{"name": key[0], "trial": key[1], "one": first[key], "other": second[key]} for key in turned],
    }


def _verdicts(path: Path) -> dict[tuple[str, int], str]:
    """The verdict of every episode that was no outage, by scenario and trial."""
    found = {}
    for number, row in read_rows(path / ROWS):
        with _whole(number):
            if row["fault"][0] != OUTAGE:
                why = "passed" if row["reward"] == 1.0 else f"{row['wrong']['kind']}, {row['wrong']['whose']}"
                found[str(row["name"]), int(row["trial"])] = why
    return found


def junit(found: Mapping[str, Any]) -> str:
    """Results as JUnit XML: a test case a scenario, failed unless every trial passed."""
    suite = ElementTree.Element("testsuite", name=f"toolwalk {found.get('assistant', '')}".strip())
    failed = 0
    for name, its in found["scenarios"].items():
        theme, _, rest = name.rpartition("/")
        case = ElementTree.SubElement(suite, "testcase", classname=theme or "scenarios", name=rest)
        if its["passed"] < its["trials"]:
            failed += 1
            why = ", ".join(f"{kind} ({count})" for kind, count in its["went wrong"].items())
            ElementTree.SubElement(case, "failure", message=f"{its['passed']} of {its['trials']} passed: {why}")
    suite.attrib.update(tests=str(len(found["scenarios"])), failures=str(failed))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def results_in(path: Path) -> dict[str, Any]:
    """The results of an evaluation folder.

    Raises:
        BadInput: there are none.
    """
    try:
        found: dict[str, Any] = json.loads((path / RESULTS).read_text(encoding="utf-8"))
        if found["format"] == 1 and found["scenarios"]:
            for its in found["scenarios"].values():
                int(its["passed"]) / int(its["trials"])
            return found
    except OSError:
        raise BadInput(f"no results at {path}; make some with: toolwalk evaluate --out {path}") from None
    except DAMAGED as error:
        raise BadInput(f"{path / RESULTS} is damaged: {error!r}; evaluate --rescore {path} makes it anew") from None
    raise BadInput(f"{path / RESULTS} has another format than this toolwalk reads")
