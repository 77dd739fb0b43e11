"""Flights: searching, booking, changing, seats, bags, check-in."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import Field
from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import BookingId, Budget, City, Clock, Count, Day, FlightId, Money, Seat
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import say
from ..world import Row, World


class FlightItem(TypedDict):
    flight_id: FlightId
    airline: str
    departs: Clock
    arrives: Clock
    price: Money
    seats_left: int


class FlightList(TypedDict):
    origin: City
    destination: City
    day: Day
    flights: list[FlightItem]


class FlightDetails(TypedDict):
    flight_id: FlightId
    airline: str
    origin: City
    destination: City
    day: Day
    departs: Clock
    arrives: Clock
    terminal: str
    bag_price: Money


class BookingItem(TypedDict):
    booking_id: BookingId
    flight_id: FlightId
    origin: City
    destination: City
    day: Day
    departs: Clock
    seats: int
    status: str


class BookingList(TypedDict):
    bookings: list[BookingItem]


class BookingDetails(TypedDict):
    booking_id: BookingId
    flight_id: FlightId
    destination: City
    day: Day
    departs: Clock
    arrives: Clock
    seats: int
    paid: Money
    bags: int
    flexible: bool


class Booked(TypedDict):
    booking_id: BookingId
    airline: str
    destination: City
    day: Day
    departs: Clock
    total: Money


class Cancelled(TypedDict):
    booking_id: BookingId
    destination: City
    refund: Money


class Changed(TypedDict):
    booking_id: BookingId
    day: Day
    departs: Clock
    to_pay: Money


class FreeSeats(TypedDict):
    flight_id: FlightId
    seats: list[Seat]


class SeatChosen(TypedDict):
    booking_id: BookingId
    seat: Seat


class BagsAdded(TypedDict):
    booking_id: BookingId
    bags: int
    cost: Money


class CheckedIn(TypedDict):
    booking_id: BookingId
    destination: City
    departs: Clock
    gate: str


class Status(TypedDict):
    flight_id: FlightId
    airline: str
    departs: Clock
    gate: str
    delay_minutes: int


#: How many hours before a flight leaves it can be booked no more.
CLOSES = 2


def _flight(world: World, flight_id: str) -> Row:
    row = world.get("flights", flight_id)
    if row is None:
        raise Refused("unknown_flight", f"there is no flight {flight_id}", "search for flights first")
    return row


def _booking(world: World, booking_id: str) -> Row:
    row = world.get("bookings", booking_id)
    if row is None:
        raise Refused("unknown_booking", f"there is no booking {booking_id}", "list the bookings first")
    if row["owner"] != "me":
        raise Refused("not_yours", f"booking {booking_id} belongs to somebody else", "list your own bookings")
    return row


def _live(world: World, booking_id: str) -> tuple[Row, Row]:
    row = _booking(world, booking_id)
    flight = _flight(world, row["flight_id"])
    if row["status"] == "cancelled":
        raise Refused("already_cancelled", f"the booking to {flight['destination']} is already cancelled", "")
    return row, flight


def _hours_left(world: World, flight: Row) -> float:
    leaves = datetime.fromisoformat(f"{flight['day']}T{flight['departs']}")
    return (leaves - world.now).total_seconds() / 3600


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "find me a flight[ from {origin}][ to {destination}][ {@day}][ for under {max_price}][ leaving after {after}]",
            "what flights are there[ from {origin}] to {destination}[ {@day}][, after {after}][ under {max_price}]?",
            "check flights[ from {origin}][ to {destination}][ {@day}][ after {after}][, max {max_price}]",
            "I need to get[ from {origin}] to {destination}[ {@day}][, leaving after {after}][ and paying at most {max_price}]",
            "I'm looking for a flight[ {@day}][ from {origin}][ to {destination}][ below {max_price}][ after {after}]",
            "how can I fly[ from {origin}] to {destination}[ {@day}][ after {after}][ for less than {max_price}]?",
            "is there a flight[ from {origin}] to {destination}[ {@day}][ after {after}][ for under {max_price}]?",
            "I want to fly[ from {origin}] to {destination}[ {@day}][, after {after}][, at most {max_price}].",
            "show me flights[ from {origin}] to {destination}[ {@day}][ after {after}][ up to {max_price}]",
            "look for a flight[ from {origin}][ to {destination}][ {@day}][ leaving after {after}][ below {max_price}]",
            "which planes go[ from {origin}] to {destination}[ {@day}][ after {after}][ for {max_price} or less]?",
            "I have to be in {destination}[ {@day}][, coming from {origin}][, nothing before {after}][, not above {max_price}].",
            "what's flying[ from {origin}] to {destination}[ {@day}][ after {after}][ for up to {max_price}]?",
        ),
        list="flights",
        item="{airline} {@departs} for {price}",
        tell=(
            "From {origin} to {destination} on {day} I found {count}: {items}.",
            "{day}, {origin} to {destination}: {items}.",
            "I found {count} for {day} to {destination}: {items}.",
        ),
        none=(
            "There's nothing from {origin} to {destination} on {day} that fits.",
            "I found no flight to {destination} on {day} like that.",
        ),
        nouns={
            "flight_id": (
                Noun("the cheapest flight from {origin} to {destination} {@day}", least="price"),
                Noun("the earliest flight from {origin} to {destination} {@day}", least="departs"),
                Noun("the last flight from {origin} to {destination} {@day}", most="departs"),
                Noun("the cheapest one", least="price", seen=True),
                Noun("the earliest one", least="departs", seen=True),
                Noun("the latest one", most="departs", seen=True),
                Noun("the {departs} one", seen=True),
                Noun("the one with {airline}", seen=True),
                Noun("the {airline} flight", seen=True),
            )
        },
        visible=("origin",),
        question={
            "origin": "Where would you be flying from?",
            "destination": "Where would you like to fly to?",
            "day": "Which day would you like to fly?",
        },
    ),
)
def search_flights(
    world: World,
    origin: City,
    destination: City,
    day: Day,
    max_price: Budget | None = None,
    after: Clock | None = None,
) -> FlightList:
    """Search direct flights between two cities on one day.

    Args:
        origin: city of departure
        destination: city of arrival
        day: day of departure
        max_price: highest acceptable price per seat, in euros
        after: only flights that leave at or after this time
    """
    if origin == destination:
        raise Refused("same_city", f"origin and destination are both {origin}", "name two different cities")
    if day < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', day)} is in the past", "choose a day from today on")
    found = [
        FlightItem(
            flight_id=key,
            airline=row["airline"],
            departs=row["departs"],
            arrives=row["arrives"],
            price=row["price"],
            seats_left=row["seats_left"],
        )
        for key, row in world.rows("flights", route=f"{origin}|{destination}|{day}")
        if (max_price is None or Decimal(row["price"]) <= Decimal(max_price))
        and (after is None or row["departs"] >= after)
        and _hours_left(world, row) > 0
    ]
    found.sort(key=lambda item: item["departs"])
    return {"origin": origin, "destination": destination, "day": day, "flights": found}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "tell me more about {flight_id}",
            "give me the details of {flight_id}",
            "which terminal does {flight_id} leave from?",
            "when does {flight_id} land?",
            "what does a bag cost on {flight_id}?",
            "what do you know about {flight_id}?",
            "when do I get in with {flight_id}?",
            "from which terminal does {flight_id} go?",
            "what would a bag be on {flight_id}?",
            "show me the details of {flight_id}",
            "where do I have to go for {flight_id}, which terminal?",
            "at what time will {flight_id} land?",
        ),
        about={"terminal": "terminal", "land": "arrives", "bag": "bag_price"},
        tell=(
            "The {airline} flight to {destination} leaves {@departs} from terminal {terminal} and lands {@arrives}; "
            "a bag is {bag_price}.",
            "{airline}, {origin} to {destination}, {day}: {departs} to {arrives}, terminal {terminal}, bags {bag_price} each.",
        ),
    ),
)
def get_flight(world: World, flight_id: FlightId) -> FlightDetails:
    """Show one flight: times, terminal, price of a bag.

    Args:
        flight_id: id of the flight
    """
    row = _flight(world, flight_id)
    return cast(FlightDetails, {name: row[name] for name in FlightDetails.__annotations__})


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "book {flight_id}[ for {seats}]",
            "book me {flight_id}[, {seats} seats]",
            "I'll take {flight_id}[, {seats} seats please]",
            "get me {flight_id}[, for {seats} people]",
            "reserve {flight_id}[ for {seats} people]",
            "let's go with {flight_id}[, {seats} of us]",
            "put me on {flight_id}[, {seats} seats]",
            "make a booking for {flight_id}[, {seats} of us]",
            "I want {flight_id}[, for {seats}].",
            "get {flight_id} for me[, {seats} tickets]",
            "go ahead and book {flight_id}[ for {seats} people]",
            "buy tickets for {flight_id}[, {seats} of them]",
            "I'd like to fly with {flight_id}[, {seats} seats].",
            "secure {flight_id} for me[, {seats} seats]",
            "sign me up for {flight_id}[, {seats} of us]",
        ),
        tell=(
            "Booked: {airline} to {destination}, {day} {@departs}. That's {total} in total, reference {booking_id}.",
            "Done, you're on the {departs} {airline} flight to {destination} on {day}. Total {total}, reference {booking_id}.",
        ),
        not_from={"flight_id": ("list_bookings", "get_booking", "get_flight_status", "list_free_seats")},
        question={"seats": "How many seats do you need?"},
        nouns={"booking_id": (Noun("the {destination} booking", seen=True), Noun("that booking", seen=True))},
    ),
)
def book_flight(world: World, flight_id: FlightId, seats: Count = 1) -> Booked:
    """Book seats on a flight and pay with the stored card.

    Args:
        flight_id: id of the flight
        seats: number of seats
    """
    row = _flight(world, flight_id)
    if _hours_left(world, row) < CLOSES:
        raise Refused(
            "too_late",
            f"booking for the {row['departs']} flight closed two hours before it leaves",
            "choose a later flight",
        )
    if row["seats_left"] < seats:
        left = row["seats_left"]
        fact = "is sold out" if left == 0 else f"has only {left} {'seat' if left == 1 else 'seats'} left"
        raise Refused(
            "sold_out",
            f"the {row['departs']} {row['airline']} flight {fact}",
            "choose another flight that day",
        )
    key = world.new_key("bookings", "BK")
    total = _money(Decimal(row["price"]) * seats)
    world.put(
        "bookings",
        key,
        {
            "booking_id": key,
            "owner": "me",
            "flight_id": flight_id,
            "seats": seats,
            "paid": total,
            "status": "confirmed",
            "flexible": False,
            "bags": 0,
            "seat": "",
            "checked_in": False,
        },
    )
    world.update("flights", flight_id, seats_left=row["seats_left"] - seats)
    return {
        "booking_id": key,
        "airline": row["airline"],
        "destination": row["destination"],
        "day": row["day"],
        "departs": row["departs"],
        "total": total,
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what flights do I have booked[ to {destination}][ {@day}]?",
            "do I have any flights[ to {destination}][ {@day}]?",
            "show me my bookings[ to {destination}][ for {day}]",
            "which trips do I have coming up[ to {destination}][ {@day}]?",
            "list my flight bookings[ to {destination}][ for {day}]",
            "where am I flying[, to {destination}][ {@day}]?",
            "have I booked any flights[ to {destination}][ {@day}]?",
            "look up my flights[ to {destination}][ {@day}]",
            "what's booked for me[ to {destination}][ {@day}], flights I mean?",
            "am I flying anywhere[ {@day}][, to {destination}]?",
            "give me my flights[ to {destination}][ {@day}]",
            "which planes am I taking[ to {destination}][ {@day}]?",
        ),
        list="bookings",
        item="{destination} on {day} {@departs} ({status})",
        tell=(
            "You have {count}: {items}.",
            "Here's what's booked: {items}.",
            "{count} in your name: {items}.",
        ),
        none=("There's no such booking.", "I see no booking like that in your name."),
        nouns={
            "booking_id": (
                Noun("my {destination} flight"),
                Noun("my flight to {destination}"),
                Noun("my flight {@day}"),
                Noun("my {destination} flight {@day}"),
                Noun("the booking to {destination} {@day}"),
                Noun("the {destination} one", seen=True),
                Noun("the one {@day}", seen=True),
            ),
            "flight_id": (
                Noun("my flight to {destination}"),
                Noun("my flight to {destination} {@day}"),
                Noun("my {destination} flight"),
                Noun("the {destination} one", seen=True),
            ),
        },
    ),
)
def list_bookings(world: World, destination: City | None = None, day: Day | None = None) -> BookingList:
    """List the user's own flight bookings, soonest first.

    Args:
        destination: only bookings to this city
        day: only bookings for this day
    """
    found = []
    for key, row in world.rows("bookings", owner="me"):
        flight = _flight(world, row["flight_id"])
        if destination in (None, flight["destination"]) and day in (None, flight["day"]):
            found.append(
                BookingItem(
                    booking_id=key,
                    flight_id=row["flight_id"],
                    origin=flight["origin"],
                    destination=flight["destination"],
                    day=flight["day"],
                    departs=flight["departs"],
                    seats=row["seats"],
                    status=row["status"],
                )
            )
    return {"bookings": sorted(found, key=lambda item: (item["day"], item["departs"], item["booking_id"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how much did I pay for {booking_id}?",
            "is a bag included in {booking_id}?",
            "give me the details of {booking_id}",
            "when exactly is {booking_id}?",
            "is {booking_id} flexible?",
            "what did {booking_id} cost me?",
            "can I still change {booking_id}, or is it fixed?",
            "tell me about {booking_id}",
            "look up {booking_id}",
            "tell me what {booking_id} includes",
            "what have I paid for {booking_id}?",
            "have I got a bag on {booking_id}?",
        ),
        about={"when exactly": "departs"},
        tell=(
            "{destination}, {day}: leaves {@departs}, lands {@arrives}, {seats} seat(s), {bags?|no} bag(s), paid {paid}; "
            "{flexible?flexible|not flexible}.",
            "That one is on {day}, {departs} to {arrives}. You paid {paid} for {seats} seat(s) with {bags?|no} bag(s). "
            "It's {flexible?flexible|not flexible}.",
        ),
    ),
)
def get_booking(world: World, booking_id: BookingId) -> BookingDetails:
    """Show one booking: flight times, seats, bags, price, whether it is flexible.

    Args:
        booking_id: id of the booking
    """
    row = _booking(world, booking_id)
    both: dict[str, Any] = {**_flight(world, row["flight_id"]), **row}
    return cast(BookingDetails, {name: both[name] for name in BookingDetails.__annotations__})


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "cancel {booking_id}",
            "I have to cancel {booking_id}",
            "please get rid of {booking_id}",
            "I can't make it, cancel {booking_id}",
            "call off {booking_id} for me",
            "I'm not flying after all, cancel {booking_id}.",
            "take me off {booking_id}",
            "drop {booking_id}, I'm staying home.",
            "scrap {booking_id}",
            "I won't be travelling, please cancel {booking_id}.",
            "have {booking_id} cancelled",
            "let {booking_id} go",
        ),
        tell=(
            "Cancelled. {refund} goes back to your card for the {destination} trip.",
            "Your {destination} booking is cancelled; the refund is {refund}.",
        ),
        deed=("cancel it", "go ahead and cancel it"),
    ),
    irreversible=True,
)
def cancel_booking(world: World, booking_id: BookingId) -> Cancelled:
    """Cancel a booking. Flexible bookings are refunded in full, others at half price.

    Args:
        booking_id: id of the booking
    """
    row, flight = _live(world, booking_id)
    if _hours_left(world, flight) < 24:
        raise Refused(
            "too_late",
            f"the flight to {flight['destination']} leaves in less than 24 hours, so it can no longer be cancelled",
        )
    world.update("bookings", booking_id, status="cancelled")
    world.update("flights", row["flight_id"], seats_left=flight["seats_left"] + row["seats"])
    paid = Decimal(row["paid"])
    return {
        "booking_id": booking_id,
        "destination": flight["destination"],
        "refund": _money(paid if row["flexible"] else paid / 2),
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {booking_id} to {flight_id}",
            "change {booking_id} to {flight_id}",
            "rebook {booking_id} to {flight_id}",
            "switch {booking_id} to {flight_id}",
            "put me on {flight_id} instead of {booking_id}",
            "I'd rather take {flight_id} than {booking_id}, change that.",
            "swap {booking_id} for {flight_id}",
            "make it {flight_id} instead of {booking_id}",
            "exchange {booking_id} for {flight_id}",
            "have {booking_id} changed to {flight_id}",
            "let me fly with {flight_id} instead of {booking_id}",
            "transfer {booking_id} to {flight_id}",
        ),
        not_from={"flight_id": ("list_bookings", "get_booking", "get_flight_status", "list_free_seats")},
        tell=(
            "Changed: you now fly on {day} {@departs}. There's {to_pay?|nothing} to pay.",
            "Your booking is moved to {day}, {departs}; the difference to pay is {to_pay}.",
        ),
    ),
)
def change_booking(world: World, booking_id: BookingId, flight_id: FlightId) -> Changed:
    """Move a booking to another flight on the same route; the price difference is charged.

    Args:
        booking_id: id of the booking
        flight_id: id of the new flight
    """
    row, old = _live(world, booking_id)
    new = _flight(world, flight_id)
    if (old["origin"], old["destination"]) != (new["origin"], new["destination"]):
        apart = old["origin"] != new["origin"] and old["destination"] != new["destination"]
        raise Refused(
            "elsewhere" if apart else "other_route",
            f"the booking is for {old['origin']} to {old['destination']}, the flight is not",
            "choose a flight on the same route",
        )
    if flight_id == row["flight_id"]:
        raise Refused("same_flight", "the booking is already for that flight", "choose another flight")
    if new["seats_left"] < row["seats"]:
        raise Refused("sold_out", f"the {new['departs']} {new['airline']} flight is full", "choose another flight")
    price = Decimal(new["price"]) * row["seats"]
    to_pay = max(price - Decimal(row["paid"]), Decimal(0))
    world.update("bookings", booking_id, flight_id=flight_id, paid=_money(Decimal(row["paid"]) + to_pay), seat="")
    world.update("flights", row["flight_id"], seats_left=old["seats_left"] + row["seats"])
    world.update("flights", flight_id, seats_left=new["seats_left"] - row["seats"])
    return {"booking_id": booking_id, "day": new["day"], "departs": new["departs"], "to_pay": _money(to_pay)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which seats are still free on {flight_id}?",
            "are there free seats on {flight_id}?",
            "show me the free seats on {flight_id}",
            "what seats can I get on {flight_id}?",
            "where could I sit on {flight_id}?",
            "what's left on {flight_id}, seats I mean?",
            "let me see the seats that are free on {flight_id}",
            "list the open seats on {flight_id}",
            "which seats can I still pick on {flight_id}?",
            "I'd like to see the seat map of {flight_id}.",
            "tell me which seats nobody has taken on {flight_id}",
            "are any seats left to choose on {flight_id}?",
        ),
        list="seats",
        item="{value}",
        tell=("Still free: {items}.", "You can choose from {items}.", "These are free: {items}."),
        none=("No seat can be chosen on that flight any more.", "There are no free seats left to choose."),
    ),
)
def list_free_seats(world: World, flight_id: FlightId) -> FreeSeats:
    """List the seats of a flight that can still be chosen.

    Args:
        flight_id: id of the flight
    """
    return {"flight_id": flight_id, "seats": list(_flight(world, flight_id)["free_seats"])}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "put me in seat {seat} for {booking_id}",
            "take seat {seat} on {booking_id}",
            "I'd like seat {seat} on {booking_id}",
            "choose seat {seat} for {booking_id}",
            "I'll sit in {seat} on {booking_id}.",
            "give me {seat} on {booking_id}",
            "set my seat to {seat} on {booking_id}",
            "reserve seat {seat} for {booking_id}",
            "get me seat {seat} on {booking_id}",
            "I want to sit in {seat} on {booking_id}.",
            "go for seat {seat} on {booking_id}",
            "pick {seat} for me on {booking_id}",
        ),
        tell=("Seat {seat} is yours.", "Done, you have seat {seat}."),
        question={"seat": "Which seat would you like?"},
    ),
)
def choose_seat(world: World, booking_id: BookingId, seat: Seat) -> SeatChosen:
    """Choose a seat for a booking.

    Args:
        booking_id: id of the booking
        seat: row and letter, such as 12A
    """
    row, flight = _live(world, booking_id)
    if seat not in flight["free_seats"]:
        raise Refused("seat_taken", f"seat {seat} is not free on that flight", "choose one of the free seats")
    world.update("flights", row["flight_id"], free_seats=[free for free in flight["free_seats"] if free != seat])
    world.update("bookings", booking_id, seat=seat)
    return {"booking_id": booking_id, "seat": seat}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "add[ {bags}] bags to {booking_id}",
            "I need[ {bags}] checked bags on {booking_id}",
            "put {bags} more bags on {booking_id}",
            "I'm taking luggage, add {bags} to {booking_id}",
            "book {bags} more bags for {booking_id}",
            "I can't fit it all in a backpack, so {bags} bags on {booking_id} please.",
            "have {bags} bags go with {booking_id}",
            "check in {bags} more bags for {booking_id}",
            "I'd like {bags} extra bags on {booking_id}.",
            "include {bags} bags with {booking_id}",
            "get[ {bags}] bags put on {booking_id}",
            "there'll be {bags} bags with {booking_id}, add them.",
        ),
        tell=("Added; that makes {bags} bag(s) for {cost} more.", "Done: {bags} bag(s) now, {cost} extra."),
        question={"bags": "How many bags should I add?"},
    ),
)
def add_bags(world: World, booking_id: BookingId, bags: Annotated[Count, Field(le=3)]) -> BagsAdded:
    """Add checked bags to a booking; at most three in all.

    Args:
        booking_id: id of the booking
        bags: how many bags to add
    """
    row, flight = _live(world, booking_id)
    if row["bags"] + bags > 3:
        raise Refused("too_many_bags", f"three bags are the limit, booked so far: {row['bags']}", "add fewer bags")
    world.update("bookings", booking_id, bags=row["bags"] + bags)
    return {
        "booking_id": booking_id,
        "bags": row["bags"] + bags,
        "cost": _money(Decimal(flight["bag_price"]) * bags),
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "check me in for {booking_id}",
            "check in for {booking_id}",
            "can you do the check-in for {booking_id}?",
            "I want to check in for {booking_id}",
            "get me checked in for {booking_id}",
            "I need the check-in done for {booking_id}.",
            "see that I'm checked in for {booking_id}",
            "see to the check-in for {booking_id}",
            "have me checked in on {booking_id}",
            "do my check-in for {booking_id}",
            "take care of checking in for {booking_id}",
            "I haven't checked in for {booking_id} yet, do that.",
            "complete the check-in for {booking_id}",
            "sort out the check-in for {booking_id}",
            "get my boarding pass for {booking_id}, check me in",
            "get the check-in for {booking_id} over with",
        ),
        tell=(
            "You're checked in for {destination}: {departs}, gate {gate}.",
            "Checked in. The flight to {destination} leaves {@departs} from gate {gate}.",
        ),
    ),
)
def check_in(world: World, booking_id: BookingId) -> CheckedIn:
    """Check in for a flight; opens 48 hours before departure.

    Args:
        booking_id: id of the booking
    """
    row, flight = _live(world, booking_id)
    left = _hours_left(world, flight)
    if left > 48:
        raise Refused(
            "not_open",
            f"check-in for {flight['destination']} opens 48 hours before departure, which is {say('day', flight['day'])}",
            "try again then",
        )
    if row["checked_in"]:
        raise Refused("already_checked_in", "that booking is already checked in", "")
    world.update("bookings", booking_id, checked_in=True)
    return {
        "booking_id": booking_id,
        "destination": flight["destination"],
        "departs": flight["departs"],
        "gate": flight["gate"],
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "is {flight_id} on time?",
            "is {flight_id} delayed?",
            "which gate is {flight_id}?",
            "check the status of {flight_id}",
            "is {flight_id} running late?",
            "how late is {flight_id}?",
            "does {flight_id} leave as planned?",
            "look up whether {flight_id} is on time",
            "where do I board {flight_id}, which gate?",
            "tell me if {flight_id} is delayed",
            "anything new on {flight_id}, is there a delay?",
            "I need to know the gate of {flight_id}.",
        ),
        tell=(
            "The {airline} flight is at gate {gate}, due to leave {@departs}, {delay_minutes?* minutes late|on time}.",
            "Gate {gate}, departure {@departs} with {airline}, {delay_minutes?* minutes of delay|on time}.",
        ),
    ),
)
def get_flight_status(world: World, flight_id: FlightId) -> Status:
    """Show gate and delay of a flight.

    Args:
        flight_id: id of the flight
    """
    row = _flight(world, flight_id)
    return {
        "flight_id": flight_id,
        "airline": row["airline"],
        "departs": row["departs"],
        "gate": row["gate"],
        "delay_minutes": row["delay"],
    }
