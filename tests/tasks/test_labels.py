"""Classification against tasks that were judged by reading, and against made-up ones.

The plans of the judged tasks are no part of this project: where they are absent, those tests are skipped. Half of the
corpus is kept back from the fit. The mistakes of the tasks that were judged first were read, so it is not clean; those
of the tasks that were judged later, and of the kept-back tasks of other repositories, were read by nobody. The floors
are what holds today. Precision on the corpus stays below 0.75: it has 16 critical tasks in 1,033, and nearly all others
that are called critical touch security.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import pytest
from tests.labels import SHARED, TEXTS, Judged, cases, judged, public, rows, task_of

from gsdc.source.task import Task
from gsdc.tasks import complexity, kind
from gsdc.tasks.annotation import nature
from gsdc.tasks.security import judge

real = pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the public plans are absent")


def kept_back() -> list[Judged]:
    return [one for one in judged() if one.kept_back]


def scores(told: Sequence[tuple[str, bool]]) -> tuple[float, float, float]:
    """Return the recall of critical tasks, and how many of those called so are critical, and critical or touching."""
    found = [said for security, said in told if security == "critical"]
    called = [security for security, said in told if said and security != "unsure"]
    return sum(found) / len(found), called.count("critical") / len(called), 1 - called.count("none") / len(called)


def test_enough_tasks_are_judged():
    assert len(rows("judged.tsv")) >= 400
    critical = [row for row in rows("public.tsv") if row["security"] == "critical"]
    assert len(rows("public.tsv")) >= 3900
    assert len(critical) >= 660


TABLES = ("judged.tsv", "security-labels.tsv", "public.tsv")


def test_the_judgement_is_what_most_readers_say():
    """If as many say the one as the other, the task is touching (see ``gsdc.tasks.security``)."""
    for row in (row for name in TABLES for row in rows(name) if row["readings"]):
        counts = Counter(row["readings"].split(", "))
        most = [said for said, count in counts.items() if count == max(counts.values())]
        if len(most) == 1:
            assert row["security"] == most[0], row
        else:
            assert row["security"] in ({"touching"} if "touching" in most else {*most, "unsure"}), row


def test_readers_agree():
    """On a kappa of 0.8 or better: the classifier cannot be measured more sharply than readers agree."""
    pairs = [
        (first == "critical", second == "critical")
        for name in TABLES
        for row in rows(name)
        if row["readings"]
        for first, second in combinations(row["readings"].split(", "), 2)
    ]
    same = sum(first == second for first, second in pairs) / len(pairs)
    rates = [sum(column) / len(pairs) for column in zip(*pairs, strict=True)]
    by_chance = rates[0] * rates[1] + (1 - rates[0]) * (1 - rates[1])
    assert (same - by_chance) / (1 - by_chance) >= 0.8


def test_made_up_tasks():
    recall, precision, near = scores([(security, judge(task).critical) for task, security in cases()])
    assert recall >= 0.92
    assert precision >= 0.85
    assert near >= 0.95


def test_the_same_kinds_of_work_in_other_words():
    """Short texts in words that plans of the corpus do not use. Weights are not fitted on them; words were."""
    told = [
        (row["security"], judge(task_of(row["name"], row["files"], row["action"])).critical)
        for row in rows("security-paraphrases.tsv")
    ]
    recall, precision, near = scores(told)
    assert recall >= 0.82
    assert precision >= 0.95
    assert near >= 0.99


@real
def test_security_of_tasks_that_were_kept_back():
    recall, precision, near = scores([(one.security, judge(one.task).critical) for one in kept_back()])
    assert recall >= 0.93
    assert precision >= 0.6
    assert near >= 0.95


@pytest.mark.skipif(not TEXTS.is_file(), reason="the texts of the public tasks are absent")
def test_security_of_tasks_of_other_repositories():
    """Most of them took part in the fit; the texts are beginnings only."""
    told = [(one.security, judge(one.task).critical) for one in public()]
    recall, precision, near = scores(told)
    assert recall >= 0.87
    assert precision >= 0.81
    assert near >= 0.95


@pytest.mark.skipif(not TEXTS.is_file(), reason="the texts of the public tasks are absent")
def test_security_of_tasks_of_other_repositories_that_were_kept_back():
    """A quarter of those judged last. Nine in ten were found by words of security; some have no action."""
    recall, precision, near = scores([(one.security, judge(one.task).critical) for one in public() if one.kept_back])
    assert recall >= 0.73
    assert precision >= 0.67
    assert near >= 0.92


@real
def test_kinds_of_tasks_that_were_kept_back():
    right = [kind.classify(one.task).name == one.kind for one in kept_back() if one.kind]
    assert sum(right) / len(right) >= 0.85


def scored(task: Task) -> int:
    known = nature(task)
    return complexity.score(task, known.kind.name, known.work.kind, critical=known.security.critical).score


@real
def test_complexity_of_tasks_that_were_kept_back_is_within_two():
    near = [abs(scored(one.task) - said) <= 2 for one in kept_back() if (said := one.complexity)]
    assert sum(near) / len(near) >= 0.92


@pytest.mark.parametrize(
    ("name", "files", "expected"),
    [
        ("Task 3: Add the parser and unit tests", "src/parser.py, tests/test_parser.py", "implementation"),
        ("Task 3: Add unit tests for the parser", "tests/test_parser.py, tests/fixtures/a.json", "testing"),
        ("RED: failing tests for the exporter", "src/export.rs", "testing"),
        ("Run the full test suite and confirm no regressions", "", "testing"),
        ("Verify the build", "package.json", "testing"),
        ("Create the gitlab runner role", "ansible/roles/runner/tasks/main.yml, ansible/site.yml", "infra"),
        ("Make the dev shell work on both systems", "flake.nix", "infra"),
        ("Add a serve recipe", "justfile", "infra"),
        ("Provision the build host", "scripts/provision-host.sh", "infra"),
        ("Parse the shell history", "src/history.sh", "implementation"),
        ("Wire the ingest pipeline", "src/pipeline.cpp, src/ingest.cpp", "implementation"),
        ("Integrate the dependencies check into init", "src/cli/init.py", "implementation"),
        ("Admin bootstrap in the lifespan", "src/main.py, src/config.py", "implementation"),
        ("Install the core dependencies", "package.json, package-lock.json", "boilerplate"),
        ("Rename screnshot.ts to screenshot.ts", "src/screnshot.ts, src/screenshot.ts", "boilerplate"),
        ("Document the verbosity in doc.go", "pkg/mount/doc.go", "docs"),
        ("Create README.md and CHANGELOG.md", "README.md, CHANGELOG.md", "docs"),
        ("Add the verify step to the workflow", "workflows/execute.md", "implementation"),
        ("Add a dependency", "requirements.txt", "boilerplate"),
        ("Inspect what the agents wrote", "", "review"),
        ("Write .github/workflows/ci.yml + SETUP.md", ".github/workflows/ci.yml, SETUP.md, budgets.json", "infra"),
        ("Create PIPELINE_GUIDE.md and the final pass", "PIPELINE_GUIDE.md, app/ui.R", "docs"),
        ("Add a CHANGELOG.md generator", "src/changelog.py, CHANGELOG.md", "implementation"),
        ("RED — Export the parser and add failing tests", "src/parser.ts, tests/parser.test.ts", "testing"),
        ("Redraw the chart", "src/chart.ts", "implementation"),
        ("Add #[cfg(test)] mod tests to src/notify.rs (hit, miss)", "src/notify.rs", "testing"),
        ("HTTP roundtrip smoke test + side effects", "src/server.rs, tests/smoke.rs", "testing"),
        ("Add the parser (with tests) to the importer", "src/parser.py", "implementation"),
        ("Create Learner class skeleton", "src/learner.ts", "boilerplate"),
        # Set-up files: of editors and linters, licences, samples, and templates of all of these.
        ("Add a debug launcher", ".vscode/launch.json", "boilerplate"),
        ("Tighten the linter", ".golangci.yml, .markdownlint.json", "boilerplate"),
        ("Pick a licence", "LICENSE", "boilerplate"),
        ("Template of the manifest", "templates/new-app/package.json.hbs", "boilerplate"),
        ("Show the notice", "src/notice.ts", "implementation"),
        ("Render the page", "src/templates/page.html.j2", "implementation"),
        ("Create a new desktop project", "Notes.csproj, Program.cs", "boilerplate"),
        ("Package skeleton and settings", "pyproject.toml, src/notes/__init__.py", "boilerplate"),
        ("Load a skeleton card", "package.json, src/card.tsx", "implementation"),
        # Lists of what is elsewhere.
        ("Export the new codecs", "src/codecs/index.ts", "boilerplate"),
        ("Register the codecs", "src/codecs/__init__.py", "boilerplate"),
        ("Register the codecs and write the decoder", "src/codecs/__init__.py, src/decoder.py", "implementation"),
        ("Export the codecs and test them", "src/codecs/index.ts, tests/codecs.test.ts", "testing"),
        ("Start the server", "src/index.ts", "implementation"),
        ("Add codec constants", "src/limits.go", "boilerplate"),
        ("Add codec constants and enforce them", "src/limits.go, src/decode.go", "implementation"),
        ("Add an arrow dependency and read its files", "Cargo.toml, src/read.rs", "implementation"),
        # A noun after the verb is a part of the product.
        ("Delete the old fixtures folder", "src/old.ts", "boilerplate"),
        ("Delete button for drafts", "src/drafts.tsx", "implementation"),
        ("Push notifications for replies", "src/replies.kt", "implementation"),
        ("Commit graph walker", "src/graph.rs", "implementation"),
        ("Commit all changes of the phase", "src/a.py, src/b.py", "boilerplate"),
        ("Document upload endpoint", "src/upload.py", "implementation"),
        ("Comments list under a post", "src/comments.tsx", "implementation"),
        ("Add an inline comment on the lock order", "src/lock.c", "docs"),
        # Modules of source code are not infrastructure.
        ("Colour the prompt", "src/infra/prompt.cpp", "implementation"),
        ("Alarm on slow queues", "infra/alarms.ts", "infra"),
        ("Weekly updates of actions", ".github/dependabot.yml", "infra"),
        # Tests: within a source file, and files that only their name tells.
        ("Edge-case tests for the tokenizer", "src/tokenizer.rs", "testing"),
        ("Smoke test of the installer", "scripts/test-installer.sh", "testing"),
        ("Provider of test environments", "src/test-env/provider.py", "implementation"),
        # Reports, and documents that the name tells.
        ("Find unused modules", "unused-modules.txt", "research"),
        ("Update the SUMMARY of the phase", "", "docs"),
        ("Write UPGRADING.md for the next release", "", "docs"),
        ("Determine the caching strategy", "", "research"),
    ],
)
def test_kinds(name, files, expected):
    assert kind.classify(task_of(name, files)).name == expected


@pytest.mark.parametrize(
    ("name", "files", "action", "expected"),
    [
        ("Visual verification", "", "Start the dev server and click through the wizard.", "testing"),
        ("Validate the importer end to end", "", "1. Run the importer on the sample.", "testing"),
        ("Verify that the wizard works", "", "", "testing"),
        ("Validate the naming of the modules", "", "Read each module and compare it with the guide.", "review"),
        ("Verify tokens of each request", "", "", "review"),
        ("Review the importer", "", "Run the linter, then read the diff.", "review"),
        ("Reinstall and verify the hooks", "agents/writer.md", "Run the installer.", "testing"),
        ("Install the parser and verify it", "package.json", "Run npm install.", "boilerplate"),
        ("Verify sizes, lint, and that all tests pass", "src/a.rs, src/b.rs", "**Step 1:** Run wc on both.", "testing"),
        ("Verify signatures, and add tests", "src/sign.rs", "Compare the digest in constant time.", "implementation"),
        ("Add drift and completeness tests", "src/table.rs", "Add two tests to the module.", "testing"),
        (
            "Add the table and its tests",
            "src/table.rs, tests/table.rs",
            "Add the struct to the module.",
            "implementation",
        ),
        ("Move the adapters", "lib/adapters", "git mv lib/old/adapters lib/adapters", "boilerplate"),
        ("Move the cursor by words", "src/cursor.ts", "Find the next boundary.", "implementation"),
        ("Shared types", "src/types/index.ts", "Re-export the types of both modules.", "boilerplate"),
    ],
)
def test_kinds_that_the_action_tells(name, files, action, expected):
    assert kind.classify(task_of(name, files, action)).name == expected


def test_a_long_word_does_not_stop_the_classifier():
    """Nested repeats once made the time grow with the cube of the length."""
    assert kind.classify(task_of(f"write {'a' * 20_000}", "src/a.ts")).name == "implementation"


def test_a_check_that_runs_something_is_no_review():
    task = task_of("Visual verification of the wizard", "", "Start the dev server.")
    said = kind.classify(task)
    assert said.checks
    assert not kind.is_review(task, said)


@pytest.mark.parametrize(
    ("name", "files", "critical"),
    [
        ("Add OTP verification", "server/otp.ts", True),
        ("requireRole on every admin route", "src/routes/admin.ts", True),
        ("Build the argv without a shell", "src/exec.go", True),
        ("Retry when the rate limit is hit", "src/client.ts", False),
        ("Restrict index.ts to public exports", "src/index.ts", False),
        ("Orders API with pagination, RLS as elsewhere", "src/api/orders.ts, tests/orders.test.ts", False),
        ("Write tests for the login", "tests/test_login.py", False),
        ("Author cards", "src/auth/AuthorCard.tsx", False),
        ("Sanitize the HTML of comments", "src/comments.ts", True),
        ("Sanitize the local paths of two scripts", "scripts/record.py", False),
        ("Prevent SQL injection in the search", "src/search.py", True),
        ("Context injection into the prompt builder", "src/prompt.ts", False),
        ("Brute-force search over the vectors", "src/search.ts", False),
    ],
)
def test_security(name, files, critical):
    verdict = judge(task_of(name, files))
    assert verdict.critical is critical, verdict


OTHER_WORK = "Render the list, sort its rows, and keep the place of the cursor between pages. "


def test_the_first_sentence_says_more_than_later_ones():
    first = judge(task_of("Change the handler", "src/handler.ts", f"Verify the JWT of each request. {OTHER_WORK}"))
    later = judge(task_of("Change the handler", "src/handler.ts", f"{OTHER_WORK}Verify the JWT of each request."))
    assert first.score > later.score


def test_a_part_of_the_name_says_more_than_a_detail():
    part = judge(task_of("Add the export endpoint and row level security", "src/export.ts"))
    detail = judge(task_of("Add the export endpoint with row level security", "src/export.ts"))
    assert part.score > detail.score


def test_tests_beside_a_module_do_not_change_whether_it_is_named_for_security():
    alone = judge(task_of("Rework the module", "src/auth.py", "Verify tokens."))
    tested = judge(task_of("Rework the module", "src/auth.py, tests/test_auth.py", "Verify tokens."))
    named = [one.weight for verdict in (alone, tested) for one in verdict.reasons if one.phrase == "src/auth.py"]
    assert len(named) == 2
    assert named[0] == named[1]


def test_every_verdict_has_its_reasons():
    for task, _ in cases():
        verdict = judge(task)
        assert verdict.reasons or not verdict.critical
        assert all(str(reason) for reason in verdict.reasons)
