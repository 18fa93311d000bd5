"""Malformed records of imported files: all are counted, and the first is reported."""

from collections.abc import Iterator

from gsdc.finding import Diagnostic, Finding, Severity, counted
from gsdc.source.span import Span

MALFORMED = Diagnostic(
    "LG005",
    "malformed-record",
    Severity.WARNING,
    """Lines or records of an imported file are invalid and were skipped.

    ## Why is this bad?
    Their use is missing from the ledger. The rest of the file was imported. If there are several, the first is named.

    ## Example (gsdc.yaml, gsdc tokens import events.jsonl)
    fleets: [leo]
    -- events.jsonl --
    {"key": "log:1", "at": 1767225600000, "written": "haiku", "unsplit": 45000}
    {"key": "log:2", "at": "yesterday"}

    ## Use instead (gsdc.yaml, gsdc tokens import events.jsonl)
    fleets: [leo]
    -- events.jsonl --
    {"key": "log:1", "at": 1767225600000, "written": "haiku", "unsplit": 45000}
    """,
)


class Faults:
    """Counts malformed records of the file ``shown``, and keeps the first."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self._number = 0
        self._first = (0, "")

    def add(self, line: int, why: str) -> None:
        """Count a record, at ``line`` of the file, 0 if unknown."""
        self._number += 1
        if self._number == 1:
            self._first = (line, why)

    def findings(self) -> Iterator[Finding]:
        """Yield the finding, if anything was malformed."""
        if self._number:
            line, why = self._first
            message = f"{counted(self._number, 'record')} of this file skipped: {why}"
            yield MALFORMED.at(Span(self.shown, line, 1), message, "correct the file, and import it again")
