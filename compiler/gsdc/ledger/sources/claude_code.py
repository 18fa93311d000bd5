"""Claude Code's transcripts: one line for each block of an answer, each with the usage of the whole answer.

The rules for counting and for duplicates are those of ``ccusage`` 20.0.24 (tested against it). The message id and the
request id identify an answer. Of its lines, the one with the most tokens counts. A line of a sidechain is a copy if the
main conversation has its message id. Unlike in ccusage, an answer that only failed ("<synthetic>") is an error event.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gsdc.ledger.event import Event, count, cut, milliseconds, nano_of, shortened
from gsdc.ledger.sources.api import SourceFile, below, home, text

NAME: Final = "claude-code"
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]")
_LONGEST_FOLDER: Final = 200
_SIDE: Final = f"{NAME}:side:"


def place() -> Path | None:
    """Return the folder of the transcripts, None if there is no home folder."""
    base = home("CLAUDE_CONFIG_DIR", default=".claude")
    return base / "projects" if base else None


def files(project: Path | None) -> Iterator[SourceFile]:
    """Yield the transcripts, those of main conversations first: their copies in sidechains come later."""
    folder = place()
    found = list(below(folder, "*/**/*.jsonl"))
    if project is not None and folder is not None:
        names = _folders(project)
        found = [one for one in found if one.path.relative_to(folder).parts[0].startswith(names)]
    yield from sorted(found, key=lambda one: (len(one.path.parts), one.path))


def _folders(project: Path) -> str:
    """Return how the folder of a project's transcripts is called, cut where Claude Code cuts it."""
    return _NO_NAME.sub("-", str(project.resolve()))[:_LONGEST_FOLDER]


class _Reader:
    def __init__(self, session: str) -> None:
        self._session = session

    def state(self) -> dict[str, Any]:
        return {}

    def read(self, record: Mapping[str, Any]) -> Event | None:
        if record.get("type") != "assistant":
            return None
        message = record.get("message")
        usage = message.get("usage") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(usage, dict):
            return None
        try:
            at = milliseconds(str(record.get("timestamp")))
        except ValueError:
            return None
        model = cut(message.get("model"))
        is_sidechain = record.get("isSidechain") is True
        return Event(
            key=_key(record, cut(message.get("id")), is_sidechain=is_sidechain),
            at=at,
            type="error" if model == "<synthetic>" else "usage",
            source=NAME,
            client=NAME,
            project=cut(record.get("cwd")),
            session=cut(record.get("sessionId")) or self._session,
            written=model,
            effort=cut(record.get("effort")),
            agent=cut(record.get("attributionAgent")) or ("subagent" if is_sidechain else "main"),
            input=count(usage.get("input_tokens")),
            output=count(usage.get("output_tokens")),
            cache_read=count(usage.get("cache_read_input_tokens")),
            cache_write=count(usage.get("cache_creation_input_tokens")),
            cache_write_long=count(text(usage, "cache_creation", "ephemeral_1h_input_tokens")),
            client_nano=nano_of(record.get("costUSD")),
        )


def _key(record: Mapping[str, Any], message: str, *, is_sidechain: bool) -> str:
    """Return the key of an answer: its ids, shortened, as an index of a million whole ones is slow to add to."""
    if not message:
        return f"{NAME}:line:{cut(record.get('uuid')) or cut(record.get('timestamp'))}"
    if is_sidechain:
        return f"{_SIDE}{shortened(message)}"
    return f"{NAME}:{shortened(message)}:{shortened(cut(record.get('requestId')))}"


def original(key: str) -> str:
    """Return how the key of the answer begins that the event ``key`` would be a copy of, "" where it is no copy."""
    return f"{NAME}:{key.removeprefix(_SIDE)}:" if key.startswith(_SIDE) else ""


def reader(found: SourceFile, state: Mapping[str, Any]) -> _Reader:  # noqa: ARG001 - a line needs none before it
    """Return a reader of transcripts."""
    return _Reader(found.path.stem)
