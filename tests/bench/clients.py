"""How long a build takes for many agents and many clients: against the demo, which has 33 agents and 13 targets."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.bench.timing import REPOSITORY, Line, against, best, gsdc

from gsdc.targets.registry import compiled_targets, declarations

ROUNDS: Final = 5
AGENTS: Final = 100
FLEET: Final = 200
ROLES: Final = ("planning", "implementation", "research", "verification", "docs", "review", "testing", "security")
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


def fleet(scratch: Path) -> Iterator[Line]:
    """Compile 200 agents for every target, and for the four targets that the demo names."""
    targets = (compiled_targets(), ("opencode", "claude-md", "overrides", "plans"))
    commands = [
        gsdc("--project", _fleet(scratch / f"fleet-{number}", names), "build", "--out", scratch / f"of-{number}")
        for number, names in enumerate(targets)
    ]
    every, four = best(commands, scratch, ROUNDS)
    yield against("fleet", every, four, "four targets", 3)


def _fleet(folder: Path, targets: Iterable[str]) -> Path:
    """Write a project of 200 agents, whose files the targets create; return its folder."""
    folder.mkdir()
    agents = {
        f"agent-{number:03d}": {"role": ROLES[number % len(ROLES)], "description": f"Does work {number}"}
        for number in range(FLEET)
    }
    data = {"fleets": [], "targets": {name: _options(name) for name in targets}, "agents": agents}
    (folder / "gsdc.yaml").write_text(json.dumps(data))
    return folder


def _options(target: str) -> Any:
    known = (declarations()[target].options or {}).get("properties", {})
    wanted = {"create": True, "linked": True, "guard": "deny"}
    return {name: value for name, value in wanted.items() if name in known} or True


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
