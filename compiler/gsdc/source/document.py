"""A YAML document: its data are parsed at once, the places of its values on request.

``gsdc.source.yaml_text`` parses YAML. ``gsdc.source.yaml_compose`` finds the place of a value; it is used only when a
finding needs the place.
"""

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.lazy_pattern import lazily
from gsdc.source.nesting import LONGEST_YAML
from gsdc.source.span import Places, Span, span_at
from gsdc.source.yaml_text import (
    DUPLICATE_KEY,
    KEY_IS_NO_SCALAR,
    TOO_DEEP,
    TOO_LONG,
    NotYamlError,
    is_composable,
    loads,
)

if TYPE_CHECKING:
    from gsdc.source.yaml_compose import Node

Path = tuple[str | int, ...]

SYNTAX = Diagnostic(
    "IN002",
    "yaml-syntax",
    Severity.ERROR,
    """A file is not valid YAML, or has a duplicate key.

    ## Why is this bad?
    A duplicate key has two values, and a parser silently picks one: a downgrade can hide in the other.
    Tabs, unclosed quotes and the like leave nothing to compile.

    ## Example (profile)
    roles:
      security: opus
      security: haiku

    ## Use instead (profile)
    roles:
      security: opus
    """,
)

HIDDEN = Diagnostic(
    "IN006",
    "hidden-character",
    Severity.ERROR,
    """A file contains a character that makes people and the parser read different lines.

    In the example, `{{line-separator}}` is in the place of such a character, U+2028.

    ## Why is this bad?
    Line separators that editors do not show end a comment, and marks of direction swap what stands before and after: a
    downgrade can hide behind either (the attack is known as Trojan Source).

    ## Example (profile)
    roles:
      docs: light  # enough for docs{{line-separator}}  review: light

    ## Use instead (profile)
    roles:
      docs: light  # enough for docs
    """,
)

# Line breaks in YAML that are not visible as such, and the controls of bidirectional text.
BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN = lazily(f"[\x85\u2028\u2029{BIDIRECTIONAL}]|\r(?!\n)")
_MOST_VALUES = 200_000  # values after aliases are expanded
_TOP_KEY = lazily(
    r"""^(?P<quote>["']?)(?P<key>[^\s"'#:,\[\]{}-][^"':#\n]{0,200}?)(?P=quote)[ \t]{0,20}:(?=\s)""", re.MULTILINE
)
_REMEDIES = (
    ("'\\t'", "indent with spaces, not tabs"),
    ("mapping values are not allowed", 'quote a value that holds ": ", and check the indentation'),
    ("unknown escape character", "write the value in single quotes, where a backslash is just a backslash"),
    ("cannot start any token", "write the value in quotes"),
    ("expected <block end>", "check the quotes and the indentation: keys of one mapping begin in one column"),
    ("undefined alias", "define the anchor (&name) above its alias (*name)"),
    (DUPLICATE_KEY, "merge the two, or remove one"),
    ("a control character", "remove it: YAML does not allow it"),
    (KEY_IS_NO_SCALAR, 'write text that begins with "{" or "[" in quotes'),
    (TOO_DEEP, "write the values out, without aliases"),
    (TOO_LONG, "write it without them, or split it"),
)


class Document:
    """One YAML text. ``path`` is for display; ``data`` has only str, int, float, bool, None, list, dict.

    Raises ``Rejected`` with every reason found, each with line and column: also for a text of more than ``longest``
    characters.
    """

    def __init__(self, path: str, text: str, longest: int = LONGEST_YAML) -> None:
        self.path = path
        self.text = text.removeprefix("\ufeff")
        try:
            self.data = _plain(loads(self.text, longest), [_MOST_VALUES])
        except NotYamlError as error:
            raise Rejected(*explain(path, error)) from None
        except (ValueError, RecursionError) as error:
            raise Rejected(*self._explain(str(error))) from None

    @cached_property
    def _spans(self) -> dict[Path, tuple[Span, Span]]:
        from gsdc.source.yaml_compose import compose

        spans: dict[Path, tuple[Span, Span]] = {}
        root = compose(self.text)
        if root is not None:
            _Walk(self.path, spans).note(root, (), Span(self.path))
        else:
            places = Places(self.path, self.text)
            for key in _TOP_KEY.finditer(self.text):
                at = places.between(key.start(), key.end("key") + len(key["quote"]))
                spans.setdefault((key["key"],), (at, at))
        return spans

    def span(self, path: Path = (), *, key: bool = False) -> Span:
        """Return the place of the value at ``path``, or of its key; if there is none, the place of its parent.

        The place of a mapping or list is that of its key. The same applies to an alias: the anchor may be far away.
        """
        while path not in self._spans and path:
            path = path[:-1]
        found = self._spans.get(path)
        return Span(self.path) if found is None else found[0 if key else 1]

    def _explain(self, reason: str) -> tuple[Finding, ...]:
        """Return why YAML data are not valid in the language: keys with equal text, endless numbers."""
        from gsdc.source import yaml_careful

        if not is_composable(self.text):
            return (_syntax(Span(self.path), reason),)
        try:
            yaml_careful.read(self.text, _key)
        except NotYamlError as error:
            return explain(self.path, error)
        return (_syntax(Span(self.path), reason),)


def explain(path: str, error: NotYamlError) -> tuple[Finding, ...]:
    """Return a finding for each reason why a file is not YAML."""
    return tuple(_syntax(Span(path, each.line, each.column), each.reason, each.help) for each in error.problems)


def _syntax(span: Span, problem: str, help_: str = "") -> Finding:
    known = (remedy for part, remedy in _REMEDIES if part in problem)
    return SYNTAX.at(span, problem, help_ or next(known, "correct the YAML at this place"))


def read_document(path: str, text: str) -> Document:
    """Return the document of a file of the language. Raises ``Rejected`` also for a file with hidden content."""
    if hidden := _HIDDEN.search(text):
        where, character = span_at(path, text, hidden.start()), f"U+{ord(hidden[0]):04X}"
        help_ = "remove it: it makes people and the parser read different text"
        raise Rejected(HIDDEN.at(where, f"{character} hides what this line says", help_))
    return Document(path, text)


def _plain(value: Any, left: list[int]) -> Any:
    """Return ``value`` with text for every key: YAML reads the key ``4`` as a number, every schema here as a name.

    ``left`` limits the number of values. Raises ValueError for more, and for data that no file of the language
    contains.
    """
    left[0] -= 1
    if left[0] < 0:
        raise ValueError(f"{TOO_DEEP}: more than {_MOST_VALUES:,} values once aliases are written out")
    if isinstance(value, dict):
        plain = {_key(key): _plain(item, left) for key, item in value.items()}
        if len(plain) != len(value):
            raise ValueError("a duplicate key")
        return plain
    if isinstance(value, list):
        return [_plain(item, left) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is infinite or not a number")
    return value


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    return "null" if key is None else str(key).lower() if isinstance(key, bool) else str(key)


class _Walk:
    """A walk through the nodes of a file that records the place of each in ``spans``."""

    def __init__(self, path: str, spans: dict[Path, tuple[Span, Span]]) -> None:
        self._path = path
        self._spans = spans
        self._known: set[int] = set()

    def note(self, node: "Node", at: Path, key_span: Span, alias: Span | None = None) -> None:
        """Record the place of everything in ``node``: at the ``alias`` that refers to it, if there is one."""
        if alias is None and id(node) in self._known:
            alias = key_span
        self._known.add(id(node))
        own = self._of(node)
        written = node.end_mark.index > node.start_mark.index  # libraries differ on the place of a missing value
        after = alias is None and node.id == "scalar" and written and own > key_span
        self._spans[at] = (key_span, own if after else key_span)
        if node.id == "mapping":
            for key_node, value_node in node.value:
                self.note(value_node, (*at, str(key_node.value)), alias or self._of(key_node), alias)
        elif node.id == "sequence":
            for index, item in enumerate(node.value):
                self.note(item, (*at, index), alias or self._of(item), alias)

    def _of(self, node: "Node") -> Span:
        """Return the span of a node; its end is known only for a scalar on one line."""
        start, end = node.start_mark, node.end_mark
        span = Span(self._path, start.line + 1, start.column + 1)
        is_known = node.id == "scalar" and start.line == end.line and start.column < end.column
        return span.with_length(end.column - start.column) if is_known else span
