"""Subjects of a task's name other than security, and verbs of protection (see ``gsdc.tasks.evidence``)."""

from typing import Final

# Subjects other than security.
SUBJECTS: Final = {
    "a screen": (
        "page, pages, screen, screens, component, components, button, buttons, form, forms, modal, dialog, layout, "
        "view, views, tab, tabs, style, styles, styling, css, toggle, icon, badge, ui, spinner, card, cards, "
        "composable, sidebar, panel, navigation, render, display, show, shows, dropdown, banner, redesign, footer, "
        "overlay, wizard, redirect, redirects"
    ),
    "a shape": (
        "type, types, interface, interfaces, dto, enum, union, column, columns, model, models, store, hook, hooks, "
        "strings, translation, translations, messages, locale, i 18 n, constants, seed, context, fields, stub, stubs, "
        "skeleton, scaffold, table, tables"
    ),
    "a document": (
        "document, documents, documented, documentation, documenting, docs, readme, changelog, guide, adr, research, "
        "requirements, runbook, report, references, translate, architecture, examples, notes, vocabulary, uat"
    ),
    "tests": "test, tests, testing, fixture, fixtures, mock, mocks, suite, coverage, e 2 e, red, smoke, regression",
    "plumbing": (
        "register, registers, wire, wires, wiring, container, di, dependency, dependencies, install, bump, export, "
        "exports, barrel, import, imports, rename, move, subcommand, format, formatter, prettier, sentry, extras, "
        "package, gitignore, cors origins"
    ),
    "a use": (
        "call, calls, fetch, consume, client, retry, back off, backoff, integrate, integration, connect, adapter, "
        "adapters, connector, classifier, warning, logger"
    ),
    # Tools that search other software for weaknesses mention security in all their tasks.
    "a finding": (
        "scanner, scanners, scan, scans, finding, findings, detector, detectors, sarif, cbom, sbom, severity, scoring, "
        "risk, classifier, semgrep, gosec, trivy, nuclei, connectors, probe, probes, inventory, analyzer, analyzers"
    ),
}
GUARDING: Final = (
    "enforce, enforces, enforcement, require, requires, required, restrict, restricts, protect, protects, gate, "
    "verify, verifies, validate, validates, validation, reject, rejects, refuse, deny, denies, block, blocks, prevent, "
    "prevents, scope, isolate, isolation, revoke, lock, hash, encrypt, secure, harden, hardening, only, check, checks, "
    "guard, limit, allowlist, escape, sanitize, least, safe, expire, rotate"
)
