"""Tools that somebody else wrote: imported, copied, digested, refused with the path where that cannot be."""

import asyncio
import datetime
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tools_mock import ToolCall, ToolkitError, call, home, load_toolkit
from tools_mock.foreign import as_json, options_in
from tools_mock.guessed import ending

LIBRARY = '''
import datetime, json, threading, time
from typing import Annotated
from pydantic import Field

class Note:
    def __init__(self, text):
        self.text = text
        self._written = datetime.datetime.now()

class Notebook:
    """A notebook."""
    def __init__(self, seed):
        self.notes = {}
        self.counter = seed
        self.opened = datetime.datetime.now().isoformat()
    ignore_attributes = {"opened"}

    def add_note(self, text: str, tags: list = []) -> dict:
        """Add a note.

        Args:
            text (str): What it says.
        """
        tags.append("seen")
        self.counter += 1
        self.notes[self.counter] = Note(text)
        return {"note_id": self.counter, "tags": list(tags)}

    def get_note(self, note_id: int) -> dict:
        """Show a note.

        Args:
            note_id (int): Which one.
        """
        if note_id not in self.notes:
            return {"error": f"no note {note_id}"}
        return {"text": self.notes[note_id].text}

    def explode(self) -> str:
        """Fail."""
        raise KeyError("boom")

    def is_refusal(self, result):
        return isinstance(result, dict) and "error" in result

class Locked(Notebook):
    def __init__(self, seed):
        super().__init__(seed)
        self.lock = threading.Lock()

class Deep(Notebook):
    def __init__(self, seed):
        super().__init__(seed)
        self.shelf = {"a": [1, {"handle": print}]}

class Untyped:
    def go(self, where):
        """Go somewhere."""

class Waiting:
    def fetch(self) -> str:
        """Fetch the mail."""
        while True:
            try:
                time.sleep(60)
            except Exception:
                pass

class Keyed:
    def __init__(self):
        self.contacts = {"Ana": "ana@example.com", "Bo": "bo@example.com"}

    def find_contact(self, name: str) -> str:
        """Look up a contact."""
        return self.contacts[name]

    def send(self, recipient: str, code: str, start: str) -> str:
        """Send something.

        Args:
            recipient: name of the contact
            code: the ticker symbol, e.g. AAPL
            start: in ISO format
        """
        return recipient

class Later:
    async def fetch(self) -> str:
        """Fetch the mail."""
        return "two letters"

    def count(self) -> threading.Lock:
        """Count."""
        return 2

class Stream:
    def read(self) -> str:
        """Read on."""
        yield "a"

class Texts:
    """Answers in texts that are JSON, as tools for models do."""
    def __init__(self):
        self.pets = {"p1": {"name": "Bento", "owner": "Paula Reis"}}
    def find_pet(self, owner_name: str) -> str:
        """Find the pets of an owner."""
        found = [{"pet_id": key, **pet} for key, pet in self.pets.items() if pet["owner"] == owner_name]
        return json.dumps(found or {"error": f"nobody is called {owner_name}"})
    def rename_pet(self, pet_id: str, name: str) -> str:
        """Rename a pet."""
        self.pets[pet_id]["name"] = name
        return '{"renamed": "' + name + '"}' if name != "?" else "{sic}"

class Bounded:
    def choose(self, count: Annotated[int, Field(ge=20, le=30)], share: Annotated[float, Field(gt=0, lt=4)]) -> int:
        """Choose."""
        return count

    def write(self, note: str, deadline: str, weekday: str, query: str) -> str:
        """Write."""
        return note

def keyed(seed, config): return Keyed()
def later(seed, config): return Later()
def stream(seed, config): return Stream()
def bounded(seed, config): return Bounded()
def texts(seed, config): return Texts()
def notebook(seed, config): return Notebook(config.get("start", seed))
def locked(seed, config): return Locked(seed)
def deep(seed, config): return Deep(seed)
def waiting(seed, config): return Waiting()
def untyped(seed, config): return Untyped()
def number(seed, config): return 7
def nothing(seed, config): return None
def bare(seed, config): return object()
def fails(seed, config): raise RuntimeError("no data")
def narrow(path): return Notebook(len(path))
def seeded(seed, path="notes.db"): return Notebook(seed) if path == "notes.db" else None
value = 3
'''


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"stranger_{abs(hash(tmp_path)) % 10**8}"
    (tmp_path / f"{name}.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def run(toolkit: Any, world: Any, tool_name: str, /, **arguments: Any) -> Any:
    return call(toolkit.tools, world, ToolCall("t", tool_name, arguments))


def test_documented_methods_become_tools(library: str) -> None:
    toolkit = load_toolkit(f"{library}:notebook")
    assert sorted(toolkit.tools) == ["add_note", "explode", "get_note"]
    spec = toolkit.tools["add_note"].spec
    assert spec.parameters["required"] == ["text"] and spec.description == "Add a note."
    assert toolkit.tools["get_note"].spec.effect == "read"


def test_forks_are_independent_and_the_clock_does_not_count(library: str) -> None:
    toolkit = load_toolkit(f"{library}:notebook")
    world = toolkit.world(0)
    assert run(toolkit, world, "add_note", text="milk").content == {"note_id": 1, "tags": ["seen"]}
    fork = world.fork()
    assert fork.digest() == world.digest()
    run(toolkit, fork, "add_note", text="bread")
    assert fork.digest() != world.digest()
    assert run(toolkit, world, "get_note", note_id=2).status == "refused"
    assert run(toolkit, fork, "get_note", note_id=2).content == {"text": "bread"}
    other = toolkit.world(0)
    assert run(toolkit, other, "add_note", text="milk").content["tags"] == ["seen"]  # no default leaks between episodes
    assert other.digest() == world.digest()
    assert world.changes() == {"notebook": {"counter": 1, "notes": {"1": {"text": "milk"}}}}


def test_refusals_and_exceptions_are_answers(library: str) -> None:
    toolkit = load_toolkit(f"{library}:notebook")
    world = toolkit.world(0)
    missing = run(toolkit, world, "get_note", note_id=5)
    assert (missing.status, missing.content) == ("refused", {"error": "no note 5"})
    failed = run(toolkit, world, "explode")
    assert failed.status == "refused" and "KeyError" in failed.content["error"]["message"]


def test_a_tool_that_never_answers_is_broken_off(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools_mock.foreign.LONGEST", 0.05)
    toolkit = load_toolkit(f"{library}:waiting")
    for _ in range(2):  # the second time as well
        with pytest.raises(ToolkitError, match=r"'fetch' took more than 0.05 s"):
            run(toolkit, toolkit.world(0), "fetch")


def test_what_is_awaited_and_what_hints_say_of_results(library: str) -> None:
    toolkit = load_toolkit(f"{library}:later")
    world = toolkit.world(0)
    assert run(toolkit, world, "fetch").content == "two letters"
    assert run(toolkit, world, "count").content == 2

    async def inside() -> Any:
        return run(toolkit, world, "fetch").content

    assert asyncio.run(inside()) == "two letters"


def test_values_that_stand_nowhere_are_thought_of(library: str) -> None:
    """Numbers keep within their bounds, days are days; what nobody would know stays unknown."""
    toolkit = load_toolkit(f"{library}:bounded")
    world, random = toolkit.world(0), Random(0)
    drawn = {
        name: {toolkit.pool(toolkit.tools[tool].spec, name, world, random) for _ in range(40)}
        for tool in ("choose", "write")
        for name in toolkit.tools[tool].spec.parameters["properties"]
    }
    assert all(20 <= number <= 30 for number in drawn["count"]) and len(drawn["count"]) > 3
    assert all(0 < number < 4 for number in drawn["share"]) and len(drawn["share"]) > 3
    assert len(drawn["note"]) > 4 and "monday" in drawn["weekday"] and drawn["query"] == {None}
    assert all(world.now.date() < datetime.date.fromisoformat(day) for day in drawn["deadline"])


def test_what_a_table_is_keyed_by_and_what_descriptions_tell(library: str) -> None:
    toolkit = load_toolkit(f"{library}:keyed")
    world, random = toolkit.world(0), Random(0)

    def drawn(tool: str, name: str) -> set[Any]:
        return {toolkit.pool(toolkit.tools[tool].spec, name, world, random) for _ in range(40)}

    assert drawn("find_contact", "name") == drawn("send", "recipient") == {"Ana", "Bo"}
    assert drawn("send", "code") == {"AAPL"}
    assert all(len(start) == 19 for start in drawn("send", "start"))


FUNCTIONS = '''
import json, logging
from math import sqrt

log = logging.getLogger(__name__)
MENU = {"espresso": 2.2, "flat white": 3.4}
ORDERS = {}
NEXT = 1

def get_menu() -> dict:
    """Get the menu with prices."""
    return MENU

def place_order(item: str, quantity: int = 1) -> str:
    """Place an order."""
    global NEXT
    if item not in MENU:
        return json.dumps({"error": f"we have no {item}"})
    ORDERS[f"ORD{NEXT}"] = {"item": item, "total": _total(item, quantity)}
    NEXT += 1
    log.info("placed")
    return json.dumps({"order_id": f"ORD{NEXT - 1}", **ORDERS[f"ORD{NEXT - 1}"]})

def _total(item, quantity):
    return round(MENU[item] * quantity, 2)

def count_orders(at_least=0, **more) -> int:
    """Count the orders."""
    return max(at_least, len(list_all()))

def list_all():
    return list(ORDERS)

class Framework:
    def __init__(self, fn):
        self.fn = fn

@Framework
def cancel_order(order_id: str) -> bool:
    """Cancel an order."""
    return ORDERS.pop(order_id, None) is not None

def main() -> None:
    """Run."""
    raise SystemExit(1)
'''


def test_a_module_of_functions_is_a_toolkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its data is each episode's own, what "global" makes anew too; what it imports and its "main" are no tools."""
    name = "functions_of_a_stranger"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    toolkit = load_toolkit(name)
    assert sorted(toolkit.tools) == ["cancel_order", "count_orders", "get_menu", "place_order"]
    assert toolkit.tools["count_orders"].spec.parameters["properties"]["at_least"]["type"] == "integer"
    world = toolkit.world(0)
    assert run(toolkit, world, "place_order", item="espresso", quantity=2).content["total"] == 4.4
    fork = world.fork()
    assert run(toolkit, fork, "place_order", item="flat white").content["order_id"] == "ORD2"
    assert run(toolkit, fork, "count_orders").content == 2
    assert run(toolkit, world, "count_orders").content == 1
    assert run(toolkit, toolkit.world(1), "place_order", item="espresso").content["order_id"] == "ORD1"
    assert run(toolkit, fork, "cancel_order", order_id="ORD1").content is True
    assert run(toolkit, world, "place_order", item="tea").status == "refused"
    assert {**world.changes()[name]}.keys() == {"ORDERS", "NEXT"}
    assert sys.modules[name].ORDERS == {} and sys.modules[name].NEXT == 1
    (tmp_path / "nothing_in_it.py").write_text("class Shop: ...", encoding="utf-8")
    with pytest.raises(ToolkitError, match="nothing_in_it:NAME"):
        load_toolkit("nothing_in_it")


def test_json_in_a_text_is_read(library: str) -> None:
    """Many tools for models return a text; what has a shape is a record all the same, and its error a no."""
    toolkit = load_toolkit(f"{library}:texts")
    world = toolkit.world(0)
    assert run(toolkit, world, "find_pet", owner_name="Paula Reis").content[0]["pet_id"] == "p1"
    assert run(toolkit, world, "rename_pet", pet_id="p1", name="Rex").content == {"renamed": "Rex"}
    assert run(toolkit, world, "rename_pet", pet_id="p1", name="?").content == "{sic}"
    refused = run(toolkit, world, "find_pet", owner_name="Ida")
    assert refused.status == "refused" and refused.content == {"error": "nobody is called Ida"}


def test_the_configuration_reaches_the_factory(library: str) -> None:
    toolkit = load_toolkit(f"{library}:notebook", {"start": 40})
    assert run(toolkit, toolkit.world(0), "add_note", text="x").content["note_id"] == 41


def test_a_class_will_do_and_what_it_does_not_ask_for_is_not_given(library: str) -> None:
    for name in ("seeded", "Notebook"):
        toolkit = load_toolkit(f"{library}:{name}")
        assert run(toolkit, toolkit.world(7), "add_note", text="x").content["note_id"] == 8
    assert load_toolkit(f"{library}:Keyed").tools.keys() == load_toolkit(f"{library}:keyed").tools.keys()


@pytest.mark.parametrize(
    ("factory", "says"),
    [
        ("locked", "cannot be copied"),
        ("deep", r"deep\.shelf\['a'\]\[1\]\['handle'\]"),
        ("untyped", "parameter 'where' of tool 'go' has no type hint"),
        ("stream", "method 'read' is a generator"),
        ("number", "returned int"),
        ("nothing", "returned NoneType"),
        ("bare", "no documented or typed public method"),
        ("fails", "RuntimeError: no data"),
        ("narrow", "neither without arguments nor as factory"),
        ("missing", "has no 'missing'"),
        ("value", "is no function"),
    ],
)
def test_what_cannot_be_imported_says_why(library: str, factory: str, says: str) -> None:
    with pytest.raises(ToolkitError, match=says):
        load_toolkit(f"{library}:{factory}")


@pytest.mark.parametrize("name", ["nowhere", "no_such_module:make", ":x", "x:"])
def test_unknown_toolkits(name: str) -> None:
    with pytest.raises(ToolkitError, match=r"module:factory|cannot be imported"):
        load_toolkit(name)


def test_options_are_read_from_descriptions() -> None:
    assert options_in("Options are: economy, business, first.") == ["economy", "business", "first"]
    assert options_in('The mode. [Enum]: ["on", "off"]') == ["on", "off"]
    assert options_in("It should be either 'no longer needed' or 'by mistake'.") == ["no longer needed", "by mistake"]
    assert options_in("The name of the city.") == []
    assert options_in("Optional promo code") == []  # which is no option "al promo code"


def test_nothing_of_ours_reads_the_clock() -> None:
    """The base worlds stand still: built twice, they are the same."""
    first, second = home.base(2), home.base(2)
    assert first.now == second.now != datetime.datetime.now()
    assert {name: dict(rows) for name, rows in first.tables.items()} == {n: dict(r) for n, r in second.tables.items()}


@pytest.mark.parametrize("value", [Fraction(7, 2), Decimal("3.5")])
def test_numbers_of_other_makes_are_numbers(value: object) -> None:
    """A result is what it says, not the empty object that its class has no public attributes for."""
    assert float(as_json({"result": value}, "x")["result"]) == 3.5


def test_objects_as_parameters_are_what_their_author_wrote() -> None:
    """Plans see their fields; who calls sees the objects, whatever the tool is called, and may give two of a list."""
    toolkit = load_toolkit("tests.lending:market")
    flat = toolkit.tools["place_order"].spec
    assert list(flat.parameters["properties"]) == ["product_id", "quantity", "street", "city", "zip_code"]
    assert flat.required == tuple(flat.parameters["properties"])
    # Of an object that may be left out, no field can be given alone that needs others.
    assert "bill" not in str(toolkit.tools["change_address"].paths)
    address = {"street": "Mill Lane 4", "city": "Lyon", "zip_code": "94107"}
    lines = [{"product_id": "p1", "quantity": 1}, {"product_id": "p2", "quantity": 2}]
    for surface in (0, 1, 2, 3):
        shown = toolkit.dressed(surface)
        name = next(name for name, tool in shown.tools.items() if tool.own_name == "place_order")
        world, tool = shown.world(0), shown.tools[name]
        made = call(shown.tools, world, ToolCall("a", name, {"items": lines, "address": address}))
        assert made.content["total"] == 10.0 and made.content["city"] == "Lyon", surface
        for wrong in ({"items": lines}, {"items": [{"product_id": "p1"}], "address": address}, {"street": "x"}):
            assert call(shown.tools, world, ToolCall("b", name, wrong)).status == "invalid"
        flat_ = tool.flat({"items": lines, "address": address})
        assert flat_["items.1.quantity"] == 2 and tool.shaped(flat_) == {"items": lines, "address": address}
        assert tool.schema("items.0.quantity")["maximum"] == 10


def test_an_end_suits_its_start_where_there_is_one() -> None:
    """What is no time, and the last day that a calendar has, get none; nothing falls over."""
    assert "2026-03-30" < str(ending("check_out", {"check_in": "2026-03-30"}, Random(0))) <= "2026-04-06"
    assert ending("endTime", {"startTime": "23:30"}, Random(0)) == "00:30"
    for start in ("9999-12-31", "2026-03-11T25:61", "tomorrow", 7):
        assert ending("end", {"start": start}, Random(0)) is None


def test_what_a_model_refuses_is_told_in_a_line() -> None:
    """What only the author's own types can tell is an answer that the assistant reads, not pydantic's page."""
    toolkit = load_toolkit("tests.lending:market").dressed(0)
    given = {"day": "2026-02-30", "at": "10:30", "size": "small"}
    answer = call(toolkit.tools, toolkit.world(0), ToolCall("a", "book_tasting", given))
    assert answer.status == "refused" and "day" in answer.content["error"]["message"]
    assert "pydantic" not in str(answer.content) and "\n" not in answer.content["error"]["message"]


def test_a_database_is_copied_with_what_is_not_committed() -> None:
    toolkit = load_toolkit("tests.lending:gym")
    world = toolkit.world(0)
    booked = call(toolkit.tools, world, ToolCall("a", "book_class", {"class_id": 1}))
    other = world.fork()
    gone = call(toolkit.tools, other, ToolCall("b", "cancel_booking", {"booking_id": booked.content["booking_id"]}))
    assert gone.content == {"cancelled": 1}
    assert other.fork().digest() == other.digest() == toolkit.world(0).digest() != world.digest()
    assert world.changes()["gym"] == {"bookings": [{"id": 1, "class_id": 1}]}
    assert call(toolkit.tools, other, ToolCall("c", "list_bookings", {})).content == []
