"""What the table of assignments in CLAUDE.md says, as gsdc wrote it and as people change it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.targets.reading import CORPUS, policy_of, write

from gsdc.source.tree import Tree
from gsdc.targets.api import Request, View
from gsdc.targets.claude_md import emit as target
from gsdc.targets.claude_md import view as claude_md

BLOCK = "<!-- gsdc:begin model-assignment sha256=0123456789abcdef -->\n{}<!-- gsdc:end model-assignment -->\n"


@pytest.fixture
def project(tmp_path):
    """Return a policy, its section of CLAUDE.md, and a function that reads files."""
    policy = policy_of(["gsd"], tmp_path)
    request = Request(policy, "green", Tree(tmp_path), {})
    (artifact,) = target.emit(request).artifacts

    def view(**files: str) -> View:
        return claude_md.view(write(tmp_path, {f"{name}.md": text for name, text in files.items()}), policy)

    return request, artifact.content.decode(), view


def codes(view: View) -> list[str]:
    return [f"{each.code} {each.span}" for each in view.findings]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_row_is_a_statement_at_its_model(project, tmp_path, newline):
    request, section, view = project
    text = newline.join(["# Ours", "", "Text.", "", *section.split("\n")])
    found = view(CLAUDE=text)
    assert codes(found) == []
    assert found.files == ("CLAUDE.md",)
    assert {each.claim for each in found.statements} == target.expected_claims(request)
    lines = text.splitlines()
    for each in found.statements:
        line = lines[each.at.line - 1]
        assert f"| {each.claim.agent} |" in line
        assert line[each.at.column - 1 :].startswith(f"{each.claim.model or 'defer'} |")


def test_an_edited_row_says_what_it_says_now(project):
    _, section, view = project
    row = next(line for line in section.splitlines() if line.startswith("| gsd-security-auditor |"))
    found = view(CLAUDE=section.replace(row, row.replace("| opus |", "| haiku |")))
    assert [each.claim.model for each in found.statements if each.claim.agent == "gsd-security-auditor"] == ["haiku"]
    assert codes(found) == ["CM002 CLAUDE.md:1:1"]


def test_a_broken_block_and_a_broken_row(project):
    _, section, view = project
    heading = "### Assignments\n\n| Agent |\n| --- |\n| gsd-planner | opus |\n"
    broken = section.removesuffix("<!-- gsdc:end model-assignment -->\n")
    found = view(CLAUDE=broken, AGENTS=BLOCK.format(heading))
    assert codes(found) == ["CM001 CLAUDE.md:1:1", "CM002 AGENTS.md:1:1", "CM004 AGENTS.md:6:1"]
    assert found.statements == ()


def test_a_link_is_read_once(project, tmp_path):
    _, section, view = project
    (tmp_path / "CLAUDE.md").write_text(section)
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    found = view()
    assert found.files == ("CLAUDE.md",)
    assert len(found.statements) == len({each.claim for each in found.statements})


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
def test_real_files(tmp_path):
    policy = policy_of(["gsd"], tmp_path)
    files = sorted((CORPUS / "claude-md").iterdir())
    for number, file in enumerate(files):
        found = claude_md.view(write(tmp_path / str(number), {"CLAUDE.md": file.read_bytes()}), policy)
        assert (found.statements, found.findings, found.files) == ((), (), ("CLAUDE.md",)), file.name
    assert files


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("claude-md")
    return folder, policy_of(["gsd"], folder)


@examples(100)
@given(st.lists(st.text(max_size=10) | st.sampled_from(["### Assignments", "| a | b | c | d | 1 | f |", "|||", "\\|"])))
def test_any_block_is_read_without_a_crash(place, lines):
    folder, policy = place
    text = BLOCK.format("".join(f"{line}\n" for line in lines))
    claude_md.view(write(folder, {"CLAUDE.md": text.encode("utf-8", "replace")}), policy)
