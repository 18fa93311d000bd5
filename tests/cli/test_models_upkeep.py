"""``gsdc models check``, ``add`` and ``update``: what they find, what they write, and that every other byte stays."""

import json

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.policy.load import load

PROFILES = ("quality", "balanced", "budget", "research", "granter")
FLEETS = ("gsd", "leo", "openagents", "granter")
TODAY = "2026-11-30"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("# ours\nfleets: [leo]  # the executor\n", "utf-8")
    return tmp_path


def run(folder, *words):
    return CliRunner().invoke(main, ["--project", str(folder), "models", *words])


def codes(answer):
    return [finding["code"] for finding in json.loads(answer.stdout)["findings"]]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_shipped_profiles_are_of_the_day(profile, tmp_path):
    fleets = [word for fleet in FLEETS for word in ("--fleet", fleet)]
    answer = run(tmp_path, "check", "--today", TODAY, "--profile", profile, *fleets, "--format", "json")
    assert (answer.exit_code, codes(answer)) == (0, [])
    later = run(tmp_path, "check", "--today", "2027-06-01", "--profile", profile, *fleets)
    assert later.exit_code == 1


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("overrides: [{agent: STORIES, model: gpt-5-mini, reason: x}]", ["--within", "60d"], "MD003"),
        ("overrides: [{agent: STORIES, model: gpt-5-mini, reason: x}]", ["--within", "5"], None),
        ("overrides: [{agent: STORIES, model: grok-code-fast-1, reason: x}]", ["--within", "0d"], "MD003"),
        ("models: {opus: {release: claude-opus-5}}", [], "MD004"),
        ("models: {claude-opus-6: {release: claude-opus-5-5, ids: {opencode: anthropic/claude-opus-6}}}", [], None),
    ],
)
def test_what_is_found(text, words, code, project):
    (project / "gsdc.yaml").write_text(f"fleets: [leo]\n{text}\n", "utf-8")
    answer = run(project, "check", "--today", TODAY, "--format", "json", *words)
    assert (code in codes(answer)) if code else not {"MD003"} & set(codes(answer)), answer.stdout
    if code:
        assert answer.exit_code == 1


MAPS = {
    "LiteLLM's": {"claude-opus-5-5": {"litellm_provider": "anthropic", "input_cost_per_token": 6e-06}},
    "models.dev's": {"anthropic": {"models": {"claude-opus-5-5": {"cost": {"input": 6, "output": 20}}}}},
}


@pytest.mark.parametrize("shape", MAPS)
def test_a_source_that_says_another_price(shape, project):
    (project / "map.json").write_text(json.dumps(MAPS[shape]), "utf-8")
    answer = run(project, "check", "--today", TODAY, "--from", "map.json")
    assert answer.exit_code == 1
    assert 'price.input of "opus" is 4, but 6 in map.json' in answer.stdout


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"a": 1}', '{"models": {"x": []}}', "\x00"])
def test_a_source_that_is_none(content, project):
    if content is not None:
        (project / "map.json").write_text(content, "utf-8")
    for words in (["check"], ["update"]):
        answer = run(project, *words, "--from", "map.json")
        assert "MD007" in answer.stdout + answer.stderr
        assert answer.exit_code in (1, 2)
        assert not (project / "models.yaml").exists()


@pytest.mark.parametrize("days", ["soon", "-1", "1e3", "99999", "6\u0660"])
def test_within_is_a_number_of_days(days, project):
    assert run(project, "check", "--within", days).exit_code == 2


def test_add_marks_what_it_guesses_and_keeps_every_other_byte(project):
    before = (project / "gsdc.yaml").read_text("utf-8")
    assert run(project, "add", "anthropic/claude-opus-6").exit_code == 0
    text = (project / "gsdc.yaml").read_text("utf-8")
    assert text.startswith(before)
    assert "rank: 34  # guessed: that of opus at its generation\n" in text
    assert text.count("# guessed: nearest to claude-opus-5-5\n") == 2
    model = load(project).policy.models["claude-opus-6"]
    assert (model.tier, model.provider, model.ids["claude"]) == ("heavy", "anthropic", "claude-opus-6")


def test_an_added_release_is_one_line_away_from_an_alias(project):
    run(project, "add", "claude-opus-6", "--input", "5", "--output", "25")
    text = (project / "gsdc.yaml").read_text("utf-8")
    (project / "gsdc.yaml").write_text(text + "  opus: {release: claude-opus-6}\n", "utf-8")
    loaded = load(project)
    opus = loaded.policy.models["opus"]
    assert (opus.identity.release, opus.output_price, opus.ids["claude"]) == ("opus 6", 25, "opus")
    assert loaded.policy.never_break["security-downgrade"].pin.release == "opus 4.6"  # what it asks for stays


def test_what_a_person_says_is_no_guess(project):
    run(project, "add", "acme/rocket-9", "--rank", "21", "--input", "1", "--output", "2", "--context", "64000")
    text = (project / "gsdc.yaml").read_text("utf-8")
    assert "guessed" not in text
    assert "it cannot be identified" in text
    assert load(project).policy.models["rocket-9"].tier == "standard"


def test_nothing_known_is_too_weak(project):
    run(project, "add", "acme/rocket-9")
    assert load(project).policy.models["rocket-9"].rank == 0


def test_add_is_rolled_back_to_the_byte(project):
    before = (project / "gsdc.yaml").read_bytes()
    run(project, "add", "acme/rocket-9")
    assert CliRunner().invoke(main, ["--project", str(project), "rollback", "--yes"]).exit_code == 0
    assert (project / "gsdc.yaml").read_bytes() == before


@pytest.mark.parametrize("id_", ["opus", "anthropic/claude-opus-5-5"])
def test_what_is_known_is_not_added(id_, project):
    before = (project / "gsdc.yaml").read_bytes()
    answer = run(project, "add", id_)
    assert answer.exit_code == 0
    assert "is known" in answer.stdout
    assert (project / "gsdc.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "body", ["models: {mine: {release: claude-opus-5}}", "models:\n- x", "models:\n  a: &b {rank: 1}"]
)
def test_add_into_other_styles_is_right_or_refused(body, project):
    (project / "gsdc.yaml").write_text(f"fleets: [leo]\n{body}\n", "utf-8")
    before = (project / "gsdc.yaml").read_bytes()
    answer = run(project, "add", "acme/rocket-9")
    if answer.exit_code == 0:
        assert "rocket-9" in load(project).policy.models
        assert "guessed" in (project / "gsdc.yaml").read_text("utf-8")
    else:
        assert answer.exception is None or isinstance(answer.exception, SystemExit)
        assert (project / "gsdc.yaml").read_bytes() == before


UPDATE = {
    "claude-opus-5-5": {"litellm_provider": "anthropic", "input_cost_per_token": 3e-06, "output_cost_per_token": 2e-05},
    "claude-opus-7": {"litellm_provider": "anthropic", "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05},
    "claude-opus-lite-7": {"litellm_provider": "anthropic", "input_cost_per_token": 1e-06, "output_cost_per_token": 0},
}


def test_update_shows_a_difference_and_writes_it_on_request_only(project):
    (project / "map.json").write_text(json.dumps(UPDATE), "utf-8")
    shown = run(project, "update", "--from", "map.json")
    assert "+  claude-opus-7:" in shown.stdout
    assert "claude-opus-lite" not in shown.stdout
    assert "rank" not in shown.stdout
    assert not (project / "models.yaml").exists()
    assert run(project, "update", "--from", "map.json", "--apply").exit_code == 0
    models = load(project).policy.models
    assert models["opus"].input_price == 3  # the alias follows its release
    assert (models["claude-opus-7"].rank, models["claude-opus-7"].ids["claude"]) == (34, "claude-opus-7")
    again = run(project, "update", "--from", "map.json")
    assert "agrees with" in again.stdout


def test_gsdc_yaml_lies_over_models_yaml(project):
    (project / "models.yaml").write_text("models: {opus: {price: {input: 9, output: 30}}}\n", "utf-8")
    (project / "gsdc.yaml").write_text("fleets: [leo]\nmodels: {opus: {price: {input: 8}}}\n", "utf-8")
    opus = load(project).policy.models["opus"]
    assert (opus.input_price, opus.output_price) == (8, 30)


@pytest.mark.parametrize("text", ["version: 2\nmodels:\n  - name: orders\n", "", "x: 1\n", "- a\n"])
def test_a_models_yaml_of_another_program_counts_for_nothing(text, project):
    (project / "models.yaml").write_text(text, "utf-8")
    loaded = load(project)
    assert not loaded.findings
    assert loaded.policy.models["opus"].input_price == 4


def test_a_mistake_in_models_yaml_is_a_finding_with_its_place(project):
    (project / "models.yaml").write_text("models:\n  opus: {prize: 1}\n", "utf-8")
    finding = load(project).findings[0]
    assert (finding.span.path, finding.span.line) == ("models.yaml", 2)


def test_opencode_is_asked_for_its_list(project, monkeypatch):
    tools = project / "tools"
    tools.mkdir()
    listed = 'anthropic/claude-opus-5-5\n{"cost": {"input": 7, "output": 20, "cache": {"read": 0.2, "write": 5}}}\n'
    (tools / "opencode").write_text(f"#!/bin/sh\ncat <<'X'\n{listed}X\n", "utf-8")
    (tools / "opencode").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    assert "is 4, but 7 in opencode" in run(project, "check", "--today", TODAY, "--from", "opencode").stdout


def test_no_source_is_reached_for_unless_it_is_named(project, monkeypatch):
    def fail(*_words, **_options):
        raise AssertionError("the network was reached for")

    monkeypatch.setattr("socket.socket.connect", fail)
    assert run(project, "check", "--today", TODAY).exit_code == 0
