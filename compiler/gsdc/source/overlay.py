"""The user's files after a change: some replaced, added or removed in memory, the others as on disk."""

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from gsdc.source.path_pattern import fits
from gsdc.source.tree import Tree


class Overlay(Tree):
    """A ``Tree`` in which ``files`` have other content; None is a removed file.

    Their paths contain no symbolic link; a path through a link to one of them is also resolved.
    """

    def __init__(self, root: Path, files: Mapping[str, bytes | None], *, follow_links: bool = False) -> None:
        super().__init__(root, follow_links=follow_links)
        self.files = files

    def read(self, path: str) -> bytes | None:
        """Return the bytes of ``path`` after the change, None if there is no such file."""
        real = self._real(path)
        return self.files[real] if real in self.files else super().read(path)

    def size(self, path: str) -> int | None:
        """Return the size of the file ``path`` in bytes after the change, None if there is no such file."""
        real = self._real(path)
        if real not in self.files:
            return super().size(path)
        content = self.files[real]
        return None if content is None else len(content)

    def glob(self, pattern: str) -> list[str]:
        """Return the files that match ``pattern`` after the change, sorted, as paths relative to the folder."""
        parts = PurePosixPath(pattern).parts
        there = (path for path in super().glob(pattern) if self.files.get(self._real(path), b"") is not None)
        coming = (
            path
            for path, content in self.files.items()
            if content is not None and fits(PurePosixPath(path).parts, parts)
        )
        return sorted({*there, *coming})

    def _real(self, path: str) -> str:
        real = Path(os.path.realpath(self.locate(path)))  # ``resolve`` raises for a link to itself
        root = self.root.resolve()
        return real.relative_to(root).as_posix() if real.is_relative_to(root) else path


def overlaid(tree: Tree, files: Mapping[str, bytes | None]) -> Overlay:
    """Return ``tree`` with other content of ``files``."""
    below = tree.files if isinstance(tree, Overlay) else {}
    return Overlay(tree.root, {**below, **files}, follow_links=tree.follow_links)
