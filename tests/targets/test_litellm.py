"""What the target litellm writes, and what its view makes of configurations. The proxy is for tests/conformance."""

import json
import os
import subprocess
import tomllib

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from tests.cli.running import run

from gsdc.cli import main

PROJECT = (
    "fleets: [openagents, leo]\ntargets: {litellm: {redis: {host: cache.example, password-variable: REDIS_KEY}}}\n"
)


@pytest.fixture
def built(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(PROJECT)
    run(tmp_path, "build")
    folder = next(tmp_path.glob("build/*/litellm"))
    return {path.stem: YAML(typ="safe").load(path.read_text()) for path in folder.iterdir()}


def group(config, name):
    return [entry for entry in config["model_list"] if entry["model_name"] == name]


def test_tiers_follow_the_failover_chain(built):
    found = group(built["config"], "OpenCoder")
    assert [entry["litellm_params"]["model"] for entry in found] == [
        "openai/gpt-5.2",
        "anthropic/claude-sonnet-5-5",
        "gemini/gemini-3.1-pro-preview",
    ]
    assert [entry["litellm_params"]["order"] for entry in found] == [1, 2, 3]
    first, last = found[0], found[-1]
    assert first["litellm_params"]["timeout"] == 10
    assert first["litellm_params"]["max_budget"] == 100
    router = built["config"]["router_settings"]
    assert router["allowed_fails_policy"]["InternalServerErrorAllowedFails"] == 2
    assert router["allowed_fails_policy"]["RateLimitErrorAllowedFails"] == 0
    assert router["cooldown_time"] == 60
    assert "timeout" not in last["litellm_params"]  # nothing would take over
    assert first["litellm_params"]["input_cost_per_token"] == 0.00000175


@pytest.mark.parametrize(
    ("budgets", "provider", "last_tier"),
    [
        ("{daily: {usd: 30}, weekly: {usd: 90}}", {"budget_limit": 90, "time_period": "7d"}, 30),
        ("{daily: {usd: 30}, weekly: {tokens: 5}}", {"budget_limit": 30, "time_period": "1d"}, None),
        ("{daily: {tokens: 5}, weekly: {usd: 90}}", {"budget_limit": 90, "time_period": "7d"}, None),
        ("{daily: {tokens: 5}, weekly: {tokens: 9}}", None, None),
    ],
)
def test_a_week_and_a_day_each_have_a_key(tmp_path, budgets, provider, last_tier):
    profiles = f"profile: team\nprofiles: {{team: {{extends: balanced, budgets: {budgets}}}}}\n"
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [leo]\ntargets: {{litellm: true}}\n{profiles}")
    output = run(tmp_path, "build", "-v").output
    config, pinned = (
        YAML(typ="safe").load(next(tmp_path.glob(f"build/*/litellm/{name}.yaml")).read_text())
        for name in ("config", "pinned")
    )
    assert config["router_settings"].get("provider_budget_config", {}).get("anthropic") == provider
    tiers = [entry["litellm_params"] for entry in group(config, "TESTING")]
    first = 100 if last_tier is None else last_tier  # the trigger of the profile is 100
    assert [tier.get("max_budget") for tier in tiers] == [first, first, last_tier]
    assert ("LM008" in output) == (last_tier is not None)
    assert "max_budget" not in str(pinned)


@pytest.mark.slow
def test_a_configuration_of_hundreds_of_agents_is_read_back(tmp_path):
    agents = "".join(f"  worker-{number}: {{role: implementation}}\n" for number in range(500))
    (tmp_path / "gsdc.yaml").write_text(f"fleets: []\ntargets: {{litellm: true}}\nagents:\n{agents}")
    run(tmp_path, "apply", "--yes")
    config = tmp_path / "litellm/config.yaml"
    text = config.read_text()
    assert len(text) > 256_000
    run(tmp_path, "lint")
    place = text.index("model: anthropic/", text.index("worker-321"))
    config.write_text(text[:place] + text[place:].replace("claude-sonnet-5-5", "claude-haiku-5-5", 1))
    assert "worker-321" in run(tmp_path, "status", code=1).output


def test_pinned_agents_are_alone(built):
    assert {entry["model_name"] for entry in built["pinned"]["model_list"]} == {"SECURITY"}
    assert not group(built["config"], "SECURITY")
    [only] = built["pinned"]["model_list"]
    assert only["model_info"] == {"id": "SECURITY.1", "cooldown_time": 0}
    assert "provider_budget_config" not in built["pinned"]["router_settings"]
    assert "fallbacks" not in str(built)


def test_redis_and_no_secret(built):
    for config in built.values():
        assert config["router_settings"]["redis_host"] == "cache.example"
        assert config["router_settings"]["redis_password"] == "os.environ/REDIS_KEY"
        assert config["general_settings"] == {"master_key": "os.environ/LITELLM_MASTER_KEY"}


def test_what_it_writes_is_clean_and_an_edit_breaks_a_rule(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {litellm: true}\n")
    run(tmp_path, "apply", "--yes")
    run(tmp_path, "lint")
    pinned = tmp_path / "litellm/pinned.yaml"
    text = pinned.read_text()
    pinned.write_text(text.replace("anthropic/claude-opus-5-5", "anthropic/claude-haiku-5-5"))
    line = text[: text.index("anthropic/")].count("\n") + 1
    found = run(tmp_path, "lint", code=1).output
    assert f"litellm/pinned.yaml:{line}:" in found
    assert "NB001" in found
    assert f"litellm/pinned.yaml:{line}:" in run(tmp_path, "status", code=1).output
    pinned.write_text(text)
    run(tmp_path, "apply", "--yes")
    assert pinned.read_text() == text
    run(tmp_path, "rollback", "--yes")
    assert not pinned.exists()


HEAD = "model_list:\n"
AUDITOR = "  - {model_name: SECURITY, litellm_params: {model: anthropic/claude-opus-5-5}}\n"
CODER = "  - {model_name: coder, litellm_params: {model: anthropic/claude-haiku-5-5}}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + AUDITOR + CODER, "LM006"),
        (HEAD + AUDITOR + CODER + "router_settings: {fallbacks: [{SECURITY: [coder]}]}\n", "NB001"),
        (HEAD + AUDITOR + CODER + "litellm_settings: {default_fallbacks: [coder]}\n", "NB001"),
        (HEAD + AUDITOR + AUDITOR.replace("opus", "haiku"), "NB001"),
        (HEAD + CODER + "litellm_settings: {fallbacks: [{coder: [codr]}]}\n", "LM003"),
        (HEAD + CODER.replace("}}", "}, model_info: {allowed_fails: 5}}"), "LM005"),
        (HEAD + CODER.replace("}}", "}, model_info: {allowed_fails_policy: {TimeoutAllowedFails: 1}}}"), "LM005"),
        (HEAD + 2 * CODER.replace("}}", "}, model_info: {id: x}}"), "LM004"),
        (HEAD + CODER + "  - {model_name: broken}\n", "LM007"),
        (HEAD + CODER + "  - 5\n", "LM007"),
        ("model_list: [\n", "IN002"),
    ],
)
def test_configurations_that_people_wrote(text, code, tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {}\n")
    (tmp_path / "litellm_config.yaml").write_text(text)
    done = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"], catch_exceptions=False)
    assert code in {finding["code"] for finding in json.loads(done.stdout)["findings"]}, done.stdout


@pytest.mark.parametrize(
    "text", ["", "[]", "5", "model_list: 5\n", "other: file\n", "model_list: []\nrouter_settings: 5\n"]
)
def test_other_files_are_left_alone(text, tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {}\n")
    (tmp_path / "litellm_config.yaml").write_text(text)
    run(tmp_path, "lint")


def test_a_fleet_of_two_hundred_agents_compiles_and_is_read(tmp_path):
    agents = "".join(f"  agent-{n}: {{role: implementation}}\n" for n in range(200))
    (tmp_path / "gsdc.yaml").write_text(f"fleets: []\ntargets: {{litellm: true}}\nagents:\n{agents}")
    run(tmp_path, "apply", "--yes")
    run(tmp_path, "status")


VIA = """fleets: [gsd]
targets:
  opencode: {create: true, via: litellm}
  claude-code: {via: litellm}
  litellm: {url: "http://127.0.0.1:4321"}
"""


@pytest.fixture
def via(tmp_path):
    (tmp_path / ".claude/agents").mkdir(parents=True)
    (tmp_path / ".claude/agents/gsd-executor.md").write_text("---\nname: gsd-executor\ndescription: Works\n---\n")
    (tmp_path / "gsdc.yaml").write_text(VIA)
    run(tmp_path, "apply", "--yes")
    return tmp_path


def loaded(path):
    return YAML(typ="safe").load(path.read_text())


def test_clients_are_pointed_at_the_proxy(via):
    options = json.loads((via / "opencode.json").read_text())["provider"]["anthropic"]["options"]
    assert options == {"baseURL": "http://127.0.0.1:4321/v1", "apiKey": "{env:LITELLM_API_KEY}"}
    settings = json.loads((via / ".claude/settings.json").read_text())["env"]
    assert settings["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:4321"
    groups = {entry["model_name"] for entry in loaded(via / "litellm/config.yaml")["model_list"]}
    asked = {value for name, value in settings.items() if name.endswith("_MODEL")}
    assert asked
    assert asked <= groups
    run(via, "lint", "--strict")
    run(via, "rollback", "--yes")
    assert not (via / ".claude/settings.json").exists()
    assert not (via / "opencode.json").exists()


def test_a_model_of_a_pinned_agent_has_no_other_tier_and_no_budget(via):
    config = loaded(via / "litellm/config.yaml")
    [opus] = group(config, "claude-opus-5-5")
    assert opus["model_info"]["cooldown_time"] == 0
    assert "max_budget" not in opus["litellm_params"]
    assert [tier["litellm_params"]["model"] for tier in group(config, "claude-sonnet-5-5")] == [
        "anthropic/claude-sonnet-5-5",
        "openai/gpt-5.2",
        "gemini/gemini-3.1-pro-preview",
    ]
    # What other agents have spent with the provider would stop the pinned one as well.
    assert "anthropic" not in config["router_settings"]["provider_budget_config"]
    assert "openai" in config["router_settings"]["provider_budget_config"]


def test_a_chain_that_one_agent_may_not_follow_is_nobody_s(tmp_path):
    text = VIA + (
        "agents:\n  clerk: {role: analysis, failover: [gpt-5.2]}\n"
        "  guest: {role: analysis, failover: [gpt-5.2, gemini-pro]}\n"
    )
    (tmp_path / "gsdc.yaml").write_text(text.replace("fleets: [gsd]", "fleets: []"))
    run(tmp_path, "build")
    config = loaded(next(tmp_path.glob("build/*/litellm/config.yaml")))
    tiers = [tier["litellm_params"]["model"] for tier in group(config, "claude-sonnet-5-5")]
    assert tiers == ["anthropic/claude-sonnet-5-5", "openai/gpt-5.2"]


def test_a_group_that_is_another_model_is_an_error(via):
    path = via / "litellm/config.yaml"
    text = path.read_text()
    place = text.index("model: anthropic/claude-opus", text.index("model_name: claude-opus-5-5"))
    path.write_text(text[:place] + text[place:].replace("claude-opus-5-5", "claude-haiku-5-5", 1))
    line = text[:place].count("\n") + 1
    assert f"litellm/config.yaml:{line}:14: error[LM009" in run(via, "lint", code=1).output


CODEX = """fleets: [gsd]
profile: team
profiles: {team: {extends: balanced, roles: {implementation: codex}}}
targets:
  codex: {create: true, via: litellm}
  litellm: {url: 'http://127.0.0.1:4321/it''s"$(touch${IFS}hit)`touch${IFS}hit`'}
"""


def test_codex_is_pointed_at_the_proxy_by_a_script(tmp_path):
    """Each option reaches Codex as one word of TOML, whatever the address holds."""
    (tmp_path / "gsdc.yaml").write_text(CODEX)
    run(tmp_path, "apply", "--yes")
    run(tmp_path, "status")
    program = tmp_path / "bin/codex"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    command = ["sh", ".codex/litellm.sh", "exec", "two words"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    words = done.stdout.split("\0")[:-1]
    assert [words[index] for index in (0, 2, 4, 5)] == ["-c", "-c", "exec", "two words"]
    said = tomllib.loads(f"{words[1]}\n{words[3]}\n")
    assert said["model_provider"] == "litellm"
    assert (
        said["model_providers"]["litellm"]["base_url"]
        == "http://127.0.0.1:4321/it's\"$(touch${IFS}hit)`touch${IFS}hit`/v1"
    )
    assert not (tmp_path / "hit").exists()
    groups = {entry["model_name"] for entry in loaded(tmp_path / "litellm/config.yaml")["model_list"]}
    assert {"gpt-5.3-codex", "gpt-5.2", "gpt-5.4-mini"} <= groups
    run(tmp_path, "rollback", "--yes")
    assert not (tmp_path / ".codex").exists()


def test_the_proxy_of_the_project_is_no_other_server(via):
    """OC022 tells of it where the file says another address, and where no target sends clients there any more."""
    assert "OC022" not in run(via, "lint").output
    path = via / "opencode.json"
    path.write_text(path.read_text().replace(":4321/v1", ":4322/v1", 1))
    assert run(via, "lint").output.count("OC022") == 1
    path.write_text(path.read_text().replace(":4322/v1", ":4321/v1", 1))
    (via / "gsdc.yaml").write_text(VIA.replace(", via: litellm", "").replace("{via: litellm}", "true"))
    assert run(via, "lint").output.count("OC022") == 1


def test_a_proxy_that_no_target_configures_is_told(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {opencode: {create: true, via: litellm}}\n")
    assert "not one of the targets" in run(tmp_path, "build", code=1).output
