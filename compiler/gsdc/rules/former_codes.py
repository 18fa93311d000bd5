"""Codes that rules had before: people have written them into settings, comments and commands."""

from typing import Final

# The code of today by the former one.
FORMER_CODES: Final = {"PL019": "NB018"}
