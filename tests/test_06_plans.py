"""Plans: executed, every argument with its source, no needless step, nothing that was not sampled."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from scenarios import Derived, Found, Picked, Said, Scenario, Step
from sim.draft import Draft
from sim.generate import Settings, draw
from sim.graph import ToolGraph
from sim.planning import Dropped, make_plan, needless
from sim.reference import derive, names, pick
from sim.sampling import focus_of, sample
from sim.written import as_checks, as_plan
from tools_mock import Tool, ToolCall, ToolSpec, call, canonical, load_toolkit
from tools_mock.phrases import look
from tools_mock.values import looks_like_id, say


def drafts(graph: ToolGraph, count: int, sampler: str = "flow") -> list[Draft]:
    found = []
    for seed in range(count):
        focus = focus_of(graph, 0, seed, 0)
        tools = sample(graph, sampler, focus, 6, seed).tools
        try:
            found.append(make_plan(graph, tools, "", seed % 4, seed))
        except Dropped:
            continue
    return found


def plans_over(graph: ToolGraph, tools: tuple[str, ...], count: int) -> Iterator[tuple[int, Draft]]:
    """What plans come of these tools, each with its seed."""
    for seed in range(count):
        with suppress(Dropped):
            yield seed, make_plan(graph, tools, "", 0, seed)


def test_most_samples_lead_to_a_plan(home_graph: ToolGraph) -> None:
    assert len(drafts(home_graph, 60)) > 45


def test_a_plan_uses_only_what_was_sampled(home_graph: ToolGraph) -> None:
    for sampler in ("flow", "random"):
        for draft in drafts(home_graph, 30, sampler):
            assert {step.tool for step in draft.steps} <= set(draft.names)


def test_plans_replay_to_the_state_they_promise(home_graph: ToolGraph) -> None:
    for draft in drafts(home_graph, 40):
        plan, world = as_plan(draft), home_graph.toolkit.world(draft.world.base.seed)
        ordered = [
            number
            for turn in plan.turns
            for wave in sorted({plan.steps[n].wave for n in turn.steps})
            for number in turn.steps
            if plan.steps[number].wave == wave
        ]
        acts = dict(draft.acts.values())
        for number in ordered:
            if number in acts:  # the user does something on a device of their own
                act = ToolCall("device", acts[number].tool, acts[number].arguments)
                assert call(home_graph.toolkit.device, world, act).status == "ok"
            step = plan.steps[number]
            result = call(home_graph.toolkit.tools, world, ToolCall("x", step.tool, step.arguments))
            assert (result.status == "ok") == (step.status == "ok")
        assert world.changes() == as_checks(draft).changes


def test_every_argument_has_a_source_and_no_id_is_said(home_graph: ToolGraph) -> None:
    kinds = set()
    for draft in drafts(home_graph, 60):
        for step in draft.steps:
            assert set(step.sources) == set(step.arguments)
            for name, source in step.sources.items():
                kinds.add(type(source).__name__)
                if isinstance(source, Said):
                    assert not looks_like_id(step.arguments[name])
    assert {"Said", "Found", "Picked", "Visible"} <= kinds


def test_steps_are_needed(home_graph: ToolGraph) -> None:
    for draft in drafts(home_graph, 30):
        assert not needless(draft)
    draft = drafts(home_graph, 1)[0]
    extra = call(home_graph.toolkit.tools, draft.world, ToolCall("x", "list_addresses", {}))
    draft.steps.append(Step(tool="list_addresses", arguments={}, sources={}, wave=9, told=False))
    draft.results.append(extra.content)
    assert needless(draft)


def test_turns_details_refusals_and_parallel_calls_all_occur() -> None:
    settings, found = Settings(), []
    for index in range(400):
        try:
            found.append(draw(settings, index, 0))
        except Dropped:
            continue
    turns = [len(one.user.turns) for one in found]
    assert min(turns) >= 2 and max(turns) <= 10 and len(set(turns)) >= 4
    facts = [fact for one in found for turn in one.user.turns for wish in turn.wishes for fact in wish.facts]
    assert any(fact.when == "asked" for fact in facts)
    assert any(len(turn.wishes) > 1 for one in found for turn in one.user.turns)
    assert any(step.status == "refused" for one in found for step in one.plan.steps)
    assert any(_parallel(one) for one in found)
    sources = {type(source).__name__ for one in found for step in one.plan.steps for source in step.sources.values()}
    assert sources == {"Said", "Found", "Picked", "Derived", "Visible", "Ruled", "Defaulted"}
    assert any(_across(one) for one in found)


def _parallel(one: Scenario) -> bool:
    return any(len([n for n in turn.steps if one.plan.steps[n].wave == 0]) > 1 for turn in one.plan.turns)


def _across(one: Scenario) -> bool:
    turn = {number: place for place, its in enumerate(one.plan.turns) for number in its.steps}
    return any(
        isinstance(source, Found | Picked) and turn[source.step] < turn[number] - 1
        for number, step in enumerate(one.plan.steps)
        for source in step.sources.values()
    )


# ── naming things ────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_picks_exactly_one_thing() -> None:
    toolkit = load_toolkit()
    world = toolkit.world(0)
    result = call(toolkit.tools, world, ToolCall("x", "list_bookings", {})).content
    found = [
        name
        for seed in range(30)
        for name in names(
            toolkit.tools["list_bookings"],
            {},
            result,
            "bookings[].booking_id",
            step=0,
            turn=0,
            now=world.now,
            random=Random(seed),
            seen=False,
            last=False,
            only=False,
        )
    ]
    assert len({name.text for name in found}) > 5
    for name in found:
        assert isinstance(name.source, Picked)
        assert pick(name.source, result) == [name.value]
        assert "BK-" not in name.text


@pytest.mark.parametrize("only", [True, False])
def test_that_thing_is_said_where_there_is_no_other(only: bool) -> None:
    tool, result = load_toolkit().tools["book_hotel"], {"stay_id": "ST-1", "hotel": "Rosa", "city": "Rome"}
    now, kinds = load_toolkit().world(0).now, {"step": 0, "turn": 1, "seen": True, "last": False}
    texts = {
        name.text
        for seed in range(20)
        for name in names(tool, {}, result, "stay_id", now=now, random=Random(seed), only=only, **kinds)  # type: ignore[arg-type]
    }
    assert ("that hotel booking" in texts) == only


def test_what_has_no_name_goes_by_the_number_that_was_read_out() -> None:
    """Of two parcels to one address a stranger's list shows nothing else that tells them apart; ours always does."""
    spec = ToolSpec(name="find_parcels", description="Find parcels.", parameters={}, effect="read", domain="post")
    parcels = [{"parcel_id": f"PX-700{number}", "address": "Quay 4"} for number in (1, 4)]
    tool = Tool(spec, print, checked=False)
    now, kinds = datetime(2026, 3, 9), {"step": 0, "turn": 1, "seen": True, "last": True, "only": True}
    said = {
        (name.text, name.value)
        for seed in range(9)
        for name in names(tool, {}, parcels, "[].parcel_id", now=now, random=Random(seed), **kinds)  # type: ignore[arg-type]
    }
    assert said == {("PX-7001", "PX-7001"), ("PX-7004", "PX-7004")}
    ours = replace(tool, checked=True)
    assert not list(names(ours, {}, parcels, "[].parcel_id", now=now, random=Random(0), **kinds))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "field", "where", "meant"),
    [
        ("least", "price", {}, ["a"]),
        ("most", "price", {}, ["c"]),
        ("match", "", {"line": "Blue"}, ["a", "c"]),
        ("least", "price", {"line": "Red"}, ["b"]),
        ("match", "", {"line": "Green"}, []),
    ],
)
def test_picks(how: Any, field: str, where: dict[str, Any], meant: list[str]) -> None:
    items = [
        {"id": "a", "price": "9.50", "line": "Blue"},
        {"id": "b", "price": "10.00", "line": "Red"},
        {"id": "c", "price": "100.00", "line": "Blue"},
    ]
    source = Picked(step=0, items="items", path="id", how=how, field=field, where=where, turn=0, text="it")
    assert pick(source, {"items": items}) == meant


def test_sums_are_exact() -> None:
    assert derive("sum", ["0.10", "0.20"]) == "0.30"
    assert derive("sum", [1, 2]) == 3
    with pytest.raises(ValueError, match="no operation"):
        derive("product", [1, 2])
    assert Derived(op="sum", of=(Found(step=0, path="a"), Found(step=1, path="a")), turn=1, text="both").by == "derived"


def test_nobody_asks_what_they_were_told_or_books_what_they_have(home_graph: ToolGraph) -> None:
    """A booking tells when its flight lands; and who is on a flight does not book it once more."""
    tools = ("list_bookings", "get_booking", "get_flight", "search_flights", "book_flight")
    asked = booked = 0
    for _, draft in plans_over(home_graph, tools, 150):
        told, held = set(), set()
        for goals in draft.turns:
            for number in (number for goal in goals for number in goal.steps):
                step, result = draft.steps[number], draft.results[number]
                if step.tool == "get_flight":
                    asks = [ask for goal in goals if goal.tool == "get_flight" for ask in goal.wish.ask]
                    asked += 1
                    assert result["flight_id"] not in told or not any("land" in ask for ask in asks)
                if step.tool == "get_booking":
                    told.add(result["flight_id"])
                if step.tool == "book_flight" and step.status == "ok":
                    booked += 1
                    assert step.arguments["flight_id"] not in held
                for one in [result, *result.get("bookings", ())]:
                    held |= {one["flight_id"]} if "booking_id" in one and "flight_id" in one else set()
    assert asked > 20 and booked > 5


def test_a_name_is_no_name_where_something_else_bears_it_too(home_graph: ToolGraph) -> None:
    """Who holds two tables at Sakura does not cancel "my table at Sakura", wherever the other one was seen."""
    tools = ("find_restaurants", "reserve_table", "list_reservations", "move_reservation", "cancel_reservation")
    named = 0
    for seed, draft in plans_over(home_graph, tools, 150):
        for goal in (goal for goals in draft.turns for goal in goals if goal.steps):
            held: dict[str, str] = {}
            for number in range(goal.steps[-1] + 1):
                result = draft.results[number]
                for one in [result, *result.get("reservations", ())]:
                    if "reservation_id" in one:
                        held[one["reservation_id"]] = one["name"]
                if draft.steps[number].tool == "cancel_reservation" and number < goal.steps[-1]:
                    held.pop(result.get("reservation_id", ""), None)
            for fact in goal.wish.facts:
                said, _, name = fact.text.partition(" at ")
                if fact.slot == "reservation_id" and said.endswith(("table", "reservation")):
                    named += 1
                    assert [*held.values()].count(name) < 2, (seed, fact.text)
    assert named > 40


def test_that_day_is_the_last_one_spoken_of(home_graph: ToolGraph) -> None:
    """Not the day of the appointment, when another day was asked for, and refused, since."""
    tools, spoken_of = ("list_appointments", "book_appointment", "move_appointment", "doctor_slots"), 0
    for seed, draft in plans_over(home_graph, tools, 200):
        for goal in (goal for goals in draft.turns for goal in goals if goal.steps):
            for parameter, source in draft.steps[goal.steps[-1]].sources.items():
                said = {fact.text for fact in goal.wish.facts if fact.slot == parameter}
                if isinstance(source, Found) and said & {"that day", "the same day"}:
                    spoken_of += 1
                    since = [draft.steps[n].arguments.get("day") for n in range(source.step + 1, goal.steps[0])]
                    assert {*since} <= {None, draft.steps[goal.steps[-1]].arguments[parameter]}, seed
    assert spoken_of > 20


def test_no_two_things_are_said_in_the_same_words(home_graph: ToolGraph) -> None:
    """Nobody flies "from that city to that city", or complains about that one and makes a note on that one."""
    tools, said = ("search_flights", "get_flight", "list_bookings", "open_flight_ticket", "add_to_ticket"), 0
    for seed, draft in plans_over(home_graph, tools, 250):
        for goals in draft.turns:
            meant: dict[str, set[str]] = {}
            for goal in (goal for goal in goals if goal.steps):
                for fact in goal.wish.facts:
                    value = draft.steps[goal.steps[-1]].arguments.get(fact.slot)
                    meant.setdefault(fact.text, set()).add(canonical(value))
            said += any(text.startswith("that ") for text in meant)
            assert all(len(values) == 1 for values in meant.values()), (seed, meant)
    assert said > 100


def test_that_restaurant_is_the_last_one_spoken_of(home_graph: ToolGraph) -> None:
    """Not the one before it, where a table for twelve was asked for in vain since, at another."""
    tools = ("find_restaurants", "get_restaurant", "reserve_table", "change_party", "list_reservations", "free_tables")
    pointed = 0
    mix = {"request against policy": 1.0}
    for seed in range(500):
        with suppress(Dropped):
            draft = make_plan(home_graph, tools, "", 0, seed, mix=mix)
            for turn in draft.against:
                for number, step in enumerate(draft.steps):
                    wishes = [goal.wish for goal in draft.turns[draft.turn_of[number]] if number in goal.steps]
                    said = {fact.slot: fact.text for wish in wishes for fact in wish.facts}
                    for name, source in step.sources.items():
                        if isinstance(source, Found | Picked) and said.get(name) == "that restaurant":
                            pointed += draft.turn_of[number] > turn
                            assert not draft.turn_of[source.step] < turn < draft.turn_of[number], seed
    assert pointed > 3


def test_that_day_is_no_other_day_of_the_same_message(home_graph: ToolGraph) -> None:
    """Nobody moves "dinner on the 20th to the same day", and means a day that was told before."""
    tools, said = (
        ("list_reservations", "move_reservation", "reserve_table", "list_events", "move_event", "create_event"),
        0,
    )
    for seed, draft in plans_over(home_graph, tools, 250):
        for goal in (goal for goals in draft.turns for goal in goals if goal.steps):
            pointing = [fact for fact in goal.wish.facts if fact.text in ("that day", "the same day")]
            said += len(pointing)
            nouns = [fact.text for fact in goal.wish.facts if fact.kind == "noun"]
            assert not (pointing and any(re.search(r"\d|morrow|today|day$|in .* days", text) for text in nouns)), (
                seed,
                nouns,
            )
    assert said > 40


def test_what_the_list_shows_to_be_over_is_offered_with_a_doubt(home_graph: ToolGraph) -> None:
    """Who sees that an order is "(delivered)" says so when they ask whether to try and cancel it."""
    tools, asked = ("list_orders", "cancel_order", "return_order", "track_order"), Counter[str]()
    for seed, draft in plans_over(home_graph, tools, 300):
        plan = as_plan(draft)
        for proposal in (one for turn in plan.turns for one in turn.proposals):
            if proposal.about is not None and proposal.tool == "cancel_order" and proposal.step is not None:
                status = look(draft.results[proposal.about.step], proposal.about.path)["status"]
                refused = plan.steps[proposal.step].status != "ok"
                assert proposal.doubt == (status if refused else ""), seed
                assert refused == (status != "processing"), seed
                asked[status] += 1
    assert asked["processing"] > 20 and asked["delivered"] + asked["shipped"] > 2


def test_what_is_proposed_says_how_much(home_graph: ToolGraph) -> None:
    """As it was said first, where the user changes it with their yes."""
    changed = 0
    for seed in range(80):
        with suppress(Dropped):
            draft = make_plan(home_graph, ("list_payees", "pay", "list_accounts"), "", 0, seed, mix={"yes but": 1.0})
            for goal in (goal for goals in draft.turns for goal in goals if goal.proposal is not None):
                assert goal.proposal is not None
                (amount,) = [fact for fact in goal.wish.facts if fact.slot == "amount"]
                said = say("money", goal.proposal.said["amount"]).removeprefix("€")
                assert said in (amount.first or amount.text), seed
                changed += bool(amount.first)
    assert changed > 10


def test_what_falls_on_the_same_day_takes_nothing_back(home_graph: ToolGraph) -> None:
    """Who cancels an appointment and moves a task to that day has not thought again."""
    tools, thought = ("list_appointments", "cancel_appointment", "add_task", "move_task", "find_task"), 0
    for seed, draft in plans_over(home_graph, tools, 250):
        for turn in (turn for turn, how in draft.switches.items() if how == "changed"):
            (goal,), (*_, before) = draft.turns[turn], draft.turns[turn - 1]
            thought += 1
            assert {goal.tool, before.tool} == {"add_task", "move_task"}, seed
    assert thought > 10


def test_a_list_is_no_one_value(home_graph: ToolGraph) -> None:
    """BFCL's tools take lists; whether a result shows one of them is not asked of a set."""
    world = home_graph.toolkit.world(0)
    draft = Draft(home_graph, (), Random(0), world, world.now, shown=[{"Lisbon"}])
    assert draft.shows(0, "Lisbon") and not draft.shows(0, ["Lisbon"]) and not draft.shows(0, {"city": "Lisbon"})


def test_a_no_that_names_free_times_is_taken_up_and_nobody_asks_for_what_is_over(home_graph: ToolGraph) -> None:
    refused = [(draft, number) for draft in drafts(home_graph, 250) for number in range(len(draft.steps))]
    refused = [(draft, number) for draft, number in refused if draft.steps[number].status != "ok"]
    codes = {draft.results[number]["error"]["code"] for draft, number in refused}
    assert {"no_table", "taken"} & codes
    for draft, number in refused:
        step = draft.steps[number]
        kinds = home_graph.toolkit.tools[step.tool].spec.kinds
        days = [value for name, value in step.arguments.items() if kinds.get(name) == "day"]
        assert all(day >= draft.now.date().isoformat() for day in days)


def test_nor_does_anybody_look_for_rooms_or_tables_on_a_day_that_is_over(home_graph: ToolGraph) -> None:
    """Though a list of orders shows such days, and "that day" is a day like any other."""
    tools, asked = ("list_orders", "find_restaurants", "free_tables", "search_hotels", "opening_hours"), 0
    for seed, draft in plans_over(home_graph, tools, 300):
        for step in draft.steps:
            kinds = home_graph.toolkit.tools[step.tool].spec.kinds
            days = [value for name, value in step.arguments.items() if kinds.get(name) == "day"]
            asked += len(days)
            assert all(day >= draft.now.date().isoformat() for day in days), seed
    assert asked > 300


def test_what_was_moved_is_not_looked_at_where_it_was(home_graph: ToolGraph) -> None:
    """Who has their Athens flight changed and asks whether it is on time means the one that they are on now."""
    tools, asked = ("list_bookings", "search_flights", "change_booking", "get_flight_status", "get_flight"), 0
    for seed, draft in plans_over(home_graph, tools, 300):
        for number, step in enumerate(draft.steps):
            source = step.sources.get("flight_id")
            if step.tool == "change_booking" or not isinstance(source, Found | Picked):
                continue
            earlier = draft.results[source.step]
            items = earlier["bookings"] if draft.steps[source.step].tool == "list_bookings" else []
            mine = {item["booking_id"] for item in items if item["flight_id"] == step.arguments["flight_id"]}
            since = [one for one in draft.steps[source.step : number] if one.status == "ok"]
            moved = {one.arguments["booking_id"] for one in since if one.tool == "change_booking"}
            asked += bool(mine) and number > 2
            assert not mine & moved, seed
    assert asked > 30
