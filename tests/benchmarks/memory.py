"""What a long run keeps in memory: ``python -m tests.benchmarks.memory [ROWS]``, 100,000 by default.

One process makes the rows and drops them, as ``toolwalk generate`` does; after every tenth of them it prints how much
of it is resident. What grows is the index of near-duplicates, about a hundred bytes a row.
"""

import gc
import resource
import sys
import tempfile
from pathlib import Path

from sim.cli import COLLECT
from sim.generate import Counts, Settings, generate


def resident() -> float:
    """The resident memory of this process, in MB; Linux alone tells it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Generate, and print a line for every tenth of the rows."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    gc.set_threshold(*COLLECT)
    every, told = max(1, wanted // 10), 0

    def progress(counts: Counts) -> None:
        nonlocal told
        if counts.rows // every > told:
            told = counts.rows // every
            print(f"{counts.rows:>9,} rows  {resident():6.0f} MB", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        generate(Settings(), Path(folder), wanted, progress=progress)


if __name__ == "__main__":
    main()
