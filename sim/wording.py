"""Figures of what users write: lengths and manners by dialogue act and turn, diversity, coherence.

Reads texts alone, so that rows of ours, a benchmark's questions and a corpus that people wrote are measured alike.
"""

import gzip
import json
import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agents import Message
from tools_mock import BadInput
from tools_mock.values import MONTHS, WEEKDAYS, WORDS

from .probe import scalars

#: Text diversity falls with length, so it is measured on this many tokens. A token is a word or a mark.
BUDGET = 23_000
_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
_POLITE = re.compile(r"\b(please|thanks|thank you|could you|would you|sorry)\b", re.IGNORECASE)
#: What a text is, by where it stands: alike for any conversation.
ACTS = ("opening", "answer", "other", "closing")

Figures = dict[str, Any]
#: Texts -> unit vectors.
Embed = Callable[[list[str]], Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A user's text: the act it is by its position, the number of its turn, and itself with entity values masked."""

    act: str
    turn: int
    text: str
    masked: str


def said_by_user(texts: Iterable[tuple[str, str]], values: set[str]) -> Iterator[Said]:
    """Every user text with its act.

    ``opening`` is the first, ``answer`` follows a question, ``closing`` is the last and no answer, ``other`` is the
    rest.

    Args:
        texts: (role, text) in order; roles other than ``user`` count as the assistant.
        values: entity values of the conversation, small, to be masked.
    """
    given = [(role, text) for role, text in texts if text]
    last = max((number for number, (role, _) in enumerate(given) if role == "user"), default=-1)
    turn, before = 0, ""
    for number, (role, text) in enumerate(given):
        if role == "user":
            asked = before.rstrip().endswith("?")
            act = "opening" if turn == 0 else "answer" if asked else "closing" if number == last else "other"
            turn += 1
            yield Said(act, turn, text, masked_text(text, longest_first(values)))
        before = "" if role == "user" else text


def text_figures(said: list[Said]) -> Figures:
    """Figures of what users write, by act and by turn; diversity at a fixed token budget, raw and masked."""
    found: Figures = {"user texts": len(said)}
    for act in ACTS:
        mine = [one.text for one in said if one.act == act]
        if not mine:
            continue
        lengths = [len(text.split()) for text in mine]
        found |= {
            f"{act}: share": len(mine) / len(said),
            f"{act}: median words": statistics.median(lengths),
            f"{act}: at most 5 words": sum(length <= 5 for length in lengths) / len(mine),
            f"{act}: with a question mark": sum("?" in text for text in mine) / len(mine),
            f"{act}: polite": sum(bool(_POLITE.search(text)) for text in mine) / len(mine),
            f"{act}: no capitals": sum(text == text.lower() for text in mine) / len(mine),
            f"{act}: no final mark": sum(text[-1:].isalnum() for text in mine) / len(mine),
        }
    for name, chosen in (("1", {1}), ("2", {2}), ("3", {3}), ("4 and later", set(range(4, 1000)))):
        lengths = [len(one.text.split()) for one in said if one.turn in chosen]
        if lengths:
            found[f"turn {name}: median words"] = statistics.median(lengths)
            found[f"turn {name}: at most 5 words"] = sum(length <= 5 for length in lengths) / len(lengths)
    for name, lines in (("raw", [one.text for one in said]), ("masked", [one.masked for one in said])):
        tokens = [token for line in lines for token in _TOKEN.findall(line.casefold())][:BUDGET]
        if len(tokens) > 3:
            threes = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
            found[f"{name}: tokens (at most {BUDGET:,})"] = len(tokens)
            found[f"{name}: H, bits"] = entropy(Counter(tokens))
            found[f"{name}: distinct-3"] = len(set(threes)) / len(threes)
    first = [one.masked for one in said[:1000]]
    if first:
        found["distinct masked templates"] = len(set(first))
        found["  among the first"] = len(first)
    return found


def entropy(counts: Counter[str]) -> float:
    """Shannon entropy in bits."""
    total = counts.total()
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0


# ── masking ──────────────────────────────────────────────────────────────────────────────────────────────


def masked(messages: tuple[Message, ...], shown: Iterable[tuple[str, Any]] | None = None) -> str:
    """The user's words with every entity value masked, and the tools called: equal for near-duplicates.

    ``shown`` is what the results show, where that is known already.
    """
    if shown is None:
        shown = [pair for message in messages for result in message.results for pair in scalars(result.content)]
    values = {value.casefold() for _, value in shown if isinstance(value, str) and len(value) > 2}
    said = "\n".join(message.text for message in messages if message.role == "user").casefold()
    lines, longest = [], longest_first(value for value in values if value in said)
    for message in messages:
        if message.role == "user":
            lines.append(masked_text(message.text, longest))
        lines += [made.name for made in message.calls]
    return "\n".join(lines)


_WHEN = re.compile(
    r"\b(?:" + "|".join(word.casefold() for word in (*MONTHS, *WEEKDAYS)) + r"|today|tomorrow|yesterday|noon)\b"
    r"|\b\d[\d:.,]*(?:st|nd|rd|th|am|pm)?\b|\b(?:" + "|".join(WORDS) + r")\b"
)


def longest_first(values: Iterable[str]) -> list[str]:
    """Values in the order to mask them in: a name before a part of it."""
    return sorted(values, key=len, reverse=True)


def masked_text(text: str, values: list[str]) -> str:
    """A text with names, ids, dates, times and numbers masked; values the longest first."""
    low = text.casefold()
    for value in values:
        if value in low:
            low = low.replace(value, "_")
    return " ".join(_WHEN.sub("_", low).split())


# ── coherence ────────────────────────────────────────────────────────────────────────────────────────────


@cache
def embedder() -> Embed:
    """The sentence encoder of the ``embed`` extra (WordLlama's own weights, 256 dimensions; no network).

    Raises:
        BadInput: the extra is not installed.
    """
    try:
        import wordllama  # noqa: PLC0415 - an extra
    except ImportError:
        raise BadInput("coherence needs a sentence encoder; install it with: pip install 'toolwalk[embed]'") from None
    # The plain loader looks for its tokenizer in a folder that the wheel has not; from its own folder it finds it.
    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__path__[0]), disable_download=True)
    return lambda texts: model.embed(texts, norm=True)


def coherence(texts: Iterable[tuple[str, str]], embed: Embed) -> list[float]:
    """ToolFlow's SS (arXiv 2410.18447, section 4): cosines between a request and the round before it.

    The premise is the request and the response of round t-1, the hypothesis the request of round t. The paper's
    encoder is a Sentence-BERT that it does not name; figures of two encoders cannot be compared.
    """
    rounds: list[list[str]] = []
    for role, text in texts:
        if role == "user" and text:
            rounds.append([text])
        elif text and rounds:
            rounds[-1].append(text)
    if len(rounds) < 2:
        return []
    premises = embed([" ".join(one) for one in rounds[:-1]])
    hypotheses = embed([one[0] for one in rounds[1:]])
    return [float(one) for one in (premises * hypotheses).sum(axis=1)]


# ── a corpus ─────────────────────────────────────────────────────────────────────────────────────────────


def corpus_figures(path: Path, embed: Embed | None = None) -> Figures:
    """Text figures of conversations that people wrote.

    Args:
        path: JSON lines, gzipped or not, each ``{"turns": [{"speaker": "user", "text": …}, …]}``.
        embed: for coherence; left out where there is none.

    Raises:
        BadInput: the file is missing or has another shape.
    """
    said: list[Said] = []
    close: list[float] = []
    try:
        data = path.read_bytes()
        for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines():
            turns = json.loads(line)["turns"]
            texts = [(str(turn["speaker"]), str(turn["text"])) for turn in turns if turn.get("text")]
            known = {str(v).casefold() for turn in turns for _, v in scalars([turn.get("calls"), turn.get("results")])}
            said += said_by_user(texts, {value for value in known if len(value) > 2})
            close += coherence(texts, embed) if embed else []
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}; check the path") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path} is no corpus of conversations ({error!r}); each line needs turns with speaker and text"
        ) from None
    if not said:
        raise BadInput(f"{path} has no user text in it")
    found = text_figures(said)
    return found | ({"coherence (SS)": statistics.fmean(close)} if close else {})
