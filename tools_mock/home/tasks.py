"""Tasks: a to-do list with due days and priorities."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import ContactId, Day, PersonName, Task, TaskId
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import say
from ..world import Row, World
from .rows import keyed

OWN = [
    *("renew my passport", "water the plants", "call the plumber", "send the tax form", "buy a birthday present"),
    *("clean the balcony", "fix the bike", "book a photographer", "return the drill", "sort the photos"),
]
#: What a user may want to add.
NEW = [
    *("pack the suitcase", "change the light bulb", "order new glasses", "thank aunt Rosa", "cancel the newspaper"),
    *("bake a cake", "print the tickets", "charge the camera", "empty the letter box", "iron the shirts"),
]


class TaskItem(TypedDict):
    task_id: TaskId
    task: Task
    due: Day
    priority: str


class TaskList(TypedDict):
    tasks: list[TaskItem]


class TaskState(TypedDict):
    task_id: TaskId
    task: Task
    due: Day


class TaskDone(TypedDict):
    task: Task
    left: int


class TaskPriority(TypedDict):
    task_id: TaskId
    task: Task
    priority: str


class TaskShared(TypedDict):
    task_id: TaskId
    task: Task
    name: PersonName


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Some open tasks."""
    rows = [
        {
            "task": task,
            "due": (now + timedelta(days=random.randrange(0, 14))).date().isoformat(),
            "priority": random.choice(["low", "normal", "normal", "high"]),
            "with": "",
        }
        for task in random.sample(OWN, 8)
    ]
    tables["tasks"] = keyed(random, "TS", "task_id", rows)


def _task(world: World, key: str) -> Row:
    row = world.get("tasks", key)
    if row is None:
        raise Refused("unknown_task", f"there is no task {key}", "list the tasks first")
    return row


def _items(rows: list[tuple[str, Row]]) -> TaskList:
    found = [TaskItem(task_id=key, task=row["task"], due=row["due"], priority=row["priority"]) for key, row in rows]
    return {"tasks": sorted(found, key=lambda item: (item["due"], item["task"]))}


_NAMES = (
    Noun("the task to {task}"),
    Noun('"{task}"'),
    Noun("the one due {@due}", seen=True),
    Noun("the most urgent one", least="due", seen=True),
)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's on my to-do list[ until {until}]?",
            "what do I have to do[ until {until}]?",
            "show me my tasks[ until {until}]",
            "which tasks are open[ until {until}]?",
            "what's due[ by {until}]?",
            "what have I got to do[ until {until}]?",
            "read me my list[ until {until}]",
            "is there anything left to do[ until {until}]?",
            "give me my to-dos[ until {until}]",
            "what's still open on my list[ until {until}]?",
            "I'd like to see my tasks[ until {until}].",
            "what's waiting for me[ until {until}], tasks I mean?",
        ),
        list="tasks",
        item="{task} (due {due})",
        tell=("Open: {items}.", "You have to {items}.", "On your list: {items}."),
        none=("Nothing to do until then.", "Nothing is due by then."),
        nouns={"task_id": _NAMES},
    ),
)
def list_tasks(world: World, until: Day | None = None) -> TaskList:
    """List the open tasks.

    Args:
        until: only those that are due by this day
    """
    return _items([(key, row) for key, row in world.rows("tasks") if until is None or row["due"] <= until])


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when do I have to {task}?",
            'by when is "{task}" due?',
            'is "{task}" on my list?',
            'look up "{task}" on my to-do list',
            "how long do I have left to {task}?",
            'did I note "{task}"?',
            'find "{task}" on my list',
            "do I still have to {task}?",
            'what\'s the date for "{task}"?',
            "check when I have to {task}",
            'tell me when "{task}" is due',
            'I wrote down "{task}", when is that due?',
        ),
        list="tasks",
        item="{task}, due {due}, priority {priority}",
        tell=("{items}.", "I found {items}."),
        none=("That's not on your list.", "I find no such task."),
        nouns={"task_id": (Noun("the task to {task}"), Noun('"{task}"'))},
        question={"task": "What is it called?"},
    ),
)
def find_task(world: World, task: Task) -> TaskList:
    """Find tasks by their words.

    Args:
        task: what it says, or a part of it
    """
    wanted = task.casefold()
    return _items([(key, row) for key, row in world.rows("tasks") if wanted in row["task"].casefold()])


@tool(
    "write",
    phrases=Phrases(
        ask=(
            'put "{task}" on my list[ for {due}]',
            "I have to {task}[ by {due}], note that.",
            "add a task: {task}[, due {due}]",
            "don't let me forget to {task}[ {@due}].",
            "new to-do: {task}[, {due}].",
            "make a note to {task}[ by {due}]",
            "I need to {task}[ by {due}], put it on my list.",
            'put down "{task}" as a task[, for {due}]',
            "remember for me to {task}[ by {due}]",
            'add "{task}" to my to-do list[, due {due}]',
            "I mustn't forget to {task}[ {@due}].",
            'write "{task}" on my to-do list[, {due}]',
        ),
        tell=("On your list: {task}, due {due}.", 'Noted: "{task}" by {due}.'),
        nouns={"task_id": (Noun("the task to {task}", seen=True), Noun("that task", seen=True))},
        question={"task": "What should I note?", "due": "By which day?"},
    ),
)
def add_task(world: World, task: Task, due: Day) -> TaskState:
    """Add a task.

    Args:
        task: what is to be done
        due: by which day
    """
    if due < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', due)} is in the past", "choose another day")
    key = world.new_key("tasks", "TS")
    world.put("tasks", key, {"task_id": key, "task": task, "due": due, "priority": "normal", "with": ""})
    return {"task_id": key, "task": task, "due": due}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "tick off {task_id}",
            "I've done {task_id}, tick it off.",
            "mark {task_id} as done",
            "{task_id} is finished, cross it out.",
            "check off {task_id}",
            "{task_id} is done.",
            "cross out {task_id}",
            "I finished {task_id}, mark it as done.",
            "set {task_id} to done",
            "consider {task_id} done",
            "I got around to {task_id}, tick it off.",
            "that's {task_id} out of the way, mark it done.",
        ),
        tell=('"{task}" is done; {left} to go.', "Ticked off: {task}."),
    ),
)
def complete_task(world: World, task_id: TaskId) -> TaskDone:
    """Mark a task as done.

    Args:
        task_id: id of the task
    """
    row = _task(world, task_id)
    world.delete("tasks", task_id)
    return {"task": row["task"], "left": sum(1 for _ in world.rows("tasks"))}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {task_id} to {due}",
            "reschedule {task_id}[ to {due}]",
            "make {task_id} due {@due} instead",
            "change {task_id} to be due {@due}",
            "change the day of {task_id}[ to {due}]",
            "give me until {due} for {task_id}",
            "I won't get to {task_id} before {due}, change it.",
            "set {task_id} for {due}",
            "get {task_id} over to {due}",
            "shift {task_id}[ to {due}]",
            "I'd rather do {task_id} {@due}, change it.",
            "have {task_id} moved[ to {due}]",
        ),
        tell=('"{task}" is due on {due} now.', "Moved: {task}, {due}."),
        question={"due": "To which day?"},
    ),
)
def move_task(world: World, task_id: TaskId, due: Day) -> TaskState:
    """Change the day by which a task is due.

    Args:
        task_id: id of the task
        due: the new day
    """
    row = _task(world, task_id)
    if due < world.now.date().isoformat():
        raise Refused("in_the_past", f"{say('day', due)} is in the past", "choose another day")
    if due == row["due"]:
        raise Refused("no_change", "it is due then already", "choose another day")
    world.update("tasks", task_id, due=due)
    return {"task_id": task_id, "task": row["task"], "due": due}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "make {task_id} {priority} priority",
            "set {task_id} to {priority}",
            "give {task_id} {priority} priority",
            "I think {task_id} should be {priority}, change that.",
            "mark {task_id} as {priority} priority",
            "change the priority of {task_id} to {priority}",
            "put {task_id} at {priority} priority",
            "I want {task_id} at {priority} priority.",
            "{task_id} is {priority} priority, note that.",
            "rate {task_id} {priority}",
            "treat {task_id} as {priority} priority",
            "have {task_id} at {priority} priority",
        ),
        tell=('"{task}" has {priority} priority now.', "Set to {priority}: {task}."),
        question={"priority": "Low, normal or high?"},
    ),
)
def set_priority(world: World, task_id: TaskId, priority: Literal["low", "normal", "high"]) -> TaskPriority:
    """Change how important a task is.

    Args:
        task_id: id of the task
        priority: low, normal or high
    """
    row = _task(world, task_id)
    if priority == row["priority"]:
        raise Refused("no_change", f"it has {priority} priority already", "choose another priority")
    world.update("tasks", task_id, priority=priority)
    return {"task_id": task_id, "task": row["task"], "priority": priority}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "share {task_id} with {contact_id}",
            "{contact_id} should help me with {task_id}, share it.",
            "give {contact_id} access to {task_id}",
            "hand {task_id} to {contact_id}",
            "let {contact_id} see {task_id}",
            "do {task_id} together with {contact_id}, share it.",
            "send {task_id} to {contact_id}",
            "bring {contact_id} in on {task_id}",
            "I'm doing {task_id} with {contact_id}, share it.",
            "put {contact_id} on {task_id} too",
            "make {task_id} visible to {contact_id}",
            "I'd like {contact_id} to have {task_id} as well.",
        ),
        tell=('{name} sees "{task}" now.', "Shared with {name}: {task}."),
    ),
)
def share_task(world: World, task_id: TaskId, contact_id: ContactId) -> TaskShared:
    """Share a task with a contact.

    Args:
        task_id: id of the task
        contact_id: id of the contact
    """
    row, person = _task(world, task_id), world.get("contacts", contact_id)
    if person is None:
        raise Refused("unknown_contact", f"there is no contact {contact_id}", "find the contact by name first")
    world.update("tasks", task_id, **{"with": contact_id})
    return {"task_id": task_id, "task": row["task"], "name": person["name"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "delete {task_id}",
            "take {task_id} off my list",
            "forget about {task_id}, delete it.",
            "I don't have to do {task_id} any more, remove it.",
            "remove {task_id} from my list",
            "I can skip {task_id}, delete it.",
            "strike {task_id} from my to-do list",
            "scrap {task_id}",
            "{task_id} isn't needed any more, delete it.",
            "get rid of {task_id}",
            "erase {task_id} from my tasks",
            "drop {task_id}, it can go.",
        ),
        tell=('"{task}" is off your list; {left} left.', "Deleted: {task}."),
        deed=("delete it", "take it off the list"),
    ),
    irreversible=True,
)
def delete_task(world: World, task_id: TaskId) -> TaskDone:
    """Delete a task that was not done.

    Args:
        task_id: id of the task
    """
    row = _task(world, task_id)
    world.delete("tasks", task_id)
    return {"task": row["task"], "left": sum(1 for _ in world.rows("tasks"))}
