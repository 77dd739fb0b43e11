"""Health: doctors, appointments, prescriptions."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import AppointmentId, City, Clock, Day, DoctorId, PersonName, PrescriptionId, Specialty
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import joined, say
from ..world import Row, World, number_of
from .rows import CITIES, FIRST, LAST, keyed

SPECIALTIES = ["dentist", "eye doctor", "family doctor", "dermatologist", "physiotherapist"]
_MEDICINES = ["allergy tablets", "blood pressure tablets", "eye drops", "asthma spray", "skin cream"]
_SLOTS = ["08:30", "09:15", "10:00", "11:30", "14:00", "15:15", "16:30"]
#: When people would like to come, whether a doctor sees anyone then or not.
HOURS = ["08:00", "08:30", "09:30", "10:00", "11:30", "12:00", "14:00", "15:30", "16:30", "17:00"]


class DoctorItem(TypedDict):
    doctor_id: DoctorId
    name: PersonName
    specialty: Specialty
    street: str
    rating: float


class DoctorList(TypedDict):
    city: City
    doctors: list[DoctorItem]


class DoctorSlots(TypedDict):
    doctor_id: DoctorId
    name: PersonName
    day: Day
    times: list[Clock]


class Appointment(TypedDict):
    appointment_id: AppointmentId
    doctor: PersonName
    day: Day
    start: Clock


class AppointmentItem(TypedDict):
    appointment_id: AppointmentId
    doctor_id: DoctorId
    doctor: PersonName
    specialty: Specialty
    day: Day
    start: Clock


class AppointmentList(TypedDict):
    appointments: list[AppointmentItem]


class AppointmentCancelled(TypedDict):
    doctor: PersonName
    day: Day


class PrescriptionItem(TypedDict):
    prescription_id: PrescriptionId
    medicine: str
    runs_out: Day


class PrescriptionList(TypedDict):
    prescriptions: list[PrescriptionItem]


class Renewed(TypedDict):
    prescription_id: PrescriptionId
    medicine: str
    ready: Day


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Doctors of every city, this user's appointments and prescriptions."""
    doctors = []
    for city in CITIES:
        for specialty in SPECIALTIES:
            for _ in range(2):
                doctors.append(
                    {
                        "name": f"Dr {random.choice(FIRST)} {random.choice(LAST)}",
                        "specialty": specialty,
                        "city": city,
                        "street": f"{random.choice(['Clinic Street', 'Rose Lane', 'Market Place'])} {random.randrange(1, 40)}",
                        "rating": random.choice([3.8, 4.0, 4.3, 4.5, 4.8]),
                    }
                )
    tables["doctors"] = keyed(random, "DR", "doctor_id", doctors)
    here = [key for key, row in tables["doctors"].items() if row["city"] == me["city"]]
    mine = []
    for number, key in enumerate(random.sample(here, 3)):
        day = now + timedelta(days=2 + 4 * number + random.randrange(3))
        mine.append({"doctor_id": key, "day": day.date().isoformat(), "start": random.choice(_SLOTS)})
    tables["appointments"] = keyed(random, "AP", "appointment_id", mine)
    tables["prescriptions"] = keyed(
        random,
        "RX",
        "prescription_id",
        [
            {"medicine": medicine, "runs_out": (now + timedelta(days=days)).date().isoformat()}
            for medicine, days in zip(random.sample(_MEDICINES, 3), (4, 9, 40), strict=True)
        ],
    )


def _doctor(world: World, key: str) -> Row:
    row = world.get("doctors", key)
    if row is None:
        raise Refused("unknown_doctor", f"there is no doctor {key}", "find a doctor first")
    return row


def _appointment(world: World, key: str) -> tuple[Row, Row]:
    row = world.get("appointments", key)
    if row is None:
        raise Refused("unknown_appointment", f"there is no appointment {key}", "list the appointments first")
    return row, _doctor(world, row["doctor_id"])


def _free(world: World, doctor: str, day: str) -> list[str]:
    if datetime.fromisoformat(day).weekday() >= 5:
        return []
    taken = {row["start"] for _, row in world.rows("appointments", day=day)}
    seed = world.base.seed
    return [time for time in _SLOTS if time not in taken and number_of(seed, doctor, day, time) % 5 < 3]


def _must_be_free(world: World, key: str, day: str, start: str) -> None:
    name = _doctor(world, key)["name"]
    if day <= world.now.date().isoformat():
        raise Refused("too_early", "appointments begin tomorrow at the earliest", "choose another day")
    if datetime.fromisoformat(day).weekday() >= 5:
        raise Refused("weekend", f"{name} sees nobody at the weekend", "choose another day")
    free = _free(world, key, day)
    if start not in free:
        more = f"; free are {joined(free)}" if free else ""
        raise Refused("taken", f"{name} has no time at {start} on {say('day', day)}{more}", "choose another time")


_MINE = (
    Noun("my appointment with {doctor}"),
    Noun("my {specialty} appointment"),
    Noun("the appointment {@day}"),
    Noun("my visit to the {specialty}"),
)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "find me a good {specialty}[ in {city}]",
            "I could do with a new {specialty}[ in {city}].",
            "is there a good {specialty}[ in {city}]?",
            "which {specialty} can I see[ in {city}]?",
            "I'm looking for a good {specialty}[ in {city}].",
            "where do I find a good {specialty}[ in {city}]?",
            "look for a good {specialty}[ in {city}]",
            "who's a decent {specialty}[ in {city}]?",
            "I need to see a {specialty}[ in {city}].",
            "do you know a good {specialty}[ in {city}]?",
            "I've no {specialty} yet[ in {city}], whom can I see?",
            "recommend me a nice {specialty}[ in {city}]",
        ),
        list="doctors",
        item="{name} at {street}, rated {rating}",
        tell=("In {city} there's {items}.", "I found {items}.", "You could see {items}."),
        none=("I find no {specialty} in {city}.",),
        nouns={
            "doctor_id": (
                Noun("the best rated {specialty} in {city}", most="rating"),
                Noun("the {specialty} {name} in {city}"),
                Noun("{name}", seen=True),
                Noun("the better rated one", most="rating", seen=True),
            )
        },
        visible=("city",),
        question={"city": "In which city?", "specialty": "What kind of doctor?"},
    ),
)
def find_doctors(world: World, city: City, specialty: Specialty) -> DoctorList:
    """Find doctors of a specialty.

    Args:
        city: where
        specialty: dentist, eye doctor, family doctor, dermatologist or physiotherapist
    """
    found = [
        DoctorItem(
            doctor_id=key, name=row["name"], specialty=row["specialty"], street=row["street"], rating=row["rating"]
        )
        for key, row in world.rows("doctors", city=city)
        if row["specialty"] == specialty.casefold()
    ]
    return {"city": city, "doctors": sorted(found, key=lambda item: (-item["rating"], item["name"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when could {doctor_id} see me[ {@day}]?",
            "which times does {doctor_id} have[ {@day}]?",
            "is {doctor_id} free[ {@day}]?",
            "what's open at {doctor_id}[ {@day}]?",
            "what times are free with {doctor_id}[ {@day}]?",
            "when can I come to {doctor_id}[ {@day}]?",
            "does {doctor_id} have anything[ {@day}]?",
            "look up the free times of {doctor_id}[ {@day}]",
            "I'd like to see {doctor_id}[ {@day}], when would that work?",
            "show me the open slots at {doctor_id}[ {@day}]",
            "when is there room at {doctor_id}[ {@day}]?",
            "at what time could I get in with {doctor_id}[ {@day}]?",
        ),
        list="times",
        tell=("{name} could see you at {items} on {day}.", "On {day} there's {items}."),
        none=("{name} has no time on {day}.", "Nothing free on {day}."),
        nouns={
            "times": (
                Noun("the earliest time", least="value", seen=True),
                Noun("the latest time", most="value", seen=True),
            )
        },
        question={"day": "On which day?"},
    ),
)
def doctor_slots(world: World, doctor_id: DoctorId, day: Day) -> DoctorSlots:
    """List the free times of a doctor on a day.

    Args:
        doctor_id: id of the doctor
        day: which day
    """
    row = _doctor(world, doctor_id)
    return {"doctor_id": doctor_id, "name": row["name"], "day": day, "times": _free(world, doctor_id, day)}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "book me in with {doctor_id} {@day} {@start}",
            "make an appointment with {doctor_id}[ {@day}][ {@start}]",
            "I'd like to see {doctor_id}[ {@day}][ {@start}].",
            "get me an appointment at {doctor_id}[ {@day}][ {@start}]",
            "put me down with {doctor_id}[ for {day}][ {@start}]",
            "I need an appointment with {doctor_id}[ {@day}][ {@start}].",
            "reserve a slot with {doctor_id}[ {@day}][ {@start}]",
            "fit me in with {doctor_id}[ {@day}][ {@start}]",
            "arrange for me to see {doctor_id}[ {@day}][ {@start}]",
            "I want to go to {doctor_id}[ {@day}][ {@start}].",
            "take a slot at {doctor_id}[ {@day}][ {@start}]",
            "set up a visit to {doctor_id}[ {@day}][ {@start}]",
        ),
        tell=("You see {doctor} on {day} at {start}.", "Appointment made: {doctor}, {day}, {start}."),
        nouns={
            "appointment_id": (Noun("that appointment", seen=True), Noun("the appointment with {doctor}", seen=True))
        },
        along=("day",),
        question={"day": "On which day?", "start": "At what time?"},
    ),
)
def book_appointment(world: World, doctor_id: DoctorId, day: Day, start: Clock) -> Appointment:
    """Make an appointment with a doctor.

    Args:
        doctor_id: id of the doctor
        day: which day
        start: at what time
    """
    row = _doctor(world, doctor_id)
    _must_be_free(world, doctor_id, day, start)
    key = world.new_key("appointments", "AP")
    mine = {"appointment_id": key, "doctor_id": doctor_id, "day": day, "start": start}
    world.put("appointments", key, mine)
    return {"appointment_id": key, "doctor": row["name"], "day": day, "start": start}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when do I have to see a doctor?",
            "which doctor's appointments do I have?",
            "show me my appointments at the doctor's",
            "do I have any medical appointments?",
            "when am I at the doctor's next?",
            "have I got any doctor's appointments?",
            "what's coming up at the doctor's?",
            "give me my medical appointments",
            "I'd like to see my doctor's appointments.",
            "when's my next appointment at a doctor's?",
            "look up when I have to see a doctor",
            "which doctors am I going to see?",
        ),
        list="appointments",
        item="{doctor} ({specialty}) on {day} {@start}",
        tell=("You see {items}.", "Coming up: {items}."),
        none=("No appointments.",),
        nouns={"appointment_id": _MINE, "doctor_id": (Noun("my {specialty}"),)},
    ),
)
def list_appointments(world: World) -> AppointmentList:
    """List the appointments with doctors."""
    found = []
    for key, row in world.rows("appointments"):
        doctor = _doctor(world, row["doctor_id"])
        found.append(
            AppointmentItem(
                appointment_id=key,
                doctor_id=row["doctor_id"],
                doctor=doctor["name"],
                specialty=doctor["specialty"],
                day=row["day"],
                start=row["start"],
            )
        )
    return {"appointments": sorted(found, key=lambda item: (item["day"], item["start"]))}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {appointment_id} to {day} {@start}",
            "change {appointment_id}[ to {day}]",
            "change {appointment_id} to {start}",
            "I can't make {appointment_id}, move it[ to {day}].",
            "I can't make {appointment_id}, move it to {day} {@start}.",
            "reschedule {appointment_id} for {day}[ {@start}]",
            "reschedule {appointment_id} to {start}",
            "shift {appointment_id}[ to {day}]",
            "let's make {appointment_id} {@day}[ {@start}] instead",
            "set {appointment_id} for {start}",
            "find another time for {appointment_id}, {day}[ {@start}]",
            "put {appointment_id} at {start} instead",
            "switch {appointment_id} to {day}[ {@start}]",
            "I'd rather have {appointment_id} {@day}[ {@start}].",
            "I'd rather have {appointment_id} {@start}.",
            "have {appointment_id} moved[ to {day}]",
            "push {appointment_id} to {start}",
            "get me another day for {appointment_id}, {day}[ {@start}]",
        ),
        tell=("You see {doctor} on {day} at {start} now.", "Moved: {doctor}, {day} at {start}."),
        question={"day": "To which day?", "start": "To what time?"},
    ),
)
def move_appointment(world: World, appointment_id: AppointmentId, day: Day, start: Clock) -> Appointment:
    """Move an appointment.

    Args:
        appointment_id: id of the appointment
        day: the new day
        start: the new time
    """
    row, doctor = _appointment(world, appointment_id)
    if (row["day"], row["start"]) == (day, start):
        raise Refused("no_change", "the appointment is then already", "choose another day or time")
    _must_be_free(world, row["doctor_id"], day, start)
    world.update("appointments", appointment_id, day=day, start=start)
    return {"appointment_id": appointment_id, "doctor": doctor["name"], "day": day, "start": start}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "cancel {appointment_id}",
            "I don't need {appointment_id} any more, cancel it.",
            "call off {appointment_id}",
            "I'm feeling better, cancel {appointment_id}",
            "I can't go to {appointment_id}, cancel it.",
            "scrap {appointment_id}",
            "I won't make {appointment_id}, tell them.",
            "have {appointment_id} cancelled",
            "drop {appointment_id}, I'm fine.",
            "let them know that I'm not coming to {appointment_id}",
            "strike {appointment_id}",
            "I have to miss {appointment_id}, cancel it.",
        ),
        tell=("The appointment with {doctor} on {day} is cancelled.", "Cancelled: {doctor}, {day}."),
        deed=("cancel it", "call it off"),
    ),
    irreversible=True,
)
def cancel_appointment(world: World, appointment_id: AppointmentId) -> AppointmentCancelled:
    """Cancel an appointment; possible until the day before.

    Args:
        appointment_id: id of the appointment
    """
    row, doctor = _appointment(world, appointment_id)
    world.delete("appointments", appointment_id)
    return {"doctor": doctor["name"], "day": row["day"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which prescriptions do I have?",
            "when do my medicines run out?",
            "show me my prescriptions",
            "what medicine do I get?",
            "what have I been prescribed?",
            "tell me my prescriptions",
            "which medicines am I on?",
            "how long do my prescriptions last?",
            "look up what I've got on prescription",
            "give me the list of my medicines",
            "I'd like to see my prescriptions.",
            "what's prescribed for me at the moment?",
        ),
        list="prescriptions",
        item="{medicine} until {runs_out}",
        tell=("You have {items}.", "Prescribed are {items}."),
        none=("No prescriptions.",),
        nouns={
            "prescription_id": (
                Noun("the {medicine}"),
                Noun("my {medicine}"),
                Noun("the one that runs out first", least="runs_out", seen=True),
            )
        },
    ),
)
def list_prescriptions(world: World) -> PrescriptionList:
    """List the prescriptions and when they run out."""
    found = [
        PrescriptionItem(prescription_id=key, medicine=row["medicine"], runs_out=row["runs_out"])
        for key, row in world.rows("prescriptions")
    ]
    return {"prescriptions": sorted(found, key=lambda item: item["runs_out"])}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "renew {prescription_id}",
            "order more of {prescription_id}",
            "I'm running out of {prescription_id}, get me more.",
            "get me a new prescription for {prescription_id}",
            "I need more of {prescription_id}.",
            "have {prescription_id} renewed",
            "extend {prescription_id}",
            "get {prescription_id} refilled",
            "I've nearly used up {prescription_id}, renew it.",
            "ask for another round of {prescription_id}",
            "see that I get {prescription_id} again",
            "reorder {prescription_id}",
        ),
        tell=("{medicine} will be ready on {ready}.", "Renewed: {medicine}, to pick up on {ready}."),
    ),
)
def renew_prescription(world: World, prescription_id: PrescriptionId) -> Renewed:
    """Renew a prescription; possible in the last two weeks before it runs out.

    Args:
        prescription_id: id of the prescription
    """
    row = world.get("prescriptions", prescription_id)
    if row is None:
        raise Refused("unknown_prescription", f"there is no prescription {prescription_id}", "list them first")
    if row["runs_out"] > (world.now + timedelta(days=14)).date().isoformat():
        raise Refused(
            "too_early",
            f"the {row['medicine']} last until {say('day', row['runs_out'])}",
            "choose another one, or come back in the last two weeks",
        )
    runs_out = (datetime.fromisoformat(row["runs_out"]) + timedelta(days=30)).date().isoformat()
    world.update("prescriptions", prescription_id, runs_out=runs_out)
    ready = (world.now + timedelta(days=2)).date().isoformat()
    return {"prescription_id": prescription_id, "medicine": row["medicine"], "ready": ready}
