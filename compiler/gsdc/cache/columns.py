"""Rows of named tuples as plain data for JSON, column by column, and the same rows again.

Columns are decoded by a few calls for all rows, instead of some calls for each row. Decoded data are checked against
the annotations of the named tuple: a column has the annotated types, or ``DamagedError`` is raised.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import cache, partial
from itertools import chain, compress
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

_SCALARS: Final = frozenset({str, int, float, bool, NoneType})

Row = TypeVar("Row")


class DamagedError(Exception):
    """Data that are not the columns of the requested rows."""


class _Column(NamedTuple):
    """How the values of one column are encoded as plain data, and decoded again."""

    pack: Callable[[Sequence[Any]], Any]
    unpack: Callable[[Any], Iterable[Any]]


def pack(rows: Iterable[tuple[Any, ...]], kind: type) -> list[Any]:
    """Return ``rows``, named tuples of the class ``kind``, as lists, dictionaries, text, numbers, booleans and None.

    The class's fields may be those, enumerations of text, tuples, other named tuples, and one of these or None.
    """
    return _packed(rows, _columns(kind))


def unpack(data: Any, kind: type[Row]) -> tuple[Row, ...]:
    """Return the rows that ``pack`` encoded as ``data``. Raises ``DamagedError`` for any other data."""
    if data == []:
        return ()
    try:
        return tuple(_rows(data, kind, _columns(kind)))  # type: ignore[arg-type]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise DamagedError(str(error)) from None


def _packed(rows: Iterable[tuple[Any, ...]], columns: Sequence[_Column]) -> list[Any]:
    """Return the packed columns of ``rows``, an empty result if there is no row."""
    values = list(zip(*rows, strict=True))
    return [column.pack(value) for column, value in zip(columns, values, strict=True)] if values else []


def _rows(data: Any, kind: type[Row], columns: Sequence[_Column]) -> Iterable[Row]:
    values = [column.unpack(packed) for column, packed in zip(columns, data, strict=True)]
    return map(partial(tuple.__new__, kind), zip(*values, strict=True))  # type: ignore[type-var]


@cache
def _columns(kind: Any) -> tuple[_Column, ...]:
    hints = get_type_hints(kind)
    return tuple(_column(hints[name]) for name in kind._fields)


@cache
def _column(hint: Any) -> _Column:
    arguments = get_args(hint)
    if hint in {str, str | None}:
        return _Column(_pooled, partial(_texts, frozenset(arguments or (str,))))
    is_union = get_origin(hint) in {Union, UnionType}
    if hint in _SCALARS or (is_union and _SCALARS.issuperset(arguments)):
        return _Column(list, partial(_scalars, _types(arguments or (hint,))))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _Column(lambda values: _pooled([str(value) for value in values]), partial(_members, hint))
    if is_union:
        (inner,) = {*arguments} - {NoneType}
        lists = _lists(_column(inner))
        return _Column(
            lambda values: lists.pack([() if value is None else (value,) for value in values]),
            lambda data: [value[0] if value else None for value in lists.unpack(data)],
        )
    if arguments[1:] == (...,):
        return _lists(_column(arguments[0]))
    kind, columns = (tuple, tuple(map(_column, arguments))) if arguments else (hint, _columns(hint))
    return _Column(
        lambda rows: _packed(rows, columns),
        lambda data: _rows(data, kind, columns) if data else (),
    )


def _types(hints: Iterable[Any]) -> frozenset[Any]:
    """Return the types of values of the type ``hints``: a whole number is also a float (PEP 484)."""
    return frozenset({*hints} | ({int} if float in hints else set()))


def _scalars(types: frozenset[Any], data: Any) -> Sequence[Any]:
    if type(data) is not list or not types.issuperset(map(type, data)):
        raise DamagedError("other types than those of the column")
    return data


def _pooled(values: Sequence[str | None]) -> Any:
    """Return texts, each once and by its number if most occur more than once."""
    pool = dict.fromkeys(values)
    if 2 * len(pool) > len(values):
        return list(values)
    numbers = {value: number for number, value in enumerate(pool)}
    return {"pool": list(pool), "at": [numbers[value] for value in values]}


_TEXT: Final = frozenset({str})
_NUMBER: Final = frozenset({int})


def _texts(types: frozenset[Any], data: Any) -> Sequence[Any]:
    if type(data) is not dict:
        return _scalars(types, data)
    return list(map(_scalars(types, data["pool"]).__getitem__, _scalars(_NUMBER, data["at"])))


def _members(kind: type[Enum], data: Any) -> Sequence[Enum]:
    known = {str(member): member for member in kind}
    return list(map(known.__getitem__, _texts(_TEXT, data)))


def _lists(items: _Column) -> _Column:
    """Return the column of tuples of any length: their lengths, and the items of all of them."""

    def packed(values: Sequence[Sequence[Any]]) -> list[Any]:
        return [list(map(len, values)), items.pack(list(chain.from_iterable(values)))]

    def unpacked(data: Any) -> list[tuple[Any, ...]]:
        sizes, rest = data
        found: list[tuple[Any, ...]] = [()] * len(_scalars(_NUMBER, sizes))
        left = tuple(items.unpack(rest)) if rest else ()
        at = 0
        for index in compress(range(len(sizes)), sizes):  # most are empty
            found[index] = left[at : at + sizes[index]]
            at += sizes[index]
        if at != len(left) or min(sizes, default=0) < 0:
            raise DamagedError("other lengths than those of the column")
        return found

    return _Column(packed, unpacked)
