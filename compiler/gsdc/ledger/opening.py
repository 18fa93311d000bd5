"""Open a project's ledger: in .gsdc, or on a team's PostgreSQL server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.ledger.database import Database, open_postgres, open_sqlite
from gsdc.ledger.ledger import Ledger
from gsdc.policy.project import Project
from gsdc.source.span import Span
from gsdc.transaction.store import Store

VARIABLE: Final = "GSDC_LEDGER_URL"
ALLOWED: Final = "GSDC_LEDGER_HOSTS"

UNTRUSTED = Diagnostic(
    "LG003",
    "untrusted-ledger",
    Severity.ERROR,
    """gsdc.yaml names a server for the ledger that this user has not allowed.

    ## Why is this bad?
    A repository that nobody has looked at would have what you use, and where you work, sent to its own server. Name the
    server's host in the environment variable GSDC_LEDGER_HOSTS (several with commas), or the whole address in
    GSDC_LEDGER_URL, which counts before gsdc.yaml.

    ## Example (gsdc.yaml, gsdc budget)
    fleets: [leo]
    ledger: {url: "postgresql://ledger.example.org/team"}

    ## Use instead (gsdc.yaml, gsdc budget)
    fleets: [leo]
    """,
)
INVALID_URL = Diagnostic(
    "LG004",
    "invalid-ledger-url",
    Severity.ERROR,
    """The ledger's address is not a PostgreSQL address.

    ## Why is this bad?
    There would be no ledger, or not the team's. Without an address the ledger is .gsdc/ledger.db.

    ## Example (gsdc.yaml, gsdc budget)
    fleets: [leo]
    ledger: {url: "mysql://localhost/team"}

    ## Use instead (gsdc.yaml, gsdc budget)
    fleets: [leo]
    """,
)


@contextmanager
def opened_ledger(project: Project, *, create: bool = False) -> Iterator[Ledger | None]:
    """Open the ledger of ``project`` for the block; None if there is none, and none is to be created.

    Raises ``Rejected`` if it cannot be opened.
    """
    database = open_ledger(project, create=create)
    if database is None:
        yield None
        return
    with database:
        yield Ledger(database)


def open_ledger(project: Project, *, create: bool = False) -> Database | None:
    """Open the ledger of ``project``; None if there is none, and none is to be created.

    Raises ``Rejected`` if it cannot be opened.
    """
    url = os.environ.get(VARIABLE, "")
    if url:
        return open_postgres(_checked_url(url), VARIABLE)
    given = project.value("ledger")
    named = given.value.get("url", "") if given is not None else ""
    if given is None or not named:
        return open_sqlite(Store(project.tree.root), create=create)
    at = project.sources.origin(given.ref.child("url"))
    try:
        host = urlsplit(_checked_url(named)).hostname or ""
    except Rejected as rejected:
        raise Rejected(*(finding._replace(span=at) for finding in rejected.findings)) from None
    if host not in {name.strip() for name in os.environ.get(ALLOWED, "").split(",")}:
        message = f'the ledger\'s server "{host}" is not allowed'
        raise Rejected(UNTRUSTED.at(at, message, f"if you trust it, set {ALLOWED}={host}"))
    return open_postgres(named, "gsdc.yaml")


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"postgresql", "postgres"} and bool(parts.path.strip("/")) and parts.port is not False
    except ValueError:
        fine = False
    if not fine:
        message = "the ledger's address is not a PostgreSQL address"
        raise Rejected(INVALID_URL.at(Span(VARIABLE, 0, 0), message, "write postgresql://user@host:port/database"))
    return url
