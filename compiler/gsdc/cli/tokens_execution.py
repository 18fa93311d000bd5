"""``gsdc tokens execution``: how a plan was executed, from its SUMMARY.md."""

import sys
from pathlib import Path

import click

from gsdc.cli.options import shared
from gsdc.cli.session import FINDINGS, Session


@click.command(epilog="Example: gsdc tokens execution .planning/phases/01-core/01-02-PLAN.md")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the summary differs.")
@shared
@click.pass_obj
def execution(session: Session, plan: Path, check: bool) -> None:
    """Write how PLAN was run, by the ledger, as `execution` into the frontmatter of its SUMMARY.md.

    Entries that were logged with --plan count: those of an agent as a subagent's, all others as the main context's.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.execution import write_execution
    from gsdc.policy.load import load
    from gsdc.source.gsd_version import GsdVersion, installed_gsd
    from gsdc.source.summary import summary_on_disk

    folder = session.recovered_folder()
    loaded = load(folder)
    if loaded.policy is None:
        session.finish(loaded.findings)
    root = loaded.project.tree.root.resolve()
    summary = summary_on_disk(str(plan), installed_gsd(str(root)) or GsdVersion.CORE)
    if summary is None:
        raise click.UsageError(f'"{plan}" has no SUMMARY.md beside it, so it is not finished')
    if not plan.resolve().is_relative_to(root):
        raise click.UsageError(f'"{plan}" is not in the project "{folder}"')
    name = plan.resolve().relative_to(root).as_posix()
    try:
        done = write_execution(loaded, name, Path(summary), check=check)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if done.execution is None:
        session.warn(f'the ledger has nothing about "{name}": log its tasks with `gsdc tokens log --plan {name}`')
        sys.exit(FINDINGS)
    found = done.execution._asdict()
    differs = found != done.before
    if session.format == "json":
        session.print_json({"plan": name, "summary": summary, "execution": found, "differs": differs})
    else:
        session.show(done.findings if check else ())
        for key, value in found.items():
            session.tell(f"{key}: {value:,}")
        session.say(f"{summary}: {'differs' if differs and check else 'written' if differs else 'is up to date'}")
    if check and (differs or done.findings):
        sys.exit(FINDINGS)
