"""How a person asks for a tool of which only the schema is known.

Tools that have phrases are asked for in :mod:`agents.speech`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from tools_mock import ToolSpec
from tools_mock.guessed import LOOKED_FOR, flag_of
from tools_mock.phrases import id_of, label_of, singular
from tools_mock.values import FLAGS, joined

from .asked import set_of
from .described import USER, mine, request_of
from .objects import COUNTS, with_objects

#: Fields that a thing is called by.
HEADS = ("title", "name", "full_name", "display_name", "subject", "summary", "task")


#: What a description says of one of many.
_ONE = r"(?:an?|the|another|one|any)(?: (?:given|specific|specified|particular|certain|existing|single))?"


def ask_patterns(spec: ToolSpec, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Ways to ask for a tool of which nothing but the schema is known, with what is said for each of some slots.

    The first sentence of its description becomes a request: an imperative as it stands, a question is asked, a thing
    is to be shown. What is to be said takes the place of what the description says of it, or follows.
    """
    how, clause = request_of(spec)
    clause, listed = with_objects(spec, clause, texts, changes=clause.partition(" ")[0] in _SETS)
    said = {slot: text for slot, text in texts.items() if f"{{{slot}}}" not in clause + "".join(listed)}
    clause, rest = _filled(spec, clause, said)
    clause, parts = _following(clause, {slot: texts[slot] for slot in rest})
    parts = [*listed, *parts]
    yes_or_no = how == "question" and _YES_OR_NO.match(clause) is not None
    direct = yes_or_no or (how == "question" and _INVERTED.match(clause) is not None and not _MORE.search(clause))
    fronts = _DIRECT[:1] if yes_or_no else _DIRECT if direct else _FRONTS[how]
    if not parts:
        return tuple(f"{front}{clause}" + ("?" if direct and not front else "") for front in fronts)
    links = (": ", ", with ", ", ")
    return tuple(f"{fronts[n % len(fronts)]}{clause}{links[n]}{joined(parts)}" for n in range(3))


def question_for(slot: str, kind: str, options: Sequence[Any], known: bool, random: Random) -> str:
    """How an assistant asks for a slot of which only the name is known, and whether it is a day or a time.

    ``options`` are what it may be, if there are any; ``known``: whether it is one of the things that there are.
    """
    label = label_of(slot)
    front = {"from": "From", "to": "Until"}.get(SPANS.get(label, ""), "")
    if kind == "day" and (front or label in _BEFORE or label in _TIMES):
        return f"{front or 'For'} which day?"
    if kind == "day" and not label.endswith(("date", "day")):
        return "For which day?"
    if kind in ("clock", "moment") and (front or label in _BEFORE or label in _TIMES):
        return f"{front} when?" if front == "Until" else "At what time?" if kind == "clock" else "When should it be?"
    if label in ("body", "text", "content", "message", "note", "comment"):
        return "What should it say?"
    unit = label.rpartition(" ")[2]
    if kind == "number" and (
        unit in UNITS - {"percent", "degrees", "km", "kg"} or (unit == label and unit.endswith("s"))
    ):
        return f"How many {unit}?"
    if kind == "number" and unit in UNITS and unit != label:
        return f"What's the {label.removesuffix(f' {unit}')} in {unit}?"
    if not COUNTS.isdisjoint(label.split()) and kind == "number":
        return "How much should it be?" if label in ("amount", "sum") else "How many should it be?"
    if label in _PLACES:
        return _PLACES[label]
    if 1 < len(options) < 5 and all(isinstance(one, str) and label_of(one) for one in options):
        either = " or ".join(joined(list(map(label_of, options))).rsplit(" and ", 1))
        way = _DIRECTIONS.get(label, "")
        return f"{way.capitalize()} {either}?" if way else f"Which {label}: {either}?"
    if known and label not in WRITTEN | {*HEADS, *_ADDRESSES, "phone number"} and not label.endswith(" name"):
        return random.choice((f"Which {label}?", f"Which {label} do you mean?"))
    whose, _, what = label.rpartition(" ")
    if what == "name" and whose in WHO:
        return f"What's the {whose}'s name?"
    whats = (f"What {label} should I use?", f"What should the {label} be?", f"What's the {label}?")
    return random.choice(whats)


_PLACES = {
    "origin": "Where from?",
    "destination": "Where to?",
    "city": "Which city?",
    "street": "Which street?",
    "day of month": "On which day of the month?",
}


def _filled(spec: ToolSpec, clause: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """A description with slots in the places of what it says of them, and the slots that have no place in it."""
    for slot, schema in spec.parameters.get("properties", {}).items():
        usual, label = schema.get("default"), label_of(slot)
        if slot not in texts and isinstance(usual, str) and usual.replace(" ", "").isalpha():
            clause = re.sub(rf"\b{_ONE} {re.escape(label)}\b", f"the {usual}", clause, count=1)
        if label and slot not in texts:  # "for some minutes", "by status"
            clause = re.sub(rf" by (?:their |its )?{re.escape(label)}$", "", clause)
            clause = re.sub(rf" (?:for|to|by|in|with|after) {_SOME_NUMBER} {re.escape(label)}\b", "", clause)
        if label and slot not in texts and slot in spec.required:  # "for a passenger", says nobody who names none
            clause = _hyphened(clause, label)
            thing = f"{label}{_SPOT}" if label in _SPOTS else label.removesuffix(" name")
            thing = f"{thing}(?: address| number)?" if label in _ADDRESSES else thing
            thing = "(?:day|date)" if label in ("day", "date") else thing
            if label in _WHOSE_NAME:
                clause = re.sub(rf" (?:of|for|to|from|with|by) {USER.pattern}", "", clause)
            if label in _PEOPLE:
                clause = re.sub(rf" (?:of|for|to|from|with|by) {_SOMEBODY.pattern}", "", clause)
            clause = re.sub(rf" (?:of|for|to|with|by|at|in|on|from|and) an? {thing}\b", "", clause)
            clause = re.sub(rf" (?:from )?\d+ (?:to|and|-) \d+ {label}\b", "", clause)
    if any(label_of(slot) in SPANS for slot in (*spec.parameters.get("properties", ()), *texts)):
        clause = _RANGE.sub("", clause)
    if any(label_of(slot) in _TIMES for slot in texts):
        clause = _DAY_AND_TIME.sub("", clause)
    clause = _fields(clause, spec, texts)
    for slot, schema in spec.parameters.get("properties", {}).items():
        clause = _decided(clause, slot, schema.get("enum") or (), slot in texts)
    for slot, text in texts.items():
        clause = _placed(_chosen(clause, spec, slot, text), slot, text)
        clause = _otherwise(clause, spec, slot)
    clause = _RULE.sub("", _OR_THOSE.sub(" ", _OPTIONAL.sub(_asked_for, _SUCH_AS.sub("", clause))))
    rest = [slot for slot in texts if f"{{{slot}}}" not in clause]
    ids = [slot for slot in rest if id_of(slot) or spec.kinds.get(slot, "").startswith("!")]
    if len(ids) == 1 and (taken := _TAKEN.sub(f"{{{ids[0]}}}", clause, count=1)) != clause:
        clause, rest = taken, [slot for slot in rest if slot not in ids]  # "give a borrowed book back"
    elif len(ids) == 1 and (turned := _TURNED.sub(rf"\1 {{{ids[0]}}}", clause, count=1)) != clause:
        clause, rest = turned, [slot for slot in rest if slot not in ids]  # "turn on a smart light"
    elif len(ids) == 1 and (meant := _THIS_ONE.sub(rf"\1 {{{ids[0]}}}", clause, count=1)) != clause:
        clause, rest = meant, [slot for slot in rest if slot not in ids]  # "mark a task as done", which is a todo
    if not any(label_of(slot) in _PEOPLE for slot in rest):
        clause = _SOME_OF_THEM.sub("", clause)
    if len(ids) == 1 and ids[0] in rest and id_of(ids[0]) in ("slot", "time slot", "timeslot", "session", "opening"):
        clause = _BOOKED.sub(rf"\1 {{{ids[0]}}}", clause, count=1)  # "book a free appointment" is to book that slot
        rest = [slot for slot in rest if f"{{{slot}}}" not in clause]
    return mine(_AN_ID.sub(r"\1 the \2", clause), spec), rest


#: What a description says of a number that is left out.
_SOME_NUMBER = "(?:some|several|a few|(?:an? |the )?(?:given |certain |specific |specified )?number of)"


def _fields(clause: str, spec: ToolSpec, texts: Mapping[str, str]) -> str:
    """A description that lists what may be changed, with what is changed: "update the status of a task to {status}"."""
    labels = {label: slot for slot in spec.parameters.get("properties", {}) if (label := label_of(slot))}
    one = rf"(?:the |its )?(?:{'|'.join(map(re.escape, labels))})"
    listed = re.match(rf"\w+ ({one}(?:, {one})*,? (?:and/or|and|or) {one})\b", clause) if labels else None
    if listed is None:
        return clause
    told = [label for label, slot in labels.items() if slot in texts and re.search(rf"\b{label}\b", listed[1])]
    if not told:
        return clause
    first, *others = told
    more = "".join(f" and the {label} to {{{labels[label]}}}" for label in others)
    verb = clause.partition(" ")[0]
    return f"{verb} the {first}{clause[listed.end() :]} to {{{labels[first]}}}{more}"


def _following(clause: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """A description with what is said of slots that it does not speak of, and what is to be listed at its end."""
    verb, somebody = clause.partition(" ")[0], _SOMEBODY.search(clause)
    if changes := [slot for slot in texts if label_of(slot) in ("delta", "change", "adjustment", "difference")]:
        clause = f"{clause.replace(' up or down', '')} by {{{changes[0]}}}"
        texts = {slot: text for slot, text in texts.items() if slot != changes[0]}
    turned = verb == "turn" and clause.endswith("}")  # on or off, and beside that as bright as is said
    if len(texts) == 1 and verb in _SETS and not turned and " to " not in clause and not _OF_MANY.search(clause):
        (slot,) = texts
        unit = f" {label_of(slot)}" if label_of(slot) in UNITS else ""
        return f"{clause} to {{{slot}}}{unit}", []
    called, after, shown, parts = [], [], [], []
    spans = {slot: SPANS[label_of(slot)] for slot in texts if label_of(slot) in SPANS}
    both = {"from", "to"} <= set(spans.values())
    place = [slot for part in ("street", "city") for slot in texts if label_of(slot) == part]
    if len(place) == 2:
        after.append(f"{'to' if verb in _BRINGS else 'at'} {{{place[0]}}}, {{{place[1]}}}")
        texts = {slot: text for slot, text in texts.items() if slot not in place}
    for slot, text in texts.items():
        label, one = label_of(slot), f"{{{slot}}}"
        first, _, unit = label.rpartition(" ")
        first = first.partition(" ")[0] or unit
        if verb in _MAKES and label in HEADS and not text.startswith("that "):
            called = [f'called "{one}"']
        elif id_of(slot) and verb in _SETS and f"the {id_of(slot)} " in clause:
            after.append(f"to {one}")  # "change the payment method for a ride"
        elif (
            id_of(slot)
            or label in LOOKED_FOR
            or (label == "text" and verb in ("search", "find"))
            or label in ("purpose", "occasion")
        ):
            after.append(f"for {one}")  # "recipe id r3": who says that?
        elif somebody is not None and label in _PEOPLE:
            clause, somebody = f"{clause[: somebody.start()]}{one}{clause[somebody.end() :]}", None
        elif both and slot in spans and verb in _SETS and re.search(r"\bdates?\b", clause):
            after.append(f"{_TO_DATES[spans[slot]]} {one}")  # "change the dates to 3 May until 5 May"
        elif slot in spans and (both or label not in _TIMES | _BEFORE):
            after.append(f"{'until' if spans[slot] == 'to' and not both else spans[slot]} {one}")
        elif label in _BEFORE:
            after.append(f"{label} {one}")
        elif label in _PARTY and text.isdigit():
            after.append(f"for {one} {many(text, label)}")
        elif unit in _TIMED and text.isdigit() and (first in _LENGTHS or first == unit):
            after.append(f"for {one} {many(text, unit)}")
        elif unit == "hour" and text.isdigit():
            after.append(f"at {one} o'clock")
        elif unit in UNITS and text.replace(".", "").isdigit():
            parts.append(f"{one} {unit}" if first == unit else f"{first} {one} {unit}")
        elif text.isdigit() and label == unit and label.endswith("s") and not label.endswith("ss"):
            parts.append(f"{one} {many(text, label)}")  # "5 reps"
        elif label in _BY_ITSELF or label in _TIMES:
            after.append(_where(slot, text))
        elif first in _DIRECTIONS:
            clause = _TO_ANOTHER.sub("", clause)
            after.append(f"{_DIRECTIONS[first]} {one}")
        elif text.startswith("that "):
            shown.append(one)
        elif label in _ROOMS and (its := the_one(label, text, one)):
            after.append(f"in {its}")
        elif label in ("method", "payment method") and text.isalpha():
            after.append(f"by {one}")
        elif label in ("tag", "tags"):
            after.append(f"tagged {one}")
        elif label == "day of month":
            after.append(f"on day {one} of the month")
        else:
            parts.append(f'"{one}"' if label == verb else _part(slot, text))
    if shown:
        after.append(f"with {joined(shown)}")
    return " ".join([clause, *called, *after]), parts


#: What may come before a request, by what the description of its tool is.
_FRONTS = {
    "question": ("tell me ", "I'd like to know ", "let me know "),
    "thing": ("show me ", "give me ", "let me see "),
    "order": ("", "I'd like you to "),
}
#: And before a question that can stand alone.
_DIRECT = ("", "tell me ")


def _decided(clause: str, slot: str, options: Sequence[Any], told: bool) -> str:
    """A description that begins with what may be decided: "approve or reject a claim" is to have it approved.

    Where it is left out, so is what it may be.
    """
    match, ends = _DECIDES.match(clause), [str(option).casefold() for option in options]
    if match is None:
        return clause
    first, second, what = match.groups()
    if all(any(end.startswith(verb[:-1]) and end.endswith("ed") for end in ends) for verb in (first, second)):
        return f"have {what} {{{slot}}}" if told else f"decide on {what}"
    return f"decide on {what}" if not told and {first, second} <= set(ends) else clause


_DECIDES = re.compile(r"(\w+)(?:, \w+)*,? or (\w+) (.+)$")


def _chosen(clause: str, spec: ToolSpec, slot: str, text: str) -> str:
    """A description that tells the choices of a slot, with the slot in their place: "turn it on or off" is one."""
    if flag := flag_of(spec, slot):
        yes, no = FLAGS[flag]
        return re.sub(rf"\b(?:{yes}s? or {no}s?|{no}s? or {yes}s?)\b", f"{{{slot}}}", clause, count=1)
    options = spec.parameters.get("properties", {}).get(slot, {}).get("enum") or ()
    words = [re.escape(label) for option in options if (label := label_of(str(option)))]  # "+" and "-" have none
    one = rf"(?:(an?|the) )?(?:{'|'.join(words)})\b"
    listed = re.search(rf"\b{one}(?:, {one})*,? or {one}", clause, re.IGNORECASE) if words else None
    if listed is None:
        return clause
    article = "" if not listed[1] or text.startswith("that ") else "an " if text[:1] in "aeiou" else "a "
    return f"{clause[: listed.start()]}{article}{{{slot}}}{clause[listed.end() :]}"


def _placed(clause: str, slot: str, text: str) -> str:
    """A description with a slot in the place of what it says of it; the same where it says nothing of it."""
    if f"{{{slot}}}" in clause:
        return clause
    clause = _hyphened(clause, label_of(slot))
    for pattern, said in _turns(clause, slot, text):
        placed = re.sub(pattern, said, clause, count=1)
        if placed != clause:
            return placed
    return clause


def _otherwise(clause: str, spec: ToolSpec, slot: str) -> str:
    """A description that calls a thing as its id is described, not as it is called: ``listing_id``, "a property"."""
    its = _THE_ONE.match(str(spec.parameters.get("properties", {}).get(slot, {}).get("description", "")))
    if its is None or not id_of(slot) or f"{{{slot}}}" in clause:
        return clause
    return re.sub(rf"\b{_ONE} {re.escape(its[1])}\b", f"{{{slot}}}", clause, count=1)


#: How a description says what an id is the id of.
_THE_ONE = re.compile(
    r"(?:the )?(?:(?:id(?:entifier)?|tag|number|code|key|reference) (?:of|for) )?(?:the|an?|which) (\w+)", re.IGNORECASE
)


def _hyphened(clause: str, label: str) -> str:
    """A description in which a word with a hyphen is written as a parameter's label has it: "a drop-off location"."""

    def alike(match: re.Match[str]) -> str:
        ways = (match[1] + match[2], f"{match[1]} {match[2]}")
        return next((way for way in ways if way.casefold() == label), match[0])

    return re.sub(r"\b(\w+)-(\w+)\b", alike, clause)


def _turns(clause: str, slot: str, text: str) -> Iterator[tuple[str, str]]:
    """What a description may say of a slot, and what is said instead; the likeliest first."""
    plain, thing, one = label_of(slot), re.escape(id_of(slot)), f"{{{slot}}}"
    if thing and text.isdigit():
        one = f"{id_of(slot)} {one}"  # "ticket 101"
    label = re.escape(plain)
    shown = text.startswith("that ")
    if thing:  # an id stands for its thing, and "a recipe's steps" are the steps of that
        its = rf"\b(?:{_ONE}|this) (?:(?!new\b)\w+ ){{0,2}}?{thing}"
        if clause.partition(" ")[0] in _SETS and re.match(rf"\w+ the {thing} (?:of|for|on|in)\b", clause):
            return  # "change the payment method for a ride to my card"
        yield rf"{its} (room|table|seat|ticket|place|spot)\b", rf"a \1 at {one}"
        yield (
            rf"{its}'s ((?:\w+ ){{0,2}}\w+)(?=$|[,:]| (?:and|as|at|by|for|from|in|of|on|to|with)\b)",
            rf"the \1 of {one}",
        )
        yield rf"{its}'s (\w+)\b", rf"the \1 of {one}"
        who = r"(?: (?:that|which) (?:is|are|was|were|has|have)\b| (?:they|he|she|he or she) \w+)"
        yield rf"{its}\b(?:{who}[^{{}},]*)?", one  # "that is still pending", "they are enrolled in"
        if len(thing) > 5:
            yield rf"\b{_ONE} {thing[:5]}\w*(?: \w+)?\b", one  # a charger is "a charging station"
        by = rf"by (?:its |the )?(?:{thing} )?(?:id|ID)\b"
        yield rf"\b{thing} (details|information|info|profile|status) {by}", rf"the \1 of {one}"
        yield rf"\b{thing} {by}", one
        return
    if plain in _PATHS:
        yield rf"\b{_ONE} (?:{_PATHS[plain]})(?: or (?:an? )?(?:{_PATHS[plain]}))?\b", one
    if plain in _ADDRESSES or plain.rpartition(" ")[2] == "email":
        kind = "e-?mail" if "email" in plain else "(?:phone|telephone|mobile)"
        if clause.partition(" ")[0] in _SETS and re.match(rf"\w+ the {kind}", clause):
            return  # "change the phone number of an owner to …"
        yield rf"\b(?:(?:somebody|someone)(?: else)?'s|an?|the|another)(?: new)? {kind}(?: address| number)?\b", one
    if plain in ("symbol", "ticker", "ticker symbol"):
        yield rf"\b{_ONE} (?:stock|share|security|company|asset|coin|symbol|ticker)\b", one
    if text.replace(".", "").isdigit() and plain.endswith("s"):
        yield rf"^(\w+) {label}\b", rf"\1 {one} {many(text, plain)}"  # "buy 5 shares of it"
    if plain == "quantity":
        things = rf"\1 {one} \2" if text == "1" else rf"\1 {one} \2s"
        yield r"^(buy|order|book|reserve|get|purchase) (?!as)(\w+?)s\b", things  # "buy two tickets"
    if plain in ("percent", "percentage"):
        yield r"\bby (?:an? )?(?:given |certain )?percent(?:age)?\b", f"by {one} percent"
    yield rf"\b(?:some|certain) {label}\b", f"{one} {many(text, plain)}" if text.isdigit() else f'"{one}"'
    if plain in ("status", "state") and text.islower() and text.isalpha():  # "list open tickets", "all my paid orders"
        yield r"^((?:list|find|search|get|show|fetch|view)(?: all)?(?: the| my)?) ((?!me\b)\w+s)\b", rf"\1 {one} \2"
        yield r"^(all(?: the| my)?|the|my) (\w+s)\b", rf"\1 {one} \2"
    if plain in ("code", "number"):
        yield rf"\ban? ((?!new\b)\w+ {label})\b", rf"\1 {one}"  # "apply voucher code SPRING10"
    if plain == "value":
        yield r"^(\w+ (?:an?|the) (?:\{\w+\} )?(?:\w+ )?\w+)(?=$| (?:from|to|in|into)\b)", rf"\1 of {one}"
    if plain in LOOKED_FOR or plain == "text":
        yield r"\bfor (?:an? |the |some )?(?:words?|texts?|terms?|keywords?|phrase|string|query)\b", f"for {one}"
    if plain in LOOKED_FOR and plain not in ("search", "q"):
        yield rf"\b(?:the |a )?{label}\b", one
    if clause.partition(" ")[0] in _SETS and re.match(rf"\w+ the {label} of\b", clause):
        return  # "change the priority of a ticket to high"
    if plain in ("amount", "sum"):
        yield r"\bby an? (?:amount|sum)\b", f"by {one}"
        yield r"\b(?:some )?money\b", one
        yield r"\b(an? (?:offer|bid|payment|donation|refund|transfer))\b", rf"\1 of {one}"
    yield rf"\b(?:an?|the)(?: given| specified)? (?:number|amount) of {label}\b", f"{one} {many(text, plain)}"
    yield rf"\b(from|to) {label}\b", rf"\1 {one}"  # "from origin to destination"
    other = "a different|another|a new" if " " in plain else "a different|a new"  # "another stage" may want its word
    last = re.escape(plain.rpartition(" ")[2])
    yield rf"\b(to|into) (?:{other}) (?:\w+ )?{last}(?: class)?\b", rf"\1 {one}"
    if plain in ("until", "from", "since", "before", "after", "by"):
        yield rf"\b{plain} {_ONE} (?:date|day|time|moment)\b", f"{plain} {one}"
    if plain == "n":
        yield r"\bN\b", one
    named = one if plain in HEADS and not shown else f"with {one}" if shown else f"with {plain} {one}"
    yield rf"\b{_ONE} (\w+) by (?:its |their )?{label}$", rf"the \1 {named}"  # "a contact by name"
    several = rf"the \1 {named}" if named == one else rf"\1s {named}"
    yield rf"\b(\w+)s by (?:their )?{label}$", several  # "employees by name", "orders by status"
    yield rf"\b(?:the )?(\w+) id by (?:its |their )?{label}$", rf"the \1 {named}"
    if plain in _WHOSE_NAME and clause.partition(" ")[0] not in _MAKES:  # "all policies of a customer"
        yield rf"\b(of|for|to|from|with|by) {USER.pattern}", rf"\1 {one}"
    if plain in WRITTEN:
        yield rf"^(translate|summari[sz]e|analy[sz]e|say|speak|print) (?:an? |the |some )?{label}\b", rf'\1 "{one}"'
        return
    much = "how much of" if shown else "how many" if text.endswith("s") else "how much"
    yield rf"\bhow (?:much|many)(?: of)? {_ONE} {label}\b", f"{much} {one}"
    if plain in _CALLED and not shown:
        yield rf"\b{_ONE} {label}\b", one
    if plain in ("date", "day"):
        on = "(?:on )?" if _ALONE.match(text) else ""
        yield rf"\b{on}{_ONE} (?:day|date)(?= |$|,)(?! of)", one
    if plain in _BY_ITSELF or plain in _TIMES or shown:
        alone = _ALONE.match(text) and (not shown or text.endswith(("day", "time")))
        on = "(?:on )?" if alone else ""  # "on Friday" and "on that train", but "tomorrow"
        yield rf"\b{on}{_ONE} {label}(?: time| date)?(?: of the \w+)?\b", one
        return
    if plain.endswith(" name"):  # "for a passenger"
        yield rf"\b{_ONE} {re.escape(plain.removesuffix(' name'))}\b", one
    if plain in _SPOTS:
        yield rf"\b{_ONE} {label}{_SPOT}\b", one
    if plain in _SORTS:
        yield rf"\b(?:of|in|from|with) {_ONE} {label}\b", f"with {one} {plain}"
    if text[:1].isupper() and len(text) > 2:  # "at a branch" is "at Central"
        yield rf"\b(at|in|from|to|for|with|by|of|about) {_ONE} (?:\w+ )?{label}\b", rf"\1 {one}"
    if text.isdigit():  # "rate it from 1 to 5 stars"
        yield rf"\b(?:from )?\d+ (?:to|and|-) \d+ {label}\b", f"with {one} {plain}"
    yield rf"\bto (?:an?|the)(?: new)? {label}\b", f"to {one}"
    if text in _PERIODS:
        yield rf"\b{_ONE} {label}\b", f"the {one}"
    # "water a bed" with a bed to name is "water bed east", not "water a bed: bed east"; the living room is a room
    its = f"the {one}" if text.endswith(f" {plain}") else the_one(plain, text, one) or f"{plain} {one}"
    its = one if plain in WHO and text[:1].isupper() else its  # "the homework of Lena"
    whole = r"(?! (?!(?:of|in|on|at|to|for|from|with|by|and|or|as|that|which|is|are|into|after|before)\b)[a-z])"
    yield rf"\b{_ONE} {label}\b{whole if text.isdigit() else ''}", its  # "a limit order" has another limit
    if plain not in _BEFORE:
        yield rf"\ban? (?!new\b)\w+ {label}\b", its  # "book a seminar room"


def the_one(label: str, text: str, one: str) -> str:
    """A thing by a word that says what it is, or which of some: "the kitchen", "the billing service"; else nothing."""
    if not (text.islower() and text.replace(" ", "").isalpha()) or text.startswith(("that ", "the ")):
        return ""
    return f"the {one}" if label in _AT_HOME else f"the {one} {label}" if label in _ONE_OF else ""


def _asked_for(optional: re.Match[str]) -> str:
    """Of what a description says may be asked for that which is: "optionally of {trainer} or in one room"."""
    asked = [part for part in re.split(r",? (?:and/or|and|or) |, ", optional[1]) if "{" in part]
    return " ".join(["", *asked]) if asked else ""


def many(number: str, things: str) -> str:
    """So many of something: "1 hour", "2 hours"."""
    return singular(things) if number == "1" else things


def _where(slot: str, text: str) -> str:
    """A day, a time or a place that the description does not speak of: "on {date}"; "{date}" where that is tomorrow."""
    if text.startswith("that ") and _BY_ITSELF.get(label_of(slot)) != "in":
        return f"for {{{slot}}}"
    if label_of(slot) not in _TIMES:
        return f"{_BY_ITSELF[label_of(slot)]} {{{slot}}}"
    if label_of(slot) == "slot" and text.islower() and text.isalpha() and not _ALONE.match(text):
        return f"{'in the' if text in ('morning', 'afternoon', 'evening') else 'for'} {{{slot}}}"  # breakfast
    return f"{{{slot}}}" if _ALONE.match(text) else f"{'at' if _HOUR.match(text) else 'on'} {{{slot}}}"


def _part(slot: str, text: str) -> str:
    """What is said for a slot that the description does not speak of: "amount at least {min_amount}"."""
    label = label_of(slot)
    first, _, others = label.partition(" ")
    if others and first in _BOUNDS and others.endswith("s") and not others.endswith("ss"):
        return f"at {_BOUNDS[first]} {{{slot}}} {others[:-1] if text == '1' else others}"
    if others and first in _BOUNDS:
        return f"{others} at {_BOUNDS[first]} {{{slot}}}"
    return f'{label} "{{{slot}}}"' if label in WRITTEN else f"{label} {{{slot}}}"


#: A thing that something was done with before, "a borrowed book", or that goes by no other name.
_TAKEN = re.compile(
    r"\b(?:an? (?!need|speed|seed|feed|bed|shed)\w+ed \w+|(?:an?|one|the) (?:thing|item|record|entry|object|element))\b"
)
#: What is done with a thing that is there already, whatever the description calls it.
_THIS_ONE = re.compile(
    rf"^(mark|complete|finish|close|cancel|delete|remove|archive|pay|return|renew|extend|approve|reject|confirm|edit)"
    rf" {_ONE} \w+\b"
)
_TURNED = re.compile(rf"^((?:turn|switch) (?:on|off|\{{\w+\}})) {_ONE} (?:\w+ )?\w+\b")
_BOOKED = re.compile(rf"^(book|reserve|take|cancel|free) {_ONE} (?:\w+ )?\w+\b")
#: Of whom nobody says who they are.
_SOME_OF_THEM = re.compile(r" (?:for|to|with|by) one or more \w+\b")
#: Who looks for the id of a user looks for the user.
_AN_ID = re.compile(r"^(find|look up) (?:the |an? )?(\w+) id\b(?!:)")
#: "Finds classes, optionally of one trainer or in one room."
_OPTIONAL = re.compile(r",? optionally (.+)$")
#: "The contacts, or those of one company."
_OR_THOSE = re.compile(r"(?:,? or)? (?:just |only )?those (?=(?:of|for|by|in|with|from|at|on) (?:\w+ )?\{)")
#: "Run a scene such as 'movie night'."
_SUCH_AS = re.compile(r",? (?:such as|like|e\.g\.|for example) [\"'“][^{}]*$| \([^{}()]*\)")
#: How a bound is said.
_BOUNDS = {"min": "least", "minimum": "least", "max": "most", "maximum": "most"}
#: What a path or an address leads to.
_PATHS = {"path": "file|folder|directory|document", "file path": "file", "url": "page|website|site|link"}
#: Where somebody is written to or called.
_ADDRESSES = ("email", "phone")
_WHOSE_NAME = ("name", "full name")
#: Whom a description leaves open, and what a parameter is called that says who it is.
_SOMEBODY = re.compile(
    r"\b(?:(?:somebody|someone)(?: else)?|a person|another person|a colleague|a contact|a friend|people"
    r"|one or more recipients|an? (?:team member|teammate|member(?: of the team)?|user|employee)"
    r"|the (?:specified |given )?recipient)\b"
)
_PEOPLE = set_of(
    "owner requester holder agent reporter author organizer host customer assignee person user username email recipient"
    " to who contact colleague member employee name"
)
#: Who goes by a name alone.
WHO = _PEOPLE | set_of(
    "child kid son daughter student pupil teacher trainer doctor vet tenant driver courier client guest patient"
)
#: From where to where.
_DIRECTIONS = {
    **dict.fromkeys(("from", "source", "origin", "departure", "base", "pickup"), "from"),
    **dict.fromkeys(("to", "target", "destination", "arrival", "dropoff"), "to"),
}
_PERIODS = set_of("day week month quarter year")
#: Things that are said by their names alone: "play Yellow".
_CALLED = set_of("recipe meal item song word movie film book track artist album product dish ingredient ticker symbol")
#: What has a word for each of its kind, and what of it one is in.
_ROOMS = set_of("room area zone floor")
_AT_HOME = _ROOMS | set_of("device appliance machine lamp door gadget sensor speaker")
_ONE_OF = set_of("service team department environment cluster queue pipeline folder channel group plan account meter")
#: What follows what it is: "with Italian cuisine".
_SORTS = set_of("cuisine category genre type kind colour color style brand priority")
#: Places, whatever the description calls them.
_SPOTS = set_of("pickup dropoff location place address venue")
_SPOT = "(?: location| address| point| place| spot)?"
#: What makes something that has a name, and what gives a thing another value.
_MAKES = frozenset(("create", "add", "make", "open", "start", "new"))
_SETS = frozenset(("set", "change", "update", "adjust", "rename", "turn", "raise", "lower"))
_TO_DATES = {"from": "to", "to": "until"}
#: What a number of minutes is.
_LENGTHS = frozenset(("duration", "length"))
_PARTY = set_of("people guests persons passengers adults travelers travellers")
_TIMED = set_of("seconds minutes hours days weeks months nights years")
UNITS = _TIMED | set_of("percent degrees kilograms kg km kilometers kilometres meters metres miles pounds calories")
#: Who orders something has it brought to a place.
_BRINGS = frozenset(("order", "ship", "send", "deliver", "buy", "check", "place"))
#: What there is to change more than one thing of.
_OF_MANY = re.compile(r"\b(?:details|information|info|profile|record|data|settings|preferences)\b")
#: What is written down as it is said.
WRITTEN = frozenset(
    (
        "note",
        "notes",
        "comment",
        "remark",
        "message",
        "text",
        "body",
        "content",
        "reason",
        "description",
        "title",
        "summary",
        "resolution",
    )
)
#: A rule, a unit or what may be said, at the end of a description: ", at most twice", " by title, or by author".
_RULE = re.compile(
    r"(?: by \w+(?: \w+){0,3},? (?:and|or) by\b"
    r"| in (?:degrees (?:Celsius|Fahrenheit|Kelvin)|percent|seconds|minutes|euros|dollars)"
    r"| with (?:its|their) \w+| with (?:\w+ ){0,2}\w+(?:, (?:\w+ ){0,2}\w+)*,? and (?:\w+ )*\w+(?=$)"
    r"|, by (?:\w+ )?(?:code|name|number|id)(?=$)"
    r"|, (?:at (?:most|least)|up to|if|unless|when|where|in|with|without|including|optionally|sorted|as|or|which|all"
    r"|using|returning|given)\b|(?<=\w) by \w+(?: \w+)*(?:,| or) "
    r"| by (?:an? |any |the )?(?:key)?words?\b| by (?:its|their) \w+$| whose\b| including\b| given (?:its|the|an?)\b"
    r"| by (?:the |an? )?(?:\w+ )?(?:id|ID|reference|identifier)$)[^{}]*$"
)
#: What stands beside the question: "what is playing, the volume and whether shuffle is on".
_MORE = re.compile(r", (?:the|its|and)\b| and (?:whether|what|how|the|its)\b")
#: A question that is answered with a yes or a no.
_YES_OR_NO = re.compile(r"(?:is|are|was|were|has|have|can) ")
#: A question that can be asked as it stands: "what is on the list", not "what the list holds".
_INVERTED = re.compile(
    r"\w+(?: (?!(?:the|an?|my|your|I|it|they|we|you|this|that|\{\w+\})\b)\w+){0,2}"
    r" (?:is|are|was|were|do|does|did|has|have|can|could|will|would|should|may)\b",
    re.IGNORECASE,
)
#: Days and times, and what a time of day begins with.
_TIMES = set_of("day date time start when slot") | frozenset(
    ("start time", "starts at", "start at", "scheduled for", "scheduled at")
)
_HOUR = re.compile(r"\d{1,2}(?::\d\d)?(?:am|pm)?$|noon|half ")
#: "Convert a length from one unit to another."
_TO_ANOTHER = re.compile(r" (?:from one \w+ to another|between two (?:of (?:my|your|the|their) (?:own )?)?\w+)\b")
#: What needs no word for what it is, and what comes before it: "on Monday", "in Paris".
_BY_ITSELF = {
    **dict.fromkeys(("day", "date", "weekday", "day of week"), "on"),
    **dict.fromkeys(("city", "country", "location", "month", "year", "unit", "units", "currency", "language"), "in"),
    "time": "at",
}
#: What stands before what is said for it, just as it is called.
_BEFORE = set_of("at in on since until before after by from to about")
#: From when to when.
SPAN = {
    **dict.fromkeys(
        ("start date", "start day", "from date", "check in", "checkin", "check in date", "arrival date"), "from"
    ),
    **dict.fromkeys(("effective", "effective date", "effective from", "valid from"), "from"),
    **dict.fromkeys(
        ("end date", "end day", "to date", "check out", "checkout", "check out date", "departure date"), "to"
    ),
}
#: The same of moments; "start" alone is when something begins.
SPANS = {
    **SPAN,
    **dict.fromkeys(("start", "start time", "time min", "from time", "since"), "from"),
    **dict.fromkeys(("end", "end time", "time max", "to time", "until"), "to"),
}
#: What a description says of both.
_RANGE = re.compile(
    r" (?:between (?:two|the given|given) (?:dates|days|times)"
    r"|(?:in|within|for|during) an? (?:\w+ )?(?:date|time) range"
    r"|(?:for|on|in|during) (?:the )?(?:given|specified|certain|specific) (?:dates|days|period))\b"
)
_DAY_AND_TIME = re.compile(
    r" (?:for|on|at) (?:the |an? )?(?:given |specified |certain |specific |particular )?(?:date|day)(?: and |/)time\b"
)
#: Days that need no "on".
_ALONE = re.compile(r"(?:today|tomorrow|yesterday|in |that |the same |a week )", re.IGNORECASE)
