"""Work that waits for others, many pieces at once, taken in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


def in_order(
    make: Callable[[int], Coroutine[Any, Any, T]],
    first: int,
    width: Callable[[], int],
    close: Callable[[], Awaitable[None]] | None = None,
) -> Generator[T, None, None]:
    """What ``make`` gives for ``first``, ``first + 1``, and so on without end.

    The event loop runs only while the next one is waited for. Where one raises, those that were begun before are
    finished first, so that what was paid for is kept; where the generator is closed, they are cancelled.

    Args:
        make: begins a piece of work.
        first: the first number.
        width: how many may be in flight now.
        close: called in the end, in the same event loop.
    """
    waiting: deque[asyncio.Task[T]] = deque()
    following = first
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        try:
            while True:
                while len(waiting) < max(1, width()):
                    waiting.append(loop.create_task(make(following)))
                    following += 1
                try:
                    done = loop.run_until_complete(waiting.popleft())
                except Exception:
                    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
                    raise
                yield done
        finally:
            for task in waiting:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
            if close is not None:
                loop.run_until_complete(close())


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nothing: no event loop is needed for it."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    work.close()
    raise RuntimeError("it waits for something; run it in an event loop")
