"""Who the user is: a schedule of traits and circumstances that change what they do, not only their words."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import combinations
from random import Random
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import Message, Observation, scripted_user
from agents.asked import set_of
from agents.persona import DIALS, scheduled, speaker
from agents.plain import plain_report
from agents.speech import YES_OR_NO, wish_text
from agents.wishes import ask_patterns, question_for
from scenarios import Fact, Persona, Said, UserTurn, UserView, Wish
from sim.cli import main
from sim.draft import Bound
from sim.generate import Settings, draw, graph_for, produce
from sim.planning import Dropped
from sim.replay import evidence_of
from sim.sources import ends_as_it_begins, otherwise_written
from sim.verify import findings
from tests.lending import BOOKS
from tools_mock import Tool, ToolSpec, load_toolkit
from tools_mock.guessed import PEOPLE, flag_of, guessed
from tools_mock.phrases import slots_of
from tools_mock.world import Draws


@given(st.integers(0, 1000), st.integers(0, 200), st.sampled_from(sorted(DIALS)))
def test_every_block_has_every_level_alike(seed: int, block: int, dial: str) -> None:
    """The schedule always: within a block of a dial each of its levels stands as often as it is listed."""
    length = len(DIALS[dial])
    found = Counter(scheduled(seed, block * length + within)[dial] for within in range(length))
    assert found == Counter(DIALS[dial])


def test_all_pairs_of_levels_come_soon() -> None:
    rows = [scheduled(0, place) for place in range(200)]
    seen = {frozenset(pair) for levels in rows for pair in combinations(levels.items(), 2)}
    wanted = {
        frozenset(((one, a), (other, b)))
        for one, other in combinations(DIALS, 2)
        for a in DIALS[one]
        for b in DIALS[other]
    }
    assert seen == wanted


@given(st.fixed_dictionaries({dial: st.sampled_from(levels) for dial, levels in DIALS.items()}))
def test_everybody_can_be_played(levels: dict[str, str]) -> None:
    one = speaker(levels)
    shares = (one.open, one.polite, one.terse, one.withholds, one.joins, one.declines, one.annoyed)
    assert all(0 <= share <= 1 for share in shares) and one.patience >= 1
    assert Persona.model_validate(one.model_dump()) == one


def test_what_they_do_differs() -> None:
    """The careless leave out more than the careful, the impatient give up sooner."""
    asked: dict[str, list[float]] = {"low": [], "high": []}
    for index in range(500):
        try:
            scenario = draw(Settings(), index, 0)
        except Dropped:
            continue
        level = scenario.persona.levels["conscientiousness"]
        facts = [fact for turn in scenario.user.turns for wish in turn.wishes for fact in wish.facts]
        if level in asked and facts:
            asked[level].append(fmean(fact.when == "asked" for fact in facts))
    assert fmean(asked["low"]) > 1.3 * fmean(asked["high"])
    view = UserView(name="Anna", turns=(UserTurn(wishes=(Wish(ask=("what's on today?",)),)),))
    for patience in (1, 3):
        messages: tuple[Message, ...] = (Message("user", "What's on today?"),)
        while not messages[-1].end:
            messages += (Message("assistant", "Blorp."),)
            heard = Observation("user", messages, view=view, persona=Persona(patience=patience))
            messages += (scripted_user(heard, 0),)
        assert messages[-1].end == "gave_up" and len(messages) == 2 * patience + 3


def test_measure_tells_what_was_covered(capsys, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert main(["generate", "-n", "40", "--out", str(tmp_path / "run"), "--quiet"]) == 0
    capsys.readouterr()
    assert main(["measure", str(tmp_path / "run")]) == 0
    assert "pairs of traits and circumstances" in capsys.readouterr().out


def test_nobody_is_asked_to_do_what_is_no_deed() -> None:
    """Said briefly, "tell me more about it" has no verb left: "can you more about it?" is no English."""
    verbs = {pattern.split()[0] for tool in load_toolkit().tools.values() for pattern in tool.phrases.ask}
    brief = Persona(terse=1.0, polite=0.5)
    patterns = [pattern for tool in load_toolkit().tools.values() for pattern in tool.phrases.ask]
    for pattern in (pattern for pattern in patterns if not pattern.endswith("?")):
        facts = tuple(Fact(slot=slot, kind="noun", text="it") for slot in slots_of(pattern))
        for seed in range(10):
            text = wish_text([Wish(ask=(pattern,), facts=facts)], brief, Draws(str(seed)), "", False)
            for verb in re.findall(r"\b[Cc](?:an|ould) (?:you|we) ([\w']+)", text):
                assert verb in verbs - {"my", "me"}, text


def test_who_is_brief_leaves_out_every_article_or_none() -> None:
    """Not "add the nearest park to list"; and who is only terse writes no headlines."""
    pattern = "put {place_id} on the list"
    for name, brief, said in (("the nearest park", True, "the list"), ("Old Park", True, "on list")):
        wish = Wish(ask=(pattern,), facts=(Fact(slot="place_id", kind="noun", text=name),))
        texts = {wish_text([wish], Persona(brief=brief, terse=1.0), Draws(str(seed)), "", False) for seed in range(20)}
        assert all(text.casefold().rstrip(".").endswith(said) for text in texts), texts
    wish = Wish(ask=(pattern,), facts=(Fact(slot="place_id", kind="noun", text="Old Park"),))
    texts = {wish_text([wish], Persona(terse=1.0), Draws(str(seed)), "", False) for seed in range(50)}
    assert not any("on list" in text for text in texts), texts


#: Words that make no other way of a clause.
FRAMES = set_of("a an the my me i i'd i'm to of on in at for with is are it that do does can could you")


def test_each_tool_is_asked_for_in_a_dozen_ways() -> None:
    few = {}
    for name, tool in load_toolkit("home").tools.items():
        bare = (re.sub(r"\{[^}]*\}", "", re.sub(r"\[[^\]]*\]", "", clause)) for clause in tool.phrases.ask)
        ways = {frozenset(re.findall(r"[a-z'-]+", clause.casefold())) - FRAMES for clause in bare}
        if len(ways) < 12:
            few[name] = len(ways)
    assert not few


def test_a_wish_asks_for_a_yes_or_a_no_in_all_its_ways_or_in_none() -> None:
    """Whether "yes" will do for an answer is the wish's, not its wording's."""
    wishes = []
    for index in range(60):
        with suppress(Dropped):
            turns = draw(Settings(), index, 0).user.turns
            wishes += [wish for turn in turns for wish in turn.wishes if wish.wants == "answer"]
    kinds = [{YES_OR_NO.match(clause) is None for clause in wish.ask} for wish in wishes]
    assert all(len(its) == 1 for its in kinds)
    assert {True, False} == set[bool]().union(*kinds)


_RATES = "fetch exchange rates from {base} to {target}"
_ALL_FLIGHTS = "show me all flights from {origin} to {destination}"
_TRANSLATED = 'translate "{text}" into {target_language}'
_PLAYING = "tell me what is playing, the volume and whether shuffle is on"
_MOVED_MONEY = "transfer {amount} from {source} to {target}"
_SPAN = "search hotels that are free from {check_in} to {check_out}"
_CHANGED = "change the dates of {booking_id} to {check_in} until {check_out}"
_MOVED = "move {event_id} to {start}, keeping its length"
_PAID = "change the payment method for {ride_id} to {payment_method_id}"


@pytest.mark.parametrize(
    ("description", "slots", "said"),
    [
        ("Gets the zipcode of a city.", ("city",), "show me the zipcode of {city}"),
        ("Put a recipe's ingredients on the list.", ("recipe_id",), "put the ingredients of {recipe_id} on the list"),
        ("Plan a recipe for a day of the week.", ("recipe_id", "day"), "plan {recipe_id} for {day}"),
        ("Water a bed.", ("bed",), "water bed {bed}"),
        ("The meals planned, by day.", (), "show me the meals planned, by day"),
        ("Grams per person for a number of people.", ("people",), "show me grams per person for {people} people"),
        ("Meals planned for a recipe.", ("recipe_id",), "give me meals planned for {recipe_id}"),
        ("What is on the shopping list.", (), "what is on the shopping list?"),
        ("Move the robot.", ("speed",), "move the robot: speed {speed}"),
        ("Renew a loan by two weeks, at most twice.", ("loan_id",), "renew {loan_id} by two weeks"),
        ("Search the shelves by title, or by author.", ("author",), "search the shelves: author {author}"),
        ("The member's loans with due dates.", (), "show me my loans with due dates"),
        ("Returns the lockers that are free.", (), "show me the lockers that are free"),
        ("Book a table on a day.", ("day",), "book a table {day}"),
        ("Keep a seat for the current user.", (), "keep a seat for me"),
        ("What the user owes, in euros.", (), "tell me what I owe"),
        ("The member's loans.", ("member_id",), "show me the loans of {member_id}"),
        ("Give a borrowed book back.", ("loan_id",), "give {loan_id} back"),
        ("Move a deal to another stage.", ("deal_id", "stage"), "move {deal_id} to stage {stage}"),
        ("List the contacts, or those of one company.", ("company_id",), "show me the contacts of {company_id}"),
        ("Finds rooms, optionally of one size or in one wing.", ("wing",), "find rooms in wing {wing}"),
        ("Find a contact by name.", ("name",), "find the contact {name}"),
        ("Search companies by name and industry.", ("query",), "search companies by name and industry for {query}"),
        ("List deals.", ("min_amount",), "list deals: amount at least {min_amount}"),
        ("Total value of the deals.", (), "show me the total value of the deals"),
        ("Log a visit.", ("date", "note"), 'log a visit {date}: note "{note}"'),
        ("Searches songs.", ("genre",), "search songs: genre {genre}"),
        ("Run a scene such as 'movie night'.", ("scene",), "run scene {scene}"),
        ("Withdraw a leave request that is still pending.", ("request_id",), "withdraw {request_id}"),
        ("Ask for leave.", ("start_date", "end_date"), "ask for leave from {start_date} to {end_date}"),
        (
            "Set the temperature of a heater in degrees Celsius.",
            ("degrees",),
            "set the temperature of a heater to {degrees} degrees",
        ),
        ("Create an empty playlist.", ("name",), 'create an empty playlist called "{name}"'),
        ("Tell the current status.", (), "show me the current status"),
        (
            "Change the priority of an issue.",
            ("issue_key", "priority"),
            "change the priority of {issue_key} to {priority}",
        ),
        ("Assign an issue to somebody.", ("issue_key", "assignee"), "assign {issue_key} to {assignee}"),
        ("Search for issues whose summary contains some text.", (), "search for issues"),
        (
            "Search for issues whose summary contains some text.",
            ("text",),
            'search for issues whose summary contains "{text}"',
        ),
        ("Delete a file.", ("path",), "delete {path}"),
        ("Move a file.", ("source", "destination"), "move a file from {source} to {destination}"),
        ("Transfer money to a payee.", ("payeeId", "amount"), "transfer {amount} to {payeeId}"),
        ("All accounts of the customer.", (), "show me all my accounts"),
        ("Cancels a visit of the patient.", ("visit_id",), "cancel {visit_id}"),
        ("Free slots of a doctor.", ("doctor_id",), "show me the free slots of {doctor_id}"),
        ("Finds doctors, all of them or by specialty.", (), "find doctors"),
        ("Book a visit.", ("start",), "book a visit {start}"),
        (
            "Search for flights between two cities.",
            ("origin", "destination"),
            "search for flights from {origin} to {destination}",
        ),
        ("Get the current weather in a given location.", ("location",), "show me the current weather in {location}"),
        ("Book a flight for a passenger.", ("flight_id", "passenger_name"), "book {flight_id} for {passenger_name}"),
        (
            "Retrieve the details of an existing booking by its reference.",
            ("booking_reference",),
            "show me the details of {booking_reference}",
        ),
        ("Send an email to the specified recipient.", ("to",), "send an email to {to}"),
        ("Send a text message to a contact.", ("recipient",), "send a text message to {recipient}"),
        ("Mark a task as completed.", ("todo_id",), "mark {todo_id} as completed"),
        ("Find user id by email.", ("email",), "find the user with email {email}"),
        ("Transfer the user to a human agent, with a summary of the issue.", (), "transfer me to a human agent"),
        ("Get one thing.", ("record_id",), "show me {record_id}"),
        ("Put a product into the cart.", ("sku",), "put {sku} into the cart"),
        (
            "Convert a length from one unit to another.",
            ("value", "from_unit"),
            "convert a length of {value} from {from_unit}",
        ),
        ("Monthly payment for a loan.", (), "show me the monthly payment for a loan"),
        ("List the tastings that are booked.", ("since",), "show me the tastings that are booked since {since}"),
        ("Search hotels that are free between two dates.", ("check_in", "check_out"), _SPAN),
        ("Change the dates of a booking.", ("booking_id", "check_in", "check_out"), _CHANGED),
        ("Book a hotel room.", ("hotel_id",), "book a room at {hotel_id}"),
        ("Cancel a hotel booking by booking ID.", ("booking_id",), "cancel {booking_id}"),
        ("Get order details by ID.", ("order_id",), "get the details of {order_id}"),
        ("List all hotel bookings of the current user.", (), "show me all my hotel bookings"),
        (
            "Get all that is known of a hotel including its prices.",
            ("hotel_id",),
            "show me all that is known of {hotel_id}",
        ),
        ("Request a ride to a drop-off location.", ("dropoff",), "request a ride to {dropoff}"),
        ("Move an event to another start time, keeping its length.", ("event_id", "start"), _MOVED),
        ("Change the payment method for a ride.", ("ride_id", "payment_method_id"), _PAID),
        ("Assign a task to a team member.", ("task_key", "username"), "assign {task_key} to {username}"),
        ("Find restaurants, optionally of one cuisine.", ("cuisine",), "find restaurants with {cuisine} cuisine"),
        ("This tool allows you to get the forecast for a city.", ("city",), "show me the forecast for {city}"),
        ("This function retrieves the open orders.", (), "show me the open orders"),
        ("Use this function to cancel an order.", ("order_id",), "cancel {order_id}"),
        ("Tool to fetch exchange rates between two currencies.", ("base", "target"), _RATES),
        ("Endpoint for creating a new record.", ("name",), 'create a new record called "{name}"'),
        ("Allows the user to pay a bill.", ("bill_id",), "pay {bill_id}"),
        ("Run command on a host.", (), "run command on a host"),
        ("Given a city, return its population.", ("city",), "show me the population of {city}"),
        ("Returns True if the door is locked.", (), "check whether the door is locked"),
        ("Get user information by user id.", ("user_id",), "get the information of {user_id}"),
        ("Get the status of an order given its ID.", ("order_id",), "show me the status of {order_id}"),
        ("Book a table for the specified date and time.", ("date", "time"), "book a table {date} {time}"),
        ("List all flights from origin to destination.", ("origin", "destination"), _ALL_FLIGHTS),
        ("Start a timer for the given number of minutes.", ("minutes",), "start a timer for {minutes} minutes"),
        ("Translate text into another language.", ("text", "target_language"), _TRANSLATED),
        ("Upgrade a seat to a different cabin class.", ("seat_id", "cabin"), "upgrade {seat_id} to {cabin}"),
        (
            "Turn on/off a smart light.",
            ("state", "device_id"),
            "turn on or off a smart light for {device_id}: state {state}",
        ),
        ("Play a song on the speaker.", ("song",), "play {song} on the speaker"),
        ("Lists the top N customers by revenue.", ("n",), "show me the top {n} customers by revenue"),
        ("Sends a mail to one or more recipients.", ("recipient",), "send a mail to {recipient}"),
        ("Read a file or directory.", ("path",), "read {path}"),
        ("Get a student's weekly schedule.", ("student_id",), "show me the weekly schedule of {student_id}"),
        ("Drop a student from a course they take.", ("course_code",), "drop a student from {course_code}"),
        ("Search the catalogue.", ("weekday",), "search the catalogue on {weekday}"),
        ("Search the catalogue.", ("min_credits",), "search the catalogue: at least {min_credits} credits"),
        ("List the rooms with building and number of seats.", (), "show me the rooms"),
        ("Submit an offer on a car.", ("amount",), "submit an offer of {amount} on a car"),
        ("Reduce the price by a percentage (max 15).", ("percent",), "reduce the price by {percent} percent"),
        ("Get venue, date and prices of an event.", ("event_id",), "show me the venue, date and prices of {event_id}"),
        ("Transfer a ticket to somebody else's email address.", ("new_email",), "transfer a ticket to {new_email}"),
        ("Get all orders placed with an email address.", ("email",), "show me all orders placed with {email}"),
        ("Look up employees by name.", ("name",), "look up the employee {name}"),
        (
            "Show an employee's claims and their total.",
            ("employee_id",),
            "show me the claims of {employee_id} and their total",
        ),
        ("Decide a pending leave request.", ("request_id",), "decide {request_id}"),
        ("Adjust the stock of {sku} up or down.", ("delta",), "adjust the stock of {sku} by {delta}"),
        ("Find items whose name contains the query.", ("query",), "find items whose name contains {query}"),
        ("Send a draft purchase order to its supplier.", ("po_number",), "send {po_number} to its supplier"),
        ("Schedule a viewing.", ("starts_at",), "schedule a viewing {starts_at}"),
        ("Show which doors are locked.", (), "which doors are locked?"),
        ("Tell whether a train is on time.", ("train",), "is train {train} on time?"),
        ("Show what is playing, the volume and whether shuffle is on.", (), _PLAYING),
        (
            "Change the fee of a plan; a higher one saves more.",
            ("plan_id", "fee"),
            "change the fee of {plan_id} to {fee}",
        ),
        ("Describe a service: version, replicas and owner.", ("service",), "describe the {service} service"),
        ("Search recipes by tag and by how long they take.", (), "search recipes"),
        ("Search recipes by tag and by how long they take.", ("tag",), "search recipes tagged {tag}"),
        ("Check how much of an item is in the pantry.", ("item",), "check how much {item} is in the pantry"),
        ("Find all policies of a customer.", ("name",), "find all policies of {name}"),
        ("Find the devices of a person.", ("owner",), "find the devices of {owner}"),
        ("List tickets.", ("status",), "list {status} tickets"),
        ("Apply a voucher code to the cart.", ("code",), "apply voucher code {code} to the cart"),
        ("Search all messages for a word in the body.", ("query",), "search all messages for {query} in the body"),
        ("Transfer money between two of the customer's own accounts.", ("source", "target", "amount"), _MOVED_MONEY),
        (
            "Reserve a charging station for an electric car.",
            ("charger_id",),
            "reserve {charger_id} for an electric car",
        ),
        ("Start a session for a vehicle in a zone.", ("plate",), "start a session for {plate} in a zone"),
        ("Freeze a membership until a date.", ("until",), "freeze a membership until {until}"),
        ("Order what is in the cart.", ("street", "city"), "order what is in the cart to {street}, {city}"),
        ("Book a seminar room for two hours.", ("room", "purpose"), "book the {room} for two hours for {purpose}"),
    ],
)
def test_a_strangers_tool_is_asked_for_as_a_person_would(description: str, slots: tuple[str, ...], said: str) -> None:
    """An imperative stands as it is, a thing is to be shown, a question is asked; what is named takes its place."""
    spec = ToolSpec(name="tool", description=description, parameters={}, effect="read", domain="kitchen")
    assert said in ask_patterns(spec, dict.fromkeys(slots, "tomorrow"))


def _spec(description: str, parameters: dict[str, Any], required: tuple[str, ...] = ()) -> ToolSpec:
    schema = {"properties": parameters, "required": list(required)}
    return ToolSpec(name="x", description=description, parameters=schema, effect="write", domain="x")


def test_what_is_left_out_of_a_request_leaves_no_gap() -> None:
    """Who names no passenger says "book it"; of what may be changed that is named which is; a number has its unit."""
    text = {"type": "string"}
    booked = _spec("Book a flight for a passenger.", {"flight_id": text, "passenger_name": text}, ("passenger_name",))
    assert "book {flight_id}" in ask_patterns(booked, {"flight_id": "it"})
    rated = _spec("Rate the driver of a ride from 1 to 5 stars.", {"ride_id": text, "stars": text}, ("stars",))
    assert "rate the driver of {ride_id}" in ask_patterns(rated, {"ride_id": "it"})
    assert "rate the driver of {ride_id} with {stars} stars" in ask_patterns(rated, {"ride_id": "it", "stars": "4"})
    changed = _spec(
        "Update the status, priority or due date of a task.",
        dict.fromkeys(("key", "status", "priority", "due_date"), text),
    )
    assert "update the status of a task to {status} and the due date to {due_date}" in ask_patterns(
        changed, {"status": "done", "due_date": "Friday"}
    )
    lamp = _spec("Turn on/off a smart light.", {"device_id": text, "state": {"type": "string", "enum": ["on", "off"]}})
    assert "turn {state} {device_id}" in ask_patterns(lamp, {"device_id": "the desk lamp", "state": "on"})
    table = _spec("Check if a table is free.", {"people": text})
    assert "check if a table is free for {people} people" in ask_patterns(table, {"people": "2"})
    slot = _spec("Find the first free slot on a day.", {"day": text, "duration_minutes": {"type": "integer"}})
    assert "find the first free slot on {day} for {duration_minutes} minutes" in ask_patterns(
        slot, {"day": "Friday", "duration_minutes": "45"}
    )


def test_a_yes_and_a_decision_are_said_as_what_they_do() -> None:
    """Lights are turned on and not "on or off to yes", claims approved and not "approved or rejected"."""
    text, flag = {"type": "string"}, {"type": "boolean"}
    lights = _spec(
        "Turn the lights in a room on or off.", {"room": text, "on": flag, "brightness": {"type": "integer"}}
    )
    assert flag_of(lights, "on") == "on" and not flag_of(lights, "room")
    assert "turn the lights in the {room} {on}" in ask_patterns(lights, {"room": "kitchen", "on": "off"})
    assert "turn the lights in {room} {on}: brightness {brightness}" in ask_patterns(
        lights, {"room": "that room", "on": "on", "brightness": "50"}
    )
    assert not flag_of(_spec("Enable or disable a rule.", {"disabled": flag}), "disabled")
    liked = _spec("Like or unlike a post.", {"liked": flag})
    assert not flag_of(liked, "liked")  # else "I'd like you to" would say yes to any flag
    decided = {"type": "string", "enum": ["approved", "rejected"]}
    claim = _spec("Approve or reject an open claim.", {"claim_id": text, "decision": decided}, ("claim_id", "decision"))
    assert "have {claim_id} {decision}" in ask_patterns(claim, {"claim_id": "it", "decision": "approved"})
    assert "decide on {claim_id}" in ask_patterns(claim, {"claim_id": "it"})
    quiet = _spec(
        "Silence the alerts of a service for some minutes.", {"service": text, "minutes": {"type": "integer"}}
    )
    assert "silence the alerts of that service" in [
        one.format(service="that service") for one in ask_patterns(quiet, {"service": "that service"})
    ]
    stock = _spec("Buy shares of a stock at the market price.", {"symbol": text, "shares": {"type": "number"}})
    assert "buy {shares} shares of {symbol} at the market price" in ask_patterns(
        stock, {"symbol": "SAP", "shares": "5"}
    )
    order = _spec("Place a limit order.", {"limit": {"type": "number"}})
    assert all("a limit order" in one for one in ask_patterns(order, {"limit": "95"}))
    ticket = _spec("Show a ticket.", {"ticket_id": {"type": "integer"}})
    assert "show ticket {ticket_id}" in ask_patterns(ticket, {"ticket_id": "101"})


def test_a_meter_reading_is_no_meter() -> None:
    """What an object is called by stands for it only where it is the thing itself."""
    meter = {"type": "string", "enum": ["gas", "water"], "in": "reading"}
    spec = _spec("Submit a meter reading.", {"meter": meter, "value": {"type": "integer", "in": "reading"}})
    assert "submit the {meter} meter reading of {value}" in ask_patterns(spec, {"meter": "gas", "value": "48213"})
    assert "submit the {meter} meter reading" in ask_patterns(spec, {"meter": "gas"})


def test_what_a_stranger_wants_written_as_a_day_is_one_that_makes_sense() -> None:
    """A visit lies ahead, an accident behind, and nobody was born next week."""
    world = load_toolkit("tests.lending:make").world(0)
    spec = _spec("Register.", {name: {"type": "string", "description": "YYYY-MM-DD"} for name in _DAYS})
    today = world.now.date().isoformat()
    days = {name: {guessed(spec, name, world, Random(n)) for n in range(20)} for name in _DAYS}
    assert min(days["first_visit"]) > today > max(days["accident_on"])
    assert max(days["date_of_birth"]) < "2005" and all(len(its) > 3 for its in days.values())


_DAYS = ("first_visit", "accident_on", "date_of_birth")


def test_an_assistant_asks_which_one_and_names_the_choices() -> None:
    asked = partial(question_for, random=Random(0))
    assert asked("room", "text", (), known=True) in ("Which room?", "Which room do you mean?")
    assert asked("decision", "text", ("approved", "rejected"), known=True) == "Which decision: approved or rejected?"
    assert asked("target", "text", ("checking", "savings"), known=False) == "To checking or savings?"
    assert asked("city", "text", (), known=False) == "Which city?"
    assert asked("name", "text", (), known=True).startswith("What")
    assert asked("description", "text", (), known=True).startswith("What")


def test_objects_are_said_in_one_breath() -> None:
    """What a description says of an object is what the user says of it, of what it does not speak it is listed."""

    def of(name: str, *fields: str) -> dict[str, Any]:
        return {one: {"type": "string", "in": name} for one in fields}

    order = _spec(
        "Place an order for some items.", {**of("items", "sku", "quantity"), **of("address", "street", "city")}
    )
    texts = {"sku": "the rye bread", "quantity": "2", "street": "Mill Lane 4", "city": "Lyon"}
    assert "place an order for {quantity} of {sku}: address {street}, {city}" in ask_patterns(order, texts)
    assert "place an order for {sku}" in ask_patterns(order, {"sku": "the rye bread"})
    dishes = _spec("Order dishes from a restaurant.", of("items", "dish", "quantity", "note"))
    assert 'order {quantity} of {dish} from a restaurant: note "{note}"' in ask_patterns(
        dishes, {"dish": "Pho", "quantity": "2", "note": "no need to hurry"}
    )
    moved = _spec("Change the delivery address of an order.", {"order_id": {}, **of("address", "street", "city")})
    assert "change the delivery address of {order_id} to {street}, {city}" in ask_patterns(
        moved, {"order_id": "it", "street": "Mill Lane 4", "city": "Lyon"}
    )
    found = _spec("Search products by filters.", of("filters", "category"))
    assert "search products: category {category}" in ask_patterns(found, {"category": "drinks"})
    assert "search products" in ask_patterns(found, {})


def test_results_are_told_without_what_goes_without_saying() -> None:
    """A list beside numbers is a list; "success", the thing that was meant and "cancelled: 1" are told to nobody."""
    tool = Tool(_spec("List the stays.", {"city": {"type": "string"}}), print, checked=False)
    read = replace(tool, spec=tool.spec.model_copy(update={"effect": "read"}))
    stays = {"city": "Lyon", "nights": 2, "stays": [{"name": "Rosa", "price": 80}, {"name": "Sol", "price": 95}]}
    assert plain_report(read, {"city": "Lyon"}, stays) == "2 nights. I found Rosa (price 80) and Sol (price 95)."
    assert plain_report(read, {"city": "Lyon"}, {**stays, "stays": []}) == "There are no stays."
    assert plain_report(read, {}, {"title": "Fix it", "status": "in_progress", "labels": []}) == (
        "Fix it: in progress, no labels."
    )
    assert plain_report(
        read, {}, {"name": "Rosa", "check_in": "2026-03-13", "check_out": "2026-03-15", "last4": "42"}
    ) == ("Rosa: from Friday 13 March to Sunday 15 March, 42.")
    assert plain_report(read, {}, {"first_name": "Ada", "last_name": "Nowak", "frozen": False, "visits": 1}) == (
        "Ada Nowak: not frozen, 1 visit."
    )
    assert plain_report(read, {}, {"name": "Pad Thai", "minutes": 30, "needs": {"eggs": 2, "peanuts": 50}}) == (
        "Pad Thai: 30 minutes, needs eggs 2, peanuts 50."
    )
    assert plain_report(read, {}, {"2026-03-17": {"dinner": "Pancakes"}}) == "Dinner Pancakes on Tuesday 17 March."
    assert plain_report(read, {}, {"locks": {"front door": True, "garage": False}, "ok": True}) == (
        "Front door: yes, garage: no."
    )
    assert plain_report(tool, {"door": "back door"}, {"door": "back door", "locked": True}) == (
        "Done. The back door is locked."
    )
    assert plain_report(tool, {"day": "2026-03-17"}, "Pancakes planned on 2026-03-17") == (
        "Done. Pancakes planned on Tuesday 17 March."
    )
    assert plain_report(tool, {}, {"frozen_until": "2026-03-15"}) == "Done. Frozen until Sunday 15 March."
    assert plain_report(tool, {}, {"claim_id": "C-104", "status": "open"}) == "Done: claim C-104, open."
    parcels = [{"parcel_id": f"PX-{n}", "address": at} for n, at in enumerate(("Quay 4", "Quay 4", "Mill 2"))]
    assert plain_report(read, {}, parcels) == (
        "I found PX-0 (address Quay 4), PX-1 (address Quay 4) and PX-2 (address Mill 2)."
    )
    assert plain_report(tool, {}, {"cancelled": 1}) == "Done."
    assert plain_report(tool, {}, {"status": "success", "new_balance": 12}) == "Done. The new balance is 12."


def test_things_of_a_strangers_tools_go_by_their_names() -> None:
    """Who borrowed Night Trains renews Night Trains, and need not know that it is L-1; nobody reads them an id."""
    settings = Settings(tools="tests.lending:make", attempts=8)
    rows = [row for index in range(40) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 30 and not any(findings(evidence_of(row, "row")) for row in rows)
    texts = {
        role: [m["content"] or "" for row in rows for m in row["messages"] if m["role"] == role]
        for role in ("user", "assistant")
    }
    named = re.compile("|".join(title for title, *_ in BOOKS.values()), re.IGNORECASE)
    assert sum(named.search(text) is not None for text in texts["user"]) > len(rows) / 2
    assert not [text for its in texts.values() for text in its if re.search(r"\b[BL]-\d", text)]
    assert not [text for text in texts["user"] if "member" in text or "twice" in text]
    assert any("(due " in text for text in texts["assistant"])


def test_a_choice_stands_where_the_description_lists_them() -> None:
    """Who logs a mail does not say that it is "a call or a mail, kind mail"."""
    kinds = {"properties": {"kind": {"type": "string", "enum": ["call", "mail", "sms"]}}}
    spec = ToolSpec(
        name="log", description="Log a call, an sms or a mail.", parameters=kinds, effect="write", domain="x"
    )
    assert "log a {kind}" in ask_patterns(spec, {"kind": "mail"})
    assert "log {kind}" in ask_patterns(spec, {"kind": "that kind"})


def test_ids_that_point_at_other_things_and_texts_that_stand_nowhere() -> None:
    """A deal's company is "the company of Fleet tracking", not called like the deal; notes and days are thought of."""
    settings = Settings(tools="tests.lending:sales", attempts=8)
    rows = [row for index in range(40) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 30 and not any(findings(evidence_of(row, "row")) for row in rows)
    called = Counter(tool for row in rows for tool in row["scenario"]["lineage"]["calls"])
    graph = graph_for(settings)
    # Nobody could tell that the wrong company was asked for, or replay the lots.
    assert graph.silent == {"get_tax": "company_id decides nothing", "draw_lots": "it answers otherwise each time"}
    assert sorted(called) == graph.usable and min(called.values()) > 2
    messages = [m for row in rows for m in row["messages"] if m["role"] in ("user", "assistant")]
    users = [m["content"] for m in messages if m["role"] == "user"]
    assert any(re.search("the company of (?:fleet|lab)", text, re.IGNORECASE) for text in users)
    assert not [text for text in users if re.search("company (?:fleet|lab)", text, re.IGNORECASE)]
    assert not [m["content"] for m in messages if re.search(r"note id|\bco-|\b[dr]-\d", m["content"] or "")]
    assert any('note "' in text for text in users)


def test_numbers_for_ids_and_ways_to_say_no() -> None:
    """Money moves "from the savings account"; `success` and sentences say yes and no, and nobody reads them out."""
    settings = Settings(tools="tests.lending:money", attempts=8)
    rows = [row for index in range(40) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 35 and not any(findings(evidence_of(row, "row")) for row in rows)
    assert {tool for row in rows for tool in row["scenario"]["lineage"]["calls"]} == set(graph_for(settings).usable)
    said = [m["content"] or "" for row in rows for m in row["messages"] if m["role"] in ("user", "assistant")]
    for sign in (
        "from the savings account",
        'close "the machine is slow"',
        "all my accounts",
        "The machine is slow is closed",
    ):
        assert any(sign.casefold() in text.casefold() for text in said), sign
    assert not [text for text in said if re.search(r"\bDE-|\bR-\d|success|\bcount\b|OK,|Error", text)]
    refused = [m for row in rows for m in row["messages"] if m["role"] == "tool" and '"success": false' in m["content"]]
    assert refused or any(status == "refused" for row in rows for status in row["statuses"])


def test_the_desk_of_every_tutorial() -> None:
    """Flights go "from Zurich to Lisbon", are booked for somebody and go by their day; nobody says a reference."""
    settings = Settings(tools="tests.lending:flights", attempts=8)
    rows = [row for index in range(40) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 35 and not any(findings(evidence_of(row, "row")) for row in rows)
    assert {tool for row in rows for tool in row["scenario"]["lineage"]["calls"]} == set(
        graph_for(settings).toolkit.tools
    )
    said = [m["content"] or "" for row in rows for m in row["messages"] if m["role"] in ("user", "assistant")]
    for sign in ("flights from zurich to lisbon", "the flight on", f"for (?:{'|'.join(PEOPLE)})", "that booking"):
        assert any(re.search(sign, text, re.IGNORECASE) for text in said), sign
    assert not [text for text in said if re.search(r"LX\d|BK\d|given|existing|between two|reference", text)]


def test_lists_within_lists_have_no_names_and_do_no_harm() -> None:
    """There is no one list to pick "Clay" from: such an id is said, as before, and nothing falls over."""
    settings = Settings(tools="tests.lending:courses", attempts=8)
    rows = [row for index in range(12) if (row := produce(settings, index).row) is not None]
    assert {"join_course", "show_week"} <= {tool for row in rows for tool in row["scenario"]["lineage"]["calls"]}
    assert not any(findings(evidence_of(row, "row")) for row in rows)


def test_parameters_that_are_objects_are_said_one_by_one() -> None:
    """Who orders says how many of what and where to, is asked for what they left out, and speaks of no address object.

    The call has the objects as their author wrote them; days and models reach the function as such.
    """
    settings = Settings(tools="tests.lending:market", attempts=8)
    rows = [row for index in range(40) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 35 and not any(findings(evidence_of(row, "row")) for row in rows)
    graph = graph_for(settings)
    assert graph.usable == sorted(graph.toolkit.tools)
    assert {tool for row in rows for tool in row["scenario"]["lineage"]["calls"]} == set(graph.usable)
    texts = {
        role: [m["content"] or "" for row in rows for m in row["messages"] if m["role"] == role]
        for role in ("user", "assistant")
    }
    ordered = re.compile(
        r"order for \d+ of (?:the product )?oat milk, delivered to [\w ]+ \d+, \w+, \d+", re.IGNORECASE
    )
    assert any(ordered.search(text) for text in texts["user"])
    assert not [text for text in texts["user"] if re.search(r"an address|by filters|items|product id", text)]
    for question in ("How many should it be?", "For which day?", "At what time?"):
        assert any(question.casefold() in text.casefold() for text in texts["assistant"]), question
    calls = [call["arguments"] for row in rows for m in row["messages"] for call in m.get("tool_calls", ())]
    orders = [made for made in calls if "items" in made]
    assert orders and all(made["items"][0].keys() == {"product_id", "quantity"} for made in orders)
    assert all(made["address"].keys() == {"street", "city", "zip_code"} for made in orders)
    assert any(made == {"filters": {}} for made in calls)


def test_a_course_goes_by_its_title_whatever_its_code() -> None:
    """Nobody drops "that code": what a schedule lists are courses, as their codes show; grades keep to the scale."""
    settings = Settings(tools="tests.lending:University", attempts=8)
    rows = [row for index in range(24) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 20 and not any(findings(evidence_of(row, "row")) for row in rows)
    called = Counter(tool for row in rows for tool in row["scenario"]["lineage"]["calls"])
    assert sorted(called) == sorted(graph_for(settings).toolkit.tools)
    users = [m["content"] for row in rows for m in row["messages"] if m["role"] == "user"]
    assert not [
        text for text in users if re.search(r"\bcode\b|\d{3}|\bof it \w+ly|the (?:grade|\w+ schedule) of them", text)
    ]
    for title in ("databases", "algebra", "mechanics", "programming"):
        assert any(title in text.casefold() for text in users)
    grades = [step["arguments"] for row in rows for step in row["scenario"]["plan"]["steps"]]
    hidden = Counter(
        name
        for row in rows
        for step, name in zip(row["scenario"]["plan"]["steps"], row["scenario"]["lineage"]["calls"], strict=True)
        if not step.get("told", False)
    )
    assert hidden["find_student"] > 3  # who is named is looked up on the way
    given = [its["grade"] for its in map(_flattened, grades) if "grade" in its]
    assert len(given) > 4 and all(1 <= grade <= 5 for grade in given)
    told = [m["content"] for row in rows for m in row["messages"] if m["role"] == "assistant"]
    assert any(text.startswith(("MA110: 1.7", "CS101: 2.3, CS204: 1.3")) for text in told if text)


def test_a_house_goes_by_its_address_and_is_paid_for_like_one() -> None:
    """Nobody looks at "2"; what is offered is near what houses cost, and a bound is nothing to point at."""
    settings = Settings(tools="tests.lending:Agency", attempts=8)
    rows = [row for index in range(24) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 20 and not any(findings(evidence_of(row, "row")) for row in rows)
    called = Counter(tool for row in rows for tool in row["scenario"]["lineage"]["calls"])
    assert sorted(called) == sorted(graph_for(settings).toolkit.tools)
    users = [m["content"] for row in rows for m in row["messages"] if m["role"] == "user"]
    asked = [text for text in users if re.search("viewing|offer|price of", text, re.IGNORECASE)]
    assert any(
        re.search("viewing of (?:the listing at )?(?:8 station|12 orch|quay)", text.casefold()) for text in asked
    )
    assert not [text for text in users if re.search(r"\bproperty\b|that (?:price|bedrooms)|starts at|\bfor \d$", text)]
    steps = [_flattened(step["arguments"]) for row in rows for step in row["scenario"]["plan"]["steps"]]
    assert all(one >= 100_000 for its in steps for name, one in its.items() if name.startswith("amount"))
    assert {one for its in steps for name, one in its.items() if name == "percent"} <= {*range(1, 16), 2.5, 12.5}


def _flattened(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments without the objects that a surface puts them into."""
    inner = [_flattened(value) for value in arguments.values() if isinstance(value, dict)]
    return {name: value for its in (arguments, *inner) for name, value in its.items()}


def test_who_is_insured_goes_by_name_and_claims_by_what_happened() -> None:
    """No attribute of a module is a value, no status a day; who has a policy is looked up, and "it" is the claim."""
    settings = Settings(tools="tests.claims", attempts=8)
    rows = [row for index in range(24) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 20 and not any(findings(evidence_of(row, "row")) for row in rows)
    called = Counter(tool for row in rows for tool in row["scenario"]["lineage"]["calls"])
    assert sorted(called) == sorted(graph_for(settings).toolkit.tools)
    steps = [_flattened(step["arguments"]) for row in rows for step in row["scenario"]["plan"]["steps"]]
    today = graph_for(settings).toolkit.world(0).now.date().isoformat()
    for name, its in ((name, value) for arguments in steps for name, value in arguments.items()):
        if name.casefold() in ("effective", "incident_date", "incidentdate"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", its) and (its < today) == name.startswith("incident"), (name, its)
        assert its not in ("CLAIMS", "POLICIES")
    users = [m["content"] for row in rows for m in row["messages"] if m["role"] == "user"]
    for sign in (
        r"all policies of (?:greta|marek|aisha)",
        r"the \w+ policy",
        r'the claim about "',
        r"have .* rejected|approved",
    ):
        assert any(re.search(sign, text, re.IGNORECASE) for text in users), sign
    assert not [text for text in users if re.search(r"approve or reject|a higher one|\bcustomer\b", text)]


def test_nobody_goes_away_from_that_day_to_that_day() -> None:
    """A span ends after it begins, also where both days are pointed at; and "14:00-16:00" is no time."""
    time, day = {"description": "HH:MM"}, {"description": "First day, YYYY-MM-DD"}
    assert otherwise_written(time, "14:00-16:00") and otherwise_written(day, "approved")
    assert not otherwise_written(time, "14:00") and not otherwise_written(day, "2026-03-20")
    assert not otherwise_written({"description": "what it says"}, "14:00-16:00")
    begun = {"start": Bound("2026-03-20", Said(turn=0, slot="start", rule="day", text="Friday"))}
    assert ends_as_it_begins("end", "2026-03-20", begun) and ends_as_it_begins("to_date", "2026-03-20", begun)
    assert not ends_as_it_begins("end", "2026-03-21", begun) and not ends_as_it_begins("day", "2026-03-20", begun)


@pytest.mark.parametrize(
    ("tools", "signs", "never"),
    [
        (
            "SmartHome",
            ("in the (?:kitchen|bedroom|bathroom|living room) o", "which doors are locked", "lock (?:the )?back door"),
            r"on or off|\broom (?:kitchen|bedroom)|give me show|to yes|\d{4}",
        ),
        (
            "FrontDesk",
            ("enroll (?:the member )?(?:clara|diego|hannah)", "profile of (?:the member )?(?:clara|diego|hannah)"),
            r"\\|member no|my (?:plan|profile)",
        ),
        (
            "Branch",
            ("borrow (?:the book )?(?:the salt road|small engines|birds)", "my loans", "place (?:a )?hold for"),
            r"[a-z]book\b|[a-z]loan\b|text \"|\bb0\d|what should it say",
        ),
    ],
)
def test_a_kitchen_is_the_kitchen_and_a_member_has_a_name(tools: str, signs: tuple[str, ...], never: str) -> None:
    settings = Settings(tools=f"tests.strangers:{tools}", attempts=8)
    rows = [row for index in range(40) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 35 and not any(findings(evidence_of(row, "row")) for row in rows)
    called = {tool for row in rows for tool in row["scenario"]["lineage"]["calls"]}
    assert called == set(graph_for(settings).toolkit.tools) - {"unlock_door"}  # nobody knows the PIN
    users = [m["content"].casefold() for row in rows for m in row["messages"] if m["role"] == "user"]
    for sign in signs:
        assert any(re.search(sign, text) for text in users), sign
    assert not [text for text in users if re.search(never, text)]


def test_a_database_is_state_and_its_things_go_by_their_names() -> None:
    """Who books Yoga and calls it off names no number, and nothing that an episode wrote is there in the next."""
    settings = Settings(tools="tests.lending:gym", attempts=8)
    rows = [row for index in range(24) if (row := produce(settings, index).row) is not None]
    assert len(rows) > 20 and not any(findings(evidence_of(row, "row")) for row in rows)
    called = Counter(tool for row in rows for tool in row["scenario"]["lineage"]["calls"])
    toolkit = graph_for(settings).toolkit
    assert sorted(called) == sorted(toolkit.tools)
    assert {name for name, tool in toolkit.tools.items() if tool.spec.effect == "write"} == {
        "book_class",
        "cancel_booking",
    }
    users = [m["content"] for row in rows for m in row["messages"] if m["role"] == "user"]
    assert any(re.search("book (?:a )?place in yoga", text, re.IGNORECASE) for text in users)
    assert not [text for text in users if re.search(r"\bid\b|the member", text)]
    assert "refused" in {status for row in rows for status in row["statuses"]}  # spinning is full
