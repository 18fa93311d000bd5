"""What a folder shows of Claude Code."""

from pathlib import Path

from gsdc.targets.api import Initial


def initial(root: Path) -> Initial:
    """Tell whether agents are there."""
    return Initial({}, (root / ".claude/agents").is_dir(), "Claude Code: .claude/agents/")
