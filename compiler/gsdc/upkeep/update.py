"""``gsdc models update``: a source's differences, as entries for models.yaml. Ranks are never changed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.models.catalog import rank_of, releases
from gsdc.models.id_spaces import renamed
from gsdc.models.identity import Identity, identify
from gsdc.policy.breach import is_own
from gsdc.policy.load import Loaded
from gsdc.policy.model import Model
from gsdc.policy.ref import Ref
from gsdc.source.key_document import Key
from gsdc.upkeep.facts import KEYS, ModelFacts, differences, facts_of

_NEEDED: Final = ("price.input", "price.output")


class UpdateProposal(NamedTuple):
    """The new content of models.yaml: values by key; ``changed`` and ``new`` are the names of the affected models."""

    values: Mapping[Key, Any]
    changed: tuple[str, ...]
    new: tuple[str, ...]


def propose(loaded: Loaded, source: Mapping[str, ModelFacts]) -> UpdateProposal:
    """Return the differences of ``source`` from the catalog and models.yaml, and the releases that only it has.

    The values of a model in gsdc.yaml are unchanged. A new release belongs to a line that has a rank, and is newer than
    every known release of that line.
    """
    values: dict[Key, Any] = {}
    changed: list[str] = []
    known = {model.alias: model for model in _known(loaded)}
    for name, model in known.items():
        said = next((source[id_] for id_ in dict.fromkeys(model.ids.values()) if id_ in source), None)
        differing = differences(facts_of(model), said) if said else {}
        for key, (_, theirs) in differing.items():
            values["models", name, *key.split(".")] = theirs
        if differing:
            changed.append(name)
    new = dict(_new(known, source))
    for name, entry in new.items():
        values["models", name] = entry
    return UpdateProposal(values, tuple(changed), tuple(new))


def _known(loaded: Loaded) -> Iterator[Model]:
    """Yield every release, and the aliases that name none: an alias follows its release."""
    from gsdc.models.catalog import release_entry
    from gsdc.policy.entry import model_of, shipped_bounds

    assert loaded.policy is not None, "what is updated has a policy"
    models = loaded.policy.models
    own = [body.ref.document for body in loaded.project.overlay]
    for name in releases():
        entry = release_entry(name)
        if name not in models and entry is not None:
            yield model_of(name, entry, shipped_bounds(), Ref(""))
    for model in models.values():
        is_elsewhere = is_own(model.ref) and model.ref.document not in own and "models" in model.ref.path
        if not model.release and not is_elsewhere:
            yield model


def _new(known: Mapping[str, Model], source: Mapping[str, ModelFacts]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and entry of each release that only ``source`` has."""
    newest: dict[tuple[str, str], tuple[Identity, Model]] = {}
    for model in known.values():
        one = model.identity
        key = (one.line, model.provider)
        if one.generation and (key not in newest or one.generation > (newest[key][0].generation or (0, 0))):
            newest[key] = (one, model)
    for id_, facts in source.items():
        provider, slash, name = id_.partition("/")
        found = identify(id_)
        below = newest.get((found.line, provider))
        is_release = bool(slash) and "/" not in name and not found.variants and not found.effort and not found.date
        if below is None or not is_release or found.generation is None or rank_of(found) is None:
            continue
        identity, model = below
        if found.generation > (identity.generation or (0, 0)) and name not in known and found.size == identity.size:
            entry = _entry(name, model, facts)
            if entry is not None:
                yield name, entry


def _entry(name: str, model: Model, facts: ModelFacts) -> dict[str, Any] | None:
    """Return the entry of a release, with the ids of ``model`` under its own name; None without prices."""
    said = {KEYS[field]: value for field, value in facts._asdict().items() if value is not None}
    if not all(key in said for key in _NEEDED):
        return None
    price = {key.removeprefix("price."): value for key, value in said.items() if key.startswith("price.")}
    rest = {key: value for key, value in said.items() if not key.startswith("price.")}
    rest.setdefault("context", rest.pop("input-limit", model.context))
    return {"provider": model.provider, "ids": renamed(model.ids, name), "price": price, **rest}
