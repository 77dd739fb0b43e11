"""A module of functions as an object: its functions are methods, its data is the object's own.

Most tools that somebody writes down first are functions beside a dict. Functions read and change what their module
holds; here they do it in a namespace made of a copy, so that no episode leaves a trace in the next.
"""

import contextlib
import copy
import functools
import inspect
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from .errors import ToolkitError

#: What a module may say of its tools, as an object may.
_SAID = ("is_refusal", "ignore_attributes", "phrases", "values")


def as_object(module: ModuleType, is_data: Callable[[Any, str], Any]) -> Any:
    """An object with a module's public functions for methods and copies of its data for attributes.

    Args:
        module: imported; what it imports from elsewhere is none of its own.
        is_data: raises :class:`ToolkitError` for what is no data (a logger, a client): that stays where it is.
    """
    functions = {
        name: its
        for name, value in vars(module).items()
        if (its := _function(value)) is not None and its.__module__ == module.__name__
    }
    data = {name: value for name, value in vars(module).items() if _held(module, name, value, is_data)}
    shown = {name: value for name, value in functions.items() if not name.startswith("_") and not _aside(value)}
    if not shown:
        raise ToolkitError(
            f"module {module.__name__!r} has no public functions; name a class of it, or a function that makes an "
            f"object: {module.__name__}:NAME"
        )
    members: dict[str, Any] = {name: _method(module, functions, name, value) for name, value in shown.items()}
    members |= {
        name: staticmethod(value) if callable(value) else value
        for name in _SAID
        if (value := getattr(module, name, None)) is not None
    }
    part = type(module.__name__.rpartition(".")[2], (), {"__module__": module.__name__, **members})()
    vars(part).update(copy.deepcopy(data))
    return part


def _function(value: Any) -> FunctionType | None:
    """A function, or the one that a decorator of some framework made a tool of (``fn``, ``func``)."""
    if isinstance(value, FunctionType | type):
        return value if isinstance(value, FunctionType) else None
    for name in ("fn", "func"):
        with contextlib.suppress(Exception):  # a proxy may raise anything when it is looked at
            if isinstance(its := getattr(value, name, None), FunctionType):
                return its
    return None


def _held(module: ModuleType, name: str, value: Any, is_data: Callable[[Any, str], Any]) -> bool:
    """Whether a module's variable is data that its functions may change: no logger, no client, no function."""
    if name.startswith("__") or name in _SAID or callable(value):
        return False
    if type(value).__module__ not in ("builtins", "collections", "datetime", "decimal", module.__name__):
        return False
    with contextlib.suppress(Exception):  # whatever a stranger's object raises when it is copied
        is_data(value, name)
        copy.deepcopy(value)
        return True
    return False


def _aside(function: FunctionType) -> bool:
    """Whether a function is no tool: what starts a program, or makes a toolkit."""
    return function.__name__ == "main" or {"seed", "config"} == inspect.signature(function).parameters.keys()


def _method(module: ModuleType, functions: dict[str, FunctionType], name: str, function: FunctionType) -> Any:
    """A function as a method that runs it among the object's own data."""

    @functools.wraps(function)
    def method(self: Any, /, *given: Any, **named: Any) -> Any:
        space = {**vars(module), **vars(self)}
        for other, its in functions.items():
            space[other] = FunctionType(its.__code__, space, other, its.__defaults__, its.__closure__)
            space[other].__kwdefaults__ = its.__kwdefaults__
        try:
            return space[name](*given, **named)
        finally:  # what "global" made anew
            vars(self).update({one: space[one] for one in vars(self)})

    its = inspect.signature(function)
    first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    method.__signature__ = its.replace(parameters=[first, *its.parameters.values()])  # type: ignore[attr-defined]
    return method
