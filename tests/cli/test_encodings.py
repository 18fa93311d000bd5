"""An output whose encoding has not all characters."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "github", "junit"])
def test_words_that_the_output_cannot_hold(tmp_path, encoding, format_):
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "gsdc", "lint", "--format", format_, "\u65e5.yaml"]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, timeout=60, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)
    assert b"IN001" in done.stdout
