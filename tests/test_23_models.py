"""Models in every seat, over HTTP, against a server of ours that speaks the Messages API and can misbehave."""

import asyncio
import itertools
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import Message, Observation, oracle
from agents.doors import AnthropicDoor, Ask, Outage, Rejected, Reply, Usage, open_door
from agents.modelled import as_messages, notes_of, prompts_digest, unfit
from agents.paid import Amount, Bill, Paid, Price, Spent, Tab, Throttle, price_of, price_table
from agents.user import State, fold
from scenarios import Scenario
from sim.cli import main
from sim.generate import Settings, produce
from sim.inflight import at_once, in_order
from sim.record import read_rows, toolkit_for
from sim.replay import evidence_of
from sim.rewording import answers, findings, sentences
from sim.rollout import start
from tests.server import Body, Mind, Server, being_user, rewording, said, system_text
from tools_mock import BadInput, ToolCall, ToolResult

HAIKU = "claude-haiku-4-5"
ASK = Ask(HAIKU, "be brief", ({"role": "user", "content": "hello"},))


def rows_of(folder: Path) -> list[dict[str, Any]]:
    return [row for _, row in read_rows(folder / "transcripts.jsonl")]


def rejected_of(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "rejected.jsonl").read_text().splitlines()
    return [one for one in map(json.loads, lines) if one["gate"] not in ("plan",)]


def generate(url: str, out: Path, *options: str, n: int = 4) -> int:
    where = ["--base-url", url] if url else []
    return main(["generate", "-n", str(n), "--out", str(out), "--quiet", "--json", *where, *options])


@pytest.fixture(scope="module")
def planned() -> dict[int, Scenario]:
    """The scenarios of the first rows, as every run with the usual settings draws them."""
    found = {index: produce(Settings(), index).row for index in range(12)}
    return {index: Scenario.model_validate(row["scenario"]) for index, row in found.items() if row is not None}


def knowing(scenarios: dict[int, Scenario], change: Callable[[Message, Observation], Message] | None = None) -> Mind:
    """A mind that knows the plans: it finds the scenario by what it is shown, and does what the oracle would do."""

    def mind(body: Body) -> tuple[list[dict[str, Any]], str]:
        shown = {tool["name"] for tool in body["tools"]}
        scenario = next(s for s in scenarios.values() if s.policy == system_text(body) and shown <= set(s.tools))
        episode = start(scenario, _toolkit(scenario))
        seen = from_blocks(body["messages"])
        observation = Observation("assistant", seen, scenario.policy, episode.conversation.in_view)
        message = oracle(scenario, _toolkit(scenario))(observation, scenario.seed)
        if change is not None:
            message = change(message, observation)
        blocks: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
        blocks += [
            {"type": "tool_use", "id": f"t{len(seen)}_{n}", "name": made.name, "input": made.arguments}
            for n, made in enumerate(message.calls)
        ]
        return blocks, "tool_use" if message.calls else "end_turn"

    return mind


def _toolkit(scenario: Scenario) -> Any:
    return toolkit_for(scenario.toolkit)


def from_blocks(messages: list[dict[str, Any]]) -> tuple[Message, ...]:
    """What a request shows, as the seats see it."""
    found: list[Message] = []
    names: dict[str, str] = {}
    for one in messages:
        blocks = one["content"]
        calls = tuple(ToolCall(b["id"], b["name"], b["input"]) for b in blocks if b["type"] == "tool_use")
        names |= {made.id: made.name for made in calls}
        results = tuple(
            ToolResult(
                b["tool_use_id"],
                names[b["tool_use_id"]],
                "refused" if b.get("is_error") else "ok",
                json.loads(b["content"]),
            )
            for b in blocks
            if b["type"] == "tool_result"
        )
        text = "\n".join(b["text"] for b in blocks if b["type"] == "text")
        if results:
            found.append(Message("tool", results=results))
        if text or calls:
            found.append(Message(one["role"], text, calls))
    return tuple(found)


# ── the door ─────────────────────────────────────────────────────────────────────────────────────────────


def asked(door: AnthropicDoor, ask: Ask = ASK) -> Reply:
    async def once() -> Reply:
        try:
            return await door(ask)
        finally:
            await door.close()

    return asyncio.run(once())


def test_a_request_comes_back_as_data() -> None:
    with Server(lambda body: said("hello to you")) as server:
        reply = asked(AnthropicDoor(server.url))
    assert reply.text == "hello to you" and reply.stop == "end_turn" and not reply.calls
    assert reply.usage.input > 0 and reply.usage.output > 0
    body = server.bodies[0]
    assert body["system"][0]["cache_control"] == {"type": "ephemeral"} and body["max_tokens"] == 2048
    assert Reply.of(json.loads(json.dumps(reply.as_json()))) == reply


def test_long_replies_are_streamed() -> None:
    call = {"type": "tool_use", "id": "t", "name": "look", "input": {"city": "Oslo"}}
    with Server(lambda body: ([{"type": "text", "text": "well"}, call], "tool_use")) as server:
        reply = asked(AnthropicDoor(server.url), Ask(**{**ASK.as_json(), "max_tokens": 20_000}))
    assert server.bodies[0]["stream"] is True
    assert reply.text == "well" and reply.calls[0]["input"] == {"city": "Oslo"} and reply.stop == "tool_use"


def test_what_the_request_says_besides_goes_into_the_body() -> None:
    with Server(lambda body: said("x")) as server:
        asked(AnthropicDoor(server.url), Ask(**{**ASK.as_json(), "extra": {"temperature": 0, "seed": 7}}))
        asked(AnthropicDoor(server.url), Ask(**{**ASK.as_json(), "thinking": "adaptive"}))
        asked(AnthropicDoor(server.url), Ask(**{**ASK.as_json(), "thinking": "1024", "max_tokens": 3000}))
    bodies = server.bodies
    assert bodies[0]["temperature"] == 0 and bodies[0]["seed"] == 7
    assert bodies[1]["thinking"] == {"type": "adaptive"}
    assert bodies[2]["thinking"] == {"type": "enabled", "budget_tokens": 1024}


@pytest.mark.parametrize("trouble", ["429", "529", "500", "cut"])
def test_what_fails_for_a_moment_is_tried_again(trouble: str) -> None:
    with Server(lambda body: said("at last"), trouble=lambda n, body: trouble if n == 1 else "") as server:
        assert asked(AnthropicDoor(server.url)).text == "at last"
    assert server.count == 2


@pytest.mark.parametrize(
    ("trouble", "error", "line"),
    [
        ("401", BadInput, "refuses the key"),
        ("403", BadInput, "refuses the key"),
        ("404", BadInput, "no model"),
        ("400", Rejected, "answers 400"),
        ("413", Rejected, "answers 413"),
        ("html", Outage, "no answer"),
        ("broken", Outage, "answer"),
        ("empty", Outage, "no answer"),
        ("role", Outage, "in the role 'user'"),
    ],
)
def test_every_error_is_a_line(trouble: str, error: type[Exception], line: str) -> None:
    with Server(lambda body: said("x"), trouble=lambda n, body: trouble) as server, pytest.raises(error) as caught:
        asked(AnthropicDoor(server.url))
    assert line in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "tokens"), [("529", 100), ("early", 100), ("early", 20_000), ("hang", 100)])
def test_what_goes_on_failing_is_an_outage(trouble: str, tokens: int) -> None:
    with Server(lambda body: said("a long answer"), trouble=lambda n, body: trouble) as server:
        door = AnthropicDoor(server.url, seconds=0.5)
        with pytest.raises(Outage):
            asked(door, Ask(**{**ASK.as_json(), "max_tokens": tokens}))


def test_where_nobody_listens_is_said() -> None:
    door = AnthropicDoor("http://127.0.0.1:9", seconds=1)
    door.client = door.client.with_options(max_retries=0)
    with pytest.raises(Outage, match="cannot be reached"):
        asked(door)


@pytest.mark.parametrize("url", ["nowhere", "ftp://x", "http://", "http://me:secret@host"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_door("anthropic", url)
    assert "secret" not in str(caught.value)


def test_without_a_key_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert generate("", tmp_path, "--wording", HAIKU) == 2
    assert "there is no key; set ANTHROPIC_API_KEY" in capsys.readouterr().err


def test_chat_completions_work_too() -> None:
    pytest.importorskip("openai")
    call = {"type": "tool_use", "id": "t", "name": "look", "input": {"city": "Oslo"}}
    seen: list[Body] = []

    def mind(body: Body) -> tuple[list[dict[str, Any]], str]:
        seen.append(body)
        return [call], "tool_use"

    tool = {"name": "look", "description": "look", "input_schema": {"type": "object", "properties": {}}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": '{"a": 1}', "is_error": False}
    messages = (
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    )
    with Server(mind) as server:
        door: Any = open_door("openai", server.url)
        reply = asked(door, Ask("local", "be brief", messages, (tool,)))
    assert reply.calls[0]["input"] == {"city": "Oslo"} and reply.stop == "tool_use"
    assert seen[0]["messages"][2]["content"][0]["content"] == '{"a": 1}'


def test_no_key_ever_gets_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: Any) -> None:
    key = "sk-ant-very-secret-0123456789"
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    with Server(rewording(), trouble=lambda n, body: "401" if n > 3 else "") as server:
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU) == 2
        assert key in json.dumps(server.headers)  # it was used
        assert generate(server.url, tmp_path / "b", "--wording", HAIKU, "--extra", "{") == 2
    with Server(rewording(), trouble=lambda n, body: "400") as server:
        server._send = lambda writer, status, text, extra=None: Server._send(  # type: ignore[method-assign]
            server, writer, status, text.replace("trouble 400", f"bad key {key}"), extra
        )
        assert generate(server.url, tmp_path / "c", "--wording", HAIKU) == 2
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    out = capfd.readouterr()
    assert key not in written + out.out + out.err and "very-secret" not in written + out.out + out.err


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────


def test_prices(tmp_path: Path) -> None:
    table = price_table()
    assert price_of("claude-haiku-4-5-20251001", table) == table[HAIKU]
    assert price_of("claude-haiku-4-5-other", table) is None
    own = tmp_path / "prices.json"
    own.write_text('{"models": {"mine": {"input": 2, "output": 4}}}')
    price = price_table(own)["mine"]
    assert price.of(Usage(1_000_000, 500_000)) == 4.0
    assert price.of(Usage(1_000_000, 0, 0, 0), batch=True) == 2.0
    for text in ("{", "[]", '{"models": {"x": {"input": "a"}}}', '{"models": {"x": {"input": -1, "output": 1}}}'):
        own.write_text(text)
        with pytest.raises(BadInput):
            price_table(own)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100), st.sampled_from(["ok", "fail", "lost"])), max_size=30),
    st.integers(0, 300),
    st.integers(1, 8),
)
def test_a_limit_holds_whatever_comes_back(work: list[tuple[int, int, str]], limit: int, width: int) -> None:
    """Never more is spent than allowed: replies cost up to their worst, some fail, some are lost."""
    bill = Bill({"m": Price(1e6, 0)}, {"usd": float(limit)})

    async def one(worst: int, share: int, how: str, gate: asyncio.Semaphore) -> None:
        async with gate:
            set_aside = Amount(1, worst, float(worst))
            try:
                await bill.reserve(set_aside)
            except Spent:
                return
            await asyncio.sleep(0)
            real = Amount(1, worst, worst * share / 100) if how != "fail" else None
            if how == "lost":  # and tried again, which needs room of its own
                try:
                    await bill.reserve(set_aside, patient=False)
                    bill.settle(set_aside, None)
                except Spent:
                    real = None
            bill.settle(set_aside, real, int(how == "lost"))
            assert bill.spent.usd + bill.aside.usd <= limit + 1e-9

    async def all_() -> None:
        gate = asyncio.Semaphore(width)
        await asyncio.wait_for(asyncio.gather(*(one(*it, gate) for it in work)), 10)

    asyncio.run(all_())
    assert bill.spent.usd <= limit + 1e-9 and bill.aside.calls == 0


def test_money_runs_out_and_the_run_goes_on_later(tmp_path: Path, capsys: Any) -> None:
    with Server(rewording()) as server:
        assert generate(server.url, tmp_path, "--wording", HAIKU, "--max-usd", "0.02", n=20) == 1
        err = capsys.readouterr().err
        assert "--max-usd 0.02 leaves" in err and "same command continues" in err
        before = rows_of(tmp_path)
        bill = json.loads((tmp_path / "bill.json").read_text())
        assert 0 < bill["usd"] <= 0.02 and 0 < len(before) < 20
        calls = server.count
        assert generate(server.url, tmp_path, "--wording", HAIKU, "--max-usd", "1", n=20) == 0
        assert rows_of(tmp_path)[: len(before)] == before and len(rows_of(tmp_path)) == 20
        whole = json.loads((tmp_path / "bill.json").read_text())
        assert whole["calls"] == server.count and server.count > calls
    assert whole["usd"] > bill["usd"]


def test_what_nobody_saw_the_end_of_counts_as_paid(tmp_path: Path) -> None:
    """Cut lines and streams that break off may have been paid: each counts at its worst, and the limit still holds."""
    with Server(rewording(), trouble=lambda n, body: ("cut", "", "broken")[n % 3]) as server:
        generate(server.url, tmp_path, "--wording", HAIKU, "--max-usd", "0.05", "--concurrency", "1", n=6)
    bill = json.loads((tmp_path / "bill.json").read_text())
    assert bill["lost"] >= 2 and 0.01 < bill["usd"] <= 0.05


def test_two_processes_do_not_share_a_folder(tmp_path: Path, capsys: Any) -> None:
    with Server(rewording()) as server, Paid(AnthropicDoor(server.url), Bill({}), tmp_path):
        assert generate(server.url, tmp_path, "--wording", HAIKU) == 2
    assert "another process is writing" in capsys.readouterr().err


def test_calls_and_tokens_are_limited_too(tmp_path: Path, capsys: Any) -> None:
    with Server(rewording()) as server:
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU, "--max-calls", "3", n=9) == 1
        assert server.count == 3
        assert generate(server.url, tmp_path / "b", "--wording", HAIKU, "--max-tokens", "9000", n=9) == 1
    assert json.loads((tmp_path / "b" / "bill.json").read_text())["tokens"] <= 9000


def test_money_needs_a_price(tmp_path: Path, capsys: Any) -> None:
    assert generate("http://127.0.0.1:9", tmp_path / "a", "--wording", "nobody", "--max-usd", "1") == 2
    assert "'nobody' has none" in capsys.readouterr().err
    for wrong in (
        ["--max-usd", "0"],
        ["--attempts", "0"],
        ["--concurrency", "0"],
        ["--thinking", "12"],
        ["--poll", "1", "--batch"],
    ):
        options = wrong if "--batch" in wrong else ["--wording", HAIKU, *wrong]
        assert generate("http://127.0.0.1:9", tmp_path / "b", *options) == 2


def test_a_dry_run_sends_and_writes_nothing(tmp_path: Path, capsys: Any) -> None:
    with Server(rewording()) as server:
        assert generate(server.url, tmp_path / "x", "--wording", HAIKU, "--dry-run", n=1000) == 0
        found = json.loads(capsys.readouterr().out)
        assert server.count == 0 and not (tmp_path / "x").exists()
        assert found["calls"] == 1000 and found["usd"] > 0
        assert generate(server.url, tmp_path / "y", "--wording", HAIKU, n=20) == 0
        real = json.loads((tmp_path / "y" / "bill.json").read_text())
    assert 0.4 < found["usd"] / 50 / real["usd"] < 2.5  # for 20 rows, about what it came to


def test_a_pilot_tells_and_asks(tmp_path: Path, capsys: Any) -> None:
    with Server(rewording()) as server:
        assert generate(server.url, tmp_path, "--wording", HAIKU, "--pilot", "2", n=5) == 0
        assert "5 rows will take" in (err := capsys.readouterr().err) or "5 will take" in err
        assert len(rows_of(tmp_path)) == 2  # nobody is there to ask
        assert generate(server.url, tmp_path, "--wording", HAIKU, "--pilot", "2", "--yes", n=5) == 0
    assert len(rows_of(tmp_path)) == 5


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_paid_for_twice(tmp_path: Path) -> None:
    with Server(rewording()) as server:
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU) == 0
        calls = server.count
        for name in ("transcripts.jsonl", "rejected.jsonl"):
            (tmp_path / "a" / name).rename(tmp_path / name)
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU) == 0
        assert server.count == calls  # every reply was there
        assert (tmp_path / "a" / "transcripts.jsonl").read_text() == (tmp_path / "transcripts.jsonl").read_text()
        (tmp_path / "a" / "transcripts.jsonl").unlink()
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU, "--fresh") == 0
        assert server.count == 2 * calls


def test_a_kill_costs_at_most_what_was_in_flight(tmp_path: Path) -> None:
    """Killed while requests are in flight, and continued: the rows are those of a run that was not killed."""
    with Server(rewording(), latency=0.15) as server:
        line = [
            sys.executable,
            "-m",
            "sim.cli",
            "generate",
            "-n",
            "8",
            "--wording",
            HAIKU,
            "--quiet",
            "--concurrency",
            "4",
        ]
        line = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())", *line[3:]]
        line += ["--base-url", server.url, "--out", str(tmp_path / "killed")]
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while server.count < 4 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        paid = server.count
        assert generate(server.url, tmp_path / "killed", "--wording", HAIKU, "--concurrency", "4", n=8) == 0
        again = server.count - paid
        assert generate(server.url, tmp_path / "whole", "--wording", HAIKU, "--concurrency", "4", n=8) == 0
        whole = server.count - paid - again
    assert paid + again <= whole + 4
    assert (tmp_path / "killed/transcripts.jsonl").read_text() == (tmp_path / "whole/transcripts.jsonl").read_text()
    bill = json.loads((tmp_path / "killed" / "bill.json").read_text())
    assert bill["calls"] >= paid + again  # what nobody saw the end of is counted at its worst


def test_a_torn_line_is_cut_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    async def one(folder: Path, door: Any) -> tuple[Reply, Paid]:
        with Paid(door, Bill({}), folder) as paid:
            return await paid.ask((0, 1), ASK, Tab()), paid

    async def hello(ask: Ask) -> Reply:
        return Reply(({"type": "text", "text": "hi"},))

    async def never(ask: Ask) -> Reply:
        raise AssertionError("it was asked again")

    first, _ = asyncio.run(one(tmp_path, hello))
    store = tmp_path / "responses.jsonl"
    with store.open("ab") as file:
        file.write(b'{"key": "torn')
    again, _ = asyncio.run(one(tmp_path, never))
    assert again == first and store.read_bytes().endswith(b"\n")
    store.write_bytes(b"nonsense\n" + store.read_bytes())
    with pytest.raises(BadInput, match="damaged at byte 0"):
        asyncio.run(one(tmp_path, never))


def test_the_same_request_elsewhere_is_another_one(tmp_path: Path) -> None:
    count = 0

    async def counting(ask: Ask) -> Reply:
        nonlocal count
        count += 1
        return Reply(({"type": "text", "text": str(count)},))

    async def both() -> list[str]:
        with Paid(counting, Bill({}), tmp_path) as paid:
            return [(await paid.ask(where, ASK, Tab())).text for where in ((0, 1), (1, 1), (0, 1))]

    assert asyncio.run(both()) == ["1", "2", "1"]


# ── how much at once ─────────────────────────────────────────────────────────────────────────────────────


def test_too_many_requests_slow_it_down_and_it_recovers(tmp_path: Path) -> None:
    crowd = Server(rewording(), latency=0.05)
    crowd.trouble = lambda n, body: "429" if crowd.running > 4 else ""
    with crowd as server:
        assert generate(server.url, tmp_path, "--wording", HAIKU, "--concurrency", "12", n=12) == 0
    assert json.loads((tmp_path / "bill.json").read_text())["slowed down"] >= 1
    throttle = Throttle(8)
    throttle.too_many()
    assert throttle.limit < 8
    for _ in range(40):
        throttle.well()
    assert throttle.limit == 8.0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.lists(st.floats(0, 0.002), min_size=1, max_size=30))
def test_never_more_in_flight_than_allowed(most: int, naps: list[float]) -> None:
    throttle, running, peak = Throttle(most), 0, 0

    async def one(nap: float) -> None:
        nonlocal running, peak
        async with throttle.place():
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(nap)
            running -= 1

    async def all_() -> None:
        await asyncio.wait_for(asyncio.gather(*map(one, naps)), 10)

    asyncio.run(all_())
    assert peak == min(most, len(naps)) and throttle.running == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 0.003), min_size=1, max_size=20), st.integers(1, 5))
def test_results_come_in_order_however_they_finish(naps: list[float], width: int) -> None:
    async def make(number: int) -> int:
        await asyncio.sleep(naps[number])
        return number

    left = len(naps)
    found = []
    with closing(in_order(make, 0, lambda: min(width, left))) as every:
        while left:
            found.append(next(every))
            left -= 1
    assert found == list(range(len(naps)))


def test_what_waits_for_nothing_needs_no_loop() -> None:
    async def three() -> int:
        return 3

    async def waits() -> None:
        await asyncio.sleep(0)

    assert at_once(three()) == 3
    with pytest.raises(RuntimeError, match="event loop"):
        at_once(waits())


# ── wording ──────────────────────────────────────────────────────────────────────────────────────────────


def test_wording_keeps_what_happens(tmp_path: Path, capsys: Any) -> None:
    with Server(rewording(lambda seat, text: f"Okay. {text}" if seat == "assistant" else text)) as server:
        assert generate(server.url, tmp_path / "worded", "--wording", HAIKU, n=8) == 0
    assert main(["generate", "-n", "20", "--out", str(tmp_path / "plain"), "--quiet"]) == 0
    plain = {row["index"]: row for row in rows_of(tmp_path / "plain")}
    worded = rows_of(tmp_path / "worded")
    for row in worded:
        before = plain[row["index"]]
        calls = [[message.get("tool_calls") for message in its["messages"]] for its in (row, before)]
        assert calls[0] == calls[1] and row["digest"] == before["digest"]
        assert any(m["content"].startswith("Okay. ") for m in row["messages"] if m["role"] == "assistant")
        lineage = row["scenario"]["lineage"]
        assert lineage["wording"] == HAIKU and lineage["prompts"] == prompts_digest()
        assert row["wording"]["calls"] <= 2 and row["cost"]["usd"] > 0
    assert main(["verify", str(tmp_path / "worded")]) == 0
    assert main(["replay", str(tmp_path / "worded")]) == 0


SPOILED: dict[str, Callable[[str, str], str]] = {
    "another number": lambda seat, text: re.sub(r"\d", "7", text),
    "nothing": lambda seat, text: "",
    "a longing for more": lambda seat, text: text + " and more of the same" * 30,
    "a question where none was": lambda seat, text: text.rstrip(".?!") + "?" if seat == "assistant" else text,
    "no question where one was": lambda seat, text: text.rstrip("?") + "." if seat == "assistant" else text,
    "a name from nowhere": lambda seat, text: f"{text} Ask Balthazar Quux" if seat == "user" else text,
    "a sum from nowhere": lambda seat, text: f"{text} It is €4711.08." if seat == "assistant" else text,
    "a claim": lambda seat, text: f"I cancelled everything. {text}" if seat == "assistant" else text,
    "code": lambda seat, text: f"{text} (call find_flight_now)" if seat == "user" else text,
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_a_model_spoils_is_not_accepted(how: str, tmp_path: Path) -> None:
    """Spoiled sentences are written again, and then rejected, or keep the script's words; nothing false is accepted."""
    with Server(rewording(SPOILED[how])) as server:
        generate(server.url, tmp_path / "a", "--wording", HAIKU, "--max-attempts", "6", n=3)
        assert generate(server.url, tmp_path / "b", "--wording", HAIKU, "--keep-scripted", n=3) == 0
    spoiled = [one for one in rejected_of(tmp_path / "a") if one["gate"] == "wording"]
    assert spoiled and all(one["detail"] and one["messages"] and one["cost"]["calls"] == 2 for one in spoiled)
    rows = rows_of(tmp_path / "b")
    kept = [row["wording"] for row in rows if row["wording"]["scripted"]]
    assert kept and all(one["calls"] == 2 for one in kept)
    assert len(kept) == len(rows) or how == "no question where one was"  # in some rows nothing is asked
    for folder in ("a", "b"):
        if (tmp_path / folder / "transcripts.jsonl").stat().st_size:
            assert main(["verify", str(tmp_path / folder), "--quiet"]) == 0


def test_a_repair_is_told_why(tmp_path: Path) -> None:
    with Server(lambda body: rewording()(body) if len(body["messages"]) > 1 else said("1: gibberish")) as server:
        assert generate(server.url, tmp_path, "--wording", HAIKU, n=1) == 0
    repair = server.bodies[1]["messages"][-1]["content"]
    assert "is missing" in repair and "gibberish" in server.bodies[1]["messages"][1]["content"]
    assert all(row["wording"]["calls"] == 2 for row in rows_of(tmp_path))


def test_no_sentence_may_know_the_future() -> None:
    """A user who says now what they say later, or what is only found out later, is caught turn by turn."""
    caught = tried = 0
    for index in range(12):
        row = produce(Settings(), index).row
        if row is None:
            continue
        evidence = evidence_of(row, "row")
        its = sentences(evidence)
        users = [one for one in its if one.seat == "user"]
        for one, later in itertools.pairwise(users):
            earlier = "\n".join(m.text for m in evidence.messages[: one.place + 1]) + evidence.scenario.policy
            words = [word for part in later.keep for word in part.split() if any(c.isdigit() for c in word)]
            values = [word for word in words if word.casefold() not in earlier.casefold()]
            if values:
                tried += 1
                given = {s.number: s.text for s in its} | {one.number: f"{one.text} {values[0]}"}
                caught += one.number in findings(evidence, [one], given)
    assert tried >= 5 and caught == tried


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_answers_of_any_kind_are_read(text: str) -> None:
    assert set(answers(text, [1, 2, 7])) <= {1, 2, 7}


def test_answers_in_many_shapes() -> None:
    text = '**1:** hello\n2. "two\nlines"\n[4] user: four\n- 5) five\n7:30 would work,\n'
    text += "12.50 too\n9: nobody asked\n"
    found = {1: "hello", 2: "two\nlines", 4: "four", 5: "five\n7:30 would work,\n12.50 too\n9: nobody asked"}
    assert answers(text, range(1, 8)) == found


def test_batches_survive_a_stop(tmp_path: Path) -> None:
    with Server(rewording()) as server:
        options = ["--wording", HAIKU, "--batch", "--poll", "0.05"]
        assert generate(server.url, tmp_path / "a", *options) == 0
        assert server.count == 0 and len(server.batches) >= 1  # every sentence came through a batch
        row = rows_of(tmp_path / "a")[0]
        assert generate(server.url, tmp_path / "plain", "--wording", HAIKU) == 0
        assert row["cost"]["usd"] == pytest.approx(rows_of(tmp_path / "plain")[0]["cost"]["usd"] / 2, rel=0.5)
        # Stopped between handing in and collecting: the batch is collected, nothing is handed in anew.
        handed_in, server.waits = len(server.batches), 10**6
        line = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())", "generate", "-n", "4"]
        line += ["--base-url", server.url, "--out", str(tmp_path / "b"), "--quiet", *options]
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (tmp_path / "b" / "batches.json").exists() and process.poll() is None:
            time.sleep(0.02)
        process.kill()
        process.wait()
        server.waits = 0
        assert generate(server.url, tmp_path / "b", *options) == 0
        first = {one["custom_id"] for one in server.batches[f"batch_{handed_in + 1}"]}
        later = [one["custom_id"] for name in list(server.batches)[handed_in + 1 :] for one in server.batches[name]]
    assert not first & set(later)
    assert [r["messages"] for r in rows_of(tmp_path / "b")] == [r["messages"] for r in rows_of(tmp_path / "a")]
    assert json.loads((tmp_path / "b" / "bill.json").read_text())["lost"] == 0


# ── the user's seat ──────────────────────────────────────────────────────────────────────────────────────


def test_a_model_can_be_the_user(tmp_path: Path) -> None:
    with Server(being_user) as server:
        assert generate(server.url, tmp_path, "--user", HAIKU, n=6) == 0
    rows = rows_of(tmp_path)
    assert all(row["ended"] == "done" and row["scenario"]["lineage"]["user"] == HAIKU for row in rows)
    assert main(["verify", str(tmp_path), "--quiet"]) == 0
    for body in server.bodies:  # the information barrier
        text = json.dumps(body["messages"]) + system_text(body)
        assert '"tool_result"' not in text or "end_conversation" in json.dumps(body["tools"])
        names = {name for row in rows for name in row["scenario"]["tools"]}
        assert not any(f'"{name}"' in json.dumps(body["tools"]) for name in names)


FAULTY: dict[str, tuple[Mind, str]] = {
    "nothing": (lambda body: said(""), "empty"),
    "refusal": (lambda body: said("no", "refusal"), "refused"),
    "half a message": (lambda body: said("I would like to", "max_tokens"), "cut off"),
    "the end": (
        lambda body: (
            [{"type": "tool_use", "id": "e", "name": "end_conversation", "input": {"how": "done"}}],
            "tool_use",
        ),
        "ended early",
    ),
    "instructions": (lambda body: said("As my notes say, I am a language model"), "echo"),
    "an id": (lambda body: said("cancel BK-48211 and RD-99120"), "leak"),
    "a tool": (lambda body: said("call find_flights(city='Oslo')"), "leak"),
    "another place": (lambda body: said("I want to go to Reykjavik"), "contradiction"),
    "a number": (lambda body: said("for 4711 people"), "contradiction"),
    "a book": (lambda body: said("well " * 30_000), "too long"),
    "ten tools": (
        lambda body: ([{"type": "tool_use", "id": f"x{n}", "name": "rm", "input": "{"} for n in range(10)], "tool_use"),
        "acted unasked",
    ),
}


@pytest.mark.parametrize("what", FAULTY)
def test_who_cannot_be_the_user_is_replaced(what: str, tmp_path: Path, capsys: Any) -> None:
    mind, kind = FAULTY[what]
    with Server(mind) as server:
        assert generate(server.url, tmp_path, "--user", HAIKU, n=2) == 0
        assert generate(server.url, tmp_path, "--user", HAIKU, n=2) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[0])["user faults"]
    assert found[kind] > 0 and found["replaced"] > 0
    retry = next(body for body in server.bodies if "cannot be sent" in json.dumps(body["messages"]))
    assert retry and main(["verify", str(tmp_path), "--quiet"]) == 0


def test_notes_say_what_stands(planned: dict[int, Scenario]) -> None:
    for scenario in planned.values():
        view = scenario.user
        notes = notes_of(view, fold(view, ()))
        over = notes_of(view, State(len(view.turns)))
        assert notes and "All is settled" in over
        later = [f.text for turn in view.turns[1:] for w in turn.wishes for f in w.facts if len(f.text) > 6]
        first = json.dumps(view.turns[0].as_json())
        assert not any(text in notes and text not in first for text in later)


def test_a_users_own_words_are_fit(planned: dict[int, Scenario]) -> None:
    """What the scripted user says is never held to be a fault: the checks reject nothing that is right."""
    for index, scenario in planned.items():
        row = produce(Settings(), index).row
        assert row is not None
        heard: list[Message] = []
        for message in evidence_of(row, "row").messages:
            if message.role == "user" and message.text and not scenario.device:
                state = fold(scenario.user, tuple(heard))
                if state.turn < len(scenario.user.turns):
                    observation = Observation("user", tuple(heard), view=scenario.user, persona=scenario.persona)
                    assert unfit(message, observation, state, "x") == ("", "")
            if message.text and message.role in ("user", "assistant"):
                heard.append(Message(message.role, message.text))


# ── the assistant's seat ─────────────────────────────────────────────────────────────────────────────────


def test_a_model_can_be_the_assistant(tmp_path: Path, planned: dict[int, Scenario]) -> None:
    with Server(knowing(planned)) as server:
        assert generate(server.url, tmp_path, "--assistant", HAIKU, n=5) == 0
    rows = rows_of(tmp_path)
    assert all(row["scenario"]["lineage"]["assistant"] == HAIKU and row["masked"] == [] for row in rows)
    assert main(["verify", str(tmp_path), "--quiet"]) == 0 and main(["replay", str(tmp_path)]) == 0
    for body in server.bodies:
        assert system_text(body) in {row["messages"][0]["content"] for row in rows}
        roles = [message["role"] for message in body["messages"]]
        assert roles[0] == "user" and all(one != other for one, other in itertools.pairwise(roles))
    cached = [body["messages"][-1]["content"][-1].get("cache_control") for body in server.bodies]
    assert all(cached)


def test_mistakes_inside_a_success_are_masked(tmp_path: Path, planned: dict[int, Scenario]) -> None:
    def clumsy(message: Message, observation: Observation) -> Message:
        """Calls a tool wrongly once, before it gets it right."""
        if message.calls and not any(one.calls for one in observation.messages):
            wrong = type(message.calls[0])("", message.calls[0].name, {"nonsense": 1})
            return Message("assistant", "", (wrong,))
        return message

    with Server(knowing(planned, clumsy)) as server:
        assert generate(server.url, tmp_path, "--assistant", HAIKU, "--attempts", "2", n=3) == 0
    for row in rows_of(tmp_path):
        calls = [made["id"] for m in row["messages"] for made in m.get("tool_calls", ())]
        assert row["masked"] == calls[:1]
    assert main(["verify", str(tmp_path), "--quiet"]) == 0
    for name, key in (("openai", "weight"), ("trl", "train")):
        assert main(["export", str(tmp_path), "--format", name, "--quiet"]) == 0
        exported = [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text().splitlines()]
        masked = [[m for m in row["messages"] if m.get(key) in (0, False)] for row in exported]
        assert all(len(its) == 1 and its[0]["tool_calls"] for its in masked)


def test_failures_are_kept_with_their_cause(tmp_path: Path, planned: dict[int, Scenario]) -> None:
    with Server(lambda body: said("I cannot help with that.")) as server:
        options = ["--assistant", HAIKU, "--attempts", "2", "--max-attempts", "6"]
        assert generate(server.url, tmp_path, *options, n=2) == 1
    failed = [one for one in rejected_of(tmp_path) if one["gate"] == "episode"]
    assert failed and all(one["messages"] and one["wrong"]["kind"] for one in failed)
    assert {one["try"] for one in failed} == {0, 1}


WILD: dict[str, Mind] = {
    "ten calls at once": lambda body: (
        [{"type": "tool_use", "id": f"x{n}", "name": body["tools"][0]["name"], "input": {}} for n in range(10)],
        "tool_use",
    ),
    "for ever": lambda body: ([{"type": "tool_use", "id": "x", "name": "none", "input": {}}], "tool_use"),
    "a book": lambda body: said("word " * 20_000),
    "tool names": lambda body: said(f"I would call {body['tools'][0]['name']}(x=1). Which one?"),
    "invented ids": lambda body: (
        [{"type": "tool_use", "id": "x", "name": body["tools"][0]["name"], "input": {"id": "ZZ-99"}}],
        "tool_use",
    ),
    "cut off": lambda body: said("and then", "max_tokens"),
    "a refusal": lambda body: said("", "refusal"),
    "a full window": lambda body: said("", "model_context_window_exceeded"),
    "a pause": lambda body: said("hm", "pause_turn"),
    "nothing": lambda body: ([], "end_turn"),
    "half a call": lambda body: ([{"type": "tool_use", "id": "x"}], "tool_use"),
    "a call without an id": lambda body: ([{"type": "tool_use", "name": "x", "input": {}}], "tool_use"),
    "a call with nothing": lambda body: ([{"type": "tool_use", "id": "x", "name": "x", "input": None}], "tool_use"),
    "a call with a list": lambda body: ([{"type": "tool_use", "id": "x", "name": "x", "input": [1]}], "tool_use"),
    "no words": lambda body: ([{"type": "text", "text": None}], "end_turn"),
    "half a character": lambda body: said("hi \ud800 there"),
    "another reason to stop": lambda body: said("hi", "banana"),
    "strange blocks": lambda body: (
        [{"type": "redacted_thinking", "data": "x"}, {"type": "text", "text": "hm"}],
        "end_turn",
    ),
}


@pytest.mark.parametrize("what", WILD)
def test_whatever_a_model_does_it_is_an_entry(what: str, tmp_path: Path) -> None:
    with Server(WILD[what]) as server:
        line = ["evaluate", "--assistant", HAIKU, "--base-url", server.url, "--quiet", "--json", "--out", str(tmp_path)]
        assert main([*line, "--scenarios", "travel/*-refuse", "travel/*-permit"]) == 0
    rows = rows_of(tmp_path)
    assert rows and all(row["reward"] == 0.0 and row["wrong"]["kind"] for row in rows)
    assert main(["evaluate", "--rescore", str(tmp_path), "--quiet"]) == 0


def test_thoughts_are_kept_apart_and_given_back(tmp_path: Path, planned: dict[int, Scenario]) -> None:
    plain = knowing(planned)

    def thinking(body: Body) -> tuple[list[dict[str, Any]], str]:
        blocks, stop = plain({**body, "messages": [_unthought(m) for m in body["messages"]]})
        return [{"type": "thinking", "thinking": "let me see", "signature": "s"}, *blocks], stop

    with Server(thinking) as server:
        assert generate(server.url, tmp_path, "--assistant", HAIKU, "--thinking", "1024", n=2) == 0
    row = rows_of(tmp_path)[0]
    assert "let me see" not in json.dumps(row["messages"])
    assert all(row["messages"][int(place)]["role"] == "assistant" for place in row["thinking"])
    assert set(row["thinking"].values()) == {"let me see"}
    assert any(b.get("signature") == "s" for m in server.bodies[-1]["messages"] for b in m["content"])
    assert main(["export", str(tmp_path), "--thinking", "--quiet"]) == 0
    exported = json.loads((tmp_path / "trl.jsonl").read_text().splitlines()[0])
    assert any(m.get("reasoning_content") == "let me see" for m in exported["messages"])


def _unthought(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "content": [b for b in message["content"] if b["type"] != "thinking"]}


def test_models_in_both_seats(tmp_path: Path, planned: dict[int, Scenario]) -> None:
    assistant = knowing(planned)

    def both(body: Body) -> tuple[list[dict[str, Any]], str]:
        user = any(tool["name"] == "end_conversation" for tool in body["tools"])
        return being_user(body) if user else assistant(body)

    with Server(both) as server:
        assert generate(server.url, tmp_path, "--assistant", "one", "--user", "other", n=3) == 0
    assert main(["verify", str(tmp_path), "--quiet"]) == 0
    assert rows_of(tmp_path)[0]["cost"]["usd"] is None  # models without a price


# ── outages ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_server_that_is_gone_stops_the_run(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.doors.RETRIES", 0)
    assert generate("http://127.0.0.1:9", tmp_path, "--wording", HAIKU) == 3
    assert "cannot be reached" in capsys.readouterr().err


def test_an_outage_ends_an_episode_and_is_never_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.doors.RETRIES", 0)
    monkeypatch.setattr("sim.casting.PAUSE", 0.01)
    with Server(lambda body: said("no"), trouble=lambda n, body: "500" if 3 < n < 12 else "") as server:
        line = ["evaluate", "--assistant", HAIKU, "--base-url", server.url, "--quiet", "--concurrency", "1"]
        assert main([*line, "--out", str(tmp_path), "--scenarios", "travel/*-refuse", "money/*"]) == 0
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["outages"] >= 1
    assert results["episodes"] + results["outages"] == len(rows_of(tmp_path))
    assert results["cost"]["calls"] > 0


def test_many_outages_in_a_row_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("agents.doors.RETRIES", 0)
    monkeypatch.setattr("sim.casting.PAUSE", 0.001)
    with Server(rewording(), trouble=lambda n, body: "500" if n > 2 else "") as server:
        assert generate(server.url, tmp_path, "--wording", HAIKU, "--concurrency", "1", n=30) == 3
        assert "episodes in a row" in capsys.readouterr().err
        kept = len(rows_of(tmp_path))
        server.trouble = lambda n, body: ""
        assert generate(server.url, tmp_path, "--wording", HAIKU, n=kept + 2) == 0
    assert len(rows_of(tmp_path)) == kept + 2


# ── judging, comparing, prompts ──────────────────────────────────────────────────────────────────────────


def test_a_judge_marks_and_is_judged(tmp_path: Path, capsys: Any) -> None:
    count = 0

    def mind(body: Body) -> tuple[list[dict[str, Any]], str]:
        nonlocal count
        count += 1
        if count % 7 == 0:
            return said("I would rather not say")
        return said(f"naturalness: 4\ncoherence: {3 + count % 2}\nhelpfulness: 5\naccuracy: 5")

    with Server(mind) as server:
        assert generate(server.url, tmp_path, "--judge", HAIKU, "--judge-sample", "6", n=8) == 0
    found = json.loads(capsys.readouterr().out)["judge"]
    assert found["judged"] == 6 and found["unreadable"] >= 1
    assert found["marks"]["naturalness"] == 4.0 and 3 <= found["marks"]["coherence"] <= 4
    assert found["agreement"] < 1.0 and found["within one"] == 1.0
    assert len(rows_of(tmp_path)) == 8  # no row is rejected for its marks


def test_verdicts_with_one_user_and_another(tmp_path: Path, capsys: Any) -> None:
    which = ["--scenarios", "travel/*", "--quiet"]
    with Server(being_user) as server:
        assert main(["evaluate", "--assistant", "oracle", *which, "--out", str(tmp_path / "a")]) == 0
        model = ["--user", "local", "--base-url", server.url]
        assert main(["evaluate", "--assistant", "oracle", *which, *model, "--out", str(tmp_path / "b")]) == 0
    capsys.readouterr()
    assert main(["compare", "--users", "--json", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["episodes"] >= 20 and len(found["flipped"]) <= 0.05 * found["episodes"]


def test_prompts_can_be_ones_own(tmp_path: Path, capsys: Any) -> None:
    own = tmp_path / "prompts"
    own.mkdir()
    assert generate("http://127.0.0.1:9", tmp_path / "x", "--wording", HAIKU, "--prompts", str(own)) == 2
    (own / "wording.md").write_text("Write like a pirate.")
    with Server(rewording()) as server:
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU, "--prompts", str(own), n=1) == 0
        assert system_text(server.bodies[0]) == "Write like a pirate."
        assert generate(server.url, tmp_path / "a", "--wording", HAIKU, n=2) == 2  # another run
    assert rows_of(tmp_path / "a")[0]["scenario"]["lineage"]["prompts"] == prompts_digest(own) != prompts_digest()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text(max_size=5)), max_size=8))
def test_roles_always_alternate(said_: list[tuple[Any, str]]) -> None:
    found = as_messages(tuple(Message(role, text) for role, text in said_))
    assert all(one["role"] != other["role"] for one, other in itertools.pairwise(found))
    assert all(block["text"].strip() for one in found for block in one["content"])


def test_a_model_can_be_played_with(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(
        [":next 2", ":seat user me", ":seat assistant nobody", ":seat user script", ":seat user some", ":quit"]
    )
    monkeypatch.setattr(
        "sys.stdin", type("Pipe", (), {"isatty": lambda s: False, "readline": lambda s, n: next(lines)})()
    )
    with Server(being_user) as server:
        line = ["play", "money/pay-yes-but", "--user", "local", "--base-url", server.url, "--out", str(tmp_path / "p")]
        assert main(line) == 0
        assert server.count >= 1
    out = capsys.readouterr().out
    assert "user  " in out and "user: me" in out and "assistant: nobody" in out and "user: some" in out


def test_strangers_tools_are_reworded_too(tmp_path: Path) -> None:
    with Server(rewording(lambda seat, text: f"Okay. {text}" if seat == "assistant" else text)) as server:
        assert generate(server.url, tmp_path, "--tools", "bfcl", "--wording", HAIKU, "--keep-scripted", n=3) == 0
    assert main(["verify", str(tmp_path), "--quiet"]) == 0


def test_an_evaluation_names_who_played(tmp_path: Path) -> None:
    with Server(being_user) as server:
        line = ["evaluate", "--assistant", "oracle", "--user", "local", "--base-url", server.url, "--quiet"]
        assert main([*line, "--out", str(tmp_path), "--scenarios", "money/pay-yes-but"]) == 0
    row = rows_of(tmp_path)[0]
    assert row["cast"] == {"user": "local", "assistant": "oracle", "prompts": prompts_digest()} and row["reward"] == 1.0
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["assistant"] == "oracle, user local" and results["scenarios"]["money/pay-yes-but"]["passed"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("api", ["anthropic", "openai"])
def test_no_retry_goes_beyond_the_limit(api: Any, tmp_path: Path) -> None:
    """Every line is cut, so every attempt may have been paid: only as many are made as there is room for."""
    pytest.importorskip("openai")

    async def once(folder: Path) -> None:
        with Server(lambda body: said("x"), trouble=lambda n, body: "cut") as server:
            door: Any = open_door(api, server.url)
            bill = Bill({"m": Price(1, 1)}, {"calls": 2})
            with Paid(door, bill, folder) as paid, pytest.raises(Spent):
                await paid.ask((0,), Ask("m", "", ({"role": "user", "content": "hi"},)), Tab())
            await door.close()
            assert server.count == 2 and bill.spent.calls == 2 and bill.aside.calls == 0

    asyncio.run(once(tmp_path))
