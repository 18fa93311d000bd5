"""The version of a client in use, and the facts of that version.

A fact that differs by version is a table: the first version on which it was measured, and the value since then. The
version is the one in ``clients`` of gsdc.yaml, else that of the installed program, else the newest measured one. In
isolation the installed program is ignored, see ``isolation``.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from shutil import which
from typing import Final, NamedTuple, TypeVar

from gsdc.policy.model import Policy
from gsdc.source.version_numbers import numbers
from gsdc.targets.declaration import Declaration
from gsdc.targets.isolation import is_isolated

_T = TypeVar("_T")
_PACKAGE: Final = "package.json"
_LEVELS: Final = 3  # folders between a program and the package.json of its npm package


class ClientVersion(NamedTuple):
    """A version of a client, such as "2.1.332"; ``source`` describes its origin as text."""

    client: str
    number: str
    source: str

    @property
    def note(self) -> str:
        """The sentence for a finding that depends on the version."""
        return f"for {self.client} {self.number}, {self.source}: `clients` in gsdc.yaml can name another version"


def since(facts: Mapping[str, _T], version: str) -> _T:
    """Return the value for ``version``: the newest entry that is not newer, the oldest if all are newer."""
    known = sorted(facts, key=numbers)
    fitting = [first for first in known if numbers(first) <= numbers(version)]
    return facts[fitting[-1] if fitting else known[0]]


def version_of(policy: Policy, client: str, newest: str, program: str = "") -> ClientVersion:
    """Return the version of ``client`` that the policy's project uses; ``newest`` if it is unknown."""
    if client in policy.clients:
        return ClientVersion(client, policy.clients[client], "by gsdc.yaml")
    installed = installed_version(program) if program and not is_isolated() else ""
    if installed:
        return ClientVersion(client, installed, "which is installed")
    return ClientVersion(client, newest, "the newest that was measured")


def version_in_use(policy: Policy, target: Declaration) -> ClientVersion:
    """Return the version of a target's client that the policy's project uses."""
    return version_of(policy, target.name, target.measured[-1] if target.measured else "", target.program)


def installed_version(program: str) -> str:
    """Return the version of an installed program, "" if it cannot be determined without running it."""
    found = which(program)
    return _version_at(os.path.realpath(found)) if found else ""


@cache
def _version_at(program: str) -> str:
    """Return the version in the npm package of a program, or the name of a file that is its version."""
    place = Path(program)
    if len(numbers(place.name)) > 1 and place.name.replace(".", "").isdecimal():  # .../versions/2.1.332
        return place.name
    for folder in list(place.parents)[:_LEVELS]:
        try:
            data = json.loads((folder / _PACKAGE).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        version = data.get("version") if isinstance(data, dict) else None
        return version if isinstance(version, str) else ""
    return ""
