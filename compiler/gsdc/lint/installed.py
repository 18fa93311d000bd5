"""Lint of installed files: what clients make of them, judged by the policy."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gsdc.cache import store
from gsdc.credentials.exposed import credentials
from gsdc.finding import Finding, Rejected, Severity
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Policy
from gsdc.policy.project import Project
from gsdc.rules.clients.api import Context, Reading
from gsdc.rules.clients.registry import DRIFT, check
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE, Tree, decode
from gsdc.source.walk import not_visited
from gsdc.targets.declaration import Declaration
from gsdc.targets.modules import viewer
from gsdc.targets.places import Place
from gsdc.targets.registry import readable_targets


class Choice(NamedTuple):
    """Which policy judges: the options of a command, and the folder of the project that it belongs to.

    ``paused`` tells of a folder whether people choose models by hand there: drift is then no more than a note.
    With ``follow_links`` files are read also where a symbolic link takes them out of the folder.
    """

    root: Path
    profile: str | None = None
    workflow: str | None = None
    fleets: tuple[str, ...] = ()
    paused: Callable[[Path], object] = lambda _: None
    follow_links: bool = False


def lint_installed(root: Path, choice: Choice, policies: dict[Path, Loaded] | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the clients' files in the folder ``root``, by its own policy where it has a gsdc.yaml.

    ``policies`` are those that have been loaded, by folder: several folders may share one.

    What is wrong with the policy itself is for ``gsdc.lint.project`` to say: nothing is judged by a broken one.
    """
    policies = {} if policies is None else policies
    targets = tuple(readable_targets(root))
    if not targets:
        return
    home = root if (root / PROJECT_FILE).exists() else choice.root
    if home not in policies:
        policies[home] = load(
            home,
            profile=choice.profile,
            fleets=choice.fleets,
            workflow=choice.workflow,
            follow_links=choice.follow_links,
        )
    loaded = policies[home]
    if loaded.policy is None:
        return
    by_hand = choice.paused(home)
    for finding in lint_tree(Tree(root, follow_links=choice.follow_links), targets, loaded.project, loaded.policy):
        yield finding._replace(severity=Severity.NOTE) if by_hand and finding.code in DRIFT else finding


def lint_tree(tree: Tree, targets: Iterable[Declaration], project: Project, policy: Policy) -> Iterator[Finding]:
    """Yield what is wrong with the clients' files in ``tree`` that ``targets`` read, by ``policy``."""
    readings = [Reading(target, viewer(target).view(tree, policy).judgeable()) for target in targets]
    for reading in readings:
        yield from reading.view.findings
    yield from not_visited(dict.fromkeys(tree.unvisited))
    yield from _credentials(tree, readings)
    yield from check(Context(policy, project, tree, tuple(readings)))


def _credentials(tree: Tree, readings: Iterable[Reading]) -> Iterator[Finding]:
    for path in dict.fromkeys(path for reading in readings for path in reading.view.files):
        try:
            text = decode(tree.read(path) or b"", path)
        except Rejected:  # its reader has said so
            continue
        yield from credentials(path, text, store.folder("secrets", tree.root))


def lint_named(places: Iterable[Place], choice: Choice) -> Iterator[Finding]:
    """Yield what is wrong with single files and folders of clients, each a project's folder and a path in there.

    A file is read together with the others of its project.
    """
    projects: dict[str, set[str]] = {}
    for root, path in places:
        projects.setdefault(str(Path(root)), set()).add(path)
    policies: dict[Path, Loaded] = {}
    for root, paths in projects.items():
        for finding in lint_installed(Path(root), choice, policies):
            if any(_concerns(finding.span.path, path) for path in paths):
                yield _from_here(finding, root)


def _concerns(place: str, named: str) -> bool:
    """Tell whether ``place`` is what was ``named``, is in it, or is a folder above that cannot be read."""
    return place == named or place.startswith(f"{named}/") or named.startswith(f"{place}/")


def lint_projects(base: Path, folders: Iterable[str], choice: Choice) -> Iterator[Finding]:
    """Yield what is wrong with the clients' files in each of ``folders``, which are relative to ``base``."""
    policies: dict[Path, Loaded] = {}
    for name in folders:
        for finding in lint_installed(base / name, choice, policies):
            yield _from_here(finding, name or ".")


def _from_here(finding: Finding, root: str) -> Finding:
    """Return a finding with its places as paths from the working folder."""
    if root == ".":
        return finding
    related = tuple(_moved(span, root) for span in finding.related)
    return finding._replace(span=_moved(finding.span, root), related=related)


def _moved(span: Span, root: str) -> Span:
    return span._replace(path=f"{root}/{span.path}")
