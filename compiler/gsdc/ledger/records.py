"""JSON lines of a client's file, from the position of the last import; malformed lines are counted."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.filesystem.read import Folder, read_part
from gsdc.ledger.sources.api import SourceFile

_decode: Final = json.JSONDecoder().raw_decode
_CHUNK: Final = 4_000_000
_LONGEST_LINE: Final = 64_000_000  # bytes; a longer line is skipped as malformed


class Line(NamedTuple):
    """One line: its record, None if it is malformed; its number, and the position of the next line."""

    record: Mapping[str, Any] | None
    number: int
    end: int


def lines(found: SourceFile, position: int, number: int) -> Iterator[Line]:
    """Yield the lines of a file from byte ``position``, after line ``number``; the last one only if it is complete.

    Raises OSError for errors of the system.
    """
    within = Folder(found.within)
    rest = b""
    at = position
    while chunk := read_part(found.path, at, _CHUNK, within):
        at += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            position += len(line) + 1
            number += 1
            if line.strip():
                yield Line(record_of(line), number, position)
        if len(rest) > _LONGEST_LINE:
            return


def record_of(line: bytes | str) -> Mapping[str, Any] | None:
    """Return the JSON object of a line, None if it is not one."""
    try:
        # json.loads guesses the encoding of bytes, which takes a third of its time.
        text = (line.decode() if isinstance(line, bytes) else line).strip()
        data, end = _decode(text)
    except (ValueError, RecursionError, AttributeError):
        return None
    return data if end == len(text) and isinstance(data, dict) else None
