"""The maintainers' alarm: ``python -m tests.conformance.latest`` runs the conformance tests with the newest clients.

It installs the newest version of every client that ``package.json`` pins, prints which have moved, and runs the tests
that hold the pinned facts. What fails is a fact that no longer holds: it wants an entry with ``since``, and the pin a
new version. Names of packages as arguments leave the others at their pinned versions. The clients under ``newest`` in
``package.json`` are large: only this command installs them. A new version whose program for this platform is not on the
registry, or not yet, is named, and its tests run with the pinned one.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.conformance.clients import FOLDER, PINS, OutOfReachError, npm_install

LATEST: Final = FOLDER.with_name("clients-latest")
_KINDS: Final = ("dependencies", "optionalDependencies")
_NEWEST: Final = "newest"  # installed here alone
_MACHINES: Final = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
PLATFORM: Final = f"{platform.system().lower()}-{_MACHINES.get(platform.machine().lower(), platform.machine())}"
_ALIAS: Final = "npm:"


def manifest(pins: dict[str, dict[str, str]], names: list[str]) -> dict[str, dict[str, str]]:
    """Return ``pins`` with the newest version of each of ``names``, of all packages where none is named.

    An older version beside the newest one, which is an alias of npm's, stays.
    """
    asked = {
        kind: {name: _asked(name, version, names) for name, version in pins[kind].items()}
        for kind in (*_KINDS, _NEWEST)
    }
    return {**pins, **asked, "dependencies": {**asked["dependencies"], **asked[_NEWEST]}}


def _asked(name: str, version: str, names: list[str]) -> str:
    is_older = version.startswith(_ALIAS)
    return "latest" if name in names or not (names or is_older) else version


def installed(modules: Path, name: str) -> str:
    """Return the version of an installed package, "" where it is not there."""
    place = modules / name / "package.json"
    return str(json.loads(place.read_text("utf-8"))["version"]) if place.is_file() else ""


def without_program(modules: Path, names: Iterable[str], platform: str = PLATFORM) -> list[str]:
    """Return the packages that have a program for ``platform`` in a package of its own, which is not installed.

    npm leaves such a package out, without an error, where the registry does not have it.
    """
    return [
        name
        for name in names
        if (parts := _programs(modules / name, platform))
        and not any((folder / part).exists() for part in parts for folder in (modules, modules / name / "node_modules"))
    ]


def _programs(package: Path, platform: str) -> list[str]:
    """Return the optional dependencies of an installed package that name a platform."""
    place = package / "package.json"
    data = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    return [name for name in data.get("optionalDependencies", ()) if platform in name]


def moved(pins: dict[str, dict[str, str]], modules: Path) -> list[str]:
    """Return a line for each package of which another version is installed than the pinned one."""
    both = (
        (name, pinned.rpartition("@")[2], installed(modules, name))
        for kind in (*_KINDS, _NEWEST)
        for name, pinned in pins[kind].items()
    )
    return [f"{name}: {pinned} -> {now or 'not installed'}" for name, pinned, now in both if now != pinned]


def _install(asked: Mapping[str, Any]) -> None:
    LATEST.mkdir(parents=True, exist_ok=True)
    (LATEST / "package.json").write_text(json.dumps(asked), "utf-8")
    npm_install(LATEST)


def main(names: list[str]) -> int:
    """Install, print what has moved, run the tests, and return their exit code; 2 where npm is out of reach."""
    pins = json.loads(PINS.read_text("utf-8"))
    unknown = [name for name in names if not any(name in pins[kind] for kind in (*_KINDS, _NEWEST))]
    if unknown:
        sys.stderr.write(f"not pinned: {', '.join(unknown)}\n")
        return 2
    modules = LATEST / "node_modules"
    asked = manifest(pins, names)
    try:
        _install(asked)
        pinned = {**pins["dependencies"], **pins[_NEWEST]}
        behind = without_program(modules, pinned)
        for name in behind:
            sys.stdout.write(
                f"{name}: {installed(modules, name)} has no program for {PLATFORM}, {pinned[name]} is run\n"
            )
            asked["dependencies"][name] = pinned[name]
        if behind:
            _install(asked)
    except OutOfReachError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in moved(pins, modules)) or "every client is as pinned\n")
    sys.stdout.flush()
    chosen = {"GSDC_CLIENTS": str(modules), "GSDC_OMO": str(modules)}
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-m", "conformance", str(Path(__file__).parent)]
    return subprocess.run(command, env=os.environ | chosen, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
