"""Override tables: their three forms, what a deferral is, what is refused, what is read back."""

import json

import pytest

from gsdc.finding import Rejected
from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import ZONES, State
from gsdc.source.tree import Tree
from gsdc.targets.api import Claim, Request
from gsdc.targets.compile import compile_target
from gsdc.targets.overrides import emit as overrides

NASTY = 'a | b\n`x` --> {{ 7*7 }} */ "q" \\ \u2028 </script>'


def request(root, *, fleets=("leo",), zone="green", profile="balanced", **options):
    loaded = load(root, profile=profile, fleets=fleets)
    assert loaded.policy is not None, loaded.findings
    return Request(loaded.policy, zone, Tree(root), options)


def compiled(asked):
    """Return the text of each file of a validated compilation."""
    emission = compile_target("overrides", asked)
    assert emission.artifacts, emission.findings
    return {artifact.path: artifact.content.decode() for artifact in emission.artifacts}


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_every_shipped_policy_is_compiled_and_reads_back(tmp_path, profile):
    asked = request(tmp_path, fleets=("gsd", "leo", "openagents", "granter"), profile=profile, zone="red")
    files = compiled(asked)
    assert compiled(asked) == files
    models = asked.policy.models.values()
    for name in ("phase-model-overrides.json", "phase-model-overrides.mjs"):
        assert frozenset(
            overrides.read_back(name, files[f"config/{name}"].encode(), models)
        ) == overrides.expected_claims(asked)
    assert all(text.endswith("\n") and not text.endswith("\n\n") and "\r" not in text for text in files.values())


def test_every_zone_has_its_variant_and_the_asked_one_the_plain_name(tmp_path):
    files = compiled(request(tmp_path, zone="orange", dir="."))
    assert set(files) == {
        "phase-model-config.json",
        *(f"phase-model-config.{zone}.json" for zone in ZONES),
        "phase-model-overrides.json",
        "phase-model-overrides.mjs",
    }
    assert files["phase-model-config.json"] == files["phase-model-config.orange.json"]


def test_entries_are_what_the_policy_decides_with_a_reason(tmp_path):
    asked = request(tmp_path, zone="red")
    data = json.loads(compiled(asked)["config/phase-model-config.json"])
    for phase, table in data["phaseModelOverrides"].items():
        for agent, entry in table.items():
            decision = decide(asked.policy, State(agent, phase, "red"))
            assert entry["model"] == (decision.model or "defer")
            assert entry.get("defer", False) is (decision.model is None)
            assert entry["reason"]
            assert str(tmp_path) not in entry["reason"]
    assert data["phaseModelOverrides"]["EXEC"]["VALIDATION"]["reason"] == "zone red defers high work"
    assert data["phaseModelOverrides"]["EXEC"]["TESTING"]["reason"] == "zone red caps normal work at light"


def test_agents_without_phases_are_defaults_only(tmp_path):
    data = json.loads(compiled(request(tmp_path, fleets=("granter",)))["config/phase-model-config.json"])
    assert data["phaseModelOverrides"] == {}
    assert "haiku-worker" in data["defaultModelAssignments"]


def test_the_reason_of_an_override_is_the_reason_of_its_entries(tmp_path):
    override = {"agent": "API", "model": "opus", "reason": NASTY, "until": "2999-01-01"}
    (tmp_path / "gsdc.yaml").write_text(
        json.dumps({"profile": "balanced", "fleets": ["leo"], "overrides": [override]}), encoding="utf-8"
    )
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    files = compiled(Request(loaded.policy, "green", Tree(tmp_path), {}))
    entry = json.loads(files["config/phase-model-config.json"])["phaseModelOverrides"]["EXEC"]["API"]
    assert entry == {"model": "opus", "reason": f"override: {NASTY}", "raises": {"security": "opus"}}
    assert files["config/phase-model-overrides.mjs"].isascii()


@pytest.mark.parametrize("text", ["{}", "", "not json", '{"note": "_generated"}', "// _generated\n", "[1]"])
@pytest.mark.parametrize("name", ["phase-model-config.json", "phase-model-overrides.mjs"])
def test_a_file_of_a_person_is_refused_and_not_replaced(tmp_path, name, text):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / name).write_text(text)
    emission = overrides.emit(request(tmp_path))
    [finding] = emission.findings
    assert (finding.span.path, finding.code) == (f"config/{name}", "OV001")
    assert finding.help
    assert finding.span.path not in {artifact.path for artifact in emission.artifacts}


def test_building_over_an_earlier_build_is_no_finding(tmp_path):
    (tmp_path / "config").mkdir()
    files = compiled(request(tmp_path, zone="red"))
    for path, text in files.items():
        (tmp_path / path).write_bytes(("\ufeff" + text).replace("\n", "\r\n").encode())
    assert compiled(request(tmp_path, zone="red")) == files


def test_a_file_of_the_leo_executor_is_read_as_its_loader_reads_it():
    text = {
        "_comment": "by hand",
        "phaseModelOverrides": {"_note": "x", "EXEC": {"_why": "y", "API": {"effort": "high", "model": "opus"}}},
        "defaultModelAssignments": {"API": {"model": "sonnet"}, "_rest": 1},
    }
    claims = overrides.read_back("c.json", json.dumps(text).encode(), ())
    assert set(claims) == {Claim("API", "high", "EXEC"), Claim("API", "sonnet")}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("c.json", "[]"),
        ("c.json", '{"phaseModelOverrides": []}'),
        ("c.json", '{"phaseModelOverrides": {"EXEC": {"API": "opus"}}}'),
        ("c.json", '{"defaultModelAssignments": {"API": {"model": {}}}}'),
        ("c.json", '{"zones": {"red": 1}}'),
        ("c.json", '{"PHASE_MODEL_OVERRIDES": {"EXEC": {"API": null}}}'),
        ("c.json", "{"),
        ("c.mjs", "export default 1"),
        ("c.mjs", "export const ZONES = {;\n\nexport const ACTIVE_ZONE"),
    ],
)
def test_what_is_no_table_is_rejected(path, text):
    with pytest.raises(Rejected):
        overrides.read_back(path, text.encode(), ())
