"""Whether a task is security-critical: its main work is something whose failure is a security hole (seed 004).

Evidence is weighed by where it stands. A word that is ordinary elsewhere (a lexer's token, a game session, a commit
hash, a dict key, an address, an author) is no evidence by itself; it takes a phrase that only security has.
"""

from typing import Final, NamedTuple

from gsdc.source.plan import Task
from gsdc.tasks.evidence import Reason, total, weigh, words

THRESHOLD: Final = 4.5
# Where neither name nor files speak of security, the prose has to speak of little else.
UNNAMED_THRESHOLD: Final = 7.0

_PATTERNS: Final = (
    words(
        1.6,
        "authenticat(?:e|es|ed|ion|or)",
        "auth",
        "authorization",
        "authorisation",
        "authorize[ds]?",
        "oauth2?",
        "oidc",
        "sso",
        "2fa",
        "mfa",
        "passkeys?",
        "log ?in",
        "sign ?in",
    ),
    words(
        1.8,
        "jwts?",
        "bearer tokens?",
        "access tokens?",
        "refresh tokens?",
        "pkce",
        "csrf",
        "xss",
        "ssrf",
        "bcrypt",
        "argon2(?:id)?",
        "scrypt",
        "hmac",
        "aes ?(?:gcm|256)?",
        "path traversal",
        "sql injection",
        "command injection",
        "prompt injection",
        "timing safe",
        "constant time",
    ),
    words(
        1.6,
        "encrypt(?:s|ed|ion|ing)?",
        "decrypt(?:s|ed|ion|ing)?",
        "secrets?",
        "credentials?",
        "passwords?",
        "api keys?",
        "private keys?",
        "key ?ring",
        "keychain",
    ),
    words(
        1.6,
        "rbac",
        "rls",
        "row level security",
        "access control",
        "permissions?",
        "privileges?",
        "acl",
        "least privilege",
        "authz",
        "allow ?list(?:s|ed|ing)?",
        "multi ?tenan(?:t|cy)",
        "tenant isolation",
    ),
    words(
        1.6,
        "saniti[sz](?:e|es|ed|er|ation|ing)",
        "escap(?:e|ing) (?:html|user|shell)",
        "input validation",
        "untrusted",
        "redact(?:s|ed|ion|ing)?",
        "sandbox(?:ed|ing)?",
        "webhook signatures?",
        "signature verification",
        "verif(?:y|ies|ication of) (?:the |an? )?(?:signatures?|tokens?|hmac|jwts?|passwords?|sessions?)",
        "signatures? of (?:the |an? )?(?:webhooks?|requests?|payloads?|tokens?)",
    ),
    words(
        1.4,
        "security",
        "secure",
        "harden(?:s|ed|ing)?",
        "vulnerabilit(?:y|ies)",
        "threat",
        "exploit",
        "attack(?:s|ers?)?",
        "rate limit(?:s|ed|er|ing)?",
        "tls",
        "mtls",
        "certificates?",
        "csp",
        "cors",
    ),
    words(
        -1.2,
        "document(?:s|ation|ing)?",
        "readme",
        "changelog",
        "tests?",
        "specs?",
        "verif(?:y|ication)(?! (?:of )?(?:the |an? )?(?:signatures?|tokens?|hmac|jwts?|passwords?|sessions?))",
        "research",
        "audit",
        "fixtures?",
        "styl(?:e|es|ing)",
        "layout",
    ),
)
_TEST_FILE: Final = words(1.0, r"tests?", r"__tests__", r"spec", r"docs?", r"md")


class Verdict(NamedTuple):
    """Whether a task is security-critical, the score that says so, and the evidence."""

    critical: bool
    score: float
    reasons: tuple[Reason, ...]


def judge(task: Task) -> Verdict:
    """Judge ``task`` by its name, files, action and verification. Checkpoints do no work: they are never critical."""
    if task.is_checkpoint:
        return Verdict(critical=False, score=0.0, reasons=())
    positive = weigh(task, _PATTERNS[:-1])
    negative = weigh(task, _PATTERNS[-1:], ("name",))
    reasons = positive + negative
    score = total(reasons)
    files = task.files
    if files and all(_TEST_FILE.regex.search(path) for path in files):
        score -= 4.0
    named = any(reason.part in {"name", "files"} for reason in positive)
    return Verdict(score >= (THRESHOLD if named else UNNAMED_THRESHOLD), score, reasons)
