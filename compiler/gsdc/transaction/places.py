"""Resolve the paths of records inside the project; refuse paths that gsdc does not write."""

import stat

from gsdc.filesystem.place import Place
from gsdc.finding import Rejected
from gsdc.source.span import Span
from gsdc.source.tree import parts_of
from gsdc.transaction.record_files import damaged
from gsdc.transaction.store import PROTECTED, Store


class RecordPlaces:
    """Resolves the paths of records. Each folder is checked once: create a new instance to check the tree again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folders: dict[tuple[str, ...], Place] = {}

    def at(self, path: str) -> Place:
        """Return the place of a path.

        Raises ``Rejected`` if it leaves the project, passes through a symbolic link, or is not a path that gsdc writes:
        the record may come from an untrusted repository.
        """
        try:
            *folders, name = parts_of(path, Span(path))
        except Rejected as rejected:
            raise damaged(self._store.folder, str(rejected)) from None
        if name.lower() in PROTECTED:
            raise self._refused(path)
        above = tuple(folders)
        if above not in self._folders:
            self._folders[above] = self._folder(above, path)
        return self._folders[above] / name

    def _folder(self, parts: tuple[str, ...], path: str) -> Place:
        folder = Place(self._store.root, parts)
        try:
            status = folder.status()
        except Rejected:  # it passes through a symbolic link
            raise self._refused(path) from None
        except OSError as error:
            why = f'"{path}" cannot be reached: {(error.strerror or str(error)).lower()}'
            raise damaged(self._store.folder, why) from None
        is_link = status is not None and stat.S_ISLNK(status.st_mode)
        if is_link or any(part.lower() in PROTECTED for part in parts):
            raise self._refused(path)
        return folder

    def _refused(self, path: str) -> Rejected:
        return damaged(self._store.folder, f'"{path}" is not a folder that gsdc writes to')
