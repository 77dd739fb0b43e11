"""Bank: accounts, payments, cards."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NotRequired

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import AccountId, CardId, Day, Money, Payee, PayeeId, PaymentPage, Reason, TransactionId, page_of
from ..phrases import Noun, Phrases, Sum
from ..tool import tool
from ..values import say
from ..world import Row, World
from .rows import keyed

PAYEES = ["Stadtwerke", "Nadia Landlord", "City Gym", "Harbour Insurance", "Green Grocers", "Metro Pass", "Book Corner"]

#: What each card's limit may be at most, and what people set it to.
MOST = {"debit card": 800, "credit card": 3000}
CARD_LIMITS = ["300.00", "400.00", "600.00", "750.00", "900.00", "1000.00"]


class AccountItem(TypedDict):
    account_id: AccountId
    name: str
    balance: Money


class AccountList(TypedDict):
    accounts: list[AccountItem]


class TransactionItem(TypedDict):
    transaction_id: TransactionId
    payee: Payee
    amount: Money
    day: Day


class TransactionList(TypedDict):
    transactions: list[TransactionItem]


class TransactionPage(TransactionList):
    next_page: NotRequired[PaymentPage]


class Moved(TypedDict):
    from_name: str
    to_name: str
    amount: Money
    left: Money


class PayeeItem(TypedDict):
    payee_id: PayeeId
    name: Payee


class PayeeList(TypedDict):
    payees: list[PayeeItem]


class Paid(TypedDict):
    transaction_id: TransactionId
    payee: Payee
    amount: Money
    left: Money


class CardItem(TypedDict):
    card_id: CardId
    name: str
    ends_in: str
    limit: Money
    frozen: bool


class CardList(TypedDict):
    cards: list[CardItem]


class CardChanged(TypedDict):
    card_id: CardId
    name: str
    limit: Money


class CardState(TypedDict):
    card_id: CardId
    name: str


class Disputed(TypedDict):
    transaction_id: TransactionId
    payee: Payee
    amount: Money
    answer_by: Day


class Standing(TypedDict):
    payee: Payee
    amount: Money
    first: Day


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Accounts, payees, cards and some weeks of payments."""
    tables["accounts"] = keyed(
        random,
        "AC",
        "account_id",
        [
            {"name": name, "balance": f"{random.randrange(low, high)}.{random.randrange(10, 99)}"}
            for name, low, high in (("current account", 300, 2400), ("savings account", 900, 8000))
        ],
    )
    tables["payees"] = keyed(random, "PY", "payee_id", [{"name": name} for name in PAYEES])
    tables["cards"] = keyed(
        random,
        "CD",
        "card_id",
        [
            {"name": name, "ends_in": f"{random.randrange(1000, 9999)}", "limit": limit, "frozen": False}
            for name, limit in (("debit card", "500.00"), ("credit card", "1500.00"))
        ],
    )
    rows = []
    for ago in sorted(random.sample(range(1, 45), 16)):
        rows.append(
            {
                "payee": random.choice(PAYEES),
                "amount": f"{random.randrange(4, 160)}.{random.choice(['00', '50', '90', '45'])}",
                "day": (now - timedelta(days=ago)).date().isoformat(),
                "disputed": False,
            }
        )
    tables["transactions"] = keyed(random, "TX", "transaction_id", rows)
    tables["standing"] = {}


def _account(world: World, key: str) -> Row:
    row = world.get("accounts", key)
    if row is None:
        raise Refused("unknown_account", f"there is no account {key}", "list the accounts first")
    return row


def _card(world: World, key: str) -> Row:
    row = world.get("cards", key)
    if row is None:
        raise Refused("unknown_card", f"there is no card {key}", "list the cards first")
    return row


def _current(world: World) -> tuple[str, Row]:
    return next((key, row) for key, row in world.rows("accounts") if row["name"] == "current account")


def _take(world: World, key: str, amount: str) -> Decimal:
    row = _account(world, key)
    left = Decimal(row["balance"]) - Decimal(amount)
    if left < 0:
        raise Refused(
            "insufficient_balance",
            f"the {row['name']} holds only {say('money', row['balance'])}",
            "choose another, smaller amount",
        )
    world.update("accounts", key, balance=f"{left:.2f}")
    return left


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how much money do I have?",
            "what's in my accounts?",
            "show me my balances",
            "check my bank accounts",
            "what's my balance?",
            "how am I doing for money?",
            "what have I got in the bank?",
            "how much is left on my accounts?",
            "give me an overview of my accounts",
            "tell me how much I've got",
            "where do I stand at the bank?",
            "which accounts do I have, and what's on them?",
            "I'd like to know my balance.",
        ),
        list="accounts",
        item="{balance} in the {name}",
        tell=("You have {items}.", "There's {items}.", "{items}."),
        none=("There are no accounts.",),
        nouns={"account_id": (Noun("my {name}"), Noun("the {name}"))},
    ),
)
def list_accounts(world: World) -> AccountList:
    """List the accounts with their balances."""
    return {
        "accounts": [
            AccountItem(account_id=key, name=row["name"], balance=row["balance"]) for key, row in world.rows("accounts")
        ]
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what did I spend money on[ since {since}]?",
            "show me my payments[ since {since}]",
            "list my latest transactions[ since {since}]",
            "where did my money go[ since {since}]?",
            "what went out of my account[ since {since}]?",
            "what have I been spending[ since {since}]?",
            "give me my bank statement[ since {since}]",
            "how did I spend my money[ since {since}]?",
            "run through my payments[ since {since}]",
            "I'd like to see what I paid[ since {since}].",
            "which payments have I made[ since {since}]?",
            "pull up my transactions[ since {since}]",
        ),
        list="transactions",
        item="{amount} to {payee} on {day}",
        tell=("{items}.", "I see {items}.", "These went out: {items}."),
        none=("Nothing went out since then.", "No payments in that time."),
        nouns={
            "transaction_id": (
                Noun("the payment to {payee} on {day}"),
                Noun("the largest one", most="amount", seen=True),
                Noun("the {payee} payment", seen=True),
            )
        },
    ),
)
def list_transactions(world: World, since: Day | None = None, page: PaymentPage = 1) -> TransactionPage:
    """List payments, the latest first, five a page.

    Args:
        since: only from this day on
        page: which page of them
    """
    if since is not None and since > world.now.date().isoformat():
        raise Refused("in_the_future", f"{say('day', since)} is still to come", "choose a day that was")
    found = [
        TransactionItem(transaction_id=key, payee=row["payee"], amount=row["amount"], day=row["day"])
        for key, row in world.rows("transactions")
        if since is None or row["day"] >= since
    ]
    shown, after = page_of(sorted(found, key=lambda item: item["day"], reverse=True), page)
    return {"transactions": shown, "next_page": after} if after else {"transactions": shown}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how much did I pay {payee}?",
            "when did I last pay {payee}?",
            "look for payments to {payee}",
            "find what I paid to {payee}",
            "did I pay {payee} already?",
            "what have I paid {payee} so far?",
            "which payments went to {payee}?",
            "show me everything I've paid {payee}",
            "what did {payee} get from me?",
            "list my payments to {payee}",
            "how often have I paid {payee}?",
            "I want to see my payments to {payee}.",
            "when was my last payment to {payee}?",
        ),
        list="transactions",
        item="{amount} on {day}",
        tell=("To them: {items}.", "I found {items}.", "That's {items}."),
        none=("You paid {payee} nothing lately.", "There's no payment to {payee}."),
        nouns={
            "transaction_id": (
                Noun("the latest payment to {payee}", most="day"),
                Noun("the {amount} to {payee}"),
                Noun("the one on {day}", seen=True),
            )
        },
        question={"payee": "To whom?"},
    ),
)
def find_payments(world: World, payee: Payee) -> TransactionList:
    """Find payments to somebody.

    Args:
        payee: who got the money
    """
    found = [
        TransactionItem(transaction_id=key, payee=row["payee"], amount=row["amount"], day=row["day"])
        for key, row in world.rows("transactions")
        if payee.casefold() in row["payee"].casefold()
    ]
    return {"transactions": sorted(found, key=lambda item: item["day"], reverse=True)}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "move {amount} from {from_account} to {to_account}",
            "transfer {amount} from {from_account} to {to_account}",
            "put {amount} from {from_account} into {to_account}",
            "shift {amount} over from {from_account} to {to_account}",
            "send {amount} over from {from_account} to {to_account}",
            "take {amount} off {from_account} and put it on {to_account}",
            "I want {amount} moved from {from_account} to {to_account}.",
            "get {amount} from {from_account} across to {to_account}",
            "top up {to_account} with {amount} from {from_account}",
            "bring {amount} over from {from_account} to {to_account}",
            "I need {amount} on {to_account}, take it from {from_account}.",
            "let {amount} go from {from_account} to {to_account}",
        ),
        tell=("{amount} went from your {from_name} to your {to_name}.", "Moved {amount}; {left} is left there."),
        sums={"amount": Sum("refund", "both refunds together")},
        question={"amount": "How much?"},
    ),
)
def move_money(world: World, from_account: AccountId, to_account: AccountId, amount: Money) -> Moved:
    """Move money between two of your own accounts.

    Args:
        from_account: id of the account it leaves
        to_account: id of the account it goes to
        amount: how much
    """
    if from_account == to_account:
        raise Refused("same_account", "that is the same account twice", "choose another account")
    to = _account(world, to_account)
    left = _take(world, from_account, amount)
    world.update("accounts", to_account, balance=f"{Decimal(to['balance']) + Decimal(amount):.2f}")
    return {
        "from_name": _account(world, from_account)["name"],
        "to_name": to["name"],
        "amount": amount,
        "left": f"{left:.2f}",
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "who can I pay?",
            "show me my payees",
            "which payees have I saved?",
            "who's on my payment list?",
            "who are my payees?",
            "list the people and firms I can pay",
            "who do I have saved for payments?",
            "give me my list of payees",
            "which names are saved at the bank for payments?",
            "I'd like to see who I can pay.",
            "look up my saved payees",
            "to whom can I send money?",
        ),
        list="payees",
        item="{name}",
        tell=("You have {items}.", "Saved are {items}."),
        none=("There are no payees.",),
        nouns={"payee_id": (Noun("{name}"),)},
    ),
)
def list_payees(world: World) -> PayeeList:
    """List the people and firms that can be paid."""
    return {"payees": [PayeeItem(payee_id=key, name=row["name"]) for key, row in world.rows("payees")]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "pay {payee_id} {amount}",
            "send {amount} to {payee_id}",
            "transfer {amount} to {payee_id}",
            "I owe {payee_id} {amount}, pay it please.",
            "wire {payee_id} {amount}",
            "settle up with {payee_id}, {amount}",
            "make a payment of {amount} to {payee_id}",
            "{payee_id} gets {amount} from me, send it please.",
            "give {payee_id} {amount}",
            "get {amount} over to {payee_id}",
            "I have to pay {payee_id} {amount}.",
            "let {payee_id} have {amount}",
        ),
        tell=("{payee} got {amount}; {left} is left in your current account.", "Paid: {amount} to {payee}."),
        nouns={"transaction_id": (Noun("that payment", seen=True), Noun("the payment to {payee}", seen=True))},
        question={"amount": "How much should I pay?"},
        deed=("send {amount}", "pay {amount}", "transfer {amount}", "send the money", "make that payment"),
    ),
    irreversible=True,
)
def pay(world: World, payee_id: PayeeId, amount: Money) -> Paid:
    """Pay somebody from the current account.

    Args:
        payee_id: id of the payee
        amount: how much
    """
    row = world.get("payees", payee_id)
    if row is None:
        raise Refused("unknown_payee", f"there is no payee {payee_id}", "list the payees first")
    key, _ = _current(world)
    left = _take(world, key, amount)
    made = world.new_key("transactions", "TX")
    day = world.now.date().isoformat()
    world.put(
        "transactions",
        made,
        {"transaction_id": made, "payee": row["name"], "amount": amount, "day": day, "disputed": False},
    )
    return {"transaction_id": made, "payee": row["name"], "amount": amount, "left": f"{left:.2f}"}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "pay {payee_id} {amount} every month from {first} on",
            "set up a standing order of {amount} to {payee_id}[ starting {first}]",
            "I want {payee_id} to get {amount} a month[, from {first} on].",
            "start a monthly payment of {amount} to {payee_id}[, first {@first}]",
            "send {payee_id} {amount} a month[, the first time {@first}]",
            "have {amount} go to {payee_id} every month[ from {first} on]",
            "I'd like to pay {payee_id} {amount} each month[, beginning {@first}].",
            "make {amount} to {payee_id} a standing order[ from {first} on]",
            "{payee_id} should get {amount} every month[, starting {@first}].",
            "arrange for {payee_id} to get {amount} monthly[, from {first} on]",
            "put {payee_id} down for {amount} a month[, first payment {@first}]",
            "transfer {amount} to {payee_id} each month[ as of {first}]",
        ),
        tell=("{payee} gets {amount} every month, first on {first}.", "Standing order set: {amount} to {payee}."),
        question={"amount": "How much each time?", "first": "From which day?"},
    ),
)
def set_standing_order(world: World, payee_id: PayeeId, amount: Money, first: Day) -> Standing:
    """Pay somebody the same amount every month.

    Args:
        payee_id: id of the payee
        amount: how much each time
        first: the day of the first payment
    """
    row = world.get("payees", payee_id)
    if row is None:
        raise Refused("unknown_payee", f"there is no payee {payee_id}", "list the payees first")
    if first <= world.now.date().isoformat():
        raise Refused("in_the_past", "a standing order begins tomorrow at the earliest", "choose another day")
    world.put("standing", payee_id, {"payee": row["name"], "amount": amount, "first": first})
    return {"payee": row["name"], "amount": amount, "first": first}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which cards do I have?",
            "what's the limit on my cards?",
            "show me my bank cards",
            "is any of my cards frozen?",
            "list my cards",
            "what cards have I got?",
            "have I got any bank cards, and which?",
            "give me an overview of my cards",
            "what are my card limits?",
            "what cards are in my name?",
            "I'd like to see my bank cards.",
            "look up my cards",
            "tell me about my cards",
        ),
        list="cards",
        item="the {name} ending in {ends_in}, limit {limit} ({frozen?frozen|active})",
        tell=("You have {items}.", "Your cards: {items}."),
        none=("You have no card.",),
        nouns={"card_id": (Noun("my {name}"), Noun("the {name}"))},
    ),
)
def list_cards(world: World) -> CardList:
    """List the bank cards with limits."""
    return {
        "cards": [
            CardItem(card_id=key, name=row["name"], ends_in=row["ends_in"], limit=row["limit"], frozen=row["frozen"])
            for key, row in world.rows("cards")
        ]
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "set the limit of {card_id} to {limit}",
            "put the limit of {card_id} at {limit}",
            "I need a limit of {limit} on {card_id}.",
            "change the limit on {card_id} to {limit}",
            "give {card_id} a limit of {limit}",
            "make {limit} the limit on {card_id}",
            "I want to be able to spend {limit} with {card_id}.",
            "no more than {limit} a month on {card_id}, set that.",
            "let {card_id} go up to {limit} a month",
            "the limit on {card_id} should be {limit}.",
            "cap {card_id} at {limit}",
            "allow {limit} a month on {card_id}",
        ),
        tell=("Your {name} has a limit of {limit} now.", "The limit of the {name} is {limit}."),
        question={"limit": "To how much?"},
    ),
)
def set_card_limit(world: World, card_id: CardId, limit: Money) -> CardChanged:
    """Change how much a card may be charged in a month.

    Args:
        card_id: id of the card
        limit: the new limit
    """
    row = _card(world, card_id)
    most = MOST[row["name"]]
    if Decimal(limit) > most:
        raise Refused("too_high", f"the limit of the {row['name']} can be €{most} at most", "choose another limit")
    if row["limit"] == limit:
        raise Refused("no_change", "the limit is that already", "choose another limit")
    world.update("cards", card_id, limit=limit)
    return {"card_id": card_id, "name": row["name"], "limit": limit}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "freeze {card_id}",
            "I can't find {card_id}, freeze it.",
            "lock {card_id} for now",
            "block {card_id} until I say so",
            "put {card_id} on ice",
            "stop {card_id} from being used",
            "I've lost {card_id}, block it.",
            "somebody may have {card_id}, lock it.",
            "make sure nobody can pay with {card_id}",
            "suspend {card_id} for the time being",
            "I don't want {card_id} to work for now.",
            "disable {card_id}",
        ),
        tell=("Your {name} is frozen.", "Frozen: the {name}. Nobody can pay with it."),
    ),
)
def freeze_card(world: World, card_id: CardId) -> CardState:
    """Freeze a card so that nobody can pay with it; it can be thawed again.

    Args:
        card_id: id of the card
    """
    row = _card(world, card_id)
    if row["frozen"]:
        raise Refused("already_frozen", f"the {row['name']} is frozen already", "")
    world.update("cards", card_id, frozen=True)
    return {"card_id": card_id, "name": row["name"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "dispute {transaction_id}, {reason}",
            "I want my money back for {transaction_id}, {reason}",
            "complain about {transaction_id}: {reason}",
            "I don't agree with {transaction_id}, {reason}. Open a dispute",
            "contest {transaction_id}, {reason}",
            "something's off with {transaction_id}: {reason}. Dispute it.",
            "raise {transaction_id} with the bank, {reason}",
            "object to {transaction_id}, {reason}",
            "{transaction_id} can't stand like that, {reason}. Contest it.",
            "tell the bank I don't accept {transaction_id}: {reason}",
            "I shouldn't have to pay {transaction_id}, {reason}. Dispute it",
            "get {transaction_id} reversed, {reason}",
        ),
        tell=(
            "The {amount} to {payee} is disputed; the bank answers by {answer_by}.",
            "Done, I disputed the payment to {payee}. You hear back by {answer_by}.",
        ),
        question={"reason": "What is wrong with it?"},
    ),
)
def dispute_payment(world: World, transaction_id: TransactionId, reason: Reason) -> Disputed:
    """Dispute a payment.

    Args:
        transaction_id: id of the payment
        reason: what is wrong with it
    """
    row = world.get("transactions", transaction_id)
    if row is None:
        raise Refused("unknown_payment", f"there is no payment {transaction_id}", "list the payments first")
    if row["disputed"]:
        raise Refused("already_disputed", "that payment is disputed already", "")
    if row["day"] < (world.now - timedelta(days=30)).date().isoformat():
        raise Refused("too_late", "payments can be disputed for 30 days", "choose another, later payment")
    world.update("transactions", transaction_id, disputed=True)
    by = (world.now + timedelta(days=10)).date().isoformat()
    return {"transaction_id": transaction_id, "payee": row["payee"], "amount": row["amount"], "answer_by": by}
