"""The files beside the plans, for rules about several plans."""

import os
from collections.abc import Mapping
from typing import NamedTuple


class SeenFiles(NamedTuple):
    """Tells what exists, and keeps the answers by path: while they stay true, the rules give the same results."""

    there: dict[str, bool]
    listed: dict[str, tuple[str, ...]]

    def exists(self, path: str) -> bool:
        """Tell whether there is anything at ``path``."""
        if path not in self.there:
            self.there[path] = os.path.exists(path)  # noqa: PTH110 - thousands of times
        return self.there[path]

    def entries(self, folder: str) -> tuple[str, ...]:
        """Return the sorted names in ``folder``, "" for the working folder; none if it cannot be listed."""
        if folder not in self.listed:
            self.listed[folder] = _entries(folder)
        return self.listed[folder]


def holds(there: Mapping[str, bool], listed: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether an earlier answer of a ``SeenFiles`` is still true."""
    return all(_entries(folder) == names for folder, names in listed.items()) and all(
        os.path.exists(path) is exists  # noqa: PTH110
        for path, exists in there.items()
    )


def _entries(folder: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(folder or ".")))  # noqa: PTH208
    except OSError:
        return ()
