"""A JSON document with its lists split up, so that gsdc can own single items of a person's list.

Claude Code keeps hooks and permissions in lists: a person's own entries are next to those of gsdc. Here a list item is
a key like any other: ``ITEM`` and the item as compact JSON. Its value is True. A duplicate item counts once.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gsdc.source.json_text import JsonNode, skip
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.key_document import Key, not_editable
from gsdc.source.span import Span

ITEM: Final = "- "


def item_key(item: Any) -> str:
    """Return the key of a list item."""
    return ITEM + json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def items_of(path: str, text: str) -> Any:
    """Return the data of a text with its lists split up. Raises ``Rejected`` if it is not JSON."""
    return _apart(data_of(path, text))


def _apart(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _apart(value) for key, value in data.items()}
    return {item_key(item): True for item in data} if isinstance(data, list) else data


class JsonItems:
    """See ``KeyDocument``; raises ``Rejected`` for a text that is not JSON."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.document = Jsonc(path, text)
        self.data: Any = _apart(self.document.data)

    @property
    def is_empty(self) -> bool:
        """Whether it is an empty object without comments."""
        return self.document.is_empty

    def span(self, key: Key, /) -> Span:
        """Return the place of a value or an item; if there is none, the place of its nearest parent."""
        *above, last = key
        index = self._index(key) if last.startswith(ITEM) else None
        if index is not None:
            return self.document.span((*above, index))
        return self.document.span(tuple(above) if last.startswith(ITEM) else key)

    def update(self, values: Mapping[Key, Any], /) -> "JsonItems":
        """Return the document with each value at its key; a new item follows those of its list."""
        document = self.document
        plain = {key: value for key, value in values.items() if not key[-1].startswith(ITEM)}
        new = defaultdict(list)
        for key in values:
            if key[-1].startswith(ITEM) and self._index(key) is None:
                new[key[:-1]].append(json.loads(key[-1].removeprefix(ITEM)))
        for parent, items in new.items():
            node = document.node(parent)
            if node is not None and not isinstance(node.data, list):
                help_ = "write a list here, or remove it"
                raise not_editable(document.span(parent), f'"{".".join(parent)}" is not a list', help_)
            if node is None or not node.members:
                plain[parent] = items
            else:
                document = Jsonc(self.path, _appended(document, node, items))
        return JsonItems(self.path, document.update(plain).text)

    def remove(self, /, *keys: Key) -> "JsonItems":
        """Return the document without ``keys``; a list that contained them stays, empty."""
        found = self
        for key in keys:
            if key[-1].startswith(ITEM):
                found = found._without(key)
        plain = [key for key in keys if not key[-1].startswith(ITEM)]
        return JsonItems(self.path, found.document.remove(*plain).text) if plain else found

    def is_bare(self, key: Key, /) -> bool:
        """Tell whether there is no comment between a key and its value; an item has no separate value."""
        return key[-1].startswith(ITEM) or self.document.is_bare(key)

    def is_doubled(self, key: Key, /) -> bool:
        """Tell whether a name in the path ``key`` is duplicated."""
        return self.document.is_doubled(key[:-1] if key[-1].startswith(ITEM) else key)

    def _index(self, key: Key) -> int | None:
        node = self.document.node(key[:-1])
        items = node.data if node is not None and isinstance(node.data, list) else ()
        return next((index for index, item in enumerate(items) if item_key(item) == key[-1]), None)

    def _without(self, key: Key) -> "JsonItems":
        node, index = self.document.node(key[:-1]), self._index(key)
        if node is None or index is None:
            return self
        values = [value for _, _, value in node.members]
        if len(values) == 1:
            start, end = node.start + 1, node.end - 1
        elif index + 1 < len(values):
            start, end = values[index].start, values[index + 1].start
        else:
            start, end = values[index - 1].end, values[index].end
        return JsonItems(self.path, self.text[:start] + self.text[end:])


def _appended(document: Jsonc, parent: JsonNode, items: Iterable[Any]) -> str:
    """Return the text with ``items`` after the last one of a list, in the style of the list."""
    text, last = document.text, parent.members[-1][2]
    inline = "\n" not in text[parent.start : last.start]
    pieces = [document.rendered_after(last.start, item, inline=inline) for item in items]
    comma = skip(text, last.end)
    if text[comma] == ",":
        return text[: comma + 1] + ",".join(pieces) + "," + text[comma + 1 :]
    return text[: last.end] + "".join(f",{piece}" for piece in pieces) + text[last.end :]
