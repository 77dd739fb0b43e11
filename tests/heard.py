"""How well assistants are understood: ``python -m tests.heard`` prints it for both halves of ``tests/messages/*.txt``.

The first half is what ``agents.hearing`` was developed on, the second what is reported. ``--wrong`` lists the misread
messages of the first half. Both halves are by the same hands; what comes from others is harder. The last fifteen were
each heard before anything was mended for them: ``zseventh``, ``zeighth`` and ``zninth`` with an F1 of acts of 0.77,
0.83 and 0.79 and 12, 6 and 7 % misread harmfully, most of them small talk that nobody sends alone; ``ztenth``,
``zeleventh`` and ``ztwelfth``, which mostly ask, with 0.91, 0.94 and 0.89, and 10, 3 and 4 %; ``zthirteenth``, which
mostly reports in words that the user did not use, with 0.68 and 4 %; ``zfourteenth``, in the manner of the first four,
and ``zfifteenth``, which mostly asks, with 0.87 and 0.96, and 7 and 8 %;
``zsixteenth``, which mostly says what is no answer, with 0.73 and 11 %; ``zseventeenth``,
of small talk beside deeds, with 0.81 and 11 %; ``zeighteenth``, in the manner of today's models, with 0.89 and 2 %;
``znineteenth``, which asks in many ways, with 0.90 and 3 %; ``ztwentieth``, in the manner of a hotel's front desk, with
0.70 and 8 %; ``ztwentyfirst``, in the manner of a machine, with 0.54 and 18 %.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.fitting import lacking
from agents.hearing import Heard, hear
from scenarios import Fact
from tools_mock.phrases import label_of


@dataclass(frozen=True)
class Labelled:
    """A message with what it does."""

    text: str
    acts: frozenset[str]
    slots: frozenset[str]
    facts: tuple[Fact, ...]
    wanted: str
    answer: bool

    def heard(self) -> Heard:
        """What is understood of it."""
        return hear(self.text, self.facts, self.wanted, self.answer)


def corpus(pattern: str) -> Iterator[Labelled]:
    """The labelled messages of some files."""
    facts: list[Fact] = []
    wanted, answer = "", False
    for path in sorted(Path(__file__).parent.glob(f"messages/{pattern}")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("@ "):
                kind, _, wanted = line[2:].partition(": ")
                facts, answer = [], kind == "answer"
            elif line.startswith("= "):
                slot, kind, text = line[2:].split(" ", 2)
                facts.append(Fact(slot=slot, kind=kind, text=text.strip('"'), label=label_of(slot.removesuffix("_id"))))
            elif line and not line.startswith("#"):
                labels, _, text = line.partition(" | ")
                acts, slots = set[str](), set[str]()
                for word in labels.split():
                    if word in ("ask", "propose", "tell", "deny", "wait", "offer", "chat"):
                        acts.add(word)
                    elif word != "-":
                        slots |= set(word.split(","))
                yield Labelled(
                    text.replace("\\n", "\n"), frozenset(acts), frozenset(slots), tuple(facts), wanted, answer
                )


def halves() -> tuple[list[Labelled], list[Labelled]]:
    """Every other message: for development, and for the report. What was written later is for development alone."""
    every = list(corpus("[a-y]*.txt"))
    return [*every[::2], *corpus("z*.txt")], every[1::2]


HARMS = ("wrong slot told", "false yes", "leaves early")


def harm(one: Labelled, heard: Heard) -> str:
    """What a user would do wrong on this understanding: tell what was not asked, say yes to nothing, leave early."""
    told = {fact.slot for fact in heard.asked}
    if told - one.slots and "ask" in heard.acts:
        return HARMS[0]
    if "propose" in heard.acts and "propose" not in one.acts and not told:
        return HARMS[1]
    closing = {"tell", "deny"}
    more = one.answer and lacking(one.text, one.wanted)  # then the user asks on
    if heard.acts & closing and not one.acts & closing and not heard.acts & {"ask", "propose"} and not more:
        return HARMS[2]
    return ""


def report(messages: list[Labelled]) -> dict[str, float]:
    """Figures over messages: F1 of acts and slots, shares of harmful misreadings and of messages not understood."""
    right, said, meant = Counter[str](), Counter[str](), Counter[str]()
    harmful, silent = Counter[str](), 0
    for one in messages:
        heard = one.heard()
        slots = {f"slot {fact.slot}" for fact in heard.asked} | ({"slot ?"} if heard.unknown else set())
        wanted = {f"slot {slot}" for slot in one.slots}
        right.update([*(heard.acts & one.acts), *(slots & wanted)])
        said.update([*heard.acts, *slots])
        meant.update([*one.acts, *wanted])
        harmful[harm(one, heard)] += 1
        silent += not heard.acts and bool(one.acts)

    def f1(names: list[str]) -> float:
        hits = sum(right[name] for name in names)
        return 2 * hits / max(1, sum(said[name] for name in names) + sum(meant[name] for name in names))

    every = sorted(said | meant)
    acts = [name for name in every if not name.startswith("slot ")]
    return {
        "messages": len(messages),
        "acts: F1": f1(acts),
        **{f"  {name}": f1([name]) for name in acts},
        "slots: F1": f1([name for name in every if name.startswith("slot ")]),
        "harmful": (len(messages) - harmful[""]) / len(messages),
        **{f"  {kind}": harmful[kind] / len(messages) for kind in HARMS},
        "abstained": silent / len(messages),
    }


def main() -> None:
    """Print both halves side by side."""
    first, second = halves()
    if "--wrong" in sys.argv:
        for one in first:
            heard = one.heard()
            slots = {fact.slot for fact in heard.asked} | ({"?"} if heard.unknown else set())
            if heard.acts != one.acts or slots != one.slots:
                bad = harm(one, heard)
                print(f"{sorted(one.acts)} {sorted(one.slots)} read {sorted(heard.acts)} {sorted(slots)} {bad.upper()}")
                print(f"    {one.text!r}")
        return
    developed, reported = report(first), report(second)
    print(f"{'':<17} {'developed on':>12} {'reported on':>12}")
    for name in developed:
        print(f"{name:<17} {developed[name]:>12.4g} {reported.get(name, 0):>12.4g}")


if __name__ == "__main__":
    main()
