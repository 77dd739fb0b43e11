"""Training rows from transcripts: one function per format, each from a row to what its consumer reads.

``trl`` keeps arguments as objects and content as text, never null: of the chat templates that are in use most
render exactly that. ``openai`` writes arguments as JSON text. Our own last word of the user, which no assistant
answers, is left out.

Nobody shall learn from a mistake that a model made inside a success: its message has ``train: false`` (Axolotl's
``message_field_training``), or ``weight: 0`` in OpenAI's shape. What a model thought goes along as
``reasoning_content``, where the row still has it; chat templates of thinking models read it there.
"""

import json
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]


def trl(row: Row) -> Row:
    """``messages`` and ``tools`` as TRL, Axolotl and most chat templates want them."""
    messages = [_function_calls(message, lambda arguments: arguments) for message in _marked(row, "train", False)]
    return {"messages": messages, "tools": row["tools"]}


def openai(row: Row) -> Row:
    """The shape of OpenAI's fine-tuning files: arguments as JSON text, ``parallel_tool_calls`` where they occur."""
    messages = [
        {key: value for key, value in _function_calls(message, json.dumps).items() if key != "name"}
        for message in _marked({**row, "thinking": {}}, "weight", 0)
    ]
    parallel = any(len(message.get("tool_calls", ())) > 1 for message in messages)
    return {"messages": messages, "tools": row["tools"], "parallel_tool_calls": parallel}


def _marked(row: Row, key: str, mark: Any) -> list[Row]:
    """The messages of a row, with a mark on those that nobody shall learn from, and the thoughts."""
    masked, thoughts, found = set(row.get("masked", ())), row.get("thinking", {}), []
    for place, message in enumerate(_trimmed(row)):
        beside: Row = {"reasoning_content": thoughts[str(place)]} if str(place) in thoughts else {}
        if masked and any(made["id"] in masked for made in message.get("tool_calls", ())):
            beside[key] = mark
        found.append({**message, **beside})
    return found


def _trimmed(row: Row) -> list[Row]:
    messages = list(row["messages"])
    while messages and messages[-1]["role"] == "user":
        messages.pop()
    return messages


def _function_calls(message: Row, arguments: Callable[[Any], Any]) -> Row:
    if "tool_calls" not in message:
        return message
    calls = [
        {
            "id": call["id"],
            "type": "function",
            "function": {"name": call["name"], "arguments": arguments(call["arguments"])},
        }
        for call in message["tool_calls"]
    ]
    return {**message, "tool_calls": calls}


FORMATS: dict[str, Callable[[Row], Row]] = {"trl": trl, "openai": openai}
