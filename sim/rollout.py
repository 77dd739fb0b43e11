"""The loop: ask the conversation what it waits for, and give it that."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from agents import Assistant, Message, Observation, User
from scenarios import Scenario
from tools_mock import Toolkit, ToolResult, call

from .conversation import Conversation


@dataclass(slots=True)
class Episode:
    """A conversation and the world it acts on."""

    conversation: Conversation
    world: Any
    toolkit: Toolkit

    def run_calls(self) -> tuple[ToolResult, ...]:
        """Execute the calls that the conversation waits for, in their order."""
        scenario = self.conversation.scenario
        if self.conversation.messages[-1].role == "user":
            in_view = {name: self.toolkit.device[name] for name in scenario.device}
        else:
            in_view = {name: self.toolkit.tools[name] for name in scenario.tools}
        return tuple(call(in_view, self.world, request) for request in self.conversation.calls)

    def fork(self) -> "Episode":
        """An independent copy."""
        return Episode(self.conversation.fork(), self.world.fork(), self.toolkit)


def start(scenario: Scenario, toolkit: Toolkit) -> Episode:
    """A fresh episode of a scenario."""
    toolkit = toolkit.dressed(scenario.toolkit.surface)
    specs = tuple(toolkit.tools[name].spec for name in scenario.tools)
    device = tuple(toolkit.device[name].spec for name in scenario.device)
    world = toolkit.world(scenario.world_seed, scenario.failures)
    return Episode(Conversation(scenario, specs, device=device), world, toolkit)


def play(scenario: Scenario, toolkit: Toolkit, user: User, assistant: Assistant) -> Episode:
    """Play a scenario to its end with two seats.

    Args:
        scenario: what is played.
        toolkit: the tools; those in the scenario's view can be called.
        user: a seat.
        assistant: a seat.

    Returns:
        The episode as it ended.
    """
    episode = start(scenario, toolkit)
    conversation = episode.conversation
    while wait := conversation.waits:
        if wait == "results":
            conversation.results(episode.run_calls())
        else:
            seat = user if wait == "user" else assistant
            conversation.say(wait, seat(conversation.observe(wait), scenario.seed))
    return episode


AsyncSeat = Callable[[Observation, int], Awaitable[Message]]


async def play_async(scenario: Scenario, toolkit: Toolkit, user: AsyncSeat, assistant: AsyncSeat) -> Episode:
    """:func:`play` for seats that are awaited: models, people, endpoints."""
    episode = start(scenario, toolkit)
    conversation = episode.conversation
    while wait := conversation.waits:
        if wait == "results":
            conversation.results(episode.run_calls())
        else:
            seat = user if wait == "user" else assistant
            conversation.say(wait, await seat(conversation.observe(wait), scenario.seed))
    return episode
