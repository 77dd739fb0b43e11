"""Plans: what a user could want from a set of tools, found by running them.

A plan grows goal by goal in a forked world. Every argument of a goal gets a source: what the user says now or
said before, a result they were shown, a look-up made on the way, what the prompt shows. A call that is refused is
redrawn locally, or kept with another way after it. The planner uses no tool that it was not given.

Calls first, language last, local retries and provenance per argument: SAP (2609.06124) and ToolWeave
(2605.12521) found that each of them matters; here every call is really executed.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

from agents.speech import SHOWN, SMALL_TALK, ask_patterns, facts_told, label_of
from scenarios import (
    Act,
    Checks,
    Defaulted,
    Fact,
    Found,
    Picked,
    Plan,
    PlanTurn,
    Proposal,
    Said,
    Step,
    Told,
    UserTurn,
    UserView,
    Wish,
)
from tools_mock import Tool, ToolCall, call, canonical, digest_of
from tools_mock.foreign import leaf_of, leaves
from tools_mock.phrases import fill, look, needs, slots_of

from .draft import Bound, Draft, Goal, steps_in
from .graph import ToolGraph
from .probe import scalars
from .reference import thing_of
from .sources import bind, bound_to, from_user, names_in, spoken

#: User turns of a plan: how long plans are, by weight.
LENGTHS = (3, 4, 4, 5, 5, 5, 6, 6, 6, 7)
#: How often a goal is drawn anew, and how many goals may fail, before a plan is given up.
RETRIES, FAILURES = 6, 14
#: How often a detail is left to be asked for, a second wish joins a message, a refusal is kept.
WITHHOLD, JOIN, KEEP = 0.5, 0.2, 0.8
#: How often two details are left out where one is.
WITHHOLD_TWO = 0.5
#: How often a user who is asked first decides against it.
DECLINE = 0.25
#: How often an assistant writes a default out.
SPELT = 0.1


#: What may happen in a conversation, and in what share of them it is tried.
MIX = {
    "small talk": 0.15,
    "no suitable tool": 0.12,
    "slip of the tongue": 0.2,
    "second thoughts": 0.2,
    "change of mind": 0.3,
    "refusal taken": 0.3,
    "momentary failure": 0.2,
    "vague reference": 0.25,
    "detail not known": 0.15,
    "yes but": 0.3,
    "switch and return": 0.15,
    "request against policy": 0.15,
    "telegraphic message": 0.1,
    "many tools in view": 0.1,
    "user-side action": 0.8,
}


class Dropped(Exception):
    """No plan came of this; the text is the reason, for counting."""


# ── a plan ───────────────────────────────────────────────────────────────────────────────────────────────


def make_plan(
    graph: ToolGraph,
    tools: tuple[str, ...],
    focus: str,
    world_seed: int,
    seed: int,
    *,
    linked: bool = True,
    single: bool = False,
    mix: Mapping[str, float] | None = None,
) -> Draft:
    """Draw a plan over a set of tools by running them.

    Args:
        graph: of the toolkit; only its verified edges among ``tools`` are used.
        tools: the only tools that may be called.
        focus: the tool that must be among the calls; empty for none.
        world_seed: which base world.
        seed: of every choice.
        linked: whether a turn may build on earlier ones.
        single: one wish, and no more.
        mix: happening -> the share of plans that it is tried in; by default :data:`MIX`.

    Returns:
        The finished draft: its world is the end state.

    Raises:
        Dropped: with the reason.
    """
    random = Random(f"plan{seed}")
    world = graph.toolkit.world(world_seed)
    length, failures = 1 if single else random.choice(LENGTHS), 0
    draft = Draft(graph, tools, random, world, world.now, linked, length)
    shares = MIX | dict(mix or {})
    draft.wanted = {happening for happening, share in sorted(shares.items()) if random.random() < share}
    draft.wanted -= set() if linked else {"second thoughts"}
    while len(draft.turns) < length:
        if (aside := _aside(draft)) is not None:
            draft = aside
            continue
        name = _choose(draft, focus, length)
        tried = _switched(draft, focus) or _turn(draft, name, focus)
        if tried is None:
            failures += 1
            if failures > FAILURES:
                break
            continue
        draft = _second_thoughts(tried) or _changed_mind(tried, focus) or tried
    if len(draft.turns) < min(2, length):
        raise Dropped("no second goal")
    if focus and focus not in (step.tool for step in draft.steps):
        raise Dropped("focus not reached")
    if needless(draft):
        raise Dropped("needless step")
    return draft


def _aside(draft: Draft) -> Draft | None:
    """A turn that asks for nothing that can be done: small talk, or a wish that no tool in view fulfils."""
    turn, random = len(draft.turns), draft.random
    if turn == 0 or turn >= draft.length - 1:
        return None
    if "small talk" in draft.wanted and random.random() < 0.4:
        tried = draft.fork()
        tried.wanted.discard("small talk")
        tried.talks[turn] = random.choice(sorted(SMALL_TALK))
        if random.random() < 0.5:
            tried.turns.append([])
            tried.after.append(_went(draft))
        return tried
    if "no suitable tool" in draft.wanted and random.random() < 0.4:
        tried = draft.fork()
        tried.wanted.discard("no suitable tool")
        wish = _beyond(tried, turn)
        if wish is not None:
            tried.turns.append([Goal("", [], wish, {})])
            tried.after.append(_went(draft))
            tried.lacking.add(turn)
        return tried
    if "request against policy" in draft.wanted and random.random() < 0.4:
        return _against(draft, turn)
    return None


def _against(draft: Draft, turn: int) -> Draft | None:
    """A turn that asks for more than the policy allows, and is declined without a call."""
    tried = draft.fork()
    tried.wanted.discard("request against policy")
    can = [name for name in draft.names if any(key.startswith(f"{name}.") for key in draft.graph.toolkit.limits)]
    if not can:
        return tried
    tool = draft.tool(draft.random.choice(can))
    for _ in range(RETRIES):
        aside = draft.fork()  # what it would have taken to do it is not done
        goal = _goal(aside, tool.spec.name, turn, beyond=True)
        told = [] if goal is None else [fact for fact in goal.wish.facts if fact.when == "now" and not fact.vague]
        if goal is None or len(told) < len(goal.wish.facts):
            continue
        rule = next(
            sentence
            for key, (sentence, _) in draft.graph.toolkit.limits.items()
            if key.startswith(f"{tool.spec.name}.")
        )
        tried.turns.append([Goal("", [], goal.wish, {})])
        tried.after.append(_went(draft))
        tried.against[turn] = rule
        return tried
    return tried


def _switched(draft: Draft, focus: str) -> Draft | None:
    """Three turns: a wish that a detail is asked for, another wish in between, and the first one again, whole."""
    turn = len(draft.turns)
    if "switch and return" not in draft.wanted or turn + 3 > max(draft.length, 3) or draft.length < 2:
        return None
    specs = {name: draft.tool(name).spec for name in draft.names if draft.tool(name).phrases.ask}
    can = [
        name
        for name, spec in specs.items()
        if len(spec.required) > 1 and not any(spec.kinds.get(one, "").startswith("!") for one in spec.required)
    ]
    if not can:
        return None
    name = draft.random.choice(can)
    start = draft.fork()
    start.wanted.discard("switch and return")
    start.turns.append([])
    start.after.append(_went(draft))
    start.switches[turn] = "away"
    between = _turn(start, _choose(start, focus, draft.length), focus)
    if between is None or len(between.turns) != turn + 2 or between.turns[-1][0].status != "ok":
        return None
    for _ in range(RETRIES):
        tried = between.fork()
        goal = _goal(tried, name, turn + 2)
        if goal is None or goal.status != "ok" or goal.proposal is not None or goal.choice is not None:
            continue
        facts = {fact.slot: fact for fact in goal.wish.facts}
        sources = tried.steps[goal.steps[-1]].sources  # what points at the turn between could not be said before it
        own = {slot for slot, one in sources.items() if isinstance(one, Said) and one.turn == turn + 2}
        plain = facts.keys() <= own and all(fact.when == "now" and not fact.slip for fact in facts.values())
        for slot in facts if plain and len(facts) > 1 else ():
            rest = facts.keys() - {slot}
            fitting = tuple(p for p in goal.wish.ask if needs(p) <= rest <= set(slots_of(p)))
            if fitting:
                partly = Wish(
                    ask=fitting, facts=tuple(facts[one] for one in facts if one in rest), wants=goal.wish.wants
                )
                question = goal.questions.get(slot) or f"What {label_of(slot)} should I use?"
                tried.turns[turn] = [Goal("", [], partly, {slot: question})]
                tried.turns.append([goal])
                tried.after.append(_went(between))
                tried.switches[turn + 2] = "back"
                return tried
    return None


def beyond(draft: Draft) -> set[str]:
    """The domains that a plan must have no tool of in view: something of theirs is asked for in vain."""
    tools = draft.graph.toolkit.tools
    mine = {tools[name].spec.domain for name in draft.names}
    return {tool.spec.domain for tool in tools.values()} - mine if draft.lacking else set()


def _beyond(draft: Draft, turn: int) -> Wish | None:
    """A wish for something to be read that only tools of other domains could tell."""
    tools = draft.graph.toolkit.tools
    mine = {tools[name].spec.domain for name in draft.names}
    can = [
        tool
        for name, tool in sorted(tools.items())
        if tool.spec.domain not in mine and tool.spec.effect == "read" and tool.phrases.ask and tool.spec.required
    ]
    if not can:
        return None
    tool = draft.random.choice(can)
    bound = {name: from_user(draft, tool, name, turn) for name in tool.spec.required}
    facts = {name: one.fact for name, one in bound.items() if one is not None and one.fact is not None}
    fitting = tuple(p for p in tool.phrases.ask if needs(p) <= facts.keys() <= set(slots_of(p)))
    if len(facts) < len(bound) or not fitting:
        return None
    return Wish(ask=fitting, facts=tuple(facts.values()))


def _choose(draft: Draft, focus: str, length: int) -> str:
    """The next goal's tool: rather one not used yet, the focus, and one that the results so far can feed."""
    done = [goal.tool for goals in draft.turns for goal in goals]
    told = [step.tool for step in draft.steps if draft.linked and step.told and step.status == "ok"]
    ran, last = set(told), told[-1:]
    deep = {step.tool for number, step in enumerate(draft.steps) if step.tool in ran and draft.depth(number) > 1}
    offered = [name for name in draft.names if draft.tool(name).phrases.goal and name not in draft.graph.silent]
    if not offered:
        raise Dropped("no tool that a person would ask for")

    pending = bool(focus) and focus not in done and focus in offered
    if pending and len(draft.turns) >= length - 1:
        return focus
    late = pending and 2 * len(draft.turns) >= length
    ready = [name for name in _leading_to(draft, focus) if name in offered] if pending else []

    def weight(name: str) -> float:
        feeding = draft.graph.fed_by[name] & ran
        value = 0.3 if name in done else 2.0
        if "yes but" in draft.wanted and draft.tool(name).spec.irreversible and len(draft.tool(name).spec.required) > 1:
            value *= 3
        if "user-side action" in draft.wanted and "advice" in draft.tool(name).spec.return_kinds.values():
            value *= 3
        if _sums_up(draft, name):
            value *= 6
        if name in ready and name not in done:
            value *= 10
        elif name == focus and pending:
            value *= 0.2 if ready else 4  # first what leads to it
        if feeding:  # what was just talked about leads on, what was just made most of all
            value *= 15 if feeding & set(last) else 6
            value *= 4 if feeding & deep else 1
        if not late and draft.graph.led_by[name] & ran:
            value *= 8  # the chain goes on
        elif not late and name in draft.graph.makers and not draft.graph.makers & set(done):
            value *= 3
        if draft.tool(name).spec.effect == "write":
            value *= 1.5
        return value

    return draft.random.choices(offered, [weight(name) for name in offered])[0]


def _sums_up(draft: Draft, name: str) -> bool:
    """Whether a tool could add up two amounts that were told."""
    fields = [meant.field for meant in draft.tool(name).phrases.sums.values()]
    told = [draft.results[n] for n, step in enumerate(draft.steps) if step.told and step.status == "ok"]
    return any(sum(isinstance(one, dict) and field in one for one in told) == 2 for field in fields)


def _leading_to(draft: Draft, focus: str) -> set[str]:
    """Tools that must have been a goal before this one can be: what brings about its state, or shows its values."""
    tool, found = draft.tool(focus), set(draft.graph.enablers(focus))
    for parameter in tool.spec.required:
        kind = tool.spec.kinds.get(parameter, "")
        if not kind.startswith("!") and kind not in _UNSAID:
            continue
        edges = [e for e in draft.graph.into(focus) if e.parameter == parameter and e.source in draft.names]
        nouns = [n for e in edges for n in draft.tool(e.source).phrases.nouns.get(leaf_of(e.path), ()) if not n.seen]
        if not nouns:
            found |= {e.source for e in edges}
    for meant in tool.phrases.sums.values():
        found |= {name for name in draft.names if meant.field in leaves(draft.tool(name).spec.returns)}
    return found


#: Kinds that can be said but are known only after a look: a free seat.
_UNSAID = frozenset(("seat",))


def _turn(draft: Draft, name: str, focus: str) -> Draft | None:
    """The draft with one more turn about a tool, or with two where a refusal needs another way."""
    turn, vain = len(draft.turns), 0
    for _ in range(RETRIES * (4 if name == focus else 1)):
        if vain > RETRIES:
            break  # what could not even be asked so often will not be
        tried = draft.fork()
        reached = not focus or focus in (step.tool for step in draft.steps)
        decline = draft.tool(name).spec.irreversible and reached and draft.random.random() < DECLINE
        goal = _goal(tried, name, turn, decline)
        if goal is None:
            vain += 1
            continue
        tried.turns.append([goal])
        tried.after.append(_went(draft))
        if goal.status != "ok":
            tried_ = _another_way(tried, goal, turn + 1) if _may_keep(draft, goal) else None
            if tried_ is not None:
                return tried_
            if "refusal taken" in draft.wanted and turn > 0 and goal.tool != focus:
                tried.wanted.discard("refusal taken")
                return tried
            continue
        if _advised(tried, goal):
            followed = _followed(tried, goal, turn + 1)
            if followed is not None:
                return followed
            continue  # what the user was told to do would stay undone
        if draft.random.random() < JOIN:
            return _joined(tried, turn) or tried
        return tried
    return None


def _advised(draft: Draft, goal: Goal) -> bool:
    """Whether the user is told to do something that only they can do."""
    result = draft.results[goal.steps[-1]] if goal.steps else None
    return any(
        kind == "advice" and look(result, path) for path, kind in draft.tool(goal.tool).spec.return_kinds.items()
    )


def _followed(draft: Draft, goal: Goal, turn: int) -> Draft | None:
    """One more turn: the user does what helps, says so, and the assistant looks again.

    What helps is found by trying all that can be done on the device: after it the same call has no advice left.
    """
    if "user-side action" not in draft.wanted or turn >= max(draft.length, 2) or draft.length < 2:
        return None
    step = draft.steps[goal.steps[-1]]
    bound = {name: Bound(value, step.sources[name]) for name, value in step.arguments.items()}
    for name, tool in sorted(draft.graph.toolkit.device.items()):
        schemas = tool.spec.parameters["properties"]
        for values in product(*(schema.get("enum", ()) for schema in schemas.values())):
            arguments = dict(zip(schemas, values, strict=True))
            tried = draft.fork()
            result = call(draft.graph.toolkit.device, tried.world, ToolCall("device", name, arguments))
            if result.status != "ok":
                continue
            tried.acts[turn] = (len(tried.steps), Act(tool=name, arguments=arguments, words=tool.phrases.deed))
            number, status, _ = tried.run(goal.tool, bound, turn, told=True)
            again = Goal(goal.tool, [number], Wish(ask=_reports(tool, result.content)), {})
            if status == "ok" and not _advised(tried, again):
                tried.turns.append([again])
                tried.after.append("success")
                tried.wanted.discard("user-side action")
                return tried
    return None


def _reports(tool: Tool, result: Any) -> tuple[str, ...]:
    """What a user may say after a deed of their own."""
    return tuple(fill(pattern, lambda slot, _: str(look(result, slot))) for pattern in tool.phrases.tell)


def _went(draft: Draft) -> str:
    """How the last turn went: ``success``, ``refusal``, or nothing where there is none."""
    if not draft.turns:
        return ""
    last = draft.turns[-1]
    no = len(draft.turns) - 1 in draft.lacking | draft.against.keys() or bool(last and last[-1].status != "ok")
    return "refusal" if no else "success"


def _may_keep(draft: Draft, goal: Goal) -> bool:
    """A refusal stays in the plan where the tool itself names another way, once a plan."""
    earlier = any(one.status != "ok" for goals in draft.turns for one in goals)
    invites = any(word in goal.remedy for word in ("another", "one of the", "fewer", "shorter"))
    room = len(draft.turns) + 2 <= max(draft.length, 2) and draft.length > 1
    return draft.linked and invites and room and not earlier and draft.random.random() < KEEP


def _joined(draft: Draft, turn: int) -> Draft | None:
    """A second wish in the same message: one that needs nothing that the first will bring to light, or "it"."""
    first = draft.turns[turn][0]
    if first.proposal is not None or first.choice is not None:
        return None  # one thing at a time where a yes is waited for
    if any(fact.when == "asked" for fact in first.wish.facts):
        return None
    tried = draft.fork()
    names_ = [n for n in draft.names if n != first.tool and draft.tool(n).phrases.goal and n not in draft.graph.silent]
    if not names_:
        return None
    goal = _goal(tried, draft.random.choice(names_), turn)
    if (
        goal is None
        or goal.proposal is not None
        or goal.status != "ok"
        or goal.choice is not None
        or any(fact.when == "asked" for fact in goal.wish.facts)
    ):
        return None
    if {fact.slot for fact in goal.wish.facts} & {fact.slot for fact in first.wish.facts if fact.kind == "noun"}:
        return None  # two things of one kind in one breath read badly
    tried.turns[turn].append(goal)
    return tried


# ── a goal ───────────────────────────────────────────────────────────────────────────────────────────────


def _goal(draft: Draft, name: str, turn: int, decline: bool = False, beyond: bool = False) -> Goal | None:
    """Bind every parameter of a tool, run it, and put the wish together.

    With ``decline`` the user says no when asked: all is found out, the call itself is not made. With ``beyond`` more is
    asked for than the policy allows.
    """
    tool = draft.tool(name)
    before = len(draft.steps)
    bound: dict[str, Bound] = {}
    for parameter in _parameters(draft, tool):
        one = bind(draft, tool, parameter, turn, bound)
        if one is None:
            if parameter in tool.spec.required:
                return None
            continue
        bound[parameter] = one
    for parameter, schema in tool.spec.parameters["properties"].items():
        if parameter not in bound and "default" in schema and draft.random.random() < SPELT:
            bound[parameter] = Bound(schema["default"], Defaulted())
    if _repeats(draft, name, bound) or (not beyond and not _allowed(draft, name, bound)):
        return None
    if beyond and not _exceeded(draft, tool, bound, turn):
        return None
    facts = {parameter: one.fact for parameter, one in bound.items() if one.fact is not None}
    patterns = tool.phrases.ask or ask_patterns(tool.spec, tuple(facts))
    facts, questions = _withheld(draft, tool, facts, bound, patterns, turn)
    facts = _slipped(draft, tool, facts, bound)
    facts, choice = _vague(draft, facts, bound, before)
    facts, questions = _unknown(draft, facts, bound, before, questions)
    told = {slot for slot, fact in facts.items() if fact.when == "now"}
    fitting = tuple(p for p in patterns if needs(p) <= told and told <= set(slots_of(p)))
    if not fitting:
        return None
    proposal: Proposal | None = None
    later: tuple[str, ...] = ()
    if tool.spec.irreversible:
        proposal = Proposal(tool=name, about=_thing(draft, bound))
        if not decline and not beyond:
            facts, later = _yes_but(draft, tool, facts, bound)
    if beyond:
        return Goal(name, [], Wish(ask=fitting[:6], facts=tuple(facts.values()), wants="deed"), {})
    if decline:
        _, status, _ = draft.fork().run(name, bound, turn, told=True)
        if status != "ok" or proposal is None or proposal.about is None:
            return None
        wish = Wish(ask=fitting[:6], facts=tuple(facts.values()), wants="deed", consent="no")
        return Goal(name, list(range(before, len(draft.steps))), wish, questions, proposal=proposal, choice=choice)
    writes = tool.spec.effect == "write"
    digest = draft.world.digest() if writes else ""
    number, status, content = draft.run(name, bound, turn, told=True)
    if status == "invalid" or (status == "ok" and writes and draft.world.digest() == digest):
        return None  # what changes nothing is no deed
    error = content.get("error") if isinstance(content, dict) else None
    remedy = str(error.get("remedy", "")) if isinstance(error, dict) else ""
    nothing = status == "ok" and not writes and facts_told(tool, number, {}, content) is None and _empty(content)
    if nothing and draft.random.random() < 0.6:
        return None  # "nothing there" is an answer, but a plan of nothing but that is not worth telling
    wish = Wish(
        ask=fitting[:6],
        facts=tuple(facts.values()),
        wants="deed" if tool.spec.effect == "write" else "answer",
    )
    if proposal is not None:
        proposal = proposal.model_copy(update={"step": number})
    return Goal(name, list(range(before, number + 1)), wish, questions, status, remedy, proposal, choice, later)


def _allowed(draft: Draft, name: str, bound: dict[str, Bound]) -> bool:
    """Whether a call keeps within what the policy allows."""
    limits = ((draft.graph.toolkit.limit(draft.tool(name), parameter), one.value) for parameter, one in bound.items())
    return all(limit is None or Decimal(str(value)) <= limit[1] for limit, value in limits)


def _exceeded(draft: Draft, tool: Tool, bound: dict[str, Bound], turn: int) -> bool:
    """Let the user ask for more than the policy allows, if it limits anything that is said now."""
    for parameter, one in bound.items():
        limit = draft.graph.toolkit.limit(tool, parameter)
        if limit is None or not isinstance(one.source, Said) or one.source.turn != turn:
            continue
        most = limit[1] * draft.random.choice((2, 3, 4)) // 2 + draft.random.choice((1, 2, 4)) * max(1, limit[1] // 10)
        value = f"{most}.00" if isinstance(one.value, str) else most
        more = spoken(draft, tool.spec.kinds.get(parameter, ""), parameter, value, turn)
        if more is not None:
            bound[parameter] = more
            return True
    return False


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
    draft: Draft, tool: Tool, facts: dict[str, Fact], bound: dict[str, Bound]
) -> tuple[dict[str, Fact], tuple[str, ...]]:
    """A detail that is said otherwise first, and changed when the user is asked for a yes."""
    can = [
        slot
        for slot, fact in facts.items()
        if fact.kind in _SLIPS and fact.when == "now" and not fact.slip and isinstance(bound[slot].source, Said)
    ]
    if "yes but" not in draft.wanted or not can or any(f.when == "asked" or f.vague for f in facts.values()):
        return facts, ()
    slot = draft.random.choice(can)
    other = from_user(draft, tool, slot, len(draft.turns))
    if other is None or other.fact is None or other.value == bound[slot].value:
        return facts, ()
    draft.wanted.discard("yes but")
    return {**facts, slot: facts[slot].model_copy(update={"first": other.fact.text})}, (facts[slot].text,)


def _thing(draft: Draft, bound: dict[str, Bound]) -> Found | None:
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


def _empty(content: Any) -> bool:
    return not any(True for _ in scalars(content))


def _parameters(draft: Draft, tool: Tool) -> list[str]:
    """The parameters to bind: ids first, because what they bring to light can answer the others."""
    spec = tool.spec
    spoken = {slot for pattern in tool.phrases.ask for slot in slots_of(pattern)}
    chosen = list(spec.required)
    for parameter in spec.parameters["properties"]:
        if parameter in spec.required or parameter in tool.phrases.never:
            continue
        if (not tool.phrases.ask or parameter in spoken) and draft.random.random() < 0.35:
            chosen.append(parameter)
    return sorted(chosen, key=lambda parameter: not spec.kinds.get(parameter, "").startswith("!"))


def _repeats(draft: Draft, name: str, bound: dict[str, Bound]) -> bool:
    """Whether the same call was made before; asking again what one was told is no goal."""
    arguments = canonical({parameter: one.value for parameter, one in bound.items()})
    return any(step.tool == name and canonical(step.arguments) == arguments for step in draft.steps)


def _withheld(
    draft: Draft,
    tool: Tool,
    facts: dict[str, Fact],
    bound: dict[str, Bound],
    patterns: tuple[str, ...],
    turn: int,
) -> tuple[dict[str, Fact], dict[str, str]]:
    """Leave one detail for the assistant to ask for, where the wish can be said without it."""
    questions = {slot: tool.phrases.question.get(slot) or f"What {label_of(slot)} should I use?" for slot in facts}
    can = []
    for slot, fact in facts.items():
        source = bound[slot].source
        rest = facts.keys() - {slot}
        mine = isinstance(source, Said) and source.turn == turn and fact.kind != "noun"
        sayable = any(needs(p) <= rest and rest <= set(slots_of(p)) for p in patterns)
        # What the policy or the prompt answers is not asked for: asking would be the mistake.
        ruled = slot in tool.phrases.visible or f"{tool.spec.name}.{slot}" in draft.graph.toolkit.rules
        # Nor what a look-up of this turn shows: an assistant might take it from there.
        shown = any(
            bound[slot].value in draft.shown[number] for number, when in enumerate(draft.turn_of) if when == turn
        )
        if mine and sayable and slot in tool.spec.required and not ruled and not shown:
            can.append(slot)
    if can and draft.random.random() < WITHHOLD:
        slots = draft.random.sample(can, min(len(can), 2 if draft.random.random() < WITHHOLD_TWO else 1))
        rest = facts.keys() - set(slots)
        if not any(needs(p) <= rest and rest <= set(slots_of(p)) for p in patterns):
            slots = slots[:1]
        for slot in slots:
            facts = {**facts, slot: facts[slot].model_copy(update={"when": "asked", "label": label_of(slot)})}
    return facts, questions


def _vague(
    draft: Draft, facts: dict[str, Fact], bound: dict[str, Bound], before: int
) -> tuple[dict[str, Fact], Found | None]:
    """One of the user's things named so that it may be any of them, until they are asked which.

    Only where this turn lists the things, nothing else is open, and there are few enough to read out.
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
            draft.wanted.discard("vague reference")
            vague = f"my {thing_of(source.path, tool)}"
            label = label_of(slot)
            changed = fact.model_copy(update={"vague": vague, "label": label})
            return {**facts, slot: changed}, Found(step=source.step, path=source.items)
    return facts, None


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
    draft.wanted.discard("slip of the tongue")
    return {**facts, slot: facts[slot].model_copy(update={"slip": other.fact.text})}


# ── another way ──────────────────────────────────────────────────────────────────────────────────────────


#: How a user changes one thing after a refusal, and how after an answer to what they did not mean.
INSTEAD = ("{} instead.", "what about {}?", "then {}.", "how about {}?", "and {}?")
MEANT = ("sorry, I meant {}.", "no wait, I meant {}.", "oh, make that {}.", "hm, actually {}.", "my mistake, {} it is.")


def _second_thoughts(draft: Draft) -> Draft | None:
    """After an answer the user sees that they said one thing wrong, and asks again with that thing changed."""
    turn = len(draft.turns)
    last = draft.turns[-1]
    if "second thoughts" not in draft.wanted or turn >= draft.length or len(last) != 1 or not last[0].steps:
        return None
    goal, step = last[0], draft.steps[last[0].steps[-1]]
    said = [source for source in step.sources.values() if isinstance(source, Said) and source.turn == turn - 1]
    if goal.status != "ok" or draft.tool(goal.tool).spec.effect != "read" or not said:
        return None
    tried = draft.fork()
    tried.wanted.discard("second thoughts")
    return _another_way(tried, goal, turn, MEANT, "success")


#: Verbs of tools that undo what was done, or make it otherwise.
_UNDOES = re.compile(r"(?:cancel|change|move|delete|remove|close|undo|withdraw|return|unfreeze)(?:_|[A-Z]|$)")


def _changed_mind(draft: Draft, focus: str) -> Draft | None:
    """The user sees what was done and wants it undone, or otherwise: the next turn is about the thing just made."""
    turn, last = len(draft.turns), draft.turns[-1]
    if "change of mind" not in draft.wanted or turn >= draft.length or len(last) != 1 or not last[0].steps:
        return None
    made, tool = last[0].steps[-1], draft.tool(last[0].tool)
    can = [name for name in draft.names if draft.tool(name).spec.effect == "write" and name != last[0].tool]
    can = [name for name in can if last[0].tool in draft.graph.fed_by[name] and _UNDOES.match(name)]
    if last[0].status != "ok" or tool.spec.effect != "write" or not can:
        return None
    for _ in range(RETRIES):
        tried = _turn(draft, draft.random.choice(can), focus)
        if tried is None or len(tried.turns) != turn + 1 or len(tried.turns[-1]) != 1:
            continue
        (goal,) = tried.turns[-1]
        step = tried.steps[goal.steps[-1]]
        about = any(made in steps_in(source) for source in step.sources.values())
        if about and goal.status == "ok" and (goal.proposal is None or goal.proposal.step is not None):
            tried.wanted.discard("change of mind")
            tried.switches[turn] = "changed"
            return tried
    return None


def _another_way(
    draft: Draft, refused: Goal, turn: int, frames: tuple[str, ...] = INSTEAD, after: str = "refusal"
) -> Draft | None:
    """After a refusal the user changes one thing; everything else stays as it was said."""
    tool, step = draft.tool(refused.tool), draft.steps[refused.steps[-1]]
    can = [p for p, source in step.sources.items() if isinstance(source, Said | Picked)]
    for _ in range(8):
        if not can:
            return None
        tried = draft.fork()
        parameter = tried.random.choice(can)
        one = _other_value(tried, tool, step, parameter, turn)
        if one is None or one.fact is None or one.value == step.arguments[parameter]:
            continue
        bound = {p: Bound(value, step.sources[p]) for p, value in step.arguments.items()} | {parameter: one}
        number, status, _ = tried.run(tool.spec.name, bound, turn, told=True)
        if status != "ok":
            continue
        ask = tuple(frame.format(f"{{{parameter}}}") for frame in frames)
        proposal = refused.proposal
        if proposal is not None:
            about = _thing(tried, {parameter: one}) or proposal.about
            proposal = proposal.model_copy(update={"step": number, "about": about})
        wish = Wish(ask=ask, facts=(one.fact,), wants=refused.wish.wants)
        goal = Goal(tool.spec.name, [number], wish, {}, proposal=proposal)
        tried.turns.append([goal])
        tried.after.append(after)
        return tried
    return None


def _other_value(draft: Draft, tool: Tool, step: Step, parameter: str, turn: int) -> Bound | None:
    source = step.sources[parameter]
    if isinstance(source, Said):
        return from_user(draft, tool, parameter, turn)
    assert isinstance(source, Picked)
    path = f"{source.items}[].{source.path}" if source.path else f"{source.items}[]"
    for name in names_in(draft, source.step, path, turn, seen=True, last=False):
        if name.value != step.arguments[parameter]:
            return bound_to(draft, tool.spec.kinds.get(parameter, ""), parameter, name, turn)
    return None


# ── is every step needed? ────────────────────────────────────────────────────────────────────────────────


def needless(draft: Draft) -> bool:
    """Whether some step could be left out and the goal would still be reached.

    A step is needed if a needed argument rests on it, if the user is told what it read, or if without it the
    world ends otherwise or another told result comes out otherwise; the last is found by running the plan
    without it.
    """
    used = {number for step in draft.steps for source in step.sources.values() for number in steps_in(source)}
    proposals = [goal.proposal for goals in draft.turns for goal in goals if goal.proposal is not None]
    used |= {proposal.about.step for proposal in proposals if proposal.about is not None}
    for number, step in enumerate(draft.steps):
        if number in used or step.status != "ok":
            continue
        if draft.tool(step.tool).spec.effect == "write":
            if not _missed(draft, number):
                return True
        elif not step.told:
            return True
    return False


def _missed(draft: Draft, left_out: int) -> bool:
    """Whether the plan without a step ends in another state, or tells something else."""
    world = draft.graph.toolkit.world(draft.world.base.seed)
    acts = dict(draft.acts.values())
    for number, step in enumerate(draft.steps):
        if number in acts:
            call(draft.graph.toolkit.device, world, ToolCall("device", acts[number].tool, acts[number].arguments))
        if number == left_out:
            continue
        result = call(draft.graph.toolkit.tools, world, ToolCall("without", step.tool, step.arguments))
        if number > left_out and step.told and canonical(result.content) != canonical(draft.results[number]):
            return True
    return bool(world.digest() != draft.world.digest())


# ── what is written down ─────────────────────────────────────────────────────────────────────────────────


def as_plan(draft: Draft) -> Plan:
    """The assistant's side of a finished draft."""
    return Plan(
        steps=tuple(draft.steps),
        turns=tuple(
            PlanTurn(
                steps=tuple(number for goal in goals for number in goal.steps),
                questions={slot: text for goal in goals for slot, text in goal.questions.items()},
                proposals=tuple(goal.proposal for goal in goals if goal.proposal is not None),
                choice=next((goal.choice for goal in goals if goal.choice is not None), None),
                talk=draft.talks.get(turn, ""),
                lacking=turn in draft.lacking,
                against=draft.against.get(turn, ""),
                later=tuple(text for goal in goals for text in goal.later),
            )
            for turn, goals in enumerate(draft.turns)
        ),
    )


def as_view(draft: Draft, name: str) -> UserView:
    """The user's side of a finished draft."""
    turns = tuple(
        UserTurn(
            wishes=tuple(goal.wish for goal in goals),
            after=after,  # type: ignore[arg-type]
            talk=draft.talks.get(turn, ""),
            switch=draft.switches.get(turn, ""),  # type: ignore[arg-type]
            acts=(draft.acts[turn][1],) if turn in draft.acts else (),
        )
        for turn, (goals, after) in enumerate(zip(draft.turns, draft.after, strict=True))
    )
    return UserView(name=name, turns=turns)


def as_checks(draft: Draft) -> Checks:
    """What must be true in the end: the world, the facts told, the results that were read."""
    told: list[Told] = []
    read: list[str] = []
    for number, step in enumerate(draft.steps):
        if step.status != "ok" or not step.told:
            continue
        tool = draft.tool(step.tool)
        fact = facts_told(tool, number, step.arguments, draft.results[number])
        if fact is not None:
            told.append(fact)
        if tool.spec.effect == "read":
            read.append(digest_of(draft.results[number]))
    return Checks(changes=draft.world.changes(), told=tuple(told), read=tuple(dict.fromkeys(read)))
