"""The files of a migration: two patches, a machine-readable plan, and a guide for people.

The patches start from the files on disk: `git apply forward.patch` gives the same result as `gsdc apply`, and
`rollback.patch` restores the former files. The same project and policies give the same bytes.
"""

import hashlib
import json
import stat
from pathlib import Path
from typing import Any, Final

from gsdc import __version__
from gsdc.deploy.gates import data
from gsdc.filesystem.folder import replace_folder, unlisted
from gsdc.filesystem.place import Place
from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.migration import views_data
from gsdc.migration.guide import guide
from gsdc.migration.migration import Migration
from gsdc.migration.patch import patch, reverse
from gsdc.policy.digest import digest
from gsdc.policy.model import Policy
from gsdc.source.span import Span
from gsdc.transaction.change import Image

FORWARD: Final = "forward.patch"
ROLLBACK: Final = "rollback.patch"
PLAN: Final = "plan.json"
GUIDE: Final = "MIGRATION.md"

NO_MIGRATION = Diagnostic(
    "DP030",
    "not-a-migration",
    Severity.ERROR,
    """The folder for a migration holds something else.

    ## Why is this bad?
    A migration replaces the whole folder, and gsdc does not replace a folder that it did not make (seed 000,
    "Migration Scripts and Guidelines").

    ## Example (gsdc.yaml, gsdc migrate --to budget --out migration)
    fleets: [leo]
    -- migration/notes.txt --
    Ask Kim about the budget.

    ## Use instead (gsdc.yaml, gsdc migrate --to budget --out migration)
    fleets: [leo]
    -- notes.txt --
    Ask Kim about the budget.
    """,
)


def files_of(migration: Migration) -> dict[str, bytes]:
    """Return the files of a migration by name."""
    changes = migration.proposal.changes
    prefix = _prefix(migration.proposal.project.tree.root)
    patches = {FORWARD: patch(changes, prefix), ROLLBACK: patch(reverse(changes), prefix)}
    plan = _plan(migration) | {"patches": {name: hashlib.sha256(text).hexdigest() for name, text in patches.items()}}
    text = json.dumps(plan, indent=2, ensure_ascii=False) + "\n"
    return patches | {PLAN: text.encode("utf-8", "backslashreplace"), GUIDE: guide(migration).encode()}


def write(files: dict[str, bytes], folder: Place) -> tuple[Finding, ...]:
    """Replace ``folder`` with a migration; return a finding, and write nothing, if it contains other files.

    Raises OSError on a disk error; the old folder then still exists.
    """
    span = Span(folder.location.as_posix(), 0, 0)
    status = folder.status()
    if status is not None:
        if not stat.S_ISDIR(status.st_mode):
            return (NO_MIGRATION.at(span, f'"{folder}" is not a folder', "choose another --out"),)
        stray = unlisted(folder, files)
        if stray is None and 0 < len(folder.names()) < len(files):  # a file of the same name need not be from gsdc
            stray = folder.names()[0]
        if stray is not None:
            return (_not_ours(folder, stray),)
    stray = replace_folder(folder, files, files)
    return () if stray is None else (_not_ours(folder, stray),)


def _not_ours(folder: Place, stray: str) -> Finding:
    """Return the finding that ``folder`` contains ``stray``, which is not part of a migration."""
    message = f'"{folder}" holds something that is not a migration: "{stray}"'
    help_ = "choose another --out, or empty the folder"
    return NO_MIGRATION.at(Span((folder / stray).location.as_posix(), 0, 0), message, help_)


def _prefix(root: Path) -> str:
    """Return the path from the top of the git repository to the project's folder, "" if they are the same."""
    real = root.resolve()
    for folder in (real, *real.parents):
        if (folder / ".git").exists():
            return "" if folder == real else f"{real.relative_to(folder).as_posix()}/"
    return ""


def _plan(migration: Migration) -> dict[str, Any]:
    proposal, start = migration.proposal, migration.start
    return {
        "gsdc": __version__,
        "from": start and _policy_data(start.proposal.policy),
        "to": _policy_data(proposal.policy),
        "fleets": list(proposal.policy.fleets),
        "zone": proposal.zone,
        "targets": list(migration.asked.targets or proposal.project.targets()),
        "changes": [
            {
                "path": change.path,
                "target": change.target,
                "owns": change.ownership,
                "before": _image_data(change.before),
                "after": _image_data(change.after),
            }
            for change in proposal.changes
        ],
        "shifts": views_data.shifts_data(migration.shifts),
        "failover": [row._asdict() for row in migration.reroutings],
        "cost": views_data.costs_data(migration.costs),
        "risks": [risk._asdict() for risk in migration.risks],
        "gates": data(migration.gates),
    }


def _policy_data(policy: Policy) -> dict[str, Any]:
    return {"profile": policy.profile, "workflow": policy.workflow, "policy": digest(policy)}


def _image_data(image: Image | None) -> dict[str, Any] | None:
    return image and {"sha256": image.digest, "mode": f"{image.mode:04o}"}
