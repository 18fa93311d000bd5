"""The dispatch file of a plan: batches in order, each task with all data for its executor (seed 001, 5.2; seed 004)."""

from collections.abc import Mapping
from typing import Any, Final

from gsdc.finding import Rejected, nearest
from gsdc.plans.expectation import expectations
from gsdc.plans.usage import usage
from gsdc.policy.decide import MOST_TRIES, decide
from gsdc.policy.model import HUMAN, Policy, State
from gsdc.policy.sources import UNKNOWN_NAME
from gsdc.source.plan import Plan
from gsdc.source.span import Span
from gsdc.targets.declaration import Declaration
from gsdc.targets.orchestrator import DECLARATION
from gsdc.targets.registry import declarations
from gsdc.tasks.annotation import Annotated, Annotation, Nature, analyse, model_of, title

FORMAT: Final = 1
_IMPORTANT: Final = """**Important**:
- Execute ONLY this task (not entire plan)
- Follow all verification checks
- DO NOT create SUMMARY.md
- Report task number, files modified, commit hash, any issues"""


def dispatch(
    plan: Plan, natures: Mapping[int, Nature], policy: Policy, zone: str, client: Declaration
) -> dict[str, Any]:
    """Return the tasks of ``plan`` in their batches, as JSON data."""
    annotated = analyse(plan, policy, zone, natures)
    # Files are not measured: they change every day, and dispatch files are not to change with them.
    expected = expectations(plan, annotated, policy.planning, usage(plan, lambda _: 0))
    budgets = {number: estimate.budget for number, estimate in expected.items()}
    items = {item.task.number: item for item in annotated.tasks}
    return {
        "format": FORMAT,
        "plan": plan.path,
        "phase": _text(plan, "phase"),
        "number": _text(plan, "plan"),
        "profile": policy.title,
        "zone": zone,
        "batches": [
            {
                "batch": batch.number,
                "parallel": batch.parallel,
                "tasks": [
                    _task(plan, annotated, items[number], policy, zone, client)
                    | {"token_budget": budgets.get(number, 0)}
                    for number in batch.tasks
                ],
            }
            for batch in annotated.batches
        ],
    }


def clients() -> dict[str, Declaration]:
    """Return the clients that can run tasks, by the names of their targets."""
    return {one.name: one for one in declarations().values() if one.ids and one.client}


def client_of(options: Mapping[str, Any]) -> Declaration:
    """Return the client that ``options`` of the target name. Raises ``Rejected`` if no target has that name."""
    name, known = str(options.get("client", "claude-code")), clients()
    if name not in known:
        at = Span("gsdc.yaml", 0, 0)
        message = f'targets.{DECLARATION.name}.client is "{name}", which is not a client'
        raise Rejected(UNKNOWN_NAME.at(at, message, nearest(name, list(known))))
    return known[name]


def _text(plan: Plan, key: str) -> str:
    value = plan.frontmatter.get(key)
    return str(value) if isinstance(value, (str, int)) else ""


def _id(plan: Plan, number: int) -> str:
    return f"{plan.path}#{number}"


def _task(
    plan: Plan, annotated: Annotated, item: Annotation, policy: Policy, zone: str, client: Declaration
) -> dict[str, Any]:
    task, alias = item.task, model_of(item)
    model = policy.models.get(alias or "")
    decision = item.decision
    later = [number for number, waits in annotated.dependencies.items() if task.number in waits]
    return {
        "task_id": _id(plan, task.number),
        "number": annotated.label(task.number),
        "name": title(task),
        "type": task.type,
        "kind": item.work.kind,
        "class": item.task_class,
        "complexity": item.complexity.score,
        "assigned_to": HUMAN if item.agent is None or task.is_checkpoint else item.agent.name,
        "agent": item.agent.name_in(client.client) if item.agent else None,
        "client": client.name,
        "model": alias,
        "model_id": model.ids.get(client.ids) if model else alias,
        "effort": decision.effort if decision else None,
        "temperature": decision.temperature if decision else None,
        "waits": decision.defer if decision and alias is None else "",
        "depends_on": [_id(plan, number) for number in sorted(annotated.dependencies[task.number])],
        "files": list(task.files),
        "verify": task.text("verify"),
        "success_criteria": [line for line in (task.text("done"), task.text("acceptance_criteria")) if line],
        "priority": "critical" if item.task_class == "security" else item.agent.criticality if item.agent else "normal",
        "escalation": _tries(policy, item, zone, "attempt", HUMAN),
        "failover": _tries(policy, item, zone, "hop", ""),
        "blockers_if_fail": [_id(plan, number) for number in sorted(later)],
        "prompt": prompt(plan, annotated, item),
    }


def _tries(policy: Policy, item: Annotation, zone: str, kind: str, end: str) -> list[str]:
    """Return the models that follow when attempts fail, or models do not answer; ``end`` is what comes at last."""
    if item.agent is None or item.decision is None or item.decision.model is None:
        return []
    found: list[str] = []
    for number in range(1, MOST_TRIES):
        state = State(item.agent.name, None, zone, item.task_class, item.complexity.score)
        state = state._replace(attempt=number) if kind == "attempt" else state._replace(hop=number)
        answer = decide(policy, state).model
        if answer is None:
            return [*found, *([end] if end else [])]
        if answer != (found[-1] if found else item.decision.model):
            found.append(answer)
    return found


def prompt(plan: Plan, annotated: Annotated, item: Annotation) -> str:
    """Return the instructions for the agent of a task: the text of seed 001, part 5.2."""
    task = item.task
    name = title(task)
    parts = [
        "Execute this task from a GSD plan:",
        f"**Task {annotated.label(task.number)}: {name}**",
        f"**Plan**: {plan.path}",
        f"**Files**: {', '.join(task.files) or 'none'}",
        f"**Action**: {task.text('action') or '-'}",
        f"**Verify**: {task.text('verify') or '-'}",
        f"**Done when**: {task.text('done') or '-'}",
        _IMPORTANT,
        f"After completion, create atomic commit: `feat({_text(plan, 'phase')}-{_text(plan, 'plan')}): {name}`",
    ]
    return "\n\n".join(parts) + "\n"
