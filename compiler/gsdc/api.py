"""The Python API: what ``gsdc lint``, ``build`` and ``explain`` do, as functions.

    import gsdc

    project = gsdc.open_project(".")
    policy = project.policy(profile="budget")
    decision = policy.decide("gsd-verifier", phase="verification", zone="orange")

Nothing is printed, only the lint cache is written, and the process never exits. ``Rejected`` is the only exception: it
carries the findings that explain it. Results are frozen.
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
    """A project: a folder, with or without a gsdc.yaml. Each method reads its files again.

    ``profile``, ``workflow`` and ``fleets`` are names or paths. If given, they replace the values of gsdc.yaml.
    """

    root: Path

    def policy(self, *, profile: str | None = None, workflow: str | None = None, fleets: Iterable[str] = ()) -> Policy:
        """Return the resolved policy of catalog, fleets and profile. Query it with ``Policy.decide``.

        Raises ``Rejected`` if a file cannot be read or violates its schema, or if a name is unknown. ``lint`` and
        ``build`` check the never-break rules.
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
        """Return the findings of ``gsdc lint``, sorted by path, line, column and code; () if there are none.

        ``paths`` are files and folders, relative to the working folder; without any, the whole project is checked. The
        ``lint`` section of gsdc.yaml applies. If ``cached`` is false, every plan is checked again.

        A broken or missing file is a finding, not an exception. Raises ``Rejected`` if a baseline named in gsdc.yaml
        cannot be read.
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
        """Return the output of ``gsdc build``: the bytes of each file by path in ``Build.files``. Nothing is written.

        ``zone`` is green, yellow, orange or red; ``targets`` are names, by default all in use. The findings of a build
        are warnings and notes. Raises ``Rejected`` with all findings if one is an error.
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
        """Return the plan at ``path``, relative to the project's folder, without gsdc's annotations.

        Its problems are in ``Plan.findings``. Raises ``Rejected`` for a file that does not exist, cannot be read, is a
        link out of the project, or is not UTF-8.
        """
        from gsdc.plans.reading import read_plan

        return read_plan(fspath(path), self.root)


def open_project(path: str | PathLike[str] = ".") -> OpenProject:
    """Return the project in the folder ``path``. Raises ``Rejected`` if the folder does not exist."""
    from gsdc.source.span import Argument
    from gsdc.source.tree import UNUSABLE

    root = Path(path)
    if not root.is_dir():
        span = Span(Argument("path"), 0, 0)
        raise Rejected(UNUSABLE.at(span, f'"{root}" is not a folder', "name the folder that holds gsdc.yaml"))
    return OpenProject(root)
