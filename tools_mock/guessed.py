"""What a person might have in mind for a parameter of which only the schema is known.

First what the schema or its description offers, then what stands in the world under a like name, then what people say
in such places: a reason, a city, a day next week. What is written anew (a note, the title of what is created) is new.
"""

import contextlib
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from .foreign import ForeignWorld, harvest, options_in
from .phrases import id_of, label_of, words_of
from .tool import ToolSpec
from .values import FLAGS, as_number, is_moment, kind_of, looks_like_id

#: What people write, by the words of a parameter.
WRITTEN: dict[tuple[str, ...], tuple[str, ...]] = {
    ("note", "comment", "remark", "memo", "feedback", "detail"): (
        "asked for a second look",
        "has to be done by Friday",
        "please ring the bell twice",
        "went better than expected",
        "will call back tomorrow",
        "wants it in writing",
        "the first try did not work",
        "no need to hurry",
    ),
    ("message", "text", "body", "content"): (
        "I'll be ten minutes late",
        "can we talk tomorrow morning?",
        "thanks for your help last week",
        "the parcel has arrived",
        "please have a look at it today",
        "I found what we were looking for",
        "the meeting is in the small room",
        "shall we have lunch on Thursday?",
    ),
    ("problem", "issue", "question", "symptom"): (
        "it stopped working this morning",
        "the screen stays dark",
        "it makes a strange noise",
        "the last two do not fit",
        "it is slower than before",
        "the light does not go on",
        "nothing happens when it is started",
    ),
    ("resolution", "solution", "outcome"): (
        "it works again after a restart",
        "a new part was put in",
        "it was only a loose cable",
        "the settings were put right",
    ),
    ("purpose", "occasion"): (
        "a study group",
        "the weekly meeting",
        "a job interview",
        "a birthday",
        "a workshop",
        "a talk with visitors",
    ),
    ("reason", "cause", "justification", "why"): (
        "it came too late",
        "our plans have changed",
        "I chose the wrong one",
        "we don't need it any more",
        "it was counted twice",
        "I am away that week",
    ),
}
#: What is opened because something is wrong.
_TROUBLES = frozenset(("ticket", "issue", "bug", "report", "complaint", "incident", "claim"))
#: What a description is of, by the words of what is described; the last of anything else.
DESCRIBED: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (
        frozenset(("amount", "sum", "payment")),
        ("dinner on Friday", "my half of the rent", "concert tickets", "the birthday present", "train tickets"),
    ),
    (
        frozenset(("meal", "food", "snack", "dish", "breakfast", "lunch", "dinner")),
        ("porridge with berries", "lentil soup", "a cheese sandwich", "fruit salad"),
    ),
    (
        _TROUBLES | {"support", "agent", "repair"},
        WRITTEN["problem", "issue", "question", "symptom"],
    ),
    (frozenset(), ("more will follow", "as discussed last week", "a first draft", "for the whole team")),
)
#: What they call things.
TITLES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("title", "subject", "headline", "topic", "summary"): (
        "Weekly review",
        "Plans for the summer",
        "Questions about the offer",
        "Next steps",
        "Things to sort out",
        "Lunch with the team",
        "News from the workshop",
    ),
    ("task", "todo", "item"): (
        "Water the plants",
        "Pay the gas bill",
        "Pick up the parcel",
        "Write to Aunt May",
        "Sort the photos",
    ),
    ("name", "label"): ("Summer", "Weekend", "Ideas", "Favourites", "Saturday", "Garden", "For later"),
}
#: What they name besides.
COMMON: dict[tuple[str, ...], tuple[str, ...]] = {
    ("expression", "formula"): ("12 * 4", "(3 + 4) * 2", "150 / 6", "7 * 8 + 2"),
    ("currency",): ("EUR", "USD", "GBP", "CHF", "JPY"),
    ("email", "mail"): ("nora.lind@post.example", "t.okafor@mail.example", "office@birchwood.example"),
    ("phone", "telephone", "mobile"): ("+351 970 412 58", "+44 7700 900 318", "+49 171 555 0134"),
    ("zip", "postcode"): ("94107", "10001", "60614"),
    ("city", "town"): ("Lisbon", "Hamburg", "Dublin", "Lyon", "Turin"),
    ("country",): ("Portugal", "Ireland", "Japan", "Canada", "Italy"),
    ("address", "street", "pickup", "dropoff", "location", "venue"): (
        "Harbour Road 12",
        "Mill Lane 4",
        "Garden Street 27",
    ),
    ("language",): ("English", "French", "Portuguese", "German"),
    ("color", "colour"): ("green", "dark blue", "white", "red"),
    ("weekday",): ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("month",): ("March", "April", "May", "June"),
    ("priority", "urgency", "severity"): ("low", "medium", "high"),
    ("room", "hall"): ("the small room", "Room 2", "the blue room"),
    ("time", "hour", "clock"): ("09:00", "10:30", "14:00", "16:30", "18:00"),
}
#: What is bought for a household, and where it is kept.
GOODS = ("milk", "bread", "rice", "olive oil", "tomatoes", "coffee", "butter", "apples")
_KITCHEN = frozenset(("shopping", "grocery", "pantry", "fridge", "kitchen"))
#: What is said of what one has been to, or had.
REVIEWS = (
    "friendly people and well organised",
    "better than I had expected",
    "good, but it was very full",
    "I'd come again",
)
_REPAIRED = frozenset(("technician", "repair", "service", "inspection", "plumber", "electrician"))
_RATED = frozenset(("review", "rating", "rate", "feedback", "survey"))
#: Numbers of things that have their usual ones.
NUMBERS: dict[frozenset[str], tuple[int, ...]] = {
    frozenset(("percent", "percentage", "brightness")): (20, 30, 50, 75, 80),
    frozenset(("degree", "degrees", "temperature", "celsius")): (18, 19, 20, 21, 22),
    frozenset(("minutes", "duration")): (10, 15, 30, 45, 60),
    frozenset(("rating", "stars")): (3, 4, 5),
    frozenset(("year",)): (2025, 2026, 2027),
    frozenset(("years",)): (5, 10, 15, 20, 30),
    frozenset(("age",)): (24, 31, 42, 58),
    frozenset(("weight", "kilograms", "kg")): (58, 64, 71, 80),
    frozenset(("calories",)): (150, 300, 450, 600),
}
_WHOLE = (1, 2, 3, 5, 10)
_METERS = frozenset(("reading", "mileage", "odometer"))
#: What nobody wants half a one of.
_PIECES = frozenset(("quantity", "count", "pieces", "units", "items"))
_BROKEN = (2.5, 5.0, 10.0, 12.5, 20.0, 100.0)
#: People, where the state has none.
PEOPLE = ("Nora Lind", "Tunde Okafor", "Marta Silva", "Jakob Weiss", "Aiko Tanaka", "Liam Byrne")
#: Words of parameters that are people's names, alone or before "name".
_PERSONS = frozenset(
    (
        *("traveller", "traveler", "participant", "visitor", "player", "child", "passenger", "customer", "guest"),
        *("patient", "attendee", "recipient", "person", "employee", "owner", "full"),
    )
)
#: What people do say, though it looks like an id.
_DIGITS = frozenset(("zip", "postcode", "phone"))
#: Parameters that are looked for with: the name of anything may be.
LOOKED_FOR = frozenset(("query", "keyword", "search", "term", "phrase", "q"))
#: Parameters that are times, where the description tells how they are written.
_TIMES = frozenset(("start", "end", "begin", "time", "when", "until", "datetime"))
#: How a description says that a day or a time of day is written.
_WRITTEN_AS = re.compile(r"\b(?:YYYY-MM-DD|yyyy-mm-dd)\b(?![T ]?[Hh:])|(?<!T)(?<!DD )\bHH:MM\b(?!:SS)")
#: What only counts ids.
_COUNTERS = frozenset(("next", "last", "count", "counter"))
#: Days of what has happened already.
_OVER = frozenset(("incident", "accident", "occurred", "happened", "purchase", "purchased", "loss", "since"))
_MOMENT = re.compile(r"\bISO\b|\bdate ?time\b|YYYY-MM-DD[T ]HH", re.IGNORECASE)
#: What a description gives for an example.
_EXAMPLE = re.compile(r"(?:e\.g\.,?|such as|for example,?) [\"'`]?([\w][^\"'`;,()]*?)[\"'`.)]*(?:$|[;,])")
#: Parameters that are days, whatever their schema says.
_DAYS = frozenset(("day", "date", "deadline", "due", "until"))
#: What things are called by in a state.
_NAMES = ("title", "name", "subject", "summary")
#: Tools that make something new.
_NEW = frozenset(("create", "add", "new", "make", "write", "draft", "compose", "open", "post", "schedule"))


def guessed(spec: ToolSpec, parameter: str, world: ForeignWorld, random: Random) -> Any:
    """A value for a tool's parameter, drawn; ``None`` where nobody would know one."""
    schema = spec.parameters["properties"][parameter]
    kind = schema.get("type")
    choices = schema.get("enum") or (options_in(schema.get("description", "")) if kind == "string" else ())
    if choices := choices or schema.get("examples"):
        return random.choice(list(choices))
    if kind == "boolean":
        return random.random() < 0.5
    if kind in ("integer", "number") and id_of(parameter):
        like = words_of(id_of(parameter)) | {"id"}
        alike = (
            its for name, its in harvest(world).items() if words_of(name) & like and not words_of(name) & _COUNTERS
        )
        return random.choice(
            [one for its in alike for one in its if type(one) is int] or [None]
        )  # nobody thinks one up
    if kind in ("integer", "number"):
        words, schema = label_of(parameter).split(), _bounded(schema, spec)
        usual = () if (_SUMS | _SHARES.keys()).isdisjoint(words) else _numbers(words, harvest(world))
        if not _METERS.isdisjoint({*words, *words_of(spec.name)}):  # a meter only goes on
            same = (its for name, its in harvest(world).items() if label_of(name).split() == words)
            read = [one for its in same for one in its if type(one) in (int, float)]
            usual = tuple(int(max(read)) + more for more in (3, 18, 42)) if read else usual
        if usual and bound_of(parameter):  # "at most 90"
            usual = tuple(max(10, round(one / 10 + (0.5 if words[0][:3] == "max" else -0.5)) * 10) for one in usual)
        usual = usual or tuple(
            number for names, its in NUMBERS.items() if not names.isdisjoint(words) for number in its
        )
        whole = kind == "integer" or not _PIECES.isdisjoint(words)
        number = random.choice(_within(schema, usual or (_WHOLE if whole else _BROKEN)))
        return float(number) if kind == "number" else int(number)
    if kind == "string":
        found = _texts(spec, parameter, schema, world)
        return random.choice(found) if found else None
    items = schema.get("items", {}).get("type") if kind == "array" else ""
    if items in ("string", None):
        found = _in_state(parameter, harvest(world))
        return random.sample(found, min(2, len(found))) if found else None
    return random.sample([3, 5, 8, 12, 20, 25], 3) if items in ("number", "integer") else None


def flag_of(spec: ToolSpec, parameter: str) -> str:
    """Which yes and no a description gives for a flag, by its name in :data:`FLAGS`; empty where it gives none.

    Example:
        "Turn the lights on or off." gives "on", so nobody has to say "yes".
    """
    if spec.parameters.get("properties", {}).get(parameter, {}).get("type") != "boolean":
        return ""
    for name, (yes, no) in FLAGS.items():
        pair = rf"\b(?:{yes}s? or {no}s?|{no}s? or {yes}s?)\b"
        if name not in ("", "lock") and no[:4] not in label_of(parameter) and re.search(pair, spec.description.lower()):
            return name
    return ""


def written_as(schema: Mapping[str, Any]) -> str:
    """What a parameter's description says is wanted by how it is written: ``day``, ``clock``, or nothing."""
    found = _WRITTEN_AS.search(str(schema.get("description", "")))
    return "" if found is None else "clock" if found[0] == "HH:MM" else "day"


def anew(spec: ToolSpec, parameter: str) -> bool:
    """Whether what a tool is given is written for it: a reason, or the title of something new."""
    words = words_of(parameter)
    if not _writes(spec):
        return False
    return bool(_common(words, WRITTEN)) or bool(_common(words, TITLES) and words_of(spec.name) & (_NEW | _SENDS))


def bound_of(parameter: str) -> str:
    """What a parameter is a bound of: ``max_price`` -> price; empty if it is none."""
    first, _, others = label_of(parameter).partition(" ")
    return others if first in ("min", "max", "minimum", "maximum") else ""


def _writes(spec: ToolSpec) -> bool:
    """Whether a tool takes something new: what is sent leaves no trace in many a state."""
    return spec.effect == "write" or label_of(spec.name).partition(" ")[0] in _SENDS


#: Verbs of what is written to somebody.
_SENDS = frozenset(("send", "message", "notify", "email", "mail", "post", "reply", "announce", "tell"))


def ending(parameter: str, given: Mapping[str, Any], random: Random) -> str | None:
    """An end that suits the start that was given: some days later, or an hour; ``None`` where none was given.

    Example:
        >>> ending("end", {"start": "2026-03-11T09:00:00"}, Random(1))
        '2026-03-11T10:00:00'
    """
    words = label_of(parameter).split()
    for end, start in _ENDS.items():
        value = given.get(_like(parameter, end, start), "") if end in words else ""
        with contextlib.suppress(ValueError, OverflowError):  # a stranger's 25:61, or a day that never comes
            if is_moment(value):
                return (datetime.fromisoformat(value) + timedelta(hours=random.choice((1, 1, 2)))).isoformat()
            if kind_of(value) == "day":
                return f"{date.fromisoformat(value) + timedelta(random.choice((1, 2, 3, 4, 7)))}"
        if kind_of(value) == "clock":
            hour, minute = value.split(":")
            return f"{(int(hour) + 1) % 24:02d}:{minute}"
    return None


def _like(parameter: str, end: str, start: str) -> str:
    """The parameter that is to another as a start to an end: ``check_out`` -> ``check_in``."""
    return re.sub(end, lambda m: start.capitalize() if m[0][:1].isupper() else start, parameter, flags=re.IGNORECASE)


#: The last word of a pair, and the first.
_ENDS = {
    "end": "start",
    "out": "in",
    "checkout": "checkin",
    "until": "from",
    "to": "from",
    "max": "min",
    "return": "departure",
}


def _numbers(words: list[str], state: dict[str, list[Any]]) -> tuple[float, ...]:
    """Numbers that stand in the state under a like name, or what is offered for things as dear as those there."""
    alike = [name for name in state if words_of(name) & set(words) & _SUMS or label_of(name).split() == words]
    told = (as_number(one) for name in alike for one in state[name])
    sums = [float(one) if one % 1 else int(one) for one in told if one is not None and one > 0]
    if not sums and not _SHARES.keys().isdisjoint(words):
        prices = [one for name in state if words_of(name) & {"price", "value"} for one in state[name]]
        share = next(_SHARES[word] for word in words if word in _SHARES)
        sums = [round(one * share, -3) for one in prices if isinstance(one, int | float) and one >= DEAR]
    return tuple(sums)


#: What numbers of a state a user would say, what part of a price is offered or paid at first, and from what price on.
_SUMS = frozenset(("price", "rent", "salary", "weight"))
_SHARES = {"amount": 0.95, "offer": 0.95, "bid": 0.95, "budget": 1.1, "deposit": 0.2}
DEAR = 5_000


def _bounded(schema: dict[str, Any], spec: ToolSpec) -> dict[str, Any]:
    """The schema of a number with the bounds that descriptions tell: "from 1.0 (best) to 5.0 (failed)", "(max 15)"."""
    most = _MOST.search(spec.description)
    its = spec.parameters["properties"].items()
    if most and sum(one.get("type") in ("integer", "number") and not id_of(name) for name, one in its) == 1:
        schema = {"maximum": float(most[1])} | schema
    told = _BOUNDS.search(str(schema.get("description", "")))
    if (
        told is None
        and most is None
        and sum(one.get("type") in ("integer", "number") and not id_of(n) for n, one in its) == 1
    ):
        told = _WITHIN.search(spec.description)
    if told is None or not {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}.isdisjoint(schema):
        return schema
    low, high = sorted(map(float, told.groups()))
    return schema | {"minimum": low, "maximum": high}


_MOST = re.compile(r"\((?:max(?:imum)?\.?|at most|up to):? (\d+)")
#: "By an amount in euros (5 to 50)".
_WITHIN = re.compile(r"\((-?\d+(?:\.\d+)?)(?: to |-|–)(-?\d+(?:\.\d+)?)\)")
_BOUNDS = re.compile(
    r"(?<![\d.-])\b(?:from |between )?(-?\d+(?:\.\d+)?)(?: \(\w+\))?(?: to | and |-|–)(-?\d+(?:\.\d+)?)(?![\d-])",
    re.IGNORECASE,
)


def _within(schema: dict[str, Any], numbers: tuple[float, ...]) -> list[float]:
    """The numbers that a schema allows; where it allows too few of them some between its bounds, or its own bound."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is not None and high is not None and sum(low <= number <= high for number in numbers) < 3:
        digits = 0 if schema.get("type") == "integer" else 1
        numbers = tuple(sorted({round(low + (high - low) * part / 8, digits) for part in range(9)}))
    found = [
        number
        for number in numbers
        if (low is None or number > low or number == schema.get("minimum"))
        and (high is None or number < high or number == schema.get("maximum"))
    ]
    return found or [next(bound for bound in (low, high) if bound is not None)]


def _texts(spec: ToolSpec, parameter: str, schema: dict[str, Any], world: ForeignWorld) -> list[str]:
    """Texts that a parameter may be given."""
    state = harvest(world)
    words, found = words_of(parameter), _in_state(parameter, state)
    if id_of(parameter):
        return found  # nobody thinks one up
    description = str(schema.get("description", ""))
    if schema.get("format") == "date" or written_as(schema) == "day":
        if words & {"birth", "birthday", "born", "birthdate", "dob"}:
            return ["1968-04-18", "1977-11-02", "1985-07-25", "1993-02-09", "2001-10-30"]
        ahead = range(-14, 0) if words & _OVER else range(1, 15)
        return [f"{world.now.date() + timedelta(days)}" for days in ahead]
    if "new" in words and (others := [one for one in _common(words, COMMON) if one not in found]):
        return others
    known = found or any(words & words_of(name) for name in state)  # if only by ids that nobody says
    keys = (
        []
        if known
        else _keys(spec, words, description, {name: state[name] for name in state.keys() - world.base.states})
    )
    if words == {"name"} and words_of(schema.get("in", "")) & _PERSONS:
        return list(PEOPLE)
    if words == {"name"} and not found and not _writes(spec):  # "full name of the customer"
        about = words_of(spec.name).union(*map(words_of, description.split()))
        if about & _PERSONS and (people := _people(state)):
            return people
    if words <= _PERSONS | {"name"} and words & _PERSONS:
        found = [one for one in found if _FULL_NAME.fullmatch(one)] or found  # no pet's name
        return found or keys or list(PEOPLE)
    if words & {"item", "product", "ingredient"} and words_of(spec.name) & _KITCHEN:
        return found if found and not _writes(spec) else list(GOODS)
    if "reason" in words and words_of(spec.name) & _REPAIRED:
        return list(WRITTEN["problem", "issue", "question", "symptom"])
    if words_of(spec.name) & _RATED and words & {"text", "comment", "body", "message", "review", "feedback", "content"}:
        return list(REVIEWS)
    if _writes(spec):
        if "in" in schema and (examples := _EXAMPLE.findall(description)):
            return examples
        # "A new title" of somebody whose job title the state tells is no headline.
        told = bool(found) and not any(words_of(name) <= words for name in state)
        new = (words_of(spec.name) | (set() if told else words)) & (_NEW | _SENDS)
        if titles := _common(words, TITLES) if new and not words_of(spec.name) & _TROUBLES else []:
            return titles
        if described := _described(spec, words, schema, found):
            return described
        if found and "reason" in words:
            return found  # why an animal is seen is no reason to send something back
        if written := _common(words, *([WRITTEN, TITLES] if new else [WRITTEN])):
            return written
    if schema.get("format") == "date-time" or (_MOMENT.search(description) and words & _TIMES):
        later = 15 if words & {"end", "until"} else 1
        return [f"{world.now.date() + timedelta(days)}T10:00:00" for days in range(later, later + 14)]
    if not found and words & _DAYS:
        return [f"{world.now.date() + timedelta(days)}" for days in range(1, 15)]
    if schema.get("format") == "time" or (not found and written_as(schema) == "clock"):
        return list(COMMON["time", "hour", "clock"])
    if not found and words & (LOOKED_FOR | (set() if _writes(spec) else {"text"})):
        return [value for name in _NAMES for value in _in_state(name, state)]
    if "email" in description.casefold():
        words = words | {"email"}
    if found and "in" in schema and spec.effect == "write":  # of an address; it need not be one that is known
        return [*found, *_common(words, COMMON)]
    return found or keys or _common(words, WRITTEN, TITLES, COMMON) or _EXAMPLE.findall(description)


def _described(spec: ToolSpec, words: frozenset[str], schema: dict[str, Any], found: list[str]) -> list[str]:
    """What a description says, by what is described; of troubles, what was ``found`` of others."""
    names = (spec.name, schema.get("in", ""), *spec.parameters["properties"])
    about = frozenset[str]().union(*map(words_of, names))
    paid = words & {"reference", "note", "message"} and about & DESCRIBED[0][0]
    if not paid and not words & {"description", "summary"}:
        return []
    if words_of(spec.name) & _TROUBLES:
        return found or list(WRITTEN["problem", "issue", "question", "symptom"])
    return list(next(texts for its, texts in DESCRIBED if not its or its & about))


#: Words of a parameter that is what something is called.
_NAMING = frozenset(("name", "title", "subject", "label", "called"))


def _people(state: dict[str, list[Any]]) -> list[str]:
    """The full names of those whom a state tells of."""
    texts = (one for name, its in state.items() if words_of(name) & (_PERSONS | _THEY) for one in its)
    return [one for one in texts if isinstance(one, str) and _FULL_NAME.fullmatch(one)]


_FULL_NAME = re.compile(r"[A-Z][\w'’-]+(?: [A-Z][\w'’.-]+)+")
#: How a state calls people.
_THEY = frozenset(
    ("holder", "client", "tenant", "member", "author", "assignee", "driver", "contact", "user", "buyer", "student")
)


def _keys(spec: ToolSpec, words: frozenset[str], description: str, tables: dict[str, list[Any]]) -> list[str]:
    """What a table of the state is keyed by that the description speaks of, or the tool: the names of the contacts.

    Of what the tool's name speaks of only that which is named after the parameter: a "back door" is a door.
    """
    told = frozenset(word for part in description.split() for word in words_of(part.strip(".,;:"))) - _SMALL
    called, found = words_of(spec.name) - _SMALL, []
    for name in sorted(one for one in tables if not id_of(one)):
        its = words_of(name)
        every = its & told or (words & _NAMING and its & called)
        keys = tables[name] if every or its & called else []
        found += [key for key in keys if _sayable(key) and (every or words_of(key) & words)]
    return [key for key in found if not re.search(r"^\S*\d\S*$", key)]


#: Words that name nothing.
_SMALL = frozenset(("to", "from", "of", "in", "on", "at", "by", "for", "and", "or", "a", "an", "the"))


def _common(words: frozenset[str], *groups: dict[tuple[str, ...], tuple[str, ...]]) -> list[str]:
    """What people say for a parameter of those words."""
    return [text for group in groups for names, its in group.items() if words.intersection(names) for text in its]


def _in_state(parameter: str, state: dict[str, list[Any]]) -> list[str]:
    """Texts that stand in the state under a name like the parameter's, but for ids."""
    words = words_of(id_of(parameter)) or words_of(parameter)  # a pet's id is none of an appointment
    like = [name for name in state if words & words_of(name) and not (id_of(name) and not id_of(parameter))]
    like = [name for name in like if words_of(name) == words] or like
    texts = (value for name in like for value in state[name] if isinstance(value, str))
    return [value for value in texts if words & _DIGITS or _sayable(value)]


def _sayable(value: Any) -> bool:
    return isinstance(value, str) and not looks_like_id(value)
