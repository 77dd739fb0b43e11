"""What the tests share: graphs and rows that are dear to make, made once a process."""

from functools import cache
from typing import Any

import pytest

from sim.generate import Settings, candidate, graph_for
from sim.graph import ToolGraph


@cache
def rows(tools: str, count: int) -> tuple[dict[str, Any], ...]:
    """The first accepted rows of a toolkit."""
    settings, index = Settings(tools=tools), 0
    found: list[dict[str, Any]] = []
    while len(found) < count:
        for attempt in range(settings.attempts):
            row, _ = candidate(settings, index, attempt)
            if row is not None:
                found.append(row)
                break
        index += 1
    return tuple(found)


@pytest.fixture(scope="session")
def home_graph() -> ToolGraph:
    return graph_for(Settings())


@pytest.fixture(scope="session")
def home_rows() -> tuple[dict[str, Any], ...]:
    return rows("home", 40)


@pytest.fixture(scope="session")
def bfcl_rows() -> tuple[dict[str, Any], ...]:
    pytest.importorskip("bfcl_eval", reason="pip install --no-deps bfcl-eval mpmath")
    return rows("bfcl", 25)
