"""Findings as JUnit XML, which most build servers read: a suite for each file, a case for each finding."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from gsdc.finding import Finding, Severity
from gsdc.report.text import plain
from gsdc.source.printable import printable


def junit(findings: Iterable[Finding]) -> str:
    """Return the report; ``findings`` are sorted. Errors and warnings are failures, notes are output of a case.

    Without findings there is one passing case: some servers reject a report without any.
    """
    found = list(findings)
    lines = [line for path, of_file in groupby(found, lambda f: f.span.path) for line in _suite(path, list(of_file))]
    if not found:
        lines = ['<testsuite name="gsdc" tests="1" failures="0">', *_case("no findings", "gsdc"), "</testsuite>"]
    counts = f'tests="{len(found) or 1}" failures="{_failures(found)}"'
    head = ('<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="gsdc" {counts}>')
    text = "\n".join((*head, *lines, "</testsuites>"))
    text = text.replace("##", "#&#35;")  # a build server runs "##[name]" as a command, anywhere in a line
    return text.encode("ascii", "xmlcharrefreplace").decode()  # the same in every encoding of the output


def _suite(path: str, findings: list[Finding]) -> Iterator[str]:
    yield f'<testsuite name={_value(path)} tests="{len(findings)}" failures="{_failures(findings)}">'
    for finding in findings:
        yield from _case(f"{finding.code} {finding.name} {finding.span}", path, finding)
    yield "</testsuite>"


def _case(name: str, path: str, finding: Finding | None = None) -> Iterator[str]:
    head = f"<testcase name={_value(name)} classname={_value(path)}"
    if finding is None:
        yield f"{head}/>"
        return
    text = escape(f"{printable(str(finding.span))}: {plain(finding)}")
    if finding.severity is Severity.NOTE:
        yield f"{head}><system-out>{text}</system-out></testcase>"
    else:
        said = _value(finding.message)
        yield f'{head}><failure type="{finding.severity}" message={said}>{text}</failure></testcase>'


def _value(text: str) -> str:
    """Return a quoted attribute; characters that XML does not allow, mainly control characters, are escaped."""
    return quoteattr(printable(text))


def _failures(findings: Iterable[Finding]) -> int:
    return sum(finding.severity is not Severity.NOTE for finding in findings)
