"""Markdown in a terminal."""

import pytest

from gsdc.report.markdown import _plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Now** it is `on`", "Now it is `on`"),
        ("`.codex/agents/**/*.toml` and **all**", "`.codex/agents/**/*.toml` and all"),
        (r"a \| b", "a | b"),
        ("[words](words.md), [site](https://example.org)", "words, site (https://example.org)"),
    ],
)
def test_marks_of_emphasis_go_and_patterns_stay(text, shown):
    assert _plain(text) == shown
