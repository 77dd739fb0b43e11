"""What assistants say is understood, whoever they are: messages labelled by hand in ``tests/messages``."""

import pytest

from agents import Message, Observation
from agents.hearing import hear
from agents.user import fold, scripted_user
from scenarios import Fact, UserTurn, UserView, Wish
from tests.heard import corpus, halves, report

FACTS = (
    Fact(slot="day", kind="day", text="Friday", label="day"),
    Fact(slot="people", kind="count", text="four", label="people"),
)
WISH = Wish(ask=("book a table[ for {people}][ {@day}]",), facts=FACTS, wants="deed")
VIEW = UserView(name="Anna", turns=(UserTurn(wishes=(WISH,)), UserTurn(wishes=(WISH,))))


def test_most_of_what_is_said_is_understood() -> None:
    assert len(list(corpus("[a-y]*.txt"))) >= 600
    for messages in halves():
        figures = report(messages)
        assert figures["acts: F1"] >= 0.95
        assert figures["slots: F1"] >= 0.93
        assert figures["harmful"] <= 0.01


def after(*texts: str) -> str:
    """What the user does about the last of these messages."""
    messages = [Message("user", "book a table")]
    for text in texts:
        messages += [Message("assistant", text), Message("user", "ok")]
    return fold(VIEW, tuple(messages[:-1])).act


def test_each_kind_of_message_is_met_in_its_own_way() -> None:
    assert after("How many of you, and on what day?") == "question"
    assert after("Do you need a high chair?") == "lost"
    assert after("Shall I book Friday for four?") == "consent"
    assert after("One moment, I'm checking.") == "patient"
    assert after("What a lovely idea!") == "again"
    assert after("{}") == "unclear"
    assert after("Sorry, they're fully booked.") == "report"
    assert after("Done, your table is booked for Friday.") == "report"
    assert after("For how many?", "Thanks! And what day?") == "question"


def test_only_what_is_asked_is_told_and_what_is_quoted_asks_nothing() -> None:
    heard = hear("For which day?\n- and how many people?", FACTS, "book a table", answer=False)
    assert {fact.slot for fact in heard.asked} == {"day", "people"}
    heard = hear('Tom writes: "Are you coming on Friday?"', FACTS, "read me the mail", answer=True)
    assert heard.acts == {"tell"}
    heard = hear("Mail on your phone is stopped.", (), "is my mailbox working?", answer=True)
    assert heard.acts == {"tell"}
    heard = hear("What's your date of birth?", FACTS, "book a table", answer=False)
    assert (heard.asked, heard.unknown) == ((), True)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("average 4.5, 7 and 9.5 for me", "On average 7."),
        ("which of GOOG, MSFT and NEPT cost between 200 and 500?", "That leaves MSFT."),
        ("what's the symbol for Zeta Corp?", "Zeta Corp trades as ZETA."),
        ("did any of NEPT and NVDA move by more than 0.2 percent?", "Stocks NVDA have significant price changes."),
        ("how long is summary.txt?", "Number of lines: 1."),
        ("any comments on that post?", 'I found "Where was that?".'),
    ],
)
def test_an_answer_may_hold_nothing_but_what_it_was_asked_with(wanted: str, text: str) -> None:
    assert hear(text, (), wanted, answer=True).acts == {"tell"}


def test_the_name_of_a_thing_denies_nothing() -> None:
    """A ticket "Cannot log in" that was found was found."""
    assert hear('I found "Cannot log in" (open) and "Billing".', (), "list tickets", True).acts == {"tell"}
    assert "deny" in hear("I cannot log in.", (), "list tickets", True).acts


def test_what_may_mean_the_one_or_the_other_is_asked_back() -> None:
    both = (
        Fact(slot="account_id", kind="noun", text="my savings", label="account"),
        Fact(slot="card_id", kind="noun", text="the Visa", label="card"),
    )
    heard = hear("Which of them do you mean?", both, "pay the bill", answer=False)
    assert (heard.asked, heard.unknown) == ((), True)
    for told, question in (("the Visa", "Which of them do you mean?"), ("nothing", "Which account, and which card?")):
        assert hear(question, both, f"pay the bill with {told}", answer=False).asked == both


def test_a_user_who_gets_nothing_says_it_again_and_then_gives_up() -> None:
    messages: tuple[Message, ...] = (Message("user", "book a table for four"),)
    said = []
    while not messages[-1].end:
        messages += (Message("assistant", "What a lovely idea!"),)
        messages += (scripted_user(Observation("user", messages, view=VIEW), 3),)
        said.append(messages[-1].text)
    assert messages[-1].end == "gave_up"
    assert any("table" in text for text in said[:-1])


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("Done. LT-2001 now belongs to Lucie Martin.", False),
        ("That card belongs to somebody else.", True),
        ("Done. The monthly limit is 3000.", False),
        ("I found card 4417 (monthly limit 1500).", False),
        ("You're over your monthly limit.", True),
    ],
)
def test_what_belongs_to_somebody_now_and_a_limit_that_is_told_are_no_refusals(text: str, no: bool) -> None:
    assert ("deny" in hear(text, (), "deed", True).acts) == no
