"""``gsdc guard`` as the hook of the real Claude Code: forbidden starts are denied or rewritten, others go on."""

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conformance.claude_code import MARK, SESSION, ask

import gsdc
from gsdc.cli import main

SECURITY, WRITER = "gsd-security-auditor", "gsd-doc-writer"
THEIRS = {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}]}}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project whose guard is applied: ``project(mode)``; ``gsdc`` is on the PATH."""
    folder, program = tmp_path / "project", tmp_path / "bin/gsdc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={Path(gsdc.__file__).parents[1]} exec {sys.executable} -m gsdc "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    def make(mode: str, **files: str) -> Path:
        (folder / ".claude/agents").mkdir(parents=True)
        (folder / "gsdc.yaml").write_text(f"fleets: [gsd]\ntargets: {{claude-code: {{guard: {mode}}}}}\n")
        (folder / ".claude/settings.json").write_text(json.dumps(THEIRS, indent=2))
        for name in (SECURITY, WRITER):
            text = f"---\nname: {name}\ndescription: Works\n---\n{MARK}{name}\n"
            (folder / f".claude/agents/{name}.md").write_text(text)
        monkeypatch.chdir(folder)
        assert CliRunner().invoke(main, ["apply", "--yes"]).exit_code == 0
        for name, text in files.items():
            (folder / f".claude/agents/{name.replace('_', '-')}.md").write_text(text)
        return folder

    return make


def test_a_security_agent_on_haiku_is_denied_and_one_on_the_policy_s_model_runs(project, claude, tmp_path):
    folder = project("deny")
    inputs = {SECURITY: {"model": "haiku"}, WRITER: {"model": "haiku"}}
    answer = ask(claude, folder, tmp_path / "home", [SECURITY, WRITER], inputs)
    assert SECURITY not in answer.models
    assert "haiku" in answer.models[WRITER]
    assert "must not run on" in answer.output
    assert "security-downgrade" in answer.output
    answer = ask(claude, folder, tmp_path / "home", [SECURITY])
    assert "opus" in answer.models[SECURITY]


def test_it_is_rewritten_to_the_policy_s_model(project, claude, tmp_path):
    answer = ask(claude, project("rewrite"), tmp_path / "home", [SECURITY], {SECURITY: {"model": "haiku"}})
    assert "opus" in answer.models[SECURITY]


def test_it_starts_with_a_warning(project, claude, tmp_path):
    answer = ask(claude, project("warn"), tmp_path / "home", [SECURITY], {SECURITY: {"model": "haiku"}})
    assert "haiku" in answer.models[SECURITY]


def test_another_spelling_and_the_session_s_model_are_seen(project, claude, tmp_path):
    text = f"---\nname: {SECURITY}\ndescription: Works\n---\n{MARK}{SECURITY}\n"
    folder = project("deny", gsd_security_auditor=text)  # somebody has taken the model out of the file
    assert SECURITY not in ask(claude, folder, tmp_path / "home", [SECURITY], session=SESSION).models
    assert SECURITY in ask(claude, folder, tmp_path / "home", [SECURITY], session="claude-opus-4-6").models


def test_without_gsdc_security_agents_wait_and_others_start(project, claude, tmp_path):
    folder = project("deny")
    (tmp_path / "bin/gsdc").unlink()
    answer = ask(claude, folder, tmp_path / "home", [SECURITY, WRITER])
    assert set(answer.models) == {WRITER}
    assert "gsdc is not installed" in answer.output


def test_rollback_gives_the_settings_back(project, tmp_path):
    folder = project("deny")
    assert len(json.loads((folder / ".claude/settings.json").read_text())["hooks"]["PreToolUse"]) == 2
    assert CliRunner().invoke(main, ["rollback", "--yes"]).exit_code == 0
    assert (folder / ".claude/settings.json").read_text() == json.dumps(THEIRS, indent=2)
    assert not (folder / ".claude/gsdc-guard.json").exists()
