"""The kind of a task: one of seed 004's types, by its type, its files and the beginning of its name.

Files are the strongest evidence: a task that writes only tests is testing. If they are mixed, the head of the name
decides. It ends before "and", "with" or a comma: "Add the parser and unit tests" is not testing.
"""

import re
from typing import Final, NamedTuple

from gsdc.source.lazy_pattern import lazily
from gsdc.source.task import Task
from gsdc.tasks import kind_paths as paths
from gsdc.tasks import kind_words as words
from gsdc.tasks.task_name import unlabelled
from gsdc.tasks.vocabulary import Patterns

KINDS: Final = ("boilerplate", "implementation", "review", "testing", "docs", "research", "infra", "checkpoint")

_TAG: Final = lazily(r"<[^>\n]{0,80}>")
_NEXT: Final = lazily(r"\s(?:with|and|plus|then|incl\w*)\s|[,+;(&]|\s[\u2014-]\s", re.IGNORECASE)
_BRACKETS: Final = lazily(r"\([^()]*\)")
_FIRST: Final = 4  # characters of a name that are never cut


class Kind(NamedTuple):
    """A kind with the reason for it.

    ``checks`` says that the task runs something to check finished work, and writes no file.
    """

    name: str
    why: str
    checks: bool = False


def classify(task: Task) -> Kind:
    """Return the kind of ``task``; without other evidence it is implementation."""
    if task.is_checkpoint:
        return Kind("checkpoint", f'its type is "{task.type}"')
    name = _subject(task)
    sorts = tuple(map(_sort, task.writes))
    return (
        _by_suite(task, name, sorts)
        or _by_chore(task, name, sorts)
        or _by_files(task, name, sorts)
        or _by_head(task, name, sorts)
        or Kind("implementation", "no sign of another kind")
    )


def is_document(path: str) -> bool:
    """Tell whether ``path`` is a document rather than code."""
    return paths.DOC_FILE.search(path)


def is_review(task: Task, kind: Kind) -> bool:
    """Tell whether ``task``, of ``kind``, inspects completed work; running the build does not."""
    read = words.READING.search(task.name) or not words.RUN.search(task.name)
    return kind.name == "review" and not task.files and bool(read)


def only_looks(task: Task) -> bool:
    """Tell whether ``task`` states that it verifies or runs something, and changes nothing: its files are read."""
    name, action = _subject(task), task.text("action")
    looks = bool(words.VERIFY.match(name) or words.READING.match(name)) and not words.CHANGE.search(name)
    # "Verify JWT signatures" may describe the code: the action then has instructions to write it.
    return looks and not (action and {*map(_sort, task.writes)} == {"code"} and not words.LOOKS.match(action))


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
    path = paths.TEMPLATE.sub("", path)
    for sort, pattern in (("testing", paths.TEST_FILE), ("code", paths.PROMPT_FILE)):
        if pattern.search(path):
            return sort
    if paths.DOC_FILE.search(path) and not paths.TEXT_DATA.search(path):
        return "docs"
    if paths.SOURCE_FILE.search(path) and not paths.SETUP_FILE.search(path):
        return "code"
    for sort, pattern in (
        ("infra", paths.INFRA_FILE),
        ("boilerplate", paths.SETUP_FILE),
        ("shell", paths.SHELL_FILE),
    ):
        if pattern.search(path):
            return sort
    return "code"


def _by_suite(task: Task, name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Recognize a check that runs tests, the build or the product: it is testing, regardless of its files."""
    head, action = _head(name), task.text("action")
    said = words.VERIFY.match(head)
    # If it only looks, all parts of its name are about the check.
    looks = words.LOOKS.match(action) and not words.CHANGE.search(name)
    ran = said and words.SUITE.search((name if looks else head)[len(said) :])
    if ran and (not sorts or "code" not in sorts or said.lower() in {"verify", "run", "confirm"}):
        return Kind("testing", f'"{said} ... {ran}" in its name')
    if (said := words.STARTS.match(name)) and "boilerplate" not in sorts and words.RUNS.match(action):
        return Kind("testing", f'"{said}" begins its name', checks=not sorts)
    if {*sorts} <= {"docs"} and action.lstrip().startswith("Test "):
        return Kind("testing", 'its action begins with "Test", and it writes no code')
    if (
        not sorts
        and (said := words.CHECKS.search(name))
        and not (words.CHANGE.match(name) or words.READING.search(name))
    ):
        runs = words.RUNS.match(action) or words.RUNS.match(name)
        if runs or (not action and words.WORKS.search(name)):
            return Kind("testing", f'"{said}" in its name, and it runs something', checks=True)
    return None


def _by_chore(task: Task, name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Recognize work that needs no design: commits, moves of files, new projects, and lists of exports."""
    head, code = _head(name), [path for path, sort in zip(task.writes, sorts, strict=True) if sort == "code"]
    if said := words.COMMIT.match(name) or (not code and words.COMMITS.match(name)):
        return Kind("boilerplate", f'"{said}" begins its name')
    if "boilerplate" in sorts and (said := words.PROJECT.match(head)):
        return Kind("boilerplate", f'"{said}" begins its name, and it writes the set-up')
    if (said := words.MOVE.match(head)) and words.MOVES.search(task.text("action")):
        return Kind("boilerplate", f'"{said}" begins its name, and it moves files')
    if code and all(map(paths.BARREL_FILE.search, code)):
        said = words.EXPORTS.search(name)
        if "testing" in sorts and words.EXPORTS.match(head) and words.TESTS.search(name):
            return Kind("testing", "it writes tests, and exports what they test")
        if "testing" not in sorts and (said or words.LISTS.match(task.text("action"))):
            return Kind("boilerplate", "it only lists what is in other files")
    return None


def _by_files(task: Task, name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Determine the kind of a task by the type of all or most of its files."""
    found, head = set(sorts), _head(name)
    if not found:
        return None
    if found == {"shell"} and (said := words.PROVISION.search(name)):
        return Kind("infra", f'it writes shell scripts, and "{said}" in its name')
    if "infra" in found and _names_file(head, paths.INFRA_FILE):
        return Kind("infra", "its name says which file of infrastructure it writes")
    if "docs" in found and _names_file(head.rpartition(" ")[2], paths.DOC_FILE):
        return Kind("docs", "its name ends with the document that it writes")
    if sorts.count("infra") * 2 > len(sorts):
        return Kind("infra", "most of what it writes is infrastructure")
    said = words.RESEARCH.match(head) or words.EXPLORE.match(head)
    if said and found == {"docs"} and all(map(paths.REPORT_FILE.search, task.writes)):
        return Kind("research", f'"{said}" begins its name, and it writes a report')
    if found == {"docs", "boilerplate"} and (said := words.SETUP.match(head)):
        return Kind("boilerplate", f'"{said}" begins its name')
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
    head, code, action = _head(name), "code" in sorts, task.text("action")
    if code and (said := words.VERIFY.match(head)) and words.WRITES_TEST.match(action.lstrip(" \n-*1.")):
        return Kind("testing", f'"{said}" begins its name, and it writes a test for that')
    if code and (said := words.READING.match(head)) and words.LOOKS.match(action):
        return Kind("review", f'"{said}" begins its name, and it begins with a look')
    if not code and head.lower().endswith(" testing"):
        return Kind("testing", '"testing" ends its name')
    return _by_tests(task, name, sorts) or _by_subject(task, name, sorts)


def _by_tests(task: Task, name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Recognize a task that writes tests, though some of its files are code."""
    head, code = _head(name), "code" in sorts
    if words.RED_PHASE.match(name):
        return Kind("testing", '"RED" begins its name')
    about_tests = not code or words.RED.match(name) or head.lower().endswith(("test", "tests"))
    if code and all(map(paths.TESTED_INSIDE.search, task.writes)):
        about_tests = about_tests or words.TESTS_OF.search(head)
    if (said := words.TESTS.search(head)) and (about_tests or ("testing" in sorts and words.TEST_VERB.match(head))):
        return Kind("testing", f'"{said}" begins its name')
    if code and words.TESTS.search(name) and (adds := words.ADDS_TESTS.match(task.text("action"))):
        return Kind("testing", f'"{adds[0].strip()}" begins its action')
    return None


def _by_subject(task: Task, name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Determine the kind of a task by what its name says that it is about."""
    head, code = _head(name), "code" in sorts
    document = _names_file(head, paths.DOC_FILE) or words.PLAN_DOCUMENT.search(name)
    if not sorts and document and words.CHANGE.match(head):
        return Kind("docs", "its name says which document it writes")
    if not sorts and (said := words.EXPLORE.match(head) or words.RESEARCH.search(name)):
        return Kind("research", f'"{said}" in its name')
    if not code and (said := words.INFRA.search(name)):
        return Kind("infra", f'"{said}" in its name')
    if not code and (said := words.DOCUMENT.search(head)):
        return Kind("docs", f'"{said}" begins its name')
    if code and (said := words.DOCUMENTS.match(head) or (words.COMMENT.search(head) if len(sorts) == 1 else "")):
        return Kind("docs", f'"{said}" begins its name')
    if not task.files and (said := words.REVIEW.search(name)):
        return Kind("review", f'"{said}" in its name, and it writes no file')
    chore = words.SETUP.match(head)
    # With code, the name must be about nothing else: "Add the dependency and write the client" is implementation.
    more = words.LISTED.search(chore) and len(_BRACKETS.sub("", name).rstrip()) > len(head)
    if chore and not (code and (more or words.FEATURE.match(name))):
        return Kind("boilerplate", f'"{chore}" begins its name')
    return None
