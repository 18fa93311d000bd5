"""Compare what clients read from all their files with the policy: another file may override a compiled one."""

from collections.abc import Iterator

from gsdc.finding import Finding, Severity
from gsdc.policy.model import Policy
from gsdc.policy.project import Project
from gsdc.rules.clients import broken_never_break, drifted_effort, drifted_model, inherited_model, unwritten_client
from gsdc.rules.clients.api import ClientContext, Reading
from gsdc.targets.api import INHERIT
from gsdc.targets.modules import viewer
from gsdc.targets.registry import declarations, readable_targets


def contradictions(project: Project, policy: Policy, zone: str, target: str) -> Iterator[Finding]:
    """Yield a finding for each agent that the client of ``target`` runs differently from the policy in ``zone``.

    So does an error in the client's files: the client refuses the file, or does not run the agent.
    """
    tree = project.tree
    declaration = declarations()[target]
    if not declaration.view:
        return
    view = viewer(declaration).view(tree, policy).judgeable()
    context = ClientContext(policy, project, tree, (Reading(declaration, view),), zone)
    # A file without a model cannot contradict the policy; a model that the client ignores is reported elsewhere.
    ignored = tuple(one for one in view.statements if one.claim.model == INHERIT and one.remedy)
    overruled = Reading(declaration, view._replace(statements=ignored))
    yield from inherited_model.check(ClientContext(policy, project, tree, (overruled,), zone))
    yield from drifted_model.check(context)
    yield from drifted_effort.check(context)
    yield from broken_never_break.check(context)
    # What the client refuses, or cannot start, does not run as compiled either.
    yield from (finding for finding in view.findings if finding.severity is Severity.ERROR)


def overridden(project: Project, policy: Policy, zone: str) -> list[str]:
    """Return the targets in use whose clients run an agent differently, by the files as they are now."""
    return [name for name in project.targets() if next(contradictions(project, policy, zone, name), None)]


def unwritten(project: Project, policy: Policy) -> Iterator[Finding]:
    """Yield a finding for each client present that no target writes."""
    if not project.configured:
        return
    in_use, tree = project.targets(), project.tree
    idle = [one for one in readable_targets(tree.root) if one.emit and one.shown_by and one.name not in in_use]
    readings = tuple(Reading(one, viewer(one).view(tree, policy).judgeable()) for one in idle)
    if readings:
        yield from unwritten_client.check(ClientContext(policy, project, tree, readings))
