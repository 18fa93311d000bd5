"""Attributes of a task's opening tag, as lenient readers take them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsdc.source.plan import parse
from gsdc.source.plan_annotation import TaskNotes, put, strip


def attributes(tag):
    (task,) = parse("p", f"{tag}\n<name>x</name>\n</task>").tasks
    return [(item.name, item.value) for item in task.attributes]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<task type="auto">', [("type", "auto")]),
        ("<task>", []),
        ("<task TYPE=\"auto\" Model='opus'>", [("type", "auto"), ("model", "opus")]),
        ("<task type=auto model=opus>", [("type", "auto"), ("model", "opus")]),
        ('<task\n  type\n=\n"auto">', [("type", "auto")]),
        ('<task name="a &amp; b &#104;">', [("name", "a & b h")]),
        ('<task name="a > b" model="opus">', [("name", "a > b"), ("model", "opus")]),
        ("<task name='it > x' model='opus'>", [("name", "it > x"), ("model", "opus")]),
        ('<task name="model=haiku" model="opus">', [("name", "model=haiku"), ("model", "opus")]),
        ('<task model="opus" model="haiku">', [("model", "opus"), ("model", "haiku")]),
        ('<task model="opus>', [("model", "opus")]),
        ("<task name=it's model=opus>", [("name", "it's"), ("model", "opus")]),
        ('<task mo\u200bdel="opus">', [("model", "opus")]),
        ('<task \uff4dodel="opus">', [("model", "opus")]),
        ('<task data-model="haiku" x.model="haiku">', [("data-model", "haiku"), ("x.model", "haiku")]),
    ],
)
def test_attributes(tag, expected):
    assert attributes(tag) == expected


PIECES = ["model", "MODEL", "=", '"', "'", "opus", " ", "\n", "&amp;", "a", "\u200b", "type", 'x="y"', "<", "->"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_put_into_a_tag_comes_out_again(inside):
    text = f"<task {inside}>\n  <name>Task 1: One</name>\n</task>\n"
    notes = dict.fromkeys(range(1, 4), TaskNotes((("model", "sonnet"), ("depends-on", "")), ""))
    annotated = put(parse("p", text), notes, "")
    assert strip("p", annotated) == text
    assert put(parse("p", strip("p", annotated)), notes, "") == annotated
