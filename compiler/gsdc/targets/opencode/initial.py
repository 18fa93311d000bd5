"""Detect OpenCode in a folder."""

from pathlib import Path

from gsdc.targets.api import Initial
from gsdc.targets.opencode.files import PROJECT_FILES


def initial(root: Path) -> Initial:
    """Name the configuration that is there; where OpenCode is not, what is shown would add the agents."""
    config = next((name for name in PROJECT_FILES if (root / name).is_file()), None)
    is_present = config is not None or (root / ".opencode").is_dir()
    return Initial(
        {"path": config} if config else {"create": not is_present},
        is_present,
        f"OpenCode: {config or '.opencode/'}",
        "openagents" if config else "",
    )
