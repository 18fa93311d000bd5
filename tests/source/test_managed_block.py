"""Managed blocks in a person's Markdown: found only where Markdown has them, put and removed to the byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.examples import examples

import gsdc
from gsdc.finding import Rejected
from gsdc.source import managed_block
from gsdc.source.managed_block import body_digest, find, put, remove

NAME = "model-assignment"
BEGIN = f"<!-- gsdc:begin {NAME} sha256=0123456789abcdef -->"
END = f"<!-- gsdc:end {NAME} -->"
BODY = "## Section\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"

# Pieces that end, open or imitate something in Markdown; a person's file is some sequence of them.
PIECES = st.sampled_from(
    [
        "# Title", "text", "", " ", "\t", "\n", "\n\n", "\r\n", "    indented", "- item", "  more", "> quote",
        "| a | b |", "&lt;", "\u2028", "\x0b", "\x0c", "\x85", "é", "\ufeff",
    ]
)  # fmt: skip
# What is never closed swallows what follows it, and no block can be appended below it.
FENCES = st.sampled_from(["", f"```\n{BEGIN}\n{END}\n```\n", f"~~~~\n{END}\n~~~~\n", f"    {BEGIN}\n", f"> {END}\n\n"])


@st.composite
def texts(draw):
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = "".join(draw(st.lists(PIECES, max_size=12))) + newline + draw(FENCES)
    if draw(st.booleans()):
        text = text.replace("\r\n", "\n").replace("\n", newline)
    return draw(st.sampled_from(["", "\ufeff"])) + text + draw(st.sampled_from(["", "end", "end\n", "end\n\n\n"]))


@examples(100)
@given(texts())
@example("")
@example("\ufeff")
@example("\n")
@example("\n\n\n")
@example("text")
@example("text\r\n")
@example("a\r\nb")
@example("a\rb")
@example("mixed\r\nends\n")
def test_what_is_put_is_found_and_removed_to_the_byte(text):
    once = put(text, NAME, BODY, "CLAUDE.md")
    found = find(once, NAME, "CLAUDE.md")
    assert found is not None
    assert not found.edited
    assert found.body.replace("\r\n", "\n") == BODY
    assert once.startswith(text)
    assert put(once, NAME, BODY, "CLAUDE.md") == once
    assert put(put(text, NAME, "other\n", "CLAUDE.md"), NAME, BODY, "CLAUDE.md") == once
    assert remove(once, NAME, "CLAUDE.md") == text


@examples(50)
@given(texts(), texts())
def test_a_block_is_replaced_where_it_stands(before, after):
    text = before + "\n\n" + put("", NAME, "old\n", "CLAUDE.md") + after
    try:
        found = find(text, NAME, "CLAUDE.md")
    except Rejected:
        return
    assert found is not None
    replaced = put(text, NAME, BODY, "CLAUDE.md")
    assert replaced.startswith(text[: found.start])
    assert replaced.endswith(text[found.end :])


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{BEGIN}\nx\n{END}\n```\n",
        f"````md\n```\n{BEGIN}\n```\n{END}\n````\n",
        f"~~~\n{BEGIN}\nnever closed\n",
        f"    {BEGIN}\n    x\n    {END}\n",
        f"text\n\n\t{BEGIN}\n",
        f"- item\n\n  {BEGIN}\n  x\n  {END}\n",
        f"> {BEGIN}\n> x\n> {END}\n",
        f"write `{BEGIN}` by hand\n",
        f"text {BEGIN}\n",
    ],
)
def test_a_marker_that_is_text_is_no_block(text):
    assert find(text, NAME, "CLAUDE.md") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"# A\n\n{BEGIN}\ntext\n", "CLAUDE.md:3:1"),
        (f"# A\n\n{END}\n", "CLAUDE.md:3:1"),
        (f"\ufeff{END}\r\n\r\n{BEGIN}\r\n", "CLAUDE.md:1:1"),
        (f"{BEGIN}\na\n{END}\n\n{BEGIN}\nb\n{END}\n", "CLAUDE.md:5:1"),
        (f"{BEGIN}\n{BEGIN}\nb\n{END}\n", "CLAUDE.md:2:1"),
        (f"{BEGIN}\nb\n{END}\n{END}\n", "CLAUDE.md:4:1"),
        (f"a\n\n  {END}\n", "CLAUDE.md:3:3"),
        (f"{BEGIN}\nb\n\n```\nnever closed\n{END}\n", "CLAUDE.md:1:1"),
    ],
)
def test_a_block_that_is_not_one_is_rejected_at_its_place(text, place):
    for act in (lambda: find(text, NAME, "CLAUDE.md"), lambda: put(text, NAME, BODY, "CLAUDE.md")):
        with pytest.raises(Rejected) as caught:
            act()
        [finding] = caught.value.findings
        assert (str(finding.span), finding.code) == (place, "CM001")
        assert finding.help


def test_a_block_is_not_put_into_what_never_closes():
    for text in ("```\ncode\n", "~~~\n", "<!-- open\n"):
        with pytest.raises(Rejected) as caught:
            put(text, NAME, BODY, "CLAUDE.md")
        assert caught.value.findings[0].span.line == 1


def test_an_edit_inside_is_seen_and_a_change_of_line_ends_is_none():
    text = put("# A\n", NAME, BODY, "CLAUDE.md")
    assert find(text.replace("\n", "\r\n"), NAME, "x").edited is False
    assert find(text.replace("| 1 |", "| 3 |"), NAME, "x").edited is True
    assert body_digest("a\r\nb\n") == body_digest("a\nb\n")


def test_a_marker_without_its_digest_counts_as_edited():
    assert find(f"<!-- gsdc:begin {NAME} -->\nb\n{END}\n", NAME, "x").edited is True


def test_a_block_of_another_name_is_left_alone():
    other = put("# A\n", "other-block", "mine\n", "CLAUDE.md")
    both = put(other, NAME, BODY, "CLAUDE.md")
    assert both.startswith(other)
    assert remove(both, NAME, "CLAUDE.md") == other


def test_crlf_files_get_crlf_blocks():
    text = put("# A\r\n\r\ntext\r\n", NAME, BODY, "CLAUDE.md")
    assert "\n" not in text.replace("\r\n", "")


def test_a_file_without_a_marker_is_not_parsed():
    code = (
        "import sys; from gsdc.source.managed_block import find;"
        f"find('# A\\n' * 9, {NAME!r}, 'x'); sys.exit('markdown_it' in sys.modules)"
    )
    source = str(managed_block.__file__).rsplit("gsdc", 1)[0]
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": source}, check=False, timeout=60)
    assert done.returncode == 0


# Lines that open, close or imitate what may hide a comment.
LINES = st.sampled_from(
    [
        BEGIN, END, f" {BEGIN}", f"    {END}", f"\t{BEGIN}", f"- {BEGIN}", f"> {END}", f"{BEGIN} more", f"more {BEGIN}",
        "<!-- one line -->", "<!-- opens", "closes -->", "<!-->", "<div>", " <b>", "- <div>", "<?php", "text",
        "", "   ",
        "```", "````", "~~~", "~~~~ info", "``` `x`", "```x", " ```", "   ~~~", "    ```", "- ```", "> ```", "  more",
        "`code`", "~x~", "- item", "1. one", "> quote", "# Title", "===", "---", "[a]: /b 'c", "c'", "| a |",
        "\x0c<!--", "\x00", "\u2028```", "\ufeff```",
    ]
)  # fmt: skip


@pytest.mark.slow
@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@example(["```", f"    {BEGIN}", "   ```", BEGIN], "\n", False)
@example(["- ```", "```", BEGIN], "\n", False)
@examples(5_000)
def test_lines_tell_what_a_parse_does_or_nothing(lines, newline, has_mark):
    text = ("\ufeff" if has_mark else "") + newline.join(lines)
    told = managed_block._comment_lines(managed_block._LINE_END.split(text))
    if told is not None:
        tokens = managed_block._parse(text)
        parsed = [token.map[0] for token in tokens if token.type == "html_block" and token.level == 0]
        assert told == parsed


def test_most_documents_need_no_parser():
    """A document with a block, a list, a quote and a fence at the left edge."""
    text = f"# Title\n\n- item\n  more\n\n> quote\n\n```sh\nmake <target>\n{BEGIN}\n```\n\n{BEGIN}\n{BODY}{END}\n"
    code = f"import sys; from gsdc.source.managed_block import find; print(find({text!r}, {NAME!r}, 'x').line)"
    check = "print('markdown_it' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])}
    command = [sys.executable, "-c", f"{code}\n{check}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["13", "False"]
