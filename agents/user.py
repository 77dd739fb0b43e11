"""The scripted user: explicit state (told, asked, waiting, done), folded from what was said.

It sees texts and its own view, nothing else. It can be deceived: a wish closes when the assistant reports on
it or declines; whether the report was true is not its business.
"""

import re
from dataclasses import dataclass
from random import Random

from scenarios import Fact, UserView
from tools_mock import number_of
from tools_mock.values import contains

from .seats import Message, Observation
from .speech import answer_text, closing_text, lost_text, no_text, proposes, talk_text, wish_text, yes_text

_OFFER = re.compile(r"\b(anything else|what else|something else|further help|else i can)\b", re.IGNORECASE)
_NO = re.compile(
    r"\b(sorry|unfortunately|can't|cannot|couldn't|could not|not possible|no luck|didn't work|unable|not able)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class State:
    """Where the user stands.

    Args:
        turn: which of its turns is open; ``-1`` before the first word, the number of turns when all are closed.
        asked: the facts that the last assistant message asked for.
        rest: those that are still open beside them.
        act: what that message was: ``question``, ``consent``, ``lost`` (a question it cannot answer) or ``report``.
        refused: how many turns ended with a no.
        strikes: how often in a row nothing was understood.
        last: how the turn that closed last went: ``success`` or ``refusal``.
    """

    turn: int = -1
    asked: tuple[Fact, ...] = ()
    rest: tuple[Fact, ...] = ()
    act: str = ""
    refused: int = 0
    strikes: int = 0
    last: str = ""


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
    random = Random(number_of(seed, "user", len(observation.messages)))
    if state.strikes > view.patience:
        return Message("user", closing_text(persona, random, happy=False), end="gave_up")
    if state.act == "question":
        # Who is open tells more than was asked.
        told = state.rest if random.random() < persona.open else ()
        return Message("user", answer_text((*state.asked, *told), persona, random))
    if state.act == "consent":
        wants = all(wish.consent == "yes" for wish in view.turns[state.turn].wishes)
        return Message("user", (yes_text if wants else no_text)(persona, random))
    if state.act == "lost":
        return Message("user", lost_text(persona, random))
    if state.turn >= len(view.turns):
        return Message("user", closing_text(persona, random, happy=state.last != "refusal"), end="done")
    turn = view.turns[state.turn]
    if not turn.wishes:
        return Message("user", talk_text(turn.talk, persona, random))
    first = state.turn == 0
    return Message("user", wish_text(turn.wishes, persona, random, state.last, first, turn.talk))


def fold(view: UserView, messages: tuple[Message, ...]) -> State:
    """The user's state after these messages: a function of the texts alone."""
    state = State(turn=0)
    told = ""
    for message in messages:
        if message.role == "user":
            told += "\n" + message.text.casefold()
        elif message.role == "assistant" and message.text.strip():
            state, told = _hear(view, state, told, message.text)
    return state


def _hear(view: UserView, state: State, told: str, text: str) -> tuple[State, str]:
    if state.turn >= len(view.turns):
        return State(state.turn, (), (), "report", state.refused, 0, state.last), told
    facts = [fact for wish in view.turns[state.turn].wishes for fact in wish.facts]
    open_ = [fact for fact in facts if not contains(told, fact.text.casefold())]
    questions = " ".join(part for part in re.findall(r"[^.!?\n]*\?", text) if not _OFFER.search(part))
    if questions and open_:
        asked = [fact for fact in open_ if _cued(fact, questions)] or open_
        rest = tuple(fact for fact in open_ if fact not in asked)
        return State(state.turn, tuple(asked), rest, "question", state.refused, 0, state.last), told
    if questions and proposes(questions):
        return State(state.turn, (), (), "consent", state.refused, state.strikes, state.last), told
    statement = re.sub(r"[^.!?\n]*\?", "", text).strip(" \n.!")
    if questions and not statement:
        repeat = [fact for fact in facts if _cued(fact, questions)]
        if repeat:
            return State(state.turn, tuple(repeat), (), "question", state.refused, state.strikes + 1, state.last), told
        return State(state.turn, (), (), "lost", state.refused, state.strikes + 1, state.last), told
    no = bool(_NO.search(text))
    return State(state.turn + 1, (), (), "report", state.refused + no, 0, "refusal" if no else "success"), ""


_CUES = {
    "day": ("day", "date", "when"),
    "clock": ("time", "when", "what hour"),
    "city": ("where", "city", "place"),
    "count": ("how many", "number"),
    "minutes": ("how long", "minutes", "duration"),
    "budget": ("how much", "budget", "limit", "price"),
    "money": ("how much", "amount"),
    "person": ("who", "whom", "name"),
    "title": ("what", "called", "title"),
    "reason": ("why", "reason"),
    "noun": ("which", "what"),
}


def _cued(fact: Fact, question: str) -> bool:
    low = question.casefold()
    words = [word for word in fact.label.casefold().split() if len(word) > 2]
    return any(contains(low, word) for word in words) or any(cue in low for cue in _CUES.get(fact.kind, ()))
