"""What a stranger's repository may hold in the place of a file: nothing hangs, breaks, or shows what is elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.hostile import KINDS

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files"),
    pytest.mark.thorough,
]


@pytest.mark.sampled
@pytest.mark.parametrize("kind", KINDS)
def test_no_command_hangs_or_breaks(tmp_path, kind):
    command = [sys.executable, "-m", "tests.cli.hostile", kind, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'compiler'}"}
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == ""
