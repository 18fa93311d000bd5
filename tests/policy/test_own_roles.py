"""Roles of a project's own: each behaves like the shipped role that it names."""

import pytest
from tests.cli.running import answer, run

from gsdc.policy.load import load

ROLES = """\
profile: team
roles:
  payments: {like: security}
  mobile: {like: implementation, description: The apps}
agents:
  stripe-bot: {role: payments}
  ios-dev: {role: mobile}
  plain-dev: {role: implementation}
profiles:
  team:
    extends: budget
"""
CARE = (
    "    never-break:\n      care: {when: {role: [mobile]}, require: {min: heavy}, why: The store's review is slow}\n"
)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(ROLES)
    return tmp_path


def add(project, text):
    with (project / "gsdc.yaml").open("a") as file:
        file.write(text)


def models(project):
    rows = answer(project, "agents")["agents"]
    return {row["agent"]: (row["role"], row["like"], row["model"]) for row in rows}


def messages(project):
    return [
        finding["message"] for finding in answer(project, "lint", code=1)["findings"] if finding["severity"] == "error"
    ]


def test_an_own_role_gets_what_the_shipped_one_gets(project):
    found = models(project)
    assert found["ios-dev"] == ("mobile", "implementation", found["plain-dev"][2])
    assert found["stripe-bot"] == ("payments", "security", "opus")


def test_a_profile_may_name_either_and_the_own_role_counts_first(project):
    add(project, "    roles: {mobile: opus, implementation: sonnet}\n")
    found = models(project)
    assert (found["ios-dev"][2], found["plain-dev"][2]) == ("opus", "sonnet")


@pytest.mark.parametrize("role", ["payments", "security"])
def test_the_pin_of_security_holds_for_an_own_role(project, role):
    add(project, f"    roles: {{{role}: haiku}}\n")
    assert messages(project) == ['"stripe-bot" can reach "haiku"']


def test_an_override_of_an_own_security_role_is_refused(project):
    shown = run(project, "override", "stripe-bot", "haiku", "--reason", "It is cheap", code=1)
    assert "security-downgrade" in shown.output
    assert (project / "gsdc.yaml").read_text() == ROLES


def test_a_never_break_rule_may_name_an_own_role(project):
    add(project, CARE)
    assert '"ios-dev" can reach "sonnet"' in " ".join(messages(project))


def test_classes_failover_and_efforts_may_name_an_own_role(project):
    add(
        project,
        "    classes: {novel: {model: opus, roles: [mobile]}}\n"
        "    failover: {roles: {mobile: defer}}\n"
        "    roles: {mobile: {effort: low}}\n",
    )
    policy = load(project).policy
    assert policy is not None
    assert policy.decide("ios-dev", task_class="novel").model == "opus"
    assert policy.decide("plain-dev", task_class="novel").model != "opus"
    assert policy.decide("ios-dev", hop=1).defer
    assert policy.decide("ios-dev").effort == "low"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("    roles: {mobil: opus}\n", 'unknown role "mobil"'),
        ("    failover: {roles: {mobil: defer}}\n", 'unknown role "mobil"'),
        ("    classes: {novel: {model: opus, roles: [mobil]}}\n", 'unknown role "mobil"'),
        (CARE.replace("[mobile]", "[mobil]"), 'unknown role "mobil"'),
        ("agents2: {}\n", 'unknown key "agents2"'),
    ],
)
def test_an_unknown_role_is_named_where_it_stands(project, line, message):
    add(project, line)
    assert messages(project) == [message]


@pytest.mark.parametrize(
    ("roles", "help_"),
    [
        ("{security: {like: docs}}", "It is a shipped role: give yours another name"),
        ("{payments: {like: secutiry}}", 'did you mean "security"'),
        ("{payments: security}", 'write a mapping with "like"'),
        ("{payments: {}}", "add `like:`"),
        ("{payments: {like: payments}}", "the nearest of 16: "),
        ("{one: {like: security}, two: {like: one}}", "the nearest of 16: "),
    ],
)
def test_a_mistaken_role_is_refused_with_the_remedy(tmp_path, roles, help_):
    (tmp_path / "gsdc.yaml").write_text(f"roles: {roles}\n")
    assert help_ in " ".join(run(tmp_path, "lint", code=1).output.split())


def test_roles_come_from_what_gsdc_yaml_extends(project):
    (project / "gsdc.yaml").rename(project / "team.yaml")
    (project / "gsdc.yaml").write_text("extends: team.yaml\nagents:\n  android-dev: {role: mobile}\n")
    assert models(project)["android-dev"][:2] == ("mobile", "implementation")


@pytest.mark.parametrize("role", ["payments", "security"])
def test_agents_are_found_by_either_role(project, role):
    rows = answer(project, "agents", "--role", role)["agents"]
    assert [row["agent"] for row in rows] == ["stripe-bot"]


def test_init_again_keeps_own_roles(project):
    folder = project / ".claude/agents"
    folder.mkdir(parents=True)
    (folder / "docs-writer.md").write_text("---\nname: docs-writer\ndescription: Writes\nmodel: sonnet\n---\n")
    run(project, "init", "--from", str(project))
    assert "payments: {like: security}" in (project / "gsdc.yaml").read_text()
    assert {"docs-writer", "stripe-bot"} <= models(project).keys()
