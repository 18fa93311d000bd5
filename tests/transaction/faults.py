"""A disk that fails, or dies, at any call; and the changes that this is tried on."""

import errno
import os
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.transaction import small

from gsdc.deploy import rollback
from gsdc.deploy.deployment import install
from gsdc.deploy.proposal import Proposal
from gsdc.filesystem.place import Place
from gsdc.finding import Rejected
from gsdc.transaction.change import Change, Image
from gsdc.transaction.commit import commit
from gsdc.transaction.disk import Disk
from gsdc.transaction.history import history
from gsdc.transaction.record import RecordHeader
from gsdc.transaction.session import exclusive_session
from gsdc.transaction.store import Store

BEFORE, AFTER, HALF = "killed before", "killed after", "killed half-way"
KILLS: Final = (BEFORE, AFTER, HALF)
ERRORS: Final = ("ENOSPC", "EIO", "EACCES")


class Killed(BaseException):
    """The process is no more: nothing that it would have done happens."""


class Fault(NamedTuple):
    """What happens at call number ``call``: the process is killed or interrupted, or an error, which may last."""

    call: int
    way: str
    lasting: bool = False


class FaultyDisk(small.QuickDisk):
    """A disk that counts its calls, and on which ``fault`` happens. Once killed, it does nothing any more."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.calls = 0
        self.dead = False
        self.met = False

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found
        return partial(self._call, name, found)

    def _call(self, name: str, real: Callable[..., Any], place: Place, *rest: Any) -> Any:
        if self.dead:
            raise Killed
        call, self.calls = self.calls, self.calls + 1
        fault = self.fault
        if fault is None or call < fault.call or (call > fault.call and not fault.lasting):
            return real(place, *rest)
        if fault.way == HALF and name != "write":  # no other call has a half
            return real(place, *rest)
        self.met = True
        if fault.way == "SIGINT":
            signal.raise_signal(signal.SIGINT)
        elif fault.way not in KILLS:
            number = getattr(errno, fault.way)
            raise OSError(number, os.strerror(number), str(place))
        if fault.way == AFTER:
            real(place, *rest)
        elif fault.way == HALF:
            image = rest[0]
            real(place, Image(image.content[: len(image.content) // 2], 0o600))
        self.dead = True
        raise Killed


class Entry(NamedTuple):
    """What stands at a path: its kind and permissions, and its bytes, or where it leads."""

    mode: int
    content: bytes


Snapshot = dict[str, Entry]


def snapshot(root: Path) -> Snapshot:
    """Return all that is in a project, folders too, but for ``.gsdc``."""
    return {path.relative_to(root).as_posix(): _entry(path) for path in _walk(root)}


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name != ".gsdc":
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from _walk(path)


def _entry(path: Path) -> Entry:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return Entry(mode, os.fsencode(path.readlink()))
    return Entry(mode, b"" if stat.S_ISDIR(mode) else path.read_bytes())


class Scenario(NamedTuple):
    """A change that is tried: what the project is before it, and the change itself, made on a disk."""

    name: str
    make: Callable[[Path], None]
    act: Callable[[Path, Disk], None]


OLD: Final = {
    "plain.txt": Image(b"one\ntwo\nthree\nfour\nfive\n"),
    "untouched.bin": Image(bytes(range(256))),
    "tool.sh": Image(b"#!/bin/sh\necho old\n", 0o755),
    "private": Image(b"mine\n", 0o600),
    "untouched.sh": Image(b"echo\n", 0o755),
    "crlf.txt": Image(b"one\r\ntwo\r\n"),
    "empty": Image(b""),
    "full": Image(b"no newline at the end"),
    "gone.txt": Image(b"removed by the change\n", 0o640),
    "folder/only.txt": Image(b"the only one here\n"),
    "real/target.md": Image(b"# A link leads here\n"),
    "na\u00efve \u6587\u4ef6.txt": Image("w\u00f6rds\n".encode()),
}
NEW: Final = {
    "plain.txt": Image(b"one\ntwo\nthree\nfour\nFIVE\n"),
    "tool.sh": Image(b"#!/bin/sh\necho new\n", 0o755),
    "private": Image(b"still mine\n", 0o600),
    "crlf.txt": Image(b"one\r\ntwo\r\nthree\r\n"),
    "empty": Image(b"not any more\n"),
    "full": Image(b""),
    "gone.txt": None,
    "folder/only.txt": None,
    "real/target.md": Image(b"# A link leads here, still\n"),
    "na\u00efve \u6587\u4ef6.txt": Image("other w\u00f6rds\n".encode()),
    "new.json": Image(b"{}\n", 0o600),
    "new/deep/er/file.json": Image(b"{}\n"),
    "new/deep/run.sh": Image(b"#!/bin/sh\n", 0o755),
    "vacant/new.txt": Image(b"{}\n"),
}
CHANGES: Final = tuple(Change(path, OLD.get(path), NEW[path]) for path in sorted(NEW))


def make_old(root: Path) -> None:
    """Write a project with all that a tree may hold."""
    for path, image in OLD.items():
        place = root / path
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(image.content)
        place.chmod(image.mode)
    (root / "vacant").mkdir()
    (root / "vacant").chmod(0o700)
    (root / "link.md").symlink_to("real/target.md")
    (root / "linked").symlink_to("real")
    (root / "dangling").symlink_to("nowhere")


def apply(root: Path, disk: Disk) -> None:
    """Make all changes; one file's old content is kept besides."""
    with exclusive_session(root, "apply", disk=disk) as work:
        commit(work.store, RecordHeader("apply"), CHANGES, disk, kept={"plain.txt"})


def make_applied(root: Path) -> None:
    """Write a project to which all changes have been made, and in which a person has gone on working."""
    make_old(root)
    apply(root, small.QuickDisk())
    plain = root / "plain.txt"
    plain.write_bytes(plain.read_bytes().replace(b"one", b"a person's one"))
    (root / "new/deep").chmod(0o750)


def roll_back(root: Path, disk: Disk) -> None:
    """Take back the last change that is in effect."""
    with exclusive_session(root, "rollback", disk=disk) as work:
        records = rollback.chosen(history(work.store))
        header = RecordHeader("rollback", undoes=tuple(record.number for record in records))
        rollback.roll_back(work.store, rollback.undo(work.store, records, max(work.store.numbers())), header, disk)


def make_rolled_back(root: Path) -> None:
    """Write a project in which the change has been made and rolled back."""
    make_applied(root)
    roll_back(root, small.QuickDisk())


def roll_back_last(root: Path, disk: Disk) -> None:
    """Take back whatever came last, a rollback as well: its folders are made again."""
    with exclusive_session(root, "rollback", disk=disk) as work:
        number = work.store.numbers()[-1]
        records = rollback.chosen(history(work.store), number)
        rollback.roll_back(
            work.store,
            rollback.undo(work.store, records, max(work.store.numbers())),
            RecordHeader("rollback", undoes=(number,)),
            disk,
        )


def make_project(root: Path) -> None:
    """Write a project of gsdc's, with more history than it keeps."""
    small.make(root)
    gsdc_yaml = root / "gsdc.yaml"
    gsdc_yaml.write_text(gsdc_yaml.read_text() + "history: {keep: 10}\n")
    store, before = Store(root), None
    store.prepare(small.QuickDisk())
    for count in range(12):
        after = Image(f"{count}\n".encode())
        commit(store, RecordHeader("apply"), [Change("notes.txt", before, after)], small.QuickDisk())
        before = after


def install_proposal(made: list[Proposal], root: Path, disk: Disk) -> None:
    """Install a deployment, which is worked out once; the oldest history goes."""
    made.extend([] if made else [small.proposal(root)])
    with exclusive_session(root, "apply", disk=disk) as work:
        install(work.store, made[0], small.header(made[0]), disk)


SCENARIOS: Final = (
    Scenario("apply", make_old, apply),
    Scenario("rollback", make_applied, roll_back),
    Scenario("rollback of a rollback", make_rolled_back, roll_back_last),
    Scenario("deployment", make_project, partial(install_proposal, [])),
)


class Trial:
    """A scenario at hand: its project to be copied, and what it is before and after the change."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self.folder = folder
        self.count = 0
        self.template = folder / "template"
        self.template.mkdir(parents=True)
        scenario.make(self.template)
        self.old = snapshot(self.template)
        self.numbers = Store(self.template).numbers()
        disk = FaultyDisk()
        root = self.copy()
        scenario.act(root, disk)
        self.calls = disk.calls
        self.new = snapshot(root)
        self.last = Store(root).numbers()[-1]

    def copy(self) -> Path:
        """Return a copy of the project, on which nothing has been tried; the one before it goes."""
        shutil.rmtree(self.folder / f"{self.count}", ignore_errors=True)
        self.count += 1
        return shutil.copytree(self.template, self.folder / f"{self.count}", symlinks=True)

    def run(self, root: Path, fault: Fault | None) -> FaultyDisk:
        """Make the change under ``fault``; a kill ends it without a word."""
        disk = FaultyDisk(fault)
        try:
            self.scenario.act(root, disk)
        except Killed:
            assert disk.dead
        return disk

    def recover(self, root: Path, fault: Fault | None = None) -> FaultyDisk:
        """Do what every command of gsdc begins with."""
        disk = FaultyDisk(fault)
        try:
            with exclusive_session(root, "status", disk=disk):
                pass
        except Killed:
            assert disk.dead
        return disk

    def settle(self, root: Path, what: object, *, go_on: bool = True) -> None:
        """Begin the next command; the tree is then the old or the new one, and work can ``go_on`` from there."""
        self.recover(root)
        self.check(root, what)
        if not go_on:
            return
        if snapshot(root) == self.old:
            self.scenario.act(root, small.QuickDisk())
            assert snapshot(root) == self.new, what
        else:
            roll_back_last(root, small.QuickDisk())
            assert snapshot(root) == self.old, what

    def check(self, root: Path, what: object) -> None:
        """Raise AssertionError where the tree is a mixture, or the history says something else."""
        found, store = snapshot(root), Store(root)
        assert found in (self.old, self.new), (what, difference(found, self.old), difference(found, self.new))
        assert store.pending.status() is None, what
        assert (store.numbers()[-1:] == (self.last,)) is (found == self.new), what
        history(store)


def refusal(act: Callable[..., object], *arguments: object) -> set[str]:
    """Do something; return the codes of what it was refused for, none where it was not."""
    try:
        act(*arguments)
    except Rejected as rejected:
        return {finding.code for finding in rejected.findings}
    return set()


def difference(found: Snapshot, wanted: Snapshot) -> list[str]:
    """Return the paths at which two trees differ."""
    return sorted(path for path in found.keys() | wanted.keys() if found.get(path) != wanted.get(path))
