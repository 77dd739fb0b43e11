"""Draws that planning makes by the thousand: those that :mod:`random` makes, without what it checks first."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


def shuffled(random: Random, items: Iterable[T]) -> list[T]:
    """All of some items in an order by chance: ``random.sample(items, len(items))``."""
    left, bits = list(items), random.getrandbits
    found = []
    for size in range(len(left), 0, -1):
        length = size.bit_length()
        place = bits(length)
        while place >= size:
            place = bits(length)
        found.append(left[place])
        left[place] = left[size - 1]
    return found


def weighted(random: Random, weights: Sequence[float]) -> int:
    """The place of one of some weights, each as likely as it weighs: ``random.choices(range(n), weights)[0]``."""
    sums = list(accumulate(weights))
    return bisect(sums, random.random() * (sums[-1] + 0.0), 0, len(sums) - 1)
