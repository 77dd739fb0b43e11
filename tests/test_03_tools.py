"""Tools: schemas from hints, refusals as results, errors that say the way out."""

from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from sim.graph import ToolGraph
from tools_mock import Base, Kind, Refused, ToolCall, ToolkitError, World, call, load_toolkit, tool

CityName = Annotated[str, Kind("city")]
TripId = Annotated[str, Kind("trip_id", said=False)]


@tool("write", "trips")
def book(
    world: World, city: CityName, nights: Annotated[int, Field(ge=1)] = 2, board: Literal["bed", "full"] = "bed"
) -> TripId:
    """Book a trip.

    Args:
        city: where to
        nights: how long
        board: which meals
    """
    if city == "Atlantis":
        raise Refused("no_such_city", "there is no Atlantis", "choose a city above water")
    return world.new_key("trips", "TR")


def world() -> World:
    return World(Base.of(3, datetime(2026, 3, 9), {"trips": {}}, {}))


def test_the_schema_comes_from_hints_and_docstring() -> None:
    assert book.spec.parameters == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "where to"},
            "nights": {"type": "integer", "minimum": 1, "description": "how long", "default": 2},
            "board": {"type": "string", "enum": ["bed", "full"], "description": "which meals", "default": "bed"},
        },
        "required": ["city"],
        "additionalProperties": False,
    }
    assert book.spec.kinds == {"city": "city"}
    assert book.spec.return_kinds == {"": "!trip_id"}
    assert "x-kind" not in str(book.spec.as_function())


def test_a_call_is_answered_whatever_it_is() -> None:
    tools = {"book": book}
    good = call(tools, world(), ToolCall("1", "book", {"city": "Oslo"}))
    assert good.status == "ok" and good.content.startswith("TR-")
    no = call(tools, world(), ToolCall("1", "book", {"city": "Atlantis"}))
    assert no.status == "refused" and no.content["error"]["remedy"] == "choose a city above water"
    for name, arguments, code in [
        ("boook", {}, "unknown_tool"),
        ("book", {}, "bad_arguments"),
        ("book", {"city": 5}, "bad_arguments"),
        ("book", {"city": "Oslo", "nights": 0}, "bad_arguments"),
        ("book", {"city": "Oslo", "town": "x"}, "bad_arguments"),
        ("book", "{broken", "bad_arguments"),
        ("book", None, "bad_arguments"),
        ("book", [1], "bad_arguments"),
    ]:
        wrong = call(tools, world(), ToolCall("1", name, arguments))
        assert (wrong.status, wrong.content["error"]["code"]) == ("invalid", code)
    assert "did you mean 'book'" in call(tools, world(), ToolCall("1", "boook", {})).content["error"]["message"]


def test_the_same_call_gives_the_same_id_and_again_another() -> None:
    one, two = world(), world()
    first = call({"book": book}, one, ToolCall("1", "book", {"city": "Oslo"})).content
    assert call({"book": book}, two, ToolCall("9", "book", {"city": "Oslo"})).content == first
    assert call({"book": book}, two, ToolCall("9", "book", {"city": "Oslo"})).content != first


def test_a_tool_that_breaks_its_returns_is_our_fault() -> None:
    @tool("read", "x")
    def wrong(world: World) -> int:
        """Give a number."""
        return "seven"  # type: ignore[return-value]

    with pytest.raises(ToolkitError, match="broke its declared returns"):
        call({"wrong": wrong}, world(), ToolCall("1", "wrong", {}))


def _undocumented(world: World, x: int) -> int:
    return x


def _unhinted(world: World, x) -> int:  # type: ignore[no-untyped-def]
    """Take something."""
    return 1


def _strange_default(world: World, x: Any = object) -> int:
    """Take something."""
    return 1


def _strange_type(world: World, x: World) -> int:
    """Take something."""
    return 1


def _starred(world: World, *x: int) -> int:
    """Take something."""
    return 1


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (_undocumented, "no docstring"),
        (_unhinted, "no type hint"),
        (_strange_default, "cannot be JSON"),
        (_strange_type, "cannot be JSON"),
        (_starred, "no name to call it by"),
    ],
)
def test_what_cannot_be_a_tool_says_why(function: Any, says: str) -> None:
    with pytest.raises(ToolkitError, match=says):
        tool("read", "x")(function)


# ── the world that ships ─────────────────────────────────────────────────────────────────────────────────


def _call(name: str, world: Any, **arguments: Any) -> Any:
    result = call(load_toolkit().tools, world, ToolCall("t", name, arguments))
    return result.content if result.status == "ok" else result.content["error"]["code"]


def test_home_has_many_domains_that_touch(home_graph: ToolGraph) -> None:
    tools = load_toolkit().tools
    assert len(tools) >= 120
    domains = {one.spec.domain for one in tools.values()}
    assert len(domains) >= 14
    crossing = {
        frozenset((tools[e.source].spec.domain, tools[e.target].spec.domain))
        for *_, e in home_graph.feeds.edges(data="edge")
    }
    for domain in domains:
        assert sum(domain in pair and len(pair) == 2 for pair in crossing) >= 3, domain
    for one in tools.values():
        assert one.spec.description and len(one.phrases.ask) >= 3 and one.phrases.tell


def test_money_is_exact_and_states_hold_together() -> None:
    home = load_toolkit().world(0)
    products = [row for _, row in home.rows("products") if row["stock"] >= 3]
    first, second = products[:2]
    _call("add_to_cart", home, product_id=first["product_id"], quantity=3)
    total = _call("add_to_cart", home, product_id=second["product_id"])["total"]
    cents = 3 * int(first["price"].replace(".", "")) + int(second["price"].replace(".", ""))
    assert total == f"{cents // 100}.{cents % 100:02d}"
    order = _call("checkout", home)
    assert order["total"] == total
    assert _call("view_cart", home) == {"lines": [], "total": "0.00"}
    assert _call("checkout", home) == "empty_cart"
    assert home.get("products", first["product_id"])["stock"] == first["stock"] - 3


def test_refusals_are_real() -> None:
    home = load_toolkit().world(0)
    booking = next(key for key, row in home.rows("bookings", owner="me") if row["status"] == "cancelled")
    others = next(key for key, _ in home.rows("bookings", owner="other"))
    full = next(key for key, row in home.rows("flights") if row["seats_left"] == 0)
    old = next(key for key, row in home.rows("orders", owner="me") if row["status"] == "delivered")
    assert _call("cancel_booking", home, booking_id=booking) == "already_cancelled"
    assert _call("cancel_booking", home, booking_id=others) == "not_yours"
    assert _call("cancel_booking", home, booking_id="BK-1") == "unknown_booking"
    assert _call("book_flight", home, flight_id=full) == "sold_out"
    assert _call("cancel_order", home, order_id=old) == "not_cancellable"
    assert home.changes() == {}
