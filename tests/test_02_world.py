"""A world: shared base, own overlay, randomness that is a function of the call."""

import json
from datetime import datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tools_mock import Base, World, canonical

ROWS = {f"k{number}": {"name": f"n{number}", "group": number % 3, "count": 0} for number in range(9)}


def fresh() -> World:
    return World(Base.of(1, datetime(2026, 3, 9), {"things": ROWS, "others": {}}, {"name": "Anna"}))


keys = st.sampled_from([*ROWS, "new1", "new2"])
edits = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, st.integers(0, 3)),
        st.tuples(st.just("delete"), keys, st.just(0)),
    ),
    max_size=12,
)


def apply(world: World, operations: list[Any], model: dict[str, Any]) -> None:
    for what, key, value in operations:
        if what == "put":
            world.put("things", key, {"name": key, "group": value % 3, "count": value})
            model[key] = {"name": key, "group": value % 3, "count": value}
        else:
            world.delete("things", key)
            model.pop(key, None)


@given(edits)
def test_it_reads_like_a_plain_dictionary(operations: list[Any]) -> None:
    world, model = fresh(), {key: dict(row) for key, row in ROWS.items()}
    apply(world, operations, model)
    assert {key: dict(row) for key, row in world.rows("things")} == model
    for group in range(3):
        found = {key for key, _ in world.rows("things", group=group)}
        assert found == {key for key, row in model.items() if row["group"] == group}
    assert fresh().digest() == World(world.base).digest()  # the base is as it was


@given(edits, edits)
def test_a_fork_is_independent(first: list[Any], second: list[Any]) -> None:
    world, model = fresh(), {key: dict(row) for key, row in ROWS.items()}
    apply(world, first, model)
    before, copy = world.digest(), world.fork()
    assert copy.digest() == before
    apply(copy, second, dict(model))
    assert world.digest() == before


@given(edits)
def test_the_digest_names_the_state_not_the_way(operations: list[Any]) -> None:
    world, model = fresh(), {key: dict(row) for key, row in ROWS.items()}
    apply(world, operations, model)
    direct = fresh()
    for key in {*ROWS, *model}:
        if key not in model:
            direct.delete("things", key)
        else:
            direct.put("things", key, model[key])
    assert direct.digest() == world.digest()


def test_a_row_put_back_is_no_change() -> None:
    world = fresh()
    world.update("things", "k1", count=5)
    assert world.diff()["things"]["k1"]["before"]["count"] == 0
    world.update("things", "k1", count=0)
    assert world.changes() == {}


def test_numbers_and_key_order_do_not_change_a_digest() -> None:
    assert canonical({"a": 25.0, "b": [1.0]}) == canonical({"b": [1], "a": 25})


def test_the_base_cannot_be_changed_in_place() -> None:
    row: Any = fresh().get("things", "k1")
    try:
        row["count"] = 7
    except TypeError:
        return
    raise AssertionError("a tool could change the shared base")


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6))
def test_randomness_hangs_on_the_call_alone(before: list[str]) -> None:
    quiet, busy = fresh(), fresh()
    for name in before:
        busy.enter(name, {"x": 1})
        busy.draw("noise", 100)
    quiet.enter("book", {"seat": 1})
    busy.enter("book", {"seat": 1.0})
    assert quiet.draw("id", 10**6) == busy.draw("id", 10**6)
    quiet.enter("book", {"seat": 1})
    busy.enter("book", {"seat": 1})
    assert quiet.draw("id", 10**6) == busy.draw("id", 10**6)  # asked a second time, alike on both


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["54.00", "1.0,", "7e3", "null"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
@example([1e-05, -1e-7, 1.5e-5])
@example([1e16, 1e22, 0.1, 25.0, None, float("nan")])
def test_the_fast_text_of_a_value_is_the_exact_one(value: Any) -> None:
    assert canonical(value) == json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
