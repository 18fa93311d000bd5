"""What a deployment would do: the compiled build, and how the user's files would change by it. Nothing is written."""

from collections.abc import Iterable
from typing import NamedTuple

from gsdc.build import Build, compile_project
from gsdc.deploy.change import NEW_MODE, Change, Image, image_at
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, sorted_findings
from gsdc.policy.model import Policy
from gsdc.policy.project import Project
from gsdc.source.span import Span
from gsdc.source.tree import Tree

ONE_FILE = Diagnostic(
    "DP001",
    "two-contents",
    Severity.ERROR,
    """Two compiled files are one file of the project, through a symbolic link, and differ.

    ## Why is this bad?
    Only one of the two contents could be installed (design, "apply": one transaction over all files).

    ## No example
    A symbolic link cannot be written down in an example.
    """,
)


class Proposal(NamedTuple):
    """What a deployment would do. ``changes`` holds the files that would differ, sorted by path.

    ``findings`` are those of the targets, and what stands in the way of reading or replacing a file.
    """

    project: Project
    policy: Policy
    zone: str
    build: Build
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> bool:
        """Whether an error stands in the way."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def propose(project: Project, policy: Policy, zone: str, only: Iterable[str] = ()) -> Proposal:
    """Compile the targets of ``project`` (``only`` some, where given), and compare them with the user's files."""
    build = compile_project(project, policy, zone, only)
    findings = list(build.findings)
    changes: dict[str, Change] = {}
    for target, artifact in () if build.broken else build.artifacts:
        try:
            path = real_path(project.tree, artifact.path)
            before = image_at(project.tree, path)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        after = Image(artifact.content, before.mode if before else NEW_MODE)
        other = changes.setdefault(path, Change(path, before, after, artifact.ownership, target))
        if other.after != after:
            message = f'"{artifact.path}" is the file "{path}", which target {other.target} compiles to other content'
            findings.append(ONE_FILE.at(Span(artifact.path, 0, 0), message, "name only one of the two paths"))
    changed = (changes[path] for path in sorted(changes) if changes[path].before != changes[path].after)
    return Proposal(project, policy, zone, build, tuple(changed), sorted_findings(findings))


def real_path(tree: Tree, path: str) -> str:
    """Return the path without symbolic links of the file that ``path`` names; it is there, or is to be.

    Raises ``Rejected`` where it lies outside the project.
    """
    return tree.locate(path).resolve().relative_to(tree.root.resolve()).as_posix()
