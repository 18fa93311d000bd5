"""Rows come back as they were, with their types; data that are not theirs are refused."""

import json
from enum import StrEnum
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.cache.columns import DamagedError, pack, unpack


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Point(NamedTuple):
    x: int
    y: float | None


class Edit(NamedTuple):
    parts: tuple[tuple[int, str], ...]
    safe: bool


class Row(NamedTuple):
    name: str
    point: Point
    color: Color
    words: tuple[str, ...]
    points: tuple[Point, ...]
    edit: Edit | None
    text: str | None
    pair: tuple[int, int]


POINTS = st.builds(Point, st.integers(), st.none() | st.integers() | st.floats(allow_nan=False))
EDITS = st.builds(Edit, st.lists(st.tuples(st.integers(), st.text())).map(tuple), st.booleans())
ROWS = st.builds(
    Row,
    st.text() | st.sampled_from("ab"),
    POINTS,
    st.sampled_from(Color),
    st.lists(st.text()).map(tuple),
    st.lists(POINTS).map(tuple),
    st.none() | EDITS,
    st.none() | st.text(),
    st.tuples(st.integers(), st.integers()),
)


def types(value):
    return type(value), tuple(map(types, value)) if isinstance(value, tuple) else value


@examples(200)
@given(st.lists(ROWS, max_size=6))
def test_rows_come_back(rows):
    data = json.loads(json.dumps(pack(rows, Row)))
    assert types(unpack(data, Row)) == types(tuple(rows))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["pool", "at", "x"]), inner),
)


@examples(300)
@given(JSON)
def test_other_data_are_refused(data):
    try:
        found = unpack(data, Row)
    except DamagedError:
        return
    assert found == ()


@examples(300)
@given(st.lists(ROWS, min_size=1, max_size=3), JSON, st.randoms())
def test_damaged_data_are_refused_or_have_the_right_types(rows, other, chance):
    data = json.loads(json.dumps(pack(rows, Row)))
    at = data
    while True:
        keys = list(range(len(at)) if isinstance(at, list) else at)
        key = chance.choice(keys)
        if not isinstance(at[key], list | dict) or not at[key] or chance.random() < 0.3:
            at[key] = other
            break
        at = at[key]
    try:
        found = unpack(data, Row)
    except DamagedError:
        return
    for row in found:
        assert isinstance(row, Row)
        assert (type(row.name), type(row.point), type(row.color)) == (str, Point, Color)
        assert all(type(point) is Point and type(point.x) is int for point in row.points)
        assert row.edit is None or (type(row.edit) is Edit and type(row.edit.safe) is bool)


@pytest.mark.parametrize("data", [{}, None, "", [[]], [[]] * 8, [["a"]] * 8, {"pool": [], "at": []}])
def test_wrong_forms(data):
    with pytest.raises(DamagedError):
        unpack(data, Row)
