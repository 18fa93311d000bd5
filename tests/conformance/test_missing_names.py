"""Names in settings that do not exist: what the real clients make of them, and that gsdc says so."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conformance import chat, wire
from tests.conformance.drivers import claude_code, codex, copilot, opencode
from tests.conformance.recorder import Asked, Script, recorder

from gsdc.cli import main
from gsdc.targets.codex.default_model import LISTED

PROMPT = f"{wire.MARK}reviewer!"
MARKDOWN = f"---\nname: reviewer\ndescription: Reviews\nmode: primary\nmodel: {{}}\n---\n{PROMPT}\n"
TOML = f'name = "reviewer"\ndescription = "Reviews"\ndeveloper_instructions = "{PROMPT}"\nmodel = "gpt-6-sol"\n'


def run(
    release: wire.Release, modules: Path, folder: Path, files: Mapping[str, str], script: Script
) -> tuple[subprocess.CompletedProcess[str], list[Asked]]:
    """Run a client in a project that has ``files``; return how it ended, and its requests."""
    program = release.program(modules)
    if program is None:
        pytest.skip("the client is not installed")
    project, home = folder / "project", folder / "home"
    home.mkdir()
    for path, content in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(content)
    client = release.client
    with recorder(script) as (url, asked):
        done = subprocess.run(
            client.command(program, project, url),
            cwd=project,
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), **client.environment(home, project, url)},
            input=client.prompt,
            capture_output=True,
            text=True,
            check=False,
            timeout=wire.SECONDS,
        )
    return done, asked


def codes(folder: Path) -> set[str]:
    """Return the codes that ``gsdc lint`` gives the project below ``folder``."""
    result = CliRunner().invoke(main, ["--project", str(folder / "project"), "--format", "json", "lint"])
    return {each["code"] for each in json.loads(result.stdout)["findings"]}


def is_started(asked: list[Asked]) -> bool:
    """Tell whether the agent made a request."""
    return any(wire.marked(each) == "reviewer" for each in asked)


@pytest.mark.parametrize("name", ["reviewer", "Reviewer", "nobody", "general", "title"])
def test_opencode_starts_no_session_with_a_default_agent_that_it_cannot_use(name, clients, tmp_path):
    files = {
        "opencode.json": json.dumps({"default_agent": name}),
        ".opencode/agent/reviewer.md": MARKDOWN.format(f"loopback/{wire.SESSION}"),
    }
    done, asked = run(opencode.RELEASES[0], clients, tmp_path, files, chat.script((), opencode._call))
    is_usable = name == "reviewer"
    assert (done.returncode == 0) == bool(asked) == is_usable
    assert ("OC028" in codes(tmp_path)) != is_usable
    if not is_usable:
        assert f'"{name}"' not in done.stdout.replace("\\", ""), "it names the agent: no finding is needed"


@pytest.mark.parametrize("release", claude_code.RELEASES, ids=[one.version for one in claude_code.RELEASES])
@pytest.mark.parametrize("name", ["reviewer", "Reviewer", "nobody"])
def test_claude_code_runs_a_session_without_an_agent_that_it_does_not_have(release, name, clients, tmp_path):
    settings, agent = json.dumps({"agent": name}), MARKDOWN.format("haiku")
    files = {".claude/settings.json": settings, ".claude/agents/reviewer.md": agent}
    done, asked = run(release, clients, tmp_path, files, claude_code.script(()))
    assert done.returncode == 0, done.stderr
    assert name not in done.stderr
    assert is_started(asked) == (name == "reviewer")
    assert ("CA018" in codes(tmp_path)) == (name != "reviewer")


@pytest.mark.parametrize("model", ["gpt-6-sol", "GPT-6-sol", "openai/gpt-6-sol", "gpt-5.2"])
def test_codex_starts_no_agent_with_a_default_model_that_it_does_not_list(model, clients, tmp_path):
    """Though the agent has a model of its own."""
    config = f'[agents]\ndefault_subagent_model = "{model}"\n'
    files = {".codex/config.toml": config, ".codex/agents/reviewer.toml": TOML}
    done, asked = run(codex.RELEASES[0], clients, tmp_path, files, codex.CLIENT.script(("reviewer",)))
    assert is_started(asked) == (model in LISTED)
    assert ("CX003" in codes(tmp_path)) == (model not in LISTED)
    if model not in LISTED:
        assert f"Available models: {', '.join(LISTED)}" in done.stderr


def test_copilot_ignores_the_sub_agents_of_a_projects_settings(clients, tmp_path):
    block = json.dumps({"subagents": {"agents": {"reviewer": {"model": "gpt-6"}}}})
    files = {
        ".github/agents/reviewer.agent.md": MARKDOWN.format("gpt-5.2"),
        ".github/copilot/settings.json": block,
        ".github/copilot/settings.local.json": block,
    }
    _, asked = run(copilot.RELEASES[0], clients, tmp_path, files, copilot.CLIENT.script(("reviewer",)))
    assert {each.body["model"] for each in asked if wire.marked(each)} == {"gpt-5.2"}
    assert "CO001" in codes(tmp_path)
