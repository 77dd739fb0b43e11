"""Hotels: searching, booking, and the stays that were booked."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, cast

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import Budget, City, Clock, Count, Day, HotelId, Money, StayId
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import say
from ..world import Row, World
from .rows import CITIES, keyed

_NAMES = [
    *("Hotel Miramar", "The Old Mill", "Casa Verde", "Hotel du Quai", "Lindenhof", "The Harbour Inn", "Pension Rosa"),
    *("Grand Meridian", "Le Pantin", "Maison Jules", "Hotel Aurora", "The Lantern", "Villa Serena", "Stadthotel Adler"),
]
_DISTRICTS = ["the old town", "the station quarter", "the harbour", "the university quarter", "the museum district"]


class HotelItem(TypedDict):
    hotel_id: HotelId
    name: str
    district: str
    price: Money
    rating: float


class HotelList(TypedDict):
    city: City
    checkin: Day
    hotels: list[HotelItem]


class HotelDetails(TypedDict):
    hotel_id: HotelId
    name: str
    city: City
    district: str
    price: Money
    rating: float
    breakfast: bool
    reception_until: Clock


class StayBooked(TypedDict):
    stay_id: StayId
    hotel: str
    city: City
    checkin: Day
    checkout: Day
    total: Money


class StayItem(TypedDict):
    stay_id: StayId
    hotel_id: HotelId
    hotel: str
    city: City
    checkin: Day
    checkout: Day
    total: Money


class StayList(TypedDict):
    stays: list[StayItem]


class StayCancelled(TypedDict):
    stay_id: StayId
    hotel: str
    city: City
    refund: Money


class LateCheckout(TypedDict):
    stay_id: StayId
    hotel: str
    until: Clock


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Hotels of every city, and this user's stays."""
    hotels = []
    for city in CITIES:
        for name in random.sample(_NAMES, 5):
            full = sorted((now + timedelta(days=n)).date().isoformat() for n in random.sample(range(30), 6))
            hotels.append(
                {
                    "name": name,
                    "city": city,
                    "district": random.choice(_DISTRICTS),
                    "price": f"{random.randrange(54, 220)}.{random.choice(['00', '00', '50'])}",
                    "rating": random.choice([3.4, 3.8, 4.0, 4.1, 4.3, 4.5, 4.7]),
                    "breakfast": random.random() < 0.5,
                    "reception_until": random.choice(["22:00", "23:00", "23:30"]),
                    "full": full,
                }
            )
    tables["hotels"] = keyed(random, "HT", "hotel_id", hotels)
    stays = []
    for number, city in enumerate(random.sample([one for one in CITIES if one != me["city"]], 4)):
        key = random.choice([key for key, row in tables["hotels"].items() if row["city"] == city])
        checkin, nights = (now + timedelta(days=2 + 6 * number + random.randrange(5))).date(), random.randrange(1, 5)
        stays.append(
            {
                "hotel_id": key,
                "checkin": checkin.isoformat(),
                "nights": nights,
                "flexible": random.random() < 0.6,
                "late_until": "",
            }
        )
    tables["stays"] = keyed(random, "ST", "stay_id", stays)


def _hotel(world: World, key: str) -> Row:
    row = world.get("hotels", key)
    if row is None:
        raise Refused("unknown_hotel", f"there is no hotel {key}", "search for hotels first")
    return row


def _stay(world: World, key: str) -> tuple[Row, Row]:
    row = world.get("stays", key)
    if row is None:
        raise Refused("unknown_stay", f"there is no stay {key}", "list the stays first")
    return row, _hotel(world, row["hotel_id"])


def _days(checkin: str, nights: int) -> list[str]:
    first = date.fromisoformat(checkin)
    return [(first + timedelta(days=n)).isoformat() for n in range(nights)]


def _must_have_room(world: World, hotel: Row, checkin: str, nights: int) -> None:
    if checkin < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', checkin)} is in the past", "choose another day")
    for day in _days(checkin, nights):
        if day in hotel["full"]:
            raise Refused(
                "fully_booked", f"{hotel['name']} is full on {say('day', day)}", "choose another hotel or another day"
            )


def _shown(row: Row, hotel: Row) -> StayItem:
    checkout = (date.fromisoformat(row["checkin"]) + timedelta(days=row["nights"])).isoformat()
    return {
        "stay_id": row["stay_id"],
        "hotel_id": row["hotel_id"],
        "hotel": hotel["name"],
        "city": hotel["city"],
        "checkin": row["checkin"],
        "checkout": checkout,
        "total": f"{Decimal(hotel['price']) * row['nights']:.2f}",
    }


def _booked(row: Row, hotel: Row) -> StayBooked:
    shown = _shown(row, hotel)
    return cast(StayBooked, {name: shown[name] for name in StayBooked.__annotations__})  # type: ignore[literal-required]


_MINE = (
    Noun("my hotel in {city}"),
    Noun("my stay at {hotel}"),
    Noun("the booking at {hotel}"),
    Noun("my room in {city}"),
    Noun("the hotel {@checkin}"),
)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "find me a hotel in {city} from {checkin} for {nights} nights[, up to {max_price} a night]",
            "I need somewhere to stay in {city}[ {@checkin}][ for {nights} nights][, at most {max_price} a night].",
            "look for hotels in {city}[ from {checkin}][, {nights} nights][, max {max_price} per night]",
            "what hotels are there in {city}[ {@checkin}][ for {nights} nights][ under {max_price}]?",
            "I'm looking for a room in {city}[ from {checkin}][ for {nights} nights][, {max_price} a night tops].",
            "where could I stay in {city} {@checkin} for {nights} nights[, no more than {max_price} a night]?",
            "hotels in {city}, {nights} nights from {checkin}[, budget {max_price} a night].",
            "any rooms in {city} {@checkin}, {nights} nights[, under {max_price}]?",
            "is there a room in {city}[ from {checkin}][ for {nights} nights][ under {max_price} a night]?",
            "I'm going to {city}[ {@checkin}][ for {nights} nights], where can I sleep[ for {max_price} at most]?",
            "show me hotels in {city}[ from {checkin}][ for {nights} nights][ up to {max_price} a night]",
            "I'd like a bed in {city}[ {@checkin}][ for {nights} nights][, {max_price} a night at most].",
        ),
        list="hotels",
        item="{name} in {district} at {price} a night",
        tell=(
            "In {city} I found {items}.",
            "There's {items}.",
            "{count} with room then: {items}.",
            "For those nights: {items}.",
        ),
        none=("Nothing free in {city} for those nights.", "No hotel in {city} has room then."),
        nouns={
            "hotel_id": (
                Noun("the cheapest hotel in {city} {@checkin} for {nights} nights", least="price"),
                Noun("the best rated hotel in {city} {@checkin} for {nights} nights", most="rating"),
                Noun("the cheapest one", least="price", seen=True),
                Noun("the best rated one", most="rating", seen=True),
                Noun("{name}", seen=True),
                Noun("the one in {district}", seen=True),
            )
        },
        question={
            "city": "In which city?",
            "checkin": "From which day?",
            "nights": "For how many nights?",
            "max_price": "How much a night at most?",
        },
    ),
)
def search_hotels(world: World, city: City, checkin: Day, nights: Count, max_price: Budget | None = None) -> HotelList:
    """Find hotels with a free room.

    Args:
        city: where
        checkin: the first night
        nights: how many nights
        max_price: the most that a night may cost
    """
    wanted = set(_days(checkin, nights))
    found = [
        HotelItem(hotel_id=key, name=row["name"], district=row["district"], price=row["price"], rating=row["rating"])
        for key, row in world.rows("hotels", city=city)
        if not wanted & set(row["full"]) and (max_price is None or Decimal(row["price"]) <= Decimal(max_price))
    ]
    return {"city": city, "checkin": checkin, "hotels": sorted(found, key=lambda item: Decimal(item["price"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "tell me about {hotel_id}",
            "does {hotel_id} have breakfast?",
            "how late is reception open at {hotel_id}?",
            "give me the details of {hotel_id}",
            "what's {hotel_id} like?",
            "where exactly is {hotel_id}?",
            "what can you tell me about {hotel_id}?",
            "is breakfast included at {hotel_id}?",
            "I'd like to know more about {hotel_id}.",
            "until when can I check in at {hotel_id}?",
            "describe {hotel_id}",
            "where would I be staying with {hotel_id}, which part of town?",
        ),
        about={"where": "district"},
        tell=(
            "{name} is in {district}, {price} a night, rated {rating}; breakfast {breakfast?is|isn't} included and reception is open until {reception_until}.",
            "{name}: {district}, {price} a night, {rating} stars from guests, reception until {reception_until}, breakfast {breakfast?included|not included}.",
        ),
    ),
)
def get_hotel(world: World, hotel_id: HotelId) -> HotelDetails:
    """Show one hotel: where it is, price, rating, breakfast, reception hours.

    Args:
        hotel_id: id of the hotel
    """
    row = _hotel(world, hotel_id)
    return cast(HotelDetails, {name: row[name] for name in HotelDetails.__annotations__})


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "book {hotel_id}[ from {checkin}][ for {nights} nights]",
            "reserve a room at {hotel_id}[ {@checkin}][, {nights} nights]",
            "I'll take {hotel_id}[, from {checkin}][, {nights} nights please]",
            "get me a room at {hotel_id}[ for {nights} nights][ from {checkin}]",
            "let's book {hotel_id}[ {@checkin}][ for {nights} nights].",
            "put me down[ for {nights} nights] at {hotel_id}[ from {checkin}]",
            "make a booking at {hotel_id}[ from {checkin}][ for {nights} nights]",
            "I want to stay at {hotel_id}[ from {checkin}][ for {nights} nights].",
            "get me into {hotel_id}[ {@checkin}][ for {nights} nights]",
            "I'd like a room at {hotel_id}[, arriving {@checkin}][, {nights} nights].",
            "take {hotel_id}[ for {nights} nights][ from {checkin}]",
            "fix me up with a room at {hotel_id}[ {@checkin}][ for {nights} nights]",
            "we're going with {hotel_id}[, {nights} nights][ from {checkin}].",
        ),
        tell=(
            "Booked: {hotel}, {checkin} to {checkout}, {total} in all.",
            "You have a room at {hotel} in {city} from {checkin} to {checkout}. That's {total}.",
            "Done. {hotel}, arriving {checkin}, leaving {checkout}, {total} altogether.",
        ),
        nouns={"stay_id": (Noun("that hotel booking", seen=True), Noun("the booking at {hotel}", seen=True))},
        not_from={"hotel_id": ("list_stays",)},
        along=("checkin", "nights"),
        question={"checkin": "Which night would you arrive?", "nights": "How many nights?"},
    ),
)
def book_hotel(world: World, hotel_id: HotelId, checkin: Day, nights: Count) -> StayBooked:
    """Book a room and pay with the stored card.

    Args:
        hotel_id: id of the hotel
        checkin: the first night
        nights: how many nights
    """
    hotel = _hotel(world, hotel_id)
    _must_have_room(world, hotel, checkin, nights)
    key = world.new_key("stays", "ST")
    row = {
        "stay_id": key,
        "hotel_id": hotel_id,
        "checkin": checkin,
        "nights": nights,
        "flexible": True,
        "late_until": "",
    }
    world.put("stays", key, row)
    return _booked(row, hotel)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which hotels do I have booked?",
            "show me my hotel bookings",
            "where am I staying[ in {city}]?",
            "do I have a hotel in {city}?",
            "list my stays[ in {city}]",
            "what rooms have I booked[ in {city}]?",
            "where have I got rooms[ in {city}]?",
            "have I booked a hotel[ in {city}]?",
            "look up my hotel bookings[ in {city}]",
            "what hotels am I staying at[ in {city}]?",
            "give me my hotel bookings[ in {city}]",
            "which hotel did I book[ in {city}]?",
            "where will I be sleeping[ in {city}]?",
        ),
        list="stays",
        item="{hotel} in {city}, {checkin} to {checkout}",
        tell=("You're booked at {items}.", "Your stays: {items}.", "{items}."),
        none=("You have no hotel booked there.", "There's no such stay."),
        nouns={"stay_id": _MINE, "hotel_id": (Noun("my hotel in {city}"),)},
    ),
)
def list_stays(world: World, city: City | None = None) -> StayList:
    """List the hotel stays that are booked.

    Args:
        city: only stays there
    """
    found = [_shown(row, _hotel(world, row["hotel_id"])) for _, row in world.rows("stays")]
    mine = [item for item in found if city is None or item["city"] == city]
    return {"stays": sorted(mine, key=lambda item: item["checkin"])}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {stay_id} to {checkin}",
            "change {stay_id}[ to start {@checkin}]",
            "I'd arrive {@checkin} instead, change {stay_id}.",
            "shift {stay_id}[ to {checkin}]",
            "reschedule {stay_id} to {checkin}",
            "have {stay_id} begin {@checkin}",
            "I'll be there {@checkin} instead, adjust {stay_id}.",
            "make {stay_id} start {@checkin}",
            "have {stay_id} moved[ to {checkin}]",
            "{stay_id} should start {@checkin}, change that.",
            "I'd like to start {stay_id} {@checkin} instead.",
            "start {stay_id} {@checkin} instead",
            "change the arrival day for {stay_id}[ to {checkin}]",
        ),
        tell=("{hotel} now runs from {checkin} to {checkout}.", "Changed: {hotel}, {checkin} to {checkout}."),
        question={"checkin": "Which day would you arrive?"},
    ),
)
def move_stay(world: World, stay_id: StayId, checkin: Day) -> StayBooked:
    """Move a stay to another first night.

    Args:
        stay_id: id of the stay
        checkin: the new first night
    """
    row, hotel = _stay(world, stay_id)
    _must_have_room(world, hotel, checkin, row["nights"])
    world.update("stays", stay_id, checkin=checkin)
    return _booked({**row, "checkin": checkin}, hotel)


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "make {stay_id} {nights} nights long",
            "change {stay_id} to {nights} nights",
            "I'd rather stay {nights} nights, change {stay_id}.",
            "turn {stay_id} into {nights} nights",
            "I'd like {nights} nights for {stay_id}.",
            "set {stay_id} to {nights} nights",
            "have {stay_id} last {nights} nights",
            "it'll be {nights} nights, change {stay_id}.",
            "{nights} nights would be better for {stay_id}, change it.",
            "adjust {stay_id} to {nights} nights",
            "get {stay_id} changed to {nights} nights",
            "I need {stay_id} to be {nights} nights.",
        ),
        tell=("{hotel} is booked until {checkout} now, {total} in all.", "Done: {checkin} to {checkout}, {total}."),
        question={"nights": "How many nights in all?"},
    ),
)
def change_nights(world: World, stay_id: StayId, nights: Count) -> StayBooked:
    """Make a stay longer or shorter.

    Args:
        stay_id: id of the stay
        nights: how many nights in all
    """
    row, hotel = _stay(world, stay_id)
    if nights == row["nights"]:
        raise Refused("no_change", f"it is booked for {nights} nights already", "choose another number of nights")
    _must_have_room(world, hotel, row["checkin"], nights)
    world.update("stays", stay_id, nights=nights)
    return _booked({**row, "nights": nights}, hotel)


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "cancel {stay_id}",
            "I won't need {stay_id}, cancel it.",
            "please call off {stay_id}",
            "get rid of {stay_id}",
            "drop {stay_id}, plans have changed",
            "I'm not going, cancel {stay_id}.",
            "have {stay_id} cancelled",
            "scrap {stay_id}",
            "give up {stay_id}",
            "I don't need {stay_id} any more, cancel it.",
            "let {stay_id} go",
            "tell them I won't be using {stay_id}",
        ),
        tell=("{hotel} is cancelled, {refund} comes back.", "Cancelled. You get {refund} back for {hotel}."),
        deed=("cancel it", "cancel that stay"),
    ),
    irreversible=True,
)
def cancel_stay(world: World, stay_id: StayId) -> StayCancelled:
    """Cancel a stay. Flexible ones are refunded in full until two days before, others at half price.

    Args:
        stay_id: id of the stay
    """
    row, hotel = _stay(world, stay_id)
    if row["checkin"] < (world.now + timedelta(days=2)).date().isoformat():
        raise Refused("too_late", "the stay begins in less than two days, so it can no longer be cancelled")
    total = Decimal(hotel["price"]) * row["nights"]
    world.delete("stays", stay_id)
    refund = total if row["flexible"] else total / 2
    return {"stay_id": stay_id, "hotel": hotel["name"], "city": hotel["city"], "refund": f"{refund:.2f}"}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "request a late checkout[ until {until}] for {stay_id}",
            "can I keep the room until {until} for {stay_id}?",
            "I'd like a later checkout for {stay_id}[, at {until}].",
            "get me a late checkout[ {@until}] for {stay_id}",
            "I want to keep the room longer for {stay_id}[, until {until}].",
            "let me check out late[, {@until}], for {stay_id}",
            "have them keep the room[ until {until}] for {stay_id}",
            "could checkout be later for {stay_id}[, at {until}]?",
            "push the checkout back[ to {until}] for {stay_id}",
            "arrange a late checkout[ {@until}] for {stay_id}",
            "I won't be out early, ask for a late checkout[ until {until}] for {stay_id}.",
            "is a later checkout possible for {stay_id}[, say {until}]?",
        ),
        tell=("{hotel} lets you keep the room until {until}.", "Late checkout at {hotel}: {until}."),
        question={"until": "Until what time?"},
    ),
)
def late_checkout(world: World, stay_id: StayId, until: Clock) -> LateCheckout:
    """Ask to keep the room longer on the last day.

    Args:
        stay_id: id of the stay
        until: until when
    """
    _, hotel = _stay(world, stay_id)
    if until > "15:00":
        raise Refused("too_late", f"{hotel['name']} needs the room by 15:00", "ask for another time, 15:00 or before")
    if until <= "11:00":
        raise Refused("not_late", "the room is yours until 11:00 anyway", "ask for another, later time")
    world.update("stays", stay_id, late_until=until)
    return {"stay_id": stay_id, "hotel": hotel["name"], "until": until}
