"""What kind of work a task is: seed 004's types, told by its type, its files and what its name leads with.

Files say most: a task that writes tests only is testing. Where they are mixed, the name decides by its head, which
ends before "and", "with" or a comma: "Add the parser and unit tests" is no testing.
"""

import re
from typing import Final, NamedTuple

from gsdc.source.task import Task
from gsdc.tasks.vocabulary import Patterns, WholeWords

KINDS: Final = ("boilerplate", "implementation", "review", "testing", "docs", "research", "infra", "checkpoint")

_TEST_FILE: Final = Patterns(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|e2e|fixtures|testdata|androidTest)/|[._-](?:test|spec)s?\."
    r"|(?:^|/)(?:test_|conftest\.py)|[._-]smoke\.|(?-i:(?<=[a-z\d])Tests?\.\w+$)"
)
# Prompts, commands and workflows of agents are Markdown that runs.
_PROMPT_FILE: Final = Patterns(r"(?:^|/)(?:agents|commands|workflows|skills|prompts|templates)/.*\.md$")
_DOC_FILE: Final = Patterns(
    r"\.(?:md|mdx|rst|adoc|txt)(?:\.(?:hbs|j2|tmpl))?$|(?:^|/)docs?/|(?:^|/)(?:LICENSE|NOTICE|AUTHORS)(?:$|\.)"
)
_TEXT_DATA: Final = Patterns(r"(?:^|/)(?:requirements[\w.-]*|CMakeLists|robots|constraints)\.txt$")
_INFRA_FILE: Final = Patterns(
    r"(?:^|/)(?:\.github/(?:workflows|actions)|\.gitlab|\.circleci|\.buildkite|terraform|helm|charts|k8s|kubernetes"
    r"|kustomize|deploy(?:ment)?|infra(?:structure)?|ansible|playbooks|group_vars|host_vars|nixos|packer|pulumi|systemd"
    r"|iac|docker)/"
    r"|(?:^|/)roles/[^/]+/(?:tasks|handlers|defaults|vars|meta)/"
    r"|(?:^|/)(?:\.gitlab-ci\.ya?ml|Jenkinsfile|Vagrantfile|Procfile|Caddyfile|Brewfile|\.?justfile|Taskfile\.ya?ml"
    r"|Makefile|GNUmakefile|action\.ya?ml|fly\.toml|vercel\.json|netlify\.toml|wrangler\.(?:toml|jsonc?)|railway\.\w+"
    r"|kustomization\.ya?ml|Chart\.yaml|flake\.lock|ansible\.cfg|nginx\.conf)$"
    r"|Dockerfile|\.dockerignore$|docker-compose|(?:^|/)compose\.ya?ml|\.(?:tf|tfvars|hcl|nix|just|service|timer)$"
)
_SETUP_FILE: Final = Patterns(
    r"(?:^|/)(?:package(?:-lock)?\.json|pnpm-(?:lock|workspace)\.yaml|yarn\.lock|bun\.lockb?|pyproject\.toml|uv\.lock"
    r"|poetry\.lock|requirements[\w.-]*\.txt|Cargo\.(?:toml|lock)|go\.(?:mod|sum|work)|Gemfile(?:\.lock)?|composer\.json"
    r"|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|\w+\.(?:csproj|sln|props)|xmake\.lua|CMakeLists\.txt"
    r"|tsconfig[\w.]*\.json|turbo\.json|biome\.json\w*|\.(?:gitignore|gitattributes|env[\w.]*|editorconfig|npmrc|nvmrc"
    r"|prettierrc[\w.]*|eslintrc[\w.]*|tool-versions|python-version|pre-commit-config\.yaml))$"
    r"|(?:^|/)[\w.-]*config\.(?:js|ts|mjs|cjs|json|yaml|yml|toml)$|\.gitkeep$"
)
_SHELL_FILE: Final = Patterns(r"\.(?:sh|bash|zsh|ps1)$|(?:^|/)(?:bin|scripts?)/[\w-]+$")

_TESTS: Final = WholeWords(
    "tests?",
    "test (?:suite|coverage|stubs?|scaffolds?|fixtures?|infrastructure|assertions?|cases?|files?|package)s?",
    "(?:smoke|e2e|uat|regression|parity|oracle) (?:tests?|harness|suite|checks?|gate)",
    "no ?regressions?",
    "coverage",
    "uat",
    "benchmarks?",
)
_TEST_VERB: Final = WholeWords(
    "write",
    "add",
    "create",
    "extend",
    "update",
    "fix",
    "implement",
    "red",
    "failing",
    "unit",
    "integration",
    "e2e",
    "tests?",
    "tst\\d+",
    "automated",
    "comprehensive",
    "wave 0",
    "(?:run|re ?run|execute)",
)
_RED: Final = WholeWords(
    "red",
    "failing",
    "(?:write|add|create|extend|update|fix|implement)(?: [\\w-]+){0,3} tests? (?:for|of|that|to|on|covering|asserting)",
)
# Looks whether something holds, and what such a look runs.
_VERIFY: Final = WholeWords(
    "verify", "confirm", "check", "validate", "run", "re ?run", "test", "verification", "ensure"
)
_CHANGE: Final = WholeWords(
    "fix(?:es)?|updat(?:e|es|ing)|add|create|write|adapt|implement|clean ?up|finali[sz]e|commit|document|close|replace"
    "|remove|correct|extend|refactor|flip|wire|adjust|repair|record|gate|enforce"
)
_SUITE: Final = WholeWords(
    "tests?",
    "suite",
    "builds?",
    "compil(?:es?|ation)",
    "type ?checks?",
    "lint(?:er|ing)?",
    "clippy",
    "coverage",
    "regressions?",
    "end to end",
    "e2e",
    "ci",
    "cli",
    "automated",
    "smoke",
    "no hidden",
    "visual(?:ly)?",
)
_DOCUMENT: Final = WholeWords(
    "document(?:s|ing|ation)?",
    "readme(?:\\.\\w+)?",
    "changelog(?:\\.\\w+)?",
    "docs?",
    "adr",
    "runbook",
    "guide",
    "roadmap",
    "state\\.md",
    "release notes",
    "(?:doc )?comments?",
    "docstrings?",
    "translat(?:e|ions?)",
    "licen[sc]e",
    "audit rows?",
)
_REVIEW: Final = WholeWords(
    "review", "audit", "verify", "validate", "verification", "check", "confirm", "inspect", "quality gate"
)
_RESEARCH: Final = WholeWords(
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
_INFRA: Final = WholeWords(
    "deploy(?:ment|s)?",
    "docker(?:file)?",
    "ci",
    "ci cd",
    "github actions?",
    "workflow file",
    "release workflow",
    "provision(?:ing|s)?",
    "ansible",
    "playbooks?",
    "nix(?:os)?",
    "flake",
    "dev ?shell",
    "just ?file",
    "terraform",
    "kubernetes",
    "helm",
    "systemd",
    "publish",
    "(?:ci|cd|release|build|deployment) pipeline",
)
# What makes a shell script provisioning.
_PROVISION: Final = WholeWords(
    "deploy",
    "provision",
    "bootstrap",
    "install(?:er)?",
    "set ?up",
    "migrate",
    "migration",
    "backup",
    "restore",
    "dotfiles",
    "packages",
    "host",
    "server",
    "recipes?",
)
_SETUP: Final = WholeWords(
    "scaffold(?:ing)?",
    "(?:set ?up|initiali[sz]e|init|bootstrap)(?: the| a| an)?[^.:,;]{0,30}"
    " (?:projects?|repo(?:sitory)?|workspace|monorepo|app|package|directory|folders?|structure)",
    "install(?! (?:module|command|method|function|flow|logic|script))",
    "(?:re ?)?install",
    "bump",
    "rename",
    "delete",
    "commit(?: and push)?",
    "push",
    "regenerate",
    "re ?exports?",
    "update (?:re ?exports|exports|barrel|index|version)",
    "(?:add|update|upgrade) [^.:,;]{0,40}dependenc(?:y|ies)$",
    "(?:create|add|set up) [^.:,;]{0,40}(?:directory|folder|project) (?:structure|skeleton)",
    "create [^.:,;]{0,40}(?:module index|barrel(?: file)?)$",
    "(?:create|update) [^.:,;]{0,30}\\.?gitignore",
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
_LABEL: Final = re.compile(
    r"^\s*(?:(?:task\b\s*(?:#?[\d.]+[a-z]?)?|#?[\d.]+[a-z]?)\s*(?:[(\[][^)\]]{0,20}[)\]])?\s*[:.)\u2014-]\s*)?",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^>\n]{0,80}>")
_NEXT: Final = re.compile(r"\s(?:with|and|plus|then|incl\w*)\s|[,+;(&]|\s[\u2014-]\s", re.IGNORECASE)
_FIRST: Final = 4  # characters of a name that are never cut


class Kind(NamedTuple):
    """A kind with the reason for it."""

    name: str
    why: str


def classify(task: Task) -> Kind:
    """Return the kind of ``task``; what nothing else speaks for is implementation."""
    if task.is_checkpoint:
        return Kind("checkpoint", f'its type is "{task.type}"')
    name = _subject(task)
    sorts = tuple(map(_sort, task.writes))
    return (
        _by_suite(name, sorts)
        or _by_files(name, sorts)
        or _by_head(task, name, sorts)
        or Kind("implementation", "nothing speaks for another kind")
    )


def is_document(path: str) -> bool:
    """Tell whether ``path`` is a document rather than code."""
    return _DOC_FILE.search(path)


def is_review(task: Task, kind: Kind) -> bool:
    """Tell whether ``task``, of ``kind``, looks at the work that was done, which a run of the build does not."""
    return kind.name == "review" and not task.files and bool(_READING.search(task.name) or not _RUN.search(task.name))


def only_looks(task: Task) -> bool:
    """Tell whether ``task`` says that it verifies or runs something, and changes nothing: its files are read."""
    name = _subject(task)
    return bool(_VERIFY.match(name) or _READING.match(name)) and not _CHANGE.search(name)


def _subject(task: Task) -> str:
    """Return the name of ``task`` without its label; without a name what its text begins with."""
    name = task.name or next(filter(None, map(str.strip, _TAG.sub("\n", task.inner).split("\n"))), "")[:120]
    return _LABEL.sub("", name, count=1)


def _head(name: str) -> str:
    cut = _NEXT.search(name, _FIRST)
    return name[: cut.start()] if cut else name


def _sort(path: str) -> str:
    """Return the kind of work that writing ``path`` is, "code" for product code and "shell" for scripts."""
    for sort, pattern in (("testing", _TEST_FILE), ("code", _PROMPT_FILE)):
        if pattern.search(path):
            return sort
    if _DOC_FILE.search(path) and not _TEXT_DATA.search(path):
        return "docs"
    for sort, pattern in (("infra", _INFRA_FILE), ("boilerplate", _SETUP_FILE), ("shell", _SHELL_FILE)):
        if pattern.search(path):
            return sort
    return "code"


def _by_suite(name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Tell a look that runs tests or the build: it is testing, whatever file it may touch."""
    head = _head(name)
    said = _VERIFY.match(head)
    ran = said and _SUITE.search(head[len(said) :])
    if ran and (not sorts or "code" not in sorts or said.lower() in {"verify", "run", "confirm"}):
        return Kind("testing", f'"{said} ... {ran}" in its name')
    return None


def _by_files(name: str, sorts: tuple[str, ...]) -> Kind | None:
    """Tell a task by what all or most of its files are."""
    found = set(sorts)
    if not found:
        return None
    if found == {"shell"} and (said := _PROVISION.search(name)):
        return Kind("infra", f'it writes shell scripts, and "{said}" in its name')
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
    """Tell a task by what its name leads with."""
    head, code = _head(name), "code" in sorts
    about_tests = not code or _RED.match(name) or head.lower().endswith(("test", "tests"))
    if (said := _TESTS.search(head)) and (about_tests or ("testing" in sorts and _TEST_VERB.match(head))):
        return Kind("testing", f'"{said}" leads its name')
    if not sorts and (said := _RESEARCH.match(head) or _RESEARCH.search(name)):
        return Kind("research", f'"{said}" in its name')
    if not code and (said := _INFRA.search(name)):
        return Kind("infra", f'"{said}" in its name')
    if (said := _DOCUMENT.search(head)) and (not code or len(sorts) == 1 or _DOCUMENT.match(head)):
        return Kind("docs", f'"{said}" leads its name')
    if not task.files and (said := _REVIEW.search(name)):
        return Kind("review", f'"{said}" in its name, and it writes no file')
    if said := _SETUP.match(head):
        return Kind("boilerplate", f'"{said}" leads its name')
    return None
