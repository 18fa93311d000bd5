"""The views of one change that ``gsdc diff`` shows: agents, costs and files."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gsdc.finding import Finding
    from gsdc.migration.costs import Costs
    from gsdc.migration.rerouting import Rerouting
    from gsdc.migration.shift import Shift
    from gsdc.migration.views import Blocks
    from gsdc.policy.model import Agent
    from gsdc.transaction.change import Change


class Views(NamedTuple):
    """The views of one change, each None if not requested; ``before`` and ``after`` are profiles.

    ``before`` is None for the installed files. ``agents`` are those of the new policy, ``findings`` those
    of the policy and of the targets.
    """

    before: str | None
    after: str
    zone: str
    shifts: "tuple[Shift, ...] | None"
    reroutings: "tuple[Rerouting, ...] | None"
    costs: "Costs | None"
    changes: "tuple[Change, ...] | None"
    agents: "tuple[Agent, ...]"
    findings: "tuple[Finding, ...]"

    @property
    def title(self) -> str:
        """The two sides compared, as text."""
        return f"From {self.before or 'what is installed'} to {self.after}, zone {self.zone}"

    @property
    def changed(self) -> bool:
        """Whether one of the views shows a change."""
        return bool(self.shifts or self.reroutings or self.changes or (self.costs is not None and self.costs.changed))

    def tables(self) -> "Iterator[tuple[str, Blocks]]":
        """Yield the views that are tables, under their titles."""
        from gsdc.migration.views import of_costs, of_reroutings, of_shifts

        if self.shifts is not None:
            yield "What shifts", (*of_shifts(self.shifts), *of_reroutings(self.reroutings or ()))
        if self.costs is not None:
            yield "Costs", of_costs(self.costs)

    def diffs(self) -> "Iterator[tuple[str, tuple[str, ...]]]":
        """Yield each changed file with its textual diff."""
        from gsdc.migration.patch import shown

        return ((change.path, shown(change)) for change in self.changes or ())
