"""The OpenCode target: what it writes, what it leaves alone, what it reads back, and what it has to say."""

import json
from pathlib import Path

import pytest

from gsdc.finding import Rejected, Severity
from gsdc.policy.load import load
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree
from gsdc.targets import opencode
from gsdc.targets.api import Claim, Request
from gsdc.targets.registry import compile_target

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


def request(root, *, fleets=("openagents",), zone="green", profile="balanced", **options):
    loaded = load(root, profile=profile, fleets=fleets)
    assert loaded.policy is not None, loaded.findings
    return Request(loaded.policy, zone, Tree(root), options)


def house(root, ids="{opencode: house/model}"):
    (root / "gsdc.yaml").write_text(HOUSE.replace("{IDS}", ids))
    loaded = load(root)
    assert loaded.policy is not None, loaded.findings
    return Request(loaded.policy, "green", Tree(root), {})


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
    allowed = {"model", "temperature", "description", "mode", "disable"}
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
\t\t"mine": { "model": "anthropic/claude-haiku-4-5", },
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


def test_an_agent_that_a_person_disabled_stays_so_with_a_warning(tmp_path):
    (tmp_path / "opencode.json").write_text('{\n  "agent": {"coder-agent": {"disable": true}}\n}\n')
    _, text, findings = compiled(request(tmp_path))
    assert json.loads(text)["agent"]["coder-agent"]["disable"] is True
    [finding] = [finding for finding in findings if finding.code == "OC006"]
    assert (str(finding.span), finding.severity) == ("opencode.json:2:29", Severity.WARNING)


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
    _, text, _ = compiled(Request(loaded.policy, "green", Tree(tmp_path)))
    assert "{env:" not in text
    assert "{file:" not in text
    assert json.loads(text)["agent"]["one"]["description"] == "asks {env:HOME} and {file:notes.md}"


def test_what_opencode_cannot_express_is_said_once(tmp_path):
    _, _, findings = compiled(request(tmp_path, fleets=("leo",)))
    assert codes(findings) == ["OC003", "OC004"]
    assert '"VALIDATION"' in findings[1].message
    assert all(finding.help for finding in findings)


@pytest.mark.parametrize(
    ("model", "found"), [("openai/gpt-4o # mine", True), ('"opencode/big-pickle"', False), ("", False)]
)
def test_an_agent_file_with_another_model_is_a_warning_at_its_line(tmp_path, model, found):
    folder = tmp_path / ".opencode" / "agents"
    (folder / "nested").mkdir(parents=True)
    text = f"\ufeff---\r\ndescription: x\r\nmodel: {model}\r\n---\r\nmodel: no/frontmatter\r\n"
    for name in ("coder-agent.md", "nested/coder-agent.md", "other.md"):
        (folder / name).write_bytes(text.encode())
    warnings = [finding for finding in compiled(request(tmp_path))[2] if finding.severity is Severity.WARNING]
    assert [(str(f.span), f.code) for f in warnings] == [(".opencode/agents/coder-agent.md:3:1", "OC005")] * found


def test_the_deprecated_mode_block_over_an_agent_of_the_policy_is_an_error(tmp_path):
    (tmp_path / "opencode.json").write_text('{"mode": {"coder-agent": {"model": "a/b"}, "mine": {"model": "a/b"}}}')
    emission = compile_target("opencode", request(tmp_path))
    [finding] = [finding for finding in emission.findings if finding.severity is Severity.ERROR]
    assert (finding.code, str(finding.span)) == ("OC007", "opencode.json:1:27")


def test_two_agents_of_one_name_must_agree(tmp_path):
    (tmp_path / "fleet.yaml").write_text(
        "agents:\n  twin: {role: research, names: {opencode: coder-agent}, models: {any: opus}}\n"
    )
    (tmp_path / "gsdc.yaml").write_text("profile: balanced\nfleets: [openagents, ./fleet.yaml]\n")
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    emission = compile_target("opencode", Request(loaded.policy, "green", Tree(tmp_path)))
    assert [f.code for f in emission.findings if f.severity is Severity.ERROR] == ["OC008"]


def test_reading_says_what_every_agent_runs_on(tmp_path):
    models = request(tmp_path).policy.models.values()
    text = """{
      "agent": {
        "a": {"model": "anthropic/claude-opus-4-6", "temperature": 0.1}, // known
        "b": {"model": "some/other", "temperature": true},
        "c": {"model": "some/other", "disable": true},
        "d": {"prompt": "no model"}, "e": "not an object", "f": {"model": 3},
        "g": {"model": "anthropic/claude-opus-4-6"},
      },
      "mode": {"g": {"model": "anthropic/claude-haiku-4-5"}},
    }"""
    assert opencode.read("opencode.json", text.encode(), models) == (
        Claim("a", "opus", temperature=0.1),
        Claim("b", "some/other"),
        Claim("c", None),
        Claim("g", "haiku"),
    )
    assert opencode.read("opencode.json", b"[]", models) == ()
    with pytest.raises(Rejected):
        opencode.read("opencode.json", b"\xff{}", models)


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
