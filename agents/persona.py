"""Who the user is: traits and circumstances, and how they make somebody speak and act.

Five traits (the "Big Five", each low, middle or high) and seven circumstances. They decide what is told when, how much
at once, how a question is answered and how a no is taken, and how it is written. The levels come from a schedule, not
by chance: in every block of rows each level of a dial stands as often as it is listed.
"""

from collections.abc import Mapping
from functools import lru_cache
from random import Random

from scenarios import Persona

#: Every dial with its levels; a level that stands twice comes twice as often.
DIALS: dict[str, tuple[str, ...]] = {
    "openness": ("low", "middle", "high"),
    "conscientiousness": ("low", "middle", "high"),
    "extraversion": ("low", "middle", "high"),
    "agreeableness": ("low", "middle", "high"),
    "neuroticism": ("low", "middle", "high"),
    "age": ("young", "grown", "old"),
    "familiarity": ("new to it", "used to it"),
    "mood": ("calm", "calm", "calm", "impatient", "cheerful"),
    "formality": ("casual", "neutral", "formal"),
    "medium": ("phone", "desk", "voice"),
    "hurry": ("no", "no", "yes"),
    "agreement": ("trusting", "wary"),
}
_TRAIT = {"low": 0.1, "middle": 0.5, "high": 0.9}


def scheduled(seed: int, place: int) -> dict[str, str]:
    """The level of every dial for a row of a run: dial -> level.

    Each dial goes through its levels in blocks, in an order of its own for every block, so that the dials mix freely.
    """
    found = {}
    for dial, levels in DIALS.items():
        block, within = divmod(place, len(levels))
        found[dial] = _block(dial, seed, block)[within]
    return found


@lru_cache(maxsize=200)
def _block(dial: str, seed: int, block: int) -> list[str]:
    """The levels of a dial in the order of one block."""
    return Random(f"{dial}{seed}{block}").sample(DIALS[dial], len(DIALS[dial]))


def speaker(levels: Mapping[str, str]) -> Persona:
    """How somebody with these levels speaks and acts."""
    trait = {dial: _TRAIT[level] for dial, level in levels.items() if level in _TRAIT}
    young, old = levels["age"] == "young", levels["age"] == "old"
    casual, formal = levels["formality"] == "casual", levels["formality"] == "formal"
    phone, hurry = levels["medium"] == "phone", levels["hurry"] == "yes"
    impatient, cheerful = levels["mood"] == "impatient", levels["mood"] == "cheerful"
    used = levels["familiarity"] == "used to it"
    terse = 0.7 + 0.25 * hurry + 0.15 * phone - 0.2 * formal - 0.1 * old - 0.25 * (trait["extraversion"] - 0.5)
    polite = 0.2 * max(0.0, trait["agreeableness"] - 0.3) * (1.5 if formal else 0.5 if casual else 1.0)
    return Persona(
        name=f"{levels['age']}, {levels['formality']}, by {levels['medium']}",
        levels=dict(levels),
        mood="impatient" if impatient else "cheerful" if cheerful else "calm",
        open=round(0.05 + 0.5 * trait["extraversion"], 2),
        polite=round(0.0 if hurry else polite, 3),
        terse=round(min(1.0, max(0.2, terse)), 2),
        lower=phone and (casual or young),
        dots=formal or not (phone or (casual and not old)),
        greets=not hurry and trait["extraversion"] > 0.3 and (formal or (old and not used)),
        withholds=round(0.75 - 0.4 * trait["conscientiousness"] - 0.1 * used, 2),
        joins=round(0.1 + 0.2 * trait["extraversion"], 2),
        declines=0.15 if levels["agreement"] == "trusting" else 0.35,
        curious=round(0.5 + trait["openness"], 2),
        annoyed=0.0 if cheerful else 0.9 if impatient else round(max(0.0, 0.6 * trait["neuroticism"] - 0.3), 2),
        patience=max(1, 2 + (trait["agreeableness"] > 0.6) - (impatient or hurry)),
    )
