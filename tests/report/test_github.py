"""Workflow commands, with the escapes that GitHub documents."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.finding import Finding, Severity
from gsdc.report.files import ReportedFiles
from gsdc.report.github import commands
from gsdc.source.span import Argument, Span

FINDING = Finding(Span("a,b:c/100%.md", 3, 7), "PL018", "vague-verify", Severity.WARNING, "50%: a, b", "mend\nit")


def lines(*findings: Finding) -> list[str]:
    return list(commands(findings, ReportedFiles(Path())))


def test_the_form_and_the_escapes():
    assert lines(FINDING) == [
        "::warning file=a%2Cb%3Ac/100%25.md,line=3,col=7,title=PL018 vague-verify::50%25: a, b%0Ahelp: mend\\nit"
    ]


def test_severities():
    heads = [lines(FINDING._replace(severity=severity))[0].split()[0] for severity in Severity]
    assert heads == ["::error", "::warning", "::notice"]


def test_a_whole_file_has_no_line_and_an_option_no_file():
    assert "line=" not in lines(FINDING._replace(span=Span("gone.md", 0, 0)))[0]
    assert lines(FINDING._replace(span=Span(Argument("--fleet"), 0, 0)))[0].startswith("::warning title=PL018")


@examples(100)
@given(st.text(), st.text(min_size=1), st.text())
def test_one_line_for_each_finding_whatever_it_says(message, path, note):
    (line,) = lines(FINDING._replace(message=message, notes=(note,), span=Span(f"x{path}", 1, 1)))
    assert line.replace("\t", "").isprintable()
    head, _, said = line.removeprefix("::").partition("::")
    assert len(head.partition(" ")[2].split(",")) == 4
    assert "%0Anote: " in said
