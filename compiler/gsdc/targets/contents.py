"""The files of a client in a project, each read once."""

from collections.abc import Iterable, Iterator

from gsdc.finding import Finding, Rejected
from gsdc.source.tree import Tree


def contents(tree: Tree, patterns: Iterable[str], findings: list[Finding]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file that a pattern matches, in order; ``findings`` gets unreadable files."""
    for pattern in patterns:
        try:
            paths = tree.glob(pattern)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        for path in paths:
            try:
                content = tree.read(path)
            except Rejected as rejected:
                findings.extend(rejected.findings)
                continue
            if content is not None:
                yield path, content
