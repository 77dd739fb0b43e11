"""Many requests handed in together, to be answered later and at a lower price (Anthropic's Message Batches API).

A door like any other: who asks through it waits. Requests are gathered until no more come, and handed in as one batch;
its id is written down, so that who is stopped while it is being worked on collects it when they come back.
"""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools_mock import RecordError

from .doors import ATTEMPTS, Ask, BatchDoor, Outage, Rejected, Reply
from .paid import KEY, Paid

BATCHES = "batches.json"


class Batching:
    """Gathers requests and hands them in as batches.

    Args:
        door: takes batches.
        path: where the ids of batches that are being worked on stand.
        gather: seconds without a new request after which a batch goes out.
        poll: seconds between two looks at it.
    """

    def __init__(self, door: BatchDoor, path: Path, gather: float = 2.0, poll: float = 30.0) -> None:
        self.door, self.path, self.gather, self.poll = door, path, gather, poll
        self._queue: list[tuple[str, Ask, asyncio.Future[Reply]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def __call__(self, ask: Ask) -> Reply:
        """Answer a request, once the batch that it goes into is through."""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._queue.append((KEY.get(), ask, future))
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush())
        return await future

    async def close(self) -> None:
        """Let go of the connections; a batch that is being worked on is collected the next time."""
        if self._flusher is not None:
            self._flusher.cancel()
            with suppress(asyncio.CancelledError):
                await self._flusher
        await _close(self.door)

    async def _flush(self) -> None:
        ATTEMPTS.set(None)  # it runs for all of them, not for the one that came first
        while self._queue:
            size = -1
            while size != len(self._queue):
                size = len(self._queue)
                await asyncio.sleep(self.gather)
            taken, self._queue = self._queue, []
            try:
                batch = await self.door.submit([(key, ask) for key, ask, _ in taken])
                _write(self.path, [*_read(self.path), batch])
                replies = await _collected(self.door, batch, self.poll)
                _write(self.path, [one for one in _read(self.path) if one != batch])
            except Exception as error:
                for _, _, future in taken:
                    if not future.done():
                        future.set_exception(error)
                continue
            for key, _, future in taken:
                reply = replies.get(key, "missing")
                if future.done():
                    continue
                if isinstance(reply, Reply):
                    future.set_result(reply)
                else:
                    future.set_exception(Rejected(f"the batch came back without this request: {reply}"))
        self._flusher = None


async def recover(paid: Paid, door: BatchDoor, path: Path, poll: float = 30.0) -> int:
    """Collect the batches that a run was waiting for when it was stopped; their replies go into its store.

    Returns:
        How many replies came.

    Raises:
        Outage, BadInput: as the door says.
    """
    count = 0
    try:
        for batch in _read(path):
            for key, reply in (await _collected(door, batch, poll)).items():
                if isinstance(reply, Reply):
                    paid.collected(key, reply)
                    count += 1
            _write(path, [one for one in _read(path) if one != batch])
    finally:
        await _close(door)
    return count


async def _close(door: Any) -> None:
    closing = getattr(door, "close", None)
    if closing is not None:
        await closing()


async def _collected(door: BatchDoor, batch: str, poll: float) -> dict[str, Reply | str]:
    """A batch's replies, however long it takes; what cannot be reached for a while is asked again."""
    outages = 0
    while True:
        try:
            if (found := await door.collect(batch)) is not None:
                return found
            outages = 0
        except Outage:
            outages += 1
            if outages > 10:
                raise
        await asyncio.sleep(poll)


def _read(path: Path) -> list[str]:
    try:
        return [str(one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []
    except (OSError, ValueError, TypeError) as error:
        raise RecordError(f"{path} is damaged ({error}); remove it to hand in anew what it stood for") from None


def _write(path: Path, batches: list[str]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(batches) + "\n", encoding="utf-8")
    part.replace(path)
