"""Twins: two plans that differ in one fact, of which one must be refused and the other must be done.

An assistant that always does, and one that never does, each fail one of the two. Both stand behind the same turns. The
fact is one that the user says, so that the last wish has the same words but for it; or one of the world (the card is
frozen, the cart was filled before), so that the user says the same in both. Which it is was found by running the call.
Where the policy forbids the wish, the fact is the amount, and the assistant declines without a call.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from scenarios import Persona, Picked, Said, Wish
from tools_mock import ToolCall, World, call, canonical
from tools_mock.world import Changes

from .draft import Draft, Goal, bound_again
from .goals import ABSURD, beyond_limit, make_goal, proposed_again
from .graph import ToolGraph
from .planning import Dropped, add_turn, choose_goal, needless, other_value
from .probe import code_of
from .reference import shown_by
from .sources import spoken

#: How often a refused goal is looked for, and how often another fact.
TRIES, OTHERS = 60, 12
#: How often a turn before it is one that leads to the tool in focus: who picks a seat has seen which are free.
LED = 0.5
#: How often the fact is one of the world, and how many such facts are tried for a goal.
WORLDLY, FACTS = 0.5, 40
#: How often the policy forbids the wish, where it limits anything in view.
FORBIDDEN = 0.3
#: How often something that was done before the conversation is what it needs, where there are such tools in view.
BEFOREHAND = 0.5
#: How often a wish that is done is the one to begin with, and not one that is refused.
WORDED = 0.4


def make_twins(
    graph: ToolGraph, tools: tuple[str, ...], focus: str, world_seed: int, seed: int, speaker: Persona
) -> tuple[Draft, Draft]:
    """Draw two plans over a set of tools: the last wish of the first is refused, of the second done.

    Args:
        graph: of the toolkit.
        tools: the only tools that may be called.
        focus: the tool that is refused and not refused; empty for any.
        world_seed: which base world.
        seed: of every choice.
        speaker: whose plans they are.

    Raises:
        Dropped: with the reason.
    """
    random = Random(f"twins{seed}")
    world = graph.toolkit.world(world_seed)
    before = Draft(graph, tools, random, world, world.now, True, 3, speaker=speaker)
    showing = [makers for makers, looks in graph.ids_of.get(focus, {}).values() if not looks]
    leading = sorted(frozenset[str]().union(*showing) & set(tools))
    while len(before.turns) < 2 and random.random() < 0.5:
        name = random.choice(leading) if leading and random.random() < LED else choose_goal(before, "")
        before = add_turn(before, name, "") or before
    turn = len(before.turns)
    limited = [name for name in before.names if any(key.startswith(f"{name}.") for key in graph.toolkit.limits)]
    enabled = [name for name in before.names if graph.enablers[name]]
    hinging = [name for name in before.names if name in graph.toolkit.hinges]

    def among(names: list[str]) -> str:
        return focus if focus in names and random.random() < 0.5 else random.choice(names)

    def wished() -> str:
        return focus if focus and random.random() < 0.5 else choose_goal(before, "")

    def worded() -> str:
        return among(hinging) if hinging and random.random() < 0.5 else choose_goal(before, "")

    ways: list[tuple[Any, float, Callable[[], tuple[Draft, Draft] | None]]] = [
        (limited and before.steps, FORBIDDEN, lambda: _by_policy(before, among(limited), turn)),
        (enabled and not before.acts, BEFOREHAND, lambda: _by_deed(before, among(enabled), turn)),
        (graph.toolkit.hinges and not before.acts, WORLDLY, lambda: _by_world(before, wished(), turn)),
        (True, WORDED, lambda: _by_words(before, worded(), turn)),
    ]
    for can, share, pair in ways:
        if can and random.random() < share:
            for _ in range(OTHERS):
                if (found := pair()) is not None:
                    return found
    for _ in range(TRIES):
        if (found := _by_refusal(before, wished(), turn)) is not None:
            return found
    raise Dropped("no twins")


def _by_refusal(before: Draft, name: str, turn: int) -> tuple[Draft, Draft] | None:
    """A wish that is refused, and the same with one fact of it said otherwise, which is done."""
    refused = before.fork()
    goal = make_goal(refused, name, turn)
    if goal is None or goal.status != "refused" or any(fact.slip or fact.vague for fact in goal.wish.facts):
        return None
    refused.turns.append([goal])
    for _ in range(OTHERS):
        permitted = _otherwise(before, refused, goal, turn, "ok")
        if permitted is not None and not needless(refused) and not needless(permitted):
            return refused, permitted
    return None


def _otherwise(before: Draft, draft: Draft, goal: Goal, turn: int, status: str) -> Draft | None:
    """The same plan with one fact of the last wish said otherwise, so that the call ends as ``status``."""
    step, tool = draft.steps[goal.steps[-1]], draft.tool(goal.tool)
    told = {fact.slot for fact in goal.wish.facts}
    can = [p for p, one in step.sources.items() if p in told and isinstance(one, Said | Picked) and one.turn == turn]
    if not can:
        return None
    tried = before.fork()
    for number in goal.steps[:-1]:
        look = draft.steps[number]
        tried.run(look.tool, bound_again(look), turn, told=look.told)
    parameter = tried.random.choice(can)
    source = step.sources[parameter]
    seen = isinstance(source, Picked) and tried.turn_of[source.step] < turn
    # What the user's own thoughts hold is mostly what will do; what will not is listed beside the tools.
    others = draft.graph.toolkit.hinges.get(goal.tool, {}).get(parameter, ())
    if others and status == "refused":
        one = spoken(tried, tool.spec.kinds.get(parameter, ""), parameter, tried.random.choice(others), turn)
    else:
        one = other_value(tried, tool, step, parameter, turn, seen)
    if one is None or one.fact is None or one.value == step.arguments[parameter]:
        return None
    bound = bound_again(step) | {parameter: one}
    number, its, _ = tried.run(goal.tool, bound, turn, told=True)
    if its != status or (its == "refused" and code_of(tried.results[number]) in ABSURD):
        return None
    facts = tuple(
        one.fact.model_copy(update={"when": fact.when, "label": fact.label}) if fact.slot == parameter else fact
        for fact in goal.wish.facts
    )
    wish = Wish(ask=goal.wish.ask, facts=facts, wants=goal.wish.wants)
    proposal = goal.proposal
    if proposal is not None:
        proposal = proposed_again(proposal, tried, number, parameter, one)
    tried.turns.append([Goal(goal.tool, [*goal.steps[:-1], number], wish, goal.questions, status, proposal=proposal)])
    return tried


def _done(before: Draft, name: str, turn: int) -> tuple[Draft, Goal] | None:
    """A last wish that is done, with nothing in it that is said in two goes."""
    draft = before.fork()
    goal = make_goal(draft, name, turn)
    if goal is None or goal.status != "ok" or not goal.steps or goal.later or goal.choice is not None:
        return None
    if any(fact.slip or fact.vague for fact in goal.wish.facts):
        return None
    draft.turns.append([goal])
    return None if needless(draft) else (draft, goal)


def _by_words(before: Draft, name: str, turn: int) -> tuple[Draft, Draft] | None:
    """A wish that is done, and the same with one fact of it said otherwise, which is refused."""
    found = _done(before, name, turn)
    if found is None:
        return None
    done, goal = found
    refused: dict[str, list[Draft]] = {}
    for _ in range(OTHERS):
        other = _otherwise(before, done, goal, turn, "refused")
        if other is not None and not needless(other):
            refused.setdefault(code_of(other.results[-1]), []).append(other)
    return (_each_as_often(done, refused), done) if refused else None


def _each_as_often(draft: Draft, refused: dict[str, list[Draft]]) -> Draft:
    """One of the refused: each reason as often as the others, not as often as there are facts that bring it about."""
    return draft.random.choice(refused[draft.random.choice(sorted(refused))])


def _by_policy(before: Draft, name: str, turn: int) -> tuple[Draft, Draft] | None:
    """A wish that is done, and the same for more than the policy allows, which is declined without a call."""
    done = before.fork()
    goal = make_goal(done, name, turn)
    if goal is None or goal.status != "ok" or not goal.steps or goal.later:
        return None
    if any(fact.when != "now" or fact.slip or fact.vague for fact in goal.wish.facts):
        return None
    tool, step = done.tool(name), done.steps[goal.steps[-1]]
    for number, fact in enumerate(goal.wish.facts):
        limit, source = before.graph.toolkit.limit(tool, fact.slot), step.sources.get(fact.slot)
        if limit is None or not isinstance(source, Said) or source.turn != turn:
            continue
        more = beyond_limit(done, tool, fact.slot, step.arguments[fact.slot], turn)
        if more is None or more.fact is None:
            continue
        done.turns.append([goal])
        if needless(done):
            return None
        refused = before.fork()
        facts = list(goal.wish.facts)
        facts[number] = more.fact.model_copy(update={"when": fact.when, "label": fact.label})
        refused.turns.append([Goal("", [], Wish(ask=goal.wish.ask, facts=tuple(facts), wants="deed"), {})])
        refused.against[turn] = limit[0]
        return refused, done
    return None


# ── a fact of the world ──────────────────────────────────────────────────────────────────────────────────


def _by_world(before: Draft, name: str, turn: int) -> tuple[Draft, Draft] | None:
    """A wish that is done, and the same where one fact of the world is otherwise and the call is refused."""
    found = _done(before, name, turn)
    if found is None:
        return None
    done, goal = found
    refused: dict[str, list[Draft]] = {}
    hinges = list(_hinges(done, goal))
    for changes in done.random.sample(hinges, min(FACTS, len(hinges))):
        other = _in_another_world(done, changes, "refused")
        if other is not None and code_of(other.results[-1]) not in ABSURD:
            refused.setdefault(code_of(other.results[-1]), []).append(other)
    return (_each_as_often(done, refused), done) if refused else None


def _by_deed(before: Draft, name: str, turn: int) -> tuple[Draft, Draft] | None:
    """A wish that is refused, and the same where what it needs was done before the conversation began."""
    refused, graph = before.fork(), before.graph
    goal = make_goal(refused, name, turn)
    if goal is None or goal.status != "refused" or any(fact.slip or fact.vague for fact in goal.wish.facts):
        return None
    refused.turns.append([goal])
    if needless(refused):
        return None
    deed = before.tool(before.random.choice(graph.enablers[name]))
    world = graph.toolkit.open(before.world.base)
    earlier = Draft(graph, tuple({*before.names, deed.spec.name}), before.random, world.fork(), before.now, False, 1)
    if make_goal(earlier, deed.spec.name, 0) is None:
        return None
    its = {refused.tool(name).spec.kinds.get(one): value for one, value in refused.steps[-1].arguments.items()}
    drawn = earlier.steps[-1].arguments
    arguments = {one: its.get(deed.spec.kinds.get(one), value) for one, value in drawn.items()}
    if call(graph.toolkit.tools, world, ToolCall("before", deed.spec.name, arguments)).status != "ok":
        return None
    done = _in_another_world(refused, world.changes(), "ok")
    return (refused, done) if done is not None and not needless(done) else None


def _hinges(draft: Draft, goal: Goal) -> Iterator[Changes]:
    """Facts of the world that the last call may hinge on, each otherwise than it is.

    They are those of the things that the call names, and of what it changes; and that what it makes is there already.
    """
    world: World = draft.world
    arguments = draft.steps[goal.steps[-1]].arguments
    named = {value for value in arguments.values() if isinstance(value, str)}
    changed = world.changes()
    hinges = draft.graph.toolkit.hinges
    for table, fields in ((one, hinges[one]) for one in hinges if one in world.base.tables):
        rows = world.base.tables[table]
        some = draft.random.sample(sorted(rows), min(FACTS, len(rows)))
        for key in sorted(rows.keys() & (named | changed.get(table, {}).keys())):
            for field, others in fields.items():
                now = rows[key][field]
                near = {canonical(value): value for value in (*others, *_nearer(now, arguments.get(field), named))}
                far = {canonical(rows[one][field]): rows[one][field] for one in some}
                rest = sorted(far.keys() - near.keys())
                for text in (*near, *draft.random.sample(rest, min(OTHERS, len(rest)))):
                    if text != canonical(now):
                        yield {table: {key: {field: (near | far)[text]}}}
    for table, its in changed.items():
        for key, row in its.items():
            if row is not None and key not in world.base.tables[table]:
                yield {table: {key: row}}


def _nearer(now: Any, argument: Any, named: set[str]) -> Iterator[Any]:
    """Values that the call itself is about: a field as it is asked for, a list with what is named in it, or without."""
    if argument is not None:
        yield argument
    if isinstance(now, list):
        yield from ([*now, one] for one in sorted(named))
        yield [one for one in now if one not in named]


def _in_another_world(draft: Draft, changes: Changes, ends: str) -> Draft | None:
    """The same plan where something is otherwise: all goes as before, but the last call, which ``ends`` so."""
    other = draft.fork()
    other.changes = changes
    other.world = draft.graph.toolkit.open(draft.world.base.patched(changes))
    for notes in (other.steps, other.results, other.shown, other.turn_of):
        notes.clear()
    last = len(draft.steps) - 1
    for number, step in enumerate(draft.steps):
        before = dict(enumerate(other.results))
        if any(shown_by(one, before) not in (None, [step.arguments[name]]) for name, one in step.sources.items()):
            return None
        _, status, _ = other.run(step.tool, bound_again(step), draft.turn_of[number], told=step.told)
        if status != (ends if number == last else step.status):
            return None
    (goal,) = other.turns[-1]
    other.turns[-1] = [Goal(goal.tool, goal.steps, goal.wish, goal.questions, ends, proposal=goal.proposal)]
    return other
