"""Plans: what a user could want from a set of tools, found by running them.

A plan grows goal by goal in a forked world. Every argument of a goal gets a source: what the user says now or
said before, a result they were shown, a look-up made on the way, what the prompt shows. A call that is refused is
redrawn locally, or kept with another way after it. The planner uses no tool that it was not given.

Calls first, language last, local retries and provenance per argument: SAP (2609.06124) and ToolWeave
(2605.12521) found that each of them matters; here every call is really executed.
"""

import re
from collections.abc import Iterator, Mapping, Set
from itertools import product
from random import Random
from typing import Any

from agents.speech import SMALL_TALK
from scenarios import (
    Act,
    Fact,
    Found,
    Persona,
    Picked,
    Said,
    Step,
    Wish,
)
from tools_mock import Tool, ToolCall, call, canonical
from tools_mock.foreign import leaf_of, leaves
from tools_mock.phrases import fill, label_of, look, sayable

from .chance import shuffled, weighted
from .draft import Bound, Draft, Goal, bound_again, steps_in
from .goals import empty, held, make_goal, proposed_again, some_of, thing_in
from .graph import ToolGraph, handed
from .sources import THAT, bound_to, from_user, muddled, names_in

#: User turns of a plan: how long plans are, by weight.
LENGTHS = (3, 4, 4, 5, 5, 5, 6, 6, 6, 7)
#: How often a goal is drawn anew, how many of those may come to nothing at once, and how many goals may fail, before
#: a plan is given up.
RETRIES, VAIN, FAILURES = 6, 2, 14
#: Up to what length a chain is gone on with, and for how many turns more than were drawn.
DEEP, MORE = 5, 3
#: How often each tool that may go on is tried, in turn.
TRIES = 3
#: How often a refusal is kept.
KEEP = 0.8


#: What may happen in a conversation, and in what share of them it is tried.
MIX = {
    "small talk": 0.15,
    "no suitable tool": 0.12,
    "slip of the tongue": 0.2,
    "second thoughts": 0.2,
    "change of mind": 0.5,
    "refusal taken": 0.3,
    "momentary failure": 0.2,
    "vague reference": 0.25,
    "detail not known": 0.15,
    "yes but": 0.6,
    "switch and return": 0.15,
    "request against policy": 0.25,
    "telegraphic message": 0.1,
    "many tools in view": 0.1,
    "user-side action": 1.0,
    "tool appears later": 0.1,
    "next page": 0.7,
}


#: What lies with the user alone.
_OWN = ("small talk", "change of mind", "second thoughts", "switch and return")


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
    speaker: Persona | None = None,
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
        speaker: whose plan it is: they leave out details, join wishes, decline and change their mind as they are.

    Returns:
        The finished draft: its world is the end state.

    Raises:
        Dropped: with the reason.
    """
    random = Random(f"plan{seed}")
    world = graph.toolkit.world(world_seed)
    length, failures = 1 if single else random.choice(LENGTHS), 0
    draft = Draft(graph, tools, random, world, world.now, linked, length, speaker=speaker or Persona())
    shares = {name: share * (draft.speaker.curious if name in _OWN else 1.0) for name, share in MIX.items()}
    shares |= dict(mix or {})
    draft.wanted = {happening for happening, share in sorted(shares.items()) if random.random() < share}
    draft.wanted -= set() if linked else {"second thoughts"}
    # What must be left for the focus; where it tells the user to do something, they come back to say so.
    room = 2 if focus and "advice" in graph.toolkit.tools[focus].spec.return_kinds.values() else 1
    vain: set[str] = set()  # what was tried after what has been said so far, and did not work
    spent: set[str] = set()  # what did not make the chain longer
    while len(draft.turns) < length:
        reached = not focus or focus in (step.tool for step in draft.steps)
        draft.length = length if reached else length - room
        if (aside := _aside(draft)) is not None:
            draft = aside
            continue
        name = choose_goal(draft, focus, vain)
        tried = _arriving(draft) or _switched(draft, focus)
        if tried is None and (reached or len(draft.turns) < length - room - 1):
            tried = _gone_on(draft, focus, spent)
        if tried is None and name:
            draft.length = length if name == focus else draft.length
            tried = add_turn(draft, name, focus)
        if tried is None:
            failures += 1
            if failures > FAILURES or not name or (name == focus and len(draft.turns) >= length - room):
                break
            vain.add(name)
            continue
        draft = _next_page(tried) or _second_thoughts(tried) or _changed_mind(tried, focus) or tried
        vain.clear()
    if linked and not single:
        for _ in range(MORE):
            draft.length = len(draft.turns) + 1
            draft = _gone_on(draft, focus, spent) or draft
    if len(draft.turns) < min(2, length):
        raise Dropped("no second goal")
    if focus and focus not in (step.tool for step in draft.steps):
        raise Dropped("focus not reached")
    if needless(draft):
        raise Dropped("needless step")
    return draft


def _gone_on(draft: Draft, focus: str, spent: set[str]) -> Draft | None:
    """One more turn that goes on from where the longest chain has led to, or that makes what another can go on from.

    ``spent`` are the tools that did not, to be tried no more.
    """
    ended = [
        (its, step.tool)
        for its, step in zip(draft.depths, draft.steps, strict=True)
        if step.told and step.status == "ok"
    ]
    deepest = max((its for its, _ in ended), default=0)
    if not draft.linked or not 0 < deepest < DEEP:
        return None
    graph, names = draft.graph, set(draft.names)
    ends = {name for its, name in ended if its == deepest}
    can = {name for name in names if graph.led_by[name] & ends}
    if not can - spent and deepest < DEEP - 1:
        makers = names & frozenset[str]().union(*(graph.led_by[one] for one in names))
        can = {one for name in makers for one in ([name] if _enabled(draft, name) else graph.enablers[name])} & names
        can, deepest = can - {name for _, name in ended}, 1
    can = {name for name in can - spent if draft.tool(name).phrases.goal and _enabled(draft, name)}
    for name in shuffled(draft.random, sorted(can)) * TRIES:
        tried = add_turn(draft, name, focus)
        if tried is not None and any(tried.depths[n] > deepest for n in range(len(draft.steps), len(tried.steps))):
            return tried
        spent.add(name)
    return None


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
        return tried
    if "no suitable tool" in draft.wanted and random.random() < 0.4:
        tried = draft.fork()
        tried.wanted.discard("no suitable tool")
        wish = _beyond(tried, turn)
        if wish is not None:
            tried.turns.append([Goal("", [], wish, {})])
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
        goal = make_goal(aside, tool.spec.name, turn, beyond=True)
        told = [] if goal is None else [fact for fact in goal.wish.facts if fact.when == "now" and not fact.vague]
        if goal is None or len(told) < len(goal.wish.facts):
            continue
        rule = next(
            sentence
            for key, (sentence, _) in draft.graph.toolkit.limits.items()
            if key.startswith(f"{tool.spec.name}.")
        )
        tried.turns.append([Goal("", [], goal.wish, {})])
        tried.against[turn] = rule
        tried.vain[turn] = _spoken_of(tool)
        return tried
    return tried


def _spoken_of(tool: Tool) -> frozenset[str]:
    """Kinds and domain of what one speaks of who asks for a tool: "that flight" is the one then, and no earlier one."""
    return frozenset((tool.spec.domain, *tool.spec.kinds.values()))


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
    start.switches[turn] = "away"
    start.vain[turn] = _spoken_of(draft.tool(name))
    between = add_turn(start, choose_goal(start, focus), focus)
    if between is None or len(between.turns) != turn + 2 or between.turns[-1][0].status != "ok":
        return None
    for _ in range(RETRIES):
        tried = between.fork()
        goal = make_goal(tried, name, turn + 2)
        if goal is None or goal.status != "ok" or goal.proposal is not None or goal.choice is not None:
            continue
        facts = {fact.slot: fact for fact in goal.wish.facts}
        sources = tried.steps[goal.steps[-1]].sources  # what points at the turn between could not be said before it
        own = {slot for slot, one in sources.items() if isinstance(one, Said) and one.turn == turn + 2}
        plain = facts.keys() <= own and all(fact.when == "now" and not fact.slip for fact in facts.values())
        for slot in facts if plain and len(facts) > 1 else ():
            rest = facts.keys() - {slot}
            fitting = sayable(tried.tool(name).phrases.ask, frozenset(rest))
            if fitting:
                partly = Wish(
                    ask=some_of(tried, fitting),
                    facts=tuple(facts[one] for one in facts if one in rest),
                    wants=goal.wish.wants,
                )
                question = goal.questions.get(slot) or f"What {label_of(slot)} should I use?"
                tried.turns[turn] = [Goal("", [], partly, {slot: question})]
                tried.turns.append([goal])
                tried.switches[turn + 2] = "back"
                return tried
    return None


def _arriving(draft: Draft) -> Draft | None:
    """Two turns: a wish for which no tool is there yet, and the same wish once the user has connected what has them."""
    turn, services = len(draft.turns), draft.graph.toolkit.services
    if "tool appears later" not in draft.wanted or turn + 2 > draft.length or draft.random.random() < 0.5:
        return None
    used = {draft.tool(step.tool).spec.domain for step in draft.steps}
    domains = {name: draft.tool(name).spec.domain for name in draft.names if draft.tool(name).phrases.ask}
    can = [
        name for name, domain in domains.items() if domain in services.keys() - used and name not in draft.graph.silent
    ]
    if len({draft.tool(name).spec.domain for name in draft.names}) < 2:
        can = []  # no tool would be there from the start
    for _ in range(RETRIES if can else 0):
        tried, name = draft.fork(), draft.random.choice(can)
        tried.wanted.discard("tool appears later")
        tried.turns.append([])
        tried.lacking.add(turn)
        goal = make_goal(tried, name, turn + 1)
        if goal is None or goal.status != "ok" or goal.choice is not None or goal.later:
            continue
        if any(fact.when != "now" or fact.vague or fact.slip for fact in goal.wish.facts):
            continue
        if goal.wish.wants == "answer" and goal.wish.facts:  # of a thing, the same is asked for again
            goal.wish = goal.wish.model_copy(update={"ask": (draft.random.choice(goal.wish.ask),)})
        tried.turns[turn] = [Goal("", [], goal.wish.model_copy(update={"consent": "yes"}), {})]
        tried.turns.append([goal])
        tried.brought[turn + 1] = domains[name]
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
    fitting = sayable(tool.phrases.ask, frozenset(facts))
    alike = len({(tool.spec.kinds.get(name), canonical(one.value)) for name, one in bound.items() if one}) < len(bound)
    if len(facts) < len(bound) or alike or not fitting:
        return None  # nor from Paris to Paris
    draft.vain[turn] = _spoken_of(tool)
    return Wish(ask=some_of(draft, fitting), facts=tuple(facts.values()))


def choose_goal(draft: Draft, focus: str, vain: Set[str] = frozenset()) -> str:
    """The next goal's tool: rather one not used yet, the focus, and one that the results so far can feed.

    None of those that were tried in vain; empty where nothing else is left.
    """
    done = [goal.tool for goals in draft.turns for goal in goals]
    told = [step.tool for step in draft.steps if draft.linked and step.told and step.status == "ok"]
    ran, last = set(told), told[-1:]
    deep = {step.tool for number, step in enumerate(draft.steps) if step.tool in ran and draft.depths[number] > 1}
    offered = [name for name in draft.names if draft.tool(name).phrases.goal and name not in draft.graph.silent]
    if not offered:
        raise Dropped("no tool that a person would ask for")

    offered = [name for name in offered if name not in vain]
    if not offered:
        return ""

    pending = bool(focus) and focus not in done and focus in offered
    if pending and len(draft.turns) >= draft.length:
        return focus
    leading = set(_first_of(draft, _leading_to(draft, focus))) if pending else set[str]()
    ready = leading & set(offered) - set(done)

    names = frozenset(draft.names)
    makers = names & frozenset[str]().union(*(draft.graph.led_by[one] for one in names))

    def weight(name: str) -> float:
        ids = draft.graph.ids_of.get(name, {}).values()
        if any(not (sources & ran or looks & names) for sources, looks in ids):
            return 0.0  # nothing shown, and nothing that could be looked up, gives what it needs
        feeding = draft.graph.fed_by[name] & ran
        value, spec = 2.0 * 0.15 ** done.count(name), draft.tool(name).spec
        if "yes but" in draft.wanted and spec.irreversible and len(spec.required) > 1:
            value *= 3
        if not _enabled(draft, name):
            value *= 0.1
        if "next page" in draft.wanted and "next_page" in spec.return_kinds:
            value *= 3
        if "user-side action" in draft.wanted and "advice" in spec.return_kinds.values():
            value *= 3
        if draft.tool(name).phrases.sums and _sums_up(draft, name):
            value *= 60
        if name in ready:
            value *= 10
        elif name == focus and pending:
            value *= 0.2 if ready else 4  # first what leads to it
        if feeding:  # what was just talked about leads on, what was just made most of all
            value *= 15 if feeding & set(last) else 6
            value *= 12 if feeding & deep else 1
        if draft.graph.led_by[name] & ran and name not in done:
            value *= 30  # the chain goes on
        elif name in makers and not makers & set(done):
            value *= 10
        elif draft.graph.led_by[name] & names and len(draft.turns) < draft.length - 2:
            value *= 0.2  # later, from what is still to be made
        if spec.effect == "write":
            value *= 1.5
        elif not draft.turns:
            value *= 10  # who comes to do something often looks first
        return value

    weights = [weight(name) for name in offered]
    return offered[weighted(draft.random, weights)] if any(weights) else draft.random.choices(offered)[0]


def _enabled(draft: Draft, name: str) -> bool:
    """Whether what must be done before a tool can work (something put into the cart) is done."""
    before = draft.graph.enablers[name]
    return not before or any(step.tool in before and step.status == "ok" for step in draft.steps)


def _first_of(draft: Draft, names: Set[str], seen: Set[str] = frozenset()) -> Iterator[str]:
    """Tools, or what must be done first for them to work: who pays an order has put something into the cart."""
    for name in sorted(names - seen):
        if _enabled(draft, name):
            yield name
        else:
            yield from _first_of(draft, set(draft.graph.enablers[name]), seen | {name})


def _sums_up(draft: Draft, name: str) -> bool:
    """Whether a tool could add up two amounts that were told."""
    fields = [meant.field for meant in draft.tool(name).phrases.sums.values()]
    told = [draft.results[n] for n, step in enumerate(draft.steps) if step.told and step.status == "ok"]
    return any(sum(isinstance(one, dict) and field in one for one in told) == 2 for field in fields)


def _leading_to(draft: Draft, focus: str) -> set[str]:
    """Tools that must have been a goal before this one can be: what brings about its state, or shows its values."""
    tool, found = draft.tool(focus), set(draft.graph.enablers[focus])
    for parameter in tool.spec.required:
        kind = tool.spec.kinds.get(parameter, "")
        if not handed(kind):
            continue
        edges = [e for e in draft.graph.into(focus, parameter) if e.source in draft.names]
        nouns = [n for e in edges for n in draft.tool(e.source).phrases.nouns.get(leaf_of(e.path), ()) if not n.seen]
        if not nouns:
            found |= {e.source for e in edges}
    for meant in tool.phrases.sums.values():
        found |= {name for name in draft.names if meant.field in leaves(draft.tool(name).spec.returns)}
    return found


def add_turn(draft: Draft, name: str, focus: str) -> Draft | None:
    """The draft with one more turn about a tool, or with two where a refusal needs another way."""
    turn, vain = len(draft.turns), 0
    for _ in range(RETRIES * (4 if name == focus else 1)):
        if vain > VAIN:
            break  # what did not work so often will not
        tried = draft.fork()
        may = name != focus or focus in (step.tool for step in draft.steps)  # what the dialogue is about is done once
        decline = may and draft.tool(name).spec.irreversible and draft.random.random() < draft.speaker.declines
        goal = make_goal(tried, name, turn, decline)
        if goal is None:
            vain += 1
            continue
        tried.turns.append([goal])
        if goal.proposal is not None and goal.proposal.step is None:
            tried.vain[turn] = _spoken_of(draft.tool(name))
        if _done_over(draft, tried, goal) and needless(tried):
            vain += 1
            continue  # who sets a heater to 20 has no use for the 21 of before
        if goal.status != "ok":
            tried_ = _another_way(tried, goal, turn + 1) if _may_keep(draft, goal) else None
            if tried_ is not None:
                return tried_
            if "refusal taken" in draft.wanted and turn > 0 and goal.tool != focus:
                tried.wanted.discard("refusal taken")
                return tried
            vain += name != focus
            continue
        if _advised(tried, goal):
            followed = _followed(tried, goal, turn + 1)
            if followed is not None:
                return followed
            continue  # what the user was told to do would stay undone
        if draft.random.random() < draft.speaker.joins and (joined := _joined(tried, turn)) is not None:
            return joined
        if _takes_back(draft, tried) and not _as_change_of_mind(tried):
            vain += 1
            continue
        return tried
    return None


def _done_over(draft: Draft, tried: Draft, goal: Goal) -> bool:
    """Whether a deed was done before to what may be the same thing."""
    if goal.status != "ok" or not goal.steps or draft.tool(goal.tool).spec.effect != "write":
        return False
    made = tried.steps[goal.steps[-1]].arguments
    same = [step.arguments for step in draft.steps if step.tool == goal.tool and step.status == "ok"]
    return any(name in one and one[name] == value for one in same for name, value in made.items())


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
    bound = bound_again(step)
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
                tried.wanted.discard("user-side action")
                return tried
    return None


def _reports(tool: Tool, result: Any) -> tuple[str, ...]:
    """What a user may say after a deed of their own."""
    return tuple(fill(pattern, lambda slot, _: str(look(result, slot))) for pattern in tool.phrases.tell)


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
    goal = make_goal(tried, draft.random.choice(names_), turn)
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
    said = [
        (fact.text, canonical(tried.steps[one.steps[-1]].arguments.get(fact.slot)))
        for one in (first, goal)
        for fact in one.wish.facts
    ]
    if len({text for text, _ in said}) < len(set(said)):
        return None  # nor two in the same words: "that one", and "that one"
    # "That day" in the second is a day that the first says, and the only one.
    its, before = ([_as_said(tried, one, fact) for fact in one.wish.facts] for one in (goal, first))
    pointing = [(kind, one.value) for one in its for kind, texts in THAT.items() if one.fact and one.fact.text in texts]
    for kind, value in pointing:
        if {one.value for one in before if one.fact and one.fact.kind == kind} != {value}:
            return None
    if any(muddled(one, other) for one in its for other in before):
        return None
    things = [thing_in(tried, bound_again(tried.steps[one.steps[-1]])) for one in (first, goal)]
    if things[0] is not None and things[0] == things[1]:
        return None  # nor one thing by two names
    if empty(tried.results[goal.steps[-1]]):
        return None  # nor what the first has made that there is none of
    tried.turns[turn].append(goal)
    return tried


def _as_said(draft: Draft, goal: Goal, fact: Fact) -> Bound:
    """What a fact of a goal was said for."""
    step = draft.steps[goal.steps[-1]]
    return Bound(step.arguments.get(fact.slot), step.sources[fact.slot], fact)


# ── another way ──────────────────────────────────────────────────────────────────────────────────────────


#: How a user changes one thing after a refusal, and how after an answer to what they did not mean.
INSTEAD = ("{} instead.", "what about {}?", "then {}.", "how about {}?", "and {}?")
MEANT = ("sorry, I meant {}.", "no wait, I meant {}.", "oh, make that {}.", "hm, actually {}.", "my mistake, {} it is.")


#: What one says to see more of a list.
FURTHER = (
    "show me more",
    "what else is there?",
    "and the next ones?",
    "go on",
    "the next page, please.",
    "more of those, please.",
)


def _next_page(draft: Draft) -> Draft | None:
    """The user wants to see more of a list that goes on."""
    turn, last = len(draft.turns), draft.turns[-1]
    if "next page" not in draft.wanted or turn >= draft.length or len(last) != 1 or last[0].status != "ok":
        return None
    number = last[0].steps[-1] if last[0].steps else -1
    after = look(draft.results[number], "next_page") if number >= 0 else None
    spec = draft.tool(last[0].tool).spec
    page = next((name for name, kind in spec.kinds.items() if kind == spec.return_kinds.get("next_page")), "")
    if not after or not page or draft.steps[number].tool != last[0].tool:
        return None
    tried, step = draft.fork(), draft.steps[number]
    bound = bound_again(step)
    bound[page] = Bound(after, Found(step=number, path="next_page"))
    more, status, _ = tried.run(spec.name, bound, turn, told=True)
    if status != "ok":
        return None
    if not look(tried.results[more], "next_page") or draft.random.random() < 0.5:
        tried.wanted.discard("next page")
    tried.turns.append([Goal(spec.name, [more], Wish(ask=FURTHER), {})])
    return tried


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
    return _another_way(tried, goal, turn, MEANT)


#: Verbs of tools that undo what was done, or make it otherwise.
_UNDOES = re.compile(r"(?:cancel|change|move|delete|remove|close|undo|withdraw|return|unfreeze)(?:_|[A-Z]|$)")


def _changed_mind(draft: Draft, focus: str) -> Draft | None:
    """The user sees what was done and wants it undone, or otherwise: the next turn is about the thing just made."""
    turn, last = len(draft.turns), draft.turns[-1]
    if "change of mind" not in draft.wanted or turn >= draft.length or len(last) != 1 or not last[0].steps:
        return None
    tool = draft.tool(last[0].tool)
    can = [name for name in draft.names if draft.tool(name).spec.effect == "write" and name != last[0].tool]
    can = [name for name in can if last[0].tool in draft.graph.fed_by[name] and _UNDOES.match(name)]
    if last[0].status != "ok" or tool.spec.effect != "write" or not can:
        return None
    for _ in range(RETRIES):
        tried = add_turn(draft, draft.random.choice(can), focus)
        if tried is not None and tried.switches.get(turn) == "changed":
            return tried
    return None


def _takes_back(draft: Draft, tried: Draft) -> bool:
    """Whether the last turn undoes what was done in the turn before, or makes it otherwise."""
    if not draft.turns or not draft.turns[-1]:
        return False
    (goal,), before = tried.turns[-1], draft.turns[-1][-1]
    if not goal.steps or not before.steps or not _UNDOES.match(goal.tool):
        return False
    made, step, kinds = before.steps[-1], tried.steps[goal.steps[-1]], draft.tool(goal.tool).spec.kinds
    writes = draft.tool(before.tool).spec.effect == "write"
    # What only falls on the same day is another matter.
    things = [source for name, source in step.sources.items() if kinds.get(name, "").startswith("!")]
    return writes and any(made in steps_in(source) for source in things)


def _as_change_of_mind(tried: Draft) -> bool:
    """Have the last turn said as what it is, a change of mind; ``False`` where there is to be none."""
    (goal,) = tried.turns[-1]
    if "change of mind" not in tried.wanted or (goal.proposal is not None and goal.proposal.step is None):
        return False
    tried.wanted.discard("change of mind")
    tried.switches[len(tried.turns) - 1] = "changed"
    return True


def _another_way(draft: Draft, refused: Goal, turn: int, frames: tuple[str, ...] = INSTEAD) -> Draft | None:
    """After a refusal the user changes one thing; everything else stays as it was said."""
    tool, step = draft.tool(refused.tool), draft.steps[refused.steps[-1]]
    can = [p for p, source in step.sources.items() if isinstance(source, Said | Picked)]
    for _ in range(8):
        if not can:
            return None
        tried = draft.fork()
        parameter = tried.random.choice(can)
        one = other_value(tried, tool, step, parameter, turn)
        if one is None or one.fact is None or one.value == step.arguments[parameter]:
            continue
        bound = bound_again(step) | {parameter: one}
        number, status, _ = tried.run(tool.spec.name, bound, turn, told=True)
        if status != "ok" or held(tried, number):
            continue
        ask = tuple(frame.format(f"{{{parameter}}}") for frame in frames)
        proposal = refused.proposal
        if proposal is not None:
            proposal = proposed_again(proposal, tried, number, parameter, one)
        wish = Wish(ask=ask, facts=(one.fact,), wants=refused.wish.wants)
        goal = Goal(tool.spec.name, [number], wish, {}, proposal=proposal)
        tried.turns.append([goal])
        return tried
    return None


def other_value(draft: Draft, tool: Tool, step: Step, parameter: str, turn: int, seen: bool = True) -> Bound | None:
    """Another value for a parameter of a step: said, or another of the things it was picked from.

    ``seen``: whether the user was shown those things.
    """
    source = step.sources[parameter]
    if isinstance(source, Said):
        return from_user(draft, tool, parameter, turn)
    assert isinstance(source, Picked)
    path = f"{source.items}[].{source.path}" if source.path else f"{source.items}[]"
    for name in names_in(draft, source.step, path, turn, seen=seen, last=False):
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
    world = draft.graph.toolkit.open(draft.world.base)
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
