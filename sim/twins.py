"""Twins: two plans that differ in one fact, of which one must be refused and the other must be done.

An assistant that always does, and one that never does, each fail one of the two. Both stand behind the same turns; the
wish of the last one has the same words but for that fact. Which fact it is was found by running the call.
"""

from random import Random

from scenarios import Persona, Picked, Said, Wish

from .draft import Bound, Draft, Goal
from .goals import make_goal, thing_in
from .graph import ToolGraph
from .planning import Dropped, add_turn, choose_goal, needless, other_value, went

#: How often a refused goal is looked for, and how often another fact.
TRIES, OTHERS = 60, 12


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
    if random.random() < 0.5:
        before = add_turn(before, choose_goal(before, ""), "") or before
    turn = len(before.turns)
    for _ in range(TRIES):
        refused = before.fork()
        name = focus if focus and random.random() < 0.5 else choose_goal(before, "")
        goal = make_goal(refused, name, turn)
        if goal is None or goal.status != "refused" or any(fact.slip or fact.vague for fact in goal.wish.facts):
            continue
        refused.turns.append([goal])
        refused.after.append(went(before))
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
    bound = {p: Bound(value, step.sources[p]) for p, value in step.arguments.items()} | {parameter: one}
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
