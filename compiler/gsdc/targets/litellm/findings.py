"""Findings about a configuration of LiteLLM, whether gsdc or a person wrote it."""

from gsdc.finding import Diagnostic, Severity

UNKNOWN_GROUP = Diagnostic(
    "LM003",
    "unknown-fallback",
    Severity.WARNING,
    """A fallback names a group that the proxy does not have.

    ## Why is this bad?
    LiteLLM does not check it: the fallback fails when it is needed (measured on LiteLLM 1.106).

    ## Example (litellm_config.yaml)
    model_list:
      - {model_name: coder, litellm_params: {model: anthropic/claude-sonnet-4-6}}
      - {model_name: backup, litellm_params: {model: openai/gpt-5.2}}
    router_settings: {fallbacks: [{coder: [backups]}]}

    ## Use instead (litellm_config.yaml)
    model_list:
      - {model_name: coder, litellm_params: {model: anthropic/claude-sonnet-4-6}}
      - {model_name: backup, litellm_params: {model: openai/gpt-5.2}}
    router_settings: {fallbacks: [{coder: [backup]}]}
    """,
)


TWICE = Diagnostic(
    "LM004",
    "deployment-twice",
    Severity.WARNING,
    """Two deployments have the same `model_info.id`.

    ## Why is this bad?
    LiteLLM keeps budgets, failures and cooldowns by that id: when one fails, or has used up its budget, so has the
    other (measured on LiteLLM 1.106).

    ## Example (litellm_config.yaml)
    model_list:
      - {model_name: coder, litellm_params: {model: anthropic/claude-sonnet-4-6}, model_info: {id: a}}
      - {model_name: coder, litellm_params: {model: openai/gpt-5.2}, model_info: {id: a}}

    ## Use instead (litellm_config.yaml)
    model_list:
      - {model_name: coder, litellm_params: {model: anthropic/claude-sonnet-4-6}, model_info: {id: a}}
      - {model_name: coder, litellm_params: {model: openai/gpt-5.2}, model_info: {id: b}}
    """,
)


NO_TRIGGER = Diagnostic(
    "LM005",
    "trigger-without-effect",
    Severity.WARNING,
    """A key that is to trigger failover does not act.

    ## Why is this bad?
    LiteLLM ignores a misspelt kind of failure, takes `allowed_fails: 3` for the default, and does not count
    `model_info.allowed_fails` of a group of one deployment: the group goes on failing (measured on LiteLLM 1.106).

    ## Example (litellm_config.yaml)
    model_list:
      - model_name: coder
        litellm_params: {model: anthropic/claude-sonnet-4-6}
        model_info: {allowed_fails_policy: {RateLimitAllowedFails: 0}}

    ## Use instead (litellm_config.yaml)
    model_list:
      - model_name: coder
        litellm_params: {model: anthropic/claude-sonnet-4-6}
        model_info: {allowed_fails_policy: {RateLimitErrorAllowedFails: 0}}
    """,
)


UNPINNED = Diagnostic(
    "LM006",
    "client-can-unpin",
    Severity.WARNING,
    """A security agent shares its proxy with other groups.

    ## Why is this bad?
    A request that carries `"fallbacks": ["coder"]` in its body is answered by that group: any client can take the agent
    off its model. What holds is a proxy of its own, with that group alone (measured on LiteLLM 1.106).

    ## Example (litellm_config.yaml)
    model_list:
      - {model_name: gsd-security-auditor, litellm_params: {model: anthropic/claude-opus-4-6}}
      - {model_name: coder, litellm_params: {model: anthropic/claude-sonnet-4-6}}

    ## Use instead (litellm_config.yaml)
    model_list:
      - {model_name: gsd-security-auditor, litellm_params: {model: anthropic/claude-opus-4-6}}
    """,
)


DROPPED = Diagnostic(
    "LM007",
    "dropped-deployment",
    Severity.WARNING,
    """A deployment has no name or no model.

    ## Why is this bad?
    LiteLLM skips it silently, and starts (measured on LiteLLM 1.106).

    ## Example (litellm_config.yaml)
    model_list:
      - {model_name: coder, litellm_params: {api_base: "https://models.example"}}

    ## Use instead (litellm_config.yaml)
    model_list:
      - {model_name: coder, litellm_params: {model: openai/coder, api_base: "https://models.example"}}
    """,
)


OTHER_MODEL = Diagnostic(
    "LM009",
    "group-of-another-model",
    Severity.ERROR,
    """A group has the name of one model, and is served by another.

    ## Why is this bad?
    Claude Code and OpenCode name a model in their requests. Behind such a group an agent whose file says opus runs on
    haiku, and every file of the client looks right (measured on LiteLLM 1.106).

    ## Example (litellm_config.yaml)
    model_list:
      - {model_name: claude-opus-5-5, litellm_params: {model: anthropic/claude-haiku-5-5}}

    ## Use instead (litellm_config.yaml)
    model_list:
      - {model_name: claude-opus-5-5, litellm_params: {model: anthropic/claude-opus-5-5}}
    """,
)
