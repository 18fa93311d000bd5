"""Every command on trees in which one file is something else: run as ``python -m tests.cli.hostile KIND FOLDER``.

Prints what is wrong, a line each. It is a process of its own because a command that hangs has to be ended.
"""

import os
import resource
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from click.testing import CliRunner
from tests.examples import SHARE, THOROUGH

from gsdc.cli import main

SECRET: Final = "OUTSIDE-LINE"
PLAN: Final = ".planning/phases/01-x/01-01-PLAN.md"
AGENT: Final = "---\nname: helper\ndescription: Helps\nmodel: {}\n---\nHelp.\n"
FILES: Final = {
    "gsdc.yaml": "fleets: [fleet.yaml]\nlint: {baseline: .gsdc/baseline.json}\n",
    "fleet.yaml": "agents: {helper: {role: docs}, gsd-security-auditor: {role: security, criticality: critical}}\n",
    "opencode.json": '{"agent": {"helper": {"model": "anthropic/claude-haiku-5-5"}}}\n',
    ".opencode/agent/helper.md": AGENT.format("anthropic/claude-haiku-5-5"),
    ".claude/agents/helper.md": AGENT.format("haiku"),
    ".claude/settings.json": "{}\n",
    ".planning/config.json": "{}\n",
    "CLAUDE.md": "Notes.\n",
    "config/phase-model-config.json": "{}\n",
    PLAN: '<task type="auto">\n<name>Write</name>\n<files>CLAUDE.md</files>\n</task>\n',
    ".gsdc/baseline.json": '{"version": 1, "findings": {}}\n',
    ".gsdc/log.jsonl": "",
    ".gsdc/paused.json": "{}\n",
}
COMMANDS: Final = (
    "lint",
    "lint {file}",
    "lint --format github --skip-done",
    "lint --diff",
    "lint --follow-links",
    "build --out {out}",
    "build --out {out} --check",
    "status",
    "status --follow-links",
    "diff",
    "diff --follow-links",
    "prove",
    "explain helper",
    f"explain {PLAN}#1",
    f"annotate {PLAN}",
    f"dispatch {PLAN}",
    f"graph {PLAN}",
    f"cost {PLAN}",
    f"verify {PLAN}",
    "graph {file}",
    "init --from . --dry-run",
    "init --from . --dry-run --follow-links",
    "history",
    "apply --dry-run",
    "migrate --to budget --out {out}/migration",
)


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5_000_000_000)


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


KINDS: Final[dict[str, Callable[[Path], None]]] = {
    "pipe": os.mkfifo,
    "socket": bind,
    "folder": Path.mkdir,
    "5 GB": sparse,
    "link to a device": link("/dev/zero"),
    "link to a file without a size": link("/proc/self/environ"),
    "link to a file outside": lambda path: path.symlink_to(Path.cwd().parent / "outside"),
    "link to a folder outside": lambda path: path.symlink_to(Path.cwd().parent),
    "link to nothing": link("/nowhere/at/all"),
    "link to itself": lambda path: path.symlink_to(path.name),
}

MOST_TELLING: Final = ("pipe", "link to a file outside")  # of the others, every fourth command is enough


def faults(kind: str, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the commands in a project in ``folder``, whose files become of ``kind`` one by one."""
    os.environ["SECRET"] = SECRET
    (folder / "outside").write_text(f"{SECRET}\n")
    project = folder / "p"
    for number, name in enumerate(FILES):
        shutil.rmtree(project, ignore_errors=True)
        for path, text in FILES.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text)
        os.chdir(project)
        (project / name).unlink()
        KINDS[kind](Path(name))
        step = (1 if kind in MOST_TELLING else 4) * (1 if THOROUGH else SHARE)
        for command in COMMANDS[number % step :: step]:
            sys.stderr.write(f"{name}: {command}\n")  # what hangs is the last one
            sys.stderr.flush()
            words = command.format(file=name, out=folder / "out").split()
            done = CliRunner().invoke(main, words)
            if not (done.exception is None or isinstance(done.exception, SystemExit)):
                yield f"{name}: {command}: {done.exception!r}"
            if done.exit_code not in {0, 1, 2}:
                yield f"{name}: {command}: exit code {done.exit_code}"
            if SECRET in done.output and "--follow-links" not in command:
                yield f"{name}: {command}: {done.output}"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
    sys.stdout.writelines(f"{fault}\n" for fault in faults(sys.argv[1], Path(sys.argv[2])))
