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
    assert all(set(row["price"]) == {"input", "output", "cache-read", "cache-write"} for row in rows)
    by_alias = {row["alias"]: row for row in rows}
    assert by_alias["claude-opus-5-5"]["price"] == {"input": 4, "output": 20, "cache-read": 0.2, "cache-write": 5}
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
