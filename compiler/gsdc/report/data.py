"""Findings as JSON data."""

from collections.abc import Iterable
from typing import Any

from gsdc.finding import Finding
from gsdc.report.fingerprint import Fingerprints
from gsdc.rules.former_codes import former_codes
from gsdc.source.span import Span


def place_data(span: Span) -> dict[str, Any]:
    """Return a place as a mapping: path, line, column, and end_line and end_column if the end is known."""
    place: dict[str, Any] = {"path": span.path, "line": span.line, "column": span.column}
    return place | {"end_line": span.end_line, "end_column": span.end_column} if span.end_line else place


def findings_data(findings: Iterable[Finding], marks: Fingerprints) -> list[dict[str, Any]]:
    """Return each finding as a mapping: its place, code, name, severity, message, notes, related, help, fix.

    ``related`` are other places; ``fix`` is "safe", "unsafe", or None if only a person can fix it; ``fingerprint``,
    from ``marks``, does not change when lines move. ``former_codes`` are the codes of earlier releases, for scripts
    that still use them.
    """
    return [
        {
            **place_data(finding.span),
            "code": finding.code,
            "name": finding.name,
            "severity": str(finding.severity),
            "message": finding.message,
            "notes": list(finding.notes),
            "related": [place_data(span) for span in finding.related],
            "help": finding.help,
            "fix": None if finding.fix is None else "safe" if finding.fix.safe else "unsafe",
            "fingerprint": marks.of(finding),
            **({"former_codes": former} if (former := former_codes(finding.code)) else {}),
        }
        for finding in findings
    ]
