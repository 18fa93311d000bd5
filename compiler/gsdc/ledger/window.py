"""The time windows of budgets: a day, a week, a month or a sprint, as in the profile's ``counting``.

A day begins at midnight in the profile's time zone. It has 23 or 25 hours if daylight saving begins or ends in it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.policy.budgets import Budgets
from gsdc.source.span import Span

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS: Final = ("daily", "weekly", "monthly", "sprint")
DAY: Final = 86_400_000  # milliseconds
HOUR: Final = 3_600_000
_SPRINT_DAYS: Final = 5  # seed 004: "Sprint Budget (5 days)"

UNKNOWN_ZONE = Diagnostic(
    "LG006",
    "unknown-time-zone",
    Severity.ERROR,
    """A profile counts its days in a time zone that this machine does not know.

    ## Why is this bad?
    The start of a day, and so its budget, is unknown (seed 004, "Cost Monitoring": budgets per day).

    ## Example (gsdc.yaml, gsdc budget)
    fleets: [leo]
    profile: team
    profiles:
      team: {extends: balanced, budgets: {counting: {time-zone: Europe/Atlantis}}}

    ## Use instead (gsdc.yaml, gsdc budget)
    fleets: [leo]
    profile: team
    profiles:
      team: {extends: balanced, budgets: {counting: {time-zone: UTC}}}
    """,
)


class Window(NamedTuple):
    """A span of time, in milliseconds since 1970; ``name`` is its period, ``title`` its displayed name."""

    name: str
    title: str
    start: int
    end: int

    @property
    def days(self) -> float:
        """The number of days."""
        return (self.end - self.start) / DAY


class Calendar(NamedTuple):
    """The calendar of a profile. ``week`` is the weekday (Monday is 0) on which weeks begin, ``hour`` the time of that
    day.

    ``sprint`` is the first day of the first sprint, None if it is not set; ``sprints`` are their names in order.
    """

    zone: tzinfo
    week: int = 0
    hour: time = time()
    sprint: date | None = None
    sprint_days: int = _SPRINT_DAYS
    sprints: tuple[str, ...] = ()

    def midnight(self, day: date) -> int:
        """Return the beginning of ``day``. If daylight saving skips midnight, the day begins at its first moment."""
        return self._moment(day, time())

    def day_of(self, at: int) -> date:
        """Return the day of a moment."""
        return datetime.fromtimestamp(at / 1000, self.zone).date()

    def shown(self, at: int) -> str:
        """Return a moment in the profile's time zone as text, to the minute."""
        return datetime.fromtimestamp(at / 1000, self.zone).strftime("%Y-%m-%d %H:%M %Z")

    def window(self, period: str, at: int) -> Window | None:
        """Return the window of ``period`` that contains a moment; None for a sprint if none is in progress."""
        day = self.day_of(at)
        match period:
            case "daily":
                return Window(period, day.isoformat(), self.midnight(day), self.midnight(day + timedelta(1)))
            case "weekly":
                return self._week(day, at)
            case "monthly":
                first = day.replace(day=1)
                following = (first + timedelta(31)).replace(day=1)
                return Window(period, f"{first:%Y-%m}", self.midnight(first), self.midnight(following))
        return self._sprint(day)

    def _week(self, day: date, at: int) -> Window:
        first = day - timedelta((day.weekday() - self.week) % 7)
        if self._moment(first, self.hour) > at:  # until that hour the day belongs to the previous week
            first -= timedelta(7)
        start, end = (self._moment(one, self.hour) for one in (first, first + timedelta(7)))
        return Window("weekly", f"week of {first.isoformat()}", start, end)

    def _sprint(self, day: date) -> Window | None:
        if self.sprint is None or day < self.sprint:
            return None
        number = (day - self.sprint).days // self.sprint_days
        if self.sprints and number >= len(self.sprints):
            return None
        first = self.sprint + timedelta(number * self.sprint_days)
        name = self.sprints[number] if self.sprints else f"sprint {number}"
        return Window("sprint", name, self.midnight(first), self.midnight(first + timedelta(self.sprint_days)))

    def days(self, window: Window) -> Iterator[tuple[date, int, int]]:
        """Yield each day of a window with its beginning and end, cut to the window."""
        day = self.day_of(window.start)
        while (start := self.midnight(day)) < window.end:
            following = day + timedelta(1)
            yield day, max(start, window.start), min(self.midnight(following), window.end)
            day = following

    def _moment(self, day: date, at: time) -> int:
        return round(datetime.combine(day, at, self.zone).timestamp() * 1000)


def calendar_of(budgets: Budgets) -> Calendar:
    """Return the calendar of a profile's budgets. Raises ``Rejected`` for an unknown time zone."""
    given = budgets.get("counting", {})
    day, _, hour = given.get("week-starts", DAYS[0]).partition(" ")
    begins = given.get("sprint-starts")
    return Calendar(
        _zone(given.get("time-zone", "UTC")),
        DAYS.index(day),
        time.fromisoformat(hour) if hour else time(),
        date.fromisoformat(str(begins)) if begins else None,
        given.get("sprint-days", _SPRINT_DAYS),
        tuple(budgets.get("sprints", {})),
    )


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f'no time zone "{name}" on this machine'
        help_ = "name it as in Europe/Berlin; on Windows, install the package tzdata"
        raise Rejected(UNKNOWN_ZONE.at(Span("--profile", 0, 0), message, help_)) from None
