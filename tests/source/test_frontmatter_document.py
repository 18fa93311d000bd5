"""Markdown files with frontmatter whose keys gsdc writes, edited as their client reads them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.finding import Rejected
from gsdc.ownership.keys import leaves_of, revert_keys
from gsdc.source.document import SYNTAX
from gsdc.source.frontmatter_document import FrontmatterDocument
from gsdc.source.span import Span
from gsdc.targets.claude_code import facts
from gsdc.targets.claude_code import frontmatter as claude_code

AGENT = """\
---
name: security-auditor
description: Audits changes: auth, secrets, `eval`   # as agreed
tools: Read, Grep, Glob
# The model is the team's; see ADR 7
model: opus
color: "red"
---
You audit. Frontmatter looks like this:

---
model: haiku
---
"""
PLAIN = AGENT.replace("changes: auth", "changes (auth").replace("`eval`   # as agreed", "eval)")


def as_claude_code(path, text, version=facts.NEWEST):
    """Read a frontmatter as Claude Code does."""
    found = claude_code.read_agent_frontmatter(path, text, version)
    if found is not None and found.problem:
        raise Rejected(SYNTAX.at(Span(path, found.problem[1]), found.problem[0], "correct the YAML"))
    return None if found is None else found.data


def document(text: str, **options) -> FrontmatterDocument:
    return FrontmatterDocument("agent.md", text, **options)


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace("\n", "\r\n"), PLAIN.replace("opus", '"opus" # pinned')])
@pytest.mark.parametrize("read", [None, as_claude_code])
def test_model_and_effort_are_all_that_changes(text, read):
    edited = document(text, read=read).update({("model",): "sonnet", ("effort",): "high"})
    newline = "\r\n" if "\r\n" in text else "\n"
    end = text.index(f"---{newline}You")
    assert edited.text == text[:end].replace("opus", "sonnet") + f"effort: high{newline}" + text[end:]
    back = revert_keys(edited, leaves_of(document(text).data), leaves_of(edited.data))
    assert (back.edited, back.document.text) == ((), text)


def test_a_description_with_a_colon_is_edited_as_the_client_reads_it():
    before = document(AGENT, read=as_claude_code)
    edited = before.update({("model",): "claude-opus-4-6", ("effort",): "high"})
    assert edited.text == AGENT.replace("model: opus", "model: claude-opus-4-6").replace(
        '"red"\n', '"red"\neffort: high\n'
    )
    assert edited.data["description"].startswith("Audits changes: auth")
    assert revert_keys(edited, leaves_of(before.data), leaves_of(edited.data)).document.text == AGENT
    with pytest.raises(Rejected) as caught:
        document(AGENT)
    assert caught.value.findings[0].span.line == 3


def test_of_a_key_that_stands_twice_the_one_that_counts_is_edited():
    text = "---\nname: a\nmodel: haiku\nmodel: opus\n---\n"
    before = document(text, read=as_claude_code)
    edited = before.update({("model",): "sonnet"})
    assert edited.text == text.replace("opus", "sonnet")
    assert before.is_doubled(("model",))
    assert not before.is_doubled(("name",))
    assert before.remove(("model",)).text == "---\nname: a\n---\n"
    with pytest.raises(Rejected):
        document(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # The client takes the comment for a part of the model, so that no line of it can be kept.
        ("---\nname: a\ndescription: Use: this\nmodel: opus # pinned\n---\n", "mapping values"),
        # The client sees the end of the frontmatter in the middle of the second line.
        ("---\ndescription: a --- b\nmodel: opus\n---\n", "change the meaning"),
    ],
)
def test_what_the_client_would_read_otherwise_is_rejected(text, why):
    with pytest.raises(Rejected) as caught:
        document(text, read=as_claude_code).update({("model",): "sonnet"})
    [finding] = caught.value.findings
    assert (finding.code, bool(finding.help)) == ("IN013", True)
    assert why in finding.message


def test_behind_a_byte_order_mark_it_is_edited_for_the_versions_that_see_it():
    text = "\ufeff---\nmodel: opus\n---\n"
    edited = document(text, read=as_claude_code).update({("model",): "sonnet"})
    assert edited.text == text.replace("opus", "sonnet")
    before = document(text, read=lambda path, text: as_claude_code(path, text, "2.1.141"))
    with pytest.raises(Rejected, match="finds no frontmatter"):
        before.update({("model",): "sonnet"})


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("---\n---\nx", {("a",): 1}, "---\na: 1\n---\nx"),
        ("\ufeff---\r\na: x\r\n---", {("a",): "z"}, "\ufeff---\r\na: z\r\n---"),
        ("---\na: >-\n  x\n---\n", {("a",): "z"}, "---\na: z\n---\n"),
        ("---\na:\n---\n", {("a",): "z"}, "---\na: z\n---\n"),
        ("---\na: 'x' # c\n---\n", {("a",): "it's"}, "---\na: 'it''s' # c\n---\n"),
        ("---\nm:\n  a: 1 # c\n---\n", {("m", "b"): 2}, "---\nm:\n  a: 1 # c\n  b: 2\n---\n"),
        ("---\n{a: 1}\n---\n", {("b",): 2}, "---\n{a: 1, b: 2}\n---\n"),
        ("---\na: [x]\n---\n", {("a",): ["y, z"]}, '---\na: ["y, z"]\n---\n'),
        ("---\nd: |\n  x\n\n  z\n# last\n---\n", {("a",): 1}, "---\nd: |\n  x\n\n  z\n# last\na: 1\n---\n"),
    ],
)
def test_an_edit_follows_the_style_of_the_file(before, values, after):
    edited = document(before).update(values)
    assert edited.text == after
    assert edited.update(values) is edited


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("---\na: 1 # mine\nb: 2\n---\n", ("a",), "---\n# mine\nb: 2\n---\n"),
        ("---\na: |\n  x\n\n  z\n\n# about b\nb: 2\n---\n", ("a",), "---\n\n# about b\nb: 2\n---\n"),
        ("---\na:\n- x\n- z\nb: 2\n---\n", ("a",), "---\nb: 2\n---\n"),
        ("---\nm:\n  a: 1\n  b: 2\n---\n", ("m", "a"), "---\nm:\n  b: 2\n---\n"),
        ("---\na: 1\n---\nbody\n", ("a",), "---\n---\nbody\n"),
    ],
)
def test_a_removal_keeps_all_other_lines(before, key, after):
    assert document(before).remove(key).text == after


@pytest.mark.parametrize("text", ["# Review\n\nDo it.\n", "\ufeffx\r\n", "", "x", "a\n---\nb\n---\n"])
def test_a_frontmatter_is_made_only_where_that_is_asked_for(text):
    with pytest.raises(Rejected) as caught:
        document(text).update({("model",): "opus"})
    assert "no frontmatter" in caught.value.findings[0].message
    before = document(text, create=True)
    edited = before.update({("model",): "opus", ("effort",): "high"})
    assert edited.data == {"model": "opus", "effort": "high"}
    assert edited.text.endswith(text.removeprefix("\ufeff"))
    assert revert_keys(edited, leaves_of(before.data), leaves_of(edited.data)).document.text == text


@pytest.mark.parametrize("text", ["\n---\nmodel: opus\n---\n", "---\nmodel: opus\n", "\ufeff\ufeff---\na: 1\n---\n"])
def test_a_frontmatter_that_no_client_sees_is_not_given_a_second_one(text):
    with pytest.raises(Rejected) as caught:
        document(text, create=True).update({("model",): "opus"})
    assert caught.value.findings[0].code == "IN013"


def test_a_text_that_would_become_the_frontmatter_stays_below_one():
    text = "---\nmodel: opus\n---\n---\nmodel: haiku\n---\n"
    left = document(text, create=True).remove(("model",))
    assert (left.text, left.data) == ("---\n---\n---\nmodel: haiku\n---\n", {})


def test_places_and_comments_are_told():
    text = document("---\na: 1\nm: # mine\n  b: x\nc: 2 # c\n---\n")
    places = {("a",): (2, 4), ("m", "b"): (3, 1), ("x",): (1, 1), (): (1, 1)}
    assert {key: (text.span(key).line, text.span(key).column) for key in places} == places
    assert {key: text.is_bare((key,)) for key in "amcx"} == {"a": True, "m": False, "c": True, "x": True}
    assert document("").is_empty
    assert document("---\n---\n").is_empty
    assert not document("---\n# mine\n---\n").is_empty


# The key, and the lines on which its text goes on: they are indented by more.
OF_MODEL = re.compile(r"^([ \t]*)model:.*\n(?:(?:[ \t]*\r?\n)*\1[ \t]+[^\s#].*\n)*", re.MULTILINE)
LINES = st.sampled_from([
    "model: opus", "model:  'opus'  # c", "description: Use: this", "description: >-", "  folded: text", "name: a",
    "# comment", "", "tools: [Read, Grep]", "- item", "hooks:", "  - x", "a --- b", "effort: high", "\tx: 1",
    '"q": "z"',
])  # fmt: skip


@examples(300)
@given(
    st.lists(LINES, max_size=8), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["opus", "a: b", "x #y", "opus[1m]"])
)
def test_whatever_people_write_only_the_lines_of_the_key_change(lines, newline, value):
    text = newline.join(["---", *lines, "---", "model: none", ""])
    try:
        before = document(text, read=as_claude_code)
        edited = before.update({("model",): value})
        left = edited.remove(("model",))
    except Rejected as rejected:
        findings = rejected.findings
    else:
        findings = ()
        assert edited.data == {**before.data, "model": value}
        assert OF_MODEL.sub("", edited.text) == OF_MODEL.sub("", text)
        assert "model" not in left.data
    assert all(finding.help for finding in findings)
