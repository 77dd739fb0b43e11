"""The independent verifier: it reads messages, tools and world, and never the planner's tags.

Each gate is a function from a case to findings. They stand in order of cost; all of them look at every row.
What a gate does not know: why the plan did what it did. What it does know: what the assistant could see before
each word and each call.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from agents.speech import consents, proposes
from tools_mock import ToolCall, ToolResult, call, canonical, digest_of, is_failure
from tools_mock.values import (
    MONTHS,
    WEEKDAYS,
    WORDS,
    contains,
    kind_of,
    mentioned,
    numbers_in,
)
from tools_mock.world import digest_of_text

from .attribution import SENTENCE, Seen, Shown, attributed, material, words_in
from .gates import PLANNED, Evidence, Gate, leak, own_name, prompted, replayed, rerun, structure, texts, tools_in_view
from .probe import scalars
from .score import alike, comparable, score
from .wording import masked

Finding = str


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────


def valid(evidence: Evidence) -> Iterator[Finding]:
    """Every call names a tool in view, fits its schema, and was executed."""
    tools = tools_in_view(evidence)
    for made, result, _ in rerun(evidence).steps:
        if made.id in evidence.masked:
            continue
        if made.name not in tools:
            yield f"{made.name} is not among the tools in view"
        elif result.status == "invalid":
            yield f"{made.name}: {result.content['error']['message']}"
    for message in evidence.messages:
        for result in message.results:
            if result.status == "invalid" and result.call_id not in evidence.masked:
                yield f"{result.name} was called wrongly"


def ungrounded(evidence: Evidence) -> Iterator[str]:
    """The calls, by id, with an argument that comes from nowhere."""
    yield from (one.call.id for one in attributed(evidence) if not one.how)


def traceable(evidence: Evidence) -> Iterator[Finding]:
    """Every argument stands in what was visible before the call: literally, in another form, or derived."""
    for one in attributed(evidence):
        if not one.how and one.call.id not in evidence.masked:
            yield f"{one.call.name}.{one.name} = {one.value!r} comes from nowhere"
    if not evidence.toolkit.foreign:
        yield from _singled_out(evidence)


_PLACED = re.compile(
    r"\b(\w+est|first|last|next|other|both|all|every|most|least|whoever|one that|it"
    r"|that(?! (?:day|time|city)))\b"
)


def _singled_out(evidence: Evidence) -> Iterator[Finding]:
    """One of several listed things is meant only if the user's words of this turn tell it from the others.

    They do if they share a word, a number, a date or a time with it that not all of them have, or place it ("the
    first"); a thing that was dealt with before may simply be "it".
    """
    tools = tools_in_view(evidence)
    ids = {
        canonical(one.value)
        for one in attributed(evidence)
        if one.how.startswith("result") and tools[one.call.name].spec.kinds.get(one.name, "").startswith("!")
    }
    if not ids:
        return
    listed: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    known: set[str] = set()
    turn, asking, now = "", False, evidence.world.now
    for message in evidence.messages:
        if message.role == "user":
            turn = f"{turn}\n{message.text}" if asking else message.text
        asking = message.role == "assistant" and message.text.endswith("?")
        for made in message.calls:
            kinds = tools[made.name].spec.kinds
            for name, value in made.arguments.items():
                key = canonical(value)
                if kinds.get(name, "").startswith("!") and key in listed and key not in known:
                    item, rest = listed[key]
                    if len(rest) > 1 and not _told_apart(item, rest, turn.casefold(), now):
                        yield f"{made.name}.{name} = {value!r}: nothing that was said singles it out of {len(rest)}"
            known |= {canonical(value) for value in made.arguments.values()}
        for result in message.results:
            its = material(evidence, result)
            fresh = ids & its.known - listed.keys()
            for item, rest in its.items if fresh else ():
                for key in fresh & {canonical(value) for name, value in item.items() if name.endswith("_id")}:
                    listed.setdefault(key, (item, rest))
            if isinstance(result.content, dict):
                known |= {canonical(value) for value in result.content.values() if not isinstance(value, dict | list)}


def _told_apart(item: dict[str, Any], rest: list[dict[str, Any]], turn: str, now: Any) -> bool:
    if _PLACED.search(turn):
        return True
    said = words_in(turn)
    for name, value in item.items():
        if isinstance(value, bool | dict | list) or all(other.get(name) == value for other in rest):
            continue
        if isinstance(value, str) and any(len(word) > 2 for word in words_in(value) & said):
            return True
        if mentioned("money" if name in _AMOUNTS else "", value, turn, now):
            return True
    return False


_AMOUNTS = frozenset(("price", "total", "amount", "balance", "refund", "limit", "main_course"))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")
_CODE = re.compile(r"\b[A-Z]{2}-\d{3,}\b|(?<![\d.,])\b[A-Za-z]*\d{4,}[A-Za-z\d]*\b(?![.,]\d)")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d{4}|-\d{3}")
_COUNTED = re.compile(r"\b(" + "|".join(WORDS[1:]) + r")\b")
_CAPITAL = re.compile(r"(?<![.!?:\"'\n])(?<!^)\s([A-Z][\w’'-]+)")
_PLAIN_CAPITALS = frozenset(
    word.casefold() for word in (*MONTHS, *WEEKDAYS, "I", "I'd", "I'll", "I'm", "I've", "OK", "GB", "MB")
)
_STATES = (
    *("cancelled", "confirmed", "delivered", "shipped", "processing", "returned", "delayed", "sold out"),
    *("out of stock", "in stock", "pending", "resolved", "locked", "unlocked"),
)

_STATE = re.compile(r"\b(" + "|".join(_STATES) + r")\b")


def visible_facts(evidence: Evidence) -> Iterator[Finding]:
    """Numbers, ids, names, dates, times and states in the assistant's words were visible before they were said."""
    seen, lately = Seen(evidence.world.now), Lately(Seen(evidence.world.now))
    seen.hear(evidence.scenario.policy)
    asking = False
    for message in evidence.messages:
        if message.role == "user":
            seen.hear(message.text)
            if not asking:  # the answer to a question belongs to the wish that raised it
                lately = Lately(Seen(evidence.world.now), earlier=[*lately.earlier, *lately.all.shown])
            lately.all.hear(message.text)
        elif message.role == "assistant" and message.text:
            yield from _unseen(message.text, seen)
            if lately.called:
                yield from _misplaced(message.text, lately)
        asking = message.role == "assistant" and message.text.endswith("?")
        lately.called |= bool(message.calls)
        for made in message.calls:
            for _, value in scalars(made.arguments):
                lately.all.hear(str(value))
                lately.asked.add(canonical(value))
        for result in message.results:
            seen.add(material(evidence, result))
            lately.all.add(material(evidence, result))
            if result.status == "ok":
                seen.done += f" {own_name(evidence, result.name)}"


_AMOUNT = re.compile(r"€(\d[\d,]*(?:\.\d+)?)")


@dataclass(slots=True)
class Lately:
    """What the open turn brought to light.

    Args:
        all: all of it, and the user's words.
        called: whether a call was made.
        asked: what was asked with.
        earlier: the results of the turns before it.
    """

    all: Seen
    called: bool = False
    asked: set[str] = field(default_factory=set)
    earlier: list[Shown] = field(default_factory=list)

    def knows(self, key: str) -> bool:
        """Whether a value was asked with or came back."""
        return key in self.asked or self.all.knows(key)

    def alone(self, value: str) -> bool:
        """Whether a text came back that stands by itself, not in an item of a list."""
        return any(value in one.alone for one in self.all.shown)


def _records(content: Any, around: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object in a result with its scalars, and those of what it stands in."""
    if isinstance(content, dict):
        own = around | {name: value for name, value in content.items() if not isinstance(value, dict | list)}
        yield own
        for item in content.values():
            yield from _records(item, own)
    elif isinstance(content, list):
        for item in content:
            yield from _records(item, around)


def _misplaced(text: str, lately: Lately) -> Iterator[Finding]:
    """Times and amounts that belong to something else.

    A report speaks of what this turn brought to light, of a list's item only where it names it or singles it out;
    an earlier thing's facts belong where it is named.
    """
    turn = lately.all
    if "€" not in text and ":" not in text:
        return
    for sentence in SENTENCE.split(text):
        for match in _AMOUNT.finditer(sentence):
            number = match[1].replace(",", "")
            value = f"{Decimal(number):.2f}"
            here = _number_known(number, turn) and _belongs(value, text, lately)
            if not here and not _recapped(value, sentence, lately):
                yield f"says {match[0]!r}, which is not of this turn"
        for match in _CLOCK.finditer(sentence):
            value = f"{int(match[1]):02d}:{match[2]}"
            said = value in turn.text or mentioned("clock", value, turn.text, turn.now)
            here = said or (lately.knows(canonical(value)) and _belongs(value, text, lately))
            if not here and not _recapped(value, sentence, lately):
                yield f"says {match[0]!r}, which is not of this turn"


def _belongs(value: str, text: str, lately: Lately) -> bool:
    """Whether a value stands by itself, or is of a list's item that the text names, or that is the first or last."""
    if canonical(value) in lately.asked or lately.alone(value):
        return True
    holders = [(item, rest) for one in lately.all.shown for item, rest in one.items if value in item.values()]
    if not holders:
        return True
    low, now = text.casefold(), lately.all.now
    for item, rest in holders:
        others = [other for other in item.values() if other not in ("", value) and isinstance(other, str)]
        if not others or any(mentioned("", other, low, now) and not lately.alone(other) for other in others):
            return True
        name = next(name for name, other in item.items() if other == value)
        ranked = sorted(str(one.get(name, "")).rjust(12) for one in rest)
        if _RANKING.search(low) and value.rjust(12) in (ranked[0], ranked[-1]):
            return True
    return False


_RANKING = re.compile(
    r"\b(cheap|earl|late|last|first|from|between|high|low|least|most|start|begin|end|up to|dear|only)"
)


def _recapped(value: str, sentence: str, lately: Lately) -> bool:
    """Whether an earlier thing has this value, and the sentence names that thing by something this turn has not."""
    low = sentence.casefold()
    contents = [one.content for one in (*lately.earlier, *lately.all.shown)]
    for record in (one for content in contents for one in _records(content, {})):
        if value not in record.values():
            continue
        for name in record.values():
            named = isinstance(name, str) and name != value and kind_of(name) in ("text", "day")
            if named and not lately.knows(canonical(name)) and mentioned("", name, low, lately.all.now):
                return True
    return False


class Said(NamedTuple):
    """What a text states that can be looked up: read from the text alone."""

    codes: tuple[str, ...]
    dates: tuple[tuple[str, int, int], ...]
    clocks: tuple[str, ...]
    numbers: tuple[str, ...]
    counted: tuple[str, ...]
    capitals: tuple[str, ...]
    states: tuple[str, ...]


@lru_cache(maxsize=5_000)
def _said(text: str) -> Said:
    """Every code, date, time, number, counted word, name and state in a text, each read but once."""
    digits, rest = _DIGIT.search(text) is not None, text
    codes = tuple(_CODE.findall(text)) if digits and _DIGITS.search(text) else ()
    dates = tuple((one[0], int(one[1]), MONTHS.index(one[2]) + 1) for one in _DATE.finditer(text)) if digits else ()
    clocks = tuple(_CLOCK.finditer(text)) if ":" in text else ()
    for whole in (*(one[0] for one in dates), *(one[0] for one in clocks)):
        rest = rest.replace(whole, " ")
    rest = _CODE.sub(" ", rest) if codes else rest
    low = rest.casefold()
    return Said(
        codes,
        dates,
        tuple(f"{int(clock[1]):02d}:{clock[2]}" for clock in clocks),
        tuple(map(str, numbers_in(rest))) if digits else (),
        tuple(word for word in _COUNTED.findall(low) if word != "one"),
        tuple(word for word in map(str.casefold, _CAPITAL.findall(rest)) if word not in _PLAIN_CAPITALS),
        tuple(dict.fromkeys(_STATE.findall(low))),
    )


def _unseen(text: str, seen: Seen) -> Iterator[Finding]:
    said = _said(text)
    for code in said.codes:
        shown = contains(seen.text, code.casefold()) or seen.knows(canonical(code))
        if not shown and not _number_known(code, seen):
            yield f"says {code!r}, which nothing showed"
    for words, day, month in said.dates:
        if not _date_known(day, month, seen):
            yield f"says {words!r}, which nothing showed"
    for clock in said.clocks:
        if (
            not seen.knows(canonical(clock))
            and not mentioned("clock", clock, seen.text, seen.now)
            and clock not in seen.text
        ):
            yield f"says {clock!r}, which nothing showed"
    for number in said.numbers:
        if not _number_known(number, seen):
            yield f"says {number}, which nothing showed"
    for word in said.counted:
        if not contains(seen.text, word) and not _number_known(str(WORDS.index(word)), seen):
            yield f"says {word!r}, which nothing showed"
    for word in said.capitals:
        if not contains(seen.text, word) and not all(contains(seen.text, part) for part in words_in(word) - {"s"}):
            yield f"says {word!r}, which nothing showed"
    for state in said.states:
        if not _state_known(state, seen):
            yield f"says {state!r}, which nothing showed"


def _number_known(text: str, seen: Seen) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if seen.knows(text) or seen.knows(f'"{text}"') or any(number in known for known in seen.numbers()):
        return True
    if any(number in one.lengths or number + 5 in one.lengths for one in seen.shown):
        return True
    close = Decimal(1).scaleb(-max(2, -int(number.as_tuple().exponent)))
    return any(abs(number - one) * 2 <= close for known in seen.numbers() for one in known)


def _date_known(day: int, month: int, seen: Seen) -> bool:
    if seen.knows(f'"{seen.now.year}-{month:02d}-{day:02d}"') or any((month, day) in one.dates for one in seen.shown):
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
    signs = _STATE_SIGNS.get(state, ())
    # What a call did brought about the state: "cancelled" after cancel_taxi.
    return contains(seen.text, state) or any(sign in seen.text for sign in signs) or state[:6] in seen.done


_DEEDS = (
    *(
        "booked",
        "cancelled",
        "canceled",
        "moved",
        "added",
        "deleted",
        "removed",
        "invited",
        "changed",
        "sent",
        "posted",
    ),
    *("reserved", "ordered", "returned", "refunded", "redirected", "checked in", "set", "scheduled", "created"),
    *("placed", "withdrawn", "deposited", "registered", "copied", "renamed", "closed", "done", "saved", "followed"),
    *("unfollowed", "commented"),
)
_DONE = re.compile(rf"\b({'|'.join(_DEEDS)})\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(couldn't|could not|can't|cannot|didn't work|not possible|no luck|unable|was refused|wasn't able|haven't|"
    r"have not|hasn't been|has not been|(?:is|was|are|were)(?:n't| not) (?:" + _DONE.pattern[3:-3] + r"))\b",
    re.IGNORECASE,
)
#: One of these is in every denial.
_DENIALS = ("n't", "not", "no luck", "unable", "refused")
_MISSING = re.compile(r"\b(find|found|see|any|locate|turn up|there)\b", re.IGNORECASE)
_CLAIM = re.compile(
    r"(?:\b(?:it|that|everything|all)'s"
    r"|\b(?:is|are|was|were|has been|have been|i've|i have|i|you're|done|been|now))\b[^.!?]{0,40}?"
    + _DONE.pattern
    + r"|^\W*"
    + _DONE.pattern,
    re.IGNORECASE,
)


#: What a look at one's own things shows to be so: "you're booked at" after list_stays is no claim of a deed.
_STATIVE = {
    **dict.fromkeys(("stays", "rides", "reservations", "bookings", "appointments"), "booked reserved"),
    **dict.fromkeys(("saved", "payees", "contact"), "saved"),
}


def words_and_deeds(evidence: Evidence) -> Iterator[Finding]:
    """What is said to be done was done by a call in this turn; what was done is not denied, nor the other way round."""
    tools = tools_in_view(evidence)
    wrote = refused = asking = empty = called = False
    read: list[ToolResult] = []
    broken: set[str] = set()
    for message in evidence.messages:
        if message.role == "user" and not asking:
            wrote = refused = empty = called = False
            read, broken = [], set()
        asking = message.role == "assistant" and message.text.endswith("?")
        for result in message.results:
            tool = tools.get(result.name)
            wrote |= result.status == "ok" and tool is not None and tool.spec.effect == "write"
            refused |= result.status == "refused" and not is_failure(result)
            broken = broken | {result.name} if is_failure(result) else broken - {result.name}
            called = True
            read.append(result)
            empty |= 0 in material(evidence, result).lengths
        if message.role != "assistant" or not message.text or message.calls:
            continue
        for sentence, denied, claimed in _statements(message.text):
            if denied:
                missing = not called or (empty and _MISSING.search(sentence))
                if (
                    not refused
                    and not broken
                    and not missing
                    and not _told_by_result(denied[0], _states(evidence, read))
                ):
                    yield f"denies what no tool refused: {sentence[:60]!r}"
            elif claimed and not wrote:
                verb = _DONE.search(claimed[0])
                # "Paris (cancelled)" may be a state that was read; "It's cancelled." names nothing and is a deed.
                bare = not re.search(r"\d|\s[A-Z]", sentence)
                if verb and (bare or not _told(words_in(verb[0]), _states(evidence, read))):
                    yield f"claims what no call did: {sentence[:60]!r}"


_Match = re.Match[str] | None


@lru_cache(maxsize=5_000)
def _statements(text: str) -> tuple[tuple[str, _Match, _Match], ...]:
    """The sentences of a text that deny something, or else say that something is done, with where they do."""
    found = []
    for sentence in SENTENCE.split(text):
        if sentence.endswith("?"):
            continue
        low = sentence.casefold()  # most sentences do neither, and the plain words show it sooner
        denied = _DENIED.search(sentence) if any(word in low for word in _DENIALS) else None
        claimed = _CLAIM.search(sentence) if not denied and any(word in low for word in _DEEDS) else None
        if denied or claimed:
            found.append((sentence, denied, claimed))
    return tuple(found)


def _states(evidence: Evidence, results: list[ToolResult]) -> str:
    """What results show, and what looking at one's own things shows to be so."""
    texts, tools = [], tools_in_view(evidence)
    for result in results:
        texts.append(material(evidence, result).text)
        its, tool = own_name(evidence, result.name), tools.get(result.name)
        if tool is None or tool.spec.effect == "read":
            texts += [f"\n{words}" for sign, words in _STATIVE.items() if sign in its]
    return "".join(texts)


def _told(words: Iterable[str], states: str) -> bool:
    return all(contains(states, word) for word in words)


def _told_by_result(denial: str, states: str) -> bool:
    words = words_in(denial) - {"is", "was", "not", "isn", "t", "wasn"}
    return denial.casefold() in ("can't", "cannot") or _told(words, states)


def consented(evidence: Evidence) -> Iterator[Finding]:
    """What cannot be undone was proposed, and the user said yes, before it was done."""
    granted, proposed = False, ""
    for message in evidence.messages:
        if message.role == "user":
            granted = bool(proposed) and consents(message.text)
        elif message.role == "assistant" and message.text and not message.calls:
            proposed = message.text if proposes(message.text) else ""
        for made in message.calls:
            tool = evidence.toolkit.tools.get(made.name)
            if tool is not None and tool.spec.irreversible and not granted:
                yield f"{made.name} was called before the user said yes to it"


def acted(evidence: Evidence) -> Iterator[Finding]:
    """What the user did on a device of their own was asked for just before, and is not too much for one turn."""
    said, turn, scenario = "", 0, evidence.scenario
    asked: dict[int, str] = {}
    for message in evidence.messages if evidence.deeds else ():
        if message.role == "user":
            asked[turn], turn = said, turn + 1
        elif message.role == "assistant" and message.text:
            said = message.text.casefold()
    for number in Counter(deed.turn for deed in evidence.deeds for _ in deed.calls).values():
        if number > scenario.limits.device:
            yield f"the user makes {number} calls in a turn; {scenario.limits.device} are allowed"
    for deed in evidence.deeds:
        for made, result in zip(deed.calls, deed.results, strict=False):
            tool = evidence.toolkit.device.get(made.name)
            if tool is None or made.name not in scenario.device or result.status == "invalid":
                yield f"the user cannot call {made.name} with {made.arguments!r}"
            elif not any(word in asked.get(deed.turn, "") for word in tool.phrases.deed):
                yield f"the user calls {made.name}, and nobody asked for it"
        if len(deed.results) != len(deed.calls):
            yield "a call of the user's has no result"


def within_policy(evidence: Evidence) -> Iterator[Finding]:
    """No call asks for more than the policy allows."""
    tools = tools_in_view(evidence)
    for made, result, _ in rerun(evidence).steps:
        for name, value in made.arguments.items() if result.status != "invalid" else ():
            limit = evidence.toolkit.limit(tools[made.name], name)
            if limit is not None and Decimal(str(value)) > limit[1]:
                yield f"{made.name}.{name} = {value!r}, which the policy forbids: {limit[0]}"


# ── the goal, and whether it was decidable ───────────────────────────────────────────────────────────────


def reached(evidence: Evidence) -> Iterator[Finding]:
    """The world is as it should be and nothing else changed; the facts were told; the evidence was read."""
    reports, now = list(_reports(evidence)), evidence.world.now
    told, late = set(), []
    for number, fact in enumerate(evidence.scenario.checks.told):
        wanted = {canonical(value) for _, value in fact.values}
        texts = [text for known, text in reports if wanted <= known]
        if any(sum(mentioned(k, v, t, now) for k, v in fact.values) >= fact.at_least for t in texts):
            told.add(number)
        elif texts:
            late.append(f"what step {fact.step} found was not told when it was found")
    seen = set(_digests(evidence))
    yield from score(evidence.scenario, evidence.messages, rerun(evidence).end, evidence.ended, seen, told).notes
    yield from late


def _reports(evidence: Evidence) -> Iterator[tuple[set[str], str]]:
    """Every result's values with the assistant's next words."""
    waiting: list[set[str]] = []
    for message in evidence.messages:
        waiting += [material(evidence, result).known for result in message.results]
        if message.role == "assistant" and message.text and not message.calls:
            yield from ((known, message.text) for known in waiting)
            waiting = waiting if message.text.endswith("?") else []


def decidable(evidence: Evidence) -> Iterator[Finding]:
    """Every argument is determined: another visible value of its kind would miss the goal.

    What the user said, the prompt shows or a default gives is determined by those words; an id never is, and what
    a result gave is not: there the call is made with another visible value, and the rest of the row after it.
    """
    visible: dict[str, dict[str, Any]] = {}
    open_ = {(one.call.id, one.name) for one in attributed(evidence) if one.how.startswith("result")}
    steps, tools = rerun(evidence).steps, tools_in_view(evidence)
    asked = {
        kind
        for made, _, _ in steps
        for name, kind in tools[made.name].spec.kinds.items()
        if kind.startswith("!") or (made.id, name) in open_
    }
    for place, (made, result, _) in enumerate(steps):
        spec = tools[made.name].spec
        # A call that was refused leaves no trace to compare; what it was about is for the words to decide.
        for name, value in made.arguments.items() if result.status == "ok" else ():
            kind = spec.kinds.get(name, "")
            if not kind.startswith("!") and (not kind or (made.id, name) not in open_):
                continue
            others = [other for key, other in visible.get(kind, {}).items() if key != canonical(value)]
            # One is enough to see whether a look depends on it; what writes is tried with two.
            for other in others[: 1 if spec.effect == "read" else 2]:
                if _as_good(evidence, place, {**made.arguments, name: other}):
                    yield f"{made.name}.{name} could as well be {other!r}"
                    break
        for path, value in material(evidence, result).values:
            if (kind := spec.return_kinds.get(path, "")) in asked:
                visible.setdefault(kind, {})[canonical(value)] = value


def _as_good(evidence: Evidence, place: int, arguments: dict[str, Any]) -> bool:
    """Whether the goal is reached with one call made otherwise: then nothing visible decided against it."""
    steps, tools = rerun(evidence).steps, tools_in_view(evidence)
    made, _, before = steps[place]
    other = ToolCall(made.id, made.name, arguments)
    world, digests = before.fork(), _digests(evidence)
    changed = call(tools, world, other)
    if changed.status != "ok":
        return False
    kept, read, again = [result for _, result, _ in steps[:place]], digests[:place], [changed]
    # What the user does on their device is done in any case, at its place between the calls.
    deeds = {number: [made for made, _ in its] for number, its in rerun(evidence).deeds.items() if number > place}
    after = [(number, later) for number, (later, _, _) in enumerate(steps) if number > place]
    if tools[made.name].spec.effect == "read":  # nothing after it comes out otherwise, and the world ends as it did
        kept += [result for _, result, _ in steps[place + 1 :]]
        read = read + digests[place + 1 :]
    else:
        for number, later in after:  # what only reads changes nothing: first see where the world ends
            _act(evidence, world, deeds.get(number, ()))
            if later.name in tools and tools[later.name].spec.effect == "write":
                call(tools, world, later)
        _act(evidence, world, deeds.get(len(steps), ()))
        base, changes = evidence.world.base, world.changes()
        if not alike(evidence.scenario.checks.changes, changes, base) or comparable(changes, base) != _wanted(evidence):
            return False
        world = before.fork()
        again = [call(tools, world, other)]
        for number, later in after:
            _act(evidence, world, deeds.get(number, ()))
            again.append(call(tools, world, later))
    read += [digest_of(one.content) for one in again if one.status == "ok"]
    if not set(evidence.scenario.checks.read) <= set(read):
        return False
    shown = [{canonical(value) for one in again for _, value in scalars(one.content)}]
    shown += [material(evidence, one).known for one in kept]
    return all(
        sum(kind_of(value) == "list" or any(canonical(value) in known for known in shown) for _, value in fact.values)
        >= fact.at_least
        for fact in evidence.scenario.checks.told
    )


def _act(evidence: Evidence, world: Any, made: Iterable[ToolCall]) -> None:
    """Let the user do something on their device."""
    for one in made:
        call(evidence.toolkit.device, world, one)


def _wanted(evidence: Evidence) -> str:
    """How the world should end, in a form that two right episodes share; once per row."""
    found: str | None = evidence.cache.get("wanted")
    if found is None:
        found = evidence.cache["wanted"] = comparable(evidence.scenario.checks.changes, evidence.world.base)
    return found


def _digests(evidence: Evidence) -> list[str]:
    """A name for what each call returned; once per row, nothing where it was refused."""
    found: list[str] | None = evidence.cache.get("digests")
    if found is None:
        both = zip(rerun(evidence).steps, texts(evidence), strict=True)
        found = [digest_of_text(text) if result.status == "ok" else "" for (_, result, _), text in both]
        evidence.cache["digests"] = found
    return found


# ── all together ─────────────────────────────────────────────────────────────────────────────────────────

GATES: dict[str, Gate] = {
    "structure": structure,
    "prompt": prompted,
    "valid": valid,
    "leak": leak,
    "traceable": traceable,
    "facts": visible_facts,
    "deeds": words_and_deeds,
    "consent": consented,
    "device": acted,
    "policy": within_policy,
    "replay": replayed,
    "goal": reached,
    "decidable": decidable,
}


#: What a planned path must be and a free one need not: a free assistant may look at more than it needs.
_OF_PLANS = ("decidable",)


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
        if name in _OF_PLANS and evidence.scenario.lineage.get("assistant", "oracle") != "oracle":
            continue
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
        if first != index and not evidence.scenario.lineage.get("twin"):  # twins are meant to be nearly the same
            found.append(("duplicate", f"differs from row {first} in its values alone"))
        for gate, finding in found:
            verdict.findings.append((index, gate, finding))
            verdict.faulted[gate].add(index)
        if progress is not None:
            progress(verdict.rows)
    return verdict
