"""Gemini CLI's chats: a growing answer is written again under the same id.

``input`` includes the cached tokens; ``output`` excludes those of thinking; ``tool`` are tokens that tools add.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gsdc.ledger.event import Event, count, cut, milliseconds
from gsdc.ledger.sources.api import SourceFile, below, home

NAME: Final = "gemini"


def place() -> Path | None:
    """Return the folder of the chats, None if there is no home folder."""
    base = home("GEMINI_CLI_HOME", default="")
    return base / ".gemini" / "tmp" if base else None


def files(project: Path | None) -> Iterator[SourceFile]:  # noqa: ARG001 - a chat does not say where it was held
    """Yield the chats, with those of subagents."""
    folder = place()
    yield from below(folder, "*/chats/session-*.jsonl")
    yield from below(folder, "*/chats/*/*.jsonl")


class _Reader:
    def __init__(self, session: str, agent: str) -> None:
        self._session, self._agent = session, agent

    def state(self) -> dict[str, Any]:
        return {}

    def read(self, record: Mapping[str, Any]) -> Event | None:
        tokens = record.get("tokens")
        if record.get("type") != "gemini" or not isinstance(tokens, dict):
            return None
        try:
            at = milliseconds(str(record.get("timestamp")))
        except ValueError:
            return None
        cached = count(tokens.get("cached"))
        return Event(
            key=f"{NAME}:{self._session}:{cut(record.get('id')) or at}",
            at=at,
            source=NAME,
            client=NAME,
            session=self._session,
            written=cut(record.get("model")),
            agent=self._agent,
            input=max(0, count(tokens.get("input")) - cached) + count(tokens.get("tool")),
            output=count(tokens.get("output")) + count(tokens.get("thoughts")),
            cache_read=cached,
        )


def reader(found: SourceFile, state: Mapping[str, Any]) -> _Reader:  # noqa: ARG001 - a line needs none before it
    """Return a reader of a chat; the folder of a subagent's file has the name of its session."""
    parts = found.path.parts
    is_subagent = parts[-2] != "chats"
    return _Reader(
        f"{parts[-2]}/{found.path.stem}" if is_subagent else found.path.stem, "subagent" if is_subagent else "main"
    )
