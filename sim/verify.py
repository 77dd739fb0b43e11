"""The independent verifier: it reads messages, tools and world, and never the planner's tags.

Each gate is a function from a case to findings. They stand in order of cost; all of them look at every row.
What a gate does not know: why the plan did what it did. What it does know: what the assistant could see before
each word and each call.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import combinations
from typing import Any

from agents import Message
from agents.speech import label_of
from tools_mock import ToolCall, ToolResult, call, canonical, digest_of
from tools_mock.toolkit import words_of
from tools_mock.values import (
    MONTHS,
    WEEKDAYS,
    WORDS,
    contains,
    kind_of,
    mentioned,
    numbers_in,
    plain_number,
)

from .gates import PLANNED, Evidence, Gate, leak, replayed, rerun, structure, tools_in_view
from .probe import scalars
from .score import comparable, score

Finding = str


@dataclass(slots=True)
class Seen:
    """What the assistant could see up to a point: words, and values that tools returned."""

    now: datetime
    text: str = ""
    values: list[tuple[str, Any]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    numbers: set[Decimal] = field(default_factory=set)
    lengths: set[int] = field(default_factory=set)
    dates: set[tuple[int, int]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def hear(self, text: str) -> None:
        """Take in a text."""
        self.text += "\n" + text.casefold()
        self.numbers |= numbers_in(text)
        self.words |= _words(text)

    def read(self, content: Any) -> None:
        """Take in a result."""
        names: set[str] = set()
        _walk(content, "", self.values, names, self.lengths)
        texts = []
        for _, value in self.values:
            if type(value) is not str:
                self.known.add(canonical(value))
                self.numbers |= {Decimal(plain_number(value))} if not isinstance(value, bool) else set()
                continue
            key, words, numbers, dates, text = _in_text(value)
            self.known.add(key)
            self.words |= words
            if numbers:
                self.numbers |= numbers
            if dates:
                self.dates |= dates
            if text:
                texts.append(text)
        for name in names:
            self.words |= _named(name)
        self.text += "\n".join(["", *texts, *sorted(name.casefold() for name in names)])

    def add(self, other: "Seen") -> None:
        """Take in what was read elsewhere."""
        self.text += other.text
        self.values += other.values
        self.known |= other.known
        self.numbers |= other.numbers
        self.lengths |= other.lengths
        self.dates |= other.dates
        self.words |= other.words


@lru_cache(maxsize=50_000)
def _in_text(value: str) -> tuple[str, frozenset[str], frozenset[Decimal], frozenset[tuple[int, int]], str]:
    """What a returned text shows: its canonical form, words, numbers, dates, and itself where it is prose."""
    dates = frozenset((int(month), int(day)) for month, day in _ISO.findall(value))
    text = value.casefold() if kind_of(value) == "text" else ""
    return canonical(value), _words(value), numbers_in(value), dates, text


_ISO = re.compile(r"\d{4}-(\d{2})-(\d{2})")


def _walk(content: Any, path: str, values: list[tuple[str, Any]], names: set[str], lengths: set[int]) -> None:
    """One pass over a result: scalars with their paths, names of fields, lengths of lists."""
    if type(content) is dict:
        for name, item in content.items():
            names.add(name)
            _walk(item, f"{path}.{name}" if path else name, values, names, lengths)
    elif type(content) is list:
        lengths.add(len(content))
        for item in content:
            _walk(item, path + "[]", values, names, lengths)
    elif content is not None and content != "":
        values.append((path, content))


def material(evidence: Evidence, result: ToolResult) -> Seen:
    """What one result shows; worked out once per row, however many gates ask."""
    found: Seen | None = evidence.cache.get(f"shown by {result.call_id}")
    if found is None:
        found = evidence.cache[f"shown by {result.call_id}"] = Seen(evidence.world.now)
        found.read(result.content)
    return found


@lru_cache(maxsize=50_000)
def _named(name: str) -> frozenset[str]:
    return _words(name) | words_of(name) | _words(label_of(name))


_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────


def valid(evidence: Evidence) -> Iterator[Finding]:
    """Every call names a tool in view, fits its schema, and was executed."""
    in_view = set(evidence.scenario.tools)
    for message in evidence.messages:
        for made in message.calls:
            if made.name not in in_view:
                yield f"{made.name} is not among the tools in view"
            elif wrong := evidence.toolkit.tools[made.name].wrong(made.arguments):
                yield f"{made.name}: {wrong}"
        for result in message.results:
            if result.status == "invalid":
                yield f"{result.name} was called wrongly"


def traceable(evidence: Evidence) -> Iterator[Finding]:
    """Every argument stands in what was visible before the call: literally, in another form, or derived."""
    for made, name, value, how in attributed(evidence):
        if not how:
            yield f"{made.name}.{name} = {value!r} comes from nowhere"


def attributed(evidence: Evidence) -> Iterator[tuple[ToolCall, str, Any, str]]:
    """Every scalar argument with where it can be traced to; an empty text where to nothing.

    ``user`` (this turn's words), ``user earlier``, ``result`` (of this turn), ``result earlier``, ``prompt``,
    ``canonical`` (another form of what was said), ``derived`` (recomputed), ``default``.
    """
    now = evidence.world.now
    seen, earlier = Seen(now), set[str]()
    turn, before = "", ""
    here: set[str] = set()  # what this turn's results showed
    asked_with: dict[str, set[str]] = {}  # a returned value -> what its call was asked with
    asking, inputs = False, dict[str, set[str]]()
    kept: set[str] = set()  # arguments of the call that was refused last turn: what stays as it was said
    prompt = evidence.scenario.policy.casefold()
    for message in evidence.messages:
        if message.role == "user":
            if asking:  # the answer to a question belongs to the wish that raised it
                turn = f"{turn}\n{message.text.casefold()}"
            else:
                before, turn = f"{before}\n{turn}", message.text.casefold()
                kept, here = _refused_arguments(evidence.messages, message), set()
            earlier = set(seen.known)
        for made in message.calls:
            spec = evidence.toolkit.tools[made.name].spec if made.name in evidence.toolkit.tools else None
            for name, value in made.arguments.items() if isinstance(made.arguments, dict) else ():
                kind = spec.kinds.get(name, "") if spec else ""
                schema = spec.parameters["properties"].get(name, {}) if spec else {}
                for part in _parts(value):
                    key = canonical(part)
                    named = any(contains(turn, text) for text in asked_with.get(key, ()))
                    pointed = named or key in here or key in kept or _pointed(kind, turn)
                    how = _where(part, kind, turn, before, prompt, seen, earlier, pointed)
                    if not how and "default" in schema and canonical(schema["default"]) == canonical(value):
                        how = "default"
                    yield made, name, part, how
        for result in message.results:
            seen.add(material(evidence, result))
            shown = material(evidence, result).known
            here |= shown
            for key in shown:
                asked_with.setdefault(key, set()).update(inputs.get(result.call_id, ()))
        asking = message.role == "assistant" and message.text.endswith("?")
        inputs = {
            made.id: {str(part).casefold() for value in made.arguments.values() for part in _parts(value)}
            for made in message.calls
            if isinstance(made.arguments, dict)
        }


def _refused_arguments(messages: tuple[Message, ...], until: Message) -> set[str]:
    """The arguments of calls that were refused in the turn before a message."""
    found: set[str] = set()
    refused: set[str] = set()
    for message in messages:
        if message.role == "user":
            if message is until:
                break
            found, refused = set(), set()
        refused |= {result.call_id for result in message.results if result.status == "refused"}
        found |= {f"{made.id} {canonical(value)}" for made in message.calls for value in made.arguments.values()}
    return {text.partition(" ")[2] for text in found if text.partition(" ")[0] in refused}


def _pointed(kind: str, turn: str) -> bool:
    """Whether a returned value may be meant: ids always are; what a person could have said must be pointed at."""
    return not kind or kind.startswith("!") or _POINTS.get(kind, _POINTS[""]).search(turn) is not None


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _parts(item)]
    if isinstance(value, list):
        return [part for item in value for part in _parts(item)]
    return [value]


def _where(
    value: Any, kind: str, turn: str, before: str, prompt: str, seen: Seen, earlier: set[str], pointed: bool
) -> str:
    literal = plain_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    low, plain = literal.casefold(), kind.lstrip("!")
    if not isinstance(value, bool):
        if contains(turn, low):
            return "user"
        if canonical(value) in seen.known and pointed:
            return "result earlier" if canonical(value) in earlier else "result"
        if pointed and contains(before, low):
            return "user earlier"
        if contains(prompt, low):
            return "prompt"
    # The date of today stands in every prompt; who does not say "today" does not mean it.
    texts = [(turn, "canonical")]
    texts += [(before, "canonical")] if pointed else []
    texts += [(prompt, "prompt")] if plain not in ("day", "clock") else []
    for text, name in texts:
        if _in_another_form(plain, value, text, seen.now):
            return name
    return "derived" if _derivable(plain, value, seen) else ""


_POINTS = {
    "day": re.compile(r"\b((that|same|this) (day|date|evening|morning)|then|there|day after|day before)\b"),
    "clock": re.compile(r"\b((that|same|this) time|then|when it)\b"),
    "city": re.compile(r"\b((that|same|this) (city|place|town)|there)\b"),
    **dict.fromkeys(("count", "minutes", "money", "budget"), re.compile(r"(?!)")),  # amounts are said, not pointed at
    "": re.compile(r"\b(it|that|this|these|those|them|same|then|there|one|both|its|current|new)\b"),
}


_FLAGS = {
    True: ("yes", "unlock", "activate", "on", "enable"),
    False: ("no", "lock", "deactivate", "off", "disable"),
}


def _in_another_form(kind: str, value: Any, text: str, now: datetime) -> bool:
    if isinstance(value, bool):
        return any(contains(text, word) for word in _FLAGS[value])
    if kind == "minutes" and isinstance(value, int):
        hours = {30: "half an hour", 60: "an hour", 90: "an hour and a half", 120: "two hours"}.get(value)
        return (hours is not None and contains(text, hours)) or contains(text, f"{value} minutes")
    return mentioned(kind, value, text, now)


def _derivable(kind: str, value: Any, seen: Seen) -> bool:
    """Whether an amount is the sum of two amounts that were returned."""
    if kind != "money":
        return False
    amounts = []
    for path, found in seen.values:
        if isinstance(found, str) and re.fullmatch(r"\d+\.\d{2}", found):
            amounts.append((path, Decimal(found)))
    return any(one[1] + two[1] == Decimal(value) for one, two in combinations(amounts, 2) if one[0] == two[0])


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")
_CODE = re.compile(r"\b[A-Z]{2}-\d{3,}\b|(?<![\d.,])\b[A-Za-z]*\d{4,}[A-Za-z\d]*\b(?![.,]\d)")
_COUNTED = re.compile(r"\b(" + "|".join(WORDS[1:]) + r")\b")
_CAPITAL = re.compile(r"(?<![.!?:\"'\n])(?<!^)\s([A-Z][\w’'-]+)")
_PLAIN_CAPITALS = frozenset(word.casefold() for word in (*MONTHS, *WEEKDAYS, "I", "I'd", "I'll", "I'm", "I've", "OK"))
_STATES = (
    *("cancelled", "confirmed", "delivered", "shipped", "processing", "returned", "delayed", "sold out"),
    *("out of stock", "in stock", "pending", "resolved", "locked", "unlocked"),
)


def visible_facts(evidence: Evidence) -> Iterator[Finding]:
    """Numbers, ids, names, dates, times and states in the assistant's words were visible before they were said."""
    seen, turn = Seen(evidence.world.now), Seen(evidence.world.now)
    seen.hear(evidence.scenario.policy)
    for message in evidence.messages:
        if message.role == "user":
            seen.hear(message.text)
            turn = Seen(evidence.world.now)
            turn.hear(message.text)
        elif message.role == "assistant" and message.text:
            yield from _unseen(message.text, seen)
            if turn.values:
                yield from _misplaced(message.text, turn)
        for made in message.calls:
            turn.read(made.arguments)
        for result in message.results:
            seen.add(material(evidence, result))
            turn.add(material(evidence, result))


_AMOUNT = re.compile(r"€(\d[\d,]*(?:\.\d+)?)")


def _misplaced(text: str, turn: Seen) -> Iterator[Finding]:
    """Times and amounts that belong to something else: a report speaks of what this turn brought to light."""
    for match in _AMOUNT.finditer(text):
        if not _number_known(match[1].replace(",", ""), turn):
            yield f"says {match[0]!r}, which is not of this turn"
    for match in _CLOCK.finditer(text):
        clock = f"{int(match[1]):02d}:{match[2]}"
        if (
            canonical(clock) not in turn.known
            and clock not in turn.text
            and not mentioned("clock", clock, turn.text, turn.now)
        ):
            yield f"says {match[0]!r}, which is not of this turn"


def _unseen(text: str, seen: Seen) -> Iterator[Finding]:
    rest = text
    for match in _CODE.finditer(text):
        low = match[0].casefold()
        shown = low in seen.words or contains(seen.text, low) or canonical(match[0]) in seen.known
        if not shown and not _number_known(match[0], seen):
            yield f"says {match[0]!r}, which nothing showed"
    for match in _DATE.finditer(text):
        if not _date_known(int(match[1]), MONTHS.index(match[2]) + 1, seen):
            yield f"says {match[0]!r}, which nothing showed"
        rest = rest.replace(match[0], " ")
    for match in _CLOCK.finditer(text):
        clock = f"{int(match[1]):02d}:{match[2]}"
        if (
            canonical(clock) not in seen.known
            and not mentioned("clock", clock, seen.text, seen.now)
            and clock not in seen.text
        ):
            yield f"says {match[0]!r}, which nothing showed"
        rest = rest.replace(match[0], " ")
    rest = _CODE.sub(" ", rest)
    for number in numbers_in(rest):
        if not _number_known(str(number), seen):
            yield f"says {number}, which nothing showed"
    for match in _COUNTED.finditer(rest.casefold()):
        if not _number_known(str(WORDS.index(match[1])), seen) and match[1] not in seen.words and match[1] != "one":
            yield f"says {match[1]!r}, which nothing showed"
    for match in _CAPITAL.finditer(rest):
        words = _words(match[1]) - {"s"}
        if match[1].casefold() not in _PLAIN_CAPITALS and not words <= seen.words:
            yield f"says {match[1]!r}, which nothing showed"
    for state in _STATES:
        if contains(rest.casefold(), state) and not _state_known(state, seen):
            yield f"says {state!r}, which nothing showed"


def _number_known(text: str, seen: Seen) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if number in seen.numbers or any(number == count or number == count - 5 for count in seen.lengths):
        return True
    decimals = max(2, -int(number.as_tuple().exponent))
    return any(abs(number - known) * 2 <= Decimal(1).scaleb(-decimals) for known in seen.numbers)


def _date_known(day: int, month: int, seen: Seen) -> bool:
    if (month, day) in seen.dates:
        return True
    if contains(seen.text, f"{day} {MONTHS[month - 1].casefold()}"):
        return True
    try:
        value = date(seen.now.year, month, day).isoformat()
    except ValueError:
        return False
    later = date(seen.now.year + 1, month, day).isoformat() if (month, day) != (2, 29) else value
    return any(mentioned("day", one, seen.text, seen.now) for one in (value, later))


#: How a state may stand in a result other than by its own name.
_STATE_SIGNS = {
    "sold out": ("seats_left",),
    "out of stock": ("in_stock", "stock"),
    "in stock": ("in_stock", "stock"),
    "delayed": ("delay_minutes",),
    "cancelled": ("refund", "cancel_status"),
    "returned": ("returnable", "refund"),
    "resolved": (),
    "unlocked": ("lockstatus",),
    "locked": ("lockstatus",),
}


def _state_known(state: str, seen: Seen) -> bool:
    return contains(seen.text, state) or any(sign in seen.text for sign in _STATE_SIGNS.get(state, ()))


_DONE = re.compile(
    r"\b(booked|cancelled|canceled|moved|added|deleted|removed|invited|changed|sent|posted|reserved|ordered|returned|"
    r"refunded|redirected|checked in|set|scheduled|created|placed|withdrawn|deposited|registered|copied|renamed|closed|"
    r"done|saved|followed|unfollowed|commented)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(couldn't|could not|can't|cannot|didn't work|not possible|no luck|unable|was refused|wasn't able|haven't|"
    r"have not|hasn't been|has not been|(?:is|was|are|were)(?:n't| not) (?:" + _DONE.pattern[3:-3] + r"))\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"(?:\b(?:it|that|everything|all)'s"
    r"|\b(?:is|are|was|were|has been|have been|i've|i have|i|you're|done|been|now))\b[^.!?]{0,40}?"
    + _DONE.pattern
    + r"|^\W*"
    + _DONE.pattern,
    re.IGNORECASE,
)


_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def words_and_deeds(evidence: Evidence) -> Iterator[Finding]:
    """What is said to be done was done by a call in this turn; what was done is not denied, nor the other way round."""
    wrote = refused = False
    states: set[str] = set()
    for message in evidence.messages:
        if message.role == "user":
            wrote = refused = False
            states = set()
        for result in message.results:
            effect = (
                evidence.toolkit.tools[result.name].spec.effect if result.name in evidence.toolkit.tools else "read"
            )
            wrote |= result.status == "ok" and effect == "write"
            refused |= result.status == "refused"
            states |= material(evidence, result).words
        if message.role != "assistant" or not message.text or message.calls:
            continue
        for sentence in _SENTENCE.split(message.text):
            if sentence.endswith("?"):
                continue
            denied = _DENIED.search(sentence)
            if denied and not refused and not _told_by_result(denied[0], states):
                yield f"denies what no tool refused: {sentence[:60]!r}"
            claimed = None if denied else _CLAIM.search(sentence)
            if claimed and not wrote:
                verb = _DONE.search(claimed[0])
                # "Paris (cancelled)" may be a state that was read; "It's cancelled." names nothing and is a deed.
                bare = not re.search(r"\d|\s[A-Z]", sentence)
                if verb and (bare or not _words(verb[0]) <= states):
                    yield f"claims what no call did: {sentence[:60]!r}"


def _told_by_result(denial: str, states: set[str]) -> bool:
    return _words(denial) - {"is", "was", "not", "isn", "t", "wasn"} <= states or denial.casefold() in (
        "can't",
        "cannot",
    )


# ── the goal, and whether it was decidable ───────────────────────────────────────────────────────────────


def reached(evidence: Evidence) -> Iterator[Finding]:
    """The world is as it should be and nothing else changed; the facts were told; the evidence was read."""
    yield from score(evidence.scenario, evidence.messages, rerun(evidence).end, evidence.ended).notes
    for fact in evidence.scenario.checks.told:
        wanted = {canonical(value) for _, value in fact.values}
        texts = [text for known, text in _reports(evidence) if wanted <= known]
        now = evidence.world.now
        if texts and not any(sum(mentioned(k, v, t, now) for k, v in fact.values) >= fact.at_least for t in texts):
            yield f"what step {fact.step} found was not told when it was found"


def _reports(evidence: Evidence) -> Iterator[tuple[set[str], str]]:
    """Every result's values with the assistant's next words."""
    waiting: list[set[str]] = []
    for message in evidence.messages:
        waiting += [material(evidence, result).known for result in message.results]
        if message.role == "assistant" and message.text and not message.calls:
            yield from ((known, message.text) for known in waiting)
            waiting = []


def decidable(evidence: Evidence) -> Iterator[Finding]:
    """Every id that matters is determined: another visible one of its kind would miss the goal."""
    visible: dict[str, dict[str, Any]] = {}
    wanted = comparable(evidence.scenario.checks.changes, evidence.world.base)
    for place, (made, result, _) in enumerate(rerun(evidence).steps):
        spec = evidence.toolkit.tools[made.name].spec
        for name, value in made.arguments.items():
            kind = spec.kinds.get(name, "")
            others = [other for key, other in visible.get(kind, {}).items() if key != canonical(value)]
            for other in others[:2] if kind.startswith("!") else ():
                if _as_good(evidence, place, {**made.arguments, name: other}, wanted):
                    yield f"{made.name}.{name} could as well be {other!r}"
                    break
        for path, value in material(evidence, result).values:
            kind = spec.return_kinds.get(path, "")
            if kind.startswith("!"):
                visible.setdefault(kind, {})[canonical(value)] = value


def _as_good(evidence: Evidence, place: int, arguments: dict[str, Any], wanted: str) -> bool:
    """Whether the goal is reached with one call made otherwise: then nothing visible decided against it."""
    steps, tools = rerun(evidence).steps, tools_in_view(evidence)
    made, _, before = steps[place]
    world = before.fork()
    changed = call(tools, world, ToolCall(made.id, made.name, arguments))
    if changed.status != "ok":
        return False
    results = [result for _, result, _ in steps[:place]]
    results += [changed, *(call(tools, world, later) for later, _, _ in steps[place + 1 :])]
    read = {digest_of(one.content) for one in results if one.status == "ok"}
    if not set(evidence.scenario.checks.read) <= read:
        return False
    shown = {canonical(value) for one in results for _, value in scalars(one.content)}
    for fact in evidence.scenario.checks.told:
        if sum(canonical(value) in shown or kind_of(value) == "list" for _, value in fact.values) < fact.at_least:
            return False
    return comparable(world.changes(), evidence.world.base) == wanted


# ── all together ─────────────────────────────────────────────────────────────────────────────────────────

GATES: dict[str, Gate] = {
    "structure": structure,
    "valid": valid,
    "leak": leak,
    "traceable": traceable,
    "facts": visible_facts,
    "deeds": words_and_deeds,
    "replay": replayed,
    "goal": reached,
    "decidable": decidable,
}


def first_finding(evidence: Evidence) -> tuple[str, Finding]:
    """The first gate that finds something, and what: the plan's own gates, then the independent ones.

    Two empty texts where all is clean. This is what decides whether a dialogue is accepted.
    """
    for name, gate in {**PLANNED, **GATES}.items():
        for finding in gate(evidence):
            return name, finding
    return "", ""


def findings(evidence: Evidence) -> list[tuple[str, Finding]]:
    """All that every gate finds: pairs of gate and finding. A row whose structure is broken goes no further."""
    found: list[tuple[str, Finding]] = []
    for name, gate in GATES.items():
        found += [(name, finding) for finding in gate(evidence)]
        if found and name in ("structure", "valid"):
            break
    return found


@dataclass(slots=True)
class Verdict:
    """What verifying a run came to: rows, findings as (index, gate, finding), by gate the rows that it faults."""

    rows: int = 0
    findings: list[tuple[int, str, Finding]] = field(default_factory=list)
    faulted: dict[str, set[int]] = field(default_factory=dict)


def verify(rows: Iterable[tuple[int, Evidence]], progress: Callable[[int], None] | None = None) -> Verdict:
    """Put every row through every gate, and look for near-duplicates among them.

    Args:
        rows: index and evidence of each row, streamed.
        progress: told the number of rows done.
    """
    verdict = Verdict(faulted={name: set() for name in (*GATES, "duplicate")})
    known: dict[str, int] = {}
    for index, evidence in rows:
        verdict.rows += 1
        found = findings(evidence)
        shown = [pair for m in evidence.messages for r in m.results for pair in material(evidence, r).values]
        first = known.setdefault(digest_of(masked(evidence.messages, shown)), index)
        if first != index:
            found.append(("duplicate", f"differs from row {first} in its values alone"))
        for gate, finding in found:
            verdict.findings.append((index, gate, finding))
            verdict.faulted[gate].add(index)
        if progress is not None:
            progress(verdict.rows)
    return verdict


def masked(messages: tuple[Message, ...], shown: Iterable[tuple[str, Any]] | None = None) -> str:
    """The user's words with every entity value masked, and the tools called: equal for near-duplicates.

    ``shown`` is what the results show, where that is known already.
    """
    if shown is None:
        shown = [pair for message in messages for result in message.results for pair in scalars(result.content)]
    values = {value.casefold() for _, value in shown if isinstance(value, str) and len(value) > 2}
    lines = []
    for message in messages:
        if message.role == "user":
            lines.append(masked_text(message.text, values))
        lines += [made.name for made in message.calls]
    return "\n".join(lines)


_WHEN = re.compile(
    r"\b(?:" + "|".join(word.casefold() for word in (*MONTHS, *WEEKDAYS)) + r"|today|tomorrow|yesterday|noon)\b"
    r"|\b\d[\d:.,]*(?:st|nd|rd|th|am|pm)?\b|\b(?:" + "|".join(WORDS) + r")\b"
)


def masked_text(text: str, values: set[str]) -> str:
    """A text with names, ids, dates, times and numbers masked."""
    low = text.casefold()
    for value in sorted(values, key=len, reverse=True):
        if value in low:
            low = low.replace(value, "_")
    return " ".join(_WHEN.sub("_", low).split())
