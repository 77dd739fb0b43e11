"""Rewording: a model says in its own words what a scripted dialogue says, and nothing else changes.

The calls and what comes of them stand fixed. The model gets the whole dialogue and rewrites the sentences in one
request; each new sentence is checked against what was there before it alone (it may have seen the future), put into
the scripted dialogue by itself and through every gate. What fails is written again once, with the reasons.
"""

import re
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.modelled import Line, manner, prompt
from agents.oracle import texts_of
from agents.paid import Tab
from agents.user import states
from scenarios import FORMAT
from tools_mock.values import MONTHS, contains, numbers_in

from .casting import Cast
from .conversation import heard_by_user
from .gates import Evidence
from .generate import Maker, Outcome, Settings, produce
from .probe import scalars
from .record import beside, chat
from .replay import evidence_of
from .verify import first_finding

#: How many more characters a new wording may have than the plain one, beside twice its length.
MORE = 160


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one seat says in one message: its number for the model, its place, its words, and what must stay."""

    number: int
    place: int
    seat: str
    text: str
    keep: tuple[str, ...]


#: What has a digit: numbers, sums, times, dates, codes.
_VALUE = re.compile(rf"€?\b(?:[A-Z]+-)?\w*\d(?:[\w.,:/-]*\w)?(?: (?:{'|'.join(MONTHS)}))?")


def sentences(evidence: Evidence) -> list[Sentence]:
    """What a dialogue says, message by message, with the parts that must stand in every other wording."""
    scenario = evidence.scenario
    said = {
        text
        for step in scenario.plan.steps
        for name, source in step.sources.items()
        for _, text in texts_of(source, name)
    }
    for turn in scenario.user.turns:
        said |= {t for wish in turn.wishes for f in wish.facts for t in (f.text, f.slip, f.vague, f.first) if t}
        said |= {turn.brings} - {""}
    asked_for = {word for turn in scenario.user.turns for act in turn.acts for word in act.words}
    shown: set[str] = set()
    found = []
    for number, message in enumerate(evidence.messages, start=1):
        low = message.text.casefold()
        if message.text and message.role == "user":
            keep = {part for part in said if contains(low, part.casefold())} | set(_VALUE.findall(message.text))
            found.append(Sentence(number, number - 1, "user", message.text, _longest(keep)))
        elif message.text and message.role == "assistant":
            keep = {part for part in shown if contains(message.text, part)} | set(_VALUE.findall(message.text))
            keep |= {word for word in asked_for if word in low}
            found.append(Sentence(number, number - 1, "assistant", message.text, _longest(keep)))
        for result in message.results:
            values = (value for _, value in scalars(result.content) if isinstance(value, str))
            shown |= {value for value in values if 2 < len(value) < 60}
    return found


def _longest(parts: set[str]) -> tuple[str, ...]:
    """The parts that stand in no other."""
    return tuple(sorted(one for one in parts if not any(one != other and one in other for other in parts)))


# ── the request ──────────────────────────────────────────────────────────────────────────────────────────


def request(evidence: Evidence, sentences_: list[Sentence]) -> str:
    """The dialogue as the model gets it."""
    by_place = {one.place: one for one in sentences_}
    lines = [
        f"The user is {evidence.scenario.user.name}; they write like this: {manner(evidence.scenario.persona)}.",
        "",
    ]
    for place, message in enumerate(evidence.messages):
        if (one := by_place.get(place)) is not None:
            lines.append(_line(one))
        lines += [f"{place + 1} (call) {made.name} {made.arguments}" for made in message.calls]
    return "\n".join(lines)


def _line(one: Sentence) -> str:
    kept = f" keep {', '.join(f'“{part}”' for part in one.keep)}" if one.keep else ""
    return f"{one.number} {one.seat}: {one.text}{kept and ' |' + kept}"


_LINE = re.compile(
    r"^[\s*#>\[-]*(\d{1,3})\]?\**\s*(?:\(?(?:user|assistant)\)?)?\s*[:.)](?!\d)\**\s*(.*)$", re.IGNORECASE
)


def answers(text: str, wanted: Collection[int]) -> dict[int, str]:
    """The new wordings by number, of those that were asked for; a line without one goes on with the one before."""
    found: dict[int, str] = {}
    last = 0
    for line in text.splitlines():
        if (match := _LINE.match(line)) and int(match[1]) in wanted:
            last = int(match[1])
            found[last] = match[2].strip()
        elif last and line.strip():
            found[last] += "\n" + line.strip()
    return {number: words.strip().strip('“”"').strip() for number, words in found.items()}


# ── the checks ───────────────────────────────────────────────────────────────────────────────────────────

_NAME = re.compile(r"(?<![.!?:\n\"“] )(?<!^)\b[A-Z][\w’'-]+")
_PLAIN = frozenset(("i", "i'm", "i’m", "i'd", "i’d", "i'll", "i’ll", "i've", "i’ve", "ok", "okay"))


def unfit(one: Sentence, words: str, before: str) -> str:
    """Why a new wording cannot stand, from it and what was visible before it alone; nothing where it can."""
    low = words.casefold()
    if not words:
        return "it is missing"
    if len(words) > 2 * len(one.text) + MORE:
        return "it is far longer than what it says"
    for part in one.keep:
        if not contains(low, part.casefold()):
            return f"“{part}” is missing"
    if words.rstrip().endswith("?") != one.text.endswith("?"):
        return "it must end as a question does" if one.text.endswith("?") else "it must not end as a question does"
    if added := numbers_in(words) - numbers_in(one.text):
        return f"{min(added)} is not in the plain wording"
    if one.seat == "user":
        known = f"{before}\n{one.text}".casefold()
        for name in (*_NAME.findall(words), *_VALUE.findall(words)):
            if name.casefold() not in known and name.casefold() not in _PLAIN:
                return f"“{name}” is not in the plain wording"
    return ""


def findings(evidence: Evidence, sentences_: list[Sentence], given: Mapping[int, str]) -> dict[int, str]:
    """What is wrong with new wordings: number -> reason.

    Where all of them together pass every gate, each does; else each is judged alone among the plain ones.
    """
    course, found = _course(evidence), {}
    for one in sentences_:
        before = "\n".join(message.text for message in evidence.messages[: one.place])
        if reason := unfit(one, given.get(one.number, ""), f"{evidence.scenario.policy}\n{before}"):
            found[one.number] = reason
    together = worded(evidence, {one.place: given[one.number] for one in sentences_ if one.number not in found})
    if first_finding(together) == ("", "") and _course(together) == course:
        return found
    for one in sentences_:
        words, reason = given.get(one.number, ""), ""
        if one.number not in found:
            alone = worded(evidence, {one.place: words})
            gate, finding = first_finding(alone)
            if gate:
                reason = f"{gate}: {finding}"
            elif _course(alone) != course:
                reason = "it would be understood otherwise than the plain wording"
        if reason:
            found[one.number] = reason
    return found


def _course(evidence: Evidence) -> list[tuple[int, str]]:
    """How the conversation goes as its user hears it."""
    heard = states(evidence.scenario.user, heard_by_user(evidence.messages))
    return [(state.turn, state.act.partition(" ")[0]) for state in heard]


def worded(evidence: Evidence, words: Mapping[int, str]) -> Evidence:
    """The same dialogue with other words at some places."""
    messages = tuple(
        replace(message, text=words[place]) if place in words else message
        for place, message in enumerate(evidence.messages)
    )
    return replace(evidence, messages=messages, cache={})


# ── a dialogue ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reworded:
    """A dialogue in other words; or why there is none. ``scripted`` are the places that kept the script's words."""

    evidence: Evidence | None
    calls: int
    scripted: tuple[int, ...] = ()
    reason: str = ""
    words: Mapping[int, str] | None = None


async def reword(cast: Cast, evidence: Evidence, line: Line) -> Reworded:
    """Let a model reword a dialogue, in two requests at most.

    Raises:
        Spent, Rejected, Outage, BadInput: as :meth:`agents.paid.Paid.ask` says.
    """
    its = sentences(evidence)
    model, script = cast.model(cast.casting.wording), prompt("wording", cast.prompts)
    asked: list[dict[str, Any]] = [{"role": "user", "content": request(evidence, its)}]
    reply = await line(model.ask(script, asked, [], cached=False))
    given, calls = answers(reply.text, [one.number for one in its]), 1
    wrong = findings(evidence, its, given)
    if wrong:
        lines = [f"{_line(one)}\n  {wrong[one.number]}" for one in its if one.number in wrong]
        asked += [
            {"role": "assistant", "content": reply.text or "(nothing)"},
            {"role": "user", "content": "\n".join([prompt("repair", cast.prompts), *lines])},
        ]
        again = await line(model.ask(script, asked, [], cached=False))
        given, calls = given | answers(again.text, wrong), 2
        wrong = findings(evidence, [one for one in its if one.number in wrong], given)
    if wrong and not cast.casting.keep_scripted:
        number = min(wrong)
        return Reworded(None, calls, (), f"message {number}: {wrong[number]}", given)
    words = {one.place: given[one.number] for one in its if one.number not in wrong}
    scripted = tuple(one.place for one in its if one.number in wrong)
    found = worded(evidence, words)
    gate, finding = first_finding(found)  # what each may say alone, all of them together may not
    if not gate and _course(found) == _course(evidence):
        return Reworded(found, calls, scripted)
    if cast.casting.keep_scripted:
        return Reworded(evidence, calls, tuple(one.place for one in its))
    return Reworded(None, calls, (), f"together: {gate or 'understood otherwise'}: {finding}", given)


def reworder(cast: Cast) -> Maker:
    """What makes the rows of a run whose wording is a model's."""

    def make(settings: Settings, index: int) -> Coroutine[Any, Any, Outcome]:
        return _outcome(cast, settings, index)

    return Maker(make, 2 * cast.paid.throttle.most, cast.close)


async def _outcome(cast: Cast, settings: Settings, index: int) -> Outcome:
    outcome = produce(settings, index)
    row = outcome.row
    if row is None:
        return outcome
    evidence, tab = evidence_of(row, f"row {index}"), Tab()
    found = await cast.patiently(lambda: reword(cast, evidence, Line(cast.paid, (index, 0, "wording"), _cleared(tab))))
    attempt = row["scenario"]["lineage"]["attempt"]
    rejection: dict[str, Any] = {
        "format": FORMAT,
        "index": index,
        "attempt": attempt,
        "cost": tab.as_json(),
        "last": True,
    }
    if isinstance(found, str):
        return Outcome(index, None, [*outcome.rejected, {**rejection, "gate": "outage", "detail": found}])
    if found.evidence is None:
        detail = {"gate": "wording", "detail": found.reason, "words": found.words, "messages": row["messages"]}
        return Outcome(index, None, [*outcome.rejected, {**rejection, **detail}])
    its = cast.casting
    scenario = row["scenario"]
    lineage = {**scenario["lineage"], "wording": its.wording, "prompts": its.prompts}
    messages = chat(evidence.scenario.policy, found.evidence.messages)
    worded_ = {"model": its.wording, "calls": found.calls, "scripted": list(found.scripted)}
    new = {**row, "messages": messages, "scenario": {**scenario, "lineage": lineage}}
    return Outcome(index, beside(new, {"wording": worded_, "cost": tab.as_json()}), outcome.rejected)


def _cleared(tab: Tab) -> Tab:
    """A tab for another try of the same: its replies are counted anew, those that are kept too."""
    tab.calls = tab.input = tab.output = 0
    tab.usd = 0.0
    return tab
