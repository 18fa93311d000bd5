"""``gsdc cost``: the cost of plans by task, batch and model, under each profile."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from gsdc.cli.options import gathered, in_zone, of_policy, shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.plans.cost import Amount, CostComparison, PlanCost
    from gsdc.plans.duration import Finished, Minutes
    from gsdc.policy.model import Policy
    from gsdc.source.plan import Plan

_LONGEST_NAME: Final = 60


class Asked(NamedTuple):
    """The options; ``durations`` and ``tokens`` select the sources of these values."""

    paths: tuple[str, ...]
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    zone: str
    durations: str
    tokens: str


@click.command(epilog="Example: gsdc cost .planning/phases/01-core --profile budget")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@of_policy
@in_zone
@click.option(
    "--durations",
    type=click.Choice(("calibrated", "seed")),
    default="calibrated",
    help="Estimate minutes from real plans, or at 400 tokens a minute.",
)
@click.option(
    "--tokens",
    type=click.Choice(("read", "seed")),
    default="read",
    help="Estimate tokens from files read and written, or from kind and complexity.",
)
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Estimate tokens, dollars and minutes of plans, under each profile, against opus alone and sonnet alone.

    Minutes come with an interval that holds four of five plans; they follow what the project's finished plans took.

    Tokens are what the plan, its references and the files of its tasks hold, and what is written; what every turn reads
    again from the cache is shown apart, and counts in dollars. What a person expects of a task counts instead, or what
    the project's ledger has learned of such tasks (`gsdc calibrate`).

    Each task is priced on its own model. get-shit-done runs all tasks of a plan on the model of its executor: what that
    costs is shown apart.

    PATHS are plans, or folders with plans. Tasks, batches and models are shown under one profile, and under all of them
    with --format json.
    """
    from gsdc.finding import Rejected
    from gsdc.plans.cost import compare, comparison_data, cost_data
    from gsdc.plans.reading import read_plans

    policies = _policies(session, asked)
    try:
        plans = read_plans(asked.paths)
    except Rejected as rejected:
        session.finish(rejected.findings)
    costs, took = _estimates(plans, policies, asked, session.learned())
    session.remind()
    together = compare(one for of_plan in costs.values() for one in of_plan)
    if session.format == "json":
        plans_data = [
            {"path": path, "minutes": took[path]._asdict(), "profiles": list(map(cost_data, found))}
            for path, found in costs.items()
        ]
        total = list(map(comparison_data, together))
        data = {"profile": policies[0].profile, "zone": asked.zone, "plans": plans_data, "total": total}
        session.print_json(data)
        return
    for path, of_plan in costs.items():
        session.echo_folded(_plan_lines(path, asked.zone, of_plan, took[path]))
    if len(costs) > 1:
        session.echo_folded([f"All {len(costs)} plans, zone {asked.zone}", "", *_comparison(together)])


def _policies(session: Session, asked: Asked) -> "list[Policy]":
    """Return the requested policy, then those of the profiles to compare with."""
    from gsdc.plans.cost import PROFILES
    from gsdc.policy.load import load

    policies: list[Policy] = []
    for name in (asked.profile, *PROFILES):
        if name in [policy.profile for policy in policies]:
            continue
        loaded = load(session.recovered_folder(), profile=name, fleets=asked.fleets, workflow=asked.workflow)
        if loaded.policy is None:
            session.finish(loaded.findings)
        policies.append(loaded.policy)
    return policies


def _estimates(
    plans: "Iterable[Plan]", policies: "list[Policy]", asked: Asked, learned: "Mapping[tuple[str, int, str], int]"
) -> "tuple[dict[str, list[PlanCost]], dict[str, Minutes]]":
    """Return, by plan path, the cost under each policy, and the duration in minutes."""
    from gsdc.plans.cost import TokenSources, cost, seed_minutes
    from gsdc.plans.duration import history_of, minutes
    from gsdc.plans.plan_executor import plan_executor
    from gsdc.plans.usage import measured, sizes, usage
    from gsdc.tasks.annotation import analyse

    executors = [plan_executor(policy, asked.zone) for policy in policies]
    costs: dict[str, list[PlanCost]] = {}
    took: dict[str, Minutes] = {}
    finished: dict[str, tuple[Finished, ...]] = {}
    for plan in plans:
        size = sizes(plan)
        natures = measured(plan, size)
        annotated = [analyse(plan, policy, asked.zone, natures) for policy in policies]
        known = TokenSources(learned, {} if asked.tokens == "seed" else usage(plan, size))
        costs[plan.path] = [
            cost(one, policy, known, executor)
            for one, policy, executor in zip(annotated, policies, executors, strict=True)
        ]
        is_by_seed = asked.durations == "seed"
        took[plan.path] = seed_minutes(annotated[0]) if is_by_seed else minutes(plan, history_of(plan.path, finished))
    return costs, took


def _plan_lines(path: str, zone: str, costs: "list[PlanCost]", took: "Minutes") -> Iterator[str]:
    from gsdc.plans.cost import compare
    from gsdc.report.table import table
    from gsdc.source.printable import printable

    shown = costs[0]
    yield printable(f"{path}: profile {shown.profile}, zone {zone}")
    yield ""
    if not shown.tasks:
        yield "  no tasks"
        yield ""
        return
    rows = [("task", "kind", "complexity", "model", "tokens", "$")]
    for task in shown.tasks:
        name = task.name if len(task.name) <= _LONGEST_NAME else task.name[: _LONGEST_NAME - 1] + "…"
        model = task.model or ("a person" if task.kind == "checkpoint" else "deferred")
        if task.model != task.priced_as:
            model += f" (priced as {task.priced_as})" if task.priced_as else " (no price)"
        if task.effort:
            model += f", effort {task.effort}"
        rows.append((f"{task.number}. {name}", task.kind, str(task.complexity), model, *_figures(task.amount)))
    yield from _indented(table(rows, "<<><>>"))
    yield from (
        f"  task {task.number} is deferred: {printable(task.deferred)}" for task in shown.tasks if task.deferred
    )
    yield ""
    sums = [("", "tasks", "tokens", "$")]
    sums += [(f"batch {number}", _list(tasks), *_figures(amount)) for number, tasks, amount in shown.by_batch()]
    sums += [(model, _list(tasks), *_figures(amount)) for model, tasks, amount in shown.by_model()]
    sums.append(("plan", "all", *_figures(shown.total)))
    yield from _indented(table(sums, "<<>>"))
    yield ""
    yield from _remarks(shown, took)
    yield ""
    yield from _comparison(compare(costs))


def _remarks(shown: "PlanCost", took: "Minutes") -> Iterator[str]:
    """Yield what a plan costs in get-shit-done, what its tokens contain, and how long it takes."""
    from gsdc.finding import counted
    from gsdc.source.printable import printable

    if shown.executed:
        usd = f", for ${shown.executed.amount.usd:.3f}" if shown.executed.by.model else ""
        yield printable(f"  get-shit-done itself runs {shown.executed.by}{usd}")
    scaled = f", by {counted(took.finished, 'finished plan')} of the project" if took.finished else ""
    if shown.total.turns:
        yield f"  about {shown.total.turns} turns, re-reading {shown.total.cached:,} tokens from the cache"
    if shown.total.opening:
        yield f"  the first task counts {shown.total.opening:,} tokens of the prompt, the plan and its references"
    yield f"  about {took.expected:.0f} minutes ({took.low:.0f} to {took.high:.0f}){scaled}"


def _comparison(comparisons: "Iterable[CostComparison]") -> Iterator[str]:
    from gsdc.report.table import table

    found = list(comparisons)
    run = any(one.executed for one in found)
    heading = ("profile", "tokens", "$", *(["$ in gsd"] if run else []))
    rows: list[tuple[str, ...]] = [(*heading, "against all opus", "against all sonnet")]
    for one in found:
        executed = [_executed(one)] if run else []
        against = (_against(one.total.usd, base.usd) for base in one.against.values())
        rows.append((one.profile, *_figures(one.total), *executed, *against))
    yield from _indented(table(rows, "<" + ">" * (len(rows[0]) - 1)))
    yield from _indented(_same_models(found))
    yield ""


def _executed(one: "CostComparison") -> str:
    """Return the $ of plans in get-shit-done. The model that runs them has no room in 80 columns."""
    if one.executed is None:
        return "-"
    return f"{one.executed.amount.usd:.3f}" if one.executed.by.model else "deferred"


def _same_models(comparisons: "Iterable[CostComparison]") -> Iterator[str]:
    """Say which profiles cost the same because they give every task the same model."""
    firsts: dict[tuple[str | None, ...], CostComparison] = {}
    for one in comparisons:
        first = firsts.setdefault(one.models, one)
        if first is not one:
            effort = "" if one.efforts == first.efforts else ", at another effort, which the estimate does not count"
            yield f"{one.profile} gives every task the same model as {first.profile}{effort}"


def _against(usd: float, base: float) -> str:
    """Return a text that compares ``usd`` (in $) with ``base``."""
    percent = round(100 * (usd - base) / base) if base else 0
    word = f"{abs(percent)}% {'less' if percent < 0 else 'more'} than" if percent else "the same as"
    return f"{word} {base:.3f}" if base else "-"


def _figures(amount: "Amount") -> tuple[str, str]:
    """Return tokens and $ for people; tokens without a price are listed beside the $ of the rest."""
    from gsdc.finding import counted

    unpriced = f"{counted(amount.unpriced, 'task')} unpriced" if amount.unpriced else ""
    usd = f"{amount.usd:.3f}" if amount.usd or not unpriced else ""
    return (f"{amount.tokens:,}", " + ".join(filter(None, (usd, unpriced)))) if amount.tokens else ("-", "-")


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
