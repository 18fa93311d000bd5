"""Whether a task is security-critical: its main work is something whose failure is a security hole (seed 004).

Evidence is weighed by where it stands: a name says what the task is, prose only what is near. A word that is ordinary
elsewhere (a lexer's token, a game session, a commit hash, a dict key, an address, an author) is no evidence by itself;
it takes a phrase that only security has. Tests and documents of such work write nothing that could fail that way.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from gsdc.source.task import Task
from gsdc.tasks.vocabulary import Match, Vocabulary, words

# How much a phrase weighs by the part of the task that it stands in.
PARTS: Final = {"name": 3.0, "files": 2.0, "done": 1.0, "action": 1.0, "verify": 0.5}
THRESHOLD: Final = 4.0
# Where neither name nor files speak of security, the prose has to speak of little else: so many phrases, and kinds,
# in a hundred words.
DENSITY: Final = 3.8
FEWEST_PHRASES: Final = 3
SHORTEST: Final = 60
# Every further phrase of the prose, beside the strongest of each topic.
_FURTHER: Final = 0.4
_FURTHEST: Final = 2.0

_TOPICS: Final = {
    "authentication": {
        1.8: "auth, authn, authenticate, authenticates, authenticated, authenticating, authentication, "
        "authenticator, o auth, oidc, saml, sso, mfa, 2 fa, totp, passkey, passkeys, web authn, login, "
        "logins, log in, sign in, sign out, logout, session cookie, session cookies, session management, "
        "password reset",
    },
    "tokens": {
        1.8: "jwt, jwts, bearer token, bearer tokens, access token, access tokens, refresh token, refresh "
        "tokens, token refresh, id token, api token, api tokens, auth token, session token, session "
        "tokens, grant token, token storage, token rotation, token expiry, revoke token, revoke tokens, "
        "pkce, csrf, jwks, validate token, verify token, token validation, token revocation, one time "
        "code",
    },
    "secrets": {
        1.8: "secret, secrets, credential, credentials, password, passwords, passphrase, api key, api keys, "
        "private key, private keys, ssh key, ssh keys, keypair, keypairs, key pair, signing key, keyring, "
        "keychain, host key, host keys, authorized keys, per host key, per host keys, getpass, service "
        "account, key rotation, secret rotation, webhook secret, keystore, encryption key, encryption "
        "keys, kms, credential store",
    },
    "cryptography": {
        1.8: "encrypt, encrypts, encrypted, encryption, encrypting, decrypt, decrypts, decrypted, decryption, "
        "cipher, hmac, bcrypt, argon, scrypt, pbkdf, aes, constant time, timing safe, timing attack, "
        "salted, salted hash, cryptographically, key derivation, password hash, password hashing, code "
        "signing, digital signature",
        1.2: "salt, cryptographic, mtls, m tls",
        0.8: "tls, ssl, certificate, certificates, pki",
    },
    "access": {
        1.6: "authorization, authorisation, authorize, authorizes, authorized, authz, rbac, rls, row level "
        "security, access control, least privilege, privilege, privileges, privileged, iam, acl, acls, "
        "require role, role based, role aware, tenant isolation, multi tenant, multi tenancy, "
        "unauthorized, permission check, check permission, check permissions, grant permission, revoke "
        "permission, permission management, cluster role, safety gate, unauthenticated, role binding, "
        "signed url, signed urls, presigned url, presigned urls, file permissions, security group, "
        "network policy, admin only, ownership check",
        1.3: "allowlist, allow list, allowlisted, whitelist, denylist",
        0.7: "permission, permissions",
    },
    "input": {
        1.6: "sanitize, sanitizes, sanitized, sanitizer, sanitization, sanitise, sanitised, path traversal, "
        "directory traversal, zip slip, command injection, sql injection, shell injection, prompt "
        "injection, code injection, xss, ssrf, xxe, untrusted, malicious, magic bytes, magic number, "
        "input validation, file validator, upload validation, sandbox, sandboxed, sandboxing, webhook "
        "signature, signature verification, verify signature, verifies signature, verify hmac, invalid "
        "signature, defense in depth, injection attack, open redirect, escape html, html escaping, "
        "prototype pollution, deserialization, csv injection, security headers, content security policy, "
        "replay attack, replay attacks, session fixation, parameterized queries",
        1.0: "reject paths, path validation, validate path, special characters, path components, null bytes, "
        "csp, cors, arbitrary code, extra args, shell metacharacters, metacharacters",
    },
    "protection": {
        1.4: "security, secure, secured, securely, vulnerability, vulnerabilities, threat, exploit, attacker, "
        "attackers, attack, attacks, rate limit, rate limits, rate limited, rate limiter, rate limiting, "
        "brute force attack, brute force protection, account lockout, lockout, redact, redacts, redacted, "
        "redaction, redacting",
        1.0: "privacy, pii, pseudonymous, anonymize, spoof, spoofing, enumeration, constant response, side channel",
        0.7: "harden, hardens, hardened, hardening",
    },
}
# A name that says it is about something else: what is shown, described, scaffolded or tried out.
_OTHERWISE: Final = {
    "other": {
        1.2: "document, documents, documentation, documenting, readme, changelog, research, styling, styles, "
        "layout, screen, page, composable, button, toggle, tab, scaffold, translate, architecture, "
        "fixtures, fixture, sections, report, template, templates, dependencies, mock, mocks, rename, "
        "stub, stubs, wcag, form, forms, fields, vendor ffi, bindgen, un quarantine, tests pass, line "
        "counts, test suite, test infrastructure, audit rows, references",
        1.6: "tests, test, spec, specs",
    }
}
_WITH_TESTS: Final = re.compile(r"(?:\b(?:with|and|plus|incl\w*)|[+&,])[^.:]{0,30}\btests?\b", re.IGNORECASE)
_NOT_PRODUCT: Final = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|docs?)/|[._-](?:test|spec)s?\.|(?:^|/)test_|\.(?:md|mdx|rst|txt)$"
)
# Of the tasks of public plans whose names speak of authentication, those above this score are work on it.
_ABOUT: Final = 15.0
AUTHENTICATION: Final = frozenset({"authentication", "tokens"})


class Reason(NamedTuple):
    """A piece of evidence: the phrase, the part of the task it stands in, and what it counted."""

    phrase: str
    part: str
    weight: float

    def __str__(self) -> str:
        return f'"{self.phrase}" in {self.part} ({self.weight:+.1f})'


class Verdict(NamedTuple):
    """Whether a task is security-critical, the score that says so, the evidence, and the topics of name and files."""

    critical: bool
    score: float
    reasons: tuple[Reason, ...]
    topics: frozenset[str]

    @property
    def why(self) -> str:
        """What the verdict rests on, in words."""
        if not self.reasons:
            return "nothing speaks of security"
        if self.topics:
            beside = "" if self.critical or self.score < THRESHOLD else ", but it writes tests or documents only"
            return f"score {self.score:.1f}, critical from {THRESHOLD:g} on{beside}"
        much = "of little else than" if self.critical else "of more than"
        return f"neither name nor files speak of security, and the prose {much} security (score {self.score:.1f})"

    @property
    def strongest(self) -> tuple[Reason, ...]:
        """The three pieces of evidence that weigh most, heaviest first."""
        return tuple(sorted(self.reasons, key=lambda reason: -reason.weight)[:3])


_NOTHING: Final = Verdict(critical=False, score=0.0, reasons=(), topics=frozenset())


@cache
def _vocabulary() -> tuple[Vocabulary, Vocabulary]:
    return Vocabulary(_TOPICS), Vocabulary(_OTHERWISE)


def judge(task: Task) -> Verdict:
    """Judge ``task`` by its name, files, action and verification. Checkpoints do no work: they are never critical."""
    if task.is_checkpoint:
        return _NOTHING
    known, otherwise = _vocabulary()
    reasons: list[Reason] = []
    topics: set[str] = set()
    extra, dense = 0, False
    for part, factor in PARTS.items():
        strongest: dict[str, Match] = {}
        phrases = set()
        text = task.name if part == "name" else _prose(task, part)
        found = tuple(known.matches(text))
        for match in found:
            phrases.add(match.phrase)
            if match.topic not in strongest or match.weight > strongest[match.topic].weight:
                strongest[match.topic] = match
        reasons += [Reason(match.phrase, part, match.weight * factor) for match in strongest.values()]
        if part in {"name", "files"}:
            topics.update(strongest)
        elif part == "action":
            extra = len(phrases) - len(strongest)
            if len(phrases) >= FEWEST_PHRASES:
                dense = 100 * len(found) >= DENSITY * max(SHORTEST, len(words(text)))
    if extra > 0:
        reasons.append(Reason(f"{extra} more phrases", "action", min(_FURTHEST, extra * _FURTHER)))
    if topics:
        other = max((m.weight for m in otherwise.matches(_WITH_TESTS.sub("", task.name))), default=0.0)
        if other:
            reasons.append(Reason("what the name is about", "name", -3 * other))
    score = sum(reason.weight for reason in reasons)
    written = task.writes
    if written and all(map(_NOT_PRODUCT.search, written)):
        return Verdict(critical=False, score=score, reasons=tuple(reasons), topics=frozenset(topics))
    critical = score >= THRESHOLD if topics else dense
    return Verdict(critical, score, tuple(reasons), frozenset(topics))


def concerns_authentication(task: Task) -> bool:
    """Tell whether ``task`` is work on authentication, by its name and much evidence: a button to sign in is not."""
    known, _ = _vocabulary()
    if AUTHENTICATION.isdisjoint(match.topic for match in known.matches(task.name)):
        return False
    verdict = judge(task)
    return verdict.critical and verdict.score >= _ABOUT


def _prose(task: Task, part: str) -> str:
    if part == "action":
        return task.text("action") or task.text("behavior") or ("" if task.children else task.inner)
    return task.text(part)
