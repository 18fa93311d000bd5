"""The answer of one gate."""

from typing import NamedTuple

from gsdc.finding import Finding


class Gate(NamedTuple):
    """Whether one thing holds that has to hold before a deployment; ``go`` is None where that is not asked.

    ``why`` is a reason in words; ``findings`` are what stands in the way, or is only told where ``go``. ``waived`` says
    that a person passed over a no.
    """

    name: str
    go: bool | None
    why: str
    findings: tuple[Finding, ...] = ()
    waived: bool = False
