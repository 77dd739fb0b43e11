"""Other surfaces of the same tools: names, parameters and descriptions differ, what is executed does not.

A surface is a number. Each tool has :data:`VARIANTS` variants, the first of them the tool as it was written; which one
it shows under a surface is a function of the two. Training data that knows one schema a tool teaches the schema.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from .phrases import slots_of
from .tool import Tool, ToolSpec
from .world import Draws, Itself

#: How many ways there are to show one tool.
VARIANTS = 96

_VERBS: dict[str, tuple[str, ...]] = {
    "add": ("create", "new", "save"),
    "book": ("reserve", "make_booking", "order"),
    "browse": ("list", "show"),
    "buy": ("purchase", "order"),
    "cancel": ("revoke", "call_off", "drop"),
    "change": ("update", "modify", "edit"),
    "create": ("add", "new", "make"),
    "delete": ("remove", "drop", "erase"),
    "find": ("search", "lookup", "query"),
    "get": ("fetch", "show", "read", "retrieve"),
    "list": ("get", "show", "fetch", "all"),
    "move": ("reschedule", "shift", "update"),
    "open": ("file", "create", "raise"),
    "pay": ("settle", "transfer_to"),
    "read": ("open", "get", "show"),
    "reply": ("answer", "respond"),
    "report": ("file", "submit"),
    "reserve": ("book", "hold"),
    "save": ("store", "remember", "keep"),
    "search": ("find", "query", "lookup"),
    "send": ("write", "post", "deliver"),
    "set": ("update", "put", "configure"),
    "share": ("give_access", "send"),
    "track": ("follow", "locate"),
    "view": ("show", "get"),
}
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "after": ("not_before", "earliest", "from_time"),
    "amount": ("sum", "value", "amount_eur"),
    "checkin": ("arrival", "from_day", "check_in_date"),
    "city": ("location", "town", "city_name"),
    "currency": ("target_currency", "currency_code", "to"),
    "day": ("date", "on_date", "on"),
    "destination": ("to_city", "arrival_city", "going_to"),
    "due": ("due_date", "deadline", "by_day"),
    "kind": ("category", "type_of_place"),
    "max_price": ("price_limit", "up_to", "maximum_price"),
    "minutes": ("duration", "length_minutes"),
    "name": ("full_name", "query", "called"),
    "nights": ("number_of_nights", "stay_length"),
    "origin": ("from_city", "departure_city", "starting_from"),
    "people": ("party_size", "guests", "number_of_people"),
    "quantity": ("count", "how_many", "pieces"),
    "reason": ("why", "comment"),
    "seats": ("passengers", "number_of_seats"),
    "start": ("time", "start_time", "at"),
    "text": ("message", "body", "content"),
    "title": ("name", "label", "subject"),
    "until": ("end", "not_after", "up_to"),
}
#: What the number of things in a list may be called.
_NUMBERS = ("count", "results", "found")
#: What an object of parameters may be called.
_GROUPS = ("details", "options", "request", "params", "data", "info")
_LEADS = ("{}", "{}", "Use this to {}", "Call this to {}", "Lets you {}", "{} The result is JSON.")


class Dressed(Mapping[str, Tool]):
    """Tools under a surface, by their shown names; each is made when it is asked for."""

    def __init__(self, tools: Mapping[str, Tool], surface: int) -> None:
        self._tools, self._surface = tools, surface
        self._names, self._own, self._numbers, self._made = _index(Itself(tools))
        self._asked: dict[str, Tool] = {}  # by its shown name

    @property
    def plain(self) -> Mapping[str, Tool]:
        """The tools as they were written."""
        return self._tools

    def shown(self, name: str) -> str:
        """What a tool is called here."""
        return self._names[name][self._variant(name)]

    def _variant(self, name: str) -> int:
        if not self._surface:
            return 0
        number = self._numbers[name]
        return (self._surface * (2 * number + 1) + self._surface // VARIANTS + number) % VARIANTS

    def __getitem__(self, shown: str) -> Tool:
        asked = self._asked.get(shown)
        if asked is not None:
            return asked
        name = self._own[shown]
        variant = self._variant(name)
        if self._names[name][variant] != shown:  # another surface's
            raise KeyError(shown)
        made = self._made.get((name, variant))
        if made is None:
            made = self._made[name, variant] = _dressed(self._tools[name], variant, shown)
        self._asked[shown] = made
        return made

    def get(self, shown: str, default: Any = None) -> Any:
        """A tool by its shown name; what a mapping does of itself, without raising on the way."""
        return self[shown] if shown in self._asked or shown in self else default

    def __contains__(self, shown: object) -> bool:
        """Whether a tool is shown under a name here; nothing is made to see that."""
        name = self._own.get(shown) if isinstance(shown, str) else None
        return name is not None and self._names[name][self._variant(name)] == shown

    def __iter__(self) -> Iterator[str]:
        return (self.shown(name) for name in self._tools)

    def __len__(self) -> int:
        return len(self._tools)


@lru_cache(maxsize=16)
def _index(
    key: Itself,
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, int], dict[tuple[str, int], Tool]]:
    """Tool -> its name in every variant, and the way back. No two tools share a name in any of their variants.

    The third are numbers: any two tools move through their variants at steps of their own, so that surfaces mix freely.
    The fourth holds the variants that were made, whatever surface they were made for.
    """
    tools: Mapping[str, Tool] = key.value
    own = {name: name for name in tools}
    names = {}
    for name in sorted(tools):
        every = []
        for variant in range(VARIANTS):
            shown = _name(name, tools[name].spec.domain, variant)
            every.append(shown if own.setdefault(shown, name) == name else name)
        names[name] = tuple(every)
    return names, own, {name: len(name) * 31 + ord(name[0]) * 7 + ord(name[-1]) for name in tools}, {}


def _name(name: str, domain: str, variant: int) -> str:
    """A tool's name in one of its variants."""
    if variant == 0:
        return name
    draws = Draws(f"{name} {variant}")
    verb, _, rest = name.partition("_")
    other = draws.choice((verb, *_VERBS.get(verb, ())))
    parts = [part for part in (other, rest) if part]
    if draws.in_100(20) and rest:
        parts.reverse()
    if draws.in_100(35) and domain.removesuffix("s") not in name:
        parts.insert(0, domain)
    return _cased("_".join(parts), draws)


def _cased(name: str, draws: Draws) -> str:
    """Snake case as it is, or camel case."""
    if draws.in_100(60):
        return name
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def _dressed(tool: Tool, variant: int, shown: str) -> Tool:
    """A tool in one of its variants."""
    if tool.written is not None:
        return _as_written(tool, variant, shown)
    if variant == 0:
        return tool
    draws = Draws(f"{tool.spec.name} {variant} parameters")
    names = _parameter_names(tool.spec, draws)
    properties = tool.spec.parameters["properties"]
    order = sorted(names, key=lambda name: draws.below(100)) if draws.in_100(40) else names
    with_words = draws.in_100(80)
    parameters = {
        **tool.spec.parameters,
        "properties": {names[name]: _worded(properties[name], with_words) for name in order},
        "required": [names[name] for name in tool.spec.required],
    }
    parameters, names, groups = _grouped(parameters, names, Draws(f"{tool.spec.name} {variant} groups"))
    back = {other: name for name, other in names.items()}
    spec = tool.spec.model_copy(
        update={
            "name": shown,
            "description": _described(tool.spec.description, draws),
            "parameters": parameters,
            "kinds": {names[name]: kind for name, kind in tool.spec.kinds.items() if name in names},
        }
    )
    returned = _returned(tool, Draws(f"{tool.spec.name} {variant} returns"))
    return Tool(spec, tool.run, tool.phrases, tool.checked, tool, back, groups, returned)


def _as_written(tool: Tool, variant: int, shown: str) -> Tool:
    """A stranger's tool with its parameters nested as their author wrote them; only name and description vary."""
    assert tool.written is not None
    spec, paths = tool.spec, tool.paths
    draws = Draws(f"{spec.name} {variant} parameters")
    update = {
        "name": shown,
        "description": _described(spec.description, draws) if variant else spec.description,
        "parameters": tool.written,
        "kinds": {paths[name]: kind for name, kind in spec.kinds.items()},
    }
    groups = tuple({path.partition(".")[0]: None for path in paths.values() if "." in path})
    names = {path: name for name, path in paths.items()}
    return Tool(spec.model_copy(update=update), tool.run, tool.phrases, tool.checked, tool, names, groups)


def _returned(tool: Tool, draws: Draws) -> Callable[[Any], Any] | None:
    """What becomes of a result here: fields beside those it has, or without those that nobody speaks of; or nothing."""
    if draws.in_100(35) and (spare := _spare(Itself(tool))):
        return lambda content: _without(content, spare)
    if not draws.in_100(30):
        return None
    number, listed = draws.choice(_NUMBERS), tool.phrases.list
    euros = "money" in tool.spec.return_kinds.values() and "currency" not in (tool.spec.returns or {}).get(
        "properties", {}
    )
    more: dict[str, Any] = {"currency": "EUR"} if euros else {"ok": True}

    def beside(content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        items = content.get(listed)
        its = {number: len(items)} if isinstance(items, list) else more
        return {**content, **its, **content}  # what it has it keeps

    return beside


def _without(content: Any, names: frozenset[str]) -> Any:
    if isinstance(content, dict):
        return {name: _without(value, names) for name, value in content.items() if name not in names}
    return [_without(item, names) for item in content] if isinstance(content, list) else content


@lru_cache(maxsize=1_000)
def _spare(key: Itself) -> frozenset[str]:
    """Fields of listed things that no phrase of the tool speaks of and that are of no kind."""
    tool: Tool = key.value
    phrases, kinds = tool.phrases, tool.spec.return_kinds
    texts = (*phrases.ask, *phrases.tell, phrases.item)
    nouns = [noun for its in phrases.nouns.values() for noun in its]
    spoken = {slot for text in (*texts, *(noun.text for noun in nouns)) for slot in slots_of(text)}
    spoken |= {field for noun in nouns for field in (noun.least, noun.most)} | set(phrases.covers.values())
    spoken |= {meant.field for meant in phrases.sums.values()}
    items = _items(tool.spec.returns or {}, phrases.list)
    about = " ".join(phrases.ask)
    return frozenset(
        name
        for name in items
        if name not in spoken and f"{phrases.list}[].{name}" not in kinds and name.split("_")[-1] not in about
    )


def _items(returns: dict[str, Any], path: str) -> tuple[str, ...]:
    """The fields of a list's things, as the declared returns have them."""

    def plain(schema: dict[str, Any]) -> dict[str, Any]:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        return returns.get("$defs", {}).get(name, {}) if name else schema

    listed = plain(returns).get("properties", {}).get(path, {}) if path else {}
    return tuple(plain(listed.get("items", {})).get("properties", {}))


def _grouped(
    parameters: dict[str, Any], names: dict[str, str], draws: Draws
) -> tuple[dict[str, Any], dict[str, str], tuple[str, ...]]:
    """Some of the parameters in an object of their own, where there are enough and it is drawn; by their paths then."""
    properties = parameters["properties"]
    if len(properties) < 2 or not draws.in_100(40):
        return parameters, names, ()
    group = draws.choice(_GROUPS)
    inside = [name for name in properties if not name.casefold().endswith(("id", "ref", "key")) and draws.in_100(80)]
    if len(inside) < 2 or group in properties:
        return parameters, names, ()
    required = [name for name in parameters["required"] if name in inside]
    inner = {
        "type": "object",
        "properties": {name: properties[name] for name in inside},
        "required": required,
        "additionalProperties": False,
    }
    outer = {name: schema for name, schema in properties.items() if name not in inside}
    needed = [name for name in parameters["required"] if name not in inside]
    shown = {
        **parameters,
        "properties": {**outer, group: inner},
        "required": [*needed, group] if required else needed,
    }
    paths = {own: f"{group}.{name}" if name in inside else name for own, name in names.items()}
    return shown, paths, (group,)


def _parameter_names(spec: ToolSpec, draws: Draws) -> dict[str, str]:
    """Parameter -> what it is called here. Some that may be left out are left out."""
    found: dict[str, str] = {}
    required = spec.required
    for name in spec.parameters["properties"]:
        if name not in required and draws.in_100(25):
            continue
        other = name
        if name.endswith("_id") and draws.in_100(50):
            what = name.removesuffix("_id")
            other = draws.choice((what, f"id_of_{what}", f"{what}_ref", f"{what}_key"))
        elif draws.in_100(60):
            other = draws.choice((name, *_PARAMETERS.get(name, ())))
        other = _cased(other, draws)
        found[name] = other if other not in found.values() else name
    return found if len(set(found.values())) == len(found) else {name: name for name in found}


def _worded(schema: dict[str, Any], with_words: bool) -> dict[str, Any]:
    return schema if with_words else {key: value for key, value in schema.items() if key != "description"}


def _described(text: str, draws: Draws) -> str:
    lead = draws.choice(_LEADS)
    inside = text if lead.startswith("{}") else text[:1].lower() + text[1:]
    return lead.format(inside)
