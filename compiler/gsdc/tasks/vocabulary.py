"""Match phrases in running text, code and paths: by words, with any separator, in one pass.

``verifyToken``, ``verify_token`` and "verify the token" are the same two words. A dictionary lookup of words costs a
tenth of one expression per phrase, and does not find "auth" in "author".
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Final, NamedTuple

from gsdc.source.lazy_pattern import lazily

# "JWTs", "API", "Token", "token", "256"; a word in capitals ends where a capitalised one begins.
_WORD: Final = lazily(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_OTHER_LETTER: Final = lazily(r"[^\W\x00-\x7f]")
_ACCENT: Final = lazily(r"(?<=[A-Za-z])[\u0300-\u036f]+")
_STEM: Final = lazily(r"([a-z]+)(.?)", re.DOTALL)
_GROUP: Final = lazily(r"\([^()]*\)")
_FILLERS: Final = frozenset({"a", "an", "of", "the"})


_Topics = Mapping[str, Mapping[float, str]]


class Match(NamedTuple):
    """A phrase found in a text, its topic, and its strength."""

    phrase: str
    topic: str
    weight: float


class Vocabulary:
    """Phrases by topic: ``topics`` maps each topic to comma-separated phrases by weight.

    ``translations`` adds phrases in other languages. ``lookalikes`` are phrases that count for nothing and hide the
    phrases in them.
    """

    def __init__(self, topics: _Topics, lookalikes: str = "", translations: Sequence[_Topics] = ()) -> None:
        self._topics, self._lookalikes = (topics, *translations), lookalikes

    @cached_property
    def _phrases(self) -> dict[str, list[tuple[tuple[str, ...], Match]]]:
        """The phrases by their first word, the longest first: the following words, and the result."""
        listed = [("", 0.0, self._lookalikes)]
        listed += [
            (topic, weight, each)
            for topics in self._topics
            for topic, weights in topics.items()
            for weight, each in weights.items()
        ]
        found: dict[str, list[tuple[tuple[str, ...], Match]]] = {}
        for topic, weight, phrases in listed:
            read = words if phrases.isascii() else foreign_words
            for phrase in filter(str.strip, phrases.split(",")):
                first, *rest = read(phrase)
                found.setdefault(first, []).append((tuple(rest), Match(" ".join(phrase.split()), topic, weight)))
        for some in found.values():
            some.sort(key=lambda phrase: -len(phrase[0]))
        return found

    def matches(self, found: Sequence[str]) -> Iterator[Match]:
        """Yield each occurrence of a phrase in the words ``found``; the longest hides those in it."""
        phrases, index = self._phrases, 0
        for place in [place for place, word in enumerate(found) if word in phrases]:
            if place < index:
                continue
            for rest, match in phrases[found[place]]:
                if not rest or tuple(found[place + 1 : place + 1 + len(rest)]) == rest:
                    index = place + 1 + len(rest)
                    if match.topic:
                        yield match
                    break


class WholeWords:
    """Alternatives that match as whole words; a blank in one also matches "-", "_" and nothing.

    They are compiled only if one of their first words is in a text. Most texts have none, and compiling all expressions
    for the tasks of a plan takes longer than the rest of a small build.
    """

    def __init__(self, *alternatives: str) -> None:
        self._alternatives = alternatives

    @cached_property
    def _stems(self) -> tuple[str, ...]:
        return tuple({stem for alternative in self._alternatives for stem in _stems(alternative)})

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        joined = "|".join(alternative.replace(" ", "[ _-]?") for alternative in self._alternatives)
        return re.compile(rf"(?<![A-Za-z])(?:{joined})(?![A-Za-z])", re.IGNORECASE)

    def search(self, text: str) -> str:
        """Return the first match in ``text``, "" if there is none."""
        folded = _folded(text)
        for stem in self._stems:
            if stem in folded:
                match = self._expression.search(text)
                return match[0] if match else ""
        return ""

    def match(self, text: str) -> str:
        """Return the alternative at the beginning of ``text``, "" if there is none."""
        text = text.lstrip()
        if not _folded(text).startswith(self._stems):
            return ""
        match = self._expression.match(text)
        return match[0] if match else ""


def _folded(text: str) -> str:
    """Return ``text`` in lower case, with a plain "i" for the letters that a case-insensitive expression equates."""
    return text.replace("İ", "i").casefold().replace("ı", "i")


def _stems(alternative: str) -> tuple[str, ...]:
    """Return beginnings of words, one of which every match begins with; "" among them if that is not known."""
    end = _end_of_group(alternative)
    after = alternative[end : end + 1]
    if not end or after in ("*", "{"):
        return (_stem(alternative),)
    inner = tuple(stem for part in _parts(alternative[len("(?:") : end - 1]) for stem in _stems(part))
    return (*inner, *_stems(alternative[end + 1 :])) if after == "?" else inner


def _end_of_group(alternative: str) -> int:
    """Return where the group ends with which ``alternative`` begins; 0 if it does not begin with one."""
    depth = 0
    for place, letter in enumerate(alternative):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return place + 1 if place else 0
    return 0


def _parts(group: str) -> Iterator[str]:
    """Yield the alternatives of ``group``, but not those of groups within it."""
    depth, start = 0, 0
    for place, letter in enumerate(group):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            yield group[start:place]
            start = place + 1
    yield group[start:]


def _stem(alternative: str) -> str:
    """Return the letters with which every match begins, "" if there are none."""
    plain = alternative
    while (inner := _GROUP.sub("", plain)) != plain:
        plain = inner
    found = _STEM.match(alternative)
    if found is None or "|" in plain:
        return ""
    letters, after = found.groups()
    return letters[:-1] if after in ("?", "*", "{") else letters


class Patterns:
    """A regular expression for texts such as paths, compiled on first use."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self._pattern, re.IGNORECASE)

    def search(self, text: str) -> bool:
        """Tell whether ``text`` contains a match."""
        return self._expression.search(text) is not None

    def sub(self, by: str, text: str) -> str:
        """Return ``text`` with every match replaced by ``by``."""
        return self._expression.sub(by, text)


def words(text: str) -> list[str]:
    """Return the words of English ``text`` in lower case, without fillers."""
    return [word for word in map(str.lower, _WORD.findall(text)) if word not in _FILLERS]


def foreign_words(text: str) -> list[str]:
    """Return the words of ``text`` in any language, in lower case and without accents."""
    plain = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text)))
    return [word for word in map(str.lower, _any_word().findall(plain)) if word not in _FILLERS]


def is_foreign(text: str) -> bool:
    """Tell whether ``text`` has letters that English does not use."""
    return not text.isascii() and _OTHER_LETTER.search(text) is not None


@cache
def _any_word() -> re.Pattern[str]:
    # Scripts without blanks between words, and Korean with its endings, are read letter by letter.
    letters = r"(?=\w)[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    return re.compile(rf"{_WORD.pattern}|{letters}|[^\W\d_\u00aa-\u00ba\u2070-\u218f]+")
