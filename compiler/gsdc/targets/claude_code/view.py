"""The view of Claude Code's agents, commands, skills and settings: the model on which each sub-agent runs.

From its documentation ("Subagents"): ``.claude/agents`` is read recursively. An agent is identified by its ``name``
alone, and needs a ``description``. ``model`` is an alias (opus, sonnet, haiku, fable), a full id, or ``inherit``, the
default. The parsing of values was measured on Claude Code 2.1.141 and 2.1.332, see ``facts`` for the differences. The
matching of names, which ignores case and treats "-", "_" and blanks alike, was measured on 2.1.332. gsdc reads the
project only: the user's folder and a company's managed settings may differ.
"""

from collections.abc import Iterator

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, some
from gsdc.policy.model import Policy
from gsdc.policy.ref import NOTHING
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.agent_names import policy_name
from gsdc.targets.api import INHERIT, Description, Descriptions, Statement, View
from gsdc.targets.claude_code import AGENTS, DECLARATION, SETTINGS, facts, limits, settings_files
from gsdc.targets.claude_code import commands as claude_commands
from gsdc.targets.claude_code.agents import ClaudeAgent, loaded, read_agents, real_model
from gsdc.targets.claude_code.frontmatter import read_agent_frontmatter
from gsdc.targets.claude_code.main_agent import unknown_main_agent
from gsdc.targets.claude_code.settings import FORCE, SUBAGENTS, ClaudeSettings, Setting
from gsdc.targets.contents import contents
from gsdc.targets.gsd import resolve as gsd_client
from gsdc.targets.versions import ClientVersion, since

OVERRIDDEN = Diagnostic(
    "CA006",
    "subagent-model-overrides-all",
    Severity.WARNING,
    """The settings override the model of every sub-agent.

    ## Why is this bad?
    With CLAUDE_CODE_SUBAGENT_MODEL_FORCE, and up to 2.1.250 without it, CLAUDE_CODE_SUBAGENT_MODEL wins over what an
    agent's file says and over what the caller asks for: the files look right, and none of them counts. FORCE alone puts
    every agent on the session's model (measured on Claude Code 2.1.141 and 2.1.332).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "sonnet", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}}

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "sonnet"}}
    """,
)


def remedy(statement: Statement, model: str) -> str:
    """See ``Remedy``: a setting that overrides agents is removed, not given another value."""
    agent = statement.claim.agent
    if statement.at.path in SETTINGS:
        return f'remove it there: "{agent}" has to run on "{model}"'
    return f'give "{agent}" a model of its own: "{model}"' if statement.how else f'write "{model}"'


def describe(tree: Tree) -> Descriptions:
    """Return the descriptions of the agents, including those of get-shit-done, which name no model."""
    agents = {}
    for path, content in contents(tree, (AGENTS,), []):
        found = read_agent_frontmatter(path, content.decode("utf-8", "replace"))
        data = found.data if found is not None and found.problem is None else NOTHING
        name, description = data.get("name"), data.get("description")
        if isinstance(name, str) and isinstance(description, str):
            agents[name] = Description(description)
    return Descriptions(agents, unstated=tuple(name for name in agents if name in gsd_client.client().agents))


def view(tree: Tree, policy: Policy) -> View:
    """Return the effective configuration of Claude Code's agents and settings."""
    settings = settings_files.read_settings(tree, policy)
    findings = list(settings.findings)
    agents: list[ClaudeAgent] = []
    paths: list[str] = []
    for path, content in contents(tree, (AGENTS,), findings):
        paths.append(path)
        try:
            agents.extend(read_agents(path, decode(content, path), policy, settings, findings))
        except Rejected as rejected:
            findings.extend(rejected.findings)
    agents = loaded(agents, policy, findings)
    findings.extend(unknown_main_agent(settings, agents))
    started = claude_commands.invocations(
        tree,
        lambda value, at: real_model(value, at, policy, settings),
        lambda name: policy_name(name, policy, DECLARATION.client),
        findings,
    )
    statements = _statements(agents, policy, settings, findings)
    descriptions = {agent.name: agent.description for agent in agents} | started.descriptions
    files = (*paths, *started.files, *settings.files)
    failed_over = limits.fallbacks(statements, policy, settings, findings)
    in_workflows = limits.workflows(statements, policy, settings, findings)
    return View(
        limits.available(statements, settings, policy, findings),
        tuple(findings),
        files,
        descriptions,
        (*limits.available(started.statements, settings, policy, findings), *failed_over, *in_workflows),
    )


def _statements(
    agents: list[ClaudeAgent], policy: Policy, settings: ClaudeSettings, findings: list[Finding]
) -> tuple[Statement, ...]:
    """Return the model of each agent, by its file and by the variable for all agents."""
    version = facts.version(policy)
    variable, forcing = settings.variables.get(SUBAGENTS), settings.variables.get(FORCE)
    forced = variable if since(facts.VARIABLE_OVERRIDES, version.number) else None
    if settings.is_on(FORCE) and forcing is not None and not since(facts.VARIABLE_OVERRIDES, version.number):
        forced = variable or Setting(INHERIT, forcing.at)
    own = [agent for agent in agents if not agent.by_caller]
    if forced is not None:
        model, at, _ = real_model(forced.value, forced.at, policy, settings)
        is_default = not since(facts.VARIABLE_OVERRIDES, version.number)
        place = forcing.at if is_default and forcing is not None else forced.at
        findings.extend(_overridden(place, agents, model, version))
        how = f'{SUBAGENTS} sets "{forced.value}" for every sub-agent'
        if variable is None:
            how = f"{FORCE} without {SUBAGENTS} puts every sub-agent on the session's model"
        how = f"{how}, whatever %s says ({version.client} {version.number}, {version.source})"
        stated = (agent.statement(model, at, how % agent.path) for agent in agents)
        return tuple(each._replace(remedy=f"remove {FORCE}") if variable is None else each for each in stated)
    if variable is None:
        return tuple(agent.statement() for agent in own)
    model, at, ways = real_model(variable.value, variable.at, policy, settings)
    how = f'{SUBAGENTS} sets "{variable.value}" for sub-agents without a model{f"; {ways}" if ways else ""}'
    return tuple(agent.statement(model, at, how) if agent.is_silent else agent.statement() for agent in own)


def _overridden(at: Span, agents: list[ClaudeAgent], model: str, version: ClientVersion) -> Iterator[Finding]:
    others = [agent.name for agent in agents if agent.model != model]
    if others:
        message = f"{SUBAGENTS} overrides the files of {some(others)}"
        yield OVERRIDDEN.at(at, message, "remove it, and set the model in each agent's file", (version.note,))
