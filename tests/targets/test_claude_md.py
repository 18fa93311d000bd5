"""The section of CLAUDE.md and AGENTS.md: what it says, what it leaves alone, what it reads back."""

import json

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.finding import Rejected, Severity
from gsdc.policy.load import load
from gsdc.source import managed_block
from gsdc.source.tree import Tree
from gsdc.targets.api import Claim, Request
from gsdc.targets.claude_md import emit as claude_md
from gsdc.targets.compile import compile_target

NASTY = [
    "a | b || c",
    "line\n\n# Heading\r\nend",
    f"{managed_block.END}model-assignment -->",
    f"{managed_block.BEGIN}model-assignment sha256=0123456789abcdef -->",
    "--> <!-- <script>",
    "```\ncode",
    "{{ 7*7 }} {% raw %} {# gone #}",
    "\x1b]0;owned\x07\x1b[31mred \x00 \u202e",
    "\\| \\ \\\\",
]


def request(root, *, fleets=("leo",), zone="green", profile="balanced", **options):
    loaded = load(root, profile=profile, fleets=fleets)
    assert loaded.policy is not None, loaded.findings
    return Request(loaded.policy, zone, Tree(root), options)


def compiled(asked):
    """Return the text of the first artifact and the findings of a validated compilation."""
    emission = compile_target("claude-md", asked)
    assert emission.artifacts, emission.findings
    return emission.artifacts[0].content.decode(), emission.findings


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
@pytest.mark.parametrize("zone", ["green", "red"])
def test_every_shipped_policy_is_compiled_and_reads_back(tmp_path, profile, zone):
    asked = request(tmp_path, fleets=("gsd", "leo", "openagents", "granter"), profile=profile, zone=zone)
    text, findings = compiled(asked)
    assert findings == ()
    assert frozenset(claude_md.read_back("CLAUDE.md", text.encode(), ())) == claude_md.expected_claims(asked)


def test_the_section_says_what_a_session_has_to_know(tmp_path):
    text, _ = compiled(request(tmp_path, zone="orange"))
    for part in ("Assignments", "Budget zones", "Escalation", "Never", "Always", "Escape hatches"):
        assert f"\n### {part}\n" in text
    assert "| SECURITY | security | any | opus |" in text
    assert "| VALIDATION | validation | LEAD | haiku |" in text
    assert "| RETRO | docs | any | defer |" in text
    assert "\n\n\n" not in text


def test_claude_md_is_created_where_there_is_neither(tmp_path):
    assert [a.path for a in claude_md.emit(request(tmp_path)).artifacts] == ["CLAUDE.md"]
    (tmp_path / "AGENTS.md").write_text("# Agents\n")
    assert [a.path for a in claude_md.emit(request(tmp_path)).artifacts] == ["AGENTS.md"]
    (tmp_path / "CLAUDE.md").write_text("# Claude\n")
    assert [a.path for a in claude_md.emit(request(tmp_path)).artifacts] == ["CLAUDE.md", "AGENTS.md"]
    assert [a.path for a in claude_md.emit(request(tmp_path, paths=["docs/C.md"])).artifacts] == ["docs/C.md"]


def test_a_file_and_a_link_to_it_are_one(tmp_path):
    (tmp_path / "CLAUDE.md").write_text("# Claude\n")
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    assert [a.path for a in claude_md.emit(request(tmp_path)).artifacts] == ["CLAUDE.md"]


@pytest.mark.parametrize(
    ("files", "paths"),
    [
        ({"CLAUDE.md": "@AGENTS.md\n", "AGENTS.md": "# Ours\n"}, ["AGENTS.md"]),
        ({"CLAUDE.md": "See @./AGENTS.md.\n", "AGENTS.md": ""}, ["AGENTS.md"]),
        ({"CLAUDE.md": "- @docs/all.md", "docs/all.md": "@../AGENTS.md", "AGENTS.md": ""}, ["AGENTS.md"]),
        ({"CLAUDE.md": "@AGENTS.md", "AGENTS.md": "@CLAUDE.md"}, ["AGENTS.md"]),
        ({"CLAUDE.md": "", "AGENTS.md": "@CLAUDE.md"}, ["CLAUDE.md", "AGENTS.md"]),
        ({"CLAUDE.md": "`@AGENTS.md`\n```\n@AGENTS.md\n```\n", "AGENTS.md": ""}, ["CLAUDE.md", "AGENTS.md"]),
        ({"CLAUDE.md": "me@AGENTS.md, @../AGENTS.md, @/AGENTS.md", "AGENTS.md": ""}, ["CLAUDE.md", "AGENTS.md"]),
        ({"CLAUDE.md": "@other.md", "AGENTS.md": ""}, ["CLAUDE.md", "AGENTS.md"]),
    ],
)
def test_what_claude_code_imports_is_written_once(tmp_path, files, paths):
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    emission = compile_target("claude-md", request(tmp_path, paths=["CLAUDE.md", "AGENTS.md"]))
    assert [artifact.path for artifact in emission.artifacts] == paths


def test_everything_outside_the_block_stays_and_building_twice_changes_nothing(tmp_path):
    before = "\ufeff# Mine\r\n\r\n\ttabs  \r\n".encode()
    file = tmp_path / "CLAUDE.md"
    file.write_bytes(before)
    text, _ = compiled(request(tmp_path))
    assert managed_block.remove(text, "model-assignment", "CLAUDE.md").encode() == before
    file.write_bytes(text.encode())
    assert compiled(request(tmp_path)) == (text, ())


def test_a_hand_edited_block_is_a_warning_with_its_place_and_is_replaced(tmp_path):
    (tmp_path / "CLAUDE.md").write_text("# Mine\n")
    text, _ = compiled(request(tmp_path))
    (tmp_path / "CLAUDE.md").write_text(text.replace("| opus |", "| haiku |"))
    again, [finding] = compiled(request(tmp_path))
    assert again == text
    assert (str(finding.span), finding.code, finding.severity) == ("CLAUDE.md:3:1", "CM002", Severity.WARNING)
    assert finding.help


def test_a_hand_edited_row_is_read_as_it_stands_or_rejected_at_its_place(tmp_path):
    text, _ = compiled(request(tmp_path))
    row = "| SECURITY | security | any | opus | high | - | - |"
    line = text[: text.index(row)].count("\n") + 1
    edited = text.replace(row, "| SECURITY | security | any | haiku | low | 0.5 | - |")
    assert Claim("SECURITY", "haiku", None, "green", 0.5, "low") in claude_md.read_back(
        "CLAUDE.md", edited.encode(), ()
    )
    before = text.replace(row, "| SECURITY | security | any | haiku | 0.5 | - |")  # a table without efforts
    assert Claim("SECURITY", "haiku", None, "green", 0.5) in claude_md.read_back("CLAUDE.md", before.encode(), ())
    for broken in (
        "| SECURITY | security | any | opus | high | warm | - |",
        "| SECURITY | security | any | opus | turbo | - | - |",
        "| SECURITY | opus |",
        "|SECURITY|",
    ):
        with pytest.raises(Rejected) as caught:
            claude_md.read_back("CLAUDE.md", text.replace(row, broken).encode(), ())
        assert str(caught.value.findings[0].span) == f"CLAUDE.md:{line}:1"


def test_a_broken_block_is_a_finding_and_no_file(tmp_path):
    (tmp_path / "CLAUDE.md").write_text(f"# Mine\n\n{managed_block.END}model-assignment -->\n")
    emission = compile_target("claude-md", request(tmp_path))
    assert emission.artifacts == ()
    assert str(emission.findings[0].span) == "CLAUDE.md:3:1"


def test_an_override_of_another_fleets_agent_is_left_out(tmp_path):
    overrides = [{"agent": name, "model": "opus", "reason": name} for name in ("TESTING", "gsd-planner", "SECURITY")]
    (tmp_path / "gsdc.yaml").write_text(json.dumps({"fleets": ["leo"], "overrides": overrides}))
    written, _ = compiled(Request(load(tmp_path).policy, "green", Tree(tmp_path), {}))
    assert "- TESTING on opus: TESTING\n- SECURITY on opus: SECURITY\n" in written
    assert "gsd-planner" not in written


@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)
)
@example(" ".join(NASTY))
def test_no_text_of_a_person_breaks_the_section(tmp_path, text):
    override = {"agent": "TESTING", "model": "opus", "reason": f"{text} {' '.join(NASTY)}", "until": "2999-01-01"}
    (tmp_path / "gsdc.yaml").write_text(
        json.dumps({"profile": "balanced", "fleets": ["leo"], "overrides": [override]}), encoding="utf-8"
    )
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    asked = Request(loaded.policy, "green", Tree(tmp_path), {})
    written, findings = compiled(asked)
    assert findings == ()
    assert "{{ 7*7 }}" in written
    assert all(c.isprintable() or c == "\n" for c in written)
    [line] = [line for line in written.split("\n") if line.startswith("- TESTING on opus until 2999-01-01: ")]
    assert "<" not in line
    assert frozenset(claude_md.read_back("CLAUDE.md", written.encode(), ())) == claude_md.expected_claims(asked)
    assert managed_block.remove(written, "model-assignment", "CLAUDE.md") == ""


@pytest.mark.parametrize(
    ("require", "sentence"),
    [
        ("{model: opus}", "only on opus"),
        ("{min: standard}", "never below standard"),
        ("{provider: anthropic}", "only on anthropic"),
        ("{never: [haiku, light]}", "never on haiku or light"),
        ("{keep: true}", "deferred, never downgraded"),
        ("{defer: true}", "never by an agent: a person does it"),
        ("{review: review}", "a later task of review reviews it"),
    ],
)
def test_every_rule_is_said_as_it_is(tmp_path, require, sentence):
    rule = f"never-break: {{ours: {{when: {{agent: [gsd-planner]}}, require: {require}, why: We say so}}}}"
    text = f"profile: p\nfleets: [gsd]\nprofiles: {{p: {{extends: quality, {rule}}}}}\n"
    (tmp_path / "gsdc.yaml").write_text(text)
    loaded = load(tmp_path)
    assert loaded.policy is not None, loaded.findings
    [artifact] = compile_target("claude-md", Request(loaded.policy, "green", Tree(tmp_path))).artifacts
    assert f"- Agent gsd-planner: {sentence}. We say so." in artifact.content.decode()
