"""The YAML before a plan.

The place of a key is looked up on request, in the text: composing a YAML document for it would take longer than
checking the whole plan.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Fix, Severity
from gsdc.source.span import Span
from gsdc.source.yaml_text import DUPLICATE_KEY, NotYamlError, loads

_BEGIN: Final = re.compile(r"\ufeff?(?:[ \t]*\r?\n|<!--[^\n]*-->[ \t]*\r?\n)*---[ \t]*\r?\n")
_END: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_PLAIN_ITEM: Final = re.compile(r"[\w./][\w./()-]*")
_KEY: Final = re.compile(r"^[^\s#-][^:\n]*:", re.MULTILINE)
# GSD core quotes the value of such a line if the YAML is broken: "title: Login: the form".
_SECOND_COLON: Final = re.compile(
    r"^([A-Za-z0-9_][\w-]*:[ \t]+)([^\s\"'\[{][^\r\n]*:(?:[ \t][^\r\n]*)?)$", re.ASCII | re.MULTILINE
)

FRONTMATTER = Diagnostic(
    "PL001",
    "broken-frontmatter",
    Severity.WARNING,
    """The frontmatter of a plan is not valid YAML.

    ## Why is this bad?
    Wave, dependencies and the autonomous flag are lost to GSD core 1.14, which falls back to defaults, silently: the
    plan runs in wave 1. get-shit-done 1.42 reads the keys that are not broken, as gsdc does; both take a key that
    stands twice, and a second colon in its line. One plan in a hundred is like that (measured on 6,041 public plans).

    ## Fix (safe)
    Quotes what begins with "@" or a backtick, and writes a backslash that YAML does not know in single quotes.

    ## Example (PLAN.md)
    ---
    phase: 01-core
    plan: 02
    must_haves:
      truths:
        - `npm test` passes
    ---

    ## Use instead (PLAN.md)
    ---
    phase: 01-core
    plan: 02
    must_haves:
      truths:
        - "`npm test` passes"
    ---
    """,
)


class Frontmatter:
    """A plan's frontmatter: its ``data``, {} if there is none, and where its YAML begins and ends.

    If the YAML is broken, the values of the other keys are still read, as get-shit-done 1.42 does; the value of a
    broken key is None. ``lost`` is true if GSD core reads none of it: core accepts duplicate keys and a second colon in
    a line, and no other error.

    ``start`` and ``end`` are 0 if there is none; ``after`` is where the plan continues.
    """

    __slots__ = ("_text", "after", "data", "end", "lost", "start")

    def __init__(
        self, text: str, data: dict[str, Any], start: int, end: int, after: int, *, lost: bool = False
    ) -> None:
        self._text = text
        self.data, self.lost = data, lost
        self.start, self.end, self.after = start, end, after

    def key(self, name: str, item: str = "") -> int:
        """Return the place of the top-level key ``name`` of the frontmatter, or of the ``item`` of its value.

        If there is no such key, this is the beginning of the frontmatter; if the item is not found, the key.
        """
        return next((at for _, at in self.items(name, (item,))), 0)

    def items(self, name: str, items: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield each of ``items`` with its place in the value of the top-level key ``name``, as ``key`` does."""
        begin, end = self.start, self.end
        match = _line_of(name).search(self._text, begin, end)
        if match is None:
            yield from ((item, begin) for item in items)
            return
        following = _KEY.search(self._text, match.end(), end)
        limit = following.start() if following else end
        at = match.end()
        for item in items:
            found = self._text.find(item, at, limit) if item else -1
            at = found if found >= 0 else at
            yield item, found if found >= 0 else match.start()

    def value_of(self, name: str) -> str:
        """Return the text after the top-level key ``name``, to the end of the frontmatter; "" if there is no key."""
        match = _line_of(name).search(self._text, self.start, self.end)
        return self._text[match.end() : self.end] if match else ""

    def appending(self, name: str, items: Iterable[str]) -> tuple[int, int, str] | None:
        """Return the edit that adds ``items`` to the list of the top-level key ``name``, None if it is not a list."""
        begin = self.key(name)
        line = re.compile(r"[^\n:]*:[ \t]*(\[[^\n]*\])?[ \t]*\r?\n").match(self._text, begin, self.end)
        value = self.data.get(name)
        if line is None or not isinstance(value, list):
            return None
        quoted = [item if _PLAIN_ITEM.fullmatch(item) else json.dumps(item, ensure_ascii=False) for item in items]
        if line[1]:
            at = line.end(1) - 1
            return at, at, (", " if value else "") + ", ".join(quoted)
        last = line.end()
        indent = None
        for item in re.compile(r"([ \t]*)-[ \t][^\n]*\n").finditer(self._text, last, self.end):
            if item.start() != last or indent not in {None, item[1]}:
                break
            indent, last = item[1], item.end()
        if indent is None:
            return None
        newline = "\r\n" if self._text[:last].endswith("\r\n") else "\n"
        return last, last, "".join(f"{indent}- {item}{newline}" for item in quoted)

    def replacing(self, name: str, value: str) -> tuple[int, int, str] | None:
        """Return the edit that sets the top-level key ``name`` to another scalar, None if its line has no scalar."""
        match = re.compile(rf"^{re.escape(name)}[ \t]*:[ \t]*([\w.\"'-]+)", re.MULTILINE).search(
            self._text, self.start, self.end
        )
        return (match.start(1), match.end(1), value) if match else None


@cache
def _line_of(key: str) -> re.Pattern[str]:
    return re.compile(rf"^[\"']?{re.escape(key)}[\"']?[ \t]*:", re.MULTILINE)


def read_frontmatter(path: str, text: str) -> tuple[Frontmatter, tuple[Finding, ...]]:
    """Return the frontmatter of a plan, and its errors."""
    opening = _BEGIN.match(text)
    closing = _END.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return Frontmatter(text, {}, 0, 0, 0), ()
    start, end = opening.end(), closing.start()
    try:
        data, lost = loads(text[start:end]), False
        findings: tuple[Finding, ...] = ()
    except NotYamlError as error:
        findings = tuple(_explain(path, text, start, end, error))
        data, lost = _read_broken(text[start:end], error)
    return Frontmatter(text, data if isinstance(data, dict) else {}, start, end, closing.end(), lost=lost), findings


def _read_broken(block: str, error: NotYamlError) -> tuple[Any, bool]:
    """Return the readable part of broken YAML, and whether GSD core reads none of it."""
    repaired = _SECOND_COLON.sub(lambda line: f"{line[1]}{json.dumps(line[2].strip(), ensure_ascii=False)}", block)
    if repaired != block:
        try:
            return loads(repaired), False
        except NotYamlError as second:
            error = second
    broken = any(DUPLICATE_KEY not in problem.reason for problem in error.problems)
    return dict(_each_key(block, explained=broken)), broken


def _each_key(block: str, *, explained: bool) -> Iterator[tuple[str, Any]]:
    """Yield each top-level key of broken YAML with its value, None if the value is the broken part.

    With ``explained``, the reason why one key cannot be read is known, and is not searched for again.
    """
    for begin, end in pairwise([*(match.start() for match in _KEY.finditer(block)), len(block)]):
        try:
            data = loads(block[begin:end], explain=not explained)
        except NotYamlError:
            data, explained = None, False
        if isinstance(data, dict) and data:
            yield from data.items()
        else:
            yield block[begin : block.index(":", begin)].strip("\"' "), None


def _explain(path: str, text: str, start: int, end: int, error: NotYamlError) -> Iterator[Finding]:
    """Yield why the frontmatter is not YAML, with the messages of YAML documents and the lines of the plan."""
    from gsdc.source.document import explain
    from gsdc.source.frontmatter_repair import repair

    block = text[start:end]
    lines_before = text.count("\n", 0, start)
    for finding in explain(path, error):
        span = Span(path, finding.span.line + lines_before, finding.span.column)
        edit = repair(block, finding.span.line, finding.span.column, finding.message)
        fix = Fix(((edit[0] + start, edit[1] + start, edit[2]),), safe=True) if edit else None
        yield FRONTMATTER.at(span, finding.message, finding.help)._replace(fix=fix)
