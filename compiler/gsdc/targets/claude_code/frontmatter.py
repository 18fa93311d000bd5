"""The frontmatter of an agent of Claude Code, parsed as the client does (measured on 2.1.141 and 2.1.332).

The file must begin with ``---``. After a blank line there is no frontmatter; after a byte order mark, only newer
versions read it. The next ``---`` ends it, even in the middle of a value. The text between them is parsed as YAML. If
that fails, it is parsed again with quotes around values that contain special characters of YAML, because descriptions
often contain ": ". Lines that end with CRLF are not quoted. Of duplicate keys, the last one applies.
"""

import re
from collections import Counter
from typing import Any, Final, NamedTuple

from gsdc.source.frontmatter_entries import ENTRY, TABS, in_quotes, last_of_each
from gsdc.source.span import Span, span_at
from gsdc.source.yaml_text import NotYamlError, loads
from gsdc.targets.claude_code import facts
from gsdc.targets.versions import since

_BYTE_ORDER_MARK: Final = "\ufeff"
_BEGIN: Final = re.compile(r"---[ \t]*\r?\n")
_END: Final = "---"
_MERGE: Final = "<<"  # YAML 1.1: its values are defaults for the mapping's missing keys


class AgentFrontmatter(NamedTuple):
    """The text before a prompt: ``data``, and the position of each key and its value in ``text``.

    ``problem`` is the reason why it is not valid YAML, with its line; None if it is valid. ``cut`` is the position of a
    closing ``---`` that is not at the beginning of a line, ``twice`` are the duplicate keys.
    """

    path: str
    text: str
    data: dict[str, Any]
    places: dict[str, tuple[int, int]]
    problem: tuple[str, int] | None
    cut: Span | None
    twice: tuple[str, ...]

    def span(self, key: str, *, of_key: bool = False) -> Span:
        """Return the place of the value of ``key``, or of the key; the first line if there is none."""
        if key not in self.places:
            return Span(self.path)
        return span_at(self.path, self.text, self.places[key][0 if of_key else 1])


def read_agent_frontmatter(path: str, text: str, version: str = facts.NEWEST) -> AgentFrontmatter | None:
    """Return the frontmatter of a file, None if Claude Code recognizes none."""
    has_mark = text.startswith(_BYTE_ORDER_MARK) and since(facts.TAKES_BYTE_ORDER_MARK, version)
    opening = _BEGIN.match(text, 1 if has_mark else 0)
    start = opening.end() if opening else 0
    end = text.find(_END, start)
    if opening is None or end < 0:
        return None
    block = text[start:end]
    lines = list(ENTRY.finditer(block))
    places = {line[1]: (start + line.start(), start + (line.start(2) if line[2] else line.start())) for line in lines}
    twice = tuple(name for name, count in Counter(line[1] for line in lines).items() if count > 1)
    data, problem = _parse(block)
    if problem is not None and twice:
        data, problem = _parse("".join(last_of_each(block)))
    if data is None:
        tab = since(facts.TAB, version)
        plain = TABS.sub(lambda tabs: tab * len(tabs[0]), block)
        data, _ = _parse("".join(in_quotes(plain, of_windows=False)))
    line = None if data is not None or problem is None else (problem[0], problem[1] + 1)
    cut = None if text[:end].endswith("\n") else span_at(path, text, end)
    return AgentFrontmatter(path, text, data or {}, places, line, cut, twice)


def _parse(block: str) -> tuple[dict[str, Any] | None, tuple[str, int] | None]:
    """Return the keys of the YAML ``block``, {} if it is not a mapping; or None with the reason and its line."""
    try:
        data = loads(block)
    except NotYamlError as error:
        return None, (error.reason.partition(" at line ")[0], error.line)
    if not isinstance(data, dict):
        return {}, None
    merged = data.pop(_MERGE, None)
    below = [each for each in (merged if isinstance(merged, list) else [merged]) if isinstance(each, dict)]
    return {str(key): value for each in (*reversed(below), data) for key, value in each.items()}, None
