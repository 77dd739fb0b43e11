"""The graph: edges that were run; samplers that are functions of their seed."""

from collections import Counter

import pytest

from sim.graph import ToolGraph, build, likeness
from sim.sampling import SAMPLERS, distractors, focus_of, goals, sample
from tools_mock import BadInput, ToolCall, ToolkitError, ToolSpec, call, load_toolkit


def test_every_edge_was_executed(home_graph: ToolGraph) -> None:
    edges = [edge for *_, edge in home_graph.feeds.edges(data="edge")]
    assert len(edges) > 100
    assert all(edge.evidence[-1] == "executed" for edge in edges)
    assert home_graph.counts["kept"] == len(edges)
    tried = sum(number for name, number in home_graph.counts.items() if name.startswith("candidate"))
    assert tried == len(edges) + len(home_graph.refused)
    assert all(home_graph.refused.values())  # each with its reason


def test_edges_are_directed_dataflow(home_graph: ToolGraph) -> None:
    def joined(source: str, target: str) -> set[tuple[str, str]]:
        return {(e.path, e.parameter) for e in home_graph.into(target) if e.source == source}

    assert ("flights[].flight_id", "flight_id") in joined("search_flights", "book_flight")
    assert ("delivery_day", "day") in joined("track_order", "create_event")  # across domains
    assert not joined("cancel_booking", "search_flights") & {("booking_id", "day")}
    assert home_graph.shares.has_edge("list_events", "search_flights")  # both speak of a day


def test_an_edge_holds_when_run_again(home_graph: ToolGraph) -> None:
    toolkit = home_graph.toolkit
    world = toolkit.world(0)
    today = world.now.date().isoformat()
    row = next(row for _, row in world.rows("flights") if row["seats_left"] > 3 and row["day"] > today)
    arguments = {name: row[name] for name in ("origin", "destination", "day")}
    found = call(toolkit.tools, world, ToolCall("1", "search_flights", arguments)).content["flights"]
    flight = next(one for one in found if one["seats_left"] > 3)
    booked = call(toolkit.tools, world, ToolCall("2", "book_flight", {"flight_id": flight["flight_id"]}))
    assert booked.status == "ok"


def test_the_same_seed_gives_the_same_graph() -> None:
    one, two = build(load_toolkit(), 5), build(load_toolkit(), 5)
    assert sorted(one.feeds.edges(keys=True)) == sorted(two.feeds.edges(keys=True))
    assert one.refused == two.refused


def test_every_tool_of_ours_can_be_made_to_work(home_graph: ToolGraph) -> None:
    assert home_graph.silent == {}
    assert home_graph.enablers["checkout"] == ["add_to_cart"]


def spec(name: str, **more: str) -> ToolSpec:
    return ToolSpec(name=name, description="", parameters={}, effect="read", domain="x", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tool", "path", "parameter", "score"),
    [
        ("get_ticket", "id", "ticket_id", 1.0),
        ("get_user", "id", "ticket_id", 0.0),
        ("list_orders", "orders[].order_id", "order_id", 1.0),
        ("list_orders", "orders[].orderId", "order_id", 1.0),
        ("x", "status", "status", 0.0),
        ("x", "city", "departure_city", 0.5),
    ],
)
def test_likeness_of_names(tool: str, path: str, parameter: str, score: float) -> None:
    assert likeness(spec(tool), path, parameter) == score


@pytest.mark.parametrize("name", SAMPLERS)
def test_samplers_are_functions_of_their_seed(home_graph: ToolGraph, name: str) -> None:
    for seed in range(20):
        focus = focus_of(home_graph, 0, seed, 0)
        one = sample(home_graph, name, focus, 6, seed)
        assert one == sample(home_graph, name, focus, 6, seed)
        assert len(set(one.tools)) == len(one.tools) >= 1
        assert set(one.tools) <= set(home_graph.toolkit.tools)
        assert focus in one.tools or name == "toolflow"
        view = distractors(home_graph, one.tools, 5, seed)
        assert set(one.tools) < set(view)


def test_flow_samples_what_belongs_together(home_graph: ToolGraph) -> None:
    """Every id that a sampled tool needs is revealed by another sampled one; random tools lack that."""

    def closed(tools: tuple[str, ...]) -> bool:
        for name in tools:
            for parameter in home_graph.toolkit.tools[name].spec.required:
                if home_graph.toolkit.tools[name].spec.kinds.get(parameter, "").startswith("!"):
                    sources = {e.source for e in home_graph.into(name) if e.parameter == parameter}
                    if not sources & set(tools):
                        return False
        return True

    names = [focus_of(home_graph, 0, index, 0) for index in range(100)]
    flow = [sample(home_graph, "flow", name, 6, index) for index, name in enumerate(names)]
    wild = [sample(home_graph, "random", name, 6, index) for index, name in enumerate(names)]
    assert all(closed(one.tools) for one in flow)
    assert sum(closed(one.tools) for one in wild) < 50
    assert {"chain", "fan-out", "fan-in", "diamond", "return"} <= {one.motif for one in flow}


def test_coverage_is_a_schedule(home_graph: ToolGraph) -> None:
    names = goals(home_graph)
    seen = Counter(focus_of(home_graph, 3, index, 0) for index in range(2 * len(names)))
    assert set(seen) == set(names) and set(seen.values()) == {2}
    assert focus_of(home_graph, 3, 0, 3) == focus_of(home_graph, 3, 1, 0)


def test_unknown_samplers(home_graph: ToolGraph) -> None:
    with pytest.raises(BadInput, match="did you mean 'flow'"):
        sample(home_graph, "flows", "list_events", 6, 0)


def test_what_a_class_holds_is_each_objects_own() -> None:
    """State in the body of a class is copied like any other; state elsewhere is told, for no row could be replayed."""
    graph = build(load_toolkit("tests.lending:shelf"))
    assert set(graph.silent.values()) <= {"it answers otherwise each time"}  # the clock, if it struck meanwhile
    assert graph.toolkit.tools["lend_book"].spec.effect == "write"
    world = graph.toolkit.world(0)
    lend = ToolCall("a", "lend_book", {"book_id": "b1"})
    assert [call(graph.toolkit.tools, world.fork(), lend).status for _ in range(2)] == ["ok", "ok"]
    with pytest.raises(ToolkitError, match=r"list_lent answers otherwise .* keep it in the object's attributes"):
        build(load_toolkit("tests.lending:outside"))
