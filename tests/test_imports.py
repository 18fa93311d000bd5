"""What imports what: ``gsdc --version`` next to nothing, and each layer only those below it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc

HEAVY = ("dataclasses", "jinja2", "jsonschema", "jsonschema_rs", "markdown_it", "ruamel", "subprocess", "yaml_rs")
HEAVY += ("tomllib",)
PACKAGE = Path(gsdc.__file__).parent
# From the lowest to the highest; what stands in one line may import each other.
LAYERS = (
    {"cache", "credentials", "data", "finding", "filesystem", "guide", "source"},
    {"models", "ownership", "plugins"},
    {"declarations"},
    {"policy"},
    {"tasks"},
    {"plans"},
    {"targets"},
    {"rules", "report"},
    {"lint", "build", "proof", "client_proof", "initial", "importer"},
    {"transaction"},
    {"migration", "deploy", "upkeep"},
    {"ledger"},
    {"guard", "mcp"},
    {"api", "__init__"},
    {"cli", "__main__"},
)
# What a target says of itself is data: it lies below the policy, and the rest of the target above it.
DECLARATIONS = ("targets.registry", "targets.declaration", "targets.opencode.files")
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


def module_of(path: Path) -> str:
    """Return the name below ``gsdc`` of the module in a file."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in PACKAGE.rglob("*.py")}


def layer_of(module: str) -> str:
    """Return the layer of a module: the file or folder in the package that it lies in, but for declarations."""
    room, _, rest = module.partition(".")
    is_target = room == "targets" and rest and "." not in rest and MODULES[module].name == "__init__.py"
    return "declarations" if is_target or module in DECLARATIONS else room


def imports(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, wherever in it: their names below ``gsdc``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gsdc":
            within = node.module.removeprefix("gsdc").removeprefix(".")
            for alias in node.names:
                name = f"{within}.{alias.name}".removeprefix(".")
                found.add(name if name in MODULES else within)
    return found - {""}


@pytest.mark.parametrize("name", sorted(HEIGHTS))
def test_a_layer_imports_none_above_it(name):
    paths = {module: path for module, path in MODULES.items() if layer_of(module or "__init__") == name}
    assert paths
    imported = {(module, other) for module, path in paths.items() for other in imports(path)}
    assert {(one, other) for one, other in imported if HEIGHTS[layer_of(other)] > HEIGHTS[name]} == set()


def test_every_module_has_its_layer():
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert there | {"declarations"} == HEIGHTS.keys()
