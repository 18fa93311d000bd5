"""Words that determine the kind of a task: see ``gsdc.tasks.kind``."""

import re
from typing import Final

from gsdc.source.lazy_pattern import lazily
from gsdc.tasks.vocabulary import WholeWords

TESTS: Final = WholeWords(
    "tests?",
    "test (?:suite|coverage|stubs?|scaffolds?|fixtures?|infrastructure|assertions?|cases?|files?|package)s?",
    "(?:smoke|e2e|uat|regression|parity|oracle) (?:tests?|harness|suite|checks?|gate)",
    "no ?regressions?",
    "coverage",
    "uat",
    "benchmarks?",
)
TEST_VERB: Final = WholeWords(
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
RED: Final = WholeWords(
    "red",
    "failing",
    "(?:write|add|create|extend|update|fix|implement)(?: [^\\s.:;]+){0,3}"
    " tests? (?:for|of|that|to|on|covering|asserting)",
)
# The step of test-driven development that writes failing tests.
RED_PHASE: Final = lazily(r"(?:\(?RED\)?)(?=\s?[:\u2014-])")
# Checks of a condition, and what such a check runs.
VERIFY: Final = WholeWords("verify", "confirm", "check", "validate", "run", "re ?run", "test", "verification", "ensure")
CHANGE: Final = WholeWords(
    "fix(?:es)?|updat(?:e|es|ing)|add|create|write|adapt|implement|clean ?up|finali[sz]e|commit|document|close|replace"
    "|remove|correct|extend|refactor|flip|wire|adjust|repair|record|gate|enforce"
)
SUITE: Final = WholeWords(
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
DOCUMENT: Final = WholeWords(
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
REVIEW: Final = WholeWords(
    "review", "audit", "verify", "validate", "verification", "check", "confirm", "inspect", "quality gate"
)
RESEARCH: Final = WholeWords(
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
# Only at the beginning of a name: a later "map" or "scan" is a product of the task.
EXPLORE: Final = WholeWords(
    "map|survey|inventory|scan|understand|catalog(?:ue)?|locate|study|trace|read|search|find|compare"
)
INFRA: Final = WholeWords(
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
# Words that make a shell script provisioning.
PROVISION: Final = WholeWords(
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
SETUP: Final = WholeWords(
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
    "(?:create|add|set up) [^.:,;]{0,40}skeleton$",
    "directory structure",
    "create [^.:,;]{0,40}(?:module index|barrel(?: file)?)$",
    "(?:create|update) [^.:,;]{0,30}\\.?gitignore",
)
# Checks by a machine, which do not inspect the work itself.
RUN: Final = WholeWords(
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
READING: Final = WholeWords("review", "(?:security )?audit", "inspect", "quality gate")
# Beginnings of an action that writes a test, even if its task is to validate.
WRITES_TEST: Final = lazily(
    r"[^.:\n]{0,30}\b(?:integration|unit|e2e|smoke|regression|test|tests)\b|[^.\n]{0,40}\btest script",
    re.IGNORECASE,
)
# Beginnings of an action that only inspects.
LOOKS: Final = lazily(
    r"[\s\d.)*`#>-]*(?:first|then|now|manually|carefully)?,?\s*"
    r"(?:verif|check|confirm|ensur|run|re-?run|read|review|audit|inspect|test|open|start|look|list|grep|search|find|build|compil|lint|type-?check|perform|examin|analy|trace)",
    re.IGNORECASE,
)
