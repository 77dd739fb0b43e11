"""Rows and run folders: what an episode leaves behind, and reading it back.

A row is one JSON line. Its ``messages`` have the chat shape that everyone knows; what is ours stands beside
them. A run folder holds ``run.json`` (settings and counts), ``transcripts.jsonl``, ``rejected.jsonl`` and, apart
because it depends on the machine, ``timing.json``. Every file carries the format's version.
"""

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from pydantic_core import to_json

from agents import Message
from scenarios import FORMAT, Scenario, ToolkitRef, scenario_of
from tools_mock import Infrastructure, RecordError, ToolCall, Toolkit, ToolkitError, ToolResult, load_toolkit
from tools_mock.world import Itself

from .conversation import Deed, at_first
from .probe import probe
from .seen import seen_specs

ROWS, REJECTED, RUN, TIMING = "transcripts.jsonl", "rejected.jsonl", "run.json", "timing.json"
#: What comes of reading a part of a row that is not there, or is something else.
DAMAGED = (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError)


_DIGITS = bytes.maketrans(b"123456789", b"000000000")


def loads(text: str | bytes) -> Any:
    """Read JSON: fast, but as exactly as :func:`json.loads` where integers are too large for the fast way.

    Raises:
        ValueError: it is no JSON.
    """
    data = text.encode() if isinstance(text, str) else text
    if b"0" * 19 in data.translate(_DIGITS):
        return json.loads(data)
    try:
        return orjson.loads(data)
    except ValueError:  # NaN, which the standard library writes
        return json.loads(data)


_ENCODER = json.JSONEncoder(ensure_ascii=False)


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────


def chat(policy: str, messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """Messages in the chat shape: system, user, assistant with ``tool_calls``, one ``tool`` message a result."""
    rows: list[dict[str, Any]] = [{"role": "system", "content": policy}]
    for message in messages:
        rows += chat_rows(message)
    return rows


def chat_rows(message: Message) -> list[dict[str, Any]]:
    """One message in the chat shape; results are one row each."""
    if message.role == "tool":
        return [
            {
                "role": "tool",
                "tool_call_id": result.call_id,
                "name": result.name,
                "content": _ENCODER.encode(result.content),
            }
            for result in message.results
        ]
    if message.calls:
        calls = [{"id": made.id, "name": made.name, "arguments": made.arguments} for made in message.calls]
        return [{"role": message.role, "content": message.text, "tool_calls": calls}]
    return [{"role": message.role, "content": message.text}]


def _call(made: dict[str, Any]) -> ToolCall:
    if not isinstance(made["id"], str) or not isinstance(made["name"], str):
        raise TypeError(f"a call's id and name are texts, not {made['id']!r} and {made['name']!r}")
    return ToolCall(made["id"], made["name"], made["arguments"])


_ROLES = ("user", "assistant", "tool", "system")


def from_chat(rows: list[dict[str, Any]], statuses: list[str], end: str) -> tuple[Message, ...]:
    """The messages behind :func:`chat`.

    Args:
        rows: messages in the chat shape, the system message first.
        statuses: of every result in order; the chat shape has no place for them.
        end: how the user ended.

    Raises:
        RecordError: they are not in that shape.
    """
    found: list[Message] = []
    left = iter(statuses)
    try:
        for row in rows[1:]:
            if type(row["content"]) is not str or row["role"] not in _ROLES:
                raise TypeError(f"a message of {row['role']!r} with {type(row['content']).__name__} for its text")
            if row["role"] == "tool":
                if type(row["tool_call_id"]) is not str or type(row["name"]) is not str:
                    raise TypeError("a result's name and call are texts")
                result = ToolResult(row["tool_call_id"], row["name"], next(left), loads(row["content"]))  # type: ignore[arg-type]
                if found and found[-1].role == "tool":
                    found[-1] = Message("tool", results=(*found[-1].results, result))
                else:
                    found.append(Message("tool", results=(result,)))
            else:
                calls = tuple(map(_call, row.get("tool_calls", ())))
                found.append(Message(row["role"], row["content"], calls))
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise RecordError(f"the messages are not in the chat shape ({error!r}); the row is damaged") from None
    if end and found and found[-1].role == "user":
        found[-1] = Message("user", found[-1].text, end=end)  # type: ignore[arg-type]
    return tuple(found)


def _deed(one: Deed) -> dict[str, Any]:
    """What the user did on their device: beside the messages, because no assistant sees it."""
    return {
        "turn": one.turn,
        "calls": [{"id": made.id, "name": made.name, "arguments": made.arguments} for made in one.calls],
        "results": [
            {"id": result.call_id, "status": result.status, "content": result.content} for result in one.results
        ],
    }


def deeds_in(rows: list[dict[str, Any]]) -> tuple[Deed, ...]:
    """The deeds behind a row's ``device``.

    Raises:
        RecordError: they are not in that shape.
    """
    try:
        return tuple(
            Deed(
                int(row["turn"]),
                tuple(map(_call, row["calls"])),
                tuple(
                    ToolResult(result["id"], made["name"], result["status"], result["content"])
                    for made, result in zip(row["calls"], row["results"], strict=True)
                ),
            )
            for row in rows
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"what the user did on their device is damaged ({error!r})") from None


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────


def row_of(
    index: int,
    scenario: Scenario,
    toolkit: Toolkit,
    messages: tuple[Message, ...],
    ended: str,
    digest: str,
    reward: float,
    deeds: tuple[Deed, ...] = (),
    as_json: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One accepted dialogue as JSON data: complete with toolwalk and the named toolkit.

    ``as_json``: the scenario, where it is written already.
    """
    return {
        "format": FORMAT,
        "index": index,
        "messages": chat(scenario.policy, messages),
        "statuses": [result.status for message in messages for result in message.results],
        "device": [_deed(one) for one in deeds],
        "ended": ended,
        "reward": reward,
        "digest": digest,
        "scenario": as_json if as_json is not None else scenario.as_json(),
        # They stand last, so that who reads a row can leave them unread.
        "tools": _schemas(Itself(toolkit), at_first(scenario)),
    }


@lru_cache(maxsize=256)
def _schemas(toolkit: Itself, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The tools in view as a row shows them; nobody changes them."""
    return [toolkit.value.tools[name].spec.as_function() for name in names]


def steps_used(source: dict[str, Any]) -> list[int]:
    """The steps that a source of a row's plan rests on."""
    return [part["step"] for part in (source, *source.get("of", ())) if "step" in part]


def beside(row: dict[str, Any], its: dict[str, Any]) -> dict[str, Any]:
    """A row with more beside its messages; its tools still stand last."""
    return {**{name: value for name, value in row.items() if name != "tools"}, **its, "tools": row["tools"]}


def ref_of(toolkit: Toolkit) -> ToolkitRef:
    """The reference by which a row names its tools."""
    return ToolkitRef(
        factory=toolkit.factory, config=dict(toolkit.config), version=toolkit.version, source=toolkit.source
    )


@lru_cache(maxsize=8)
def _loaded(factory: str, config: str) -> Toolkit:
    return load_toolkit(factory, json.loads(config))


@lru_cache(maxsize=8)
def _seen(factory: str, config: str) -> Toolkit:
    """What its results look like, and which of its ids nobody says, only running a stranger's tools shows."""
    toolkit = _loaded(factory, config)
    return seen_specs(toolkit, probe(toolkit)) if toolkit.foreign else toolkit


def toolkit_for(ref: ToolkitRef) -> Toolkit:
    """Load the toolkit that a row names.

    Raises:
        ToolkitError: it cannot be loaded, or it is not the same one; the message has both versions.
    """
    config = json.dumps(ref.config, sort_keys=True) if ref.config else "{}"
    toolkit = _loaded(ref.factory, config)
    if (toolkit.version, toolkit.source) != (ref.version or toolkit.version, ref.source or toolkit.source):
        raise ToolkitError(
            f"the rows were made with {ref.factory} {ref.version} (source {ref.source}), but "
            f"{toolkit.version} (source {toolkit.source}) is installed; install that version, or generate anew"
        )
    return _seen(ref.factory, config).dressed(ref.surface)


# ── folders ──────────────────────────────────────────────────────────────────────────────────────────────


def dumps(value: Any) -> bytes:
    """One JSON line, the same for the same data."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
        # What the fast way writes for NaN, too.
        return to_json(value, inf_nan_mode="constants") + b"\n" if b"null" in text else text
    except (TypeError, ValueError):  # huge integers, lone surrogates
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return text + b"\n"


def line_of(row: dict[str, Any]) -> bytes:
    """:func:`dumps` of a row whose tools were written before, as those of a scenario that is played many times."""
    rest = dumps({name: value for name, value in row.items() if name != "tools"})
    return b'%s,"tools":%s}\n' % (rest[:-2], _written(Itself(row["tools"])))


@lru_cache(maxsize=256)
def _written(schemas: Itself) -> bytes:
    return dumps(schemas.value).rstrip(b"\n")


_TOOLS = b',"tools":[{"type":"function",'


def _halves(line: bytes) -> dict[str, Any] | None:
    """A row whose tools are left as they are written; nothing where they do not stand last in it."""
    at = line.rfind(_TOOLS)
    if at < 0 or not line.endswith(b"}]}\n"):
        return None
    try:
        row = loads(line[:at] + b"}")
    except ValueError:
        return None
    return {**row, "tools": line[at + 9 : -2]} if isinstance(row, dict) else None


def read_rows(path: Path, tools: bool = True) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and rows of a JSON-lines file, streamed.

    Args:
        path: the file.
        tools: whether their schemas are read too; else they may stay the bytes that they are, a third of the row.

    Raises:
        RecordError: the file is missing, a line is no JSON or of another format; with the line's number.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    row = (None if tools else _halves(line)) or loads(line)
                except ValueError:
                    cut = "" if line.endswith(b"\n") else "; it was cut off: run the same generate command again"
                    raise RecordError(f"{path}, line {number} is not JSON{cut}") from None
                if not isinstance(row, dict) or row.get("format") != FORMAT:
                    got = row.get("format") if isinstance(row, dict) else type(row).__name__
                    raise RecordError(f"{path}, line {number} has format {got}, this toolwalk reads {FORMAT}")
                yield number, row
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror}; name a run folder or a transcript file") from None


def scenario_in(row: dict[str, Any], what: str) -> Scenario:
    """The scenario of a row.

    Raises:
        BadInput: it has none that is sound.
    """
    return scenario_of(row.get("scenario"), what)


def rows_in(path: Path) -> Path:
    """The transcript file behind what a person named: the file, or the run folder that holds it.

    Raises:
        RecordError: there is none.
    """
    file = path / ROWS if path.is_dir() else path
    if not file.is_file():
        hint = f"; it holds no {ROWS}" if path.is_dir() else ""
        raise RecordError(f"no run at {path}{hint}; make one with: toolwalk generate --out {path}")
    return file


def write_whole(path: Path, value: Any) -> None:
    """Write a JSON file so that it is either the old one or the new one, at any instant.

    Raises:
        Infrastructure: the disk will not take it.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Infrastructure(
            f"cannot write {path}: {error.strerror}; free some space or choose another folder"
        ) from None
