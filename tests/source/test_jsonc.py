"""JSONC: what is read, where it stands, and that an edit changes nothing but what it says."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.finding import Rejected
from gsdc.source.jsonc import Jsonc, data_of

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "opencode"

COMMENTED = """{
    // the house rules: see CONTRIBUTING
    "model": "anthropic/claude-sonnet-4-6", // daily driver
    "agent": {
        /* reviewed in June */
        "review": {"model": "openai/gpt-5.2", "temperature": 0.1},
        "docs": {
            "model": "openai/gpt-5-mini", // cheap
        },
    },
}
"""

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | keys,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(keys, values, max_size=4)
blanks = st.sampled_from(["", " ", "\n", "\r\n", "\t", "// note\n", "/* a, b */", " /* { */ ", '\n  // "}\r\n  '])


@st.composite
def texts(draw) -> str:
    """Draw a JSONC text with comments, blanks and trailing commas in every place that allows them."""

    def write(value):
        if isinstance(value, dict):
            members = [f"{json.dumps(k)}{draw(blanks)}:{draw(blanks)}{write(v)}" for k, v in value.items()]
            return container("{", members, "}")
        if isinstance(value, list):
            return container("[", [write(v) for v in value], "]")
        return json.dumps(value, ensure_ascii=draw(st.booleans()))

    def container(begin, members, end):
        body = ",".join(draw(blanks) + member + draw(blanks) for member in members) or draw(blanks)
        return begin + body + ("," + draw(blanks) if members and draw(st.booleans()) else "") + end

    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + draw(blanks) + write(draw(objects)) + draw(blanks)


def comments(text: str) -> list[str]:
    """Return the comments of a text whose keys and values hold no slashes."""
    import re

    return re.findall(r"// note|/\* a, b \*/|/\* \{ \*/|// \"\}", text)


def rejected(text: str):
    with pytest.raises(Rejected) as caught:
        Jsonc("opencode.json", text)
    [finding] = caught.value.findings
    return finding


@examples(80)
@given(objects, st.sampled_from([None, 2, "\t"]))
def test_what_json_writes_is_read(data, indent):
    assert Jsonc("x", json.dumps(data, indent=indent)).data == data


@examples(100)
@given(texts(), st.lists(keys, min_size=1, max_size=3), values)
def test_an_edit_is_read_back_keeps_comments_and_is_idempotent(text, path, value):
    document = Jsonc("x", text)
    try:
        edited = document.set(path, value)
    except Rejected:
        assert any(not isinstance(node.data, dict) for node in _on_the_way(document, path))
        return
    node = edited.node(path)
    assert node is not None
    assert node.data == value
    assert edited.set(path, value).text == edited.text
    if document.node(path) is None:
        assert sorted(comments(edited.text)) == sorted(comments(text))
        removed = edited.remove(path)
        assert removed.node(path) is None
        assert sorted(comments(removed.text)) == sorted(comments(text))
        if document.node(path[:-1]) is not None:
            assert removed.data == document.data


def _on_the_way(document, path):
    return [node for depth in range(len(path)) if (node := document.node(path[:depth])) is not None]


@examples(100)
@given(st.text('{}[]",:/*\\u\ufeff \r\n01.e-tn', max_size=12), st.booleans())
def test_any_text_is_read_or_rejected(text, inside):
    try:
        Jsonc("x", f'{{"a": {text}}}' if inside else text)
        findings = ()
    except Rejected as rejected:
        findings = rejected.findings
    assert all(finding.span.line and finding.help for finding in findings)


@examples(80)
@given(texts() | objects.map(json.dumps))
def test_data_alone_is_the_same(text):
    assert data_of("x", text) == Jsonc("x", text).data


@pytest.mark.parametrize(
    "text", ["", "{a}", '{"a": NaN}', '{"a": -Infinity}', r'"\ud800"', '"\t"', "9" * 5000, "[" * 5000]
)
def test_data_alone_is_rejected_alike(text):
    with pytest.raises(Rejected) as caught:
        data_of("opencode.json", text)
    assert caught.value.findings[0] == rejected(text)


@examples(80)
@given(texts(), st.dictionaries(st.tuples(keys, keys), values, max_size=4))
def test_one_update_says_what_its_edits_say(text, edits):
    document = Jsonc("x", text)
    one_by_one = document
    try:
        for path, value in edits.items():
            one_by_one = one_by_one.set(path, value)
    except Rejected:
        with pytest.raises(Rejected):
            document.update(edits)
        return
    updated = document.update(edits)
    assert updated.data == one_by_one.data
    assert updated.update(edits).text == updated.text
    assert sorted(comments(updated.text)) == sorted(comments(one_by_one.text))


@examples(80)
@given(texts(), keys)
def test_a_new_member_only_inserts(text, key):
    document = Jsonc("x", text)
    if key in document.data:
        return
    edited = document.set([key], 1).text
    rest = iter(edited)
    if document.data:
        assert all(character in rest for character in text), "the old text is not what is left of the new one"
    assert {**document.data, key: 1} == Jsonc("x", edited).data


@examples(80)
@given(texts(), st.data())
def test_removing_takes_one_member_and_no_comment_outside_it(text, data):
    document = Jsonc("x", text)
    if not document.data:
        return
    key = data.draw(st.sampled_from(sorted(document.data)))
    removed = document.remove([key])
    assert removed.data == {name: value for name, value in document.data.items() if name != key}
    _, start, node = document.root.members[document.root.member(key)]
    assert comments(removed.text) == comments(text[:start]) + comments(text[node.end :])


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("{}\n", ["a"], 1, '{\n  "a": 1\n}\n'),
        ('{"a": 1}', ["b"], {"c": 2}, '{"a": 1, "b": {"c": 2}}'),
        ('{"a": {}}', ["a", "b"], 1, '{"a": {"b": 1}}'),
        ('{"a": 1 // one\n}', ["b"], 2, '{"a": 1, "b": 2 // one\n}'),
        ('{\n\t"a": 1\n}\n', ["b", "c"], 2, '{\n\t"a": 1,\n\t"b": {\n\t\t"c": 2\n\t}\n}\n'),
        ('{\n "a": 1 // one\n}', ["b"], 2, '{\n "a": 1, // one\n "b": 2\n}'),
        ('{\n "a": 1, // one\n}', ["b"], 2, '{\n "a": 1, // one\n "b": 2,\n}'),
        ('{\r\n  "a": 1\r\n}\r\n', ["b"], {"c": 2}, '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 2\r\n  }\r\n}\r\n'),
        ("{\n  // nothing yet\n}", ["a"], 1, '{\n  // nothing yet\n  "a": 1\n}'),
        ('\ufeff{"a": 1}', ["a"], 2, '\ufeff{"a": 2}'),
        ('{"a": 1, "a": 2}', ["a"], 3, '{"a": 1, "a": 3}'),
        ('{"a": 0}', ["a"], 0.0, '{"a": 0}'),
        ('{"a": 1}', ["a"], True, '{"a": true}'),
    ],
)
def test_an_edit_follows_the_style_of_the_file(before, path, value, after):
    assert Jsonc("x", before).set(path, value).text == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ('{"a": 1}', ["a"], "{}"),
        ('{"a": 1, "b": 2}', ["a"], '{"b": 2}'),
        ('{"a": 1, "b": 2}', ["b"], '{"a": 1}'),
        ('{\n  "a": 1,\n  "b": 2\n}', ["a"], '{\n  "b": 2\n}'),
        ('{\n  "a": 1, // one\n  "b": 2\n}', ["b"], '{\n  "a": 1 // one\n}'),
        ('{\r\n  "a": 1,\r\n  "b": 2,\r\n}', ["b"], '{\r\n  "a": 1,\r\n}'),
        ('{"a": 1, "a": 2, "b": 3}', ["a"], '{"b": 3}'),
        ('{"a": 1}', ["b"], '{"a": 1}'),
        ('{"a": [1]}', ["a", "b"], '{"a": [1]}'),
        ('{\n"a": 1\r}', ["a"], "{}"),
        ('{"z": 0,\n"a": 1 /* x */\r}', ["a"], '{"z": 0\n /* x */\r}'),
    ],
)
def test_removing_follows_the_style_of_the_file(before, path, after):
    assert Jsonc("x", before).remove(path).text == after


def test_edits_of_a_commented_file_keep_every_line():
    edited = Jsonc("x", COMMENTED).set(["agent", "docs", "temperature"], 0.2).set(["agent", "review", "model"], "a/b")
    expected = COMMENTED.replace("// cheap\n", '// cheap\n            "temperature": 0.2,\n')
    assert edited.text == expected.replace("openai/gpt-5.2", "a/b")


def test_an_update_edits_many_places_at_once():
    edited = Jsonc("x", COMMENTED).update(
        {
            ("agent", "docs", "model"): "c/d",
            ("agent", "docs", "temperature"): 0.2,
            ("agent", "review", "model"): "a/b",
            ("agent", "new", "model"): "e/f",
            ("agent", "new", "mode"): "primary",
            ("model",): "anthropic/claude-sonnet-4-6",
        }
    )
    new = """        "new": {
            "model": "e/f",
            "mode": "primary"
        },
    },
}
"""
    expected = COMMENTED.replace("// cheap\n", '// cheap\n            "temperature": 0.2,\n')
    expected = expected.replace("openai/gpt-5.2", "a/b").replace("openai/gpt-5-mini", "c/d")
    assert edited.text == expected.removesuffix("    },\n}\n") + new


def test_a_file_of_thousands_of_agents_is_updated_in_reasonable_time():
    agents = {f"agent-{number}": {"model": "a/b"} for number in range(5000)}
    edits = {("agent", name, key): "c/d" for name in agents for key in ("model", "mode")}
    edited = Jsonc("x", json.dumps({"agent": agents}, indent=1)).update(edits)  # parsed once, not for each
    assert edited.data["agent"]["agent-4999"] == {"model": "c/d", "mode": "c/d"}


def test_every_value_and_key_has_its_place():
    document = Jsonc("opencode.jsonc", COMMENTED)
    assert str(document.span(("agent", "docs", "model"))) == "opencode.jsonc:8:22"
    assert str(document.span(("agent", "docs", "model"), key=True)) == "opencode.jsonc:8:13"
    assert str(document.span(("agent", "docs", "absent"))) == "opencode.jsonc:7:17"
    assert str(Jsonc("x", '[1,\n {"a": 2}]').span((1, "a"))) == "x:2:8"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "expected a value, found the end of the file"),
        ('{"a" 1}', "1:6", '":" is missing after "a"'),
        ('{"a": 1\n "b": 2}', "2:2", '"," or "}" is missing'),
        ("{a: 1}", "1:2", 'expected a key in quotes, or "}"'),
        ("{,}", "1:2", 'expected a key in quotes, or "}"'),
        ('{"a": 01}', "1:8", '"," or "}" is missing'),
        ("{'a': 1}", "1:2", 'expected a key in quotes, or "}"'),
        ('{"a": "b\n"}', "1:7", "the string has no closing quote on its line"),
        (r'{"a": "\."}', "1:7", "the string has an unknown escape"),
        (r'{"a": "\ud800"}', "1:7", "the string has half of a surrogate pair"),
        ('{"a": 1} x', "1:10", "there is text after the end of the document"),
        ('{\n/* open\n "a": 1}', "2:1", "the comment has no end"),
        ('{"a": 1', "1:8", '"," or "}" is missing'),
        ('{"a": NaN}', "1:7", 'expected a value, found "N"'),
        ("[" * 5000, "1:102", "the file nests too deeply"),
        ("9" * 5000, "1:1", "the number is too long"),
    ],
)
def test_what_is_not_jsonc_is_rejected_with_its_place_and_a_remedy(text, place, message):
    finding = rejected(text)
    assert (str(finding.span), finding.message) == (f"opencode.json:{place}", message)
    assert finding.code == "JS001"
    assert finding.help


def test_a_key_that_stands_twice_is_a_finding():
    document = Jsonc("x", '{"a": {"m": 1},\n "a": {"m": 2}}')
    assert document.data == {"a": {"m": 2}}
    [finding] = document.duplicates
    assert (finding.code, str(finding.span)) == ("JS002", "x:2:2")


def test_a_file_of_nothing_but_one_key_is_read_in_reasonable_time():
    assert len(Jsonc("x", "{" + '"a": 1,' * 20_000 + "}").duplicates) == 100


def test_setting_through_something_that_is_not_an_object_is_rejected():
    with pytest.raises(Rejected) as caught:
        Jsonc("x", '{"agent": ["a"]}').set(["agent", "a", "model"], "m")
    assert caught.value.findings[0].message == '"agent" is not an object'
    assert str(caught.value.findings[0].span) == "x:1:11"


def test_texts_that_a_client_would_substitute_are_escaped():
    edited = Jsonc("x", "{}").set(["a"], "use {env:X} or {file:y}", escape=("{env:", "{file:"))
    assert edited.text == '{\n  "a": "use \\u007benv:X} or \\u007bfile:y}"\n}'
    assert edited.data == {"a": "use {env:X} or {file:y}"}


def test_large_numbers_and_long_comments_are_read():
    assert Jsonc("x", '{"a": 1e999, "b": 123456789012345678901234567890}').data["b"] == 123456789012345678901234567890
    assert Jsonc("x", "/*" + "*x" * 200_000 + "*/{}").data == {}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here")
def test_real_files_change_only_where_they_are_edited():
    for path in sorted(CORPUS.iterdir()):
        text = path.read_bytes().decode()
        document = Jsonc(path.name, text)
        assert document.set(["agent", "x-new", "model"], "a/b").remove(["agent", "x-new"]).data in (
            document.data,
            {**document.data, "agent": {}},
        )
        edited = document.set(["agent", "x-new"], {"model": "a/b", "temperature": 0.1})
        prefix = _common(text, edited.text)
        suffix = _common(text[prefix:][::-1], edited.text[prefix:][::-1])
        assert prefix + suffix >= len(text) - 2, path.name  # a pair of braces at most is rewritten
        for name, entry in document.data.get("agent", {}).items():
            if isinstance(entry.get("model"), str):
                node = document.node(["agent", name, "model"])
                changed = document.set(["agent", name, "model"], "a/b").text
                assert changed == text[: node.start] + '"a/b"' + text[node.end :]


def _common(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
