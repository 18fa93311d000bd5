"""One plan, checked by itself: what is wrong with it, and what other plans need to know of it."""

from typing import Final

from gsdc.finding import Finding
from gsdc.plans.collect import facts
from gsdc.plans.facts import Report, Suppression
from gsdc.plans.suppression import allowed, suppressions
from gsdc.rules.plans import exposed_secret
from gsdc.rules.plans.api import Context
from gsdc.rules.plans.registry import PLAN_RULES, names
from gsdc.source.plan import parse

_LONGEST_EXCERPT: Final = 1_000  # characters: a plan of one line may have thousands of findings


def check_plan(path: str, text: str, context: Context) -> Report:
    """Check the plan in ``text`` by every rule on single plans."""
    plan = parse(path, text)
    found = [*plan.findings, *(finding for rule in PLAN_RULES for finding in rule.check(plan, context))]
    if found:
        found = _with_excerpts(found, text)
    given, broken = suppressions(plan, names)
    used: set[Suppression] = set()
    kept = tuple(allowed(found, given, used)) if given else tuple(found)
    return Report((*kept, *broken), facts(plan), given, tuple(sorted(used)))


def _with_excerpts(findings: list[Finding], text: str) -> list[Finding]:
    """Return ``findings`` each with its line, as far as that holds no credential."""
    lines = [line[:_LONGEST_EXCERPT] for line in text.split("\n")]
    secret: dict[int, int] = {}
    for finding in findings:
        if finding.code == exposed_secret.CODE:
            line, column = finding.span[1:]
            secret[line] = min(column, secret.get(line, column))
    shown = (
        (finding, lines[finding.span.line - 1].rstrip("\r"), secret.get(finding.span.line)) for finding in findings
    )
    return [finding._replace(excerpt=f"{line[: at - 1]}…" if at else line) for finding, line, at in shown]
