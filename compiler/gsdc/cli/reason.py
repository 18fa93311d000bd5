"""The option ``--reason``: why a person overrides the policy."""

from collections.abc import Callable
from typing import Final

import click

_LONGEST: Final = 500  # characters, as in the schema of gsdc.yaml


def reasoned(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the option ``reason``: one line of text, None if it is not ``required`` and not given."""
    return click.option("--reason", required=required, callback=_checked, help="The reason, in one line; it is logged.")


def _checked(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001
    if value is None:
        return None
    reason = value.strip()
    if not reason or not reason.isprintable() or len(reason) > _LONGEST:
        raise click.BadParameter(f"give one line of text, of at most {_LONGEST} characters")
    return reason
