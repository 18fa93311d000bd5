"""LiteLLM's spend logs, as returned by /spend/logs or exported by its database: a list of requests as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.ledger.event import Event, count, cut, milliseconds, nano_of
from gsdc.ledger.sources.api import text

NAME: Final = "litellm"


def is_spend(data: Any) -> bool:
    """Tell whether JSON data is a list of requests with their costs."""
    return isinstance(data, list) and bool(data) and all(isinstance(r, dict) and "request_id" in r for r in data[:3])


def events(data: list[Any]) -> Iterator[Event | None]:
    """Yield an event for each request, None for an invalid one."""
    for request in data:
        yield _event(request) if isinstance(request, dict) else None


def _event(request: Mapping[str, Any]) -> Event | None:
    try:
        start = milliseconds(str(request.get("startTime")))
    except ValueError:
        return None
    try:
        duration = milliseconds(str(request.get("endTime"))) - start
    except ValueError:
        duration = -1
    usage = text(request, "metadata", "usage_object")
    details = usage if isinstance(usage, dict) else {}
    read = count(text(details, "prompt_tokens_details", "cached_tokens"))
    write = count(details.get("cache_creation_input_tokens"))
    return Event(
        key=f"{NAME}:{cut(request.get('request_id'))}",
        at=start,
        type="error" if request.get("status") == "failure" else "usage",
        source=NAME,
        client=NAME,
        session=cut(request.get("session_id")),
        written=cut(request.get("model")) or cut(request.get("model_group")),
        agent=cut(text(request, "metadata", "agent")) or cut(request.get("end_user")),
        input=max(0, count(request.get("prompt_tokens")) - read - write),
        output=count(request.get("completion_tokens")),
        cache_read=read,
        cache_write=write,
        duration_ms=duration if duration >= 0 else None,
        client_nano=nano_of(request.get("spend")),
    )
