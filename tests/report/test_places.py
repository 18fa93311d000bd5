"""The related places of a finding in text: each file once, and only the first of many."""

from pathlib import Path

import pytest

from gsdc.finding import Finding, Severity
from gsdc.report.files import ReportedFiles
from gsdc.report.text import render
from gsdc.source.span import Span


def see(width: int | None, *related: Span) -> list[str]:
    finding = Finding(Span("plan.md", 0, 0), "NB009", "shared-write", Severity.ERROR, "a", "b", (), related)
    shown = render([finding], ReportedFiles(Path()), lambda text, **_: text, width)
    return [line.partition("= see: ")[2] for line in shown if "= see: " in line]


@pytest.mark.parametrize("width", [None, 80])
@pytest.mark.parametrize(
    ("related", "said"),
    [
        ([("a.md", 5, 1)], ["a.md:5:1"]),
        ([("a.md", 5, 1), ("b.md", 2, 3), ("a.md", 6, 1)], ["a.md:5:1, 6:1", "b.md:2:3"]),
        ([("a.md", line, 1) for line in range(1, 8)], ["a.md:1:1, 2:1, 3:1, 4:1 and 3 more"]),
        ([("a.md", 0, 0), ("b.md", 0, 0)], ["a.md", "b.md"]),
        ([(f"{name}.md", 0, 0) for name in "abcd"], ["a.md", "b.md", "c.md", "1 more file"]),
        ([(f"{name}.md", 1, 1) for name in "abcdef"], ["a.md:1:1", "b.md:1:1", "c.md:1:1", "3 more files"]),
    ],
)
def test_each_file_is_named_once(width, related, said):
    assert see(width, *(Span(*place) for place in related)) == said
