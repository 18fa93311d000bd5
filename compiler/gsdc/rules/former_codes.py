"""Codes and names that rules had before: people have written them into settings, comments and commands."""

from typing import Final

# The code of today by the former code or name.
FORMER_CODES: Final = {"PL019": "NB018", "SILENT-RULE": "NB014"}


def former_codes(code: str) -> list[str]:
    """Return the codes that the rule of today's ``code`` had before."""
    return [former for former, today in FORMER_CODES.items() if today == code]
