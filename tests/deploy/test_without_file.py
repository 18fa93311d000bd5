"""An agent of gsdc.yaml that no file of a client has: a row in CLAUDE.md does not make it applied."""

from pathlib import Path

import pytest
from tests.cli.running import answer, run

POLICY = "agents:\n  writer: {role: docs}\n  reviewer: {role: review}\ntargets:\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".claude/agents").mkdir(parents=True)
    (tmp_path / ".claude/agents/writer.md").write_text("---\nname: writer\ndescription: Writes\n---\nWrite.\n")
    (tmp_path / "CLAUDE.md").write_text("# Project\n")
    (tmp_path / "gsdc.yaml").write_text(f"{POLICY}  claude-code: {{}}\n  claude-md: {{}}\n")
    return tmp_path


def states(project: Path, *names: str) -> dict[str, str]:
    lines = [line.split() for line in run(project, "agents", *names).output.splitlines()]
    return {line[0]: line[-1] for line in lines if line[0] in {"writer", "reviewer"}}


def test_it_is_not_applied(project):
    run(project, "apply", "--yes")
    assert states(project) == {"writer": "yes", "reviewer": "-"}
    assert states(project, "reviewer") == {"reviewer": "-"}


@pytest.mark.parametrize("command", ["status", "diff", "apply --yes"])
def test_each_command_about_files_names_it(project, command):
    run(project, "apply", "--yes")
    (finding,) = answer(project, *command.split())["findings"]
    assert (finding["code"], finding["path"], finding["line"]) == ("ST050", "gsdc.yaml", 3)
    assert finding["message"] == 'no file of a client sets the model of "reviewer"'


@pytest.mark.parametrize("client", ["claude-code: {create: true}", "opencode: {create: true}"])
def test_a_client_for_which_gsdc_writes_it_is_enough(project, client):
    described = POLICY.replace("}", ", description: Works}")
    (project / "gsdc.yaml").write_text(f"{described}  {client}\n  claude-md: {{}}\n")
    assert "ST050" not in run(project, "apply", "--yes").output
    assert states(project)["reviewer"] != "-"


def test_documents_count_where_nothing_else_is_compiled(project):
    (project / "gsdc.yaml").write_text(f"{POLICY}  claude-md: {{}}\n")
    assert "ST050" not in run(project, "apply", "--yes").output
    assert "2 agents, all applied" in run(project, "agents").output


def test_an_agent_of_a_shipped_fleet_may_be_installed_elsewhere(project):
    (project / "gsdc.yaml").write_text("fleets: [gsd]\nagents: {writer: {role: docs}}\ntargets: {claude-code: {}}\n")
    assert "ST050" not in run(project, "apply", "--yes").output
