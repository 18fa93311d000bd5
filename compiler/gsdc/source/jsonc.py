"""JSON with comments and trailing commas, read with positions and edited in place.

OpenCode accepts both in ``.json`` and ``.jsonc`` files. An edit replaces one value, inserts one member in the file's
own style, or removes one; every other character stays unchanged.
"""

import json
import re
from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from gsdc.finding import Rejected
from gsdc.source.json_text import DUPLICATE, MAX_DEPTH, STRING, SYNTAX, JsonNode, parse, skip
from gsdc.source.key_document import same
from gsdc.source.nesting import too_deep
from gsdc.source.span import Places, Span

__all__ = ["DUPLICATE", "SYNTAX", "JsonNode", "Jsonc", "data_of"]

Path = tuple[str | int, ...]
Edit = tuple[int, int, str]  # replaces the characters from start to end

# Comments on the line of the preceding member; a line comment only if a line break follows it anyway.
_BLOCK_COMMENTS: Final = re.compile(r"(?:[ \t]*/\*(?:[^*\r\n]|\*(?!/))*\*/)*")
_LINE_COMMENT: Final = re.compile(r"[ \t]*//[^\r\n]*")


class Jsonc:
    """A JSONC text, immutable: an edit returns another one.

    Raises ``Rejected`` with line and column for the first error. The last of duplicate keys counts, as in the clients;
    ``duplicates`` has a finding for each. ``data`` is the content as plain Python data.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.root, self.duplicates = parse(path, text)
        self.data: Any = self.root.data

    def node(self, path: Sequence[str | int]) -> JsonNode | None:
        """Return the value at ``path``, None if there is none."""
        node, depth = self._deepest(path)
        return node if depth == len(path) else None

    def _deepest(self, path: Sequence[str | int]) -> tuple[JsonNode, int]:
        """Return the last existing value on ``path``, and the number of keys that lead to it."""
        node = self.root
        for depth, key in enumerate(path):
            index = node.member(key)
            if index is None:
                return node, depth
            node = node.members[index][2]
        return node, len(path)

    def span(self, path: Path = (), *, key: bool = False) -> Span:
        """Return the place of the value at ``path``, or of its key; if there is none, of its nearest parent."""
        node, start, is_key = self.root, self.root.start, False
        for name in path:
            index = node.member(name)
            if index is None:
                break
            _, key_start, node = node.members[index]
            start, is_key = (key_start, True) if key else (node.start, False)
        if is_key:
            written = STRING.match(self.text, start)
            return self._places.between(start, written.end() if written else start)
        return self._places.between(start, start if isinstance(node.data, dict | list) else node.end)

    @cached_property
    def _places(self) -> Places:
        return Places(self.path, self.text)

    def set(self, path: Sequence[str], value: Any, *, escape: Sequence[str] = ()) -> "Jsonc":
        """Return the document with ``value`` at ``path``; creates missing objects; see ``update``."""
        return self.update({tuple(path): value}, escape=escape)

    def update(self, values: Mapping[tuple[str, ...], Any], *, escape: Sequence[str] = ()) -> "Jsonc":
        r"""Return the document with each value at its path; creates missing objects.

        No path may be a prefix of another one. A value that is already equal changes nothing. The first character of
        each text of ``escape`` is written as \uXXXX in inserted text, for clients that substitute in the raw text.
        Raises ``Rejected`` if a path leads through something that is not an object.
        """
        edits: list[Edit] = []
        new: dict[int, tuple[JsonNode, dict[str, Any]]] = {}
        for path, value in values.items():
            node, depth = self._deepest(path)
            if depth == len(path):
                edits.extend(self._replacement(node, value, escape))
                continue
            if not isinstance(node.data, dict):
                where = self._places.at(node.start)
                message = f'"{".".join(path[:depth]) or self.path}" is not an object'
                raise Rejected(SYNTAX.at(where, message, "write an object here, or remove it"))
            _, members = new.setdefault(node.start, (node, {}))
            for key in path[depth:-1]:
                members = members.setdefault(key, {})
            members[path[-1]] = value
        for parent, added in new.values():
            edits.append(self._insertion(parent, added, escape))
        return self._edited(edits)

    def remove(self, *paths: Sequence[str]) -> "Jsonc":
        """Return the document without the members at ``paths``; keeps comments around them, ignores missing members.

        No path may be a prefix of another one.
        """
        gone: dict[int, tuple[JsonNode, set[int]]] = {}
        for path in filter(None, paths):
            parent = self.node(path[:-1])
            if parent is not None and isinstance(parent.data, dict):
                gone.setdefault(parent.start, (parent, set()))[1].update(parent.all_of(path[-1]))
        edits = [(start, end, "") for parent, indexes in gone.values() for start, end in self._cuts(parent, indexes)]
        return self._edited(edits)

    def is_doubled(self, path: Sequence[str]) -> bool:
        """Tell whether a key in ``path`` is duplicated: every client ignores the first occurrence."""
        if not self.duplicates:
            return False
        above = (self.node(path[:length]) for length in range(len(path)))
        return any(node and len(node.all_of(key)) > 1 for node, key in zip(above, path, strict=True))

    @property
    def is_empty(self) -> bool:
        """Whether it is an empty object, and the text has no comments."""
        return self.data == {} and not self.text.strip("\ufeff \t\r\n{}")

    def is_bare(self, path: Sequence[str]) -> bool:
        """Tell whether there is no comment between the last key of ``path`` and its value, nor inside it."""
        parent = self.node(path[:-1])
        index = parent.member(path[-1]) if parent else None
        if parent is None or index is None:
            return True
        _, start, value = parent.members[index]
        key = STRING.match(self.text, start)
        if key is None or self.text[key.end() : value.start].strip(" \t\r\n:"):
            return False
        return not isinstance(value.data, dict) or self._holds_members_only(value)

    def _holds_members_only(self, parent: JsonNode) -> bool:
        ends = (parent.start + 1, *(node.end for _, _, node in parent.members))
        starts = (*(start for _, start, _ in parent.members), parent.end - 1)
        return not any(self.text[end:start].strip(" \t\r\n,") for end, start in zip(ends, starts, strict=True))

    def _cuts(self, parent: JsonNode, gone: Container[int]) -> list[tuple[int, int]]:
        """Return the characters to remove with some members of an object, including commas; none overlap."""
        text, members = self.text, parent.members
        if all(index in gone for index in range(len(members))) and self._holds_members_only(parent):
            return [(parent.start + 1, parent.end - 1)]
        cuts: list[tuple[int, int]] = []
        runs: list[tuple[int, int]] = []  # of removed members, with only blanks between them
        stays = None  # the preceding member that stays
        for index, (_, start, node) in enumerate(members):
            if index not in gone:
                stays = node
                continue
            end, comma = node.end, skip(text, node.end)
            if text[comma] == ",":
                if not text[end:comma].strip():
                    end = comma + 1
                else:  # there is a comment between the value and its comma: keep it
                    cuts.append((comma, comma + 1))
            elif stays is not None:
                before = skip(text, stays.end)
                cuts.append((before, before + 1))
            follows = runs and not text[runs[-1][1] : start].strip()
            runs.append((runs.pop()[0] if follows else start, end))
        return [*cuts, *(self._with_blanks(start, end) for start, end in runs)]

    def _with_blanks(self, start: int, end: int) -> tuple[int, int]:
        """Extend the characters of a member to the white space removed with it: its line, or the blank before it."""
        text = self.text
        left, right = start, end
        while text[left - 1] in " \t":
            left -= 1
        while text[right] in " \t":
            right += 1
        if text[left - 1] == "\n" and text.startswith(("\n", "\r\n"), right):
            return left, text.index("\n", right) + 1
        if text[left - 1] in "{,":
            return (left, end) if text[left - 1] == "," else (start, right)
        return start, end

    def _replacement(self, node: JsonNode, value: Any, escape: Sequence[str]) -> list[Edit]:
        if same(node.data, value):
            return []
        inline = "\n" not in self.text[node.start : node.end] and bool(node.members)
        return [(node.start, node.end, self._render(value, self._indent(node.start), escape, inline=inline))]

    def _insertion(self, parent: JsonNode, new: Mapping[str, Any], escape: Sequence[str]) -> Edit:
        text, outer = self.text, self._indent(parent.start)
        if not parent.members:
            kept = text[parent.start + 1 : parent.end - 1].rstrip()  # comments stay above the new members
            if self._one_line and not kept:
                body = self._members(new, outer, escape, inline=True).lstrip()
            else:
                body = kept + self._members(new, outer + self._unit, escape, inline=False) + self._newline + outer
            return parent.start + 1, parent.end - 1, body
        _, key_start, last = parent.members[-1]
        lead = text[parent.members[-2][2].end if len(parent.members) > 1 else parent.start : key_start]
        inline = "\n" not in lead
        members = self._members(new, self._indent(key_start), escape, inline=inline)
        comma = skip(text, last.end)
        if text[comma] == ",":  # the file's style is a trailing comma
            end = self._end_of_member(comma + 1, inline=inline)
            return end, end, members + ","
        end = self._end_of_member(last.end, inline=inline)
        return last.end, end, "," + text[last.end : end] + members

    def _end_of_member(self, offset: int, *, inline: bool) -> int:
        """Return where a member that ends at ``offset`` ends, including the comments that follow it on its line."""
        for pattern in (_BLOCK_COMMENTS,) if inline else (_BLOCK_COMMENTS, _LINE_COMMENT):
            match = pattern.match(self.text, offset)
            offset = match.end() if match else offset
        return offset

    def rendered_after(self, offset: int, value: Any, *, inline: bool) -> str:
        """Return ``value`` as text after a list item at ``offset``, with the blank or line break before it."""
        indent = self._indent(offset)
        return (" " if inline else self._newline + indent) + self._render(value, indent, (), inline=inline)

    def _members(self, new: Mapping[str, Any], indent: str, escape: Sequence[str], *, inline: bool) -> str:
        """Return members as text after another one, each with the blank or line break before it."""
        lead = " " if inline else self._newline + indent
        rendered = ((self._render(item, indent, escape, inline=inline) for item in pair) for pair in new.items())
        return ",".join(f"{lead}{key}: {value}" for key, value in rendered)

    def _render(self, value: Any, indent: str, escape: Sequence[str], *, inline: bool) -> str:
        text = json.dumps(value, ensure_ascii=False, indent=None if inline else self._unit)
        for literal in escape:
            text = text.replace(literal, f"\\u{ord(literal[0]):04x}{literal[1:]}")
        return text.replace("\n", self._newline + indent)

    def _edited(self, edits: Sequence[Edit]) -> "Jsonc":
        """Return the document after ``edits``, which do not overlap; it is parsed once for all of them."""
        if not edits:
            return self
        pieces, at = [], 0
        for start, end, new in sorted(edits):
            pieces += [self.text[at:start], new]
            at = end
        return Jsonc(self.path, "".join([*pieces, self.text[at:]]))

    @cached_property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    @cached_property
    def _one_line(self) -> bool:
        """Whether all of it is on one line; the empty object of a new file is not yet a style."""
        return bool(self.root.members) and "\n" not in self.text[self.root.start : self.root.end]

    @cached_property
    def _unit(self) -> str:
        """The file's indentation step, from its first member that begins a line."""
        outer = self._indent(self.root.start)
        for _, start, _ in self.root.members:
            line_start = self.text.rfind("\n", 0, start) + 1
            indent = self.text[line_start:start]
            if line_start and not indent.strip(" \t") and indent.startswith(outer) and indent != outer:
                return indent.removeprefix(outer)
        return "  "

    def _indent(self, offset: int) -> str:
        """Return the indentation of the line that contains ``offset``."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        line = self.text[line_start:offset]
        return line[: len(line) - len(line.lstrip(" \t"))]


def data_of(path: str, text: str) -> Any:
    """Return ``Jsonc(path, text).data``, 40 times faster if the text is plain JSON.

    Raises ``Rejected`` as ``Jsonc`` does.
    """
    # json accepts a lone surrogate; the parser explains text that is nested too deeply.
    if "\\u" not in text and too_deep(text, MAX_DEPTH) < 0:
        try:
            return json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            pass  # comments, trailing commas, a BOM, or an error that the parser explains
    return Jsonc(path, text).data


def _no_constant(name: str) -> None:
    raise ValueError(name)
