"""A migration to another profile: changes, costs and risks (seed 000, "Migration Scripts and Guidelines")."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gsdc.deploy.gate import Gate
from gsdc.deploy.proposal import Proposal
from gsdc.finding import Diagnostic, Finding, Severity, some
from gsdc.migration.costs import Costs, compare, plans_at_hand
from gsdc.migration.installed import installed_differences
from gsdc.migration.rerouting import Rerouting, reroutings
from gsdc.migration.risks import Risk, risks
from gsdc.migration.semantic import differences
from gsdc.migration.shift import Shift
from gsdc.plans.cost import NOTHING_LEARNED, Learned
from gsdc.source.span import Span
from gsdc.transaction.change import Change
from gsdc.transaction.exposed import exposed_by

NOT_AS_COMPILED = Diagnostic(
    "DP031",
    "not-as-compiled",
    Severity.WARNING,
    """The installed files differ from the profile that a migration starts from.

    ## Why is this bad?
    Decisions and costs are compared with that profile, and the patches with the files: manual edits are in the patches,
    but in neither comparison (seed 000, "Migration Scripts and Guidelines": performance comparison).

    ## Example (gsdc.yaml, gsdc migrate --from quality --to budget --out migration)
    fleets: []
    targets: {opencode: {}}
    agents: {writer: {role: database}}
    -- opencode.json --
    {
      "$schema": "https://opencode.ai/config.json",
      "agent": {"writer": {"mode": "subagent", "model": "openai/gpt-5.2"}}
    }

    ## Use instead (gsdc.yaml, gsdc migrate --from quality --to budget --out migration)
    fleets: []
    targets: {opencode: {}}
    agents: {writer: {role: database}}
    -- opencode.json --
    {
      "$schema": "https://opencode.ai/config.json",
      "agent": {"writer": {"mode": "subagent", "model": "anthropic/claude-opus-5-5"}}
    }
    """,
)


class Asked(NamedTuple):
    """The requested options, repeated in printed commands: ``out`` is the folder, relative to the project's."""

    profile: str
    workflow: str | None
    fleets: tuple[str, ...]
    zone: str
    targets: tuple[str, ...]
    out: str


class MigrationStart(NamedTuple):
    """The starting policy of a migration, as a proposal: it has no changes if that policy is installed.

    ``named`` is true if a person named it: decisions are then compared with it, else with the files.
    """

    proposal: Proposal
    named: bool

    @property
    def profile(self) -> str:
        """The name of its profile."""
        return self.proposal.policy.profile

    @property
    def astray(self) -> tuple[str, ...]:
        """The files that differ from the policy's compiled output."""
        return tuple(change.path for change in self.proposal.changes)


class Migration(NamedTuple):
    """All data of a migration."""

    proposal: Proposal
    start: MigrationStart | None
    asked: Asked
    shifts: tuple[Shift, ...]
    reroutings: tuple[Rerouting, ...]
    costs: Costs
    risks: tuple[Risk, ...]
    gates: tuple[Gate, ...]


def obstacles(proposal: Proposal, start: MigrationStart | None) -> Iterator[Finding]:
    """Yield the findings before a migration; if one of them is an error, no migration is written."""
    yield from proposal.findings
    for edit in proposal.edits:
        yield from edit.findings
    yield from _exposed(proposal.changes)
    if start and start.proposal.broken:
        yield from start.proposal.findings
    elif start and start.astray:
        verb = "is" if len(start.astray) == 1 else "are"
        message = f'{some(start.astray)} {verb} not what profile "{start.profile}" compiles'
        help_ = "the patches begin at the files as they are; leave out --from to compare with what is installed"
        first, *others = (Span(path, 0, 0) for path in start.astray)
        yield NOT_AS_COMPILED.at(first, message, help_)._replace(related=tuple(others))


def _exposed(changes: Iterable[Change]) -> Iterator[Finding]:
    """Yield a finding for each credential in a file that would change."""
    for change in changes:
        for finding in exposed_by(change):
            yield finding._replace(notes=(*finding.notes, "a patch of this file could hold it"))


def prepare(
    proposal: Proposal,
    start: MigrationStart | None,
    asked: Asked,
    gates: tuple[Gate, ...],
    learned: Learned = NOTHING_LEARNED,
) -> Migration:
    """Return the migration to ``proposal``, which has changes; plans are costed with the ``learned`` token counts.

    Raises ``Rejected`` for a plan that cannot be read.
    """
    before = start.proposal.policy if start else None
    of_files = installed_differences(proposal)
    shifts = _differences(start.proposal, proposal) if start and start.named else of_files
    plans, root = plans_at_hand(proposal.project), proposal.project.tree.root
    cost = compare(before, proposal.policy, proposal.zone, plans, root, learned)
    rerouted = reroutings(before, proposal.policy) if before else ()
    dangers = risks(proposal, before, shifts, of_files, rerouted)
    return Migration(proposal, start, asked, shifts, rerouted, cost, dangers, gates)


def _differences(before: Proposal, after: Proposal) -> tuple[Shift, ...]:
    return differences(before.policy, after.policy, before.project.sources, after.project.sources)
