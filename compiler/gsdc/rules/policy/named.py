"""What every rule says of itself."""

from typing import Protocol

from gsdc.finding import Severity


class Named(Protocol):
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
