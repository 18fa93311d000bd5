"""How a plan was run, in its SUMMARY.md: written from the ledger, read, checked, and never taken for a plan."""

import pytest
from tests.cli.running import answer, run

PLAN = ".planning/phases/01-core/01-01-PLAN.md"
SUMMARY = PLAN.replace("PLAN", "SUMMARY")
HEAD = "---\nphase: 01-core  # the first\nduration: 5min\n"
BODY = "---\n\n# Done\n\n- nothing else\n"


@pytest.fixture
def done(project, monkeypatch):
    """Return a project with a plan that is done."""
    (project / PLAN).parent.mkdir(parents=True)
    (project / PLAN).write_text("---\nphase: 01-core\nplan: 01\n---\n<task type='auto'></task>\n")
    (project / SUMMARY).write_text(HEAD + BODY)
    monkeypatch.chdir(project)
    return project


def log(project, tokens, task="", agent="", at="10:00", seconds="60"):
    words = ["--tokens", str(tokens), "--model", "haiku", "--plan", PLAN, "--duration", seconds]
    run(project, "tokens", "log", *words, "--sd", task, "--agent", agent, "--at", f"2026-11-20T{at}:00Z")


def test_it_is_written_from_the_ledger(done):
    """By hand: a (10:00 to 10:05) and b (10:02 to 10:06) overlap, c (10:10 to 10:12) runs alone.

    In one context b would read the 5,000 that a wrote, c those and the 10,000 of b: 20,000 more than 53,000.
    """
    log(done, 8_000)
    log(done, 10_000, "a", "CODER", "10:05", "300")
    log(done, 20_000, "b", "CODER", "10:06", "240")
    log(done, 15_000, "c", "TESTING", "10:12", "120")
    found = answer(done, "tokens", "execution", PLAN)
    assert found["execution"] == {
        "parallel_batches": 1,
        "subagent_spawns": 3,
        "total_subagent_tokens": 45_000,
        "main_context_tokens": 8_000,
        "parallelization_efficiency": 1.38,
        "token_savings_vs_sequential": 20_000,
    }
    text = (done / SUMMARY).read_text()
    assert text.startswith(HEAD)
    assert text.endswith(BODY)
    assert "\nexecution:\n  parallel_batches: 1\n" in text
    assert run(done, "tokens", "execution", PLAN, "--check").exit_code == 0
    assert (done / SUMMARY).read_text() == text
    run(done, "lint", SUMMARY)


def test_check_tells_of_another_figure(done):
    (done / SUMMARY).write_text(HEAD + "execution: {parallel_batches: 7, main_context_tokens: 8}\n" + BODY)
    log(done, 8)
    before = (done / SUMMARY).read_text()
    run(done, "tokens", "execution", PLAN, "--check", code=1)
    assert (done / SUMMARY).read_text() == before
    run(done, "tokens", "execution", PLAN)
    run(done, "tokens", "execution", PLAN, "--check")


def test_without_entries_nothing_is_written(done):
    assert "has nothing about" in run(done, "tokens", "execution", PLAN, code=1).output
    assert (done / SUMMARY).read_text() == HEAD + BODY


def test_a_plan_that_is_not_done(done):
    (done / SUMMARY).unlink()
    assert "so it is not finished" in run(done, "tokens", "execution", PLAN, code=2).output


CASES = {
    'parallel_batches: "two"': ("'two', not a whole number", 5, 3),
    "parallel_batches: 1.0": ("'1.0', not a whole number", 5, 3),
    "parallel_batches: true": ("'True', not a whole number", 5, 3),
    "subagent_spawns: -1": ("'-1', not a whole number, 0 or more", 5, 3),
    "main_context_tokens:": ("'None', not", 5, 3),
    "parallelization_efficiency: .inf": ("'inf', not a number", 5, 3),
    "parallel_batchs: 2": ('"parallel_batchs" is not a key of "execution"', 5, 3),
    "token_savings_vs_sequential: -35000": None,
    "parallelization_efficiency: 1": None,
    "parallelization_efficiency: 0.92": None,
}


@pytest.mark.parametrize("line", CASES)
@pytest.mark.parametrize("named", [True, False])
def test_lint(done, line, named):
    (done / SUMMARY).write_text(f"{HEAD}execution:\n  {line}\n{BODY}")
    expected = CASES[line]
    paths = [SUMMARY] if named else []
    found = [one for one in answer(done, "lint", *paths, code=0)["findings"] if one["code"] == "LG011"]
    assert [one["path"] for one in found] == [SUMMARY] * (expected is not None)
    if expected:
        assert expected[0] in found[0]["message"]
        assert (found[0]["line"], found[0]["column"]) == expected[1:]


def test_an_execution_that_is_no_mapping(done):
    (done / SUMMARY).write_text(f"{HEAD}execution: fast\n{BODY}")
    found = answer(done, "lint", SUMMARY)["findings"]
    assert [(one["code"], one["line"], one["message"]) for one in found] == [
        ("LG011", 4, '"execution" is not a mapping')
    ]


def test_a_summary_is_no_plan(done):
    (done / SUMMARY).write_text(f"{HEAD}execution: {{parallel_batches: 2}}\n{BODY}<task type='auto'>\n<name>x</name>\n")
    assert run(done, "lint", SUMMARY).exit_code == 0
    assert answer(done, "lint", code=0)["findings"] == []
