"""Programs of Debian packages: those that are installed, or unpacked into .cache/debian by ``apt-get download``."""

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".cache" / "debian"
SECONDS = 120


def program(package: str, name: str, *needed: str) -> str:
    """Return the path of a program of ``package``; skip the test where it can be had in neither way.

    ``needed`` are the packages whose files it needs as well, see ``libraries``.
    """
    found = shutil.which(name) or _unpacked(package, name)
    if found:
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    target = FOLDER / package
    target.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "download", "-qq", package, *needed]
    try:
        subprocess.run(command, cwd=target, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS)
        for archive in target.glob("*.deb"):
            subprocess.run(["dpkg", "-x", archive, target], check=True, capture_output=True, timeout=SECONDS)
    except subprocess.SubprocessError:
        pytest.skip(f"{package} can neither be found nor downloaded: apt-get install {package}")
    found = _unpacked(package, name)
    assert found, f"{package} has no {name}"
    return found


def _unpacked(package: str, name: str) -> str | None:
    paths = FOLDER.glob(f"{package}/usr/*bin/{name}")
    return next((str(path) for path in paths if path.exists()), None)


def libraries(package: str) -> str:
    """Return the folders of unpacked libraries, as LD_LIBRARY_PATH wants them; "" where there are none."""
    return ":".join(map(str, FOLDER.glob(f"{package}/usr/lib/*-linux-gnu")))
