"""``gsdc explain``: one decision and the chain of places that led to it."""

from typing import TYPE_CHECKING, NamedTuple

import click

from gsdc.cli import completion
from gsdc.cli.options import gathered, in_zone, of_policy, shared
from gsdc.cli.session import Session, before_init

if TYPE_CHECKING:
    from gsdc.policy.model import Decision, Policy, State
    from gsdc.policy.project import Project


class Asked(NamedTuple):
    """The options: a task of a plan, or the fields of a state."""

    agent: str
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    phase: str | None
    zone: str
    attempt: int
    hop: int
    task_class: str
    complexity: int | None
    costly: bool
    lapsed: bool

    @property
    def state(self) -> "State":
        """The state to explain."""
        from gsdc.policy.model import State

        return State(**{name: getattr(self, name) for name in State._fields})

    @property
    def says_state(self) -> bool:
        """Whether any field of the state except its zone is given."""
        return self.state != type(self.state)(self.agent, zone=self.zone)


@click.command(
    epilog="Example: gsdc explain VALIDATION --fleet leo --phase EXEC --zone red. "
    "Or: gsdc explain .planning/phases/03-billing/03-02-PLAN.md#1"
)
@click.argument("agent", shell_complete=completion.of("agent"), metavar="AGENT|PLAN#TASK")
@of_policy
@click.option("--phase", help="The phase.")
@in_zone
@click.option("--attempt", type=click.IntRange(0, 100), default=0, help="Failed attempts so far.")
@click.option("--hop", type=click.IntRange(0, 100), default=0, help="Failover hops so far.")
@click.option(
    "--task-class",
    type=click.Choice(["routine", "security", "novel", "large-context"]),
    default="routine",
    help="The class of the task.",
)
@click.option("--complexity", type=click.IntRange(1, 10), help="The task's complexity score.")
@click.option("--costly", is_flag=True, help="Assume that the task takes more than its share of the budget.")
@click.option("--lapsed", is_flag=True, help="Ignore overrides.")
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Say which model and effort AGENT gets in a state, and every place in the profiles that led to it.

    For a plan's task (PLAN.md#3), say what kind of work it is, whether it is security-critical, how complex, what it
    waits for and what it will take, each with its reasons.
    """
    from gsdc.finding import Rejected
    from gsdc.policy.decide import checked, decide
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder(), profile=asked.profile, fleets=asked.fleets, workflow=asked.workflow)
    if loaded.policy is None:
        session.finish(loaded.findings)
    policy = loaded.policy
    session.remind()
    plan, hash_, number = asked.agent.rpartition("#")
    if hash_:
        if asked.says_state:
            session.stop("a task has its own phase, class and complexity: only --zone can be given")
        _explain_task(session, plan, number, loaded.project, policy, asked.zone)
        return
    if asked.agent not in policy.agents and asked.agent.endswith(".md"):
        session.stop(f'"{asked.agent}" is a plan: name one of its tasks, as in "{asked.agent}#1"')
    try:
        decision = decide(policy, checked(policy, asked.state))
    except Rejected as rejected:
        [finding] = rejected.findings
        session.stop(f"{finding.message}: {finding.help}{before_init(loaded.project)}")
    _tell_decision(session, asked, decision, loaded.project)


def _tell_decision(session: Session, asked: Asked, decision: "Decision", project: "Project") -> None:
    """Print a decision and every place that led to it."""
    from gsdc.report.data import place_data

    steps = (*decision.trail, *decision.effort_trail)
    origins = [(project.sources.origin(step.ref), step.why) for step in steps]
    if session.format == "json":
        session.print_json(
            {
                "zone": asked.zone,
                "model": decision.model,
                "effort": decision.effort,
                "temperature": decision.temperature,
                "defer": decision.defer or None,
                "origins": [place_data(span) | {"why": why} for span, why in origins],
            }
        )
        return
    answer = f"runs on {decision.model}" if decision.model else f"is deferred: {decision.defer}"
    at = [] if decision.effort is None else [f"effort {decision.effort}"]
    at += [] if decision.temperature is None else [f"temperature {decision.temperature:g}"]
    session.tell(f"{asked.agent} {answer}{' at ' if at else ''}{' and '.join(at)}", bold=True)
    for span, why in origins:
        session.tell(f"  {span}  {why}")


def _explain_task(session: Session, path: str, number: str, project: "Project", policy: "Policy", zone: str) -> None:
    """Print all data about a plan's task."""
    from gsdc.finding import Rejected
    from gsdc.plans.explain import ExplainQuestion, explain_lines, explained
    from gsdc.plans.reading import read_plan

    try:
        plan = read_plan(path)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= len(plan.tasks):
        has = f"has the tasks 1 to {len(plan.tasks)}" if plan.tasks else "has no tasks"
        session.stop(f'"{path}" {has}: "{number}" is none of them')
    data = explained(plan, ExplainQuestion(int(number), zone, session.learned()), policy, project.sources)
    if session.format == "json":
        session.print_json(data)
        return
    title, *lines = explain_lines(data)
    session.tell(title, bold=True)
    for line in lines:
        session.tell(line)
