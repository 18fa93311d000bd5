"""Detect files with notes for agents in a folder."""

from pathlib import Path

from gsdc.targets.api import Initial


def initial(root: Path) -> Initial:
    """Name the existing notes; a project of Claude Code without any gets a CLAUDE.md, others get nothing."""
    notes = [name for name in ("CLAUDE.md", "AGENTS.md") if (root / name).is_file()]
    is_used = bool(notes) or (root / ".claude").is_dir()
    return Initial({"paths": notes or ["CLAUDE.md"]}, is_used, f"notes for agents: {', '.join(notes) or 'none yet'}")
