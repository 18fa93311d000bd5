"""The documents: what the seeds ask of them holds, and their numbers are the policy's."""

import re
import shlex
import shutil
import subprocess

import pytest
from click import Context, Group
from tests.cli.running import answer, run

from gsdc.cli import main

NAME = "gsd-orchestrator-balancing-rules.md"
PATH = f".config/opencode/get-shit-done/references/{NAME}"
LINKED = ("model-profiles.md", "model-routing-logic.md", "model-profile-resolution.md")
# Seed 000: its must_haves, as they stand there.
PLAN = f"""---
phase: 3-create-a-comprehensive-multi-model-balan
plan: 3
type: execute
wave: 1
depends_on: []
files_modified:
  - {PATH}
autonomous: true
must_haves:
  artifacts:
    - path: "{PATH}"
      provides: "Comprehensive orchestrator discretion rules for model balancing"
      contains: "resource_preservation|cost_optimization|workflow_specific_rules"
      min_lines: 150
  key_links:
    - from: "{NAME}"
      to: "model-profiles.md"
      via: "profile selection logic"
      pattern: "profile.*selection"
    - from: "{NAME}"
      to: "model-routing-logic.md"
      via: "routing decision integration"
      pattern: "routing.*integration"
---
"""
# In brackets, which mawk wants and the seed has not.
ENOUGH = """awk '{print ($1 >= %d ? "PASS" : "FAIL")}'"""
OTHERS = r"(model-profiles\.md|model-routing-logic\.md|model-profile-resolution\.md)"
VERIFY = (
    f"test -f {PATH} && wc -l {PATH} | {ENOUGH % 150}",
    rf'grep -c "Configuration Templates\|Monitoring\|Migration\|Best Practices" {PATH} | {ENOUGH % 4}',
    f'grep -E "{OTHERS}" {PATH} >/dev/null',
    rf'grep -c "Integration\|Roadmap\|Validation\|Maintenance" {PATH} | {ENOUGH % 4}',
)
SECTIONS = (
    *("Executive Summary", "Core Decision Framework", "Resource Preservation Rules", "Cost Optimization Strategies"),
    *("Workflow-Specific Rules", "Integration Guidelines", "Decision Trees and Flowcharts", "Configuration Templates"),
    *("Per-Workflow Optimization Profiles", "Monitoring and Alerting", "Migration", "Best Practices Checklist"),
    *("System Integration", "Orchestrator-Specific Extensions", "Implementation Roadmap"),
    *("Validation and Testing Framework", "Documentation Maintenance"),
)
TEAM = """fleets: [%s]
profile: team
targets: {reference-doc: {linked: true}, quick-reference: {path: CARD.md}}
profiles:
  team:
    extends: balanced
    zones: {yellow: {from: 0.61}, red: {from: 0.93}}
    budgets: {weekly: {tokens: 1234567, usd: 321}}
    plans: {budget-share: 0.12, max-parallel: 7}
    alerts: [{metric: daily-usd, above: 43, do: alert}]
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(TEAM % "leo")
    run(tmp_path, "apply", "--yes")
    return tmp_path


def test_seed_000_verifies(project, monkeypatch):
    monkeypatch.chdir(project)
    folder = project / ".planning/phases/03-balancing"
    folder.mkdir(parents=True)
    (folder / "03-03-PLAN.md").write_text(PLAN)
    run(project, "verify", ".planning/phases/03-balancing/03-03-PLAN.md")
    for command in VERIFY:
        done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, text=True, check=True)
        assert done.stdout.strip() in ("PASS", "")


@pytest.mark.parametrize("fleet", ["leo", "openagents", "gsd", "granter"])
def test_every_section_of_the_seed_is_there(fleet, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(TEAM % fleet)
    run(tmp_path, "apply", "--yes")
    text = (tmp_path / PATH).read_text()
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    assert [title for title in SECTIONS if title not in titles] == []
    assert "\n\n\n" not in text
    for name in LINKED:
        assert f"]({name})" in text
        assert (tmp_path / PATH).with_name(name).is_file()


def test_the_numbers_are_the_policy_s(project):
    text = (project / PATH).read_text()
    for said in (
        "zone yellow begins at 61%",
        "1,234,567",
        "$321",
        "12% of what remains",
        "7 tasks run in parallel",
        "| $43 |",
    ):
        assert said in text
    assert "from 93%" in (project / "CARD.md").read_text()
    assert "70%" not in text


def test_the_card_is_one_page(project):
    text = (project / "CARD.md").read_text()
    assert len(text.splitlines()) <= 60
    for title in ("Who runs on what", "Budget zones", "Which way to go", "Never", "Commands"):
        assert f"## {title}" in text


def test_its_configurations_compile(project, tmp_path_factory):
    templates = re.findall(r"```yaml\n(.*?)```", (project / PATH).read_text(), re.DOTALL)
    assert len(templates) >= 4
    for template in templates:
        folder = tmp_path_factory.mktemp("template")
        (folder / "gsdc.yaml").write_text(template)
        run(folder, "build")


def test_its_commands_exist(project):
    from gsdc.cli import COMMANDS

    text = "".join(path.read_text() for path in (project / PATH).parent.iterdir()) + (project / "CARD.md").read_text()
    assert set(re.findall(r"`gsdc ([a-z]+)", text)) <= COMMANDS.keys()


def test_a_person_s_words_are_text(tmp_path):
    nasty = "profiles:\n  team:\n    extends: balanced\n    zones: {orange: {guidance: 'a | b <x> \"c\" `d`'}}\n"
    text = "fleets: [leo]\nprofile: team\ntargets: {reference-doc: true, quick-reference: true}\n"
    (tmp_path / "gsdc.yaml").write_text(text + nasty)
    run(tmp_path, "apply", "--yes")
    assert "a \\| b &lt;x&gt;" in (tmp_path / PATH).read_text()
    assert "<x>" not in (tmp_path / "docs/MODEL-QUICK-REFERENCE.md").read_text()


AGENTS = "# Ours\r\n\r\nRead this first.\r\n"


@pytest.fixture
def agents_md(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {claude-md: true, agents-md: true}\n")
    (tmp_path / "AGENTS.md").write_bytes(AGENTS.encode())
    run(tmp_path, "apply", "--yes")
    return tmp_path


def test_agents_md_has_a_section_of_its_own(agents_md):
    text = (agents_md / "AGENTS.md").read_bytes().decode()
    assert text.startswith(AGENTS)
    assert "| SECURITY | security | any | opus |" in text
    assert "gpt-5.2, then gemini-pro" in text
    assert "Model Assignment Strategy" not in text
    assert "## Model Assignment Strategy" in (agents_md / "CLAUDE.md").read_text()
    run(agents_md, "apply", "--yes")
    assert (agents_md / "AGENTS.md").read_bytes().decode() == text
    run(agents_md, "rollback", "--yes")
    assert (agents_md / "AGENTS.md").read_bytes() == AGENTS.encode()
    assert not (agents_md / "CLAUDE.md").exists()


def test_an_edited_row_of_agents_md_is_told_with_its_line(agents_md):
    path = agents_md / "AGENTS.md"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"| SECURITY | security | any | opus", b"| SECURITY | security | any | haiku"))
    line = before[: before.index(b"| SECURITY")].count(b"\n") + 1
    found = answer(agents_md, "lint", code=1)["findings"]
    assert ("AGENTS.md", line, "NB001") in {(each["path"], each["line"], each["code"]) for each in found}


def test_a_claude_md_that_imports_agents_md_gets_no_section_beside_it(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {claude-md: true, agents-md: true}\n")
    (tmp_path / "CLAUDE.md").write_text("@AGENTS.md\n")
    run(tmp_path, "apply", "--yes")
    assert (tmp_path / "CLAUDE.md").read_text() == "@AGENTS.md\n"
    assert "## Agent Models" in (tmp_path / "AGENTS.md").read_text()


@pytest.mark.parametrize(("options", "title"), [("true", "Agent Models"), ("{path: docs/A.md}", "Model Assignment")])
def test_a_claude_md_that_is_a_link_gets_one_section(tmp_path, options, title):
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [leo]\ntargets: {{claude-md: true, agents-md: {options}}}\n")
    (tmp_path / "AGENTS.md").write_text("# Ours\n")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    run(tmp_path, "apply", "--yes")
    text = (tmp_path / "CLAUDE.md").read_text()
    assert text.count("gsdc:begin") == 1
    assert f"## {title}" in text
    assert (tmp_path / "docs/A.md").exists() == (options != "true")


def test_an_agents_md_alone_is_claude_md_s_until_the_target_is_named(tmp_path):
    (tmp_path / "AGENTS.md").write_text("# Ours\n")
    run(tmp_path, "apply", "--yes", "--fleet", "leo")
    text = (tmp_path / "AGENTS.md").read_text()
    assert ("Model Assignment Strategy" in text, "Agent Models" in text) == (True, False)
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {agents-md: true}\n")
    run(tmp_path, "apply", "--yes")
    text = (tmp_path / "AGENTS.md").read_text()
    assert ("Model Assignment Strategy" in text, "Agent Models" in text) == (False, True)
    run(tmp_path, "rollback", "--to", "0", "--yes")
    assert (tmp_path / "AGENTS.md").read_text() == "# Ours\n"


BOTH = "fleets: [leo]\ntargets: {%s}\n"
CLAUDE_MD, AGENTS_MD = "claude-md: {paths: [AGENTS.md]}", "agents-md: true"


def counted(text):
    """Return how many blocks a document has, and how many sections of either kind."""
    return tuple(text.count(part) for part in ("gsdc:begin", "## Agent Models", "Model Assignment Strategy"))


@pytest.mark.parametrize("targets", [(CLAUDE_MD, AGENTS_MD), (AGENTS_MD, CLAUDE_MD)])
def test_both_sections_stand_in_one_document(targets, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(BOTH % ", ".join(targets))
    path = tmp_path / "AGENTS.md"
    path.write_bytes(AGENTS.encode())
    run(tmp_path, "apply", "--yes")
    text = path.read_bytes().decode()
    assert text.startswith(AGENTS)
    assert counted(text) == (2, 1, 1)
    run(tmp_path, "status")
    run(tmp_path, "apply", "--yes")
    assert path.read_bytes().decode() == text
    path.write_bytes(text.replace("| SECURITY | security | any | opus", "| SECURITY | security | any | haiku").encode())
    found = answer(tmp_path, "lint", code=1)["findings"]
    assert len({each["line"] for each in found if each["code"] == "NB001"}) == 2
    path.write_bytes(text.encode())
    run(tmp_path, "rollback", "--yes")
    assert path.read_bytes() == AGENTS.encode()


def of_before(text):
    """Return a document as gsdc 0.1 left it: the section of AGENTS.md in a block named like that of CLAUDE.md."""
    return text.replace("gsdc:begin agent-models ", "gsdc:begin model-assignment ").replace(
        "gsdc:end agent-models ", "gsdc:end model-assignment "
    )


@pytest.fixture
def earlier(agents_md):
    """Return an AGENTS.md of before, with a text after its block: from a clone, which has no history of gsdc."""
    path = agents_md / "AGENTS.md"
    path.write_bytes(of_before(path.read_bytes().decode() + "\r\nThe end.\r\n").encode())
    shutil.rmtree(agents_md / ".gsdc")
    return path


def test_a_block_of_before_gets_its_new_name_in_its_place(earlier):
    before = earlier.read_bytes().decode()
    run(earlier.parent, "status", code=1)
    run(earlier.parent, "apply", "--yes")
    after = earlier.read_bytes().decode()
    assert after != before
    assert of_before(after) == before
    run(earlier.parent, "rollback", "--yes")
    assert earlier.read_bytes().decode() == before


@pytest.mark.parametrize("targets", [(CLAUDE_MD, AGENTS_MD), (AGENTS_MD, CLAUDE_MD)])
def test_beside_a_block_of_before_there_is_no_second_one_of_it(targets, earlier):
    (earlier.parent / "gsdc.yaml").write_text(BOTH % ", ".join(targets))
    run(earlier.parent, "apply", "--yes")
    text = earlier.read_bytes().decode()
    assert counted(text) == (2, 1, 1)
    assert "The end." in text


def test_an_edit_of_a_block_of_before_is_told_and_read(earlier):
    text = earlier.read_bytes().decode()
    row = "| SECURITY | security | any | "
    earlier.write_bytes(text.replace(f"{row}opus", f"{row}haiku").encode())
    found = answer(earlier.parent, "lint", code=1)["findings"]
    assert {"NB001", "CM002"} <= {each["code"] for each in found if each["path"] == "AGENTS.md"}


@pytest.mark.parametrize("fleet", ["leo", "openagents", "gsd", "granter"])
def test_the_troubleshooting_guide_has_a_matrix_of_every_agent(fleet, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [{fleet}]\ntargets: {{troubleshooting: true}}\n")
    run(tmp_path, "apply", "--yes")
    text = (tmp_path / "docs/MODEL-TROUBLESHOOTING.md").read_text()
    matrix = dict(re.findall(r"^\| (\S+) \| (\S+) \| .* \| `gsdc explain \S+ --hop 1` \|", text, re.MULTILINE))
    decided = {each["agent"]: each["model"] for each in answer(tmp_path, "agents")["agents"]}
    assert matrix.keys() == decided.keys()
    assert "\n\n\n" not in text
    assert "No target here moves requests by itself" in text


def test_the_troubleshooting_guide_is_right_about_the_first_hop(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {troubleshooting: true, litellm: true}\n")
    run(tmp_path, "apply", "--yes")
    text = (tmp_path / "docs/MODEL-TROUBLESHOOTING.md").read_text()
    assert "LiteLLM moves requests" in text
    assert "| SECURITY | opus | deferred |" in text
    assert "| TESTING | sonnet | gpt-5.2, gemini-pro |" in text
    assert answer(tmp_path, "explain", "TESTING", "--hop", "1")["model"] == "gpt-5.2"


EVERY_DOCUMENT = """fleets: [%s]
targets: {reference-doc: {linked: true}, quick-reference: true, troubleshooting: true, agents-md: true, claude-md: true,
  gsd: true, gsd-workflow: true}
"""


@pytest.mark.parametrize("fleet", ["gsd", "leo"])
def test_every_command_that_a_document_names_exists(fleet, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(EVERY_DOCUMENT % fleet)
    run(tmp_path, "build")
    texts = [path.read_text() for path in tmp_path.glob("build/*/**/*.md")]
    named = {line for text in texts for line in re.findall(r"(?:`|^)gsdc ([a-z][^`\n#]*)", text, re.MULTILINE)}
    assert len(named) > 30
    wrong = []
    for line in sorted(named):
        command, *words = shlex.split(line)
        found = main.get_command(Context(main), command)
        sub = words[:1] if isinstance(found, Group) else []
        found = found.get_command(Context(found), sub[0]) if isinstance(found, Group) and sub else found
        known = {name for option in found.params for name in (*option.opts, *option.secondary_opts)} if found else set()
        if found is None or any(word.startswith("-") and word not in known for word in words):
            wrong.append(line)
    assert wrong == []
