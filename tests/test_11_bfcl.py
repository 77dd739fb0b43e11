"""Tools that nobody here wrote: BFCL's executable classes, planned over by running them."""

from collections import Counter
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

import pytest

from sim.generate import Settings, candidate, graph_for
from sim.gold import gold_calls
from sim.replay import evidence_of
from sim.verify import first_finding
from tests.referee import damaged, ours, theirs
from tools_mock import ToolCall, ToolkitError, call, load_toolkit
from tools_mock.bfcl import SETS, gold_cases
from tools_mock.values import looks_like_id

Rows = tuple[dict[str, Any], ...]


def test_all_128_tools_stand_in_the_graph(bfcl_rows: Rows) -> None:
    graph = graph_for(Settings(tools="bfcl"))
    assert len(graph.toolkit.tools) == 128
    assert len(graph.usable) >= 120
    assert graph.feeds.number_of_edges() > 100
    domains = Counter(tool.spec.domain for tool in graph.toolkit.tools.values())
    assert set(domains) == {"files", "maths", "messages", "posts", "tickets", "trading", "travel", "car"}


def test_dialogues_come_of_them_and_replay(bfcl_rows: Rows) -> None:
    for row in bfcl_rows:
        evidence = evidence_of(row, "row")
        world = evidence.world
        for message in evidence.messages:
            for made in message.calls:
                call(evidence.toolkit.tools, world, made)
        assert world.digest() == row["digest"]
        assert first_finding(evidence) == ("", "")


def test_no_user_gives_up_on_who_follows_the_plan() -> None:
    pytest.importorskip("bfcl_eval", reason="pip install --no-deps bfcl-eval mpmath")
    tried = [candidate(Settings(tools="bfcl"), index, 0) for index in range(150)]
    assert [why["detail"] for row, why in tried if row is None and why["gate"] == "structure"] == []


def test_users_say_no_ids(bfcl_rows: Rows) -> None:
    for row in bfcl_rows:
        told = ""
        for message in row["messages"]:
            if message["role"] == "assistant":
                told += message["content"].casefold()
            if message["role"] == "user":
                for word in message["content"].split():
                    bare = word.strip(".,:?!'\"")
                    own = [
                        fact["text"]
                        for turn in row["scenario"]["user"]["turns"]
                        for w in turn["wishes"]
                        for fact in w.get("facts", ())
                    ]
                    assert not looks_like_id(bare) or bare.casefold() in told or any(bare in text for text in own)


def test_the_wall_clock_in_the_file_system_does_not_count() -> None:
    pytest.importorskip("bfcl_eval")
    toolkit = load_toolkit("bfcl", {"classes": ["GorillaFileSystem"]})
    one, two = toolkit.world(0), toolkit.world(0)
    for world in (one, two):
        assert call(toolkit.tools, world, ToolCall("1", "touch", {"file_name": "new.txt"})).status == "ok"
    assert one.digest() == two.digest() != toolkit.world(0).digest()


def test_a_default_list_that_a_class_changes_stays_in_its_episode() -> None:
    """``post_tweet(tags=[])`` keeps its default list and writes to it; no episode may see another's."""
    pytest.importorskip("bfcl_eval")
    toolkit = load_toolkit("bfcl", {"classes": ["TwitterAPI"]})
    results = []
    for _ in range(2):
        world = toolkit.world(0)
        posted = call(toolkit.tools, world, ToolCall("1", "post_tweet", {"content": "hello"})).content
        call(toolkit.tools, world, ToolCall("2", "mention", {"tweet_id": posted["id"], "mentioned_usernames": ["@x"]}))
        results.append(posted)
    assert results[0] == results[1]


def test_a_tool_that_sets_the_precision_of_decimals_changes_nobody_elses() -> None:
    pytest.importorskip("bfcl_eval")
    maths = load_toolkit("bfcl", {"classes": ["MathAPI"]})
    first = call(maths.tools, maths.world(0), ToolCall("1", "square_root", {"number": 2.0, "precision": 2})).content
    assert Decimal("72.50") * 1 == Decimal("72.50")
    again = call(maths.tools, maths.world(0), ToolCall("1", "square_root", {"number": 2.0, "precision": 2})).content
    assert first == again


def test_an_unknown_class() -> None:
    pytest.importorskip("bfcl_eval")
    with pytest.raises(ToolkitError, match="no BFCL class"):
        load_toolkit("bfcl", {"classes": ["Gorilla"]})


@pytest.mark.slow
def test_bfcl_own_checker_agrees_with_ours() -> None:
    """On gold always; on damaged calls we are stricter nowhere, and take more only where the end is the same."""
    for which in SETS:
        for case in islice(gold_cases(which), 8):
            turns = gold_calls(case)
            assert ours(case, turns) and theirs(case, turns), case.name
    verdicts = Counter[tuple[bool, bool]]()
    for case in islice(gold_cases("base"), 40):
        kind, turns = next(filter(None, (damaged(case, Random(f"{case.name}{n}")) for n in range(20))))
        mine, other = ours(case, turns), theirs(case, turns)
        verdicts[mine, other] += 1
        assert mine or not other, (case.name, kind)
        assert not mine or kind != "an argument changed" or other, case.name
    assert verdicts[False, False] >= 15
