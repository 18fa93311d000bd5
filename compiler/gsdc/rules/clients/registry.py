"""The list of rules on installed files."""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding
from gsdc.rules.clients import (
    broken_never_break,
    drifted_effort,
    drifted_model,
    inherited_model,
    misspelt_agent,
    older_model,
    stale_file,
    ungoverned_agent,
    unlisted_model,
    unsent_temperature,
    unwritten_client,
)
from gsdc.rules.clients.api import ClientContext, ClientRule

RULES: Final[tuple[ClientRule, ...]] = (
    inherited_model,
    unlisted_model,
    drifted_model,
    drifted_effort,
    older_model,
    misspelt_agent,
    stale_file,
    ungoverned_agent,
    unwritten_client,
    unsent_temperature,
)
# What is expected where people choose models by hand.
DRIFT: Final = frozenset({drifted_model.CODE, drifted_effort.CODE, stale_file.CODE})


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield what every rule finds."""
    yield from broken_never_break.check(context)
    for rule in RULES:
        yield from rule.check(context)
