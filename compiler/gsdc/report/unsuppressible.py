"""Findings that cannot be suppressed: never-break errors, and errors of files that cannot be read.

No setting, baseline or comment removes them. They are displayed and counted, or only counted if the command line hides
them.
"""

from typing import Final

from gsdc.finding import Finding, Severity

_NEVER_BREAK: Final = ("NB",)
_UNREAD: Final = ("IN", "SC", "RF", "JS")  # such a file may have further, unknown errors


def is_unsuppressible(code: str, severity: Severity) -> bool:
    """Tell whether a finding cannot be suppressed: an error of a never-break rule, or of a file that is not read."""
    return severity is Severity.ERROR and code.startswith(_NEVER_BREAK + _UNREAD)


def cannot_suppress(finding: Finding) -> bool:
    """Tell whether ``finding`` cannot be suppressed."""
    return is_unsuppressible(finding.code, finding.severity)


def is_unread(finding: Finding) -> bool:
    """Tell whether ``finding`` reports that a file could not be checked."""
    return finding.severity is Severity.ERROR and finding.code.startswith(_UNREAD)


def is_never_break(finding: Finding) -> bool:
    """Tell whether ``finding`` is an error of a never-break rule."""
    return finding.severity is Severity.ERROR and finding.code.startswith(_NEVER_BREAK)
