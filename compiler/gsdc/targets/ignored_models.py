"""Versions of a client that ignore the model in an agent's file."""

from collections.abc import Sequence

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.policy.model import Policy
from gsdc.source.version_numbers import numbers
from gsdc.targets.api import INHERIT, Statement
from gsdc.targets.declaration import Declaration
from gsdc.targets.versions import version_in_use

IGNORED_MODEL = Diagnostic(
    "IF050",
    "model-ignored-by-version",
    Severity.WARNING,
    """The version of the client that is in use ignores the model in an agent's file.

    ## Why is this bad?
    Every agent silently runs on the session's model: Qwen Code 0.12.0 reads no `model` in an agent's
    frontmatter, 0.15.6 does; with a provider of one's own, Copilot CLI 1.0.64 asks for the session's model for every
    agent, 1.0.65 for the agent's (measured on Qwen Code 0.12.0, 0.15.6 and 0.24.4, and on Copilot CLI 1.0.41, 1.0.64,
    1.0.65 and 1.0.102).

    ## Example (gsdc.yaml)
    clients: {qwen-code: 0.12.0}
    -- .qwen/agents/reviewer.md --
    ---
    name: reviewer
    description: Reviews
    model: openai:gpt-5.2
    ---
    Review.

    ## Use instead (gsdc.yaml)
    clients: {qwen-code: 0.24.4}
    -- .qwen/agents/reviewer.md --
    ---
    name: reviewer
    description: Reviews
    model: openai:gpt-5.2
    ---
    Review.
    """,
)


def with_ignored_models(
    declaration: Declaration, statements: Sequence[Statement], policy: Policy, findings: list[Finding]
) -> tuple[Statement, ...]:
    """Return the facts of the version in use; if it ignores the agents' models, that is a finding."""
    first = declaration.models_since
    named = [statement for statement in statements if statement.claim.model != INHERIT]
    if not first or not named:
        return tuple(statements)
    version = version_in_use(policy, declaration)
    if numbers(version.number) >= numbers(first):
        return tuple(statements)
    what = f"{declaration.label} {version.number} ignores the model of an agent's file"
    help_ = f"update it to {first} or newer"
    how = (f"measured {declaration.measured_with}",) if declaration.measured_with else ()
    message = f"{what}, and runs it on the session's"
    findings.append(IGNORED_MODEL.at(named[0].at, message, help_, (version.note, *how)))
    return tuple(
        Statement(each.claim._replace(model=INHERIT), each.at, what, help_) if each in named else each
        for each in statements
    )
