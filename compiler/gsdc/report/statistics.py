"""The number of findings of each rule."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gsdc.finding import Finding


class Count(NamedTuple):
    """The number of findings of a rule, and how many of them gsdc can fix."""

    code: str
    name: str
    findings: int
    fixable: int


def statistics(findings: Iterable[Finding]) -> list[Count]:
    """Return the counts of all rules with findings, the largest first."""
    found = list(findings)
    fixable = Counter(finding.code for finding in found if finding.fix is not None)
    counts = Counter((finding.code, finding.name) for finding in found)
    rows = [Count(code, name, count, fixable[code]) for (code, name), count in counts.items()]
    return sorted(rows, key=lambda row: (-row.findings, row.code))


def statistics_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the counts as a table for a terminal; nothing without findings."""
    from gsdc.report.table import table

    rows = [(str(row.findings), row.code, row.name, str(row.fixable)) for row in statistics(findings)]
    if rows:
        yield from table([("findings", "code", "name", "fixable"), *rows], "><<>")
