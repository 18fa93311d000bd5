"""Frontmatter as tolerant clients read it: as YAML, and where that fails with its values in quotes.

People write ``description: Use this: always``. Claude Code (measured on 2.1.332) and others then parse the block once
more, with those values in quotes that hold what YAML takes for more than text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Rejected
from gsdc.source.frontmatter_document import key_limits, read_yaml
from gsdc.source.yaml_text import NotYamlError, loads

_KEY: Final = re.compile(r"""^["']?[A-Za-z_][\w-]*["']?[ \t]*:(?:[ \t]+([^\r\n]*)|(?=\r?$))""", re.MULTILINE)
_NAME: Final = re.compile(r"""["']?([\w-]+)""")
_SPECIAL: Final = re.compile(r"[{}\[\]*&#!|>%@`]|: ")
_TABS: Final = re.compile(r"^\t+", re.MULTILINE)


def read_loosely(path: str, text: str) -> Mapping[str, Any] | None:
    """Return the keys of a frontmatter as a ``Reader``; of a key that stands twice the last one counts.

    Raises ``Rejected`` where the block is no YAML in quotes either.
    """
    try:
        return read_yaml(path, text)
    except Rejected as rejected:
        start, end = key_limits(text) or (0, 0)
        block = text[start:end]
        for candidate in ("".join(_last_of_each(block)), "".join(_in_quotes(_TABS.sub("", block)))):
            try:
                data = loads(candidate)
            except NotYamlError:
                continue
            if isinstance(data, dict):
                return {str(key): value for key, value in data.items()}
        raise rejected from None


def _last_of_each(block: str) -> Iterator[str]:
    """Yield the entries of ``block``, of each key the last."""
    lines = list(_KEY.finditer(block))
    ends = [*(line.start() for line in lines[1:]), len(block)]
    entries = [block[line.start() : end] for line, end in zip(lines, ends, strict=False)]
    last = {_name(entry): index for index, entry in enumerate(entries)}
    yield from (entry for index, entry in enumerate(entries) if last[_name(entry)] == index)


def _name(entry: str) -> str:
    found = _NAME.match(entry)
    return found[1] if found else entry


def _in_quotes(block: str) -> Iterator[str]:
    """Yield the last entry of each key, with its value in quotes where that is special."""
    for entry in _last_of_each(block):
        line = _KEY.match(entry)
        value = (line[1] or "").rstrip() if line else ""
        if line is None or not _SPECIAL.search(value) or (value[0] in "\"'" and value[0] == value[-1]):
            yield entry
        else:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            yield f'{entry[: line.start(1)]}"{escaped}"{entry[line.start(1) + len(value) :]}'
