"""A rollout through the command line: shadow, 25, 50, 100 percent, with gates at each step."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.source.jsonc import data_of

DEMO = Path(__file__).parents[1] / "projects" / "demo"


@pytest.fixture(autouse=True)
def without_clients(monkeypatch, tmp_path):
    """Let no client be found."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("GSDC_OPENCODE", raising=False)


@pytest.fixture
def demo(tmp_path):
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def gsdc(root, *arguments):
    """Return the exit code, and what is printed as JSON."""
    result = CliRunner().invoke(main, ["--project", str(root), "--format", "json", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def files(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".gsdc" not in path.parts
    }


def test_in_stages_or_at_once_it_ends_the_same(demo, tmp_path):
    other = Path(shutil.copytree(demo, tmp_path / "other"))
    trees = [files(demo)]
    for stage in ("25", "50", "100"):
        given = ["--from", "quality"] if stage == "25" else []
        code, answer = gsdc(demo, "apply", "--profile", "budget", "--stage", stage, *given, "--yes")
        assert (code, answer["stage"]) == (0, int(stage))
        assert all(gate["go"] is not False for gate in answer["gates"])
        trees.append(files(demo))
    assert len({json.dumps({p: c.hex() for p, c in tree.items()}, sort_keys=True) for tree in trees}) == 4
    assert gsdc(other, "apply", "--profile", "budget", "--yes")[0] == 0
    at_once, in_stages = files(other), trees[-1]
    # Keys that came in another order stand in another order.
    texts = (tree.pop("opencode.jsonc").decode() for tree in (at_once, in_stages))
    assert len({json.dumps(data_of("opencode.jsonc", text), sort_keys=True) for text in texts}) == 1
    assert at_once == in_stages


def test_a_gate_that_says_no_changes_nothing(demo):
    agent = demo / ".claude" / "agents" / "gsd-security-auditor.md"
    agent.parent.mkdir(parents=True)
    agent.write_text("---\nname: gsd-security-auditor\ndescription: Audits\nmodel: haiku\n---\n\nAudit.\n")
    before = files(demo)
    code, answer = gsdc(demo, "apply", "--yes")
    assert code == 1
    assert [gate["gate"] for gate in answer["gates"] if gate["go"] is False] == ["lint"]
    assert ".claude/agents/gsd-security-auditor.md" in {found["path"] for found in answer["findings"]}
    assert files(demo) == before


def test_a_shadow_touches_no_file(demo):
    before = files(demo)
    code, answer = gsdc(demo, "apply", "--profile", "budget", "--shadow")
    assert (code, answer["against"], answer["ledger"]) == (0, "what the plans say", None)
    assert files(demo) == before
    assert (demo / ".gsdc" / "shadow" / "opencode.jsonc").read_bytes() != before["opencode.jsonc"]


def test_the_first_stage_needs_to_know_what_runs(demo):
    before = files(demo)
    code, answer = gsdc(demo, "apply", "--profile", "budget", "--stage", "25", "--yes")
    assert (code, {found["code"] for found in answer["findings"]}) == (2, {"DP012"})
    assert files(demo) == before


@pytest.mark.parametrize("fleets", ["[leo]", "[./team.yaml]"])
def test_own_agents(tmp_path, fleets):
    (tmp_path / "team.yaml").write_text("agents:\n  odd: {role: research}\n")
    (tmp_path / "gsdc.yaml").write_text(
        f"fleets: {fleets}\ntargets: {{opencode: {{create: true}}}}\nagents:\n"
        "  builder: {role: implementation, criticality: low}\n  auditor: {role: security}\n"
    )
    arguments = ("apply", "--profile", "budget", "--from", "quality", "--stage", "50", "--yes")
    assert gsdc(tmp_path, *arguments)[0] == 0
