"""Work goes by the measured size of what it reads, where a profile says so (seed 000, "Large context handling")."""

import json
from pathlib import Path

import pytest
from tests.cli.running import answer, run

PLAN = """\
---
phase: 01-core
plan: "01"
type: execute
wave: 1
depends_on: []
files_modified: [docs/summary.md]
autonomous: true
must_haves: {truths: []}
---
<context>
@docs/interviews.md
</context>
<task type="auto">
  <name>Task 1: Summarise what the interviews say of prices</name>
  <files>docs/summary.md</files>
  <read_first>docs/notes.md</read_first>
  <action>Compare what people say in the interviews, and summarise it with sources.</action>
</task>
"""
PATH = ".planning/phases/01-core/01-01-PLAN.md"
LARGE = 140_000 * 4  # characters


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_text(PLAN)
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def explained(project: Path, profile: str, **files: int) -> dict:
    """Return what is known of the task under a profile, with files of so many characters in docs/."""
    (project / "gsdc.yaml").write_text(f"fleets: [gsd]\nprofile: {profile}\ntargets: {{plans: {{}}}}\n")
    for name, characters in files.items():
        (project / f"docs/{name}.md").write_text("x" * characters)
    return answer(project, "explain", f"{PATH}#1")


@pytest.mark.parametrize(
    ("files", "of_class"),
    [
        ({}, "routine"),
        ({"interviews": LARGE}, "routine"),
        ({"interviews": LARGE + 4}, "large-context"),
        ({"interviews": LARGE // 2, "notes": LARGE // 2}, "routine"),
        ({"interviews": LARGE // 2, "notes": LARGE // 2 + 4}, "large-context"),
        ({"interviews": 100, "summary": LARGE + 4}, "large-context"),  # what it writes is read before
        ({"interviews": 100, "others": 9 * LARGE}, "routine"),
    ],
)
def test_references_and_files_count(project, files, of_class):
    assert explained(project, "research", **files)["work"]["class"] == of_class


def test_it_goes_where_the_profile_sends_it(project):
    assert explained(project, "research", interviews=100)["model"] != "gemini-pro"
    found = explained(project, "research", interviews=LARGE * 2)
    assert (found["model"], found["work"]["material"]) == ("gemini-pro", 280_000)
    assert "large context: 280,000 tokens of files" in run(project, "explain", f"{PATH}#1").output
    assert answer(project, "cost", PATH)["plans"][0]["profiles"][0]["tasks"][0]["model"] == "gemini-pro"
    run(project, "annotate", "--write", PATH)
    assert 'model="gemini-pro"' in (project / PATH).read_text()
    run(project, "annotate", "--check", PATH)


def test_a_profile_that_says_nothing_of_size_keeps_its_model(project):
    small = explained(project, "balanced", interviews=100)["model"]
    assert explained(project, "balanced", interviews=LARGE * 2)["model"] == small


def test_what_is_built_is_what_is_decided(project):
    """The target reads its own text back, and compares: both are measured."""
    explained(project, "research", interviews=LARGE * 2)
    run(project, "build", "--out", "out")
    texts = [path.read_text() for path in Path("out").rglob("*PLAN.md")]
    assert len(texts) == 1
    assert 'model="gemini-pro"' in texts[0]


def test_security_comes_before_size(project):
    text = PLAN.replace("Summarise what the interviews say of prices", "Audit the login for security holes")
    (project / PATH).write_text(text)
    found = explained(project, "research", interviews=LARGE * 2)
    assert (found["work"]["class"], found["model"]) == ("security", "opus")


def test_the_dispatch_file_is_measured_too(project):
    explained(project, "research", interviews=LARGE * 2)
    (project / "gsdc.yaml").write_text("fleets: [gsd]\nprofile: research\ntargets: {orchestrator: {}}\n")
    run(project, "build", "--out", "out")
    (file,) = Path("out").rglob("01-01-PLAN.json")
    assert json.loads(file.read_text())["batches"][0]["tasks"][0]["model"] == "gemini-pro"
