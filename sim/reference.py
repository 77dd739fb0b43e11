"""Naming a thing the way a person would: "my Denver flight on the 14th", "the cheapest one", "it".

A name is kept only if it picks exactly one thing in that world, among all that the look-up returned.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any, Literal

from agents.asked import set_of
from agents.plain import SHOWN, worth_telling
from agents.wishes import UNITS
from scenarios import Derived, Found, Picked, Source
from tools_mock import Noun, Tool
from tools_mock.foreign import leaf_of
from tools_mock.phrases import fill, id_of, label_of, look, slots_of, thing_called, words_of
from tools_mock.values import adverbial, is_moment, kind_of, looks_like_id, tells, ways

from .chance import shuffled
from .graph import value_at
from .probe import scalars

#: Whether a value makes sense, by what is known of the thing that it belongs to.
Fits = Callable[[Any, Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Name:
    """A way to name one value of a result.

    Args:
        text: what is said.
        value: what is meant.
        source: where the value stands and how it is picked.
        fields: field -> (rule, text, value) for every field that the text says.
    """

    text: str
    value: Any
    source: Source
    fields: Mapping[str, tuple[str, str, Any]]


def names(
    tool: Tool,
    arguments: Mapping[str, Any],
    result: Any,
    path: str,
    *,
    step: int,
    turn: int,
    now: datetime,
    random: Random,
    seen: bool,
    last: bool,
    only: bool,
    fits: Fits | None = None,
) -> Iterator[Name]:
    """Ways to name a value at a path of a result, in random order.

    Args:
        tool: what returned it.
        arguments: of the call: a name may use them too.
        result: of the call.
        path: general path, such as ``flights[].flight_id``.
        step: number of the call in the plan.
        turn: in which the name is said.
        now: for dates.
        random: decides the order and the wording.
        seen: whether the user was shown the result.
        last: whether it was the last thing shown: only then "it" means something.
        only: whether no other thing of its kind came up since: only then "that event" means something.
        fits: which values are worth a name; without it all are.
    """
    places = [(where, value) for where, value in value_at(result, path) if value not in (None, "")]
    if not places or (not tool.checked and any(isinstance(value, int | float) and value < 0 for _, value in places)):
        return  # "-84.10" is how much less there is now; nobody asks for that
    listed, items_path, leaf = "[]" in path, path.rpartition("[]")[0], leaf_of(path)
    items = items_in(result, items_path)

    def worth(number: int) -> bool:
        item = items[number] if listed and number < len(items) else result
        return fits is None or fits(
            places[number][1], {**arguments, **item} if isinstance(item, Mapping) else arguments
        )

    single = len({str(value) for _, value in places}) == 1
    coded = looks_like_id(places[0][1]) or tool.spec.return_kinds.get(path, "").startswith("!")
    flag = not tool.checked and isinstance(places[0][1], bool)  # nobody says "that done"
    if single and not flag and seen and last and worth(0) and not (tool.phrases.nouns.get(leaf) and not coded):
        for text in shuffled(random, _pronouns(path, tool, places[0][1], result)):
            yield Name(text, places[0][1], Found(step=step, path=places[0][0]), {})
    nouns = [noun for noun in tool.phrases.nouns.get(leaf, ()) if seen or not noun.seen]
    nouns = [noun for noun in nouns if only or not noun.text.startswith("that ")]
    nouns = [noun for noun in nouns if last or not noun.seen or not _ONE.search(noun.text)]
    if seen and only and not nouns and not listed and coded:
        nouns = [Noun(f"that {thing_of(leaf, tool)}")]
    for noun in shuffled(random, nouns):
        for number in shuffled(random, range(len(places))):
            if noun.seen and not noun.least and not noun.most and number >= SHOWN:
                continue
            if not worth(number):
                continue
            found = _named(tool, arguments, result, items_path, places, number, noun, step, turn, now, random)
            if found is not None:
                yield found
                break
    if not tool.phrases.nouns.get(leaf) and seen and not coded:
        for number in shuffled(random, range(len(places)))[:SHOWN]:
            where, value = places[number]
            if isinstance(value, bool | dict | list) or looks_like_id(value) or not worth(number):
                continue
            if isinstance(value, str) and tells(value):
                continue
            said = ways("", value, now)
            if said:
                rule, text = random.choice(said)
                yield Name(text, value, Found(step=step, path=where), {leaf: (rule, text, value)})
    if not tool.phrases.nouns.get(leaf) and seen and coded and not tool.checked:
        # What has no name goes by the number that was read out: "track PX-7001".
        told = [str(one) for _, one in worth_telling(tool, arguments, result)]
        for number in shuffled(random, range(len(places)))[:SHOWN]:
            where, value = places[number]
            if isinstance(value, str | int) and str(value) in told and worth(number):
                yield Name(str(value), value, Found(step=step, path=where), {leaf: ("literal", str(value), value)})


#: "the latest one", "the one on Rose Lane": of the things that were listed just before.
_ONE = re.compile(r"\bone\b")


def _named(
    tool: Tool,
    arguments: Mapping[str, Any],
    result: Any,
    items_path: str,
    places: list[tuple[str, Any]],
    number: int,
    noun: Noun,
    step: int,
    turn: int,
    now: datetime,
    random: Random,
) -> Name | None:
    where, value = places[number]
    items = items_in(result, items_path)
    item = items[number] if where.startswith(f"{items_path}[") and number < len(items) else result
    own: dict[str, Any] = {}
    fields: dict[str, tuple[str, str, Any]] = {}
    for name in slots_of(noun.text):
        inside = isinstance(item, Mapping) and item.get(name) not in (None, "")
        meant = item[name] if inside else arguments.get(name)
        kinds = tool.spec.return_kinds if inside else tool.spec.kinds
        kind = kinds.get(f"{items_path}[].{name}" if inside and items_path else name, "")
        said = [] if name == "value" else ways(kind, meant, now)
        if name == "value" and not isinstance(item, Mapping):
            inside, meant, said = True, item, ways("", item, now)
        if not kind:  # "cancel the booking in three days" is when, and not which
            said = [one for one in said if not one[1].startswith("in ")]
        if not said:
            return None
        rule, text = random.choice(said)
        fields[name] = (rule, text, meant)
        if inside:
            own[name] = meant
    rivals = [other for other in items if all(_value(other, name) == meant for name, meant in own.items())]
    how: Literal["match", "least", "most"] = "least" if noun.least else "most" if noun.most else "match"
    field = noun.least or noun.most
    if field:
        if len(rivals) < 2:
            return None
        ranked = sorted((_order(_value(other, field)) for other in rivals), reverse=how == "most")
        if ranked[0] == ranked[1] or _order(_value(item, field)) != ranked[0]:
            return None
    elif len(rivals) != 1:
        return None

    def said_for(slot: str, after_verb: bool) -> str:
        text = fields[slot][1]
        kinds = tool.spec.return_kinds
        kind = kinds.get(f"{items_path}[].{slot}", tool.spec.kinds.get(slot, "")) if items_path else kinds.get(slot, "")
        meant = fields[slot][2]  # no type says of a stranger's day that it is one
        kind = kind or ("day" if is_moment(meant) else kind_of(meant))
        return adverbial(kind, text) if after_verb else text

    text = fill(noun.text, said_for)
    if len(items) == 1 and not field:
        return Name(text, value, Found(step=step, path=where), fields)
    source = Picked(
        step=step,
        items=items_path,
        path=where.rsplit("]", 1)[-1].lstrip("."),
        how=how,
        field=field,
        where=own,
        turn=turn,
        text=text,
    )
    return Name(text, value, source, fields)


def items_in(result: Any, path: str) -> list[Any]:
    """The list at a path of a result; a result that is a list is one itself, and any other is its only item."""
    found = look(result, path) if path else result
    return found if isinstance(found, list) else [] if path else [result]


def pick(source: Picked, result: Any) -> list[Any]:
    """What a pick means in a result: exactly one value, or the name does not single anything out."""
    items = items_in(result, source.items)
    rivals = [item for item in items if all(_value(item, name) == meant for name, meant in source.where.items())]
    if source.how != "match" and rivals:
        best = sorted((_order(_value(item, source.field)) for item in rivals), reverse=source.how == "most")[0]
        rivals = [item for item in rivals if _order(_value(item, source.field)) == best]
    return [look(item, source.path) if source.path else item for item in rivals]


def derive(op: str, values: list[Any]) -> Any:
    """Recompute a named operation.

    Raises:
        ValueError: there is no such operation.
    """
    if op != "sum":
        raise ValueError(f"no operation {op!r}")
    if all(isinstance(value, str) for value in values):
        return f"{sum((Decimal(value) for value in values), Decimal(0)):.2f}"
    return sum(values)


def shown_by(source: Source, results: Mapping[int, Any]) -> list[Any] | None:
    """The values that a source stands for in results, by step; ``None`` where it rests on none."""
    if isinstance(source, Found):
        found = look(results.get(source.step), source.path) if source.path else results.get(source.step)
        return [] if found is None else [found]
    if isinstance(source, Picked):
        return pick(source, results.get(source.step))
    if isinstance(source, Derived):
        parts = [shown_by(part, results) or [] for part in source.of]
        return [derive(source.op, [part[0] for part in parts])] if all(len(part) == 1 for part in parts) else []
    return None


def _value(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else item


def _order(value: Any) -> tuple[int, Any]:
    """Amounts and numbers by size, times and dates by their text."""
    if isinstance(value, str):
        try:
            return 0, Decimal(value)
        except InvalidOperation:
            return 1, value
    return 0, Decimal(str(value))


def _pronouns(path: str, tool: Tool, value: Any, result: Any) -> list[str]:
    leaf = leaf_of(path)
    words = words_of(leaf)
    if not tool.checked and (shape := _shape(value)):  # a stranger's day is one by its shape
        others = {other for _, other in scalars(result) if _shape(other)}
        return [f"that {shape}"] if others == {value} else []
    if leaf in ("day", "delivery_day", "pickup_day", "return_until"):
        return ["that day", "the same day"]
    if leaf in ("arrives", "end") and tool.checked:  # "that time" is the one at which a thing begins
        return [f"the time it {leaf.removesuffix('s')}s"]
    if leaf in ("start", "departs", "at"):
        return ["that time"]
    if leaf == "origin" and not tool.checked:
        return []  # of a flight that is told with both, "that city" is where it goes
    if leaf in ("city", "destination", "origin"):
        return ["that city"]
    if words & {"user", "contact", "receiver"}:
        return ["them"]
    if not tool.checked and leaf in ("from", "to", "sender", "recipient", "author"):
        return ["them"] if isinstance(value, str) and "@" in value else []
    hidden = "" if tool.checked else tool.spec.return_kinds.get(path, "")
    if "id" in words or hidden.startswith("!") or (not tool.checked and id_of(leaf)):
        thing = hidden[1:].removesuffix("_id").replace("_", " ") or thing_of(leaf, tool)
        if thing.rpartition(" ")[2] in _PERSONS:
            return ["them", f"that {thing}"]
        if not tool.checked and path != _own_id(tool, path):
            return [f"that {thing}"]  # a deal that was listed is "it"; its company is not
        return ["it", "that one", f"that {thing}"]
    label = label_of(leaf).removesuffix("s" if path.endswith("[]") and not tool.checked else "")
    if (
        not tool.checked
        and isinstance(value, int | float)
        and (label.rpartition(" ")[2] in UNITS or _MANY.search(label))
    ):
        return []  # "that minutes"
    if leaf in ("name", "title", "full_name", "display_name") and not tool.checked:  # "that recipe", of its name
        about = thing_of("", tool)
        return ["it", "that one", *([f"that {about}"] if about not in _GENERAL else [])]
    if label.endswith("ed"):
        return ["that one"] if tool.spec.returns and not tool.checked else []  # what was moved, not "that moved"
    if label.endswith((" from", " to", " by", " at", " in", " on", " of")):  # "that travel from"
        return []
    return [f"that {label}"] if tool.spec.returns and not tool.checked and len(leaf) > 2 else []


def _own_id(tool: Tool, path: str) -> str:
    """Of the ids in a record that a stranger's tool returns that of the record itself."""
    record = path.rpartition(".")[0]
    kinds = tool.spec.return_kinds.items()
    ids = {one: kind for one, kind in kinds if kind.startswith("!") and one.rpartition(".")[0] == record}
    about = words_of(tool.spec.name) | words_of(leaf_of(record))
    its = (one for one, kind in ids.items() if words_of(kind[1:].removesuffix("_id")) <= about)
    return next(its, next(iter(ids), path))


#: What tools show that has a name, whatever it is.
_GENERAL = set_of("one detail info information data list profile status")
#: More than one of something.
_MANY = re.compile(r"[^s]s$")
#: Who is "them".
_PERSONS = set_of(
    "contact user customer patient employee member client person lead student pupil teacher guest passenger driver"
    " tenant candidate applicant colleague player"
)


def _shape(value: Any) -> str:
    """What a value is called that is a day or a time."""
    return "time" if is_moment(value) else {"day": "day", "clock": "time"}.get(kind_of(value), "")


def thing_of(leaf: str, tool: Tool) -> str:
    """What an id is the id of: ``order_id`` -> order; a bare ``id`` is of what its tool is about."""
    left = id_of(leaf) or thing_called(leaf)
    if left:
        return left
    about = label_of(tool.spec.name).split()
    if "id" in about[1:]:
        return about[about.index("id") - 1]  # find_user_id_by_email
    return about[-1].removesuffix("s") if len(about) > 1 else "one"
