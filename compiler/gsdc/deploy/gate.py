"""The answer of one gate."""

from typing import NamedTuple

from gsdc.finding import Finding


class Gate(NamedTuple):
    """Whether one thing holds that has to hold before a deployment; ``go`` is None where it could not be asked.

    ``why`` is a reason in words; ``findings`` are what stands in the way, or is only told where ``go``.
    """

    name: str
    go: bool | None
    why: str
    findings: tuple[Finding, ...] = ()
