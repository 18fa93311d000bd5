"""A model of the project's own claims a higher rank than the catalog gives to what it stands for.

## Why is this bad?
Floors go by ranks (design, catalog). A model that is called heavy and calls a light one, or an alias such as opus that
calls another provider's model, passes every floor and holds none.

## Example (gsdc.yaml)
fleets: [leo]
models:
  opus:
    rank: 34
    provider: anthropic
    ids: {claude: haiku, opencode: anthropic/claude-haiku-4-5}
    price: {input: 5, output: 25}
    context: 200000

## Use instead (gsdc.yaml)
fleets: [leo]
models:
  opus:
    rank: 34
    provider: anthropic
    ids: {claude: opus, opencode: anthropic/claude-opus-4-7}
    price: {input: 5, output: 25}
    context: 200000
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.model import Model
from gsdc.rules.policy.api import Context

ID: Final = "overrated-model"
CODE: Final = "NB012"
SEVERITY: Final = Severity.ERROR

_SNAPSHOT: Final = re.compile(r"[-@:]?(?:20[0-9]{6}|20[0-9]{2}-[0-9]{2}-[0-9]{2}|latest)$")


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each of the project's models that is a lower one of the catalog, or hides one."""
    own = [model for model in context.policy.models.values() if is_own(model.ref)]
    if not own:
        return
    catalog: Mapping[str, Any] = context.sources.shipped("catalog.yaml", "catalog").data["models"]
    known = {_bare(id_): (alias, entry) for alias, entry in catalog.items() for id_ in entry["ids"].values()}
    for model in own:
        key, message, help_ = _claim(model, known, catalog)
        if message:
            yield Finding(context.sources.origin(model.ref.child(*key)), CODE, ID, SEVERITY, message, help_)


def _bare(id_: str) -> str:
    """Return an id without what changes no model: its provider or router, its letters' case, the date of a snapshot."""
    return _SNAPSHOT.sub("", id_.casefold().rpartition("/")[2])


def _claim(
    model: Model, known: Mapping[str, tuple[str, Mapping[str, Any]]], catalog: Mapping[str, Any]
) -> tuple[tuple[str, ...], str, str]:
    """Return what is wrong with a model: the key, the message and the remedy; three times nothing where it is fine."""
    for client, id_ in model.ids.items():
        alias, entry = known.get(_bare(id_), ("", {}))
        if alias and entry["rank"] < model.rank:
            wrong = ("rank",) if alias == model.alias else ("ids", client)
            message = f'"{model.alias}" has rank {model.rank}, and "{id_}" is "{alias}" of rank {entry["rank"]}'
            return wrong, message, f"give it rank {entry['rank']} at most, or the id of what it claims to be"
    shipped = catalog.get(model.alias)
    if shipped is None:
        return (), "", ""
    if shipped["rank"] < model.rank:
        message = f'"{model.alias}" has rank {model.rank} here, and rank {shipped["rank"]} in the catalog'
        return ("rank",), message, "keep its rank, or give the model a name of its own"
    if shipped["provider"] != model.provider:
        message = (
            f'"{model.alias}" is of provider "{model.provider}" here, and of "{shipped["provider"]}" in the catalog'
        )
        return ("provider",), message, "give the model a name of its own"
    return (), "", ""
