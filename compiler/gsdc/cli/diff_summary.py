"""The summary of ``gsdc diff``: the agents whose model changes, the files of each target, and the week's cost."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from gsdc.finding import counted
from gsdc.migration import views
from gsdc.migration.patch import count
from gsdc.migration.ranking import ranked
from gsdc.report.table import table
from gsdc.source.printable import printable

if TYPE_CHECKING:
    from gsdc.cli.diff_views import Views
    from gsdc.migration.costs import Costs
    from gsdc.migration.shift import Shift
    from gsdc.policy.model import Agent
    from gsdc.transaction.change import Change

_MOST_MOVES: Final = 6  # lines about agents, so that the summary fits a terminal of 24 lines


def lines(found: "Views") -> Iterator[str]:
    """Yield about one screen, and how to see the rest; ``found`` has all views."""
    assert found.shifts is not None
    assert found.changes is not None
    assert found.costs is not None
    yield from (found.title, "", *_of_shifts(found.shifts, found.agents, found.zone), "", *_of_changes(found.changes))
    yield from ("", *_of_costs(found.costs))
    if found.changed:
        yield from ("", "`gsdc diff --all` shows every agent and line; --target NAME or --view NAME shows a part")


def _of_shifts(shifts: "Sequence[Shift]", agents: "Collection[Agent]", zone: str) -> Iterator[str]:
    """Yield the models that change in ``zone`` with the agents, and how many agents change in other zones only."""
    here = [shift for shift in shifts if zone in shift.zones]
    if here or not shifts:
        yield from views.summary(ranked(here, agents), _MOST_MOVES)
    elsewhere = {shift.agent for shift in shifts} - {shift.agent for shift in here}
    if elsewhere:
        yield f"  {counted(len(elsewhere), 'agent')} in other zones only"


def _of_changes(changes: "Iterable[Change]") -> Iterator[str]:
    """Yield a table of the targets: how many files change, and how many lines are added and removed."""
    totals: dict[str, list[int]] = {}
    for change in changes:
        total = totals.setdefault(change.target, [0, 0, 0])
        for number, more in enumerate((1, *count(change))):
            total[number] += more
    rows = [(name, str(files), f"+{added}", f"-{removed}") for name, (files, added, removed) in totals.items()]
    if rows:
        yield from (f"  {line}" for line in table((("target", "files", "lines", ""), *rows), "<>>>"))
    else:
        yield "  no file changes"


def _of_costs(costs: "Costs") -> Iterator[str]:
    """Yield the sentences of the cost view, without its tables."""
    yield from (f"  {printable(block)}" for block in views.of_costs(costs) if isinstance(block, str))
