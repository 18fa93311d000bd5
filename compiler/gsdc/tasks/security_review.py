"""Whether a task inspects security: a review, an audit, a threat model or a decision, regardless of its files."""

from typing import Final

from gsdc.source.task import Task
from gsdc.tasks.kind import Kind, is_document
from gsdc.tasks.task_name import unlabelled
from gsdc.tasks.vocabulary import WholeWords

_SECURITY: Final = WholeWords(
    "security",
    "vulnerabilit(?:y|ies)",
    "threats?",
    "exploits?",
    "attack surface",
    "auth(?:n|z|entication|ori[sz]ation)?",
    "oauth2?",
    "jwts?",
    "log ?in",
    "sessions?",
    "secrets?",
    "credentials?",
    "passwords?",
    "tokens?",
    "encryption",
    "cryptograph(?:y|ic)",
    "permissions?",
    "access control",
    "rls",
    "rbac",
    "row level security",
    "injection",
    "xss",
    "csrf",
    "ssrf",
    "sandbox",
    "api keys?",
    "security holes?",
    "privilege(?:s| escalation)?",
    "owasp",
    "cves?",
    "sanit[ia][sz]ation",
)
# Words for an inspection of security, with any verb.
_SECURITY_REVIEW: Final = WholeWords(
    "threat (?:models?|modell?ing|analysis|assessments?|register)",
    "stride",
    "pen(?:etration)? test(?:s|ing)?",
    "(?:security|vulnerability|owasp|auth(?:entication|orization)?|secrets?|permissions?|rls|crypto|access control)"
    "(?: (?:code|design|posture|focused|and|&|privacy|compliance|architecture)){0,3}"
    " (?:re ?)?(?:reviews?|audits?|assessments?|analysis|scans?|checks?|checklist|sign ?off|gates?|inspection|sweep"
    "|verification|report)",
    "red team(?:ing)?",
)
_LOOK: Final = WholeWords(
    "(?:re ?)?(?:review|audit|assess|inspect|analy[sz]e|evaluate|examine|scrutini[sz]e|check|verify|validate|look)"
    "(?:s|ing|ment)?",
    "code review",
    "(?:audit|review|inspection|assessment) of",
)
_DECIDE: Final = WholeWords("decide", "decisions?", "choose", "select", "evaluate", "compare", "weigh", "agree on")
# Work on such a document, or on its results, is not an inspection.
_MAKING: Final = WholeWords(
    "implement",
    "add",
    "build",
    "create",
    "fix",
    "fixes",
    "remediate",
    "apply",
    "integrate",
    "wire",
    "expose",
    "extend",
    "refactor",
    "address",
    "resolve",
    "close",
    "patch",
    "harden",
    "enable",
    "remove",
    "rename",
    "move",
    "migrate",
    "update",
    "tests?",
    "render",
    "display",
    "show",
    "style",
    "register",
    "generate",
    "install",
    "configure",
    "set ?up",
    "port",
    "extract",
    "replace",
    "support",
    "make",
    "enforce",
    "store",
    "rotate",
    "encrypt",
    "handle",
    "log(?:ger|ging)?",
    "trail",
)
_DOCUMENT: Final = WholeWords(
    "write", "document", "produce", "create", "draft", "update", "generate", "complete", "finali[sz]e"
)


def look_at_security(task: Task, of: Kind) -> str:
    """Return the words that make ``task`` a review, audit, threat model or decision about security, "" without any."""
    name = name_of(task)
    said = _SECURITY_REVIEW.search(name)
    making = _MAKING.search(name[: max(0, name.find(said))] if said else name)
    if said:
        writes_code = bool(task.writes) and of.name not in {"docs", "review", "research"} and not _only_documents(task)
        # "Add security review to the page" creates something; "Create the threat model" writes the result of an
        # inspection.
        documents = bool(_DOCUMENT.search(making)) if making else True
        return said if documents and not (making and writes_code) and not (making and of.name == "testing") else ""
    # A check that runs something is testing, but what it checks may be security all the same.
    inspects = of.name == "review" or of.checks
    looked = _LOOK.match(name) or (inspects and _LOOK.search(name))
    about = _SECURITY.search(name)
    if looked and about and not making and (inspects or of.name in {"research", "docs"} or _only_documents(task)):
        return f"{looked} ... {about}"
    decided = _DECIDE.match(name)
    if decided and about and (not task.writes or _only_documents(task)):
        return f"{decided} ... {about}"
    if inspects and not task.writes and (said := _SECURITY_REVIEW.search(first_sentence(task))):
        return said
    return ""


def may_look_at_security(task: Task) -> bool:
    """Tell whether ``look_at_security`` can find something: without the task's kind, which takes longer to compute."""
    name = name_of(task)
    if _SECURITY_REVIEW.search(name) or _SECURITY.search(name):
        return True
    return not task.writes and bool(_SECURITY_REVIEW.search(first_sentence(task)))


def name_of(task: Task) -> str:
    """Return the name of ``task`` without its number, the first sentence of its action where it has none."""
    return unlabelled(task.name) or first_sentence(task)


def first_sentence(task: Task) -> str:
    """Return the first sentence of what ``task`` tells to do."""
    return task.text("action").partition("\n")[0].partition(". ")[0][:200]


def _only_documents(task: Task) -> bool:
    return all(map(is_document, task.writes))
