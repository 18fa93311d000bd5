"""``gsdc mcp``, asked by the official SDK's client: what an agent is told is what the command line says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp.client import Client
from tests.cli.running import answer

import gsdc
from gsdc.cli.mcp_tools import OFFERS
from gsdc.guide import page
from mcp import MCPError, StdioServerParameters

DEMO = Path(__file__).parents[1] / "projects/demo"
PLAN = ".planning/phases/03-billing/03-02-PLAN.md"
CALLS = {
    "get_model": ({"agent": "gsd-verifier", "zone": "red"}, ["explain", "gsd-verifier", "--zone", "red"]),
    "explain_task": ({"task": f"{PLAN}#1"}, ["explain", f"{PLAN}#1"]),
    "list_agents": ({"roles": ["security"], "zone": "green"}, ["agents", "--role", "security"]),
    "get_budget": ({"plans": [PLAN], "window": "weekly"}, ["budget", PLAN, "--window", "weekly"]),
    "lint": ({"paths": [PLAN]}, ["lint", PLAN]),
    "dispatch_plan": ({"plan": PLAN, "client": "opencode"}, ["dispatch", PLAN, "--client", "opencode"]),
}
REFUSED = {
    "get_model": [
        ({}, "'agent' is a required property"),
        ({"agent": "gsd-verifer"}, 'did you mean "gsd-verifier"'),
        ({"agent": "gsd-verifier", "zone": "purple"}, "zone: 'purple' is not one of"),
        ({"agent": "gsd-verifier", "attempt": -1}, "attempt: -1 is less than the minimum"),
        ({"agent": "gsd-verifier", "attempts": 1}, "'attempts' was unexpected"),
        ({"agent": "gsd-verifier", "profile": "thrifty"}, "thrifty"),
        ({"agent": "gsd-verifier", "profile": "../outside.yaml"}, "not in the project"),
        ({"agent": "--help"}, 'unknown agent "--help"'),
        ({"agent": f"{PLAN}#1"}, "does not match"),
        ({"agent": 7}, "agent: 7 is not of type 'string'"),
    ],
    "explain_task": [
        ({"task": f"{PLAN}#99"}, "is none of them"),
        ({"task": PLAN}, "does not match"),
        ({"task": "../outside/PLAN.md#1"}, "not in the project"),
    ],
    "list_agents": [
        ({"names": "gsd-verifier"}, "is not of type 'array'"),
        ({"models": ["gpt"]}, 'unknown model "gpt"'),
    ],
    "get_budget": [({"plans": ["/etc"]}, "not in the project"), ({"window": "hourly"}, "is not one of")],
    "lint": [
        ({"paths": ["../outside.yaml"]}, "not in the project"),
        ({"paths": [f"{PLAN}/../../../../../outside.yaml"]}, "not in the project"),
        ({"paths": ["link/secret.md"]}, "not in the project"),
        ({"paths": ["nothing.md"]}, "does not exist"),
        ({"paths": ["a\0b"]}, "null"),
        ({"fix": True}, "'fix' was unexpected"),
    ],
    "dispatch_plan": [({"plan": "gsdc.yaml"}, "has no tasks"), ({"plan": PLAN, "client": "ed"}, 'unknown client "ed"')],
    "log_tokens": [
        ({}, "give --tokens"),
        ({"tokens": -1}, "less than the minimum"),
        ({"tokens": 1, "success": "yes"}, "is not of type 'boolean'"),
        ({"tokens": 1, "at": "yesterday"}, "is not a time"),
    ],
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("build"))
    (tmp_path / "outside.yaml").write_text("extends: balanced\n")
    (tmp_path / "secret.md").write_text("no one's business\n")
    (tmp_path / "demo/link").symlink_to("..")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "demo")
    return tmp_path / "demo"


def served(project, steps, mode="auto"):
    """Run ``steps``, a function of a client, while a server serves the project."""
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])}
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "gsdc", "mcp"], cwd=str(project), env=environment
    )

    async def run():
        with anyio.fail_after(60):
            async with Client(parameters, mode=mode) as client:
                return await steps(client)

    return anyio.run(run)


def called(project, *calls):
    """Return the results of calls, each a tool's name and its arguments, of one server."""

    async def steps(client):
        return [await client.call_tool(name, given) for name, given in calls]

    return served(project, steps)


def files_of(project):
    return {
        path: path.read_bytes() for path in project.parent.rglob("*") if path.is_file() and "home" not in path.parts
    }


def text_of(result):
    return "\n".join(block.text for block in result.content)


def test_the_guide_names_each_tool_with_the_command_that_it_is_like():
    text = page("mcp").text
    for offer in OFFERS:
        assert f"| `{offer.name}` |" in text
        assert f"`gsdc {offer.command}" in text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_official_client_finds_the_tools_described(project, mode):
    async def steps(client):
        return (await client.list_tools()).tools, client.instructions

    found, instructions = served(project, steps, mode)
    assert [tool.name for tool in found] == [offer.name for offer in OFFERS]
    assert all(name in instructions for name in ("get_model", "dispatch_plan", "log_tokens"))
    for tool in found:
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
        assert tool.output_schema["type"] == "object"
        assert tool.annotations.read_only_hint == (tool.name != "log_tokens")
        undescribed = [name for name, one in tool.input_schema["properties"].items() if "description" not in one]
        assert not undescribed, tool.name


def test_a_tool_answers_what_the_command_prints_and_writes_nothing(project):
    before = files_of(project)
    results = called(project, *((name, given) for name, (given, _) in CALLS.items()))
    for (name, (_, arguments)), result in zip(CALLS.items(), results, strict=True):
        assert not result.is_error, text_of(result)
        wanted = answer(Path(), *arguments, code=1 if name == "lint" and result.structured_content["findings"] else 0)
        assert without_times(result.structured_content) == without_times(wanted), name
        assert json.loads(result.content[0].text) == result.structured_content
    assert files_of(project) == before


def without_times(data):
    """Leave out what changes from one moment to the next."""
    if isinstance(data, dict):
        return {key: without_times(value) for key, value in data.items() if key not in {"now", "at"}}
    return [without_times(one) for one in data] if isinstance(data, list) else data


def test_what_cannot_be_answered_is_an_error_of_the_tool_with_its_reason(project):
    calls = [(name, given) for name, cases in REFUSED.items() for given, _ in cases]
    reasons = [reason for cases in REFUSED.values() for _, reason in cases]
    for call, reason, result in zip(calls, reasons, called(project, *calls), strict=True):
        assert result.is_error, call
        assert reason in text_of(result), call
        assert "Traceback" not in text_of(result)
        assert "no one's business" not in text_of(result)
    assert not (project / ".gsdc/ledger.db").exists()


def test_an_unknown_tool_is_an_error_of_the_protocol(project):
    async def steps(client):
        with pytest.raises(MCPError, match="the tools are get_model"):
            await client.call_tool("apply", {})
        return await client.call_tool("get_model", {"agent": "gsd-executor"})

    assert not served(project, steps).is_error


def test_the_server_ends_with_its_input_and_prints_answers_alone(project):
    done = subprocess.run(
        [sys.executable, "-m", "gsdc", "mcp"],
        input=b'hello\n{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])},
        timeout=60,
        check=True,
    )
    error, pong = map(json.loads, done.stdout.splitlines())
    assert error["error"]["code"] == -32700
    assert pong == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert done.stderr == b""


def test_an_absolute_path_of_the_project_is_as_good(project):
    found, relative = called(project, ("lint", {"paths": [str(project / PLAN)]}), ("lint", {"paths": [PLAN]}))
    assert found.structured_content == relative.structured_content


def test_the_zone_is_the_ledgers_unless_another_is_asked_for(project):
    (project / "gsdc.yaml").write_text(
        "fleets: [gsd]\nprofile: small\nprofiles: {small: {extends: balanced, budgets: {weekly: {tokens: 100000}}}}\n"
    )
    given = {"agent": "gsd-executor"}
    entry = {"tokens": 99_000, "model": "haiku", "task": "LOGIN", "id": "once", "success": True}
    first, logged, again, later, green, budget = called(
        project,
        ("get_model", given),
        ("log_tokens", entry),
        ("log_tokens", entry),
        ("get_model", given),
        ("get_model", given | {"zone": "green"}),
        ("get_budget", {}),
    )
    assert first.structured_content["zone"] == green.structured_content["zone"] == "green"
    assert logged.structured_content["added"]
    assert not again.structured_content["added"]
    assert later.structured_content["zone"] == budget.structured_content["zone"] == "red"
    assert "zone red, by the ledger" in text_of(later)
    assert later.structured_content == answer(Path(), "explain", "gsd-executor", "--zone", "auto")


def test_an_edit_of_the_policy_counts_from_the_next_call_on(project):
    async def steps(client):
        before = await client.call_tool("get_model", {"agent": "gsd-executor"})
        (project / "gsdc.yaml").write_text("fleets: [gsd]\nprofile: none\n")
        broken = await client.call_tool("get_model", {"agent": "gsd-executor"})
        (project / "gsdc.yaml").write_text("fleets: [gsd]\nprofile: quality\n")
        return before, broken, await client.call_tool("get_model", {"agent": "gsd-executor"})

    before, broken, after = served(project, steps)
    assert broken.is_error
    assert broken.structured_content["findings"][0]["path"] == "gsdc.yaml"
    assert (before.structured_content["model"], after.structured_content["model"]) == ("sonnet", "opus")


def test_nothing_is_undone_while_a_change_is_under_way(project):
    (project / ".gsdc/pending").mkdir(parents=True)
    [result] = called(project, ("get_model", {"agent": "gsd-executor"}))
    assert result.is_error
    assert "gsdc status" in text_of(result)
    assert (project / ".gsdc/pending").is_dir()
