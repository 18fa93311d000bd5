"""JSON lines of a client's file, read from where the last import stopped; what is wrong with them is counted."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.filesystem.read import Folder, read_part
from gsdc.ledger.sources.api import Found

_decode: Final = json.JSONDecoder().raw_decode
_CHUNK: Final = 4_000_000
_LONGEST_LINE: Final = 64_000_000  # bytes; a longer one is skipped, as no record


class Line(NamedTuple):
    """One line: its record, None where it is malformed; its number, and where the next one begins."""

    record: Mapping[str, Any] | None
    number: int
    end: int


def lines(found: Found, position: int, number: int) -> Iterator[Line]:
    """Yield the lines of a file from byte ``position``, behind line ``number``; the last one only when it has ended.

    Raises OSError as the system does.
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
                yield Line(_record(line), number, position)
        if len(rest) > _LONGEST_LINE:
            return


def _record(line: bytes) -> Mapping[str, Any] | None:
    try:
        data, end = _decode(text := line.decode().strip())  # json.loads guesses the encoding, at a third of its time
    except (ValueError, RecursionError):
        return None
    if end != len(text):
        return None
    return data if isinstance(data, dict) else None
