"""How long a build takes for many agents and many clients: against the demo, which has 33 agents and 13 targets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.timing import REPOSITORY, Line, against, best, gsdc

ROUNDS: Final = 5
AGENTS: Final = 100
DEMO: Final = REPOSITORY / "tests/projects/demo"
MARKDOWN: Final = {
    "claude-code": ".claude/agents/{}.md",
    "copilot": ".github/agents/{}.agent.md",
    "cursor": ".cursor/agents/{}.md",
    "kilo": ".kilo/agents/{}.md",
    "qwen-code": ".qwen/agents/{}.md",
}


def many(scratch: Path) -> Iterator[Line]:
    """Compile 100 agents for six clients, each with a file of its own in five of them."""
    project = _project(scratch / "clients")
    commands = [
        gsdc("--project", project, "build", "--out", scratch / "many"),
        gsdc("--project", DEMO, "build", "--profile", "balanced", "--out", scratch / "demo"),
    ]
    own, demo = best(commands, scratch, ROUNDS)
    yield against("clients", own, demo, "the demo's build", 3)
    lint, version = best([gsdc("--project", project, "lint", name="lint"), gsdc("--version")], scratch, ROUNDS)
    yield against("lint", lint, version, "`gsdc --version`")


def _project(folder: Path) -> Path:
    """Write a project of agents on three models, in the files of six clients; return its folder."""
    names = [f"agent-{number}" for number in range(AGENTS)]
    models = ("sonnet", "haiku", "opus")
    agents = {
        name: {"role": "testing", "models": {"any": models[number % 3]}, "description": "Works"}
        for number, name in enumerate(names)
    }
    for name in names:
        for pattern in MARKDOWN.values():
            _write(folder / pattern.format(name), f"---\nname: {name}\ndescription: Works\n---\nWork.\n")
    _write(folder / "opencode.json", json.dumps({"agent": {name: {"description": "Works"} for name in names}}))
    targets = dict.fromkeys([*MARKDOWN, "opencode"], True)
    _write(folder / "gsdc.yaml", json.dumps({"agents": agents, "targets": targets}))
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
