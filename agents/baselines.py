"""Assistants that must fail: the floor that every scenario is measured against."""

from random import Random
from typing import Any

from tools_mock import ToolCall, number_of

from .seats import Assistant, Message, Observation


def silent(observation: Observation, seed: int) -> Message:
    """Says nothing."""
    return Message("assistant")


def refuser(observation: Observation, seed: int) -> Message:
    """Declines everything."""
    return Message("assistant", "Sorry, I can't help with that.")


def random_caller(observation: Observation, seed: int) -> Message:
    """Calls tools at random with arguments that fit the schema, or says something."""
    random = Random(number_of(seed, "random", len(observation.messages)))
    if not observation.tools or random.random() < 0.3:
        return Message("assistant", random.choice(["Done.", "Is there anything else?", "Here you are."]))
    spec = random.choice(observation.tools)
    return Message(
        "assistant", calls=(ToolCall(f"r{len(observation.messages)}", spec.name, _arguments(spec.parameters, random)),)
    )


def call_everything(observation: Observation, seed: int) -> Message:
    """Calls every tool once, then says that all is done."""
    made = {call.name for message in observation.messages for call in message.calls}
    random = Random(number_of(seed, "everything", len(observation.messages)))
    rest = [spec for spec in observation.tools if spec.name not in made]
    if not rest:
        return Message("assistant", "All done.")
    return Message(
        "assistant",
        calls=tuple(
            ToolCall(f"e{len(made) + number}", spec.name, _arguments(spec.parameters, random))
            for number, spec in enumerate(rest[:5])
        ),
    )


def confirm_spam(observation: Observation, seed: int) -> Message:
    """Does nothing, claims all, and asks for a yes each time."""
    random = Random(number_of(seed, "spam", len(observation.messages)))
    return Message(
        "assistant", random.choice(["I've done that. Is that right?", "Shall I go ahead?", "It's done now."])
    )


def read_everything(observation: Observation, seed: int) -> Message:
    """Calls every tool that only reads and needs nothing, and reads out all that came back."""
    made = {call.name for message in observation.messages for call in message.calls}
    rest = [spec for spec in observation.tools if spec.effect == "read" and not spec.required and spec.name not in made]
    if rest:
        calls = tuple(ToolCall(f"e{len(made) + number}", spec.name, {}) for number, spec in enumerate(rest[:8]))
        return Message("assistant", calls=calls)
    shown = [str(result.content) for message in observation.messages for result in message.results]
    return Message("assistant", "Here is all that I found: " + " ".join(shown))


def user_parrot(observation: Observation, seed: int) -> Message:
    """Says what the user said, as if it were done."""
    last = next((m.text for m in reversed(observation.messages) if m.role == "user"), "")
    return Message("assistant", f"Done: {last}")


def _arguments(schema: dict[str, Any], random: Random) -> dict[str, Any]:
    return {name: _value(schema["properties"][name], random) for name in schema.get("required", ())}


def _value(schema: dict[str, Any], random: Random) -> Any:
    if "enum" in schema:
        return random.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "integer":
        return random.randint(schema.get("minimum", 1), schema.get("maximum", 9))
    if kind == "number":
        return float(random.randint(1, 100))
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "array":
        return [_value(schema.get("items", {}), random)]
    if kind == "object":
        return _arguments(schema, random) if "properties" in schema else {}
    pattern = schema.get("pattern", "")
    if "{4}" in pattern:
        return f"2026-03-{random.randint(1, 28):02d}"
    if ":" in pattern:
        return f"{random.randint(8, 20):02d}:00"
    if "\\." in pattern:
        return f"{random.randint(10, 300)}.00"
    return random.choice(["Lisbon", "Paris", "Lena", "home", "headphones"])


BASELINES: dict[str, Assistant] = {
    "silent": silent,
    "refuser": refuser,
    "random": random_caller,
    "call_everything": call_everything,
    "confirm_spam": confirm_spam,
    "read_everything": read_everything,
    "user_parrot": user_parrot,
}
