"""Which models sit in which seats, and how a run goes on when one cannot be had."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from agents import AsyncSeat, Message, Observation
from agents.doors import Outage, Rejected
from agents.modelled import Line, Model, ModelAssistant, ModelUser
from agents.paid import Paid, Tab
from tools_mock import BadInput

T = TypeVar("T")
#: How often an episode is tried whose model could not be had, and after how many such episodes in a row a run stops.
EPISODE_TRIES, RUN_OUTAGES = 3, 5
#: Seconds before the first such try.
PAUSE = 1.0


class Casting(BaseModel):
    """Who plays: names of models, or nothing for the script. It is part of what decides the rows of a run.

    Args:
        user: in the user's seat.
        assistant: in the assistant's seat.
        wording: rewrites what the script says.
        tries: how often the assistant may try a scenario.
        keep_scripted: whether a message that cannot be reworded keeps the script's words; else its row is rejected.
        max_tokens: of a reply.
        thinking: ``""``, ``adaptive``, or a number of tokens.
        extra: what else goes into every request, such as a temperature.
        prompts: a name for the prompts as they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str = ""
    assistant: str = ""
    wording: str = ""
    tries: int = 1
    keep_scripted: bool = False
    max_tokens: int = 2048
    thinking: str = ""
    extra: dict[str, Any] = {}
    prompts: str = ""

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that has a part, once."""
        return tuple(dict.fromkeys(name for name in (self.wording, self.user, self.assistant) if name))


@dataclass(slots=True)
class Cast:
    """A casting with the means to ask its models.

    Args:
        casting: who plays.
        paid: asks.
        prompts: a folder of prompts of one's own.
        outages: how many episodes in a row ended because a model could not be had.
        faults: what models did in the user's seat that no user may, by kind.
        turns: how many messages they said there.
    """

    casting: Casting
    paid: Paid
    prompts: Path | None = None
    outages: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    turns: int = 0

    def model(self, name: str) -> Model:
        """A model, asked as this casting asks."""
        its = self.casting
        return Model(name, its.max_tokens, its.thinking, its.extra, self.prompts)

    def assistant(self, where: tuple[Any, ...], tab: Tab) -> ModelAssistant:
        """The model in the assistant's seat, for one episode."""
        return ModelAssistant(self.model(self.casting.assistant), Line(self.paid, (*where, "assistant"), tab))

    def user(self, where: tuple[Any, ...], tab: Tab) -> ModelUser:
        """The model in the user's seat, for one episode."""
        return ModelUser(self.model(self.casting.user), Line(self.paid, (*where, "user"), tab))

    async def patiently(self, make: Callable[[], Awaitable[T]]) -> T | str:
        """What an episode comes to; tried anew where a model could not be had, for replies that came are kept.

        Returns:
            It, or in a line why it could not be had.

        Raises:
            Outage: it could not be had in several episodes in a row, or never.
            BadInput: the first request of all was refused.
        """
        why = ""
        for attempt in range(EPISODE_TRIES):
            try:
                found = await make()
                self.outages = 0
                return found
            except Outage as error:
                why = str(error)
                if not self.paid.answered:
                    raise
                await asyncio.sleep(PAUSE * 2**attempt)
            except Rejected as error:
                if not self.paid.answered:
                    raise BadInput(f"{error}; check the model's name, --base-url and --extra") from None
                return str(error)
        self.outages += 1
        if self.outages >= RUN_OUTAGES:
            raise Outage(f"{self.outages} episodes in a row: {why}")
        return why

    async def close(self) -> None:
        """Let go of the connections."""
        closing = getattr(self.paid.door, "close", None)
        if closing is not None:
            await closing()


def awaited(seat: Callable[[Observation, int], Message]) -> AsyncSeat:
    """A seat as one that is awaited; it waits for nothing."""

    async def act(observation: Observation, seed: int) -> Message:
        return seat(observation, seed)

    return act
