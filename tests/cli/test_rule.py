"""``gsdc rule``: one page, the list, and the whole reference as text, JSON and Markdown."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

import gsdc
from gsdc.cli import main
from gsdc.rules.documentation import families, split
from gsdc.rules.registry import documentation

RULES = documentation()
CODES = [rule.code for rule in RULES]
SECTIONS = ["What it does", "Why is this bad?", "Example", "Use instead"]


def run(*arguments: str):
    return CliRunner().invoke(main, ["rule", *arguments], catch_exceptions=False)


def tokens(text: str):
    return MarkdownIt("commonmark").parse(text)


def headings(text: str) -> list[tuple[str, str]]:
    found = tokens(text)
    return [(token.tag, found[at + 1].content) for at, token in enumerate(found) if token.type == "heading_open"]


def expected(rule, level: int) -> list[tuple[str, str]]:
    sections = SECTIONS if rule.parts.instead else SECTIONS[:-1]
    return [(f"h{level}", f"{rule.code} {rule.name}"), *((f"h{level + 1}", section) for section in sections)]


def fences(text: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "fence"]


def shown(rule) -> list[str]:
    return [
        file.text
        for example in (rule.parts.example, rule.parts.instead)
        if example is not None
        for file in example.files
    ]


def test_the_list_has_a_line_for_each_rule():
    head, *lines = run().output.splitlines()
    assert head.split(maxsplit=3) == ["code", "name", "severity", "what it finds"]
    assert [line.split()[0] for line in lines] == CODES
    assert lines[0].split(maxsplit=3)[1:3] == ["agent-not-loaded", "warning"]


def test_all_as_text_is_every_page():
    assert run("--all").output.rstrip("\n") == "\n\n".join(run(code).output.rstrip("\n") for code in CODES)


def test_json_has_the_sections():
    (found,) = json.loads(run("wave-order", "--format", "json").output)
    assert (found["code"], found["name"], found["severity"]) == ("PL014", "wave-order", "warning")
    assert found["text"].startswith(found["what"])
    assert found["fix"]["safety"] == "unsafe"
    assert [file["path"][-13:] for file in found["example"]["files"]] == ["01-01-PLAN.md", "01-02-PLAN.md"]
    assert found["instead"]["command"] is None
    assert [rule["code"] for rule in json.loads(run("--all", "--format", "json").output)] == CODES


@pytest.mark.sampled
@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_page_is_markdown(rule):
    text = run(rule.code, "--format", "md").output
    assert headings(text) == expected(rule, 1)
    assert fences(text) == shown(rule)
    assert not html(text)


def html(text: str) -> list[str]:
    inline = [child for token in tokens(text) for child in (token, *(token.children or ()))]
    return [token.content for token in inline if token.type.startswith("html")]


def test_the_reference_is_markdown():
    text = run("--all", "--format", "md").output
    order = sorted(RULES, key=lambda rule: (list(families()).index(rule.code[:2]), rule.code))
    assert headings(text) == [("h1", "Rules"), *(heading for rule in order for heading in expected(rule, 2))]
    assert fences(text) == [file for rule in order for file in shown(rule)]
    assert [comment.split()[1] for comment in html(text)] == ["markdownlint-configure-file"]


def test_the_table_of_contents_leads_to_each_rule_by_family():
    text = run("--all", "--format", "md").output
    contents = text.partition("\n## ")[0]
    present = {rule.family for rule in RULES}
    assert re.findall(r"^- (.+)$", contents, re.MULTILINE) == [name for name in families().values() if name in present]
    anchors = [heading.lower().replace(" ", "-") for tag, heading in headings(text) if tag == "h2"]
    assert re.findall(r"^  - \[[^]]+\]\(#([^)]+)\): ", contents, re.MULTILINE) == anchors


def test_the_reference_is_the_same_every_time():
    outputs = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1]), "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "gsdc", "rule", "--all", "--format", "md"]
        outputs.add(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    assert len(outputs) == 1


def test_a_fence_is_longer_than_what_it_holds():
    text = run("CM003", "--format", "md").output
    assert "````markdown\n```\nmake test\n````" in text


@pytest.mark.parametrize(
    ("word", "name", "code"),
    [("securty-downgrade", "security-downgrade", ""), ("pl0014", "", "PL014"), ("nope", "", "")],
)
def test_an_unknown_rule(word, name, code):
    result = run(word)
    assert result.exit_code == 2
    assert re.search(rf'the nearest name is "[a-z-]*{name}", the nearest code [A-Z0-9]*{code};', result.output)


def test_a_name_and_all():
    assert run("NB001", "--all").exit_code == 2


def test_split_keeps_what_is_no_section():
    parts = split("One.\n\nMore.\n\n## Why is this bad?\nSo.\n\n## Example (CLAUDE.md)\n## Rules\n-- a.md --\nb\n")
    assert parts.what == "One.\n\nMore."
    assert parts.summary == "One."
    assert parts.why == "So."
    assert [tuple(file) for file in parts.example.files] == [("CLAUDE.md", "## Rules\n"), ("a.md", "b\n")]
    assert parts.instead is None
    assert parts.fix is None


def test_a_former_code_names_the_rule():
    result = CliRunner().invoke(main, ["rule", "pl019"], catch_exceptions=False)
    assert result.output.startswith("# NB018 light-on-critical-task (error)")
