"""Commands run in this process, as tests of several commands do."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gsdc.cli import main


def run(folder: Path, *arguments: str, code: int = 0) -> Result:
    """Run a command in the project ``folder``; it has to exit with ``code``."""
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def answer(folder: Path, *arguments: str, code: int = 0) -> Any:
    """Return what a command answers as JSON."""
    return json.loads(run(folder, "--format", "json", *arguments, code=code).stdout)


def replace(path: Path, old: str, new: str) -> None:
    """Edit a file as a person does, once."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
