"""Trees that somebody made to mislead gsdc: links, pipes, odd modes, nested policies and damaged files of clients."""

import os
import random
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

SECRET: Final = "OUTSIDE-CONTENT-7f3a"
PLAN: Final = """\
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/login.py]
autonomous: true
must_haves: {truths: []}
---
<task type="auto"><name>Task 1: Check the password</name><files>src/login.py</files>
<action>Compare the hash.</action><verify>pytest tests/login</verify><done>It is checked</done></task>
"""
AGENT: Final = "---\nname: gsd-planner\ndescription: Plans\nmodel: opus\n---\nPlan.\n"
# Every kind of file that gsdc reads in a repository, each in a valid form.
FILES: Final = {
    "gsdc.yaml": "fleets: [gsd]\n"
    "targets: {opencode: {path: opencode.json, create: true}, claude-md: {paths: [CLAUDE.md]}, plans: true}\n",
    "opencode.json": '{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}\n',
    ".opencode/opencode.jsonc": '{"agent": {}} // ours\n',
    ".opencode/agent/reviewer.md": "---\ndescription: Reviews\nmode: subagent\n---\nReview.\n",
    ".opencode/command/audit.md": "---\nagent: gsd-planner\n---\nAudit.\n",
    "CLAUDE.md": "# Notes\n\nBe kind.\n",
    "AGENTS.md": "# Notes\n",
    ".claude/settings.json": '{"env": {}}\n',
    ".claude/agents/planner.md": AGENT,
    ".claude/commands/audit.md": "---\nmodel: opus\n---\nAudit.\n",
    ".claude/skills/audit/SKILL.md": "---\nname: audit\ndescription: Audits\n---\nAudit.\n",
    ".planning/config.json": '{"model_profile": "balanced"}\n',
    ".planning/phases/01-core/01-01-PLAN.md": PLAN,
    ".planning/phases/01-core/01-01-SUMMARY.md": "",
    "config/phase-model-config.json": '{"phaseModelOverrides": {}}\n',
    "lib/sub-agent-executor.js": "const PHASE_MODEL_OVERRIDES = { PLAN: { SECURITY: 'opus' } };\n",
    ".gsdc/baseline.json": "[]\n",
    "build/balanced/manifest.json": "{}\n",
    "sub/gsdc.yaml": "fleets: [gsd]\n",
    "sub/opencode.json": "{}\n",
    "src/login.py": "def login(): ...\n",
}
PIECES: Final = (
    *(b"", b"{", b"}", b"[", b'"', b"---\n", b"\x00", b"\xff", b"<task", b"</task>", b"&a *a", b"\r", b": ", b"${"),
)
POLICIES: Final = (
    *("", "fleets: [nope]\n", "fleets: [[[", "[]"),
    "fleets: []\nagents: {gsd-security-auditor: {role: docs}}\n",
)
Trick = Callable[[random.Random, Path, Path], None]
"""Spoils a tree: chance, the project's folder, and a folder outside of it that holds things of value."""


def make(root: Path, outside: Path) -> None:
    """Make a valid project in ``root``, and in ``outside`` files that nobody may read, change or remove."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    (outside / "folder").mkdir(parents=True, exist_ok=True)
    (outside / "secret.txt").write_text(f"{SECRET}\nsecond line\n", "utf-8")
    (outside / "folder" / "kept.txt").write_text(f"{SECRET}\n", "utf-8")


def _any_file(chance: random.Random, root: Path) -> Path:
    return root / chance.choice(list(FILES))


def _any_folder(chance: random.Random, root: Path) -> Path:
    folders = {parent for path in FILES for parent in Path(path).parents if parent != Path()}
    return root / chance.choice(sorted(folders))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        for child in path.iterdir():
            _remove(child)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _is_elsewhere(place: Path, root: Path) -> bool:
    """Tell whether a link on the way to ``place`` leads somewhere else."""
    return place.parent.resolve() != root.resolve() / place.parent.relative_to(root)


def _replaced(make_: Callable[[random.Random, Path, Path], None], *, folder: bool = False) -> Trick:
    """Return a trick that puts something else in the place of a file, or of a folder."""

    def trick(chance: random.Random, root: Path, outside: Path) -> None:
        place = _any_folder(chance, root) if folder else _any_file(chance, root)
        if _is_elsewhere(place, root):
            return  # an earlier trick has led this place out of the tree
        try:
            _remove(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            make_(chance, place, outside)
        except (FileExistsError, NotADirectoryError, FileNotFoundError, PermissionError):
            return  # an earlier trick is in the way

    return trick


def _damage(chance: random.Random, root: Path, outside: Path) -> None:
    """Change some bytes of a file."""
    place = _any_file(chance, root)
    if place.is_symlink() or not place.is_file() or _is_elsewhere(place, root) or place.stat().st_nlink > 1:
        return
    content = bytearray(place.read_bytes())
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(content) + 1)
        content[at : at + chance.randint(0, 4)] = chance.choice(PIECES)
    place.write_bytes(bytes(content))


def _mode(chance: random.Random, root: Path, outside: Path) -> None:
    place = chance.choice([_any_file, _any_folder])(chance, root)
    if place.exists() and not place.is_symlink() and not _is_elsewhere(place, root):
        place.chmod(chance.choice([0o000, 0o200, 0o400, 0o444, 0o555, 0o777]))


def _nested(chance: random.Random, root: Path, outside: Path) -> None:
    """Put a policy of its own into a folder."""
    place = _any_folder(chance, root) / "gsdc.yaml"
    folder = place.parent
    if _is_elsewhere(place, root):
        return
    if folder.is_dir() and not folder.is_symlink() and os.access(folder, os.W_OK) and not os.path.lexists(place):
        place.write_text(chance.choice(POLICIES), "utf-8")


TRICKS: Final[dict[str, Trick]] = {
    "link to a file outside": _replaced(lambda _, place, outside: place.symlink_to(outside / "secret.txt")),
    "link to a folder outside": _replaced(lambda _, place, outside: place.symlink_to(outside / "folder"), folder=True),
    "dangling link that leads out": _replaced(lambda _, place, outside: place.symlink_to(outside / "new" / "file")),
    "link to itself": _replaced(lambda _, place, outside: place.symlink_to(place.name)),
    "link to the root": _replaced(lambda _, place, outside: place.symlink_to("/"), folder=True),
    "link to an endless device": _replaced(lambda _, place, outside: place.symlink_to("/dev/zero")),
    "pipe": _replaced(lambda _, place, outside: os.mkfifo(place)),
    "folder in the place of a file": _replaced(lambda _, place, outside: place.mkdir()),
    "file in the place of a folder": _replaced(lambda _, place, outside: place.write_text("x"), folder=True),
    "hard link": _replaced(lambda _, place, outside: place.hardlink_to(outside / "secret.txt")),
    "damaged": _damage,
    "mode": _mode,
    "nested policy": _nested,
}


def spoil(chance: random.Random, root: Path, outside: Path) -> list[str]:
    """Play one to four tricks on a tree; return their names."""
    names = chance.choices(list(TRICKS), k=chance.randint(1, 4))
    for name in names:
        TRICKS[name](chance, root, outside)
    return names


def listing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return mode, size and content of everything in a folder, links not followed."""
    found = {}
    for place in sorted(folder.rglob("*")):
        status = place.lstat()
        content = place.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[place.relative_to(folder).as_posix()] = (status.st_mode, status.st_size, content)
    return found


def release(folder: Path) -> None:
    """Give back all permissions, so that a folder can be thrown away."""
    for place in [folder, *folder.rglob("*")]:
        if not place.is_symlink() and place.is_dir():
            place.chmod(0o700)
