"""Asking clients that are not there, crash, hang or lie. What the real ones say is for tests/conformance."""

import os
import sys
import time
from pathlib import Path

import pytest

from gsdc.deploy.gates import gates
from gsdc.deploy.proposal import propose
from gsdc.policy.load import load
from gsdc.targets.client_process import ClientFailedError, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the clients of these tests are shell scripts")

PROJECT = "fleets: [leo]\ntargets: {opencode: {create: true}, overrides: {dir: config}}\n"


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Return ``ask(name, script)``: what a gate answers where a client is this shell script, "" for none."""
    monkeypatch.delenv("GSDC_OPENCODE", raising=False)
    monkeypatch.setenv("SECRET", "of this machine")

    def answer(name, script, config=""):
        folder, root = tmp_path / "bin", tmp_path / "project"
        folder.mkdir()
        root.mkdir()
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin" if script else str(folder))
        if script:
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        (root / "gsdc.yaml").write_text(PROJECT)
        if config:
            (root / "opencode.json").write_text(config)
        loaded = load(root)
        assert loaded.policy is not None, loaded.findings
        return next(gate for gate in gates(propose(loaded.project, loaded.policy, "green")) if gate.name == name)

    return answer


@pytest.mark.parametrize(
    ("name", "why"), [("opencode", "OpenCode is not installed"), ("node", "node is not installed")]
)
def test_a_client_that_is_not_installed_is_passed_over(ask, name, why):
    gate = ask(name, "")
    assert (gate.go, gate.why) == (None, why)


@pytest.mark.parametrize("name", ["opencode", "node"])
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("printf '\\033[91mno such\\noption\\033[0m' >&2; exit 3", "no such option"),
        ("exit 7", "it ended with 7 and said nothing"),
        ("kill -SEGV $$", "it ended with -11 and said nothing"),
        ("echo nonsense", ""),
        ("exit 0", ""),
    ],
)
def test_a_client_that_crashes_says_no(ask, name, script, words):
    gate = ask(name, script)
    assert gate.go is False
    assert words in gate.why


def test_a_client_that_is_no_program_says_no(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("GSDC_OPENCODE", str(tmp_path / "absent"))
    (tmp_path / "gsdc.yaml").write_text("targets: {opencode: {create: true}}\n")
    loaded = load(tmp_path, profile="balanced", fleets=["leo"])
    assert loaded.policy is not None
    gate = next(g for g in gates(propose(loaded.project, loaded.policy, "green")) if g.name == "opencode")
    assert (gate.go, gate.why.rpartition(": ")[2]) == (False, "no such file or directory")


def test_a_client_that_knows_no_agent_says_no(ask):
    gate = ask("opencode", "echo '{}'")
    assert gate.go is False
    assert {finding.code for finding in gate.findings} == {"DP043"}
    assert all("OpenCode does not know it" in finding.message for finding in gate.findings)


def test_it_gets_nothing_of_this_machine(ask, tmp_path):
    seen = tmp_path / "seen"
    gate = ask("opencode", f"env > {seen}; pwd >> {seen}; ls -a >> {seen}; echo '{{}}'")
    assert gate.go is False
    text = seen.read_text()
    assert "SECRET" not in text
    assert str(Path.home()) not in text.replace(str(tmp_path), "")
    assert text.split()[-1] == "opencode.json", "it is all that is copied"


def test_a_file_with_a_credential_is_not_copied(ask, tmp_path):
    ran, key = tmp_path / "ran", "ghp_" + "4fQ9zL2mXc7VbN1kRt8sWyEjHu3pAo6iD0gK"
    gate = ask("opencode", f"touch {ran}", f'{{"provider": {{"github": {{"options": {{"apiKey": "{key}"}}}}}}}}')
    assert (gate.go, gate.why) == (None, "opencode.json seems to hold a credential, and is not copied")
    assert not ran.exists()


def test_a_client_that_hangs_is_ended_with_all_that_it_started(tmp_path):
    script = f"sleep 300 & echo $! > {tmp_path / 'child'}; echo $$ > {tmp_path / 'parent'}; sleep 300"
    start = time.monotonic()
    with pytest.raises(ClientFailedError, match=r"it did not answer within 0\.5 seconds"):
        run(["/bin/sh", "-c", script], tmp_path, tmp_path, {}, seconds=0.5)
    assert time.monotonic() - start < 20
    for name in ("child", "parent"):
        pid = int((tmp_path / name).read_text())
        deadline = time.monotonic() + 10
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not alive(pid)


def test_what_a_client_leaves_running_is_ended(tmp_path):
    script = f"sleep 300 >/dev/null 2>&1 & echo $! > {tmp_path / 'child'}; echo done"
    assert run(["/bin/sh", "-c", script], tmp_path, tmp_path, {}) == b"done\n"
    pid, deadline = int((tmp_path / "child").read_text()), time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(pid)


def alive(pid):
    """Tell whether a process runs; one that has ended and that nobody has asked about does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
