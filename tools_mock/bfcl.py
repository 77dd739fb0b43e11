"""The executable multi-turn classes of the Berkeley Function-Calling Leaderboard as a toolkit.

Needs ``pip install --no-deps bfcl-eval mpmath``; toolwalk ships none of it. The classes are empty until a
scenario is loaded: a world seed chooses one of the benchmark's own starting states for each class, signed in.
Dialogues made from these tools share tools and starting states with the benchmark (not its questions or
keys): do not train on them and then quote a BFCL score.
"""

import copy
import functools
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from .bfcl_phrases import PHRASES
from .errors import ToolkitError
from .foreign import Bundle, ForeignWorld

#: Class -> the domain its tools belong to here.
CLASSES = {
    "GorillaFileSystem": "files",
    "MathAPI": "maths",
    "MessageAPI": "messages",
    "TwitterAPI": "posts",
    "TicketAPI": "tickets",
    "TradingBot": "trading",
    "TravelAPI": "travel",
    "VehicleControlAPI": "car",
}

#: What a signed-in session adds to a starting state.
_SIGNED_IN: dict[str, dict[str, Any]] = {
    "TwitterAPI": {"authenticated": True},
    "TradingBot": {"authenticated": True},
    "TravelAPI": {"token_expires_in": 86400},
}


def toolkit(seed: int, config: dict[str, Any]) -> Bundle:
    """The factory.

    Args:
        seed: chooses the starting states.
        config: ``classes``: names of the classes wanted; all eight by default.

    Raises:
        ToolkitError: ``bfcl-eval`` is not installed, or a class is unknown.
    """
    wanted = config.get("classes") or list(CLASSES)
    for name in wanted:
        if name not in CLASSES:
            raise ToolkitError(f"no BFCL class {name!r}; there is {', '.join(CLASSES)}")
    parts, states = {}, {}
    for name in wanted:
        part, state = _instance(name, seed)
        parts[CLASSES[name]], states[CLASSES[name]] = part, state
    travel = states.get("travel", {})
    visible = {}
    if travel:
        visible = {
            "travel access token": ("!token", travel["access_token"]),
            "card on file": ("!card_id", sorted(travel["credit_card_list"])[0]),
        }
    return Bundle(
        parts=parts,
        is_refusal=is_refusal,
        kinds=KINDS,
        phrases=PHRASES,
        values=_values(),
        visible=visible,
        package="bfcl-eval",
    )


def is_refusal(result: Any) -> bool:
    """These classes say no by a dictionary with ``error``, or by a status that tells what is wrong."""
    if not isinstance(result, dict):
        return False
    if result.get("error"):
        return True
    said = " ".join(str(result.get(name, "")) for name in ("status", "symbol", "message", "result", "distance"))
    low = said.casefold()
    return any(word in low for word in ("not found", "invalid", "failed", "cannot ", "unable", "no such", "not logged"))


def _instance(name: str, seed: int) -> tuple[Any, dict[str, Any]]:
    classes, scenarios = _benchmark()
    part = getattr(importlib.import_module(classes[name]), name)()
    state: dict[str, Any] = {}
    if name in scenarios:
        # The fullest ones: a world with something in it.
        choices = scenarios[name][:12]
        state = _session(name, copy.deepcopy(Random(f"{name}{seed}").choice(choices)))
        part._load_scenario(state)
    return part, state


@dataclass(frozen=True)
class GoldCase:
    """One dialogue of BFCL's multi-turn sets: its objects as they begin, its questions, its calls by turn.

    ``entry`` is the task as the benchmark has it.
    """

    name: str
    bundle: Bundle
    questions: tuple[str, ...]
    calls: tuple[tuple[str, ...], ...]
    entry: dict[str, Any]


#: The benchmark's multi-turn sets, 200 tasks each.
SETS = ("base", "miss_func", "miss_param", "long_context")


def gold_cases(which: str = "base") -> Iterator[GoldCase]:
    """One of BFCL's multi-turn sets with its ground truth, from its own starting states.

    Raises:
        ToolkitError: ``bfcl-eval`` is not installed.
    """
    classes, _ = _benchmark()
    answers = {one["id"]: one["ground_truth"] for one in _lines(f"possible_answer/BFCL_v4_multi_turn_{which}.json")}
    for case in _lines(f"BFCL_v4_multi_turn_{which}.json"):
        parts = {}
        for name in case["involved_classes"]:
            part = parts[CLASSES[name]] = getattr(importlib.import_module(classes[name]), name)()
            if name != "MathAPI":
                state = copy.deepcopy(case["initial_config"].get(name, {}))
                part._load_scenario(state, long_context=which == "long_context")
        bundle = Bundle(parts=parts, is_refusal=is_refusal, kinds=KINDS, package="bfcl-eval")
        questions = tuple("\n".join(message["content"] for message in turn) for turn in case["question"])
        yield GoldCase(case["id"], bundle, questions, tuple(tuple(turn) for turn in answers[case["id"]]), case)


def _lines(name: str) -> list[dict[str, Any]]:
    import bfcl_eval  # noqa: PLC0415 - an optional package

    file = Path(str(bfcl_eval.__path__[0])) / "data" / name
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@functools.cache
def _benchmark() -> tuple[dict[str, str], dict[str, list[dict[str, Any]]]]:
    try:
        from bfcl_eval.constants.executable_backend_config import (  # noqa: PLC0415 - an optional package
            CLASS_FILE_PATH_MAPPING,
            STATELESS_CLASSES,
        )
    except ImportError as error:
        raise ToolkitError(
            f"the BFCL tools need a package that is missing ({error}); pip install --no-deps bfcl-eval mpmath"
        ) from error
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for case in _lines("BFCL_v4_multi_turn_base.json"):
        for name, state in case["initial_config"].items():
            if name in CLASSES and name not in STATELESS_CLASSES and _usable(name, state):
                found.setdefault(name, {})[json.dumps(state, sort_keys=True)] = state
    ordered = {name: [states[key] for key in sorted(states, key=len, reverse=True)] for name, states in found.items()}
    return dict(CLASS_FILE_PATH_MAPPING), ordered


def _usable(name: str, state: dict[str, Any]) -> bool:
    """Whether a starting state is complete enough for its class's own tools; some of the benchmark's are not."""
    if name == "TravelAPI":
        return bool(state.get("access_token") and state.get("credit_card_list"))
    if name == "MessageAPI":
        users = state.get("user_map", {}).values()
        return bool(state.get("current_user") and len(users) > 2 and all(user[3:].isdigit() for user in users))
    if name == "TicketAPI":
        queue = state.get("ticket_queue", [])
        return bool(queue) and all({"created_by", "title", "description"} <= ticket.keys() for ticket in queue)
    if name == "TradingBot":
        return all(str(number).isdigit() for number in state.get("orders", {}))
    if name == "GorillaFileSystem":
        inner = [item for root in state["root"].values() for item in root["contents"].values()]
        return {"file", "directory"} <= {item["type"] for item in inner}
    return True


def _session(name: str, state: dict[str, Any]) -> dict[str, Any]:
    """A starting state as a signed-in session."""
    if name == "TicketAPI":
        return {**state, "current_user": state["ticket_queue"][0]["created_by"]}
    if name == "MessageAPI":
        # The next free number; where the benchmark counts otherwise, nobody can be added.
        return {**state, "user_count": max(int(user[3:]) for user in state["user_map"].values()) + 1}
    return {**state, **_SIGNED_IN.get(name, {})}


#: Entity kinds of parameters and returned fields; ``!`` in front: nobody says such a value.
KINDS = {
    "symbol": "symbol",
    "stock": "symbol",
    "stock_list": "symbol",
    "watchlist": "symbol",
    "get_order_details.symbol": "symbol",
    "get_stock_info.price": "price",
    "place_order.price": "price",
    "order_id": "!order_id",
    "history": "!order_id",
    "tweet_id": "!tweet_id",
    "post_tweet.id": "!tweet_id",
    "get_user_tweets.id": "!tweet_id",
    "search_tweets.id": "!tweet_id",
    "ticket_id": "!ticket_id",
    "create_ticket.id": "!ticket_id",
    "get_user_tickets.id": "!ticket_id",
    "receiver_id": "!user_id",
    "user_id": "!user_id",
    "booking_id": "!booking_id",
    "insurance_id": "!insurance_id",
    "access_token": "!token",
    "card_id": "!card_id",
    "travel_from": "airport",
    "travel_to": "airport",
    "nearest_airport": "airport",
    "zipcode": "!zipcode",
    "cityA": "!zipcode",
    "cityB": "!zipcode",
    "distance": "distance",
    "min_price": "min_price",
    "max_price": "max_price",
    "shopLocation": "place",
    "set_navigation.destination": "place",
    "travel_cost_list": "cost",
    "compute_exchange_rate.value": "cost",
    "lockDoors.unlock": "lock",
    "setCruiseControl.activate": "activate",
    "name": "name",
    "place_order.amount": "shares",
    "get_order_details.amount": "shares",
    "amount": "dollars",
    "balance": "dollars",
    "order_type": "capital",
    "ignitionMode": "upper",
    **{f"{name}.result": "figure" for name in ("add", "subtract", "multiply", "divide", "sum_values", "mean", "power")},
    **{f"{name}.a": "figure" for name in ("add", "subtract", "multiply", "divide")},
    "round_number.number": "figure",
    "absolute_value.number": "figure",
    "percentage.part": "figure",
}


def _here(world: ForeignWorld, want: str) -> list[str]:
    """Names in the current directory: files, or folders."""
    directory = world.peek("files")._current_dir
    return [name for name, item in directory.contents.items() if (type(item).__name__ == "File") == (want == "file")]


def _files(world: ForeignWorld) -> list[str]:
    return _here(world, "file")


def _folders(world: ForeignWorld) -> list[str]:
    return _here(world, "folder")


def _words(world: ForeignWorld) -> list[str]:
    """Words that stand in the files of the current directory."""
    directory = world.peek("files")._current_dir
    texts = [item.content for item in directory.contents.values() if type(item).__name__ == "File"]
    return sorted(
        {
            word.strip(".,:;")
            for text in texts
            for word in text.split()
            if word.strip(".,:;").isalpha() and len(word) > 4
        }
    )


def _people(world: ForeignWorld) -> list[str]:
    messages = world.peek("messages")
    return sorted(name for name, user in messages.user_map.items() if user != messages.current_user)


def _accounts(world: ForeignWorld) -> list[str]:
    posts = world.peek("posts")
    return sorted({str(tweet["username"]) for tweet in posts.tweets.values()})


def _followed(world: ForeignWorld) -> list[str]:
    return sorted(world.peek("posts").following_list)


def _stocks(world: ForeignWorld) -> list[str]:
    return sorted(world.peek("trading").stocks)


def _pairs(world: ForeignWorld) -> list[list[str]]:
    stocks = _stocks(world)
    return [stocks[start : start + 3] for start in range(0, len(stocks) - 2)]


def _values() -> dict[str, Any]:
    cities = ["Rivermist", "Stonebrook", "Maplecrest", "Silverpine", "Shadowridge", "Sunset Valley", "Oakendale"]
    numbers = [[3, 5, 8], [12, 20, 25, 31], [4.5, 7, 9.5], [100, 250, 75], [14, 18, 22]]
    return {
        "authenticate_twitter.username": lambda world: [world.peek("posts").username],
        "authenticate_twitter.password": lambda world: [world.peek("posts").password],
        "trading_login.username": ["sam"],
        "ticket_login.username": ["sam"],
        "password": ["correct horse"],
        "client_id": ["client-1"],
        "client_secret": ["secret-1"],
        "refresh_token": ["refresh-1"],
        "grant_type": ["read_write"],
        "user_first_name": ["Michael"],
        "user_last_name": ["Thompson"],
        "edit_ticket.updates": [{"priority": 4}, {"status": "In progress"}],
        "file_name": _files,
        "touch.file_name": ["todo.txt", "summary.txt", "draft.txt", "notes_new.txt"],
        "file_name1": _files,
        "file_name2": _files,
        "echo.file_name": _files,
        "source": _files,
        "mv.destination": _folders,
        "cp.destination": ["copy.txt", "backup.txt", "old_version.txt"],
        "folder": _folders,
        "rmdir.dir_name": _folders,
        "mkdir.dir_name": ["archive_2026", "drafts", "pictures", "Invoices", "old"],
        "find.name": _files,
        "find.path": [],
        "pattern": _words,
        "echo.content": ["Meeting moved to Monday", "Check the numbers again", "All good so far"],
        "lines": [1, 2, 3, 5],
        "user": _people,
        "user_name": ["Nadia", "Oliver", "Petra", "Quentin"],
        "search_messages.keyword": ["report", "meeting", "lunch", "review", "project"],
        "send_message.message": [
            "running ten minutes late",
            "can we talk tomorrow?",
            "the report is ready",
            "thanks for your help today",
        ],
        "search_tweets.keyword": ["workout", "book", "dinner", "trip", "car", "new", "great", "Just"],
        "post_tweet.content": [
            "Finally done with the move!",
            "Best coffee in town today",
            "Sunday run, ten kilometres",
        ],
        "tags": [["#home"], ["#coffee"], ["#running"], ["#weekend", "#sun"]],
        "mentions": [["@sam"], ["@lena"]],
        "comment_content": ["Well done!", "Love this", "So true", "Where was that?"],
        "username": _accounts,
        "username_to_follow": ["jane_runs", "citynews", "bookworm_ben"],
        "username_to_unfollow": _followed,
        "mentioned_usernames": [["@jane_runs"], ["@citynews"]],
        "title": ["Printer offline", "Screen flickers", "Cannot reach the shared drive", "Keyboard missing keys"],
        "create_ticket.description": ["it started this morning", "it happens every time", "a restart did not help"],
        "priority": [1, 2, 3, 4, 5],
        "resolution": ["replaced the cable", "restarted it", "fixed with an update"],
        "symbol": _stocks,
        "stock": _stocks,
        "stocks": _pairs,
        "sector": ["Technology", "Automobile"],
        "get_symbol_by_name.name": ["Apple", "Google", "Tesla", "Microsoft", "Nvidia", "Zeta Corp", "Omega Industries"],
        "order_type": ["Buy", "Sell"],
        "place_order.price": [150.0, 220.5, 310.0],
        "place_order.amount": [5, 10, 20, 50, 100],
        "amount": [100.0, 250.0, 500.0, 1000.0],
        "min_price": [100.0, 200.0],
        "max_price": [500.0, 1000.0],
        "threshold": [0.1, 0.2, 5.0],
        "travel_from": ["SFO", "LAX", "JFK", "RMS", "ORD"],
        "travel_to": ["BOS", "JFK", "LAX", "ORD"],
        "travel_date": ["2026-04-14", "2026-05-02", "2026-06-20", "2026-07-03"],
        "travel_class": ["economy", "business", "first"],
        "location": cities,
        "city": cities,
        "base_currency": ["USD", "EUR", "GBP"],
        "target_currency": ["EUR", "JPY", "GBP", "CAD"],
        "compute_exchange_rate.value": [100.0, 250.0, 1200.0],
        "contact_customer_support.message": ["please call me back", "I'd like a vegetarian meal"],
        "insurance_type": ["comprehensive", "travel", "basic"],
        "insurance_cost": [50.0, 120.0, 200.0],
        "budget_limit": [500.0, 1000.0, 2500.0],
        "card_number": ["4111-2222-3333-4444"],
        "expiration_date": ["12/2028"],
        "cardholder_name": ["Robin Fields"],
        "card_verification_number": [456],
        "first_name": ["Michael"],
        "last_name": ["Thompson"],
        "date_of_birth": ["1990-01-01", "1985-07-12"],
        "passport_number": ["US1234567"],
        "activateParkingBrake.mode": ["engage", "release"],
        "adjustClimateControl.mode": ["auto", "cool", "heat"],
        "temperature": [19.0, 20.5, 22.0, 24.0],
        "fanSpeed": [30, 50, 70],
        "option": ["fuel", "battery", "doors", "climate", "headlights", "engine"],
        "display_log.messages": [["Take a break"], ["Service due in May"]],
        "distance": [100.0, 250.0, 400.0],
        "fuelAmount": [5.0, 10.0, 15.0, 20.0],
        "liter": [20.0, 35.0, 50.0],
        "gallon": [5.0, 10.0, 12.0],
        "unlock": [True, False],
        "door": [["driver", "passenger", "rear_left", "rear_right"]],
        "pedalPosition": [1.0, 0.5],
        "speed": [55.0, 65.0, 80.0],
        "activate": [True],
        "distanceToNextVehicle": [50.0, 100.0],
        "setHeadlights.mode": ["on", "off", "auto"],
        "set_navigation.destination": ["2107 Channing Way", "Main Street 4", "the airport"],
        "ignitionMode": ["START", "STOP"],
        "numbers": numbers,
        "a": [12.0, 48.0, 150.0, 7.5],
        "b": [3.0, 4.0, 12.5, 20.0],
        "number": [2.0, 16.0, 81.0, 12.345],
        "part": [15.0, 40.0],
        "whole": [200.0, 120.0],
        "base": [2.0, 3.0, 10.0],
        "logarithm.value": [100.0, 64.0],
        "exponent": [2.0, 3.0],
        "precision": [2, 4],
        "decimal_places": [0, 1, 2],
        "imperial_si_conversion.value": [10.0, 25.0],
        "imperial_si_conversion.unit_in": ["miles"],
        "imperial_si_conversion.unit_out": ["km"],
        "si_unit_conversion.value": [1500.0, 250.0],
        "si_unit_conversion.unit_in": ["m"],
        "si_unit_conversion.unit_out": ["km"],
    }
