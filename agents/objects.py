"""What a person says of parameters that are objects: "2 of the rye bread", "Mill Lane 4, Lisbon".

A plan has them one field at a time, each with what it stands in (``tools_mock.nested``).
"""

import re
from collections.abc import Mapping

from tools_mock import ToolSpec
from tools_mock.phrases import id_of, label_of

from .asked import set_of

#: What may come before the name of an object.
_SOME = r"(?:an?|the|some|any|one or more|several|all|new|given|optional|various|a list of|its|their|his|her)"
#: Objects that are said field by field, and speak of nothing themselves.
_ASIDE = set_of(
    "filter filters criteria option options params parameters query settings details info data request patch changes"
    " updates fields payload input"
)
#: How many of a thing, and what is said without telling what it is.
COUNTS = set_of("quantity count amount pieces qty units number")
_BARE = set_of("street city code zip postcode postal country state address name email phone line")


def with_objects(spec: ToolSpec, clause: str, texts: Mapping[str, str], changes: bool) -> tuple[str, list[str]]:
    """A description with what is said of objects in their places, and what is said of those it does not speak of.

    "Place an order for some items, delivered to an address" is "place an order for {quantity} of {product_id},
    delivered to {street}, {city}". ``changes`` tells that what there is gets another value: "change the address to …".
    """
    inside: dict[str, list[str]] = {}
    for slot, schema in spec.parameters.get("properties", {}).items():
        if "in" in schema:
            inside.setdefault(schema["in"], []).extend([slot] if slot in texts else [])
    listed = []
    for name, slots in inside.items():
        label, (slots, whole) = label_of(name), _together(slots, clause)
        things = {label.removesuffix("s"), *(one for slot in slots if (one := label_of(slot)) in clause)}
        thing = f"(?:{'|'.join(map(re.escape, sorted(things)))})"
        spoken = re.search(rf"(?<= )(?:{_SOME} )*(?:(?!{_SOME}\b)\w+ )?{thing}(?:e?s)?\b", clause)
        if label.rpartition(" ")[2] in _ASIDE:
            clause = re.sub(rf",? (?:by|with|using|given|from|for|matching) (?:{_SOME} )*{thing}s?\b", "", clause)
        elif whole and spoken:
            clause = f"{clause} to {whole}" if changes else clause[: spoken.start()] + whole + clause[spoken.end() :]
        elif whole:
            listed.append(whole if " of " in whole else f"{label} {whole}")
    return clause, listed


#: After a word that is a thing of its own: a "meter reading" is no meter.
_NO_MORE = r"(?:e?s)?\b(?! (?!(?:of|in|on|at|to|for|from|with|by|and|or)\b)[a-z])"


def _together(slots: list[str], clause: str) -> tuple[list[str], str]:
    """The fields of an object that are said in one breath, and how: "2 of the rye bread", "Mill Lane 4, Lisbon"."""
    labels = {slot: label_of(slot) for slot in slots}
    things = [slot for slot in slots if id_of(slot)] or [
        slot for slot in slots if re.search(rf"{re.escape(labels[slot])}{_NO_MORE}", clause)
    ]
    counts = [slot for slot, label in labels.items() if not COUNTS.isdisjoint(label.split())]
    if len(things) == 1 and len(counts) < 2:
        together = [*counts, *things]
        return together, " of ".join(f"{{{slot}}}" for slot in together)
    if slots and all(label.rpartition(" ")[2] in _BARE for label in labels.values()):
        return slots, ", ".join(f"{{{slot}}}" for slot in slots)
    return [], ""
