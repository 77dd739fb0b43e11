"""The independent verifier: it reads messages, tools and world, and never the planner's tags.

Each gate is a function from a case to findings. They stand in order of cost; all of them look at every row.
What a gate does not know: why the plan did what it did. What it does know: what the assistant could see before
each word and each call.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from agents import Message
from agents.hearing import hear
from agents.reports import proposes
from agents.speech import consents
from tools_mock import ToolCall, ToolResult, call, canonical, digest_of, is_failure
from tools_mock.values import contains, kind_of, mentioned, stands_in
from tools_mock.world import digest_of_text

from .attribution import SENTENCE, attributed, material, words_in
from .facts import visible_facts
from .gates import (
    PLANNED,
    Evidence,
    Gate,
    leak,
    own_name,
    prompted,
    replayed,
    rerun,
    states_of,
    structure,
    texts,
    tools_in_view,
)
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
        yield from _said_of_two(evidence)


#: How a value that a result showed is referred to, by its kind.
_REFERRED = {"city": "that city", "day": "that day", "clock": "that time"}


def _said_of_two(evidence: Evidence) -> Iterator[Finding]:
    """ "From that city to that city" says neither which way, nor between which two."""
    tools, now = tools_in_view(evidence), evidence.world.now
    for turn, message in _by_turn(evidence):
        low = turn.casefold() if message.calls else ""
        for kind in (kind for kind, words in _REFERRED.items() if low.count(words) > 1):
            for made in message.calls:
                spec, arguments = tools[made.name].spec, tools[made.name].flat(made.arguments)
                its = {str(value) for name, value in arguments.items() if spec.kinds.get(name) == kind}
                if len([value for value in its if not stands_in(kind, value, low, now)]) > 1:
                    yield f"{made.name}: {_REFERRED[kind]!r} is said of {', '.join(sorted(its))}"


def _by_turn(evidence: Evidence) -> Iterator[tuple[str, Message]]:
    """Every message with what the user has said in its turn: the answer to a question belongs to the wish before it."""
    turn, asking = "", False
    for message in evidence.messages:
        if message.role == "user":
            turn = f"{turn}\n{message.text}" if asking else message.text
        asking = message.role == "assistant" and message.text.endswith("?")
        yield turn, message


_PLACED = re.compile(
    r"\b(\w+est|first|last|next|other|both|all|every|most|least|whoever|one that|it"
    r"|that(?! (?:day|time|city)))\b"
)


def _singled_out(evidence: Evidence) -> Iterator[Finding]:
    """One of several listed things is meant only if the user's words of this turn tell it from the others.

    They do if they share a word, a number, a date or a time with it that not all of them have, or place it ("the
    first"); a thing that was dealt with before may simply be "it", but a name for it may be no other's.
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
    now = evidence.world.now
    for turn, message in _by_turn(evidence):
        for made in message.calls:
            tool = tools[made.name]
            kinds, arguments = tool.spec.kinds, tool.flat(made.arguments)
            for name, value in arguments.items():
                key = canonical(value)
                if kinds.get(name, "").startswith("!") and key in listed:
                    item, rest = listed[key]
                    if key in known:
                        rest = _called_alike(item, rest, turn.casefold())
                    if len(rest) > 1 and not _told_apart(item, rest, turn.casefold(), now):
                        yield f"{made.name}.{name} = {value!r}: nothing that was said singles it out of {len(rest)}"
            known |= {canonical(value) for value in arguments.values()}
        for result in message.results:
            its = material(evidence, result)
            fresh = ids & its.known - listed.keys()
            for item, rest in its.items if fresh else ():
                for key in fresh & {canonical(value) for name, value in item.items() if name.endswith("_id")}:
                    listed.setdefault(key, (item, rest))
            if isinstance(result.content, dict):
                known |= {canonical(value) for value in result.content.values() if not isinstance(value, dict | list)}


def _called_alike(item: dict[str, Any], rest: list[dict[str, Any]], turn: str) -> list[dict[str, Any]]:
    """The listed things that bear the words by which a turn names one of them; none where it names none."""
    said = words_in(turn)
    named = _words_of(item) & said
    return [other for other in rest if named <= _words_of(other)] if named else []


def _words_of(item: dict[str, Any]) -> set[str]:
    return {word for value in item.values() if isinstance(value, str) for word in words_in(value) if len(word) > 2}


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


# ── words and deeds ──────────────────────────────────────────────────────────────────────────────────────

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
_DEED = f"(?:{'|'.join(_DEEDS)})"
#: "I'm allowed to set" claims nothing.
_DONE = re.compile(rf"\b(?<!to )(?<!may )(?<!can )(?<!could )(?<!your )(?<!the )({_DEED[3:-1]})\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(couldn't|could not|can't|cannot|didn't work|not possible|no luck|unable|was refused|wasn't able|haven't|"
    r"have not|hasn't been|has not been|(?:is|was|are|were)(?:n't| not) " + _DEED + r")\b",
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


_NAMED = re.compile(r"\b(?:the|your|that|this) \w+ $", re.IGNORECASE)
#: "Let me know once it's done" claims nothing, and neither does "nothing was cancelled".
_AWAITED = re.compile(
    r"\b(?:once|when|if|after|until|as soon as|before)\b[^,;]*$|\bnothing $|^\W*no \w+(?: \w+)? $", re.IGNORECASE
)
#: How things stand, and not what was done about them: "is scheduled to arrive", "hasn't been paid yet".
_STANDS = re.compile(
    r"\b(?:scheduled|set) to \w+|\bregistered (?:to|with|for) you\b"
    r"|\b(?:has|have)(?:n't| not) (?:yet )?been \w+(?: \w+)? ?yet\b|\b(?:has|have)(?:n't| not) yet been\b",
    re.IGNORECASE,
)
_NOT_SO_FAR = frozenset(("hasn't been", "has not been", "haven't", "have not"))
#: "Which is set for two hours": so it stands in the diary that was looked at.
_IS_SET = re.compile(r"\b(?:which|that|it|they)(?: is|'s|'re| are) (?:set|scheduled) for\b", re.IGNORECASE)
#: What was done earlier, said again: "is already set for", "was just cancelled".
_EARLIER = re.compile(r"\b(?:already|earlier|before|just (?:now )?(?:been )?\w+(?:ed|en|et))\b", re.IGNORECASE)
_MAY_BE = re.compile(
    r"\b(?:can|could|may|might|must|should|would|will|to|cannot|can't|won't)(?: \w+)? (?:be|have(?: [\w']+){1,4}) $"
    r"|\bfully $|\bn(?:one|either) of (?:them|these|those|your \w+) $",
    re.IGNORECASE,
)
_BY_ME = re.compile(rf"\bI(?:'ve| have)?(?: just| now| also)? {_DEED}\b")
#: What a look at one's own things shows to be so: "you're booked at" after list_stays is no claim of a deed.
_STATIVE = {
    **dict.fromkeys(("stays", "reservations", "bookings"), "booked reserved"),
    **dict.fromkeys(("rides", "appointments"), "booked reserved scheduled"),
    **dict.fromkeys(("saved", "payees", "contact"), "saved"),
    **dict.fromkeys(("event", "find_task"), "scheduled"),
    **dict.fromkeys(("mail", "message", "chat"), "sent"),
}


def words_and_deeds(evidence: Evidence) -> Iterator[Finding]:
    """What is said to be done was done by a call in this turn; what was done is not denied, nor the other way round."""
    tools = tools_in_view(evidence)
    wrote = refused = asking = empty = called = before = False
    said, wrote_after = 0, -1  # how often the assistant spoke, and after how many words of it a deed came last
    read: list[ToolResult] = []
    broken: set[str] = set()
    for message in evidence.messages:
        if message.role == "user" and not asking:
            before |= wrote
            wrote = refused = empty = called = False
            read, broken = [], set()
        asking = message.role == "assistant" and message.text.endswith("?")
        for result in message.results:
            tool = tools.get(result.name)
            if result.status == "ok" and tool is not None and tool.spec.effect == "write":
                wrote, wrote_after = True, said
            refused |= result.status == "refused" and not is_failure(result)
            broken = broken | {result.name} if is_failure(result) else broken - {result.name}
            called = True
            read.append(result)
            empty |= 0 in material(evidence, result).lengths
        if message.role != "assistant" or not message.text or message.calls:
            continue
        so_far, said = said, said + bool(message.text.strip())
        for sentence, denied, claimed in _statements(message.text):
            if (claimed or not wrote) and _STANDS.search(sentence):
                continue
            if claimed and called and _IS_SET.search(sentence):
                continue
            if denied and called and not wrote and denied[0].casefold() in _NOT_SO_FAR:
                continue  # "it hasn't been delivered", which a look may have shown
            if denied and _by_another(sentence[: denied.start()], evidence, read):
                continue
            if denied:
                missing = not called or (empty and _MISSING.search(sentence))
                if (
                    not refused
                    and not broken
                    and not missing
                    and not _told_by_result(denied[0], _states(evidence, read))
                ):
                    yield f"denies what no tool refused: {sentence[:60]!r}"
            elif claimed and not wrote and not ((before or refused) and _EARLIER.search(sentence)):
                verb = _DONE.search(claimed[0])
                # "Paris (cancelled)" may be a state that was read; "It's cancelled." names nothing and is a deed, if it
                # is not what was looked at.
                bare = not re.search(r"\d|\s[A-Z]", sentence) and not _NAMED.search(sentence[: claimed.start()])
                looked_at = {one.casefold() for result in read for one in material(evidence, result).alone}
                bare = bare and (verb is None or verb[0].casefold() not in looked_at)
                if (
                    verb
                    and (bare or _BY_ME.search(sentence) or not _told(words_in(verb[0]), _states(evidence, read)))
                    and not _for_this(evidence, wrote_after, so_far)
                    and not _quoted(verb[0], message.text, read)
                ):
                    yield f"claims what no call did: {sentence[:60]!r}"


def _quoted(word: str, text: str, results: list[ToolResult]) -> bool:
    """Whether a word stands in a sentence that was read and is repeated: "You wrote: it's not the one I ordered."."""
    shown = (value.casefold() for result in results for _, value in scalars(result.content) if isinstance(value, str))
    low = text.casefold()
    return any(word.casefold() in value and len(value.split()) > 3 and value in low for value in shown)


def _for_this(evidence: Evidence, wrote_after: int, said: int) -> bool:
    """Whether the deed that came last was for the wish that is still open: the user did not take it in."""
    return wrote_after >= 0 and states_of(evidence)[wrote_after].turn == states_of(evidence)[said].turn


def _by_another(before: str, evidence: Evidence, results: list[ToolResult]) -> bool:
    """Whether a denial has a person for its subject who wrote what was read: "Amara Nair couldn't get tickets"."""
    name, tools = _SUBJECT.search(before), tools_in_view(evidence)
    if name is None:
        return False
    for result in results:
        shown, tool = scalars(result.content), tools.get(result.name)
        kinds = tool.spec.return_kinds if tool is not None else {}
        named = any(value == name[1] and kinds.get(path) == "person" for path, value in shown)
        if named and any(isinstance(value, str) and len(value.split()) > 3 for _, value in shown):
            return True
    return False


_SUBJECT = re.compile(r"\b([A-Z]\w+(?: [A-Z]\w+)*) $")
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
        claims = _CLAIM.finditer(sentence) if not denied and any(word in low for word in _DEEDS) else ()
        claimed = next((one for one in claims if not _supposed(sentence, one)), None)
        if denied or claimed:
            found.append((sentence, denied, claimed))
    return tuple(found)


def _supposed(sentence: str, claim: re.Match[str]) -> bool:
    """Whether a claim is none: of what may be, of what is awaited, "fully booked", or an aside."""
    until = sentence[: claim.start(claim.lastindex or 0)]
    if until.rfind("(") > until.rfind(")"):
        return True  # "your lamp (ordered August 28)"
    return any(sign.search(text) for sign, text in ((_AWAITED, sentence[: claim.start()]), (_MAY_BE, until)))


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
    said, wish, answer, tools = "", "", "", evidence.toolkit.tools
    for message in evidence.messages:
        if message.role == "user":
            answer = message.text
        elif message.role == "assistant" and message.text and not message.calls:
            said, wish = message.text, answer
        for made in message.calls:
            tool = tools.get(made.name)
            if (
                tool is not None
                and tool.spec.irreversible
                and not (said and consents(answer) and _asks_leave(said, wish))
            ):
                yield f"{made.name} was called before the user said yes to it"


def _asks_leave(text: str, wish: str) -> bool:
    return proposes(text) or "propose" in hear(text, (), wish, False).acts


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
    tools, limited = tools_in_view(evidence), {key.partition(".")[0] for key in evidence.toolkit.limits}
    for made, result, _ in rerun(evidence).steps:
        if result.status == "invalid" or tools[made.name].own_name not in limited:
            continue
        for name, value in tools[made.name].flat(made.arguments).items():
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
        usual = fact.usual or fact.at_least
        if any(sum(stands_in(kind, value, text, now) for kind, value in fact.values) >= usual for text in texts):
            told.add(number)
        elif texts:
            late.append(f"of what step {fact.step} found too little was told when it was found")
    seen = set(_digests(evidence))
    yield from score(evidence.scenario, evidence.messages, rerun(evidence).end, evidence.ended, seen, told).notes
    yield from late


def _reports(evidence: Evidence) -> Iterator[tuple[set[str], str]]:
    """Every result's values with the assistant's next words, small."""
    waiting: list[set[str]] = []
    for message in evidence.messages:
        waiting += [material(evidence, result).known for result in message.results]
        if message.role == "assistant" and message.text and not message.calls:
            low = message.text.casefold()
            yield from ((known, low) for known in waiting)
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
        tool, spec = tools[made.name], tools[made.name].spec
        arguments = tool.flat(made.arguments)
        # A call that was refused leaves no trace to compare; what it was about is for the words to decide.
        for name, value in arguments.items() if result.status == "ok" else ():
            kind = spec.kinds.get(name, "")
            if not kind.startswith("!") and (not kind or (made.id, name) not in open_):
                continue
            others = [other for key, other in visible.get(kind, {}).items() if key != canonical(value)]
            # One is enough to see whether a look depends on it; what writes is tried with two.
            for other in others[: 1 if spec.effect == "read" else 2]:
                if _as_good(evidence, place, tool.shaped({**arguments, name: other})):
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
        >= (fact.usual or fact.at_least)
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
