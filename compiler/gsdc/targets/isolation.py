"""What gsdc reads outside of a project: a person's home folder, and which version of a client is installed.

Both make a finding that another machine does not have. ``GSDC_ISOLATED=1`` leaves them out, as a check in CI wants it.
"""

import os
from typing import Final

VARIABLE: Final = "GSDC_ISOLATED"
NOTE: Final = f"it comes from this machine, not from the project: {VARIABLE}=1 leaves such files out"


def is_isolated() -> bool:
    """Tell whether only the project counts."""
    return os.environ.get(VARIABLE, "") not in ("", "0")
