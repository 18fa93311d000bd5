"""The real clients: those of $GSDC_CLIENTS, or installed into .cache/clients in the versions of package.json.

``python -m tests.conformance.clients`` installs them.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PINS = Path(__file__).with_name("package.json")
FOLDER = REPOSITORY / ".cache" / "clients"
# No lock file of npm's: it would name a registry, and the registry is the machine's to choose.
INSTALL = [
    "npm",
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-save",
    "--no-package-lock",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
]
SECONDS = 300


class OutOfReachError(Exception):
    """The clients cannot be installed; the message is the reason."""


def modules() -> Path:
    """Return the ``node_modules`` with the clients; raise ``OutOfReachError`` where they cannot be had."""
    if given := os.environ.get("GSDC_CLIENTS"):
        return Path(given)
    if not shutil.which("npm"):
        raise OutOfReachError("npm is not installed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker installs, the others wait for it
        installed = FOLDER / "installed.json"
        if not installed.is_file() or installed.read_bytes() != PINS.read_bytes():
            installed.unlink(missing_ok=True)
            shutil.copyfile(PINS, FOLDER / "package.json")
            npm_install(FOLDER)
            shutil.copyfile(PINS, installed)
    return FOLDER / "node_modules"


def npm_install(folder: Path) -> None:
    """Install what the package.json in ``folder`` names; raise ``OutOfReachError`` where npm cannot."""
    reason = ""
    for _ in range(2):  # the network may stumble once
        try:
            subprocess.run(
                INSTALL,
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise OutOfReachError(f"npm took longer than {SECONDS} seconds") from None
        except subprocess.CalledProcessError as error:
            lines = [
                line.removeprefix("npm error ") for line in error.stderr.splitlines() if line.startswith("npm error")
            ]
            reason = lines[0] if lines else f"npm ended with {error.returncode}"
        else:
            return
    raise OutOfReachError(f"npm cannot install the clients: {reason}")


def opencode_environment(home: Path) -> dict[str, str]:
    """Return the environment in which OpenCode is offline, and has nothing of this machine's configuration."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        "npm_config_offline": "true",
    }


if __name__ == "__main__":
    sys.stdout.write(f"{modules()}\n")
