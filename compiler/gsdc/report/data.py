"""Findings as JSON data."""

from collections.abc import Iterable
from typing import Any

from gsdc.finding import Finding
from gsdc.report.fingerprint import Fingerprints
from gsdc.rules.former_codes import former_codes


def findings_data(findings: Iterable[Finding], marks: Fingerprints) -> list[dict[str, Any]]:
    """Return each finding as a mapping: path, line, column, code, name, severity, message, notes, related, help, fix.

    ``related`` are other places; ``fix`` is "safe", "unsafe", or None where only a person can fix it;
    ``fingerprint``, which ``marks`` gives, stays the same when lines move. ``former_codes`` is there where the code was
    another one in an earlier release: scripts may still look for that.
    """
    return [
        {
            "path": finding.span.path,
            "line": finding.span.line,
            "column": finding.span.column,
            "code": finding.code,
            "name": finding.name,
            "severity": str(finding.severity),
            "message": finding.message,
            "notes": list(finding.notes),
            "related": [{"path": span.path, "line": span.line, "column": span.column} for span in finding.related],
            "help": finding.help,
            "fix": None if finding.fix is None else "safe" if finding.fix.safe else "unsafe",
            "fingerprint": marks.of(finding),
            **({"former_codes": former} if (former := former_codes(finding.code)) else {}),
        }
        for finding in findings
    ]
