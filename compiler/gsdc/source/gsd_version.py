"""Which get-shit-done a project uses: its successor counts plans differently.

The successor of ``get-shit-done-cc`` (last release 1.42.3, measured) is ``@opengsd/gsd-core`` (1.14.0, measured). Each
installs a folder of its own name into a client's folder of the project. In a project without either, it may be
installed for the user: the newest is assumed.
"""

import os
from collections.abc import Callable
from enum import StrEnum
from typing import Final

# The folders into which both installers write, relative to the project's folder; "" is the project itself (cline).
_CLIENTS: Final = (
    *(".claude", ".opencode", ".codex", ".github", ".cursor", ".gemini", ".qwen", ".kilo", ".windsurf"),
    *(".augment", ".trae", ".codebuddy", ".zcode", ".hermes", ".agent", ".agents", ""),
)


class GsdVersion(StrEnum):
    """A get-shit-done by its name and the line that was measured."""

    CLASSIC = "get-shit-done 1.42"
    CORE = "GSD core 1.14"


def installed_gsd(root: str, exists: Callable[[str], bool] = os.path.exists) -> GsdVersion | None:
    """Return the get-shit-done installed in the folder ``root``, the newer of two; None if there is none."""
    clients = [client for client in _CLIENTS if not client or exists(os.path.join(root, client))]  # noqa: PTH118
    for folder, version in (("gsd-core", GsdVersion.CORE), ("get-shit-done", GsdVersion.CLASSIC)):
        if any(exists(os.path.join(root, client, folder, "VERSION")) for client in clients):  # noqa: PTH118
            return version
    return None
