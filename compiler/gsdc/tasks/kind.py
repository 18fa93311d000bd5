"""What kind of work a task is: seed 004's types, told by its type, its files and the verb of its name."""

import re
from typing import Final, NamedTuple

from gsdc.source.task import Task
from gsdc.tasks.vocabulary import WholeWords

KINDS: Final = ("boilerplate", "implementation", "review", "testing", "docs", "research", "infra", "checkpoint")

_TEST_FILE: Final = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|e2e)/|[._-](?:test|spec)s?\.|(?:^|/)test_|Tests?\.\w+$"
)
_DOC_FILE: Final = re.compile(r"\.(?:md|mdx|rst|adoc|txt)$|(?:^|/)docs?/|(?:^|/)LICENSE")
_INFRA_FILE: Final = re.compile(
    r"(?:^|/)(?:\.github|\.gitlab-ci|\.circleci|terraform|helm|k8s|deploy|infra|ansible)(?:/|\.)|Dockerfile|docker-compose|\.tf$|Makefile"
)
_SETUP_FILE: Final = re.compile(
    r"(?:^|/)(?:package\.json|pyproject\.toml|Cargo\.toml|go\.mod|tsconfig[\w.]*\.json|\.gitignore|\.env[\w.]*|\.editorconfig)$"
    r"|(?:^|/)[\w.-]*config\.(?:js|ts|mjs|cjs|json|yaml|yml|toml)$|\.gitkeep$"
)
_TEST_NAME: Final = WholeWords(
    "(?:write|add|create|extend|update|failing|unit|integration|e2e|regression|property|smoke)[^.:]{0,40} tests?",
    "test suite",
    "tests? for",
    "test coverage",
    "uat",
    "red:? tests?",
)
_DOC_NAME: Final = WholeWords(
    "document(?:s|ed|ation)?",
    "readme",
    "changelog",
    "docs?",
    "adr",
    "guide",
    "roadmap",
    "state\\.md",
    "summary",
    "release notes",
)
_REVIEW_NAME: Final = WholeWords(
    "review",
    "audit",
    "verify",
    "validate",
    "verification",
    "check",
    "run (?:full|the|all|complete)",
    "confirm",
    "inspect",
    "quality gate",
)
_RESEARCH_NAME: Final = WholeWords(
    "research",
    "investigate",
    "explore",
    "spike",
    "evaluate",
    "discover",
    "analy[sz]e",
    "diagnose",
    "measure",
    "profile",
)
_INFRA_NAME: Final = WholeWords(
    "deploy(?:ment)?",
    "docker(?:file)?",
    "ci",
    "ci cd",
    "github actions?",
    "workflow file",
    "pipeline",
    "release workflow",
    "provision",
    "terraform",
    "kubernetes",
    "publish",
)
_SETUP_NAME: Final = WholeWords(
    "scaffold(?:ing)?",
    "set up",
    "setup",
    "initiali[sz]e",
    "bootstrap",
    "install",
    "skeleton",
    "boilerplate",
    "configure",
    "directory structure",
    "dependenc(?:y|ies)",
    "rename",
    "bump",
    "gitignore",
)
# What a machine does, which looks at no line of the work.
_RUN: Final = WholeWords(
    "run",
    "re ?run",
    "build",
    "builds",
    "compile[sd]?",
    "compilation",
    "bundle",
    "lint(?:s|er|ing)?",
    "type ?check(?:s|ing)?",
    "tests? pass(?:es)?",
)
_READING: Final = WholeWords("review", "audit", "inspect", "quality gate")


class Kind(NamedTuple):
    """A kind with the reason for it."""

    name: str
    why: str


def classify(task: Task) -> Kind:
    """Return the kind of ``task``; what nothing else speaks for is implementation."""
    if task.is_checkpoint:
        return Kind("checkpoint", f'its type is "{task.type}"')
    name, files = task.name, task.writes
    for kind, pattern, what in (
        ("testing", _TEST_FILE, "tests"),
        ("docs", _DOC_FILE, "documents"),
        ("infra", _INFRA_FILE, "infrastructure"),
        ("boilerplate", _SETUP_FILE, "set-up"),
    ):
        if files and all(pattern.search(path) for path in files):
            return Kind(kind, f"it writes {what} only")
    for kind, words in (
        ("testing", _TEST_NAME),
        ("research", _RESEARCH_NAME),
        ("infra", _INFRA_NAME),
        ("docs", _DOC_NAME),
    ):
        said = words.search(name)
        if said and not (kind in {"docs", "research"} and files):
            return Kind(kind, f'"{said}" in its name')
    if not files and (said := _REVIEW_NAME.search(name)):
        return Kind("review", f'"{said}" in its name, and it writes no file')
    if said := _SETUP_NAME.search(name):
        return Kind("boilerplate", f'"{said}" in its name')
    return Kind("implementation", "nothing speaks for another kind")


def is_document(path: str) -> bool:
    """Tell whether ``path`` is a document rather than code."""
    return _DOC_FILE.search(path) is not None


def is_review(task: Task, kind: Kind) -> bool:
    """Tell whether ``task``, of ``kind``, looks at the work that was done, which a run of the build does not."""
    return kind.name == "review" and not task.files and bool(_READING.search(task.name) or not _RUN.search(task.name))
