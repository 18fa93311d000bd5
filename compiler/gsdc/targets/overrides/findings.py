"""Findings about override tables, whether gsdc or a person wrote them."""

from gsdc.finding import Diagnostic, Severity

NO_MODEL = Diagnostic(
    "OV003",
    "entry-without-model",
    Severity.WARNING,
    """An entry of an override table has no model.

    ## Why is this bad?
    LEO's loader takes `effort` or `model` of an entry, and nothing else: the agent runs on its default, or on nothing
    (measured on its loader).

    ## Example (config/phase-model-config.json, gsdc lint)
    {"phaseModelOverrides": {"PLAN": {"SECURITY": "opus"}}}

    ## Use instead (config/phase-model-config.json, gsdc lint)
    {"phaseModelOverrides": {"PLAN": {"SECURITY": {"model": "opus"}}}}
    """,
)


NOT_LITERAL = Diagnostic(
    "OV004",
    "computed-entry",
    Severity.WARNING,
    """An entry of an override table in JavaScript is not a plain value.

    It is an error where the entry is that of a security agent, or may be.

    ## Why is this bad?
    Only a run would show its value, so no rule can be checked (design, "Targets go both ways").

    ## Example (lib/sub-agent-executor.js, gsdc lint)
    const PHASE_MODEL_OVERRIDES = { PLAN: { SECURITY: pick('opus') } };

    ## Use instead (lib/sub-agent-executor.js, gsdc lint)
    const PHASE_MODEL_OVERRIDES = { PLAN: { SECURITY: 'opus' } };
    """,
)


MISSPELT = Diagnostic(
    "OV005",
    "misspelt-table-name",
    Severity.WARNING,
    """An override table names an agent or a phase that is nearly one of the policy's.

    ## Why is this bad?
    The executor looks up the exact name: the entry has no effect, and the agent runs on its default
    (measured on LEO's loader).

    ## Example (lib/sub-agent-executor.js, gsdc lint)
    const PHASE_MODEL_OVERRIDES = { PLAN: { SECURTY: 'opus' } };

    ## Use instead (lib/sub-agent-executor.js, gsdc lint)
    const PHASE_MODEL_OVERRIDES = { PLAN: { SECURITY: 'opus' } };
    """,
)


INSTEAD_OF_MODEL = Diagnostic(
    "OV006",
    "effort-instead-of-model",
    Severity.NOTE,
    """An override table gives agents a thinking effort, and so no model.

    ## Why is this bad?
    LEO's loader takes `effort` before `model`: which model runs is decided elsewhere, and no rule can hold for it
    (measured on its loader).

    ## Example (config/phase-model-config.json, gsdc lint)
    {"defaultModelAssignments": {"SECURITY": {"effort": "high", "model": "opus"}}}

    ## Use instead (config/phase-model-config.json, gsdc lint)
    {"defaultModelAssignments": {"SECURITY": {"model": "opus"}}}
    """,
)


CHANGED = Diagnostic(
    "OV007",
    "table-not-only-read",
    Severity.WARNING,
    """A JavaScript module does more with its override tables than look models up, or answers beside them.

    It is an error where that may concern a security agent.

    ## Why is this bad?
    After an assignment, or in other code, a table may have other values than written: which model runs cannot be judged
    (design, "Targets go both ways").

    ## Example (lib/sub-agent-executor.js, gsdc lint)
    const PHASE_MODEL_OVERRIDES = { PLAN: { DOCMON: 'haiku' } };
    PHASE_MODEL_OVERRIDES.PLAN.DOCMON = pick();

    ## Use instead (lib/sub-agent-executor.js, gsdc lint)
    const PHASE_MODEL_OVERRIDES = { PLAN: { DOCMON: 'haiku' } };
    export const modelOf = (agent, phase) => PHASE_MODEL_OVERRIDES[phase]?.[agent];
    """,
)
