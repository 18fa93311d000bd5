"""The edits that set values in a TOML file, or remove some of its keys, in the style of the file."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from gsdc.source.key_document import MISSING, Key, value_at, with_values
from gsdc.source.text_edit import Edit, line_end, line_start, newline_of, next_line
from gsdc.source.toml_text import Pair, Statement, TableHeader
from gsdc.source.toml_value import dotted, inline
from gsdc.source.tree import is_blank

_REST: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?")

Refuse = Callable[[Key, str], Exception]
"""Return the error for a key that cannot be edited, and why not."""


class TomlEdits:
    """The edits of one text with these ``statements`` and this ``data``."""

    def __init__(self, text: str, statements: Sequence[Statement], data: Any, refuse: Refuse) -> None:
        self._text, self._data, self._refuse = text, data, refuse
        self._newline = newline_of(text)
        arrays = {each.key for each in statements if isinstance(each, TableHeader) and each.is_array}
        self._statements = statements
        self._below: dict[Key, list[int]] = defaultdict(list)  # numbers of the statements at or below a key
        for number, each in enumerate(statements):
            for length in range(len(each.key) + 1):
                self._below[each.key[:length]].append(number)
        self._headers: dict[Key, TableHeader] = {}
        self._pairs: dict[Key, tuple[Pair, Pair | None]] = {}
        self._last_pair: dict[Key, Pair] = {}  # of each table
        self._dotted: dict[Key, Pair] = {}  # the last pair that creates a table by a dotted key
        for each in statements:
            if any(each.key[:length] in arrays for length in range(len(each.key) + 1)):
                continue  # a statement in an array of tables has no key of its own
            if isinstance(each, TableHeader):
                self._headers[each.key] = each
            else:
                self._note_pair(each)

    def _note_pair(self, pair: Pair) -> None:
        table = len(pair.key) - len(pair.own)
        self._note(pair, None)
        self._last_pair[pair.key[:table]] = pair
        self._dotted |= {pair.key[:length]: pair for length in range(table + 1, len(pair.key))}

    def _note(self, pair: Pair, parent: Pair | None) -> None:
        self._pairs[pair.key] = pair, parent
        for member in pair.members:
            self._note(member, pair)

    def place(self, key: Key) -> int | None:
        """Return where the value of ``key`` is, or its table begins; None if there is neither."""
        if key in self._pairs:
            return self._pairs[key][0].value
        numbers = self._below.get(key) if key else None
        return self._statements[numbers[0]].start if numbers else None

    def is_written_as_pair(self, key: Key) -> bool:
        """Tell whether the value of ``key`` follows a "=", and is not a table of its own."""
        return key in self._pairs

    def of_values(self, values: Mapping[Key, Any]) -> Iterator[Edit]:
        """Yield the edits that write each value at its key, which exists as a pair or does not exist."""
        inserted: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))  # pairs, then tables
        in_tables: dict[Key, list[tuple[Key, Any]]] = defaultdict(list)
        in_inline: dict[Key, dict[Key, Any]] = defaultdict(dict)
        for key, value in values.items():
            if key in self._pairs:
                yield self._replacement(self._pairs[key][0], value)
                continue
            self._check_path(key)
            if (table := self._inline_table_of(key)) is not None:
                in_inline[table.key][key[len(table.key) :]] = value
            elif (neighbour := self._dotted_neighbour(key)) is not None:
                own = key[len(neighbour.key) - len(neighbour.own) :]
                inserted[self._end(neighbour)][0].append(self._line(neighbour.start, own, value))
            else:
                in_tables[key[:-1]].append((key[-1:], value))
        for table_key, members in in_inline.items():
            yield self._in_braces(self._pairs[table_key][0], members)
        if is_blank(self._text) and in_tables:
            yield self._into_nothing(in_tables)
            return
        for table_key, pairs in in_tables.items():
            yield from self._in_table(table_key, pairs, inserted)
        for at, (lines, tables) in inserted.items():
            yield at, at, "".join((*lines, *tables))

    def of_removal(self, keys: Collection[Key]) -> Iterator[Edit]:
        """Yield the edits that remove the statements at ``keys`` or below them."""
        members: dict[int, tuple[Pair, set[Pair]]] = {}
        gone: list[Statement] = []
        for key in keys:
            for each, parent in self._written_at(key):
                if parent is None:
                    gone.append(each)
                elif isinstance(each, Pair):
                    members.setdefault(parent.start, (parent, set()))[1].add(each)
        for parent, some in members.values():
            yield from self._cuts_in_braces(parent, some)
        yield from self._cuts(gone)

    def is_bare(self, key: Key) -> bool:
        """Tell whether there is no comment in the value of ``key``, or in its table."""
        if key in self._pairs:
            pair, text = self._pairs[key][0], self._text
            return "\n" not in text[pair.start : pair.end] or "#" not in text[pair.start : pair.end]
        numbers = self._below.get(key, [])
        for number, following in zip_longest(numbers, numbers[1:]):
            end = self._statements[number].end
            after = self._statements[following].start if following == number + 1 else line_end(self._text, end)
            if "#" in self._text[end:after]:
                return False
        return True

    def _written_at(self, key: Key) -> Iterator[tuple[Statement, Pair | None]]:
        """Yield the statements at ``key`` or below it, each with the inline table that contains it."""
        if key in self._pairs:
            yield self._pairs[key]
            return
        yield from ((self._statements[number], None) for number in self._below.get(key, ()))
        table = self._inline_table_of(key)
        if table is not None:  # a dotted key in it
            yield from ((each, table) for each in table.members if each.key[: len(key)] == key)

    def _check_path(self, key: Key) -> None:
        """Raise unless all parents of ``key`` are tables, or do not exist."""
        for length in range(len(key)):
            value = value_at(self._data, key[:length])
            if value is not MISSING and not isinstance(value, dict):
                raise self._refuse(key[:length], "it is not a table")

    def _inline_table_of(self, key: Key) -> Pair | None:
        """Return the innermost inline table that contains ``key``."""
        above = (self._pairs.get(key[:length]) for length in range(len(key) - 1, 0, -1))
        return next((found[0] for found in above if found is not None and found[0].is_table), None)

    def _dotted_neighbour(self, key: Key) -> Pair | None:
        """Return the last pair that creates the table of ``key`` by a dotted key; None if no pair does."""
        for length in range(len(key) - 1, 0, -1):
            if key[:length] in self._headers:
                return None
            if key[:length] in self._dotted:
                return self._dotted[key[:length]]
        return None

    def _end(self, each: Statement) -> int:
        return line_end(self._text, each.end)

    def _indent(self, at: int) -> str:
        return self._text[line_start(self._text, at) : at].lstrip("\ufeff")

    def _line(self, beside: int, own: Key, value: Any) -> str:
        """Return a pair as text to insert at the end of a line, with the indentation of the line at ``beside``."""
        return f"{self._newline}{self._indent(beside)}{dotted(own)} = {inline(value)}"

    def _replacement(self, pair: Pair, value: Any) -> Edit:
        quote = self._text[pair.value] if isinstance(value, str) else ""
        return pair.value, pair.end, inline(value, quote=quote)

    def _in_table(
        self, table: Key, pairs: Sequence[tuple[Key, Any]], inserted: Mapping[int, tuple[list[str], list[str]]]
    ) -> Iterator[Edit]:
        beside = self._last_of_table(table)
        if beside is not None:
            inserted[self._end(beside)][0].extend(self._line(beside.start, own, value) for own, value in pairs)
            return
        lines = self._pairs_of(pairs)
        if not table and self._statements:  # there is no pair above the first table
            at = self._above_first()
            yield at, at, lines + self._newline * 2
            return
        neighbour = self._last_below(table)
        at = self._end(neighbour) if neighbour else self._end_of_text()
        if table:
            inserted[at][1].append(f"{self._gap(at)}{self._newline}[{dotted(table)}]{self._newline}{lines}")
        else:
            inserted[at][0].append(self._newline + lines)

    def _end_of_text(self) -> int:
        """Return where the last line ends that is not blank."""
        return line_end(self._text, len(self._text.rstrip()) - 1)

    def _into_nothing(self, tables: Mapping[Key, Sequence[tuple[Key, Any]]]) -> Edit:
        """Return the edit that writes all of ``tables`` into a blank text, the pairs of the root first."""
        at = self._text.startswith("\ufeff")
        parts = (
            (f"[{dotted(table)}]{self._newline}" if table else "") + self._pairs_of(pairs)
            for table, pairs in sorted(tables.items(), key=lambda item: bool(item[0]))
        )
        text = (self._newline * 2).join(parts) + self._newline
        return at, at, text + (self._newline if self._text[at:] else "")

    def _pairs_of(self, pairs: Sequence[tuple[Key, Any]]) -> str:
        return self._newline.join(f"{dotted(own)} = {inline(value)}" for own, value in pairs)

    def _gap(self, at: int) -> str:
        """Return the blank line before a new table; none if the file uses none."""
        following = next_line(self._text, at)
        return "" if self._text[following : line_end(self._text, following)].strip() else self._newline

    def _last_of_table(self, table: Key) -> Statement | None:
        """Return the last pair of a table with a header, or the header if it has none; the root has no header."""
        if table and table not in self._headers:
            return None
        return self._last_pair.get(table, self._headers.get(table))

    def _last_below(self, table: Key) -> Statement | None:
        """Return the last statement in the nearest table above a new one that has any."""
        for length in range(len(table), -1, -1):
            if numbers := self._below.get(table[:length]):
                return self._statements[numbers[-1]]
        return None

    def _above_first(self) -> int:
        """Return where the first statement begins, including the comments directly above it."""
        at = line_start(self._text, self._statements[0].start)
        while at > 0:
            above = line_start(self._text, at - 1)
            if not self._text[above:at].lstrip("\ufeff \t").startswith("#"):
                break
            at = above
        return at + self._text.startswith("\ufeff", at)

    def _in_braces(self, table: Pair, members: Mapping[Key, Any]) -> Edit:
        new: dict[Key, Any] = {}
        nested: dict[Key, dict[Key, Any]] = defaultdict(dict)
        for own, value in members.items():
            if len(own) > 1 and value_at(self._data, (*table.key, own[0])) is MISSING:
                nested[own[:1]][own[1:]] = value
            else:
                new[own] = value
        new |= {own: with_values({}, values) for own, values in nested.items()}
        inside = ", ".join(f"{dotted(own)} = {inline(value)}" for own, value in new.items())
        if not table.members:
            at = table.value + 1
            return at, at, inside if self._text.startswith("}", at) else f" {inside}"
        at = table.members[-1].end
        return at, at, f", {inside}"

    def _cuts_in_braces(self, table: Pair, gone: set[Pair]) -> Iterator[Edit]:
        members = table.members
        if len(gone) == len(members):
            yield table.value + 1, members[-1].end, ""
            return
        last = max(index for index, each in enumerate(members) if each not in gone)
        for index, each in enumerate(members[:last]):
            if each in gone:
                yield each.start, members[index + 1].start, ""
        if last + 1 < len(members):
            yield members[last].end, members[-1].end, ""

    def _cuts(self, gone: Collection[Statement]) -> Iterator[Edit]:
        """Yield the edits that remove the lines of statements, and a blank line if two would remain."""
        text = self._text
        first = text.startswith("\ufeff")
        runs: list[tuple[int, int]] = []
        for each in sorted(gone, key=lambda each: each.start):
            rest = _REST.match(text, each.end)
            if rest and rest[0].strip():  # a comment after it gets a line of its own
                yield each.start, rest.end() - len(rest[0].lstrip()), ""
                continue
            start, end = max(line_start(text, each.start), first), next_line(text, each.end)
            if runs and not text[runs[-1][1] : start].strip():
                start = runs.pop()[0]
            runs.append((start, end))
        for start, end in runs:
            above = line_start(text, start - 1) if start > first else start
            is_blank_above = not text[max(above, first) : start].strip()
            is_blank_below = not text[end : line_end(text, end)].strip()
            if is_blank_above and end == len(text):
                yield max(above, first), end, ""
            elif is_blank_above and is_blank_below:
                yield start, next_line(text, end), ""
            else:
                yield start, end, ""
