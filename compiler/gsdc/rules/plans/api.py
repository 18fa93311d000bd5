"""What a rule on plans is: a module with a name, a code, a severity, and a check of one plan, of a phase, or both.

A check of one plan sees its text and the policy; a check of a phase sees the facts of all plans in one folder. What a
rule finds is kept as long as the plan and the policy stay the same, so it may look at nothing else.
"""

import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from gsdc.finding import Finding, Fix
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.policy.named import Named
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gsdc.policy.governing import Governing, Policies
    from gsdc.policy.model import Model, Policy
    from gsdc.source.attribute import Attribute
    from gsdc.source.plan import Plan
    from gsdc.source.task import Task


# What a task says that runs on the model of its caller.
INHERIT: Final = "inherit"


class PlanRule(Named, Protocol):
    """A rule on one plan."""

    def check(self, plan: "Plan", context: "PlanContext") -> Iterator[Finding]:
        """Yield what is wrong with ``plan``."""


class PhaseRule(Named, Protocol):
    """A rule on the plans of a project together."""

    def check_together(self, project: ProjectPlans) -> Iterator[Finding]:
        """Yield what is wrong between the plans; ``related`` are places in the other plans that a finding is about."""


class PlanContext:
    """What a rule may ask beside the plan: the policies that govern folder ``root``, read when they are asked for.

    ``cache_folder`` is where what takes long to make may be kept, None for nowhere; ``policies`` are those that several
    contexts share.
    """

    def __init__(self, root: Path, cache_folder: Path | None = None, policies: "Policies | None" = None) -> None:
        self.root = root
        self.cache_folder = cache_folder
        self._policies = policies

    def prepare(self) -> None:
        """Read what most plans ask for, before several processes would each read it."""
        _ = self.policy

    @cached_property
    def configured(self) -> bool:
        """Whether the project has a gsdc.yaml: without one the policy holds nothing of its own."""
        return (self.root / PROJECT_FILE).exists()

    @cached_property
    def policy(self) -> "Policy | None":
        """The policy that decides here, that of the balanced profile and gsd fleet where none is named; None if broken.

        What is wrong with it is for the lint of the project to say.
        """
        from gsdc.policy.load import load

        return self._governing.nearest[1].policy or load(self.root, fleets=("gsd",)).policy

    @cached_property
    def above(self) -> "tuple[Policy, ...]":
        """The policies above, nearest first: their never-break rules hold here as well."""
        return tuple(loaded.policy for _, loaded in self._governing.above if loaded.policy is not None)

    @cached_property
    def models(self) -> "Mapping[str, Model]":
        """The models that a task may name; what a policy above says of one counts more."""
        found = dict(self.policy.models) if self.policy else {}
        for policy in self.above:
            found |= policy.models
        return found

    @cached_property
    def _governing(self) -> "Governing":
        from gsdc.policy.governing import Policies

        return (self._policies or Policies(self.root)).govern(self.root)

    def written_model(self, task: "Task") -> "Attribute | None":
        """Return the attribute that names the model of a task, None where there is none."""
        if task.attribute("model") is None:  # most tasks: nothing has to be read for them
            return None
        from gsdc.tasks.written_model import written_model

        return written_model(task, self.models)

    def model(self, task: "Task") -> "Model | None":
        """Return the catalog's model that a task names, None where it names none, or one that is not there."""
        written = self.written_model(task)
        return self.models.get(written.value) if written else None


def finding(  # long: its parameters are the fields of a Finding
    module: str,
    at: Span,
    message: str,
    help_: str,
    *,
    notes: tuple[str, ...] = (),
    related: tuple[Span, ...] = (),
    fix: Fix | None = None,
    excerpt: str | None = None,
) -> Finding:
    """Return a finding of the rule in ``module`` (its ``__name__``)."""
    rule = cast("Named", sys.modules[module])
    return Finding(at, rule.CODE, rule.ID, rule.SEVERITY, message, help_, notes, related, fix, excerpt)


def task_label(task: "Task") -> str:
    """Return how a message names a task."""
    return f"task {task.number}"
