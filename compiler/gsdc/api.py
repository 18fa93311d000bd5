"""The Python API: what ``gsdc lint``, ``build`` and ``explain`` do, as functions.

    import gsdc

    project = gsdc.open_project(".")
    policy = project.policy(profile="budget")
    decision = policy.decide("gsd-verifier", phase="verification", zone="orange")

Nothing is printed, nothing is written but the cache of lint, and the process never exits. ``Rejected`` is the one
exception: it carries the findings that say why. Results are frozen.
"""

from collections.abc import Iterable
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple

from gsdc.build import Build
from gsdc.finding import Finding, Rejected, Severity
from gsdc.policy.model import Decision, Policy
from gsdc.source.plan import Plan
from gsdc.source.span import Span

__all__ = (
    "Build",
    "Decision",
    "Finding",
    "OpenProject",
    "Plan",
    "Policy",
    "Rejected",
    "Severity",
    "Span",
    "open_project",
)


class OpenProject(NamedTuple):
    """A project: a folder, with or without a gsdc.yaml. Its files are read again by each method.

    ``profile``, ``workflow`` and ``fleets`` are names or paths, and stand for what gsdc.yaml says where they are given.
    """

    root: Path

    def policy(self, *, profile: str | None = None, workflow: str | None = None, fleets: Iterable[str] = ()) -> Policy:
        """Return the policy: catalog, fleets and profile, resolved. Ask it with ``Policy.decide``.

        Raises ``Rejected`` where a file cannot be read or does not fit its schema, and where a name is unknown. Whether
        the policy keeps its never-break rules is for ``lint`` and ``build`` to say.
        """
        from gsdc.policy.load import load

        loaded = load(self.root, profile=profile, workflow=workflow, fleets=tuple(fleets))
        if loaded.policy is None:
            raise Rejected(*loaded.findings)
        return loaded.policy

    def lint(
        self,
        paths: Iterable[str | PathLike[str]] = (),
        *,
        profile: str | None = None,
        workflow: str | None = None,
        fleets: Iterable[str] = (),
        cached: bool = True,
    ) -> tuple[Finding, ...]:
        """Return what ``gsdc lint`` shows, sorted by path, line, column and code; () where nothing is wrong.

        ``paths`` are files and folders, from the working folder; without any the whole project is checked. What
        gsdc.yaml says under ``lint`` holds. Without ``cached`` every plan is checked again.

        A file that is broken or missing is a finding, not an exception. Raises ``Rejected`` for a baseline, named in
        gsdc.yaml, that cannot be read.
        """
        from gsdc.deploy.current_policy import in_force
        from gsdc.deploy.pause import paused
        from gsdc.lint.filter import Filter, LintOptions
        from gsdc.lint.run import Asked, lint
        from gsdc.report.files import ReportedFiles

        named = tuple(fspath(path) for path in paths)
        wanted = Filter(ReportedFiles(self.root), LintOptions(), named)
        asked = Asked(named, profile, workflow, tuple(fleets), cached, paused=paused, in_force=in_force)
        return wanted.answer(lint(self.root, asked).findings).shown

    def build(
        self,
        *,
        profile: str | None = None,
        workflow: str | None = None,
        fleets: Iterable[str] = (),
        zone: str = "green",
        targets: Iterable[str] = (),
    ) -> Build:
        """Return what ``gsdc build`` writes: the bytes of each file by its path in ``Build.files``. Nothing is written.

        ``zone`` is green, yellow, orange or red; ``targets`` are names, all in use where none is given. The findings of
        a build are warnings and notes. Raises ``Rejected`` with all findings where one is an error.
        """
        from gsdc.build import build_project

        return build_project(
            self.root,
            profile=profile,
            workflow=workflow,
            fleets=tuple(fleets),
            zone=zone,
            targets=tuple(targets),
        ).build

    def plan(self, path: str | PathLike[str]) -> Plan:
        """Return the plan at ``path``, from the project's folder, without what gsdc has written into it.

        What is wrong with it is in ``Plan.findings``. Raises ``Rejected`` for a file that does not exist or cannot be
        read, is a link out of the project, or is not UTF-8.
        """
        from gsdc.plans.reading import read_plan

        return read_plan(fspath(path), self.root)


def open_project(path: str | PathLike[str] = ".") -> OpenProject:
    """Return the project in the folder ``path``. Raises ``Rejected`` where there is no such folder."""
    from gsdc.source.span import Argument
    from gsdc.source.tree import UNUSABLE

    root = Path(path)
    if not root.is_dir():
        span = Span(Argument("path"), 0, 0)
        raise Rejected(UNUSABLE.at(span, f'"{root}" is not a folder', "name the folder that holds gsdc.yaml"))
    return OpenProject(root)
