"""Messages and mail: writing to people, reading what came in."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, NotRequired, cast

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import Advice, Condition, ContactId, Day, MailId, MailPage, Note, PersonName, Topic, page_of
from ..phrases import Noun, Phrases
from ..tool import tool
from ..world import Row, World
from . import device
from .rows import keyed

#: Subject and text of mails that may be in the inbox.
_MAILS = [
    ("Rent statement", "Your yearly statement is attached. The balance is in your favour."),
    ("Class reunion", "We meet in the old gym. Please tell me whether you can come."),
    ("Your parcel", "The parcel is waiting at the pick-up point near the station."),
    ("Parking permit", "Your permit runs out next month. Please renew it in time."),
    ("Choir concert", "The concert begins at half past seven, doors open at seven."),
    ("Holiday photos", "Here are the photos from our trip. The last ones are my favourites."),
    ("Boiler check", "The engineer comes between eight and noon. Somebody has to be at home."),
    ("Job offer", "We would like to invite you to a second talk with the team."),
    ("Library books", "Two of your books are due back soon."),
    ("Garden fence", "The new fence is almost done. Could we talk about the gate?"),
]
_CHATS = [
    "are you coming on Saturday?",
    "I left my umbrella at your place",
    "call me when you have a minute",
    "the tickets are sold out, sorry",
    "happy to help with the move",
    "what was the name of that café?",
]


class MailState(TypedDict):
    state: Condition
    remark: Condition
    advice: Advice


class Sent(TypedDict):
    to: PersonName
    text: Note


class ChatItem(TypedDict):
    contact_id: ContactId
    sender: PersonName
    text: str
    day: Day


class Chat(TypedDict):
    contact_id: ContactId
    name: PersonName
    messages: list[ChatItem]


class ChatList(TypedDict):
    messages: list[ChatItem]


class MailItem(TypedDict):
    mail_id: MailId
    subject: Topic
    sender: PersonName
    day: Day
    unread: bool


class MailList(TypedDict):
    mails: list[MailItem]


class Inbox(MailList):
    in_all: int
    next_page: NotRequired[MailPage]


class Mail(TypedDict):
    mail_id: MailId
    subject: Topic
    sender: PersonName
    text: str


class Replied(TypedDict):
    to: PersonName
    subject: Topic


class MailGone(TypedDict):
    subject: Topic


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """An inbox and some chats, from people in the contacts."""
    people = sorted(tables["contacts"])
    mails = []
    for number, (subject, text) in enumerate(random.sample(_MAILS, 8)):
        mails.append(
            {
                "subject": subject,
                "text": text,
                "sender": random.choice(people),
                "day": (now - timedelta(days=number + random.randrange(2))).date().isoformat(),
                "unread": number < 3,
                "folder": "inbox",
            }
        )
    tables["mails"] = keyed(random, "ML", "mail_id", mails)
    chats = [
        {"with": key, "mine": False, "text": text, "day": (now - timedelta(days=number)).date().isoformat()}
        for number, (key, text) in enumerate(zip(random.sample(people, len(_CHATS)), _CHATS, strict=True))
    ]
    tables["chats"] = keyed(random, "CH", "chat_id", chats)


def _person(world: World, key: str) -> Row:
    row = world.get("contacts", key)
    if row is None:
        raise Refused("unknown_contact", f"there is no contact {key}", "find the contact by name first")
    return row


def _name(world: World, key: str) -> str:
    row = world.get("contacts", key)
    return row["name"] if row is not None else "somebody"


def _mail(world: World, key: str) -> Row:
    row = world.get("mails", key)
    if row is None or row["folder"] == "deleted":
        raise Refused("unknown_mail", f"there is no mail {key}", "list the mails first")
    return row


def _mails(world: World, rows: list[tuple[str, Row]]) -> MailList:
    found = [
        MailItem(
            mail_id=key,
            subject=row["subject"],
            sender=_name(world, row["sender"]),
            day=row["day"],
            unread=row["unread"],
        )
        for key, row in rows
    ]
    return {"mails": sorted(found, key=lambda item: (item["day"], item["subject"]), reverse=True)}


_NAMES = (
    Noun("the mail about {subject}"),
    Noun("{sender}'s mail about {subject}"),
    Noun("the {subject} mail"),
    Noun("the one from {sender}", seen=True),
)


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "tell {contact_id}: {text}",
            "send {contact_id} a message[ saying {text}]",
            "write to {contact_id}[: {text}]",
            "text {contact_id}[: {text}]",
            "let {contact_id} know: {text}",
            "message {contact_id}[, {text}]",
            "drop {contact_id} a line[: {text}]",
            "give {contact_id} a message from me[: {text}]",
            "let {contact_id} hear from me[: {text}]",
            "I want to write to {contact_id}[: {text}].",
            "get a message to {contact_id}[: {text}]",
            "pass this on to {contact_id}: {text}",
        ),
        tell=("Sent to {to}: {text}.", "{to} has your message: {text}.", "Done, I wrote to {to}."),
        question={"text": "What should I write?"},
    ),
)
def send_message(world: World, contact_id: ContactId, text: Note) -> Sent:
    """Send a chat message to a contact.

    Args:
        contact_id: id of the contact
        text: what to write
    """
    row = _person(world, contact_id)
    key = world.new_key("chats", "CH")
    day = world.now.date().isoformat()
    world.put("chats", key, {"chat_id": key, "with": contact_id, "mine": True, "text": text, "day": day})
    return {"to": row["name"], "text": text}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "any new messages?",
            "who wrote to me?",
            "read me my messages",
            "what came in on chat?",
            "show me my latest chats",
            "has anybody written to me on chat?",
            "what are my latest messages?",
            "show me who texted",
            "did anyone text me?",
            "I'd like to read my messages.",
            "let's see my chats",
            "which messages have come in?",
            "check my messages",
        ),
        list="messages",
        item='{sender}: "{text}"',
        tell=("{items}.", "You got: {items}."),
        none=("No messages.", "Nobody wrote."),
        nouns={"contact_id": (Noun("{sender}", seen=True), Noun("whoever wrote last", most="day", seen=True))},
    ),
)
def list_messages(world: World) -> ChatList:
    """List the chat messages that came in, the latest first."""
    found = [
        ChatItem(contact_id=row["with"], sender=_name(world, row["with"]), text=row["text"], day=row["day"])
        for _, row in world.rows("chats")
        if not row["mine"]
    ]
    return {"messages": sorted(found, key=lambda item: item["day"], reverse=True)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what did {contact_id} write?",
            "show me the chat with {contact_id}",
            "did {contact_id} send me anything?",
            "what was the last message from {contact_id}?",
            "has {contact_id} written to me?",
            "read me what {contact_id} wrote",
            "what's new from {contact_id}?",
            "open my chat with {contact_id}",
            "is there a message from {contact_id}?",
            "what does {contact_id} say on chat?",
            "I'd like to read my chat with {contact_id}.",
            "let me see the messages from {contact_id}",
        ),
        list="messages",
        item='"{text}" ({day})',
        tell=("{items}.", "There's {items}."),
        none=("Nothing from {name}.", "{name} wrote nothing."),
    ),
)
def chat_with(world: World, contact_id: ContactId) -> Chat:
    """Show what a contact wrote.

    Args:
        contact_id: id of the contact
    """
    name = _person(world, contact_id)["name"]
    found = [
        ChatItem(contact_id=contact_id, sender=name, text=row["text"], day=row["day"])
        for _, row in world.rows("chats")
        if row["with"] == contact_id and not row["mine"]
    ]
    found.sort(key=lambda item: item["day"], reverse=True)
    return {"contact_id": contact_id, "name": name, "messages": found}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "any new mail?",
            "what's in my inbox?",
            "check my mails",
            "show me my e-mails",
            "did I get mail?",
            "anything in my mailbox?",
            "has anybody mailed me?",
            "read me my inbox",
            "what mails have come in?",
            "let's see my mails",
            "give me the mails in my inbox",
            "I'd like to see my mail.",
            "is there mail for me?",
        ),
        list="mails",
        item="{subject} from {sender}",
        tell=("In your inbox: {items}.", "You have {items}.", "{in_all} mails in all, here {items}."),
        none=("Your inbox is empty.", "No mail."),
        nouns={"mail_id": _NAMES},
    ),
)
def list_mails(world: World, page: MailPage = 1) -> Inbox:
    """List the inbox, the latest first, five a page.

    Args:
        page: which page of it
    """
    found = _mails(world, [(key, row) for key, row in world.rows("mails") if row["folder"] == "inbox"])["mails"]
    shown, after = page_of(found, page)
    inbox: Inbox = {"mails": shown, "in_all": len(found)}
    return {**inbox, "next_page": after} if after else inbox


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "find the mail about {words}",
            "search my mail for {words}",
            "did somebody mail me about {words}?",
            "look for {words} in my mails",
            "do I have a mail about {words}?",
            "which mail was about {words}?",
            "dig out the mail about {words}",
            "I got a mail about {words}, where is it?",
            "is there anything in my mail about {words}?",
            "pull up what came by mail about {words}",
            "who wrote to me about {words}?",
            "look through my mails for {words}",
        ),
        list="mails",
        item="{subject} from {sender}, {day}",
        tell=("I found {items}.", "{items}."),
        none=("No mail about that.", "I find no such mail."),
        nouns={"mail_id": (Noun("the mail about {subject}"), Noun("the {subject} mail"))},
        covers={"words": "subject"},
        question={"words": "What was it about?"},
    ),
)
def search_mails(world: World, words: Topic) -> MailList:
    """Find mails by words of their subject, archived ones too.

    Args:
        words: what the subject says
    """
    wanted = words.casefold()
    its = [(key, row) for key, row in world.rows("mails") if row["folder"] != "deleted"]
    return _mails(world, [(key, row) for key, row in its if wanted in row["subject"].casefold()])


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "read me {mail_id}",
            "what does {mail_id} say?",
            "open {mail_id}",
            "what's in {mail_id}?",
            "show me {mail_id}",
            "let me hear {mail_id}",
            "what's {mail_id} about?",
            "read {mail_id} out to me",
            "I'd like to read {mail_id}.",
            "give me the text of {mail_id}",
            "let me see {mail_id}",
            "pull up {mail_id}",
        ),
        tell=('{sender} writes: "{text}"', 'It says: "{text}"'),
    ),
)
def read_mail(world: World, mail_id: MailId) -> Mail:
    """Show one mail.

    Args:
        mail_id: id of the mail
    """
    row = _mail(world, mail_id)
    shown = {**row, "sender": _name(world, row["sender"])}
    return cast(Mail, {name: shown[name] for name in Mail.__annotations__})


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "answer {mail_id}[: {text}]",
            "reply to {mail_id}[: {text}]",
            "write back on {mail_id}[: {text}]",
            "respond to {mail_id}[ with {text}]",
            "send an answer to {mail_id}[: {text}]",
            "get back on {mail_id}[: {text}]",
            "write a reply to {mail_id}[, say {text}]",
            "I want to answer {mail_id}[: {text}].",
            "let the sender of {mail_id} know[: {text}]",
            "I'd like to reply to {mail_id}[: {text}].",
            "react to {mail_id}[ with {text}]",
            "return a few words on {mail_id}[: {text}]",
        ),
        tell=("I answered {to} on {subject}.", "Your answer to {to} about {subject} is out."),
        question={"text": "What should I answer?"},
    ),
)
def reply_mail(world: World, mail_id: MailId, text: Note) -> Replied:
    """Answer a mail.

    Args:
        mail_id: id of the mail
        text: the answer
    """
    row = _mail(world, mail_id)
    world.update("mails", mail_id, unread=False, answered=text)
    return {"to": _name(world, row["sender"]), "subject": row["subject"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "forward {mail_id} to {contact_id}",
            "send {mail_id} on to {contact_id}",
            "pass {mail_id} on to {contact_id}",
            "{contact_id} should see {mail_id}, forward it.",
            "let {contact_id} have {mail_id}",
            "I want {contact_id} to read {mail_id}.",
            "share {mail_id} with {contact_id}",
            "hand {mail_id} on to {contact_id}",
            "send {mail_id} along to {contact_id}",
            "get {mail_id} to {contact_id}",
            "show {contact_id} {mail_id}, forward it",
            "give {contact_id} a copy of {mail_id}",
        ),
        tell=("{subject} went on to {to}.", "Forwarded to {to}: {subject}."),
    ),
)
def forward_mail(world: World, mail_id: MailId, contact_id: ContactId) -> Replied:
    """Forward a mail to a contact.

    Args:
        mail_id: id of the mail
        contact_id: id of the contact
    """
    row, person = _mail(world, mail_id), _person(world, contact_id)
    if row["sender"] == contact_id:
        raise Refused("same_person", f"{person['name']} wrote that mail", "choose another contact")
    world.update("mails", mail_id, forwarded_to=contact_id)
    return {"to": person["name"], "subject": row["subject"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "archive {mail_id}",
            "I'm done with {mail_id}, archive it.",
            "file {mail_id} away",
            "put {mail_id} in the archive",
            "move {mail_id} to the archive",
            "store {mail_id} away",
            "clear {mail_id} out of my inbox, into the archive",
            "I've read {mail_id}, archive it.",
            "tuck {mail_id} into the archive",
            "I want {mail_id} archived.",
            "get {mail_id} out of my inbox but keep it",
            "let {mail_id} go to the archive",
        ),
        tell=("{subject} is archived.", "Archived: {subject}."),
    ),
)
def archive_mail(world: World, mail_id: MailId) -> MailGone:
    """Move a mail to the archive.

    Args:
        mail_id: id of the mail
    """
    row = _mail(world, mail_id)
    if row["folder"] == "archive":
        raise Refused("already_archived", "it is in the archive already", "")
    world.update("mails", mail_id, folder="archive", unread=False)
    return {"subject": row["subject"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "delete {mail_id}",
            "throw {mail_id} away",
            "get rid of {mail_id}",
            "I don't want {mail_id}, delete it.",
            "bin {mail_id}",
            "erase {mail_id}",
            "I have no use for {mail_id}, delete it.",
            "trash {mail_id}",
            "clear {mail_id} away for good",
            "I'd like {mail_id} gone.",
            "wipe {mail_id}",
            "remove {mail_id} from my mails",
        ),
        tell=("{subject} is deleted.", "Deleted: {subject}."),
        deed=("delete it", "delete that mail"),
    ),
    irreversible=True,
)
def delete_mail(world: World, mail_id: MailId) -> MailGone:
    """Delete a mail for good.

    Args:
        mail_id: id of the mail
    """
    row = _mail(world, mail_id)
    world.update("mails", mail_id, folder="deleted")
    return {"subject": row["subject"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "why do I get no new mail on my phone?",
            "my phone doesn't fetch any mail.",
            "is my mailbox working?",
            "I haven't had a single mail on my phone since yesterday, what's wrong?",
            "check why mail doesn't arrive on my phone",
            "I'm not getting any mail on my phone.",
            "my mails don't come through on my phone.",
            "what's wrong with the mail on my phone?",
            "no mail arrives on my phone any more.",
            "look into why my phone gets no mail",
            "my phone shows no new mail, why?",
            "has something happened to my mailbox, nothing arrives?",
        ),
        tell=(
            "Your mail is {state}; {remark}.",
            "The mail on your phone is {state}, {remark}.",
            "Mail on your phone is {state}. {advice}",
            "The mailbox is fine, but mail on your phone is {state}. {advice}",
        ),
    ),
)
def check_mail(world: World) -> MailState:
    """Tell whether mail reaches the phone, and what the user could do on the phone."""
    if device.phone(world)["mail"] == "off":
        return {"state": "stopped", "remark": "", "advice": "Please switch on mail sync in the mail app."}
    return {"state": "arriving", "remark": "all is fine", "advice": ""}
