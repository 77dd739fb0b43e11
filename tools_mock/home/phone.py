"""The phone line: plan, data, bills, faults."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import Advice, BillId, Condition, Day, Money, PlanId, Problem
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import MONTHS
from ..world import Row, World
from . import device
from .rows import keyed

PROBLEMS = ["no signal at home", "calls drop all the time", "the internet is slow", "I can't send pictures"]
_PLANS = [("Small", 5, "9.00"), ("Medium", 20, "15.00"), ("Large", 60, "24.00"), ("Travel", 30, "29.00")]


class PhonePlan(TypedDict):
    plan_id: PlanId
    name: str
    gigabytes: int
    price: Money
    renews: Day


class Usage(TypedDict):
    used: float
    left: float
    renews: Day


class PlanItem(TypedDict):
    plan_id: PlanId
    name: str
    gigabytes: int
    price: Money


class PlanList(TypedDict):
    plans: list[PlanItem]


class PlanChanged(TypedDict):
    name: str
    price: Money
    starts: Day


class DataBought(TypedDict):
    gigabytes: int
    price: Money
    left: float


class BillItem(TypedDict):
    bill_id: BillId
    month: str
    amount: Money
    paid: bool


class BillList(TypedDict):
    bills: list[BillItem]


class BillPaid(TypedDict):
    month: str
    amount: Money


class Fault(TypedDict):
    problem: Problem
    checked_by: Day


class Line(TypedDict):
    state: Condition
    signal: Condition
    remark: Condition
    advice: Advice


class Internet(TypedDict):
    state: Condition
    remark: Condition
    advice: Advice


class Roaming(TypedDict):
    roaming: str
    price_a_day: Money


def fill(random: Random, now: datetime, me: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The plans on offer, this user's line and bills."""
    tables["plans"] = keyed(
        random, "PP", "plan_id", [{"name": name, "gigabytes": size, "price": price} for name, size, price in _PLANS]
    )
    mine = random.choice(sorted(tables["plans"]))
    size = tables["plans"][mine]["gigabytes"]
    tables["line"] = {
        "me": {
            "plan_id": mine,
            "used": round(size * random.choice([0.4, 0.7, 0.9, 0.95]), 1),
            "extra": 0,
            "renews": (now + timedelta(days=random.randrange(3, 25))).date().isoformat(),
            "roaming": "off",
            "next_plan": "",
        }
    }
    bills = []
    for back in range(1, 5):
        month = MONTHS[(now.month - 1 - back) % 12]
        bills.append(
            {
                "month": month,
                "amount": f"{random.randrange(9, 45)}.{random.choice(['00', '50', '90'])}",
                "paid": back > 2,
            }
        )
    tables["bills"] = keyed(random, "BL", "bill_id", bills)
    tables["faults"] = {}


def _line(world: World) -> Row:
    row = world.get("line", "me")
    assert row is not None  # every world has one
    return row


def _plan(world: World, key: str) -> Row:
    row = world.get("plans", key)
    if row is None:
        raise Refused("unknown_plan", f"there is no plan {key}", "list the plans first")
    return row


def _left(world: World) -> float:
    row = _line(world)
    left: float = _plan(world, row["plan_id"])["gigabytes"] + row["extra"] - row["used"]
    return round(left, 1)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what phone plan am I on?",
            "how much do I pay for my phone?",
            "when does my phone plan renew?",
            "tell me about my phone contract",
            "which phone contract do I have?",
            "what does my phone cost me?",
            "show me my phone plan",
            "what's in my phone plan?",
            "look up my phone contract",
            "how long does my phone contract run?",
            "I'd like to know what phone plan I have.",
            "what am I signed up for with my phone?",
        ),
        tell=(
            "You're on {name}: {gigabytes} GB for {price}, renewing on {renews}.",
            "{name}, {gigabytes} GB, {price} a month; it renews on {renews}.",
        ),
    ),
)
def get_phone_plan(world: World) -> PhonePlan:
    """Show the user's phone plan."""
    row = _line(world)
    plan = _plan(world, row["plan_id"])
    return {
        "plan_id": row["plan_id"],
        "name": plan["name"],
        "gigabytes": plan["gigabytes"],
        "price": plan["price"],
        "renews": row["renews"],
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "how much data do I have left?",
            "how much data have I used?",
            "am I running out of data?",
            "check my data usage",
            "what's left of my data?",
            "have I got any data left?",
            "how's my data looking?",
            "tell me how much data is left",
            "I'd like to know my data usage.",
            "how far am I with my data this month?",
            "look up what data I've used",
            "did I use a lot of data this month?",
        ),
        tell=(
            "You've used {used} GB; {left} GB are left until {renews}.",
            "{left} GB left, {used} used. It starts over on {renews}.",
        ),
    ),
)
def get_usage(world: World) -> Usage:
    """Tell how much data was used and how much is left, in gigabytes."""
    row = _line(world)
    return {"used": row["used"], "left": _left(world), "renews": row["renews"]}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which phone plans are there?",
            "what other phone plans could I get?",
            "show me the phone plans",
            "what plans do you have for my phone?",
            "what plans can I choose from for my phone?",
            "which phone plans do you offer?",
            "I'm thinking of another phone plan, what is there?",
            "give me the phone plans on offer",
            "list the phone plans",
            "what's on offer for my phone?",
            "I'd like to compare phone plans.",
            "is there a better plan for my phone?",
        ),
        list="plans",
        item="{name} with {gigabytes} GB for {price}",
        tell=("There's {items}.", "On offer: {items}."),
        nouns={
            "plan_id": (
                Noun("the {name} plan"),
                Noun("the plan with {gigabytes} gigabytes"),
                Noun("the cheapest one", least="price", seen=True),
                Noun("the largest one", most="gigabytes", seen=True),
            )
        },
    ),
)
def list_phone_plans(world: World) -> PlanList:
    """List the phone plans on offer."""
    found = [
        PlanItem(plan_id=key, name=row["name"], gigabytes=row["gigabytes"], price=row["price"])
        for key, row in world.rows("plans")
    ]
    return {"plans": sorted(found, key=lambda item: item["gigabytes"])}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "switch me to {plan_id}",
            "change my phone plan to {plan_id}",
            "I want {plan_id} for my phone.",
            "move my phone to {plan_id}",
            "sign me up for {plan_id}",
            "put me on {plan_id}",
            "I'd like to switch to {plan_id} with my phone.",
            "make {plan_id} my phone plan",
            "go over to {plan_id} with my phone",
            "set my phone up with {plan_id}",
            "let me have {plan_id} from now on",
            "I've decided on {plan_id} for my phone.",
        ),
        tell=("From {starts} you're on {name} for {price} a month.", "{name} starts on {starts}, {price} a month."),
        deed=("switch you over", "change the plan"),
    ),
    irreversible=True,
)
def change_phone_plan(world: World, plan_id: PlanId) -> PlanChanged:
    """Change the phone plan from the next renewal on.

    Args:
        plan_id: id of the new plan
    """
    row, plan = _line(world), _plan(world, plan_id)
    if plan_id in (row["plan_id"], row["next_plan"]):
        raise Refused("no_change", f"the phone is on {plan['name']} already", "choose another plan")
    world.update("line", "me", next_plan=plan_id)
    return {"name": plan["name"], "price": plan["price"], "starts": row["renews"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "buy {gigabytes} GB of extra data",
            "add {gigabytes} GB to my phone",
            "I need {gigabytes} GB more this month.",
            "top up my data by {gigabytes} GB",
            "get me {gigabytes} GB more",
            "I want another {gigabytes} GB on my phone.",
            "give me {gigabytes} extra GB",
            "put {gigabytes} GB of data on my phone",
            "I'm running low, add {gigabytes} GB.",
            "order {gigabytes} GB for my phone",
            "extend my data by {gigabytes} GB",
            "book {gigabytes} GB of data for this month",
        ),
        tell=("{gigabytes} GB added for {price}; you have {left} GB now.", "Done, {left} GB left. That was {price}."),
        question={"gigabytes": "How many gigabytes?"},
    ),
)
def buy_data(world: World, gigabytes: Literal[1, 3, 5, 10]) -> DataBought:
    """Buy extra data for this month.

    Args:
        gigabytes: how much: 1, 3, 5 or 10
    """
    row = _line(world)
    if row["extra"] + gigabytes > 20:
        raise Refused("too_much", "at most 20 extra gigabytes can be bought a month", "take fewer gigabytes")
    world.update("line", "me", extra=row["extra"] + gigabytes)
    return {"gigabytes": gigabytes, "price": f"{gigabytes * 2}.00", "left": _left(world)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "show me my phone bills",
            "which phone bills are open?",
            "how high were my phone bills?",
            "have I paid all my phone bills?",
            "what did my phone cost lately?",
            "do I owe anything for my phone?",
            "let me see my phone bills",
            "which of my phone bills aren't paid?",
            "give me the bills for my phone",
            "are there phone bills to pay?",
            "I'd like to go over my phone bills.",
            "look up my phone bills",
        ),
        list="bills",
        item="{amount} for {month} ({paid?paid|open})",
        tell=("{items}.", "Your bills: {items}."),
        nouns={
            "bill_id": (
                Noun("the {month} phone bill"),
                Noun("the bill for {month}"),
                Noun("the highest one", most="amount", seen=True),
            )
        },
    ),
)
def list_bills(world: World) -> BillList:
    """List the phone bills of the last months."""
    return {
        "bills": [
            BillItem(bill_id=key, month=row["month"], amount=row["amount"], paid=row["paid"])
            for key, row in world.rows("bills")
        ]
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "pay {bill_id}",
            "settle {bill_id}",
            "get {bill_id} paid",
            "I forgot {bill_id}, pay it now.",
            "take care of {bill_id}",
            "I want to pay {bill_id}.",
            "clear {bill_id}",
            "{bill_id} is due, pay it.",
            "get {bill_id} out of the way",
            "have {bill_id} paid today",
            "I still owe {bill_id}, pay it.",
            "see to it that {bill_id} is paid",
        ),
        tell=("The {month} bill over {amount} is paid.", "Paid: {amount} for {month}."),
        deed=("pay it", "settle it now"),
    ),
    irreversible=True,
)
def pay_bill(world: World, bill_id: BillId) -> BillPaid:
    """Pay a phone bill from the stored account.

    Args:
        bill_id: id of the bill
    """
    row = world.get("bills", bill_id)
    if row is None:
        raise Refused("unknown_bill", f"there is no bill {bill_id}", "list the bills first")
    if row["paid"]:
        raise Refused("already_paid", f"the {row['month']} bill is paid already", "choose another bill")
    world.update("bills", bill_id, paid=True)
    return {"month": row["month"], "amount": row["amount"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "report a fault on my line: {problem}",
            "my phone acts up, {problem}. Report it.",
            "tell the phone company: {problem}",
            "complain about my line, {problem}",
            "let the phone company know: {problem}",
            "there's trouble with my line, {problem}. Report that.",
            "file a fault for my line: {problem}",
            "I have a problem with my line, {problem}. Pass it on.",
            "put in a complaint about my line, {problem}",
            "something's wrong with my line: {problem}. Tell them.",
            "send the phone company a report: {problem}",
            "report this about my line: {problem}",
        ),
        tell=(
            "Reported. Somebody checks the line by {checked_by}.",
            "The phone company knows; they check by {checked_by}.",
        ),
        question={"problem": "What is the matter with it?"},
    ),
)
def report_fault(world: World, problem: Problem) -> Fault:
    """Report that something is wrong with the line.

    Args:
        problem: what is wrong
    """
    by = (world.now + timedelta(days=1)).date().isoformat()
    key = world.new_key("faults", "FT")
    world.put("faults", key, {"problem": problem, "checked_by": by})
    return {"problem": problem, "checked_by": by}


#: How strong the signal is where the user is.
_SIGNALS = ("weak", "fair", "good")


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "is my phone line working?",
            "check my line",
            "is there a fault on my line?",
            "how is my reception?",
            "I can't make calls.",
            "nobody can reach me on my phone, is it the line?",
            "my phone says no service.",
            "I have no signal.",
            "my calls don't go through.",
            "I've no reception at all.",
            "what's up with my phone line?",
            "calls won't connect on my phone.",
        ),
        tell=(
            "The line is {state} and the signal is {signal}; {remark}.",
            "{remark}: line {state}, signal {signal}.",
            "The line is {state}, but the signal is {signal}. {advice}",
            "Your line is {state}; the signal is {signal}, though. {advice}",
        ),
    ),
)
def get_line_state(world: World) -> Line:
    """Tell whether the line works, how strong the signal is, and what the user could do on the phone."""
    own = device.phone(world)
    if own["airplane"] == "on":
        return _line_state("missing", "Please switch off airplane mode on your phone.")
    if own["sim"] == "loose":
        return _line_state("missing", "Please take the SIM card out of your phone and put it back in.")
    return _line_state(_SIGNALS[world.base.seed % 3])


def _line_state(signal: str, advice: str = "") -> Line:
    remark = "" if advice else "nothing is wrong with it"
    return {"state": "working", "signal": signal, "remark": remark, "advice": advice}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "why is the internet on my phone not working?",
            "my mobile internet is down.",
            "is something wrong with my mobile internet?",
            "nothing loads on my phone.",
            "I can't get online on my phone.",
            "check the internet on my phone",
            "my phone has no internet.",
            "I've got no internet on my phone.",
            "the web doesn't work on my phone.",
            "what's the matter with my phone's internet?",
            "my phone won't go online.",
            "pages don't open on my phone.",
        ),
        tell=(
            "The internet is {state}: {remark}.",
            "Your internet is {state}, {remark}.",
            "The internet is {state} on your phone. {advice}",
            "On your phone the internet is {state}. {advice}",
        ),
    ),
)
def check_internet(world: World) -> Internet:
    """Tell whether the phone gets onto the internet, and what the user could do on the phone."""
    own = device.phone(world)
    if own["data"] == "off":
        return {"state": "off", "remark": "", "advice": "Please switch on mobile data on your phone."}
    if own["system"] == "stuck":
        return {"state": "stuck", "remark": "", "advice": "Please restart your phone."}
    return {"state": "working", "remark": "all is fine", "advice": ""}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "turn roaming {roaming}",
            "switch {roaming} roaming on my phone",
            "I'm going abroad, set roaming to {roaming}",
            "please turn data roaming {roaming}",
            "put my phone's roaming {roaming}",
            "make sure roaming is {roaming}",
            "I want roaming {roaming}.",
            "have roaming {roaming} for my phone",
            "set data roaming to {roaming}",
            "roaming should be {roaming}, set that.",
            "change roaming to {roaming}",
            "turn my phone's roaming {roaming}",
        ),
        tell=(
            "Roaming is {roaming}. It costs {price_a_day} a day abroad.",
            "Done, roaming is {roaming} ({price_a_day} a day abroad).",
        ),
        question={"roaming": "On or off?"},
    ),
)
def set_roaming(world: World, roaming: Literal["on", "off"]) -> Roaming:
    """Switch data roaming on or off.

    Args:
        roaming: on or off
    """
    if _line(world)["roaming"] == roaming:
        raise Refused("no_change", f"roaming is {roaming} already", "")
    world.update("line", "me", roaming=roaming)
    return {"roaming": roaming, "price_a_day": "2.00"}
