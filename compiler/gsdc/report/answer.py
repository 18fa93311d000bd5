"""The output of a command: the displayed findings, and a summary of the others."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from gsdc.credentials.masks import without_credentials
from gsdc.finding import Finding
from gsdc.report.files import ReportedFiles
from gsdc.report.fingerprint import Fingerprints
from gsdc.report.unsuppressible import is_never_break


class ShownFindings(NamedTuple):
    """The findings that are ``shown``, and those ``known`` from a baseline, with the ``marks`` of both.

    ``hidden`` are findings that count although the command line hides them; ``unmatched`` is the number of entries of
    the baseline without a matching finding.
    """

    shown: tuple[Finding, ...]
    marks: Fingerprints
    files: ReportedFiles
    known: tuple[Finding, ...] = ()
    hidden: tuple[Finding, ...] = ()
    unmatched: int = 0

    @classmethod
    def plain(cls, findings: Iterable[Finding], files: ReportedFiles) -> "ShownFindings":
        """Return the answer that shows all of ``findings``, in their order."""
        found = without_credentials(findings)
        return cls(found, Fingerprints(found, files), files)

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that decide the exit code."""
        return (*self.shown, *self.hidden)

    @property
    def remarks(self) -> Iterator[str]:
        """A summary of the findings that are not shown, in lines."""
        if self.known:
            yield f"{_some(len(self.known), 'finding is', 'findings are')} in the baseline"
        if self.unmatched:
            entries = _some(self.unmatched, "entry of the baseline matches", "entries of the baseline match")
            yield f"{entries} nothing: write it again with --write-baseline"
        yield from self.warnings

    @property
    def warnings(self) -> Iterator[str]:
        """Why the exit code may differ from the displayed findings, in lines."""
        never = sum(map(is_never_break, self.hidden))
        if never:
            shown = _some(never, "never-break finding is hidden and fails", "never-break findings are hidden and fail")
            yield f"{shown} all the same"
        if len(self.hidden) > never:
            unread = _some(len(self.hidden) - never, "error is hidden and fails", "errors are hidden and fail")
            yield f"{unread} all the same: something cannot be read or understood"

    def data(self, *, counts: bool = False) -> dict[str, Any]:
        """Return the answer as JSON data, with the ``counts`` of each rule on request."""
        from gsdc.report.data import findings_data

        data: dict[str, Any] = {"findings": findings_data(self.shown, self.marks)}
        if counts:
            from gsdc.report.statistics import statistics

            data["statistics"] = [count._asdict() for count in statistics(self.shown)]
        if self.known or self.unmatched:
            data["baseline"] = {"findings": len(self.known), "unmatched": self.unmatched}
        if self.hidden:
            data["hidden"] = {"findings": len(self.hidden), "never-break": sum(map(is_never_break, self.hidden))}
        return data


def _some(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
