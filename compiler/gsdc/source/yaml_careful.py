"""YAML parsed by ``ruamel.yaml``: the same data as the fast reader, and a place for each error."""

import re
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from gsdc.source.yaml_text import DUPLICATE_KEY, KEY_IS_NO_SCALAR, TOO_DEEP, NotYamlError, YamlProblem

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

_YAML: Final = "tag:yaml.org,2002:"
_PLAIN: Final = f"{_YAML}plain"  # gsdc's own, for a scalar without quotes and tag
_TYPES: Final = {f"{_YAML}int": int, f"{_YAML}float": float, f"{_YAML}bool": bool, f"{_YAML}null": type(None)}
_LONGEST_INTEGER: Final = 40
_MOST_REPEATED: Final = 100_000  # values after aliases are expanded
_CONSTANTS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9]\d*|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(?:\.\d+|\d+\.\d*|\d+(?=[eE]))(?:[eE][-+]?\d+)?", re.ASCII)
_INFINITE: Final = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[-?:,\[{][ \t]*\Z")
_BLANK: Final = re.compile(r"[ \t]*(?:#.*?)?\r?$", re.MULTILINE)
_TAB: Final = "\ue001"  # private use: it replaces a tab inside unquoted text
_MOST_TABS: Final = 20


def read(text: str, same: Callable[[Any], Any] = lambda key: key) -> Any:
    """Return the data of ``text``, as ``yaml_text.loads`` does; keys with equal results of ``same`` are duplicates.

    Raises ``NotYamlError``.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        root = _compose(text if text.endswith("\n") else f"{text}\n")
        if root is None:
            return None
        reader = _Reader(text, same)
        data = reader.value(root)
    except MarkedYAMLError as error:
        reason = str(error.problem or error.context or "not valid YAML")
        # For an escape, ruamel.yaml gives the place after its backslash.
        at = (error.problem_mark or error.context_mark).index - ("unknown escape" in reason)
        raise NotYamlError(_problem(text, at, reason)) from None
    except ReaderError as error:
        raise NotYamlError(_problem(text, error.position, "a control character")) from None
    except (YAMLError, ValueError) as error:
        raise NotYamlError(YamlProblem(str(error))) from None
    except RecursionError:
        raise NotYamlError(YamlProblem(TOO_DEEP)) from None
    if reader.problems:
        raise NotYamlError(*reader.problems)
    return data


def _problem(text: str, offset: int, reason: str) -> YamlProblem:
    """Return the error at a place; the parser counts more characters as line breaks than editors do."""
    offset = min(offset, len(text))  # a line break at the end was added
    return YamlProblem(reason, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _compose(text: str) -> "Node | None":
    """Return the node of the document in ``text``, None if it is empty; plain scalars have the tag ``_PLAIN``.

    Raises ``YAMLError`` and RecursionError.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.resolver import VersionedResolver
    from ruamel.yaml.scanner import ScannerError
    from ruamel.yaml.tag import Tag

    class Resolver(VersionedResolver):
        """Leaves plain scalars to ``_plain``: neither version of YAML in ruamel.yaml is the core schema."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            plain = kind is ScalarNode and implicit[0]
            return Tag(suffix=_PLAIN) if plain else super().resolve(kind, value, implicit)

    for attempt in count():
        yaml = YAML(typ="safe", pure=True)
        yaml.Resolver = Resolver
        yaml.composer.warn_double_anchors = False
        try:
            return yaml.compose(text)  # type: ignore[no-any-return]
        except ScannerError as error:
            at = error.problem_mark.index
            before, after = text[:at], text[at + 1 :]
            line = before.rpartition("\n")[2]
            if text[at : at + 1] != "\t" or not line.strip(" \t") or attempt == _MOST_TABS:
                raise
            # YAML treats a tab that does not begin a line like a space; ruamel.yaml does not.
            separates = _SEPARATOR.search(line) or _BLANK.match(after)
            text = before + (" " if separates else _TAB) + after
    raise AssertionError


class _Reader:
    """Converts the nodes of ``text`` to data, and collects ``problems``."""

    def __init__(self, text: str, same: Callable[[Any], Any]) -> None:
        self.problems: dict[YamlProblem, None] = {}  # a problem in an anchor is found again with each alias
        self._text, self._same = text, same
        self._known: set[int] = set()
        self._open: set[int] = set()
        self._repeated = 0

    def value(self, node: "Node") -> Any:
        """Return the data of ``node``. Raises ``NotYamlError`` for endless data."""
        from ruamel.yaml.nodes import MappingNode, ScalarNode

        # An alias is the node that it refers to, with everything in it.
        self._repeated += id(node) in self._known
        if id(node) in self._open or self._repeated > _MOST_REPEATED:
            raise NotYamlError(self._at(node.start_mark.index, TOO_DEEP))
        self._known.add(id(node))
        tag = str(node.tag)
        if not tag.startswith(_YAML):
            self._report(node, f'the tag "{tag}" is not one of YAML')
        if isinstance(node, ScalarNode):
            return self._scalar(node, tag)
        self._open.add(id(node))
        data = self._mapping(node) if isinstance(node, MappingNode) else [self.value(item) for item in node.value]
        self._open.discard(id(node))
        return data

    def _mapping(self, node: "Node") -> dict[Any, Any]:
        data: dict[Any, Any] = {}
        first: dict[Any, int] = {}
        for key_node, value_node in node.value:
            if isinstance(key_node.value, list):
                self._report(key_node, KEY_IS_NO_SCALAR)
                continue
            key = self.value(key_node)
            if (known := self._same(key)) in first:
                name = "null" if key is None else key_node.value
                self._report(key_node, f'{DUPLICATE_KEY} "{name}", first in line {self._at(first[known]).line}')
            first.setdefault(known, key_node.start_mark.index)
            data[key] = self.value(value_node)
        return data

    def _scalar(self, node: "Node", tag: str) -> Any:
        text = str(node.value)
        if tag == _PLAIN:
            return _plain(text.replace(_TAB, "\t"))
        wanted = _TYPES.get(tag)
        if wanted is None:  # text, or a type that JSON does not have, such as a date
            return text
        value = _plain(text)
        if wanted is float and type(value) is int:
            return float(value)
        if type(value) is not wanted:
            self._report(node, f'"{text}" is not what its tag says')
        return value

    def _report(self, node: "Node", reason: str) -> None:
        self.problems.setdefault(self._at(node.start_mark.index, reason))

    def _at(self, offset: int, reason: str = "") -> YamlProblem:
        return _problem(self._text, offset, reason)


def _plain(text: str) -> Any:
    """Return the data of a plain scalar in the core schema of YAML 1.2 (10.3.2), which ``yaml_rs`` uses as well."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        if len(text) > _LONGEST_INTEGER:
            return float(text) if text.lstrip("+-").isdigit() else text
        number = int(text, 0)
        return number if -(2**63) <= number < 2**64 else float(number)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _INFINITE.fullmatch(text) else text
