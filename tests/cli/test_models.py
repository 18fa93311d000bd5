"""``gsdc models``: the table, its JSON, and what an id is."""

import json

import pytest
from click.testing import CliRunner

from gsdc.cli import main


def run(folder, *words):
    return CliRunner().invoke(main, ["--project", str(folder), *words])


def test_json_has_every_key_of_every_model(tmp_path):
    rows = json.loads(run(tmp_path, "models", "--format", "json").stdout)
    keys = {"alias", "line", "release", "tier", "rank", "ids", "price", "context", "ends"}
    assert all(set(row) == keys for row in rows)
    prices = {"input", "output", "cache-read", "cache-write"}
    assert all(set(row["price"]) - {"long-prompts"} == prices for row in rows)
    by_alias = {row["alias"]: row for row in rows}
    assert by_alias["claude-opus-5-5"]["price"] == {"input": 4, "output": 20, "cache-read": 0.2, "cache-write": 5}
    assert by_alias["haiku"]["price"]["long-prompts"] == [
        {"above": 100000, "input": 0.5, "output": 2.5, "cache-read": 0.05, "cache-write": 0.625}
    ]
    assert by_alias["opus"]["line"] == by_alias["claude-opus-5-5"]["line"] == "opus"


def test_the_table_fits_80_columns_and_counts_what_it_leaves_out(tmp_path):
    lines = CliRunner().invoke(main, ["--project", str(tmp_path), "models"], env={"COLUMNS": "80"}).stdout.splitlines()
    rows = json.loads(run(tmp_path, "models", "--format", "json").stdout)
    assert max(map(len, lines)) <= 80
    assert len(lines) < 24
    assert all(line[0] != " " for line in lines)  # no row is folded
    assert {"opus", "haiku", "gpt-mini"} <= {line.split()[0] for line in lines}
    assert f"{len(rows) - len(lines) + 2} more releases: gsdc models --all" in lines[-1]
    assert len(run(tmp_path, "models", "--all").stdout.splitlines()) == len(rows) + 1


def test_ended_models_are_listed_on_request(tmp_path):
    assert "deepseek-reasoner" not in run(tmp_path, "models").stdout
    assert "2026-07-24" in run(tmp_path, "models", "--retired").stdout


def test_a_client_has_its_models_alone(tmp_path):
    rows = json.loads(run(tmp_path, "models", "--for", "claude", "--format", "json").stdout)
    assert rows
    assert all("claude" in row["ids"] for row in rows)


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("openrouter/anthropic/claude-opus-4.8", "opus 4.8"),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "haiku 4.5"),
        ("opus", "opus 5.5"),
        ("claude-opus-lite", "unknown"),
    ],
)
def test_show_says_what_an_id_is(tmp_path, id_, words):
    answer = run(tmp_path, "models", "show", id_)
    assert answer.exit_code == 0
    assert words in answer.stdout


def test_show_answers_programs(tmp_path):
    data = json.loads(run(tmp_path, "models", "show", "claude-opus-5-5", "--format", "json").stdout)
    assert (data["line"], data["generation"], data["rank"]) == ("opus", [5, 5], 34)


UNKNOWN = [
    # id, what its note says
    ("anthropic/claude-opus-super-4-6", 'it may be opus 4.6 (rank 34), but "super" in it is unknown'),
    ("openrouter/anthropic/claude-opus-4.6-lite", 'it may be opus 4.6 (rank 34), but "lite" in it is unknown'),
    ("openai/gpt-9-hyper", 'it may be gpt 9 (rank 23), but "hyper" in it is unknown'),
    ("house/rocket-7", "it cannot be identified: it contains no model that gsdc knows"),
    ("cursor/composer-2.5", "it is composer 2.5"),
]


@pytest.mark.parametrize(("id_", "told"), UNKNOWN, ids=[id_ for id_, _ in UNKNOWN])
def test_an_unknown_model_is_a_finding_until_it_is_described(tmp_path, id_, told):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n", encoding="utf-8")
    agents = {"agent": {"gsd-planner": {"model": id_}}}
    (tmp_path / "opencode.json").write_text(json.dumps(agents), encoding="utf-8")
    (found,) = json.loads(run(tmp_path, "--format", "json", "lint").stdout)["findings"]
    assert found["code"] == "IF002"
    assert told in found["notes"][0]
    assert "too weak for every rule, and has no price" in found["notes"][0]
    assert f"`gsdc models add {id_}`" in found["help"]
    assert told in run(tmp_path, "models", "show", id_).stdout.replace("\n", " ") or told.startswith("it is")
    assert run(tmp_path, "models", "add", id_).exit_code == 0
    after = json.loads(run(tmp_path, "--format", "json", "lint").stdout)["findings"]
    assert "IF002" not in {each["code"] for each in after}
    assert "gsdc.yaml describes" in run(tmp_path, "models", "show", id_).stdout or told.startswith("it is")


def test_an_id_in_a_plan_is_told_with_the_words_that_describe_it(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n", encoding="utf-8")
    text = '<task type="auto" model="openai/gpt-9-hyper">\n  <name>Task 1: Add it</name>\n</task>\n'
    (tmp_path / "01-PLAN.md").write_text(text, encoding="utf-8")
    done = run(tmp_path, "--format", "json", "lint", str(tmp_path / "01-PLAN.md"))
    (found,) = [each for each in json.loads(done.stdout)["findings"] if each["code"] == "PL009"]
    assert "gpt 9 (rank 23)" in found["notes"][0]
    assert "`gsdc models add openai/gpt-9-hyper`" in found["help"]


def test_the_release_with_the_nearest_numbers_is_meant(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n", encoding="utf-8")
    agents = {"agent": {"gsd-planner": {"model": "anthropic/claude-opsu-4-6"}}}
    (tmp_path / "opencode.json").write_text(json.dumps(agents), encoding="utf-8")
    (found,) = json.loads(run(tmp_path, "--format", "json", "lint").stdout)["findings"]
    assert found["help"].startswith('did you mean "anthropic/claude-opus-4-6"?')


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("opusplan", ["in claude 2.1.332 the word means claude-sonnet-5-5"]),
        ("inherit", ["the word means the caller's model"]),
        ("opus", ['it is "opus"', "in claude 2.1.332 the word means claude-opus-5-5", "in gsd-codex 1.14.0"]),
        ("heavy", ["in gsd 1.14.0 the word means claude-opus-4-8"]),
    ],
)
def test_a_word_of_a_client_is_what_the_client_makes_of_it(tmp_path, word, lines):
    shown = run(tmp_path, "models", "show", word).stdout
    assert [line for line in lines if line not in shown] == []
    assert "unknown" not in shown
    assert json.loads(run(tmp_path, "models", "show", word, "--format", "json").stdout)["words"]


def test_a_release_that_is_not_in_the_catalog_is_told_apart_from_its_alias(tmp_path):
    said = run(tmp_path, "models", "show", "claude-opus-7").output.splitlines()
    assert said[2].startswith('it is not in the catalog; it is newer than "opus", which has ')
    assert said[3].startswith("next: `gsdc models add claude-opus-7`")
