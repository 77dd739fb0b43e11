"""Understanding what an assistant says, whoever it is: a model, a person, a script.

A message is parted into clauses, and each is read for what it does. Nothing here knows how our own assistant words
things; ``python -m tests.heard`` prints how well it does on messages that were written without it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from scenarios import Fact
from tools_mock.values import MONTHS, WEEKDAYS, contains, read

Act = Literal["ask", "propose", "tell", "deny", "wait", "offer", "chat"]


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


@lru_cache(maxsize=5_000)  # a user who keeps no state hears the whole conversation again at each turn
def hear(text: str, facts: tuple[Fact, ...], wanted: str, answer: bool) -> Heard:
    """Read an assistant's message.

    Args:
        text: the message.
        facts: what the user knows for the wish that is open.
        wanted: the user's own words so far.
        answer: whether the wish is for an answer; otherwise it is for a deed.
    """
    if _CRASH.match(text):
        return Heard(frozenset())
    acts: set[Act] = set()
    asked: dict[str, Fact] = {}
    about = _words(wanted).union(*(_words(fact.text) for fact in facts))
    unknown = listing = False
    timed = _HOURS.search(text.casefold()) is not None and not _dated(text.casefold())
    for clause in _clauses(_QUOTED.sub("“quoted”", text)):
        clause = _OPENER.sub("", clause)
        low = clause.casefold()
        if listing and not low.endswith(("?", "!")) and (found := _asked(low, facts, about)):
            asked |= {fact.slot: fact for fact in found}
            continue
        act = _act(clause, low, about, answer)
        if act:
            acts.add(act)
        if act == "ask":
            found = _asked(low, facts, about)
            if timed and _CHOICE.search(low):  # of the times that were just named
                found = [fact for fact in found if fact.kind != "day"]
                found += [fact for fact in facts if fact.kind == "clock" and fact not in found]
            listing |= low.endswith(":")
            unknown |= not found and not low.endswith(":")
            asked |= {fact.slot: fact for fact in found}
    if not asked and not unknown:
        acts.discard("ask")
    if acts & {"ask", "propose"} and not answer and not _STRONG.search(text.casefold()):
        acts.discard("tell")  # what is said beside a question leads up to it
    if "ask" in acts and answer and any(fact.kind == "noun" for fact in facts):
        acts.discard("tell")  # things to choose from
    if acts - {"chat"}:
        acts.discard("chat")
    if _RETRY.search(text) and not acts & {"ask", "propose"}:
        acts = {"wait"}  # what failed is not over
    if acts & {"ask", "propose", "tell", "deny"}:
        acts.discard("wait")
    return Heard(frozenset(acts), tuple(asked.values()), unknown and "ask" in acts)


#: How a sentence is begun that says something of its own.
_OPENER = re.compile(
    r"^(?:sure|alright|all right|right|okay|ok|certainly|perfect|great|good|now|then|no problem|absolutely|so"
    r"|(?:just )?(?:checking|to (?:be sure|be safe|confirm|check)))(?: thing| then)?"
    r"(?:,|:| [–—-])\s+(?=\S+ \S+)",
    re.IGNORECASE,
)
#: What went wrong is tried once more.
_RETRY = re.compile(
    r"\b(?:let me|i'll|i will|i'm going to) (?:just |quickly )?(?:try|do|check|look|load|run)\b.{0,30}\bagain\b|\btrying (?:it |that |this )?again\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"^(?:so |and )?(?:when\b(?!.*\b(?:day|date)\b)|which(?: one| of them)? (?:suits|works|would|do you|shall))"
)

#: What a question wants, and what an answer to it must have something of; none at all is an answer too.
_WANTED = {
    "when": (re.compile(r"\b(?:when|what time|which day|what day)\b"), "day"),
    "how much": (re.compile(r"\b(?:how much|what does \w+ cost|what do i pay)\b"), "number"),
    "how many": (re.compile(r"\bhow many\b"), "number"),
}
_NONE = re.compile(r"\b(?:no|not|none|nothing|never|nobody|any|free|unlimited|empty)\b|n't\b")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|couple|a few|hundred)\b"
)
_MOMENT = re.compile(
    r"\d|\b(?:today|tomorrow|tonight|yesterday|now|soon|noon|midnight|morning|afternoon|evening|week|month|weekend|already"
    r"|later|always|daily|every|minutes?|hours?|days?|"
    + "|".join(name.casefold() for name in (*WEEKDAYS, *MONTHS))
    + r")\b"
)


def lacking(text: str, wanted: str) -> str:
    """What was asked for and a report has nothing of: ``when``, ``how much``, ``how many``; empty where nothing lacks.

    Args:
        text: the assistant's message, which reports something.
        wanted: the user's words of this turn.
    """
    low, asked = text.casefold(), wanted.casefold()
    for what, (question, kind) in _WANTED.items():
        has = _MOMENT if kind == "day" else _NUMBER
        if question.search(asked) and not has.search(low) and not _NONE.search(low):
            return what
    return ""


_HOURS = re.compile(r"\b\d{1,2}:\d{2}(?: ?[ap]m\b)?|\b\d{1,2} ?[ap]m\b|\bnoon\b|\bmidnight\b")
_DATES = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({'|'.join(MONTHS).casefold()})\b")
_DAYS = re.compile(rf"\b({'|'.join(WEEKDAYS).casefold()})\b")
_SUMS = re.compile(r"€ ?(\d+(?:\.\d+)?)|\b(\d+(?:\.\d+)?) ?(?:€|euros?\b)")
_NAMED = re.compile(r"\b(?:to|in|from|for|with) ([A-Z][\w'’]+)")
_CALENDAR = frozenset(name.casefold() for name in (*WEEKDAYS, *MONTHS))


def misread(text: str, facts: tuple[Fact, ...], told: str) -> Fact | None:
    """The fact that a proposal has another value for than the user gave; nothing where all of them fit.

    What can be compared is: times, dates, weekdays, sums, and names of places and people after a preposition.

    Args:
        text: the assistant's message, which wants a yes.
        facts: what the user knows for the wish that is open.
        told: the user's own words so far, small.
    """
    low = text.casefold()
    for fact in facts:
        mine = fact.text.casefold()
        if fact.first or fact.slip or fact.vague or not contains(told, mine) or contains(low, mine):
            continue
        if fact.kind in ("city", "person"):
            names = {name.casefold() for name in _NAMED.findall(text)} - _CALENDAR
            if names and not any(word in low for word in (*mine.split(), *names & set(told.split()))):
                return fact
        elif any(form(low) and form(mine) and not form(low) & form(mine) for form in _FORMS.get(fact.kind, ())):
            return fact
    return None


def _times(low: str) -> set[Any]:
    """Times on the dial: who says "7:30" may mean the evening."""
    times = [str(read("clock", one, _ANY) or "").partition(":") for one in _HOURS.findall(low)]
    return {(int(hour) % 12, minute) for hour, _, minute in times if hour}


def _weekdays(low: str) -> set[Any]:
    return set() if _DATES.search(low) else set(_DAYS.findall(low))  # "Friday the 18th" is compared as a date


def _amounts(low: str) -> set[Any]:
    return {float(one or other) for one, other in _SUMS.findall(low)}


#: What of a text can be compared with a fact of a kind; nothing where there is none of it.
_FORMS: dict[str, tuple[Callable[[str], set[Any]], ...]] = {
    "clock": (_times,),
    "day": (lambda low: set(_DATES.findall(low)), _weekdays),
    "money": (_amounts,),
}
#: A time of the day means the same on every day.
_ANY = datetime(2000, 1, 1)


# ── clauses ──────────────────────────────────────────────────────────────────────────────────────────────

#: What is only repeated: a mail's "Are you coming?" asks the user nothing.
_QUOTED = re.compile(r"[\"“](?:[^\"”]*[.!?]|(?:[^\"”\s]+\s+){3}[^\"”]*)[\"”]")
_END = re.compile(r"(?<=[.!?:;…])\s+|\n+")
_MARKS = re.compile(r"^\s*(?:[-*•>#|]+|\d+[.)])\s+|\*\*|__|`|[🕑👥👋🙂😊👍]")
#: A second question in the same sentence: "How many of you, and do you need a high chair?"
_SECOND = re.compile(
    r",? (?:and|so|but) (?=(?:do|does|is|are|have|has|which|what|when|where|who|whom|how|why|will|should|shall|would|did|for|up|at)\b)"
)


def _clauses(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for part in _END.split(_MARKS.sub("", line).strip()):
            part = part.strip()
            if part.endswith("?"):
                first, *others = _SECOND.split(part.rstrip("?"))
                says = bool(others) and not _ASKING.search(first.casefold())
                yield first.strip() + ("." if says else "?")
                yield from (f"{question.strip()}?" for question in others if question.strip())
            elif part:
                yield part


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ASKING = re.compile(
    r"\b(?:do|does|is|are|have|has|can|could|may|shall|should|will|would|did|was|any|which|what|what's|when|where|who"
    r"|whom|how|why|for|from|to|at|on)\b"
)
_PLAIN = _set("the and for with from that this what where when there near please want would like into about you your")


@lru_cache(maxsize=5_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.casefold()) if word not in _PLAIN)


_WORD = re.compile(r"[^\W\d_]{3,}")


def _each(*phrases: str) -> list[str]:
    """Phrases given one by one, or in a text with `` | `` between them."""
    return [part for text in phrases for part in re.split(r"\s+\|\s+|\n\s*", text.strip())]


def _any(*phrases: str) -> re.Pattern[str]:
    """One pattern for many phrases, each a pattern itself, of whole words."""
    return re.compile(rf"\b(?:{'|'.join(_each(*phrases))})\b")


def _one_of(text: str) -> re.Pattern[str]:
    """One pattern for many that say themselves where they begin and end.

    Those that begin alike are put together, so that most places of a text are passed over after one look.
    """
    each = _each(text)
    words, firsts = ([one.removeprefix(at) for one in each if one.startswith(at)] for at in (r"\b", "^"))
    grouped = [rf"{at}(?:{'|'.join(its)})" for at, its in ((r"\b", words), ("^", firsts)) if its]
    return re.compile("|".join((*grouped, *(one for one in each if not one.startswith((r"\b", "^"))))))


# ── what a clause does ───────────────────────────────────────────────────────────────────────────────────

_OFFER = _any(
    r"""
    anything (?:else|more) | something else | what else | any other help | further help | let me know
    else (?:i can|you'd|you need) | i can also | ^(?:maybe|perhaps) an? | would another \w+ (?:do|work) | another \w+ instead | (?:want|like) to know (?:more|anything) | keep an eye on anything
    """,
)
_WH = _any("which", "what", "what's", "when", "where", "who", "whom", "how", "why")
_BEGINS = re.compile(r"^(?:and |so )?(?:which|what|when|where|who|whom|how)\b[^.!]*$")
_SECONDS = re.compile(r"\bgive me an? (?:second|moment|minute)\b")
#: Asking for leave.
_PROPOSE = _one_of(
    r"""
    \b(?:shall|should|may|can|do) i\b(?! (?:have|need|know)\b) | \b(?:do|would) you (?:want|like) me\b | \b(?:want|like) me to\b
    \bok(?:ay)? to\b | \bgo ahead\b | \bproceed\b | \bare you (?:sure|happy with)\b | \b(?:permission|consent)\b
    \b(?:shall|should) we\b | ^sound good
    \b(?:(?:is|does|would)(?: that| this| it| everything)|everything)\b.{0,20}\b(?:right|correct|ok|okay|fine|good|work|suit|well enough)\b
    \bdo you (?:still )?want (?:to\?|it(?! to)|(?:that|this)(?: one)?\?) | \bwould you like (?:it|that|to continue|to switch)\b | \bdo you confirm\b
    \bready for me to\b
    \bdoes that work\b | \b(?:right|correct|ok|okay|yes|agreed|alright|all right)(?: (?:for|with) you)?\?$ | ^(?:continue|confirm|all right)\?$
    \bis that what you (?:want|wanted|mean|meant)\b | \b(?:do|would) you (?:want|like) .{3,60} (?:cancell?ed|deleted|removed|moved|booked|closed|returned|ordered|archived)\?$
    \bis (?:that|this|it) (?:alright|all right|acceptable)\b | , then\?$
    ^want (?:that|it|this)\b | ^(?:so )?you(?:'d like| would like| want) (?!to know|more|another|anything|something) | ^(?:how|what) about (?!another|other)
    """,
)
#: Asking for leave without a question mark.
_SAY_SO = _any(
    r"""
    please confirm | just say | (?:give me the|need your) go-ahead | if you(?:'re| are) happy with | confirm and i | say the word | if you agree | need your ok
    """,
)
_VERBS = (
    "transfer|send|remove|place|cancel|book|move|pay|delete|order|return|save|add|change|buy|reserve|proceed|continue"
    "|go ahead|call|submit|file|switch|close|drop|escalate|renew|archive|freeze|share|set|take"
)
#: A deed with a question mark behind it.
_DEED = re.compile(
    rf"(?:^|(?:[–—-]|,) (?=\w+(?: (?:it|them|that|this)\b|\?)))(?:so,? |and |then |really |i |i'll |i'd )*(?:{_VERBS})\b.*\?$|\bdo you (?:still )?(?:want|wish) to (?:{_VERBS})\b(?! by| with)"
)
#: "Pay which one?"
_OF_WHICH = re.compile(r"\bwhich (?:one|of|day|time)\b.{0,12}\?$|\bwhat\?$")
#: Beside the point, as assistants like to add.
_EXTRA = _any(
    r"""
    let \w+ know | notify | receipt | newsletter | as well | also | too(?=\W*$)
    """,
)
#: "May I ask why", "could I get a phone number": asks, whatever else they look like.
_ASKS = re.compile(
    r"\b(?:may|could|can) i (?:ask|know|have|get)\b|\b(?:can|could|would) you (?:tell|give|share|let|provide)\b"
)
_REQUEST = _one_of(
    r"""
    \bplease (?:tell|give|share|provide|specify|state|name|reply|let me know|enter|choose|pick)\b
    (?:^|[;,:] )(?:please )?(?:tell|give|send) me\b | \bonce i (?:know|have)\b | \bonce you(?:'ve| have)? (?:tell|told|give|given)\b
    \b(?:could|can|would) you (?:please )?(?:tell|give|share|specify|provide|describe|let me know|confirm)\b
    \bi(?:'d| would|'ll| will| just| still| also| only)*(?: also| still| just| only)? need\b | \bi'm missing\b
    \bto (?:search|find|process|get started|help)\b.*:$ | \bwould be enough\b
    ^(?:just )?(?:recipient|date|time|amount|name)s?\b.*please\.?$ | \bfirst, if you\b | , please\.$
    ^let me know the\b
    """,
)
#: No, however it is put; ``n't`` and ``not`` are looked at apart.
_NO = _any(
    r"""
    unfortunately | regrettably | afraid | unable | sorry | apologi[sz]e | regret | nope | neither | none of
    could(?:n't| not) | can't(?! live) | cannot | isn't on | won't let | wasn't able | closed on | no luck
    no results | sold out | fully booked | out of stock | rejected | declined | refused | failed | too late
    (?:that|it) (?:didn't|did not) work | too low | too \w+ for (?:that|this|it) | exceeds | past the | timed out | went wrong | beyond | came up empty | unavailable | clash\w*
    overlaps? | read-only | requires | (?:are|is) busy | impossible | out of season | too short | disappoint
    no \w+ (?:are|is) (?:running|left|free|available) | nothing for | i only have
    (?:is|are|was|been) (?:full|down(?! to)|blocked|closed|taken(?! care)) | (?:is|are) gone
    (?:'s) (?:full|taken(?! care)|closed) | only has? \d+ | enough in | already (?:been|have|something|departed)
    lost it | just been taken | no such | no longer (?:free|available|possible|valid) | (?:has|have) no
    there(?:'s| is| are) no(?!thing) | no (?:direct )?(?:flights?|hotels?|tables?|slots?|dermatologist)
    stopped (?:taking|accepting|offering|selling) | limit has been reached | (?:is|are) a(?:way| holiday)
    (?:is|are|'s|'re) shut | closes? (?:at|early|before) | doesn't (?:cover|offer|allow)
    turned (?:it|that|this|you|me|us|(?:the|your) \w+) down | closed (?:for|until|till) | locked out | bounced
    only (?:seats?|takes?|holds?) (?:up to|groups|parties) | i can only | only accepts? | too many | only (?:possible|allowed)
    only the \w+ can | you'd have to | be full | (?:have|has) to be (?:arranged with|different)
    """,
)
_NOT = re.compile(r"n't\b|\bnot\b|\bcannot\b")
#: A "not" that denies nothing.
_NOT_NO = _any(
    r"""
    not a problem | don't worry | can't be (?:undone|reversed|(?:brought|taken|changed) back) | haven't sent it yet | hasn't shipped | won't be
    won't touch | nothing (?:has been )?changed | why not | not only | if not | not later | can't live without
    don't hesitate
    """,
)
#: What was so before cannot be done.
_ALREADY = re.compile(
    r"\balready (?:has|have|had|is|are|was)\b|\b(?:it|that|this|he|she|they|you)(?:'s|'re| is| are| was| were) already\b(?! done)"
    r"|^(?!.*\bi(?:'ve| have)\b).*\b(?:already|anyway|nothing to (?:do|change))(?=\W*$|,)"
)
#: No to who wants something done; an answer to who wants to know.
_NOTHING = _any(
    r"""
    nothing (?:on|at|for|there|available|is free|under|below|went) | there(?:'s| is) nothing | is empty
    only (?:\w+ )?(?:is |are )?left | only \w+ is left | nothing's
    """,
)
_FOUND = _any(
    "find",
    "found",
    "have",
    "see",
    "possible",
    "available",
    "able",
    "can",
    "could",
    "seem",
    "respond",
    "open",
    "written",
    "said",
    "sent",
    "replied",
    "connected",
)
_WAIT = _one_of(
    r"""
    \b(?:one (?:moment|sec|second)|(?:two|a few) (?:secs?|seconds|moments|minutes)|just a (?:moment|second|sec)|as we speak|be right back|hold on|bear with|back in a|in a (?:second|moment|minute)|get back to you)\b
    \bis being \w+ed\b | \bin progress\b | \bis (?:processing|handling|working on) (?:it|this|that|your)\b | \btakes? a (?:moment|minute|second|while)\b
    \b(?:am|i'm) waiting\b
    \bgive me a (?:second|moment|minute)\b | \bplease wait\b | \blet(?:'s| me) (?!know)\w+ | (?<!now )(?<!\d )\bon (?:it|the case)\b
    \bi'll (?:check|look|search|go ahead|see|find|pull)\b(?!.*\bwhen you\b) | \bi will now\b
    \bi'm (?:now |just )?(?!sorry|nothing)\w+ing\b | \btake a moment\b | ^first\b.*\bthen\b
    ^(?:ok(?:ay)?[,!.] )?(?:just )?(?!nothing|anything|spring|exciting|interesting|amazing|charming|morning|evening|during|according|booking)\w+ing\b(?= (?:the|your|for|now|that|it|an?|at|into|up|in|on|with|to)\b|[.!…]|$| \w+(?:[.!…]|$))
    ^(?:ok(?:ay)?[,!.] )?(?:just )?(?:check|look|search|load|fetch|query|contact|try|retriev|gather)ing\b
    \.\.\.$|…$
    """,
)
_CHAT = re.compile(
    r"^(?:hello|hi|hey|welcome|thanks|thank you|sure|of course|great|perfect|understood|got it|okay|ok|right|noted|no problem|alright"
    r"|absolutely|good (?:choice|idea|question)|i understand|oh|sounds|glad|happy to|i'd be glad|i've noted|nice|hope"
    r"|i'd be happy|i'd love|certainly|you're (?:very )?welcome|i appreciate|how nice|how can i|what can i|get well|enjoy|have a|i hope)\b"
    r"|\bto hear\b|\bi see[.!]?$|\bpleasure\b|\bautomated assistant\b"
)
#: Nothing but nice, whatever it speaks of.
_NICE = _any(
    "by the way",
    "to hear",
    "i hope",
    "hope you",
    "pleasure",
    "sorry to see you",
    "these days",
    "in general",
    "once a year",
)
_DONE = _any(
    r"""
    done | all set | booked | sent | saved | set | cancell?ed | removed | moved | added | placed | ordered | created
    opened | filed | registered | delivered | confirmed | completed? | transferred | paid | changed | updated
    converted | informed | gone | reserved | returned | refunded | active | deleted | successful | went through
    went ahead | in place | on (?:its|their) way | remind you | knows | let (?!me\b|us\b)\w+(?: \w+)? know | (?:message|text|mail|answer|reply) is with | yours | out of your cart
    has been made | went on to | taken it out | taken care of | you're (?:in|on) | took | no longer on | entered | switched
    put it down | noted (?:in|for) | left it | as it is | touch it | stays | no longer follow | received | froze | (?:is|are|'s) frozen
    """,
)
#: A deed that is over, not one that is spoken of.
_STRONG = re.compile(
    r"\b(?:i've|i have|has been|have been|is|are|is now|are now|you're) (?:now |already |successfully )?(?:"
    + _DONE.pattern[5:-3]
    + r")\b|\bdone\b"
)
_VALUE = re.compile(
    r"[€$£]\s?\d|\d+(?:[.,:]\d+)?\s?(?:€|euros?|dollars?|°|degrees|km|m\b|gb|am\b|pm\b|h\b|minutes|metres)|\d{1,2}:\d{2}|\b\d+[a-f]?\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight)\b"
)
_SIGHT = _any(
    r"""
    quoted | wrote | writes | says | on the list | it's out | there (?:is|are|'s) | there's | i (?:found|have)
    i see(?= \w) | you(?: have|'ve) | here (?:is|are) | it(?:'ll| will) | they're | nothing (?:on|planned)
    free all day | is empty | expect | looks | rain | rainy | cloudy | sunny | dry | closest | nearest | cheapest
    (?:he|she|they) (?:asks?|asked|says?|said|wants?|would like|invites?|thanks) | (?:works|working|running) again | it works | works(?=\W*$)
    works now | (?:is|are|'s) back | (?:fine|okay|ok|well|normal) again
    you(?:'d| would|'ll| will)? (?:get|find)
    (?:it(?:'s| is)|is) (?:working|running|fixed) | nobody | no one | everyone | everybody but | expected | status | arrive | shipped | plenty | more than
    """,
)
#: What has become of a thing, whatever it was: "Frozen: the credit card", "is in your contacts now".
_CHANGED = _any(
    r"""
    \w{2,}ed | frozen | put | written | told | given | taken | made | kept | left | bought | sold | held | shut | on
    off | now | goes to | (?:in|on|out of|off) your | (?:in|on) the \w+ (?:group|list) | went | has (?:your|the|it) | got
    """,
)
_IS = re.compile(r"^(?:the|your|this|that|it|we|they|their|you)\b.*(?:'s|'re|\b(?:is|are|have|has|follow))\b \S+")
#: Nothing but things: "Ramen, tonkatsu and mochi."
_LISTED = re.compile(
    r"^(?!.*(?:n't|\b(?:i|me|you|it|them|that|this|is|are|be|can|not|so|well)\b))(?:[\w'’-]+ ){0,3}[\w'’-]+(?:, (?:[\w'’-]+ ){0,3}[\w'’-]+)+,?(?: and (?:[\w'’-]+ ){0,3}[\w'’-]+)?(?:, (?:and )?(?:among others|so on|more))?\.?$"
)
_BECAME = re.compile(
    r"\b(?:(?<!i )(?:is|are|was|were|has been|have been) (?:now )?(?:\w{2,}ed|frozen|out|taken|given|put|on|off|up|running|open)\b"
    r"|(?:in|on|out of|off|has) your \w+|(?:in|on|out of|off) the (?:cart|basket|diary|calendar|list|archive)|now[.!]?$)"
    r"|^(?:\w{2,}ed\b|i(?:'ve| have)? (?:now |just |already )?(?!need|tri|want|look|search|check|apolog|notic|appreciat|receiv)\w+ed\b)"
)
#: What a lexicon says: "Canberra is the capital of Australia."
_OTHER = re.compile(
    r"^the \w+ of (?!the|your|my|our)\w+ (?:is|are|was) |^\w+ (?:is|are|was) (?:the|an?) \w+ (?:of|in) (?!the|your|my|our)"
)
_NAMES = re.compile(r"(?<=[a-z,] )[A-Z][\w'’]+")
#: What a program says that has broken; it tells a person nothing.
_BROKEN = re.compile(
    r"\b(?:(?:undefined|nonetype|nan|null|traceback|has no attribute|stack overflow|segmentation fault|status code"
    r"|unexpected token)\b|cannot read propert)|^error|(?<=\w)(?:error|exception)\b"
)
#: A message that is nothing but a crash: "ValueError: could not convert …", "500 Internal Server Error".
_CRASH = re.compile(
    r"\W*(?:\w+(?:Error|Exception)\b|[45]\d\d\b.{0,30}(?:error|not found|request)|\d{3} ok\W*$|null\W*$|none\W*$)",
    re.IGNORECASE,
)
#: What holds of all things of a kind says nothing about this one.
_GENERAL = re.compile(
    r"^(?!this|yes|is\b|has|was|as\b)[a-z]+s (?:(?:only|always|never|often) )?(?:need|like|love|come|taste|make|are (?!\w+ed\b))(?!.*\byou)"
    r"|^(?!.*\b(?:you|your|i)\b).*\b(?:quickly|usually|generally|typically|in general)\b"
)
#: Praise of a place answers nothing.
_PRAISE = _any(
    r"""
    worth a (?:visit|trip|look) | lovely | beautiful | charming | wonderful (?:city|place|town) | famous for
    known for | great (?:city|town) | love to see | fun fact
    """,
)


def _act(clause: str, low: str, about: frozenset[str], answer: bool) -> Act | Literal[""]:
    """What one clause does; empty where it does nothing."""
    if low.endswith("?") or _BEGINS.search(low):
        return _question(low)
    if _SAY_SO.search(low):
        return "propose"
    if _OFFER.search(low) and not _REQUEST.search(low):
        return "offer"
    if (re.fullmatch(r"[\d\W_]*", low) and not re.search(r"[€$£°:]", low)) or _BROKEN.search(low):
        return "tell" if answer and _FIGURE.fullmatch(low) else ""
    if _REQUEST.search(low) and not _SECONDS.search(low):
        return "ask"
    if not answer and _LASTING.search(low):
        return "tell"
    if _BEING.search(low):
        return "wait"
    if re.fullmatch(r"(?:\w+(?:ed|en)|kept|put|sent|paid|bought|sold|held|done):", low):
        return "tell"  # "Archived: …"
    no = _NO.search(low)
    if not answer and no and no[0].endswith("ed") and no[0].split()[-1][:-1] in about and not _NOT.search(low):
        return "tell"  # "It is closed" to who wants it closed
    if (
        _NICE.search(low)
        or _USUAL.search(low)
        or (not answer and (_YOU_DID.search(low) or _CAN_BE.search(low)))
        or (not answer and _NOTED.search(low))
        or (
            (_PRAISE.search(low) or (_GENERAL.search(low) and not _DONE.search(low) and not _denies(low, answer)))
            and not _VALUE.search(low)
        )
    ):
        return "chat"
    if _CHAT.search(low) and not _VALUE.search(low) and not _DONE.search(low) and not _denies(low, answer):
        return "chat" if not _WAIT.search(low) else "wait"
    if _denies(low, answer):
        return "deny"
    if _WAIT.search(low) and not _STRONG.search(low) and not _OUT_OF.search(low):
        return "wait"
    if _DONE.search(low) or _shows(clause, low, about, answer):
        return "tell"
    if not answer and (_SHORT.match(low) or (_ITS.match(low) and _only(low, about))):
        return "tell"
    return "" if re.search(r"[{}<>_;=\\()]", low) or (len(low.split()) < 3 and not low.endswith("!")) else "chat"


def _question(low: str) -> Act:
    """What a question does: offers, asks for leave, or asks for something."""
    wh = _WH.search(low)
    if _OFFER.search(low):
        return "offer"
    if _ASKS.search(low):
        return "ask"
    if low.startswith(("how can i", "what can i")):
        return "chat"
    leave = _PROPOSE.search(low) or _DEED.search(low)
    asked_first = wh is not None and leave is not None and (wh.start() < leave.start() or _OF_WHICH.search(low))
    if leave and not asked_first and " or " not in low and not _EXTRA.search(low) and "is there" not in low:
        return "propose"
    return "ask"


#: What is told of a thing, one after the other, with a figure among it.
_LIST = re.compile(r"(?!.*\b(?:but|sorry|however)\b)(?=.*\d)[^,]+,.*, ?$")


def _denies(low: str, answer: bool) -> bool:
    no = _NO.search(low)
    if no and answer and _LIST.match(low[: no.start()]):
        no = None  # "in Quay Road, rated 4.2, closed on Sunday"
    if (no and not _NOT_NO.search(low)) or (not answer and _ALREADY.search(low)):
        return True
    if _NOTHING.search(low) and not answer:
        return True
    if not _NOT.search(low) or _NOT_NO.search(low):
        return False
    return not answer or _FOUND.search(low) is not None


def _shows(clause: str, low: str, about: frozenset[str], answer: bool) -> bool:
    """Whether a clause has something that answers: a value, what was found, a name, what the wish was about."""
    known = not low.endswith("!") and any(word in about or (not answer and f"{word}s" in about) for word in _words(low))
    if not answer and (_STANDS.search(low) or (_LIKES.search(low) and not _DONE.search(low))):
        return False  # how things stand, or what somebody likes, is no deed
    if not answer and (yours := _YOURS.search(low)) and not about & {yours[1], yours[1].rstrip("s"), *_KEEPS}:
        return False  # where a thing stands that the deed was not about
    fresh = _VALUE.search(low) is not None and not (not answer and _only(low, about))
    sight = _SIGHT.search(low) is not None and (answer or not _LOOKS.search(low))
    if (fresh and (answer or not _LOOKS.search(low) or known)) or sight:
        return True
    # A sentence about something else altogether has names and deeds too.
    other = _OTHER.search(low) is not None and not known
    if answer:
        names = [name for name in _NAMES.findall(clause) if name.casefold() not in about]
        is_so = _IS.search(low) is not None and not low.endswith("!")
        is_so = is_so or _LISTED.search(low) is not None
        return known or (not other and (bool(names) or is_so)) or low.startswith(("no ", "nothing ", "yes", "no."))
    return (_BECAME.search(low) is not None and not other) or (known and _CHANGED.search(low) is not None)


#: What answers by itself: a price, a number to call.
_FIGURE = re.compile(r"\W*\d+\.\d+\W*|\W*\+\d[\d ]{6,}\W*")
#: "So has the other one.", "Low it is.", "The pound too.", "It's off.", "She's in."
_SHORT = re.compile(
    r"(?:ok(?:ay)?, )?(?:(?:it|that|he|she|they)(?:'s|'re| is| are) )?(?:out|off|on|in|gone|with (?:him|her|them))\W*$"
    r"|so (?:has|have|is|are) |\w+(?: \w+){0,2} it is\W*$|(?!me |you )\w+(?: \w+)? too\W*$"
)
_ITS = re.compile(r"(?:and |now )?(?:it|that)(?:'s| is) ")
_USUAL = re.compile(
    r"^(?!.*\b(?:you|your|i)\b).*\b(?:usually|generally|typically|rarely|seldom|hardly ever|probably)\b"
    r"|^most (?:people|guests|\w+s)\b(?!.*\byou)|\b(?:website|site|app|system|line) (?:is|are) (?:slow|busy)\b"
)
#: What the user did some time ago is nothing that was done now.
_YOU_DID = re.compile(r"^you (?:booked|ordered|bought|paid|opened|asked|made|saved|wrote)\b")
#: "Rome in April can be rainy."
_CAN_BE = re.compile(r"^(?!.*\b(?:it|that|this|you|i)\b)[\w' ]+ can be \w+\W*$")
_NOTED = re.compile(r"^[\w ]{1,30}, noted\W*$")
#: What a look brings, and no deed.
_LOOKS = re.compile(r"^you(?: have|'ve) (?!been|a\b)")
#: What is being done for as long as it is wanted.
_LASTING = re.compile(
    r"\b(?:being|i'm|i am|^) ?(?:watch(?:ed|ing)|follow(?:ed|ing)|track(?:ed|ing)|monitor(?:ed|ing))\b"
)
_BEING = re.compile(r"\b(?:is|are) being \w+ed\b")
_OUT_OF = re.compile(r"\b(?:is|are) (?:now )?(?:in|on|out of|off) your\b")
_KEEPS = _set("add save remember put keep note new write store bookmark")
_YOURS = re.compile(r"\b(?:is|are|'s) (?:in|on) your (\w+)\W*$")
_STANDS = re.compile(
    r"\bcurrently\b|\bso far\b|\bat the moment\b|\bopen from\b|\bis (?:one|known|famous)\b(?!.*\bnow\b)"
)
_LIKES = re.compile(r"\b(?:like|love|enjoy|prefer)\b")


def _only(low: str, about: frozenset[str]) -> bool:
    """Whether a clause only says again what the user said: "a table for two, lovely"."""
    new = [word for word in _words(low) if word not in about and word not in _KIND]
    return not new and not re.search(r"\d", low)


_KIND = _set("lovely nice great good perfect sure right okay noted fine wonderful excellent alright understood got")


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────

_FROM = r"\b(?:from|depart\w*|leav\w+|begin|start(?:ing)?)\b"
_TO = r"\b(?:fly(?:ing)? to|go(?:ing)? to|travel(?:ling)? to|where to|to where|destination)\b"
_CUES = {
    "day": r"(?<!in the )(?<!of the )\b(?:days?|dates?|when|tonight|today|tomorrow|this week|next week|weekday)\b",
    "clock": r"\bhow late\b|(?<!much )(?<!first )(?<!this )(?<!next )(?<!last )\b(?:time|hour|o'clock|morning|afternoon|early|late|lunch|go off)\b",
    "city": r"\b(?:where|city|town|(?<!take )place)\b",
    "count": r"\b(?:number of|how big|party|guests|pieces|just the one|table for (?:one|two|three|\d)|one or two)\b",
    "minutes": r"\b(?:how long|how much time|until what time|minutes|in advance|how far ahead|duration)\b",
    "budget": r"\b(?:budget|maximum|at most|the most|how much|price|spend|how (?:far up|high)|limit)\b",
    "money": r"\b(?:how much|amount|sum|how many euros)\b",
    "phone": r"\bnumber\b",
    "person": r"\b(?:who|whom|recipient)\b",
    "title": r"\b(?:call|called|title|about|remind you|what's it for|problem|name it|reminder (?:say|be)|into the reminder)\b",
    "reason": r"\btell (?:them|support|the airline)\b|\b(?:complaint|why|reason|matter|wrong|trouble|problem|symptoms|what(?:'s| is) (?:it|the appointment) (?:about|for))\b",
    "text": r"\btell (?!me\b)\w+(?: \w+)?\?|\b(?:say|answer|write|(?<!by )text|message|written|any words|describe|description|more detail|tell me more|anything you'd like to add)\b",
}
#: Kinds that are asked for alike.
_ALIKE = {"note": "text", "problem": "reason", "topic": "title"}
#: What a slot is called beside its own name.
_CALLED = {
    "nights": r"\b(?:nights|one night|how long|until when|length of)\b",
    "checkin": r"\b(?:arriv\w+|check.?in|from which date|dates)\b",
    "quantity": r"\b(?:how many|pieces)\b",
    "size": r"\b(?:how much|how many|size|gigabytes|\d gb|gb)\b",
    "origin": _FROM,
    "destination": _TO,
    "text": r"\b(?:what should the reference|reference|when does it happen|can you tell me more)\b",
    "problem": r"\b(?:wrong|problem|matter|trouble)\b",
    "cuisine": r"\b(?:like to eat|food|cuisine|kitchen)\b",
}
#: What a question word can be answered with; longer ones first.
_ANSWERS = {
    **dict.fromkeys(("how often", "how early", "how do", "when was", "when were", "when did"), ()),
    "until what time": ("minutes", "clock"),
    "how long": ("minutes", "count"),
    "how far": ("minutes", "money", "budget"),
    "how high": ("money", "budget"),
    "how much": ("money", "budget", "count", "minutes"),
    "how many": ("count", "minutes", "money"),
    "how late": ("clock",),
    "what time": ("clock", "day"),
    "who": ("person", "noun"),
    "whom": ("person", "noun"),
    "where": ("city",),
    "when": ("day", "clock", "text"),
    "why": ("reason",),
}
_PEOPLE = frozenset(("payee", "contact", "person", "recipient"))
#: What nobody has in mind: numbers of papers, dates of birth.
_PAPERS = re.compile(
    r"\b(?:order|booking|tracking|serial|phone|card|flyer|customer|reference|code|pin|iban|membership)\b"
    r".{0,6}\b(?:number|reference|code|id)\b"
    r"|\bborn\b|\bdate of birth\b|\biban\b|\bpin\b|\bcode\b|\bpostcode\b|\b(?:call|reach|address) you\b|\bphone number\b|\brepeat\b|\bdevice\b|\bsubject line\b"
)
_WHICH = re.compile(r"\b(which|what|particular) (?:other |exact |of (?:the|your|these|those) )?(\w+)")
_CALLED_WHAT = re.compile(r"\bwhat(?:'s| is) (?:the|that) (\w+) called\b")
_GENERIC = _set(
    "one ones item items product products order orders booking bookings entry event appointment thing exactly parcel pair acct them these those"
)
_AUXILIARIES = _set("do would should shall is are did")
_MANY = re.compile(r"\bhow many(?: (\w+))?")
_COUNTED = _set("of people persons guests pieces do would should will are shall nights seats times")
_SORT = re.compile(r"\bwhat (?:kind|sort|type) of (\w+)|\b(\w+) of what (?:kind|sort|type)\b")
_DATED = _any(*(name.casefold() for name in (*WEEKDAYS, *MONTHS)), "tomorrow", "today", "tonight")
#: A yes-or-no question; it asks for a detail only if it names a choice or wants one named.
_YES_NO = re.compile(r"^(?:and |so )?(?:do|does|is|are|have|has|did|was|were|will|would|shall|should|any)\b")
_WANTS = re.compile(
    r" or (?!not\b)|\bin mind\b|\bparticular\b|\bany \w+ (?:limit|date|time)|\b(?:an?|any|your) (?:maximum|limit|budget)\b|\bmean\b|\bfor (?:today|that)\b|\bdate\?$"
)


def _asked(low: str, facts: tuple[Fact, ...], about: frozenset[str]) -> list[Fact]:
    """The facts that a clause asks for."""
    if (_PAPERS.search(low) and not any(fact.kind == "phone" for fact in facts)) or (
        low.endswith("?") and _YES_NO.search(low) and not _WANTS.search(low) and not _WH.search(low)
    ):
        return []
    found = [fact for fact in facts if _cued(low, fact, about)]
    named = {match[2] for match in _WHICH.finditer(low)}
    if owners := [fact for fact in facts if named & (set(fact.label.casefold().split()) | _words(fact.text))]:
        found = [fact for fact in found if fact in owners or fact.kind not in ("noun", "text")]
    for word, kinds in _ANSWERS.items():
        if len(_WH.findall(low)) == 1 and contains(low, word) and (low.endswith("?") or _BEGINS.search(low)):
            found = [fact for fact in found if fact.kind in kinds]
            break
    if contains(low, "until") and any(fact.kind == "minutes" for fact in found):
        found = [fact for fact in found if fact.kind != "clock"]
    places = [fact for fact in found if fact.kind == "city"]
    if len(places) > 1 and bool(re.search(_FROM, low)) != bool(re.search(_TO, low)):
        other = [fact for fact in places if (fact.slot == "origin") != bool(re.search(_FROM, low))]
        found = [fact for fact in found if fact not in other]
    dated = _dated(low)
    if dated and contains(low, "when") and not contains(low, "date") and not contains(low, "day"):
        # "When?" is about the day; where the day is named, about the hour.
        clocks = [fact for fact in facts if fact.kind == "clock"]
        if clocks and " or " not in low:
            found = [fact for fact in found if fact.kind not in ("day", "clock")] + clocks
    elif (contains(low, "when") and re.search(r"\b(?:day|date)\b.*\bwhen\b|\bwhen\b.*\b(?:day|date)\b", low)) or (
        contains(low, "when") and not any(fact.kind == "day" for fact in facts)
    ):
        found += [fact for fact in facts if fact.kind == "clock" and fact not in found]
    elif dated and {"day", "clock"} <= {fact.kind for fact in found} and not contains(low, "date"):
        found = [fact for fact in found if fact.kind != "day" or contains(low, "day")]
    return found


def _dated(low: str) -> bool:
    return _DATED.search(low) is not None


def _cued(low: str, fact: Fact, about: frozenset[str]) -> bool:
    label = [word for word in fact.label.casefold().split() if len(word) > 2]
    own = [word for word in label if word not in ("day", "start", "time") and (len(word) > 3 or contains(low, word))]
    named = any(re.search(rf"\b{re.escape(word[:6])}", low) for word in own)
    if fact.kind == "noun":
        return _means(low, fact, label, about) or (named and not low.endswith("?"))
    if named or (fact.slot in _CALLED and re.search(_CALLED[fact.slot], low)):
        return True
    if fact.slot == "nights" and (match := _MANY.search(low)):
        return match[1] in (None, "nights")
    if fact.kind == "count" and (match := _MANY.search(low)):
        return match[1] is None or match[1] in _COUNTED or match[1] in about or match[1].rstrip("s") in about
    if " or " in low and fact.kind in ("text", "city") and any(contains(low, word) for word in _words(fact.text)):
        return True
    if " or " in low and fact.kind == "day" and (re.search(r"\d(?:st|nd|rd|th)\b", low) or _dated(low)):
        return True
    if fact.kind == "text" and (match := _SORT.search(low)) and (match[1] or match[2]) in about:
        return True
    cues = _CUES.get(_ALIKE.get(fact.kind, fact.kind))
    return cues is not None and re.search(cues, low) is not None


def _means(low: str, fact: Fact, label: list[str], about: frozenset[str]) -> bool:
    """Whether a clause asks which of several things is meant."""
    if _PEOPLE & set(label) and re.search(_CUES["person"], low):
        return True
    mine = _words(fact.text) | set(label)
    for match in _WHICH.finditer(low):
        word = match[2]
        if match[1] == "what" and low.endswith("do you have?"):
            continue
        if word in _GENERIC or word in about | mine or word.rstrip("s") in about | mine:
            return True
        if match[1] == "which" and word in _AUXILIARIES:
            return True
    if (what := _CALLED_WHAT.search(low)) and what[1] in about | mine | _GENERIC:
        return True
    pointing = re.search(
        r"\bwhich of (?:them|these|those)\b|\bwhich\?$|\b(?:the (?:one|item|product|entry|thing)|do you mean|did you mean|are we talking)\b",
        low,
    )
    return pointing is not None or (" or " in low and any(contains(low, word) for word in mine if word not in label))
