"""The referee against runs that were judged by reading: whoever speaks freely is judged rightly."""

from dataclasses import replace
from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.claims import made_up, told_no
from sim.evaluate import judged
from sim.generate import Settings, produce
from sim.replay import evidence_of as evidence_in
from sim.score import means, put
from sim.spoken import may_say, numbers, spelt, times, to_24
from tests.conftest import rows
from tests.freeform import FILES, FOLDER, Run, evidence_of, runs, wrongly_judged

HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def test_free_runs_are_judged_as_a_reader_judges_them() -> None:
    counts, wrong = zip(*(wrongly_judged(FOLDER / f"{name}.txt") for name in FILES), strict=True)
    every = [run for its in wrong for run, _ in its]
    assert sum(counts) >= 200
    assert len(every) <= 0.03 * sum(counts), [f"{run.name} · {run.seed}: {run.passed}" for run in every]


@pytest.mark.parametrize("name", FILES)
def test_both_verdicts_are_there_and_every_run_is_whole(name: str) -> None:
    found = list(runs(FOLDER / f"{name}.txt"))
    assert 0.4 < sum(run.passed for run in found) / len(found) < 0.8
    assert all(run.passed or run.why for run in found)
    assert all(kind in ("user:", "assistant:", ">", "&", "device:", "ends:") for run in found for kind, _ in run.lines)


def test_what_the_script_says_is_not_found_false(home_rows: tuple[dict[str, Any], ...]) -> None:
    for row in home_rows:
        evidence = evidence_in(row, "a row")
        assert not [*made_up(evidence), *told_no(evidence)], row["index"]


@pytest.mark.slow
def test_nor_is_it_in_many_rows() -> None:
    made = (produce(Settings(seed=26), index).row for index in range(1500))
    found = [(row["index"], one) for row in made if row for one in made_up(evidence_in(row, "a row"))]
    assert not found


#: Names that the referee looks for in a result; in a stranger's anything may stand under them.
FIELDS = ["status", "delay_minutes", "closed_on", "people", "total", "left", "price", "day", "answer_by", "name"]
FIELDS += ["in_all", "minutes", "turns", "flexible", "bags", "events", "sender", "rating", "payee", "id"]
VALUES = ["2026-04-14", "2026-13-45", "09:30", "99:99", "12.40", "Lena Haas", "Monday", "EV-12345", ""]
VALUES += ["call me when you have a minute"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(VALUES) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)
WORDED = [
    "Yes, you have two events on Monday: Lena Haas at 9:30, €12.40 in total, closed on Monday. All of them are paid.",
    "No, Lena Haas couldn't come. There are eighteen left, it takes half an hour, until the 14th. It's the cheapest.",
    f"You have {'9' * 5000} events. At 99:99, by 31 April, on the 99th, 12 of {'0' * 5000}1 stars; ٣ left, at ٣:٣٠.",
    "Tomorrow at half past nine for 2; it's rated 4.5, the bank answers by 14 April. Nothing was cancelled, it's done.",
]


@settings(deadline=None, max_examples=300)
@given(st.lists(JSON, min_size=6, max_size=6), st.sampled_from(WORDED))
def test_whatever_came_back_it_can_be_judged(contents: list[Any], text: str) -> None:
    evidence = evidence_in(rows("home", 40)[0], "a row")
    left = cycle(contents)
    messages = tuple(
        replace(
            message,
            text=text if message.role == "assistant" and not message.calls else message.text,
            results=tuple(replace(one, content=next(left)) for one in message.results),
        )
        for message in evidence.messages
    )
    changed = replace(evidence, messages=messages, cache={})
    assert 0 <= judged(changed, {})["reward"] <= 1


def test_what_goes_wrong_is_named() -> None:
    kinds = {judged(evidence_of(run), {})["wrong"].get("kind") for run in runs(FOLDER / "one.txt") if not run.passed}
    assert len(kinds - {None}) >= 8


@given(st.integers(1, 12), st.sampled_from([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]), st.booleans())
def test_a_time_of_day_in_words_is_always_understood(hour: int, minute: int, evening: bool) -> None:
    parts = {15: "quarter", 30: "half", 20: "twenty", 25: "twenty-five", 5: "five", 10: "ten"}
    word = parts[minute if minute <= 30 else 60 - minute]
    said = f"{word} past {HOURS[hour - 1]}" if minute <= 30 else f"{word} to {HOURS[hour % 12]}"
    clock = f"{(hour + 12 * evening) % 24:02d}:{minute:02d}"
    text = f"They open at {said} that day."
    assert may_say(clock, text)
    assert [found for words, found in times(text) if clock in found], text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mains are twenty-seven fifty.", "27.50"),
        ("It's rated four and a half.", "4.5"),
        ("That's two hundred and fifty euros.", "250"),
        ("A hundred euros of credit.", "100"),
        ("A kilometre and a half.", "1.5"),
    ],
)
def test_a_number_in_words_is_understood(text: str, found: str) -> None:
    assert Decimal(found) in numbers(text)


@pytest.mark.parametrize("text", ["It's rated at four.", "five to ten business days", "a table for two at eight euros"])
def test_what_is_no_time_of_day_is_taken_for_none(text: str) -> None:
    assert not list(times(text))


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("It stopped working.", "it stopped working"),
        ("Item damaged on arrival", "it arrived damaged"),
        ("Receipt never received", "the receipt never came"),
        ("No longer needed", "I don't need it anymore"),
        ("Ordered wrong item", "I ordered the wrong one"),
        ("Hi Marco, I'll bring dessert! Best, Clara", "I'll bring dessert"),
        ("+351970596301", "+351 970 596 301"),
    ],
)
def test_what_a_tool_is_told_may_be_put_in_other_words(text: str, planned: str) -> None:
    assert means(text, planned)
    assert put({"problem": text, "notes": [text, "else"]}, {text: planned}) == {
        "problem": planned,
        "notes": [planned, "else"],
    }


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("It fits", "it doesn't fit"),
        ("Too quiet", "it's too loud"),
        ("I'm running twenty minutes late", "I'm running ten minutes late"),
        ("buy milk", "buy a birthday present"),
        ("+351 970 596 310", "+351 970 596 301"),
    ],
)
def test_but_not_turned_into_something_else(text: str, planned: str) -> None:
    assert not means(text, planned)


@given(st.text(st.characters(categories=("L", "Zs")), min_size=1), st.sampled_from(["", ".", "!", " "]))
def test_a_text_always_means_itself(text: str, end: str) -> None:
    assert means(text + end, text)
    assert means(text.upper(), text) or text.upper().casefold() != text.casefold()


def test_what_is_short_is_read_as_if_it_were_written_out() -> None:
    said = spelt("**Dr. Haas**: Wed, Sep 16 and 4 Aug, St. Anna. Sun and rain in Dec.")
    assert said == "Dr Haas: Wednesday, September 16 and 4 August, St Anna. Sun and rain in Dec."
    said = spelt("The first of them on the twenty-fifth of September at 3.15 p.m., Apr 16–19 and the thirtieth.")
    assert said == "The first of them on the 25 September at 3:15 p.m., April 16 – April 19 and the 30th."
    assert spelt("2026-09-16T08:30, 16/09/2026, 09/16/2026") == ", ".join(
        ("16 September 2026 08:30", *["16 September 2026"] * 2)
    )
    assert (
        spelt("10/09/2026 costs 12,50 €, not €1.250,50 or €1,250") == "10/09/2026 costs 12.50 €, not €1250.50 or €1,250"
    )


@given(
    st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", " "]), st.sampled_from(["am pm", "AM PM", "a.m. p.m."])
)
def test_a_time_with_am_or_pm_is_always_understood(hour: int, minute: int, space: str, halves: str) -> None:
    time = f"{(hour - 1) % 12 + 1}:{minute:02d}{space}{halves.split()[hour // 12]}"
    assert to_24(f"It opens at {time} sharp") == f"It opens at {hour:02d}:{minute:02d} sharp"


def test_and_so_is_a_span_of_time_that_says_it_once() -> None:
    assert to_24("1:45–8:00 PM") == "13:45 – 20:00"
    assert to_24("10:00 - 11:00 am or 11–1 pm") == "10:00 – 11:00 or 11:00 – 13:00"


def _said(lines: str, name: str) -> Run:
    run = Run(name, 1, True, "")
    run.lines = [(kind, text) for kind, _, text in (line.partition(" ") for line in lines.strip().splitlines())]
    return run


def test_what_is_called_before_its_time_is_a_wrong_order() -> None:
    early = """
user: can you put the cheapest of the keyboards in my cart?
> browse_products {"category": "keyboards"}
> view_cart
> add_to_cart {"product_id": "PR-42042"}
assistant: The Silent Flow for €75.00 is in your cart.
user: show me my cart
assistant: There's one Silent Flow in it, €75.00 altogether.
user: take that product out of the cart again
> remove_from_cart {"product_id": "PR-42042"}
assistant: Taken out.
user: keep an eye on SEK
> watch_rate {"currency": "SEK"}
assistant: SEK is on watch.
user: i need SEK in cash for €75
> order_cash {"amount": "75.00", "currency": "SEK"}
assistant: Ordered. You can fetch your kronor on 14 August.
user: thanks
ends: done
"""
    found = judged(evidence_of(_said(early, "shopping/add-to-cart-chained-calls")), {})
    assert found["reward"] == 0.0 and found["wrong"]["kind"] == "wrong order"
    assert found["wrong"]["detail"] == "view_cart came before add_to_cart"


ASK, DONE, THERE = "Shall I cancel the taxi?", "It's cancelled.", "It was delivered on 25 June."


@pytest.mark.parametrize(
    ("asked", "done", "arrival", "right"),
    [
        (ASK, DONE, THERE, True),
        ("Okay to call the ride off, then?", DONE, "That order is at Linden Street 68, it was delivered.", True),
        (
            "You'd like me to cancel the taxi to the pharmacy?",
            "It won't come.",
            "Delivered, on the 25th of June.",
            True,
        ),
        ("A taxi is a car, isn't it?", DONE, THERE, False),
        (ASK, "It's cancelled, and €16.90 will be refunded.", THERE, False),
        (ASK, DONE, "It comes at 10:45 on 17 August.", False),
    ],
)
def test_however_it_is_worded(asked: str, done: str, arrival: str, right: bool) -> None:
    lines = f"""
user: till when could I return the Big Arc I ordered?
> list_orders
> get_return_policy {{"order_id": "OR-31345"}}
assistant: Until 25 July.
user: my mother says hello
assistant: Hello to her!
user: book a taxi to the nearest pharmacy in Berlin that day at 14:00
> find_places {{"city": "Berlin", "kind": "pharmacy"}}
> book_taxi {{"place_id": "PL-57926", "day": "2026-07-25", "start": "14:00"}}
assistant: A taxi comes on 25 July at 14:00.
user: hm, on second thoughts, get rid of that ride
assistant: {asked}
user: ok
> cancel_taxi {{"ride_id": "RD-35955"}}
assistant: {done}
user: can you tell me where that order is?
> track_order {{"order_id": "OR-31345"}}
assistant: {arrival}
user: thanks
ends: done
"""
    found = judged(evidence_of(_said(lines, "shopping/track-order-reference-two-turns-back")), {})
    assert (found["reward"] == 1.0) is right, found
