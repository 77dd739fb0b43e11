"""Places and routes: sights and services of a city, opening hours, ways there, rides."""

from datetime import datetime
from random import Random
from typing import Any, Literal, cast

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import City, Clock, Day, Money, PlaceId, PlaceKind, RideId
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import say
from ..world import Row, World
from .rows import CITIES, keyed

KINDS = ["museum", "park", "pharmacy", "supermarket", "swimming pool", "library", "market hall", "viewpoint"]
_FRONTS = ["Old", "Central", "Riverside", "Saint Anna", "Hilltop", "Northern", "Garden", "Station"]


class PlaceItem(TypedDict):
    place_id: PlaceId
    name: str
    street: str
    minutes_away: int


class PlaceList(TypedDict):
    city: City
    places: list[PlaceItem]


class PlaceDetails(TypedDict):
    place_id: PlaceId
    name: str
    kind: PlaceKind
    city: City
    street: str
    entry: Money


class Hours(TypedDict):
    place_id: PlaceId
    name: str
    day: Day
    opens: Clock
    closes: Clock


class Route(TypedDict):
    place_id: PlaceId
    name: str
    by: str
    minutes: int
    kilometres: float


class SavedPlace(TypedDict):
    place_id: PlaceId
    name: str


class SavedItem(TypedDict):
    place_id: PlaceId
    name: str
    city: City


class SavedList(TypedDict):
    places: list[SavedItem]


class RideBooked(TypedDict):
    ride_id: RideId
    to: str
    day: Day
    start: Clock
    fare: Money


class RideItem(TypedDict):
    ride_id: RideId
    to: str
    day: Day
    start: Clock


class RideList(TypedDict):
    rides: list[RideItem]


class RideCancelled(TypedDict):
    to: str
    day: Day


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Places of every city; two are saved, one ride is booked."""
    rows = []
    for city in CITIES:
        for kind in KINDS:
            for front in random.sample(_FRONTS, 2):
                rows.append(
                    {
                        "name": f"{front} {kind.title()}",
                        "kind": kind,
                        "city": city,
                        "street": f"{random.choice(['Park Lane', 'King Street', 'Rua Alta', 'Bridge Road'])} {random.randrange(1, 80)}",
                        "entry": f"{random.choice([0, 4, 6, 9, 12]) if kind in ('museum', 'swimming pool') else 0}.00",
                        "minutes_away": random.randrange(4, 45),
                        "opens": random.choice(["08:00", "09:00", "10:00"]),
                        "closes": random.choice(["17:00", "18:00", "20:00", "22:00"]),
                        "closed_on": random.choice(["Monday", "Sunday", "", ""]),
                        "saved": False,
                    }
                )
    tables["places"] = keyed(random, "PL", "place_id", rows)
    here = [row for row in tables["places"].values() if row["city"] == me["city"]]
    for row in random.sample(here, 2):
        row["saved"] = True
    to = random.choice(here)
    day = now.date().isoformat()
    tables["rides"] = keyed(
        random,
        "RD",
        "ride_id",
        [{"place_id": to["place_id"], "to": to["name"], "day": day, "start": "20:30", "fare": "14.00"}],
    )


def _place(world: World, key: str) -> Row:
    row = world.get("places", key)
    if row is None:
        raise Refused("unknown_place", f"there is no place {key}", "find the place first")
    return row


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "where is the nearest {kind}[ in {city}]?",
            "find me a {kind}[ in {city}]",
            "is there a {kind}[ in {city}]?",
            "I'm looking for a {kind}[ in {city}].",
            "which {kind} can I go to[ in {city}]?",
            "I need a {kind}[ in {city}], where do I go?",
            "what {kind} is there[ in {city}]?",
            "where can I find a {kind}[ in {city}]?",
            "look for a {kind}[ in {city}]",
            "do you know a {kind}[ in {city}]?",
            "point me to a {kind}[ in {city}]",
            "I'd like to go to a {kind}[ in {city}].",
        ),
        list="places",
        item="the {name}, {street}, {minutes_away} minutes away",
        tell=("There's {items}.", "I found {items}.", "In {city}: {items}."),
        none=("There's no {kind} in {city}.",),
        nouns={
            "place_id": (
                Noun("the nearest {kind} in {city}", least="minutes_away"),
                Noun("the nearest one", least="minutes_away", seen=True),
                Noun("the {name}", seen=True),
                Noun("the one on {street}", seen=True),
            )
        },
        visible=("city",),
        question={"city": "In which city?", "kind": "What kind of place?"},
    ),
)
def find_places(world: World, city: City, kind: PlaceKind) -> PlaceList:
    """Find places of a kind, the nearest first.

    Args:
        city: where
        kind: museum, park, pharmacy, supermarket, swimming pool, library, market hall or viewpoint
    """
    found = [
        PlaceItem(place_id=key, name=row["name"], street=row["street"], minutes_away=row["minutes_away"])
        for key, row in world.rows("places", city=city)
        if row["kind"] == kind.casefold()
    ]
    return {"city": city, "places": sorted(found, key=lambda item: (item["minutes_away"], item["name"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "tell me more about {place_id}",
            "how much is it to get into {place_id}?",
            "what's the address of {place_id}?",
            "does {place_id} cost anything?",
            "what do I need to know about {place_id}?",
            "where exactly is {place_id}?",
            "do I have to pay to get into {place_id}?",
            "what's the entrance fee at {place_id}?",
            "tell me where {place_id} is",
            "give me some details on {place_id}",
            "I'd like to know more about {place_id}.",
            "what do they charge at {place_id}?",
        ),
        tell=("The {name} is at {street}; entry is {entry?|free}.", "{name}, {street}, entry {entry?|free}."),
    ),
)
def get_place(world: World, place_id: PlaceId) -> PlaceDetails:
    """Show a place: address and entry fee.

    Args:
        place_id: id of the place
    """
    row = _place(world, place_id)
    return cast(PlaceDetails, {name: row[name] for name in PlaceDetails.__annotations__})


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when is {place_id} open[ {@day}]?",
            "how long is {place_id} open {@day}?",
            "what are the opening hours of {place_id}[ {@day}]?",
            "can I still get into {place_id}[ {@day}]?",
            "is {place_id} open[ {@day}]?",
            "until when can I visit {place_id}[ {@day}]?",
            "does {place_id} open[ {@day}]?",
            "how early does {place_id} open[ {@day}]?",
            "what hours does {place_id} have[ {@day}]?",
            "I want to go to {place_id}[ {@day}], when is it open?",
            "look up when {place_id} is open[ {@day}]",
            "at what time does {place_id} close[ {@day}]?",
            "tell me the hours of {place_id}[ {@day}]",
            "which hours can I visit {place_id}[ {@day}]?",
        ),
        tell=("The {name} is open from {opens} to {closes} on {day}.", "{day}: {opens} to {closes}."),
        question={"day": "On which day?"},
    ),
)
def opening_hours(world: World, place_id: PlaceId, day: Day) -> Hours:
    """Tell the opening hours of a place on a day.

    Args:
        place_id: id of the place
        day: which day
    """
    row = _place(world, place_id)
    if datetime.fromisoformat(day).strftime("%A") == row["closed_on"]:
        raise Refused("closed", f"the {row['name']} is closed on {row['closed_on']}s", "choose another day")
    return {
        "place_id": place_id,
        "name": row["name"],
        "day": day,
        "opens": row["opens"],
        "closes": row["closes"],
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how do I get to {place_id}[ by {by}]?",
            "how long does it take to {place_id}[ by {by}]?",
            "how far is {place_id}[ by {by}]?",
            "what's the way to {place_id}[ by {by}]?",
            "how do I find {place_id}[, going by {by}]?",
            "what's the best way to {place_id}[ by {by}]?",
            "I want to go to {place_id}[ by {by}], how do I get there?",
            "show me the way to {place_id}[ by {by}]",
            "tell me how to get to {place_id}[ by {by}]",
            "is it far to {place_id}[ by {by}]?",
            "how many minutes is it to {place_id}[ by {by}]?",
            "give me directions to {place_id}[ by {by}]",
        ),
        tell=(
            "{minutes} minutes by {by} to the {name}, {kilometres} km.",
            "By {by} it's {kilometres} km, {minutes} minutes.",
        ),
    ),
)
def get_route(world: World, place_id: PlaceId, by: Literal["bus", "bike", "taxi"] = "bus") -> Route:
    """Tell how far a place is and how long the way takes.

    Args:
        place_id: id of the place
        by: how to go
    """
    row = _place(world, place_id)
    minutes = {"bus": 1.0, "bike": 1.2, "taxi": 0.6}[by] * row["minutes_away"]
    return {
        "place_id": place_id,
        "name": row["name"],
        "by": by,
        "minutes": round(minutes),
        "kilometres": round(row["minutes_away"] * 0.3, 1),
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "save {place_id} for later",
            "remember {place_id}",
            "put {place_id} on my list of places",
            "keep {place_id}, I want to go there.",
            "note {place_id} down for me",
            "bookmark {place_id}",
            "I'd like to keep {place_id} in mind, save it.",
            "add {place_id} to my places",
            "don't let me forget {place_id}, save it.",
            "mark {place_id} as a place I like",
            "I might go to {place_id}, save it.",
            "make a note of {place_id}",
        ),
        tell=("The {name} is on your list.", "Saved: {name}."),
    ),
)
def save_place(world: World, place_id: PlaceId) -> SavedPlace:
    """Put a place on the user's list.

    Args:
        place_id: id of the place
    """
    row = _place(world, place_id)
    if row["saved"]:
        raise Refused("already_saved", f"the {row['name']} is on the list already", "")
    world.update("places", place_id, saved=True)
    return {"place_id": place_id, "name": row["name"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which places did I save?",
            "show me my list of places",
            "what's on my list of places?",
            "where did I want to go?",
            "what places have I saved?",
            "which places are on my list?",
            "let me see the places I saved",
            "read me my saved places",
            "I saved some places, which were they?",
            "list the places I wanted to see",
            "what did I bookmark?",
            "I'd like to see my saved places.",
        ),
        list="places",
        item="the {name} in {city}",
        tell=("Saved are {items}.", "On your list: {items}."),
        none=("Your list is empty.",),
        nouns={"place_id": (Noun("the {name}"), Noun("the {name} I saved"))},
    ),
)
def saved_places(world: World) -> SavedList:
    """List the places that the user saved."""
    return {
        "places": [
            SavedItem(place_id=key, name=row["name"], city=row["city"]) for key, row in world.rows("places", saved=True)
        ]
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "book a taxi to {place_id} {@day} {@start}",
            "get me a ride to {place_id}[ {@day}][ {@start}]",
            "I need a taxi to {place_id}[ {@day}][ {@start}].",
            "order a cab to {place_id}[ {@day}][ {@start}]",
            "send a taxi[ {@day}][ {@start}], I'm going to {place_id}",
            "I have to be driven to {place_id}[ {@day}][ {@start}].",
            "have a cab take me to {place_id}[ {@day}][ {@start}]",
            "reserve a taxi to {place_id}[ {@day}][ {@start}]",
            "I want a taxi to {place_id}[ {@day}][ {@start}].",
            "arrange a ride to {place_id}[ {@day}][ {@start}]",
            "call me a cab to {place_id}[ {@day}][ {@start}]",
            "have me picked up for {place_id}[ {@day}][ {@start}]",
        ),
        tell=(
            "A taxi comes on {day} at {start}; the fare to {to} is about {fare}.",
            "Taxi to {to} booked: {day}, {start}, about {fare}.",
        ),
        nouns={"ride_id": (Noun("that taxi", seen=True), Noun("the ride to the {to}", seen=True))},
        question={"day": "On which day?", "start": "At what time?"},
    ),
)
def book_taxi(world: World, place_id: PlaceId, day: Day, start: Clock) -> RideBooked:
    """Book a taxi to a place.

    Args:
        place_id: id of the place
        day: which day
        start: when it should come
    """
    row = _place(world, place_id)
    if f"{day}T{start}" <= world.now.isoformat()[:16]:
        raise Refused("in_the_past", f"{start} on {say('day', day)} is over", "choose another time")
    if start < "05:00":
        raise Refused("no_service", "no taxis run between midnight and 05:00", "choose another time")
    key = world.new_key("rides", "RD")
    fare = f"{4 + round(row['minutes_away'] * 0.7)}.00"
    world.put(
        "rides",
        key,
        {"ride_id": key, "place_id": place_id, "to": row["name"], "day": day, "start": start, "fare": fare},
    )
    return {"ride_id": key, "to": row["name"], "day": day, "start": start, "fare": fare}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which taxis have I booked?",
            "do I have a ride booked?",
            "when does my taxi come?",
            "show me my rides",
            "is a taxi coming for me?",
            "what rides have I got?",
            "when am I being picked up?",
            "list my taxis",
            "have I ordered any taxis?",
            "where are my taxis going?",
            "I'd like to see the taxis I booked.",
            "give me my booked rides",
        ),
        list="rides",
        item="the ride to the {to} on {day} {@start}",
        tell=("You have {items}.", "Booked: {items}."),
        none=("No taxi is booked.",),
        nouns={"ride_id": (Noun("the taxi to the {to}"), Noun("my ride {@day}"))},
    ),
)
def list_rides(world: World) -> RideList:
    """List the taxis that are booked."""
    found = [
        RideItem(ride_id=key, to=row["to"], day=row["day"], start=row["start"]) for key, row in world.rows("rides")
    ]
    return {"rides": sorted(found, key=lambda item: (item["day"], item["start"]))}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "cancel {ride_id}",
            "I don't need {ride_id} any more, cancel it.",
            "call off {ride_id}",
            "send {ride_id} away",
            "I'm walking after all, cancel {ride_id}.",
            "scrap {ride_id}",
            "tell the driver of {ride_id} not to come",
            "have {ride_id} cancelled",
            "drop {ride_id}",
            "I won't take {ride_id}, cancel it.",
            "get rid of {ride_id}",
            "let {ride_id} go",
        ),
        tell=("The taxi to {to} on {day} is cancelled.", "Cancelled: {to}, {day}."),
        deed=("cancel it", "cancel the taxi"),
    ),
    irreversible=True,
)
def cancel_taxi(world: World, ride_id: RideId) -> RideCancelled:
    """Cancel a taxi.

    Args:
        ride_id: id of the ride
    """
    row = world.get("rides", ride_id)
    if row is None:
        raise Refused("unknown_ride", f"there is no ride {ride_id}", "list the rides first")
    world.delete("rides", ride_id)
    return {"to": row["to"], "day": row["day"]}
