"""Lint the given paths or a whole project: its policy, its plans, and its clients' files."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gsdc.finding import Finding, Rejected

if TYPE_CHECKING:
    from gsdc.lint.plans import PlanLint
    from gsdc.policy.governing import Policies
    from gsdc.policy.load import Loaded
    from gsdc.targets.places import ClientPath


class Asked(NamedTuple):
    """The request: paths relative to the working folder (none: the whole project), and the policy to use.

    If ``cached`` is false, every plan is checked again. With ``skip_done``, completed plans are skipped even if named.
    ``paused`` tells whether a folder is paused. With ``follow_links``, files are also read through symbolic links out
    of the project. ``in_force`` loads the policy for the clients' files if no option selects one: during a gradual
    cut-over, its stage. Without it, gsdc.yaml decides.
    """

    paths: tuple[str, ...] = ()
    profile: str | None = None
    workflow: str | None = None
    fleets: tuple[str, ...] = ()
    cached: bool = True
    skip_done: bool = False
    paused: Callable[[Path], object] = lambda _: None
    follow_links: bool = False
    in_force: Callable[..., "Loaded"] | None = None

    @property
    def policy(self) -> tuple[str | None, str | None, tuple[str, ...]]:
        """The profile, the workflow and the fleets."""
        return self.profile, self.workflow, self.fleets


class LintResult(NamedTuple):
    """The result of a lint: the findings, unsorted, and the number of completed plans skipped."""

    findings: list[Finding]
    done: int = 0


class Paths(NamedTuple):
    """The arguments by kind: plans and plan folders, client paths, other folders, files of the language."""

    plans: list[str]
    places: "list[ClientPath]"
    folders: list[str]
    others: list[str]


Fixer = Callable[[Callable[[], Iterable[Finding]], str, tuple[Path, ...]], None]
"""Fix what a check finds. It is given the folder that the paths of findings are relative to, and those that may be
written."""


def lint(root: Path, asked: Asked, fix: Fixer | None = None) -> LintResult:
    """Return all findings for the project in ``root``, or for the requested paths.

    ``fix`` is called with each check of plans and of client files before its findings are used.
    """
    paths = _divide(asked.paths)
    base, projects = ("", paths.folders) if asked.paths else (str(root), [""])
    findings = _of_language(root, asked, paths.others)
    done = 0
    if paths.plans or not asked.paths:
        plans = _of_plans(root, asked, paths.plans, base, fix)
        findings.extend(plans.findings)
        projects, done = [*projects, *plans.projects], plans.done
    nested = _nested(root, Path(base), projects)
    if nested:
        from gsdc.lint.project import lint_nested

        findings.extend(lint_nested(Path(base), nested, _policies(root, asked)))
    projects = _with_clients(Path(base), projects)
    if paths.places or projects:
        findings.extend(_of_clients(root, asked, paths.places, (base, projects), fix))
    return LintResult(findings, done)


def _of_language(root: Path, asked: Asked, others: list[str]) -> list[Finding]:
    """Return the findings in the project's policy, or in the named files of the language."""
    from gsdc.source.tree import MISNAMED_FILE, PROJECT_FILE

    # Without a project file and named paths, the project has nothing of its own to check.
    present = any(os.path.lexists(root / name) for name in (PROJECT_FILE, MISNAMED_FILE))
    if not others and (asked.paths or not (any(asked.policy) or present)):
        return []
    from gsdc.lint.project import lint_files, lint_project

    if others:
        return list(lint_files(root, others, asked.fleets, follow_links=asked.follow_links))
    return list(lint_project(root, _policies(root, asked)))


def _of_plans(root: Path, asked: Asked, named: list[str], base: str, fix: Fixer | None) -> "PlanLint":
    """Check the plans in ``named`` places, after fixes if requested; invalid places become findings."""
    from gsdc.lint.plans import PlanLint, lint_plans

    places = named or ["."]
    try:
        if fix is not None:
            folders = (root, *(Path(base, path) for path in places))
            fix(lambda: lint_plans(places, root, base, cached=False).findings, base, folders)
        return lint_plans(
            places, root, base, cached=asked.cached, skip_done=asked.skip_done, follow_links=asked.follow_links
        )
    except Rejected as rejected:
        return PlanLint(rejected.findings, 0, 0, ())


def _of_clients(
    root: Path, asked: Asked, places: "list[ClientPath]", projects: tuple[str, list[str]], fix: Fixer | None
) -> list[Finding]:
    """Return the findings in client files: in the named ones, and in ``projects``, folders below a base."""
    from gsdc.lint.installed import PolicyChoice, lint_named, lint_projects
    from gsdc.policy.load import load

    base, folders = projects
    choice = PolicyChoice(root, *asked.policy, asked.paused, asked.follow_links, asked.in_force or load)

    def check() -> list[Finding]:
        return [*lint_named(places, choice), *lint_projects(Path(base), folders, choice)]

    if fix is not None:
        try:
            fix(check, base, (*(Path(place.root) for place in places), *(Path(base, folder) for folder in folders)))
        except Rejected as rejected:
            return list(rejected.findings)
    return check()


def _policies(root: Path, asked: Asked) -> "Policies":
    from gsdc.policy.governing import Policies
    from gsdc.policy.load import load

    loader = partial(load, profile=asked.profile, workflow=asked.workflow, fleets=asked.fleets)
    return Policies(root, loader, follow_links=asked.follow_links)


def _nested(root: Path, base: Path, folders: Iterable[str]) -> list[str]:
    """Return those of ``folders`` with a gsdc.yaml of their own, except the project's folder."""
    from gsdc.source.tree import PROJECT_FILE

    found = [folder for folder in dict.fromkeys(folders) if os.path.lexists(base / folder / PROJECT_FILE)]
    return [folder for folder in found if (base / folder).resolve() != root.resolve()]


def _with_clients(base: Path, folders: Iterable[str]) -> list[str]:
    """Return those of ``folders`` that contain client files: if none does, fewer imports are needed."""
    from gsdc.targets.registry import readable_targets

    return [folder for folder in dict.fromkeys(folders) if any(readable_targets(base / folder))]


def _divide(named: tuple[str, ...]) -> Paths:
    from gsdc.source.summary import SUMMARY
    from gsdc.source.tree import PLANNING

    paths = Paths([], [], [], [])
    for path in named:
        if path.endswith("PLAN.md"):
            paths.plans.append(path)
            continue
        from gsdc.targets.places import inside, recognise

        if Path(path).is_dir():
            # Files below .planning/ are plans: no client reader is needed.
            within = None if PLANNING in Path(path).parts[:-1] else inside(path)
            paths.plans.append(path)
            if within is None:
                paths.folders.append(str(Path(path)))
            else:
                paths.places.append(within)
        elif found := recognise(path):
            # A missing path is reported like any other file.
            is_there = os.path.lexists(path)
            paths.places.extend(found if is_there else ())
            paths.others.extend([] if is_there else [path])
        else:
            is_plan = path.endswith(".md") and not path.endswith(f"{SUMMARY}.md")
            (paths.plans if is_plan else paths.others).append(path)
    return paths
