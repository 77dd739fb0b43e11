"""What happens in a conversation, recognised from the transcript alone: never from the plan.

A checker is a function from a row's evidence to the numbers of the user turns in which its happening occurs.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from agents import Message
from agents.hearing import hear
from agents.reports import proposes
from agents.speech import consents
from tools_mock import ToolResult, canonical, is_failure
from tools_mock.values import kind_of, mentioned

from .attribution import SENTENCE, attributed, material
from .gates import Evidence
from .probe import scalars

Checker = Callable[[Evidence], Iterator[int]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A user's message with all that follows it, up to the next one."""

    number: int
    user: Message
    rest: tuple[Message, ...]

    @property
    def text(self) -> str:
        """What the assistant said last."""
        return next((m.text for m in reversed(self.rest) if m.role == "assistant" and m.text), "")


def turns_of(evidence: Evidence) -> list[Turn]:
    """The row, parted at the user's messages; worked out once per row."""
    found: list[Turn] | None = evidence.cache.get("turns")
    if found is None:
        found, starts = [], [n for n, m in enumerate(evidence.messages) if m.role == "user"]
        for number, (start, end) in enumerate(zip(starts, [*starts, len(evidence.messages)][1:], strict=True)):
            found.append(Turn(number, evidence.messages[start], evidence.messages[start + 1 : end]))
        evidence.cache["turns"] = found
    return found


def detail_asked(evidence: Evidence) -> Iterator[int]:
    """The assistant asks for something before it acts."""
    for turn in turns_of(evidence):
        if turn.text.endswith("?") and not any(m.calls for m in turn.rest) and not proposes(turn.text):
            yield turn.number


def parallel(evidence: Evidence) -> Iterator[int]:
    """Several calls in one message."""
    for turn in turns_of(evidence):
        if any(len(m.calls) > 1 for m in turn.rest):
            yield turn.number


def chained(evidence: Evidence) -> Iterator[int]:
    """A call that uses what another call of the same turn returned."""
    where = {made.id: turn.number for turn in turns_of(evidence) for m in turn.rest for made in m.calls}
    yield from sorted({where[one.call.id] for one in attributed(evidence) if one.how == "result"})


def refused(evidence: Evidence) -> Iterator[int]:
    """A tool says no."""
    for turn in turns_of(evidence):
        if any(r.status == "refused" and not is_failure(r) for m in turn.rest for r in m.results):
            yield turn.number


def failed(evidence: Evidence) -> Iterator[int]:
    """A call fails for a moment, and the same call is made again in the same turn."""
    for turn in turns_of(evidence):
        made = {one.id: canonical([one.name, one.arguments]) for m in turn.rest for one in m.calls}
        results = [r for m in turn.rest for r in m.results]
        broken = {made[r.call_id] for r in results if is_failure(r)}
        if broken & {made[r.call_id] for r in results if not is_failure(r)}:
            yield turn.number


def small_talk(evidence: Evidence) -> Iterator[int]:
    """The user says something that asks for nothing, and the assistant answers without a call and without a no."""
    turns = turns_of(evidence)
    for before, turn in pairwise(turns):
        last = turn.number == len(turns) - 1
        asks = "?" in turn.user.text or before.text.endswith("?") or turn.text.endswith("?")
        asks = asks or any(m.role == "system" for m in turn.rest)  # who connects something has something to say
        if not last and not asks and not any(m.calls for m in turn.rest) and not _DECLINED.search(turn.text):
            yield turn.number
        elif not last and not before.text.endswith("?") and len(SENTENCE.split(turn.user.text)) > 1:
            # Said on the way to a wish: the answer to it stands before the report, or before the next one.
            after = next((t.text for t in turns[turn.number :] if t.text and not t.text.endswith("?")), "")
            if _nice(turn.text) or (turn.text.endswith("?") and _nice(after)):
                yield turn.number


def _nice(text: str) -> bool:
    """Whether a text begins with a sentence that tells nothing, and more than an opener such as "Happy to."."""
    first, *rest = SENTENCE.split(text)
    heard = hear(first, (), "", True).acts
    return bool(rest) and heard <= {"chat"} and len(first.split()) > 1 and first not in _OPENERS


_OPENERS = ("Happy to.", "One moment.", "Of course.", "No problem.")


_DECLINED = re.compile(r"\b(can't|cannot|no tool|none of my tools|no way to|beyond what)\b", re.IGNORECASE)


def no_tool(evidence: Evidence) -> Iterator[int]:
    """The assistant says that it has no means for what is wanted, and calls nothing."""
    ruled = set(against_policy(evidence))
    for turn in turns_of(evidence):
        if turn.number not in ruled and _DECLINED.search(turn.text) and not any(m.calls for m in turn.rest):
            yield turn.number


_SLIP = re.compile(r"\w, (?:no,|sorry,|no wait,|I mean) \w", re.IGNORECASE)
_MEANT = re.compile(r"\b(I meant|(?<!can't )make that|my mistake|actually|no wait)\b", re.IGNORECASE)


def slip(evidence: Evidence) -> Iterator[int]:
    """The user corrects themselves within one message."""
    before = ""
    for turn in turns_of(evidence):
        if _SLIP.search(turn.user.text) and not _MEANT.match(turn.user.text) and not proposes(before):
            yield turn.number
        before = turn.text


def second_thoughts(evidence: Evidence) -> Iterator[int]:
    """After an answer the user corrects what they asked, and the same tool is called again with other arguments."""
    for before, turn in _pairs(evidence):
        tools = {one.name for m in before.rest for one in m.calls}
        again = {one.name for m in turn.rest for one in m.calls}
        ok = any(r.status == "ok" for m in before.rest for r in m.results)
        if ok and tools & again and _MEANT.search(turn.user.text):
            yield turn.number


_CHANGED = re.compile(
    r"\b(changed my mind|second thoughts?|(?:thought|think) again|thought it over|after all)\b", re.IGNORECASE
)


def changed_mind(evidence: Evidence) -> Iterator[int]:
    """The user sees what was done and wants it otherwise, and a call changes the thing that was just made."""
    made: set[str] = set()
    for turn in turns_of(evidence):
        calls = {one.id for m in turn.rest for one in m.calls}
        used = {canonical(one.value) for one in attributed(evidence) if one.call.id in calls}
        about = made & used or (made and proposes(turn.text))
        if about and _CHANGED.search(turn.user.text):
            yield turn.number
        results = [r for m in turn.rest for r in m.results if r.status == "ok"]
        made = {key for r in results for key in material(evidence, r).known} if results else made


_IMPATIENT = re.compile(
    r"\b(seriously|come on|just great|annoying|ever easy|quickly please|in a hurry|as fast as you can)\b", re.IGNORECASE
)


def impatience(evidence: Evidence) -> Iterator[int]:
    """The user is short of patience."""
    for turn in turns_of(evidence):
        if _IMPATIENT.search(turn.user.text):
            yield turn.number


def vague(evidence: Evidence) -> Iterator[int]:
    """After a look the assistant asks which of several things is meant; the answer decides the next call."""
    for before, turn in _pairs(evidence):
        listed = any(
            isinstance(v, list) and len(v) > 1 for m in before.rest for r in m.results for v in _lists(r.content)
        )
        asked = before.text.endswith("?") and not proposes(before.text) and "which" in before.text.casefold()
        if listed and asked and any(m.calls or proposes(m.text) for m in turn.rest):
            yield turn.number


def _lists(content: object) -> list[object]:
    return list(content.values()) if isinstance(content, dict) else [content]


def over_complete(evidence: Evidence) -> Iterator[int]:
    """Asked for one thing, the user tells two, and both are used."""
    for before, turn in _pairs(evidence):
        told = {
            one.name
            for one in attributed(evidence)
            if one.how in ("user", "canonical")
            and any(one.call.id == made.id for m in turn.rest for made in m.calls)
            and mentioned("", one.value, turn.user.text, evidence.world.now)
        }
        one_question = before.text.count("?") == 1 and before.text.endswith("?") and not proposes(before.text)
        if one_question and len(told) > 1:
            yield turn.number


def not_asked(evidence: Evidence) -> Iterator[int]:
    """What the prompt answers is taken from it, without a question."""
    shown = {one.call.id for one in attributed(evidence) if one.how == "prompt"}
    for turn in turns_of(evidence):
        if any(made.id in shown for m in turn.rest for made in m.calls):
            yield turn.number


def recovered(evidence: Evidence) -> Iterator[int]:
    """After a tool said no, the same tool is called again and says yes."""
    failed: set[str] = set()
    for turn in turns_of(evidence):
        results = [r for m in turn.rest for r in m.results if not is_failure(r)]
        if any(r.name in failed and r.status == "ok" for r in results):
            yield turn.number
        if results:  # what is asked for after something else is asked for anew
            failed = {r.name for r in results if r.status == "refused"}


_REFERENCE = re.compile(
    r"\b(it|them|they|there|that one|this one|the same|the (?:first|last|second|other)\b|the \w+e(?:r|st) one"
    r"|(?:the|that|this) (?:cheapest|earliest|latest)(?=[.,?!]|$)|that \w+|those|both|him|her)\b|\bthat(?=[.,?!]|$)",
    re.IGNORECASE,
)


def wishes_of(evidence: Evidence) -> list[list[Turn]]:
    """The row's turns, with the answers to questions put to the wish that raised them."""
    found: list[list[Turn]] = []
    asked = False
    for turn in turns_of(evidence):
        if asked and found:
            found[-1].append(turn)
        else:
            found.append([turn])
        asked = turn.text.endswith("?")
    return found


def referring(evidence: Evidence) -> Iterator[int]:
    """The user points at something of an earlier wish, and a call uses it, at once or after a question."""
    shown: set[str] = set()
    for turns in wishes_of(evidence):
        for place, turn in enumerate(turns):
            made = {made.id for later in turns[place:] for m in later.rest for made in m.calls}
            used = [one for one in attributed(evidence) if one.call.id in made]
            late = any(one.how in ("user earlier", "derived") or str(one.value) in shown for one in used)
            if late and _REFERENCE.search(turn.user.text) and not (place and _answers(turns[place - 1], turn)):
                yield turn.number
        shown |= {text for turn in turns for m in turn.rest for r in m.results for text in _texts(evidence, r)}


def _answers(before: Turn, turn: Turn) -> bool:
    """Whether a message is no more than the answer to a question."""
    return proposes(before.text) or len(turn.user.text.split()) < 3


def far_reference(evidence: Evidence) -> Iterator[int]:
    """A call uses what a result showed two or more wishes ago, and nothing showed or used since."""
    last: dict[str, int] = {}
    for number, turns in enumerate(wishes_of(evidence)):
        for turn in turns:
            used = {made.id for m in turn.rest for made in m.calls}
            made = [one for one in attributed(evidence) if one.call.id in used and not one.otherwise]
            values = {str(one.value) for one in made if one.how == "result earlier"}
            if any(number - last.get(value, number) >= 2 for value in values):
                yield turn.number
            for m in turn.rest:  # what was used is spoken of, whether or not the result names it again
                dealt = {str(value) for made in m.calls for _, value in scalars(made.arguments)}
                last |= dict.fromkeys(dealt.union(*(_texts(evidence, result) for result in m.results)), number)


def _texts(evidence: Evidence, result: ToolResult) -> set[str]:
    """What a result shows, as text."""
    return {str(value) for _, value in material(evidence, result).values}


def implicit_step(evidence: Evidence) -> Iterator[int]:
    """A look-up on the way, which nobody asked for: what it shows serves a later call of the turn."""
    for turn in turns_of(evidence):
        seen: set[str] = set()
        for message in turn.rest:
            made = {one.id for one in message.calls}
            if any(
                one.call.id in made and one.how == "result" and str(one.value) in seen for one in attributed(evidence)
            ):
                yield turn.number
                break
            for result in message.results:
                tool = evidence.toolkit.tools.get(result.name)
                looked = result.status == "ok" and tool is not None and tool.spec.effect == "read"
                seen |= _texts(evidence, result) if looked else set()


def two_wishes(evidence: Evidence) -> Iterator[int]:
    """Calls of one turn that need nothing of one another, by different tools, for a request that goes on."""
    for turn in turns_of(evidence):
        made = [one for m in turn.rest for one in m.calls]
        inner = {one.call.id for one in attributed(evidence) if one.how == "result"}
        free = {one.name for one in made if one.id not in inner}
        goes_on = re.search(r"\b(and|also)\b", turn.user.text, re.IGNORECASE) or len(SENTENCE.split(turn.user.text)) > 1
        if len(free) > 1 and goes_on:
            yield turn.number


def confirmed(evidence: Evidence) -> Iterator[int]:
    """The user says yes to what the assistant proposes, and then it is done."""
    for before, turn in _pairs(evidence):
        if proposes(before.text) and consents(turn.user.text) and any(m.calls for m in turn.rest):
            yield turn.number


def declined(evidence: Evidence) -> Iterator[int]:
    """The user says no to what the assistant proposes, and nothing is called."""
    for before, turn in _pairs(evidence):
        if proposes(before.text) and not consents(turn.user.text) and not any(m.calls for m in turn.rest):
            yield turn.number


def yes_but(evidence: Evidence) -> Iterator[int]:
    """The user says yes to a proposal, changes something in the same breath, and it is done so."""
    for before, turn in _pairs(evidence):
        said = turn.user.text
        if proposes(before.text) and consents(said) and re.search(r"\bbut\b", said) and any(m.calls for m in turn.rest):
            yield turn.number


_UNKNOWN = re.compile(r"\b(?:don't know|no idea|don't have|can't remember|not sure)\b", re.IGNORECASE)


def not_known(evidence: Evidence) -> Iterator[int]:
    """Asked for something the user does not know it, and a tool finds it."""
    inner = {one.call.id for one in attributed(evidence) if one.how == "result"}
    for before, turn in _pairs(evidence):
        found = any(made.id in inner for m in turn.rest for made in m.calls)
        looked = found or proposes(turn.text)
        if before.text.endswith("?") and _UNKNOWN.search(turn.user.text) and looked:
            yield turn.number


_BACK = re.compile(r"\b(?:back to|where were we|as before)\b", re.IGNORECASE)


def switched(evidence: Evidence) -> Iterator[int]:
    """A question is left open for something else, and later the user comes back to it."""
    left = False
    for before, turn in _pairs(evidence):
        asked = before.text.endswith("?") and not proposes(before.text) and not any(m.calls for m in before.rest)
        away = re.search(r"\b(?:first|before that|something else|one moment)\b", turn.user.text, re.IGNORECASE)
        left = left or bool(asked and away)
        if left and _BACK.search(turn.user.text):
            yield turn.number


def against_policy(evidence: Evidence) -> Iterator[int]:
    """The assistant declines by a sentence of its policy, and calls nothing."""
    rules = [part.casefold().strip(". ") for part in SENTENCE.split(evidence.scenario.policy)]
    for turn in turns_of(evidence):
        low = turn.text.casefold()
        if not any(m.calls for m in turn.rest) and any(len(rule) > 25 and rule in low for rule in rules):
            yield turn.number


def many_tools(evidence: Evidence) -> Iterator[int]:
    """Twenty tools and more are in view."""
    if len(evidence.scenario.tools) >= 20:
        yield 0


_LITTLE = re.compile(
    r"\b(?:a|an|the|my|me|i|i'd|i'm|you|please|can|could|would|is|are|do|(?<!somewhere )to|it|that|this|what's|what)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(r"\b(?:instead|then|(?:what|how) about)\b|(?:^|[.,!] )and\b", re.IGNORECASE)


def user_side(evidence: Evidence) -> Iterator[int]:
    """The user does something on a device of their own that the assistant cannot do, and says so."""
    yield from sorted({deed.turn for deed in evidence.deeds})


def telegraphic(evidence: Evidence) -> Iterator[int]:
    """A wish in a few bare words: no article, no pronoun, no verb that could be done without."""
    before = ""
    for turn in turns_of(evidence):
        said = turn.user.text
        answered = any(m.calls for m in turn.rest) or turn.text.endswith("?") or _DECLINED.search(turn.text)
        few = 2 <= len(said.split()) <= 9 and not _LITTLE.search(said) and not _CORRECTS.search(said)
        if few and answered and not before.endswith("?"):
            yield turn.number
        before = turn.text


_RELATIVE = re.compile(
    r"\b(?:tomorrow|today|yesterday|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|\bin \w+ days\b|\ba week from\b"
    r"|\b(?:half an hour|an hour|a couple of|a hundred|half past|noon)\b",
    re.IGNORECASE,
)


def relative(evidence: Evidence) -> Iterator[int]:
    """A day, a time or an amount said as people say it, and used as it is meant, at once or after a question."""
    meant = [one for one in attributed(evidence) if one.how == "canonical"]
    now = evidence.world.now
    for turns in wishes_of(evidence):
        made = {made.id for turn in turns for m in turn.rest for made in m.calls}
        values = [one.value for one in meant if one.call.id in made]
        for turn in turns:
            said = [match[0] for match in _RELATIVE.finditer(turn.user.text)]
            if any(
                kind_of(value) not in ("day", "clock") or mentioned("", value, words, now)
                for words in said
                for value in values
            ):
                yield turn.number


_SO_ALREADY = re.compile(
    r"already|same_|no_change|unknown_|exists|not_in_|not_delivered|never_had|not_late|elsewhere|departed|empty_"
)


def false_belief(evidence: Evidence) -> Iterator[int]:
    """The user takes a thing to be otherwise than it is: the tool says that it is so already, or no longer."""
    for turn in turns_of(evidence):
        for result in (r for m in turn.rest for r in m.results if r.status == "refused" and not is_failure(r)):
            error = result.content.get("error") if isinstance(result.content, dict) else None
            if _SO_ALREADY.match(str(error.get("code", "")) if isinstance(error, dict) else ""):
                yield turn.number
                break


def infeasible(evidence: Evidence) -> Iterator[int]:
    """A tool says no, and the next thing that is done is not the same in another way."""
    turns = turns_of(evidence)
    for turn in turns:
        results = [r for m in turn.rest for r in m.results if not is_failure(r)]
        no = {r.name for r in results if r.status == "refused"}
        after = next((late for late in turns[turn.number + 1 :] if any(m.results for m in late.rest)), None)
        again = after is not None and any(r.name in no and r.status == "ok" for m in after.rest for r in m.results)
        if no and not again and not any(r.name in no and r.status == "ok" for r in results):
            yield turn.number


def appearing(evidence: Evidence) -> Iterator[int]:
    """Tools come into view in the middle of it, and one of them is called from then on."""
    for turn in turns_of(evidence):
        came = next((message.text for message in turn.rest if message.role == "system"), "")
        after = (
            made for later in turns_of(evidence)[turn.number :] for message in later.rest for made in message.calls
        )
        if came and any(f'"{made.name}"' in came for made in after):
            yield turn.number


def next_page(evidence: Evidence) -> Iterator[int]:
    """The user wants more of a list: the same tool is called for the page that its last result named."""
    for before, turn in _pairs(evidence):
        results = [r for m in before.rest for r in m.results if isinstance(r.content, dict)]
        named = {r.name: r.content["next_page"] for r in results if r.content.get("next_page")}
        calls = [made for m in turn.rest for made in m.calls if made.name in named]
        if any(named[made.name] in [value for _, value in scalars(made.arguments)] for made in calls):
            yield turn.number


def _pairs(evidence: Evidence) -> Iterator[tuple[Turn, Turn]]:
    return pairwise(turns_of(evidence))


CHECKERS: dict[str, Checker] = {
    "detail asked for": detail_asked,
    "parallel calls": parallel,
    "chained calls": chained,
    "implicit step": implicit_step,
    "reference": referring,
    "reference two turns back": far_reference,
    "two wishes in one message": two_wishes,
    "tool says no": refused,
    "momentary failure": failed,
    "small talk": small_talk,
    "no suitable tool": no_tool,
    "slip of the tongue": slip,
    "second thoughts": second_thoughts,
    "change of mind": changed_mind,
    "impatience": impatience,
    "vague reference": vague,
    "more told than asked": over_complete,
    "prompt answers, nothing asked": not_asked,
    "another way after a no": recovered,
    "yes to a proposal": confirmed,
    "no to a proposal": declined,
    "yes but": yes_but,
    "detail not known": not_known,
    "switch and return": switched,
    "request against policy": against_policy,
    "many tools in view": many_tools,
    "telegraphic message": telegraphic,
    "user-side action": user_side,
    "relative dates and units": relative,
    "false belief": false_belief,
    "infeasible goal": infeasible,
    "tool appears later": appearing,
    "next page": next_page,
}


def happenings(evidence: Evidence) -> dict[str, list[int]]:
    """Happening -> the user turns in which it occurs, for those that do."""
    found = {name: list(checker(evidence)) for name, checker in CHECKERS.items()}
    return {name: turns for name, turns in found.items() if turns}
