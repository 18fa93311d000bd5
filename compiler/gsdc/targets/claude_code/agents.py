"""Agents of Claude Code: the model in a file of .claude/agents, and the precedence of several files."""

from collections.abc import Iterator
from typing import NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity, some
from gsdc.models.identity import Identity
from gsdc.models.parameters import sent_by
from gsdc.models.words import identify_for, meaning
from gsdc.policy.model import Policy
from gsdc.source.agent_name import folded
from gsdc.source.span import Span
from gsdc.targets.agent_names import policy_name
from gsdc.targets.api import INHERIT, Claim, KeyPlace, Statement
from gsdc.targets.claude_code import DECLARATION, facts, without_effect
from gsdc.targets.claude_code.efforts import WrittenEffort, effort_of
from gsdc.targets.claude_code.findings import misread, unloaded
from gsdc.targets.claude_code.frontmatter import AgentFrontmatter, read_agent_frontmatter
from gsdc.targets.claude_code.settings import ALIASES, ClaudeSettings, family, mapped, model_of, stands_for
from gsdc.targets.claude_code.unknown_model import NAMES, UNKNOWN_MODEL, reason
from gsdc.targets.efforts import NO_EFFORT, ClientEffort, with_effort
from gsdc.targets.gsd import resolve as gsd_client
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


class ClaudeAgent(NamedTuple):
    """An agent that Claude Code loads: the model in its frontmatter, as written, and its place.

    ``is_silent`` is true if it names no model; ``by_caller`` if it then leaves the model to get-shit-done, which names
    one in each call. ``effort`` is its effort. ``remedy`` is that of a ``Statement``. ``written`` is its name in the
    file, where ``name`` is that of the policy.
    """

    name: str
    model: str
    at: Span
    how: str
    path: str
    description: str
    by_caller: bool = False
    is_silent: bool = False
    effort: ClientEffort = NO_EFFORT
    remedy: str = ""
    written: str = ""

    def statement(self, model: str = "", at: Span | None = None, how: str = "") -> Statement:
        """Return the statement about the agent, or that it runs on another ``model``."""
        said = (model, at, how) if at is not None else (self.model, self.at, self.how)
        own = KeyPlace(self.path, ("model",)) if said[1].path == self.path else None
        remedy = self.remedy if at is None else ""
        return with_effort(Statement(Claim(self.name, said[0]), *said[1:], remedy, writable=own), self.effort)


def read_agents(
    path: str, text: str, policy: Policy, settings: ClaudeSettings, findings: list[Finding]
) -> Iterator[ClaudeAgent]:
    """Yield the agent of a file, if Claude Code loads one."""
    client = facts.version(policy)
    version = client.number
    found = read_agent_frontmatter(path, text, version)
    reasons = list(unloaded(path, text, found, version))
    findings.extend(reasons)
    if found is None or found.problem is not None:
        return
    misspelt = tuple(misread(found))
    findings.extend(misspelt)
    if reasons:
        return
    unknown = without_effect.unknown_in_agent(found, client)
    findings.extend(each for each in unknown if each.span not in {one.span for one in misspelt})
    findings.extend(without_effect.in_agent(found))
    agent = _agent(found, policy, settings, findings)
    model = _sent(found, agent, version)
    sent = sent_by(DECLARATION.ids, model, version) or ()
    effort = WrittenEffort(agent.name, model.id, found.data.get("effort"), found.span("effort"))
    yield agent._replace(effort=effort_of(effort, sent, settings, findings), written=found.data["name"])


def _sent(found: AgentFrontmatter, agent: ClaudeAgent, version: str) -> Identity:
    """Return the model of an agent, for the efforts that are sent with it."""
    if agent.model == INHERIT:
        return Identity("the session's model")
    written = str(found.data.get("model", "")).strip()
    is_other = agent.at.path != found.path  # the settings map it to another model
    return identify_for(DECLARATION.ids, agent.model if is_other else written, version)


def _agent(found: AgentFrontmatter, policy: Policy, settings: ClaudeSettings, findings: list[Finding]) -> ClaudeAgent:
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
            help_ = f"allowed: {', '.join(NAMES)}, and full ids"
            findings.append(UNKNOWN_MODEL.at(at, f'the model of "{name}" is not text, and is ignored', help_))
        how = f"it has no model, so it runs on the session's{of_session}"
        is_asked = name in gsd_client.client().agents
        at = found.span("model", of_key=value is None)
        return ClaudeAgent(name, INHERIT, at, how, found.path, description, is_asked, is_silent=True)
    if value.strip().lower() == INHERIT:
        return ClaudeAgent(name, INHERIT, at, f"the session's{of_session}" if session else "", found.path, description)
    older = release_of_session(value, at, policy, settings)
    if older is not None:
        return ClaudeAgent(name, older.model, at, older.how, found.path, description, remedy=f'write "{older.full}"')
    model, where, how = real_model(value, at, policy, settings)
    unsendable = reason(value, model, NAMES)
    if unsendable is not None:
        findings.append(UNKNOWN_MODEL.at(at, *unsendable))
    return ClaudeAgent(name, model, where, how and f"{how} ({at})", found.path, description)


class OlderRelease(NamedTuple):
    """The model of an alias in a session on its family, and the reason; ``full`` is the id that is not mapped."""

    model: str
    how: str
    full: str


def release_of_session(value: str, at: Span, policy: Policy, settings: ClaudeSettings) -> OlderRelease | None:
    """Return the session's release if an agent's alias resolves to it: an alias of the caller's family does.

    ``opus[1m]`` and ``best`` do not (measured on Claude Code 2.1.332). None if the alias is not changed.
    """
    word, session = value.strip().lower(), settings.session
    if word not in ALIASES or session is None or family(session.value) is not None:
        return None
    version = facts.version(policy).number
    own, caller = identify_for(DECLARATION.ids, word, version), identify_for(DECLARATION.ids, session.value, version)
    full = meaning(DECLARATION.ids, word, version)
    if not own.line or own.line != caller.line or own.release == caller.release or full is None:
        return None
    if real_model(value, at, policy, settings)[1] != at:
        return None  # the settings map the alias to another model
    how = f'"{value.strip()}" is the session\'s release in a session on a model of its family, "{session.value}" by '
    return OlderRelease(model_of(session.value, policy), f"{how}{session.at}", full.model)


def real_model(value: str, at: Span, policy: Policy, settings: ClaudeSettings) -> tuple[str, Span, str]:
    """Return the actual model of a value, the place that decides it, and how; the value may be an alias."""
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
            f'`modelOverrides` replaces "{value.strip()}" by "{setting.value}"',
        )
    model, setting = stands_for(word, policy, settings)
    if setting is None:
        return model, at, ""
    return model, setting.at, f'the settings replace "{word}" by "{setting.value}"'


def loaded(agents: list[ClaudeAgent], policy: Policy, findings: list[Finding]) -> list[ClaudeAgent]:
    """Return the agents that may run; of several files with one name the last, if the version's order is known."""
    version = facts.version(policy)
    is_decided = since(facts.LAST_PATH_COUNTS, version.number)
    by_name: dict[str, list[ClaudeAgent]] = {}
    for agent in sorted(agents, key=lambda agent: agent.path.encode()):
        by_name.setdefault(folded(agent.name), []).append(agent)
    findings.extend(_twins(list(by_name.values()), version if not is_decided else None))
    if is_decided:
        return [agent for agent in agents if by_name[folded(agent.name)][-1] is agent]
    return agents


def _twins(groups: list[list[ClaudeAgent]], undecided: ClientVersion | None) -> Iterator[Finding]:
    """Yield a finding for each name that several files have; one for all compact twins of get-shit-done."""
    compact = []
    for group in groups:
        *others, last = group
        for other in others:
            if other.path == f"{last.path.removesuffix('.md')}.compact.md":
                compact.append((other, last))
                continue
            which = "which of the two counts depends on the file system" if undecided else f"{last.path} counts"
            message = f'"{last.name}" is also defined in {last.path}: {which}'
            notes = (undecided.note,) if undecided else ()
            finding = TWO_AGENTS.at(Span(other.path), message, "rename one, or remove it", notes)
            yield finding._replace(related=(Span(last.path),))
    if compact and undecided:
        other, last = compact[0]
        named = some([agent.name for _, agent in compact])
        message = f"{named} each have a compact copy: which of the two counts depends on the file system"
        finding = TWO_AGENTS.at(Span(other.path), message, "delete the files *.compact.md", (undecided.note,))
        yield finding._replace(related=(Span(last.path),))
