"""The words of model ids, loaded from lines.yaml and indexed for fast lookup."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.source.yaml_text import loads

_SHORTEST: Final = 5  # letters: shorter names of hosts are similar to too many words


class Family(NamedTuple):
    """A family of models: who makes it, the words of each of its lines, and whether its weights are open.

    ``words`` name the family and ``implying`` imply it without its name; ``parts`` are all words of its lines.
    """

    name: str
    maker: str
    words: frozenset[str]
    implying: frozenset[str]
    lines: Mapping[frozenset[str], str]
    parts: frozenset[str]
    is_open: bool


class Modifiers(NamedTuple):
    """Words that do not change the line."""

    efforts: frozenset[str]
    thinking: frozenset[str]
    not_thinking: frozenset[str]
    releases: frozenset[str]
    variants: frozenset[str]
    open_variants: frozenset[str]


class ModelVocabulary(NamedTuple):
    """All words. ``hosts`` and ``makers`` map each spelling to the canonical name."""

    families: tuple[Family, ...]
    by_word: Mapping[str, tuple[Family, ...]]
    modifiers: Modifiers
    makers: Mapping[str, str]
    hosts: Mapping[str, str]
    proxies: frozenset[str]
    locals: frozenset[str]
    prefixes: Mapping[str, str]
    routes: frozenset[str]
    regions: frozenset[str]

    def family(self, words: list[str]) -> Family | None:
        """Return the one family that ``words`` name, None if they name none or several.

        A maker with the name of one of its other families may come first (mistral.devstral).
        """
        found = self._families(words)
        if len(found) > 1 and words[0] in self.makers:
            found = self._families(words[1:])
        return found[0] if len(found) == 1 else None

    def _families(self, words: list[str]) -> list[Family]:
        named: list[Family] = []
        for word in words:
            if word in self.by_word:
                named += [family for family in self.by_word[word] if family not in named]
        if len(named) > 1:  # gpt-oss is not gpt, and "o" is a family only if there is no other
            given = frozenset(words)
            named = [family for family in named if family.words <= given or family.implying & given]
            named = [one for one in named if not any(one.words < other.words for other in named)]
            named = [one for one in named if one.name != "o"] if len(named) > 1 else named
        elif named and not (named[0].words <= frozenset(words) or named[0].implying & frozenset(words)):
            return []
        return named

    def is_region(self, segment: str) -> bool:
        """Tell whether a segment is a region of inference: "eu", "us-gov", "ap-northeast-1"."""
        parts = segment.split("-")
        return parts[0] in self.regions and all(part in self.regions or part.isdecimal() for part in parts)

    def nearly(self, segment: str) -> str:
        """Return the host or maker that differs from ``segment`` by one letter, "" if there is none.

        A number at its end makes a custom name (azure-2).
        """
        own = segment.rstrip("-_0123456789")
        if own in self.hosts or own in self.makers:
            return ""
        near = _near()
        return next((near[less] for less in _one_less(own) if less in near), "")


@cache
def _near() -> Mapping[str, str]:
    """Return each spelling of a host or maker, unchanged and without one of its letters, mapped to the spelling."""
    names = (*vocabulary().hosts, *vocabulary().makers)
    return {less: name for name in names if len(name) >= _SHORTEST for less in _one_less(name)}


def _one_less(name: str) -> set[str]:
    """Return ``name``, and ``name`` without each of its letters: names that share one of these differ by one letter."""
    return {name, *(name[:index] + name[index + 1 :] for index in range(len(name)))}


@cache
def vocabulary() -> ModelVocabulary:
    """Return the vocabulary."""
    data = loads(Path(__file__).with_name("lines.yaml").read_text("utf-8"))
    families = tuple(_family(name, value) for name, value in data["families"].items())
    by_word: dict[str, tuple[Family, ...]] = {}
    for family in families:
        for word in family.words | family.implying:
            by_word[word] = (*by_word.get(word, ()), family)
    makers, hosts = _inverted(data["makers"]), _inverted(data["hosts"])
    proxies, local = _inverted(data["proxies"]), _inverted(data["locals"])
    return ModelVocabulary(
        families=families,
        by_word=by_word,
        modifiers=_modifiers(data),
        makers=makers,
        hosts={**hosts, **proxies, **local},
        proxies=frozenset(proxies.values()),
        locals=frozenset(local.values()),
        prefixes=_inverted(data["prefixes"]),
        routes=frozenset(data["routes"]),
        regions=frozenset(data["regions"]),
    )


def _family(name: str, value: Mapping[str, Any]) -> Family:
    lines = {frozenset(words.split()): line for line, spellings in value["lines"].items() for words in spellings}
    return Family(
        name,
        value["maker"],
        frozenset(value.get("words", [name])),
        frozenset(value.get("implied-by", ())),
        lines,
        frozenset().union(*lines),
        value.get("open", False),
    )


def _modifiers(data: Mapping[str, Any]) -> Modifiers:
    variants = frozenset((*data["speeds"], *data["routings"]))
    return Modifiers(
        efforts=frozenset(data["efforts"]),
        thinking=frozenset(data["thinking"]),
        not_thinking=frozenset(data["not-thinking"]),
        releases=frozenset(data["releases"]),
        variants=variants,
        open_variants=variants.union(data["open-speeds"], data["open-tunings"]),
    )


def _inverted(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {spelling: name for name, spellings in names.items() for spelling in spellings}
