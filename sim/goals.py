"""A goal: one thing that a user wants, with every argument bound, executed, and put into a wish.

Where an argument comes from is found in ``sim.sources``; here it is decided what of it the user says, when, and whether
they say it right at once.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from agents.plain import SHOWN
from agents.reports import facts_told
from agents.speech import YES_OR_NO
from agents.wishes import SPANS, ask_patterns, question_for
from scenarios import Defaulted, Fact, Found, Picked, Proposal, Said, Wish
from tools_mock import Tool, ToolCall, call, canonical
from tools_mock.foreign import harvest
from tools_mock.guessed import LOOKED_FOR
from tools_mock.phrases import holds, id_of, label_of, look, sayable
from tools_mock.values import adverbial, looks_like_id

from .draft import Bound, Draft, Goal
from .graph import handed
from .probe import scalars
from .reference import thing_of
from .sources import bind, from_user, spoken

#: How often two details are left to be asked for where one is.
WITHHOLD_TWO = 0.5
#: Slots before which "in five days" cannot stand: "to in five days".
_AFTER = re.compile(r"\b(?:to|from|for|by|on|until|since) \{(\w+)\}")
#: In how many ways at most a wish can be said, of all that its tool has.
WAYS = 6
#: How often a user asks for whatever comes to mind, whether or not it can be had.
HEEDLESS = 0.5
#: How often an assistant writes a default out.
SPELT = 0.3


def make_goal(draft: Draft, name: str, turn: int, decline: bool = False, beyond: bool = False) -> Goal | None:
    """Bind every parameter of a tool, run it, and put the wish together.

    With ``decline`` the user says no when asked: all is found out, the call itself is not made. With ``beyond`` more is
    asked for than the policy allows: it is tried, in a draft that is thrown away.
    """
    tool = draft.tool(name)
    if tool.spec.irreversible and any(
        one.tool == name and one.wish.consent == "no" for goals in draft.turns for one in goals
    ):
        return None  # nobody asks once more for what they turned down
    before = len(draft.steps)
    bound: dict[str, Bound] = {}
    refused = any(step.status != "ok" for step in draft.steps)  # one no in a conversation is enough
    heedless = not refused and draft.random.random() < HEEDLESS
    for parameter in _parameters(draft, tool):
        one = bind(draft, tool, parameter, turn, bound, heedless)
        if one is None:
            if parameter in tool.spec.required:
                return None
            continue
        bound[parameter] = one
    for parameter, schema in tool.spec.parameters["properties"].items():
        if parameter in bound or "default" not in schema or tool.spec.kinds.get(parameter, "").startswith("!"):
            continue  # which page it is, say, is told by a result, or nothing at all
        if draft.random.random() < SPELT:
            bound[parameter] = Bound(schema["default"], Defaulted())
    if (
        _repeats(draft, name, bound)
        or _off_another(draft, tool, bound)
        or (not beyond and not _allowed(draft, name, bound))
    ):
        return None
    if beyond and not _exceeded(draft, tool, bound, turn):
        return None
    facts = {parameter: one.fact for parameter, one in bound.items() if one.fact is not None}
    patterns = tool.phrases.ask or _made_up(tool, {slot: fact.text for slot, fact in facts.items()})
    facts, questions = _withheld(draft, tool, facts, bound, patterns, turn)
    if any(fact.when == "asked" for fact in facts.values()) and _keeps(draft, facts, bound):
        return None
    facts = _slipped(draft, tool, facts, bound)
    facts, choice = _vague(draft, tool, facts, bound, before)
    facts, questions = _unknown(draft, facts, bound, before, questions)
    told = {slot for slot, fact in facts.items() if fact.when == "now"}
    near = {slot for slot, fact in facts.items() if fact.text.startswith("in ") or fact.slip.startswith("in ")}
    fitting = sayable(patterns, frozenset(told))
    fitting = tuple(p for p in fitting if near.isdisjoint(_AFTER.findall(p))) if near else fitting
    if not fitting:
        return None
    proposal: Proposal | None = None
    later: tuple[str, ...] = ()
    if tool.spec.irreversible:
        said = {slot: one.value for slot, one in bound.items() if slot in _spoken(tool.phrases.deed)}
        if not decline and not beyond:
            facts, later, said = _yes_but(draft, tool, facts, bound, said)
        proposal = Proposal(tool=name, about=thing_in(draft, bound), said=said)
    if beyond:
        number, _, _ = draft.run(name, bound, turn, told=True)
        if held(draft, number):
            return None
        return Goal(name, [], Wish(ask=some_of(draft, fitting), facts=tuple(facts.values()), wants="deed"), {})
    if decline:
        _, status, _ = draft.fork().run(name, bound, turn, told=True)
        if status != "ok" or proposal is None or proposal.about is None:
            return None
        wish = Wish(ask=some_of(draft, fitting), facts=tuple(facts.values()), wants="deed", consent="no")
        return Goal(name, list(range(before, len(draft.steps))), wish, questions, proposal=proposal, choice=choice)
    writes = tool.spec.effect == "write"
    changes = draft.world.changes() if writes else {}
    number, status, content = draft.run(name, bound, turn, told=True)
    if status == "invalid" or (status == "ok" and writes and draft.world.changes() == changes):
        return None  # what changes nothing is no deed
    if tool.phrases.about:
        fitting = tuple(p for p in fitting if not _answered(draft, tool, p, number))
    if not fitting or (writes and held(draft, number)):
        return None
    if status != "ok" and _twice(tool, bound):
        return None
    error = content.get("error") if isinstance(content, dict) else None
    if (isinstance(error, dict) and error.get("code") in ABSURD) or _past(draft, tool, bound):
        return None
    if isinstance(error, dict) and str(error.get("code", "")).startswith(_SO_ALREADY) and _told_so(draft, number):
        return None
    words = str(error.get("message", "")).split() if isinstance(error, dict) else []
    if any(looks_like_id(word.strip(".,;:")) for word in words):
        return None  # it is not there any more, the user had it taken away themselves
    if (status != "ok" or not writes) and _over(draft, number):
        return None
    if status == "ok" and not writes and _known(draft, number):
        return None
    remedy = str(error.get("remedy", "")) if isinstance(error, dict) else ""
    nothing = status == "ok" and not writes and facts_told(tool, number, {}, content) is None and empty(content)
    if nothing and draft.graph.toolkit.foreign and any(fact.kind == "noun" for fact in facts.values()):
        return None  # that there is nothing may be said of any of them
    if nothing and draft.random.random() < 0.6:
        return None  # "nothing there" is an answer, but a plan of nothing but that is not worth telling
    wish = Wish(
        ask=some_of(draft, fitting),
        facts=tuple(facts.values()),
        wants="deed" if tool.spec.effect == "write" else "answer",
    )
    if proposal is not None:
        proposal = proposal.model_copy(update={"step": number})
    return Goal(name, list(range(before, number + 1)), wish, questions, status, remedy, proposal, choice, later)


def some_of(draft: Draft, clauses: tuple[str, ...]) -> tuple[str, ...]:
    """Some of the clauses that a wish can be said with, in a row: all ask for a yes or a no, or none does."""
    one = YES_OR_NO.match(draft.random.choice(clauses)) is None
    alike = tuple(clause for clause in clauses if (YES_OR_NO.match(clause) is None) == one)
    start = draft.random.randrange(len(alike))
    return (alike + alike)[start : start + min(len(alike), WAYS)]


def _off_another(draft: Draft, tool: Tool, bound: dict[str, Bound]) -> bool:
    """Whether a value is picked off the list of something else: "the latest time", said of another restaurant's."""
    kinds = tool.spec.kinds
    for parameter, one in bound.items():
        if not isinstance(one.source, Picked) or kinds.get(parameter, "!").startswith("!"):
            continue
        step = draft.steps[one.source.step]
        for name, value in step.arguments.items():
            kind = draft.tool(step.tool).spec.kinds.get(name)
            if kind and any(kinds.get(other) == kind and its.value != value for other, its in bound.items()):
                return True
    return False


#: How a refusal is called of what nobody asks for: a flight to Paris turned into one from Rome to Lisbon, late checkout
#: at nine in the morning, a complaint about what has not come yet, money or people moved to where they are, payments
#: since tomorrow, guests at the dentist's.
ABSURD = (
    *("elsewhere", "not_late", "never_had", "same_account", "same_city", "in_the_past", "in_the_future"),
    "private",
)


def _past(draft: Draft, tool: Tool, bound: dict[str, Bound]) -> bool:
    """Whether something is asked for on a day or at a time that is over: who wants a taxi knows what day it is.

    What a stranger's tools look up may be over, and what ours list since a day.
    """
    if not tool.checked and tool.spec.effect == "read":
        return False
    today, kinds = draft.now.date().isoformat(), tool.spec.kinds
    days = [str(one.value) for name, one in bound.items() if kinds.get(name) == "day" and name != "since"]
    times = [str(one.value) for name, one in bound.items() if kinds.get(name) == "clock"]
    return min(days, default=today) < today or (days == [today] and min(times, default="24") < f"{draft.now:%H:%M}")


def _twice(tool: Tool, bound: dict[str, Bound]) -> bool:
    """Whether two things of a kind are the same one: nobody flies from Paris to Paris."""
    its = [(kind, canonical(one.value)) for name, one in bound.items() if (kind := tool.spec.kinds.get(name))]
    return len(set(its)) < len(its)


#: How a refusal is called of what is so already.
_SO_ALREADY = ("no_change", "same_", "already_")


_ENDS = re.compile(r"(?:cancel|close|delete|remove|return|withdraw)(?:_|[A-Z]|$)")


def _over(draft: Draft, number: int) -> bool:
    """Whether a call is about what the user had ended before: nobody adds a note to the ticket that they closed, nor
    asks for the warranty of what they cancelled.
    """
    its = [value for value in draft.steps[number].arguments.values() if looks_like_id(value)]
    return any(
        step.told
        and step.status == "ok"
        and _ENDS.match(step.tool)
        and any(one in step.arguments.values() for one in its)
        for step in draft.steps[:number]
    )


def _known(draft: Draft, number: int) -> bool:
    """Whether a look lists what the same tool has told before: nobody asks for all of a day after all since ten."""
    step, lists = draft.steps[number], _listed(draft.results[number])
    return any(
        lists and earlier.told and earlier.tool == step.tool and _listed(result) == lists
        for earlier, result in zip(draft.steps[:number], draft.results, strict=False)
    )


def _listed(content: Any) -> list[Any]:
    """What a result lists."""
    lists = content.values() if isinstance(content, dict) else [content]
    return [one for one in lists if isinstance(one, list) and one]


def _told_so(draft: Draft, number: int) -> bool:
    """Whether the user was told already what a call would make so: nobody who knows it asks for it."""
    wanted = draft.steps[number].arguments.values()
    return any(
        step.told and all(draft.shows(earlier, value) or value in step.arguments.values() for value in wanted)
        for earlier, step in enumerate(draft.steps[:number])
    )


def _answered(draft: Draft, tool: Tool, pattern: str, number: int) -> bool:
    """Whether a clause asks for one thing about what a step is about, and the user was told it before."""
    asked = [look(draft.results[number], field) for word, field in tool.phrases.about.items() if word in pattern]
    if not asked:
        return False
    ids = [value for value in draft.steps[number].arguments.values() if looks_like_id(value)]
    for earlier, step in enumerate(draft.steps[:number]):
        if not step.told or not all(draft.shows(earlier, one) or one in step.arguments.values() for one in ids):
            continue
        told = facts_told(draft.tool(step.tool), earlier, step.arguments, draft.results[earlier])
        if told is not None and any(value in asked for _, value in told.values):
            return True
    return False


def held(draft: Draft, number: int) -> bool:
    """Whether what a step made, or would have made, was there already: the user was shown the same with another id.

    Nobody asks for a second booking of the flight that they asked about, sold out or not, nor for a second table at a
    restaurant on one day.
    """
    step, made = draft.steps[number], draft.results[number]
    kinds = draft.tool(step.tool).spec.return_kinds
    if step.status != "ok":
        own = [name for name, kind in kinds.items() if kind.startswith("!") and name not in step.arguments]
        made = dict.fromkeys(own) | {name: its for name, its in step.arguments.items() if isinstance(its, str)}
    else:
        own = [name for name, value in made.items() if looks_like_id(value)] if isinstance(made, dict) else []
    if len(own) != 1:
        return False
    for earlier in range(number):
        result = draft.results[earlier]
        lists = [one for one in result.values() if isinstance(one, list)] if isinstance(result, dict) else [result]
        for one in [result, *(item for items in lists if isinstance(items, list) for item in items)]:
            if isinstance(one, dict) and looks_like_id(one.get(own[0])) and one[own[0]] != made[own[0]]:
                shared = [name for name in made if name != own[0] and name in one]
                enough = len(shared) > 1 or step.status != "ok"
                if any(kinds.get(name) == "day" for name in shared):
                    shared = [
                        name for name in shared if kinds.get(name) not in _AT_WHAT and not isinstance(made[name], int)
                    ]
                if shared and enough and all(one[name] == made[name] for name in shared):
                    return True
    return False


#: What does not make it another one: the same day at another time, or for more people.
_AT_WHAT = ("clock", "count", "minutes", "money")


def _allowed(draft: Draft, name: str, bound: dict[str, Bound]) -> bool:
    """Whether a call keeps within what the policy allows."""
    limits = ((draft.graph.toolkit.limit(draft.tool(name), parameter), one.value) for parameter, one in bound.items())
    return all(limit is None or Decimal(str(value)) <= limit[1] for limit, value in limits)


def _exceeded(draft: Draft, tool: Tool, bound: dict[str, Bound], turn: int) -> bool:
    """Let the user ask for more than the policy allows, if it limits anything that is said now."""
    for parameter, one in bound.items():
        thing = label_of(parameter).rpartition(" ")[2].removesuffix("s")
        named = any(thing in its.fact.text for name, its in bound.items() if its.fact and name != parameter)
        if (
            isinstance(one.source, Said) and one.source.turn == turn and not named
        ):  # no "for two nights for nine nights"
            more = beyond_limit(draft, tool, parameter, one.value, turn)
            if more is not None:
                bound[parameter] = more
                return True
    return False


def beyond_limit(draft: Draft, tool: Tool, parameter: str, value: Any, turn: int) -> Bound | None:
    """A value that is more than the policy allows, said in a turn instead of one that is not."""
    limit = draft.graph.toolkit.limit(tool, parameter)
    if limit is None:
        return None
    most = limit[1] * draft.random.choice((2, 3, 4)) // 2 + draft.random.choice((1, 2, 4)) * max(1, limit[1] // 10)
    more = f"{most}.00" if isinstance(value, str) else most
    return spoken(draft, tool.spec.kinds.get(parameter, ""), parameter, more, turn)


def _unknown(
    draft: Draft, facts: dict[str, Fact], bound: dict[str, Bound], before: int, questions: dict[str, str]
) -> tuple[dict[str, Fact], dict[str, str]]:
    """A thing whose number is asked for; the user does not know it, but something that a look-up finds it by."""
    if "detail not known" not in draft.wanted or any(fact.when == "asked" or fact.vague for fact in facts.values()):
        return facts, questions
    for slot, fact in facts.items():
        source = bound[slot].source
        if not isinstance(source, Found | Picked) or source.step < before or fact.kind != "noun":
            continue
        thing = thing_of(source.path.rpartition(".")[2], draft.tool(draft.steps[source.step].tool))
        if thing in _NUMBERED:
            draft.wanted.discard("detail not known")
            changed = fact.model_copy(update={"vague": f"my {thing}", "label": label_of(slot)})
            return {**facts, slot: changed}, {**questions, slot: f"What's the {thing} number?"}
    return facts, questions


#: Things that have a number which an assistant may ask for and nobody knows.
_NUMBERED = frozenset(("booking", "order", "appointment", "stay", "reservation", "ticket", "prescription", "bill"))


def _yes_but(
    draft: Draft, tool: Tool, facts: dict[str, Fact], bound: dict[str, Bound], said: dict[str, Any]
) -> tuple[dict[str, Fact], tuple[str, ...], dict[str, Any]]:
    """A detail that is said otherwise first, and changed when the user is asked for a yes.

    Returns the facts, the texts that come with the yes, and what is said before it.
    """
    can = [
        slot
        for slot, fact in facts.items()
        if fact.kind in _SLIPS and fact.when == "now" and not fact.slip and isinstance(bound[slot].source, Said)
    ]
    if "yes but" not in draft.wanted or not can or any(f.when == "asked" or f.vague for f in facts.values()):
        return facts, (), said
    slot = draft.random.choice(can)
    other = from_user(draft, tool, slot, len(draft.turns))
    if other is None or other.fact is None or other.value == bound[slot].value or other.fact.text.startswith("in "):
        return facts, (), said
    draft.wanted.discard("yes but")
    changed = {**facts, slot: facts[slot].model_copy(update={"first": other.fact.text})}
    return changed, (facts[slot].text,), said | ({slot: other.value} if slot in said else {})


def thing_in(draft: Draft, bound: dict[str, Bound]) -> Found | None:
    """Where the thing that a call is about stands in a result."""
    for one in bound.values():
        source = one.source
        if isinstance(source, Found) and "." in source.path:
            return Found(step=source.step, path=source.path.rpartition(".")[0])
        if isinstance(source, Picked) and source.items:
            items = look(draft.results[source.step], source.items)
            place = next(n for n, item in enumerate(items) if look(item, source.path) == one.value)
            return Found(step=source.step, path=f"{source.items}[{place}]")
    return None


def proposed_again(proposal: Proposal, draft: Draft, step: int, parameter: str, one: Bound) -> Proposal:
    """A proposal for a step that has one thing otherwise."""
    about = thing_in(draft, {parameter: one}) or proposal.about
    said = proposal.said | ({parameter: one.value} if parameter in proposal.said else {})
    return proposal.model_copy(update={"step": step, "about": about, "said": said})


def _made_up(tool: Tool, texts: dict[str, str]) -> tuple[str, ...]:
    """Ways to ask for a tool without phrases, with all that is to be said and with one detail left out."""
    without = ({other: text for other, text in texts.items() if other != slot} for slot in texts)
    return (
        *ask_patterns(tool.spec, texts),
        *(pattern for rest in without for pattern in ask_patterns(tool.spec, rest)),
    )


def empty(content: Any) -> bool:
    """Whether a result shows nothing."""
    return not any(True for _ in scalars(content))


def _parameters(draft: Draft, tool: Tool) -> list[str]:
    """The parameters to bind: what only a look shows, then ids, because what they bring to light answers the others."""
    spec = tool.spec
    spoken = _spoken(tool.phrases.ask)
    chosen = list(spec.required)
    for parameter in spec.parameters["properties"]:
        if parameter in spec.required or parameter in tool.phrases.never:
            continue
        if not tool.phrases.ask and (
            spec.parameters["properties"][parameter].get("type") == "boolean" or label_of(parameter) in _NEVER_SAID
        ):
            continue  # "with optional yes, limit 5" is not how one speaks
        if (not tool.phrases.ask or parameter in spoken) and draft.random.random() < 0.35:
            chosen.append(parameter)
    kinds = {parameter: spec.kinds.get(parameter, "") for parameter in chosen}
    return sorted(chosen, key=lambda parameter: (not handed(kinds[parameter]), kinds[parameter].startswith("!")))


#: What a program sets, and nobody says.
_NEVER_SAID = frozenset(
    ("limit", "offset", "page", "page size", "per page", "max results", "top k", "count", "sort by")
)


@lru_cache(maxsize=1_000)
def _spoken(ask: tuple[str, ...]) -> frozenset[str]:
    """Every slot of some patterns."""
    return frozenset[str]().union(*map(holds, ask))


def _repeats(draft: Draft, name: str, bound: dict[str, Bound]) -> bool:
    """Whether the same call was made before, or the same deed done to the same thing: neither is a goal of its own."""
    spec = draft.tool(name).spec
    arguments = {parameter: one.value for parameter, one in bound.items()}
    its = {p: value for p, value in arguments.items() if spec.kinds.get(p, "").startswith("!")}
    for step in draft.steps:
        if step.tool != name:
            continue
        if spec.effect == "write" and its and step.status == "ok" and its.items() <= step.arguments.items():
            return True
        if canonical(step.arguments) == canonical(arguments):
            return True
    return False


def _withheld(
    draft: Draft,
    tool: Tool,
    facts: dict[str, Fact],
    bound: dict[str, Bound],
    patterns: tuple[str, ...],
    turn: int,
) -> tuple[dict[str, Fact], dict[str, str]]:
    """Leave one detail for the assistant to ask for, where the wish can be said without it."""
    state = harvest(draft.world) if draft.graph.toolkit.foreign else {}
    there = {str(one).casefold() for its in state.values() for one in its}
    questions = {
        slot: tool.phrases.question.get(slot) or _asked(draft, tool, slot, fact, there) for slot, fact in facts.items()
    }
    can = []
    for slot, fact in facts.items():
        source = bound[slot].source
        rest = facts.keys() - {slot}
        mine = isinstance(source, Said) and source.turn == turn and fact.kind != "noun" and slot in tool.spec.required
        pair = label_of(slot) in SPANS and any(label_of(other) in SPANS for other in rest)
        looked_for = label_of(slot) in LOOKED_FOR or (label_of(slot) == "text" and tool.spec.effect == "read")
        aside = id_of(slot) or looked_for or isinstance(bound[slot].value, bool)
        choice = f" or {fact.text}", f" {fact.text} or ", f"{fact.text}/"  # which of both must not stand there
        aside = aside or any(part in tool.spec.description for part in choice)
        if not mine or pair or aside or not sayable(patterns, frozenset(rest)):
            continue  # nobody is asked for an id, though of a stranger's the user may have it
        # What the policy or the prompt answers is not asked for: asking would be the mistake.
        ruled = slot in tool.phrases.visible or f"{tool.spec.name}.{slot}" in draft.graph.toolkit.rules
        # Nor what a look-up of this turn shows: an assistant might take it from there.
        here = [number for number, when in enumerate(draft.turn_of) if when == turn]
        shown = any(draft.shows(number, bound[slot].value) for number in here)
        if not ruled and not shown:
            can.append(slot)
    if can and draft.random.random() < draft.speaker.withholds:
        slots = draft.random.sample(can, min(len(can), 2 if draft.random.random() < WITHHOLD_TWO else 1))
        rest = facts.keys() - set(slots)
        if not sayable(patterns, frozenset(rest)):
            slots = slots[:1]
        for slot in slots:
            facts = {**facts, slot: facts[slot].model_copy(update={"when": "asked", "label": label_of(slot)})}
    return facts, questions


def _asked(draft: Draft, tool: Tool, slot: str, fact: Fact, there: set[str]) -> str:
    """How a detail is asked for whose tool has no words for it; ``there`` is what stands in a stranger's state."""
    if draft.graph.toolkit.foreign:
        options = tool.spec.parameters["properties"][slot].get("enum") or ()
        known = fact.kind == "text" and fact.text.casefold() in there
        return question_for(slot, fact.kind, options, known, draft.random)
    return f"What {label_of(slot)} should I use?"


def _keeps(draft: Draft, facts: dict[str, Fact], bound: dict[str, Bound]) -> bool:
    """Whether of a day and a time only that is said which stays: "change it to that time", the day being asked for."""
    told = [slot for slot, fact in facts.items() if fact.when == "now" and fact.kind in ("day", "clock")]
    keys = [one.value for one in bound.values() if isinstance(one.value, str) and looks_like_id(one.value)]
    if draft.graph.toolkit.foreign:
        return False  # nothing tells what of a stranger's state is a row
    found = (draft.world.get(table, key) for key in keys for table in draft.world.base.tables)
    rows = [row for row in found if row is not None]
    return bool(told) and all(any(row.get(slot) == bound[slot].value for row in rows) for slot in told)


def _vague(
    draft: Draft, wanted: Tool, facts: dict[str, Fact], bound: dict[str, Bound], before: int
) -> tuple[dict[str, Fact], Found | None]:
    """One of the user's things named so that it may be any of them, until they are asked which.

    Only where this turn lists the things, nothing else is open, there are few enough to read out, and it could be any:
    nobody asks which ticket to close, the open one or the closed one.
    """
    if "vague reference" not in draft.wanted or any(fact.when == "asked" for fact in facts.values()):
        return facts, None
    for slot, fact in facts.items():
        source = bound[slot].source
        if not isinstance(source, Picked) or source.how != "match" or source.step < before or fact.kind != "noun":
            continue
        step = draft.steps[source.step]
        tool = draft.tool(step.tool)
        items = look(draft.results[source.step], source.items)
        mine = not step.arguments and tool.phrases.item and tool.phrases.list == source.items
        if mine and isinstance(items, list) and 2 <= len(items) <= SHOWN:
            others = [look(item, source.path) for item in items]
            if any(_settled(draft, wanted, bound, slot, other) for other in others):
                continue
            draft.wanted.discard("vague reference")
            thing = thing_of(source.path, tool)
            vague = f"another {thing}" if thing in _OFFERED else f"my {thing}"
            label = label_of(slot)
            changed = fact.model_copy(update={"vague": vague, "label": label})
            return {**facts, slot: changed}, Found(step=source.step, path=source.items)
    return facts, None


def _settled(draft: Draft, tool: Tool, bound: dict[str, Bound], slot: str, value: Any) -> bool:
    """Whether a call with another value in one place asks for what is so already, or is over."""
    arguments = {parameter: one.value for parameter, one in bound.items()} | {slot: value}
    request = ToolCall("plan", tool.spec.name, arguments)
    content = call(draft.graph.toolkit.tools, draft.world.fork(), request).content
    error = content.get("error") if isinstance(content, dict) else None
    return isinstance(error, dict) and str(error.get("code", "")).startswith(("already_", "closed", "not_"))


#: What is listed for the user to choose, and not theirs yet.
_OFFERED = frozenset(("plan",))
#: Kinds whose value a person may get wrong at first, and put right in the same breath.
_SLIPS = frozenset(("day", "clock", "city", "count", "money", "budget", "minutes"))


def _slipped(draft: Draft, tool: Tool, facts: dict[str, Fact], bound: dict[str, Bound]) -> dict[str, Fact]:
    """A detail said wrong first and put right: the plan rests on what is meant."""
    can = [
        slot
        for slot, fact in facts.items()
        if fact.kind in _SLIPS and fact.when == "now" and isinstance(bound[slot].source, Said)
    ]
    if "slip of the tongue" not in draft.wanted or not can:
        return facts
    slot = draft.random.choice(can)
    other = from_user(draft, tool, slot, len(draft.turns))
    if other is None or other.fact is None or other.value == bound[slot].value:
        return facts
    kind, before, after = facts[slot].kind, other.fact.text, facts[slot].text
    if draft.graph.toolkit.foreign and (adverbial(kind, before) == before) != (adverbial(kind, after) == after):
        return facts  # no "on tomorrow, no, March 20"
    draft.wanted.discard("slip of the tongue")
    return {**facts, slot: facts[slot].model_copy(update={"slip": other.fact.text})}
