"""A plan refers to a file with "@", and there is no such file.

What plans write, or leave behind when they are done, may be missing as yet; what lies in a home folder is not looked
at.

## Why is this bad?
The client that runs the plan reads these files first; it goes on without what is missing, and without a word (measured
on get-shit-done 1.42: only `verify references` tells, and only who asks).

## Example (PLAN.md)
<context>
@docs/no-such-file.md
</context>

## Use instead (PLAN.md)
<context>
@gsdc.yaml
</context>
"""

import os
import re
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.facts import Facts, identifier
from gsdc.plans.phase import Project
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "missing-reference"
CODE: Final = "PL022"
SEVERITY: Final = Severity.WARNING

_ELSEWHERE: Final = ("/", "~", "$", "http:", "https:", "<", "{", "[")
# get-shit-done installs these into the project or the home folder, and rewrites the paths to them.
_INSTALLED: Final = ("/get-shit-done", "/gsd")
_PATTERN: Final = frozenset("*{}<>[]$")
# A package of a registry, "scope/name" after the "@"; and a decorator of code, which opens its arguments.
_PACKAGE: Final = re.compile(r"[a-z0-9][\w-]*/[a-z0-9][\w-]*(?:@[\w.^~-]+)?")


def check_together(project: Project) -> Iterator[Finding]:
    """Yield one finding for each reference that leads nowhere, from the project's folder or from the plan's own."""
    known: dict[str, bool] = {}
    for plan in project.plans:
        for path, line, column, excerpt in plan.references:
            if path.startswith(_ELSEWHERE) or path[1:2] == ":" or not _PATTERN.isdisjoint(path):
                continue
            if path.count("(") != path.count(")") or _is_package(project, path):
                continue
            plain = path.removeprefix("./")
            if plain not in known:
                known[plain] = _is_there(project, plain)
            if not known[plain] and not _is_beside(project, plan, plain):
                help_ = "correct the path, or remove the reference"
                at = Span(plan.path, line, column)
                yield finding(__name__, at, f'"@{path}" does not exist', help_, excerpt=excerpt)


def _is_package(project: Project, path: str) -> bool:
    """Tell whether ``path`` names a package: two words without an extension, the first no folder of the project."""
    return _PACKAGE.fullmatch(path) is not None and path.partition("/")[0] not in project.entries


def _is_beside(project: Project, plan: Facts, path: str) -> bool:
    """Tell whether ``path`` exists from the folder of ``plan``; what begins with a folder of the project does not."""
    in_project = path.partition("/")[0] in project.entries and "/" in path
    return not in_project and project.disk.exists(project.locate(plan, path))


def _is_there(project: Project, path: str) -> bool:
    """Tell whether ``path`` exists or will, or cannot be judged: where nothing but the plans is at hand."""
    first, slash, rest = path.partition("/")
    if project.disk.exists(os.path.join(project.location, path)) or path in project.written:  # noqa: PTH118
        return True
    if first.startswith(".") and any(part in f"/{rest}" for part in _INSTALLED):
        return True
    if not slash:
        return not project.is_checkout
    if path.endswith("-SUMMARY.md"):
        return identifier(path) in project.identifiers
    return not (first in project.entries or project.is_checkout)
