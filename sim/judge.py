"""A judge's marks for dialogues: naturalness, coherence, helpfulness, accuracy, 1 to 5 each (ToolFlow's four).

A model judges a sample of a run's rows, each more than once. What is printed beside the marks is how far the judge
agrees with itself: marks that it would not give again mean nothing. No row is rejected for its marks.
"""

import re
from collections.abc import Coroutine
from contextlib import closing
from random import Random
from statistics import fmean
from typing import Any

from agents.modelled import Line, prompt
from agents.paid import Tab

from .casting import Cast
from .inflight import in_order

JUDGE = "judge.json"
MARKS = ("naturalness", "coherence", "helpfulness", "accuracy")
#: How often each dialogue is judged.
REPEATS = 2
_MARK = re.compile(rf"({'|'.join(MARKS)})\W{{0,6}}([1-5])\b", re.IGNORECASE)


def judge(cast: Cast, model: str, rows: list[dict[str, Any]], sample: int, seed: int = 0) -> dict[str, Any]:
    """Let a model judge a sample of rows.

    Args:
        cast: asks.
        model: the judge.
        rows: of a run.
        sample: how many of them.
        seed: of the sample.

    Returns:
        ``marks`` (the mean of each), ``agreement`` (how often the repeats give the same mark), ``within one``,
        ``judged`` and ``unreadable``, and the marks of each row by index.

    Raises:
        Spent, Outage, BadInput: as :meth:`agents.paid.Paid.ask` says.
    """
    chosen = Random(seed).sample(rows, min(sample, len(rows)))
    tab, asked = Tab(), cast.model(model)

    async def once(number: int) -> dict[str, int]:
        row, repeat = chosen[number // REPEATS], number % REPEATS

        async def ask() -> dict[str, int]:
            line = Line(cast.paid, (row["index"], repeat, "judge"), tab)
            text = {"role": "user", "content": as_text(row)}
            reply = await line(asked.ask(prompt("judge", cast.prompts), [text], [], cached=False))
            found = {name.casefold(): int(mark) for name, mark in _MARK.findall(reply.text)}
            return found if len(found) == len(MARKS) else {}

        given = await cast.patiently(ask)
        return {} if isinstance(given, str) else given

    left = total = len(chosen) * REPEATS
    given: list[dict[str, int]] = []

    def make(number: int) -> Coroutine[Any, Any, dict[str, int]]:
        return once(number)

    with closing(in_order(make, 0, lambda: min(cast.paid.throttle.most, left), cast.close)) as every:
        while left:
            given.append(next(every))
            left -= 1
    pairs = [tuple(given[n : n + REPEATS]) for n in range(0, total, REPEATS)]
    both = [pair for pair in pairs if all(pair)]
    readable = [one for one in given if one]
    distances = [abs(one[name] - other[name]) for one, other in both for name in MARKS]
    return {
        "model": model,
        "judged": len(chosen),
        "unreadable": total - len(readable),
        "marks": {name: fmean(one[name] for one in readable) for name in MARKS} if readable else {},
        "agreement": fmean(float(distance == 0) for distance in distances) if distances else None,
        "within one": fmean(float(distance <= 1) for distance in distances) if distances else None,
        "cost": tab.as_json(),
        "rows": {str(row["index"]): list(pair) for row, pair in zip(chosen, pairs, strict=True)},
    }


def as_text(row: dict[str, Any]) -> str:
    """A dialogue as a judge reads it: with the calls and what they gave."""
    lines = []
    for message in row["messages"]:
        if message["content"]:
            lines.append(f"{message['role']}: {message['content']}")
        for made in message.get("tool_calls", ()):
            lines.append(f"assistant calls {made['name']} {made['arguments']}")
    return "\n".join(lines)
