"""The kind of a task: one of seed 004's types, by its type, its files and the beginning of its name.

Files are the strongest evidence: a task that writes only tests is testing. If they are mixed, the head of the name
decides. It ends before "and", "with" or a comma: "Add the parser and unit tests" is not testing.
"""

import re
from typing import Final, NamedTuple

from gsdc.source.lazy_pattern import lazily
from gsdc.source.task import Task
from gsdc.tasks.kind_paths import (
    DOC_FILE,
    INFRA_FILE,
    PROMPT_FILE,
    SETUP_FILE,
    SHELL_FILE,
    TEST_FILE,
    TEXT_DATA,
)
from gsdc.tasks.kind_words import (
    CHANGE,
    DOCUMENT,
    EXPLORE,
    INFRA,
    LOOKS,
    PROVISION,
    READING,
    RED,
    RED_PHASE,
    RESEARCH,
    REVIEW,
    RUN,
    SETUP,
    SUITE,
    TEST_VERB,
    TESTS,
    VERIFY,
    WRITES_TEST,
)
from gsdc.tasks.task_name import unlabelled
from gsdc.tasks.vocabulary import Patterns

KINDS: Final = ("boilerplate", "implementation", "review", "testing", "docs", "research", "infra", "checkpoint")

_TAG: Final = lazily(r"<[^>\n]{0,80}>")
_NEXT: Final = lazily(r"\s(?:with|and|plus|then|incl\w*)\s|[,+;(&]|\s[\u2014-]\s", re.IGNORECASE)
_BRACKETS: Final = lazily(r"\([^()]*\)")
_FIRST: Final = 4  # characters of a name that are never cut


class Kind(NamedTuple):
    """A kind with the reason for it."""

    name: str
    why: str


def classify(task: Task) -> Kind:
    """Return the kind of ``task``; without other evidence it is implementation."""
    if task.is_checkpoint:
        return Kind("checkpoint", f'its type is "{task.type}"')
    name = _subject(task)
    sorts = tuple(map(_sort, task.writes))
    return (
        _by_suite(name, sorts)
        or _by_files(name, sorts)
        or _by_head(task, name, sorts)
        or Kind("implementation", "no sign of another kind")
    )


def is_document(path: str) -> bool:
    """Tell whether ``path`` is a document rather than code."""
    return DOC_FILE.search(path)


def is_review(task: Task, kind: Kind) -> bool:
    """Tell whether ``task``, of ``kind``, inspects completed work; running the build does not."""
    return kind.name == "review" and not task.files and bool(READING.search(task.name) or not RUN.search(task.name))


def only_looks(task: Task) -> bool:
    """Tell whether ``task`` states that it verifies or runs something, and changes nothing: its files are read."""
    name, action = _subject(task), task.text("action")
    looks = bool(VERIFY.match(name) or READING.match(name)) and not CHANGE.search(name)
    # "Verify JWT signatures" may describe the code: the action then has instructions to write it.
    return looks and not (action and {*map(_sort, task.writes)} == {"code"} and not LOOKS.match(action))


def _subject(task: Task) -> str:
    """Return the name of ``task`` without its label; without a name, the beginning of its text."""
    name = task.name or next(filter(None, map(str.strip, _TAG.sub("\n", task.inner).split("\n"))), "")[:120]
    return unlabelled(name)


def _head(name: str) -> str:
    name = _BRACKETS.sub("", name)
    cut = _NEXT.search(name, _FIRST)
    return name[: cut.start()].strip() if cut else name


def _names_file(head: str, pattern: Patterns) -> bool:
    """Tell whether one of the words of ``head`` is a path that ``pattern`` matches."""
    return any(map(pattern.search, head.replace("`", " ").split()))


def _sort(path: str) -> str:
    """Return the kind of work for a write to ``path``: "code" for product code and "shell" for scripts."""
    for sort, pattern in (("testing", TEST_FILE), ("code", PROMPT_FILE)):
        if pattern.search(path):
            return sort
    if DOC_FILE.search(path) and not TEXT_DATA.search(path):
        return "docs"
    for sort, pattern in (("infra", INFRA_FILE), ("boilerplate", SETUP_FILE), ("shell", SHELL_FILE)):
        if pattern.search(path):
            return sort
    return "code"


def _by_suite(name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Recognize a check that runs tests or the build: it is testing, regardless of its files."""
    head = _head(name)
    said = VERIFY.match(head)
    ran = said and SUITE.search(head[len(said) :])
    if ran and (not sorts or "code" not in sorts or said.lower() in {"verify", "run", "confirm"}):
        return Kind("testing", f'"{said} ... {ran}" in its name')
    return None


def _by_files(name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Determine the kind of a task by the type of all or most of its files."""
    found = set(sorts)
    if not found:
        return None
    if found == {"shell"} and (said := PROVISION.search(name)):
        return Kind("infra", f'it writes shell scripts, and "{said}" in its name')
    if "infra" in found and _names_file(_head(name), INFRA_FILE):
        return Kind("infra", "its name says which file of infrastructure it writes")
    if "docs" in found and _names_file(_head(name).rpartition(" ")[2], DOC_FILE):
        return Kind("docs", "its name ends with the document that it writes")
    if sorts.count("infra") * 2 > len(sorts):
        return Kind("infra", "most of what it writes is infrastructure")
    for kind, beside, what in (
        ("testing", {"testing"}, "tests"),
        ("docs", {"docs"}, "documents"),
        ("infra", {"infra", "shell", "boilerplate", "docs"}, "infrastructure"),
        ("docs", {"docs", "boilerplate"}, "documents and set-up"),
        ("boilerplate", {"boilerplate"}, "set-up"),
    ):
        if kind in found and found <= beside:
            return Kind(kind, f"it writes {what} only")
    return None


def _by_head(task: Task, name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Determine the kind of a task by the beginning of its name."""
    head, code = _head(name), "code" in sorts
    if code and (said := VERIFY.match(head)) and WRITES_TEST.match(task.text("action").lstrip(" \n-*1.")):
        return Kind("testing", f'"{said}" begins its name, and it writes a test for that')
    if code and (said := READING.match(head)) and LOOKS.match(task.text("action")):
        return Kind("review", f'"{said}" begins its name, and it begins with a look')
    if not code and head.lower().endswith(" testing"):
        return Kind("testing", '"testing" ends its name')
    if not sorts and task.text("action").lstrip().startswith("Test "):
        return Kind("testing", 'its action begins with "Test", and it writes no file')
    about_tests = not code or RED.match(name) or head.lower().endswith(("test", "tests"))
    if RED_PHASE.match(name):
        return Kind("testing", '"RED" begins its name')
    if (said := TESTS.search(head)) and (about_tests or ("testing" in sorts and TEST_VERB.match(head))):
        return Kind("testing", f'"{said}" begins its name')
    if not sorts and (said := EXPLORE.match(head) or RESEARCH.search(name)):
        return Kind("research", f'"{said}" in its name')
    if not code and (said := INFRA.search(name)):
        return Kind("infra", f'"{said}" in its name')
    if (said := DOCUMENT.search(head)) and (
        not code or DOCUMENT.match(head) or (len(sorts) == 1 and "comment" in said.lower())
    ):
        return Kind("docs", f'"{said}" begins its name')
    if not task.files and (said := REVIEW.search(name)):
        return Kind("review", f'"{said}" in its name, and it writes no file')
    if said := SETUP.match(head):
        return Kind("boilerplate", f'"{said}" begins its name')
    return None
