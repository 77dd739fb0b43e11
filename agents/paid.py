"""What asking a model costs, and asking it no more than once.

A request is answered from the store if it was answered before; else room for its worst case is set aside, it is sent,
and the reply is stored before anybody uses it. So a limit holds with work in flight, and who continues pays again at
most for what was in flight. Retries are the SDK's; each attempt whose end nobody saw is counted as if it had been paid.
"""

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson

from tools_mock import BadInput, Infrastructure, RecordError, ToolwalkError, canonical
from tools_mock.world import digest_of_text

from .doors import ATTEMPTS, BEGUN, LOST, Ask, Door, Outage, Reply, Usage

PRICES = Path(__file__).with_name("prices.json")
STORE = "responses.jsonl"
#: The key of the request that is being made, for doors that hand it in under a name.
KEY: ContextVar[str] = ContextVar("key", default="")
#: Tokens that an API may add to what it is sent (it writes a prompt of its own around tools).
ADDED = 1000


class Spent(ToolwalkError):
    """A limit on money, tokens or calls leaves no room for the next request. What was made stands."""

    status = 1


# ── prices ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens; ``batch`` is the share of it that a batch costs."""

    input: float
    output: float
    cache_write: float = 0.0
    cache_read: float = 0.0
    batch: float = 1.0

    def of(self, usage: Usage, batch: bool = False) -> float:
        """What a reply cost, in US dollars."""
        write, read = self.cache_write or self.input, self.cache_read or self.input
        sum_ = (
            usage.input * self.input + usage.output * self.output + usage.cache_write * write + usage.cache_read * read
        )
        return sum_ * (self.batch if batch else 1.0) / 1e6

    def worst(self, tokens_in: int, tokens_out: int) -> float:
        """What a request can cost at most, in US dollars."""
        return (tokens_in * max(self.input, self.cache_write) + tokens_out * self.output) / 1e6


def price_table(file: Path | None = None) -> dict[str, Price]:
    """Prices by model: those that come with toolwalk, and over them those of a file of the same shape.

    Raises:
        BadInput: the file is none of that shape.
    """
    table: dict[str, Price] = {}
    for path in (PRICES, file) if file else (PRICES,):
        try:
            its = json.loads(path.read_text(encoding="utf-8"))["models"]
            table |= {name: Price(**{key: float(value) for key, value in one.items()}) for name, one in its.items()}
        except OSError as error:
            raise BadInput(f"cannot read {path}: {error.strerror}; name a file of prices with --prices") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(
                f'{path} is no table of prices ({error}); write {{"models": {{"NAME": {{"input": 1, "output": 5}}}}}}'
            ) from None
        if any(min(asdict(one).values()) < 0 for one in table.values()):
            raise BadInput(f"{path} has a price below nothing")
    return table


def prices_as_of() -> str:
    """The day of the prices that come with toolwalk."""
    return str(json.loads(PRICES.read_text(encoding="utf-8"))["as of"])


def price_of(model: str, table: Mapping[str, Price]) -> Price | None:
    """The price of a model; a dated name such as ``claude-opus-4-5-20251101`` is priced as the name it begins with."""
    names = [
        name for name in table if model == name or (model.startswith(name + "-") and model[len(name) + 1 :].isdigit())
    ]
    return table[max(names, key=len)] if names else None


# ── the bill ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Amount:
    """Calls, tokens and US dollars."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """As JSON data."""
        return {"calls": self.calls, "tokens": self.tokens, "usd": self.usd}

    def add(self, other: "Amount", sign: int = 1) -> None:
        """Count another amount, or take it away."""
        self.calls += sign * other.calls
        self.tokens += sign * other.tokens
        self.usd += sign * other.usd


@dataclass(slots=True)
class Bill:
    """What a run may spend, what it has spent, and what is set aside for requests in flight.

    Args:
        table: prices by model.
        most: limits on ``calls``, ``tokens``, ``usd``; what is missing has none.
        spent: so far, continued runs included.
        aside: for what is in flight, at its worst.
        lost: how many attempts ended in a way that nobody saw; they are in ``spent`` at their worst.
        unpriced: models that were asked and have no price.
    """

    table: Mapping[str, Price]
    most: Mapping[str, float] = field(default_factory=dict)
    spent: Amount = field(default_factory=Amount)
    aside: Amount = field(default_factory=Amount)
    lost: int = 0
    unpriced: set[str] = field(default_factory=set)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    def check(self, model: str) -> None:
        """Whether a model can be held to the limits.

        Raises:
            BadInput: money is limited and the model has no price.
        """
        if "usd" in self.most and price_of(model, self.table) is None:
            raise BadInput(f"--max-usd needs a price, and {model!r} has none; give one in a file with --prices")

    def worst(self, ask: Ask, text: str) -> Amount:
        """What a request, as it is written, can come to at most: no token is shorter than a byte."""
        size = len(text.encode("utf-8", "surrogatepass")) + ADDED
        price = price_of(ask.model, self.table)
        return Amount(1, size + ask.max_tokens, price.worst(size, ask.max_tokens) if price else 0.0)

    def cost(self, model: str, reply: Reply, batch: bool = False) -> Amount:
        """What a reply came to."""
        price, used = price_of(model, self.table), reply.usage
        if price is None:
            self.unpriced.add(model)
        tokens = used.input + used.output + used.cache_write + used.cache_read
        return Amount(1, tokens, price.of(used, batch) if price else 0.0)

    async def reserve(self, worst: Amount, patient: bool = True) -> None:
        """Set room aside, waiting for requests in flight to need less than was set aside for them.

        Args:
            worst: how much.
            patient: whether to wait; who holds room already must not, or two would wait for one another.

        Raises:
            Spent: there is no room, and none will come.
        """
        while lacking := self._lacking(worst):
            if not patient or not self.aside.calls:
                name, limit, left = lacking
                raise Spent(
                    f"--max-{name} {limit:g} leaves {left:g}, and the next request may take {getattr(worst, name):g}; "
                    "allow more, and the same command continues"
                )
            self._freed.clear()
            await self._freed.wait()
        self.aside.add(worst)

    def _lacking(self, worst: Amount) -> tuple[str, float, float] | None:
        for name, limit in self.most.items():
            left = limit - getattr(self.spent, name)
            if getattr(self.aside, name) + getattr(worst, name) > left + 1e-12:
                return name, limit, max(0.0, left)
        return None

    def settle(self, worst: Amount, real: Amount | None, lost: int = 0) -> None:
        """Free what was set aside, for each attempt, and count what it came to and what was lost."""
        self.aside.add(worst, -1)
        if real is not None:
            self.spent.add(real)
        for _ in range(lost):
            self.spent.add(worst)
        self.lost += lost
        self._freed.set()

    def as_json(self) -> dict[str, Any]:
        """What was spent."""
        unknown = sorted(self.unpriced)
        return {**self.spent.as_json(), "lost": self.lost, "usd": None if unknown else round(self.spent.usd, 6)}


@dataclass(slots=True)
class Tab:
    """What one row came to, whoever asked for it and whenever; ``usd`` is nothing where a model has no price."""

    calls: int = 0
    input: int = 0
    output: int = 0
    usd: float | None = 0.0

    def add(self, reply: Reply, usd: float | None) -> None:
        """Count a reply."""
        used = reply.usage
        self.calls += 1
        self.input += used.input + used.cache_write + used.cache_read
        self.output += used.output
        self.usd = None if usd is None or self.usd is None else self.usd + usd

    def as_json(self) -> dict[str, Any]:
        """For a row."""
        return {**asdict(self), "usd": None if self.usd is None else round(self.usd, 6)}


# ── how much at once ─────────────────────────────────────────────────────────────────────────────────────


class Throttle:
    """How many requests are in flight: up to ``most``, fewer for a while where the server says it is too much.

    Every "too many" takes a third off, once a second at most; every answer gives a little back.
    """

    def __init__(self, most: int) -> None:
        self.most, self.limit, self.running = most, float(most), 0
        self.slowed, self._at = 0, 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place among those in flight; waits for one."""
        while self.running >= max(1, int(self.limit)):
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._next()  # it may have been given the place just now
                raise
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._next()

    def _next(self) -> None:
        free = max(1, int(self.limit)) - self.running
        while self._waiting and free > 0:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                free -= 1

    def too_many(self) -> None:
        """The server says it is too much."""
        now = time.monotonic()
        if now - self._at > 1.0:
            self._at, self.limit, self.slowed = now, max(1.0, self.limit * 2 / 3), self.slowed + 1

    def well(self) -> None:
        """The server answered."""
        self.limit = min(float(self.most), self.limit + 1 / self.limit)


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────


class Store:
    """Replies in a file of a run folder, one JSON line each, by key; only their places are kept in memory.

    Before a request is sent, that it is stands there too: of what a kill cut off, the worst is counted.

    Args:
        path: the file; made where it is missing, cut back where a kill tore a line.
        fresh: whether what stands there is left unread.
    """

    def __init__(self, path: Path, fresh: bool = False) -> None:
        self.path, self.spent, self.lost = path, Amount(), 0
        self.places: dict[str, int] = {}
        self.pending: dict[str, Amount] = {}
        try:
            self._file: BinaryIO = path.open("a+b")
        except OSError as error:
            raise Infrastructure(f"cannot write {path}: {error.strerror}; choose another folder") from None
        try:
            hold(self._file.fileno(), path)
            self._read(fresh)
        except BaseException:
            self._file.close()
            raise
        for worst in self.pending.values():
            self.spent.add(worst)
            self.lost += 1

    def _read(self, fresh: bool) -> None:
        """What stands there; a line that a kill tore is cut off."""
        self._file.seek(0)
        place = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                os.ftruncate(self._file.fileno(), place)
                break
            try:
                its = orjson.loads(line)
                if "asked" in its:
                    self.pending[its["asked"]] = Amount(**its["worst"])
                else:
                    self.pending.pop(its["key"], None)
                    self.spent.add(Amount(**its["came to"]))
                    if "reply" in its and not fresh:
                        self.places[its["key"]] = place
            except (ValueError, KeyError, TypeError):
                raise BadInput(f"{self.path} is damaged at byte {place}; remove it, or choose another folder") from None
            place += len(line)

    def get(self, key: str) -> tuple[Reply, float | None] | None:
        """A reply and its price, if there is one."""
        place = self.places.get(key)
        if place is None:
            return None
        self._file.seek(place)
        its = orjson.loads(self._file.readline())
        return Reply.of(its["reply"]), its["usd"]

    def sent(self, key: str, worst: Amount) -> None:
        """A request goes out."""
        self._write({"asked": key, "worst": worst.as_json()})

    def put(self, key: str, reply: Reply | None, came_to: Amount, usd: float | None) -> None:
        """A reply came, or none will; and what that came to."""
        place = self._write(
            {"key": key, **({"reply": reply.as_json(), "usd": usd} if reply else {}), "came to": came_to.as_json()}
        )
        if reply is not None:
            self.places[key] = place

    def _write(self, value: Any) -> int:
        try:
            place = self._file.seek(0, os.SEEK_END)
            self._file.write(orjson.dumps(value, default=str) + b"\n")
            self._file.flush()
        except OSError as error:
            raise Infrastructure(f"cannot write {self.path}: {error.strerror}; free some space") from None
        return place

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def hold(handle: int, what: Path) -> None:
    """Hold an open file for this process alone, until it is closed.

    Raises:
        RecordError: another process has it.
    """
    try:
        import fcntl  # noqa: PLC0415 - not on every platform

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass
    except OSError:
        raise RecordError(f"another process is writing to {what}; wait for it, or choose another folder") from None


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────


class Paid:
    """Asks models for a run: from the store where it can, else through a door, within the limits.

    Args:
        door: answers.
        bill: what may be spent.
        folder: where replies are kept; nothing keeps none.
        concurrency: how many requests may be in flight.
        fresh: whether replies that were kept are left unread.
        batch: whether they come at the price of a batch.
    """

    def __init__(
        self,
        door: Door,
        bill: Bill,
        folder: Path | None = None,
        concurrency: int = 16,
        fresh: bool = False,
        batch: bool = False,
    ) -> None:
        self.batch = batch
        self.door, self.bill, self.throttle = door, bill, Throttle(concurrency)
        self.store = Store(folder / STORE, fresh) if folder is not None else None
        self.answered = 0
        if self.store is not None:
            bill.spent.add(self.store.spent)
            bill.lost += self.store.lost

    def __enter__(self) -> "Paid":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.store is not None:
            self.store.close()

    async def ask(self, where: tuple[Any, ...], ask: Ask, tab: Tab) -> Reply:
        """A reply.

        Args:
            where: what tells this request from another one alike: index, trial, attempt, number in the episode.
            ask: the request.
            tab: of the row that it is for.

        Raises:
            Spent: there is no room for it.
            Rejected, Outage, BadInput: as the door says.
        """
        text = canonical(ask.as_json())
        key = digest_of_text(canonical(list(where)) + text)
        if self.store is not None and (kept := self.store.get(key)) is not None:
            tab.add(*kept)
            return kept[0]
        async with self.throttle.place():
            worst = self.bill.worst(ask, text)
            await self.bill.reserve(worst)
            lost, last, held, reply, real = 0, 0, 1, None, Amount()
            spent: Spent | None = None

            async def attempted(status: int) -> None:
                nonlocal lost, last, held, spent
                last = status
                if status in (429, 529):
                    self.throttle.too_many()
                elif status == LOST:  # it may have been answered, and paid
                    lost += 1
                elif status == BEGUN and lost >= held:  # another attempt needs room of its own
                    try:
                        await self.bill.reserve(worst, patient=False)
                    except Spent as error:
                        spent = error
                        raise
                    held += 1

            ATTEMPTS.set(attempted)
            KEY.set(key)
            if self.store is not None:
                self.store.sent(key, worst)
            try:
                reply = await self.door(ask)
                real = self.bill.cost(ask.model, reply, self.batch)
                self.answered += 1
                self.throttle.well()
            except asyncio.CancelledError:
                lost += 1
                raise
            except Outage:
                lost += last == 200  # it began to answer, and broke off
                if spent is not None:  # an SDK may take it for a failed connection
                    raise spent from None
                raise
            finally:
                for _ in range(held - 1):
                    self.bill.settle(worst, None)
                self.bill.settle(worst, real, lost)
                came_to = Amount(real.calls, real.tokens, real.usd)
                for _ in range(lost):
                    came_to.add(worst)
                usd = real.usd if price_of(ask.model, self.bill.table) else None
                if self.store is not None:
                    self.store.put(key, reply, came_to, usd)
            tab.add(reply, usd)
            return reply

    def collected(self, key: str, reply: Reply) -> None:
        """Keep a reply that came after all, to a request that was sent before this run was stopped."""
        if self.store is None or key in self.store.places:
            return
        real = self.bill.cost(reply.model, reply, self.batch)
        worst = self.store.pending.pop(key, None)
        if worst is not None:
            self.bill.spent.add(worst, -1)
            self.bill.lost -= 1
        self.bill.spent.add(real)
        self.store.put(key, reply, real, real.usd if price_of(reply.model, self.bill.table) else None)
