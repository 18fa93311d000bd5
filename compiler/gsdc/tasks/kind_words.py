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
    "(?:write|add|create|extend|update|fix|implement)[^.:;]{0,40} tests? (?:for|of|that|to|on|covering|asserting)",
)
# What the tests within a source file are about.
TESTS_OF: Final = WholeWords("tests? (?:for|of|in|on|covering|asserting)")
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
# A comment in code, which is not one that a person writes in the product.
COMMENT: Final = WholeWords(
    "(?:add|update|replace|write|improve|fix|expand|insert|clarify|correct) [^.:,;]{0,40}"
    "(?:comments?|docstrings?|(?:java|js|go|rust) ?docs?)"
    "(?! (?:threads?|forms?|box|lists?|apis?|endpoints?|components?|models?|tables?|section|feature|system|ui|count"
    "|button|input|editor|service|moderation|posting|handler|page))",
    "docstrings?",
    "(?:pointer|doc|inline) comments?",
)
# The verb, not a part of the product such as a list of documents.
DOCUMENTS: Final = WholeWords(
    "document(?:ing)?(?! (?:upload|lists?|pages?|view|viewer|preview|parser|parsing|editor|model|service|store|storage"
    "|endpoint|apis?|tables?|components?|cards?|types?|tabs?|search|exports?|import|generat\\w+|process\\w+|index\\w*"
    "|ingest\\w*|chunk\\w*|schema|loader|management|handler|repository|routes?)(?![a-z]))",
    "translat(?:e|ions?)",
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
    "(?:determine|decide|figure out) [^.:;]{0,40} (?:approach|strategy|options?|library|technology|root cause)",
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
    "github (?:releases?|pages|environments?|runners?)",
    "push[^.:;]{0,30} tags?",
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
    "(?:re ?)?install",
    "bump",
    "rename",
    "delete",
    "commit(?! (?:message|graph|history|log)s?)",
    "push",
    "regenerate",
    "re ?exports?",
    "update version",
    "(?:add|update|upgrade) [^.:,;]{0,40}dependenc(?:y|ies)$",
    "(?:create|add|set up) [^.:,;]{0,40}(?:directory|folder|project) (?:structure|skeleton)",
    "(?:create|add|set up) [^.:,;]{0,40}skeleton$",
    "directory structure",
    "(?:create|add|update|extend) [^.:,;]{0,40}(?:module index|barrel(?: (?:files?|exports?|index))?)"
    "(?: for| to| in|$)",
    "(?:create|add|update|extend) (?:[^.:,;]{0,40} )?(?:re ?)?exports?(?: to| in|$)",
    "(?:add|update) [^.:,;]{0,40} imports?(?: to| in|$)",
    "(?:add|define|declare) [^.:,;]{0,40} constants?(?: to| in|$)",
    "(?:create|update) [^.:,;]{0,30}\\.?gitignore",
)
# A part of the product that such a verb changes or names: "Delete the endpoint", "Push notifications".
FEATURE: Final = WholeWords(
    "(?:add|define|declare)[^.:;,]{0,40} (?:functions?|methods?|endpoints?|handlers?|logic|services?|apis?)",
    "(?:delete|push|bump|install|regenerate)[^.:;,]{0,60} (?:functions?|methods?|endpoints?|routes?|handlers?|dialogs?"
    "|modals?|buttons?|commands?|flows?|actions?|notifications?|pages?|forms?|services?|logic|apis?|allocators?|support"
    "|features?|hooks?|scripts?|modules?|components?|confirmation)",
    "rename (?:dialog|modal|button|command|flow|action|endpoint|handler|support|form|logic)",
)
# Work on the repository alone, even if it lists the files of a commit; the bare verb counts without code only.
COMMIT: Final = WholeWords(
    "commit (?:and push|the|all|any|existing|current|pending|remaining|changes|everything|work|phase)",
    "(?:verify|test|check|stage) (?:and|&) commit",
)
COMMITS: Final = WholeWords("(?:git )?commit")
# The start of a project, which has its set-up among its files.
PROJECT: Final = WholeWords(
    "(?:create|generate|set ?up|start)(?: [^:,;]{0,30})? projects?$",
    "[^.:,;]{0,60}(?:skeleton|scaffold(?:ing)?|stubs?|placeholders?)"
    "(?! (?:cards?|loaders?|screens?|components?|texts?|states?|ui))",
)
# At the beginning of a name or anywhere in it: work on a file that lists others.
EXPORTS: Final = WholeWords("re ?exports?", "exports?", "barrel", "register", "registrations?")
LISTS: Final = lazily(
    r"[^\n]{0,120}(?:\n[^\n]{0,80}){0,3}(?:\bre-?exports?\b|\bregistrations?\b|\bbarrel\b)", re.IGNORECASE
)
# Moves of files: the verb, and the command in the action.
MOVE: Final = WholeWords(
    "mov(?:e|ing)", "migrat(?:e|ing)", "relocat(?:e|ing)", "(?:re ?)?organi[sz](?:e|ing)", "restructure"
)
MOVES: Final = lazily(r"\b(?:git )?mv\s+-?\w*\s?[\w.-]+/")
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
# What is installed or started only to see that it works.
STARTS: Final = WholeWords(
    "(?:re ?)?install[^.:;]{0,60} (?:and|then|&|\\+) (?:verify|validate|test|check|confirm|smoke test)",
)
# Names of checks, and beginnings of their actions, which run something instead of reading it.
CHECKS: Final = WholeWords("verif(?:y|ication)", "validat(?:e|ion)", "checks?", "confirm")
WORKS: Final = WholeWords("works?", "works end to end", "runs", "passes", "succeeds?", "renders?", "starts?", "boots?")
RUNS: Final = lazily(
    r"[\s\d.)*`#>-]*(?:step \w{1,3}\W{1,3})?(?:first|then|now|manually)?,?\s*"
    r"(?:run|re-?run|execute|start|launch|open|use|build|install|navigate|visit|boot|deploy)\b",
    re.IGNORECASE,
)
READING: Final = WholeWords("review", "(?:security )?audit", "inspect", "quality gate")
# Beginnings of an action that writes a test, even if its task is to validate.
WRITES_TEST: Final = lazily(
    r"[^.:\n]{0,30}\b(?:integration|unit|e2e|smoke|regression|test|tests)\b|[^.\n]{0,40}\btest script",
    re.IGNORECASE,
)
# Beginnings of an action that only inspects.
LOOKS: Final = lazily(
    r"[\s\d.)*`#>-]*(?:step \w{1,3}\W{1,3})?(?:first|then|now|manually|carefully)?,?\s*"
    r"(?:verif|check|confirm|ensur|run|re-?run|read|review|audit|inspect|test|open|start|look|list|grep|search|find|build|compil|lint|type-?check|perform|examin|analy|trace)",
    re.IGNORECASE,
)
# Beginnings of an action that adds tests; a path such as "tests/parser.py" says nothing of the kind.
ADDS_TESTS: Final = lazily(
    r"[\s\d.)*#>-]*(?:add|write|append|extend) [^.:\n`/]{0,40}(?<![\w/.`])tests?\b(?![/\w.`])", re.IGNORECASE
)
# Documents of a plan itself, by the names that such plans give them.
PLAN_DOCUMENT: Final = lazily(r"\b(?:SUMMARY|STATE|ROADMAP|REQUIREMENTS|VALIDATION|HANDOFF|DECISIONS|CONTEXT)\b")
# What a task adds to a list that is in one place.
LISTED: Final = WholeWords("dependenc(?:y|ies)", "constants?", "imports?", "exports?")
