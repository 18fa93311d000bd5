"""What a rule is: a module with a name, a code, a severity, and a check; its docstring is its documentation."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from gsdc.finding import Finding
from gsdc.policy.breach import Breach, attribute_to_user_files, breaches, is_own
from gsdc.policy.constraints import permits_host
from gsdc.policy.governing import Placed, Policies
from gsdc.policy.known_survey import known_survey
from gsdc.policy.model import Model, Policy, State
from gsdc.policy.never_break import allowed_by
from gsdc.policy.recognition import Age, asked_for, compare
from gsdc.policy.ref import Ref
from gsdc.policy.requirement import AtLeastEffort, NeverBreak
from gsdc.policy.sources import Sources
from gsdc.policy.survey import Survey
from gsdc.rules.policy.named import Named
from gsdc.source.span import Span


class PolicyRule(Named, Protocol):
    """A rule on policies."""

    def check(self, context: "PolicyContext") -> Iterator[Finding]:
        """Yield what is wrong with the policy."""


class PolicyContext:
    """What a rule may look at: the policy, its sources for places, and the day on which it is asked.

    ``policies`` are those that have been loaded already, of the folders around it.
    """

    def __init__(self, policy: Policy, sources: Sources, today: date, policies: Policies | None = None) -> None:
        self.policy, self.sources, self.today, self.policies = policy, sources, today, policies

    @cached_property
    def above(self) -> tuple[Placed, ...]:
        """The good policies in the folders above the project, nearest first."""
        root = self.sources.tree.root
        return (self.policies or Policies(root)).above(root)

    @cached_property
    def survey(self) -> Survey:
        """What one walk over every state of the policy has seen."""
        return known_survey(self.policy)

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """Every breach of a never-break rule."""
        return breaches(self.survey)

    def never_break(self, rule: PolicyRule, names: tuple[str, ...], help_: str) -> Iterator[Finding]:
        """Yield a finding for each breach of the never-break rules ``names``, at its culprit."""
        for breach in self.breaches:
            if breach.rule.name in names:
                at, *related = map(self.sources.origin, breach.places)
                message, notes, remedy = self._message(breach), self._notes(breach), self._remedy(breach) or help_
                yield Finding(at, rule.CODE, rule.ID, rule.SEVERITY, message, remedy, notes, tuple(related))

    def _remedy(self, breach: Breach) -> str:
        """Return what helps against this breach, "" where that is what its rule usually says."""
        place, allowed = breach.places[0], allowed_by(breach.rule)
        if place.path[:1] == ("overrides",):
            return f'drop the override, or give it {allowed}: "{breach.rule.name}" applies to overrides too'
        if place in self.policy.refs.values():
            return f'the tier means "{breach.decision.model}" here: change it to {allowed}'
        if is_own(breach.rule.ref):
            return f"give it {allowed}, or defer the work"
        return ""

    def attribute_to_user_files(
        self, written: Ref, *aliases: str, key: str = "rank", behind: tuple[Ref, ...] = ()
    ) -> tuple[Span, tuple[Span, ...]]:
        """Return where a finding about models stands, and the other places that it is about."""
        at, *related = map(
            self.sources.origin, attribute_to_user_files(self.policy, written, *aliases, key=key, behind=behind)
        )
        return at, tuple(related)

    def _message(self, breach: Breach) -> str:
        message = f'"{breach.state.agent}" can reach "{breach.decision.model}"'
        if isinstance(breach.rule.requirement, AtLeastEffort):
            message += (
                f" at effort {breach.decision.effort}" if breach.decision.effort else ", which does not support it"
            )
        if breach.state.zone != "green":
            message += f" in zone {breach.state.zone}"
        return message

    def _notes(self, breach: Breach) -> tuple[str, ...]:
        rule = breach.rule
        steps = breach.decision.trail + (
            breach.decision.effort_trail if isinstance(rule.requirement, AtLeastEffort) else ()
        )
        path = " -> ".join(f"{self.sources.origin(step.ref)} ({step.why})" for step in steps)
        model = self.policy.models[str(breach.decision.model)]
        own, identity = model.ref, model.identity
        what = f": it is {identity.release}" if identity.line else f": {identity.why}"
        if rule.pin is not None and compare(identity, rule.pin) is Age.OLDER:
            what += f", older than the rule requires: {asked_for(rule.pin)}"
        served = f'"{model.provider}" serves "{model.alias}", and the rule asks for {" or ".join(rule.hosts)}'
        defined = (f'"{model.alias}" is defined at {self.sources.origin(own, key=True)}{what}',)
        return (
            f"{describe(breach.state)}: {path}",
            f'never-break rule "{rule.name}" ({self.sources.origin(rule.ref, key=True)}): {rule.why}',
            *(() if permits_host(rule, model) else (served,)),
            *_exactly(rule, model),
            *(() if Path(own.document).is_absolute() else defined),
        )


def _exactly(rule: NeverBreak, model: Model) -> Iterator[str]:
    """Yield which release a rule asks for that means one alone."""
    if rule.is_exact and rule.pin is not None and model.identity.line == rule.pin.line:
        yield f'"{model.alias}" is {model.identity.release}, but the rule requires {rule.pin.release}'


def describe(state: State) -> str:
    """Return a state in words, without what is ordinary."""
    parts = [state.phase] if state.phase else []
    parts.append(f"zone {state.zone}")
    if state.task_class != "routine":
        parts.append(f"{state.task_class} work")
    if state.complexity is not None:
        parts.append(f"complexity {state.complexity}")
    parts.append(f"attempt {state.attempt}")
    parts.append(f"failover hop {state.hop}")
    return ", ".join(parts)
