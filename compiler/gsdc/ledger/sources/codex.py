"""Codex's sessions: a record for the usage of each response, after a turn context with the model.

``input_tokens`` include the cached ones, ``output_tokens`` those of reasoning.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gsdc.ledger.event import Event, count, cut, milliseconds
from gsdc.ledger.sources.api import SourceFile, below, home, text

NAME: Final = "codex"


def place() -> Path | None:
    """Return the folder of the sessions, None if there is no home folder."""
    base = home("CODEX_HOME", default=".codex")
    return base / "sessions" if base else None


def files(project: Path | None) -> Iterator[SourceFile]:  # noqa: ARG001 - the folder stands in the file alone
    """Yield the sessions, one file for each thread."""
    yield from below(place(), "**/rollout-*.jsonl")


class _Reader:
    def __init__(self, thread: str, state: Mapping[str, Any]) -> None:
        self._known = {name: cut(state.get(name)) for name in ("model", "effort", "agent", "session", "cwd")}
        self._thread = thread

    def state(self) -> dict[str, Any]:
        return dict(self._known)

    def read(self, record: Mapping[str, Any]) -> Event | None:
        payload = record.get("payload")
        if not isinstance(payload, dict):
            return None
        match record.get("type"):
            case "session_meta":
                role = cut(payload.get("agent_role"))
                agent = role or ("subagent" if payload.get("parent_thread_id") else "main")
                session = cut(payload.get("session_id")) or cut(payload.get("id"))
                self._known |= {"agent": agent, "session": session, "cwd": cut(payload.get("cwd"))}
            case "turn_context":
                self._known |= {"model": cut(payload.get("model")), "effort": cut(payload.get("effort"))}
                self._known["cwd"] = cut(payload.get("cwd")) or self._known["cwd"]
            case "token_usage_record":
                return self._usage(record, payload)
        return None

    def _usage(self, record: Mapping[str, Any], payload: Mapping[str, Any]) -> Event | None:
        usage, response = payload.get("usage"), cut(payload.get("response_id"))
        try:
            at = milliseconds(str(record.get("timestamp")))
        except ValueError:
            return None
        if not isinstance(usage, dict):
            return None
        details = usage.get("input_tokens_details")
        cached = count(usage.get("cached_input_tokens")) or count(text({"d": details}, "d", "cached_tokens"))
        written = count(usage.get("cache_write_input_tokens"))
        total = count(usage.get("input_tokens"))
        return Event(
            key=f"{NAME}:{response or f'{self._thread}:{at}:{total}'}",
            at=at,
            source=NAME,
            client=NAME,
            project=self._known["cwd"],
            session=self._known["session"] or self._thread,
            written=self._known["model"],
            effort=self._known["effort"],
            agent=self._known["agent"] or "main",
            input=max(0, total - cached - written),
            output=count(usage.get("output_tokens")),
            cache_read=cached,
            cache_write=written,
        )


def reader(found: SourceFile, state: Mapping[str, Any]) -> _Reader:
    """Return a reader of a thread."""
    return _Reader(found.path.stem, state)
