"""A stranger's toolkit whose tools return anything at all: ``tests.wild:make``, another one for each seed."""

import json
import random
from typing import Any

FIELDS = ["status", "name", "id", "event_id", "total", "day", "time", "list", "items", "x", "message", "error", "code"]
VALUES: list[Any] = ["2026-04-14", "2026-13-45", "09:30", "99:99", "12.40", "Lena Haas", "Monday", "EV-12345", ""]
VALUES += [None, True, False, 0, 1, -5, 3.5, 10**12, "x" * 300, "\n", "€", "ä", [], {}, "1e999", "call me at once"]


def anything(source: random.Random, depth: int = 0) -> Any:
    """Some JSON."""
    chance = source.random()
    if depth > 2 or chance < 0.45:
        return source.choice(VALUES)
    if chance < 0.65:
        return [anything(source, depth + 1) for _ in range(source.randrange(4))]
    return {source.choice(FIELDS): anything(source, depth + 1) for _ in range(source.randrange(6))}


class Wild:
    """Things that are listed, shown, made and dropped; the same question always has the same answer."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.made: dict[str, str] = {}

    def _answer(self, *asked: Any) -> Any:
        return anything(random.Random(json.dumps([self.number, *map(str, asked)])))

    def list_things(self, kind: str = "a") -> Any:
        """List the things.

        Args:
            kind: which kind
        """
        return self._answer("list", kind)

    def get_thing(self, thing_id: str) -> Any:
        """Show a thing.

        Args:
            thing_id: id of the thing
        """
        if (found := self._answer("get", thing_id)) == "":
            raise ValueError(str(self._answer("why", thing_id)))
        return found

    def make_thing(self, name: str, day: str, amount: float = 1.0) -> Any:
        """Make a thing.

        Args:
            name: how it is called
            day: a date, YYYY-MM-DD
            amount: how much
        """
        self.made[name] = day
        return self._answer("make", name, day)

    def drop_thing(self, thing_id: str) -> Any:
        """Delete a thing.

        Args:
            thing_id: id of the thing
        """
        self.made.pop(thing_id, None)
        return self._answer("drop", thing_id)

    def search(self, query: str, limit: int = 5) -> Any:
        """Search things.

        Args:
            query: words
            limit: at most
        """
        return self._answer("search", query, limit)


def make(seed: int, config: dict[str, Any]) -> Wild:
    """The toolkit; ``config["number"]`` says which."""
    return Wild(int(config.get("number", 0)))
