"""Restaurants: finding one, free tables, reservations."""

from datetime import datetime, timedelta
from random import Random
from typing import Annotated, Any, cast

from pydantic import Field
from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import City, Clock, Count, Cuisine, Day, Money, ReservationId, RestaurantId
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import joined, say
from ..world import Row, World
from .rows import CITIES, keyed

CUISINES = ["Italian", "Japanese", "Indian", "French", "Greek", "Thai", "Portuguese", "vegetarian"]
_NAMES = [
    *("Trattoria Mira", "Sakura", "Little Madras", "Chez Odile", "Taverna Yiannis", "Lotus House", "O Fado"),
    *("The Green Table", "Osteria Nove", "Kaito", "Spice Route", "Brasserie Lune", "Meltemi", "Basil and Lime"),
    *("Casa do Mar", "Root and Leaf", "Pasta Fresca", "Umi", "Le Petit Four", "Saffron"),
]
_DISHES = {
    "Italian": ["ravioli with sage", "saltimbocca", "tiramisu"],
    "Japanese": ["ramen", "tonkatsu", "mochi"],
    "Indian": ["dal makhani", "lamb korma", "kulfi"],
    "French": ["onion soup", "duck confit", "tarte tatin"],
    "Greek": ["moussaka", "grilled octopus", "baklava"],
    "Thai": ["green curry", "pad thai", "mango with rice"],
    "Portuguese": ["salt cod", "caldo verde", "custard tarts"],
    "vegetarian": ["mushroom risotto", "lentil pie", "apple crumble"],
}
_SLOTS = ["18:00", "18:30", "19:00", "19:30", "20:00", "20:30", "21:00"]
#: When people would like to eat, open or not.
HOURS = [*_SLOTS, "12:30", "13:00", "17:30", "21:30"]
People = Annotated[Count, Field(description="how many people")]


class RestaurantItem(TypedDict):
    restaurant_id: RestaurantId
    name: str
    cuisine: Cuisine
    rating: float
    main_course: Money


class RestaurantList(TypedDict):
    city: City
    restaurants: list[RestaurantItem]


class RestaurantDetails(TypedDict):
    restaurant_id: RestaurantId
    name: str
    cuisine: Cuisine
    city: City
    street: str
    rating: float
    closed_on: str


class Menu(TypedDict):
    name: str
    dishes: list[str]
    main_course: Money


class FreeTables(TypedDict):
    restaurant_id: RestaurantId
    name: str
    day: Day
    times: list[Clock]


class Reserved(TypedDict):
    reservation_id: ReservationId
    name: str
    day: Day
    start: Clock
    people: int


class ReservationItem(TypedDict):
    reservation_id: ReservationId
    restaurant_id: RestaurantId
    name: str
    city: City
    day: Day
    start: Clock
    people: int


class ReservationList(TypedDict):
    reservations: list[ReservationItem]


class ReservationCancelled(TypedDict):
    reservation_id: ReservationId
    name: str
    day: Day


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Restaurants of every city, and this user's reservations."""
    rows = []
    streets = ["Canal Street", "Rua Nova", "Mill Lane", "Church Square", "Via Bella", "Quay Road"]
    for city in CITIES:
        for name in random.sample(_NAMES, 8):
            rows.append(
                {
                    "name": name,
                    "cuisine": CUISINES[_NAMES.index(name) % len(CUISINES)],
                    "city": city,
                    "street": f"{random.choice(streets)} {random.randrange(1, 60)}",
                    "rating": random.choice([3.7, 3.9, 4.1, 4.2, 4.4, 4.6, 4.8]),
                    "main_course": f"{random.randrange(11, 34)}.{random.choice(['00', '50', '90'])}",
                    "closed_on": random.choice(["Monday", "Tuesday", "Sunday", ""]),
                    "seats": random.choice([4, 6, 8]),
                }
            )
    tables["restaurants"] = keyed(random, "RS", "restaurant_id", rows)
    home = [key for key, row in tables["restaurants"].items() if row["city"] == me["city"]]
    mine = []
    for number, key in enumerate(random.sample(home, 4)):
        day = (now + timedelta(days=1 + 3 * number + random.randrange(3))).date().isoformat()
        start, people = random.choice(_SLOTS), random.choice([2, 2, 3, 4])
        mine.append({"restaurant_id": key, "day": day, "start": start, "people": people})
    tables["reservations"] = keyed(random, "RV", "reservation_id", mine)


def _restaurant(world: World, key: str) -> Row:
    row = world.get("restaurants", key)
    if row is None:
        raise Refused("unknown_restaurant", f"there is no restaurant {key}", "find a restaurant first")
    return row


def _reservation(world: World, key: str) -> tuple[Row, Row]:
    row = world.get("reservations", key)
    if row is None:
        raise Refused("unknown_reservation", f"there is no reservation {key}", "list the reservations first")
    return row, _restaurant(world, row["restaurant_id"])


def _free(world: World, row: Row, day: str, people: int) -> list[str]:
    """The evening's times with a table; a function of restaurant and day."""
    if datetime.fromisoformat(day).strftime("%A") == row["closed_on"] or people > row["seats"]:
        return []
    seed = sum(map(ord, row["restaurant_id"] + day))
    return [time for number, time in enumerate(_SLOTS) if (seed * (number + 3)) % 5 < 3]


def _must_be_free(world: World, row: Row, day: str, start: str, people: int) -> None:
    if day < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', day)} is in the past", "choose another day")
    if datetime.fromisoformat(day).strftime("%A") == row["closed_on"]:
        raise Refused("closed", f"{row['name']} is closed on {row['closed_on']}s", "choose another day")
    if people > row["seats"]:
        raise Refused(
            "too_many", f"{row['name']} takes parties of up to {row['seats']}", "come with fewer people or split up"
        )
    free = _free(world, row, day, people)
    if start not in free:
        raise Refused(
            "no_table",
            f"{row['name']} has no table at {start}" + (f", but {joined(free, 'or')} would work" if free else ""),
            "choose another time",
        )


_MINE = (
    Noun("my table at {name}"),
    Noun("the reservation at {name}"),
    Noun("my table {@day}"),
    Noun("the {name} booking"),
    Noun("dinner {@day}"),
)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "find me a[ {cuisine}] restaurant[ in {city}]",
            "where can I eat[ {cuisine}][ in {city}]?",
            "I'm looking for[ {cuisine}] food[ in {city}].",
            "any good[ {cuisine}] places[ in {city}]?",
            "which[ {cuisine}] restaurants are there[ in {city}]?",
            "I feel like going out[ in {city}][, something {cuisine}].",
            "recommend somewhere to eat[ in {city}][, {cuisine} maybe]",
            "where's a good place to eat[ in {city}][, {cuisine} if possible]?",
            "do you know a[ {cuisine}] restaurant[ in {city}]?",
            "I'd like to eat out[ in {city}][, {cuisine} food].",
            "look for a[ {cuisine}] restaurant[ in {city}]",
            "what[ {cuisine}] restaurants do you know[ in {city}]?",
        ),
        list="restaurants",
        item="{name} ({cuisine}, rated {rating})",
        tell=("In {city} there's {items}.", "I found {items}.", "You could try {items}."),
        none=("I found no such restaurant in {city}.", "There's nothing like that in {city}."),
        nouns={
            "restaurant_id": (
                Noun("{name} in {city}"),
                Noun("the best rated restaurant in {city}", most="rating"),
                Noun("the best rated one", most="rating", seen=True),
                Noun("the cheapest one", least="main_course", seen=True),
                Noun("{name}", seen=True),
                Noun("the {cuisine} one", seen=True),
            )
        },
        covers={"cuisine": "cuisine"},
        visible=("city",),
        question={"city": "In which city?", "cuisine": "What kind of food?"},
    ),
)
def find_restaurants(world: World, city: City, cuisine: Cuisine | None = None) -> RestaurantList:
    """Find restaurants.

    Args:
        city: where
        cuisine: which kind of food
    """
    found = [
        RestaurantItem(
            restaurant_id=key,
            name=row["name"],
            cuisine=row["cuisine"],
            rating=row["rating"],
            main_course=row["main_course"],
        )
        for key, row in world.rows("restaurants", city=city)
        if cuisine is None or row["cuisine"].casefold() == cuisine.casefold()
    ]
    return {"city": city, "restaurants": sorted(found, key=lambda item: (-item["rating"], item["name"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "where is {restaurant_id}?",
            "tell me about {restaurant_id}",
            "which day is {restaurant_id} closed?",
            "what's the address of {restaurant_id}?",
            "is {restaurant_id} any good?",
            "what do people think of {restaurant_id}?",
            "how do I find {restaurant_id}, where is it?",
            "what street is {restaurant_id} on?",
            "I'd like to know more about {restaurant_id}.",
            "give me some details on {restaurant_id}",
            "what can you say about {restaurant_id}?",
            "when is {restaurant_id} closed?",
        ),
        tell=(
            "{name} is at {street}, {cuisine}, rated {rating}, {closed_on?closed on *|open every day}.",
            "{name}: {cuisine} food, {street}, rating {rating}; {closed_on?their day off is *|they have no day off}.",
        ),
    ),
)
def get_restaurant(world: World, restaurant_id: RestaurantId) -> RestaurantDetails:
    """Show one restaurant: address, rating, the day it is closed.

    Args:
        restaurant_id: id of the restaurant
    """
    row = _restaurant(world, restaurant_id)
    return cast(RestaurantDetails, {name: row[name] for name in RestaurantDetails.__annotations__})


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's on the menu at {restaurant_id}?",
            "what do they serve at {restaurant_id}?",
            "read me the menu of {restaurant_id}",
            "what could I eat at {restaurant_id}?",
            "how much is a main course at {restaurant_id}?",
            "what kind of food does {restaurant_id} have?",
            "show me the menu of {restaurant_id}",
            "what do they cook at {restaurant_id}?",
            "I'd like to see what {restaurant_id} serves.",
            "which dishes are there at {restaurant_id}?",
            "what would I get to eat at {restaurant_id}?",
            "give me the menu at {restaurant_id}",
        ),
        tell=(
            "{name} has {dishes}; a main course is about {main_course}.",
            "At {name} you get {dishes}. Mains cost around {main_course}.",
        ),
    ),
)
def get_menu(world: World, restaurant_id: RestaurantId) -> Menu:
    """Show what a restaurant serves.

    Args:
        restaurant_id: id of the restaurant
    """
    row = _restaurant(world, restaurant_id)
    return {"name": row["name"], "dishes": _DISHES[row["cuisine"]], "main_course": row["main_course"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when does {restaurant_id} have a table {@day} for {people}?",
            "is there a table at {restaurant_id}[ {@day}][ for {people}]?",
            "what times are free at {restaurant_id}[ {@day}][ for {people} people]?",
            "could {people} of us eat at {restaurant_id} {@day}?",
            "check {restaurant_id} for a table[ {@day}][ for {people}]",
            "what's free at {restaurant_id}[ {@day}][ for {people}]?",
            "when could we eat at {restaurant_id}[ {@day}][, {people} of us]?",
            "does {restaurant_id} have room[ {@day}][ for {people}]?",
            "see if {restaurant_id} has a table[ {@day}][ for {people}]",
            "at what time could {people} of us get into {restaurant_id}[ {@day}]?",
            "look for a free table at {restaurant_id}[ {@day}][ for {people}]",
            "what could we get at {restaurant_id}[ {@day}][, we're {people}]?",
        ),
        list="times",
        tell=("{name} has a table at {items} on {day}.", "On {day} {name} could take you at {items}."),
        none=("{name} has no table on {day}.", "Nothing free at {name} on {day}."),
        nouns={
            "times": (
                Noun("the earliest time", least="value", seen=True),
                Noun("the latest time", most="value", seen=True),
            )
        },
        question={"day": "For which day?", "people": "For how many people?"},
    ),
)
def free_tables(world: World, restaurant_id: RestaurantId, day: Day, people: People) -> FreeTables:
    """List the times at which a restaurant has a free table.

    Args:
        restaurant_id: id of the restaurant
        day: which evening
        people: how many people
    """
    row = _restaurant(world, restaurant_id)
    times = _free(world, row, day, people)
    return {"restaurant_id": restaurant_id, "name": row["name"], "day": day, "times": times}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "book a table at {restaurant_id} {@day} {@start} for {people}",
            "reserve {restaurant_id}[ {@day}][ {@start}] for {people}",
            "get us a table at {restaurant_id}[ {@day}][ {@start}], {people} people",
            "I want to eat at {restaurant_id}[ {@day}][ {@start}], {people} of us.",
            "make a reservation at {restaurant_id}[ {@day}][ {@start}] for {people} people",
            "hold a table for {people} at {restaurant_id}[ {@day}][ {@start}]",
            "put us down at {restaurant_id}[ {@day}][ {@start}] for {people}",
            "we'd like to eat at {restaurant_id}[ {@day}][ {@start}], {people} of us.",
            "I need a table at {restaurant_id}[ {@day}][ {@start}] for {people}.",
            "ask {restaurant_id} for a table[ {@day}][ {@start}] for {people}",
            "have them keep a table for {people} at {restaurant_id}[ {@day}][ {@start}]",
            "arrange a meal for {people} at {restaurant_id}[ {@day}][ {@start}]",
        ),
        tell=(
            "Reserved: {name}, {day} at {start}, for {people}.",
            "You have a table for {people} at {name} on {day} at {start}.",
            "{name} expects {people} of you on {day} at {start}.",
        ),
        nouns={"reservation_id": (Noun("that table", seen=True), Noun("the table at {name}", seen=True))},
        along=("day", "people"),
        question={"day": "For which day?", "start": "At what time?", "people": "How many of you?"},
    ),
)
def reserve_table(world: World, restaurant_id: RestaurantId, day: Day, start: Clock, people: People) -> Reserved:
    """Reserve a table.

    Args:
        restaurant_id: id of the restaurant
        day: which evening
        start: at what time
        people: how many people
    """
    row = _restaurant(world, restaurant_id)
    _must_be_free(world, row, day, start, people)
    key = world.new_key("reservations", "RV")
    mine = {"reservation_id": key, "restaurant_id": restaurant_id, "day": day, "start": start, "people": people}
    world.put("reservations", key, mine)
    return {"reservation_id": key, "name": row["name"], "day": day, "start": start, "people": people}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which tables have I booked?",
            "where am I eating out[ {@day}]?",
            "do I have a table booked[ {@day}]?",
            "show me my restaurant reservations",
            "what reservations do I have[ for {day}]?",
            "what tables do I have[ {@day}]?",
            "have I reserved anywhere[ {@day}]?",
            "look up my restaurant reservations[ for {day}]",
            "where did I book a table[ {@day}]?",
            "are we eating out somewhere[ {@day}]?",
            "give me my table reservations[ for {day}]",
            "which restaurants am I booked at[ {@day}]?",
        ),
        list="reservations",
        item="{name} on {day} {@start} for {people}",
        tell=("You have {items}.", "Your tables: {items}.", "{items}."),
        none=("You have no table booked then.", "There's no reservation for then."),
        nouns={"reservation_id": _MINE, "restaurant_id": (Noun("{name}"),)},
    ),
)
def list_reservations(world: World, day: Day | None = None) -> ReservationList:
    """List the tables that are reserved.

    Args:
        day: only those of one day
    """
    found = []
    for key, row in world.rows("reservations"):
        place = _restaurant(world, row["restaurant_id"])
        if day is None or row["day"] == day:
            found.append(
                ReservationItem(
                    reservation_id=key,
                    restaurant_id=row["restaurant_id"],
                    name=place["name"],
                    city=place["city"],
                    day=row["day"],
                    start=row["start"],
                    people=row["people"],
                )
            )
    return {"reservations": sorted(found, key=lambda item: (item["day"], item["start"]))}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {reservation_id}[ to {day}]",
            "move {reservation_id} to {day} {@start}",
            "move {reservation_id} to {start}",
            "change {reservation_id} to {day}[ {@start}]",
            "we'd rather come {@day}[ {@start}], please change {reservation_id}.",
            "push {reservation_id} to {day}[ {@start}]",
            "push {reservation_id} to {start}",
            "make {reservation_id} {@day}[ {@start}] instead",
            "have {reservation_id} moved[ to {day}]",
            "let's make {reservation_id} {@start} instead",
            "shift {reservation_id}[ to {day}]",
            "we'd like to come {@start}, please change {reservation_id}.",
            "switch {reservation_id} to {day}[ {@start}]",
            "set {reservation_id} to {day}[ {@start}]",
            "we can't make {reservation_id}, move it[ to {day}].",
            "I'd rather have {reservation_id} {@day}[ {@start}].",
            "I'd rather have {reservation_id} {@start}.",
            "reschedule {reservation_id} for {day}[ {@start}]",
            "put {reservation_id} at {start}",
        ),
        tell=("{name} is now on {day} at {start}.", "Moved: {name}, {day} at {start}, for {people}."),
        question={"day": "To which day?", "start": "To what time?"},
    ),
)
def move_reservation(world: World, reservation_id: ReservationId, day: Day, start: Clock | None = None) -> Reserved:
    """Move a reservation to another day or time; without a time it keeps its own.

    Args:
        reservation_id: id of the reservation
        day: the new day
        start: the new time
    """
    row, place = _reservation(world, reservation_id)
    start = start or row["start"]
    if (day, start) == (row["day"], row["start"]):
        raise Refused("no_change", "the table is booked for then already", "choose another day or time")
    _must_be_free(world, place, day, start, row["people"])
    world.update("reservations", reservation_id, day=day, start=start)
    return {
        "reservation_id": reservation_id,
        "name": place["name"],
        "day": day,
        "start": start,
        "people": row["people"],
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "make {reservation_id} for {people}",
            "we'll be {people}, change {reservation_id}.",
            "change {reservation_id} to {people} people",
            "there will be {people} of us, update {reservation_id}.",
            "it'll be {people} of us for {reservation_id}, change that.",
            "set {reservation_id} to {people} people",
            "let them know we're {people} for {reservation_id}",
            "put {people} people down for {reservation_id}",
            "we're {people} now, adjust {reservation_id}.",
            "have {reservation_id} changed to {people}",
            "the party for {reservation_id} is {people} people, update it.",
            "count {people} for {reservation_id}",
        ),
        tell=("{name} on {day} is for {people} now.", "Changed to {people} people: {name}, {day} at {start}."),
        question={"people": "How many will you be?"},
    ),
)
def change_party(world: World, reservation_id: ReservationId, people: People) -> Reserved:
    """Change how many people come.

    Args:
        reservation_id: id of the reservation
        people: how many people come
    """
    row, place = _reservation(world, reservation_id)
    if people == row["people"]:
        raise Refused("no_change", f"the table is for {people} already", "choose another number of people")
    if people > place["seats"]:
        raise Refused("too_many", f"{place['name']} takes parties of up to {place['seats']}", "come with fewer people")
    world.update("reservations", reservation_id, people=people)
    return {
        "reservation_id": reservation_id,
        "name": place["name"],
        "day": row["day"],
        "start": row["start"],
        "people": people,
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "cancel {reservation_id}",
            "we can't make it, cancel {reservation_id}.",
            "call off {reservation_id}",
            "let {reservation_id} go",
            "I don't need {reservation_id} after all, cancel it.",
            "we're not coming, cancel {reservation_id}.",
            "give {reservation_id} back",
            "have {reservation_id} cancelled",
            "scrap {reservation_id}",
            "tell them we're giving up {reservation_id}",
            "drop {reservation_id}, we're eating in.",
            "free up {reservation_id}",
        ),
        tell=("The table at {name} on {day} is cancelled.", "Cancelled: {name}, {day}."),
        deed=("cancel it", "give the table back"),
    ),
    irreversible=True,
)
def cancel_reservation(world: World, reservation_id: ReservationId) -> ReservationCancelled:
    """Give a table back.

    Args:
        reservation_id: id of the reservation
    """
    row, place = _reservation(world, reservation_id)
    world.delete("reservations", reservation_id)
    return {"reservation_id": reservation_id, "name": place["name"], "day": row["day"]}
