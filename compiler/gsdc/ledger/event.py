"""One event of the ledger: a use of tokens, an escalation, a failover, an override or an error.

Money is counted in whole billionths of a dollar ("nano"), so that sums are exact whatever their order, and an export
gives back what was stored to the last digit. Times are milliseconds since 1970 in UTC.
"""

from binascii import b2a_base64
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

NANO: Final = 1_000_000_000
TYPES: Final = ("usage", "escalation", "failover", "override", "error", "guard")
# Limits for one event: the sum of millions of the largest is still below a database's 2^63.
_MOST: Final = 10**12
MOST_NANO: Final = 100_000 * NANO
_MOST_TIME: Final = 1 << 53  # the largest integer that JSON readers represent exactly
_MOSTS: Final = {"at": _MOST_TIME, "nano": MOST_NANO, "client_nano": MOST_NANO}
_LONGEST: Final = 2_000  # characters of a text
_LONGEST_ID: Final = 12  # characters of an id in a key; two of a million have the same hash once in ten billion times


class Event(NamedTuple):
    """One event. ``key`` is unique, and comes from the event's source.

    ``input`` tokens exclude those read from, or written to, a cache; ``cache_write_long`` is the part of
    ``cache_write`` that is kept for an hour. ``output`` includes the tokens of reasoning. ``unsplit`` are tokens of
    unknown type. ``estimated`` is the estimate for the work, 0 if there was none. ``zone`` is the budget zone in which
    it was logged. ``nano`` is the price by the catalog of that day, ``client_nano`` the client's own figure, None if
    there is none. ``project`` is the folder in which a client worked. ``reason`` and ``who`` are the reason for, and
    the author of, an escalation or override, ``origin`` the previous model.
    """

    key: str
    at: int
    type: str = "usage"
    source: str = "log"
    client: str = ""
    project: str = ""
    session: str = ""
    written: str = ""
    model: str = ""
    effort: str = ""
    agent: str = ""
    phase: str = ""
    zone: str = ""
    plan: str = ""
    task: str = ""
    kind: str = ""
    complexity: int | None = None
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_long: int = 0
    unsplit: int = 0
    estimated: int = 0
    duration_ms: int | None = None
    success: int | None = None
    rework: int | None = None
    origin: str = ""
    reason: str = ""
    who: str = ""
    nano: int | None = None
    client_nano: int | None = None

    @property
    def tokens(self) -> int:
        """All tokens but those read from a cache."""
        return self.input + self.output + self.cache_write + self.unsplit


FIELDS: Final = Event._fields
_NAMES: Final = frozenset(FIELDS)
DEFAULTS: Final[Mapping[str, Any]] = Event._field_defaults
_OPTIONAL: Final = ("complexity", "duration_ms", "success", "rework", "nano", "client_nano")
_NUMBERS: Final = frozenset(
    {*_OPTIONAL, "at", "input", "output", "cache_read", "cache_write", "cache_write_long", "unsplit", "estimated"}
)


def as_data(event: Event) -> dict[str, Any]:
    """Return an event as JSON data: the fields that differ from their defaults, in order."""
    pairs = zip(FIELDS, event, strict=True)
    return {name: value for name, value in pairs if name not in DEFAULTS or value != DEFAULTS[name]}


def event_of(data: Any) -> Event:
    """Return the event that ``as_data`` wrote. Raises ``ValueError`` with the reason if it is malformed."""
    if not isinstance(data, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - to its reader it is a bad value
    if not data.keys() <= _NAMES:
        unknown = min(str(name) for name in data.keys() - _NAMES)
        raise ValueError(f'"{unknown[:40]}" is not a field of an event')
    for name in ("key", "at"):
        if not data.get(name) and data.get(name) != 0:
            raise ValueError(f'it has no "{name}"')
    for name, value in data.items():
        if name in _NUMBERS:
            if type(value) is not int or not 0 <= value <= _MOST:
                _check(name, value)
        elif type(value) is not str or len(value) > _LONGEST or not value.isascii() or "\0" in value:
            _check(name, value)
    if data.get("type", "usage") not in TYPES:
        raise ValueError(f'"type" is one of {", ".join(TYPES)}')
    return Event(**data)


def _check(name: str, value: Any) -> None:
    """Raise ValueError for a value that a field cannot have."""
    if name in _NUMBERS:
        if value is None and name in _OPTIONAL:
            return
        if type(value) is not int or not 0 <= value <= _MOSTS.get(name, _MOST):
            raise ValueError(f'"{name}" is not a whole number from 0 to {_MOSTS.get(name, _MOST):,}')
    elif not isinstance(value, str) or len(value) > _LONGEST or cut(value) != value:
        raise ValueError(f'"{name}" is not text of at most {_LONGEST:,} characters')


def milliseconds(text: str) -> int:
    """Return an ISO 8601 time in milliseconds, in UTC if it has no zone. Raises ValueError if it is invalid."""
    when = datetime.fromisoformat(text)
    return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def iso(at: int) -> str:
    """Return milliseconds since 1970 as an ISO 8601 time in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cut(value: Any) -> str:
    """Return text from a client, cut to the longest that an event keeps; "" if it is no text."""
    if not isinstance(value, str):
        return ""
    if value.isascii() and len(value) <= _LONGEST and "\0" not in value:  # as nearly all are, a million times
        return value
    text = value[:_LONGEST].replace("\0", "")
    return text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text


def shortened(id_: str) -> str:
    """Return a client's id for use in a key: unchanged, or twelve characters of its hash if it is longer."""
    if len(id_) <= _LONGEST_ID:
        return id_
    return b2a_base64(blake2b(id_.encode(), digest_size=9).digest(), newline=False).decode()


def nano_of(dollars: Any) -> int | None:
    """Return dollars from a client in billionths, None if they are no amount."""
    is_price = isinstance(dollars, (int, float)) and 0 <= dollars * NANO <= MOST_NANO
    return round(dollars * NANO) if is_price else None


def count(value: Any) -> int:
    """Return a number of tokens from a client, 0 if it is no number."""
    return value if type(value) is int and 0 <= value <= _MOST else 0


def moment(value: Any) -> int:
    """Return a time from a client in milliseconds, 0 if it is no time."""
    return value if type(value) is int and 0 <= value <= _MOST_TIME else 0
