"""The result of one gate."""

from typing import NamedTuple

from gsdc.finding import Finding


class Gate(NamedTuple):
    """The result of one condition for a deployment; ``go`` is None if the condition was not checked.

    ``why`` is the reason as text. ``findings`` block the deployment, or are informational if ``go``. ``waived`` is true
    if a person overrode the refusal.
    """

    name: str
    go: bool | None
    why: str
    findings: tuple[Finding, ...] = ()
    waived: bool = False
