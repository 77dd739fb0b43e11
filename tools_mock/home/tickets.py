"""Support tickets: complaints about orders and bookings, and what became of them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import BookingId, Day, OrderId, Problem, TicketId, Topic
from ..phrases import Noun, Phrases
from ..tool import tool
from ..world import Row, World
from .rows import keyed

PROBLEMS = [
    "the box was damaged",
    "a part is missing",
    "it makes a strange noise",
    "the colour is wrong",
    "it stopped working",
]
#: What can be wrong with whatever the shop sells.
ORDER_PROBLEMS = [
    "the box was damaged",
    "it has a scratch",
    "it's not the one I ordered",
    "the colour is wrong",
    "it broke on the first day",
]
#: What support is at work on already, by what it is about.
_WENT_WRONG = {
    "Lumo lamp": PROBLEMS,
    "airport transfer": [
        "the driver never came",
        "I was charged twice",
        "the car was too small",
        "the receipt never came",
        "it came an hour late",
    ],
    "gift card": [
        "the code does not work",
        "the amount is wrong",
        "it never came",
        "I was charged twice",
        "it has expired already",
    ],
    "garden chair": [
        "the box was damaged",
        "a part is missing",
        "it wobbles",
        "the colour is wrong",
        "a leg is broken",
    ],
    "rain jacket": [
        "the size is wrong",
        "a button is missing",
        "it lets the rain in",
        "the colour is wrong",
        "the zip broke",
    ],
    "coffee beans": [
        "the bag was open",
        "a bag is missing",
        "they are stale",
        "they are the wrong ones",
        "they came late",
    ],
}


#: What can be wrong with a flight that is yet to leave: none that is booked has left.
FLIGHT_PROBLEMS = [
    "I was charged twice",
    "my name is misspelled",
    "the confirmation never came",
    "I was charged for a bag I don't have",
    "the price is not what I was shown",
    "the receipt never came",
]


#: What is added to any ticket, also to one just opened.
REMARKS = [
    "I'd rather have an answer in writing",
    "it took me an hour to get through",
    "I'd like my money back",
    "I'd like to speak to a person",
    "I need it solved this week",
    "I can be reached in the evening",
    "I still have the receipt",
    "a call is best after five",
]


class TicketOpened(TypedDict):
    ticket_id: TicketId
    about: Topic
    answer_by: Day


class TicketItem(TypedDict):
    ticket_id: TicketId
    about: Topic
    status: str
    opened: Day


class TicketList(TypedDict):
    tickets: list[TicketItem]


class TicketDetails(TypedDict):
    ticket_id: TicketId
    about: Topic
    problem: str
    status: str
    opened: Day
    answer_by: Day


class TicketChanged(TypedDict):
    ticket_id: TicketId
    about: Topic
    answer_by: Day


class TicketClosed(TypedDict):
    about: Topic


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Three open tickets."""
    rows = []
    for topic, ago in zip(random.sample([*_WENT_WRONG], 3), (0, 3, 8), strict=True):
        opened = now - timedelta(days=ago)
        rows.append(
            {
                "about": topic,
                "problem": random.choice(_WENT_WRONG[topic]),
                "status": "open",
                "opened": opened.date().isoformat(),
                "answer_by": (opened + timedelta(days=10)).date().isoformat(),
                "notes": [],
            }
        )
    tables["tickets"] = keyed(random, "TK", "ticket_id", rows)


def _ticket(world: World, key: str) -> Row:
    row = world.get("tickets", key)
    if row is None:
        raise Refused("unknown_ticket", f"there is no ticket {key}", "list the tickets first")
    return row


def _open(world: World, about: str, problem: str) -> TicketOpened:
    if any(row["about"] == about and row["status"] == "open" for _, row in world.rows("tickets")):
        raise Refused("already_open", f"there is an open ticket about the {about}", "add a note to it instead")
    key = world.new_key("tickets", "TK")
    by = (world.now + timedelta(days=5)).date().isoformat()
    day = world.now.date().isoformat()
    row = {"about": about, "problem": problem, "status": "open", "opened": day, "answer_by": by, "notes": []}
    world.put("tickets", key, {"ticket_id": key, **row})
    return {"ticket_id": key, "about": about, "answer_by": by}


_NAMES = (
    Noun("the ticket about the {about}"),
    Noun("my complaint about the {about}"),
    Noun("the oldest one", least="opened", seen=True),
    Noun("the latest one", most="opened", seen=True),
)
_OPENED = (Noun("that ticket", seen=True), Noun("the {about} ticket", seen=True))


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "complain about {order_id}, {problem}",
            "open a ticket for {order_id}: {problem}",
            "there's something wrong with {order_id}, {problem}. Tell support.",
            "report a problem with {order_id}[: {problem}]",
            "I'm not happy with {order_id}, {problem}. Tell support.",
            "contact support about {order_id}, {problem}",
            "write to support about {order_id}: {problem}",
            "raise a ticket for {order_id}, {problem}",
            "let the shop know about {order_id}: {problem}",
            "I have a problem with {order_id}, {problem}.",
            "file a complaint about {order_id}: {problem}",
            "get support to look at {order_id}, {problem}",
        ),
        tell=(
            "I opened a ticket about the {about}; you hear back by {answer_by}.",
            "Support knows about the {about}, answer by {answer_by}.",
        ),
        nouns={"ticket_id": _OPENED},
        question={"problem": "What is wrong with it?"},
    ),
)
def open_order_ticket(world: World, order_id: OrderId, problem: Problem) -> TicketOpened:
    """Open a support ticket about an order.

    Args:
        order_id: id of the order
        problem: what is wrong
    """
    row = world.get("orders", order_id)
    if row is None or row["owner"] != "me":
        raise Refused("unknown_order", f"there is no order {order_id} of yours", "list the orders first")
    if row["status"] in ("processing", "shipped"):
        raise Refused("never_had", f"the {row['product']} has not arrived yet", "choose another, delivered order")
    if row["status"] == "cancelled":
        raise Refused("never_had", f"the {row['product']} order was cancelled", "choose another, delivered order")
    return _open(world, row["product"], problem)


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "complain to the airline about {booking_id}: {problem}",
            "open a ticket about {booking_id}, {problem}",
            "file a complaint for {booking_id}[, {problem}]",
            "tell the airline about {booking_id}: {problem}",
            "I have a complaint about {booking_id}, {problem}.",
            "raise a ticket on {booking_id}, {problem}",
            "let the airline know about {booking_id}: {problem}",
            "something went wrong with {booking_id}, {problem}. Complain.",
            "put in a complaint about {booking_id}: {problem}",
            "report {booking_id} to the airline, {problem}",
            "write to the airline about {booking_id}, {problem}",
            "start a ticket on {booking_id}: {problem}",
        ),
        tell=(
            "The airline has your complaint about the {about}; answer by {answer_by}.",
            "Filed: {about}, answer by {answer_by}.",
        ),
        nouns={"ticket_id": _OPENED},
        question={"problem": "What went wrong?"},
    ),
)
def open_flight_ticket(world: World, booking_id: BookingId, problem: Problem) -> TicketOpened:
    """Open a support ticket about a flight booking.

    Args:
        booking_id: id of the booking
        problem: what went wrong
    """
    row = world.get("bookings", booking_id)
    if row is None or row["owner"] != "me":
        raise Refused("unknown_booking", f"there is no booking {booking_id} of yours", "list the bookings first")
    flight = world.get("flights", row["flight_id"])
    return _open(world, f"{flight['destination']} flight" if flight else "flight", problem)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which support tickets do I have?",
            "show me my complaints",
            "what became of my tickets?",
            "do I have open tickets?",
            "list my support requests",
            "what support tickets have I got?",
            "let me see my tickets",
            "which complaints have I made?",
            "is any of my tickets still open?",
            "give me my support tickets",
            "what have I complained about?",
            "I'd like to see my support tickets.",
        ),
        list="tickets",
        item="the {about} ({status}, from {opened})",
        tell=("You have {items}.", "Tickets: {items}.", "{items}."),
        none=("You have no tickets.",),
        nouns={"ticket_id": _NAMES},
    ),
)
def list_tickets(world: World) -> TicketList:
    """List the support tickets."""
    found = [
        TicketItem(ticket_id=key, about=row["about"], status=row["status"], opened=row["opened"])
        for key, row in world.rows("tickets")
    ]
    return {"tickets": sorted(found, key=lambda item: (item["opened"], item["about"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how is {ticket_id} going?",
            "when do I hear back on {ticket_id}?",
            "what did I write in {ticket_id}?",
            "show me {ticket_id}",
            "what's the state of {ticket_id}?",
            "by when will I hear back on {ticket_id}?",
            "what's happening with {ticket_id}?",
            "look up {ticket_id}",
            "what did I write on {ticket_id}?",
            "is there news on {ticket_id}?",
            "tell me about {ticket_id}",
            "how far are they with {ticket_id}?",
            "any progress on {ticket_id}?",
        ),
        about={"hear back": "answer_by", "did I write": "problem"},
        tell=(
            "{about}: {status}, answer due by {answer_by}. You wrote: {problem}.",
            "The ticket about the {about} is {status}: {problem}. They answer by {answer_by}.",
        ),
    ),
)
def get_ticket(world: World, ticket_id: TicketId) -> TicketDetails:
    """Show one ticket.

    Args:
        ticket_id: id of the ticket
    """
    row = _ticket(world, ticket_id)
    return cast(TicketDetails, {name: row[name] for name in TicketDetails.__annotations__})


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "add to {ticket_id} that {problem}",
            "note on {ticket_id}: {problem}",
            "tell support about {ticket_id}: {problem}",
            "they should also know for {ticket_id}: {problem}.",
            "put this on {ticket_id}: {problem}",
            "write on {ticket_id} that {problem}",
            "I forgot something for {ticket_id}: {problem}.",
            "leave a note on {ticket_id}: {problem}",
            "let support know for {ticket_id}: {problem}",
            "there's more to {ticket_id}: {problem}. Add that.",
            "add a remark to {ticket_id}: {problem}",
            "one more thing for {ticket_id}: {problem}. Pass it on.",
        ),
        tell=("Added to the ticket about the {about}.", "Support sees your note on the {about} now."),
        question={"problem": "What should I add?"},
    ),
)
def add_to_ticket(world: World, ticket_id: TicketId, problem: Problem) -> TicketChanged:
    """Add a note to a ticket.

    Args:
        ticket_id: id of the ticket
        problem: what to add
    """
    row = _ticket(world, ticket_id)
    if row["status"] != "open":
        raise Refused("closed", f"the ticket about the {row['about']} is closed", "choose another ticket")
    world.update("tickets", ticket_id, notes=[*row["notes"], problem])
    return {"ticket_id": ticket_id, "about": row["about"], "answer_by": row["answer_by"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "escalate {ticket_id}",
            "I've waited long enough, escalate {ticket_id}",
            "put some pressure on {ticket_id}",
            "have a manager look at {ticket_id}",
            "push {ticket_id} up to somebody senior",
            "{ticket_id} is taking too long, escalate it.",
            "take {ticket_id} to the next level",
            "get a supervisor for {ticket_id}",
            "hand {ticket_id} up to a manager",
            "I want someone higher up to see {ticket_id}.",
            "speed up {ticket_id}",
            "make {ticket_id} urgent",
        ),
        tell=(
            "A manager takes on the {about} ticket; answer by {answer_by}.",
            "Escalated: {about}, answer by {answer_by}.",
        ),
    ),
)
def escalate_ticket(world: World, ticket_id: TicketId) -> TicketChanged:
    """Hand a ticket to a manager; possible once it is two days old.

    Args:
        ticket_id: id of the ticket
    """
    row = _ticket(world, ticket_id)
    if row["status"] != "open":
        raise Refused("closed", f"the ticket about the {row['about']} is {row['status']}", "choose another ticket")
    if row["opened"] > (world.now - timedelta(days=2)).date().isoformat():
        raise Refused("too_early", "tickets are escalated once they are two days old", "choose another, older ticket")
    by = (world.now + timedelta(days=1)).date().isoformat()
    world.update("tickets", ticket_id, status="escalated", answer_by=by)
    return {"ticket_id": ticket_id, "about": row["about"], "answer_by": by}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "close {ticket_id}",
            "that's settled, close {ticket_id}.",
            "I don't need {ticket_id} any more, close it.",
            "withdraw {ticket_id}",
            "{ticket_id} has sorted itself out, close it.",
            "I'm taking back {ticket_id}.",
            "mark {ticket_id} as settled",
            "shut {ticket_id}",
            "forget {ticket_id}, close it.",
            "no need for {ticket_id} any longer, close it.",
            "end {ticket_id}",
            "have {ticket_id} closed",
        ),
        tell=("The ticket about the {about} is closed.", "Closed: {about}."),
        deed=("close it", "withdraw it"),
    ),
    irreversible=True,
)
def close_ticket(world: World, ticket_id: TicketId) -> TicketClosed:
    """Close a ticket for good.

    Args:
        ticket_id: id of the ticket
    """
    row = _ticket(world, ticket_id)
    if row["status"] == "closed":
        raise Refused("already_closed", "that ticket is closed already", "")
    world.update("tickets", ticket_id, status="closed")
    return {"about": row["about"]}
