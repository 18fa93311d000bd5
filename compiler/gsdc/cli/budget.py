"""``gsdc budget``: the budget zone and alerts, the traffic light of seed 002."""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

import click

from gsdc.cli import completion
from gsdc.cli.options import ZONES, gathered, shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.ledger.alerts import Alert
    from gsdc.ledger.budget import BudgetStatus, Deferral, Exhaustion, Limit, WindowBudget
    from gsdc.ledger.ledger import Ledger
    from gsdc.ledger.outlook import Outlook
    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Policy

_COLORS: Final = {"green": "green", "yellow": "yellow", "orange": "bright_red", "red": "red"}
_MARKS: Final = {"green": "●○○○", "yellow": "●●○○", "orange": "●●●○", "red": "●●●●"}
_TABLES: Final = ("model", "phase", "agent")
_ROWS: Final = 6
_NAMES: Final = 4


class Asked(NamedTuple):
    """The options: the budget, the ``plans`` to forecast, and the zone that fails the command."""

    plans: tuple[str, ...]
    profile: str | None
    window: str | None
    exit_zone: str | None
    alerts: bool


@click.command(epilog="Example: gsdc budget --window weekly --exit-zone red")
@click.argument("plans", nargs=-1, type=click.Path())
@click.option(
    "--profile",
    shell_complete=completion.of("profile"),
    help="The profile; that of gsdc.yaml, or balanced, by default.",
)
@click.option(
    "--window", type=click.Choice(("daily", "weekly", "monthly", "sprint")), help="One budget; all by default."
)
@click.option("--exit-zone", type=click.Choice(ZONES), help="Exit 1 in this zone or a stricter one.")
@click.option("--alerts", is_flag=True, help="Only check the profile's alerts; exit 1 if one fires.")
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Say which zone the budget is in, what is used and left, how long it lasts, and what the zone allows.

    What was used is in the ledger: `gsdc tokens import` reads it from the clients, `gsdc tokens log` takes it by hand.

    With PLANS, files or folders, also say which zone each open plan will begin and end in, if it were carried out next.
    """
    from gsdc.finding import Rejected
    from gsdc.ledger.alerts import evaluate, findings
    from gsdc.ledger.budget import assess, deferrals
    from gsdc.ledger.opening import opened_ledger
    from gsdc.ledger.pages.budget_data import budget_data
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder(), profile=asked.profile)
    if loaded.policy is None:
        session.finish(loaded.findings)
    policy, now = loaded.policy, round(time.time() * 1000)
    try:
        with opened_ledger(loaded.project) as ledger:
            budget = assess(ledger, policy, now, asked.window or "")
            fired = evaluate(ledger, policy, budget)
            span = ledger.span() if ledger else None
            ahead = _outlooks(session, ledger, policy, budget, asked.plans) if asked.plans else ()
    except Rejected as rejected:
        session.finish(rejected.findings)
    if asked.alerts:
        _answer_alerts(session, loaded, fired)
    changed = deferrals(policy, budget.zone)
    if session.format == "json":
        found = session.findings_data(findings(loaded, fired))
        session.print_json(budget_data(policy, budget, changed, fired, ahead) | {"findings": found})
    else:
        session.remind()
        _show(session, policy, Shown(budget, changed, fired, ahead, asked.window, is_empty=span is None))
    reached = asked.exit_zone is not None and ZONES.index(budget.zone) >= ZONES.index(asked.exit_zone)
    sys.exit(FINDINGS if reached else CLEAN)


def _answer_alerts(session: Session, loaded: "Loaded", alerts: "tuple[Alert, ...]") -> NoReturn:
    """Print only the alerts, and exit."""
    from gsdc.ledger.alerts import findings
    from gsdc.ledger.pages.budget_data import alert_data

    firing = sum(alert.fires for alert in alerts)
    if session.format == "json":
        session.print_json({"alerts": [alert_data(alert) for alert in alerts]})
    else:
        session.show(findings(loaded, alerts))
        session.say(f"{firing} of {len(alerts)} alerts fire")
    sys.exit(FINDINGS if firing else CLEAN)


class Shown(NamedTuple):
    """The data to print."""

    budget: "BudgetStatus"
    changed: "tuple[Deferral, ...]"
    alerts: "tuple[Alert, ...]"
    outlooks: "tuple[Outlook, ...]"
    window: str | None
    is_empty: bool


def _outlooks(
    session: Session, ledger: "Ledger | None", policy: "Policy", budget: "BudgetStatus", paths: tuple[str, ...]
) -> "tuple[Outlook, ...]":
    from gsdc.ledger.outlook import SPREAD, outlooks, spread_of
    from gsdc.plans.reading import read_open_plans

    plans = read_open_plans(paths)
    if not plans:
        session.warn(f"no open plan in {', '.join(paths)}")
    return outlooks(policy, budget, plans, session.learned(), spread_of(ledger) if ledger else SPREAD)


def _lines(session: Session, policy: "Policy", shown: Shown) -> Iterator[str]:
    """Yield the lines between the zone and the alerts."""
    from gsdc.report.page_width import fitted, terminal_width

    width, budget = terminal_width(), shown.budget
    yield from fitted(policy.zones[budget.zone].guidance, width)
    if not budget.windows:
        yield from fitted(_no_budget(policy, shown.window), width)
    for one in budget.windows:
        yield ""
        yield from _window_lines(policy, one, budget, width)
    if shown.is_empty:
        yield ""
        yield from fitted("The ledger is empty: run gsdc tokens import, or gsdc tokens log after each task", width)
    for name in _TABLES:
        yield from _table(name, budget)
    yield from _unpriced(policy, budget, width)
    yield from _allowed(session, budget, shown.changed, width)
    yield from _ahead(shown.outlooks)
    yield ""


def _no_budget(policy: "Policy", window: str | None) -> str:
    if window == "sprint" and policy.budgets.get("sprints"):
        return "no sprint is under way: set budgets.counting.sprint-starts in a profile"
    return f"profile {policy.profile} has no {f'{window} ' if window else ''}budget: set budgets in a profile"


def _show(session: Session, policy: "Policy", shown: Shown) -> None:
    from gsdc.report.page_width import fitted, terminal_width

    budget = shown.budget
    if session.quiet:
        session.tell(budget.zone)
        return
    width, decisive = terminal_width(), budget.decisive
    why = f"  {decisive.strictest.share:.1%} of the {decisive.window.name} budget" if decisive else ""
    session.tell(f"{_MARKS[budget.zone]} {budget.zone.upper()}{why}", fg=_COLORS[budget.zone], bold=True)
    for line in _lines(session, policy, shown):
        session.tell(line)
    highest = {one.metric: one for one in sorted(shown.alerts, key=lambda one: one.above) if one.fires}
    for alert in highest.values():
        for line in fitted(f"alert: {alert}", width):
            session.tell(line, fg="red")
    for line in fitted(_next_step(budget, is_empty=shown.is_empty), width):
        session.tell(line)


def _window_lines(policy: "Policy", one: "WindowBudget", budget: "BudgetStatus", width: int) -> Iterator[str]:
    from gsdc.ledger.forecast import beginnings
    from gsdc.report.page_width import bar, fitted

    title = f"{one.window.name}, {one.window.title}: zone {one.zone}, resets {budget.calendar.shown(one.window.end)}"
    yield from fitted(title, width)
    for limit in one.limits:
        yield f"  {bar(limit.share, min(30, width - 12))} {limit.share:6.1%}"
        for text in _limit_texts(limit, one, budget):
            yield from (f"  {line}" for line in fitted(text, width - 2))
    for next_ in beginnings(policy, one, budget.now)[:1]:
        text = f"zone {next_.zone} begins {_moment(next_.when, one, budget)} at the present rate"
        yield from (f"  {line}" for line in fitted(text, width - 2))
    for alias, most in one.models.items():
        used = budget.by["model"].get(alias)
        yield f"  {alias}: {used.tokens if used else 0:,} of {most:,} tokens"


def _limit_texts(limit: "Limit", one: "WindowBudget", budget: "BudgetStatus") -> Iterator[str]:
    kept = limit.limit * budget.reserve
    reserve = f", {_amount(min(kept, limit.left), limit.unit)} of it in reserve" if kept and limit.left else ""
    yield f"{_amount(limit.used, limit.unit)} used of {_amount(limit.limit, limit.unit)}"
    yield f"{_amount(limit.left, limit.unit)} left{reserve}"
    found = limit.exhaustion
    if not limit.rate.mean or limit.left <= 0:
        return
    burn = f"{_amount(limit.rate.per_day, limit.unit)} a day:"
    if found.at is None or found.at >= one.window.end:
        risk = found.early is not None and found.early < one.window.end
        yield f"{burn} lasts until the reset{', if the days are as usual' if risk else ''}"
        return
    yield f"{burn} used up {_moment(found, one, budget)}"


def _moment(found: "Exhaustion", one: "WindowBudget", budget: "BudgetStatus") -> str:
    """Return a time in the window of a budget, with its interval."""
    assert found.at is not None, "the caller has checked"
    at = budget.calendar.shown(found.at)
    if found.early is None:
        return f"{at} (too few data for an interval)"
    ends_later = found.late is None or found.late >= one.window.end
    late = "after the reset" if found.late is None or ends_later else budget.calendar.shown(found.late)
    return f"{at} (80%: {budget.calendar.shown(found.early)} to {late})"


def _table(name: str, budget: "BudgetStatus") -> Iterator[str]:
    from gsdc.ledger.event import NANO
    from gsdc.report.table import table

    shares = sorted(budget.by[name].items(), key=lambda item: (-item[1].tokens, item[0]))
    if not shares:
        return
    total = sum(used.tokens for _, used in shares) or 1
    rows = [(f"by {name}", "tokens", "share", "$", "cached")]
    for value, used in shares[:_ROWS]:
        rows.append(
            (
                value or "(unknown)",
                f"{used.tokens:,}",
                f"{used.tokens / total:.0%}",
                f"{used.nano / NANO:,.2f}",
                f"{used.cache_read:,}",
            )
        )
    yield ""
    yield from table(rows, "<>>>>")
    if len(shares) > _ROWS:
        yield f"and {len(shares) - _ROWS} more"


def _unpriced(policy: "Policy", budget: "BudgetStatus", width: int) -> Iterator[str]:
    from gsdc.ledger.budget import unpriced
    from gsdc.ledger.pages.words import without_price
    from gsdc.report.page_width import fitted

    for line in without_price(unpriced(policy, budget.by["model"])):
        yield from ("", *fitted(line, width))


def _allowed(session: Session, budget: "BudgetStatus", changed: "tuple[Deferral, ...]", width: int) -> Iterator[str]:
    from gsdc.report.page_width import fitted

    groups: dict[str, list[str]] = {}
    for one in changed:
        group = "deferred" if one.now is None else f"on {one.now} instead of {one.usual or 'deferral'}"
        groups.setdefault(group, []).append(one.agent)
    yield ""
    if not changed:
        yield from fitted(f"zone {budget.zone}: every agent has its own model", width)
    for group, names in groups.items():
        shown = names if session.verbose else names[:_NAMES]
        more = f" and {len(names) - len(shown)} more (-v lists them)" if len(shown) < len(names) else ""
        yield from fitted(f"{group}: {', '.join(shown)}{more}", width)


def _ahead(outlooks: "tuple[Outlook, ...]") -> Iterator[str]:
    """Yield the zones that the open plans lead to."""
    from gsdc.report.table import table
    from gsdc.source.printable import printable

    if not outlooks:
        return
    names = [one.plan.rpartition("/")[2] for one in outlooks]
    rows = [("next plans", "tokens", "$", "begins in", "ends in")]
    for one, name in zip(outlooks, names, strict=True):
        interval = "" if one.low == one.high else f" (80%: {one.low} to {one.high})"
        needs = f"{one.needs['tokens']:,.0f}", f"{one.needs['usd']:,.2f}"
        shown = printable(name if names.count(name) == 1 else one.plan)
        rows.append((shown, *needs, one.begins, f"{one.ends}{interval}"))
    yield ""
    yield from table(rows, "<>><<")


def _next_step(budget: "BudgetStatus", *, is_empty: bool) -> str:
    if is_empty:
        return "next: gsdc tokens import"
    if budget.zone == ZONES[0]:
        return "next: nothing to do; gsdc report weekly shows the use"
    return "next: gsdc apply --zone auto installs what this zone allows"


def _amount(value: float, unit: str) -> str:
    return f"{value:,.0f} tokens" if unit == "tokens" else f"${value:,.2f}"
