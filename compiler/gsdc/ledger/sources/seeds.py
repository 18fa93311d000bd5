"""The files of the seeds: seed 002's ``.token-log.json``, and seed 001's ``.planning/.token-stats.json``.

Seed 002 shows the command that logs, not the file; real files contain {week_start, week_end, budget_limit, tokens_used,
entries, metadata}. Seed 001's statistics have a tuple as key, which JSON does not support: its ``json.dump`` raises
TypeError. Here the key is written "type|complexity|model".
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from gsdc.ledger.event import Event, count, cut, iso, milliseconds
from gsdc.ledger.learning import Pooled

NAME: Final = "token-log"
_KEYS: Final = {"file-read": "research", "simple-impl": "implementation", "api-impl": "implementation"}
_KEYS_MORE: Final = {"complex-refactor": "implementation", "test-write": "testing", "architecture": "research"}


def is_log(data: Any) -> bool:
    """Tell whether JSON data is a token log."""
    return isinstance(data, dict) and isinstance(data.get("entries"), list)


def is_stats(data: Any) -> bool:
    """Tell whether JSON data is seed 001's statistics."""
    rows = list(data.values()) if isinstance(data, dict) else []
    return bool(rows) and all(isinstance(row, dict) and {"count", "total_tokens"} <= row.keys() for row in rows)


def log_events(data: Mapping[str, Any]) -> Iterator[Event | None]:
    """Yield an event for each entry of a token log, None for an invalid one; equal entries are numbered."""
    seen: Counter[str] = Counter()
    for entry in data["entries"]:
        event = _logged(entry) if isinstance(entry, dict) else None
        if event is not None and not event.key:
            digest = sha256(
                repr(sorted((str(k), str(v)) for k, v in entry.items())).encode("utf-8", "replace")
            ).hexdigest()
            event = event._replace(key=f"{NAME}:{digest[:32]}:{seen[digest]}")
            seen[digest] += 1
        yield event


def _logged(entry: Mapping[str, Any]) -> Event | None:
    given = next((entry[name] for name in ("timestamp", "date", "at", "logged_at") if entry.get(name)), None)
    try:
        at = given if type(given) is int else milliseconds(str(given))
    except ValueError:
        return None
    return Event(
        key=cut(entry.get("key")),
        at=at,
        source=NAME,
        written=cut(entry.get("model")),
        agent=cut(entry.get("agent")),
        phase=cut(entry.get("phase")),
        task=cut(entry.get("sd")) or cut(entry.get("sd_id")),
        unsplit=count(entry.get("tokens")),
    )


def log_data(events: Iterable[Event], start: int, end: int, limit: int) -> dict[str, Any]:
    """Return a token log of a week, in the format of seed 002."""
    entries = [
        {
            "timestamp": iso(event.at),
            "sd": event.task,
            "phase": event.phase,
            "tokens": event.tokens,
            "model": event.written,
            **({"agent": event.agent} if event.agent else {}),
            "key": event.key,
        }
        for event in events
        if event.type == "usage"
    ]
    return {
        "week_start": iso(start),
        "week_end": iso(end),
        "budget_limit": limit,
        "tokens_used": sum(entry["tokens"] for entry in entries),
        "entries": entries,
        "metadata": {"written_by": "gsdc"},
    }


def stats_pooled(data: Mapping[str, Any], pool: str) -> Iterator[Pooled | None]:
    """Yield the aggregates of each kind of task in statistics, None for an invalid row.

    They contain the mean, not the logarithms. The mean replaces their mean, and a quarter of the range in logarithms
    their deviation: about ten observations span four standard deviations.
    """
    for key, row in data.items():
        kind, complexity, model = (*str(key).strip("()").replace("'", "").replace(", ", "|").split("|"), "", "")[:3]
        number, total = count(row.get("count")), count(row.get("total_tokens"))
        if not number or not total or not complexity.strip().isdecimal():
            yield None
            continue
        least, most = count(row.get("min_tokens")) or 1, count(row.get("max_tokens")) or 1
        rate, seconds = row.get("success_rate"), row.get("avg_duration")
        known = isinstance(rate, (int, float)) and 0 <= rate <= 1
        yield Pooled(
            pool,
            (_KEYS | _KEYS_MORE).get(kind, kind),
            int(complexity),
            model.strip(),
            number,
            math.log(total / number),
            math.log(max(most / least, 1)) / 4,
            round(rate * number) if known and isinstance(rate, (int, float)) else 0,
            number if known else 0,
            round(seconds * 1000 * number) if isinstance(seconds, (int, float)) and 0 <= seconds < 1e9 else 0,
        )


def stats_data(pooled: Iterable[Pooled]) -> dict[str, Any]:
    """Return statistics in the format of seed 001; minimum and maximum are those of an 80% interval."""
    return {
        f"{one.kind}|{one.complexity}|{one.model}": {
            "count": one.number,
            "total_tokens": round(math.exp(one.log_mean + one.log_deviation**2 / 2)) * one.number,
            "min_tokens": round(math.exp(one.log_mean - 2 * one.log_deviation)),
            "max_tokens": round(math.exp(one.log_mean + 2 * one.log_deviation)),
            "avg_duration": one.duration_ms / 1000 / one.number if one.number else 0,
            "success_rate": one.successes / one.judged if one.judged else 0,
        }
        for one in pooled
    }
