"""What a rule is: a module with a name, a code, a severity, and a check; its docstring is its documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import Breach, breaches
from gsdc.policy.model import Policy, State
from gsdc.policy.sources import Sources
from gsdc.policy.survey import Survey, survey


class Rule(Protocol):
    """A rule module. ``ID`` reads well after "allow": ``allow security-downgrade``."""

    @property
    def ID(self) -> str:  # noqa: N802 - constants of the module
        """Its name, a noun of the bad thing."""

    @property
    def CODE(self) -> str:  # noqa: N802
        """Its code, as findings show it."""

    @property
    def SEVERITY(self) -> Severity:  # noqa: N802
        """How much its findings weigh."""

    def check(self, context: "Context") -> Iterator[Finding]:
        """Yield what is wrong with the policy."""


@dataclass(frozen=True)
class Context:
    """What a rule may look at: the policy, its sources for places, and the day on which it is asked."""

    policy: Policy
    sources: Sources
    today: date

    @cached_property
    def survey(self) -> Survey:
        """What one walk over every state of the policy has seen."""
        return survey(self.policy)

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """Every breach of a never-break rule."""
        return breaches(self.survey)

    def never_break(self, rule: Rule, names: tuple[str, ...], help_: str) -> Iterator[Finding]:
        """Yield a finding for each breach of the never-break rules ``names``, at its culprit."""
        for breach in self.breaches:
            if breach.rule.name in names:
                span = self.sources.origin(breach.culprit)
                yield Finding(
                    span, rule.CODE, rule.ID, rule.SEVERITY, self._message(breach), help_, self._notes(breach)
                )

    def _message(self, breach: Breach) -> str:
        message = f'"{breach.state.agent}" can reach "{breach.decision.model}"'
        if breach.state.zone != "green":
            message += f" in zone {breach.state.zone}"
        return message

    def _notes(self, breach: Breach) -> tuple[str, ...]:
        path = " -> ".join(f"{self.sources.origin(step.ref)} ({step.why})" for step in breach.decision.trail)
        rule = breach.rule
        own = self.policy.models[str(breach.decision.model)].ref
        defined = (f'"{breach.decision.model}" is defined at {self.sources.origin(own, key=True)}',)
        return (
            f"{describe(breach.state)}: {path}",
            f'never-break rule "{rule.name}" ({self.sources.origin(rule.ref, key=True)}): {rule.why}',
            *(() if Path(own.document).is_absolute() else defined),
        )


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
