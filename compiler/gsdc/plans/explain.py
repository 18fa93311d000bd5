"""All known facts of one task of a plan, with the reasons."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from gsdc.plans.cost import Learned, TaskCost, TokenSources, cost
from gsdc.plans.expectation import NOTHING, SEED, expectations
from gsdc.plans.plan_executor import PlanExecutor, plan_executor
from gsdc.plans.usage import measured, sizes, usage
from gsdc.policy.model import Policy
from gsdc.policy.sources import Sources
from gsdc.source.plan import Plan
from gsdc.source.printable import printable
from gsdc.tasks.annotation import LARGE, analyse, model_of, title
from gsdc.tasks.estimate import Estimate


class ExplainQuestion(NamedTuple):
    """A question about a plan: task ``number``, in budget ``zone``, with the ``learned`` data of a ledger."""

    number: int
    zone: str
    learned: Learned = NOTHING


def explained(plan: Plan, asked: ExplainQuestion, policy: Policy, sources: Sources) -> dict[str, Any]:
    """Return the known facts of a task of ``plan`` under ``policy``, as JSON data."""
    number = asked.number
    size = sizes(plan)
    annotated = analyse(plan, policy, asked.zone, measured(plan, size))
    used = usage(plan, size)
    expected = expectations(plan, annotated, policy.planning, used, asked.learned)
    known = TokenSources() if policy.planning.estimates == SEED else TokenSources(asked.learned, used)
    costs = cost(annotated, policy, known).tasks[number - 1]
    item = annotated.tasks[number - 1]
    verdict, estimate, model = item.security, expected.get(number), model_of(item)
    written = item.written
    executor = plan_executor(policy, asked.zone) if item.agent else None
    trail = item.decision.trail if item.decision else ()
    return {
        "task": number,
        "name": title(item.task),
        "kind": {"name": item.kind.name, "why": item.kind.why},
        "work": {"kind": item.work.kind, "why": item.work.why, "class": item.task_class, "material": item.material},
        "security": {
            "critical": verdict.critical,
            "score": round(verdict.score, 1),
            "why": verdict.why,
            "reasons": [str(reason) for reason in sorted(verdict.reasons, key=lambda reason: -reason.weight)],
        },
        "complexity": {"score": item.complexity.score, "factors": list(item.complexity.factors)},
        "agent": item.agent.name if item.agent else None,
        "routed": item.routed or None,
        "model": model,
        "written": written.value if written else None,
        "waits": item.decision.defer or None if item.decision else None,
        "plan_executor": executor and executor._asdict(),
        "origins": [f"{sources.origin(step.ref)}  {step.why}" for step in trail],
        "depends_on": [{"task": other, "why": why} for other, why in sorted(annotated.dependencies[number].items())],
        "batch": next(batch.number for batch in annotated.batches if number in batch.tasks),
        "estimate": estimate and _estimate_data(estimate, costs),
    }


def _estimate_data(estimate: Estimate, costs: TaskCost) -> dict[str, Any]:
    """Return an estimate as JSON data; the $ are those of ``gsdc cost``, including cache reads."""
    return {
        "tokens": estimate.tokens,
        "opening": estimate.opening,
        "low": estimate.low,
        "high": estimate.high,
        "budget": estimate.budget,
        "usd": round(costs.amount.usd, 4) if costs.priced_as else None,
    }


def explain_lines(data: dict[str, Any]) -> Iterator[str]:
    """Yield ``explained`` as lines of text, the title first."""
    yield printable(f"task {data['task']}: {data['name']}")
    kind, security, complexity = data["kind"], data["security"], data["complexity"]
    yield printable(f"  {kind['name']}: {kind['why']}")
    work = data["work"]
    if work["kind"] != kind["name"]:
        yield printable(f"  routed as {work['kind']}: {work['why']}")
    if work["material"] > LARGE:
        yield f"  large context: {work['material']:,} tokens of files, large above {LARGE:,}"
    yield f"  {_verdict(security)}: {security['why']}"
    yield from (printable(f"    {reason}") for reason in security["reasons"])
    yield printable(f"  complexity {complexity['score']}: {', '.join(complexity['factors'])}")
    yield f"  {_who(data)}"
    if data["routed"]:
        yield printable(f"    {data['routed']}")
    yield from (f"    {printable(origin)}" for origin in data["origins"])
    if executor := data["plan_executor"]:
        yield printable(f"  get-shit-done itself does not read that: it runs {PlanExecutor(**executor)}")
    waits = "; ".join(f"{item['task']} ({item['why']})" for item in data["depends_on"])
    yield printable(f"  batch {data['batch']}" + (f", after {waits}" if waits else ""))
    estimate = data["estimate"]
    if estimate:
        usd = f", about ${estimate['usd']:.3f}" if estimate["usd"] is not None else ""
        yield f"  {estimate['tokens']:,} tokens ({estimate['low']:,} to {estimate['high']:,}){usd}"
        if estimate["opening"]:
            yield f"    with {estimate['opening']:,} for the executor's prompt, the plan and its references"


def _verdict(security: dict[str, Any]) -> str:
    if security["critical"]:
        return "security-critical"
    return "not counted as security-critical work" if security["score"] > 0 else "not security-critical"


def _who(data: dict[str, Any]) -> str:
    if data["agent"] is None:
        return "a person does it"
    if data["written"]:
        return printable(f'the plan gives it to "{data["written"]}", whatever the policy says of {data["agent"]}')
    return f"{data['agent']} " + (f"runs it on {data['model']}" if data["model"] else f"is deferred: {data['waits']}")
