"""Console sessions in Markdown: run them, compare, and write down again what they print.

A block ```` ```console ```` is a session in an empty folder, ```` ```console demo ```` one in a copy of
tests/projects/demo. ``$ cat FILE`` makes the file that it shows. Shipped files are named without the folder that holds
them.

``python -m tests.sessions`` writes again what the sessions of the README and the guide print; look at the difference.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import gsdc
from gsdc import data, guide

REPOSITORY = Path(__file__).parents[1]
DEMO = REPOSITORY / "tests/projects/demo"
PAGES = {
    path.relative_to(REPOSITORY).as_posix(): path
    for path in (REPOSITORY / "README.md", *sorted(Path(guide.__file__).parent.glob("*.md")))
}
SHOWN = "cat "
_BLOCK = re.compile(r"^```([a-z]+)(?: ([\w-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, the project that it starts from, its text."""

    language: str
    project: str
    text: str


class Step(NamedTuple):
    """A command of a session, and what it prints."""

    command: str
    output: str


def blocks(page: str, language: str) -> list[Block]:
    """Return the blocks of a page, by its path in the repository, in one language."""
    found = _BLOCK.findall(PAGES[page].read_text(encoding="utf-8"))
    return [Block(*block) for block in found if block[0] == language]


def steps(text: str) -> list[Step]:
    """Return the steps of a session."""
    parts = (step.partition("\n") for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:])
    return [Step(command, output) for command, _, output in parts]


class Shell:
    """A shell in a new project below ``folder``, with gsdc on its path."""

    def __init__(self, folder: Path, start: str = "") -> None:
        commands = folder / "bin"
        commands.mkdir()
        for name, arguments in (("gsdc", "-m gsdc"), ("python", "")):
            command = commands / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
            command.chmod(0o755)
        self.project = folder / "project"
        if start == "demo":
            shutil.copytree(DEMO, self.project, ignore=shutil.ignore_patterns("build"))
        else:
            self.project.mkdir()
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("GSDC_")} | {
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(gsdc.__file__).parents[1]),
            "GSDC_CACHE_DIR": str(folder / "cache"),
            "COLUMNS": "100",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, step: Step) -> str:
        """Return what a step prints."""
        if step.command.startswith(SHOWN):
            shown = self.project / step.command.removeprefix(SHOWN)
            if not shown.exists():
                shown.parent.mkdir(parents=True, exist_ok=True)
                shown.write_text(step.output)
        done = subprocess.run(
            ["sh", "-c", step.command],
            cwd=self.project,
            env=self._environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.stdout.replace(f"{data.folder('profiles').parent}/", "")


def rewritten(text: str) -> str:
    """Return a page with what its sessions print now."""

    def replace(found: re.Match[str]) -> str:
        language, start, session = found[1], found[2], found[3]
        if language != "console":
            return found[0]
        with tempfile.TemporaryDirectory() as folder:
            shell = Shell(Path(folder), start)
            printed = "".join(f"$ {step.command}\n{shell.run(step)}" for step in steps(session))
        return f"```{language}{f' {start}' if start else ''}\n{printed}```"

    return _BLOCK.sub(replace, text)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for name, path in PAGES.items():
        if not wanted or any(word in name for word in wanted):
            path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")
