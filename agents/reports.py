"""An assistant's words: reports of results, refusals, questions, proposals; and which facts a report must contain.

Everything here is a function of content and a random source; what to say is decided elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scenarios import Told
from tools_mock import Tool
from tools_mock.phrases import fill, label_of, look, needs, slots_of
from tools_mock.values import WORDS, adverbial, joined, kind_of, looks_like_id, say
from tools_mock.world import Draws

from .speech import YES_OR_NO, capital, closed

#: How many items of a list an assistant reads out.
SHOWN = 5


def report_text(tool: Tool, arguments: Mapping[str, Any], result: Any, random: Draws, now: datetime) -> str:
    """What an assistant says of a call that went well."""
    phrases = tool.phrases
    items = look(result, phrases.list) if phrases.list else None
    patterns = phrases.none if phrases.list and not items and phrases.none else phrases.tell
    fields: dict[str, tuple[str, Any]] = {}

    def field_of(slot: str) -> tuple[str, Any]:
        found = fields.get(slot)
        if found is None:
            found = fields[slot] = _field(tool, arguments, result, slot)
        return found

    def has(slot: str) -> bool:
        return (bool(phrases.list) and slot in ("items", "count")) or field_of(slot)[1] not in (None, "")

    usable = [pattern for pattern in patterns if all(map(has, needs(pattern)))]
    if not usable:
        return plain_report(tool, arguments, result)

    def value(slot: str, after_verb: bool) -> str | None:
        if slot == "count" and phrases.list:
            many = len(items or ())
            return WORDS[many] if many < len(WORDS) else str(many)
        if slot == "items" and phrases.list:
            return _items(tool, items or [])
        kind, found = field_of(slot)
        if found in (None, ""):
            return None
        return adverbial(kind, say(kind, found, now)) if after_verb else say(kind, found, now)

    text = capital(_plural(fill(random.choice(usable), value)))
    return f"{text} {random.choice(_MORE)}" if look(result, "next_page") else text


_MORE = ("There are more.", "That's not all of them.", "There's another page of them.")


def _plural(text: str) -> str:
    """``1 seat(s)`` and ``2 seat(s)`` as they are said."""
    if "(s)" not in text:
        return text
    return re.sub(r"\b(\d+|no) (\w+)\(s\)", lambda m: f"{m[1]} {m[2]}" if m[1] == "1" else f"{m[1]} {m[2]}s", text)


def _has(tool: Tool, arguments: Mapping[str, Any], result: Any, slot: str) -> bool:
    special = bool(tool.phrases.list) and slot in ("items", "count")
    return special or _field(tool, arguments, result, slot)[1] not in (None, "")


def _field(tool: Tool, arguments: Mapping[str, Any], result: Any, slot: str) -> tuple[str, Any]:
    found = look(result, slot)
    if found is None:
        return tool.spec.kinds.get(slot, ""), arguments.get(slot)
    return tool.spec.return_kinds.get(slot, ""), found


def _items(tool: Tool, items: list[Any]) -> str:
    texts = [item_text(tool, item) for item in items[:SHOWN]]
    if len(items) > SHOWN:
        texts.append(f"{len(items) - SHOWN} more")
    return joined(texts)


def item_text(tool: Tool, item: Any) -> str:
    """One item of a result list, as an assistant writes it."""
    kinds = tool.spec.return_kinds
    pattern = tool.phrases.item

    def value(slot: str, after_verb: bool) -> str | None:
        found = item if slot == "value" else look(item, slot)
        kind = kinds.get(f"{tool.phrases.list}[].{slot}", kinds.get(f"{tool.phrases.list}[]", ""))
        return "–" if found is None else adverbial(kind, say(kind, found)) if after_verb else say(kind, found)

    return fill(pattern, value) if pattern else say("", item)


def facts_told(
    tool: Tool, step: int, arguments: Mapping[str, Any], result: Any, asked: Iterable[str] = ()
) -> Told | None:
    """Which values a report of this result must contain, however it is worded; ``None`` where there is none.

    Of one thing one value will do, for one is what was asked for; and of what was ``asked`` with a yes or a no none.
    """
    phrases, kinds = tool.phrases, tool.spec.return_kinds
    yes_or_no = any(YES_OR_NO.match(pattern) for pattern in asked)
    if phrases.list:
        items = look(result, phrases.list) or []
        slots = slots_of(phrases.item) if phrases.item else ("value",)
        # What was asked with tells nothing: who looks up a task by its words wants to know its day.
        fresh = [slot for slot in slots if look(items[0], slot) not in arguments.values()] if len(items) == 1 else []
        slots = tuple(fresh) or slots[:2]
        values = [
            (kinds.get(f"{phrases.list}[].{slot}", ""), item if slot == "value" else look(item, slot))
            for item in items[: 3 * SHOWN]
            for slot in slots
        ]
        wanted, enough = min(3, len(items)), max(1, min(2, len(items) - 1))
        flags = items and isinstance(items[0], dict) and any(isinstance(value, bool) for value in items[0].values())
        enough = 0 if yes_or_no and flags else enough
    elif phrases.tell:
        usable = [pattern for pattern in phrases.tell if all(_has(tool, arguments, result, n) for n in needs(pattern))]
        shared = (
            [slot for slot in slots_of(usable[0]) if all(slot in slots_of(other) for other in usable)] if usable else []
        )
        values = [(kinds.get(slot, ""), found) for slot in shared if (found := look(result, slot)) is not None]
        wanted = enough = len(values)
    else:
        values = [("", value) for _, value in _worth_telling(tool, arguments, result)]
        wanted = enough = len(values)
    # Advice may be put in any words: that the user follows it shows that it was given.
    values = [(kind, value) for kind, value in values if kind not in ("flag", "advice") and kind_of(value) != "flag"]
    values = [(kind, value) for kind, value in values if value not in ("", [], {})]
    wanted = min(wanted, len(values))
    if tool.spec.effect == "write" or any(kind == "condition" for kind, _ in values):
        enough = 0  # what was done the world shows, and that "it works" can be said in many words
    elif not phrases.list:
        enough = 0 if yes_or_no else 1
    return Told(step=step, values=tuple(values), at_least=min(enough, wanted), usual=wanted) if wanted else None


def _worth_telling(tool: Tool, arguments: Mapping[str, Any], result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that a person wants to hear.

    No ids, no "ok", and nothing that was asked with, where there is more.
    """
    parts = _plain(result)
    if isinstance(result, Mapping) and len(result) > 1:
        parts = [part for part in parts if part != ("ok", True)]
    parts = [part for part in parts if not tool.spec.return_kinds.get(part[0], "").startswith("!")] or parts
    if tool.spec.effect == "write":
        return parts
    return [(name, value) for name, value in parts if name in _HEADS or value not in arguments.values()] or parts


def _plain(result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that are worth telling: names and scalar values, a few of them."""
    if isinstance(result, Mapping):
        found: list[tuple[str, Any]] = []
        for name, value in result.items():
            if isinstance(value, Mapping) and value and all(isinstance(item, Mapping) for item in value.values()):
                found.append((name, list(value)[:SHOWN]))  # records by id: their ids name them
            elif isinstance(value, Mapping):
                found += [(f"{name} {inner}" if len(result) > 1 else inner, item) for inner, item in _plain(value)]
            elif isinstance(value, list):
                short = [item for item in value[:SHOWN] if not isinstance(item, dict | list)]
                if len(short) == len(value[:SHOWN]) and value:
                    found.append((name, short))
                elif value:
                    found += [(name, _headline(item)) for item in value[:SHOWN]]
            elif value is not None and value != "":
                found.append((name, value))
        return found[:8]
    if isinstance(result, list):
        if all(not isinstance(item, dict | list) for item in result):
            return [("", result[:SHOWN])] if result else []
        return [("", _headline(item)) for item in result[:SHOWN]]
    return [] if result is None else [("", result)]


def _headline(item: Any) -> Any:
    """The part of a nested item that a person would name it by."""
    if not isinstance(item, Mapping):
        return item
    for name in ("title", "name", "content", "message", "symbol", "description"):
        if isinstance(item.get(name), str) and item[name]:
            return item[name]
    for value in item.values():
        if isinstance(value, str) and value and not looks_like_id(value):
            return value
    return next((value for value in item.values() if isinstance(value, int | float)), "")


def plain_report(tool: Tool, arguments: Mapping[str, Any], result: Any) -> str:
    """A report made from nothing but the result."""
    writes = tool.spec.effect == "write"
    parts = _worth_telling(tool, arguments, result)
    if isinstance(result, Mapping) and not writes and all(_speaks(value) for _, value in parts):
        # "Ada: Yoga and Pilates, twelve years."
        asked = [value for value in arguments.values() if isinstance(value, str) and value in result.values()]
        parts = [*(("name", value) for value in asked[:1]), *parts]
    if not parts:
        return "There's nothing there." if isinstance(result, list | Mapping) and not writes else "Done."
    if len(parts) == 1 and not writes and isinstance(parts[0][1], bool):
        return "Yes." if parts[0][1] else "No."
    listed = _listed(result)
    if listed and not writes:
        return f"I found {_found(tool, *listed)}."
    told = [closed(_said(name, value, result)) for name, value in parts if _speaks(value)]
    short = [(name, value) for name, value in parts if not _speaks(value)]
    head = next((part for part in short if part[0] in _HEADS), None)
    rest = [part for part in short if part != head]
    if head is None and len(rest) == 1:
        fact = closed(capital(_fact(*rest[0], result, writes)))
        return " ".join([*(["Done."] if writes else []), fact, *told])
    front = ", ".join([*(["Done"] if writes else []), *([_said(*head, result)] if head else [])])
    details = ", ".join(_detail(name, value, result) for name, value in rest)
    if front and not details and told:
        return " ".join([f"{front}: {told[0]}", *told[1:]])
    facts = ": ".join(filter(None, [front, details]))
    return " ".join([*([closed(capital(facts))] if facts else []), *told])


def _listed(result: Any) -> tuple[str, list[Any]] | None:
    """The list that a result is, or that stands alone in it, with its path."""
    if isinstance(result, Mapping):
        rest = [(name, value) for name, value in result.items() if name not in _COUNTS]
        several = len(rest) == 1 and isinstance(rest[0][1], list) and any(isinstance(one, Mapping) for one in rest[0][1])
        return (f"{rest[0][0]}[]", rest[0][1]) if several else None
    return ("[]", result) if isinstance(result, list) else None


#: Fields beside a list that only say how long it is, or that there is one.
_COUNTS = frozenset(("ok", "count", "total"))


def _found(tool: Tool, path: str, items: list[Any]) -> str:
    """What a list holds: what each thing is called, and one thing more of it."""
    things = []
    for item in items[:SHOWN]:
        head = _headline(item)
        text = f'"{head}"' if isinstance(head, str) and " " in head else say("", head)
        for name, value in item.items() if isinstance(item, Mapping) else ():
            coded = tool.spec.return_kinds.get(f"{path}.{name}", "").startswith("!") or "id" in label_of(name).split()
            if not coded and value not in (None, "", head) and isinstance(value, str | int | float):
                if not isinstance(value, bool) and not _speaks(value):
                    text += f" ({_detail(name, value, item)})"
                    break
        things.append(text)
    return joined([*things, f"{len(items) - SHOWN} more"] if len(items) > SHOWN else things)


def _fact(name: str, value: Any, result: Any, writes: bool) -> str:
    """The one thing that there is to tell."""
    text = _said(name, value, result)
    if kind_of(value) == "flag":
        return f"{label_of(name)}: {text}"
    if not writes and kind_of(value) == "number" and (not name or _several(name, value, result)):
        return f"That's {text} {label_of(name)}".rstrip()
    if not name or name in _UNNAMED:
        return text
    return f"the {label_of(name)} {'are' if _several(name, value, result) else 'is'} {text}"


def _detail(name: str, value: Any, result: Any) -> str:
    """One of several things that there are to tell: "due Monday 25 May"."""
    text = _said(name, value, result)
    return text if not name or name in _UNNAMED else f"{label_of(name)}{':' * (kind_of(value) == 'flag')} {text}"


def _said(name: str, value: Any, result: Any) -> str:
    """A part of a result in words; of a long list what is left out is counted."""
    text = say("", value)
    if isinstance(value, list) and len(value) == SHOWN:
        more = _length(result, name) - SHOWN
        text = joined([*(say("", item) for item in value), f"{more} more"]) if more > 0 else text
    return text.rstrip(".") if isinstance(value, str) else text


def _speaks(value: Any) -> bool:
    """Whether a text is a sentence of its own."""
    return isinstance(value, str) and (value.endswith((".", "!")) or len(value) > 60)


#: Fields that a thing is called by.
_HEADS = ("title", "name")
#: Fields whose value says it all.
_UNNAMED = frozenset(("result", "status", "message", "notification"))


def _several(name: str, value: Any, result: Any) -> bool:
    """Whether a field is of several things: "the items are", "the address is"."""
    return name.endswith("s") and name not in _UNNAMED and (not isinstance(value, str) or _length(result, name) > 0)


def _length(result: Any, name: str) -> int:
    found = result if isinstance(result, list) else look(result, name)
    return len(found) if isinstance(found, list) else 0


#: What Python puts before the message of an error.
_RAISED = re.compile(r"^[A-Z]\w*(?:Error|Exception): (?=.)")


def refusal_text(content: Any, random: Draws) -> str:
    """What an assistant says when a tool said no: the fact, then the way out."""
    error = content.get("error") if isinstance(content, Mapping) else None
    if isinstance(error, Mapping):
        fact, remedy = str(error.get("message", "")), str(error.get("remedy", ""))
    elif isinstance(content, Mapping):
        fact = next((str(value) for value in (error, *content.values()) if isinstance(value, str)), "it was refused")
        remedy = ""
    else:
        fact, remedy = str(content), ""
    front = random.choice(["That didn't work: ", "I couldn't do that: ", "Sorry, that's not possible: ", "No luck: "])
    text = front + _RAISED.sub("", fact).rstrip(".") + "."
    if remedy:
        text += random.choice([" You could {}.", " One way out: {}.", " If you like, {}."]).format(remedy)
    return text


def against_text(rule: str, random: Draws) -> str:
    """What an assistant says to what the policy forbids."""
    fronts = ["I'm sorry, I can't do that: {}", "I'm afraid I'm unable to: {}", "I can't, sorry: {}"]
    return random.choice(fronts).format(rule[:1].lower() + rule[1:])


def lacking_text(random: Draws) -> str:
    """What an assistant says when nothing it has can do what is wanted."""
    return random.choice(
        [
            "I'm sorry, I can't do that: none of my tools covers it.",
            "That's something I can't help with here, I have no tool for it.",
            "I'm afraid that's beyond what I can do from here.",
            "Sorry, I have no way to do that.",
        ]
    )


def question_text(questions: list[str], random: Draws) -> str:
    """A message that asks for what is missing."""
    front = random.choice(["", "", "Happy to. ", "Sure. ", "One thing first: "])
    if front.endswith(": "):
        questions = [questions[0][:1].lower() + questions[0][1:], *questions[1:]]
    return front + " ".join(questions)


def thing_text(tool: Tool, result: Any, path: str) -> str:
    """The thing at a path of a result, as an assistant names it; empty where the tool has no words for one."""
    item = look(result, path) if path else None
    listed = bool(tool.phrases.list) and path.partition("[")[0] == tool.phrases.list
    return item_text(tool, item) if listed and isinstance(item, Mapping) and tool.phrases.item else ""


def choice_text(tool: Tool, items: list[Any], random: Draws) -> str:
    """A question for which of several things is meant, with the things."""
    texts = joined([item_text(tool, item) for item in items], "or")
    fronts = ["There are {n}: {things}. ", "I see {n}: {things}. ", "You have {n}: {things}. "]
    asks = ["Which one do you mean?", "Which one?", "Which of them?"]
    number = WORDS[len(items)] if len(items) < len(WORDS) else str(len(items))
    return random.choice(fronts).format(n=number, things=texts) + random.choice(asks)


def proposal_text(tool: Tool, thing: str, random: Draws) -> str:
    """What an assistant asks before it does what cannot be undone."""
    deed = random.choice(tool.phrases.deed or ("go ahead with it",))
    asks = ["Shall I {}?", "Should I {}?", "Do you want me to {}?"]
    if not thing:
        return random.choice([*asks, "Just to be sure: do you want me to {}?"]).format(deed)
    fronts = ["That's {}.", "I found it: {}.", "Just to be sure, it's {}.", "That would be {}."]
    return f"{random.choice(fronts).format(thing.rstrip('.?!'))} {random.choice(asks).format(deed)}"


_PROPOSAL = re.compile(
    r"\b(shall i|should i|do you want me|would you like me to|may i|is that (ok|right|correct|fine)|go ahead|confirm"
    r"|proceed|are you sure)\b",
    re.IGNORECASE,
)


def proposes(text: str) -> bool:
    """Whether an assistant's message asks for leave to do something."""
    return "?" in text and any(_PROPOSAL.search(_ASKED.sub("", part)) for part in QUESTION.findall(text))


#: "What should I write?" asks for something, not for leave.
_ASKED = re.compile(r"\b(?:what|which|when|where|who|whom|how)\b[^?]*", re.IGNORECASE)
#: A sentence that asks.
QUESTION = re.compile(r"[^.!?\n]*\?")


def left_text(random: Draws) -> str:
    """What an assistant says when it was told not to."""
    return random.choice(
        [
            "Alright, I've left it as it is.",
            "Okay, then it stays as it is.",
            "Fine, I won't touch it.",
            "Understood, nothing changed.",
        ]
    )


def offer_text(random: Draws) -> str:
    """An offer of more that asks nothing."""
    return random.choice(
        [
            "Let me know if you need anything else.",
            "I'm here if there's anything else.",
            "If you need anything more, I'm here.",
            "Let me know if you'd like anything else.",
        ]
    )


def opening_text(random: Draws) -> str:
    """What the assistant says when everything is done and the user goes on talking."""
    return random.choice(["You're welcome!", "Glad I could help.", "Any time."])
