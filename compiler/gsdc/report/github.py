"""Findings as workflow commands, which GitHub Actions displays next to the lines of a pull request.

Form and escapes follow "Workflow commands for GitHub Actions" and ``@actions/core``.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.report.files import ReportedFiles, is_argument
from gsdc.report.text import plain
from gsdc.source.printable import printable

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def commands(findings: Iterable[Finding], files: ReportedFiles) -> Iterator[str]:
    """Yield a line for each finding: ``::error file=,line=,col=,title=::message``.

    Paths are relative to the working folder, which is the top of the repository in a job.
    """
    for finding in findings:
        span = finding.span
        properties = {} if is_argument(span.path) else {"file": printable(files.from_here(span.path))}
        if properties and span.line:
            properties |= {"line": str(span.line), "col": str(span.column)}
            if span.end_line:  # the last column of an annotation is inclusive
                properties |= {"endLine": str(span.end_line), "endColumn": str(span.end_column - 1)}
        properties["title"] = f"{finding.code} {finding.name}"
        given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {given}::{_data(plain(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
