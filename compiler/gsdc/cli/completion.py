"""Shell completion of values: profiles, workflows, fleets, targets, agents, models and rules.

Values of the project are included if its gsdc.yaml is valid. Completion prints nothing and never fails: it returns the
values that are known.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from gsdc.policy.load import Loaded

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _loaded(ctx: click.Context) -> "Loaded":
    from gsdc.cli import nearest_project
    from gsdc.policy.load import load

    given = ctx.find_root().params.get("project")
    return load(nearest_project() if given is None else given)


def _profiles(ctx: click.Context) -> Iterable[str]:
    from gsdc.policy.sources import shipped_names

    own = _loaded(ctx).project.value("profiles")
    return (*shipped_names(), *(own.value if own is not None else ()))


def _workflows(_ctx: click.Context) -> Iterable[str]:
    from gsdc.policy.sources import shipped_names

    return shipped_names("workflows")


def _fleets(_ctx: click.Context) -> Iterable[str]:
    from gsdc.policy.sources import shipped_names

    return shipped_names("fleets")


def _targets(_ctx: click.Context) -> Iterable[str]:
    from gsdc.targets.registry import compiled_targets

    return compiled_targets()


def _agents(ctx: click.Context) -> Iterable[str]:
    policy = _loaded(ctx).policy
    return () if policy is None else policy.agents


def _models(ctx: click.Context) -> Iterable[str]:
    policy = _loaded(ctx).policy
    return () if policy is None else policy.models


def _rules(_ctx: click.Context) -> Iterable[str]:
    from gsdc.rules.registry import documentation

    return (word for rule in documentation() for word in (rule.name, rule.code))


def _topics(_ctx: click.Context) -> Iterable[str]:
    from gsdc.cli import COMMANDS
    from gsdc.guide import TOPICS
    from gsdc.targets.registry import compiled_targets

    return (*TOPICS, *COMMANDS, *compiled_targets())


_VALUES: Final = {
    "profile": _profiles,
    "workflow": _workflows,
    "fleet": _fleets,
    "target": _targets,
    "agent": _agents,
    "model": _models,
    "rule": _rules,
    "topic": _topics,
}


def of(kind: str) -> Complete:
    """Return the completion function for a kind of value: "profile", "agent" and so on."""
    return partial(_complete, _VALUES[kind])


def _complete(
    values: Callable[[click.Context], Iterable[str]], ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[str]:
    return sorted({value for value in values(ctx) if value.startswith(incomplete)})
