"""A document in which gsdc owns some keys, in any format: JSON, YAML, TOML, or Markdown frontmatter.

Each format edits the text itself, so that all other bytes stay unchanged. The result is parsed again and compared with
the wanted values: if it differs, the document is rejected, and nothing is written.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, Self

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span

Key = tuple[str, ...]
"""The path of a value: the names of the mappings that lead to it, outermost first."""

MISSING: Final = object()
"""What ``value_at`` returns where there is no value."""

NOT_EDITABLE = Diagnostic(
    "IN013",
    "uneditable-text",
    Severity.ERROR,
    """A file is written in a way that gsdc cannot edit without touching what a person wrote.

    gsdc writes a few keys into files that people own. It edits their text, reads the result again, and keeps it only if
    those keys have changed and nothing else has.

    ## Why is this bad?
    An anchor, an alias or a tag gives one value several meanings: to replace it would change other keys too. gsdc does
    not guess, and does not rewrite such a file.

    ## No example
    It takes a target that writes keys into such a file, and an apply.
    """,
)


class KeyDocument(Protocol):
    """An immutable document: an edit returns another one.

    ``data`` is the content as plain Python data with text for every key, ``text`` the content of the file. A byte order
    mark is the first character of ``text`` and stays.
    """

    @property
    def path(self) -> str:
        """The path of the file, for display."""
        ...

    @property
    def text(self) -> str:
        """The text of the whole file."""
        ...

    @property
    def data(self) -> Any:
        """The data of the text; {} if it is empty."""
        ...

    @property
    def is_empty(self) -> bool:
        """Whether there is no key, and nothing else written by a person, such as a comment."""
        ...

    def span(self, key: Key, /) -> Span:
        """Return the place of the value of ``key``; if there is none, the place of its nearest parent."""
        ...

    def update(self, values: Mapping[Key, Any], /) -> Self:
        """Return the document with each value at its key; creates missing mappings.

        No key may be a prefix of another one. A value that is already equal changes nothing. Raises ``Rejected`` if a
        key leads through something that is not a mapping, or if the text cannot be edited without other changes.
        """
        ...

    def remove(self, /, *keys: Key) -> Self:
        """Return the document without ``keys``; comments around them stay. Mappings that contained them stay, empty.

        No key may be a prefix of another one; a missing key changes nothing. Raises ``Rejected`` if the text cannot be
        edited without other changes.
        """
        ...

    def is_bare(self, key: Key, /) -> bool:
        """Tell whether there is no comment between the last name of ``key`` and its value, nor in that value."""
        ...

    def is_doubled(self, key: Key, /) -> bool:
        """Tell whether a name in ``key`` is duplicated, so that every client ignores its first occurrence."""
        ...


CHANGES_ELSE: Final = "the edit would change the meaning of other parts of the file"
_LEAD: Final = "gsdc cannot edit this without changing other parts: "


def not_editable(span: Span, why: str, help_: str = "write the value by hand, then run gsdc again") -> Rejected:
    """Return the error for a text that cannot be edited without other changes: ``why``, in lower case."""
    return Rejected(NOT_EDITABLE.at(span, f"{_LEAD}{why.removeprefix(_LEAD)}", help_))


def value_at(data: Any, key: Key) -> Any:
    """Return the value at ``key`` of a document's data, ``MISSING`` if there is none."""
    for name in key:
        if not isinstance(data, dict) or name not in data:
            return MISSING
        data = data[name]
    return data


def with_values(data: Any, values: Mapping[Key, Any]) -> dict[str, Any]:
    """Return ``data`` with each value at its key; a value that blocks a key is replaced by a mapping."""
    result = dict(data) if isinstance(data, dict) else {}
    inner: dict[str, dict[Key, Any]] = {}
    for (name, *rest), value in values.items():
        if rest:
            inner.setdefault(name, {})[tuple(rest)] = value
        else:
            result[name] = value
    return result | {name: with_values(result.get(name), below) for name, below in inner.items()}


def without_keys(data: Any, keys: Iterable[Key]) -> Any:
    """Return ``data`` without the values at ``keys``; the mappings that contained them stay."""
    if not isinstance(data, dict):
        return data
    result = dict(data)
    inner: dict[str, list[Key]] = {}
    for name, *rest in filter(None, keys):
        if rest and name in result:
            inner.setdefault(name, []).append(tuple(rest))
        elif not rest:
            result.pop(name, None)
    for name, below in inner.items():
        if name in result:
            result[name] = without_keys(result[name], below)
    return result


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are equal: 0 equals 0.0, true equals no number, and the order of keys is ignored.

    NaN equals itself.
    """
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and left != left:  # noqa: PLR0124 - NaN is what is not equal to itself
        return isinstance(right, float) and right != right  # noqa: PLR0124
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)
