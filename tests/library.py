"""Makes the scenario library: ``python -m tests.library`` (three minutes on two cores).

Dialogues are generated, and of each kind those are taken that are sound (``sim.audit``) and use tools that no other
scenario uses yet. To be run when tools, worlds or phrases have changed so that ``toolwalk audit`` finds something; what
was taken is named for what it tests.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from scenarios import Scenario
from scenarios.files import LIBRARY, save, write_schema
from sim.audit import audit
from sim.generate import Settings, generate
from sim.happenings import happenings, turns_of
from sim.replay import rows_of
from tools_mock import load_toolkit

#: What is hard about a scenario in which something happens; the rarest first.
HARD = {
    "tool appears later": "what is asked first has no tool yet; it must be declined, and done once the tools are there",
    "next page": "the list goes on: the next page must be asked for by the number that the last one gave",
    "user-side action": "only the user can do it, on their own phone: they must be told what to do",
    "yes but": "the user agrees and changes one thing in the same breath; that must be done, not the proposal",
    "no to a proposal": "the user says no when asked, and then nothing may happen",
    "switch and return": "the user leaves a question open, asks for something else, and comes back to it",
    "detail not known": "the user is asked for something that they do not know; a look-up finds it",
    "more told than asked": "asked for one thing the user tells two, and both count",
    "second thoughts": "after the answer the user notices that they said one thing wrong, and asks again",
    "change of mind": "what was just done must be undone or changed, because the user thinks again",
    "vague reference": "what the user means may be several things; they must be asked which",
    "request against policy": "the policy forbids what the user wants, though the tool would do it",
    "no suitable tool": "nothing in view can do what is wanted; it must be said, and nothing be called instead",
    "telegraphic message": "the user writes in bare words, without verbs and articles",
    "slip of the tongue": "the user corrects themselves within a message; the first value must not be used",
    "infeasible goal": "a tool says no, and there is no other way: it must be told as it is",
    "false belief": "the user takes something to be so that is not; the tool tells, and the user must hear it",
    "prompt answers, nothing asked": "what is missing stands in the prompt; to ask for it is the mistake",
    "another way after a no": "the first try is refused; the user changes one thing and it works",
    "momentary failure": "a call fails for a moment and must be made again",
    "small talk": "the user chats in between; it needs an answer and no call",
    "impatience": "the user is short of patience, and the job stays the same",
    "parallel calls": "several things can be looked up at once",
    "two wishes in one message": "two wishes stand in one message; neither may be forgotten",
    "reference two turns back": "the user points at something from earlier in the conversation",
    "relative dates and units": "days, times and amounts are said as people say them",
    "tool says no": "a tool refuses what is asked; it must be told, not hidden",
    "detail asked for": "a detail is missing and must be asked for",
    "yes to a proposal": "what cannot be undone needs a yes first",
    "reference": 'the user says "it" and "that one"',
    "implicit step": "a look-up on the way that the user never mentions",
    "chained calls": "one call needs what another one returned",
    "many tools in view": "the right tools must be found among many",
}
_THEMES = {
    "travel": ("flights", "hotels", "places", "weather"),
    "money": ("currency", "bank"),
    "shopping": ("shop", "tickets"),
    "people": ("contacts", "messages"),
    "planning": ("diary", "tasks"),
    "health": ("health",),
    "phone": ("phone",),
    "eating": ("restaurants",),
}
THEME = {domain: theme for theme, domains in _THEMES.items() for domain in domains}
#: Where the dialogues come from: how many, and what is special about them.
RUNS: tuple[tuple[int, dict[str, object]], ...] = (
    (1200, {}),
    (200, {"others": 0}),
    (200, {"others": 13}),
    (150, {"others": 52}),
    (150, {"mix": {"tool appears later": 1.0, "next page": 1.0}}),
    (100, {"mix": {"user-side action": 1.0}, "domains": ("phone", "messages", "contacts")}),
    (200, {"twins": True}),
)


@dataclass
class Found:
    """A dialogue that may become a scenario."""

    scenario: Scenario
    happens: dict[str, list[str]]  # with the tools called where it happens
    lineage: str

    @property
    def calls(self) -> list[str]:
        """Its gold calls, by tool."""
        return [step.tool for step in self.scenario.plan.steps]


@dataclass
class Library:
    """What was taken so far: scenarios by name, and how often each tool is called."""

    taken: dict[str, Scenario] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    tools: Counter[str] = field(default_factory=Counter)

    def take(self, found: Found, what: str, about: str, main: str = "") -> bool:
        """Take a dialogue, if it is sound and not taken yet."""
        if found.lineage in self.sources or any(audit(found.scenario).values()):
            return False
        specs = {name: tool.spec for name, tool in load_toolkit().tools.items()}
        there = found.happens.get(what) or found.calls
        writes = [name for name in there if specs[name].effect == "write"] or there
        main = main or min(writes, key=lambda name: self.tools[name])
        base = f"{THEME[specs[main].domain]}/{main.replace('_', '-')}-{what.replace(',', '').replace(' ', '-')}"
        name = next(n for k in range(1, 100) if (n := base if k == 1 else f"{base}-{k}") not in self.taken)
        domains, view = {specs[one].domain for one in found.calls}, len(found.scenario.tools)
        more = [about]
        if len(found.calls) >= 6:
            more.append(f"{len(found.calls)} calls" + (f" over {len(domains)} domains" if len(domains) > 1 else ""))
        more += [f"{view} tools in view"] if view > 20 else []
        tests = tuple(one for one in HARD if one in found.happens)
        update = {"name": name, "about": "; ".join(more), "tests": tests, "lineage": {"from": found.lineage}}
        self.taken[name] = found.scenario.model_copy(update=update)
        self.sources.add(found.lineage)
        self.tools.update(found.calls)
        return True

    def best(self, pool: list[Found], count: int, what: str, about: str) -> None:
        """Take so many of a kind, each time what calls the least used tools."""
        random, left = Random(what), list(pool)
        while count and left:
            place = min(range(len(left)), key=lambda n: (self._used(left[n]), random.random()))
            count -= self.take(left.pop(place), what, about)
        if count:
            print(f"{count} too few: {what}")

    def _used(self, found: Found) -> float:
        return sum(self.tools[name] for name in set(found.calls)) / max(1, len(set(found.calls)))


def dialogues() -> tuple[list[Found], list[tuple[Found, Found]]]:
    """What there is to choose from: dialogues, and pairs of twins."""
    found: list[Found] = []
    pairs: dict[int, dict[str, Found]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (count, more) in enumerate(RUNS):
            settings = Settings(seed=21 + number, surface="fixed", **more)  # type: ignore[arg-type]
            out = Path(folder) / str(number)
            generate(settings, out, count, workers=2)
            for row, evidence in rows_of(out):
                toolkit = evidence.scenario.toolkit.model_copy(update={"version": "", "source": ""})
                scenario = evidence.scenario.model_copy(update={"toolkit": toolkit})
                turns = turns_of(evidence)
                happens = {
                    what: [made.name for turn in where for m in turns[turn].rest for made in m.calls]
                    for what, where in happenings(evidence).items()
                }
                one = Found(scenario, happens, f"seed {21 + number}, row {row['index']}")
                if twin := evidence.scenario.lineage.get("twin"):
                    pairs.setdefault(row["index"] // 2, {})[twin] = one
                else:
                    found.append(one)
    return found, [(its["refuse"], its["permit"]) for its in pairs.values() if len(its) == 2]


def main() -> None:
    """Write the library and the schema of a scenario file."""
    found, pairs = dialogues()
    tools = load_toolkit().tools
    short = [one for one in found if 3 <= len(one.scenario.plan.turns) <= 6]
    library = Library()
    for what, about in HARD.items():
        library.best([one for one in short if what in one.happens], 3, what, about)

    def in_view(least: int, most: int) -> list[Found]:
        return [one for one in short if least <= len(one.scenario.tools) <= most]

    library.best(in_view(4, 8), 4, "few tools", "few tools, and all that is needed is there")
    library.best(in_view(19, 24), 4, "twenty tools", "the right tools among twenty")
    library.best(in_view(55, 70), 6, "sixty tools", "the right tools among sixty, many of them alike")
    wide: Callable[[Found], bool] = lambda one: len({tools[name].spec.domain for name in one.calls}) >= 3  # noqa: E731
    long = [one for one in found if len(one.calls) >= 8 and wide(one)]
    library.best(long, 8, "across domains", "a long job over several domains, each leading to the next")
    reading = [one for one in found if len(one.calls) > 2 and all(tools[n].spec.effect == "read" for n in one.calls)]
    library.best(reading, 4, "only read", "nothing may be changed; the right things must be read and told")
    seen: set[str] = set()
    for refused, permitted in pairs:
        last = refused.calls[-1]
        if len(seen) < 6 and last not in seen and not any(audit(permitted.scenario).values()):
            one_fact = "one fact makes the last wish impossible; its twin ends in -permit"
            if library.take(refused, "refuse", one_fact, last):
                other = "the same but for one fact, and it can be done; its twin ends in -refuse"
                library.take(permitted, "permit", other, last)
                seen.add(last)
    shutil.rmtree(LIBRARY, ignore_errors=True)
    for name, scenario in library.taken.items():
        save(scenario, LIBRARY / f"{name}.yaml")
    write_schema()
    unused = sorted(set(tools) - set(library.tools))
    print(f"{len(library.taken)} scenarios; tools in none of them: {', '.join(unused) or 'none'}")


if __name__ == "__main__":
    main()
