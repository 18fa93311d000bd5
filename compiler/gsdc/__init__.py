"""gsdc: a static configuration compiler and linter for fleets of coding agents.

The names of ``__all__`` are the public Python API, documented in ``gsdc.api``. Modules are imported on first use.
"""

__version__ = "0.1.0"

__all__ = (
    "Build",
    "Decision",
    "Finding",
    "OpenProject",
    "Plan",
    "Policy",
    "Rejected",
    "Severity",
    "Span",
    "__version__",
    "open_project",
)

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from gsdc.api import (
        Build,
        Decision,
        Finding,
        OpenProject,
        Plan,
        Policy,
        Rejected,
        Severity,
        Span,
        open_project,
    )


def __getattr__(name: str) -> object:
    """Return a name of the API (PEP 562)."""
    if name in __all__:
        from importlib import import_module

        value: object = getattr(import_module("gsdc.api"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
