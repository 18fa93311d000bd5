"""``gsdc apply``: install the compiled files in one transaction."""

import os
import sys
from typing import Final, NoReturn

import click

from gsdc.cli import completion
from gsdc.cli.apply_preview import WAIVABLE, Asked, Preview
from gsdc.cli.changing import changing, confirm, exclusive_session
from gsdc.cli.options import gathered, in_zone, of_policy, of_targets, shared
from gsdc.cli.reason import reasoned
from gsdc.cli.session import CLEAN, Session, of_option, pause_of

_STAGES: Final = ("25", "50", "100")  # percent of agents
PROJECT_FILE: Final = "gsdc.yaml"  # as in gsdc.source.tree, which is slow to import


def _percent(ctx: click.Context, parameter: click.Parameter, value: str) -> int:  # noqa: ARG001
    return int(value)


@click.command(epilog="Example: gsdc apply --profile budget --dry-run")
@of_policy
@of_targets
@in_zone
@click.option(
    "--stage", type=click.Choice(_STAGES), default=_STAGES[-1], callback=_percent, help="Percent of agents to cut over."
)
@click.option(
    "--from",
    "before",
    shell_complete=completion.of("profile"),
    help="The profile that the other agents keep, for --stage; by default that of the last apply.",
)
@click.option("--shadow", is_flag=True, help="Write only into .gsdc/shadow/, and show which decisions would differ.")
@click.option("--dry-run", is_flag=True, help="Show the changes and the gates; change nothing.")
@click.option("--force", is_flag=True, help="Overwrite files edited since; a copy is kept in .gsdc/kept/.")
@click.option("--despite", multiple=True, type=click.Choice(WAIVABLE), help="Waive this gate; needs --reason.")
@reasoned(required=False)
@changing
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Install what `gsdc build` compiles: all files or none, after the way back is saved.

    What you wrote beside it is kept; where you edited what gsdc had written, it refuses and shows the edit. What gsdc
    wrote earlier and no longer compiles is removed. The gates are checked first: lint, proof, models,
    budget, and the clients that are installed. `gsdc rollback` restores every byte.
    """
    session.expect_targets(asked.targets)
    if asked.despite and not asked.reason:
        session.stop("--despite needs --reason: the history records it")
    root = session.recovered_folder()
    if not os.path.lexists(root / PROJECT_FILE):
        _expect_project(session)
    pause = pause_of(root)
    if pause is not None and not (asked.dry_run or asked.shadow):
        from gsdc.deploy.pause import refusal

        session.finish((refusal(pause),))
    session.remind()
    if asked.shadow:
        _shadow(_work_out(session, asked), asked)
    if asked.dry_run:
        answer = _work_out(session, asked)
        answer.finish(answer.ask(asked, diff=True), None)
    (_apply_at_once if asked.yes else _apply_when_confirmed)(session, asked)


def _apply_at_once(session: Session, asked: Asked) -> NoReturn:
    """Apply under the lock, since no answer has to be awaited: no other process changes a file meanwhile."""
    with exclusive_session(session, "gsdc apply", asked.wait) as store:
        answer = _work_out(session, asked)
        answer.adopt(store, asked)
        gates = answer.ask(asked, diff=False)
        record = answer.install(store, asked)
    answer.finish(gates, record)


def _apply_when_confirmed(session: Session, asked: Asked) -> NoReturn:
    """Show the changes, ask, and apply; the lock is not held while waiting for the answer."""
    from gsdc.finding import counted

    answer = _work_out(session, asked)
    if answer.proposal.adopted and not answer.proposal.changes:
        with exclusive_session(session, "gsdc apply", asked.wait) as store:
            answer.adopt(store, asked)
    gates = answer.ask(asked, diff=False)
    confirm(session, f"Change {counted(len(answer.proposal.changes), 'file')}?")
    with exclusive_session(session, "gsdc apply", asked.wait) as store:
        record = answer.install(store, asked)
    answer.finish(gates, record)


def _work_out(session: Session, asked: Asked) -> "Preview":
    """Return the changes; exit if findings prevent them."""
    from gsdc.deploy.deployment import at_stage, running
    from gsdc.deploy.proposal import propose
    from gsdc.finding import Rejected, Severity
    from gsdc.policy.load import load
    from gsdc.transaction.store import Store

    root = session.root
    loaded = load(root, profile=asked.profile, fleets=asked.fleets, workflow=asked.workflow)
    policy, findings = session.checked(loaded)
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    if asked.before:
        known = load(root, profile=asked.before, fleets=asked.fleets)
        if known.policy is None:
            session.finish(of_option(known.findings, "--from"))
    try:
        policy = at_stage(loaded.project, policy, asked.stage, asked.before, asked.fleets)
        proposal = propose(loaded.project, policy, asked.zone, asked.targets)
        last = running(Store(root))
    except Rejected as rejected:
        session.finish(rejected.findings)
    if proposal.broken:
        session.finish((*findings, *proposal.findings))
    if last.header is not None and last.header.stage < 100 <= asked.stage and last.header.profile != policy.profile:
        stage = f'a cut-over to "{last.header.profile}" is at {last.header.stage}%'
        session.say(f"{stage}: this puts every agent on {policy.profile}")
    return Preview(session, proposal, asked.before or last.profile, (*findings, *proposal.findings))


def _expect_project(session: Session) -> None:
    """Report a missing gsdc.yaml; exit if a folder above in the repository has one, or the folder is empty."""
    from gsdc.targets.registry import readable_targets

    folder = root = session.root.resolve()
    while not (folder / ".git").exists() and folder != folder.parent:
        folder = folder.parent
        if (folder / PROJECT_FILE).is_file():
            place = os.path.relpath(folder, root)
            session.stop(f'no gsdc.yaml here, but there is one in "{place}": go there, or name it with --project')
    if not any(readable_targets(root)):
        session.stop("no gsdc.yaml here, and no client's files: run `gsdc init` first")
    session.say("no gsdc.yaml here: using the defaults; `gsdc init` writes one")


def _shadow(answer: Preview, asked: Asked) -> NoReturn:
    """Write the shadow, report the differences from the running policy, and exit."""
    from gsdc.deploy import shadow
    from gsdc.deploy.deployment import deployed, running
    from gsdc.policy.load import load
    from gsdc.transaction.store import Store

    session, proposal = answer.session, answer.proposal
    try:
        refused = shadow.write(proposal)
    except OSError as error:
        session.stop(f"the shadow cannot be written: {(error.strerror or str(error)).lower()}; nothing was changed")
    if refused:
        session.finish(refused)
    last = running(Store(session.root)).header
    now_runs = None
    if asked.before:
        now_runs = load(session.root, profile=asked.before, fleets=asked.fleets).policy
    elif last is not None:
        now_runs = deployed(session.root, last, asked.fleets).policy
    report = shadow.report(proposal, now_runs)
    if session.format == "json":
        session.print_json({**shadow.data(report), "findings": session.findings_data(answer.findings)})
    else:
        for line in shadow.lines(report):
            session.say(line)
    sys.exit(CLEAN)
