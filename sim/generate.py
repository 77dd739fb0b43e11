"""Generating dialogues: candidates, gates, and a run folder that a kill at any instant leaves continuable.

Candidate ``(index, attempt)`` is a function of the settings alone; rows are committed in ascending index, in
one place. Worker processes only compute.
"""

import concurrent.futures
import contextlib
import functools
import importlib.metadata
import itertools
import json
import multiprocessing
import os
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents import oracle, scripted_user
from agents.paid import Spent, hold
from agents.persona import scheduled, speaker
from scenarios import FORMAT, Scenario
from tools_mock import (
    BadInput,
    Infrastructure,
    RecordError,
    Toolkit,
    digest_of,
    load_toolkit,
    number_of,
    unknown,
)

from .casting import Casting
from .draft import Draft
from .gates import evidence_of_episode
from .graph import ToolGraph, build
from .inflight import in_order
from .planning import MIX, Dropped, beyond, make_plan
from .record import (
    DAMAGED,
    REJECTED,
    ROWS,
    RUN,
    TIMING,
    chat,
    dumps,
    from_chat,
    read_rows,
    ref_of,
    row_of,
    steps_used,
    write_whole,
)
from .rollout import play
from .sampling import SAMPLERS, distractors, focus_of, goals, sample
from .surface import dressed
from .twins import make_twins
from .verify import first_finding
from .wording import masked
from .written import arrival, as_checks, as_plan, as_view, failures


class Settings(BaseModel):
    """Everything that decides the bytes of a run. How many rows are wanted is not among them.

    Args:
        tools: ``home``, ``bfcl`` or ``module:factory``.
        config: for the factory.
        domains: only tools of these; empty for all.
        seed: of everything.
        sampling: which sampler draws the tools.
        size: how many tools are sampled for a dialogue.
        others: how many tools stand in view beside them.
        worlds: how many base worlds there are.
        plan: whether a turn may build on earlier ones; without, each stands alone (a baseline).
        single_turn: one wish a dialogue (a baseline).
        twins: rows in pairs, 2k and 2k+1, that differ in one fact, said by the user or true of the world: the first
            must be refused, the second done.
        surface: ``varied``: every dialogue shows its tools in its own way; ``fixed``: as they were written.
        mix: happening -> the share of dialogues that it is tried in, where it is not the usual one.
        attempts: how often one dialogue is tried before its index stays empty.
        casting: which models have a part in it, if any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tools: str = "home"
    config: dict[str, Any] = {}
    domains: tuple[str, ...] = ()
    seed: int = 0
    sampling: str = "flow"
    size: int = 6
    others: int = 5
    worlds: int = 4
    plan: bool = True
    single_turn: bool = False
    twins: bool = False
    surface: Literal["varied", "fixed"] = "varied"
    mix: dict[str, float] = {}
    attempts: int = 40
    casting: Casting = Casting()


#: How many other tools stand in view where there are many.
MANY = 24


@dataclass(slots=True)
class Outcome:
    """What came of one index: the accepted row, if any, and every rejected attempt before it."""

    index: int
    row: dict[str, Any] | None
    rejected: list[dict[str, Any]]


# ── one dialogue ─────────────────────────────────────────────────────────────────────────────────────────


@functools.lru_cache(maxsize=4)
def _graph(settings: str) -> ToolGraph:
    given = Settings.model_validate_json(settings)
    return build(restricted(load_toolkit(given.tools, given.config), given.domains))


def graph_for(settings: Settings) -> ToolGraph:
    """The verified graph of the settings' tools; built once per process."""
    return _graph(settings.model_dump_json(include={"tools", "config", "domains"}))


def restricted(toolkit: Toolkit, domains: tuple[str, ...]) -> Toolkit:
    """The toolkit with the tools of some domains only.

    Raises:
        BadInput: there is no such domain.
    """
    if not domains:
        return toolkit
    known = {tool.spec.domain for tool in toolkit.tools.values()}
    for name in domains:
        if name not in known:
            raise BadInput(unknown("domain", name, known))
    return toolkit.with_tools({name: tool for name, tool in toolkit.tools.items() if tool.spec.domain in domains})


def draw(settings: Settings, index: int, attempt: int) -> Scenario:
    """The scenario of a candidate: sampled, planned by executing, with a person to play it.

    Raises:
        Dropped: no plan came of it; with the reason.
    """
    graph = graph_for(settings)
    if not graph.usable:
        raise Dropped("no tool works")
    place = index // 2 if settings.twins else index  # twins share all that is drawn
    seed = number_of("candidate", settings.seed, place, attempt)
    focus = focus_of(graph, settings.seed, place, attempt)
    chosen = sample(graph, settings.sampling, focus, settings.size, seed)
    if focus not in chosen.tools:
        focus = ""
    # Drawn, not counted: the focus is counted by index already, and the two must not move in step.
    world_seed = number_of("world", settings.seed, place) % settings.worlds
    person = speaker(scheduled(settings.seed, place))
    if settings.twins:
        pair = make_twins(graph, chosen.tools, focus, world_seed, seed, person)
        draft, twin = pair[index % 2], pair[1 - index % 2].steps
    else:
        twin, linked, single, mix = [], settings.plan, settings.single_turn, settings.mix
        draft = make_plan(
            graph, chosen.tools, focus, world_seed, seed, linked=linked, single=single, mix=mix, speaker=person
        )
    lineage = {
        "seed": settings.seed,
        "index": index,
        "attempt": attempt,
        "sampler": settings.sampling,
        "motif": chosen.motif,
        "focus": focus,
        "sampled": list(chosen.tools),
        "calls": [step.tool for step in draft.steps],
    }
    if settings.twins:
        lineage["twin"] = ("refuse", "permit")[index % 2]
    plain = scenario_of_draft(draft, settings, world_seed, seed, lineage)
    shown = dressed(plain, graph.toolkit, seed if settings.surface == "varied" else None, draft.results, twin)
    return shown.model_copy(update={"failures": failures(draft, shown, Random(f"failures{seed}"))})


def scenario_of_draft(
    draft: Draft, settings: Settings, world_seed: int, seed: int, lineage: dict[str, Any]
) -> Scenario:
    """A finished plan as a scenario."""
    toolkit = draft.graph.toolkit
    opened = toolkit.world(world_seed)
    name = str(opened.me.get("name", "the user"))
    others = max(settings.others, MANY if "many tools in view" in draft.wanted else 0)
    view = distractors(draft.graph, tuple(lineage["sampled"]), others, seed, beyond(draft))
    return Scenario(
        name=f"sampled-{lineage['index']}",
        toolkit=ref_of(toolkit),
        world_seed=world_seed,
        world_changes=draft.changes,
        device=tuple(sorted(toolkit.device)) if draft.acts else (),
        tools=view,
        arrival=arrival(draft, view),
        policy=toolkit.prompt(opened),
        plan=as_plan(draft),
        user=as_view(draft, name),
        persona=draft.speaker.model_copy(update={"brief": "telegraphic message" in draft.wanted}),
        checks=as_checks(draft),
        seed=seed % 2**31,
        lineage=lineage,
    )


def candidate(settings: Settings, index: int, attempt: int) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Draw, play and judge one candidate; of twins both, because none is worth anything alone.

    Returns:
        The row, or ``None`` with the rejection: its gate, the finding, and the messages if it was played.
    """
    row, rejection = _candidate(settings, index, attempt)
    if row is not None and settings.twins:
        other, why = _candidate(settings, index ^ 1, attempt)
        if other is None:
            return None, {**rejection, "gate": "twin", "detail": f"the other one was rejected by {why['gate']}"}
    return row, rejection


def _candidate(settings: Settings, index: int, attempt: int) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    rejection: dict[str, Any] = {"format": FORMAT, "index": index, "attempt": attempt}
    try:
        scenario = draw(settings, index, attempt)
    except Dropped as why:
        return None, {**rejection, "gate": "plan", "detail": str(why)}
    toolkit = graph_for(settings).toolkit
    toolkit = toolkit.dressed(scenario.toolkit.surface)
    assistant = oracle(scenario, toolkit)
    episode = play(scenario, toolkit, scripted_user, assistant)
    evidence = evidence_of_episode(episode)
    gate, finding = first_finding(evidence)
    if gate:
        messages = chat(scenario.policy, evidence.messages)
        return None, {**rejection, "gate": gate, "detail": finding, "messages": messages}
    row = row_of(index, scenario, toolkit, evidence.messages, evidence.ended, evidence.digest, 1.0, evidence.deeds)
    return row, rejection


def produce(settings: Settings, index: int, first: int = 0) -> Outcome:
    """Try an index, from an attempt on, until a row is accepted or its attempts are used up."""
    rejected: list[dict[str, Any]] = []
    for attempt in range(first, settings.attempts):
        row, rejection = candidate(settings, index, attempt)
        if row is not None:
            return Outcome(index, row, rejected)
        rejected.append(rejection)
    if rejected:
        rejected[-1]["last"] = True
    return Outcome(index, None, rejected)


def _mask(row: dict[str, Any]) -> str:
    """What a near-duplicate of a row shares with it."""
    return digest_of(masked(from_chat(row["messages"], row["statuses"], row["ended"])))


def novel(settings: Settings, outcome: Outcome, known: set[str]) -> Outcome:
    """The outcome with a row that is no near-duplicate of an earlier one; its mask is added to the known ones.

    A duplicate is rejected like any other attempt, and the index is tried on from there; where models have a part in
    it, it stays empty. Twins are nearly the same, and meant to be.
    """
    if settings.twins:
        return outcome
    rejected = list(outcome.rejected)
    while outcome.row is not None:
        row = outcome.row
        mask = _mask(row)
        if mask not in known:
            known.add(mask)
            return Outcome(outcome.index, row, rejected)
        attempt = row["scenario"]["lineage"]["attempt"]
        rejection = {"format": FORMAT, "index": outcome.index, "attempt": attempt, "gate": "duplicate"}
        rejected.append(
            {**rejection, "detail": "an earlier row differs in its values alone", "messages": row["messages"]}
        )
        if settings.casting.models:
            break
        outcome = produce(settings, outcome.index, attempt + 1)
        rejected += outcome.rejected
    rejected[-1]["last"] = True
    return Outcome(outcome.index, None, rejected)


# ── a run ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Counts:
    """What a run has come to so far; a function of its rows."""

    rows: int = 0
    attempts: int = 0
    turns: int = 0
    calls: int = 0
    chained: int = 0
    across: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    tools: Counter[str] = field(default_factory=Counter)
    motifs: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count one index."""
        self.attempts += len(outcome.rejected) + (outcome.row is not None)
        for rejection in outcome.rejected:
            gate, detail = str(rejection["gate"]), rejection["detail"]
            self.reasons[f"{gate}: {detail}" if gate == "plan" else gate] += 1
        if outcome.row is not None:
            self.rows += 1
            self.turns += sum(message["role"] == "user" for message in outcome.row["messages"])
            plan = outcome.row["scenario"]["plan"]
            self.calls += len(plan["steps"])
            self.tools.update(outcome.row["scenario"]["lineage"]["calls"])
            self.motifs[outcome.row["scenario"]["lineage"].get("motif", "")] += 1
            same, across = _edges(plan)
            self.chained += same + across > 0
            self.across += across > 0

    def as_json(self) -> dict[str, Any]:
        """For ``run.json``."""
        return {
            "rows": self.rows,
            "attempts": self.attempts,
            "user_turns": self.turns,
            "calls": self.calls,
            "rows_with_dataflow": self.chained,
            "rows_with_dataflow_across_turns": self.across,
            "rejected": dict(sorted(self.reasons.items())),
            "motifs": dict(sorted(self.motifs.items())),
            "tools": dict(sorted(self.tools.items())),
        }


def _edges(plan: dict[str, Any]) -> tuple[int, int]:
    """Arguments of a plan that use a result of the same turn, and of an earlier one."""
    turn = {number: place for place, one in enumerate(plan["turns"]) for number in one["steps"]}
    same = across = 0
    for number, step in enumerate(plan["steps"]):
        for source in step["sources"].values():
            used = steps_used(source)
            same += any(turn[one] == turn[number] for one in used)
            across += any(turn[one] < turn[number] for one in used)
    return same, across


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended."""

    counts: Counts
    complete: bool
    seconds: float
    new: int
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the rows of a run that models have a part in: ``width`` indexes at once; ``close`` is called in the end."""

    make: Callable[[Settings, int], Coroutine[Any, Any, Outcome]]
    width: int
    close: Callable[[], Awaitable[None]]


def generate(
    settings: Settings,
    out: Path,
    wanted: int,
    max_attempts: int | None = None,
    workers: int = 1,
    progress: Callable[[Counts], None] | None = None,
    maker: Maker | None = None,
) -> Report:
    """Make a run, or continue one.

    Args:
        settings: what decides the rows.
        out: the run folder; made where it is missing.
        wanted: how many accepted rows there shall be.
        max_attempts: how many attempts in all before it stops short.
        workers: processes; the rows do not depend on it.
        progress: told the counts after every index.
        maker: makes the rows where models have a part in it.

    Raises:
        BadInput: the numbers make no sense, or there is no such sampler, domain or toolkit.
        RecordError: the folder holds another run, or one that is being written.
        Infrastructure: the disk will not take it.
    """
    if wanted < 1:
        raise BadInput(f"-n {wanted} asks for no rows; ask for at least 1")
    if workers < 1:
        raise BadInput(f"--workers {workers} does nothing; use at least 1")
    if max_attempts is not None and max_attempts < 1:
        raise BadInput(f"--max-attempts {max_attempts} allows nothing; allow at least 1")
    if settings.sampling not in SAMPLERS:
        raise BadInput(unknown("sampler", settings.sampling, SAMPLERS))
    for happening, share in settings.mix.items():
        if happening not in MIX:
            raise BadInput(unknown("happening", happening, MIX))
        if not 0 <= share <= 1:
            raise BadInput(f"the share of {happening!r} is {share}; give one from 0 to 1")
    if settings.twins and settings.casting.models:
        raise BadInput("--twins are the script's; a model that rewords or plays one of a pair breaks it")
    if settings.twins and (settings.single_turn or not settings.plan or settings.mix):
        raise BadInput("--twins draws plans of its own; leave out --single-turn, --no-plan and --mix")
    graph = graph_for(settings)
    if not goals(graph):
        why = ", ".join(f"{name}: {reason}" for name, reason in list(graph.silent.items())[:3])
        raise BadInput(f"no tool of {settings.tools} could be made to work ({why}); try them with: toolwalk tools call")
    budget = max_attempts if max_attempts is not None else 20 * wanted + 200
    with held(out) as lock, contextlib.ExitStack() as stack:
        counts, following, known = _continue(out, settings, graph)
        before, started, stopped = counts.rows, time.perf_counter(), ""
        rows, rejected = ((out / name).open("ab") for name in (ROWS, REJECTED))
        for file in (rows, rejected):
            stack.callback(_close, file)
        if counts.rows < wanted:
            made = (
                in_order(
                    lambda index: maker.make(settings, index),
                    following,
                    lambda: min(maker.width, wanted - counts.rows),
                    maker.close,
                )
                if maker is not None
                else _outcomes(settings, following, workers, lock)
            )
            outcomes = stack.enter_context(contextlib.closing(made))
            try:
                while counts.rows < wanted and counts.attempts < budget:
                    outcome = novel(settings, next(outcomes), known)
                    _commit(outcome, rows, rejected)
                    counts.add(outcome)
                    if progress is not None:
                        progress(counts)
            except KeyboardInterrupt:
                stopped = "interrupted"
            except Spent as why:
                stopped = str(why)
            except OSError as error:
                raise Infrastructure(
                    f"cannot write to {out}: {error.strerror}; free some space, then run it again"
                ) from None
        write_whole(out / RUN, _run_json(settings, graph, counts))
        seconds = time.perf_counter() - started
        write_whole(
            out / TIMING,
            {"format": FORMAT, "seconds": round(seconds, 3), "new_rows": counts.rows - before, "workers": workers},
        )
    return Report(counts, counts.rows >= wanted, seconds, counts.rows - before, stopped)


def _close(file: Any) -> None:
    """Close a file whose every line was flushed already; on a full disk closing tries the failed one again."""
    with contextlib.suppress(OSError):
        file.close()


def _begin_worker(parent: int, lock: int) -> None:
    """A worker lets go of the folder's lock that it inherited, and dies with its parent, however that dies."""
    with contextlib.suppress(OSError):
        os.close(lock)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _outcomes(settings: Settings, first: int, workers: int, lock: int) -> Generator[Outcome, None, None]:
    """Outcomes in ascending index, without end."""
    index = first
    if workers == 1:
        while True:
            yield produce(settings, index)
            index += 1
    # Forked workers inherit the graph; where there is no fork they build their own.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    begin = (os.getpid(), lock)
    with concurrent.futures.ProcessPoolExecutor(workers, context, initializer=_begin_worker, initargs=begin) as pool:
        waiting = [pool.submit(produce, settings, index + ahead) for ahead in range(workers * 8)]
        try:
            while True:
                yield waiting.pop(0).result()
                waiting.append(pool.submit(produce, settings, index + len(waiting) + 1))
                index += 1
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _commit(outcome: Outcome, rows: Any, rejected: Any) -> None:
    """Write one index: what was rejected first, the row last, so that a row says that its index is whole."""
    if outcome.rejected:
        rejected.write(b"".join(dumps(rejection) for rejection in outcome.rejected))
        rejected.flush()
    if outcome.row is not None:
        rows.write(dumps(outcome.row))
        rows.flush()


def _run_json(settings: Settings, graph: ToolGraph, counts: Counts) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "toolwalk": importlib.metadata.version("toolwalk"),
        "settings": settings.model_dump(mode="json"),
        "toolkit": ref_of(graph.toolkit).model_dump(mode="json"),
        "counts": counts.as_json(),
    }


@contextlib.contextmanager
def held(out: Path) -> Iterator[int]:
    """A folder, made where it is missing and held by this process alone; yields the handle of its lock.

    Raises:
        BadInput: it cannot be written to.
        RecordError: another process holds it.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out / ".lock", os.O_CREAT | os.O_RDWR)
    except OSError as error:
        raise BadInput(f"cannot write to {out}: {error.strerror}; choose a folder that you can write to") from None
    try:
        hold(handle, out)
        yield handle
    finally:
        os.close(handle)


def _continue(out: Path, settings: Settings, graph: ToolGraph) -> tuple[Counts, int, set[str]]:
    """What stands in the folder already, cut back to whole indexes; the next index; the masks of the rows."""
    run = out / RUN
    fresh = _run_json(settings, graph, Counts())
    if not run.exists():
        if any((out / name).exists() and (out / name).stat().st_size for name in (ROWS, REJECTED)):
            raise RecordError(f"{out} holds rows but no {RUN}; choose another folder")
        write_whole(run, fresh)
        return Counts(), 0, set()
    try:
        old = json.loads(run.read_text(encoding="utf-8"))
        differing = [name for name in ("format", "toolwalk", "settings", "toolkit") if old[name] != fresh[name]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{run} cannot be read ({error!r}); choose another folder") from None
    if differing:
        name = differing[0]
        was, now = old[name], fresh[name]
        if isinstance(was, dict):
            key = next(key for key in {**was, **now} if was.get(key) != now.get(key))
            name, was, now = f"{name}.{key}", was.get(key), now.get(key)
        raise RecordError(
            f"{out} was made with {name} = {was!r}, not {now!r}; use the same, or choose another folder with --out"
        )
    try:
        return _kept(out)
    except DAMAGED as error:
        raise RecordError(
            f"{out} holds a damaged row ({error!r}); find it with: toolwalk verify {out}, or choose another folder"
        ) from None


def _kept(out: Path) -> tuple[Counts, int, set[str]]:
    """What stands whole in a folder; what comes after it is cut away."""
    rejected: dict[int, list[dict[str, Any]]] = {}
    for _, rejection in _whole_rows(out / REJECTED):
        rejected.setdefault(rejection["index"], []).append(rejection)
    rows = (row for _, row in _whole_rows(out / ROWS))  # in the order of their indexes; a large run has many
    counts, following, known = Counts(), 0, set()
    ahead = next(rows, None)
    while True:
        row = ahead if ahead is not None and ahead["index"] == following else None
        outcome = _whole(following, row, rejected.pop(following, []))
        if outcome is None:
            break
        counts.add(outcome)
        following += 1
        if row is not None:
            known.add(_mask(row))
            ahead = next(rows, None)
    rows.close()
    _cut(out / REJECTED, following)
    _cut(out / ROWS, following)
    return counts, following, known


def _whole(index: int, row: dict[str, Any] | None, before: list[dict[str, Any]]) -> Outcome | None:
    """What stands of an index; ``None`` where a part of it is missing."""
    if row is not None:
        # The row knows at which attempt and try it came: so many must have been rejected before it.
        lineage = row["scenario"]["lineage"]
        whole = len(before) == lineage["attempt"] + lineage.get("tries", 1) - 1
        return Outcome(index, row, before) if whole else None
    return Outcome(index, None, before) if before and before[-1].get("last") else None


def _whole_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a file that may end in the middle of one."""
    if not path.exists():
        return
    with path.open("rb") as file:
        whole = sum(line.endswith(b"\n") for line in file)
    yield from itertools.islice(read_rows(path), whole)


def _cut(path: Path, following: int) -> None:
    """Cut a file back to before an index, and to before a row that was only begun."""
    if not path.exists():
        return
    keep = 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n") or json.loads(line)["index"] >= following:
                break
            keep += len(line)
    os.truncate(path, keep)
