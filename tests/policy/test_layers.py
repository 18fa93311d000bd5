"""How layers combine: the last one that says anything about an agent wins, an agent before its role."""

from pathlib import Path

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.digest import digest
from gsdc.policy.load import load
from gsdc.policy.model import State

AGENTS = "fleets: [gsd]\n"


def resolve(folder: Path, text: str):
    (folder / "gsdc.yaml").write_text(text, encoding="utf-8")
    loaded = load(folder)
    assert loaded.policy is not None, loaded.findings
    return loaded


@pytest.mark.parametrize(
    ("profile", "model"),
    [
        ("{extends: balanced}", "sonnet"),
        ("{extends: balanced, roles: {implementation: haiku}}", "haiku"),
        ("{extends: balanced, roles: {implementation: haiku}, agents: {gsd-executor: opus}}", "opus"),
        ("{extends: [budget, quality]}", "opus"),
        ("{extends: balanced, tiers: {light: gpt-5-mini}, roles: {implementation: light}}", "gpt-5-mini"),
        ("{extends: base}", "sonnet"),
        ("{}", "sonnet"),
        ("{default: light}", "haiku"),
    ],
)
def test_the_last_layer_wins(tmp_path, profile, model):
    loaded = resolve(tmp_path, AGENTS + f"profile: mine\nprofiles: {{mine: {profile}}}\n")
    assert decide(loaded.policy, State("gsd-executor")).model == model


def test_zones_merge_field_by_field(tmp_path):
    loaded = resolve(tmp_path, AGENTS + "profile: mine\nprofiles: {mine: {extends: base, zones: {red: {from: 0.9}}}}\n")
    red = loaded.policy.zones["red"]
    assert (red.start, red.allows["normal"], red.escalate) == (0.9, "light", False)
    assert loaded.project.sources.origin(red.at("from")).path == "gsdc.yaml"
    assert loaded.project.sources.origin(red.at("normal")).path.endswith("base.yaml")


def test_project_files_extend_each_other(tmp_path):
    (tmp_path / "shared.yaml").write_text(
        "profile: budget\nfleets: [gsd]\ntargets: {opencode: {create: true}, overrides: true}\n"
    )
    loaded = resolve(tmp_path, "extends: shared.yaml\nprofile: quality\ntargets: {overrides: false}\n")
    assert loaded.policy.profile == "quality"
    assert list(loaded.project.targets()) == ["opencode"]


def test_an_override_holds_only_where_it_says(tmp_path):
    text = AGENTS + "overrides:\n  - {agent: gsd-executor, model: opus, reason: now, zones: [orange]}\n"
    policy = resolve(tmp_path, text).policy
    assert [decide(policy, State("gsd-executor", zone=zone)).model for zone in ("green", "orange")] == [
        "sonnet",
        "opus",
    ]


def test_the_digest_is_of_decisions_not_of_places(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first = resolve(one, AGENTS + "profile: budget\n")
    second = resolve(two, "# a comment\n\n" + AGENTS + "profile:   budget\n")
    other = resolve(tmp_path, AGENTS + "profile: quality\n")
    assert digest(first.policy) == digest(second.policy) != digest(other.policy)
