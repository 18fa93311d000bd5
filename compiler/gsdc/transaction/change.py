"""A change to one file: its content and mode before and after."""

import hashlib
import stat
from typing import Final, NamedTuple

from gsdc.ownership.blocks import SEPARATOR
from gsdc.source.key_document import Key
from gsdc.source.tree import Tree

NEW_MODE: Final = 0o644


class Image(NamedTuple):
    """The current or the new state of a regular file: its bytes and its permission bits."""

    content: bytes
    mode: int = NEW_MODE

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


class Change(NamedTuple):
    """The change to one file; None is a file that does not exist.

    ``path`` is relative to the project and contains no symbolic link: it is the link's target if the artifact's path is
    a link. ``ownership`` is gsdc's part of the file (a name of ``ownership.registry``). ``target`` is the target that
    wrote it, or several joined by "+". Both are "" if no target did. ``keys`` are the keys that gsdc added to a JSON
    file and that were not edited since.
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
    """Return the target names in the field ``target`` of a change or of a recorded file."""
    return tuple(filter(None, written.split(SEPARATOR)))


def word(before: object, after: object) -> str:
    """Return the kind of change as one word; None is a file that does not exist."""
    return "new" if before is None else "removed" if after is None else "changed"


def image_at(tree: Tree, path: str) -> Image | None:
    """Return the file at ``path`` of the project, None if it does not exist.

    Raises ``Rejected`` if it is not a regular file, is too large, cannot be read, or is outside the project.
    """
    content = tree.read(path)
    if content is None:
        return None
    return Image(content, stat.S_IMODE((tree.root / path).stat().st_mode))
