"""Objects that somebody else wrote, as a world: their methods are tools, their attributes the state.

The state is copied to fork, and named by its public attributes: a leading underscore means "not part of what
one compares", as everywhere in Python. What cannot be written as JSON is refused at import, with the path.
Forks share an object until one of them calls it.
"""

import asyncio
import contextlib
import copy
import dataclasses
import decimal
import functools
import inspect
import json
import random
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import TypeAdapter, ValidationError

from .databases import copied_into, held, tables_of
from .errors import Refused, ToolkitError
from .modules import as_object
from .nested import flat_schema
from .phrases import Phrases, id_of, label_of
from .tool import Effect, Tool, ToolSpec, spec_of
from .world import Changes, canonical, digest_of

NOW = datetime(2026, 3, 9, 10, 0)
#: Seconds that one call may take; a tool that waits for a network or for a key would hang the run.
LONGEST = 10.0

#: Method names that begin so are taken for reading until a run shows otherwise.
_READS = re.compile(
    r"^(get|list|find|search|show|view|read|check|count|is|has|display|estimate|compute|calc|verify|look|fetch|query"
    r"|retrieve|filter|compare|sum|mean|diff|convert|\w+_get_)(_|[A-Z]|$)"
)


@dataclasses.dataclass(frozen=True)
class Bundle:
    """Several objects as one toolkit, with what is known of them. A factory may return one instead of an object.

    Args:
        parts: domain -> object. The objects must not share state.
        is_refusal: tells whether a result is the tool's way to say no.
        ignore: names of public attributes that are not state.
        kinds: ``parameter``, ``tool.parameter``, ``field`` or ``tool.field`` -> entity kind (``!`` in front: an
            id that nobody says).
        phrases: tool -> how people speak of it.
        values: ``parameter`` or ``tool.parameter`` -> values a person could name, or a function of the parts. A field
            of an object goes by its own name, here and in ``kinds`` (see :func:`tools_mock.nested.flat_schema`).
        visible: what the system prompt shows of the session: name -> (kind, value).
        prompt: the system prompt; one is made where it is empty.
        package: the distribution whose version is recorded; found from the first part's class otherwise.
    """

    parts: Mapping[str, Any]
    is_refusal: Callable[[Any], bool] | None = None
    ignore: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = dataclasses.field(default_factory=dict)
    phrases: Mapping[str, Phrases] = dataclasses.field(default_factory=dict)
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    visible: Mapping[str, tuple[str, Any]] = dataclasses.field(default_factory=dict)
    prompt: str = ""
    package: str = ""


def bundle_of(found: Any, what: str) -> Bundle:
    """What a factory returned, as a bundle.

    Raises:
        ToolkitError: it is nothing that has methods.
    """
    if isinstance(found, Bundle):
        return found
    found = as_object(found, as_json) if isinstance(found, ModuleType) else found
    if found is None or isinstance(found, str | bytes | int | float | list | tuple | dict | set | type):
        raise ToolkitError(
            f"{what} returned {type(found).__name__}, which has no methods to call; return an object or a Bundle"
        )
    values = getattr(found, "values", None)
    return Bundle(
        parts={type(found).__name__.lower(): found},
        is_refusal=getattr(found, "is_refusal", says_error),
        ignore=frozenset(getattr(found, "ignore_attributes", ())),
        phrases=getattr(found, "phrases", None) or {},
        values=values if isinstance(values, Mapping) else {},
    )


def says_error(result: Any) -> bool:
    """Whether a result is a no, as most tools say it.

    Example:
        >>> [says_error(result) for result in ({"error": "no such book"}, "Error: no such book", {"success": False})]
        [True, True, True]
    """
    if isinstance(result, str):
        return _ERROR.match(result) is not None
    if not isinstance(result, Mapping):
        return False
    status = str(result.get("status", "")).casefold()
    wrong = isinstance(result.get("error"), str) and bool(result["error"])
    return (
        wrong or result.get("success") is False or result.get("ok") is False or status in ("error", "failed", "failure")
    )


_ERROR = re.compile(r"(?:error|failed|failure)\b:?\s*", re.IGNORECASE)


class ForeignBase:
    """The pristine objects of one seed. They are only ever copied, never called."""

    def __init__(self, seed: int, bundle: Bundle) -> None:
        self.seed, self.bundle = seed, bundle
        self.states: dict[str, dict[str, Any]] = {}
        for name, part in bundle.parts.items():
            _own(part)
            try:
                copied(part)
            except Exception as error:  # whatever a stranger's __deepcopy__ or __reduce__ raises
                raise ToolkitError(
                    f"{name} ({type(part).__name__}) cannot be copied, so no episode can fork: {error}; "
                    "keep open files, locks and connections out of it"
                ) from error
            self.states[name] = state_of(part, bundle.ignore, name)


class ForeignWorld:
    """One episode's copy of a stranger's objects."""

    __slots__ = ("_mine", "_parts", "base")

    def __init__(self, base: ForeignBase) -> None:
        self.base = base
        self._parts: dict[str, Any] = {}
        self._mine: set[str] = set()

    @property
    def now(self) -> datetime:
        """A fixed present; strangers' tools have no clock of ours."""
        return NOW

    @property
    def me(self) -> dict[str, Any]:
        """Nothing is known of the user."""
        return {}

    def part(self, name: str) -> Any:
        """The object, as this episode's own copy."""
        if name not in self._mine:
            self._parts[name] = copied(self._parts.get(name, self.base.bundle.parts[name]))
            self._mine.add(name)
        return self._parts[name]

    def peek(self, name: str) -> Any:
        """The object as it is, for reading only."""
        return self._parts.get(name, self.base.bundle.parts[name])

    def fork(self) -> "ForeignWorld":
        """An independent copy; objects are copied when one of the two next calls them."""
        other = ForeignWorld(self.base)
        other._parts = dict(self._parts)
        self._mine.clear()
        return other

    def state(self, name: str) -> dict[str, Any]:
        """The public attributes of one object."""
        part = self._parts.get(name)
        return self.base.states[name] if part is None else state_of(part, self.base.bundle.ignore, name)

    def changes(self) -> Changes:
        """What this episode changed: object -> attribute -> its value now."""
        found: Changes = {}
        for name in sorted(self._parts):
            old, new = self.base.states[name], self.state(name)
            rows = {key: new.get(key) for key in sorted({*old, *new}) if old.get(key) != new.get(key)}
            if rows:
                found[name] = rows
        return found

    def diff(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The changes with both sides."""
        return {
            name: {key: {"before": self.base.states[name].get(key), "after": value} for key, value in rows.items()}
            for name, rows in self.changes().items()
        }

    def digest(self) -> str:
        """A name for the state."""
        return digest_of(self.changes())


#: Above this many characters what a class holds is taken for a table that nobody changes: copying it would cost.
TABLE = 200_000


def _own(part: Any) -> None:
    """Give an object its own of what its class holds for all of them: ``orders = {}`` in the class's body."""
    for name in dir(type(part)) if hasattr(part, "__dict__") else ():
        value = inspect.getattr_static(type(part), name)
        if not isinstance(value, dict | list | set) or name.startswith("__") or name in vars(part):
            continue
        with contextlib.suppress(Exception):  # functions in a table, a frozen dataclass: then it stays where it is
            if len(canonical(as_json(value, name))) <= TABLE:
                setattr(part, name, copy.deepcopy(value))


def copied(part: Any) -> Any:
    """A deep copy. Random generators, 625 numbers each, are cloned by their state: that is most of the cost."""
    memo: dict[int, Any] = {}
    copied_into(part, memo)
    for value in vars(part).values() if hasattr(part, "__dict__") else ():
        if type(value) is random.Random:
            clone = random.Random(0)
            clone.setstate(value.getstate())
            memo[id(value)] = clone
    return copy.deepcopy(part, memo)


def state_of(part: Any, ignore: frozenset[str], path: str) -> dict[str, Any]:
    """The public attributes of an object, as JSON.

    Raises:
        ToolkitError: with the path of the first attribute that JSON cannot hold.
    """
    attributes = vars(part) if hasattr(part, "__dict__") else {}
    state = {
        name: as_json(value, f"{path}.{name}", ignore, (id(part),))
        for name, value in sorted(attributes.items())
        if not name.startswith("_") and name not in ignore and not isinstance(value, sqlite3.Cursor)
    }
    databases = (one for name, one in held(part) if name not in ignore and isinstance(one, sqlite3.Connection))
    return state | {
        table: as_json(rows, f"{path}.{table}", ignore) for one in databases for table, rows in tables_of(one).items()
    }


def as_json(value: Any, path: str, ignore: frozenset[str] = frozenset(), above: tuple[int, ...] = ()) -> Any:
    """A value as JSON, plain objects by their public attributes; a link back up becomes its distance.

    Raises:
        ToolkitError: with the path of what cannot be written.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | PurePath):
        return str(value)
    if isinstance(value, Enum):
        return as_json(value.value, path, ignore, above)
    if isinstance(value, random.Random):
        return "random"  # how far a generator has run is nobody's goal
    if hasattr(type(value), "__float__"):  # numbers of other makes: fractions, numpy's, mpmath's
        with contextlib.suppress(TypeError, ValueError):  # an array is no number, though it has the method
            return float(value)
    if id(value) in above:
        return {"up": len(above) - above.index(id(value))}
    inner = (*above, id(value))
    if isinstance(value, Mapping):
        return {str(key): as_json(item, f"{path}[{key!r}]", ignore, inner) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((as_json(item, f"{path}{{}}", ignore, inner) for item in value), key=repr)
    if isinstance(value, sqlite3.Row):
        return as_json(dict(value), path, ignore, inner)
    if isinstance(value, sqlite3.Connection | sqlite3.Cursor):
        return "database"  # its tables stand beside it
    if isinstance(value, list | tuple):
        return [as_json(item, f"{path}[{number}]", ignore, inner) for number, item in enumerate(value)]
    plain = hasattr(value, "__dict__") and not callable(value) and not inspect.ismodule(value)
    if plain and type(value).__module__ not in ("_io", "_thread", "threading", "socket", "sqlite3"):
        return {
            name: as_json(item, f"{path}.{name}", ignore, inner)
            for name, item in vars(value).items()
            if not name.startswith("_") and name not in ignore
        }
    raise ToolkitError(
        f"the state at {path} is a {type(value).__name__}, which JSON cannot hold; "
        "rename it with a leading underscore or list it in ignore_attributes"
    )


def tools_of(bundle: Bundle) -> dict[str, Tool]:
    """Every documented or typed public method of every part, as tools.

    Raises:
        ToolkitError: two methods of one name, a parameter without a type, no method at all.
    """
    found: dict[str, Tool] = {}
    for domain, part in bundle.parts.items():
        for name, method in _methods(part):
            if name in found:
                raise ToolkitError(
                    f"{found[name].spec.domain} and {domain} both have a method {name!r}; "
                    "wrap one of them under another name"
                )
            found[name] = _tool(bundle, domain, name, method)
    if not found:
        names = ", ".join(type(part).__name__ for part in bundle.parts.values())
        raise ToolkitError(f"{names} has no documented or typed public method; give its methods type hints")
    return found


def _methods(part: Any) -> Iterator[tuple[str, Any]]:
    for name in sorted(dir(type(part))):
        method = inspect.getattr_static(type(part), name)
        if isinstance(method, staticmethod | classmethod):
            method = method.__func__ if isinstance(method, classmethod) else None
        if name.startswith("_") or name == "is_refusal" or not inspect.isfunction(method):
            continue
        if inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method):
            raise ToolkitError(f"method {name!r} is a generator; wrap it in a method that returns a list")
        if method.__doc__ or method.__annotations__:
            yield name, method


def _by_name(name: str, parameters: Mapping[str, Any]) -> str:
    """What a tool does that is documented by its name alone: ``borrowBook`` is "Borrow a book"."""
    verb, *what = label_of(name).split()
    if not what or verb in ("my", "all", "is") or what[0] in ("a", "the", "my", "all", "to"):
        return " ".join([verb, *what]).capitalize()
    one = {thing for parameter in parameters for thing in (id_of(parameter), label_of(parameter))}
    if what[-1] in one or (not _READS.match(name) and verb in _MAKES and not what[-1].endswith("s")):
        article = "an " if what[0][0] in "aeiou" else "a "
    else:
        article = "" if what[-1].endswith("s") and not (_READS.match(name) and not parameters) else "the "
    return f"{verb} {article}{' '.join(what)}".capitalize()


#: Verbs that bring about one more of something.
_MAKES = frozenset(("add", "book", "create", "make", "open", "place", "post", "send", "start", "submit", "write"))


def _tool(bundle: Bundle, domain: str, name: str, method: Any) -> Tool:
    effect: Effect = "read" if _READS.match(name) else "write"
    spec = spec_of(method, effect, domain, skip=1, lenient=True, name=name)
    if not method.__doc__:
        spec = spec.model_copy(update={"description": _by_name(name, spec.parameters["properties"])})
    written = spec.parameters
    flat, paths = flat_schema(written)
    spec = spec.model_copy(update={"parameters": flat})
    kinds = {
        parameter: bundle.kinds.get(f"{name}.{parameter}", bundle.kinds.get(parameter, ""))
        for parameter in spec.parameters["properties"]
    }
    spec = spec.model_copy(update={"kinds": {key: kind for key, kind in kinds.items() if kind}})
    # A mutable default that the stranger's code changes would carry one episode into the next.
    fresh = {
        parameter.name: copy.deepcopy(parameter.default)
        for parameter in inspect.signature(method).parameters.values()
        if isinstance(parameter.default, list | dict | set)
    }
    run = functools.partial(_run, domain, name, bundle.is_refusal, fresh, _makers(method))
    phrases = bundle.phrases.get(name, Phrases())
    return Tool(spec, run, phrases, checked=False, written=written if paths else None, paths=paths)


def _makers(method: Any) -> dict[str, TypeAdapter[Any]]:
    """What makes of a JSON value what a method's hint asks for, where that is no JSON: a day, a model, an enum."""
    hints = get_type_hints(method, include_extras=True)
    return {name: TypeAdapter(hint) for name, hint in hints.items() if name != "return" and not _is_json(hint)}


def _is_json(hint: Any) -> bool:
    """Whether values of a type are JSON as they stand."""
    origin = get_origin(hint)
    if origin is Literal:
        return True
    if origin is None:
        return hint in _JSON or isinstance(hint, str) or is_typeddict(hint)
    return (origin in _JSON or origin in (Union, UnionType, Annotated)) and all(
        part is Ellipsis or _is_json(part) for part in get_args(hint)[: 1 if origin is Annotated else None]
    )


#: Types that JSON knows.
_JSON = (str, int, float, bool, list, dict, type(None), Any, Mapping, Sequence)


def _run(
    domain: str,
    name: str,
    is_refusal: Callable[[Any], bool] | None,
    fresh: dict[str, Any],
    makers: Mapping[str, TypeAdapter[Any]],
    world: ForeignWorld,
    /,
    **arguments: Any,
) -> Any:
    # A stranger may set the process-wide precision of decimals (BFCL's square_root does): not for us, not for the
    # next call.
    with _timed(name), decimal.localcontext(decimal.Context()):
        try:
            given = copy.deepcopy({**fresh, **arguments})
            made = (name for name in makers if name in arguments)
            given |= {name: makers[name].validate_json(json.dumps(arguments[name])) for name in made}
            value = getattr(world.part(domain), name)(**given)
            if inspect.iscoroutine(value):
                value = _awaited(value)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise Refused("invalid", f"{place}: {first['msg']}" if place else first["msg"]) from error
        except Exception as error:  # a stranger's exception is an answer, not our failure
            raise Refused("exception", f"{type(error).__name__}: {error}") from error
        except SystemExit as error:
            raise Refused("exception", "the tool tried to end the process") from error
    try:
        # A copy: results must not change when the state that they were taken from does.
        value = as_json(value, f"the result of {name}")
    except ToolkitError:
        value = str(value)
    written, value = value, _read(value)
    if is_refusal is not None and is_refusal(value if is_refusal is says_error else written):
        raise Refused(refusal_code(value), _message(value), content=value)
    return value


def _read(value: Any) -> Any:
    """A result that is JSON in a text, as many tools for models return it, read; anything else as it is.

    Example:
        >>> [_read(value) for value in ('{"left": 2}', "[1]", "[sic]", "2", {"left": 2})]
        [{'left': 2}, [1], '[sic]', '2', {'left': 2}]
    """
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError, RecursionError):
            return as_json(json.loads(value), "a result")
    return value


def _awaited(value: Coroutine[Any, Any, Any]) -> Any:
    """What a stranger's coroutine comes to, also in the midst of a running loop: there it has a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(value)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, value).result()


class _TooLong(BaseException):
    """Raised in the midst of a call; no ``Exception``, which a stranger's code may swallow."""


@contextlib.contextmanager
def _timed(name: str) -> Iterator[None]:
    """Break off what takes too long. Only the main thread can, and no system without alarms.

    Raises:
        ToolkitError: it took too long.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: Any) -> None:
        raise _TooLong

    handler, timer = signal.signal(signal.SIGALRM, ring), (0.0, 0.0)
    try:
        timer = signal.setitimer(signal.ITIMER_REAL, LONGEST, 1.0)  # once more each second, should it be swallowed
        yield
    except _TooLong:
        raise ToolkitError(
            f"tool {name!r} took more than {LONGEST:g} s for one call; give it nothing to wait for"
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _message(value: Any) -> str:
    if isinstance(value, Mapping):
        for name in ("error", "message", "status"):
            if isinstance(value.get(name), str):
                return str(value[name]).rstrip(".")
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return _ERROR.sub("", str(value), count=1).rstrip(".") or str(value)


def refusal_code(value: Any) -> str:
    """A refusal's reason without its values, so that refusals can be counted."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"|\S*\d\S*", "…", _message(value)).casefold()
    return "_".join(re.findall(r"[a-z…]+", text)[:8]) or "refused"


def returns_from(results: list[Any]) -> dict[str, Any]:
    """The JSON Schema that a set of observed results fits; for tools whose declared returns are not to be trusted."""
    schemas = [_shape(result) for result in results]
    found = schemas[0]
    for other in schemas[1:]:
        found = _merge(found, other)
    return found


def _shape(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, list):
        found: dict[str, Any] = {"type": "array"}
        if value:
            found["items"] = returns_from(value)
        return found
    if isinstance(value, dict):
        return {"type": "object", "properties": {str(key): _shape(item) for key, item in value.items()}}
    return {}


def _merge(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    if not first or not second:
        return {}
    if first.get("type") != second.get("type"):
        both = {first.get("type"), second.get("type")}
        return {"type": "number"} if both == {"integer", "number"} else {}
    merged = dict(first)
    if "properties" in first or "properties" in second:
        one, two = first.get("properties", {}), second.get("properties", {})
        merged["properties"] = {
            key: _merge(one[key], two[key]) if key in one and key in two else one.get(key, two.get(key))
            for key in {**one, **two}
        }
    if "items" in first or "items" in second:
        one, two = first.get("items"), second.get("items")
        merged["items"] = _merge(one, two) if one is not None and two is not None else one or two
    return merged


def harvest(world: ForeignWorld) -> dict[str, list[Any]]:
    """Every scalar of the state, by the name it stands under: where values for strangers' parameters come from."""
    found: dict[str, dict[Any, None]] = {}
    for name in sorted(world.base.states):
        _harvest(world.state(name), name, found)
    return {name: list(values) for name, values in found.items()}


def _harvest(value: Any, name: str, found: dict[str, dict[Any, None]], depth: int = 0, listed: bool = False) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            # Attributes are called what their author calls them. In {"AAPL": {"price": …}} and in {"north": "roses"}
            # the key is a value too, under the name of the whole; further in, the keys of a record are only its
            # fields' names.
            if not listed and (depth == 1 or (depth and isinstance(item, dict | list))):
                found.setdefault(name, {})[key] = None
            _harvest(item, key, found, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _harvest(item, name, found, depth + 1, listed=True)
    elif value is not None and value != "" and not isinstance(value, bool):
        found.setdefault(name, {})[value] = None


_OPTIONS = re.compile(
    r"(?:\boptions?\b(?: are)?|enum\]?|\beither|one of|choose from|possible values(?: are)?)\s*:?\s*(.+)", re.IGNORECASE
)


#: "The new status: 'open', 'pending' or 'closed'."
_QUOTED = re.compile(r"([\"'`])[\w -]{1,20}\1(?:(?:, (?:or |and )?| or | and | / |/|\|| \| )([\"'`])[\w -]{1,20}\2)+")


def options_in(description: str) -> list[str]:
    """Choices that a description spells out: ``Options are: economy, business, first.``

    Example:
        >>> options_in("The class. Options are: economy, business, first.")
        ['economy', 'business', 'first']
        >>> options_in("The new status: 'open', 'pending' or 'closed'.")
        ['open', 'pending', 'closed']
    """
    match = _OPTIONS.search(description)
    if match is None:
        listed = _QUOTED.search(description)
        return re.findall(r"[\"'`]([\w -]+)[\"'`]", listed[0]) if listed else []
    text = match[1].split(". ")[0]
    quoted = re.findall(r"[\"'`]([^\"'`]+)[\"'`]", text)
    parts = quoted or [part.strip(" .[]") for part in re.split(r",|\bor\b|\band\b", text)]
    named = (part for part in parts if not part.startswith("the "))  # "one of the free times" names none
    return [part for part in named if 0 < len(part) <= 20 and re.sub("[ _-]", "", part).isalnum()]


def spec_seen(spec: ToolSpec, results: list[Any], kinds: Mapping[str, str]) -> ToolSpec:
    """A stranger's spec with its returns as they were observed, and the kinds known for them."""
    returns = returns_from(results)
    return spec.model_copy(
        update={
            "returns": returns,
            "return_kinds": {
                path: kind
                for path in leaves(returns)
                if (kind := kinds.get(f"{spec.name}.{leaf_of(path)}", kinds.get(leaf_of(path), "")))
            },
        }
    )


def leaves(schema: dict[str, Any] | None, path: str = "") -> list[str]:
    """Paths of every scalar that a returns schema can hold: ``flights[].price``."""
    if not schema:
        return [path] if path else []
    if "properties" in schema:
        found = []
        for name, part in schema["properties"].items():
            found += leaves(part, f"{path}.{name}" if path else name)
        return found
    if schema.get("type") == "array":
        return leaves(schema["items"], path + "[]") if "items" in schema else []
    return [path]


def leaf_of(path: str) -> str:
    """The last name of a path: ``flights[].price`` -> ``price``."""
    return path.replace("[]", "").rsplit(".", 1)[-1]
