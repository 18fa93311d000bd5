"""The model that Codex' configuration gives agents without a model: Codex takes only those that it lists."""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.key_document import KeyDocument
from gsdc.targets.model_names import suggestion

UNLISTED = Diagnostic(
    "CX003",
    "unlisted-default-model",
    Severity.WARNING,
    """`default_subagent_model` of Codex' configuration is a model that Codex does not list.

    Codex compares whole ids: neither a date nor a provider's name may be added, and capitals count. A configuration
    with a catalog of its own (`model_catalog_json`) is not judged.

    ## Why is this bad?
    Codex then starts no agent at all, even one whose file names another model: each call is answered with "Unknown
    model", which the calling model sees, and the log (measured on Codex CLI 0.171.0).

    ## Example (.codex/config.toml)
    [agents]
    default_subagent_model = "openai/gpt-6-sol"

    ## Use instead (.codex/config.toml)
    [agents]
    default_subagent_model = "gpt-6-sol"
    """,
)
DEFAULT_MODEL: Final = ("agents", "default_subagent_model")
MEASURED: Final = "0.171.0"
LISTED: Final = (
    *("gpt-6.2-sol", "gpt-6.2-astra", "gpt-6.1-terra", "gpt-6.1-sol", "gpt-6-astra", "gpt-6-sol", "gpt-6-luna"),
    *("gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna", "gpt-5.5"),
)
"""The models that Codex CLI 0.171.0 names in its answer to an unknown one, in its order."""


def unlisted_default_model(document: KeyDocument, model: str) -> Iterator[Finding]:
    """Yield a finding if Codex does not list the ``model`` that the configuration gives agents without one."""
    if model in LISTED or "model_catalog_json" in document.data:
        return
    message = f'Codex does not list "{model}", and starts no agent with such a default'
    help_ = f"{suggestion(model, LISTED)}allowed: {', '.join(LISTED)}"
    yield UNLISTED.at(document.span(DEFAULT_MODEL), message, help_, (f"the list of Codex CLI {MEASURED}",))
