"""Currency: rates against the euro, and cash to pick up."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import Currency, Day, Money
from ..phrases import Noun, Phrases, Sum
from ..tool import tool
from ..world import Row, World

#: Code -> about how much a euro buys.
RATES = {"USD": 1.09, "CHF": 0.95, "GBP": 0.85, "NOK": 11.6, "PLN": 4.3, "JPY": 163.0, "SEK": 11.3, "CZK": 25.1}


class Rate(TypedDict):
    currency: Currency
    rate: float


class RateItem(TypedDict):
    currency: Currency
    rate: float


class RateList(TypedDict):
    rates: list[RateItem]


class Converted(TypedDict):
    euros: Money
    currency: Currency
    converted: float


class CashOrdered(TypedDict):
    currency: Currency
    converted: float
    euros: Money
    ready: Day


class Watched(TypedDict):
    currency: Currency
    rate: float


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Today's rates."""
    tables["rates"] = {
        code: {"currency": code, "rate": round(about * (0.97 + random.random() * 0.06), 3)}
        for code, about in RATES.items()
    }
    tables["cash"] = {}
    tables["watched"] = {}


def _rate(world: World, code: str) -> Row:
    row = world.get("rates", code)
    if row is None:
        raise Refused(
            "unknown_currency", f"there is no rate for {code}", f"choose one of the known: {', '.join(RATES)}"
        )
    return row


def _converted(world: World, amount: str, code: str) -> float:
    return float(round(Decimal(amount) * Decimal(str(_rate(world, code)["rate"])), 2))


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how much is {amount} in {currency}?",
            "convert {amount} to {currency}",
            "what's {amount} in {currency}?",
            "turn {amount} into {currency} for me",
            "what do I get for {amount} in {currency}?",
            "how many {currency} is {amount}?",
            "what would {amount} be in {currency}?",
            "I have {amount}, how much is that in {currency}?",
            "work out {amount} in {currency}",
            "give me {amount} in {currency}",
            "how much {currency} would I have for {amount}?",
            "what does {amount} come to in {currency}?",
        ),
        tell=(
            "{euros} is {converted} {currency}.",
            "That's {converted} {currency}.",
            "You get {converted} {currency} for {euros}.",
        ),
        sums={"amount": Sum("total", "the two totals together")},
        question={"amount": "How much?", "currency": "Into which currency?"},
    ),
)
def convert(world: World, amount: Money, currency: Currency) -> Converted:
    """Convert an amount in euros into another currency.

    Args:
        amount: in euros
        currency: code of the other currency
    """
    return {"euros": amount, "currency": currency, "converted": _converted(world, amount, currency)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's the rate for {currency}?",
            "how is the euro against {currency}?",
            "how many {currency} do I get for a euro?",
            "give me today's {currency} rate",
            "what's a euro worth in {currency}?",
            "look up the rate for {currency}",
            "how does {currency} stand today?",
            "I'd like to know the {currency} rate.",
            "what does {currency} cost at the moment?",
            "check {currency} against the euro",
            "tell me what {currency} is at",
            "at what rate can I get {currency}?",
        ),
        tell=("A euro is {rate} {currency} today.", "Today it's {rate} {currency} to the euro."),
        question={"currency": "Which currency?"},
    ),
)
def get_rate(world: World, currency: Currency) -> Rate:
    """Tell how much of a currency one euro buys.

    Args:
        currency: its code
    """
    return {"currency": currency, "rate": _rate(world, currency)["rate"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "show me the exchange rates",
            "what are the rates today?",
            "list the currency rates",
            "how are the exchange rates?",
            "give me all the exchange rates",
            "what does the euro stand at?",
            "I'd like to see today's rates.",
            "how's the euro doing?",
            "run me through the currency rates",
            "which currencies have you got rates for?",
            "check the exchange rates",
            "what rates do you have?",
        ),
        list="rates",
        item="{rate} {currency}",
        tell=("For a euro: {items}.", "Today a euro buys {items}."),
        nouns={"currency": (Noun("{currency}", seen=True),)},
    ),
)
def list_rates(world: World) -> RateList:
    """List what a euro buys in every known currency."""
    return {"rates": [RateItem(currency=key, rate=row["rate"]) for key, row in world.rows("rates")]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "order {amount} worth of {currency} in cash",
            "I need {currency} in cash for {amount}.",
            "get me {currency} notes for {amount}",
            "change {amount} into {currency} cash for me to pick up",
            "I'd like {amount} as {currency} notes.",
            "have {currency} cash ready for me, {amount} worth",
            "put in an order for {currency} cash, {amount}",
            "I'm travelling and need {currency} in my pocket, {amount} worth.",
            "exchange {amount} for {currency} notes",
            "let me have {amount} in {currency} banknotes",
            "could I have {currency} cash for {amount}?",
            "arrange {currency} cash for {amount}",
        ),
        tell=(
            "{converted} {currency} will be ready on {ready}; that's {euros}.",
            "Ordered: {converted} {currency}, to pick up on {ready}.",
        ),
        question={"amount": "For how many euros?", "currency": "Which currency?"},
    ),
)
def order_cash(world: World, amount: Money, currency: Currency) -> CashOrdered:
    """Order foreign cash to be picked up.

    Args:
        amount: for how many euros
        currency: code of the currency
    """
    if Decimal(amount) > 1000:
        raise Refused("too_much", "cash is ordered for 1000 euros at most", "choose another, smaller amount")
    if world.get("cash", currency) is not None:
        raise Refused("already_ordered", f"{currency} is ordered already", "choose another currency")
    ready = (world.now + timedelta(days=2)).date().isoformat()
    converted = _converted(world, amount, currency)
    world.put("cash", currency, {"currency": currency, "euros": amount, "ready": ready})
    return {"currency": currency, "converted": converted, "euros": amount, "ready": ready}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "tell me when the {currency} rate changes",
            "keep an eye on {currency}",
            "watch the {currency} rate for me",
            "let me know if {currency} moves",
            "follow {currency} for me",
            "have an eye on the {currency} rate",
            "I want to hear when {currency} moves.",
            "set an alert on {currency}",
            "warn me if the {currency} rate changes",
            "track the {currency} rate",
            "ping me when {currency} goes up or down",
            "put {currency} on my watch list",
        ),
        tell=("{currency} is watched now; it stands at {rate}.", "{currency} is on your watch list, at {rate} today."),
        question={"currency": "Which currency?"},
    ),
)
def watch_rate(world: World, currency: Currency) -> Watched:
    """Watch a currency and tell the user when its rate changes.

    Args:
        currency: its code
    """
    rate = _rate(world, currency)["rate"]
    if world.get("watched", currency) is not None:
        raise Refused("already_watched", f"{currency} is watched already", "choose another currency")
    world.put("watched", currency, {"currency": currency, "rate": rate})
    return {"currency": currency, "rate": rate}
