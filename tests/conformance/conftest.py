"""Fixtures that run the real clients, offline and each in a home of its own."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.conformance import drivers
from tests.conformance.clients import OutOfReachError, modules, opencode_environment
from tests.conformance.opencode_server import OpencodeServer, serve

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark every test of this folder, so that ``-m "not conformance"`` leaves the clients alone.

    The tests of a file run on one worker, which starts what they share (a server, a session) once.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("conformance")
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """Return a folder whose path no other test has: a client that serves many folders remembers them."""
    folder = tmp_path / uuid4().hex[:8]
    folder.mkdir()
    return folder


@pytest.fixture
def exhaustive() -> None:
    """Leave a test that takes long to ``make test-slow``."""
    if "GSDC_ALL" not in os.environ:
        pytest.skip("it takes long: make test-slow runs it")


@pytest.fixture(scope="session")
def clients(tmp_path_factory, worker_id) -> Path:
    """Return the clients' ``node_modules``; skip with the reason where npm is out of reach."""
    # Where one worker could not install them, the others of this run need not try as well.
    base = tmp_path_factory.getbasetemp()
    failed = (base if worker_id == "master" else base.parent) / "clients-out-of-reach"
    if failed.exists():
        pytest.skip(failed.read_text())
    try:
        return modules()
    except OutOfReachError as error:
        failed.write_text(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of node."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not installed")
    return path


def _found(program: Path | None, client: str) -> Path:
    if program is None:
        pytest.skip(f"{client} has no package for this platform")
    return program


@pytest.fixture(scope="session")
def opencode(clients: Path) -> Path:
    """Return OpenCode's binary for this platform."""
    return _found(drivers.opencode.program(clients), "opencode-ai")


@pytest.fixture(scope="session")
def claude(clients: Path) -> Path:
    """Return the path of Claude Code, in the package for this platform."""
    return _found(drivers.claude_code.program(clients), "Claude Code")


@pytest.fixture(scope="session")
def codex(clients: Path) -> Path:
    """Return the binary of the newest Codex."""
    return _found(drivers.codex.program(clients), "codex")


@pytest.fixture(scope="session")
def gemini(clients: Path, node: str) -> Path:
    """Return Gemini CLI's program."""
    return _found(drivers.gemini_cli.program(clients), "gemini-cli")


@pytest.fixture
def run_opencode(opencode: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return ``run(args, cwd, home)``: OpenCode offline, with nothing of this machine's configuration."""

    def run(args: Sequence[str], cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
        home.mkdir(parents=True, exist_ok=True)
        command = [opencode, *args]
        return subprocess.run(
            command,
            cwd=cwd,
            env=opencode_environment(home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture(scope="session")
def opencode_server(opencode: Path, tmp_path_factory) -> Iterator[OpencodeServer]:
    """Return an OpenCode that answers for any folder; tests in the group ``opencode-server`` share one."""
    with serve(opencode, tmp_path_factory.mktemp("opencode")) as server:
        yield server


@pytest.fixture(scope="session")
def gsd_tools(clients: Path) -> Path:
    """Return the path of GSD's tools, a script for node."""
    return clients / "get-shit-done-cc/get-shit-done/bin/gsd-tools.cjs"


@pytest.fixture
def run_gsd(node: str, gsd_tools: Path, tmp_path: Path) -> Callable[..., Any]:
    """Return ``run(*args, cwd)``: what GSD's tools print, from JSON."""

    def run(*args: str | Path, cwd: Path) -> Any:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        command = [node, gsd_tools, *args]
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
