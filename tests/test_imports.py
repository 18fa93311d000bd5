"""``gsdc --version`` is quick because it imports little."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc

HEAVY = ("dataclasses", "jinja2", "jsonschema", "jsonschema_rs", "markdown_it", "ruamel", "ryaml", "subprocess")


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Return the names of all modules that ``gsdc --version`` imports."""
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])}
    command = [sys.executable, "-X", "importtime", "-m", "gsdc", "--version"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == f"gsdc {gsdc.__version__}"
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_the_report_is_understood(imported):
    assert {"gsdc", "gsdc.cli", "click"} <= imported


@pytest.mark.parametrize("name", HEAVY)
def test_version_does_not_import(name, imported):
    assert not {module for module in imported if module == name or module.startswith(f"{name}.")}


def test_version_imports_no_command_and_no_stage(imported):
    packages = {module.split(".")[1] for module in imported if module.startswith("gsdc.")} - {"__main__"}
    assert packages == {"cli"}
