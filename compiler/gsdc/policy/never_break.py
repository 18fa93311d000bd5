"""Never-break rules as data: a profile adds rules, and may tighten those it extends, never weaken them."""

from collections.abc import Mapping
from typing import Any, Final, assert_never

from gsdc.finding import Diagnostic, Severity
from gsdc.models.effort import RANK
from gsdc.models.identity import Identity, identify
from gsdc.models.vocabulary import vocabulary
from gsdc.policy.constraints import permits
from gsdc.policy.entry import shipped_models
from gsdc.policy.model import CRITICALITIES, TASK_CLASSES, TIER_INDEX, TIERS, ZONES, Agent, Model
from gsdc.policy.names import Names
from gsdc.policy.recognition import fulfils, host_named
from gsdc.policy.ref import Ref
from gsdc.policy.requirement import (
    AtLeastEffort,
    AtLeastTier,
    Defer,
    Keep,
    Never,
    NeverBreak,
    OnlyHosts,
    OnlyModel,
    Review,
    clash_of,
    hosts_of,
    main_of,
    requirement_of,
)
from gsdc.policy.schema_errors import INVALID_VALUE
from gsdc.policy.sources import Body

WEAKENED_RULE = Diagnostic(
    "RF004",
    "weakened-never-break",
    Severity.ERROR,
    """A profile weakens a never-break rule of a profile that it extends.

    ## Why is this bad?
    A never-break rule must not be replaceable. Under the same name a profile may only tighten it: apply it to more
    states, or require a higher tier. Anything else is another rule and needs another name; then both apply.

    ## Example (profile)
    extends: base
    never-break:
      security-downgrade: {when: {role: [security]}, require: {min: light}, why: It is cheaper}

    ## Use instead (profile)
    extends: base
    never-break:
      light-on-security: {when: {class: [security]}, require: {min: standard}, why: As shipped}
    """,
)


# A selector that names all possible values is the same as no selector.
_ALL: Final = {"zone": set(ZONES), "class": set(TASK_CLASSES), "criticality": set(CRITICALITIES)}


def never_breaks(
    names: Names, bodies: tuple[Body, ...], phases: tuple[str, ...], agents: Mapping[str, Agent]
) -> dict[str, NeverBreak]:
    """Return the never-break rules of a chain of profiles, from the first to the last, each by its name.

    A rule with the same name replaces the earlier one if it requires at least as much; otherwise it is a finding.
    """
    rules: dict[str, NeverBreak] = {}
    for body in bodies:
        for name, value in body.data.get("never-break", {}).items():
            rule = _rule(names, name, value, body.ref.child("never-break", name), phases, agents)
            if name in rules and not _tightens(names.models, rule, rules[name]):
                where = names.sources.origin(rules[name].ref, key=True)
                message = f'never-break rule "{name}" is already set, and stricter ({where})'
                help_ = "make it at least as strict, or give your rule another name: then both apply"
                names.sources.report(WEAKENED_RULE, rule.ref, message, help_, key=True)
                continue
            rules[name] = rule
    return rules


def _rule(
    names: Names, name: str, value: Mapping[str, Any], ref: Ref, phases: tuple[str, ...], agents: Mapping[str, Agent]
) -> NeverBreak:
    when, require = value["when"], value["require"]
    for index, role in enumerate(when.get("role", ())):
        names.role(role, ref.child("when", "role", index))
    for index, agent in enumerate(when.get("agent", ())):
        names.agent(agent, ref.child("when", "agent", index), agents)
    for index, phase in enumerate(when.get("phase", ())):
        names.phase(phase, ref.child("when", "phase", index), phases)
    if "model" in require:
        names.token(require["model"], ref.child("require", "model"), tiers=False)
    names.tokens(require.get("never", ()), ref.child("require", "never"))
    _check_hosts(names, require, ref.child("require"))
    reviewer = require.get("review")
    if reviewer is not None and reviewer not in names.roles:
        names.agent(reviewer, ref.child("require", "review"), agents)
    selected = {key: tuple(items) for key, items in when.items()}
    if "phase" in when:  # a fleet with another spelling means the same phases
        spelled = {phase.casefold() for phase in when["phase"]}
        selected["phase"] += tuple(p for p in phases if p.casefold() in spelled and p not in when["phase"])
    aliases = [alias for alias in (require.get("model"), *require.get("never", ())) if alias]
    pins = {alias: _pin(names, alias) for alias in aliases}
    is_exact = _is_release(names, require.get("model", ""))
    return NeverBreak(name, selected, require, requirement_of(require), value["why"], ref, pins, is_exact)


def _is_release(names: Names, alias: str) -> bool:
    """Tell whether ``alias`` names a release, as claude-opus-5-5 does and opus does not.

    The aliases of the catalog name a line, whatever their spelling: they move with it.
    """
    return identify(alias).generation is not None and not shipped_models(names.sources, alias)


def _check_hosts(names: Names, require: Mapping[str, Any], ref: Ref) -> None:
    """Report an unknown host, and keys that exclude each other."""
    if len(require) == 1 and not hosts_of(require):
        return
    clash = clash_of(require)
    if clash is not None:
        message = f'"{clash[0]}" and "{clash[1]}" cannot be in one rule'
        names.sources.report(INVALID_VALUE, ref.child(clash[1]), message, "write two rules: both apply", key=True)
    providers = {model.provider for model in names.models.values()}
    words = vocabulary()
    if require.get("provider") not in (None, *providers, *words.hosts, *words.makers):
        names.sources.unknown(ref.child("provider"), "provider", require["provider"], list(providers))
    for index, host in enumerate(require.get("hosts", ())):
        if host not in providers and host not in words.hosts and host not in words.makers:
            known = {*providers, *words.hosts.values(), *words.makers.values()}
            names.sources.unknown(ref.child("hosts", index), "host", host, list(known))


def _pin(names: Names, alias: str) -> Identity:
    """Return what fulfils a rule that names ``alias``: for an alias of the catalog, at least what the catalog requires.

    A project may require a newer generation (``since``), but not an older one or another line.
    """
    own = names.models[alias].pin if alias in names.models else Identity(alias)
    shipped = shipped_models(names.sources, alias).get(alias)
    return own if shipped is None or fulfils(own, shipped.pin) else shipped.pin


def _tightens(models: Mapping[str, Model], new: NeverBreak, old: NeverBreak) -> bool:
    """Tell whether everything that fulfils ``new`` fulfils ``old`` as well."""
    narrowing = {key: values for key, values in new.when.items() if not _ALL.get(key, {""}) <= set(values)}
    widened = all(key in old.when and set(old.when[key]) <= set(values) for key, values in narrowing.items())
    return widened and _demands(models, new, old)


def _demands(models: Mapping[str, Model], rule: NeverBreak, earlier: NeverBreak) -> bool:
    if earlier.hosts and not _is_narrower(rule, earlier):
        return False
    new, old = dict([main_of(rule.require)]), dict([main_of(earlier.require)])
    if new == old or isinstance(earlier.requirement, OnlyHosts):
        return True
    if "defer" in new:
        return "review" not in old
    if "min-effort" in old:
        return RANK[new.get("min-effort", "none")] >= RANK[old["min-effort"]]
    model = models.get(new.get("model", ""))
    tier = new.get("min") or (model and model.tier)
    if "model" in old:  # a newer release of the line
        return model is not None and permits(earlier, model)
    if "min" in old and "never" in new:
        return set(TIERS[: TIER_INDEX[old["min"]]]) <= set(new["never"])
    if "min" in old:
        return tier is not None and TIER_INDEX[tier] >= TIER_INDEX[old["min"]]
    if "never" in old:
        never, besides = old["never"], new.get("never", ())
        if model is not None:
            return permits(earlier, model)
        return all(item in besides or (item in models and models[item].tier in besides) for item in never)
    return False


def _is_narrower(rule: NeverBreak, earlier: NeverBreak) -> bool:
    """Tell whether ``rule`` permits only hosts that ``earlier`` permits."""
    is_within = {host_named(host) for host in rule.hosts} <= {host_named(host) for host in earlier.hosts}
    return isinstance(rule.requirement, Defer) or bool(rule.hosts and is_within)


def allowed_by(rule: NeverBreak) -> str:
    """Return a description of the models that may do the work ``rule`` applies to."""
    where = f" on {' or '.join(rule.hosts)}" if rule.hosts else ""
    return _allowed_models(rule) + where


def _allowed_models(rule: NeverBreak) -> str:
    match rule.requirement:
        case OnlyModel(alias):
            return f'"{alias}"'
        case AtLeastTier(tier):
            return f"a model of tier {tier} or above"
        case AtLeastEffort(effort):
            return f"effort {effort} or above"
        case OnlyHosts():
            return "a model"
        case Never():
            return "another model"
        case Keep():
            return "a model of the tier that its profile gives it"
        case Defer():
            return "no model at all"
        case Review():
            return "a model that the rule allows"
        case other:
            assert_never(other)
