"""The name of a model, without the path before it: split into words and numbers, then parsed for its family."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from gsdc.models.vocabulary import Family, ModelVocabulary
from gsdc.source.lazy_pattern import lazily

Generation = tuple[int, int]
"""Major and minor version: Opus 4.6 is (4, 6), GPT-5 is (5, 0)."""

_GAPS: Final = str.maketrans("_:@ ", "----")
_TOKEN: Final = lazily(
    r"(?P<size>(?:[ae]|\d+x)?\d+(?:[.p]\d+)?[bt](?![a-z0-9]))|(?P<window>\d+[km](?![a-z0-9]))"
    r"|(?P<number>\d+)|(?P<word>[a-z]+)|(?P<gap>[.]+)|(?P<other>.)"
)
_FREE: Final = "free"
_LATEST: Final = "latest"
_REVISION: Final = "v"  # "-v1:0" of Bedrock, "claude-3.5-sonnet-v2"
_BEHIND: Final = "~"  # marks a letter directly after a number: the "o" of gpt-4o
_SIZE: Final = "#"  # the position of a size: numbers after it are no version ("gpt-oss-120b-1:0" is a revision)
_MOST_DIGITS: Final = 2  # of a version's number; a longer one is a date


class Scan:
    """The parts of a name: words and runs of numbers in their order, sizes and context windows separately.

    A run contains numbers with only separators between them; "p" is a separator if it replaces a point (k2p5).
    """

    def __init__(self, name: str) -> None:
        self.items: list[str | list[str]] = []
        self.words: list[str] = []
        self.sizes: list[str] = []
        self.context = ""
        self.strange = ""  # the first character that is not valid in a name
        run: list[str] | None = None
        for chunk in name.translate(_GAPS).split("-"):
            for kind, text in _tokens(chunk):
                if kind == "number":
                    if run is None:
                        run = []
                        self.items.append(run)
                    run.append(text)
                elif kind == "word":
                    run = None
                    self.items.append(text)
                    self.words.append(text)
                elif kind == "size":
                    run = None
                    self.items.append(_SIZE)
                    self.sizes.append(text)
                elif kind == "window":
                    self.context = text
                else:
                    self.strange = self.strange or text


@lru_cache(maxsize=8192)
def _tokens(chunk: str) -> tuple[tuple[str, str], ...]:
    """Return the tokens between two separators, each with its kind; points are left out."""
    tokens = []
    end_of_number = -1
    for token in _TOKEN.finditer(chunk):
        kind, text = str(token.lastgroup), token.group()
        if kind == "number":
            end_of_number = token.end()
        elif kind == "word" and end_of_number == token.start() and len(text) == 1:
            if text == "p" and chunk[token.end() : token.end() + 1].isdigit():
                continue
            text = _BEHIND + text
        if kind != "gap":
            tokens.append((kind, text))
    return tuple(tokens)


class Name:
    """A name parsed for ``family``. ``rest`` are the unrecognised parts."""

    def __init__(self, words: ModelVocabulary, family: Family, scan: Scan) -> None:
        self.generation: Generation | None = None
        self.date = self.effort = self.host = self.maker = ""
        self.free = self.latest = False
        self.parts: set[str] = set()  # the words that make its line
        self.variants: list[str] = []
        self.rest: list[str] = []
        self._words, self._family = words, family
        self._modifiers = words.modifiers
        named = next(word for word in scan.words if word in family.words or word in family.implying)
        start = scan.items.index(named)
        if start:
            self._read_prefix(scan.items[:start])
        self._read(iter(scan.items[start:]))
        self.line = family.lines.get(frozenset(self.parts), "")  # "" if its words make none

    def _read_prefix(self, items: list[str | list[str]]) -> None:
        """Read hosts, makers and regions, each the longest that fits."""
        index = 0
        while index < len(items):
            for end in range(len(items), index, -1):
                part = items[index:end]
                name = "-".join(item for item in part if isinstance(item, str))
                if all(isinstance(item, str) for item in part) and self._is_prefix(name):
                    index = end
                    break
            else:
                self.rest.append(_shown(items[index]))
                index += 1

    def _is_prefix(self, name: str) -> bool:
        host = self._words.prefixes.get(name) or self._words.hosts.get(name)
        maker = self._words.makers.get(name)
        self.host = self.host or host or ""
        self.maker = self.maker or maker or ""
        return bool(host or maker) or self._words.is_region(name)

    def _read(self, items: Iterator[str | list[str]]) -> None:
        before = ""
        for item in items:
            if isinstance(item, list):
                self._number(before, item)
                before = ""
                continue
            if before == _REVISION:
                self._word(before)
            before = item
            if item != _REVISION:
                self._word(item)
        if before == _REVISION:
            self._word(before)

    def _word(self, word: str) -> None:
        known = self._modifiers
        if word in self._family.parts:
            self.parts.add(word)
        elif word in self._family.words or word == _SIZE:
            pass
        elif word == _FREE:
            self.free = True
        elif word in known.efforts or word in known.thinking or word in known.not_thinking or word == "non":
            self._effort(word)
        elif word in known.releases:
            self.latest = self.latest or word == _LATEST
            self.variants.append(word)
        elif word in (known.open_variants if self._family.is_open else known.variants):
            self.variants.append(word)
        else:
            self.rest.append(word)

    def _effort(self, word: str) -> None:
        """Parse an effort; thinking is one if no other word gives an effort, and "non-reasoning" is none."""
        if word in self._modifiers.not_thinking or word == "non":
            self.effort = "none"
        elif word in self._modifiers.efforts:
            self.effort = word
        else:
            self.effort = self.effort or "thinking"

    def _number(self, before: str, run: list[str]) -> None:
        known = self._modifiers
        if before == _REVISION:
            if _REVISION not in self._family.parts or self.generation is not None:
                return
            self._word(before)
        if before not in self._family.parts:
            if before in known.thinking or before in known.efforts:
                return  # a budget of tokens
            if before in known.open_variants and self._family.is_open:
                return  # the bits of fp8, q4
        is_dated = before in known.releases  # "preview-05-06"
        head = 0
        while not is_dated and head < len(run) and _is_version(run[head]):
            head += 1
        if before != _SIZE:
            self._version(run[:head])
        self._date([part for part in run[head:] if not (len(part) == 3 and part[0] == "0")])

    def _version(self, parts: list[str]) -> None:
        if not parts:
            return
        generation = _generation(parts)
        if generation is None or self.generation is not None:
            self.rest.append(".".join(parts))
        else:
            self.generation = generation

    def _date(self, parts: list[str]) -> None:
        digits = "".join(parts)
        if digits and (self.date or len(digits) not in (4, 6, 8)):
            self.rest.append(digits)
        else:
            self.date = digits or self.date


def _is_version(part: str) -> bool:
    return len(part) <= _MOST_DIGITS and (part[0] != "0" or part == "0")


def _generation(parts: list[str]) -> Generation | None:
    """Return the generation of one or two numbers, None for more.

    Two digits alone are a major and a minor number (gpt-35, claude-opus-41), and 4.20 is 4.2: if there are two
    readings, the older one is used.
    """
    if len(parts) == 1:
        first, second = parts[0][:1], parts[0][1:] or "0"
    elif len(parts) == 2:
        first, second = parts
    else:
        return None
    return int(first), int(second[0] if second[1:] == "0" else second)


def _shown(item: str | list[str]) -> str:
    return item if isinstance(item, str) else ".".join(item)
