"""Agents that a client does not have: gsdc adds them only if the target has ``create: true``.

A policy covers whole fleets. An agent without a prompt could do anything when started, so gsdc adds agents only on
request, and only those that the fleet describes.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity, counted, some
from gsdc.policy.model import Agent
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE
from gsdc.targets.api import Request

NO_AGENT = Diagnostic(
    "IF033",
    "no-agent-to-write",
    Severity.NOTE,
    """A client of a target has none of the policy's agents.

    ## Why is this bad?
    Nothing is written for the client, and its agents run on what its own files say. gsdc does not add agents unasked,
    since an agent without its own prompt is of little use.

    ## Example (gsdc.yaml)
    fleets: [openagents]
    targets: {opencode: true}

    ## Use instead (gsdc.yaml)
    fleets: [openagents]
    targets: {opencode: {create: true}}
    """,
)
NOT_DESCRIBED = Diagnostic(
    "IF034",
    "agent-without-description",
    Severity.WARNING,
    """An agent cannot be added to a client, because its fleet does not say what it does.

    ## Why is this bad?
    A client chooses an agent by its description, and gsdc makes the prompt from it.

    ## Example (gsdc.yaml)
    targets: {opencode: {create: true}}
    agents:
      scribe: {role: docs}

    ## Use instead (gsdc.yaml)
    targets: {opencode: {create: true}}
    agents:
      scribe: {role: docs, description: Writes the user manual}
    """,
)
NOT_ADDABLE = Diagnostic(
    "IF051",
    "agent-not-addable",
    Severity.WARNING,
    """An agent of the policy is not added to a client that would not load it.

    ## Why is this bad?
    The client ignores a file whose agent has a name that it does not take, and says nothing: Gemini CLI takes small
    letters, digits, "-" and "_" only (measured on Gemini CLI 0.61.0).

    ## Example (gsdc.yaml, gsdc build)
    targets: {gemini-cli: {create: true}}
    agents: {Scribe: {role: docs, models: {any: gemini-pro}, description: Writes}}

    ## Use instead (gsdc.yaml, gsdc build)
    targets: {gemini-cli: {create: true}}
    agents: {Scribe: {role: docs, models: {any: gemini-pro}, description: Writes, names: {gemini-cli: scribe}}}
    """,
)
IN_THE_WAY = Diagnostic(
    "IF035",
    "file-in-the-way",
    Severity.WARNING,
    """A file already exists where an agent is to be added, and it does not define that agent.

    The file stays as it is, and the agent is not added.

    ## Why is this bad?
    The policy decides about an agent that the client does not have.

    ## Example (gsdc.yaml)
    targets: {claude-code: {create: true}}
    agents:
      scribe: {role: docs, description: Writes the user manual}
    -- .claude/agents/scribe.md --
    ---
    name: other
    description: Writes
    ---

    ## Use instead (gsdc.yaml)
    targets: {claude-code: {create: true}}
    agents:
      scribe: {role: docs, description: Writes the user manual}
    -- .claude/agents/scribe.md --
    ---
    name: scribe
    description: Writes
    ---
    """,
)
OURS: Final = "# added by gsdc: remove this line to make the file yours"
"""The line of a file that gsdc has added, by which it is known again."""


def prompt_of(agent: Agent) -> str:
    """Return a prompt for an agent that has a description: what it is and does, in one paragraph."""
    description = agent.description.strip()
    ending = "" if description.endswith((".", "!", "?")) else "."
    return f"You are {agent.name}, an agent for {agent.role}. Your task: {description}{ending}"


def creatable(request: Request, missing: Iterable[Agent]) -> tuple[Agent, ...]:
    """Return those of the ``missing`` agents that are to be added."""
    if not request.options.get("create", False):
        return ()
    return tuple(agent for agent in missing if agent.description.strip())


def told(
    request: Request, label: str, missing: Collection[Agent], *, has_some: bool, can_add: bool = True
) -> Iterator[Finding]:
    """Yield findings on the policy's agents that a client does not have.

    ``has_some`` is true if the client has any other agent of the policy, ``can_add`` if gsdc can add agents.
    """
    if not missing:
        return
    if not request.options.get("create", False):
        if not has_some:
            message = f"{label} has none of the policy's {counted(len(missing), 'agent')}: nothing is written"
            help_ = "install the agents first" + (", or give the target `create: true` to add them" if can_add else "")
            yield NO_AGENT.at(Span(PROJECT_FILE, 0, 0), message, help_)
        return
    undescribed = [agent for agent in missing if not agent.description.strip()]
    if undescribed:
        message = f"{some([agent.name for agent in undescribed])} cannot be added to {label} without a description"
        yield NOT_DESCRIBED.at(Span(undescribed[0].ref.document, 0, 0), message, "give them a `description`")
