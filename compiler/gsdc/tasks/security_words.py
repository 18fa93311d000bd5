"""Phrases of security by topic and strength, and look-alikes of them.

A phrase is matched by its words, with any separator (see ``gsdc.tasks.vocabulary``). If two phrases begin at the same
word, the longer one counts, so a look-alike such as "token budget" hides the "token" in it.
"""

from typing import Final

# Names of a protection itself: such work is rarely about anything else.
STRONG: Final = 2.0
# An object of security, which may also only be used, shown or stored.
PLAIN: Final = 1.0
# Also common in other contexts.
WEAK: Final = 0.5

TOPICS: Final = {
    "authentication": {
        STRONG: (
            "authenticate, authenticates, authenticated, authenticating, authentication, authenticator, authn, oidc, "
            "saml, mfa, 2 fa, two factor, totp, otp, otps, one time password, one time passwords, one time code, one "
            "time passcode, verification code, passkey, passkeys, web authn, session fixation, session hijacking, "
            "password reset, session management, session cookie, session cookies, session rotation, brute force, "
            "lockout, lock out, credential stuffing, login endpoint, login route, login handler, magic link, magic "
            "links, pkce, auth middleware, auth guard, auth guards, require auth, require user, require session, "
            "require login, login required, get current user, verify session, verify sessions, signed in user, signed "
            "in users, protected route, protected routes, protect route, protect routes, unauthenticated, auth check, "
            "auth checks, auth gate, auth enforcement, enforce auth, add auth, auth endpoint, auth endpoints, auth "
            "helpers, auth service, auth hardening, pin code, biometric, biometrics, impersonate, impersonation, "
            "account takeover, new session id, client credentials, authorization code, state parameter, sign in flow, "
            "sso login, passwordless, session expiry, session timeout, session lifetime, idle timeout, session "
            "revocation, session invalidation, invalidate session, invalidate sessions, invalidate all sessions, "
            "revoke session, revoke sessions, session identifier, session identifiers, session regeneration, step up, "
            "re authenticate, re authentication, reauthenticate, reauthentication, device trust, trusted device, "
            "trusted devices, oauth state, o auth state, login link, login links, failed logins, failed login, login "
            "attempts, login throttling, redirect after login, recovery codes, backup codes, auth router, auth routes, "
            "auth route, auth controller, auth utilities, auth config, auth filter, cookie credentials, cookie auth, "
            "routers auth, routes auth, controllers auth, middleware auth, turnstile, recaptcha, suspicious login, "
            "device fingerprint, email verification, verify email, secure cookie, secure cookies, cookie flags, signed "
            "cookie, signed cookies, expire sessions, log out everywhere, logout everywhere, session hijack, account "
            "lock, account locking, throttle login, webauthn"
        ),
        PLAIN: (
            "auth, o auth, login, logins, log in, sign in, sign out, signed in, logout, log out, sso, session token, "
            "session tokens, account recovery, captcha, pin, identity provider"
        ),
        WEAK: "401, sign up, signup, register user, session, sessions",
    },
    "tokens": {
        STRONG: (
            "jwt, jwts, refresh token, refresh tokens, token refresh, token rotation, token expiry, revoke token, "
            "revoke tokens, csrf, xsrf, jwks, verify token, verify tokens, validate token, validate tokens, token "
            "validation, token verification, token revocation, token storage, http only, same site, bearer auth, "
            "invite token, invite tokens, reset token, reset tokens, single use token, token introspection, scopes of "
            "token, token endpoint, token reuse, reuse detection, revoked tokens, revoked token, token blacklist, "
            "token denylist, token theft, stolen token, stolen tokens, reject tokens, token signature, token audience, "
            "claims validation, validate claims, verified claim, verified claims, expiring invitation, expiring "
            "invitations, expiring link, expiring links, short lived link, short lived links, short lived token, short "
            "lived tokens, short lived credentials, single use link, single use links, reset link, reset links, "
            "encrypt tokens, revoke all tokens, revoke all sessions, reject jwts, reject jwt, none algorithm, token "
            "store, token stores, token provider, token hash, token hashes, raw token, raw tokens, hash token, hash "
            "tokens, unguessable"
        ),
        PLAIN: (
            "access token, access tokens, bearer token, bearer tokens, id token, api token, api tokens, auth token, "
            "auth tokens, grant token, personal access token, bearer"
        ),
    },
    "secrets": {
        STRONG: (
            "secret rotation, key rotation, rotate secret, rotate secrets, rotate key, rotate keys, rotate signing, "
            "rotate credentials, secrets manager, secret manager, secret store, secrets store, secret storage, secrets "
            "storage, secrets module, secret management, secrets management, credential store, credential storage, "
            "credential vault, credential management, keystore, key store, keychain, keyring, keytar, sops, sealed "
            "secret, sealed secrets, external secrets, encryption key, encryption keys, signing key, signing keys, "
            "private key, private keys, authorized keys, password hash, password hashes, password hashing, hash "
            "password, hash passwords, hashed password, password policy, password verification, password validation, "
            "host key, host keys, per host key, per host keys, key storage, key management, hardcoded secret, "
            "hardcoded secrets, hardcoded credentials, leaked secret, leaked secrets, secret leak, secret scanning, "
            "secret detection, api key storage, api key authentication, api key auth, api key validation, store "
            "credentials, store secrets, remove secrets, leaked key, leaked keys, leaked credentials, committed "
            "secrets, hardcoded key, hardcoded keys, hardcoded password, hardcoded passwords, password strength, "
            "password rules, password complexity, breached password, breached passwords, compromised password, "
            "compromised passwords, secrets in logs, mask secrets, mask tokens, mask passwords, mask credentials, hsm, "
            "secret scanner, kms key, rotate api keys, hash api keys, admin password, default password, default "
            "passwords, default credentials, hard coded password, hard coded passwords, hard coded secret, hard coded "
            "secrets, hard coded credentials, hard coded key, hard coded keys, hard coded admin, authorization header "
            "in logs, logging authorization, secure random source, credential rotation, credential helper, api key "
            "hashing, api key scopes, oauth scopes, key vault, log scrubbing, scrub secrets, pin actions"
        ),
        PLAIN: (
            "vault, secret, secrets, credential, credentials, password, passwords, passphrase, api key, api keys, ssh "
            "key, ssh keys, keypair, keypairs, key pair, service account, service accounts, webhook secret, kms, "
            "getpass, secret token, sudo, session secret, gitleaks, trufflehog"
        ),
    },
    "cryptography": {
        STRONG: (
            "encrypt, encrypts, encrypted, encryption, encrypting, decrypt, decrypts, decrypted, decryption, hmac, "
            "bcrypt, argon, argon 2, scrypt, pbkdf, aes, constant time, timing safe, timing attack, salted, salted "
            "hash, key derivation, code signing, digital signature, cryptographically, csprng, secure random, mutual "
            "tls, certificate pinning, certificate validation, tls verification, verify certificate, verify "
            "certificates, luks, pgp, gpg, cosign, sigstore, sign release, sign releases, signed release, signed "
            "releases, release signing, sign artifacts, artifact signing, sign release artifacts, image signing, "
            "package signing, signed update, signed updates, signature check, signature checks, pin certificates, "
            "pinned certificate, pinned certificates, ed25519, envelope encryption, end to end encryption, zeroize, "
            "self signed, insecure tls, hostname verification, checksum verification, verify checksum, verify "
            "checksums, verify sha 256, signed commits, notarization, slsa, attestation, attestations"
        ),
        PLAIN: (
            "cipher, ciphers, cryptographic, cryptography, crypto, m tls, mtls, salt, tls termination, cert manager, "
            "provenance"
        ),
        WEAK: ("tls, ssl, certificate, certificates, cert, certs, pki, signature, signatures, signed, nonce, pubkey"),
    },
    "access": {
        STRONG: (
            "authorization, authorisation, authorize, authorizes, authorized, authz, rbac, abac, rls, row level "
            "security, access control, access controls, access check, access checks, access rule, access rules, least "
            "privilege, require role, requires role, require permission, require admin, require owner, require tenant, "
            "role check, role checks, role enforcement, role guard, admin guard, permission check, permission checks, "
            "check permission, check permissions, permission validation, permission enforcement, permission guard, "
            "enforce permission, enforce permissions, role based access, tenant isolation, tenant scoping, tenant "
            "scoped, tenant scope, cross tenant, org scoping, organization scoping, workspace scoping, workspace "
            "isolation, user scoping, scoped to user, scoped to caller, data isolation, ownership check, ownership "
            "checks, verify ownership, check ownership, owner check, owner only, admin only, members only, staff only, "
            "recipient only, unauthorized, unauthorised, network policy, network policies, security group, security "
            "groups, firewall, firewalls, nftables, iptables, ufw, vpn, wireguard, cluster role, role binding, signed "
            "url, signed urls, presigned url, presigned urls, file permissions, security definer, service role, "
            "default deny, deny by default, unprotected, visibility rule, visibility rules, idor, privilege "
            "escalation, permission management, permission model, permission system, iam policy, iam policies, iam "
            "role, grant permission, revoke permission, fs sandbox, ownership, role aware, permissions policy, only "
            "members, only admins, only admin, only owner, only owners, only editors, visible to, may not see, may "
            "see, may access, who may, who can, belongs to caller, row belongs, context isolation, entitlements, "
            "private channel, private channels, private content, unpublished content, object ownership, caller s "
            "organization, caller s tenant, caller s team, caller s workspace, caller may, user may read, user may "
            "see, user may edit, what user may, only author, only creator, only recipient, anonymous access, anonymous "
            "visitors, anonymous users, anonymous callers, anonymous readers, belongs to user, other tenants, other "
            "customers, another tenant, another customer, enforce tenant, isolate tenants, isolate customers, drop "
            "privileges, drop root, root privileges, drop capabilities, vpn only, loopback only, directory listing, "
            "publicly readable, publicly writable, world readable, world writable, four eyes, append only audit, "
            "tamper proof audit, bypass permission, bypass permissions, bypass authorization, can only see, can only "
            "read, can only access, can only view, can only edit, can only delete, can only download, can only open, "
            "can only reach, may only see, may only read, may only access, may only view, may only edit, may only "
            "delete, may only download, may only open, may only reach, must not see, must not read, must not access, "
            "must not view, must not edit, must not delete, must not download, must not open, must not reach, must "
            "never see, must never read, must never access, must never view, must never edit, must never delete, must "
            "never download, must never open, must never reach, may never see, may never read, may never access, may "
            "never view, may never edit, may never delete, may never download, may never open, may never reach, own "
            "company, own account only, own projects only, only see their, only see its, row level filter, row level "
            "filters, permission matrix, role matrix, read only role, block public, lock down, revoke access, revoke "
            "all access, role gated, role gate, firestore rules, storage rules, security rules, database rules, rules "
            "for firestore, permission guards, visibility check, visibility checks, reauthorize, reauthorizes, "
            "authorized user, guard route, guard routes, route guard, route guards, roles guard, role policy, role "
            "claim, role claims, custom claims, requires authentication, with auth, auth required, check auth, "
            "privilege checks, permission required, login guard, deny client, deny access, origin check, origin "
            "checks, origin validation, validate origin, capability check, capability checks, permission gate, "
            "permission gates, membership check, membership checks, invite only, acl enforcement, superadmin, "
            "privileged container, non root user, tenant filter, tenant filters, row level, grant revoke, anon role, "
            "database roles, public access block, bucket policy, bucket policies, private bucket, bastion, private "
            "network, setuid, chroot, selinux, confused deputy, trusted proxy, trusted proxies, forwarded for, strong "
            "parameters, ip allowlist, host allowlist, domain allowlist, url allowlist, command allowlist, egress, "
            "egress allowlist, outbound allowlist, ipc allowlist"
        ),
        PLAIN: (
            "iam, acl, acls, privilege, privileges, privileged, allowlist, allow list, allowlisted, whitelist, "
            "denylist, deny list, forbidden, tenant, tenants, multi tenant, multi tenancy, permission, permissions, "
            "tenancy, share link, share links, shared link, shared links, to members, to owners, to admins, to owner, "
            "to recipient, to author, to caller, members project, members organization, debug endpoint, debug "
            "endpoints, bans, banned, ban user, ban users, blocked users"
        ),
        WEAK: (
            "role, roles, role based, access, visibility, visible, guard, guards, policy, policies, admin, scoped, "
            "403, restrict, restricts, restricted, private, unpublished, not allowed, cannot access, can access, "
            "safety gate"
        ),
    },
    "input": {
        STRONG: (
            "sanitizer, path traversal, sanitize html, sanitize user, sanitize input, sanitize inputs, sanitize error, "
            "sanitize errors, sanitize filename, sanitize filenames, sanitize file names, sanitize sse, sanitize logs, "
            "sanitize next, input sanitization, html sanitization, error sanitization, filename sanitization, "
            "sanitize user text, sanitize player input, sanitize all client, data sanitization, formula sanitization, "
            "path sanitization, sanitize path, sanitize paths, sanitize output, sanitize prompt, sanitize prompts, "
            "directory traversal, zip slip, safe extraction, archive extraction, command injection, sql injection, "
            "shell injection, argument injection, option injection, prompt injection, code injection, header "
            "injection, log injection, template injection, xss, ssrf, xxe, untrusted, malicious, magic bytes, magic "
            "number, upload validation, file validator, sandbox, sandboxed, sandboxing, webhook signature, signature "
            "verification, verify signature, verifies signature, verify webhook, verify hmac, invalid signature, open "
            "redirect, escape html, html escaping, shell escape, shell escaping, shell quoting, argv, exec file, "
            "prototype pollution, unsafe deserialization, csv injection, formula injection, security "
            "headers, content security policy, csp, hsts, clickjacking, dom purify, replay attack, replay attacks, "
            "replay protection, parameterized queries, defusedxml, defense in depth, redos, zip bomb, injection "
            "attack, injection attacks, metacharacters, null bytes, shell true, external entities, extra args, extra "
            "arguments, user supplied, subresource integrity, trusted types, escape user, escape user input, output "
            "escaping, html escaped, autoescape, bound parameters, bind parameters, prepared statement, prepared "
            "statements, concatenation in sql, concatenated sql, parameterize query, parameterize queries, "
            "parameterize sql, isolated container, seccomp, apparmor, gvisor, user scripts, internal ip, internal ips, "
            "private ip ranges, metadata endpoint, redirect target, redirect targets, mime sniffing, content sniffing, "
            "nosniff, replace eval, without shell, shell interpolation, outside web root, leave target, symlink "
            "attack, symlink attacks, entity expansion, billion laughs, denial service, decompression bomb, webhook "
            "signatures, verify signatures, mass assignment, host header, request smuggling, validate and normalise "
            "paths, normalise paths, normalize paths, canonical path, canonicalize path, canonicalize paths, "
            "canonicalise paths, framing, frame ancestors, inline scripts, inline script, against replays, against "
            "replay, against injection, against traversal, against forgery, forged, forgery, replayed, "
            "deserialization, path canonicalization, symlink escape, toctou, inner html, dangerously set inner html, "
            "unsafe eval, argument quoting, regex dos, crlf, tool poisoning, redirect validation, virus scan, malware, "
            "node integration, jailbreak"
        ),
        PLAIN: (
            "injection, sanitize, sanitizes, sanitized, sanitization, sanitise, sanitised, sanitizing, allowed "
            "origins, input validation, cors, special characters, arbitrary code, path validation, validate path, "
            "validate paths, reject paths, path components, file validation"
        ),
        WEAK: "escape, escapes, escaped, escaping, fail closed",
    },
    "protection": {
        STRONG: (
            "vulnerability, vulnerabilities, attacker, attackers, threat model, secure storage, security fix, security "
            "fixes, security hardening, redact, redacts, redacted, redaction, redacting, cve, pseudonymous, "
            "pseudonymize, anonymize, privacy safe, tamper, tampering, tamper proof, per ip, rate limit middleware, "
            "rate limiting middleware, per socket, per user rate, per client rate, per connection rate, api rate "
            "limiting, rate limit decorators, rate limit endpoints, chmod 600, 0600, 0700, localhost only, card "
            "numbers, card number, mask pii, strip exif, pii in logs, tamper evident, bot protection, dependency "
            "confusion, secure enclave, scrub logs, scrub application logs, sensitive data, phi, noopener, noreferrer, "
            "error leak, error leaks, leaks nothing, information disclosure, attack surface, taint, tainted, taints, "
            "security config, security configuration, security filter, security primitives, honeypot, bot detection, "
            "npm audit, dependency audit, snyk, dependabot alerts, sast, ddos protection, fail 2 ban, ssh hardening, "
            "pii masking, data masking, gdpr erasure, right to be forgotten, data minimization, anonymization, "
            "anonymisation, umask, secure tempfile, hash chain, root detection, capabilities drop, double submit, same "
            "site"
        ),
        PLAIN: (
            "security, secure, secured, securely, threat, threats, exploit, exploits, attack, attacks, pii, privacy, "
            "spoof, spoofing, enumeration, side channel, rate limit, rate limits, rate limited, rate limiter, rate "
            "limiting, loopback, abuse, personal data, ddos, chmod, supply chain, audit log, throttling, throttle"
        ),
        WEAK: (
            "harden, hardens, hardened, hardening, protect, protects, protected, scrub, scrubs, sensitive, leak, "
            "leaks, mask"
        ),
    },
}
# Look-alikes.
LOOKALIKES: Final = (
    "design token, design tokens, token budget, token budgets, token count, token counts, token limit, token limits, "
    "token usage, token cost, token estimation, token estimate, token counter, token consumption, token cap, token "
    "window, max tokens, css token, css tokens, color tokens, theme tokens, token classifier, lexer token, lexer "
    "tokens, token type, token types, token stream, camera permission, camera permissions, microphone permission, "
    "location permission, location permissions, notification permission, notification permissions, bluetooth "
    "permission, storage permission, runtime permission, runtime permissions, permission dialog, permission prompt, "
    "media permission, overlay permission, attack animation, attack damage, attack power, secret level, secret santa, "
    "primary key, primary keys, foreign key, foreign keys, cache key, cache keys, query key, query keys, public key "
    "figures, aria role, aria roles, enemy role, agent role, agent roles, role accent, private field, private fields, "
    "private method, private methods, protected method, protected methods, access log, access logs, access time, data "
    "access, random access, quick access, file access, tab visibility, column visibility, toggle visibility, "
    "visibility toggle, visibility change, retry policy, cache policy, retention policy, restart policy, privacy "
    "policy page, form validation, schema validation, type guard, type guards, import guard, null guard, re entrancy "
    "guard, guard clause, guard clauses, function signature, function signatures, method signature, method signatures, "
    "signature help, type signature, type signatures, rate limit error, rate limit errors, retry on rate limit, hits "
    "rate limit, rate limit hit, rate limit retry, exploit parallelism, visible when, visible in, is visible, admin "
    "panel, admin dashboard, admin layout, admin page, admin ui, game session, chat session, chat sessions, terminal "
    "session, terminal sessions, session id, agent session, agent sessions, session list, session history, session "
    "storage, training certificate, training certificates, scoped css, scoped styles, trust region, file lock, add "
    "auth dependencies, add auth pre flight, add auth types, add auth store, add auth button, add auth tests, add auth "
    "page, auth pre flight, obsidian vault, escape key, escape hatch, release signature, git log in, sandbox "
    "environment, sandbox account, untrusted ca, dependency injection, constructor injection, property injection, "
    "context injection, content injection, service injection, fault injection, failure injection, error injection, "
    "form fields, injection preview, memory injection, entity allowlist, path allowlist, folder allowlist, tier based "
    "rate limit, rate limit multiplier, brute force search, brute force scan, brute force solver"
)
