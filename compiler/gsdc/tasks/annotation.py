"""The annotations of a plan: the agent, model, dependencies and estimate of every task.

Seed 001 defines the attributes (part 2), the graph (part 3), routing under a budget (part 4.2) and metrics (part 6). A
checkpoint waits for a person, so it has a place in the graph and no model.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gsdc.models.effort import fit
from gsdc.policy.model import Agent, Decision, Model, Policy, State
from gsdc.source.attribute import Attribute
from gsdc.source.lazy_pattern import lazily
from gsdc.source.plan import Plan
from gsdc.source.task import Task
from gsdc.tasks import complexity, kind, security, work
from gsdc.tasks.batches import Batch, batches
from gsdc.tasks.context_mode import Placed, context_mode, subagent_for
from gsdc.tasks.dependency import Dependencies, by_number, dependencies, numbers
from gsdc.tasks.estimate import SPLIT, Estimate, Stated, dollars, estimate, stated_tokens
from gsdc.tasks.order import ordered
from gsdc.tasks.routing import route, route_decision
from gsdc.tasks.written_model import written_model

# Tokens of material from which on a context is large: seed 001 leaves 140,000 of 200,000 to a conversation.
LARGE: Final = 140_000
ESTIMATED: Final = lazily(r"<estimated-tokens>(\d+)-(\d+)</")  # as ``metrics`` writes it


class Annotation(NamedTuple):
    """The annotation of one task: attributes in order, metrics, and reasons.

    ``routed`` is the reason for the agent; ``written`` is the attribute in which a person chose the model.
    """

    task: Task
    kind: kind.Kind
    work: work.Work
    security: security.SecurityVerdict
    complexity: complexity.Complexity
    agent: Agent | None
    routed: str
    decision: Decision | None
    model: Model | None
    estimate: Estimate | None
    attributes: tuple[tuple[str, str], ...]
    written: Attribute | None
    material: int = 0

    @property
    def task_class(self) -> str:
        """The task class on which the policy decided."""
        return Nature(self.kind, self.work, self.security, self.material).task_class


class Annotated(NamedTuple):
    """The annotations of a plan's tasks, its dependencies with their reasons, and its batches.

    ``numbers`` are the tasks' numbers for readers, by position: see ``gsdc.tasks.dependency.numbers``.
    """

    tasks: tuple[Annotation, ...]
    dependencies: Dependencies
    batches: tuple[Batch, ...]
    numbers: Mapping[int, str]

    def label(self, position: int) -> str:
        """Return the displayed number of the task at ``position``, or "#3" if no number refers to it."""
        return self.numbers[position] or f"#{position}"


class Nature(NamedTuple):
    """The properties of a task that do not depend on the policy: kind, routing, and whether it is security-critical.

    ``material`` is the number of tokens in the files that it refers to and works on, 0 if not measured.
    """

    kind: kind.Kind
    work: work.Work
    security: security.SecurityVerdict
    material: int = 0

    @property
    def task_class(self) -> str:
        """The task class for the policy: see ``gsdc.policy.model.TASK_CLASSES``."""
        if self.security.critical or self.work.kind == "security-review":
            return "security"
        if self.work.novel:
            return "novel"
        return "large-context" if self.material > LARGE else "routine"


def nature(task: Task) -> Nature:
    """Return the nature of ``task``."""
    of_kind, verdict = kind.classify(task), security.judge(task)
    of_work = work.classify(task, of_kind, verdict)
    if work.FAMILIES[of_work.kind] == "review":  # whatever it writes: a document is its report
        of_kind = of_kind._replace(name="review", why=of_work.why)
    return Nature(of_kind, of_work, verdict)


def natures(plan: Plan) -> Mapping[int, Nature]:
    """Return the nature of each task by its number: the expensive part of an analysis, independent of the policy."""
    return {task.number: nature(task) for task in plan.tasks}


def analyse(plan: Plan, policy: Policy, zone: str, known: Mapping[int, Nature] | None = None) -> Annotated:
    """Annotate the tasks of ``plan`` under ``policy`` in budget ``zone``; ``known`` are cached natures, if any."""
    known = natures(plan) if known is None else known
    names = {number: nature.kind.name for number, nature in known.items()}
    depends = ordered(plan, dependencies(plan, policy.planning.caution), names)
    found = batches(plan.tasks, depends, policy.planning.max_parallel)
    together = {number for batch in found if batch.parallel for number in batch.tasks}
    remaining = _budget(policy)
    named = numbers(plan)
    annotations = []
    for task in plan.tasks:
        waits = depends[task.number]
        after_batch = not together.isdisjoint(waits)
        listed = ",".join(by_number(waits, depends, named))
        placed = Placed(listed, waits, task.number in together, after_batch)
        annotation = _annotate(task, known[task.number], policy, zone, remaining, placed)
        if annotation.estimate is not None and annotation.model is not None:
            remaining = max(0.0, remaining - dollars(annotation.estimate.tokens, annotation.model))
        annotations.append(annotation)
    return Annotated(tuple(annotations), depends, found, named)


def title(task: Task) -> str:
    """Return the name of a task without its number; for a checkpoint without a name, what it shows or asks."""
    first = " ".join((task.name or task.text("what-built") or task.text("decision")).split())
    label, _, rest = first.partition(":")
    return (rest.strip() if label.lower().startswith("task ") and rest.strip() else first) or "(no name)"


def model_of(annotation: Annotation) -> str | None:
    """Return the model of a task: a person's choice, else the policy's; None if nothing runs."""
    if annotation.agent is None:
        return None
    written = annotation.written
    return (written and written.value) or (annotation.model and annotation.model.alias) or None


def effort_of(annotation: Annotation) -> str | None:
    """Return the effort of a task: a person's choice, else the policy's; None for the model's default."""
    written = annotation.task.attribute("effort")
    return written.value if written else dict(annotation.attributes).get("effort")


def metrics(e: Estimate) -> str:
    """Return the ``<metrics>`` element of a task, without indentation."""
    rest = e.tokens - e.reading
    split = [f"<{name}>{round(rest * share)}</{name}>" for name, share in SPLIT]
    lines = [
        "<metrics>",
        f"  <estimated-tokens>{e.low}-{e.high}</estimated-tokens>",
        f"  <estimated-duration>{e.fast}-{e.slow}min</estimated-duration>",
        f"  <token-budget>{e.budget}</token-budget>",
        "  <complexity-breakdown>",
        f"    <file-reading>{e.reading}</file-reading>",
        *(f"    {line}" for line in split),
        "  </complexity-breakdown>",
        "</metrics>",
    ]
    return "\n".join(lines)


def _budget(policy: Policy) -> float:
    """Return the cost of one plan in $: its token budget at the price of the standard tier."""
    return dollars(policy.planning.token_budget, policy.model_of("standard"))


def _annotate(task: Task, nature: Nature, policy: Policy, zone: str, remaining: float, placed: Placed) -> Annotation:
    of_kind, of_work, verdict, material = nature
    scored = _scored(task, nature)
    known = (task, of_kind, of_work, verdict, scored)
    written = written_model(task, policy.models)
    common = (
        ("parallel", "can-parallelize" if placed.parallel else "sequential"),
        ("estimated-complexity", str(scored.score)),
        ("depends-on", placed.waits),
    )
    if task.is_checkpoint:
        of_checkpoint = (common[0], common[2])
        return Annotation(*known, None, "", None, None, None, of_checkpoint, written, material)
    agent, routed = route(policy, of_work.kind)
    state = State(agent.name, None, zone, nature.task_class, scored.score)
    stated = stated_tokens(task)
    decision = _affordable(policy, agent, state, Expense(nature, stated), remaining)
    model = None if decision.model is None else policy.models[decision.model]
    subagent = subagent_for(of_work.kind, model)
    chosen = policy.models.get(written.value) if written else None
    attributes = (
        ("agent", agent.name),
        ("subagent", subagent),
        *([] if model is None else [("model", model.alias)]),
        *_effort(decision, model, chosen),
        *common,
        ("context-mode", context_mode(subagent, placed)),
    )
    runs_on = chosen or model
    estimated = estimate(of_kind.name, scored.score, runs_on.tier, stated) if runs_on is not None else None
    return Annotation(*known, agent, routed, decision, model, estimated, attributes, written, material)


def _effort(decision: Decision, model: Model | None, chosen: Model | None) -> list[tuple[str, str]]:
    """Return the attribute of the effort: the decided one, or the nearest that a person's ``chosen`` model supports."""
    effort = decision.effort
    if effort is not None and chosen is not None and chosen is not model:
        effort = fit(effort, chosen.efforts)
    return [] if effort is None else [("effort", effort)]


def _scored(task: Task, nature: Nature) -> complexity.Complexity:
    """Return the complexity of ``task``: a person's value, else the score; novel work has 9 or more (seed 001, 2.2)."""
    given = task.attribute("estimated-complexity")
    if given and given.value.isdecimal() and len(given.value) < 3 and 1 <= int(given.value) <= 10:
        return complexity.Complexity(int(given.value), ("a person wrote it",))
    scored = complexity.score(task, nature.kind.name, nature.work.kind, critical=nature.security.critical)
    if nature.task_class == "novel" and scored.score < 9:
        return complexity.Complexity(9, (*scored.factors, f"{nature.work.kind} work without precedent: 9"))
    return scored


def decided_tier(policy: Policy, task: Task, score: int) -> str | None:
    """Return the tier of ``policy`` for work such as ``task`` of complexity ``score``, None if it is deferred."""
    known = nature(task)
    agent = route(policy, known.work.kind).agent
    state = State(agent.name, None, "green", known.task_class, score)
    alias = route_decision(policy, known.work.kind, agent, state).model
    return None if alias is None else policy.models[alias].tier


def reasons(annotation: Annotation) -> tuple[str, ...]:
    """Return why the model differs from the profile's allocation: a class, cap, floor or the budget."""
    return tuple(step.why for step in annotation.decision.trail[1:]) if annotation.decision else ()


class Expense(NamedTuple):
    """The inputs of an estimate besides complexity: the nature of the task, and the tokens that a person stated."""

    nature: Nature
    stated: Stated | None


def _affordable(policy: Policy, agent: Agent, state: State, expense: Expense, remaining: float) -> Decision:
    """Return the decision, or the policy's cheaper one if the task would take too much of the remaining budget.

    Seed 001, part 4.2: a task may take 15% of the remaining budget; never below a floor, and never for critical work.
    """
    kind_of_work = expense.nature.work.kind
    decision = route_decision(policy, kind_of_work, agent, state)
    limit = remaining * policy.planning.budget_share
    if decision.model is None or _price(policy, decision.model, state, expense) <= limit:
        return decision
    cheaper = route_decision(policy, kind_of_work, agent, state._replace(costly=True))
    if cheaper.model is None or _price(policy, cheaper.model, state, expense) > limit:
        return decision
    return cheaper


def _price(policy: Policy, alias: str, state: State, expense: Expense) -> float:
    """Return the cost of the task on the model ``alias`` in $."""
    model = policy.models[alias]
    family = expense.nature.kind.name
    return dollars(estimate(family, state.complexity or 5, model.tier, expense.stated).tokens, model)
