"""Diary: events, free time, the people one invites."""

from datetime import datetime, timedelta

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import City, Clock, ContactId, Day, EventId, Minutes, PersonName, Title
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import say
from ..world import Row, World
from .rows import ALONE


class EventItem(TypedDict):
    event_id: EventId
    title: Title
    day: Day
    start: Clock
    minutes: Minutes
    city: City


class EventList(TypedDict):
    events: list[EventItem]


class DayEvents(TypedDict):
    day: Day
    events: list[EventItem]


class Created(TypedDict):
    event_id: EventId
    title: Title
    day: Day
    start: Clock
    end: Clock


class Moved(TypedDict):
    event_id: EventId
    title: Title
    day: Day
    start: Clock


class Deleted(TypedDict):
    title: Title
    day: Day


class FreeSlot(TypedDict):
    start: Clock
    end: Clock


class FreeSlots(TypedDict):
    day: Day
    slots: list[FreeSlot]


class Invited(TypedDict):
    event_id: EventId
    title: Title
    name: PersonName
    guests: int


class ReminderSet(TypedDict):
    event_id: EventId
    title: Title
    at: Clock


_NAMES = (
    Noun("my {title}"),
    Noun("the {title} {@day}"),
    Noun("the {title} appointment"),
    Noun("the {title} one", seen=True),
    Noun("the one {@start}", seen=True),
)


def _event(world: World, event_id: str) -> Row:
    row = world.get("events", event_id)
    if row is None:
        raise Refused("unknown_event", f"there is no event {event_id}", "list the events first")
    return row


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _must_be_free(world: World, day: str, start: str, minutes: int, but: str = "") -> None:
    if day < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', day)} is in the past", "choose a day from today on")
    begin, end = _minutes(start), _minutes(start) + minutes
    for key, row in world.rows("events", day=day):
        other = _minutes(row["start"])
        if key != but and begin < other + row["minutes"] and other < end:
            raise Refused(
                "overlap",
                f"{row['title']} is in the way, {row['start']} to {_clock(other + row['minutes'])} on {say('day', day)}",
                "choose another time",
            )


def _items(rows: list[tuple[str, Row]]) -> EventList:
    found = [
        EventItem(
            event_id=key,
            title=row["title"],
            day=row["day"],
            start=row["start"],
            minutes=row["minutes"],
            city=row["city"],
        )
        for key, row in rows
    ]
    return {"events": sorted(found, key=lambda item: (item["day"], item["start"], item["event_id"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's in my diary {@day}[ after {after}]?",
            "what do I have {@day}[ after {after}]?",
            "do I have anything {@day}[ after {after}]?",
            "am I busy {@day}[ after {after}]?",
            "how does {day} look[ after {after}]?",
            "show me my appointments for {day}[ after {after}]",
            "what's on {@day}[ after {after}]?",
            "what are my plans {@day}[ after {after}]?",
            "anything in my diary {@day}[ after {after}]?",
            "read me my diary for {day}[, after {after}]",
            "I'd like to know what I've got {@day}[ after {after}].",
            "how full is my diary {@day}[ after {after}]?",
        ),
        list="events",
        item="{title} {@start}",
        tell=(
            "You have {items} on {day}.",
            "On {day}: {items}.",
            "{count} on {day}: {items}.",
        ),
        none=("Nothing on {day}, you're free.", "Your diary is empty then.", "Nothing there on {day}."),
        nouns={"event_id": _NAMES},
        question={"day": "Which day do you mean?"},
    ),
)
def list_events(world: World, day: Day, after: Clock | None = None) -> DayEvents:
    """List the events of one day.

    Args:
        day: the day
        after: only events that start at or after this time
    """
    rows = [(key, row) for key, row in world.rows("events", day=day) if after is None or row["start"] >= after]
    return {"day": day, **_items(rows)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when is my {title}?",
            "what day is my {title}?",
            "look up {title} in my diary",
            "I forgot when my {title} is, can you check?",
            "where and when is my {title}?",
            "when's {title} again?",
            "find {title} in my diary",
            "which day did I put down {title}?",
            "at what time is {title}?",
            "tell me when {title} is",
            "when did I plan {title}?",
            "I need to know when {title} is.",
        ),
        list="events",
        item="{title} on {day} {@start}",
        tell=("{items}.", "I found {items}.", "That's {items}."),
        none=("I don't see {title} in your diary.", "There's no {title} in your diary."),
        nouns={"event_id": (Noun("my {title}"), Noun("the {title} appointment"))},
        question={"title": "What is it called in your diary?"},
    ),
)
def find_event(world: World, title: Title) -> EventList:
    """Find events by their title, whatever the day.

    Args:
        title: the title or a part of it
    """
    wanted = title.casefold()
    return _items([(key, row) for key, row in world.rows("events") if wanted in row["title"].casefold()])


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "put {title} in my diary[ {@day}][ {@start}][, {minutes}]",
            "add {title} to my diary[ {@day}][ {@start}][ for {minutes}]",
            "block {minutes} for {title} {@day} {@start}",
            "schedule {title}[ {@day}][ {@start}][ for {minutes}]",
            "I've got {title} {@day} {@start}, can you put that in[ for {minutes}]?",
            "note {title} for me[ {@day}][ {@start}][, {minutes}]",
            "make an entry for {title}[ {@day}][ {@start}][, it takes {minutes}]",
            "I have {title}[ {@day}][ {@start}][ for {minutes}], put it in.",
            "enter {title}[ for {day}][ {@start}][, {minutes} long]",
            "plan {title}[ {@day}][ {@start}][ for {minutes}]",
            "keep some time free for {title}[ {@day}][ {@start}][, {minutes}]",
            "set up {title}[ {@day}][ {@start}][ for {minutes}]",
        ),
        tell=(
            "Added: {title}, {day}, {start} to {end}.",
            "It's in your diary: {title} on {day} from {start} to {end}.",
        ),
        nouns={"event_id": (Noun("{title}", seen=True),)},
        not_from={"start": ("search_flights", "book_flight", "get_flight", "get_booking", "list_bookings", "check_in")},
        question={
            "title": "What should I call it?",
            "day": "On which day?",
            "start": "What time should it start?",
            "minutes": "How long should I block?",
        },
    ),
)
def create_event(world: World, title: Title, day: Day, start: Clock, minutes: Minutes = 60) -> Created:
    """Put an event into the diary.

    Args:
        title: what it is
        day: the day
        start: when it starts
        minutes: how long it takes
    """
    _must_be_free(world, day, start, minutes)
    key = world.new_key("events", "EV")
    row = {
        "event_id": key,
        "title": title,
        "day": day,
        "start": start,
        "minutes": minutes,
        "city": "",
        "guests": [],
        "reminder": 0,
    }
    world.put("events", key, row)
    return {
        "event_id": key,
        "title": title,
        "day": day,
        "start": start,
        "end": _clock(_minutes(start) + minutes),
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {event_id}[ to {day}]",
            "move {event_id} to {day} {@start}",
            "move {event_id} to {start}",
            "push {event_id} to {day}[ {@start}]",
            "can you shift {event_id}[ to {day}]?",
            "can you shift {event_id} to {day}, {start}?",
            "can you shift {event_id} to {start}?",
            "reschedule {event_id} for {day}[ {@start}]",
            "switch {event_id}[ to {day}]",
            "bring {event_id} to {day}[ {@start}] instead",
            "let's have {event_id} at {start} instead",
            "set {event_id} for {start}",
            "switch {event_id} to {day}[ {@start}]",
            "set {event_id} for {day}[ {@start}]",
            "have {event_id} {@day}[ {@start}] instead",
            "I can't do {event_id} then, move it[ to {day}].",
            "I'd rather have {event_id} {@day}[ {@start}].",
            "I'd rather have {event_id} {@start}.",
            "get {event_id} over to {day}[ {@start}]",
            "have {event_id} begin {@start}",
            "find {event_id} a new place, {day}[ {@start}]",
        ),
        tell=("Moved: {title} is now on {day} {@start}.", "{title} is on {day} {@start} now."),
        not_from={"start": ("search_flights", "book_flight", "get_flight", "get_booking", "list_bookings", "check_in")},
        question={"day": "To which day should I move it?", "start": "What time would suit you?"},
    ),
)
def move_event(world: World, event_id: EventId, day: Day, start: Clock | None = None) -> Moved:
    """Move an event to another day or time; without a time it keeps its own.

    Args:
        event_id: id of the event
        day: the new day
        start: the new time
    """
    row = _event(world, event_id)
    start = start or row["start"]
    if (day, start) == (row["day"], row["start"]):
        raise Refused("no_change", f"{row['title']} is already then", "choose another day or time")
    _must_be_free(world, day, start, row["minutes"], but=event_id)
    world.update("events", event_id, day=day, start=start)
    return {"event_id": event_id, "title": row["title"], "day": day, "start": start}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "delete {event_id} from my diary",
            "cancel {event_id}",
            "take {event_id} out of my diary",
            "{event_id} isn't happening, remove it.",
            "drop {event_id}",
            "strike {event_id} from my diary",
            "scrap {event_id}",
            "I'm not going to {event_id}, delete it.",
            "{event_id} is off, take it out.",
            "clear {event_id} from my diary",
            "get {event_id} off my calendar",
            "wipe {event_id} out of my diary",
        ),
        tell=("{title} on {day} is out of your diary.", "Deleted: {title}, {day}."),
        deed=("delete it", "take it out for good"),
    ),
    irreversible=True,
)
def delete_event(world: World, event_id: EventId) -> Deleted:
    """Take an event out of the diary.

    Args:
        event_id: id of the event
    """
    row = _event(world, event_id)
    world.delete("events", event_id)
    return {"title": row["title"], "day": row["day"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when do I have[ {minutes}] free[ {@day}]?",
            "find me a gap[ of {minutes}][ {@day}]",
            "where could I fit {minutes} in {@day}?",
            "is there a free slot[ of {minutes}][ {@day}]?",
            "when am I free[ for {minutes}][ {@day}]?",
            "do I have time to spare[ {@day}][, {minutes} or so]?",
            "look for a gap[ of {minutes}] in my diary[ {@day}]",
            "where could I squeeze in[ {minutes} of] something[ {@day}]?",
            "I need a free spot[ of {minutes}][ {@day}], where is one?",
            "where is there room[ for {minutes}][ {@day}]?",
            "which hours do I have free[ {@day}][, for {minutes}]?",
            "find me some free time[, {minutes} or so][ {@day}]",
        ),
        list="slots",
        item="{start} to {end}",
        tell=("Free on {day}: {items}.", "On {day} you have room from {items}."),
        none=("There's no such gap on {day}.", "{day} is too full for that."),
        question={"day": "For which day?", "minutes": "How long should the gap be?"},
    ),
)
def find_free_slot(world: World, day: Day, minutes: Minutes = 60) -> FreeSlots:
    """Find gaps of a length between 8:00 and 20:00.

    Args:
        day: the day
        minutes: how long the gap must be
    """
    if day < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', day)} is in the past", "choose a day from today on")
    busy = sorted(
        (_minutes(row["start"]), _minutes(row["start"]) + row["minutes"]) for _, row in world.rows("events", day=day)
    )
    slots, begin = [], 8 * 60
    for start, end in [*busy, (20 * 60, 20 * 60)]:
        if start - begin >= minutes:
            slots.append(FreeSlot(start=_clock(begin), end=_clock(start)))
        begin = max(begin, end)
    return {"day": day, "slots": slots}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "invite {contact_id} to {event_id}",
            "ask {contact_id} to come to {event_id}",
            "add {contact_id} to {event_id}",
            "I'd like {contact_id} to join {event_id}",
            "bring {contact_id} in on {event_id}",
            "have {contact_id} come to {event_id}",
            "send {contact_id} an invitation to {event_id}",
            "{contact_id} should be there for {event_id}, invite them.",
            "put {contact_id} on the list for {event_id}",
            "I want {contact_id} at {event_id}.",
            "get {contact_id} along to {event_id}",
            "get {contact_id} invited to {event_id}",
        ),
        tell=("{name} is invited to {title}.", "Done, I invited {name} to {title}."),
    ),
)
def invite(world: World, event_id: EventId, contact_id: ContactId) -> Invited:
    """Invite a contact to an event.

    Args:
        event_id: id of the event
        contact_id: id of the contact
    """
    row = _event(world, event_id)
    if row["title"] in ALONE:
        raise Refused("private", f"{row['title']} is private", "invite people to something that isn't")
    contact = world.get("contacts", contact_id)
    if contact is None:
        raise Refused("unknown_contact", f"there is no contact {contact_id}", "find the contact by name first")
    if contact_id in row["guests"]:
        raise Refused("already_invited", f"{contact['name']} is already invited", "")
    guests = sorted([*row["guests"], contact_id])
    world.update("events", event_id, guests=guests)
    return {"event_id": event_id, "title": row["title"], "name": contact["name"], "guests": len(guests)}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "remind me[ {minutes}] before {event_id}",
            "set a reminder {minutes} ahead of {event_id}",
            "I need a reminder[ {minutes}] before {event_id}",
            "ping me {minutes} before {event_id} starts",
            "give me a nudge[ {minutes}] before {event_id}",
            "let me know[ {minutes}] before {event_id}",
            "I don't want to forget {event_id}, remind me[ {minutes}] before.",
            "have my phone ring[ {minutes}] before {event_id}",
            "put a reminder[ {minutes}] before {event_id}",
            "alert me[ {minutes}] ahead of {event_id}",
            "warn me[ {minutes}] before {event_id} begins",
            "make sure I think of {event_id}[ {minutes}] before",
        ),
        tell=("I'll remind you {@at} for {title}.", "Reminder for {title} set, {at}."),
        question={"minutes": "How long before?"},
    ),
)
def set_reminder(world: World, event_id: EventId, minutes: Minutes) -> ReminderSet:
    """Set a reminder before an event.

    Args:
        event_id: id of the event
        minutes: how long before the start
    """
    row = _event(world, event_id)
    starts = datetime.fromisoformat(f"{row['day']}T{row['start']}")
    at = starts - timedelta(minutes=minutes)
    if at < world.now:
        raise Refused("too_late", f"{row['title']} is too close for a reminder then", "choose a shorter time before")
    world.update("events", event_id, reminder=minutes)
    return {"event_id": event_id, "title": row["title"], "at": f"{at:%H:%M}"}
