"""Putting content into words: a user's wishes and answers, an assistant's reports and questions.

Everything here is a function of content, manner and a random source; what to say is decided elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from scenarios import Fact, Persona, Told, Wish
from tools_mock import Tool, ToolSpec
from tools_mock.phrases import fill, look, needs, sayable, slots_of
from tools_mock.values import WORDS, adverbial, joined, kind_of, looks_like_id, say
from tools_mock.world import Draws

#: How many items of a list an assistant reads out.
SHOWN = 5

#: Kinds whose text a careless writer may put in small letters without changing what it says.
_SMALL = frozenset(
    (
        "day",
        "clock",
        "city",
        "person",
        "title",
        "product",
        "category",
        "money",
        "budget",
        "minutes",
        "count",
        "noun",
    )
)


# ── the user ─────────────────────────────────────────────────────────────────────────────────────────────


def wish_text(
    wishes: Iterable[Wish],
    persona: Persona,
    random: Draws,
    after: str,
    first: bool,
    talk: str = "",
    switch: str = "",
    brings: str = "",
) -> str:
    """One message that brings up one or more wishes.

    Args:
        wishes: what to ask for; facts that are told only when asked stay out.
        persona: the manner.
        random: decides the wording.
        after: how the turn before went: ``success``, ``refusal`` or nothing.
        first: whether the conversation begins here.
        talk: small talk to begin with.
        brings: what they have just connected.
        switch: ``away`` from an open question, ``back`` to a wish that was left, or what was wanted has ``changed``.
    """
    if first and persona.lower and random.random() < 0.3:  # who begins takes more care
        persona = persona.model_copy(update={"lower": False})
    clauses = [_clause(wish, persona, random, first) for wish in wishes]
    text, kind = clauses[0]
    if kind == "imperative":
        text, kind = _wrap(text, persona, random, joins=len(clauses) > 1)
    for more, its_kind in clauses[1:]:
        if its_kind == "imperative" and kind == "imperative":
            text = f"{text} and {random.choice(['', 'then ', 'also '])}{more}"
        else:
            more = _wrap(more, persona, random)[0] if its_kind == "imperative" else more
            more = random.choice(["", "and ", "also, "]) + more
            text = f"{closed(text)} {more if persona.lower else _capital(more)}"
    if talk:
        line = closed(small_talk(talk, random)[0])
        text = f"{line} {text if persona.lower else _capital(text)}"
    if persona.mood == "impatient" and not text.endswith("?") and random.random() < 0.2:
        text += random.choice([", and quickly please", ", I'm in a hurry", ", as fast as you can"])
    if brings:
        return styled(random.choice(_BRINGS).format(brings) + text, persona)
    if switch:
        return styled(random.choice(_SWITCHES[switch]) + text, persona)
    return styled(text if persona.brief else _opened(text, persona, random, after, first), persona)


_BRINGS = (
    "I've connected {} now, so: ",
    "ok, I've just connected {}. again: ",
    "alright, I have connected {} now. so, ",
    "you have access now, I've connected {}: ",
)


def connected(what: str) -> tuple[str, ...]:
    """The words by which it is known that a user has connected something."""
    return (f"connected {what}", f"{what} is connected")


_SWITCHES = {
    "away": (
        "wait, first something else: ",
        "before that: ",
        "hold on, I need something else first. ",
        "oh, one moment: ",
    ),
    "changed": (
        "actually, I've changed my mind: ",
        "hm, on second thoughts, ",
        "sorry, I've thought again: ",
        "no, wait, I've thought it over: ",
    ),
    "back": (
        "ok, back to the other thing: ",
        "now back to what I asked before: ",
        "so, as before: ",
        "right, where were we: ",
    ),
}


def talk_text(talk: str, persona: Persona, random: Draws) -> str:
    """Small talk and nothing else."""
    return styled(small_talk(talk, random)[0], persona)


def answer_text(facts: Iterable[Fact], persona: Persona, random: Draws) -> str:
    """The answer to a question for facts."""
    exact = [fact.model_copy(update={"vague": ""}) if fact.vague else fact for fact in facts]
    texts = [_said(fact, persona, random.random() < 0.3) for fact in exact]
    text = joined(texts)
    frames = ["{}", "{}", "{}"]
    if len(texts) == 1:
        frames += ["{} please"] if random.random() < persona.polite else []
        frames += (
            [
                "make it {}",
                "let's say {}",
                "{} would be good",
                "I was thinking of {}",
                "{}, is that possible?",
                "I'd say {}",
            ]
            if persona.terse < 0.7 and exact[0].kind in _SMALL - {"noun", "person"}
            else []
        )
    if random.random() < 0.4 and not persona.lower:  # answers are typed more carelessly than wishes
        persona = persona.model_copy(update={"lower": True})
    text = styled(random.choice(frames).format(text), persona)
    return f"{text}." if persona.dots and text[-1:].isalnum() else text


def closing_text(persona: Persona, random: Draws, after: str) -> str:
    """The last words, after a turn that went well, or ended in a ``refusal``, or ``partly`` did."""
    plain = [
        *("thanks, that's all", "ok thanks", "that's all, thank you", "alright", "that's all I needed for today"),
        *("ok, that should do it for now", "ok, I'm all set now, bye"),
    ]
    good = [
        *("thanks, that's all", "perfect, thanks", "great, that's it", "ok thanks", "that's all, thank you", "👍"),
        *("ok great", "cool", "that'll do", "good, that's everything", "alright", "perfect", "wonderful, bye"),
        *("that's all I needed for today", "great, I think that's everything then", "ok, I'm all set now, bye"),
        *("nice, then I have everything I need", "good, that's one thing less to worry about"),
        *("ok, that should do it for now", "super, I'll get back to you if anything else comes up"),
    ]
    bad = [
        *("ok, leave it then", "never mind then", "alright, that's it then", "ok, forget it", "pity. That's it then"),
        *(
            "hm, ok, then I'll see to it myself",
            "too bad, but thanks for trying",
            "ok, then there's nothing to be done",
        ),
    ]
    return styled(random.choice({"refusal": bad, "partly": plain}.get(after, good)), persona)


def yes_text(persona: Persona, random: Draws) -> str:
    """Consent."""
    return styled(random.choice(["yes", "yes please", "go ahead", "sure", "ok"]), persona)


def yes_but_text(facts: list[Fact], persona: Persona, random: Draws) -> str:
    """Consent, with something changed."""
    text = joined([_said(fact.model_copy(update={"first": ""}), persona, False) for fact in facts])
    frames = ["yes, but make it {}", "yes, but {} please", "ok, but make that {}", "yes, but let's say {}"]
    return styled(random.choice(frames).format(text), persona)


def unknown_text(fact: Fact, persona: Persona, random: Draws) -> str:
    """What one says when asked for the number of a thing that one can only name."""
    text = _said(fact.model_copy(update={"vague": ""}), persona, False)
    frames = ["I don't know, it's {}", "no idea, it's {}", "I don't have that. It's {}", "don't know that, {}"]
    return styled(random.choice(frames).format(text), persona)


def against_text(rule: str, random: Draws) -> str:
    """What an assistant says to what the policy forbids."""
    fronts = ["I'm sorry, I can't do that: {}", "I'm afraid I'm unable to: {}", "I can't, sorry: {}"]
    return random.choice(fronts).format(rule[:1].lower() + rule[1:])


def no_text(persona: Persona, random: Draws) -> str:
    """A proposal turned down."""
    texts = ["no", "no, leave it", "no thanks", "hm, no, better not", "no, keep it", "rather not"]
    return styled(random.choice(texts), persona)


#: Small talk by name: what a user may say, and what an assistant may answer. Nobody wants anything done.
SMALL_TALK: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "long day": (
        ("what a day, I've been in meetings since eight", "I'm so tired today", "it's been one of those days"),
        ("That sounds exhausting. I hope it gets quieter.", "Oh dear. Take it slowly.", "Sorry to hear that."),
    ),
    "weather": (
        ("it's pouring outside, by the way", "lovely weather today, isn't it", "finally some sun"),
        ("Make the best of it!", "A good day to be inside or out, then.", "I'll take your word for it."),
    ),
    "looking forward": (
        ("I'm really looking forward to the weekend", "I can't wait for my holidays", "soon I'll have some time off"),
        ("That's good to hear. Enjoy it!", "Nice, you've earned it.", "Sounds great."),
    ),
    "thanks": (
        ("you're really quick", "I don't know what I'd do without you", "you're a great help, you know that"),
        ("Happy to help!", "That's kind of you.", "Thank you, that's nice to hear."),
    ),
    "family": (
        ("the kids are driving me mad today", "my mother says hello", "my sister laughs at me for talking to you"),
        ("Say hello back from me.", "I can imagine.", "Families keep life interesting."),
    ),
}


def small_talk(name: str, random: Draws) -> tuple[str, str]:
    """A line of small talk and an answer to it."""
    said, answers = SMALL_TALK[name]
    return random.choice(said), random.choice(answers)


def lacking_text(random: Draws) -> str:
    """What an assistant says when nothing it has can do what is wanted."""
    return random.choice(
        [
            "I'm sorry, I can't do that: none of my tools covers it.",
            "That's something I can't help with here, I have no tool for it.",
            "I'm afraid that's beyond what I can do from here.",
            "Sorry, I have no way to do that.",
        ]
    )


def lost_text(persona: Persona, random: Draws) -> str:
    """What one says to a question one cannot answer."""
    return styled(random.choice(["I don't know", "no idea, sorry", "I can't tell you that", "doesn't matter"]), persona)


def patient_text(persona: Persona, random: Draws) -> str:
    """What one says to "one moment, please"."""
    return styled(
        random.choice(["ok", "sure", "ok, I'll wait", "no hurry" if persona.mood == "calm" else "alright"]), persona
    )


def acted_text(wish: Wish, persona: Persona, random: Draws) -> str:
    """What one says after doing what one was asked to do."""
    front = random.choice(["", "", "ok, ", "right, ", "hang on… "]) if persona.terse < 0.8 else ""
    return styled(front + random.choice(wish.ask), persona)


def stuck_text(persona: Persona, random: Draws) -> str:
    """What one says when one hears what is the matter, but not what to do about it."""
    texts = ["and what can I do about it?", "so what should I do?", "ok, and how do I fix it?"]
    return styled(random.choice(texts), persona)


def lacks_text(what: str, persona: Persona, random: Draws) -> str:
    """What one says to an answer that has nothing of what was asked: ``when``, ``how much``, ``how many``."""
    return styled(random.choice(["but {}?", "and {} exactly?", "ok, but {}?", "I asked {}"]).format(what), persona)


def wrong_text(text: str, persona: Persona, random: Draws) -> str:
    """What one says to a proposal that has something else than what was said."""
    fronts = ["no, {}", "no, I said {}", "not quite: {}", "that's not what I said, {}", "{}, not that"]
    return styled(random.choice(fronts).format(text), persona)


def unclear_text(persona: Persona, random: Draws) -> str:
    """What one says to what makes no sense."""
    return styled(random.choice(["sorry?", "I don't understand", "what do you mean?", "come again?"]), persona)


def again_text(wish: str, persona: Persona, random: Draws) -> str:
    """A wish said once more, to who has not taken it up."""
    front = random.choice(["", "as I said: ", "so: ", "I was asking: "])
    return styled(front + (wish[:1].lower() + wish[1:] if front and not wish.startswith("I") else wish), persona)


@lru_cache(maxsize=5_000)
def _sayable(
    ask: tuple[str, ...], told: frozenset[str], near: frozenset[str], theirs: frozenset[str]
) -> tuple[str, ...]:
    """The patterns that some facts can be said with; ``near`` are days as in "in three days", ``theirs`` "them"."""
    # A pattern must have room for every fact that is told, and facts for everything it insists on.
    can = sayable(ask, told) or ask
    ahead = {f"{front} {{{slot}}}" for slot in near for front in ("to", "for", "until", "by", "from")}
    can = tuple(pattern for pattern in can if not any(part in pattern for part in ahead)) or can  # "to in three days"
    return tuple(pattern for pattern in can if not any(_as_they(slot, pattern) for slot in theirs)) or can


def _clause(wish: Wish, persona: Persona, random: Draws, first: bool) -> tuple[str, str]:
    told = {fact.slot: fact for fact in wish.facts if fact.when == "now"}
    near = frozenset(slot for slot, fact in told.items() if fact.text.startswith("in ") or fact.slip.startswith("in "))
    theirs = frozenset(slot for slot, fact in told.items() if fact.text.startswith(("them", "the one whose")))
    can = _sayable(wish.ask, frozenset(told), near, theirs)
    pattern = random.choice(can)
    if len(can) > 1 and random.random() < persona.terse + 0.6 * first:  # of three ways to say it the shortest
        pattern = min(pattern, random.choice(can), random.choice(can), key=len)
    bare = False
    if not pattern.endswith(".") and (persona.brief or random.random() < 0.3 * persona.terse):
        bare = _VERBLESS.match(pattern) is not None
        pattern = briefly(pattern)

    def value(slot: str, after_verb: bool) -> str | None:
        fact = told.get(slot)
        return None if fact is None else _said(fact, persona, after_verb)

    text = fill(pattern, value)
    if " it" in text or " them" in text or " that one" in text:
        text = _OF_THEM.sub(r"their \1", _AT_IT.sub("there", _PARTED.sub(r"\1 \3 \2", text)))
    text = _AN.sub(r"\1n ", text)
    if text.endswith("?"):
        return text, "question"
    if text.endswith(".") or bare or text.startswith(("I ", "I'", "i ", "i'", "let's")):
        return text.rstrip("."), "statement"
    return text, "imperative"


#: "An Italian restaurant", but "a euro".
_AN = re.compile(r"\b([Aa]) (?=[AEIOUaeiou](?!uro|ne|ni))")
#: "Hold a table for three at it."
_AT_IT = re.compile(r"(?<!look )\bat it\b")
#: "When's the birthday of them?"
_OF_THEM = re.compile(r"\bthe (\w+) of them\b")


def _as_they(slot: str, pattern: str) -> bool:
    """Whether a slot stands where "them" would have to be "they" or "their"."""
    return (
        re.search(rf"^\{{{slot}\}}|\{{{slot}\}}'s|\b(?:did|will|do|does|is|was|has) \{{{slot}\}}", pattern) is not None
    )


#: "call off it" is said "call it off".
_PARTED = re.compile(r"\b(call|send|give|hand|put|take|throw|cross|tick) (off|back|away|out) (it|them|that one)\b")
_NEEDLESS = re.compile(
    r"^(?:is there|are there|do i have|have i got) |(?<![\w{@'])(?:can you|could you|please|i'd like(?: you)? to"
    r"|i need(?: you)? to|(?<!did )i want to|(?<!do )i need|for me|tell me|show me|(?<=find )me|(?<=get )me"
    r"|(?<=give )me|(?<=read )me|an?|the|(?<!of )my|i'd like|would like)(?![\w}']) ?",
    re.IGNORECASE,
)


#: What has no verb left once it is said briefly: "my orders", which nobody can be asked to do.
_VERBLESS = re.compile(r"(?:show me|tell me|I need|I'd like)\b(?!(?: you)? to\b)")


@lru_cache(maxsize=20_000)
def briefly(pattern: str) -> str:
    """A pattern without the words that can be done without; what stands in its slots stays."""
    short = _NEEDLESS.sub("", pattern).replace("{@", "{").strip().removeprefix("about ")
    return short[:1].lower() + short[1:] if len(short.split()) > 1 else pattern


def _said(fact: Fact, persona: Persona, after_verb: bool) -> str:
    text = fact.first or fact.vague or fact.text
    text = text.lower() if persona.lower and fact.kind in _SMALL else text
    if fact.slip:
        text = f"{fact.slip.lower() if persona.lower else fact.slip}, {_WAIT[len(fact.slip) % len(_WAIT)]} {text}"
    return adverbial(fact.kind, text) if after_verb else text


_WAIT = ("no,", "sorry,", "I mean", "no wait,")


def _wrap(text: str, persona: Persona, random: Draws, joins: bool = False) -> tuple[str, str]:
    """An imperative in the persona's manner; joined ones stay open for an "and"."""
    if persona.brief and not joins:
        return text, "statement"
    polite = text.startswith("please") or random.random() < persona.polite
    if joins:
        front = random.choice(["please ", "I'd like you to ", ""]) if polite and not text.startswith("please") else ""
        return front + text, "imperative"
    if text.startswith("please"):
        return text, "statement"
    if polite:
        mine = re.search(r"\b(?:me|my)\b", text) is not None
        frames = ["could you {}?", "can you {} please?", "please {}", "{} please"]
        frames += ["would you {}?" if mine else "would you {} for me?"]
    elif random.random() < persona.terse:
        frames = ["{}", "{}", "can you {}?"]
    else:
        frames = ["can you {}?", "can you {}?", "can we {}?", "{}", "I need you to {}"]
        if re.search(r"\b(?:me|my)\b", text):  # "can we show me my payments?"
            frames.remove("can we {}?")
    if "," in text:  # "drop it, plans have changed please"
        frames = [frame for frame in frames if not frame.endswith("please")]
    frame = random.choice(frames)
    if frame.endswith("?") and (because := _BECAUSE.search(text)):
        head, reason = text[: because.start(because.lastindex or 0)], text[because.end() :]
        return f"{frame.format(head)} {_capital(reason)}", "statement"
    if frame.endswith("?") and ": " in text:  # what is dictated is no part of the question
        return f"{frame.partition('{}')[0]}{text}", "statement"
    text = frame.format(text)
    return text, "question" if text.endswith("?") else "statement"


#: A reason that stands by itself: "Can you open a ticket? A part is missing."
_BECAUSE = re.compile(
    r"^(?:open|complain|report|dispute|file)\b.*?(: )"
    r"|(, )(?=(?:I(?! mean)|it|they|the(?! \d)|nobody|somebody|we|my|plans|there)\b)"
)


def _opened(text: str, persona: Persona, random: Draws, after: str, first: bool) -> str:
    if first:
        if not persona.greets:
            return text
        return random.choice(["hi, ", "hello! ", "hey, ", "good morning. ", "hi there. "]) + text
    if after == "refusal" and random.random() < persona.annoyed:
        front = [
            "seriously? ok, ",
            "oh come on. ",
            "great, just great. ",
            "that's annoying. ",
            "why is nothing ever easy. ",
        ]
    elif _CORRECTS.match(text):
        return text  # nobody is pleased with an answer to what they did not mean
    elif after == "refusal":
        front = ["hm, ok. ", "too bad. ", "ah, ok. ", "alright. ", "shame. ", "oh well. "]
    elif random.random() < 0.6 + 0.35 * persona.terse:
        return text
    elif after == "partly":
        front = ["ok. ", "ah, ok. ", "alright. ", "I see. ", "also, ", "next: "]
    else:
        front = [
            "ok, ",
            "great. ",
            "thanks. ",
            "perfect. ",
            "good. ",
            "also, ",
            "one more thing: ",
            "alright. ",
            "next: ",
        ]
    chosen = random.choice(front)
    return chosen + text


_CORRECTS = re.compile(r"(?:sorry|no wait|oh|hm|my mistake)\b")


def closed(text: str) -> str:
    """The text with a full stop, if it has no end yet."""
    return text if text.endswith(("?", "!", ".", '."', '?"', '!"')) else text + "."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def styled(text: str, persona: Persona) -> str:
    """Casing and punctuation in the persona's manner."""
    if not persona.lower:
        text = _START.sub(lambda start: start[0].upper(), text)
    else:
        text = text.replace("I'd ", "i'd ").replace("I'm ", "i'm ").replace("I've ", "i've ")
        text = text.replace("I'll ", "i'll ").replace("I ", "i ")
    if persona.dots and text[-1:].isalnum() and len(text.split()) > 2:
        text += "."
    return text


#: Where a sentence begins: after a mark and one space.
_START = re.compile(r"^[^ ]|(?<=[.?!] )[^ ]")


def ask_patterns(spec: ToolSpec, slots: tuple[str, ...]) -> tuple[str, ...]:
    """Ways to ask for a tool of which nothing but the schema is known.

    The first sentence of its description becomes an imperative, and what is to be said follows.
    """
    what = spec.description.split(". ")[0].strip().rstrip(".")
    first, _, others = what.partition(" ")
    # "Gets the zipcode" -> "get the zipcode"
    if first.endswith("s") and not first.endswith("ss") and len(first) > 3:
        first = first[:-3] + "y" if first.endswith("ies") else first[:-1]
    clause = f"{first[:1].lower()}{first[1:]} {others}".strip()
    rest: list[str] = []
    for slot in slots:
        # "water a bed" with a bed to name is "water bed east", not "water a bed: bed east"
        named = re.sub(rf"\b(?:an?|the) {re.escape(label_of(slot))}\b", f"{label_of(slot)} {{{slot}}}", clause, count=1)
        rest += [slot] if named == clause else []
        clause = named
    if not rest:
        return clause, f"I'd like you to {clause}"
    parts = [f"{label_of(slot)} {{{slot}}}" for slot in rest]
    return (
        f"{clause}: {joined(parts)}",
        f"{clause}, with {joined(parts)}",
        f"I'd like you to {clause}, {joined(parts)}.",
    )


# ── the assistant ────────────────────────────────────────────────────────────────────────────────────────


def report_text(tool: Tool, arguments: Mapping[str, Any], result: Any, random: Draws, now: datetime) -> str:
    """What an assistant says of a call that went well."""
    phrases = tool.phrases
    items = look(result, phrases.list) if phrases.list else None
    patterns = phrases.none if phrases.list and not items and phrases.none else phrases.tell
    fields: dict[str, tuple[str, Any]] = {}

    def field_of(slot: str) -> tuple[str, Any]:
        found = fields.get(slot)
        if found is None:
            found = fields[slot] = _field(tool, arguments, result, slot)
        return found

    def has(slot: str) -> bool:
        return (bool(phrases.list) and slot in ("items", "count")) or field_of(slot)[1] not in (None, "")

    usable = [pattern for pattern in patterns if all(map(has, needs(pattern)))]
    if not usable:
        return plain_report(tool, result)

    def value(slot: str, after_verb: bool) -> str | None:
        if slot == "count" and phrases.list:
            many = len(items or ())
            return WORDS[many] if many < len(WORDS) else str(many)
        if slot == "items" and phrases.list:
            return _items(tool, items or [])
        kind, found = field_of(slot)
        if found in (None, ""):
            return None
        return adverbial(kind, say(kind, found, now)) if after_verb else say(kind, found, now)

    text = _capital(_plural(fill(random.choice(usable), value)))
    return f"{text} {random.choice(_MORE)}" if look(result, "next_page") else text


_MORE = ("There are more.", "That's not all of them.", "There's another page of them.")


def _plural(text: str) -> str:
    """``1 seat(s)`` and ``2 seat(s)`` as they are said."""
    if "(s)" not in text:
        return text
    return re.sub(r"\b(\d+|no) (\w+)\(s\)", lambda m: f"{m[1]} {m[2]}" if m[1] == "1" else f"{m[1]} {m[2]}s", text)


def _has(tool: Tool, arguments: Mapping[str, Any], result: Any, slot: str) -> bool:
    special = bool(tool.phrases.list) and slot in ("items", "count")
    return special or _field(tool, arguments, result, slot)[1] not in (None, "")


def _field(tool: Tool, arguments: Mapping[str, Any], result: Any, slot: str) -> tuple[str, Any]:
    found = look(result, slot)
    if found is None:
        return tool.spec.kinds.get(slot, ""), arguments.get(slot)
    return tool.spec.return_kinds.get(slot, ""), found


def _items(tool: Tool, items: list[Any]) -> str:
    texts = [item_text(tool, item) for item in items[:SHOWN]]
    if len(items) > SHOWN:
        texts.append(f"{len(items) - SHOWN} more")
    return joined(texts)


def item_text(tool: Tool, item: Any) -> str:
    """One item of a result list, as an assistant writes it."""
    kinds = tool.spec.return_kinds
    pattern = tool.phrases.item

    def value(slot: str, after_verb: bool) -> str | None:
        found = item if slot == "value" else look(item, slot)
        kind = kinds.get(f"{tool.phrases.list}[].{slot}", kinds.get(f"{tool.phrases.list}[]", ""))
        return "–" if found is None else adverbial(kind, say(kind, found)) if after_verb else say(kind, found)

    return fill(pattern, value) if pattern else say("", item)


def facts_told(
    tool: Tool, step: int, arguments: Mapping[str, Any], result: Any, asked: Iterable[str] = ()
) -> Told | None:
    """Which values a report of this result must contain, however it is worded; ``None`` where there is none.

    Of one thing one value will do, for one is what was asked for; and of what was ``asked`` with a yes or a no none.
    """
    phrases, kinds = tool.phrases, tool.spec.return_kinds
    yes_or_no = any(YES_OR_NO.match(pattern) for pattern in asked)
    if phrases.list:
        items = look(result, phrases.list) or []
        slots = slots_of(phrases.item) if phrases.item else ("value",)
        # What was asked with tells nothing: who looks up a task by its words wants to know its day.
        fresh = [slot for slot in slots if look(items[0], slot) not in arguments.values()] if len(items) == 1 else []
        slots = tuple(fresh) or slots[:2]
        values = [
            (kinds.get(f"{phrases.list}[].{slot}", ""), item if slot == "value" else look(item, slot))
            for item in items[: 3 * SHOWN]
            for slot in slots
        ]
        wanted, enough = min(3, len(items)), max(1, min(2, len(items) - 1))
        flags = items and isinstance(items[0], dict) and any(isinstance(value, bool) for value in items[0].values())
        enough = 0 if yes_or_no and flags else enough
    elif phrases.tell:
        usable = [pattern for pattern in phrases.tell if all(_has(tool, arguments, result, n) for n in needs(pattern))]
        shared = (
            [slot for slot in slots_of(usable[0]) if all(slot in slots_of(other) for other in usable)] if usable else []
        )
        values = [(kinds.get(slot, ""), found) for slot in shared if (found := look(result, slot)) is not None]
        wanted = enough = len(values)
    else:
        values = _plain_values(result)
        wanted = enough = len(values)
    # Advice may be put in any words: that the user follows it shows that it was given.
    values = [(kind, value) for kind, value in values if kind not in ("flag", "advice") and kind_of(value) != "flag"]
    values = [(kind, value) for kind, value in values if value not in ("", [], {})]
    wanted = min(wanted, len(values))
    if tool.spec.effect == "write" or any(kind == "condition" for kind, _ in values):
        enough = 0  # what was done the world shows, and that "it works" can be said in many words
    elif not phrases.list:
        enough = 0 if yes_or_no else 1
    return Told(step=step, values=tuple(values), at_least=min(enough, wanted), usual=wanted) if wanted else None


#: "Is {booking_id} flexible?", "have I paid all my phone bills?"
YES_OR_NO = re.compile(r"(?:is|are|do|does|did|has|have|can|could|will|would)\b(?! (?:you|we)\b).*\?$", re.IGNORECASE)


def _plain_values(result: Any) -> list[tuple[str, Any]]:
    return [("", value) for _, value in _plain(result)]


def _plain(result: Any) -> list[tuple[str, Any]]:
    """The parts of a result of unknown shape that are worth telling: names and scalar values, a few of them."""
    if isinstance(result, Mapping):
        found: list[tuple[str, Any]] = []
        for name, value in result.items():
            if isinstance(value, Mapping) and value and all(isinstance(item, Mapping) for item in value.values()):
                found.append((name, list(value)[:SHOWN]))  # records by id: their ids name them
            elif isinstance(value, Mapping):
                found += [(f"{name} {inner}" if len(result) > 1 else inner, item) for inner, item in _plain(value)]
            elif isinstance(value, list):
                short = [item for item in value[:SHOWN] if not isinstance(item, dict | list)]
                if len(short) == len(value[:SHOWN]) and value:
                    found.append((name, short))
                elif value:
                    found += [(name, _headline(item)) for item in value[:3]]
            elif value is not None and value != "":
                found.append((name, value))
        return found[:8]
    if isinstance(result, list):
        if all(not isinstance(item, dict | list) for item in result):
            return [("", result[:SHOWN])] if result else []
        return [("", _headline(item)) for item in result[:3]]
    return [] if result is None else [("", result)]


def _headline(item: Any) -> Any:
    """The part of a nested item that a person would name it by."""
    if not isinstance(item, Mapping):
        return item
    for name in ("title", "name", "content", "message", "symbol", "description"):
        if isinstance(item.get(name), str) and item[name]:
            return item[name]
    for value in item.values():
        if isinstance(value, str) and value and not looks_like_id(value):
            return value
    return next((value for value in item.values() if isinstance(value, int | float)), "")


@lru_cache(maxsize=5_000)
def label_of(name: str) -> str:
    """A field's name in plain words: ``fuelLevel`` and ``fuel_level`` -> fuel level."""
    if looks_like_id(name):
        return name
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


#: What the name of an id has beside the thing: ``stay_ref``, ``idOfOrder``.
_HANDLES = frozenset(("id", "ids", "ref", "key", "of"))


def thing_called(name: str) -> str:
    """The thing that a field is an id of, in plain words: ``order_id``, ``data.orderKey``, ``idOfOrder`` -> order."""
    words = label_of(name.rpartition(".")[2]).split()
    return " ".join(word for word in words if word not in _HANDLES)


def plain_report(tool: Tool, result: Any) -> str:
    """A report made from nothing but the result."""
    parts = _plain(result)
    parts = [part for part in parts if part != ("ok", True)] or parts  # nobody says that it is ok beside what it is
    if not parts:
        empty = isinstance(result, list | Mapping)
        return "Done." if tool.spec.effect == "write" or not empty else "There's nothing there."
    if len(parts) == 1 and isinstance(parts[0][1], bool) and tool.spec.effect == "read":
        return "Yes." if parts[0][1] else "No."
    said, done = [], "Done. " if tool.spec.effect == "write" else ""
    for name, value in parts:
        text = say("", value)
        if isinstance(value, list) and len(value) == SHOWN:
            more = _length(result, name) - SHOWN
            text = joined([*(say("", item) for item in value), f"{more} more"]) if more > 0 else text
        sentence = isinstance(value, str) and (value.endswith((".", "!")) or len(value) > 60)
        done = "" if sentence else done
        plain = not name or sentence or name in ("result", "status", "message", "notification")
        said.append(
            text.rstrip(".")
            if plain
            else f"the {label_of(name)} {'are' if isinstance(value, list) and name.endswith('s') else 'is'} {text}"
            if kind_of(value) != "flag"
            else f"{label_of(name)}: {text}"
        )
    return done + closed(_capital(joined(said)))


def _length(result: Any, name: str) -> int:
    found = result if isinstance(result, list) else look(result, name)
    return len(found) if isinstance(found, list) else 0


def refusal_text(content: Any, random: Draws) -> str:
    """What an assistant says when a tool said no: the fact, then the way out."""
    error = content.get("error") if isinstance(content, Mapping) else None
    if isinstance(error, Mapping):
        fact, remedy = str(error.get("message", "")), str(error.get("remedy", ""))
    elif isinstance(content, Mapping):
        fact = next((str(value) for value in (error, *content.values()) if isinstance(value, str)), "it was refused")
        remedy = ""
    else:
        fact, remedy = str(content), ""
    front = random.choice(["That didn't work: ", "I couldn't do that: ", "Sorry, that's not possible: ", "No luck: "])
    text = front + fact.rstrip(".") + "."
    if remedy:
        text += random.choice([" You could {}.", " One way out: {}.", " If you like, {}."]).format(remedy)
    return text


def question_text(questions: list[str], random: Draws) -> str:
    """A message that asks for what is missing."""
    front = random.choice(["", "", "Happy to. ", "Sure. ", "One thing first: "])
    if front.endswith(": "):
        questions = [questions[0][:1].lower() + questions[0][1:], *questions[1:]]
    return front + " ".join(questions)


def thing_text(tool: Tool, result: Any, path: str) -> str:
    """The thing at a path of a result, as an assistant names it; empty where the tool has no words for one."""
    item = look(result, path) if path else None
    listed = bool(tool.phrases.list) and path.partition("[")[0] == tool.phrases.list
    return item_text(tool, item) if listed and isinstance(item, Mapping) and tool.phrases.item else ""


def choice_text(tool: Tool, items: list[Any], random: Draws) -> str:
    """A question for which of several things is meant, with the things."""
    texts = joined([item_text(tool, item) for item in items], "or")
    fronts = ["There are {n}: {things}. ", "I see {n}: {things}. ", "You have {n}: {things}. "]
    asks = ["Which one do you mean?", "Which one?", "Which of them?"]
    number = WORDS[len(items)] if len(items) < len(WORDS) else str(len(items))
    return random.choice(fronts).format(n=number, things=texts) + random.choice(asks)


def proposal_text(tool: Tool, thing: str, random: Draws) -> str:
    """What an assistant asks before it does what cannot be undone."""
    deed = random.choice(tool.phrases.deed or ("go ahead with it",))
    asks = ["Shall I {}?", "Should I {}?", "Do you want me to {}?"]
    if not thing:
        return random.choice([*asks, "Just to be sure: do you want me to {}?"]).format(deed)
    fronts = ["That's {}.", "I found it: {}.", "Just to be sure, it's {}.", "That would be {}."]
    return f"{random.choice(fronts).format(thing.rstrip('.?!'))} {random.choice(asks).format(deed)}"


_PROPOSAL = re.compile(
    r"\b(shall i|should i|do you want me|would you like me to|may i|is that (ok|right|correct|fine)|go ahead|confirm"
    r"|proceed|are you sure)\b",
    re.IGNORECASE,
)


def proposes(text: str) -> bool:
    """Whether an assistant's message asks for leave to do something."""
    return "?" in text and any(_PROPOSAL.search(_ASKED.sub("", part)) for part in QUESTION.findall(text))


#: "What should I write?" asks for something, not for leave.
_ASKED = re.compile(r"\b(?:what|which|when|where|who|whom|how)\b[^?]*", re.IGNORECASE)


#: A sentence that asks.
QUESTION = re.compile(r"[^.!?\n]*\?")


_YES = re.compile(
    r"^\W*(yes|yep|yeah|sure|ok|okay|please do|go ahead|do it|correct|right|exactly|absolutely|fine|👍)\b|👍",
    re.IGNORECASE,
)


def consents(text: str) -> bool:
    """Whether a user's answer to a proposal is a yes."""
    return _YES.search(text) is not None


def left_text(random: Draws) -> str:
    """What an assistant says when it was told not to."""
    return random.choice(
        [
            "Alright, I've left it as it is.",
            "Okay, then it stays as it is.",
            "Fine, I won't touch it.",
            "Understood, nothing changed.",
        ]
    )


def offer_text(random: Draws) -> str:
    """An offer of more that asks nothing."""
    return random.choice(
        [
            "Let me know if you need anything else.",
            "I'm here if there's anything else.",
            "If you need anything more, I'm here.",
            "Let me know if you'd like anything else.",
        ]
    )


def opening_text(random: Draws) -> str:
    """What the assistant says when everything is done and the user goes on talking."""
    return random.choice(["You're welcome!", "Glad I could help.", "Any time."])
