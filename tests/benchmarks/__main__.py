"""What things cost, in one run: ``python -m tests.benchmarks``.

World: an episode (open, 20 reads, 10 writes, fork, diff, digest) over 1,000 and over 100,000 rows; the two must
cost alike. Tools, environment and stages: medians, beside writing the same rows and a no-op environment.
"""

import contextlib
import copy
import functools
import gc
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import gymnasium
import orjson
from rich.console import Console
from rich.table import Table

from agents import oracle, scripted_user
from scenarios import Scenario
from scenarios.files import find, load
from sim.cli import COLLECT
from sim.env import AssistantEnv
from sim.evaluate import evaluate, guest
from sim.generate import Settings, candidate, draw, generate, graph_for
from sim.graph import build
from sim.planning import Dropped
from sim.record import dumps
from sim.replay import evidence_of, rows_of
from sim.rollout import play
from sim.verify import first_finding, verify
from tools_mock import Base, ToolCall, Toolkit, ToolkitError, World, call, load_toolkit
from tools_mock.bfcl import GoldCase, gold_cases


def median_us(function: Callable[[], Any], repeats: int) -> float:
    """The median time of a call, in microseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def episode_over(rows: int) -> Callable[[], Any]:
    """One episode's worth of work on a base of that many rows."""
    table = {f"k{number}": {"group": number % 1000, "count": 0} for number in range(rows)}
    base = Base.of(0, datetime(2026, 3, 9), {"things": table}, {})
    keys = [f"k{number * (rows // 40)}" for number in range(30)]

    def episode() -> str:
        world = World(base)
        for key in keys[:20]:
            world.get("things", key)
        for key in keys[20:]:
            world.update("things", key, count=1)
        world.fork().diff()
        return world.digest()

    return episode


class Nothing(gymnasium.Env[int, int]):
    """An environment that does nothing."""

    observation_space: gymnasium.Space[Any] = gymnasium.spaces.Discrete(2)
    action_space: gymnasium.Space[Any] = gymnasium.spaces.Discrete(2)

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """Nothing."""
        return 0, 0.0, False, False, {}


def bare(case: GoldCase) -> None:
    """BFCL's ground truth for one dialogue, executed as BFCL does it: a copy of the objects, and Python's ``eval``."""
    parts = copy.deepcopy(case.bundle.parts)
    names = {name: getattr(part, name) for part in parts.values() for name in dir(part) if not name.startswith("_")}
    for turn in case.calls:
        for written in turn:
            with contextlib.suppress(Exception):
                eval(written, dict(names))


def main() -> None:
    """Measure and print, with the collector set as the command line sets it."""
    gc.set_threshold(*COLLECT)
    table = Table("what", "cost", box=None)
    for rows in (1_000, 100_000):
        table.add_row(f"world: an episode over {rows:,} rows", f"{median_us(episode_over(rows), 2000):.0f} µs")

    toolkit = load_toolkit()
    world = toolkit.world(0)
    request = ToolCall("x", "list_events", {"day": world.now.date().isoformat()})
    table.add_row("tool: a validated call", f"{median_us(lambda: call(toolkit.tools, world, request), 5000):.1f} µs")
    building = median_us(lambda: build(toolkit), 3) / 1e3
    table.add_row(f"graph: {len(toolkit.tools)} tools, every edge run", f"{building:.0f} ms")

    settings = Settings()
    graph_for(settings)
    scenarios, rows_, drawn, made = [], [], 0.0, 0.0
    for index in range(150):
        start = time.perf_counter()
        with contextlib.suppress(Dropped):
            draw(settings, index, 0)
        drawn += time.perf_counter() - start
        start = time.perf_counter()
        row, _ = candidate(settings, index, 0)
        made += time.perf_counter() - start
        if row is not None:
            rows_.append(row)
            scenarios.append(Scenario.model_validate(row["scenario"]))
    table.add_row("stage: sample and plan", f"{drawn / 150 * 1e3:.2f} ms an attempt")
    table.add_row("stage: the whole way", f"{made / 150 * 1e3:.2f} ms an attempt, {len(rows_) / made:.0f} accepted/s")

    def playing() -> None:
        for one in scenarios:
            play(one, toolkit, scripted_user, oracle(one, toolkit))

    evidence = [evidence_of(row, "row") for row in rows_]
    table.add_row("stage: play", f"{len(rows_) / (median_us(playing, 7) / 1e6):.0f} episodes/s")

    def judging() -> None:
        for one in evidence:
            # What depends on the calls alone is worked out anew each time, replay included.
            first_finding(replace(one, cache={}))

    table.add_row("stage: all gates and a replay", f"{len(rows_) / (median_us(judging, 3) / 1e6):.0f} rows/s")
    with tempfile.TemporaryDirectory() as folder:
        generate(settings, Path(folder), 3000, workers=os.cpu_count() or 1)
        # In a process of its own: what was made here is still in every cache of this one.
        command = [sys.executable, "-c", "from tests.benchmarks.__main__ import verifying; verifying()", folder]
        rate = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    table.add_row("stage: verify from the file", f"{rate} rows/s")
    table.add_row(
        "stage: write", f"{len(rows_) / (median_us(lambda: [dumps(row) for row in rows_], 5) / 1e6):.0f} rows/s"
    )
    table.add_row(
        "  beside it: json.loads",
        f"{len(rows_) / (median_us(lambda: [json.loads(dumps(r)) for r in rows_], 5) / 1e6):.0f} rows/s",
    )

    table.add_row(
        "  beside it: orjson",
        f"{len(rows_) / (median_us(lambda: [orjson.dumps(row) for row in rows_], 5) / 1e6):.0f} rows/s",
    )
    with contextlib.suppress(ToolkitError):  # bfcl-eval is not everywhere
        cases = list(gold_cases())
        table.add_row(
            "  beside it: BFCL's gold, its calls alone",
            f"{len(cases) / (median_us(lambda: deque(map(bare, cases), 0), 3) / 1e6):.0f} dialogues/s",
        )

    library = {name: load(path) for name, path in find("*").items()}
    rates = []
    for seed in (0, 1, 1, 1):  # at first, in other words, and twice in those
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            evaluate(library, guest(oracle), Path(folder), 4, seed)
            rates.append(4 * len(library) / (time.perf_counter() - start))
    at_first, other, *same = rates
    table.add_row("stage: evaluate, the library by the oracle", f"{at_first:.0f} episodes/s at first")
    table.add_row("", f"{other:.0f} in other words")
    table.add_row("", f"{max(same):.0f} in the same words")

    free = [(one, name) for one in scenarios for name in one.tools if _needs_nothing(toolkit, one, name)]
    resets, steps = [], []
    for scenario, tool in free[:60]:  # calls that fit their schemas and are executed
        env = AssistantEnv([scenario])
        action = {"content": "", "tool_calls": [{"name": tool, "arguments": {}}]}
        resets.append(median_us(functools.partial(env.reset, options={"index": 0}), 50))
        env.reset(options={"index": 0})
        steps.append(median_us(functools.partial(env.step, action), 30))
    table.add_row("env: reset of a prepared scenario", f"{statistics.median(resets):.0f} µs")
    table.add_row("env: step with a call", f"{statistics.median(steps):.0f} µs")
    nothing = Nothing()
    table.add_row("  beside it: a no-op environment", f"{median_us(lambda: nothing.step(0), 5000):.2f} µs")
    Console(width=120).print(table)


def verifying() -> None:
    """Print how many rows a second are verified of the run folder that the command names."""
    gc.set_threshold(*COLLECT)
    fresh = ((row["index"], one) for row, one in rows_of(Path(sys.argv[1])))
    verify(itertools.islice(fresh, 300))  # worlds, tools and patterns are ready; each row is still read but once
    start = time.perf_counter()
    print(f"{verify(fresh).rows / (time.perf_counter() - start):.0f}")


def _needs_nothing(toolkit: Toolkit, scenario: Scenario, name: str) -> bool:
    """Whether a scenario's tool can be called without arguments."""
    return not toolkit.dressed(scenario.toolkit.surface).tools[name].spec.required


if __name__ == "__main__":
    main()
