"""YAML as data, by two readers with the same result: ``yaml_rs`` for plain texts, ``ruamel.yaml`` for the rest.

``yaml_rs`` (Rust) reads a frontmatter in 20 us, ``ruamel.yaml`` (Python) in 4 ms. The fast one is used if it is
installed and the text contains nothing that the two read differently; what it rejects, the slow one may still read, or
explain. Data are those of the core schema of YAML 1.2, with one exception: a number that begins with a zero ("01") is
text, as in get-shit-done's own numbers of phases and plans.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from gsdc.source.nesting import LONGEST_YAML, excess

# The slow reader takes 10 ms for 1 kB. Of 1,014 public plans no frontmatter has more than 8 kB.
_LONGEST_READ_WITH_CARE: Final = 200_000
_LONGEST_REJECTED: Final = 20_000
_MOST_COMPOSED: Final = 30_000  # ruamel.yaml takes 40 microseconds for each comma, colon, line and hyphen
KEY_IS_NO_SCALAR: Final = "a mapping or list where a key is expected"
DUPLICATE_KEY: Final = "duplicate key"
TOO_DEEP: Final = "the file nests or repeats too deeply"
TOO_LONG: Final = "the file is too long for one with tags, aliases or rare characters"
_LONGEST_REASON: Final = 200
# The fast reader reads "01" and words with an underscore as numbers, although they are text. A marker in them (a
# private-use character) makes them text, and is removed again. The zero of an exponent (1.0e-06) gets no marker.
_MARK: Final = "\ue000"
_LEADING_ZERO: Final = re.compile(r"0(?<![\w.]0)(?<![eE][-+]0)(?=\d+(?![\w.]))")
# The fast reader's exceptions; TypeError is for keys that are lists.
_REJECTIONS: Final = (ValueError, TypeError, RecursionError)
_SCALARS: Final = frozenset((str, int, float, bool, type(None)))
_PLACE: Final = re.compile(r" at line (\d+), column (\d+)")
_DOCUMENT: Final = re.compile(r"^---", re.MULTILINE)
# What the fast reader accepts although it is not valid YAML, or reads differently. ``bytes.translate`` and ``in`` take
# a nanosecond for each character, a pattern ten: patterns run only on texts where something was found.
_PRINTABLE_ASCII: Final = bytes((0x09, 0x0A, 0x0D, *range(0x20, 0x7F)))
_NO_TEXT: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ue000\ue001\ufeff\ufffe\uffff]")
_DIGITS_AS_ZERO: Final = bytes(0x30 if 0x30 <= code <= 0x39 else code for code in range(256))
_OVER_64_BITS: Final = b"0" * 19
_RARE: Final = {
    "\r": re.compile(r"\r(?!\n)"),
    "!": re.compile(r"(?:^|[-?:][ \t]|[\[{,])[ \t]*!", re.MULTILINE),  # a tag
    "&": re.compile(r"(?:^|[-?:][ \t]|[\[{,])[ \t]*&\W", re.MULTILINE),
    "\t": re.compile(r"^[ ]*\t", re.MULTILINE),
    "\n%": re.compile(r"^%", re.MULTILINE),  # a directive
    "\n...": re.compile(r"^\.\.\.", re.MULTILINE),  # the end of a document
}
_EMPTY_BLOCK_AT_END: Final = re.compile(r"[|>][-+\d]*[ \t]*(?:#[^\n]*)?\s*\Z")
_ANCHOR: Final = re.compile(r"(?:^|[-?:][ \t]|[\[{,])[ \t]*&", re.MULTILINE)
_ALIAS: Final = re.compile(r"(?:^|[-?:][ \t]|[\[{,])[ \t]*\*", re.MULTILINE)


class YamlProblem(NamedTuple):
    """Why a text is not YAML, in the parser's words, and where: line and column count from 1.

    ``help`` is the remedy if it is already known, else "".
    """

    reason: str
    line: int = 1
    column: int = 1
    help: str = ""


class NotYamlError(Exception):
    """A text that is not YAML: every reason found, at least one."""

    def __init__(self, *problems: YamlProblem) -> None:
        self.problems = tuple(
            each._replace(reason=" ".join(each.reason.split())[:_LONGEST_REASON]) for each in problems
        )
        super().__init__("; ".join(each.reason for each in self.problems))

    @property
    def reason(self) -> str:
        """The first reason."""
        return self.problems[0].reason

    @property
    def line(self) -> int:
        """The line of the first reason."""
        return self.problems[0].line


def loads(text: str, longest: int = LONGEST_YAML, *, explain: bool = True) -> Any:
    """Return the data of ``text``, of at most ``longest`` characters: str, int, float, bool, None, list and dict.

    An int has at most 64 bits: larger numbers are floats. Raises ``NotYamlError``: also for duplicate keys, keys that
    are not scalars, unknown tags, and endless nesting or repetition. Without ``explain``, what the fast reader rejects
    is not read again for a better reason.
    """
    if found := excess(text, longest):
        line, column = text.count("\n", 0, found.at) + 1, found.at - text.rfind("\n", 0, found.at)
        raise NotYamlError(YamlProblem(found.reason, line, column, found.help))
    fast = _fast_reader()
    most = _LONGEST_READ_WITH_CARE
    rejected = None
    if fast is not None and _is_plain(text):
        try:
            return _read_fast(fast, text)
        except _REJECTIONS as error:
            rejected = _rejection(str(error))
            most = _LONGEST_REJECTED if explain else 0
    if len(text) > most or not is_composable(text):
        raise NotYamlError(rejected or YamlProblem(TOO_LONG))
    from gsdc.source import yaml_careful

    if rejected is not None and fast is not None:
        from gsdc.source.yaml_narrow import narrowed

        yaml_careful.read(narrowed(text, lambda part: _data_of(fast, part)))  # raises in most cases, and reads less
    return yaml_careful.read(text)


def is_composable(text: str) -> bool:
    """Tell whether ``ruamel.yaml`` reads ``text`` within a second or two."""
    return sum(map(text.count, ",:\n-")) <= _MOST_COMPOSED


def _is_plain(text: str) -> bool:
    """Tell whether both readers read ``text`` alike. Aliases may be circular, or expand without end."""
    raw = text.encode("utf-8", "surrogatepass")
    if raw.translate(None, _PRINTABLE_ASCII) and _NO_TEXT.search(text):
        return False
    if _OVER_64_BITS in raw.translate(_DIGITS_AS_ZERO) or text.startswith(("%", "...")):
        return False
    if any(mark in text and pattern.search(text) for mark, pattern in _RARE.items()):
        return False
    if _EMPTY_BLOCK_AT_END.search(text, text.rfind("\n", 0, len(text.rstrip())) + 1):
        return False
    return not ("*" in text and "&" in text and _ANCHOR.search(text) and _ALIAS.search(text))


@cache
def _fast_reader() -> Callable[[str], Any] | None:
    """Return the function of the fast reader, None if it is not installed."""
    try:
        from yaml_rs import loads as fast
    except ImportError:
        return None
    return lambda text: fast(text, parse_datetime=False)


def _read_fast(fast: Callable[[str], Any], text: str) -> Any:
    # A text without a final line break is read as if it had one.
    marked = _LEADING_ZERO.sub(f"{_MARK}0", text if text.endswith("\n") else f"{text}\n")
    data = fast(marked.replace("_", f"{_MARK}_"))
    if isinstance(data, list) and _DOCUMENT.search(text):
        raise ValueError("there is more than one document")
    return _without_marks(data)


def _data_of(fast: Callable[[str], Any], text: str) -> Any:
    """Return the fast reader's data of ``text``, None if it rejects it."""
    try:
        return _read_fast(fast, text)
    except _REJECTIONS:
        return None


def _without_marks(value: Any) -> Any:
    """Return ``value`` without the markers of numbers that are text. Raises ValueError for a key that is no scalar."""
    kind = type(value)
    if kind is str:
        return value.replace(_MARK, "")
    if kind is list:
        return [item.replace(_MARK, "") if type(item) is str else _without_marks(item) for item in value]
    if kind is dict:
        if not _SCALARS.issuperset(map(type, value)):
            raise ValueError("a key that is not a scalar")
        clean = {
            key.replace(_MARK, "") if type(key) is str else key: item.replace(_MARK, "")
            if type(item) is str
            else _without_marks(item)
            for key, item in value.items()
        }
        if len(clean) != len(value):
            raise ValueError("a duplicate key")
        return clean
    return value


def _rejection(message: str) -> YamlProblem:
    place = _PLACE.search(message)
    reason = message.rpartition("\n")[2].lower()
    return YamlProblem(reason, int(place[1]), int(place[2])) if place else YamlProblem(reason)
