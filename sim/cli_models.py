"""What the commands share where models have a part: their options, opening the door, telling what it came to.

As in :mod:`sim.cli`, no rule lives here, and what takes long to import is imported when it is needed.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools_mock.errors import BadInput

if TYPE_CHECKING:
    from .casting import Cast, Casting

BILL = "bill.json"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what is said of models to a command's options."""
    its = parser.add_argument_group("models", "keys come from the environment: ANTHROPIC_API_KEY, OPENAI_API_KEY")
    its.add_argument("--user", default="", metavar="MODEL", help="a model in the user's seat")
    its.add_argument("--base-url", default="", metavar="URL", help="any server that speaks the API")
    its.add_argument("--api", choices=("anthropic", "openai"), default="anthropic", help="which API it speaks")
    its.add_argument("--max-usd", type=float, metavar="USD", help="spend no more than this, continued runs included")
    its.add_argument("--max-tokens", type=float, metavar="N", help="no more tokens than this")
    its.add_argument("--max-calls", type=float, metavar="N", help="no more requests than this")
    its.add_argument("--concurrency", type=int, default=16, metavar="N", help="requests in flight at most (default 16)")
    its.add_argument("--prices", type=Path, metavar="FILE", help="prices of models that toolwalk does not know")
    its.add_argument("--prompts", type=Path, metavar="DIR", help="prompts of your own (user.md, wording.md, …)")
    its.add_argument("--thinking", default="", metavar="HOW", help="adaptive, or a number of tokens")
    its.add_argument("--reply-tokens", type=int, default=2048, metavar="N", help="of one reply at most (default 2048)")
    its.add_argument("--extra", default="{}", metavar="JSON", help="put into every request, such as a temperature")
    its.add_argument("--request-timeout", type=float, default=300.0, metavar="S", help="for one reply (default 300)")
    its.add_argument("--fresh", action="store_true", help="ask anew what was answered before")


def is_model(name: str, arguments: argparse.Namespace) -> bool:
    """Whether a person means a model by a name: claude-…, or any name once a server is named."""
    from agents import BASELINES

    if name.startswith("claude"):
        return True
    known = name == "oracle" or name in BASELINES or ":" in name
    return bool(name) and not known and bool(arguments.base_url or arguments.api == "openai")


def casting_of(arguments: argparse.Namespace, assistant: str = "") -> "Casting":
    """Who plays, from the options.

    Raises:
        BadInput: they contradict one another.
    """
    from agents.modelled import prompts_digest

    from .casting import Casting

    wording, user = getattr(arguments, "wording", ""), arguments.user
    if not (wording or user or assistant):
        return Casting()
    if wording and (user or assistant):
        raise BadInput("--wording rewords what the script says; leave out --user and --assistant, or --wording")
    if arguments.thinking not in ("", "adaptive") and not (
        arguments.thinking.isdigit() and int(arguments.thinking) >= 1024
    ):
        raise BadInput(f"--thinking {arguments.thinking!r} is neither adaptive nor a number of tokens from 1024 on")
    if arguments.reply_tokens < 1 or arguments.concurrency < 1:
        raise BadInput("--reply-tokens and --concurrency must be at least 1")
    tries = getattr(arguments, "attempts", 1)
    if tries < 1:
        raise BadInput(f"--attempts {tries} allows nothing; allow at least 1")
    try:
        extra = json.loads(arguments.extra)
        if not isinstance(extra, dict):
            raise ValueError("it is no object")
    except ValueError as error:
        raise BadInput(f"--extra is no JSON object ({error}); write it like '{{\"temperature\": 0}}'") from None
    return Casting(
        user=user,
        assistant=assistant,
        wording=wording,
        tries=tries,
        keep_scripted=getattr(arguments, "keep_scripted", False),
        max_tokens=arguments.reply_tokens,
        thinking=arguments.thinking,
        extra=extra,
        prompts=prompts_digest(arguments.prompts),
    )


@contextmanager
def opened(casting: "Casting", arguments: argparse.Namespace, folder: Path | None, judge: str = "") -> "Iterator[Cast]":
    """A cast with the means to ask its models, for one event loop; what it came to is written to the folder.

    Raises:
        BadInput: an address, a key, a price or a limit is missing or wrong.
    """
    from agents.doors import open_door
    from agents.paid import Bill, Paid, price_table

    from .casting import Cast
    from .record import write_whole

    limits = {"usd": arguments.max_usd, "tokens": arguments.max_tokens, "calls": arguments.max_calls}
    for name, value in limits.items():
        if value is not None and not value > 0:
            raise BadInput(f"--max-{name} {value:g} allows nothing; leave it out for no limit")
    bill = Bill(price_table(arguments.prices), {name: value for name, value in limits.items() if value is not None})
    for model in (*casting.models, *filter(None, [judge])):
        bill.check(model)
    door = open_door(arguments.api, arguments.base_url, arguments.request_timeout)
    concurrency, batch = arguments.concurrency, getattr(arguments, "batch", False) and not judge
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"cannot make {folder}: {error.strerror}; choose another folder with --out") from None
    if batch and folder is not None:
        door, concurrency = _batched(door, bill, folder, arguments), 10_000
    with Paid(door, bill, folder, concurrency, arguments.fresh, batch) as paid:
        cast = Cast(casting, paid, arguments.prompts)
        try:
            yield cast
        finally:
            if folder is not None:
                faults = {"user messages": cast.turns, "user faults": dict(cast.faults)} if cast.turns else {}
                told = {
                    "format": 1,
                    **bill.as_json(),
                    "limits": bill.most,
                    "endpoint": arguments.base_url or arguments.api,
                }
                write_whole(folder / BILL, {**told, "slowed down": paid.throttle.slowed, **faults})


def _batched(door: Any, bill: Any, folder: Path, arguments: argparse.Namespace) -> Any:
    """A door that hands in batches; those that were being worked on when the run was stopped are collected first."""
    import asyncio

    from agents.batching import BATCHES, Batching, recover
    from agents.doors import open_door
    from agents.paid import Bill, Paid

    if not hasattr(door, "submit"):
        raise BadInput("--batch is of Anthropic's API; leave it out, or --api openai")
    if (folder / BATCHES).exists():
        with Paid(door, Bill(bill.table), folder, batch=True) as paid:
            asyncio.run(recover(paid, door, folder / BATCHES, arguments.poll))
        door = open_door(arguments.api, arguments.base_url, arguments.request_timeout)
    return Batching(door, folder / BATCHES, poll=arguments.poll)


def bill_lines(cast: "Cast", rows: int) -> list[tuple[str, str]]:
    """What it came to, in two columns."""
    bill = cast.paid.bill
    spent = bill.spent
    price = "price unknown: " + ", ".join(sorted(bill.unpriced)) if bill.unpriced else f"${spent.usd:.4f}"
    each = f", ${spent.usd / rows:.4f} an accepted row" if rows and not bill.unpriced else ""
    lines = [
        ("models", f"{spent.calls} calls, {spent.tokens} tokens, {price}{each}"),
        ("calls a row", f"{spent.calls / rows:.2f}" if rows else "–"),
    ]
    if bill.lost:
        lines.append(("lost", f"{bill.lost} requests whose end nobody saw, counted at their worst"))
    if cast.paid.throttle.slowed:
        lines.append(("slowed down", f"{cast.paid.throttle.slowed} times, the server said it was too much"))
    if cast.turns:
        faults = ", ".join(f"{kind} {100 * n / cast.turns:.1f}" for kind, n in cast.faults.most_common()) or "none"
        lines.append(("the user's faults", f"per 100 messages: {faults}"))
    return lines
