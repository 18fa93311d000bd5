"""Programs of Debian packages: those that are installed, or unpacked into .cache/debian by ``apt-get download``."""

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".cache" / "debian"
SECONDS = 120


def program(package: str, name: str) -> str:
    """Return the path of a program; skip the test where it can be had in neither way."""
    found = shutil.which(name) or next(map(str, FOLDER.glob(f"{package}/usr/*bin/{name}")), None)
    if found:
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    target = FOLDER / package
    target.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "download", "-qq", package]
    try:
        subprocess.run(command, cwd=target, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS)
        [archive] = target.glob("*.deb")
        subprocess.run(["dpkg", "-x", archive, target], check=True, capture_output=True, timeout=SECONDS)
    except (subprocess.SubprocessError, ValueError):
        pytest.skip(f"{package} can neither be found nor downloaded: apt-get install {package}")
    return str(next(target.glob(f"usr/*bin/{name}")))
