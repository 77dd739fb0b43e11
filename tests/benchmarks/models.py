"""What asking models costs, in one run: ``python -m tests.benchmarks.models``.

Against the server of ``tests.server`` in a process of its own, which answers after half a second: requests a second
through the door with the bill and the store, of what is ideal for so many in flight; memory with many episodes in
flight; calls and price of an accepted dialogue.
"""

import asyncio
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from agents.doors import Ask, open_door
from agents.paid import Bill, Paid, Tab, price_table
from sim.casting import Cast, Casting
from sim.cli import COLLECT
from sim.generate import Settings, generate
from sim.rewording import reworder

LATENCY = 0.5
MODEL = "claude-haiku-4-5"
#: What a request carries: a policy and tools of about eight thousand bytes.
PREFIX = "Use the tools for everything that can change; never guess an id. " * 120


@contextmanager
def served(latency: float) -> Iterator[str]:
    """The address of a server in a process of its own."""
    line = [sys.executable, "-m", "tests.server", "--latency", str(latency)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def throughput(url: str, in_flight: int, rounds: int = 10) -> float:
    """Requests a second with so many in flight, the first round left out: it opens the connections."""

    async def run() -> float:
        with tempfile.TemporaryDirectory() as folder, Paid(door, Bill(price_table()), Path(folder), in_flight) as paid:

            async def chain(number: int, length: int) -> None:
                for step in range(length):
                    message = {"role": "user", "content": f"1 user: hello {number} {step}"}
                    await paid.ask((number, step), Ask(MODEL, PREFIX, (message,), max_tokens=200), Tab())

            await asyncio.gather(*(chain(-1 - number, 1) for number in range(in_flight)))
            start = time.perf_counter()
            await asyncio.gather(*(chain(number, rounds) for number in range(in_flight)))
            rate = in_flight * rounds / (time.perf_counter() - start)
            await door.close()
            return rate

    door: Any = open_door("anthropic", url)
    return asyncio.run(run())


def worded(url: str, rows: int, in_flight: int) -> tuple[float, float, float]:
    """Calls and US dollars for an accepted row whose wording is a model's, and rows a second."""
    casting = Casting(wording=MODEL)
    with tempfile.TemporaryDirectory() as folder:
        with Paid(open_door("anthropic", url), Bill(price_table()), Path(folder), in_flight) as paid:
            maker = reworder(Cast(casting, paid))  # it closes the door in the end
            report = generate(Settings(casting=casting), Path(folder), rows, maker=maker)
        spent = paid.bill.spent
        return spent.calls / report.counts.rows, spent.usd / report.counts.rows, report.counts.rows / report.seconds


def main() -> None:
    """Measure, print, and write a table as JSON where ``--json`` asks for it."""
    gc.set_threshold(*COLLECT)  # as the commands do
    figures: list[tuple[str, str, str]] = []
    with served(LATENCY) as url:
        for in_flight, asked in ((1, ""), (64, "90 %"), (256, "80 %")):
            ideal = in_flight / LATENCY
            rate = throughput(url, in_flight)
            figures.append(
                (f"{in_flight} in flight", f"{rate:.0f} requests/s, {100 * rate / ideal:.0f} % of ideal", asked)
            )
        calls, usd, rate = worded(url, 300, 256)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures.append(
            ("wording, 256 in flight", f"{calls:.2f} calls an accepted row, ${usd:.5f}, {rate:.0f} rows/s", "2 calls")
        )
        figures.append(("memory at the peak", f"{peak:.0f} MB", "1,000 MB"))
    if "--json" in sys.argv:
        print(json.dumps(figures))
        return
    table = Table("what", "measured", "asked", title="Models", title_justify="left", box=None)
    for row in figures:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
