"""A YAML document: its data at once, the places of its values when somebody asks.

A Rust parser (``ryaml``: YAML 1.2 plus strings for numbers with leading zeros, duplicate keys and alias bombs rejected)
accepts the clean files in a fraction of a millisecond. ``ruamel.yaml`` explains the broken ones, and finds lines and
columns, only when there is something to explain.
"""

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.nesting import excess
from gsdc.source.span import Places, Span, span_at

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

Path = tuple[str | int, ...]

SYNTAX = Diagnostic(
    "IN002",
    "yaml-syntax",
    Severity.ERROR,
    """A file is not valid YAML, or says something twice.

    ## Why is this bad?
    A key that stands twice means two things, of which a parser silently picks one: a downgrade can hide in the other.
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
    """A file of the language holds a character that makes people and the parser read different lines.

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

# Line breaks of YAML that are none for people, and the controls of bidirectional text.
BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN = re.compile(f"[\x85\u2028\u2029{BIDIRECTIONAL}]|\r(?!\n)")
# ruamel.yaml takes 40 microseconds for each of these.
_MOST_COMPOSED = 30_000
_MOST_VALUES = 200_000  # aliases written out
_TOP_KEY = re.compile(
    r"""^(?P<quote>["']?)(?P<key>[^\s"'#:,\[\]{}-][^"':#\n]{0,200}?)(?P=quote)[ \t]{0,20}:(?=\s)""", re.MULTILINE
)
_PROBLEM = re.compile(r"(?P<problem>(?:[^:]|:(?! ))+?) at line (?P<line>\d+) column (?P<column>\d+)")
_LONGEST_REASON = 500  # it repeats the keys that lead to the place
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_OTHER_BREAK = re.compile(r"[\x85\u2028\u2029]|\r(?!\n)")
_REMEDIES = (
    ("'\\t'", "indent with spaces, not tabs"),
    ("mapping values are not allowed", 'quote a value that holds ": ", and check the indentation'),
    ("unknown escape character", "write the value in single quotes, where a backslash is just a backslash"),
    ("cannot start any token", "write the value in quotes"),
    ("did not find expected key", "check the quotes and the indentation: keys of one mapping begin in one column"),
    ("expected <block end>", "check the indentation: keys of one mapping begin in one column"),
    ("undefined alias", "define the anchor (&name) above its alias (*name)"),
)


class Document:
    """One YAML text. ``path`` is as a person should see it; ``data`` has only str, int, float, bool, None, list, dict.

    Raises ``Rejected`` with every reason that it can find, each with line and column.
    """

    def __init__(self, path: str, text: str) -> None:
        import ryaml

        self.path = path
        self.text = text.removeprefix("\ufeff")
        if found := excess(self.text):
            raise Rejected(SYNTAX.at(span_at(path, self.text, found.at), found.reason, found.help))
        try:
            self.data = _plain(ryaml.loads(self.text), [_MOST_VALUES])
        except (ryaml.InvalidYamlError, ValueError, TypeError, RecursionError) as error:
            raise Rejected(*self._explain(str(error))) from None

    @cached_property
    def _spans(self) -> dict[Path, tuple[Span, Span]]:
        from ruamel.yaml.error import YAMLError

        spans: dict[Path, tuple[Span, Span]] = {}
        try:
            root = self._compose() if self._is_composed else None
        except (YAMLError, RecursionError):  # the parsers differ on characters at the edge of YAML: a place is the file
            root = None
        if root is not None:
            _walk(self.path, root, (), Span(self.path), spans, set())
        else:
            places = Places(self.path, self.text)
            for key in _TOP_KEY.finditer(self.text):
                at = places.at(key.start())
                spans.setdefault((key["key"],), (at, at))
        return spans

    @property
    def _is_composed(self) -> bool:
        """Whether ruamel.yaml reads the text within a second or two; else only the keys at the top have places."""
        return sum(map(self.text.count, ",:\n-")) <= _MOST_COMPOSED

    def _compose(self) -> "Node | None":
        from ruamel.yaml import YAML

        return YAML(typ="safe", pure=True).compose(self.text)  # type: ignore[no-any-return]

    def span(self, path: Path = (), *, key: bool = False) -> Span:
        """Return where the value at ``path`` stands, or its key; where there is none, where its parent stands.

        A mapping or list stands where its key does, and so does an alias: the anchor may be far away.
        """
        while path not in self._spans and path:
            path = path[:-1]
        found = self._spans.get(path)
        return Span(self.path) if found is None else found[0 if key else 1]

    def _explain(self, reason: str) -> tuple[Finding, ...]:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.reader import ReaderError

        match = _PROBLEM.search(reason[:_LONGEST_REASON])
        if "limit exceeded" in reason:
            help_ = "no profile, fleet or plan needs that: write it out, flat"
            at = self._at(int(match["line"]), int(match["column"])) if match else Span(self.path)
            return (SYNTAX.at(at, f"the file nests or repeats too deeply ({reason})", help_),)
        if match and "duplicate entry" not in reason:
            # ruamel.yaml would say the same, four milliseconds later.
            line, column = int(match["line"]), int(match["column"])
            here = self.text.split("\n")[line - 1 : line]
            tab = here and here[0][column - 1 : column] == "\t"
            return (self._syntax(self._at(line, column), "found character '\\t'" if tab else match["problem"]),)
        if not self._is_composed:
            return (SYNTAX.at(Span(self.path), reason.lower()[:200], "correct the YAML"),)
        try:
            root = self._compose()
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            span = self._at(mark.line + 1, mark.column + 1) if mark else Span(self.path)
            return (self._syntax(span, str(error.problem or error.context or "not valid YAML")),)
        except ReaderError as error:
            where = span_at(self.path, self.text, error.position)
            return (SYNTAX.at(where, "a control character", "no YAML file may hold it: remove it"),)
        except (YAMLError, RecursionError) as error:
            return (SYNTAX.at(Span(self.path), " ".join(str(error).split())[:200], "correct the YAML"),)
        if "unhashable" in reason:
            help_ = 'write text that begins with "{" or "[" in quotes'
            return (SYNTAX.at(Span(self.path), "a mapping or list stands where a key is meant", help_),)
        duplicates = _duplicates(self.path, root, set()) if root is not None else []
        if duplicates:
            return tuple(found._replace(span=self._at(found.span.line, found.span.column)) for found in duplicates)
        return (SYNTAX.at(Span(self.path), reason.lower()[:200], "correct the YAML"),)

    def _at(self, line: int, column: int) -> Span:
        """Return the span of a place as the parsers count it: for YAML, more characters end a line than for people."""
        starts = self._starts
        if not starts:
            last = self.text.count("\n") + 1  # a text without a line break at its end is read as if it had one
            return Span(self.path, line, column) if line <= last else span_at(self.path, self.text, len(self.text))
        return span_at(self.path, self.text, min(starts[min(line, len(starts)) - 1] + column - 1, len(self.text)))

    @cached_property
    def _starts(self) -> list[int]:
        """Where lines begin for YAML; nothing where that is the same as for people."""
        if not _OTHER_BREAK.search(self.text):
            return []
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def _syntax(self, span: Span, problem: str) -> Finding:
        said = " ".join(problem.split())
        help_ = next((remedy for part, remedy in _REMEDIES if part in said), "correct the YAML at this place")
        return SYNTAX.at(span, said, help_)


def read_document(path: str, text: str) -> Document:
    """Return the document of a file of the language; raise ``Rejected`` also where it hides something."""
    if hidden := _HIDDEN.search(text):
        where, character = span_at(path, text, hidden.start()), f"U+{ord(hidden[0]):04X}"
        help_ = "remove it: what people see and what the parser reads have to be the same"
        raise Rejected(HIDDEN.at(where, f"{character} hides what this line says", help_))
    return Document(path, text)


def _plain(value: Any, left: list[int]) -> Any:
    """Return ``value`` with text for every key: YAML reads the key ``4`` as a number, every schema here as a name.

    ``left`` says how many values there may be. Raises ValueError for more, and for what no file of the language holds.
    """
    left[0] -= 1
    if left[0] < 0:
        raise ValueError(f"more than {_MOST_VALUES} values once aliases are written out: limit exceeded")
    if isinstance(value, dict):
        plain = {_key(key): _plain(item, left) for key, item in value.items()}
        if len(plain) != len(value):
            raise ValueError("a key that stands twice")
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


def _walk(
    path: str,
    node: "Node",
    at: Path,
    key_span: Span,
    spans: dict[Path, tuple[Span, Span]],
    known: set[int],
    alias: Span | None = None,
) -> None:
    """Note where everything in ``node`` stands: inside of an ``alias``, where that does."""
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if alias is None and id(node) in known:
        alias = key_span
    known.add(id(node))
    own = Span(path, node.start_mark.line + 1, node.start_mark.column + 1)
    after = alias is None and isinstance(node, ScalarNode) and own > key_span
    spans[at] = (key_span, own if after else key_span)
    if isinstance(node, MappingNode):
        for key_node, value_node in node.value:
            here = alias or Span(path, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            _walk(path, value_node, (*at, str(key_node.value)), here, spans, known, alias)
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            here = alias or Span(path, item.start_mark.line + 1, item.start_mark.column + 1)
            _walk(path, item, (*at, index), here, spans, known, alias)


def _duplicates(path: str, node: "Node", known: set[int]) -> "list[Finding]":
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    found: list[Finding] = []
    if id(node) in known:  # an alias, which may lie in what it stands for
        return found
    known.add(id(node))
    if isinstance(node, MappingNode):
        seen: dict[str, Span] = {}
        for key_node, value_node in node.value:
            here = Span(path, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            name = "null" if key_node.tag.endswith(":null") else str(key_node.value)
            if name in seen:
                message = f'"{name}" stands twice, first in line {seen[name].line}'
                found.append(SYNTAX.at(here, message, "keep one of the two"))
            seen.setdefault(name, here)
            found.extend(_duplicates(path, value_node, known))
    elif isinstance(node, SequenceNode):
        for item in node.value:
            found.extend(_duplicates(path, item, known))
    return found
