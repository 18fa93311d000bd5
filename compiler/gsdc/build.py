"""Build: every target of a project into one folder with a manifest. Pure: the user's tree is only read.

The folder mirrors the install paths. Identical input gives identical bytes, whatever the clock, the locale, the hash
seed or the working folder.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc import __version__
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, nearest, sorted_findings
from gsdc.policy.digest import digest
from gsdc.policy.load import load
from gsdc.policy.model import ZONES, Policy
from gsdc.policy.project import Project
from gsdc.policy.sources import UNKNOWN_NAME
from gsdc.rules.registry import checked
from gsdc.source.span import Argument, Span
from gsdc.source.tree import Tree
from gsdc.targets.api import Artifact, Request
from gsdc.targets.registry import TARGETS, compile_target

MANIFEST: Final = "manifest.json"

OUTPUT_CLASH = Diagnostic(
    "BD001",
    "output-clash",
    Severity.ERROR,
    """Two targets would write the same file, or the output folder holds something that is not a build.

    ## Why is this bad?
    One of the two would be lost, and a folder that gsdc did not make is not gsdc's to replace.

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: CLAUDE.md}
      claude-md: {paths: [CLAUDE.md]}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
      claude-md: {paths: [CLAUDE.md]}
    """,
)


@dataclass(frozen=True, slots=True)
class Build:
    """What a build holds: the artifacts by target, the manifest's bytes, and the findings of the targets."""

    artifacts: tuple[tuple[str, Artifact], ...]
    manifest: bytes
    findings: tuple[Finding, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """Every file of the build by its path in the folder, the manifest included."""
        return {artifact.path: artifact.content for _, artifact in self.artifacts} | {MANIFEST: self.manifest}

    @property
    def broken(self) -> bool:
        """Whether an error stands in the way of writing it."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


class Built(NamedTuple):
    """A build that may be written: of which project, with which policy, and all that is to be said of it."""

    project: Project
    policy: Policy
    build: Build


def build_project(
    root: Path,
    *,
    profile: str | None = None,
    workflow: str | None = None,
    fleets: Iterable[str] = (),
    zone: str = "green",
    targets: Iterable[str] = (),
) -> Built:
    """Compile the project in ``root``; the findings of the build are those of the policy as well, sorted.

    Raises ``Rejected`` with all findings where one of them is an error, and for a zone or a target that does not exist.
    """
    targets = tuple(targets)
    for what, asked, known in (("target", targets, TARGETS), ("zone", (zone,), ZONES)):
        for name in asked:
            if name not in known:
                at = Span(Argument(f"--{what}"), 0, 0)
                raise Rejected(UNKNOWN_NAME.at(at, f'unknown {what} "{name}"', nearest(name, list(known))))
    loaded = load(root, profile=profile, fleets=fleets, workflow=workflow)
    policy, findings = checked(loaded)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise Rejected(*findings)
    build = compile_project(loaded.project, policy, zone, targets)
    build = replace(build, findings=sorted_findings((*findings, *build.findings)))
    if build.broken:
        raise Rejected(*build.findings)
    return Built(loaded.project, policy, build)


def compile_project(
    project: Project, policy: Policy, zone: str, only: Iterable[str] = (), tree: Tree | None = None
) -> Build:
    """Compile the targets of ``project`` (``only`` some, where given) under ``policy`` in budget ``zone``.

    ``tree`` stands for the user's files where it is given.
    """
    options = project.targets()
    wanted = {name: options.get(name, {}) for name in only} or options
    artifacts: list[tuple[str, Artifact]] = []
    findings: list[Finding] = []
    owner: dict[str, str] = {MANIFEST: "the manifest"}
    for name, target_options in wanted.items():
        emission = compile_target(name, Request(policy, zone, tree or project.tree, target_options))
        findings.extend(emission.findings)
        for artifact in emission.artifacts:
            if artifact.path in owner:
                message = f'"{artifact.path}" is compiled by {owner[artifact.path]} and by {name}'
                findings.append(OUTPUT_CLASH.at(Span(artifact.path, 0, 0), message, "give one of the two another path"))
            owner[artifact.path] = name
            artifacts.append((name, artifact))
    manifest = _manifest(policy, zone, artifacts)
    return Build(tuple(artifacts), manifest, sorted_findings(findings))


def _manifest(policy: Policy, zone: str, artifacts: list[tuple[str, Artifact]]) -> bytes:
    content: dict[str, Any] = {
        "gsdc": __version__,
        "profile": policy.profile,
        "workflow": policy.workflow,
        "fleets": list(policy.fleets),
        "zone": zone,
        **({"stage": policy.stage, "held": {a: p.profile for a, p in policy.held.items()}} if policy.held else {}),
        "policy": digest(policy),
        "artifacts": [
            {
                "target": name,
                "path": artifact.path,
                "owns": artifact.ownership,
                "sha256": hashlib.sha256(artifact.content).hexdigest(),
            }
            for name, artifact in sorted(artifacts, key=lambda item: (item[0], item[1].path))
        ],
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def outdated(build: Build, folder: Path) -> list[str]:
    """Return the files in which ``folder`` differs from ``build``, sorted: missing, changed or left over."""
    files = build.files
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} if folder.is_dir() else set()
    changed = {path for path in files.keys() & present if (folder / path).read_bytes() != files[path]}
    return sorted((files.keys() ^ present) | changed)


def write(build: Build, folder: Path) -> tuple[Finding, ...]:
    """Replace ``folder`` by ``build`` as a whole.

    Returns a finding, and writes nothing, where ``folder`` holds something that is not a build.
    Raises OSError where the disk refuses; the old folder is then still there.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return (OUTPUT_CLASH.at(Span(str(folder), 0, 0), f'"{folder}" is not a folder', "choose another --out"),)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        message = f'"{folder}" holds something that is not a build'
        return (OUTPUT_CLASH.at(Span(str(folder), 0, 0), message, "choose another --out, or empty the folder"),)
    replace_folder(folder, build.files)
    return ()


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make ``folder`` hold ``files`` and nothing else: complete in a folder beside it first, then two renames.

    Raises OSError where the disk refuses; the old folder is then still there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        fresh = scratch / "new"
        for path, content in files.items():
            location = fresh / path
            location.parent.mkdir(parents=True, exist_ok=True)
            location.write_bytes(content)
        if folder.is_dir():
            folder.replace(scratch / "old")
        fresh.replace(folder)
    except OSError:
        if (scratch / "old").is_dir() and not folder.exists():
            (scratch / "old").replace(folder)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
