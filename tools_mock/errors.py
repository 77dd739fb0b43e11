"""Every exception of toolwalk, and the exit status that the command line gives it.

    Exception
    ├── ToolwalkError
    │   ├── BadInput         2   what was given is wrong; the text says how to put it right
    │   │   ├── ToolkitError 2   tools that cannot be loaded, imported or digested
    │   │   └── RecordError  2   a run folder or a transcript that cannot be read or continued
    │   └── Infrastructure   3   the machine, the disk or the network failed
    └── Refused              -   not a fault: a tool's answer that the assistant reads

A message says the fact, then the way out.
"""

import difflib
from collections.abc import Iterable
from typing import Any


class ToolwalkError(Exception):
    """What the command line turns into one line and an exit status."""

    status = 2


class BadInput(ToolwalkError):
    """Something given by the caller is wrong."""


class ToolkitError(BadInput):
    """Tools that cannot be loaded, imported or digested."""


class RecordError(BadInput):
    """A run folder or a transcript that cannot be read or continued."""


class Infrastructure(ToolwalkError):
    """The machine, the disk or the network failed."""

    status = 3


class Refused(Exception):
    """A tool says no.

    Args:
        code: a short name for the reason, such as ``sold_out``; reports count by it.
        message: the fact, as a sentence without the final stop.
        remedy: what could be done instead, as a sentence without the final stop; may be empty.
        content: what the assistant reads, where a stranger's tool has its own way to say no.
    """

    def __init__(self, code: str, message: str, remedy: str = "", content: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy, self.content = code, message, remedy, content

    def as_json(self) -> Any:
        """The refusal as the assistant reads it."""
        if self.content is not None:
            return self.content
        error = {"code": self.code, "message": self.message}
        if self.remedy:
            error["remedy"] = self.remedy
        return {"error": error}


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, and which known one comes closest.

    Example:
        >>> unknown("tool", "book_fligt", ["book_flight", "list_events"])
        "no tool 'book_fligt'; did you mean 'book_flight'?"
    """
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"no {what} {name!r}; did you mean {close[0]!r}?"
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"no {what} {name!r}; there is {shown or 'none'}"
