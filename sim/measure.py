"""Figures of a run, computed from its text and its execution, never from the planner's tags.

Where an argument comes from is the verifier's attribution. Intervals are 95 % bootstrap intervals over dialogues.
Met by construction, because no row without it is accepted: replay, no argument from nowhere, no leak, no
near-duplicate, content ends. The other figures are free.
"""

import json
import math
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from agents.persona import DIALS
from scenarios import ToolkitRef
from tools_mock import RecordError, canonical, digest_of

from .attribution import attributed, material, turn_numbers
from .gates import Evidence, own_name
from .graph import build
from .happenings import CHECKERS, happenings
from .record import RUN, loads, toolkit_for
from .wording import Embed, Figures, Said, coherence, entropy, masked, said_by_user, text_figures

#: Resamples of a bootstrap.
RESAMPLES = 300
Rows = Iterable[tuple[dict[str, Any], Evidence]]


def run_figures(rows: Rows, path: Path | None = None, seed: int = 0, embed: Embed | None = None) -> Figures:
    """The figures of one run.

    Args:
        rows: rows with their evidence, streamed.
        path: of the run; its ``run.json`` tells the attempts.
        seed: of the resampling.
        embed: for coherence; left out where there is none.

    Raises:
        RecordError: a row's calls and results do not fit together.
    """
    per_row: dict[str, list[float]] = {}
    origins: Counter[str] = Counter()
    tools: Counter[str] = Counter()
    schemas: set[str] = set()
    sequences: Counter[str] = Counter()
    said: list[Said] = []
    close: list[float] = []
    pairs: set[tuple[str, str]] = set()
    levels: set[frozenset[tuple[str, str]]] = set()
    in_view: set[str] = set()
    ref: ToolkitRef | None = None
    count = 0
    for row, evidence in rows:
        count += 1
        try:
            figures, its_origins = dialogue_figures(evidence)
        except KeyError as missing:  # a call without a result, a result without a call, a tool that is not there
            raise RecordError(
                f"row {row['index']} cannot be measured: its calls and results do not fit together ({missing}); "
                "see what is wrong with: toolwalk verify"
            ) from None
        for name, value in figures.items():
            per_row.setdefault(name, []).append(value)
        origins += its_origins
        tools.update(own_name(evidence, made.name) for message in evidence.messages for made in message.calls)
        tools_shown = loads(row["tools"]) if isinstance(row["tools"], bytes) else row["tools"]
        schemas |= {digest_of(tool) for tool in tools_shown}
        sequences[digest_of(masked(evidence.messages))] += 1
        texts = [(m.role, m.text) for m in evidence.messages if m.role != "tool" and m.text]
        said += said_by_user(texts, _values(evidence))
        close += coherence(texts, embed) if embed else []
        pairs |= {(own_name(evidence, a), own_name(evidence, b)) for a, b in (one.tools for one in edges_of(evidence))}
        levels |= {frozenset(pair) for pair in combinations(evidence.scenario.persona.levels.items(), 2)}
        in_view |= {own_name(evidence, name) for name in evidence.scenario.tools}
        ref = ref or evidence.scenario.toolkit
    found: Figures = {"rows": count, **(_attempts(path) if path else {})}
    found |= {name: interval(values, seed) for name, values in per_row.items()}
    found |= {"distinct tools called": len(tools), "distinct schemas in view": len(schemas)}
    found["tool entropy, normalised"] = entropy(tools) / math.log2(len(tools)) if len(tools) > 1 else 0.0
    if ref is not None:
        plain = toolkit_for(ref.model_copy(update={"surface": 0}))
        known = {(e.source, e.target) for *_, e in build(plain).feeds.edges(data="edge")}
        known = {pair for pair in known if set(pair) <= in_view and pair[0] != pair[1]}
        found["coverage: tools in view that were called"] = len(tools.keys() & in_view) / max(len(in_view), 1)
        found["coverage: edges between tools in view"] = len(pairs & known) / max(len(known), 1)
    if levels:
        every = sum(len(set(one)) * len(set(other)) for one, other in combinations(DIALS.values(), 2))
        found["coverage: pairs of traits and circumstances"] = len(levels) / every
    total = origins.total() or 1
    found |= {f"arguments: {name}": origins[name] / total for name in sorted(origins)}
    found["near-duplicates"] = sum(number - 1 for number in sequences.values())
    if close:
        found["coherence (SS)"] = statistics.fmean(close)
    return {**found, **text_figures(said)}


def _attempts(path: Path) -> Figures:
    file = (path if path.is_dir() else path.parent) / RUN
    try:
        counts = json.loads(file.read_text(encoding="utf-8"))["counts"]
        return {"attempts": counts["attempts"], "yield": counts["rows"] / max(counts["attempts"], 1)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # a bare transcript file knows no attempts


def _values(evidence: Evidence) -> set[str]:
    """Entity values of a dialogue: what tools returned and what they were asked with, as text."""
    shown = [value for m in evidence.messages for r in m.results for _, value in material(evidence, r).values]
    asked = [one.value for one in attributed(evidence)]
    return {str(value).casefold() for value in (*shown, *asked) if isinstance(value, str) and len(value) > 2}


# ── edges ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Flow:
    """A returned value that an argument rests on.

    Args:
        made: ids of the producing and the consuming call.
        tools: their tools.
        turns: the turns in which they stand; the answer to a question belongs to the turn that raised it.
        hands_id: whether it is an id that is handed through.
        necessary: whether the call would have to be another one if the producer had returned another value: nothing
            said gives the argument, and no other result shows it but those that were asked with it.
    """

    made: tuple[str, str]
    tools: tuple[str, str]
    turns: tuple[int, int]
    hands_id: bool
    necessary: bool


def edges_of(evidence: Evidence) -> list[Flow]:
    """Every edge of a dialogue, found in what was shown and called; worked out once per row.

    Necessity is a perturbation: take the value out of the result that brought it to light, and out of those that
    only echo what they were asked with; if the argument can still be traced to something, it does not rest on it.
    """
    found: list[Flow] | None = evidence.cache.get("edges")
    if found is not None:
        return found
    found = evidence.cache["edges"] = []
    turn_of, name_of = dict[str, int](), dict[str, str]()
    asked: dict[str, set[str]] = {}
    shown: dict[str, list[str]] = {}  # value -> calls whose results show it, in order
    origins: dict[str, list[Any]] = {}
    for one in attributed(evidence):
        origins.setdefault(one.call.id, []).append(one)
    for message, turn in zip(evidence.messages, turn_numbers(evidence.messages), strict=True):
        for made in message.calls:
            turn_of[made.id], name_of[made.id] = turn, made.name
            asked[made.id] = {canonical(one.value) for one in origins.get(made.id, ())}
            for one in origins.get(made.id, ()):
                for part in one.parts:
                    key = canonical(part)
                    # A result that only echoes what it was asked with is no source; of the others the latest is.
                    sources = [one for one in shown[key] if key not in asked[one]] or shown[key][:1]
                    producer, alone = sources[-1], len(sources) == 1
                    spec = evidence.toolkit.tools[made.name].spec
                    found.append(
                        Flow(
                            (producer, made.id),
                            (name_of[producer], made.name),
                            (turn_of[producer], turn),
                            spec.kinds.get(one.name, "").startswith("!"),
                            alone and not one.otherwise,
                        )
                    )
        for result in message.results:
            for key in material(evidence, result).known:
                shown.setdefault(key, []).append(result.call_id)
    return found


def motifs(evidence: Evidence) -> set[str]:
    """The shapes that a dialogue's edges form, from the calls alone."""
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    found = set()
    for edge in edges_of(evidence):
        producer, consumer = edge.made
        after.setdefault(producer, set()).add(consumer)
        before.setdefault(consumer, set()).add(producer)
        found |= {"return"} if edge.turns[1] - edge.turns[0] >= 2 else set()
    if any(after.get(second) for seconds in after.values() for second in seconds):
        found.add("chain")
    if any(len(ends) > 1 for ends in after.values()):
        found.add("fan-out")
    if any(len(starts) > 1 for starts in before.values()):
        found.add("fan-in")
    for sides in after.values():
        meets = Counter(end for side in sides for end in after.get(side, ()))
        if any(number > 1 for number in meets.values()):
            found.add("diamond")
    return found


# ── one dialogue ─────────────────────────────────────────────────────────────────────────────────────────

MOTIFS = ("chain", "fan-out", "fan-in", "diamond", "return")


def dialogue_figures(evidence: Evidence) -> tuple[dict[str, float], Counter[str]]:
    """Figures of one dialogue, and how many of its scalar arguments come from where."""
    messages, edges, origins = evidence.messages, edges_of(evidence), attributed(evidence)
    numbers = turn_numbers(messages)
    turn_of = {made.id: turn for message, turn in zip(messages, numbers, strict=True) for made in message.calls}
    turns = max(numbers, default=-1) + 1
    depth = dict.fromkeys(turn_of, 1)
    for edge in edges:  # in the order of the consumers, so that a producer's depth is known
        depth[edge.made[1]] = max(depth[edge.made[1]], depth[edge.made[0]] + 1)
    late = {turn_of[one.call.id] for one in origins if one.how in ("user earlier", "result earlier", "derived")}
    crossing = [edge for edge in edges if edge.turns[0] < edge.turns[1]]
    happened, shapes = happenings(evidence), motifs(evidence)
    revealed = {(turn_of[one.call.id], canonical(one.value)) for one in origins if one.how in ("user", "canonical")}
    figures: dict[str, float] = {
        "user messages": sum(message.role == "user" for message in messages),
        "turns": turns,
        "calls": len(turn_of),
        "tools called": len({made.name for message in messages for made in message.calls}),
        "edges": len(edges),
        "edges across turns": len(crossing),
        "edges, necessary": sum(edge.necessary for edge in edges),
        "edges, necessary, across turns": sum(edge.necessary for edge in crossing),
        "edges, necessary, that are not ids": sum(edge.necessary and not edge.hands_id for edge in edges),
        "with an edge": float(bool(edges)),
        "with a necessary edge": float(any(edge.necessary for edge in edges)),
        "with an edge across turns": float(bool(crossing)),
        "chain depth": max(depth.values(), default=0),
        "turns that use something earlier": len(late) / max(turns - 1, 1),
        "slots revealed per turn": len(revealed) / max(turns, 1),
    }
    figures |= {f"motif: {name}": float(name in shapes) for name in MOTIFS}
    figures |= {f"happens: {name}": float(name in happened) for name in CHECKERS}
    return figures, Counter(one.how or "nowhere" for one in origins)


def interval(values: list[float], seed: int) -> dict[str, float]:
    """The mean with its 95 % bootstrap interval over dialogues."""
    random = Random(seed)
    means = sorted(statistics.fmean(random.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    return {"value": statistics.fmean(values), "low": low, "high": high}
