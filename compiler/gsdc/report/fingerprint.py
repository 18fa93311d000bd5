"""The fingerprint of a finding, stable when lines move and other findings appear or disappear."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from gsdc.finding import Finding
from gsdc.report.files import ReportedFiles

# "in line 3", "task 2", "plan.md:12:3": places, which change when something is inserted above.
_PLACE: Final = re.compile(r"\b(lines?|columns?|tasks?) \d+|:\d+(?::\d+)?\b")
_COMMENT: Final = (b"#", b"//", b"<!--")
_DIGITS: Final = 16


class Fingerprints:
    """The fingerprints of all ``findings`` of a run, sorted; computed on the first request.

    A fingerprint consists of the code, the path from the project's folder, the text of the line and the message,
    without surrounding blanks and places in them, and an index among equal ones.
    """

    def __init__(self, findings: Iterable[Finding], files: ReportedFiles) -> None:
        self._findings, self._files = findings, files

    def of(self, finding: Finding) -> str:
        """Return the fingerprint of a finding of the run: 16 hexadecimal digits."""
        return self._marks[finding]

    @cached_property
    def _marks(self) -> dict[Finding, str]:
        from hashlib import sha256

        seen: Counter[tuple[str, ...]] = Counter()
        marks: dict[Finding, str] = {}
        for finding in self._findings:
            path = self._files.in_project(finding.span.path)
            known = (finding.code, path, self._text(finding), _PLACE.sub(r"\1", finding.message))
            content = "\0".join((*known, str(seen[known])))
            seen[known] += 1
            marks[finding] = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        return marks

    def _text(self, finding: Finding) -> str:
        """Return the text of the line of ``finding``.

        A finding on a whole file has its beginning as place, regardless of the content: the first line that is neither
        blank nor a comment represents the file.
        """
        if finding.span[1:3] == (1, 1):
            saying = (line.strip() for line in self._files.lines(finding.span.path))
            first = next((line for line in saying if line and not line.startswith(_COMMENT)), b"")
            return first.decode("utf-8", "replace")
        return (self._files.line(finding) or "").strip()
