"""Lint installed files: check the settings that clients read from them against the policy."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.cache import store
from gsdc.credentials.exposed import credentials
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, from_folder
from gsdc.policy.governing import Loader, Placed, Policies
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Policy
from gsdc.policy.project import Project
from gsdc.rules.clients import broken_never_break
from gsdc.rules.clients.api import ClientContext, Reading
from gsdc.rules.clients.registry import DRIFT, check
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE, Tree, decode
from gsdc.source.walk import not_visited
from gsdc.targets.declaration import Declaration
from gsdc.targets.modules import viewer
from gsdc.targets.places import ClientPath
from gsdc.targets.registry import readable_targets
from gsdc.targets.via import servers

OTHER_PROFILE: Final = Diagnostic(
    "IN030",
    "other-profile-installed",
    Severity.WARNING,
    """The last `gsdc apply` installed another profile or workflow than gsdc.yaml has.

    The clients' files are compared with the profile that was installed.

    ## Why is this bad?
    The next `gsdc apply` without options installs the profile of gsdc.yaml: agents change model unexpectedly.

    ## No example
    It takes an apply, which has a history.
    """,
)


class PolicyChoice(NamedTuple):
    """The policy to check against: the options of a command, and the folder of their project.

    ``paused`` tells whether a folder is paused: drift is then only a note. With ``follow_links``, files are also read
    through symbolic links out of the folder. ``in_force`` loads the policy of the folder if no option selects one:
    during a gradual cut-over, its stage.
    """

    root: Path
    profile: str | None = None
    workflow: str | None = None
    fleets: tuple[str, ...] = ()
    paused: Callable[[Path], object] = lambda _: None
    follow_links: bool = False
    in_force: Loader = load


def policies_for(choice: PolicyChoice) -> Policies:
    """Return the policies of the folders of a project, loaded with the options of a command."""
    asked = partial(load, profile=choice.profile, fleets=choice.fleets, workflow=choice.workflow)
    loader = asked if choice.profile or choice.fleets or choice.workflow else choice.in_force
    return Policies(choice.root, loader, follow_links=choice.follow_links)


def lint_installed(root: Path, choice: PolicyChoice, policies: Policies) -> Iterator[Finding]:
    """Yield the findings in the clients' files of folder ``root``, under the policies that apply to it.

    The nearest policy checks everything, those above it only never-break rules. ``gsdc.lint.project`` reports errors in
    a policy itself: an invalid policy checks nothing.
    """
    targets = tuple(readable_targets(root))
    if not targets:
        return
    (home, loaded), above = policies.govern(root)
    if loaded.policy is None:
        return
    by_hand = choice.paused(home)
    told = set[tuple[Span, str]]()
    tree = Tree(root, follow_links=choice.follow_links)
    if loaded.instead_of is not None and root.resolve() == home.resolve():
        for finding in _other_profile(loaded, loaded.instead_of):
            yield finding._replace(severity=Severity.NOTE) if by_hand else finding
    for finding in lint_tree(tree, targets, loaded.project, loaded.policy, loaded.zone):
        told.update([(finding.span, finding.code)] if finding.severity is Severity.ERROR else [])
        yield finding._replace(severity=Severity.NOTE) if by_hand and finding.code in DRIFT else finding
    for higher, note in _others(loaded, above):
        assert higher.policy is not None
        for finding in broken_in_tree(tree, targets, higher.project, higher.policy):
            if (finding.span, finding.code) not in told:
                told.add((finding.span, finding.code))
                yield finding._replace(notes=(*finding.notes, note))


def _others(loaded: Loaded, above: Iterable[Placed]) -> Iterator[tuple[Loaded, str]]:
    """Yield the other policies whose never-break rules apply, each with a note about its place."""
    if loaded.instead_of is not None:
        yield loaded.instead_of, "by the profile in gsdc.yaml, which is not the installed one"
    for at, higher in above:
        yield higher, f"by the policy in {at.as_posix()}, which applies to its subfolders too"


def _other_profile(loaded: Loaded, plain: Loaded) -> Iterator[Finding]:
    """Yield a finding if the profile of ``loaded`` is installed instead of that of gsdc.yaml."""
    assert loaded.policy is not None
    assert plain.policy is not None
    installed, named = loaded.policy.title, plain.policy.title
    value = plain.project.value("profile")
    at = plain.project.sources.origin(value.ref) if value else Span(PROJECT_FILE)
    message = f"change {loaded.change} installed profile {installed}, but gsdc.yaml has {named}"
    help_ = f"run `gsdc apply` to install {named}, or set {installed} in gsdc.yaml"
    yield OTHER_PROFILE.at(at, message, help_, (f"clients' files are compared with {installed}",))


def broken_in_tree(tree: Tree, targets: Iterable[Declaration], project: Project, policy: Policy) -> Iterator[Finding]:
    """Yield the never-break rules of ``policy`` that the clients' files in ``tree`` break."""
    yield from broken_never_break.check(ClientContext(policy, project, tree, _readings(tree, targets, policy)))


def lint_tree(
    tree: Tree, targets: Iterable[Declaration], project: Project, policy: Policy, zone: str | None = None
) -> Iterator[Finding]:
    """Yield the findings under ``policy`` in the clients' files in ``tree`` that ``targets`` read.

    Without a ``zone``, the decisions of every budget zone are accepted.
    """
    readings = _readings(tree, targets, policy._replace(servers=servers(project.targets())))
    for reading in readings:
        yield from reading.view.findings
    yield from not_visited(dict.fromkeys(tree.unvisited))
    yield from _credentials(tree, readings)
    yield from check(ClientContext(policy, project, tree, readings, zone))


def _readings(tree: Tree, targets: Iterable[Declaration], policy: Policy) -> tuple[Reading, ...]:
    return tuple(Reading(target, viewer(target).view(tree, policy).judgeable()) for target in targets)


def _credentials(tree: Tree, readings: Iterable[Reading]) -> Iterator[Finding]:
    for path in dict.fromkeys(path for reading in readings for path in reading.view.files):
        try:
            text = decode(tree.read(path) or b"", path)
        except Rejected:  # its reader has reported it
            continue
        yield from credentials(path, text, store.folder("secrets", tree.root))


def lint_named(places: Iterable[ClientPath], choice: PolicyChoice) -> Iterator[Finding]:
    """Yield the findings in single client files and folders, each given as a project folder and a path in it.

    A file is read together with the other files of its project.
    """
    projects: dict[str, set[str]] = {}
    for root, path in places:
        projects.setdefault(str(Path(root)), set()).add(path)
    policies = policies_for(choice)
    for root, paths in projects.items():
        for finding in lint_installed(Path(root), choice, policies):
            if any(_concerns(finding.span.path, path) for path in paths):
                yield from_folder(finding, root)


def _concerns(place: str, named: str) -> bool:
    """Tell whether ``place`` is ``named``, is inside it, or is an unreadable parent folder of it."""
    return place == named or place.startswith(f"{named}/") or named.startswith(f"{place}/")


def lint_projects(base: Path, folders: Iterable[str], choice: PolicyChoice) -> Iterator[Finding]:
    """Yield the findings in the clients' files in each of ``folders``, which are relative to ``base``."""
    policies = policies_for(choice)
    for name in folders:
        for finding in lint_installed(base / name, choice, policies):
            yield from_folder(finding, name or ".")
