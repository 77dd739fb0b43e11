"""The conversation: whose turn, who sees what, how it ends; kept, forked, cut."""

import asyncio
from typing import Any

import pytest

from agents import BASELINES, Message, Observation, check_assistant, check_user, oracle, scripted_user
from agents.speech import consents
from agents.user import fold
from scenarios import Fact, Limits, Scenario, UserTurn, UserView, Wish
from sim.conversation import Conversation
from sim.rollout import Episode, play, play_async, start
from sim.score import score
from tools_mock import ToolCall, Toolkit, load_toolkit

Rows = tuple[dict[str, Any], ...]


def scenarios(rows: Rows) -> list[Scenario]:
    return [Scenario.model_validate(row["scenario"]) for row in rows]


def seats(scenario: Scenario, toolkit: Toolkit) -> Any:
    return oracle(scenario, toolkit)


def test_it_says_what_it_waits_for(home_rows: Rows) -> None:
    episode = start(scenarios(home_rows)[0], load_toolkit())
    one = episode.conversation
    assert one.waits == "user"
    with pytest.raises(ValueError, match="waits for user"):
        one.say("assistant", Message("assistant", "hello"))
    one.say("user", Message("user", "hi"))
    assert one.waits == "assistant"
    one.say("assistant", Message("assistant", calls=(ToolCall("", "nope", {}), ToolCall("", "nope", {}))))
    assert one.waits == "results" and len({call.id for call in one.calls}) == 2
    with pytest.raises(ValueError, match="not the results"):
        one.results(())
    one.results(episode.run_calls())
    assert one.waits == "assistant" and one.faults == {"unknown_tool": 2}
    one.say("assistant", Message("assistant", "done"))
    one.say("user", Message("user", "bye", end="done"))
    assert (one.waits, one.ended, one.terminated, one.truncated) == ("", "done", True, False)


def test_nonsense_is_answered_and_counted_then_cut(home_rows: Rows) -> None:
    one = start(scenarios(home_rows)[0], load_toolkit()).conversation
    one.say("user", Message("user", "hi"))
    for _ in range(Limits().faults):
        assert one.waits == "assistant"
        one.say("assistant", Message("assistant", "  "))
        assert "empty" in one.notice
    assert one.ended == "faults" and one.truncated


def test_limits_truncate(home_rows: Rows) -> None:
    scenario = scenarios(home_rows)[0].model_copy(update={"limits": Limits(messages=3)})
    assert play(scenario, load_toolkit(), scripted_user, BASELINES["refuser"]).conversation.ended == "messages"


def test_the_user_sees_no_tools_results_or_ids(home_rows: Rows) -> None:
    toolkit = load_toolkit()
    for scenario in scenarios(home_rows):
        seen: list[Observation] = []

        def watching(observation: Observation, seed: int, seen: list[Observation] = seen) -> Message:
            seen.append(observation)
            return scripted_user(observation, seed)

        play(scenario, toolkit, watching, seats(scenario, toolkit))
        for observation in seen:
            assert {spec.name for spec in observation.tools} == set(scenario.device) and not observation.policy
            own = {made.id for m in observation.messages if m.role == "user" for made in m.calls}
            assert all(not m.calls or m.role == "user" for m in observation.messages)
            assert {one.call_id for m in observation.messages for one in m.results} <= own
            view = str(observation.view)
            assert not any(f"'{name}'" in view or f"{name}(" in view for name in toolkit.tools if "_" in name)


def test_save_restore_and_fork_at_every_point(home_rows: Rows) -> None:
    """Played on from any saved point, the rest is the same: seats keep nothing to themselves."""
    toolkit = load_toolkit()
    for scenario in scenarios(home_rows)[:8]:
        whole = play(scenario, toolkit, scripted_user, seats(scenario, toolkit))
        episode = start(scenario, toolkit)
        while episode.conversation.waits:
            kept = episode.conversation.save()
            again = Conversation.restore(scenario, episode.conversation.specs, kept)
            fork = Episode(again, episode.world.fork(), episode.toolkit)
            _on(fork, scenario, steps=1000)
            assert fork.conversation.messages == whole.conversation.messages
            assert fork.world.digest() == whole.world.digest()
            _on(episode, scenario, steps=1)


def _on(episode: Episode, scenario: Scenario, steps: int) -> None:
    assistant = seats(scenario, episode.toolkit)
    while episode.conversation.waits and steps:
        steps -= 1
        wait = episode.conversation.waits
        if wait == "results":
            episode.conversation.results(episode.run_calls())
        else:
            seat = scripted_user if wait == "user" else assistant
            episode.conversation.say(wait, seat(episode.conversation.observe(wait), scenario.seed))


def test_the_async_loop_plays_the_same(home_rows: Rows) -> None:
    toolkit = load_toolkit()
    scenario = scenarios(home_rows)[1]

    async def user(observation: Observation, seed: int) -> Message:
        return scripted_user(observation, seed)

    async def assistant(observation: Observation, seed: int) -> Message:
        return seats(scenario, toolkit)(observation, seed)  # type: ignore[no-any-return]

    one = asyncio.run(play_async(start(scenario, toolkit), user, assistant))
    two = play(scenario, toolkit, scripted_user, seats(scenario, toolkit))
    assert one.conversation.messages == two.conversation.messages
    assert one.conversation == two.conversation == two.conversation.fork()  # however far each has been observed


# ── ceiling and floor ────────────────────────────────────────────────────────────────────────────────────


def test_the_oracle_reaches_the_goal_in_other_words_too(home_rows: Rows) -> None:
    toolkit = load_toolkit()
    for scenario in scenarios(home_rows):
        for seed in range(3):
            other = scenario.model_copy(update={"seed": seed})
            episode = play(other, toolkit, scripted_user, seats(other, toolkit))
            conversation = episode.conversation
            scored = score(other, conversation.messages, episode.world, conversation.ended)
            assert scored.reward == 1.0, (scenario.name, seed, scored.notes)


@pytest.mark.parametrize("name", BASELINES)
def test_the_floor_scores_nothing(home_rows: Rows, name: str) -> None:
    toolkit = load_toolkit()
    for scenario in scenarios(home_rows):
        episode = play(scenario, toolkit, scripted_user, BASELINES[name])
        conversation = episode.conversation
        assert score(scenario, conversation.messages, episode.world, conversation.ended).reward == 0.0


# ── the scripted user ────────────────────────────────────────────────────────────────────────────────────

WISH = Wish(
    ask=("book a table[ {@day}][ {@time}]",),
    facts=(
        Fact(slot="day", kind="day", text="Friday", label="day", when="asked"),
        Fact(slot="time", kind="clock", text="7pm", label="time"),
    ),
    wants="deed",
)
VIEW = UserView(name="Anna", turns=(UserTurn(wishes=(WISH,)), UserTurn(wishes=(WISH,))))


def heard(*texts: str) -> Any:
    messages = [Message("user", "book a table at 7pm")]
    for number, text in enumerate(texts):
        messages.append(Message("assistant" if number % 2 == 0 else "user", text))
    return fold(VIEW, tuple(messages))


def test_the_user_knows_what_was_asked_and_what_is_open() -> None:
    asked = heard("Sure. Which day would you like?")
    assert (asked.act, [fact.slot for fact in asked.asked]) == ("question", ["day"])
    closed = heard("Which day?", "Friday", "It's booked for Friday at 7pm. Anything else?")
    assert (closed.act, closed.turn, closed.last) == ("report", 1, "success")
    refused = heard("Sorry, there's no table on that evening.")
    assert (refused.turn, refused.last, refused.refused) == (1, "refusal", 1)
    sure = heard("Which day?", "Friday", "Shall I book it for Friday at 7pm?")
    assert (sure.act, sure.turn) == ("consent", 0)


@pytest.mark.parametrize(
    ("ask", "beside", "told"),
    [
        ("how much is my phone bill?", "Your phone bill is in your mailbox.", "Your phone bill is €21."),
        ("when does my flight leave?", "Your flight is with Aerolinda.", "Your flight leaves at 9:40."),
        ("when does my flight leave?", "Your flight is with Aerolinda.", "Your flight leaves in twenty minutes."),
        ("how many orders do I have?", "Your orders are in the list of orders.", "You have no orders."),
    ],
)
def test_the_user_notices_an_answer_that_lacks_what_it_asked_for(ask: str, beside: str, told: str) -> None:
    view = UserView(name="Anna", turns=(UserTurn(wishes=(Wish(ask=(ask,)),)),))
    for answer, ends in ((beside, ""), (told, "done")):
        messages = (Message("user", ask), Message("assistant", answer))
        said = scripted_user(Observation("user", messages, view=view), 0)
        assert said.end == ends
        assert ends or any(words in said.text.casefold() for words in ("when", "how much", "how many"))


@pytest.mark.parametrize(
    ("kind", "text", "wrong", "right"),
    [
        ("clock", "7pm", "Shall I book it for 8:30 pm?", "Shall I book it for 19:00?"),
        ("day", "18 September", "So that's 19 September, is that right?", "So that's Friday, 18 September, right?"),
        ("day", "friday", "Should I move it to Saturday?", "Should I move it from Monday to Friday?"),
        ("money", "€50", "You want to transfer €500, correct?", "You want to transfer 50 euros, correct?"),
        ("city", "Lisbon", "Shall I book the flight to Porto?", "Shall I book the flight from Paris to Lisbon?"),
        ("person", "Lena Haas", "Shall I send it to Anna?", "Shall I send it to Lena?"),
    ],
)
def test_the_user_corrects_who_got_it_wrong(kind: str, text: str, wrong: str, right: str) -> None:
    """A yes to what was not meant would be a false yes."""
    wish = Wish(ask=("do it for {it}",), facts=(Fact(slot="it", kind=kind, text=text),), wants="deed")
    view = UserView(name="Anna", turns=(UserTurn(wishes=(wish,)),))
    answers = []
    for proposal in (wrong, right):
        messages = (Message("user", f"do it for {text}"), Message("assistant", proposal))
        answers.append(scripted_user(Observation("user", messages, view=view), 0).text)
    assert text.casefold() in answers[0].casefold()
    assert not consents(answers[0])
    assert consents(answers[1])


def test_the_user_loses_patience() -> None:
    view = VIEW.model_copy(update={"turns": (UserTurn(wishes=(Wish(ask=("help me",)),)),)})
    messages: tuple[Message, ...] = (Message("user", "help me"),)
    for _ in range(5):
        messages += (Message("assistant", "What is your mother's maiden name?"),)
        said = scripted_user(Observation("user", messages, view=view), 1)
        messages += (said,)
        if said.end:
            break
    assert said.end == "gave_up"


# ── conformance ──────────────────────────────────────────────────────────────────────────────────────────


def test_our_seats_keep_the_contract() -> None:
    assert check_user(scripted_user) == []
    for name in ("refuser", "random", "call_everything"):
        assert check_assistant(BASELINES[name]) == []
    assert any("empty" in finding for finding in check_assistant(BASELINES["silent"]))


def test_conformance_names_what_is_wrong() -> None:
    def raises(observation: Observation, seed: int) -> Message:
        raise RuntimeError("oops")

    assert check_assistant(raises) == ["it raised RuntimeError: oops"]
    assert "returned str" in check_assistant(lambda observation, seed: "hi")[0]  # type: ignore[arg-type,return-value]
    assert "role" in check_user(lambda observation, seed: Message("assistant", "hi"))[0]
    state: list[int] = []

    def forgetful(observation: Observation, seed: int) -> Message:
        state.append(1)
        return Message("assistant", str(len(state)))

    assert "state" in check_assistant(forgetful)[0]


@pytest.mark.parametrize("text", ["Could you tell me more?", "Can you be more specific?", "What exactly do you need?"])
def test_who_is_asked_for_nothing_in_particular_says_it_again(text: str) -> None:
    view = UserView(name="Anna", turns=(UserTurn(wishes=(Wish(ask=("book a taxi to the station",)),)),))
    messages = (Message("user", "book a taxi to the station"), Message("assistant", text))
    assert "taxi to the station" in scripted_user(Observation("user", messages, view=view), 3).text.casefold()
