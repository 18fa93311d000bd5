"""What the README shows is what happens: its console sessions are run, its tables compared."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import gsdc
from gsdc import data
from gsdc.cli import COMMANDS
from gsdc.targets.registry import compiled_targets

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
OPENCODE = REPOSITORY / "tests" / "projects" / "demo" / "opencode.jsonc"
SHOWN = "cat "
PROJECT_FILE = f"{SHOWN}gsdc.yaml"


class Step(NamedTuple):
    """A command of a session, and what it prints."""

    command: str
    output: str


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of ``language``."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def session(block: str) -> list[Step]:
    """Return the steps of a console session."""
    steps = (step.partition("\n") for step in block.removeprefix("$ ").rstrip().split("\n$ "))
    return [Step(command, output + "\n") for command, _, output in steps]


def first_cells(heading: str) -> list[str]:
    """Return the first word in code of each row of the first table below ``heading``."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(?:gsdc )?([\w-]+)", section, re.MULTILINE)


@pytest.fixture
def shell(tmp_path):
    """Return ``run(command)``: a shell in an example project that has gsdc on its path."""
    commands = tmp_path / "bin"
    commands.mkdir()
    gsdc_command = commands / "gsdc"
    gsdc_command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gsdc "$@"\n')
    gsdc_command.chmod(0o755)
    project = tmp_path / "project"
    project.mkdir()
    environment = os.environ | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(gsdc.__file__).parents[1]),
    }

    def run(step: Step) -> str:
        if step.command.startswith(SHOWN):
            shown = project / step.command.removeprefix(SHOWN)
            shown.parent.mkdir(parents=True, exist_ok=True)
            shown.write_text(step.output)
        done = subprocess.run(
            ["sh", "-c", step.command], cwd=project, env=environment, check=False, capture_output=True, text=True
        )
        return (done.stdout + done.stderr).replace(f"{data.folder('profiles').parent}/", "")

    return run


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.split("\n")[-2][:30])
def test_sessions_print_what_they_show(block, shell, tmp_path):
    steps = session(block)
    if any(OPENCODE.name in step.command for step in steps):
        shutil.copy(OPENCODE, tmp_path / "project")
    for step in steps:
        assert shell(step) == step.output


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.split("\n")[0])
def test_the_language_example_is_sound(block, shell):
    shell(Step(PROJECT_FILE, block))
    assert shell(Step("gsdc lint", "")) == "no findings\n"


@pytest.mark.parametrize("block", blocks("python"))
def test_the_python_example_prints_what_follows_it(block, shell, tmp_path):
    shutil.copy(OPENCODE, tmp_path / "project")
    shell(Step(PROJECT_FILE, session(blocks("console")[0])[0].output))
    (tmp_path / "project" / "example.py").write_text(block)
    [shown] = re.findall(r"^```text\n(.*?)^```", README.split(block)[1], re.MULTILINE | re.DOTALL)[:1]
    assert shell(Step(f"{sys.executable} example.py", "")) == shown


def test_every_command_is_listed():
    assert first_cells("Commands") == list(dict.fromkeys(first_cells("Commands")))
    assert sorted(first_cells("Commands")) == sorted(COMMANDS)


def test_every_target_is_listed():
    assert first_cells("Targets") == list(compiled_targets())


def test_every_profile_is_listed():
    shipped = {path.stem for path in data.folder("profiles").glob("*.yaml")} - {"base", "catalog"}
    assert set(first_cells("The language")) == shipped
    for path in data.folder("profiles").glob("workflows/*.yaml"):
        assert f"`{path.stem}`" in README
    for path in data.folder("profiles").glob("fleets/*.yaml"):
        assert f"`{path.stem}`" in README
