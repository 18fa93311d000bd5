"""Never-break rules of a project's own that only a plan can break: about files, and about reviews."""

import json

import pytest
from click.testing import CliRunner

from gsdc.cli import main

PROJECT = """\
profile: team
fleets: [gsd]
profiles:
  team:
    extends: balanced
    never-break:
      payments: {{when: {{{when}}}, require: {{{require}}}, why: Money}}
"""
PLAN = """\
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/payments/refund.ts]
autonomous: true
must_haves: {{truths: [Refunds are booked once]}}
---
<task type="auto"{attributes}>
  <name>Task 1: Book refunds</name>
  <files>./src/payments/refund.ts</files>
  <action>Write the refund to the ledger.</action>
  <verify>npm test -- refund.spec.ts</verify>
  <done>A refund is booked once.</done>
</task>
{more}"""
REVIEW = """\
<task type="auto">
  <name>Task 2: Review the refunds</name>
  <action>Read the booking of refunds for amounts that are counted twice.</action>
  <verify>npm test -- refund.spec.ts</verify>
  <done>A review is written.</done>
</task>
"""
FILES = "files: [src/payments/**]"


@pytest.fixture
def found(tmp_path):
    """Return a function that gives the findings on NB015, by place and message, in a plan under a rule."""

    def lint(when, require, attributes="", more=""):
        (tmp_path / "gsdc.yaml").write_text(PROJECT.format(when=when, require=require))
        plan = tmp_path / ".planning/phases/03-billing/03-01-PLAN.md"
        plan.parent.mkdir(parents=True, exist_ok=True)
        plan.write_text(PLAN.format(attributes=attributes, more=more))
        result = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"])
        findings = json.loads(result.stdout)["findings"]
        assert {one["code"] for one in findings} <= {"NB015"}, findings
        return [(one["line"], one["column"], one["message"]) for one in findings]

    return lint


def test_a_floor_for_files(found):
    said = 'task 1 runs on "{}", which "payments" forbids'
    assert found(FILES, "min: heavy") == [(11, 1, said.format("haiku"))]
    assert found(FILES, "min: heavy", ' model="sonnet"') == [(11, 19, said.format("sonnet"))]
    assert found(FILES, "min: heavy", ' model="opus"') == []
    assert found("files: [src/login/**]", "min: heavy") == []
    assert found(FILES, "min: light") == []


def test_other_requirements(found):
    assert found(FILES, "model: opus", ' model="gpt-5.2-pro"') != []
    assert found(FILES, "provider: anthropic", ' model="gpt-5.2"') != []
    assert found(FILES, "never: [light]") != []
    assert found(FILES, "defer: true") != []


def test_other_selectors_narrow_it(found):
    assert found(f"{FILES}, role: [implementation]", "min: heavy") != []
    assert found(f"{FILES}, role: [docs]", "min: heavy") == []
    assert found(f"{FILES}, phase: [execution]", "min: heavy") != []
    assert found(f"{FILES}, phase: [planning]", "min: heavy") == []
    assert found(f"{FILES}, class: [security]", "min: heavy") == []
    assert found(f"{FILES}, zone: [red]", "min: heavy") == []


def test_a_review(found):
    said = 'task 1 is not reviewed by "review", which "payments" forbids'
    assert found(FILES, "review: review") == [(11, 1, said)]
    assert found(FILES, "review: review", more=REVIEW) == []
    assert found(FILES, "review: gsd-security-auditor", more=REVIEW) != []
    by_name = REVIEW.replace('type="auto"', 'type="auto" agent="gsd-security-auditor"')
    assert found(FILES, "review: gsd-security-auditor", more=by_name) == []
    assert found("class: [security]", "review: security", more=REVIEW) == []


@pytest.mark.parametrize("require", ["review: review", "review: security", "review: gsd-security-auditor"])
@pytest.mark.parametrize("task", ["<task ", '<task agent="gsd-security-auditor" '])
def test_an_annotation_does_not_change_who_reviews(found, tmp_path, require, task):
    """The attribute `agent` of an annotation repeats the policy; only a person's names who reviews."""
    more = REVIEW.replace("<task ", task)
    before = [said for _, _, said in found(FILES, require, more=more)]
    plan = tmp_path / ".planning/phases/03-billing/03-01-PLAN.md"
    runner = CliRunner()
    runner.invoke(main, ["--project", str(tmp_path), "annotate", "--write", str(plan)], catch_exceptions=False)
    assert plan.read_text().count(' agent="') == 2
    done = runner.invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"])
    assert [one["message"] for one in json.loads(done.stdout)["findings"] if one["code"] == "NB015"] == before
