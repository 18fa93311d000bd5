"""The gsdc.yaml that ``gsdc init`` writes: what the folder shows, and comments for the rest."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.policy.project import fleets_shown_by
from gsdc.targets.opencode.files import PROJECT_FILES

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
"""
OVERRIDES: Final = """
# Decisions that you force. Each carries its reason; never-break rules still hold.
# overrides:
#   - {agent: gsd-executor, model: opus, reason: Payment code this week, until: 2030-01-31}
"""
_PROFILES: Final = """
# Profiles of your own say what differs.
# profiles:
#   team:
#     extends: balanced
#     roles: {docs: standard}
"""
_EXECUTOR: Final = (
    *("lib/sub-agent-executor.js", "config/phase-model-config.json"),
    *("config/phase-model-overrides.json", "config/phase-model-overrides.mjs"),
)


class Targets(NamedTuple):
    """The targets that a folder shows: their text in gsdc.yaml, in words what was seen, and the names of those used.

    ``opencode`` is the path of OpenCode's file, "" where that is no target.
    """

    text: str
    seen: tuple[str, ...]
    names: tuple[str, ...]
    opencode: str


def head(profile: str, fleets: Iterable[str]) -> str:
    """Return how a gsdc.yaml begins."""
    return _HEAD.format(schemas=SCHEMAS, profile=profile, fleets=", ".join(fleets))


def targets_shown_by(root: Path) -> Targets:
    """Return the targets for folder ``root``; those that it does not show stand in comments."""
    lines = ["", "targets:"]
    seen: list[str] = []
    names: list[str] = []

    def add(present: bool, line: str, comment: str) -> None:
        lines.append(f"  {line}" if present else f"  # {line}")
        if present:
            seen.append(comment)
            names.append(line.partition(":")[0])

    config = next((name for name in PROJECT_FILES if (root / name).is_file()), None)
    folder = (root / ".opencode").is_dir()
    path = config or "opencode.json"
    add(bool(config or folder), f"opencode: {{path: {path}}}", f"OpenCode: {config or '.opencode/'}")
    notes = [name for name in ("CLAUDE.md", "AGENTS.md") if (root / name).is_file()]
    paths = f"claude-md: {{paths: [{', '.join(notes or ['CLAUDE.md'])}]}}"
    add(True, paths, f"notes for agents: {', '.join(notes) or 'none yet'}")
    executor = any((root / name).is_file() for name in _EXECUTOR)
    add(executor, "overrides: {dir: config}", "a sub-agent executor")
    plans = (root / ".planning").is_dir()
    add(plans, 'plans: {paths: [".planning/**/*PLAN.md"]}', "plans under .planning/")
    return Targets("\n".join(lines) + "\n", tuple(seen), tuple(names), path if "opencode" in names else "")


def initial_text(root: Path, profile: str) -> tuple[str, list[str]]:
    """Return the text of a first gsdc.yaml for folder ``root``, and in words what was seen there."""
    shown = targets_shown_by(root)
    is_configured = any((root / name).is_file() for name in PROJECT_FILES)
    is_open = is_configured and not {"overrides", "plans"}.intersection(shown.names)
    fleets = ["openagents"] if is_open else fleets_shown_by(root)
    return head(profile, fleets) + shown.text + OVERRIDES + _PROFILES, list(shown.seen)
