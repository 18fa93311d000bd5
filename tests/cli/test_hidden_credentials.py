"""A line that holds a credential is shown by no finding and by no difference, whatever else is said about it."""

import random
import string
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.running import answer, run

from gsdc.cli import main

CHANCE = random.Random(7)
KEY = "".join(CHANCE.choices(string.ascii_letters + string.digits, k=40))  # no key of anybody's
TOKEN = f"glpat-{KEY[:20]}"
BODY = ["".join(CHANCE.choices(string.ascii_letters + string.digits, k=64)) for _ in range(20)]
PEM = "\n".join(("-----BEGIN RSA PRIVATE KEY-----", *BODY, "-----END RSA PRIVATE KEY-----"))
PLAN = ".planning/phases/01-x/01-01-PLAN.md"
TASK = '<task type="auto">\n<name>Write</name>\n<files>a.ts</files>\n<action>Write\n{}\n</action>\n</task>\n'
# A file, with another mistake in the line of the credential, or around it.
FILES = {
    "opencode.json": [
        f'{{"provider": {{"x": {{"options": {{"apiKey": "{KEY}"}}}}}}, "modle": "x"}}\n',
        f'{{"modle": "x", "provider": {{"x": {{"options": {{"apiKey": "{KEY}"}}}}}}}}\n',
        f'{{"apiKey": "{KEY}",, }}\n',
        f'{{"note": "{TOKEN}", "modle": "x"}}\n',
        f'{{"apiKey":\n "{KEY}", "modle": "x"}}\n',
    ],
    ".planning/config.json": [f'{{"api_key": "{KEY}", "model_profil": "x"}}\n', f'{{"token": "{KEY}",}}\n'],
    ".claude/settings.json": [f'{{"env": {{"MY_TOKEN": "{KEY}", "ANTHROPIC_MODLE": "x"}}}}\n'],
    ".claude/agents/a.md": [f"---\nname: a\ndescription: {TOKEN}\nmodel: opsu {TOKEN}\n---\n"],
    "gsdc.yaml": [f"profil: x # {TOKEN}\n", f"# {TOKEN}\r\nprofil: {TOKEN}\r\n"],
    "CLAUDE.md": [f"<!-- gsdc:begin model-assignment {TOKEN} -->\n"],
    PLAN: [TASK.format(f"/Users/ada/x with {TOKEN}"), TASK.format(PEM), f"---\n{TOKEN}: [\n---\n<task>\n"],
}
CASES = [(path, text) for path, texts in FILES.items() for text in texts]
POLICY = """fleets: []
agents:
  gsd-planner: {role: planning}
  gsd-security-auditor: {role: security, criticality: critical}
"""
COMMANDS = (
    ("lint", "--verbose"),
    ("lint", "--diff", "--unsafe-fixes"),
    ("lint", "--format", "json"),
    ("lint", "--format", "sarif"),
    ("lint", "--format", "github"),
    ("lint", "--format", "junit"),
    ("build",),
    ("build", "--check"),
    ("status",),
    ("diff", "--all"),
    ("diff", "--format", "md"),
    ("apply", "--dry-run"),
    ("apply", "--yes"),
    ("migrate", "--to", "budget", "--out", "migration"),
    ("init", "--from", ".", "--dry-run"),
    ("annotate", PLAN),
    ("verify", PLAN),
    ("graph", PLAN),
    ("dispatch", PLAN),
    ("dispatch", PLAN, "--format", "json"),
)


@pytest.mark.sampled
@pytest.mark.parametrize(("path", "text"), CASES)
def test_no_command_shows_or_copies_it(tmp_path, monkeypatch, path, text):
    monkeypatch.chdir(tmp_path)
    for name, content in {"gsdc.yaml": POLICY, PLAN: TASK.format(""), path: text}.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content)
    for words in COMMANDS:
        output = CliRunner().invoke(main, words, catch_exceptions=False).output
        assert KEY not in output, words
        assert TOKEN not in output, words
        assert not [line for line in BODY if line in output], words
    copies = [file for file in Path().rglob("*") if file.is_file() and file != Path(path)]
    assert not [file for file in copies if any(word in file.read_text() for word in (KEY, TOKEN, BODY[3]))]


def test_the_rest_of_a_line_and_of_a_difference_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("x-PLAN.md").write_text(TASK.format(f"see /Users/ada/a {TOKEN}").replace('"auto"', '"Auto"'))
    output = run(tmp_path, "lint", "x-PLAN.md", code=1).output
    assert "see /Users/ada/a …" in output
    output = run(tmp_path, "annotate", "x-PLAN.md").output
    assert " <name>Write</name>" in output


def test_a_key_of_many_lines_is_hidden_also_where_no_scanner_is_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "kingfisher_sdk", None)
    monkeypatch.chdir(tmp_path)
    Path("x-PLAN.md").write_text(TASK.format(f"{PEM}\n{TOKEN} of /Users/ada/a"))
    output = run(tmp_path, "lint", "x-PLAN.md", code=1).output + run(tmp_path, "annotate", "x-PLAN.md").output
    assert not [word for word in (TOKEN, *BODY) if word in output]


@pytest.mark.parametrize("arguments", [("build",), ("build", "--check"), ("migrate", "--to", "budget", "--out", "out")])
def test_what_would_copy_it_refuses_and_says_so(tmp_path, arguments):
    text = f'{{\n  "provider": {{"x": {{"options": {{"apiKey": "{KEY}"}}}}}}\n}}\n'
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {opencode: {create: true}}\n")
    (tmp_path / "opencode.json").write_text(text)
    [found] = [each for each in answer(tmp_path, *arguments, code=1)["findings"] if each["severity"] == "error"]
    assert (found["code"], found["path"], found["line"]) == ("NB006", "opencode.json", 2)
    assert any("copies no credential" in note or "could hold it" in note for note in found["notes"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".gsdc") == ["gsdc.yaml", "opencode.json"]
