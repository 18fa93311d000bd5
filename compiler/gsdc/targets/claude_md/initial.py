"""What a folder shows of notes for agents."""

from pathlib import Path

from gsdc.targets.api import Initial


def initial(root: Path) -> Initial:
    """Name the notes that are there; a folder without any gets a CLAUDE.md."""
    notes = [name for name in ("CLAUDE.md", "AGENTS.md") if (root / name).is_file()]
    return Initial({"paths": notes or ["CLAUDE.md"]}, True, f"notes for agents: {', '.join(notes) or 'none yet'}")
