"""A Markdown file whose frontmatter contains the keys: the text below and all other lines do not change.

Clients differ in how they read a frontmatter that is not valid YAML: people write ``description: Use this: always``. So
edits are made by lines, and an edit is accepted only if the client's own reader then reads the wanted values, and the
same values as before for all other keys. An edit that lines cannot express (a key in a mapping) is made as YAML.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple, Self

from gsdc.finding import Rejected
from gsdc.source.document import SYNTAX, Document
from gsdc.source.key_document import CHANGES_ELSE, MISSING, Key, not_editable, same, value_at, with_values, without_keys
from gsdc.source.span import Span, span_at
from gsdc.source.text_edit import Edit, line_end, newline_of, next_line, replaced
from gsdc.source.yaml_document import YamlDocument
from gsdc.source.yaml_value import in_flow

_BEGIN: Final = re.compile(r"\ufeff?---[ \t]*\r?\n")
_END: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_LATE: Final = re.compile(r"[\ufeff\s]*---[ \t]*\r?\n")
# A key at the beginning of its line, its value if this line contains only the value, and a comment after it.
_LINE: Final = re.compile(
    r"""^(["']?)(?P<name>[^\s"'#:{}\[\],&*!|>%@`-](?:[^"'\r\n:]*[^"'\s:])?)\1[ \t]*:(?=[ \t\r\n]|\Z)
    (?:[ \t]*(?P<value>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\r\n]|'')*'|\[[^\]\r\n#]*\]
    |[^\s"'#&!*|>\[{](?:[^\r\n]*?[^\s])??)?(?:[ \t]+(?P<comment>\#[^\r\n]*))?[ \t]*(?=\r?$))?""",
    re.MULTILINE | re.VERBOSE,
)

Reader = Callable[[str, str], Mapping[str, Any] | None]
"""Return the keys of the frontmatter of a file, of which it is given the path and the text, as a client reads them.

None where the client finds no frontmatter. Raises ``Rejected`` where the client cannot read it.
"""


class _Entry(NamedTuple):
    """A key at the top of the frontmatter, from ``start`` to the ``end`` of its last line, in offsets of the file.

    ``value`` is where its value begins and ends, None if it is empty or has several lines; ``comment`` is where a
    comment after it begins.
    """

    start: int
    end: int
    value: tuple[int, int] | None
    comment: int | None


class FrontmatterDocument:
    """A Markdown text, immutable: an edit returns another one. See ``KeyDocument``.

    ``read`` is the client's reader: by default YAML between two lines ``---``, the first of which begins the file. A
    file without frontmatter has no keys; it gets a frontmatter only with ``create``, and loses it with the last key.
    ``has_frontmatter`` tells whether the client finds one. Raises ``Rejected`` if ``read`` does.
    """

    def __init__(self, path: str, text: str, *, read: "Reader | None" = None, create: bool = False) -> None:
        self.path = path
        self.text = text
        self._read: Reader = read or read_yaml
        self._create = create
        found = self._read(path, text)
        self.has_frontmatter = found is not None
        self.data: Any = dict(found or {})
        self._start, self._end = key_limits(text) or (0, 0)

    def span(self, key: Key, /) -> Span:
        """Return the place of the value of ``key``; if there is none, the place of its nearest parent."""
        entries = self._entries.get(key[0], []) if key else []
        if not entries:
            return Span(self.path)
        entry = entries[-1]
        return span_at(self.path, self.text, entry.value[0] if entry.value else entry.start)

    @property
    def is_empty(self) -> bool:
        """Whether there is no key, no comment, and no text below the frontmatter."""
        return not self.data and not self.text.strip("\ufeff \t\r\n-")

    def update(self, values: Mapping[Key, Any], /) -> Self:
        """Return the document with each value at its key; see ``KeyDocument.update``."""
        new = {key: value for key, value in values.items() if not same(value_at(self.data, key), value)}
        if not new:
            return self
        if not self._start:
            return self._with_frontmatter(new).update(new)
        return self._first_of(self._updated(new), with_values(self.data, new), new)

    def remove(self, /, *keys: Key) -> Self:
        """Return the document without ``keys``; see ``KeyDocument.remove``."""
        there = [key for key in keys if key and value_at(self.data, key) is not MISSING]
        if not there:
            return self
        left = self._first_of(self._removed(there), without_keys(self.data, there), there)
        start, end = key_limits(left.text) or (0, 0)
        if not self._create or left.data or left.text[start:end].strip():
            return left
        bom = "\ufeff" if left.text.startswith("\ufeff") else ""
        body = bom + left.text[next_line(left.text, end) :]
        return left if _LATE.match(body) else self._with_text(body)  # the text must not become the frontmatter

    def is_bare(self, key: Key, /) -> bool:
        """Tell whether there is no comment between the last name of ``key`` and its value, nor in that value."""
        if len(key) == 1 and all(entry.value for entry in self._entries.get(key[0], ())):
            return True
        try:
            return self._as_yaml().is_bare(key)
        except Rejected:
            return False

    def is_doubled(self, key: Key, /) -> bool:
        """Tell whether the first name of ``key`` is duplicated, so that every client ignores its first occurrence."""
        return bool(key) and len(self._entries.get(key[0], ())) > 1

    @cached_property
    def _entries(self) -> dict[str, list[_Entry]]:
        """The keys that begin a line of the frontmatter, by name, in their order."""
        lines = list(_LINE.finditer(self.text, self._start, self._end))
        entries: dict[str, list[_Entry]] = defaultdict(list)
        ends = [*(line.start() for line in lines[1:]), self._end]
        for line, limit in zip(lines, ends, strict=False):
            end = _end_of_entry(self.text, line.start(), limit)
            is_one_line = end <= line_end(self.text, line.start())
            comment = line.start("comment") if is_one_line and line["comment"] else None
            value = line.span("value") if is_one_line and line["value"] else None
            entries[line["name"]].append(_Entry(line.start(), end, value, comment))
        return dict(entries)

    def _updated(self, new: Mapping[Key, Any]) -> Iterator[str]:
        """Yield the texts with ``new`` in them, the one with the fewest changes first."""
        if all(len(key) == 1 and not isinstance(value, dict) for key, value in new.items()):
            edits: list[Edit] = []
            added = ""
            for (name,), value in new.items():
                entries = self._entries.get(name)
                if entries is None:
                    added += in_flow({name: value})[1:-1] + newline_of(self.text)
                elif entries[-1].value is not None:
                    start, end = entries[-1].value
                    first = self.text[start]
                    edits.append((start, end, in_flow(value, quote=first if first in "\"'" else "")))
                else:
                    break
            else:
                yield replaced(self.text, [*edits, (self._end, self._end, added)])
        yield self._with_block(self._as_yaml().update(new).text)

    def _removed(self, keys: Iterable[Key]) -> Iterator[str]:
        """Yield the texts without ``keys``, the one with the fewest changes first."""
        entries = [self._entries.get(key[0], []) if len(key) == 1 else [] for key in keys]
        if all(entries):
            yield replaced(self.text, [self._cut(entry) for each in entries for entry in each])
        yield self._with_block(self._as_yaml().remove(*keys).text)

    def _cut(self, entry: _Entry) -> Edit:
        """Return the edit that removes the lines of a key; a comment after its value gets a line of its own."""
        if entry.comment is not None:
            return entry.start, entry.comment, ""
        return entry.start, next_line(self.text, entry.end), ""

    def _as_yaml(self) -> YamlDocument:
        return YamlDocument(self.path, self.text[self._start : self._end])

    def _with_block(self, block: str) -> str:
        return self.text[: self._start] + block + self.text[self._end :]

    def _with_text(self, text: str) -> Self:
        return type(self)(self.path, text, read=self._read, create=self._create)

    def _with_frontmatter(self, new: Iterable[Key]) -> Self:
        """Return the document with an empty frontmatter."""
        if _LATE.match(self.text):
            help_ = "remove the text before it, and check that a line --- ends it"
            raise not_editable(
                Span(self.path), "its frontmatter does not begin on the first line, or never ends", help_
            )
        if not self._create:
            name = ".".join(next(iter(new)))
            help_ = f'begin the file with a line ---, the keys, and another line ---, then gsdc can write "{name}"'
            raise not_editable(Span(self.path), "it has no frontmatter", help_)
        bom = "\ufeff" if self.text.startswith("\ufeff") else ""
        fence = "---" + newline_of(self.text)
        return self._with_text(f"{bom}{fence}{fence}{self.text.removeprefix(bom)}")

    def _first_of(self, texts: Iterator[str], wanted: Any, keys: Iterable[Key]) -> Self:
        """Return the document of the first of ``texts`` that the client reads as ``wanted``."""
        span = self.span(next(iter(keys)))
        if not self.has_frontmatter:
            raise not_editable(span, "its client finds no frontmatter in it", "remove the text before the first ---")
        why, help_ = CHANGES_ELSE, 'write values that hold ": " or " #" in quotes'
        while True:
            try:
                text = next(texts)
                document = self._with_text(text)
            except StopIteration:
                raise not_editable(span, why, help_) from None
            except Rejected as rejected:
                why = rejected.findings[0].message
                continue
            if document.has_frontmatter and same(document.data, wanted):
                return document


def key_limits(text: str) -> tuple[int, int] | None:
    """Return where the keys of the frontmatter begin and end, None if there is none."""
    opening = _BEGIN.match(text)
    closing = _END.search(text, opening.end()) if opening else None
    return None if opening is None or closing is None else (opening.end(), closing.start())


def _end_of_entry(text: str, start: int, limit: int) -> int:
    """Return where the last line of an entry ends: comments and blank lines before the next key are not part of it."""
    end = last = line_end(text, start)
    while (begin := next_line(text, end)) < limit:
        end = line_end(text, begin)
        line = text[begin:end].strip()
        if line and not line.startswith("#"):
            last = end
    return last


@lru_cache(maxsize=1_000)
def _data_of(path: str, block: str) -> Any:
    """Return the data of a block. A file is inspected, opened and read back: each text is parsed once."""
    return Document(path, block).data


def read_yaml(path: str, text: str) -> Mapping[str, Any] | None:
    """Return the keys of a frontmatter that is YAML, as a ``Reader``.

    Raises ``Rejected`` for invalid YAML, and for a duplicate key.
    """
    limits = key_limits(text)
    if limits is None:
        return None
    start, end = limits
    lines = text.count("\n", 0, start)
    try:
        data = _data_of(path, text[start:end])
    except Rejected as rejected:
        findings = (each._replace(span=each.span._replace(line=each.span.line + lines)) for each in rejected.findings)
        raise Rejected(*findings) from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Rejected(SYNTAX.at(Span(path, lines + 1), "the frontmatter has no keys", "write it as key: value"))
    return data
