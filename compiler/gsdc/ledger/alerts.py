"""Alerts: the thresholds of a profile against the ledger (seed 003, "Alert Thresholds"; seed 004, "Cost Monitoring").

Rates cover the last seven days, and need twenty events: one failure of three is not a rate. An alert fires above its
threshold, not at it. The exception is ``budget-used``, the beginning of a zone, which fires at the threshold too.
"""

from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.ledger.budget import BudgetStatus
from gsdc.ledger.event import NANO
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.window import DAY
from gsdc.policy.load import Loaded
from gsdc.policy.model import Policy

ENOUGH: Final = 20
_PERIODS: Final = {"daily-usd": "daily", "weekly-usd": "weekly", "monthly-usd": "monthly"}
_TYPES: Final = {"failover-rate": "failover", "error-rate": "error", "escalation-rate": "escalation"}
_SHARES: Final = frozenset({*_TYPES, "rework-rate", "budget-used"})

ALERT = Diagnostic(
    "LG010",
    "budget-alert",
    Severity.WARNING,
    """Token use or quality is above a threshold of the profile.

    ## Why is this bad?
    The budget runs out, or a model fails, while nobody looks (seed 003, "Alert Thresholds"; seed 004, "Cost
    Monitoring"). The finding shows what the profile says to do.

    ## No example
    It takes a ledger, which is a database.
    """,
)


class Alert(NamedTuple):
    """A threshold of the profile, and the compared value, None if there are too few data.

    ``do`` is the profile's instruction for a value above it; ``number`` is its index among the alerts of the profile.
    """

    number: int
    metric: str
    above: float
    value: float | None
    do: str

    @property
    def fires(self) -> bool:
        """Whether the value is above the threshold."""
        if self.value is None:
            return False
        return self.value >= self.above if self.metric == "budget-used" else self.value > self.above

    def __str__(self) -> str:
        known = "too few events" if self.value is None else _shown(self.metric, self.value)
        return f"{self.metric} is {known}, threshold {_shown(self.metric, self.above)}: {self.do}"


def evaluate(ledger: Ledger | None, policy: Policy, budget: BudgetStatus) -> tuple[Alert, ...]:
    """Return every alert of ``policy`` with its value."""
    found = []
    for number, alert in enumerate(policy.alerts):
        value = _value(ledger, alert["metric"], budget)
        found.append(Alert(number, alert["metric"], alert["above"], value, alert["do"]))
    return tuple(found)


def findings(loaded: Loaded, alerts: tuple[Alert, ...]) -> tuple[Finding, ...]:
    """Return a finding for each alert that fires, at its line of the profile."""
    policy = loaded.policy
    assert policy is not None, "the caller has checked"
    at = policy.refs["alerts",]
    return tuple(
        ALERT.at(loaded.project.sources.origin(at.child(alert.number)), str(alert), _HELP.get(alert.do, ""))
        for alert in alerts
        if alert.fires
    )


_HELP: Final = {
    "alert": "look at `gsdc budget`",
    "review": "look at `gsdc report weekly`: which models and agents took it",
    "investigate": "look at `gsdc report weekly`: which models failed",
    "switch": "give the agents a faster model: gsdc override",
    "downgrade": "compile for the zone of the ledger: gsdc apply --zone auto",
    "escalate": "move the work to a stronger model, or to a person",
    "stop": "start only urgent work until the window ends",
}


def _shown(metric: str, value: float) -> str:
    if metric in _SHARES:
        return f"{value:.1%}"
    return f"{value:.1f} s" if metric == "latency-seconds" else f"${value:,.2f}"


def _value(ledger: Ledger | None, metric: str, budget: BudgetStatus) -> float | None:
    if metric == "budget-used":
        return budget.decisive.strictest.share if budget.decisive else None
    if ledger is None:
        return None
    if metric in _PERIODS:
        window = budget.calendar.window(_PERIODS[metric], budget.now)
        return ledger.total(window.start, window.end).nano / NANO if window else None
    start, end = budget.now - 7 * DAY, budget.now + 1
    if metric in _TYPES:
        counts = ledger.counts(start, end)
        number = counts.get(_TYPES[metric], 0)
        tried = counts.get("usage", 0) + (number if metric == "error-rate" else 0)
        return number / tried if tried >= ENOUGH else None
    return _mean(ledger, metric, start, end)


def _mean(ledger: Ledger, metric: str, start: int, end: int) -> float | None:
    """Return the mean rework, as a share, or the mean duration of an answer in seconds."""
    found = ledger.total(start, end)
    number, total = (
        (found.reworks, found.rework / 100) if metric == "rework-rate" else (found.answers, found.answer_ms / 1000)
    )
    return total / number if number >= ENOUGH else None
