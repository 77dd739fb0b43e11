"""What is said can be read back, and a told value is recognised however it is written."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools_mock.phrases import fill, needs
from tools_mock.values import looks_like_id, mentioned, plain_number, read, say, ways

NOW = datetime(2026, 3, 9, 10, 0)
days = st.integers(-100, 170).map(lambda ahead: (NOW.date() + timedelta(days=ahead)).isoformat())
clocks = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02d}:{t[1]:02d}")
moments = st.tuples(days, st.sampled_from("T "), clocks, st.sampled_from(("", ":00", ":00Z"))).map("".join)
amounts = st.integers(1, 10**7).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")


@given(
    st.one_of(
        st.tuples(st.just("day"), days),
        st.tuples(st.just("clock"), clocks),
        st.tuples(st.just(""), moments),
        st.tuples(st.just("budget"), amounts),
    )
)
def test_every_way_reads_back(case: tuple[str, str]) -> None:
    kind, value = case
    offered = ways(kind, value, NOW)
    assert offered
    for rule, text in offered:
        assert read(rule, text, NOW) == value


@given(
    st.one_of(
        st.tuples(st.just("day"), days),
        st.tuples(st.just("clock"), clocks),
        st.tuples(st.just(""), moments),
        st.tuples(st.just("money"), amounts),
    )
)
def test_what_the_assistant_writes_counts_as_told(case: tuple[str, str]) -> None:
    kind, value = case
    assert mentioned(kind, value, f"So it is {say(kind, value)}, then.", NOW)


@given(st.floats(-1e6, 1e6, allow_nan=False).filter(lambda number: number == 0 or abs(number) > 1e-4))
def test_numbers_are_recognised_as_they_are_written(number: float) -> None:
    assert mentioned("", number, f"It is {say('', number)}.", NOW)


@pytest.mark.parametrize("text", ["25", "25.0", "$25", "25 euros", "It costs 25."])
def test_numbers_compare_as_numbers(text: str) -> None:
    assert mentioned("", 25, text, NOW)
    assert mentioned("money", "25.00", text, NOW)


@pytest.mark.parametrize("text", ["250", "125", "2.5", "", "025x"])
def test_other_numbers_do_not_count(text: str) -> None:
    assert not mentioned("money", "25.00", text, NOW)


def test_relative_days() -> None:
    assert read("day", "friday", NOW) == "2026-03-13"
    assert read("day", "monday", NOW) == "2026-03-16"  # today is a Monday: the next one
    assert read("day", "the 3rd", NOW) == "2026-04-03"
    assert read("day", "the 31st", NOW) == "2026-03-31"
    assert read("day", "yesterday", NOW) == "2026-03-08"
    assert read("day", "30 February", NOW) is None
    assert read("day", "someday", NOW) is None
    assert date.fromisoformat(str(read("day", "tomorrow", NOW))) == date(2026, 3, 10)


@pytest.mark.parametrize("text", ["FL-48213", "USR002", "a1b2c3d4", 4821773])
def test_ids_look_like_ids(text: object) -> None:
    assert looks_like_id(text)


@pytest.mark.parametrize("text", ["Lisbon", "report.pdf", 25, "2026-03-09", "10:30", "Trailer 20", True, None])
def test_words_do_not_look_like_ids(text: object) -> None:
    assert not looks_like_id(text)


@pytest.mark.parametrize(
    ("number", "text"), [(25.0, "25"), (0.1, "0.1"), (100, "100"), (1e6, "1000000"), (2.50, "2.5")]
)
def test_plain_numbers(number: float, text: str) -> None:
    assert plain_number(number) == text


def test_a_day_far_off_has_its_year_and_a_nought_is_said_as_people_do() -> None:
    assert say("day", "2026-03-13", NOW) == "Friday 13 March"
    assert say("day", "2028-08-04", NOW) == "Friday 4 August 2028"
    for entry, told in (("€0", "Entry is free."), ("€9", "Entry is €9.")):
        assert fill("Entry is {entry?|free}.", lambda _, __, entry=entry: entry) == told  # type: ignore[misc]
    assert fill("Closed on {day?|no day}.", lambda _, __: None) == "Closed on no day."
    assert needs("Closed on {day?|no day}[, {until}].") == frozenset()
    assert mentioned("money", "0.00", "Entry is free.", NOW)
    assert mentioned("", 0, "Your flight is on time.", NOW)
    assert not mentioned("", 0, "Your flight is twenty minutes late.", NOW)
