"""The files that a project's policy is read from, without parsing the policy."""

import re
from pathlib import Path
from typing import Final

from gsdc.source.tree import PROJECT_FILE

_YAML: Final = (b".yaml", b".yml")
_MOST_FILES: Final = 100
_MOST_BYTES: Final = 1_000_000


def contents(root: Path) -> tuple[str, ...] | None:
    """Return the contents of gsdc.yaml and of every file that it names, directly or not, each byte a character.

    None if there are more than a hundred files, or more than 1 MB in total.
    """
    found: list[str] = []
    waiting, seen = [PROJECT_FILE], {PROJECT_FILE}
    left = _MOST_BYTES
    while waiting:
        content = _content(root / waiting.pop(), left + 1)
        left -= len(content)
        named = {
            word.decode("utf-8", "replace")
            for word in re.findall(rb"[^\s\"'\[\]{},:]+", content)
            if word.endswith(_YAML)
        }
        named = {name for name in named - seen if not name.startswith("/") and ".." not in name}
        seen |= named
        if left < 0 or len(seen) > _MOST_FILES:
            return None
        found.append(content.decode("latin-1"))
        waiting.extend(sorted(named))
    return tuple(found)


def _content(location: Path, most: int) -> bytes:
    try:
        if not location.is_file():
            return b""
        with location.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return b""
