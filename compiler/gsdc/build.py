"""Build: compile every target of a project into one folder with a manifest. The user's tree is only read.

The folder mirrors the install paths. Equal input gives equal bytes, independent of clock, locale, hash seed and working
folder.
"""

import hashlib
import json
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc import __version__
from gsdc.cache import store
from gsdc.credentials import scanner
from gsdc.credentials.exposed import credentials
from gsdc.filesystem.folder import replace_folder, unlisted
from gsdc.filesystem.place import Place
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, nearest, sorted_findings
from gsdc.ownership.blocks import blocks_of
from gsdc.policy.digest import digest
from gsdc.policy.load import load
from gsdc.policy.model import ZONES, Policy
from gsdc.policy.project import Project
from gsdc.policy.sources import UNKNOWN_NAME
from gsdc.rules.registry import checked
from gsdc.source.overlay import overlaid
from gsdc.source.span import Argument, Span
from gsdc.source.tree import Tree
from gsdc.source.walk import not_visited
from gsdc.targets.api import Artifact, Emission, Request
from gsdc.targets.compile import compile_target
from gsdc.targets.registry import compiled_targets

MANIFEST: Final = "manifest.json"
MADE_BY: Final = "gsdc build"
FORMAT: Final = 1  # manifest format version
_MANY: Final = 300  # with this many files, loading the search engine pays off
_LONGEST: Final = 64_000_000  # maximum size in bytes of a manifest to read

OUTPUT_CLASH = Diagnostic(
    "BD001",
    "output-clash",
    Severity.ERROR,
    """Two targets would write the same file, or the output folder holds a file that is not from a build.

    A build replaces its whole folder. Its manifest.json shows that gsdc made the folder, and lists every file.

    ## Why is this bad?
    One of the two would be lost. gsdc does not delete files that it did not make.

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: CLAUDE.md, create: true}
      claude-md: {paths: [CLAUDE.md]}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
      claude-md: {paths: [CLAUDE.md]}
    """,
)


class Build(NamedTuple):
    """The content of a build: the artifacts by target, the manifest's bytes, and the findings of the targets."""

    artifacts: tuple[tuple[str, Artifact], ...]
    manifest: bytes
    findings: tuple[Finding, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """Every file of the build by its path in the folder, including the manifest."""
        return {artifact.path: artifact.content for _, artifact in self.artifacts} | {MANIFEST: self.manifest}

    @property
    def broken(self) -> bool:
        """Whether an error prevents writing the build."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


class Built(NamedTuple):
    """A valid build with its project, its policy, and all findings."""

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
    """Compile the project in ``root``; the findings include those of the policy and are sorted.

    Raises ``Rejected`` with all findings if one is an error, and for an unknown zone or target.
    """
    targets = tuple(targets)
    for what, asked, known in (("target", targets, compiled_targets()), ("zone", (zone,), ZONES)):
        for name in asked:
            if name not in known:
                at = Span(Argument(f"--{what}"), 0, 0)
                raise Rejected(UNKNOWN_NAME.at(at, f'unknown {what} "{name}"', nearest(name, list(known))))
    loaded = load(root, profile=profile, fleets=fleets, workflow=workflow)
    policy, findings = checked(loaded)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise Rejected(*findings)
    build = compile_project(loaded.project, policy, zone, targets)
    if not build.broken:
        findings = (*findings, *exposed(build, loaded.project.tree))
    build = build._replace(findings=sorted_findings((*findings, *build.findings)))
    if build.broken:
        raise Rejected(*build.findings)
    return Built(loaded.project, policy, build)


def compile_project(
    project: Project, policy: Policy, zone: str, only: Iterable[str] = (), tree: Tree | None = None
) -> Build:
    """Compile the targets of ``project`` (or those in ``only``) under ``policy`` in budget ``zone``.

    ``tree`` replaces the user's files, if given.
    """
    options = project.targets()
    wanted = {name: options.get(name, {}) for name in only} or options
    artifacts: list[tuple[str, Artifact]] = []
    findings: list[Finding] = []
    owner: dict[str, str] = {MANIFEST: "the manifest"}
    tree = tree or project.tree
    for name, target_options in wanted.items():
        request = Request(policy, zone, tree, target_options, options)
        emission = compile_target(name, request)
        shared = _shared(artifacts, emission)
        if shared:  # each target adds its own block to the output of the others
            emission = compile_target(name, request._replace(tree=overlaid(tree, shared)))
        findings.extend(emission.findings)
        for artifact in emission.artifacts:
            if artifact.path in shared:
                artifacts = [_with_content(one, artifact) for one in artifacts]
            elif artifact.path in owner:
                message = f'"{artifact.path}" is compiled by {owner[artifact.path]} and by {name}'
                findings.append(OUTPUT_CLASH.at(Span(artifact.path, 0, 0), message, "give one of the two another path"))
            owner[artifact.path] = name
            artifacts.append((name, artifact))
    findings.extend(not_visited(tree.unvisited))
    manifest = _manifest(policy, zone, artifacts)
    return Build(tuple(artifacts), manifest, sorted_findings(findings))


def _shared(artifacts: list[tuple[str, Artifact]], emission: Emission) -> dict[str, bytes]:
    """Return the compiled content of documents into which an emission puts blocks with other ids."""
    found: dict[str, bytes] = {}
    for new in emission.artifacts:
        blocks = [
            block for _, old in artifacts if old.path == new.path for block in blocks_of(old.ownership) or (None,)
        ]
        if blocks and None not in blocks and not set(blocks).intersection(blocks_of(new.ownership) or blocks):
            found |= {old.path: old.content for _, old in artifacts if old.path == new.path}
    return found


def _with_content(known: tuple[str, Artifact], newest: Artifact) -> tuple[str, Artifact]:
    """Return a target's artifact with the content of the ``newest`` one of the same document."""
    name, artifact = known
    return (name, artifact._replace(content=newest.content)) if artifact.path == newest.path else known


def _manifest(policy: Policy, zone: str, artifacts: list[tuple[str, Artifact]]) -> bytes:
    content: dict[str, Any] = {
        "made-by": MADE_BY,
        "format": FORMAT,
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
                "owns": artifact.ownership.name,
                "sha256": hashlib.sha256(artifact.content).hexdigest(),
            }
            for name, artifact in sorted(artifacts, key=lambda item: (item[0], item[1].path))
        ],
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def exposed(build: Build, tree: Tree) -> Iterator[Finding]:
    """Yield a finding for each credential that a build would copy, at its current place, else at its new place.

    A build folder is shown, shared and committed, so it must not contain credentials.
    """
    if len(build.artifacts) > _MANY:
        scanner.expect_many()
    kept = store.folder("secrets")
    for _, artifact in build.artifacts:
        told: set[str] = set()
        for content in dict.fromkeys((tree.read(artifact.path) or b"", artifact.content)):
            text = content.decode("utf-8", "replace")
            found = [each for each in credentials(artifact.path, text, kept) if each.message not in told]
            told.update(each.message for each in found)
            yield from (each._replace(notes=(*each.notes, "gsdc copies no credential into a build")) for each in found)


def outdated(build: Build, folder: Place) -> list[str]:
    """Return the files in which ``folder`` differs from ``build``, sorted: missing, changed or extra.

    Raises OSError if the folder cannot be read.
    """
    files, depth = build.files, len(folder.parts)
    below = folder.below() if folder.is_folder() else ()
    present = {"/".join(p.parts[depth:]): p for p, status in below if not stat.S_ISDIR(status.st_mode)}
    changed = {path for path in files.keys() & present if not _holds(present[path], files[path])}
    return sorted((files.keys() ^ present.keys()) | changed)


def _holds(place: Place, content: bytes) -> bool:
    """Tell whether a regular file with this content exists."""
    status = place.status()
    is_like = status is not None and stat.S_ISREG(status.st_mode) and status.st_size == len(content)
    return is_like and place.read(len(content) + 1) == content


def write(build: Build, folder: Place, *, private: bool = False) -> tuple[Finding, ...]:
    """Replace ``folder`` with ``build`` if they differ; a ``private`` folder is readable by its owner only.

    Returns a finding, and writes nothing, if ``folder`` contains a file that is not from a build. Raises OSError on a
    disk error; the old folder then still exists.
    """
    status = folder.status()
    listed: frozenset[str] = frozenset()
    if status is not None:
        shown = Span(folder.location.as_posix(), 0, 0)
        if not stat.S_ISDIR(status.st_mode):
            return (OUTPUT_CLASH.at(shown, f'"{folder}" is not a folder', "move it away, or choose another --out"),)
        listed = _listed(folder)
        stray = unlisted(folder, listed)
        if stray is not None:
            return (_not_ours(folder, stray, has_list=bool(listed)),)
        if not private and not outdated(build, folder):
            return ()
    stray = replace_folder(folder, build.files, listed, private=private)
    return () if stray is None else (_not_ours(folder, stray, has_list=bool(listed)),)


def _listed(folder: Place) -> frozenset[str]:
    """Return the files of the build in ``folder``, as listed in its manifest; none if gsdc did not create it.

    Raises OSError if the manifest cannot be read.
    """
    manifest = folder / MANIFEST
    status = manifest.status()
    if status is None or not stat.S_ISREG(status.st_mode):
        return frozenset()
    try:
        data = json.loads(manifest.read(_LONGEST) or b"")
        if data["made-by"] != MADE_BY or data["format"] != FORMAT:
            return frozenset()
        return frozenset([MANIFEST, *(artifact["path"] for artifact in data["artifacts"])])
    except (ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def _not_ours(folder: Place, stray: str, *, has_list: bool) -> Finding:
    """Return the finding that ``folder`` contains the file ``stray``, which is not from a build."""
    span = Span((folder / stray).location.as_posix(), 0, 0)
    if has_list:
        message = f'"{folder}" holds "{stray}", which is not from a build'
        return OUTPUT_CLASH.at(span, message, "move it away, or choose another --out")
    message = f'"{folder}" holds something that is not a build of this version of gsdc, such as "{stray}"'
    help_ = "choose another --out; if an older version made it, remove the folder and build again"
    return OUTPUT_CLASH.at(span, message, help_)
