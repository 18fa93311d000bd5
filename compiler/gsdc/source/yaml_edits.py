"""The edits that set values in a YAML mapping, or remove some of its keys, in the style of the file."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from gsdc.source.key_document import Key
from gsdc.source.text_edit import Edit, break_at, line_end, line_start, newline_of, next_line
from gsdc.source.yaml_nodes import Member, NodeKind, Value, column_of
from gsdc.source.yaml_value import Style, in_block, in_flow, member

_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)
_DOCUMENT_END: Final = re.compile(r"^\.\.\.", re.MULTILINE)
_COMMA: Final = re.compile(r"[ \t]*,")
_OWN_LINE: Final = re.compile(r"[ \t]*,?[ \t]*(?:(?<=[ \t])#[^\n]*)?\r?\n")
_CONTAINERS: Final = (NodeKind.MAPPING, NodeKind.LIST)

Refuse = Callable[[Key, str], Exception]
"""Return the error for a key that cannot be edited, and why not."""


class YamlEdits:
    """The edits of one text whose outermost value is ``root``, None if the text is empty."""

    def __init__(self, text: str, root: Value | None, refuse: Refuse) -> None:
        self._text, self._root, self._refuse = text, root, refuse
        self._newline = newline_of(text)
        self._style = _style_of(text, root)

    def of_values(self, values: Mapping[Key, Any]) -> Iterator[Edit]:
        """Yield the edits that write each value at its key; raise the result of ``refuse`` if there is no place."""
        added: dict[Key, dict[str, Any]] = {}
        for key, value in values.items():
            chain = self._chain(key)
            if len(chain) == len(key):
                parent = chain[-2].value if len(chain) > 1 else self._root
                yield from self._replacement(key, chain[-1], value, flow=parent is not None and parent.flow)
            else:
                members = added.setdefault(key[: len(chain)], {})
                for name in key[len(chain) : -1]:
                    members = members.setdefault(name, {})
                members[key[-1]] = value
        for parent_key, new in added.items():
            yield from self._insertion(parent_key, new)

    def of_removal(self, keys: Collection[Key]) -> Iterator[Edit]:
        """Yield the edits that remove ``keys``; missing keys need none."""
        by_parent: dict[Key, list[Member]] = {}
        for key in keys:
            chain = self._chain(key)
            if len(chain) == len(key):
                by_parent.setdefault(key[:-1], []).append(chain[-1])
        for parent_key, gone in by_parent.items():
            chain = self._chain(parent_key)
            parent = chain[-1].value if chain else self._root
            if parent is None:
                continue
            if parent.flow:
                yield from self._cuts_in_flow(parent_key, parent, set(gone))
                continue
            if chain and len(gone) == len(parent.members):  # an empty block is null, not an empty mapping
                yield chain[-1].colon, chain[-1].colon, " {}"
            for each in gone:
                yield self._cut(parent_key, each)

    def is_bare(self, key: Key) -> bool:
        """Tell whether there is no comment between the last name of ``key`` and its value, nor in that value."""
        chain = self._chain(key)
        if not key or len(chain) < len(key):
            return True
        found = chain[-1]
        return not any(_COMMENT.search(self._text, start, end) for start, end in self._gaps(found))

    def _outside_of_quotes(self, value: Value) -> Iterator[tuple[int, int]]:
        """Yield the parts of the text of a list, or of a value in it, except keys and quoted text."""
        if value.kind is NodeKind.SCALAR and self._text[value.start] in "\"'":
            return
        last = value.start
        for item in value.items:
            yield last, item.start
            yield from self._outside_of_quotes(item)
            last = item.end
        for each in value.members:
            yield last, each.start
            yield max(each.colon, each.start), max(each.value.start, each.colon)
            yield from self._outside_of_quotes(each.value)
            last = each.end
        yield last, value.end

    def _gaps(self, found: Member) -> Iterator[tuple[int, int]]:
        """Yield the parts of the text of a member that are neither its key nor the text of a value."""
        value = found.value
        yield max(found.colon, found.start), max(value.start, found.colon)
        if value.kind is NodeKind.LIST:
            yield from self._outside_of_quotes(value)
        if value.kind is not NodeKind.MAPPING:
            return
        members = value.members
        if members:
            yield value.start, members[0].start
        yield from ((one.end, other.start) for one, other in pairwise(members))
        if value.flow:
            yield (members[-1].end if members else value.start), value.end
        elif members:
            yield members[-1].end, self._end_of_comments(members[-1].end, column_of(self._text, found.start))

    def _end_of_comments(self, at: int, column: int) -> int:
        """Return where the comments after a block end: on its last line, and below it if more indented."""
        end = line_end(self._text, at)
        while (start := next_line(self._text, end)) > end:
            line = self._text[start : line_end(self._text, start)]
            indented = line.lstrip(" \t")
            if indented and (indented[0] != "#" or len(line) - len(indented) <= column):
                break
            end = max(line_end(self._text, start), start)
            if end == len(self._text):
                break
        return end

    def _chain(self, key: Key) -> list[Member]:
        """Return the existing members on the path ``key``."""
        chain: list[Member] = []
        value = self._root
        for name in key:
            found = value.member(name) if value is not None else None
            if found is None:
                break
            chain.append(found)
            value = found.value
        return chain

    def _replacement(self, key: Key, found: Member, new: Any, *, flow: bool) -> Iterator[Edit]:
        old = found.value
        self._check(key, found)
        if old.kind in _CONTAINERS and not old.flow:
            yield from self._replaced_block(found, new)
        elif old.kind is NodeKind.NOTHING:
            yield old.start, old.end, f" {in_flow(new, nested=flow)}"
        elif old.kind in _CONTAINERS and new is None and not flow:
            yield found.colon, old.end, ""
        else:
            first = self._text[old.start]
            quote = first if first in "\"'" and isinstance(new, str) else ""
            yield old.start, old.end, in_flow(new, quote=quote, nested=flow)

    def _replaced_block(self, found: Member, new: Any) -> Iterator[Edit]:
        old = found.value
        if isinstance(new, dict | list) and new:
            column = here = column_of(self._text, old.start)
            if isinstance(new, dict):  # a list may begin in the column of its key, a mapping may not
                column = max(here, column_of(self._text, found.start) + self._style.unit)
            indent = self._newline + " " * column
            yield old.start, old.end, " " * (column - here) + indent.join(in_block(new, self._style))
            return
        if new is not None:
            yield found.colon, found.colon, f" {in_flow(new)}"
        yield line_end(self._text, found.colon), old.end, ""

    def _check(self, key: Key, found: Member) -> None:
        """Raise unless the value of a member can be edited without a change elsewhere."""
        if found.value.kind is NodeKind.ALIAS:
            raise self._refuse(key, "the value is an alias of another one")
        if found.value.has_properties:
            raise self._refuse(key, "the value has an anchor or a tag")
        if found.colon < 0:
            raise self._refuse(key, "the key and its value are not on one line")

    def _insertion(self, key: Key, new: Mapping[str, Any]) -> Iterator[Edit]:
        chain = self._chain(key)
        parent = chain[-1].value if chain else self._root
        if parent is None:
            yield self._at_end(new)
        elif parent.kind is NodeKind.NOTHING:
            self._check(key, chain[-1])
            if len(chain) > 1 and chain[-2].value.flow:
                raise self._refuse(key, "a key in braces has no value")
            column = column_of(self._text, chain[-1].start) + self._style.unit
            yield self._below(chain[-1].colon, column, new)
        elif parent.kind is not NodeKind.MAPPING:
            raise self._refuse(key, "it is an alias" if parent.kind is NodeKind.ALIAS else "it is not a mapping")
        elif parent.flow:
            yield self._in_braces(parent, new)
        else:
            start = parent.members[0].start if parent.has_properties else parent.start
            yield self._below(parent.end, column_of(self._text, start), new)

    def _lines(self, new: Mapping[str, Any]) -> Iterator[str]:
        for name, value in new.items():
            yield from member(name, value, self._style)

    def _below(self, at: int, column: int, new: Mapping[str, Any]) -> Edit:
        """Return the edit that adds members below the line of ``at``."""
        end = line_end(self._text, at)
        return end, end, "".join(f"{self._newline}{' ' * column}{line}" for line in self._lines(new))

    def _at_end(self, new: Mapping[str, Any]) -> Edit:
        """Return the edit that adds members to a text with only comments."""
        end = _DOCUMENT_END.search(self._text)
        at = end.start() if end else len(self._text)
        lines = self._newline.join(self._lines(new))
        if at == 0 or self._text[at - 1] == "\n":
            return at, at, lines + self._newline
        return at, at, self._newline + lines

    def _in_braces(self, parent: Value, new: Mapping[str, Any]) -> Edit:
        inside = in_flow(dict(new))[1:-1]
        if not parent.members:
            return parent.start + 1, parent.start + 1, inside
        last = parent.members[-1]
        before = self._text[line_start(self._text, last.start) : last.start]
        if before.strip():  # the members are on one line
            gap = " " if last.value.kind is NodeKind.NOTHING else ""
            return last.end, last.end, f"{gap}, {inside}"
        lead = self._newline + before
        rest = lead + f",{lead}".join(in_flow({name: value})[1:-1] for name, value in new.items())
        end = line_end(self._text, last.end)
        tail = self._text[last.end : end]
        if tail.lstrip().startswith(","):  # the file's style is a trailing comma
            return end, end, f"{rest},"
        if tail.strip() and not tail.lstrip().startswith("#"):
            return last.end, last.end, f",{rest}"
        return last.end, end, f",{tail}{rest}"

    def _cuts_in_flow(self, key: Key, parent: Value, gone: set[Member]) -> Iterator[Edit]:
        members = parent.members
        stays = [index for index, each in enumerate(members) if each not in gone]
        last = stays[-1] if stays else -1
        if all(_OWN_LINE.fullmatch(self._text, *self._line_without(each)) for each in gone):
            yield from self._lines_in_flow(gone, members[last] if stays else None, members[-1])
            return
        if not stays:
            comma = _COMMA.match(self._text, members[-1].end)
            yield self._cut_in_flow(key, members[0].start, comma.end() if comma else members[-1].end, members)
            return
        for index, each in enumerate(members[:last]):
            if each in gone:
                yield self._cut_in_flow(key, each.start, members[index + 1].start, (each,))
        if last + 1 < len(members):
            yield self._cut_in_flow(key, members[last].end, members[-1].end, members[last + 1 :])

    def _line_without(self, each: Member) -> tuple[int, int]:
        """Return where the text after a member on its line begins and ends; an empty part if something precedes it."""
        if self._text[line_start(self._text, each.start) : each.start].strip():
            return 0, 0
        return each.end, next_line(self._text, each.end)

    def _lines_in_flow(self, gone: set[Member], stays: Member | None, last: Member) -> Iterator[Edit]:
        """Yield the edits that remove members on lines of their own, and the comma that becomes superfluous."""
        for each in gone:
            comment = _COMMENT.search(self._text, each.end, line_end(self._text, each.end))
            if comment:
                yield each.start, comment.start(), ""
            else:
                yield line_start(self._text, each.start), next_line(self._text, each.end), ""
        comma = _COMMA.match(self._text, stays.end) if stays else None
        if last in gone and comma and not _COMMA.match(self._text, last.end):
            yield comma.end() - 1, comma.end(), ""

    def _cut_in_flow(self, key: Key, start: int, end: int, gone: Collection[Member]) -> Edit:
        ends = (start, *(each.end for each in gone))
        starts = (*(each.start for each in gone), end)
        if any("#" in self._text[one:other] for one, other in zip(ends, starts, strict=True)):
            raise self._refuse((*key, next(iter(gone)).name), "there is a comment between two keys in braces")
        return start, end, ""

    def _cut(self, key: Key, gone: Member) -> Edit:
        """Return the edit that removes the lines of a member; a comment after its value gets a line of its own."""
        start, end = line_start(self._text, gone.start), line_end(self._text, gone.end)
        if self._text[start : gone.start].strip():
            raise self._refuse((*key, gone.name), "there is text before the key on its line")
        rest = self._text[gone.end : end]
        if rest.strip():
            return gone.start, end - len(rest.lstrip()), ""
        return start, end + len(break_at(self._text, end)), ""


def _style_of(text: str, root: Value | None) -> Style:
    """Return the indentation of the file, from its first mapping and its first list inside a mapping."""
    unit = list_unit = None
    rest = [] if root is None else [root]
    while rest and (unit is None or list_unit is None):
        value = rest.pop()
        if value.flow:
            continue
        for each in value.members:
            inner = each.value
            step = column_of(text, inner.start) - column_of(text, each.start)
            if inner.flow or inner.kind not in _CONTAINERS or inner.has_properties:
                continue
            if inner.kind is NodeKind.MAPPING:
                unit = step if unit is None else unit
            else:
                list_unit = step if list_unit is None else list_unit
            rest.append(inner)
    return Style(unit or 2, 2 if list_unit is None else list_unit)
