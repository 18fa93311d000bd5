"""Lint of installed files: what clients make of them, judged by the policy."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from gsdc.finding import Finding, Rejected
from gsdc.installed.registry import Place, reader, readers_for
from gsdc.plans.cache import folder
from gsdc.policy.load import load
from gsdc.rules.installed.api import Context, Reading
from gsdc.rules.installed.registry import check
from gsdc.rules.plans.exposed_secret import credentials
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode


def lint_installed(
    root: Path, profile: str | None = None, workflow: str | None = None, fleets: Iterable[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the clients' files of the project in ``root``.

    What is wrong with the policy itself is for ``gsdc.lint`` to say: nothing is judged by a broken one.
    """
    modules = tuple(readers_for(root))
    if not modules:
        return
    loaded = load(root, profile=profile, fleets=fleets, workflow=workflow)
    if loaded.policy is None:
        return
    readings = []
    for module in modules:
        client = reader(module)
        readings.append(Reading(client.ID, client.view(loaded.project.tree, loaded.policy)))
    for reading in readings:
        yield from reading.view.findings
    yield from _credentials(loaded.project.tree, readings)
    yield from check(Context(loaded.policy, loaded.project, tuple(readings)))


def _credentials(tree: Tree, readings: Iterable[Reading]) -> Iterator[Finding]:
    for path in dict.fromkeys(path for reading in readings for path in reading.view.files):
        try:
            text = decode(tree.read(path) or b"", path)
        except Rejected:  # its reader has said so
            continue
        yield from credentials(path, text, folder() / "secrets")


def lint_named(
    places: Iterable[Place],
    folders: Iterable[str] = (),
    profile: str | None = None,
    workflow: str | None = None,
    fleets: Iterable[str] = (),
) -> Iterator[Finding]:
    """Yield what is wrong with single files of clients, each read together with the others of its project.

    Of ``folders``, each a project, everything is told.
    """
    named: dict[str, set[str]] = {}
    for place in places:
        named.setdefault(place.root, set()).add(place.path)
    projects: dict[str, set[str] | None] = {**named, **dict.fromkeys(str(Path(folder)) for folder in folders)}
    for root, paths in projects.items():
        for finding in lint_installed(Path(root), profile, workflow, fleets):
            if paths is None or finding.span.path in paths:
                yield _from_here(finding, root)


def _from_here(finding: Finding, root: str) -> Finding:
    """Return a finding with its places as paths from the working folder."""
    if root == ".":
        return finding
    related = tuple(_moved(span, root) for span in finding.related)
    return finding._replace(span=_moved(finding.span, root), related=related)


def _moved(span: Span, root: str) -> Span:
    return span._replace(path=f"{root}/{span.path}")
