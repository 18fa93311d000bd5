"""Settings of Claude Code that override the model in an agent's file: what is available, fallbacks, and workflows.

Measured on Claude Code 2.1.332. If ``availableModels`` does not list an agent's model, the agent runs on the session's
model, without an error. A family lists all its releases. An id lists itself only, and the family's alias then means
that id. If a model does not answer (529, 404), ``fallbackModel`` moves the request to another one, also that of an
agent with a model of its own; 2.1.141 does not move such an agent.
``CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL`` is the model of all agents that a workflow starts.
"""

from collections.abc import Sequence
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity, some
from gsdc.models.words import identify_for
from gsdc.policy.model import Policy
from gsdc.targets.api import INHERIT, Claim, Statement
from gsdc.targets.claude_code import DECLARATION, facts
from gsdc.targets.claude_code.settings import NO_FALLBACK, WORKFLOWS, ClaudeSettings, Setting, family, model_of
from gsdc.targets.versions import since

UNLISTED = Diagnostic(
    "CA013",
    "unavailable-claude-model",
    Severity.WARNING,
    """The settings do not list the model of an agent in `availableModels`.

    ## Why is this bad?
    Claude Code then runs the agent on the session's model, silently, whatever its file says
    (measured on Claude Code 2.1.332).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"availableModels": ["sonnet", "haiku"]}

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"availableModels": ["sonnet", "haiku", "opus"]}
    """,
)
FALLS_BACK = Diagnostic(
    "CA014",
    "fallback-takes-agents-along",
    Severity.WARNING,
    """The settings have a fallback model, which also applies to agents with their own model.

    ## Why is this bad?
    When the model of a request does not answer, Claude Code moves to the fallback: an agent whose file says opus ran on
    haiku after three answers with status 529, or one with 404. No key of an agent's file exempts it (measured on
    Claude Code 2.1.332, while 2.1.141 does not move agents).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"fallbackModel": ["haiku"]}

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"fallbackModel": ["haiku"], "env": {"CLAUDE_CODE_NO_MODEL_FALLBACK": "1"}}
    """,
)
IN_WORKFLOWS = Diagnostic(
    "CA016",
    "workflow-model-overrides-all",
    Severity.WARNING,
    """The settings override the model of every agent that a workflow starts.

    ## Why is this bad?
    In workflows CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL wins over what an agent's file and the call say, silently (measured
    on Claude Code 2.1.332).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {"env": {"CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL": "haiku"}}

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    """,
)
_SWITCH_OFF: Final = f'add "{NO_FALLBACK}": "1" to `env`, or remove the fallback'


def available(
    statements: Sequence[Statement], settings: ClaudeSettings, policy: Policy, findings: list[Finding]
) -> tuple[Statement, ...]:
    """Return the statements, with the session's model for agents whose model ``availableModels`` does not permit."""
    if settings.available is None:
        return tuple(statements)
    found = []
    hidden: dict[str, list[str]] = {}
    place = settings.available[0].at if settings.available else None
    for statement in statements:
        claim = statement.claim
        model = str(claim.model)
        if place is None or claim.model in (None, INHERIT) or _lists(settings.available, model, policy):
            found.append(statement)
            continue
        hidden.setdefault(model, []).append(claim.agent)
        how = f'`availableModels` does not list "{model}": it runs on the session\'s model'
        found.append(Statement(claim._replace(model=INHERIT), place, how, f'list "{model}" there'))
    for model, agents in hidden.items():
        assert place is not None
        message = f'"{model}" is not listed, so the session\'s model is used for {some(agents)}'
        findings.append(UNLISTED.at(place, message, f'add "{model}" to `availableModels`'))
    return tuple(found)


def _lists(listed: Sequence[Setting], model: str, policy: Policy) -> bool:
    """Tell whether a list of models has ``model``, by its family or by its id."""
    own = identify_for(DECLARATION.ids, _id_of(model, policy))
    for entry in listed:
        word = family(entry.value)
        if word is None:
            if entry.value in (model, _id_of(model, policy)) or model_of(entry.value, policy) == model:
                return True
        elif own.line and own.line == identify_for(DECLARATION.ids, word).line:
            return True
    return False


def _id_of(model: str, policy: Policy) -> str:
    known = policy.models.get(model)
    return known.ids.get(DECLARATION.ids, model) if known else model


def fallbacks(
    statements: Sequence[Statement], policy: Policy, settings: ClaudeSettings, findings: list[Finding]
) -> tuple[Statement, ...]:
    """Return the models of pinned agents after the session falls back."""
    if settings.is_on(NO_FALLBACK) or not since(facts.FALLBACK_MOVES_AGENTS, facts.version(policy).number):
        return ()
    pinned = [each.claim for each in statements if each.claim.model not in (None, INHERIT)]
    found = []
    for setting in settings.fallbacks:
        model = model_of(setting.value, policy)
        if settings.available is not None and not _lists(settings.available, model, policy):
            continue  # it is blocked there
        moved = [claim.agent for claim in pinned if claim.model != model]
        if not moved:
            continue
        message = f'the fallback "{setting.value}" of the session also applies to {some(moved)}'
        findings.append(FALLS_BACK.at(setting.at, message, _SWITCH_OFF))
        how = "`fallbackModel` moves sub-agents too when their model does not answer"
        found += [Statement(Claim(agent, model), setting.at, how, _SWITCH_OFF) for agent in moved]
    return tuple(found)


def workflows(
    statements: Sequence[Statement], policy: Policy, settings: ClaudeSettings, findings: list[Finding]
) -> tuple[Statement, ...]:
    """Return the models on which workflows start the agents that name another one."""
    setting = settings.variables.get(WORKFLOWS)
    if setting is None:
        return ()
    model = model_of(setting.value, policy)
    moved = [each.claim.agent for each in statements if each.claim.model not in (None, INHERIT, model)]
    if moved:
        message = f'workflows start {some(moved)} on "{setting.value}", whatever their files say'
        findings.append(IN_WORKFLOWS.at(setting.at, message, "remove it"))
    how = f"{WORKFLOWS} sets the model of all agents that a workflow starts"
    return tuple(Statement(Claim(agent, model), setting.at, how) for agent in moved)
