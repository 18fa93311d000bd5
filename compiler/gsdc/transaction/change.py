"""What a deployment does to one file: its content and mode before and after."""

import hashlib
import stat
from typing import Final, NamedTuple

from gsdc.ownership.blocks import SEPARATOR
from gsdc.source.key_document import Key
from gsdc.source.tree import Tree

NEW_MODE: Final = 0o644


class Image(NamedTuple):
    """A regular file as it is, or is to be: its bytes and its permission bits."""

    content: bytes
    mode: int = NEW_MODE

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


class Change(NamedTuple):
    """One file of a deployment; None is a file that is not there.

    ``path`` is relative to the project and passes through no symbolic link: where an artifact's path does, it is what
    the link points to. ``ownership`` says what of the file is gsdc's (a name of ``ownership.registry``), and
    ``target`` which target wrote it, or which several, joined by "+"; both are "" where none did. ``keys`` are those of
    a JSON file that gsdc has added, and nobody has edited since.
    """

    path: str
    before: Image | None
    after: Image | None
    ownership: str = ""
    target: str = ""
    keys: frozenset[Key] = frozenset()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that wrote it."""
        return targets_of(self.target)


def targets_of(written: str) -> tuple[str, ...]:
    """Return the names of the targets in the field ``target`` of a change, or of a file of a record."""
    return tuple(filter(None, written.split(SEPARATOR)))


def word(before: object, after: object) -> str:
    """Return what happens to a file, in a word; None is a file that is not there."""
    return "new" if before is None else "removed" if after is None else "changed"


def image_at(tree: Tree, path: str) -> Image | None:
    """Return the file at ``path`` of the project, None where there is none.

    Raises ``Rejected`` for what is no regular file, is too large, cannot be read or lies outside.
    """
    content = tree.read(path)
    if content is None:
        return None
    return Image(content, stat.S_IMODE((tree.root / path).stat().st_mode))
