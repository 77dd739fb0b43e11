"""Draws that are cheap: the same as the dear ones, or as even."""

import re
from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from agents.asked import any_of, each_of
from sim.chance import shuffled, weighted
from tools_mock.world import Draws


@given(st.integers(), st.lists(st.integers(), max_size=40))
def test_shuffling_is_what_sample_does(seed: int, items: list[int]) -> None:
    one, other = Random(seed), Random(seed)
    assert shuffled(one, items) == other.sample(items, len(items))
    assert one.random() == other.random()  # and as much of the source is used up


@given(st.integers(), st.lists(st.floats(0, 100), min_size=1, max_size=20).filter(any))
def test_weighing_is_what_choices_does(seed: int, weights: list[float]) -> None:
    one, other = Random(seed), Random(seed)
    assert weighted(one, weights) == other.choices(range(len(weights)), weights)[0]


@given(st.text(max_size=20), st.lists(st.integers(1, 1 << 40), max_size=200))
def test_draws_are_a_function_of_the_text_and_stay_below(text: str, numbers: list[int]) -> None:
    one, other = Draws(text), Draws(text)
    for number in numbers:  # more than one text's worth of bits
        drawn = one.below(number)
        assert 0 <= drawn < number
        assert drawn == other.below(number)
    assert 0.0 <= one.random() < 1.0


def test_draws_are_even() -> None:
    draws = Draws("even")
    counts = Counter(draws.choice("abcde") for _ in range(20_000))
    assert set(counts) == set("abcde")
    assert max(counts.values()) - min(counts.values()) < 400  # some seven standard deviations
    assert 0.49 < sum(draws.random() for _ in range(20_000)) / 20_000 < 0.51


WORDS = ["on", "it", "only", "off", "is", "are", "just", "get", "then", "now", "online"]


@given(st.lists(st.sampled_from(WORDS), max_size=8))
def test_phrases_by_their_first_letter_find_what_they_found(words: list[str]) -> None:
    phrases = each_of(r"off it | off | (?:is|are) off | (?:just )?on it | (?<!get )only | \w+ then | get")
    text = " ".join(words)
    plain, found = re.search(rf"\b(?:{'|'.join(phrases)})\b", text), any_of(*phrases).search(text)
    assert (plain and plain.start()) == (found and found.start())
