"""The scripted user: explicit state (told, asked, waiting, done), folded from what was said.

It sees texts and its own view, nothing else. What an assistant says is understood in ``agents.hearing``, here it is
decided what to do about it. The user can be deceived: a wish closes when the assistant reports on it or declines;
whether the report was true is not its business.
"""

import re
from functools import lru_cache, partial
from typing import NamedTuple

from scenarios import Act, Fact, UserView, Wish
from tools_mock import ToolCall
from tools_mock.values import contains
from tools_mock.world import Draws, Itself

from .fitting import lacking, misread
from .hearing import hear
from .reports import QUESTION
from .seats import Continued, Message, Observation
from .speech import (
    acted_text,
    again_text,
    answer_text,
    closing_text,
    lacks_text,
    lost_text,
    no_text,
    patient_text,
    stuck_text,
    talk_text,
    unclear_text,
    unknown_text,
    wish_text,
    wrong_text,
    yes_but_text,
    yes_text,
)


class State(NamedTuple):
    """Where the user stands.

    Args:
        turn: which of its turns is open; ``-1`` before the first word, the number of turns when all are closed.
        asked: the facts that the last assistant message asked for.
        rest: those that are still open beside them.
        acted: whether what this turn begins with on the user's own device is done.
        act: what to do about that message: ``question`` to answer, ``unknown`` (asked for what it does not know of a
            thing that it can name), ``consent`` or not, ``lost`` (a question it cannot answer), ``again`` (say the wish
            again: it was met with nothing), ``stuck`` (told what is the matter, but not what to do), ``lacks …`` (the
            answer has nothing of what was asked), ``wrong`` (a proposal has something else than was said),
            ``patient`` (wait), ``unclear``, ``report`` (the turn is closed).
        refused: how many turns ended with a no.
        strikes: how often in a row nothing came of it.
        last: how the turn that closed last went: ``success``, ``refusal``, or ``partly`` where a no was not all of it.
    """

    turn: int = -1
    asked: tuple[Fact, ...] = ()
    rest: tuple[Fact, ...] = ()
    act: str = ""
    refused: int = 0
    strikes: int = 0
    last: str = ""
    acted: bool = False


def scripted_user(observation: Observation, seed: int) -> Message:
    """The scripted user.

    Raises:
        ValueError: the observation has no user's view.
    """
    view = observation.view
    if view is None:
        raise ValueError("the user's seat needs its view; build the conversation from a scenario")
    persona = observation.persona
    state = fold(view, observation.messages)
    # The wording depends on what was said so far, not on how many random numbers were drawn before.
    random = Draws(f"user {seed} {len(observation.messages)}")
    if state.strikes > persona.patience:
        return Message("user", closing_text(persona, random, "refusal"), end="gave_up")
    if state.act == "question":
        # Who is open tells more than was asked.
        told = state.rest if random.random() < persona.open else ()
        return Message("user", answer_text((*state.asked, *told), persona, random))
    if state.act == "unknown":
        return Message("user", unknown_text(state.asked[0], persona, random))
    if state.act == "consent":
        wishes = view.turns[state.turn].wishes
        if not all(wish.consent == "yes" for wish in wishes):
            return Message("user", no_text(persona, random))
        changed = [fact for wish in wishes for fact in wish.facts if fact.first]
        return Message("user", yes_but_text(changed, persona, random) if changed else yes_text(persona, random))
    if state.act == "wrong":
        return Message("user", wrong_text(state.asked[0].text, persona, random))
    if state.act.startswith("lacks"):
        return Message("user", lacks_text(state.act.removeprefix("lacks "), persona, random))
    if state.act in _FILLERS:
        return Message("user", _FILLERS[state.act](persona, random))
    if state.turn >= len(view.turns):
        return Message("user", closing_text(persona, random, state.last), end="done")
    turn = view.turns[state.turn]
    if turn.acts and not state.acted:
        return Message("user", calls=tuple(ToolCall("", one.tool, dict(one.arguments)) for one in turn.acts))
    if turn.acts:
        return Message("user", acted_text(turn.wishes[0], persona, random))
    if not turn.wishes:
        return Message("user", talk_text(turn.talk, persona, random))
    first = state.turn == 0
    if state.act == "again":
        plain = persona.model_copy(update={"greets": False})
        return Message("user", again_text(wish_text(turn.wishes, plain, random, "", True), persona, random))
    left = not first and view.turns[state.turn - 1].switch == "away"
    switch = "away" if left else turn.switch if turn.switch in ("back", "changed") else ""
    text = wish_text(turn.wishes, persona, random, state.last, first, turn.talk, switch, turn.brings)
    return Message("user", text)


#: What a user comes to who cannot follow.
LOST = ("lost", "again", "stuck", "unclear", "lacks", "wrong")
_FILLERS = {"lost": lost_text, "patient": patient_text, "unclear": unclear_text, "stuck": stuck_text}


#: A no that leaves nothing to be sorry for: "it already goes to Harbour Road 39".
_SO_ALREADY = re.compile(
    r"\b(?:is|are|goes|was|were) already\b"
    r"(?! (?:taken|gone|sold|shipped|delivered|booked out|full|over|closed|departed))"
    r"|\balready(?=[.!]|$)"
)

#: What asks for nothing in particular: the wish said again is all there is to say.
_ONCE_MORE = re.compile(
    r"\b(?:tell me more|more (?:details?|information)|more specific|elaborate|rephrase|repeat|again|clarify|clearer"
    r"|what exactly|what (?:is it )?(?:do )?you (?:want|need|mean)|(?:help|assist) you with)\b"
)


def fold(view: UserView, messages: tuple[Message, ...]) -> State:
    """The user's state after these messages: a function of the texts alone."""
    return states(view, messages)[-1]


def states(view: UserView, messages: tuple[Message, ...]) -> tuple[State, ...]:
    """The user's states: at first, and after each of the assistant's words."""
    return _listening(Itself(view))(messages)[0]


#: The states so far, what was told in the turn that is open, and the last turn that was acted in.
_Heard = tuple[tuple[State, ...], str, int]
_WHEN = re.compile(r"\bwhen\b", re.IGNORECASE)


@lru_cache(maxsize=64)  # one for each of the conversations that are under way
def _listening(view: Itself) -> Continued[_Heard]:
    return Continued(((State(turn=0),), "", -1), partial(_further, view.value))


def _further(view: UserView, heard: _Heard, message: Message) -> _Heard:
    """One more message."""
    found, told, acted = heard
    if message.role == "user" and message.calls:
        return (*found[:-1], found[-1]._replace(acted=True)), told, found[-1].turn
    if message.role == "user":
        return found, f"{told}\n{message.text.casefold()}", acted
    if message.role == "assistant" and message.text.strip():
        state, told = _hear(view, found[-1], told, message.text)
        return (*found, state._replace(acted=True) if acted == state.turn else state), told, acted
    return heard


@lru_cache(maxsize=2_000)
def _wanted(
    view: Itself, turn: int
) -> tuple[tuple[Wish, ...], tuple[Fact, ...], tuple[str, ...], bool, tuple[Act, ...]]:
    """What a turn wants and is told, also in small letters, whether it is an answer, and what is done after it."""
    this, *following = view.value.turns[turn : turn + 2]
    facts = tuple(fact for wish in this.wishes for fact in wish.facts)
    answer = bool(this.wishes) and all(wish.wants == "answer" for wish in this.wishes)
    acts = following[0].acts if following else ()
    return this.wishes, facts, tuple(fact.text.casefold() for fact in facts), answer, acts


def _hear(view: UserView, state: State, told: str, text: str) -> tuple[State, str]:
    """The state after an assistant's message, and what was told in the turn that is open then."""
    if state.turn >= len(view.turns):
        return State(state.turn, (), (), "report", state.refused, 0, state.last), told
    wishes, facts, small, answer, acts = _wanted(Itself(view), state.turn)
    heard = hear(text, facts, told, answer)
    open_ = [fact for fact, its in zip(facts, small, strict=True) if not contains(told, its)]
    missing = tuple(fact for fact in heard.asked if fact in open_) if heard.asked else ()
    if not missing and any(fact.kind == "day" for fact in heard.asked) and _WHEN.search(text):
        missing = tuple(fact for fact in open_ if fact.kind == "clock")  # the day was said: it is the hour that lacks
    low = text.casefold()
    if acts and all(any(word in low for word in one.words) for one in acts):  # in whatever words it is asked for
        return State(state.turn + 1, (), (), "report", state.refused, 0, "success"), ""
    does = heard.acts
    left = state.act == "consent" and "ask" not in does and "propose" not in does
    left = left and any(wish.consent == "no" for wish in wishes)
    closes = not wishes or left or "tell" in does or "deny" in does
    if "ask" in does and view.turns[state.turn].switch == "away":
        return State(state.turn + 1, (), (), "report", state.refused, 0, "success"), ""
    if heard.unknown and not missing and "ask" in does and (named := tuple(fact for fact in open_ if fact.vague)):
        return State(state.turn, named[:1], (), "unknown", state.refused, 0, state.last), told
    if missing:
        rest = tuple(fact for fact in open_ if fact not in missing and fact.when == "asked")
        return State(state.turn, missing, rest, "question", state.refused, 0, state.last), told
    if "propose" in does and not (answer and closes) and "deny" not in does:
        if all(wish.consent == "yes" for wish in wishes) and (wrong := misread(text, facts, told)):
            return State(state.turn, (wrong,), (), "wrong", state.refused, state.strikes + 1, state.last), told
        return State(state.turn, (), (), "consent", state.refused, state.strikes, state.last), told
    if answer and "tell" in does and (what := lacking(text, told)):
        return State(state.turn, (), (), f"lacks {what}", state.refused, state.strikes + 1, state.last), told
    if closes and acts:
        return State(state.turn, (), (), "stuck", state.refused, state.strikes + 1, state.last), told
    if closes:
        no = "deny" in does and not left
        told_too = "tell" in does and any(wish.wants == "answer" for wish in wishes)
        half = told_too or _SO_ALREADY.search(low) is not None
        last = "success" if not no else "partly" if half else "refusal"
        return State(state.turn + 1, (), (), "report", state.refused + no, 0, last), ""
    back = state.turn + 1 < len(view.turns) and view.turns[state.turn + 1].switch == "back"
    if back and heard.unknown and "tell" in hear(QUESTION.sub("", text), facts, told, answer).acts:
        return State(state.turn + 1, (), (), "report", state.refused, 0, "success"), ""  # asked for what was left open
    lost = "again" if _ONCE_MORE.search(low) else "lost"
    act = "question" if heard.asked else lost if heard.unknown else "patient" if "wait" in does else ""
    act = act or ("again" if does else "unclear")
    return State(state.turn, heard.asked, (), act, state.refused, state.strikes + 1, state.last), told
