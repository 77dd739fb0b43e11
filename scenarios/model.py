"""What is played, as data: scenario, plan, provenance, user's view, persona, checks.

A scenario is drawn before play and holds everything that is needed to play and to judge. A sampled one and
one that a person wrote are the same type. Nothing here has behaviour.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from tools_mock.phrases import needs

#: The version of every file that toolwalk writes; a file of another version is refused.
FORMAT = 1


class Data(BaseModel):
    """Frozen, and closed: an unknown field is an error, not a typo that nobody sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def as_json(self) -> dict[str, Any]:
        """As JSON data; what has its default is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)


# ── where an argument comes from ─────────────────────────────────────────────────────────────────────────


class Sourced(Data):
    """What all sources share: they are told apart by ``by``, so it is written out though it is each one's default."""

    by: str

    @model_serializer(mode="wrap")
    def _with_by(self, rest: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"by": self.by, **rest(self)}


class Said(Sourced):
    """The user said it, in this turn or an earlier one; ``rule`` reads the text (see ``tools_mock.values``)."""

    by: Literal["said"] = "said"
    turn: int
    slot: str
    rule: str
    text: str


class Found(Sourced):
    """It stands in the result of a step, at a path; it is the only thing there that can be meant."""

    by: Literal["found"] = "found"
    step: int
    path: str


class Picked(Sourced):
    """One of the things a step found, picked by a named operation from what the user said.

    ``how`` is ``match`` (the fields in ``where``), ``least`` or ``most`` (of ``field``, among those that
    match ``where``). ``items`` is the path of the list, ``path`` the field taken from the item picked.
    """

    by: Literal["picked"] = "picked"
    step: int
    items: str
    path: str
    how: Literal["match", "least", "most"]
    field: str = ""
    where: dict[str, Any] = {}
    turn: int
    text: str


class Derived(Sourced):
    """A named operation over other sources: ``sum``."""

    by: Literal["derived"] = "derived"
    op: Literal["sum"]
    of: "tuple[Source, ...]"
    turn: int
    text: str


class Visible(Sourced):
    """It stands in the system prompt, under this name."""

    by: Literal["visible"] = "visible"
    name: str


class Ruled(Sourced):
    """The policy says so."""

    by: Literal["policy"] = "policy"
    rule: str


class Defaulted(Sourced):
    """The parameter's declared default, written out."""

    by: Literal["default"] = "default"


Source = Annotated[Said | Found | Picked | Derived | Visible | Ruled | Defaulted, Field(discriminator="by")]
Derived.model_rebuild()


# ── the plan: the assistant's side ───────────────────────────────────────────────────────────────────────


class Step(Data):
    """A gold call: executed when the plan was made.

    Steps of one ``wave`` within a turn go into one message. ``status`` is what came back; ``told`` says
    whether the user is told its result.
    """

    tool: str
    arguments: dict[str, Any]
    sources: dict[str, Source]
    wave: int
    status: Literal["ok", "refused"] = "ok"
    told: bool = True


class Proposal(Data):
    """What the assistant asks leave for before it does it.

    Args:
        tool: what it would call.
        about: where the thing in question stands in a result; nothing where it was only named.
        step: the step that is taken on a yes; nothing where the user says no.
        said: what the user said for the call by then, as far as the question repeats it: parameter -> value.
        doubt: what the thing is, as it was found, that speaks against it: "delivered", of what is to be cancelled.
    """

    tool: str
    about: Found | None = None
    step: int | None = None
    said: dict[str, Any] = {}
    doubt: str = ""


#: Small talk by name: what is said and answered stands in ``agents.speech``.
Talk = Literal["", "long day", "weather", "looking forward", "thanks", "family"]


class PlanTurn(Data):
    """What the assistant does in one turn of the user.

    Questions for what is missing, steps by number, and before those that cannot be undone a proposal. ``talk`` names
    the small talk it answers; ``lacking``: no tool in view can do what is wanted; ``against`` is the sentence of the
    policy that forbids it. ``choice`` is where the things stand among which the user is asked to choose. ``later`` are
    texts that come only with the yes ("yes, but make it 80").
    """

    steps: tuple[int, ...]
    questions: dict[str, str] = {}
    proposals: tuple[Proposal, ...] = ()
    talk: Talk = ""
    lacking: bool = False
    against: str = ""
    choice: Found | None = None
    later: tuple[str, ...] = ()


class Plan(Data):
    """Turns over a list of steps; a step is named by its place in the list, over all turns."""

    steps: tuple[Step, ...]
    turns: tuple[PlanTurn, ...]


# ── the user's side ──────────────────────────────────────────────────────────────────────────────────────


class Fact(Data):
    """Something the user knows: the text they say for a slot, and whether they tell it unasked.

    ``slip`` is what they say first by mistake, and correct in the same breath; ``vague`` what they say first though it
    may mean several things: asked which, or for its number, they say ``text``. ``first`` is what they say first and
    change when they are asked for a yes.
    """

    slot: str
    kind: str
    text: str
    slip: str = ""
    vague: str = ""
    first: str = ""
    label: str = ""
    when: Literal["now", "asked"] = "now"


class Wish(Data):
    """A goal in the user's words: patterns with slots (see ``tools_mock.phrases``), and what they know for them.

    ``consent`` is what they say when asked whether it shall really be done.
    """

    ask: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    wants: Literal["answer", "deed"] = "answer"
    consent: Literal["yes", "no"] = "yes"

    @model_validator(mode="after")
    def _can_be_said(self) -> "Wish":
        told = {fact.slot for fact in self.facts if fact.when == "now"}
        if not self.ask or not all(self.ask):
            raise ValueError("a wish needs a way to ask, and none that is empty")
        if not any(needs(pattern) <= told for pattern in self.ask):
            missing = ", ".join(sorted(needs(self.ask[0]) - told))
            raise ValueError(f"it can be said in no way without a fact that is told at once for: {missing}")
        return self


class Act(Data):
    """What the user does on a device of their own, once the assistant has used one of the ``words``."""

    tool: str
    arguments: dict[str, Any] = {}
    words: tuple[str, ...]


class Arrival(Data):
    """Tools that come into view only once the user has said one of the ``words``: what they belong to is connected."""

    tools: tuple[str, ...]
    words: tuple[str, ...]


class UserTurn(Data):
    """What the user brings up in one message.

    ``talk`` names small talk, before the wishes or instead of them. ``switch``: ``away`` leaves the wish open at the
    first question and goes on to the next, ``back`` comes back to it, ``changed`` undoes what was just done. ``acts``
    are what they do before they speak, asked for by the assistant's words before. ``brings`` is what they have just
    connected, and say so: its tools come into view.
    """

    wishes: tuple[Wish, ...]
    talk: Talk = ""
    switch: Literal["", "away", "back", "changed"] = ""
    acts: tuple[Act, ...] = ()
    brings: str = ""

    @model_validator(mode="after")
    def _has_something(self) -> "UserTurn":
        if not self.wishes and (self.acts or self.brings or not self.talk):
            raise ValueError("a turn needs a wish, or small talk and nothing else")
        return self


class UserView(Data):
    """All that the user seat sees besides what is said: no tool names, arguments, results or untold ids."""

    name: str
    turns: tuple[UserTurn, ...]


class Persona(Data):
    """Who is speaking and how. Numbers are shares in [0, 1] unless said otherwise.

    Args:
        name: for people.
        levels: the traits and circumstances that it was made of (see ``agents.persona``): dial -> level.
        mood: colours what is said.
        open: how often more is told than was asked.
        polite: how often something is asked politely.
        terse: how often the shorter words are taken.
        brief: whether all words are left out that can be done without.
        lower: whether it is all written small.
        dots: whether sentences have a full stop.
        greets: whether the conversation begins with a greeting.
        withholds: how often a detail is left to be asked for.
        joins: how often a second wish is said in the same breath.
        declines: how often the answer is no when something is proposed.
        curious: how often happenings of their own making are tried, as a factor: small talk, changes of mind.
        annoyed: how often a no is taken badly.
        patience: how often in a row nothing may come of what was said before they give up.
    """

    name: str = "plain"
    levels: dict[str, str] = {}
    mood: Literal["calm", "impatient", "cheerful"] = "calm"
    open: float = 0.3
    polite: float = 0.2
    terse: float = 0.3
    brief: bool = False
    lower: bool = False
    dots: bool = True
    greets: bool = False
    withholds: float = 0.5
    joins: float = 0.2
    declines: float = 0.25
    curious: float = 1.0
    annoyed: float = 0.0
    patience: int = 2


# ── the judge's side ─────────────────────────────────────────────────────────────────────────────────────


class Told(Data):
    """A fact that the user must be told after ``step``: at least ``at_least`` of the values.

    ``usual`` is how many a report has that is made by the plan. Whoever words it freely leaves some out: of what was
    done the world is proof enough, and of an answer the half will do.
    """

    step: int
    values: tuple[tuple[str, Any], ...]
    at_least: int
    usual: int = 0


class Checks(Data):
    """What makes an episode a success, compared in full.

    Args:
        changes: table -> key -> row afterwards: what the world must have become, and nothing else.
        told: facts that must have been told.
        read: digests of results that must have been seen (evidence, for what leaves no trace in the world).
        worded: texts that were handed to a tool and that anyone may put in other words: what is wrong, why, a message.
    """

    changes: dict[str, dict[str, Any]]
    told: tuple[Told, ...] = ()
    read: tuple[str, ...] = ()
    worded: tuple[str, ...] = ()


class Limits(Data):
    """Where an episode is cut: messages in all, calls in all, answers to nonsense.

    ``device`` is how many calls the user may make on their own device in a turn; more are answered as nonsense.
    """

    messages: int = 80
    calls: int = 60
    faults: int = 5
    device: int = 3


class ToolkitRef(Data):
    """Which tools: enough to load the same ones again, and to notice that they are not the same.

    A scenario that is kept names no ``version`` and no ``source``: it is proven anew whenever the tools change.
    ``surface`` is how they are shown (see ``tools_mock.surface``); 0: as they were written.
    """

    factory: str
    config: dict[str, Any] = {}
    version: str = ""
    source: str = ""
    surface: int = 0


class Scenario(Data):
    """Everything that is needed to play and to judge one conversation.

    Args:
        name: for people.
        about: what is hard about it, in a line.
        tests: what it tests, in a few words each.
        toolkit: where the tools come from.
        world_seed: which base world.
        world_changes: what is otherwise in it: table -> key -> fields, or nothing for a row that is gone.
        tools: names of the tools in view, in the order shown.
        arrival: those of them that come into view later, and when.
        device: names of the tools of the user's own; the assistant sees neither them nor what is done with them.
        policy: the system prompt.
        plan: what the oracle does; no assistant under test sees it.
        user: what the user seat sees.
        persona: how the user speaks.
        checks: what makes it a success.
        limits: where it is cut.
        failures: calls that fail at the first try, with the code they fail with: digest of [tool, arguments] -> code.
        seed: of everything drawn during play.
        lineage: how it was drawn: for people and reports, never for judging.
    """

    name: str
    about: str = ""
    tests: tuple[str, ...] = ()
    toolkit: ToolkitRef
    world_seed: int
    world_changes: dict[str, dict[str, dict[str, Any] | None]] = {}
    tools: tuple[str, ...]
    arrival: Arrival | None = None
    device: tuple[str, ...] = ()
    policy: str
    plan: Plan
    user: UserView
    persona: Persona = Persona()
    checks: Checks
    limits: Limits = Limits()
    failures: dict[str, str] = {}
    seed: int = 0
    lineage: dict[str, Any] = {}
