"""The annotations of a plan: for every task who does it, on which model, after what, and what it will take.

Seed 001 gives the attributes (part 2), the graph (part 3), routing under a budget (part 4.2) and metrics (part 6).
A checkpoint waits for a person: it gets its place in the graph, and no model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from gsdc.policy.decide import decide
from gsdc.policy.model import Agent, Decision, Model, Policy, State
from gsdc.source.attribute import Attribute
from gsdc.source.plan import Plan
from gsdc.source.task import Task
from gsdc.tasks import complexity, kind, security
from gsdc.tasks.batches import Batch, batches
from gsdc.tasks.dependency import Dependencies, by_number, dependencies, numbers
from gsdc.tasks.estimate import SPLIT, Estimate, Stated, dollars, estimate, stated_tokens
from gsdc.tasks.written_model import written_model

# Who does a kind of task where the fleet has no route for it: the first agent of one of these roles.
_ROLES: Final = {
    "boilerplate": ("boilerplate", "implementation"),
    "implementation": ("implementation",),
    "review": ("review", "verification", "validation"),
    "testing": ("testing", "implementation"),
    "docs": ("docs",),
    "research": ("research",),
    "infra": ("operations", "implementation"),
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is known of one task: attributes in their order, metrics, and the reasons behind them.

    ``written`` is the attribute in which a person chose the model.
    """

    task: Task
    kind: kind.Kind
    security: security.Verdict
    complexity: complexity.Complexity
    agent: Agent | None
    decision: Decision | None
    model: Model | None
    estimate: Estimate | None
    attributes: tuple[tuple[str, str], ...]
    written: Attribute | None


@dataclass(frozen=True, slots=True)
class Annotated:
    """The annotations of a plan's tasks, its dependencies with their reasons, and its batches.

    ``numbers`` are what readers call the tasks, by position: see ``gsdc.tasks.dependency.numbers``.
    """

    tasks: tuple[Annotation, ...]
    dependencies: Dependencies
    batches: tuple[Batch, ...]
    numbers: Mapping[int, str]

    def label(self, position: int) -> str:
        """Return what people call the task at ``position``: its number, or "#3" where no number means it."""
        return self.numbers[position] or f"#{position}"


class Nature(NamedTuple):
    """What a task is under any policy: its kind, and whether it is security-critical."""

    kind: kind.Kind
    security: security.Verdict


def natures(plan: Plan) -> Mapping[int, Nature]:
    """Return the nature of each task by its number: the costlier half of an analysis, the same for every policy."""
    return {task.number: Nature(kind.classify(task), security.judge(task)) for task in plan.tasks}


def analyse(plan: Plan, policy: Policy, zone: str, known: Mapping[int, Nature] | None = None) -> Annotated:
    """Annotate the tasks of ``plan`` under ``policy`` in budget ``zone``; ``known`` are its natures, if at hand."""
    known = natures(plan) if known is None else known
    depends = dependencies(plan, policy.planning.caution)
    names = {number: nature.kind.name for number, nature in known.items()}
    found = batches(plan.tasks, depends, names, policy.planning.max_parallel)
    together = {number for batch in found if batch.parallel for number in batch.tasks}
    remaining = _budget(policy)
    named = numbers(plan)
    annotations = []
    for task in plan.tasks:
        waits = ",".join(by_number(depends[task.number], depends, named))
        parallel = task.number in together
        annotation = _annotate(task, known[task.number], policy, zone, remaining, depends, waits, parallel)
        if annotation.estimate is not None and annotation.model is not None:
            remaining = max(0.0, remaining - dollars(annotation.estimate.tokens, annotation.model))
        annotations.append(annotation)
    return Annotated(tuple(annotations), depends, found, named)


def title(task: Task) -> str:
    """Return what a task is called without its number; a checkpoint without a name by what it shows or asks."""
    first = " ".join((task.name or task.text("what-built") or task.text("decision")).split())
    label, _, rest = first.partition(":")
    return (rest.strip() if label.lower().startswith("task ") and rest.strip() else first) or "(no name)"


def model_of(annotation: Annotation) -> str | None:
    """Return the model that a task runs on: a person's choice, else the policy's; None where nothing runs."""
    if annotation.agent is None:
        return None
    written = annotation.written
    return (written and written.value) or (annotation.model and annotation.model.alias) or None


def metrics(annotation: Annotation) -> str:
    """Return the ``<metrics>`` element of a task with an estimate, without indentation."""
    e = annotation.estimate
    assert e is not None
    split = [f"<{name}>{round(e.tokens * share)}</{name}>" for name, share in SPLIT]
    lines = [
        "<metrics>",
        f"  <estimated-tokens>{e.low}-{e.high}</estimated-tokens>",
        f"  <estimated-duration>{e.fast}-{e.slow}min</estimated-duration>",
        f"  <token-budget>{e.budget}</token-budget>",
        "  <complexity-breakdown>",
        *(f"    {line}" for line in split),
        "  </complexity-breakdown>",
        "</metrics>",
    ]
    return "\n".join(lines)


def _budget(policy: Policy) -> float:
    """Return the $ of one plan: its token budget at the price of the standard tier."""
    return dollars(policy.planning.token_budget, policy.model_of("standard"))


def _annotate(
    task: Task,
    nature: Nature,
    policy: Policy,
    zone: str,
    remaining: float,
    depends: Dependencies,
    named: str,
    parallel: bool,
) -> Annotation:
    of_kind, verdict = nature
    scored = complexity.score(task, of_kind.name, critical=verdict.critical)
    given = task.attribute("estimated-complexity")
    if given and given.value.isdecimal() and len(given.value) < 3 and 1 <= int(given.value) <= 10:
        scored = complexity.Complexity(int(given.value), ("a person wrote it",))
    waits = depends[task.number]
    written = written_model(task, policy.models)
    common = (
        ("parallel", "can-parallelize" if parallel else "sequential"),
        ("estimated-complexity", str(scored.score)),
        ("depends-on", named),
    )
    if task.is_checkpoint:
        of_checkpoint = (common[0], common[2])
        return Annotation(task, of_kind, verdict, scored, None, None, None, None, of_checkpoint, written)
    agent = agent_for(policy, of_kind.name)
    state = State(agent.name, None, zone, "security" if verdict.critical else "routine", scored.score)
    decision = decide(policy, state)
    stated = stated_tokens(task)
    model = _affordable(policy, state, decision, of_kind.name, remaining, stated)
    subagent = {"research": "explore", "infra": "bash"}.get(of_kind.name, "general-purpose")
    inherited = subagent == "bash" or (not parallel and any(why.startswith("both write") for why in waits.values()))
    attributes = (
        ("subagent", subagent),
        *([] if model is None else [("model", model.alias)]),
        *common,
        ("context-mode", "inherited" if inherited else "fresh"),
    )
    chosen = policy.models.get(written.value) if written else None
    runs_on = chosen or model
    tier = runs_on.tier if runs_on is not None else None
    estimated = estimate(of_kind.name, scored.score, tier, stated) if tier is not None else None
    return Annotation(task, of_kind, verdict, scored, agent, decision, model, estimated, attributes, written)


def agent_for(policy: Policy, of_kind: str) -> Agent:
    """Return who does tasks of a kind: by the fleets' routes, else by role, else the first agent of the policy."""
    for fleet in policy.fleets.values():
        for route in fleet.routes:
            if route.kind == of_kind:
                return policy.agents[route.agent]
    for role in _ROLES[of_kind]:
        for agent in policy.agents.values():
            if agent.role == role:
                return agent
    return next(iter(policy.agents.values()))


def decided_tier(policy: Policy, task: Task, score: int) -> str | None:
    """Return the tier that ``policy`` gives to work such as ``task`` of complexity ``score``, None where it waits."""
    agent = agent_for(policy, kind.classify(task).name)
    task_class = "security" if security.judge(task).critical else "routine"
    alias = decide(policy, State(agent.name, None, "green", task_class, score)).model
    return None if alias is None else policy.models[alias].tier


def _affordable(
    policy: Policy, state: State, decision: Decision, of_kind: str, remaining: float, stated: Stated | None
) -> Model | None:
    """Return the decided model, or the cheaper one that the policy gives to work that takes too much of what remains.

    Seed 001, part 4.2: a task may take 15% of the remaining budget; never below a floor, and never for critical work.
    """
    if decision.model is None:
        return None
    model, score = policy.models[decision.model], state.complexity or 5
    limit = remaining * policy.planning.budget_share
    if dollars(estimate(of_kind, score, model.tier, stated).tokens, model) <= limit:
        return model
    cheaper = policy.models[decide(policy, state._replace(costly=True)).model or model.alias]
    fits = dollars(estimate(of_kind, score, cheaper.tier, stated).tokens, cheaper) <= limit
    return cheaper if fits else model
