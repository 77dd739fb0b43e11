"""What a tool's description asks for: its first sentence as one says it to somebody.

An imperative as it stands, a thing that is to be shown, a question; without what speaks of the tool, and with what it
says of "the user" as the user says it.
"""

import re

from tools_mock import ToolSpec
from tools_mock.phrases import thing_called

from .asked import set_of


def request_of(spec: ToolSpec) -> tuple[str, str]:
    """The first sentence of a description as what it is, a question, a thing or an order, and as it is asked for."""
    what = _plainly(_SENTENCE.split(spec.description, maxsplit=1)[0].strip().rstrip("."))
    before, _, _ = what.partition(": ")
    what = before if " " in before and spec.effect == "read" else what  # "describe a service: version, replicas"
    first, _, others = what.partition(" ")
    if _PERSON.sub("", first).casefold() in _SHOWS and _ASKS.match(others):
        what = others  # "show which doors are locked"
        if (asked := _WHETHER.fullmatch(what)) and not USER.match(asked[1]):
            return "question", f"{asked[2]} {asked[1]} {asked[3]}"  # "is the train on time?"
        first, _, others = what.partition(" ")
    how = "question" if _ASKS.match(what) else "thing" if _NAMES.match(what) else "order"
    if how == "order":
        first = _PERSON.sub(lambda m: "y" if m[0] == "ies" else "", first)
    # "Return the lockers that are free" -> "the lockers that are free", to be shown
    if how == "order" and spec.effect == "read" and first.casefold() in _SHOWS and _NAMES.match(others):
        how, (first, _, others) = "thing", others.partition(" ")
    elif how == "order" and spec.effect == "read" and first.casefold() in _SHOWS and _SEVERAL.match(others):
        how, others = "thing", f"{others[:1].lower()}{others[1:]}"  # "get venue, date and prices of an event"
        first = "the"
    if not (first.isupper() and len(first) > 1):
        first = first[:1].lower() + first[1:]
    if how == "thing" and first in _KNOWN:
        first = f"the {first}"
    return how, f"{first} {others}".strip()


def _plainly(what: str) -> str:
    """A description without what only speaks of the tool: "this tool allows you to get the time" is "get the time"."""
    what = re.sub(r"\b(on)/(off)\b", r"\1 or \2", _LEAD.sub("", what, count=1))
    if given := _GIVEN.match(what):
        its = re.sub(r"\b(?:its|their)\b", "the", given[2])
        what = f"{its} {'for' if its == given[2] else 'of'} {given[1]}"
    what = re.sub(r"^returns? (?:true|whether)(?: (?:if|when|whether))?\b", "check whether", what, flags=re.IGNORECASE)
    first, _, others = what.partition(" ")
    return f"{_infinitive(first)} {others}" if first.endswith("ing") and _MAKING.match(first) else what


def _infinitive(doing: str) -> str:
    """Getting -> get, creating -> create, booking -> book."""
    stem = doing[:-3]
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        return stem[:-1]
    return f"{stem}e" if _WITH_E.search(stem) else stem


_WITH_E = re.compile(r"(?:at|let|iev|mak|dul|nag|mov|iz|vid|plac|ang|har|clos|serv|leas)$")


def mine(clause: str, spec: ToolSpec) -> str:
    """What a description says of the user, as the user says it: "the member's loans" are "my loans"."""
    for parameter, schema in spec.parameters.get("properties", {}).items():
        whose = thing_called(parameter) == "name" and USER.search(str(schema.get("description", "")))
        if whose or USER.fullmatch(f"the {thing_called(parameter)}"):
            return clause  # the tool is told which one is meant
    clause = re.sub(rf"{USER.pattern}'s(?: own)?\b", "my", clause)
    clause = re.sub(rf"\b(?:the )?((?:\w+ )?\w+s) of {USER.pattern}\b", _of_mine, clause)
    clause = re.sub(rf"\bthe ((?:\w+ )?\w+) of {USER.pattern}$", r"my \1", clause)
    clause = re.sub(rf"\b(transfer|call|remind|notify|contact|connect) {USER.pattern}\b", r"\1 me", clause)
    clause = re.sub(rf"(\{{\w+\}}) of {USER.pattern}", r"\1", clause)
    clause = re.sub(rf"\b(for|to|of|by|from|with) {USER.pattern}$", r"\1 me", clause)
    return re.sub(rf"{USER.pattern} (\w+)s\b", lambda m: f"I {_FIRST.get(m[1], m[1])}", clause)


def _of_mine(match: re.Match[str]) -> str:
    """ "All accounts of the customer" are "all my accounts", "hotel bookings of the user" "my hotel bookings"."""
    first, _, other = match[1].rpartition(" ")
    return f"{first} my {other}" if first in ("", "all", "both") else f"my {match[1]}"


#: Where the first sentence ends, or what it asks for.
_SENTENCE = re.compile(r"\. |; | [–—] ")
_TOOL = "(?:tool|function|method|endpoint|helper|utility|api|command|operation)"
_LETS = "(?:(?:allows|enables) (?:you|the user|users|one|agents|the agent) to|lets (?:you|the user|users|one))"
#: What a description says of the tool before it says what it does.
_LEAD = re.compile(
    rf"^(?:use (?:this|it|the)(?: \w+)? to |(?:(?:this|the|an?|our) (?:\w+ )?)?{_TOOL}"
    rf" (?:(?:is|can be) (?:used|designed) (?:to|for) |(?:that|which) (?:can |will )?|to |for |(?={_LETS}))"
    rf"|this (?:\w+ )?{_TOOL} (?=\w+s )|(?={_LETS}))(?:{_LETS} )?",
    re.IGNORECASE,
)
#: "Given a city, return its population."
_GIVEN = re.compile(r"^given ([^,{}]+), (.+)$", re.IGNORECASE)
#: A description that begins with doing something.
_MAKING = re.compile(
    r"(?:creat|gett|search|book|updat|delet|retriev|list|send|find|add|remov|mak|check|manag|cancel|schedul|calculat|fetch"
    r"|look|plac|mov|chang|shar|clos|open|reserv)ing",
    re.IGNORECASE,
)
#: "Gets the zipcode" is "get the zipcode", "searches" is "search".
_PERSON = re.compile(r"(?<=..)(?:ies|(?<=ch|sh|ss|zz)es|(?<=x)es|(?<!s)s)$")
#: What there is only one of, though a description leaves out the article.
_KNOWN = set_of(
    "total average current latest overall remaining number amount sum count list monthly yearly annual weekly daily"
    " free available upcoming recent active pending possible"
)
#: Several things to be told of one, without an article.
_SEVERAL = re.compile(r"(?:\w+, )+(?:\w+ )?and \w+ (?:of|for)\b|\w+ and \w+ of\b")
#: What a program does to show something.
_SHOWS = frozenset(("return", "get", "retrieve", "fetch", "output", "list", "tell", "show", "display", "print", "view"))
#: Who a description takes the user to be.
USER = re.compile(
    r"\b(?:an?|the) (?:current |signed-in |logged-in )?(?:user|customer|member|client|account holder|patient|guest"
    r"|subscriber|cardholder|student)"
)
#: "Has", "is", "does" without their s, as one says them of oneself.
_FIRST = {"ha": "have", "i": "am", "doe": "do", "wa": "was", "goe": "go"}
#: A description that is a question: "What is on the list".
_ASKS = re.compile(r"(?:what|which|who|whom|when|where|why|how|whether)\b", re.IGNORECASE)
_WHETHER = re.compile(r"(?:whether|if) ((?:an?|the|this) (?:\w+ ){0,2}?\w+) (is|are|was|were|has|have|can) (.+)")
#: A description that names a thing: "The meals by day", "Grams per person", "Meals planned", "List of parks".
_NAMES = re.compile(
    r"(?:the|an?|one|all|every|everything|each|any|some|my|your|current|latest|total|average|overall|remaining"
    r"|monthly|yearly|annual|weekly|daily|available|upcoming|recent|pending|possible|free (?:\w+ )?\w+s"
    r"|information|details?)\b"
    r"|(?!(?:report|confirm|note|record|say|check|ensure|verify|announce|see)s?\b)\w+ (?:of|per|that|which)\b"
    r"|\w+s \w+ed\b",
    re.IGNORECASE,
)
