"""Shadow mode (seed 003, "4.1 Migration Strategy"): compare the new configuration's decisions with the old ones.

No client file is changed. The comparison covers the tasks of the project's plans: the model of each task now and under
the new policy.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from gsdc.build import write as write_build
from gsdc.deploy.proposal import Proposal
from gsdc.finding import Finding, Rejected, sorted_findings
from gsdc.plans.cost import Amount, TaskCost, TokenSources, add, cost
from gsdc.plans.usage import measured, sizes, usage
from gsdc.policy.model import Policy
from gsdc.source.gsd_status import is_superseded
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import strip
from gsdc.source.tree import decode
from gsdc.targets.contents import contents
from gsdc.targets.plans import DECLARATION as PLANS
from gsdc.targets.plans import emit as plans
from gsdc.tasks.annotation import analyse
from gsdc.transaction.disk import DISK
from gsdc.transaction.exposed import exposed
from gsdc.transaction.store import Store

FOLDER: Final = "shadow"
_NOTHING: Final = "-"
_ESTIMATE: Final = re.compile(r"<estimated-tokens>[^<]*</estimated-tokens>")
_NO_LEDGER: Final = "there is no ledger of past work yet: only the plans in this project are compared"


class Row(NamedTuple):
    """One task: model and cost before and after. A model is None if none is named or the task does not run."""

    path: str
    number: int
    name: str
    agent: str
    now: str | None
    then: str | None
    before: Amount
    after: Amount


class Shadow(NamedTuple):
    """Differences in decisions on the project's tasks; ``against`` names the baseline: a profile, or the plans."""

    against: str
    profile: str
    zone: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def write(proposal: Proposal) -> tuple[Finding, ...]:
    """Replace ``.gsdc/shadow`` with the compiled files and their manifest; the new folder is complete before the swap.

    Returns findings and writes nothing if ``.gsdc`` is not a gsdc folder or a file contains a credential. Raises
    OSError on a disk error; the old folder then still exists.
    """
    secrets = [found for _, artifact in proposal.build.artifacts for found in exposed(artifact.path, artifact.content)]
    if secrets:
        return sorted_findings(secrets)
    try:
        store = Store(proposal.project.tree.root)
    except Rejected as rejected:
        return rejected.findings
    store.prepare(DISK)
    return write_build(proposal.build, store.folder / FOLDER, private=True)


def report(proposal: Proposal, before: Policy | None) -> Shadow:
    """Compare the tasks of the project's plans under ``before`` and the proposed policy.

    Without ``before``, the current model of a task is the one in its plan; if the plan names none, it is unknown. A
    model that a person wrote into a task applies to both. Completed plans are skipped; unreadable plans are findings.
    """
    rows: list[Row] = []
    findings: list[Finding] = []
    tree, policy = proposal.project.tree, proposal.policy
    patterns = proposal.project.targets().get(PLANS.name, {}).get("paths", plans.DEFAULT_PATHS)
    for path, content in sorted(set(contents(tree, patterns, findings))):
        if plans.done(tree, path):
            continue
        try:
            text = decode(content, path)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        if is_superseded(text, path, str(tree.root)):
            continue
        plan = parse(path, strip(path, text))
        size = sizes(plan, tree.root)
        known, used = measured(plan, size), TokenSources(used=usage(plan, size))
        after = analyse(plan, policy, proposal.zone, known)
        if before:
            old: Iterable[TaskCost] = cost(analyse(plan, before, proposal.zone, known), before, used).tasks
        else:
            old = _written(text, plan, proposal, used)
        for item, then, now in zip(after.tasks, cost(after, policy, used).tasks, old, strict=True):
            agent = item.agent.name if item.agent else ""
            rows.append(Row(path, then.number, then.name, agent, now.model, then.model, now.amount, then.amount))
    against = f"profile {before.title}" if before else "what the plans say"
    return Shadow(against, policy.title, proposal.zone, tuple(rows), tuple(findings))


def _written(text: str, stripped: Plan, proposal: Proposal, used: TokenSources) -> Iterator[TaskCost]:
    """Yield the cost of each task in the plan ``text``; the cost of a task without a model is unknown."""
    if "<estimated-tokens>" not in stripped.text:  # estimates in the text were written by gsdc
        text = _ESTIMATE.sub("", text)
    plan, policy = parse(stripped.path, text), proposal.policy
    if len(plan.tasks) != len(stripped.tasks):  # an unclosed task contains the generated text
        plan = stripped
    for task, known in zip(plan.tasks, cost(analyse(plan, policy, proposal.zone), policy, used).tasks, strict=True):
        yield known if task.attribute("model") else known._replace(model=None, priced_as=None, amount=Amount())


def lines(shadow: Shadow) -> Iterator[str]:
    """Yield the report for people; lines contain no terminal control characters."""
    from gsdc.report.table import table
    from gsdc.source.printable import printable

    differing = [row for row in shadow.rows if row.now != row.then]
    of_tasks = f"{len(differing)} of {len(shadow.rows)} tasks would run on another model"
    yield printable(f"profile {shadow.profile} against {shadow.against}, zone {shadow.zone}: {of_tasks}")
    if differing:
        head = ("plan", "task", "now", "then", "tokens", "$")
        body = (
            (row.path, f"{row.number}. {row.name}", *_models(row), *_change(row.before, row.after)) for row in differing
        )
        yield from (f"  {line}" for line in table((head, *body), "<<<<>>"))
    if shadow.rows:
        before, after = add(row.before for row in shadow.rows), add(row.after for row in shadow.rows)
        tokens, _ = _change(before, after)
        yield f"all tasks: {tokens} tokens, ${before.usd:,.3f} -> ${after.usd:,.3f}"
    yield from (printable(f"{finding.span}: {finding.message}") for finding in shadow.findings)
    yield _NO_LEDGER


def data(shadow: Shadow) -> dict[str, Any]:
    """Return the report as JSON data; $ are rounded to millionths."""
    return {
        "profile": shadow.profile,
        "against": shadow.against,
        "zone": shadow.zone,
        "tasks": [
            {
                "plan": row.path,
                "task": row.number,
                "name": row.name,
                "agent": row.agent or None,
                "now": {"model": row.now, **_amount(row.before)},
                "then": {"model": row.then, **_amount(row.after)},
            }
            for row in shadow.rows
        ],
        "now": _amount(add(row.before for row in shadow.rows)),
        "then": _amount(add(row.after for row in shadow.rows)),
        "ledger": None,
    }


def _models(row: Row) -> tuple[str, str]:
    return row.now or _NOTHING, row.then or _NOTHING


def _change(before: Amount, after: Amount) -> tuple[str, str]:
    return f"{before.tokens:,} -> {after.tokens:,}", f"{before.usd:.3f} -> {after.usd:.3f}"


def _amount(amount: Amount) -> dict[str, float]:
    return {"tokens": amount.tokens, "usd": round(amount.usd, 6)}
