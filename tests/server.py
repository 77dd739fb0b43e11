"""A server that speaks Anthropic's Messages API (and OpenAI's chat completions) with a scripted mind.

It can be told to be slow, to limit, to break off, to answer nonsense. In a process of its own: ``python -m
tests.server --latency 0.5``; it prints its address, and rewords what it is asked to reword, word by word.
"""

import argparse
import asyncio
import contextlib
import json
import re
import threading
from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
#: From a request's body to the blocks of the reply and why it stops.
Mind = Callable[[Body], tuple[list[dict[str, Any]], str]]
#: From the number of a request and its body to what goes wrong with it; nothing where nothing does.
Trouble = Callable[[int, Body], str]


def said(text: str, stop: str = "end_turn") -> tuple[list[dict[str, Any]], str]:
    """A reply of text alone."""
    return [{"type": "text", "text": text}], stop


class Server:
    """The server, in a thread of its own while the ``with`` lasts.

    Args:
        mind: what it answers.
        latency: seconds before each answer.
        trouble: what goes wrong.
    """

    def __init__(self, mind: Mind, latency: float = 0.0, trouble: Trouble = lambda number, body: "") -> None:
        self.mind, self.latency, self.trouble = mind, latency, trouble
        self.bodies: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.batches: dict[str, list[Body]] = {}
        self.waits = 0  # how often a batch is asked after before it is through
        self.keep = True
        self.count = self.running = self.most = 0
        self.url = ""
        self._known: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def __enter__(self) -> "Server":
        self._thread = threading.Thread(target=self.serve, daemon=True)
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def serve(self, port: int = 0) -> None:
        """Serve until told to stop."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(port))
        self._loop.close()

    async def _serve(self, port: int) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", port, limit=2**24, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                method, path, _ = lines[0].split(" ")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
                data = await reader.readexactly(int(headers.get("content-length", 0)))
                body = json.loads(data) if data else {}
                if not await self._answer(method, path, headers, body, writer):
                    break
        with contextlib.suppress(Exception):
            writer.close()

    async def _answer(
        self, method: str, path: str, headers: dict[str, str], body: Body, writer: asyncio.StreamWriter
    ) -> bool:
        if "/batches" in path:
            self._batch(method, path, body, writer)
            await writer.drain()
            return True
        self.count += 1
        number = self.count
        if self.keep:
            self.bodies.append(body)
            self.headers.append(headers)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            trouble = self.trouble(number, body)
            if trouble == "hang":
                await asyncio.sleep(60)
            if trouble == "cut":
                return False
            if trouble.isdigit():
                error = {"type": "error", "error": {"type": "trouble", "message": f"trouble {trouble}"}}
                extra = {"retry-after": "0"} if trouble in ("429", "529") else {}
                self._send(writer, int(trouble), json.dumps(error), extra)
            elif trouble == "html":
                self._send(writer, 200, "<html>hello</html>", {"content-type": "text/html"})
            elif trouble == "broken":
                self._send(writer, 200, '{"id": "x", "content": [')
            elif trouble == "empty":
                self._send(writer, 200, "{}")
            elif path.endswith("/chat/completions"):
                self._send(writer, 200, json.dumps(self._completion(body)))
            else:
                message = self._message(body)
                if trouble == "role":
                    message["role"] = "user"
                if trouble == "refuse":
                    message |= {"content": [], "stop_reason": "refusal"}
                if body.get("stream"):
                    self._stream(writer, message, trouble == "early")
                    await writer.drain()
                    return trouble != "early"
                text = json.dumps(message)
                if trouble == "early":  # the length says more than comes
                    self._send(writer, 200, text[: len(text) // 2], {"content-length": str(len(text.encode()))})
                    await writer.drain()
                    return False
                self._send(writer, 200, text)
            await writer.drain()
            return True
        finally:
            self.running -= 1

    def _send(self, writer: asyncio.StreamWriter, status: int, text: str, extra: dict[str, str] | None = None) -> None:
        data = text.encode()
        headers = {"content-type": "application/json", "content-length": str(len(data)), **(extra or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + data)

    def _message(self, body: Body) -> dict[str, Any]:
        content, stop = self.mind(body)
        prefix = json.dumps([body.get("tools"), body.get("system")])
        cached, prompt = len(prefix) // 4, len(json.dumps(body["messages"])) // 4
        usage = {"input_tokens": prompt, "output_tokens": max(1, len(json.dumps(content)) // 4)}
        known = prefix in self._known
        self._known.add(prefix)
        usage["cache_read_input_tokens" if known else "cache_creation_input_tokens"] = cached
        return {
            "id": f"msg_{self.count}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }

    def _stream(self, writer: asyncio.StreamWriter, message: dict[str, Any], early: bool) -> None:
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
        ]
        for index, block in enumerate(message["content"]):
            text, call = block["type"] == "text", block["type"] == "tool_use"
            begin = {**block, **({"text": ""} if text else {"input": {}} if call else {})}
            events.append({"type": "content_block_start", "index": index, "content_block": begin})
            if text or call:
                delta = (
                    {"type": "text_delta", "text": block["text"]}
                    if text
                    else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
                )
                events.append({"type": "content_block_delta", "index": index, "delta": delta})
            events.append({"type": "content_block_stop", "index": index})
        stop = {"stop_reason": message["stop_reason"], "stop_sequence": None}
        events.append({"type": "message_delta", "delta": stop, "usage": message["usage"]})
        events.append({"type": "message_stop"})
        if early:
            events = events[:2]
        data = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        length = "" if early else f"content-length: {len(data.encode())}\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{length}\r\n{data}".encode())

    def _completion(self, body: Body) -> dict[str, Any]:
        content, stop = self.mind(from_completions(body))
        calls = [
            {
                "id": block["id"],
                "type": "function",
                "function": {"name": block["name"], "arguments": json.dumps(block["input"])},
            }
            for block in content
            if block["type"] == "tool_use"
        ]
        text = "\n".join(block["text"] for block in content if block["type"] == "text")
        message = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}
        reason = "tool_calls" if calls else {"max_tokens": "length"}.get(stop, "stop")
        return {
            "id": "c",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": reason}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }

    def _batch(self, method: str, path: str, body: Body, writer: asyncio.StreamWriter) -> None:
        if method == "POST":
            name = f"batch_{len(self.batches) + 1}"
            self.batches[name] = body["requests"]
        else:
            name = path.split("/batches/")[1].split("/")[0]
        if name not in self.batches:
            self._send(
                writer, 404, json.dumps({"type": "error", "error": {"type": "not_found_error", "message": "no"}})
            )
        elif path.endswith("/results"):
            lines = [
                {
                    "custom_id": one["custom_id"],
                    "result": {"type": "succeeded", "message": self._message(one["params"])},
                }
                for one in self.batches[name]
            ]
            self._send(writer, 200, "\n".join(map(json.dumps, lines)), {"content-type": "application/x-jsonl"})
        else:
            self.waits -= method == "GET"
            ended = method == "GET" and self.waits < 0
            counts = {"canceled": 0, "errored": 0, "expired": 0, "processing": 0, "succeeded": len(self.batches[name])}
            found = {
                "id": name,
                "type": "message_batch",
                "processing_status": "ended" if ended else "in_progress",
                "request_counts": counts,
                "created_at": "2026-01-01T00:00:00Z",
                "expires_at": "2026-01-02T00:00:00Z",
                "ended_at": None,
                "results_url": f"{self.url}/v1/messages/batches/{name}/results" if ended else None,
            }
            self._send(writer, 200, json.dumps(found))


def from_completions(body: Body) -> Body:
    """A request of chat completions as one of the Messages API."""
    messages: list[dict[str, Any]] = []
    for one in body["messages"]:
        if one["role"] == "system":
            continue
        if one["role"] == "tool":
            block = {"type": "tool_result", "tool_use_id": one["tool_call_id"], "content": one["content"]}
            messages.append({"role": "user", "content": [block]})
            continue
        blocks = [{"type": "text", "text": one["content"]}] if one.get("content") else []
        for call in one.get("tool_calls", ()):
            function = call["function"]
            arguments = json.loads(function["arguments"])
            blocks.append({"type": "tool_use", "id": call["id"], "name": function["name"], "input": arguments})
        messages.append({"role": one["role"], "content": blocks})
    tools = [
        {"name": t["function"]["name"], "description": "", "input_schema": t["function"]["parameters"]}
        for t in body.get("tools", ())
    ]
    system = "\n".join(one["content"] for one in body["messages"] if one["role"] == "system")
    return {**body, "system": system, "messages": messages, "tools": tools}


# ── minds ────────────────────────────────────────────────────────────────────────────────────────────────


def last_text(body: Body) -> str:
    """All text of a request's last message."""
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else "\n".join(b["text"] for b in content if b["type"] == "text")


def system_text(body: Body) -> str:
    """The system prompt of a request."""
    system = body.get("system", "")
    return system if isinstance(system, str) else "\n".join(block["text"] for block in system)


_ROW = re.compile(r"^(\d+) (user|assistant): (.*?)(?: \| keep .*)?$")


def rewording(change: Callable[[str, str], str] = lambda seat, text: text) -> Mind:
    """A mind that rewords: every sentence through a function from seat and text."""

    def mind(body: Body) -> tuple[list[dict[str, Any]], str]:
        lines = []
        for line in last_text(body).splitlines():
            if match := _ROW.match(line):
                lines.append(f"{match[1]}: {change(match[2], match[3])}")
        return said("\n".join(lines))

    return mind


def being_user(body: Body) -> tuple[list[dict[str, Any]], str]:
    """A mind that plays the user by the notes."""
    notes = last_text(body).partition("<notes>\n")[2].partition("\n</notes>")[0]
    if notes.startswith("All is settled"):
        end = {"type": "tool_use", "id": "t1", "name": "end_conversation", "input": {"how": "done"}}
        return [{"type": "text", "text": "thanks"}, end], "tool_use"
    if notes.startswith("Do now"):
        deeds = re.findall(r"(\w+) (\{.*?\})[,.]", notes)
        return [
            {"type": "tool_use", "id": f"d{number}", "name": name, "input": json.loads(given)}
            for number, (name, given) in enumerate(deeds)
        ], "tool_use"
    if match := re.search(r"all you can say is: (.*)\.", notes):
        return said(f"I don't know, it is {match[1]}")
    if match := re.search(r"right is: (.*)\.", notes):
        return said(f"no, {match[1]}")
    details = {
        match[1]: match[2] for match in re.finditer(r"^- (.*?): (.*?)(?: \(when asked\))?(?:;.*)?$", notes, re.M)
    }
    if match := re.search(r"You were just asked for: (.*)\.", notes):
        return said(", ".join(details[label] for label in match[1].split(", ")))
    if match := re.search(r"asked for your leave: answer yes, but it shall be (.*)\.", notes):
        return said(f"yes, but make it {match[1]}")
    if "asked for your leave" in notes:
        agreed = re.search(r"really be done: (yes|no)", notes)
        return said("yes, do that" if agreed is None or agreed[1] == "yes" else "no, leave it")
    if match := re.search(r"You want now: (.*)", notes):
        brings = re.search(r"just connected (.*); say so", notes)
        return said(f"I have just connected {brings[1]}. {match[1]}" if brings else match[1])
    if match := re.search(r"small talk \((.*)\)", notes):
        return said("hello! how are you?")
    return said("hm?")


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    server = Server(rewording(), arguments.latency)
    server.keep = False
    threading.Thread(target=lambda: (server._ready.wait(), print(server.url, flush=True)), daemon=True).start()
    server.serve(arguments.port)


if __name__ == "__main__":
    main()
