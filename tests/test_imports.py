"""What imports what: ``gsdc --version`` next to nothing, and each layer only those below it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc

HEAVY = ("dataclasses", "jinja2", "jsonschema", "jsonschema_rs", "markdown_it", "ruamel", "subprocess", "yaml_rs")
PACKAGE = Path(gsdc.__file__).parent
# From the lowest to the highest; what stands in one line may import each other.
LAYERS = (
    {"data", "finding", "source"},
    {"policy"},
    {"tasks"},
    {"targets"},
    {"plans", "rules", "report"},
    {"lint", "build", "proof", "initial", "importer"},
    {"transaction", "ownership", "migration", "deploy"},
    {"api", "__init__"},
    {"cli", "__main__"},
)
HEIGHTS = {name: height for height, names in enumerate(LAYERS) for name in names}


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


def imports(path: Path) -> set[str]:
    """Return what of the package a module imports, wherever in it: the names below ``gsdc``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "gsdc":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gsdc."):
            found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize("name", sorted(HEIGHTS))
def test_a_layer_imports_none_above_it(name):
    module = PACKAGE / f"{name}.py"
    paths = [module] if module.is_file() else sorted((PACKAGE / name).rglob("*.py"))
    assert paths
    imported = {(path.name, other) for path in paths for other in imports(path) if other != "__version__"}
    assert {(path, other) for path, other in imported if HEIGHTS[other] > HEIGHTS[name]} == set()


def test_every_module_has_its_layer():
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert there == HEIGHTS.keys()
