"""The list of all rules: adding one touches its file and one line here."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Final

from gsdc import plugins
from gsdc.finding import Diagnostic, Finding, Rejected, sorted_findings
from gsdc.plugins import load_plugins
from gsdc.policy.governing import Policies
from gsdc.policy.load import Loaded
from gsdc.policy.model import Policy
from gsdc.policy.sources import Sources
from gsdc.rules.policy import (
    broken_ladder,
    critical_downgrade,
    dead_override,
    deprecated_model,
    disguised_agent,
    falling_threshold,
    forbidden_above,
    inconsistent_budget,
    light_on_security,
    low_effort_on_security,
    narrow_failover,
    overrated_model,
    security_downgrade,
    small_context,
    stale_override,
    stranded_agent,
    team_rule,
    unpinned_agent,
    untaken_effort,
    untaken_temperature,
    untaken_tier,
    vacuous_rule,
    validation_below_standard,
)
from gsdc.rules.policy.api import PolicyContext, PolicyRule

if TYPE_CHECKING:
    from gsdc.rules.documentation import Documentation
    from gsdc.rules.policy.named import Named

_BUILT_IN: Final[tuple[PolicyRule, ...]] = (
    security_downgrade,
    low_effort_on_security,
    light_on_security,
    validation_below_standard,
    critical_downgrade,
    stale_override,
    dead_override,
    broken_ladder,
    team_rule,
    narrow_failover,
    overrated_model,
    disguised_agent,
    forbidden_above,
    vacuous_rule,
    stranded_agent,
    unpinned_agent,
    deprecated_model,
    small_context,
    untaken_effort,
    untaken_temperature,
    untaken_tier,
    inconsistent_budget,
    falling_threshold,
)
# A plugin brings a rule as a module, or any object, that has what ``PolicyRule`` asks for.
RULES: Final[tuple[PolicyRule, ...]] = (*_BUILT_IN, *(rule for _, rule in load_plugins(plugins.RULES)))


def check(policy: Policy, sources: Sources, today: date, policies: Policies | None = None) -> Iterator[Finding]:
    """Yield what every rule finds in ``policy``; ``policies`` are those of the folders around it that are loaded."""
    context = PolicyContext(policy, sources, today, policies)
    for rule in RULES:
        yield from rule.check(context)


def checked(loaded: Loaded, today: date | None = None) -> tuple[Policy, tuple[Finding, ...]]:
    """Return the policy that was ``loaded``, and all that is to be said of it, sorted.

    ``today`` decides what has expired; by default it is the day where the computer is. Raises ``Rejected`` where there
    is no policy.
    """
    if loaded.policy is None:
        raise Rejected(*loaded.findings)
    day = date.today() if today is None else today  # noqa: DTZ011 - a day as people count it
    found = check(loaded.policy, loaded.project.sources, day)
    return loaded.policy, sorted_findings((*loaded.findings, *found))


def documentation() -> "tuple[Documentation, ...]":
    """Return every rule and every other kind of finding with its documentation, by code."""
    import inspect
    from pkgutil import walk_packages

    import gsdc
    from gsdc.rules.clients.registry import RULES as INSTALLED
    from gsdc.rules.documentation import Documentation
    from gsdc.rules.plans.registry import ALL

    rules: tuple[Named, ...] = (*RULES, *INSTALLED, *ALL)
    found = {Documentation(rule.CODE, rule.ID, rule.SEVERITY, inspect.getdoc(rule) or "") for rule in rules}
    # A diagnostic is documented by being defined: there is no second list to keep.
    for module in walk_packages(gsdc.__path__, "gsdc."):
        if not module.name.endswith("__main__"):
            found.update(
                Documentation(item.code, item.name, item.severity, inspect.cleandoc(item.doc))
                for item in vars(import_module(module.name)).values()
                if isinstance(item, Diagnostic)
            )
    return tuple(sorted(found))
