"""Numbers and assessments of a report as text, the same in every format."""

from collections.abc import Iterator, Mapping

from gsdc.ledger.budget import Limit
from gsdc.ledger.event import NANO
from gsdc.ledger.report import LedgerReport, TrackRecord
from gsdc.ledger.totals import Sum
from gsdc.ledger.window import Window

_THOUSAND = 1000
_HEALTHY = 0.5


def dollars(used: Sum) -> str:
    """Return the price of a sum in dollars and cents."""
    return f"${used.nano / NANO:,.2f}"


def short(tokens: int) -> str:
    """Return tokens in the format of seed 004 for tasks: 1.8k."""
    return f"{tokens / _THOUSAND:.1f}k" if tokens >= _THOUSAND else f"{tokens}"


def is_on_track(limit: Limit, window: Window) -> bool:
    """Tell whether a budget lasts until its window ends, at the current rate."""
    return limit.left > 0 and (limit.exhaustion.at is None or limit.exhaustion.at >= window.end)


def judgement(limit: Limit, window: Window) -> str:
    """Return the state of a budget, in the words of seed 004."""
    if limit.left <= 0:
        return "used up"
    if not is_on_track(limit, window):
        return "at risk"
    return "healthy" if limit.share < _HEALTHY and window.name != "daily" else "on track"


def succeeded(record: TrackRecord) -> str:
    """Return how many of the judged tasks succeeded."""
    return f"{record.succeeded} of {record.judged}" if record.judged else "-"


def amount(value: float, unit: str) -> str:
    """Return an amount of tokens or dollars."""
    return f"{value:,.0f}" if unit == "tokens" else f"${value:,.2f}"


def without_price(unpriced: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence for each model without a known price, by its tokens."""
    for name, tokens in unpriced.items():
        yield f"{name} has no known price: the $ lack its {tokens:,} tokens; gsdc models add {name} gives it one"


def next_step(report: LedgerReport) -> str:
    """Return the recommended next step."""
    zone = report.budget.zone
    if not report.total.events:
        return "Nothing was logged: run `gsdc tokens import`, or `gsdc tokens log` after each task"
    if zone == "green":
        return "Continue to next tasks"
    if zone == "yellow":
        return "Continue; upgrade models only where needed"
    return "Run `gsdc apply --zone auto`: what is not critical is deferred until the window ends"
