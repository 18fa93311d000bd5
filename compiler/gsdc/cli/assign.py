"""``gsdc assign``: A/B groups by stable hash, and their results."""

import re
from typing import TYPE_CHECKING

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.ledger.experiment import Result


@click.command(epilog="Example: gsdc assign --groups balanced,budget .planning/phases/01-core/01-02-PLAN.md")
@click.argument("units", nargs=-1)
@click.option("--groups", required=True, help="Two or more groups, such as profiles, separated by commas.")
@click.option("--experiment", default="", help="A seed: another one gives other groups.")
@click.option("--results", is_flag=True, help="Compare two groups by what the ledger has for their units.")
@click.option("--by", type=click.Choice(("plan", "agent")), default="plan", show_default=True, help="What a unit is.")
@shared
@click.pass_obj
def command(session: Session, units: tuple[str, ...], groups: str, experiment: str, results: bool, by: str) -> None:
    """Say which of --groups each of UNITS, plans or agents, belongs to; with --results, how the groups compare.

    The group comes from a hash of the unit's name, written as in the ledger: it is the same on every machine.
    """
    from gsdc.ledger.experiment import group_of

    names = tuple(dict.fromkeys(name for name in re.split(r"[,\s]+", groups) if name))
    if len(names) < 2:
        raise click.UsageError("--groups needs two or more names, separated by commas")
    if results:
        if len(names) != 2 or units:
            raise click.UsageError("--results compares two groups, of all units of the ledger")
        _results(session, experiment, (names[0], names[1]), by)
        return
    if not units:
        raise click.UsageError("name the plans or agents to assign, or use --results")
    found = {unit: group_of(experiment, unit, names) for unit in units}
    if session.format == "json":
        session.print_json({"experiment": experiment, "groups": found})
        return
    for unit, group in found.items():
        session.echo(f"{group}\t{unit}" if len(found) > 1 else group)


def _results(session: Session, experiment: str, groups: tuple[str, str], by: str) -> None:
    from gsdc.finding import Rejected
    from gsdc.ledger.experiment import result, units_of
    from gsdc.ledger.opening import opened_ledger
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder())
    if loaded.policy is None:
        session.finish(loaded.findings)
    try:
        with opened_ledger(loaded.project) as ledger:
            span = ledger.span() if ledger else None
            found = result(experiment, groups, units_of(ledger, by, span[0], span[1] + 1) if ledger and span else [])
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json(found._asdict() | {"groups": [one._asdict() for one in found.groups]})
    else:
        _tell(session, found, by)


def _tell(session: Session, found: "Result", by: str) -> None:
    from gsdc.report.page_width import fitted, terminal_width
    from gsdc.report.table import table

    rows = [("group", f"{by}s", f"$ a {by}", "succeeded")]
    for one in found.groups:
        share = f"{one.succeeded} of {one.judged}" if one.judged else "-"
        rows.append((one.name, f"{one.units:,}", f"{one.usd:,.4f}", share))
    lines = list(table(rows, "<>>>"))
    if found.ratio is not None and found.low is not None and found.high is not None:
        chance = "" if found.chance is None else f", chance {found.chance:.3f}"
        lines.append(f"{found.ratio:.2f} times the dollars (95%: {found.low:.2f} to {found.high:.2f}{chance})")
    if found.success_chance is not None:
        lines.append(f"success: chance {found.success_chance:.3f}")
    for line in (*lines, *fitted(found.verdict, terminal_width())):
        session.tell(line)
