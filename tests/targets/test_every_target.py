"""What holds for all targets at once: on a project that uses every one of them, with files of a person's own."""

import json
from pathlib import Path

import pytest
from tests.cli.running import answer, run

from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.modules import emitter, viewer
from gsdc.targets.registry import compiled_targets, declarations

CREATED = (
    *("opencode", "claude-code", "codex", "gemini-cli", "copilot", "cursor", "qwen-code", "kilo"),
    "oh-my-openagent",
)
AGENT = "---\nname: mine\ndescription: Mine\n---\n\nHello\n"
FOREIGN = {
    "AGENTS.md": "# Ours\n\nRead this.\n",
    "CLAUDE.md": "# Ours too\n",
    ".gitignore": "dist\n",
    ".planning/config.json": '{\n  "mode": "yolo",\n  "agent_skills": {"gsd-verifier": ["skills/x"]}\n}\n',
    ".claude/settings.json": '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "true"}]}]}}\n',
    ".claude/agents/mine.md": AGENT,
    "opencode.json": '{\n  // a comment of mine\n  "theme": "dark",\n  "agent": {"mine": {"description": "Mine"}}\n}\n',
    "src/main.py": "print(1)\n",
}


def options(name: str) -> str:
    own = {"create": "true"} if "create" in (declarations()[name].options or {}).get("properties", {}) else {}
    own |= {"claude-code": {"guard": "deny"}, "reference-doc": {"linked": "true"}}.get(name, {})
    return "{" + ", ".join(f"{key}: {value}" for key, value in own.items()) + "}" if own else "true"


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a project by their paths, but for gsdc's own."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".gsdc" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a project with every target applied, and what was there before."""
    folder = tmp_path_factory.mktemp("every") / "project"
    targets = "\n".join(f"  {name}: {options(name)}" for name in compiled_targets())
    for path, text in {"gsdc.yaml": f"fleets: [gsd]\ntargets:\n{targets}\n", **FOREIGN}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    before = contents(folder)
    run(folder, "apply", "--yes")
    return folder, before


def test_a_second_apply_changes_nothing_and_all_is_in_sync(installed):
    folder, _ = installed
    once = contents(folder)
    run(folder, "apply", "--yes")
    assert contents(folder) == once
    assert "in sync" in run(folder, "status").output


def test_what_a_person_wrote_is_still_there(installed):
    folder, before = installed
    now = contents(folder)
    assert now["AGENTS.md"].startswith(before["AGENTS.md"])
    assert now["CLAUDE.md"].startswith(before["CLAUDE.md"])
    assert now[".gitignore"].startswith(before[".gitignore"])
    assert now[".claude/agents/mine.md"] == before[".claude/agents/mine.md"]
    assert now["src/main.py"] == before["src/main.py"]
    assert b"// a comment of mine" in now["opencode.json"]
    assert b'"theme": "dark"' in now["opencode.json"]
    assert json.loads(now[".planning/config.json"])["agent_skills"]["gsd-verifier"] == ["skills/x"]
    assert "Stop" in json.loads(now[".claude/settings.json"])["hooks"]


@pytest.mark.parametrize("name", [name for name in compiled_targets() if declarations()[name].view])
def test_what_is_seen_is_what_is_expected(installed, name):
    folder, _ = installed
    loaded = load(folder)
    assert loaded.policy is not None
    chosen = loaded.project.targets()
    request = Request(loaded.policy, "green", Tree(folder), chosen[name], chosen)
    wanted = {(claim.agent, claim.model, claim.phase) for claim in emitter(name).expected_claims(request)}
    agents = {agent for agent, _, _ in wanted}
    view = viewer(declarations()[name]).view(Tree(folder), loaded.policy)
    seen = {(one.claim.agent, one.claim.model, one.claim.phase) for one in view.statements if one.claim.agent in agents}
    assert wanted == seen


@pytest.mark.parametrize("name", [name for name in compiled_targets() if declarations()[name].view])
def test_an_edit_of_a_decision_is_told_with_its_line(installed, name, tmp_path):
    folder, _ = installed
    policy = load(folder).policy
    assert policy is not None
    view = viewer(declarations()[name]).view(Tree(folder), policy)
    own = {agent.name_in(declarations()[name].client) for agent in policy.agents.values()}
    at = next((one.at for one in view.statements if one.claim.agent in own and one.claim.model and one.at.column), None)
    if at is None:
        pytest.skip("the client cannot say what this policy decides")
    path = folder / at.path
    before = path.read_bytes()
    lines = before.decode().splitlines(keepends=True)
    line = lines[at.line - 1]
    place = line.rindex(next(letter for letter in reversed(line) if letter.isalpha()))
    lines[at.line - 1] = line[:place] + ("x" if line[place] != "x" else "y") + line[place + 1 :]
    path.write_text("".join(lines))
    try:
        found = answer(folder, "lint", "--strict", "--max", "0", code=1)["findings"]
        told = {(one["path"], one["line"]) for one in found}
        assert (at.path, at.line) in told
    finally:
        path.write_bytes(before)


def test_rollback_gives_every_byte_back(installed):
    folder, before = installed
    run(folder, "rollback", "--to", "0", "--yes")
    assert contents(folder) == before
