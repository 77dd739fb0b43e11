"""The loop: ask the conversation what it waits for, and give it that."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agents import Assistant, AsyncSeat, User
from agents.seats import AgentFault
from scenarios import Scenario
from tools_mock import BadInput, Toolkit, ToolResult, ToolSpec, call, unknown
from tools_mock.world import Itself

from .conversation import Conversation, at_first


@dataclass(slots=True)
class Episode:
    """A conversation and the world it acts on."""

    conversation: Conversation
    world: Any
    toolkit: Toolkit

    def run_calls(self) -> tuple[ToolResult, ...]:
        """Execute the calls that the conversation waits for, in their order."""
        scenario, calls = self.conversation.scenario, self.conversation.calls
        own = self.conversation.messages[-1].role == "user"
        names, tools = (scenario.device, self.toolkit.device) if own else (scenario.tools, self.toolkit.tools)
        if not own and self.conversation.in_view is not self.conversation.specs:
            names = at_first(scenario)
        if any(request.name not in names for request in calls):
            tools = {name: tools[name] for name in names}  # what else there is must not be named to who misspells one
        return tuple([call(tools, self.world, request) for request in calls])

    def fork(self) -> "Episode":
        """An independent copy."""
        return Episode(self.conversation.fork(), self.world.fork(), self.toolkit)


def start(scenario: Scenario, toolkit: Toolkit) -> Episode:
    """A fresh episode of a scenario."""
    toolkit, specs, device = _stage(Itself(toolkit), scenario.toolkit.surface, scenario.tools, scenario.device)
    world = opened(scenario, toolkit)
    return Episode(Conversation(scenario, specs, device=device), world, toolkit)


def opened(scenario: Scenario, toolkit: Toolkit) -> Any:
    """The world that a scenario begins in.

    Raises:
        BadInput: its changes of the world fit no table.
    """
    return toolkit.world(scenario.world_seed, scenario.failures, scenario.world_changes)


@lru_cache(maxsize=256)  # who trains plays the same scenarios many times
def _stage(
    key: Itself, surface: int, tools: tuple[str, ...], device: tuple[str, ...]
) -> tuple[Toolkit, tuple[ToolSpec, ...], tuple[ToolSpec, ...]]:
    """The toolkit under a surface, and what of it stands in either seat's view."""
    toolkit: Toolkit = key.value.dressed(surface)
    for name in tools:
        if name not in toolkit.tools:
            raise BadInput(f"{unknown('tool', name, toolkit.tools)} (a scenario has it in view)")
    specs = tuple(toolkit.tools[name].spec for name in tools)
    return toolkit, specs, tuple(toolkit.device[name].spec for name in device)


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
    return play_on(start(scenario, toolkit), user, assistant)


def play_on(episode: Episode, user: User, assistant: Assistant) -> Episode:
    """Play an episode from where it stands to its end, or to where this raises.

    Raises:
        AgentFault: a seat did something that ends the episode; what is only malformed is answered instead.
    """
    conversation = episode.conversation
    while wait := conversation.waits:
        if wait == "results":
            conversation.results(episode.run_calls())
            continue
        seat = user if wait == "user" else assistant
        try:
            conversation.say(wait, seat(conversation.observe(wait), conversation.scenario.seed))
        except AgentFault as fault:
            if fault.kind != "malformed":
                raise
            conversation.fault("malformed", str(fault))
    return episode


async def play_async(episode: Episode, user: AsyncSeat, assistant: AsyncSeat) -> Episode:
    """:func:`play_on` for seats that are awaited: models, people, endpoints."""
    conversation = episode.conversation
    while wait := conversation.waits:
        if wait == "results":
            conversation.results(episode.run_calls())
            continue
        seat = user if wait == "user" else assistant
        try:
            conversation.say(wait, await seat(conversation.observe(wait), conversation.scenario.seed))
        except AgentFault as fault:
            if fault.kind != "malformed":
                raise
            conversation.fault("malformed", str(fault))
    return episode
