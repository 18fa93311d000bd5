"""A file that gsdc compiled is not what it would compile now.

## Why is this bad?
What clients and people read there was decided by an older policy (design, the flow: a compiled file is what the policy
decides). Users of get-shit-done meet it as a model that runs and is not the configured one.

## No example
It takes two builds: one whose output was installed, and a policy that has changed since.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Finding, Severity
from gsdc.policy.model import ZONES
from gsdc.rules.clients.api import ClientContext
from gsdc.source.span import Span
from gsdc.targets.registry import declarations

ID: Final = "stale-file"
CODE: Final = "IF005"
SEVERITY: Final = Severity.WARNING


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each compiled file that is what no budget zone makes of it now."""
    project = context.project
    if context.tree.root != project.tree.root:
        return
    stated = {known.statement.at.path for known in context.known}
    # Where gsdc owns single keys of a file, what is old in there is a drifted model.
    for name in (target.name for target in declarations().values() if target.is_written_whole):
        options = project.targets().get(name) if project.configured else None
        stale: dict[str, int] = {}
        for number, zone in enumerate(ZONES if options is not None and stated else ()):
            old = {path: line for path, line in _old(context, name, zone, options or {}) if path in stated}
            stale = old if number == 0 else {path: line for path, line in stale.items() if path in old}
            if not stale:
                break
        for path, line in stale.items():
            message = f"compiled by an older policy: {path} is out of date"
            yield Finding(Span(path, line), CODE, ID, SEVERITY, message, "run `gsdc apply`")


def _old(context: ClientContext, name: str, zone: str, options: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield each installed file of a target that differs from what is compiled for ``zone``, and the line of ours."""
    from gsdc.targets.api import Request
    from gsdc.targets.compile import compile_target

    tree = context.tree
    for artifact in compile_target(name, Request(context.policy, zone, tree, options)).artifacts:
        content = tree.read(artifact.path)
        if content in (None, artifact.content):
            continue
        edits = list(artifact.ownership.edits(artifact.path, None, content or b"", artifact.content))
        if not edits:  # an edited block is a finding of its own
            yield artifact.path, artifact.ownership.place(artifact.path, content or b"").line
