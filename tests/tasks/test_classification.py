"""What tasks are: kind, security, complexity, dependencies, batches."""

import pytest

from gsdc.source.plan import parse
from gsdc.tasks import complexity, kind, security
from gsdc.tasks.batches import batches
from gsdc.tasks.dependency import dependencies
from gsdc.tasks.order import ordered


def task(name="", files="", action="", kind_="auto"):
    text = f'<task type="{kind_}">\n<name>{name}</name>\n<files>{files}</files>\n<action>{action}</action>\n</task>'
    return parse("p", text).tasks[0]


@pytest.mark.parametrize(
    ("name", "files", "expected"),
    [
        ("Task 1: Add the endpoint", "src/api.ts", "implementation"),
        ("Write unit tests for the parser", "src/parser.py", "testing"),
        ("Anything", "tests/test_a.py, tests/test_b.py", "testing"),
        ("Update the guide", "docs/guide.md", "docs"),
        ("Add a CI workflow", ".github/workflows/ci.yml", "infra"),
        ("Scaffold the package", "src/a.py", "boilerplate"),
        ("Research rate limiting libraries", "", "research"),
        ("Review the changes of this phase", "", "review"),
    ],
)
def test_kind(name, files, expected):
    assert kind.classify(task(name, files)).name == expected


def test_a_checkpoint_is_told_by_its_type():
    assert kind.classify(task("Add tests", kind_="checkpoint:decision")).name == "checkpoint"


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("Hash passwords with argon2", "src/auth/password.py"),
        ("Verify the signature of a webhook", "src/webhook/signature.ts"),
        ("Add JWT authentication middleware", "src/middleware/auth.ts"),
        ("Enforce row level security on tenants", "db/rls.sql"),
        ("Encrypt stored credentials", "src/vault.rs"),
        ("Sanitize user HTML against XSS", "src/html.ts"),
    ],
)
def test_security_critical(name, files):
    verdict = security.judge(task(name, files))
    assert verdict.critical, verdict
    assert all(str(reason) for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("Add an address book", "src/address.ts"),
        ("Show the author of a post", "src/author.ts"),
        ("Teach the lexer a new token", "src/lexer.rs"),
        ("Store the game session", "src/game/session.ts"),
        ("Print the commit hash in the footer", "src/footer.ts"),
        ("Sort a dict by key", "src/sort.py"),
        ("Document the login page", "docs/login.md"),
        ("Write tests for the password module", "tests/test_password.py"),
    ],
)
def test_look_alikes(name, files):
    assert not security.judge(task(name, files)).critical


def test_complexity_is_between_1_and_10_with_its_factors():
    easy = complexity.score(task("Rename a field", "a.py", "x"), "boilerplate", critical=False)
    files = ", ".join(f"src/{n}.py" for n in range(9))
    hard = complexity.score(task("Rewrite the query engine", files, "step\n" * 900), "implementation", critical=True)
    assert easy.score == 1
    assert hard.score >= 8
    assert len(hard.factors) > 3


def plan(*tasks: tuple[str, str, str]):
    return parse(
        "p",
        "".join(
            f"<task>\n<name>{name}</name>\n<files>{files}</files>\n<action>{action}</action>\n</task>\n"
            for name, files, action in tasks
        ),
    )


@pytest.mark.parametrize(("caution", "expected"), [("low", {2: set()}), ("normal", {2: {1}}), ("high", {2: {1}})])
def test_reads_count_as_the_profile_says(caution, expected):
    found = dependencies(
        plan(("A", "src/billing_plans.ts", ""), ("B", "b.ts", "import from billing_plans.ts")), caution
    )
    assert {2: set(found[2])} == expected


def test_dependencies_have_reasons_and_leave_out_what_is_implied():
    found = dependencies(plan(("A", "a.ts", ""), ("B", "a.ts", ""), ("C", "c.ts", "after Task 1 and Task 2")), "normal")
    assert found[2] == {1: "both write a.ts"}
    assert list(found[3]) == [2]


def test_declared_dependencies_replace_inferred_ones():
    text = '<task>\n<files>a</files>\n</task>\n<task depends-on="">\n<files>a</files>\n</task>\n'
    assert dependencies(parse("p", text), "normal")[2] == {}


def test_batches_never_hold_two_writers_of_one_file_nor_too_many():
    found = plan(*((f"T{n}", f"src/{n % 3}.ts", "") for n in range(9)))
    free = {task.number: {} for task in found.tasks}
    made = batches(found.tasks, free, 2)
    assert sorted(number for batch in made for number in batch.tasks) == list(range(1, 10))
    for batch in made:
        files = [file for number in batch.tasks for file in found.tasks[number - 1].files]
        assert len(files) == len(set(files))
        assert len(batch.tasks) <= 2


def test_tasks_of_different_stages_keep_the_order_written():
    found = plan(("T", "t.ts", ""), ("R", "r.ts", ""), ("I", "i.ts", ""), ("S", "s.ts", ""))
    kinds = {1: "testing", 2: "review", 3: "implementation", 4: "boilerplate"}
    depends = ordered(found, {number: {} for number in kinds}, kinds)
    assert [batch.tasks for batch in batches(found.tasks, depends, 5)] == [(1,), (2,), (3,), (4,)]
    assert {number: set(waits) for number, waits in depends.items()} == {1: set(), 2: {1}, 3: {2}, 4: {3}}
    assert "tests before review" in depends[2][1]
