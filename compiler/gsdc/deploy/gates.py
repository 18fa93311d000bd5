"""Gates that must pass before a deployment (seed 003, "3.3 Validation Checklist": pre-production, go/no-go criteria).

Every gate judges the tree after the deployment, so a problem that the deployment fixes does not block it.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import Any, Final

from gsdc.cache import store
from gsdc.deploy.conformance import ask_clients
from gsdc.deploy.gate import Gate
from gsdc.deploy.models import resolvable
from gsdc.deploy.proposal import Proposal
from gsdc.finding import Finding, Rejected, Severity, counted, sorted_findings
from gsdc.lint.installed import lint_tree
from gsdc.lint.plan import check_plan
from gsdc.migration.costs import UNKNOWN, compare, plans_at_hand
from gsdc.plans.cost import NOTHING_LEARNED, Learned
from gsdc.policy.model import Policy
from gsdc.policy.ref import NOTHING
from gsdc.policy.survey import survey
from gsdc.rules.plans.api import PlanContext
from gsdc.rules.policy import team_rule
from gsdc.rules.policy.api import PolicyContext
from gsdc.rules.registry import RULES
from gsdc.source.overlay import Overlay
from gsdc.source.tree import decode
from gsdc.targets.plans import DECLARATION as PLANS
from gsdc.targets.registry import readable_targets
from gsdc.transaction.exposed import exposed
from gsdc.transaction.preflight import all_unwritable, unwritable_files
from gsdc.transaction.store import Store

_NEVER_BREAK: Final = (*team_rule.SHIPPED, team_rule.ID)


def gates(
    proposal: Proposal,
    before: Policy | None = None,
    today: date | None = None,
    learned: Learned = NOTHING_LEARNED,
) -> tuple[Gate, ...]:
    """Return the result of every gate.

    ``learned`` are token counts per task learned from a ledger. They are used to cost plans, as in `gsdc cost`.

    ``before`` is the running policy, if known: a week is costed as in ``gsdc diff``, with the expected usage of both
    policies. ``today`` is the date used to check whether models are retired.
    """
    today = today or date.today()  # noqa: DTZ011 - a day as people count it
    tree = Overlay(
        proposal.project.tree.root,
        {change.path: change.after.content if change.after else None for change in proposal.changes},
    )
    return (
        _lint(proposal, tree, today),
        _proof(proposal, today),
        resolvable(proposal, today),
        _budget(proposal, before, learned),
        *ask_clients(proposal, tree),
        *_writable(proposal),
    )


def _lint(proposal: Proposal, tree: Overlay, today: date) -> Gate:
    """Check the policy files, the client files, and the plans that change.

    In unchanged files, only broken never-break rules block.
    """
    project = proposal.project
    policy = proposal.policy._replace(stage=100, held=NOTHING)
    context = PolicyContext(policy, project.sources, today)
    own = [*project.sources.findings, *proposal.findings]
    own += [finding for rule in RULES if rule.ID not in _NEVER_BREAK for finding in rule.check(context)]
    for path, text in project.sources.own_texts():
        own += exposed(path, text.encode())
    readable = tuple(readable_targets(tree.root, tree.files))
    found = [*lint_tree(tree, readable, project, proposal.policy), *_plans(proposal, tree)]
    errors = sorted_findings(finding for finding in (*own, *found) if finding.severity is Severity.ERROR)
    told = {finding for finding in found if finding.span.path not in tree.files and not finding.code.startswith("NB")}
    untouched = sum(finding in told for finding in errors)
    count = len(errors) - untouched
    why = f"{counted(count, 'error')} in the policy and the files as they would be" if count else _judged(proposal)
    if untouched:
        why += f"; {counted(untouched, 'error')} in files that are not changed"
    return Gate("lint", not count, why, errors)


def _judged(proposal: Proposal) -> str:
    changed = counted(len(proposal.changes), "changed file")
    return f"no errors in the policy and the {changed}; `gsdc lint` checks the other files"


def _plans(proposal: Proposal, tree: Overlay) -> Iterator[Finding]:
    context = PlanContext(tree.root, store.folder("secrets", tree.root))
    context.policy = proposal.policy
    for change in proposal.changes:
        if change.target == PLANS.name and change.after is not None:
            try:
                text = decode(change.after.content, change.path)
            except Rejected as rejected:
                yield from rejected.findings
            else:
                yield from check_plan(change.path, text, context).findings


def _proof(proposal: Proposal, today: date) -> Gate:
    """Check the never-break rules in every state of what would run; in a staged policy, each agent under its own."""
    states, rules, findings = 0, set(), list[Finding]()
    for part in proposal.policy.parts():
        context = PolicyContext(part, proposal.project.sources, today)
        context.survey = survey(part)  # a proof does not use the cache
        states += context.survey.states
        rules |= {rule.name for rule in part.never_break.values() if not rule.of_plans}
        findings += [found for rule in RULES if rule.ID in _NEVER_BREAK for found in rule.check(context)]
    broken = sorted_findings(findings)
    if broken:
        return Gate("proof", False, f"{counted(len(broken), 'way')} to break a never-break rule", broken)
    why = f"{counted(len(rules), 'never-break rule')} hold in all {states:,} states"
    if proposal.policy.held:
        why += ": " + ", ".join(f"{counted(len(p.agents), 'agent')} by {p.profile}" for p in proposal.policy.parts())
    return Gate("proof", True, why)


def _budget(proposal: Proposal, before: Policy | None, learned: Learned) -> Gate:
    """Compare the expected weekly cost with the weekly budget: using the reserve passes, exceeding it fails.

    If no amount of work is configured, the full token budget is only an upper bound for the week, so the gate does not
    refuse.
    """
    try:
        plans = plans_at_hand(proposal.project)
    except Rejected as rejected:
        return Gate("budget", None, "a plan cannot be read", rejected.findings)
    costs = compare(before, proposal.policy, proposal.zone, plans, proposal.project.tree.root, learned)
    week = costs.after
    allowance = week.allowance
    if week.usd is None and week.tokens is None:
        return Gate("budget", None, "the profile has no weekly budget")
    if allowance is None or not (costs.volume.known or plans):
        return Gate("budget", None, UNKNOWN)
    shown = allowance.shown
    kept = f" ({shown(allowance.spendable)} without the reserve)" if week.reserve else ""
    limit = f"budget {shown(allowance.limit)}{kept}"
    if week.is_spread and not week.is_of_plans:
        return Gate("budget", True, f"{shown(allowance.expected)} a week if all budgeted tokens are used; {limit}")
    source = " for the plans in this project" if week.is_of_plans else ""
    excess = {"": "", "spendable": ": it needs the reserve", "budget": ": more than the whole budget"}
    why = f"{shown(allowance.expected)} expected a week{source}; {limit}{excess[allowance.exceeds]}"
    return Gate("budget", allowance.exceeds != "budget", why)


def _writable(proposal: Proposal) -> Iterator[Gate]:
    """Yield a gate only if files cannot be changed: else there is nothing to check."""
    obstacles = unwritable_files(Store(proposal.project.tree.root), proposal.changes)
    if obstacles:
        why = f"{counted(len(obstacles), 'file')} cannot be changed"
        yield Gate("files", False, why, sorted_findings(_or_without_target(all_unwritable(obstacles))))


def _or_without_target(found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings about files that cannot be changed with the other remedy of an apply; a rollback has none."""
    for one in found:
        what = "their targets" if one.related else "its target"
        yield one._replace(help=f"{one.help}, or remove {what} from gsdc.yaml")


def waived(answers: Iterable[Gate], names: Container[str]) -> tuple[Gate, ...]:
    """Return the gates with the refusals of ``names`` waived: a person gave a reason (seed 002)."""
    return tuple(
        gate._replace(go=None, waived=True) if gate.go is False and gate.name in names else gate for gate in answers
    )


def go(answers: Iterable[Gate]) -> bool:
    """Tell whether no gate refuses; a waived gate does not refuse."""
    return all(gate.go is not False for gate in answers)


def lines(answers: Iterable[Gate]) -> Iterator[str]:
    """Yield one line per gate; lines may contain text from user or client files."""
    words = {True: "go", False: "no-go", None: "not asked"}
    for gate in answers:
        yield f"{gate.name:<8}  {'waived' if gate.waived else words[gate.go]:<9}  {gate.why}"


def data(answers: Iterable[Gate]) -> list[dict[str, Any]]:
    """Return the gates as JSON data, without their findings."""
    return [
        {"gate": gate.name, "go": gate.go, "waived": gate.waived, "why": gate.why, "findings": len(gate.findings)}
        for gate in answers
    ]
