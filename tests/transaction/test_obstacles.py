"""What stands in the way of a change, met by the command itself: an answer and an exit code, and nothing is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.transaction import small
from tests.transaction.faults import AFTER, SCENARIOS, Fault, Scenario, Trial, snapshot

from gsdc.cli import main
from gsdc.transaction.store import Store

NOBODY = 65534


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "project").mkdir()
    return small.make(tmp_path / "project")


def gsdc(root: Path, *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code, and all that it says."""
    result = CliRunner().invoke(main, [*arguments, "--project", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def refused(root: Path, code: int, *words: str, command: tuple[str, ...] = ("apply", "--yes")) -> None:
    """Assert that a command is refused with ``code`` and ``words``, and that the tree stays as it is."""
    before = snapshot(root)
    found, output = gsdc(root, *command)
    assert found == code, output
    assert all(word in output for word in words), output
    assert snapshot(root) == before


def test_a_read_only_file(project):
    (project / "CLAUDE.md").chmod(0o444)
    refused(project, 1, "DP006", '"CLAUDE.md" cannot be changed: it is read-only')


def test_a_link_out_of_the_project(project):
    outside = project.parent / "outside.md"
    outside.write_text("mine\n")
    (project / "CLAUDE.md").unlink()
    (project / "CLAUDE.md").symlink_to(outside)
    refused(project, 1, "IN004")
    assert outside.read_text() == "mine\n"


def test_a_link_to_nothing_makes_what_it_leads_to(project):
    (project / "CLAUDE.md").unlink()
    (project / "CLAUDE.md").symlink_to("docs/rules.md")
    before = snapshot(project)
    assert gsdc(project, "apply", "--yes")[0] == 0
    assert (project / "CLAUDE.md").is_symlink()
    assert "gsdc" in (project / "docs/rules.md").read_text()
    assert gsdc(project, "rollback", "--yes")[0] == 0
    assert snapshot(project) == before


def test_a_folder_where_a_file_is_to_be(project):
    (project / "config/phase-model-config.json").mkdir(parents=True)
    refused(project, 2, "IN001", "is a folder")


def test_a_file_where_a_folder_is_to_be(project):
    (project / "config").write_text("mine\n")
    refused(project, 1, "DP006", '"config" is not a folder')


@pytest.mark.parametrize("name", [".gsdc", ".gsdc/pending", ".gsdc/history", ".gsdc/new", ".gsdc/kept", ".gsdc/old"])
def test_a_store_that_leads_elsewhere(project, name):
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).symlink_to(elsewhere)
    refused(project, 1, "DP002", f'"{name}" is not a folder')
    assert not any(elsewhere.iterdir())


STORED = {"sha256": "0" * 64, "mode": 0o644, "offset": 0, "size": 1}
FILE = {"path": "CLAUDE.md", "owns": "", "target": "", "before": None, "after": None}


def record(**changed: Any) -> dict[str, str]:
    """Return the header of a record that was interrupted, with something of it ``changed``."""
    head = {"format": 1, "number": 1, "folders": [], "emptied": {}, "kind": "apply", "place": "HERE", **changed}
    return {"record.json": json.dumps(head).replace('"HERE"', "HERE"), "files.json": "[]", "images": ""}


def files(**changed: Any) -> dict[str, str]:
    """Return a record of one file, with something of it ``changed``."""
    return record() | {"files.json": json.dumps([FILE | changed])}


DAMAGED = {
    "nothing": {},
    "no files": {"record.json": record()["record.json"]},
    "not JSON": record() | {"record.json": "{"},
    "a list": record() | {"record.json": "[]"},
    "a deep list": record() | {"files.json": "[" * 100_000},
    "a long number": record() | {"record.json": '{"format": ' + "1" * 10_000 + "}"},
    "a list of a list": record() | {"files.json": "[[]]"},
    "a list of nothing": record() | {"files.json": "[null]"},
    "another format": record(format=2),
    "a number that is none": record(number="1"),
    "a number that is true": record(number=True),
    "a key that is not ours": record(other=1),
    "a kind that is none": record(kind=1),
    "a stage that is none": record(stage="all"),
    "folders that are none": record(folders=[1]),
    "folders that are missing": record(folders=None),
    "a folder above": record(folders=[".."]),
    "an absolute folder": record(emptied={"/etc": 493}),
    "a folder with no mode": record(emptied={"config": "all"}),
    "a folder of Git": record(emptied={".git/hooks": 493}),
    "a path above": files(path="../outside"),
    "an absolute path": files(path="/outside"),
    "a hook": files(path=".git/hooks/pre-commit"),
    "a hook in capitals": files(path="sub/.GIT/hooks/pre-commit"),
    "our own store": files(path=".gsdc/history/000001"),
    "no path": files(path=""),
    "a path with a null": files(path="a\0b"),
    "half a character": files(path="\ud800"),
    "a path that is none": files(path=["CLAUDE.md"]),
    "a path through a link": files(path="linked/file"),
    "an image that is none": files(before="bytes"),
    "an image without bytes": files(before=STORED),
    "an image of another size": files(before=STORED | {"size": 10**30}),
    "an image far away": files(before=STORED | {"offset": 10**30}),
    "an image before all": files(before=STORED | {"offset": -1}),
    "an image of a half": files(before=STORED | {"size": 0.5}),
}


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("command", [("history",), ("apply", "--yes")], ids=lambda command: command[0])
def test_a_damaged_record_changes_nothing(project, name, command):
    outside = project.parent / "outside"
    outside.write_text("mine\n")
    (project / ".git/hooks").mkdir(parents=True)
    (project / "linked").symlink_to("plans")
    pending = Store(project).pending.location
    pending.mkdir(parents=True)
    for file, text in DAMAGED[name].items():
        (pending / file).write_text(text.replace("HERE", str(Store(project).place)))
    refused(project, 1, "DP004", command=command)
    assert pending.is_dir()
    assert outside.read_text() == "mine\n"


def test_a_record_that_is_a_device(project):
    pending = Store(project).pending.location
    pending.mkdir(parents=True)
    (pending / "record.json").symlink_to("/dev/zero")
    refused(project, 1, "DP004", command=("history",))


def interrupted(folder: Path, scenario: Scenario = SCENARIOS[3]) -> tuple[Trial, Path]:
    """Return a project in which a change was killed, as late as can be: all its files are written."""
    trial = Trial(scenario, folder / "of")
    for call in reversed(range(trial.calls)):
        root = trial.copy()
        trial.run(root, Fault(call, AFTER))
        if Store(root).pending.is_folder():
            return trial, root
    raise AssertionError(scenario)


def test_what_was_interrupted_elsewhere_is_not_undone_unasked(tmp_path):
    trial, root = interrupted(tmp_path)
    clone = shutil.copytree(root, tmp_path / "clone", symlinks=True)
    refused(clone, 1, "DP013", "gsdc rollback --pending", command=("history",))
    refused(clone, 1, "DP013")
    code, output = gsdc(clone, "rollback", "--pending")
    assert (code, "DP008" in output) == (0, True), output
    assert snapshot(clone) == trial.old


def test_what_a_person_edits_before_the_recovery_is_kept(tmp_path):
    trial, root = interrupted(tmp_path)
    edited = root / "CLAUDE.md"
    edited.write_text("all mine\n")
    added = root / "config/phase-model-config.json"
    added.write_text("mine as well\n")
    code, output = gsdc(root, "history")
    assert code == 0, output
    copy = ".gsdc/kept/000013/CLAUDE.md"
    assert f'the old content is in "{copy}"' in output
    assert '"config/phase-model-config.json" was edited since: left as it is, it did not exist before' in output
    assert (root / copy).read_bytes() == trial.old["CLAUDE.md"].content
    assert (edited.read_text(), added.read_text()) == ("all mine\n", "mine as well\n")
    rest = snapshot(root)
    for path in ("CLAUDE.md", "config/phase-model-config.json", "config"):
        rest.pop(path)
    assert rest.items() <= trial.old.items()


def test_a_person_removes_a_folder_before_the_recovery(tmp_path):
    trial, root = interrupted(tmp_path, SCENARIOS[0])
    shutil.rmtree(root / "folder")
    code, output = gsdc(root, "history")
    assert code == 0, output
    assert '"folder/only.txt" was edited since' in output
    assert (root / ".gsdc/kept/000001/folder/only.txt").read_bytes() == trial.old["folder/only.txt"].content


@contextmanager
def ordinary_user():
    """Be a user whom permissions bind."""
    if os.geteuid():
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture(scope="module")
def templates(tmp_path_factory) -> Path:
    """Return a folder with a project, "plain", and with one that has a history; the commands have been loaded by then.

    An ordinary user may not read where they come from.
    """
    folder = tmp_path_factory.mktemp("templates")
    for name in ("plain", "applied"):
        (folder / name).mkdir()
        small.make(folder / name)
    for command in (("apply", "--yes"), ("status",), ("history",), ("rollback", "--yes")):
        gsdc(folder / "applied", *command)
    shutil.rmtree(folder / "applied/.gsdc")
    gsdc(folder / "applied", "apply", "--yes")
    return folder


@pytest.fixture
def owned(templates):
    """Return ``owned(name)``: a copy of a template that belongs to an ordinary user."""
    if sys.platform == "win32":
        pytest.skip("permissions are another thing there")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)

        def copy(template: str) -> Path:
            root = Path(shutil.copytree(templates / template, folder / "project", symlinks=True))
            if os.geteuid() == 0:
                for path in (folder, root, *root.rglob("*")):
                    os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
            return root

        yield copy
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o700)


@pytest.fixture
def own(owned) -> Path:
    """Return a project that belongs to an ordinary user."""
    return owned("plain")


def test_a_folder_in_which_nothing_may_be_written(own):
    (own / "plans").chmod(0o555)
    with ordinary_user():
        refused(own, 1, "DP006", 'nothing may be written in the folder "plans"')


@pytest.mark.sampled
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o500])
@pytest.mark.parametrize("name", [".gsdc", ".gsdc/history", ".gsdc/history/000001", ".gsdc/lock"])
@pytest.mark.parametrize("command", [("status",), ("history",), ("apply", "--yes"), ("rollback", "--yes")], ids=str)
def test_a_store_that_may_not_be_used(owned, name, mode, command):
    own = owned("applied")
    with ordinary_user():
        (own / name).chmod(mode)
        before = snapshot(own)
        code, output = gsdc(own, *command)
        (own / name).chmod(0o700)
        found = snapshot(own)
    assert code in (0, 1, 2, 3), output
    if code:
        assert found == before, output


def test_an_undo_that_may_not_write_is_done_later(own):
    with ordinary_user():
        trial, root = interrupted(own.parent, SCENARIOS[0])
        (root / "folder").chmod(0o555)
        code, output = gsdc(root, "history")
        assert (code, "DP007" in output, "cannot be undone yet" in output) == (3, True, True), output
        (root / "folder").chmod(0o755)
        assert "DP008" in gsdc(root, "history")[1]
        assert snapshot(root) == trial.old


def test_a_disk_that_is_really_full(own):
    if os.geteuid():
        pytest.skip("only root may mount a small disk")
    full = own.parent / "full"
    full.mkdir()
    size = 28 * 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", full]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
    try:
        small.make(full)
        refused(full, 3, "DP007", "no space left on device")
        assert not (full / ".gsdc/pending").exists()
        refused(full, 3, "DP007", "no space left on device")
    finally:
        subprocess.run(["umount", full], check=True)


@pytest.fixture
def interruptible():
    """Let an interrupt reach this process also where a shell has started it in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_at_every_call_leaves_nothing_to_recover(tmp_path):
    trial = Trial(SCENARIOS[0], tmp_path / "of")
    for call in range(trial.calls):
        root, before = trial.copy(), signal.getsignal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            trial.run(root, Fault(call, "SIGINT"))
        assert signal.getsignal(signal.SIGINT) is before
        trial.check(root, call)
