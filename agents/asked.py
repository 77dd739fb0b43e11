"""What a question asks for: which of the details that the user has in mind.

Cues are words: of the slot's kind, of its name, of what the user calls it. Nothing here knows what else a message does;
that is read in ``agents.hearing``.
"""

import re
from functools import lru_cache

from scenarios import Fact
from tools_mock.values import MONTHS, WEEKDAYS, contains


def set_of(text: str) -> frozenset[str]:
    """Words given in one text."""
    return frozenset(text.split())


_PLAIN = set_of("the and for with from that this what where when there near please want would like into about you your")


@lru_cache(maxsize=5_000)
def words(text: str) -> frozenset[str]:
    """The words of a text that mean something, small."""
    return frozenset(word for word in _WORD.findall(text.casefold()) if word not in _PLAIN)


_WORD = re.compile(r"[^\W\d_]{3,}")


def each_of(*phrases: str) -> list[str]:
    """Phrases given one by one, or in a text with `` | `` between them."""
    return [part for text in phrases for part in re.split(r"\s+\|\s+|\n\s*", text.strip())]


def any_of(*phrases: str) -> re.Pattern[str]:
    """One pattern for many phrases, each a pattern itself, of whole words."""
    return re.compile(rf"\b(?:{by_letter(each_of(*phrases))})\b")


def by_letter(phrases: list[str]) -> str:
    """Alternatives put together by the letter they begin with: at each place only those are tried that may stand there.

    Those that begin alike keep their order; those that begin with no letter come last.
    """
    letters: dict[str, list[str]] = {}
    others: list[str] = []
    for phrase in phrases:
        for one in _spread(phrase):
            if _LETTER.match(one):
                letters.setdefault(one[0], []).append(one[1:])
            else:
                others.append(one)
    return "|".join([*(f"{first}(?:{'|'.join(rest)})" for first, rest in letters.items()), *others])


#: A letter that stands once.
_LETTER = re.compile(r"[a-z](?![?*+{])")
#: What a phrase may begin with: a choice, which may be left out, or what must not stand before its first letter.
_CHOICES = re.compile(r"\(\?:([^()]*)\)(\?(?!\?)|(?![?*+{]))(.*)")
_NOT_BEFORE = re.compile(r"((?:\(\?<![^()|]*\))+)([a-z])(?![?*+{])(.*)")


def _spread(phrase: str) -> list[str]:
    """A phrase as alternatives that begin with a letter each, as far as that can be said."""
    if (found := _CHOICES.fullmatch(phrase)) and "[" not in found[1]:
        ways = [f"{choice}{found[3]}" for choice in found[1].split("|")]
        return [one for way in (*ways, *([found[3]] if found[2] else [])) for one in _spread(way)]
    if found := _NOT_BEFORE.fullmatch(phrase):
        return [f"{found[2]}{found[1].replace(')', found[2] + ')')}{found[3]}"]
    return [phrase]


WH = any_of("which", "what", "what's", "when", "where", "who", "whom", "how", "why")
BEGINS = re.compile(r"^(?:and |so )?(?:which|what|when|where|who|whom|how)\b[^.!]*$")

_FROM = r"\b(?:from|out of which|depart\w*\b(?! times?\b)|leav\w+|begin|start(?:ing)?|set(?:ting)? (?:off|out)|(?:closest|nearest)(?: airport)? (?:to|is) you|both ends)\b"
_TO = r"\b(?:fly(?:ing)? to|go(?:ing)? to|travel(?:ling)? to|where to|to where|destination|end up|land(?:ing)?|headed|heading|bound|off to|both ends)\b"
#: The way back, and what is asked of both ways.
_BACK = r"\b(?:return\w*|back|home|check(?:ing)?.?out|until|end(?:s|ing)?|last day|new)\b"
_BOTH_WAYS = r"\b(?:dates|days|both|and back)\b"
_CUES = {
    "day": r"\b(?:(?<!in the )(?<!of the )days?|dates?|when|tonight|today|tomorrow|this week|next week|weekday|(?:this|next|which) weekend|(?:which|what) (?:evening|morning|afternoon|night|month)|how soon|new slot|now or)\b",
    "clock": r"\bhow late\b|(?<!much )(?<!first )(?<!this )(?<!next )(?<!last )(?<!one )(?<!two )(?<!an )(?<!many )\b(?:time|hour|o'clock|(?<!which )(?<!what )(?:mornings?|afternoons?|evenings?)|part of the day|new slot|early|late|lunch|go off)\b|\b(?:earliest|latest) you\b",
    "city": r"\b(?:where|city|town|(?<!take )(?<!sort of )(?<!kind of )(?<!type of )place)\b",
    "count": r"\b(?:how big|pieces|enough|just the one|one or two)\b",
    "minutes": r"\b(?:how long|how much time|until what time|minutes|(?:one|two|an|many) hours?|in advance|how far ahead|duration|notice|long before)\b",
    "budget": r"\b(?:budget|maximum|at most|the most|how much|price|spend|how (?:far up|high)|limit|ceiling|cap|draw the line|upper (?:end|limit)|up to (?:what|which)|may (?:it|they) cost|cost (?:a (?:little|bit) )?more|cheap|expensive)\b",
    "money": r"\b(?:how much|amount|sum|figure|how many (?:euros|dollars|pounds|francs))\b",
    "number": r"\bhow (?:many|much)\b",
    "moment": r"\b(?:when|days?|dates?|times?)\b",
    "phone": r"\bnumber\b",
    "person": r"\b(?:who|whom|whose name|recipient)\b",
    "title": r"\b(?:call|called|title|issue|heading|headline|(?<!more )about|remind you|what's it for|problem|name it|reminder (?:say|be)|into the reminder)\b",
    "reason": r"\bwhat (?:made|makes|led|don't|didn't) you\b|\bshould i (?:tell|say)\b|\btell (?:them|support|the airline)\b|\b(?:complaint|bothering|bothers|regarding|brings you|why|reason|matter|wrong|trouble|problem|issue|symptoms|what happened|what(?:'s| is) (?:going on|happening)|what(?:'s| is) it doing|what(?:'s| is) (?:it|the appointment) (?:about|for))\b",
    "text": r"\btell (?!me\b)\w+(?: \w+)?\?|\b(?:say|answer|(?:like|want) (?:me )?to reply|(?:should|shall) i reply|reply (?:say|be)|(?:what|the|your) reply|write|(?<!by )text|message|written|(?:any|what) words|anything (?:\w+ ){1,3}should know|purpose|add (?:a|another) (?:line|word|note)|wording|word it|phrase it|(?:want|like) \w+ to know|describe|description|more details?|any details|(?:me|bit|little) more(?! expensive)|anything you'd like to add)\b",
}
#: Kinds that are asked for alike.
_ALIKE = {"note": "text", "problem": "reason", "topic": "title"}
#: What a slot is called beside its own name.
_CALLED = {
    "address": r"\b(?:where|deliver\w*|ship\w*)\b",
    "nights": r"\b(?:nights|one night|how long|until (?:when|which|what)|length of)\b",
    "checkin": r"\b(?:arriv\w+|check.?in|from which (?:date|night)|first night|dates)\b",
    "quantity": r"\b(?:how many|pieces)\b",
    "size": r"\b(?:how much|how many|size|gigabytes|\d gb|gb)\b",
    "origin": _FROM,
    "destination": _TO,
    "text": r"\b(?:what should the reference|reference|when does it (?:happen|occur)|can you tell me more)\b",
    "problem": r"\b(?:wrong|problem|issue|matter|trouble|fault|what happen(?:s|ed)|going on|what(?:'s| is) up with)\b",
    "reason": r"\bwhat(?:'s| is| was) wrong\b|\bwhy\b",
    "specialty": r"\b(?:department|doctor or)\b|\bwhom? (?:do you|would you|should you)\b.*\bsee\b|\bfield\b",
    "mode": r"\bhow (?:would|do|will|are) you (?:(?:like|want|plan) to )?(?:travel|get|go|com)\w*",
    "title": r"\b(?:text of the|on your mind|remind you of|reminded of|what's the reminder)\b",
    "kind": r"\bwhat (?:are you (?:after|looking for)|(?:sort|kind|type) of place)\b",
    "currency": r"\b(?:currency|(?:in|into) what)\b",
    "cuisine": r"\b(?:like to eat|food|cuisine|kitchen)\b",
}
#: What a question word can be answered with; longer ones first.
_ANSWERS = {
    **dict.fromkeys(("how often", "how early", "how do", "when was", "when were", "when did"), ()),
    "where do you draw": ("budget",),
    "until what time": ("minutes", "clock"),
    "how long": ("minutes", "count"),
    "how far": ("minutes", "money", "budget"),
    "how high": ("money", "budget"),
    "how much": ("money", "budget", "count", "minutes", "number"),
    "how many": ("count", "minutes", "money", "number"),
    "how late": ("clock",),
    "what time": ("clock", "day", "moment"),
    "who": ("person", "noun"),
    "whom": ("person", "noun"),
    "where": ("city",),
    "when": ("day", "clock", "text", "moment"),
    "why": ("reason",),
}
_PLACES = frozenset(("origin", "destination", "address"))
_PEOPLE = frozenset(("payee", "contact", "person", "recipient"))
#: What nobody has in mind: numbers of papers, dates of birth.
_PAPERS = re.compile(
    r"\b(?:order|booking|tracking|serial|phone|card|flyer|customer|reference|code|pin|iban|membership)\b"
    r".{0,6}\b(?:number|reference|code|id)\b"
    r"|\bborn\b|\bdate of birth\b|\biban\b|\bpin\b|\bcode\b|\bpostcode\b|\b(?:call|reach|address) you\b|\bphone number\b|\brepeat\b|\bdevice\b|\bwhat does (?:the|your) .+ say\b|\bsubject line\b"
)
_WHICH = re.compile(
    r"\b(which|what|particular) (?:other |exact |of (?:the|your|our|these|those) (?:two |three |four |five )?)?(\w+)"
)
_MEAN = re.compile(r"\b(?:do|did) you mean\b")
#: "Is there a doctor you usually see?"
_USED_TO = re.compile(r"\b(?:an?|any) (\w+) you\b")
_WHOSE = re.compile(r"\bwhat(?:'s| is) (?:your|the) (\w+)['’]s name\b")
_CALLED_WHAT = re.compile(r"\bwhat(?:'s| is) (?:the|that) (\w+) called\b")
_GENERIC = set_of(
    "one ones article articles item items product products order orders booking bookings entry event appointment thing exactly parcel pair acct them these those"
)
_AUXILIARIES = set_of("do would should shall is are did")
_MANY = re.compile(r"\b(?:how many|number of)(?: (\w+))?")
#: How many come along; no question of nights or pieces.
_PARTY = re.compile(
    r"\b(?:(?<!in your )party|guests|covers|size of table|how (?:large|big) is your|(?:just|only) you|on your own|alone|along|more people|just yourself|joining|table for (?:one|two|three|\d)|the (?:two|three|four) of you)\b"
)
_LASTS = frozenset(("days", "weeks", "months", "years"))
_HEADLESS = frozenset(("nights", "days", "size", "quantity", "bags"))
_COUNTED = set_of(
    "of people persons guests pieces do would should will are shall nights seats times passengers travellers tickets adults players friends"
)
_SORT = re.compile(r"\bwhat (?:kind|sort|type) of (\w+)|\b(\w+) of what (?:kind|sort|type)\b")
#: "May" is a month only beside a number, or after "in".
_MAY = r"(?:(?<=\d )|(?<=of )|(?<=in ))may|may(?= \d)"
_DATED = any_of(
    *(name.casefold() for name in (*WEEKDAYS, *MONTHS) if name != "May"), _MAY, "tomorrow", "today", "tonight"
)
#: A yes-or-no question; it asks for a detail only if it names a choice or wants one named.
_YES_NO = re.compile(r"^(?:and |so )?(?:do|does|is|are|have|has|did|was|were|will|would|shall|should|any)\b")
_WANTS = re.compile(
    r" or (?!not\b)|\bin mind\b|\b(?:particular|specific|certain|preferred|exact)\b|\bprefer(?:ence)?\b|\bceiling\b|\b(?:limit|cap) (?:on|to)\b|\bmore people\b|\badd (?:a|another) (?:line|word|note)\b|\bany (?:\w+ )?(?:limit|date|time|day|hour|words)|\b(?:an?|any|your) (?:maximum|limit|budget)\b|\bmean\b|\b\w+thing wrong\b|\bin the (?:morning|afternoon|evening)\?$|\bis (?:one|two) enough\b|\bone of (?:them|these|those)\b|\ban? \w+ you\b|\bfor (?:today|that)\b|\bdate\?$"
)


#: "What happens when you ride it?" asks for no day.
_HAPPENS_WHEN = re.compile(r"\b(what happens) when\b.*")
_TIMES = set_of("day date evening night morning afternoon time hour weekday month")
_MONEY_GOES = re.compile(
    r"\bwhere (?:should|shall|does|do|will|would you like) (?:the money|it|this|that) (?:to )?go\b"
)


def asked_for(low: str, facts: tuple[Fact, ...], about: frozenset[str]) -> list[Fact]:
    """The facts that a clause asks for."""
    if (_PAPERS.search(low) and not any(fact.kind == "phone" or _paper(fact, low) for fact in facts)) or (
        low.endswith("?") and _YES_NO.search(low) and not _WANTS.search(low) and not WH.search(low)
    ):
        return []
    low = _HAPPENS_WHEN.sub(r"\1", low)
    found = [fact for fact in facts if _cued(low, fact, about)]
    named = {match[2] for match in _WHICH.finditer(low)}
    if named & _TIMES and any(fact.kind in ("day", "clock") for fact in found):
        found = [fact for fact in found if fact.kind != "noun"]  # "which evening are we talking about?"
    if owners := [fact for fact in facts if named & (set(fact.label.casefold().split()) | words(fact.text))]:
        found = [fact for fact in found if fact in owners or fact.kind not in ("noun", "text")]
    for word, kinds in _ANSWERS.items():
        if len(WH.findall(low)) == 1 and contains(low, word) and (low.endswith("?") or BEGINS.search(low)):
            found = [
                fact
                for fact in found
                if fact.kind in kinds
                or (word == "where" and (fact.slot in _PLACES or _MONEY_GOES.search(low)))
                or _bespoke(word, fact, low)
            ]
            break
    counted = {match[1] for match in _MANY.finditer(low)}
    if counted & {word for fact in found if fact.kind == "count" for word in fact.label.casefold().split()}:
        found = [fact for fact in found if fact.kind != "count" or counted & set(fact.label.casefold().split())]
    if contains(low, "until") and any(fact.kind == "minutes" for fact in found):
        found = [fact for fact in found if fact.kind != "clock"]
    if contains(low, "until") and not contains(low, "from") and any(fact.slot == "nights" for fact in found):
        found = [fact for fact in found if fact.kind != "day"]
    places = [fact for fact in found if fact.kind == "city"]
    if len(places) > 1 and bool(re.search(_FROM, low)) != bool(re.search(_TO, low)):
        other = [fact for fact in places if (fact.slot == "origin") != bool(re.search(_FROM, low))]
        found = [fact for fact in found if fact not in other]
    days = [fact for fact in found if fact.kind == "day"]
    if len(days) > 1 and not re.search(_BOTH_WAYS, low):
        other = [fact for fact in days if _comes_back(fact) != bool(re.search(_BACK, low))]
        found = [fact for fact in found if fact not in other or len(other) == len(days)]
    day = dated(low)
    if day and contains(low, "when") and not contains(low, "date") and not contains(low, "day"):
        # "When?" is about the day; where the day is named, about the hour.
        clocks = [fact for fact in facts if fact.kind == "clock"]
        if clocks and " or " not in low:
            found = [fact for fact in found if fact.kind not in ("day", "clock")] + clocks
    elif (contains(low, "when") and re.search(r"\b(?:day|date)\b.*\bwhen\b|\bwhen\b.*\b(?:day|date)\b", low)) or (
        contains(low, "when") and not any(fact.kind == "day" for fact in facts)
    ):
        found += [fact for fact in facts if fact.kind == "clock" and fact not in found]
    elif day and {"day", "clock"} <= {fact.kind for fact in found} and not contains(low, "date"):
        found = [fact for fact in found if fact.kind != "day" or contains(low, "day")]
    if re.search(r"\b(?:earliest|latest) you\b", low):
        found = [fact for fact in found if fact.kind != "city"]
    said = [fact for fact in found if words(fact.text) & words(low)]
    if said and " or " in low:  # "the one about the blood test or about the bill?"
        found = [fact for fact in found if fact in said or fact.kind != "noun"]
    people = [fact for fact in found if fact.kind == "noun" and _PEOPLE & set(fact.label.casefold().split())]
    if people and re.search(r"\bwhom?\b", low):
        found = [fact for fact in found if fact.kind != "noun" or fact in people]
    if day and any(fact.kind == "day" for fact in facts) and not _WHICH.search(low):  # "do you mean this June?"
        others = [fact for fact in found if fact.kind != "noun" or words(fact.text) & words(low)]
        found = others if others or not found else [fact for fact in facts if fact.kind == "day"]
    return found


def _paper(fact: Fact, low: str) -> bool:
    """Whether a fact is what is asked for, though most would not have it in mind: a zip code."""
    label = fact.label.casefold()
    return _PAPERS.search(label) is not None and contains(low, label)


def _bespoke(word: str, fact: Fact, low: str) -> bool:
    """Whether a question word is an own one of this slot: "whom do you need to see?", "how do you get there?"."""
    return (
        word in ("how do", "who", "whom", "why")
        and fact.slot in _CALLED
        and re.search(_CALLED[fact.slot], low) is not None
    )


def _comes_back(fact: Fact) -> bool:
    return re.search(_BACK, fact.slot.replace("_", " ")) is not None


def pointed_at(found: list[Fact], clause: str, facts: tuple[Fact, ...], text: str) -> list[Fact]:
    """What a clause that only points ("the April one?", "Visa or Mastercard?") asks for, by the rest of its message."""
    low = text.casefold()
    if not found and _EITHER.match(clause) and (not dated(clause.casefold()) or _OF_EITHER.match(clause)):
        nouns = [fact for fact in facts if fact.kind == "noun"]
        return nouns if len(nouns) == 1 else []
    several = [fact for fact in found if fact.kind == "count"]
    if len(several) > 1 and _HOW_MANY.search(clause.casefold()) and _PARTY.search(low):
        return [fact for fact in found if fact not in several or fact.slot not in _HEADLESS]
    if not _POINTS.search(clause.casefold()) or not any(fact.kind == "noun" for fact in found):
        return found
    said = {word.rstrip("s") for word in words(low)}
    named = [fact for fact in found if {word.rstrip("s") for word in words(f"{fact.label} {fact.text}")} & said]
    days = [fact for fact in facts if fact.kind == "day"] if re.search(r"\b(?:week)?days\b", low) else []
    return named or days or found


#: "Visa or Mastercard?"
_EITHER = re.compile(
    r"(?:(?:The |Your )?[A-Z][\w'’]+(?: [A-Z][\w'’]+)*, )*(?:The |Your )?[A-Z][\w'’]+(?: [A-Z][\w'’]+)*,? or (?:the |your )?[A-Z][\w'’]+(?: [A-Z][\w'’]+)*\?$"
)
#: "April's or May's?"
_OF_EITHER = re.compile(r"\w+['’]s or \w+['’]s\?$")
_HOW_MANY = re.compile(r"\bhow many\?$")
_POINTS = re.compile(
    r"\bwhich\?$|\bwhich one\b|\bwhich of (?:them|these|those|the (?:two|three|four))\b|\bone\?$|\bone of (?:them|these|those)\b|\bthe right one\b|\b(?:select|pick|choose) one\b"
)


def dated(low: str) -> bool:
    """Whether a day is named."""
    return _DATED.search(low) is not None


def _cued(low: str, fact: Fact, about: frozenset[str]) -> bool:
    label = [word for word in fact.label.casefold().split() if len(word) > 2]
    own = [word for word in label if word not in ("day", "start", "time") and (len(word) > 3 or contains(low, word))]
    named = any(re.search(rf"(?<!you )(?<!to )\b{re.escape(word[:6])}", low) for word in own)
    if fact.kind == "noun":
        return _means(low, fact, label, about) or (named and not low.endswith("?"))
    if named or (fact.slot in _CALLED and re.search(_CALLED[fact.slot], low)):
        return True
    if fact.kind == "count" and contains(low, "how long") and _LASTS & set(label):
        return True
    if fact.slot == "nights" and (match := _MANY.search(low)):
        return match[1] in (None, "nights", "days")
    if fact.kind == "count" and fact.slot not in _HEADLESS and _PARTY.search(low):
        return True
    if fact.kind == "day" and _comes_back(fact) and re.search(r"\b(?:way|flight|trip|come|coming) back\b", low):
        return True
    if fact.kind == "count" and (match := _MANY.search(low)):
        return match[1] is None or match[1] in _COUNTED or match[1] in about or match[1].rstrip("s") in about
    if " or " in low and fact.kind in ("text", "city") and any(contains(low, word) for word in words(fact.text)):
        return True
    if " or " in low and fact.kind == "day" and (re.search(r"\d(?:st|nd|rd|th)\b", low) or dated(low)):
        return True
    if fact.kind == "text" and (match := _SORT.search(low)) and (match[1] or match[2]) in about:
        return True
    cues = _CUES.get(_ALIKE.get(fact.kind, fact.kind))
    return cues is not None and re.search(cues, low) is not None


def _means(low: str, fact: Fact, label: list[str], about: frozenset[str]) -> bool:
    """Whether a clause asks which of several things is meant."""
    if _PEOPLE & set(label) and re.search(_CUES["person"], low):
        return True
    mine = words(fact.text) | set(label)
    for match in _WHICH.finditer(low):
        word = match[2]
        if match[1] == "what" and low.endswith("do you have?"):
            continue
        if word in _GENERIC or word in about | mine or word.rstrip("s") in about | mine:
            return True
        if match[1] == "which" and word in _AUXILIARIES:
            return True
    if "account" in label and re.search(r"\bfrom where\b", low):
        return True
    if "account" in label and "from" not in label and _MONEY_GOES.search(low):
        return True
    if low.endswith("please.") and _GENERIC & words(low):
        return True
    if "order" in label and re.search(r"\bwhat did you (?:order|buy)\b", low):
        return True
    if "place" in label and re.search(r"\bdestination\b", low):
        return True
    if " or " in low and any(
        re.search(rf"\b(?:from|to|on|with) (?:your|the) (?:\w+ )?{re.escape(one)}\b", low) for one in label
    ):
        return True
    if (whose := _WHOSE.search(low)) and whose[1] in mine:
        return True
    if (used := _USED_TO.search(low)) and used[1] in label:
        return True
    if (what := _CALLED_WHAT.search(low)) and what[1] in about | mine | _GENERIC:
        return True
    pointing = re.search(
        r"\bwhich of (?:them|these|those|the (?:two|three)(?! \w+s\b))\b|\bwhich\?$|\b(?:(?<!just )the (?:right )?(?:one|item|product|entry|thing)|one of (?:them|these|those)|(?:select|pick|choose) one|are we (?:talking|cancell?ing|moving|returning|changing)|what am i (?:\w+ing|to)|name the (?:article|item|one))\b"
        r"|^(?:\w+ and )?(?:article|item|product|model|order|booking)(?: and \w+)?\?$"
        r"|^(?:and |so )?(?:the|your) (?:\w+ ){1,2}one(?: or (?:the|your) (?:\w+ ){1,2}one)*\?$|\w+['’]s or (?:\w+ )?\w+['’]s\?$",
        low,
    ) or (_MEAN.search(low) and (" or " not in low or _GENERIC & words(low)))
    return bool(pointing) or (" or " in low and any(contains(low, word) for word in mine if word not in label))
