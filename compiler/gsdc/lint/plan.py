"""Check one plan by itself: its findings, and the facts that checks of other plans need."""

from typing import Final

from gsdc.credentials import exposed
from gsdc.credentials.masks import Masks, hidden_in
from gsdc.finding import Finding
from gsdc.plans.collect import facts
from gsdc.plans.facts import PlanReport, Suppression
from gsdc.plans.suppression import allowed, suppressions
from gsdc.rules.plans.api import PlanContext
from gsdc.rules.plans.registry import PLAN_RULES, names
from gsdc.source.plan import parse

_LONGEST_EXCERPT: Final = 1_000  # characters: a plan of one line may have thousands of findings


def check_plan(path: str, text: str, context: PlanContext) -> PlanReport:
    """Check the plan in ``text`` with every rule on single plans."""
    plan = parse(path, text)
    found = [*plan.findings, *(finding for rule in PLAN_RULES for finding in rule.check(plan, context))]
    if found:
        found = _with_excerpts(found, text, context)
    given, broken = suppressions(plan, names)
    used: set[Suppression] = set()
    kept = tuple(allowed(found, given, used)) if given else tuple(found)
    return PlanReport((*kept, *broken), facts(plan), given, tuple(sorted(used)))


def _with_excerpts(findings: list[Finding], text: str, context: PlanContext) -> list[Finding]:
    """Return ``findings`` each with its source line, if that contains no credential."""
    lines = text.split("\n")
    masks = Masks()
    if any(finding.code == exposed.CODE for finding in findings):
        masks.add(findings[0].span.path, text, context.cache_folder)
        findings = [hidden_in(finding) for finding in findings]
    return [finding._replace(excerpt=masks.of(_excerpt(lines[finding.span.line - 1]))) for finding in findings]


def _excerpt(line: str) -> str:
    return line[:_LONGEST_EXCERPT].rstrip("\r")
