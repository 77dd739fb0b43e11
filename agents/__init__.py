"""Who speaks: the seats' protocol, the scripted user, the oracle, and the floor."""

from .baselines import BASELINES, call_everything, random_caller, refuser, silent
from .conformance import check_assistant, check_user
from .oracle import oracle
from .seats import Assistant, AsyncSeat, Message, Observation, User
from .user import scripted_user

__all__ = [
    "BASELINES",
    "Assistant",
    "AsyncSeat",
    "Message",
    "Observation",
    "User",
    "call_everything",
    "check_assistant",
    "check_user",
    "oracle",
    "random_caller",
    "refuser",
    "scripted_user",
    "silent",
]
