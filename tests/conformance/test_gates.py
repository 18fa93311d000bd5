"""The gates ask the real clients: OpenCode and node agree with what is compiled, or say what they make of it."""

import shutil
from pathlib import Path

import pytest

from gsdc.deploy.gates import gates
from gsdc.deploy.proposal import propose
from gsdc.deploy.stage import staged
from gsdc.policy.load import load

DEMO = Path(__file__).parents[1] / "projects" / "demo"
AGENT = "---\ndescription: Explores\nmodel: openai/gpt-5.2\n---\n\nExplore.\n"
CONFIG = '{"$schema": "https://opencode.ai/config.json", %s}'


@pytest.fixture
def ask(opencode, monkeypatch):
    """Return ``ask(root, name)``: what a gate answers with OpenCode at hand."""
    monkeypatch.setenv("GSDC_OPENCODE", str(opencode))

    def answer(root, name="opencode", profile="balanced", before=None):
        loaded = load(root, profile=profile)
        assert loaded.policy is not None, loaded.findings
        policy = loaded.policy if before is None else staged(load(root, profile=before).policy, loaded.policy, 50)
        proposal = propose(loaded.project, policy, "green")
        assert not proposal.broken, proposal.findings
        return next(gate for gate in gates(proposal) if gate.name == name)

    return answer


def project(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_the_demo(ask, tmp_path):
    gate = ask(Path(shutil.copytree(DEMO, tmp_path / "demo")), before="quality")
    assert (gate.go, gate.why) == (True, "OpenCode gives 35 agents the compiled models")


def test_node_imports_the_tables(ask, node, tmp_path):
    files = {"gsdc.yaml": "fleets: [leo, granter]\ntargets: {overrides: {dir: config}}\n"}
    gate = ask(project(tmp_path / "p", files), "node", profile="quality")
    assert (gate.go, gate.findings) == (True, ())
    assert gate.why.startswith("node gives ")


def test_a_file_that_counts_over_the_compiled_one_is_written(ask, tmp_path):
    files = {
        "gsdc.yaml": "fleets: [openagents]\ntargets: {opencode: {create: true}}\n",
        ".opencode/agent/coder-agent.md": AGENT,
    }
    gate = ask(project(tmp_path / "p", files))
    assert (gate.go, gate.findings) == (True, ())


def test_what_opencode_refuses_is_told_in_its_words(ask, tmp_path):
    files = {
        "gsdc.yaml": "fleets: [leo]\ntargets: {opencode: {create: true}}\n",
        "opencode.json": CONFIG % '"agent": {"mine": {"temperature": "warm"}}',
    }
    gate = ask(project(tmp_path / "p", files))
    assert gate.go is False
    assert "Configuration is invalid" in gate.why
    assert "\x1b" not in gate.why


@pytest.mark.parametrize("where", ["plugin", "folder"])
def test_no_plugin_is_run(ask, tmp_path, where):
    ran = tmp_path / "ran"
    plugin = f"require('fs').writeFileSync({str(ran)!r}, 'x')\nexport default async () => ({{}})\n"
    path = tmp_path / "p" / (".opencode/plugin/evil.ts" if where == "folder" else "evil.ts")
    named = f'"plugin": ["{path}"]' if where == "plugin" else '"model": "openai/gpt-5.2"'
    files = {"gsdc.yaml": "fleets: [leo]\ntargets: {opencode: {create: true}}\n", "opencode.json": CONFIG % named}
    project(tmp_path / "p", files)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plugin)
    assert ask(tmp_path / "p").go is True
    assert not ran.exists()


def test_files_that_it_refers_to_are_not_copied(ask, tmp_path):
    files = {
        "gsdc.yaml": "fleets: [leo]\ntargets: {opencode: {create: true}}\n",
        "opencode.json": CONFIG % '"provider": {"openai": {"options": {"apiKey": "{file:./keys/openai}"}}}',
        "keys/openai": "a key",
    }
    assert ask(project(tmp_path / "p", files)).go is True
    (tmp_path / "p" / "keys" / "openai").unlink()
    assert ask(tmp_path / "p").go is False
    files = {"opencode.json": CONFIG % '"provider": {"openai": {"options": {"apiKey": "{file:~/.keys/openai}"}}}'}
    gate = ask(project(tmp_path / "p", files))
    assert (gate.go, gate.why) == (None, "opencode.json reads a file outside the project")


@pytest.mark.parametrize("options", ["{path: tools/oc.json, create: true}", "{scope: global, create: true}"])
def test_other_places_of_the_file(ask, tmp_path, options):
    files = {"gsdc.yaml": f"fleets: [leo]\ntargets: {{opencode: {options}}}\n"}
    gate = ask(project(tmp_path / "p", files))
    assert gate.go is True, gate.why


def test_nothing_is_left_behind(ask, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    root = project(tmp_path / "p", {"gsdc.yaml": "fleets: [leo]\ntargets: {opencode: {create: true}}\n"})
    assert ask(root).go is True
    assert list(scratch.iterdir()) == []
    assert [path.name for path in root.iterdir()] == ["gsdc.yaml"]
