"""The OpenCode target: what it writes, what it leaves alone, what it reads back, and what it has to say."""

import json
from pathlib import Path

import pytest

from gsdc.finding import Rejected, Severity
from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import State
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree
from gsdc.targets.api import Claim, Request
from gsdc.targets.compile import compile_target
from gsdc.targets.opencode import emit as opencode

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "opencode"
HOUSE = """
profile: balanced
fleets: [granter]
providers:
  house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
models:
  house-model:
    rank: 34
    provider: house
    ids: {IDS}
    price: {input: 1, output: 2}
    context: 128000
  house-twin:
    rank: 34
    provider: house
    ids: {IDS}
    price: {input: 1, output: 2}
    context: 128000
overrides:
  - {agent: haiku-worker, model: house-model, reason: We host it}
  - {agent: sonnet-worker, model: house-twin, reason: We host it}
"""


# In zone orange the checker may run on haiku in LEAD, and has to wait in PLAN and EXEC; the helper may run throughout.
PHASED = """
phases: [LEAD, PLAN, EXEC]
agents:
  checker: {description: Checks, role: validation, criticality: normal, phases: [LEAD, PLAN, EXEC], models: {any: opus}}
  helper:
    {description: Helps, role: docs, criticality: normal, phases: [LEAD, PLAN],
     models: {any: {model: haiku, phases: {PLAN: opus}}}}
"""


def request(root, *, fleets=("openagents",), zone="green", profile="balanced", **options):
    loaded = load(root, profile=profile, fleets=fleets)
    assert loaded.policy is not None, loaded.findings
    return Request(loaded.policy, zone, Tree(root), {"create": True, **options})


def phased(root, zone):
    (root / "fleet.yaml").write_text(PHASED)
    (root / "gsdc.yaml").write_text("profile: balanced\nfleets: [./fleet.yaml]\n")
    return request(root, fleets=(), zone=zone, profile=None)


def house(root, ids="{opencode: house/model}"):
    (root / "gsdc.yaml").write_text(HOUSE.replace("{IDS}", ids))
    loaded = load(root)
    assert loaded.policy is not None, loaded.findings
    return Request(loaded.policy, "green", Tree(root), {"create": True})


def compiled(asked):
    """Return path, text and findings of a compilation, which has to be translated as the policy decides."""
    emission = compile_target("opencode", asked)
    [artifact] = emission.artifacts or [None]
    assert artifact is not None, emission.findings
    return artifact.path, artifact.content.decode(), emission.findings


def codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
@pytest.mark.parametrize("zone", ["green", "yellow", "orange", "red"])
def test_every_shipped_policy_is_compiled_and_reads_back(tmp_path, profile, zone):
    asked = request(tmp_path, fleets=("gsd", "leo", "openagents", "granter"), profile=profile, zone=zone)
    path, text, findings = compiled(asked)
    assert path == "opencode.json"
    data = json.loads(text)
    assert data["$schema"] == "https://opencode.ai/config.json"
    assert set(data["agent"]) == {agent.name_in("opencode") for agent in asked.policy.agents.values()}
    allowed = {"model", "variant", "temperature", "description", "mode", "disable", "prompt"}
    assert all(set(entry) <= allowed for entry in data["agent"].values())
    assert {finding.severity for finding in findings} <= {Severity.NOTE}


def test_compiling_twice_changes_nothing(tmp_path):
    _, text, _ = compiled(request(tmp_path))
    (tmp_path / "opencode.json").write_text(text)
    assert compiled(request(tmp_path))[1] == text


def test_the_file_of_a_person_keeps_every_other_byte(tmp_path):
    before = """\ufeff{
\t"$schema": "https://opencode.ai/config.json",
\t// mine
\t"agent": {
\t\t"coder-agent": {"model": "openai/gpt-4o", "prompt": "{file:./coder.md}", "temperature": 0}, // tuned
\t\t"mine": { "model": "anthropic/claude-haiku-5-5", },
\t},
}
""".replace("\n", "\r\n")
    (tmp_path / "opencode.jsonc").write_bytes(before.encode())
    (tmp_path / "opencode.json").write_text("{}")
    path, text, _ = compiled(request(tmp_path))
    assert path == "opencode.jsonc"
    start, rest = before.split('"openai/gpt-4o"')
    until_mine, after = rest.split('", },\r\n')
    assert text.startswith(
        start + '"opencode/big-pickle"' + until_mine + '", },\r\n\t\t"openagent": {\r\n\t\t\t"description"'
    )
    assert text.endswith(after)
    assert "\n" not in text.replace("\r\n", "")
    assert set(Jsonc(path, text).data["agent"]["coder-agent"]) == {"model", "prompt", "temperature"}


def test_an_empty_file_counts_as_none(tmp_path):
    (tmp_path / "opencode.json").write_text(" \n")
    assert compiled(request(tmp_path))[1].startswith('{\n  "$schema"')


def test_scopes_name_their_files(tmp_path):
    assert compiled(request(tmp_path, scope="global"))[0] == "config.json"
    assert compiled(request(tmp_path, path="sub/opencode.jsonc"))[0] == "sub/opencode.jsonc"
    emission = compile_target("opencode", request(tmp_path, path="config.json"))
    assert (emission.artifacts, codes(emission.findings)) == ((), ["OC002"])


def test_a_broken_file_is_a_finding_with_its_place(tmp_path):
    (tmp_path / "opencode.json").write_text('{"agent": [}')
    emission = compile_target("opencode", request(tmp_path))
    assert emission.artifacts == ()
    assert str(emission.findings[0].span) == "opencode.json:1:12"
    (tmp_path / "opencode.json").write_text('["agent"]')
    assert codes(compile_target("opencode", request(tmp_path)).findings) == ["JS001"]


def test_a_deferred_agent_is_disabled_with_the_model_of_zone_green(tmp_path):
    green = json.loads(compiled(request(tmp_path, fleets=("gsd",)))[1])["agent"]
    red = json.loads(compiled(request(tmp_path, fleets=("gsd",), zone="red"))[1])["agent"]
    deferred = [name for name, entry in red.items() if entry.get("disable")]
    assert deferred
    assert not any("disable" in entry for entry in green.values())
    assert all(red[name]["model"] == green[name]["model"] for name in deferred)


def test_an_agent_waits_where_one_of_its_phases_would_run_on_a_weaker_model(tmp_path):
    _, text, findings = compiled(phased(tmp_path, "orange"))
    agents = json.loads(text)["agent"]
    waits = {"mode": "subagent", "model": "anthropic/claude-opus-5-5", "variant": "high", "disable": True}
    assert {key: agents["checker"][key] for key in waits} == waits
    assert "disable" not in agents["helper"]
    [finding] = [finding for finding in findings if finding.code == "OC004"]
    assert finding.message == 'OpenCode has no phases: "checker" are deferred in all phases, since one phase is'


@pytest.mark.parametrize("zone", ["green", "yellow", "orange", "red"])
@pytest.mark.parametrize("shipped", [True, False])
def test_no_phase_runs_on_a_weaker_model_than_it_is_decided_or_waits_for(tmp_path, zone, shipped):
    fleets = ("gsd", "leo", "openagents", "granter")
    asked = request(tmp_path, fleets=fleets, zone=zone) if shipped else phased(tmp_path, zone)
    policy = asked.policy
    agents = json.loads(compiled(asked)[1])["agent"]
    rank = {model.ids["opencode"]: model.rank for model in policy.models.values() if "opencode" in model.ids}
    for agent in policy.agents.values():
        entry = agents[agent.name_in("opencode")]
        for phase in agent.phases or (None,):
            alias = decide(policy, State(agent.name, phase, zone)).model
            alias = alias or decide(policy, State(agent.name, phase, "green")).model
            assert entry.get("disable") or rank[entry["model"]] >= policy.models[alias].rank, (agent.name, phase)


def test_an_agent_that_a_person_disabled_stays_so_with_a_warning(tmp_path):
    before = '{"agent": {\n  "openagent": {\n    "model": "a/b"\n  },\n  "coder-agent": {"disable": true}\n}}\n'
    (tmp_path / "opencode.json").write_text(before)
    _, text, findings = compiled(request(tmp_path))
    assert json.loads(text)["agent"]["coder-agent"]["disable"] is True
    [finding] = [finding for finding in findings if finding.code == "OC006"]
    assert (str(finding.span), finding.severity) == ("opencode.json:5:19", Severity.WARNING), "a place in their file"


def test_models_of_ones_own_provider_are_declared(tmp_path):
    _, text, _ = compiled(house(tmp_path))
    provider = json.loads(text)["provider"]["house"]
    assert provider["options"] == {"baseURL": "http://127.0.0.1:8000/v1", "apiKey": "{env:HOUSE_KEY}"}
    assert provider["models"] == {"model": {"temperature": True}}
    assert '"{env:HOUSE_KEY}"' in text


def test_a_model_without_an_id_is_an_error_with_a_remedy(tmp_path):
    emission = compile_target("opencode", house(tmp_path, "{litellm: house/model}"))
    assert emission.artifacts == ()
    errors = [finding for finding in emission.findings if finding.severity is Severity.ERROR]
    assert codes(errors) == ["OC001", "OC001"]
    assert "ids: {opencode: provider/model}" in errors[0].help


def test_what_the_client_would_substitute_is_written_with_an_escape(tmp_path):
    (tmp_path / "fleet.yaml").write_text(
        "agents:\n  one: {role: research, description: 'asks {env:HOME} and {file:notes.md}'}\n"
    )
    (tmp_path / "gsdc.yaml").write_text("profile: balanced\nfleets: [./fleet.yaml]\n")
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    _, text, _ = compiled(Request(loaded.policy, "green", Tree(tmp_path), {"create": True}))
    assert "{env:" not in text
    assert "{file:" not in text
    assert json.loads(text)["agent"]["one"]["description"] == "asks {env:HOME} and {file:notes.md}"


def test_what_opencode_cannot_express_is_said_once(tmp_path):
    _, _, findings = compiled(request(tmp_path, fleets=("leo",)))
    assert codes(findings) == ["OC003", "OC004"]
    assert '"VALIDATION"' in findings[1].message
    assert all(finding.help for finding in findings)


def test_an_agent_file_that_cannot_be_read_is_a_warning(tmp_path):
    file = tmp_path / ".opencode" / "agent" / "coder-agent.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"---\n\xff\n---\nBe brief\n")
    [found] = [finding for finding in compiled(request(tmp_path))[2] if finding.severity is Severity.WARNING]
    assert found.code == "OC005"
    assert found.message.startswith("it is unknown what this overrides: byte 0xff is not UTF-8")


def test_an_agent_folder_that_leads_out_of_the_project_is_a_warning(tmp_path):
    (tmp_path / "dotfiles" / "agent").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".opencode").symlink_to(tmp_path / "dotfiles")
    findings = compiled(request(tmp_path / "project"))[2]
    assert {finding.code for finding in findings if finding.severity is Severity.WARNING} == {"OC005", "OC009"}


def test_another_file_of_the_client_that_cannot_be_read_is_a_warning(tmp_path):
    (tmp_path / ".opencode").mkdir()
    (tmp_path / "opencode.jsonc").write_text("{}")
    (tmp_path / ".opencode/opencode.json").write_text('{"agent": }')
    findings = compiled(request(tmp_path, path="opencode.jsonc"))[2]
    [found] = [finding for finding in findings if finding.severity is Severity.WARNING]
    assert (str(found.span), found.code) == (".opencode/opencode.json:1:11", "OC009")
    assert found.message.startswith("it is unknown what this overrides")


def test_a_key_that_leaks_into_requests_is_a_warning(tmp_path):
    (tmp_path / "opencode.json").write_text('{"agent": {"mine": {"failover": [], "steps": 3,\n "temprature": 1}}}')
    found = [finding for finding in compiled(request(tmp_path))[2] if finding.code == "OC010"]
    assert [str(finding.span) for finding in found] == ["opencode.json:1:21", "opencode.json:2:2"]
    assert "a proxy" in found[0].help
    assert 'did you mean "temperature"?' in found[1].help


def test_two_agents_of_one_name_must_agree(tmp_path):
    (tmp_path / "fleet.yaml").write_text(
        "agents:\n  twin: {role: research, names: {opencode: coder-agent}, models: {any: opus}}\n"
    )
    (tmp_path / "gsdc.yaml").write_text("profile: balanced\nfleets: [openagents, ./fleet.yaml]\n")
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    emission = compile_target("opencode", Request(loaded.policy, "green", Tree(tmp_path), {"create": True}))
    assert [f.code for f in emission.findings if f.severity is Severity.ERROR] == ["OC008"]


def test_reading_says_what_every_agent_runs_on(tmp_path):
    models = request(tmp_path).policy.models.values()
    text = """{
      "agent": {
        "a": {"model": "anthropic/claude-opus-5-5", "temperature": 0.1}, // known
        "b": {"model": "some/other", "temperature": true},
        "c": {"model": "some/other", "disable": true},
        "d": {"prompt": "no model"}, "e": "not an object", "f": {"model": 3}, "h": {"disable": true},
        "g": {"model": "anthropic/claude-opus-5-5"},
      },
      "mode": {"g": {"model": "anthropic/claude-haiku-5-5"}},
    }"""
    assert opencode.read_back("opencode.json", text.encode(), models) == (
        Claim("a", "opus", temperature=0.1),
        Claim("b", "some/other"),
        Claim("c", None),
        Claim("h", None),
        Claim("g", "haiku"),
    )
    assert opencode.read_back("opencode.json", b"[]", models) == ()
    with pytest.raises(Rejected):
        opencode.read_back("opencode.json", b"\xff{}", models)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here")
def test_real_files_are_compiled_and_say_the_same_besides(tmp_path):
    for path in sorted(CORPUS.iterdir()):
        root = tmp_path / path.name
        root.mkdir()
        (root / "opencode.jsonc").write_bytes(path.read_bytes())
        asked = request(root)
        _, text, _ = compiled(asked)
        before, after = (Jsonc(path.name, each).data for each in (path.read_bytes().decode(), text))
        ours = {agent.name_in("opencode") for agent in asked.policy.agents.values()}
        for data in (before, after):
            for key in ("$schema", "provider"):
                data.pop(key, None)
            for name in ours:
                data.setdefault("agent", {}).pop(name, None)
        assert after == before, path.name
        (root / "opencode.jsonc").write_text(text, newline="")
        assert compiled(request(root))[1] == text
