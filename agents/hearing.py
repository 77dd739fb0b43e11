"""Understanding what an assistant says, whoever it is: a model, a person, a script.

A message is parted into clauses, and each is read for what it does. Nothing here knows how our own assistant words
things; ``python -m tests.heard`` prints how well it does on messages that were written without it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from scenarios import Fact
from tools_mock.values import contains
from tools_mock.world import Itself

from .asked import asked_for, dated, pointed_at, words
from .clauses import CRASH, EVERYWHERE, FIGURES, NO, STRONG, Act, act_of
from .fitting import HOURS


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message does.

    Args:
        acts: ``ask`` for something, ``propose`` and want a yes, ``tell`` what was done or found, ``deny``, ``wait``,
            ``offer`` more, ``chat``; none where it makes no sense.
        asked: the facts asked for.
        unknown: whether something is asked for that is none of the facts.
    """

    acts: frozenset[Act]
    asked: tuple[Fact, ...] = ()
    unknown: bool = False


def hear(text: str, facts: tuple[Fact, ...], wanted: str, answer: bool) -> Heard:
    """Read an assistant's message.

    Args:
        text: the message.
        facts: what the user knows for the wish that is open.
        wanted: the user's own words so far.
        answer: whether the wish is for an answer; otherwise it is for a deed.
    """
    if answer and _COUNT.fullmatch(text) and "how many" in wanted.casefold():
        return Heard(frozenset(("tell",)))
    known, low = Itself(facts), text.casefold()
    near = _near(_stems(wanted, _words_of(known)), low)
    told = wanted.casefold()
    said = frozenset(fact.slot for fact in facts if contains(told, fact.text.casefold()))
    return _heard(text, known, near, answer, said)


#: "8." says how many.
_COUNT = re.compile(r"\W*\d{1,3}\W*")


@lru_cache(maxsize=2_000)
def _words_of(facts: Itself) -> frozenset[str]:
    return frozenset[str]().union(*(words(fact.text) for fact in facts.value))


@lru_cache(maxsize=5_000)
def _stems(wanted: str, named: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The words of a wish, each with what a text must have that it can bear on; nothing where it bears on all."""
    return tuple(map(_stem, words(wanted).union(FIGURES.findall(wanted), named)))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> tuple[str, str]:
    return word, "" if word in EVERYWHERE else word[: min(3, max(1, len(word) - 1))]


def _near(stems: Iterable[tuple[str, str]], low: str) -> frozenset[str]:
    """Of the words of a wish those that can bear on a text: most texts are said to any wish, and read but once."""
    return frozenset([word for word, stem in stems if stem in low])


@lru_cache(maxsize=5_000)
def _heard(text: str, known: Itself, about: frozenset[str], answer: bool, said: frozenset[str]) -> Heard:
    """What a message does to a wish.

    ``about`` are the words of the wish that the message has to do with, ``said`` the facts that were told before.
    """
    facts: tuple[Fact, ...] = known.value
    if CRASH.match(text):
        return Heard(frozenset())
    acts: set[Act] = set()
    asked: dict[str, Fact] = {}
    stems = [_stem(word) for word in about]
    unknown = listing = False
    pending: set[str] = set()  # how the deeds begin that are said to be not done yet
    whole = text.casefold()
    for whole_clause, clause, low in _clauses(text):
        if whole_clause.endswith("?") and not text.rstrip().endswith(whole_clause):
            if answer and _ECHO.match(whole_clause):
                continue
            if _BARE.fullmatch(whole_clause) and words(whole_clause) & about:
                continue
        if listing and not low.endswith(("?", "!")) and (found := asked_for(low, facts, about)):
            asked |= {fact.slot: fact for fact in found}
            continue
        act = act_of(clause, low, _near(stems, low), answer)
        if act == "propose" and _AS_TO.match(low) and not dated(low) and asked_for(low, facts, about):
            act = "ask"
        if act == "deny" and "tell" in acts and not answer and not NO.search(low):
            continue  # "Cancelled. You won't be charged, and the money is on your account already."
        found = pointed_at(asked_for(low, facts, about), clause, facts, text) if act == "ask" else []
        found = [fact for fact in found if fact.slot not in asked] or found
        if act == "ask" and not answer and not found and _THE_ONE.match(low):
            left = any(fact.kind == "noun" and fact.slot not in said for fact in facts)  # a thing is yet to be named
            act = act if left else "propose"
        if _unsure([fact for fact in found if fact.slot not in said], low):
            found = []
        ended = "tell" in acts and "deny" not in acts
        if (
            (act == "ask" or (act == "propose" and not answer))
            and ended
            and (_MORE.match(low) or (answer and _LIKE.match(low)))
            and (answer or STRONG.search(whole) is not None)
            and not found
            and not words(low) & about
        ):
            act = "offer"
        if (
            act == "propose"
            and pending
            and (pending <= {word[:2] for word in words(low)} or ("" not in pending and _LEAVE.search(low)))
        ):
            acts.discard("deny")  # "It hasn't been paid yet. Shall I pay it?"
        if act == "deny":
            not_yet = _NOT_YET.search(low)
            pending = pending | {not_yet[1][:2]} if not_yet else {""}
        if act:
            acts.add(act)
        if act == "ask":
            if _CHOICE.search(low) and HOURS.search(whole) and not dated(whole):  # of the times that were just named
                found = [fact for fact in found if fact.kind not in ("day", "noun")]
                found += [fact for fact in facts if fact.kind == "clock" and fact not in found]
            listing |= low.endswith(":")
            unknown |= not found and not low.endswith(":") and not _THOSE.search(low)
            asked |= {fact.slot: fact for fact in found}
    if not asked and not unknown:
        acts.discard("ask")
    if answer and acts <= {"chat", "offer"} and not asked and _HEADED.search(text):
        return Heard(frozenset(("tell",)))
    if acts & {"ask", "propose"} and not answer and not STRONG.search(whole):
        acts.discard("tell")  # what is said beside a question leads up to it
    if "ask" in acts and answer and any(fact.kind == "noun" for fact in facts):
        if "tell" in acts and said.issuperset(asked) and not unknown and _TO_LIKE.search(whole):
            acts.discard("ask")  # which of the seats that were just told it shall be: that is another matter
            asked = {}
        else:
            acts.discard("tell")  # things to choose from
    if acts - {"chat"}:
        acts.discard("chat")
    if "again" in whole and not acts & {"ask", "propose", "offer"} and _RETRY.search(text):
        acts = {"wait"}  # what failed is not over
    if acts & {"ask", "propose", "tell", "deny"}:
        acts.discard("wait")
    return Heard(frozenset(acts), tuple(asked.values()), unknown and "ask" in acts)


#: "Boris: Endurance.", which says nothing to who knows neither.
_HEADED = re.compile(
    r"(?:^|(?<=[.!] ))(?!(?:Assistant|System|User|Error|Warning|Note|Thought|Action|Tool|Name|Date|Time|Step|Sorry|Ok|Okay|Hint)\b)"
    r"[A-Z][a-z][\w'’-]*(?: [A-Z][\w'’-]+){0,3}: \w[^?:;{}<>_=\\().!]*(?:[.!] |[.!]?$)"
)


def _unsure(found: list[Fact], low: str) -> bool:
    """Whether it may be the one or the other that a clause asks for; who asks for several things at once says so."""
    return len(found) > 1 and not _SEVERAL.search(low) and {fact.kind for fact in found} != {"day", "clock"}


_SEVERAL = re.compile(r"[,:;&/]|\b(?:and|or|as well as|plus|both|details)\b")
_LEAVE = re.compile(r"\b(?:consent|permission|approval|leave|agree|concur)\b")
_NOT_YET = re.compile(r"\b(?:has|have|is|are)(?:n't| not) (?:been )?(\w+)(?: \w+)? yet\b")
#: "Little Madras? That's in Via Bella." asks nothing.
_ECHO = re.compile(r"(?:[A-Z][\w'’]*[ ?]){1,4}$")
#: "Eleven nights? That's more than I may book."
_BARE = re.compile(r"(?!(?:Wh|How|Any|For|At|On|In|From|To)\w*\b)[A-Z]\w+(?: \w+){0,2}\?")
#: How a sentence is begun that says something of its own.
_OPENER = re.compile(
    r"^(?:don't worry|not to worry|no worries|one thing to note|a heads-up|heads-up|ready when you are|sure|alright|all right|right|okay|ok|certainly|perfect|great|good|now|then|no problem|absolutely|so"
    r"|(?:just )?(?:checking|(?:to )?(?:be|make|making) (?:sure|safe)|to (?:confirm|check)))(?: thing| then)?"
    r"(?:,|:| [–—-])\s+(?=\S+ \S+)",
    re.IGNORECASE,
)
#: What is offered once it is done: "Shall I order a new one?"
_MORE = re.compile(
    r"(?!.*\b(?:continue|proceed|go ahead|this|that|it)\b)"
    r"(?:(?:shall|should|can) i |(?:do you |would you )?(?:also |still )?(?:want|need|like) (?:me to )?|would you (?:also )?like )"
)
#: "Would you like to reply to it?", once the mail was read out.
_LIKE = re.compile(
    r"(?:would you (?:also )?like|do you want)(?: me)? to (?!know|hear|see|go ahead)\w+ (?:or \w+ )?(?:to )?"
    r"(?:it|that|this|them|her|him)\b"
)
#: Which of the things just told it shall be.
_TO_LIKE = re.compile(
    r"\bwhich(?: one| of (?:them|these|those)| \w+)? (?:would you|do you|suits|works)\b(?!.*\bmean\b)"
)
#: "The new one, for two at eight?"
_THE_ONE = re.compile(r"(?:so )?(?:the|that) (?:\w+ )?one\b(?!.*\bor\b)")
#: "What about the way back?"
_AS_TO = re.compile(r"(?:and |so |but )?(?:how|what) about (?:the|your) (?!\d)")
#: "Once I have those": what was asked for before.
_THOSE = re.compile(r"\bonce i (?:know|have) (?:those|them|these|that|this|it|both|all)\b")
#: What went wrong is tried once more.
_RETRY = re.compile(
    r"\b(?:let me|i'll|i will|i'm going to) (?:just |quickly )?(?:try|do|check|look|load|run)\b.{0,30}\bagain\b|\btrying (?:it |that |this )?again\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"^(?:so |and )?(?:when\b(?!.*\b(?:day|date)\b)|which(?: one| of them)? (?:suits|works|would|do you|shall))"
)


# ── clauses ──────────────────────────────────────────────────────────────────────────────────────────────

#: What is only repeated: a mail's "Are you coming?" asks the user nothing.
_QUOTED = re.compile(r"[\"“](?:[^\"”]*[.!?]|(?:[^\"”\s]+\s+){3}[^\"”]*)[\"”]")
#: The ticket "Cannot log in" is no no.
_NAMED = re.compile(r"[\"“][^\"”]+[\"”]")
#: The mark within ends the sentence around it too: 'Ana "See you there." Anything else?'
_QUOTE_ENDS = re.compile(r"([.!?][\"”])(?=\s+[A-Z])")
_SAYS = re.compile(r"\b((?:says?|said|wrote|writes|reads|asks|asked):) [^\"“\n]+")
#: "Your ticket now says that nobody has called you yet."
_ADDS = re.compile(
    r"(\b(?:(?:ticket|note|message|mail|reply|remark)\b[^.\n]{0,20} (?:says|saying|states|stating|mentions)"
    r"|(?:added|noted)\b[^.\n]{0,30}) that) [^.\n]+",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?:;…])\s+|\n+")
_MARKS = re.compile(r"^\s*(?:[-*•>#|]+|\d+[.)])\s+|\*\*|__|`|[🕑👥👋🙂😊👍]")
#: A second question in the same sentence: "How many of you, and do you need a high chair?"
_SECOND = re.compile(
    r",? (?:and|so|but) (?=(?:(?:to|from|on|by|in|with) (?:which|what|when|where|who|whom)|do|does|is|are|have|has|which|what|when|where|who|whom|how|why|will|should|shall|would|did|for|up|at)\b)"
)


@lru_cache(maxsize=5_000)
def _clauses(text: str) -> tuple[tuple[str, str, str], ...]:
    """The clauses of a text: each as it stands, without what only begins it, and that small."""
    plain = _TITLED.sub(r"\1 ", text) if ". " in text else text
    plain = _SAYS.sub(r"\1 “quoted”", _COUNTED.sub(" is ", plain)) if ":" in plain else plain
    plain = _ADDS.sub(r"\1 “quoted”", plain) if " that " in plain else plain
    if '"' in plain or "“" in plain:
        plain = _QUOTED.sub("“quoted”", _QUOTE_ENDS.sub(r"\1.", plain))
        plain = _NAMED.sub(lambda name: "“quoted”" if NO.search(name[0].casefold()) else name[0], plain)
    bare = ((clause, _OPENER.sub("", clause)) for clause in _parted(plain))
    return tuple((clause, opened, opened.casefold()) for clause, opened in bare)


#: "Number of lines: 3." says what there is.
_COUNTED = re.compile(r"(?<=[a-z]): (?=\d[\d.,]*(?:$|\s+[A-Z]))")
#: "So you want it deleted: the job interview on July 14?"
_NAMELY = re.compile(r"(?<=\w): (?:the|your|that|my)(?: [\w'’:,-]+){1,9}\?$")
#: "Confirm cancellation: Hotel Aurora?"
_CONFIRM = re.compile(r"^(confirm(?: \w+)?): [^?]+\?$", re.IGNORECASE)
#: "Dr. Rossi" ends no sentence.
_TITLED = re.compile(r"\b(Dr|Mr|Mrs|Ms|St)\. (?=[A-Z])")


def _parted(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        plain = _MARKS.sub("", line).strip()
        plain = _CONFIRM.sub(r"\1?", _NAMELY.sub("?", plain)) if plain.endswith("?") else plain
        for part in _END.split(plain):
            part = part.strip()
            if part.endswith("?"):
                first, *others = _SECOND.split(part.rstrip("?"))
                says = bool(others) and not _ASKING.search(first.casefold())
                yield first.strip() + ("." if says else "?")
                yield from (f"{question.strip()}?" for question in others if question.strip())
            elif part:
                yield part


_ASKING = re.compile(
    r"\b(?:do|does|is|are|have|has|can|could|may|shall|should|will|would|did|was|any|which|what|what's|when|where|who"
    r"|whom|how|why|for|from|to|at|on)\b"
)
