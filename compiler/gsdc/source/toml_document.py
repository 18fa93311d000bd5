"""A TOML file whose keys are edited in its own style: tables, dotted keys, inline tables, quotes and line ends stay.

``tomllib`` parses it. The edits are made in the text: measured on tomlkit 0.15, removing a value loses the comment
after it, a new key is placed below the comment of the next table, and a byte order mark is refused.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, Self, TypeVar

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.key_document import CHANGES_ELSE, MISSING, Key, not_editable, same, value_at, with_values, without_keys
from gsdc.source.span import Places, Span
from gsdc.source.text_edit import Edit, replaced, without_new_end
from gsdc.source.toml_edits import TomlEdits
from gsdc.source.toml_text import statements

SYNTAX = Diagnostic(
    "IN010",
    "toml-syntax",
    Severity.ERROR,
    """A file is not valid TOML, or has a duplicate key.

    ## Why is this bad?
    The client that reads it drops the file, or stops. gsdc does not guess, and does not rewrite such a file.

    ## Example (.codex/config.toml)
    model = gpt-5.2

    ## Use instead (.codex/config.toml)
    model = "gpt-5.2"
    """,
)
MAX_DEPTH: Final = 100  # nested tables; real configurations stay below ten
_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlDocument:
    """A TOML 1.0 text, immutable: an edit returns another one. See ``KeyDocument``.

    ``data`` may contain dates and times. Raises ``Rejected`` with line and column for invalid TOML.
    """

    def __init__(self, path: str, text: str) -> None:
        import tomllib

        self.path = path
        self.text = text
        try:
            self.data: Any = tomllib.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise self._syntax(error) from None
        if _depth(self.data) > MAX_DEPTH:
            raise Rejected(SYNTAX.at(Span(path), "the file nests too deeply", "use less nesting"))

    def _syntax(self, error: Exception) -> Rejected:
        if isinstance(error, RecursionError):
            return Rejected(SYNTAX.at(Span(self.path), "the file nests too deeply", "use less nesting"))
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (self.text.count("\n") + 1, 1)
        message = _PLACE.sub("", str(error)).replace("\n", " ")
        return Rejected(SYNTAX.at(Span(self.path, line, column), message[:1].lower() + message[1:], "correct the TOML"))

    def span(self, key: Key, /) -> Span:
        """Return the place of the value or table at ``key``; if there is none, the place of its nearest parent."""
        found = (self._edits.place(key[:length]) for length in range(len(key), 0, -1))
        return Places(self.path, self.text).at(next((at for at in found if at is not None), 0))

    @property
    def is_empty(self) -> bool:
        """Whether there is no key, and the text has no comments."""
        return not self.data and not self.text.strip("\ufeff \t\r\n")

    def update(self, values: Mapping[Key, Any], /) -> Self:
        """Return the document with each value at its key; see ``KeyDocument.update``."""
        new = {key: value for key, value in values.items() if not same(value_at(self.data, key), value)}
        if not new:
            return self
        tables = [key for key in new if self._is_table(key)]
        if tables:  # a value in several lines is removed before it is written in one
            return self.remove(*tables).update(values)
        flat = {leaf: value for key in new for leaf, value in self._leaves(key, new[key])}
        return self._edited(self._edits.of_values(flat), with_values(self.data, new), new)

    def _is_table(self, key: Key) -> bool:
        return value_at(self.data, key) is not MISSING and not self._edits.is_written_as_pair(key)

    def _leaves(self, key: Key, value: Any) -> Iterable[tuple[Key, Any]]:
        """Return the values to write for a value: a new table is replaced by each of its own values."""
        if not isinstance(value, dict) or not value or value_at(self.data, key) is not MISSING:
            return [(key, value)]
        return [leaf for name, item in value.items() for leaf in self._leaves((*key, name), item)]

    def remove(self, /, *keys: Key) -> Self:
        """Return the document without ``keys``; see ``KeyDocument.remove``."""
        there = [key for key in keys if key and value_at(self.data, key) is not MISSING]
        if not there:
            return self
        wanted = without_keys(self.data, there)
        left = type(self)(self.path, self._replaced(self._edits.of_removal(there)))
        # A table without a header disappears with the last of its keys.
        parents = {key[:length] for key in there for length in range(1, len(key))}
        vanished: dict[Key, Any] = {
            key: {} for key in parents if value_at(wanted, key) == {} and value_at(left.data, key) is MISSING
        }
        return _checked(left.update(vanished), wanted, there[0])

    def is_bare(self, key: Key, /) -> bool:
        """Tell whether there is no comment between the last name of ``key`` and its value, nor in that value."""
        return self._edits.is_bare(key)

    def is_doubled(self, _key: Key, /) -> bool:
        """Return False: a text with a duplicate key is not TOML."""
        return False

    @cached_property
    def _edits(self) -> TomlEdits:
        try:
            return TomlEdits(self.text, tuple(statements(self.text)), self.data, self._refusal)
        except (ValueError, RecursionError):
            raise not_editable(Span(self.path), "the positions of its keys are unknown") from None

    def _refusal(self, key: Key, why: str) -> Rejected:
        return not_editable(self.span(key), why)

    def _replaced(self, edits: Iterable[Edit]) -> str:
        return without_new_end(self.text, replaced(self.text, edits))

    def _edited(self, edits: Iterable[Edit], wanted: Any, keys: Iterable[Key]) -> Self:
        """Return the document after ``edits``, if its data are as ``wanted``."""
        key = next(iter(keys))
        try:
            text = self._replaced(edits)
        except ValueError as error:
            raise self._refusal(key, str(error)) from None
        try:
            edited = type(self)(self.path, text)
        except Rejected:
            raise self._refusal(key, CHANGES_ELSE) from None
        return _checked(edited, wanted, key)


Toml = TypeVar("Toml", bound=TomlDocument)


def _checked(document: Toml, wanted: Any, key: Key) -> Toml:
    """Return ``document`` if its data are as ``wanted``; raise ``Rejected`` at ``key`` if not."""
    if not same(document.data, wanted):
        raise not_editable(document.span(key), CHANGES_ELSE)
    return document


def _depth(data: Any) -> int:
    """Return the nesting depth of mappings and lists in ``data``."""
    depth, level = 0, [data]
    while level:
        depth += 1
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return depth
