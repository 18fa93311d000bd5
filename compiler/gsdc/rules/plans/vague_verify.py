"""A task's verification says nothing that could be checked.

## Why is this bad?
"It works" and "a person confirms that all features work" are true for whoever wrote the code. A command, a file or a
visible result can be checked by somebody else (seed 001, "1.1 Current GSD Execution Model": a command or a check).

## Example (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <verify>It works</verify>
</task>

## Use instead (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <verify>npm test -- routes</verify>
</task>
"""

import re
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "vague-verify"
CODE: Final = "PL018"
SEVERITY: Final = Severity.WARNING

_LONGEST: Final = 90
_WORD: Final = re.compile(r"[\w/]+")
# A verification of nothing but these words names nothing that somebody else could look at.
_EMPTY_WORDS: Final = frozenset(
    _WORD.findall("""
    please manually manual just and then also now visually visual verify verified check confirm ensure sure test
    tested see that if it this the everything all code feature change changes task implementation result results
    output thing things page app is are was be has been look looks work works working good fine ok okay right
    correct correctly properly well as expected intended done complete completed implemented finished successful
    successfully no errors error issues problems problem inspection review by eye n/a none tbd todo can i you we
    will should must to of for a an in on with without any functions functionality behaves behavior human humans
    user users person people somebody someone engineer developer reviewer tester team operator confirms confirmed
    verifies approves approved approve approval reviews reviewed inspects inspect inspected checks checked signs
    sign off says say features functional screens pages interactions requirements requirement areas area steps step
    running application website site ui passes pass passed verification verifications validation feedback
    found via signal resume happy satisfied agrees agree each every both fully
    completely overall still up end above acceptance criteria met required needed there
    """)
)
# Somebody goes through the steps of the action: "user confirms that all 4 checks pass".
_GOES_THROUGH: Final = re.compile(r"\b(?:confirms?|approves?|approved|verifies|steps|checks)\b")
_STEP: Final = re.compile(r"^\s*(?:\d+[.)]|[-*] \[ \])\s", re.MULTILINE)
_TAG: Final = re.compile(r"</?[a-z][a-z-]*>")


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each verification that is empty or holds nothing but such words."""
    for task in plan.tasks:
        verify = task.child("verify")
        # Where steps for a person stand beside it, "approved" means that these were done.
        if verify is None or len(verify.text) > _LONGEST or task.text("how-to-verify"):
            continue
        words = " ".join(_TAG.sub(" ", verify.text).lower().split())
        if _GOES_THROUGH.search(words) and len(_STEP.findall(task.text("action"))) > 1:
            continue
        if all(word in _EMPTY_WORDS or word.isdigit() for word in _WORD.findall(words)):
            said = f'"{words}"' if words else "nothing"
            message = f"the verification of {task_label(task)} is only {said}"
            yield finding(__name__, plan.at(verify.start), message, "write a command, or an observable result")
