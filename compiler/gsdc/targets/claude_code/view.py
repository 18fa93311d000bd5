"""What Claude Code makes of its agents, commands, skills and settings: on which model each sub-agent runs.

From its documentation ("Subagents"): ``.claude/agents`` is read with its subfolders; an agent is known by its ``name``
alone, and needs a ``description``; ``model`` is an alias (opus, sonnet, haiku, fable), a full id, or ``inherit``, the
default as well. How values are read was measured on Claude Code 2.1.141 and 2.1.332, see ``facts`` for what differs;
that names match without case, and with "-", "_" and blanks alike, on 2.1.332.
``gsdc`` reads the project only: a person's own folder and a company's managed settings may say otherwise.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, some
from gsdc.models.identity import Identity
from gsdc.models.spelling import right_spelling
from gsdc.models.words import identify_for, meaning
from gsdc.policy.model import NOTHING, Policy
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.agent_names import policy_name
from gsdc.targets.api import INHERIT, Claim, Description, Descriptions, KeyPlace, Statement, View
from gsdc.targets.claude_code import AGENTS, DECLARATION, SETTINGS, facts, limits
from gsdc.targets.claude_code import commands as claude_commands
from gsdc.targets.claude_code import settings as claude_settings
from gsdc.targets.claude_code.efforts import effort_of
from gsdc.targets.claude_code.findings import misread, unloaded
from gsdc.targets.claude_code.frontmatter import Frontmatter
from gsdc.targets.claude_code.frontmatter import read as read_frontmatter
from gsdc.targets.claude_code.settings import (
    ALIASES,
    FORCE,
    SUBAGENTS,
    Setting,
    Settings,
    family,
    mapped,
    model_of,
    stands_for,
)
from gsdc.targets.contents import contents
from gsdc.targets.efforts import NO_EFFORT, Effort, with_effort
from gsdc.targets.gsd import resolve as gsd_client
from gsdc.targets.model_names import near
from gsdc.targets.versions import ClientVersion, since

TWO_AGENTS = Diagnostic(
    "CA003",
    "two-agents-of-one-name",
    Severity.WARNING,
    """Two files define an agent of the same name.

    ## Why is this bad?
    One of the two never runs: since 2.1.332 the one whose path comes first in the order of the alphabet. Before, it
    was whichever the file system listed first, and the model differed by machine (measured on Claude Code 2.1.141,
    2.1.250 and 2.1.332).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    ---
    -- .claude/agents/old/reviewer.md --
    ---
    name: reviewer
    description: Reviews code
    ---

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    ---
    -- .claude/agents/old/reviewer.md --
    ---
    name: old-reviewer
    description: Reviews code as we did before
    ---
    """,
)
UNKNOWN_MODEL = Diagnostic(
    "CA004",
    "unknown-claude-model",
    Severity.WARNING,
    """An agent asks for a model that Claude Code does not know by that name.

    ## Why is this bad?
    Claude Code asks for it as it stands, and every request of the agent fails; a value that is no text is ignored, and
    the agent runs on the session's model (measured on Claude Code 2.1.141).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opsu
    ---

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    """,
)
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

_NAMES: Final = (*ALIASES, INHERIT)


class Agent(NamedTuple):
    """An agent that Claude Code loads: what its frontmatter says of its model, in what words, and where.

    ``is_silent`` tells that it names none; ``by_caller`` that it leaves the model to get-shit-done then, which names
    one whenever it starts it. ``effort`` is what it thinks at.
    """

    name: str
    model: str
    at: Span
    how: str
    path: str
    description: str
    by_caller: bool = False
    is_silent: bool = False
    effort: Effort = NO_EFFORT

    def statement(self, model: str = "", at: Span | None = None, how: str = "") -> Statement:
        """Return what is stated of the agent, or that it runs on another ``model``."""
        said = (model, at, how) if at is not None else (self.model, self.at, self.how)
        own = KeyPlace(self.path, ("model",)) if said[1].path == self.path else None
        return with_effort(Statement(Claim(self.name, said[0]), *said[1:], writable=own), self.effort)


def remedy(statement: Statement, model: str) -> str:
    """See ``Remedy``: a setting that overrides agents is removed, not given another value."""
    agent = statement.claim.agent
    if statement.at.path in SETTINGS:
        return f'take it out there: "{agent}" has to run on "{model}"'
    return f'give "{agent}" a model of its own: "{model}"' if statement.how else f'write "{model}"'


def describe(tree: Tree) -> Descriptions:
    """Return the descriptions of the agents; those of get-shit-done name no model, and are there all the same."""
    agents = {}
    for path, content in contents(tree, (AGENTS,), []):
        found = read_frontmatter(path, content.decode("utf-8", "replace"))
        data = found.data if found is not None and found.problem is None else NOTHING
        name, description = data.get("name"), data.get("description")
        if isinstance(name, str) and isinstance(description, str):
            agents[name] = Description(description)
    return Descriptions(agents, unstated=tuple(name for name in agents if name in gsd_client.client().agents))


def view(tree: Tree, policy: Policy) -> View:
    """Return what Claude Code makes of its agents and settings."""
    settings = claude_settings.read(tree, policy)
    findings = list(settings.findings)
    agents: list[Agent] = []
    paths: list[str] = []
    for path, content in contents(tree, (AGENTS,), findings):
        paths.append(path)
        try:
            agents.extend(_read(path, decode(content, path), policy, settings, findings))
        except Rejected as rejected:
            findings.extend(rejected.findings)
    agents = _loaded(agents, policy, findings)
    started = claude_commands.invocations(
        tree,
        lambda value, at: _real(value, at, policy, settings),
        lambda name: policy_name(name, policy, DECLARATION.client),
        findings,
    )
    statements = _statements(agents, policy, settings, findings)
    descriptions = {agent.name: agent.description for agent in agents} | started.descriptions
    files = (*paths, *started.files, *settings.files)
    failed_over = limits.fallbacks(statements, policy, settings, findings)
    return View(
        limits.available(statements, settings, policy, findings),
        tuple(findings),
        files,
        descriptions,
        (*limits.available(started.statements, settings, policy, findings), *failed_over),
    )


def _statements(
    agents: list[Agent], policy: Policy, settings: Settings, findings: list[Finding]
) -> tuple[Statement, ...]:
    """Return on which model each agent runs, by its file and by the variable for all of them."""
    version = facts.version(policy)
    variable, forcing = settings.variables.get(SUBAGENTS), settings.variables.get(FORCE)
    forced = variable if since(facts.VARIABLE_OVERRIDES, version.number) else None
    if settings.is_on(FORCE) and forcing is not None and not since(facts.VARIABLE_OVERRIDES, version.number):
        forced = variable or Setting(INHERIT, forcing.at)
    own = [agent for agent in agents if not agent.by_caller]
    if forced is not None:
        model, at, _ = _real(forced.value, forced.at, policy, settings)
        is_default = not since(facts.VARIABLE_OVERRIDES, version.number)
        place = forcing.at if is_default and forcing is not None else forced.at
        findings.extend(_overridden(place, agents, model, version))
        how = f'{SUBAGENTS} says "{forced.value}" for every sub-agent'
        if variable is None:
            how = f"{FORCE} without {SUBAGENTS} puts every sub-agent on the session's model"
        how = f"{how}, whatever %s says ({version.client} {version.number}, {version.source})"
        return tuple(agent.statement(model, at, how % agent.path) for agent in agents)
    if variable is None:
        return tuple(agent.statement() for agent in own)
    model, at, ways = _real(variable.value, variable.at, policy, settings)
    how = f'{SUBAGENTS} says "{variable.value}" for sub-agents that name no model{f"; {ways}" if ways else ""}'
    return tuple(agent.statement(model, at, how) if agent.is_silent else agent.statement() for agent in own)


def _read(path: str, text: str, policy: Policy, settings: Settings, findings: list[Finding]) -> Iterator[Agent]:
    """Yield the agent of a file, where Claude Code loads one."""
    version = facts.version(policy).number
    found = read_frontmatter(path, text, version)
    reasons = list(unloaded(path, text, found, version))
    findings.extend(reasons)
    if found is None or found.problem is not None:
        return
    findings.extend(misread(found))
    if reasons:
        return
    agent = _agent(found, policy, settings, findings)
    written, at = found.data.get("effort"), found.span("effort")
    yield agent._replace(effort=effort_of(agent.name, written, at, _sent(found, agent, version), settings, findings))


def _sent(found: Frontmatter, agent: Agent, version: str) -> Identity:
    """Return what the model of an agent is, for the efforts that go out with it."""
    if agent.model == INHERIT:
        return Identity("the session's model")
    written = str(found.data.get("model", "")).strip()
    is_other = agent.at.path != found.path  # the settings make another model of it
    return identify_for(DECLARATION.ids, agent.model if is_other else written, version)


def _agent(found: Frontmatter, policy: Policy, settings: Settings, findings: list[Finding]) -> Agent:
    name, value, at = (
        policy_name(found.data["name"], policy, DECLARATION.client),
        found.data.get("model"),
        found.span("model"),
    )
    description = found.data["description"]
    session = settings.session
    of_session = f', "{session.value}" by {session.at}' if session else ""
    if not isinstance(value, str) or not value.strip():
        if value not in (None, ""):
            help_ = f"allowed: {', '.join(_NAMES)}, and full ids"
            findings.append(UNKNOWN_MODEL.at(at, f'the model of "{name}" is no text, and is ignored', help_))
        how = f"it names no model, and runs on the session's{of_session}"
        is_asked = name in gsd_client.client().agents
        at = found.span("model", of_key=value is None)
        return Agent(name, INHERIT, at, how, found.path, description, is_asked, is_silent=True)
    if value.strip().lower() == INHERIT:
        return Agent(name, INHERIT, at, f"the session's{of_session}" if session else "", found.path, description)
    model, where, how = _real(value, at, policy, settings)
    meant = near(f"{model.partition('#')[0]} ", _NAMES)  # after a value in need of quotes a comment is none
    if "/" in model:  # as OpenCode would have it
        meant = next((name for name in _NAMES if name in model.rpartition("/")[2]), INHERIT)
    foreign = _foreign(value)
    if foreign:
        findings.append(UNKNOWN_MODEL.at(at, *foreign))
    elif model == value.strip() and meant is not None and family(value) is None and not model.startswith("arn:"):
        message = f'Claude Code knows no model "{model}", and asks for it as it stands'
        help_ = f'did you mean "{meant}"? allowed: {", ".join(_NAMES)}, and full ids'
        findings.append(UNKNOWN_MODEL.at(at, message, help_))
    return Agent(name, model, where, how and f"{how} ({at})", found.path, description)


def _foreign(value: str) -> tuple[str, str] | None:
    """Return message and remedy for an id in another client's words or of another maker, None where it is neither.

    Cursor writes claude-4.6-opus-high-thinking, Copilot claude-opus-5.5: Anthropic knows no such ids.
    """
    value = value.strip()
    found = identify_for(DECLARATION.ids, value)
    if not found.line or "/" in value or meaning(DECLARATION.ids, value) is not None:
        return None
    if found.maker != "anthropic":
        message = f'"{value}" is {found.release}, which Anthropic does not serve: Claude Code asks for it as it stands'
        return message, f"allowed: {', '.join(_NAMES)}, and full ids of Anthropic's"
    meant = right_spelling(found)
    if meant:
        message = f'"{value}" is no id of Anthropic\'s: Claude Code asks for it as it stands'
        return message, f'did you mean "{meant}"?'
    return None


def _real(value: str, at: Span, policy: Policy, settings: Settings) -> tuple[str, Span, str]:
    """Return the model that a value really is, where that is decided, and how; it may stand for another."""
    if value.strip().lower() == INHERIT:
        return INHERIT, at, ""
    word = family(value)
    if word is None:
        is_mapped = since(facts.MAPS_FULL_IDS, facts.version(policy).number)
        setting = mapped(value, settings) if is_mapped else None
        if setting is None:
            return model_of(value, policy), at, ""
        return (
            model_of(setting.value, policy),
            setting.at,
            f'`modelOverrides` makes "{setting.value}" of "{value.strip()}"',
        )
    model, setting = stands_for(word, policy, settings)
    return (
        (model, at, "") if setting is None else (model, setting.at, f'the settings make "{setting.value}" of "{word}"')
    )


def _loaded(agents: list[Agent], policy: Policy, findings: list[Finding]) -> list[Agent]:
    """Return the agents that may run; of several files with one name the last, where the version tells which counts."""
    version = facts.version(policy)
    is_decided = since(facts.LAST_PATH_COUNTS, version.number)
    by_name: dict[str, list[Agent]] = {}
    for agent in sorted(agents, key=lambda agent: agent.path.encode()):
        by_name.setdefault(agent.name, []).append(agent)
    findings.extend(_twins(list(by_name.values()), version if not is_decided else None))
    if is_decided:
        return [agent for agent in agents if by_name[agent.name][-1] is agent]
    return agents


def _twins(groups: list[list[Agent]], undecided: ClientVersion | None) -> Iterator[Finding]:
    """Yield a finding for each name that several files have; one for all compact twins of get-shit-done."""
    compact = []
    for group in groups:
        *others, last = group
        for other in others:
            if other.path == f"{last.path.removesuffix('.md')}.compact.md":
                compact.append((other, last))
                continue
            which = "which of the two counts, the file system decides" if undecided else f"{last.path} counts"
            message = f'"{last.name}" is also defined in {last.path}: {which}'
            notes = (undecided.note,) if undecided else ()
            finding = TWO_AGENTS.at(Span(other.path), message, "rename one, or remove it", notes)
            yield finding._replace(related=(Span(last.path),))
    if compact and undecided:
        other, last = compact[0]
        named = some([agent.name for _, agent in compact])
        message = f"{named} each have a compact twin: which of the two counts, the file system decides"
        finding = TWO_AGENTS.at(Span(other.path), message, "delete the files *.compact.md", (undecided.note,))
        yield finding._replace(related=(Span(last.path),))


def _overridden(at: Span, agents: list[Agent], model: str, version: ClientVersion) -> Iterator[Finding]:
    others = [agent.name for agent in agents if agent.model != model]
    if others:
        message = f"{SUBAGENTS} overrides what the files of {some(others)} say"
        yield OVERRIDDEN.at(at, message, "remove it, and name the model in each agent's file", (version.note,))
