"""The top-level entries of a frontmatter that is not valid YAML but that tolerant clients accept.

People write ``description: Use this: always``. Claude Code (measured on 2.1.332) and others then parse the block again,
with quotes around the values that contain special characters of YAML.
"""

import re
from collections.abc import Iterator
from typing import Final

# The first line of an entry: its key, and its value if it is on the line.
ENTRY: Final = re.compile(r"""^["']?([A-Za-z_][\w-]*)["']?[ \t]*:(?:[ \t]+([^\r\n]*)|(?=\r?$))""", re.MULTILINE)
TABS: Final = re.compile(r"^\t+", re.MULTILINE)
_SPECIAL: Final = re.compile(r"[{}\[\]*&#!|>%@`]|: ")


def last_of_each(block: str) -> Iterator[str]:
    """Yield the entries of ``block``, the last one of each key."""
    lines = list(ENTRY.finditer(block))
    last = {line[1]: index for index, line in enumerate(lines)}
    ends = [*(line.start() for line in lines[1:]), len(block)]
    for index, (line, end) in enumerate(zip(lines, ends, strict=False)):
        if last[line[1]] == index:
            yield block[line.start() : end]


def in_quotes(block: str, *, of_windows: bool) -> Iterator[str]:
    """Yield the entries of ``block``, the last one of each key, with quotes around values that need them.

    ``of_windows`` tells whether this includes lines that end with CRLF.
    """
    for entry in last_of_each(block):
        line = ENTRY.match(entry)
        value = (line[2] or "").rstrip() if line else ""
        is_quoted = bool(value) and value[0] in "\"'" and value[0] == value[-1]
        if line is None or ("\r" in entry and not of_windows) or not _SPECIAL.search(value) or is_quoted:
            yield entry
        else:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            yield f'{entry[: line.start(2)]}"{escaped}"{entry[line.start(2) + len(value) :]}'
