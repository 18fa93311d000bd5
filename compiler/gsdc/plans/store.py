"""Plain data in a file outside of the project, which is known to be whole when it is read.

A file that cannot be read or written is no error: there is none.
"""

import contextlib
import marshal
import os
import zlib
from pathlib import Path
from typing import Any, Final

_SUM: Final = 4


def read(location: Path) -> Any:
    """Return what was written to ``location``, None where there is nothing, or not all of it."""
    try:
        content = location.read_bytes()
    except OSError:
        return None
    body = memoryview(content)[_SUM:]
    if not body or zlib.crc32(body).to_bytes(_SUM, "big") != content[:_SUM]:
        return None  # `marshal` trusts what it reads: nothing that was cut or damaged may reach it
    try:
        return marshal.loads(body)  # noqa: S302 - see the sum
    except (EOFError, TypeError, ValueError):  # written by another version of Python
        return None


def write(location: Path, value: Any) -> None:
    """Write ``value``, plain data (tuples, dictionaries, text, bytes, numbers), in one step."""
    body = marshal.dumps(value)
    scratch = location.with_name(f"{location.name}.{os.getpid()}")
    try:
        location.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(zlib.crc32(body).to_bytes(_SUM, "big") + body)
        scratch.replace(location)
    except OSError:
        with contextlib.suppress(OSError):
            scratch.unlink()
