"""``gsdc diff``: the meaning of a change, its cost, and the changed files."""

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from gsdc.cli import completion
from gsdc.cli.options import FORMATS, following, gathered, in_zone, of_policy, of_targets, printing
from gsdc.cli.session import CLEAN, FINDINGS, Session, of_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gsdc.build import Build
    from gsdc.cli.diff_views import Views
    from gsdc.deploy.proposal import Proposal
    from gsdc.finding import Finding
    from gsdc.migration.costs import Costs
    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Policy
    from gsdc.transaction.change import Change

MARKDOWN: Final = "md"
VIEWS: Final = ("semantic", "cost", "text")
_WRITTEN: Final = "Files"


class Asked(NamedTuple):
    """The options; ``origin`` is the profile to compare with, None for the installed files."""

    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    origin: str | None
    targets: tuple[str, ...]
    zone: str
    views: tuple[str, ...]
    whole: bool

    @property
    def in_short(self) -> bool:
        """Whether the summary is enough: nobody asked for all, for a view, or for a target."""
        return not (self.whole or self.views or self.targets)

    def wants(self, view: str) -> bool:
        """Tell whether ``view`` is requested: by default all are."""
        return not self.views or view in self.views


@click.command(
    epilog="Example: gsdc diff --profile budget; gsdc diff --from balanced --profile budget --format md > change.md"
)
@of_policy
@click.option(
    "--from",
    "origin",
    metavar="PROFILE",
    shell_complete=completion.of("profile"),
    help="The profile to compare with; by default what is installed.",
)
@of_targets
@in_zone
@click.option("--view", "views", multiple=True, type=click.Choice(VIEWS), help="A view in full; repeatable.")
@click.option("--all", "whole", is_flag=True, help="Show every agent, cost and line, not the summary alone.")
@following
@printing((*FORMATS, MARKDOWN))
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Show what would change if the profile were installed, or between two profiles: exit 1 where something does.

    A summary is shown: the models that change, the files of each target, and what a week costs. --all shows everything,
    --target what one target changes, and --view one view: the semantic view says which agent gets another model, in
    which phases and zones, and the line that decides it; the cost view what a week and the plans at hand cost; the
    textual view how the files differ. Nothing is written.
    """
    from gsdc.deploy.current_policy import policy_behind_files
    from gsdc.finding import Severity

    session.expect_targets(asked.targets)
    root = session.recovered_folder()
    after = _load(session, asked, asked.profile)
    _, findings = session.checked(after)
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    if asked.origin is None:
        known = (
            policy_behind_files(root, asked.fleets, asked.workflow, asked.zone, asked.targets)
            if asked.wants("cost")
            else None
        )
        found = _against_installed(session, known, after, asked, findings)
    else:
        before = _load(session, asked, asked.origin)
        if before.policy is None:
            session.finish(of_option(before.findings, "--from"))
        found = _between(session, before, after, asked, findings)
    session.remind()
    _print(session, found, in_short=asked.in_short)
    sys.exit(FINDINGS if found.changed else CLEAN)


def _load(session: Session, asked: Asked, profile: str | None) -> "Loaded":
    from gsdc.policy.load import load

    fleets, workflow = asked.fleets, asked.workflow
    return load(session.root, profile=profile, fleets=fleets, workflow=workflow, follow_links=session.follow_links)


def _against_installed(
    session: Session, known: "Policy | None", after: "Loaded", asked: Asked, findings: "tuple[Finding, ...]"
) -> "Views":
    """Compare with the installed files; compare costs with their policy, if it is ``known``."""
    from gsdc.cli.diff_views import Views
    from gsdc.migration.installed import installed_differences

    assert after.policy is not None
    shifts = changes = None
    if {*asked.views} != {"cost"}:
        proposal = _proposed(session, after, asked, findings)
        findings = (*findings, *proposal.findings)
        shifts = installed_differences(proposal) if asked.wants("semantic") else None
        changes = proposal.changes if asked.wants("text") else None
    costs = _costs(session, known, after, asked)
    agents = tuple(after.policy.agents.values())
    return Views(None, after.policy.profile, asked.zone, shifts, None, costs, changes, agents, findings)


def _between(
    session: Session, before: "Loaded", after: "Loaded", asked: Asked, findings: "tuple[Finding, ...]"
) -> "Views":
    """Compare two policies and their compiled output."""
    from gsdc.cli.diff_views import Views
    from gsdc.migration.rerouting import reroutings
    from gsdc.migration.semantic import differences

    assert before.policy is not None
    assert after.policy is not None
    shifts = rerouted = changes = None
    if asked.wants("semantic"):
        shifts = differences(before.policy, after.policy, before.project.sources, after.project.sources)
        rerouted = reroutings(before.policy, after.policy)
    if asked.wants("text"):
        old, new = (_proposed(session, side, asked, findings) for side in (before, after))
        findings = (*findings, *new.findings)
        changes = tuple(_changes(old.build, new.build))
    costs = _costs(session, before.policy, after, asked)
    titles, agents = (before.policy.profile, after.policy.profile, asked.zone), tuple(after.policy.agents.values())
    return Views(*titles, shifts, rerouted, costs, changes, agents, findings)


def _proposed(session: Session, loaded: "Loaded", asked: Asked, findings: "tuple[Finding, ...]") -> "Proposal":
    from gsdc.deploy.proposal import propose

    assert loaded.policy is not None
    proposal = propose(loaded.project, loaded.policy, asked.zone, asked.targets)
    if proposal.broken:
        session.finish((*findings, *proposal.findings))
    return proposal


def _costs(session: Session, before: "Policy | None", after: "Loaded", asked: Asked) -> "Costs | None":
    from gsdc.finding import Rejected
    from gsdc.migration.costs import compare, plans_at_hand

    if not asked.wants("cost"):
        return None
    assert after.policy is not None
    try:
        plans, root = plans_at_hand(after.project), after.project.tree.root
        return compare(before, after.policy, asked.zone, plans, root, session.learned())
    except Rejected as rejected:
        session.finish(rejected.findings)


def _changes(before: "Build", after: "Build") -> "Iterator[Change]":
    """Yield the files in which two builds differ, sorted by path."""
    from gsdc.transaction.change import Change, Image

    old, new = (
        {artifact.path: Image(artifact.content) for _, artifact in build.artifacts} for build in (before, after)
    )
    targets = {artifact.path: target for target, artifact in (*before.artifacts, *after.artifacts)}
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield Change(path, old.get(path), new.get(path), target=targets[path])


def _print(session: Session, found: "Views", *, in_short: bool) -> None:
    from gsdc.cli import diff_summary
    from gsdc.cli.changing import report
    from gsdc.finding import sorted_findings

    findings = sorted_findings(found.findings)
    if session.format == "json":
        session.print_json(_data(found) | {"findings": session.findings_data(findings)})
        return
    report(session, findings)
    if session.format == MARKDOWN:
        session.echo("\n".join(_markdown(found)).rstrip("\n"))
    elif in_short:
        for line in diff_summary.lines(found):
            session.say(line)
    else:
        _tell(session, found)


def _tell(session: Session, found: "Views") -> None:
    """Print the views for people."""
    from gsdc.migration.views import lines

    session.say(found.title, bold=True)
    for title, blocks in found.tables():
        _head(session, title)
        for line in lines(blocks):
            session.say(line)
    if found.changes is not None:
        _head(session, _WRITTEN)
        for _, diff in found.diffs() if not session.quiet else ():
            session.print_lines(diff)
        if not found.changes:
            session.say("No file changes.")


def _head(session: Session, title: str) -> None:
    session.say()
    session.say(title, bold=True)
    session.say()


def _markdown(found: "Views") -> "Iterator[str]":
    """Yield the lines of the views as Markdown, for a pull request."""
    from gsdc.migration.views import diff_markdown, escaped, markdown

    yield from (f"## {escaped(found.title)}", "")
    for title, blocks in found.tables():
        yield from (f"### {title}", "", *markdown(blocks))
    if found.changes is not None:
        yield from (f"### {_WRITTEN}", "")
        for path, diff in found.diffs():
            yield from diff_markdown(diff, path)
        if not found.changes:
            yield from ("No file changes.", "")


def _data(found: "Views") -> dict[str, Any]:
    """Return the views as JSON data, null if not requested; the guide describes the keys (commands.md)."""
    from gsdc.migration.views_data import costs_data, shifts_data

    return {
        "from": found.before,
        "to": found.after,
        "zone": found.zone,
        "changed": found.changed,
        "semantic": None if found.shifts is None else shifts_data(found.shifts),
        "failover": None if found.reroutings is None else [row._asdict() for row in found.reroutings],
        "cost": None if found.costs is None else costs_data(found.costs),
        "text": None if found.changes is None else [{"path": path, "diff": list(diff)} for path, diff in found.diffs()],
    }
