"""The user's own phone: what only they can do, in their hands. The assistant can ask for it, and look what came of it.

These tools are the user's: they stand in no prompt. ``tell`` is what the user says afterwards, ``deed`` the words of
which the assistant must use one to be understood.
"""

from datetime import datetime
from random import Random
from typing import Any, Literal

from typing_extensions import TypedDict

from ..errors import Refused
from ..phrases import Phrases
from ..tool import tool
from ..world import Row, World

#: What may be wrong, by the part of the phone: field -> (the value that is wrong, the value that is right).
_STATES = {"airplane": ("on", "off"), "sim": ("loose", "firm"), "data": ("off", "on"), "system": ("stuck", "fresh")}


class Switched(TypedDict):
    now: str


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """A phone on which one thing is wrong with the line, one with the data, and the mail may be off."""
    wrong = {random.choice(("airplane", "sim")), random.choice(("data", "system"))}
    row = {name: bad if name in wrong else good for name, (bad, good) in _STATES.items()}
    tables["device"] = {"me": row | {"mail": "off"}}


def phone(world: World) -> Row:
    """The state of the user's phone."""
    row = world.get("device", "me")
    assert row is not None  # every world has one
    return row


def _set(world: World, name: str, value: str, what: str) -> Switched:
    if phone(world)[name] == value:
        raise Refused("no_change", f"{what} is {value} already", "")
    world.update("device", "me", **{name: value})
    return {"now": value}


@tool(
    "write",
    phrases=Phrases(
        tell=(
            "airplane mode was on, it's {now} now",
            "oh, flight mode. It's {now} now",
            "I've switched it {now}, try again",
            "{now} now. It must have been on since the flight",
        ),
        deed=("airplane mode", "flight mode", "aeroplane mode"),
    ),
)
def set_airplane_mode(world: World, state: Literal["on", "off"]) -> Switched:
    """Switch airplane mode on or off.

    Args:
        state: on or off
    """
    return _set(world, "airplane", state, "airplane mode")


@tool(
    "write",
    phrases=Phrases(
        tell=(
            "mobile data is {now} now",
            "I've turned it {now}, is it any better?",
            "ah, it was off. It's {now} now",
            "done, data is {now}",
        ),
        deed=("mobile data", "cellular data", "data on"),
    ),
)
def set_mobile_data(world: World, state: Literal["on", "off"]) -> Switched:
    """Switch mobile data on or off.

    Args:
        state: on or off
    """
    return _set(world, "data", state, "mobile data")


@tool(
    "write",
    phrases=Phrases(
        tell=(
            "done, it's running again",
            "I've restarted it, have another look",
            "restarted. And?",
            "ok, off and on again, that's done",
        ),
        deed=("restart", "reboot", "turn it off and on", "off and on again"),
    ),
)
def restart_phone(world: World) -> Switched:
    """Restart the phone."""
    world.update("device", "me", system="fresh")
    return {"now": "running"}


@tool(
    "write",
    phrases=Phrases(
        tell=(
            "I took it out and put it back in",
            "ok, the card sits properly now",
            "done, it was a bit loose",
            "the card is back in, have a look",
        ),
        deed=("sim",),
    ),
)
def reseat_sim_card(world: World) -> Switched:
    """Take the SIM card out and put it back in."""
    world.update("device", "me", sim="firm")
    return {"now": "in"}


@tool(
    "write",
    phrases=Phrases(
        tell=(
            "it was off, it's {now} now",
            "found it, mail is {now}",
            "I've turned it {now}, anything now?",
            "ok, syncing is {now}",
        ),
        deed=("mail sync", "sync"),
    ),
)
def set_mail_sync(world: World, state: Literal["on", "off"]) -> Switched:
    """Let the mail app fetch mail by itself, or not.

    Args:
        state: on or off
    """
    return _set(world, "mail", state, "mail sync")
