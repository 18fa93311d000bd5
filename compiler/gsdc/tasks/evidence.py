"""The evidence in a task for and against security-critical work, as numbers with the matching words.

The position of a phrase matters: the beginning of the name and the first sentence of the action describe the task; text
after "with" or a comma and later sentences are details. In a long action the share that is about security counts.
Single words count where judged tasks gave them a weight.
"""

import math
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from gsdc.source.lazy_pattern import lazily
from gsdc.source.task import Task
from gsdc.tasks.kind import classify
from gsdc.tasks.name_subjects import GUARDING, SUBJECTS
from gsdc.tasks.security_translations import LATIN, OTHER_SCRIPTS
from gsdc.tasks.security_words import LOOKALIKES, PLAIN, STRONG, TOPICS, WEAK
from gsdc.tasks.task_name import unlabelled
from gsdc.tasks.vocabulary import Match, Vocabulary, foreign_words, is_foreign, words

_START: Final = 50  # words of the action that describe it; the rest is detail
WORD: Final = ": word "  # in the name of a feature: a single word, and its part of the task
_LONGEST: Final = 40  # characters of a word with what follows it
_SHORTEST_WORD: Final = 3
_NO_SUBJECT: Final = frozenset(
    words(
        "all and any are but can for from has have into its new not now one only out per src that them then this two "
        "use uses using via was when which will with"
    )
)
_BEGINNING: Final = 5  # words of the name that say what is done to what
_OPENING: Final = 400  # characters of the action from which its language is detected
_SENTENCE: Final = 10  # words in which tests are named if they are the main work
_TESTING: Final = frozenset({"test", "tests", "suite", "pytest", "fixtures"})
_SHORTEST: Final = 120  # words: a share of fewer is not reliable
_DENSEST: Final = 5.0  # subjects in 100 words: a module's own name may be in every line
_STRENGTHS: Final = {STRONG: "protection", PLAIN: "subject", WEAK: "hint"}
_NEXT: Final = lazily(r"\s(?:with|and|plus|in|for|into|via|using|to)\s|[,+(;&]|\s[\u2014-]\s")
_REQUIREMENT: Final = lazily(r"\b(?:SEC|AUTHZ?)-\d")  # an id such as "SEC-01"
_DETAIL: Final = frozenset(
    {"with", "in", "for", "into", "via", "using", "to"}
)  # others name a further part of the work
_PLACE: Final = lazily(r"\S+(?:\s\S+)?\s[\u2014-]\s")  # "Frontend - real refresh token": where, not what
_SENTENCE_END: Final = lazily(r"[.:;](?:\s|$)|\n")
_FIRST: Final = 8  # characters of a name that are never cut
_WITH_TESTS: Final = lazily(r"(?:\b(?:with|and|plus|incl\w*)|[+&,])[^.:]{0,30}\btests?\b", re.IGNORECASE)
_SCREEN: Final = lazily(
    r"\.(?:tsx|jsx|vue|svelte|css|scss|html|astro|xaml|j2|hbs|erb)$|(?:^|/)(?:components|pages|screens|views|ui)/"
    r"|(?:Screen|View)\.",
    re.IGNORECASE,
)
_FOLDER: Final = lazily(
    r"(?:^|/)(?:auth|authn|authz|security|crypto|permissions?|rbac|acl|guards|policies|secrets?|vault|identity)/",
    re.IGNORECASE,
)
_NOT_PRODUCT: Final = lazily(
    r"(?:^|/)(?:tests?|__tests__|spec|docs?)/|[._-](?:test|spec)s?\.|(?:^|/)test_|\.(?:md|mdx|rst|txt)$|Tests?\.\w+$"
)


_MANIFEST: Final = lazily(
    r"(?:^|/)(?:package(?:-lock)?\.json|pyproject\.toml|Cargo\.toml|go\.(?:mod|sum)|pom\.xml|Gemfile|composer\.json"
    r"|build\.gradle(?:\.kts)?|libs\.versions\.toml|\.gitignore|\.env\.example|requirements[\w.-]*\.txt)$|-lock\.yaml$"
)


_Read = Callable[[str], list[str]]


class Evidence(NamedTuple):
    """A feature of a task with its value, the part of the task, and the matching words."""

    feature: str
    value: float
    part: str
    said: str


class TaskEvidence(NamedTuple):
    """All evidence of a task, and the topics of its name and its files."""

    evidence: tuple[Evidence, ...]
    topics: frozenset[str]


@cache
def _latin() -> Vocabulary:
    return Vocabulary(TOPICS, LOOKALIKES, (LATIN,))


@cache
def _any_language() -> Vocabulary:
    return Vocabulary(TOPICS, LOOKALIKES, (LATIN, OTHER_SCRIPTS))


@cache
def _subjects() -> Vocabulary:
    return Vocabulary({subject: {1.0: phrases} for subject, phrases in SUBJECTS.items()})


@cache
def _guarding() -> Vocabulary:
    return Vocabulary({"guarding": {1.0: GUARDING}})


def gather(task: Task, weighed: Container[str] | None = None) -> TaskEvidence:
    """Return the evidence of ``task``. With ``weighed``, single words only if their feature is in it."""
    name, text = unlabelled(task.name), prose(task)
    foreign = is_foreign(f"{name} {text[:_OPENING]}")
    known, read = (_any_language(), foreign_words) if foreign else (_latin(), words)
    place = _PLACE.match(name)
    cut = _NEXT.search(name, _FIRST + (place.end() if place else 0))
    head = tuple(known.matches(read(name[: cut.start()] if cut else name)))
    rest = tuple(known.matches(read(name[cut.start() :]))) if cut else ()
    product = [path for path in task.writes if not _NOT_PRODUCT.search(path)]
    files = tuple(match for path in product for match in known.matches(words(path)))
    named, first = read(name), _first_sentence(text, read)
    evidence = (
        *_strengths("name", head, 2),
        *_strengths("detail of the name" if cut and cut[0].strip() in _DETAIL else "rest of the name", rest, 2),
        *_strengths("files", files, 2),
        *_of_name(name, named, (*head, *rest)),
        *_subjects_of(name, cut.start() if cut else len(name)),
        *_of_action(read(text), first, known),
        *_of_files(task.writes),
        *_named_for(product),
        *(
            Evidence(feature, 1, part, word)
            for feature, part, word in _words_of(named, first, product)
            if weighed is None or feature in weighed
        ),
    )
    return TaskEvidence(evidence, frozenset(match.topic for match in (*head, *rest, *files) if match.weight > WEAK))


def prose(task: Task) -> str:
    """Return the instructions of ``task``."""
    return task.text("action") or task.text("behavior") or ("" if task.children else task.inner)


def topics_of_name(task: Task) -> frozenset[str]:
    """Return the security topics in the name of ``task``."""
    return frozenset(match.topic for match in _latin().matches(words(task.name)) if match.weight > WEAK)


def only_beside(task: Task) -> bool:
    """Tell whether ``task`` creates only tests and documents, which cannot fail as the product would."""
    if task.writes and all(map(_NOT_PRODUCT.search, task.writes)):
        return True
    kind = classify(task).name
    # A name with "comments" may be about those of users: the files decide, if there are any.
    return kind == "testing" or (kind == "docs" and not task.writes)


def _strengths(part: str, matches: Iterable[Match], most: int) -> Iterator[Evidence]:
    by_strength: dict[float, list[str]] = {}
    for match in matches:
        phrases = by_strength.setdefault(match.weight, [])
        if match.phrase not in phrases:
            phrases.append(match.phrase)
    for strength, phrases in by_strength.items():
        value = min(most if strength > WEAK else 1, len(phrases))
        yield Evidence(f"{part}: {_STRENGTHS[strength]}", value, part, ", ".join(phrases[:3]))


def _of_name(name: str, found: Sequence[str], matches: Sequence[Match]) -> Iterator[Evidence]:
    if not matches:
        yield Evidence("name: nothing", 1, "name", "")
    share = sum(map(_length, (match for match in matches if match.weight > WEAK))) / max(4, len(found))
    if share:
        yield Evidence("name: share", share, "name", f"{share:.0%} of its words")
    # "Restrict ... to" alone is no evidence: indexes and exports are restricted too.
    guarding = tuple(match.phrase for match in _guarding().matches(found))
    if guarding and any(match.weight > WEAK for match in matches):
        yield Evidence("name: guarding verb", min(2, len(guarding)), "name", guarding[0])
    if said := _REQUIREMENT.search(name):
        yield Evidence("name: requirement", 1, "name", said[0])


def _subjects_of(name: str, end: int) -> Iterator[Evidence]:
    """Yield the other subjects of ``name``: those at its beginning, up to ``end``, weigh more than later ones."""
    for part, text in (("about", name[:end]), ("also about", name[end:])):
        by_subject: dict[str, list[str]] = {}
        for match in _subjects().matches(words(_WITH_TESTS.sub("", text))):
            by_subject.setdefault(match.topic, []).append(match.phrase)
        for subject, phrases in by_subject.items():
            yield Evidence(f"{part} {subject}", min(2, len(phrases)), "name", phrases[0])


def _of_action(found: Sequence[str], first: Sequence[str], known: Vocabulary) -> Iterator[Evidence]:
    """Yield the evidence of the action: its first sentence says what the work is, later ones are details."""
    matches = tuple(known.matches(found))
    yield from _strengths("first sentence", known.matches(first), 3)
    yield from _strengths("start of the action", known.matches(found[len(first) : _START]), 3)
    tests = _TESTING.intersection(found[:_SENTENCE])
    if tests:
        yield Evidence("start of the action: tests", 1, "action", min(tests))
    strong = {match.phrase for match in matches if match.weight == STRONG}
    if strong:
        said = ", ".join(sorted(strong)[:3])
        yield Evidence("action: protections", math.log1p(len(strong)), "action", said)
    about = [match.phrase for match in matches if match.weight > WEAK]
    if about:
        density = min(_DENSEST, 100 * len(about) / max(_SHORTEST, len(found)))
        yield Evidence("action: subjects in 100 words", density, "action", about[0])


def _named_for(product: Sequence[str]) -> Iterator[Evidence]:
    """Yield the paths of ``product`` whose whole name relates to security: "auth.py", but not "auth/LoginForm.tsx"."""
    named = []
    within = [path for path in product if _FOLDER.search(path) and not _SCREEN.search(path)]
    if within:
        yield Evidence("files: folder of it", len(within) / len(product), "files", within[0])
    for path in product:
        stem = words(path.rpartition("/")[2].partition(".")[0])
        matches = tuple(_latin().matches(stem))
        if any(match.weight > WEAK for match in matches) and sum(map(_length, matches)) == len(stem):
            named.append(path)
    if named:
        yield Evidence("files: named for it", len(named) / len(product), "files", named[0])


def _words_of(named: Sequence[str], first: Sequence[str], product: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each word of the name, the first sentence and the paths: its feature, its part of the task, and itself."""
    for part, said in (
        ("name", named),
        ("beginning of the name", named[:_BEGINNING]),
        ("first sentence", first),
        ("file names", words(" ".join(path.rpartition("/")[2] for path in product))),
        ("folders", words(" ".join(path.rpartition("/")[0] for path in product))),
    ):
        for word in dict.fromkeys(said):
            if len(word) >= _SHORTEST_WORD and word.isalpha() and word not in _NO_SUBJECT:
                yield f"{part}{WORD}{word}", part, word


def _first_sentence(text: str, read: _Read) -> list[str]:
    end = _SENTENCE_END.search(text)
    return read(text[: end.start()])[:_START] if end else read(text[: _START * _LONGEST])[:_START]


def _length(match: Match) -> int:
    """Return the number of words in a match; in scripts without blanks each letter is a word."""
    return len(match.phrase.split()) if match.phrase.isascii() else len(foreign_words(match.phrase))


def _of_files(files: Sequence[str]) -> Iterator[Evidence]:
    for feature, pattern in (
        ("files: screens", _SCREEN),
        ("files: tests and documents", _NOT_PRODUCT),
        ("files: manifests", _MANIFEST),
    ):
        matching = [path for path in files if pattern.search(path)]
        if matching:
            yield Evidence(feature, len(matching) / len(files), "files", matching[0])
