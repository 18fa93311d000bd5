"""``gsdc prove --client``: which never-break rules the files of a client can keep, and the guide's table of clients."""

import json

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.targets.declaration import LACKS
from gsdc.targets.registry import declarations
from tests.client_table import PAGE, table

CLIENTS = [one for one in declarations().values() if one.lacks]


def prove(folder, *arguments):
    result = CliRunner().invoke(main, ["--project", str(folder), "--format", "json", "prove", *arguments])
    data = json.loads(result.stdout)
    return result.exit_code, {one["name"]: one["why"] for one in data["verdicts"]}, data


@pytest.mark.parametrize("fleet", ["gsd", "leo"])
@pytest.mark.parametrize("client", ["claude-code", "opencode", "kilo", "cursor", "copilot"])
def test_a_client_that_has_opus_keeps_the_pin(tmp_path, client, fleet):
    _, why, _ = prove(tmp_path, "--client", client, "--fleet", fleet)
    assert why["security-downgrade"] == []


@pytest.mark.parametrize(("client", "label"), [("codex", "Codex"), ("gemini-cli", "Gemini CLI")])
def test_a_client_of_another_maker_cannot_keep_the_pin(tmp_path, client, label):
    code, why, _ = prove(tmp_path, "--client", client, "--fleet", "gsd")
    assert code == 1
    assert why["security-downgrade"] == [f'{label} cannot use "opus": "gsd-security-auditor"']


def test_what_a_client_has_no_key_for_is_said(tmp_path):
    of_copilot = prove(tmp_path, "--client", "copilot", "--fleet", "leo")[1]
    assert of_copilot["low-effort-on-security"] == ['Copilot cannot set the effort of an agent: "SECURITY"']
    assert prove(tmp_path, "--client", "claude-code", "--fleet", "leo")[1]["low-effort-on-security"] == []


def test_rules_about_the_work_of_a_task_are_left_to_plans(tmp_path):
    _, why, data = prove(tmp_path, "--client", "claude-code", "--fleet", "gsd")
    assert data["of_tasks"] == ["light-on-security"]
    assert "light-on-security" not in why


@pytest.mark.parametrize("name", ["nobody", "plans-of-nobody", "reference-doc"])
def test_what_is_no_client_is_refused(tmp_path, name):
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "prove", "--client", name])
    assert result.exit_code == 2
    assert name in result.output


def test_the_text_says_what_gets_past_files(tmp_path):
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "prove", "--client", "opencode", "--fleet", "gsd"])
    assert result.exit_code == 0
    assert "What can override every file of the project:\n  - `-m`" in result.stdout


def test_the_table_of_clients_is_that_of_their_declarations():
    """``python -m tests.client_table`` writes it again."""
    assert table() in PAGE.read_text("utf-8")


@pytest.mark.parametrize("target", CLIENTS, ids=[one.name for one in CLIENTS])
def test_a_client_says_what_it_lacks_in_the_words_that_all_use(target):
    near = [word for word in target.lacks if word not in LACKS and word.split()[0].rstrip(",s") in LACKS]
    assert near == []
    assert target.writes
    assert target.emit


def test_every_client_that_starts_agents_says_what_it_lacks():
    silent = {one.name for one in declarations().values() if one.view and one.emit and one.program and not one.lacks}
    assert silent <= {"litellm", "opencode-plugin"}  # they start none
