"""Constants of JavaScript files, read and never run."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.source.javascript_literal import UNKNOWN, constants


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("const A = 'x'", "x"),
        ('export const A = "x";', "x"),
        ("let A = `x`", "x"),
        ("module.exports.A = 'x'", "x"),
        ("class T { static A = ['x']; }", ["x"]),
        ("const A = Object.freeze( { a: 1 } );", {"a": 1}),
        ("const A = {a: {b: 'x',},}", {"a": {"b": "x"}}),
        (
            "const A = { /* c */ a: -1.5e3, // d\n 'b c': null, 3: true, \"d\": undefined }",
            {"a": -1500, "b c": None, "3": True, "d": None},
        ),
        (r"const A = 'a\'b\n\x41\u0042\u{43}'", "a'b\nABC"),
        ("const A = 'a\\\nb'", "ab"),
        ("const A = [1, 'a', [], {}]", [1, "a", [], {}]),
        ("const A = 1\nconst B = 2", 1),
        ("const A = 'x'; const A = 'y';", "y"),
        ("// const A = 'x'\n/* const A = 'x' */ const s = 'const A = 1'; const A = 'z'", "z"),
        ("const r = /['\"`]/g, t = x / 2; const A = 'z'", "z"),
        ("const A = 'a' + b", UNKNOWN),
        ("const A = 'a'\n  + b", UNKNOWN),
        ("const A = {a: 1}.a", UNKNOWN),
        ("const A = {a: 1}\n  .a", UNKNOWN),
        ("const A = f({a: 1})", UNKNOWN),
        ("const A = `a${b}`", UNKNOWN),
        ("const A = x ? 'a' : 'b'", UNKNOWN),
        ("const A = {a: 'x'", UNKNOWN),
        ("const A = 'x", UNKNOWN),
        ("const A = (x) => ({ a: 1 })", UNKNOWN),
        ("const A = 12n", UNKNOWN),
        ("const A = {a: f(1, {b: ')'}), c: 'x'}", {"a": UNKNOWN, "c": "x"}),
        ("const A = {a() { return {b: 1}; }, c: 'x'}", {"a() { return {b: 1}; }": UNKNOWN, "c": "x"}),
        ("const A = {...B, c: 'x'}", {"...B": UNKNOWN, "c": "x"}),
        ("const A = {c}", {"c": UNKNOWN}),
        ("const A = {c = 1}", {"c = 1": UNKNOWN}),
        ("const A = {[k]: 'x'}", {"[k]: 'x'": UNKNOWN}),
        ("const A = [, 1]", [UNKNOWN, 1]),
        (r"const A = '\ud83d\ude00 \ud83d'", "😀 \ufffd"),
        ("const A = 1, B = 2", 1),
    ],
)
def test_value(text, value):
    found = constants(text, ["A"])["A"].data
    assert found is value if value is UNKNOWN else found == value


@pytest.mark.parametrize("text", ["", "A = 1", "const AB = 1", "if (A == 1) {}", "const f = A => 1", "const {A} = b"])
def test_no_constant(text):
    assert constants(text, ["A"]) == {}


def test_places():
    text = "const A = {\n  a: 'x', // y\n  b: [f(), 'z'],\n};"
    node = constants(text, ["A"])["A"]
    (_, key, value), (_, _, items) = node.members
    assert text[key : value.end] == "a: 'x'"
    assert [text[item.start : item.end] for _, _, item in items.members] == ["f()", "'z'"]
    assert text[node.start : node.end].endswith("}")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@examples(100)
@given(VALUES, st.booleans())
def test_json_is_javascript(value, is_ascii):
    assert constants(f"const A = {json.dumps(value, ensure_ascii=is_ascii)};", ["A"])["A"].data == value


@pytest.mark.parametrize(
    "part",
    [
        "[",
        "{a:",
        "const A = {",
        "'a':b(,",
        "=/[",
        "/*",
        "`\\",
        "'\\",
        "a:f(),",
        "a:[{f(:",
        "const A = `",
        "a:'",
        "//",
        "Object.freeze(",
    ],
)
def test_a_hostile_file_takes_its_share_of_time(part):
    """What takes time with the square of its length would take ten seconds and more."""
    text = f"const A = {{{part * (40_000 // len(part))}"
    start = process_time()
    constants(text, ["A"])
    assert process_time() - start < 3
