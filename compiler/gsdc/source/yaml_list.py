"""A list at the top of a YAML document, edited so that every other byte stays: comments, indentation, line ends, style.

If the text has a form that this module does not support, the caller finds out: it parses the edited text again and
compares it with the wanted data.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from gsdc.source.text_edit import Edit, break_at, line_end, line_start, replaced
from gsdc.source.yaml_nodes import NotComposableError, compose_with_ruamel, end_of_scalar, with_spaces
from gsdc.source.yaml_value import scalar

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

Item = Mapping[str, str | bool | list[str]]

# A date stays a date for readers of YAML 1.1.
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class NotEditableError(Exception):
    """A list that cannot be edited without other changes: the reason, in lower case."""


class _Found(NamedTuple):
    """The key of a list, and the list; None if the document has none. ``root`` is the whole document."""

    root: "MappingNode"
    key: "Node | None"
    value: "SequenceNode | None"


def with_first(text: str, key: str, item: Item) -> str:
    """Return ``text`` with ``item`` as the first of the list ``key``.

    A missing list is added below an example of it that is commented out, else at the end. Raises ``NotEditableError``.
    """
    found = _find(text, key)
    if found.key is None or found.value is None:
        return _with_new(text, found.root, key, item)
    if found.value.flow_style:
        return replaced(text, [_first_in_flow(text, found.value, item)])
    end = line_end(text, found.key.end_mark.index)
    first = found.value.value[0]
    column = found.value.start_mark.column
    lines = [f"- {flow(item)}"] if getattr(first, "flow_style", False) else _block(item)
    newline = break_at(text, end)
    new = "".join(f"{' ' * column}{line}{newline}" for line in lines)
    return replaced(text, [(end + len(newline), end + len(newline), new)])


def without(text: str, key: str, number: int) -> str:
    """Return ``text`` without the item ``number``, counted from 0, of the list ``key``.

    The key is removed with the last item, unless the list is in brackets. Raises ``NotEditableError``.
    """
    found = _find(text, key)
    if found.key is None or found.value is None:
        raise NotEditableError(f'there is no list "{key}"')
    if found.value.flow_style:
        return replaced(text, [_from_flow(text, found.value, number)])
    edits = [_lines_of(text, found.value, number)]
    if len(found.value.value) == 1:
        if len(found.root.value) == 1:
            raise NotEditableError(f'"{key}" is all that the file says')
        start = line_start(text, found.key.start_mark.index)
        end = line_end(text, found.key.end_mark.index)
        edits.insert(0, (start, end + len(break_at(text, end)), ""))
    # A file without a final line break has none afterwards either.
    if edits[-1][1] == len(text) and text[-1] not in "\r\n":
        begin = edits[0][0] if len(edits) > 1 and edits[0][1] == edits[1][0] else edits[-1][0]
        cut = begin - (2 if text[:begin].endswith("\r\n") else 1 if begin else 0)
        edits = [edit for edit in edits if edit[1] <= cut] + [(cut, len(text), "")]
    return replaced(text, edits)


def block(item: Item) -> tuple[str, ...]:
    """Return the lines of ``item`` as an item of a block list."""
    return tuple(_block(item))


def flow(item: Item) -> str:
    """Return ``item`` in braces."""
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in item.items()) + "}"


def _find(text: str, key: str) -> _Found:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    try:
        root = compose_with_ruamel(text)
    except NotComposableError:
        raise NotEditableError("its lines cannot be told apart") from None
    if not isinstance(root, MappingNode) or root.flow_style:
        raise NotEditableError("the whole file is written in braces")
    for name, value in root.value:
        if isinstance(name, ScalarNode) and name.value == key:
            if not isinstance(value, SequenceNode) or value.start_mark.index < name.end_mark.index:
                raise NotEditableError(f'"{key}" is not a list of its own')
            return _Found(root, name, value)
    return _Found(root, None, None)


def _with_new(text: str, root: "MappingNode", key: str, item: Item) -> str:
    indent = " " * root.start_mark.column
    newline = break_at(text, line_end(text, 0)) or "\n"
    lines = [f"{indent}{key}:", *(f"{indent}  {line}" for line in _block(item))]
    new = "".join(f"{line}{newline}" for line in lines)
    example = re.search(rf"^# ?{re.escape(key)}:.*\n(?:#(?: {{2,}}|\t).*(?:\n|\Z))*", text, re.MULTILINE)
    if example and not indent and example.end() < len(text):
        return text[: example.end()] + new + text[example.end() :]
    if text.endswith("\n"):
        return text + new
    return text + newline + new.removesuffix(newline)


def _first_in_flow(text: str, value: "SequenceNode", item: Item) -> Edit:
    if not value.value:
        at = value.start_mark.index + 1
        return at, at, flow(item)
    at = value.value[0].start_mark.index
    before = text[line_start(text, at) : at]
    between = " " if before.strip() else break_at(text, line_end(text, at)) + before
    return at, at, f"{flow(item)},{between}"


def _from_flow(text: str, value: "SequenceNode", number: int) -> Edit:
    items = value.value
    start, end = items[number].start_mark.index, items[number].end_mark.index
    cut, last = start, end
    if number + 1 < len(items):
        last = items[number + 1].start_mark.index
    elif number:
        cut = items[number - 1].end_mark.index
    else:
        rest = text[end : value.end_mark.index]
        last += len(rest) - len(rest.lstrip(" ,")) if rest.lstrip().startswith(",") else 0
    if "#" in text[cut:start] + text[end:last]:
        raise NotEditableError("there is a comment between two items in brackets")
    return cut, last, ""


def _lines_of(text: str, value: "SequenceNode", number: int) -> Edit:
    """Return the edit that removes the lines of an item, from its dash to its last line with content."""
    dashes = _dashes(text, value)
    if len(dashes) != len(value.value):
        raise NotEditableError("there is an unexpected dash")
    start = line_start(text, dashes[number])
    if text[start : dashes[number]].strip():
        raise NotEditableError("there is text before a dash")
    end = line_end(text, max(_last_index(text, value.value[number]) - 1, dashes[number]))
    return start, end + len(break_at(text, end)), ""


def _dashes(text: str, value: "SequenceNode") -> list[int]:
    from ruamel.yaml import YAML
    from ruamel.yaml.tokens import BlockEntryToken

    column, low, high = value.start_mark.column, value.start_mark.index, value.end_mark.index
    marks = (
        t.start_mark for t in YAML(typ="safe", pure=True).scan(with_spaces(text)) if isinstance(t, BlockEntryToken)
    )
    return [mark.index for mark in marks if low <= mark.index < high and mark.column == column]


def _last_index(text: str, node: "Node") -> int:
    """Return where the content of a node ends: the parser ends a block where the next node begins."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    start = int(node.start_mark.index)
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(start, _last_index(text, last[1] if isinstance(last, tuple) else last))
    return end_of_scalar(text, node)


def _block(item: Item) -> list[str]:
    lines = [f"{key}: {_value(value)}" for key, value in item.items()]
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def _value(value: str | bool | list[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _scalar(value) if isinstance(value, str) else f"[{', '.join(map(_scalar, value))}]"


def _scalar(text: str) -> str:
    return text if _DATE.fullmatch(text) else scalar(text, flow=True)
