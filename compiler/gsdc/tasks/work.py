"""The kind of work by which a task is routed: one of the closed list of a fleet's decision matrix (seed 004).

``gsdc.tasks.kind`` determines the family of a task, which estimates use. Routing is finer: a migration, a component and
a threat model have different agents, though all of them are "implementation".
"""

from typing import Final, NamedTuple

from gsdc.source.task import Task
from gsdc.tasks import kind as family
from gsdc.tasks import security
from gsdc.tasks.security_review import look_at_security, may_look_at_security, name_of
from gsdc.tasks.vocabulary import Patterns, WholeWords

# Every kind, with its family, whose route and estimates apply if a fleet has no route for the kind.
FAMILIES: Final = {
    "setup": "boilerplate",
    "config": "boilerplate",
    "docs": "docs",
    "implementation": "implementation",
    "database": "implementation",
    "api": "implementation",
    "auth": "implementation",
    "frontend": "implementation",
    "infra": "infra",
    "testing": "testing",
    "debugging": "implementation",
    "refactoring": "implementation",
    "review": "review",
    "security-review": "review",
    "performance": "implementation",
    "research": "research",
    "exploration": "research",
    "planning": "implementation",
    "architecture": "implementation",
    "checkpoint": "checkpoint",
}
KINDS: Final = tuple(FAMILIES)

_ARCHITECTURE: Final = WholeWords(
    "(?:design|define|decide|choose|propose|evaluate|review|write|document)[^.:;]{0,40} architectur(?:e|al)",
    "architectur(?:e|al) (?:decision|design|proposal|options?|record)s?",
    "technical design",
    "system design",
    "adr",
    "design doc(?:ument)?",
    "decide (?:on|how|whether|which|between)[^.:;]{0,60}",
)
_PLANNING: Final = WholeWords(
    "(?:create|write|draft|update|produce|refine|make|prepare)[^.:;]{0,40} (?:plans?|roadmap|backlog|task list)",
    "plan (?:the|next|out|phase|work|sprint|milestone)[^.:;]{0,40}",
    "(?:phase|sprint|execution|implementation|migration|milestone|release) planning",
    "break[^.:;]{0,30} into tasks",
    "roadmap",
)
_EXPLORATION: Final = WholeWords(
    "(?:explore|investigate|map|scan|survey|inventory|understand|catalog(?:ue)?|locate|discover|search|study|read)"
    "[^.:;]{0,40} (?:code ?base|code|repo(?:sitory)?|files?|modules?|usages?|call ?sites?|callers|dependencies|imports"
    "|structure|project|patterns?|sources?|architecture|implementation)",
    "code ?base (?:analysis|mapping|exploration|inventory|survey|scan)",
    "dependency discovery",
    "explor(?:e|ation)",
)
# At the beginning of a name: the document that such a task writes is its report.
_REVIEW: Final = WholeWords("review(?:s|ing)?", "audit(?:s|ing)?", "inspect", "assess")
_RESEARCH: Final = WholeWords(
    "research", "investigate", "analy[sz]e", "evaluate", "compare", "spike", "study", "benchmark"
)
# What is a document itself: to review it is to edit it.
_DOCUMENT: Final = WholeWords(
    "readme", "docs?", "documents?", "documentation", "guides?", "templates?", "changelog", "wording", "texts?", "copy",
    "spelling", "grammar", "links?", "manuals?", "tutorials?", "handbook", "notes", "comments?", "examples?",
)  # fmt: skip
_DEBUGGING: Final = WholeWords(
    "debug(?:ging)?",
    "root ?cause",
    "diagnos(?:e|is)",
    "reproduce",
    "hot ?fix",
    "bug ?fix(?:es)?",
    "fix(?:es|ed|ing)?",
    "crash(?:es)?",
    "regression",
    "triage",
    "troubleshoot",
    "rca",
)
_REFACTORING: Final = WholeWords(
    "refactor(?:s|ing|ed)?",
    "extract",
    "clean ?up",
    "restructure",
    "reorgani[sz]e",
    "de ?dup(?:e|licate)",
    "consolidate",
    "simplify",
    "split",
    "rename",
    "moderni[sz]e",
    "decouple",
    "remove dead code",
)
_PERFORMANCE: Final = WholeWords(
    "performance",
    "optimi[sz](?:e|es|ation|ing)",
    "benchmarks?",
    "profil(?:e|ing) (?:the|of|cpu|memory|query|queries|performance|slow|hot)",
    "latency",
    "throughput",
    "load test(?:s|ing)?",
    "speed ?up",
    "memory leaks?",
    "slow quer(?:y|ies)",
    "bundle size",
    "n\\+1",
)
_DATABASE: Final = WholeWords(
    "database",
    "schemas?",
    "(?:sql|db|database|schema|prisma|alembic|knex|flyway|supabase) migrations?",
    "tables?",
    "prisma",
    "typeorm",
    "drizzle",
    "sql(?:ite|alchemy)?",
    "postgres(?:ql)?",
    "entit(?:y|ies)",
)
_DATABASE_FILE: Final = Patterns(r"\.(?:sql|prisma)$|(?:^|/)(?:migrations?|alembic|prisma|drizzle|db/schema)(?:/|\.)")
_API: Final = WholeWords(
    "apis?",
    "endpoints?",
    "rest",
    "graphql",
    "resolvers?",
    "controllers?",
    "rpc",
    "grpc",
    "webhooks?",
    "openapi",
    "(?:get|post|put|patch|delete) /\\S*",
    "route handlers?",
)
_API_FILE: Final = Patterns(
    r"(?:^|/)(?:api|routes|routers?|controllers?|endpoints|handlers|resolvers)(?:/|\.)|/route\.[jt]s$|\.proto$"
)
_FRONTEND: Final = WholeWords(
    "ui",
    "frontend",
    "front end",
    "components?",
    "pages?",
    "screens?",
    "views?",
    "css",
    "tailwind",
    "buttons?",
    "modals?",
    "dialogs?",
    "layouts?",
    "react",
    "vue",
    "svelte",
    "forms?",
    "dashboards?",
    "styl(?:es|ing)",
    "responsive",
)
_FRONTEND_FILE: Final = Patterns(
    r"\.(?:tsx|jsx|vue|svelte|css|scss|less|html|astro|swift|dart)$|(?:^|/)(?:components|pages|screens|views)/"
)
_CONFIG: Final = WholeWords(
    "config(?:s|ure|uration)?",
    "settings",
    "environment variables?",
    "env",
    "eslint",
    "prettier",
    "tsconfig",
    "editorconfig",
    "gitignore",
    "lint(?:er)? rules",
)
_CONFIG_FILE: Final = Patterns(
    r"(?:^|/)(?:\.[\w.-]+|[\w.-]*config[\w.-]*|[\w.-]*rc(?:\.\w+)?|[\w.-]*settings[\w.-]*)$|\.(?:toml|ya?ml|ini|env|conf|cfg)$"
)

_NOVEL: Final = WholeWords(
    "novel", "unprecedented", "new (?:paradigm|architecture|algorithm)", "reverse engineer(?:ing)?"
)


class Work(NamedTuple):
    """The kind by which a task is routed, with the reason; ``novel`` work has no precedent."""

    kind: str
    why: str
    novel: bool = False


def classify(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:
    """Return the kind of work of ``task``; ``of`` is its family, ``verdict`` the verdict on its security."""
    if of.name == "checkpoint":
        return Work("checkpoint", of.why)
    if said := look_at_security(task, of):
        return Work("security-review", f'"{said}" makes it a security review, whatever it writes')
    found = _WITHIN.get(of.name, _same)(task, of, verdict)
    novel = found.kind in {"architecture", "planning"} or bool(_NOVEL.search(task.name))
    return found._replace(novel=True) if novel else found


def reviews(task: Task) -> bool:
    """Tell whether ``task`` reviews finished work; of files, it may write documents only: its report."""
    if task.files and not (
        all(map(family.is_document, task.writes)) and (_REVIEW.search(name_of(task)) or may_look_at_security(task))
    ):
        return False
    of = family.classify(task)
    if not task.files:
        return family.is_review(task, of)
    return writes_report(task, classify(task, of, security.NOT_CRITICAL))  # documents never are


def writes_report(task: Task, work: Work) -> bool:
    """Tell whether ``task`` is a review that writes documents, and nothing else."""
    return bool(task.files) and work.kind in {"review", "security-review"} and all(map(family.is_document, task.writes))


def _same(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:  # noqa: ARG001 - one signature for all
    return Work(of.name, of.why)


def _setup(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:  # noqa: ARG001
    if task.writes and all(map(_CONFIG_FILE.search, task.writes)):
        return Work("config", "it writes configuration only")
    said = _CONFIG.search(task.name)
    return Work("config", f'"{said}" in its name') if said else Work("setup", of.why)


def _documents(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:  # noqa: ARG001
    words = (("architecture", _ARCHITECTURE), ("planning", _PLANNING), ("exploration", _EXPLORATION))
    found = _named(task, of, words)
    if found.kind != of.name or _DOCUMENT.search(name_of(task)):
        return found
    report = _named(task, of, (("review", _REVIEW), ("research", _RESEARCH)), first=True)
    if report.kind == of.name:
        return found
    finer = _named(task, of, (("performance", _PERFORMANCE), ("debugging", _DEBUGGING)))
    return report if finer.kind == of.name else finer


def _research(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:  # noqa: ARG001
    words = (("exploration", _EXPLORATION), ("performance", _PERFORMANCE), ("debugging", _DEBUGGING))
    return _named(task, of, words)


def _review(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:  # noqa: ARG001
    return _named(task, of, (("performance", _PERFORMANCE),))


def _implementation(task: Task, of: family.Kind, verdict: security.SecurityVerdict) -> Work:
    if verdict.critical and not security.AUTHENTICATION.isdisjoint(verdict.topics):
        return Work("auth", "security-critical work on authentication")
    if not task.writes:
        found = _named(task, of, (("architecture", _ARCHITECTURE), ("planning", _PLANNING)))
        if found.kind != of.name:
            return found
    files = (("database", _DATABASE_FILE), ("api", _API_FILE), ("frontend", _FRONTEND_FILE))
    verbs = (("debugging", _DEBUGGING), ("refactoring", _REFACTORING), ("performance", _PERFORMANCE))
    first = _named(task, of, verbs, first=True)
    if first.kind != of.name:
        return first
    for kind, pattern in files:
        if task.writes and all(map(pattern.search, task.writes)):
            return Work(kind, f"it writes {kind} files only")
    return _named(
        task, of, (("performance", _PERFORMANCE), ("database", _DATABASE), ("api", _API), ("frontend", _FRONTEND))
    )


def _named(task: Task, of: family.Kind, words: tuple[tuple[str, WholeWords], ...], *, first: bool = False) -> Work:
    """Return the first kind with a word in the name of ``task``; with ``first``, at its beginning."""
    name = name_of(task)
    for kind, expression in words:
        if said := expression.match(name) if first else expression.search(name):
            return Work(kind, f'"{said}" in its name')
    return Work(of.name, of.why)


_WITHIN: Final = {
    "boilerplate": _setup,
    "docs": _documents,
    "research": _research,
    "review": _review,
    "implementation": _implementation,
}
