"""The maintainers' alarm: ``python -m tests.conformance.latest`` runs the conformance tests with the newest clients.

It installs the newest version of every client that ``package.json`` pins, prints which have moved, and runs the tests
that hold the pinned facts. What fails is a fact that no longer holds: it wants an entry with ``since``, and the pin a
new version. Names of packages as arguments leave the others at their pinned versions.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.conformance.clients import FOLDER, PINS, OutOfReachError, npm_install

LATEST: Final = FOLDER.with_name("clients-latest")
_KINDS: Final = ("dependencies", "optionalDependencies")
_ALIAS: Final = "npm:"


def manifest(pins: dict[str, dict[str, str]], names: list[str]) -> dict[str, dict[str, str]]:
    """Return ``pins`` with the newest version of each of ``names``, of all packages where none is named.

    An older version beside the newest one, which is an alias of npm's, stays.
    """
    moved = {kind: {name: _asked(name, version, names) for name, version in pins[kind].items()} for kind in _KINDS}
    return {**pins, **moved}


def _asked(name: str, version: str, names: list[str]) -> str:
    is_older = version.startswith(_ALIAS)
    return "latest" if name in names or not (names or is_older) else version


def installed(modules: Path, name: str) -> str:
    """Return the version of an installed package, "" where it is not there."""
    place = modules / name / "package.json"
    return str(json.loads(place.read_text("utf-8"))["version"]) if place.is_file() else ""


def moved(pins: dict[str, dict[str, str]], modules: Path) -> list[str]:
    """Return a line for each package of which another version is installed than the pinned one."""
    both = (
        (name, pinned.rpartition("@")[2], installed(modules, name))
        for kind in _KINDS
        for name, pinned in pins[kind].items()
    )
    return [f"{name}: {pinned} -> {now or 'not installed'}" for name, pinned, now in both if now != pinned]


def main(names: list[str]) -> int:
    """Install, print what has moved, run the tests, and return their exit code; 2 where npm is out of reach."""
    pins = json.loads(PINS.read_text("utf-8"))
    unknown = [name for name in names if not any(name in pins[kind] for kind in _KINDS)]
    if unknown:
        sys.stderr.write(f"not pinned: {', '.join(unknown)}\n")
        return 2
    LATEST.mkdir(parents=True, exist_ok=True)
    (LATEST / "package.json").write_text(json.dumps(manifest(pins, names)), "utf-8")
    try:
        npm_install(LATEST)
    except OutOfReachError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    modules = LATEST / "node_modules"
    sys.stdout.write("".join(f"{line}\n" for line in moved(pins, modules)) or "every client is as pinned\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-m", "conformance", str(Path(__file__).parent)]
    return subprocess.run(command, env={**os.environ, "GSDC_CLIENTS": str(modules)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
