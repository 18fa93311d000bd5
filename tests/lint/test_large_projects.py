"""Files that say a thing thousands of times: no more of it is told than a person reads, and none of it is lost time."""

import json

from click.testing import CliRunner

from gsdc.cli import main
from gsdc.targets.model_names import near

MANY = 3000


def codes(folder, path, text):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    arguments = ["--project", str(folder), "--format", "json", "lint", "--no-cache"]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return [one["code"] for one in json.loads(result.stdout)["findings"]]


def test_unknown_keys_of_an_agent(tmp_path):
    text = json.dumps({"agent": {"a": {f"key{number}": 1 for number in range(MANY)}}})
    assert 1000 <= codes(tmp_path, "opencode.json", text).count("OC010") < MANY


def test_unknown_keys_at_the_top(tmp_path):
    text = json.dumps({f"key{number}": 1 for number in range(MANY)})
    assert 1000 <= codes(tmp_path, "opencode.json", text).count("OC012") < MANY


def test_files_that_do_not_exist(tmp_path):
    text = json.dumps({"agent": {f"a{number}": {"prompt": f"{{file:./{number}}}"} for number in range(MANY)}})
    assert codes(tmp_path, "opencode.json", text).count("OC011") == 1000


def test_keys_that_stand_twice(tmp_path):
    keys = "".join(f"key{number}: 1\nkey{number}: 2\n" for number in range(MANY))
    text = f"---\nname: a\ndescription: b\n{keys}---\n"
    assert codes(tmp_path, ".claude/agents/a.md", text).count("CA011") == 100


def test_a_file_too_long_for_a_model(tmp_path):
    (tmp_path / "long.txt").write_text("x" * 2000, encoding="utf-8")
    text = '{"agent": {"a": {"model": "{file:./long.txt}"}}}'
    assert "OC016" in codes(tmp_path, "opencode.json", text)


def test_near_compares_what_can_be_alike():
    assert near("modle", ("model", "description")) == "model"
    assert near("m", ("model", "description")) is None
    assert near("", ("model",)) is None
