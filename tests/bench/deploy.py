"""How long a deployment takes: the transaction against the same bytes written plainly, the way back, the commands."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.timing import CLICK, ENVIRONMENT, REPOSITORY, Line, against, best, gsdc, run

ROUNDS: Final = 5
LONG_ROUNDS: Final = 5  # 2,000 files are flushed three times in each, and disks differ from one to the next
DEMO: Final = REPOSITORY / "tests/projects/demo"


def apply(scratch: Path) -> Iterator[Line]:
    """Change 2,000 files of the size of plans, in 50 folders, as one transaction, and take that back."""
    command = (sys.executable, "-m", "tests.bench.transaction", str(scratch / "transaction"), str(LONG_ROUNDS))
    environment = {
        **ENVIRONMENT,
        "PYTHONPATH": os.pathsep.join((ENVIRONMENT["PYTHONPATH"], str(REPOSITORY))),
        "GSDC_CACHE_DIR": str(scratch / "cache"),
    }
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.PIPE)
    plain, made, undone = (min(column) for column in zip(*json.loads(done.stdout), strict=True))
    yield against("apply", made, plain, "2,000 files written and flushed plainly", 5)
    yield against("undo", undone, made, "that apply", 1)


def deploy(scratch: Path) -> Iterator[Line]:
    """Apply a profile to the demo and roll it back, from the start of the process to its end; look at the history."""
    project = Path(shutil.copytree(DEMO, scratch / "deployed"))
    there = gsdc("--project", project, "apply", "--yes")._replace(codes=(0,))
    back = gsdc("--project", project, "rollback", "--yes")._replace(codes=(0,))
    times = [(run(there, scratch).seconds, run(back, scratch).seconds) for _ in range(ROUNDS)]
    applied, undone = (min(column) for column in zip(*times, strict=True))
    build = gsdc("--project", project, "build", "--out", scratch / "deployed-build")
    status, listed = (gsdc("--project", project, command) for command in ("status", "history"))
    built, looked, read, base = best([build, status, listed, CLICK], scratch, ROUNDS)
    yield against("applied", applied, built, "`gsdc build`")
    yield against("undone", undone, base, CLICK.name)
    yield against("status", looked, base, CLICK.name)
    yield against("history", read, base, CLICK.name)
