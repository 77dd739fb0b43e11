"""Figures of a run, computed from its text and its execution, never from the planner's tags.

Where an argument comes from is the verifier's attribution. Intervals are 95 % bootstrap intervals over dialogues.
Met by construction, because no row without it is accepted: replay, grounding, leaks. The other figures are free.
"""

import gzip
import json
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from tools_mock import BadInput, canonical, digest_of

from .gates import Evidence
from .probe import scalars
from .record import RUN
from .verify import attributed, masked, masked_text

#: Text diversity falls with length, so it is measured on this many tokens. A token is a word or a mark.
BUDGET = 23_000
_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
_POLITE = re.compile(r"\b(please|thanks|thank you|could you|would you|sorry)\b", re.IGNORECASE)
#: Resamples of a bootstrap.
RESAMPLES = 300

Figures = dict[str, Any]


def run_figures(rows: Iterable[tuple[dict[str, Any], Evidence]], path: Path, seed: int = 0) -> Figures:
    """The figures of one run.

    Args:
        rows: rows with their evidence, streamed.
        path: of the run; its ``run.json`` tells the attempts.
        seed: of the resampling.
    """
    per_row: dict[str, list[float]] = {}
    origins: Counter[str] = Counter()
    tools: Counter[str] = Counter()
    schemas: set[str] = set()
    sequences: Counter[str] = Counter()
    texts: list[tuple[str, str]] = []
    masks: list[str] = []
    count = 0
    for row, evidence in rows:
        count += 1
        figures, its_origins = dialogue_figures(evidence)
        for name, value in figures.items():
            per_row.setdefault(name, []).append(value)
        origins += its_origins
        tools.update(made.name for message in evidence.messages for made in message.calls)
        schemas |= {digest_of(tool) for tool in row["tools"]}
        sequences[digest_of(masked(evidence.messages))] += 1
        values = _values(evidence)
        for place, text in positions([(m.role, m.text) for m in evidence.messages if m.role != "tool" and m.text]):
            texts.append((place, text))
            masks.append(masked_text(text, values))
    found: Figures = {"rows": count, **_attempts(path)}
    found |= {name: interval(values, seed) for name, values in per_row.items()}
    found |= {"distinct tools called": len(tools), "distinct schemas in view": len(schemas)}
    found["tool entropy, normalised"] = _entropy(tools) / math.log2(len(tools)) if len(tools) > 1 else 0.0
    total = origins.total() or 1
    found |= {f"arguments: {name}": origins[name] / total for name in sorted(origins)}
    found["near-duplicates"] = sum(number - 1 for number in sequences.values())
    return {**found, **text_figures(texts, masks)}


def _attempts(path: Path) -> Figures:
    file = (path if path.is_dir() else path.parent) / RUN
    try:
        counts = json.loads(file.read_text(encoding="utf-8"))["counts"]
        return {"attempts": counts["attempts"], "yield": counts["rows"] / max(counts["attempts"], 1)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # a bare transcript file knows no attempts


def _values(evidence: Evidence) -> set[str]:
    """Entity values of a dialogue: what tools returned and what they were asked with, as text."""
    found = {
        str(value).casefold()
        for message in evidence.messages
        for result in message.results
        for _, value in scalars(result.content)
        if isinstance(value, str) and len(value) > 2
    }
    return found | {
        str(value).casefold()
        for message in evidence.messages
        for made in message.calls
        for _, value in scalars(made.arguments)
        if isinstance(value, str) and len(value) > 2
    }


# ── one dialogue ─────────────────────────────────────────────────────────────────────────────────────────


def dialogue_figures(evidence: Evidence) -> tuple[dict[str, float], Counter[str]]:
    """Figures of one dialogue, and how many of its scalar arguments come from where.

    An edge is an argument whose value stands in an earlier call's result and was not said. It is *necessary* if
    no other result before the call shows the value: with another one there the call would have to be another.
    Edges that hand an id through are counted apart from those that carry anything else.
    """
    turn_of: dict[str, int] = {}
    produced: dict[str, str] = {}
    shown_at: dict[str, list[int]] = {}
    called_at: dict[str, int] = {}
    turn = -1
    for place, message in enumerate(evidence.messages):
        turn += message.role == "user"
        for made in message.calls:
            turn_of[made.id] = turn
            called_at[made.id] = place
        for result in message.results:
            for key in {canonical(value) for _, value in scalars(result.content)}:
                produced.setdefault(key, result.call_id)
                shown_at.setdefault(key, []).append(place)
    origins: Counter[str] = Counter()
    depth = dict.fromkeys(turn_of, 1)
    edges = across = necessary = ids = 0
    late: set[int] = set()
    for made, name, value, how in attributed(evidence):
        origins[how or "nowhere"] += 1
        producer = produced.get(canonical(value))
        if how in ("user earlier", "result earlier"):
            late.add(turn_of[made.id])
        if not how.startswith("result") or producer is None or producer == made.id:
            continue
        edges += 1
        across += turn_of[producer] < turn_of[made.id]
        # The attribution prefers what was said; if one result alone showed the value, it had to come from there.
        necessary += sum(place < called_at[made.id] for place in shown_at[canonical(value)]) == 1
        ids += evidence.toolkit.tools[made.name].spec.kinds.get(name, "").startswith("!")
        depth[made.id] = max(depth[made.id], depth.get(producer, 0) + 1)
    messages = evidence.messages
    calls = sum(len(message.calls) for message in messages)
    turns = sum(message.role == "user" for message in messages)
    figures: dict[str, float] = {
        "user turns": turns,
        "calls": calls,
        "tools called": len({made.name for message in messages for made in message.calls}),
        "edges": edges,
        "edges across turns": across,
        "edges, necessary": necessary,
        "edges that hand an id through": ids,
        "with an edge": float(edges > 0),
        "with an edge across turns": float(across > 0),
        "chain depth": max(depth.values(), default=0),
        "turns that use something earlier": len(late) / max(turns - 1, 1),
        "with a question for a detail": float(_asks(evidence)),
        "with a refusal": float(any(r.status == "refused" for m in messages for r in m.results)),
        "with parallel calls": float(any(len(m.calls) > 1 for m in messages)),
    }
    return figures, origins


def _asks(evidence: Evidence) -> bool:
    before = ""
    for message in evidence.messages:
        if message.role == "assistant" and before == "user" and message.text.endswith("?"):
            return True
        before = message.role
    return False


def interval(values: list[float], seed: int) -> dict[str, float]:
    """The mean with its 95 % bootstrap interval over dialogues."""
    random = Random(seed)
    means = sorted(statistics.fmean(random.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    return {"value": statistics.fmean(values), "low": low, "high": high}


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────


def positions(said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Every user text with its position: ``opening``, ``answer`` (to a question) or ``other``."""
    before: str | None = None
    for role, text in said:
        if role == "user":
            place = "opening" if before is None else "answer" if before.rstrip().endswith("?") else "other"
            yield place, text
            before = before or ""
        else:
            before = text if before is not None else None


def text_figures(texts: list[tuple[str, str]], masks: list[str]) -> Figures:
    """Figures of what users write, by position; diversity at a fixed token budget, raw and masked."""
    found: Figures = {"user texts": len(texts)}
    for place in ("opening", "answer", "other"):
        mine = [text for its, text in texts if its == place]
        if not mine:
            continue
        lengths = [len(text.split()) for text in mine]
        found |= {
            f"{place}: share": len(mine) / len(texts),
            f"{place}: median words": statistics.median(lengths),
            f"{place}: at most 5 words": sum(length <= 5 for length in lengths) / len(mine),
            f"{place}: with a question mark": sum("?" in text for text in mine) / len(mine),
            f"{place}: polite": sum(bool(_POLITE.search(text)) for text in mine) / len(mine),
            f"{place}: no capitals": sum(text == text.lower() for text in mine) / len(mine),
            f"{place}: no final mark": sum(text[-1:].isalnum() for text in mine) / len(mine),
        }
    for name, lines in (("raw", [text for _, text in texts]), ("masked", masks)):
        tokens = [token for line in lines for token in _TOKEN.findall(line.casefold())][:BUDGET]
        if len(tokens) > 3:
            threes = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
            found[f"{name}: tokens (at most {BUDGET:,})"] = len(tokens)
            found[f"{name}: H, bits"] = _entropy(Counter(tokens))
            found[f"{name}: distinct-3"] = len(set(threes)) / len(threes)
    first = masks[:1000]
    if first:
        found["distinct masked templates"] = len(set(first))
        found["  among the first"] = len(first)
    return found


def _entropy(counts: Counter[str]) -> float:
    total = counts.total()
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0


def corpus_figures(path: Path, seed: int = 0) -> Figures:
    """Text figures of conversations that people wrote.

    Args:
        path: JSON lines, gzipped or not, each ``{"turns": [{"speaker": "user", "text": …}, …]}``.
        seed: unused: text figures have no intervals.

    Raises:
        BadInput: the file is missing or has another shape.
    """
    del seed
    texts: list[tuple[str, str]] = []
    masks: list[str] = []
    try:
        data = path.read_bytes()
        for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines():
            turns = json.loads(line)["turns"]
            said = list(positions((turn["speaker"], turn["text"]) for turn in turns if turn.get("text")))
            known = {str(v).casefold() for turn in turns for _, v in scalars([turn.get("calls"), turn.get("results")])}
            texts += said
            masks += [masked_text(text, {value for value in known if len(value) > 2}) for _, text in said]
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}; check the path") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path} is no corpus of conversations ({error!r}); each line needs turns with speaker and text"
        ) from None
    if not texts:
        raise BadInput(f"{path} has no user text in it")
    return text_figures(texts, masks)
