"""True conversations in other words, and how many of them the verifier rejects: ``python -m tests.reworded``.

``reworded.json`` holds conversations written by hand over world 0; nobody looked at the phrases of the package.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents import Message
from scenarios import Checks, Scenario
from sim.gates import Evidence
from sim.verify import findings
from tools_mock import ToolCall, call, digest_of, load_toolkit
from tools_mock.phrases import look
from tools_mock.values import say

HERE = Path(__file__).parent


def reworded() -> list[tuple[str, Evidence]]:
    """Conversations written by hand over world 0: the words are a person's, the values come from the calls.

    In a script ``{1.path:kind}`` is a value of call 1's result as an assistant writes it, ``<1.path>`` the value
    itself in an argument. Their end state and what they read are their goal.
    """
    toolkit = load_toolkit()
    found = []
    for script in json.loads((HERE / "reworded.json").read_text()):
        world = toolkit.world(0)
        results: list[Any] = []
        messages: list[Message] = []
        for line in script["lines"]:
            if "user" in line:
                messages.append(
                    Message("user", _filled(line["user"], results), end="done" if line is script["lines"][-1] else "")
                )
            elif "say" in line:
                messages.append(Message("assistant", _filled(line["say"], results)))
            else:
                made: list[ToolCall] = []
                for name, arguments in line["calls"]:
                    given = {key: _value(value, results) for key, value in arguments.items()}
                    made.append(ToolCall(f"c{len(results) + len(made)}", name, given))
                answers = tuple(call(toolkit.tools, world, one) for one in made)
                results += [one.content for one in answers]
                messages += [Message("assistant", calls=tuple(made)), Message("tool", results=answers)]
        base = Scenario.model_validate(TEMPLATE | {"policy": toolkit.prompt(world), "tools": sorted(toolkit.tools)})
        messages[-1] = replace(messages[-1], end="done")
        read = tuple(digest_of(r.content) for m in messages for r in m.results if r.status == "ok")
        scenario = base.model_copy(update={"checks": Checks(changes=world.changes(), read=read)})
        found.append((script["name"], Evidence(scenario, toolkit, tuple(messages), world, "done", world.digest())))
    return found


TEMPLATE: dict[str, Any] = {
    "name": "reworded",
    "toolkit": {"factory": "home", "version": "0", "source": "0"},
    "world_seed": 0,
    "plan": {"steps": [], "turns": []},
    "user": {"name": "Clara", "turns": []},
    "checks": {"changes": {}},
}


def _value(value: Any, results: list[Any]) -> Any:
    if isinstance(value, str) and value.startswith("<"):
        number, _, path = value.strip("<>").partition(".")
        return look(results[int(number)], path)
    return value


def _filled(text: str, results: list[Any]) -> str:
    while "{" in text:
        start, end = text.index("{"), text.index("}")
        where, _, kind = text[start + 1 : end].partition(":")
        text = text[:start] + say(kind, _value(f"<{where}>", results)) + text[end + 1 :]
    return text


def rejected() -> dict[str, list[tuple[str, str]]]:
    """Every conversation that the verifier rejects, and why."""
    return {name: found for name, one in reworded() if (found := findings(one))}


def main() -> None:
    """Print the false rejections."""
    scripts, wrong = reworded(), rejected()
    said = sum(m.role == "assistant" and bool(m.text) for _, one in scripts for m in one.messages)
    print(f"{len(scripts)} true conversations with {said} assistant messages in other words: {len(wrong)} rejected")
    for name, found in wrong.items():
        for gate, finding in found:
            print(f"  {name}, {gate}: {finding}")


if __name__ == "__main__":
    main()
