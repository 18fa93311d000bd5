"""Findings about the settings of get-shit-done: see ``gsdc.targets.gsd.checks``."""

from gsdc.finding import Diagnostic, Severity

UNKNOWN_PROFILE = Diagnostic(
    "GS002",
    "unknown-gsd-profile",
    Severity.WARNING,
    """GSD does not know the profile in its configuration.

    ## Why is this bad?
    GSD silently uses its profile balanced: a project that asked for quality runs on less (measured on
    get-shit-done 1.42).

    ## Fix (unsafe)
    Writes the profile that is nearest.

    ## Example (.planning/config.json)
    {"model_profile": "qualty"}

    ## Use instead (.planning/config.json)
    {"model_profile": "quality"}
    """,
)
UNKNOWN_AGENT = Diagnostic(
    "GS003",
    "unknown-gsd-agent",
    Severity.WARNING,
    """An override names an agent that neither GSD nor the policy has.

    ## Why is this bad?
    The agent that was meant runs on what GSD's own table says: the override has no effect (measured on
    get-shit-done 1.42).

    ## Fix (unsafe)
    Renames the entry to the agent that is nearest.

    ## Example (.planning/config.json)
    {"model_overrides": {"gsd-security-auditr": "opus"}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-security-auditor": "opus"}}
    """,
)
UNKNOWN_PHASE = Diagnostic(
    "GS004",
    "unknown-gsd-phase-type",
    Severity.WARNING,
    """An entry of `models` names a phase type that GSD does not have.

    ## Why is this bad?
    GSD ignores the entry: the agents that were meant run on what its own table says (measured on get-shit-done 1.42).

    ## Fix (unsafe)
    Renames the entry to the phase type that is nearest.

    ## Example (.planning/config.json)
    {"models": {"verificaton": "opus"}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-verifier": "opus"}}
    """,
)
IGNORED_MODEL = Diagnostic(
    "GS005",
    "ignored-gsd-model",
    Severity.WARNING,
    """A model is written where GSD does not accept it.

    ## Why is this bad?
    `models` takes only opus, sonnet, haiku and inherit, in lower case; an override takes any text but an empty one.
    Anything else is ignored silently, and the profile decides (measured on get-shit-done 1.42).

    ## Fix (unsafe)
    Writes the word that is nearest.

    ## Example (.planning/config.json)
    {"models": {"verification": "Opus"}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-verifier": "opus"}}
    """,
)
NEARLY_ALIAS = Diagnostic(
    "GS006",
    "misspelt-gsd-model",
    Severity.WARNING,
    """An override has a misspelt alias of a model.

    ## Why is this bad?
    GSD passes it on unchanged: the client that starts the agent fails, or falls back to another model (measured
    on get-shit-done 1.42).

    ## Fix (unsafe)
    Writes the alias that is nearest.

    ## Example (.planning/config.json)
    {"model_overrides": {"gsd-planner": "opsu"}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-planner": "opus"}}
    """,
)
NO_DYNAMIC_ROUTING = Diagnostic(
    "GS007",
    "dynamic-routing-not-applied",
    Severity.WARNING,
    """The configuration turns on `dynamic_routing`, which no workflow that starts an agent asks for.

    ## Why is this bad?
    `resolve-model`, which every workflow asks, answers as if the block were not there: neither its models nor its
    escalation happen (measured on get-shit-done 1.42.3 and gsd-core 1.14.0, where only `resolve-execution` reads it).

    ## Example (.planning/config.json)
    {"dynamic_routing": {"enabled": true, "tier_models": {"heavy": "opus"}}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-planner": "opus"}}
    """,
)
MISSPELT_KEY = Diagnostic(
    "GS008",
    "misspelt-gsd-key",
    Severity.WARNING,
    """A key that decides models is misspelt.

    ## Why is this bad?
    GSD ignores it, with only a line on standard error, which no workflow shows (measured on get-shit-done 1.42).

    ## Fix (unsafe)
    Renames the key to the one that is nearest.

    ## Example (.planning/config.json)
    {"model_profle": "quality"}

    ## Use instead (.planning/config.json)
    {"model_profile": "quality"}
    """,
)
NO_EFFECT = Diagnostic(
    "GS009",
    "profile-override-without-effect",
    Severity.WARNING,
    """The key `runtime`, `model_profile_overrides` or `model_policy` names something that GSD does not look up.

    ## Why is this bad?
    Overrides count for the one runtime that `runtime` names; for claude, the default, from gsd-core 1.14 on. For a
    runtime that GSD does not know its answers are Claude's aliases, and for an unknown provider or budget of
    `model_policy` those without a policy. It warns, if at all, on standard error (measured on get-shit-done 1.42.3 and
    gsd-core 1.14.0).

    ## Fix (unsafe)
    Writes the runtime, tier, provider or budget that is nearest.

    ## Example (.planning/config.json)
    {"runtime": "codx", "model_profile_overrides": {"codex": {"opus": "openai/gpt-5.2-pro"}}}

    ## Use instead (.planning/config.json)
    {"runtime": "codex", "model_profile_overrides": {"codex": {"opus": "openai/gpt-5.2-pro"}}}
    """,
)
TWO_ANSWERS = Diagnostic(
    "GS010",
    "phase-model-ignored-by-sdk",
    Severity.WARNING,
    """GSD's two programs answer differently for a phase type of `models`.

    ## Why is this bad?
    In get-shit-done 1.42 `gsd-tools.cjs resolve-model` takes the entry; `gsd-sdk query resolve-model`, which its own
    workflows ask, takes it only where a runtime other than claude is set, and never in profile inherit (measured on
    get-shit-done 1.42.3). An agent that the entry holds up runs on what the profile says.

    ## Example (.planning/config.json)
    {"model_profile": "budget", "models": {"verification": "opus"}}
    -- .claude/get-shit-done/VERSION --
    1.42.3

    ## Use instead (.planning/config.json)
    {"model_profile": "budget", "model_overrides": {"gsd-verifier": "opus"}}
    -- .claude/get-shit-done/VERSION --
    1.42.3
    """,
)

REFUSED_MODEL = Diagnostic(
    "GS011",
    "model-refused-by-claude-code",
    Severity.WARNING,
    """GSD answers a full id, which Claude Code's agent tool does not take.

    ## Why is this bad?
    GSD passes the id on unchanged, and the tool only accepts opus, sonnet, haiku and fable: the agent does not start
    (measured on Claude Code 2.1.141 and 2.1.332). Of the ids, gsd-core 1.14 makes aliases of those that its own table
    has, get-shit-done 1.42 of none; `resolve_model_ids: true` makes full ids of all aliases.

    ## Fix (safe)
    Writes the alias of the same line, or removes `resolve_model_ids`.

    ## Example (.planning/config.json)
    {"model_overrides": {"gsd-security-auditor": "claude-opus-5-5"}}

    ## Use instead (.planning/config.json)
    {"model_overrides": {"gsd-security-auditor": "opus"}}
    """,
)
