"""Where the values of a YAML text are, as its editors need it.

``ruamel.yaml`` composes the text. Its nodes are converted to values with the end of their own text, without the
comments and blank lines after it. An alias has its own place, not that of its anchor.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from gsdc.source.text_edit import line_end, line_start

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

_COLON: Final = re.compile(r"[ \t]*:(?=[ \t\r\n,\]}]|\Z)|(?<=[\"'])[ \t]*:")
_ALIAS: Final = re.compile(r"(?:[\s,:?-]|#[^\n]*\n)*(\*[^\s,\[\]{}]+)")
_KEPT: Final = re.compile(r"[|>][0-9-]*\+")


class NotComposableError(Exception):
    """A YAML text whose places are unknown."""


class NodeKind(Enum):
    """The kinds of values."""

    MAPPING = "mapping"
    LIST = "list"
    SCALAR = "scalar"
    NOTHING = "nothing"  # a key without a value
    ALIAS = "alias"


class Value:
    """A value of a YAML text: the characters ``start`` to ``end``; for a block this includes its last line.

    ``flow`` is whether it is in brackets. ``has_properties`` tells whether an anchor or a tag precedes it.
    """

    __slots__ = ("_by_name", "end", "flow", "has_properties", "items", "kind", "members", "start")

    def __init__(self, kind: NodeKind, start: int, end: int, *, flow: bool = False, properties: bool = False) -> None:
        self.kind, self.start, self.end = kind, start, end
        self.flow, self.has_properties = flow, properties
        self.members: tuple[Member, ...] = ()
        self.items: tuple[Value, ...] = ()
        self._by_name: dict[str, Member] = {}

    def hold(self, members: "Iterable[Member]") -> None:
        """Set the members of a mapping."""
        self.members = tuple(members)
        self._by_name = {member.name: member for member in self.members}

    def member(self, name: str) -> "Member | None":
        """Return the member with that name, None if there is none."""
        return self._by_name.get(name)


class Member:
    """A key of a mapping and its value. ``colon`` is where the colon between them ends, -1 if there is none."""

    __slots__ = ("colon", "name", "start", "value")

    def __init__(self, name: str, start: int, colon: int, value: Value) -> None:
        self.name, self.start, self.colon, self.value = name, start, colon, value

    @property
    def end(self) -> int:
        """Where its text ends."""
        return max(self.value.end, self.colon)


def compose_with_ruamel(text: str) -> "Node | None":
    """Return ruamel's node of the only document in ``text``, None if it is empty.

    Raises ``NotComposableError``.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(with_spaces(text))  # type: ignore[no-any-return]
    except (YAMLError, ValueError, RecursionError) as error:
        raise NotComposableError(str(error)) from None


def with_spaces(text: str) -> str:
    """Return ``text`` with a space for each tab: ruamel.yaml accepts none before a comment, YAML does."""
    return text.replace("\t", " ")


def values_of(text: str) -> Value | None:
    """Return the value of ``text`` with its members, None if it is empty. Raises ``NotComposableError``."""
    root = compose_with_ruamel(text)
    value = None if root is None else _Reader(text).value(root, 0)
    return None if value is None or value.kind is NodeKind.NOTHING else value


def end_of_scalar(text: str, node: "Node") -> int:
    """Return where the text of a scalar ends: the parser ends a block scalar where the next node begins."""
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if getattr(node, "style", None) not in {"|", ">"}:
        return end
    if _KEPT.search(text, start, line_end(text, start)):  # "|+" keeps the blank lines at its end
        return end - (2 if text[:end].endswith("\r\n") else 1 if text[:end].endswith("\n") else 0)
    return start + len(text[start:end].rstrip())


def column_of(text: str, at: int) -> int:
    """Return the number of characters before ``at`` on its line."""
    return at - line_start(text, at)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, node: "Node", after: int) -> Value:
        """Return the value of a node; ``after`` is where the text before it ends."""
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if start < after:  # an alias: the node is that of the anchor, which precedes it
            match = _ALIAS.match(self._text, after)
            return Value(NodeKind.ALIAS, match.start(1), match.end(1)) if match else Value(NodeKind.ALIAS, after, after)
        properties = self._text[start : start + 1] in {"&", "!"}
        if isinstance(node, MappingNode):
            value = Value(NodeKind.MAPPING, start, end, flow=bool(node.flow_style), properties=properties)
            value.hold(self._members(node, start))
            last = value.members[-1].end if value.members else start
        elif isinstance(node, SequenceNode):
            value = Value(NodeKind.LIST, start, end, flow=bool(node.flow_style), properties=properties)
            last, items = start, []
            for item in node.value:
                items.append(self.value(item, last))
                last = items[-1].end
            value.items = tuple(items)
        else:
            kind = NodeKind.NOTHING if start == end else NodeKind.SCALAR
            return Value(kind, start, end_of_scalar(self._text, node), properties=properties)
        value.end = end if value.flow else last
        return value

    def _members(self, node: Any, after: int) -> Iterator[Member]:
        for key, item in node.value:
            start = int(key.start_mark.index)
            if start < after:  # an alias as a key
                raise NotComposableError("an alias where a key is expected")
            end = int(key.end_mark.index)
            colon = _COLON.match(self._text, end)
            value = self.value(item, colon.end() if colon else end)
            if value.kind is NodeKind.NOTHING and colon:  # the parser's place is where the next node begins
                value.start = value.end = colon.end()
            found = Member(_name_of(key), start, colon.end() if colon else -1, value)
            after = found.end
            yield found


def _name_of(key: Any) -> str:
    """Return the name of a key as in ``Document``: YAML reads some words as booleans or null."""
    tag, text = str(key.tag), key.value
    if tag.endswith(":null"):
        return "null"
    if tag.endswith(":bool"):
        return str(text).lower()
    return str(text)
