"""Contacts: finding people, keeping their numbers, groups."""

from datetime import date, datetime
from random import Random
from typing import Any

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import City, ContactId, Day, Group, PersonName, Phone
from ..phrases import Noun, Phrases
from ..tool import tool
from ..world import Row, World

GROUPS = ["family", "work", "book club", "neighbours", "football"]


class ContactItem(TypedDict):
    contact_id: ContactId
    name: PersonName
    city: City
    phone: str


class ContactList(TypedDict):
    contacts: list[ContactItem]


class Added(TypedDict):
    contact_id: ContactId
    name: PersonName
    phone: Phone


class Birthday(TypedDict):
    contact_id: ContactId
    name: PersonName
    birthday: Day
    turns: int


class BirthdayItem(TypedDict):
    contact_id: ContactId
    name: PersonName
    birthday: Day


class BirthdayList(TypedDict):
    birthdays: list[BirthdayItem]


class Removed(TypedDict):
    name: PersonName


class Grouped(TypedDict):
    contact_id: ContactId
    name: PersonName
    group: Group


class GroupMembers(TypedDict):
    group: Group
    members: list[PersonName]


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Birthdays and groups for the people who are there."""
    for row in tables["contacts"].values():
        row["born"] = date(random.randrange(1955, 2004), random.randrange(1, 13), random.randrange(1, 29)).isoformat()
        row["group"] = random.choice([*GROUPS, "", ""])


def _contact(world: World, key: str) -> Row:
    row = world.get("contacts", key)
    if row is None:
        raise Refused("unknown_contact", f"there is no contact {key}", "find the contact by name first")
    return row


def _next(world: World, born: str) -> date:
    today, day = world.now.date(), date.fromisoformat(born)
    this = day.replace(year=today.year)
    return this if this >= today else day.replace(year=today.year + 1)


def _items(rows: list[tuple[str, Row]]) -> ContactList:
    found = [ContactItem(contact_id=key, name=row["name"], city=row["city"], phone=row["phone"]) for key, row in rows]
    return {"contacts": sorted(found, key=lambda item: item["name"])}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's {name}'s phone number?",
            "do you have {name}'s number?",
            "look up {name} in my contacts",
            "where does {name} live again?",
            "I need to reach {name}, what's the number?",
            "find {name} for me",
            "how can I reach {name}?",
            "give me {name}'s number",
            "I've forgotten {name}'s number, what is it?",
            "get me {name}'s contact",
            "which number does {name} have?",
            "look {name} up",
            "I'm trying to call {name}, have you got the number?",
        ),
        list="contacts",
        item="{name} in {city}, {phone}",
        tell=("{items}.", "I have {items}.", "In your contacts: {items}."),
        none=("There's nobody called {name} in your contacts.", "I don't find {name} in your contacts."),
        nouns={"contact_id": (Noun("{name}"),)},
        question={"name": "Who do you mean exactly?"},
    ),
)
def find_contact(world: World, name: PersonName) -> ContactList:
    """Find people in the contacts by name or a part of it.

    Args:
        name: first name, last name or both
    """
    wanted = name.casefold()
    return _items([(key, row) for key, row in world.rows("contacts") if wanted in row["name"].casefold()])


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "who do I know in {city}?",
            "which of my contacts live in {city}?",
            "is there anybody in {city} I could call?",
            "list my people in {city}",
            "I'm going to {city}, who could I meet there?",
            "who lives in {city}?",
            "who could I visit in {city}?",
            "find my contacts in {city}",
            "whom do I know over in {city}?",
            "do any of my friends live in {city}?",
            "give me everyone I know in {city}",
            "I'd like to see who of my contacts is in {city}.",
        ),
        list="contacts",
        item="{name} ({phone})",
        tell=("In your contacts there: {items}.", "You know {items}.", "{items}."),
        none=("You know nobody in {city}.", "None of your contacts lives in {city}."),
        nouns={"contact_id": (Noun("{name}", seen=True),)},
        question={"city": "In which city?"},
    ),
)
def contacts_in(world: World, city: City) -> ContactList:
    """List the contacts who live in a city.

    Args:
        city: where
    """
    return _items([(key, row) for key, row in world.rows("contacts", city=city)])


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "save {name} as a contact, {phone}",
            "add {name} to my contacts[ with {phone}]",
            "put {name} in my address book[, the number is {phone}]",
            "I met {name}, save the number {phone}.",
            "new contact: {name}[, {phone}].",
            "note down {name}, {phone}",
            "make a new contact for {name}[ with the number {phone}]",
            "store {name}'s number[, it's {phone}]",
            "I've got a number for {name}[, {phone}], keep it.",
            "write {name} into my address book[, {phone}]",
            "keep the number of {name}[, {phone}]",
            "{name} gave me a number[, {phone}]. Save it.",
        ),
        tell=("{name} is in your contacts now.", "Saved: {name}, {phone}."),
        nouns={"contact_id": (Noun("{name}", seen=True),)},
        question={"name": "What's the name?", "phone": "What's the number?"},
    ),
)
def add_contact(world: World, name: PersonName, phone: Phone) -> Added:
    """Save a new contact.

    Args:
        name: first and last name
        phone: the number
    """
    if any(row["name"].casefold() == name.casefold() for _, row in world.rows("contacts")):
        raise Refused("exists", f"{name} is in the contacts already", "choose another name or change the number")
    key = world.new_key("contacts", "CT")
    row = {"contact_id": key, "name": name, "city": "", "phone": phone, "born": "", "group": ""}
    world.put("contacts", key, row)
    return {"contact_id": key, "name": name, "phone": phone}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "{contact_id} has a new number, {phone}. Save it.",
            "change the number of {contact_id} to {phone}",
            "update the number of {contact_id}: {phone}",
            "set {contact_id}'s number to {phone}",
            "replace the number of {contact_id} with {phone}",
            "{contact_id} can be reached at {phone} now, note that.",
            "correct the number of {contact_id}, it's {phone}",
            "the number of {contact_id} is {phone} from now on.",
            "give {contact_id} the number {phone} in my contacts",
            "I have the wrong number for {contact_id}, it's {phone}.",
            "put {phone} down for {contact_id}",
            "note {phone} as the new number of {contact_id}",
        ),
        tell=("{name} is saved with {phone}.", "Changed: {name}, {phone}."),
        question={"phone": "What's the new number?"},
    ),
)
def change_number(world: World, contact_id: ContactId, phone: Phone) -> Added:
    """Change a contact's phone number.

    Args:
        contact_id: id of the contact
        phone: the new number
    """
    row = _contact(world, contact_id)
    if row["phone"] == phone:
        raise Refused("no_change", "that is the number already", "choose another number")
    world.update("contacts", contact_id, phone=phone)
    return {"contact_id": contact_id, "name": row["name"], "phone": phone}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when is {contact_id}'s birthday?",
            "how old will {contact_id} be?",
            "what day was {contact_id} born?",
            "remind me, when's the birthday of {contact_id}?",
            "when was {contact_id} born?",
            "on what day does {contact_id} celebrate?",
            "I always forget {contact_id}'s birthday, when is it?",
            "tell me the birthday of {contact_id}",
            "when do I have to congratulate {contact_id}?",
            "look up the birthday of {contact_id}",
            "I need {contact_id}'s birthday.",
            "which day is the birthday of {contact_id}?",
        ),
        tell=("{name} turns {turns} on {birthday}.", "On {birthday}; {name} will be {turns}."),
        not_from={"contact_id": ("list_birthdays",)},
    ),
)
def get_birthday(world: World, contact_id: ContactId) -> Birthday:
    """Tell when a contact's next birthday is, and how old they will be.

    Args:
        contact_id: id of the contact
    """
    row = _contact(world, contact_id)
    if not row["born"]:
        raise Refused("unknown_birthday", f"no birthday is saved for {row['name']}", "ask about another contact")
    day = _next(world, row["born"])
    return {
        "contact_id": contact_id,
        "name": row["name"],
        "birthday": day.isoformat(),
        "turns": day.year - int(row["born"][:4]),
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "whose birthday is coming up?",
            "any birthdays soon?",
            "which birthdays are next?",
            "who has a birthday in the next weeks?",
            "who do I have to congratulate soon?",
            "are there birthdays coming up?",
            "show me the next birthdays",
            "who's celebrating soon?",
            "list the birthdays ahead",
            "I don't want to miss a birthday, which are next?",
            "whom will I need a present for soon?",
            "tell me whose birthday is next",
        ),
        list="birthdays",
        item="{name} on {birthday}",
        tell=("Next up: {items}.", "{items}.", "Coming up: {items}."),
        none=("No birthdays in the next two months.",),
        nouns={"contact_id": (Noun("{name}", seen=True), Noun("the one whose birthday is next", least="birthday"))},
    ),
)
def list_birthdays(world: World) -> BirthdayList:
    """List the birthdays of the next two months."""
    found = [
        BirthdayItem(contact_id=key, name=row["name"], birthday=_next(world, row["born"]).isoformat())
        for key, row in world.rows("contacts")
        if row["born"] and (_next(world, row["born"]) - world.now.date()).days <= 60
    ]
    return {"birthdays": sorted(found, key=lambda item: (item["birthday"], item["name"]))}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "put {contact_id} in my {group} group",
            "add {contact_id} to {group}",
            "{contact_id} belongs to {group} now, note that.",
            "move {contact_id} into the {group} group",
            "sort {contact_id} into {group}",
            "make {contact_id} part of my {group} group",
            "file {contact_id} under {group}",
            "I'd like {contact_id} in my {group} group.",
            "tag {contact_id} as {group}",
            "have {contact_id} listed under {group}",
            "shift {contact_id} over to {group}",
            "the right group for {contact_id} is {group}, change that.",
        ),
        tell=("{name} is in the {group} group now.", "Noted: {name}, {group}."),
        question={"group": "To which group?"},
    ),
)
def set_group(world: World, contact_id: ContactId, group: Group) -> Grouped:
    """Put a contact into a group.

    Args:
        contact_id: id of the contact
        group: name of the group
    """
    row = _contact(world, contact_id)
    if row["group"] == group:
        raise Refused("no_change", f"{row['name']} is in that group already", "choose another group")
    world.update("contacts", contact_id, group=group)
    return {"contact_id": contact_id, "name": row["name"], "group": group}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "who is in my {group} group?",
            "list everybody in my {group} group",
            "which contacts are in {group}?",
            "show me the {group} group",
            "who do I have under {group}?",
            "give me everyone in my {group} group",
            "who's filed under {group}?",
            "read me the names in the {group} group",
            "whom did I put in {group}?",
            "I'd like to see my {group} contacts.",
            "who belongs to the {group} group?",
            "open the {group} group",
        ),
        list="members",
        tell=("Your {group} group: {items}.", "In the {group} group you have {items}."),
        none=("Nobody is in your {group} group.", "The {group} group is empty."),
        question={"group": "Which group?"},
    ),
)
def list_group(world: World, group: Group) -> GroupMembers:
    """List the contacts of a group.

    Args:
        group: name of the group
    """
    names = sorted(row["name"] for _, row in world.rows("contacts") if row["group"].casefold() == group.casefold())
    return {"group": group, "members": names}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "delete {contact_id} from my contacts",
            "remove {contact_id} from my address book",
            "I don't need {contact_id} any more, delete the contact.",
            "take {contact_id} out of my contacts",
            "erase {contact_id} from my contacts",
            "strike {contact_id} off my contacts",
            "I'm not in touch with {contact_id} any more, delete the contact.",
            "clear {contact_id} out of my address book",
            "get rid of {contact_id} in my contacts",
            "I won't be calling {contact_id} again, remove the contact.",
            "wipe {contact_id} from my address book",
            "drop {contact_id} from my contacts",
        ),
        tell=("{name} is out of your contacts.", "Deleted: {name}."),
        deed=("delete the contact", "remove that contact"),
    ),
    irreversible=True,
)
def delete_contact(world: World, contact_id: ContactId) -> Removed:
    """Delete a contact.

    Args:
        contact_id: id of the contact
    """
    row = _contact(world, contact_id)
    world.delete("contacts", contact_id)
    return {"name": row["name"]}
