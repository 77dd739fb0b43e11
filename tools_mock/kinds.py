"""Entity kinds: types that say what a value *is*, so that dataflow between tools is typed, not guessed.

A kind rides on an ordinary type hint (``Annotated[str, Kind("order_id")]``), travels through pydantic into
the JSON Schema as ``x-kind``, and is taken out again before anybody outside sees the schema.
This module knows nothing of tools or worlds.
"""

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is.

    Args:
        name: such as ``flight_id`` or ``day``. Two fields of one kind can feed each other.
        said: whether a person would say such a value. Ids are not said: only a look-up reveals them.
    """

    name: str
    said: bool = True

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        schema["x-kind"] = self.name if self.said else "!" + self.name
        return schema


def _id(name: str) -> Kind:
    return Kind(name, said=False)


Day = Annotated[str, Kind("day"), Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="a date, YYYY-MM-DD")]
Clock = Annotated[str, Kind("clock"), Field(pattern=r"^\d{2}:\d{2}$", description="a time of day, HH:MM")]
Money = Annotated[str, Kind("money"), Field(pattern=r"^\d+\.\d{2}$", description="an exact amount, such as 129.50")]
Budget = Annotated[str, Kind("budget"), Field(pattern=r"^\d+\.\d{2}$", description="an upper limit, such as 400.00")]
City = Annotated[str, Kind("city")]
Minutes = Annotated[int, Kind("minutes"), Field(ge=5, le=1440)]
Count = Annotated[int, Kind("count"), Field(ge=1, le=9)]
PersonName = Annotated[str, Kind("person")]
Title = Annotated[str, Kind("title")]
Reason = Annotated[str, Kind("reason")]
ProductName = Annotated[str, Kind("product")]
Category = Annotated[str, Kind("category")]
Cuisine = Annotated[str, Kind("cuisine")]
Specialty = Annotated[str, Kind("specialty")]
PlaceKind = Annotated[str, Kind("place_kind")]
Currency = Annotated[str, Kind("currency"), Field(pattern=r"^[A-Z]{3}$", description="a currency code, such as CHF")]
Note = Annotated[str, Kind("note")]
Problem = Annotated[str, Kind("problem")]
Phone = Annotated[str, Kind("phone")]
#: What only the user can do, on a device of their own.
Advice = Annotated[str, Kind("advice"), Field(description="what the user should do themselves; empty if nothing")]
#: How a thing of the user's is, in a word that may be said in many others.
Condition = Annotated[str, Kind("condition")]
Group = Annotated[str, Kind("group")]
Task = Annotated[str, Kind("task")]
Payee = Annotated[str, Kind("payee")]
Topic = Annotated[str, Kind("topic")]

FlightId = Annotated[str, _id("flight_id")]
BookingId = Annotated[str, _id("booking_id")]
Seat = Annotated[str, Kind("seat")]
EventId = Annotated[str, _id("event_id")]
ContactId = Annotated[str, _id("contact_id")]
ProductId = Annotated[str, _id("product_id")]
OrderId = Annotated[str, _id("order_id")]
AddressId = Annotated[str, _id("address_id")]
HotelId = Annotated[str, _id("hotel_id")]
StayId = Annotated[str, _id("stay_id")]
RestaurantId = Annotated[str, _id("restaurant_id")]
ReservationId = Annotated[str, _id("reservation_id")]
AccountId = Annotated[str, _id("account_id")]
CardId = Annotated[str, _id("card_id")]
PayeeId = Annotated[str, _id("payee_id")]
TransactionId = Annotated[str, _id("transaction_id")]
MailId = Annotated[str, _id("mail_id")]
PlaceId = Annotated[str, _id("place_id")]
RideId = Annotated[str, _id("ride_id")]
TaskId = Annotated[str, _id("task_id")]
TicketId = Annotated[str, _id("ticket_id")]
DoctorId = Annotated[str, _id("doctor_id")]
AppointmentId = Annotated[str, _id("appointment_id")]
PrescriptionId = Annotated[str, _id("prescription_id")]
PlanId = Annotated[str, _id("plan_id")]
BillId = Annotated[str, _id("bill_id")]
#: Pages of long lists: a result names the next one, as no person would.
MailPage = Annotated[int, _id("mail_page"), Field(ge=1)]
PaymentPage = Annotated[int, _id("payment_page"), Field(ge=1)]

#: Kinds of texts that mean the same in other words: "it's too loud", "Too loud."; "+351 970 596", "+351970596".
WORDED = frozenset(("note", "problem", "reason", "title", "task", "phone"))

PAGE = 5
T = TypeVar("T")


def page_of(items: list[T], page: int) -> tuple[list[T], int]:
    """The items of a page, and the number of the next one; 0 where it is the last."""
    return items[(page - 1) * PAGE : page * PAGE], page + 1 if len(items) > page * PAGE else 0


def take_kinds(schema: Any, path: str = "") -> dict[str, str]:
    """Remove every ``x-kind`` from a JSON Schema, in place, and return them by path.

    A path is written like ``flights[].flight_id``. The mark ``!`` before a kind says that nobody says it.
    """
    found: dict[str, str] = {}
    if not isinstance(schema, dict):
        return found
    kind = schema.pop("x-kind", None)
    if kind:
        found[path] = kind
    for name, part in schema.get("properties", {}).items():
        found |= take_kinds(part, f"{path}.{name}" if path else name)
    if "items" in schema:
        found |= take_kinds(schema["items"], path + "[]")
    for branch in schema.get("anyOf", ()):
        found |= take_kinds(branch, path)
    return found
