"""The wheel and the sdist hold all data, and the installed wheel does the same job as the checkout."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

import gsdc

REPOSITORY = Path(__file__).parents[2]
DATA = ("schemas", "templates", "profiles")
DEMO = REPOSITORY / "tests" / "projects" / "demo"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]  # one worker builds and installs, once


class Built(NamedTuple):
    """The two archives of one build."""

    wheel: Path
    sdist: Path


def run(*command: str | Path, cwd: Path, code: int = 0, **variables: str) -> str:
    """Run ``command``, which exits with ``code``, without this checkout on its path, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def shipped() -> set[str]:
    """Return the data files of the checkout by their paths in it, dotfiles as well."""
    files = (path for name in DATA for path in (REPOSITORY / name).rglob("*") if path.is_file())
    return {path.relative_to(REPOSITORY).as_posix() for path in files}


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below ``folder``."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    """Build the sdist, and the wheel from the sdist, as ``python -m build`` does; hatchling leaves no trace behind."""
    folder = tmp_path_factory.mktemp("packaging")
    run(sys.executable, "-m", "build", "--outdir", folder / "dist", REPOSITORY, cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="session")
def installed(built, tmp_path_factory) -> Path:
    """Install the wheel into a virtual environment of its own, and return the folder of its commands."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    bin_ = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", bin_ / "python", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", built.wheel, cwd=folder)
    return bin_


def test_the_checkout_ships_every_kind_of_data():
    assert {path.partition("/")[0] for path in shipped()} == set(DATA)


def test_the_wheel_holds_all_data(built):
    with zipfile.ZipFile(built.wheel) as archive:
        names = set(archive.namelist())
    assert {f"gsdc/{path}" for path in shipped()} <= names
    assert "gsdc/py.typed" in names
    assert not [name for name in names if not name.startswith(("gsdc/", "gsdc-"))]


def test_the_sdist_holds_all_data(built):
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert shipped() | {"LICENSE", "README.md", "pyproject.toml", "compiler/gsdc/__init__.py"} <= names


def test_the_data_in_the_wheel_is_that_of_the_checkout(built):
    with zipfile.ZipFile(built.wheel) as archive:
        assert [path for path in shipped() if archive.read(f"gsdc/{path}") != (REPOSITORY / path).read_bytes()] == []


def test_the_installed_command_says_its_version(installed, tmp_path):
    assert run(installed / "gsdc", "--version", cwd=tmp_path).strip() == f"gsdc {gsdc.__version__}"


def test_the_installed_wheel_builds_the_same_bytes(installed, tmp_path):
    projects = [Path(shutil.copytree(DEMO, tmp_path / name / "demo")) for name in ("installed", "checkout")]
    build = ("build", "--profile", "balanced")
    run(installed / "gsdc", *build, cwd=projects[0])
    run(sys.executable, "-m", "gsdc", *build, cwd=projects[1], PYTHONPATH=str(REPOSITORY / "compiler"))
    first, second = (tree(project / "build") for project in projects)
    assert "balanced/manifest.json" in first
    assert first == second


def test_without_the_fast_yaml_reader_the_same_is_found_and_built(installed, tmp_path):
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(installed / "python", "-c", script, cwd=tmp_path).strip())
    plain = Path(shutil.copytree(packages, tmp_path / "plain", ignore=shutil.ignore_patterns("yaml_rs*")))
    assert (packages / "yaml_rs").is_dir()
    # Without the site module nothing is imported but what stands in that folder.
    commands = {
        "with": ((installed / "gsdc",), {}),
        "without": ((sys.executable, "-S", "-m", "gsdc"), {"PYTHONPATH": str(plain)}),
    }
    given = []
    for name, (command, variables) in commands.items():
        project = Path(shutil.copytree(DEMO, tmp_path / name / "demo"))
        run(*command, "build", "--profile", "balanced", cwd=project, **variables)
        said = run(*command, "lint", "--no-cache", "--format", "github", cwd=project, code=1, **variables)
        given.append((said.replace(str(plain), str(packages)), tree(project / "build")))
    assert given[0] == given[1]
