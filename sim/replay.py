"""Replaying a run: every dialogue executed again from its file, nothing else trusted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools_mock import RecordError

from .gates import Evidence, Prompt, replayed
from .record import deeds_in, from_chat, read_rows, rows_in, scenario_in, toolkit_for
from .rollout import opened


@dataclass(slots=True)
class Replay:
    """How many rows were executed again, how many calls, and what differed: (row index, finding)."""

    rows: int = 0
    calls: int = 0
    findings: list[tuple[int, str]] = field(default_factory=list)


def replay(path: Path, progress: Callable[[int], None] | None = None) -> Replay:
    """Execute every dialogue of a run folder or a transcript file again.

    Args:
        path: either of the two.
        progress: told the number of rows done.

    Raises:
        RecordError: there is nothing to replay, or a row is damaged.
        ToolkitError: the toolkit is not the one that the rows were made with.
    """
    found = Replay()
    for row, evidence in rows_of(path):
        found.rows += 1
        found.calls += sum(len(message.calls) for message in evidence.messages)
        found.findings += [(int(row["index"]), finding) for finding in replayed(evidence)]
        if progress is not None:
            progress(found.rows)
    return found


def evidence_of(row: dict[str, Any], what: str) -> Evidence:
    """What the gates look at, from a row alone.

    Raises:
        RecordError: a part of the row is missing or damaged.
        ToolkitError: the toolkit is not the one it was made with.
    """
    scenario = scenario_in(row, what)
    toolkit = toolkit_for(scenario.toolkit)
    try:
        tools = {name: toolkit.tools[name] for name in scenario.tools}
    except KeyError as missing:
        raise RecordError(f"{what} has a tool that {scenario.toolkit.factory} has not: {missing}") from None
    try:
        messages = from_chat(row["messages"], row["statuses"], row["ended"])
        deeds = deeds_in(row.get("device", []))
        digest = str(row["digest"])
        int(row["index"])
        prompt = Prompt(row["messages"][0]["content"], row["tools"])
        masked = frozenset(map(str, row.get("masked", ())))
    except RecordError as error:
        raise RecordError(f"{what}: {error}") from None
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{what} is damaged: {error!r}") from None
    world = opened(scenario, toolkit)
    return Evidence(
        scenario, toolkit, messages, world, row["ended"], digest, deeds, prompt, masked, cache={"tools in view": tools}
    )


def rows_of(path: Path) -> Iterator[tuple[dict[str, Any], Evidence]]:
    """Every row of a run folder or a transcript file, with what the gates look at.

    Raises:
        RecordError: there is nothing there, or a row is damaged; with the line's number.
        ToolkitError: the toolkit is not the one that the rows were made with.
    """
    file, empty = rows_in(path), True
    for number, row in read_rows(file, tools=False):
        empty = False
        yield row, evidence_of(row, f"{file}, line {number}")
    if empty:
        raise RecordError(f"{file} is empty; generate some dialogues first")
