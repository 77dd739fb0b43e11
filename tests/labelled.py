"""Conversations labelled by hand from reading, and how well the checkers find what happens in them.

``python -m tests.labelled`` prints precision and recall for each happening. ``labelled.json`` holds for every
conversation its world, the tools in view, what was said and called, and by happening the numbers of the user's messages
in which a reader saw it. The results are those that the calls give when they are executed. Those in :data:`CLOSELY`
were looked for only in the conversations marked with ``all``.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from agents import Message
from scenarios import Scenario
from sim.conversation import announcement
from sim.gates import Evidence
from sim.happenings import CHECKERS
from tests.reworded import TEMPLATE
from tools_mock import ToolCall, call, load_toolkit

#: What takes a second reading to see.
CLOSELY = frozenset(
    (
        *("reference", "reference two turns back", "implicit step", "more told than asked", "telegraphic message"),
        *("relative dates and units", "false belief", "infeasible goal"),
    )
)


def labelled() -> Iterator[tuple[Evidence, dict[str, list[int]], bool]]:
    """Every conversation with what happens in it (happening -> numbers of the user's messages), and if that is all."""
    toolkit = load_toolkit()
    for one in json.loads((Path(__file__).parent / "labelled.json").read_text(encoding="utf-8")):
        world = toolkit.world(one["world"], one["failures"])
        messages: list[Message] = []
        for kind, said in one["lines"]:
            if kind == "c":
                made = tuple(ToolCall(f"c{len(messages)}_{n}", name, given) for n, (name, given) in enumerate(said))
                results = tuple(call(toolkit.tools, world, each) for each in made)
                messages += [Message("assistant", calls=made), Message("tool", results=results)]
            elif kind == "s":
                messages.append(announcement(toolkit.tools[name].spec for name in said))
            else:
                messages.append(Message("user" if kind == "u" else "assistant", said))
        scenario = Scenario.model_validate(
            TEMPLATE | {"policy": toolkit.prompt(world), "tools": one["tools"], "world_seed": one["world"]}
        )
        yield (
            Evidence(scenario, toolkit, tuple(messages), world, "done", world.digest()),
            one["happens"],
            one.get("all", False),
        )


def figures() -> dict[str, tuple[int, int, int]]:
    """Happening -> how often it was found rightly, found, and there, for those that were labelled."""
    counts: dict[str, list[int]] = {}
    for evidence, happens, whole in labelled():
        for name in CHECKERS.keys() if whole else CHECKERS.keys() - CLOSELY:
            found, there = set(CHECKERS[name](evidence)), set(happens.get(name, ()))
            its = counts.setdefault(name, [0, 0, 0])
            for place, number in enumerate((len(found & there), len(found), len(there))):
                its[place] += number
    return {name: (its[0], its[1], its[2]) for name, its in counts.items() if its[2]}


def main() -> None:
    """Print precision and recall."""
    turns = sum(m.role == "user" for evidence, *_ in labelled() for m in evidence.messages)
    print(f"{turns} user messages in {sum(1 for _ in labelled())} conversations")
    print(f"{'happening':<28} {'labelled':>8} {'found':>6} {'precision':>10} {'recall':>7}")
    for name, (right, found, there) in figures().items():
        print(f"{name:<28} {there:>8} {found:>6} {right / max(found, 1):>10.2f} {right / there:>7.2f}")


if __name__ == "__main__":
    main()
