"""A proposal: the compiled build and the changes it would make to the user's files. Nothing is written."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from gsdc.build import Build, compile_project
from gsdc.deploy.edits import find_edits
from gsdc.deploy.leftovers import deployed, find_leftovers, without_stale_keys
from gsdc.deploy.truth import unwritten
from gsdc.deploy.without_file import without_file
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, sorted_findings
from gsdc.ownership.blocks import SEPARATOR, blocks_of, joined
from gsdc.ownership.registry import ownership
from gsdc.policy.model import Policy
from gsdc.policy.project import Project
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.compile import compile_target
from gsdc.transaction.change import NEW_MODE, Change, Image, image_at
from gsdc.transaction.history import Installed, history, installed
from gsdc.transaction.record import Record
from gsdc.transaction.store import Store, real_path

ONE_FILE = Diagnostic(
    "DP001",
    "two-contents",
    Severity.ERROR,
    """Two compiled files with different content are the same file of the project, through a symbolic link.

    ## Why is this bad?
    Only one of the two contents could be installed (design, "apply": one transaction over all files).

    ## No example
    A symbolic link cannot be written down in an example.
    """,
)


class ForeignEdit(NamedTuple):
    """A manual edit of a file.

    ``change`` is from the content that gsdc wrote to the current content; if the former is unknown, from the current
    content to the proposed one.
    """

    change: Change
    findings: tuple[Finding, ...]


class Proposal(NamedTuple):
    """The effects of a deployment. ``changes`` are the files that would differ, sorted by path.

    ``findings`` are those of the targets, and errors in reading or replacing files. ``edits`` are manual edits of
    gsdc's parts that would be lost. ``adopted`` are files that equal the compiled output but were not written by this
    history (a pull or a patch). ``last`` is the newest record of the history, 0 if there is none.
    """

    project: Project
    policy: Policy
    zone: str
    build: Build
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    edits: tuple[ForeignEdit, ...] = ()
    adopted: tuple[Change, ...] = ()
    last: int = 0

    @property
    def broken(self) -> bool:
        """Whether an error prevents the deployment."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def propose(project: Project, policy: Policy, zone: str, only: Iterable[str] = ()) -> Proposal:
    """Compile the targets of ``project`` (or those in ``only``), and compare them with the user's files.

    Earlier installs count: parts that gsdc wrote and no longer compiles are removed.
    """
    try:
        records = history(Store(project.tree.root))
        known = installed(records)
        only = tuple(only)
        tree = without_stale_keys(project.tree, known, partial(_compiled, project, policy, zone, only, known))
    except Rejected as rejected:
        return Proposal(project, policy, zone, Build((), b"", ()), (), rejected.findings)
    build = compile_project(project, policy, zone, only, tree)
    findings = [*build.findings, *(() if only else unwritten(project, policy))]
    findings += () if only or build.broken else without_file(project, policy, build)
    changes = {} if build.broken else _compiled_changes(project, build, findings)
    changes = {path: _with_known_blocks(change, known.get(path), only) for path, change in changes.items()}
    if not build.broken and not only:
        changes |= {change.path: change for change in find_leftovers(project.tree, known, changes)}
    changed = tuple(changes[path] for path in sorted(changes) if changes[path].before != changes[path].after)
    edits: tuple[ForeignEdit, ...] = ()
    adopted: tuple[Change, ...] = ()
    try:
        edits = tuple(edit for change in changed for edit in _edits(change, known.get(change.path), records))
        same = (changes[path] for path in sorted(changes) if changes[path].before == changes[path].after)
        adopted = tuple(change for change in same if _is_news(change, known.get(change.path)))
    except Rejected as rejected:  # the written content can no longer be read
        findings.extend(rejected.findings)
    last = max((record.number for record in records), default=0)
    return Proposal(project, policy, zone, build, changed, sorted_findings(findings), edits, adopted, last)


def _compiled_changes(project: Project, build: Build, findings: list[Finding]) -> dict[str, Change]:
    """Return the change of each compiled file by path; files that cannot be compared become findings."""
    changes: dict[str, Change] = {}
    for target, artifact in build.artifacts:
        try:
            path = real_path(project.tree, artifact.path)
            before = image_at(project.tree, path)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        after = Image(artifact.content, before.mode if before else NEW_MODE)
        change = Change(path, before, after, artifact.ownership.name, target)
        other = changes.get(path, change)
        changes[path] = _together(other, change)
        if other.after != after:
            message = f'"{artifact.path}" is the file "{path}", which target {other.target} compiles to other content'
            findings.append(ONE_FILE.at(Span(artifact.path, 0, 0), message, "name only one of the two paths"))
    return changes


def _together(one: Change, other: Change) -> Change:
    """Merge the changes of a document with one block from each of two targets; return the first for other files."""
    whole = joined((ownership(one.ownership), ownership(other.ownership)))
    if one is other or whole is None:
        return one
    targets = dict.fromkeys((*one.targets, *other.targets))
    return one._replace(ownership=whole.name, target=SEPARATOR.join(targets))


def _with_known_blocks(change: Change, known: Installed | None, only: tuple[str, ...]) -> Change:
    """Return ``change`` with the blocks handled that gsdc wrote into the document and that are not compiled.

    If ``only`` some targets are compiled, blocks of the others remain gsdc's. Otherwise these blocks are removed,
    unless they were edited or their history cannot be read.
    """
    if known is None or change.after is None:
        return change
    own, written = blocks_of(ownership(change.ownership)), blocks_of(ownership(known.file.ownership))
    others = [block for block in written if block not in own]
    if not own or not others:
        return change
    if only:
        return _together(change, Change(change.path, None, None, known.file.ownership, known.file.target))
    content: bytes | None = change.after.content
    with suppress(Rejected):
        for block in others:
            content = block.remove_stale(change.path, content or b"", deployed(known), None)
    return change._replace(after=change.after._replace(content=content or b""))


def _edits(change: Change, known: Installed | None, records: Iterable[Record]) -> Iterator[ForeignEdit]:
    written = _written(known)
    found = tuple(find_edits(change, written, f"change {known.record.number}" if known else "gsdc"))
    # Content in the history is not lost, for example after a switch to another branch.
    if found and not (change.before and change.before.digest in _digests(records, change.path, known)):
        yield ForeignEdit(change if written is None else change._replace(before=written, after=change.before), found)


def _is_news(change: Change, known: Installed | None) -> bool:
    """Tell whether gsdc's part of an unchanged file differs from the history."""
    written = _written(known)
    if written is None or change.before is None:
        return True
    return not ownership(change.ownership).is_same(change.path, written.content, change.before.content)


def _written(known: Installed | None) -> Image | None:
    return None if known is None or known.file.after is None else known.record.image(known.file.after)


def _digests(records: Iterable[Record], path: str, known: Installed | None) -> set[str]:
    """Return the digests of a file before gsdc wrote it, and after each deployment.

    The result of a rollback, or content that --force replaced, may contain an edit and is excluded.
    """
    deployed = (record for record in records if not record.header.undoes)
    stored = {file.after for record in deployed for file in record.files() if file.path == path}
    stored.add(known.first_file.before if known else None)
    return {one.digest for one in stored if one is not None}


def _compiled(
    project: Project, policy: Policy, zone: str, only: tuple[str, ...], known: Mapping[str, Installed], tree: Tree
) -> Mapping[str, bytes | None]:
    """Compile the targets that own keys of files; return their contents by path, without those that fail to compile.

    None marks a file in which nothing is wanted any more.
    """
    in_use = project.targets()
    found: dict[str, bytes | None] = {}
    keyed = {path: there.file.target for path, there in known.items() if there.file.keys}
    for name in set(keyed.values()):
        if name in (only or in_use):
            emission = compile_target(name, Request(policy, zone, tree, in_use.get(name, {})))
            if not any(finding.severity is Severity.ERROR for finding in emission.findings):
                found |= dict.fromkeys(path for path, target in keyed.items() if target == name)
            found |= {real_path(project.tree, artifact.path): artifact.content for artifact in emission.artifacts}
    return found
