"""A plan holds a credential.

Credentials are told by the marks of their issuers, in JSON also by the name of their key, such as `apiKey` or
`*_TOKEN`; in prose, a password that somebody made up is not found. The finding never shows one. The scanner comes with
`pip install gsdc[secrets]`; without it, gsdc says where one may stand. In the example, `{{github-token}}` is in the
place of a real one.

## Why is this bad?
Plans are committed, shared and put into prompts: whoever can read one can use the key (seed 004, "Security-First
Guardrails": secrets never in prompts). Replace the key where it was issued; taking it out of the file does not take it
out of the history.

## Example (PLAN.md)
<context>
Fetch the packages with GITHUB_TOKEN={{github-token}}
</context>

## Use instead (PLAN.md)
<context>
Fetch the packages with the GITHUB_TOKEN of the environment
</context>
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.literal_keys import literal_keys
from gsdc.plans.secrets import secrets, suspicious
from gsdc.rules.plans.api import Context, finding
from gsdc.source.plan import Plan
from gsdc.source.span import Places

ID: Final = "exposed-secret"
CODE: Final = "NB006"
SEVERITY: Final = Severity.ERROR


def check(plan: Plan, context: Context) -> Iterator[Finding]:
    """Yield one finding for each credential in a plan."""
    yield from credentials(plan.path, plan.text, context.cache_folder)


def credentials(path: str, text: str, cache_folder: Path | None) -> Iterator[Finding]:
    """Yield one finding for each credential in ``text``, without a word of it."""
    literal = tuple(literal_keys(text)) if path.lower().endswith((".json", ".jsonc")) else ()
    first = suspicious(text)
    if first < 0 and not literal:
        return
    places = Places(path, text)
    for key in literal:
        help_ = "revoke it where it was issued, and write {env:NAME} with the name of an environment variable"
        yield finding(__name__, places.at(key.start), f'a credential under "{key.name}"', help_, excerpt="…")
    if first < 0:
        return
    help_ = "revoke it where it was issued, and name an environment variable instead"
    try:
        found = secrets(text, cache_folder)
    except ImportError:
        message = "a credential may stand here, and the scanner that can tell is not installed"
        yield finding(__name__, places.at(first), message, "pip install gsdc[secrets]", excerpt="…")
        return
    for secret in found:
        if any(key.start <= secret.start < key.end for key in literal):
            continue
        yield finding(__name__, places.at(secret.start), f"a credential ({secret.kind})", help_, excerpt="…")
