"""Assistants that are not ours: a Python callable, an HTTP endpoint, a command that speaks JSON lines.

All of them become the same thing, a seat, and whatever they do wrong becomes an :class:`AgentFault` with a kind and a
line. A callable and a command are the caller's own code and run as such.
"""

import asyncio
import contextlib
import http.client
import importlib
import inspect
import json
import os
import queue
import shlex
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents import BASELINES, Assistant, Message, Observation, oracle
from agents.modelled import as_messages, tool_params
from agents.seats import AgentFault
from scenarios import Scenario
from tools_mock import BadInput, Infrastructure, Toolkit, unknown

from .env import assistant_message
from .record import chat

#: Makes the assistant of one episode.
Agent = Callable[[Scenario, Toolkit], Assistant]
#: An answer of more characters than this is no answer.
LONGEST = 1_000_000
#: How often a server that does not answer is tried again, and the seconds before the first time.
TRIES, PAUSE = 3, 0.5


def load_agent(name: str, seconds: float = 60.0) -> Agent:
    """The assistant that a person names.

    Args:
        name: ``oracle``, a baseline, ``module:function`` or ``module:Class``, ``http://…``, or ``cmd:command line``.
        seconds: how long it may take for one message.

    Raises:
        BadInput: there is no such assistant.
    """
    if name == "oracle":
        return oracle
    if name in BASELINES:
        return lambda scenario, toolkit: BASELINES[name]
    if name.startswith(("http://", "https://")):
        try:
            if not urllib.parse.urlsplit(name).hostname or urllib.parse.urlsplit(name).port == 0:
                raise ValueError("it names no server")
        except ValueError as error:
            raise BadInput(f"{name} is no address ({error}); write it like http://127.0.0.1:8000") from None
        return lambda scenario, toolkit: _endpoint(name, seconds)
    if name.startswith("cmd:"):
        return _command(name.removeprefix("cmd:"), seconds)
    if ":" in name:
        return _callable(name, seconds)
    raise BadInput(f"{unknown('assistant', name, ['oracle', *BASELINES])}, module:function, http://… or cmd:…")


def said(value: Any) -> Message:
    """A message from what an assistant gave back: a :class:`Message`, chat data, or plain text.

    Raises:
        AgentFault: it is none of them.
    """
    if isinstance(value, Message):
        return value
    if isinstance(value, dict) and isinstance(value.get("tool_calls"), list):
        value = {**value, "tool_calls": [_call(one) for one in value["tool_calls"]]}
    message = assistant_message(value)
    if isinstance(message, str):
        raise AgentFault("malformed", f"{message}; got {type(value).__name__} {str(value)[:80]!r}")
    if len(message.text) > LONGEST:
        raise AgentFault("malformed", f"a message of {len(message.text)} characters; at most {LONGEST} are taken")
    return message


def _call(one: Any) -> Any:
    """A call in OpenAI's shape as one in ours: name and arguments inside ``function``, arguments as JSON text."""
    inner = one.get("function") if isinstance(one, dict) else None
    if not isinstance(inner, dict):
        return one
    arguments = inner.get("arguments", {})
    if isinstance(arguments, str):
        with contextlib.suppress(ValueError):  # else the tool will answer that this is no object
            arguments = json.loads(arguments or "{}")
    return {"id": one.get("id", ""), "name": inner.get("name"), "arguments": arguments}


# ── a callable ───────────────────────────────────────────────────────────────────────────────────────────


def _callable(name: str, seconds: float) -> Agent:
    module_name, _, attribute = name.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(importlib.import_module(module_name), attribute, None)
    except Exception as error:  # importing runs the stranger's code, which may raise anything
        hint = "install it, or stand in its folder; where an import name clashes with ours, use http or cmd"
        raise BadInput(f"module {module_name!r} cannot be imported: {error}; {hint}") from error
    if not callable(found):
        raise BadInput(f"module {module_name!r} has no function or class {attribute!r}")

    def agent(scenario: Scenario, toolkit: Toolkit) -> Assistant:
        act = _timed(lambda: found(), seconds) if inspect.isclass(found) else found
        if not callable(act):
            act = getattr(act, "act", None)
        if not callable(act):
            raise AgentFault("malformed", f"{name} makes nothing that can be called, and has no act()")

        def seat(observation: Observation, seed: int) -> Message:
            def once() -> Any:
                value = act(observation, seed)
                return asyncio.run(_awaited(value)) if inspect.isawaitable(value) else value

            return said(_timed(once, seconds))

        return seat

    return agent


async def _awaited(value: Any) -> Any:
    return await value


def _timed(work: Callable[[], Any], seconds: float) -> Any:
    """What some work of a stranger's gives, in time.

    Raises:
        AgentFault: it raises, or takes too long; a thread cannot be stopped, so what hangs is left behind.
    """
    answer: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put((True, work()))
        except BaseException as error:  # a stranger's code may raise anything, SystemExit too
            answer.put((False, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        well, value = answer.get(timeout=seconds)
    except queue.Empty:
        raise AgentFault("hung", f"it gave no message within {seconds:g} s") from None
    if well:
        return value
    if isinstance(value, AgentFault):
        raise value
    raise AgentFault("raised", f"{type(value).__name__}: {value}")


# ── an endpoint ──────────────────────────────────────────────────────────────────────────────────────────


def _endpoint(url: str, seconds: float) -> Assistant:
    """A seat that asks a server: OpenAI's chat completions, or Anthropic's messages where the path ends so."""
    anthropic = url.rstrip("/").endswith("/messages")
    if not anthropic and not url.rstrip("/").endswith("/chat/completions"):
        url = f"{url.rstrip('/').removesuffix('/v1')}/v1/chat/completions"

    def seat(observation: Observation, seed: int) -> Message:
        asked = _for_anthropic(observation) if anthropic else _for_openai(observation, seed)
        answer = _post(url, asked, seconds)
        try:
            return _from_anthropic(answer) if anthropic else said(_from_openai(answer))
        except (KeyError, IndexError, TypeError) as error:
            raise AgentFault("malformed", f"the answer has not the shape of that API: {error!r}") from None

    return seat


def _key() -> str:
    return os.environ.get("TOOLWALK_API_KEY", "")


def _post(url: str, body: dict[str, Any], seconds: float) -> Any:
    headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
    if key := _key():
        headers |= {"authorization": f"Bearer {key}", "x-api-key": key}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    for attempt in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=seconds) as response:
                text = response.read(LONGEST + 1)
            break
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise AgentFault("malformed", f"{url} answers {error.code}: {error.read(200)!r}") from None
            why = f"{url} answers {error.code}"
        except TimeoutError:
            why = f"{url} gave no answer within {seconds:g} s"
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            why = f"{url} cannot be reached: {getattr(error, 'reason', error)}"
        time.sleep(PAUSE * 2**attempt)
    else:
        raise Infrastructure(f"{why}; is the server running?")
    if len(text) > LONGEST:
        raise AgentFault("malformed", f"an answer of more than {LONGEST} bytes")
    try:
        return json.loads(text)
    except ValueError:
        raise AgentFault("malformed", f"the answer is not JSON: {text[:80]!r}") from None


def _for_openai(observation: Observation, seed: int) -> dict[str, Any]:
    messages: list[dict[str, Any]] = []
    for one in chat(observation.policy, observation.messages):
        if "tool_calls" in one:
            calls = [
                {
                    "id": made["id"],
                    "type": "function",
                    "function": {"name": made["name"], "arguments": json.dumps(made["arguments"])},
                }
                for made in one["tool_calls"]
            ]
            one = {**one, "tool_calls": calls}
        messages.append(one)
    tools = [spec.as_function() for spec in observation.tools]
    return {"model": "agent", "messages": messages, "seed": seed, **({"tools": tools} if tools else {})}


def _from_openai(answer: Any) -> dict[str, Any]:
    message = answer["choices"][0]["message"]
    return {"content": message.get("content") or "", "tool_calls": message.get("tool_calls") or []}


def _for_anthropic(observation: Observation) -> dict[str, Any]:
    tools = tool_params(observation.tools)
    return {
        "model": "agent",
        "max_tokens": 4096,
        "system": observation.policy,
        "messages": as_messages(observation.messages),
        **({"tools": tools} if tools else {}),
    }


def _from_anthropic(answer: Any) -> Message:
    parts = answer["content"]
    text = "\n".join(part["text"] for part in parts if part["type"] == "text")
    calls = [
        {"id": part["id"], "name": part["name"], "arguments": part["input"]}
        for part in parts
        if part["type"] == "tool_use"
    ]
    return said({"content": text, "tool_calls": calls})


# ── a command ────────────────────────────────────────────────────────────────────────────────────────────


def _command(line: str, seconds: float) -> Agent:
    """A command that gets one JSON line a message on its standard input, and answers with one on its output."""
    words = shlex.split(line)
    if not words:
        raise BadInput("cmd: names no command; write for example --assistant 'cmd:node agent.js'")

    def agent(scenario: Scenario, toolkit: Toolkit) -> Assistant:
        try:
            process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        except OSError as error:
            raise BadInput(f"cannot run {words[0]!r}: {error.strerror}; check the command behind cmd:") from None

        def seat(observation: Observation, seed: int) -> Message:
            tools = [spec.as_function() for spec in observation.tools]
            asked = {"messages": chat(observation.policy, observation.messages), "tools": tools, "seed": seed}
            assert process.stdin is not None and process.stdout is not None
            pipe = process.stdout
            try:
                process.stdin.write(json.dumps(asked) + "\n")
                process.stdin.flush()
            except OSError:
                raise AgentFault("died", f"the command ended with status {process.wait()}") from None
            try:
                answer = _timed(lambda: pipe.readline(LONGEST + 1), seconds)
            except AgentFault:
                process.kill()
                raise
            if not answer:
                raise AgentFault("died", f"the command ended with status {process.wait()}")
            try:
                return said(json.loads(answer))
            except ValueError:
                raise AgentFault("malformed", f"its line is not JSON: {answer[:80]!r}") from None

        def close() -> None:
            process.kill()
            process.communicate()

        seat.close = close  # type: ignore[attr-defined]
        return seat

    return agent
