"""An assistant's words: reports of results, refusals, questions, proposals; and which facts a report must contain.

Everything here is a function of content and a random source; what to say is decided elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scenarios import Proposal, Told
from tools_mock import Tool
from tools_mock.phrases import fill, look, needs, sayable, slots_of
from tools_mock.values import WORDS, adverbial, joined, kind_of, say
from tools_mock.world import Draws

from .plain import SHOWN, plain_report, worth_telling
from .speech import YES_OR_NO, capital


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
        values = [("", value) for _, value in worth_telling(tool, arguments, result)]
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


#: What Python puts before the message of an error.
_RAISED = re.compile(r"^(?:[A-Z]\w*)?(?:Error|Exception): (?=.)")
#: "KeyError: 'B-9'" names what is not there, and no more.
_MISSED = re.compile(r"^\w*(?:Key|Lookup|NotFound)Error: '?([^\s']+|[A-Z][^\s']* [A-Z][^\s']*)'?$")


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
    text = front + _RAISED.sub("", _MISSED.sub(r"there is no \1", say("", fact))).rstrip(".") + "."
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


def proposal_text(tool: Tool, proposal: Proposal, thing: str, random: Draws) -> str:
    """What an assistant asks before it does what cannot be undone: with what was said for it, and with any doubt."""
    tool, said, doubt = tool.plain or tool, proposal.said, proposal.doubt
    deeds = sayable(tool.phrases.deed, frozenset(said)) or ("do it",)
    deeds = (min(deeds, key=len),) if doubt else deeds
    deed = fill(random.choice(deeds), lambda slot, _: say(tool.spec.kinds.get(slot, ""), said[slot]))
    asks = ["Shall I {}?", "Should I {}?", "Do you want me to {}?"]
    if not thing:
        return random.choice([*asks, "Just to be sure: do you want me to {}?"]).format(deed)
    fronts = ["That's {}.", "I found it: {}.", "Just to be sure, it's {}.", "That would be {}."]
    if doubt:
        deed = f"try to {deed} all the same"
        asks = [f"It's {doubt}; {ask[0].lower()}{ask[1:]}" for ask in asks]
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
