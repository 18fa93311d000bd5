"""A review that writes its report is a review in all outputs, not a document."""

from pathlib import Path

import pytest
from tests.cli.running import answer, run

PLAN = """\
<task type="auto">
  <name>Task 1: Add the session store</name>
  <files>src/store.ts</files>
  <action>Add it</action>
</task>
<task type="auto">
  <name>Task 2: Document the session store</name>
  <files>docs/store.md</files>
  <action>Write it</action>
</task>
<task type="auto">
  <name>Task 3: {name}</name>
  <files>docs/report.md</files>
  <action>{action}</action>
</task>
"""
SHORT = "Read the code and write down each hole."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("Security review of the login", "security-review", 5),
        ("Threat model of the session store", "security-review", 5),
        ("Audit of the password hashing", "security-review", 5),
        ("Review the session store", "review", 3),
        ("Write the user guide", "docs", 1),
    ],
)
@pytest.mark.parametrize("action", [SHORT, SHORT * 12])
def test_a_review_has_one_name_and_is_as_hard_as_what_it_reads(project, name, kind, least, action):
    (project / "PLAN.md").write_text(PLAN.format(name=name, action=action))
    explained = answer(project, "explain", "PLAN.md#3")
    handed = answer(project, "dispatch", "PLAN.md")["batches"]
    kinds = [
        explained["work"]["kind"],
        answer(project, "cost", "PLAN.md")["plans"][0]["profiles"][0]["tasks"][2]["kind"],
        answer(project, "graph", "PLAN.md")["plans"][0]["tasks"][2]["kind"],
        *(task["kind"] for batch in handed for task in batch["tasks"] if task["task_id"] == "PLAN.md#3"),
    ]
    assert kinds == [kind] * 4
    assert explained["complexity"]["score"] >= least
    assert f"  {kind}: " in run(project, "explain", "PLAN.md#3").output
    reasons = {item["why"] for item in explained["depends_on"]}
    assert reasons == {f"implementation before {'documents' if kind == 'docs' else 'review'}"}


def test_a_review_does_not_wait_for_documents(project):
    """Both come after the implementation."""
    (project / "PLAN.md").write_text(PLAN.format(name="Security review of the login", action=SHORT))
    assert [item["task"] for item in answer(project, "explain", "PLAN.md#3")["depends_on"]] == [1]


def test_tests_come_after_a_review_that_writes_a_report(project):
    test = PLAN.replace("Document the session store", "Security review of the store").replace(
        "docs/report.md", "tests/a.test.ts"
    )
    (project / "PLAN.md").write_text(test.format(name="Test the session store", action="Write the tests"))
    reasons = {item["task"]: item["why"] for item in answer(project, "explain", "PLAN.md#3")["depends_on"]}
    assert reasons[2] == "review before tests"
