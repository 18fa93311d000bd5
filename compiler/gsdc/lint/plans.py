"""Lint plans: each by itself, then together with the other plans of its project."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gsdc.cache import store
from gsdc.cache.columns import pack, unpack
from gsdc.filesystem.read import Folder
from gsdc.finding import Finding, Rejected
from gsdc.plans.cache import Cache, LintQuestion
from gsdc.plans.discover import PlanFile, find
from gsdc.plans.disk import SeenFiles
from gsdc.plans.facts import PlanFacts, PlanReport, Suppression, only_named
from gsdc.plans.parallel import Wire, available, spread
from gsdc.plans.phase import ProjectPlans
from gsdc.plans.suppression import allowed, unused
from gsdc.source.gsd_names import phase_folder, project_of
from gsdc.source.span import Span
from gsdc.source.tree import PLANNING, UNUSABLE, decode, read_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gsdc.rules.plans.api import PlanContext

_MANY: Final = 100


class PlanLint(NamedTuple):
    """The result of a lint of plans: the findings, unsorted, and the numbers of plans checked and skipped.

    ``projects`` are the visited folders with client files or a policy, "" for the searched folder.
    """

    findings: tuple[Finding, ...]
    checked: int
    done: int
    projects: tuple[str, ...]


def lint_plans(  # long: its parameters are the options of a lint
    paths: Sequence[str],
    root: Path,
    base: str = "",
    *,
    cached: bool = True,
    skip_done: bool = False,
    processes: int | None = None,
    follow_links: bool = False,
) -> PlanLint:
    """Check the plans in ``paths``, relative to the folder ``base``, under the policy of the project in ``root``.

    Completed plans (with a summary beside them) that are found in a folder are skipped; a named plan is checked, unless
    ``skip_done``. Rules on several plans use the whole phase, whatever was named. Raises ``Rejected`` for a path that
    does not exist.
    """
    from gsdc.targets.registry import project_marks

    named = {path for path in paths if not os.path.isdir(os.path.join(base, path))}  # noqa: PTH112, PTH118
    found = find(paths, base, follow_links=follow_links, marks=project_marks())
    files = found.files
    wanted = {file.path for file in files if not file.done or (file.path in named and not skip_done)}
    homes = _homes(files, base, root)
    others = tuple(sorted({folder for home in homes.values() for folder in home if folder != root}))
    cache = Cache.of(base, root, others) if cached else Cache(None)
    question = LintQuestion(tuple(paths), skip_done, files)
    findings = cache.answer(question)
    if findings is None:
        lint = _Lint(_Contexts(root, homes, base), base, cache, processes, follow_links=follow_links)
        lint.named = frozenset() if skip_done else frozenset(named)
        everything = lint.findings(files, wanted, [path for path in paths if path not in named])
        findings = _with_excerpts(everything, root, follow_links=follow_links)
        lint.save()
        if lint.complete:
            cache.keep_answer(question, lint.disk, findings)
    return PlanLint((*found.unvisited, *found.skipped, *findings), len(wanted), len(files) - len(wanted), found.marked)


def _with_excerpts(findings: Iterable[Finding], root: Path, *, follow_links: bool) -> tuple[Finding, ...]:
    """Return ``findings`` each with its source line: the next run reads them from the cache and opens no file."""
    from gsdc.credentials.masks import without_credentials
    from gsdc.report.files import ReportedFiles

    files = ReportedFiles(root, follow_links=follow_links)
    return tuple(
        finding if finding.excerpt is not None else finding._replace(excerpt=files.line(finding))
        for finding in without_credentials(findings)
    )


class _Checked(NamedTuple):
    """A checked plan: its digest and report; for an unreadable plan, the report explains why."""

    path: str
    digest: str
    report: PlanReport
    is_read: bool


_WIRE: Final = Wire(partial(pack, kind=_Checked), partial(unpack, kind=_Checked))


def _homes(files: Iterable[PlanFile], base: str, root: Path) -> dict[str, tuple[Path, ...]]:
    """Return the folders whose gsdc.yaml governs the plans of each project folder, nearest first."""
    from gsdc.source.tree import configured_folders

    projects = dict.fromkeys(project_of(file.path) for file in files)
    top = root.resolve()
    return {project: tuple(configured_folders(Path(base, project), root, top)) for project in projects}


class _Contexts:
    """The context of each plan: plans with the same gsdc.yaml files share one."""

    def __init__(self, root: Path, homes: "Mapping[str, tuple[Path, ...]]", base: str) -> None:
        self._root, self._homes = root, homes
        self._secrets = store.folder("secrets", base or ".", root)
        self._found: dict[tuple[Path, ...], PlanContext] = {}

    def of(self, path: str) -> "PlanContext":
        """Return the context of the plan at ``path``."""
        home = self._homes[project_of(path)]
        if home not in self._found:
            from gsdc.policy.governing import Policies
            from gsdc.rules.plans.api import PlanContext

            nearest = home[0] if home else self._root
            self._found[home] = PlanContext(nearest, self._secrets, Policies(self._root))
        return self._found[home]


class _Lint:
    """One run: the policies, the base folder of paths, and the cached results of the last run."""

    def __init__(
        self, contexts: _Contexts, base: str, cache: Cache, processes: int | None, *, follow_links: bool
    ) -> None:
        self._contexts, self.base = contexts, base
        self.unusable: list[Finding] = []
        self.disk = SeenFiles({}, {})
        self.done: set[str] = set()
        self.named: frozenset[str] = frozenset()
        self.complete = True
        self._cache = cache
        self._folder, self.follow_links = Folder(base or "."), follow_links
        self._processes = available() if processes is None else processes

    def findings(self, files: Iterable[PlanFile], wanted: set[str], searched: Sequence[str]) -> Iterator[Finding]:
        """Yield the findings of the ``wanted`` of ``files``; ``complete`` is true if no other plan was read."""
        reports = self.reports(files)
        for members in _by_root(reports).values():
            covered = _covers(searched, members[0].facts.root)
            self.complete = self.complete and covered
            yield from _together(self, members, wanted, complete=covered)
        self.complete = self.complete and not self.unusable
        yield from self.unusable

    def reports(self, files: Iterable[PlanFile]) -> list[PlanReport]:
        """Return the report of each of ``files``; an unreadable file becomes a finding in ``unusable``."""
        known: list[PlanReport] = []
        fresh: list[PlanFile] = []
        for file in files:
            if file.done:
                self.done.add(file.path)
            report = self._cache.unchanged(file)
            if report is None:
                fresh.append(file)
            else:
                known.append(report)
        if fresh:
            from gsdc.credentials import scanner
            from gsdc.lint import plan as check  # noqa: F401 - loaded here, before this process is forked

            if len(fresh) > _MANY:
                scanner.expect_many()
                self._contexts.of(fresh[0].path).prepare()
        by_path = {file.path: file for file in fresh}
        for path, digest, report, is_read in spread(self._check, fresh, self._processes, _WIRE):
            if is_read:
                known.append(report)
                self._cache.keep(by_path[path], digest, report)
            else:
                self.unusable.extend(report.findings)
        return sorted(known, key=lambda report: report.facts.path)

    def save(self) -> None:
        """Store the results of this run for the next one."""
        self._cache.save()

    def _check(self, file: PlanFile) -> _Checked:
        import hashlib

        from gsdc.lint.plan import check_plan

        try:
            content = self._read(file.path)
            digest = hashlib.sha256(content).hexdigest()
            report = self._cache.same(file, digest)
            if report is None:
                report = check_plan(file.path, decode(content, file.path), self._contexts.of(file.path))
        except Rejected as rejected:
            return _Checked(file.path, "", PlanReport(rejected.findings, only_named(file.path), (), ()), is_read=False)
        return _Checked(file.path, digest, report, is_read=True)

    def _read(self, path: str) -> bytes:
        content = read_named(path, self._folder, follow_links=self.follow_links)
        if content is None:
            raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'"{path}" does not exist', "check the path"))
        return content


def _together(lint: _Lint, reports: list[PlanReport], wanted: set[str], *, complete: bool) -> Iterator[Finding]:
    """Yield the findings of the ``wanted`` plans of one project, single and combined."""
    own = {report.facts.path: report for report in reports}
    from gsdc.rules.plans.phase_rules import PHASE_RULES

    others = () if complete else tuple(_others(lint, own))
    project = ProjectPlans((*(report.facts for report in reports), *others), lint.base, lint.disk, lint.done)
    found = [finding for rule in PHASE_RULES for finding in rule.check_together(project)]
    by_path = defaultdict(list)
    for finding in found:
        if finding.span.path in wanted or any(span.path in wanted for span in finding.related):
            by_path[finding.span.path].append(finding)
    for path in wanted & own.keys():
        if path in project.superseded and path not in lint.named:
            continue
        report = own[path]
        yield from report.findings
        if report.suppressions:
            used: set[Suppression] = set(report.used)
            yield from allowed(by_path.pop(path, ()), report.suppressions, used)
            yield from (unused(path, item) for item in report.suppressions if item not in used)
    for rest in by_path.values():
        yield from rest


def _others(lint: _Lint, own: dict[str, PlanReport]) -> Iterator[PlanFacts]:
    """Yield the facts of the plans that were not requested: all for plans of the same phases, names for the others."""
    folders = {report.facts.folder for report in own.values()}
    planning = {report.facts.root for report in own.values()}
    around = [os.path.join(root, PLANNING) if root else PLANNING for root in planning]  # noqa: PTH118
    near: list[PlanFile] = []
    far: list[PlanFile] = []
    try:
        found = _find_present(lint, around)
        # A linked folder, or one outside a planning folder, was not visited with these plans.
        visited = {file.folder for file in found}
        by_path = {file.path: file for file in (*found, *_find_present(lint, sorted(folders - visited)))}
    except Rejected:  # a link leads out of the project: the requested plans report it
        return
    phases = {report.facts.phase for report in own.values()}
    for path, file in by_path.items():
        if path not in own:
            (near if phase_folder(path) in phases else far).append(file)
    yield from (report.facts for report in lint.reports(near))
    yield from (only_named(file.path) for file in far)


def _find_present(lint: _Lint, paths: Iterable[str]) -> tuple[PlanFile, ...]:
    """Return the plans in those of ``paths`` that are folders."""
    present = [path for path in paths if os.path.isdir(os.path.join(lint.base, path))]  # noqa: PTH112, PTH118
    return find(present, lint.base, follow_links=lint.follow_links).files


def _by_root(reports: Iterable[PlanReport]) -> dict[str, list[PlanReport]]:
    found = defaultdict(list)
    for report in reports:
        found[report.facts.root].append(report)
    return found


def _covers(searched: Iterable[str], root: str) -> bool:
    """Tell whether a searched folder contains all plans of the project in ``root``."""
    return any(path in {".", "./"} or f"{root}/".startswith(path.rstrip("/") + "/") for path in searched)
