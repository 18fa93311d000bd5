"""What every command does to the system on a hostile tree, as strace sees it.

Nothing outside of the project is changed, no other program is started, and no socket is opened.
"""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.transaction.test_strace import strace
from tests.trust import hostile

from gsdc.cli import COMMANDS
from gsdc.cli.mcp_tools import OFFERS

ROOT: Final = Path(__file__).parents[2]
PLAN: Final = ".planning/phases/01-core/01-01-PLAN.md"
# Calls of every tool of `gsdc mcp`, and of some with files that lie elsewhere.
ASKED: Final = {
    "get_model": {"agent": "gsd-planner"},
    "explain_task": {"task": f"{PLAN}#1"},
    "list_agents": {},
    "get_budget": {"plans": [PLAN]},
    "lint": {},
    "dispatch_plan": {"plan": PLAN},
    "log_tokens": {"tokens": 5},
}
MESSAGES: Final = "".join(
    json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": given}}) + "\n"
    for name, given in [*ASKED.items(), ("lint", {"paths": ["../outside"]}), ("dispatch_plan", {"plan": "/etc/passwd"})]
)
ARGUMENTS: Final = {
    "agents": (("agents",), ("agents", "--role", "security"), ("--format", "json", "agents")),
    "annotate": (("annotate", "--diff", ".planning"), ("annotate", ".planning")),
    "apply": (("apply", "--yes"), ("apply", "--dry-run"), ("apply", "--shadow")),
    "assign": (("assign", "gsd-planner", "--groups", "a,b"),),
    "budget": (("budget",), ("budget", "--alerts")),
    "build": (("build",), ("build", "--check")),
    "calibrate": (("calibrate",),),
    "compare": (("compare", "budget"),),
    "cost": (("cost", ".planning"),),
    "diff": (("diff",), ("diff", "--all"), ("diff", "--format", "md")),
    "dispatch": (("dispatch", PLAN), ("dispatch", PLAN, "--format", "json")),
    "doctor": (("doctor",),),
    "explain": (("explain", "gsd-planner"), ("explain", f"{PLAN}#1")),
    "graph": (("graph", PLAN),),
    "guard": (("guard", "claude-code"),),
    "help": (("help",),),
    "history": (("history",),),
    "init": (("init",), ("init", "--force"), ("init", "--from", "."), ("init", "--from", ".", "--force")),
    "lint": (("lint",), ("lint", "--fix"), ("lint", "--write-baseline"), ("--format", "sarif", "lint")),
    "mcp": (("mcp",),),
    "migrate": (("migrate", "--to", "budget"),),
    "models": (("models",), ("models", "--for", "opencode", "--retired"), ("models", "show", "opus")),
    "override": (("override", "gsd-planner", "opus", "--reason", "Release week"),),
    "pause": (("pause", "--reason", "Holidays"),),
    "prove": (("prove",),),
    "report": (("report", "weekly"), ("report", "daily", "--html", "day.html")),
    "resume": (("resume",),),
    "rollback": (("rollback", "--yes"),),
    "rule": (("rule", "NB001"),),
    "schema": (("schema", "project"),),
    "status": (("status",),),
    "tokens": (("tokens", "log", "--tokens", "5"), ("tokens", "import"), ("tokens", "rebuild")),
    "verify": (("verify", PLAN),),
}
CALLS: Final = re.compile(r"^\d+ +(?P<name>\w+)\((?P<arguments>.*)")
PATHS: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
FOLDER: Final = re.compile(r"^(?:AT_FDCWD|\d+)<([^>]*)>")
CHANGES: Final = frozenset(
    {"rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat"}
    | {"symlink", "symlinkat", "chmod", "fchmodat", "chown", "fchownat", "truncate", "mknod", "mknodat"}
)


def calls_of(command: tuple[str, ...], project: Path, cache: Path, log: Path) -> list[tuple[str, str]]:
    """Run a command in ``project`` under strace; return the calls that concern files, processes and sockets."""
    environment = {
        "PATH": "",  # no client is asked
        "LOGNAME": "ada",  # else the C library may ask a name service
        "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("compiler", ".")),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(project.parent / "home"),
        "GSDC_CACHE_DIR": str(cache),
    }
    traced = ("-f", "-y", "-s", "4096", "-o", log, "-e", "trace=%file,%process,%network")
    done = subprocess.run(
        [strace(), *traced, sys.executable, "-m", "gsdc", *command],
        cwd=project,
        env=environment,
        input=MESSAGES if command == ("mcp",) else "",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert done.returncode in (0, 1, 2, 3), done.stderr
    assert hostile.SECRET not in done.stdout + done.stderr
    lines = (CALLS.match(line) for line in log.read_text("utf-8", "replace").splitlines())
    return [(line["name"], line["arguments"]) for line in lines if line is not None]


def places(name: str, arguments: str, project: Path) -> list[str]:
    """Return the paths that a call names, made absolute by the folder that it starts from."""
    start = FOLDER.match(arguments)
    folder = start[1] if start else str(project)
    return [os.path.normpath(os.path.join(folder, path)) for path in PATHS.findall(arguments)]  # noqa: PTH118


def is_change(name: str, arguments: str) -> bool:
    """Tell whether a call changes something on the disk."""
    opened = name in ("open", "openat", "creat") and re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", arguments)
    return bool(opened) or name in CHANGES


def test_every_command_and_tool_is_tried():
    assert ARGUMENTS.keys() == COMMANDS.keys()
    assert ASKED.keys() == {offer.name for offer in OFFERS}


@pytest.mark.sampled
@pytest.mark.parametrize("name", sorted(ARGUMENTS))
@pytest.mark.parametrize("seed", [1])
def test_nothing_outside_is_touched(name, seed, tmp_path):
    project, outside, cache = (tmp_path / folder for folder in ("project", "outside", "cache"))
    for folder in (project, outside, cache, tmp_path / "home"):
        folder.mkdir(mode=0o700)
    hostile.make(project, outside)
    before = hostile.listing(outside)
    # Stable for a name: each command meets another spoilt tree.
    hostile.spoil(random.Random(f"{name}-{seed}"), project, outside)
    for number, command in enumerate(ARGUMENTS[name]):
        calls = calls_of(command, project, cache, tmp_path / f"{number}.log")
        assert calls, "strace saw nothing"
        allowed = tuple(f"{folder}{os.sep}" for folder in (project, cache))
        wrong = [
            (call, arguments)
            for call, arguments in calls
            if is_change(call, arguments)
            for place in places(call, arguments, project)
            if not (place + os.sep).startswith(allowed) and not place.startswith("/dev/") and " = -1 " not in arguments
        ]
        assert not wrong, wrong[:5]
        assert [call for call, _ in calls if call in ("socket", "connect", "bind")] == []
        assert [arguments for call, arguments in calls if call in ("execve", "execveat")][1:] == []
    assert hostile.listing(outside) == before
    hostile.release(project)
