"""The world that ships with toolwalk: one person's flights, diary and shopping."""

from datetime import timedelta
from typing import Any

from ..tool import Tool
from ..world import Base, World
from . import (
    bank,
    contacts,
    currency,
    device,
    diary,
    flights,
    health,
    hotels,
    messages,
    phone,
    places,
    restaurants,
    rows,
    shop,
    tasks,
    tickets,
    weather,
)

_FILLED = (hotels, restaurants, bank, contacts, messages, places, currency, tasks, tickets, health, phone, device)
TOOLS: dict[str, Tool] = {
    found.spec.name: found
    for module in (flights, diary, shop, weather, *_FILLED)
    for found in vars(module).values()
    if isinstance(found, Tool) and module is not device
}
#: What the user may connect in the middle of a conversation, in their words; before that its tools are not there.
SERVICES = {
    "bank": "my bank",
    "contacts": "my contacts",
    "diary": "my calendar",
    "flights": "my airline account",
    "health": "my health account",
    "hotels": "my hotel account",
    "messages": "my mailbox",
    "phone": "my phone contract",
    "restaurants": "my restaurant account",
    "shop": "my shop account",
    "tasks": "my to-do list",
}
#: What the user alone can do, on their own phone.
DEVICE: dict[str, Tool] = {found.spec.name: found for found in vars(device).values() if isinstance(found, Tool)}


def base(seed: int) -> Base:
    """The base world of a seed: a few thousand rows, the same ones for ever."""
    return rows.build(seed, _FILLED)


def system_prompt(world: World) -> str:
    """What both the assistant and the reader are told before the conversation."""
    now = world.now
    return (
        f"You are {world.me['name']}'s personal assistant for travel, eating out, diary, "
        "messages, money, shopping, health and the phone. "
        f"It is {now:%A}, {now.day} {now:%B} {now.year}, {now:%H:%M}. {world.me['name']} lives in "
        f"{world.me['city']}; trips start there, and weather, places, doctors and restaurants are meant there, unless told otherwise. Use the tools for everything that can change; never guess an id. "
        "If a tool refuses, say so and say what can be done instead. "
        "Before you cancel, delete, return, order, pay or close something for good, say what it is "
        "and wait for a yes. "
        + " ".join(dict.fromkeys(sentence for sentence, _ in (*RULES.values(), *LIMITS.values())))
    )


#: What the policy decides where the user does not: ``tool.parameter`` -> (sentence of the prompt, value).
RULES: dict[str, tuple[str, Any]] = {
    "set_reminder.minutes": ("Unless told otherwise, set reminders 60 minutes ahead.", 60),
}


def context(world: World) -> dict[str, tuple[str, Any]]:
    """Visible context: name -> (kind, value). It stands in the system prompt."""
    return {"home city": ("city", world.me["city"]), "today": ("day", world.now.date().isoformat())}


#: What the policy forbids, whatever the user wants and the tool would do: ``tool.parameter`` -> (sentence, the most).
LIMITS: dict[str, tuple[str, int]] = {
    "pay.amount": ("Payments of more than 500 euros are made at the bank, not by the assistant.", 500),
    "reserve_table.people": ("Tables for more than 8 people are for the restaurant to arrange, by phone.", 8),
    "change_party.people": ("Tables for more than 8 people are for the restaurant to arrange, by phone.", 8),
    "book_flight.seats": ("Groups of more than 6 people book with the airline itself.", 6),
    "book_hotel.nights": ("Stays of more than 7 nights are arranged with the hotel, not by the assistant.", 7),
    "order_cash.amount": ("Cash of more than 300 euros is ordered in person.", 300),
    "set_card_limit.limit": ("Card limits above 1000 euros are set at the bank.", 1000),
    "add_store_credit.amount": ("Store credit of more than 200 euros is bought in the shop.", 200),
    "add_to_cart.quantity": ("More than 5 pieces of one product are ordered by mail, not by the assistant.", 5),
}


#: What a tool's yes or no may hinge on, and nobody says: table -> field of its rows -> values that no row need have.
HINGES: dict[str, dict[str, tuple[Any, ...]]] = {
    "accounts": {"balance": ("12.40",)},
    "bills": {"paid": (True,)},
    "book_taxi": {"start": ("00:15", "00:30", "00:45")},
    "bookings": {"status": ("cancelled",), "checked_in": (True,), "bags": (), "flexible": (False,), "flight_id": ()},
    "cards": {"frozen": (True, False), "limit": ()},
    "choose_seat": {"seat": ("1A", "1D", "2C", "5A", "8D", "11A", "12D")},
    "contacts": {"born": ("",), "group": ()},
    "credit": {"credit": ("180.00", "440.00", "490.00")},
    "events": {"day": (), "start": (), "reminder": (), "guests": ()},
    "flights": {"seats_left": (0,), "free_seats": ()},
    "hotels": {"full": (), "reception_until": ()},
    "line": {"extra": (20,)},
    "mails": {"folder": ("archive",)},
    "orders": {"status": ("cancelled",), "delivery_day": (), "address_id": ()},
    "places": {"saved": (True,), "closed_on": ()},
    "prescriptions": {"runs_out": ()},
    "products": {"stock": (0,)},
    "reservations": {"day": (), "people": ()},
    "reserve_table": {"start": ("17:00", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30", "21:00", "22:00")},
    "restaurants": {"closed_on": (), "seats": (2,)},
    "stays": {"checkin": (), "nights": (), "late_until": (), "flexible": (False,)},
    "tasks": {"due": (), "priority": (), "with": ()},
    "tickets": {"status": ("closed",)},
    "transactions": {"disputed": (True,), "day": ()},
}


#: Kinds whose values are the same in every world.
_NAMED: dict[str, list[str]] = {
    "cuisine": restaurants.CUISINES,
    "specialty": health.SPECIALTIES,
    "place_kind": places.KINDS,
    "currency": sorted(currency.RATES),
    "group": contacts.GROUPS,
    "payee": bank.PAYEES,
    "note": [
        *(
            "I'm running late",
            "see you tomorrow",
            "thanks for everything",
            "I can't make it",
            "call me when you're free",
        ),
        *("happy birthday", "good luck today", "the keys are under the mat", "I'll bring dessert", "dinner is on me"),
    ],
}

#: What somebody may want this very day.
_SAME_DAY = frozenset(("search_flights", "get_forecast"))
_ANY_HOUR = ["08:00", "09:30", "10:00", "11:00", "12:00", "14:00", "15:30", "17:00", "18:00", "19:30"]
#: The hours that somebody would name to a tool, whether they can be had or not.
_HOURS = {
    "book_appointment": health.HOURS,
    "late_checkout": ["12:00", "12:30", "13:00", "14:00", "15:30", "17:00"],
    "move_appointment": health.HOURS,
    "move_reservation": restaurants.HOURS,
    "reserve_table": restaurants.HOURS,
}


def pool(tool: str, kind: str, world: World, pick: Any) -> Any:
    """A value of a kind that this user could have in mind for a tool; ``None`` where nobody would
    name one.

    ``pick`` is a random source with ``choice``; only it decides.
    """
    today = world.now.date()
    if kind == "day" and tool == "list_transactions":
        return (today - timedelta(days=pick.randint(1, 21))).isoformat()
    if kind == "day":
        return (today + timedelta(days=pick.randint(tool not in _SAME_DAY, 14))).isoformat()
    if kind == "clock":
        return pick.choice(_HOURS.get(tool, _ANY_HOUR))
    if kind == "city":
        return pick.choice(rows.CITIES)
    if kind == "money":
        return pick.choice(bank.CARD_LIMITS if tool == "set_card_limit" else ["20.00", "50.00", "75.00", "100.00"])
    if kind == "budget":
        return pick.choice(["80.00", "120.00", "150.00", "200.00", "250.00", "300.00"])
    if kind == "minutes":
        return pick.choice([30, 60, 60, 90, 120, 45])
    if kind == "count":
        return pick.choice([2, 2, 3])
    for its, values in _NAMED.items():
        if kind == its:
            return pick.choice(values)
    if kind == "topic":
        return pick.choice(sorted({row["subject"] for _, row in world.rows("mails")}))
    if kind == "task":
        return pick.choice(tasks.NEW if tool == "add_task" else sorted({row["task"] for _, row in world.rows("tasks")}))
    if kind == "problem":
        others = {
            "report_fault": phone.PROBLEMS,
            "open_order_ticket": tickets.ORDER_PROBLEMS,
            "open_flight_ticket": tickets.FLIGHT_PROBLEMS,
            "add_to_ticket": tickets.REMARKS,
        }
        return pick.choice(others.get(tool, tickets.PROBLEMS))
    if kind == "phone":
        return f"+351 9{pick.randint(10, 99)} {pick.randint(100, 999)} {pick.randint(100, 999)}"
    if kind == "person" and tool == "add_contact":
        return f"{pick.choice(rows.FIRST)} {pick.choice(rows.LAST)}"
    if kind == "title":
        if tool == "find_event":
            return pick.choice(sorted({row["title"] for _, row in world.rows("events")}))
        return pick.choice(rows.TITLES)
    if kind == "reason":
        return pick.choice(rows.DISPUTES if tool == "dispute_payment" else rows.REASONS)
    if kind == "person":
        return pick.choice(sorted({row["name"] for _, row in world.rows("contacts")}))
    if kind == "product":
        return pick.choice(sorted({row["name"] for _, row in world.rows("products")}))
    if kind == "category":
        return pick.choice(sorted({row["category"] for _, row in world.rows("products")}))
    return None
