"""Findings that a person allows, in the plan: ``<!-- gsdc: allow CODE reason -->``.

Inside a task the comment allows findings in that task, anywhere else findings in the plan. CODE is the code or the name
of a rule; the reason is for the next reader. A comment that allows nothing is itself a finding.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from gsdc.finding import Diagnostic, Finding, Fix, Severity, nearest
from gsdc.plans.facts import Suppression
from gsdc.source.span import Span

if TYPE_CHECKING:
    from gsdc.source.plan import Plan

_COMMENT: Final = re.compile(r"<!--[ \t]*gsdc:[ \t]*allow\b(?P<rest>[^<>]*)-->(?:[ \t]*\r?\n)?")

UNUSED = Diagnostic(
    "PL024",
    "unused-suppression",
    Severity.WARNING,
    """A comment allows what is not found.

    ## Why is this bad?
    The finding is gone, or never existed; the comment would hide the next one.

    ## Fix (safe)
    Removes the comment.

    ## Example (PLAN.md)
    <!-- gsdc: allow vague-verify the page has no tests -->
    <task type="auto">
      <name>Task 1: Add the route</name>
      <verify>npm test -- routes</verify>
    </task>

    ## Use instead (PLAN.md)
    <task type="auto">
      <name>Task 1: Add the route</name>
      <verify>npm test -- routes</verify>
    </task>
    """,
)
BROKEN = Diagnostic(
    "PL025",
    "broken-suppression",
    Severity.WARNING,
    """A comment that allows a finding has an unknown rule, a never-break rule, or no reason.

    ## Why is this bad?
    The comment has no effect. Without a reason nobody can tell whether it is still valid.

    ## Example (PLAN.md)
    <task type="auto">
      <!-- gsdc: allow vague-verify -->
      <name>Task 1: Add the route</name>
      <verify>It works</verify>
    </task>

    ## Use instead (PLAN.md)
    <task type="auto">
      <!-- gsdc: allow vague-verify a person looks at the page -->
      <name>Task 1: Add the route</name>
      <verify>It works</verify>
    </task>
    """,
)


def suppressions(
    plan: "Plan", rules: Callable[[], Mapping[str, bool]]
) -> tuple[tuple[Suppression, ...], tuple[Finding, ...]]:
    """Return what the comments of ``plan`` allow, and the errors in them.

    ``rules`` gives all codes and names, each with whether a plan may allow it.
    """
    if "gsdc:" not in plan.text:
        return (), ()
    found: list[Suppression] = []
    broken: list[Finding] = []
    known = rules()
    for match in _COMMENT.finditer(plan.text):
        rule, reason = [*match["rest"].split(None, 1), "", ""][:2]
        span = plan.at(match.start())
        if rule not in known:
            message = f'"{rule}" is not a rule' if rule else "the comment has no rule"
            near = nearest(rule, sorted(name for name in known if name.islower())).partition(" allowed:")[0]
            help_ = near if near.startswith("did") else "write <!-- gsdc: allow NAME reason -->; `gsdc rule` lists all"
            broken.append(BROKEN.at(span, message, help_))
        elif not known[rule]:
            help_ = "fix the finding: it cannot be switched off"
            broken.append(BROKEN.at(span, f'"{rule}" is a never-break rule: a plan cannot allow it', help_))
        elif not reason.strip():
            broken.append(
                BROKEN.at(span, f'the comment gives no reason to allow "{rule}"', "write the reason after it")
            )
        else:
            task = plan.task_at(match.start())
            first, last = (plan.at(task.start).line, plan.at(task.end).line) if task else (0, _END)
            found.append(Suppression(rule, first, last, span.line, span.column, *match.span()))
    return tuple(found), tuple(broken)


_END: Final = 1 << 60


def unused(path: str, suppression: Suppression) -> Finding:
    """Return the finding for a suppression that allowed nothing."""
    span = Span(path, suppression.line, suppression.column)
    found = UNUSED.at(span, f'no finding of "{suppression.rule}" here', "remove the comment")
    return found._replace(fix=Fix(((suppression.start, suppression.end, ""),), safe=True))


def allowed(findings: Iterable[Finding], by: Iterable[Suppression], used: set[Suppression]) -> Iterator[Finding]:
    """Yield the findings that nothing in ``by`` allows; a suppression that allows one is added to ``used``."""
    by_rule: dict[str, list[Suppression]] = {}
    for suppression in sorted(by, key=attrgetter("first", "last")):
        by_rule.setdefault(suppression.rule, []).append(suppression)
    for finding in findings:
        covering = [item for rule in (finding.code, finding.name) for item in _near(by_rule.get(rule, ()), finding)]
        used.update(covering)
        if not covering:
            yield finding


def _near(given: Sequence[Suppression], finding: Finding) -> Iterator[Suppression]:
    """Yield those of ``given``, sorted, that cover ``finding``: the plan's first, then those of each task."""
    of_plan = bisect_left(given, 1, key=attrgetter("first"))
    yield from given[:of_plan]
    for index in range(bisect_right(given, finding.span.line, key=attrgetter("first")) - 1, of_plan - 1, -1):
        if not given[index].covers(finding):
            return
        yield given[index]
