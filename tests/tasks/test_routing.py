"""Who does which kind of task, on which model: every shipped fleet, kind and profile, cell by cell."""

import csv
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from gsdc.policy.load import load
from gsdc.source.plan import parse
from gsdc.tasks.annotation import analyse, nature
from gsdc.tasks.work import FAMILIES

FLEETS = ("gsd", "leo", "granter", "openagents")
PROFILES = ("quality", "balanced", "budget", "research")
ZONES = ("green", "yellow", "orange", "red")
TABLE = Path(__file__).with_name("routes.tsv")

# One task of each kind, as a plan would have it: name, files, action.
TASKS = {
    "setup": ("Scaffold the package", "src/app/__init__.py", "Create the folders."),
    "config": ("Add the compiler's options", "tsconfig.json", "Set strict."),
    "docs": ("Update the guide", "docs/guide.md", "Describe the command."),
    "implementation": ("Count the words of a text", "src/words.py", "Split at blanks."),
    "database": ("Add the orders table", "db/migrations/004_orders.sql", "Create it with its indexes."),
    "api": ("Add GET /orders", "src/api/orders.ts", "Return the list."),
    "auth": ("Add JWT authentication middleware", "src/middleware/auth.ts", "Verify the bearer token, reject others."),
    "frontend": ("Build the order card", "src/components/OrderCard.tsx", "Show the total."),
    "infra": ("Add a CI workflow", ".github/workflows/ci.yml", "Run the tests."),
    "testing": ("Write unit tests for the parser", "tests/test_parser.py", "Cover the errors."),
    "debugging": ("Fix the crash on empty input", "src/words.py", "Find the root cause."),
    "refactoring": ("Extract the tokenizer", "src/words.py", "Move it into a module."),
    "review": ("Review the changes of this phase", "", "Read the diff."),
    "security-review": ("Security audit of the login", "docs/audit.md", "Write down what you find."),
    "performance": ("Optimize the word counter", "src/words.py", "Use a single pass."),
    "research": ("Research queue libraries", "", "Compare three of them."),
    "exploration": ("Investigate the codebase", "", "Find out where words are counted."),
    "planning": ("Create the plan of phase 4", "", "Break it into tasks."),
    "architecture": ("Decide on the architecture of the queue", "", "Weigh the options."),
}
SECURITY_REVIEWS = (
    "Security audit of the login",
    "Task 3: Threat model of the payment service",
    "Review the authentication code for holes",
    "Perform a penetration test of the API",
    "Vulnerability assessment of the dependencies",
    "Decide how session tokens are stored",
    "Write the STRIDE threat register",
    "Audit secrets handling",
    "RLS policy audit: security review",
    "Validate session tokens end to end",
)
NO_SECURITY_REVIEWS = (
    ("Fix the findings of the security audit", "src/login.ts"),
    ("Add an audit log", "src/audit.ts"),
    ("Write tests for the security scanner", "tests/test_scanner.py"),
    ("Implement the security review page", "src/pages/Review.tsx"),
    ("Review the changes of this phase", ""),
    ("Verify the build", ""),
    ("Validate the input tokens of the lexer", "src/lexer.ts"),
)


def one(name, files="", action=""):
    inner = f"<name>{name}</name>\n<files>{files}</files>\n<action>{action}</action>"
    text = f'<task type="auto">\n{inner}\n</task>\n'
    return parse("01-01-PLAN.md", text)


@cache
def policy_of(fleet, profile):
    found = load(Path(__file__).parent, profile=profile, fleets=(fleet,))
    assert found.policy is not None, found.findings
    return found.policy


def rows():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t")]


def routed(fleet, profile, kind):
    (task,) = analyse(one(*TASKS[kind]), policy_of(fleet, profile), "green").tasks
    return task.work.kind, task.agent.name, task.decision.model or "waits"


@pytest.mark.parametrize("kind", [kind for kind in FAMILIES if kind != "checkpoint"])
def test_every_kind_is_told_and_has_a_route_in_every_fleet(kind):
    assert nature(one(*TASKS[kind]).tasks[0]).work.kind == kind
    for fleet in FLEETS:
        assert kind in {route.kind for route in policy_of(fleet, "balanced").fleets[fleet].routes}


def test_the_table_of_fleets_profiles_and_kinds():
    expected = [
        (fleet, profile, *routed(fleet, profile, kind)) for fleet, profile, kind in product(FLEETS, PROFILES, TASKS)
    ]
    assert rows() == expected


@pytest.mark.parametrize("fleet", FLEETS)
@pytest.mark.parametrize("profile", PROFILES)
def test_no_security_review_runs_below_the_pin(fleet, profile):
    policy = policy_of(fleet, profile)
    outputs = ("", "docs/audit.md", ".planning/SECURITY.md, report.txt")
    for name, files, zone in product(SECURITY_REVIEWS, outputs, ZONES):
        (task,) = analyse(one(name, files), policy, zone).tasks
        assert task.work.kind == "security-review", (name, files)
        assert task.decision.model in {"opus", None}, (name, files, zone)
        assert task.decision.model or task.decision.defer
        assert dict(task.attributes).get("model") in {"opus", None}


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("Validate session tokens end to end", "Run the app and log in twice."),
        ("Launch it and verify session tokens", "Launch it and log in twice."),
        ("Visual verification", "Run a penetration test of the API."),
    ],
)
def test_a_check_of_security_that_runs_something_is_a_security_review(name, action):
    assert nature(one(name, "", action).tasks[0]).work.kind == "security-review"


@pytest.mark.parametrize(("name", "files"), NO_SECURITY_REVIEWS)
def test_work_on_security_is_no_review_of_it(name, files):
    assert nature(one(name, files).tasks[0]).work.kind != "security-review"


def test_a_route_cannot_take_security_reviews_from_the_role():
    policy = policy_of("leo", "balanced")
    fleet = policy.fleets["leo"]
    to_docs = tuple(row._replace(agent="DOCMON") if row.kind == "security-review" else row for row in fleet.routes)
    policy = policy._replace(fleets={"leo": fleet._replace(routes=to_docs)})
    (task,) = analyse(one("Security audit of the login", "docs/audit.md"), policy, "green").tasks
    assert (task.agent.name, task.decision.model) == ("SECURITY", "opus")


def test_sequential_that_a_person_wrote_is_a_barrier():
    tasks = "".join(
        f'<task type="auto"{mark}>\n<name>Part {n}</name>\n<files>src/{n}.py</files>\n</task>\n'
        for n, mark in ((1, ""), (2, ' parallel="sequential"'), (3, ""), (4, ""))
    )
    annotated = analyse(parse("01-01-PLAN.md", tasks), policy_of("gsd", "balanced"), "green")
    assert [batch.tasks for batch in annotated.batches] == [(1,), (2,), (3, 4)]
    waits = {number: set(reasons) for number, reasons in annotated.dependencies.items()}
    assert waits == {1: set(), 2: {1}, 3: {2}, 4: {2}}


def test_a_task_goes_on_with_work_that_is_further_back():
    """What only stands between two tasks that write one file does not hide that the later one goes on with the work."""
    parts = (
        ("Add the counter", "src/words.py"),
        ("Update the guide", "docs/guide.md"),
        ("Count twice", "src/words.py"),
    )
    text = "".join(f'<task type="auto">\n<name>{name}</name>\n<files>{path}</files>\n</task>\n' for name, path in parts)
    annotated = analyse(parse("01-01-PLAN.md", text), policy_of("gsd", "balanced"), "green")
    assert dict(annotated.dependencies[3]) == {
        1: "both write src/words.py",
        2: "the plan has documents before implementation",
    }
    assert dict(annotated.tasks[2].attributes)["context-mode"] == "inherited"


def test_explore_runs_light_and_plan_subagents_are_given():
    policy = policy_of("gsd", "quality")
    (explored,) = analyse(one(*TASKS["exploration"]), policy, "green").tasks
    assert (dict(explored.attributes)["subagent"], dict(explored.attributes)["model"]) == ("explore", "haiku")
    assert any("light tier" in step.why for step in explored.decision.trail)
    for kind in ("planning", "architecture"):
        (planned,) = analyse(one(*TASKS[kind]), policy, "green").tasks
        assert (dict(planned.attributes)["subagent"], dict(planned.attributes)["model"]) == ("plan", "opus")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Review the code of the order module", "review"),
        ("Audit the accessibility of the dashboard", "review"),
        ("Research queue libraries", "research"),
        ("Spike: can we use WebRTC", "research"),
        ("Analyze the performance of the list", "performance"),
        ("Investigate the crash on startup", "debugging"),
        ("Review the wording of the pull request template", "docs"),
        ("Update the research notes in the README", "docs"),
        ("Document the results of the review", "docs"),
    ],
)
def test_a_report_is_no_document_to_write(name, kind):
    assert nature(one(name, "docs/report.md").tasks[0]).work.kind == kind
