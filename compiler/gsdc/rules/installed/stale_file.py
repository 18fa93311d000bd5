"""A file that gsdc compiled is not what it would compile now.

## Why is this bad?
What clients and people read there was decided by an older policy (design, the flow: a compiled file is what the policy
decides). Users of get-shit-done meet it as a model that runs and is not the configured one.

## No example
It takes two builds: one whose output was installed, and a policy that has changed since.
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.model import ZONES
from gsdc.rules.installed.api import Context
from gsdc.source.managed_block import find
from gsdc.source.span import Span
from gsdc.source.tree import decode

ID: Final = "stale-file"
CODE: Final = "IF005"
SEVERITY: Final = Severity.WARNING

# What a build writes whole. Of opencode.json gsdc owns single keys: what is old in there is a drifted model.
_TARGETS: Final = ("claude-md", "overrides")


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each compiled file that is old, in the budget zone that it was compiled for."""
    from gsdc.targets.api import Request
    from gsdc.targets.claude_md import BLOCK
    from gsdc.targets.registry import compile_target

    project = context.project
    zones = {known.statement.at.path: known.statement.claim.zone for known in context.known}
    for name in _TARGETS:
        options = project.targets().get(name) if project.configured else None
        installed = {path: zone for path, zone in zones.items() if zone in ZONES}
        if options is None or not installed:
            continue
        for zone in dict.fromkeys(installed.values()):
            request = Request(context.policy, str(zone), project.tree, options)
            for artifact in compile_target(name, request).artifacts:
                content = project.tree.read(artifact.path)
                if installed.get(artifact.path) != zone or content in (None, artifact.content):
                    continue
                block = find(decode(content or b"", artifact.path), BLOCK, artifact.path)
                if block is None or not block.edited:
                    at = Span(artifact.path, block.line if block else 1)
                    message = f"compiled by an older policy: {artifact.path} is not what `gsdc build` makes now"
                    yield Finding(at, CODE, ID, SEVERITY, message, "build it anew and install it")
