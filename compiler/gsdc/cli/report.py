"""``gsdc report``: the usage of a day, a week or a sprint, as Markdown, JSON or one HTML page."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsdc.cli import completion
from gsdc.cli.options import shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.ledger.report import LedgerReport

_PERIODS = ("daily", "weekly", "sprint")


@click.command(epilog="Example: gsdc report weekly --html week.html")
@click.argument("period", type=click.Choice(_PERIODS))
@click.option("--date", "day", help="A day in the window, as in 2026-01-30; today by default.")
@click.option(
    "--profile",
    shell_complete=completion.of("profile"),
    help="The profile; that of gsdc.yaml, or balanced, by default.",
)
@click.option("--html", type=click.Path(path_type=Path), help="Write a self-contained page to this file.")
@shared
@click.pass_obj
def command(session: Session, period: str, day: str | None, profile: str | None, html: Path | None) -> None:
    """Report what was used: by model, agent, phase and client, day by day, against budgets, estimates and targets.

    Prints Markdown, or JSON with --format json.
    """
    from gsdc.finding import Rejected

    try:
        report = _report(session, period, day, profile)
        if html is not None:
            from gsdc.filesystem.file import place_of, replace_file
            from gsdc.ledger.pages.page import page

            text = page(report).encode("utf-8", "xmlcharrefreplace")
            replace_file(place_of(html, (session.root,), html.as_posix()), text, html.as_posix())
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        from gsdc.ledger.pages.data import report_data

        session.print_json(report_data(report))
    elif html is not None:
        session.say(f"wrote {html.as_posix()}")
    else:
        from gsdc.ledger.pages.markdown import markdown

        for line in markdown(report).splitlines():
            session.tell(line)


def _report(session: Session, period: str, day: str | None, profile: str | None) -> "LedgerReport":
    from datetime import date

    from gsdc.ledger.database import open_memory
    from gsdc.ledger.ledger import Ledger
    from gsdc.ledger.opening import open_ledger
    from gsdc.ledger.report import make_report
    from gsdc.ledger.window import calendar_of
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder(), profile=profile)
    if loaded.policy is None:
        session.finish(loaded.findings)
    now = round(time.time() * 1000)
    calendar = calendar_of(loaded.policy.budgets)
    try:
        at = calendar.midnight(date.fromisoformat(day)) if day else now
        window = calendar.window(period, at)
    except (ValueError, OverflowError):
        session.stop(f'"{day}" is not a day: write it as in 2026-01-30')
    if window is None:
        session.stop("no sprint is under way: set budgets.counting.sprint-starts in a profile, or name a --date")
    with open_ledger(loaded.project) or open_memory() as database:
        name = session.root.resolve().name
        return make_report(Ledger(database), loaded.policy, name, window, now)
