"""The gsdc.yaml that ``gsdc init`` writes: the targets detected in the folder, and comments for the rest."""

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.policy.project import fleets_shown_by
from gsdc.source.yaml_list import flow
from gsdc.targets.api import Initial
from gsdc.targets.declaration import Declaration
from gsdc.targets.modules import initialiser
from gsdc.targets.registry import compiled_targets, declarations

# The place of the schemas in a project, so that editors complete gsdc.yaml offline.
SCHEMAS: Final = ".gsdc/schemas"

_HEAD: Final = """\
# yaml-language-server: $schema={schemas}/project.schema.json
# One policy for every coding agent of this project. `gsdc lint` checks it, `gsdc build` compiles it, `gsdc explain
# AGENT` shows why an agent gets its model. `gsdc schema project` is the reference of this file.

# quality, balanced, budget or research; or one of your own under `profiles`.
profile: {profile}
# An overlay: planning-heavy, implementation-heavy, research-heavy or mixed.
# workflow: mixed

# gsd, leo, openagents, granter, or the path of a fleet file of your own.
fleets: [{fleets}]
"""
OVERRIDES: Final = """
# Decisions that you force. Each needs a reason; never-break rules still apply.
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


class Targets(NamedTuple):
    """The targets detected in a folder: their text in gsdc.yaml, the signs seen as text, and the options of those used.

    ``fleets`` are the usual fleets for these targets.
    """

    text: str
    seen: tuple[str, ...]
    fleets: frozenset[str]
    options: Mapping[str, Mapping[str, str | bool | list[str]]]


def head(profile: str, fleets: Iterable[str]) -> str:
    """Return the first lines of a gsdc.yaml."""
    return _HEAD.format(schemas=SCHEMAS, profile=profile, fleets=", ".join(fleets))


def find_targets(root: Path, idle: Container[str] = ()) -> Targets:
    """Return the targets for folder ``root``; the others are commented out.

    So are ``idle`` targets: their clients are present but have no agents, so nothing would be written for them.
    """
    lines = ["", "targets:"]
    seen: list[str] = []
    fleets: set[str] = set()
    options: dict[str, Mapping[str, str | bool | list[str]]] = {}
    others = False
    for name in compiled_targets():
        module = initialiser(declarations()[name])
        shown = module.initial(root) if module else _by_signs(declarations()[name], root)
        line = f"{name}: {flow(shown.options)}"
        if shown.is_present and name in idle:
            lines.append(f"  # {line}  # it has no agents yet")
        elif shown.is_present:
            lines.append(f"  {line}")
        elif module:
            lines.append(f"  # {line}")
        else:
            others = True
        if shown.is_present and name not in idle:
            seen.append(shown.seen)
            options[name] = shown.options
            fleets.update(filter(None, [shown.fleet]))
    lines += ["  # `gsdc help targets` lists the other targets."] if others else []
    return Targets("\n".join(lines) + "\n", tuple(seen), frozenset(fleets), options)


def _by_signs(declaration: Declaration, root: Path) -> Initial:
    """Detect a target that has no module ``initial`` in folder ``root``: whether one of its files exists."""
    there = next((sign for sign in declaration.shown_by or () if (root / sign).exists()), None)
    return Initial({}, there is not None, f"{declaration.label}: {there}")


def initial_text(root: Path, profile: str) -> tuple[str, list[str]]:
    """Return the text of a first gsdc.yaml for folder ``root``, and the signs seen there as text."""
    shown = find_targets(root)
    fleets = shown.fleets if len(shown.fleets) == 1 else fleets_shown_by(root)
    return head(profile, fleets) + shown.text + OVERRIDES + _PROFILES, list(shown.seen)
