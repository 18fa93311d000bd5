"""Pages of rules name no document that only gsdc's authors have."""

import re

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.rules.documentation import without_sources


@pytest.mark.parametrize("format_", ["text", "md"])
def test_no_page_names_a_seed_or_the_design(format_):
    shown = " ".join(CliRunner().invoke(main, ["rule", "--all", "--format", format_]).output.split())
    assert re.findall(r"\bseeds? \d{3}|\(design\b", shown) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('The edit is lost (seed 002, "Task 4").', "The edit is lost."),
        ("It is lost (seed\n002, 4: one source).", "It is lost."),
        ("It is lost (design, identity).", "It is lost."),
        ("It fails (measured on OpenCode 1.18).", "It fails (measured on OpenCode 1.18)."),
    ],
)
def test_references_are_left_out(text, expected):
    assert without_sources(text) == expected
