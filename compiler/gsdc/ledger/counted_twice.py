"""Statistics that the ledger has already: those of one project, imported in two formats or from two files.

Statistics have no ids of tasks, so equal ones are recognised by their figures.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity, counted
from gsdc.ledger.learning import Pooled, observe, pool
from gsdc.ledger.ledger import Ledger
from gsdc.source.span import Span

COUNTED_TWICE = Diagnostic(
    "IN040",
    "counted-twice",
    Severity.WARNING,
    """The statistics of an imported file are in the ledger already, from another file or from its own tasks.

    ## Why is this bad?
    One project's tasks would count twice in what is learned of such work. So they are not imported. Statistics have no
    ids of tasks: they are taken for the same where every kind of task has the same number of tasks and mean.

    ## No example
    It takes a ledger that has imported the first of two files.
    """,
)
_TOLERANCE: Final = 0.002  # of a mean in logarithms: formats round the tokens of a task

_Work = tuple[str, int, str]  # kind, complexity, model


def without_known(ledger: Ledger, rows: Iterable[Pooled], shown: str) -> tuple[list[Pooled], list[Finding]]:
    """Return the ``rows`` of a file that are new, and a finding for each project whose rows are known already."""
    known = _by_pool(_stored(ledger))
    kept: list[Pooled] = []
    findings: list[Finding] = []
    for name, works in _by_pool(rows).items():
        twin = next((other for other in known if other != name and _are_same(known[other], works)), None)
        if twin is None:
            kept += works.values()
            continue
        whose = "of this project" if not twin else "of a project that was imported"
        kinds = counted(len(works), "kind")
        message = f"not imported: its statistics of {kinds} of task are those {whose} already"
        findings.append(COUNTED_TWICE.at(Span(shown, 0, 0), message, "import one file of a project, not several"))
    return kept, findings


def _stored(ledger: Ledger) -> Iterator[Pooled]:
    """Yield the aggregates of the ledger: of other projects, and as pool "" those of its own tasks."""
    for row in ledger.database.rows(f"SELECT {', '.join(Pooled._fields)} FROM pooled"):
        yield Pooled(*row)
    events = list(ledger.events())
    yield from pool(observe(events), events, "")


def _by_pool(rows: Iterable[Pooled]) -> dict[str, dict[_Work, Pooled]]:
    found: dict[str, dict[_Work, Pooled]] = {}
    for row in rows:
        found.setdefault(row.pool, {})[row.kind, row.complexity, row.model] = row
    return found


def _are_same(known: Mapping[_Work, Pooled], works: Mapping[_Work, Pooled]) -> bool:
    """Tell whether one of two projects has all the work of the other, with the same figures."""
    shared = known.keys() & works.keys()
    return len(shared) == min(len(known), len(works)) > 0 and all(_is_same(known[key], works[key]) for key in shared)


def _is_same(one: Pooled, other: Pooled) -> bool:
    """Tell whether two rows describe the same tasks; a format has the mean of the tokens, or that of the logarithms."""
    means = [{row.log_mean, row.log_mean + row.log_deviation**2 / 2} for row in (one, other)]
    near = any(math.isclose(a, b, rel_tol=0, abs_tol=_TOLERANCE) for a in means[0] for b in means[1])
    return one.number == other.number and near
