"""The identity of a model, parsed from its id in any client's spelling: host, maker, line, generation, modifiers.

A small grammar over a closed vocabulary (lines.yaml):

    id    = [scheme ":"] { segment "/" } name [ "[" window "]" ] [ "#" effort | "(" effort ")" ] | ARN of Amazon Bedrock
    name  = { prefix } family { line word | number | date | modifier }

``segment`` is a host, a maker, a region or a route; ``prefix`` a host, a maker or a region. Words and numbers may be
separated by any of "-", "_", ".", ":", "@" and blanks, or by nothing where a letter meets a digit.

An id with a word outside the vocabulary is unknown. So is an id that names two families, two lines, two generations, or
a maker that does not make the family: a wrong answer could let a weak model pass for a strong one, "unknown" cannot.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from gsdc.models.name import Generation, Name, Scan
from gsdc.models.vocabulary import Family, ModelVocabulary, vocabulary

LONGEST: Final = 200  # characters; the longest id of the price maps has 98
_ARN: Final = re.compile(r"(.*/)?arn:aws[a-z-]*:bedrock:[a-z0-9-]*:[0-9]*:([a-z-]+)/(.+)")
# The full name of a model on Vertex AI begins with a project and a region.
_VERTEX: Final = re.compile(r"^(?:vertex_ai/)?projects/[a-z0-9-]+/locations/[a-z0-9-]+/(?=publishers/)")
# The Bedrock resources whose ARN contains the id of a model. Others, such as an application's profile, have a number.
_TELLING: Final = ("foundation-model", "inference-profile")
_JOINING: Final = {ord(sign): None for sign in "-_."}  # characters of a provider's name other than letters and digits
_CLOSING: Final = {"#": "", "(": ")", "[": "]"}  # the last of an id first


class Identity(NamedTuple):
    """The identity in an id. Every field is empty if the id does not contain it.

    ``line`` is "" if it is unknown: ``why`` then gives the reason, and ``guess`` is the likely line, which must not be
    relied on. ``latest`` means that an id moves with the releases. ``date`` has the digits of the id; ``size`` is in
    billions of parameters and ``context`` is a window, both as written in the id.
    """

    id: str
    host: str = ""
    maker: str = ""
    line: str = ""
    generation: Generation | None = None
    date: str = ""
    context: str = ""
    size: str = ""
    effort: str = ""
    free: bool = False
    latest: bool = False
    variants: tuple[str, ...] = ()
    guess: str = ""
    why: str = ""

    @property
    def release(self) -> str:
        """Its display name of line and generation, such as "opus 4.6"; "" if it is unknown."""
        if not self.line or self.generation is None:
            return self.line
        major, minor = self.generation
        return f"{self.line} {major}.{minor}" if minor else f"{self.line} {major}"


@lru_cache(maxsize=8192)
def identify(model: str) -> Identity:
    """Return the identity in the id ``model``. Any text is accepted, also one that is no id; nothing is raised."""
    text = model.strip()
    if not text.isascii() or not text.isprintable() or len(text) > LONGEST:
        return Identity(model, why="it has invalid characters, or is too long")
    text = _VERTEX.sub("vertex/", text.lower())
    arn = _ARN.fullmatch(text)
    if arn is not None:
        before, kind, name = arn.groups()
        if kind not in _TELLING:
            return Identity(model, host="bedrock", why=f"an ARN of type {kind} does not say which model it is")
        text = f"{before or ''}bedrock/{name}"
    path = _Path(vocabulary(), text)
    found = Identity(model, host=path.host, maker=path.maker)
    return found._replace(why=path.why) if path.why else _named(found, path)


class _Path:
    """The part before the name of an id: where a model is served, and who makes it."""

    def __init__(self, words: ModelVocabulary, text: str) -> None:
        self.words = words
        self.host = self.maker = self.why = ""
        self.stranger = ""  # a custom provider
        scheme, colon, rest = text.partition(":")
        is_scheme = bool(colon and rest) and "/" not in scheme and (scheme in words.hosts or scheme in words.makers)
        *segments, self.name = (f"{scheme}/{rest}" if is_scheme else text).split("/")
        for index, segment in enumerate(segments):
            if segment in words.hosts or segment in words.makers:
                self._known(segment, is_first=index == 0)
            elif segment not in words.routes and not words.is_region(segment):
                self._stranger(segment, is_first=index == 0)

    def _stranger(self, segment: str, *, is_first: bool) -> None:
        """Add an unknown segment: a custom provider may be the first segment only.

        After a host comes the maker: an unknown maker makes another model, whatever its name is.
        """
        self.stranger = segment
        if not is_first or not segment.translate(_JOINING).isalnum():
            self.why = f'"{segment}", its maker or host, is unknown'

    def _known(self, segment: str, *, is_first: bool) -> None:
        host, maker = self.words.hosts.get(segment, ""), self.words.makers.get(segment, "")
        is_open = is_first or self.host in self.words.proxies
        if is_open:
            self.host = host or maker
        if maker and self.maker not in ("", maker):
            self.why = f'it has two makers, "{self.maker}" and "{maker}"'
        self.maker = self.maker or maker


def _named(found: Identity, path: _Path) -> Identity:
    """Return ``found`` with the identity in the name of the id."""
    words = path.words
    text, context, effort, is_whole = _without_suffix(path.name)
    scan = Scan(text)
    family = words.family(scan.words)
    if family is None:
        several = any(word in words.by_word for word in scan.words)
        why = "it contains more than one model" if several else "it contains no model that gsdc knows"
        return found._replace(why=why)
    name = Name(words, family, scan)
    maker = found.maker or name.maker or family.maker
    host = found.host or name.host or _implied_host(words, text)
    why = _doubt(path, family, scan, name, host, maker)
    if not why and scan.strange:
        why = f'"{scan.strange}" is not part of any known id'
    elif not why and not is_whole:
        why = "it does not end as an id does"
    return Identity(
        found.id,
        host=host,
        maker=maker,
        line="" if why else name.line,
        generation=name.generation,
        date=name.date,
        context=context or scan.context,
        size="-".join(scan.sizes),
        effort=effort or name.effort,
        free=name.free,
        latest=name.latest,
        variants=tuple(name.variants),
        guess=name.line if why else "",
        why=why,
    )


def _implied_host(words: ModelVocabulary, name: str) -> str:
    """Return the only host with names of this form: "us.anthropic.x" of Bedrock, "x@20251001" of Vertex."""
    prefix, dot, _ = name.partition(".")
    if dot and (prefix in words.makers or words.is_region(prefix)):
        return "bedrock"
    return "vertex" if "@" in name else ""


def _doubt(path: _Path, family: Family, scan: Scan, name: Name, host: str, maker: str) -> str:
    """Return why an id must not be trusted, "" if there is no reason."""
    for other in (maker, name.maker):
        if other and other != family.maker:
            return f'"{other}" does not make {family.name}'
    if name.rest:
        return f'"{name.rest[0]}" in it is unknown'
    if scan.sizes and not family.is_open:
        return f"the size of the {family.name} is missing"
    if not name.line:
        return f"there is no {family.name} of that name"
    if host in path.words.locals and not family.is_open:
        return f"{host} does not serve {family.name}: the name may be anybody's"
    is_bare = not family.words.intersection(scan.words) and name.generation is None and len(name.parts) == 1
    if is_bare and path.host not in ("", family.maker):
        return f'"{scan.words[-1]}" alone is a name that somebody chose on {path.host}'
    nearly = path.words.nearly(path.stranger) if path.stranger else ""
    if nearly:
        return f'"{path.stranger}" is similar to "{nearly}", but not the same'
    if path.stranger and _names_another(path, family, name):
        return f'"{path.stranger}" names another model'
    return ""


def _names_another(path: _Path, family: Family, name: Name) -> bool:
    """Tell whether a custom provider has the name of a model other than the one in the id."""
    return any(
        other is not family or (word in family.implying and word not in name.parts)
        for word in Scan(path.stranger).words
        for other in path.words.by_word.get(word, ())
    )


def _without_suffix(name: str) -> tuple[str, str, str, bool]:
    """Return a name without its suffixes: a context window "[1m]", an effort "(high)" or "#high".

    The last value tells whether all suffixes were recognised.
    """
    context = effort = ""
    known = vocabulary().modifiers
    for opening, closing in _CLOSING.items():
        head, found, tail = name.partition(opening)
        if not found:
            continue
        inner = tail.removesuffix(closing) if closing else tail
        if closing and not tail.endswith(closing):
            return head, context, effort, False
        if opening == "[" and inner[:-1].isdecimal() and inner[-1:] in ("k", "m"):
            context = inner
        elif opening != "[" and (inner in known.efforts or inner in known.thinking):
            effort = inner
        else:
            return head, context, effort, False
        name = head.rstrip()
    return name, context, effort, True
