"""A user's words: wishes, answers, a yes and a no, small talk, and the manner that they are said in.

Everything here is a function of content, manner and a random source; what to say is decided elsewhere.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from scenarios import Fact, Persona, Talk, Wish
from tools_mock.phrases import fill, needs, sayable
from tools_mock.values import adverbial, joined
from tools_mock.world import Draws

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


def wish_text(
    wishes: Iterable[Wish],
    persona: Persona,
    random: Draws,
    after: str,
    first: bool,
    talk: Talk = "",
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
            text = f"{closed(text)} {more if persona.lower else capital(more)}"
    if talk:
        line = closed(small_talk(talk, random)[0])
        text = f"{line} {text if persona.lower else capital(text)}"
    if persona.mood == "impatient" and not text.endswith("?") and random.random() < 0.2:
        text += random.choice([", and quickly please", ", I'm in a hurry", ", as fast as you can"])
    if brings:
        return styled(random.choice(_BRINGS).format(brings) + text, persona)
    if switch:
        return styled(random.choice(_SWITCHES[switch]) + text, persona)
    if persona.brief or (talk and not first):
        return styled(text, persona)
    return styled(_opened(text, persona, random, after, first), persona)


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


def talk_text(talk: Talk, persona: Persona, random: Draws) -> str:
    """Small talk and nothing else."""
    return styled(small_talk(talk, random)[0], persona)


def answer_text(facts: Iterable[Fact], persona: Persona, random: Draws) -> str:
    """The answer to a question for facts."""
    exact = [fact.model_copy(update={"vague": ""}) if fact.vague else fact for fact in facts]
    texts = [_said(fact, persona, random.random() < 0.3) for fact in exact]
    # Beside another answer a bare number needs its noun: "on Monday and 2 nights".
    text = joined([_counted(fact, said) if len(exact) > 1 else said for fact, said in zip(exact, texts, strict=True)])
    frames = ["{}", "{}", "{}"]
    if len(texts) == 1:
        frames += ["{} please"] if random.random() < persona.polite and exact[0].kind in _SMALL else []
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


def _counted(fact: Fact, said: str) -> str:
    many = fact.kind == "count" and fact.label.endswith(("s", "people")) and said not in ("1", "one")
    return f"{said} {fact.label}" if many else said


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


def no_text(persona: Persona, random: Draws) -> str:
    """A proposal turned down."""
    texts = ["no", "no, leave it", "no thanks", "hm, no, better not", "no, keep it", "rather not"]
    return styled(random.choice(texts), persona)


#: Small talk by name: what a user may say, and what an assistant may answer. Nobody wants anything done.
SMALL_TALK: dict[Talk, tuple[tuple[str, ...], tuple[str, ...]]] = {
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
        ("the kids are driving me mad today", "my mother calls every hour", "my sister laughs at me for using you"),
        ("I can imagine.", "Families keep life interesting.", "Never a dull moment, then."),
    ),
}


def small_talk(name: Talk, random: Draws) -> tuple[str, str]:
    """A line of small talk and an answer to it."""
    said, answers = SMALL_TALK[name]
    return random.choice(said), random.choice(answers)


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
    front = random.choice(["as I said: ", "again: ", "I was asking: "])
    return styled(front + (wish if wish.startswith("I") else wish[:1].lower() + wish[1:]), persona)


@lru_cache(maxsize=5_000)
def _sayable(
    ask: tuple[str, ...], told: frozenset[str], near: frozenset[str], theirs: frozenset[str]
) -> tuple[str, ...]:
    """The patterns that some facts can be said with; ``near`` are days as in "in three days", ``theirs`` "them"."""
    # A pattern must have room for every fact that is told, and facts for everything it insists on.
    can = sayable(ask, told) or tuple(pattern for pattern in ask if needs(pattern) <= told)
    ahead = {f"{front} {{{slot}}}" for slot in near for front in ("to", "for", "until", "by", "from", "since")}
    can = tuple(pattern for pattern in can if not any(part in pattern for part in ahead)) or can  # "to in three days"
    return tuple(pattern for pattern in can if not any(_as_they(slot, pattern) for slot in theirs)) or can


def _clause(wish: Wish, persona: Persona, random: Draws, first: bool) -> tuple[str, str]:
    told = {fact.slot: fact for fact in wish.facts if fact.when == "now"}
    near = frozenset(slot for slot, fact in told.items() if fact.text.startswith("in ") or fact.slip.startswith("in "))
    theirs = frozenset(slot for slot, fact in told.items() if fact.text.startswith(("them", "the one whose")))
    can = _sayable(wish.ask, frozenset(told), near, theirs)
    pattern = random.choice(can)
    if len(can) > 1 and random.random() < persona.terse + 0.6 * first:  # of a few ways to say it the shortest
        pattern = min(pattern, *(random.choice(can) for _ in range(3 if first else 2)), key=len)
    bare = False
    whole = pattern.endswith("?") and not _IS_THERE.match(pattern)  # "where's a good place" keeps its article
    if not pattern.endswith(".") and (persona.brief or (random.random() < 0.3 * persona.terse and not whole)):
        # "Add the nearest park to my list": who says "the" once does not leave it out beside it.
        kept = any(_said(fact, persona, False).startswith(("the ", "my ", "a ", "an ")) for fact in told.values())
        short = briefly(pattern, bare=persona.brief and not kept)
        # Who is brief asks for it in no full sentence: not "can you look for Italian restaurant?"
        bare = _VERBLESS.match(pattern) is not None or (short != pattern and not short.endswith("?"))
        pattern = short
        pattern = pattern.replace("{@", "{") if persona.brief else pattern

    def value(slot: str, after_verb: bool) -> str | None:
        fact = told.get(slot)
        return None if fact is None else _said(fact, persona, after_verb)

    text = fill(pattern, value)
    if " it" in text or " them" in text or " that one" in text:
        text = _ME_IT.sub(r"\1 it to me", _PARTED.sub(r"\1 \3 \2", text))
        text = _OF_THEM.sub(r"\1their \2", _AT_IT.sub("there", text))
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
#: "Show me it."
_ME_IT = re.compile(r"\b(give|read|send|show) me it\b")
#: "When's the birthday of them?"
_OF_THEM = re.compile(r"\b(?:the |(all )(?:the )?)((?:\w+ ){0,2}?\w+) of them\b")


def _as_they(slot: str, pattern: str) -> bool:
    """Whether a slot stands where "them" would have to be "they" or "their"."""
    return (
        re.search(rf"^\{{{slot}\}}|\{{{slot}\}}'s|\b(?:did|will|do|does|is|was|has) \{{{slot}\}}", pattern) is not None
    )


#: "call off it" is said "call it off".
_PARTED = re.compile(
    r"\b(call|cross|free|giv(?:e|ing)|hand|look|note|pay|pull|put|send|set|speed|tak(?:e|ing)|throw|tick|work)"
    r" (off|back|away|out|up|down) (it|them|that one)\b"
)
_IS_THERE = re.compile(r"(?:is there|are there|do i have(?! to)|have i got) ", re.IGNORECASE)
_NEEDLESS = re.compile(
    rf"^{_IS_THERE.pattern}"
    r"|(?<![\w{@'])(?:can you|could you|please|i'd like(?: you)? to(?! know)|i need(?: you)? to(?! know)"
    r"|(?<!did )i want to(?! know)|(?<!do )i need(?! to know)|for me|show me|^read me"
    r"|tell me(?! (?:if|when|where)\b)|^give me(?! a nudge| until)|^let me see|(?<=(?:find|give) )me|(?<=get )me"
    r"|i'd like(?! to know)|would like)(?![\w}']) ?",
    re.IGNORECASE,
)
_ARTICLES = re.compile(
    r"(?<![\w{@'])(?:(?<!\} )an?(?! (?:day|week|month|night)\b)|(?<!\} )the|(?<!of )(?<!\} )my)(?![\w}']) ?",
    re.IGNORECASE,
)
#: What has no verb left once it is said briefly: "my orders", which nobody can be asked to do.
_VERBLESS = re.compile(r"(?:show me|tell me|give me|read me|let me see|I need|I'd like)\b(?!(?: you)? to\b)")


@lru_cache(maxsize=20_000)
def briefly(pattern: str, bare: bool = True) -> str:
    """A pattern without the words that can be done without, articles among them where it is to be ``bare``.

    What stands in its slots stays.
    """
    short = _NEEDLESS.sub("", _ARTICLES.sub("", pattern) if bare else pattern).strip().removeprefix("about ")
    if len(short.split()) < 2:
        return pattern
    return short if short.startswith(("I ", "I'")) else short[:1].lower() + short[1:]


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
        if _ALONE.search(text):
            frames.remove("can we {}?")
    if "," in text:  # "drop it, plans have changed please"
        frames = [frame for frame in frames if not frame.endswith("please")]
    frame = random.choice(frames)
    if frame.endswith("?") and (because := _BECAUSE.search(text)):
        head, reason = text[: because.start(because.lastindex or 0)], text[because.end() :]
        return f"{frame.format(head)} {reason if persona.lower else capital(reason)}", "statement"
    if frame.endswith("?") and ": " in text:  # what is dictated is no part of the question
        return f"{frame.partition('{}')[0]}{text}", "statement"
    text = frame.format(text)
    return text, "question" if text.endswith("?") else "statement"


#: What one does not ask "can we" for: "can we show me my payments?", "can we list stays?"
_ALONE = re.compile(r"\b(?:me|my|us)\b|^(?:list|read|show|tell|check|search|give|remind)\b")
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
    return text if chosen in _NEXT and _GOES_ON.search(text) else chosen + text


#: What begins another matter; more of the same is none.
_NEXT = frozenset(("also, ", "one more thing: ", "next: "))
_GOES_ON = re.compile(r"\b(?:show me more|what else is there|the next (?:ones|page)|go on|more of those)\b")
_CORRECTS = re.compile(r"(?:sorry|no wait|oh|hm|my mistake)\b")


def closed(text: str) -> str:
    """The text with a full stop, if it has no end yet."""
    return text if text.endswith(("?", "!", ".", '."', '?"', '!"')) else text + "."


def capital(text: str) -> str:
    """The text with a capital first."""
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
_START = re.compile(r"(?:^|(?<=[.?!] ))(?!\S+@)[^ ]")


#: "Is {booking_id} flexible?", "have I paid all my phone bills?"
YES_OR_NO = re.compile(r"(?:is|are|do|does|did|has|have|can|could|will|would)\b(?! (?:you|we)\b).*\?$", re.IGNORECASE)
_YES = re.compile(
    r"^\W*(yes|yep|yeah|sure|ok|okay|please do|go ahead|do it|correct|right|exactly|absolutely|fine|👍)\b|👍",
    re.IGNORECASE,
)


def consents(text: str) -> bool:
    """Whether a user's answer to a proposal is a yes."""
    return _YES.search(text) is not None
