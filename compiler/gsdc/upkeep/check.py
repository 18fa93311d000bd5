"""``gsdc models check``: outdated data on the models in use, now or in the near future."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.identity import identify
from gsdc.policy.breach import is_own
from gsdc.policy.load import Loaded
from gsdc.policy.model import Model, Policy
from gsdc.policy.survey import survey
from gsdc.upkeep.facts import ModelFacts, differences, facts_of, shown

FRESH: Final = timedelta(days=120)  # an older catalog lacks recent releases and retirements

ENDING = Diagnostic(
    "MD003",
    "ending-model",
    Severity.WARNING,
    """A model that the policy can reach has ended, or ends soon.

    ## Why is this bad?
    From that day every request fails (seed 003, "3.3 Validation Checklist"). `--within` says how soon is soon.

    ## Example (gsdc.yaml, gsdc models check --today 2026-12-01)
    fleets: [leo]
    profile: mine
    profiles: {mine: {extends: balanced, roles: {docs: gpt-5-mini}}}

    ## Use instead (gsdc.yaml, gsdc models check --today 2026-12-01)
    fleets: [leo]
    profile: mine
    profiles: {mine: {extends: balanced, roles: {docs: gpt-mini}}}
    """,
)
NEWER = Diagnostic(
    "MD004",
    "newer-release",
    Severity.WARNING,
    """An alias points to a release although the same provider has a newer one.

    ## Why is this bad?
    Releases of a line get better and cheaper, and the old ones end (seed 003, "2.2 Performance Guardrails":
    re-evaluation based on new releases). If the alias has the name of its release, it is a choice: a note.

    ## Example (gsdc.yaml, gsdc models check --today 2026-12-01)
    fleets: [leo]
    models: {opus: {release: claude-opus-4-8}}

    ## Use instead (gsdc.yaml, gsdc models check --today 2026-12-01)
    fleets: [leo]
    models: {opus: {release: claude-opus-5-5}}
    """,
)
DIFFERING = Diagnostic(
    "MD005",
    "differing-facts",
    Severity.WARNING,
    """A source and the catalog differ about the price, window or end of a model in use.

    ## Why is this bad?
    Estimates, budgets and gates use the catalog (seed 003, "2.1 Cost Monitoring Setup": cost per model).

    ## Example (gsdc.yaml, gsdc models check --today 2026-12-01 --from prices.json)
    fleets: [leo]
    -- prices.json --
    {"anthropic/claude-opus-5-5": {"input_cost_per_token": 6e-06, "output_cost_per_token": 2e-05}}

    ## Use instead (gsdc.yaml, gsdc models check --today 2026-12-01 --from prices.json)
    fleets: [leo]
    -- prices.json --
    {"anthropic/claude-opus-5-5": {"input_cost_per_token": 4e-06, "output_cost_per_token": 2e-05}}
    """,
)
STALE = Diagnostic(
    "MD006",
    "stale-catalog",
    Severity.WARNING,
    """The catalog has not been compared with its sources for months.

    ## Why is this bad?
    Releases and ends that were announced since are missing, so a clean result says little (seed 003, "2.2
    Performance Guardrails": re-evaluation every quarter).

    ## No example
    It takes a catalog that is more than 120 days old: install a newer gsdc.
    """,
)


def check_models(
    loaded: Loaded, policy: Policy, today: date, within: timedelta, source: Mapping[str, ModelFacts], said_by: str = ""
) -> Iterator[Finding]:
    """Yield the problems of the models that some state of ``policy`` reaches.

    ``source`` has the facts of another source by id; ``said_by`` is the name of that source.
    """
    used = survey(policy).reachable
    for model in policy.models.values():
        if model.alias in used:
            yield from _ending(loaded, model, today, within)
            yield from _newer(loaded, policy, model, today)
            yield from _differing(loaded, model, source, said_by)
    yield from _stale(loaded, today)


def _ending(loaded: Loaded, model: Model, today: date, within: timedelta) -> Iterator[Finding]:
    if not model.deprecated or model.deprecated > (today + within).isoformat():
        return
    has_ended = model.deprecated <= today.isoformat()
    message = f'"{model.alias}" {"has ended" if has_ended else "ends"} on {model.deprecated}, and the policy uses it'
    at = loaded.project.sources.origin(model.ref.child("ends"))
    yield ENDING.at(at, message, _successor(loaded, model))


def _successor(loaded: Loaded, model: Model) -> str:
    assert loaded.policy is not None, "what is checked has a policy"
    same_line = (
        other.alias
        for other in loaded.policy.models.values()
        if other.identity.line == model.identity.line and not other.deprecated
    )
    other = next(same_line, None)
    return f"use {other}, of the same line" if other else "use a model that is available: `gsdc models` lists them"


def _newer(loaded: Loaded, policy: Policy, model: Model, today: date) -> Iterator[Finding]:
    is_choice = model.alias in _releases()
    if is_choice and not is_own(model.ref):
        return  # a shipped profile or fleet uses it intentionally
    found = _newest(policy, model, today)
    if found is None:
        return
    at = loaded.project.sources.origin(model.ref.child("release"))
    message = f'"{model.alias}" is {model.identity.release}, and {found} is newer'
    help_ = f"models: {{{model.alias}: {{release: {found}}}}} in gsdc.yaml, or give it a name of its own"
    finding = NEWER.at(at, message, f"name {found}" if is_choice else help_)
    yield finding._replace(severity=Severity.NOTE) if is_choice or not _is_movable(model) else finding


def _is_movable(model: Model) -> bool:
    """Tell whether a newer release can be suggested for a model: not if a person has set its ids."""
    return not is_own(model.ref) or model.alias == model.identity.line


def _newest(policy: Policy, model: Model, today: date) -> str | None:
    """Return the newest release of the model's line that its provider serves, None if it is the model itself."""
    own = model.identity
    known = {
        **{name: (entry["provider"], entry["ids"], entry.get("ends")) for name, entry in _releases().items()},
        **{other.alias: (other.provider, other.ids, other.deprecated) for other in policy.models.values()},
    }
    newer = []
    for name, (provider, ids, ends) in known.items():
        found = identify(ids.get("opencode", ""))
        is_live = not ends or ends > today.isoformat()
        is_other = found.line == own.line and found.size == own.size and provider == model.provider
        if is_live and is_other and found.generation and own.generation and found.generation > own.generation:
            newer.append((found.generation, name))
    return max(newer)[1] if newer else None


def _releases() -> Mapping[str, Mapping[str, Any]]:
    from gsdc.models.catalog import releases

    return releases()


def _differing(loaded: Loaded, model: Model, source: Mapping[str, ModelFacts], said_by: str) -> Iterator[Finding]:
    for id_ in dict.fromkeys(model.ids.values()):
        if id_ in source:
            for key, (ours, theirs) in differences(facts_of(model), source[id_]).items():
                at = loaded.project.sources.origin(model.ref.child(*key.split(".")))
                message = f'{key} of "{model.alias}" is {shown(ours)}, but {shown(theirs)} in {said_by}'
                help_ = f"run gsdc models update --from {said_by}, or write it under `models`"
                yield DIFFERING.at(at, message, help_)
            return


def _stale(loaded: Loaded, today: date) -> Iterator[Finding]:
    day = loaded.project.catalog_day()
    age = today - date.fromisoformat(day.value)
    if age > FRESH:
        at = loaded.project.sources.origin(day.ref)
        message = f"the catalog was compared with its sources on {day.value}, {age.days} days ago"
        yield STALE.at(at, message, "install a newer gsdc, or gsdc models update --from SOURCE")
