"""Findings as JSON data."""

from collections.abc import Iterable
from typing import Any

from gsdc.finding import Finding


def findings_data(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return each finding as a mapping: path, line, column, code, name, severity, message, notes, help."""
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
            "help": finding.help,
        }
        for finding in findings
    ]
