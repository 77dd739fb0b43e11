"""The door to models: a request in, a reply out. The only module that imports anthropic or openai.

A request is data in the shape of Anthropic's Messages API, whatever the door behind it speaks. A door knows the wire
and its errors; it knows neither money nor files nor conversations, nor how often anything is asked.

Keys come from the environment or the SDK's own configuration. They never stand in a request, a reply or an error here.
"""

import json
import os
import re
import urllib.parse
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

import orjson

from tools_mock import BadInput, Infrastructure, ToolwalkError

#: What an attempt is told by, where it is no status: it begins, or it ended in a way that nobody saw.
BEGUN, LOST = -1, 0
#: Called before and after every attempt that an SDK makes, with one of these or the status that came back.
Attempt = Callable[[int], Awaitable[None]]
#: Who wants to know of the attempts at the request that is being made.
ATTEMPTS: ContextVar[Attempt | None] = ContextVar("attempts", default=None)
#: How often the SDK tries again what failed for a moment.
RETRIES = 4
#: From so many output tokens on a reply is streamed; the SDK refuses to wait for a long one in one piece.
STREAMED = 8192


class Rejected(Exception):
    """The server will not answer this request, however often it is asked: too long, or malformed."""


class Outage(Infrastructure):
    """The server could not be reached, was overloaded, or broke off, and went on doing so."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a reply: read anew, written to the cache, read from it, and written."""

    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """A request.

    Args:
        model: its id.
        system: the system prompt; with the tools the prefix that stays the same, and is cached.
        messages: in the shape of the Messages API.
        tools: as the Messages API wants them.
        max_tokens: of the reply.
        thinking: ``""``, ``adaptive``, or a number of tokens as text.
        cached: whether what was said so far is worth caching, because more will follow.
        extra: what else goes into the body, such as a temperature.
    """

    model: str
    system: str
    messages: tuple[dict[str, Any], ...]
    tools: tuple[dict[str, Any], ...] = ()
    max_tokens: int = 2048
    thinking: str = ""
    cached: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As JSON data: what names a request."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: its blocks as they came, why it stopped, and what it took."""

    content: tuple[dict[str, Any], ...]
    stop: str = "end_turn"
    usage: Usage = Usage()
    model: str = ""

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(str(block.get("text", "")) for block in self.content if block.get("type") == "text").strip()

    @property
    def thinking(self) -> str:
        """All that it thinks, as far as it is shown."""
        parts = [str(block.get("thinking", "")) for block in self.content if block.get("type") == "thinking"]
        return "\n".join(parts).strip()

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Its tool calls: ``id``, ``name``, ``input``."""
        return [block for block in self.content if block.get("type") == "tool_use"]

    def as_json(self) -> dict[str, Any]:
        """As JSON data."""
        return {"content": list(self.content), "stop": self.stop, "usage": asdict(self.usage), "model": self.model}

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Reply":
        """A reply as :meth:`as_json` wrote it."""
        return cls(tuple(data["content"]), data["stop"], Usage(**data["usage"]), data["model"])


class Door(Protocol):
    """What answers requests. A plain function will do: models, local servers and scripted ones are the same."""

    async def __call__(self, ask: Ask) -> Reply:
        """Answer a request.

        Raises:
            Rejected: this request will not be answered.
            Outage: nothing could be had for now.
            BadInput: nothing ever will: the key, the model or the address is wrong.
        """
        ...


class BatchDoor(Door, Protocol):
    """A door that takes many requests at once, to be answered later, at a lower price."""

    async def submit(self, asks: Iterable[tuple[str, Ask]]) -> str:
        """Hand requests in, each with a name; the batch's id."""
        ...

    async def collect(self, batch: str) -> dict[str, Reply | str] | None:
        """The replies by name, or what went wrong with one; nothing while it is being worked on."""
        ...


def open_door(api: Literal["anthropic", "openai"], base_url: str = "", seconds: float = 300.0) -> Door:
    """A door to an endpoint.

    Args:
        api: which API it speaks.
        base_url: where it is; the API's own home where nothing is given.
        seconds: how long one reply may take.

    Raises:
        BadInput: the address is none, or the key or the package is missing.
    """
    if base_url:
        parts = urllib.parse.urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput(f"--base-url {base_url!r} is no address; write it like http://127.0.0.1:8080")
        if parts.username or parts.password:
            raise BadInput("--base-url has a password in it; give keys in the environment only")
    return AnthropicDoor(base_url, seconds) if api == "anthropic" else OpenAIDoor(base_url, seconds)


# ── Anthropic's Messages API ─────────────────────────────────────────────────────────────────────────────


class AnthropicDoor:
    """A door to Anthropic, or to whatever speaks its Messages API.

    Args:
        base_url: where it is; nothing for Anthropic itself.
        seconds: how long one reply may take.

    Raises:
        BadInput: there is no key.
    """

    def __init__(self, base_url: str = "", seconds: float = 300.0) -> None:
        import anthropic

        local = bool(base_url) and not any(os.environ.get(name) for name in _ANTHROPIC_KEYS)
        try:
            # The pool of aiohttp is the only one that keeps up with hundreds of requests in flight.
            pool = anthropic.DefaultAioHttpClient(timeout=seconds)
            self.client = anthropic.AsyncAnthropic(
                api_key="none" if local else None,  # a local server wants none, and the SDK wants one
                base_url=base_url.rstrip("/").removesuffix("/v1") or None,
                max_retries=RETRIES,
                timeout=seconds,
                http_client=pool,
                middleware=[_attempted],
            )
        except (anthropic.AnthropicError, ValueError) as error:
            raise BadInput(f"no door to Anthropic: {_plain(error)}; set ANTHROPIC_API_KEY, or --base-url") from None

    async def __call__(self, ask: Ask) -> Reply:
        """Answer a request."""
        import anthropic

        body = _body(ask)
        try:
            if ask.max_tokens > STREAMED:
                async with self.client.messages.stream(**body) as stream:
                    message = await stream.get_final_message()
                if message.stop_reason is None:  # the SDK takes what came for the whole
                    raise Outage("the answer broke off in the middle of the stream")
            else:
                message = await self.client.messages.create(**body)
        except Exception as error:
            raise _meant(error, anthropic, ask.model, "ANTHROPIC_API_KEY", "the Messages API") from None
        return _reply(message)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.close()

    async def submit(self, asks: Iterable[tuple[str, Ask]]) -> str:
        """Hand requests in as a message batch."""
        import anthropic

        try:
            requests: Any = [{"custom_id": name, "params": _body(ask)} for name, ask in asks]
            return (await self.client.messages.batches.create(requests=requests)).id
        except (anthropic.AuthenticationError, anthropic.PermissionDeniedError, anthropic.NotFoundError) as error:
            raise BadInput(f"the server takes no batches: {_plain(error)}; leave out --batch") from None
        except anthropic.AnthropicError as error:
            raise Outage(f"the batch could not be handed in: {_plain(error)}") from None

    async def collect(self, batch: str) -> dict[str, Reply | str] | None:
        """The replies of a message batch, once it is through."""
        import anthropic

        try:
            found = await self.client.messages.batches.retrieve(batch)
            if found.processing_status != "ended":
                return None
            replies: dict[str, Reply | str] = {}
            async for one in await self.client.messages.batches.results(batch):
                result: Any = one.result
                replies[one.custom_id] = _reply(result.message) if result.type == "succeeded" else str(result.type)
            return replies
        except anthropic.NotFoundError:
            raise BadInput(
                f"the server knows no batch {batch}; remove batches.json from the run to hand in anew"
            ) from None
        except anthropic.AnthropicError as error:
            raise Outage(f"the batch could not be collected: {_plain(error)}") from None


_ANTHROPIC_KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE")


async def _attempted(request: Any, call_next: Any) -> Any:
    """Tell whoever asked of every attempt: the SDK tries again by itself."""
    told = ATTEMPTS.get()
    if told is not None:
        await told(BEGUN)
    try:
        response = await call_next(request)
    except Exception:
        if told is not None:
            await told(LOST)
        raise
    if told is not None:
        await told(response.status_code)
    return response


def _body(ask: Ask) -> dict[str, Any]:
    """A request as the Messages API wants it, with the places where the cache may cut."""
    messages = [dict(message) for message in ask.messages]
    if ask.cached and messages and messages[-1]["content"]:
        last = messages[-1]["content"]
        blocks: list[Any] = [{"type": "text", "text": last}] if isinstance(last, str) else [dict(one) for one in last]
        blocks[-1]["cache_control"] = {"type": "ephemeral"}
        messages[-1]["content"] = blocks
    body: dict[str, Any] = {"model": ask.model, "max_tokens": ask.max_tokens, "messages": messages}
    if ask.system:
        body["system"] = [{"type": "text", "text": ask.system, "cache_control": {"type": "ephemeral"}}]
    if ask.tools:
        body["tools"] = list(ask.tools)
    if ask.thinking == "adaptive":
        body["thinking"] = {"type": "adaptive"}
    elif ask.thinking:
        body["thinking"] = {"type": "enabled", "budget_tokens": int(ask.thinking)}
    if ask.extra:
        body["extra_body"] = ask.extra
    return body


def _reply(message: Any) -> Reply:
    """A message of the SDK's as data.

    Raises:
        Outage: it is none.
    """
    try:
        if message.role not in ("assistant", None):
            raise Outage(f"the answer is in the role {str(message.role)[:40]!r}; does it speak the Messages API?")
        # The SDK does not hold what comes to its own types, and warns when it is written out again.
        content = tuple(block.model_dump(mode="json", exclude_none=True, warnings=False) for block in message.content)
        used = message.usage
        usage = Usage(
            int(used.input_tokens or 0),
            int(used.output_tokens or 0),
            int(used.cache_creation_input_tokens or 0),
            int(used.cache_read_input_tokens or 0),
        )
        return Reply(tidied(content), str(message.stop_reason or "end_turn"), usage, str(message.model))
    except (AttributeError, TypeError, ValueError) as error:
        raise Outage(f"what came back is no answer: {_plain(error)}; does it speak the Messages API?") from None


def tidied(content: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Blocks that have what blocks have, and only text that can be written down; what is missing is left empty.

    A call without a name is answered as any other wrong one; half a character is none.
    """
    found = []
    for block in content:
        if block.get("type") == "tool_use":
            given = block.get("input")
            call = {"id": str(block.get("id") or ""), "name": str(block.get("name") or "")}
            block = {**block, **call, "input": {} if given is None else given}
        found.append(block)
    try:
        orjson.dumps(found)
    except TypeError:
        text = json.dumps(found, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
        found = json.loads(text)
    return tuple(found)


# ── OpenAI's chat completions ────────────────────────────────────────────────────────────────────────────


class OpenAIDoor:
    """A door to what speaks OpenAI's chat completions; needs the extra ``openai``."""

    def __init__(self, base_url: str = "", seconds: float = 300.0) -> None:
        try:
            import openai
        except ImportError:
            raise BadInput("--api openai needs the package openai; install toolwalk[openai]") from None
        import httpx2

        class Counting(httpx2.AsyncHTTPTransport):
            """Tells of every attempt: this SDK has no middleware."""

            async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
                async def send(request: Any) -> Any:
                    return await httpx2.AsyncHTTPTransport.handle_async_request(self, request)

                response: httpx2.Response = await _attempted(request, send)
                return response

        local = bool(base_url) and not os.environ.get("OPENAI_API_KEY")
        where = f"{base_url.rstrip('/').removesuffix('/v1')}/v1" if base_url else None
        try:
            self.client = openai.AsyncOpenAI(
                api_key="none" if local else None,
                base_url=where,
                max_retries=RETRIES,
                timeout=seconds,
                http_client=openai.DefaultAsyncHttpxClient(transport=Counting(), timeout=seconds),
            )
        except (openai.OpenAIError, ValueError) as error:
            raise BadInput(f"no door to OpenAI: {_plain(error)}; set OPENAI_API_KEY, or --base-url") from None

    async def __call__(self, ask: Ask) -> Reply:
        """Answer a request."""
        import openai

        tools: Any = [
            {
                "type": "function",
                "function": {
                    "name": tool["name"],
                    "description": tool.get("description", ""),
                    "parameters": tool["input_schema"],
                },
            }
            for tool in ask.tools
        ]
        messages: Any = _as_chat(ask)
        try:
            answer = await self.client.chat.completions.create(
                model=ask.model,
                messages=messages,
                max_tokens=ask.max_tokens,
                extra_body=ask.extra or None,
                **({"tools": tools} if tools else {}),
            )
            choice = answer.choices[0]
            content: list[dict[str, Any]] = []
            if choice.message.content:
                content.append({"type": "text", "text": choice.message.content})
            for made in choice.message.tool_calls or ():
                call: Any = made
                content.append(
                    {
                        "type": "tool_use",
                        "id": call.id,
                        "name": call.function.name,
                        "input": _read(call.function.arguments),
                    }
                )
            used = answer.usage
            usage = Usage(used.prompt_tokens, used.completion_tokens) if used else Usage()
            return Reply(tidied(content), _STOPS.get(str(choice.finish_reason), "end_turn"), usage, str(answer.model))
        except Exception as error:
            raise _meant(error, openai, ask.model, "OPENAI_API_KEY", "chat completions") from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.close()


_STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


def _read(arguments: str) -> Any:
    """Arguments as they are meant; text that is no JSON stays text, and the tool answers that it is no object."""
    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return arguments


def _as_chat(ask: Ask) -> list[dict[str, Any]]:
    """Messages of the Messages API as chat completions want them."""
    found: list[dict[str, Any]] = [{"role": "system", "content": ask.system}] if ask.system else []
    for message in ask.messages:
        blocks = message["content"]
        if isinstance(blocks, str):
            found.append({"role": message["role"], "content": blocks})
            continue
        texts = [block["text"] for block in blocks if block["type"] == "text"]
        calls = [
            {
                "id": block["id"],
                "type": "function",
                "function": {"name": block["name"], "arguments": json.dumps(block["input"])},
            }
            for block in blocks
            if block["type"] == "tool_use"
        ]
        found += [
            {"role": "tool", "tool_call_id": block["tool_use_id"], "content": block["content"]}
            for block in blocks
            if block["type"] == "tool_result"
        ]
        if texts or calls:
            one: dict[str, Any] = {"role": message["role"], "content": "\n".join(texts)}
            found.append({**one, "tool_calls": calls} if calls else one)
    return found


# ── errors ───────────────────────────────────────────────────────────────────────────────────────────────

_SECRET = re.compile(r"(sk-[\w-]{6})[\w-]+|(?i:bearer\s+)\S+")


def _plain(error: object) -> str:
    """An error in a line, without whatever looks like a key."""
    text = " ".join(str(error).split()) or type(error).__name__
    for name, value in os.environ.items():
        if ("KEY" in name or "TOKEN" in name or "SECRET" in name) and len(value) > 7:
            text = text.replace(value, "…")
    return _SECRET.sub("…", text)[:200]


def _meant(error: Exception, sdk: Any, model: str, key: str, api: str) -> Exception:
    """What an error of an SDK means to who asked; both SDKs call theirs by the same names.

    Args:
        error: as it was raised.
        sdk: ``anthropic`` or ``openai``.
        model: that was asked.
        key: the variable that its key stands in.
        api: what the server should speak.
    """
    if isinstance(error, ToolwalkError):  # ours, from within an attempt
        return error
    text = _plain(error)
    if isinstance(error, sdk.AuthenticationError | sdk.PermissionDeniedError):
        return BadInput(f"the server refuses the key: {text}; set {key} to a good one")
    if isinstance(error, sdk.NotFoundError):
        return BadInput(f"no model {model!r} there: {text}; check its name and --base-url")
    if isinstance(error, sdk.APIStatusError):
        if error.status_code in (408, 409, 429) or error.status_code >= 500:
            return Outage(f"the server answers {error.status_code} again and again: {text}; try again later")
        return Rejected(f"the server answers {error.status_code}: {text}")
    if isinstance(error, sdk.APIConnectionError):
        return Outage(f"the server cannot be reached: {_plain(error.__cause__ or error)}; is it running?")
    if "authentication" in str(error).lower() or "api_key" in str(error):
        return BadInput(f"there is no key; set {key}, or name a local server: --base-url")
    # A stream that ended in the middle, JSON that is none, a part that is missing: whatever it was, it was no answer.
    return Outage(f"what came back is no answer: {text}; does it speak {api}?")
