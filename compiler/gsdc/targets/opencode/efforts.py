"""The effort of an agent in OpenCode: its ``variant``, which names an entry of the model's ``variants``.

Measured on OpenCode 1.18: a variant applies only to the model of the same agent. A variant that the model does not have
is dropped silently. ``provider.X.models.M.variants`` declares additional variants, or disables some. Older versions
lack variants of newer models, see ``newer_models``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gsdc.finding import Finding
from gsdc.models.effort import EFFORTS
from gsdc.models.parameters import efforts_of
from gsdc.models.words import identify_for
from gsdc.source.jsonc import Jsonc
from gsdc.targets.efforts import NO_EFFORT, ClientEffort, unsent
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.layers import AgentConfigLayer, strongest
from gsdc.targets.opencode.newer_models import is_unknown, sends_since
from gsdc.targets.opencode.providers import mapping, models
from gsdc.targets.versions import ClientVersion

Variants = Mapping[str, Mapping[str, bool]]
"""The variants that files declare, by model ("provider/name") and name: whether it is there."""


def declared_variants(documents: Iterable[Jsonc]) -> Variants:
    """Return the variants that the files, the weakest first, declare."""
    found: dict[str, dict[str, bool]] = {}
    for document in documents:
        for path, model in models(document.data):
            for name, options in mapping(model.get("variants")).items():
                found.setdefault(f"{path[1]}/{path[3]}", {})[name] = mapping(options).get("disabled") is not True
    return found


def effort_of(
    name: str,
    layers: Sequence[AgentConfigLayer],
    declared: Variants,
    version: ClientVersion,
    findings: list[Finding],
) -> ClientEffort:
    """Return the effort of agent ``name``; a variant that its model does not have joins ``findings``."""
    variant, chosen = strongest(layers, "variant"), strongest(layers, "model")
    if variant is None or "variant" in variant.undecided or not (value := variant.values["variant"]):
        return NO_EFFORT
    at = variant.span("variant", of_key=False)
    if chosen is None or not chosen.values["model"]:
        findings.append(unsent(at, name, value, "the caller's model", ()))
        return NO_EFFORT
    model: Any = chosen.values["model"]
    found = identify_for(DECLARATION.ids, model)
    own = declared.get(model, {})
    is_known = not is_unknown(found, version.number)
    taken = tuple(
        word for word in dict.fromkeys((*(efforts_of(found) if is_known else ()), *own)) if own.get(word, True)
    )
    if "model" not in chosen.undecided and found.line and value not in taken:
        finding = unsent(at, name, value, model, taken)
        findings.append(finding if is_known else _too_new(finding, model, value, version))
        return NO_EFFORT
    return ClientEffort(value if value in EFFORTS else None, at)


def _too_new(finding: Finding, model: str, effort: str, version: ClientVersion) -> Finding:
    """Return ``finding`` for a model that is newer than the version of OpenCode."""
    provider, _, name = model.partition("/")
    place = f"provider.{provider}.models.{name}.variants.{effort}"
    first = sends_since(identify_for(DECLARATION.ids, model))
    help_ = f"update OpenCode to {first}, or declare `{place}`, as `gsdc apply` does for the efforts of the policy"
    return finding._replace(help=help_, notes=(version.note,))
