"""A YAML file whose keys are edited in its own style: block or braces, indentation, quotes and line ends stay.

All of YAML can be read; only parts that can be edited without other changes are edited. A value that is an alias, or
has an anchor or a tag, is left to people, and so is a file with a duplicate key or several documents.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, Self

from gsdc.finding import Rejected
from gsdc.source.document import Document
from gsdc.source.key_document import CHANGES_ELSE, MISSING, Key, not_editable, same, value_at, with_values, without_keys
from gsdc.source.span import Span
from gsdc.source.text_edit import Edit, replaced, without_new_end
from gsdc.source.yaml_edits import YamlEdits
from gsdc.source.yaml_nodes import NotComposableError, values_of

_NOTHING: Final = re.compile(r"(?:(?:---|\.\.\.|%[^\n]*)?[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z))*")


class YamlDocument:
    """A YAML text, immutable: an edit returns another one. See ``KeyDocument``.

    Raises ``Rejected`` with line and column for invalid YAML, including a duplicate key.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._document = Document(path, text)
        self._body = self._document.text
        nothing = self._document.data is None and _NOTHING.fullmatch(self._body)
        self.data: Any = {} if nothing else self._document.data

    def span(self, key: Key, /) -> Span:
        """Return the place of the value at ``key``; if there is none, the place of its nearest parent."""
        return self._document.span(key)

    @property
    def is_empty(self) -> bool:
        """Whether it is an empty mapping, and the text has no comments."""
        return self.data == {} and not self.text.strip("\ufeff \t\r\n{}-")

    def update(self, values: Mapping[Key, Any], /) -> Self:
        """Return the document with each value at its key; see ``KeyDocument.update``.

        A quoted text keeps its kind of quotes. If a block of lines is replaced, the comments in it are removed.
        """
        new = {key: value for key, value in values.items() if not same(value_at(self.data, key), value)}
        return self._edited(self._edits.of_values(new), with_values(self.data, new), new) if new else self

    def remove(self, /, *keys: Key) -> Self:
        """Return the document without ``keys``; see ``KeyDocument.remove``."""
        there = [key for key in keys if key and value_at(self.data, key) is not MISSING]
        return self._edited(self._edits.of_removal(there), without_keys(self.data, there), there) if there else self

    def is_bare(self, key: Key, /) -> bool:
        """Tell whether there is no comment between the last name of ``key`` and its value, nor in that value."""
        return self._edits.is_bare(key)

    def is_doubled(self, _key: Key, /) -> bool:
        """Return False: a text with a duplicate key is not a ``YamlDocument``."""
        return False

    @cached_property
    def _edits(self) -> YamlEdits:
        try:
            return YamlEdits(self._body, values_of(self._body), self._refusal)
        except NotComposableError:
            raise self._refusal((), "the positions of its keys are unknown") from None

    def _refusal(self, key: Key, why: str) -> Rejected:
        return not_editable(self.span(key), why)

    def _edited(self, edits: Iterable[Edit], wanted: Any, keys: Iterable[Key]) -> Self:
        """Return the document after ``edits``, if its data are as ``wanted``."""
        bom = self.text[: len(self.text) - len(self._body)]
        text = bom + without_new_end(self._body, replaced(self._body, edits))
        try:
            edited = type(self)(self.path, text)
        except Rejected:
            edited = None
        if edited is None or not same(edited.data, wanted):
            raise self._refusal(next(iter(keys)), CHANGES_ELSE)
        return edited
