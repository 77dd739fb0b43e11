"""The rows of the base world, drawn from a seed.

Everything here is a function of the seed alone. Names, places and prices are invented.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ..world import Base

CITIES = ["Lisbon", "Porto", "Madrid", "Paris", "Rome", "Vienna", "Berlin", "Oslo", "Dublin", "Athens"]
AIRLINES = ["Aerolinda", "Norwing", "Bluefin Air", "Meridian", "Skylark"]
FIRST = [
    "Lena",
    "Tom",
    "Priya",
    "Marco",
    "Sofia",
    "Daniel",
    "Ines",
    "Jonas",
    "Amara",
    "Felix",
    "Lucia",
    "Noah",
]
LAST = [
    "Brandt",
    "Ortiz",
    "Nair",
    "Rossi",
    "Lindqvist",
    "Okafor",
    "Meyer",
    "Duarte",
    "Kowalski",
    "Haas",
    "Silva",
]
TITLES = [
    *("call with the bank", "haircut", "gym", "coffee with Ana", "pick up the parcel", "language class"),
    *("flat viewing", "car inspection", "lunch with the team", "book club", "yoga", "vet appointment"),
]
OWN = [
    *("Dentist", "Dinner with Lena", "Team meeting", "Piano lesson", "Parents' evening", "Project review"),
    *("Swimming", "Lunch with Marco", "Budget call", "Birthday party", "Physiotherapy", "Job interview"),
    *("Choir practice", "Tax adviser", "Movie night", "Weekly planning"),
]
#: Where one goes alone.
ALONE = frozenset(
    ("Dentist", "Physiotherapy", "Job interview", "Tax adviser", "call with the bank", "haircut", "vet appointment")
)
#: Why somebody sends something back, once they have seen it.
TRIED = ["it's not what I expected", "it arrived damaged", "the quality is poor"]
REASONS = [*TRIED, "I ordered the wrong one", "I don't need it anymore"]
#: Why somebody wants a payment back, be it of last month or of this minute.
DISPUTES = [
    "it was paid twice",
    "that bill was not mine",
    "it went to the wrong account",
    "I had cancelled the contract",
    "I paid it in cash already",
]
PRODUCTS = {
    "headphones": ["Sonor Lite", "Sonor Pro", "Hush One", "Tuneo Kids"],
    "backpacks": ["Trailer 20", "Harbour Daypack", "Nomad Roll"],
    "lamps": ["Lumo Desk", "Lumo Floor", "Nordlys"],
    "kettles": ["Brewmate", "Stovetop Classic", "Quickboil"],
    "keyboards": ["Clacker 75", "Silent Flow", "Foldaway"],
    "running shoes": ["Stride 4", "Fellrunner", "Cloudstep", "Pacer"],
    "notebooks": ["Dotted A5", "Field Notes Trio", "Ledger Black"],
    "umbrellas": ["Stormproof", "Pocket Dry", "Big Arc"],
}


def keyed(random: Random, prefix: str, name: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows with a drawn key each, which stands in the row too."""
    return {key: {name: key, **row} for key, row in zip(_keys(random, prefix, len(rows)), rows, strict=True)}


def build(seed: int, others: Iterable[Any] = ()) -> Base:
    """The base world of a seed; ``others`` are modules of further domains, which fill in their tables."""
    random = Random(f"home{seed}")
    now = datetime(2026, 3, 2, 10, 15) + timedelta(days=random.randrange(0, 240), minutes=15 * random.randrange(0, 24))
    me = {"name": f"{random.choice(['Anna', 'Ben', 'Clara', 'David', 'Emil', 'Greta'])} {random.choice(LAST)}"}
    me["city"] = random.choice(CITIES)
    flights = _flights(random, now)
    tables: dict[str, dict[str, dict[str, Any]]] = {
        "flights": flights,
        "bookings": _bookings(random, now, flights, me["city"]),
        "events": _events(random, now),
        "contacts": _contacts(random),
        "products": _products(random),
        "orders": {},
        "cart": {},
        "credit": {"me": {"credit": "0.00"}},
        "addresses": _addresses(random, me["city"]),
    }
    tables["orders"] = _orders(random, now, tables["products"], tables["addresses"])
    for module in others:
        # Each domain draws for itself: a new one changes nothing in the others.
        module.fill(Random(f"{module.__name__}{seed}"), now, me, tables)
    return Base.of(seed, now, tables, me)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _keys(random: Random, prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number}" for number in random.sample(range(10000, 99999), count)]


def _flights(random: Random, now: datetime) -> dict[str, dict[str, Any]]:
    # Most rows of a world are these, and Random's own ways to draw cost more than the rows.
    below = _below(random)
    days = [(now + timedelta(days=ahead)).date().isoformat() for ahead in range(17)]
    rows: list[dict[str, Any]] = []
    for origin in CITIES:
        for destination in CITIES:
            if origin == destination:
                continue
            minutes = 75 + 5 * below(40)
            for day in days:
                for start in sorted(_some(below, 192, 2 + below(4))):
                    departs = 360 + start * 5
                    seats = (0, 0, 1, 2, 3, 5, 9, 14, 23, 40)[below(10)]
                    rows.append(
                        {
                            "origin": origin,
                            "destination": destination,
                            "day": day,
                            "departs": _clock(departs),
                            "arrives": _clock(departs + minutes),
                            "airline": AIRLINES[below(len(AIRLINES))],
                            "price": f"{39 + below(281)}.{('00', '00', '50', '90')[below(4)]}",
                            "seats_left": seats,
                            "terminal": "123"[below(3)],
                            "gate": f"{'ABCD'[below(4)]}{1 + below(39)}",
                            "delay": (0, 0, 0, 0, 15, 40, 95)[below(7)],
                            "bag_price": f"{(25, 30, 35, 45)[below(4)]}.00",
                            "route": f"{origin}|{destination}|{day}",
                        }
                    )
    for row in rows:
        free = sorted(_some(below, 4 * 30, min(6, row["seats_left"])))
        row["free_seats"] = [f"{number // 4 + 1}{'ABCD'[number % 4]}" for number in free]
    return {key: {"flight_id": key, **row} for key, row in zip(_keys(random, "FL", len(rows)), rows, strict=True)}


def _below(random: Random) -> Callable[[int], int]:
    """Draws whole numbers from nought to below another."""
    bits = random.getrandbits

    def below(limit: int) -> int:
        width = limit.bit_length()
        number = bits(width)
        while number >= limit:
            number = bits(width)
        return number

    return below


def _some(below: Callable[[int], int], limit: int, count: int) -> set[int]:
    """That many different numbers below a limit."""
    found = set[int]()
    while len(found) < count:
        found.add(below(limit))
    return found


def _bookings(random: Random, now: datetime, flights: dict[str, Any], home: str) -> dict[str, dict[str, Any]]:
    mine: list[dict[str, Any]] = []
    trips = set()
    keys = random.sample(sorted(flights), len(flights))
    # One leaves soon, so that there is something to check in for.
    soon = (now + timedelta(days=1)).date().isoformat()
    for key in sorted(keys, key=lambda key: (flights[key]["origin"], flights[key]["day"]) != (home, soon)):
        flight = flights[key]
        ahead = (datetime.fromisoformat(flight["day"]) - now).days
        place = (flight["destination"], flight["day"])
        near = [row for row in mine if row["day"] == soon]
        if (
            flight["origin"] == home
            and ahead >= 0
            and place not in trips
            and len(mine) < 7
            and not (near and flight["day"] == soon)
        ):
            mine.append(flight)
            trips.add(place)
    # Somebody else's bookings are there too: a tool must say "not yours".
    others = [flights[key] for key in random.sample(sorted(flights), 30)]
    rows = []
    for number, flight in enumerate(mine + others):
        seats = random.choice([1, 1, 2, 3])
        rows.append(
            {
                "owner": "me" if number < len(mine) else "other",
                "flight_id": flight["flight_id"],
                "seats": seats,
                "paid": f"{float(flight['price']) * seats:.2f}",
                "status": "cancelled" if number == 1 else "confirmed",
                "flexible": random.random() < 0.6,
                "bags": random.choice([0, 0, 1]),
                "seat": "",
                "checked_in": False,
            }
        )
    return {key: {"booking_id": key, **row} for key, row in zip(_keys(random, "BK", len(rows)), rows, strict=True)}


def _events(random: Random, now: datetime) -> dict[str, dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for title in random.sample(OWN, len(OWN)):
        day = (now + timedelta(days=random.randrange(0, 15))).date().isoformat()
        start = 15 * random.randrange(32, 80)
        minutes = random.choice([30, 45, 60, 60, 90, 120])
        taken = [(row["from"], row["from"] + row["minutes"]) for row in rows if row["day"] == day]
        if any(start < end and begin < start + minutes for begin, end in taken):
            continue
        rows.append({"title": title, "day": day, "from": start, "start": _clock(start), "minutes": minutes})
    for row in rows:
        row.pop("from")
        row["city"] = random.choice(CITIES) if random.random() < 0.4 else ""
        row["guests"] = []
        row["reminder"] = 0
    return {key: {"event_id": key, **row} for key, row in zip(_keys(random, "EV", len(rows)), rows, strict=True)}


def _contacts(random: Random) -> dict[str, dict[str, Any]]:
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    chosen = random.sample(names, 14)
    lena = [name for name in names if name.startswith("Lena ")]
    chosen = list(dict.fromkeys([*random.sample(lena, 2), *chosen]))
    rows = [
        {
            "name": name,
            "city": random.choice(CITIES),
            "phone": f"+351 9{random.randrange(10, 99)} {random.randrange(100, 999)} {random.randrange(100, 999)}",
        }
        for name in chosen
    ]
    return {key: {"contact_id": key, **row} for key, row in zip(_keys(random, "CT", len(rows)), rows, strict=True)}


def _products(random: Random) -> dict[str, dict[str, Any]]:
    rows = [
        {
            "name": name,
            "category": category,
            "price": f"{random.randrange(9, 190)}.{random.choice(['00', '50', '90', '99'])}",
            "stock": random.choice([0, 1, 2, 4, 8, 20, 20]),
            "rating": random.choice([3.1, 3.6, 3.9, 4.0, 4.2, 4.4, 4.7, 4.8]),
            "warranty_years": random.choice([1, 2, 2, 3]),
            "return_days": random.choice([14, 30, 30, 60]),
        }
        for category, names in PRODUCTS.items()
        for name in names
    ]
    return {key: {"product_id": key, **row} for key, row in zip(_keys(random, "PR", len(rows)), rows, strict=True)}


def _addresses(random: Random, home: str) -> dict[str, dict[str, Any]]:
    streets = ["Rua do Sol", "Linden Street", "Harbour Road", "Mill Lane", "Garden Square"]
    other = random.choice([city for city in CITIES if city != home])
    rows = [
        {"label": label, "street": f"{random.choice(streets)} {random.randrange(1, 90)}", "city": city}
        for label, city in (("home", home), ("office", home), ("parents", other))
    ]
    return {key: {"address_id": key, **row} for key, row in zip(_keys(random, "AD", len(rows)), rows, strict=True)}


def _orders(
    random: Random, now: datetime, products: dict[str, Any], addresses: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    home = next(key for key, row in addresses.items() if row["label"] == "home")
    rows = []
    for number, key in enumerate(random.sample(sorted(products), 12)):
        ago = random.randrange(1, 80)
        status = "processing" if ago <= 2 else "shipped" if ago <= 5 else "delivered"
        if number < 3:  # something is always under way
            ago, status = random.randrange(1, 5), ["processing", "shipped", "processing"][number]
        quantity = random.choice([1, 1, 1, 2])
        arrives = now + timedelta(days=random.randrange(1, 6) if status != "delivered" else 4 - ago)
        rows.append(
            {
                "owner": "me" if number < 9 else "other",
                "product": products[key]["name"],
                "product_id": key,
                "quantity": quantity,
                "total": f"{float(products[key]['price']) * quantity:.2f}",
                "placed": (now - timedelta(days=ago)).date().isoformat(),
                "status": status,
                "delivery_day": arrives.date().isoformat(),
                "address_id": home,
            }
        )
    return {key: {"order_id": key, **row} for key, row in zip(_keys(random, "OR", len(rows)), rows, strict=True)}
