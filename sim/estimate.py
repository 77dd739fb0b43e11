"""What a run with models will take, before anything is sent: calls, tokens, price.

A sample of the run's own scenarios is played by the script, and every request that a model would have been sent is
counted. Models write otherwise than the script: an estimate, not a promise; the limits hold whatever it says.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.modelled import as_messages, prompt
from agents.paid import Price, price_of

from .casting import Casting
from .generate import Settings, produce
from .record import from_chat
from .replay import evidence_of
from .rewording import request, sentences

#: Characters a token has in English and in JSON, as a rule of thumb.
PER_TOKEN = 3.5
#: What a model spends on a message beside its words: a call's syntax, a little thinking aloud.
BESIDE = 30
#: Characters of a user's notes, about.
NOTES = 300


@dataclass(slots=True)
class Estimate:
    """What so many rows will take. ``usd`` is nothing where a model has no price."""

    rows: int
    calls: float = 0.0
    input: float = 0.0
    output: float = 0.0
    usd: float | None = 0.0

    def ask(self, price: Price | None, size: float, words: float) -> None:
        """Count one request of so many characters, answered with so many."""
        tokens_in, tokens_out = size / PER_TOKEN, words / PER_TOKEN + BESIDE
        self.calls += 1
        self.input += tokens_in
        self.output += tokens_out
        if price is None:
            self.usd = None
        elif self.usd is not None:
            self.usd += (tokens_in * price.input + tokens_out * price.output) / 1e6

    def as_json(self) -> dict[str, Any]:
        """As JSON data."""
        return asdict(self)

    def times(self, factor: float) -> None:
        """Scale it."""
        self.calls, self.input, self.output = self.calls * factor, self.input * factor, self.output * factor
        self.usd = None if self.usd is None else self.usd * factor


Table = Mapping[str, Price]


def estimate(settings: Settings, rows: int, table: Table, prompts: Path | None = None, sample: int = 8) -> Estimate:
    """What rows will take, from a sample that is made and thrown away. Nothing is sent, nothing written.

    Args:
        settings: with the casting.
        rows: how many.
        table: prices by model.
        prompts: a folder of prompts of one's own.
        sample: how many are made for it.
    """
    found, its, made = Estimate(rows), settings.casting, 0
    for index in range(sample):
        row = produce(settings, index).row
        if row is None:
            continue
        made += 1
        if its.wording:
            _wording(found, its, table, prompts, row)
        if its.user or its.assistant:
            _played(found, its, table, prompts, row)
    found.times(rows / max(1, made))
    return found


def _wording(found: Estimate, its: Casting, table: Table, prompts: Path | None, row: dict[str, Any]) -> None:
    evidence = evidence_of(row, "sample")
    said = sentences(evidence)
    asked, words = request(evidence, said), sum(len(one.text) + 4 for one in said)
    found.ask(price_of(its.wording, table), len(prompt("wording", prompts)) + len(asked), words)


def _played(found: Estimate, its: Casting, table: Table, prompts: Path | None, row: dict[str, Any]) -> None:
    """Every message of the script's is a request that a model in that seat would have been sent."""
    messages = from_chat(row["messages"], row["statuses"], row["ended"])
    policy, tools = row["messages"][0]["content"], sum(len(str(tool)) for tool in row["tools"])
    instructions = len(prompt("user", prompts))
    heard = said = 0
    for message in messages:
        size = len(str(as_messages((message,)))) if message.text or message.calls or message.results else 0
        words = len(message.text) + sum(len(str(made.arguments)) + len(made.name) for made in message.calls)
        if message.role == "user" and its.user:
            found.ask(price_of(its.user, table), instructions + heard + NOTES, words)
        if message.role == "assistant" and its.assistant:
            found.ask(price_of(its.assistant, table), len(policy) + tools + said, words)
        said += size
        heard += len(message.text) + 20 if message.role in ("user", "assistant") else 0
