"""The gsdc.yaml that ``gsdc init`` writes: what the folder shows, and comments for the rest."""

from pathlib import Path
from typing import Final

from gsdc.policy.project import fleets_shown_by

# Where the schemas lie in a project, so that editors complete gsdc.yaml without asking anybody.
SCHEMAS: Final = ".gsdc/schemas"

_HEAD: Final = """\
# yaml-language-server: $schema={schemas}/project.schema.json
# One policy for every coding agent of this project. `gsdc lint` checks it, `gsdc build` compiles it, `gsdc explain
# AGENT` says why an agent gets its model. `gsdc schema project` is the reference of this file.

# quality, balanced, budget or research; or one of your own under `profiles`.
profile: {profile}
# An overlay: planning-heavy, implementation-heavy, research-heavy or mixed.
# workflow: mixed

# gsd, leo, openagents, granter, or the path of a fleet file of your own.
fleets: [{fleets}]

targets:
"""
_TAIL: Final = """\

# Decisions that you force. Each carries its reason; never-break rules still hold.
# overrides:
#   - {agent: gsd-executor, model: opus, reason: Payment code this week, until: 2030-01-31}

# Profiles of your own say what differs.
# profiles:
#   team:
#     extends: balanced
#     roles: {docs: standard}
"""


def initial_text(root: Path, profile: str) -> tuple[str, list[str]]:
    """Return the text of a first gsdc.yaml for folder ``root``, and in words what was seen there."""
    seen: list[str] = []
    targets: list[str] = []

    def add(present: bool, line: str, comment: str) -> None:
        targets.append(f"  {line}" if present else f"  # {line}")
        if present:
            seen.append(comment)

    config = next((name for name in ("opencode.jsonc", "opencode.json") if (root / name).is_file()), None)
    agents = (root / ".opencode").is_dir()
    add(
        bool(config or agents),
        f"opencode: {{path: {config or 'opencode.json'}}}",
        f"OpenCode: {config or '.opencode/'}",
    )
    notes = [name for name in ("CLAUDE.md", "AGENTS.md") if (root / name).is_file()]
    add(
        True,
        f"claude-md: {{paths: [{', '.join(notes or ['CLAUDE.md'])}]}}",
        f"notes for agents: {', '.join(notes) or 'none yet'}",
    )
    executor = (root / "lib/sub-agent-executor.js").is_file() or (root / "config/phase-model-config.json").is_file()
    add(executor, "overrides: {dir: config}", "a sub-agent executor")
    plans = (root / ".planning").is_dir()
    add(plans, 'plans: {paths: [".planning/**/*PLAN.md"]}', "plans under .planning/")
    fleets = ["openagents"] if config and not plans and not executor else fleets_shown_by(root)
    head = _HEAD.format(schemas=SCHEMAS, profile=profile, fleets=", ".join(fleets))
    return head + "\n".join(targets) + "\n" + _TAIL, seen
