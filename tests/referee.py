"""BFCL's own checker as the referee beside ours: ``python -m tests.referee`` (``--all`` names every disagreement).

All 800 multi-turn tasks are played through our own loop with their gold calls, and 200 more with one thing damaged: a
call left out, an argument changed, a call of another turn made again, a call put off to the next turn. Both judge the
same calls.
"""

import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

from bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker import multi_turn_checker

from sim.gold import gold_calls, play_calls, written
from tools_mock import ToolCall
from tools_mock.bfcl import SETS, GoldCase, gold_cases

Turns = list[list[ToolCall]]
_COUNT = itertools.count()


def ours(case: GoldCase, turns: Turns) -> bool:
    """Whether we take the calls for right."""
    return play_calls(case, turns).reward == 1.0


def theirs(case: GoldCase, turns: Turns) -> bool:
    """Whether BFCL does. It keeps its objects under the model's name, so each judgement has one of its own."""
    decoded = [[[written(one)] for one in turn] for turn in turns]
    truth = [list(turn) for turn in case.calls]
    return bool(multi_turn_checker(decoded, truth, case.entry, "", f"model{next(_COUNT)}")["valid"])


def damaged(case: GoldCase, random: Random) -> tuple[str, Turns] | None:
    """The gold calls with one thing wrong, and what it is."""
    turns = [list(turn) for turn in gold_calls(case)]
    places = [(t, n) for t, turn in enumerate(turns) for n in range(len(turn))]
    turn, number = random.choice(places)
    made = turns[turn][number]
    kind = random.choice(["a call left out", "an argument changed", "a call made again", "a call put off"])
    if kind == "a call left out":
        del turns[turn][number]
    elif kind == "an argument changed":
        can = [name for name, value in made.arguments.items() if isinstance(value, str | int | float)]
        if not can:
            return None
        name = random.choice(can)
        value = made.arguments[name]
        other = not value if isinstance(value, bool) else f"{value}x" if isinstance(value, str) else value + 1
        turns[turn][number] = ToolCall(made.id, made.name, {**made.arguments, name: other})
    elif kind == "a call made again":
        turns[random.randrange(len(turns))].append(ToolCall("again", made.name, made.arguments))
    elif turn + 1 < len(turns):
        turns[turn + 1].append(turns[turn].pop(number))
    else:
        return None
    return kind, turns


def judgements() -> Iterator[tuple[str, str, bool, bool]]:
    """What is judged: its kind, the task, our verdict and theirs."""
    for which in SETS:
        for case in gold_cases(which):
            turns = gold_calls(case)
            yield f"gold, {which}", case.name, ours(case, turns), theirs(case, turns)
    for case in gold_cases("base"):
        found = next(filter(None, (damaged(case, Random(f"{case.name}{n}")) for n in range(20))))
        yield found[0], case.name, ours(case, found[1]), theirs(case, found[1])


def main() -> None:
    """Print how often both agree, by kind."""
    counts: dict[str, Counter[tuple[bool, bool]]] = {}
    apart = []
    for kind, name, mine, other in judgements():
        counts.setdefault(kind, Counter())[mine, other] += 1
        apart += [(kind, name, mine)] if mine != other else []
    heads = ("judged", "both", "neither", "only ours", "only theirs")
    print(f"{'taken for right by':<22}" + "".join(f"{head:>12}" for head in heads))
    for kind, found in counts.items():
        shares = (found.total(), found[True, True], found[False, False], found[True, False], found[False, True])
        print(f"{kind:<22}" + "".join(f"{share:>12}" for share in shares))
    if "--all" in sys.argv:
        for kind, name, mine in apart:
            print(f"{kind}: {name}: taken for right only by {'us' if mine else 'them'}")


if __name__ == "__main__":
    main()
