"""Real processes under real signals and errors of the system, which strace injects at the calls of the project's files.

By default at a sample of the calls; at every one with ``GSDC_FAULTS=all``, which takes half an hour.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from click.testing import CliRunner
from tests.transaction import small
from tests.transaction.faults import AFTER, SCENARIOS, Fault, Scenario, Trial

from gsdc.cli import main
from gsdc.transaction.disk import Disk

ROOT = Path(__file__).parents[2]
ALL: Final = os.environ.get("GSDC_FAULTS") == "all"
pytestmark = pytest.mark.slow
# What changes files, and what a disk can refuse; any other call of a file or a handle is one to be killed at.
REFUSED: Final = frozenset(
    {
        "openat",
        "write",
        "fsync",
        "rename",
        "renameat",
        "renameat2",
        "unlink",
        "unlinkat",
        "mkdir",
        "mkdirat",
        "link",
        "linkat",
    }
    | {"rmdir", "fchmod", "fchown"}
)
ERRORS: Final = ("ENOSPC", "EIO", "EACCES")
CALL: Final = re.compile(r"^(?P<process>\d+) +(?P<name>\w+)\((?P<arguments>.*)")
DRIVER: Final = """
import sys
from pathlib import Path
from gsdc.transaction.disk import DISK
from gsdc.transaction.session import exclusive_session
from gsdc.finding import Rejected
from tests.transaction import faults
try:
    if sys.argv[1] == "recover":
        with exclusive_session(Path(sys.argv[2]), "status", disk=DISK):
            pass
    else:
        getattr(faults, sys.argv[1])(Path(sys.argv[2]), DISK)
except Rejected as rejected:
    print(*(finding.code for finding in rejected.findings))
    sys.exit(3)
"""


def strace() -> str:
    """Return the path of strace; skip with the reason where it cannot be used."""
    path = shutil.which("strace")
    if path is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run(
        [path, "-f", "-e", "inject=getpid:error=EIO", "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"strace cannot be used: {tried.stderr.strip()[-200:]}")
    return path


class Inject(NamedTuple):
    """The call of ``name`` number ``count`` of the process: at it, what strace calls ``what``."""

    name: str
    count: int
    what: str


def run(command: Sequence[object], *, log: Path | None = None, inject: Inject | None = None):
    """Run a command of Python's under strace, which writes down its calls, or injects."""
    options = ["-o", log or os.devnull, "-y", "-e", "trace=%file,%desc"]
    if inject is not None:
        once = f"inject={inject.name}:{inject.what}:when={inject.count}"
        options = ["-o", os.devnull, "-e", f"trace={inject.name}", "-e", once]
    environment = {
        "PATH": "",  # no client is asked
        "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("compiler", ".")),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GSDC_CACHE_DIR": os.environ["GSDC_CACHE_DIR"],
    }
    return subprocess.run(
        [strace(), "-f", *options, sys.executable, *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def calls(log: Path, root: Path) -> list[tuple[str, int]]:
    """Return the calls on files of the project in ``root``: its name, and its number among those of that name."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        match = CALL.match(line)
        if match:
            seen[match["process"], match["name"]] += 1
            if str(root) in match["arguments"] and match["name"] != "execve":  # strace injects after it only
                found.append((match["name"], seen[match["process"], match["name"]]))
    return found


def sample(found: Sequence[Inject], wanted: int) -> Sequence[Inject]:
    """Return ``wanted`` of them, evenly spread; all where all are asked for."""
    return found if ALL else found[:: max(1, -(-len(found) // wanted))]


def injections(found: Sequence[tuple[str, int]], wanted: int) -> list[Inject]:
    """Return what is injected: a kill at every call, and every error at those that can fail."""
    kills = sample([Inject(*call, "signal=KILL") for call in found], wanted)
    failing = [call for call in found if call[0] in REFUSED]
    return [*kills, *sample(_errors(failing), wanted)]


def _errors(found: Sequence[tuple[str, int]]) -> list[Inject]:
    """Return every error at every call, so mixed that a sample holds all of them."""
    turns = [(call, ERRORS[(index + turn) % 3]) for index, call in enumerate(found) for turn in range(3)]
    return [Inject(*call, f"error={error}") for call, error in turns]


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def begin(trial: Trial, root: Path, *, pending: bool) -> None:
    if pending:
        assert trial.run(root, Fault(trial.calls - 8, AFTER)).met


@pytest.mark.parametrize(
    ("scenario", "act", "pending"),
    [(SCENARIOS[0], "apply", False), (SCENARIOS[1], "roll_back", False), (SCENARIOS[1], "recover", True)],
    ids=["apply", "rollback", "recovery"],
)
def test_the_transaction(scenario: Scenario, act: str, pending: bool, folder):
    trial = Trial(scenario, folder / "of")
    root, log = trial.copy(), folder / "log"
    begin(trial, root, pending=pending)
    plain = run(["-c", DRIVER, act, root], log=log)
    assert not plain.returncode, plain.stderr
    found = calls(log, root)
    assert len(found) > 200
    met = 0
    for inject in injections(found, 5):
        root = trial.copy()
        begin(trial, root, pending=pending)
        done = run(["-c", DRIVER, act, root], inject=inject)
        assert "Traceback" not in done.stderr, (inject, done.stderr)
        if inject.what == "signal=KILL":
            assert done.returncode in (0, -9), (inject, done)
        else:
            assert done.returncode in (0, 3), (inject, done)
        met += done.returncode != 0
        trial.settle(root, inject)
    assert met > 5  # from run to run, the number of a call may differ by a few, and one of the last is missed


def make_deployed(root: Path) -> None:
    """Write a project with one deployment."""
    small.make(root)
    command("apply")(root, small.QuickDisk())


def command(name: str) -> Callable[[Path, Disk], None]:
    """Return the command as a change that a trial can make."""

    def act(root: Path, disk: Disk) -> None:
        answer = CliRunner().invoke(main, [name, "--yes", "--project", str(root)], env={"PATH": ""})
        assert answer.exit_code == 0, answer.output

    return act


@pytest.mark.parametrize(
    ("name", "make"), [("apply", small.make), ("rollback", make_deployed)], ids=["apply", "rollback"]
)
def test_the_command(name, make, folder):
    trial = Trial(Scenario(name, make, command(name)), folder / "of")
    log, gsdc = folder / "log", ["-m", "gsdc", name, "--yes", "--project"]
    root = trial.copy()
    plain = run([*gsdc, root], log=log)
    assert not plain.returncode, plain.stdout + plain.stderr
    found = [call for call in calls(log, root) if call[0] in REFUSED]
    kills = sample([Inject(*call, "signal=KILL") for call in found], 5)
    ends = sample([Inject(*call, f"signal={name}") for name in ("TERM", "INT") for call in found], 4)
    errors = sample(_errors(found), 5)
    for inject in (*kills, *ends, *errors):
        root = trial.copy()
        done = run([*gsdc, root], inject=inject)
        assert "Traceback" not in done.stderr, (inject, done.stderr)
        assert done.returncode in {"signal=KILL": (0, -9), "signal=TERM": (0, -15)}.get(inject.what, (0, 1, 2, 3)), (
            inject
        )
        answer = CliRunner().invoke(main, ["history", "--project", str(root)])
        assert answer.exit_code == 0, (inject, answer.output)
        trial.check(root, inject)
