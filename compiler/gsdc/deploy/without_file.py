"""Agents of gsdc.yaml whose model no file of a client sets."""

from collections.abc import Iterator

from gsdc.build import Build
from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.decide import decide
from gsdc.policy.model import Policy, State
from gsdc.policy.project import Project
from gsdc.targets.modules import emitter
from gsdc.targets.registry import declarations

WITHOUT_FILE = Diagnostic(
    "ST050",
    "agent-without-file",
    Severity.WARNING,
    """No file of a client sets the model of an agent that gsdc.yaml describes.

    ## Why is this bad?
    The clients do not have this agent, or run it on a model of their own (design, "status": "in sync" means exactly
    that). A section of CLAUDE.md or AGENTS.md may name its model, but clients do not take models from there.

    ## Example (gsdc.yaml, gsdc diff)
    fleets: []
    targets: {claude-code: true}
    agents: {writer: {role: docs}, tester: {role: testing}}
    -- .claude/agents/writer.md --
    ---
    name: writer
    description: Writes
    ---

    ## Use instead (gsdc.yaml, gsdc diff)
    fleets: []
    targets: {claude-code: true}
    agents: {writer: {role: docs}}
    -- .claude/agents/writer.md --
    ---
    name: writer
    description: Writes
    ---
    """,
)


def without_file(project: Project, policy: Policy, build: Build) -> Iterator[Finding]:
    """Yield a finding for each agent of gsdc.yaml that no compiled file of a client sets a model for.

    Nothing is reported where only documents are compiled: then no agent has such a file.
    """
    own = [agent for agent in policy.agents.values() if is_own(agent.ref)]
    known = declarations()
    written = [(target, one) for target, one in build.artifacts if not known[target].is_document]
    if not own or not written:
        return
    models = tuple(policy.models.values())
    set_ = {
        (known[target].client, claim.agent)
        for target, one in written
        for claim in emitter(target).read_back(one.path, one.content, models)
    }
    clients = {client for client, _ in set_}
    for agent in own:
        runs = any(decide(policy, State(agent.name, phase)).model for phase in agent.phases or (None,))
        if runs and not any((client, agent.name_in(client)) in set_ for client in clients):
            message = f'no file of a client sets the model of "{agent.name}"'
            help_ = "write its file for a client, or give it a `description`, and a target `create: true`"
            yield WITHOUT_FILE.at(project.sources.origin(agent.ref), message, help_)
