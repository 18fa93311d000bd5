"""The inputs outside of a project: the user's home folder, and the installed version of a client.

Findings from them differ between machines. ``GSDC_ISOLATED=1`` disables both, for checks in CI.
"""

import os
from typing import Final

VARIABLE: Final = "GSDC_ISOLATED"
NOTE: Final = f"it comes from this machine, not from the project: {VARIABLE}=1 leaves such files out"


def is_isolated() -> bool:
    """Tell whether inputs outside of the project are ignored."""
    return os.environ.get(VARIABLE, "") not in ("", "0")
