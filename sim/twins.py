"""Twins: two plans that differ in one fact, of which one must be refused and the other must be done.

An assistant that always does, and one that never does, each fail one of the two. Both stand behind the same turns. The
fact is one that the user says, so that the last wish has the same words but for it; or one of the world (the card is
frozen, the ticket is closed), so that the user says the same in both. Which it is was found by running the call.
Where the policy forbids the wish, the fact is the amount, and the assistant declines without a call.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from scenarios import Persona, Picked, Said, Wish
from tools_mock import World, canonical
from tools_mock.world import Changes

from .draft import Draft, Goal, bound_again
from .goals import beyond_limit, make_goal, thing_in
from .graph import ToolGraph
from .planning import Dropped, add_turn, choose_goal, needless, other_value
from .probe import code_of
from .reference import shown_by

#: How often a refused goal is looked for, and how often another fact.
TRIES, OTHERS = 60, 12
#: How often the fact is one of the world, and how many such facts are tried for a goal.
WORLDLY, FACTS = 0.5, 40
#: How often the policy forbids the wish, where it limits anything in view.
FORBIDDEN = 0.3


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
    while len(before.turns) < 2 and random.random() < 0.5:
        before = add_turn(before, choose_goal(before, ""), "") or before
    turn = len(before.turns)
    limited = [name for name in before.names if any(key.startswith(f"{name}.") for key in graph.toolkit.limits)]
    if limited and before.steps and random.random() < FORBIDDEN:
        for _ in range(OTHERS):
            found = _by_policy(before, random.choice(limited), turn)
            if found is not None:
                return found
    if graph.toolkit.hinges and not before.acts and random.random() < WORLDLY:
        for _ in range(OTHERS):
            found = _by_world(before, focus if focus and random.random() < 0.5 else choose_goal(before, ""), turn)
            if found is not None:
                return found
    for _ in range(TRIES):
        refused = before.fork()
        name = focus if focus and random.random() < 0.5 else choose_goal(before, "")
        goal = make_goal(refused, name, turn)
        if goal is None or goal.status != "refused" or any(fact.slip or fact.vague for fact in goal.wish.facts):
            continue
        refused.turns.append([goal])
        for _ in range(OTHERS):
            permitted = _permitted(refused, goal, turn)
            if permitted is not None and not needless(refused) and not needless(permitted):
                return refused, permitted
    raise Dropped("no twins")


def _permitted(refused: Draft, goal: Goal, turn: int) -> Draft | None:
    """The same plan with one fact of the last wish changed, so that the call is not refused."""
    tried = refused.fork()
    step, tool = tried.steps[goal.steps[-1]], tried.tool(goal.tool)
    told = {fact.slot for fact in goal.wish.facts}
    can = [p for p, one in step.sources.items() if p in told and isinstance(one, Said | Picked) and one.turn == turn]
    if not can:
        return None
    parameter = tried.random.choice(can)
    source = step.sources[parameter]
    tried.undo()  # a refusal changed nothing
    seen = isinstance(source, Picked) and tried.turn_of[source.step] < turn
    one = other_value(tried, tool, step, parameter, turn, seen)
    if one is None or one.fact is None or one.value == step.arguments[parameter]:
        return None
    bound = bound_again(step) | {parameter: one}
    number, status, _ = tried.run(goal.tool, bound, turn, told=True)
    if status != "ok":
        return None
    facts = tuple(
        one.fact.model_copy(update={"when": fact.when, "label": fact.label}) if fact.slot == parameter else fact
        for fact in goal.wish.facts
    )
    wish = Wish(ask=goal.wish.ask, facts=facts, wants=goal.wish.wants)
    proposal = goal.proposal
    if proposal is not None:
        about = thing_in(tried, {parameter: one}) or proposal.about
        proposal = proposal.model_copy(update={"step": number, "about": about})
    tried.turns[turn] = [Goal(goal.tool, [*goal.steps[:-1], number], wish, goal.questions, proposal=proposal)]
    return tried


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
    done = before.fork()
    goal = make_goal(done, name, turn)
    if goal is None or goal.status != "ok" or not goal.steps:
        return None
    if any(fact.slip or fact.vague for fact in goal.wish.facts) or goal.later:
        return None
    done.turns.append([goal])
    if needless(done):
        return None
    refused: dict[str, list[Draft]] = {}
    hinges = list(_hinges(done, goal))
    for changes in done.random.sample(hinges, min(FACTS, len(hinges))):
        other = _in_another_world(done, changes)
        if other is not None:
            refused.setdefault(code_of(other.results[-1]), []).append(other)
    if not refused:
        return None
    # Each reason as often as the others, not as often as there are facts that bring it about.
    return done.random.choice(refused[done.random.choice(sorted(refused))]), done


def _hinges(draft: Draft, goal: Goal) -> Iterator[Changes]:
    """Facts of the world that the last call may hinge on, each otherwise than it is.

    They are those of the things that the call names, and of what it changes; and that what it makes is there already.
    """
    world: World = draft.world
    arguments = draft.steps[goal.steps[-1]].arguments
    named = {value for value in arguments.values() if isinstance(value, str)}
    changed = world.changes()
    for table, fields in draft.graph.toolkit.hinges.items():
        rows = world.base.tables[table]
        some = draft.random.sample(sorted(rows), min(FACTS, len(rows)))
        for key in sorted(rows.keys() & (named | changed.get(table, {}).keys())):
            for field, others in fields.items():
                now = rows[key][field]
                values = [*others, *(rows[one][field] for one in some), *_nearer(now, arguments.get(field), named)]
                found = {canonical(value): value for value in values}
                found.pop(canonical(now), None)
                for text in draft.random.sample(sorted(found), min(OTHERS, len(found))):
                    yield {table: {key: {field: found[text]}}}
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


def _in_another_world(done: Draft, changes: Changes) -> Draft | None:
    """The same plan where something is otherwise: all goes as before, but the last call is refused."""
    other = done.fork()
    other.changes = changes
    other.world = done.graph.toolkit.open(done.world.base.patched(changes))
    for notes in (other.steps, other.results, other.shown, other.turn_of):
        notes.clear()
    last = len(done.steps) - 1
    for number, step in enumerate(done.steps):
        before = dict(enumerate(other.results))
        if any(shown_by(one, before) not in (None, [step.arguments[name]]) for name, one in step.sources.items()):
            return None
        _, status, _ = other.run(step.tool, bound_again(step), done.turn_of[number], told=step.told)
        if status != ("refused" if number == last else step.status):
            return None
    (goal,) = other.turns[-1]
    other.turns[-1] = [Goal(goal.tool, goal.steps, goal.wish, goal.questions, "refused", proposal=goal.proposal)]
    return other
