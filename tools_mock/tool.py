"""A tool: a typed Python function with a docstring, its JSON Schema, and one way to call it.

What stands here knows no conversation: a call goes in, a result comes out. A wrong call or a refusal is a
result too; only a tool of ours that breaks its own contract raises.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, cast, get_type_hints

import docstring_parser
import jsonschema_rs
from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from .errors import Refused, ToolkitError, unknown
from .kinds import take_kinds
from .nested import gathered, schema_at, spread, without_null
from .phrases import Phrases
from .world import World, canonical

Effect = Literal["read", "write"]


class ToolSpec(BaseModel):
    """What is known of a tool without running it.

    ``parameters`` and ``returns`` are JSON Schemas. ``kinds`` maps a parameter's name, and ``return_kinds``
    the path of a returned field (``flights[].flight_id``), to its entity kind; a kind that begins with ``!``
    is never said by a person. ``irreversible``: what it does cannot be undone, so the user is asked first.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    parameters: dict[str, Any]
    returns: dict[str, Any] | None = None
    effect: Effect
    domain: str
    irreversible: bool = False
    kinds: dict[str, str] = {}
    return_kinds: dict[str, str] = {}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the parameters that a call must give."""
        return tuple(self.parameters.get("required", ()))

    def as_function(self) -> dict[str, Any]:
        """The tool in the shape every chat API knows."""
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": self.parameters},
        }


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call as the assistant writes it. ``arguments`` is an object; anything else is answered as invalid."""

    id: str
    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came back: ``ok`` with the value, ``refused`` by the tool, or ``invalid`` before it ran."""

    call_id: str
    name: str
    status: Literal["ok", "refused", "invalid"]
    content: Any


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Tool:
    """A spec, the function behind it, and how people speak of it.

    ``run`` takes the world and the arguments. ``checked`` says whether results must match the declared
    returns: true for ours, false for a stranger's. Under another surface (``tools_mock.surface``) ``plain`` is the
    tool as it was written, ``names`` maps the parameters shown to its own, and ``groups`` are objects that hold some of
    them: those go by their path, ``stay.nights``, here and in the spec's ``kinds``. ``returned`` makes of a result what
    is shown of it; ``run`` is the plain one's.

    Where a stranger's parameters are objects, the plain tool has them one field at a time (``tools_mock.nested``):
    ``written`` are then the parameters that its function takes, ``paths`` its own names -> the fields of those, and the
    tool that is shown, whatever it is called, has those parameters.
    """

    spec: ToolSpec
    run: Callable[..., Any]
    phrases: Phrases = Phrases()
    checked: bool = True
    plain: "Tool | None" = None
    names: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    returned: Callable[[Any], Any] | None = None
    written: dict[str, Any] | None = None
    paths: Mapping[str, str] = field(default_factory=dict)

    def flat(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Arguments by their paths."""
        if not self.groups:
            return arguments
        found: dict[str, Any] = {}
        for name, value in arguments.items():
            found.update(spread(name, value or {}) if name in self.groups else ((name, value),))
        return found

    def shaped(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """The other way round: arguments by their paths, as a call has them."""
        return gathered(flat, self.spec.parameters) if self.groups else dict(flat)

    def schema(self, path: str) -> dict[str, Any]:
        """The schema of a parameter; nothing where it has none."""
        properties: dict[str, Any] = self.spec.parameters.get("properties", {})
        return schema_at(properties, path) if self.groups else properties.get(path, {})

    @property
    def own_name(self) -> str:
        """What the tool is called where it was written."""
        return self.plain.spec.name if self.plain is not None else self.spec.name

    def __post_init__(self) -> None:
        if self.plain is not None:  # what it returns is the same, and many are shown that are never called
            object.__setattr__(self, "_arguments", None)
            object.__setattr__(self, "_returns", self.plain._returns)  # type: ignore[attr-defined]
            return
        object.__setattr__(self, "_arguments", jsonschema_rs.validator_for(self.spec.parameters))
        returns = jsonschema_rs.validator_for(self.spec.returns) if self.checked and self.spec.returns else None
        object.__setattr__(self, "_returns", returns)

    @cached_property
    def text(self) -> str:
        """The tool in the shape every chat API knows, as JSON: what a row shows of it."""
        return _ENCODER.encode(self.spec.as_function())

    def __call__(self, world: Any, /, **arguments: Any) -> Any:
        """Run the function on a world, unchecked; the way for tests and for tools that use one another."""
        given = self.given(arguments) if self.plain is not None or self.written is not None else None
        return self.run(world, **(arguments if given is None else given))

    def given(self, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The arguments of a call as the function takes them; ``None`` where they do not fit."""
        plain = self.plain
        if plain is None:
            if not self._arguments.is_valid(arguments):  # type: ignore[attr-defined]
                return None
            paths, written = self.paths, self.written
            return arguments if written is None else gathered({paths[n]: v for n, v in arguments.items()}, written)
        if plain.written is not None:  # shown as its author wrote it, whatever it is called
            return None if self._checked(arguments) else arguments
        flat, names = self.flat(arguments), self.names
        return (
            plain.given({names[name]: value for name, value in flat.items()}) if flat.keys() <= names.keys() else None
        )

    def wrong(self, arguments: Any) -> str:
        """Why these arguments are not acceptable; empty where they are."""
        # A dressed tool asks the plain one, and has a validator of its own only to say what is wrong.
        return "" if isinstance(arguments, dict) and self.given(arguments) is not None else self._checked(arguments)

    def _checked(self, arguments: Any) -> str:
        """What is wrong with arguments by the schema that is shown."""
        if self._arguments is None:  # type: ignore[attr-defined]
            object.__setattr__(self, "_arguments", jsonschema_rs.validator_for(self.spec.parameters))
        if self._arguments.is_valid(arguments):  # type: ignore[attr-defined]
            return ""
        error = next(self._arguments.iter_errors(arguments))  # type: ignore[attr-defined]
        place = ".".join(str(part) for part in error.instance_path)
        return f"{place}: {error.message}" if place else str(error.message)

    def wrong_result(self, value: Any) -> str:
        """How a result breaks the declared returns; empty where it does not."""
        if self._returns is None or self._returns.is_valid(value):  # type: ignore[attr-defined]
            return ""
        error = next(self._returns.iter_errors(value))  # type: ignore[attr-defined]
        return f"{'.'.join(map(str, error.instance_path))}: {error.message}"


#: What may go wrong for a moment, whatever is called: code -> what the assistant reads.
FAILURES = {
    "timeout": Refused("timeout", "the service did not answer in time", "try again"),
    "rate_limited": Refused("rate_limited", "too many requests at the moment", "try again in a moment"),
    "unavailable": Refused("unavailable", "the service is being restarted", "try again"),
    "stale": Refused("stale", "the page was out of date when it came", "load it again"),
    "partial": Refused("partial", "only a part of the answer came through", "ask again"),
}


def is_failure(result: ToolResult) -> bool:
    """Whether a result tells of something that went wrong for a moment, not of a tool's no."""
    error = result.content.get("error") if isinstance(result.content, dict) else None
    return result.status == "refused" and isinstance(error, dict) and error.get("code") in FAILURES


def call(tools: Mapping[str, Tool], world: Any, request: ToolCall) -> ToolResult:
    """Answer one tool call, whatever it is.

    An unknown tool, arguments that are no object or do not fit, and a refusal are results that the
    assistant reads. The world changes only where the status is ``ok``.

    Raises:
        ToolkitError: a checked tool returned what its declared returns do not allow.
    """
    found = tools.get(request.name)
    if found is None:
        return _invalid(request, "unknown_tool", unknown("tool", str(request.name), tools), "")
    arguments = request.arguments
    if not isinstance(arguments, dict):
        got = "text that is not JSON" if isinstance(arguments, str) else type(arguments).__name__
        return _invalid(request, "bad_arguments", f"arguments must be an object, not {got}", "send a JSON object")
    given = found.given(arguments)
    if given is None:
        wrong = found.wrong(arguments) or "there is no such parameter"
        known = ", ".join(found.spec.parameters.get("properties", {})) or "none"
        return _invalid(request, "bad_arguments", wrong, f"the parameters of {request.name} are: {known}")
    tool = found.plain or found
    if isinstance(world, World):
        if code := world.failure(request.name, arguments):
            return ToolResult(request.id, request.name, "refused", FAILURES[code].as_json())
        world.enter(tool.spec.name, given)  # what is drawn must not depend on what the tool is called
    try:
        value = tool.run(world, **given)
    except Refused as no:
        return ToolResult(request.id, request.name, "refused", no.as_json())
    if wrong := tool.wrong_result(value):
        raise ToolkitError(f"tool {request.name!r} broke its declared returns at {wrong}; mend the tool or its hints")
    return ToolResult(request.id, request.name, "ok", found.returned(value) if found.returned else value)


def _invalid(request: ToolCall, code: str, message: str, remedy: str) -> ToolResult:
    return ToolResult(request.id, request.name, "invalid", Refused(code, message, remedy).as_json())


def tool(
    effect: Effect, domain: str = "", phrases: Phrases | None = None, irreversible: bool = False
) -> Callable[[Callable[..., Any]], Tool]:
    """Make a tool of a typed function whose first parameter is the world.

    The schema of parameters and returns comes from the type hints, the descriptions from the docstring
    (its summary, and ``Args:``). Refusals are raised as :class:`Refused`.

    Args:
        effect: ``write`` where a call may change the world.
        domain: the group the tool belongs to; by default the last part of the function's module.
        phrases: how people ask for it and how its result is told.
        irreversible: whether the user must be asked before it is called.

    Raises:
        ToolkitError: a parameter without a hint, a hint or a default that JSON cannot hold, no docstring.
    """

    def make(function: Callable[..., Any]) -> Tool:
        spec = spec_of(function, effect, domain or function.__module__.rsplit(".", 1)[-1], skip=1)
        spec = spec.model_copy(update={"irreversible": irreversible})
        return Tool(spec, function, phrases or Phrases())

    return make


def spec_of(
    function: Callable[..., Any],
    effect: Effect,
    domain: str,
    skip: int = 0,
    lenient: bool = False,
    name: str = "",
) -> ToolSpec:
    """The spec of a typed, documented function.

    Args:
        function: what to read.
        effect: recorded as it is.
        domain: recorded as it is.
        skip: how many leading parameters are not the caller's (the world).
        lenient: a parameter without a hint may have its type from the docstring, and what the result's hint says
            does not matter (strangers' tools: what they return is seen when they run).
        name: the tool's name, if not the function's.

    Raises:
        ToolkitError: see :func:`tool`.
    """
    name = name or function.__name__
    doc = docstring_parser.parse(inspect.getdoc(function) or "")
    if not doc.short_description and not lenient:
        raise ToolkitError(f"tool {name!r} has no docstring; its first line becomes the description")
    told = {part.arg_name: part for part in doc.params}
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError) as error:
        raise ToolkitError(f"the type hints of tool {name!r} cannot be resolved: {error}") from error
    properties: dict[str, Any] = {}
    required = []
    for parameter in list(inspect.signature(function).parameters.values())[skip:]:
        if lenient and parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue  # a stranger's "and whatever else": nothing needs to be given
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise ToolkitError(f"parameter {parameter} of tool {name!r} has no name to call it by; give it one")
        said = told.get(parameter.name)
        hint = hints.get(parameter.name)
        if hint is None and lenient and said is not None and said.type_name:
            hint = _DOC_TYPES.get(said.type_name.split("[")[0].split(",")[0].strip().lower())
        if hint is None and lenient and isinstance(parameter.default, bool | int | float | str):
            hint = type(parameter.default)
        if hint is None:
            raise ToolkitError(f"parameter {parameter.name!r} of tool {name!r} has no type hint; add one")
        schema = schema_of(hint, f"parameter {parameter.name!r} of tool {name!r}")
        if parameter.default is None:
            schema = without_null(schema)
        if said is not None and said.description:
            schema["description"] = " ".join(said.description.split())
        if parameter.default is parameter.empty:
            required.append(parameter.name)
        elif parameter.default is not None:
            try:
                schema["default"] = TypeAdapter(hint).dump_python(parameter.default, mode="json", warnings=False)
                canonical(schema["default"])
            except Exception as error:  # pydantic and json raise a dozen kinds here; all mean the same
                raise ToolkitError(
                    f"the default of parameter {parameter.name!r} of tool {name!r} cannot be JSON: "
                    f"{parameter.default!r}; use None, a number, text, a list or a dictionary"
                ) from error
        properties[parameter.name] = schema
    parameters = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    returns = None
    if not lenient and hints.get("return") not in (None, type(None)):
        returns = schema_of(hints["return"], f"the result of tool {name!r}", mode="serialization")
    text = " ".join(part for part in (doc.short_description, doc.long_description) if part)
    return ToolSpec(
        name=name,
        description=" ".join(text.split()) or name.replace("_", " "),
        kinds=take_kinds(parameters),
        return_kinds=take_kinds(returns),
        parameters=parameters,
        returns=returns,
        effect=effect,
        domain=domain,
    )


#: Types as docstrings write them, for strangers' functions without hints.
_DOC_TYPES: dict[str, Any] = {
    "str": str,
    "string": str,
    "int": int,
    "integer": int,
    "float": float,
    "number": float,
    "bool": bool,
    "boolean": bool,
    "list": list[Any],
    "dict": dict[str, Any],
}


def schema_of(hint: Any, what: str, mode: Literal["validation", "serialization"] = "validation") -> dict[str, Any]:
    """The JSON Schema of a type hint, with its definitions written out in place.

    Raises:
        ToolkitError: the hint names a type that JSON cannot hold, or that contains itself.
    """
    try:
        schema = TypeAdapter(hint).json_schema(mode=mode)
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        raise ToolkitError(f"the type hint of {what} cannot be JSON: {str(error).splitlines()[0]}") from error
    definitions = schema.pop("$defs", {})
    return cast("dict[str, Any]", _inline(schema, definitions, (), what))


def _inline(part: Any, definitions: dict[str, Any], open_: tuple[str, ...], what: str) -> Any:
    if isinstance(part, list):
        return [_inline(item, definitions, open_, what) for item in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if reference:
        name = reference.rsplit("/", 1)[-1]
        if name in open_:
            raise ToolkitError(f"the type hint of {what} contains itself ({name}); use a flat type")
        rest = {key: value for key, value in part.items() if key != "$ref"}
        return {**_inline(definitions[name], definitions, (*open_, name), what), **rest}
    return {
        # Titles repeat the names; they cost tokens and say nothing. A property may be called "title", though.
        key: {name: _inline(sub, definitions, open_, what) for name, sub in value.items()}
        if key == "properties"
        else _inline(value, definitions, open_, what)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str))
    }
